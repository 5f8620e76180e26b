"""What a learner has reached in one theme: kept in a small file beside the notebook, and short enough to write down.

The file holds points and help for each question, no names; it is never sent anywhere. The variable TAOBAOLAB_PROGRESS
names another folder for it.
"""

from __future__ import annotations

import json
import math
import os
import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

FILE, FOLDER = "my_progress.json", "TAOBAOLAB_PROGRESS"
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31, a prime: the check digit finds every wrong letter and every swap
SOLUTION = 4
UNREADABLE = (
    f"The file {FILE} could not be read, so it was begun anew. If you kept a resume code, use it."
)
UNWRITABLE = "Nothing can be written in this folder: all this lasts for this session only. Write down the code."


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
    """What was reached in a theme; ``points`` says how many each question can give."""

    def __init__(self, theme: str, points: Mapping[str, int]) -> None:
        self.theme, self.points = theme, dict(points)
        self.note = ""
        self._here: States = {}

    # ---- the file
    def states(self) -> States:
        """How far each question is, by the file; where the file fails, by memory."""
        kept = self._file().get(self.theme)
        found = {
            key: self._cleaned(key, kept.get(key) if isinstance(kept, dict) else None)
            for key in self.points
        }
        return (
            {k: s.better(self._here.get(k, State())) for k, s in found.items()}
            if self.note
            else found
        )

    def keep(self, news: Mapping[str, State]) -> None:
        """Add what is better than before."""
        before = self.states()
        self._here = {k: s.better(news.get(k, State())) for k, s in before.items()}
        kept = self._file() | {
            self.theme: {k: s._asdict() for k, s in self._here.items() if any(s)}
        }
        try:
            draft = _path().with_suffix(".draft")
            draft.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
            draft.replace(_path())
        except OSError:
            self.note = UNWRITABLE

    def _file(self) -> dict[str, Any]:
        try:
            kept = json.loads(_path().read_text(encoding="utf-8"))
            if isinstance(kept, dict):
                return kept
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, ValueError, RecursionError):
            pass
        self.note = UNREADABLE
        return {}

    def _cleaned(self, key: str, entry: Any) -> State:
        score, helped = (
            entry.get(name) if isinstance(entry, dict) else 0 for name in State._fields
        )
        return State(_whole(score, self.points[key] + 1), _whole(helped, SOLUTION))

    # ---- the code
    def code(self, states: Mapping[str, State]) -> str:
        """What was reached, as letters and digits in groups of four; the last one is a check digit."""
        number = 0
        for key, size in self._sizes.items():
            number = number * size + states[key].score * (SOLUTION + 1) + states[key].help
        digits = [number // len(LETTERS) ** i % len(LETTERS) for i in reversed(range(self._width))]
        letters = "".join(LETTERS[d] for d in [*digits, self._check_digit(digits)])
        return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))

    def decoded(self, code: Any) -> States:
        """What a code holds. Raises Refused for one that is mistyped or belongs to another page."""
        if type(code) is not str:
            raise Refused('A resume code is text in quotation marks: resume("...").')
        letters = [c for c in unicodedata.normalize("NFKC", code).upper() if c.isalnum()]
        odd = sorted({c for c in letters if c not in LETTERS})
        if odd:
            raise Refused(
                f"No code has {' or '.join(odd[:5])} in it. The signs 0, 1, I, L and O look alike and are not used."
            )
        *digits, check = [LETTERS.index(c) for c in letters] or [0]
        fits = len(digits) == self._width
        number = sum(d * len(LETTERS) ** i for i, d in enumerate(reversed(digits))) if fits else 0
        whole = fits and number < math.prod(self._sizes.values())
        if not whole or self._check_digit(digits) != check:
            raise Refused(
                "This code is mistyped, or it belongs to another page. Compare it with your copy, sign by sign."
            )
        states = {}
        for key, size in reversed(self._sizes.items()):
            number, rest = divmod(number, size)
            states[key] = State(*divmod(rest, SOLUTION + 1))
        return states

    @property
    def _sizes(self) -> dict[str, int]:
        """How many states each question has."""
        return {key: (points + 2) * (SOLUTION + 1) for key, points in self.points.items()}

    @property
    def _width(self) -> int:
        return math.ceil(math.log(math.prod(self._sizes.values()), len(LETTERS)))

    def _check_digit(self, digits: Iterable[int]) -> int:
        start = zlib.crc32(f"{self.theme} {list(self._sizes.items())}".encode())
        return (start + sum(place * d for place, d in enumerate(digits, 1))) % len(LETTERS)


def _path() -> Path:
    return Path(os.environ.get(FOLDER) or ".") / FILE


def _whole(value: Any, most: int) -> int:
    return value if type(value) is int and 0 <= value <= most else 0
