"""Slides from the notebooks: what a room reads from the last row; the rest of the prose goes into the speaker's notes.

The rules of cutting, for each section: the heading with its question; of each paragraph the first sentence, and one
more if it asks or names a term; a prompt (Predict, Guess, Discuss, Poll) before the output that answers it; a chart
alone and as large as it goes; a table down to the rows that fit; code only beside a short answer, else folded. Heights
are reckoned in rem on a slide of 64 by 36, with room to spare, so that nothing is overfull on any projector.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import ceil

from books import Book, Cell, Chart, Collection, Output, Section
from bs4 import BeautifulSoup, Tag
from frame import Page, Part

ROOM = 25.0  # rem for what stands under the running head
LINE, GAP, LETTERS = (
    2.15,
    0.95,
    64,
)  # a line of prose, the gap after it, and the letters that it holds
ROW, ROW_LETTERS = 1.5, 92  # the same for tables
LARGER = 1.4  # a small table is set so much larger
PRINTS = (
    ("large", 58, 2.2),
    ("middle", 74, 1.8),
    ("small", 94, 1.4),
)  # and for printed text: letters, height of a line
WHOLE, PARTLY = (
    45,
    34,
)  # a paragraph of so many words stays whole; of a longer one about so many are kept
FEW = 9.5  # what is lower than this is set larger
PROMPT = re.compile(
    r"^<strong>(Predict|Guess|Discuss|Poll|Decide|A question from the floor|Before you go on)\b"
)
TOGETHER = {(a, b) for a in ("section", "points") for b in ("points", "prompt")} | {
    ("ask", "choice")
}
OWN_SLIDE = re.compile(r"^<strong>(Discuss|Poll|A question from the floor)\b")
BREAK = re.compile(
    r"(?<=[.?!])((?:[\"”’)]|</\w+>)*)\s+(?=(?:<\w[^>]*>)*[\"“(]?(?:<\w[^>]*>)*[A-Z0-9])"
)


@dataclass
class Slide:
    """One slide: its ``kind``, what is on it, the code folded below it, and what the speaker has before her."""

    kind: str
    running: str = ""
    heading: str = ""
    minutes: str = ""
    blocks: list[str] = field(default_factory=list)
    chart: Chart | None = None
    code: str = ""
    more: str = ""
    notes: list[str] = field(default_factory=list)
    skipped: bool = False
    room: float = ROOM

    @property
    def few(self) -> bool:
        """Whether there is so little on the slide that it can be set larger."""
        return (
            not self.chart
            and self.kind != "title"
            and 0 < ROOM - self.room - 4.5 * (self.kind == "section") < FEW
        )

    @property
    def label(self) -> str:
        """What the list of slides calls it."""
        words = {
            "chart": "Chart",
            "ask": "Question",
            "output": "Result",
            "points": "In short",
            "wrong": "Misconception",
        }
        return self.heading or words[self.kind]

    def takes(self, block: str, height: float) -> bool:
        """Add a block if there is room for it, or if the slide is still empty."""
        if self.blocks and height > self.room:
            return False
        self.blocks.append(block)
        self.room -= height
        return True


def slides(collection: Collection) -> Iterator[Page]:
    """A deck for each lesson."""
    for book in collection.lessons:
        deck = cut(book)
        yield Page(
            path=f"slides/{book.stem}.html",
            title=book.title,
            body="",
            summary=f"{len(deck)} slides",
            charts=True,
            template="slides.html",
            values={"deck": deck, "still": lambda chart: f"../assets/stills/{chart.name}.png"},
        )


def cut(book: Book) -> list[Slide]:
    """A notebook as slides."""
    opening = Slide("title", heading=book.title, notes=[book.opening])
    paragraphs = [
        p for p in BeautifulSoup(book.opening, "html.parser").find_all("p") if not p.find("a")
    ]
    for p in paragraphs[:2]:
        opening.takes(f"<p>{p.decode_contents()}</p>", height(p.get_text()))
    opening.notes += [cell.html for cell in book.cells[1 : first_section(book)] if cell.teacher]
    return [opening, *(slide for part in book.sections for slide in section(part, book))]


def first_section(book: Book) -> int:
    """Where the first section begins, among the cells."""
    return next(
        (n for n, cell in enumerate(book.cells) if re.match("## ", cell.source)), len(book.cells)
    )


def section(part: Section, book: Book) -> list[Slide]:
    """The slides of a section."""
    made: list[Slide] = []
    code = ""  # what was computed without showing, until something shows
    for number, cell in enumerate(part.cells):
        if cell.teacher:
            made[-1].notes.append(cell.html)
        elif not cell.code:
            made += said(
                cell, Slide("section", heading=part.heading) if number == 0 else None, made
            )
        elif cell.outputs:
            made += shown(cell, code + cell.html, book)
            code = ""
        elif not cell.folded and "..." not in cell.source:
            code += cell.html
    for slide in made:
        slide.running, slide.skipped = part.heading, part.skipped
    if part.minutes is not None:
        made[0].minutes = f"{part.minutes} minute{'s' if part.minutes > 1 else ''}"
        made[0].notes.insert(0, f"<p><strong>{planned(part)}</strong></p>")
    return made


def planned(part: Section) -> str:
    """The minutes of a section, in both runs."""
    if part.skipped:
        return f"{part.minutes} minutes; left out in the short run."
    if part.short != part.minutes:
        return f"{part.minutes} minutes; {part.short} in the short run."
    return f"{part.minutes} minute{'s' if part.minutes > 1 else ''}."


def said(cell: Cell, slide: Slide | None, before: list[Slide]) -> list[Slide]:
    """The slides of a cell of prose: ``slide`` carries the heading, if the cell has it.

    What is short, and says what the output before it means, goes under that output.
    """
    made = [slide] if slide else []
    if slide:
        slide.room -= 4.5
    soup = BeautifulSoup(cell.html, "html.parser")
    whole = [
        element
        for element in soup.find_all(True, recursive=False)
        if element.name not in ("h1", "h2")
    ]
    found = list(keys(whole))
    short = [(block, size) for block, size, kind in found if kind in ("points", "prompt")]
    under = not slide and before and before[-1].kind == "output" and not before[-1].more
    if under and short and sum(size for _, size in short) < before[-1].room - 1:
        for block, size in short:
            before[-1].takes(block, size)
        before[-1].notes.append("".join(map(str, whole)))
        found = [one for one in found if one[2] not in ("points", "prompt")]
    for block, size, kind in found:
        if made and (made[-1].kind, kind) in TOGETHER and made[-1].takes(block, size):
            continue
        made.append(Slide({"prompt": "ask", "choice": "points"}.get(kind, kind)))
        made[-1].takes(block, size)
    if made:
        made[0].notes.append("".join(map(str, whole)))
    return made


def keys(elements: Iterable[Tag]) -> Iterator[tuple[str, float, str]]:
    """What a room should read of some prose: pieces of HTML with their height and the kind of slide they belong on."""
    asked = False  # whether the element before asks the room, so that a list names the choices
    for element in elements:
        inner = re.sub(r"^<em>\d+ minutes?[^<]*</em>\s*", "", element.decode_contents().strip())
        choices, asked = asked, element.name == "p" and bool(OWN_SLIDE.match(inner))
        if element.name == "blockquote":
            yield f"<blockquote>{inner}</blockquote>", height(element.get_text()) * 1.15, "wrong"
        elif element.name in ("ul", "ol"):
            items = [
                key(item.decode_contents().strip())
                for item in element.find_all("li", recursive=False)
            ]
            for item in filter(None, items):
                yield (
                    f'<p class="item">{item}</p>',
                    height(words(item), LETTERS - 3),
                    "choice" if choices else "points",
                )
        elif element.name == "p" and PROMPT.match(inner):
            size = height(words(inner), LETTERS - 6) + 1
            yield f'<p class="prompt">{inner}</p>', size, "ask" if asked else "prompt"
        elif element.name == "p" and inner:
            yield f"<p>{key(inner)}</p>", height(words(key(inner))), "points"
        elif element.name == "div" and element.find("table"):
            yield clipped(element, ROOM)[0], ROOM, "points"
        elif element.name in ("h3", "h4"):
            yield f"<p><strong>{inner}</strong></p>", LINE, "points"


def key(inner: str) -> str:
    """What a room should read of a paragraph: all of it if it is short, else its first sentence and some that count.

    Sentences count that ask something, then those that name a term in bold, then those that come first.

    >>> key("It is one. Sixty are too few. Why?")
    'It is one. Sixty are too few. Why?'
    """
    every = sentences(inner)
    if len(words(inner).split()) <= WHOLE:
        return " ".join(every)
    asks = [s for s in every if words(s).rstrip('"”)').endswith("?")]
    kept = every[:1]
    for sentence in [*asks, *(s for s in every if "<strong>" in s), *every]:
        if sentence not in kept and len(words(" ".join([*kept, sentence])).split()) <= PARTLY:
            kept.append(sentence)
    return " ".join(s for s in every if s in kept)


def sentences(inner: str) -> list[str]:
    """The sentences of a piece of HTML; none ends inside an element.

    >>> sentences("One. <em>Two three.</em> (Four?) <strong>Five. Six</strong> seven, 8.5 nine.")
    ['One.', '<em>Two three.</em>', '(Four?)', '<strong>Five. Six</strong> seven, 8.5 nine.']
    """
    pieces, last = [], 0
    for found in BREAK.finditer(inner):
        piece = inner[last : found.end(1)]
        if len(re.findall(r"<\w", piece)) == len(re.findall(r"</", piece)) + len(
            re.findall(r"<(?:br|img)", piece)
        ):
            pieces.append(piece)
            last = found.end()
    return [*pieces, inner[last:]]


def shown(cell: Cell, code: str, book: Book) -> list[Slide]:
    """The slides of the outputs of a cell. Code stands beside a short answer; else it is folded."""
    made: list[Slide] = []
    brief = cell.source.count("\n") < 4 and "for " not in cell.source
    for output in cell.outputs:
        if output.chart:
            made.append(Slide("chart", chart=output.chart, code=code))
            continue
        if not made or made[-1].kind != "output" or fitted(output, ROOM)[1] > made[-1].room:
            made.append(Slide("output"))
        slide = made[-1]
        short = brief and output.html.count("\n") < 4
        beside = output.kind == "text" and not slide.blocks and short
        if beside:
            code_html, size = set_in(cell.html, cell.source)
            slide.takes(f'<div class="code">{code_html}</div>', size + 2)
        else:
            slide.code = code
        if output.kind == "form":
            slide.takes(
                f'<p class="quiet">This form needs a running kernel: open {book.source} in JupyterLab. Here is its first answer.</p>',
                LINE,
            )
        block, size, slide.more = fitted(output, slide.room)
        slide.takes(block, min(size, slide.room))
    return made


def fitted(output: Output, room: float) -> tuple[str, float, str]:
    """An output cut to the room there is: HTML, its height, and a word on what was left out."""
    if output.kind == "text":
        lines = output.html.splitlines()
        taken = len(lines)
        while taken > 1 and set_in("", words("\n".join(lines[:taken])))[1] > room:
            taken -= 1
        more = f"{len(lines) - taken} more lines: in the notebook" if taken < len(lines) else ""
        cut = "\n".join(lines[:taken]).removesuffix("</pre>") + "</pre>"
        return *set_in(cut, words(cut)), more
    soup = BeautifulSoup(output.html, "html.parser")
    kept, used, more = [], 0.0, ""
    for element in pieces(soup):
        if more:
            break
        if element.name == "div" and element.find("table"):
            block, size, more = clipped(element, room - used)
        elif element.name in ("ul", "ol"):
            block, size, more = clipped_list(element, room - used)
        else:
            block, size = str(element), height(element.get_text(" "))
            if kept and used + size > room:
                more = "The rest is in the notebook"
                break
        kept.append(block)
        used += size
    return "".join(kept), used, more


def pieces(box: Tag) -> Iterator[Tag]:
    """The pieces of an output, from the top: paragraphs, lists, and tables in their boxes."""
    for element in box.find_all(True, recursive=False):
        if (
            element.name in ("div", "section")
            and "wide" not in element.get("class", [])
            and element.find(["p", "div"])
        ):
            yield from pieces(element)
        else:
            yield element


def clipped(box: Tag, room: float) -> tuple[str, float, str]:
    """A table cut to the rows that fit."""
    rows = box.find_all("tr")
    head = [row for row in rows if row.find_parent("thead")]
    body = [row for row in rows if not row.find_parent("thead")]
    numbered = [row.th.get_text() for row in body if row.th] == [str(n) for n in range(len(body))]
    for row in rows if numbered else []:
        row.find(["th", "td"]).decompose()
    every = max(len(row.find_all(["th", "td"])) for row in rows)
    widths = columns(rows)
    used = height(box.caption.get_text(), 80) if box.caption else 0.5
    used += sum(row_height(row, widths) for row in head)
    left = 0
    for row in body:
        used += row_height(row, widths)
        if used > room or left:
            left += 1
            row.decompose()
    if body and left == len(body):
        return "", 0.0, "The table is in the notebook"
    if not left and used * LARGER <= room and sum(widths) * LARGER <= ROW_LETTERS:
        box.find("table")["class"] = "large"
        used *= LARGER
    cut = [
        f"{n} more {word}{'s' * (n > 1)}"
        for n, word in ((left, "row"), (every - len(widths), "column"))
        if n
    ]
    return str(box), min(used, room), " and ".join(cut) + ": in the notebook" if cut else ""


def columns(rows: list[Tag]) -> list[int]:
    """How many letters each column of a table gets on a slide's width; columns for which none are left are cut off."""
    grid = [row.find_all(["th", "td"]) for row in rows]
    count = max(map(len, grid), default=0)
    whole = [cells for cells in grid if len(cells) == count]
    full = [max(max(map(len, lines(cells[n]))) for cells in whole) + 2 for n in range(count)]
    least = [
        max(max(map(len, re.split(r"[ |]", " ".join(lines(cells[n]))))) for cells in whole) + 2
        for n in range(count)
    ]
    while sum(least) > ROW_LETTERS and len(least) > 1:
        least.pop(), full.pop()
    while sum(full) > ROW_LETTERS:
        spare = [(f, n) for n, (f, few) in enumerate(zip(full, least, strict=True)) if f > few]
        full[max(spare)[1]] -= 1
    for cells in grid:
        for cell in cells[len(full) :]:
            cell.decompose()
    return full


