"""The studies of effects side by side: which way each finds a thing to go, and what each is about."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ... import charts, datasets
from ...charts import ACCENT, GREY, INK, tooltips

DIRECTIONS = {"down": "falls", "none": "no change seen", "mixed": "mixed", "up": "rises"}
TOLD = {
    "study": "Study",
    "about": "About",
    "place": "Place",
    "years_studied": "Years",
    "units": "Compared",
    "method": "Method",
    "found": "Found",
    "size": "Size",
    "can_say": "Can say",
    "cannot_say": "Cannot say",
    "source": "Source",
}
WIDTH = 240  # with the studies at its left and their kinds at its right it fits a page
COUNTED = {
    "up": ("finds a rise", "find a rise"),
    "none": ("sees no change", "see no change"),
    "mixed": ("finds both", "find both"),
    "down": ("finds a fall", "find a fall"),
}


def studies_side_by_side(
    studies: pd.DataFrame | None = None, question: str = "income"
) -> alt.LayerChart:
    """Draw what studies find on one question, a line a study, with what each of them is about.

    Parameters
    ----------
    studies : pandas.DataFrame, optional
        The table ``studies``, or some rows of it.
    question : str
        A question of the column ``question``: income, consumption, environment, urbanisation, ...

    Returns
    -------
    altair.LayerChart
        A point a study: to the left where it finds a fall, to the right where it finds a rise. Studies of
        villages of sellers stand out. A size is written where what we read prints one.

    Raises
    ------
    ValueError
        No study asks that question; the message lists those that are asked.
    """
    table = datasets.load("studies") if studies is None else studies
    asked = table[table["question"] == question]
    if asked.empty:
        known = ", ".join(sorted(table["question"].unique()))
        raise ValueError(f"No study asks after {question!r}. There are: {known}.")
    data = _in_words(asked)
    finding = f"Of {len(data)} studies on {question}, {_count_directions(data['direction'])}"
    told_one_by_one = " ".join(
        f"{row.study}, about {row.about}: {row.found} {row.size}".strip() + "."
        for row in data.itertuples()
    )
    chart = charts.finish(
        _layers(data),
        finding,
        [
            "A line a study; a size is printed where the part that we read has one; no interval is",
            "Blue: about villages of sellers. Grey: about stations, programmes or e-commerce at large",
        ],
        "the studies themselves, mostly their abstracts; table studies",
        f"Chart of points. {finding}. {told_one_by_one}",
        width=WIDTH,
        height=44 * len(data),
    )
    chart.title.frame = (
        "bounds"  # the heading starts above the studies' names, or it leaves the page
    )
    return chart


def _in_words(studies: pd.DataFrame) -> pd.DataFrame:
    """Add what the chart writes: names, directions, sizes and kinds; villages of sellers first."""
    data = studies.copy()
    data["study"] = data["authors"] + " (" + data["year"].astype("string") + ")"
    data["found"] = data["direction"].map(DIRECTIONS)
    sizes = []
    for effect, unit in zip(data["effect"], data["unit"], strict=True):
        sizes.append("" if pd.isna(effect) else f"{effect:+g} {unit}")
    data["size"] = sizes
    data["kind"] = data["about"] + ", " + data["method"]
    data["sellers"] = data["about"] == "villages of sellers"
    return data.sort_values(["sellers", "direction"], ascending=[False, True])


def _count_directions(directions: pd.Series) -> str:
    """Say how many studies find what: ``5 find a rise, 2 see no change``."""
    counts = directions.value_counts()
    parts = []
    for direction, (one, several) in COUNTED.items():
        count = counts.get(direction, 0)
        if count:
            parts.append(f"{count} {one if count == 1 else several}")
    return ", ".join(parts)


def _layers(data: pd.DataFrame) -> list[alt.Chart]:
    """Draw a point a study, its size below it, and at the right what the study is about."""
    shown = set(data["direction"]) | (set(DIRECTIONS) - {"mixed"})
    base = alt.Chart(data[[*TOLD, "kind", "sellers"]]).encode(
        y=alt.Y(
            "study:N",
            sort=list(data["study"]),
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelLimit=300),
        ),
        x=alt.X(
            "found:N",
            sort=list(DIRECTIONS.values()),
            scale=alt.Scale(domain=[word for key, word in DIRECTIONS.items() if key in shown]),
            title=None,
            axis=alt.Axis(orient="top", labelAngle=0),
        ),
    )
    color = alt.condition("datum.sellers", alt.value(ACCENT), alt.value(GREY))
    points = base.mark_point(filled=True, size=130, opacity=1)
    sizes = base.mark_text(dy=16, fontSize=12)
    kinds = base.mark_text(align="left", fontSize=12)
    return [
        points.encode(color=color, tooltip=tooltips(TOLD)),
        sizes.encode(text="size:N", color=alt.value(INK)),
        kinds.encode(text="kind:N", x=alt.value(WIDTH + 10), color=color),
    ]
