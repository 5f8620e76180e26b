"""Forecasts that are judged: fit on the rows up to a year, look at the years after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .arguments import numbers, paired
from .curves import years_since
from .fitting import fit

if TYPE_CHECKING:
    import pandas as pd


def forecast(
    table: pd.DataFrame, curve: str, until: int, scale: str = "levels", values: str = "villages"
) -> pd.DataFrame:
    """Fit ``curve`` to the rows up to the year ``until`` and hold the later rows out to judge it by.

    ``table`` has a row a count, with ``year``, ``as_of`` (the date of the count) and the column named by ``values``;
    other columns are not looked at. Time runs in years from the earliest date. Returns one row a count, in the order of
    time: ``year``, ``as_of``, ``t``, ``observed``, ``used`` (for the fit), ``fitted`` (a forecast where not used), ``low``
    and ``high`` (95% prediction interval, see :meth:`Fit.band`), ``error`` (observed less fitted, so above 0 where the
    curve is too low) and ``percentage_error`` (in % of the observed).

    Raises ``ValueError`` for a missing column, for an ``until`` that leaves no row before or after it, and as :func:`fit` does.

    >>> import pandas as pd
    >>> counts = pd.DataFrame({"year": [2013, 2014, 2015], "villages": [20, 40, 100]})
    >>> counts["as_of"] = ["2013-01-01", "2014-01-01", "2015-01-01"]
    >>> forecast(counts, "exponential", until=2014)[["year", "used", "observed", "fitted"]].round(6)
       year   used  observed  fitted
    0  2013   True      20.0    20.0
    1  2014   True      40.0    40.0
    2  2015  False     100.0    80.0
    """
    import numpy as np
    import pandas as pd

    absent = [name for name in ("year", "as_of", values) if name not in table.columns]
    if absent:
        raise ValueError(
            f"table has no column {' and no column '.join(absent)}. It has {', '.join(map(str, table))}."
        )
    year, observed = numbers(table["year"], "year"), numbers(table[values], values, above=0)
    rows = pd.DataFrame(
        {
            "year": year.astype(np.int64),
            "as_of": pd.to_datetime(table["as_of"].to_numpy()),
            "t": years_since(table["as_of"]),
        }
    )
    rows = rows.assign(observed=observed, used=year <= until).sort_values("t", ignore_index=True)
    if not rows["used"].any():
        raise ValueError(
            f"until is {until}, but the first year is {year.min():g}: no row is left to fit."
        )
    if rows["used"].all():
        raise ValueError(
            f"until is {until}, but the last year is {year.max():g}: no later row is left to judge by."
        )
    used = rows[rows["used"]]
    found = fit(used["t"], used["observed"], curve, scale)
    low, high = found.band(rows["t"], interval="prediction")
    rows = rows.assign(fitted=found.predict(rows["t"]), low=low, high=high)
    error = rows["observed"] - rows["fitted"]
    return rows.assign(error=error, percentage_error=100 * error / rows["observed"])


def errors(observed: Any, forecast: Any) -> dict[str, float]:
    """How far forecasts were off, in five measures; an error is observed less forecast.

    ``mean_error`` (the bias: above 0 where forecasts were too low), ``mean_absolute_error`` (MAE) and
    ``root_mean_squared_error`` (RMSE; large misses weigh more) are in the unit of the data. In
    ``mean_absolute_percentage_error`` (MAPE, in % of the observed) a forecast that is too low can cost at most 100, one
    that is too high any amount. ``mean_absolute_log_error`` treats both alike: 0.69 is a factor of 2 either way.

    Raises ``ValueError`` for missing numbers, numbers of 0 or less, and two lengths. Sign of the error, MAE, RMSE and
    MAPE are those of R. J. Hyndman and G. Athanasopoulos, *Forecasting: Principles and Practice*, 3rd edition (2021),
    section 5.8.

    >>> errors([100, 200], [110, 150])["mean_absolute_percentage_error"]
    17.5
    """
    import numpy as np

    seen, said = numbers(observed, "observed", above=0), numbers(forecast, "forecast", above=0)
    paired(seen, said, ("observed", "forecast"))
    error = seen - said
    return {
        "mean_error": float(error.mean()),
        "mean_absolute_error": float(np.abs(error).mean()),
        "root_mean_squared_error": float(np.sqrt(np.square(error).mean())),
        "mean_absolute_percentage_error": float(100 * np.abs(error / seen).mean()),
        "mean_absolute_log_error": float(np.abs(np.log(said / seen)).mean()),
    }
