"""Make closed questions of the exercises, from the same source as the exercises themselves.

    for item in closed_questions(ROOT / "solutions" / "02_growth.ipynb"):
        print(item.name, item.kind, item.right)

The words come from the notebook in ``solutions/``, the right answers from running its cells, the choices
from what the question takes, and what is said to a wrong choice from the check itself. How far a number
may be off is found out by asking the check. Parts that ask for a function, a chart, a table or
free text are not closed, and left to the notebook.
"""

from __future__ import annotations

import contextlib
import html
import importlib
import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mistune
import nbformat

from taobaolab.practice import answers
from taobaolab.practice.core import RIGHT, Question, texts

MOST_CHOICES = 12
NOT_RUN = ("progress", "resume", "sources")
SHARES = (
    0.2,
    0.1,
    0.05,
    0.02,
    0.01,
    0.005,
    0.002,
    0.001,
    0.0005,
    0.0002,
    0.0001,
)  # by which a number may be off
MINUTES = re.compile(r"\*[^*]*\bminutes?\b[^*]*\*\s*")


@dataclass(frozen=True)
class Item:
    """One closed question.

    ``kind`` is *choice*, *choices* (several are right), *matching* or *number*. ``right`` is the right
    choice, the set of them, a choice for each name, or the number, with ``off`` as the greatest
    deviation that still counts. ``said`` holds what is said to a wrong choice.
    """

    name: str
    title: str
    kind: str
    stem: str
    right: Any
    choices: tuple[str, ...] = ()
    off: float = 0
    said: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True)
class Part:
    """One of the answers to a question: its place, the name of its variable, what is asked, how it
    is taken and what is right."""

    question: Question
    at: int
    name: str
    asked: str
    take: answers.Reader
    right: tuple[Any, ...]

    def reply(self, answer: Any) -> Any:
        """Give the reply if this part is answered so and all others are right."""
        changed = [*self.right[: self.at], answer, *self.right[self.at + 1 :]]
        return self.question.look(*changed)


def closed_questions(path: Path) -> list[Item]:
    """Give the closed questions of an exercise.

    Parameters
    ----------
    path
        Its notebook in ``solutions/``.

    Returns
    -------
    list of Item
        In the order of the exercise. A question with several parts gives several.
    """
    book = nbformat.read(path, 4)
    theme = path.stem.partition("_")[2]
    practice = importlib.import_module(f"taobaolab.lessons.{theme}.questions").practice
    cells = {cell.id: cell for cell in book.cells}
    found: list[Item] = []
    for key, right in right_answers(book).items():
        question = practice.questions[key]
        if question.look(*right).outcome != RIGHT:
            raise ValueError(f"{path.name}, {key}: the solution is not right by the check")
        asked, stem = question_words(book, key)
        names = argument_names(cells[f"{key}-check"].source, key)
        lines = asked if len(asked) == len(names) else [""] * len(names)
        for at, (take, name, line) in enumerate(
            zip(question.parts.values(), names, lines, strict=True)
        ):
            part = Part(question, at, name, line, take, right)
            words = texts(theme)[key]
            for item in items_of(part, f"{theme} {key}", words.title, stem, words.why):
                if is_determined(part, item):
                    found.append(item)
    return found


# ---- the notebook ------------------------------------------------------------------------------
def right_answers(book: Any) -> dict[str, tuple[Any, ...]]:
    """Run the cells of a solution notebook, and give what each check is handed."""
    names: dict[str, Any] = {"__name__": "solutions"}
    right: dict[str, tuple[Any, ...]] = {}
    quiet = (contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()))
    with warnings.catch_warnings(), quiet[0], quiet[1]:
        warnings.simplefilter("ignore")
        for cell in book.cells:
            if cell.cell_type != "code" or cell.id in NOT_RUN:
                continue
            if not cell.id.endswith("-check"):
                exec(compile(cell.source, f"<{cell.id}>", "exec"), names)
                continue
            key = cell.id.removesuffix("-check")
            handed = ", ".join(argument_names(cell.source, key))
            right[key] = eval(f"({handed},)", names)
    return right


def argument_names(source: str, key: str) -> list[str]:
    """Give the names that a check cell hands in."""
    call = re.search(rf"check\.{key}\((.*)\)", source, re.S)
    if not call:
        raise ValueError(f"the check cell of {key} calls no check.{key}")
    return [name.strip() for name in call[1].split(",")]


def question_words(book: Any, key: str) -> tuple[list[str], str]:
    """Give the numbered parts of a question, and all else that stands before its answer, as HTML."""
    parts: list[str] = []
    asked: list[str] = []
    for cell in book.cells:
        tags = cell.metadata.get("tags", [])
        if not cell.id.startswith(f"{key}-") or "solution-only" in tags or "teacher" in tags:
            continue
        if cell.id in (f"{key}-check", f"{key}-essay", f"{key}-rubric"):
            continue
        if cell.cell_type == "code":
            parts += [shown(output) for output in cell.get("outputs", [])]
            continue
        words = MINUTES.sub("", re.sub(r"^## .*\n", "", cell.source))
        lines = re.findall(r"^\d+\. (.+)$", words, re.M)
        if lines:
            asked = lines
        parts.append(as_html(words))
    return asked, "".join(parts)


