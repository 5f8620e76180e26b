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
from frame import Page, Part, led
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
        yield Page(
            path, book.title, led(made, Page(path, "", "", book.source), {}), template="print.html"
        )


def singles(collection: Collection) -> Iterator[Page]:
    """The lessons as one file each, with charts, pictures and scripts inside."""
    for book in collection.lessons:
        path = f"single/{book.stem}.html"
        made = led(body(book, inside), Page(path, "", "", book.source), {})
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


def printed(page: Path, program: str) -> bytes | None:
    """The PDF of a page, without the time at which it was made; None if the browser did not make one."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "page.pdf"
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder}/profile",
        ]
        command += ["--no-sandbox"] if sys.platform == "linux" and os.geteuid() == 0 else []
        try:
            subprocess.run(
                [*command, f"--print-to-pdf={target}", page.resolve().as_uri()],
                capture_output=True,
                timeout=180,
            )
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
