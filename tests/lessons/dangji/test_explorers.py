"""Explorers of theme 3: nothing is told before the decision, every figure comes from a row, the desk computes as the ledger."""

import html
import itertools
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from taobaolab import charts, datasets, evidence
from taobaolab.evidence.pairs import MONEY
from taobaolab.lessons import dangji as explorer
from taobaolab.lessons.dangji import common as common
from taobaolab.lessons.dangji import desk as desk
from taobaolab.lessons.dangji import lesson_charts
from taobaolab.lessons.dangji import number_trail as trail
from taobaolab.lessons.dangji import story as story
from tests.drawn import svg, texts

LEDGER = datasets.load("claims").set_index("id")
DAJI = datasets.load("daji").set_index("id")
LISTS = datasets.load("daji_lists")


@pytest.fixture(autouse=True)
def drawn_our_way():
    charts.setup()


def plain(page):
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def parts(form):
    """The controls of a form by name, and its page."""
    *controls, page, _ = form.children
    return {c.description: c for c in controls}, page


# ---- timeline you decide


@pytest.mark.parametrize("turn", story.TURNS, ids=lambda t: t.when)
def test_the_words_of_a_turn_hold_no_figure_of_their_own(turn):
    for words, rests_on in (*turn.known, *turn.happened):
        bare = re.sub(r"\{\d\}", "", words)
        assert not re.search(r"\d", re.sub(r"\b(?:19|20)\d\d\b", "", bare).replace("1980s", "")), (
            words
        )
        for entry in rests_on.split():
            story.figure_of_row(entry)
            assert story.source_of_row(entry) in set(datasets.load("sources")["key"])
        wanted = {int(n) for n in re.findall(r"\{(\d)\}", words)}
        assert all(story.figure_of_row(rests_on.split()[n]) for n in wanted), words


@pytest.mark.parametrize("turn", story.TURNS, ids=lambda t: t.when)
def test_a_turn_shows_what_happened_only_after_a_choice_and_a_commitment(turn):
    facts = explorer.what_happened(turn.when)["what"].tolist()
    known = [story.write_sentence(told) for told in turn.known]

    def page(choice, commit):
        return plain(story.turn_page({"turn": turn.when, "choice": choice, "commit": commit}))

    for silent in (page("?", False), page("B", False), page("?", True)):
        assert all(sentence in silent for sentence in known)
        assert all(option in silent for option in turn.options)
        assert not any(fact in silent for fact in facts)
        assert turn.ask not in silent
    assert "Choose A, B, C or D first." in page("?", True)
    for letter, option in zip("ABCD", turn.options, strict=True):
        told = page(letter, True)
        assert all(fact in told for fact in facts)
        assert f"You chose {letter}: {option}." in told
        assert ("Our sources tell of it." in told) == (letter in turn.done)
        assert ("We found no text that tells of it." in told) == (letter not in turn.done)


@pytest.mark.parametrize(
    ("when", "figures"),
    [
        ("2009", ["60 yuan", "20 yuan", "14 shops", "more than 100 in 2011"]),
        ("2014", ["nearly 600 million", "1,760 million"]),
        (
            "2015",
            ["500 yuan", "27 villages", "1,800 million", "About 5,000 people", "6,300 people"],
        ),
        (
            "2017",
            ["1,300 million", "6,500 million", "nearly 7,000 million", "650 people", "number 3"],
        ),
        ("2020", ["more than 3,000 million", "after 6,500 million", "2,186 costume firms"]),
    ],
)
def test_the_figures_of_what_happened_are_those_of_the_tables(when, figures):
    told = " ".join(explorer.what_happened(when)["what"])
    for figure in figures:
        assert figure in told


def test_what_is_known_counts_villages_and_not_rows():
    known = explorer.turns().set_index("when")["known"]
    assert known["2014"].startswith("6 villages")
    assert known["2015"].startswith("16 villages")


