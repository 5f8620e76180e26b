"""Relations as a graph, events on a time line, and the agreement of coders: against hand-worked and published values."""

import json
import math

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taobaolab import datasets
from taobaolab.lessons import governance
from taobaolab.lessons.governance.networks import KINDS

RELATIONS = datasets.load("relations")
EVENTS = datasets.load("policy_events")
VILLAGES = datasets.load("villages_by_year")


def relations(*rows):
    """A table of relations from (giver groups, receiver groups), both separated by +, with ids R1, R2, …"""
    table = []
    for number, (giver, receiver, *back) in enumerate(rows, 1):
        (g, g2), (r, r2) = ((*side.split("+"), None)[:2] for side in (giver, receiver))
        table.append(
            dict.fromkeys(RELATIONS)
            | {
                "id": f"R{number}",
                "giver": giver,
                "giver_group": g,
                "giver_group_2": g2,
                "receiver": receiver,
            }
            | {
                "receiver_group": r,
                "receiver_group_2": r2,
                "instrument": "training",
                "back_kind": (back or [None])[0],
            }
        )
    return pd.DataFrame(table, columns=list(RELATIONS)).astype("string")


sides = st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=2, unique=True).map("+".join)
tables = st.lists(st.tuples(sides, sides, st.sampled_from([None, "return"])), max_size=9).map(
    lambda x: relations(*x)
)
grains = st.sampled_from(["name", "group", "kind"])


# ---- the table -------------------------------------------------------------------------------------------------------
def test_the_vocabulary_of_the_table_is_that_of_the_graph_and_each_word_of_it_is_used():
    resource = next(
        r
        for r in json.loads(datasets.read_text("datapackage.json"))["resources"]
        if r["name"] == "relations"
    )
    enums = {
        f["name"]: f["constraints"].get("enum")
        for f in resource["schema"]["fields"]
        if "constraints" in f
    }
    ends = [f"{role}_group{number}" for role in ("giver", "receiver") for number in ("", "_2")]
    assert all(enums[column] == list(KINDS) for column in ends)
    assert set(RELATIONS[ends].stack().dropna()) == set(KINDS)


def test_a_return_is_told_exactly_where_one_is_coded():
    assert (RELATIONS["back_kind"].notna() == RELATIONS["expected_back"].notna()).all()


def test_one_name_has_one_code():
    for role in ("giver", "receiver"):
        codes = RELATIONS.fillna("").groupby(role)[[f"{role}_group", f"{role}_group_2"]].nunique()
        assert (codes == 1).all(axis=None)


def test_the_two_verdicts_on_associations_differ_in_both_codes_and_rest_on_different_places():
    positions = datasets.load("positions").set_index("id").loc[["P04", "P05"]]
    assert positions[["driver", "effect"]].to_numpy().tolist() == [
        ["villagers", "gain"],
        ["state", "loss"],
    ]
    assert positions["case"].nunique() == 2


# ---- the graph -------------------------------------------------------------------------------------------------------
def test_the_graph_holds_every_relation_with_its_words():
    graph = governance.network(RELATIONS)
    assert {key for *_, key in graph.edges(keys=True)} == set(RELATIONS["id"])
    edge = graph.edges["central government", "county government", "L01"]
    assert (edge["instrument"], edge["source"], edge["back_kind"]) == (
        "finance",
        "li2017",
        "condition",
    )
    assert graph.edges["villagers", "party", "L14"]["expected_back"] is None
    assert graph.nodes["Alibaba"] == {"kind": "company", "names": graph.nodes["Alibaba"]["names"]}
    assert {"Alibaba", "Taobao University", "Rural Taobao"} <= set(graph.nodes["Alibaba"]["names"])


def test_two_givers_and_two_receivers_make_four_edges_of_one_relation():
    graph = governance.network(
        relations(("county government+township government", "sellers+villagers"))
    )
    assert graph.number_of_edges() == 4
    assert {key for *_, key in graph.edges(keys=True)} == {"R1"}
    assert governance.degree(graph)["out_degree"].to_dict() == {
        "county government": 1,
        "township government": 1,
        "sellers": 0,
        "villagers": 0,
    }


