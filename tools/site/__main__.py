"""Render the collection from its stored notebooks, without a kernel and without a network.

python3 -m taobaolab site                     everything, into build/site
python3 -m taobaolab site --only 01 slides    the slides of 01 alone
python3 -m taobaolab site --out somewhere     into another folder
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from books import Collection, collection
from frame import HERE, Page, Site
from front import front
from parts import PARTS

ROOT = HERE.parent.parent
VEGA = "5.8"  # of those that vl-convert has, the nearest to JupyterLab's; the stills are drawn by it too


def main(words: list[str]) -> int:
    """Do what the command line says; return the exit code."""
    asked = arguments(words)
    begun = time.monotonic()
    books = collection(asked.source)
    if not books.lessons:
        return say(
            f"There are no notebooks in {asked.source / 'notebooks'}. Run the command in the collection's folder."
        )
    for line in books.words:
        say(line)
    site = Site(PARTS, books)
    pages = [front(site.parts, site.pages), *site.all()]
    chosen = [page for page in pages if wanted(page, asked.only)]
    if not chosen:
        return say(f"Nothing matches {' '.join(asked.only)}. There is, for example: {pages[1].path}")
    assets = shared(books, chosen)
    if assets is None:
        return 1
    total = 0
    for number, page in enumerate(chosen, 1):
        print(f"{number} of {len(chosen)}: {page.path}", flush=True)
        total += write(asked.out / page.path, site.html(page).encode())
    total += sum(write(asked.out / path, make()) for path, make in assets)
    print(f"{total / 1e6:.1f} MB in {time.monotonic() - begun:.0f} seconds. Open {asked.out / 'index.html'}")
    return 0


def arguments(words: list[str]) -> argparse.Namespace:
    """The words of the command line, understood."""
    parser = argparse.ArgumentParser(
        "python3 -m taobaolab site", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "site", help="the folder to write to")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="WORD", help="a notebook's number, or a part: lessons, slides ..."
    )
    parser.add_argument("--source", type=Path, default=ROOT, help="a folder with notebooks/, exercises/ and solutions/")
    return parser.parse_args(words)


def wanted(page: Page, words: list[str]) -> bool:
    """Whether a page is asked for: by its part, by its number, or by both.

    >>> page = Page("slides/01_definition.html", "", "")
    >>> wanted(page, ["01", "slides"]), wanted(page, ["02", "slides"]), wanted(page, [])
    (True, False, True)
    """
    numbers = [w for w in words if w[0].isdigit()]
    folders = [w for w in words if not w[0].isdigit()]
    folder, _, name = page.path.rpartition("/")
    return (not numbers or name.startswith(tuple(numbers))) and (
        not folders or folder in folders or name.removesuffix(".html") in folders
    )


def shared(books: Collection, pages: list[Page]) -> list[tuple[str, Callable[[], bytes]]] | None:
    """The files that pages share, each with what makes it; None, said in words, if the charts' script cannot be made."""
    files = [(f"assets/{path.name}", path.read_bytes) for path in sorted((HERE / "assets").iterdir())]
    for book in (*books.lessons, *books.solutions):
        files += [(f"assets/stills/{c.name}.png", lambda c=c: c.still) for c in book.charts() if c.still]
    if any(page.charts for page in pages):
        script = vega()
        if script is None:
            return None
        files.append(("assets/vega.js", script.encode))
    return files


def vega() -> str | None:
    """Vega, Vega-Lite and their embedder as one script, from vl-convert's own copy."""
    try:
        import vl_convert
    except ImportError:
        say('vl-convert is not installed, and the charts come from it: pip install -e ".[site]"')
        return None
    print("The script that draws the charts ...", flush=True)
    return "(() => {" + vl_convert.javascript_bundle(vl_version=VEGA) + "\n})();\n"


def write(path: Path, content: bytes) -> int:
    """Write a file, with its folders; return its size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return len(content)


def say(words: str) -> int:
    """Tell what is wrong, on standard error; return 1."""
    print(words, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
