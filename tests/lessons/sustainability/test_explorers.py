"""Explorers of theme 5: the picture says what the models say, reveals stay hidden, odd input is answered in words."""

import itertools
import json
import math
import random
import re
from collections import Counter

import pandas as pd
import pytest

from taobaolab import charts, datasets
from taobaolab.lessons import sustainability
from taobaolab.lessons.sustainability.market_explorer import estimate_bytes
from taobaolab.lessons.sustainability.parameters import CONTROLS
from taobaolab.lessons.sustainability.trial import with_figure
from tests.drawn import svg, texts

CRITIQUES = datasets.load("critiques")
CARDS = datasets.load("critique_cards")
TURNOVER = datasets.load("list_turnover")


@pytest.fixture(autouse=True)
def drawn_our_way():
    charts.setup()


@pytest.fixture(scope="module")
def market():
    return sustainability.village_market().to_dict()


@pytest.fixture(scope="module")
def balance():
    return sustainability.the_balance().to_dict()


@pytest.fixture(scope="module")
def lists():
    return sustainability.stay_or_leave().to_dict()


@pytest.mark.parametrize(
    "make",
    [sustainability.village_market, sustainability.the_balance, sustainability.stay_or_leave],
)
def test_every_control_has_a_name_of_its_own_and_the_words_say_that_there_are_controls(make):
    spec = make().to_dict()
    names = [p["bind"]["name"].strip() for p in spec["params"] if "bind" in p]
    assert len(names) == len(set(names)) > 3
    assert all(names)
    assert "ontrols" in spec["description"]
    assert len(json.dumps(spec)) < 150_000


# ---- the village market

CORNERS = [
    *({name: i} for name in sustainability.MARKET_LEVELS for i in (0, 4)),
    {"fee": 4, "likeness": 4, "imitation": 0, "rent": 4},
    {"fee": 1, "likeness": 0, "imitation": 3, "rent": 2},
]


@pytest.mark.parametrize("chosen", CORNERS, ids=str)
def test_the_words_of_the_market_are_those_of_the_model(market, chosen):
    written = texts(market, **{f"parameter_{name}": i for name, i in chosen.items()})
    run = sustainability.market(
        **{name: sustainability.MARKET_LEVELS[name][i] for name, i in chosen.items()}
    )
    end, usual = run.iloc[-1], sustainability.market().iloc[-1]
    sales = f"RMB {round(run.sales[0] / 1e5) / 10:.1f} to {round(end.sales / 1e5) / 10:.1f} million"
    assert f"Year 10: RMB {round(end.profit_per_seller, -2):,.0f} a seller" in written
    assert f"Year 10: {end.sellers:,} sellers. Village sales: {sales}" in written
    assert f"Usual run: RMB {round(usual.profit_per_seller, -2):,.0f}" in written
    assert any(t.startswith(f"Usual run: {usual.sellers} sellers. RMB ") for t in written)


def test_the_first_view_is_the_usual_run(market):
    chosen = [p["bind"]["labels"][p["value"]] for p in market["params"] if "bind" in p]
    assert len(chosen) == 4
    assert all(label.endswith("(usual)") for label in chosen)
    first, end = sustainability.market().iloc[0], sustainability.market().iloc[-1]
    assert market["title"]["text"].startswith(
        f"Usual run: {first.sellers} sellers become {end.sellers}, "
    )
    assert "made for teaching" in " ".join(market["title"]["subtitle"])


def test_the_dots_of_the_market_lie_where_the_model_puts_them(market):
    run = sustainability.market(imitation=sustainability.MARKET_LEVELS["imitation"][0])
    drawn = svg(market, parameter_imitation=0)
    heights = [
        float(y)
        for y in re.findall(
            rf'<path[^>]*transform="translate\([\d.]+,([\d.-]+)\)"[^>]*fill="{charts.ACCENT}"',
            drawn,
        )
    ]
    domains = [
        {
            json.dumps(y["scale"]["domain"])
            for y in (part["encoding"].get("y", {}) for part in panel["layer"])
            if "scale" in y
        }
        for panel in market["vconcat"][0]["concat"]
    ]
    assert len(heights) == 22
    for number, values in enumerate((run.profit_per_seller.round(-2), run.sellers)):
        low, high = json.loads(*domains[number])
        drawn = [
            low + (1 - y / 230) * (high - low) for y in heights[11 * number : 11 * number + 11]
        ]
        assert drawn == pytest.approx(values.tolist(), rel=1e-3)


