"""The parameters of the village market: usual values, plausible ranges, and what these rest on.

``PARAMETERS`` says what the model takes, ``CONTROLS`` which of it a reader sets in the explorer and
in ``market_grid``: one entry there is one control more, as long as the
chart can carry all combinations.

>>> BASE["fee"]
0.05
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Real
from typing import NamedTuple

import pandas as pd

from ...text import did_you_mean


class Parameter(NamedTuple):
    """One parameter of the market.

    Attributes
    ----------
    parameter : str
        Its name.
    base, low, high : float
        The usual value, and a plausible range.
    unit, meaning : str
        In words.
    status : str
        Of the usual value: ``reported`` (a source prints it), ``derived`` (worked out from a
        reported figure) or ``assumption``.
    rests_on : str
        Rows of the data that gave the value, the range or the idea, such as ``critiques/D06``;
        where it is empty, we found no figure.
    least, most : float
        The limits of the possible.
    """

    parameter: str
    base: float
    low: float
    high: float
    unit: str
    meaning: str
    status: str = "assumption"
    rests_on: str = ""
    least: float = 0.0
    most: float = 1e9


# fmt: off
PARAMETERS = (
    Parameter(
        "households", 306, 200, 1870, "households",
        "Households of the village, as in Dinglou; range: Qingyanliu to Wantou.",
        "reported", "village_cases/V05b village_cases/V02c village_cases/V04e", 1, 10_000,
    ),
    Parameter(
        "starters", 14, 1, 100, "sellers",
        "Sellers in year 0, each with a design of their own: as many as Dinglou had shops in 2010; "
        "range: 2009 to 2011.",
        "reported", "daji/B10 daji/B09 daji/B11",
    ),
    Parameter(
        "cost", 20, 10, 40, "RMB a piece",
        "Making a piece, on average: the first costumes of Dinglou.",
        "reported", "critiques/D06",
    ),
    Parameter(
        "value", 100, 80, 120, "RMB a piece",
        "Nobody pays more. At 100, one seller with a cost of 20 asks 60, as in Dinglou.",
        "derived", "critiques/D06",
    ),
    Parameter(
        "market", 150_000, 75_000, 300_000, "pieces a year",
        "Pieces that would go in year 0 if they cost nothing.",
    ),
    Parameter(
        "growth", 0.2, 0.0, 0.4, "share a year",
        "How fast the market grows. Sales of Wantou grew by 30 to 40 percent in 2013, says one seller.",
        rests_on="critiques/D05", least=-0.9, most=2.0,
    ),
    Parameter(
        "fee", 0.05, 0.0, 0.2, "share of price",
        "What the platform keeps of every price.",
        most=0.9,
    ),
    Parameter(
        "advertising", 10_000, 0, 40_000, "RMB a year",
        "What each seller pays to be seen.",
    ),
    Parameter(
        "rent", 20_000, 0, 60_000, "RMB a year",
        "A seller's rent if every household sold; with fewer sellers it is lower in proportion.",
        rests_on="critiques/D03 critiques/D04",
    ),
    Parameter(
        "delivery", 5, 2, 20, "RMB a piece",
        "Sending a piece: the parameter for remoteness.",
        rests_on="positions/P13",
    ),
    Parameter(
        "likeness", 0.8, 0.0, 0.95, "0 to below 1",
        "How alike a copy and its model are: 0 not at all, near 1 the same.",
        rests_on="critiques/D15", most=0.9999,
    ),
    Parameter(
        "imitation", 0.3, 0.05, 0.6, "0 to 1",
        "How readily a household follows neighbours who earn more than its wage.",
        rests_on="positions/P10", most=1.0,
    ),
    Parameter(
        "upgrading", 0.1, 0.0, 0.5, "share a year",
        "Sellers below the wage who make a design of their own.",
        rests_on="claims/li-upgrading", most=1.0,
    ),
    Parameter(
        "upgrade_cost", 20_000, 5_000, 40_000, "RMB once",
        "What a design of one's own costs.",
    ),
    Parameter(
        "upgrade_gain", 10, 0, 20, "RMB a piece",
        "What buyers pay more for it.",
    ),
    Parameter(
        "wage", 22_844, 11_422, 45_688, "RMB a year",
        "What a household earns without a shop: the rural income of two people in 2015; "
        "range: one to four.",
        "derived", "context/rural_disposable_income-2015", 1.0,
    ),
    Parameter(
        "spread", 0.1, 0.0, 0.3, "share of cost",
        "Standard deviation of the sellers' costs.",
        most=1.0,
    ),
)
# fmt: on
BASE = {parameter.parameter: parameter.base for parameter in PARAMETERS}


class Control(NamedTuple):
    """A control of the explorer: what it is called, how it writes a value, and its values.

    ``shown_as`` is a format of Python, such as "{:g}".
    """

    label: str
    shown_as: str
    values: tuple[float, ...]


CONTROLS = {
    "fee": Control("Platform fee", "{:.0%} of the price", (0.0, 0.05, 0.1, 0.15, 0.2)),
    "likeness": Control("Likeness of the goods", "{:g}", (0.0, 0.5, 0.8, 0.9, 0.95)),
    "imitation": Control("Imitation", "{:g}", (0.05, 0.1, 0.2, 0.3, 0.6)),
    "rent": Control(
        "Rent",
        "RMB {:,.0f} a year if all sell",
        (0.0, 10_000.0, 20_000.0, 40_000.0, 60_000.0),
    ),
}
MARKET_LEVELS = {name: control.values for name, control in CONTROLS.items()}


def market_parameters() -> pd.DataFrame:
    """List the parameters of ``market`` and what they rest on.

    Returns
    -------
    DataFrame
        A row a parameter, with usual value, plausible range, unit, meaning, status, the rows of the
        data that it rests on, and the limits of the possible, as in `Parameter`.

    Examples
    --------
    >>> market_parameters().loc["cost", ["unit", "status", "rests_on"]].tolist()
    ['RMB a piece', 'reported', 'critiques/D06']
    """
    rows = [parameter._asdict() for parameter in PARAMETERS]
    return pd.DataFrame(rows).set_index("parameter")


def require_possible(name: str, values: Sequence[float]) -> None:
    """Raise unless there is a value of the parameter and every value is possible.

    >>> require_possible("fee", [0.05, 2])
    Traceback (most recent call last):
    ValueError: fee (share of price) lies between 0 and 0.9, not 2.
    """
    require_known("parameter", name, BASE)
    by_name = {parameter.parameter: parameter for parameter in PARAMETERS}
    limits = by_name[name]
    if not len(values):
        raise ValueError(f"{name} has no level: give at least one value, such as {limits.base:g}.")
    for value in values:
        if not isinstance(value, Real) or not limits.least <= value <= limits.most:
            raise ValueError(
                f"{name} ({limits.unit}) lies between {limits.least:g} and {limits.most:g}, "
                f"not {value!r}."
            )
        if name in ("households", "starters") and value != int(value):
            raise ValueError(f"{name} counts {limits.unit}: give a whole number, not {value}.")


def require_known(what: str, name: str, known: Iterable[str]) -> None:
    """Raise ``KeyError`` with the nearest names unless the name is known.

    >>> require_known("outcome", "seller", ["sellers", "left"])
    Traceback (most recent call last):
    KeyError: "There is no outcome 'seller'. Did you mean 'sellers'? Known: sellers, left."
    """
    if name not in known:
        suggestion = did_you_mean(name, known, most=2)
        raise KeyError(f"There is no {what} {name!r}.{suggestion} Known: {', '.join(known)}.")


def require_whole_number(name: str, value: int) -> None:
    """Raise unless the value counts something.

    >>> require_whole_number("years", 1.5)
    Traceback (most recent call last):
    ValueError: years is a whole number from 0 on, not 1.5.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} is a whole number from 0 on, not {value!r}.")
