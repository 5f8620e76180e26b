"""Theme 3: timeline you decide, detective's desk, trail of a number; and the lists, the money, and who came first.

The two forms ask Python for their answers; the charts carry their controls inside and need no kernel. Each has its twin:
the charts a table (``charts.table``), the forms the functions ``turns`` and ``what_happened`` here, ``implied`` and ``ledger_says`` in ``taobaolab.evidence``.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import altair as alt

from ... import charts, datasets
from ...charts import select

if TYPE_CHECKING:
    import pandas as pd


NEW = {
    "new on the list": ("diamond", charts.ACCENT),
    "still on it": ("circle", charts.GREY),
    "still, in two rows": ("square", charts.SECOND),
}
MEASURES = {
    "sales on Taobao": ("online sales", charts.FOURTH),
    "costume sales": ("costume sales", charts.ACCENT),
    "e-commerce output": ("e-commerce output", charts.SECOND),
    "hanfu sales": ("hanfu sales", charts.THIRD),
    "whole output": ("economic output", charts.GREY),
}
JOINS = ("points of one measure", "all points, as if one thing", "nothing")
FIRST = {
    "trader": ("circle", charts.ACCENT, "first trader with a date"),
    "association": ("triangle-up", charts.THIRD, "association"),
    "office or party": ("square", charts.SECOND, "office or party"),
    "on the list": ("diamond", charts.GREY, "title of Taobao village"),
}


# ---- the lists -------------------------------------------------------------------------------------------------------
def on_the_lists(lists: pd.DataFrame | None = None) -> alt.LayerChart:
    """The villages of the town on each list: new, still on it, or in two rows. ``lists`` is the table ``daji_lists``.

    Raises ``ValueError`` for a table without rows. A village that leaves a list is told in the title.
    """
    lists = datasets.load("daji_lists") if lists is None else lists
    if lists.empty:
        raise ValueError("on_the_lists needs at least one row of the table daji_lists.")
    data = (
        lists.groupby(["village", "year"])
        .agg(
            rows=("id", "size"),
            printed=("village_zh", " | ".join),
            status=("status", "first"),
            source=("source", "first"),
        )
        .reset_index()
    )
    years = sorted({int(year) for year in data["year"]})
    data["since"] = data.groupby("village")["year"].transform("min")
    data["seen"] = "still on it"
    data.loc[data["year"] == data["since"], "seen"] = "new on the list"
    data.loc[data["rows"] > 1, "seen"] = "still, in two rows"
    order = list(data.sort_values(["since", "village"])["village"].unique())
    heads = (
        data.groupby("year").agg(villages=("village", "size"), rows=("rows", "sum")).reset_index()
    )
    heads["words"] = [
        f"{r.villages} villages" + (f" in {r.rows} rows" if r.rows != r.villages else "")
        for r in heads.itertuples()
    ]
    gone = sum(
        len(set(data[data["year"] == a]["village"]) - set(data[data["year"] == b]["village"]))
        for a, b in itertools.pairwise(years)
    )
    x = alt.X(
        "year:O",
        title=None,
        axis=alt.Axis(orient="top", labelAngle=0, labelFontSize=15, domain=False, ticks=False),
    )
    looks, names = list(NEW.values()), list(NEW)
    marks = (
        alt.Chart(data)
        .mark_point(size=85, filled=True, opacity=1)
        .encode(
            x=x,
            y=alt.Y(
                "village:N",
                title=None,
                sort=order,
                axis=alt.Axis(grid=True, domain=False, ticks=False),
            ),
            shape=alt.Shape(
                "seen:N",
                title=None,
                scale=alt.Scale(domain=names, range=[shape for shape, _ in looks]),
            ),
            color=alt.Color(
                "seen:N",
                title=None,
                scale=alt.Scale(domain=names, range=[colour for _, colour in looks]),
            ),
            tooltip=charts.tooltips(
                {
                    "village": "Village",
                    "year": "List of",
                    "seen": "Seen",
                    "rows": "Rows",
                    "printed": "中文, as printed",
                    "status": "Rests on",
                    "source": "Source",
                }
            ),
        )
    )
    totals = (
        alt.Chart(heads)
        .mark_text(baseline="bottom", fontWeight="bold")
        .encode(x=x, y=alt.value(18 * len(order) + 20), text="words:N")
    )
    counts = ", ".join(f"{r.villages} in {r.year}" for r in heads.itertuples())
    left = "none had left" if not gone else f"{gone} had left"
    return charts.finish(
        [marks, totals],
        f"Taobao villages of Daji: {counts}; {left}",
        f"Villages of the town on AliResearch's lists of {', '.join(map(str, years))}",
        "AliResearch's lists, rows counted by us; table daji_lists",
        f"Matrix of {len(order)} villages against {len(years)} lists. "
        + " ".join(f"{r.year}: {r.words}." for r in heads.itertuples())
        + " Two rows for one village: "
        + (
            ", ".join(
                f"{r.village} {r.year} ({r.printed})" for r in data[data["rows"] > 1].itertuples()
            )
            or "none"
        )
        + f". From one list to the next {left}.",
        width=420,
        height=18 * len(order),
    )


# ---- the money -------------------------------------------------------------------------------------------------------
def sales_by_measure(daji: pd.DataFrame | None = None) -> alt.LayerChart:
    """What is printed on the money of the town, by measure; a control joins the points rightly, wrongly, or not at all.

    ``daji`` is the table of that name. Raises ``ValueError`` if it has no amount of the town in RMB million.
    """
    daji = datasets.load("daji") if daji is None else daji
    named = {printed: name for name, (printed, _) in MEASURES.items()}
    rows = daji[
        (daji["place"] == "Daji town")
        & (daji["unit"] == "RMB million")
        & daji["indicator"].isin(list(named))
    ]
    if rows.empty:
        raise ValueError(
            "sales_by_measure needs rows of the table daji on Daji town with the unit RMB million."
        )
    data = rows.assign(
        measure=rows["indicator"].map(named),
        shown=rows["qualifier"].str.replace("_", " ").replace("exactly", "")
        + rows["value"].map(lambda v: f" {v:,.0f}"),
    ).sort_values(["year", "id"])
    data = data[
        ["id", "measure", "year", "period_as_printed", "value", "shown", "source", "status", "note"]
    ]
    data["shown"] = data["shown"].str.strip()
    join = select("join", "Join ", JOINS)
    years = [int(data["year"].min()), int(data["year"].max())]
    top = 1.15 * float(data["value"].max())
    x = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(domain=[years[0] - 0.6, years[1] + 0.9], nice=False, zero=False),
        axis=alt.Axis(format="d", grid=False, values=list(range(years[0], years[1] + 1))),
    )
    y = alt.Y(
        "value:Q",
        title="million yuan a year",
        scale=alt.Scale(domain=[0, top], nice=False, zero=False),
        axis=alt.Axis(format=",d", tickCount=5),
    )
    met = [name for name in MEASURES if name in set(data["measure"])]
    colour = alt.Color(
        "measure:N",
        title=None,
        scale=alt.Scale(domain=met, range=[MEASURES[m][1] for m in met]),
        legend=None,
    )
    base = alt.Chart(data).encode(x=x, y=y)
    rightly = (
        base.transform_filter(f"join === '{JOINS[0]}'")
        .mark_line(strokeWidth=2)
        .encode(color=colour, detail="measure:N")
    )
    wrongly = base.transform_filter(f"join === '{JOINS[1]}'").mark_line(
        color=charts.INK, strokeDash=[6, 4], strokeWidth=2
    )
    shapes = [status for status in charts.STATUS_SHAPES if status in set(data["status"])]
    points = base.mark_point(size=90, filled=True, opacity=1).encode(
        color=colour,
        shape=alt.Shape(
            "status:N",
            title="The figure is ",
            scale=alt.Scale(
                domain=shapes, range=[charts.STATUS_SHAPES[status] for status in shapes]
            ),
            legend=alt.Legend(titleOrient="left") if len(shapes) > 1 else None,
        ),
        tooltip=charts.tooltips(
            {
                "measure": "Measure",
                "period_as_printed": "When",
                "shown": "Million yuan",
                "status": "The figure is",
                "id": "Row",
                "source": "Source",
                "note": "Note",
            }
        ),
    )
    told = base.transform_joinaggregate(last="max(year)", groupby=["measure"])
    latest = told.transform_filter("datum.year === datum.last")
    earlier = told.transform_filter("datum.year < datum.last").encode(text="shown:N")
    lowest, highest = data.loc[data["value"].idxmin()], data.loc[data["value"].idxmax()]
    return charts.finish(
        [
            rightly,
            wrongly,
            points,
            *charts.with_halo(earlier, align="right", dx=-9, dy=-8, fontSize=12),
            *charts.with_halo(
                latest.encode(text="shown:N"), align="left", dx=9, dy=-8, fontSize=12
            ),
            *charts.with_halo(
                latest.encode(text="measure:N"), align="left", dx=9, dy=7, fontSize=12
            ),
        ],
        f"{len(data)} amounts of one town, {len(met)} measures, {int((data['status'] == 'disputed').sum())} disputed",
        f"Amounts printed for Daji town, million yuan, {years[0]} to {years[1]}; the control joins them",
        "table daji; each point has its row and source in the tooltip",
        f"Points: {len(data)} amounts printed for Daji town, from {lowest['shown']} million yuan ({lowest['measure']}, "
        f"{lowest['year']}) to {highest['shown']} million ({highest['measure']}, {highest['year']}). "
        + "; ".join(
            f"{name}: "
            + ", ".join(f"{r.shown} in {r.year} ({r.status})" for r in group.itertuples())
            for name, group in data.groupby("measure", sort=False)
        )
        + ". A control joins the points of one measure, all points as if they were one thing, or none.",
        params=[join],
    )


# ---- other places ----------------------------------------------------------------------------------------------------
def beside_daji() -> list[str]:
    """The places to set beside Daji, by one rule: villages and counties of which the table ``village_cases`` has figures and
    the table ``policy_events`` an event that names them; a village stands for its county.

    >>> "Suichang" in beside_daji()
    True
    """
    cases, events = datasets.load("village_cases"), datasets.load("policy_events")
    local = cases[cases["level"].isin(["village", "county"])]
    named = [
        name
        for name in local["name"].unique()
        if events["place"].str.contains(rf"\b{name}\b").any()
    ]
    homes = set(local[(local["level"] == "village") & local["name"].isin(named)]["county"])
    return sorted(name for name in named if name not in homes)


def first_acts() -> pd.DataFrame:
    """The first dated act of each kind at Daji and the places beside it: place, year, when, kind, who, what, rests_on, source.

    ``kind`` is trader, association, office or party, or on the list (the year of the title, where our tables have it). ``when``
    is the date as printed. An event of the county counts for its village. What is missing here has no date in our tables; it
    may have happened all the same.
    """
    import pandas as pd

    cases, events = datasets.load("village_cases"), datasets.load("policy_events")
    shop = datasets.load("daji").set_index("id").loc["B09"]
    opens = "opens the first online shop of the town"
    rows = [
        (
            "Daji",
            int(shop["year"]),
            shop["period_as_printed"],
            "trader",
            "somebody in Dinglou",
            opens,
            "daji/B09",
            shop["source"],
        )
    ]
    for place in ("Daji", *beside_daji()):
        mine = cases[cases["town" if place == "Daji" else "name"] == place]
        county = mine["county"].iloc[0]
        here = events["place"].str.contains(rf"\b{place}\b") | events["place"].str.startswith(
            f"{county},"
        )
        for e in events[here & events["year"].notna()].itertuples():
            kind = {"households": "trader", "association": "association"}.get(
                e.level, "office or party"
            )
            rows.append(
                (
                    place,
                    int(e.year),
                    e.date_as_printed,
                    kind,
                    e.actor,
                    e.what,
                    f"policy_events/{e.id}",
                    e.source,
                )
            )
        for r in mine.dropna(subset=["first_listed"]).head(1).itertuples():
            has, year = f"{r.name} has the title of Taobao village", int(r.first_listed)
            rows.append(
                (
                    place,
                    year,
                    str(year),
                    "on the list",
                    "AliResearch",
                    has,
                    f"village_cases/{r.id}",
                    r.source,
                )
            )
    columns = ["place", "year", "when", "kind", "who", "what", "rests_on", "source"]
    table = pd.DataFrame(rows, columns=columns).sort_values(
        ["place", "year", "rests_on"], kind="stable"
    )
    return table.drop_duplicates(["place", "kind"]).reset_index(drop=True)


def who_came_first(acts: pd.DataFrame | None = None) -> alt.LayerChart:
    """The first dated act of traders, associations and offices at each place, on one line of years.

    ``acts`` has the columns of ``first_acts()``. A date "or earlier" is drawn as such and counts for neither side. Raises
    ``ValueError`` for a table without rows or with another kind of act.
    """
    acts = first_acts() if acts is None else acts
    if acts.empty or not set(acts["kind"]) <= set(FIRST):
        raise ValueError(f"who_came_first needs rows whose kind is one of: {', '.join(FIRST)}.")
    vague = acts["when"].str.contains("earlier")
    sure = acts[~vague].pivot_table(index="place", columns="kind", values="year", aggfunc="min")
    wide = sure.reindex(columns=list(FIRST))
    both = wide.dropna(subset=["trader", "office or party"])
    ahead = int((both["trader"] < both["office or party"]).sum())
    order = ["Daji", *sorted(p for p in acts["place"].unique() if p != "Daji")]
    labels = {kind: words for kind, (_, _, words) in FIRST.items()}
    data = acts.assign(label=acts["kind"].map(labels), vague=vague)
    years = [int(acts["year"].min()), int(acts["year"].max())]
    names = [words for _, _, words in FIRST.values()]
    looks = list(FIRST.values())
    base = alt.Chart(data).encode(
        x=alt.X(
            "year:Q",
            title=None,
            scale=alt.Scale(domain=[years[0] - 0.5, years[1] + 0.5], nice=False, zero=False),
            axis=alt.Axis(format="d", grid=False, values=list(range(years[0], years[1] + 1))),
        ),
        y=alt.Y(
            "place:N", title=None, sort=order, axis=alt.Axis(grid=True, domain=False, ticks=False)
        ),
        shape=alt.Shape(
            "label:N",
            title=None,
            scale=alt.Scale(domain=names, range=[shape for shape, _, _ in looks]),
        ),
        color=alt.Color(
            "label:N",
            title=None,
            scale=alt.Scale(domain=names, range=[colour for _, colour, _ in looks]),
        ),
        tooltip=charts.tooltips(
            {
                "place": "Place",
                "when": "When",
                "label": "First",
                "who": "Who",
                "what": "What",
                "rests_on": "Row",
                "source": "Source",
            }
        ),
    )
    below = "datum.kind === 'on the list'"
    marks = [
        base.transform_filter(f"!({below})").mark_point(size=150, filled=True, opacity=1),
        base.transform_filter(below).mark_point(size=110, filled=True, opacity=1, yOffset=15),
        alt.Chart(data)
        .transform_filter("datum.vague")
        .mark_text(align="right", dx=-12, fontSize=12)
        .encode(x=base.encoding.x, y=base.encoding.y, text=alt.value("or earlier")),
    ]
    return charts.finish(
        marks,
        f"Traders stand before the first dated office in {ahead} of {len(both)} places with two sure dates",
        f"First dated act of each kind in our tables, {years[0]} to {years[1]}; what is missing has no date there",
        "tables policy_events, village_cases, daji",
        f"Dots on lines of years, one line for each of {len(order)} places. "
        + " ".join(
            f"{place}: "
            + ", ".join(f"{r.label} {r.when}" for r in data[data["place"] == place].itertuples())
            + "."
            for place in order
        ),
        height=44 * len(order),
    )
