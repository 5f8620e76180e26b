"""Growth, concentration and turnover against values worked by hand or published, and the laws they obey."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from taobaolab import datasets
from taobaolab.lessons import growth
from taobaolab.lessons.growth import fit, forecast, growth_rate, turnover, years_since

CURVES = ("exponential", "logistic", "gompertz")
S_CURVES = CURVES[1:]
SCALES = ("levels", "log")
steady = settings(derandomize=True, max_examples=60, database=None)


@pytest.fixture(scope="module")
def villages():
    table = datasets.load("villages_by_year")
    return table.assign(t=years_since(table["as_of"]))


# ---- time and rates
@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        ("2015-01-01", "2016-01-01", 1),
        ("2016-01-01", "2017-01-01", 1),  # a leap year is a year
        (
            "2016-01-01",
            "2016-08-31",
            243 / 366,
        ),  # January to July has 213 days in 2016, and 30 days of August
        ("2018-10-31", "2019-06-30", 1 - 303 / 365 + 180 / 365),  # day 304 of 2018, day 181 of 2019
        ("2015-01-01", "2016-08-31", 1 + 243 / 366),
    ],
)
def test_time_is_measured_in_years_between_dates(first, last, years):
    np.testing.assert_allclose(years_since([first, last]), [0, years], atol=1e-12)
    np.testing.assert_allclose(years_since([first, last], origin=last), [-years, 0], atol=1e-12)


def test_time_reads_dates_in_many_forms_and_runs_from_the_earliest():
    words = ["2018-10-31", "2016-08-31", "2016-08-31"]
    expected = years_since(words)
    assert expected[1] == expected[2] == 0 < expected[0]
    for same in (
        pd.Series(pd.to_datetime(words)),
        pd.to_datetime(words),
        np.array(words, "datetime64[D]"),
    ):
        assert years_since(same).tolist() == expected.tolist()
    assert years_since("2016-08-31", origin=pd.Timestamp("2015-08-31")).shape == (1,)


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (["2016-01-01", None], "row 1"),
        (pd.Series(pd.to_datetime(["2016-01-01", None])), "row 1"),
        (["soon"], "cannot be read"),
        ([], "empty"),
    ],
)
def test_time_refuses_what_is_no_date(dates, said):
    with pytest.raises(ValueError, match=said):
        years_since(dates)


def test_growth_rate_of_worked_examples():
    assert growth_rate(100, 121, 2) == pytest.approx(0.10)
    assert growth_rate(80, 80, 5) == 0
    assert growth_rate(100, 50, 1) == pytest.approx(-0.5)
    assert growth_rate(100, 110, 0.5) == pytest.approx(0.21)  # two half-years of 10%


def test_rows_are_not_years(villages):
    """From 2018 to 2019 eight months passed, so the yearly rate is above the change between the rows."""
    two = villages[villages["year"].isin([2018, 2019])]
    change = 4310 / 3202 - 1
    rate = growth_rate(*two["villages"], np.diff(two["t"])[0])
    assert rate == pytest.approx((4310 / 3202) ** (365 / 242) - 1)
    assert rate > change + 0.2


def test_growth_rate_takes_columns_and_lets_gaps_through():
    rates = growth_rate(
        pd.Series([10, 20, None], dtype="Int64"), pd.Series([20, 30, 40], dtype="Int64"), [1, 2, 1]
    )
    np.testing.assert_allclose(rates, [1, math.sqrt(1.5) - 1, np.nan])
    assert math.isnan(growth_rate(pd.NA, 20, 1))


@pytest.mark.parametrize(
    ("wrong", "name"),
    [((0, 10, 1), "first"), ((10, -1, 1), "last"), ((10, 20, 0), "years"), ((10, 20, -1), "years")],
)
def test_growth_rate_names_what_cannot_be(wrong, name):
    with pytest.raises(ValueError, match=f"{name} must be above 0"):
        growth_rate(*wrong)


@steady
@given(st.floats(1, 1e6), st.floats(-0.9, 5), st.floats(0.1, 20))
def test_growth_rate_undoes_compound_growth(first, rate, years):
    assert growth_rate(first, first * (1 + rate) ** years, years) == pytest.approx(rate, abs=1e-9)


def test_doubling_time():
    assert growth.doubling_time(1) == 1
    assert growth.doubling_time(math.sqrt(2) - 1) == pytest.approx(2)
    assert growth_rate(1, 2, growth.doubling_time(0.07)) == pytest.approx(0.07)
    np.testing.assert_allclose(growth.doubling_time([1, 3]), [1, 0.5])
    for rate in (0, -0.1, [0.1, -0.2]):
        with pytest.raises(ValueError, match="never doubles"):
            growth.doubling_time(rate)


# ---- curves
def test_curves_at_their_landmarks():
    assert growth.exponential(0, 3, 0.5) == 3
    assert growth.exponential(math.log(2) / 0.5, 3, 0.5) == pytest.approx(6)
    assert growth.logistic(7, 1000, 0.8, 7) == 500
    assert growth.gompertz(7, 1000, 0.8, 7) == pytest.approx(1000 / math.e)
    for curve in (growth.logistic, growth.gompertz):
        assert curve(1e4, 1000, 0.8, 7) == 1000
        assert curve(-1e4, 1000, 0.8, 7) == 0
        assert curve([6, 7, 8], 1000, 0.8, 7).shape == (3,)


@pytest.mark.parametrize("curve", [growth.logistic, growth.gompertz])
def test_s_curves_add_most_at_the_midpoint(curve):
    t = np.linspace(0, 14, 1401)
    steps = np.diff(curve(t, 1000, 0.8, 7))
    assert t[:-1][steps.argmax()] == pytest.approx(7, abs=0.011)
    assert (steps > 0).all()


def test_relative_growth_of_the_curves():
    """The laws behind them: growth a year falls with the share of the ceiling reached, or by a factor a year."""
    t, h = np.array([2.0, 5.0, 9.0]), 1e-6

    def relative(curve):
        return (np.log(curve(t + h, 1000, 0.8, 7)) - np.log(curve(t - h, 1000, 0.8, 7))) / (2 * h)

    np.testing.assert_allclose(
        relative(growth.logistic), 0.8 * (1 - growth.logistic(t, 1000, 0.8, 7) / 1000), rtol=1e-6
    )
    np.testing.assert_allclose(relative(growth.gompertz), 0.8 * np.exp(-0.8 * (t - 7)), rtol=1e-6)


# ---- fits: known answers
TRUE = {
    "exponential": {"start": 3.0, "rate": 0.6},
    "logistic": {"ceiling": 8000.0, "rate": 0.9, "midpoint": 9.0},
    "gompertz": {"ceiling": 12000.0, "rate": 0.3, "midpoint": 9.5},
}
UNEVEN = np.array([0, 3, 4, 5, 6, 6.67, 8, 8.83, 9.5, 10.5, 11.8, 12.5])


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("curve", CURVES)
def test_an_exact_curve_is_found_again(curve, scale):
    exact = getattr(growth, curve)(UNEVEN, **TRUE[curve])
    found = fit(UNEVEN, exact, curve, scale)
    assert found.parameters == pytest.approx(TRUE[curve], rel=1e-5)
    assert found.identified
    assert found.note == ""
    assert found.rmse < 1e-3
    assert found.points == 12
    ahead = np.array([-2.0, 7.7, 20.0])
    np.testing.assert_allclose(
        found.predict(ahead), getattr(growth, curve)(ahead, **TRUE[curve]), rtol=1e-4
    )


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("curve", CURVES)
def test_predict_is_the_curve_with_the_parameters(curve, scale, villages):
    found = fit(villages["t"], villages["villages"], curve, scale)
    again = getattr(growth, curve)(villages["t"], **found.parameters)
    np.testing.assert_allclose(found.predict(villages["t"]), again, rtol=1e-9)
    misses = again - villages["villages"].to_numpy(float)
    assert found.rmse == pytest.approx(math.sqrt((misses**2).mean()))


def test_the_logistic_agrees_with_the_certified_values_of_nist():
    """NIST Statistical Reference Datasets, nonlinear regression, Rat42: pasture yield, after Ratkowsky (1983).

    Certified: b1 / (1 + exp(b2 - b3 x)), with standard deviations of b1 and b3 and of the residuals.
    """
    x = [9, 14, 21, 28, 42, 57, 63, 70, 79]
    y = [8.93, 10.8, 18.59, 22.33, 39.35, 56.11, 61.73, 64.62, 67.08]
    found = fit(x, y, "logistic")
    b2, b3 = 2.6180768402, 6.7359200066e-2
    assert found.parameters["ceiling"] == pytest.approx(7.2462237576e1, rel=1e-8)
    assert found.parameters["rate"] == pytest.approx(b3, rel=1e-7)
    assert found.parameters["midpoint"] == pytest.approx(b2 / b3, rel=1e-7)
    assert found.standard_errors["ceiling"] == pytest.approx(1.7340283401, rel=1e-5)
    assert found.standard_errors["rate"] == pytest.approx(3.4465663377e-3, rel=1e-5)
    assert found.rmse == pytest.approx(math.sqrt(8.0565229338 / 9), rel=1e-8)


def test_the_exponential_on_logs_is_the_regression_line(villages):
    from scipy.stats import linregress
    from scipy.stats import t as student

    t, log_y = villages["t"].to_numpy(), np.log(villages["villages"].to_numpy(float))
    line, found = linregress(t, log_y), fit(t, villages["villages"], "exponential", "log")
    assert found.parameters["rate"] == pytest.approx(line.slope)
    assert math.log(found.parameters["start"]) == pytest.approx(line.intercept)
    assert found.standard_errors["rate"] == pytest.approx(line.stderr)
    assert found.standard_errors["start"] / found.parameters["start"] == pytest.approx(
        line.intercept_stderr
    )
    quantile = student.ppf(0.975, 10)
    assert found.intervals["rate"] == pytest.approx(
        (line.slope - quantile * line.stderr, line.slope + quantile * line.stderr)
    )
    low, high = np.log(found.intervals["start"])
    assert (low, high) == pytest.approx(
        (
            line.intercept - quantile * line.intercept_stderr,
            line.intercept + quantile * line.intercept_stderr,
        )
    )
    # the interval of a regression line and of a new point, from the textbook
    ahead = 15.0
    s2 = ((log_y - line.intercept - line.slope * t) ** 2).sum() / 10
    curve = s2 * (1 / 12 + (ahead - t.mean()) ** 2 / ((t - t.mean()) ** 2).sum())
    for interval, variance in {"confidence": curve, "prediction": curve + s2}.items():
        low, high = found.band([ahead], interval)
        middle = line.intercept + line.slope * ahead
        assert np.log([low[0], high[0]]) == pytest.approx(
            [middle - quantile * math.sqrt(variance), middle + quantile * math.sqrt(variance)]
        )


@pytest.mark.parametrize("curve", CURVES)
def test_levels_agree_with_scipys_curve_fit(curve, villages):
    from scipy.optimize import curve_fit

    t, y = villages["t"].to_numpy(), villages["villages"].to_numpy(float)
    guess = {
        "exponential": (200, 0.3),
        "logistic": (9000, 0.6, 9.7),
        "gompertz": (13000, 0.25, 10),
    }[curve]
    values, covariance = curve_fit(getattr(growth, curve), t, y, p0=guess)
    found = fit(t, y, curve)
    assert list(found.parameters.values()) == pytest.approx(values, rel=1e-4)
    assert list(found.standard_errors.values()) == pytest.approx(
        np.sqrt(np.diag(covariance)), rel=1e-3
    )
    # and the band of the curve by a derivative taken another way
    ahead = np.array([6.0, 14.0])
    steps = np.diag(1e-5 * values)
    slope = np.stack(
        [
            (
                getattr(growth, curve)(ahead, *(values + s))
                - getattr(growth, curve)(ahead, *(values - s))
            )
            / (2 * s.sum())
            for s in steps
        ],
        axis=1,
    )
    from scipy.stats import t as student

    half = student.ppf(0.975, 12 - len(values)) * np.sqrt(
        np.einsum("ij,jk,ik->i", slope, covariance, slope)
    )
    low, high = found.band(ahead)
    np.testing.assert_allclose(high, found.predict(ahead) + half, rtol=1e-3)
    np.testing.assert_allclose(low, np.maximum(0, found.predict(ahead) - half), rtol=1e-3)


def test_the_scale_decides_which_points_count():
    """One early count ten times too high: on levels it is a trifle, on logs it turns the line."""
    t, y = np.arange(8.0), 2.0 ** np.arange(8)
    y[0] = 10
    assert fit(t, y, "exponential", "levels").parameters["rate"] == pytest.approx(
        math.log(2), rel=0.06
    )
    assert fit(t, y, "exponential", "log").parameters["rate"] < 0.8 * math.log(2)


# ---- fits: what the points do not say
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("curve", S_CURVES)
def test_a_straight_exponential_has_no_ceiling(curve, scale):
    t = np.arange(8.0)
    found = fit(t, 5 * np.exp(0.4 * t), curve, scale)
    assert not found.identified
    assert found.intervals["ceiling"][1] == math.inf
    assert found.intervals["midpoint"] == (-math.inf, math.inf)
    assert "do not say where the curve ends" in found.note
    np.testing.assert_allclose(
        found.predict([0, 7, 10]), 5 * np.exp(0.4 * np.array([0, 7, 10])), rtol=1e-3
    )


@pytest.mark.parametrize(("curve", "rate", "early"), [("logistic", 0.6, 7), ("gompertz", 0.15, 5)])
def test_the_ceiling_is_identified_only_after_the_bend(curve, rate, early):
    """One S-curve, with scatter of some 10%, seen in its first years and until well after its midpoint.

    On logs the growth of a Gompertz curve fades from the start, so its ceiling shows earlier than the logistic's.
    """
    t = np.arange(30.0)
    y = getattr(growth, curve)(t, 1000, rate, 10) * np.exp(
        np.random.default_rng(8).normal(0, 0.1, 30)
    )
    first, whole = fit(t[:early], y[:early], curve, "log"), fit(t, y, curve, "log")
    assert not first.identified
    assert first.intervals["ceiling"][1] == math.inf
    assert whole.identified
    low, high = whole.intervals["ceiling"]
    assert 800 < low < 1000 < high < 1200


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.full
def test_intervals_hold_the_truth_as_often_as_they_say(curve, scale):
    """Drawn again and again from a known curve, 95% of the intervals hold it: here at least 89 of 100."""
    draw = np.random.default_rng(5)
    true, times, ahead = TRUE[curve], np.linspace(4, 14, 12), 16.0
    middle, then = (getattr(growth, curve)(t, **true) for t in (times, ahead))
    hits = []
    for _ in range(100):
        noise = draw.normal(size=13) * (0.2 if scale == "log" else 0.5)
        counts = (
            (np.append(middle, then) * np.exp(noise))
            if scale == "log"
            else np.append(middle, then) + noise
        )
        found = fit(times, counts[:-1], curve, scale)
        held = [low <= true[name] <= high for name, (low, high) in found.intervals.items()]
        for interval, target in {"confidence": then, "prediction": counts[-1]}.items():
            low, high = found.band([ahead], interval)
            held.append(low[0] <= target <= high[0])
        hits.append(held)
    assert (np.mean(hits, axis=0) >= 0.89).all()
    assert np.mean(hits) <= 0.98


def test_no_bend_at_all_is_said():
    t = np.arange(6.0)
    found = fit(t, np.exp(0.1 * t**2 + 0.2 * t), "logistic", "log")  # growth that quickens
    assert found.parameters["ceiling"] == math.inf
    assert found.note.endswith("The best curve has no bend at all: it is the exponential.")
    assert fit(t, 3 * 2.0**t, "gompertz", "log").parameters["midpoint"] == math.inf
    assert found.parameters["rate"] == pytest.approx(
        fit(t, np.exp(0.1 * t**2 + 0.2 * t), "exponential", "log").parameters["rate"]
    )


@pytest.mark.parametrize(
    ("curve", "until", "bounded"),
    [
        ("logistic", 2018, False),
        ("logistic", 2020, True),
        ("logistic", 2019, False),
        ("gompertz", 2020, True),
    ],
)
def test_a_ceiling_has_an_end_when_the_exponential_fits_significantly_worse(
    curve, until, bounded, villages
):
    from scipy.stats import f

    used = villages[villages["year"] <= until]
    line, bent = (fit(used["t"], used["villages"], c) for c in ("exponential", curve))
    spare = len(used) - 3
    ratio = (line.rmse**2 / bent.rmse**2 - 1) * spare
    assert bool(ratio > f.ppf(0.95, 1, spare)) is bounded
    assert bent.identified is bounded
    assert (bent.intervals["ceiling"][1] < math.inf) is bounded
    assert (bent.intervals["midpoint"] == (-math.inf, math.inf)) is not bounded


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("curve", S_CURVES)
def test_at_the_ends_of_the_ceiling_the_best_curve_is_just_significantly_worse(curve, scale):
    """The F ratio there, with the other two parameters fitted anew by scipy, is the quantile of F."""
    from scipy.optimize import curve_fit
    from scipy.stats import f

    true = TRUE[curve]
    y = getattr(growth, curve)(UNEVEN, **true) * np.exp(np.random.default_rng(3).normal(0, 0.1, 12))
    found = fit(UNEVEN, y, curve, scale)
    change = np.log if scale == "log" else (lambda x: x)
    least = ((change(found.predict(UNEVEN)) - change(y)) ** 2).sum()
    for ceiling in found.intervals["ceiling"]:

        def under(t, rate, midpoint, ceiling=ceiling):
            return change(getattr(growth, curve)(t, ceiling, rate, midpoint))

        pair, _ = curve_fit(under, UNEVEN, change(y), p0=[true["rate"], true["midpoint"]])
        worse = ((under(UNEVEN, *pair) - change(y)) ** 2).sum()
        assert (worse / least - 1) * 9 == pytest.approx(f.ppf(0.95, 1, 9), rel=1e-2)


def test_a_ceiling_a_million_times_the_largest_value_is_none(villages):
    """Counts to 2018: the exponential is just significantly worse, but only ceilings of billions tell the two apart."""
    used = villages[villages["year"] <= 2018]
    found = fit(used["t"], used["villages"], "gompertz")
    assert found.intervals["ceiling"][1] == math.inf
    assert not found.identified


@pytest.mark.parametrize("until", [2014, 2015, 2016, 2017, 2018])
def test_on_logs_the_first_lists_show_no_fading_of_growth(until, villages):
    used = villages[villages["year"] <= until]
    found = fit(used["t"], used["villages"], "gompertz", "log")
    assert (found.parameters["ceiling"], found.parameters["midpoint"]) == (math.inf, math.inf)


def test_the_note_never_names_a_ceiling_below_what_was_seen(villages):
    for rows in range(4, 13):
        found = fit(villages["t"][:rows], villages["villages"][:rows], "logistic", "log")
        named = max(found.intervals["ceiling"][0], villages["villages"][rows - 1])
        assert found.identified or f"no ceiling above {named:,.0f} can be ruled out" in found.note
    early = fit(villages["t"][:4], villages["villages"][:4], "logistic", "log")
    assert early.intervals["ceiling"][0] < 212
    assert "no ceiling above 212 can be ruled out" in early.note


def test_a_count_is_never_below_zero_in_a_band_or_a_rate(villages):
    found = fit(villages["t"][:4], villages["villages"][:4], "logistic")
    assert found.standard_errors["rate"] > found.parameters["rate"]
    assert found.intervals["rate"][0] == 0
    assert found.band([0.0], "prediction")[0] == 0


@pytest.mark.parametrize("curve", S_CURVES)
def test_far_away_an_s_curve_is_its_ceiling_or_nothing(curve):
    found = fit(UNEVEN, getattr(growth, curve)(UNEVEN, **TRUE[curve]), curve, "log")
    assert found.predict([-5000.0, 5000.0]) == pytest.approx([0, TRUE[curve]["ceiling"]], rel=1e-5)


def test_the_form_of_gompertz_without_a_ceiling_is_the_exponential_in_value_and_slope():
    """(1 - exp(-r t)) / r is t - r t^2 / 2 for small r: its value, and its slope by r, where r is 0."""
    from taobaolab.lessons.growth.curve_forms import FORMS, gradient

    t = np.array([-3.0, 0.0, 2.0])
    for rate in (0.0, 1e-7, 1e-5, 1e-4):
        theta = np.array([0.3, 0.5, rate])
        exact = np.array([0.3 + 0.5 * (-math.expm1(-rate * x) / rate if rate else x) for x in t])
        np.testing.assert_allclose(FORMS["gompertz"].log_curve(theta, t), exact, rtol=1e-10)
        slope = gradient(lambda x: FORMS["gompertz"].log_curve(x, t), theta)
        np.testing.assert_allclose(slope[:, 2], 0.5 * (-(t**2) / 2 + rate * t**3 / 3), atol=1e-6)


@pytest.mark.parametrize(
    "values", [[1, 1, 1, 1, 100, 100, 100, 100], [1, 9, 1, 9, 1, 9, 1, 9.5], [1] + [1e12] * 7]
)
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("curve", CURVES)
def test_odd_series_are_fitted_without_a_warning(curve, scale, values):
    t = np.arange(8.0)
    try:
        found = fit(t, values, curve, scale)
    except ValueError as refused:
        assert "do not rise" in str(refused)  # noqa: PT017
        assert np.polyfit(t, values, 1, w=values)[0] < 1e12  # only the leap, on levels
        return
    assert np.isfinite(found.predict(t)).all()
    assert found.identified == (found.note == "")


@pytest.mark.parametrize(("curve", "size"), [("exponential", 2), ("logistic", 3), ("gompertz", 3)])
def test_as_many_points_as_parameters_give_a_curve_and_no_interval(curve, size):
    t, y = [0.0, 1.0, 3.0][:size], [10.0, 30.0, 60.0][:size]
    found = fit(t, y, curve)
    np.testing.assert_allclose(found.predict(t), y, rtol=1e-6)
    assert not found.identified
    assert f"{size} points for {size} parameters" in found.note
    assert all(math.isnan(end) for ends in found.intervals.values() for end in ends)
    assert np.isnan(found.band(t)).all()
    with pytest.raises(ValueError, match=f"too few: {curve} has {size} parameters"):
        fit(t[:-1], y[:-1], curve)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("curve", CURVES)
def test_the_villages_can_be_fitted_from_any_year_on(curve, scale, villages):
    for rows in range(3, 13):
        found = fit(villages["t"][:rows], villages["villages"][:rows], curve, scale)
        assert np.isfinite(found.predict(villages["t"])).all()
        assert found.identified == np.isfinite(list(found.intervals.values())).all()
        assert found.identified == (found.note == "")
        if rows > len(found.parameters):
            for name, (low, high) in found.intervals.items():
                assert low <= found.parameters[name] <= high
            for interval in ("confidence", "prediction"):
                low, high = found.band(villages["t"], interval)
                assert (low <= found.predict(villages["t"])).all()
                assert (high >= found.predict(villages["t"])).all()


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("curve", S_CURVES)
def test_an_s_curve_never_fits_worse_than_its_limit(curve, scale, villages):
    for rows in range(4, 13):
        t, y = villages["t"][:rows], villages["villages"][:rows]

        def distance(found, t=t, y=y):
            seen, said = y.to_numpy(float), found.predict(t)
            return (np.log(said / seen) ** 2 if scale == "log" else (said - seen) ** 2).sum()

        assert distance(fit(t, y, curve, scale)) <= distance(fit(t, y, "exponential", scale)) * (
            1 + 1e-9
        )


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("curve", S_CURVES)
def test_no_curve_on_a_grid_fits_better(curve, scale):
    """Twenty scattered series; 3,600 curves each, with the best ceiling for every rate and midpoint."""
    draw = np.random.default_rng(11)
    rates, midpoints = np.meshgrid(np.geomspace(0.02, 4, 60), np.linspace(-4, 20, 60))
    for _ in range(20):
        t = np.sort(draw.uniform(0, 12, 8))
        made = getattr(growth, curve)(t, 1000, draw.uniform(0.2, 1.5), draw.uniform(1, 12)) + 0.5
        y = made * np.exp(draw.normal(0, 0.5, 8))
        if np.polyfit(t, np.log(y), 1, w=np.ones(8) if scale == "log" else y)[0] < 0.05:
            continue  # too flat to ask for an S-curve
        found = fit(t, y, curve, scale)
        ahead = rates[..., None] * (t - midpoints[..., None])
        logs = (
            -np.logaddexp(0, -ahead) if curve == "logistic" else -np.exp(-ahead)
        )  # of the share of the ceiling
        if scale == "log":
            off = np.log(y) - logs
            grid = np.square(off - off.mean(axis=-1, keepdims=True)).sum(axis=-1)
            here = np.square(np.log(y) - np.log(found.predict(t))).sum()
        else:
            shares = np.exp(logs)
            ceilings = (y * shares).sum(axis=-1) / np.maximum(
                np.square(shares).sum(axis=-1), 1e-300
            )
            grid = np.square(y - ceilings[..., None] * shares).sum(axis=-1)
            here = np.square(y - found.predict(t)).sum()
        assert here <= grid.min() * (1 + 1e-9)


def test_points_that_leave_a_direction_open_bound_nothing():
    from taobaolab.lessons.growth.curve_forms import _invert

    assert np.isinf(_invert(np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0 + 1e-16]]))).all()
    np.testing.assert_allclose(
        _invert(np.array([[2.0, 0.0], [0.0, 4.0], [0.0, 0.0]])), np.diag([1 / 4, 1 / 16])
    )


@steady
@given(
    st.sampled_from(CURVES),
    st.sampled_from(SCALES),
    st.lists(st.floats(0.05, 3), min_size=5, max_size=9),
    st.lists(st.floats(-0.3, 0.3), min_size=9, max_size=9),
    st.floats(1, 1e7),
    st.floats(-3000, 3000),
)
def test_units_and_origin_of_time_do_not_matter(curve, scale, gaps, scatter, unit, shift):
    """Counting in thousands or from another date changes the numbers as it must, and never the curve."""
    t = np.cumsum(gaps)
    y = np.exp(0.7 * t + np.array(scatter[: len(t)]) * 0.5)
    assume(np.polyfit(t, y, 1)[0] > 0 and np.polyfit(t, np.log(y), 1)[0] > 0)
    found, moved = fit(t, y, curve, scale), fit(t + shift, unit * y, curve, scale)
    np.testing.assert_allclose(moved.predict(t + shift), unit * found.predict(t), rtol=1e-3)
    assert moved.parameters["rate"] == pytest.approx(found.parameters["rate"], rel=1e-2, abs=1e-4)


@pytest.mark.parametrize(
    ("years", "values", "options", "said"),
    [
        (
            [0, 1, 2],
            [1, 2, 4],
            {"curve": "linear"},
            "curve is one of exponential, logistic, gompertz",
        ),
        ([0, 1, 2], [1, 2, 4], {"scale": "logs"}, 'scale is "levels" or "log"'),
        ([0, 1, 2], [1, 0, 4], {}, "values is not above 0 in row 1"),
        ([0, 1, 2], [1, -2, 4], {}, "values is not above 0 in row 1"),
        ([0, 1, 2], [1, None, 4], {}, "values is missing in row 1.*Missing is not zero"),
        (
            [0, 1, 2],
            pd.Series([1, pd.NA, 4], index=[7, 8, 9], dtype="Int64"),
            {},
            "values is missing in row 8",
        ),
        ([0, np.inf, 2], [1, 2, 4], {}, "years is infinite in row 1"),
        ([0, 1, 1], [1, 2, 4], {}, "years has 1 more than once"),
        ([0, 1], [1, 2, 4], {}, "years has 2 numbers and values has 3"),
        ([0, 1, 2], ["1", "two", "4"], {}, "values must be numbers"),
        ([], [], {}, "years is empty"),
        ([0, 1, 2, 3], [8, 4, 2, 1], {"curve": "logistic"}, "values do not rise"),
        ([0, 1, 2, 3], [8, 4, 2, 1], {"curve": "gompertz"}, "values do not rise"),
        ([0, 1, 2, 3], [5, 5, 5, 5], {"curve": "gompertz"}, "values do not rise"),
        ([0], [8], {}, "1 point is too few"),
    ],
)
def test_a_fit_names_what_is_wrong(years, values, options, said):
    with pytest.raises(ValueError, match=said):
        fit(years, values, **({"curve": "exponential"} | options))


def test_falling_values_have_an_exponential():
    assert fit([0, 1, 2, 3], [8, 4, 2, 1], "exponential").parameters["rate"] == pytest.approx(
        -math.log(2)
    )


def test_a_fit_is_frozen_comparable_and_a_table():
    found = fit([0, 1, 2, 4], [3, 5, 14, 40], "exponential", "log")
    assert found == fit([0, 1, 2, 4], [3, 5, 14, 40], "exponential", "log")
    with pytest.raises(AttributeError):
        found.note = "all is well"
    table = found.table().set_index("parameter")
    assert table.loc["rate", "estimate"] == found.parameters["rate"]
    assert tuple(table.loc["start", ["low", "high"]]) == found.intervals["start"]
    with pytest.raises(ValueError, match='"confidence" or "prediction"'):
        found.band([1], "both")


# ---- forecasts
def test_a_forecast_sees_nothing_after_its_year(villages):
    told = forecast(villages, "logistic", 2016, "log")
    changed = villages.assign(villages=villages["villages"].where(villages["year"] <= 2016, 1))
    blind = forecast(changed, "logistic", 2016, "log")
    pd.testing.assert_frame_equal(told[["fitted", "low", "high"]], blind[["fitted", "low", "high"]])
    assert told["used"].tolist() == [y <= 2016 for y in told["year"]]


@pytest.mark.parametrize("until", [2013, 2014, 2021])
def test_the_last_year_used_is_the_year_named(until, villages):
    told = forecast(villages, "exponential", until)
    assert told.loc[told["used"], "year"].max() == until
    assert told.loc[~told["used"], "year"].min() == until + 1


def test_a_forecast_is_the_fit_carried_on(villages):
    told = forecast(villages.sample(frac=1, random_state=3), "gompertz", 2017)
    used = villages[villages["year"] <= 2017]
    found = fit(used["t"], used["villages"], "gompertz")
    assert told["year"].tolist() == villages["year"].tolist()
    assert told["observed"].tolist() == villages["villages"].tolist()
    np.testing.assert_allclose(told["fitted"], found.predict(villages["t"]), rtol=1e-6)
    np.testing.assert_allclose(told["high"], found.band(villages["t"], "prediction")[1], rtol=1e-5)
    np.testing.assert_allclose(told["error"], told["observed"] - told["fitted"])
    np.testing.assert_allclose(
        told["percentage_error"], 100 * (1 - told["fitted"] / told["observed"])
    )


def test_with_the_data_to_2016_every_curve_is_wrong_about_2022(villages):
    """Only 7,780 villages came: the exponential is far too high, the S-curves on levels are far too low."""
    ends = {c: forecast(villages, c, 2016).iloc[-1] for c in CURVES}
    assert ends["exponential"]["fitted"] > 50 * 7780
    assert ends["logistic"]["high"] < 7780
    assert ends["gompertz"]["high"] < 7780
    assert fit(villages["t"][:6], villages["villages"][:6], "logistic").identified  # and yet wrong


@pytest.mark.parametrize(
    ("change", "until", "said"),
    [
        ({}, 2022, "until is 2022, but the last year is 2022"),
        ({}, 2008, "until is 2008, but the first year is 2009"),
        ({}, 2012, "2 points are too few"),
        ({"villages": None}, 2016, "no column villages"),
        ({"as_of": None}, 2016, "no column as_of"),
    ],
)
def test_a_forecast_names_what_is_wrong(change, until, said, villages):
    table = villages.drop(columns=list(change))
    with pytest.raises(ValueError, match=said):
        forecast(table, "logistic", until)


def test_errors_of_a_worked_example():
    """Misses of -10, +50 and 0 on 100, 200 and 50: a bias of 13 1/3, percentages of 10, 25 and 0."""
    found = growth.errors([100, 200, 50], [110, 150, 50])
    assert found["mean_error"] == pytest.approx(40 / 3)
    assert found["mean_absolute_error"] == pytest.approx(20)
    assert found["root_mean_squared_error"] == pytest.approx(math.sqrt(2600 / 3))
    assert found["mean_absolute_percentage_error"] == pytest.approx(35 / 3)
    assert found["mean_absolute_log_error"] == pytest.approx((math.log(1.1) + math.log(4 / 3)) / 3)


def test_percentages_punish_too_high_more_than_too_low_and_logs_do_not():
    high, low = growth.errors([100], [400]), growth.errors([100], [25])
    assert (high["mean_absolute_percentage_error"], low["mean_absolute_percentage_error"]) == (
        300,
        75,
    )
    assert high["mean_absolute_log_error"] == pytest.approx(low["mean_absolute_log_error"])


@pytest.mark.parametrize(
    ("observed", "said"),
    [([1, 2], "go in pairs"), ([1, 0, 2], "observed"), ([1, None, 2], "observed")],
)
def test_errors_refuse_what_cannot_be_judged(observed, said):
    with pytest.raises(ValueError, match=said):
        growth.errors(observed, [1, 2, 3])


# ---- concentration
def test_concentration_of_worked_examples():
    counts = [50, 30, 15, 5]
    assert [growth.top_share(counts, k) for k in (1, 2, 4)] == [0.5, 0.8, 1.0]
    assert growth.herfindahl(counts) == pytest.approx(0.25 + 0.09 + 0.0225 + 0.0025)
    assert growth.herfindahl([50, 50]) * 10_000 == 5_000
    # mean absolute difference over twice the mean: pairs differ by 20, 35, 45, 15, 25 and 10
    assert growth.gini(counts) == pytest.approx(2 * 150 / 16 / (2 * 25))
    assert growth.lorenz(counts)["share_of_total"].tolist() == pytest.approx([0, 0.05, 0.2, 0.5, 1])


@pytest.mark.parametrize("n", [1, 2, 7, 31])
def test_concentration_at_both_ends(n):
    equal, one = [4] * n, [0] * (n - 1) + [9]
    assert growth.gini(equal) == pytest.approx(0)
    assert growth.gini(one) == pytest.approx(1 - 1 / n)
    assert growth.herfindahl(equal) == pytest.approx(1 / n)
    assert growth.herfindahl(one) == 1
    assert growth.top_share(one) == 1


def test_zeros_are_units_of_the_gini_and_nothing_to_the_herfindahl(villages):
    table = datasets.load("villages_by_province").query("year == 2016")
    every, some = table["villages"], table.loc[table["villages"] > 0, "villages"]
    assert (len(every), len(some), every.sum()) == (31, 18, 1311)
    assert growth.gini(every) > growth.gini(some) + 0.1
    assert growth.herfindahl(every) == pytest.approx(growth.herfindahl(some))
    assert growth.top_share(every, 3) == pytest.approx((506 + 262 + 201) / 1311)


COUNTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=40).filter(any)


@steady
@given(COUNTS, st.integers(1, 1000), st.integers(0, 20))
def test_laws_of_concentration(counts, factor, zeros):
    n = len(counts)
    h, g = growth.herfindahl(counts), growth.gini(counts)
    assert 1 / n - 1e-12 <= h <= 1 + 1e-12
    assert -1e-12 <= g <= 1 - 1 / n + 1e-12
    scaled, shuffled = [factor * c for c in counts], counts[::-1]
    assert growth.gini(scaled) == pytest.approx(g)
    assert growth.gini(shuffled) == pytest.approx(g)
    assert growth.herfindahl(scaled) == pytest.approx(h)
    padded = counts + [0] * zeros
    assert growth.herfindahl(padded) == pytest.approx(h)
    assert growth.gini(padded) == pytest.approx(
        (g * n + zeros) / (n + zeros)
    )  # 1 - G shrinks with the share of units
    shares = [growth.top_share(counts, k) for k in range(1, n + 1)]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


@steady
@given(COUNTS)
def test_laws_of_the_lorenz_curve(counts):
    curve = growth.lorenz(counts)
    x, y = curve["share_of_units"].to_numpy(), curve["share_of_total"].to_numpy()
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
    assert (np.diff(y, 2) >= -1e-12).all()  # convex
    assert (y <= x + 1e-12).all()
    area = ((y[1:] + y[:-1]) / 2 * np.diff(x)).sum()
    assert growth.gini(counts) == pytest.approx(1 - 2 * area)


@pytest.mark.parametrize(
    "measure", [growth.top_share, growth.herfindahl, growth.gini, growth.lorenz]
)
@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([], "empty"),
        ([0, 0], "add up to 0"),
        ([3, -1], "counts is below 0 in row 1"),
        ([3, None], "counts is missing in row 1"),
        (
            pd.Series([3, pd.NA], index=["Hebei", "Henan"], dtype="Int64"),
            "counts is missing in row Henan",
        ),
        ([3, np.inf], "infinite"),
        (["many"], "must be numbers"),
    ],
)
def test_concentration_refuses_what_cannot_be_shared_out(measure, counts, said):
    with pytest.raises(ValueError, match=said):
        measure(counts)


@pytest.mark.parametrize("k", [0, 4, 1.5, True, -1])
def test_top_share_takes_a_number_of_units(k):
    with pytest.raises(ValueError, match="whole number from 1 to 3"):
        growth.top_share([1, 2, 3], k)


def test_location_quotient_of_a_worked_example():
    """Zhejiang has 30 of 40 villages (75%) on 20 of 80 places (25%): three times its share."""
    part = pd.Series([30, 10], index=["Zhejiang", "Henan"])
    whole = pd.Series([20, 60], index=["Zhejiang", "Henan"])
    found = growth.location_quotient(part, whole)
    assert found.to_dict() == pytest.approx({"Zhejiang": 3, "Henan": 1 / 3})
    assert growth.location_quotient(whole, whole).tolist() == [1, 1]


@steady
@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=1, max_size=30).filter(
        lambda p: any(a for a, _ in p)
    )
)
def test_location_quotients_average_to_one_by_size(pairs):
    part, whole = zip(*pairs, strict=True)
    quotient = growth.location_quotient(part, whole)
    assert np.average(quotient, weights=whole) == pytest.approx(1)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        ([1, 2], [1, 2, 3], "go in pairs"),
        ([1, 2], [1, 0], "whole is not above 0 in row 1"),
        ([1, None], [1, 2], "part is missing in row 1"),
        ([0, 0], [1, 2], "part add up to 0"),
        (
            pd.Series([1, 2], index=["a", "b"]),
            pd.Series([1, 2], index=["b", "a"]),
            "different labels",
        ),
    ],
)
def test_location_quotient_names_what_is_wrong(part, whole, said):
    with pytest.raises(ValueError, match=said):
        growth.location_quotient(part, whole)


# ---- turnover
BEFORE = ["孙庄", "丁楼村", "张庄", "李楼社区"]
AFTER = ["孙庄村", "丁楼村", "李楼", "王庄"]


def test_care_for_spelling_changes_the_answer():
    strict, careful = turnover(BEFORE, AFTER), turnover(BEFORE, AFTER, key=growth.without_ending)
    assert (strict.kept, strict.gone, strict.new) == (
        ("丁楼村",),
        ("孙庄", "张庄", "李楼社区"),
        ("孙庄村", "李楼", "王庄"),
    )
    assert (careful.kept, careful.gone, careful.new) == (
        ("孙庄", "丁楼村", "李楼社区"),
        ("张庄",),
        ("王庄",),
    )
    assert careful.respelled == (("孙庄", "孙庄村"), ("李楼社区", "李楼"))
    assert strict.respelled == ()
    assert (strict.share_kept, careful.share_kept) == (0.25, 0.75)


def test_a_repeated_name_counts_once_and_is_told():
    """As in Daji's list of 2015, where 孙庄 and 孙庄村 stand apart."""
    found = turnover(["孙庄", "孙庄村", "丁楼"], ["孙庄村", "孙庄村"], key=growth.without_ending)
    assert (found.kept, found.gone, found.new) == (("孙庄",), ("丁楼",), ())
    assert found.repeated_before == ("孙庄村",)
    assert found.repeated_after == ("孙庄村",)
    assert turnover(["孙庄", "孙庄村"], ["孙庄"]).repeated_before == ()
    both = turnover(["孙庄村"], ["孙庄", "孙庄村"], key=growth.without_ending)
    assert (both.repeated_after, both.respelled) == (
        ("孙庄村",),
        (),
    )  # it also stands there as it was