def test_the_state_as_one_actor_swallows_what_passes_within_it():
    table = relations(("central government", "county government"), ("county government", "sellers"))
    fine, coarse = governance.network(table), governance.network(table, actors="kind")
    assert governance.brokerage(fine).loc["county government", "representative"] == 1
    assert governance.degree(coarse).loc["state"].to_dict() == {
        "kind": "state",
        "out_degree": 1,
        "in_degree": 0,
        "partners": 1,
        "within": 1,
    }
    assert governance.brokerage(coarse)["brokered"].sum() == 0


def test_printed_names_are_actors_of_their_own_and_say_when_they_cover_two_kinds():
    graph = governance.network(RELATIONS, actors="name")
    assert set(graph) == set(RELATIONS["giver"]) | set(RELATIONS["receiver"])
    assert graph.nodes["Communist Youth League and Alibaba"]["kind"] == "several"
    assert graph.nodes["county and township governments"]["kind"] == "state"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            RELATIONS.drop(columns=["what", "giver_group_2"]),
            r"lack the columns \['giver_group_2', 'what'\]",
        ),
        (pd.concat([RELATIONS, RELATIONS.head(1)]), r"\['L01'\] stand twice"),
        (relations(("the state", "sellers")), r"giver_group of \['R1'\] is \['the state'\]"),
        (
            relations(("sellers", "party")).assign(receiver_group=pd.NA),
            r"receiver_group of \['R1'\] is \[<NA>\]",
        ),
        (relations(("sellers", "party+folk")), r"receiver_group_2 of \['R1'\] is \['folk'\]"),
    ],
)
def test_a_table_that_makes_no_graph_is_refused(table, words):
    with pytest.raises(ValueError, match=words):
        governance.network(table)


def test_an_unknown_grain_is_refused():
    with pytest.raises(ValueError, match="'group', 'kind' or 'name', not 'level'"):
        governance.network(RELATIONS, actors="level")


def test_nothing_makes_an_empty_graph_with_empty_answers():
    graph = governance.network(RELATIONS.head(0))
    assert len(graph) == len(governance.degree(graph)) == len(governance.brokerage(graph)) == 0
    assert "nothing to return" in repr(governance.reciprocity(graph))


# ---- measures --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("a", "broker", "c", "role"),
    [
        ("central government", "county government", "township government", "coordinator"),
        ("central government", "Alibaba", "officials", "consultant"),
        ("Alibaba", "county government", "officials", "gatekeeper"),
        ("central government", "county government", "sellers", "representative"),
        ("central government", "associations", "sellers", "liaison"),
    ],
)
def test_the_five_roles_of_a_broker(a, broker, c, role):
    table = governance.brokerage(governance.network(relations((a, broker), (broker, c))))
    counts = table.loc[
        broker, ["coordinator", "consultant", "gatekeeper", "representative", "liaison"]
    ]
    assert counts[counts > 0].to_dict() == {role: 1}
    assert table.loc[[a, c], "brokered"].tolist() == [0, 0]
    closed = governance.brokerage(governance.network(relations((a, broker), (broker, c), (a, c))))
    assert closed["brokered"].sum() == 0


def test_betweenness_counts_pairs_and_parts_of_them():
    line = relations(("party", "Alibaba"), ("Alibaba", "sellers"), ("sellers", "villagers"))
    assert governance.brokerage(governance.network(line))["betweenness"].to_dict() == {
        "Alibaba": 2,  # party to sellers, party to villagers
        "sellers": 2,
        "party": 0,
        "villagers": 0,
    }
    fork = relations(
        ("party", "Alibaba"),
        ("party", "associations"),
        ("Alibaba", "sellers"),
        ("associations", "sellers"),
    )
    table = governance.brokerage(governance.network(fork))
    assert table.loc[["Alibaba", "associations"], "betweenness"].tolist() == [0.5, 0.5]


def test_two_relations_between_the_same_two_are_one_tie_but_two_degrees():
    graph = governance.network(
        relations(("Alibaba", "sellers"), ("Alibaba", "sellers"), ("sellers", "villagers"))
    )
    assert governance.degree(graph).loc["Alibaba", ["out_degree", "partners"]].tolist() == [2, 1]
    assert governance.brokerage(graph).loc["sellers", "brokered"] == 1