def lines(cell: Tag) -> list[str]:
    """The text of a cell, at the width of its letters; that of a heading in pieces between which it may break."""
    return wide(cell.get_text("|") if cell.find("wbr") else cell.get_text()).split("|")


def row_height(row: Tag, widths: list[int]) -> float:
    """The height of a row of a table."""
    cells = row.find_all(["th", "td"])
    tall = [
        ceil(len(wide(c.get_text())) / max(w - 2, 4)) for c, w in zip(cells, widths, strict=False)
    ]
    return max([1, *tall]) * ROW + 0.6


def clipped_list(element: Tag, room: float) -> tuple[str, float, str]:
    """A list cut to the items that fit."""
    items, used, left = element.find_all("li", recursive=False), 0.0, 0
    for item in items:
        used += height(item.get_text(), 78) * 0.85
        if used > room or left:
            left += 1
            item.decompose()
    return str(element), min(used, room), f"{left} more: in the notebook" if left else ""


def height(text: str, letters: int = LETTERS) -> float:
    """The height of a paragraph."""
    return ceil(len(wide(text)) / letters) * LINE + GAP


def set_in(block: str, text: str) -> tuple[str, float]:
    """A ``pre`` in the largest print that its lines allow, and its height. ``text`` is what it says."""
    lines = [len(wide(html.unescape(line))) for line in text.split("\n")]
    print_, letters, line = next(
        (p for p in PRINTS if max(lines) <= p[1] and len(lines) * p[2] < 15), PRINTS[-1]
    )
    size = sum(max(1, ceil(length / letters)) for length in lines) * line
    return re.sub(
        r"<pre(?: class=\"([^\"]*)\")?", rf'<pre class="{print_} \1"', block, count=1
    ), size + 0.8


def wide(text: str) -> str:
    """The text with each Chinese character written twice, since it is as wide as two letters."""
    return re.sub(r"([\u3000-\u9fff])", r"\1\1", text)


def words(inner: str) -> str:
    """The words of a piece of HTML."""
    return re.sub(r"<[^>]*>", "", inner)


SLIDES = Part(
    "slides",
    "Slides",
    "For the lecture hall: the same lessons, with notes in a window of their own.",
    slides,
    "index.html#slides",
)
