"""Stored notebooks, read for rendering: cells as HTML, charts as specifications with stills, no kernel anywhere."""

from __future__ import annotations

import base64
import html
import json
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import mistune
import nbformat
from bs4 import BeautifulSoup, Tag
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

CHART = "application/vnd.vegalite.v5+json"
FORM = "application/vnd.jupyter.widget-view+json"
MARKDOWN = mistune.create_markdown(escape=False, plugins=["table", "strikethrough", "url"])
CHINESE = re.compile(r"[\u3400-\u9fff]+(?:[·、，]?[\u3400-\u9fff]+)*")
MINUTES = re.compile(
    r"^\*(?P<long>\d+) minutes?(?: \((?:(?P<short>\d+) in the short run|(?P<skip>skip if short of time))\))?"
)
FOLD = re.compile(r"</?details>|<summary>.*?</summary>")
ALLOWED = {
    "class",
    "href",
    "scope",
    "colspan",
    "rowspan",
    "lang",
    "role",
    "aria-hidden",
    "start",
    "src",
    "alt",
    "id",
}


@dataclass(frozen=True)
class Chart:
    """A chart: its specification, the still picture of it (PNG), and what a screen reader says."""

    name: str
    spec: dict[str, Any]
    still: bytes
    words: str

    @property
    def title(self) -> str:
        """The sentence with the finding that stands over the chart, as HTML; empty if it has none."""
        title = self.spec.get("title", "")
        text = title.get("text", "") if isinstance(title, dict) else title
        lines = [text] if isinstance(text, str) else text
        return html.escape(" ".join(lines), quote=False)

    def rows(self) -> list[Chart]:
        """The rows of a chart of several views, each as a chart with the same title, controls and foot."""
        parts = self.spec.get("vconcat", [])
        feet = [part for part in parts if is_foot(part)]
        rows = [row for part in parts if part not in feet for row in rows_of(part)]
        if len(rows) < 2:
            return [self]
        shared = {key: value for key, value in self.spec.items() if key != "vconcat"}
        return [
            replace(
                self,
                name=f"{self.name}-{number}",
                spec=shared | {"vconcat": [row, *feet]},
                still=b"",
            )
            for number, row in enumerate(rows, 1)
        ]

    @property
    def controls(self) -> list[str]:
        """The names of what can be moved in it."""
        binds = [p["bind"] for p in self.spec.get("params", []) if isinstance(p.get("bind"), dict)]
        inputs = [
            one
            for bind in binds
            for one in (bind, *bind.values())
            if isinstance(one, dict) and "input" in one
        ]
        return [
            one.get("name", "").strip(" :") for one in inputs if one.get("name", "").strip(" :")
        ]

    @property
    def has_controls(self) -> bool:
        """Whether something in it can be moved."""
        return bool(self.controls)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the drawn chart in CSS pixels; stills are stored at one and a half times that."""
        if not self.still:
            return 640, 400
        width, height = struct.unpack(">II", self.still[16:24])
        return round(width / 1.5), round(height / 1.5)

    @property
    def json(self) -> str:
        """The specification, safe inside a script element."""
        return script_safe(self.spec)

    @property
    def json_without_title(self) -> str:
        """The same without the sentence over it, for a place that shows the sentence itself; the subtitle stays."""
        title = self.spec.get("title")
        if not isinstance(title, dict):
            return script_safe({key: value for key, value in self.spec.items() if key != "title"})
        rest = {key: value for key, value in title.items() if key not in ("text", "subtitle")}
        small = {
            "fontSize": 14,
            "fontWeight": "normal",
            "color": "#6E6E6E",
            "text": title.get("subtitle", ""),
        }
        return script_safe(self.spec | {"title": rest | small})


def is_foot(view: dict[str, Any]) -> bool:
    """Whether a view is the line on the source at the foot of a chart (``taobaolab.charts``)."""
    values = view.get("data", {}).get("values") or [{}]
    return "foot" in values[0]


def rows_of(view: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a view that is a grid of others; a view of another kind is one row.

    >>> [row["concat"] for row in rows_of({"columns": 2, "concat": ["a", "b", "c"]})]
    [['a', 'b'], ['c']]
    """
    columns = view.get("columns")
    if "concat" not in view or not columns:
        return [view]
    views = view["concat"]
    starts = range(0, len(views), columns)
    return [view | {"concat": views[start : start + columns]} for start in starts]


