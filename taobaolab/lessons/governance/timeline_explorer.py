"""Theme 4: acts by year and level, with the count of Taobao villages beneath."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

import altair as alt

from ... import charts, datasets
from ...charts import ANY, require_columns, select, text_line
from .event_order import ACTOR_LEVELS, events_in_order

if TYPE_CHECKING:
    import pandas as pd

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
FAMILIES = {
    "money": ("circle", charts.ACCENT, ("finance",)),
    "papers, rules, titles": (
        "square",
        charts.SECOND,
        [
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
        ],
    ),
    "works and land": (
        "triangle-up",
        charts.THIRD,
        ("infrastructure", "land", "housing", "logistics"),
    ),
    "people and bodies": (
        "diamond",
        charts.FOURTH,
        ("training", "talent", "organisation", "party_building"),
    ),
    "trade": ("cross", charts.GREY, ("market", "platform")),
}


def acts() -> pd.DataFrame:
    """The policy events without the two that tell an act again which another row has: G26 (G24, G25) and G35 (G34)."""
    events = datasets.load("policy_events")
    return events[~events["id"].isin(TOLD_TWICE)].reset_index(drop=True)


def before_and_after(events: pd.DataFrame, villages: pd.DataFrame) -> pd.DataFrame:
    """Each event with the last count of villages up to its first day and the first count after it, where there are both.

    Columns: id, begins, actor, what, before, after. ``events`` and ``villages`` are tables as ``governance.events_in_order`` takes
    them. The order says nothing on causes.

    >>> from taobaolab import datasets
    >>> table = before_and_after(datasets.load("policy_events"), datasets.load("villages_by_year")).set_index("id")
    >>> table.loc["G15", ["before", "after"]].tolist()
    [20, 212]
    """
    import pandas as pd

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
    """Acts by year and by the level of the first actor, with the count of Taobao villages beneath.

    ``events`` has the columns of ``policy_events`` (``acts()`` if not given), ``villages`` those of ``villages_by_year``.
    Controls: level, means, words in the name of the actor, and one act to read in full. Years without a count are gaps
    in the line, and so is a change of the rule.
    """
    events = acts() if events is None else events
    villages = datasets.load("villages_by_year") if villages is None else villages
    require_columns(
        "timeline",
        events,
        [*TOLD, "year_to"],
        instrument=(word for *_, words in FAMILIES.values() for word in words),
    )
    require_columns(
        "timeline",
        villages.dropna(subset=["villages"]),
        ["year", "as_of", "villages", "break_before"],
    )
    first, last = int(events["year"].min()), int(max(events["year"].max(), villages["year"].max()))
    data, lanes, height = _placed(events_in_order(events, villages), last + 1)
    steps = before_and_after(events, villages)
    higher = int((steps["after"] > steps["before"]).sum())
    counts = _counted(villages, height, first)
    floor = height + 90
    x_scale = alt.Scale(domain=[first - 0.25, last + 1], nice=False, zero=False)
    y_scale = alt.Scale(domain=[floor, 0], nice=False, zero=False)
    years = [year + 0.5 for year in range(first, last + 1, 2)]
    x = alt.X(
        "x:Q",
        title=None,
        scale=x_scale,
        axis=alt.Axis(values=years, labelExpr="floor(datum.value)", grid=False, ticks=False),
    )
    middles = {lane: (top + bottom) / 2 for lane, (top, bottom) in lanes.items()} | {
        "villages": height + 60
    }
    names = json.dumps({f"{middle:g}": lane for lane, middle in middles.items()})
    y = alt.Y(
        "y:Q",
        title=None,
        scale=y_scale,
        axis=alt.Axis(
            values=list(middles.values()),
            labelExpr=f"{names}[datum.value]",
            grid=False,
            ticks=False,
            domain=False,
        ),
    )
    means = sorted({*data["instrument"], *data["instrument_2"].dropna()})
    params = [
        select("level_shown", "Level ", [ANY, *lanes]),
        select("means_shown", "Means ", [ANY, *means]),
        alt.param(
            "actor_shown", value="", bind=alt.binding(input="text", name="Actor's name contains ")
        ),
        select("act_read", "Read one act ", list(data["id"]), list(data["label"])),
    ]
    marked = alt.Chart(data).transform_calculate(
        on="(level_shown === 'any' || datum.level === level_shown) && (means_shown === 'any' || datum.instrument === "
        "means_shown || datum.instrument_2 === means_shown) && indexof(lower(datum.actor), lower(actor_shown)) >= 0 ? 1 : 0"
    )
    looks = {
        "color": alt.Color(
            "means:N",
            title=None,
            scale=alt.Scale(domain=list(FAMILIES), range=[c for _, c, _ in FAMILIES.values()]),
        ),
        "shape": alt.Shape(
            "means:N",
            title=None,
            scale=alt.Scale(domain=list(FAMILIES), range=[s for s, _, _ in FAMILIES.values()]),
        ),
    }
    dots = marked.mark_point(size=46, strokeWidth=2).encode(
        x=x,
        y=y,
        **looks,
        opacity=alt.condition("datum.on === 1", alt.value(1), alt.value(0.12)),
        tooltip=charts.tooltips(TOLD),
    )
    spans = (
        marked.transform_filter("isValid(datum.x_to)")
        .mark_rule(strokeWidth=1)
        .encode(
            x=x,
            x2="x_to:Q",
            y=y,
            color=looks["color"],
            opacity=alt.condition("datum.on === 1", alt.value(0.6), alt.value(0.1)),
        )
    )
    ring = (
        alt.Chart(data)
        .transform_filter("datum.id === act_read")
        .mark_point(size=240, color=charts.INK)
        .encode(x=x, y=y)
    )
    read = (
        alt.Chart(data)
        .transform_filter("datum.id === act_read")
        .mark_text(align="left", baseline="top", fontSize=12, lineBreak="\n")
        .encode(x=alt.value(0), y=alt.value(floor + 68), text="told:N")
    )
    shown = text_line(
        marked.transform_aggregate(all="count()", shown="sum(on)"),
        "'Shown: ' + datum.shown + ' of ' + datum.all + ' acts. They were found in texts: more dots are not more deeds.'",
        floor + 40,
    )
    borders = [{"y": bottom} for _, bottom in lanes.values()]
    lines = alt.Chart(alt.Data(values=borders)).mark_rule(color=charts.GRID).encode(y=y)
    boxes = [{"x": year} for year in range(first, last + 2)]
    boxed = alt.Chart(alt.Data(values=boxes)).mark_rule(color=charts.GRID).encode(x=x)
    list_ = alt.Chart(counts)
    curve = list_.mark_line(color=charts.GREY, strokeWidth=2).encode(x=x, y=y, detail="stretch:N")
    changed = (
        list_.transform_filter("datum.break_before")
        .mark_text(align="left", dx=-4, dy=18, fontSize=11, color=charts.GREY)
        .encode(x=x, y=y, text=alt.value("rule changed"))
    )
    points = list_.mark_point(color=charts.GREY, filled=True, opacity=1).encode(
        x=x,
        y=y,
        tooltip=charts.tooltips({"year": "Year", "villages": "Villages"}, year="d", villages=","),
    )
    labelled = list_.transform_filter("datum.labelled").encode(
        x=x, y=y, text=alt.Text("villages:Q", format=",")
    )
    figures = charts.with_halo(labelled, dy=-9, fontSize=11, align="right")
    return charts.finish(
        [boxed, lines, spans, dots, ring, curve, changed, points, *figures, shown, read],
        f"After {'each' if higher == len(steps) else higher} of {len(steps)} acts the next count of villages was higher",
        [
            "Acts by year and level of the first actor; the place inside a year's box has no meaning",
            "After is not because of: whatever comes before a growing line is followed by growth",
        ],
        "tables policy_events, villages_by_year",
        f"Dots: {len(data)} acts of {first} to {int(data['year'].max())} by year and level: "
        + ", ".join(
            f"{lane} {n}" for lane, n in data["level"].value_counts(sort=False).items() if n
        )
        + ". They are a collection and no full record. Beneath, the Taobao villages on the list: "
        + ", ".join(f"{r.villages:,} in {r.year}" for r in counts.itertuples())
        + f". {len(steps)} acts lie between two counts; after {higher} of them the next count was higher. "
        "Controls choose level, means and actor, and one act to read in full.",
        params=params,
        width=680,
        height=floor,
    )


def _placed(table: pd.DataFrame, end: int) -> tuple[pd.DataFrame, dict[str, tuple[int, int]], int]:
    """Each act with its place: a box a year and a level, filled three in a row; the lanes; and the height of all."""
    data = table.assign(level=table["level"].astype(str))
    slot = data.groupby(["level", "year"]).cumcount()
    lanes, top = {}, 0
    for lane in ACTOR_LEVELS:
        if (data["level"] == lane).any():
            deep = int(slot[data["level"] == lane].max()) // 3 + 1
            lanes[lane] = (top, top + 13 * deep + 11)
            top = lanes[lane][1]
    family = {word: name for name, (_, _, words) in FAMILIES.items() for word in words}
    data = data.assign(
        x=data["year"] + (slot % 3 + 0.5) / 3,
        y=[
            lanes[lane][0] + 12 + 13 * (n // 3) for lane, n in zip(data["level"], slot, strict=True)
        ],
        x_to=(data["year_to"] + 1).clip(upper=end),
        means=[family[word] for word in data["instrument"]],
        label=[
            f"{r.id} {r.date_as_printed} {textwrap.shorten(r.actor, 44, placeholder=' …')}"
            for r in data.itertuples()
        ],
        told=[
            "\n".join(
                [
                    f"{r.date_as_printed}: {r.actor}",
                    *textwrap.wrap(f"{r.what}. {r.place}. Source: {r.source}.", 112),
                ]
            )
            for r in data.itertuples()
        ],
    )
    return data[[*TOLD, "year", "x", "y", "x_to", "means", "label", "told"]], lanes, top


def _counted(villages: pd.DataFrame, top: int, first: int) -> pd.DataFrame:
    """The counts of villages with their place below the lanes: x in years, y down from ``top``."""
    rows = villages.dropna(subset=["villages"]).query("year >= @first").sort_values("as_of")
    share = rows["villages"] / rows["villages"].max()
    x = rows["as_of"].dt.year + rows["as_of"].dt.day_of_year / 366
    labelled, left = [], float("inf")
    for at in reversed(x.to_list()):
        labelled.append(at <= left - 0.95)
        left = at if labelled[-1] else left
    stretch = ((rows["year"].diff() > 1) | rows["break_before"]).cumsum()
    rows = rows[["year", "villages", "break_before"]].assign(stretch=stretch)
    return rows.assign(x=x, y=top + 84 - 56 * share.astype(float), labelled=labelled[::-1])
