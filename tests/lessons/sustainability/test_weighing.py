"""The critiques: strength by rule, verdicts under weights, which of them survive any, and figures that recur."""

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taobaolab import datasets
from taobaolab.lessons import sustainability
from taobaolab.lessons.sustainability.weighing import METHOD_GROUPS, POINTS, SCOPES, SIDES

EVIDENCE = datasets.load("critiques")
CARDS = datasets.load("critique_cards").set_index("id")
GROUPS = list(dict.fromkeys(METHOD_GROUPS.values()))


def allowed(column):
    package = json.loads(datasets.read_text("datapackage.json"))
    fields = next(r for r in package["resources"] if r["name"] == "critiques")["schema"]["fields"]
    return next(f for f in fields if f["name"] == column)["constraints"]["enum"]


def evidence(*rows):
    return pd.DataFrame(rows, columns=["critique", "method_group", "scope", "witness", "side"])


kinds = st.tuples(st.sampled_from(GROUPS[:3]), st.sampled_from(SCOPES[:2]))
some_rows = st.lists(
    st.tuples(st.just("c"), kinds, st.sampled_from("wxyz"), st.sampled_from([*SIDES, "context"])),
    min_size=1,
    max_size=9,
).map(lambda rows: evidence(*[(c, m, s, w, side) for c, (m, s), w, side in rows]))
weights = st.floats(0, 5, allow_nan=False).map(lambda w: round(w, 2))


# strength


def test_the_strengths_of_the_table_follow_the_rule():
    for row in EVIDENCE.itertuples():
        found = sustainability.strength(
            row.method, row.scope, CARDS.loc[row.critique, "asks"], row.status == "disputed"
        )
        assert (row.strength, row.method_group) == (found, METHOD_GROUPS[row.method]), row.id


def test_the_words_of_the_rule_are_those_of_the_codebook():
    assert set(allowed("method")) == set(METHOD_GROUPS)
    assert allowed("scope") == list(SCOPES)
    assert allowed("method_group") == GROUPS
    assert set(SIDES) < set(allowed("side"))
    assert all(set(points) == set(GROUPS) for points in POINTS.values())
    assert set(POINTS) == set(CARDS["asks"])


@pytest.mark.parametrize(
    ("method", "scope", "asks", "disputed", "found"),
    [
        ("experiment", "taobao_villages", "effect", False, "strong"),
        ("experiment", "rural_taobao", "effect", False, "fair"),
        ("experiment", "rural_taobao", "effect", True, "weak"),
        ("experiment", "taobao_villages", "amount", False, "weak"),
        ("panel", "taobao_villages", "effect", False, "fair"),
        ("panel", "wider", "effect", False, "weak"),
        ("survey", "taobao_villages", "effect", False, "weak"),
        ("survey", "taobao_villages", "amount", False, "fair"),
        ("count", "taobao_villages", "amount", False, "strong"),
        ("count", "taobao_villages", "amount", True, "fair"),
        ("count", "taobao_villages", "effect", False, "slight"),
        ("transaction_records", "rural_taobao", "amount", False, "fair"),
        ("press_report", "few_places", "effect", False, "slight"),
        ("case_study", "taobao_villages", "effect", False, "weak"),
        ("statement", "few_places", "amount", True, "slight"),
    ],
)
def test_strength_by_hand(method, scope, asks, disputed, found):
    assert sustainability.strength(method, scope, asks, disputed) == found
    assert sustainability.strength(METHOD_GROUPS[method], scope, asks, disputed) == found


# voices and verdicts


def test_a_witness_speaks_once_on_a_critique_in_one_way():
    table = evidence(
        ("c", "count", "wider", "a", "for"),
        ("c", "count", "wider", "a", "against"),
        ("c", "count", "wider", "a", "for"),
        ("c", "count", "wider", "b", "mixed"),
        ("c", "case", "wider", "a", "against"),
        ("c", "case", "wider", "b", "context"),
        ("c", "case", "wider", "b", "method"),
    )
    spoken = sustainability.voices(table).set_index(["method_group", "witness"])
    assert spoken["rows"].to_dict() == {("case", "a"): 1, ("count", "a"): 3, ("count", "b"): 1}
    assert spoken["lean"].to_dict() == pytest.approx(
        {("case", "a"): -1, ("count", "a"): 1 / 3, ("count", "b"): 0}
    )


