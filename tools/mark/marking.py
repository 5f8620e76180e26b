"""Mark one file: run its cells in a kernel of its own, take the answers out, and weigh them here.

    marked = mark(Found(Path("02_growth.ipynb"), "02_growth.ipynb"), Limits())
    marked.points, marked.of

A cell that ends the kernel (a crash, an endless loop, a flood of words) costs its own question only:
the rest is run again without it, in a fresh kernel, as often as the time for the file allows.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import essays
from collect import Found, Owner
from decode import Missing, decode_answers
from exercise import arguments, exercises
from notebook import NotOurs
from sandbox import START, Kernel, KernelEnded, Limits
from submission import Cell, Submission, kept_beside, read

from taobaolab.practice.answers import Stopped
from taobaolab.practice.copies import hand_out
from taobaolab.practice.core import NOT_STARTED, NOT_YET, RIGHT, Question, Reply

FAILED = "Failed"
OUTCOMES = (RIGHT, NOT_YET, NOT_STARTED, FAILED)
ATTEMPTS = 4  # fresh kernels for one file
WEIGHING = 10  # seconds of computing for one answer, on this side; a right one needs none
ENCODE = Path(__file__).with_name("encode.py").read_text(encoding="utf-8")
TOO_ODD = "An answer of this size or shape cannot be weighed here. Try a simpler one."


@dataclass
class Mark:
    """One question of one file."""

    key: str
    of: int
    outcome: str = FAILED
    points: int = 0
    said: list[str] = field(default_factory=list)
    helped: int | None = None
    note: str = ""


@dataclass
class Marked:
    """One file: its theme (empty if it is no exercise of ours), its marks, and what is to be said.

    ``essay_points`` is what a reader gave, None as long as nobody did. ``label`` is what the file is
    called on pages and in tables.
    """

    file: str
    theme: str = ""
    marks: list[Mark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    essay: str = ""
    essay_place: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    digest: str = ""
    counts: bool = True
    owner: Owner = field(default_factory=lambda: Owner(""))
    label: str = ""
    essay_code: str = ""
    essay_points: float | None = None
    essay_comment: str = ""

    @property
    def of(self) -> int:
        """All points that a machine gives."""
        return sum(mark.of for mark in self.marks)

    @property
    def points(self) -> int:
        """All points that a machine gave."""
        return sum(mark.points for mark in self.marks)

    @property
    def essay_words(self) -> int:
        """The number of words of the essay."""
        return essays.count_words(self.essay)

    @property
    def begun(self) -> bool:
        """Whether there is anything of the student's own in it."""
        return bool(self.essay) or any(mark.outcome != NOT_STARTED for mark in self.marks)


def mark(one: Found, limits: Limits) -> Marked:
    """Mark a file.

    Parameters
    ----------
    one
        The file.
    limits
        What it may take.

    Returns
    -------
    Marked
        Its marks; or, in ``notes``, why there are none.
    """
    begun, marked = time.monotonic(), Marked(one.name)
    try:
        found = read(one.path)
    except NotOurs as words:
        marked.notes.append(str(words))
        return marked
    except OSError as error:
        marked.notes.append(f"the file cannot be read: {error.strerror}")
        return marked
    marked.theme, marked.notes, marked.answers = found.theme, found.notes, found.answers
    marked.essay, marked.essay_place = found.essay, found.essay_place
    if found.essay_place:
        marked.notes.append(f"the essay was found {found.essay_place}")
    if one.alone:
        for key, number in kept_beside(one.path.parent, found.theme).items():
            found.helped[key] = max(found.helped.get(key, 0), number)
    hand_out(*found.copy)
    try:
        marked.marks = Run(found, limits).marks()
    finally:
        hand_out()
    for m in marked.marks:
        m.helped = found.helped.get(m.key)
        notes = [*found.about.get(m.key, []), m.note]
        m.note = "; ".join(dict.fromkeys(filter(None, notes)))
    marked.seconds = time.monotonic() - begun
    return marked


def questions_of(theme: str) -> dict[str, Question]:
    """Give the questions of a theme."""
    module = importlib.import_module(f"taobaolab.lessons.{theme}.questions")
    return module.practice.questions


