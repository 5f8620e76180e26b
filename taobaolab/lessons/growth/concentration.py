"""How unevenly something is spread over places.

Top share, Herfindahl-Hirschman index, Gini coefficient, Lorenz curve and location quotient.

>>> top_share([50, 30, 20], k=2)
0.8
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .arguments import parse_numbers, require_same_length


def top_share(counts: Any, k: int = 1) -> float:
    """Return the share of the total that the ``k`` largest units hold: the concentration ratio.

    Parameters
    ----------
    counts : Series, list or array
        One number of 0 or more for each unit, such as villages by province.
    k : int
        How many units to take.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        For missing or negative counts, for a total of 0, and for a ``k`` outside 1 to the number of
        units.

    Examples
    --------
    >>> top_share([50, 30, 20], k=2)
    0.8
    """
    array = _parse_counts(counts)
    if isinstance(k, bool) or k != int(k) or not 1 <= k <= len(array):
        raise ValueError(
            f"k is how many units to take, a whole number from 1 to {len(array)}, not {k}."
        )
    largest_first = np.sort(array)[::-1]
    return float(largest_first[: int(k)].sum() / array.sum())


def herfindahl(counts: Any) -> float:
    """Return the Herfindahl-Hirschman index: the sum of the squared shares.

    Competition authorities write shares in percent, which gives the same index times 10,000. Units
    with a count of 0 change nothing. One divided by the index is how many equal units would be as
    concentrated. The index goes back to A. O. Hirschman (1945) and O. C. Herfindahl (1950).

    Parameters
    ----------
    counts : Series, list or array
        One number of 0 or more for each unit.

    Returns
    -------
    float
        From 1/n (all n units equal) to 1 (one unit has all).

    Raises
    ------
    ValueError
        For missing or negative counts, and for a total of 0.

    Examples
    --------
    >>> herfindahl([50, 30, 20])
    0.38
    """
    array = _parse_counts(counts)
    return float(np.square(array / array.sum()).sum())


def gini(counts: Any) -> float:
    """Return the Gini coefficient: twice the area between the curve of `lorenz` and the diagonal.

    It depends on which units are counted. A unit with a count of 0 is a unit: over the 31 provinces
    of mainland China the index is higher than over the provinces with at least one village. So say
    over which units, and give the zeros.

    Parameters
    ----------
    counts : Series, list or array
        One number of 0 or more for each unit.

    Returns
    -------
    float
        0 when all units hold the same, 1 - 1/n when one of n units holds everything.

    Raises
    ------
    ValueError
        For missing or negative counts, and for a total of 0.

    Examples
    --------
    >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 4])
    (0.0, 0.75)
    """
    array = np.sort(_parse_counts(counts))
    n = len(array)
    ranks = np.arange(1, n + 1)
    return float(((2 * ranks - n - 1) * array).sum() / (n * array.sum()))


def lorenz(counts: Any) -> pd.DataFrame:
    """Return the Lorenz curve: what share of the total the smallest units hold together.

    The curve is by M. O. Lorenz (1905).

    Parameters
    ----------
    counts : Series, list or array
        One number of 0 or more for each unit. Units with a count of 0 are units, as in `gini`.

    Returns
    -------
    DataFrame
        n + 1 rows from (0, 0) to (1, 1), smallest units first, with ``share_of_units`` and
        ``share_of_total``, both from 0 to 1.

    Raises
    ------
    ValueError
        For missing or negative counts, and for a total of 0.

    Examples
    --------
    >>> lorenz([60, 10, 30, 0])
       share_of_units  share_of_total
    0            0.00             0.0
    1            0.25             0.0
    2            0.50             0.1
    3            0.75             0.4
    4            1.00             1.0
    """
    array = np.sort(_parse_counts(counts))
    total = np.concatenate([[0.0], np.cumsum(array)])
    return pd.DataFrame(
        {"share_of_units": np.linspace(0, 1, len(array) + 1), "share_of_total": total / total[-1]}
    )


def location_quotient(part: Any, whole: Any) -> pd.Series:
    """Return how strongly each unit is represented: its share of a part by that of the whole.

    1 means as many as its size would lead one to expect, 2 twice as many.

    Parameters
    ----------
    part, whole : Series, list or array
        One number for each unit, such as Taobao villages and all administrative villages by
        province. Two Series are matched by position and must carry the same labels in the same
        order.

    Returns
    -------
    Series
        With the labels of ``part``.

    Raises
    ------
    ValueError
        For labels that differ, missing or negative numbers, a ``whole`` of 0, and totals of 0.

    Examples
    --------
    >>> location_quotient([30, 10], [200, 200]).tolist()
    [1.5, 0.5]
    """
    index = None
    if isinstance(part, pd.Series):
        index = part.index
        if isinstance(whole, pd.Series) and not index.equals(whole.index):
            raise ValueError(
                "part and whole carry different labels: "
                "bring both to the same units in the same order first."
            )
    some = _parse_counts(part, "part")
    every = parse_numbers(whole, "whole", above=0)
    require_same_length(some, every, ("part", "whole"))
    quotients = (some / some.sum()) / (every / every.sum())
    return pd.Series(quotients, index=index, name="location_quotient")


def _parse_counts(counts: Any, name: str = "counts") -> np.ndarray:
    """Return numbers of 0 or more that add up to something."""
    array = parse_numbers(counts, name, least=0)
    if not array.sum():
        raise ValueError(f"{name} add up to 0: there is nothing to share out.")
    return array
