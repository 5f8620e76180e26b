"""Every kernel that a test starts is cut off from the network; what it tried to reach is written down."""

import os
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
ATTEMPTS = Path(tempfile.mkdtemp(prefix="taobaolab-")) / "attempts.txt"
os.environ["TAOBAOLAB_ATTEMPTS"] = str(ATTEMPTS)
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [str(ROOT / "tests" / "offline"), os.environ.get("PYTHONPATH")])
)
os.environ["TAOBAOLAB_PROGRESS"] = tempfile.mkdtemp(prefix="taobaolab-progress-")
os.environ.pop("TAOBAOLAB_STILLS", None)


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def make():
    """The maintainers' commands, as a module."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("make", ROOT / "tools" / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def chromium():
    """A Chromium that playwright drives."""
    from browser import CHROME, FLAGS
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROME, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab on a copy of all notebooks: its address and its token."""
    from browser import FOLDERS, running_lab

    with running_lab(tmp_path_factory.mktemp("lab"), *(ROOT / folder for folder in FOLDERS)) as running:
        yield running


@pytest.fixture
def page(chromium, lab):
    """A fresh page for that JupyterLab; its kernels end with the test."""
    from browser import end_sessions, watched_page

    with watched_page(chromium, lab[0]) as page:
        yield page
    end_sessions(*lab)


def pytest_sessionfinish(session):
    """A notebook that reached for the network fails the run even when it swallowed the error."""
    if ATTEMPTS.exists():
        print("\nA notebook tried to reach the network:\n" + ATTEMPTS.read_text())
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
