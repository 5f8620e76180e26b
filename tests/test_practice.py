"""The exercises answer rightly: to answers untouched, right, wrong in a known way, and to whatever else is handed in.

WRONG is the table to read: each known slip, its points, and the words that only this slip gets.
"""

import contextlib
import html
import itertools
import json
import math
import os
import re
import subprocess
import sys

import altair as alt
import nbformat
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbclient import NotebookClient

from conftest import ROOT
from taobaolab import definition as rules
from taobaolab.practice import definition as theme
from taobaolab.practice.answers import Unfit, plain
from taobaolab.practice.core import NOT_STARTED, NOT_YET, RIGHT, Note, Practice, texts
from taobaolab.practice.record import FILE, FOLDER, LETTERS, Record, State

QUESTIONS = theme.practice.questions
SOLUTIONS, EXERCISES = (ROOT / folder / "01_definition.ipynb" for folder in ("solutions", "exercises"))
PLACES = ("Willow", "Reed", "Lotus", "Bamboo", "Plum", "Cassia")
TOWNS = {3: 135, 4: 86, 5: 64, 6: 53, 7: 46, 8: 40, 9: 31, 10: 25}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER, str(tmp_path))
    return tmp_path


def session():
    """The questions as in a fresh kernel."""
    return Practice("definition", list(QUESTIONS.values()))


# ---- answers ---------------------------------------------------------------------------------------------------------
def six(letters):
    """Verdicts on the six places: m for met, n for not met, u for undetermined."""
    return ({p: {"m": "met", "n": "not met", "u": "undetermined"}[x] for p, x in zip(PLACES, letters, strict=True)},)


def three(met, not_met, undetermined):
    return ({"met": met, "not met": not_met, "undetermined": undetermined},)


def bars(title="49 of 135 towns have exactly three villages", rows=TOWNS, x="Villages needed", y="Towns that qualify"):
    data = pd.DataFrame(rows.items(), columns=["threshold", "met"])
    encoding = [alt.X("threshold:O", **({"title": x} if x else {})), alt.Y("met:Q", **({"title": y} if y else {}))]
    return (alt.Chart(data).mark_bar().encode(*encoding).properties(**({"title": title} if title else {})),)


def hasty(sales, shops, households):
    sales, shops, households = sales or 0, shops or 0, households or 0
    return "met" if sales >= 10_000_000 and (shops >= 100 or shops >= households / 10) else "not met"


def careful(sales, shops, households):
    sales_ok = None if sales is None else sales >= 10_000_000
    doors = [None if shops is None else shops >= 100]
    doors += [None if shops is None or households is None else 10 * shops >= households]
    shops_ok = True if True in doors else None if None in doors else False
    return "not met" if False in (sales_ok, shops_ok) else "undetermined" if None in (sales_ok, shops_ok) else "met"


def by_library(sales, shops, households):
    village = {"annual_sales_rmb": sales, "active_shops": shops, "households": households}
    return rules.explain("aliresearch-2022", village, administrative_village=True, residents_committee=False).met


def shy(sales, shops, households):
    return "undetermined" if None in (sales, shops, households) else hasty(sales, shops, households)


def strict(sales, shops, households):
    if None in (sales, shops, households):
        return careful(sales, shops, households)
    return "met" if sales > 10_000_000 and (shops > 100 or 10 * shops > households) else "not met"


def both(sales, shops, households):
    if None in (sales, shops, households):
        return careful(sales, shops, households)
    return "met" if sales >= 10_000_000 and shops >= 100 and 10 * shops >= households else "not met"


def crashes(*anything):
    return anything[0].no_such_thing


def leaves(*anything):
    sys.exit(3)


def nothing(*anything):
    """As in the untouched exercise."""


def own(**changes):
    rule = [{"column": "rural", "is": True}, {"column": "active_shops", "at_least": 20}]
    return ({"source": "Statistics Iceland, business register", "year": 2026, "all": rule} | changes,)


