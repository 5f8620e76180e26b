"""Questions that look at an answer, reply to what they saw, and give points. Nothing here knows a theme.

A question has parts. Each part is read, judged, replied to and credited alone, whatever became of the others:

>>> from .answers import number
>>> from .replies import Finding
>>> @question(2, first=number, second=number)
... def q1(first, second):
...     yield Finding("first", first == 3, "The first one is too small.")
...     yield Finding("second", second == 4, "The second one is too small.")
>>> q1.look(3, "four").points, q1.look(3, "four").right
(1, ('first',))

Three outcomes: *Not started*, *Not yet* (what was seen, what to try), *Right* (why it matters, a further question).
Nothing is raised, nothing goes to the error stream, nothing is sent. Titles, hints, discussions and model solutions are
written in the notebooks of ``solutions/``; ``python tools/make.py exercises`` brings them to ``texts.json`` of the theme.
"""

from __future__ import annotations

import contextlib
import html
import io
import json
import re
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from .. import palette
from ..text import html_table
from . import copies, first_aid, work
from .answers import CaseFault, PartlyRead, Reader, Unfit, Untouched, is_blank
from .record import SOLUTION, Record, Refused, State
from .replies import Finding

NOT_STARTED, NOT_YET, RIGHT = "Not started", "Not yet", "Right"
COLOURS = {NOT_STARTED: palette.GREY, NOT_YET: palette.SECOND, RIGHT: palette.ACCENT}
HOW_TO_BEGIN = (
    "Replace the dots, or write the function, in the cell above, run it, then run this cell again."
)
TOO_ODD = "An answer of this size or shape cannot be weighed here. Try a simpler one."
INTERRUPTED = (
    "The check was interrupted before it had an answer. Does your function ever come to an end?"
)
NO_SOLUTION = "Your teacher handed this copy out without solutions. Hints are there."
OTHER_NUMBERS = (
    "This is done with the numbers of the open collection. Yours are others; the way is the same."
)
HELP = ("", "1 hint", "2 hints", "3 hints", "solution seen")
Judge = Callable[..., Iterable[Finding]]


class Note(NamedTuple):
    """What is said to the learner: the same words as text and as a page. Colour only repeats what the head says."""

    head: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    code: str = ""
    colour: str = COLOURS[NOT_STARTED]

    def __str__(self) -> str:
        lines = [self.head]
        widths = [max(map(len, column)) for column in zip(*self.rows, strict=True)]
        for row in self.rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            lines.append("  ".join(cells).rstrip())
        lines += textwrap.indent(self.code, "    ").splitlines()
        return "\n".join([*lines, *self.lines])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        head = html.escape(self.head)
        page = [
            f'<div role="status" style="border-left:4px solid {self.colour};'
            f'padding-left:12px;max-width:48em"><p><strong>{head}</strong></p>'
        ]
        if self.rows:
            rows = [[html.escape(cell) for cell in row] for row in self.rows]
            page.append(html_table(rows, label=self.head))
        if self.code:
            page.append(f"<pre>{html.escape(self.code)}</pre>")
        for line in self.lines:
            words = re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(line))
            page.append(f"<p>{words}</p>")
        return "".join([*page, "</div>"])

    def show(self) -> None:
        """Put it under the cell, or on the screen where there are no cells."""
        from IPython.display import display

        display(self)


class Reply(NamedTuple):
    """What a question replies to an answer: on what is not right, and which parts are right, and which are open."""

    outcome: str
    points: int = 0
    said: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


class Reading(NamedTuple):
    """One part of an answer as it was read: the value or its stand-in, and what could not be read, by entry."""

    value: Any
    faults: Mapping[str, Unfit] = {}
    unread: bool = False

    @property
    def untouched(self) -> bool:
        """Whether nothing was written here yet."""
        return self.unread and isinstance(self.faults[""], Untouched)


def read_part(reader: Reader, answer: Any) -> Reading:
    """Read one part of an answer; whatever it is, nothing is raised."""
    try:
        if is_blank(answer):
            raise Untouched
        return Reading(reader.read(answer))
    except PartlyRead as some:
        return Reading(some.value, some.faults)
    except Unfit as fault:
        return Reading(reader.stand_in, {"": fault}, unread=True)
    except Exception:
        return Reading(reader.stand_in, {"": Unfit(TOO_ODD)}, unread=True)


