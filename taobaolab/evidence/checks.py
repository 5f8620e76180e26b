"""The cross-checks at work: each step of the table ``crosscheck_steps``, computed from a ledger of claims.

>>> steps_of_collection()[0].check
'check-01'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from .check_kinds import FAILS, HOLDS, OPEN, SAME, TELLS, VOCABULARY, Finding, Span, parse_span
from .names import find_names, is_same_place
from .quantities import (
    Quantity,
    Unknown,
    evaluate,
    figure_of,
    format_number,
    parse_number,
    quantity_of,
)
from .rows import Row, find_row, load_ledger, table_rows

BREAKS = "breaks"
FROM_WORST = (BREAKS, OPEN, SAME, HOLDS)


class Step(NamedTuple):
    """One step of a check, computed: its result, the claims that it used, and the computation in words."""

    check: str
    test: str
    result: str
    used: tuple[str, ...]
    words: str


@cache
def steps_of_collection() -> tuple[Step, ...]:
    """Give the steps of all cross-checks on the claims of the collection, computed once: its ledger is read-only."""
    return tuple(compute_steps(load_ledger()))


def compute_steps(ledger: Mapping[str, Row]) -> Iterator[Step]:
    """Compute every step of every check, in the order of the table, from claims by id."""
    for row in table_rows("crosscheck_steps"):
        runner = _StepRunner(ledger, row["unit"] or "")
        try:
            finding = runner.run(row)
        except Unknown as missing:
            finding = Finding(OPEN, str(missing))
        result = finding.answer
        if result == FAILS:
            result = row["if_fails"]
        if not row["if_fails"]:  # a step that decides nothing gives a number to think about
            result = TELLS
        used = tuple(dict.fromkeys(runner.used))
        yield Step(row["check"], row["test"], result, used, f"{row['asks']}: {finding.words}")


def combine_results(results: Iterable[str]) -> str:
    """Give the result of a check from those of its steps: the worst decides, and without a verdict it is open.

    >>> combine_results(["holds", "tells", "breaks"]), combine_results(["tells"])
    ('breaks', 'open')
    """
    found = set(results)
    for result in FROM_WORST:
        if result in found:
            return result
    return OPEN


class _StepRunner:
    """Finds the arguments of one step (numbers, times and claims), notes each claim as used, and runs the test."""

    def __init__(self, ledger: Mapping[str, Row], unit: str) -> None:
        self.ledger, self.unit = ledger, unit
        self.used: list[str] = []

    def run(self, step: Row) -> Finding:
        test = VOCABULARY[step["test"]]
        types = dict(test.__annotations__)
        helpers: dict[str, Any] = {
            "within": Fraction(str(step["within"] or 0)),
            "is_same_place": is_same_place,
            "find_names": find_names,
        }
        arguments = {role: helper for role, helper in helpers.items() if role in types}
        for argument in step["arguments"].split("; "):
            role, _, text = argument.partition(": ")
            # A test with any number of sides names them in its table, not in its signature.
            kind = types.get(role, types.get("sides"))
            arguments[role] = self._parse_argument(kind, text)
        return test(**arguments)

    def _parse_argument(self, kind: Any, text: str) -> Any:
        """Give an argument as the test wants it, by the type that the test gives to the role."""
        if kind == "Sequence[Row]":
            return [self._find_claim(word) for word in text.split()]
        if kind == "Sequence[Quantity]":
            return [self._find_quantity(word) for word in text.split()]
        if kind == "Row":
            return self._find_claim(text)
        if kind == "Span":
            return self._find_span(text)
        if kind == "str":
            return text
        return replace(evaluate(text, self._find_quantity), unit=self.unit)

    def _find_claim(self, name: str) -> Row:
        self.used.append(name)
        if name not in self.ledger:
            raise Unknown(f"{name} is not in this ledger")
        return self.ledger[name]

    def _find_quantity(self, word: str) -> Quantity:
        written = parse_number(word)
        if written is not None:
            return written
        if "/" in word:
            return quantity_in_table(word)
        name, _, part = word.partition("@")
        claim = self._find_claim(name)
        if claim[part or "value"] is None:
            raise Unknown(f"{name} gives no {part or 'figure'}")
        if part:
            return quantity_of(claim[part], "year")
        return figure_of(claim)

    def _find_span(self, text: str) -> Span:
        if "/" in text:
            table, *key, column = text.split("/")
            when = str(find_row(table, tuple(key))[column])
        else:
            when = self._find_claim(text)["as_of"] or ""
        found = parse_span(when)
        if found is None:
            raise Unknown(f"{text} is dated {when!r}, which is no date to compute with")
        return found


def quantity_in_table(path: str) -> Quantity:
    """Find a number of another table, by table, key and column; or, by key and column, the bound of a definition.

    >>> quantity_in_table("sources/habr2017/year").words
    '2017'
    """
    table, *key, column = path.split("/")
    if table == "definitions":
        return _bound_of_definition(key[0], *key[1:], column)
    row = find_row(table, tuple(key))
    if column == "year":
        return quantity_of(row[column], "year")
    return quantity_of(row[column], row.get("unit") or "")


def _bound_of_definition(name: str, *columns: str) -> Quantity:
    # The checker is slow to import, and whoever only looks up claims or names does without.
    from ..definition import get_definition

    threshold = get_definition(name).threshold(*columns)
    qualifier = "at least"
    if threshold.strict:
        qualifier = "more than"
    words = format_number(threshold.bound)
    if threshold.per:
        words = f"{format_number(threshold.bound * 100)}%"
    return Quantity(threshold.bound, f"{qualifier} {words}", qualifier)
