"""What the fits need to be solved: least squares, a root, a quantile. The tests prove them against SciPy's.

With numpy alone a student's environment is a quarter smaller, and each kernel and each page in a browser 37 MB.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np


def gradient(function: Callable[[Any], Any], theta: np.ndarray) -> np.ndarray:
    """Derivatives by the parameters, in the last axis, exact to rounding: the complex step, for all of them at once."""
    steps = 1e-30j * np.eye(len(theta))
    return np.imag(function((theta[:, None] + steps)[:, :, None])).T / 1e-30


def least_squares(
    misses: Callable[[Any], Any],
    start: Any,
    ends: Any = (-np.inf, np.inf),
    offset: float = 1e-8,
    steps: int = 500,
) -> np.ndarray:
    """The parameters near ``start``, between ``ends`` (lowest, highest), with the smallest sum of squared ``misses``.

    The damped Gauss-Newton steps of D. W. Marquardt, *An Algorithm for Least-Squares Estimation of Nonlinear
    Parameters* (1963); a parameter at its end that would leave rests. It is done when the misses stand at a right angle
    to all directions, but for a part ``offset``: the criterion of D. M. Bates and D. G. Watts (1981).
    """
    low, high = ends
    theta = np.minimum(np.maximum(start, low), high)
    rest, damping = misses(theta), 1e-3
    for _ in range(steps):
        slope = gradient(misses, theta)
        uphill = rest @ slope
        slope = np.where((theta <= low) & (uphill > 0) | (theta >= high) & (uphill < 0), 0.0, slope)
        size = np.sqrt(np.square(slope).sum(axis=0))
        if not np.isfinite(size).all():
            return theta
        size[size == 0] = 1.0
        left, singular, right = np.linalg.svd(slope / size, full_matrices=False)
        along = (rest @ left) * (singular > 1e-14)
        here = rest @ rest
        if along @ along <= offset**2 * here + 1e-30:
            return theta
        while damping < 1e12:
            step = (along * singular / (singular**2 + damping)) @ right / size
            tried = np.minimum(np.maximum(theta - step, low), high)
            then = misses(tried)
            if then @ then < here:
                break
            damping *= 10
        else:
            return theta
        theta, rest, damping = tried, then, max(damping / 10, 1e-15)
    return theta


def root(function: Callable[[float], float], inside: float, outside: float) -> float:
    """Where a function crosses 0 between two points at which its signs differ, to 1e-8.

    Regula falsi with halving of the end that stays (the Illinois rule): M. Dowell and P. Jarratt (1971).
    """
    here, there = function(inside), function(outside)
    while abs(step := (outside - inside) * there / (there - here)) > 1e-8:
        newest = outside - step
        value = function(newest)
        if (value > 0) == (there > 0):
            here /= 2
        else:
            inside, here = outside, there
        outside, there = newest, value
    return outside - step


@cache
def student_t(level: float, spare: int) -> float:
    """How far Student's t with ``spare`` degrees of freedom goes to either side with this probability.

    The finite sums for whole degrees of freedom, M. Abramowitz and I. A. Stegun, *Handbook of Mathematical Functions*
    (1964), 26.7.3 and 26.7.4, turned round by halving.

    >>> round(student_t(0.95, 10), 3)
    2.228
    """
    odd = spare % 2
    powers = np.arange(odd, spare - 1, 2)
    weights = np.cumprod(np.where(powers > 1, 1 - 1 / np.maximum(powers, 1), 1))
    low, high = 0.0, np.pi / 2
    while low < (angle := (low + high) / 2) < high:
        share = np.sin(angle) * (weights * np.cos(angle) ** powers).sum()
        low, high = (
            (angle, high)
            if ((angle + share) * 2 / np.pi if odd else share) < level
            else (low, angle)
        )
    return float(np.sqrt(spare) * np.tan(angle))
