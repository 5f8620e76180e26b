"""What a class's marks become: tables, one page to prepare the next hour with, and what a learning platform imports."""

from __future__ import annotations

import csv
import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
from marking import FAILED, OUTCOMES, Mark, Marked
from sandbox import Limits
from submission import Exercise, exercises

from taobaolab.practice.core import COLOURS, NOT_STARTED, NOT_YET, RIGHT, Text, texts
from taobaolab.practice.record import SOLUTION

TARGETS = ("moodle", "canvas")
HELP = ("none", "1 hint", "2 hints", "3 hints", "solution seen")
MARKS = (
    "file",
    "student",
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
MOODLE = (
    "Identifier",
    "Full name",
    "Grade",
    "Maximum grade",
    "Last modified (grade)",
    "Feedback comments",
)
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
ALIKE = (
    (
        r"\bCalled with .*, your function stopped",
        "The function stops on one of the cases that are tried.",
    ),
    (
        r"\bCalled with .*, your function returned",
        "The function gives back something of another kind than asked for.",
    ),
    (r"\bHere stands ", "A word stands there that is not one of those asked for."),
    (r"^Your answer stopped.*", "The answer cannot be read: reading it stops with an error."),
)


def first_sentence(words: str) -> str:
    """The label of a misconception.

    >>> first_sentence("You took 万 (wàn) for a thousand, 1.000. It is more than that.")
    'You took 万 (wàn) for a thousand, 1.000.'
    """
    return re.split(r"(?<=[.?!])\s+(?=[A-Z])", " ".join(words.split()), maxsplit=1)[0][:200]


def slip(words: str) -> str:
    """The label under which alike slips of a class are counted.

    >>> slip('Answer 1 of 3: Kite: Here stands "fast". The words for it are: slow.')
    'A word stands there that is not one of those asked for.'
    """
    return next(
        (label for pattern, label in ALIKE if re.search(pattern, words, re.S)),
        first_sentence(words),
    )


class Slip(NamedTuple):
    """What some students of a class were told: in short, how many of them, and in full."""

    label: str
    students: int
    full: str


@dataclass
class Picture:
    """One question in the class."""

    key: str
    text: Text
    of: int
    counts: dict[str, int]
    slips: list[Slip]
    helped: int

    @property
    def number(self) -> str:
        """The number of the question."""
        return self.key.removeprefix("q")

    @property
    def talk(self) -> int:
        """How much there is to talk about: students with the most common slip, or with none that is known."""
        return self.slips[0].students if self.slips else 0


@dataclass
class Theme:
    """One exercise in the class: its questions, and the files that count."""

    exercise: Exercise
    marked: list[Marked]
    pictures: list[Picture] = field(default_factory=list)

    @property
    def mean(self) -> float:
        """The mean of the points."""
        return sum(m.points for m in self.marked) / len(self.marked)

    @property
    def of(self) -> int:
        """All points that a machine gives."""
        return sum(self.exercise.points.values())

    @property
    def talk(self) -> list[Picture]:
        """The questions to talk about first: where most made the same slip, then where fewest were right."""
        wrong = [p for p in self.pictures if p.slips or p.counts[FAILED]]
        return sorted(wrong, key=lambda p: (-p.talk, p.counts[RIGHT], int(p.number)))[:3]

    @property
    def skipped(self) -> list[Picture]:
        """Questions that half of the class or more did not start."""
        return [p for p in self.pictures if 2 * p.counts[NOT_STARTED] >= len(self.marked) > 0]

    @property
    def well(self) -> list[Picture]:
        """Questions that four of five or more have right."""
        return [p for p in self.pictures if 5 * p.counts[RIGHT] >= 4 * len(self.marked)]

    @property
    def essays(self) -> int:
        """How many wrote the essay."""
        return sum(m.essay > 0 for m in self.marked)


def class_picture(marked: Sequence[Marked]) -> list[Theme]:
    """The class, theme by theme."""
    themes = []
    for name, exercise in exercises().items():
        counted = [m for m in marked if m.theme == name and m.counts]
        if counted:
            theme = Theme(exercise, counted)
            theme.pictures = [
                picture(name, key, of, counted) for key, of in exercise.points.items()
            ]
            themes.append(theme)
    return themes


def picture(theme: str, key: str, of: int, marked: Sequence[Marked]) -> Picture:
    """One question over all files that count."""
    marks = [mark for one in marked for mark in one.marks if mark.key == key]
    counts = {outcome: sum(m.outcome == outcome for m in marks) for outcome in OUTCOMES}
    told = [{slip(words): words for words in reversed(m.said)} for m in marks]
    students, full = (
        Counter(label for labels in told for label in labels),
        {k: v for labels in told for k, v in labels.items()},
    )
    slips = [Slip(label, number, full[label]) for label, number in students.items()]
    slips.sort(key=lambda s: (-s.students, s.label))
    return Picture(key, texts(theme)[key], of, counts, slips, sum(bool(m.helped) for m in marks))


# ---- files -----------------------------------------------------------------------------------------------------------
def write(
    place: Path, marked: Sequence[Marked], how: str, limits: Limits, target: str | None
) -> Path:
    """Write all of it into a folder, and give the page."""
    place.mkdir(parents=True, exist_ok=True)
    themes = class_picture(marked)
    table(place / "marks.csv", MARKS, mark_rows(marked))
    table(place / "class.csv", CLASS, class_rows(themes))
    for name, header, rows in for_platform(target, themes):
        table(place / name, header, rows, "utf-8")
    path = place / "class.html"
    path.write_text(
        page(marked, themes, how, limits), encoding="utf-8", errors="replace", newline="\n"
    )
    return path


def table(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]], encoding: str = "utf-8-sig"
) -> None:
    """A CSV; the usual one begins with a mark by which spreadsheets see that it is UTF-8."""
    with path.open("w", encoding=encoding, errors="replace", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([header, *([harmless(cell) for cell in row] for row in rows)])


def harmless(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    risky = type(cell) is str and len(cell) > 1 and cell[0] in "=+-@\t\r"
    return f"'{cell}" if risky else cell


def mark_rows(marked: Iterable[Marked]) -> Iterable[list[Any]]:
    """One row a file and question; one row for a file that was not marked."""
    for one in marked:
        whole = "; ".join(one.notes)
        if not one.marks:
            yield [one.file, one.student, "no", "", "", "", "Not marked", "", "", "", "", whole]
        for at, m in enumerate(one.marks):
            said = first_sentence(m.said[0]) if m.said else ""
            note = "; ".join(filter(None, [m.note, "" if at else whole]))
            yield [one.file, one.student, "yes" if one.counts else "no", one.theme, m.key, texts(one.theme)[m.key].title, m.outcome,
                   m.points, m.of, helped(m), said, note]  # fmt: skip


def helped(m: Mark) -> str:
    """The help that was used, in words; nothing if it is not known."""
    return "" if m.helped is None else HELP[min(m.helped, SOLUTION)]


def class_rows(themes: Iterable[Theme]) -> Iterable[list[Any]]:
    """One row a question."""
    for theme in themes:
        for p in theme.pictures:
            most = p.slips[0][:2] if p.slips else ("", 0)
            yield [
                theme.exercise.theme,
                p.key,
                p.text.title,
                *(p.counts[o] for o in OUTCOMES),
                p.helped,
                *most,
            ]


# ---- learning platforms ----------------------------------------------------------------------------------------------
def for_platform(
    target: str | None, themes: Sequence[Theme]
) -> Iterable[tuple[str, Sequence[str], list[list[Any]]]]:
    """The files that a platform imports, of those whose names carry its number: name, header, rows.

    Moodle's worksheet for an assignment is known by *Identifier*, *Grade* and *Last modified (grade)*; Canvas' gradebook
    by *Student*, *ID* and *Section*, with the points that are possible in the second row.
    """
    if target == "moodle":
        for theme in themes:
            rows = [
                [f"Participant {m.identifier}", m.student, m.points, m.of, "-", feedback(m)]
                for m in theme.marked
                if m.identifier
            ]
            yield f"moodle-{theme.exercise.stem}.csv", MOODLE, rows
    if target == "canvas":
        people = {
            (m.student, m.identifier) for theme in themes for m in theme.marked if m.identifier
        }
        columns = [{(m.student, m.identifier): m.points for m in theme.marked} for theme in themes]
        possible = ["    Points Possible", "", "", "", "", *(theme.of for theme in themes)]
        rows = [
            [*person, "", "", "", *(c.get(person, "") for c in columns)]
            for person in sorted(people)
        ]
        yield (
            "canvas.csv",
            (*CANVAS, *(f"Exercises {t.exercise.stem}" for t in themes)),
            [possible, *rows],
        )


def feedback(one: Marked) -> str:
    """What a student is told, as the simple page that Moodle takes it for."""
    lines = []
    for m in one.marks:
        said = f" {first_sentence(m.said[0])}" if m.said else ""
        lines.append(f"{m.key}: {m.outcome.lower()}, {m.points} of {m.of}.{said}")
    return "<br>".join(html.escape(line, quote=False) for line in lines)


# ---- the page --------------------------------------------------------------------------------------------------------
def page(marked: Sequence[Marked], themes: Sequence[Theme], how: str, limits: Limits) -> str:
    """The page for the teacher: no request, no script."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    frame = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    frame.filters["named"] = lambda outcome: outcome.lower().replace(" ", "-")
    return frame.get_template("class.html").render(
        themes=themes,
        marked=marked,
        aside=[m for m in marked if not m.theme],
        events=[m for m in marked if m.theme and (m.notes or any(mark.note for mark in m.marks))],
        calm=sum(
            bool(m.theme) and not m.notes and not any(mark.note for mark in m.marks) for m in marked
        ),
        how=how,
        limits=limits,
        outcomes=OUTCOMES,
        colours=COLOURS | {FAILED: "#7A0053"},
        right=RIGHT,
        not_yet=NOT_YET,
        helped=helped,
    )
