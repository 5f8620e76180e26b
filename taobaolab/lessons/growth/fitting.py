"""Growth curves fitted by least squares, with intervals that admit what the points do not say.

>>> growth = fit([0, 1, 2, 3], [3, 6, 12, 24], "exponential")
>>> growth.predict([4]).round().tolist()
[48.0]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from .arguments import parse_numbers, require_same_length
from .curve_forms import FORMS, Found, search
from .least_squares import gradient


@dataclass(frozen=True)
class Fit:
    """A curve fitted by least squares, with what the points do and do not say about it.

    Attributes
    ----------
    curve, scale : str
        What was asked for.
    parameters, standard_errors, intervals : mapping
        By the names that the curve function uses; the intervals are pairs, at 95%. An interval that
        runs to infinity says that the points set no bound; ``nan`` says that none can be had.
    identified : bool
        Whether every interval is finite. An identified curve can still be the wrong curve.
    note : str
        What is wrong where the curve is not identified.
    rmse : float
        The root mean squared distance of the points from the curve, in the unit of the values, on
        either scale.
    points : int
        How many there are.
    """

    curve: str
    scale: str
    parameters: Mapping[str, float]
    standard_errors: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]
    identified: bool
    note: str
    rmse: float
    points: int
    _found: Found = field(repr=False, compare=False)

    def predict(self, years: Any) -> np.ndarray:
        """Return the curve at ``years``, in the unit of the values.

        The years are counted from the same date as in the fit.

        Examples
        --------
        >>> fit([0, 1, 2, 3], [3, 6, 12, 24], "exponential").predict([4, 5]).round().tolist()
        [48.0, 96.0]
        """
        with np.errstate(over="ignore"):
            return np.exp(self._log_curve(years)(self._found.theta)) * self._found.unit

    def band(self, years: Any, interval: str = "confidence") -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and the upper end of the 95% interval at ``years``, by the delta method.

        The interval takes the shape of the curve for granted and the scatter for independent, so
        for counts that build on each other it is too narrow, most of all ahead. On logs it is a
        factor up and down; on levels it is a number up and down, cut off at 0.

        Parameters
        ----------
        years : Series, list, array or number
            Counted from the same date as in the fit.
        interval : str
            "confidence" is for the curve: where it could run. "prediction" is for a new count: it
            adds the scatter of the points.

        Returns
        -------
        pair of arrays
            In the unit of the values; ``nan`` where there are no more points than parameters.

        Raises
        ------
        ValueError
            For another ``interval``.
        """
        if interval not in ("confidence", "prediction"):
            raise ValueError(f'interval is "confidence" or "prediction", not {interval!r}.')
        found, middle = self._found, self.predict(years)
        with np.errstate(all="ignore"):
            slope = gradient(self._log_curve(years), found.theta)
            if self.scale == "levels":
                slope = slope * (middle / found.unit)[:, None]
            variance = np.einsum("ij,jk,ik->i", slope, found.covariance, slope)
            if interval == "prediction":
                variance = variance + found.variance
            half = found.quantile * np.sqrt(variance)
            if self.scale == "log":
                return middle * np.exp(-half), middle * np.exp(half)
            return np.maximum(0, middle - half * found.unit), middle + half * found.unit

    def table(self) -> pd.DataFrame:
        """Return one row a parameter, with its estimate, standard error and 95% interval.

        The columns are ``parameter``, ``estimate``, ``standard_error``, ``low`` and ``high``.
        """
        low, high = zip(*self.intervals.values(), strict=True)
        return pd.DataFrame(
            {
                "parameter": list(self.parameters),
                "estimate": list(self.parameters.values()),
                "standard_error": list(self.standard_errors.values()),
                "low": low,
                "high": high,
            }
        )

    def _log_curve(self, years: Any) -> Callable[[Any], Any]:
        t = parse_numbers(years, "years") - self._found.centre
        return lambda theta: self._found.form.log_curve(theta, t)