def test_other_parameters_and_other_luck():
    spec = sustainability.village_market(
        {"wage": (11_422, 22_844), "upgrade_cost": (5_000, 20_000)}, years=4, seed=7
    ).to_dict()
    written = texts(spec, parameter_wage=0, parameter_upgrade_cost=1)
    end = sustainability.market(years=4, seed=7, wage=11_422).iloc[-1]
    assert f"Year 4: RMB {round(end.profit_per_seller, -2):,.0f} a seller" in written
    assert "wage of a household without a shop" not in written, (
        "where the wage is a control no line can stand for it"
    )
    assert "wage of a household without a shop" in texts(
        sustainability.village_market({"fee": (0, 0.1)}, years=1).to_dict()
    )
    names = [p["bind"]["name"] for p in spec["params"] if "bind" in p]
    assert names == ["Wage ", "Upgrade cost "]


def test_a_market_has_any_number_of_controls():
    """A fifth control for the four of the lesson, at a corner and in the middle of its grid."""
    levels = {**sustainability.MARKET_LEVELS, "growth": (-0.1, 0.1, 0.2, 0.3, 0.4)}
    chart = sustainability.village_market(levels)
    spec = chart.to_dict()
    names = [p["bind"]["name"] for p in spec["params"] if "bind" in p]
    assert len(names) == len(levels) == 5
    for chosen in (dict.fromkeys(levels, 4), {"fee": 2, "rent": 1, "growth": 0}):
        written = texts(spec, **{f"parameter_{name}": i for name, i in chosen.items()})
        end = sustainability.market(**{name: levels[name][i] for name, i in chosen.items()}).iloc[
            -1
        ]
        assert f"Year 10: RMB {round(end.profit_per_seller, -2):,.0f} a seller" in written
        assert any(t.startswith(f"Year 10: {end.sellers:,} sellers. ") for t in written)


@pytest.mark.parametrize("levels", [sustainability.MARKET_LEVELS, {"fee": (0, 0.2)}])
@pytest.mark.parametrize("years", [1, 10])
def test_no_more_bytes_travel_with_a_market_than_are_counted_beforehand(levels, years):
    params = sustainability.village_market(levels, years=years).to_dict()["params"]
    carried = [p["expr"] for p in params if p["name"] in ("profits", "sellers", "sales")]
    runs = math.prod(len(values) for values in levels.values())
    assert len(carried) == 3
    assert sum(map(len, carried)) <= estimate_bytes(runs, years)


def test_every_control_of_the_market_sets_a_parameter_and_offers_its_usual_value():
    assert list(sustainability.MARKET_LEVELS) == list(CONTROLS)
    usual = sustainability.market_parameters()["base"]
    for name, control in CONTROLS.items():
        assert usual[name] in control.values
        assert list(control.values) == sorted(control.values)
        assert len({control.shown_as.format(value) for value in control.values}) == len(
            control.values
        )


def test_where_nobody_sells_the_words_say_so():
    run = sustainability.market(value=5)
    assert run.sellers.iloc[-1] == 0
    spec = sustainability.village_market({"value": (5, 100)}).to_dict()
    assert "Year 10: nobody sells" in texts(spec, parameter_value=0)
    assert "Year 10: nobody sells" not in texts(spec, parameter_value=1)


@pytest.mark.parametrize(
    ("levels", "error", "words"),
    [
        ({}, ValueError, "levels names no parameter"),
        ({"fee": []}, ValueError, "fee has no level"),
        ({"fees": [0.1]}, KeyError, "Did you mean 'fee'"),
        ({"fee": [2]}, ValueError, "lies between"),
        ({"fee": ["much"]}, ValueError, "lies between"),
        (
            {
                name: [0, 0.05, 0.1, 0.2, 0.3, 0.4]
                for name in ("fee", "likeness", "imitation", "growth", "upgrading")
            },
            ValueError,
            "7,776 runs",
        ),
    ],
)
def test_a_market_that_cannot_be_drawn_is_refused_in_words(levels, error, words):
    with pytest.raises(error, match=words):
        sustainability.village_market(levels)


