"""Theme 4: what scholars hold, by who moves things and by what comes of it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from ... import charts, datasets
from ...charts import ANY, require_columns, select, text_line

DRIVERS = {
    "state": "state or party",
    "several": "several at once",
    "company": "the platform",
    "villagers": "villagers, sellers",
    "not_said": "not said",
}
EFFECTS = {"gain": "gain", "mixed": "mixed", "loss": "loss", "not_said": "not said"}


class WayOfKnowing(NamedTuple):
    """How a position is known: the shape and colour of its mark, and the words for it."""

    shape: str
    colour: str
    words: str


KNOWN = {
    "text": WayOfKnowing("circle", charts.ACCENT, "its text read"),
    "abstract": WayOfKnowing("square", charts.THIRD, "abstract read"),
    "part": WayOfKnowing("diamond", charts.FOURTH, "part read"),
    "through_li_2017": WayOfKnowing("cross", charts.SECOND, "only through Li (2017)"),
}
CELL_WIDE, CELL_HIGH = 132, 58  # pixels
WIDE, HIGH = CELL_WIDE * len(DRIVERS), CELL_HIGH * len(EFFECTS)
TOLD = {
    "id": "Id",
    "authors": "Authors",
    "year": "Year",
    "claim": "Claim",
    "driver": "Who moves things",
    "effect": "What comes of it",
    "case": "Case",
    "method": "Method",
    "read": "Known by",
}
# Whether a position meets what the reader counts as evidence.
COUNTED = (
    "(known === 'any' || (known === 'read by us' ? datum.read !== 'through_li_2017' : datum.read === known)) && "
    "(method_shown === 'any' || datum.method === method_shown) && indexof(lower(datum.case), lower(case_shown)) >= 0 ? 1 : 0"
)
# How many steps lie between a position and the reader's claim; the same as in ``steps_between``.
STEPS = (
    "datum.both && datum.on === 1 ? abs(datum.row - mine.row) + (datum.driver === mine.driver ? 0 : datum.driver === "
    "'several' || mine.driver === 'several' ? 1 : 2) : null"
)


def weigh_the_positions(positions: pd.DataFrame | None = None) -> alt.LayerChart:
    """Draw what scholars hold, by who moves things and by what comes of it, with a place for a claim of one's own.

    Controls: the two answers of one's own claim; what counts as evidence: how a position is known, by which method, and
    words in its case. Positions that answer both questions are ranked by the steps from one's own: one step for each
    step from loss to gain, one between a single mover and several, two between two different movers.

    Parameters
    ----------
    positions : DataFrame, optional
        The columns of the table of that name; the table itself if not given.

    Raises
    ------
    ValueError
        The table has no row, lacks a column, or has a driver, effect or way of knowing that is not in the codebook.
    """
    if positions is None:
        positions = datasets.load("positions")
    require_columns(
        "weigh_the_positions", positions, list(TOLD), driver=DRIVERS, effect=EFFECTS, read=KNOWN
    )
    data = _place_positions(positions)
    both = int(data["both"].sum())
    known = data.loc[data["both"], "read"].value_counts()
    counts = []
    for way, look in KNOWN.items():
        if way in known:
            counts.append(f"{look.words.removeprefix('its ')} {known[way]}")
    axes = _axes()
    marked = alt.Chart(data).transform_calculate(on=COUNTED).transform_calculate(steps=STEPS)
    return charts.finish(
        [
            _frame_of_claim(axes),
            *_grid(axes),
            *_marks(marked, axes),
            _count_line(marked),
            _nearest_lines(marked),
        ],
        f"{both} of {len(data)} positions say both who moves things and what comes of it",
        [
            "Across: who moves things. Down: what comes of it for villagers or sellers. The frame is your claim",
            f"Of the {both}: {', '.join(counts)}. The coding is ours, of one sentence each",
        ],
        "table positions",
        _describe(data),
        params=_controls(data),
        width=WIDE,
        height=HIGH,
    )


def nearest(driver: str, effect: str, positions: pd.DataFrame | None = None) -> pd.DataFrame:
    """Rank the positions that answer both questions by their steps from a claim of one's own, the nearest first.

    It is the twin of the list beneath ``weigh_the_positions``.

    Parameters
    ----------
    driver, effect : str
        The claim: who moves things, and what comes of it, in the words of the codebook.
    positions : DataFrame, optional
        The columns of the table of that name; the table itself if not given.

    Returns
    -------
    DataFrame
        Columns: id, authors, year, driver, effect, case, method, read, steps.

    Raises
    ------
    ValueError
        The driver or the effect is none that a claim can have.

    Examples
    --------
    >>> nearest("state", "loss").head(3)[["id", "steps"]].values.tolist()
    [['P05', 0], ['P08', 0], ['P01', 1]]
    """
    if positions is None:
        positions = datasets.load("positions")
    for given, known in ((driver, list(DRIVERS)[:-1]), (effect, list(EFFECTS)[:-1])):
        if given not in known:
            raise ValueError(f"{given!r} is none of {known}.")
    answers_both = (positions["driver"] != "not_said") & (positions["effect"] != "not_said")
    columns = ["id", "authors", "year", "driver", "effect", "case", "method", "read"]
    table = positions.loc[answers_both, columns]
    steps = []
    for row in table.itertuples():
        steps.append(steps_between(driver, effect, row.driver, row.effect))
    ranked = table.assign(steps=steps)
    return ranked.sort_values(["steps", "id"]).reset_index(drop=True)


def steps_between(driver: str, effect: str, other_driver: str, other_effect: str) -> int:
    """Count the steps between two claims that answer both questions.

    One step lies between loss, mixed and gain each, one between a single mover and several, two between two different
    movers.

    >>> steps_between("state", "gain", "several", "loss")
    3
    """
    order = list(EFFECTS)
    steps = abs(order.index(effect) - order.index(other_effect))
    if driver == other_driver:
        return steps
    if "several" in (driver, other_driver):
        return steps + 1
    return steps + 2


# ---- its data --------------------------------------------------------------------------------------------------------
def _place_positions(positions: pd.DataFrame) -> pd.DataFrame:
    """Give each position its place in the grid, in pixels, and what is told of it in two lines."""
    data = positions.assign(
        authors=positions["authors"].fillna("authors left open"),
        case=positions["case"].fillna("none"),
        method=positions["method"].fillna("not known here").replace({"case studies": "case study"}),
        both=(positions["driver"] != "not_said") & (positions["effect"] != "not_said"),
        row=positions["effect"].map(list(EFFECTS).index).to_list(),
    )
    slot = data.groupby(["driver", "effect"]).cumcount()
    column = data["driver"].map(list(DRIVERS).index)
    data = data.assign(
        x=CELL_WIDE * column + 14 + 42 * (slot % 3),
        y=CELL_HIGH * data["row"] + 16 + 20 * (slot // 3),
        told=[_position_in_full(position) for position in data.itertuples()],
    )
    return data[[*TOLD, "both", "row", "x", "y", "told"]]


def _position_in_full(position: Any) -> str:
    return (
        f"{position.id} {position.authors} ({position.year}): "
        f"{DRIVERS[position.driver]}, {EFFECTS[position.effect]}\n"
        f"      rests on: {position.case}; method: {position.method}; "
        f"known: {KNOWN[position.read].words}"
    )


# ---- its layers ------------------------------------------------------------------------------------------------------
class Axes(NamedTuple):
    """The two axes, in pixels, and their scales for layers that have no place in the middle of a cell."""

    x: alt.X
    y: alt.Y
    across: alt.Scale
    down: alt.Scale


def _axes() -> Axes:
    across = alt.Scale(domain=[0, WIDE], nice=False, zero=False)
    down = alt.Scale(domain=[HIGH, 0], nice=False, zero=False)
    x = alt.X("x:Q", title=None, scale=across, axis=_cell_names(DRIVERS, CELL_WIDE, "top"))
    y = alt.Y("y:Q", title=None, scale=down, axis=_cell_names(EFFECTS, CELL_HIGH, "left"))
    return Axes(x, y, across, down)


def _cell_names(words: dict[str, str], size: int, orient: Any) -> alt.Axis:
    """Make an axis that names cells of so many pixels, each in its middle."""
    middles = {f"{size * (n + 0.5):g}": word for n, word in enumerate(words.values())}
    return alt.Axis(
        values=[float(middle) for middle in middles],
        labelExpr=f"{json.dumps(middles)}[datum.value]",
        grid=False,
        ticks=False,
        domain=False,
        orient=orient,
    )


def _controls(data: pd.DataFrame) -> list[alt.Parameter]:
    drivers, effects = list(DRIVERS)[:-1], list(EFFECTS)[:-1]
    ways = [ANY, "read by us", *KNOWN]
    ways_in_words = ["in any way", "read by us, in full or in part"]
    ways_in_words += [look.words for look in KNOWN.values()]
    case = alt.binding(input="text", name="Count only cases that contain ")
    mine = (
        "{driver: my_driver, effect: my_effect, "
        f"column: indexof({list(DRIVERS)}, my_driver), row: indexof({list(EFFECTS)}, my_effect)}}"
    )
    return [
        select(
            "my_driver",
            "My claim: who moves things ",
            drivers,
            [DRIVERS[driver] for driver in drivers],
        ),
        select("my_effect", "My claim: what comes of it ", effects),
        select("known", "Count only what is known ", ways, ways_in_words),
        select("method_shown", "Count only the method ", [ANY, *sorted(set(data["method"]))]),
        alt.param("case_shown", value="", bind=case),
        alt.param("mine", expr=mine),
    ]


def _frame_of_claim(axes: Axes) -> alt.Chart:
    """A frame around the cell of the reader's claim."""
    return (
        alt.Chart(alt.Data(values=[{}]))
        .transform_calculate(
            left=f"{CELL_WIDE} * mine.column + 2",
            right=f"{CELL_WIDE} * mine.column + {CELL_WIDE - 2}",
            top=f"{CELL_HIGH} * mine.row + 2",
            bottom=f"{CELL_HIGH} * mine.row + {CELL_HIGH - 2}",
        )
        .mark_rect(fill="#FFF7DB", stroke=charts.INK, strokeWidth=2)
        .encode(
            x=alt.X("left:Q", scale=axes.across),
            x2="right:Q",
            y=alt.Y("top:Q", scale=axes.down),
            y2="bottom:Q",
        )
    )


