"""Theme 4: who gives what to whom, as arrows around a ring of actors."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from ... import charts, datasets
from ...charts import ANY, require_columns, select, text_line
from .networks import brokerage, degree, network, without

NOBODY = "nobody"
# The actors around the ring, clockwise from the top, so that those who give much to each other are neighbours.
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
# Pixels: the picture without the list beside it, and the half axes of the ring.
WIDE, HIGH, ACROSS, DOWN = 520, 400, 150, 165
BESIDE = 300
# Whether a tie is drawn, by the controls.
DRAWN = (
    "(actor_drawn === 'any' || datum.giver_node === actor_drawn || datum.receiver_node === actor_drawn) && (means_drawn === "
    "'any' || datum.instrument === means_drawn) && (!read_only || datum.read) && datum.giver_node !== taken_out && "
    "datum.receiver_node !== taken_out ? 1 : 0"
)


def who_gives_what_to_whom(
    relations: pd.DataFrame | None = None, actors: str = "group"
) -> alt.LayerChart:
    """Draw the relations as arrows from giver to receiver, around a ring of actors.

    Controls: the actor and the means that are drawn, an actor to take out, the relations that do not rest on Li (2017)
    alone, and who stands between others. What falls, and who brokers, is worked out by the models.

    Parameters
    ----------
    relations : DataFrame, optional
        The columns of the table of that name; the table itself if not given.
    actors : {"group", "kind"}
        How finely actors are told apart, as in ``governance.network``.

    Raises
    ------
    ValueError
        ``actors`` is another word, the table cannot become a graph, or no relation is between two actors.
    """
    if actors not in ROUND:
        raise ValueError(
            f"actors is 'group' or 'kind', not {actors!r}: more names than that cannot be read on a ring."
        )
    if relations is None:
        relations = datasets.load("relations")
    require_columns("who_gives_what_to_whom", relations, ["certainty"])
    graph = network(relations, actors)  # type: ignore[arg-type]
    if all(giver == receiver for giver, receiver in graph.edges()):
        raise ValueError(
            "who_gives_what_to_whom needs a relation between two actors; these all stay inside one."
        )
    read = network(relations[relations["certainty"] == "read"], actors)  # type: ignore[arg-type]
    ring = sorted(graph, key=ROUND[actors].index)
    drawing = _place_ring(graph, ring)
    standing: dict[str, dict[str, Any]] = {"all": {}, "read": {}}
    for out in (NOBODY, *ring):
        standing["all"][out] = _describe_removal(graph, out)
        standing["read"][out] = _describe_removal(read, out)
    degrees = degree(graph)
    gives, takes = degrees["out_degree"].idxmax(), degrees["in_degree"].idxmax()
    loops = int(degrees["within"].sum())
    not_here = "Much drawn is much written about: what nobody wrote down is not here"
    if loops:
        not_here += f". {loops} relations inside one actor cannot be drawn"
    return charts.finish(
        [
            *_bows(drawing),
            _actor_dots(drawing),
            _arrowheads(drawing),
            *_actor_names(drawing),
            *_lines_above(drawing),
            _list_beside(drawing),
        ],
        f"Most often a giver in this table: {gives}. Most often a receiver: {takes}",
        [
            f"{len(relations)} relations between {len(ring)} actors, from {relations['source'].nunique()} sources; "
            "arrows run from giver to receiver",
            not_here,
        ],
        "table relations; groups of actors are our coding",
        _describe(len(relations), degrees),
        params=_controls(ring, sorted(set(relations["instrument"])), standing),
        width=WIDE + BESIDE,
        height=HIGH,
        above=20,
    )


# ---- its data --------------------------------------------------------------------------------------------------------
class Drawing(NamedTuple):
    """What is drawn, in pixels: a row an actor, a row a tie with its arrowhead, a row a point of a bow."""

    actors: pd.DataFrame
    ties: pd.DataFrame
    points: pd.DataFrame


Point = tuple[float, float]


def _place_ring(graph: Any, ring: list[str]) -> Drawing:
    """Set the actors on an ellipse, and bend the ties of two actors away from each other."""
    places: dict[str, Point] = {}
    actors = []
    for n, actor in enumerate(ring):
        turn = 2 * math.pi * n / len(ring)
        sin, cos = math.sin(turn), math.cos(turn)
        x, y = WIDE / 2 + ACROSS * sin, HIGH / 2 + 14 - DOWN * cos
        places[actor] = (x, y)
        actors.append(
            {
                "actor": actor,
                "side": _side_of_label(sin),
                "x": x,
                "y": y,
                "label_x": x + 14 * sin,
                "label_y": y - 16 * cos,
            }
        )
    ties, points = [], []
    drawn_before: Counter[tuple[str, ...]] = Counter()
    for giver, receiver, key, data in _edges_by_pair(graph):
        pair = tuple(sorted((giver, receiver)))
        number = drawn_before[pair]
        drawn_before[pair] += 1
        bow = _bend(places[giver], places[receiver], 8 + 14 * number)
        tie = {
            "id": key,
            "giver_node": giver,
            "receiver_node": receiver,
            "instrument": data["instrument"],
            "read": data["certainty"] == "read",
        }
        ties.append(tie | _describe_tie(graph, key, data) | _place_arrowhead(bow, number))
        for step, (x, y) in enumerate(bow):
            points.append(tie | {"tie": f"{key} {giver} {receiver}", "step": step, "x": x, "y": y})
    return Drawing(pd.DataFrame(actors).round(1), pd.DataFrame(ties), pd.DataFrame(points))


def _side_of_label(sin: float) -> str:
    """Let names grow away from the ring; at its top and foot they stand in the middle."""
    if abs(sin) < 0.1:
        return "center"
    if sin > 0:
        return "left"
    return "right"


def _edges_by_pair(graph: Any) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Give the edges between two actors, those of one pair behind each other, whoever of the two gives."""
    edges = [edge for edge in graph.edges(keys=True, data=True) if edge[0] != edge[1]]
    edges.sort(key=lambda edge: edge[:3])
    return sorted(edges, key=lambda edge: sorted(edge[:2]))


