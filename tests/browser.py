"""Driving a real browser: a JupyterLab on copies of the notebooks, its pages, charts and controls, by real keys."""

import contextlib
import http.server
import io
import json
import math
import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from functools import partial

import numpy as np
import pytest
from PIL import Image, ImageFilter

from conftest import ROOT

CHROME = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
needs_chromium = pytest.mark.skipif(
    CHROME is None, reason="no Chromium here: apt-get install chromium"
)
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
OF_LITE = "@jupyterlite/services"  # the lite extra brings an extension that JupyterLab cannot load; it says so and goes on
SHOTS = ROOT / "shots"
FOLDERS = ("notebooks", "exercises", "solutions")
IDLE = "() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
DONE = """() => { const w = window.jupyterapp.shell.currentWidget;
  return w.sessionContext.session.kernel.status === 'idle' && w.content.widgets.every(
    c => c.model.type !== 'code' || !c.model.sharedModel.getSource().trim() || c.model.executionCount != null) }"""

END = """() => Math.max(...[...document.querySelectorAll('.jp-Notebook .jp-Cell')].map(
  c => c.getBoundingClientRect().bottom)) + document.querySelector('.jp-WindowedPanel-outer').scrollTop"""
STILL = f"""() => {{ const now = [({END})(), document.querySelectorAll('.jp-OutputArea svg.marks').length].join();
  const w = window, same = w.lately === now; w.lately = now; w.stillFor = same ? (w.stillFor || 0) + 1 : 0; return w.stillFor > 4 }}"""
CELLS = "() => window.jupyterapp.shell.currentWidget.content.widgets.map(c => [c.model.type, c.model.id])"
CONTROLS = ".jp-OutputArea :is(.vega-bindings, .jupyter-widgets) :is(input, select, textarea, button, [role=slider])"
SHOWN = """control => { const output = control.closest('.jp-OutputArea-output');
  return [...output.querySelectorAll('svg.marks, [role=status]')].map(e => e.innerHTML).join() }"""
SETTLED = """async control => { const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  if (control.closest('.jupyter-widgets')) for (const _ of 'ab') await kernel.requestKernelInfo();
  for (const _ of 'abc') await new Promise(requestAnimationFrame) }"""  # ends when all that Python had to say has come
WAIT = f"""([control, before, least]) => new Promise(done => {{ const end = performance.now() + least; const look = () => {{
  const now = ({SHOWN})(control);
  now !== before ? done(true) : performance.now() > end ? done(false) : requestAnimationFrame(look) }}; look() }})"""
NAME = """e => { const label = e.labels?.[0], part = label?.querySelector('.vega-bind-name'); return (part ? part.textContent
  : label ? [...label.childNodes].filter(n => !n.contains(e)).map(n => n.textContent).join('')
  : e.getAttribute('aria-label') || e.textContent || '').trim() }"""
KIND = "e => e.type === 'text' && e.closest('.vega-bindings') ? 'words' : e.type || e.getAttribute('role')"
LOOK = """e => { const { outline, boxShadow, border, backgroundColor } = getComputedStyle(e);
  return [outline, boxShadow, border, backgroundColor].join() }"""
VALUE = "e => e.type === 'checkbox' ? e.checked : e.getAttribute('aria-valuenow') ?? e.value"

TYPED = {
    "words": "zq",
    "text": "13",
    "number": "13",
    "textarea": "13",
}  # into what kind of field, and at the second time