@pytest.mark.parametrize("years", [0, -1, 2.5, "ten"])
def test_a_market_runs_for_one_year_or_more(years):
    with pytest.raises(ValueError, match="years is"):
        sustainability.village_market({"fee": (0, 0.1)}, years=years)
    with pytest.raises(ValueError, match="seed is a whole number"):
        sustainability.village_market({"fee": (0, 0.1)}, seed="luck")


def test_the_tables_beside_the_market_have_the_usual_run():
    chart, usual = sustainability.village_market(), sustainability.market()
    assert charts.table(chart)["Profit per seller, RMB a year, usual run"].tolist() == [
        round(v, -2) for v in usual.profit_per_seller
    ]
    assert charts.table(chart, 1)["Number of sellers, usual run"].tolist() == usual.sellers.tolist()


def test_the_squeeze_says_which_way_it_went():
    run = sustainability.market()
    spec = sustainability.squeeze(run).to_dict()
    more, less = (
        run.sales.iloc[-1] / run.sales[0],
        1 - run.profit_per_seller.iloc[-1] / run.profit_per_seller[0],
    )
    assert spec["title"]["text"] == (
        f"In the model sales grow to {more:.1f} times as much, and each seller earns {less:.0%} less"
    )
    assert (
        sustainability.squeeze(sustainability.market(imitation=0))
        .to_dict()["title"]["text"]
        .endswith("more")
    )
    assert [len(charts.table(sustainability.squeeze(run), i)) for i in range(4)] == [11] * 4
    assert charts.table(sustainability.squeeze(run), 2).iloc[-1, 1] == pytest.approx(
        run.sales.iloc[-1] / 1e6
    )


# ---- the balance

WEIGHTS = [
    {},
    {"w_experiment": 3, "w_panel": 3, "w_survey": 2, "w_count": 2, "w_few": 0.5},
    {"w_account": 0, "w_few": 0},
    {"w_count": 3, "w_beyond": 0},
    {f"w_{m}": 0 for m in ("experiment", "panel", "survey", "count", "case", "account")},
    *({f"w_{m}": r.choice([0, 1, 2, 3]) for m in ("experiment", "panel", "survey", "count", "case", "account")}
      | {"w_few": r.choice([0, 0.5, 1]), "w_beyond": r.choice([0, 0.5, 1])} for r in map(random.Random, range(4))),
]  # fmt: skip


def weighed(evidence, given):
    """The same weights by the library."""
    methods = {k.removeprefix("w_"): v for k, v in given.items() if k not in ("w_few", "w_beyond")}
    beyond = given.get("w_beyond", 1)
    scopes = {"few_places": given.get("w_few", 1), "rural_taobao": beyond, "wider": beyond}
    return sustainability.weigh(evidence, methods, scopes)


def verdicts(written):
    return Counter(
        t for t in written if re.fullmatch(r"(supported|opposed|open|no weight)(, yours)?", t)
    )


@pytest.mark.parametrize("given", WEIGHTS, ids=str)
def test_the_verdicts_of_the_balance_are_those_of_weigh(balance, given):
    table, equal = weighed(CRITIQUES, given), sustainability.weigh(CRITIQUES)
    expected = Counter(
        verdict + (", yours" if verdict != equal.verdict[key] else "")
        for key, verdict in table.verdict.items()
    )
    written = texts(balance, **given)
    assert verdicts(written) == expected
    counts = table.verdict.value_counts()
    said = f"With these weights: {counts.get('supported', 0)} supported, {counts.get('opposed', 0)} opposed, {counts.get('open', 0)} open"
    silent = counts.get("no weight", 0)
    assert said + (f", {silent} without weight" if silent else "") in written
    moved = sum(n for word, n in expected.items() if word.endswith("yours"))
    words = {0: "No verdict differs", 1: "1 verdict is yours"}.get(
        moved, f"{moved} verdicts are yours"
    )
    assert any(t.startswith(words) for t in written)


