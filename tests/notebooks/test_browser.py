"""In a real browser: JupyterLab opens, the notebooks run, charts draw, controls work by keyboard, nothing is fetched."""

import base64
import importlib
import inspect
import json
import pkgutil

import nbformat
import pytest

from conftest import ROOT
from taobaolab import lessons
from tests.browser import (
    CELLS,
    CONTROLS,
    FOLDERS,
    alike,
    axe,
    bring,
    dress,
    drive,
    needs_chromium,
    open_notebook,
    shoot,
    unseen,
)

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: pip install -e '.[test]'"
)
pytestmark = needs_chromium
CHART, WIDGET = "application/vnd.vegalite.v5+json", "application/vnd.jupyter.widget-view+json"
BOOKS = sorted(
    p.relative_to(ROOT).as_posix() for folder in FOLDERS for p in (ROOT / folder).glob("*.ipynb")
)
LESSONS = [book for book in BOOKS if book.startswith("notebooks/")]
OUTPUTS = ".jp-Notebook .jp-OutputArea"
FORMS = ".jp-OutputArea .jupyter-widgets [role=status]"
CUT_OFF = """controls => [...document.querySelectorAll(controls)].filter(control => {
  const output = control.closest('.jp-OutputArea-output'), scrolls = getComputedStyle(output).overflowX === 'auto';
  const right = control.getBoundingClientRect().right - output.getBoundingClientRect().left + output.scrollLeft;
  return control.offsetParent && right > (scrolls ? output.scrollWidth : output.clientWidth) + 2
}).map(control => control.outerHTML.slice(0, 99))"""  # two pixels: the outer edge of a form's own margin
STAYS = {  # controls that may leave the picture as it is here, with the reason; test_browser_hands.py moves them so that they matter
    "notebooks/01_definition.ipynb": {
        "My own: exactly on the line counts": "matters to a village on the line, and where the line is put none stands on it",
        "Registered shops": "asked by other wordings than those that the driver chooses",
        "Trading households": "asked by other wordings than those that the driver chooses",
        "Residents' committee": "asked by other wordings than those that the driver chooses",
    },
}


def outputs(book):
    return [
        o for c in nbformat.read(ROOT / book, 4).cells for o in c.get("outputs", []) if "data" in o
    ]


def in_lanes(books):
    """Lessons and exercises in the daily lane; solutions have the explorers of their lesson, the first page has the least."""
    found = []
    for book in books:
        rarely = book.startswith("solutions/") or book == "notebooks/00_start_here.ipynb"
        found.append(pytest.param(book, marks=[pytest.mark.full] if rarely else []))
    return found


@pytest.mark.parametrize("book", in_lanes(BOOKS))
def test_a_notebook_runs_draws_and_fetches_nothing(lab, page, book):
    open_notebook(page, lab, book)
    dress(page, "Light")
    charts = [o["data"] for o in outputs(book) if CHART in o["data"]]  # exercises store none
    shoot(page, shot_name(book))
    drawn = page.locator(".jp-OutputArea svg.marks").all()
    assert len(drawn) >= len(charts)
    for number, (stored, chart) in enumerate(zip(charts, drawn, strict=False)):
        likeness = alike(base64.b64decode(stored["image/png"]), chart.screenshot())
        assert likeness > 0.8, (
            f"chart {number} of {book} looks different in JupyterLab than in its still: {likeness:.2f}"
        )
    labels = page.locator(".jp-OutputArea [role=graphics-document]").evaluate_all(
        "all => all.map(e => e.getAttribute('aria-label'))"
    )
    assert len(labels) >= len(charts)
    assert all(len(label) > 100 for label in labels)
    assert axe(page, OUTPUTS) == []
    assert sum(WIDGET in o["data"] for o in outputs(book)) <= page.locator(FORMS).count()
    assert_nothing_went_wrong(page)


