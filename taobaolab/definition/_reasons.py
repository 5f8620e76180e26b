"""The logic of one place: what is sure whatever the missing data are, and which changes would turn the answer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import reduce
from itertools import product
from operator import ge, gt
from typing import Any, NamedTuple

from ._criteria import INF, Group, Is, Rule, Threshold, known_columns, within

MET, NOT_MET, UNDETERMINED = "met", "not met", "undetermined"
Record = Mapping[str, Any]


def span(name: str, record: Record) -> tuple[Any, Any]:
    """The least and the greatest value that a datum can have: itself, if it is known."""
    x = record.get(name)
    if x is not None:
        return x, x
    column = known_columns()[name]
    parts = [record[c] for c in within(name) if record.get(c) is not None]
    whole = record.get(column.at_most)
    return max([column.least, *parts]), INF if whole is None else whole


def judged(rule: Rule, record: Record) -> tuple[bool, bool]:
    """(surely met, surely not met): what holds for everything that the missing data can be."""
    if isinstance(rule, Group):
        yes, no = zip(*[judged(p, record) for p in rule.parts], strict=True)
        return (all(yes), any(no)) if rule.need == "all" else (any(yes), all(no))
    if isinstance(rule, Is):
        x = record.get(rule.column)
        return x is not None and x in rule.accepted, x is not None and x not in rule.accepted
    reaches, (p, q) = gt if rule.strict else ge, rule.bound.as_integer_ratio()
    low, high = span(rule.column, record)
    fewest, most = span(rule.per, record) if rule.per else (1, 1)
    return reaches(low * q, most * p), not reaches(high * q, fewest * p)


def verdict(rule: Rule, record: Record) -> str:
    """The three answers in words."""
    yes, no = judged(rule, record)
    return MET if yes else NOT_MET if no else UNDETERMINED


class Change(NamedTuple):
    """A value that would do, and how to say it: at least 71, fewer than 600."""

    value: Any
    how: str
    bound: Any


Way = dict[str, Change]


def ways_to(
    want: bool, rule: Rule, record: Record, free: Iterable[str], shares: Iterable[str]
) -> list[Way]:
    """Every minimal set of changes of the ``free`` data that makes the rule surely met, or surely not met.

    ``shares`` are the data that a share is taken of: of them, fewer help.
    """
    if judged(rule, record)[0 if want else 1]:
        return [{}]
    if isinstance(rule, Group):
        parts = [ways_to(want, p, record, free, shares) for p in rule.parts]
        if (rule.need == "any") == want:
            return _leanest([way for ways in parts for way in ways], want, shares)
        return _leanest(
            [
                reduce(lambda a, b: _both(a, b, want, shares), combined, {})
                for combined in product(*parts)
            ],
            want,
            shares,
        )
    if isinstance(rule, Is):
        first = rule.values[0]
        value = first if want else not first if isinstance(first, bool) else f"not {first}"
        return [{rule.column: Change(value, "is", value)}] if rule.column in free else []
    return list(_bound_ways(want, rule, record, free))


def _bound_ways(want: bool, rule: Threshold, record: Record, free: Iterable[str]) -> Iterable[Way]:
    x = record.get(rule.column)
    whole = span(rule.per, record)[1 if want else 0] if rule.per else 1
    if rule.column in free and whole < INF:
        yield {
            rule.column: _beyond(
                rule.column, rule.bound * whole, up=want, passed=rule.strict == want
            )
        }
    if rule.per in free and x:
        yield {
            rule.per: _beyond(
                rule.per, x / rule.bound, up=not want, passed=rule.strict == want, exact=True
            )
        }


def _beyond(column: str, bound: Fraction, up: bool, passed: bool, exact: bool = False) -> Change:
    """The nearest value on one side of a bound: ``passed``, or reached."""
    step = (
        1 if known_columns()[column].kind == "count" else Fraction(1, 100)
    )  # a shop, a household; a fen
    steps = bound / step
    if up:
        value = (math.floor(steps) + 1 if passed else math.ceil(steps)) * step
    else:
        value = (math.ceil(steps) - 1 if passed else math.floor(steps)) * step
    if step != 1:
        return Change(
            value,
            {(1, 1): "more_than", (1, 0): "at_least", (0, 1): "less_than", (0, 0): "at_most"}[
                up, passed
            ],
            bound,
        )
    if up:
        return (
            Change(value, "more_than", value - 1)
            if passed and exact
            else Change(value, "at_least", value)
        )
    return Change(value, "fewer_than", value + 1) if passed else Change(value, "at_most", value)


def _further(column: str, a: Change, b: Change, want: bool, shares: Iterable[str]) -> Change:
    """The change that asks for more."""
    if a.how == "is":
        return a
    return (max if want != (column in shares) else min)(a, b, key=lambda change: change.value)


def _both(a: Way, b: Way, want: bool, shares: Iterable[str]) -> Way:
    return a | {c: _further(c, a.get(c, change), change, want, shares) for c, change in b.items()}


def _leanest(ways: list[Way], want: bool, shares: Iterable[str]) -> list[Way]:
    """Without the ways that ask for all that another asks for, and more."""

    def asks_more(a: Way, b: Way) -> bool:
        return b.keys() <= a.keys() and all(
            _further(c, a[c], b[c], want, shares) == a[c] for c in b
        )

    kept: list[Way] = []
    for i, way in enumerate(ways):
        others = ways[i + 1 :] + kept
        if not any(asks_more(way, other) and (way != other or other in kept) for other in others):
            kept.append(way)
    return kept
