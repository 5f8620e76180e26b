"""What a learner has reached in one theme: kept in a small file beside the notebook, and short enough to write down.

The file holds points and help for each question, no names; it is never sent anywhere. The variable TAOBAOLAB_PROGRESS
names another folder for it.
"""

from __future__ import annotations

import json
import os
import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

FILE, FOLDER = "my_progress.json", "TAOBAOLAB_PROGRESS"
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31, a prime: the check digit finds every wrong letter and every swap
VERSION = "V"  # the first sign of a resume code; another one where the states of a question are written otherwise
SOLUTION = 4
MOST_SCORE = 15  # points + 1; the same room for every question, so that a code outlives a change of its points
STATES_OF_ONE = (MOST_SCORE + 1) * (SOLUTION + 1)
UNREADABLE = (
    f"The file {FILE} could not be read, so it was begun anew. If you kept a resume code, use it."
)
UNWRITABLE = "Nothing can be written in this folder: all this lasts for this session only. Write down the code."
NO_TEXT = 'A resume code is text in quotation marks: resume("...").'
MISTYPED = (
    "This code is mistyped, or it belongs to another page. Compare it with your copy, sign by sign."
)
OTHER_VERSION = (
    "This code was written by another version of the collection, and cannot be read by this one. "
    "Its first sign is {seen}; codes of this version begin with {own}. "
    "If it should begin with {own}, it is mistyped."
)


class Refused(ValueError):
    """A resume code that cannot be taken; the message says why."""


class State(NamedTuple):
    """How far a question is: ``score`` is points + 1, or 0 if it was not tried; ``help`` counts the hints that were
    seen, and is 4 after the solution."""

    score: int = 0
    help: int = 0

    @property
    def points(self) -> int:
        """The best points so far."""
        return max(self.score - 1, 0)

    def better(self, other: State) -> State:
        """The better score of the two, and the greater help."""
        return State(max(self.score, other.score), max(self.help, other.help))


States = dict[str, State]


class Record:
    """What was reached in a theme; ``points`` says how many each question can give.

    The folder is that in which the session began: ``os.chdir`` does not lose the file.
    """

    def __init__(self, theme: str, points: Mapping[str, int]) -> None:
        self.theme, self.points = theme, dict(points)
        self.note = ""
        self._here: States = {}
        self._began_in = Path.cwd()

    # ---- the file
    def folder(self) -> Path:
        """Where the file is kept."""
        return Path(os.environ.get(FOLDER) or self._began_in)

    def states(self) -> States:
        """How far each question is, by the file; where the file fails, by memory."""
        kept = self._file().get(self.theme)
        entries = kept if isinstance(kept, dict) else {}
        found = {key: self._cleaned(key, entries.get(key)) for key in self.points}
        if not self.note:
            return found
        return {key: s.better(self._here.get(key, State())) for key, s in found.items()}

    def keep(self, news: Mapping[str, State]) -> None:
        """Add what is better than before."""
        before = self.states()
        self._here = {k: s.better(news.get(k, State())) for k, s in before.items()}
        kept = self._file()
        kept[self.theme] = {k: s._asdict() for k, s in self._here.items() if any(s)}
        path = self.folder() / FILE
        try:
            draft = path.with_suffix(".draft")
            draft.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
            draft.replace(path)
        except OSError:
            self.note = UNWRITABLE

    def _file(self) -> dict[str, Any]:
        try:
            kept = json.loads((self.folder() / FILE).read_text(encoding="utf-8"))
            if isinstance(kept, dict):
                return kept
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, ValueError, RecursionError):
            pass
        self.note = UNREADABLE
        return {}

    def _cleaned(self, key: str, entry: Any) -> State:
        entry = entry if isinstance(entry, dict) else {}
        return self._fitted(key, entry.get("score"), entry.get("help"))

    def _fitted(self, key: str, score: Any, helped: Any) -> State:
        """A state within what the question has now: points that it no longer gives are left out."""
        most = self.points[key] + 1
        if type(score) is int and most < score <= MOST_SCORE:
            score = most
        return State(_whole(score, most), _whole(helped, SOLUTION))

    # ---- the code
    def code(self, states: Mapping[str, State]) -> str:
        """What was reached, as letters and digits in groups of four.

        First stands the version, then how many questions follow, then their states; the last one is a check digit. A code
        says nothing of points that could be had: it outlives a new question, and a change of the points of an old one.
        """
        number = 0
        for key in self.points:
            number = number * STATES_OF_ONE + states[key].score * (SOLUTION + 1) + states[key].help
        digits = [len(self.points), *_in_base(number, _width(len(self.points)))]
        digits.append(self._check_digit(digits))
        letters = VERSION + "".join(LETTERS[d] for d in digits)
        return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))

    def decoded(self, code: Any) -> States:
        """What a code holds.

        Raises
        ------
        Refused
            The code is mistyped, belongs to another page, or was written by another version.
        """
        if type(code) is not str:
            raise Refused(NO_TEXT)
        signs = [c for c in unicodedata.normalize("NFKC", code).upper() if c.isalnum()]
        odd = sorted({c for c in signs if c not in LETTERS})
        if odd:
            raise Refused(
                f"No code has {' or '.join(odd[:5])} in it. The signs 0, 1, I, L and O look alike and are not used."
            )
        if not signs:
            raise Refused(MISTYPED)
        if signs[0] != VERSION:
            raise Refused(OTHER_VERSION.format(seen=signs[0], own=VERSION))
        digits = [LETTERS.index(c) for c in signs[1:]]
        if len(digits) < 3 or len(digits) != _width(digits[0]) + 2:
            raise Refused(MISTYPED)
        if self._check_digit(digits[:-1]) != digits[-1]:
            raise Refused(MISTYPED)
        return self._states(digits[0], digits[1:-1])

    def _states(self, questions: int, digits: list[int]) -> States:
        """The states of so many questions, of those that are here; the others are not begun."""
        number = 0
        for digit in digits:
            number = number * len(LETTERS) + digit
        if number >= STATES_OF_ONE**questions:
            raise Refused(MISTYPED)
        each = []
        for _ in range(questions):
            number, one = divmod(number, STATES_OF_ONE)
            each.append(divmod(one, SOLUTION + 1))
        states = dict.fromkeys(self.points, State())
        for key, (score, helped) in zip(self.points, reversed(each), strict=False):
            states[key] = self._fitted(key, score, helped)
        return states

    def _check_digit(self, digits: Iterable[int]) -> int:
        start = zlib.crc32(f"{VERSION} {self.theme}".encode())
        return (start + sum(place * d for place, d in enumerate(digits, 1))) % len(LETTERS)


def _width(questions: int) -> int:
    """How many letters the states of so many questions take."""
    width = 0
    while len(LETTERS) ** width < STATES_OF_ONE**questions:
        width += 1
    return width


def _in_base(number: int, width: int) -> list[int]:
    """The digits of a number, so many, the greatest first."""
    digits = []
    for _ in range(width):
        number, digit = divmod(number, len(LETTERS))
        digits.append(digit)
    return digits[::-1]


def _whole(value: Any, most: int) -> int:
    return value if type(value) is int and 0 <= value <= most else 0
