"""Fit and be judged: curves fitted to the lists up to a year, and what the lists after say of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import altair as alt

from ... import charts, datasets
from ...charts import ACCENT, FOURTH, GREY, INK, SECOND, select, tooltips, with_halo
from .curves import doubling_time, years_since
from .fitting import Fit, fit
from .forecasting import errors

if TYPE_CHECKING:
    import pandas as pd

CURVES = ("exponential", "logistic", "gompertz")
MISSES = {"numbers": "levels", "ratios": "log"}
DECADES, FLOOR, ROOF = 6, 0.1, 1e8
UNBOUNDED = 1e12
START = 2016


def _lists(villages: pd.DataFrame | None) -> pd.DataFrame:
    """The lists with a count, in order; enough of them to fit and to judge."""
    table = datasets.load("villages_by_year") if villages is None else villages
    absent = [c for c in ("year", "as_of", "villages") if c not in table]
    if absent:
        raise ValueError(f"villages has no column {' and no column '.join(absent)}.")
    known = table.dropna(subset=["villages"]).sort_values("as_of", ignore_index=True)
    if len(known) < 4 or known["year"].duplicated().any():
        raise ValueError(
            "Fitting and judging takes four lists or more, each year once: three to fit, one to judge by."
        )
    return known


@lru_cache(maxsize=256)  # the explorer and its twin ask for the same fits
def _fit(years: tuple[float, ...], counts: tuple[float, ...], curve: str, scale: str) -> Fit:
    return fit(years, counts, curve, scale)


def _trials(known: pd.DataFrame) -> Iterator[tuple[str, int, str, Fit, pd.DataFrame]]:
    """Every curve on every beginning of the lists, on both scales: its fit, and its forecast as ``growth.forecast`` has it."""
    rows = known[["year", "as_of"]].assign(
        t=years_since(known["as_of"]), counted=known["villages"].astype(float)
    )
    for curve in CURVES:
        for until in known["year"][2:-1]:
            rows["used"] = rows["year"] <= until
            used = rows[rows["used"]]
            for misses, scale in MISSES.items():
                found = _fit(tuple(used["t"]), tuple(used["counted"]), curve, scale)
                low, high = found.band(rows["t"], interval="prediction")
                yield (
                    curve,
                    int(until),
                    misses,
                    found,
                    rows.assign(fitted=found.predict(rows["t"]), low=low, high=high),
                )


def judged(villages: pd.DataFrame | None = None) -> pd.DataFrame:
    """Every fit of the explorer and how it did: the twin of :func:`fit_and_be_judged`.

    One row a curve, a last year to fit (``until``) and a meaning of ``misses`` ("numbers" or "ratios"). ``forecast``,
    ``low`` and ``high`` (95% prediction interval) are for the last list, ``counted`` is what it holds, ``error`` is
    counted less forecast. ``mape`` is the mean absolute percentage error over all later lists. ``identified`` is False
    where the lists set no bound to a parameter.
    """
    import pandas as pd

    rows = []
    for curve, until, misses, found, trial in _trials(_lists(villages)):
        last, later = trial.iloc[-1], trial[~trial["used"]]
        rows.append(
            {
                "curve": curve,
                "until": until,
                "misses": misses,
                "forecast": last["fitted"],
                "low": last["low"],
                "high": last["high"],
                "counted": int(last["counted"]),
                "error": last["counted"] - last["fitted"],
                "mape": errors(later["counted"], later["fitted"])["mean_absolute_percentage_error"],
                "identified": found.identified,
            }
        )
    return pd.DataFrame(rows)


def _say(value: float) -> str:
    """A number of villages in words: exact while it is small, three digits beyond."""
    if value < 100_000:
        return f"{value:,.0f}"
    if value < 1e6:
        return f"{round(value, -3):,.0f}"
    return f"{value / 1e6:,.2f} million" if value < 1e9 else f"{value / 1e9:,.2f} billion"


def _between(low: float, high: float) -> str:
    """An interval in words, with or without an upper end."""
    return (
        f"{_say(low)} to {_say(high)}" if high < UNBOUNDED else f"{_say(low)} and up, without bound"
    )


def _character(found: Fit) -> list[str]:
    """What the curve says of itself, in one line or two: its rate or its ceiling, or that it has none."""
    import numpy as np

    values = found.parameters
    if found.curve == "exponential":
        yearly = np.expm1(values["rate"])
        doubling = doubling_time(yearly) if yearly > 0 else np.inf
        return [f"Grows by {100 * yearly:,.0f}% every year, doubles every {doubling:.2f} years", ""]
    if not found.identified:
        first, _, rest = found.note.partition(". ")
        return [first.rstrip(".") + "." * bool(rest), rest]
    low, high = found.intervals["ceiling"]
    return [
        f"Ends at {_say(values['ceiling'])} villages; 95% interval of that ceiling: {_between(low, high)}",
        "",
    ]


def _misses(forecast: float, counted: float) -> str:
    off = forecast - counted
    return f"{_say(abs(off))} too {'high' if off > 0 else 'low'} ({_say(100 * abs(off) / counted)}% of the count)"


def _words(curve: str, until: int, found: Fit, rows: pd.DataFrame) -> dict[str, Any]:
    """What the chart says of one fit, before and after the reveal."""
    last, used = rows.iloc[-1], int(rows["used"].sum())
    name, when = curve.capitalize(), f"{last['as_of']:%B %Y}"
    if last["low"] == last["low"]:
        band = f"95% prediction interval: {_between(last['low'], last['high'])}"
    else:
        band = "No prediction interval: as many parameters as lists"
    mape = errors(*(rows[~rows["used"]][c] for c in ("counted", "fitted")))[
        "mean_absolute_percentage_error"
    ]
    return {
        "said": [
            f"{name} on {used} lists to {until}: {_say(last['fitted'])} villages in {when}",
            band,
        ]
        + _character(found),
        "after": f"Counted: {last['counted']:,.0f}. The curve is {_misses(last['fitted'], last['counted'])}; "
        f"over all later lists it is off by {_say(mape)}% on average",
        "high": float(min(last["high"], ROOF)) if last["high"] == last["high"] else 0,
        "forecast": float(min(last["fitted"], ROOF)),
    }


def _drawn(found: Fit, times: Any) -> dict[str, list[float]]:
    """The curve and its band at the times, short enough to travel and cut where no chart reaches."""
    import numpy as np

    with np.errstate(all="ignore"):
        low, high = found.band(times, interval="prediction")
        ends = {"y": found.predict(times), "l": low, "h": high}
    return {
        k: [
            float(f"{v:.3g}")
            for v in np.clip(np.nan_to_num(e, nan=FLOOR, posinf=ROOF), FLOOR, ROOF)
        ]
        for k, e in ends.items()
    }


class _Plane(NamedTuple):
    """Where dates and numbers of villages stand, on a log or a linear axis as the control ``axis_is`` says.

    The height is worked out in the chart, from 0 at the foot to 1 at the top, and the labels turn it back.
    """

    first: float
    last: float
    top: int

    def height(self, villages: str) -> str:
        return f"axis_is === 'log' ? log({villages}) / LN10 / {DECADES} : {villages} / {self.top}"

    def x(self, field: str) -> alt.X:
        scale = alt.Scale(domain=[self.first, self.last], nice=False, zero=False)
        axis = alt.Axis(format="d", grid=False, tickCount=14)
        return alt.X(
            f"{field}:Q", title="date of the list; a tick is 1 January", axis=axis, scale=scale
        )

    def y(self, field: str) -> alt.Y:
        value = f"axis_is === 'log' ? pow(10, datum.value * {DECADES}) : datum.value * {self.top}"
        axis = alt.Axis(values=[i / 6 for i in range(7)], labelExpr=f"format({value}, ',.0f')")
        return alt.Y(
            f"{field}:Q",
            title=None,
            axis=axis,
            scale=alt.Scale(domain=[0, 1], nice=False, zero=False),
        )


def _roof(most: int) -> int:
    """A round number at least half as large again, in six round steps."""
    return 6 * next(n * 10**k for k in range(12) for n in (1, 2, 5) if 6 * n * 10**k >= 1.5 * most)


def _controls(
    untils: list[int], start: int, guess: float | None, grid: dict[str, Any], last: Any
) -> list[Any]:
    """The controls, and what follows from them: the fit, the guess as a number, and how far it is off."""

    verdict = (
        "(off === 0 ? 'just right' : format(abs(off), ',') + ' too ' + (off > 0 ? 'high' : 'low') + ' (' + "
        f"format(100 * abs(off) / {last['villages']}, ',.0f') + '% of the count)') + "
        f"(abs(off) < abs(fit.forecast - {last['villages']}) ? '; closer than the curve' : '')"
    )
    return [
        select("curve", "Curve ", CURVES, [c.replace("gompertz", "Gompertz") for c in CURVES]),
        select("until", "Fit on the lists up to ", untils, value=start),
        select("misses", "Misses count as ", list(MISSES)),
        select("axis_is", "Axis ", ["log", "linear"]),
        alt.param(
            "guess",
            value=guess,
            bind=alt.BindInput(input="number", name=f"My guess for {last['year']} "),
        ),
        alt.param("shown", value=False, bind=alt.binding_checkbox(name="Show the years after ")),
        alt.param("fit", expr=json.dumps(grid, separators=(",", ":")) + "[curve][until][misses]"),
        alt.param(
            "mine", expr="isValid(toNumber(guess)) && toNumber(guess) > 0 ? toNumber(guess) : 0"
        ),
        alt.param("off", expr=f"mine - {last['villages']}"),
        alt.param("judged", expr=verdict),
    ]


def fit_and_be_judged(villages: pd.DataFrame | None = None, guess: Any = None) -> alt.LayerChart:
    """Fit a curve to the lists up to a year, forecast the last list, and see, when asked, how wrong it is.

    The controls choose the curve, the last list to fit, what a miss is (a number of villages or a ratio), the axis, a
    guess of one's own, and the reveal. ``villages`` is the table ``villages_by_year`` or some rows of it; ``guess`` is
    where the field for the guess begins (``...`` and None leave it empty). The twin is :func:`judged`.
    """
    import numpy as np
    import pandas as pd

    known = _lists(villages)
    mine = None if guess is None or guess is ... else guess
    if mine is not None and (
        isinstance(mine, bool) or not isinstance(mine, Real) or not 0 < float(mine) < np.inf
    ):
        raise ValueError(f"guess is {guess!r}; give a number of villages above 0, or leave it out.")
    first, last = known.iloc[0], known.iloc[-1]
    origin = pd.Timestamp(int(first["year"]), 1, 1)
    dates = years_since(known["as_of"], origin=origin) + origin.year
    times = np.linspace(0, dates[-1] - dates[0], 45)
    untils = [int(y) for y in known["year"][2:-1]]
    start = START if START in untils else untils[len(untils) // 2]
    grid: dict[str, Any] = {}
    ahead = []
    for curve, until, misses, found, rows in _trials(known):
        cell = _words(curve, until, found, rows) | _drawn(found, times)
        grid.setdefault(curve, {}).setdefault(str(until), {})[misses] = cell
        ahead += [float(rows.iloc[-1]["fitted"])] * (until == start)
    points = known[["year", "villages"]].astype(int)
    points = points.assign(
        as_of=[f"{d:%Y-%m-%d}" for d in known["as_of"]],
        x=dates.round(3),
        broken=known["break_before"].fillna(False).astype(bool)
        if "break_before" in known
        else False,
    )
    plane = _Plane(origin.year + 0.5, float(dates[-1]) + 0.7, _roof(int(known["villages"].max())))
    x, y = plane.x("x"), plane.y("y")

    curve_ = (
        alt.Chart(pd.DataFrame({"i": range(len(times)), "x": (times + dates[0]).round(3)}))
        .transform_calculate(**{k: plane.height(f"fit.{k}[datum.i]") for k in ("y", "l", "h")})
        .encode(x=x)
    )
    counts = alt.Chart(points).transform_calculate(y=plane.height("datum.villages"))
    used, after = (
        counts.transform_filter(c) for c in ("datum.year <= until", "shown && datum.year > until")
    )
    told = tooltips(
        {"year": "Year", "as_of": "As of", "villages": "Villages"}, year="d", villages=","
    )
    edge = counts.transform_filter("datum.year === until").transform_calculate(
        said="'fitted up to here'"
    )
    edge = edge.encode(x=x, text="said:N")
    broken = counts.transform_filter("datum.broken && (shown || datum.year <= until)")
    broken = broken.transform_calculate(at="datum.x - 0.5", said="'rule changed'").encode(
        x=plane.x("at"), text="said:N"
    )
    own = (
        alt.Chart(alt.Data(values=[{"x": float(dates[-1])}]))
        .transform_calculate(y=plane.height("mine"), said="'my guess'")
        .transform_filter("mine > 0 && datum.y <= 1")
        .encode(x=x, y=y, text="said:N")
    )
    lines = [
        "fit.said[0]",
        f"fit.said[1] + (fit.high > (axis_is === 'log' ? 1e{DECADES} : {plane.top}) ? ' (runs off the chart)' : '')",
        "fit.said[2]",
        "fit.said[3]",
        "mine ? 'My guess: ' + format(mine, ',') + ' villages' + (shown ? ', ' + judged : '') : 'No guess yet'",
        "shown ? fit.after : 'The years after are hidden'",
    ]
    bold = alt.expr("datum.row === 0 || datum.row === 5 ? 'bold' : 'normal'")
    said = (
        alt.Chart(pd.DataFrame({"row": range(len(lines))}))
        .transform_calculate(words="[" + ", ".join(lines) + "][datum.row]")
        .mark_text(align="left", fontSize=13, fontWeight=bold)
        .encode(x=alt.value(0), y=alt.value(alt.expr("-112 + 19 * datum.row")), text="words:N")
    )
    low, high = min(ahead), max(ahead)
    return charts.finish(
        [
            curve_.mark_area(color=ACCENT, opacity=0.15, clip=True).encode(
                y=plane.y("l"), y2="h:Q"
            ),
            edge.mark_rule(color=GREY, strokeDash=[4, 4]),
            edge.mark_text(align="right", dx=-5, color=GREY).encode(y=alt.value(12)),
            broken.mark_rule(color=GREY, strokeDash=[2, 3]),
            broken.mark_text(align="right", dx=-4, color=GREY).encode(y=alt.value(332)),
            curve_.mark_line(color=ACCENT, strokeWidth=2.5, clip=True).encode(y=y),
            used.mark_point(filled=True, size=80, color=INK, opacity=1).encode(
                x=x, y=y, tooltip=told
            ),
            after.mark_point(
                shape="diamond", size=110, color=SECOND, strokeWidth=2.5, opacity=1
            ).encode(x=x, y=y),
            own.mark_point(shape="cross", size=160, color=FOURTH, strokeWidth=2.5, opacity=1),
            *with_halo(own, align="right", dx=-10, color=FOURTH),
            said,
        ],
        f"From the lists to {start}, curves foresee {_say(low)} to {_say(high)} villages in {last['year']}",
        [
            f"Villages on AliResearch's list and a curve fitted by least squares, {first['year']} to {last['year']}",
            "Dots: lists used in the fit. Diamonds: later lists. Band: 95% prediction interval",
        ],
        "table villages_by_year; fits by growth.fit on the dates of the lists",
        "Line chart of the number of Taobao villages with a fitted curve and its 95% prediction interval. The first view "
        f"is an exponential on the lists to {start}: {_say(ahead[0])} villages in {last['year']}. Over three curves and "
        f"two ways to count misses the forecasts from these lists run from {_say(low)} to {_say(high)}. Controls choose "
        "the curve, the last list to fit, what a miss is, a log or a linear axis and a guess; the lists after are hidden "
        "until they are asked for. The words above the chart give forecast, interval and error.",
        params=_controls(untils, start, None if mine is None else float(mine), grid, last),
        height=360,
    )
