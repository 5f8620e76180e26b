"""Seconds to the first chart in the browser alone, against a JupyterLab that is installed on the same machine.

python benchmarks/lite.py     builds the site, prints a table and writes it into benchmarks/README.md

Needs the extras test and lite, and a Chromium. Both open the same page in a fresh browser and run all its cells. The second
visit is the same browser after a reload. No figure holds a network: the site lies on this machine.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]
BOOK = "in_your_browser.ipynb"
SEEN = "() => document.querySelector('.jp-Notebook .jp-MarkdownOutput h1') !== null"
CHART = "() => document.querySelector('.jp-OutputArea svg.marks') !== null"
SHOW = """async () => { const book = window.jupyterapp.shell.currentWidget.content;
    await book.scrollToItem(book.widgets.findIndex(c => c.model.sharedModel.getSource().includes('display(')), 'start'); }"""


def main() -> None:
    """Measure both and write the table."""
    from browser import CHROME, FLAGS, running_lab, served
    from report import write_section

    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        site, work = Path(scratch, "host", "lite"), Path(scratch, "work")
        begun = time.monotonic()
        subprocess.run(
            [sys.executable, ROOT / "tools" / "lite", "--alone", "--out", site], check=True
        )
        built = time.monotonic() - begun
        size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) / 1e6
        (work / "page").mkdir(parents=True)
        shutil.copy(ROOT / "tools" / "lite" / BOOK, work / "page")
        home = stack.enter_context(served(site.parent))
        lab, token = stack.enter_context(running_lab(work, work / "page"))
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=CHROME, args=FLAGS
        )
        rows = {}
        for name, address in {
            "in the browser alone": f"{home}/lite/lab/index.html?path={BOOK}",
            "JupyterLab on this machine": f"{lab}/lab/tree/page/{BOOK}?token={token}",
        }.items():
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            rows[name + ", first visit"] = visit(page, address)
            rows[name + ", again"] = visit(page, address)
            context.close()
        browser.close()
    least = rows["JupyterLab on this machine, first visit"]["chart"]
    write_section(
        ROOT / "benchmarks" / "README.md",
        "In the browser alone",
        "lite.py",
        [
            f"The site: {size:.0f} MB, built in {built:.0f} s. Seconds from the address to what is seen; the last column "
            "compares the first chart with that of JupyterLab, its server already running, at the first visit.",
            "",
            "| | the text | Python is ready | the first chart | requests | MB | ratio |",
            "|---|---|---|---|---|---|---|",
            *(
                f"| {name} | {r['text']:.0f} | {r['python']:.0f} | {r['chart']:.0f} | {r['requests']:.0f} | {r['mb']:.1f} "
                f"| {r['chart'] / least:.1f} |"
                for name, r in rows.items()
            ),
        ],
        "jupyterlite-core jupyterlite-pyodide-kernel jupyterlab",
    )


def visit(page: Page, address: str) -> dict[str, float]:
    """Open a page, run all its cells and wait for the chart: seconds to each step, requests and megabytes."""
    from browser import IDLE

    sizes: list[float] = []

    def count(response) -> None:
        sizes.append(float(response.headers.get("content-length", 0)))

    page.on("response", count)
    begun, seconds = time.monotonic(), {}
    page.goto(address)
    for step, seen in {"text": SEEN, "python": IDLE}.items():
        page.wait_for_function(seen, timeout=600_000)
        seconds[step] = time.monotonic() - begun
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }")
    page.evaluate(SHOW)
    page.wait_for_function(CHART, timeout=600_000)
    seconds["chart"] = time.monotonic() - begun
    page.remove_listener("response", count)
    return seconds | {"requests": len(sizes), "mb": sum(sizes) / 1e6}


if __name__ == "__main__":
    main()
