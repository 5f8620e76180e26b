"""Who gives what to whom: the relations as a directed graph, and what the field asks of such a graph.

A relation that is not in the table is not in the graph. So each measure speaks of what was found and written down,
never of all that passes between the actors.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import networkx as nx
import pandas as pd

from ...text import did_you_mean

KINDS = {
    "central government": "state",
    "county government": "state",
    "township government": "state",
    "local government": "state",
    "officials": "state",
    "policy makers": "state",
    "party": "party",
    "Alibaba": "company",
    "associations": "association",
    "sellers": "sellers",
    "large shops": "sellers",
    "small shops": "sellers",
    "villagers": "villagers",
    "researchers": "researchers",
}
CARRIED = (
    "what",
    "instrument",
    "expected_back",
    "back_kind",
    "place",
    "source",
    "certainty",
    "giver",
    "receiver",
)
ENDS = ("giver_group", "giver_group_2", "receiver_group", "receiver_group_2")


def network(
    relations: pd.DataFrame, actors: Literal["group", "kind", "name"] = "group"
) -> nx.MultiDiGraph:
    """Make a directed graph of the relations: nodes are actors, an edge runs from each giver to each receiver.

    Parameters
    ----------
    relations : DataFrame
        The table ``relations`` or rows of it.
    actors : {"group", "kind", "name"}
        How finely actors are told apart.

        - ``"group"``: the common vocabulary of the table, such as county government or sellers;
        - ``"kind"``: state, party, company, association, sellers, villagers, researchers. "The state" is then one
          actor, and what passes within a kind becomes a loop;
        - ``"name"``: every printed name is an actor of its own.

    Returns
    -------
    networkx.MultiDiGraph
        A node has the attributes ``kind`` (``several`` for a printed name that covers two) and ``names`` (the printed
        names, sorted). The key of an edge is the id of the relation; its attributes are the columns ``what``,
        ``instrument``, ``expected_back``, ``back_kind``, ``place``, ``source``, ``certainty``, ``giver``, ``receiver``,
        with ``None`` where a cell is empty. A relation with two givers has two edges with the same key.

    Raises
    ------
    ValueError
        ``actors`` is unknown, a column is missing, an id stands twice, or an actor is outside the vocabulary.

    Examples
    --------
    >>> from taobaolab import datasets
    >>> table = datasets.load("relations")
    >>> [network(table, actors=grain).number_of_nodes() for grain in ("name", "group", "kind")]
    [34, 14, 7]
    >>> network(table).edges["villagers", "sellers", "L17"]["instrument"]
    'land'
    """
    if actors not in ("group", "kind", "name"):
        raise ValueError(f"actors is 'group', 'kind' or 'name', not {actors!r}.")
    _check_relations(relations)
    graph = nx.MultiDiGraph()
    names: dict[str, set[str]] = {}
    for row in relations.astype(object).where(relations.notna(), None).to_dict("records"):
        givers = _kinds_at_end(row, "giver", actors)
        receivers = _kinds_at_end(row, "receiver", actors)
        for role, kinds in (("giver", givers), ("receiver", receivers)):
            for node, kind in kinds.items():
                graph.add_node(node, kind=kind)
                names.setdefault(node, set()).add(row[role])
        attributes = {column: row[column] for column in CARRIED}
        for giver, receiver in product(givers, receivers):
            graph.add_edge(giver, receiver, key=row["id"], **attributes)
    for node, printed in names.items():
        graph.nodes[node]["names"] = tuple(sorted(printed))
    return graph


def _kinds_at_end(row: dict[str, Any], role: str, actors: str) -> dict[str, str]:
    """Give the nodes at one end of a relation, each with its kind."""
    groups = [group for group in (row[f"{role}_group"], row[f"{role}_group_2"]) if group]
    kinds = [KINDS[group] for group in groups]
    if actors == "kind":
        return {kind: kind for kind in kinds}
    if actors == "group":
        return dict(zip(groups, kinds, strict=True))
    if len(set(kinds)) > 1:
        return {row[role]: "several"}
    return {row[role]: kinds[0]}


def _check_relations(relations: pd.DataFrame) -> None:
    missing = [column for column in ("id", *ENDS, *CARRIED) if column not in relations]
    if missing:
        raise ValueError(
            f"The relations lack the columns {missing}; give rows of datasets.load('relations')."
        )
    twice = relations.loc[relations["id"].duplicated(), "id"].tolist()
    if twice:
        raise ValueError(f"The ids {twice} stand twice in the relations; give each relation once.")
    for column in ENDS:
        cells = relations[column]
        bad = ~cells.isin(KINDS)
        # A second giver or receiver may be missing, the first may not.
        if column.endswith("_2"):
            bad = bad & cells.notna()
        if bad.any():
            raise ValueError(
                f"{column} of {relations.loc[bad, 'id'].tolist()} is {cells[bad].tolist()}, "
                f"but the vocabulary of actors is {list(KINDS)}."
            )


def degree(graph: nx.MultiDiGraph) -> pd.DataFrame:
    """Count the relations in which each actor stands: one row an actor, the busiest first.

    ``out_degree`` and ``in_degree`` count relations as giver and as receiver, each relation once, however many actors
    stand at its other end. ``partners`` counts the other actors tied to this one. ``within`` counts relations that
    begin and end at the same actor; they enter no other column.

    A high degree tells who was written about, and not who has power.

    >>> from taobaolab import datasets
    >>> table = degree(network(datasets.load("relations")))
    >>> table.loc["Alibaba", ["out_degree", "in_degree", "partners"]].to_dict()
    {'out_degree': 7, 'in_degree': 2, 'partners': 5}
    """
    rows = []
    for actor, kind in graph.nodes(data="kind"):
        given = {key for _, other, key in graph.out_edges(actor, keys=True) if other != actor}
        received = {key for other, _, key in graph.in_edges(actor, keys=True) if other != actor}
        rows.append(
            {
                "actor": actor,
                "kind": kind,
                "out_degree": len(given),
                "in_degree": len(received),
                "partners": len(set(nx.all_neighbors(graph, actor)) - {actor}),
                "within": graph.number_of_edges(actor, actor),
                "busy": len(given) + len(received),
            }
        )
    columns = ["actor", "kind", "out_degree", "in_degree", "partners", "within"]
    table = pd.DataFrame(rows, columns=[*columns, "busy"])
    table = table.sort_values(["busy", "actor"], ascending=[False, True])
    return table[columns].set_index("actor")


# The roles of Gould and Fernandez: a gives to the broker, the broker to c.
ROLES = ("coordinator", "consultant", "gatekeeper", "representative", "liaison")


def role_of_broker(before: str, broker: str, after: str) -> str:
    """Name the role of a broker by three kinds: of the actor before it, its own, and of the actor after it.

    >>> role_of_broker("state", "association", "state")
    'consultant'
    """
    if before == broker == after:
        return "coordinator"
    if before == after:
        return "consultant"
    if broker == after:
        return "gatekeeper"
    if before == broker:
        return "representative"
    return "liaison"


def brokerage(graph: nx.MultiDiGraph) -> pd.DataFrame:
    """Count who stands between others: one row an actor, the actor that brokers most first.

    ``brokered`` counts the pairs (a, c) that an actor b connects: something passes from a to b and from b to c, and
    nothing passes from a to c directly. The five columns after it split this number by the kinds of a, b and c (Gould
    and Fernandez 1989, Structures of mediation, Sociological Methodology 19: 89-126):

    - ``coordinator``: all three are of one kind;
    - ``consultant``: a and c are of one kind, the broker is not (also called itinerant broker);
    - ``gatekeeper``: the broker lets something in, from another kind to its own;
    - ``representative``: the broker carries something out, from its own kind to another;
    - ``liaison``: three kinds.

    ``betweenness`` is the number of pairs whose shortest path leads through the actor, a pair with several shortest
    paths counting in parts (Freeman 1977, A set of measures of centrality based on betweenness, Sociometry 40: 35-41).
    Directions count; several relations between two actors are one tie; loops are left out.

    >>> from taobaolab import datasets
    >>> table = brokerage(network(datasets.load("relations")))
    >>> table.loc["associations", ["brokered", "consultant", "liaison"]].to_dict()
    {'brokered': 6, 'consultant': 1, 'liaison': 5}
    >>> float(table.loc["associations", "betweenness"])
    33.5
    """
    ties = _single_ties(graph)
    kinds = dict(graph.nodes(data="kind"))
    between = nx.betweenness_centrality(ties, normalized=False)
    rows = []
    for broker in ties:
        counts = dict.fromkeys(ROLES, 0)
        for before, after in product(ties.predecessors(broker), ties.successors(broker)):
            if before != after and not ties.has_edge(before, after):
                counts[role_of_broker(kinds[before], kinds[broker], kinds[after])] += 1
        row = {"actor": broker, "kind": kinds[broker], "brokered": sum(counts.values())}
        rows.append(row | counts | {"betweenness": between[broker]})
    table = pd.DataFrame(rows, columns=["actor", "kind", "brokered", *ROLES, "betweenness"])
    order = ["brokered", "betweenness", "actor"]
    return table.sort_values(order, ascending=[False, False, True]).set_index("actor")


def _single_ties(graph: nx.MultiDiGraph) -> nx.DiGraph:
    """Give one tie for all relations from one actor to another; no loops."""
    ties = nx.DiGraph(graph)
    ties.remove_edges_from(list(nx.selfloop_edges(ties)))
    return ties


@dataclass(frozen=True, eq=False, repr=False)
class Reciprocity:
    """How often something comes back, by two notions that are kept apart: counted and expected.

    ``pairs`` has a row for each two actors between whom something passes: ``first``, ``second``, the ids of the
    relations ``there`` and ``back``, ``mutual`` (both ways in the table), and ``return_expected``: the ids of those
    relations for which the source tells of a return to the giver. That return may never have been seen, or may have
    come from somebody else.

    ``of_pairs`` is the share of these pairs that are mutual, ``of_ties`` the share of ties that are answered by a tie
    in the other direction: two usual definitions, of which the second is never the smaller. ``expected`` is the share
    of relations between two actors for which a return is expected. All three are ``None`` where there is nothing to divide by.
    """

    pairs: pd.DataFrame
    of_pairs: float | None
    of_ties: float | None
    expected: float | None

    def __repr__(self) -> str:
        if self.of_pairs is None or self.of_ties is None or self.expected is None:
            return "No two actors are tied, so there is nothing to return."
        return (
            f"Counted: {self.pairs['mutual'].sum()} of {len(self.pairs)} pairs of actors are tied both ways "
            f"({self.of_pairs:.0%}); {self.of_ties:.0%} of the ties are answered. "
            f"Expected: for {self.expected:.0%} of the relations a return is named."
        )


def reciprocity(graph: nx.MultiDiGraph) -> Reciprocity:
    """Find which pairs of actors give both ways, and for which relations a return is only expected.

    Loops are left out, as an actor is no pair.

    >>> from taobaolab import datasets
    >>> reciprocity(network(datasets.load("relations")))
    Counted: 4 of 18 pairs of actors are tied both ways (22%); 36% of the ties are answered. Expected: for 50% of the \
