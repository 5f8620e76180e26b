"""Theme 2: fit and be judged; where; stay, leave, enter. And the charts of the growth lesson.

The explorers carry their controls inside and need no kernel: what Python fits travels with the chart. Each has its twin:
``charts.table`` for them all, ``judged`` for the fits, ``flows`` for the lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from ... import charts, datasets
from ...charts import ACCENT, GREY, INK, SECOND, small_title, tooltips, with_halo
from .curves import growth_rate, years_since

if TYPE_CHECKING:
    import pandas as pd

MEASURES = {
    "active_shops": "Active shops",
    "annual_sales_rmb": "Sales a year, yuan",
    "jobs": "Jobs",
}
BOUNDS = {
    "more_than": "> ",
    "at_least": "≥ ",
    "less_than": "< ",
    "nearly": "nearly ",
    "about": "about ",
}


def rates(villages: pd.DataFrame | None = None) -> pd.DataFrame:
    """Growth from each list to the next: by rows of the table, and a year by the dates of the lists.

    A row a pair of neighbouring lists: ``from_year``, ``to_year``, ``years`` (between the dates), ``added`` (the net number
    of villages), ``by_rows`` and ``by_dates`` (percent), ``added_a_year``, and ``start`` and ``end`` as decimal years.
    """
    import pandas as pd

    table = datasets.load("villages_by_year") if villages is None else villages
    known = table.dropna(subset=["villages"]).sort_values("as_of", ignore_index=True)
    if len(known) < 2:
        raise ValueError("Growth takes two lists or more with a number of villages.")
    at = years_since(known["as_of"], origin=pd.Timestamp(1900, 1, 1)) + 1900
    count = known["villages"].astype(float)
    first, last = count[:-1].to_numpy(), count[1:].to_numpy()
    years = at[1:] - at[:-1]
    return pd.DataFrame(
        {
            "from_year": known["year"][:-1].to_numpy(int),
            "to_year": known["year"][1:].to_numpy(int),
            "years": years.round(2),
            "added": (last - first).astype(int),
            "by_rows": (100 * (last / first - 1)).round(0),
            "by_dates": (100 * growth_rate(first, last, years)).round(0),
            "added_a_year": ((last - first) / years).round(0),
            "start": at[:-1].round(3),
            "end": at[1:].round(3),
        }
    )


def growth_rates(villages: pd.DataFrame | None = None) -> alt.LayerChart:
    """Growth a year between neighbouring lists, by the dates (blue) and by the rows of the table (grey), on a log axis.

    ``villages`` is the table ``villages_by_year`` or some rows of it. An exponential would be one level line.
    """
    data = rates(villages)
    if (data["by_dates"] <= 0).any() or (data["by_rows"] <= 0).any():
        raise ValueError(
            "growth_rates draws a log axis: every list must be longer than the one before."
        )
    low, high = (
        float(data[["by_rows", "by_dates"]].min().min()),
        float(data[["by_rows", "by_dates"]].max().max()),
    )

    def up(field: str) -> alt.Y:
        axis = alt.Axis(values=[10, 20, 50, 100, 200, 500, 1000], labelExpr="datum.value + '%'")
        scale = alt.Scale(type="log", domain=[0.7 * low, 1.6 * high], nice=False)
        return alt.Y(f"{field}:Q", title=None, axis=axis, scale=scale)

    span = alt.Scale(
        domain=[float(data["start"].min()) - 0.3, float(data["end"].max()) + 0.6],
        nice=False,
        zero=False,
    )
    axis = alt.Axis(
        format="d",
        grid=False,
        values=list(range(int(data["start"].min()), int(data["end"].max()) + 2)),
    )
    base = alt.Chart(data).encode(
        x=alt.X("start:Q", scale=span, title="ticks: 1 January", axis=axis), x2="end:Q"
    )
    told = {"from_year": "From", "to_year": "To", "years": "Years between", "added": "Added"}
    told |= {"by_rows": "By rows, %", "by_dates": "A year by dates, %"}
    words = base.transform_calculate(
        at="(datum.start + datum.end) / 2", words="datum.by_dates + '%'"
    ).encode(
        x=alt.X("at:Q", scale=span, title="ticks: 1 January", axis=axis),
        x2=alt.Undefined,
        y=up("by_dates"),
        text="words:N",
    )
    top = data.loc[data["by_dates"].idxmax()]
    end = data.iloc[-1]
    finding = f"Growth a year was {top['by_dates']:,.0f}% from {top['from_year']:.0f} to {top['to_year']:.0f}"
    if end["to_year"] != top["to_year"]:
        finding += f", {end['by_dates']:,.0f}% from {end['from_year']:.0f} to {end['to_year']:.0f}"
    return charts.finish(
        [
            base.mark_rule(color=GREY, strokeWidth=2, strokeDash=[4, 3]).encode(y=up("by_rows")),
            base.mark_rule(color=ACCENT, strokeWidth=5).encode(
                y=up("by_dates"), tooltip=tooltips(told, years=".2f", added=",")
            ),
            *with_halo(words, dy=-11, fontWeight="bold"),
        ],
        finding,
        [
            "Growth of the number of villages between neighbouring lists; blue: a year, by the dates of the lists",
            "Grey, dashed: from row to row, whatever the time between. Log scale. An exponential would be level",
        ],
        "table villages_by_year; where only the year is known, a list is dated by its last day",
        "Step chart of growth between neighbouring lists on a log axis. "
        + " ".join(
            f"{r.from_year} to {r.to_year} ({r.years} years): {r.by_rows:,.0f}% by rows, {r.by_dates:,.0f}% a year by dates."
            for r in data.itertuples()
        ),
    )


def _short(value: int) -> str:
    """A large number as a label: 15,000; 2.44 million; 220 billion."""
    for size, name in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        if value >= size:
            return f"{value / size:g} {name}"
    return f"{value:,}"


def shops_sales_jobs(table: pd.DataFrame | None = None) -> alt.VConcatChart:
    """Shops, sales and jobs over the years, with the break of 2019: from then on towns are counted in.

    ``table`` is ``shops_sales_jobs`` or some rows of it. Rows that are not adopted are drawn as crosses.
    """
    table = datasets.load("shops_sales_jobs") if table is None else table
    rows = table[table["measure"].isin(MEASURES)].sort_values(["measure", "year", "adopted"])
    if rows.empty or not rows["adopted"].any():
        raise ValueError(
            "shops_sales_jobs needs rows of active_shops, annual_sales_rmb or jobs that are adopted."
        )
    rows["words"] = [
        BOUNDS.get(q, "") + _short(v) for q, v in zip(rows["qualifier"], rows["value"], strict=True)
    ]
    rows["scope"] = rows["scope"].str.replace("_", " ")
    joint = rows["scope"] == "villages and towns"
    last = rows.groupby("measure")["year"].transform("max")
    rows["side"] = (joint & rows["adopted"] & (rows["year"] == last)).map(
        {True: "above", False: "below"}
    )
    rows.loc[rows["adopted"] & ~joint, "side"] = "left"
    told = {
        "year": "Year",
        "measure": "Measure",
        "words": "As printed",
        "scope": "Counts",
        "status": "Rests on",
        "source": "Source",
    }
    span = alt.Scale(
        domain=[int(rows["year"].min()) - 4, int(rows["year"].max()) + 4], nice=False, zero=False
    )
    axis = alt.Axis(format="d", grid=False, values=[2012, 2016, 2020])
    x = alt.X("year:Q", title=None, scale=span, axis=axis)
    wall = alt.Chart(alt.Data(values=[{"year": 2018.5, "words": "towns too"}])).encode(x=x)
    measures = {m: t for m, t in MEASURES.items() if m in set(rows["measure"])}
    views = []
    for measure, title in measures.items():
        data = rows.loc[rows["measure"] == measure, ["value", "adopted", "side", *told]]
        room = alt.Scale(
            type="log",
            domain=[0.5 * int(data["value"].min()), 2 * int(data["value"].max())],
            nice=False,
        )
        base = alt.Chart(data).encode(x=x, y=alt.Y("value:Q", axis=None, scale=room))
        good, bad = (base.transform_filter(f"{no}datum.adopted") for no in ("", "!"))
        cross = bad.mark_point(shape="cross", size=130, opacity=1, color=SECOND, filled=True)
        words = base.encode(text="words:N")
        views.append(
            alt.layer(
                wall.mark_rule(color=GREY, strokeDash=[4, 4]),
                wall.mark_text(align="left", dx=4, color=GREY).encode(
                    y=alt.value(214), text="words:N"
                ),
                good.mark_line(color=ACCENT, strokeWidth=2).encode(detail="scope:N"),
                good.mark_point(filled=True, size=70, opacity=1, color=ACCENT).encode(
                    tooltip=tooltips(told, year="d")
                ),
                *[cross.encode(tooltip=tooltips(told, year="d"))] * (not data["adopted"].all()),
                *with_halo(
                    words.transform_filter("datum.side === 'left'"), align="right", dx=-9, dy=-3
                ),
                *with_halo(
                    words.transform_filter("datum.side === 'above'"), align="left", dx=7, dy=-8
                ),
                *with_halo(
                    words.transform_filter("datum.side === 'below'"), align="left", dx=7, dy=13
                ),
            ).properties(width=240, height=220, title=small_title(title))
        )
    finding = "Shops, sales and jobs of the Taobao villages"
    finding += (
        f": from {rows.loc[joint, 'year'].min()} on, towns are counted in" if joint.any() else ""
    )
    return charts.panels(
        views,
        finding,
        [
            "Each point is a printed figure; no line where the thing counted changes. Log scales of their own",
            "Cross: a figure that cannot be right",
        ],
        "AliResearch by way of reports and the press; table shops_sales_jobs",
        "Points over the years, a panel a measure. "
        + " ".join(
            f"{title}: "
            + ", ".join(
                f"{r.year}: {r.words} ({r.scope}{'' if r.adopted else ', cannot be right'})"
                for r in rows[rows["measure"] == m].itertuples()
            )
            + "."
            for m, title in measures.items()
        ),
        columns=3,
    )


def provinces_over_time(provinces: pd.DataFrame | None = None) -> alt.LayerChart:
    """Taobao villages of the provinces with a figure after the last complete list; what nobody found is a question mark.

    ``provinces`` is the table ``villages_by_province``: a year is complete in which every province has a row.
    """
    import pandas as pd

    table = datasets.load("villages_by_province") if provinces is None else provinces
    years, units = (
        range(int(table["year"].min()), int(table["year"].max()) + 1),
        table["province"].nunique(),
    )
    whole = max((y for y in years if (table["year"] == y).sum() == units), default=None)
    if whole is None or whole == years[-1]:
        raise ValueError(
            "provinces_over_time needs a year with a row for every province, and rows of later years."
        )
    later = table[table["year"] > whole]
    order = list(later.groupby("province")["villages"].max().sort_values(ascending=False).index)
    cells = pd.MultiIndex.from_product([order, years], names=["province", "year"])
    columns = ["province_zh", "villages", "status", "source"]
    data = table.set_index(["province", "year"])[columns].reindex(cells).reset_index()
    data["words"] = [("?" if pd.isna(n) else f"{n:,}") for n in data["villages"]]
    names = {"province": "Province", "province_zh": "中文", "year": "Year", "villages": "Villages"}
    told = tooltips(names | {"status": "Rests on", "source": "Source"}, year="d", villages=",")
    base = alt.Chart(data).encode(
        x=alt.X(
            "year:O",
            title=None,
            axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False),
        ),
        y=alt.Y("province:N", title=None, sort=order, axis=alt.Axis(domain=False, ticks=False)),
    )
    size = alt.Size("villages:Q", legend=None, scale=alt.Scale(domain=[0, 2000], range=[0, 1400]))
    found = (
        f"After {whole} we know {len(later)} of {units * (years[-1] - whole)} figures for provinces"
    )
    return charts.finish(
        [
            base.transform_filter("isValid(datum.villages)")
            .mark_circle(color=ACCENT, opacity=0.3)
            .encode(size=size, tooltip=told),
            base.mark_text(fontWeight="bold").encode(
                text="words:N",
                color=alt.condition("isValid(datum.villages)", alt.value(INK), alt.value(GREY)),
            ),
        ],
        found,
        [
            f"Taobao villages by province and year; the other {units - len(order)} provinces have no figure after {whole}",
            "?: no figure found, which is not a zero",
        ],
        "lists of 2014 to 2016 counted, other years from reports and the press; table villages_by_province",
        f"Matrix of Taobao villages by province and year, {years[0]} to {years[-1]}. {found}. Known: "
        + " ".join(
            f"{name}: "
            + ", ".join(
                f"{r.year}: {r.words}" for r in part.dropna(subset=["villages"]).itertuples()
            )
            + "."
            for name, part in data.groupby("province", sort=False)
        ),
        height=38 * len(order),
    )