def test_dajis_lists_can_be_matched():
    lists = datasets.load("daji_lists")
    names = {year: part["village_zh"] for year, part in lists.groupby("year")}
    found = turnover(names[2015], names[2016], key=growth.without_ending)
    assert found.repeated_before == ("孙庄村",)
    assert len(found.kept) + len(found.gone) == 16
    assert len(found.kept) + len(found.new) == 27


def test_places_of_one_name_need_a_key_that_keeps_them_apart():
    before, after = [("Shandong", "张庄"), ("Hebei", "张庄")], [("Shandong", "张庄村")]

    def within_province(place):
        return place[0], growth.without_ending(place[1])

    assert turnover(before, after, key=within_province).gone == (("Hebei", "张庄"),)
    assert turnover(before, after, key=lambda place: growth.without_ending(place[1])).gone == ()


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("孙庄村", "孙庄"),
        ("孙庄", "孙庄"),
        ("青岩刘社区", "青岩刘"),
        ("某居委会", "某"),
        (" 孙庄 村 ", "孙庄"),
        ("村", "村"),
        ("村头", "村头"),
    ],
)
def test_one_ending_is_dropped(name, bare):
    assert growth.without_ending(name) == bare


NAMES = st.lists(
    st.sampled_from(["孙庄", "孙庄村", "丁楼", "丁楼村", "张庄", "王庄村", "李楼社区"]),
    min_size=1,
    max_size=10,
)