def _describe_tie(graph: Any, key: str, data: dict[str, Any]) -> dict[str, Any]:
    columns = ("giver", "receiver", "what", "expected_back", "place", "source")
    known = data["certainty"].replace("_", " ").replace("li 2017", "Li (2017)")
    told = {column: data[column] for column in columns}
    return told | {"known": known, "listed": _relation_in_a_line(graph, key)}


def _relation_in_a_line(graph: Any, key: str) -> str:
    """Write a relation in one line: its givers, its receivers and its means."""
    ends = [edge for edge in graph.edges(keys=True, data=True) if edge[2] == key]
    givers = " + ".join(dict.fromkeys(giver for giver, *_ in ends))
    receivers = " + ".join(dict.fromkeys(receiver for _, receiver, *_ in ends))
    means = ends[0][3]["instrument"].replace("_", " ")
    actors = f"{givers} → {receivers}".replace(" government", " gov.")
    return f"{key} {actors}: {means}"


def _place_arrowhead(bow: list[Point], number: int) -> dict[str, float]:
    """Set the head at the end of a bow, and its id somewhere along it, so that those of one pair do not meet."""
    (x_before, y_before), (x, y) = bow[-2:]
    middle = bow[3 + (2 * number) % 6]
    angle = math.degrees(math.atan2(x - x_before, y_before - y))
    return {"x": x, "y": y, "mid_x": middle[0], "mid_y": middle[1], "angle": round(angle, 1)}


