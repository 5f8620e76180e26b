"""Theme 3, detective's desk: what follows from two claims together, and what the ledger makes of them."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from .._evidence_checks import Step, computed, together
from .._evidence_quantity import Quantity, Unknown, number
from .._evidence_rows import Row, records, rows, unknown
from ._dangji_common import OPEN, called, checkbox, deciding, dropdown, paged

if TYPE_CHECKING:
    import pandas as pd

MONEY = {"RUB": "roubles", "RMB": "yuan", "USD": "dollars"}
ONE = {"RMB": "yuan", "USD": "dollar", "RUB": "rouble"}
SHARES = ("percent", "fraction")
CASES = (
    "check-01",
    "check-02",
    "check-03",
    "check-06",
    "check-08",
    "check-10",
    "check-29",
    "check-36",
    "check-39",
    "check-43",
    "check-48",
)
VERDICTS = {
    "holds": "they can both be right",
    "breaks": "they cannot both be right",
    "open": "it depends on how they are read",
    "same_witness": "one goes back to the other",
}
WITH_OTHERS = VERDICTS | {"holds": "they can all be right", "breaks": "they cannot all be right"}


@dataclass(frozen=True)
class Implied:
    """What two claims give together: the kind of number, and the computation in words.

    ``kind`` is rate, ratio, share, product, bound, span or nothing. A bound is a ratio or a rate of which only one side is known.
    """

    kind: str
    words: str


# ---- the arithmetic --------------------------------------------------------------------------------------------------
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
    ledger = _ledger() if claims is None else {row["id"]: row for row in records(claims)}
    for name in (first, second):
        if name not in ledger:
            raise KeyError(unknown("claim", name, ledger))
        if ledger[name]["value"] is None:
            raise ValueError(f"The claim {name} has no figure, so there is nothing to compute with.")
    if first == second:
        return Implied("nothing", "Twice the same claim. Pick another one.")
    try:
        return _implied(ledger[first], ledger[second])
    except Unknown:
        return Implied("nothing", "One of the two figures is zero, and nothing can be divided by zero.")


def _implied(one: Row, other: Row) -> Implied:
    units: tuple[str, str] = (one["unit"], other["unit"])
    a, b = _quantity(one), _quantity(other)
    if "year" in units:
        if units != ("year", "year"):
            return Implied("nothing", "A year is a date and no amount: there is nothing to divide.")
        early, late = sorted((a, b), key=lambda q: q.value)
        years = late - early
        return Implied("span", replace(years, unit="years").shown if years.value else "The same year.")
    if units[0] == units[1] or all(unit in SHARES for unit in units):
        return _ratio(a, b)
    for multiplier in ("ratio", *SHARES):
        if multiplier in units:
            (times, _), (amount, unit) = sorted(((a, units[0]), (b, units[1])), key=lambda p: p[1] != multiplier)
            unit = "percent" if unit in SHARES else MONEY.get(unit, unit)
            return Implied("product", replace(times * amount, unit=unit).shown)
    if all(unit in MONEY for unit in units):
        order = list(MONEY)
        (top, upper), (base, lower) = sorted(((a, units[0]), (b, units[1])), key=lambda p: order.index(p[1]))
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


def _quantity(claim: Row) -> Quantity:
    value = Fraction(str(claim["value"]))
    qualifier = claim["comparator"].replace("_", " ").replace("equal", "")
    words = str(int(value)) if claim["unit"] == "year" else number(value)
    if claim["unit"] == "percent":
        value, words = value / 100, f"{words}%"
    return Quantity(value, f"{qualifier} {words}".strip(), qualifier)


# ---- what the ledger says --------------------------------------------------------------------------------------------
@cache
def _ledger() -> dict[str, Row]:
    return {row["id"]: row for row in rows("claims")}


@cache
def _steps() -> tuple[Step, ...]:
    return tuple(computed(_ledger()))


def ledger_says(first: str, second: str) -> pd.DataFrame:
    """The steps of the cross-checks that compute with both claims: check, title, result, others (claims), computation.

    The result ``tells`` is a number without a verdict. No rows: no check joins the two. KeyError: there is no such claim.

    >>> ledger_says("habr-280-households", "habr-30-households").result.tolist()
    ['breaks']
    """
    import pandas as pd

    for name in (first, second):
        if name not in _ledger():
            raise KeyError(unknown("claim", name, _ledger()))
    titles = {check["id"]: check["title"] for check in rows("crosschecks")}
    found = [
        (s.check, titles[s.check], s.result, " ".join(c for c in s.used if c not in (first, second)), s.words)
        for s in _steps()
        if {first, second} <= set(s.used)
    ]
    return pd.DataFrame(found, columns=["check", "title", "result", "others", "computation"])


def on_the_desk() -> list[str]:
    """Ids of the claims that lie on the desk: those with a figure in the checks on the story of Daji, years left aside."""
    used = {name for step in _steps() if step.check in CASES for name in step.used}
    return [
        name for name, row in _ledger().items() if name in used and row["value"] is not None and row["unit"] != "year"
    ]


def label(claim: str) -> str:
    """A claim on one line: what it counts, the figure, and the text.

    >>> label("habr-280-households")
    'households trading on Taobao: 280 households (2017 blog text)'
    """
    told = _ledger()[claim]
    units = {"fraction": " of all", "ratio": " times", "percent": ""}
    shown = _quantity(told).words + units.get(told["unit"], f" {told['unit']}")
    named = f"{told['subject']}, {told['metric']}" if told["subject"][0].isupper() else told["subject"]
    return f"{named}: {shown} ({called(told['source'])})"


def desk_page(values: dict[str, Any]) -> str:
    """Two claims, what follows from them, and, once a verdict is chosen and the ledger asked, what the ledger says."""
    pair = first, second = values["first"], values["second"]
    told = [
        (name, _ledger()[name]["paraphrase"], f"{called(_ledger()[name]['source'])}, {_ledger()[name]['locator']}")
        for name in dict.fromkeys(pair)
    ]
    page = paged("The claims", ("Claim", "Says, in our words", "Where"), told)
    page += f"<p><strong>Together they give:</strong> {html.escape(implied(first, second).words)}.</p>"
    if not values["commit"] or first == second:
        return page + "<p>Decide on a verdict. Then ask the ledger.</p>"
    if values["choice"] == OPEN:
        return page + "<p><strong>Choose your verdict first.</strong> Then ask the ledger.</p>"
    steps = ledger_says(first, second)
    if steps.empty:
        return page + _partners(pair)
    lines = [(f"{s.check}: {s.title}", s.result.replace("_", " "), s.computation, s.others) for s in steps.itertuples()]
    heads = ("Check", "Result", "Computation", "Together with")
    return f"{page}<p>{_verdict(steps, values['choice'])}</p>" + paged("The ledger", heads, lines)


def _verdict(steps: pd.DataFrame, yours: str) -> str:
    """What the steps say on the two claims: alone if there is a test of these two, else together with others."""
    decided = steps[steps["result"] != "tells"]
    alone = decided[decided["others"] == ""]
    if len(alone):
        verdict = together(alone["result"])
        agree = "You agree." if verdict == yours else "You decided otherwise: who is right?"
        return f"<strong>The ledger: {VERDICTS[verdict]}.</strong> {agree}"
    if len(decided):
        verdict = together(decided["result"])
        return (
            f"<strong>The ledger has no test of these two alone. With the claims beside them, {WITH_OTHERS[verdict]}.</strong> "
            "Does that bear out your verdict?"
        )
    return "<strong>The ledger computes with both, but gives no verdict.</strong> Yours stands alone."


def _partners(pair: Sequence[str]) -> str:
    desk = set(on_the_desk())
    lines = []
    for name in pair:
        partners = dict.fromkeys(c for s in _steps() if name in s.used for c in s.used if c in desk and c not in pair)
        lines.append(
            f"<li>{html.escape(name)} is tested with {html.escape(', '.join(partners) or 'no other claim')}.</li>"
        )
    return (
        "<p><strong>No check joins these two.</strong> That is no verdict: nobody has found a test yet.</p>"
        f"<ul>{''.join(lines)}</ul>"
    )


def detectives_desk(claims: Iterable[str] | None = None) -> Any:
    """A form: pick two claims, read what they give together, decide, then ask the ledger.

    ``claims`` are ids of claims with a figure, those of ``on_the_desk()`` if not given. Its twins are ``implied(first, second)``
    and ``ledger_says(first, second)``. KeyError: there is no such claim. ValueError: fewer than two, or one without a figure.
    """
    names = on_the_desk() if claims is None else list(dict.fromkeys(claims))
    for name in names:
        implied(name, name)
    if len(names) < 2:
        raise ValueError("A desk needs at least two different claims with a figure.")
    options = sorted((label(name), name) for name in names)
    start = ("habr-sales-2016", "habr-pop-45000") if claims is None else tuple(names[:2])
    first, second = dropdown(options, "First claim"), dropdown(options, "Second claim")
    first.value, second.value = start
    verdicts = [("not yet", OPEN), *((words, key) for key, words in VERDICTS.items())]
    choice = dropdown(verdicts, "Your verdict", width=420)
    return deciding({"first": first, "second": second}, choice, checkbox("Ask the ledger"), desk_page)