@pytest.mark.parametrize(
    ("balance", "word"),
    [
        (1, "supported"),
        (1 / 3, "supported"),
        (0.33, "open"),
        (0, "open"),
        (-0.33, "open"),
        (-1 / 3, "opposed"),
        (-1, "opposed"),
        (float("nan"), "no weight"),
    ],
)
def test_a_verdict_needs_twice_as_much_on_one_side(balance, word):
    assert sustainability.balance_verdict(balance) == word


def test_weights_by_hand():
    """Two counts for, one case against: (2 - 1) / 3 at equal weights, (2 - 4) / 6 when a case weighs four times."""
    table = evidence(
        ("c", "count", "wider", "a", "for"),
        ("c", "count", "wider", "b", "for"),
        ("c", "case", "few_places", "d", "against"),
    )
    assert sustainability.weigh(table).loc["c", ["balance", "verdict"]].tolist() == [
        pytest.approx(1 / 3),
        "supported",
    ]
    heavy = sustainability.weigh(table, methods={"case": 4}).loc["c"]
    assert (heavy["balance"], heavy["verdict"]) == (pytest.approx(-1 / 3), "opposed")
    both = sustainability.weigh(table, methods={"case": 4}, scopes={"few_places": 0.25}).loc["c"]
    assert both["balance"] == pytest.approx(1 / 3)
    assert (heavy["voices"], heavy["kinds"], heavy["lowest"], heavy["highest"]) == (3, 2, -1, 1)
    assert not heavy["survives"]
    assert sustainability.weigh(table[:2]).loc["c", "survives"]


def test_no_weight_and_no_voice_give_no_verdict():
    table = evidence(("c", "count", "wider", "a", "for"), ("d", "count", "wider", "a", "context"))
    muted = sustainability.weigh(table, methods={"count": 0}).loc["c"]
    assert (muted["verdict"], pd.isna(muted["balance"]), muted["survives"]) == (
        "no weight",
        True,
        True,
    )
    silent = sustainability.weigh(table).loc["d"]
    assert (silent["verdict"], silent["voices"], silent["survives"]) == ("no weight", 0, False)


@settings(max_examples=40)
@given(
    table=some_rows,
    by_method=st.tuples(weights, weights, weights),
    by_scope=st.tuples(weights, weights),
)
@pytest.mark.full
def test_survives_means_under_any_weights(table, by_method, by_scope):
    """Both ways: a surviving verdict holds under drawn weights, and one that does not is overturned by some."""
    weighed = sustainability.weigh(
        table, dict(zip(GROUPS, by_method, strict=False)), dict(zip(SCOPES, by_scope, strict=False))
    ).loc["c"]
    alone = set()
    for group in GROUPS[:3]:
        for scope in SCOPES[:2]:
            one = sustainability.weigh(
                table,
                {g: float(g == group) for g in GROUPS},
                {s: float(s == scope) for s in SCOPES},
            ).loc["c"]
            alone |= {one["verdict"]} - {"no weight"}
    assert weighed["survives"] == (len(alone) == 1)
    if weighed["verdict"] != "no weight":
        assert weighed["lowest"] - 1e-9 <= weighed["balance"] <= weighed["highest"] + 1e-9
        if weighed["survives"]:
            assert alone == {weighed["verdict"]}


