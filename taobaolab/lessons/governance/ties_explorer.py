"""Theme 4: who gives what to whom, as arrows around a ring of actors."""

from __future__ import annotations

import json
import math
from itertools import groupby
from typing import TYPE_CHECKING, Any

import altair as alt

from ... import charts, datasets
from ...charts import ANY, require_columns, select, text_line
from .networks import brokerage, degree, network, without

if TYPE_CHECKING:
    import pandas as pd

NOBODY = "nobody"
ROUND = {
    "group": (
        "central government",
        "county government",
        "township government",
        "sellers",
        "large shops",
        "small shops",
        "associations",
        "villagers",
        "party",
        "Alibaba",
        "policy makers",
        "researchers",
        "officials",
        "local government",
    ),
    "kind": ("state", "party", "sellers", "association", "villagers", "researchers", "company"),
}
WIDE, HIGH, ACROSS, DOWN = 520, 400, 150, 165
DRAWN = (
    "(actor_drawn === 'any' || datum.giver_node === actor_drawn || datum.receiver_node === actor_drawn) && (means_drawn === "
    "'any' || datum.instrument === means_drawn) && (!read_only || datum.read) && datum.giver_node !== taken_out && "
    "datum.receiver_node !== taken_out ? 1 : 0"
)


def who_gives_what_to_whom(
    relations: pd.DataFrame | None = None, actors: str = "group"
) -> alt.LayerChart:
    """The relations as arrows from giver to receiver, around a ring of actors.

    ``relations`` has the columns of the table of that name; ``actors`` is ``"group"`` or ``"kind"`` as in
    ``governance.network``. Controls: the actor and the means that are drawn, an actor to take out, the relations that do not
    rest on Li (2017) alone, and who stands between others. What falls, and who brokers, is worked out by the models.
    """
    if actors not in ROUND:
        raise ValueError(
            f"actors is 'group' or 'kind', not {actors!r}: more names than that cannot be read on a ring."
        )
    relations = datasets.load("relations") if relations is None else relations
    require_columns("who_gives_what_to_whom", relations, ["certainty"])
    graph = network(relations, actors)  # type: ignore[arg-type]
    if all(giver == receiver for giver, receiver in graph.edges()):
        raise ValueError(
            "who_gives_what_to_whom needs a relation between two actors; these all stay inside one."
        )
    read = network(relations[relations["certainty"] == "read"], actors)  # type: ignore[arg-type]
    ring = sorted(graph, key=lambda a: ROUND[actors].index(a))
    nodes, ties, paths = _ring(graph, ring)
    stood = {
        name: {out: _standing(g, out) for out in (NOBODY, *ring)}
        for name, g in (("all", graph), ("read", read))
    }
    params = [
        select("actor_drawn", "Draw the ties of ", [ANY, *ring]),
        select("means_drawn", "Draw the means ", [ANY, *sorted(set(relations["instrument"]))]),
        select("taken_out", "Take out ", [NOBODY, *ring]),
        alt.param(
            "read_only",
            value=False,
            bind=alt.binding_checkbox(name="Leave out what is known only through Li (2017) "),
        ),
        alt.param(
            "brokers_shown",
            value=False,
            bind=alt.binding_checkbox(name="Show who stands between others "),
        ),
        alt.param("stood", expr=f"{json.dumps(stood)}[read_only ? 'read' : 'all'][taken_out]"),
    ]
    across: dict[str, Any] = {
        "axis": None,
        "scale": alt.Scale(domain=[0, WIDE + 300], nice=False, zero=False),
    }
    down: dict[str, Any] = {
        "axis": None,
        "scale": alt.Scale(domain=[HIGH, 0], nice=False, zero=False),
    }
    x, y = alt.X("x:Q", **across), alt.Y("y:Q", **down)
    colour = alt.value(
        alt.expr(
            f"datum.giver_node === actor_drawn ? '{charts.ACCENT}' : datum.receiver_node === actor_drawn ? "
            f"'{charts.SECOND}' : '{charts.GREY}'"
        )
    )
    curves = (
        alt.Chart(paths)
        .transform_calculate(on=DRAWN)
        .transform_filter("datum.on === 1")
        .mark_line(strokeWidth=1.4)
        .encode(x=x, y=y, detail="tie:N", order="step:Q", color=colour)
    )
    tied = alt.Chart(ties).transform_calculate(on=DRAWN)
    heads = (
        tied.transform_filter("datum.on === 1")
        .mark_point(shape="triangle", filled=True, size=90, opacity=1)
        .encode(
            x=x,
            y=y,
            angle=alt.Angle("angle:Q", scale=None),
            color=colour,
            tooltip=charts.tooltips(
                {
                    "id": "Id",
                    "giver": "Giver",
                    "receiver": "Receiver",
                    "what": "What",
                    "instrument": "Means",
                    "expected_back": "Expected back",
                    "place": "Place",
                    "source": "Source",
                    "known": "Known",
                }
            ),
        )
    )
    names = charts.with_halo(
        tied.transform_filter(
            "datum.on === 1 && (actor_drawn !== 'any' || means_drawn !== 'any')"
        ).encode(x=alt.X("mid_x:Q", **across), y=alt.Y("mid_y:Q", **down), text="id:N"),
        fontSize=11,
    )
    here = (
        alt.Chart(nodes)
        .transform_calculate(
            pairs="stood.between[datum.actor]", cut="indexof(stood.cut, datum.actor) >= 0"
        )
        .transform_filter("isValid(datum.pairs)")
        .transform_calculate(
            size="brokers_shown ? 80 + 70 * datum.pairs : 80",
            words="datum.actor + (datum.cut ? ' (cut off)' : '') + (brokers_shown && datum.pairs ? ': ' + datum.pairs : '')",
        )
    )
    dots = here.mark_point(filled=True, opacity=1, color=charts.INK).encode(
        x=x, y=y, size=alt.Size("size:Q", scale=None)
    )
    labels = [
        layer
        for side in ("left", "center", "right")
        for layer in charts.with_halo(
            here.transform_filter(f"datum.side === '{side}'").encode(
                x=alt.X("label_x:Q", **across), y=alt.Y("label_y:Q", **down), text="words:N"
            ),
            align=side,
        )
    ]
    told = tied.transform_aggregate(on="max(on)", groupby=["id", "listed"])
    lines = [
        text_line(
            told.transform_aggregate(all="count()", drawn="sum(on)"),
            "'Drawn: ' + datum.drawn + ' of ' + datum.all + ' relations' + (actor_drawn === 'any' ? '' : "
            "'. Blue: from ' + actor_drawn + '. Orange: to ' + actor_drawn)",
            -38,
        ),
        text_line(
            alt.Chart(alt.Data(values=[{}])), "stood.told", -20, fontWeight="normal", lineBreak="\n"
        ),
        text_line(
            alt.Chart(alt.Data(values=[{}])),
            "brokers_shown ? 'Pairs of others that an actor stands between: ' + stood.brokers : ''",
            14,
            fontWeight="normal",
        ),
    ]
    listed = (
        told.transform_filter("datum.on === 1")
        .transform_window(row="row_number()", sort=[alt.SortField("id")])
        .mark_text(align="left", fontSize=11)
        .encode(
            x=alt.value(WIDE + 20), y=alt.value(alt.expr("16 * datum.row + 14")), text="listed:N"
        )
    )
    degrees = degree(graph)
    loops = int(degrees["within"].sum())
    gives, takes = degrees["out_degree"].idxmax(), degrees["in_degree"].idxmax()
    return charts.finish(
        [curves, *names, dots, heads, *labels, *lines, listed],
        f"Most often a giver in this table: {gives}. Most often a receiver: {takes}",
        [
            f"{len(relations)} relations between {len(ring)} actors, from {relations['source'].nunique()} sources; "
            "arrows run from giver to receiver",
            "Much drawn is much written about: what nobody wrote down is not here"
            + (f". {loops} relations inside one actor cannot be drawn" if loops else ""),
        ],
        "table relations; groups of actors are our coding",
        f"Network of {len(relations)} relations between {len(ring)} actors on a ring. Relations as giver and as receiver: "
        + ", ".join(f"{r.Index} {r.out_degree} and {r.in_degree}" for r in degrees.itertuples())
        + ". Controls draw the ties of one actor or one means, take one actor out and tell what falls, leave out what is "
        "known only through Li (2017), and show who stands between others. The relations drawn are listed at the right.",
        params=params,
        width=WIDE + 300,
        height=HIGH,
        above=20,
    )