def _grid(axes: Axes) -> list[alt.Chart]:
    """Lines between the cells."""
    places = [{"x": CELL_WIDE * n, "y": CELL_HIGH * n} for n in range(1, len(DRIVERS))]
    walls = alt.Chart(alt.Data(values=places)).mark_rule(color=charts.GRID)
    floors = alt.Chart(alt.Data(values=places[: len(EFFECTS) - 1])).mark_rule(color=charts.GRID)
    return [walls.encode(x=axes.x), floors.encode(y=axes.y)]


def _marks(marked: alt.Chart, axes: Axes) -> list[alt.Chart]:
    """A mark for each position, with its id; those that are not counted are pale."""
    ways, looks = list(KNOWN), list(KNOWN.values())
    names = json.dumps({way: look.words for way, look in KNOWN.items()})
    legend = alt.Legend(labelExpr=f"{names}[datum.value]", symbolOpacity=1)
    shapes = alt.Scale(domain=ways, range=[look.shape for look in looks])
    colours = alt.Scale(domain=ways, range=[look.colour for look in looks])
    opacity = alt.condition("datum.on === 1", alt.value(1), alt.value(0.15))
    dots = marked.mark_point(size=60, strokeWidth=2).encode(
        x=axes.x,
        y=axes.y,
        shape=alt.Shape("read:N", title=None, scale=shapes, legend=legend),
        color=alt.Color("read:N", title=None, scale=colours, legend=legend),
        opacity=opacity,
        tooltip=charts.tooltips(TOLD, year="d"),
    )
    ids = marked.mark_text(align="left", dx=8, fontSize=11).encode(
        x=axes.x, y=axes.y, text="id:N", opacity=opacity
    )
    return [dots, ids]


