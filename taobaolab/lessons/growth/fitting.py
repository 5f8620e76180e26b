"""Growth curves fitted by least squares, with intervals that admit what the points do not say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .arguments import numbers, paired

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from .curve_forms import Found


@dataclass(frozen=True)
class Fit:
    """A curve fitted by least squares, with what the points do and do not say about it.

    ``parameters``, ``standard_errors`` and ``intervals`` (95%) go by the names that the curve function uses. An interval
    that runs to infinity says that the points set no bound; ``nan`` says that no interval can be had. ``identified``
    is whether every interval is finite, and ``note`` says in words what is wrong when it is not; an identified curve can
    still be the wrong curve. ``rmse`` is the root mean squared distance of the ``points`` from the curve, in the unit of
    the values, on either ``scale``.
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
        """The curve at ``years``, counted from the same date as in the fit; in the unit of the values."""
        import numpy as np

        with np.errstate(over="ignore"):
            return np.exp(self._log_curve(years)(self._found.theta)) * self._found.unit

    def band(self, years: Any, interval: str = "confidence") -> tuple[np.ndarray, np.ndarray]:
        """The lower and the upper end of the 95% interval at ``years``, by the delta method.

        ``"confidence"`` is for the curve: where it could run. ``"prediction"`` is for a new count: it adds the scatter
        of the points. Both take the shape of the curve for granted and the scatter for independent, so for counts that
        build on each other they are too narrow, most of all ahead. On logs an interval is a factor up and down; on
        levels it is a number up and down, cut off at 0. ``nan`` where there are no more points than parameters.
        Raises ``ValueError`` for another ``interval``.
        """
        import numpy as np

        from .least_squares import gradient

        if interval not in ("confidence", "prediction"):
            raise ValueError(f'interval is "confidence" or "prediction", not {interval!r}.')
        found, middle, logs = self._found, self.predict(years), self.scale == "log"
        with np.errstate(all="ignore"):
            slope = gradient(self._log_curve(years), found.theta)
            slope = slope if logs else slope * (middle / found.unit)[:, None]
            variance = np.einsum("ij,jk,ik->i", slope, found.covariance, slope)
            half = found.quantile * np.sqrt(
                variance + (found.variance if interval == "prediction" else 0)
            )
            if logs:
                return middle * np.exp(-half), middle * np.exp(half)
            return np.maximum(0, middle - half * found.unit), middle + half * found.unit

    def table(self) -> pd.DataFrame:
        """One row a parameter: ``parameter``, ``estimate``, ``standard_error``, ``low``, ``high``."""
        import pandas as pd

        rows = [
            (n, v, self.standard_errors[n], *self.intervals[n]) for n, v in self.parameters.items()
        ]
        return pd.DataFrame(
            rows, columns=["parameter", "estimate", "standard_error", "low", "high"]
        )

    def _log_curve(self, years: Any) -> Callable[[Any], Any]:
        t = numbers(years, "years") - self._found.centre
        return lambda theta: self._found.form.log_curve(theta, t)


