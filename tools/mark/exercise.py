"""The exercises of the collection, as students got them.

exercises()["growth"].points["q1"]      # 3
"""

from __future__ import annotations

import functools
import importlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from notebook import squeezed

from taobaolab.practice.copies import ORIGINAL, Copy, make_copy

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Exercise:
    """One of our exercises: its cells by name, and the points of each question."""

    theme: str
    stem: str
    title: str
    cells: dict[str, Any]
    points: dict[str, int]
    essay_points: int

    @functools.cached_property
    def by_text(self) -> dict[str, str]:
        """The name of each cell by its text."""
        return {squeezed(c.source): name for name, c in self.cells.items() if len(c.source) > 9}

    @functools.cached_property
    def lines(self) -> set[str]:
        """All lines of all cells, squeezed."""
        found = {"YOUR ANSWER HERE"}
        for cell in self.cells.values():
            found.update(squeezed(line) for line in cell.source.splitlines())
        return found

    @property
    def essay_key(self) -> str:
        """The question that has the essay."""
        named = [name for name in self.cells if name.endswith("-essay")]
        return named[0].removesuffix("-essay") if named else ""


@functools.cache
def exercises(copy: Copy = ORIGINAL) -> dict[str, Exercise]:
    """Our exercises by theme, as students got them; or those of a copy that a teacher made."""
    found = {}
    for path in sorted((ROOT / "exercises").glob("*.ipynb")):
        book = nbformat.read(path, 4)
        theme = path.stem.partition("_")[2]
        if copy != ORIGINAL:
            questions = importlib.import_module(f"taobaolab.lessons.{theme}.questions")
            make_copy(book, questions.practice.drawn, copy)
        points, essay = {}, 0
        for cell in book.cells:
            worth = int(cell.metadata.get("nbgrader", {}).get("points", 0))
            if cell.id.endswith("-check"):
                points[cell.id.removesuffix("-check")] = worth
            elif cell.id.endswith("-essay"):
                essay += worth
        title = book.cells[0].source.partition("\n")[0].removeprefix("# Exercises: ")
        title = title[:1].upper() + title[1:]
        cells = {cell.id: cell for cell in book.cells}
        found[theme] = Exercise(theme, path.stem, title, cells, points, essay)
    return found


def arguments(exercise: Exercise, key: str) -> str:
    """What our check cell hands in for a question, as Python text."""
    call = exercise.cells[f"{key}-check"].source
    found = re.search(rf"check\.{key}\((.*)\)", call, re.S)
    assert found, f"the check cell of {key} calls no check"
    return found[1]
