"""Theme 5: the village market, the balance, stay or leave. And the charts and the cards of the sustainability lesson.

The explorers carry their controls inside and need no kernel: what Python simulates travels with the chart. Each has its
twin: ``sustainability.market_grid`` for the market, ``sustainability.weigh`` for the balance, ``fates`` for the lists; all have
``charts.table``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from ... import charts, datasets
from ...charts import ACCENT, INK, tooltips

if TYPE_CHECKING:
    import pandas as pd


def alike(products: pd.DataFrame | None = None, least: int = 4) -> alt.LayerChart:
    """How alike the villages of a county are: the share of its leading kind of goods, in counties of ``least`` or more.

    ``products`` is the table ``products_2014``; a village with several products counts in equal parts. Villages whose
    county the list does not name count for the whole country only.
    """
    products = datasets.load("products_2014") if products is None else products
    by = (
        products[products["adcode"].notna()]
        .groupby(["province", "county", "county_zh"])["villages_fractional"]
        .agg(["sum", "max"])
    )
    lead = products.loc[
        products.groupby(["province", "county", "county_zh"])["villages_fractional"].idxmax()
    ]
    data = by[by["sum"] >= least].merge(lead, on=["province", "county", "county_zh"])
    if data.empty:
        raise ValueError(f"No county has {least} villages or more; give a smaller least.")
    data = data.assign(share=data["max"] / data["sum"], villages=data["sum"]).sort_values(
        ["share", "villages"], ascending=False
    )
    data["place"] = data["county"] + ", " + data["province"]
    one, whole = (
        int((data["share"] > 1 - 1e-9).sum()),
        products.groupby("category")["villages_fractional"].sum(),
    )
    country = whole.max() / whole.sum()
    told = {
        "place": "County",
        "county_zh": "中文",
        "villages": "Villages",
        "category": "Leading kind",
        "share": "Share of it",
    }
    y = alt.Y(
        "place:N",
        sort=list(data["place"]),
        title=None,
        axis=alt.Axis(domain=False, ticks=False, labelLimit=220),
    )
    scale = alt.Scale(domain=[0, 1], nice=False, zero=False)
    base = alt.Chart(data[[*told]]).encode(y=y)
    bars = base.mark_bar(color=ACCENT, height=13).encode(
        x=alt.X(
            "share:Q",
            title="share of the leading kind of goods",
            scale=scale,
            axis=alt.Axis(format="%", tickCount=5),
        ),
        tooltip=tooltips(told, share=".0%", villages=".1~f"),
    )
    words = base.transform_calculate(
        words="datum.category + ', ' + format(datum.villages, '.1~f') + ' villages'"
    )
    rule = alt.Chart(alt.Data(values=[{"country": float(country)}])).encode(
        x=alt.X("country:Q", scale=scale)
    )
    finding = f"In {one} of {len(data)} counties with {least} or more villages, all sell the same kind of goods"
    return charts.finish(
        [
            bars,
            words.mark_text(align="left", fontSize=12).encode(x=alt.value(408), text="words:N"),
            rule.mark_rule(color=INK, strokeDash=[4, 3]),
        ],
        finding,
        [
            "Share of a county's Taobao villages of 2014 that sell its leading kind of goods; 18 kinds in all",
            f"Dashed line: {whole.idxmax()}, the leading kind of the whole country, {country:.0%}",
        ],
        "own count and sorting from AliResearch's list of 2014; table products_2014",
        f"Bar chart. {finding}. In the whole country {whole.idxmax()} leads with {country:.0%}. "
        + " ".join(f"{r.place}: {r.share:.0%} {r.category}." for r in data.itertuples()),
        width=400,
        height=20 * len(data),
    )
