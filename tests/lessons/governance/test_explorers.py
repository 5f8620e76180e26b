"""Explorers of theme 4: what the charts write when their controls move is what the models and the tables say."""

import itertools
import json
import math
import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taobaolab import charts, datasets
from taobaolab.lessons import governance
from taobaolab.lessons import governance as explorer
from taobaolab.lessons.governance.positions_explorer import DRIVERS, EFFECTS, KNOWN
from taobaolab.lessons.governance.timeline_explorer import FAMILIES, TOLD_TWICE
from tests.drawn import texts

EVENTS = datasets.load("policy_events")
VILLAGES = datasets.load("villages_by_year")
RELATIONS = datasets.load("relations")
POSITIONS = datasets.load("positions")


@pytest.fixture(autouse=True)
def drawn_our_way():
    charts.setup()


def said(written, start):
    """The one text that begins so."""
    (found,) = [text for text in written if text.startswith(start)]
    return found


# ---- timeline


@pytest.fixture(scope="module")
def time_spec():
    charts.setup()
    return explorer.timeline().to_dict()


def test_acts_leave_out_the_two_rows_that_tell_an_act_again():
    assert len(explorer.acts()) == len(EVENTS) - 2
    notes = EVENTS.set_index("id").loc[list(TOLD_TWICE), "note"]
    assert "G24, G25" in notes["G26"]
    assert "G34" in notes["G35"]


def test_every_means_of_the_codebook_belongs_to_one_family():
    words = [word for family in FAMILIES.values() for word in family.means]
    assert len(words) == len(set(words))
    assert {*EVENTS["instrument"], *EVENTS["instrument_2"].dropna()} <= set(words)


def test_before_and_after_takes_the_counts_on_either_side():
    table = explorer.before_and_after(EVENTS, VILLAGES).set_index("id")
    assert table.loc["G15", ["before", "after"]].tolist() == [20, 212]
    assert table.loc["G34", ["before", "after"]].tolist() == [1311, 2118]
    assert not {"G01", "G04", "G12", "G61"} & set(table.index), (
        "no count before, no first day, or no count after"
    )
    on_the_day = EVENTS[EVENTS["id"] == "G17"].assign(year=2016, month=8, day=31)
    assert explorer.before_and_after(on_the_day, VILLAGES)[["before", "after"]].values.tolist() == [
        [1311, 2118]
    ]


@settings(max_examples=25)
@given(st.lists(st.integers(0, 9000), min_size=12, max_size=12))
def test_before_and_after_agrees_with_looking_it_up(numbers):
    villages = VILLAGES.assign(villages=pd.array(numbers, "Int64"))
    table = explorer.before_and_after(EVENTS, villages)
    dated = dict(zip(villages["as_of"], numbers, strict=True))
    for row in table.itertuples():
        assert row.before == dated[max(day for day in dated if day <= row.begins)]
        assert row.after == dated[min(day for day in dated if day > row.begins)]


def test_the_title_of_the_timeline_is_counted(time_spec):
    steps = explorer.before_and_after(explorer.acts(), VILLAGES)
    assert (steps["after"] > steps["before"]).all()
    assert (
        time_spec["title"]["text"]
        == f"After each of {len(steps)} acts the next count of villages was higher"
    )
    fell = VILLAGES.assign(villages=VILLAGES["villages"].where(VILLAGES["year"] != 2016, 500))
    steps = explorer.before_and_after(EVENTS, fell)
    higher = int((steps["after"] > steps["before"]).sum())
    assert 0 < higher < len(steps)
    title = explorer.timeline(EVENTS, fell).to_dict()["title"]["text"]
    assert title == f"After {higher} of {len(steps)} acts the next count of villages was higher"


def shown(spec, **values):
    return [int(n) for n in re.findall(r"\d+", said(texts(spec, **values), "Shown: "))]


ACTS = explorer.acts()
MEANS = sorted({*ACTS["instrument"], *ACTS["instrument_2"].dropna()})


@pytest.mark.parametrize("level", sorted(set(ACTS["level"])))
def test_the_timeline_filters_by_level(time_spec, level):
    assert shown(time_spec, level_shown=level) == [(ACTS["level"] == level).sum(), len(ACTS)]


@pytest.mark.parametrize("means", MEANS)
def test_the_timeline_filters_by_means_first_or_second(time_spec, means):
    both = (ACTS["instrument"] == means) | (ACTS["instrument_2"] == means).fillna(False)
    assert shown(time_spec, means_shown=means) == [both.sum(), len(ACTS)]


