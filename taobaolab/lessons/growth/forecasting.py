"""Forecasts that are judged: fit on the rows up to a year, look at the years after.

>>> errors([100, 200], [110, 150])["mean_absolute_percentage_error"]
17.5
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .arguments import parse_numbers, require_same_length
from .curves import years_since
from .fitting import fit


def forecast(
    table: pd.DataFrame, curve: str, until: int, scale: str = "levels", values: str = "villages"
) -> pd.DataFrame:
    """Fit a curve to the rows up to a year and hold the later rows out to judge it by.

    Parameters
    ----------
    table : DataFrame
        A row a count, with ``year``, ``as_of`` (the date of the count) and the column named by
        ``values``; other columns are not looked at. Time runs in years from the earliest date.
    curve : str
        "exponential", "logistic" or "gompertz".
    until : int
        The last year that is used for the fit.
    scale : str
        "levels" or "log", as in `fit`.
    values : str
        The column with the counts.

    Returns
    -------
    DataFrame
        One row a count, in the order of time: ``year``, ``as_of``, ``t`` (years), ``observed``,
        ``used`` (for the fit), ``fitted`` (a forecast where not used), ``low`` and ``high`` (95%
        prediction interval, see `Fit.band`), ``error`` (observed less fitted, so above 0 where the
        curve is too low) and ``percentage_error`` (in % of the observed).

    Raises
    ------
    ValueError
        For a missing column, for an ``until`` that leaves no row before or after it, and as `fit`
        does.

    Examples
    --------
    >>> counts = pd.DataFrame({"year": [2013, 2014, 2015], "villages": [20, 40, 100]})
    >>> counts["as_of"] = ["2013-01-01", "2014-01-01", "2015-01-01"]
    >>> rows = forecast(counts, "exponential", until=2014)
    >>> rows[["year", "used", "observed", "fitted"]].round(6)
       year   used  observed  fitted
    0  2013   True      20.0    20.0
    1  2014   True      40.0    40.0
    2  2015  False     100.0    80.0
    """
    missing = [name for name in ("year", "as_of", values) if name not in table.columns]
    if missing:
        raise ValueError(
            f"table has no column {' and no column '.join(missing)}. "
            f"It has {', '.join(map(str, table))}."
        )
    year = parse_numbers(table["year"], "year")
    observed = parse_numbers(table[values], values, above=0)
    rows = pd.DataFrame(
        {
            "year": year.astype(np.int64),
            "as_of": pd.to_datetime(table["as_of"].to_numpy()),
            "t": years_since(table["as_of"]),
            "observed": observed,
            "used": year <= until,
        }
    )
    rows = rows.sort_values("t", ignore_index=True)
    if not rows["used"].any():
        raise ValueError(
            f"until is {until}, but the first year is {year.min():g}: no row is left to fit."
        )
    if rows["used"].all():
        raise ValueError(
            f"until is {until}, but the last year is {year.max():g}: "
            "no later row is left to judge by."
        )
    used = rows[rows["used"]]
    fitted = fit(used["t"], used["observed"], curve, scale)
    rows["fitted"] = fitted.predict(rows["t"])
    rows["low"], rows["high"] = fitted.band(rows["t"], interval="prediction")
    rows["error"] = rows["observed"] - rows["fitted"]
    rows["percentage_error"] = 100 * rows["error"] / rows["observed"]
    return rows


def errors(observed: Any, forecast: Any) -> dict[str, float]:
    """Say in five measures how far forecasts were off; an error is observed less forecast.

    Sign of the error, MAE, RMSE and MAPE are those of R. J. Hyndman and G. Athanasopoulos,
    *Forecasting: Principles and Practice*, 3rd edition (2021), section 5.8.

    Parameters
    ----------
    observed, forecast : Series, list or array
        Numbers above 0 in the same unit, as many of one as of the other.

    Returns
    -------
    dict
        ``mean_error`` (the bias: above 0 where forecasts were too low), ``mean_absolute_error``
        (MAE) and ``root_mean_squared_error`` (RMSE; large misses weigh more) are in the unit of the
        data. In ``mean_absolute_percentage_error`` (MAPE, in % of the observed) a forecast that is
        too low can cost at most 100, one that is too high any amount. ``mean_absolute_log_error``
        treats both alike: 0.69 is a factor of 2 either way.

    Raises
    ------
    ValueError
        For missing numbers, numbers of 0 or less, and two lengths.

    Examples
    --------
    >>> errors([100, 200], [110, 150])["mean_absolute_percentage_error"]
    17.5
    """
    actual = parse_numbers(observed, "observed", above=0)
    foreseen = parse_numbers(forecast, "forecast", above=0)
    require_same_length(actual, foreseen, ("observed", "forecast"))
    error = actual - foreseen
    return {
        "mean_error": float(error.mean()),
        "mean_absolute_error": float(np.abs(error).mean()),
        "root_mean_squared_error": float(np.sqrt(np.square(error).mean())),
        "mean_absolute_percentage_error": float(100 * np.abs(error / actual).mean()),
        "mean_absolute_log_error": float(np.abs(np.log(foreseen / actual)).mean()),
    }
