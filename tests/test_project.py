"""The house as a whole: it installs, it starts, it is tidy."""

import ast
import json
import os
import re
import socket
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement

import taobaolab
from taobaolab import __main__ as launcher
from taobaolab import checkup, datasets

PROJECT = tomllib.loads(
    (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
)


def run(*words, cwd=None, **environment):
    return subprocess.run(
        words, capture_output=True, text=True, cwd=cwd, env=os.environ | environment, check=False
    )


def tracked(root):
    out = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=root)
    if out.returncode:
        pytest.skip("not a git checkout")
    return [root / name for name in out.stdout.splitlines() if (root / name).is_file()]


# ---- installing


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    made = run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-q",
        "-w",
        str(folder),
        str(root),
    )
    assert made.returncode == 0, made.stderr
    (path,) = folder.glob("taobaolab-*.whl")
    return path


@pytest.mark.full
def test_the_wheel_is_pure_and_carries_every_data_file(wheel, root):
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.name.endswith("-py3-none-any.whl")
    packed = {n.removeprefix("taobaolab/data/") for n in names if n.startswith("taobaolab/data/")}
    assert packed == {p.name for p in (root / "data").iterdir()}
    assert any(n.endswith("share/jupyter/lab/settings/overrides.d/taobaolab.json") for n in names)
    assert not any(n.startswith(("tests", "notebooks", "data/")) for n in names)


@pytest.mark.parametrize("form", ["installed", "zip"])
@pytest.mark.full
def test_the_wheel_reads_its_data_from_another_folder(wheel, tmp_path, form):
    place = wheel
    if form == "installed":
        place = tmp_path / "site"
        assert (
            run(
                sys.executable,
                "-m",
                "pip",
                "install",
                "-q",
                "--no-deps",
                "--target",
                str(place),
                str(wheel),
            ).returncode
            == 0
        )
    code = "import taobaolab, taobaolab.datasets as d; print(taobaolab.__file__, d.load('villages_by_year').villages.max())"
    out = run(sys.executable, "-c", code, cwd=tmp_path, PYTHONPATH=str(place))
    assert out.stdout.split() == [str(place / "taobaolab" / "__init__.py"), "7780"], out.stderr


@pytest.mark.full
def test_the_sdist_makes_the_same_wheel(wheel, root, tmp_path):
    code = f"import os; os.chdir({str(root)!r}); from hatchling.build import build_sdist; print(build_sdist({str(tmp_path)!r}))"
    made = run(sys.executable, "-c", code)
    assert made.returncode == 0, made.stderr
    again = run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-q",
        "-w",
        str(tmp_path),
        str(tmp_path / made.stdout.strip()),
    )
    assert again.returncode == 0, again.stderr
    (other,) = tmp_path.glob("*.whl")
    assert set(zipfile.ZipFile(other).namelist()) == set(zipfile.ZipFile(wheel).namelist())


def test_the_checkout_reads_its_data_live(root):
    assert datasets._folder() == root / "data"


def test_importing_the_library_imports_nothing_heavy():
    code = "import sys, taobaolab; print(*{m.split('.')[0] for m in sys.modules} & {'pandas', 'altair', 'numpy', 'narwhals', 'ipywidgets'})"
    assert run(sys.executable, "-c", code).stdout.split() == []
    code = "import sys, taobaolab.datasets; print(*{m.split('.')[0] for m in sys.modules} & {'pandas', 'altair', 'numpy'})"
    assert run(sys.executable, "-c", code).stdout.split() == []
    assert taobaolab.charts.growth
    with pytest.raises(AttributeError, match="no attribute 'chart'"):
        taobaolab.chart  # noqa: B018


def test_every_dependency_has_its_reason(root):
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    needs = PROJECT["project"]["dependencies"]
    for need in needs:
        (line,) = [line for line in text.splitlines() if line.strip().startswith(f'"{need}"')]
        assert len(line.partition("#")[2].split()) >= 2, line


# ---- the pins, Binder, CI


def test_the_pins_satisfy_what_the_project_asks_for(root):
    pins = dict(
        line.split("==") for line in (root / ".binder" / "requirements.txt").read_text().split()
    )
    for text in PROJECT["project"]["dependencies"]:
        need = Requirement(text)
        assert need.specifier.contains(pins[need.name]), text
    assert "taobaolab" not in pins


