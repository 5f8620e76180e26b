"""Practice for theme 2: how fast did the number of Taobao villages grow?

No answer stands here. What is right is worked out from the tables by the models of this lesson, and so is what each
misconception would answer: the rate of a reader who counts rows, the share of one who takes a gap for zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from ... import datasets
from ...practice.answers import (
    Reader,
    Unfit,
    count_of,
    entries,
    mapping,
    number,
    number_or_unknown,
    results,
    text,
    truth,
    word,
)
from ...practice.copies import Drawn
from ...practice.core import Practice, question
from ...practice.replies import (
    Finding,
    Slips,
    first_reply,
    judge_function,
    judge_number,
    near,
    near_rounded,
    reply_to_number,
)
from ...practice.slips import PERCENT, RATE_SLIPS, ROWS, TURNED, rate, rate_slips, wan_slips
from ...practice.tables import small_table
from .concentration import gini, herfindahl, lorenz
from .curves import years_since
from .list_turnover import Turnover, turnover, without_ending

if TYPE_CHECKING:
    import pandas as pd


# ---- rates between dates ---------------------------------------------------------------------------------------------
@cache
def _list() -> pd.DataFrame:
    return datasets.load("villages_by_year").set_index("year")


def national(year: int) -> float:
    """All villages on the list of a year."""
    return float(_list().villages.loc[year])


class Step(NamedTuple):
    """Two counts and the years between the dates of their lists."""

    before: float
    after: float
    years: float


def step(year: int, after: int, province: str = "") -> Step:
    """From one list to another: of the country, or of a province."""
    dates = _list().as_of
    years = float(years_since(dates.loc[after], origin=dates.loc[year])[0])
    if province:
        return Step(provinces(year)[province], provinces(after)[province], years)
    return Step(national(year), national(after), years)


@question(3, rate_2019=number, rate_2020=number, added_a_year=number)
def q1(rate_2019: Any, rate_2020: Any, added_a_year: Any) -> Iterator[Finding]:
    """Guangdong's growth a year from 2018 to 2019 and on to 2020, by the dates; and the villages a year in the first."""
    first, second = step(2018, 2019, "Guangdong"), step(2019, 2020, "Guangdong")
    other = "This is the rate of the other pair of lists. First 2018 to 2019, then 2019 to 2020."
    far = "This rate does not fit. Find the years between the dates, then the factor a year, then its percent."
    slips = (*rate_slips(*first, 1), (rate(*second), other))
    yield judge_number("rate_2019", rate_2019, rate(*first), slips, far, share=0.02)
    slips = (*rate_slips(*second, 1), (rate(*first), other))
    yield judge_number("rate_2020", rate_2020, rate(*second), slips, far, share=0.02)
    came = first.after - first.before
    added = (
        (came, "That many came between the two dates. How many would that be in a whole year?"),
        (
            came * first.years,
            "You multiplied by the time. In a whole year more come than in a part of it.",
        ),
    )
    far = "The villages added in a year do not fit. It is a difference, divided by the years that it took."
    right = came / first.years
    yield judge_number("added_a_year", added_a_year, right, added, far, share=0.02)


WHOLE, UNEVEN = (
    ((100, 200, 1), (100, 400, 2), (20, 160, 3)),
    (
        *((780, 1311, 0.67), (64, 100, 0.5), (400, 100, 2), (300, 300, 1.5), (20, 200, 11)),
        *((1, 8, 3), (100, 103, 2)),
    ),
)
GAPS = ((20, None, 1), (None, 212, 1), (None, None, 2), (0, 3, 3), (20, 30, 0))
MEAN = (
    "You took the mean of the percentages. A step from 4 weighs as much in it as one from 64, and no growth of this size, "
    "year after year, leads from the first count to the last. Put it to the test."
)