def as_html(markdown: str) -> str:
    """Give text of ours, in Markdown, as HTML without links into the collection."""
    made = str(mistune.html(markdown))
    return re.sub(r'<a href="(?!https?:)[^"]*">(.*?)</a>', r"\1", made)


def shown(output: Any) -> str:
    """Give what a cell shows: a table as a plain table, anything else in words."""
    data = output.get("data", {})
    table = re.search(r"<table.*?</table>", data.get("text/html", ""), re.S)
    if table:
        bare = re.sub(r"<(table|thead|tbody|tr|th|td)\b[^>]*>", r"<\1>", table[0])
        return re.sub(r">\s+<", "><", bare).replace("&lt;NA&gt;", "").replace("NaN", "")
    words = data.get("text/plain") or output.get("text", "")
    return f"<pre>{html.escape(words.strip())}</pre>" if words.strip() else ""


# ---- parts -------------------------------------------------------------------------------------
def items_of(part: Part, where: str, title: str, stem: str, why: str) -> Iterator[Item]:
    """Give the closed questions that a part of a question makes: none, one, or one a name."""
    name = f"{where} {part.name}"
    asks = stem + ask(part.asked or f"`{part.name}`")
    right = part.right[part.at]
    kind = part.take.kind
    choices = words_of(part.take)
    if kind == "word" and choices:
        said = said_to(part, choices, lambda choice: choice)
        right = part.take.read(right)
        yield Item(name, title, "choice", asks, right, choices, said=said, why=why)
    elif kind == "number" and answers.plain(right) is not None:
        right = rounded(answers.plain(right))
        off = tolerance(part, right, lambda value: value)
        yield Item(name, title, "number", asks, right, off=off, why=why)
    elif kind == "several" and words_of(part.take.each):
        right = frozenset(part.take.read(right))
        yield Item(name, title, "choices", asks, right, words_of(part.take.each), why=why)
    elif kind == "mapping":
        entries = part.take.read(right)
        choices = words_of(part.take.each)
        if choices and len(entries) >= 3:
            yield Item(name, title, "matching", asks, entries, choices, why=why)
        elif part.take.each.kind == "number":
            yield from numbers_by_name(part, name, title, stem, why, entries)


def numbers_by_name(
    part: Part, name: str, title: str, stem: str, why: str, entries: Mapping[str, Any]
) -> Iterator[Item]:
    """Give a question for each number in a dict; none for what cannot be known."""
    for entry, value in entries.items():
        if value is None:
            continue

        def with_entry(number: float, entry: str = entry) -> dict[str, Any]:
            return {**entries, entry: number}

        right = rounded(value)
        off = tolerance(part, right, with_entry)
        asks = stem + ask(f"{part.asked} **{entry}**" if part.asked else f"**{entry}**")
        yield Item(f"{name} {entry}", title, "number", asks, right, off=off, why=why)


def is_determined(part: Part, item: Item) -> bool:
    """Tell whether the check takes nothing else for right: a guess, say, is right whatever it is."""
    if item.kind == "choice":
        others = [choice for choice in item.choices if choice != item.right]
    elif item.kind == "choices":
        others = [sorted(item.right ^ {choice}) for choice in item.choices]
    elif item.kind == "matching":
        others = []
        for name, right in item.right.items():
            others += [{**item.right, name: c} for c in item.choices if c != right]
    elif isinstance(part.right[part.at], dict):
        return True  # numbers by name were tried one by one
    else:
        others = [item.right + sign * (abs(item.right) + 1) for sign in (1, -1)]
        return any(part.reply(other).outcome != RIGHT for other in others)
    return all(part.reply(other).outcome != RIGHT for other in others)


def ask(markdown: str) -> str:
    """Give the line that says which part is asked for."""
    words = re.sub(r"^<p>|</p>$", "", as_html(markdown).strip())
    return f"<p><b>Asked here:</b> {words}</p>"


def words_of(reader: answers.Reader) -> tuple[str, ...]:
    """Give the words among which a reader lets one choose, if they are few enough."""
    known = tuple(reader.known())
    return known if 2 <= len(known) <= MOST_CHOICES else ()


def said_to(part: Part, choices: Sequence[str], answer: Callable[[str], Any]) -> dict[str, str]:
    """Give what the check says to each wrong choice."""
    said = {}
    for choice in choices:
        reply = part.reply(answer(choice))
        if reply.outcome != RIGHT:
            said[choice] = " ".join(reply.said)
    return said


def tolerance(part: Part, right: float, answer: Callable[[float], Any]) -> float:
    """Find how far a number may be off, in both directions, so that the check says *Right*."""

    def counts(share: float) -> bool:
        off = rounded(abs(right) * share, digits=2)
        both = (part.reply(answer(right + off)), part.reply(answer(right - off)))
        return all(reply.outcome == RIGHT for reply in both)

    if not counts(SHARES[-1]):  # most often it is a count, which has to be exact
        return 0.0
    for share in SHARES:
        if counts(share):
            return rounded(abs(right) * share, digits=2)
    return 0.0


def rounded(number: Any, digits: int = 7) -> float:
    """Give a number with so many digits, as a reader types it."""
    return float(f"{float(number):.{digits}g}")