@settings(max_examples=40)
@given(table=some_rows)
def test_sides_are_treated_alike_and_repeating_a_row_changes_nothing(table):
    once, turned = (
        sustainability.weigh(table).loc["c"],
        sustainability.weigh(table.replace({"side": {"for": "against", "against": "for"}})).loc[
            "c"
        ],
    )
    if once["voices"]:
        assert turned["balance"] == pytest.approx(-once["balance"])
        assert turned["survives"] == once["survives"]
        twice = sustainability.weigh(pd.concat([table, table])).loc["c"]
        assert twice["balance"] == pytest.approx(once["balance"])
        scaled = sustainability.weigh(table, dict.fromkeys(GROUPS, 7.0)).loc["c"]
        assert scaled["balance"] == pytest.approx(once["balance"])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: sustainability.strength("experimnt", "wider", "effect"),
            KeyError,
            "Did you mean 'experiment'",
        ),
        (
            lambda: sustainability.strength("panel", "village", "effect"),
            KeyError,
            "no scope 'village'",
        ),
        (
            lambda: sustainability.strength("panel", "wider", "cause"),
            KeyError,
            "no kind of question 'cause'",
        ),
        (lambda: sustainability.weigh(EVIDENCE, {"surveys": 2}), KeyError, "Did you mean 'survey'"),
        (
            lambda: sustainability.weigh(EVIDENCE, scopes={"wider": -1}),
            ValueError,
            "weight of wider is -1",
        ),
        (
            lambda: sustainability.weigh(EVIDENCE, {"panel": float("nan")}),
            ValueError,
            "weights are numbers from 0 on",
        ),
        (lambda: sustainability.voices(EVIDENCE.drop(columns="side")), KeyError, "no column side"),
    ],
)
def test_errors_name_what_to_do(call, error, words):
    with pytest.raises(error, match=words):
        call()


# the data


def test_every_card_has_evidence_that_takes_a_side():
    assert list(sustainability.weigh(EVIDENCE).index) == sorted(CARDS.index)
    assert (sustainability.weigh(EVIDENCE)["voices"] > 0).all()
    assert len(CARDS) == 13


def test_figures_taken_from_other_tables_are_theirs():
    value = EVIDENCE.set_index("id")["value"]
    poverty = datasets.load("poverty_counties").set_index("year")["villages_national"]
    rows = {
        2014: "D80a",
        2015: "D80b",
        2016: "D20",
        2017: "D22a",
        2018: "D65a",
        2019: "D23a",
        2020: "D24a",
    }
    assert {year: value[row] for year, row in rows.items()} == poverty.to_dict()
    regions = datasets.load("villages_by_region").set_index(["year", "region"])["villages"]
    assert value["D76a"] == regions[2017, "central_and_west"]
    assert value["D76b"] == regions[2020, "central_west_and_northeast"]
    cases = datasets.load("village_cases").set_index("id")
    assert value["D79"] == cases.loc["V08a", "annual_sales_rmb"]
    assert value["D85"] == cases.loc["V27b", "annual_sales_rmb"]
    assert value["D70"] == datasets.load("daji").set_index("id").loc["B36", "value"]


def test_shares_worked_out_from_other_tables():
    value = EVIDENCE.set_index("id")["value"]
    products = datasets.load("products_2014")
    farm = products.loc[
        products["category"] == "Food and farm products", "villages_fractional"
    ].sum()
    assert value["D83"] == pytest.approx(
        100 * farm / products["villages_fractional"].sum(), abs=0.05
    )
    turnover = datasets.load("list_turnover").set_index("id")
    for row, years in {"D87a": "2014-2016", "D87b": "2015-2016"}.items():
        found = turnover.loc[f"country-{years}-within_province_without_ending"]
        assert value[row] == pytest.approx(100 * found["gone"] / found["listed"], abs=0.05)


@pytest.mark.parametrize(
    "row", ["D20", "D22a", "D23a", "D24a", "D65a", "D80a", "D80b", "D25", "D26", "D76a", "D76b"]
)
def test_shares_in_notes_fit_value_and_total(row):
    """A note such as 1.4 percent of 1,311 is the value over the villages of that year."""
    found = EVIDENCE.set_index("id").loc[row]
    total = int(datasets.load("villages_by_year").set_index("year").loc[found["year"], "villages"])
    assert f"{100 * found['value'] / total:.1f} percent of {total:,}" in found["note"]
