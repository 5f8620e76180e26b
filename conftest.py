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


def pytest_sessionfinish(session):
    """A notebook that reached for the network fails the run even when it swallowed the error."""
    if ATTEMPTS.exists():
        print("\nA notebook tried to reach the network:\n" + ATTEMPTS.read_text())
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