@pytest.mark.parametrize(
    ("critique", "given"), [*itertools.product(["farm_goods", "gone", "who_gains"], WEIGHTS[1:5])]
)
def test_one_critique_at_a_time(critique, given):
    alone = CRITIQUES[CRITIQUES.critique == critique]
    (verdict,) = verdicts(texts(sustainability.the_balance(alone).to_dict(), **given))
    assert verdict.removesuffix(", yours") == weighed(alone, given).verdict[critique]


def test_exactly_twice_as_much_is_no_longer_open():
    rows = CRITIQUES[CRITIQUES.critique == "gone"].head(1)
    three = pd.concat(
        [
            rows.assign(id=str(i), witness=str(i), side=side)
            for i, side in enumerate(("for", "for", "against"))
        ]
    )
    assert verdicts(texts(sustainability.the_balance(three).to_dict())) == {"supported": 1}
    five = pd.concat([three, three.assign(witness=three.witness + "x")]).tail(5)
    assert verdicts(texts(sustainability.the_balance(five).to_dict())) == {"open": 1}


def test_what_any_weights_can_do_is_hidden_until_it_is_asked_for(balance):
    hidden, shown = texts(balance), texts(balance, shown=True)
    firm = sustainability.weigh(CRITIQUES).query("survives")
    assert "What any weights can do is hidden" in hidden
    assert not [t for t in hidden if "hold" in t]
    assert (
        f"{len(firm)} of {len(CARDS)} verdicts hold under any weights, each for want of a second kind of evidence"
        in shown
    )
    assert shown.count("holds: one kind of evidence") == len(firm) == 2
    assert "any weights" not in balance["title"]["text"] + " ".join(balance["title"]["subtitle"])
    assert not re.search(r"\d verdicts hold", balance["description"])


def test_the_reason_why_a_verdict_holds_is_not_always_want_of_evidence():
    first = CRITIQUES[CRITIQUES.critique == "rents"]
    second = first.assign(id=first.id + "x", scope="wider", witness=first.witness + "x")
    written = texts(sustainability.the_balance(pd.concat([first, second])).to_dict(), shown=True)
    assert "holds: under any weights" in written
    assert "1 of 1 verdicts hold under any weights" in written


def test_the_table_beside_the_balance_is_weigh_at_equal_weights():
    twin, table = (
        charts.table(sustainability.the_balance()).set_index("Critique"),
        sustainability.weigh(CRITIQUES),
    )
    names = CARDS.set_index("id")["name"]
    assert twin.loc[names[table.index], "Balance, equal weights"].tolist() == pytest.approx(
        table.balance.tolist()
    )
    assert twin.loc[names[table.index], "Verdict, equal weights"].tolist() == table.verdict.tolist()
    assert twin["Balance, equal weights"].is_monotonic_decreasing


def test_a_balance_without_cards_or_columns_is_refused_in_words():
    with pytest.raises(ValueError, match="No card for rents"):
        sustainability.the_balance(CRITIQUES, CARDS[CARDS.id != "rents"])
    with pytest.raises(KeyError, match="has no column witness"):
        sustainability.the_balance(CRITIQUES.drop(columns="witness"))


# ---- stay or leave


def test_fates_of_the_lists_counted_by_hand():
    table = sustainability.fates().set_index(["place", "lists"])
    assert table.loc[
        ("China", "2014 and 2016"), ["earlier", "kept", "gone", "later", "new"]
    ].tolist() == [
        212,
        205,
        7,
        1311,
        1106,
    ]
    assert table.loc[("China", "2015 and 2016"), ["earlier", "kept", "gone"]].tolist() == [
        779,
        748,
        31,
    ]
    assert table.loc[
        ("Yiwu, with Qingyanliu", "2015 and 2016"), ["earlier", "gone", "later"]
    ].tolist() == [37, 0, 65]
    assert (table.kept + table.gone == table.earlier).all()
    assert (table.new >= 0).all()


def test_provinces_add_up_to_the_country():
    table = sustainability.fates()
    whole = table[table.place == "China"].set_index("lists")
    parts = (
        table[~table.place.str.contains("China|,")]
        .groupby("lists")[["earlier", "kept", "gone"]]
        .sum()
    )
    assert parts.equals(whole.loc[parts.index, ["earlier", "kept", "gone"]])