@question(
    4,
    growth_a_year=results({"simple": WHOLE, "odd": UNEVEN, "gaps": GAPS}, number_or_unknown),
    whole=number,
)
def q2(growth_a_year: dict[Any, Any], whole: Any) -> Iterator[Finding]:
    """A function from two counts and the years between them to growth a year; and Shandong's from 2013 to August 2016."""
    by_hand = (
        "Work one case by hand: 100 villages become 400 in two years. By what factor each year?"
    )
    further = (
        "Whole years are right, other times are not. Try half a year, and a number that falls."
    )
    falls = (
        "Growth is right, a fall is not: when 400 become 100 in two years, the rate is below zero."
    )
    missed = [case for case in UNEVEN if not near(growth_a_year[case], rate(*case), 0.02)]
    if missed and all(before > after for before, after, _ in missed):
        further = falls
    elif missed and all(years == int(years) for *_, years in missed):
        further = "Some whole years are right, others are not. Try eleven years, and growth from a single village."
    cases = ((WHOLE, by_hand), (UNEVEN, further))
    yield from judge_function("growth_a_year", growth_a_year, rate, RATE_SLIPS, *cases, share=0.02)
    zero = "Where the last count is missing, your function says that every village is gone. Missing is not zero: give None."
    gaps = "Give None where no rate can be had: a count is missing, there was nothing to grow from, or no time passed."
    filled = any(growth_a_year[case] is not None for case in GAPS)
    lost = near(growth_a_year[GAPS[0]], -100)
    yield Finding("growth_a_year", not filled, zero if lost else gaps, entry="gaps")
    years = (2013, 2014, 2015, 2016)
    steps = [step(*pair, "Shandong") for pair in pairwise(years)]
    means = [
        (sum(100 * (s.after / s.before - 1) for s in steps) / len(steps), MEAN),
        (sum(rate(*s) for s in steps) / len(steps), MEAN),
    ]
    ends = step(years[0], years[-1], "Shandong")
    far = "Call your function with the first count, the last count, and the years between their dates."
    slips = (*means, *rate_slips(*ends, len(steps)))
    yield judge_number("whole", whole, rate(*ends), slips, far, share=0.003)


# ---- three lines on a log axis ---------------------------------------------------------------------------------------
DISTRICTS = """
year  Heron  Kite  Plover
2014     10   100       5
2015     20   250       6
2016     40   400       8
2017     80   550      13
2018    160   700      27
2019    320   850      75
2020    640  1000     260
"""
KINDS = ("same rate", "same number", "rising rate")
MARKS = (100, 1_000)
STRAIGHT = "You read a straight line as the same number each year. That is true on a linear axis. Here each step up multiplies: what now?"
STEEPER = "The steeper a line, the higher its rate. Does the line of Heron get any steeper?"
BENDS = "One of the other two bends down, one up. Which of them multiplies by less and less?"
LEVELS = "You read the axis as levels, where equal steps add. Here they multiply: which factor, used twice, leads from 100 to 1,000?"
EXPONENT = "That is the power of ten, the exponent. Which number of villages is ten to that power?"
FACTOR = "That is not halfway on this axis. Which factor, used twice, leads from the lower mark to the upper one?"


def districts() -> pd.DataFrame:
    """Villages in three districts from 2014 to 2020, made for teaching."""
    wide = small_table(DISTRICTS).astype(int).reset_index()
    return wide.melt("year", var_name="district", value_name="villages").assign(
        status="made_for_teaching"
    )


def _way_of_growing(counts: list[int]) -> str:
    if len({b / a for a, b in pairwise(counts)}) == 1:
        return KINDS[0]
    return KINDS[1] if len({b - a for a, b in pairwise(counts)}) == 1 else KINDS[2]


