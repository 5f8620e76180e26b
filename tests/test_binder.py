"""Binder, as far as it can be proven without its servers: the image, the environment from the pins, a session that ends."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from urllib.parse import parse_qs, urlsplit

import nbformat
import pytest

import taobaolab
from conftest import ROOT
from tests.browser import running_lab
from tests.live import Live, text

CHART = "application/vnd.vegalite.v5+json"
BOOKS = sorted(
    p.relative_to(ROOT).as_posix()
    for f in ("notebooks", "exercises")
    for p in (ROOT / f).glob("*.ipynb")
)
WHOLE = "TAOBAOLAB_BINDER"
RIGHT = r" right +\d"  # the outcome of a question and its points: a title may hold the word too


def test_repo2docker_would_choose_our_files(monkeypatch):
    repo2docker = pytest.importorskip("repo2docker.app")
    monkeypatch.chdir(ROOT)
    for pack in repo2docker.Repo2Docker().buildpacks:
        chosen = pack("docker.io/library/buildpack-deps:24.04")
        chosen.platform = "linux/amd64"
        if chosen.detect():
            break
    assert type(chosen).__name__ == "PythonBuildPack"
    assert (chosen.binder_dir, chosen.python_version) == (".binder", "3.11")
    assert chosen.get_assemble_scripts() == [], (
        "the pins must be installed before the repository is copied"
    )
    lines = [line.strip() for line in chosen.render().splitlines()]
    (pins,) = [
        n
        for n, line in enumerate(lines)
        if "pip install" in line and ".binder/requirements.txt" in line
    ]
    (copied,) = [
        n
        for n, line in enumerate(lines)
        if re.fullmatch(r"COPY --chown=\S+ src/ \$\{REPO_DIR\}/?", line)
    ]
    (after,) = [n for n, line in enumerate(lines) if line == "RUN ./.binder/postBuild"]
    assert pins < copied < after, "a change of a notebook must not install the pins anew"
    assert os.access(ROOT / ".binder" / "postBuild", os.X_OK)


# ---- the launch links


def test_the_launch_page_is_made_from_the_notebooks_as_they_are(make):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    page = (ROOT / "notebooks" / "LAUNCH.md").read_text(encoding="utf-8")
    assert page == make.launch_page(project["tool"]["taobaolab"]["repository"]), (
        "run: python tools/make.py launch"
    )


def test_every_launch_link_opens_a_notebook_of_the_tag(make):
    page = make.launch_page("somebody/taobao")
    binder = re.findall(r"\[open\]\((https://mybinder\.org/v2/gh/[^)]+)\)", page)
    hub = re.findall(r"`(https://HUB/[^`]+)`", page)
    assert len(binder) == len(hub) == len(BOOKS)
    for address in binder:
        parts = urlsplit(address)
        assert parts.path == f"/v2/gh/somebody/taobao/v{taobaolab.__version__}"
        assert (ROOT / parse_qs(parts.query)["urlpath"][0].removeprefix("lab/tree/")).is_file()
    for address in hub:
        asked = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
        assert asked["repo"] == "https://github.com/somebody/taobao"
        assert asked["branch"] == f"v{taobaolab.__version__}"
        assert (ROOT / asked["urlpath"].removeprefix("lab/tree/taobao/")).is_file()


def test_without_a_public_address_there_is_nothing_dead_to_click(make):
    assert "](https://" not in make.launch_page("")
    assert "has no public address yet" in make.launch_page("")


# ---- the environment from the pins


@pytest.fixture(scope="module")
def binder(tmp_path_factory):
    """A server in an environment of exactly the pins, after postBuild, as Binder makes it: its address and token."""
    if not os.environ.get(WHOLE):
        pytest.skip(
            f"makes an environment from the pins, so it needs a network once: set {WHOLE}=yes"
        )
    if sys.version_info[:2] != (3, 11):
        pytest.skip("the pins are those of Python 3.11")
    tmp = tmp_path_factory.mktemp("binder")
    source = tmp / "source"
    shutil.copytree(
        ROOT, source, ignore=shutil.ignore_patterns(".git", ".venv", ".*_cache", "build", "shots")
    )
    subprocess.run([sys.executable, "-m", "venv", str(tmp / "venv")], check=True)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {
        "PATH": f"{tmp / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    }
    python = tmp / "venv" / "bin" / "python"
    for command in (
        [
            python,
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "-r",
            ".binder/requirements.txt",
        ],
        ["./.binder/postBuild"],
        [python, "-m", "pip", "check"],
    ):
        done = subprocess.run(
            command, cwd=source, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTHONPATH", str(ROOT / "tests" / "offline"))
        with running_lab(
            tmp / "lab", *(source / f for f in ("notebooks", "exercises")), python=str(python)
        ) as running:
            yield Live(*running)


@pytest.mark.parametrize("book", BOOKS)
@pytest.mark.full
def test_a_notebook_runs_in_an_environment_of_exactly_the_pins(binder, book):
    stored = nbformat.read(ROOT / book, 4)
    cells = [c for c in stored.cells if c.cell_type == "code"]
    assert binder.rest(f"/lab/tree/{book}")[0] == 200, "this is what a launch link opens"
    session = binder.open(book)
    outputs = binder.run(session, [c.source for c in cells])
    binder.close(session)
    if book.startswith("notebooks"):
        assert charts(outputs) == charts([c.outputs for c in cells])
    else:
        checks = [
            text(o)
            for c, o in zip(cells, outputs, strict=True)
            if re.search(r"^check\.q\d", c.source, re.M)
        ]
        assert checks
        assert all(said.startswith("q") and "Not started" in said for said in checks), checks


def charts(outputs):
    """The descriptions of all charts in the outputs of cells."""
    return [o["data"]["text/plain"] for cell in outputs for o in cell if CHART in o.get("data", {})]


# ---- a session ends, and the resume code brings the work back


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("TAOBAOLAB_PROGRESS", raising=False)
        tmp = tmp_path_factory.mktemp("session")
        with running_lab(tmp, ROOT / "exercises", ROOT / "solutions") as running:
            yield Live(*running), tmp / "work"


@pytest.mark.parametrize("book", [b for b in BOOKS if b.startswith("exercises")])
@pytest.mark.full
def test_the_resume_code_restores_progress_after_the_session_was_killed(live, book):
    """Half of the questions are answered; then kernel and files are gone, as on Binder; then a fresh session."""
    server, work = live
    solved = nbformat.read(ROOT / "solutions" / book.partition("/")[2], 4)
    cells = {c.id: c.source for c in solved.cells if c.cell_type == "code"}
    keys = [k for k in cells if re.fullmatch(r"q\d+", k)]
    until = list(cells).index(f"{keys[len(keys) // 2]}-check") + 1
    session = server.open(book)
    before = text(server.run(session, [*list(cells.values())[:until], "progress()"])[-1])
    code = re.search(r'resume\("([\w-]+)"\)', before)[1]
    reached = re.findall(r"^ *(q\d+ .*(?:right|not started) .*)$", before, re.M)
    assert len(re.findall(RIGHT, before)) >= len(keys) // 2, before
    assert any(" not started " in line for line in reached), before
    server.rest(f"/api/kernels/{session['kernel']['id']}", method="DELETE")
    kept = work / "exercises" / "my_progress.json"
    assert json.loads(kept.read_text())
    kept.unlink()

    session = server.open(book)
    setup = next(iter(cells.values()))
    lost, restored = map(text, server.run(session, [setup, "progress()", f'resume("{code}")'])[1:])
    server.close(session)
    assert not re.search(RIGHT, lost)
    assert [line for line in reached if line not in restored] == []
    kept.unlink()