@pytest.mark.parametrize(
    "actor", ["", "alibaba", "ALIBABA", "Ministry", "(.*)", "'", "nobody at all"]
)
def test_the_timeline_filters_by_any_words_in_the_actor(time_spec, actor):
    named = ACTS["actor"].str.contains(actor, case=False, regex=False)
    assert shown(time_spec, actor_shown=actor) == [named.sum(), len(ACTS)]


def test_the_filters_of_the_timeline_work_together(time_spec):
    both = (
        (ACTS["level"] == "central")
        & (ACTS["instrument"] == "finance")
        & ACTS["actor"].str.contains("Commerce")
    )
    got = shown(time_spec, level_shown="central", means_shown="finance", actor_shown="commerce")
    assert 0 < both.sum() < len(ACTS)
    assert (
        got[0]
        == both.sum() + ((ACTS["instrument_2"] == "finance") & (ACTS["level"] == "central")).sum()
    )


@pytest.mark.parametrize("key", ["G01", "G17", "G35", "G61"])
def test_one_act_is_read_in_full(time_spec, key):
    spec = explorer.timeline(EVENTS).to_dict() if key in TOLD_TWICE else time_spec
    row = EVENTS.set_index("id").loc[key]
    words = " ".join(texts(spec, act_read=key))
    assert f"{row['date_as_printed']}: {row['actor']}" in words
    assert f"{row['what']}. {row['place']}. Source: {row['source']}." in words


def test_no_two_acts_stand_on_one_place_and_each_in_its_year(time_spec):
    rows = next(d for d in time_spec["datasets"].values() if "told" in d[0])
    assert len({(row["x"], row["y"]) for row in rows}) == len(rows) == len(ACTS)
    assert all(
        math.floor(row["x"]) == year for row, year in zip(rows, sorted(ACTS["year"]), strict=True)
    )


def test_the_line_of_villages_has_gaps_where_there_is_no_figure_and_where_the_rule_changed(
    time_spec,
):
    rows = next(d for d in time_spec["datasets"].values() if "stretch" in d[0])
    stretches = [
        [r["year"] for r in g] for _, g in itertools.groupby(rows, key=lambda r: r["stretch"])
    ]
    assert [(s[0], s[-1]) for s in stretches] == [(2009, 2009), (2012, 2019), (2020, 2022)]
    assert "rule changed" in texts(time_spec)


def test_the_table_beside_the_timeline():
    twin = charts.table(explorer.timeline()).set_index("Id")
    assert list(twin) == ["Date", "Actor", "Level", "Means", "Also", "What", "Place", "Source"]
    assert twin["What"].to_dict() == ACTS.set_index("id")["what"].to_dict()
    assert (
        charts.table(explorer.timeline(), 1)["Villages"].tolist() == VILLAGES["villages"].tolist()
    )


def test_what_the_timeline_cannot_draw_is_refused_in_words():
    with pytest.raises(ValueError, match="at least one row"):
        explorer.timeline(EVENTS.head(0))
    with pytest.raises(ValueError, match="at least one row"):
        explorer.timeline(EVENTS, VILLAGES.assign(villages=pd.NA))
    with pytest.raises(ValueError, match=r"instrument of \['G01'\] is none of"):
        explorer.timeline(EVENTS.head(1).assign(instrument="magic"))
    with pytest.raises(
        ValueError, match=r"columns \['place', 'what'\]|columns \['what', 'place'\]"
    ):
        explorer.timeline(EVENTS.drop(columns=["what", "place"]))
    with pytest.raises(ValueError, match="is none of"):
        explorer.timeline(EVENTS.head(1).assign(level="galaxy"))


# ---- who gives what to whom


@pytest.fixture(scope="module", params=["group", "kind"])
def tied(request):
    charts.setup()
    return request.param, explorer.who_gives_what_to_whom(actors=request.param).to_dict()


def graph_of(actors, read_only=False):
    return governance.network(
        RELATIONS[RELATIONS["certainty"] == "read"] if read_only else RELATIONS, actors
    )


def drawn(graph, actor="any", means="any", out="nobody"):
    """The relations that are to be drawn, by the graph."""
    return {
        key
        for giver, receiver, key, data in graph.edges(keys=True, data=True)
        if giver != receiver
        and out not in (giver, receiver)
        and actor in ("any", giver, receiver)
        and means in ("any", data["instrument"])
    }


def listed(written):
    return {text[:3] for text in written if re.match(r"L\d\d .* → ", text)}


def numbers(written):
    return [int(n) for n in re.findall(r"\d+", said(written, "Drawn: "))][:2]