@contextlib.contextmanager
def running_lab(tmp, *folders, python=sys.executable):
    """A JupyterLab on a copy of folders of notebooks, with the settings that the wheel brings: its address and token."""
    work, settings = tmp / "work", tmp / "lab" / "overrides.d"
    settings.mkdir(parents=True)
    shutil.copy(ROOT / "jupyter" / "overrides.json", settings / "taobaolab.json")
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
        "PATH": os.path.dirname(python) + os.pathsep + os.environ["PATH"],
    }
    command = [
        python,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={work}",
        f"--LabApp.app_settings_dir={settings.parent}",
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
                    urllib.request.urlopen(
                        f"http://127.0.0.1:{port}/api/status?token={token}", timeout=2
                    ).close()
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
                server.wait()


@contextlib.contextmanager
def served(folder):
    """A folder as any static host would give it: its address. It has an icon, which browsers ask for unasked."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def do_GET(self):
            if self.path != "/favicon.ico":
                return super().do_GET()
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=folder)
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextlib.contextmanager
def watched_page(chromium, *homes, **context):
    """A page that keeps its console errors (``problems``) and all requests that leave the given addresses (``outside``)."""
    with contextlib.closing(
        chromium.new_context(**{"viewport": {"width": 1280, "height": 900}} | context)
    ) as opened:
        page = opened.new_page()
        page.problems, page.outside = [], []
        page.on(
            "console",
            lambda m: (
                page.problems.append(m.text)
                if m.type == "error" and OF_LITE not in m.text
                else None
            ),
        )
        page.on("pageerror", lambda e: page.problems.append(str(e)))
        inside = ("data:", "blob:", *homes, *(home.replace("http", "ws") for home in homes))
        page.on(
            "request", lambda r: None if r.url.startswith(inside) else page.outside.append(r.url)
        )
        yield page


def end_sessions(address, token):
    """Stop every kernel of a JupyterLab, so that the next test begins with a fresh one."""
    with urllib.request.urlopen(f"{address}/api/sessions?token={token}") as answer:
        sessions = json.load(answer)
    for session in sessions:
        request = urllib.request.Request(
            f"{address}/api/sessions/{session['id']}?token={token}", method="DELETE"
        )
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


def unroll(page):
    """Let JupyterLab draw the whole notebook, not only what is near the window."""
    page.evaluate(
        """() => { const book = window.jupyterapp.shell.currentWidget.content;
            book.notebookConfig = {...book.notebookConfig, windowingMode: 'none'} }"""
    )
    page.wait_for_function(STILL, polling=100, timeout=60_000)


def shoot(page, name, width=1280):
    """A picture of the whole notebook: the window grows until everything is on it."""
    SHOTS.mkdir(exist_ok=True)
    unroll(page)
    page.set_viewport_size({"width": width, "height": 900})
    page.set_viewport_size(
        {"width": width, "height": min(30_000, 40 + math.ceil(page.evaluate(END)))}
    )
    page.evaluate("() => { document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0 }")
    page.wait_for_function(STILL, polling=100, timeout=60_000)
    page.screenshot(path=SHOTS / f"{name}.png")
    page.set_viewport_size({"width": width, "height": 900})


def dress(page, theme):
    """Change the theme of JupyterLab: Light or Dark."""
    page.evaluate(
        "t => window.jupyterapp.commands.execute('apputils:change-theme', {theme: `JupyterLab ${t}`})",
        theme,
    )
    page.wait_for_function(
        "t => document.body.dataset.jpThemeLight === t", arg=str(theme == "Light").lower()
    )


def alike(one, other):
    """How alike two pictures are: the correlation of where they are dark, after a blur."""
    dark = [
        Image.open(io.BytesIO(p)).convert("L").resize((96, 64)).filter(ImageFilter.GaussianBlur(1))
        for p in (one, other)
    ]
    return float(np.corrcoef(*(np.asarray(d, float).ravel() for d in dark))[0, 1])


def said(page, words):
    """A line that a chart writes; with a halo it is written twice."""
    return page.locator(".jp-OutputArea svg.marks text", has_text=words).first


def choose(page, name, option):
    """Choose an option of a list by arrow keys alone."""
    control = page.locator(".vega-bindings").get_by_role("combobox", name=name, exact=True)
    control.focus()
    page.keyboard.press("Home")
    for _ in range(80):
        if control.evaluate("list => list.options[list.selectedIndex].text").startswith(option):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{option} is not in the list {name}")


def pick(page, name, option):
    """Choose an option of a list of a form by arrow keys alone; ipywidgets writes its blanks as hard ones."""
    control = page.get_by_label(name, exact=True)
    control.focus()
    page.keyboard.press("Home")
    for _ in range(40):
        shown = control.evaluate("list => list.options[list.selectedIndex].text").replace(
            "\xa0", " "
        )
        if shown.startswith(option):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{option} is not in the list {name}")


def tick(page, name):
    page.get_by_label(name, exact=True).focus()
    page.keyboard.press("Space")


def drive(page):
    """Move every control of an unrolled notebook by keyboard until its picture or answer changes.

    Gives the names of all controls, and of those that changed nothing.

    A control is first moved by one step. Those that changed nothing yet are moved again when all others have been moved,
    this time to their other end: many a control only matters when another one stands so.
    """
    controls = [c for c in page.locator(CONTROLS).element_handles() if c.is_visible()]
    quiet = controls
    for far, patience in ((False, 200), (True, 500), (False, 500), (True, 2000)):
        quiet = [
            control
            for control in quiet
            if control.is_enabled() and not moved(page, control, far, patience)
        ]
    return [control.evaluate(NAME) for control in controls], [
        control.evaluate(NAME) for control in quiet
    ]


def unseen(page):
    """The names of controls that look the same with and without the focus of the keyboard."""
    page.keyboard.press("Tab")
    looks = [
        [
            control.evaluate(f"e => {{ e.{verb}(); return ({LOOK})(e) }}")
            for verb in ("blur", "focus")
        ]
        + [control]
        for control in page.locator(CONTROLS).element_handles()
        if control.is_visible() and control.is_enabled()
    ]
    return [control.evaluate(NAME) for away, here, control in looks if away == here]


def moved(page, control, far, patience):
    """Whether a picture or an answer changes when its control is moved by real keys."""
    control.focus()
    page.evaluate(SETTLED, control)
    before, value = control.evaluate(SHOWN), control.evaluate(VALUE)
    kind = control.evaluate(KIND)
    for key in keys(kind, far):
        page.keyboard.press(key)
        if control.evaluate(VALUE) != value:
            break
    assert control.evaluate("e => e === document.activeElement"), (
        f"{control.evaluate(NAME)} lost the focus"
    )
    page.evaluate(SETTLED, control)
    changed = page.evaluate(WAIT, [control, before, patience])
    if kind in TYPED:
        page.keyboard.press("Backspace")
        page.evaluate(SETTLED, control)
    return changed


def keys(kind, far):
    """Keys that move a control of a kind, each to be pressed only if those before it did nothing."""
    if kind in ("checkbox", "button", "submit"):
        return ["Space"]
    if kind in TYPED:
        return [TYPED[kind][far]]
    if kind == "range":
        return ["End", "Home"] if far else ["ArrowRight", "ArrowLeft"]
    return ["End", "Home"] if far else ["ArrowDown", "ArrowUp"]


# For a page of ours: what is said of a chart stands on the whole picture, and a file may not fetch its own style sheet.
OF_OURS = {"exclude": ("svg.marks > g",), "preload": False}


def axe(page, *parts, exclude=(), preload=True):
    """What axe-core finds on a page, or at parts of it: a rule, a piece of HTML and the reason each."""
    from importlib.resources import files

    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    where = {"exclude": [[p] for p in exclude]} | (
        {"include": [[p] for p in parts]} if parts else {}
    )
    run = "async ([where, how]) => (await axe.run(where, how)).violations"
    found = page.evaluate(run, [where, {"resultTypes": ["violations"], "preload": preload}])
    return [(v["id"], node["html"], node["failureSummary"]) for v in found for node in v["nodes"]]