def test_ci_calls_the_test_command_of_the_readme(root):
    readme = (root / "README.md").read_text(encoding="utf-8")
    command = "python3 -m taobaolab test --all"
    assert f"`{command}`" in readme
    assert "`python3 -m taobaolab test`" in readme
    assert command in (root / ".ci" / "run").read_text()
    assert ".ci/run" in (root / ".github" / "workflows" / "tests.yml").read_text()


# ---- the two commands


def test_the_launcher_parses_in_a_python_that_is_too_old(root):
    for name in ("__init__.py", "__main__.py"):
        ast.parse((root / "taobaolab" / name).read_text(encoding="utf-8"), feature_version=(3, 4))


def test_the_launcher_says_that_python_is_too_old(monkeypatch, capsys):
    monkeypatch.setattr(launcher.sys, "version_info", (3, 9, 2))
    assert launcher.main([]) == 1
    assert "This is Python 3.9, and the collection needs 3.11 or newer" in capsys.readouterr().err


def test_the_launcher_says_that_there_are_no_notebooks(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(launcher, "ROOT", str(tmp_path))
    assert launcher.main([]) == 1
    assert "the library alone" in capsys.readouterr().err


@pytest.fixture
def called(monkeypatch):
    """The commands that would be run."""
    commands = []

    class Running:
        def __init__(self, words, **more):
            commands.append((words, more))

        def wait(self):
            return 0

    monkeypatch.setattr(
        launcher.subprocess, "call", lambda words, **more: commands.append((words, more)) or 0
    )
    monkeypatch.setattr(launcher.subprocess, "Popen", Running)
    monkeypatch.setattr(launcher, "environment", lambda task: "/somewhere/python")
    return commands


def test_the_launcher_opens_the_first_notebook_and_prints_the_address(called, capsys, monkeypatch):
    monkeypatch.setenv("JUPYTER_TOKEN", "t0ken-of-this-test")
    assert launcher.main(["--debug"]) == 0
    ((words, more),) = called
    assert words[:3] == ["/somewhere/python", "-m", "jupyterlab"]
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in words
    assert words[-1] == "--debug"
    assert more["env"]["JUPYTER_TOKEN"] == "t0ken-of-this-test"
    assert "t0ken-of-this-test" not in " ".join(words)
    assert re.search(
        r"http://127\.0\.0\.1:\d+/lab/tree/notebooks/00_start_here\.ipynb\?token=t0ken-of-this-test",
        capsys.readouterr().out,
    )


@pytest.mark.parametrize(("user", "root_allowed"), [(0, True), (1000, False)])
def test_the_launcher_lets_root_in_and_only_root_needs_it(called, monkeypatch, user, root_allowed):
    monkeypatch.setattr(launcher.os, "geteuid", lambda: user, raising=False)
    launcher.main([])
    assert ("--allow-root" in called[0][0]) is root_allowed


@pytest.mark.parametrize(
    ("display", "browser"),
    [({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "w"}, True), ({}, False)],
)
def test_the_launcher_opens_no_browser_without_a_display(called, monkeypatch, display, browser):
    monkeypatch.setattr(launcher.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in display.items():
        monkeypatch.setenv(name, value)
    launcher.main([])
    assert ("--no-browser" not in called[0][0]) is browser


def test_the_launcher_says_that_a_port_is_taken_and_finds_another(called, capsys, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert launcher.taken(port)
        assert launcher.main([f"--port={port}"]) == 1
        assert f"Port {port} is taken by another program" in capsys.readouterr().err
        assert called == []
    assert launcher.main([f"--port={port}"]) == 0
    assert f"--ServerApp.port={port}" in called[0][0]
    monkeypatch.setattr(launcher, "taken", lambda p: p < 8890)
    assert launcher.main([]) == 0
    assert (
        "Port 8888 is taken by another program, so this one uses 8890." in capsys.readouterr().out
    )


def test_the_launcher_runs_the_tests(called, capsys):
    assert launcher.main(["test", "-k", "charts"]) == 0
    assert called[0][0] == ["/somewhere/python", "-m", "pytest", "-m", "not full", "-k", "charts"]
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("Left out: tests marked full")
    assert last.endswith("python3 -m taobaolab test --all")
    assert launcher.main(["test", "--all", "-k", "charts"]) == 0
    assert called[1][0] == ["/somewhere/python", "-m", "pytest", "-k", "charts"]
    assert capsys.readouterr().out == ""


def test_every_task_of_the_launcher_is_a_command_here(called, root, monkeypatch):
    for task, (extra, *_, command) in launcher.TASKS.items():
        assert not extra or extra in PROJECT["project"]["optional-dependencies"], task
        if command and command[0] != "-m":
            assert (root / command[0] / "__main__.py").is_file(), task
            assert launcher.main([task, "a"]) == 0
            assert called[-1][0] == ["/somewhere/python", *command, "a"]


def test_the_launcher_says_that_there_is_no_such_task(called, capsys):
    assert launcher.main(["tset"]) == 1
    assert (
        "There is no task 'tset'. The tasks are: lite, mark, open, quiz, site, test."
        in capsys.readouterr().err
    )
    assert called == []


def test_the_launcher_says_what_an_environment_lacks(monkeypatch, capsys):
    monkeypatch.setattr(launcher, "lacks", lambda python, names: ["altair"])
    monkeypatch.setattr(launcher.sys, "prefix", "/a/venv")
    assert launcher.environment("open") is None
    assert "lacks altair. Install" in capsys.readouterr().err


def test_the_launcher_makes_an_environment_once_and_again_when_the_pins_change(
    monkeypatch, tmp_path, capsys
):
    calls = []

    def call(words, **_):
        calls.append(words)
        if "venv" in words:
            python = (
                tmp_path / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
            )
            python.parent.mkdir(parents=True)
            python.touch()
        return 0

    (tmp_path / ".binder").mkdir()
    (tmp_path / "pyproject.toml").write_text("a")
    (tmp_path / ".binder" / "requirements.txt").write_text("b")
    monkeypatch.setattr(launcher, "ROOT", str(tmp_path))
    monkeypatch.setattr(launcher, "lacks", lambda python, names: [])
    monkeypatch.setattr(launcher.subprocess, "call", call)
    monkeypatch.setattr(launcher, "installed", lambda pip, log: not call(pip))
    monkeypatch.setattr(launcher.sys, "prefix", launcher.sys.base_prefix)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    assert launcher.environment("test").startswith(str(tmp_path / ".venv"))
    assert [("venv" in c, "pip" in c) for c in calls] == [(True, False), (False, True)]
    assert calls[1][-2:] == ["-c", str(tmp_path / ".binder" / "requirements.txt")]
    assert "Installing, once" in capsys.readouterr().out
    launcher.environment("test")
    launcher.environment("open")
    assert len(calls) == 2, "what is installed for the tests serves for opening too"
    (tmp_path / ".binder" / "requirements.txt").write_text("c")
    launcher.environment("open")
    assert len(calls) == 3


def test_installing_falls_back_to_the_newest_versions_and_then_says_so(
    monkeypatch, tmp_path, capsys
):
    (tmp_path / ".binder").mkdir()
    (tmp_path / "pyproject.toml").write_text("a")
    (tmp_path / ".binder" / "requirements.txt").write_text("b")
    monkeypatch.setattr(launcher, "ROOT", str(tmp_path))
    monkeypatch.setattr(launcher.sys, "prefix", launcher.sys.base_prefix)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.setattr(
        launcher, "lacks", lambda python, names: ["pandas"] if "pandas" in names else []
    )
    monkeypatch.setattr(launcher.subprocess, "call", lambda words, **_: 0)
    written = ["ERROR: No matching distribution found for pandas==3.1.1"]

    def fails(pip, log):
        Path(log).parent.mkdir(exist_ok=True)
        Path(log).write_text(written[0])
        return False

    monkeypatch.setattr(launcher, "installed", fails)
    assert launcher.environment("open") is None
    out = capsys.readouterr()
    assert "trying the newest ones" in out.out
    assert "Installing failed. Neither the tested nor the newest versions" in out.err
    assert str(tmp_path / ".venv" / "install-log.txt") in out.err
    written[0] = "OSError: [Errno 28] No space left on device"
    assert launcher.environment("open") is None
    out = capsys.readouterr()
    assert "newest" not in out.out, "newer versions need no less room"
    assert "The disk is full. Make room" in out.err


def test_the_launcher_says_how_far_the_installing_is_and_keeps_the_log(tmp_path, capfd):
    """By pip itself, on a package that is here, and on one that no network brings."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "pyproject.toml").write_text(
        '[project]\nname = "a-package"\nversion = "1"\n'
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    )
    (package / "a_package.py").touch()
    pip = [sys.executable, "-m", "pip", "install", "--target", str(tmp_path / "there")]
    log = str(tmp_path / "log.txt")
    assert launcher.installed([*pip, "--no-build-isolation", "--no-deps", str(package)], log)
    assert "1 packages to put in place" in capfd.readouterr().out
    assert "Successfully installed a-package-1" in Path(log).read_text()
    nowhere = ["--index-url", "http://127.0.0.1:9/", "--retries", "0", "--isolated"]
    assert not launcher.installed([*pip, *nowhere, "a-package-of-elsewhere"], log)
    assert launcher.why_failed(log).startswith("The packages could not be fetched: there is no net")
    assert capfd.readouterr() == ("", ""), "no traceback, no log on the screen"


def test_lacks_sees_what_is_there_and_what_is_not():
    assert launcher.lacks(sys.executable, ["json", "no_such_thing", "pandas"]) == ["no_such_thing"]


def test_the_launcher_asks_for_all_that_the_task_imports():
    for task in ("open", "test", "site", "mark"):
        assert launcher.lacks(sys.executable, launcher.TASKS[task][1].split()) == [], task
    assert "taobaolab" in launcher.TASKS["open"][1].split()


def test_an_environment_without_pip_is_made_anew(monkeypatch, tmp_path):
    """uv makes .venv without pip; plain Python has to cope with it."""
    calls = []
    python = tmp_path / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    python.parent.mkdir(parents=True)
    python.touch()
    (tmp_path / ".binder").mkdir()
    (tmp_path / "pyproject.toml").write_text("a")
    (tmp_path / ".binder" / "requirements.txt").write_text("b")
    monkeypatch.setattr(launcher, "ROOT", str(tmp_path))
    monkeypatch.setattr(launcher, "lacks", lambda python, names: names if names == ["pip"] else [])
    monkeypatch.setattr(launcher.subprocess, "call", lambda words, **_: calls.append(words) or 0)
    monkeypatch.setattr(launcher, "installed", lambda pip, log: True)
    monkeypatch.setattr(launcher.sys, "prefix", launcher.sys.base_prefix)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    launcher.environment("open")
    assert "venv" in calls[0]


@pytest.mark.parametrize("port", ["99999", "0", "²", "-1", "lab"])
def test_a_port_that_is_none_is_refused_in_words(called, capsys, port):
    assert launcher.main([f"--port={port}"]) == 1
    assert f"Port {port} is taken by another program, or is no port" in capsys.readouterr().err
    assert called == []


def test_a_port_may_be_written_with_a_blank(called, capsys):
    assert launcher.main(["--port", "9123", "--debug"]) == 0
    assert "--ServerApp.port=9123" in called[0][0]
    assert called[0][0][-1] == "--debug"
    assert "127.0.0.1:9123/" in capsys.readouterr().out


# ---- check my set-up


def test_checkup_is_content_here():
    assert repr(checkup.checkup()) == "Everything is in place. Go on."


def test_checkup_says_what_is_wrong_and_what_to_do(monkeypatch):
    real = checkup.metadata.version

    def version(name):
        if name == "ipywidgets":
            raise checkup.metadata.PackageNotFoundError(name)
        return "5.5.0" if name == "altair" else real(name)

    monkeypatch.setattr(checkup.metadata, "version", version)
    text = repr(checkup.checkup())
    assert "altair is version 5.5.0; the collection needs <7,>=6." in text
    assert "ipywidgets is not installed" in text
    assert '%pip install "altair<7,>=6" "ipywidgets' in text


# ---- tidiness


ROOMS = (
    "text",
    "palette",
    "browser",
    "front_ends",
    "display",
    "words",
    "datasets",
    "definition",
    "evidence",
    "charts",
    "practice",
    "lessons",
    "checkup",
)
UNSEEN = {("practice", "charts")}  # an exercise is marked where nothing is drawn


class Import(NamedTuple):
    """One imported name: the file that asks for it, the module in parts, and the name itself."""

    path: Path
    module: tuple[str, ...]
    name: str


def imports(path, root):
    """All that a module imports from the collection, wherever in it; modules in parts, from ``taobaolab`` on."""
    package = path.relative_to(root).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        above = package[: len(package) - node.level + 1] if node.level else ()
        module = (*above, *(node.module or "").split(".")) if node.module else above
        if module and module[0] == "taobaolab":
            for alias in node.names:
                yield Import(path, module, alias.name)


def room_of(found):
    """The room of the library that an import leads to."""
    return (*found.module, found.name)[1]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_rooms_to_its_left(room, root):
    library = root / "taobaolab"
    paths = list((library / room).rglob("*.py"))
    if not paths:
        paths = [library / f"{room}.py"]
    seen = {room_of(found) for path in paths for found in imports(path, root)}
    hidden = {right for left, right in UNSEEN if left == room}
    assert seen & set(ROOMS) <= {*ROOMS[: ROOMS.index(room)], room} - hidden


def test_every_room_is_in_the_row(root):
    there = {
        path.stem
        for path in (root / "taobaolab").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert {room for room in there if not room.startswith("_")} == set(ROOMS)


THEMES = ("definition", "growth", "dangji", "governance", "sustainability", "your_region")


def test_a_theme_has_one_name_everywhere(root):
    lessons = root / "taobaolab" / "lessons"
    folders = {path.parent.name for path in lessons.glob("*/__init__.py")}
    assert folders == set(THEMES)
    for number, theme in enumerate(THEMES, start=1):
        assert (root / "tests" / "lessons" / theme).is_dir()
        (book,) = root.glob(f"notebooks/0{number}_*.ipynb")
        assert book.stem.endswith(theme.removeprefix("your_"))
        assert f"from taobaolab.lessons import {theme}\\n" in book.read_text(encoding="utf-8")


def test_a_lesson_imports_no_other_lesson(root):
    for path in (root / "taobaolab" / "lessons").glob("*/*.py"):
        for found in imports(path, root):
            if found.module[:2] == ("taobaolab", "lessons"):
                assert found.module[2] == path.parent.name, found


def test_nobody_imports_a_private_name_of_another_folder(root):
    """What two rooms need has a public name, where it belongs."""
    library = list((root / "taobaolab").rglob("*.py"))
    wrong = []
    for path in [*library, *(root / "tools").rglob("*.py")]:
        home = path.relative_to(root).parts[:-1]
        for found in imports(path, root):
            private = any(part.startswith("_") for part in (*found.module, found.name))
            at_home = found.module[: len(home)] == home and len(home) > 1
            if private and not at_home and found.name != "__main__":
                wrong.append(found)
    assert wrong == []


@pytest.mark.parametrize(
    "words", [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]]
)
@pytest.mark.full
def test_style_and_types(root, words):
    done = run(sys.executable, "-m", *words, cwd=root)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_speaks_of_a_machine_or_of_unfinished_work(root):
    machine = re.compile(r"(?<![\w.])/(?:home|Users|root|work|tmp)/\w")
    unfinished = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    for path in tracked(root):
        if path.suffix in {
            ".py",
            ".ipynb",
            ".md",
            ".toml",
            ".csv",
            ".json",
            ".yml",
            ".txt",
            ".cfg",
            ".cff",
        }:
            text = path.read_text(encoding="utf-8")
            assert not machine.search(text), path
            assert not unfinished.search(text), path


def test_links_inside_the_collection_lead_somewhere(root):
    """JupyterLab makes an anchor of a heading by writing - for a blank; GitHub also lowers it and drops the rest."""
    books = [
        p
        for folder in ("notebooks", "exercises", "solutions")
        for p in root.glob(f"{folder}/*.ipynb")
    ]
    for page in [*root.glob("*.md"), *root.glob("notebooks/*.md"), *books]:
        text = page.read_text(encoding="utf-8")
        if page.suffix == ".ipynb":
            text = "\n".join(
                "".join(c["source"])
                for c in json.loads(text)["cells"]
                if c["cell_type"] == "markdown"
            )
        headings = re.findall(r"^#+ (.+)$", text, re.M)
        lab = {h.replace(" ", "-") for h in headings}
        github = {re.sub(r"[^\w\- ]", "", h).replace(" ", "-").lower() for h in headings}
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if target.startswith("#"):
                assert target[1:] in (lab if page.suffix == ".ipynb" else github), (page, target)
            elif not target.startswith("http"):
                assert (page.parent / target.partition("#")[0]).exists(), (page, target)


def test_the_picture_of_the_readme_is_the_chart_of_today(root, make):
    from PIL import Image

    with Image.open(root / ".github" / "growth.png") as picture:
        assert picture.text["chart"] == make.fingerprint(make.readme_chart()), (
            "run: python tools/make.py picture"
        )