def script_safe(spec: dict[str, Any]) -> str:
    """A specification as JSON that may stand inside a script element."""
    return json.dumps(spec, ensure_ascii=False, separators=(",", ":"), sort_keys=True).replace(
        "</", "<\\/"
    )


@dataclass(frozen=True)
class Output:
    """One output of a cell: a ``chart``, a ``table`` or other ``html``, a ``form`` that needs a kernel, or ``text``."""

    kind: str
    html: str = ""
    chart: Chart | None = None


@dataclass(frozen=True)
class Cell:
    """A cell: markdown as ``html`` or code with its outputs.

    ``settings`` are what its metadata say under ``slides``. ``teacher`` cells are for the teacher alone. The outputs of
    one that ``answers_a_guess`` are stored folded: JupyterLab shows them when the cell is run.
    """

    id: str
    code: bool
    source: str
    tags: frozenset[str]
    outputs: tuple[Output, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    answers_a_guess: bool = False

    @property
    def teacher(self) -> bool:
        """Whether the cell is for the teacher alone."""
        return "teacher" in self.tags

    @cached_property
    def html(self) -> str:
        """The cell's own text, without its outputs: prose, or coloured code. What is folded for the teacher is open."""
        if self.code:
            return coloured(self.source)
        return prose(FOLD.sub("", self.source) if self.teacher else self.source)

    @property
    def folded(self) -> bool:
        """Whether the code only prepares: imports and set-up, with nothing to see."""
        lines = [line for line in self.source.splitlines() if line.strip()]
        return (
            self.code
            and not self.outputs
            and any(line.startswith(("import ", "from ")) for line in lines)
        )


@dataclass(frozen=True)
class Section:
    """What stands under one heading of the second level: its minutes in both runs, and its cells."""

    heading: str
    anchor: str
    cells: tuple[Cell, ...]
    minutes: int | None
    short: int | None

    @property
    def skipped(self) -> bool:
        """Whether the short run leaves the section out."""
        return self.minutes is not None and self.short == 0


@dataclass(frozen=True)
class Book:
    """A notebook: where it lies in the collection, and its cells."""

    source: str
    cells: tuple[Cell, ...]

    @property
    def stem(self) -> str:
        """The file's name without its ending: ``01_definition``."""
        return Path(self.source).stem

    @cached_property
    def title(self) -> str:
        """The heading of the first level, as words."""
        found = re.search(r"^# (.+)$", self.cells[0].source, re.MULTILINE) if self.cells else None
        return found[1].replace("*", "").replace("`", "") if found else self.stem

    @property
    def number(self) -> str:
        """What the file's name begins with: ``01``."""
        return self.stem.partition("_")[0]

    @cached_property
    def opening(self) -> str:
        """The first cell without its heading, as HTML."""
        return prose(re.sub(r"^# .+$", "", self.cells[0].source, count=1, flags=re.MULTILINE))

    @property
    def summary(self) -> str:
        """The first paragraph, as words."""
        first = BeautifulSoup(self.opening, "html.parser").p
        return " ".join(first.get_text().split()) if first else ""

    @cached_property
    def sections(self) -> list[Section]:
        """The notebook cut at its headings of the second level; what stands before the first belongs to the opening."""
        starts = [
            n
            for n, cell in enumerate(self.cells)
            if not cell.code and re.match(r"## ", cell.source)
        ]
        return [
            section(self.cells[start:end])
            for start, end in zip(starts, [*starts[1:], len(self.cells)], strict=True)
        ]

    def charts(self) -> Iterator[Chart]:
        """Every chart, from the top."""
        for cell in self.cells:
            for output in cell.outputs:
                if output.chart:
                    yield output.chart


@dataclass(frozen=True)
class Collection:
    """The stored notebooks of a collection; ``words`` says what was missing."""

    root: Path
    lessons: tuple[Book, ...]
    exercises: tuple[Book, ...]
    solutions: tuple[Book, ...]
    words: list[str] = field(default_factory=list)

    @property
    def public(self) -> Collection:
        """The collection for everybody: without the solutions, and without the cells for the teacher alone."""
        lessons, exercises = (
            tuple(
                replace(book, cells=tuple(cell for cell in book.cells if not cell.teacher))
                for book in books
            )
            for books in (self.lessons, self.exercises)
        )
        return replace(self, lessons=lessons, exercises=exercises, solutions=())


def collection(root: Path) -> Collection:
    """Read the notebooks under a folder."""
    words: list[str] = []
    books = {
        folder: tuple(book(path, root, words) for path in sorted((root / folder).glob("*.ipynb")))
        for folder in ("notebooks", "exercises", "solutions")
    }
    return Collection(root, books["notebooks"], books["exercises"], books["solutions"], words)


def book(path: Path, root: Path, words: list[str]) -> Book:
    """Read a notebook; add to ``words`` what it lacks."""
    source = path.relative_to(root).as_posix()
    notebook = nbformat.read(path, 4)
    cells = tuple(cell(raw, f"{path.stem}-{raw.id}") for raw in notebook.cells)
    charts = [output.chart for c in cells for output in c.outputs if output.chart]
    if not source.startswith("exercises/") and not any(c.outputs for c in cells):
        words.append(
            f"{source} has no stored outputs. Run it and save it, or: python tools/make.py notebooks {source}"
        )
    words += [
        f"{source}: the chart of cell {c.name} has no still picture" for c in charts if not c.still
    ]
    return Book(source, cells)


def cell(raw: Any, name: str) -> Cell:
    """A cell of a notebook file; ``name`` serves for the names of its charts."""
    outputs = []
    for number, stored in enumerate(raw.get("outputs", [])):
        made = output(stored, f"{name}-{number}" if number else name)
        if made:
            outputs.append(made)
    code = raw.cell_type == "code"
    tags = frozenset(raw.metadata.get("tags", []))
    slides = raw.metadata.get("slides", {})
    answers_a_guess = raw.metadata.get("jupyter", {}).get("outputs_hidden", False)
    return Cell(raw.id, code, raw.source, tags, tuple(outputs), slides, answers_a_guess)


def output(raw: Any, name: str) -> Output | None:
    """A stored output: the best of its forms that needs no kernel."""
    if raw.output_type == "stream":
        return Output("text", text(raw.text)) if raw.text.strip() else None
    if raw.output_type == "error":
        return Output("text", text(f"{raw.ename}: {raw.evalue}"))
    data = raw.get("data", {})
    still = base64.b64decode(data.get("image/png", ""))
    if CHART in data:
        words = data[CHART].get("description") or data.get("text/plain", "")
        return Output("chart", chart=Chart(name, data[CHART], still, words))
    if FORM in data:
        return Output(
            "form",
            re.sub(
                r"^<p>This form needs a running kernel.*?</p>",
                "",
                fragment(data.get("text/html", "")),
            ),
        )
    if "text/html" in data:
        made = fragment(data["text/html"])
        return Output("table" if "<table" in made else "html", made)
    return Output("text", text(data.get("text/plain", "")))


def section(cells: tuple[Cell, ...]) -> Section:
    """A section from its cells, the first of which begins with the heading."""
    heading, _, rest = cells[0].source.partition("\n")
    words = heading.removeprefix("## ")
    found = MINUTES.match(rest.strip())
    minutes = short = None
    if found:
        minutes = short = int(found["long"])
        if found["skip"]:
            short = 0
        elif found["short"]:
            short = int(found["short"])
    return Section(words.replace("*", "").replace("`", ""), anchor(words), cells, minutes, short)


def anchor(words: str) -> str:
    """The name of a heading in links, as JupyterLab makes it.

    >>> anchor("8 How *much*?")
    '8-How-much?'
    """
    return re.sub(r"[*`]", "", words).strip().replace(" ", "-")


def prose(source: str) -> str:
    """Markdown as HTML: headings named, Chinese marked as Chinese, wide tables in boxes of their own."""
    soup = inert(BeautifulSoup(MARKDOWN(source), "html.parser"))
    for heading in soup.find_all(re.compile("^h[1-6]$")):
        heading["id"] = heading.get_text().strip().replace(" ", "-")
    return finished(soup)


def fragment(source: str) -> str:
    """HTML that Python made, with nothing in it that runs, styles or fetches."""
    soup = inert(BeautifulSoup(source, "html.parser"))
    for element in soup.find_all(True):
        indent = re.search(r"padding-left:\s*(\d+)em", element.get("style", ""))
        element.attrs = {key: value for key, value in element.attrs.items() if key in ALLOWED}
        if indent and element.name == "th":
            element["class"] = [f"deep-{indent[1]}"]
    return finished(soup)


def inert(soup: BeautifulSoup) -> BeautifulSoup:
    """The soup without what runs, styles or fetches."""
    for element in soup.find_all(["script", "style", "link", "iframe", "object", "embed"]):
        element.decompose()
    for element in soup.find_all(True):
        element.attrs = {
            key: value for key, value in element.attrs.items() if not key.startswith("on")
        }
    return soup


def finished(soup: BeautifulSoup) -> str:
    """The HTML of a soup, its tables tidied and its Chinese marked."""
    for table in soup.find_all("table"):
        tidy(soup, table)
    parts = re.split(r"(<[^>]*>)", str(soup).strip())
    marked = (
        p if p.startswith("<") else CHINESE.sub(r'<span lang="zh-Hans">\g<0></span>', p)
        for p in parts
    )
    return "".join(marked)


def tidy(soup: BeautifulSoup, table: Tag) -> None:
    """Make a table readable: no empty heading cells, numbers to the right, in a box that moves sideways."""
    for corner in table.find_all("th"):
        if not corner.get_text(strip=True):
            corner.name = "td"
    for head in table.select("thead th"):
        head.replace_with(BeautifulSoup(re.sub(r"_(?=\w)", "_<wbr/>", str(head)), "html.parser"))
    grid = [row.find_all(["th", "td"], recursive=False) for row in table.find_all("tr")]
    body = [row for row in grid if row and not row[0].find_parent("thead")]
    for column in range(max(map(len, body), default=0)):
        cells = [row[column] for row in body if column < len(row)]
        words = [c.get_text(strip=True) for c in cells]
        if any(map(number, words)) and all(
            w in ("", "<NA>", "NaN", "None") or number(w) for w in words
        ):
            heads = [
                row[column] for row in grid if row not in body and column < len(row) == len(body[0])
            ]
            for c in cells + heads:
                c["class"] = [*c.get("class", []), "number"]
    if max(map(len, grid), default=0) > 8:
        table["class"] = [*table.get("class", []), "many"]
    if not table.find_parent(class_="wide"):
        table.wrap(
            soup.new_tag(
                "div",
                attrs={"class": "wide", "tabindex": "0", "role": "group", "aria-label": "Table"},
            )
        )


def number(words: str) -> bool:
    """Whether a cell of a table is a number.

    >>> number("12,000.5"), number("+3%"), number("about 3")
    (True, True, False)
    """
    return re.fullmatch(r"[+−-]?[\d,]*\.?\d+(e[+-]?\d+)?%?", words) is not None


def text(words: str) -> str:
    """Printed text as HTML; where it is set in columns, its lines are kept whole."""
    words = re.sub(r"\x1b\[[0-9;]*m", "", words).rstrip()
    columns = re.search(r"\S {3,}\S", words) is not None
    box = ' class="columns" tabindex="0" role="group" aria-label="Printed text"' if columns else ""
    marked = CHINESE.sub(r'<span lang="zh-Hans">\g<0></span>', html.escape(words, quote=False))
    return f"<pre{box}>{marked}</pre>"


def coloured(source: str) -> str:
    """Python as HTML with its kinds of words marked."""
    inner = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n")
    return f'<pre class="python"><code>{inner}</code></pre>'
