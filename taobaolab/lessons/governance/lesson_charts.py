"""Theme 4: what was promised of Rural Taobao, and what was counted. The chart has its twin in ``charts.table``."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from ... import charts, datasets

PRINTED = {"centres": "circle", "villages covered": "square", "partner villages": "diamond"}

# Event G17: announced in October 2014, for three to five years. A month is drawn at its middle.
ANNOUNCED, DUE_FROM, DUE_TO = 2014 + 9.5 / 12, 2017 + 9.5 / 12, 2019 + 9.5 / 12


def promised_and_counted(
    context: pd.DataFrame | None = None, claims: pd.DataFrame | None = None
) -> alt.LayerChart:
    """Draw stations of Rural Taobao as they were counted, each as it was printed, below the number announced in 2014.

    The number announced is the claim ``habr-100000-centres``; it was announced in October 2014 for three to five years
    (event G17). A count without a month is drawn over its whole year.

    Parameters
    ----------
    context, claims : DataFrame, optional
        The tables of these names.

    Raises
    ------
    ValueError
        There is no row of the series ``rural_taobao_centres``.
    """
    if context is None:
        context = datasets.load("context")
    if claims is None:
        claims = datasets.load("claims")
    promised = int(claims.set_index("id").loc["habr-100000-centres", "value"])
    counts = _place_counts(context)
    x, y = _axes(promised)
    highest = counts["value"].max()
    more = counts["qualifier"] == "more than"
    beyond = ""
    if (more & (counts["value"] == highest)).any():
        beyond = "more than "
    return charts.finish(
        [*_plan(promised, x, y), *_count_layers(counts, x, y)],
        f"{promised:,} stations announced; the highest count found: {beyond}{highest:,.0f}",
        [
            f"Rural Taobao: the plan of October 2014, and counts to {counts['period_as_printed'].iloc[-1]}; we found none later",
            f"Open marks: disputed. A mark on a line: year without month. Printed as 'more than': {more.sum()} of {len(counts)}",
        ],
        "table context, series rural_taobao_centres; event G17; claim habr-100000-centres",
        _describe(counts, promised),
        height=320,
    )


def _place_counts(context: pd.DataFrame) -> pd.DataFrame:
    """Give the counts with their place in time, in years, and with what they were printed as."""
    rows = context[context["series"] == "rural_taobao_centres"]
    if rows.empty:
        raise ValueError(
            "promised_and_counted needs rows of the series rural_taobao_centres of the table context."
        )
    undated = rows["month"].isna()
    printed = rows["note"].fillna("").str.extract(r"Printed as (?:service )?([a-z ]+)\.")[0]
    data = rows.assign(
        x=rows["year"] + (rows["month"].fillna(6) - 0.5).astype(float) / 12,
        low=rows["year"].where(undated),
        high=(rows["year"] + 1).where(undated),
        printed=printed.fillna("centres").to_list(),
        qualifier=rows["qualifier"].str.replace("_", " "),
    )
    columns = ["period_as_printed", "qualifier", "value", "printed", "status", "source", "note"]
    return data[[*columns, "x", "low", "high"]]


def _years() -> alt.Scale:
    return alt.Scale(domain=[2014.5, 2020], nice=False, zero=False)


def _axes(promised: int) -> tuple[alt.X, alt.Y]:
    x = alt.X(
        "x:Q",
        title=None,
        scale=_years(),
        axis=alt.Axis(format="d", grid=False, values=list(range(2015, 2021))),
    )
    y = alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(domain=[0, 1.1 * promised], nice=False, zero=False),
        axis=alt.Axis(format=",d", tickCount=5),
    )
    return x, y


def _plan(promised: int, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """A line at the number announced: dotted until it could be due, then full."""
    waiting = {"x": ANNOUNCED, "to": DUE_FROM, "value": promised, "due": False}
    due = {"x": DUE_FROM, "to": DUE_TO, "value": promised, "due": True}
    plan = alt.Chart(alt.Data(values=[waiting, due]))
    lines = plan.mark_rule(color=charts.SECOND, strokeWidth=2).encode(
        x=x,
        x2="to:Q",
        y=y,
        strokeDash=alt.condition("datum.due", alt.value([1, 0]), alt.value([3, 5])),
    )
    label = (
        plan.transform_filter("datum.due")
        .mark_text(align="left", dy=-10, color=charts.SECOND)
        .encode(x=x, y=y, text=alt.value("due, after three to five years"))
    )
    return [lines, label]


def _count_layers(counts: pd.DataFrame, x: alt.X, y: alt.Y) -> list[Any]:
    """A line for a count without a month, a mark for each count, and its figure."""
    spans = (
        alt.Chart(counts)
        .transform_filter("isValid(datum.low)")
        .mark_rule(color=charts.ACCENT)
        .encode(x=alt.X("low:Q", scale=_years()), x2="high:Q", y=y)
    )
    told = {
        "period_as_printed": "When",
        "qualifier": "How",
        "value": "Count",
        "printed": "Printed as",
        "status": "Rests on",
        "source": "Source",
        "note": "Note",
    }
    shapes = alt.Scale(domain=list(PRINTED), range=list(PRINTED.values()))
    points = (
        alt.Chart(counts)
        .mark_point(size=90, strokeWidth=2, opacity=1, color=charts.ACCENT)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("printed:N", title="Printed as", scale=shapes),
            fill=alt.condition(
                "datum.status === 'disputed'", alt.value("white"), alt.value(charts.ACCENT)
            ),
            tooltip=charts.tooltips(told, value=","),
        )
    )
    # A figure stands to the left of its mark, unless another mark is close there.
    crowded = counts["x"].diff().fillna(1) < 0.4
    figure = alt.Text("value:Q", format=",")
    to_the_right = alt.Chart(counts[crowded]).encode(x=x, y=y, text=figure)
    to_the_left = alt.Chart(counts[~crowded]).encode(x=x, y=y, text=figure)
    return [
        spans,
        points,
        *charts.with_halo(to_the_right, align="left", dx=9, fontSize=12),
        *charts.with_halo(to_the_left, align="right", dx=-9, fontSize=12),
    ]


def _describe(counts: pd.DataFrame, promised: int) -> str:
    values = []
    for row in counts.itertuples():
        figure = f"{row.qualifier} {row.value:,.0f} {row.printed} ({row.status})"
        values.append(f"{row.period_as_printed}: {figure}")
    return (
        f"Points: {len(counts)} counts of Rural Taobao as printed: {'; '.join(values)}. "
        f"A line stands at {promised:,} village stations, announced in October 2014 for three to five years."
    )