DROPPED = ["world-bank-2018", "world-bank-huimin-2019", "xinhua-2017"]
PEOPLE, BOTH = "china-daily-2017", "peoples-daily-2019"
UNTOUCHED = {
    "q1": [(dict.fromkeys(PLACES, ...),), (...,)],
    "q2": [(..., ...)],
    "q3": [(nothing,), (lambda households: ...,)],
    "q4": [([...],)],
    "q5": [(..., ..., ...)],
    "q6": [({"met": ..., "not met": ..., "undetermined": ...},)],
    "q7": [([...], ..., ...)],
    "q8": [(nothing,)],
    "q9": [(...,)],
    "q10": [(...,)],
}
RIGHT_ANSWERS = {
    "q1": [six("mmnnmn"), ({p: p in ("Willow", "Reed", "Plum") for p in PLACES},), (pd.Series(six("mmnnmn")[0]),)],
    "q2": [(12_000_000, "met"), (12e6, True), (pd.Series([12_000_000]).iloc[0], "Met.")],
    "q3": [
        (lambda h: min(100, math.ceil(h / 10)),),
        (lambda h: min(100, -(-h // 10)),),
        (lambda h: rules.boundary("aliresearch-2022", [h])[0],),
    ],
    "q4": [
        (["aliresearch-2022", "burb-2014", "world-bank-2018"],),
        ({"world-bank-2018", "burb-2014", "aliresearch-2022"},),
        (pd.Series(["burb-2014", "aliresearch-2022", "world-bank-2018"]),),
    ],
    "q5": [("undetermined", "households", 670), (None, "the number of households (户数)", 670.0)],
    "q6": [three(4, 3, 2), (rules.check(theme.register(), theme.RULE).met.value_counts(dropna=False),)],
    "q7": [(DROPPED, PEOPLE, BOTH), (set(DROPPED), "China-Daily-2017", BOTH), (pd.Index(DROPPED), PEOPLE, BOTH)],
    "q8": [(careful,), (by_library,)],
    "q9": [
        bars(),
        bars("If four were needed, 36% of the towns would be gone"),
        (alt.layer(bars(None)[0], bars(None)[0].mark_text()).properties(title=["Only 86 towns have", "four villages"]),),
        bars("With ten villages needed only 25 towns are left", rows={float(n): m for n, m in TOWNS.items()}),
    ],
    "q10": [
        own(),
        own(source="Ministry of Fisheries 2025", level="town", all=[{"column": "taobao_villages", "at_least": 5},
                                                                     {"column": "subdistrict", "is": False}]),
    ],
}  # fmt: skip
WRONG = {
    "q1": [
        ("both doors", six("nnnnnn"), 3, "You ask for both"),
        ("only the number", six("nnnnmn"), 4, "You used one door, the number"),
        ("only the share", six("mmnnnn"), 5, "You used one door, the share"),
        ("population", six("nmnnmn"), 5, "a share of the people"),
        ("sales alone", six("mmnmmn"), 5, "You looked at the sales alone"),
        ("shops alone", six("mmmnmn"), 5, "You looked at the shops alone"),
        ("natural village", six("mmnnmm"), 5, "自然村, zìrán cūn"),
        ("doubt without a gap", six("mmnnmu"), 5, "No number is missing here"),
        ("another", six("nmmmnm"), 1, "1 of your 6 verdicts hold"),
        ("one left out", ({"Willow": "met"},), 0, "Missing or too many: Reed"),
        ("some dots left", ({**six("mmnnmn")[0], "Plum": ...},), 0, "Some dots (...) are left"),
        ("other words", (dict.fromkeys(PLACES, "perhaps"),), 0, 'Here stands "perhaps"'),
    ],
    "q2": [
        ("wan yuan as yuan", (1_200, "not met"), 0, "is the figure as printed. Its unit is 万元"),
        ("wan as thousand", (1_200_000, "not met"), 0, "takes 万 (wàn) for a thousand"),
        ("wan as million", (1_200_000_000, "met"), 1, "takes 万 (wàn) for a million"),
        ("wan as yi", (120_000_000_000, "met"), 1, "would be right for 亿"),
        ("another factor", (120_000, "met"), 1, "120,000 is not the printed figure times its unit"),
        ("sum right, verdict wrong", (12_000_000, "not met"), 1, "Compare your sum in yuan"),
        ("doubt without need", (12_000_000, "undetermined"), 1, "No number is missing here"),
        ("text", ("12,000,000", "met"), 0, "without quotation marks and without commas"),
        ("one answer", (12_000_000,), 0, "Answers wanted, as in the cell above: 2. Seen here: 1."),
        ("huge", (10**400, "met"), 1, "That huge number"),
    ],
    "q3": [
        ("strict", (lambda h: min(101, h // 10 + 1),), 1, "You treat reaching a bound as not enough"),
        ("both doors", (lambda h: max(100, math.ceil(h / 10)),), 0, "You ask for both"),
        ("only the share", (lambda h: math.ceil(h / 10),), 1, "You used one door, the share"),
        ("only the number", (lambda h: 100,), 0, "You used one door, the number"),
        ("round down", (lambda h: min(100, h // 10),), 1, "You round down"),
        ("round to the nearest", (lambda h: min(100, round(h / 10)),), 1, "You round to the nearest"),
        ("half a shop", (lambda h: min(100, h / 10),), 1, "No one opens half a shop"),
        ("only the three", (lambda h: {200: 20, 640: 64}.get(h, 100),), 1, "The three villages are right, but others"),
        ("something else", (lambda h: 5,), 0, "Take 200, 640 and 1,500 households by hand"),
        ("a crash", (crashes,), 0, "Called with 200, your function stopped"),
        ("leaves", (leaves,), 0, "(SystemExit: 3)"),
        ("text", (lambda h: "many",), 0, "Called with 200, your function returned text"),
        ("a number", (100,), 0, "A function is wanted here"),
        ("wrong arguments", (lambda: 100,), 0, "takes 0 positional arguments but 1 was given"),
    ],
    "q4": [
        ("all inclusive", (list(theme.SIX),), 0, "You let all six say yes"),
        ("all strict", ([],), 0, "You let none say yes"),
        ("the other way round", (["lishui-daily-2019", "wikipedia", "xinhua-2017"],), 0, "It is the other way round"),
        ("mixed by the sales", (["aliresearch-2022", "burb-2014", "world-bank-2018", "lishui-daily-2019"],), 2, "Two texts"),
        ("mixed by the share", (["aliresearch-2022", "world-bank-2018"],), 2, "Two texts are inclusive in one place"),
        ("others", (["aliresearch-2022", "wikipedia"],), 0, "3 of 6 stand on the right side"),
        ("misspelt", (["aliresearch"],), 0, "Did you mean aliresearch-2022?"),
        ("one word", ("wikipedia",), 0, "A list in square brackets is wanted"),
    ],
    "q5": [
        ("gap as no", ("not met", "households", 670), 2, "You took a gap for a no"),
        ("benefit of the doubt", ("met", "households", 670), 2, "You gave the benefit of the doubt"),
        ("population", ("undetermined", "population", 670), 2, "The rule never asks how many people"),
        ("persons a household", ("undetermined", "people per household", 670), 2, "The rule never asks how many people"),
        ("sales", ("undetermined", "annual sales", 670), 2, "The sales are known"),
        ("shops", ("undetermined", "active shops", 670), 2, "The shops are known"),
        ("something else", ("undetermined", "the weather", 670), 2, "That would not settle it"),
        ("one too many", ("undetermined", "households", 671), 2, "You are one off"),
        ("strict", ("undetermined", "households", 669), 2, "You are one off"),
        ("a tenth of the shops", ("undetermined", "households", 6.7), 2, "Put your number to the test"),
    ],
    "q6": [
        ("gap as no", three(4, 5, 0), 1, "You counted a gap as a no"),
        ("rows with gaps left out", three(3, 2, 0), 0, "You left out the rows with gaps"),
        ("every gap in doubt", three(3, 2, 4), 0, "You called every row with a gap undetermined"),
        ("strict", three(2, 5, 2), 1, "You treat reaching a bound as not enough"),
        ("both doors", three(0, 7, 2), 1, "You ask for both"),
        ("population", three(3, 5, 1), 0, "a share of the people"),
        ("residents' committee", three(5, 2, 2), 1, "居委会, jūwěihuì"),
        ("sum too small", three(4, 3, 1), 2, "Your numbers add up to 8, but the register has 9"),
        ("something else", three(3, 3, 3), 1, "count the three values of its column"),
        ("a list", ([4, 3, 2],), 0, "A dict is wanted here"),
    ],
    "q7": [
        ("towns", ([*DROPPED, "china-daily-2020-town"], PEOPLE, BOTH), 2, "a rule for towns or clusters"),
        ("no doors at all", ([*DROPPED, "fuzhou-news-2020"], PEOPLE, BOTH), 2, "says nothing of shops at all"),
        ("a share all the same", ([*DROPPED, "haodu-2016"], PEOPLE, BOTH), 2, "has a share all the same"),
        ("not all", (DROPPED[:2], PEOPLE, BOTH), 2, "more can be found: 1"),
        ("households for people", (DROPPED, "world-bank-2019", BOTH), 2, "takes its share of something else"),
        ("a town for a village", (DROPPED, PEOPLE, "china-daily-2020-town"), 2, "The third answer is a rule for towns"),
        ("one door", (DROPPED, PEOPLE, "haodu-2016"), 2, "In the third answer one door is enough"),
        ("misspelt", (DROPPED, "china daily", BOTH), 0, "Did you mean china-daily-20"),
    ],
    "q8": [
        ("gap as zero", (hasty,), 1, "A gap is not zero"),
        ("every gap in doubt", (shy,), 2, "Your checker doubts too often"),
        ("both doors", (both,), 2, "You ask for both"),
        ("strict", (strict,), 2, "You treat reaching a bound as not enough"),
        ("stops at a gap", (lambda s, n, h: s >= 10_000_000,), 0, "Called with None, None, None, your function stopped"),
        ("other words", (lambda s, n, h: "hm",), 0, "The words for it are: met, not met, undetermined"),
        ("always in doubt", (lambda s, n, h: "undetermined",), 1, "Begin with the villages of which all three"),
    ],
    "q9": [
        ("strict", bars(rows=dict(zip(TOWNS, [*list(TOWNS.values())[1:], 20], strict=True))), 2, "include"),
        ("below three", bars(rows={1: 135, 2: 135, **TOWNS}), 2, "Begin at three"),
        ("half of it", bars(rows={3: 135, 4: 86}), 2, "The picture does not show the towns for every threshold"),
        ("a topic as title", bars("Sensitivity"), 2, "The title names a topic"),
        ("no title", bars(None), 2, "The title names a topic"),
        ("no figure", bars("Fewer towns would qualify if more villages were needed"), 2, "no figure that the chart bears out"),
        ("a false figure", bars("Half of them, 67 towns in all, would be gone"), 2, "no figure that the chart bears out"),
        ("names of columns", bars(y=None), 2, "Say at both axes in words"),
        ("a table", (pd.DataFrame(TOWNS.items()),), 0, "An Altair chart is wanted here"),
        ("unfinished", (alt.Chart(pd.DataFrame({"a": [1]})).mark_bar().encode(x="b"),), 0, "Altair cannot draw it"),
    ],
    "q10": [
        ("one criterion", own(all=[{"column": "active_shops", "at_least": 20}]), 1, "One number alone lets in false cases"),
        ("copied", own(all=rules.definition("world-bank-2018").to_dict()["all"]), 1, "This is a published rule"),
        ("no real source", own(source="my own idea"), 1, "The source cannot be found again"),
        ("no source", own(source=""), 0, "no source; say who states it"),
        ("unknown column", own(all=[{"column": "shops", "at_least": 5}]), 0, "no column 'shops' for a village"),
        ("a key", ("aliresearch-2022",), 0, "A dict is wanted here"),
    ],
}  # fmt: skip


def cases(table):
    return [
        pytest.param(q, *c, id=f"{q}-{c[0] if isinstance(c[0], str) else i}")
        for q in table
        for i, c in enumerate(table[q])
    ]


class Liar:
    """Claims to equal everything, and to be anything."""

    __class__ = int
    __hash__ = object.__hash__

    def __eq__(self, other):
        return True

    def __getattr__(self, name):
        return self

    def __call__(self, *anything):
        return self


class Shouts:
    def __str__(self):
        raise RuntimeError("never")

    __repr__ = __str__


def shouting(*anything):
    print("out")
    print("err", file=sys.stderr)
    raise Exception(Shouts())


ring: list = []
ring.append(ring)
JUNK = [
    None, "a string", "", 10**400, -1, 0, True, math.nan, math.inf, 3 + 4j, b"bytes", [], {}, set(), [None], ring, {"met": ring},
    {(1, 2): {3}}, pd.DataFrame({"a": [1]}), pd.Series([], dtype=object), pd.NA, pd.NaT, object(), Exception("x"), int, math,
    Liar(), Shouts(), crashes, leaves, shouting, lambda *a: Liar(), lambda *a: ring, lambda *a: 10**5000, alt.Chart(), alt.X("a"),
    {"all": Liar()}, {"all": [], "source": Liar()}, {"all": [{"all": [{"all": ring}]}], "source": "a b", "year": 1},
]  # fmt: skip


WORDS = {("q2", 1): (True,), ("q5", 0): (None, pd.NA, pd.NaT)}  # ways to say met, and undetermined


# ---- each question ---------------------------------------------------------------------------------------------------
def test_every_question_is_proven_by_enough_answers():
    for table, least in ((UNTOUCHED, 1), (RIGHT_ANSWERS, 2), (WRONG, 2)):
        assert list(table) == list(QUESTIONS)
        assert all(len(found) >= least for found in table.values())


@pytest.mark.parametrize(
    ("key", "answers"), [pytest.param(q, a, id=f"{q}-{i}") for q in UNTOUCHED for i, a in enumerate(UNTOUCHED[q])]
)
def test_an_untouched_answer_is_not_started(key, answers):
    assert QUESTIONS[key].look(*answers) == (NOT_STARTED, 0, ())


@pytest.mark.parametrize(
    ("key", "answers"),
    [pytest.param(q, a, id=f"{q}-{i}") for q in RIGHT_ANSWERS for i, a in enumerate(RIGHT_ANSWERS[q])],
)
def test_a_right_answer_is_right_in_each_form(key, answers):
    assert QUESTIONS[key].look(*answers) == (RIGHT, QUESTIONS[key].points, ())


@pytest.mark.parametrize(("key", "name", "answers", "points", "words"), cases(WRONG))
def test_a_known_slip_gets_its_own_reply(key, name, answers, points, words):
    reply = QUESTIONS[key].look(*answers)
    assert (reply.outcome, reply.points) == (NOT_YET, points), reply
    assert any(words in said for said in reply.said), reply.said


def test_the_replies_to_read(capsys):
    """Every reply once in the output of the tests."""
    with capsys.disabled():
        print()
        for key, slips in WRONG.items():
            for name, answers, *_ in slips:
                reply = QUESTIONS[key].look(*answers)
                print(f"{key:4} {reply.points}/{QUESTIONS[key].points} {name:26} {' | '.join(reply.said)}")


@pytest.mark.parametrize("key", QUESTIONS)
def test_junk_is_not_right_and_raises_nothing(key, capfd):
    """Each part of an answer is junk in turn, and all of them are."""
    q = QUESTIONS[key]
    for junk in JUNK:
        right = list(RIGHT_ANSWERS[key][0])
        for place in range(len(right)):
            if any(junk is meant for meant in WORDS.get((key, place), ())):
                continue
            reply = q.look(*right[:place], junk, *right[place + 1 :])
            assert reply.outcome == NOT_YET, (junk, reply)
            assert reply.points < q.points
            assert all(type(said) is str for said in reply.said)
            assert reply.said
            assert all(reply.said)
        assert q.look(*[junk] * len(right)).points == 0 or type(junk) is not Liar
    assert q.look().outcome == q.look(*range(9)).outcome == NOT_YET
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("key", QUESTIONS)
def test_an_object_that_equals_everything_gets_no_marks(key):
    for liar in (Liar(), lambda *a: Liar(), [Liar()], dict.fromkeys(PLACES, Liar())):
        assert QUESTIONS[key].look(*[liar] * len(QUESTIONS[key].takes)).points == 0


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda s: st.lists(s, max_size=3) | st.dictionaries(st.text(max_size=5), s, max_size=3),
        max_leaves=6,
    )
)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_plain_gives_plain_things_back(value):
    assert json.dumps(plain(value)) == json.dumps(value)


def test_plain_takes_nothing_else():
    for thing in (Liar(), [Liar()], {"a": Liar()}, object(), [...]):
        with pytest.raises(Unfit):
            plain(thing)


# ---- secrets ---------------------------------------------------------------------------------------------------------
SECRETS = {
    "q1": [r'"Willow": "met"', r'"Reed": "met"', r'"Plum": "met"', r"(Lotus|Bamboo|Cassia)\W+not met", r"3 are met"],
    "q2": [r"12,000,000 (yuan|RMB)", r"\b12000000\b", r"\b12_000_000\b[^,]*met\"$", r"1_?200 \* 10_?000", r"(?i)twelve million"],
    "q3": [r"math\.ceil\(households", r"min\(100", r"\(20, 64", r"\b65\b"],
    "q4": [r'"burb-2014", "world-bank-2018"\]', r"(?i)three say yes"],
    "q5": [r"\b670\b", r"67 \* 10", r'"undetermined", "households"'],
    "q6": [r"(?i)four are met", r"\(~met\)", r'"met": 4', r"Cedar and Elm"],
    "q7": [r"world-bank-huimin-2019", r"china-daily-2017", r"peoples-daily-2019", r"fuzhou-news-2020\b"],
    "q8": [r"worst = ", r"return worst", r"households or many"],
    "q9": [r"\b49\b", r"\b36 ?%", r"would drop out"],
    "q10": [r"online-island", r"knitwear"],
}  # fmt: skip


def unearned(key):
    """All that a learner can be told before the answer is right: replies and hints."""
    replies = [said for _, answers, *_ in WRONG[key] for said in QUESTIONS[key].look(*answers).said]
    return texts("definition")[key].hints + replies


def student_text():
    book = nbformat.read(EXERCISES, 4)
    return "\n".join(c.source for c in book.cells) + json.dumps([book.metadata, *(c.metadata for c in book.cells)])


@pytest.mark.parametrize("key", QUESTIONS)
def test_no_answer_leaks(key):
    """Neither a line of the solution nor the answer in words, unless the learner wrote it or the question gives it."""
    solution, student = (nbformat.read(path, 4) for path in (SOLUTIONS, EXERCISES))
    given_lines = {line.strip() for c in student.cells if c.id == key for line in c.source.splitlines()}
    lines = {line.strip() for line in texts("definition")[key].code.splitlines()} - given_lines
    secrets = [re.escape(line) for line in lines if len(line) > 8] + SECRETS[key]
    assert re.search(SECRETS[key][0], "\n".join(c.source for c in solution.cells), re.M), "this secret is out of date"
    learner = "".join(str(answers) for _, answers, *_ in WRONG[key])
    for text in [student_text(), *unearned(key)]:
        for secret in secrets:
            found = re.search(secret, text, re.M)
            assert not found or (found[0] in learner and text not in student_text()), (secret, text[:300])


def test_no_reply_shows_the_code_of_the_check():
    ours = {
        line.strip()
        for path in (ROOT / "taobaolab" / "practice").glob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    code = {line for line in ours if len(line) > 20 and re.search(r"[=(]", line) and '"' not in line}
    for key in QUESTIONS:
        for said in unearned(key):
            assert not re.search(r"Traceback|taobaolab/|site-packages|\bself\b", said)
            assert not any(line in said for line in code)


# ---- the notebooks ---------------------------------------------------------------------------------------------------
def test_what_is_made_from_the_solutions_is_up_to_date(make):
    made = make.from_solutions()
    there = {*(ROOT / "exercises").glob("**/*.ipynb"), ROOT / "taobaolab" / "practice" / "texts.json"}
    there = {p for p in there if ".ipynb_checkpoints" not in p.parts}
    run = "run: python tools/make.py exercises"
    assert sorted(p.name for p in made.keys() - there) == [], f"missing; {run}"
    assert sorted(p.name for p in there - made.keys()) == [], "superfluous: no solution notebook has this name"
    assert sorted(p.name for p in there if p.read_text(encoding="utf-8") != made[p]) == [], f"stale; {run}"


def test_solutions_are_cut_out_by_their_markers(make):
    cut = make.blanked("a = ...\n### BEGIN SOLUTION\na = 1\n### END SOLUTION\nb = 2")
    assert cut == "a = ...\n# YOUR CODE HERE\nb = 2"
    body = 'def f():\n    """Doc."""\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n\nf()'
    assert make.blanked(body) == 'def f():\n    """Doc."""\n    # YOUR CODE HERE\n\nf()'
    assert make.solution(body) == 'def f():\n    """Doc."""\n    return 1\n\nf()'
    for broken in (
        "### BEGIN SOLUTION\na",
        "### END SOLUTION",
        "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION",
    ):
        with pytest.raises(ValueError, match="In this cell"):
            make.blanked(broken)


def test_the_exercise_is_the_solution_without_solutions():
    solution, exercise = (nbformat.read(path, 4) for path in (SOLUTIONS, EXERCISES))
    gone = {c.id for c in solution.cells} - {c.id for c in exercise.cells}
    assert gone == {f"{key}-after" for key in QUESTIONS}
    assert exercise.cells[0].source.startswith("# Exercises: ")
    assert "SOLUTION" not in student_text()
    assert not any(c.get("outputs") or c.get("execution_count") for c in exercise.cells)


def test_an_institution_can_use_the_solutions_with_nbgrader():
    cells = {c.id: c for c in nbformat.read(SOLUTIONS, 4).cells}
    graded = {c.metadata.nbgrader.grade_id: c.metadata.nbgrader for c in cells.values() if "nbgrader" in c.metadata}
    assert set(graded) == {n for key in QUESTIONS for n in (key, f"{key}-check")} | {"q10-essay"}
    for name, meta in graded.items():
        assert name in cells
        assert meta.schema_version == 3
        assert not meta.task
        assert (meta.grade, meta.solution, meta.locked) == {
            "essay": (True, True, False), "check": (True, False, True)}.get(name.partition("-")[2], (False, True, False))  # fmt: skip
        assert ("points" in meta) == meta.grade
    for key, q in QUESTIONS.items():
        assert graded[f"{key}-check"].points == q.points
        assert cells[key].source.count("### BEGIN SOLUTION") == 1


def test_the_contents_lead_to_the_headings():
    for path in (SOLUTIONS, EXERCISES):
        cells = [c.source for c in nbformat.read(path, 4).cells if c.cell_type == "markdown"]
        headings = {h.replace(" ", "-") for source in cells for h in re.findall(r"^## (.+)$", source, re.M)}
        assert set(re.findall(r"\]\(#([^)]+)\)", cells[0])) == headings - {"The-sentence-you-can-now-write"}
        for target in re.findall(r"\]\((\.\.[^)]+)\)", "".join(cells)):
            assert (path.parent / target).exists(), target


def test_minutes_and_points_are_said_as_they_are():
    book = nbformat.read(SOLUTIONS, 4)
    said = [re.search(r"\*(\d+) minutes, (\d+) points", c.source) for c in book.cells]
    said = [(int(m[1]), int(m[2])) for m in said if m]
    assert [points for _, points in said] == [q.points for q in QUESTIONS.values()]
    assert f"about {sum(minutes for minutes, _ in said)} minutes" in book.cells[0].source


def test_each_question_has_its_words():
    words = texts("definition")
    assert list(words) == list(QUESTIONS)
    for text in words.values():
        assert len(text.hints) == 3
        assert all(text.hints)
        assert all((text.title, text.why, text.further, text.code, text.discussion))


def test_figures_in_the_discussions_are_those_of_the_tables():
    words = {key: " ".join(t.discussion) for key, t in texts("definition").items()}
    counts, bainiu = theme.towns(), theme.bainiu()
    assert counts == TOWNS
    most = next(h for h in itertools.count(1) if rules.boundary(theme.RULE, [h + 1])[0] > bainiu["active_shops"])
    lost = counts[3] - counts[4]
    assert f"{counts[3]} towns, at least four gives {counts[4]}: {lost} towns, {lost / counts[3]:.0%}" in words["q9"]
    assert f"With {bainiu['active_shops']} shops" in words["q5"]
    assert f"up to {most} households and shut from {most + 1} on" in words["q5"]
    met = rules.check(theme.register(), theme.RULE).met
    assert (met.sum(), (~met).sum(), met.isna().sum()) == (4, 3, 2)
    assert "Four are met, three are not, two stay open" in words["q6"]
    assert list(theme.register().index[met.isna()]) == ["Cedar", "Elm"]
    places = theme.places()
    share = (100 * places.active_shops / places.households).astype(float)
    assert (round(share["Willow"]), round(share["Reed"]), round(share["Plum"], 1)) == (12, 41, 6.5)


def shown(cell):
    return "".join(o.get("data", {}).get("text/plain", "") + o.get("text", "") for o in cell.outputs)


def test_the_untouched_exercise_runs_and_every_check_says_not_started(folder):
    book = nbformat.read(EXERCISES, 4)
    client = NotebookClient(book, timeout=90, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    client.execute()
    for cell in book.cells:
        if cell.cell_type == "code":
            assert not [o for o in cell.outputs if o.output_type == "error" or o.get("name") == "stderr"]
    checks = {c.id: shown(c) for c in book.cells if c.id.endswith("-check")}
    assert len(checks) == len(QUESTIONS)
    for name, text in checks.items():
        assert text.startswith(f"{name.removesuffix('-check')}: Not started\n")
        assert text.endswith("0")
    assert not (folder / FILE).exists()


def test_the_stored_solutions_have_full_marks():
    cells = {c.id: c for c in nbformat.read(SOLUTIONS, 4).cells}
    for key, q in QUESTIONS.items():
        said, value = cells[f"{key}-check"].outputs
        assert said.output_type == "display_data"
        assert said.data["text/plain"].startswith(f"{key}: Right")
        assert value.data["text/plain"] == str(q.points)
    assert shown(cells["progress"]).startswith(f"{sum(q.points for q in QUESTIONS.values())} of")


def test_what_solution_shows_really_passes(capsys):
    """The exercise, cell by cell, with the text of solution() in place of each answer."""
    space = {}
    for cell in nbformat.read(EXERCISES, 4).cells:
        if cell.id.endswith("-check"):
            key = cell.id.removesuffix("-check")
            assert eval(cell.source.splitlines()[-1], space) == QUESTIONS[key].points
        elif cell.cell_type == "code":
            exec(texts("definition")[cell.id].code if cell.id in QUESTIONS else cell.source, space)
    assert capsys.readouterr().out.count(": Right, ") == len(QUESTIONS)


def test_an_error_is_told_by_the_line_of_the_learner(folder):
    cells = [
        "from taobaolab.practice.definition import check",
        "def helper(h):\n    return h.nope\n\ndef fewest_shops(h):\n    n = 1\n    return helper(h)",
        "check.q3(fewest_shops)",
        "import math\ncheck.q3(lambda h: math.factorial(-h))",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    NotebookClient(book, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    said = [shown(c) for c in book.cells]
    stopped = "Called with 200, your function stopped in line 2 of your cell"
    assert f"{stopped}: return h.nope (AttributeError: 'int' object has no attribute 'nope')" in said[2]
    assert f"{stopped}: check.q3(lambda h: math.factorial(-h)) (ValueError: " in said[3]


# ---- check, hint, solution, as called in a cell ----------------------------------------------------------------------
def test_a_check_says_its_reply_and_gives_the_points(capfd):
    practice = session()
    assert practice.check.q2(1_200, "met") == 1
    assert practice.check.q2(sales=12_000_000, answer="met") == 2
    assert practice.check.q11("what?") == 0
    out, err = capfd.readouterr()
    assert "q2: Not yet, 1 of 2 points\n1,200 is the figure as printed" in out
    assert 'Stuck? `hint("q2")` helps a step further.' in out
    assert "q2: Right, 2 of 2 points" in out
    assert "A further question: " in out
    assert 'There are q1 to q10 here, such as `hint("q1")`.' in out
    assert err == ""
    assert dir(practice.check)
    with pytest.raises(AttributeError):
        practice.check._repr_html_  # noqa: B018


def test_hints_come_one_by_one_and_stop_at_the_last(capsys):
    practice = session()
    for _ in range(4):
        practice.hint("q3")
    session().hint("q3", 1)
    heads = re.findall(r"^q3, hint (\d) of 3$", capsys.readouterr().out, re.M)
    assert heads == ["1", "2", "3", "3", "1"]
    practice.hint("q3")
    assert "That was the last hint." in capsys.readouterr().out


@pytest.mark.parametrize("name", ["hint", "solution"])
@pytest.mark.parametrize("key", [None, 7, "q99", "", Liar(), ["q1"]])
def test_a_question_that_is_not_there_is_told_in_words(name, key, capsys):
    getattr(session(), name)(key)
    assert capsys.readouterr().out.startswith("Which question?")


def test_solution_shows_code_and_discussion_and_is_remembered(capsys):
    practice = session()
    practice.solution("q2")
    practice.progress()
    out = capsys.readouterr().out
    assert '    sales_rmb, answer = 1_200 * 10_000, "met"\n1,200 万元 is 12,000,000 yuan' in out
    assert "q2   Twelve hundred of what?      not started  0 of 2  solution seen" in out


def test_the_page_has_the_same_words_as_the_text():
    note = Note("q1: <Right>", ("Use `a < b`.", "中文"), (("q1", "a & b"), ("q2", "c")), "x = '<'\ny = 2")
    page = note._repr_html_()
    words = html.unescape(re.sub(r"<(?!Right|b>|')[^<>]*>", " ", page))
    assert (
        words.split()
        == re.sub(
            "`", " ", str(Note(note.head, (), note.rows, note.code, note.colour)) + "\n" + "\n".join(note.lines)
        ).split()
    )
    assert 'role="status"' in page
    assert not re.search(r"<script|http|<img", page)
    assert repr(note) == str(note)


# ---- progress --------------------------------------------------------------------------------------------------------
def solve(practice, *keys):
    with contextlib.redirect_stdout(None):
        for key in keys:
            getattr(practice.check, key)(*RIGHT_ANSWERS[key][0])


def code_of(practice):
    return practice.record.code(practice.record.states())


def test_progress_is_kept_in_the_folder_and_the_best_counts(folder, capsys):
    solve(session(), "q1", "q2")
    practice = session()
    practice.check.q2(1_200, "met")
    practice.check.q4([])
    practice.hint("q4")
    practice.progress()
    out = capsys.readouterr().out
    assert "8 of 31 points" in out
    assert re.search(r"q2 .* right +2 of 2$", out, re.M)
    assert re.search(r"q4 .* not yet +0 of 3 +1 hint$", out, re.M)
    assert re.search(r"q5 .* not started +0 of 3$", out, re.M)
    kept = json.loads((folder / FILE).read_text())
    assert kept == {
        "definition": {"q1": {"score": 7, "help": 0}, "q2": {"score": 3, "help": 0}, "q4": {"score": 1, "help": 1}}
    }
    assert [p.name for p in folder.iterdir()] == [FILE]


def test_the_file_keeps_other_themes(folder):
    (folder / FILE).write_text('{"growth": {"q1": {"score": 2, "help": 0}}}')
    solve(session(), "q2")
    assert set(json.loads((folder / FILE).read_text())) == {"growth", "definition"}


def test_without_the_variable_progress_is_kept_beside_the_notebook(folder, monkeypatch):
    monkeypatch.delenv(FOLDER)
    monkeypatch.chdir(folder)
    solve(session(), "q2")
    assert (folder / FILE).exists()


def test_a_deleted_file_means_a_new_beginning(folder, capsys):
    practice = session()
    solve(practice, "q1")
    (folder / FILE).unlink()
    practice.progress()
    assert capsys.readouterr().out.startswith("0 of 31 points")


BROKEN = [b"", b"{", b"[]", b"7", b"\xff\xfe", b"[" * 100_000]
ODD = [
    {"definition": 5},
    {"definition": {"q1": 3, "q2": None, "q77": {"score": 1, "help": 1}}},
    {
        "definition": {
            "q1": {"score": 99, "help": "x"},
            "q2": {"score": -1, "help": True},
            "q3": {"score": 1.5, "help": 10**400},
        }
    },
]


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_is_begun_anew_and_this_is_said(folder, content, capsys):
    practice = session()
    solve(practice, "q2")
    (folder / FILE).write_bytes(content)
    practice.progress()
    out, err = capsys.readouterr()
    assert out.startswith("2 of 31 points")
    assert "could not be read, so it was begun anew" in out
    assert err == ""
    solve(practice, "q1")
    assert code_of(session()) == code_of(practice)


@pytest.mark.parametrize("content", ODD, ids=range(len(ODD)))
def test_odd_entries_in_the_file_count_as_nothing(folder, content):
    (folder / FILE).write_text(json.dumps(content))
    assert set(session().record.states().values()) == {State()}


def test_where_nothing_can_be_written_the_session_remembers(folder, monkeypatch, capsys):
    (folder / "file").write_text("")
    monkeypatch.setenv(FOLDER, str(folder / "file" / "no folder"))
    practice = session()
    solve(practice, "q1", "q2")
    practice.progress()
    out, err = capsys.readouterr()
    assert out.startswith("8 of 31 points")
    assert "Nothing can be written in this folder" in out
    assert err == ""


def test_a_resume_code_brings_progress_to_a_fresh_session(folder, tmp_path_factory):
    practice = session()
    solve(practice, "q1", "q3", "q9")
    with contextlib.redirect_stdout(None):
        practice.hint("q5")
    code = code_of(practice)
    run = f"from taobaolab.practice.definition import resume, progress; resume({code!r}); progress()"
    other = os.environ | {FOLDER: str(tmp_path_factory.mktemp("other"))}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", run], capture_output=True, text=True, env=other, check=False
    )
    assert done.stdout.count("12 of 31 points") == 2
    assert re.search(r"q5 .* not started +0 of 3 +1 hint$", done.stdout, re.M)
    assert code in done.stdout
    assert done.stderr == ""


def test_resuming_never_takes_away(capsys):
    before = code_of(session())
    practice = session()
    solve(practice, "q1")
    practice.resume(before)
    assert "6 of 31 points" in capsys.readouterr().out


STATES = st.fixed_dictionaries(
    {k: st.builds(State, st.integers(0, q.points + 1), st.integers(0, 4)) for k, q in QUESTIONS.items()}
)


@given(STATES)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_state_survives_its_code(states):
    record = session().record
    code = record.code(states)
    assert re.fullmatch(rf"([{LETTERS}]{{4}}-)*[{LETTERS}]{{1,4}}", code)
    assert record.decoded(code) == states
    assert record.decoded(f" {code.lower().replace('-', ' ')}\n") == states
    assert record.decoded("".join(chr(ord(c) + 0xFEE0) for c in code)) == states


def test_a_mistyped_code_is_refused_in_words(capsys):
    practice = session()
    solve(practice, "q1", "q4")
    code = code_of(practice)
    bare = code.replace("-", "")
    slips = {bare[:i] + c + bare[i + 1 :] for i in range(len(bare)) for c in LETTERS} - {bare}
    slips |= {bare[:i] + bare[i + 1] + bare[i] + bare[i + 2 :] for i in range(len(bare) - 1)} - {bare}
    slips |= {bare[:-1], bare + "2", "", "0OIL1", "淘宝村", "²" * 11}
    slips |= {Record("growth", practice.record.points).code(practice.record.states())}
    fresh = Record("definition", practice.record.points)
    for slip in sorted(slips):
        with pytest.raises(ValueError, match=r"mistyped|No code has"):
            fresh.decoded(slip)
    for wrong in (slips.pop(), "OIL", None, 5, Liar(), b"x"):
        practice.resume(wrong)
    out, err = capsys.readouterr()
    assert out.count("Not resumed\n") == 6
    assert "No code has I or L or O in it." in out
    assert err == ""
    assert code_of(session()) == code


def test_a_check_called_by_name_says_what_to_write_instead_of_raising():
    assert theme.check("q1") == 0