@pytest.mark.parametrize(
    "place", ["China", "Yiwu, with Qingyanliu", "Panyu, with Lirendong", "Zhejiang", "Hunan"]
)
@pytest.mark.parametrize("lists_of", ["2014 and 2016", "2015 and 2016"])
@pytest.mark.parametrize("ahead", [True, False])
def test_the_words_and_the_dots_are_those_of_fates(lists, place, lists_of, ahead):
    look = "forward from the earlier list" if ahead else "back from the later list"
    chosen = {"place": place, "lists": lists_of, "look": look}
    written, (crosses, others) = texts(lists, **chosen), dots(lists, **chosen)
    known = sustainability.fates().set_index(["place", "lists"])
    if (place, lists_of) not in known.index:
        assert f"No village of {place} is on the earlier list" in written
        assert (crosses, others) == (0, 0)
        return
    row, years = known.loc[(place, lists_of)], lists_of.split(" and ")
    if ahead:
        gone = f"{row.gone} ({100 * row.gone / row.earlier:.1f}%)" if row.gone else "none"
        verb = "are" if row.gone > 1 else "is"
        assert (
            f"Of {row.earlier:,} on the list of {years[0]}, {gone} {verb} gone from that of {years[1]}"
            in written
        )
        assert (crosses, others) == (row.gone, row.kept)
    else:
        assert (
            f"Of {row.later:,} on the list of {years[1]}, {row.kept:,} were on that of {years[0]}. Gone: none to be seen"
            in written
        )
        assert (crosses, others) == (0, row.later)


def dots(spec, **values):
    """How many crosses (gone) and how many other dots are drawn, without the three of the legend."""
    dots = Counter()
    for path, colour in re.findall(
        r'<path[^>]* d="([^"]*)" fill="(#[0-9A-Fa-f]{6})"[^>]* opacity="1"', svg(spec, **values)
    ):
        dots[colour] += path.count("M") // 2  # to its edge, and on to the place of the next
    return dots[charts.SECOND] - 1, dots[charts.ACCENT] + dots[charts.THIRD] - 2


def test_what_is_told_is_hidden_until_it_is_asked_for(lists):
    yiwu = {"place": "Yiwu, with Qingyanliu"}
    hidden, shown = texts(lists, **yiwu), texts(lists, told=True, **yiwu)
    claims = CRITIQUES.set_index("id").loc[["D01", "D04", "D74"], "claim"]
    for claim in claims:
        part = claim.rstrip(".")
        assert not [t for t in hidden if part in t]
        assert len([t for t in shown if part in t]) == 1
    assert "Our table tells nothing of this place" in texts(lists, place="Zhejiang", told=True)
    assert "gone from that" not in lists["title"]["text"]


def test_a_table_without_counties_is_refused_in_words():
    with pytest.raises(ValueError, match="no row of a county"):
        sustainability.stay_or_leave(TURNOVER[TURNOVER.level == "country"])


def test_the_table_beside_the_dots():
    twin = charts.table(sustainability.stay_or_leave())
    assert twin.columns.tolist() == [
        "Place",
        "Lists",
        "On the earlier",
        "On both",
        "Gone",
        "On the later",
        "New at most",
    ]
    assert len(twin) == len(sustainability.fates())


# ---- cards and kinds


@pytest.mark.parametrize("critique", CARDS.id)
def test_every_critique_can_stand_trial(critique):
    trial = sustainability.on_trial(critique, most=100)
    rows = CRITIQUES[
        (CRITIQUES.critique == critique) & CRITIQUES.side.isin(["for", "against", "mixed"])
    ]
    page, text = trial._repr_html_(), str(trial)
    for id_ in rows.id:
        assert f"[{id_}]" in text
        assert f">{id_}</td>" in page
    assert "nan" not in text.lower().split()
    assert "<NA>" not in text
    assert trial.card["settled_by"] in text
    assert f"{len(rows)} row" in text
    strongest = str(sustainability.on_trial(critique, most=1))
    assert strongest.count("\n- ") == rows.side.nunique()