def test_every_fact_has_a_voice_and_something_to_weigh():
    facts = pd.concat([explorer.what_happened(when) for when in explorer.turns()["when"]])
    assert set(facts["speaks"]) == set(story.VOICES)
    assert facts["to_weigh"].str.len().min() > 20
    assert set(facts["source"]) <= set(datasets.load("sources")["key"])
    lifted = facts[facts["rests_on"] == "claims/habr-lifted-6300"]
    assert lifted["speaks"].tolist() == ["company, retold"]


def test_an_unknown_turn_is_refused_in_words():
    with pytest.raises(KeyError, match="There are: 2009, 2013, 2014, 2015, 2017, 2020"):
        explorer.what_happened("2012")


def test_the_timeline_is_wired_and_another_turn_takes_the_commitment_back():
    controls, page = parts(explorer.timeline_you_decide())
    turn, choice, commit = (controls[n] for n in ("Turn", "Your choice", "Commit to this choice"))
    assert choice.value == "?"
    fact = explorer.what_happened("2009")["what"][0]
    commit.value = True
    assert "first.</strong>" in page.value
    assert fact not in page.value
    commit.value = False
    choice.value = "C"
    assert fact not in page.value
    commit.value = True
    assert fact in page.value
    assert choice.disabled
    turn.value = "2013"
    assert (commit.value, choice.value, choice.disabled) == (False, "?", False)
    assert "roads on which trucks can come" in page.value
    assert [label for label, _ in choice.options][1] == "A: roads on which trucks can come"
    assert not any(f in page.value for f in explorer.what_happened("2013")["what"])
    turn.value = "2009"
    assert (commit.value, choice.value) == (True, "C")
    assert "You chose C" in page.value
    commit.value = False
    assert fact not in page.value
    assert not choice.disabled
    turn.value = "2013"
    turn.value = "2009"
    assert (commit.value, choice.value) == (False, "?")


@pytest.mark.parametrize("make", [explorer.timeline_you_decide, explorer.detectives_desk])
def test_a_form_says_without_a_kernel_what_to_do_and_tells_nothing_too_early(make):
    form = make()
    controls, page = parts(form)
    assert all(name.strip() for name in controls)
    assert page.value.startswith('<div role="status">')
    bundle = form._repr_mimebundle_()
    shown = (bundle[0] if isinstance(bundle, tuple) else bundle)["text/html"]
    assert "needs a running kernel" in shown
    assert "What happened" not in shown
    assert "The ledger:" not in shown


# ---- detective's desk


@pytest.mark.parametrize(
    ("first", "second", "kind", "words"),
    [
        ("habr-sales-2016", "habr-sales-2016-usd", "rate", "= 68.7 yuan for one dollar"),
        (
            "habr-10m-usd",
            "habr-18-total-10m",
            "rate",
            "10,000,000 / 1,450,000 = 6.90 yuan for one dollar",
        ),
        ("habr-line-24980rub", "habr-line-3000", "rate", "about 8.33 roubles for one yuan"),
        ("habr-line-24980rub", "habr-sales-2016-usd", "rate", "roubles for one dollar"),
        (
            "habr-pop-45000",
            "habr-sales-2016",
            "rate",
            "1,800,000,000 / 45,000 = 40,000 yuan for each person",
        ),
        ("habr-280-households", "habr-30-households", "ratio", "280 / 30 = 9.33 times as much"),
        ("habr-30-households", "habr-280-households", "share", "30 / 280 = 10.7%"),
        ("habr-25-remote", "habr-1000-villages", "bound", "less than 2.5%"),
        ("habr-1000-villages", "habr-25-remote", "bound", "more than 40 times as much"),
        ("habr-half", "habr-pop-45000", "product", "0.5 × 45,000 = 22,500 people"),
        ("habr-pop-45000", "habr-half", "product", "0.5 × 45,000 = 22,500 people"),
        (
            "habr-district-3x",
            "habr-sales-2016-usd",
            "product",
            "about 3 × 26,200,000 = about 78,600,000 dollars",
        ),
        ("habr-district-3x", "li-def-share", "product", "about 3 × at least 10% = about 30%"),
        ("habr-su-2013", "habr-letter-2015", "span", "2015 - 2013 = 2 years"),
        ("habr-letter-2015", "habr-su-2013", "span", "2015 - 2013 = 2 years"),
        ("habr-su-2013", "habr-campaign-2013", "span", "The same year."),
        ("habr-su-2013", "habr-pop-45000", "nothing", "A year is a date"),
        ("habr-su-2013", "habr-su-2013", "nothing", "Twice the same claim"),
        ("li-taobao-70", "li-fn3-70", "share", "about 100%"),
        ("li-592-counties", "habr-pop-45000", "rate", "592 / 45,000"),
        ("habr-pop-45000", "li-592-counties", "rate", "76.0 people for each county"),
    ],
)
def test_two_claims_give_what_arithmetic_says(first, second, kind, words):
    found = evidence.implied(first, second)
    assert found.kind == kind
    assert words in found.words


