"""Two claims together: what follows from them by arithmetic, and the cross-checks in which both take part."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from .checks import Step, computed
from .quantities import Quantity, Unknown, number
from .rows import Row, records, rows, unknown

if TYPE_CHECKING:
    import pandas as pd

MONEY = {"RUB": "roubles", "RMB": "yuan", "USD": "dollars"}
ONE = {"RMB": "yuan", "USD": "dollar", "RUB": "rouble"}
SHARES = ("percent", "fraction")


@cache
def ledger() -> dict[str, Row]:
    """The claims of the collection by id."""
    return {row["id"]: row for row in rows("claims")}


@cache
def steps() -> tuple[Step, ...]:
    """The steps of all cross-checks, computed from the claims of the collection."""
    return tuple(computed(ledger()))


class Implied(NamedTuple):
    """What two claims give together: the kind of number, and the computation in words.

    ``kind`` is rate, ratio, share, product, bound, span or nothing. A bound is a ratio or a rate of which only one side is known.
    """

    kind: str
    words: str


def implied(first: str, second: str, claims: pd.DataFrame | None = None) -> Implied:
    """The rate, share, ratio, bound, product or span of years that two claims give together.

    ``first`` and ``second`` are ids of claims with a figure, ``claims`` another ledger with the columns of the table. Two
    kinds of money give an exchange rate, money and a count give money for each, a share and an amount give a part.
    KeyError: there is no such claim. ValueError: a claim has no figure.

    >>> implied("habr-sales-2016", "habr-sales-2016-usd").words
    '1,800,000,000 / 26,200,000 = 68.7 yuan for one dollar'
    >>> implied("habr-25-remote", "habr-1000-villages")
    Implied(kind='bound', words='25 / more than 1,000 = less than 2.5%')
    """
    known = ledger() if claims is None else {row["id"]: row for row in records(claims)}
    for name in (first, second):
        if name not in known:
            raise KeyError(unknown("claim", name, known))
        if known[name]["value"] is None:
            raise ValueError(
                f"The claim {name} has no figure, so there is nothing to compute with."
            )
    if first == second:
        return Implied("nothing", "Twice the same claim. Pick another one.")
    try:
        return _implied(known[first], known[second])
    except Unknown:
        return Implied(
            "nothing", "One of the two figures is zero, and nothing can be divided by zero."
        )


def _implied(one: Row, other: Row) -> Implied:
    units: tuple[str, str] = (one["unit"], other["unit"])
    a, b = quantity(one), quantity(other)
    if "year" in units:
        if units != ("year", "year"):
            return Implied("nothing", "A year is a date and no amount: there is nothing to divide.")
        early, late = sorted((a, b), key=lambda q: q.value)
        years = late - early
        return Implied(
            "span", replace(years, unit="years").shown if years.value else "The same year."
        )
    if units[0] == units[1] or all(unit in SHARES for unit in units):
        return _ratio(a, b)
    for multiplier in ("ratio", *SHARES):
        if multiplier in units:
            (times, _), (amount, unit) = sorted(
                ((a, units[0]), (b, units[1])), key=lambda p: p[1] != multiplier
            )
            unit = "percent" if unit in SHARES else MONEY.get(unit, unit)
            return Implied("product", replace(times * amount, unit=unit).shown)
    if all(unit in MONEY for unit in units):
        order = list(MONEY)
        (top, upper), (base, lower) = sorted(
            ((a, units[0]), (b, units[1])), key=lambda p: order.index(p[1])
        )
        return _side(top / base, f"{MONEY[upper]} for one {ONE[lower]}")
    if units[1] in MONEY:
        a, b, units = b, a, units[::-1]
    return _side(a / b, f"{MONEY.get(units[0], units[0])} for each {_single(units[1])}")


def _single(unit: str) -> str:
    if unit == "people":
        return "person"
    return f"{unit[:-3]}y" if unit.endswith("ies") else unit.removesuffix("s")


def _ratio(a: Quantity, b: Quantity) -> Implied:
    quotient = a / b
    if quotient.value <= 1:
        return _side(quotient, "percent", "share")
    return _side(quotient, "times as much", "ratio")


def _side(quotient: Quantity, unit: str, kind: str = "rate") -> Implied:
    one_sided = quotient.qualifier not in ("", "about")
    return Implied("bound" if one_sided else kind, replace(quotient, unit=unit).shown)


def quantity(claim: Row) -> Quantity:
    """The figure of a claim, with its qualifier and the words to print."""
    value = Fraction(str(claim["value"]))
    qualifier = claim["comparator"].replace("_", " ").replace("equal", "")
    words = str(int(value)) if claim["unit"] == "year" else number(value)
    if claim["unit"] == "percent":
        value, words = value / 100, f"{words}%"
    return Quantity(value, f"{qualifier} {words}".strip(), qualifier)


def ledger_says(first: str, second: str) -> pd.DataFrame:
    """The steps of the cross-checks that compute with both claims: check, title, result, others (claims), computation.

    The result ``tells`` is a number without a verdict. No rows: no check joins the two. KeyError: there is no such claim.

    >>> ledger_says("habr-280-households", "habr-30-households").result.tolist()
    ['breaks']
    """
    import pandas as pd

    for name in (first, second):
        if name not in ledger():
            raise KeyError(unknown("claim", name, ledger()))
    titles = {check["id"]: check["title"] for check in rows("crosschecks")}
    found = [
        (
            s.check,
            titles[s.check],
            s.result,
            " ".join(c for c in s.used if c not in (first, second)),
            s.words,
        )
        for s in steps()
        if {first, second} <= set(s.used)
    ]
    return pd.DataFrame(found, columns=["check", "title", "result", "others", "computation"])
