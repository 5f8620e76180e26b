"""Theme 3, trail of a number: how a figure travelled from text to text, and what changed on the way."""

from __future__ import annotations

import textwrap
from typing import Any

import altair as alt
import pandas as pd

from ... import charts, evidence
from ...charts import select, text_line
from ...evidence.quantities import format_number
from .common import short_name

LINKS = {
    "same_text": "in the same text",
    "cited": "the text names it",
    "same_report": "from the same report",
    "arithmetic": "no other sum leads there",
    "inferred": "likely, not shown",
    "number_only": "the number alone is the same",
}
SHOWN = ("same_text", "cited", "same_report", "arithmetic")
STEP, ROW, WORDS = 34, 74, 108
KINDS = {
    "start": charts.INK,
    "figure changed": charts.SECOND,
    "meaning changed": charts.ACCENT,
    "nothing changed": charts.GREY,
}


def on_their_way(figures: list[str] | None = None) -> pd.DataFrame:
    """Give all texts of some trails in the order in which they are drawn, a text under the one on which it leans.

    Parameters
    ----------
    figures : list of str, optional
        Keys of ``evidence.trails()``; all if not given.

    Returns
    -------
    DataFrame
        Columns: figure, title, order, row (0 at the top), depth, leans_on (an order, missing for a start), text, year,
        printed, what, kind (what happened to the figure on the way here), changed, link, known (whether the way is more
        than a guess), says, claim, source, status.

    Raises
    ------
    KeyError
        There is no such trail.
    """
    if figures is None:
        figures = list(evidence.trails())
    tables = [_place_texts(evidence.trail(figure)) for figure in figures]
    return pd.concat(tables, ignore_index=True).astype({"year": "Int64", "leans_on": "Int64"})


def _place_texts(trail: evidence.Trail) -> pd.DataFrame:
    """Give the texts of a trail as rows, each with its place in the tree."""
    # Of several texts on which one leans, the first is the one it is drawn under.
    ways = trail.edges.drop_duplicates("to").set_index("to")
    steps = trail.steps.sort_values(["year", "order"]).set_index("order")
    rows = []
    for row, (order, depth) in enumerate(_order_tree(list(steps.index), ways["from"].to_dict())):
        step = steps.loc[order]
        what = step["subject"]
        if step["place"] not in ("", "China"):
            what += f", {step['place']}"
        text = {
            "figure": trail.figure,
            "title": trail.title,
            "order": order,
            "row": row,
            "depth": depth,
            "leans_on": None,
            "text": short_name(step["source"]),
            "year": step["year"],
            "printed": _write_figure(step),
            "what": what,
            "kind": "start",
            "changed": "",
            "link": "",
            "known": True,
        }
        if order in ways.index:
            way = ways.loc[order]
            text |= {
                "leans_on": int(way["from"]),
                "kind": _kind_of_change(step, steps.loc[way["from"]]),
                "changed": way["changed"],
                "link": LINKS[way["link"]],
                "known": way["link"] in SHOWN,
            }
        rows.append(
            text | {column: step[column] for column in ("says", "claim", "source", "status")}
        )
    return pd.DataFrame(rows)


def _order_tree(orders: list[int], parents: dict[int, int]) -> list[tuple[int, int]]:
    """Put texts in the order of a tree, each with its depth: a start, then all that leans on it, then the next start."""
    placed: list[tuple[int, int]] = []

    def place(order: int, depth: int) -> None:
        placed.append((order, depth))
        for child in orders:
            if parents.get(child) == order:
                place(child, depth + 1)

    for order in orders:
        if order not in parents:
            place(order, 0)
    return placed


def _write_figure(step: Any) -> str:
    amount = format_number(step["value"])
    if step["unit"] == "percent":
        amount += "%"
    else:
        amount += f" {step['unit']}"
    return f"{step['qualifier']} {amount}".strip()


def _kind_of_change(step: Any, before: Any) -> str:
    if step["value"] != before["value"]:
        return "figure changed"
    for column in ("unit", "subject", "place", "qualifier"):
        if step[column] != before[column]:
            return "meaning changed"
    return "nothing changed"


TOLD = {
    "title": "Trail",
    "text": "Text",
    "printed": "Figure",
    "what": "Counts",
    "changed": "Changed on the way",
    "link": "How the way is known",
    "claim": "Claim",
    "status": "Rests on",
    "source": "Source",
}


