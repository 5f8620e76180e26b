"""Invented villages, for practice with the definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def teaching_villages(
    number: int = 690_000, seed: int = 2022, missing: float = 0.0, bunching: float = 0.0
) -> pd.DataFrame:
    """Invented villages with plausible sizes, for practice: as many as China had administrative villages, or fewer.

    Every row has ``status`` ``made_for_teaching``. Sizes are drawn, not observed: households, the share of households
    with a shop and sales per shop (RMB a year) follow lognormal laws, so most villages are small and a few are large.

    ``missing`` is the share of each number that is made unknown. ``bunching`` is the share of the villages with 80 to 99
    active shops that report just enough of them to reach 100, as people might where a title hangs on it.
    The same ``seed`` gives the same table. Raises ``ValueError`` for shares outside 0 to 1 and for a
    ``number`` that counts nothing.

    >>> made = teaching_villages(1000)
    >>> made.columns.tolist()
    ['village', 'rural', 'administrative_village', 'annual_sales_rmb', 'active_shops', 'households', 'status']
    >>> made.equals(teaching_villages(1000))
    True
    """
    import numpy as np
    import pandas as pd

    if not isinstance(number, int) or number < 1:
        raise ValueError(f"number is how many villages, a whole number from 1 on, not {number}.")
    for name, value in {"missing": missing, "bunching": bunching}.items():
        if not 0 <= value <= 1:
            raise ValueError(f"{name} is a share between 0 and 1, not {value}.")
    draw = np.random.default_rng(seed)
    households = np.maximum(20, draw.lognormal(np.log(420), 0.6, number)).astype(np.int64)
    share = np.minimum(2.0, draw.lognormal(np.log(0.004), 1.6, number))
    shops = draw.poisson(share * households)
    sales = np.round(shops * draw.lognormal(np.log(120_000), 0.7, number), -3)
    lifted = (shops >= 80) & (shops < 100) & (draw.random(number) < bunching)
    shops = np.where(lifted, 100 + draw.integers(0, 4, number), shops)
    table = pd.DataFrame(
        {
            "village": [f"village-{i:06d}" for i in range(1, number + 1)],
            "rural": True,
            "administrative_village": draw.random(number) < 0.97,
            "annual_sales_rmb": pd.array(sales, "Int64"),
            "active_shops": pd.array(shops, "Int64"),
            "households": pd.array(households, "Int64"),
            "status": "made_for_teaching",
        }
    )
    for column in ("annual_sales_rmb", "active_shops", "households"):
        table.loc[draw.random(number) < missing, column] = pd.NA
    return table