relations a return is named.
    """
    ties = _single_ties(graph)
    rows = []
    for first, second in sorted({(min(tie), max(tie)) for tie in ties.edges}):
        there = dict(graph.get_edge_data(first, second, default={}))
        back = dict(graph.get_edge_data(second, first, default={}))
        wanted = {key for key, edge in there.items() if edge["back_kind"] == "return"}
        wanted |= {key for key, edge in back.items() if edge["back_kind"] == "return"}
        rows.append(
            {
                "first": first,
                "second": second,
                "there": " ".join(sorted(there)),
                "back": " ".join(sorted(back)),
                "mutual": bool(there and back),
                "return_expected": " ".join(sorted(wanted)),
            }
        )
    columns = ["first", "second", "there", "back", "mutual", "return_expected"]
    pairs = pd.DataFrame(rows, columns=columns)
    if pairs.empty:
        return Reciprocity(pairs, None, None, None)
    # A relation with two givers is one relation, though it has two edges.
    back_kinds = {}
    for giver, receiver, key, back_kind in graph.edges(keys=True, data="back_kind"):
        if giver != receiver:
            back_kinds[key] = back_kind
    expected = list(back_kinds.values()).count("return") / len(back_kinds)
    return Reciprocity(
        pairs, float(pairs["mutual"].mean()), float(nx.overall_reciprocity(ties)), expected
    )


@dataclass(frozen=True, eq=False, repr=False)
class Removal:
    """What falls when one actor is taken out of the graph.

    ``lost`` has a row for each relation that is gone: ``id``, ``giver``, ``receiver`` (as printed), ``what``,
    ``instrument``, ``source``. ``weakened`` are the ids of relations that lose one end and keep another, because two actors gave
    or received together. ``cut_off`` are actors that are left without any relation to another. ``unreached`` has a row
    for each pair of other actors, ``start`` and ``end``, with a path from the one to the other before, and none after.
    ``left`` is the graph without the actor. ``relations`` is the number of relations before.
    """

    actor: str
    left: nx.MultiDiGraph
    lost: pd.DataFrame
    weakened: tuple[str, ...]
    cut_off: tuple[str, ...]
    unreached: pd.DataFrame
    relations: int

    def __repr__(self) -> str:
        return (
            f"Without {self.actor}: {len(self.lost)} of {self.relations} relations gone, {len(self.weakened)} more with "
            f"one end less; cut off: {', '.join(self.cut_off) or 'nobody'}; "
            f"pairs of other actors that no path joins any more: {len(self.unreached)}."
        )


def without(graph: nx.MultiDiGraph, actor: str) -> Removal:
    """Take one actor out and see what falls.

    It is an exercise on the table, and no forecast: in the world others may step in, and a relation that nobody wrote
    down may hold. Raises ``KeyError`` for an actor that is not in the graph.

    >>> from taobaolab import datasets
    >>> graph = network(datasets.load("relations"))
    >>> without(graph, "Alibaba")
    Without Alibaba: 7 of 24 relations gone, 2 more with one end less; cut off: nobody; pairs of other actors that no \
