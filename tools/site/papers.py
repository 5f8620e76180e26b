"""The same lessons on paper and on a stick: pages with still pictures to print, and single files that hold everything."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from books import Chart, Collection
from frame import PAPER, Page, Part, with_page_links
from lessons import body

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "chrome",
    "msedge",
)
DRAWING_TIME = 60_000  # milliseconds of the page's own clock, which runs only while the page waits
ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)


def prints(collection: Collection) -> Iterator[Page]:
    """The lessons for paper: light, with stills, without links that paper cannot follow."""
    for book in collection.lessons:
        path = f"print/{book.stem}.html"
        made = body(book, lambda chart: f"../assets/stills/{chart.name}.png", live=False)
        body_here = with_page_links(made, Page(path, "", "", book.source), {})
        yield Page(path, book.title, body_here, template="print.html", papers=(PAPER,))


def singles(collection: Collection) -> Iterator[Page]:
    """The lessons as one file each, with charts, pictures and scripts inside."""
    for book in collection.lessons:
        path = f"single/{book.stem}.html"
        made = with_page_links(body(book, inside), Page(path, "", "", book.source), {})
        yield Page(path, book.title, made, charts=True, template="single.html")


def inside(chart: Chart) -> str:
    """A still as an address that holds the picture itself."""
    return "data:image/png;base64," + base64.b64encode(chart.still).decode()


def browser() -> str | None:
    """A Chromium or a relative of it, to print with."""
    found = [
        os.environ.get("CHROMIUM"),
        *map(shutil.which, BROWSERS),
        *(p for p in ELSEWHERE if Path(p).is_file()),
    ]
    return next(filter(None, found), None)


def print_page(page: Path, program: str, query: str = "") -> bytes | None:
    """Print a page with a browser.

    Parameters
    ----------
    page : Path
        The HTML file.
    program : str
        The browser, as ``browser()`` finds it.
    query : str
        What the page is asked for, for example ``"paper=handout"`` of a deck.

    Returns
    -------
    bytes or None
        The PDF, without the time at which it was made; None if the browser did not make one.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "page.pdf"
        address = page.resolve().as_uri()
        if query:
            address += "?" + query
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--virtual-time-budget={DRAWING_TIME}",  # lets the scripts of a deck draw its charts first
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={target}",
        ]
        if sys.platform == "linux" and os.geteuid() == 0:
            command.append("--no-sandbox")
        try:
            subprocess.run([*command, address], capture_output=True, timeout=300)
        except (OSError, subprocess.TimeoutExpired):
            return None
        if not target.is_file():
            return None
        return re.sub(
            rb"/(CreationDate|ModDate) \(D:\d{14}", rb"/\1 (D:20000101000000", target.read_bytes()
        )


PRINT = Part(
    "print",
    "To print",
    "Still pictures and page numbers; as PDF too, where a browser could make it.",
    prints,
    "index.html#print",
    menu=False,
)
SINGLE = Part(
    "single",
    "To take along",
    "One file a lesson with everything inside, for a USB stick.",
    singles,
    "index.html#single",
    menu=False,
)