def fit(years: Any, values: Any, curve: str, scale: str = "levels") -> Fit:
    """Fit a curve to values at times in years, by least squares.

    Standard errors come from the covariance at the optimum, intervals from it and Student's t; the
    interval of ``start`` is worked out on its log. The interval of ``ceiling`` is that of the
    profile: all ceilings whose best curve does not fit significantly worse (F test at 5%). It has
    no upper end where the exponential, the limit of both S-curves, does not fit significantly worse
    either, or only ceilings of a million times the largest value do: before the bend, points do not
    say where an S-curve ends. Then ``midpoint`` has no interval; and where the exponential fits as
    well as any S-curve, ``ceiling`` and ``midpoint`` are themselves ``inf``.

    Parameters
    ----------
    years : Series, list or array
        Times in years, each once.
    values : Series, list or array
        One number above 0 for each time, in any unit.
    curve : str
        "exponential", "logistic" or "gompertz".
    scale : str
        What a distance is, and for growth that changes everything. On "levels" it is a number, so
        the largest values decide, and a miss from 14 to 30 hardly counts. On "log" it is a ratio,
        so every doubling counts the same, and the first small values pull as hard as the last large
        ones.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        For an unknown curve or scale, fewer points than parameters, missing or infinite numbers,
        values of 0 or less, one time given twice, and values that do not rise where an S-curve is
        asked for.

    Examples
    --------
    >>> growth = fit([0, 1, 2, 3], [3, 6, 12, 24], "exponential")
    >>> round(growth.parameters["start"], 6), round(growth.parameters["rate"], 6)
    (3.0, 0.693147)
    """
    if curve not in FORMS:
        raise ValueError(f"curve is one of {', '.join(FORMS)}, not {curve!r}.")
    if scale not in ("levels", "log"):
        raise ValueError(f'scale is "levels" or "log", not {scale!r}.')
    form = FORMS[curve]
    times = parse_numbers(years, "years")
    counts = parse_numbers(values, "values", above=0)
    require_same_length(times, counts, ("years", "values"))
    _require_each_once(times)
    _require_enough(times, curve, form.names)
    with np.errstate(all="ignore"):
        found = search(form, times, counts, scale)
        parameters, errors = _name_parameters(found)
        intervals = _work_out_intervals(found, parameters, errors)
        misses = np.exp(form.log_curve(found.theta, times - found.centre)) * found.unit - counts
    identified = bool(np.isfinite(list(intervals.values())).all())
    note = ""
    if not identified:
        note = _explain_open_ends(parameters, intervals, counts)
    return Fit(
        curve=curve,
        scale=scale,
        parameters=parameters,
        standard_errors=errors,
        intervals=intervals,
        identified=identified,
        note=note,
        rmse=float(np.sqrt(np.mean(misses**2))),
        points=len(times),
        _found=found,
    )


def _require_each_once(times: np.ndarray) -> None:
    for row, time in enumerate(times):
        if time in times[:row]:
            raise ValueError(f"years has {time:g} more than once. Keep one value for each time.")


def _require_enough(times: np.ndarray, curve: str, names: tuple[str, ...]) -> None:
    """Raise ``ValueError`` for fewer points than the curve has parameters."""
    size = len(names)
    if len(times) >= size:
        return
    points = "1 point is" if len(times) == 1 else f"{len(times)} points are"
    raise ValueError(
        f"{points} too few: {curve} has {size} parameters ({', '.join(names)}). "
        f"Give at least {size} points, and {size + 1} for intervals."
    )


def _name_parameters(found: Found) -> tuple[dict[str, float], dict[str, float]]:
    """Return the curve's own parameters and their standard errors, by name."""

    def natural(theta: Any) -> Any:
        return found.form.natural(theta, found.centre, found.unit)

    slope = gradient(lambda theta: np.concatenate(natural(theta), axis=-1), found.theta)
    errors = np.sqrt(np.einsum("ij,jk,ik->i", slope, found.covariance, slope))
    if not np.isnan(found.quantile):
        errors[np.isnan(errors)] = np.inf
    names = found.form.names
    values = [float(value) for value in natural(found.theta)]
    return dict(zip(names, values, strict=True)), dict(zip(names, errors.tolist(), strict=True))


def _work_out_intervals(
    found: Found, values: dict[str, float], errors: dict[str, float]
) -> dict[str, tuple[float, float]]:
    """Return the 95% interval of each parameter; `fit` says how each is worked out."""
    if np.isnan(found.quantile):
        return dict.fromkeys(values, (np.nan, np.nan))
    intervals = {}
    for name, value in values.items():
        half = found.quantile * errors[name]
        intervals[name] = (value - half, value + half)
    if "start" in values:
        from_centre_to_0 = np.array([1.0, -found.centre])
        log_start = from_centre_to_0 @ found.theta
        variance = from_centre_to_0 @ found.covariance @ from_centre_to_0
        half = found.quantile * np.sqrt(variance)
        low, high = (found.unit * np.exp([log_start - half, log_start + half])).tolist()
        return intervals | {"start": (low, high)}
    rate_low, rate_high = intervals["rate"]
    midpoint = intervals["midpoint"]
    if np.isinf(found.ceilings[1]):  # where the curve has no end, it has no middle
        midpoint = (-np.inf, np.inf)
    return {
        "ceiling": found.ceilings,
        "rate": (max(0.0, rate_low), rate_high),
        "midpoint": midpoint,
    }


def _explain_open_ends(
    values: dict[str, float], intervals: dict[str, tuple[float, float]], counts: np.ndarray
) -> str:
    """Say why not every interval is finite."""
    size = len(values)
    if len(counts) == size:
        return (
            f"{size} points for {size} parameters: the curve is drawn through all of them, "
            "so no interval can be had."
        )
    if "ceiling" not in intervals or np.isfinite(intervals["ceiling"][1]):
        return "These points set no bound to some parameters: see the intervals."
    low = max(intervals["ceiling"][0], counts.max())
    note = (
        "These points do not say where the curve ends: "
        f"no ceiling above {low:,.0f} can be ruled out."
    )
    if np.isinf(values["ceiling"]):
        note += " The best curve has no bend at all: it is the exponential."
    return note
