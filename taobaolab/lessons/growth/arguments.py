"""Arguments of the models: numbers in, an array out, or an error that says what to do.

>>> parse_numbers([3, 14], "counts")
array([ 3., 14.])
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

MOST_ROWS_NAMED = 5


def parse_numbers(
    values: Any, name: str, above: float | None = None, least: float | None = None
) -> np.ndarray:
    """Return the values as a one-dimensional array of floats, each finite and within the bound.

    Parameters
    ----------
    values : Series, list, array or number
        What somebody handed in.
    name : str
        What the caller calls the values; the errors call them so.
    above : float, optional
        Every value must be greater than this.
    least : float, optional
        Every value must be this or greater.

    Raises
    ------
    ValueError
        For no value, values that are no numbers, missing or infinite ones, and ones beyond a bound.
        The rows are named: by their label for a Series, counted from 0 for a list.

    Examples
    --------
    >>> parse_numbers([14, 3], "counts", above=5)
    Traceback (most recent call last):
    ValueError: counts is not above 5 in row 1. Leave these rows out, or use a measure that allows them.
    """
    if isinstance(values, pd.Series):
        series = values
    else:
        series = pd.Series(np.atleast_1d(np.asarray(values)).ravel())
    try:
        array = pd.to_numeric(series).to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as problem:
        raise ValueError(f"{name} must be numbers: {problem}.") from None

    def refuse(wrong: np.ndarray, problem: str, advice: str) -> None:
        if wrong.any():
            rows = _name_rows(series.index[wrong])
            raise ValueError(f"{name} {problem} in {rows}. {advice}")

    if not len(array):
        raise ValueError(f"{name} is empty. Give at least one number.")
    refuse(
        np.isnan(array),
        "is missing",
        "Missing is not zero: leave these rows out, or find the number.",
    )
    refuse(np.isinf(array), "is infinite", "Only finite numbers can be used.")
    if above is not None:
        refuse(
            array <= above,
            f"is not above {above:g}",
            "Leave these rows out, or use a measure that allows them.",
        )
    if least is not None:
        refuse(array < least, f"is below {least:g}", "Look for a slip of the pen or of the sign.")
    return array


def _name_rows(labels: pd.Index) -> str:
    """Name the first rows, and count the others: "row 3", "rows 1, 2, 3, 4, 5 and 2 more"."""
    if len(labels) == 1:
        return f"row {labels[0]}"
    named = ", ".join(str(label) for label in labels[:MOST_ROWS_NAMED])
    if len(labels) > MOST_ROWS_NAMED:
        return f"rows {named} and {len(labels) - MOST_ROWS_NAMED} more"
    return f"rows {named}"


def require_same_length(first: np.ndarray, second: np.ndarray, names: tuple[str, str]) -> None:
    """Raise ``ValueError`` when two arrays that belong together differ in length.

    >>> require_same_length([2014, 2015], [212], ("years", "values"))
    Traceback (most recent call last):
    ValueError: years has 2 numbers and values has 1: they go in pairs.
    """
    if len(first) != len(second):
        raise ValueError(
            f"{names[0]} has {len(first)} numbers and {names[1]} has {len(second)}: "
            "they go in pairs."
        )
