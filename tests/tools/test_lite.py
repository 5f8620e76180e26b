"""In the browser alone: the site is built, holds what it needs, runs in Chromium with the network cut, and says what it lacks."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from conftest import ROOT, loaded
from taobaolab import __main__ as launcher
from taobaolab import browser as words
from taobaolab import checkup
from tests.browser import CHROME, DONE, IDLE, SHOTS, served, shoot, watched_page

pytestmark = pytest.mark.full  # the site that runs in the browser is built once, in a minute

FIRST, START = "in_your_browser.ipynb", "notebooks/00_start_here.ipynb"


# ---- words in place of a traceback: no site is needed for these


def test_a_package_that_was_not_fetched_is_named_in_a_sentence():
    code = """
import sys
from IPython.core.interactiveshell import InteractiveShell
from taobaolab import browser
browser.FETCHED = "not_fetched"
browser.watch(), browser.watch()
assert sum(isinstance(finder, browser._Last) for finder in sys.meta_path) == 1
shell = InteractiveShell.instance(colors="nocolor")
shell.run_cell("import not_fetched")
print("and")
shell.run_cell("import not_known")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours, _, theirs = done.stdout.partition("and\n")
    said = f"This browser does not have the package not_fetched, and this cell needs it. {words.ADVICE}"
    assert " ".join(ours.split()) == said
    assert max(map(len, ours.splitlines())) <= 95
    assert "Traceback" in theirs, "what the collection does not need stays an error like any other"


def test_what_was_fetched_is_found_as_ever():
    finder = words._Last()
    assert finder.find_spec("no_such_thing") is None
    with pytest.raises(words.NotFetchedError, match="does not have the package pandas") as caught:
        finder.find_spec("pandas")
    assert isinstance(caught.value, ModuleNotFoundError), (
        "so that those who can do without may go on"
    )
    assert caught.value.name == "pandas"


def test_checkup_in_a_browser_speaks_of_the_network_and_not_of_pip(monkeypatch):
    real = checkup.metadata.version

    def version(name):
        if name == "pandas":
            raise checkup.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(checkup.metadata, "version", version)
    assert "%pip install" in repr(checkup.checkup())
    monkeypatch.setattr(checkup.sys, "platform", "emscripten")
    text = repr(checkup.checkup())
    assert text.startswith("pandas is not installed")
    assert "%pip" not in text
    assert "Choose Kernel > Restart Kernel" in text.replace("\n", " ")
    assert "jupyterlab" not in text, "a browser needs no JupyterLab of its own"


# ---- the workflow that publishes


def test_the_workflow_runs_commands_of_the_launcher_and_pins_its_actions():
    text = (ROOT / ".github" / "workflows" / "pages.yml").read_text(encoding="utf-8")
    commands = re.findall(r"- run: python3 -m taobaolab (\w+)( --public)? --out (\S+)$", text, re.M)
    assert commands == [("site", " --public", "build/pages"), ("lite", "", "build/pages/lite")]
    assert text.count("run:") == 2
    assert {task for task, *_ in commands} < set(launcher.TASKS)
    assert "path: build/pages\n" in text
    for task, *_ in commands:
        source = "".join(path.read_text() for path in (ROOT / "tools" / task).glob("*.py"))
        assert '"--out"' in source, task
    actions = re.findall(r"uses: (\S+)", text)
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in actions)
    tests = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    for name in ("checkout", "setup-python"):
        assert set(re.findall(rf"actions/{name}@v\d+", text)) == set(
            re.findall(rf"actions/{name}@v\d+", tests)
        )


# ---- the lock file


@pytest.fixture(scope="module")
def lite():
    """The command, as a module."""
    pytest.importorskip(
        "jupyterlite_core", reason="jupyterlite is not installed: pip install -e '.[lite]'"
    )
    pytest.importorskip("jupyterlite_pyodide_kernel")
    if str(ROOT / "tools" / "lite") not in sys.path:
        sys.path.append(str(ROOT / "tools" / "lite"))
    return loaded("lite_command", ROOT / "tools" / "lite" / "__main__.py")


