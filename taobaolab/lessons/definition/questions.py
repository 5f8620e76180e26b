"""Practice for theme 1: what counts as a Taobao village?

No answer stands here. What is right is worked out from the published definitions and the tables, and so is what a
named misreading would answer: a misreading is a definition too, the one that the student has in mind.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ... import datasets
from ... import definition as rules
from ...practice.answers import (
    Reader,
    Unfit,
    count_of,
    kind_of,
    mapping,
    number,
    plain,
    results,
    several,
    word,
    word_of,
    write_number,
)
from ...practice.copies import Drawn
from ...practice.core import Practice, question
from ...practice.replies import Finding, agree, first_reply, judge_number
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
Juniper  yes                     no                   {juniper}         82            700        2500
Larch    yes                     yes                  40000000          300            700        2600
Oak      yes                     no                   12000000           65            {oak}         600
"""


OF_REGISTER = Drawn(  # sales of Juniper, households of Oak
    "register", (8_000_000, 180), ((8_000_000, 700), (18_000_000, 180))
)
IN_WAN = Drawn("sales in wan", 1_200, (1_100, 1_300, 1_400, 1_600, 1_900), ("{:,}", "{:_}"))


def places() -> pd.DataFrame:
    """Six places with nothing missing, made for teaching."""
    return small_table(PLACES).assign(status="made_for_teaching")


def register() -> pd.DataFrame:
    """Nine villages with gaps, made for teaching."""
    juniper, oak = OF_REGISTER.value
    rows = REGISTER.format(juniper=juniper, oak=oak)
    return small_table(rows).assign(status="made_for_teaching")