class Question(NamedTuple):
    """One question: what it is worth, how each part of an answer is read, and how it is judged.

    ``judge`` gets the parts by name, as plain data, and yields findings. What it replies never holds the answer.
    """

    key: str
    points: int
    parts: Mapping[str, Reader]
    judge: Judge

    def look(self, *answers: Any, **named: Any) -> Reply:
        """The reply to an answer, whatever it is; its parts in order, or by name."""
        try:
            with _quiet():
                return self._reply(self._readings(answers, named))
        except Unfit as fault:
            return Reply(NOT_YET, said=(str(fault),))
        except KeyboardInterrupt:
            return Reply(NOT_YET, said=(INTERRUPTED,))
        except Exception:
            return Reply(NOT_YET, said=(TOO_ODD,))

    def _readings(self, answers: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Reading]:
        """Each part as it was read. What was not handed in is untouched."""
        if len(answers) == 1 and type(answers[0]) is tuple and len(self.parts) > 1:
            answers = answers[0]
        given = dict(zip(self.parts, answers, strict=False)) | named
        extra = [name for name in named if name not in self.parts]
        if not (answers or named) or len(answers) > len(self.parts) or extra:
            wanted = ", ".join(self.parts)
            seen = len(answers) + len(named)
            raise Unfit(f"Answers wanted, as in the cell above: {wanted}. Seen here: {seen}.")
        return {name: read_part(r, given.get(name, ...)) for name, r in self.parts.items()}

    def _reply(self, readings: dict[str, Reading]) -> Reply:
        if all(reading.untouched for reading in readings.values()):
            return Reply(NOT_STARTED)
        unread: dict[str, list[str]] = {}
        still_open = []
        for name, reading in readings.items():
            for entry, fault in reading.faults.items():
                of_part = isinstance(fault, CaseFault)
                place = self._place(name, "" if of_part else entry)
                if isinstance(fault, Untouched):
                    still_open.append(place or name)
                else:
                    unread.setdefault(str(fault), []).append(place)
        points, missed, judged, wrong = 0, [], set(), set()
        for finding in self._findings(readings):
            reading = readings[finding.part]
            judged.add(finding.part)
            if finding.earned and not reading.unread and finding.entry not in reading.faults:
                points += finding.points
                continue
            wrong.add(finding.part)
            about_all = finding.entry is None and not reading.faults
            about_one = finding.entry is not None and finding.entry not in reading.faults
            if not reading.unread and (about_all or about_one):
                missed.append(finding.reply)
        if not wrong and not any(reading.faults for reading in readings.values()):
            return Reply(RIGHT, points)
        faults = [
            f"{', '.join(places)}: {fault}".removeprefix(": ") for fault, places in unread.items()
        ]
        replies = tuple(dict.fromkeys([*faults, *filter(None, missed)]))
        right = tuple(n for n in readings if n in judged - wrong and not readings[n].faults)
        # What is not right has not all its points, or `progress()` would call it right.
        return Reply(NOT_YET, min(points, self.points - 1), replies, right, tuple(still_open))

    def _findings(self, readings: dict[str, Reading]) -> Iterator[Finding]:
        """What the judge finds. Where a stand-in stops it, what it found before still counts."""
        try:
            yield from self.judge(**{name: reading.value for name, reading in readings.items()})
        except Unfit:
            raise
        except Exception:
            if not any(reading.faults for reading in readings.values()):
                raise

    def _place(self, part: str, entry: str) -> str:
        """How a part, or one entry of it, is named in a reply; a single part needs no name."""
        if not entry:
            return part if len(self.parts) > 1 else ""
        return entry


def question(points: int, **parts: Reader) -> Callable[[Judge], Question]:
    """Make the judging function below into a question of its name; its parameters are the parts, by name."""
    return lambda judge: Question(judge.__name__, points, parts, judge)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what a student's function prints or warns of: graders take words on the error stream for a fault."""
    out, err = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
    with warnings.catch_warnings(), out, err:
        warnings.simplefilter("ignore")
        yield


