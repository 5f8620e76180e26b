"""Two claims together: what follows from them by arithmetic, and the cross-checks in which both take part.

>>> implied("habr-sales-2016", "habr-sales-2016-usd").words
'1,800,000,000 / 26,200,000 = 68.7 yuan for one dollar'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from ..text import there_is_no
from .checks import steps_of_collection
from .quantities import Quantity, Unknown, figure_of
from .rows import Row, as_records, load_ledger, table_rows

# Rates are given in this order: roubles for one yuan, yuan for one dollar.
MONEY = {"RUB": "roubles", "RMB": "yuan", "USD": "dollars"}
ONE_COIN = {"RMB": "yuan", "USD": "dollar", "RUB": "rouble"}
SHARES = ("percent", "fraction")


class Implied(NamedTuple):
    """What two claims give together: the kind of number, and the computation in words.

    ``kind`` is rate, ratio, share, product, bound, span or nothing. A bound is a ratio or a rate of which only one side
    is known.
    """

    kind: str
    words: str


def implied(first: str, second: str, claims: pd.DataFrame | None = None) -> Implied:
    """Compute what two claims give together: a rate, share, ratio, bound, product or span of years.

    Parameters
    ----------
    first, second : str
        Ids of claims with a figure.
    claims : DataFrame, optional
        Another ledger with the columns of the table claims.

    Returns
    -------
    Implied
        Two kinds of money give an exchange rate, money and a count give money for each, a share and an amount give a
        part. What cannot be computed is of the kind ``nothing``, and the words say why.

    Raises
    ------
    KeyError
        There is no such claim.
    ValueError
        A claim has no figure.

    Examples
    --------
    >>> implied("habr-25-remote", "habr-1000-villages")
    Implied(kind='bound', words='25 / more than 1,000 = less than 2.5%')
    """
    if claims is None:
        ledger: Mapping[str, Row] = load_ledger()
    else:
        ledger = {row["id"]: row for row in as_records(claims)}
    for name in (first, second):
        if name not in ledger:
            raise KeyError(there_is_no("claim", name, ledger))
        if ledger[name]["value"] is None:
            raise ValueError(
                f"The claim {name} has no figure, so there is nothing to compute with."
            )
    if first == second:
        return Implied("nothing", "Twice the same claim. Pick another one.")
    try:
        return _compute_implied(ledger[first], ledger[second])
    except Unknown:
        return Implied(
            "nothing", "One of the two figures is zero, and nothing can be divided by zero."
        )


def _compute_implied(one: Row, other: Row) -> Implied:
    """Choose the computation by the units of the two figures."""
    a, b = figure_of(one), figure_of(other)
    unit_a, unit_b = one["unit"], other["unit"]
    if unit_a == "year" and unit_b == "year":
        return _years_between(a, b)
    if "year" in (unit_a, unit_b):
        return Implied("nothing", "A year is a date and no amount: there is nothing to divide.")
    if unit_a == unit_b or (unit_a in SHARES and unit_b in SHARES):
        return _ratio(a, b)
    for multiplier in ("ratio", *SHARES):
        if unit_a == multiplier:
            return _product(a, b, unit_b)
        if unit_b == multiplier:
            return _product(b, a, unit_a)
    if unit_a in MONEY and unit_b in MONEY:
        order = list(MONEY)
        if order.index(unit_a) > order.index(unit_b):
            a, b, unit_a, unit_b = b, a, unit_b, unit_a
        return _quotient(a / b, f"{MONEY[unit_a]} for one {ONE_COIN[unit_b]}", "rate")
    # Money for each person or village, never people for each yuan.
    if unit_b in MONEY:
        a, b, unit_a, unit_b = b, a, unit_b, unit_a
    return _quotient(a / b, f"{MONEY.get(unit_a, unit_a)} for each {_singular(unit_b)}", "rate")


def _years_between(one: Quantity, other: Quantity) -> Implied:
    early, late = sorted((one, other), key=lambda year: year.value)
    years = late - early
    if not years.value:
        return Implied("span", "The same year.")
    return Implied("span", replace(years, unit="years").equation)


def _product(times: Quantity, amount: Quantity, unit: str) -> Implied:
    if unit in SHARES:
        unit = "percent"
    return Implied("product", replace(times * amount, unit=MONEY.get(unit, unit)).equation)


def _ratio(a: Quantity, b: Quantity) -> Implied:
    quotient = a / b
    if quotient.value <= 1:
        return _quotient(quotient, "percent", "share")
    return _quotient(quotient, "times as much", "ratio")


def _quotient(quotient: Quantity, unit: str, kind: str) -> Implied:
    one_sided = quotient.qualifier not in ("", "about")
    if one_sided:
        kind = "bound"
    return Implied(kind, replace(quotient, unit=unit).equation)


def _singular(unit: str) -> str:
    if unit == "people":
        return "person"
    if unit.endswith("ies"):
        return f"{unit[:-3]}y"
    return unit.removesuffix("s")


def ledger_says(first: str, second: str) -> pd.DataFrame:
    """Find the steps of the cross-checks that compute with both claims.

    Parameters
    ----------
    first, second : str
        Ids of claims.

    Returns
    -------
    DataFrame
        A row a step: check, title, result, others (the further claims that it needs), computation. The result ``tells``
        is a number without a verdict. No rows: no check joins the two.

    Raises
    ------
    KeyError
        There is no such claim.

    Examples
    --------
    >>> ledger_says("habr-280-households", "habr-30-households").result.tolist()
    ['breaks']
    """
    for name in (first, second):
        if name not in load_ledger():
            raise KeyError(there_is_no("claim", name, load_ledger()))
    titles = {check["id"]: check["title"] for check in table_rows("crosschecks")}
    rows = []
    for step in steps_of_collection():
        if first in step.used and second in step.used:
            others = [name for name in step.used if name not in (first, second)]
            rows.append(
                {
                    "check": step.check,
                    "title": titles[step.check],
                    "result": step.result,
                    "others": " ".join(others),
                    "computation": step.words,
                }
            )
    return pd.DataFrame(rows, columns=["check", "title", "result", "others", "computation"])