def test_reciprocity_by_hand():
    """Party and villagers both ways, Alibaba and sellers one way, though a return is expected there; a loop is no pair."""
    table = relations(
        ("party", "villagers"),
        ("villagers", "party", "condition"),
        ("Alibaba", "sellers", "return"),
        ("sellers", "sellers", "return"),
    )
    got = governance.reciprocity(governance.network(table))
    assert got.pairs[
        ["first", "second", "there", "back", "mutual", "return_expected"]
    ].to_numpy().tolist() == [
        ["Alibaba", "sellers", "R3", "", False, "R3"],
        ["party", "villagers", "R1", "R2", True, ""],
    ]
    assert (got.of_pairs, got.of_ties, got.expected) == (1 / 2, 2 / 3, 1 / 3)
    assert "1 of 2 pairs" in repr(got)


def test_what_falls_with_one_actor_by_hand():
    """The centre reaches the sellers only through the county; the course that two give loses one giver and stands."""
    table = relations(
        ("central government", "county government"),
        ("county government", "sellers"),
        ("sellers", "villagers"),
        ("county government+Alibaba", "villagers"),
    )
    gone = governance.without(governance.network(table), "county government")
    assert gone.lost["id"].tolist() == ["R1", "R2"]
    assert gone.weakened == ("R4",)
    assert gone.cut_off == ("central government",)
    assert gone.unreached.to_numpy().tolist() == [
        ["central government", "sellers"],
        ["central government", "villagers"],
    ]
    assert "county government" not in gone.left
    assert repr(gone) == (
        "Without county government: 2 of 4 relations gone, 1 more with one end less; cut off: central government; "
        "pairs of other actors that no path joins any more: 2."
    )


def test_taking_an_actor_out_leaves_the_graph_as_it_was():
    graph = governance.network(RELATIONS)
    governance.without(graph, "Alibaba")
    assert nx.utils.graphs_equal(graph, governance.network(RELATIONS))


def test_an_actor_who_is_not_there_gets_a_hint():
    with pytest.raises(KeyError) as caught:
        governance.without(governance.network(RELATIONS), "Association")
    assert "Did you mean 'associations'" in str(caught.value)
    assert "'villagers'" in str(caught.value)


@settings(max_examples=50)
@given(tables, grains)
def test_removing_an_actor_adds_nothing(table, grain):
    graph = governance.network(table, actors=grain)
    reach = {(a, b) for a in graph for b in nx.descendants(graph, a)}
    for actor in graph:
        gone = governance.without(graph, actor)
        kept = {key for *_, key in gone.left.edges(keys=True)}
        assert set(gone.left.edges(keys=True)) <= set(graph.edges(keys=True))
        assert kept | set(gone.lost["id"]) == set(table["id"])
        assert kept.isdisjoint(gone.lost["id"])
        assert set(gone.weakened) <= kept
        alone = {node for node in gone.left if set(nx.all_neighbors(gone.left, node)) <= {node}}
        assert set(gone.cut_off) == {
            node for node in alone if set(nx.all_neighbors(graph, node)) - {node}
        }
        for start, end in gone.unreached.itertuples(index=False):
            assert (start, end) in reach
            assert not nx.has_path(gone.left, start, end)


@settings(max_examples=50)
@given(tables, grains)
def test_laws_of_reciprocity_and_brokerage(table, grain):
    graph = governance.network(table, actors=grain)
    got = governance.reciprocity(graph)
    if got.pairs.empty:
        assert (got.of_pairs, got.of_ties, got.expected) == (None, None, None)
    else:
        assert 0 <= got.of_pairs <= got.of_ties <= 1
        assert got.of_ties == pytest.approx(2 * got.of_pairs / (1 + got.of_pairs))
        assert 0 <= got.expected <= 1
    brokers = governance.brokerage(graph)
    roles = ["coordinator", "consultant", "gatekeeper", "representative", "liaison"]
    assert (brokers[roles].sum(axis=1) == brokers["brokered"]).all()
    for broker in graph:
        open_pairs = sum(
            len({a, broker, c}) == 3
            and graph.has_edge(a, broker)
            and graph.has_edge(broker, c)
            and not graph.has_edge(a, c)
            for a in graph
            for c in graph
        )
        assert brokers.loc[broker, "brokered"] == open_pairs