def test_a_mended_claim_gives_another_number_and_zero_is_no_divisor():
    ledger = datasets.load("claims")
    ledger.loc[ledger["id"] == "habr-sales-2016-usd", "value"] = 262_000_000
    words = evidence.implied("habr-sales-2016", "habr-sales-2016-usd", ledger).words
    assert words == "1,800,000,000 / 262,000,000 = 6.87 yuan for one dollar"
    ledger.loc[ledger["id"] == "habr-30-households", "value"] = 0
    assert (
        "nothing can be divided by zero"
        in evidence.implied("habr-280-households", "habr-30-households", ledger).words
    )


NUMERIC = LEDGER.index[LEDGER["value"].notna()].tolist()


@given(st.sampled_from(NUMERIC), st.sampled_from(NUMERIC))
def test_any_two_figures_give_words_and_the_order_matters_for_shares_and_counts_only(first, second):
    one, other = evidence.implied(first, second), evidence.implied(second, first)
    assert one.words
    assert one.kind in {"rate", "share", "ratio", "product", "bound", "span", "nothing"}
    units = set(LEDGER.loc[[first, second], "unit"])
    if units <= set(MONEY) and len(units) == 2:
        assert one == other
    if one.kind in ("product", "span"):
        assert (one.kind, one.words) == (other.kind, other.words)


def test_claims_without_a_figure_and_unknown_claims_are_refused_in_words():
    with pytest.raises(ValueError, match="habr-xu-credit has no figure"):
        evidence.implied("habr-xu-credit", "habr-half")
    with pytest.raises(KeyError, match="habr-half"):
        evidence.implied("habr-halve", "habr-half")
    with pytest.raises(KeyError, match="habr-half"):
        evidence.ledger_says("habr-half", "habr-halve")
    with pytest.raises(ValueError, match="at least two"):
        explorer.detectives_desk(["habr-half", "habr-half"])
    with pytest.raises(ValueError, match="no figure"):
        explorer.detectives_desk(["habr-half", "habr-xu-credit"])


def test_what_the_ledger_says_is_what_its_claims_say():
    for first, second in itertools.islice(
        itertools.permutations(explorer.on_the_desk(), 2), 0, None, 37
    ):
        checks = evidence.claim(first).checks
        mine = checks[[second in cell.split() for cell in checks["with_claims"]]]
        assert (
            evidence.ledger_says(first, second)["computation"].tolist()
            == mine["computation"].tolist()
        )


def test_the_desk_holds_the_claims_of_the_story_and_no_years():
    names = explorer.on_the_desk()
    assert {
        "habr-sales-2016",
        "habr-sales-2016-usd",
        "habr-280-households",
        "habr-30-households",
    } <= set(names)
    assert {"habr-25-remote", "habr-1000-villages", "abs-lifted-6300", "habr-lifted-6300"} <= set(
        names
    )
    assert LEDGER.loc[names, "value"].notna().all()
    assert not (LEDGER.loc[names, "unit"] == "year").any()
    labels = [desk.claim_label(name) for name in names]
    assert len(set(labels)) == len(labels)
    assert max(map(len, labels)) < 90


def answer(first, second, choice="?", commit=True):
    return plain(
        desk.desk_page({"first": first, "second": second, "choice": choice, "commit": commit})
    )