def test_taking_an_actor_out_says_what_the_model_says(tied):
    actors, spec = tied
    for read_only, out in itertools.product((False, True), ("nobody", *graph_of(actors))):
        graph = graph_of(actors, read_only)
        written = texts(spec, taken_out=out, read_only=read_only, brokers_shown=True)
        removal = governance.without(graph, out) if out in graph else None
        if removal:
            first, rest = str(removal).split("; cut")
            assert first + ";" in written
            assert "cut" + rest in written
        else:
            gone = (
                "Nobody is taken out."
                if out == "nobody"
                else f"{out} is in none of these relations."
            )
            assert gone in written
        assert listed(written) == drawn(graph, out=out)
        assert numbers(written)[0] == len(drawn(graph, out=out))
        left = removal.left if removal else graph
        pairs = {a: n for a, n in governance.brokerage(left)["brokered"].items() if n}
        told = ", ".join(f"{a} {n}" for a, n in pairs.items()) or "nobody"
        assert f"Pairs of others that an actor stands between: {told}" in written
        actor = "|".join(map(re.escape, left))
        names = [
            m
            for m in (re.fullmatch(rf"({actor})( \(cut off\))?(?:: (\d+))?", t) for t in written)
            if m
        ]
        assert {m[1] for m in names} == set(left)
        assert {m[1] for m in names if m[2]} == set(removal.cut_off if removal else ())
        assert {m[1]: int(m[3]) for m in names if m[3]} == pairs


def test_brokers_are_told_only_when_asked_for(tied):
    for values in ({}, {"taken_out": "sellers"}, {"read_only": True}):
        written = texts(tied[1], **values)
        assert not [
            t for t in written if "stands between" in t or re.search(r"^[a-zA-Z ]+: \d+$", t)
        ]


def test_an_actor_and_a_means_choose_what_is_drawn(tied):
    actors, spec = tied
    graph = graph_of(actors)
    all_ = len(drawn(graph))
    for actor in graph:
        written = texts(spec, actor_drawn=actor)
        assert listed(written) == drawn(graph, actor)
        assert numbers(written) == [len(drawn(graph, actor)), all_]
    for means in sorted(set(RELATIONS["instrument"])):
        assert listed(texts(spec, means_drawn=means)) == drawn(graph, means=means)
    nothing = texts(
        spec, actor_drawn="state" if actors == "kind" else "central government", means_drawn="land"
    )
    assert numbers(nothing) == [0, all_]


def test_the_chart_gives_nothing_away_at_first_and_titles_by_degree(tied):
    actors, spec = tied
    degrees = governance.degree(graph_of(actors))
    giver, receiver = degrees["out_degree"].idxmax(), degrees["in_degree"].idxmax()
    assert (
        spec["title"]["text"]
        == f"Most often a giver in this table: {giver}. Most often a receiver: {receiver}"
    )
    assert "brok" not in spec["description"].replace("show who stands between others", "")
    loops = int(degrees["within"].sum())
    assert loops == (3 if actors == "kind" else 0)
    assert (f"{loops} relations inside one actor" in spec["title"]["subtitle"][1]) == bool(loops)


def test_arrows_end_at_their_receiver_and_point_to_it(tied):
    actors, spec = tied
    rows = list(spec["datasets"].values())
    nodes = {r["actor"]: (r["x"], r["y"]) for r in next(d for d in rows if "actor" in d[0])}
    heads = next(d for d in rows if "angle" in d[0])
    assert set(nodes) == set(graph_of(actors))
    assert min(math.dist(a, b) for a, b in itertools.combinations(nodes.values(), 2)) > 50
    for head in heads:
        here, goal = (head["x"], head["y"]), nodes[head["receiver_node"]]
        turn = math.radians(head["angle"])
        ahead = (here[0] + 5 * math.sin(turn), here[1] - 5 * math.cos(turn))
        assert 10 < math.dist(here, goal) < 16
        assert math.dist(ahead, goal) < math.dist(here, goal) - 2
        assert math.dist(here, goal) < math.dist(here, nodes[head["giver_node"]])
    assert len({(h["x"], h["y"], h["angle"]) for h in heads}) == len(heads), (
        "no two arrows cover each other"
    )


def test_the_table_beside_the_arrows():
    twin = charts.table(explorer.who_gives_what_to_whom())
    graph = graph_of("group")
    assert len(twin) == graph.number_of_edges()
    assert (
        dict(zip(twin["Id"], twin["What"], strict=True))
        == RELATIONS.set_index("id")["what"].to_dict()
    )
    assert set(twin["Known"]) == {"read", "only through Li (2017)"}


