"""The chart of the sustainability lesson: how alike the villages of a county are.

>>> charts.table(alike()).columns.tolist()
['County', '中文', 'Villages', 'Leading kind', 'Share of it']
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from ... import charts, datasets
from ...charts import ACCENT, INK, tooltips


def alike(products: pd.DataFrame | None = None, least: int = 4) -> alt.LayerChart:
    """Draw how alike the villages of a county are: the share of its leading kind of goods.

    Parameters
    ----------
    products : DataFrame, optional
        The table ``products_2014`` or some rows of it. A village with several products counts in
        equal parts. Villages whose county the list does not name count for the whole country only.
    least : int
        Only counties with so many villages or more are drawn.

    Raises
    ------
    ValueError
        Where no county has so many villages.

    Examples
    --------
    >>> len(charts.table(alike(least=5))) < len(charts.table(alike(least=4)))
    True
    """
    if products is None:
        products = datasets.load("products_2014")
    data = _find_leading_kinds(products, least)
    if data.empty:
        raise ValueError(f"No county has {least} villages or more; give a smaller least.")
    of_country = products.groupby("category")["villages_fractional"].sum()
    leader, country = of_country.idxmax(), of_country.max() / of_country.sum()
    all_the_same = int((data["share"] > 1 - 1e-9).sum())
    finding = (
        f"In {all_the_same} of {len(data)} counties with {least} or more villages, "
        "all sell the same kind of goods"
    )
    sentences = [f"{row.place}: {row.share:.0%} {row.category}." for row in data.itertuples()]
    return charts.finish(
        _draw_layers(data, float(country)),
        finding,
        [
            "Share of a county's Taobao villages of 2014 that sell its leading kind of goods; "
            "18 kinds in all",
            f"Dashed line: {leader}, the leading kind of the whole country, {country:.0%}",
        ],
        "own count and sorting from AliResearch's list of 2014; table products_2014",
        f"Bar chart. {finding}. In the whole country {leader} leads with {country:.0%}. "
        + " ".join(sentences),
        width=400,
        height=20 * len(data),
    )


def _find_leading_kinds(products: pd.DataFrame, least: int) -> pd.DataFrame:
    """Return a row a county: its villages, its leading kind and its share, most alike first."""
    county = ["province", "county", "county_zh"]
    named = products[products["adcode"].notna()]
    sizes = named.groupby(county)["villages_fractional"].agg(villages="sum", of_leader="max")
    leaders = products.loc[products.groupby(county)["villages_fractional"].idxmax()]
    data = sizes[sizes["villages"] >= least].merge(
        leaders.drop(columns="villages", errors="ignore"), on=county
    )
    data["share"] = data["of_leader"] / data["villages"]
    data["place"] = data["county"] + ", " + data["province"]
    return data.sort_values(["share", "villages"], ascending=False)


def _draw_layers(data: pd.DataFrame, country: float) -> list[Any]:
    """Draw a bar a county, its leading kind in words, and the share of the whole country."""
    tips = {
        "place": "County",
        "county_zh": "中文",
        "villages": "Villages",
        "category": "Leading kind",
        "share": "Share of it",
    }
    share = charts.exact_scale(0, 1)
    base = alt.Chart(data[[*tips]]).encode(
        y=alt.Y(
            "place:N",
            sort=list(data["place"]),
            title=None,
            axis=charts.bare_axis(labelLimit=220),
        )
    )
    words = base.transform_calculate(
        words="datum.category + ', ' + format(datum.villages, '.1~f') + ' villages'"
    )
    line = alt.Chart(alt.Data(values=[{"country": country}]))
    return [
        base.mark_bar(color=ACCENT, height=13).encode(
            x=alt.X(
                "share:Q",
                title="share of the leading kind of goods",
                scale=share,
                axis=alt.Axis(format="%", tickCount=5),
            ),
            tooltip=tooltips(tips, share=".0%", villages=".1~f"),
        ),
        words.mark_text(align="left", fontSize=12).encode(x=alt.value(408), text="words:N"),
        line.mark_rule(color=INK, strokeDash=[4, 3]).encode(x=alt.X("country:Q", scale=share)),
    ]
