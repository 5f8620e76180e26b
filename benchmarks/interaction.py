"""From a key to the picture: every control of every lesson, by real keys in a real browser, against the usual recipe.

python benchmarks/interaction.py     prints a table and writes it into benchmarks/README.md

Opens JupyterLab in Chromium (needs the test extra and a Chromium), runs each lesson and moves each of its controls. The
recipe is `interact` with an Output that redraws, in a notebook of its own. The time runs from the event's own stamp to the
first task after the frame that shows the change; a key is pressed 150 ms after that.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import nbformat
from playwright.sync_api import TimeoutError, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]
MOVES, WARM = 24, 4
RECIPE = """import ipywidgets
from IPython.display import display
from taobaolab import charts
from taobaolab.lessons import definition
charts.setup()
real, made = definition.cases(), definition.made_up()

def redraw(shops):
    chart = definition.draw_the_line(real, made)
    chart.params[0].value = definition.OWN
    chart.params[1].value = shops
    display(chart)

ipywidgets.interact(redraw, shops=ipywidgets.IntSlider(100, 10, 300, continuous_update=True));"""
PROBE = """target => {
  window.probe?.watch.disconnect();
  const probe = window.probe = {times: [], start: null}, channel = new MessageChannel();
  channel.port1.onmessage = () => { if (probe.start !== null) { probe.times.push(performance.now() - probe.start); probe.start = null; } };
  window.probing ??= document.addEventListener('keydown', e => { window.probe.start = e.timeStamp; }, true) ?? true;
  probe.watch = new MutationObserver(() => { if (probe.start !== null) requestAnimationFrame(() => channel.port2.postMessage(0)); });
  probe.watch.observe(target, {subtree: true, childList: true, attributes: true, characterData: true});
}"""
SEEN = """control => control.closest('.vega-embed')?.querySelector('svg.marks')
  ?? control.closest('.jp-OutputArea-child').querySelector('.widget-html-content, .widget-output')"""
CELL = "control => control.closest('.jp-Cell').querySelector('.jp-InputArea .cm-content').innerText"


def there_and_back(kind: str) -> tuple[str, str]:
    """Two keys that move a control of a kind and take it back."""
    if kind == "checkbox":
        return "Space", "Space"
    if kind in ("text", "number", "textarea", "search"):
        return "5", "Backspace"
    return "ArrowDown", "ArrowUp"


def measured(page, control, moves: int = MOVES) -> list[float]:
    """Milliseconds from each key to the change it makes; keys that change nothing within a second are left out."""
    page.evaluate(PROBE, control.evaluate_handle(SEEN))
    control.focus()
    keys = there_and_back(control.evaluate("e => e.type || e.getAttribute('role')"))
    for move in range(moves + WARM):
        before = page.evaluate("() => window.probe.times.length")
        page.keyboard.press(keys[move % 2])
        try:
            page.wait_for_function("n => window.probe.times.length > n", arg=before, timeout=1_000)
        except TimeoutError:
            page.evaluate("() => { window.probe.start = null }")
            if move > WARM and not before:
                return []
        page.wait_for_timeout(150)
    return page.evaluate("() => window.probe.times")[WARM:]


def main() -> None:
    """Measure, print, write."""
    from browser import CHROME, CONTROLS, FLAGS, open_notebook, running_lab, unroll
    from report import write_section

    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(RECIPE)])
    book.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }
    rows, still = [], []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Path(folder) / "recipe"
        place.mkdir()
        nbformat.write(book, place / "recipe.ipynb")
        lessons = [
            f"notebooks/{path.name}" for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
        ]
        with running_lab(Path(folder) / "lab", ROOT / "notebooks", place) as lab:
            browser = playwright.chromium.launch(executable_path=CHROME, args=FLAGS)
            for name in ["recipe/recipe.ipynb", *lessons]:
                page = browser.new_page(viewport={"width": 1280, "height": 1400})
                open_notebook(page, lab, name)
                unroll(page)
                found = page.locator(
                    CONTROLS if name in lessons else "[role=slider]"
                ).element_handles()
                for number, control in enumerate(found, 1):
                    print(f"{name}: control {number} of {len(found)}", flush=True)
                    if not (control.is_visible() and control.is_enabled()):
                        continue
                    inside = control.evaluate("e => !!e.closest('.vega-bindings')")
                    kind = (
                        "the usual recipe"
                        if name not in lessons
                        else "in the chart"
                        if inside
                        else "Python answers"
                    )
                    times = measured(page, control)
                    cell = control.evaluate(CELL).strip().splitlines()[-1]
                    (rows if times else still).append((kind, name, cell, times))
                page.close()
            browser.close()
    recipe = statistics.median(
        next(times for kind, *_, times in rows if kind == "the usual recipe")
    )
    lines = [
        "| control | controls | moves | median ms | 95th percentile ms | slowest control, median ms | times faster than the recipe |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    cells = list(dict.fromkeys((kind, name, cell) for kind, name, cell, _ in rows))
    kinds = list(dict.fromkeys(kind for kind, *_ in rows))
    for label, mine in [
        *((f"all: {k}", [t for kind, *_, t in rows if kind == k]) for k in kinds),
        *(
            (f"{k}: `{cell}`", [t for kind, n, c, t in rows if (kind, n, c) == (k, name, cell)])
            for k, name, cell in cells
            if k != "the usual recipe"
        ),
    ]:
        every = [time for times in mine for time in times]
        middle, late = statistics.median(every), statistics.quantiles(every, n=20)[-1]
        slowest = max(map(statistics.median, mine))
        lines.append(
            f"| {label} | {len(mine)} | {len(every)} | {middle:.0f} | {late:.0f} | {slowest:.0f} | {recipe / middle:.1f} |"
        )
    if still:
        lines += [
            "",
            f"Controls that wait for another one, and so changed nothing here: {len(still)}.",
        ]
    write_section(
        ROOT / "benchmarks" / "README.md", "From a key to the picture", "interaction.py", lines
    )


if __name__ == "__main__":
    main()
