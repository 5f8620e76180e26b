"""Render the collection from its stored notebooks, without a kernel and without a network.

python3 -m taobaolab site                     everything, into build/site
python3 -m taobaolab site --only 01 slides    the slides of 01 alone
python3 -m taobaolab site --out somewhere     into another folder
python3 -m taobaolab site --public            what students may see, into build/public
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from books import Collection, collection
from frame import HERE, TEMPLATES, Page, Site
from front import front
from papers import browser, print_page
from parts import PARTS
from search_index import search_index, search_page

from taobaolab import charts

ROOT = HERE.parent.parent
TEACHERS_ONLY = ("teacher", "solutions")  # the folders that a public site has not
VEGA = "5.8"  # of those that vl-convert has, the nearest to JupyterLab's; the stills are drawn by it too


def main(words: list[str]) -> int:
    """Do what the command line says; return the exit code."""
    asked = arguments(words)
    begun = time.monotonic()
    books = collection(asked.source)
    if not books.lessons:
        return tell(
            f"There are no notebooks in {asked.source / 'notebooks'}. Run the command in the collection's folder."
        )
    for line in books.words:
        tell(line)
    if asked.public:
        books = books.public
        kept = [folder for folder in TEACHERS_ONLY if (asked.out / folder).exists()]
        if kept:
            return tell(
                f"{asked.out} holds {' and '.join(kept)} from another run: delete it, or name another --out."
            )
    site = Site([part for part in PARTS if part.listed or not asked.public], books)
    pages = [front(site.parts, site.pages), search_page(), *site.all()]
    chosen = [page for page in pages if wanted(page, asked.only)]
    if not chosen:
        return tell(
            f"Nothing matches {' '.join(asked.only)}. There is, for example: {pages[2].path}"
        )
    files = shared(books) | {"assets/search_index.js": search_index(site.all())}
    if any(page.charts for page in chosen):
        script = vega()
        if script is None:
            return 1
        files["assets/vega.js"] = script
    TEMPLATES.globals["inline"] = lambda name: (
        files[f"assets/{name}"].decode().replace("</script", "<\\/script")
    )
    total = sum(write(asked.out / path, content) for path, content in files.items())
    for number, page in enumerate(chosen, 1):
        print(f"{number} of {len(chosen)}: {page.path}", flush=True)
        total += write(asked.out / page.path, site.html(page).encode())
    if asked.pdf:
        total += make_pdfs(chosen, asked.out)
    print(
        f"{total / 1e6:.1f} MB in {time.monotonic() - begun:.0f} seconds. Open {asked.out / 'index.html'}"
    )
    return 0


def arguments(words: list[str]) -> argparse.Namespace:
    """The words of the command line, understood."""
    parser = argparse.ArgumentParser(
        "python3 -m taobaolab site",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, help="the folder to write to")
    parser.add_argument(
        "--only",
        nargs="+",
        default=[],
        metavar="WORD",
        help="a notebook's number, or a part: lessons, slides ...",
    )
    parser.add_argument(
        "--source",
        type=Path,
        default=ROOT,
        help="a folder with notebooks/, exercises/ and solutions/",
    )
    parser.add_argument(
        "--no-pdf", dest="pdf", action="store_false", help="leave out the PDFs, which take longest"
    )
    parser.add_argument(
        "--public",
        action="store_true",
        help="leave out the solutions, the booklet and what notes tell the teacher alone",
    )
    asked = parser.parse_args(words)
    asked.out = asked.out or ROOT / "build" / ("public" if asked.public else "site")
    return asked


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


def shared(books: Collection) -> dict[str, bytes]:
    """The files that pages share, by their path."""
    files = {
        f"assets/{path.name}": path.read_bytes() for path in sorted((HERE / "assets").iterdir())
    }
    sheet = files["assets/site.css"].decode().replace("$accent", charts.ACCENT)
    files["assets/site.css"] = sheet.encode()
    drawn = [chart for book in (*books.lessons, *books.solutions) for chart in book.charts()]
    return files | {
        f"assets/stills/{chart.name}.png": chart.still for chart in drawn if chart.still
    }


def vega() -> bytes | None:
    """Vega, Vega-Lite and their embedder as one script, from vl-convert's own copy; None, said in words, without it."""
    try:
        import vl_convert
    except ImportError:
        tell(
            'vl-convert is not installed, and what draws the charts comes from it: pip install -e ".[site]"'
        )
        return None
    print("The script that draws the charts ...", flush=True)
    return ("(() => {" + vl_convert.javascript_bundle(vl_version=VEGA) + "\n})();\n").encode()


def make_pdfs(pages: list[Page], out: Path) -> int:
    """Print pages as PDFs beside themselves; return the size of all. Without a browser that can, say what does it."""
    jobs = [(out / page.path, paper) for page in pages for paper in page.papers]
    program = browser()
    if jobs and not program:
        tell(
            "No Chromium, Chrome or Edge is here to make PDFs. The print dialog of any browser makes them from "
            "print/*.html and, with ?paper=slides or ?paper=handout behind its address, from slides/*.html."
        )
        return 0
    total = 0
    for number, (page, paper) in enumerate(jobs, 1):
        name = page.stem + paper.ending
        print(f"PDF {number} of {len(jobs)}: {name}", flush=True)
        content = print_page(page, program, paper.query)
        if content is None:
            tell(f"{program} did not print {page.name}: open it in a browser and print it there.")
        else:
            total += write(page.with_name(name + ".pdf"), content)
    return total


def write(path: Path, content: bytes) -> int:
    """Write a file, with its folders; return its size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return len(content)


def tell(words: str) -> int:
    """Tell what is wrong, on standard error; return 1."""
    print(words, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