def _bend(start: Point, end: Point, bend: float) -> list[Point]:
    """Give eleven points from one actor to another, bent by so many pixels to the middle of the ring, short of the ends."""
    (x0, y0), (x1, y1) = start, end
    # The sign says on which side of the straight line the middle of the ring lies.
    side = (x1 - x0) * (HIGH / 2 - y0) - (y1 - y0) * (WIDE / 2 - x0)
    inward = math.copysign(2 * bend / math.dist(start, end), side)
    knee_x = (x0 + x1) / 2 - inward * (y1 - y0)
    knee_y = (y0 + y1) / 2 + inward * (x1 - x0)
    curve = []
    for i in range(101):  # a quadratic Bézier curve
        t = i / 100
        a, b, c = (1 - t) ** 2, 2 * (1 - t) * t, t**2
        point = (a * x0 + b * knee_x + c * x1, a * y0 + b * knee_y + c * y1)
        # 11 pixels leave room for the dots of the actors.
        if math.dist(point, start) >= 11 and math.dist(point, end) >= 11:
            curve.append(point)
    points = []
    for i in range(11):
        x, y = curve[i * (len(curve) - 1) // 10]
        points.append((round(x, 1), round(y, 1)))
    return points


def _describe_removal(graph: Any, out: str) -> dict[str, Any]:
    """Give what the chart says when one actor is out: what falls, who is cut off, who stands between others."""
    told, left, cut = "Nobody is taken out.", graph, []
    if out in graph:
        removal = without(graph, out)
        told = str(removal).replace("; cut", ";\ncut")
        left, cut = removal.left, list(removal.cut_off)
    elif out != NOBODY:
        told = f"{out} is in none of these relations."
    between: dict[str, int] = {}
    if len(left):
        between = {actor: int(pairs) for actor, pairs in brokerage(left)["brokered"].items()}
    brokers = ", ".join(f"{actor} {pairs}" for actor, pairs in between.items() if pairs)
    return {"told": told, "cut": cut, "between": between, "brokers": brokers or "nobody"}


# ---- its layers ------------------------------------------------------------------------------------------------------
def _x(field: str) -> alt.X:
    scale = alt.Scale(domain=[0, WIDE + BESIDE], nice=False, zero=False)
    return alt.X(f"{field}:Q", axis=None, scale=scale)


def _y(field: str) -> alt.Y:
    scale = alt.Scale(domain=[HIGH, 0], nice=False, zero=False)
    return alt.Y(f"{field}:Q", axis=None, scale=scale)


def _controls(
    ring: list[str], means: list[str], standing: dict[str, dict[str, Any]]
) -> list[alt.Parameter]:
    read_only = alt.binding_checkbox(name="Leave out what is known only through Li (2017) ")
    brokers = alt.binding_checkbox(name="Show who stands between others ")
    return [
        select("actor_drawn", "Draw the ties of ", [ANY, *ring]),
        select("means_drawn", "Draw the means ", [ANY, *means]),
        select("taken_out", "Take out ", [NOBODY, *ring]),
        alt.param("read_only", value=False, bind=read_only),
        alt.param("brokers_shown", value=False, bind=brokers),
        alt.param("stood", expr=f"{json.dumps(standing)}[read_only ? 'read' : 'all'][taken_out]"),
    ]


def _colour() -> Any:
    """What the chosen actor gives, what it gets, and all else."""
    return alt.value(
        alt.expr(
            f"datum.giver_node === actor_drawn ? '{charts.ACCENT}' : datum.receiver_node === actor_drawn ? "
            f"'{charts.SECOND}' : '{charts.GREY}'"
        )
    )


def _bows(drawing: Drawing) -> list[alt.Chart]:
    """The bows, and their ids once few of them are left."""
    curves = (
        alt.Chart(drawing.points)
        .transform_calculate(on=DRAWN)
        .transform_filter("datum.on === 1")
        .mark_line(strokeWidth=1.4)
        .encode(x=_x("x"), y=_y("y"), detail="tie:N", order="step:Q", color=_colour())
    )
    ids = (
        alt.Chart(drawing.ties)
        .transform_calculate(on=DRAWN)
        .transform_filter("datum.on === 1 && (actor_drawn !== 'any' || means_drawn !== 'any')")
        .encode(x=_x("mid_x"), y=_y("mid_y"), text="id:N")
    )
    return [curves, *charts.with_halo(ids, fontSize=11)]


def _arrowheads(drawing: Drawing) -> alt.Chart:
    told = {
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
    return (
        alt.Chart(drawing.ties)
        .transform_calculate(on=DRAWN)
        .transform_filter("datum.on === 1")
        .mark_point(shape="triangle", filled=True, size=90, opacity=1)
        .encode(
            x=_x("x"),
            y=_y("y"),
            angle=alt.Angle("angle:Q", scale=None),
            color=_colour(),
            tooltip=charts.tooltips(told),
        )
    )


def _actors_left(drawing: Drawing) -> alt.Chart:
    """The actors that are not taken out, with the pairs they stand between, and whether they are cut off."""
    return (
        alt.Chart(drawing.actors)
        .transform_calculate(
            pairs="stood.between[datum.actor]", cut="indexof(stood.cut, datum.actor) >= 0"
        )
        .transform_filter("isValid(datum.pairs)")
        .transform_calculate(
            size="brokers_shown ? 80 + 70 * datum.pairs : 80",
            words="datum.actor + (datum.cut ? ' (cut off)' : '') + (brokers_shown && datum.pairs ? ': ' + datum.pairs : '')",
        )
    )


def _actor_dots(drawing: Drawing) -> alt.Chart:
    dots = _actors_left(drawing).mark_point(filled=True, opacity=1, color=charts.INK)
    return dots.encode(x=_x("x"), y=_y("y"), size=alt.Size("size:Q", scale=None))


def _actor_names(drawing: Drawing) -> list[alt.Chart]:
    layers = []
    for side in ("left", "center", "right"):
        here = _actors_left(drawing).transform_filter(f"datum.side === '{side}'")
        names = here.encode(x=_x("label_x"), y=_y("label_y"), text="words:N")
        layers += charts.with_halo(names, align=side)
    return layers


def _relations(drawing: Drawing) -> alt.Chart:
    """A row a relation, whatever the number of its ties, and whether one of them is drawn."""
    tied = alt.Chart(drawing.ties).transform_calculate(on=DRAWN)
    return tied.transform_aggregate(on="max(on)", groupby=["id", "listed"])


def _lines_above(drawing: Drawing) -> list[alt.Chart]:
    """How many relations are drawn, what falls without an actor, and who stands between others."""
    nothing = alt.Chart(alt.Data(values=[{}]))
    return [
        text_line(
            _relations(drawing).transform_aggregate(all="count()", drawn="sum(on)"),
            "'Drawn: ' + datum.drawn + ' of ' + datum.all + ' relations' + (actor_drawn === 'any' ? '' : "
            "'. Blue: from ' + actor_drawn + '. Orange: to ' + actor_drawn)",
            -38,
        ),
        text_line(nothing, "stood.told", -20, fontWeight="normal", lineBreak="\n"),
        text_line(
            nothing,
            "brokers_shown ? 'Pairs of others that an actor stands between: ' + stood.brokers : ''",
            14,
            fontWeight="normal",
        ),
    ]


def _list_beside(drawing: Drawing) -> alt.Chart:
    """The relations that are drawn, a line each."""
    return (
        _relations(drawing)
        .transform_filter("datum.on === 1")
        .transform_window(row="row_number()", sort=[alt.SortField("id")])
        .mark_text(align="left", fontSize=11)
        .encode(
            x=alt.value(WIDE + 20), y=alt.value(alt.expr("16 * datum.row + 14")), text="listed:N"
        )
    )


# ---- its words -------------------------------------------------------------------------------------------------------
def _describe(relations: int, degrees: pd.DataFrame) -> str:
    counts = ", ".join(
        f"{row.Index} {row.out_degree} and {row.in_degree}" for row in degrees.itertuples()
    )
    return (
        f"Network of {relations} relations between {len(degrees)} actors on a ring. "
        f"Relations as giver and as receiver: {counts}. "
        "Controls draw the ties of one actor or one means, take one actor out and tell what falls, leave out what is "
        "known only through Li (2017), and show who stands between others. The relations drawn are listed at the right."
    )