@question(
    4,
    grows=mapping(
        ("Heron", "Kite", "Plover"),
        word(
            *KINDS,
            also={"steady rate": KINDS[0], "growing rate": KINDS[2], "increasing rate": KINDS[2]},
        ),
    ),
    halfway=number,
    times_as_many=number,
)
def q3(grows: dict[str, str], halfway: Any, times_as_many: Any) -> Iterator[Finding]:
    """How three lines on a log axis grow, what stands between two marks, and what two equal climbs add."""
    counts = {name: rows.villages.tolist() for name, rows in districts().groupby("district")}
    right = {name: _way_of_growing(row) for name, row in counts.items()}
    words = {KINDS[1]: STRAIGHT, KINDS[2]: STEEPER}.get(grows["Heron"], BENDS)
    yield Finding("grows", grows["Heron"] == right["Heron"], words, entry="Heron")
    yield Finding("grows", grows == right, words)
    slips: Slips = ((sum(MARKS) / 2, LEVELS), (math.log10(math.prod(MARKS)) / 2, EXPONENT))
    yield judge_number("halfway", halfway, math.sqrt(math.prod(MARKS)), slips, FACTOR, share=0.1)
    (few, _, many), (few2, _, many2) = counts["Heron"][:3], counts["Kite"][:3]
    slips = (
        (
            1,
            "They climb equally high on the page. But the height shows factors, not levels: how many came in each?",
        ),
        (
            many / few,
            "That is the factor by which each of them grew. How many villages did each add?",
        ),
        (many2 - few2, "That many were added in Kite. How many times as many is that as in Heron?"),
        ((many - few) / (many2 - few2), TURNED),
    )
    far = "Read two points of each line and take the difference. Then compare the two differences."
    yield judge_number(
        "times_as_many", times_as_many, (many2 - few2) / (many - few), slips, far, share=0.1
    )


# ---- shops, sales, jobs ----------------------------------------------------------------------------------------------
PRINTED = {
    "villages": (640, "Taobao villages on the list"),
    "shops": (None, "active online shops in them"),
    "sales": (9_200_000_000, "their sales in a year, yuan, at least"),
    "rich villages": (92, "those with sales above 100 million yuan"),
}
SLIPPED = Drawn("shops", 4_160, (3_520, 3_840, 4_480, 4_800), ("{:,}", "{:_}"))
IN_WAN = Drawn(
    "shops", 41.6, (35.2, 38.4, 44.8, 48.0), ("{}",)
)  # the same, as the report has it, in 万
POSSIBLE = {
    "villages": "That many villages can be on a list. Divide the other figures by them.",
    "sales": "For each village, this is above the ten million yuan that the rule asks for. Large, but possible.",
    "rich villages": "About one village in seven: that is possible. Look for a figure that breaks the rule itself.",
}


@cache
def _money() -> pd.DataFrame:
    return datasets.load("shops_sales_jobs")


def printed_figures() -> pd.DataFrame:
    """Four figures on a province as they were printed, one of them wrong; made for teaching."""
    import pandas as pd

    printed = {name: f"{figure or SLIPPED.value:,}" for name, (figure, _) in PRINTED.items()}
    said_to_be = {name: meaning for name, (_, meaning) in PRINTED.items()}
    return pd.DataFrame({"printed": printed, "said to be": said_to_be})


NAMED = {f"number of {name}": name for name in PRINTED} | {
    "active shops": "shops",
    "online shops": "shops",
}


@question(3, cannot_be=word(*PRINTED, also=NAMED), shops_a_village=number, mended=number)
def q4(cannot_be: str, shops_a_village: Any, mended: Any) -> Iterator[Finding]:
    """Which of four printed figures cannot be, what shows it, and what the source must have said."""
    yield Finding("cannot_be", cannot_be == "shops", POSSIBLE.get(cannot_be, ""))
    villages, shops, whole = PRINTED["villages"][0], SLIPPED.value, round(IN_WAN.value * 10_000)
    slips: Slips = (
        (villages / shops, TURNED),
        (
            whole / villages,
            "That is what the corrected figure gives. Begin with the figure as printed.",
        ),
    )
    far = "Divide the printed shops by the villages, and give one decimal. What would the rule say to such a village?"
    yield judge_number(
        "shops_a_village",
        shops_a_village,
        shops / villages,
        slips,
        far,
        share=0,
        units=0.06,
        slip_share=0.02,
    )
    printed = "This is the figure as it was printed. In Chinese a 万 (wàn) stands behind a smaller number."
    far = "That is not the number times its unit. How many is one 万 (wàn)?"
    slips = ((shops, printed), *wan_slips(IN_WAN.value))
    yield judge_number("mended", mended, whole, slips, far, share=0.001)