@pytest.mark.parametrize("book", BOOKS)
@pytest.mark.full
def test_a_notebook_obeys_the_keyboard_in_light_and_dark_and_when_it_is_small(lab, page, book):
    open_notebook(page, lab, book)
    dress(page, "Light")
    charts = [o["data"] for o in outputs(book) if CHART in o["data"]]
    shoot(page, shot_name(book))  # which also makes the window as large as the notebook
    assert unseen(page) == []
    cells = page.evaluate(CELLS)
    names, quiet = drive(page)
    assert all(names), "a control has no name"
    assert {
        p["bind"]["name"].strip() for c in charts for p in c[CHART].get("params", []) if "bind" in p
    } <= set(names)
    assert sorted(quiet) == sorted(STAYS.get(book, {}))
    assert page.evaluate(CELLS) == cells
    dress(page, "Dark")
    assert axe(page, OUTPUTS) == []
    assert unseen(page) == []
    if book.startswith("notebooks/"):
        shoot(page, f"dark_{shot_name(book)}")
    page.set_viewport_size({"width": 640, "height": 450})
    page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
    page.wait_for_function("() => document.querySelector('.jp-Notebook').clientWidth > 500")
    assert page.evaluate(CUT_OFF, CONTROLS) == [], "at 200% zoom, a control is cut off"
    assert page.evaluate("() => document.scrollingElement.scrollWidth <= window.innerWidth")
    assert_nothing_went_wrong(page)


def shot_name(book):
    return book.replace("/", "_").removesuffix(".ipynb")


def assert_nothing_went_wrong(page):
    """No cell failed, nothing was logged, and nothing outside this machine was asked for."""
    errors = '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.error"]'
    assert page.locator(errors).count() == 0
    assert page.locator('[title*="log entries"]').count() == 0
    assert page.outside == []
    assert page.problems == []


def drawers(theme):
    """The public functions of a theme that draw a chart or make a form."""
    module = importlib.import_module(f"taobaolab.lessons.{theme}")
    own = [
        name
        for name, part in vars(module).items()
        if getattr(part, "__module__", "") == module.__name__
    ]
    for name in getattr(module, "__all__", own):
        part = getattr(module, name)
        if name.startswith("_") or not inspect.isfunction(part):
            continue
        returns = str(inspect.signature(part).return_annotation)
        makes_form = returns == "Any" and "form(" in inspect.getsource(part)
        if makes_form or returns.startswith("alt."):
            yield name


@pytest.mark.parametrize("theme", [t.name for t in pkgutil.iter_modules(lessons.__path__)])
def test_every_explorer_is_in_a_lesson_where_the_test_above_drives_it(theme):
    found = list(drawers(theme))
    code = "\n".join(
        c.source
        for book in LESSONS
        for c in nbformat.read(ROOT / book, 4).cells
        if c.cell_type == "code"
    )
    assert len(found) >= 3
    assert [name for name in found if f"{theme}.{name}(" not in code] == []


def test_an_unrun_notebook_shows_its_charts_and_its_cells_stay_untouched(lab, page):
    """JupyterLab writes pictures of its own into outputs that have none; ours have theirs."""
    book = "notebooks/00_start_here.ipynb"
    open_notebook(page, lab, book, run=False)
    page.locator(".jp-OutputArea svg.marks").first.wait_for(timeout=30_000)
    shoot(page, "unrun")
    model = page.evaluate("() => window.jupyterapp.shell.currentWidget.context.model.toJSON()")
    stored = json.loads((ROOT / book).read_text(encoding="utf-8"))
    assert [
        sorted(o["data"]) for c in model["cells"] for o in c.get("outputs", []) if "data" in o
    ] == [sorted(o["data"]) for c in stored["cells"] for o in c.get("outputs", []) if "data" in o]
    assert page.outside == []


@pytest.mark.full
def test_a_form_that_was_not_run_shows_its_first_answer_and_says_what_to_do(lab, page):
    open_notebook(page, lab, "notebooks/01_definition.ipynb", run=False)
    bring(page, "check_a_village()")
    form = page.locator(
        ".jp-OutputArea", has_text="This form needs a running kernel: run the cell above."
    )
    sync_api.expect(form.first).to_contain_text(": Met.", timeout=20_000)
    assert page.locator("text=model not found").count() == 0


@pytest.mark.full
def test_charts_can_be_read_in_the_dark_theme(lab, page):
    open_notebook(page, lab, "notebooks/00_start_here.ipynb")
    dress(page, "Dark")
    ground = page.locator(".jp-OutputArea svg.marks").first.evaluate(
        "e => e.style.backgroundColor || getComputedStyle(e).backgroundColor"
    )
    assert ground in ("white", "rgb(255, 255, 255)")
    dress(page, "Light")