path joins any more: 8.
    >>> without(graph, "county government").cut_off
    ('central government',)
    """
    if actor not in graph:
        hint = did_you_mean(actor, graph)
        raise KeyError(
            f"There is no actor {actor!r} in this graph.{hint} Its actors: {sorted(graph)}."
        )
    left = graph.copy()
    left.remove_node(actor)
    relations = {key: edge for *_, key, edge in graph.edges(keys=True, data=True)}
    touched = {key for a, b, key in graph.edges(keys=True) if actor in (a, b)}
    remaining = {key for *_, key in left.edges(keys=True)}
    columns = ["giver", "receiver", "what", "instrument", "source"]
    lost = []
    for key in sorted(touched - remaining):
        lost.append({"id": key} | {column: relations[key][column] for column in columns})
    tied_before = _actors_with_ties(graph) - {actor}
    joined_before = {pair for pair in _joined_pairs(graph) if actor not in pair}
    unreached = sorted(joined_before - _joined_pairs(left))
    return Removal(
        actor,
        left,
        pd.DataFrame(lost, columns=["id", *columns]),
        tuple(sorted(touched & remaining)),
        tuple(sorted(tied_before - _actors_with_ties(left))),
        pd.DataFrame(unreached, columns=["start", "end"]),
        len(relations),
    )


def _actors_with_ties(graph: nx.MultiDiGraph) -> set[str]:
    actors: set[str] = set()
    for giver, receiver in _single_ties(graph).edges:
        actors |= {giver, receiver}
    return actors


def _joined_pairs(graph: nx.MultiDiGraph) -> set[tuple[str, str]]:
    """Find all pairs (a, b) with a path from a to b."""
    pairs = set()
    for start in graph:
        pairs |= {(start, end) for end in nx.descendants(graph, start)}
    return pairs
