"""Theme 3: the villages on the lists, the money by measure, and who came first.

The charts carry their controls inside and need no kernel. Each has its twin in ``charts.table``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from ... import charts, datasets
from ...charts import select


class Look(NamedTuple):
    """How a mark is drawn: its shape, its colour, and the words for it where they differ from its name."""

    shape: str
    colour: str
    words: str = ""


NEW, STILL, TWICE = "new on the list", "still on it", "still, in two rows"
ON_THE_LIST = {
    NEW: Look("diamond", charts.ACCENT),
    STILL: Look("circle", charts.GREY),
    TWICE: Look("square", charts.SECOND),
}
# The measures as the chart names them, each with its indicator in the table daji and its colour.
MEASURES = {
    "sales on Taobao": ("online sales", charts.FOURTH),
    "costume sales": ("costume sales", charts.ACCENT),
    "e-commerce output": ("e-commerce output", charts.SECOND),
    "hanfu sales": ("hanfu sales", charts.THIRD),
    "whole output": ("economic output", charts.GREY),
}
JOINS = ("points of one measure", "all points, as if one thing", "nothing")
FIRST = {
    "trader": Look("circle", charts.ACCENT, "first trader with a date"),
    "association": Look("triangle-up", charts.THIRD, "association"),
    "office or party": Look("square", charts.SECOND, "office or party"),
    "on the list": Look("diamond", charts.GREY, "title of Taobao village"),
}


# ---- the lists -------------------------------------------------------------------------------------------------------
def on_the_lists(lists: pd.DataFrame | None = None) -> alt.LayerChart:
    """Draw the villages of the town on each list: new, still on it, or in two rows.

    A village that leaves a list is told in the title.

    Parameters
    ----------
    lists : DataFrame, optional
        The table ``daji_lists``, or some rows of it.

    Raises
    ------
    ValueError
        The table has no row.
    """
    if lists is None:
        lists = datasets.load("daji_lists")
    if lists.empty:
        raise ValueError("on_the_lists needs at least one row of the table daji_lists.")
    data = _place_villages(lists)
    totals = _totals_of_lists(data)
    gone = _number_gone(data)
    left = "none had left"
    if gone:
        left = f"{gone} had left"
    order = list(data.sort_values(["since", "village"])["village"].unique())
    counts = ", ".join(f"{total.villages} in {total.year}" for total in totals.itertuples())
    years = ", ".join(str(year) for year in totals["year"])
    return charts.finish(
        _list_layers(data, totals, order),
        f"Taobao villages of Daji: {counts}; {left}",
        f"Villages of the town on AliResearch's lists of {years}",
        "AliResearch's lists, rows counted by us; table daji_lists",
        _describe_lists(data, totals, left),
        width=420,
        height=18 * len(order),
    )


def _place_villages(lists: pd.DataFrame) -> pd.DataFrame:
    """Give a row for each village on each list, and how it is seen there."""
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
    data["since"] = data.groupby("village")["year"].transform("min")
    data["seen"] = STILL
    data.loc[data["year"] == data["since"], "seen"] = NEW
    data.loc[data["rows"] > 1, "seen"] = TWICE
    return data


def _totals_of_lists(data: pd.DataFrame) -> pd.DataFrame:
    """Count the villages and the rows of each list, with words for both."""
    totals = data.groupby("year").agg(villages=("village", "size"), rows=("rows", "sum"))
    totals = totals.reset_index()
    words = []
    for total in totals.itertuples():
        if total.rows == total.villages:
            words.append(f"{total.villages} villages")
        else:
            words.append(f"{total.villages} villages in {total.rows} rows")
    totals["words"] = words
    return totals


def _number_gone(data: pd.DataFrame) -> int:
    """Count the villages that are missing on the list after one on which they were."""
    by_year = [set(rows["village"]) for _, rows in data.groupby("year")]
    return sum(len(before - after) for before, after in itertools.pairwise(by_year))


def _list_layers(data: pd.DataFrame, totals: pd.DataFrame, order: list[str]) -> list[alt.Chart]:
    year_axis = alt.Axis(orient="top", labelAngle=0, labelFontSize=15, domain=False, ticks=False)
    x = alt.X("year:O", title=None, axis=year_axis)
    y = alt.Y(
        "village:N",
        title=None,
        sort=order,
        axis=alt.Axis(grid=True, domain=False, ticks=False),
    )
    names, looks = list(ON_THE_LIST), list(ON_THE_LIST.values())
    shapes = alt.Scale(domain=names, range=[look.shape for look in looks])
    colours = alt.Scale(domain=names, range=[look.colour for look in looks])
    told = {
        "village": "Village",
        "year": "List of",
        "seen": "Seen",
        "rows": "Rows",
        "printed": "中文, as printed",
        "status": "Rests on",
        "source": "Source",
    }
    marks = (
        alt.Chart(data)
        .mark_point(size=85, filled=True, opacity=1)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("seen:N", title=None, scale=shapes),
            color=alt.Color("seen:N", title=None, scale=colours),
            tooltip=charts.tooltips(told),
        )
    )
    counts = (
        alt.Chart(totals)
        .mark_text(baseline="bottom", fontWeight="bold")
        .encode(x=x, y=alt.value(18 * len(order) + 20), text="words:N")
    )
    return [marks, counts]


def _describe_lists(data: pd.DataFrame, totals: pd.DataFrame, left: str) -> str:
    lists = " ".join(f"{total.year}: {total.words}." for total in totals.itertuples())
    doubled = []
    for row in data[data["rows"] > 1].itertuples():
        doubled.append(f"{row.village} {row.year} ({row.printed})")
    return (
        f"Matrix of {data['village'].nunique()} villages against {len(totals)} lists. {lists} "
        f"Two rows for one village: {', '.join(doubled) or 'none'}. "
        f"From one list to the next {left}."
    )


# ---- the money -------------------------------------------------------------------------------------------------------
def sales_by_measure(daji: pd.DataFrame | None = None) -> alt.LayerChart:
    """Draw what is printed on the money of the town, in million yuan, by measure.

    A control joins the points rightly, wrongly, or not at all.

    Parameters
    ----------
    daji : DataFrame, optional
        The table of that name, or some rows of it.

    Raises
    ------
    ValueError
        There is no amount of the town in RMB million.
    """
    if daji is None:
        daji = datasets.load("daji")
    data = _select_amounts(daji)
    measures = [name for name in MEASURES if name in set(data["measure"])]
    first, last = int(data["year"].min()), int(data["year"].max())
    disputed = int((data["status"] == "disputed").sum())
    return charts.finish(
        _amount_layers(data, measures, first, last),
        f"{len(data)} amounts of one town, {len(measures)} measures, {disputed} disputed",
        f"Amounts printed for Daji town, million yuan, {first} to {last}; the control joins them",
        "table daji; each point has its row and source in the tooltip",
        _describe_amounts(data),
        params=[select("join", "Join ", JOINS)],
    )


def _select_amounts(daji: pd.DataFrame) -> pd.DataFrame:
    """Give the amounts of the town, with the measure and the figure in words."""
    names = {indicator: name for name, (indicator, _) in MEASURES.items()}
    of_the_town = (daji["place"] == "Daji town") & (daji["unit"] == "RMB million")
    rows = daji[of_the_town & daji["indicator"].isin(list(names))]
    if rows.empty:
        raise ValueError(
            "sales_by_measure needs rows of the table daji on Daji town with the unit RMB million."
        )
    qualifiers = rows["qualifier"].str.replace("_", " ").replace("exactly", "")
    figures = qualifiers + rows["value"].map(lambda value: f" {value:,.0f}")
    data = rows.assign(measure=rows["indicator"].map(names), shown=figures.str.strip())
    columns = ["id", "measure", "year", "period_as_printed", "value", "shown", "source", "status"]
    return data.sort_values(["year", "id"])[[*columns, "note"]]


def _amount_layers(data: pd.DataFrame, measures: list[str], first: int, last: int) -> list[Any]:
    """The lines of the control, a mark for each amount with its figure, and the measure at its last one."""
    x = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(domain=[first - 0.6, last + 0.9], nice=False, zero=False),
        axis=alt.Axis(format="d", grid=False, values=list(range(first, last + 1))),
    )
    y = alt.Y(
        "value:Q",
        title="million yuan a year",
        scale=alt.Scale(domain=[0, 1.15 * float(data["value"].max())], nice=False, zero=False),
        axis=alt.Axis(format=",d", tickCount=5),
    )
    colour = alt.Color(
        "measure:N",
        title=None,
        scale=alt.Scale(domain=measures, range=[MEASURES[name][1] for name in measures]),
        legend=None,
    )
    base = alt.Chart(data).encode(x=x, y=y)
    by_measure = (
        base.transform_filter(f"join === '{JOINS[0]}'")
        .mark_line(strokeWidth=2)
        .encode(color=colour, detail="measure:N")
    )
    as_if_one = base.transform_filter(f"join === '{JOINS[1]}'").mark_line(
        color=charts.INK, strokeDash=[6, 4], strokeWidth=2
    )
    told = {
        "measure": "Measure",
        "period_as_printed": "When",
        "shown": "Million yuan",
        "status": "The figure is",
        "id": "Row",
        "source": "Source",
        "note": "Note",
    }
    points = base.mark_point(size=90, filled=True, opacity=1).encode(
        color=colour, shape=status_shape(data["status"]), tooltip=charts.tooltips(told)
    )
    placed = base.transform_joinaggregate(last="max(year)", groupby=["measure"])
    earlier = placed.transform_filter("datum.year < datum.last")
    latest = placed.transform_filter("datum.year === datum.last")
    # The last figure of a measure stands to the right of its mark, with the name beneath, all others to the left.
    return [
        by_measure,
        as_if_one,
        points,
        *charts.with_halo(earlier.encode(text="shown:N"), align="right", dx=-9, dy=-8, fontSize=12),
        *charts.with_halo(latest.encode(text="shown:N"), align="left", dx=9, dy=-8, fontSize=12),
        *charts.with_halo(latest.encode(text="measure:N"), align="left", dx=9, dy=7, fontSize=12),
    ]


def status_shape(statuses: Iterable[str]) -> alt.Shape:
    """Let the shape of a mark say what its figure rests on, with a legend where there are several."""
    met = [status for status in charts.STATUS_SHAPES if status in set(statuses)]
    legend = None
    if len(met) > 1:
        legend = alt.Legend(titleOrient="left")
    return alt.Shape(
        "status:N",
        title="The figure is ",
        scale=alt.Scale(domain=met, range=[charts.STATUS_SHAPES[status] for status in met]),
        legend=legend,
    )


def _describe_amounts(data: pd.DataFrame) -> str:
    lowest, highest = data.loc[data["value"].idxmin()], data.loc[data["value"].idxmax()]
    measures = []
    for name, group in data.groupby("measure", sort=False):
        amounts = [f"{row.shown} in {row.year} ({row.status})" for row in group.itertuples()]
        measures.append(f"{name}: {', '.join(amounts)}")
    return (
        f"Points: {len(data)} amounts printed for Daji town, "
        f"from {lowest['shown']} million yuan ({lowest['measure']}, {lowest['year']}) "
        f"to {highest['shown']} million ({highest['measure']}, {highest['year']}). "
        f"{'; '.join(measures)}. "
        "A control joins the points of one measure, all points as if they were one thing, or none."
    )


# ---- other places ----------------------------------------------------------------------------------------------------
def beside_daji() -> list[str]:
    """Give the places to set beside Daji, by one rule.

    They are the villages and counties of which the table ``village_cases`` has figures and the table ``policy_events`` an
    event that names them; a village stands for its county.

    >>> "Suichang" in beside_daji()
    True
    """
    cases, events = datasets.load("village_cases"), datasets.load("policy_events")
    local = cases[cases["level"].isin(["village", "county"])]
    named = []
    for name in local["name"].unique():
        if events["place"].str.contains(rf"\b{name}\b").any():
            named.append(name)
    villages = local[(local["level"] == "village") & local["name"].isin(named)]
    counties_with_a_village = set(villages["county"])
    return sorted(name for name in named if name not in counties_with_a_village)


def first_acts() -> pd.DataFrame:
    """Find the first dated act of each kind at Daji and the places beside it.

    An event of the county counts for its village. What is missing here has no date in our tables; it may have happened
    all the same.

    Returns
    -------
    DataFrame
        Columns: place, year, when (the date as printed), kind, who, what, rests_on, source. ``kind`` is trader,
        association, office or party, or on the list (the year of the title, where our tables have it).
    """
    cases, events = datasets.load("village_cases"), datasets.load("policy_events")
    acts = [_first_shop_of_daji()]
    for place in ("Daji", *beside_daji()):
        name_column = "town" if place == "Daji" else "name"
        own_cases = cases[cases[name_column] == place]
        county = own_cases["county"].iloc[0]
        acts += _acts_in_events(place, county, events)
        acts += _title_of_village(place, own_cases)
    table = pd.DataFrame(acts).sort_values(["place", "year", "rests_on"], kind="stable")
    return table.drop_duplicates(["place", "kind"]).reset_index(drop=True)


def _first_shop_of_daji() -> dict[str, Any]:
    shop = datasets.load("daji").set_index("id").loc["B09"]
    return {
        "place": "Daji",
        "year": int(shop["year"]),
        "when": shop["period_as_printed"],
        "kind": "trader",
        "who": "somebody in Dinglou",
        "what": "opens the first online shop of the town",
        "rests_on": "daji/B09",
        "source": shop["source"],
    }


def _acts_in_events(place: str, county: str, events: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the dated events of a place and of its county as acts."""
    names_the_place = events["place"].str.contains(rf"\b{place}\b")
    of_the_county = events["place"].str.startswith(f"{county},")
    kinds = {"households": "trader", "association": "association"}
    acts = []
    for event in events[(names_the_place | of_the_county) & events["year"].notna()].itertuples():
        acts.append(
            {
                "place": place,
                "year": int(event.year),
                "when": event.date_as_printed,
                "kind": kinds.get(event.level, "office or party"),
                "who": event.actor,
                "what": event.what,
                "rests_on": f"policy_events/{event.id}",
                "source": event.source,
            }
        )
    return acts


