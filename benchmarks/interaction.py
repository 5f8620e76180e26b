"""From a key to the picture: how long every kind of control takes in a real browser, against the usual recipe.

python benchmarks/interaction.py     prints a table and writes it into benchmarks/README.md

Opens JupyterLab in Chromium (needs the test extra and a Chromium) with one notebook that holds the same picture three ways:
a control bound inside the chart, a form that Python answers, and the usual recipe of `interact` with an Output that
redraws. Real key presses; the time runs from the event's own stamp to the first task after the frame that shows the change.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]
MOVES = 40
CELLS = {
    "setup": "import ipywidgets\nfrom IPython.display import display\nfrom taobaolab import charts\n"
    "from taobaolab.explorers import definition as explorer\ncharts.setup()\nreal, made = explorer.cases(), explorer.made_up()",
    "inside": "explorer.draw_the_line(real, made)",
    "form": "explorer.check_a_village()",
    "recipe": "def redraw(shops):\n    chart = explorer.draw_the_line(real, made)\n    chart.params[0].value = explorer.OWN\n"
    "    chart.params[1].value = shops\n    display(chart)\n\n"
    "ipywidgets.interact(redraw, shops=ipywidgets.IntSlider(100, 10, 300, continuous_update=True));",
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

    from playwright.sync_api import sync_playwright
    from report import write_section
    from test_browser import CHROME, FLAGS, open_notebook, running_lab

    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS.values()])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        notebooks = Path(folder) / "notebooks"
        notebooks.mkdir()
        nbformat.write(book, notebooks / "bench.ipynb")
        with running_lab(Path(folder) / "lab", notebooks) as lab:
            browser = playwright.chromium.launch(executable_path=CHROME, args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 3000})
            results = {}
            open_notebook(page, lab, "notebooks/bench.ipynb")
            page.locator(".jp-OutputArea svg.marks").nth(1).wait_for()
            page.evaluate("() => document.querySelectorAll('.jp-Cell').forEach((c, i) => c.id = 'cell' + i)")
            page.select_option("#cell1 select[name=variant]", "my own")
            page.wait_for_timeout(500)
            slider = page.locator("#cell1 input[name=my_shops]")
            results["inside the chart (draw the line, 171 villages)"] = measured(
                page, slider, ["ArrowRight"] * MOVES, "#cell1 .jp-OutputArea"
            )
            entry = page.locator("#cell2 input[type=text]").nth(1)
            typed = ["5", "Backspace"] * (MOVES // 2)
            results["Python answers (check a village)"] = measured(page, entry, typed, "#cell2 .widget-html-content")
            handle = page.locator("#cell3 [role=slider]")
            results["the usual recipe (interact, Output, redraw)"] = measured(
                page, handle, ["ArrowRight"] * (MOVES // 2), "#cell3 .widget-output"
            )
            browser.close()
    recipe = statistics.median(results["the usual recipe (interact, Output, redraw)"])
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
