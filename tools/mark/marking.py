"""Mark one file: run its cells in a kernel of its own, take the answers out, and weigh them here.

A cell that ends the kernel (a crash, an endless loop, a flood of words) costs its own question only: the rest is run
again without it, in a fresh kernel, as often as the time for the whole file allows.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carried import Missing, whole
from sandbox import START, Ended, Kernel, Limits
from submission import Cell, NotOurs, Submission, arguments, exercises, kept_beside, read

from taobaolab.practice.answers import Stopped
from taobaolab.practice.core import NOT_STARTED, NOT_YET, RIGHT, Question, Reply

FAILED = "Failed"
OUTCOMES = (RIGHT, NOT_YET, NOT_STARTED, FAILED)
AGAIN = 4  # fresh kernels for one file
DOOR = Path(__file__).with_name("door.py").read_text(encoding="utf-8")
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
    """One file: its theme (empty if it is no exercise of ours), the marks of its questions, and what is to be said."""

    file: str
    theme: str = ""
    marks: list[Mark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    essay: int = 0
    seconds: float = 0
    student: str = ""
    identifier: str = ""
    counts: bool = True
    digest: str = ""

    @property
    def of(self) -> int:
        """All points that there are."""
        return sum(mark.of for mark in self.marks)

    @property
    def points(self) -> int:
        """All points together."""
        return sum(mark.points for mark in self.marks)


def mark(path: Path, name: str, alone: bool, limits: Limits) -> Marked:
    """The marks of a file. ``alone`` says that what lies beside it belongs to the same student."""
    begun, marked = time.monotonic(), Marked(name)
    try:
        found = read(path)
        marked.digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except NotOurs as words:
        marked.notes.append(str(words))
        return marked
    except OSError as error:
        marked.notes.append(f"the file cannot be read: {error.strerror}")
        return marked
    marked.theme, marked.notes, marked.essay = found.theme, found.notes, found.essay
    if alone:
        for key, number in kept_beside(path.parent, found.theme).items():
            found.helped[key] = max(found.helped.get(key, 0), number)
    marked.marks = Run(found, limits).marks()
    for m in marked.marks:
        m.helped = found.helped.get(m.key)
        m.note = "; ".join(dict.fromkeys([*found.about.get(m.key, []), *filter(None, [m.note])]))
    marked.seconds = time.monotonic() - begun
    return marked


class Run:
    """The run of one submission."""

    def __init__(self, found: Submission, limits: Limits) -> None:
        self.found, self.limits = found, limits
        self.exercise = exercises()[found.theme]
        self.questions: dict[str, Question] = importlib.import_module(
            f"taobaolab.lessons.{found.theme}.questions"
        ).practice.questions
        self.until = time.monotonic() + limits.total
        self.skipped: set[int] = set()
        self.best: dict[str, Reply] = {}
        self.errors: dict[str, str] = {}
        self.failed: dict[str, str] = {}

    def marks(self) -> list[Mark]:
        """Run the cells, again without a cell that ended the kernel, and give the marks."""
        why = ""
        for _ in range(AGAIN):
            why = self._attempt()
            if not why or time.monotonic() > self.until - 1:
                break
        marks = []
        for key, of in self.exercise.points.items():
            m = Mark(key, of)
            reply, error = self.best.get(key), self.failed.get(key) or self.errors.get(key, "")
            if reply:
                m.outcome, m.points, m.said = reply.outcome, reply.points, list(reply.said)
            if error and (not reply or reply.outcome == NOT_STARTED):
                m.outcome = FAILED
            if not reply and not error:
                error = f"not reached: {why}" if why else "no answer came"
            m.note = error
            marks.append(m)
        return marks

    def _attempt(self) -> str:
        """One run from the first cell on; gives the reason if the kernel did not survive it."""
        at, kernel = -1, None
        try:
            kernel = Kernel(self.limits, self.until)
            kernel.run(OPEN_DOOR, START)
            for at, cell in enumerate(self.found.cells):
                if at not in self.skipped:
                    self._cell(kernel, cell)
        except Ended as why:
            if at >= 0:
                self.skipped.add(at)
                cell = self.found.cells[at]
                key = cell.asks or (
                    cell.name if cell.name in self.exercise.points else self._near(at)
                )
                words = f"{'your function' if cell.asks else 'its cell'}: {why}"
                if key and key not in self.best:
                    self.failed[key] = words
                else:
                    self.found.notes.append(f"a cell near {key or 'the top'}: {why}")
            return str(why)
        finally:
            if kernel:
                kernel.close()
        return ""

    def _near(self, at: int) -> str:
        """The question to which a cell of the student's own belongs: the next one that is asked."""
        return next((c.asks for c in self.found.cells[at:] if c.asks), "")

    def _cell(self, kernel: Kernel, cell: Cell) -> None:
        if cell.asks:
            reply = self._answered(kernel, cell.asks)
            before = self.best.get(cell.asks)
            if before is None or (reply.points, reply.outcome == RIGHT) > (
                before.points,
                before.outcome == RIGHT,
            ):
                self.best[cell.asks] = reply
            return
        done = kernel.run(cell.source, START if cell.ours else self.limits.cell)
        if done.error and cell.name in self.exercise.points:
            self.errors[cell.name] = f"its cell stopped: {done.error}"
        elif done.error and not cell.ours:
            self.found.notes.append(f"a cell of the student's own stopped: {done.error}")

    def _answered(self, kernel: Kernel, key: str) -> Reply:
        """The answer to a question, taken out of the kernel and weighed here."""
        seconds = self.limits.cell

        def ask(number: int, case: str) -> str:
            return kernel.run("", seconds, f"{DOOR_NAME}.called({number}, {case!r})").asked

        text = kernel.run(
            "", seconds, f"{DOOR_NAME}.sent(lambda: ({arguments(self.exercise, key)},))"
        ).asked
        try:
            return self.questions[key].look(*whole(text, ask))
        except Missing as name:
            self.errors.setdefault(key, f"no answer: {name}")
            return Reply(NOT_STARTED)
        except Stopped as words:
            return Reply(NOT_YET, said=(f"Your answer stopped{words}",))
        except Exception:
            return Reply(NOT_YET, said=(TOO_ODD,))


DOOR_NAME = "__import__('sys').modules['taobaolab_door']"
OPEN_DOOR = f"""
import sys as _s, types as _t
_s.modules["taobaolab_door"] = _t.ModuleType("taobaolab_door")
exec(compile({DOOR!r}, "<frozen door>", "exec"), vars(_s.modules["taobaolab_door"]))
del _s, _t
"""


def as_json(marked: Marked) -> str:
    """A marked file as text, to cross from one process to another."""
    return json.dumps(marked, default=vars)


def from_json(words: str) -> Marked:
    """A marked file from such text."""
    found: dict[str, Any] = json.loads(words)
    return Marked(**found | {"marks": [Mark(**m) for m in found["marks"]]})
