"""Fit and be judged: curves fitted to the lists up to a year, and what the lists after say of them.

>>> judged().curve.unique().tolist()
['exponential', 'logistic', 'gompertz']
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from numbers import Real
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd

from ... import charts, datasets
from ...charts import ACCENT, FOURTH, GREY, INK, SECOND, select, tooltips, with_halo
from .curves import doubling_time, years_since
from .fitting import Fit, fit
from .forecasting import errors

CURVES = ("exponential", "logistic", "gompertz")
SCALES = {"numbers": "levels", "ratios": "log"}  # what a miss is, in words and as `fit` has it
FIRST_UNTIL = 2016
DECADES = 6  # of the log axis, from 1 up
LOWEST, HIGHEST = 0.1, 1e8  # no chart reaches further, and shorter numbers travel with it
UNBOUNDED = 1e12
POINTS_OF_CURVE = 45


def judged(villages: pd.DataFrame | None = None) -> pd.DataFrame:
    """List every fit of the explorer and how it did: the table beside `fit_and_be_judged`.

    Parameters
    ----------
    villages : DataFrame, optional
        The table ``villages_by_year`` or some rows of it: four lists or more.

    Returns
    -------
    DataFrame
        One row a ``curve``, a last year to fit (``until``) and a meaning of ``misses`` ("numbers"
        or "ratios"). ``forecast``, ``low`` and ``high`` (95% prediction interval) are for the last
        list, ``counted`` is what it holds, ``error`` is counted less forecast, all in villages.
        ``mape`` is the mean absolute percentage error over all later lists. ``identified`` is False
        where the lists set no bound to a parameter.

    Raises
    ------
    ValueError
        For a missing column, fewer than four lists, and a year that comes twice.

    Examples
    --------
    >>> sorted(judged().misses.unique())
    ['numbers', 'ratios']
    """
    rows = []
    for trial in _try_all(_lists_with_a_count(villages)):
        last = trial.rows.iloc[-1]
        rows.append(
            {
                "curve": trial.curve,
                "until": trial.until,
                "misses": trial.misses,
                "forecast": last["fitted"],
                "low": last["low"],
                "high": last["high"],
                "counted": int(last["counted"]),
                "error": last["counted"] - last["fitted"],
                "mape": trial.mean_percentage_error,
                "identified": trial.fit.identified,
            }
        )
    return pd.DataFrame(rows)


def fit_and_be_judged(villages: pd.DataFrame | None = None, guess: Any = None) -> alt.LayerChart:
    """Draw a curve fitted to the lists up to a year, its forecast, and, when asked, how it did.

    The controls choose the curve, the last list to fit, what a miss is (a number of villages or a
    ratio), the axis, a guess of one's own, and the reveal. They work inside the chart: the fits
    travel with it. `judged` has them as a table.

    Parameters
    ----------
    villages : DataFrame, optional
        The table ``villages_by_year`` or some rows of it: four lists or more.
    guess : number, optional
        Where the field for the guess begins; ``...`` and None leave it empty.

    Raises
    ------
    ValueError
        For tables as in `judged`, and for a guess that is no number above 0.

    Examples
    --------
    >>> charts.table(fit_and_be_judged(guess=5000)).columns.tolist()
    ['Year', 'As of', 'Villages']
    """
    known = _lists_with_a_count(villages)
    start_guess = _parse_guess(guess)
    board = _Board.from_lists(known)
    return charts.finish(
        _draw_layers(board),
        board.finding,
        [
            "Villages on AliResearch's list and a curve fitted by least squares, "
            f"{board.first_year} to {board.last_year}",
            "Dots: lists used in the fit. Diamonds: later lists. Band: 95% prediction interval",
        ],
        "table villages_by_year; fits by growth.fit on the dates of the lists",
        board.description,
        params=_make_controls(board, start_guess),
        height=360,
    )


# ---- fits ----------------------------------------------------------------------------------------
class _Trial(NamedTuple):
    """A curve on the lists up to a year, on one scale; ``rows`` are those of `growth.forecast`."""

    curve: str
    until: int
    misses: str
    fit: Fit
    rows: pd.DataFrame

    @property
    def mean_percentage_error(self) -> float:
        later = self.rows[~self.rows["used"]]
        return errors(later["counted"], later["fitted"])["mean_absolute_percentage_error"]


def _lists_with_a_count(villages: pd.DataFrame | None) -> pd.DataFrame:
    """Return the lists with a count, in order; enough of them to fit and to judge."""
    if villages is None:
        villages = datasets.load("villages_by_year")
    missing = [column for column in ("year", "as_of", "villages") if column not in villages]
    if missing:
        raise ValueError(f"villages has no column {' and no column '.join(missing)}.")
    known = villages.dropna(subset=["villages"]).sort_values("as_of", ignore_index=True)
    if len(known) < 4 or known["year"].duplicated().any():
        raise ValueError(
            "Fitting and judging takes four lists or more, each year once: "
            "three to fit, one to judge by."
        )
    return known


def _years_to_fit_until(known: pd.DataFrame) -> list[int]:
    """Three lists or more before, one or more after."""
    return [int(year) for year in known["year"][2:-1]]


def _try_all(known: pd.DataFrame) -> Iterator[_Trial]:
    """Fit every curve to every beginning of the lists, on both scales."""
    rows = known[["year", "as_of"]].assign(
        t=years_since(known["as_of"]), counted=known["villages"].astype(float)
    )
    for curve in CURVES:
        for until in _years_to_fit_until(known):
            rows["used"] = rows["year"] <= until
            used = rows[rows["used"]]
            for misses, scale in SCALES.items():
                found = _fit_once(tuple(used["t"]), tuple(used["counted"]), curve, scale)
                low, high = found.band(rows["t"], interval="prediction")
                judged_rows = rows.assign(fitted=found.predict(rows["t"]), low=low, high=high)
                yield _Trial(curve, until, misses, found, judged_rows)


@lru_cache(maxsize=256)  # the chart and the table beside it ask for the same fits
def _fit_once(times: tuple[float, ...], counts: tuple[float, ...], curve: str, scale: str) -> Fit:
    return fit(times, counts, curve, scale)


# ---- data ----------------------------------------------------------------------------------------
class _Board(NamedTuple):
    """What is drawn: the lists, and every fit by curve, last year and meaning of a miss."""

    lists: pd.DataFrame
    curve_points: pd.DataFrame
    fits: dict[str, dict[str, dict[str, Any]]]
    first_forecasts: list[float]
    untils: list[int]
    until: int
    last_date: float  # a decimal year
    top: int

    @classmethod
    def from_lists(cls, known: pd.DataFrame) -> _Board:
        """Fit all curves to the lists; what is said and drawn of each travels with the chart."""
        origin = pd.Timestamp(int(known["year"].iloc[0]), 1, 1)
        dates = years_since(known["as_of"], origin=origin) + origin.year
        times = np.linspace(0, dates[-1] - dates[0], POINTS_OF_CURVE)
        untils = _years_to_fit_until(known)
        until = FIRST_UNTIL
        if until not in untils:
            until = untils[len(untils) // 2]
        fits: dict[str, dict[str, dict[str, Any]]] = {}
        first_forecasts = []
        for trial in _try_all(known):
            by_until = fits.setdefault(trial.curve, {})
            by_misses = by_until.setdefault(str(trial.until), {})
            by_misses[trial.misses] = _describe_trial(trial) | _sample_curve(trial.fit, times)
            if trial.until == until:
                first_forecasts.append(float(trial.rows["fitted"].iloc[-1]))
        lists = known[["year", "villages"]].astype(int)
        lists["as_of"] = [f"{date:%Y-%m-%d}" for date in known["as_of"]]
        lists["x"] = dates.round(3)
        lists["broken"] = False
        if "break_before" in known:
            lists["broken"] = known["break_before"].fillna(False).astype(bool)
        return cls(
            lists=lists,
            curve_points=pd.DataFrame({"i": range(len(times)), "x": (times + dates[0]).round(3)}),
            fits=fits,
            first_forecasts=first_forecasts,
            untils=untils,
            until=until,
            last_date=float(dates[-1]),
            top=_top_of_linear_axis(int(known["villages"].max())),
        )

    @property
    def first_year(self) -> int:
        return int(self.lists["year"].iloc[0])

    @property
    def last_year(self) -> int:
        return int(self.lists["year"].iloc[-1])

    @property
    def last_count(self) -> int:
        return int(self.lists["villages"].iloc[-1])

    @property
    def finding(self) -> str:
        return (
            f"From the lists to {self.until}, curves foresee {self._range_of_forecasts} villages "
            f"in {self.last_year}"
        )

    @property
    def description(self) -> str:
        return (
            "Line chart of the number of Taobao villages with a fitted curve and its 95% "
            "prediction interval. The first view is an exponential on the lists to "
            f"{self.until}: {_format_count(self.first_forecasts[0])} villages in "
            f"{self.last_year}. Over three curves and two ways to count misses the forecasts from "
            f"these lists run from {self._range_of_forecasts}. Controls choose the curve, the last "
            "list to fit, what a miss is, a log or a linear axis and a guess; the lists after are "
            "hidden until they are asked for. The words above the chart give forecast, interval "
            "and error."
        )

    @property
    def _range_of_forecasts(self) -> str:
        low, high = min(self.first_forecasts), max(self.first_forecasts)
        return f"{_format_count(low)} to {_format_count(high)}"


def _parse_guess(guess: Any) -> float | None:
    """Return the guess of a notebook as a number; the ``...`` that a learner replaces is none."""
    if guess is None or guess is ...:
        return None
    is_number = isinstance(guess, Real) and not isinstance(guess, bool)
    if not is_number or not 0 < float(guess) < np.inf:
        raise ValueError(f"guess is {guess!r}; give a number of villages above 0, or leave it out.")
    return float(guess)


def _sample_curve(found: Fit, times: np.ndarray) -> dict[str, list[float]]:
    """Return curve and band at the times: short numbers, cut where no chart reaches."""
    with np.errstate(all="ignore"):
        low, high = found.band(times, interval="prediction")
        lines = {"y": found.predict(times), "l": low, "h": high}
    sampled = {}
    for name, line in lines.items():
        numbers = np.nan_to_num(line, nan=LOWEST, posinf=HIGHEST)
        sampled[name] = [float(f"{n:.3g}") for n in np.clip(numbers, LOWEST, HIGHEST)]
    return sampled


def _top_of_linear_axis(most: int) -> int:
    """Return a round number at least half as large again, in six round steps."""
    for power in range(12):
        for digit in (1, 2, 5):
            top = 6 * digit * 10**power
            if top >= 1.5 * most:
                return top
    raise ValueError(f"{most:,} villages are more than the axis can show.")


# ---- words ---------------------------------------------------------------------------------------
def _format_count(value: float) -> str:
    """Write a number of villages: exact while it is small, three digits beyond."""
    if value < 100_000:
        return f"{value:,.0f}"
    if value < 1e6:
        return f"{round(value, -3):,.0f}"
    if value < 1e9:
        return f"{value / 1e6:,.2f} million"
    return f"{value / 1e9:,.2f} billion"


def _format_interval(low: float, high: float) -> str:
    """Write an interval, with or without an upper end."""
    if high < UNBOUNDED:
        return f"{_format_count(low)} to {_format_count(high)}"
    return f"{_format_count(low)} and up, without bound"


def _describe_trial(trial: _Trial) -> dict[str, Any]:
    """Say what the chart says of one fit, before and after the reveal."""
    last, lists = trial.rows.iloc[-1], int(trial.rows["used"].sum())
    has_band = not pd.isna(last["low"])
    if has_band:
        band = f"95% prediction interval: {_format_interval(last['low'], last['high'])}"
        top_of_band = float(min(last["high"], HIGHEST))
    else:
        band = "No prediction interval: as many parameters as lists"
        top_of_band = 0
    return {
        "said": [
            f"{trial.curve.capitalize()} on {lists} lists to {trial.until}: "
            f"{_format_count(last['fitted'])} villages in {last['as_of']:%B %Y}",
            band,
            *_describe_curve(trial.fit),
        ],
        "after": f"Counted: {last['counted']:,.0f}. "
        f"The curve is {_describe_miss(last['fitted'], last['counted'])}; "
        "over all later lists it is off by "
        f"{_format_count(trial.mean_percentage_error)}% on average",
        "high": top_of_band,
        "forecast": float(min(last["fitted"], HIGHEST)),
    }


def _describe_curve(found: Fit) -> tuple[str, str]:
    """Say in two lines (the second may be empty) how the curve grows and where it ends."""
    if found.curve == "exponential":
        yearly = np.expm1(found.parameters["rate"])
        doubling = doubling_time(yearly) if yearly > 0 else np.inf
        return (
            f"Grows by {100 * yearly:,.0f}% every year, doubles every {doubling:.2f} years",
            "",
        )
    if not found.identified:
        first, _, rest = found.note.partition(". ")
        if rest:
            return f"{first.rstrip('.')}.", rest
        return first.rstrip("."), ""
    interval = _format_interval(*found.intervals["ceiling"])
    ceiling = _format_count(found.parameters["ceiling"])
    return f"Ends at {ceiling} villages; 95% interval of that ceiling: {interval}", ""


def _describe_miss(forecast: float, counted: float) -> str:
    off = forecast - counted
    direction = "high" if off > 0 else "low"
    percent = _format_count(100 * abs(off) / counted)
    return f"{_format_count(abs(off))} too {direction} ({percent}% of the count)"


# ---- controls ------------------------------------------------------------------------------------
def _make_controls(board: _Board, guess: float | None) -> list[Any]:
    """Make the controls, and what follows from them: the fit, the guess and how far it is off."""
    counted = board.last_count
    fits = json.dumps(board.fits, separators=(",", ":"))
    direction = "(off > 0 ? 'high' : 'low')"
    percent = f"format(100 * abs(off) / {counted}, ',.0f')"
    miss = f"format(abs(off), ',') + ' too ' + {direction} + ' (' + {percent} + '% of the count)'"
    is_closer = f"abs(off) < abs(fit.forecast - {counted})"
    curve_labels = ["exponential", "logistic", "Gompertz"]
    return [
        select("curve", "Curve ", CURVES, curve_labels),
        select("until", "Fit on the lists up to ", board.untils, value=board.until),
        select("misses", "Misses count as ", list(SCALES)),
        select("axis_is", "Axis ", ["log", "linear"]),
        alt.param(
            "guess",
            value=guess,
            bind=alt.BindInput(input="number", name=f"My guess for {board.last_year} "),
        ),
        charts.checkbox("shown", "Show the years after "),
        alt.param("fit", expr=f"{fits}[curve][until][misses]"),
        alt.param(
            "mine", expr="isValid(toNumber(guess)) && toNumber(guess) > 0 ? toNumber(guess) : 0"
        ),
        alt.param("off", expr=f"mine - {counted}"),
        alt.param(
            "judged",
            expr=f"(off === 0 ? 'just right' : {miss}) + "
            f"({is_closer} ? '; closer than the curve' : '')",
        ),
    ]


# ---- layers --------------------------------------------------------------------------------------
class _Plane(NamedTuple):
    """Where dates and villages stand, on a log or a linear axis as the control ``axis_is`` says.

    The height is worked out in the chart, from 0 at the foot to 1 at the top, and the labels turn
    it back: a scale of Vega-Lite cannot change its type.
    """

    first: float
    last: float
    top: int

    def height(self, villages: str) -> str:
        """The expression of the height of a number of villages."""
        return f"axis_is === 'log' ? log({villages}) / LN10 / {DECADES} : {villages} / {self.top}"

    def x(self, field: str) -> alt.X:
        return alt.X(
            f"{field}:Q",
            title="date of the list; a tick is 1 January",
            axis=alt.Axis(format="d", grid=False, tickCount=14),
            scale=charts.exact_scale(self.first, self.last),
        )

    def y(self, field: str) -> alt.Y:
        value = f"axis_is === 'log' ? pow(10, datum.value * {DECADES}) : datum.value * {self.top}"
        ticks = [i / 6 for i in range(7)]
        return alt.Y(
            f"{field}:Q",
            title=None,
            axis=alt.Axis(values=ticks, labelExpr=f"format({value}, ',.0f')"),
            scale=charts.exact_scale(0, 1),
        )


def _draw_layers(board: _Board) -> list[Any]:
    """Draw the band, the edge of the fit, the change of rule, the curve, lists, guess and words."""
    plane = _Plane(board.first_year + 0.5, board.last_date + 0.7, board.top)
    x, y = plane.x("x"), plane.y("y")
    heights = {name: plane.height(f"fit.{name}[datum.i]") for name in ("y", "l", "h")}
    curve = alt.Chart(board.curve_points).transform_calculate(**heights).encode(x=x)
    lists = alt.Chart(board.lists).transform_calculate(y=plane.height("datum.villages"))
    used = lists.transform_filter("datum.year <= until")
    later = lists.transform_filter("shown && datum.year > until")
    tips = tooltips(
        {"year": "Year", "as_of": "As of", "villages": "Villages"}, year="d", villages=","
    )
    edge = (
        lists.transform_filter("datum.year === until")
        .transform_calculate(said="'fitted up to here'")
        .encode(x=x, text="said:N")
    )
    rule_change = (
        lists.transform_filter("datum.broken && (shown || datum.year <= until)")
        .transform_calculate(at="datum.x - 0.5", said="'rule changed'")
        .encode(x=plane.x("at"), text="said:N")
    )
    own_guess = (
        alt.Chart(alt.Data(values=[{"x": board.last_date}]))
        .transform_calculate(y=plane.height("mine"), said="'my guess'")
        .transform_filter("mine > 0 && datum.y <= 1")
        .encode(x=x, y=y, text="said:N")
    )
    return [
        curve.mark_area(color=ACCENT, opacity=0.15, clip=True).encode(y=plane.y("l"), y2="h:Q"),
        edge.mark_rule(color=GREY, strokeDash=[4, 4]),
        edge.mark_text(align="right", dx=-5, color=GREY).encode(y=alt.value(12)),
        rule_change.mark_rule(color=GREY, strokeDash=[2, 3]),
        rule_change.mark_text(align="right", dx=-4, color=GREY).encode(y=alt.value(332)),
        curve.mark_line(color=ACCENT, strokeWidth=2.5, clip=True).encode(y=y),
        used.mark_point(filled=True, size=80, color=INK, opacity=1).encode(x=x, y=y, tooltip=tips),
        later.mark_point(
            shape="diamond", size=110, color=SECOND, strokeWidth=2.5, opacity=1
        ).encode(x=x, y=y),
        own_guess.mark_point(shape="cross", size=160, color=FOURTH, strokeWidth=2.5, opacity=1),
        *with_halo(own_guess, align="right", dx=-10, color=FOURTH),
        _write_lines_above(board.top),
    ]


def _write_lines_above(top: int) -> Any:
    """Write forecast, interval, character, guess and verdict above the chart, a line each."""
    runs_off = f"fit.high > (axis_is === 'log' ? 1e{DECADES} : {top})"
    lines = [
        "fit.said[0]",
        f"fit.said[1] + ({runs_off} ? ' (runs off the chart)' : '')",
        "fit.said[2]",
        "fit.said[3]",
        "mine ? 'My guess: ' + format(mine, ',') + ' villages' + (shown ? ', ' + judged : '')"
        " : 'No guess yet'",
        "shown ? fit.after : 'The years after are hidden'",
    ]
    is_bold = alt.expr("datum.row === 0 || datum.row === 5 ? 'bold' : 'normal'")
    return (
        alt.Chart(pd.DataFrame({"row": range(len(lines))}))
        .transform_calculate(words="[" + ", ".join(lines) + "][datum.row]")
        .mark_text(align="left", fontSize=13, fontWeight=is_bold)
        .encode(x=alt.value(0), y=alt.value(alt.expr("-112 + 19 * datum.row")), text="words:N")
    )
