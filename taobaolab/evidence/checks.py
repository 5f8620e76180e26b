"""The cross-checks at work: each step of the table ``crosscheck_steps`` read, and computed from a ledger of claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from .check_kinds import FAILS, HOLDS, OPEN, SAME, TELLS, VOCABULARY, Finding, Span, span
from .names import names_in, same_place
from .quantities import Quantity, Unknown, evaluate, literal, number
from .rows import Row, row, rows

BREAKS = "breaks"


class Step(NamedTuple):
    """One step of a check, computed: its result, the claims that it used, and the computation in words."""

    check: str
    test: str
    result: str
    used: tuple[str, ...]
    words: str


def computed(ledger: Mapping[str, Row]) -> Iterator[Step]:
    """Every step of every check, in the order of the table."""
    for step in rows("crosscheck_steps"):
        reader = _Reader(ledger, step["unit"] or "")
        try:
            found = reader.run(step)
        except Unknown as missing:
            found = Finding(OPEN, str(missing))
        decides = step["if_fails"]
        answer = decides if found.answer == FAILS else found.answer
        used = tuple(dict.fromkeys(reader.used))
        yield Step(
            step["check"],
            step["test"],
            answer if decides else TELLS,
            used,
            f"{step['asks']}: {found.words}",
        )


def together(results: Iterable[str]) -> str:
    """The result of a check from those of its steps: the worst decides, and without a verdict it is open.

    >>> together(["holds", "tells", "breaks"]), together(["tells"])
    ('breaks', 'open')
    """
    found = set(results)
    return next((r for r in (BREAKS, OPEN, SAME, HOLDS) if r in found), OPEN)


class _Reader:
    """Reads the arguments of one step: numbers, times and claims, each claim noted as used."""

    def __init__(self, ledger: Mapping[str, Row], unit: str) -> None:
        self.ledger, self.unit = ledger, unit
        self.used: list[str] = []

    def run(self, step: Row) -> Finding:
        test = VOCABULARY[step["test"]]
        kinds = dict(test.__annotations__)
        given: dict[str, Any] = {
            "within": Fraction(str(step["within"] or 0)),
            "same_place": same_place,
            "names": names_in,
        }
        given = {name: value for name, value in given.items() if name in kinds}
        for argument in step["arguments"].split("; "):
            role, _, text = argument.partition(": ")
            given[role] = self._read(kinds.get(role, kinds.get("sides")), text)
        return test(**given)

    def _read(self, kind: Any, text: str) -> Any:
        """An argument as the test wants it, by the type that the test gives to the role."""
        if kind == "Sequence[Row]":
            return [self._claim(word) for word in text.split()]
        if kind == "Sequence[Quantity]":
            return [self._number(word) for word in text.split()]
        if kind == "Row":
            return self._claim(text)
        if kind == "Span":
            return self._time(text)
        return text if kind == "str" else replace(evaluate(text, self._number), unit=self.unit)

    def _claim(self, name: str) -> Row:
        self.used.append(name)
        if name not in self.ledger:
            raise Unknown(f"{name} is not in this ledger")
        return self.ledger[name]

    def _number(self, word: str) -> Quantity:
        if (written := literal(word)) is not None:
            return written
        if "/" in word:
            return _from_table(word)
        name, _, part = word.partition("@")
        told = self._claim(name)
        if told[part or "value"] is None:
            raise Unknown(f"{name} gives no {part or 'figure'}")
        if part:
            return _quantity(told[part], "year")
        return _quantity(
            told["value"], told["unit"], told["comparator"].replace("_", " ").replace("equal", "")
        )

    def _time(self, text: str) -> Span:
        if "/" in text:
            table, *keys, column = text.split("/")
            when = str(row(table, tuple(keys))[column])
        else:
            when = self._claim(text)["as_of"] or ""
        found = span(when)
        if found is None:
            raise Unknown(f"{text} is dated {when!r}, which is no date to compute with")
        return found


def _quantity(value: Any, unit: str, qualifier: str = "") -> Quantity:
    exact = Fraction(str(value))
    if unit == "percent":
        return Quantity(exact / 100, f"{qualifier} {number(exact)}%".strip(), qualifier)
    exact *= 10**6 if "million" in unit else 1
    words = str(int(exact)) if unit == "year" else number(exact)
    return Quantity(exact, f"{qualifier} {words}".strip(), qualifier)


def _from_table(path: str) -> Quantity:
    """A number of another table, by table, key and column; or, by key and column, the bound of a definition."""
    table, *keys, column = path.split("/")
    if table == "definitions":
        return _bound(keys[0], *keys[1:], column)
    found = row(table, tuple(keys))
    return _quantity(found[column], "year" if column == "year" else found.get("unit") or "")


def _bound(key: str, *columns: str) -> Quantity:
    from ..definition import get_definition

    threshold = get_definition(key).threshold(*columns)
    qualifier = "more than" if threshold.strict else "at least"
    words = f"{number(threshold.bound * 100)}%" if threshold.per else number(threshold.bound)
    return Quantity(threshold.bound, f"{qualifier} {words}", qualifier)
