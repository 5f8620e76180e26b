"""Theme 4: what scholars hold, by who moves things and by what comes of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import altair as alt

from ... import charts, datasets
from ...charts import ANY, require_columns, select, text_line

if TYPE_CHECKING:
    import pandas as pd

DRIVERS = {
    "state": "state or party",
    "several": "several at once",
    "company": "the platform",
    "villagers": "villagers, sellers",
    "not_said": "not said",
}
EFFECTS = {"gain": "gain", "mixed": "mixed", "loss": "loss", "not_said": "not said"}
KNOWN = {
    "text": ("circle", charts.ACCENT, "its text read"),
    "abstract": ("square", charts.THIRD, "abstract read"),
    "part": ("diamond", charts.FOURTH, "part read"),
    "through_li_2017": ("cross", charts.SECOND, "only through Li (2017)"),
}
CELL = (132, 58)
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
COUNTED = (
    "(known === 'any' || (known === 'read by us' ? datum.read !== 'through_li_2017' : datum.read === known)) && "
    "(method_shown === 'any' || datum.method === method_shown) && indexof(lower(datum.case), lower(case_shown)) >= 0 ? 1 : 0"
)
STEPS = (
    "datum.both && datum.on === 1 ? abs(datum.row - mine.row) + (datum.driver === mine.driver ? 0 : datum.driver === "
    "'several' || mine.driver === 'several' ? 1 : 2) : null"
)


def weigh_the_positions(positions: pd.DataFrame | None = None) -> alt.LayerChart:
    """What scholars hold, by who moves things and by what comes of it, with a place for a claim of one's own.

    ``positions`` has the columns of the table of that name. Controls: the two answers of one's own claim; what counts as
    evidence: how a position is known, by which method, and words in its case. Positions that answer both questions are
    ranked by the steps from one's own: one step for each step from loss to gain, one between a single mover and several,
    two between two different movers.
    """
    positions = datasets.load("positions") if positions is None else positions
    require_columns(
        "weigh_the_positions", positions, list(TOLD), driver=DRIVERS, effect=EFFECTS, read=KNOWN
    )
    data = _cells(positions)
    both = int(data["both"].sum())
    known = data.loc[data["both"], "read"].value_counts()
    by_hand = ", ".join(
        f"{KNOWN[way][2].removeprefix('its ')} {known[way]}" for way in KNOWN if way in known
    )
    params = [
        select(
            "my_driver",
            "My claim: who moves things ",
            list(DRIVERS)[:4],
            list(DRIVERS.values())[:4],
        ),
        select("my_effect", "My claim: what comes of it ", list(EFFECTS)[:3]),
        select("known", "Count only what is known ", [ANY, "read by us", *KNOWN], _known_words()),
        select("method_shown", "Count only the method ", [ANY, *sorted(set(data["method"]))]),
        alt.param(
            "case_shown",
            value="",
            bind=alt.binding(input="text", name="Count only cases that contain "),
        ),
        alt.param(
            "mine",
            expr="{driver: my_driver, effect: my_effect, "
            f"column: indexof({list(DRIVERS)}, my_driver), row: indexof({list(EFFECTS)}, my_effect)}}",
        ),
    ]
    wide, high = CELL[0] * len(DRIVERS), CELL[1] * len(EFFECTS)
    across, down = (
        alt.Scale(domain=domain, nice=False, zero=False) for domain in ([0, wide], [high, 0])
    )
    x = alt.X("x:Q", title=None, scale=across, axis=_cell_names(DRIVERS, CELL[0], "top"))
    y = alt.Y("y:Q", title=None, scale=down, axis=_cell_names(EFFECTS, CELL[1], "left"))
    marked = alt.Chart(data).transform_calculate(on=COUNTED).transform_calculate(steps=STEPS)
    names = list(KNOWN)
    looks = {
        "shape": alt.Shape(
            "read:N",
            title=None,
            scale=alt.Scale(domain=names, range=[k[0] for k in KNOWN.values()]),
        ),
        "color": alt.Color(
            "read:N",
            title=None,
            scale=alt.Scale(domain=names, range=[k[1] for k in KNOWN.values()]),
        ),
    }
    legend = alt.Legend(
        labelExpr=f"{json.dumps({k: v[2] for k, v in KNOWN.items()})}[datum.value]", symbolOpacity=1
    )
    looks = {channel: encoding.legend(legend) for channel, encoding in looks.items()}
    opacity = alt.condition("datum.on === 1", alt.value(1), alt.value(0.15))
    dots = marked.mark_point(size=60, strokeWidth=2).encode(
        x=x, y=y, **looks, opacity=opacity, tooltip=charts.tooltips(TOLD, year="d")
    )
    ids = marked.mark_text(align="left", dx=8, fontSize=11).encode(
        x=x, y=y, text="id:N", opacity=opacity
    )
    mine = (
        alt.Chart(alt.Data(values=[{}]))
        .transform_calculate(
            left=f"{CELL[0]} * mine.column + 2",
            right=f"{CELL[0]} * mine.column + {CELL[0] - 2}",
            top=f"{CELL[1]} * mine.row + 2",
            bottom=f"{CELL[1]} * mine.row + {CELL[1] - 2}",
        )
        .mark_rect(fill="#FFF7DB", stroke=charts.INK, strokeWidth=2)
        .encode(
            x=alt.X("left:Q", scale=across),
            x2="right:Q",
            y=alt.Y("top:Q", scale=down),
            y2="bottom:Q",
        )
    )
    grid = [{"x": CELL[0] * n, "y": CELL[1] * n} for n in range(1, len(DRIVERS))]
    walls = alt.Chart(alt.Data(values=grid)).mark_rule(color=charts.GRID).encode(x=x)
    floors = (
        alt.Chart(alt.Data(values=grid[: len(EFFECTS) - 1]))
        .mark_rule(color=charts.GRID)
        .encode(y=y)
    )
    same = marked.transform_calculate(
        ranked="isValid(datum.steps) ? 1 : 0",
        same="datum.steps === 0 ? 1 : 0",
        hand="datum.steps === 0 && datum.read !== 'through_li_2017' ? 1 : 0",
    ).transform_aggregate(ranked="sum(ranked)", same="sum(same)", hand="sum(hand)")
    counted = text_line(
        same,
        "'Counted, with both answers: ' + datum.ranked + '. Same as your claim: ' + datum.same + ', read by us: ' + datum.hand + '. Nearest:'",
        high + 82,
    )
    ranking = (
        marked.transform_filter("isValid(datum.steps)")
        .transform_window(rank="row_number()", sort=[alt.SortField("steps"), alt.SortField("id")])
        .transform_filter("datum.rank <= 5")
        .transform_calculate(
            words="datum.told + (datum.steps ? '; steps away: ' + datum.steps : '; the same')"
        )
        .mark_text(align="left", baseline="top", fontSize=12, lineBreak="\n")
        .encode(
            x=alt.value(0), y=alt.value(alt.expr(f"36 * datum.rank + {high + 58}")), text="words:N"
        )
    )
    return charts.finish(
        [mine, walls, floors, dots, ids, counted, ranking],
        f"{both} of {len(data)} positions say both who moves things and what comes of it",
        [
            "Across: who moves things. Down: what comes of it for villagers or sellers. The frame is your claim",
            f"Of the {both}: {by_hand}. The coding is ours, of one sentence each",
        ],
        "table positions",
        f"Grid of {len(data)} positions of scholars by who moves things and by what comes of it: "
        + "; ".join(
            f"{DRIVERS[d]}, {EFFECTS[e]}: {' '.join(g['id'])}"
            for (d, e), g in data.groupby(["driver", "effect"])
        )
        + ". Shapes say how a position is known. Controls set a claim of your own and what counts as evidence; the text "
        "beneath counts who says the same and names the nearest.",
        params=params,
        width=wide,
        height=high,
    )


def nearest(driver: str, effect: str, positions: pd.DataFrame | None = None) -> pd.DataFrame:
    """The positions that answer both questions, by their steps from a claim of one's own, the nearest first.

    It is the twin of the list beneath ``weigh_the_positions``: columns id, authors, year, driver, effect, case, method,
    read, steps. One step lies between loss, mixed and gain each, one between a single mover and several, two between two
    different movers.

    >>> nearest("state", "loss").head(3)[["id", "steps"]].values.tolist()
    [['P05', 0], ['P08', 0], ['P01', 1]]
    """
    positions = datasets.load("positions") if positions is None else positions
    for given, known in ((driver, list(DRIVERS)[:-1]), (effect, list(EFFECTS)[:-1])):
        if given not in known:
            raise ValueError(f"{given!r} is none of {known}.")
    table = positions[(positions["driver"] != "not_said") & (positions["effect"] != "not_said")]
    steps = [
        abs(list(EFFECTS).index(e) - list(EFFECTS).index(effect))
        + (0 if d == driver else 1 if "several" in (d, driver) else 2)
        for d, e in zip(table["driver"], table["effect"], strict=True)
    ]
    columns = ["id", "authors", "year", "driver", "effect", "case", "method", "read"]
    ranked = table[columns].assign(steps=steps)
    return ranked.sort_values(["steps", "id"]).reset_index(drop=True)


def _known_words() -> list[str]:
    """What the list of ways to know a position says."""
    return [
        "in any way",
        "read by us, in full or in part",
        *(words for *_, words in KNOWN.values()),
    ]


def _cell_names(words: dict[str, str], size: int, orient: Any) -> alt.Axis:
    """An axis that names cells of so many pixels, each in its middle."""
    middles = {f"{size * (n + 0.5):g}": word for n, word in enumerate(words.values())}
    names = f"{json.dumps(middles)}[datum.value]"
    values = [float(middle) for middle in middles]
    return alt.Axis(
        values=values, labelExpr=names, grid=False, ticks=False, domain=False, orient=orient
    )


def _cells(positions: pd.DataFrame) -> pd.DataFrame:
    """Each position with its place in the grid, and what is told of it in two lines."""
    data = positions.assign(
        authors=positions["authors"].fillna("authors left open"),
        case=positions["case"].fillna("none"),
        method=positions["method"].fillna("not known here").replace({"case studies": "case study"}),
        both=(positions["driver"] != "not_said") & (positions["effect"] != "not_said"),
        row=[list(EFFECTS).index(effect) for effect in positions["effect"]],
    )
    slot = data.groupby(["driver", "effect"]).cumcount()
    column = data["driver"].map(list(DRIVERS).index)
    told = [
        f"{r.id} {r.authors} ({r.year}): {DRIVERS[r.driver]}, {EFFECTS[r.effect]}\n"
        f"      rests on: {r.case}; method: {r.method}; known: {KNOWN[r.read][2]}"
        for r in data.itertuples()
    ]
    columns = "id authors year claim driver effect case method read both row x y told"
    return data.assign(
        x=CELL[0] * column + 14 + 42 * (slot % 3),
        y=CELL[1] * data["row"] + 16 + 20 * (slot // 3),
        told=told,
    )[columns.split()]