def test_the_ledger_speaks_only_when_it_is_asked_with_a_verdict_chosen():
    pair = "habr-280-households", "habr-30-households"
    for silent in (
        answer(*pair, commit=False),
        answer(*pair, "breaks", commit=False),
        answer(*pair),
    ):
        assert "9.33 times as much" in silent, "the desk computes"
        assert "check-03" not in silent
    assert "Choose your verdict first." in answer(*pair)
    assert "they cannot both be right. You agree." in " ".join(answer(*pair, "breaks").split())
    assert "You decided otherwise" in answer(*pair, "holds")
    assert "check-03" in answer(*pair, "holds")


def test_a_test_with_further_claims_is_no_verdict_on_the_two():
    slip = answer("habr-sales-2016", "habr-sales-2016-usd", "breaks")
    assert (
        "no test of these two alone. With the claims beside them, they cannot all be right." in slip
    )
    assert "You agree" not in slip
    assert "You decided" not in slip
    sound = answer("habr-18-total-10m", "habr-10m-usd", "holds")
    assert "check-01" in sound, "it measures the other conversion, which breaks"
    assert "they can both be right. You agree." in " ".join(sound.split())


def test_the_desk_says_so_where_there_is_no_test_or_no_verdict():
    nothing = answer("habr-280-households", "habr-sales-2016", "holds")
    assert "No check joins these two." in nothing
    assert "habr-280-households is tested with habr-30-households." in nothing
    assert "gives no verdict" in answer("habr-sales-2016", "habr-pop-45000", "holds")
    assert "Twice the same claim" in answer("habr-half", "habr-half", "holds")


def test_the_desk_is_wired_and_answers_at_once():
    controls, page = parts(explorer.detectives_desk())
    first, second, verdict, ask = (
        controls[n] for n in ("First claim", "Second claim", "Your verdict", "Ask the ledger")
    )
    assert "40,000 yuan for each person" in page.value
    verdict.value = "breaks"
    ask.value = True
    first.value = "habr-280-households"
    second.value = "habr-30-households"
    assert (ask.value, verdict.value) == (False, "?")
    assert "check-03" not in page.value
    verdict.value = "breaks"
    ask.value = True
    assert "You agree." in page.value
    second.value = "habr-280-households"
    assert "Twice the same claim" in page.value


# ---- trail of a number


def test_a_trail_is_a_tree_whose_texts_stand_below_those_on_which_they_lean():
    data = explorer.on_their_way()
    assert set(data["figure"]) == set(evidence.trails())
    for figure, rows in data.groupby("figure"):
        told = evidence.trail(figure)
        assert sorted(rows["order"]) == sorted(told.steps["order"])
        assert rows["row"].tolist() == list(range(len(rows)))
        at = rows.set_index("order")
        assert (at["depth"][at["leans_on"].isna()] == 0).all()
        for child in at.dropna(subset=["leans_on"]).itertuples():
            parent = at.loc[child.leans_on]
            assert parent["row"] < child.row
            assert child.depth == parent["depth"] + 1
        starts = set(told.steps["order"]) - set(told.edges["to"])
        assert set(at.index[at["leans_on"].isna()]) == starts


def test_the_kind_of_change_is_computed_from_the_two_ends():
    kinds = explorer.on_their_way().set_index(["figure", "order"])["kind"]
    assert kinds["dollar-slip", 3] == "figure changed"
    assert kinds["dollar-slip", 4] == "start"
    assert kinds["lifted-6300", 2] == "meaning changed"
    assert kinds["eighteen", 3] == "meaning changed"
    assert kinds["eighteen", 4] == "nothing changed"
    assert kinds["households", 2] == "figure changed"


