"""Growth between dates: time in years, rates, and three curves.

Time is measured in years between dates, never in rows of a table. The curves are those of the
growth literature: the exponential, P.-F. Verhulst's logistic (1838) and B. Gompertz's law of
mortality (1825), read as a law of growth.

>>> round(growth_rate(100, 225, years=2), 6)
0.5
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

MOST_ROWS_NAMED = 5


# ---- time and rates ------------------------------------------------------------------------------
def years_since(dates: Any, origin: Any = None) -> np.ndarray:
    """Return the years from ``origin`` to each date, as decimal numbers.

    A date is its year plus the part of that year that has passed, so 1 January to 1 January is
    exactly one year, leap year or not.

    Parameters
    ----------
    dates : Series, list or one date
        Text such as "2016-08-31" is read.
    origin : date, optional
        The earliest of the dates, unless given. Dates before it come out negative.

    Returns
    -------
    array
        One number of years for each date.

    Raises
    ------
    ValueError
        For missing dates and for what cannot be read as a date.

    Examples
    --------
    >>> years_since(["2016-01-01", "2016-07-02", "2018-01-01"])
    array([0. , 0.5, 2. ])
    """
    passed = _decimal_years(dates, "dates")
    if not len(passed):
        raise ValueError("dates is empty. Give at least one date.")
    if origin is None:
        return passed - passed.min()
    return passed - _decimal_years(origin, "origin")[0]


def _decimal_years(dates: Any, name: str) -> np.ndarray:
    """Return each date as a decimal year, such as 2016.5; errors call the dates by ``name``."""
    is_single = isinstance(dates, str) or not hasattr(dates, "__iter__")
    try:
        when = pd.DatetimeIndex(pd.to_datetime([dates] if is_single else list(dates)))
    except (TypeError, ValueError) as problem:
        raise ValueError(
            f"{name} cannot be read as dates: {problem}. Write them as 2016-08-31."
        ) from None
    if when.hasnans:
        missing = when.isna().nonzero()[0]
        rows = ", ".join(str(row) for row in missing[:MOST_ROWS_NAMED])
        raise ValueError(f"{name} has no date in row {rows}. Leave the row out, or find the date.")
    days_in_year = 365 + when.is_leap_year
    return (when.year + (when.day_of_year - 1) / days_in_year).to_numpy(dtype=float)


def growth_rate(first: Any, last: Any, years: Any) -> Any:
    """Return the compound annual growth rate that leads from ``first`` to ``last`` in ``years``.

    Parameters
    ----------
    first, last : number or column
        Two values in the same unit, whichever that is, or two columns of them.
    years : number or column
        The years between.

    Returns
    -------
    float or array
        0.43 means 43% a year. A missing number gives a missing rate.

    Raises
    ------
    ValueError
        Where a value or a time is not above 0.

    Examples
    --------
    >>> round(growth_rate(100, 225, years=2), 6)
    0.5
    """
    start, end, time = _to_floats(first), _to_floats(last), _to_floats(years)
    for name, array in {"first": start, "last": end, "years": time}.items():
        if (array <= 0).any():
            raise ValueError(f"{name} must be above 0, but the smallest is {np.nanmin(array):g}.")
    return _unwrap_single((end / start) ** (1 / time) - 1)


def doubling_time(rate: Any) -> Any:
    """Return the years it takes to double at a compound annual growth ``rate``.

    Parameters
    ----------
    rate : number or column
        1.0 is 100% a year.

    Returns
    -------
    float or array
        Years.

    Raises
    ------
    ValueError
        For a rate of 0 or less: what does not grow never doubles.

    Examples
    --------
    >>> doubling_time(1.0)
    1.0
    >>> round(doubling_time(0.07), 1)
    10.2
    """
    array = _to_floats(rate)
    if (array <= 0).any():
        raise ValueError(
            f"rate must be above 0, but the smallest is {np.nanmin(array):g}: it never doubles."
        )
    return _unwrap_single(np.log(2) / np.log1p(array))


def _to_floats(values: Any) -> np.ndarray:
    """Return floats in the shape they came in; what is missing is NaN."""
    if isinstance(values, pd.Series):
        return values.to_numpy(dtype=float, na_value=np.nan)
    if values is pd.NA:  # numpy cannot turn it into a float
        values = np.nan
    return np.asarray(values, dtype=float)


def _unwrap_single(array: Any) -> Any:
    """Return a plain float where one number was asked for, and columns as they are."""
    return array if array.ndim else float(array)


# ---- curves --------------------------------------------------------------------------------------
def exponential(t: Any, start: float, rate: float) -> Any:
    """Return growth that never slows: ``start * exp(rate * t)``, the same percentage in every year.

    Parameters
    ----------
    t : number or array
        Years.
    start : float
        The value at 0 years.
    rate : float
        Continuous: growth a year is ``exp(rate) - 1``, so 0.69 is about 100% a year.

    Examples
    --------
    >>> float(exponential(0, start=3, rate=0.5))
    3.0
    """
    return start * np.exp(rate * np.asarray(t, dtype=float))


def logistic(t: Any, ceiling: float, rate: float, midpoint: float) -> Any:
    """Return an S-curve, the same on both sides: ``ceiling / (1 + exp(-rate * (t - midpoint)))``.

    Parameters
    ----------
    t : number or array
        Years.
    ceiling : float
        Where the curve ends.
    rate : float
        Growth at the start (continuous, a year); half of it is lost at the midpoint.
    midpoint : float
        Years from the same date as ``t``: there the curve has half the ceiling and adds most a
        year.

    Examples
    --------
    >>> float(logistic(5, ceiling=1000, rate=0.8, midpoint=5))
    500.0
    """
    with np.errstate(over="ignore"):
        return ceiling / (1 + np.exp(-rate * (np.asarray(t, dtype=float) - midpoint)))


def gompertz(t: Any, ceiling: float, rate: float, midpoint: float) -> Any:
    """Return an S-curve that slows early: ``ceiling * exp(-exp(-rate * (t - midpoint)))``.

    Parameters
    ----------
    t : number or array
        Years.
    ceiling : float
        Where the curve ends.
    rate : float
        Growth itself fades by the factor ``exp(-rate)`` a year.
    midpoint : float
        Years from the same date as ``t``: there the curve has ``ceiling / e``, some 37%, and adds
        most a year.

    Examples
    --------
    >>> round(float(gompertz(5, ceiling=1000, rate=0.8, midpoint=5)), 1)
    367.9
    """
    with np.errstate(over="ignore"):
        return ceiling * np.exp(-np.exp(-rate * (np.asarray(t, dtype=float) - midpoint)))
