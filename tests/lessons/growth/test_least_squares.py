"""Fits by numpy against the same fits by SciPy: least squares, the root of the profile, the quantile of Student's t."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, special

from taobaolab import datasets
from taobaolab.lessons import growth
from taobaolab.lessons.growth import curve_forms, fit
from taobaolab.lessons.growth.least_squares import find_root, least_squares, student_t

CURVES, SCALES = ("exponential", "logistic", "gompertz"), ("levels", "log")
VILLAGES = datasets.load("villages_by_year")
T, Y = growth.years_since(VILLAGES["as_of"]), VILLAGES["villages"].to_numpy(float)
EIGHT = np.arange(8.0)


def by_scipy(times, values, curve, scale):
    """The fit with SciPy's three functions in the place of ours."""

    def least_squares(misses, start, ends=(-np.inf, np.inf), offset=1e-8, steps=500):
        exact = dict.fromkeys(("ftol", "xtol", "gtol"), 1e-15 if steps == 500 else 1e-12)
        start = np.clip(start, *ends)
        if not np.isfinite(misses(start)).all():
            return start
        return optimize.least_squares(
            misses, start, bounds=ends, jac="cs", x_scale="jac", max_nfev=steps, **exact
        ).x

    def find_root(function, inside, outside):
        return optimize.brentq(function, inside, outside, xtol=1e-9)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve_forms, "least_squares", least_squares)
        patch.setattr(curve_forms, "find_root", find_root)
        patch.setattr(
            curve_forms, "student_t", lambda level, spare: special.stdtrit(spare, 0.5 + level / 2)
        )
        return fit(times, values, curve, scale)


def assert_agree(ours, theirs, tolerance=1e-4, wider=False):
    """Parameters to that part of their standard error, or of themselves; relative errors and intervals to that part.

    The interval of a ceiling may be ``wider``: it ends where no curve fits, and a search that gets stuck ends it early.
    """
    close = {"rtol": tolerance, "err_msg": f"{ours}\n{theirs}"}
    assert (
        wider
        or ours.note.partition("ceiling above")[0] == theirs.note.partition("ceiling above")[0]
    )
    for name, value in ours.parameters.items():
        error = theirs.standard_errors[name]
        near = tolerance * error if np.isfinite(error) else 0
        np.testing.assert_allclose(value, theirs.parameters[name], atol=near, **close)
        size, sizes = (1.0, 1.0) if value in (0, np.inf) else (value, theirs.parameters[name])
        np.testing.assert_allclose(ours.standard_errors[name] / size, error / sizes, **close)
    for name, ends in ours.intervals.items():
        low, high = theirs.intervals[name]
        if wider and name == "ceiling" and not np.isnan(low):
            assert ends[0] <= low * (1 + tolerance)
            assert ends[1] >= high * (1 - tolerance)
        else:
            np.testing.assert_allclose(ends, (low, high), **close)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("rows", range(4, len(Y) + 1))
def test_every_fit_of_the_lesson_agrees_with_scipy(rows, curve, scale):
    assert_agree(fit(T[:rows], Y[:rows], curve, scale), by_scipy(T[:rows], Y[:rows], curve, scale))


HARD = {
    "no bend": 3 * 2.0**EIGHT * np.exp([0.1, -0.1, 0.05, 0, -0.05, 0.1, -0.1, 0]),
    "growth quickens": np.exp(0.1 * EIGHT**2 + 0.2 * EIGHT),
    "all bend": [1, 2, 4, 8, 9, 9, 9, 9],
    "ties": [1, 1, 2, 2, 3, 3, 4, 4],
    "four points": [14, 20, 212, 780],
    "noise": [5, 30, 9, 60, 40, 200, 80, 300],
}


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("case", HARD)
def test_hard_series_agree_with_scipy(case, curve, scale):
    values = HARD[case]
    times = EIGHT[: len(values)]
    assert_agree(fit(times, values, curve, scale), by_scipy(times, values, curve, scale))


@settings(derandomize=True, max_examples=25, database=None)
@given(
    st.sampled_from(CURVES),
    st.sampled_from(SCALES),
    st.sampled_from(["logistic", "gompertz"]),
    st.integers(6, 14),
    st.floats(3, 12),
    st.floats(0.25, 1.2),
    st.floats(0.01, 0.3),
    st.integers(0, 10**6),
)
def test_made_series_agree_with_scipy(curve, scale, true, size, midpoint, rate, scatter, seed):
    draw = np.random.default_rng(seed)
    times = np.cumsum(draw.uniform(0.5, 1.5, size))
    values = (getattr(growth, true)(times, 9000, rate, midpoint) + 1) * np.exp(
        draw.normal(0, scatter, size)
    )
    assume(fit(times, values, "exponential", scale).parameters["rate"] > 0.01)  # an S-curve rises
    ours = fit(times, values, curve, scale)
    theirs = by_scipy(times, values, curve, scale)
    cost, other = (off(found, times, values) for found in (ours, theirs))
    assert cost <= other * (1 + 1e-6)
    bound = (
        ours.intervals["rate"][0] > 0
    )  # else any steep curve does, and either search may stop early
    if bound and cost > other * (
        1 - 1e-6
    ):  # SciPy's can get stuck where few points lie in the bend
        assert_agree(ours, theirs, wider=True)


def off(found, times, values):
    """The sum of squares that a fit makes small, on its scale."""
    curve = found.predict(times)
    return np.square(np.log(curve / values) if found.scale == "log" else curve - values).sum()


def test_a_bounded_ceiling_is_not_said_to_be_open():
    """Nearly a step: the points bound the ceiling, but not how fast it was reached."""
    draw = np.random.default_rng(496956)
    times = np.cumsum(draw.uniform(0.5, 1.5, 13))
    values = (growth.logistic(times, 9000, 1.1875, 3.0) + 1) * np.exp(draw.normal(0, 0.1875, 13))
    found = fit(times, values, "gompertz")
    assert np.isfinite(found.intervals["ceiling"]).all()
    assert not found.identified
    assert found.note == "These points set no bound to some parameters: see the intervals."


@pytest.mark.parametrize("ends", [(-np.inf, np.inf), ([0, 0], [0.5, 9]), ([1.5, -9], [9, 9])])
def test_least_squares_rests_at_an_end(ends):
    """A line through four points, of slope 0.9 and height 1.2 without ends."""
    x, y = np.arange(4.0), np.array([1.0, 2.5, 2.7, 4.0])

    def misses(theta):
        return theta[0] * x + theta[1] - y

    found = least_squares(misses, [1.0, 1.0], ends)
    np.testing.assert_allclose(
        found, optimize.lsq_linear(np.stack([x, x**0], axis=1), y, ends).x, rtol=1e-6
    )


def test_a_root_between_two_points():
    for function in (np.sin, lambda x: np.expm1(x - 3), lambda x: (x - 3) ** 3 + 0.01 * (x - 3)):
        assert find_root(function, 2, 4.5) == pytest.approx(
            optimize.brentq(function, 2, 4.5), abs=1e-7
        )


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_students_t_has_scipys_quantiles(level):
    spare = [*range(1, 40), 200, 1001]
    ours = [student_t(level, n) for n in spare]
    np.testing.assert_allclose(ours, special.stdtrit(spare, 0.5 + level / 2), rtol=1e-11)
