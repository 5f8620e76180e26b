"""A village market, simulated: neighbours copy, products are alike, margins fall, some upgrade or leave.

A model and not a finding. It answers what follows from stated assumptions, never what happened in a village.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

from .parameters import BASE, possible, whole_number

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# fmt: off
OUTCOMES = (
    "sellers", "entered", "left", "price", "margin", "pieces", "sales", "profit_per_seller", "gini", "village_income",
    "sameness", "upgraded", "production", "delivery_paid", "fees", "advertising_paid", "rent_paid", "upgrades_paid",
    "profit",
)
# fmt: on
MARKET_LEVELS = {
    "fee": (0.0, 0.05, 0.1, 0.15, 0.2),
    "likeness": (0.0, 0.5, 0.8, 0.9, 0.95),
    "imitation": (0.05, 0.1, 0.2, 0.3, 0.6),
    "rent": (0.0, 10_000.0, 20_000.0, 40_000.0, 60_000.0),
}


def market(years: int = 10, seed: int = 2015, **parameters: float) -> pd.DataFrame:
    """One village over the years: a row a year, from year 0 on. Made for teaching; ``status`` says so.

    Each year the sellers set prices (``bertrand``). A household without a shop opens one with the chance imitation
    x share of neighbours who sell x how far their mean profit lies above its wage. A seller below the wage by the share
    s makes a design of their own with the chance upgrading, or else leaves with the chance s / (1 + s). The first
    sellers have designs of their own, and so do those who upgrade; all others copy. Two sellers compete closely unless
    both have their own design, so ``sameness`` = likeness x (1 - (share with an own design) squared). Costs differ from
    seller to seller. Landlords live in the village: ``village_income`` is profit, rent and the wages of the households
    without a shop.

    Columns: ``sellers``, of which ``entered`` since the year before, when ``left`` gave up; ``price`` (RMB, mean of the
    pieces sold), ``margin`` (share of price after production, delivery and fee), ``pieces``, ``sales`` (RMB),
    ``profit_per_seller`` (RMB), ``gini`` of the sellers' profits (losses as 0), ``village_income`` (RMB),
    ``sameness``, ``upgraded`` (sellers), and where the sales go (RMB): ``production``, ``delivery_paid``, ``fees``,
    ``advertising_paid``, ``rent_paid``, ``upgrades_paid``, ``profit``. Where nobody sells, price, margin, profit per
    seller and Gini are missing. ``parameters`` are those of ``market_parameters()``; a wrong name raises ``KeyError``,
    a value outside the possible ``ValueError``. The same ``seed`` gives the same table.

    >>> alone = market(years=0, starters=1, fee=0, delivery=0, spread=0)
    >>> float(alone.price[0])  # one seller asks half way between cost 20 and value 100
    60.0
    >>> int(market(imitation=0).sellers.max())  # nobody follows
    14
    """
    return market_grid({}, years, seed, **parameters)


def market_grid(
    levels: Mapping[str, Sequence[float]] = MARKET_LEVELS,
    years: int = 10,
    seed: int = 2015,
    **parameters: float,
) -> pd.DataFrame:
    """``market`` for every combination of some levels at once: a row for each combination and year.

    ``levels`` maps names of parameters to values; these columns come first. All runs share their random draws, so two
    runs differ by their parameters alone. ``parameters`` set the others, as in ``market``.

    >>> grid = market_grid({"likeness": [0, 0.9], "fee": [0.05, 0.1]}, years=2)
    >>> len(grid), grid.columns[:4].tolist()
    (12, ['likeness', 'fee', 'year', 'sellers'])
    """
    import numpy as np
    import pandas as pd

    if both := set(levels) & set(parameters):
        raise ValueError(
            f"{', '.join(sorted(both))} is given twice: among the levels and by itself. Drop one of them."
        )
    for name, values in [*levels.items(), *((name, [value]) for name, value in parameters.items())]:
        possible(name, values)
    whole_number("years", years)
    whole_number("seed", seed)
    runs = list(product(*levels.values()))
    given = {name: np.array([run[i] for run in runs], float) for i, name in enumerate(levels)}
    dials = {
        name: np.full(len(runs), float(parameters.get(name, base))) for name, base in BASE.items()
    } | given
    if (dials["starters"] > dials["households"]).any():
        raise ValueError(
            "There cannot be more starters than households: lower starters or raise households."
        )
    told = simulate(dials, years, seed)
    columns = {name: np.repeat(values, years + 1) for name, values in given.items()}
    columns["year"] = np.tile(np.arange(years + 1), len(runs))
    return pd.DataFrame(columns | {name: told[name].reshape(-1) for name in OUTCOMES}).assign(
        status="made_for_teaching"
    )


def simulate(dials: dict[str, np.ndarray], years: int, seed: int) -> dict[str, np.ndarray]:
    """All runs: runs by years, from one value a run of each dial. Villages of one size go together."""
    import numpy as np

    sizes = dials["households"]
    rows = [np.flatnonzero(sizes == size) for size in np.unique(sizes)]
    parts = [
        _simulate({name: v[these] for name, v in dials.items()}, years, seed) for these in rows
    ]
    back = np.argsort(np.concatenate(rows))
    return {name: np.concatenate([part[name] for part in parts])[back] for name in OUTCOMES}


def _simulate(dials: dict[str, np.ndarray], years: int, seed: int) -> dict[str, np.ndarray]:
    """Runs of villages of one size, all at once; inside, a column is a household."""
    import numpy as np

    d = {name: values[:, None] for name, values in dials.items()}
    size = int(dials["households"][0])
    skill = np.random.default_rng(seed).standard_normal(size)
    selling = np.arange(size) < d["starters"]
    original, upgraded = selling.copy(), np.zeros_like(selling)
    entered, left, fresh = np.zeros_like(selling), np.zeros_like(selling), np.zeros_like(selling)
    unit_cost = d["cost"] * np.maximum(0.2, 1 + d["spread"] * skill) + d["delivery"]
    told: dict[str, list[np.ndarray]] = {name: [] for name in OUTCOMES}
    for year in range(years + 1):
        worth = d["value"] + d["upgrade_gain"] * upgraded - unit_cost / (1 - d["fee"])
        count = selling.sum(axis=1, keepdims=True)
        own = (selling & original).sum(axis=1, keepdims=True) / np.maximum(count, 1)
        sameness = d["likeness"] * (1 - own**2)
        markup, share = bertrand(worth, selling, sameness)
        pieces = d["market"] * (1 + d["growth"]) ** year * share / d["value"]
        price = np.where(selling, unit_cost / (1 - d["fee"]) + markup, 0.0)
        fixed = d["advertising"] + d["rent"] * count / d["households"]
        profit = np.where(
            selling, (1 - d["fee"]) * markup * pieces - fixed - d["upgrade_cost"] * fresh, 0.0
        )
        flows = {
            "sellers": selling, "entered": entered, "left": left, "pieces": pieces, "sales": price * pieces,
            "upgraded": upgraded & selling, "production": (unit_cost - d["delivery"]) * pieces,
            "delivery_paid": d["delivery"] * pieces, "fees": d["fee"] * price * pieces,
            "advertising_paid": d["advertising"] * selling, "rent_paid": (fixed - d["advertising"]) * selling,
            "upgrades_paid": d["upgrade_cost"] * fresh, "profit": profit,
        }  # fmt: skip
        now = {name: flow.sum(axis=1) for name, flow in flows.items()}
        with np.errstate(invalid="ignore", divide="ignore"):
            now["price"] = now["sales"] / now["pieces"]
            now["margin"] = (
                1 - (now["production"] + now["delivery_paid"] + now["fees"]) / now["sales"]
            )
            now["profit_per_seller"] = now["profit"] / now["sellers"]
        now["sameness"] = sameness[:, 0]
        now["gini"] = gini_by_row(np.where(selling, np.maximum(profit, 0), -1), count[:, 0])
        now["village_income"] = (
            now["profit"]
            + now["rent_paid"]
            + dials["wage"] * (dials["households"] - now["sellers"])
        )
        for name in OUTCOMES:
            told[name].append(now[name])
        luck = np.random.default_rng([seed, year]).random((size, 3))
        seen = np.nan_to_num(now["profit_per_seller"])[:, None] / d["wage"] - 1
        pull = d["imitation"] * count / d["households"] * np.maximum(0, seen)
        entered = ~selling & (luck[:, 0] < pull)
        short = np.where(selling, np.maximum(0, 1 - profit / d["wage"]), 0.0)
        fresh = (short > 0) & ~upgraded & (luck[:, 1] < d["upgrading"])
        left = ~fresh & (luck[:, 2] < short / (1 + short))
        upgraded, original, selling = (
            upgraded | fresh,
            original | fresh,
            (selling | entered) & ~left,
        )
    return {name: np.stack(values, axis=1) for name, values in told.items()}


def bertrand(
    worth: np.ndarray, selling: np.ndarray, likeness: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray]:
    """Prices of sellers who each take the others' as given: markup and share of the market, per run and household.

    ``worth`` is what buyers would pay at most, less the cost of a piece (RMB; runs by households); ``selling`` says who
    sells; ``likeness`` from 0 (own niches) to below 1 is g/(1 + g) for the g of Shubik and Levitan (1980). One seller
    takes half the worth. With more sellers the markup falls, and to 0 for equal sellers as the products become the
    same. Sellers for whom no markup is left sell nothing and do not count among the n who share the market. Shares add
    up to the mean of worth less markup, whatever n and likeness are.

    >>> import numpy as np
    >>> markup, share = bertrand(np.full((1, 2), 80.0), np.ones((1, 2), bool), 0.5)
    >>> markup[0].round(2).tolist(), share[0].round(2).tolist()
    ([32.0, 32.0], [24.0, 24.0])
    """
    import numpy as np

    g = np.broadcast_to(
        np.asarray(likeness, float) / (1 - np.asarray(likeness, float)), (len(worth), 1)
    )
    order = np.argsort(np.where(selling, -worth, np.inf), axis=1, kind="stable")
    best = np.take_along_axis(np.where(selling, worth, 0.0), order, axis=1)
    rank = np.arange(1, worth.shape[1] + 1)
    mean = np.cumsum(best, axis=1) / rank
    slope = 1 + g - g / rank
    level = mean * slope / (1 + slope)
    viable = (rank <= selling.sum(axis=1, keepdims=True)) & ((1 + g) * best > g * level)
    viable = np.logical_and.accumulate(viable, axis=1)
    number = viable.sum(axis=1, keepdims=True)
    at = np.maximum(number, 1) - 1
    slope, level = np.take_along_axis(slope, at, axis=1), np.take_along_axis(level, at, axis=1)
    active = np.zeros_like(viable)
    np.put_along_axis(active, order, viable, axis=1)
    markup = np.where(active, ((1 + g) * worth - g * level) / (1 + g + slope), 0.0)
    return markup, slope * markup / np.maximum(number, 1)


def gini_by_row(profits: np.ndarray, sellers: np.ndarray) -> np.ndarray:
    """Gini coefficient of each row, over its last ``sellers`` values once sorted; missing where there is no profit."""
    import numpy as np

    ordered = np.sort(profits, axis=1)
    place = np.arange(1, profits.shape[1] + 1) - (profits.shape[1] - sellers)[:, None]
    ordered = np.where(place > 0, ordered, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (ordered * (2 * place - sellers[:, None] - 1)).sum(axis=1) / (
            sellers * ordered.sum(axis=1)
        )
    return np.maximum(ratio, 0.0)
