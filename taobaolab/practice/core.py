"""Questions that look at an answer, say what they saw, and give points. Nothing here knows a theme.

Three outcomes: *Not started*, *Not yet* (what was seen, what to try), *Right* (why it matters, a further question).
Nothing is raised, nothing goes to the error stream, nothing is sent. Titles, hints, discussions and model solutions are
written in the notebooks of ``solutions/``; ``python tools/make.py exercises`` brings them here, as ``texts.json``.
"""

from __future__ import annotations

import contextlib
import html
import io
import json
import re
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from importlib import resources
from typing import Any, NamedTuple

from ..palette import ACCENT, GREY, SECOND
from .answers import Blank, Silent, Taker, Unfit, all_of, blank
from .record import SOLUTION, Record, Refused, State
from .replies import Finding

NOT_STARTED, NOT_YET, RIGHT = "Not started", "Not yet", "Right"
COLOURS = {NOT_STARTED: GREY, NOT_YET: SECOND, RIGHT: ACCENT}
Judge = Callable[..., Iterable[Finding]]


class Note(NamedTuple):
    """What is said to the learner: the same words as text and as a page. Colour only repeats what the head says."""

    head: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    code: str = ""
    colour: str = COLOURS[NOT_STARTED]

    def __str__(self) -> str:
        widths = [max(map(len, column)) for column in zip(*self.rows, strict=True)]
        rows = [
            "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
            for row in self.rows
        ]
        return "\n".join(
            [self.head, *rows, *textwrap.indent(self.code, "    ").splitlines(), *self.lines]
        )

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        cells = ([f'style="text-align:left">{html.escape(c)}</t' for c in row] for row in self.rows)
        rows = "".join(
            f'<tr><th scope="row" {h}h>{"".join(f"<td {c}d>" for c in row)}</tr>'
            for h, *row in cells
        )
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in self.lines)
        return (
            f'<div role="status" style="border-left:4px solid {self.colour};padding-left:12px;max-width:48em">'
            f"<p><strong>{html.escape(self.head)}</strong></p>"
            + (
                f'<table aria-label="{html.escape(self.head)}"><tbody>{rows}</tbody></table>'
                if rows
                else ""
            )
            + (f"<pre>{html.escape(self.code)}</pre>" if self.code else "")
            + re.sub("`([^`]+)`", r"<code>\1</code>", lines)
            + "</div>"
        )

    def show(self) -> None:
        """Put it under the cell, or on the screen where there are no cells."""
        from IPython.display import display

        display(self)


class Reply(NamedTuple):
    """What a question says to an answer."""

    outcome: str
    points: int = 0
    said: tuple[str, ...] = ()


class Question(NamedTuple):
    """One question: what it is worth, how an answer is read, and how it is judged.

    ``takes`` makes each part of an answer plain. ``judge`` gets these parts and yields findings: points, whether they
    are earned, and what to say if not. It sees plain data only, and what it says never holds the answer.
    """

    key: str
    points: int
    takes: tuple[Taker, ...]
    judge: Judge

    def look(self, *answers: Any) -> Reply:
        """The reply to an answer, whatever it is."""
        try:
            with _quiet():
                findings = tuple(self.judge(*self._taken(answers)))
        except (Unfit, Silent) as unfit:
            return Reply(NOT_YET, said=(str(unfit),))
        except Blank:
            return Reply(NOT_STARTED)
        except Exception:
            return Reply(
                NOT_YET,
                said=(
                    "An answer of this size or shape cannot be weighed here. Try a simpler one.",
                ),
            )
        points = sum(points for points, earned, _ in findings if earned)
        missed = tuple(dict.fromkeys(said for _, earned, said in findings if not earned))
        return Reply(NOT_YET if missed else RIGHT, points, missed)

    def _taken(self, answers: tuple[Any, ...]) -> list[Any]:
        if blank(answers):
            raise Blank
        return all_of(self.takes, answers)


def question(points: int, *takes: Taker) -> Callable[[Judge], Question]:
    """Make the judging function below into a question of its name."""
    return lambda judge: Question(judge.__name__, points, takes, judge)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what a student's function prints or warns of: graders take words on the error stream for a fault."""
    out, err = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
    with warnings.catch_warnings(), out, err:
        warnings.simplefilter("ignore")
        yield


class Text(NamedTuple):
    """The words of a question, from its solution notebook."""

    title: str
    hints: list[str]
    why: str
    further: str
    code: str
    discussion: list[str]


