"""Essays side by side for a reader, and the points that the reader types.

``essays-02_growth.html`` holds all essays of an exercise with its question and rubric, ``essays.csv`` a
row for each with an empty place for points. Whoever has typed points runs the command again: totals,
replies and grades then hold them. A file in which a person has typed stays as it is; essays that come
later are put into another one beside it, and both are read.
"""

from __future__ import annotations

import csv
import hashlib
import io
import locale
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mistune
from exercise import Exercise, exercises
from marking import Marked
from notebook import squeezed

LETTERS = "BCDFGHJKMNPQRSTVWXZ"  # no digit and no vowel: no spreadsheet takes a code for a date
HEADER = ("essay", "theme", "student", "words", "points", "of", "comment")
FILES = re.compile(r"essays(?: \(new(?: \d+)?\))?\.csv")


@dataclass
class Typed:
    """What a person typed: points and a comment by essay, and what could not be read."""

    points: dict[str, float] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


def essay_code(one: Marked) -> str:
    """Give a short name for an essay, which stays as long as its text and its writer do."""
    words = [one.theme, one.owner.student, one.owner.identifier, squeezed(one.essay)]
    number = int.from_bytes(hashlib.sha256("\n".join(words).encode(errors="replace")).digest())
    return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(6))


# ---- what was typed ----------------------------------------------------------------------------
def read_typed(place: Path, edited: Callable[[str], bool], most: dict[str, int]) -> Typed:
    """Read the points that were typed.

    Parameters
    ----------
    place
        The folder of the marks.
    edited
        Tells of a file whether a person has changed it.
    most
        The points that each essay can have, by its code.

    Returns
    -------
    Typed
        Points and comments by code; and in words what could not be read, with file and row.
    """
    typed = Typed()
    files = [p for p in place.glob("essays*.csv") if FILES.fullmatch(p.name) and edited(p.name)]
    for path in sorted(files, key=lambda path: (len(path.name), path.name)):
        try:
            rows = rows_of(path)
        except OSError as error:
            typed.problems.append(f"{path.name} cannot be read: {error.strerror}")
            continue
        if rows and not {"essay", "points"} <= set(rows[0]):
            words = "has no columns named essay and points, so it was not read"
            typed.problems.append(f"{path.name} {words}")
            continue
        for number, row in enumerate(rows, 2):
            read_row(typed, f"{path.name}, row {number}", row, most)
    return typed


def rows_of(path: Path) -> list[dict[str, str]]:
    """Give the rows of a table as a spreadsheet program saves it, in any country."""
    content = path.read_bytes()
    text = ""
    encodings = ["utf-8-sig", locale.getencoding(), "gb18030", "cp1252"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    rows = [[cell.strip() for cell in row] for row in table if any(row)]
    if not rows:
        return []
    header = [name.casefold() for name in rows[0]]
    return [dict(zip(header, row, strict=False)) for row in rows[1:]]


def read_row(typed: Typed, where: str, row: dict[str, str], most: dict[str, int]) -> None:
    """Take over one row."""
    code, written = row.get("essay", "").upper(), row.get("points", "")
    typed.known.add(code)
    comment = row.get("comment", "").removeprefix("'")
    if not written and not comment:
        return
    if code not in most:
        words = f"{where}: there is no essay {code or '(empty)'} any more; it may have been changed"
        typed.problems.append(f"{words}, so look for it under another name")
        return
    if comment:
        typed.comments[code] = comment
    if not written:
        return
    try:
        points = float(written.replace(",", "."))
    except ValueError:
        points = math.nan
    if not 0 <= points <= most[code]:
        words = f"the points are to be a number from 0 to {most[code]}, not {written[:20]!r}"
        typed.problems.append(f"{where}: {words}; they do not count")
        return
    if typed.points.get(code, points) != points:
        other = f"{typed.points[code]:g} stand in another file"
        typed.problems.append(f"{where}: {points:g} points for {code}, and {other}; these count")
    typed.points[code] = points


# ---- what is written for the reader ------------------------------------------------------------
def rows_to_type(marked: Iterable[Marked], typed: Typed) -> list[list[Any]]:
    """Give a row for each essay that no edited file has, in an order that says nothing of names."""
    rows = []
    for one in marked:
        if one.essay and one.essay_code not in typed.known:
            of = exercises()[one.theme].essay_points
            rows.append([one.essay_code, one.theme, one.owner.student, one.essay_words, "", of, ""])
    return sorted(rows, key=lambda row: (row[1], row[0]))


def question_of(exercise: Exercise) -> str:
    """Give the question of the essay and its rubric, as HTML."""
    names = [f"{exercise.essay_key}-{part}" for part in ("text", "ask", "rubric")]
    parts = [exercise.cells[name].source for name in names if name in exercise.cells]
    return as_html("\n\n".join(parts))


def as_html(markdown: str) -> str:
    """Give text of ours, in Markdown, as HTML; headings begin at the third level."""
    html = str(mistune.html(markdown))
    return re.sub(r"(</?h)[1-6]", r"\g<1>3", html)


def waiting(marked: Sequence[Marked]) -> list[Marked]:
    """Give those whose essay nobody has read yet."""
    return [m for m in marked if m.counts and m.essay and m.essay_points is None]