@pytest.mark.parametrize("figure", list(evidence.trails()))
def test_the_control_draws_each_trail_and_no_other(figure):
    spec = explorer.trail_of_a_number().to_dict()
    written = texts(spec, figure_shown=figure)
    changes = re.findall(r"<tspan>([^<]*)</tspan>", html.unescape(svg(spec, figure_shown=figure)))
    data = explorer.on_their_way([figure])
    for row in data.itertuples():
        assert f"{row.text}: {row.printed}" in written
        if row.link:
            assert any(
                line.startswith(f"{row.link}: {row.changed[:12]}") for line in (*written, *changes)
            )
    changed, ways = (data["kind"] == "figure changed").sum(), (data["kind"] != "start").sum()
    assert (
        f"{data['title'][0]}: {len(data)} texts; the figure changed on {changed} of {ways} ways"
        in written
    )
    others = explorer.on_their_way([f for f in evidence.trails() if f != figure])
    printed = set(data["text"] + ": " + data["printed"])
    assert not [
        t for t in others["text"] + ": " + others["printed"] if t in written and t not in printed
    ]
    assert texts(explorer.trail_of_a_number(figure).to_dict()) == written


def test_the_title_of_the_trails_counts_them_all():
    data = explorer.on_their_way()
    spec = explorer.trail_of_a_number().to_dict()
    ways, changed, meaning = map(int, re.findall(r"\d+", spec["title"]["text"]))
    assert ways == (data["kind"] != "start").sum()
    assert changed == (data["kind"] == "figure changed").sum()
    assert meaning == (data["kind"] == "meaning changed").sum()
    control = next(p for p in spec["params"] if "bind" in p)
    assert control["bind"]["options"] == list(evidence.trails())
    assert control["bind"]["labels"] == list(evidence.trails().values())
    assert control["bind"]["name"].strip() == "Figure"


def test_the_table_beside_the_trail_has_every_text_and_an_unknown_trail_is_refused():
    twin = charts.table(explorer.trail_of_a_number())
    data = explorer.on_their_way()
    assert twin["Figure"].tolist() == data["printed"].tolist()
    assert twin["Changed on the way"].tolist() == data["changed"].tolist()
    with pytest.raises(KeyError, match="dollar-slip"):
        explorer.trail_of_a_number("dollar-slips")


def test_a_way_that_is_only_a_like_number_is_not_shown_as_known():
    data = explorer.on_their_way().set_index(["figure", "order"])
    assert not data.loc[("seventy-percent", 5), "known"]
    assert data.loc[("seventy-percent", 2), "known"]
    links = set(datasets.load("trails")["link"].dropna())
    assert links <= set(trail.LINKS)
    assert {link for link in links if link in trail.SHOWN} == links - {"inferred", "number_only"}


# ---- the lists


def test_the_lists_count_villages_and_not_rows():
    chart = explorer.on_the_lists()
    title = chart.to_dict()["title"]["text"]
    assert title == "Taobao villages of Daji: 6 in 2014, 16 in 2015, 27 in 2016; none had left"
    twin = charts.table(chart)
    assert len(twin) == 6 + 16 + 27
    assert twin.query("Rows == 2")[["Village", "List of"]].values.tolist() == [["Sunzhuang", 2015]]
    assert twin.query("Seen == 'new on the list'")["Village"].nunique() == 27


def test_a_village_that_leaves_is_told_in_the_title():
    shorter = LISTS[(LISTS["year"] != 2016) | (LISTS["village"] != "Dinglou")]
    assert (
        explorer.on_the_lists(shorter).to_dict()["title"]["text"].endswith("26 in 2016; 1 had left")
    )
    with pytest.raises(ValueError, match="at least one row"):
        explorer.on_the_lists(LISTS.head(0))


# ---- the money


def test_the_amounts_are_those_of_the_table_and_keep_their_measures_apart():
    twin = charts.table(explorer.sales_by_measure())
    rows = DAJI[(DAJI["place"] == "Daji town") & (DAJI["unit"] == "RMB million")]
    assert sorted(twin["Row"]) == sorted(rows.index)
    assert twin.set_index("Row").loc["B34", "Million yuan"] == "more than 3,000"
    assert twin.groupby("Measure").size()["costume sales"] == 3


def lines(spec, join):
    """How many points each line of the chart joins."""
    paths = re.findall(r'aria-roledescription="line mark" d="([^"]+)"', svg(spec, join=join))
    return sorted(len(re.findall("[ML]", path)) for path in paths)