def test_the_strongest_of_each_side_come_first():
    for critique in CARDS.id:
        for _, rows in sustainability.on_trial(critique).evidence.groupby("side"):
            ranks = [("slight", "weak", "fair", "strong").index(s) for s in rows.strength]
            assert ranks == sorted(ranks, reverse=True)
    assert list(sustainability.on_trial("gone").evidence.side) == ["for"] * 2 + ["against"] * 3


def test_what_is_missing_is_said():
    assert sustainability.on_trial("rents").missing == [
        "experiment",
        "panel",
        "survey",
        "count",
        "statement or review",
    ]
    assert sustainability.on_trial("who_gains").missing == ["statement or review"]
    assert "here the strongest" in str(sustainability.on_trial("poverty"))
    assert "here the strongest" not in str(sustainability.on_trial("culture"))
    assert "1 row, 1 voice, 1 kind" in str(sustainability.on_trial("culture"))


def test_an_unknown_critique_is_answered_with_the_nearest_and_text_is_escaped():
    with pytest.raises(KeyError, match="Did you mean 'rents'"):
        sustainability.on_trial("rent")
    with pytest.raises(ValueError, match="most is a whole number"):
        sustainability.on_trial("rents", most=-1)
    odd = CRITIQUES.assign(claim="<b>much</b>")
    assert "&lt;b&gt;much" in sustainability.on_trial("rents", odd)._repr_html_()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({}, "They grow."),
        (
            {"value": 100, "qualifier": "more_than", "unit": "sellers"},
            "They grow: more than 100 sellers.",
        ),
        (
            {"value": 13, "value_to": 17.5, "qualifier": "exactly", "unit": "percent"},
            "They grow: 13 to 17.5 percent.",
        ),
        (
            {"value": 27_300_000, "qualifier": "about", "unit": "RMB"},
            "They grow: about 27,300,000 RMB.",
        ),
        (
            {"claim": "Up by 10 percent.", "value": 10, "qualifier": "exactly", "unit": "percent"},
            "Up by 10 percent.",
        ),
    ],
)
def test_a_row_is_told_with_its_figure_once(row, words):
    given = {
        "claim": "They grow.",
        "value": pd.NA,
        "value_to": pd.NA,
        "qualifier": pd.NA,
        "unit": pd.NA,
    } | row
    assert with_figure(pd.Series(given, dtype=object)) == words


def test_the_kinds_of_evidence_are_the_voices():
    chart = sustainability.kinds_of_evidence()
    twin = charts.table(chart).set_index(["Critique", "Method"])
    spoken = sustainability.voices(CRITIQUES)
    assert twin["Voices"].sum() == len(spoken)
    assert twin.loc[("Sameness and price wars", "Case or press"), "Voices"] == 5
    assert twin.loc[("Few gain", "Experiment"), "Speaks"] == "divided"
    assert twin.loc[("Hardly any farm goods", "Count"), "Speaks"] == "for"
    without = set(CARDS.id) - set(
        spoken[spoken.method_group.isin(["experiment", "panel", "survey"])].critique
    )
    assert (
        chart.to_dict()["title"]["text"]
        == f"No experiment, panel or survey speaks on {len(without)} of {len(CARDS)} critiques"
    )


def test_how_alike_neighbours_are_counted_by_hand():
    twin = charts.table(sustainability.alike()).set_index("中文")
    assert twin.loc["增城区", ["Villages", "Leading kind", "Share of it"]].tolist() == [
        9,
        "Clothing",
        1,
    ]
    assert twin.loc["义乌市", "Share of it"] == pytest.approx(0.25)
    assert sustainability.alike().to_dict()["title"]["text"] == (
        f"In {(twin['Share of it'] == 1).sum()} of {len(twin)} counties with 4 or more villages, all sell the same kind of goods"
    )
    assert "Clothing leads with 20%" in sustainability.alike().to_dict()["description"]
    assert len(charts.table(sustainability.alike(least=1))) == 79, (
        "five villages whose county is not named stand for none"
    )
    assert "未列县名" not in twin.index
    with pytest.raises(ValueError, match="No county has 50 villages"):
        sustainability.alike(least=50)
