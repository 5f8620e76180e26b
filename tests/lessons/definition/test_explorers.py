"""Explorers: the picture says what the checker says, the form answers in words, invented data says so."""

import itertools
import re

import pandas as pd
import pytest

from taobaolab import charts
from taobaolab.definition import check, compare, definitions, get_definition, teaching_villages
from taobaolab.lessons.definition import explorers
from tests.drawn import texts

REAL = explorers.cases()
MADE = explorers.made_up()
VILLAGE_KEYS = [d.key for d in definitions().itertuples() if d.level == "village"]


@pytest.fixture(autouse=True)
def drawn_our_way():
    charts.setup()


# ---- the villages that are drawn


def test_cases_join_shops_with_the_households_of_the_nearest_year():
    rows = REAL.set_index("record")
    assert rows.loc[
        "Dongfeng 2013", ["shops", "households", "households_year", "status"]
    ].tolist() == [
        1283,
        1180,
        2013,
        "reported",
    ]
    assert rows.loc[
        "Dinglou 2010", ["shops", "households", "households_year", "status"]
    ].tolist() == [
        14,
        306,
        2016,
        "derived",
    ]
    assert rows.loc["Dinglou 2010", "source"] == "N163 BB17"
    assert rows["households"].isna().sum() == 10
    assert not rows.index.duplicated().any()


def test_a_record_keeps_what_it_counts_and_how_exactly():
    assert REAL.set_index("record").loc["Bainiu 2012", "shops_are"] == "about: sellers"
    assert set(REAL["status"]) <= {"reported", "derived", "disputed", "estimated", "counted"}


def test_invented_villages_say_so():
    assert set(MADE["status"]) == {"made_for_teaching"}
    assert len(MADE) == 150
    assert MADE.equals(explorers.made_up())


# ---- draw the line


def counted(spec, **values):
    written = texts(spec, **values)
    real = next(t for t in written if t.startswith("Real records"))
    made = next(t for t in written if t.startswith("Made up"))
    numbers = [[int(n) for n in re.findall(r"\d+", t)] for t in (real, made)]
    return [(n[0], n[2] if len(n) > 2 else 0) for n in numbers], written


def checked(frame, chosen):
    """The same counts by the checker: how many are met, how many undetermined."""
    need = set(get_definition(chosen).columns)
    place = {
        "rural": True,
        "administrative_village": True,
        "residents_committee": False,
        "annual_sales_rmb": 50_000_000,
    }
    table = frame.assign(**{k: v for k, v in place.items() if k in need})
    shops = {c: "shops" for c in need if c.endswith("_shops")}
    traders = {"ecommerce_households": "shops"} if "ecommerce_households" in need else {}
    met = check(table.drop(columns="year", errors="ignore"), chosen, columns=shops | traders)["met"]
    return int(met.sum()), int(met.isna().sum())


@pytest.mark.parametrize(
    "key", [k for k in explorers.KEYS if "ecommerce_households" not in get_definition(k).columns]
)
def test_the_line_of_a_published_wording_agrees_with_the_checker(key):
    counts, written = counted(explorers.draw_the_line(REAL, MADE).to_dict(), variant=key)
    assert counts == [checked(REAL, key), checked(MADE, key)]
    assert sum(t.endswith(": met") for t in written) == counts[0][0]
    assert sum(t.endswith(": undetermined") for t in written) == counts[0][1]


def own(open_, shops, share, equal):
    """The rule that the controls of one's own ask for, as a definition."""
    word = "at_least" if equal else "more_than"
    by_shops = {"column": "active_shops", word: shops}
    by_share = {"column": "active_shops", "per": "households", word: f"{share}%"}
    rule = {
        "either": {"any": [by_shops, by_share]},
        "both": {"all": [by_shops, by_share]},
        "shops": by_shops,
        "share": by_share,
    }
    return {"key": "own", "level": "village", "source": "test", "year": 2026, "all": [rule[open_]]}


@pytest.mark.parametrize(
    ("open_", "shops", "share", "equal"),
    [
        *itertools.product(("either", "both", "shops", "share"), (40, 100), (10,), (True, False)),
        ("either", 300, 1, True),
        ("both", 10, 30, False),
    ],
)
def test_a_line_of_ones_own_agrees_with_the_checker(open_, shops, share, equal):
    edge = pd.DataFrame(
        {
            "village": ["on both lines", "on the shops"],
            "shops": [40, 100],
            "households": [400, 5000],
            "status": "made_for_teaching",
            "record": "made up",
        }
    )
    made = pd.concat(
        [MADE, edge.astype({"shops": "Int64", "households": "Int64"})], ignore_index=True
    )
    spec = explorers.draw_the_line(REAL, made).to_dict()
    counts, _ = counted(
        spec, variant=explorers.OWN, my_tests=open_, my_shops=shops, my_share=share, my_equal=equal
    )
    rule = own(open_, shops, share, equal)
    assert counts == [checked(REAL, rule), checked(made, rule)]


