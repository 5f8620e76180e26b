"""From a key to the picture: how long every kind of control takes in a real browser, against the usual recipe.

python benchmarks/interaction.py     prints a table and writes it into benchmarks/README.md

Opens JupyterLab in Chromium (needs the test extra and a Chromium) with one notebook: explorers of all themes, each with a
control bound inside its chart or a form that Python answers, and the usual recipe of `interact` with an Output that redraws.
Real key presses; the time runs from the event's own stamp to the first task after the frame that shows the change.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]
MOVES = 40
SETUP = """import ipywidgets
from IPython.display import display
from taobaolab import charts
from taobaolab.explorers import dangji, definition, governance, growth, sustainability
charts.setup()
real, made = definition.cases(), definition.made_up()"""
RECIPE = """def redraw(shops):
    chart = definition.draw_the_line(real, made)
    chart.params[0].value = definition.OWN
    chart.params[1].value = shops
    display(chart)

ipywidgets.interact(redraw, shops=ipywidgets.IntSlider(100, 10, 300, continuous_update=True));"""
INSIDE, FORM = ".jp-OutputArea", ".widget-html-content"
STEPS = ["ArrowLeft", "ArrowRight"] * (MOVES // 2)
LIST = ["ArrowDown", "ArrowUp"] * (MOVES // 2)
BY_RECIPE = "the usual recipe (interact, Output, redraw)"
MEASURED = {  # what it is: the cell, the control, the keys, where the change shows
    "inside the chart: draw the line": ("definition.draw_the_line(real, made)", "input[name=my_shops]", STEPS, INSIDE),
    "inside the chart: fit and be judged": ("growth.fit_and_be_judged()", "select[name=until]", LIST, INSIDE),
    "inside the charts: where": ("growth.where()", "input[name=south_of]", STEPS, INSIDE),
    "inside the chart: timeline": ("governance.timeline()", "select[name=level_shown]", LIST, INSIDE),
    "inside the chart: who gives what to whom": (
        "governance.who_gives_what_to_whom()",
        "select[name=taken_out]",
        LIST,
        INSIDE,
    ),
    "inside the charts: the village market": (
        "sustainability.village_market()",
        "select[name=dial_imitation]",
        LIST,
        INSIDE,
    ),
    "inside the chart: the balance": ("sustainability.the_balance()", "input[name=w_survey]", STEPS, INSIDE),
    "Python answers: check a village": (
        "definition.check_a_village()",
        "input[type=text] >> nth=1",
        ["5", "Backspace"] * (MOVES // 2),
        FORM,
    ),
    "Python answers: the detective's desk": ("dangji.detectives_desk()", "select >> nth=0", LIST, FORM),
    BY_RECIPE: (RECIPE, "[role=slider]", STEPS[: MOVES // 2], ".widget-output"),
}
PROBE = """([target]) => {
  const probe = window.probe = {times: [], start: null};
  const channel = new MessageChannel();
  channel.port1.onmessage = () => { if (probe.start !== null) { probe.times.push(performance.now() - probe.start); probe.start = null; } };
  document.addEventListener('keydown', e => { probe.start = e.timeStamp; }, true);
  new MutationObserver(() => { if (probe.start !== null) requestAnimationFrame(() => channel.port2.postMessage(0)); })
    .observe(document.querySelector(target), {subtree: true, childList: true, attributes: true, characterData: true});
}"""


def measured(page, focus, keys, target) -> list[float]:
    """Milliseconds from each of the keys to the change it makes in the target."""
    page.evaluate(PROBE, [target])
    focus.focus()
    for key in keys:
        before = page.evaluate("() => window.probe.times.length")
        page.keyboard.press(key)
        page.wait_for_function("n => window.probe.times.length > n", arg=before, timeout=15_000)
        page.wait_for_timeout(60)
    return page.evaluate("() => window.probe.times")[4:]


def main() -> None:
    """Measure, print, write."""
    import tempfile

    from browser import CHROME, FLAGS, bring, open_notebook, running_lab
    from playwright.sync_api import sync_playwright
    from report import write_section

    sources = [SETUP, *(cell for cell, *_ in MEASURED.values())]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    results = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        notebooks = Path(folder) / "notebooks"
        notebooks.mkdir()
        nbformat.write(book, notebooks / "bench.ipynb")
        with running_lab(Path(folder) / "lab", notebooks) as lab:
            browser = playwright.chromium.launch(executable_path=CHROME, args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 1400})
            open_notebook(page, lab, "notebooks/bench.ipynb")
            for number, (name, (source, control, keys, place)) in enumerate(MEASURED.items(), 1):
                bring(page, source)
                page.evaluate(
                    "n => document.querySelector(`.jp-Cell[data-windowed-list-index='${n}']`).id = 'cell' + n", number
                )
                results[name] = measured(page, page.locator(f"#cell{number} {control}"), keys, f"#cell{number} {place}")
            browser.close()
    recipe = statistics.median(results[BY_RECIPE])
    lines = [
        "| control | moves | median ms | 95th percentile ms | times faster than the recipe |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, times in results.items():
        middle, late = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        lines.append(f"| {name} | {len(times)} | {middle:.0f} | {late:.0f} | {recipe / middle:.1f} |")
    write_section(ROOT / "benchmarks" / "README.md", "From a key to the picture", "interaction.py", lines)


if __name__ == "__main__":
    main()
