"""The studies of effects side by side: which way each finds a thing to go, and what each is about."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ... import charts, datasets
from ...charts import ACCENT, GREY, INK, tooltips

DIRECTIONS = {"down": "falls", "none": "no change seen", "mixed": "mixed", "up": "rises"}


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
    data = table[table["question"] == question].copy()
    if data.empty:
        raise ValueError(
            f"No study asks after {question!r}. There are: {', '.join(sorted(table['question'].unique()))}."
        )
    data["study"] = data["authors"] + " (" + data["year"].astype("string") + ")"
    data["found"] = data["direction"].map(DIRECTIONS)
    data["size"] = [
        "" if effect is None else f"{effect:+g} {unit}"
        for effect, unit in zip(
            data["effect"].astype(object).where(data["effect"].notna(), None),
            data["unit"],
            strict=True,
        )
    ]
    data["kind"] = data["about"] + ", " + data["method"]
    data["sellers"] = data["about"] == "villages of sellers"
    data = data.sort_values(["sellers", "direction"], ascending=[False, True])
    told = {
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
    counts = data["direction"].value_counts()
    parts = []
    for direction, (one, several) in COUNTED.items():
        count = counts.get(direction, 0)
        if count:
            parts.append(f"{count} {one if count == 1 else several}")
    finding = f"Of {len(data)} studies on {question}, {', '.join(parts)}"
    base = alt.Chart(data[[*told, "kind", "sellers"]]).encode(
        y=alt.Y(
            "study:N",
            sort=list(data["study"]),
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelLimit=300),
        ),
        x=alt.X(
            "found:N",
            sort=list(DIRECTIONS.values()),
            scale=alt.Scale(
                domain=[
                    w for d, w in DIRECTIONS.items() if d != "mixed" or "mixed" in set(counts.index)
                ]
            ),
            title=None,
            axis=alt.Axis(orient="top", labelAngle=0),
        ),
    )
    color = alt.condition("datum.sellers", alt.value(ACCENT), alt.value(GREY))
    points = base.mark_point(filled=True, size=130, opacity=1).encode(
        color=color, tooltip=tooltips(told)
    )
    labels = base.mark_text(dy=16, fontSize=12).encode(text="size:N", color=alt.value(INK))
    names = base.mark_text(align="left", fontSize=12).encode(
        text="kind:N", x=alt.value(WIDTH + 10), color=color
    )
    chart = charts.finish(
        [points, labels, names],
        finding,
        [
            "A line a study; a size stands where the part that we read prints one, and no interval does",
            "Blue: about villages of sellers. Grey: about stations, programmes or e-commerce at large",
        ],
        "the studies themselves, mostly their abstracts; table studies",
        f"Chart of points. {finding}. "
        + " ".join(
            f"{r.study}, about {r.about}: {r.found} {r.size}".strip() + "."
            for r in data.itertuples()
        ),
        width=WIDTH,
        height=44 * len(data),
    )
    chart.title.frame = (
        "bounds"  # the heading starts above the studies' names, or it leaves the page
    )
    return chart


WIDTH = 240  # with the studies at its left and their kinds at its right it fits a page
COUNTED = {
    "up": ("finds a rise", "find a rise"),
    "none": ("sees no change", "see no change"),
    "mixed": ("finds both", "find both"),
    "down": ("finds a fall", "find a fall"),
}
