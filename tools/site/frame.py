"""The frame that every page of the site stands in: what a page is, what a part is, and how links find their way.

A part is a module with a ``PART``. It says which pages it has; this module puts them into the template, adds the
navigation, and leads links between files of the collection (``../data/README.md``) to the pages made from them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

import jinja2
from bs4 import BeautifulSoup

if TYPE_CHECKING:
    from books import Collection

HERE = Path(__file__).parent
TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)


def without_links(html: str) -> str:
    """A piece of a page for another place: without names and without links into the page that it comes from.

    >>> without_links('<h3 id="a">A</h3> <a href="#b">B</a> <a href="https://c.org">C</a>')
    '<h3>A</h3> B <a href="https://c.org">C</a>'
    """
    html = re.sub(r' id="[^"]*"', "", html)
    return re.sub(r'<a href="(?!\w+:)[^"]*">(.*?)</a>', r"\1", html, flags=re.DOTALL)


TEMPLATES.filters["without_links"] = without_links


class Paper(NamedTuple):
    """A PDF of a page: what is added to the page's name, and what the page is asked for in its address."""

    ending: str = ""
    query: str = ""


PAPER = Paper()
READ_IN_ORDER = ("lessons", "exercises")  # the parts whose pages lead to the next one


@dataclass(frozen=True)
class Page:
    """A page of the site.

    ``path`` is where it lies in the site (``"data/codebook.html"``), ``title`` is its h1 and its name in lists, and
    ``body`` is HTML from h2 downwards. ``source`` is the file of the collection that it stands for: links to that file
    lead here, and links in the body are read as that file wrote them; without it they are relative to the page.
    ``summary`` is one sentence for lists. ``charts`` says that it needs the charts' script, ``scripts`` names further
    files of ``assets/``. ``papers`` are the PDFs that a browser can make from it. ``values`` are what a template of its
    own needs besides.
    """

    path: str
    title: str
    body: str
    source: str = ""
    summary: str = ""
    charts: bool = False
    scripts: tuple[str, ...] = ()
    template: str = "page.html"
    language: str = "en"
    papers: tuple[Paper, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The way from the page up to the root of the site: ``""`` or ``"../"``."""
        return "../" * self.path.count("/")


@dataclass(frozen=True)
class Part:
    """A part of the site: its ``key`` on the command line, its pages, and where it begins.

    ``title`` stands in the contents and, if ``menu`` is true, in the navigation of every page; ``entry`` is the path
    that the navigation leads to. ``summary`` says for whom and what for. A part that is not ``listed`` is linked from
    nowhere: the teacher's booklet.
    """

    key: str
    title: str
    summary: str
    make: Callable[[Collection], Iterable[Page]]
    entry: str = ""
    menu: bool = True
    listed: bool = True


class Site:
    """All pages by part, so that a page can be rendered with its navigation and with links that lead somewhere."""

    def __init__(self, parts: Iterable[Part], collection: Collection):
        self.parts = {part.key: part for part in parts}
        self.pages = {part.key: list(part.make(collection)) for part in self.parts.values()}
        self.places: dict[str, str] = {}
        for page in self.all():
            if page.source:
                self.places.setdefault(page.source, page.path)

    def all(self) -> list[Page]:
        """Every page, in the order of the contents."""
        return [page for pages in self.pages.values() for page in pages]

    def neighbours(self, page: Page) -> tuple[Page | None, Page | None]:
        """The pages before and after one, among the lessons or the exercises."""
        for part in READ_IN_ORDER:
            pages = self.pages.get(part, [])
            if page in pages:
                place = pages.index(page)
                before = pages[place - 1] if place else None
                after = pages[place + 1] if place + 1 < len(pages) else None
                return before, after
        return None, None

    def html(self, page: Page) -> str:
        """A page in its template, as text."""
        here = next((key for key, pages in self.pages.items() if page in pages), "")
        menu = [
            {"title": part.title, "href": page.root + part.entry, "here": part.key == here}
            for part in self.parts.values()
            if part.menu and part.listed and self.pages[part.key]
        ]
        body = with_page_links(page.body, page, self.places) if page.source else page.body
        before, after = self.neighbours(page)
        text = TEMPLATES.get_template(page.template).render(
            page=page,
            body=body,
            menu=menu,
            root=page.root,
            before=before,
            after=after,
            contents=contents_of(body),
        )
        return text.rstrip("\n") + "\n"


def contents_of(body: str) -> list[tuple[str, str]]:
    """The headings of the second level with their names: what a contents column lists.

    >>> contents_of('<h2 id="a">1 <em>A</em></h2><h2>none</h2>')
    [('a', '1 A')]
    """
    found = re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', body, re.DOTALL)
    return [(name, plain(inner)) for name, inner in found]


def with_page_links(html: str, page: Page, places: Mapping[str, str]) -> str:
    """The body with its links to files of the collection turned into links to pages; what has no page is left as words.

    Page 00 of the lessons stands in another folder than the notebook it comes from:

    >>> page = Page("lessons/00.html", "Start", "", source="notebooks/00.ipynb")
    >>> with_page_links('See <a href="../data/README.md#daji">the codebook</a>.', page, {"data/README.md": "data/index.html"})
    'See <a href="../data/index.html#daji">the codebook</a>.'
    >>> with_page_links('<a href="../LICENSE">the licence</a>', page, {})
    'the licence'
    """

    def turned(found: re.Match[str]) -> str:
        target, _, anchor = found["href"].partition("#")
        if not target or re.match(r"[a-z]+:", target):
            return found[0]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page.source), unquote(target)))
        if target not in places:
            return found["words"]
        way = posixpath.relpath(places[target], posixpath.dirname(page.path) or ".")
        return f'<a href="{way}{"#" + anchor if anchor else ""}">{found["words"]}</a>'

    return re.sub(r'<a href="(?P<href>[^"]*)">(?P<words>.*?)</a>', turned, html, flags=re.DOTALL)


def plain(html: str) -> str:
    """The words of a piece of HTML."""
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())
