"""Read a submitted file: which exercise it is, the student's cells, and what was changed.

    submission = read(Path("02_growth.ipynb"))
    submission.theme, [cell.name for cell in submission.cells]

Cells are known by their nbgrader name, their id, or their text, so that a file from another editor,
or from an earlier version of the exercise, is read as well. Check cells, and what a question is
worth, are always taken from our exercise.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import essays
from exercise import Exercise, exercises
from notebook import NotOurs, RawCell, as_dict, book_of, cells_of, squeezed, text

from taobaolab.practice.copies import ORIGINAL, Copy, copy_of
from taobaolab.practice.core import texts
from taobaolab.practice.record import FILE, FOLDER, SOLUTION, Record, Refused

ASIDE = re.compile(r"^\s*#?\s*(hint|solution|progress)\(.*\)\s*$|^\s*$")
CHECK_CALL = re.compile(r"^\s*(?:check\s*=.*|.*\bcheck\.(q\d+)\s*\()", re.M)
IMPORTED = (
    re.compile(r"taobaolab\.lessons\.(\w+)\.questions"),
    re.compile(r"taobaolab\.practice\.(\w+)"),  # in exercises of version 0.2
)
NOT_RUN = ("progress", "resume", "sources")
DISTINCTIVE = 60  # signs of code; a shorter answer may well be the same by itself


@dataclass
class Cell:
    """A code cell to run: which of ours it is (or nothing), its text, and who wrote it."""

    name: str
    source: str
    ours: bool = False
    asks: str = ""


@dataclass
class Submission:
    """What is run for a file: its cells in order, and what was noticed.

    ``copy`` says which copy of the sheet it is. ``about`` holds notes by question, ``helped`` the hints that were used, ``answers`` a fingerprint
    of each answer that is long enough to be somebody's own.
    """

    theme: str
    copy: Copy = ORIGINAL
    cells: list[Cell] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    about: dict[str, list[str]] = field(default_factory=dict)
    helped: dict[str, int] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    essay: str = ""
    essay_place: str = ""

    def note(self, key: str, words: str) -> None:
        """Say something about a question."""
        self.about.setdefault(key, []).append(words)


def read(path: Path) -> Submission:
    """Read a submitted file as cells to run.

    Parameters
    ----------
    path
        The file, in any version of the notebook format.

    Returns
    -------
    Submission
        The student's cells in the order of ours, and what was noticed.

    Raises
    ------
    NotOurs
        For any other file; the message says what it is.
    OSError
        If the file cannot be read.
    """
    book = book_of(path)
    cells = list(cells_of(book))
    sources = "\n".join(cell.source for cell in cells if cell.kind == "code")
    copy = copy_of(book.get("metadata"), sources)
    exercise = exercise_of(cells, copy)
    names = named(cells, exercise)
    found = Submission(exercise.theme, copy)
    if copy.numbers:
        found.notes.append(f"this is copy {copy.numbers}, with numbers of its own")
    if cells and cells[0].source.startswith("# Solutions: "):
        found.notes.append("this is the notebook with our solutions")
    found.essay, found.essay_place = essays.find_essay(cells, names, exercise)
    arrange(found, exercise, cells, names)
    found.helped = helped(cells, exercise)
    found.answers = fingerprints(cells, names, exercise)
    return found


def exercise_of(cells: Iterable[RawCell], copy: Copy = ORIGINAL) -> Exercise:
    """Give the exercise that this is: by what it imports, else by the cells that it shares."""
    cells, ours = list(cells), exercises(copy)
    code = "\n".join(c.source for c in cells if c.kind == "code")
    imported = {theme for pattern in IMPORTED for theme in pattern.findall(code)}
    shared = {t: sum(squeezed(c.source) in e.by_text for c in cells) for t, e in ours.items()}
    best = max(shared, key=lambda theme: (theme in imported, shared[theme]))
    if best in imported or shared[best] >= 3:
        return ours[best]
    if "taobaolab" in code:
        raise NotOurs("this is another notebook of the collection, not an exercise")
    raise NotOurs("this is a notebook, but not one of our exercises")


def named(cells: list[RawCell], exercise: Exercise) -> list[str]:
    """Give for each cell the name of ours that it is, or nothing."""
    names = []
    for cell in cells:
        name = exercise.by_text.get(squeezed(cell.source), "")
        for known in (text(cell.grade.get("grade_id")), cell.id):
            if known in exercise.cells and exercise.cells[known].cell_type == cell.kind:
                name = known
        names.append(name)
    for at, cell in enumerate(cells):
        if cell.kind == "code" and not names[at]:
            asked = CHECK_CALL.search(cell.source)
            if asked and asked[1] in exercise.points:
                names[at] = f"{asked[1]}-check"
        key = names[at].removesuffix("-check")
        if names[at].endswith("-check") and key not in names:
            before = code_cell_before(cells, at)
            if before >= 0 and not names[before]:
                names[before] = key
    return names


def code_cell_before(cells: list[RawCell], at: int) -> int:
    """Give the position of the last code cell before this one; -1 if there is none."""
    for position in range(at - 1, -1, -1):
        if cells[position].kind == "code":
            return position
    return -1


def arrange(found: Submission, exercise: Exercise, cells: list[RawCell], names: list[str]) -> None:
    """Put the student's cells into the order of ours, and say what was changed.

    A cell of the student's own stays behind the one that it stood behind. Where one of ours was
    deleted or changed, ours is run.
    """
    placed: dict[str, list[Cell]] = {name: [] for name in ("", *exercise.cells)}
    seen: set[str] = set()
    here = ""
    for cell, name in zip(cells, names, strict=True):
        first = bool(name) and name not in seen
        seen.add(name)
        if first:
            here = name
        if cell.kind != "code":
            continue
        note_changes(found, exercise, name, cell, first)
        if name.endswith("-check"):
            key = name.removesuffix("-check")
            placed[here].append(Cell(name, "", ours=True, asks=key))
            continue
        if name in NOT_RUN or essays.is_prose(cell.source):
            continue
        same = name != "" and squeezed(cell.source) == squeezed(exercise.cells[name].source)
        answers = name in exercise.points
        if name and first and not same and not answers:
            placed[here].append(Cell(name, exercise.cells[name].source, ours=True))
            words = f"cell {name} was changed; ours was run first, then the student's"
            found.notes.append(words)
        placed[here].append(Cell(name, cell.source, ours=same and not answers))
    for name, ours in exercise.cells.items():
        if ours.cell_type == "code" and name not in NOT_RUN and name not in names:
            put_in_ours(found, exercise, name, placed[name])
    for cells_here in placed.values():
        found.cells += [c for c in cells_here if c.source or c.asks]


def put_in_ours(found: Submission, exercise: Exercise, name: str, place: list[Cell]) -> None:
    """Put our cell where the student's was deleted, and say so."""
    key = name.removesuffix("-check")
    if name in exercise.points:
        found.note(name, f"the answer cell of {name} is missing")
    elif name.endswith("-check"):
        place.insert(0, Cell(name, "", ours=True, asks=key))
        found.note(key, f"the check cell of {key} was deleted; ours was used")
    else:
        place.insert(0, Cell(name, exercise.cells[name].source, ours=True))
        found.notes.append(f"cell {name} was deleted; ours was run")