class Run:
    """The run of one submission."""

    def __init__(self, found: Submission, limits: Limits) -> None:
        self.found, self.limits = found, limits
        self.exercise = exercises(found.copy)[found.theme]
        self.questions = questions_of(found.theme)
        self.until = time.monotonic() + limits.total
        self.skipped: set[int] = set()
        self.best: dict[str, Reply] = {}
        self.errors: dict[str, str] = {}
        self.failed: dict[str, str] = {}

    def marks(self) -> list[Mark]:
        """Run the cells, again without a cell that ended the kernel, and give the marks."""
        why = ""
        for _ in range(ATTEMPTS):
            why = self._attempt()
            if not why or time.monotonic() > self.until - 1:
                break
        return [self._mark(key, of, why) for key, of in self.exercise.points.items()]

    def _mark(self, key: str, of: int, why: str) -> Mark:
        """Give the mark of a question; ``why`` says what ended the last attempt, if anything did."""
        reply = self.best.get(key)
        error = self.failed.get(key) or self.errors.get(key, "")
        mark = Mark(key, of)
        if reply:
            mark.outcome, mark.points, mark.said = reply.outcome, reply.points, list(reply.said)
        if error and (not reply or reply.outcome == NOT_STARTED):
            mark.outcome = FAILED
        if not reply and not error:
            error = f"not reached: {why}" if why else "no answer came"
        mark.note = error
        return mark

    def _attempt(self) -> str:
        """Run from the first cell on; give the reason if the kernel did not survive it."""
        at, kernel = -1, None
        try:
            kernel = Kernel(self.limits, self.until)
            kernel.run(DEFINE_ENCODE, START)
            for at, cell in enumerate(self.found.cells):
                if at not in self.skipped:
                    self._run_cell(kernel, cell)
        except KernelEnded as why:
            if at >= 0:
                self.skipped.add(at)
                self._blame(at, str(why))
            return str(why)
        finally:
            if kernel:
                kernel.close()
        return ""

    def _blame(self, at: int, why: str) -> None:
        """Say which cell ended the kernel."""
        cell = self.found.cells[at]
        key = cell.asks
        if not key:
            key = cell.name if cell.name in self.exercise.points else self._question_near(at)
        if key and key not in self.best:
            what = "your function" if cell.asks else "its cell"
            self.failed[key] = f"{what}: {why}"
        else:
            self.found.notes.append(f"a cell near {key or 'the top'}: {why}")

    def _question_near(self, at: int) -> str:
        """Give the question of a cell of the student's own: the next one that is asked."""
        return next((c.asks for c in self.found.cells[at:] if c.asks), "")

    def _run_cell(self, kernel: Kernel, cell: Cell) -> None:
        if cell.asks:
            reply, before = self._ask(kernel, cell.asks), self.best.get(cell.asks)
            if before is None or rank(reply) > rank(before):
                self.best[cell.asks] = reply
            return
        done = kernel.run(cell.source, START if cell.ours else self.limits.cell)
        if done.error and cell.name in self.exercise.points:
            self.errors[cell.name] = f"its cell stopped: {done.error}"
        elif done.error and not cell.ours:
            self.found.notes.append(f"a cell of the student's own stopped: {done.error}")

    def _ask(self, kernel: Kernel, key: str) -> Reply:
        """Take the answer to a question out of the kernel and weigh it here."""
        seconds = self.limits.cell

        def call(number: int, case: str) -> str:
            return kernel.run("", seconds, f"{MODULE}.call_function({number}, {case!r})").asked

        give = f"lambda: ({arguments(self.exercise, key)},)"
        text = kernel.run("", seconds, f"{MODULE}.encode_answers({give})").asked
        try:
            with at_most(WEIGHING):
                return self.questions[key].look(*decode_answers(text, call))
        except Missing as name:
            self.errors.setdefault(key, f"no answer: {name}")
            return Reply(NOT_STARTED)
        except Stopped as words:
            return Reply(NOT_YET, said=(f"Your answer stopped{words}",))
        except (Exception, TooLong):
            return Reply(NOT_YET, said=(TOO_ODD,))


def rank(reply: Reply) -> tuple[int, bool]:
    """Say which of two replies is the better one."""
    return reply.points, reply.outcome == RIGHT


class TooLong(BaseException):
    """Weighing an answer took too long. No handler of errors of an answer may take it."""


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TooLong if this process computes longer than that; where the platform can tell."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


MODULE = "__import__('sys').modules['taobaolab_encode']"
DEFINE_ENCODE = f"""
import sys as _s, types as _t
_s.modules["taobaolab_encode"] = _t.ModuleType("taobaolab_encode")
exec(compile({ENCODE!r}, "<frozen encode>", "exec"), vars(_s.modules["taobaolab_encode"]))
del _s, _t
"""


def as_json(marked: Marked) -> str:
    """Give a marked file as text, to cross from one process to another or to be kept."""
    return json.dumps(marked, default=vars)


def from_json(words: str) -> Marked:
    """Give a marked file from such text."""
    found: dict[str, Any] = json.loads(words)
    found["marks"] = [Mark(**m) for m in found["marks"]]
    found["owner"] = Owner(**found["owner"])
    return Marked(**found)