PAIRS = (
    "sales 2017 to 2018",
    "sales 2018 to 2019",
    "shops 2016 to 2018",
    "jobs 2019 to 2020",
    "villages in Jiangsu 2018 to 2020",
    "Zhejiang's share of all villages 2016 to 2020",
)
NOT_A_FACTOR = "You give growth or percent. The question asks for a factor, the later value divided by the earlier: 2 means twice as much."
SCOPE = (
    "Sales 2018 to 2019: look at the column scope. One year counts the villages only, the other villages and towns together. "
    "That is no growth of one thing."
)
VANISHED = "You treated a missing figure as zero, so that all seems to vanish. No row means that we found no figure."
STAND_IN = "For the shops, or for Jiangsu, one of the two years has no row. Put no other year in its place."
SHY = "You gave up too early at {}: look for both years, and at their scope."
KNOWN_ONLY = (
    "It seems that you divided by the sum of the provinces in the table. In 2020 it has only four, and the others are "
    "missing, not zero. Which table has the total of the country? (A factor turned upside down looks nearly the same.)"
)


def _adopted(measure: str, year: int) -> tuple[float, str] | None:
    rows = _money()[_money().adopted & (_money().measure == measure) & (_money().year == year)]
    return (float(rows.value.iloc[0]), str(rows["scope"].iloc[0])) if len(rows) else None


def _factor(measure: str, year: int, after: int) -> float | None:
    """How many times as many; None where a value is missing or the two belong to different things."""
    first, last = _adopted(measure, year), _adopted(measure, after)
    return last[0] / first[0] if first and last and first[1] == last[1] else None


def provinces(year: int) -> dict[str, float]:
    """The villages of each province on the list of a year, as far as they are known."""
    table = datasets.load("villages_by_province")
    return table[table.year == year].set_index("province").villages.astype(float).to_dict()


@question(4, factors=mapping(PAIRS, number_or_unknown))
def q5(factors: dict[str, Any]) -> Iterator[Finding]:
    """For six pairs of years: how many times as many, or None where the tables do not say."""
    sales, broken, shops, jobs, jiangsu, share = PAIRS
    known = {sales: _factor("annual_sales_rmb", 2017, 2018), jobs: _factor("jobs", 2019, 2020)}
    ways = [
        (way, NOT_A_FACTOR) for f in known.values() if f for way in (f - 1, 100 * (f - 1), 100 * f)
    ]
    rows = "Take the two adopted rows, and divide the later value by the earlier one; two decimals."
    tried = any(factor is not None for factor in factors.values())  # all None is no answer
    wrong = [pair for pair, right in known.items() if not near(factors[pair], right, 0.006)]
    words = [
        reply_to_number(
            factors[pair], [(None, SHY.format(pair)), *ways], f"{pair.capitalize()}: {rows}"
        )
        for pair in wrong
    ]
    yield Finding("factors", not wrong, "".join(words[:1]))
    yield Finding(
        "factors",
        tried and near(factors[broken], _factor("annual_sales_rmb", 2018, 2019)),
        SCOPE,
        entry=broken,
    )
    gaps = {shops: _factor("active_shops", 2016, 2018), jiangsu: provinces(2020).get("Jiangsu")}
    filled = any(factors[pair] == 0 for pair in gaps)
    yield Finding(
        "factors",
        tried and all(factors[pair] is right is None for pair, right in gaps.items()),
        VANISHED if filled else STAND_IN,
    )
    early, late = provinces(2016), provinces(2020)
    shares = early["Zhejiang"] / national(2016), late["Zhejiang"] / national(2020)
    growth = late["Zhejiang"] / early["Zhejiang"]
    slips = (
        (
            None,
            "Zhejiang is there in both years, and the total is in villages_by_year. So it can be known.",
        ),
        (late["Zhejiang"] / sum(late.values()) / shares[0], KNOWN_ONLY),
        (100 * shares[1] / shares[0], NOT_A_FACTOR),
        (
            growth,
            "That is the growth of the number in Zhejiang. The question asks for its share: divide twice.",
        ),
        (shares[1], "That is the share of 2020. How many times as large is it as that of 2016?"),
    )
    far = "Zhejiang's share does not fit. Take it in each of the two years, of all villages, then divide."
    yield judge_number("factors", factors[share], shares[1] / shares[0], slips, far, share=0.006)


