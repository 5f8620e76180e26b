"""The village market: one simulated run in four panels, and the explorer of all its settings.

>>> from taobaolab.lessons.sustainability import market
>>> squeeze(market(years=3)).to_dict()["title"]["subtitle"]
'A model, not a finding; made for teaching: one village, years 0 to 3'
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from ... import charts
from ...charts import ACCENT, GREY, INK, select, small_title, text_line, tooltips, with_halo
from .market_model import market, market_grid
from .parameters import BASE, CONTROLS, MARKET_LEVELS, Control, require_whole_number

MADE = "A model, not a finding; made for teaching"
MOST_BYTES = 1_000_000  # of numbers that travel with one chart: about as much as a page of a lesson
BYTES_A_NUMBER = 6  # with its comma; profits are written in hundreds, sales in 100,000


# ---- one run -------------------------------------------------------------------------------------
class _Measure(NamedTuple):
    """A panel of `squeeze`: what it shows, in which form, and what it is divided by."""

    column: str
    title: str
    number_format: str
    unit: float = 1


MEASURES = (
    _Measure("sellers", "Sellers", ",.0f"),
    _Measure("price", "Price of a piece, RMB", ",.0f"),
    _Measure("sales", "Sales of the village, RMB million", ",.1f", 1e6),
    _Measure("profit_per_seller", "Profit per seller, RMB 1,000", ",.0f", 1e3),
)


def squeeze(run: pd.DataFrame) -> alt.VConcatChart:
    """Draw one run of the market: sellers, price, sales of the village, profit of a seller.

    Title and description are worked out from its first and last year.

    Parameters
    ----------
    run : DataFrame
        What ``market`` gives, of one year or more.

    Examples
    --------
    >>> charts.table(squeeze(market(years=3)), 1).columns.tolist()
    ['Year', 'Price of a piece, RMB']
    """
    first, last = run.iloc[0], run.iloc[-1]
    first_year, last_year = int(first["year"]), int(last["year"])
    growth_of_sales = last["sales"] / first["sales"]
    loss = 1 - last["profit_per_seller"] / first["profit_per_seller"]
    direction = "less" if loss > 0 else "more"
    finding = (
        f"In the model sales grow to {growth_of_sales:.1f} times as much, "
        f"and each seller earns {abs(loss):.0%} {direction}"
    )
    return charts.panels(
        [_draw_measure(run, measure) for measure in MEASURES],
        finding,
        f"{MADE}: one village, years {first_year} to {last_year}",
        "market, a simulation; assumptions in market_parameters()",
        f"Four line charts of one simulated village, made for teaching. {finding}. "
        f"From year {first_year} to year {last_year}: "
        f"sellers {first['sellers']:,.0f} to {last['sellers']:,.0f}, "
        f"price RMB {first['price']:,.0f} to RMB {last['price']:,.0f}, "
        f"margin {first['margin']:.0%} to {last['margin']:.0%}, "
        f"sales RMB {first['sales']:,.0f} to RMB {last['sales']:,.0f}, "
        f"profit per seller RMB {first['profit_per_seller']:,.0f} "
        f"to RMB {last['profit_per_seller']:,.0f}.",
    )


def _draw_measure(run: pd.DataFrame, measure: _Measure) -> Any:
    """Draw the line of one measure, with its first and last value."""
    column, last_year = measure.column, int(run["year"].iloc[-1])
    values = run[column]
    if measure.unit != 1:  # sellers stay whole numbers
        values = values / measure.unit
    colour = ACCENT if column == "profit_per_seller" else GREY
    room = charts.exact_scale(min(0, values.min()), 1.16 * values.max())
    base = alt.Chart(run[["year"]].assign(**{column: values})).encode(
        x=alt.X("year:Q", title=None, axis=alt.Axis(format="d", grid=False, tickCount=6)),
        y=alt.Y(f"{column}:Q", title=None, axis=alt.Axis(tickCount=3), scale=room),
        text=alt.Text(f"{column}:Q", format=measure.number_format),
    )
    tips = tooltips(
        {"year": "Year", column: measure.title}, year="d", **{column: measure.number_format}
    )
    start = base.transform_filter("datum.year === 0")
    end = base.transform_filter(f"datum.year === {last_year}")
    return alt.layer(
        base.mark_line(strokeWidth=2.5, color=colour),
        base.mark_point(size=60, opacity=0).encode(tooltip=tips),
        *with_halo(start, align="left", dx=7, dy=-13, fontWeight="bold", color=INK),
        *with_halo(end, dy=-10, fontWeight="bold", color=INK),
    ).properties(width=275, height=110, title=small_title(measure.title, 12))


# ---- all settings --------------------------------------------------------------------------------
def village_market(
    levels: Mapping[str, Sequence[float]] = MARKET_LEVELS, years: int = 10, seed: int = 2015
) -> alt.VConcatChart:
    """Draw profit per seller and number of sellers for every setting, against the usual run.

    All runs are simulated beforehand and travel with the chart, so the controls need no kernel.
    ``market`` gives one setting as a table, ``market_grid`` all.

    Parameters
    ----------
    levels : mapping
        The values of each control, by the name of a parameter (see ``market_parameters()``); the
        other parameters stay as usual.
    years : int
        One or more.
    seed : int
        The luck.

    Raises
    ------
    KeyError
        For a parameter that there is not.
    ValueError
        For no control, for a value outside the possible, and for more runs than a chart can carry.

    Examples
    --------
    >>> chart = village_market({"fee": (0.05, 0.2)}, years=2).to_dict()
    >>> [control["bind"]["labels"] for control in chart["params"] if "bind" in control]
    [['5% of the price (usual)', '20% of the price']]
    """
    require_whole_number("years", years)
    if years < 1:
        raise ValueError(f"years is {years}; a market over time needs one year or more.")
    _require_room(levels, years)
    usual = market(years, seed)
    grid = market_grid(levels, years, seed)
    end = grid[grid["year"] == years]
    finding = _find_usual(usual)
    return charts.panels(
        [_draw_profit(usual, grid, levels), _draw_sellers(usual, grid)],
        finding,
        [
            f"{MADE}. {len(end):,} simulated villages; the controls choose one",
            "Blue: your settings. Wide grey line: the usual settings",
        ],
        "market_grid, a simulation; assumptions in market_parameters()",
        "Two line charts of a simulated village, made for teaching: profit per seller and number "
        f"of sellers in years 0 to {years}, for chosen settings (blue) beside the usual ones "
        f"(grey). {finding}. Over all {len(end):,} settings there are {end['sellers'].min()} to "
        f"{end['sellers'].max()} sellers in year {years}. The controls choose the settings; words "
        "above the panels give the last year.",
        params=[*_make_controls(levels), *_carry_numbers(grid, years), _number_of_run(levels)],
    )


def _require_room(levels: Mapping[str, Sequence[float]], years: int) -> None:
    """Raise ``ValueError`` where no control is named, or the numbers of all runs are too many."""
    example = "such as {'fee': [0.05, 0.2]}"
    if not levels:
        raise ValueError(f"levels names no parameter; name at least one, {example}.")
    runs = prod(len(values) for values in levels.values())
    size = estimate_bytes(runs, years)
    if size > MOST_BYTES:
        raise ValueError(
            f"levels makes {runs:,} runs of {years + 1} years. They all travel with the chart, "
            f"some {size:,} bytes, and it carries {MOST_BYTES:,}. "
            f"Give fewer values, fewer parameters or fewer years, {example}."
        )


def estimate_bytes(runs: int, years: int) -> int:
    """Estimate how many bytes of numbers travel with `village_market`.

    Profit and sellers of every year, and the sales of the first and the last.

    Examples
    --------
    >>> estimate_bytes(runs=5**4, years=10)
    90000
    """
    numbers = 2 * runs * (years + 1) + 2 * runs
    return BYTES_A_NUMBER * numbers


def _find_usual(usual: pd.DataFrame) -> str:
    first, end = usual.iloc[0], usual.iloc[-1]
    return (
        f"Usual run: {int(first['sellers'])} sellers become {int(end['sellers'])}, and each earns "
        f"RMB {round(end['profit_per_seller'], -2):,.0f} "
        f"instead of {round(first['profit_per_seller'], -2):,.0f}"
    )


def _make_controls(levels: Mapping[str, Sequence[float]]) -> list[alt.Parameter]:
    """Make a control a parameter, set to the usual value where it is among the levels."""
    controls = []
    for name, values in levels.items():
        # A parameter without an entry in CONTROLS is called by its name.
        plain = Control(name.replace("_", " ").capitalize(), "{:g}", ())
        control = CONTROLS.get(name, plain)
        labels, start = [], 0
        for number, value in enumerate(values):
            label = control.shown_as.format(value)
            if value == BASE[name]:
                label += " (usual)"
                start = number
            labels.append(label)
        choices = range(len(values))
        controls.append(select(f"parameter_{name}", f"{control.label} ", choices, labels, start))
    return controls


def _number_of_run(levels: Mapping[str, Sequence[float]]) -> alt.Parameter:
    """The row of the grid that the controls choose, as ``market_grid`` numbers its runs."""
    number = "0"
    for name, values in levels.items():
        number = f"({number}) * {len(values)} + parameter_{name}"
    return alt.param("run", expr=number)


def _carry_numbers(grid: pd.DataFrame, years: int) -> list[alt.Parameter]:
    """Profits (RMB 100) and sellers of all runs and years, sales (RMB 100,000) of the ends."""
    profits: list[int | None] = []
    for profit in grid["profit_per_seller"] / 100:
        profits.append(None if pd.isna(profit) else round(profit))
    at_the_ends = grid["year"].isin([0, years])
    sales = [round(value) for value in grid.loc[at_the_ends, "sales"] / 1e5]
    lists = {"profits": profits, "sellers": grid["sellers"].astype(int).tolist(), "sales": sales}
    # As one text each: Altair copies and checks a list number by number, many times.
    return [
        alt.param(name, expr=json.dumps(numbers, separators=(",", ":")))
        for name, numbers in lists.items()
    ]


class _Panel(NamedTuple):
    """What the two panels of the explorer have in common, and what each has of its own."""

    field: str
    title: str
    room: alt.Scale
    words: str
    usual_words: str

    def height(self, field: str) -> alt.Y:
        axis = alt.Axis(format=",.0f", tickCount=5)
        return alt.Y(f"{field}:Q", title=None, axis=axis, scale=self.room)


def _draw_profit(
    usual: pd.DataFrame, grid: pd.DataFrame, levels: Mapping[str, Sequence[float]]
) -> Any:
    """Draw the panel of the profits, with the wage that a household has without a shop."""
    years = int(usual["year"].iloc[-1])
    profits, end = grid["profit_per_seller"], usual["profit_per_seller"].iloc[-1]
    at_end = f"profits[run * {years + 1} + {years}]"
    panel = _Panel(
        "profit",
        "Profit per seller, RMB a year",
        charts.exact_scale(min(0.0, float(profits.min()) * 1.1), float(profits.max()) * 1.08),
        words=f"{at_end} === null ? 'Year {years}: nobody sells' : 'Year {years}: RMB ' + "
        f"format(100 * {at_end}, ',') + ' a seller'",
        usual_words=f"'Usual run: RMB {round(end, -2):,.0f}'",
    )
    under = []
    if "wage" not in levels:  # where the wage is a control, no line can stand for it
        line = alt.Chart(alt.Data(values=[{"wage": float(BASE["wage"])}])).encode(
            y=panel.height("wage")
        )
        under = [
            line.mark_rule(color=INK, strokeDash=[2, 3]),
            line.mark_text(align="right", baseline="top", dy=3, fontSize=12).encode(
                x=alt.value(300), text=alt.value("wage of a household without a shop")
            ),
        ]
    return _draw_panel(panel, usual, under)


def _draw_sellers(usual: pd.DataFrame, grid: pd.DataFrame) -> Any:
    """Draw the panel of the sellers, with the sales of the village in words."""
    first, end = usual.iloc[0], usual.iloc[-1]
    years = int(end["year"])
    panel = _Panel(
        "sellers",
        "Number of sellers",
        charts.exact_scale(0, float(grid["sellers"].max()) * 1.08),
        words=f"'Year {years}: ' + format(sellers[run * {years + 1} + {years}], ',') + ' sellers. "
        "Village sales: RMB ' + format(sales[2 * run] / 10, '.1f') + ' to ' + "
        "format(sales[2 * run + 1] / 10, '.1f') + ' million'",
        usual_words=f"'Usual run: {int(end['sellers']):,} sellers. "
        f"RMB {first['sales'] / 1e6:.1f} to {end['sales'] / 1e6:.1f} million'",
    )
    return _draw_panel(panel, usual, [])


def _draw_panel(panel: _Panel, usual: pd.DataFrame, under: list[Any]) -> Any:
    """Draw the usual run, what lies under the chosen one, the chosen run, and words above."""
    years = int(usual["year"].iloc[-1])
    place = f"run * {years + 1} + datum.year"
    data = pd.DataFrame({"year": usual["year"], "usual_sellers": usual["sellers"].astype(int)})
    data["usual_profit"] = usual["profit_per_seller"].round(-2)
    usual_field = f"usual_{panel.field}"
    tips = {"year": "Year", usual_field: f"{panel.title}, usual run"}
    rows = (
        alt.Chart(data)
        .transform_calculate(
            profit=f"profits[{place}] === null ? null : 100 * profits[{place}]",
            sellers=f"sellers[{place}]",
        )
        .encode(
            x=alt.X(
                "year:Q",
                title="year",
                axis=alt.Axis(format="d", grid=False),
                scale=alt.Scale(domain=[0, years], nice=False),
            )
        )
    )
    chosen = rows.transform_filter(f"isValid(datum.{panel.field})").encode(
        y=panel.height(panel.field)
    )
    nothing = alt.Chart(alt.Data(values=[{}]))
    return alt.layer(
        rows.mark_line(color=GREY, strokeWidth=6, opacity=0.45).encode(
            y=panel.height(usual_field), tooltip=tooltips(tips, year="d", **{usual_field: ","})
        ),
        *under,
        chosen.mark_line(color=ACCENT, strokeWidth=2.5),
        chosen.mark_point(color=ACCENT, size=30, filled=True, opacity=1),
        text_line(nothing, panel.words, -34, color=ACCENT),
        text_line(nothing, panel.usual_words, -15, color=GREY, fontWeight="normal"),
    ).properties(width=300, height=230, title=small_title(panel.title))
