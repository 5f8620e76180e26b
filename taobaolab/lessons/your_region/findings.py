"""What is found out about a table: a question that has to be answered, or a fact that is only said.

>>> question = Finding("rows", "which are no places?", rows=1, examples=("row 9",), answer={"aside": [9]})
>>> print(RegionError([question], "mine.csv"))
1 question about mine.csv; nothing was read.
1. rows: which are no places? (1 row: row 9)
   aside=[9]
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 3


class Finding(NamedTuple):
    """One kind of thing about a table, with how often it is there and three examples.

    Parameters
    ----------
    about
        The datum, or the part of the table.
    problem, advice
        What it is, and what can be done.
    rows, examples
        In how many rows, and a few of them.
    answer
        The arguments of ``read`` that settle it. None for what is only said, and stops nothing.
        An answer that only the reader knows stands as ``...``.
    """

    about: str
    problem: str
    advice: str = ""
    rows: int | None = None
    examples: tuple[str, ...] = ()
    answer: Mapping[str, Any] | None = None

    @property
    def stops(self) -> bool:
        """Whether nothing goes on before it is answered."""
        return self.answer is not None

    def __str__(self) -> str:
        text = f"{self.about}: {self.problem}"
        shown = ", ".join(self.examples)
        if self.rows is not None:
            count = count_of(self.rows, "row")
            return f"{text} ({count}: {shown})" if shown else f"{text} ({count})"
        return f"{text} ({shown})" if shown else text

    def as_html(self) -> str:
        """The finding as the inside of an item of a list."""
        told = html.escape(str(self))
        for part in (self.advice, as_arguments(self.answer or {})):
            if part:
                told += f"<br><em>{html.escape(part)}</em>"
        return told


class RegionError(ValueError):
    """A table that cannot be used yet: every open question, and the line to paste once they are answered.

    Parameters
    ----------
    findings
        The questions, or the one reason why a file is no table.
    name
        What they are about.
    line
        The line of code with the answers that are already probable.
    """

    def __init__(self, findings: Iterable[Finding], name: str, line: str = "") -> None:
        self.findings = tuple(findings)
        self.name, self.line = name, line
        kind = "question" if all(f.answer for f in self.findings) else "problem"
        lines = [f"{count_of(len(self.findings), kind)} about {name}; nothing was read."]
        for number, finding in enumerate(self.findings, 1):
            lines.append(f"{number}. {finding}")
            for part in (finding.advice, as_arguments(finding.answer or {})):
                if part:
                    lines.append(f"   {part}")
        if line:
            lines += ["To paste, once every answer in it is right:", line]
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.findings, self.name, self.line)

    def _render_traceback_(self) -> list[str]:
        """In a notebook the message alone: where our code stood is of no use to a reader."""
        return [str(self)]


def refuse(name: str, problem: str, advice: str) -> RegionError:
    """A file that no answer makes a table."""
    return RegionError([Finding("the file", problem, advice)], name)


def count_of(n: int, noun: str) -> str:
    """A number with its noun: 1 row, 12 rows."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def rows_of(numbers: Iterable[int]) -> tuple[str, ...]:
    """The first few rows, in words."""
    return tuple(f"row {i}" for i in list(numbers)[:SHOWN])


def as_arguments(answers: Mapping[str, Any]) -> str:
    """Answers as they are written in a call: aside=[9], units={'households': 1}."""
    return ", ".join(f"{name}={as_code(value)}" for name, value in answers.items())


def as_code(value: Any) -> str:
    """A value as code; what only the reader knows is three dots."""
    if value is ...:
        return "..."
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{as_code(k)}: {as_code(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_code, value)) + "]"
    if isinstance(value, int) and not isinstance(value, bool) and value >= 10_000:
        return f"{value:_}"
    return repr(value)


def as_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as a table: about, problem, rows, examples, advice, and whether it stops."""
    import pandas as pd

    rows = [
        (f.about, f.problem, f.rows, ", ".join(f.examples), f.advice, f.stops) for f in findings
    ]
    table = pd.DataFrame(rows, columns=["about", "problem", "rows", "examples", "advice", "stops"])
    return table.astype({"rows": "Int64", "stops": "bool"})
