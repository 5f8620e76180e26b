"""A submitted file, read: which exercise it is, the student's cells in the order of ours, and what was changed.

Cells are known by their nbgrader name, their id, or their text, so that a file from another editor, or from an earlier
version of the exercise, is read as well. Check cells, and what a question is worth, are always taken from our exercise.
"""

from __future__ import annotations

import functools
import json
import os
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from taobaolab.practice.core import texts
from taobaolab.practice.record import FILE, FOLDER, SOLUTION, Record, Refused

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 50_000_000
ASIDE = re.compile(r"^\s*#?\s*(hint|solution|progress)\(.*\)\s*$|^\s*$")
LOOKED_AT = re.compile(r"^\s*(?:check\s*=.*|.*\bcheck\.(q\d+)\s*\()", re.M)
NOT_RUN = ("progress", "resume", "sources")


class NotOurs(Exception):
    """The file is no exercise of this collection; the message says what it is instead."""


@dataclass
class Cell:
    """A code cell: which of ours it is (or nothing), its text, and who wrote it."""

    name: str
    source: str
    ours: bool = False
    asks: str = ""


@dataclass
class Submission:
    """What is run for a file: its cells in order, and what was noticed about each question and about the whole."""

    theme: str
    cells: list[Cell]
    notes: list[str] = field(default_factory=list)
    about: dict[str, list[str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    untouched: set[str] = field(default_factory=set)
    helped: dict[str, int] = field(default_factory=dict)
    essay: int = 0

    def note(self, key: str, words: str) -> None:
        """Say something about a question."""
        self.about.setdefault(key, []).append(words)


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
    def questions(self) -> list[str]:
        """The names of the questions in their order."""
        return list(self.points)


@functools.cache
def exercises() -> dict[str, Exercise]:
    """Our exercises by theme, as students got them."""
    found = {}
    for path in sorted((ROOT / "exercises").glob("*.ipynb")):
        book, theme = nbformat.read(path, 4), path.stem.partition("_")[2]
        worth = {c.id: c.metadata.get("nbgrader", {}).get("points", 0) for c in book.cells}
        points = {
            k.removesuffix("-check"): int(n) for k, n in worth.items() if k.endswith("-check")
        }
        essay = sum(int(n) for k, n in worth.items() if k.endswith("-essay"))
        title = book.cells[0].source.partition("\n")[0].removeprefix("# Exercises: ")
        found[theme] = Exercise(
            theme,
            path.stem,
            title[:1].upper() + title[1:],
            {c.id: c for c in book.cells},
            points,
            essay,
        )
    return found


def read(path: Path) -> Submission:
    """A submitted file as cells to run. Raises NotOurs for any other file."""
    cells = list(cells_of(path))
    exercise = exercise_of(cells)
    names = named(cells, exercise)
    found = Submission(exercise.theme, [])
    if cells and cells[0]["source"].startswith("# Solutions: "):
        found.notes.append("this is the notebook with our solutions")
    _arrange(found, exercise, cells, names)
    found.helped = helped(cells, exercise)
    return found


def cells_of(path: Path) -> Iterator[dict[str, Any]]:
    """The cells of a notebook, whatever else is in the file; ids and outputs may be missing."""
    size = path.stat().st_size
    if not size:
        raise NotOurs("the file is empty")
    if size > LARGEST:
        raise NotOurs(
            f"the file has {size // 1_000_000} MB; a notebook has less than one, so it was not opened"
        )
    content = path.read_bytes()
    kinds = {
        b"\x89PNG": "a picture",
        b"\xff\xd8\xff": "a picture",
        b"GIF8": "a picture",
        b"%PDF": "a PDF",
        b"PK\x03\x04": "a zip or office file",
    }
    for start, kind in kinds.items():
        if content.startswith(start):
            raise NotOurs(f"this is {kind}, only named like a notebook")
    try:
        book = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise NotOurs(
            "this is no notebook: it cannot be read as JSON (cut off, or of another kind)"
        ) from None
    if type(book) is not dict or type(book.get("nbformat")) is not int:
        raise NotOurs("this is no notebook: it has no cells")
    if book["nbformat"] < 4:
        book = upgraded(book)
    if type(book.get("cells")) is not list:
        raise NotOurs("this is no notebook: it has no cells")
    for raw in book["cells"]:
        if type(raw) is dict:
            meta = raw.get("metadata") if type(raw.get("metadata")) is dict else {}
            yield {
                "kind": raw.get("cell_type"),
                "id": text(raw.get("id")) or text(meta.get("id")),
                "grade": meta.get("nbgrader") if type(meta.get("nbgrader")) is dict else {},
                "source": text(raw.get("source")),
                "outputs": raw.get("outputs") if type(raw.get("outputs")) is list else [],
            }


def upgraded(book: dict[str, Any]) -> dict[str, Any]:
    """A notebook of an old format in today's."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return json.loads(nbformat.writes(nbformat.convert(nbformat.from_dict(book), 4)))
    except Exception:
        raise NotOurs(
            f"this is a notebook of the old format {book['nbformat']}, and it cannot be converted"
        ) from None


def text(value: Any) -> str:
    """Text, which notebooks may store as a list of lines."""
    if type(value) is list:
        return "".join(part for part in value if type(part) is str)
    return value if type(value) is str else ""


def squeezed(source: str) -> str:
    """A cell's text without what editors change."""
    return " ".join(source.split())


def exercise_of(cells: Iterable[dict[str, Any]]) -> Exercise:
    """Which exercise this is: by what it imports, else by the cells that it shares with ours."""
    cells, ours = list(cells), exercises()
    code = "\n".join(c["source"] for c in cells if c["kind"] == "code")
    imported = {t for t in re.findall(r"taobaolab\.lessons\.(\w+)\.questions", code) if t in ours}
    shared = {t: sum(squeezed(c["source"]) in e.by_text for c in cells) for t, e in ours.items()}
    best = max(shared, key=lambda t: (t in imported, shared[t]))
    if best in imported or shared[best] >= 3:
        return ours[best]
    if "taobaolab" in code:
        raise NotOurs("this is another notebook of the collection, not an exercise")
    raise NotOurs("this is a notebook, but not one of our exercises")


def named(cells: list[dict[str, Any]], exercise: Exercise) -> list[str]:
    """For each cell the name of ours that it is, or nothing."""
    names = []
    for cell in cells:
        grade, kind = text(cell["grade"].get("grade_id")), cell["kind"]
        known = [
            n
            for n in (cell["id"], grade)
            if n in exercise.cells and exercise.cells[n].cell_type == kind
        ]
        names.append(known[0] if known else exercise.by_text.get(squeezed(cell["source"]), ""))
    for at, cell in enumerate(cells):
        asked = (
            LOOKED_AT.search(cell["source"]) if cell["kind"] == "code" and not names[at] else None
        )
        if asked and asked[1] in exercise.points:
            names[at] = f"{asked[1]}-check"
        key = names[at].removesuffix("-check")
        if names[at].endswith("-check") and key not in names:
            before = next((i for i in range(at - 1, -1, -1) if cells[i]["kind"] == "code"), -1)
            if before >= 0 and not names[before]:
                names[before] = key
    return names


def _arrange(
    found: Submission, exercise: Exercise, cells: list[dict[str, Any]], names: list[str]
) -> None:
    """Put the student's cells into the order of ours, with ours where one was deleted, and say what was changed."""
    placed: dict[str, list[Cell]] = {name: [] for name in ("", *exercise.cells)}
    here = ""
    for cell, name in zip(cells, names, strict=True):
        first = name and not any(c.name == name for c in placed[name])
        here = name if first else here
        if name.endswith("-essay") and name in exercise.cells:
            mine = (
                cell["source"]
                if squeezed(cell["source"]) != squeezed(exercise.cells[name].source)
                else ""
            )
            found.essay = max(found.essay, len(re.findall(r"\w+", mine)))
        if cell["kind"] != "code":
            if first:
                placed[name].append(Cell(name, ""))
            continue
        ours = exercise.cells[name] if name else None
        _noted(found, exercise, name, cell, bool(first))
        if ours is not None and name.endswith("-check"):
            key = name.removesuffix("-check")
            placed[here].append(Cell(name, "", ours=True, asks=key))
        elif name not in NOT_RUN:
            changed = (
                ours is not None
                and not name.startswith("q")
                and squeezed(cell["source"]) != squeezed(ours.source)
            )
            support = (
                ours is not None
                and name not in exercise.points
                and squeezed(cell["source"]) != squeezed(ours.source)
            )
            if first and (changed or support):
                placed[here].append(Cell(name, ours.source, ours=True))
                found.notes.append(
                    f"cell {name} was changed; ours was run first, then the student's"
                )
            same = ours is not None and squeezed(cell["source"]) == squeezed(ours.source)
            placed[here].append(
                Cell(name, cell["source"], ours=same and name not in exercise.points)
            )
            if same and name in exercise.points:
                found.untouched.add(name)
    for name, ours in exercise.cells.items():
        if ours.cell_type == "code" and name not in NOT_RUN and name not in names:
            key = name.removesuffix("-check")
            if name in exercise.points:
                found.gone.add(name)
                found.note(name, f"the answer cell of {name} is missing")
            elif name.endswith("-check"):
                placed[name].insert(0, Cell(name, "", ours=True, asks=key))
                found.note(key, f"the check cell of {key} was deleted; ours was used")
            else:
                placed[name].insert(0, Cell(name, ours.source, ours=True))
                found.notes.append(f"cell {name} was deleted; ours was run")
    found.cells = [c for name in placed for c in placed[name] if c.source or c.asks]


def _noted(
    found: Submission, exercise: Exercise, name: str, cell: dict[str, Any], first: bool
) -> None:
    """Say what was changed in a check cell, or that a cell is there twice."""
    key = name.removesuffix("-check")
    if name and not first and key in exercise.points:
        what = "check" if name.endswith("-check") else "answer"
        found.note(
            key,
            f"the {what} cell of {key} is there more than once; "
            + ("ours was used" if what == "check" else "all were run"),
        )
        return
    if not name.endswith("-check"):
        return
    ours = exercise.cells[name]
    if bare(cell["source"]) != bare(ours.source):
        found.note(key, f"the check cell of {key} was changed; ours was used")
    points = cell["grade"].get("points")
    if points is not None and points != exercise.points[key]:
        found.note(key, f"the points of {key} were changed in the file; ours count")


def bare(source: str) -> list[str]:
    """A check cell without hints, comments on them and blanks: students are meant to change those."""
    return [" ".join(line.split()) for line in source.splitlines() if not ASIDE.match(line)]


def arguments(exercise: Exercise, key: str) -> str:
    """What our check cell hands in for a question, as Python text."""
    call = exercise.cells[f"{key}-check"].source
    return re.search(rf"check\.{key}\((.*)\)", call, re.S)[1]


# ---- help that was used ----------------------------------------------------------------------------------------------
def helped(cells: Iterable[dict[str, Any]], exercise: Exercise) -> dict[str, int]:
    """The hints that were used for each question (4: the solution), by what the notebook shows and by its codes."""
    found: dict[str, int] = {}
    record = Record(exercise.theme, exercise.points)
    for cell in cells:
        shown = "\n".join(shown_text(cell["outputs"]))[:100_000] if cell["kind"] == "code" else ""
        for key, number in re.findall(r"^(q\d+), hint (\d) of \d", shown, re.M):
            found[key] = max(found.get(key, 0), int(number))
        for key in re.findall(r"^(q\d+), one way to do it", shown, re.M):
            found[key] = SOLUTION
        codes = re.findall(r"Resume code: ([0-9A-Z-]+)", shown)
        codes += (
            re.findall(r"^\s*resume\([\"']([^\"']+)[\"']\)", cell["source"], re.M)
            if cell["kind"] == "code"
            else []
        )
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
            data = output.get("data") if type(output.get("data")) is dict else {}
            yield text(data.get("text/plain")) + text(output.get("text"))


def title(theme: str, key: str) -> str:
    """The title of a question."""
    return texts(theme)[key].title