@pytest.fixture(scope="module")
def packages(lite):
    return lite.packages


@pytest.fixture(scope="module")
def site(lite, tmp_path_factory):
    """The site, built so that readers ask no other host; and what was said. The build may fetch; nothing else here does."""
    if not shutil.which("npm") and not any((ROOT / "build" / "pyodide").glob("*/pyodide.mjs")):
        pytest.skip("Pyodide is not here, and there is no npm to fetch it")
    folder = tmp_path_factory.mktemp("host") / "lite"
    command = [sys.executable, "tools/lite", "--alone", "--out", str(folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


@pytest.fixture(scope="module")
def store(packages, site):
    """What the build has fetched."""
    made = packages.Store(ROOT / "build" / "pyodide", None, packages.pins(ROOT))
    made.host_answers = False
    return made


@pytest.fixture(scope="module")
def own(packages, tmp_path_factory):
    return packages.own_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def lock(packages, store, own):
    return packages.locked(own, store.core() / "pyodide-lock.json", store, alone=False)


def test_every_dependency_is_in_the_lock_in_a_version_that_we_accept(packages, lock, own):
    known = lock.content["packages"]
    needs = packages.requirements(packages.metadata(own))
    asked = {
        Requirement(text).name
        for text in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    }
    assert asked - {need.name for need in needs} == {"jupyterlab", "jsonschema"}, (
        "what has no place in a browser"
    )
    for need in needs:
        assert need.specifier.contains(known[need.name]["version"]), (
            str(need),
            known[need.name]["version"],
        )


def reached(known, name):
    """All that a package brings along, itself included."""
    found, asked = set(), [name]
    while asked:
        name = canonicalize_name(asked.pop())
        if name not in found:
            found.add(name)
            asked += known[name]["depends"]
    return found


def test_what_the_wheels_in_the_site_need_comes_along_in_a_version_that_they_accept(packages, lock):
    known = lock.content["packages"]
    without = {
        "ipython-pygments-lexers"
    }  # Pyodide's IPython does without the colours of its own error pages
    assert not without & set(known), "it is there now, so the exception can go"
    seen = 0
    for wheel in lock.files:
        about = packages.metadata(wheel)
        along = reached(known, about["Name"]) | set(packages.KERNEL)
        for need in packages.requirements(about):
            name = canonicalize_name(need.name)
            if name not in packages.PAGE_HAS | without:
                assert name in along, (wheel.name, str(need))
                assert need.specifier.contains(known[name]["version"]), (wheel.name, str(need))
                seen += 1
    assert seen > 30


def test_all_that_comes_along_is_spoken_of_by_the_name_that_is_imported(packages, lock):
    known = lock.content["packages"]
    kernel = set.union(*(reached(known, name) for name in packages.KERNEL)) - {"six", "comm"}
    ours = reached(known, "taobaolab") - kernel - {"taobaolab"}
    assert {"pandas", "rpds-py", "python-dateutil"} <= ours
    tops = {top for name in ours for top in known[name]["imports"] if not top.startswith("_")}
    assert tops == set(words.FETCHED.split())


def test_the_lock_names_a_file_of_the_site_or_an_address_for_every_package(
    packages, store, own, lock
):
    known = lock.content["packages"]
    local = {
        entry["file_name"]: entry["sha256"]
        for entry in known.values()
        if ":" not in entry["file_name"]
    }
    assert local == {path.name: packages.digest(path) for path in lock.files}
    original = json.loads((store.core() / "pyodide-lock.json").read_text())["packages"]
    assert set(original) < set(known), "a reader can still load any other package of Pyodide"
    for name in lock.left_out:
        assert known[name]["file_name"] == packages.host() + original[name]["file_name"]
        assert known[name]["sha256"] == original[name]["sha256"]
    assert "matplotlib" not in reached(known, "taobaolab"), "10 MB that nobody uses"
    alone = packages.locked(own, store.core() / "pyodide-lock.json", store, alone=True).content[
        "packages"
    ]
    assert not any(":" in entry["file_name"] for entry in alone.values())
    assert not set(lock.left_out) & reached(alone, "taobaolab")


def tiny_wheel(folder, name, *needs):
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(f"{name}/__init__.py", "")
        about = [f"Name: {name}", "Version: 1.0", *(f"Requires-Dist: {need}" for need in needs)]
        packed.writestr(f"{name}-1.0.dist-info/METADATA", "\n".join(about))
    return path


COMPILED = "hard-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"


@pytest.fixture
def tiny(packages, tmp_path, monkeypatch):
    """A store that reaches nobody, and a lock with the kernel's packages and one that has a compiled part."""
    monkeypatch.setattr(packages.subprocess, "run", lambda *words, **more: None)
    given = tmp_path / "given"
    given.mkdir()
    entries = {name: packages.described(tiny_wheel(given, name)) for name in packages.KERNEL}
    (given / COMPILED).write_bytes(b"compiled")
    entries["hard"] = {
        "file_name": COMPILED,
        "version": "1.0",
        "depends": [],
        "imports": ["hard"],
        "sha256": packages.digest(given / COMPILED),
    }
    original = tmp_path / "pyodide-lock.json"
    original.write_text(json.dumps({"packages": entries}))
    store = packages.Store(tmp_path / "cache", given, {})
    store.host_answers = False
    return store, original


def test_a_wheel_that_is_not_what_the_lock_says_is_not_taken(packages, tiny, tmp_path):
    store, original = tiny
    own = tiny_wheel(tmp_path, "taobaolab", "hard", "never; sys_platform != 'emscripten'")
    assert packages.locked(own, original, store, alone=False).left_out == ()
    (store.given / COMPILED).write_bytes(b"something else")
    made = packages.locked(own, original, store, alone=False)
    assert made.left_out == ("hard",)
    assert made.content["packages"]["hard"]["file_name"] == store.host + COMPILED
    alone = packages.locked(own, original, store, alone=True).content["packages"]
    assert "hard" not in alone
    assert alone["taobaolab"]["depends"] == []


def test_what_the_host_has_is_fetched_once_and_only_if_it_is_what_the_lock_says(
    packages, tiny, tmp_path, capsys
):
    store, original = tiny
    own = tiny_wheel(tmp_path, "taobaolab", "hard")
    with served(store.given) as address:
        store.host, store.given, store.host_answers = address + "/", None, True
        made = packages.locked(own, original, store, alone=False)
        assert made.left_out == ()
        assert {path.parent for path in made.files} == {store.cache, tmp_path}
        assert capsys.readouterr().out.count(COMPILED) == 1
        packages.locked(own, original, store, alone=False)
        assert capsys.readouterr().out == "", "the second build fetches nothing"
        (store.cache / COMPILED).write_bytes(b"damaged on the way")
        assert packages.locked(own, original, store, alone=False).left_out == (), (
            "it is fetched again"
        )
        (tmp_path / "given" / COMPILED).write_bytes(b"something else")
        (store.cache / COMPILED).unlink()
        assert packages.locked(own, original, store, alone=False).left_out == ("hard",)
        (tmp_path / "given" / COMPILED).unlink()
        assert packages.locked(own, original, store, alone=False).left_out == ("hard",)
        assert store.host_answers, "a missing file does not mean that the host is out of reach"


def test_a_package_that_is_nowhere_stops_the_build_with_its_name(packages, tiny, tmp_path):
    store, original = tiny
    own = tiny_wheel(tmp_path, "taobaolab", "nowhere")
    with pytest.raises(packages.CannotBuildError, match="The package nowhere could not be fetched"):
        packages.locked(own, original, store, alone=True)


def test_without_pyodide_the_build_says_what_to_do(packages, tmp_path, monkeypatch):
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    store = packages.Store(tmp_path, None, {})
    store.host_answers = False
    with pytest.raises(packages.CannotBuildError, match="name its folder with --pyodide"):
        store.core()


# ---- the site


def has_pandas(folder):
    return any((folder / "static" / "pyodide").glob("pandas-*.whl"))


def test_the_build_tells_its_steps_the_size_and_what_is_left_out(site):
    folder, said = site
    assert [line for line in said.splitlines() if line.endswith("...")] == [
        "1 of 4: the wheel of the library ...",
        "2 of 4: Python for the browser, and its packages ...",
        "3 of 4: the pages ...",
        "4 of 4: the site ...",
    ]
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    assert f"The site is in {folder}: {size:.0f} MB in " in said
    assert size < 150
    assert ("Left out, since" in said and "pandas" in said) is not has_pandas(folder)


def test_the_site_holds_pages_data_widgets_and_settings_and_no_solutions(site, lite):
    folder, _ = site
    for name in ("notebooks", "exercises", "data"):
        asked = {path.name for path in (ROOT / name).iterdir() if path.suffix in lite.KINDS}
        assert {path.name for path in (folder / "files" / name).iterdir()} == asked
    assert (folder / "files" / FIRST).is_file()
    assert not (folder / "files" / "solutions").exists()
    config = json.loads((folder / "jupyter-lite.json").read_text())["jupyter-config-data"]
    assert "@jupyter-widgets/jupyterlab-manager" in {
        part["name"] for part in config["federated_extensions"]
    }
    assert config["defaultKernelName"] == "python"
    settings = json.loads((folder / "overrides.json").read_text())
    assert settings == json.loads((ROOT / "jupyter" / "overrides.json").read_text())
    page = (folder / "index.html").read_text()
    assert f"url=lab/index.html?path={START}" in page
    assert "://" not in page


def test_texts_of_notebooks_are_in_one_piece(site):
    """A server joins the lines that a notebook stores; JupyterLite would show a list, with commas."""
    books = list((site[0] / "files").rglob("*.ipynb"))
    assert len(books) > 10
    for path in books:
        for cell in json.loads(path.read_text())["cells"]:
            assert isinstance(cell["source"], str)
            for output in cell.get("outputs", []):
                assert not any(
                    isinstance(text, list) for text in output.get("data", {}).values()
                ), path


def for_teachers(folder):
    return sum('"teacher"' in path.read_text(encoding="utf-8") for path in folder.rglob("*.ipynb"))


def test_teachers_may_have_the_solutions_and_their_notes(lite, store, lock, site, tmp_path):
    lite.place(tmp_path, store.core(), lock, solutions=True)
    there = {path.name for path in (tmp_path / "contents" / "solutions").iterdir()}
    assert there == {path.name for path in (ROOT / "solutions").glob("*.ipynb")}
    assert for_teachers(tmp_path / "contents" / "notebooks") == for_teachers(ROOT / "notebooks") > 0
    assert for_teachers(site[0] / "files") == 0


def test_another_folder_is_not_overwritten(lite, tmp_path, capsys):
    (tmp_path / "letters.txt").write_text("mine")
    assert lite.main(["--out", str(tmp_path)]) == 1
    assert f"{tmp_path} holds something else than a site of notebooks" in capsys.readouterr().err
    assert (tmp_path / "letters.txt").read_text() == "mine"


# ---- the site in a real browser, with the network cut

needs_browser = pytest.mark.skipif(
    CHROME is None, reason="no Chromium here: apt-get install chromium"
)
POINTS = "n => document.querySelectorAll('.jp-OutputArea svg.marks .mark-symbol path').length === n"
EDIT = """async () => { const book = window.jupyterapp.shell.currentWidget.content;
    book.model.sharedModel.cells.find(cell => cell.cell_type === 'code').setSource('my_guess = 4321');
    book.activeCellIndex = book.widgets.findIndex(cell => cell.model.type === 'code');
    await window.jupyterapp.commands.execute('notebook:run-cell-and-select-next');
    book.activeCellIndex = book.widgets.findIndex(cell => cell.model.sharedModel.getSource().startsWith('from taobaolab'));
    await window.jupyterapp.commands.execute('notebook:run-cell'); }"""
PIP = """async () => { const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const code = '%pip install -q taobaolab ipywidgets' + String.fromCharCode(10) + 'import taobaolab, ipywidgets';
    return (await kernel.requestExecute({code}).done).content.status; }"""
KEEP = """async () => { const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    await kernel.requestExecute({code: "open('my_progress.json', 'w').write('{}')"}).done;
    await window.jupyterapp.commands.execute('docmanager:save'); }"""
KEPT = """async () => { const files = window.jupyterapp.serviceManager.contents;
    const book = await files.get('notebooks/00_start_here.ipynb', {content: true});
    await files.get('notebooks/my_progress.json');
    return book.content.cells.find(cell => cell.cell_type === 'code').source; }"""


@pytest.fixture(scope="module")
def host(site):
    """The site below /lite/, where the workflow puts it."""
    with served(site[0].parent) as address:
        yield address + "/lite/"


@needs_browser
def test_a_chart_and_a_village_in_the_browser_alone(host, chromium):
    with watched_page(chromium, host.removesuffix("/lite/")) as page:
        page.goto(f"{host}lab/index.html?path={FIRST}")
        page.wait_for_function(IDLE, timeout=240_000)
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_function(DONE, timeout=120_000)
        shoot(page, "lite_in_your_browser")
        assert page.locator('[data-mime-type="application/vnd.jupyter.error"]').count() == 0
        page.wait_for_function(
            POINTS, arg=5, timeout=20_000
        )  # 2009, and 2012 to 2015: no figure, no point
        page.locator("input[name=until]").focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        page.wait_for_function(POINTS, arg=8, timeout=20_000)
        page.keyboard.press("End")
        page.wait_for_function(POINTS, arg=12, timeout=20_000)
        answer = page.locator(".widget-html-content [role=status]")
        assert "aliresearch-2022: Met." in answer.inner_text()
        page.get_by_label("Households", exact=True).focus()
        page.keyboard.press("Control+a")
        page.keyboard.type("500")
        page.keyboard.press("Enter")
        answer.get_by_text("aliresearch-2022: Not met.").wait_for(timeout=20_000)
        assert page.evaluate(PIP) == "ok", (
            "a notebook of one's own may say what it needs as everywhere"
        )
        assert page.outside == []
        assert page.problems == []


@needs_browser
def test_page_00_comes_first_says_what_is_missing_and_keeps_what_was_saved(host, site, chromium):
    with watched_page(chromium, host.removesuffix("/lite/")) as page:
        page.goto(host)
        page.wait_for_function(IDLE, timeout=240_000)
        assert page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path") == START
        page.locator(".jp-OutputArea svg.marks").first.wait_for(
            timeout=30_000
        )  # stored charts, drawn before any cell runs
        page.evaluate(EDIT)
        if not has_pandas(site[0]):
            told = page.get_by_text("This browser does not have").inner_text(timeout=20_000)
            assert "and this cell needs it. " + words.ADVICE in " ".join(told.split())
            assert "Traceback" not in told
        page.screenshot(path=SHOTS / "lite_without_pandas.png")
        page.evaluate(KEEP)
        page.reload()
        page.locator(".jp-MarkdownOutput h1").first.wait_for(timeout=120_000)
        assert page.evaluate(KEPT) == "my_guess = 4321"
        assert page.outside == []