def test_the_table_beside_the_line_keeps_what_is_not_known():
    twin = charts.table(explorers.draw_the_line(REAL, MADE)).set_index("Record")
    assert len(twin) == len(REAL) + len(MADE)
    assert twin.loc[REAL["record"], "Shops"].tolist() == REAL["shops"].tolist()
    assert twin.loc[REAL["record"], "Households"].isna().sum() == 10
    assert pd.isna(twin.loc["Bainiu 2012", "Households"])


def test_the_bounds_in_the_plane_are_those_of_the_definition():
    assert explorers.bounds_in_plane(get_definition("aliresearch-2022")) == {
        "open": "either",
        "shops": 100,
        "share": 10,
        "over_shops": False,
        "over_share": False,
    }
    assert explorers.bounds_in_plane(get_definition("wikipedia"))["over_shops"] is True
    assert explorers.bounds_in_plane(get_definition("world-bank-2018"))["open"] == "shops"
    assert explorers.bounds_in_plane(get_definition("haodu-2016"))["open"] == "share"
    assert explorers.bounds_in_plane(get_definition("peoples-daily-2019"))["open"] == "both"
    assert explorers.bounds_in_plane(get_definition("lishui-daily-2019")) | {"open": 0} == {
        "open": 0,
        "shops": 100,
        "share": 10,
        "over_shops": True,
        "over_share": False,
    }


def test_a_wording_that_draws_no_line_is_refused_in_words():
    without = [
        key
        for key in VILLAGE_KEYS
        if not any(re.search("shops|households", column) for column in get_definition(key).columns)
    ]
    assert without
    for key in without:
        with pytest.raises(ValueError, match=f"{key} asks neither"):
            explorers.draw_the_line(REAL, MADE, [key])


def test_all_published_wordings_answer_unless_some_are_named():
    table = charts.table(explorers.who_says_what(FIVE))
    assert sorted(set(table["Wording"])) == sorted(VILLAGE_KEYS)
    assert explorers.village_keys() == VILLAGE_KEYS


def test_every_control_of_the_line_has_a_name_and_only_the_rule_has_none():
    parameters = explorers.draw_the_line(REAL, MADE).to_dict()["params"]
    assert [p["name"] for p in parameters if "bind" not in p] == ["rule"]
    assert all(p["bind"]["name"].strip() for p in parameters if "bind" in p)


# ---- the boundary, who says what, the pile


def test_the_boundary_chart_has_the_numbers_of_the_rule():
    twin = charts.table(explorers.fewest_shops(["aliresearch-2022", "haodu-2016"]))
    at = twin.set_index(["Definition", "Households"])["Fewest shops"]
    assert [at["aliresearch-2022", h] for h in (20, 200, 1000, 2000)] == [2, 20, 100, 100]
    assert at["haodu-2016", 2000] == 200


FIVE = pd.DataFrame(
    {
        "village": ["small", "large", "open"],
        "annual_sales_rmb": [12_000_000, 12_000_000, 12_000_000],
        "active_shops": [45, 100, 45],
        "households": [400, 1500, None],
        "rural": True,
        "administrative_village": True,
        "residents_committee": False,
    }
)


def test_who_says_what_is_the_checker_wording_by_wording():
    chart = explorers.who_says_what(FIVE)
    twin = charts.table(chart).set_index(["Wording", "Village"])["Answer"]
    known = [k for k in VILLAGE_KEYS if set(get_definition(k).columns) <= set(FIVE)]
    verdicts = compare(FIVE, known)
    words = {True: "met", False: "not met"}
    for key in known:
        expected = [
            words.get(m, "undetermined") if not pd.isna(m) else "undetermined"
            for m in verdicts[key]
        ]
        assert [twin[key, v] for v in FIVE["village"]] == expected, key
    assert twin["aliresearch-2022", "open"] == "undetermined"
    assert len(twin) == len(VILLAGE_KEYS) * 3


def test_who_says_what_tells_the_rule_and_counts_in_its_title():
    spec = explorers.who_says_what(FIVE).to_dict()
    assert re.fullmatch(
        rf"\w+: a Taobao village by \d+ of {len(VILLAGE_KEYS)} wordings, not by \d+(, undetermined by \d+)?",
        spec["title"]["text"],
    )
    rows = next(iter(spec["datasets"].values()))
    assert all(row["rule"] for row in rows)
    one = explorers.who_says_what(FIVE, ["wikipedia"]).to_dict()["title"]["text"]
    assert "of 1 wordings" in one


def test_the_pile_says_that_it_is_made_for_teaching_and_piles_up():
    title = explorers.pile_up(
        teaching_villages(50_000), teaching_villages(50_000, bunching=0.5)
    ).to_dict()["title"]["text"]
    below, above = (int(n.replace(",", "")) for n in re.findall(r"[\d,]*\d", title))
    assert title.startswith("Made for teaching")
    assert above > 1.5 * below
    flat = explorers.pile_up(teaching_villages(50_000), teaching_villages(50_000)).to_dict()[
        "title"
    ]["text"]
    below, above = (int(n.replace(",", "")) for n in re.findall(r"[\d,]*\d", flat))
    assert above < 1.5 * below