@cache
def texts(theme: str) -> dict[str, Text]:
    """The words of all questions of a theme."""
    file = resources.files(__package__).joinpath("texts.json")
    return {
        key: Text(**words)
        for key, words in json.loads(file.read_text(encoding="utf-8"))[theme].items()
    }


class Practice:
    """The questions of one theme, and all that a notebook calls: check, hint, solution, progress, resume."""

    def __init__(self, theme: str, questions: Sequence[Question]) -> None:
        self.theme, self.questions = theme, {q.key: q for q in questions}
        self.record = Record(theme, {q.key: q.points for q in questions})
        self.check = Check({q.key: partial(self._checked, q) for q in questions}, self._unknown)

    def hint(self, key: Any = None, number: Any = None) -> None:
        """The next hint of three; ``number`` asks for one of them again."""
        if q := self._known(key):
            hints = texts(self.theme)[q.key].hints
            again = type(number) is int and 0 < number <= len(hints)
            asked = number if again else min(self.record.states()[q.key].help + 1, len(hints))
            self.record.keep({q.key: State(help=asked)})
            last = (f'That was the last hint. `solution("{q.key}")` shows one way to do it.',) * (
                asked == len(hints)
            )
            Note(f"{q.key}, hint {asked} of {len(hints)}", (hints[asked - 1], *last)).show()

    def solution(self, key: Any = None) -> None:
        """One way to do it, and what there is to say of it."""
        if q := self._known(key):
            self.record.keep({q.key: State(help=SOLUTION)})
            text = texts(self.theme)[q.key]
            Note(f"{q.key}, one way to do it", tuple(text.discussion), code=text.code).show()

    def progress(self) -> None:
        """What was reached so far, and the code that brings it back."""
        states, text = self.record.states(), texts(self.theme)
        helped = ("", "1 hint", "2 hints", "3 hints", "solution seen")
        rows = tuple(
            (
                key,
                text[key].title,
                outcome(q, s).lower(),
                f"{s.points} of {q.points}",
                helped[s.help],
            )
            for (key, q), s in zip(self.questions.items(), states.values(), strict=True)
        )
        code, total = self.record.code(states), sum(self.record.points.values())
        keep = f'Resume code: {code}. In a new session, `resume("{code}")` brings all this back.'
        head = f"{sum(s.points for s in states.values())} of {total} points"
        Note(head, (keep, *filter(None, [self.record.note])), rows).show()

    def resume(self, code: Any = None) -> None:
        """Bring back what a resume code holds. What is better in this session stays."""
        try:
            self.record.keep(self.record.decoded(code))
        except Refused as refused:
            Note("Not resumed", (str(refused),), colour=COLOURS[NOT_YET]).show()
        else:
            self.progress()

    def _checked(self, q: Question, *answers: Any, **named: Any) -> int:
        """Say the reply, keep the points, and give them as the value of the cell."""
        reply, text = q.look(*answers, *named.values()), texts(self.theme)[q.key]
        if reply.outcome == NOT_STARTED:
            todo = "Replace the dots, or write the function, in the cell above, run it, then run this cell again."
            said: tuple[str, ...] = (todo,)
        else:
            self.record.keep({q.key: State(score=reply.points + 1)})
            stuck = f'Stuck? `hint("{q.key}")` helps a step further.'
            right = (text.why, f"A further question: {text.further}")
            said = right if reply.outcome == RIGHT else (*reply.said, stuck)
        head = f"{q.key}: {reply.outcome}" + f", {reply.points} of {q.points} points" * (
            reply.outcome != NOT_STARTED
        )
        Note(head, said, colour=COLOURS[reply.outcome]).show()
        return reply.points

    def _known(self, key: Any) -> Question | None:
        found = self.questions.get(key) if type(key) is str else None
        if not found:
            self._unknown()
        return found

    def _unknown(self) -> int:
        first, *_, last = self.questions
        Note(
            "Which question?", (f'There are {first} to {last} here, such as `hint("{first}")`.',)
        ).show()
        return 0


def outcome(q: Question, state: State) -> str:
    """How far a question is, in words."""
    return RIGHT if state.score > q.points else NOT_YET if state.score else NOT_STARTED


class Check:
    """``check.q1(answer)``: a call for each question."""

    def __init__(self, calls: dict[str, Callable[..., int]], unknown: Callable[[], int]) -> None:
        vars(self).update(calls)
        self._unknown = unknown

    def __call__(self, *answers: Any, **named: Any) -> int:
        """``check("q1")`` is a slip: say how a question is called."""
        return self._unknown()

    def __getattr__(self, name: str) -> Callable[..., int]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *answers, **named: self._unknown()
