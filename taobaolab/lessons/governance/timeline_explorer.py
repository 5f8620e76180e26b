"""Theme 4: acts by year and level, with the count of Taobao villages beneath."""

from __future__ import annotations

import json
import textwrap
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from ... import charts, datasets
from ...charts import ANY, require_columns, select, text_line
from .event_order import ACTOR_LEVELS, events_in_order

TOLD_TWICE = ("G26", "G35")
TOLD = {
    "id": "Id",
    "date_as_printed": "Date",
    "actor": "Actor",
    "level": "Level",
    "instrument": "Means",
    "instrument_2": "Also",
    "what": "What",
    "place": "Place",
    "source": "Source",
}


class Family(NamedTuple):
    """Means that are drawn alike: their shape and colour, and the words of the codebook for them."""

    shape: str
    colour: str
    means: tuple[str, ...]


FAMILIES = {
    "money": Family("circle", charts.ACCENT, ("finance",)),
    "papers, rules, titles": Family(
        "square",
        charts.SECOND,
        (
            "agreement",
            "label",
            "norm",
            "pilot",
            "policy",
            "poverty_policy",
            "recognition",
            "regulation",
            "roster",
            "target",
        ),
    ),
    "works and land": Family(
        "triangle-up", charts.THIRD, ("infrastructure", "land", "housing", "logistics")
    ),
    "people and bodies": Family(
        "diamond", charts.FOURTH, ("training", "talent", "organisation", "party_building")
    ),
    "trade": Family("cross", charts.GREY, ("market", "platform")),
}
FAMILY_OF = {means: name for name, family in FAMILIES.items() for means in family.means}
# An act is on when it meets all three filters; what is off stays, but pale.
IS_ON = (
    "(level_shown === 'any' || datum.level === level_shown) && (means_shown === 'any' || datum.instrument === "
    "means_shown || datum.instrument_2 === means_shown) && indexof(lower(datum.actor), lower(actor_shown)) >= 0 ? 1 : 0"
)
# Pixels: a row of dots within a box, the room around them, and the strip of the counts beneath.
DOT_ROW, LANE_ROOM, STRIP = 13, 11, 90
DOTS_IN_A_ROW = 3


def acts() -> pd.DataFrame:
    """Give the policy events without the two that tell an act again which another row has: G26 (G24, G25), G35 (G34)."""
    events = datasets.load("policy_events")
    return events[~events["id"].isin(TOLD_TWICE)].reset_index(drop=True)


def before_and_after(events: pd.DataFrame, villages: pd.DataFrame) -> pd.DataFrame:
    """Set each event between the last count of villages up to its first day and the first after it, where there are both.

    Columns: id, begins, actor, what, before, after. ``events`` and ``villages`` are tables as ``governance.events_in_order`` takes
    them. The order says nothing on causes.

    >>> from taobaolab import datasets
    >>> table = before_and_after(datasets.load("policy_events"), datasets.load("villages_by_year")).set_index("id")
    >>> table.loc["G15", ["before", "after"]].tolist()
    [20, 212]
    """
    table = events_in_order(events, villages).dropna(subset=["begins"]).sort_values("begins")
    counts = villages.dropna(subset=["villages"]).sort_values("as_of")
    counts = counts.assign(as_of=counts["as_of"].astype("datetime64[us]"))[["as_of", "villages"]]
    later = pd.merge_asof(
        table.rename(columns={"villages": "before"}),
        counts.rename(columns={"villages": "after"}),
        left_on="begins",
        right_on="as_of",
        direction="forward",
        allow_exact_matches=False,
    )
    columns = ["id", "begins", "actor", "what", "before", "after"]
    return later[columns].dropna(subset=["before", "after"]).reset_index(drop=True)


def timeline(
    events: pd.DataFrame | None = None, villages: pd.DataFrame | None = None
) -> alt.LayerChart:
    """Draw acts by year and by the level of the first actor, with the count of Taobao villages beneath.

    Controls: level, means, words in the name of the actor, and one act to read in full. Years without a count are gaps
    in the line, and so is a change of the rule.

    Parameters
    ----------
    events : DataFrame, optional
        The columns of ``policy_events``; ``acts()`` if not given.
    villages : DataFrame, optional
        The columns of ``villages_by_year``; that table if not given.

    Raises
    ------
    ValueError
        A table has no row or lacks a column, or an act has means that the codebook does not know.
    """
    if events is None:
        events = acts()
    if villages is None:
        villages = datasets.load("villages_by_year")
    counted = villages.dropna(subset=["villages"])
    require_columns("timeline", events, [*TOLD, "year_to"], instrument=FAMILY_OF)
    require_columns("timeline", counted, ["year", "as_of", "villages", "break_before"])
    first = int(events["year"].min())
    last = int(max(events["year"].max(), villages["year"].max()))
    placed = _place_acts(events_in_order(events, villages), last + 1)
    counts = _place_counts(villages, placed.height, first)
    height = placed.height + STRIP
    axes = _axes(placed, first, last, height)
    steps = before_and_after(events, villages)
    higher = int((steps["after"] > steps["before"]).sum())
    how_many = str(higher)
    if higher == len(steps):
        how_many = "each"
    return charts.finish(
        [
            *_grid(placed, axes, first, last),
            *_act_layers(placed.acts, axes),
            *_count_layers(counts, axes),
            *_words_beneath(placed.acts, height),
        ],
        f"After {how_many} of {len(steps)} acts the next count of villages was higher",
        [
            "Acts by year and level of the first actor; the place inside a year's box has no meaning",
            "After is not because of: whatever comes before a growing line is followed by growth",
        ],
        "tables policy_events, villages_by_year",
        _describe(placed.acts, counts, len(steps), higher),
        params=_controls(placed),
        width=680,
        height=height,
    )


