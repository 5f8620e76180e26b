"""The village market: one simulated run in four panels, and the explorer of all its settings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import altair as alt

from ... import charts
from ...charts import ACCENT, GREY, INK, select, small_title, text_line, tooltips, with_halo
from .market_model import MARKET_LEVELS, market, market_grid
from .parameters import market_parameters

if TYPE_CHECKING:
    import pandas as pd

MADE = "A model, not a finding; made for teaching"
DIALS = {
    "fee": ("Platform fee", "{:.0%} of the price"),
    "likeness": ("Likeness of the goods", "{:g}"),
    "imitation": ("Imitation", "{:g}"),
    "rent": ("Rent", "RMB {:,.0f} a year if all sell"),
}
LARGEST = 8_000
RMB = "RMB {:,.0f}"


def squeeze(run: pd.DataFrame) -> alt.VConcatChart:
    """One run of the market in four small panels: sellers, price, sales of the village, profit of a seller.

    ``run`` is what ``sustainability.market`` gives, of one year or more. Title and description are computed from its ends.
    """
    first, last = run.iloc[0], run.iloc[-1]
    parts = {
        "sellers": ("Sellers", ",.0f"),
        "price": ("Price of a piece, RMB", ",.0f"),
        "sales": ("Sales of the village, RMB million", ",.1f"),
        "profit_per_seller": ("Profit per seller, RMB 1,000", ",.0f"),
    }
    data = run.assign(sales=run["sales"] / 1e6, profit_per_seller=run["profit_per_seller"] / 1e3)
    x = alt.X("year:Q", title=None, axis=alt.Axis(format="d", grid=False, tickCount=6))
    views = []
    for column, (title, form) in parts.items():
        scale = alt.Scale(
            domain=[min(0, data[column].min()), 1.16 * data[column].max()], nice=False, zero=False
        )
        y = alt.Y(f"{column}:Q", title=None, axis=alt.Axis(tickCount=3), scale=scale)
        base = alt.Chart(data[["year", column]]).encode(
            x=x, y=y, text=alt.Text(f"{column}:Q", format=form)
        )
        told = tooltips({"year": "Year", column: title}, year="d", **{column: form})
        bold = {"fontWeight": "bold", "color": INK}
        views.append(
            alt.layer(
                base.mark_line(
                    strokeWidth=2.5, color=ACCENT if column == "profit_per_seller" else GREY
                ),
                base.mark_point(size=60, opacity=0).encode(tooltip=told),
                *with_halo(
                    base.transform_filter("datum.year === 0"), align="left", dx=7, dy=-13, **bold
                ),
                *with_halo(
                    base.transform_filter(f"datum.year === {int(last['year'])}"), dy=-10, **bold
                ),
            ).properties(width=275, height=110, title=small_title(title, 12))
        )
    more, less = (
        last["sales"] / first["sales"],
        1 - last["profit_per_seller"] / first["profit_per_seller"],
    )
    finding = f"In the model sales grow to {more:.1f} times as much, and each seller earns {abs(less):.0%} {'less' if less > 0 else 'more'}"
    ends = ", ".join(
        f"{words} {form.format(first[c])} to {form.format(last[c])}"
        for c, words, form in (
            ("sellers", "sellers", "{:,.0f}"), ("price", "price", RMB), ("margin", "margin", "{:.0%}"),
            ("sales", "sales", RMB), ("profit_per_seller", "profit per seller", RMB),
        )
    )  # fmt: skip
    return charts.panels(
        views,
        finding,
        f"{MADE}: one village, years {int(first['year'])} to {int(last['year'])}",
        "market, a simulation; assumptions in market_parameters()",
        f"Four line charts of one simulated village, made for teaching. {finding}. From year {int(first['year'])} to year "
        f"{int(last['year'])}: {ends}.",
    )


def _numbers(name: str, values: list[int | None]) -> alt.Parameter:
    """Numbers that travel with the chart, as one text: Altair copies and checks a list number by number, many times."""
    return alt.param(name, expr=json.dumps(values, separators=(",", ":")))


def village_market(
    levels: Mapping[str, Sequence[float]] = MARKET_LEVELS, years: int = 10, seed: int = 2015
) -> alt.VConcatChart:
    """Profit per seller and number of sellers over the years, for every setting of some dials, against the usual run.

    One control a dial, with the values of ``levels`` (names of ``sustainability.market_parameters()``); the other dials stay
    as usual. All runs are simulated beforehand and travel with the chart: runs times years may be 8,000 at most.
    ``seed`` is the luck. Twins: ``sustainability.market`` for one setting, ``sustainability.market_grid`` for all.
    """
    import pandas as pd

    usual = market(years, seed)
    runs, steps = prod(len(values) for values in levels.values()), years + 1
    if years < 1:
        raise ValueError(f"years is {years}; a market over time needs one year or more.")
    if not levels or runs * steps > LARGEST:
        raise ValueError(
            f"levels makes {runs if levels else 'no'} runs of {steps} rows; name at least one dial, such as "
            f"{{'fee': [0.05, 0.2]}}, and keep to {LARGEST:,} rows, for they all travel with the chart."
        )
    grid = market_grid(levels, years, seed)
    dials = market_parameters()["base"]
    params, at = [], "0"
    for name, values in levels.items():
        title, words = DIALS.get(name, (name.replace("_", " ").capitalize(), "{:g}"))
        labels = [words.format(v) + (" (usual)" if v == dials[name] else "") for v in values]
        start = next((i for i, v in enumerate(values) if v == dials[name]), 0)
        params.append(select(f"dial_{name}", f"{title} ", range(len(values)), labels, start))
        at = f"({at}) * {len(values)} + dial_{name}"
    hundreds, tenths = (
        grid["profit_per_seller"] / 100,
        grid["sales"][grid["year"].isin([0, years])] / 1e5,
    )
    params += [
        _numbers("profits", [None if v != v else round(v) for v in hundreds]),
        _numbers("sellers", grid["sellers"].astype(int).tolist()),
        _numbers("sales", [round(v) for v in tenths]),
        alt.param("run", expr=at),
    ]
    data = pd.DataFrame({"year": usual["year"], "usual_sellers": usual["sellers"].astype(int)})
    data["usual_profit"] = usual["profit_per_seller"].round(-2)
    rows = alt.Chart(data).transform_calculate(
        profit=f"profits[run * {steps} + datum.year] === null ? null : 100 * profits[run * {steps} + datum.year]",
        sellers=f"sellers[run * {steps} + datum.year]",
    )
    empty = alt.Chart(alt.Data(values=[{}]))
    x = alt.X(
        "year:Q",
        title="year",
        axis=alt.Axis(format="d", grid=False),
        scale=alt.Scale(domain=[0, years], nice=False),
    )

    def panel(field: str, title: str, domain: list[float], lines: list[str], *under: Any) -> Any:
        axis, scale = (
            alt.Axis(format=",.0f", tickCount=5),
            alt.Scale(domain=domain, nice=False, zero=False),
        )
        told = tooltips(
            {"year": "Year", f"usual_{field}": f"{title}, usual run"},
            year="d",
            **{f"usual_{field}": ","},
        )
        y, usual_y = (
            alt.Y(f"{name}:Q", title=None, axis=axis, scale=scale)
            for name in (field, f"usual_{field}")
        )
        mine = rows.transform_filter(f"isValid(datum.{field})").encode(x=x, y=y)
        return alt.layer(
            rows.mark_line(color=GREY, strokeWidth=6, opacity=0.45).encode(
                x=x, y=usual_y, tooltip=told
            ),
            *(part.encode(y=alt.Y("wage:Q", title=None, axis=axis, scale=scale)) for part in under),
            mine.mark_line(color=ACCENT, strokeWidth=2.5),
            mine.mark_point(color=ACCENT, size=30, filled=True, opacity=1),
            text_line(empty, lines[0], -34, color=ACCENT),
            text_line(empty, lines[1], -15, color=GREY, fontWeight="normal"),
        ).properties(width=300, height=230, title=small_title(title))

    first, end, last = usual.iloc[0], usual.iloc[-1], f"run * {steps} + {years}"
    wage = alt.Chart(alt.Data(values=[{"wage": float(dials["wage"])}]))
    named = wage.mark_text(align="right", baseline="top", dy=3, fontSize=12)
    profits, most = grid["profit_per_seller"], float(grid["sellers"].max())
    views = [
        panel(
            "profit",
            "Profit per seller, RMB a year",
            [min(0.0, float(profits.min()) * 1.1), float(profits.max()) * 1.08],
            [
                f"profits[{last}] === null ? 'Year {years}: nobody sells' : 'Year {years}: RMB ' + "
                f"format(100 * profits[{last}], ',') + ' a seller'",
                f"'Usual run: RMB {round(end['profit_per_seller'], -2):,.0f}'",
            ],
            *([] if "wage" in levels else [wage.mark_rule(color=INK, strokeDash=[2, 3])]),
            *(
                []
                if "wage" in levels
                else [
                    named.encode(
                        x=alt.value(300), text=alt.value("wage of a household without a shop")
                    )
                ]
            ),
        ),
        panel(
            "sellers",
            "Number of sellers",
            [0, most * 1.08],
            [
                f"'Year {years}: ' + format(sellers[{last}], ',') + ' sellers. Village sales: RMB ' + "
                "format(sales[2 * run] / 10, '.1f') + ' to ' + format(sales[2 * run + 1] / 10, '.1f') + ' million'",
                f"'Usual run: {int(end['sellers']):,} sellers. RMB {first['sales'] / 1e6:.1f} to {end['sales'] / 1e6:.1f} million'",
            ],
        ),
    ]
    finding = (
        f"Usual run: {int(first['sellers'])} sellers become {int(end['sellers'])}, and each earns "
        f"RMB {round(end['profit_per_seller'], -2):,.0f} instead of {round(first['profit_per_seller'], -2):,.0f}"
    )
    over = grid[grid["year"] == years]
    return charts.panels(
        views,
        finding,
        [
            f"{MADE}. {len(over):,} simulated villages; the controls choose one",
            "Blue: your settings. Wide grey line: the usual settings",
        ],
        "market_grid, a simulation; assumptions in market_parameters()",
        f"Two line charts of a simulated village, made for teaching: profit per seller and number of sellers in years 0 to "
        f"{years}, for chosen settings (blue) beside the usual ones (grey). {finding}. Over all {len(over):,} settings "
        f"there are {over['sellers'].min()} to {over['sellers'].max()} sellers in year {years}. The controls choose the "
        "settings; words above the panels give the last year.",
        params=params,
    )
