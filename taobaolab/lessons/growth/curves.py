"""Growth between dates: time in years, rates, and three curves.

Time is measured in years between dates, never in rows of a table. The curves are those of the growth literature: the
exponential, P.-F. Verhulst's logistic (1838) and B. Gompertz's law of mortality (1825), read as a law of growth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


# ---- time and rates --------------------------------------------------------------------------------------------------
def years_since(dates: Any, origin: Any = None) -> np.ndarray:
    """Years from ``origin`` (the earliest date, unless given) to each date, as decimal numbers.

    A date is its year plus the part of that year that has passed, so 1 January to 1 January is exactly one year, leap
    year or not. ``dates`` is a Series, a list, or one date; text such as "2016-08-31" is read. Dates before the origin
    come out negative. Raises ``ValueError`` for missing dates and for what cannot be read as a date.

    >>> years_since(["2016-01-01", "2016-07-02", "2018-01-01"])
    array([0. , 0.5, 2. ])
    """
    import pandas as pd

    def decimal(values: Any, name: str) -> Any:
        single = isinstance(values, str) or not hasattr(values, "__iter__")
        try:
            when = pd.DatetimeIndex(pd.to_datetime([values] if single else list(values)))
        except (TypeError, ValueError) as fault:
            raise ValueError(
                f"{name} cannot be read as dates: {fault}. Write them as 2016-08-31."
            ) from None
        if when.hasnans:
            rows = ", ".join(str(row) for row in when.isna().nonzero()[0][:5])
            raise ValueError(
                f"{name} has no date in row {rows}. Leave the row out, or find the date."
            )
        return (when.year + (when.day_of_year - 1) / (365 + when.is_leap_year)).to_numpy(
            dtype=float
        )

    passed = decimal(dates, "dates")
    if not len(passed):
        raise ValueError("dates is empty. Give at least one date.")
    return passed - (passed.min() if origin is None else decimal(origin, "origin")[0])


def growth_rate(first: Any, last: Any, years: Any) -> Any:
    """The compound annual growth rate: what yearly growth leads from ``first`` to ``last`` in ``years``.

    0.43 means 43% a year. Numbers or columns of the same length, in any unit; a missing number gives a missing rate.
    Raises ``ValueError`` where a value or a time is not above 0.

    >>> round(growth_rate(100, 225, years=2), 6)
    0.5
    """
    import numpy as np

    parts = {"first": first, "last": last, "years": years}
    arrays = {name: _gappy(part) for name, part in parts.items()}
    for name, array in arrays.items():
        if (array <= 0).any():
            raise ValueError(f"{name} must be above 0, but the smallest is {np.nanmin(array):g}.")
    rate = (arrays["last"] / arrays["first"]) ** (1 / arrays["years"]) - 1
    return rate if rate.ndim else float(rate)


def doubling_time(rate: Any) -> Any:
    """The years it takes to double at a compound annual growth ``rate`` (1.0 is 100% a year).

    Raises ``ValueError`` for a rate of 0 or less: what does not grow never doubles.

    >>> doubling_time(1.0)
    1.0
    >>> round(doubling_time(0.07), 1)
    10.2
    """
    import numpy as np

    array = _gappy(rate)
    if (array <= 0).any():
        raise ValueError(
            f"rate must be above 0, but the smallest is {np.nanmin(array):g}: it never doubles."
        )
    time = np.log(2) / np.log1p(array)
    return time if time.ndim else float(time)


def _gappy(values: Any) -> np.ndarray:
    """Floats in the shape they came in; what is missing is NaN."""
    import numpy as np
    import pandas as pd

    if isinstance(values, pd.Series):
        return values.to_numpy(dtype=float, na_value=np.nan)
    return np.asarray(np.nan if values is pd.NA else values, dtype=float)


# ---- curves ----------------------------------------------------------------------------------------------------------
def exponential(t: Any, start: float, rate: float) -> Any:
    """Growth that never slows: ``start * exp(rate * t)``, the same percentage in every year.

    ``rate`` is continuous: growth a year is ``exp(rate) - 1``, so 0.69 is about 100% a year. ``t`` in years.

    >>> float(exponential(0, start=3, rate=0.5))
    3.0
    """
    import numpy as np

    return start * np.exp(rate * np.asarray(t, dtype=float))


def logistic(t: Any, ceiling: float, rate: float, midpoint: float) -> Any:
    """An S-curve, the same on both sides: ``ceiling / (1 + exp(-rate * (t - midpoint)))``.

    Growth starts at ``rate`` (continuous, a year) and has lost half of it at ``midpoint``, where the curve stands at half
    the ``ceiling`` and adds most a year. ``t`` and ``midpoint`` in years from the same date.

    >>> float(logistic(5, ceiling=1000, rate=0.8, midpoint=5))
    500.0
    """
    import numpy as np

    with np.errstate(over="ignore"):
        return ceiling / (1 + np.exp(-rate * (np.asarray(t, dtype=float) - midpoint)))


def gompertz(t: Any, ceiling: float, rate: float, midpoint: float) -> Any:
    """An S-curve that slows early and long: ``ceiling * exp(-exp(-rate * (t - midpoint)))``.

    Growth itself fades by the factor ``exp(-rate)`` a year. At ``midpoint`` the curve adds most a year and stands at
    ``ceiling / e``, some 37%. ``t`` and ``midpoint`` in years from the same date.

    >>> round(float(gompertz(5, ceiling=1000, rate=0.8, midpoint=5)), 1)
    367.9
    """
    import numpy as np

    with np.errstate(over="ignore"):
        return ceiling * np.exp(-np.exp(-rate * (np.asarray(t, dtype=float) - midpoint)))