def _title_of_village(place: str, own_cases: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the title of Taobao village as an act, where our tables have its year."""
    acts = []
    for case in own_cases.dropna(subset=["first_listed"]).head(1).itertuples():
        year = int(case.first_listed)
        acts.append(
            {
                "place": place,
                "year": year,
                "when": str(year),
                "kind": "on the list",
                "who": "AliResearch",
                "what": f"{case.name} has the title of Taobao village",
                "rests_on": f"village_cases/{case.id}",
                "source": case.source,
            }
        )
    return acts


def who_came_first(acts: pd.DataFrame | None = None) -> alt.LayerChart:
    """Draw the first dated act of traders, associations and offices at each place, on one line of years.

    A date "or earlier" is drawn as such and counts for neither side.

    Parameters
    ----------
    acts : DataFrame, optional
        The columns of ``first_acts()``; those acts if not given.

    Raises
    ------
    ValueError
        There is no row, or one with another kind of act.
    """
    if acts is None:
        acts = first_acts()
    if acts.empty or not set(acts["kind"]) <= set(FIRST):
        raise ValueError(f"who_came_first needs rows whose kind is one of: {', '.join(FIRST)}.")
    vague = acts["when"].str.contains("earlier")
    labels = {kind: look.words for kind, look in FIRST.items()}
    data = acts.assign(label=acts["kind"].map(labels), vague=vague)
    sure = acts[~vague].pivot_table(index="place", columns="kind", values="year", aggfunc="min")
    both = sure.reindex(columns=list(FIRST)).dropna(subset=["trader", "office or party"])
    ahead = int((both["trader"] < both["office or party"]).sum())
    order = ["Daji", *sorted(place for place in acts["place"].unique() if place != "Daji")]
    first, last = int(acts["year"].min()), int(acts["year"].max())
    return charts.finish(
        _act_layers(data, order, first, last),
        f"Traders stand before the first dated office in {ahead} of {len(both)} places with two sure dates",
        f"First dated act of each kind in our tables, {first} to {last}; what is missing has no date there",
        "tables policy_events, village_cases, daji",
        _describe_acts(data, order),
        height=44 * len(order),
    )


def _act_layers(data: pd.DataFrame, order: list[str], first: int, last: int) -> list[alt.Chart]:
    x = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(domain=[first - 0.5, last + 0.5], nice=False, zero=False),
        axis=alt.Axis(format="d", grid=False, values=list(range(first, last + 1))),
    )
    y = alt.Y(
        "place:N", title=None, sort=order, axis=alt.Axis(grid=True, domain=False, ticks=False)
    )
    looks = list(FIRST.values())
    names = [look.words for look in looks]
    shapes = alt.Scale(domain=names, range=[look.shape for look in looks])
    colours = alt.Scale(domain=names, range=[look.colour for look in looks])
    told = {
        "place": "Place",
        "when": "When",
        "label": "First",
        "who": "Who",
        "what": "What",
        "rests_on": "Row",
        "source": "Source",
    }
    base = alt.Chart(data).encode(
        x=x,
        y=y,
        shape=alt.Shape("label:N", title=None, scale=shapes),
        color=alt.Color("label:N", title=None, scale=colours),
        tooltip=charts.tooltips(told),
    )
    # The title of a village is no act of the place: it stands below the line.
    is_title = "datum.kind === 'on the list'"
    acts = base.transform_filter(f"!({is_title})").mark_point(size=150, filled=True, opacity=1)
    titles = base.transform_filter(is_title).mark_point(
        size=110, filled=True, opacity=1, yOffset=15
    )
    or_earlier = (
        alt.Chart(data)
        .transform_filter("datum.vague")
        .mark_text(align="right", dx=-12, fontSize=12)
        .encode(x=x, y=y, text=alt.value("or earlier"))
    )
    return [acts, titles, or_earlier]


def _describe_acts(data: pd.DataFrame, order: list[str]) -> str:
    places = []
    for place in order:
        acts = [f"{act.label} {act.when}" for act in data[data["place"] == place].itertuples()]
        places.append(f"{place}: {', '.join(acts)}.")
    return f"Dots on lines of years, one line for each of {len(order)} places. {' '.join(places)}"
