"""Which parameter of the market matters most: one at a time, and over a whole grid.

>>> market_swings("sellers").columns.tolist()
['low', 'high', 'at_low', 'at_base', 'at_high', 'swing']
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .market_model import OUTCOMES, simulate
from .parameters import BASE, PARAMETERS, require_known, require_whole_number


def market_swings(
    outcome: str = "profit_per_seller", year: int = 10, seed: int = 2015
) -> pd.DataFrame:
    """Set each parameter to its low and its high end, the rest as usual, and compare the outcome.

    Parameters
    ----------
    outcome : str
        A column of ``market``, such as "sellers".
    year : int
        The year of the simulation that is compared.
    seed : int
        The luck, the same in all runs.

    Returns
    -------
    DataFrame
        A row a parameter: ``low`` and ``high`` (of the parameter), ``at_low``, ``at_base`` and
        ``at_high`` (the outcome), and ``swing``, the widest difference of these three, in the unit
        of the outcome; the largest first.

    Raises
    ------
    KeyError
        For an outcome that there is not.
    ValueError
        For a year that is no whole number from 0 on.

    Examples
    --------
    >>> market_swings("sellers").columns.tolist()
    ['low', 'high', 'at_low', 'at_base', 'at_high', 'swing']
    """
    require_known("outcome", outcome, OUTCOMES)
    require_whole_number("year", year)
    # Two runs a parameter, its low and its high end, and behind them the usual run.
    runs = 2 * len(PARAMETERS) + 1
    settings = {name: np.full(runs, float(base)) for name, base in BASE.items()}
    for number, parameter in enumerate(PARAMETERS):
        settings[parameter.parameter][2 * number] = parameter.low
        settings[parameter.parameter][2 * number + 1] = parameter.high
    end = simulate(settings, year, seed)[outcome][:, -1].astype(float)
    table = pd.DataFrame(
        {
            "low": [parameter.low for parameter in PARAMETERS],
            "high": [parameter.high for parameter in PARAMETERS],
            "at_low": end[0:-1:2],
            "at_base": end[-1],
            "at_high": end[1::2],
        },
        index=pd.Index(BASE, name="parameter", dtype="str"),
    )
    outcomes = table[["at_low", "at_base", "at_high"]]
    table["swing"] = outcomes.max(axis=1) - outcomes.min(axis=1)
    return table.sort_values("swing", ascending=False, kind="stable")


def variance_shares(
    grid: pd.DataFrame, outcome: str = "profit_per_seller", year: int = 10
) -> pd.Series:
    """Say how much of an outcome's variance over a grid each parameter explains alone.

    The share of a parameter is the variance of the outcome's mean at each of its levels, divided by
    the whole variance (Sobol's first-order index for a full grid).

    Parameters
    ----------
    grid : DataFrame
        What ``market_grid`` gives: every combination once.
    outcome : str
        A column of ``market``, such as "sellers".
    year : int
        The year of the simulation that is looked at.

    Returns
    -------
    Series
        A share a parameter, and ``together``, the rest; they add up to 1.

    Raises
    ------
    KeyError
        For an outcome that there is not.
    ValueError
        For a grid that is not full, an outcome that is missing in some runs, and one that is the
        same in all.

    Examples
    --------
    >>> from taobaolab.lessons.sustainability import market_grid
    >>> shares = variance_shares(market_grid({"likeness": [0, 0.5, 0.9], "fee": [0, 0.2]}))
    >>> round(float(shares.sum()), 6), shares.index.tolist()
    (1.0, ['likeness', 'fee', 'together'])
    """
    require_known("outcome", outcome, OUTCOMES)
    end = grid[grid["year"] == year]
    names = [name for name in grid if name in BASE]
    combinations = end[names].drop_duplicates()
    is_full = len(end) == len(combinations) == combinations.nunique().prod()
    if end.empty or not names or not is_full:
        raise ValueError(
            "variance_shares needs every combination of the parameters once "
            f"for year {year}: use market_grid."
        )
    if end[outcome].isna().any():
        raise ValueError(
            f"{outcome} is missing in some runs, where nobody sells; "
            "choose 'sellers', 'sales' or another."
        )
    whole = end[outcome].var(ddof=0)
    if not whole > 0:
        raise ValueError(
            f"{outcome} is the same in all runs of year {year}: there is no variance to share out."
        )
    shares = {}
    for name in names:
        means = end.groupby(name)[outcome].mean()
        shares[name] = means.var(ddof=0) / whole
    shares["together"] = 1 - pd.Series(shares).sum()
    return pd.Series(shares)
