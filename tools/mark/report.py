"""Write all that becomes of the marks of a class into one folder.

    report.write(journal, marked, aside, how, Limits())

Tables for a spreadsheet, the page to prepare the next hour with, the essays for a reader, replies for
the students, and what a learning platform imports.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import essay_points
import platforms
import replies
from alike import Alike
from exercise import exercises
from formats import encoded, plain, table, template
from journal import Journal
from marking import FAILED, OUTCOMES, Mark, Marked
from picture import Theme, class_picture, first_sentence
from sandbox import Limits

from taobaolab import charts
from taobaolab.practice.core import COLOURS, NOT_YET, RIGHT, texts
from taobaolab.practice.record import SOLUTION

HELP = ("none", "1 hint", "2 hints", "3 hints", "solution seen")
MARKS = (
    "file",
    "student",
    "late",
    "counts",
    "theme",
    "question",
    "title",
    "outcome",
    "points",
    "of",
    "help",
    "misconception",
    "note",
)
CLASS = (
    "theme",
    "question",
    "title",
    "right",
    "not yet",
    "not started",
    "failed",
    "help used",
    "most common misconception",
    "students with it",
)
TOTALS = (
    "student",
    "number",
    "late",
    "theme",
    "points",
    "of",
    "essay",
    "essay points",
    "essay of",
    "total",
    "total of",
)


@dataclass
class Result:
    """All that is to be written: the files, what was not marked, and who answers alike."""

    marked: Sequence[Marked]
    aside: Sequence[tuple[str, str]] = ()
    alike: Sequence[Alike] = ()
    how: str = ""
    limits: Limits = field(default_factory=Limits)
    named: bool = True
    typed: essay_points.Typed = field(default_factory=essay_points.Typed)


def write(journal: Journal, result: Result) -> Path:
    """Write all of it.

    Parameters
    ----------
    journal
        The folder.
    result
        What is to be written.

    Returns
    -------
    Path
        The page of the class.

    Raises
    ------
    OSError
        If something cannot be written.
    """
    themes = class_picture(result.marked)
    journal.write("marks.csv", table(MARKS, mark_rows(result)))
    journal.write("class.csv", table(CLASS, class_rows(themes)))
    journal.write("totals.csv", table(TOTALS, total_rows(themes)))
    write_essays(journal, result, themes)
    if result.named:
        for name, content in replies.pages(themes):
            journal.write(name, content)
        for name, content in platforms.files(themes):
            journal.write(name, content)
    return journal.write("class.html", encoded(page(result, themes)))


def write_essays(journal: Journal, result: Result, themes: Sequence[Theme]) -> None:
    """Write the essays side by side, and the table for their points."""
    counted = [one for theme in themes for one in theme.marked]
    rows = essay_points.rows_to_type(counted, result.typed)
    if rows:
        journal.write("essays.csv", table(essay_points.HEADER, rows))
    for theme in themes:
        if theme.essays:
            html = template("essays.html").render(
                theme=theme,
                question=essay_points.question_of(theme.exercise),
                essays=sorted(theme.essays, key=lambda one: one.essay_code),
                accent=charts.ACCENT,
            )
            journal.write(f"essays-{theme.exercise.stem}.html", encoded(html))


# ---- the tables --------------------------------------------------------------------------------
def mark_rows(result: Result) -> Iterable[list[Any]]:
    """Give a row for each file and question; one row for a file that was not marked."""
    for one in result.marked:
        notes = "; ".join(one.notes)
        who = [one.label, one.owner.student, yes(one.owner.late)]
        if not one.marks:
            yield [*who, "no", "", "", "", "Not marked", "", "", "", "", notes]
        for at, m in enumerate(one.marks):
            said = first_sentence(m.said[0]) if m.said else ""
            note = "; ".join(filter(None, [m.note, "" if at else notes]))
            counts = "yes" if one.counts else "no"
            what = [one.theme, m.key, texts(one.theme)[m.key].title, m.outcome]
            yield [*who, counts, *what, m.points, m.of, helped(m), said, note]
    for name, words in result.aside:
        yield [name, "", "", "no", "", "", "", "Not marked", "", "", "", "", words]


def yes(flag: bool) -> str:
    """Give a word for a flag; nothing where it is not set."""
    return "late" if flag else ""


def helped(m: Mark) -> str:
    """Give the help that was used, in words; nothing if it is not known."""
    return "" if m.helped is None else HELP[min(m.helped, SOLUTION)]


def class_rows(themes: Iterable[Theme]) -> Iterable[list[Any]]:
    """Give a row for each question."""
    for theme in themes:
        for p in theme.pictures:
            label, students = p.slips[0][:2] if p.slips else ("", 0)
            counts = [p.counts[outcome] for outcome in OUTCOMES]
            yield [theme.exercise.theme, p.key, p.text.title, *counts, p.helped, label, students]


def total_rows(themes: Iterable[Theme]) -> Iterable[list[Any]]:
    """Give a row for each student and theme; the total is empty as long as an essay is unread."""
    for theme in themes:
        most = theme.exercise.essay_points
        for one in sorted(theme.marked, key=lambda m: (m.label, m.file)):
            who = [one.owner.student, one.owner.identifier, yes(one.owner.late), one.theme]
            if not one.essay:
                essay, points, total = "none", "0", plain(one.points)
            elif one.essay_points is None:
                essay, points, total = "not read yet", "", ""
            else:
                points, total = plain(one.essay_points), plain(one.points + one.essay_points)
                essay = "read"
            of = theme.of + most
            yield [*who, one.points, theme.of, essay, points, most, total, of]


# ---- the page ----------------------------------------------------------------------------------
def page(result: Result, themes: Sequence[Theme]) -> str:
    """Give the page for the teacher."""
    events, calm = [], 0
    for one in result.marked:
        if one.theme and (one.notes or any(mark.note for mark in one.marks)):
            events.append(one)
        elif one.theme:
            calm += 1
    not_marked = [(one.label, "; ".join(one.notes)) for one in result.marked if not one.theme]
    return template("class.html").render(
        themes=themes,
        aside=[*not_marked, *result.aside],
        events=events,
        calm=calm,
        alike=result.alike,
        titles={theme: exercise.title for theme, exercise in exercises().items()},
        how=result.how,
        limits=result.limits,
        outcomes=OUTCOMES,
        right=RIGHT,
        accent=charts.ACCENT,
        colours=COLOURS | {NOT_YET: charts.SECOND, FAILED: charts.FOURTH},
        helped=helped,
        problems=result.typed.problems,
        named=result.named,
    )