# ---- six provinces ---------------------------------------------------------------------------------------------------
def six_provinces() -> pd.Series:
    """The six provinces with the most villages on the list of 2016, largest first."""
    import pandas as pd

    return (
        pd.Series(provinces(2016), name="villages").astype(int).sort_values(ascending=False).head(6)
    )


MEASURES = {
    "Gini coefficient": "Gini",
    "Gini index": "Gini",
    "Herfindahl-Hirschman index": "HHI",
    "Herfindahl index": "HHI",
    "HHI index": "HHI",
}


@question(
    3, hhi=number, smaller_three=number, moves=word("HHI", "Gini", "both", "neither", also=MEASURES)
)
def q6(hhi: Any, smaller_three: Any, moves: str) -> Iterator[Finding]:
    """The concentration of six provinces, what the smaller three hold, and which measure heeds an empty seventh."""
    counts = six_provinces().tolist()
    right, total, every = herfindahl(counts), sum(counts), national(2016)
    all_villages = (
        "You took shares of all villages of the country. Here the six provinces are the whole."
    )
    slips: Slips = (
        (
            10_000 * right,
            "This is the form with shares in percent, which runs up to 10,000. Here it runs from 0 to 1.",
        ),
        (right * (total / every) ** 2, all_villages),
        (counts[0] / total, "That is the share of the largest province. The index uses all six."),
        (
            1 / right,
            "That is one divided by the index: that many equal provinces would be as concentrated.",
        ),
        (1, "First square each share, then add. The shares themselves always add up to 1."),
    )
    far = "The index does not fit. Take the six shares, square each, and add them up; two decimals are enough."
    yield judge_number("hhi", hhi, right, slips, far, share=0, units=0.004, slip_share=0.02)
    half = 100 * float(lorenz(counts).share_of_total[len(counts) // 2])
    slips = (
        (
            100 - half,
            "That is what the larger three hold. The Lorenz curve begins with the smallest.",
        ),
        (half / 100, PERCENT),
        (half * total / every, all_villages),
        (50, "That would be true if all six were equal. Sort them, and add up the three smallest."),
        (
            half * total / 100,
            "That is a number of villages. Which percentage of the six provinces is it?",
        ),
    )
    far = (
        "Sort the six from the smallest up, add the first three, and divide by the sum of all six."
    )
    yield judge_number(
        "smaller_three", smaller_three, half, slips, far, share=0, units=0.3, slip_share=0.02
    )
    measures = {"HHI": herfindahl, "Gini": gini}
    moving = [
        name
        for name, measure in measures.items()
        if not math.isclose(measure([*counts, 0]), measure(counts))
    ]
    try_it = "Try it: `growth.herfindahl` and `growth.gini` with your six numbers, and again with a 0 behind them."
    yield Finding(
        "moves",
        moves == ("both" if len(moving) == 2 else moving[0] if moving else "neither"),
        try_it,
    )


# ---- a forecast ------------------------------------------------------------------------------------------------------
FAR = (
    "The line does not fit: how many villages came a year between the two lists, and how many years lie ahead?",
    "The curve does not fit: which factor a year leads from the first list to the second, and how many years lie ahead?",
)
SWAPPED = "This is the other forecast. First comes the same number each year, then the same rate."


def forecasts(by_rows: bool = False) -> tuple[float, float]:
    """For the list of 2018, from those of 2015 and 2016: the same number a year, and the same rate a year."""
    first, last, years = (*step(2015, 2016)[:2], 1) if by_rows else step(2015, 2016)
    ahead = 2 if by_rows else step(2016, 2018)[2]
    return last + (last - first) / years * ahead, last * (
        1 + rate(first, last, years) / 100
    ) ** ahead


@question(4, same_number=number, its_error=number, same_rate=number, that_error=number)
def q7(same_number: Any, its_error: Any, same_rate: Any, that_error: Any) -> Iterator[Finding]:
    """Two forecasts and their errors, observed less forecast, in percent of what was observed."""
    observed, right, rows = national(2018), forecasts(), forecasts(by_rows=True)
    first, last, years = step(2015, 2016)
    short = (
        (
            (last - first) / years,
            "That many are added in a year. Add them, for the years ahead, to the list of 2016.",
        ),
        (
            last * last / first,
            "You went one step ahead. How many such steps lie before the list of 2018?",
        ),
    )
    names = (("same_number", "its_error"), ("same_rate", "that_error"))
    given = ((same_number, its_error), (same_rate, that_error))
    for i, (forecast, error) in enumerate(given):
        name, error_name = names[i]
        slips: Slips = ((rows[i], ROWS), (right[1 - i], SWAPPED), short[i])
        yield judge_number(name, forecast, right[i], slips, FAR[i], share=0.015)
        if not forecast > 0 or near(forecast, observed, 0.001):
            first_it = f"This error belongs to {name}: give that first."
            yield Finding(error_name, False, first_it)
            continue
        yield _judge_error(error_name, error, float(forecast), observed)


def _judge_error(name: str, error: Any, forecast: float, observed: float) -> Finding:
    """Whether an error is that of its own forecast, right or wrong."""
    missed = observed - forecast
    own = 100 * missed / observed
    slips: Slips = (
        (-own, "The sign is reversed. The error is the observed number minus the forecast."),
        (own / 100, PERCENT),
        (
            100 * missed / (forecast or 1),
            "You divided by the forecast, not by what was observed.",
        ),
        (missed, "That is the error in villages. Which percentage of the villages observed is it?"),
        (
            100 - own,
            "That is the forecast in percent of what was observed. How far is it from it?",
        ),
    )
    far = "An error does not fit its forecast: observed minus forecast, as a percentage of what was observed."
    reply = reply_to_number(error, slips, far, share=0.05)
    return Finding(name, near_rounded(error, own, 0, units=0.06), reply)


# ---- stock or flow, and two lists ------------------------------------------------------------------------------------
STOCKS = {"villages on the list": True, "villages new on the list": False, "sales": False, "shops open on one day": True,
          "villages gone from the list": False, "people with a job there": True}  # fmt: skip
ALL_ALIKE = (
    "You call them all the same. Ask of each: does it need the words in a year, or on a day?"
)
A_STOCK = "One that can be counted on a single day you call a flow. Such a count needs a date, but no length of time."
A_FLOW = "One that adds up over time you call a stock. Over two years there would be about twice as much of it."


KEPT = Drawn("names kept", 351, (329, 342, 363, 370), ("{}",))


def listed() -> dict[str, int]:
    """The names of an earlier and a later list, and those on both."""
    return {"before": 420, "after": 610, "kept": KEPT.value}


def two_lists() -> pd.DataFrame:
    """How many names two lists of one province have, and how many of the first are on the second; made for teaching."""
    import pandas as pd

    return pd.DataFrame({"names": listed(), "status": "made_for_teaching"})


IN_OTHER_WORDS = {"stocks": "stock", "flows": "flow", "存量": "stock", "流量": "flow"}


@question(
    3, which=mapping(tuple(STOCKS), word("stock", "flow", also=IN_OTHER_WORDS)), new_names=number
)
def q8(which: dict[str, str], new_names: Any) -> Iterator[Finding]:
    """Which of six numbers are stocks and which flows; and how many names of the later list were new."""
    alike = len(set(which.values())) == 1
    for stock, words in ((True, A_STOCK), (False, A_FLOW)):
        mine = {which[thing] for thing, is_stock in STOCKS.items() if is_stock is stock}
        right = mine == {"stock" if stock else "flow"}
        yield Finding("which", right, ALL_ALIKE if alike else words)
    before, after, kept = listed().values()
    net, gone = after - before, before - kept
    slips = (
        (
            net,
            "That is how much the list grew. But some left it, and new ones took their place as well.",
        ),
        (gone, "That many left. How many came?"),
        (
            net - gone,
            "You subtracted those that left from the growth. They had already made the growth smaller.",
        ),
        (kept, "That many stayed. The rest of the later list is new."),
    )
    far = "Each name on the later list was on the earlier one already, or it is new."
    yield judge_number("new_names", new_names, after - kept, slips, far, share=0)


SAME = (("孙庄", "孙庄村"), ("任庄*", "任庄村"), (" 张庄村 ", "张庄"), ("丁楼村", "丁楼村"))
OTHER = (
    ("北街村", "东北街村"),
    ("胡庄村", "胡楼村"),
    ("村头村", "头村"),
    ("文昌阁村", "文昌楼村"),
    ("李楼村", "刘楼村"),
)
NAMES = tuple(dict.fromkeys(name for pair in SAME + OTHER for name in pair))
AS_PRINTED = "You compared the names as printed. A village that lost its 村 then counts as gone and also as new. Use your key."
HOLDS = "You let a name match that only holds the other: 北街 (north street), 东北街 (north-east street). Compare whole keys."
ANYWHERE = "Your key removes 村 everywhere. Only at the end does it mean village; elsewhere it is part of a name."


def daji(year: int) -> list[str]:
    """The names of the villages of Daji town as the list of a year prints them."""
    table = datasets.load("daji_lists")
    return table.village_zh[table.year == year].tolist()


def _read_counts(answer: Any) -> dict[str, Any]:
    """The numbers kept, gone and new; what ``growth.turnover`` gives will do, and so do the names themselves."""
    names = ("kept", "gone", "new")
    if type(answer) is Turnover:
        answer = {name: getattr(answer, name) for name in names}
    if type(answer) is dict:
        answer = {name: count_of(found) for name, found in answer.items()}
    return mapping(names, number).read(answer)


counts_of = Reader(_read_counts, dict.fromkeys(("kept", "gone", "new"), math.nan))


def _keys_alike(key: dict[tuple[str], str], pair: tuple[str, str]) -> bool:
    """Whether a key makes two names one; a name without a key is like none."""
    first, second = key[pair[0],], key[pair[1],]
    return bool(first) and first == second


@question(4, key=results([(name,) for name in NAMES], text), daji_counts=counts_of)
def q9(key: dict[tuple[str], str], daji_counts: dict[str, Any]) -> Iterator[Finding]:
    """A key that makes spellings of one village alike; and who is kept, gone and new in Daji from 2015 to 2016."""
    split = [pair for pair in SAME if not _keys_alike(key, pair)]
    merged = [pair for pair in OTHER if _keys_alike(key, pair)]
    where = "".join(split[0]) if split else ""
    mark = "the ending 村"
    if " " in where:
        mark = "the blanks at the ends"
    if "*" in where:
        mark = "the star"
    apart = f"Your key still tells two spellings of one village apart: look at {mark}."
    yield Finding("key", not split, apart)
    two = ""
    if merged:
        two = f"Your key makes two villages one, {' and '.join(merged[0])}. Take less away."
    read = all(key.values())
    only_anywhere = merged == [("村头村", "头村")]
    yield Finding("key", read and not merged, ANYWHERE if only_anywhere else two)
    before, after, bare = daji(2015), daji(2016), without_ending
    right = counts_of.read(turnover(before, after, key=bare))
    loose = sum(
        not any(bare(old) in bare(new) or bare(new) in bare(old) for old in before) for new in after
    )
    slips = (
        (counts_of.read(turnover(before, after)), AS_PRINTED),
        (right | {"new": loose}, HOLDS),
        (
            right | {"gone": right["new"], "new": right["gone"]},
            "You mixed up gone and new. Gone: only in 2015.",
        ),
        (
            counts_of.read(turnover(daji(2014), before, key=bare)),
            "These are 2014 and 2015. The question asks about 2015 and 2016.",
        ),
    )
    far = (
        "Each name of 2015 is kept or gone, each of 2016 is kept or new. Count them by their keys."
    )
    if daji_counts["kept"] + daji_counts["gone"] == len(before):
        far = "One village is on the list of 2015 in two spellings. Count it once."
    words = first_reply(((daji_counts == wrong, words) for wrong, words in slips), far)
    yield Finding(
        "daji_counts",
        (daji_counts["kept"], daji_counts["gone"]) == (right["kept"], right["gone"]),
        words,
    )
    yield Finding("daji_counts", daji_counts["new"] == right["new"], words, entry="new")


# ---- how fast did it grow? -------------------------------------------------------------------------------------------
CLAIM = ("from", "to", "percent_a_year", "rule_changed_between")
OF_THE_EXAMPLE = (2009, 2012)
COPIED = (
    "These are the two lists of the worked line. Change both years to lists of your own choice."
)
BREAK = "Look at break_before: it marks the first list made by a new rule. Is that one after your first list, and not after your last?"


def _read_listed_year(answer: Any) -> int:
    """A year with a list, as a number or as text."""
    known = _list().index.tolist()
    if type(answer) is str and answer.strip().isdecimal():
        answer = int(answer)
    year = number.read(answer)
    if year not in known:
        raise Unfit(f"Choose a year with a list: {', '.join(map(str, known))}.")
    return int(year)


listed_year = Reader(_read_listed_year)
a_claim = entries(
    dict(zip(CLAIM, (listed_year, listed_year, number, truth("yes", "no")), strict=True))
)


@question(2, claim=a_claim)
def q10(claim: dict[str, Any]) -> Iterator[Finding]:
    """Two lists of one's own choice, the growth a year between them, and whether the rule changed in between."""
    start, end, percent, changed = (claim[name] for name in CLAIM)
    if not start < end:
        order = "Choose two years with a list, the earlier one first."
        for part in CLAIM[2:]:
            yield Finding("claim", False, order, entry=part)
        return
    if (start, end) == OF_THE_EXAMPLE:
        for part in CLAIM[2:]:
            yield Finding("claim", False, COPIED, entry=part)
        return
    known = _list().index.tolist()
    ends = step(start, end)
    by_names, by_rows = end - start, known.index(end) - known.index(start)
    counted = "You counted rows, but not every year has a list. How much time lies between the two counts?"
    rows = [(rate(*ends[:2], by_rows), counted)] if by_rows != by_names else []
    slips = (*rows, *rate_slips(*ends, by_names))
    far = "The growth a year does not fit your two lists. Use your function of question 2, with the years between the dates."
    right, part = rate(*ends), "percent_a_year"
    wrong = [(n, words) for n, words in slips if not near_rounded(n, right, 0, units=0.06)]
    reply = reply_to_number(percent, wrong, far)
    yield Finding("claim", near_rounded(percent, right, 0, units=0.6), reply, entry=part)
    breaks = any(_list().break_before[year] for year in known if start < year <= end)
    yield Finding("claim", changed == ("yes" if breaks else "no"), BREAK, entry=CLAIM[3])


DRAWN: dict[str, tuple[Drawn, ...]] = {"q4": (SLIPPED, IN_WAN), "q8": (KEPT,)}
practice = Practice("growth", (q1, q2, q3, q4, q5, q6, q7, q8, q9, q10), DRAWN)
check, hint, solution = practice.check, practice.hint, practice.solution
progress, resume = practice.progress, practice.resume
take_along, bring_back = practice.take_along, practice.bring_back
