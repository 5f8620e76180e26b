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
from .lesson_charts import status_shape

LINKS = {
    "same_text": "in the same text",
    "cited": "the text names it",
    "same_report": "from the same report",
    "arithmetic": "no other sum leads there",
    "inferred": "likely, not shown",
    "number_only": "the number alone is the same",
}
SHOWN = ("same_text", "cited", "same_report", "arithmetic")
# Pixels from a text to one that leans on it, across and down, and letters in a line of words.
STEP, ROW, WORDS = 34, 74, 108
IS_SHOWN = "datum.figure === figure_shown"
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
    """Draw the way of a figure from text to text: a text under the one on which it leans, with what changed between them.

    Parameters
    ----------
    figure : str
        The trail that is shown first, one of ``evidence.trails()``; the control has them all.

    Raises
    ------
    KeyError
        There is no such trail.
    """
    titles = evidence.trails()
    evidence.trail(figure)  # refuses a figure whose way is not known
    data = _texts_to_draw()
    deepest = int(data["row"].max()) + 1
    across = alt.Scale(domain=[0, charts.WIDTH / STEP], nice=False, zero=False)
    down = alt.Scale(domain=[deepest - 0.3, -0.7], nice=False, zero=False)
    ways, others = int(data["way"].sum()), int(data["another"].sum())
    meanings = int((data["kind"] == "meaning changed").sum())
    return charts.finish(
        [
            *_way_layers(data, across, down),
            *_text_layers(data, across, down),
            _count_line(data),
        ],
        f"{ways} ways from text to text: the figure changed on {others}, its meaning alone on {meanings}",
        [
            "Each text stands under the one on which it leans; the words below it say what changed",
            "Solid line: the way is shown. Dashed: it is likely, or the number alone is the same",
        ],
        "tables trails, claims; what changed is computed from the two ends",
        _describe(data),
        params=[select("figure_shown", "Figure ", list(titles), list(titles.values()), figure)],
        height=ROW * deepest,
        above=20,
    )


def _texts_to_draw() -> pd.DataFrame:
    """Give the texts of all trails, with the lines below them, and with ones to be summed where something changed."""
    data = on_their_way()
    lines = []
    for text in data.itertuples():
        wrapped: list[str] = []
        if text.link:
            wrapped = textwrap.wrap(f"{text.link}: {text.changed}", WORDS - 6 * text.depth)
        lines.append(wrapped)
    data["lines"] = lines
    data["way"] = (data["kind"] != "start").astype(int)
    data["another"] = (data["kind"] == "figure changed").astype(int)
    return data


def _way_layers(data: pd.DataFrame, across: alt.Scale, down: alt.Scale) -> list[alt.Chart]:
    """The lines from a text down and across to the next one."""
    starts = data[["figure", "order", "depth", "row"]]
    ends = data.dropna(subset=["leans_on"])[["figure", "leans_on", "depth", "row", "known"]]
    lines = ends.merge(
        starts, left_on=["figure", "leans_on"], right_on=["figure", "order"], suffixes=("_to", "")
    )
    lines = lines[["figure", "depth", "row", "depth_to", "row_to", "known"]]
    dashes = alt.Scale(domain=[True, False], range=[[1, 0], [4, 4]])
    line = (
        alt.Chart(lines)
        .transform_filter(IS_SHOWN)
        .mark_rule(color=charts.GREY, strokeWidth=1.6)
        .encode(
            x=alt.X("depth:Q", axis=None, scale=across),
            strokeDash=alt.StrokeDash("known:N", legend=None, scale=dashes),
        )
    )
    return [
        line.encode(y=alt.Y("row:Q", axis=None, scale=down), y2="row_to:Q"),
        line.encode(x2="depth_to:Q", y=alt.Y("row_to:Q", axis=None, scale=down)),
    ]


def _text_layers(data: pd.DataFrame, across: alt.Scale, down: alt.Scale) -> list[alt.Chart]:
    """A mark for each text, with its figure, what it counts, and what changed on the way to it."""
    kinds = alt.Scale(domain=list(KINDS), range=list(KINDS.values()))
    colour = alt.Color("kind:N", legend=None, scale=kinds)
    base = (
        alt.Chart(data)
        .transform_filter(IS_SHOWN)
        .encode(
            x=alt.X("depth:Q", axis=None, scale=across), y=alt.Y("row:Q", axis=None, scale=down)
        )
    )
    marks = base.mark_point(size=110, filled=True, opacity=1).encode(
        shape=status_shape(data["status"]), color=colour, tooltip=charts.tooltips(TOLD)
    )
    heads = base.transform_calculate(head="datum.text + ': ' + datum.printed").encode(text="head:N")
    changes = base.mark_text(align="left", baseline="top", dx=13, dy=27, fontSize=12, lineHeight=14)
    return [
        marks,
        heads.mark_text(align="left", dx=13, fontWeight="bold"),
        base.mark_text(align="left", dx=13, dy=17, fontSize=12).encode(text="what:N"),
        changes.encode(text="lines:N", color=colour),
    ]


def _count_line(data: pd.DataFrame) -> alt.Chart:
    """On how many ways of the trail the figure changed."""
    counts = (
        alt.Chart(data)
        .transform_filter(IS_SHOWN)
        .transform_aggregate(
            groupby=["title"], texts="count()", ways="sum(way)", others="sum(another)"
        )
    )
    return text_line(
        counts,
        "datum.title + ': ' + datum.texts + ' texts; the figure changed on ' + datum.others + ' of ' + datum.ways + ' ways'",
        10,
        fontSize=14,
    )


def _describe(data: pd.DataFrame) -> str:
    trails = []
    for title, rows in data.groupby("title", sort=False):
        texts = ", ".join(f"{row.printed} in {row.text}" for row in rows.itertuples())
        trails.append(f"{title}: {texts}")
    return (
        f"Trees of texts, one for each of {len(trails)} figures, chosen by a control. {'; '.join(trails)}. "
        "Words under each text say what changed on the way to it."
    )