def test_what_cannot_be_drawn_on_a_ring_is_refused_in_words():
    with pytest.raises(ValueError, match="cannot be read on a ring"):
        explorer.who_gives_what_to_whom(actors="name")
    with pytest.raises(ValueError, match="at least one row"):
        explorer.who_gives_what_to_whom(RELATIONS.head(0))
    with pytest.raises(ValueError, match="lack the columns"):
        explorer.who_gives_what_to_whom(RELATIONS.drop(columns="giver_group"))
    with pytest.raises(ValueError, match="vocabulary of actors"):
        explorer.who_gives_what_to_whom(RELATIONS.assign(giver_group="wizards"))


@pytest.mark.parametrize("key", ["L01", "L02", "L20"])
@pytest.mark.parametrize("actors", ["group", "kind"])
def test_one_relation_is_enough_unless_it_is_inside_one_actor(key, actors):
    one = RELATIONS[RELATIONS["id"] == key]
    if actors == "kind" and key in ("L01", "L20"):
        with pytest.raises(ValueError, match="between two actors"):
            explorer.who_gives_what_to_whom(one, actors)
    else:
        assert numbers(texts(explorer.who_gives_what_to_whom(one, actors).to_dict())) == [1, 1]


# ---- weigh the positions


@pytest.fixture(scope="module")
def weighed():
    charts.setup()
    return explorer.weigh_the_positions().to_dict()


CLAIMS = list(itertools.product(list(DRIVERS)[:-1], list(EFFECTS)[:-1]))


def counted(written):
    return [int(n) for n in re.findall(r"\d+", said(written, "Counted, with both answers: "))]


def named(written):
    return [t[:3] for t in written if re.match(r"P\d\d .*: ", t)]


@pytest.mark.parametrize(("driver", "effect"), CLAIMS)
def test_the_list_beneath_the_grid_is_that_of_nearest(weighed, driver, effect):
    table = explorer.nearest(driver, effect)
    written = texts(weighed, my_driver=driver, my_effect=effect)
    same = table[table["steps"] == 0]
    assert counted(written) == [len(table), len(same), (same["read"] != "through_li_2017").sum()]
    assert named(written) == table["id"].head(5).tolist()
    ends = [int(n) for t in written for n in re.findall(r"; steps away: (\d)$", t)]
    assert ends == [n for n in table["steps"].head(5) if n]


def test_nearest_counts_its_steps_as_it_says():
    table = explorer.nearest("state", "loss").set_index("id")["steps"]
    assert table[["P05", "P08"]].tolist() == [0, 0]
    assert table["P01"] == 1, "one step from loss to mixed"
    assert table["P31"] == 1, "several instead of the state"
    assert table["P10"] == 2, "villagers instead of the state"
    assert table["P09"] == 2, "gain instead of loss"
    assert table["P04"] == 4
    assert len(table) == 14
    with pytest.raises(ValueError, match="'not_said' is none of"):
        explorer.nearest("not_said", "gain")
    with pytest.raises(ValueError, match="'fun' is none of"):
        explorer.nearest("state", "fun")


def kept(known="any", method="any", case=""):
    """The positions that are counted as evidence."""
    rows = POSITIONS
    if known != "any":
        rows = (
            rows[rows["read"] != "through_li_2017"]
            if known == "read by us"
            else rows[rows["read"] == known]
        )
    if method != "any":
        words = rows["method"].fillna("not known here").replace({"case studies": "case study"})
        rows = rows[words == method]
    return rows[rows["case"].fillna("none").str.contains(case, case=False, regex=False)]


METHODS = sorted({*POSITIONS["method"].fillna("not known here")} - {"case studies"})


@pytest.mark.parametrize(
    "limits",
    [{"known": k} for k in ("any", "read by us", *KNOWN)]
    + [{"method": m} for m in METHODS]
    + [{"case": c} for c in ("Junpu", "junpu", "(", "Shandong", "no such place")]
    + [{"known": "text", "case": "Cao"}],
)
def test_what_counts_as_evidence_can_be_limited(weighed, limits):
    asked = {"known": "known", "method": "method_shown", "case": "case_shown"}
    table = explorer.nearest("several", "mixed", kept(**limits))
    written = texts(
        weighed, my_driver="several", my_effect="mixed", **{asked[k]: v for k, v in limits.items()}
    )
    same = table[table["steps"] == 0]
    assert counted(written) == [len(table), len(same), (same["read"] != "through_li_2017").sum()]
    assert named(written) == table["id"].head(5).tolist()