def _count_line(marked: alt.Chart) -> alt.Chart:
    """How many positions are counted, and how many say what the reader says."""
    counts = marked.transform_calculate(
        ranked="isValid(datum.steps) ? 1 : 0",
        same="datum.steps === 0 ? 1 : 0",
        hand="datum.steps === 0 && datum.read !== 'through_li_2017' ? 1 : 0",
    ).transform_aggregate(ranked="sum(ranked)", same="sum(same)", hand="sum(hand)")
    return text_line(
        counts,
        "'Counted, with both answers: ' + datum.ranked + '. Same as your claim: ' + datum.same + ', read by us: ' + datum.hand + '. Nearest:'",
        HIGH + 82,
    )


def _nearest_lines(marked: alt.Chart) -> alt.Chart:
    """The five positions nearest to the reader's claim, two lines each."""
    nearest_first: list[Any] = [alt.SortField("steps"), alt.SortField("id")]
    return (
        marked.transform_filter("isValid(datum.steps)")
        .transform_window(rank="row_number()", sort=nearest_first)
        .transform_filter("datum.rank <= 5")
        .transform_calculate(
            words="datum.told + (datum.steps ? '; steps away: ' + datum.steps : '; the same')"
        )
        .mark_text(align="left", baseline="top", fontSize=12, lineBreak="\n")
        .encode(
            x=alt.value(0), y=alt.value(alt.expr(f"36 * datum.rank + {HIGH + 58}")), text="words:N"
        )
    )


# ---- its words -------------------------------------------------------------------------------------------------------
def _describe(data: pd.DataFrame) -> str:
    cells = []
    for (driver, effect), group in data.groupby(["driver", "effect"]):
        cells.append(f"{DRIVERS[driver]}, {EFFECTS[effect]}: {' '.join(group['id'])}")
    return (
        f"Grid of {len(data)} positions of scholars by who moves things and by what comes of it: "
        f"{'; '.join(cells)}. "
        "Shapes say how a position is known. "
        "Controls set a claim of your own and what counts as evidence; "
        "the text beneath counts who says the same and names the nearest."
    )