def _standing(graph: Any, out: str) -> dict[str, Any]:
    """What the chart says when one actor is out: what falls, who is cut off, who stands between others."""
    told, left, cut = "Nobody is taken out.", graph, []
    if out in graph:
        removal = without(graph, out)
        told, left, cut = (
            str(removal).replace("; cut", ";\ncut"),
            removal.left,
            list(removal.cut_off),
        )
    elif out != NOBODY:
        told = f"{out} is in none of these relations."
    between = brokerage(left)["brokered"] if len(left) else {}
    pairs = {actor: int(n) for actor, n in dict(between).items()}
    brokers = ", ".join(f"{actor} {n}" for actor, n in pairs.items() if n) or "nobody"
    return {"told": told, "cut": cut, "between": pairs, "brokers": brokers}


def _ring(graph: Any, ring: list[str]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Actors on an ellipse; a row a tie, with its arrowhead; and the points of its bow, in pixels."""
    import pandas as pd

    place, rows = {}, []
    for n, actor in enumerate(ring):
        turn = 2 * math.pi * n / len(ring)
        sin, cos = math.sin(turn), math.cos(turn)
        place[actor] = WIDE / 2 + ACROSS * sin, HIGH / 2 + 14 - DOWN * cos
        side = "center" if abs(sin) < 0.1 else "left" if sin > 0 else "right"
        rows.append(
            {"actor": actor, "side": side, "x": place[actor][0], "y": place[actor][1]}
            | {"label_x": place[actor][0] + 14 * sin, "label_y": place[actor][1] - 16 * cos}
        )
    ties, points = [], []
    edges = sorted(
        (edge for edge in graph.edges(keys=True, data=True) if edge[0] != edge[1]),
        key=lambda e: e[:3],
    )
    for _, group in groupby(
        sorted(edges, key=lambda e: sorted(e[:2])), key=lambda e: sorted(e[:2])
    ):
        for n, (giver, receiver, key, data) in enumerate(group):
            bow = _bow(place[giver], place[receiver], 8 + 14 * n)
            (x0, y0), (x1, y1) = bow[-2:]
            tie = {
                "id": key,
                "giver_node": giver,
                "receiver_node": receiver,
                "instrument": data["instrument"],
                "read": data["certainty"] == "read",
            }
            columns = ("giver", "receiver", "what", "expected_back", "place", "source")
            ties.append(
                tie
                | {column: data[column] for column in columns}
                | {"known": data["certainty"].replace("_", " ").replace("li 2017", "Li (2017)")}
                | {
                    "listed": _listed(graph, key),
                    "x": x1,
                    "y": y1,
                    "mid_x": bow[3 + 2 * n % 6][0],
                    "mid_y": bow[3 + 2 * n % 6][1],
                }
                | {"angle": round(math.degrees(math.atan2(x1 - x0, y0 - y1)), 1)}
            )
            points += [
                tie | {"tie": f"{key} {giver} {receiver}", "step": i, "x": x, "y": y}
                for i, (x, y) in enumerate(bow)
            ]
    return pd.DataFrame(rows).round(1), pd.DataFrame(ties), pd.DataFrame(points)


def _bow(
    start: tuple[float, float], end: tuple[float, float], bend: float
) -> list[tuple[float, float]]:
    """Eleven points from one actor to another, bent by so many pixels to the middle of the ring, short of the ends."""
    (x0, y0), (x1, y1) = start, end
    far = math.dist(start, end)
    inward = math.copysign(
        2 * bend / far, (x1 - x0) * (HIGH / 2 - y0) - (y1 - y0) * (WIDE / 2 - x0)
    )
    knee_x = (x0 + x1) / 2 - inward * (y1 - y0)
    knee_y = (y0 + y1) / 2 + inward * (x1 - x0)
    dense = []
    for i in range(101):
        a, b, c = (1 - i / 100) ** 2, 2 * (1 - i / 100) * i / 100, (i / 100) ** 2
        dense.append((a * x0 + b * knee_x + c * x1, a * y0 + b * knee_y + c * y1))
    free = [point for point in dense if min(math.dist(point, start), math.dist(point, end)) >= 11]
    return [tuple(round(z, 1) for z in free[i * (len(free) - 1) // 10]) for i in range(11)]  # type: ignore[misc]


def _listed(graph: Any, key: str) -> str:
    """A relation in one line: giver, receiver and means."""
    ends = [(a, b, data) for a, b, k, data in graph.edges(keys=True, data=True) if k == key]
    givers, receivers = (" + ".join(dict.fromkeys(end[n] for end in ends)) for n in (0, 1))
    short = f"{givers} → {receivers}".replace(" government", " gov.")
    return f"{key} {short}: {ends[0][2]['instrument'].replace('_', ' ')}"
