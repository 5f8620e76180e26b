"""A village market, simulated: neighbours copy, products are alike, margins fall, some upgrade.

A model and not a finding. It answers what follows from stated assumptions, never what happened in a
village.

>>> int(market(imitation=0).sellers.max())  # where nobody copies, nobody joins the first sellers
14
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from .parameters import BASE, MARKET_LEVELS, require_possible, require_whole_number

OUTCOMES = (
    "sellers",
    "entered",
    "left",
    "price",
    "margin",
    "pieces",
    "sales",
    "profit_per_seller",
    "gini",
    "village_income",
    "sameness",
    "upgraded",
    "production",
    "delivery_paid",
    "fees",
    "advertising_paid",
    "rent_paid",
    "upgrades_paid",
    "profit",
)


def market(years: int = 10, seed: int = 2015, **parameters: float) -> pd.DataFrame:
    """Simulate one village over the years. Made for teaching; ``status`` says so.

    Each year the sellers set prices (`bertrand`). A household without a shop opens one with the
    chance imitation x share of neighbours who sell x how far their mean profit lies above its wage.
    A seller below the wage by the share s makes a design of their own with the chance upgrading, or
    else leaves with the chance s / (1 + s). The first sellers have designs of their own, and so do
    those who upgrade; all others copy. Two sellers compete closely unless both have their own
    design, so ``sameness`` = likeness x (1 - (share with an own design) squared). Costs differ from
    seller to seller. Landlords live in the village: ``village_income`` is profit, rent and the
    wages of the households without a shop.

    Parameters
    ----------
    years : int
        The last year; the first is year 0.
    seed : int
        The luck: the same seed gives the same table.
    **parameters : float
        Those of ``market_parameters()``; the others are as usual.

    Returns
    -------
    DataFrame
        A row a year: ``sellers``, of which ``entered`` since the year before, when ``left`` gave
        up; ``price`` (RMB, mean of the pieces sold), ``margin`` (share of price after production,
        delivery and fee), ``pieces``, ``sales`` (RMB), ``profit_per_seller`` (RMB), ``gini`` of the
        sellers' profits (losses as 0), ``village_income`` (RMB), ``sameness``, ``upgraded``
        (sellers), and where the sales go (RMB): ``production``, ``delivery_paid``, ``fees``,
        ``advertising_paid``, ``rent_paid``, ``upgrades_paid``, ``profit``. Where nobody sells,
        price, margin, profit per seller and Gini are missing.

    Raises
    ------
    KeyError
        For a parameter that there is not, with the nearest.
    ValueError
        For a value outside the possible.

    Examples
    --------
    >>> alone = market(years=0, starters=1, fee=0, delivery=0, spread=0)
    >>> float(alone.price[0])  # one seller asks half way between cost 20 and value 100
    60.0
    """
    return market_grid({}, years, seed, **parameters)


def market_grid(
    levels: Mapping[str, Sequence[float]] = MARKET_LEVELS,
    years: int = 10,
    seed: int = 2015,
    **parameters: float,
) -> pd.DataFrame:
    """Run ``market`` for every combination of some levels at once.

    All runs share their random draws, so two runs differ by their parameters alone.

    Parameters
    ----------
    levels : mapping
        The values of some parameters, by name.
    years, seed : int
        As in `market`.
    **parameters : float
        The others, as in `market`.

    Returns
    -------
    DataFrame
        A row for each combination and year: the parameters of ``levels``, then the columns of
        `market`.

    Raises
    ------
    KeyError, ValueError
        As `market`, for a parameter that is given twice, and for more starters than households.

    Examples
    --------
    >>> grid = market_grid({"likeness": [0, 0.9], "fee": [0.05, 0.1]}, years=2)
    >>> len(grid), grid.columns[:4].tolist()
    (12, ['likeness', 'fee', 'year', 'sellers'])
    """
    twice = sorted(set(levels) & set(parameters))
    if twice:
        raise ValueError(
            f"{', '.join(twice)} is given twice: among the levels and by itself. Drop one of them."
        )
    for name, values in levels.items():
        require_possible(name, values)
    for name, value in parameters.items():
        require_possible(name, [value])
    require_whole_number("years", years)
    require_whole_number("seed", seed)
    runs = list(product(*levels.values()))
    settings = {
        name: np.full(len(runs), float(parameters.get(name, base))) for name, base in BASE.items()
    }
    columns = {}
    for place, name in enumerate(levels):
        settings[name] = np.array([run[place] for run in runs], float)
        columns[name] = np.repeat(settings[name], years + 1)
    if (settings["starters"] > settings["households"]).any():
        raise ValueError(
            "There cannot be more starters than households: lower starters or raise households."
        )
    columns["year"] = np.tile(np.arange(years + 1), len(runs))
    outcomes = simulate(settings, years, seed)
    for name in OUTCOMES:
        columns[name] = outcomes[name].reshape(-1)
    return pd.DataFrame(columns).assign(status="made_for_teaching")


def simulate(settings: dict[str, np.ndarray], years: int, seed: int) -> dict[str, np.ndarray]:
    """Simulate many villages at once.

    Parameters
    ----------
    settings : dict of arrays
        For each parameter one value a run.
    years, seed : int
        As in `market`.

    Returns
    -------
    dict of arrays
        For each outcome an array of runs by years.

    Examples
    --------
    >>> settings = {name: np.full(3, float(base)) for name, base in BASE.items()}
    >>> simulate(settings, years=2, seed=1)["sellers"].shape
    (3, 3)
    """
    # Villages of one size go together, for in the arrays inside a column is a household.
    sizes = settings["households"]
    runs_of_size = [np.flatnonzero(sizes == size) for size in np.unique(sizes)]
    parts = []
    for runs in runs_of_size:
        same_size = {name: values[runs] for name, values in settings.items()}
        parts.append(_simulate_one_size(same_size, years, seed))
    back = np.argsort(np.concatenate(runs_of_size))
    return {name: np.concatenate([part[name] for part in parts])[back] for name in OUTCOMES}


def _simulate_one_size(
    settings: dict[str, np.ndarray], years: int, seed: int
) -> dict[str, np.ndarray]:
    """Simulate runs of villages of one size; a row is a run, a column a household."""
    p = {name: values[:, None] for name, values in settings.items()}
    size = int(settings["households"][0])
    skill = np.random.default_rng(seed).standard_normal(size)
    unit_cost = p["cost"] * np.maximum(0.2, 1 + p["spread"] * skill) + p["delivery"]
    selling = np.arange(size) < p["starters"]
    original, upgraded = selling.copy(), np.zeros_like(selling)
    entered, left, fresh = np.zeros_like(selling), np.zeros_like(selling), np.zeros_like(selling)
    by_year: dict[str, list[np.ndarray]] = {name: [] for name in OUTCOMES}
    for year in range(years + 1):
        # What is sold, and at which prices.
        worth = p["value"] + p["upgrade_gain"] * upgraded - unit_cost / (1 - p["fee"])
        count = selling.sum(axis=1, keepdims=True)
        own = (selling & original).sum(axis=1, keepdims=True) / np.maximum(count, 1)
        sameness = p["likeness"] * (1 - own**2)
        markup, share = bertrand(worth, selling, sameness)
        pieces = p["market"] * (1 + p["growth"]) ** year * share / p["value"]
        price = np.where(selling, unit_cost / (1 - p["fee"]) + markup, 0.0)
        fixed = p["advertising"] + p["rent"] * count / p["households"]
        earned = (1 - p["fee"]) * markup * pieces - fixed - p["upgrade_cost"] * fresh
        profit = np.where(selling, earned, 0.0)
        flows = {
            "sellers": selling,
            "entered": entered,
            "left": left,
            "pieces": pieces,
            "sales": price * pieces,
            "upgraded": upgraded & selling,
            "production": (unit_cost - p["delivery"]) * pieces,
            "delivery_paid": p["delivery"] * pieces,
            "fees": p["fee"] * price * pieces,
            "advertising_paid": p["advertising"] * selling,
            "rent_paid": (fixed - p["advertising"]) * selling,
            "upgrades_paid": p["upgrade_cost"] * fresh,
            "profit": profit,
        }
        now = {name: flow.sum(axis=1) for name, flow in flows.items()}
        with np.errstate(invalid="ignore", divide="ignore"):  # where nobody sells these are missing
            now["price"] = now["sales"] / now["pieces"]
            paid = now["production"] + now["delivery_paid"] + now["fees"]
            now["margin"] = 1 - paid / now["sales"]
            now["profit_per_seller"] = now["profit"] / now["sellers"]
        now["sameness"] = sameness[:, 0]
        now["gini"] = gini_by_row(np.where(selling, np.maximum(profit, 0), -1), count[:, 0])
        wages = settings["wage"] * (settings["households"] - now["sellers"])
        now["village_income"] = now["profit"] + now["rent_paid"] + wages
        for name in OUTCOMES:
            by_year[name].append(now[name])

        # Who enters, makes a design of their own, or leaves before the next year. A household has
        # its own three numbers of luck a year, whatever the others do: so runs can be compared.
        luck = np.random.default_rng([seed, year]).random((size, 3))
        above_wage = np.nan_to_num(now["profit_per_seller"])[:, None] / p["wage"] - 1
        pull = p["imitation"] * count / p["households"] * np.maximum(0, above_wage)
        entered = ~selling & (luck[:, 0] < pull)
        short = np.where(selling, np.maximum(0, 1 - profit / p["wage"]), 0.0)
        fresh = (short > 0) & ~upgraded & (luck[:, 1] < p["upgrading"])
        left = ~fresh & (luck[:, 2] < short / (1 + short))
        upgraded, original = upgraded | fresh, original | fresh
        selling = (selling | entered) & ~left
    return {name: np.stack(values, axis=1) for name, values in by_year.items()}


class Prices(NamedTuple):
    """The markup (RMB a piece) and the share of the market, each runs by households."""

    markup: np.ndarray
    share: np.ndarray


def bertrand(worth: np.ndarray, selling: np.ndarray, likeness: np.ndarray | float) -> Prices:
    """Find the prices of sellers who each take the others' as given.

    One seller takes half the worth. With more sellers the markup falls, and to 0 for equal sellers
    as the products become the same. Sellers for whom no markup is left sell nothing and do not
    count among the n who share the market. Shares add up to the mean of worth less markup, whatever
    n and likeness are.

    Parameters
    ----------
    worth : array, runs by households
        What buyers would pay at most, less the cost of a piece (RMB).
    selling : array of bool, runs by households
        Who sells.
    likeness : array, runs by 1, or float
        From 0 (own niches) to below 1: g/(1 + g) for the g of Shubik and Levitan (1980).

    Returns
    -------
    Prices
        ``markup`` and ``share``.

    Examples
    --------
    >>> markup, share = bertrand(np.full((1, 2), 80.0), np.ones((1, 2), bool), 0.5)
    >>> markup[0].round(2).tolist(), share[0].round(2).tolist()
    ([32.0, 32.0], [24.0, 24.0])
    """
    likeness = np.asarray(likeness, float)
    g = np.broadcast_to(likeness / (1 - likeness), (len(worth), 1))
    # Sellers in the order of their worth: the best n are active if the n-th still has a markup.
    order = np.argsort(np.where(selling, -worth, np.inf), axis=1, kind="stable")
    best_first = np.take_along_axis(np.where(selling, worth, 0.0), order, axis=1)
    rank = np.arange(1, worth.shape[1] + 1)
    mean = np.cumsum(best_first, axis=1) / rank
    slope = 1 + g - g / rank
    level = mean * slope / (1 + slope)
    viable = (rank <= selling.sum(axis=1, keepdims=True)) & ((1 + g) * best_first > g * level)
    viable = np.logical_and.accumulate(viable, axis=1)
    active_sellers = viable.sum(axis=1, keepdims=True)
    last = np.maximum(active_sellers, 1) - 1
    slope = np.take_along_axis(slope, last, axis=1)
    level = np.take_along_axis(level, last, axis=1)
    active = np.zeros_like(viable)
    np.put_along_axis(active, order, viable, axis=1)
    markup = np.where(active, ((1 + g) * worth - g * level) / (1 + g + slope), 0.0)
    return Prices(markup, slope * markup / np.maximum(active_sellers, 1))


def gini_by_row(profits: np.ndarray, sellers: np.ndarray) -> np.ndarray:
    """Work out the Gini coefficient of each row, over its last ``sellers`` values once sorted.

    Parameters
    ----------
    profits : array, runs by households
        RMB, 0 or more; -1 for a household that does not sell.
    sellers : array
        How many sell, a number a run.

    Returns
    -------
    array
        A number a run, missing where there is no profit.

    Examples
    --------
    >>> gini_by_row(np.array([[5.0, 5.0, -1.0]]), np.array([2]))
    array([0.])
    """
    ordered = np.sort(profits, axis=1)
    place = np.arange(1, profits.shape[1] + 1) - (profits.shape[1] - sellers)[:, None]
    ordered = np.where(place > 0, ordered, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        weighted = (ordered * (2 * place - sellers[:, None] - 1)).sum(axis=1)
        ratio = weighted / (sellers * ordered.sum(axis=1))
    return np.maximum(ratio, 0.0)