class Text(NamedTuple):
    """The words of a question, from its solution notebook; ``takes`` says what it takes to answer it."""

    title: str
    points: int
    minutes: int
    takes: str
    hints: list[str]
    why: str
    further: str
    code: str
    discussion: list[str]


@cache
def texts(theme: str) -> dict[str, Text]:
    """The words of all questions of a theme."""
    file = resources.files("taobaolab.lessons").joinpath(theme, "texts.json")
    words = json.loads(file.read_text(encoding="utf-8"))
    return {key: Text(**of_question) for key, of_question in words.items()}


def themes() -> list[str]:
    """The themes that have questions, in the order of the course."""
    order = ("definition", "growth", "dangji", "governance", "sustainability")
    lessons = resources.files("taobaolab.lessons")
    return [theme for theme in order if lessons.joinpath(theme, "texts.json").is_file()]


class Practice:
    """The questions of one theme, and all that a notebook calls: check, hint, solution, progress and the rest."""

    def __init__(
        self,
        theme: str,
        questions: Sequence[Question],
        drawn: Mapping[str, tuple[copies.Drawn, ...]] | None = None,
    ) -> None:
        self.theme, self.questions = theme, {q.key: q for q in questions}
        self.drawn = drawn or {}
        self.brought: dict[str, str] = {}  # what was brought back, to be taken along again
        self.record = Record(theme, {q.key: q.points for q in questions})
        self.check = Check({q.key: partial(self._checked, q) for q in questions}, self._unknown)
        first_aid.install(self.questions)

    def hint(self, key: Any = None, number: Any = None) -> None:
        """The next hint of three; ``number`` asks for one of them again."""
        q = self._known(key)
        if not q:
            return
        hints = texts(self.theme)[q.key].hints
        asked = min(self.record.states()[q.key].help + 1, len(hints))
        if type(number) is int and 0 < number <= len(hints):
            asked = number
        self.record.keep({q.key: State(help=asked)})
        lines = [hints[asked - 1]]
        if asked == len(hints) and copies.current().solution:
            lines.append(f'That was the last hint. `solution("{q.key}")` shows one way to do it.')
        Note(f"{q.key}, hint {asked} of {len(hints)}", tuple(lines)).show()

    def solution(self, key: Any = None) -> None:
        """One way to do it, and what there is to say of it."""
        q = self._known(key)
        if not q:
            return
        if not copies.current().solution:
            Note("Not in this copy", (NO_SOLUTION,)).show()
            return
        self.record.keep({q.key: State(help=SOLUTION)})
        text = texts(self.theme)[q.key]
        lines = list(text.discussion)
        if copies.current().numbers and q.key in self.drawn:
            lines.insert(0, OTHER_NUMBERS)
        Note(f"{q.key}, one way to do it", tuple(lines), code=text.code).show()

    def progress(self) -> None:
        """What was reached so far, in this sheet and in the others, and the code that brings it back."""
        states, text = self.record.states(), texts(self.theme)
        rows = []
        for (key, q), state in zip(self.questions.items(), states.values(), strict=True):
            reached = f"{state.points} of {q.points}"
            outcome = outcome_of(q, state).lower()
            rows.append((key, text[key].title, outcome, reached, HELP[state.help]))
        code, total = self.record.code(states), sum(self.record.points.values())
        lines = [f'Resume code: {code}. In a new session, `resume("{code}")` brings all this back.']
        lines += [self._other_sheets(), self.record.note]
        head = f"{sum(s.points for s in states.values())} of {total} points"
        Note(head, tuple(filter(None, lines)), tuple(rows)).show()

    def _other_sheets(self) -> str:
        """What was reached in the other sheets, in a sentence; nothing if they were not begun."""
        reached = []
        for theme in themes():
            points = {key: text.points for key, text in texts(theme).items()}
            states = Record(theme, points).states().values()
            if theme != self.theme and any(any(state) for state in states):
                earned = sum(state.points for state in states)
                reached.append(f"{theme} {earned} of {sum(points.values())}")
        return f"Other sheets: {', '.join(reached)} points." if reached else ""

    def resume(self, code: Any = None) -> None:
        """Bring back what a resume code holds. What is better in this session stays."""
        try:
            states = self.record.decoded(code)
        except Refused as refused:
            Note("Not resumed", (str(refused),), colour=COLOURS[NOT_YET]).show()
            return
        self.record.keep(states)
        back = [key for key, state in states.items() if any(state)]
        lines = (
            f"Back are the points and the hints seen of {', '.join(back) or 'no question'}.",
            "Not back is what you wrote in the cells: a code is too short for that. "
            "`take_along()` keeps it in a file, and `bring_back()` reads that.",
        )
        Note("Resumed", lines).show()
        self.progress()

    def take_along(self) -> None:
        """Put what was written in the answer cells into a small file, and as a text to copy."""
        sources = self.brought | work.collect(self.questions)
        if not sources:
            Note("Nothing to take along", ("Run the cells of your answers first.",)).show()
            return
        path = self.record.folder() / work.file_name(self.theme)
        packed = work.pack(self.theme, sources)
        lines = [f"It holds what you ran last for {', '.join(sources)}. No name is in it."]
        try:
            path.write_text(packed + "\n", encoding="utf-8")
            head = f"Your work is in {path.name}, beside this page"
            lines.append("On Binder, download it: right-click its name in the list of files.")
        except OSError:
            head = "Nothing can be written here. Copy this text instead"
        lines.append(
            'To go on, upload it beside the page and run `bring_back()`; or `bring_back("...")` with the text.'
        )
        Note(head, tuple(lines), code="\n".join(textwrap.wrap(packed, 96))).show()

    def bring_back(self, packed: Any = None) -> None:
        """Run again what ``take_along`` kept, so that the checks find it, and show it for the cells."""
        path = self.record.folder() / work.file_name(self.theme)
        try:
            if packed is None:
                packed = Path(path).read_text(encoding="utf-8")
            sources = work.unpack(self.theme, packed)
        except (OSError, work.NotWork) as why:
            reason = (
                f"There is no file {path.name} beside this page." if packed is None else str(why)
            )
            Note("Not brought back", (reason,), colour=COLOURS[NOT_YET]).show()
            return
        stopped = work.run(sources)
        self.brought |= sources
        lines = [
            f"Back, and run again: {', '.join(k for k in sources if k not in stopped) or 'none'}."
        ]
        lines += [f"{key} stopped: {error}" for key, error in stopped.items()]
        lines.append(
            "Run the checks again for the points. The cells still show the dots: copy your lines from here."
        )
        code = "\n\n".join(f"# {key}\n{source}" for key, source in sources.items())
        Note("Your work", tuple(lines), code=code).show()

    def _checked(self, q: Question, *answers: Any, **named: Any) -> int:
        """Show the reply, keep the points, and give them as the value of the cell."""
        reply, text = q.look(*answers, **named), texts(self.theme)[q.key]
        head = f"{q.key}: {reply.outcome}"
        lines: tuple[str, ...] = (HOW_TO_BEGIN,)
        if reply.outcome != NOT_STARTED:
            self.record.keep({q.key: State(score=reply.points + 1)})
            head += f", {reply.points} of {q.points} points"
            lines = self._lines(q, reply, text)
        Note(head, lines, colour=COLOURS[reply.outcome]).show()
        return reply.points

    def _lines(self, q: Question, reply: Reply, text: Text) -> tuple[str, ...]:
        if reply.outcome == RIGHT:
            return (text.why, f"A further question: {text.further}")
        lines = list(reply.said)
        if reply.right:
            lines.insert(0, f"Right: {', '.join(reply.right)}.")
        if reply.open:
            lines.append(f"Still to do: {', '.join(reply.open)}.")
        return (*lines, f'Stuck? `hint("{q.key}")` helps a step further.')

    def _known(self, key: Any) -> Question | None:
        found = self.questions.get(key) if type(key) is str else None
        if not found:
            self._unknown()
        return found

    def _unknown(self) -> int:
        first, *_, last = self.questions
        lines = (f'There are {first} to {last} here, such as `hint("{first}")`.',)
        Note("Which question?", lines).show()
        return 0


def outcome_of(q: Question, state: State) -> str:
    """How far a question is, in words."""
    if state.score > q.points:
        return RIGHT
    return NOT_YET if state.score else NOT_STARTED


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
