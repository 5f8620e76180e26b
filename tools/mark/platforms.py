"""Write what Moodle and Canvas import: grades, and replies as feedback files.

Only those are in it whose file names carry the number that the platform gave. Moodle's worksheet for
an assignment is known by *Identifier*, *Grade* and *Last modified (grade)*; Canvas' gradebook by
*Student*, *ID* and *Section*, with the points that are possible in the second row.
"""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

import replies
from formats import plain, table
from marking import Marked
from picture import Theme, first_sentence

MOODLE = (
    "Identifier",
    "Full name",
    "Grade",
    "Maximum grade",
    "Last modified (grade)",
    "Feedback comments",
)
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
NO_DATE = (1980, 1, 1, 0, 0, 0)


def files(themes: Sequence[Theme]) -> Iterator[tuple[str, bytes]]:
    """Give the files for the platforms that the names of the submissions speak of.

    Parameters
    ----------
    themes
        The class.

    Yields
    ------
    tuple
        The name of a file and what it holds.
    """
    on_canvas = False
    for theme in themes:
        on_moodle = [one for one in theme.marked if one.owner.platform == "moodle"]
        on_canvas = on_canvas or any(one.owner.platform == "canvas" for one in theme.marked)
        if on_moodle:
            stem = theme.exercise.stem
            rows = [moodle_row(theme, one) for one in on_moodle]
            yield f"moodle-{stem}.csv", table(MOODLE, rows, mark=False)
            yield f"moodle-feedback-{stem}.zip", feedback_zip(theme, on_moodle)
    if on_canvas:
        yield "canvas.csv", canvas_table(themes)


def moodle_row(theme: Theme, one: Marked) -> list[Any]:
    """Give a student's row of the grading worksheet."""
    number = f"Participant {one.owner.identifier}"
    grade = plain(theme.grade(one))
    return [number, one.owner.student, grade, theme.grade_of, "-", feedback(one)]


def feedback(one: Marked) -> str:
    """Give what a student is told, as the simple page that Moodle takes it for."""
    lines = []
    for m in one.marks:
        said = f" {first_sentence(m.said[0])}" if m.said else ""
        lines.append(f"{m.key}: {m.outcome.lower()}, {m.points} of {m.of}.{said}")
    if one.essay_comment:
        lines.append(f"Essay: {one.essay_comment}")
    return "<br>".join(html.escape(line, quote=False) for line in lines)


def feedback_zip(theme: Theme, marked: Sequence[Marked]) -> bytes:
    """Give the zip that Moodle takes under *Upload multiple feedback files in a zip*.

    Moodle knows a student by the second part of a folder's name, so no other part may have a low
    line in it.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in sorted(marked, key=lambda m: (m.owner.student, m.owner.identifier)):
            name = replies.file_name(one.owner.student).replace("_", " ")
            folder = f"{name}_{one.owner.identifier}_assignsubmission_file_"
            member = zipfile.ZipInfo(f"{folder}/reply-{theme.exercise.stem}.html", NO_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, replies.page(one.owner.student, [(theme, one)]))
    return content.getvalue()


def canvas_table(themes: Sequence[Theme]) -> bytes:
    """Give the gradebook: a row for each student, a column for each exercise."""
    grades: dict[tuple[str, str], dict[str, str]] = {}
    for theme in themes:
        for one in theme.marked:
            if one.owner.platform == "canvas":
                person = (one.owner.student, one.owner.identifier)
                grades.setdefault(person, {})[theme.exercise.theme] = plain(theme.grade(one))
    shown = [theme for theme in themes if any(theme.exercise.theme in g for g in grades.values())]
    header = [*CANVAS, *(f"Exercises {theme.exercise.stem}" for theme in shown)]
    rows = [["    Points Possible", "", "", "", "", *(theme.grade_of for theme in shown)]]
    for person in sorted(grades):
        points = [grades[person].get(theme.exercise.theme, "") for theme in shown]
        rows.append([*person, "", "", "", *points])
    return table(header, rows, mark=False)
