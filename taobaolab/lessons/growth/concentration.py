"""How unevenly something is spread over places: top share, Herfindahl-Hirschman, Gini, Lorenz, location quotient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .arguments import numbers, paired

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def _counts(counts: Any, name: str = "counts") -> np.ndarray:
    array = numbers(counts, name, least=0)
    if not array.sum():
        raise ValueError(f"{name} add up to 0: there is nothing to share out.")
    return array


def top_share(counts: Any, k: int = 1) -> float:
    """The share of the total that the ``k`` largest units hold, from 0 to 1: the concentration ratio.

    ``counts`` is one number of 0 or more for each unit, such as villages by province. Raises ``ValueError`` for missing
    or negative counts, for a total of 0, and for a ``k`` outside 1 to the number of units.

    >>> top_share([50, 30, 20], k=2)
    0.8
    """
    import numpy as np

    array = _counts(counts)
    if isinstance(k, bool) or k != int(k) or not 1 <= k <= len(array):
        raise ValueError(
            f"k is how many units to take, a whole number from 1 to {len(array)}, not {k}."
        )
    return float(np.sort(array)[::-1][: int(k)].sum() / array.sum())


def herfindahl(counts: Any) -> float:
    """The Herfindahl-Hirschman index: the sum of the squared shares, from 1/n (all equal) to 1 (one unit has all).

    Competition authorities write shares in percent, which gives the same index times 10,000. Units with a count of 0
    change nothing. One divided by the index is how many equal units would be as concentrated. Errors as in
    :func:`top_share`. The index goes back to A. O. Hirschman (1945) and O. C. Herfindahl (1950).

    >>> herfindahl([50, 30, 20])
    0.38
    """
    import numpy as np

    array = _counts(counts)
    return float(np.square(array / array.sum()).sum())


def gini(counts: Any) -> float:
    """The Gini coefficient: 0 when all units hold the same, 1 - 1/n when one of n units holds everything.

    It depends on which units are counted. A unit with a count of 0 is a unit: over the 31 provinces of mainland China
    the index is higher than over the provinces with at least one village. So say over which units, and give the zeros.
    Errors as in :func:`top_share`. Twice the area between the curve of :func:`lorenz` and the diagonal.

    >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 4])
    (0.0, 0.75)
    """
    import numpy as np

    array = np.sort(_counts(counts))
    n = len(array)
    ranks = np.arange(1, n + 1)
    return float(((2 * ranks - n - 1) * array).sum() / (n * array.sum()))


def lorenz(counts: Any) -> pd.DataFrame:
    """The Lorenz curve: what share of the total the smallest units hold together, from (0, 0) to (1, 1).

    Returns n + 1 rows with ``share_of_units`` and ``share_of_total``, both from 0 to 1, smallest units first. Units with
    a count of 0 are units, as in :func:`gini`. Errors as in :func:`top_share`. The curve is by M. O. Lorenz (1905).

    >>> lorenz([60, 10, 30, 0])
       share_of_units  share_of_total
    0            0.00             0.0
    1            0.25             0.0
    2            0.50             0.1
    3            0.75             0.4
    4            1.00             1.0
    """
    import numpy as np
    import pandas as pd

    array = np.sort(_counts(counts))
    total = np.concatenate([[0.0], np.cumsum(array)])
    return pd.DataFrame(
        {"share_of_units": np.linspace(0, 1, len(array) + 1), "share_of_total": total / total[-1]}
    )


def location_quotient(part: Any, whole: Any) -> pd.Series:
    """How strongly each unit is represented: its share of ``part`` divided by its share of ``whole``.

    1 means as many as its size would lead one to expect, 2 twice as many. ``part`` could be Taobao villages and
    ``whole`` all administrative villages, by province. Two Series are matched by position and must carry the same
    labels in the same order. Returns a Series with the labels of ``part``. Raises ``ValueError`` for labels that
    differ, missing or negative numbers, a ``whole`` of 0, and totals of 0.

    >>> location_quotient([30, 10], [200, 200]).tolist()
    [1.5, 0.5]
    """
    import pandas as pd

    labelled = isinstance(part, pd.Series) and isinstance(whole, pd.Series)
    if labelled and not part.index.equals(whole.index):
        raise ValueError(
            "part and whole carry different labels: bring both to the same units in the same order first."
        )
    top, bottom = _counts(part, "part"), numbers(whole, "whole", above=0)
    paired(top, bottom, ("part", "whole"))
    index = part.index if isinstance(part, pd.Series) else None
    return pd.Series(
        (top / top.sum()) / (bottom / bottom.sum()), index=index, name="location_quotient"
    )