@settings(max_examples=30)
@given(tables, grains, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(table, grain, random):
    order = random.sample(range(len(table)), len(table))
    for measure in (governance.degree, governance.brokerage):
        one, other = (
            measure(governance.network(t, actors=grain)) for t in (table, table.iloc[order])
        )
        pd.testing.assert_frame_equal(one, other)


# ---- the time line ---------------------------------------------------------------------------------------------------
def event(**changes):
    row = (
        dict.fromkeys(EVENTS)
        | {"id": "G99", "year": 2016, "date_qualifier": "exactly", "level": "county"}
        | changes
    )
    return pd.DataFrame([row]).astype(EVENTS.dtypes.to_dict())


@pytest.mark.parametrize(
    ("date", "begins", "villages"),
    [
        ({"year": 2016, "month": 8, "day": 30}, "2016-08-30", 780),
        ({"year": 2016, "month": 8, "day": 31}, "2016-08-31", 1311),  # the day of the count counts
        ({"year": 2016, "month": 8}, "2016-08-01", 780),
        ({"year": 2016}, "2016-01-01", 780),
        ({"year": 2011}, "2011-01-01", 3),  # no count of 2010, and none made up
        ({"year": 2009, "month": 12, "day": 30}, "2009-12-30", None),
        ({"year": 2009, "month": 12, "day": 31}, "2009-12-31", 3),
        ({"year": 2024}, "2024-01-01", 7780),
        ({"year": 2013, "date_qualifier": "about"}, "2013-01-01", 14),
        ({"year": 2013, "date_qualifier": "or_earlier"}, None, None),
    ],
)
def test_the_count_is_the_last_one_known_on_the_first_day(date, begins, villages):
    row = governance.events_in_order(event(**date), VILLAGES).iloc[0]
    assert (None if pd.isna(row["begins"]) else row["begins"].date().isoformat()) == begins
    assert (None if pd.isna(row["villages"]) else row["villages"]) == villages
    assert pd.isna(row["villages_as_of"]) == (villages is None)


def test_the_time_line_keeps_all_events_in_order_and_never_looks_ahead():
    line = governance.events_in_order(
        EVENTS.sample(frac=1, random_state=1), VILLAGES.sort_values("year", ascending=False)
    )
    assert sorted(line["id"]) == sorted(EVENTS["id"])
    assert line["begins"].dropna().is_monotonic_increasing
    assert line["year"].is_monotonic_increasing
    known = line.dropna(subset="villages")
    assert (known["villages_as_of"] <= known["begins"]).all()
    assert set(known["villages"]) <= set(VILLAGES["villages"])
    assert line.loc[line["begins"].isna(), "id"].tolist() == ["G12"]
    pd.testing.assert_frame_equal(line, governance.events_in_order(EVENTS, VILLAGES))


def test_or_earlier_stands_first_in_its_year():
    two = pd.concat(
        [event(id="G01", year=2013), event(id="G02", year=2013, date_qualifier="or_earlier")]
    )
    assert governance.events_in_order(two, VILLAGES)["id"].tolist() == ["G02", "G01"]


def test_levels_are_ordered_from_the_centre_down():
    line = governance.events_in_order(EVENTS, VILLAGES)
    allowed = next(
        f["constraints"]["enum"]
        for r in json.loads(datasets.read_text("datapackage.json"))["resources"]
        if r["name"] == "policy_events"
        for f in r["schema"]["fields"]
        if f["name"] == "level"
    )
    assert tuple(line["level"].cat.categories) == governance.ACTOR_LEVELS == tuple(allowed)
    assert (line["level"] < "county").sum() == EVENTS["level"].isin(
        ["central", "provincial", "prefecture"]
    ).sum()


def test_a_time_line_without_dates_or_levels_is_refused():
    with pytest.raises(ValueError, match=r"events lacks the columns \['month'\]"):
        governance.events_in_order(EVENTS.drop(columns="month"), VILLAGES)
    with pytest.raises(ValueError, match=r"villages lacks the columns \['as_of'\]"):
        governance.events_in_order(EVENTS, VILLAGES.drop(columns="as_of"))
    with pytest.raises(ValueError, match=r"level of \['G99'\] is none of"):
        governance.events_in_order(event(level="the state"), VILLAGES)


# ---- agreement -------------------------------------------------------------------------------------------------------
def coders(table):
    """Two lists of codes from a square table of counts."""
    cells = [
        (row, column)
        for row, line in enumerate(table)
        for column, n in enumerate(line)
        for _ in range(n)
    ]
    return [a for a, _ in cells], [b for _, b in cells]


@pytest.mark.parametrize(
    ("table", "observed", "expected", "kappa"),
    [
        ([[20, 5], [10, 15]], 0.70, 0.50, 0.40),  # the textbook case: two readers, 50 applications
        (
            [[88, 14, 18], [10, 40, 10], [2, 6, 12]],
            0.70,
            0.41,
            29 / 59,
        ),  # Cohen (1968), table 1, 200 diagnoses
        ([[3, 0], [0, 2]], 1, 13 / 25, 1),
        ([[0, 2], [2, 0]], 0, 0.5, -1),
        (
            [[9, 0], [1, 0]],
            0.9,
            0.9,
            0,
        ),  # one coder uses one category: much agreement, all of it chance
    ],
)
def test_kappa_against_published_and_hand_worked_values(table, observed, expected, kappa):
    got = governance.kappa(*coders(table))
    assert (got.observed, got.expected, got.kappa) == pytest.approx((observed, expected, kappa))
    assert got.items == sum(map(sum, table))
    assert got.table.to_numpy().tolist() == table
    assert f"{kappa:.2f}" in repr(got)


def test_one_category_leaves_kappa_undefined_and_says_so():
    got = governance.kappa(["central"] * 5, ["central"] * 5)
    assert (got.observed, got.expected, got.kappa) == (1, 1, None)
    assert "undefined: both put all into 'central'" in repr(got)
    assert governance.kappa(["central"] * 5, ["county"] * 5).kappa == 0


def test_columns_of_two_tables_with_the_same_row_labels_are_compared():
    assert governance.kappa(pd.Series(["a", "b"], [7, 9]), pd.Series(["a", "b"], [7, 9])).kappa == 1


@pytest.mark.parametrize(
    ("first", "second", "error", "words"),
    [
        (["a"], ["a", "b"], ValueError, "first has 1 items and second 2"),
        ([], [], ValueError, "no item"),
        (["a", None, "b"], ["a", "a", "b"], ValueError, "first has no category for item 2"),
        (["a", "b"], [math.nan, pd.NA], ValueError, "second has no category for item 1, 2"),
        ("ab", ["a", "b"], TypeError, "first is a list of categories"),
        (pd.Series(["a", "b"]), pd.Series(["a", "b"], [1, 0]), ValueError, "different row labels"),
    ],
)
def test_codes_that_cannot_be_compared_are_refused(first, second, error, words):
    with pytest.raises(error, match=words):
        governance.kappa(first, second)


codes = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), min_size=1, max_size=40
)


@given(codes, st.permutations("abcd"))
def test_laws_of_kappa(pairs, names):
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    got, swapped = governance.kappa(first, second), governance.kappa(second, first)
    assert got.kappa == swapped.kappa
    assert (got.table == swapped.table.T).all(axis=None)
    renamed = dict(zip("abcd", names, strict=True))
    again = governance.kappa([renamed[a] for a in first], [renamed[b] for b in second])
    assert (again.kappa, again.observed, again.expected) == (got.kappa, got.observed, got.expected)
    same = first == second
    if got.kappa is None:
        assert same
        assert len(set(first)) == 1
    else:
        assert -1 <= got.kappa <= 1
        assert (got.kappa == 1) == same
        assert got.kappa == pytest.approx((got.observed - got.expected) / (1 - got.expected))