def test_a_new_study_enters_the_grid():
    new = {
        "id": "P99",
        "year": 2026,
        "driver": "company",
        "effect": "loss",
        "claim": "x",
        "read": "text",
    }
    more = pd.concat([POSITIONS, pd.DataFrame([new])], ignore_index=True)
    spec = explorer.weigh_the_positions(more).to_dict()
    assert (
        spec["title"]["text"] == "15 of 39 positions say both who moves things and what comes of it"
    )
    written = texts(spec, my_driver="company", my_effect="loss")
    assert counted(written) == [15, 1, 1]
    assert named(written)[0] == "P99"


def test_the_frame_stands_around_the_cell_of_the_claim(weighed):
    rows = next(d for d in weighed["datasets"].values() if "driver" in d[0])
    for row in rows:
        column, line = list(DRIVERS).index(row["driver"]), list(EFFECTS).index(row["effect"])
        assert (row["x"] // 132, row["y"] // 58) == (column, line)
    assert len({(row["x"], row["y"]) for row in rows}) == len(rows)
    (mine,) = [p["expr"] for p in weighed["params"] if p["name"] == "mine"]
    assert str(list(DRIVERS)) in mine
    assert str(list(EFFECTS)) in mine


def test_the_table_beside_the_grid():
    twin = charts.table(explorer.weigh_the_positions()).set_index("Id")
    assert twin["Claim"].to_dict() == POSITIONS.set_index("id")["claim"].to_dict()
    assert twin["Who moves things"].to_dict() == POSITIONS.set_index("id")["driver"].to_dict()


def test_what_cannot_be_weighed_is_refused_in_words():
    with pytest.raises(ValueError, match="at least one row"):
        explorer.weigh_the_positions(POSITIONS.head(0))
    with pytest.raises(ValueError, match=r"driver of \['P01'\] is none of"):
        explorer.weigh_the_positions(POSITIONS.head(1).assign(driver="fate"))
    with pytest.raises(ValueError, match=r"read of \['P01'\] is none of"):
        explorer.weigh_the_positions(POSITIONS.head(1).assign(read=pd.NA))
    with pytest.raises(ValueError, match=r"columns \['claim'\]"):
        explorer.weigh_the_positions(POSITIONS.drop(columns="claim"))


# ---- promised and counted


def test_the_plan_is_that_of_the_event_and_of_the_claim():
    plan = EVENTS.set_index("id").loc["G17"]
    assert (plan["year"], plan["month"]) == (2014, 10)
    assert "100,000 village stations in three to five years" in plan["what"]
    spec = explorer.promised_and_counted().to_dict()
    assert (
        spec["title"]["text"]
        == "100,000 stations announced; the highest count found: more than 30,000"
    )
    twin = charts.table(explorer.promised_and_counted())
    rows = datasets.load("context").query("series == 'rural_taobao_centres'")
    assert twin["Count"].tolist() == rows["value"].tolist()
    assert twin["How"].tolist() == [word.replace("_", " ") for word in rows["qualifier"]]
    assert dict(zip(twin["When"], twin["Printed as"], strict=True)) == {
        "October 2015": "villages covered",
        "January 2016": "centres",
        "February 2016": "centres",
        "June 2016": "partner villages",
        "2016": "centres",
        "December 2016": "centres",
        "March 2017": "villages covered",
        "June 2017": "centres",
        "2017": "villages covered",
        "June 2018": "centres",
    }
    last = rows[["year", "month"]].astype("float").iloc[-1]
    assert (last["year"], last["month"]) == (2018, 6), (
        "the subtitle says that no later count was found"
    )
    assert {f"{n:,.0f}" for n in rows["value"]} <= set(texts(spec))


def test_without_counts_there_is_nothing_to_set_beside_the_plan():
    context = datasets.load("context")
    with pytest.raises(ValueError, match="rural_taobao_centres"):
        explorer.promised_and_counted(context[context["series"] != "rural_taobao_centres"])


# ---- all of them

ALL = {
    "timeline": explorer.timeline,
    "ties": explorer.who_gives_what_to_whom,
    "kinds": lambda: explorer.who_gives_what_to_whom(actors="kind"),
    "positions": explorer.weigh_the_positions,
    "stations": explorer.promised_and_counted,
}


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_controls_have_names_of_their_own_and_descriptions_are_full(make):
    spec = make().to_dict()
    names = [p["bind"]["name"].strip() for p in spec.get("params", []) if "bind" in p]
    assert all(names)
    assert len(names) == len(set(names))
    assert {p["name"] for p in spec.get("params", []) if "bind" not in p} <= {"stood", "mine"}
    assert len(spec["description"]) > 300


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_the_same_chart_at_every_call(make):
    assert json.dumps(make().to_dict()) == json.dumps(make().to_dict())
