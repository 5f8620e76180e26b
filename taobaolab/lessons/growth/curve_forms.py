"""The growth curves as the search for the best fit sees them. Imports numpy: load it where a fit is made.

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

from .least_squares import gradient, least_squares, root, student_t

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


# ---- forms -----------------------------------------------------------------------------------------------------------
def _logistic(theta: Any, t: Any) -> Any:
    """Log of ``1 / (theta[2] + exp(-growing))``; theta[2] is 1 / ceiling."""
    growing = theta[0] + theta[1] * t
    late, early = (
        -np.log(np.exp(-growing) + theta[2]),
        growing - np.log(1 + theta[2] * np.exp(growing)),
    )
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
        def at(theta: Any) -> Any:
            return misses(theta, form)

        ends = form.bounds(span)
        rough = [least_squares(at, start, ends, offset=1e-2, steps=20) for start in starts]
        return least_squares(at, min(rough, key=lambda theta: cost(theta, form)), ends)

    def cost(theta: Any, form: Form = form) -> float:
        return float(np.square(misses(theta, form)).sum())

    line = np.polyfit(t, np.log(y), 1, w=weights)
    theta = best(FORMS["exponential"], [line[::-1]])
    straight = cost(theta, FORMS["exponential"])
    if form.under:
        if theta[1] * span < 1e-9:
            raise ValueError(
                "values do not rise, but an S-curve rises to its ceiling. Fit the exponential."
            )
        grid = _grid(form, t)
        bent = best(form, _starts(form, *grid, y, scale))
        bends = straight - cost(bent) > 1e-6 * straight + 2e-20
        theta = bent if bends else np.append(theta, 0.0)
    spare, rss = len(t) - len(theta), cost(theta)
    variance = np.float64(rss / spare if spare else np.nan)
    quantile = student_t(LEVEL, spare) if spare else np.nan
    low, high = np.nan, np.nan
    if form.under and spare:
        most = rss + quantile**2 * variance  # the square of Student's t is the bound of the F test
        low, high = _ceilings(
            form,
            theta,
            grid[0].reshape(2, -1),
            lambda pair, top: off(form.under(pair, top, t)),
            most,
            straight,
        )
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


def _grid(form: Form, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """S-curves of 16 rates and 26 midpoints: their pairs, and the log of the share of the ceiling at each time."""
    span = np.ptp(t)
    rates = np.geomspace(0.1, 60, 16)[:, None] / span
    products = rates * np.linspace(t.min() - span / 2, t.max() + span, 26)
    pairs = np.stack([np.broadcast_to(rates, products.shape), products])
    return pairs, form.under(pairs[..., None], 0.0, t)


def _starts(
    form: Form, pairs: np.ndarray, below: np.ndarray, y: np.ndarray, scale: str
) -> list[Any]:
    """The best S-curves on a grid, each with the ceiling that suits it best, for four rates."""
    if scale == "log":
        tops = (np.log(y) - below).mean(axis=-1)
        costs = np.square(np.log(y) - below - tops[..., None]).sum(axis=-1)
    else:
        shares = np.exp(below)
        tops = np.log((shares * y).sum(axis=-1) / np.square(shares).sum(axis=-1))
        costs = np.square(y - np.exp(tops)[..., None] * shares).sum(axis=-1)
    costs = np.where(np.isfinite(costs), costs, np.inf)
    nearest = costs.argmin(axis=1)
    best = costs.min(axis=1).argsort()[:4]
    return [
        np.array(form.theta(pairs[:, row, nearest[row]], tops[row, nearest[row]])) for row in best
    ]


def _ceilings(
    form: Form, theta: np.ndarray, pairs: np.ndarray, misses: Any, most: float, straight: float
) -> tuple[float, float]:
    """The lowest and the highest ceiling whose best curve has a sum of squares of at most ``most``.

    ``misses`` takes a pair of parameters and the log of a ceiling; ``straight`` is the sum of squares without a ceiling.
    A search begins at the last curve found, with its growth under this ceiling; before a ceiling is refused it is tried
    again from the best of ``pairs``.
    The interval of the profile likelihood: D. M. Bates and D. G. Watts, *Nonlinear Regression Analysis and Its
    Applications* (1988).
    """
    top = float(np.log(form.natural(theta, 0.0, 1.0)[0]))
    start = min(top, float(np.log(ENDLESS)))

    def cost(pair: Any, log_ceiling: float) -> Any:
        found = np.square(misses(pair, log_ceiling)).sum(axis=-1)
        return np.where(np.isfinite(found), found, np.inf)

    @cache
    def excess(log_ceiling: float) -> float:
        nonlocal theta

        def nearest(start: Any) -> Any:
            return least_squares(
                lambda pair: misses(pair, log_ceiling), start, offset=1e-5, steps=100
            )

        pair = nearest(form.pair(theta, log_ceiling))
        if cost(pair, log_ceiling) > most:
            again = nearest(pairs[:, cost(pairs[..., None], log_ceiling).argmin()])
            pair = min(pair, again, key=lambda pair: cost(pair, log_ceiling))
        theta = np.array(form.theta(pair, log_ceiling))
        return float(cost(pair, log_ceiling) - most)

    def end(direction: int) -> float:
        inside, step = start, 0.1
        while step < 100:
            outside = start + direction * step
            if excess(outside) > 0:
                found = float(np.exp(root(excess, inside, outside)))
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