def note_changes(
    found: Submission, exercise: Exercise, name: str, cell: RawCell, first: bool
) -> None:
    """Say what was changed in a check cell, or that a cell is there twice."""
    key = name.removesuffix("-check")
    is_check = name.endswith("-check")
    if name and not first and key in exercise.points:
        what = "check" if is_check else "answer"
        done = "ours was used" if is_check else "all were run"
        found.note(key, f"the {what} cell of {key} is there more than once; {done}")
        return
    if not is_check:
        return
    if bare(cell.source) != bare(exercise.cells[name].source):
        found.note(key, f"the check cell of {key} was changed; ours was used")
    points = cell.grade.get("points")
    if points is not None and points != exercise.points[key]:
        found.note(key, f"the points of {key} were changed in the file; ours count")


def bare(source: str) -> list[str]:
    """A check cell without hints, comments on them and blanks: students may change those."""
    return [" ".join(line.split()) for line in source.splitlines() if not ASIDE.match(line)]


def fingerprints(cells: list[RawCell], names: list[str], exercise: Exercise) -> dict[str, str]:
    """Give for each question a fingerprint of the answer, if it is long enough to be one's own.

    Blanks, comments and quotation marks do not count. An answer as in the exercise, or as in our
    solution, has no fingerprint: many have those, and nobody needs a neighbour for them.
    """
    model = {key: code_of(words.code) for key, words in texts(exercise.theme).items()}
    found = {}
    for cell, name in zip(cells, names, strict=True):
        if name not in exercise.points or cell.kind != "code":
            continue
        own = [line for line in cell.source.splitlines() if squeezed(line) not in exercise.lines]
        code = code_of(cell.source)
        if len(squeezed("\n".join(own))) < DISTINCTIVE or not code or code == model.get(name):
            continue
        found[name] = hashlib.sha256(code.encode(errors="replace")).hexdigest()[:16]
    return found


def code_of(source: str) -> str:
    """Give what a cell computes, without how it is written; nothing if it is no Python."""
    try:
        return ast.dump(ast.parse(source[:100_000]))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""


# ---- help that was used ------------------------------------------------------------------------
def helped(cells: Iterable[RawCell], exercise: Exercise) -> dict[str, int]:
    """The hints that were used for each question (4: the solution), by what the notebook shows."""
    found: dict[str, int] = {}
    record = Record(exercise.theme, exercise.points)
    for cell in cells:
        if cell.kind != "code":
            continue
        output = "\n".join(shown_text(cell.outputs))[:100_000]
        for key, number in re.findall(r"^(q\d+), hint (\d) of \d", output, re.M):
            found[key] = max(found.get(key, 0), int(number))
        for key in re.findall(r"^(q\d+), one way to do it", output, re.M):
            found[key] = SOLUTION
        codes = re.findall(r"Resume code: ([0-9A-Z-]+)", output)
        codes += re.findall(r"^\s*resume\([\"']([^\"']+)[\"']\)", cell.source, re.M)
        for code in codes:
            try:
                merge(found, record.decoded(code))
            except (Refused, ValueError):
                continue
    return {key: number for key, number in found.items() if key in exercise.points}


def kept_beside(folder: Path, theme: str) -> dict[str, int]:
    """The hints by the file that the exercises keep beside the notebook."""
    path = folder / FILE
    if not path.is_file() or path.is_symlink() or path.stat().st_size > 1_000_000:
        return {}
    found: dict[str, int] = {}
    before = os.environ.get(FOLDER, "")
    os.environ[FOLDER] = str(folder)
    try:
        merge(found, Record(theme, exercises()[theme].points).states())
    finally:
        os.environ[FOLDER] = before
    return found


def merge(found: dict[str, int], states: dict[str, Any]) -> None:
    """Take over from what was kept."""
    for key, state in states.items():
        if any(state):
            found[key] = max(found.get(key, 0), state.help)


def shown_text(outputs: Iterable[Any]) -> Iterator[str]:
    """What a stored output says."""
    for output in outputs:
        if type(output) is dict:
            data = as_dict(output.get("data"))
            yield text(data.get("text/plain")) + text(output.get("text"))
