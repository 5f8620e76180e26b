"""In a real browser: JupyterLab opens, the notebooks run, charts draw, controls work by keyboard, nothing is fetched."""

import base64
import contextlib
import io
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import numpy as np
import pytest
from PIL import Image, ImageFilter

from conftest import ROOT

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install -e '.[test]'")
CHROME = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
pytestmark = pytest.mark.skipif(CHROME is None, reason="no Chromium here: apt-get install chromium")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
CHART = "application/vnd.vegalite.v5+json"
SHOTS = ROOT / "shots"
FOLDERS = ("notebooks", "exercises", "solutions")
BOOKS = sorted(p.relative_to(ROOT).as_posix() for folder in FOLDERS for p in (ROOT / folder).glob("*.ipynb"))
IDLE = "() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
DONE = """() => { const w = window.jupyterapp.shell.currentWidget;
  return w.sessionContext.session.kernel.status === 'idle' && w.content.widgets.every(
    c => c.model.type !== 'code' || !c.model.sharedModel.getSource().trim() || c.model.executionCount != null) }"""


@contextlib.contextmanager
def running_lab(tmp, *folders):
    """A JupyterLab on a copy of folders of notebooks, with the settings that the wheel installs: its address and token."""
    work = tmp / "work"
    for folder in folders:
        shutil.copytree(folder, work / folder.name)
    token = secrets.token_hex(16)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(tmp / "config"),
        "JUPYTER_RUNTIME_DIR": str(tmp / "run"),
        "IPYTHONDIR": str(tmp / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(tmp / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp / "spaces"),
        "JUPYTER_TOKEN": token,
        "PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"],
    }
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={work}",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    with (tmp / "lab.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            end = time.time() + 60
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/api/status?token={token}", timeout=2).close()
                    break
                except OSError:
                    assert server.poll() is None, (tmp / "lab.log").read_text()
                    assert time.time() < end, (tmp / "lab.log").read_text()
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}", token
        finally:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(15)
            if server.poll() is None:
                server.kill()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    with running_lab(tmp_path_factory.mktemp("lab"), *(ROOT / folder for folder in FOLDERS)) as running:
        yield running


@pytest.fixture(scope="session")
def chromium():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROME, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, lab):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.problems, page.outside = [], []
    page.on("console", lambda m: page.problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: page.problems.append(str(e)))
    page.on(
        "request",
        lambda r: (
            None
            if r.url.startswith((lab[0], "data:", "blob:", lab[0].replace("http", "ws")))
            else page.outside.append(r.url)
        ),
    )
    yield page
    context.close()
    address, token = lab
    for session in json.load(urllib.request.urlopen(f"{address}/api/sessions?token={token}")):
        request = urllib.request.Request(f"{address}/api/sessions/{session['id']}?token={token}", method="DELETE")
        urllib.request.urlopen(request).close()


def open_notebook(page, lab, book, run=True):
    page.goto(f"{lab[0]}/lab/tree/{book}?reset&token={lab[1]}")
    page.wait_for_function(IDLE, timeout=90_000)
    if run:
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_function(DONE, timeout=120_000)


def bring(page, source):
    """Scroll to the cell with this source: JupyterLab draws only what is near the window."""
    page.evaluate(
        """async source => { const book = window.jupyterapp.shell.currentWidget.content;
            const at = book.widgets.findIndex(cell => cell.model.sharedModel.getSource().includes(source));
            book.activeCellIndex = at; await book.scrollToItem(at, 'start'); }""",
        source,
    )


def shoot(page, name):
    """A picture of the whole notebook: the window grows until everything is on it."""
    SHOTS.mkdir(exist_ok=True)
    page.set_viewport_size({"width": 1280, "height": 14_000})
    page.evaluate("() => { document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0 }")
    page.wait_for_timeout(1000)
    end = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('.jp-Cell')].map(c => c.getBoundingClientRect().bottom))"
    )
    page.screenshot(path=SHOTS / f"{name}.png", clip={"x": 0, "y": 0, "width": 1280, "height": min(14_000, end + 40)})


@pytest.mark.parametrize("book", BOOKS)
def test_a_notebook_runs_draws_and_fetches_nothing(lab, page, book):
    open_notebook(page, lab, book)
    stored = json.loads((ROOT / book).read_text(encoding="utf-8"))
    charts = sum(CHART in o.get("data", {}) for c in stored["cells"] for o in c.get("outputs", []))
    shoot(page, book.replace("/", "_").removesuffix(".ipynb"))
    page.wait_for_function(
        "n => document.querySelectorAll('.jp-OutputArea svg.marks').length >= n", arg=charts, timeout=30_000
    )
    assert page.locator('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.error"]').count() == 0
    labels = page.locator(".jp-OutputArea [role=graphics-document]").evaluate_all(
        "all => all.map(e => e.getAttribute('aria-label'))"
    )
    assert len(labels) >= charts
    assert all(len(label) > 100 for label in labels)
    stills = [
        o["data"]["image/png"] for c in stored["cells"] for o in c.get("outputs", []) if CHART in o.get("data", {})
    ]
    for number, (still, chart) in enumerate(zip(stills, page.locator(".jp-OutputArea svg.marks").all(), strict=True)):
        likeness = alike(base64.b64decode(still), chart.screenshot())
        assert likeness > 0.8, (
            f"chart {number} of {book} looks different in JupyterLab than in its still: {likeness:.2f}"
        )
    assert page.outside == []
    assert page.problems == []


