"""Every kernel that a test starts is cut off from the network; what it tried to reach is written down."""

import contextlib
import importlib.util
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent
SITE = ROOT / "tools" / "site"
WORKER = "PYTEST_XDIST_WORKER" in os.environ
if not WORKER:  # a worker of pytest-xdist writes where the process looks that started it
    os.environ["TAOBAOLAB_ATTEMPTS"] = str(
        Path(tempfile.mkdtemp(prefix="taobaolab-")) / "attempts.txt"
    )
ATTEMPTS = Path(os.environ["TAOBAOLAB_ATTEMPTS"])
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [str(ROOT / "tests" / "offline"), os.environ.get("PYTHONPATH")])
)
PROGRESS = tempfile.mkdtemp(prefix="taobaolab-progress-")
os.environ["TAOBAOLAB_PROGRESS"] = PROGRESS
os.environ["TAOBAOLAB_STILLS"] = "no"  # under pytest nobody looks, and making pictures takes long
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")  # on a busy machine nothing is late: no test asserts a time


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def make():
    """The maintainers' commands, as a module."""
    return loaded("make", ROOT / "tools" / "make.py")


def loaded(name, path):
    """A file of Python that is no part of a package, as a module."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build(out, *words, source=ROOT):
    """Build the site as its command does, but here, where the script that draws the charts is bundled once."""
    if str(SITE) not in sys.path:
        sys.path.insert(0, str(SITE))
    words = ["--out", str(out), "--source", str(source), *words]
    with (
        contextlib.redirect_stdout(io.StringIO()) as said,
        contextlib.redirect_stderr(io.StringIO()) as told,
    ):
        code = loaded("site_command", SITE / "__main__.py").main(words)
    return subprocess.CompletedProcess(words, code, said.getvalue(), told.getvalue())


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The whole site but its PDFs, built once."""
    out = tmp_path_factory.mktemp("site")
    made = build(out, "--no-pdf")
    assert made.returncode == 0, made.stderr
    assert made.stderr == ""
    return out


@pytest.fixture
def leaf(chromium, site):
    """A page for the site's folder, opened as files."""
    from tests.browser import watched_page

    with watched_page(chromium, site.as_uri()) as page:
        yield page
    assert page.problems == []
    assert page.outside == []


@pytest.fixture(scope="session")
def chromium():
    """A Chromium that playwright drives."""
    from playwright.sync_api import sync_playwright

    from tests.browser import CHROME, FLAGS

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROME, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab on a copy of all notebooks: its address and its token."""
    from tests.browser import FOLDERS, running_lab

    with running_lab(
        tmp_path_factory.mktemp("lab"), *(ROOT / folder for folder in FOLDERS)
    ) as running:
        yield running


@pytest.fixture
def page(chromium, lab):
    """A fresh page for that JupyterLab; its kernels end with the test."""
    from tests.browser import end_sessions, watched_page

    with watched_page(chromium, lab[0]) as page:
        yield page
    end_sessions(*lab)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Each notebook that is compared keeps its progress in a folder of its own: progress() names other sheets there."""
    if item.path.suffix == ".ipynb":
        folder = Path(PROGRESS, f"{item.path.parent.name}-{item.path.stem}")
        folder.mkdir(exist_ok=True)
        os.environ["TAOBAOLAB_PROGRESS"] = str(folder)
    else:
        os.environ["TAOBAOLAB_PROGRESS"] = PROGRESS


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A file stays in one worker, since cells of a notebook follow each other; browser tests, which take longest, do not."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            path = nodeid.partition("::")[0]
            if Path(path).name.startswith("test_browser"):
                return nodeid
            return path

    return ByFile(config, log)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """A notebook that reached for the network fails the run even when it swallowed the error."""
    if not WORKER and ATTEMPTS.exists():
        print("\nA notebook tried to reach the network:\n" + ATTEMPTS.read_text())
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
