"""See a class, theme by theme and question by question.

for theme in class_picture(marked):
    print(theme.exercise.title, theme.mean, [picture.number for picture in theme.talk])
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from exercise import Exercise, exercises
from marking import FAILED, OUTCOMES, Marked

from taobaolab.practice.core import NOT_STARTED, RIGHT, Text, texts

SAME_SLIP = (
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
    line = " ".join(words.split())
    return re.split(r"(?<=[.?!])\s+(?=[A-Z])", line, maxsplit=1)[0][:200]


def slip(words: str) -> str:
    """The label under which alike slips of a class are counted.

    >>> slip('Answer 1 of 3: Kite: Here stands "fast". The words for it are: slow.')
    'A word stands there that is not one of those asked for.'
    """
    for pattern, label in SAME_SLIP:
        if re.search(pattern, words, re.S):
            return label
    return first_sentence(words)


class Slip(NamedTuple):
    """What some students of a class were told: in short, how many of them, and in full."""

    label: str
    students: int
    full: str


@dataclass
class QuestionPicture:
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
        """How much there is to talk about: the students with the most common slip."""
        return self.slips[0].students if self.slips else 0


@dataclass
class Theme:
    """One exercise in the class: its questions, and the files that count."""

    exercise: Exercise
    marked: list[Marked]
    pictures: list[QuestionPicture] = field(default_factory=list)

    @property
    def mean(self) -> float:
        """The mean of the points."""
        return sum(m.points for m in self.marked) / len(self.marked)

    @property
    def of(self) -> int:
        """All points that a machine gives."""
        return sum(self.exercise.points.values())

    @property
    def talk(self) -> list[QuestionPicture]:
        """The questions to talk about first: most with the same slip, then fewest right."""
        wrong = [p for p in self.pictures if p.slips or p.counts[FAILED]]
        wrong.sort(key=lambda p: (-p.talk, p.counts[RIGHT], int(p.number)))
        return wrong[:3]

    @property
    def skipped(self) -> list[QuestionPicture]:
        """Questions that half of the class or more did not start."""
        return [p for p in self.pictures if 2 * p.counts[NOT_STARTED] >= len(self.marked) > 0]

    @property
    def well(self) -> list[QuestionPicture]:
        """Questions that four of five or more have right."""
        return [p for p in self.pictures if 5 * p.counts[RIGHT] >= 4 * len(self.marked)]

    @property
    def essays(self) -> list[Marked]:
        """The files that have an essay."""
        return [m for m in self.marked if m.essay]

    @property
    def unread(self) -> list[Marked]:
        """Those whose essay nobody has given points for."""
        return [m for m in self.essays if m.essay_points is None]

    @property
    def with_essays(self) -> bool:
        """Whether a reader has begun to give points, so that they belong to the grade."""
        return len(self.unread) < len(self.essays)

    @property
    def grade_of(self) -> int:
        """All points of a grade."""
        return self.of + (self.exercise.essay_points if self.with_essays else 0)

    def grade(self, one: Marked) -> float | None:
        """The grade of a file: with the essay if essays are being read; None if it waits."""
        if not self.with_essays or not one.essay:
            return one.points
        if one.essay_points is None:
            return None
        return one.points + one.essay_points


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


def picture(theme: str, key: str, of: int, marked: Sequence[Marked]) -> QuestionPicture:
    """One question over all files that count."""
    marks = [mark for one in marked for mark in one.marks if mark.key == key]
    counts = {outcome: sum(m.outcome == outcome for m in marks) for outcome in OUTCOMES}
    students: Counter[str] = Counter()
    full: dict[str, str] = {}
    for m in marks:
        labels = {slip(words): words for words in reversed(m.said)}
        students.update(list(labels))
        full |= labels
    slips = [Slip(label, number, full[label]) for label, number in students.items()]
    slips.sort(key=lambda s: (-s.students, s.label))
    took_help = sum(bool(m.helped) for m in marks)
    return QuestionPicture(key, texts(theme)[key], of, counts, slips, took_help)
