"""Copies of a sheet that a teacher hands out: with other numbers, or without ``solution()``.

A number that is made for teaching can be another one in a copy. It is drawn from the number of the copy, so the same
copy always has the same numbers, and no two of its questions hang together:

>>> shops = Drawn("an example", 351, (342, 363, 370))
>>> shops.value
351
>>> hand_out(numbers=7)
>>> shops.value == shops.value, shops.value in shops.others
(True, True)
>>> hand_out()

Each copy calls ``hand_out`` in its own cells, and ``tools/mark`` calls it with the number that stands in the file.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

NAME = "taobaolab"  # the entry of a notebook's metadata that says which copy it is
CALL = "from taobaolab.practice.copies import hand_out; hand_out(numbers={}, solution={})"
CALLED = re.compile(r"\bhand_out\(numbers=(\d{1,9}), solution=(True|False)\)")
SOLUTION_THERE = ' `solution("q1")` shows one way to do it.'
SOLUTION_GONE = " This copy has no `solution`."
OTHER_NUMBERS = (
    "**Your own numbers.** This copy is number {}. In {} the numbers are others than in the open collection, "
    "and perhaps than your neighbour's: compare ways, not results."
)


class Copy(NamedTuple):
    """Which copy of a sheet this is: the number that its figures are drawn from, and whether it has solutions."""

    numbers: int = 0
    solution: bool = True


ORIGINAL = Copy()
_now = ORIGINAL


def hand_out(numbers: int = 0, solution: bool = True) -> None:
    """Take the numbers of this copy from now on; 0 stands for those of the collection."""
    global _now
    _now = Copy(numbers, solution)


def current() -> Copy:
    """The copy that is worked on."""
    return _now


class Drawn(NamedTuple):
    """A figure made for teaching: its own value, those that a copy may have, and how sheets write it.

    Figures of one name are drawn together, the first with the first, the second with the second.
    """

    name: str
    own: Any
    others: tuple[Any, ...]
    written: tuple[str, ...] = ()

    @property
    def value(self) -> Any:
        """The value in the copy that is worked on."""
        return self.value_in(current().numbers)

    def value_in(self, numbers: int) -> Any:
        """The value in the copy of this number."""
        if not numbers:
            return self.own
        return random.Random(f"{numbers} {self.name}").choice(self.others)

    def rewrite(self, text: str, numbers: int) -> str:
        """A text with the value of a copy in place of the own one."""
        for form in self.written:
            own, other = form.format(self.own), form.format(self.value_in(numbers))
            text = re.sub(rf"(?<![\d.,_]){re.escape(own)}(?![\d_]|[.,]\d)", other, text)
        return text


def make_copy(book: Any, drawn: Mapping[str, tuple[Drawn, ...]], copy: Copy) -> None:
    """Make a sheet into a copy, in place: its texts, the calls in its cells, and its metadata.

    Parameters
    ----------
    book
        A notebook as ``nbformat`` reads it.
    drawn
        By question, the figures that a copy may have otherwise.
    copy
        Which copy it is to be.
    """
    book.metadata[NAME] = copy._asdict()
    call = CALL.format(*copy)
    for cell in book.cells:
        key = cell.id.partition("-")[0]
        if copy.numbers:
            for figure in drawn.get(key, ()):
                cell.source = figure.rewrite(cell.source, copy.numbers)
        if cell.id == "setup" or cell.id.endswith("-check"):
            cell.source = f"{call}\n{cell.source}"
        if cell.id == "how" and not copy.solution:
            cell.source = cell.source.replace(SOLUTION_THERE, SOLUTION_GONE)
        if cell.id == "how" and copy.numbers:
            places = [key.removeprefix("q") for key in drawn]
            noun = "question" if len(places) == 1 else "questions"
            which = f"{noun} {' and '.join(places)}"
            cell.source += "\n\n" + OTHER_NUMBERS.format(copy.numbers, which)


def copy_of(metadata: Any, sources: str) -> Copy:
    """Which copy a file is: by its metadata or, where an editor dropped those, by the calls in its cells."""
    entry = metadata.get(NAME) if isinstance(metadata, dict) else None
    if isinstance(entry, dict):
        numbers, solution = (entry.get(field) for field in Copy._fields)
        if type(numbers) is int and numbers >= 0 and type(solution) is bool:
            return Copy(numbers, solution)
    called = CALLED.search(sources)
    if called:
        return Copy(int(called[1]), called[2] == "True")
    return ORIGINAL
