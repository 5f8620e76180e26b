"""Search over all pages, without a server: the words of every section as a script, and the page that looks through it.

The index is a script and no JSON file, since a page that is opened from a folder may not fetch a file.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator

from frame import TEMPLATES, Page

SEARCHED = (
    "lessons",
    "exercises",
    "data",
    "teaching",
    "zh",
)  # the folders whose pages can be found
HEADING = re.compile(r"(?=<h[23][ >])")
FIRST_HEADING = re.compile(
    r'<h([23])(?: [^>]*?\bid="(?P<anchor>[^"]*)"[^>]*| [^>]*)?>(?P<inner>.*?)</h\1>', re.DOTALL
)
SILENT = re.compile(r"<(script|noscript|form|nav)[ >].*?(?:</\1>|\Z)", re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def search_page() -> Page:
    """The page on which readers search."""
    return Page(
        path="search.html",
        title="Search",
        body=TEMPLATES.get_template("find.html").render(),
        summary="Search over all lessons, exercises and pages on the data.",
        scripts=("search_index.js", "find.js"),
    )


def search_index(pages: Iterable[Page]) -> bytes:
    """The script that holds the words of all sections of these pages."""
    entries = [
        entry
        for page in pages
        if page.path.split("/")[0] in SEARCHED
        for entry in sections_of(page)
    ]
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    return f"window.searchIndex = {text};\n".encode()


def sections_of(page: Page) -> Iterator[dict[str, str]]:
    """The sections of a page: where each lies, how it is called, and its words.

    >>> page = Page("lessons/00.html", "Start", '<p>One.</p><h2 id="a">A</h2><p>Two.</p>')
    >>> [(s["address"], s["heading"], s["words"]) for s in sections_of(page)]
    [('lessons/00.html', '', 'One.'), ('lessons/00.html#a', 'A', 'Two.')]
    """
    for piece in HEADING.split(page.body):
        rest = SILENT.sub(" ", piece)
        heading = FIRST_HEADING.search(rest)
        anchor, title = "", ""
        if heading:
            anchor = html.unescape(heading["anchor"] or "")
            title = words_of(heading["inner"])
            rest = rest[: heading.start()] + rest[heading.end() :]
        words = words_of(rest)
        if words:
            address = f"{page.path}#{anchor}" if anchor else page.path
            yield {"address": address, "page": page.title, "heading": title, "words": words}


def words_of(inner: str) -> str:
    """The words of a piece of our own HTML. A parser finds the same, in a fifth of the time of the whole build.

    >>> words_of("<p>Two &amp; <b>three</b></p>")
    'Two & three'
    """
    return " ".join(html.unescape(TAG.sub(" ", inner)).split())