# ---- its data --------------------------------------------------------------------------------------------------------
class Lane(NamedTuple):
    """The band of one level, in pixels from the top."""

    top: int
    bottom: int


class PlacedActs(NamedTuple):
    """Acts with their places: x in years, y in pixels; the lane of each level; and the height of all lanes."""

    acts: pd.DataFrame
    lanes: dict[str, Lane]
    height: int


def _place_acts(table: pd.DataFrame, end: int) -> PlacedActs:
    """Give each act a place: a box a year and a level, filled three in a row. No line goes beyond the year ``end``."""
    data = table.assign(level=table["level"].astype(str))
    slot = data.groupby(["level", "year"]).cumcount()
    lanes: dict[str, Lane] = {}
    top = 0
    for level in ACTOR_LEVELS:
        here = data["level"] == level
        if here.any():
            rows = int(slot[here].max()) // DOTS_IN_A_ROW + 1
            lanes[level] = Lane(top, top + DOT_ROW * rows + LANE_ROOM)
            top = lanes[level].bottom
    tops = data["level"].map({level: lane.top for level, lane in lanes.items()})
    data = data.assign(
        x=data["year"] + (slot % DOTS_IN_A_ROW + 0.5) / DOTS_IN_A_ROW,
        y=tops + 12 + DOT_ROW * (slot // DOTS_IN_A_ROW),
        x_to=(data["year_to"] + 1).clip(upper=end),
        means=data["instrument"].map(FAMILY_OF).to_list(),
        label=[_act_in_a_line(act) for act in data.itertuples()],
        told=[_act_in_full(act) for act in data.itertuples()],
    )
    columns = [*TOLD, "year", "x", "y", "x_to", "means", "label", "told"]
    return PlacedActs(data[columns], lanes, top)


def _act_in_a_line(act: Any) -> str:
    return f"{act.id} {act.date_as_printed} {textwrap.shorten(act.actor, 44, placeholder=' …')}"


def _act_in_full(act: Any) -> str:
    lines = textwrap.wrap(f"{act.what}. {act.place}. Source: {act.source}.", 112)
    return "\n".join([f"{act.date_as_printed}: {act.actor}", *lines])


def _place_counts(villages: pd.DataFrame, top: int, first: int) -> pd.DataFrame:
    """Give the counts of villages a place below the lanes: x in years, y down from ``top``."""
    rows = villages.dropna(subset=["villages"])
    rows = rows[rows["year"] >= first].sort_values("as_of")
    share = rows["villages"] / rows["villages"].max()
    x = rows["as_of"].dt.year + rows["as_of"].dt.day_of_year / 366
    # From the right, since the latest figure matters most: one is left out that would touch its neighbour.
    labelled = []
    nearest = float("inf")
    for at in reversed(x.to_list()):
        has_room = at <= nearest - 0.95
        labelled.append(has_room)
        if has_room:
            nearest = at
    stretch = ((rows["year"].diff() > 1) | rows["break_before"]).cumsum()
    rows = rows[["year", "villages", "break_before"]].assign(stretch=stretch)
    return rows.assign(x=x, y=top + 84 - 56 * share.astype(float), labelled=labelled[::-1])


# ---- its layers ------------------------------------------------------------------------------------------------------
class Axes(NamedTuple):
    """The two axes that all layers share."""

    x: alt.X
    y: alt.Y


def _axes(placed: PlacedActs, first: int, last: int, height: int) -> Axes:
    years = [year + 0.5 for year in range(first, last + 1, 2)]
    x = alt.X(
        "x:Q",
        title=None,
        scale=alt.Scale(domain=[first - 0.25, last + 1], nice=False, zero=False),
        axis=alt.Axis(values=years, labelExpr="floor(datum.value)", grid=False, ticks=False),
    )
    middles = {level: (lane.top + lane.bottom) / 2 for level, lane in placed.lanes.items()}
    middles["villages"] = placed.height + 60
    names = json.dumps({f"{middle:g}": level for level, middle in middles.items()})
    lane_axis = alt.Axis(
        values=list(middles.values()),
        labelExpr=f"{names}[datum.value]",
        grid=False,
        ticks=False,
        domain=False,
    )
    down = alt.Scale(domain=[height, 0], nice=False, zero=False)
    return Axes(x, alt.Y("y:Q", title=None, scale=down, axis=lane_axis))


def _controls(placed: PlacedActs) -> list[alt.Parameter]:
    acts = placed.acts
    means = sorted({*acts["instrument"], *acts["instrument_2"].dropna()})
    words = alt.binding(input="text", name="Actor's name contains ")
    return [
        select("level_shown", "Level ", [ANY, *placed.lanes]),
        select("means_shown", "Means ", [ANY, *means]),
        alt.param("actor_shown", value="", bind=words),
        select("act_read", "Read one act ", list(acts["id"]), list(acts["label"])),
    ]


def _grid(placed: PlacedActs, axes: Axes, first: int, last: int) -> list[alt.Chart]:
    """Lines between years and between levels."""
    years = [{"x": year} for year in range(first, last + 2)]
    levels = [{"y": lane.bottom} for lane in placed.lanes.values()]
    return [
        alt.Chart(alt.Data(values=years)).mark_rule(color=charts.GRID).encode(x=axes.x),
        alt.Chart(alt.Data(values=levels)).mark_rule(color=charts.GRID).encode(y=axes.y),
    ]


def _act_layers(acts: pd.DataFrame, axes: Axes) -> list[alt.Chart]:
    """A line for an act over years, a dot for each, and a ring around the one that is read."""
    marked = alt.Chart(acts).transform_calculate(on=IS_ON)
    names = list(FAMILIES)
    colours = alt.Scale(domain=names, range=[family.colour for family in FAMILIES.values()])
    shapes = alt.Scale(domain=names, range=[family.shape for family in FAMILIES.values()])
    colour = alt.Color("means:N", title=None, scale=colours)
    spans = (
        marked.transform_filter("isValid(datum.x_to)")
        .mark_rule(strokeWidth=1)
        .encode(
            x=axes.x,
            x2="x_to:Q",
            y=axes.y,
            color=colour,
            opacity=alt.condition("datum.on === 1", alt.value(0.6), alt.value(0.1)),
        )
    )
    dots = marked.mark_point(size=46, strokeWidth=2).encode(
        x=axes.x,
        y=axes.y,
        color=colour,
        shape=alt.Shape("means:N", title=None, scale=shapes),
        opacity=alt.condition("datum.on === 1", alt.value(1), alt.value(0.12)),
        tooltip=charts.tooltips(TOLD),
    )
    ring = (
        alt.Chart(acts)
        .transform_filter("datum.id === act_read")
        .mark_point(size=240, color=charts.INK)
        .encode(x=axes.x, y=axes.y)
    )
    return [spans, dots, ring]


def _count_layers(counts: pd.DataFrame, axes: Axes) -> list[alt.Chart]:
    """The counts of villages as a line, with figures where there is room."""
    x, y = axes
    base = alt.Chart(counts)
    line = base.mark_line(color=charts.GREY, strokeWidth=2).encode(x=x, y=y, detail="stretch:N")
    changed = (
        base.transform_filter("datum.break_before")
        .mark_text(align="left", dx=-4, dy=18, fontSize=11, color=charts.GREY)
        .encode(x=x, y=y, text=alt.value("rule changed"))
    )
    points = base.mark_point(color=charts.GREY, filled=True, opacity=1).encode(
        x=x,
        y=y,
        tooltip=charts.tooltips({"year": "Year", "villages": "Villages"}, year="d", villages=","),
    )
    labelled = base.transform_filter("datum.labelled").encode(
        x=x, y=y, text=alt.Text("villages:Q", format=",")
    )
    return [
        line,
        changed,
        points,
        *charts.with_halo(labelled, dy=-9, fontSize=11, align="right"),
    ]


def _words_beneath(acts: pd.DataFrame, height: int) -> list[alt.Chart]:
    """How many acts are shown, and the one that is read."""
    marked = alt.Chart(acts).transform_calculate(on=IS_ON)
    shown = text_line(
        marked.transform_aggregate(all="count()", shown="sum(on)"),
        "'Shown: ' + datum.shown + ' of ' + datum.all + ' acts. They were found in texts: more dots are not more deeds.'",
        height + 40,
    )
    read = (
        alt.Chart(acts)
        .transform_filter("datum.id === act_read")
        .mark_text(align="left", baseline="top", fontSize=12, lineBreak="\n")
        .encode(x=alt.value(0), y=alt.value(height + 68), text="told:N")
    )
    return [shown, read]


# ---- its words -------------------------------------------------------------------------------------------------------
def _describe(acts: pd.DataFrame, counts: pd.DataFrame, steps: int, higher: int) -> str:
    years = f"{acts['year'].min()} to {acts['year'].max()}"
    levels = acts["level"].value_counts(sort=False)
    by_level = ", ".join(f"{level} {number}" for level, number in levels.items() if number)
    by_year = ", ".join(f"{row.villages:,} in {row.year}" for row in counts.itertuples())
    return (
        f"Dots: {len(acts)} acts of {years} by year and level: {by_level}. "
        "They are a collection and no full record. "
        f"Beneath, the Taobao villages on the list: {by_year}. "
        f"{steps} acts lie between two counts; after {higher} of them the next count was higher. "
        "Controls choose level, means and actor, and one act to read in full."
    )