def trail_of_a_number(figure: str = "dollar-slip") -> alt.LayerChart:
    """The way of a figure from text to text: a text under the one on which it leans, with what changed between them.

    ``figure`` is the trail that is shown first, one of ``evidence.trails()``; the control has them all. KeyError: there is no
    such trail.
    """
    evidence.trail(figure)
    data = on_their_way()
    titles = evidence.trails()
    shown = select("figure_shown", "Figure ", list(titles), list(titles.values()), figure)
    data["lines"] = [
        textwrap.wrap(f"{r.link}: {r.changed}", WORDS - 6 * r.depth) if r.link else []
        for r in data.itertuples()
    ]
    data["way"] = (data["kind"] != "start").astype(int)
    data["another"] = (data["kind"] == "figure changed").astype(int)
    deepest = int(data["row"].max()) + 1
    across = alt.Scale(domain=[0, charts.WIDTH / STEP], nice=False, zero=False)
    down = alt.Scale(domain=[deepest - 0.3, -0.7], nice=False, zero=False)
    here = "datum.figure === figure_shown"
    shapes = [status for status in charts.STATUS_SHAPES if status in set(data["status"])]
    colour = alt.Color(
        "kind:N", legend=None, scale=alt.Scale(domain=list(KINDS), range=list(KINDS.values()))
    )
    base = (
        alt.Chart(data)
        .transform_filter(here)
        .encode(
            x=alt.X("depth:Q", axis=None, scale=across), y=alt.Y("row:Q", axis=None, scale=down)
        )
    )
    texts = base.mark_point(size=110, filled=True, opacity=1).encode(
        shape=alt.Shape(
            "status:N",
            title="The figure is ",
            legend=alt.Legend(titleOrient="left"),
            scale=alt.Scale(
                domain=shapes, range=[charts.STATUS_SHAPES[status] for status in shapes]
            ),
        ),
        color=colour,
        tooltip=charts.tooltips(TOLD),
    )
    heads = base.transform_calculate(head="datum.text + ': ' + datum.printed").encode(text="head:N")
    words = [
        heads.mark_text(align="left", dx=13, fontWeight="bold"),
        base.mark_text(align="left", dx=13, dy=17, fontSize=12).encode(text="what:N"),
        base.mark_text(
            align="left", baseline="top", dx=13, dy=27, fontSize=12, lineHeight=14
        ).encode(text="lines:N", color=colour),
    ]
    count = text_line(
        alt.Chart(data)
        .transform_filter(here)
        .transform_aggregate(
            groupby=["title"], texts="count()", ways="sum(way)", others="sum(another)"
        ),
        "datum.title + ': ' + datum.texts + ' texts; the figure changed on ' + datum.others + ' of ' + datum.ways + ' ways'",
        10,
        fontSize=14,
    )
    ways, others = int(data["way"].sum()), int(data["another"].sum())
    meanings = int((data["kind"] == "meaning changed").sum())
    return charts.finish(
        [*_ways(data, across, down, here), texts, *words, count],
        f"{ways} ways from text to text: the figure changed on {others}, its meaning alone on {meanings}",
        [
            "Each text stands under the one on which it leans; the words below it say what changed",
            "Solid line: the way is shown. Dashed: it is likely, or the number alone is the same",
        ],
        "tables trails, claims; what changed is computed from the two ends",
        _described(data),
        params=[shown],
        height=ROW * deepest,
        above=20,
    )


def _ways(data: pd.DataFrame, across: alt.Scale, down: alt.Scale, here: str) -> list[alt.Chart]:
    """The lines from a text down and across to the next one."""
    starts = data[["figure", "order", "depth", "row"]]
    ends = data.dropna(subset=["leans_on"])[["figure", "leans_on", "depth", "row", "known"]]
    lines = ends.merge(
        starts, left_on=["figure", "leans_on"], right_on=["figure", "order"], suffixes=("_to", "")
    )
    base = alt.Chart(
        lines[["figure", "depth", "row", "depth_to", "row_to", "known"]]
    ).transform_filter(here)
    dash = alt.StrokeDash(
        "known:N", legend=None, scale=alt.Scale(domain=[True, False], range=[[1, 0], [4, 4]])
    )
    x = alt.X("depth:Q", axis=None, scale=across)
    one = base.mark_rule(color=charts.GREY, strokeWidth=1.6).encode(x=x, strokeDash=dash)
    return [
        one.encode(y=alt.Y("row:Q", axis=None, scale=down), y2="row_to:Q"),
        one.encode(x2="depth_to:Q", y=alt.Y("row_to:Q", axis=None, scale=down)),
    ]


def _described(data: pd.DataFrame) -> str:
    trails = [
        f"{title}: " + ", ".join(f"{r.printed} in {r.text}" for r in rows.itertuples())
        for title, rows in data.groupby("title", sort=False)
    ]
    return (
        f"Trees of texts, one for each of {len(trails)} figures, chosen by a control. {'; '.join(trails)}. "
        "Words under each text say what changed on the way to it."
    )
