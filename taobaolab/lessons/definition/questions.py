"""Practice for theme 1: what counts as a Taobao village?

No answer stands here. What is right is worked out from the published definitions and the tables, and so is what a
named misreading would answer: a misreading is a definition too, the one that the student has in mind.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from ... import datasets
from ... import definition as rules
from ...practice.answers import (
    Unfit,
    kind,
    mapping,
    number,
    plain,
    results,
    said,
    several,
    text,
    word,
    word_of,
)
from ...practice.core import Practice, question
from ...practice.replies import Finding, caught, clean, same, weighed
from ...practice.rule import PLACE, RULE, VERDICTS, verdict
from ...practice.slips import wan_slips
from ...practice.tables import record, small_table

if TYPE_CHECKING:
    import pandas as pd

TOWN_RULE = "agriculture-news-2017-town"
NOTHING_MISSING = "No number is missing here that could turn the answer, so it is met or not met."


# ---- tables made for teaching ----------------------------------------------------------------------------------------
PLACES = """
place   administrative_village  residents_committee  annual_sales_rmb  active_shops  households  population
Willow  yes                     no                   12000000           60           500         1900
Reed    yes                     no                   14000000           45           110          400
Lotus   yes                     no                    9800000          320           900         3300
Bamboo  yes                     no                   25000000           85           900         3400
Plum    yes                     no                   15000000          130          2000         7100
Cassia  no                      no                   30000000          150           400         1500
"""
REGISTER = """
place    administrative_village  residents_committee  annual_sales_rmb  active_shops  households  population
Ash      yes                     no                   18000000          140              -        2400
Birch    yes                     no                    6000000            -            400        1500
Cedar    yes                     no                   11000000           70              -        2900
Elm      yes                     no                          -          210            800        2900
Fir      yes                     no                   10000000          100           3000        9800
Hazel    yes                     no                   22000000           64            640        2300
Juniper  yes                     no                    8000000           82            700        2500
Larch    yes                     yes                  40000000          300            700        2600
Oak      yes                     no                   12000000           65            180         600
"""


def places() -> pd.DataFrame:
    """Six places with nothing missing, made for teaching."""
    return small_table(PLACES).assign(status="made_for_teaching")


def register() -> pd.DataFrame:
    """Nine villages with gaps, made for teaching."""
    return small_table(REGISTER).assign(status="made_for_teaching")


# ---- misreadings -----------------------------------------------------------------------------------------------------
@cache
def misreadings() -> tuple[tuple[rules.Definition, str], ...]:
    """How the rule is misread, each as a definition of its own, with what to say to it."""
    village, committee, sales, doors = rules.get_definition(RULE).to_dict()["all"]
    shops, share = doors["any"]
    place = [village, committee]
    misread = (
        ([*place, sales, shops, share], "both doors"),
        ([*place, sales, shops], "only the number"),
        ([*place, sales, share], "only the share"),
        ([*place, sales, {"any": [shops, share | {"per": "population"}]}], "population"),
        ([*place, _strict(sales), _strict(doors)], "strict"),
        ([*place, sales], "sales alone"),
        ([*place, doors], "shops alone"),
        ([committee, sales, doors], "natural village"),
        ([village, sales, doors], "residents' committee"),
    )
    return tuple(
        (
            rules.get_definition(
                {"key": name, "source": "a misreading", "year": 2022, "all": parts}
            ),
            MISREAD[name],
        )
        for parts, name in misread
    )


MISREAD = {
    "both doors": "You ask for both: the number of shops and the share of households. The rule joins them with "
    '"either ... or", so one of the two is enough.',
    "only the number": "You used one door, the number of shops. There is a second, the share of households, and small "
    "villages come in by it.",
    "only the share": "You used one door, the share of households. There is a second, the number of shops, and large "
    "villages come in by it.",
    "population": "You took a share of the people. The rule takes it of the households (户, hù), and a household is "
    "several people.",
    "strict": "You treat reaching a bound as not enough. This rule says at least: whoever stands on the line is in.",
    "sales alone": "You looked at the sales alone. The rule also asks for shops, in either of two ways.",
    "shops alone": "You looked at the shops alone. The rule also asks for sales.",
    "natural village": "One of these is a natural village (自然村, zìrán cūn), a group of houses. The rule counts "
    "administrative villages (行政村, xíngzhèng cūn), which often hold several of them.",
    "residents' committee": "One of these is run by a residents' committee (居委会, jūwěihuì), the urban kind. The "
    "notice of 2022 leaves such places out.",
}


def _strict(part: dict[str, Any]) -> dict[str, Any]:
    if "any" in part:
        return {"any": [_strict(p) for p in part["any"]]}
    return {"more_than" if k == "at_least" else k: v for k, v in part.items()}


def _misread(fits: Callable[[rules.Definition], bool], otherwise: str) -> str:
    """What to say to the misreading that gives this answer."""
    return caught(((fits(rule), words) for rule, words in misreadings()), otherwise)


def _verdicts(rule: Any, villages: dict[Any, Any]) -> dict[Any, str]:
    return {name: rules.explain(rule, village).verdict for name, village in villages.items()}


# ---- questions -------------------------------------------------------------------------------------------------------
@question(6, mapping(("Willow", "Reed", "Lotus", "Bamboo", "Plum", "Cassia"), verdict))
def q1(given: dict[str, str]) -> Iterator[Finding]:
    """Verdicts on six places with complete data."""
    villages = places().to_dict("index")
    right = _verdicts(RULE, villages)
    hold = sum(given[name] == right[name] for name in right)
    step = f"{hold} of your 6 verdicts hold. Take one place at a time, and ask: which kind, which sales, which door?"
    words = _misread(lambda rule: given == _verdicts(rule, villages), step)
    for name in right:
        yield (
            1,
            given[name] == right[name],
            NOTHING_MISSING if given[name] == "undetermined" else words,
        )


@question(2, number, verdict)
def q2(rmb: Any, says: str) -> Iterator[Finding]:
    """1,200 in units of ten thousand yuan, with 130 shops: the sum in yuan, and the verdict."""
    printed, wan = 1_200, 10_000
    yield weighed(
        rmb,
        printed * wan,
        wan_slips(printed),
        "That is not the printed figure times its unit.",
        share=0,
    )
    (right,) = _verdicts(
        RULE, {0: PLACE | {"annual_sales_rmb": printed * wan, "active_shops": 130}}
    ).values()
    compare = (
        "Compare your sum in yuan with the one that the rule asks for, then look at the shops."
    )
    yield 1, says == right, NOTHING_MISSING if says == "undetermined" else compare


THREE, UNEVEN, EDGES = (200, 640, 1500), (333, 645, 987), (1, 5, 990, 991, 1001, 8000)


@question(3, results([(n,) for n in (*THREE, *UNEVEN, *EDGES)], number))
def q3(given: dict[tuple[int], Any]) -> Iterator[Finding]:
    """A function from households to the fewest active shops that are enough."""
    fewest = {n: shops for (n,), shops in given.items()}
    right = dict(zip(fewest, rules.boundary(RULE, list(fewest)), strict=True))
    most = max(n for n in right.values() if n)
    step = "Take 200, 640 and 1,500 households by hand: how many shops open the one door, how many the other?"
    if all(fewest[n] == right[n] for n in THREE):
        step = "The three villages are right, but others are not: try 1, 645, 991 and 8,000 households."
    ways = (
        (
            lambda n: min(n // 10, most),
            "You round down. With 645 households a tenth is 64.5, and 64 shops are fewer.",
        ),
        (
            lambda n: min(round(n / 10), most),
            "You round to the nearest. With 1 household no shop at all is needed.",
        ),
        (
            lambda n: min(n / 10, most),
            "No one opens half a shop. A tenth of 645 is 64.5: which number reaches it?",
        ),
    )
    words = _misread(lambda rule: list(fewest.values()) == rules.boundary(rule, list(fewest)), step)
    words = caught(((same(given, way), words) for way, words in ways), words)
    for cases in (THREE, UNEVEN, EDGES):
        yield 1, all(fewest[n] == right[n] for n in cases), words


SIX = (
    "aliresearch-2022",
    "burb-2014",
    "lishui-daily-2019",
    "wikipedia",
    "world-bank-2018",
    "xinhua-2017",
)


@question(3, several(word(*SIX)))
def q4(yes: frozenset[str]) -> Iterator[Finding]:
    """Which of six wordings accept exactly 10 million yuan and exactly 100 shops among 2,000 households."""
    village = PLACE | {"annual_sales_rmb": 10_000_000, "active_shops": 100, "households": 2_000}
    right = {key for key in SIX if rules.explain(key, village).met}
    mixed = {key for key in SIX if rules.get_definition(key).strictness == "mixed"}
    hold = len(SIX) - len(yes ^ right)
    both = "The plain ones are right. Two texts are inclusive in one place, strict in another: which counts here?"
    slips = (
        (
            yes == {*SIX},
            'You let all six say yes. Some say "more than", and this village has not one yuan more.',
        ),
        (
            not yes,
            'You let none say yes. Some say "at least", and then reaching the line is enough.',
        ),
        (not hold, "It is the other way round: you listed those that say no."),
        (yes ^ right <= mixed, both),
    )
    step = f'{hold} of 6 stand on the right side. Read "at least" and "more than" again, for sales and for shops.'
    for enough in (4, 5, 6):
        yield 1, hold >= enough, caught(slips, step)


def bainiu() -> dict[str, Any]:
    """Bainiu in 2014 as row V07d of village_cases has it, taken for an administrative village."""
    village = record("village_cases", "V07d")
    return PLACE | {
        "annual_sales_rmb": int(village["annual_sales_rmb"]),
        "active_shops": int(village["online_shops"]),
    }


@question(3, verdict, text, number)
def q5(says: str, ask_first: str, most: Any) -> Iterator[Finding]:
    """Shops and sales known, households not: the verdict, the datum to ask for, and its greatest value that will do."""
    answer = rules.explain(RULE, bainiu())
    sides = {
        "met": "You gave the benefit of the doubt. The sales are far above the bound, but one door is shut, and for the "
        "other a number is missing.",
        "not met": "You took a gap for a no. Nobody wrote that number down; it may be small enough to open the second door.",
    }
    yield 1, says == answer.verdict, sides.get(says, "")
    slips = {
        "popul|people|person|人口": "The rule never asks how many people live there, but for a number of which there are fewer.",
        "sale|销售": "The sales are known, and far above the bound. Which number does the second door need?",
        "shop|网店": "The shops are known. Which number does the second door compare them with?",
        r"household|famil|homes?\b|户": "",
        "": "That would not settle it. Which number does the second door need?",
    }
    yield clean(
        (re.search(pattern, ask_first.casefold()), words) for pattern, words in slips.items()
    )
    right = math.floor(
        bainiu()["active_shops"]
        / rules.get_definition(RULE).threshold("active_shops", "households").bound
    )
    off = "You are one off. The rule says at least: with your number, are the shops a tenth, or more, or less?"
    step = "Put your number to the test: what is a tenth of it, do the shops reach that, and would one more still do?"
    yield weighed(most, right, ((right - 1, off), (right + 1, off)), step, share=0)


@question(3, mapping(VERDICTS, number, verdict))
def q6(given: dict[str, Any]) -> Iterator[Finding]:
    """How many of the nine villages are met, not met, undetermined."""
    table = register()
    gaps = table.isna().any(axis="columns")

    def counts(met: Iterable[Any]) -> dict[str, int]:
        answers = [
            "undetermined" if m is None else "met" if m else "not met" for m in plain(list(met))
        ]
        return {name: answers.count(name) for name in VERDICTS}

    def under(rule: Any) -> pd.Series:
        return rules.check(table, rule)["met"]

    met = under(RULE)
    right, total = counts(met), sum(given.values())
    shy = "You called every row with a gap undetermined. Some gaps do not matter: another number has settled it."
    slips = (
        (
            given == counts(met.fillna(False)),
            "You counted a gap as a no. If it could decide, it is undetermined.",
        ),
        (
            given == counts(met[~gaps]),
            "You left out the rows with gaps. They count too, and some gaps do not matter.",
        ),
        (given == counts(met.mask(gaps)), shy),
        (
            total != len(table),
            f"Your numbers add up to {said(total)}, but the register has {len(table)} villages.",
        ),
    )
    step = "Let `definition.check` do the work, and count the three values of its column `met`."
    words = caught(slips, _misread(lambda rule: given == counts(under(rule)), step))
    for name in VERDICTS:
        yield 1, given[name] == right[name], words


def _shape(key: str) -> tuple[bool, set[str], bool]:
    """Of a wording: whether it has a bound on the number of shops, what it takes shares of, whether it has an or."""
    chosen = rules.get_definition(key)
    bounds = [leaf for leaf in chosen.criteria if hasattr(leaf, "per")]
    numbers = any("shops" in leaf.column and not leaf.per for leaf in bounds)
    return numbers, {leaf.per for leaf in bounds if leaf.per}, "'any'" in str(chosen.to_dict())


wording = word_of(lambda: rules.definitions()["key"])


@question(3, several(wording), wording, wording)
def q7(no_share: frozenset[str], people: str, both: str) -> Iterator[Finding]:
    """Which wordings for villages dropped the share, took it of the people, turned or into and."""
    table = rules.definitions()
    shapes = {key: _shape(key) for key in table["key"][table["level"] == "village"]}
    right = {key for key, (numbers, shares, _) in shapes.items() if numbers and not shares}
    without = {key for key, (numbers, shares, _) in shapes.items() if not numbers and not shares}
    slips = (
        (
            not no_share <= shapes.keys(),
            "Your list holds a rule for towns or clusters. Keep the level village only.",
        ),
        (
            no_share & without,
            "One in your list says nothing of shops at all: it has no doors, so it dropped none.",
        ),
        (
            no_share - right,
            "One in your list has a share all the same. Look for the percent sign in its rule.",
        ),
    )
    words = caught(
        slips, f"What you have is right, but more can be found: {len(right - no_share)}."
    )
    yield 1, no_share == right, words
    shares = shapes.get(people, (False, set(), False))[1]
    other = "The second answer takes its share of something else. Search the rules for the people."
    yield 1, "population" in shares, other
    numbers, shares, either = shapes.get(both, (False, set(), True))
    town = (
        "The third answer is a rule for towns. The same slip was made for villages, a year before."
    )
    door = "In the third answer one door is enough, or there is only one. Look for a rule that wants two."
    yield 1, bool(numbers and shares and not either), door if both in shapes else town


SALES, SHOPS, HOUSEHOLDS = (
    (None, 4_000_000, 10_000_000, 12_000_000),
    (None, 60, 100, 130),
    (None, 500, 2_000),
)


@question(3, results([(a, b, c) for a in SALES for b in SHOPS for c in HOUSEHOLDS], verdict))
def q8(given: dict[tuple[Any, ...], str]) -> Iterator[Finding]:
    """A function of sales, shops and households, each of which may be None, to one of three verdicts."""
    names = ("annual_sales_rmb", "active_shops", "households")
    villages = {case: PLACE | dict(zip(names, case, strict=True)) for case in given}
    right = _verdicts(RULE, villages)
    known = {case: village for case, village in villages.items() if None not in case}
    step = "Begin with the villages of which all three numbers are known: some of these verdicts are wrong."
    words = _misread(
        lambda rule: all(given[c] == v for c, v in _verdicts(rule, known).items()), step
    )
    yield 1, all(given[case] == right[case] for case in known), words
    open_ = [case for case in given if right[case] == "undetermined"]
    sure = [case for case in open_ if given[case] != "undetermined"]
    firm = " and ".join(sorted({f'"{given[case]}"' for case in sure}))
    zero = (
        f"Where a gap could turn the answer, your checker still says {firm}. A gap is not zero: no sales would be a no, "
        "and a tenth of no households is always reached."
    )
    yield 1, not sure, zero
    settled = [case for case in given if None in case and case not in open_]
    shy = (
        "Your checker doubts too often. Where another number has settled the case, a gap does not matter: think of sales "
        "far below the bound, or of a great many shops."
    )
    doubts = "undetermined" in given.values()
    yield 1, doubts and all(given[case] == right[case] for case in settled), shy if doubts else zero


STEPS = range(3, 11)


def towns(thresholds: Iterable[int] = STEPS) -> dict[int, int]:
    """How many towns of 2016 have at least so many Taobao villages, by the number of villages."""
    table, names = datasets.load("towns_2016"), {"taobao_villages": "villages"}
    found = rules.sensitivity(
        table, TOWN_RULE, "taobao_villages", thresholds=thresholds, columns=names
    )
    return dict(zip(map(int, found["threshold"]), map(int, found["met"]), strict=True))


def drawing(answer: Any) -> dict[str, Any]:
    """A taker: an Altair chart, as the plain data that it is made of."""
    import altair as alt

    if not isinstance(answer, alt.TopLevelMixin):
        raise Unfit(
            f"An Altair chart is wanted here, such as `alt.Chart(counts).mark_bar()`; this is {kind(answer)}."
        )
    try:
        return plain(answer.to_dict())
    except Exception:
        words = "This chart is not finished: Altair cannot draw it. Show it in a cell to see what it says."
        raise Unfit(words) from None


def _drawn(chart: dict[str, Any]) -> Iterator[tuple[set[tuple[Any, Any]], bool]]:
    """Of each layer with two axes: the pairs of values, and whether both axes have words of their own."""
    for layer in (chart, *chart.get("layer", [])):
        data = layer.get("data") or chart.get("data") or {}
        rows = data.get("values") or chart.get("datasets", {}).get(data.get("name")) or []
        x, y = (
            (chart.get("encoding", {}) | layer.get("encoding", {})).get(axis, {}) for axis in "xy"
        )
        if x.get("field") and y.get("field"):
            named = all(_title(axis) not in ("", axis["field"]) for axis in (x, y))
            yield {(row.get(x["field"]), row.get(y["field"])) for row in rows}, named


def _title(part: dict[str, Any]) -> str:
    """The title of a chart or of an axis, in one line."""
    title = part.get("title") or (part.get("axis") or {}).get("title") or ""
    title = title.get("text", "") if type(title) is dict else title
    return " ".join(map(str, title)) if type(title) is list else str(title)


@question(3, drawing)
def q9(chart: dict[str, Any]) -> Iterator[Finding]:
    """A chart of the number of towns by the villages that a town needs, with its finding as title."""
    right, beyond = towns(), towns(n + 1 for n in STEPS)
    layers = list(_drawn(chart))
    pairs = {p for drawn, _ in layers for pair in drawn for p in (pair, pair[::-1])}
    below = any(pair[0] in (1, 2) for pair in pairs)
    more = "Your bars count the towns with more villages than the threshold. At least three includes three."
    low = "Begin at three. No town with fewer is in the table, so a bar for one or two would show the list, not China."
    step = "The picture does not show the towns for every threshold from 3 to 10. Draw the table of `sensitivity`."
    words = caught((({(n, beyond[n + 1]) for n in STEPS} <= pairs, more), (below, low)), step)
    yield 1, set(right.items()) <= pairs and not below, words
    axes = 'Say at both axes in words what is counted: `title="Towns that qualify"` instead of the name of a column.'
    yield 1, bool(layers) and all(named for _, named in layers), axes
    title = next(filter(None, map(_title, (chart, *chart.get("layer", [])))), "")
    figures = {int(digits.replace(",", "")) for digits in re.findall(r"\d[\d,]{0,9}", title)}
    counts = set(right.values())
    lost = {a - b for a in counts for b in counts if a > b}
    percent = {
        round(100 * a / b) for a in counts | lost for b in counts if re.search("%|percent", title)
    }
    topic = "The title names a topic, or there is none. Make it a sentence that says what the reader should see."
    bare = "The title has no figure that the chart bears out. Say how many towns, or what percentage, are left or lost."
    sentence = len(title.split()) >= 5
    yield 1, sentence and bool(figures & (counts | lost | percent)), bare if sentence else topic


def own_definition(answer: Any) -> rules.Definition:
    """A taker: a dict that makes a sound definition."""
    if type(answer) is not dict:
        raise Unfit(
            f"A dict is wanted here, with source, year and all or any; this is {kind(answer)}."
        )
    try:
        return rules.get_definition(plain(answer))
    except rules.DefinitionError as error:
        raise Unfit(f"The checker cannot use it yet. Look at {error}") from None


@question(2, own_definition)
def q10(mine: rules.Definition) -> Iterator[Finding]:
    """A definition of one's own: sound, of two criteria or more, with a source that can be found again."""
    one = "It has one criterion. One number alone lets in false cases: add a second that keeps them out."
    copied = "This is a published rule as it stands. Change what does not fit the country that you write about."
    own = all(mine.rule != rules.get_definition(key).rule for key in rules.definitions()["key"])
    enough = len(mine.criteria) > 1
    yield 1, enough and own, copied if enough else one
    vague = {
        "me",
        "my",
        "own",
        "myself",
        "i",
        "the",
        "internet",
        "web",
        "google",
        "unknown",
        "source",
        "idea",
        "none",
    }
    named = set(re.findall(r"\w+", mine.source.casefold())) - vague
    yield (
        1,
        len(named) > 1,
        "The source cannot be found again. Name who says so, and in which table or year.",
    )


practice = Practice("definition", (q1, q2, q3, q4, q5, q6, q7, q8, q9, q10))
check, hint, solution = practice.check, practice.hint, practice.solution
progress, resume = practice.progress, practice.resume
