"""Which parameter of the market matters most: one at a time, and over a whole grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .market_model import OUTCOMES, simulate
from .parameters import BASE, PARAMETERS, known, whole_number

if TYPE_CHECKING:
    import pandas as pd


def market_swings(
    outcome: str = "profit_per_seller", year: int = 10, seed: int = 2015
) -> pd.DataFrame:
    """Which parameter matters most, one at a time: the outcome with each at its low and high end, the rest as usual.

    A row a parameter, the largest ``swing`` (RMB, sellers, ...: the unit of the outcome) first.

    >>> market_swings("sellers").columns.tolist()
    ['low', 'high', 'at_low', 'at_base', 'at_high', 'swing']
    """
    import numpy as np
    import pandas as pd

    known("outcome", outcome, OUTCOMES)
    whole_number("year", year)
    dials = {name: np.full(2 * len(PARAMETERS) + 1, float(base)) for name, base in BASE.items()}
    for i, p in enumerate(PARAMETERS):
        dials[p.parameter][[2 * i, 2 * i + 1]] = p.low, p.high
    end = simulate(dials, year, seed)[outcome][:, -1].astype(float)
    rows = [(p.low, p.high, end[2 * i], end[-1], end[2 * i + 1]) for i, p in enumerate(PARAMETERS)]
    table = pd.DataFrame(
        rows,
        index=pd.Index(BASE, name="parameter", dtype="str"),
        columns=["low", "high", "at_low", "at_base", "at_high"],
    )
    ends = table[["at_low", "at_base", "at_high"]]
    table["swing"] = ends.max(axis=1) - ends.min(axis=1)
    return table.sort_values("swing", ascending=False, kind="stable")


def variance_shares(
    grid: pd.DataFrame, outcome: str = "profit_per_seller", year: int = 10
) -> pd.Series:
    """How much of an outcome's variance over a grid each parameter explains alone; ``together`` is the rest.

    The share of a parameter is the variance of the outcome's mean at each of its levels, divided by the whole variance
    (Sobol's first-order index for a full grid, every combination once). The shares add up to 1.

    >>> from taobaolab.lessons.sustainability import market_grid
    >>> shares = variance_shares(market_grid({"likeness": [0, 0.5, 0.9], "fee": [0, 0.2]}))
    >>> round(float(shares.sum()), 6), shares.index.tolist()
    (1.0, ['likeness', 'fee', 'together'])
    """
    import pandas as pd

    known("outcome", outcome, OUTCOMES)
    end = grid[grid["year"] == year]
    names = [name for name in grid if name in BASE]
    combinations = end[names].drop_duplicates()
    if end.empty or not names or not len(end) == len(combinations) == combinations.nunique().prod():
        raise ValueError(
            f"variance_shares needs every combination of the parameters once for year {year}: use market_grid."
        )
    if end[outcome].isna().any():
        raise ValueError(
            f"{outcome} is missing in some runs, where nobody sells; choose 'sellers', 'sales' or another."
        )
    whole = end[outcome].var(ddof=0)
    if not whole > 0:
        raise ValueError(
            f"{outcome} is the same in all runs of year {year}: there is no variance to share out."
        )
    shares = pd.Series(
        {name: end.groupby(name)[outcome].mean().var(ddof=0) / whole for name in names}
    )
    return pd.concat([shares, pd.Series({"together": 1 - shares.sum()})])