# ---- misreadings -----------------------------------------------------------------------------------------------------
@cache
def misreadings() -> tuple[tuple[rules.Definition, str], ...]:
    """How the rule is misread, each as a definition of its own, with the reply to it."""
    village, committee, sales, shop_tests = rules.get_definition(RULE).to_dict()["all"]
    shops, share = shop_tests["any"]
    place = [village, committee]
    misread = (
        ([*place, sales, shops, share], "both tests"),
        ([*place, sales, shops], "only the number"),
        ([*place, sales, share], "only the share"),
        ([*place, sales, {"any": [shops, share | {"per": "population"}]}], "population"),
        ([*place, _strict(sales), _strict(shop_tests)], "strict"),
        ([*place, sales], "sales alone"),
        ([*place, shop_tests], "shops alone"),
        ([committee, sales, shop_tests], "natural village"),
        ([village, sales, shop_tests], "residents' committee"),
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
    "both tests": "You ask for both: the number of shops and the share of households. The rule joins them with "
    '"either ... or", so one of the two is enough.',
    "only the number": "You used one test, the number of shops. There is a second, the share of households, and small "
    "villages come in by it.",
    "only the share": "You used one test, the share of households. There is a second, the number of shops, and large "
    "villages come in by it.",
    "population": "You took a share of the people. The rule takes it of the households (户, hù), and a household is "
    "several people.",
    "strict": "You treat reaching a bound as not enough. This rule says at least: a village exactly on the line passes.",
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


def _reply_to_misreading(fits: Callable[[rules.Definition], bool], otherwise: str) -> str:
    """The reply to the misreading that gives this answer."""
    return first_reply(((fits(rule), reply) for rule, reply in misreadings()), otherwise)


def _verdicts(rule: Any, villages: dict[Any, Any]) -> dict[Any, str]:
    return {name: rules.explain(rule, village).verdict for name, village in villages.items()}


# ---- questions -------------------------------------------------------------------------------------------------------
SIX_PLACES = ("Willow", "Reed", "Lotus", "Bamboo", "Plum", "Cassia")


@question(6, verdicts=mapping(SIX_PLACES, verdict))
def q1(verdicts: dict[str, str]) -> Iterator[Finding]:
    """Verdicts on six places with complete data."""
    villages = places().to_dict("index")
    right = _verdicts(RULE, villages)
    hold = sum(verdicts[name] == right[name] for name in right)
    step = f"{hold} of your 6 verdicts hold. Take one place at a time, and ask: which kind, which sales, which test?"
    words = _reply_to_misreading(lambda rule: verdicts == _verdicts(rule, villages), step)
    for name in right:
        doubts = verdicts[name] == "undetermined"
        reply = NOTHING_MISSING if doubts else words
        yield Finding("verdicts", verdicts[name] == right[name], reply, entry=name)


@question(2, sales_rmb=number, rosewood=verdict)
def q2(sales_rmb: Any, rosewood: str) -> Iterator[Finding]:
    """A sum printed in units of ten thousand yuan, with 130 shops: the sum in yuan, and the verdict."""
    printed, wan = IN_WAN.value, 10_000
    far = "That is not the printed figure times its unit."
    yield judge_number("sales_rmb", sales_rmb, printed * wan, wan_slips(printed), far, share=0)
    village = PLACE | {"annual_sales_rmb": printed * wan, "active_shops": 130}
    right = rules.explain(RULE, village).verdict
    compare = "Compare the sum in yuan with the one that the rule asks for, then look at the shops."
    reply = NOTHING_MISSING if rosewood == "undetermined" else compare
    yield Finding("rosewood", rosewood == right, reply)


THREE, UNEVEN, EDGES = (200, 640, 1500), (333, 645, 987), (1, 5, 990, 991, 1000, 1001, 8000)


@question(3, fewest_shops=results([(n,) for n in (*THREE, *UNEVEN, *EDGES)], number))
def q3(fewest_shops: dict[tuple[int], Any]) -> Iterator[Finding]:
    """A function from households to the fewest active shops that are enough."""
    fewest = {n: shops for (n,), shops in fewest_shops.items()}
    right = dict(zip(fewest, rules.boundary(RULE, list(fewest)), strict=True))
    most = max(n for n in right.values() if n)
    step = "Take 200, 640 and 1,500 households by hand: how many shops pass the first test, and how many the second?"
    if all(fewest[n] == right[n] for n in THREE):
        step = "The three villages are right, but others are not: try 1, 645, 991 and 8,000 households."
    ways = (
        (
            lambda n: min(n // 10, most),
            "You round down. With 645 households a tenth is 64.5, and 64 shops are fewer.",
        ),
        (
            lambda n: min(round(n / 10), most),
            "You round to the nearest. So by your function 1 household needs no shop at all.",
        ),
        (
            lambda n: min(n / 10, most),
            "No one opens half a shop. A tenth of 645 is 64.5: which number reaches it?",
        ),
        (
            lambda n: min(n // 10 + 1, most),
            "You add a shop even where the tenth is whole. With 640 households 64 are a tenth.",
        ),
    )
    misread = _reply_to_misreading(
        lambda rule: list(fewest.values()) == rules.boundary(rule, list(fewest)), step
    )
    reply = first_reply(((agree(fewest_shops, way), words) for way, words in ways), misread)
    for cases in (THREE, UNEVEN, EDGES):
        yield Finding("fewest_shops", all(fewest[n] == right[n] for n in cases), reply)


SIX = (
    "aliresearch-2022",
    "burb-2014",
    "lishui-daily-2019",
    "wikipedia",
    "world-bank-2018",
    "xinhua-2017",
)


@question(3, say_yes=several(word(*SIX)))
def q4(say_yes: frozenset[str]) -> Iterator[Finding]:
    """Which of six wordings accept exactly 10 million yuan and exactly 100 shops among 2,000 households."""
    village = PLACE | {"annual_sales_rmb": 10_000_000, "active_shops": 100, "households": 2_000}
    right = {key for key in SIX if rules.explain(key, village).met}
    mixed = {key for key in SIX if rules.get_definition(key).strictness == "mixed"}
    hold = len(SIX) - len(say_yes ^ right)
    both = "The plain ones are right. Two texts are inclusive in one place, strict in another: which counts here?"
    slips = (
        (
            say_yes == {*SIX},
            'You let all six say yes. Some say "more than", and this village has not one yuan more.',
        ),
        (
            not say_yes,
            'You let none say yes. Some say "at least", and then reaching the line is enough.',
        ),
        (not hold, "It is the other way round: you listed those that say no."),
        (say_yes ^ right <= mixed, both),
    )
    step = f'{hold} of 6 stand on the right side. Read "at least" and "more than" again, for sales and for shops.'
    for enough in (4, 5, 6):
        yield Finding("say_yes", hold >= enough, first_reply(slips, step))


def bainiu() -> dict[str, Any]:
    """Bainiu in 2014 as row V07d of village_cases has it, taken for an administrative village."""
    village = record("village_cases", "V07d")
    return PLACE | {
        "annual_sales_rmb": int(village["annual_sales_rmb"]),
        "active_shops": int(village["online_shops"]),
    }


DATA = {
    "households": "",
    "population": "The rule never asks how many people live there, but for a number of which there are fewer.",
    "annual_sales_rmb": "The sales are known, and far above the bound. Which number does the second test need?",
    "active_shops": "The shops are known. Which number does the second test compare them with?",
    "household_income": "The rule asks for no income. Which number does the second test need?",
}
datum = word(
    *DATA,
    also={
        "household": "households",
        "number of households": "households",
        "the number of households": "households",
        "how many households": "households",
        "户数": "households",
        "families": "households",
        "people": "population",
        "sales": "annual_sales_rmb",
        "annual sales": "annual_sales_rmb",
        "shops": "active_shops",
        "active shops": "active_shops",
        "income": "household_income",
    },
)


@question(3, bainiu_verdict=verdict, ask_first=datum, at_most=number)
def q5(bainiu_verdict: str, ask_first: str, at_most: Any) -> Iterator[Finding]:
    """Shops and sales known, households not: the verdict, the datum to ask for, and its greatest value that will do."""
    sides = {
        "met": "You gave the benefit of the doubt. The sales are far above the bound, but it fails one test, and for the "
        "other a number is missing.",
        "not met": "You read a gap as a no. Nobody wrote that number down; it may be small enough to pass the second test.",
    }
    right = rules.explain(RULE, bainiu()).verdict
    yield Finding("bainiu_verdict", bainiu_verdict == right, sides.get(bainiu_verdict, ""))
    yield Finding("ask_first", ask_first == "households", DATA.get(ask_first, ""))
    share = rules.get_definition(RULE).threshold("active_shops", "households").bound
    most = math.floor(bainiu()["active_shops"] / share)
    off = "You are off by one. The rule says at least: with your number, are the shops a tenth, or more, or less?"
    step = "Put your number to the test: what is a tenth of it, do the shops reach that, and would one more still work?"
    yield judge_number("at_most", at_most, most, ((most - 1, off), (most + 1, off)), step, share=0)


def _read_verdict_name(name: Any) -> str:
    """A verdict as `definition.check` gives it: None there is its third answer."""
    if plain(name) is None:
        return VERDICTS[2]
    return str(verdict.read(name))


how_many = number._replace(read=lambda answer: number.read(count_of(answer)))


@question(3, register_counts=mapping(VERDICTS, how_many, _read_verdict_name))
def q6(register_counts: dict[str, Any]) -> Iterator[Finding]:
    """How many of the nine villages are met, not met, undetermined."""
    given, table = register_counts, register()
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
            total == total and total != len(table),
            f"Your numbers add up to {write_number(total)}, but the register has {len(table)} villages.",
        ),
    )
    step = "Let `definition.check` do the work, and count the three values of its column `met`."
    misread = _reply_to_misreading(lambda rule: given == counts(under(rule)), step)
    reply = first_reply(slips, misread)
    for name in VERDICTS:
        yield Finding("register_counts", given[name] == right[name], reply, entry=name)


def _shape(key: str) -> tuple[bool, set[str], bool]:
    """Of a wording: whether it has a bound on the number of shops, what it takes shares of, whether it has an or."""
    chosen = rules.get_definition(key)
    bounds = [leaf for leaf in chosen.criteria if hasattr(leaf, "per")]
    numbers = any("shops" in leaf.column and not leaf.per for leaf in bounds)
    return numbers, {leaf.per for leaf in bounds if leaf.per}, "'any'" in str(chosen.to_dict())


wording = word_of(lambda: rules.definitions()["key"])


@question(3, no_share=several(wording), of_people=wording, both_tests=wording)
def q7(no_share: frozenset[str], of_people: str, both_tests: str) -> Iterator[Finding]:
    """Which wordings for villages dropped the share, took it of the people, turned or into and."""
    table = rules.definitions()
    shapes = {key: _shape(key) for key in table["key"][table["level"] == "village"]}
    right = {key for key, (numbers, shares, _) in shapes.items() if numbers and not shares}
    without = {key for key, (numbers, shares, _) in shapes.items() if not numbers and not shares}
    slips = (
        (not no_share, "Your list is empty. Look for rules with a number of shops alone."),
        (
            not no_share <= shapes.keys(),
            "Your list holds a rule for towns or clusters. Keep the level village only.",
        ),
        (
            no_share & without,
            "One in your list says nothing of shops at all: it has no tests for them, so it dropped none.",
        ),
        (
            no_share - right,
            "One in your list has a share all the same. Look for the percent sign in its rule.",
        ),
    )
    more = f"What you have is right, but there are more to find: {len(right - no_share)}."
    yield Finding("no_share", no_share == right, first_reply(slips, more))
    shares = shapes.get(of_people, (False, set(), False))[1]
    other = "The second answer takes its share of something else. Search the rules for the people."
    yield Finding("of_people", "population" in shares, other)
    numbers, shares, either = shapes.get(both_tests, (False, set(), True))
    town = (
        "The third answer is a rule for towns. The same slip was made for villages, a year before."
    )
    one_enough = "In the third answer one test is enough, or there is only one. Look for a rule that wants two."
    reply = one_enough if both_tests in shapes else town
    yield Finding("both_tests", bool(numbers and shares and not either), reply)


SALES = (None, 4_000_000, 9_999_999, 10_000_000, 12_000_000)
SHOPS = (None, 0, 1, 15, 60, 99, 100, 130)
HOUSEHOLDS = (None, 10, 500, 600, 601, 2_000, 5_000)


def _on_an_edge(case: tuple[Any, ...]) -> bool:
    """Whether a number of a case reaches a bound of the rule, or just misses it."""
    sales, shops, households = case
    if sales in (9_999_999, 10_000_000) or shops in (99, 100):
        return True
    return None not in (shops, households) and abs(10 * shops - households) < 10


@cache
def _of_careful() -> dict[tuple[Any, ...], str]:
    """The verdict on each village that the function of question 8 is called with."""
    return _verdicts(RULE, _by_case((a, b, c) for a in SALES for b in SHOPS for c in HOUSEHOLDS))


def _by_case(cases: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    names = ("annual_sales_rmb", "active_shops", "households")
    return {case: PLACE | dict(zip(names, case, strict=True)) for case in cases}


@question(
    3, careful=results([(a, b, c) for a in SALES for b in SHOPS for c in HOUSEHOLDS], verdict)
)
def q8(careful: dict[tuple[Any, ...], str]) -> Iterator[Finding]:
    """A function of sales, shops and households, each of which may be None, to one of three verdicts."""
    right = _of_careful()
    known = _by_case(case for case in careful if None not in case)
    step = "Begin with the villages of which all three numbers are known: some of these verdicts are wrong."
    edge = "With all three numbers known, only edges go wrong. Try 100 shops, 60 of 600 households, and 10 million."
    wrong = [case for case in known if careful[case] != right[case]]
    if wrong and all(map(_on_an_edge, wrong)):
        step = edge
    reply = _reply_to_misreading(
        lambda rule: all(careful[c] == v for c, v in _verdicts(rule, known).items()), step
    )
    yield Finding("careful", not wrong, reply)
    open_ = [case for case in careful if right[case] == "undetermined"]
    sure = [case for case in open_ if careful[case] != "undetermined"]
    firm = " and ".join(sorted({f'"{careful[case]}"' for case in sure}))
    zero = (
        f"Where a gap could turn the answer, your checker still says {firm}. A gap is not zero: no sales would be a no, "
        "and a tenth of no households is always reached."
    )
    near_bounds = (
        "Where a number is missing, only edges go wrong: at 10 million yuan, at 100 shops, at a tenth of the "
        "households. The rule says at least."
    )
    yield Finding("careful", not sure, near_bounds if all(map(_on_an_edge, sure)) else zero)
    settled = [case for case in careful if None in case and case not in open_]
    unsettled = [case for case in settled if careful[case] != right[case]]
    shy = (
        "Your checker doubts too often. Where another number settles the case, a gap does not matter: think of sales "
        "far below the bound, or of a great many shops."
    )
    if unsettled and all(map(_on_an_edge, unsettled)):
        shy = near_bounds
    elif unsettled and "undetermined" not in {careful[case] for case in unsettled}:
        shy = (
            "Your checker takes a side, and the wrong one, where another number has settled the case. Try sales far "
            "below the bound, and a great many shops."
        )
    elif unsettled and all(case[1] == 0 for case in unsettled):
        shy = (
            "Think of 0 shops that are known. Could any number of households let such a village in?"
        )
    doubts = "undetermined" in careful.values()
    yield Finding("careful", doubts and not unsettled, shy if doubts else zero)


STEPS = range(3, 11)


def towns(thresholds: Iterable[int] = STEPS) -> dict[int, int]:
    """How many towns of 2016 have at least so many Taobao villages, by the number of villages."""
    table, names = datasets.load("towns_2016"), {"taobao_villages": "villages"}
    found = rules.sensitivity(
        table, TOWN_RULE, "taobao_villages", thresholds=thresholds, columns=names
    )
    return dict(zip(map(int, found["threshold"]), map(int, found["met"]), strict=True))


def _read_drawing(answer: Any) -> dict[str, Any]:
    """An Altair chart, as the plain data that it is made of."""
    import altair as alt

    if not isinstance(answer, alt.TopLevelMixin):
        raise Unfit(
            f"An Altair chart is wanted here, such as `alt.Chart(counts).mark_bar()`; this is {kind_of(answer)}."
        )
    try:
        return plain(answer.to_dict())
    except Exception:
        words = "This chart is not finished: Altair cannot draw it. Show it in a cell to see what it says."
        raise Unfit(words) from None


drawing = Reader(_read_drawing, {})


class DrawnLayer(NamedTuple):
    """Of a layer with two axes: the pairs of values that it shows, and the words at both axes."""

    pairs: set[tuple[Any, Any]]
    titles: tuple[str, str]


def _drawn_layers(chart: dict[str, Any]) -> Iterator[DrawnLayer]:
    for layer in (chart, *chart.get("layer", [])):
        data = layer.get("data") or chart.get("data") or {}
        rows = data.get("values") or chart.get("datasets", {}).get(data.get("name")) or []
        encoding = chart.get("encoding", {}) | layer.get("encoding", {})
        x, y = (encoding.get(axis, {}) for axis in "xy")
        if not (x.get("field") and y.get("field")):
            continue
        steps = [*chart.get("transform", []), *layer.get("transform", [])]
        columns = [_column_of(axis["field"], steps) for axis in (x, y)]
        pairs = {tuple(_number_in(row.get(column)) for column in columns) for row in rows}
        if _hides_some(layer, x, y, steps):
            pairs = set()
        yield DrawnLayer(pairs, (_title(x), _title(y)))


def _column_of(field: str, steps: list[dict[str, Any]]) -> str:
    """The column of the table behind a field that a step of the chart copies under another name."""
    for step in steps:
        if step.get("as") == field and str(step.get("calculate")).startswith("datum."):
            return str(step["calculate"]).removeprefix("datum.")
    return field


def _number_in(value: Any) -> Any:
    """A number, also where it stands at the head of words, such as "3 or more"."""
    found = re.match(r"(\d+)\b", value) if type(value) is str else None
    return int(found[1]) if found else value


def _hides_some(
    layer: dict[str, Any], x: dict[str, Any], y: dict[str, Any], steps: list[dict[str, Any]]
) -> bool:
    """Whether a layer leaves rows out, puts them together, draws them off the page, or unseen."""
    mark = layer.get("mark")
    unseen = type(mark) is dict and mark.get("opacity") == 0
    together = any(axis.get("bin") or axis.get("aggregate") == "count" for axis in (x, y))
    low, high = min(towns().values()), max(towns().values())
    for axis in (x, y):
        domain = (axis.get("scale") or {}).get("domain")
        if type(domain) is list and len(domain) == 2 and axis.get("type") == "quantitative":
            is_threshold = domain[-1] < low
            least, most = (min(STEPS), max(STEPS)) if is_threshold else (low, high)
            if domain[0] > least or domain[1] < most:
                return True
    return unseen or together or any("filter" in step for step in steps)


def _says_something(title: str) -> bool:
    """Whether the words at an axis are neither the name of a column nor a letter or two."""
    letters = sum(sign.isalpha() for sign in title)
    wide = any(ord(sign) > 0x2E80 for sign in title)
    return title not in COLUMNS_OF_TOWNS and "_" not in title and (letters > 2 or wide)


def _title(part: dict[str, Any]) -> str:
    """The title of an axis as it is drawn, in one line; of an axis without one, the name of its column."""
    if "axis" in part and part["axis"] is None:
        return ""
    title = part.get("title", (part.get("axis") or {}).get("title", part["field"])) or ""
    return " ".join(map(str, title)) if type(title) is list else str(title)


COLUMNS_OF_TOWNS = ("threshold", "met", "not_met", "undetermined", "share")
OF_EXAMPLE = {"place", "active shops"}


def _reply_to_titles(titles: tuple[str, ...], sure: bool) -> str:
    """What is wrong with the words at the axes, as far as a machine can tell.

    The words at the villages needed come first; ``sure`` says whether the picture shows which axis that is.
    """
    if not all(map(_says_something, titles)):
        return 'Say at both axes in words what is counted: `title="Towns that qualify"` instead of the name of a column.'
    needed, count = (title.casefold() for title in titles)
    if needed == count:
        return "Both axes have the same words. One shows villages, the other towns."
    if {needed, count} & OF_EXAMPLE:
        return "An axis still has the words of the example. What do yours show?"
    of_towns = "town" in needed and "village" not in needed
    if sure and of_towns and "village" in count and "town" not in count:
        return (
            "The words at the two axes are swapped: which one shows villages, and which one towns?"
        )
    return ""


@question(3, chart=drawing, lost=number)
def q9(chart: dict[str, Any], lost: Any) -> Iterator[Finding]:
    """A chart of the number of towns by the villages that a town needs, and how many towns one village more costs."""
    right, beyond = towns(), towns(n + 1 for n in STEPS)
    layers = list(_drawn_layers(chart))
    pairs = {p for layer in layers for pair in layer.pairs for p in (pair, pair[::-1])}
    below = any(
        pair[0] in (1, 2) and type(pair[1]) in (int, float) and pair[1] > max(STEPS)
        for pair in pairs
    )
    more = "Your bars count the towns with more villages than the threshold. At least three includes three."
    low = "Begin at three. No town with fewer is in the table, so a bar for one or two would show the list, not China."
    step = "The picture does not show the towns for every threshold from 3 to 10. Draw the table of `sensitivity`."
    reply = first_reply((({(n, beyond[n + 1]) for n in STEPS} <= pairs, more), (below, low)), step)
    yield Finding("chart", set(right.items()) <= pairs and not below, reply)
    no_axes = "Your chart needs two axes: the villages that a town needs, and the towns."
    at_axes = []
    for layer in layers:
        at_x, at_y = (all(pair[i] in STEPS for pair in layer.pairs) for i in (0, 1))
        needed = layer.titles if at_x else layer.titles[::-1]
        at_axes.append(_reply_to_titles(needed, sure=at_x != at_y))
    words = first_reply((bool(reply), reply) for reply in at_axes) if layers else no_axes
    yield Finding("chart", not words, words)
    slips = (
        (right[4], "That many are left if four are needed. How many of the first bar are gone?"),
        (
            right[3],
            "That many there are if three are needed. How many of them have no fourth village?",
        ),
        (right[4] - right[5], "That is one step further on, from four villages to five."),
        (100 * (right[3] - right[4]) / right[3], "That is the percentage. How many towns is it?"),
    )
    far = "Subtract the second bar of your chart from the first."
    yield judge_number("lost", lost, right[3] - right[4], slips, far, share=0)


def _read_definition(answer: Any) -> rules.Definition:
    """A dict that makes a sound definition."""
    if type(answer) is not dict:
        raise Unfit(
            f"A dict is wanted here, with source, year and all or any; this is {kind_of(answer)}."
        )
    mine = {name: _kept(value) for name, value in answer.items()}
    year = mine.get("year")
    if type(year) is str and year.strip().isdecimal():
        mine["year"] = int(year)
    year = mine.get("year")
    if type(year) is int and not 1900 <= year <= 2200:
        raise Unfit('The checker cannot use it yet. Write the year in four digits: "year": 2022')
    source = mine.get("source")
    if type(source) is str and source.strip() and not any(map(str.isalnum, source)):
        raise Unfit('The checker cannot use it yet. Say who would count it: "source": "..."')
    try:
        return rules.get_definition(mine)
    except rules.DefinitionError as error:
        raise Unfit(f"The checker cannot use it yet. Look at {error}") from None


def _kept(value: Any) -> Any:
    """A part of a rule in plain data; its dates stay dates, as the checker wants them."""
    return value if type(value) is datetime.date else plain(value)


own_definition = Reader(_read_definition, None)


@question(2, mine=own_definition)
def q10(mine: rules.Definition) -> Iterator[Finding]:
    """A definition of one's own: sound, of two criteria or more, and no published one."""
    one = "It has one criterion. One number alone accepts false cases: add a second that keeps them out."
    asked = {(leaf.column, getattr(leaf, "per", "")) for leaf in mine.criteria}
    if len(mine.criteria) > 1:
        one = "Its criteria ask for one number only, twice. Ask for a second one, that keeps false cases out."
    yield Finding("mine", len(asked) > 1, one)
    copied = "This is a published rule, unchanged. Change what does not fit the country that you write about."
    parts = _in_any_order(mine.to_dict())
    if parts == _in_any_order(OF_THE_LESSON):
        copied = (
            "This is the example of the lesson, unchanged. What would you count where you live?"
        )
    printed = [
        OF_THE_LESSON,
        *(rules.get_definition(k).to_dict() for k in rules.definitions()["key"]),
    ]
    yield Finding("mine", all(parts != _in_any_order(rule) for rule in printed), copied)


OF_THE_LESSON: dict[str, Any] = {
    "all": [
        {"column": "annual_sales_rmb", "at_least": 5_000_000},
        {
            "any": [
                {"column": "active_shops", "at_least": 50},
                {"column": "ecommerce_households", "per": "households", "at_least": "20%"},
            ]
        },
    ]
}


def _in_any_order(rule: dict[str, Any]) -> Any:
    """The criteria of a rule, so that two rules are equal if they differ in nothing but the order of parts."""
    sound = rules.get_definition({"source": "any", "year": 2022} | _criteria_of(rule)).to_dict()
    return _unordered(_criteria_of(sound))


def _criteria_of(rule: dict[str, Any]) -> dict[str, Any]:
    return {name: rule[name] for name in ("level", "all", "any") if name in rule}


def _unordered(part: Any) -> Any:
    if type(part) is dict:
        return frozenset((name, _unordered(value)) for name, value in part.items())
    if type(part) is list:
        return frozenset(map(_unordered, part))
    return part


DRAWN: dict[str, tuple[Drawn, ...]] = {"q2": (IN_WAN,), "q6": (OF_REGISTER,)}
practice = Practice("definition", (q1, q2, q3, q4, q5, q6, q7, q8, q9, q10), DRAWN)
check, hint, solution = practice.check, practice.hint, practice.solution
progress, resume = practice.progress, practice.resume
take_along, bring_back = practice.take_along, practice.bring_back
