"""The growth curves as the search for the best fit sees them, and the search.

In the parameters used here the curves behave almost linearly, as D. A. Ratkowsky asks for in
*Nonlinear Regression Modeling* (1983), and an S-curve whose third parameter is 0 is the
exponential. So a ceiling that runs away is a regular result and not a crash. Times are centred where the weight
of the points is, values divided by the largest, the unit.

>>> times, values = np.array([0.0, 1.0, 2.0]), np.array([3.0, 6.0, 12.0])
>>> best = search(FORMS["exponential"], times, values, "log")
>>> [round(float(number), 6) for number in best.form.natural(best.theta, best.centre, best.unit)]
[3.0, 0.693147]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .least_squares import find_root, gradient, least_squares, student_t

LEVEL = 0.95
ENDLESS = 1e6  # a ceiling this many times the largest value is none


@dataclass(frozen=True)
class UnderCeiling:
    """An S-curve written another way, for a ceiling that is given.

    Its two parameters, a pair, are the rate, and the rate times the midpoint from the centre.

    Attributes
    ----------
    log_curve : function
        The log of the curve, from a pair, the log of the ceiling and the times.
    from_theta : function
        The pair, from the parameters of the search and the log of the ceiling.
    to_theta : function
        The parameters of the search, from a pair and the log of the ceiling.
    """

    log_curve: Callable[[Any, Any, Any], Any]
    from_theta: Callable[[Any, Any], tuple[Any, ...]]
    to_theta: Callable[[Any, Any], tuple[Any, ...]]


@dataclass(frozen=True)
class Form:
    """A curve in parameters for the search: log level and growth at the centre, then the bend.

    Attributes
    ----------
    names : tuple
        The curve's own parameters.
    log_curve : function
        The log of the curve, from the parameters of the search and the times.
    natural : function
        The curve's own parameters, from those of the search, the centre and the unit.
    bounds : function
        From the span of the times the lowest and highest parameters of the search: they keep every
        number finite. Growth is times the span, and so is the bend if it is a rate.
    under : UnderCeiling, optional
        What an S-curve has.
    """

    names: tuple[str, ...]
    log_curve: Callable[[Any, Any], Any]
    natural: Callable[[Any, float, float], tuple[Any, ...]]
    bounds: Callable[[float], tuple[tuple[float, ...], tuple[float, ...]]]
    under: UnderCeiling | None = None


@dataclass(frozen=True)
class Found:
    """The best parameters of a form, their covariance, and what it takes to use them.

    Attributes
    ----------
    form : Form
        The curve.
    theta, covariance : array
        The best parameters of the search, and their covariance.
    variance : float
        That of the points around the curve.
    quantile : float
        The one of Student's t that makes an interval.
    ceilings : pair of floats
        The lowest and the highest ceiling that the points allow, in the unit of the values.
    centre, unit : float
        What was taken from the times, and what the values were divided by.
    """

    form: Form
    theta: np.ndarray
    covariance: np.ndarray
    variance: float
    quantile: float
    ceilings: tuple[float, float]
    centre: float
    unit: float


# ---- forms ---------------------------------------------------------------------------------------
def _log_logistic(theta: Any, t: Any) -> Any:
    """Log of ``1 / (theta[2] + exp(-growing))``; theta[2] is 1 / ceiling."""
    growing = theta[0] + theta[1] * t
    # Two ways to write the same: each is the one that does not overflow on its side of 0.
    late = -np.log(np.exp(-growing) + theta[2])
    early = growing - np.log(1 + theta[2] * np.exp(growing))
    return np.where(np.real(growing) > 0, late, early)


def _fading_time(rate: Any, t: Any) -> Any:
    """``(1 - exp(-rate * t)) / rate``, which is ``t`` where the rate is 0."""
    x = rate * t
    is_small = np.abs(x) < 1e-5  # there the quotient loses its digits, and two terms are exact
    safe = np.where(is_small, 1, x)
    return t * np.where(is_small, 1 - x / 2 + x * x / 6, (1 - np.exp(-safe)) / safe)


FORMS = {
    "exponential": Form(
        names=("start", "rate"),
        log_curve=lambda theta, t: theta[0] + theta[1] * t,
        natural=lambda theta, centre, unit: (unit * np.exp(theta[0] - theta[1] * centre), theta[1]),
        bounds=lambda span: ((-60, -500 / span), (60, 500 / span)),
    ),
    "logistic": Form(
        names=("ceiling", "rate", "midpoint"),
        log_curve=_log_logistic,
        natural=lambda theta, centre, unit: (
            unit / theta[2],
            theta[1],
            centre - (np.log(theta[2]) + theta[0]) / theta[1],
        ),
        bounds=lambda span: ((-60, 0, 0), (60, 500 / span, 1e9)),
        under=UnderCeiling(
            log_curve=lambda pair, top, t: top - np.log(1 + np.exp(pair[1] - pair[0] * t)),
            from_theta=lambda theta, top: (theta[1], top - theta[0]),
            to_theta=lambda pair, top: (top - pair[1], pair[0], np.exp(-top)),
        ),
    ),
    "gompertz": Form(
        names=("ceiling", "rate", "midpoint"),
        log_curve=lambda theta, t: theta[0] + theta[1] * _fading_time(theta[2], t),
        natural=lambda theta, centre, unit: (
            unit * np.exp(theta[0] + theta[1] / theta[2]),
            theta[2],
            centre + np.log(theta[1] / theta[2]) / theta[2],
        ),
        bounds=lambda span: ((-60, 0, 0), (60, 500 / span, 60 / span)),
        under=UnderCeiling(
            log_curve=lambda pair, top, t: top - np.exp(pair[1] - pair[0] * t),
            from_theta=lambda theta, top: (theta[1] / (top - theta[0]), np.log(top - theta[0])),
            to_theta=lambda pair, top: (top - np.exp(pair[1]), pair[0] * np.exp(pair[1]), pair[0]),
        ),
    ),
}


# ---- search --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Points:
    """The points as the search sees them: times from the centre, values by the largest, a scale."""

    t: np.ndarray
    y: np.ndarray
    scale: str

    @property
    def span(self) -> float:
        return float(np.ptp(self.t))

    def miss_log_curve(self, log_curve: Any) -> Any:
        """How far the curve lies above each point: a ratio on logs, a number on levels."""
        if self.scale == "log":
            return log_curve - np.log(self.y)
        return np.exp(log_curve) - self.y

    def miss(self, form: Form, theta: Any) -> Any:
        return self.miss_log_curve(form.log_curve(theta, self.t))

    def cost(self, form: Form, theta: Any) -> float:
        """The sum of the squared distances."""
        return float(np.square(self.miss(form, theta)).sum())


def search(form: Form, times: np.ndarray, values: np.ndarray, scale: str) -> Found:
    """Find the least squares on levels or logs, from several starts, and the covariance there.

    Parameters
    ----------
    form : Form
        The curve, one of ``FORMS``.
    times, values : array
        Years, and numbers above 0 in any unit; at least as many as the form has parameters.
    scale : str
        "levels" or "log".

    Raises
    ------
    ValueError
        For values that do not rise where an S-curve is asked for.
    """
    weights = np.ones_like(values) if scale == "log" else values
    centre, unit = float(np.average(times, weights=weights)), float(values.max())
    points = _Points(times - centre, values / unit, scale)
    straight = FORMS["exponential"]
    line = np.polyfit(points.t, np.log(points.y), 1, w=weights)
    theta = _find_best(straight, points, [line[::-1]])
    straight_cost = points.cost(straight, theta)
    if form.under is not None:
        theta = _bend(form, points, theta, straight_cost)
    spare, cost = len(points.t) - len(theta), points.cost(form, theta)
    ceilings = (np.nan, np.nan)
    if spare:
        variance, quantile = cost / spare, student_t(LEVEL, spare)
        if form.under is not None:
            # The square of Student's t is the bound of the F test.
            most = cost + quantile**2 * variance
            profile = _CeilingProfile(form, form.under, points, theta, most)
            low, high = profile.interval(has_end=straight_cost > most)
            ceilings = (low * unit, high * unit)
    else:
        variance = quantile = np.nan
    jacobian = gradient(lambda parameters: points.miss(form, parameters), theta)
    return Found(
        form=form,
        theta=theta,
        covariance=_invert(jacobian) * np.float64(variance),
        variance=float(variance),
        quantile=quantile,
        ceilings=ceilings,
        centre=centre,
        unit=unit,
    )


def _find_best(form: Form, points: _Points, starts: list[Any]) -> np.ndarray:
    """Find the least squares: roughly from every start, and exactly from the best of these."""

    def miss(theta: Any) -> Any:
        return points.miss(form, theta)

    ends = form.bounds(points.span)
    rough = [least_squares(miss, start, ends, offset=1e-2, steps=20) for start in starts]
    nearest = min(rough, key=lambda theta: points.cost(form, theta))
    return least_squares(miss, nearest, ends)


def _bend(form: Form, points: _Points, straight: np.ndarray, straight_cost: float) -> np.ndarray:
    """Find the best S-curve, or the exponential ``straight`` without a bend where it is as good."""
    if straight[1] * points.span < 1e-9:
        raise ValueError(
            "values do not rise, but an S-curve rises to its ceiling. Fit the exponential."
        )
    bent = _find_best(form, points, _starts(form, points))
    if straight_cost - points.cost(form, bent) > 1e-6 * straight_cost + 2e-20:
        return bent
    return np.append(straight, 0.0)


def _pairs_on_grid(points: _Points) -> np.ndarray:
    """S-curves of 16 rates and 26 midpoints: their pairs, rate and rate times midpoint."""
    t, span = points.t, np.ptp(points.t)
    rates = np.geomspace(0.1, 60, 16)[:, None] / span
    products = rates * np.linspace(t.min() - span / 2, t.max() + span, 26)
    return np.stack([np.broadcast_to(rates, products.shape), products])


def _starts(form: Form, points: _Points) -> list[np.ndarray]:
    """The best S-curves on a grid, each with the ceiling that suits it best, for four rates."""
    assert form.under is not None
    y, pairs = points.y, _pairs_on_grid(points)
    below = form.under.log_curve(pairs[..., None], 0.0, points.t)  # log of the share of the ceiling
    if points.scale == "log":
        tops = (np.log(y) - below).mean(axis=-1)
        costs = np.square(np.log(y) - below - tops[..., None]).sum(axis=-1)
    else:
        shares = np.exp(below)
        tops = np.log((shares * y).sum(axis=-1) / np.square(shares).sum(axis=-1))
        costs = np.square(y - np.exp(tops)[..., None] * shares).sum(axis=-1)
    costs = np.where(np.isfinite(costs), costs, np.inf)
    nearest = costs.argmin(axis=1)
    starts = []
    for rate in costs.min(axis=1).argsort()[:4]:
        midpoint = nearest[rate]
        start = form.under.to_theta(pairs[:, rate, midpoint], tops[rate, midpoint])
        starts.append(np.array(start))
    return starts


class _CeilingProfile:
    """The best curve under each ceiling, and so the ceilings that the points allow.

    The interval of the profile likelihood: D. M. Bates and D. G. Watts, *Nonlinear Regression
    Analysis and Its Applications* (1988). A search begins at the last curve found, ``theta``, with
    its growth under this ceiling; before a ceiling is refused it is tried again from the best pair
    of a grid. ``most`` is the largest sum of squares that does not refuse a ceiling.
    """

    def __init__(
        self, form: Form, under: UnderCeiling, points: _Points, theta: np.ndarray, most: float
    ) -> None:
        self.under, self.points, self.theta, self.most = under, points, theta, most
        self.top = float(np.log(form.natural(theta, 0.0, 1.0)[0]))
        self.pairs = _pairs_on_grid(points).reshape(2, -1)
        self.known_excess: dict[float, float] = {}

    def interval(self, has_end: bool) -> tuple[float, float]:
        """The lowest and the highest ceiling; without an end no ceiling is too high."""
        start = min(self.top, float(np.log(ENDLESS)))
        if self.excess(start) > 0:  # an exact fit leaves no room
            return float(np.exp(start)), float(np.exp(self.top))
        low = self.find_end(start, -1)
        return low, self.find_end(start, 1) if has_end else np.inf

    def miss(self, pair: Any, log_ceiling: float) -> Any:
        return self.points.miss_log_curve(self.under.log_curve(pair, log_ceiling, self.points.t))

    def cost(self, pair: Any, log_ceiling: float) -> Any:
        cost = np.square(self.miss(pair, log_ceiling)).sum(axis=-1)
        return np.where(np.isfinite(cost), cost, np.inf)

    def excess(self, log_ceiling: float) -> float:
        """By how much the sum of squares of the best curve under a ceiling is too large."""
        if log_ceiling not in self.known_excess:
            self.known_excess[log_ceiling] = self._work_out_excess(log_ceiling)
        return self.known_excess[log_ceiling]

    def _work_out_excess(self, log_ceiling: float) -> float:
        def find_nearest(start: Any) -> np.ndarray:
            return least_squares(
                lambda pair: self.miss(pair, log_ceiling), start, offset=1e-5, steps=100
            )

        pair = find_nearest(self.under.from_theta(self.theta, log_ceiling))
        cost = self.cost(pair, log_ceiling)
        if cost > self.most:
            on_grid = self.cost(self.pairs[..., None], log_ceiling)
            again = find_nearest(self.pairs[:, on_grid.argmin()])
            if self.cost(again, log_ceiling) < cost:
                pair, cost = again, self.cost(again, log_ceiling)
        self.theta = np.array(self.under.to_theta(pair, log_ceiling))
        return float(cost - self.most)

    def find_end(self, start: float, direction: int) -> float:
        """The last ceiling that the points allow, upward (1) or downward (-1) from a good one."""
        inside, step = start, 0.1
        while step < 100:
            outside = start + direction * step
            if self.excess(outside) > 0:
                end = float(np.exp(find_root(self.excess, inside, outside)))
                return end if end < ENDLESS else np.inf
            inside, step = outside, 2 * step
        return np.inf if direction > 0 else 0.0


def _invert(jacobian: np.ndarray) -> np.ndarray:
    """The inverse of J'J, or infinities where the points leave a direction open."""
    _, singular, directions = np.linalg.svd(jacobian, full_matrices=False)
    if singular[-1] <= np.finfo(float).eps * max(jacobian.shape) * singular[0]:
        return np.full((jacobian.shape[1],) * 2, np.inf)
    return (directions.T / singular**2) @ directions
