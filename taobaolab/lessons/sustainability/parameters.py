"""The parameters of the village market: usual values, plausible ranges, and what these rest on.

One row of ``PARAMETERS`` is all that a parameter needs: the model, the tables and the controls of
the explorer read it here.

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
    label, shown_as : str
        What the control of the explorer is called, and how it writes a value, as a format of
        Python; without a label it is the name.
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
    label: str = ""
    shown_as: str = "{:g}"


# fmt: off
PARAMETERS = (
    Parameter("households", 306, 200, 1870, "households", "Households of the village, as in Dinglou; range: Qingyanliu "
              "to Wantou.", "reported", "village_cases/V05b village_cases/V02c village_cases/V04e", 1, 10_000),
    Parameter("starters", 14, 1, 100, "sellers", "Sellers in year 0, each with a design of their own: as many "
              "as Dinglou had shops in 2010; range: 2009 to 2011.", "reported", "daji/B10 daji/B09 daji/B11"),
    Parameter("cost", 20, 10, 40, "RMB a piece", "Making a piece, on average: the first costumes of Dinglou.",
              "reported", "critiques/D06"),
    Parameter("value", 100, 80, 120, "RMB a piece", "Nobody pays more. At 100, one seller with a cost of 20 asks 60, "
              "as in Dinglou.", "derived", "critiques/D06"),
    Parameter("market", 150_000, 75_000, 300_000, "pieces a year",
              "Pieces that would go in year 0 if they cost nothing."),
    Parameter("growth", 0.2, 0.0, 0.4, "share a year", "How fast the market grows. An average seller in Wantou grew by "
              "30 to 40 percent in 2013.", rests_on="critiques/D05a", least=-0.9, most=2.0),
    Parameter("fee", 0.05, 0.0, 0.2, "share of price", "What the platform keeps of every price.", most=0.9),
    Parameter("advertising", 10_000, 0, 40_000, "RMB a year", "What each seller pays to be seen."),
    Parameter("rent", 20_000, 0, 60_000, "RMB a year", "A seller's rent if every household sold; with fewer sellers it "
              "is lower in proportion.", rests_on="critiques/D03 critiques/D04"),
    Parameter("delivery", 5, 2, 20, "RMB a piece", "Sending a piece: the dial for remoteness.",
              rests_on="positions/P13"),
    Parameter("likeness", 0.8, 0.0, 0.95, "0 to below 1", "How alike a copy and its model are: 0 not at all, near 1 "
              "the same.", rests_on="critiques/D15", most=0.9999),
    Parameter("imitation", 0.3, 0.05, 0.6, "0 to 1", "How readily a household follows neighbours who earn more "
              "than its wage.", rests_on="positions/P10", most=1.0),
    Parameter("upgrading", 0.1, 0.0, 0.5, "share a year", "Sellers below the wage who make a design of their own.",
              rests_on="claims/li-upgrading", most=1.0),
    Parameter("upgrade_cost", 20_000, 5_000, 40_000, "RMB once", "What a design of one's own costs."),
    Parameter("upgrade_gain", 10, 0, 20, "RMB a piece", "What buyers pay more for it."),
    Parameter("wage", 22_844, 11_422, 45_688, "RMB a year", "What a household earns without a shop: the rural income "
              "of two people in 2015; range: one to four.", "derived", "context/rural_disposable_income-2015", 1.0),
    Parameter("spread", 0.1, 0.0, 0.3, "share of cost", "Standard deviation of the sellers' costs.", most=1.0),
)
# fmt: on
BASE = {p.parameter: p.base for p in PARAMETERS}


def market_parameters() -> pd.DataFrame:
    """The dials of ``market``: a row each, with usual value, plausible range, unit, meaning and what it rests on.

    >>> market_parameters().loc["cost", ["unit", "status", "rests_on"]].tolist()
    ['RMB a piece', 'reported', 'critiques/D06']
    """
    import pandas as pd

    return pd.DataFrame([p._asdict() for p in PARAMETERS]).set_index("parameter")


def possible(name: str, values: Sequence[float]) -> None:
    """Raise unless every value of the parameter is possible."""
    known("parameter", name, BASE)
    p = next(p for p in PARAMETERS if p.parameter == name)
    if not len(values):
        raise ValueError(f"{name} has no level: give at least one value, such as {p.base:g}.")
    for value in values:
        if not isinstance(value, Real) or not p.least <= value <= p.most:
            raise ValueError(
                f"{name} ({p.unit}) lies between {p.least:g} and {p.most:g}, not {value!r}."
            )
        if name in ("households", "starters") and value != int(value):
            raise ValueError(f"{name} counts {p.unit}: give a whole number, not {value}.")


def known(what: str, name: str, names: Iterable[str]) -> None:
    """Raise ``KeyError`` with the nearest names unless the name is known."""
    if name not in names:
        near = difflib.get_close_matches(str(name), list(names), n=2, cutoff=0.5)
        hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        raise KeyError(f"There is no {what} {name!r}.{hint} Known: {', '.join(names)}.")


def whole_number(name: str, value: int) -> None:
    """Raise unless the value counts something."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} is a whole number from 0 on, not {value!r}.")