@steady
@given(NAMES, NAMES, st.sampled_from([None, growth.without_ending]))
def test_laws_of_turnover(before, after, key):
    found, back = turnover(before, after, key), turnover(after, before, key)
    same = key or (lambda name: name)

    def keys(names):
        return {same(name) for name in names}

    assert keys(found.kept) | keys(found.gone) == keys(before)
    assert keys(found.kept) | keys(found.new) == keys(after)
    assert len(found.kept) + len(found.gone) + len(found.repeated_before) == len(before)
    assert len(found.kept) + len(found.new) + len(found.repeated_after) == len(after)
    assert keys(back.gone) == keys(found.new)
    assert keys(back.kept) == keys(found.kept)
    assert len(turnover(before, after, growth.without_ending).gone) <= len(
        turnover(before, after).gone
    )
    assert turnover(before, before, key).gone == ()


def test_turnover_as_a_table():
    table = turnover(BEFORE, AFTER, key=growth.without_ending).table()
    assert table["state"].value_counts().to_dict() == {"kept": 3, "gone": 1, "new": 1}
    assert table.loc[table["state"] == "new", "name"].tolist() == ["王庄"]


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("孙庄", "before is one str"),
        ([], "before is empty"),
        (["孙庄", None], "no name in row 1"),
        ([pd.NA], "no name in row 0"),
    ],
)
def test_turnover_refuses_what_is_no_list_of_names(before, said):
    with pytest.raises(ValueError, match=said):
        turnover(before, ["丁楼"], key=growth.without_ending)