# ---- check a village

PLACES = {"rural": True, "administrative_village": True, "residents_committee": False}


def card(key="aliresearch-2022", **typed):
    return explorers.answer_card(
        key, {"annual_sales_rmb": "12000000", "active_shops": "", "households": ""} | typed | PLACES
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"active_shops": "60", "households": "550"}, "Met"),
        ({"active_shops": "60", "households": "700"}, "Not met"),
        ({"active_shops": "60"}, "Undetermined"),
        ({"active_shops": "1,283", "households": "1 180"}, "Met"),
    ],
)
def test_the_form_gives_the_three_answers(typed, words):
    assert f": {words}." in card(**typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"active_shops": "sixty"}, "is not a number"),
        ({"annual_sales_rmb": "1200万"}, "12000000 for 1,200 万"),
        ({"active_shops": "-5"}, "negative"),
        ({"active_shops": "12.5"}, "whole"),
        ({"active_shops": "<b>"}, "&lt;b&gt;"),
    ],
)
def test_the_form_says_in_words_what_is_wrong(typed, words):
    page = card(**typed)
    assert words in page
    assert "Traceback" not in page


@pytest.mark.parametrize("key", VILLAGE_KEYS)
def test_the_form_answers_by_every_wording(key):
    assert re.search(
        r": (Met|Not met|Undetermined)\.", card(key, active_shops="60", households="550")
    )


def test_the_form_is_wired_and_has_a_fallback_without_a_kernel():
    form = explorers.check_a_village()
    *controls, page, note = form.children
    assert "run this cell again" in note.value
    assert all(c.description for c in controls)
    by_name = {c.description: c for c in controls}
    assert ": Met." in page.value
    assert page.value.startswith('<div role="status">')
    by_name["Households"].value = "700"
    assert ": Not met." in page.value
    by_name["Households"].value = ""
    assert ": Undetermined." in page.value
    by_name["Wording"].value = "world-bank-2018"
    assert ": Not met." in page.value
    by_name["Administrative village"].value = False
    by_name["Wording"].value = "aliresearch-2022"
    assert ": Not met." in page.value
    bundle = explorers.check_a_village()._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "needs a running kernel" in data["text/html"]
    assert ": Met." in data["text/html"]


# ---- invented villages


def test_invented_villages_are_plausible_and_the_same_at_every_call():
    made = teaching_villages(100_000).assign(residents_committee=False)
    assert made.equals(teaching_villages(100_000).assign(residents_committee=False))
    assert not teaching_villages(1000, seed=1).equals(teaching_villages(1000, seed=2))
    assert 0.005 < check(made, "aliresearch-2022")["met"].mean() < 0.02, (
        "about one village in a hundred, as in 2020"
    )
    assert set(made["status"]) == {"made_for_teaching"}
    assert made["households"].min() >= 20


def test_what_is_missing_and_what_is_bunched():
    full, gaps = teaching_villages(20_000), teaching_villages(20_000, missing=0.1)
    assert full.isna().sum().sum() == 0
    assert gaps["active_shops"].isna().mean() == pytest.approx(0.1, abs=0.01)
    bunched = teaching_villages(200_000, bunching=1.0)
    assert not bunched["active_shops"].between(80, 99).any()
    changed = (teaching_villages(200_000)["active_shops"] != bunched["active_shops"]).sum()
    assert changed == teaching_villages(200_000)["active_shops"].between(80, 99).sum()


@pytest.mark.parametrize("wrong", [{"missing": 1.2}, {"bunching": -0.1}])
def test_a_share_is_between_nought_and_one(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        teaching_villages(10, **wrong)


@pytest.mark.parametrize("number", [0, -1, 2.5])
def test_a_number_of_villages_is_whole_and_at_least_one(number):
    with pytest.raises(ValueError, match="a whole number from 1 on"):
        teaching_villages(number)


def test_what_cannot_be_drawn_is_refused_in_words():
    twice = pd.concat([FIVE.head(1), FIVE.head(1)])
    for wrong in (twice, FIVE.drop(columns="village")):
        with pytest.raises(ValueError, match="a name of its own"):
            explorers.who_says_what(wrong)
    with pytest.raises(ValueError, match="at least one village"):
        explorers.who_says_what(FIVE.head(0))
    for keys, largest in ((explorers.KEYS, 2000), ([], 2000), (["wikipedia"], 100)):
        with pytest.raises(ValueError, match="one to four definitions"):
            explorers.fewest_shops(keys, largest)


def test_numbers_are_read_with_any_blank_and_no_underscore():
    assert ": Met." in card(active_shops="1\u202f283", households="1180")
    assert "is not a number" in card(active_shops="1_2")
