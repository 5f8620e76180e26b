"""The growth curves as the search for the best fit sees them. Imports numpy and scipy: load it where a fit is made.

In the parameters used here the curves behave almost linearly, as D. A. Ratkowsky asks for in *Nonlinear Regression
Modeling* (1983), and an S-curve whose third parameter is 0 is the exponential. So a ceiling that runs away is a regular
result and not a crash. Times are centred where the weight of the points is, values divided by the largest, the unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import brentq, least_squares
from scipy.special import stdtrit

LEVEL = 0.95
ENDLESS = 1e6  # a ceiling this many times the largest value is none


@dataclass(frozen=True)
class Form:
    """A curve in parameters for the search: log level and growth at the centre of the times, then the bend.

    ``natural`` gives from these, the centre and the unit the curve's own parameters, in the order of ``names``.
    ``bounds`` of the three keep every number finite; growth is times the span, and so is the bend if it is a rate.
    An S-curve is written another way where its ceiling is given: ``under`` is the log of the curve for the log of the
    ceiling and a pair (rate, and rate times midpoint from the centre); ``pair`` and ``theta`` lead there and back.
    """

    names: tuple[str, ...]
    log_curve: Callable[[Any, Any], Any]
    natural: Callable[[Any, float, float], tuple[Any, ...]]
    bounds: Callable[[float], tuple[tuple[float, ...], tuple[float, ...]]]
    under: Any = None
    pair: Any = None
    theta: Any = None


@dataclass(frozen=True)
class Found:
    """The best parameters of a form, their covariance, and what it takes to use them.

    ``variance`` is that of the points around the curve, ``quantile`` the one of Student's t that makes an interval,
    ``ceilings`` the lowest and the highest ceiling that the points allow.
    """

    form: Form
    theta: np.ndarray
    covariance: np.ndarray
    variance: float
    quantile: float
    ceilings: tuple[float, float]
    centre: float
    unit: float


def gradient(function: Callable[[Any], Any], theta: np.ndarray) -> np.ndarray:
    """Derivatives by the parameters, in the last axis, exact to rounding: the complex step."""
    steps = 1e-30j * np.eye(len(theta))
    return np.stack([np.imag(function(theta + step)) / 1e-30 for step in steps], axis=-1)


# ---- forms -----------------------------------------------------------------------------------------------------------
def _logistic(theta: Any, t: Any) -> Any:
    """Log of ``1 / (theta[2] + exp(-growing))``; theta[2] is 1 / ceiling."""
    growing = theta[0] + theta[1] * t
    late, early = -np.log(np.exp(-growing) + theta[2]), growing - np.log(1 + theta[2] * np.exp(growing))
    return np.where(np.real(growing) > 0, late, early)


def _fading(rate: Any, t: Any) -> Any:
    """``(1 - exp(-rate * t)) / rate``, which is ``t`` where the rate is 0."""
    x = rate * t
    small = np.abs(x) < 1e-5
    safe = np.where(small, 1, x)
    return t * np.where(small, 1 - x / 2 + x * x / 6, (1 - np.exp(-safe)) / safe)


FORMS = {
    "exponential": Form(
        names=("start", "rate"),
        log_curve=lambda theta, t: theta[0] + theta[1] * t,
        natural=lambda theta, centre, unit: (unit * np.exp(theta[0] - theta[1] * centre), theta[1]),
        bounds=lambda span: ((-60, -500 / span), (60, 500 / span)),
    ),
    "logistic": Form(
        names=("ceiling", "rate", "midpoint"),
        log_curve=_logistic,
        natural=lambda theta, centre, unit: (
            unit / theta[2],
            theta[1],
            centre - (np.log(theta[2]) + theta[0]) / theta[1],
        ),
        bounds=lambda span: ((-60, 0, 0), (60, 500 / span, 1e9)),
        under=lambda pair, top, t: top - np.log(1 + np.exp(pair[1] - pair[0] * t)),
        pair=lambda theta, top: (theta[1], top - theta[0]),
        theta=lambda pair, top: (top - pair[1], pair[0], np.exp(-top)),
    ),
    "gompertz": Form(
        names=("ceiling", "rate", "midpoint"),
        log_curve=lambda theta, t: theta[0] + theta[1] * _fading(theta[2], t),
        natural=lambda theta, centre, unit: (
            unit * np.exp(theta[0] + theta[1] / theta[2]),
            theta[2],
            centre + np.log(theta[1] / theta[2]) / theta[2],
        ),
        bounds=lambda span: ((-60, 0, 0), (60, 500 / span, 60 / span)),
        under=lambda pair, top, t: top - np.exp(pair[1] - pair[0] * t),
        pair=lambda theta, top: (theta[1] / (top - theta[0]), np.log(top - theta[0])),
        theta=lambda pair, top: (top - np.exp(pair[1]), pair[0] * np.exp(pair[1]), pair[0]),
    ),
}


# ---- search ----------------------------------------------------------------------------------------------------------
def search(form: Form, times: np.ndarray, values: np.ndarray, scale: str) -> Found:
    """Least squares on levels or logs, from several starts, and the covariance at the best."""
    weights = np.ones_like(values) if scale == "log" else values
    centre, unit = float(np.average(times, weights=weights)), float(values.max())
    t, y = times - centre, values / unit
    span = float(np.ptp(t))

    def off(log_curve: Any) -> Any:
        return log_curve - np.log(y) if scale == "log" else np.exp(log_curve) - y

    def misses(theta: Any, form: Form = form) -> Any:
        return off(form.log_curve(theta, t))

    def best(form: Form, starts: list[Any]) -> Any:
        low, high = form.bounds(span)
        common = {"bounds": (low, high), "args": (form,), "x_scale": "jac", "jac": "cs"}
        rough = [
            least_squares(misses, np.clip(start, low, high), ftol=1e-3, xtol=1e-3, max_nfev=20, **common)
            for start in starts
        ]
        nearest = min(rough, key=lambda result: result.cost).x
        return least_squares(misses, nearest, ftol=1e-12, xtol=1e-12, gtol=1e-12, max_nfev=500, **common)

    line = np.polyfit(t, np.log(y), 1, w=weights)
    straight = best(FORMS["exponential"], [line[::-1]])
    theta = straight.x
    if form.under:
        if theta[1] * span < 1e-9:
            raise ValueError("values do not rise, but an S-curve rises to its ceiling. Fit the exponential.")
        bent = best(form, _starts(form, t, y, scale))
        bends = straight.cost - bent.cost > 1e-6 * straight.cost + 1e-20
        theta = bent.x if bends else np.append(theta, 0.0)
    spare, rss = len(t) - len(theta), float(np.square(misses(theta)).sum())
    variance = np.float64(rss / spare if spare else np.nan)
    quantile = float(stdtrit(spare, 0.5 + LEVEL / 2)) if spare else np.nan
    low, high = np.nan, np.nan
    if form.under and spare:
        most = rss + quantile**2 * variance  # the square of Student's t is the bound of the F test
        low, high = _ceilings(form, theta, lambda pair, top: off(form.under(pair, top, t)), most, 2 * straight.cost)
    return Found(
        form=form,
        theta=theta,
        covariance=_inverse(gradient(misses, theta)) * variance,
        variance=float(variance),
        quantile=quantile,
        ceilings=(low * unit, high * unit),
        centre=centre,
        unit=unit,
    )


def _starts(form: Form, t: np.ndarray, y: np.ndarray, scale: str) -> list[Any]:
    """The best S-curves on a grid of rates and midpoints, each with the ceiling that suits it best, for four rates."""
    span = np.ptp(t)
    rates = np.geomspace(0.1, 60, 16)[:, None, None] / span
    midpoints = np.linspace(t.min() - span / 2, t.max() + span, 26)[:, None]
    below = form.under((rates, rates * midpoints), 0.0, t)  # log of the share of the ceiling
    if scale == "log":
        tops = (np.log(y) - below).mean(axis=-1)
        costs = np.square(np.log(y) - below - tops[..., None]).sum(axis=-1)
    else:
        shares = np.exp(below)
        tops = np.log((shares * y).sum(axis=-1) / np.square(shares).sum(axis=-1))
        costs = np.square(y - np.exp(tops)[..., None] * shares).sum(axis=-1)
    costs = np.where(np.isfinite(costs), costs, np.inf)
    nearest = costs.argmin(axis=1)
    starts = []
    for row in costs.min(axis=1).argsort()[:4]:
        rate, column = rates[row].item(), nearest[row]
        starts.append(np.array(form.theta((rate, rate * midpoints[column].item()), tops[row, column])))
    return starts


def _ceilings(form: Form, theta: np.ndarray, misses: Any, most: float, straight: float) -> tuple[float, float]:
    """The lowest and the highest ceiling whose best curve has a sum of squares of at most ``most``.

    ``misses`` takes a pair of parameters and the log of a ceiling; ``straight`` is the sum of squares without a ceiling.
    The interval of the profile likelihood: D. M. Bates and D. G. Watts, *Nonlinear Regression Analysis and Its
    Applications* (1988).
    """
    top = float(np.log(form.natural(theta, 0.0, 1.0)[0]))
    start = min(top, float(np.log(ENDLESS)))
    pair = nearby = form.pair(theta, start)

    @cache
    def excess(log_ceiling: float) -> float:
        nonlocal pair
        slope = {"jac": lambda pair, top: gradient(lambda x: misses(x, top), pair)}
        found = least_squares(misses, pair, method="lm", args=(log_ceiling,), **slope)
        pair = found.x
        return float(2 * found.cost - most)

    def end(direction: int) -> float:
        nonlocal pair
        pair, inside, step = nearby, start, 0.1
        while step < 100:
            outside = start + direction * step
            if excess(outside) > 0:
                found = float(np.exp(brentq(excess, inside, outside, xtol=1e-5)))
                return found if found < ENDLESS else np.inf
            inside, step = outside, 2 * step
        return np.inf if direction > 0 else 0.0

    if excess(start) > 0:  # an exact fit leaves no room
        return float(np.exp(start)), float(np.exp(top))
    return end(-1), end(1) if straight > most else np.inf


def _inverse(jacobian: np.ndarray) -> np.ndarray:
    """The inverse of J'J, or infinities where the points leave a direction open."""
    _, singular, directions = np.linalg.svd(jacobian, full_matrices=False)
    if singular[-1] <= np.finfo(float).eps * max(jacobian.shape) * singular[0]:
        return np.full((jacobian.shape[1],) * 2, np.inf)
    return (directions.T / singular**2) @ directions
