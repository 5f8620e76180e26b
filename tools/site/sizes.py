"""How much room things need on a slide, in rem: a slide is 64 wide and 36 high, whatever the screen.

The reckoning only decides what stands together on a slide. The browser then sets it as large as it goes
(``assets/slides.js``), so a guess that is a little wrong makes type a little smaller and cuts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil

from bs4 import BeautifulSoup, Tag
from sentences import plain_text

BODY_WIDTH, BODY_HEIGHT = 57.0, 25.0  # what stands under the title
TEXT, TABLE = 1.4, 1.15  # height of the letters at scale 1: 28 and 23 pixels of 720
LETTER = 0.53  # width of a letter, of its height; a Chinese character is two letters
LINE = 1.32  # height of a line, of the height of its letters
GAP = 0.7  # between paragraphs
COLUMN_GAP = 1.6  # between an exhibit and the sentences beside it
SIDE_WIDTH = 15.0  # the least width of sentences beside an exhibit
SCALES = (1.5, 1.4, 1.3, 1.2, 1.1, 1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)


@dataclass(frozen=True)
class TextSize:
    """A paragraph: its letters, and how much larger than others it is set."""

    letters: int
    larger: float = 1.0

    def height(self, width: float, scale: float) -> float:
        """The height of the paragraph in a column of this width."""
        print_size = TEXT * scale * self.larger
        letters_in_line = max(1.0, width / (print_size * LETTER))
        return ceil(self.letters / letters_in_line) * print_size * LINE + GAP

    def least_width(self, scale: float) -> float:
        """A paragraph goes into any column in which a few words stand."""
        return SIDE_WIDTH


@dataclass(frozen=True)
class TableSize:
    """A table: the letters of each cell by row, and of the longest word by column."""

    rows: tuple[tuple[int, ...], ...]
    longest_words: tuple[int, ...]

    def widths(self, width: float, scale: float) -> list[int]:
        """The letters that each column gets: what it wants, or less in the widest where all is too wide."""
        wanted = [
            max(row[n] for row in self.rows if n < len(row)) + 2
            for n in range(len(self.longest_words))
        ]
        room = width / (TABLE * scale * LETTER)
        while sum(wanted) > room:
            spare = [
                (letters, n)
                for n, letters in enumerate(wanted)
                if letters > self.longest_words[n] + 2
            ]
            if not spare:
                break
            wanted[max(spare)[1]] -= 1
        return wanted

    def height(self, width: float, scale: float) -> float:
        """The height of the table in a column of this width."""
        widths = self.widths(width, scale)
        height = GAP
        for row in self.rows:
            lines = [ceil(letters / max(w - 2, 1)) for letters, w in zip(row, widths, strict=False)]
            height += max([1, *lines]) * TABLE * scale * LINE + 0.55
        return height

    def least_width(self, scale: float) -> float:
        """The width at which no word is cut and long cells take two or three lines."""
        least = [
            max(word, max(row[n] for row in self.rows if n < len(row)) / 2.5) + 2
            for n, word in enumerate(self.longest_words)
        ]
        return sum(least) * TABLE * scale * LETTER


@dataclass(frozen=True)
class StackSize:
    """Several things under each other that stay together."""

    parts: tuple[Size, ...]

    def height(self, width: float, scale: float) -> float:
        """The height of all parts."""
        return sum(part.height(width, scale) for part in self.parts)

    def least_width(self, scale: float) -> float:
        """The width that the widest part needs."""
        return max(part.least_width(scale) for part in self.parts)


Size = TextSize | TableSize | StackSize


def text_size(inner: str, larger: float = 1.0) -> TextSize:
    """The size of a paragraph of HTML."""
    return TextSize(letters_in(plain_text(inner)), larger)


@cache
def table_size(box: str) -> TableSize:
    """The size of a table in its box."""
    rows = BeautifulSoup(box, "html.parser").find_all("tr")
    grid = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in rows]
    count = max(map(len, grid), default=1)
    words = [1] * count
    for row in grid:
        for n, text in enumerate(row):
            words[n] = max([words[n], *(letters_in(word) for word in re.split(r"[\s/]", text))])
    return TableSize(tuple(tuple(map(letters_in, row)) for row in grid), tuple(words))


def printed_size(pre: Tag) -> TableSize:
    """The size of printed text whose lines must stay whole: a table of one column that cannot wrap."""
    lines = pre.get_text().split("\n")
    letters = [ceil(letters_in(line) * 1.15) for line in lines]
    return TableSize(tuple((n,) for n in letters), (max(letters),))


def letters_in(text: str) -> int:
    """The letters of a text, with each Chinese character counted twice.

    >>> letters_in("Li 李")
    5
    """
    return len(re.sub(r"([\u3000-\u9fff])", r"\1\1", text.strip()))


def largest_scale(
    exhibits: Sequence[Size], texts: Sequence[Size], height: float = BODY_HEIGHT
) -> float:
    """The largest scale at which exhibits and their sentences fit on a slide, under or beside each other; 0 if none.

    ``height`` is the room under the title, in rem.

    >>> one = TextSize(200)
    >>> largest_scale([], [one]) > largest_scale([], [one] * 6) > 0
    True
    >>> largest_scale([], [one] * 40)
    0.0
    """
    for scale in SCALES:
        under = fits_under(exhibits, texts, scale, height)
        if under or fits_beside(exhibits, texts, scale, height):
            return scale
    return 0.0


def fits_under(
    exhibits: Sequence[Size], texts: Sequence[Size], scale: float, height: float
) -> bool:
    """Whether all fits with the sentences under the exhibits."""
    everything = [*exhibits, *texts]
    if any(size.least_width(scale) > BODY_WIDTH for size in everything):
        return False
    return sum(size.height(BODY_WIDTH, scale) for size in everything) <= height


def fits_beside(
    exhibits: Sequence[Size], texts: Sequence[Size], scale: float, height: float
) -> bool:
    """Whether all fits with the sentences in a column beside the exhibits."""
    if not exhibits or not texts:
        return False
    width = max(size.least_width(scale) for size in exhibits)
    side = BODY_WIDTH - width - COLUMN_GAP
    if side < SIDE_WIDTH:
        return False
    return (
        sum(size.height(width, scale) for size in exhibits) <= height
        and sum(size.height(side, scale) for size in texts) <= height
    )