def fit(years: Any, values: Any, curve: str, scale: str = "levels") -> Fit:
    """Fit a curve ("exponential", "logistic" or "gompertz") to values at times in years, by least squares.

    ``scale`` says what a distance is, and for growth that changes everything. On ``"levels"`` it is a number, so the
    largest values decide, and a miss from 14 to 30 hardly counts. On ``"log"`` it is a ratio, so every doubling counts
    the same, and the first small values pull as hard as the last large ones.

    Standard errors come from the covariance at the optimum, intervals from it and Student's t; the interval of ``start``
    is worked out on its log. The interval of ``ceiling`` is that of the profile: all ceilings whose best curve does not
    fit significantly worse (F test at 5%). It has no upper end where the exponential, the limit of both S-curves, does
    not fit significantly worse either, or only ceilings of a million times the largest value do: before the bend, points
    do not say where an S-curve ends. Then ``midpoint`` has no interval; and where the exponential fits as well as any
    S-curve, ``ceiling`` and ``midpoint`` are themselves ``inf``.

    Raises ``ValueError`` for an unknown curve or scale, fewer points than parameters, missing or infinite numbers, values
    of 0 or less, one time given twice, and values that do not rise where an S-curve is asked for.

    >>> found = fit([0, 1, 2, 3], [3, 6, 12, 24], "exponential")
    >>> round(found.parameters["start"], 6), round(found.parameters["rate"], 6)
    (3.0, 0.693147)
    """
    import numpy as np

    from .curve_forms import FORMS, search

    if curve not in FORMS:
        raise ValueError(f"curve is one of {', '.join(FORMS)}, not {curve!r}.")
    if scale not in ("levels", "log"):
        raise ValueError(f'scale is "levels" or "log", not {scale!r}.')
    form, times, counts = FORMS[curve], numbers(years, "years"), numbers(values, "values", above=0)
    paired(times, counts, ("years", "values"))
    twice = [t for row, t in enumerate(times) if t in times[:row]]
    if twice:
        raise ValueError(f"years has {twice[0]:g} more than once. Keep one value for each time.")
    size = len(form.names)
    if len(times) < size:
        raise ValueError(
            f"{len(times)} point{'s are' if len(times) > 1 else ' is'} too few: {curve} has {size} parameters "
            f"({', '.join(form.names)}). Give at least {size} points, and {size + 1} for intervals."
        )
    with np.errstate(all="ignore"):
        found = search(form, times, counts, scale)
        parameters, errors = _natural(found)
        intervals = _intervals(found, parameters, errors)
        misses = np.exp(form.log_curve(found.theta, times - found.centre)) * found.unit - counts
    identified = bool(np.isfinite(list(intervals.values())).all())
    return Fit(
        curve=curve,
        scale=scale,
        parameters=parameters,
        standard_errors=errors,
        intervals=intervals,
        identified=identified,
        note="" if identified else _note(parameters, intervals, counts, size),
        rmse=float(np.sqrt(np.mean(misses**2))),
        points=len(times),
        _found=found,
    )


def _natural(found: Found) -> tuple[dict[str, float], dict[str, float]]:
    """The curve's own parameters and their standard errors."""
    import numpy as np

    from .least_squares import gradient

    def natural(theta: Any) -> Any:
        return found.form.natural(theta, found.centre, found.unit)

    slope = gradient(lambda theta: np.concatenate(natural(theta), axis=-1), found.theta)
    errors = np.sqrt(np.einsum("ij,jk,ik->i", slope, found.covariance, slope))
    if not np.isnan(found.quantile):
        errors[np.isnan(errors)] = np.inf
    names = found.form.names
    return dict(zip(names, map(float, natural(found.theta)), strict=True)), dict(
        zip(names, errors.tolist(), strict=True)
    )


def _intervals(
    found: Found, values: dict[str, float], errors: dict[str, float]
) -> dict[str, tuple[float, float]]:
    """The 95% interval of each parameter; see :func:`fit` for how each is worked out."""
    import numpy as np

    if np.isnan(found.quantile):
        return dict.fromkeys(values, (np.nan, np.nan))
    ends = {
        name: (v - found.quantile * errors[name], v + found.quantile * errors[name])
        for name, v in values.items()
    }
    if "start" in values:
        back = np.array([1.0, -found.centre])  # from the centre of the times to 0
        log_start, half = (
            back @ found.theta,
            found.quantile * np.sqrt(back @ found.covariance @ back),
        )
        low, high = (found.unit * np.exp([log_start - half, log_start + half])).tolist()
        return ends | {"start": (low, high)}
    midpoint = ends["midpoint"] if found.ceilings[1] < np.inf else (-np.inf, np.inf)
    return {
        "ceiling": found.ceilings,
        "rate": (max(0.0, ends["rate"][0]), ends["rate"][1]),
        "midpoint": midpoint,
    }


def _note(
    values: dict[str, float],
    intervals: dict[str, tuple[float, float]],
    counts: np.ndarray,
    size: int,
) -> str:
    """Why not every interval is finite."""
    import numpy as np

    if len(counts) == size:
        return f"{size} points for {size} parameters: the curve is drawn through all of them, so no interval can be had."
    if "ceiling" not in intervals or np.isfinite(intervals["ceiling"][1]):
        return "These points set no bound to some parameters: see the intervals."
    low = max(intervals["ceiling"][0], counts.max())
    bend = (
        " The best curve has no bend at all: it is the exponential."
        if np.isinf(values["ceiling"])
        else ""
    )
    return f"These points do not say where the curve ends: no ceiling above {low:,.0f} can be ruled out.{bend}"
