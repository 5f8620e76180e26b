"""Theme 4: timeline, who gives what to whom, weigh the positions; and what was promised and counted of Rural Taobao.

All carry their controls inside the chart and need no kernel: what is computed comes from the models, beforehand. Each has
its twin in ``charts.table``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from ... import charts, datasets

if TYPE_CHECKING:
    import pandas as pd


PRINTED = {"centres": "circle", "villages covered": "square", "partner villages": "diamond"}


def promised_and_counted(
    context: pd.DataFrame | None = None, claims: pd.DataFrame | None = None
) -> alt.LayerChart:
    """Stations of Rural Taobao as they were counted, each as it was printed, below the number announced in 2014.

    ``context`` and ``claims`` are the tables of these names. The number announced is the claim ``habr-100000-centres``; it was
    announced in October 2014 for three to five years (event G17). A count without a month is drawn over its whole year.
    """
    context = datasets.load("context") if context is None else context
    claims = datasets.load("claims") if claims is None else claims
    rows = context[context["series"] == "rural_taobao_centres"]
    if rows.empty:
        raise ValueError(
            "promised_and_counted needs rows of the series rural_taobao_centres of the table context."
        )
    promised = int(claims.set_index("id").loc["habr-100000-centres", "value"])
    undated = rows["month"].isna()
    printed = rows["note"].fillna("").str.extract(r"Printed as (?:service )?([a-z ]+)\.")[0]
    data = rows.assign(
        x=rows["year"] + (rows["month"].fillna(6) - 0.5).astype(float) / 12,
        low=rows["year"].where(undated),
        high=(rows["year"] + 1).where(undated),
        printed=printed.fillna("centres").to_list(),
    )[
        [
            "period_as_printed",
            "qualifier",
            "value",
            "printed",
            "status",
            "source",
            "note",
            "x",
            "low",
            "high",
        ]
    ]
    data["qualifier"] = data["qualifier"].str.replace("_", " ")
    scale = alt.Scale(domain=[2014.5, 2020], nice=False, zero=False)
    x = alt.X(
        "x:Q",
        title=None,
        scale=scale,
        axis=alt.Axis(format="d", grid=False, values=list(range(2015, 2021))),
    )
    y = alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(domain=[0, 1.1 * promised], nice=False, zero=False),
        axis=alt.Axis(format=",d", tickCount=5),
    )
    shapes = alt.Scale(domain=list(PRINTED), range=list(PRINTED.values()))
    told = {
        "period_as_printed": "When",
        "qualifier": "How",
        "value": "Count",
        "printed": "Printed as",
        "status": "Rests on",
    }
    points = (
        alt.Chart(data)
        .mark_point(size=90, strokeWidth=2, opacity=1, color=charts.ACCENT)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("printed:N", title="Printed as", scale=shapes),
            fill=alt.condition(
                "datum.status === 'disputed'", alt.value("white"), alt.value(charts.ACCENT)
            ),
            tooltip=charts.tooltips(told | {"source": "Source", "note": "Note"}, value=","),
        )
    )
    figures = [
        layer
        for crowded, align, away in ((True, "left", 9), (False, "right", -9))
        for layer in charts.with_halo(
            alt.Chart(data[crowded == (data["x"].diff().fillna(1) < 0.4)]).encode(
                x=x, y=y, text=alt.Text("value:Q", format=",")
            ),
            align=align,
            dx=away,
            fontSize=12,
        )
    ]
    spans = alt.Chart(data).transform_filter("isValid(datum.low)").mark_rule(color=charts.ACCENT)
    made, due = 2014 + 9.5 / 12, (2017 + 9.5 / 12, 2019 + 9.5 / 12)
    plan = alt.Chart(
        alt.Data(
            values=[
                {"x": made, "to": due[0], "value": promised, "due": False},
                {"x": due[0], "to": due[1], "value": promised, "due": True},
            ]
        )
    )
    plans = plan.mark_rule(color=charts.SECOND, strokeWidth=2).encode(
        x=x,
        x2="to:Q",
        y=y,
        strokeDash=alt.condition("datum.due", alt.value([1, 0]), alt.value([3, 5])),
    )
    words = (
        plan.transform_filter("datum.due")
        .mark_text(align="left", dy=-10, color=charts.SECOND)
        .encode(x=x, y=y, text=alt.value("due, after three to five years"))
    )
    most, more = int(data["value"].max()), data["qualifier"] == "more than"
    beyond = "more than " if (more & (data["value"] == most)).any() else ""
    return charts.finish(
        [
            plans,
            words,
            spans.encode(x=alt.X("low:Q", scale=scale), x2="high:Q", y=y),
            points,
            *figures,
        ],
        f"{promised:,} stations announced; the highest count found: {beyond}{most:,}",
        [
            f"Rural Taobao: the plan of October 2014, and counts to {data['period_as_printed'].iloc[-1]}; we found none later",
            f"Open marks: disputed. A mark on a line: year without month. Printed as 'more than': {more.sum()} of {len(data)}",
        ],
        "table context, series rural_taobao_centres; event G17; claim habr-100000-centres",
        f"Points: {len(data)} counts of Rural Taobao as printed: "
        + "; ".join(
            f"{r.period_as_printed}: {r.qualifier} {r.value:,.0f} {r.printed} ({r.status})"
            for r in data.itertuples()
        )
        + f". A line stands at {promised:,} village stations, announced in October 2014 for three to five years.",
        height=320,
    )