def alike(one, other):
    """How alike two pictures are: the correlation of where they are dark, after a blur."""
    dark = [
        Image.open(io.BytesIO(p)).convert("L").resize((96, 64)).filter(ImageFilter.GaussianBlur(1))
        for p in (one, other)
    ]
    return float(np.corrcoef(*(np.asarray(d, float).ravel() for d in dark))[0, 1])


def test_an_unrun_notebook_shows_its_charts_and_its_cells_stay_untouched(lab, page):
    """JupyterLab writes pictures of its own into outputs that have none; ours have theirs."""
    book = "notebooks/00_start_here.ipynb"
    open_notebook(page, lab, book, run=False)
    page.locator(".jp-OutputArea svg.marks").first.wait_for(timeout=30_000)
    shoot(page, "unrun")
    model = page.evaluate("() => window.jupyterapp.shell.currentWidget.context.model.toJSON()")
    stored = json.loads((ROOT / book).read_text(encoding="utf-8"))
    assert [sorted(o["data"]) for c in model["cells"] for o in c.get("outputs", []) if "data" in o] == [
        sorted(o["data"]) for c in stored["cells"] for o in c.get("outputs", []) if "data" in o
    ]
    assert page.outside == []


def test_a_form_that_was_not_run_shows_its_first_answer_and_says_what_to_do(lab, page):
    open_notebook(page, lab, "notebooks/01_definition.ipynb", run=False)
    bring(page, "check_a_village()")
    form = page.locator(".jp-OutputArea", has_text="This form needs a running kernel: run the cell above.")
    sync_api.expect(form.first).to_contain_text(": Met.", timeout=20_000)
    assert page.locator("text=model not found").count() == 0


def test_the_year_of_the_map_is_chosen_by_keyboard(lab, page):
    open_notebook(page, lab, "notebooks/00_start_here.ipynb")
    bring(page, "county_map(")
    control = page.get_by_role("combobox", name="Year", exact=True)
    said = page.locator(".jp-OutputArea svg.marks text", has_text=re.compile(r"\d{4}: [\d,]+ villages in \d+ counties"))
    sync_api.expect(said).to_have_text("2016: 1,311 villages in 221 counties")
    control.focus()
    page.keyboard.press("ArrowUp")
    sync_api.expect(said).to_have_text("2015: 780 villages in 181 counties")
    page.keyboard.press("ArrowUp")
    sync_api.expect(said).to_have_text("2014: 212 villages in 80 counties")
    assert page.problems == []


def test_the_line_is_drawn_by_keyboard_and_needs_no_kernel(lab, page):
    open_notebook(page, lab, "notebooks/01_definition.ipynb")
    bring(page, "draw_the_line()")
    real = page.locator(".jp-OutputArea svg.marks text", has_text=re.compile("^Real records"))
    made = page.locator(".jp-OutputArea svg.marks text", has_text=re.compile("^Made up"))
    sync_api.expect(real).to_have_text("Real records: 16 of 21 met, 4 undetermined")
    before = made.text_content()
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    controls = page.locator(".vega-bindings")
    controls.get_by_role("combobox", name="Wording", exact=True).focus()
    page.keyboard.press("End")
    for name, key, times in (("My own: shops", "ArrowLeft", 60), ("My own: % of households", "ArrowLeft", 5)):
        controls.get_by_role("slider", name=name).focus()
        for _ in range(times):
            page.keyboard.press(key)
    sync_api.expect(controls.get_by_role("slider", name="My own: shops")).to_have_value("40")
    sync_api.expect(real).to_have_text("Real records: 20 of 21 met")
    assert made.text_content() != before
    controls.get_by_role("combobox", name="My own: which doors", exact=True).focus()
    page.keyboard.press("ArrowDown")
    sync_api.expect(real).to_have_text(re.compile(r"^Real records: \d+ of 21 met, \d+ undetermined"))
    controls.get_by_role("checkbox", name="My own: exactly on the line counts").focus()
    page.keyboard.press("Space")
    sync_api.expect(real).to_have_text(re.compile("^Real records: "))
    assert page.problems == []
    assert page.outside == []


def test_the_form_is_filled_in_by_keyboard_and_tells_what_it_sees(lab, page):
    open_notebook(page, lab, "notebooks/01_definition.ipynb")
    bring(page, "check_a_village()")
    card = page.locator(".widget-html-content [role=status]")
    sync_api.expect(card).to_contain_text(": Met.")
    entry = page.get_by_label("Households", exact=True)
    entry.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("700")
    sync_api.expect(card).to_contain_text(": Not met.")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    sync_api.expect(card).to_contain_text(": Undetermined.")
    page.keyboard.type("many")
    sync_api.expect(card).to_contain_text("is not a number")
    for label in ("Wording", "Active shops", "Sales in RMB a year", "Administrative village"):
        assert page.get_by_label(label, exact=True).count() == 1, label
    assert page.locator('[title*="log entries"]').count() == 0
    assert page.problems == []


def test_charts_can_be_read_in_the_dark_theme(lab, page):
    open_notebook(page, lab, "notebooks/00_start_here.ipynb")
    page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'", timeout=20_000)
    ground = page.locator(".jp-OutputArea svg.marks").first.evaluate(
        "e => e.style.backgroundColor || getComputedStyle(e).backgroundColor"
    )
    assert ground in ("white", "rgb(255, 255, 255)")
    shoot(page, "dark")