def test_the_control_joins_rightly_wrongly_or_not_at_all():
    spec = explorer.sales_by_measure().to_dict()
    assert lines(spec, lesson_charts.JOINS[0]) == [1, 1, 2, 2, 3]
    assert lines(spec, lesson_charts.JOINS[1]) == [9]
    assert lines(spec, lesson_charts.JOINS[2]) == []
    assert "join them" not in spec["title"]["text"]


def test_a_table_without_amounts_is_refused():
    with pytest.raises(ValueError, match="RMB million"):
        explorer.sales_by_measure(datasets.load("daji").query("place == 'Dinglou'"))


# ---- other places


def test_the_places_beside_daji_follow_the_rule():
    places = explorer.beside_daji()
    assert {"Dongfeng", "Junpu", "Wantou", "Suichang", "Bainiu"} <= set(places)
    assert "Suining" not in places, "Dongfeng stands for its county"
    cases, events = datasets.load("village_cases"), datasets.load("policy_events")
    for place in places:
        assert (cases["name"] == place).any()
        assert events["place"].str.contains(place).any()
    assert not {"Shangliao", "Daji", "Jieyang"} & set(places)


def test_the_first_acts_are_the_earliest_rows_of_their_kind():
    acts = explorer.first_acts()
    assert not acts.duplicated(["place", "kind"]).any()
    at = acts.set_index(["place", "kind"])
    assert at.loc[("Daji", "trader"), "rests_on"] == "daji/B09"
    assert at.loc[("Daji", "office or party"), ["year", "rests_on"]].tolist() == [
        2013,
        "policy_events/G09",
    ]
    assert at.loc[("Dongfeng", "trader"), "year"] == 2006
    assert at.loc[("Dongfeng", "office or party"), "rests_on"] == "policy_events/G08", (
        "an act of its county"
    )
    assert at.loc[("Bainiu", "office or party"), "when"] == "2013 or earlier"
    assert ("Suichang", "trader") not in at.index


def test_who_came_first_counts_sure_dates_only():
    acts = explorer.first_acts()
    assert "in 2 of 2 places" in explorer.who_came_first(acts).to_dict()["title"]["text"]
    sure = acts.assign(when=acts["when"].str.replace(" or earlier", ""))
    assert "in 3 of 3 places" in explorer.who_came_first(sure).to_dict()["title"]["text"]
    late = sure.copy()
    late.loc[(late["place"] == "Daji") & (late["kind"] == "trader"), "year"] = 2014
    assert "in 2 of 3 places" in explorer.who_came_first(late).to_dict()["title"]["text"]
    assert texts(explorer.who_came_first(acts).to_dict() | {"params": []}).count("or earlier") == 1
    twin = charts.table(explorer.who_came_first(acts))
    assert len(twin) == len(acts)
    for wrong in (acts.head(0), acts.assign(kind="nobody")):
        with pytest.raises(ValueError, match="one of: trader"):
            explorer.who_came_first(wrong)


# ---- what they share


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("habr2017", "2017 blog text"),
        ("CNR", "China National Radio, undated"),
        ("STD21", "Science and Technology Daily, 2021"),
        ("AEA21", "American Economic Association, 2021"),
        ("CPW21", "probably China Economic Weekly, 2021"),
        ("N163", "163.com blog, 2025"),
    ],
)
def test_a_text_is_called_by_a_short_name(source, name):
    assert common.short_name(source) == name


def test_no_name_of_a_text_is_long_or_without_letters():
    for source in datasets.load("sources")["key"]:
        name = common.short_name(source)
        assert re.search("[A-Za-z]", name), source


def test_text_in_a_page_is_taken_as_text():
    page = common.text_table("a < b", ["<i>"], [["<script>"]])
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert 'scope="row"' in page


@pytest.mark.parametrize(
    "chart",
    [
        explorer.trail_of_a_number,
        explorer.on_the_lists,
        explorer.sales_by_measure,
        explorer.who_came_first,
    ],
)
def test_charts_are_described_named_and_small(chart):
    spec = chart().to_dict()
    assert 100 < len(spec["description"]) < 1600
    assert all(p["bind"]["name"].strip() for p in spec.get("params", []) if "bind" in p)
    assert len(str(spec)) < 60_000
    assert len(charts.still(spec)) < 70_000
