"""Practice for theme 2: how fast did the number of Taobao villages grow?

No answer stands here. What is right is worked out from the tables by the models of this lesson, and so is what each
misconception would answer: the rate of a reader who counts rows, the share of one who takes a gap for zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ... import datasets
from ...practice.answers import (
    Unfit,
    mapping,
    number,
    number_or_unknown,
    plain,
    results,
    text,
    truth,
    with_edges,
    word,
)
from ...practice.core import Practice, question
from ...practice.replies import Finding, Slips, caught, near, told, weighed, weighed_function
from ...practice.slips import PERCENT, RATE_SLIPS, ROWS, TURNED, rate, rate_slips, wan_slips
from ...practice.tables import record, small_table
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


def step(year: int, after: int) -> tuple[float, float, float]:
    """Of two lists: their numbers of villages, and the years between their dates."""
    dates = _list().as_of
    return (
        national(year),
        national(after),
        float(years_since(dates.loc[after], origin=dates.loc[year])[0]),
    )


@question(3, number, number, number)
def q1(first_rate: Any, second_rate: Any, added: Any) -> Iterator[Finding]:
    """Growth a year from 2018 to 2019 and on to 2020, by the dates; and how many villages came a year in the first."""
    steps = step(2018, 2019), step(2019, 2020)
    rates = [rate(*s) for s in steps]
    other = "This is the rate of the other pair of lists. First 2018 to 2019, then 2019 to 2020."
    for i, given in enumerate((first_rate, second_rate)):
        slips = (*rate_slips(*steps[i], 1), (rates[1 - i], other))
        far = f"Rate {i + 1} does not fit. Find the years between the dates, then the factor a year, then its percent."
        yield weighed(given, rates[i], slips, far, share=0.02)
    before, after, years = steps[0]
    slips = (
        (
            after - before,
            "So many came between the two dates. How many would that be in a whole year?",
        ),
        (
            (after - before) * years,
            "You multiplied by the time. In a whole year more come than in a part of it.",
        ),
    )
    far = "The number of villages added a year does not fit. It is a difference, divided by the years that it took."
    yield weighed(added, (after - before) / years, slips, far, share=0.02)


WHOLE, UNEVEN = (
    ((100, 200, 1), (100, 400, 2), (20, 160, 3)),
    ((780, 1311, 0.67), (64, 100, 0.5), (400, 100, 2)),
)
GAPS = ((20, None, 1), (None, 212, 1), (None, None, 2), (0, 3, 3), (20, 30, 0))
MEAN = (
    "You took the mean of the percentages. A step from 20 weighs as much in it as one from 780, and no growth of this size, "
    "year after year, leads from the first count to the last. Put it to the test."
)


@question(4, with_edges((*WHOLE, *UNEVEN), GAPS, number_or_unknown), number)
def q2(found: tuple[dict[Any, Any], Any], whole: Any) -> Iterator[Finding]:
    """A function from two counts and the years between them to growth a year; and that from 2013 to August 2016."""
    given, at_gaps = found
    by_hand = (
        "Work one case by hand: 100 villages become 400 in two years. By what factor each year?"
    )
    further = (
        "Whole years are right, other times are not. Try half a year, and a number that falls."
    )
    yield from weighed_function(given, rate, RATE_SLIPS, (WHOLE, by_hand), (UNEVEN, further), 0.02)
    zero = "Where the last count is missing, your function says that every village is gone. Missing is not zero: give None."
    gaps = "Give None where no rate can be had: a count is missing, there was nothing to grow from, or no time passed."
    if isinstance(at_gaps, str):
        yield 1, False, f"{at_gaps.rstrip('.')}. {gaps}"
    else:
        yield (
            1,
            not any(at is not None for at in at_gaps.values()),
            zero if near(at_gaps[GAPS[0]], -100) else gaps,
        )
    years = (2013, 2014, 2015, 2016)
    steps = [step(*pair) for pair in pairwise(years)]
    means = [
        (sum(100 * (b / a - 1) for a, b, _ in steps) / len(steps), MEAN),
        (sum(rate(*s) for s in steps) / len(steps), MEAN),
    ]
    ends = step(years[0], years[-1])
    far = "Call your function with the first count, the last count, and the years between their dates."
    yield weighed(whole, rate(*ends), (*means, *rate_slips(*ends, len(steps))), far, share=0.02)


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
STRAIGHT = "You read a straight line as the same number each year. So it is on a linear axis. Here each step up multiplies: what now?"
STEEPER = "The steeper a line, the higher its rate. Does the line of Heron get any steeper?"
BENDS = "One of the other two bends down, one up. Which of them multiplies by less and less?"
LEVELS = "You read the axis as levels, where equal steps add. Here they multiply: which factor, taken twice, leads from 100 to 1,000?"
EXPONENT = "That is the power of ten, the exponent. Which number of villages is ten to that power?"
FACTOR = "That is not halfway on this axis. Which factor, taken twice, leads from the lower mark to the upper one?"


def districts() -> pd.DataFrame:
    """Villages in three districts from 2014 to 2020, made for teaching."""
    wide = small_table(DISTRICTS).astype(int).reset_index()
    return wide.melt("year", var_name="district", value_name="villages").assign(
        status="made_for_teaching"
    )


def _kind(counts: list[int]) -> str:
    if len({b / a for a, b in pairwise(counts)}) == 1:
        return KINDS[0]
    return KINDS[1] if len({b - a for a, b in pairwise(counts)}) == 1 else KINDS[2]


@question(4, mapping(("Heron", "Kite", "Plover"), word(*KINDS)), number, number)
def q3(given: dict[str, str], middle: Any, times: Any) -> Iterator[Finding]:
    """How three lines on a log axis grow, what stands between two marks, and what two equal climbs add."""
    counts = {name: rows.villages.tolist() for name, rows in districts().groupby("district")}
    right = {name: _kind(row) for name, row in counts.items()}
    words = {KINDS[1]: STRAIGHT, KINDS[2]: STEEPER}.get(given["Heron"], BENDS)
    yield 1, given["Heron"] == right["Heron"], words
    yield 1, given == right, words
    slips: Slips = ((sum(MARKS) / 2, LEVELS), (math.log10(math.prod(MARKS)) / 2, EXPONENT))
    yield weighed(middle, math.sqrt(math.prod(MARKS)), slips, FACTOR, share=0.1)
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
        (many2 - few2, "So many were added in Kite. How many times as many is that as in Heron?"),
        ((many - few) / (many2 - few2), TURNED),
    )
    far = "Read two points of each line and take the difference. Then compare the two differences."
    yield weighed(times, (many2 - few2) / (many - few), slips, far, share=0.15)


# ---- shops, sales, jobs ----------------------------------------------------------------------------------------------
SAID_OF = {
    "villages": "Taobao villages on the list",
    "shops": "active online shops in them",
    "sales": "their sales in a year, yuan, at least",
    "rich villages": "those with sales above 100 million yuan",
}
MEASURES = {
    "shops": "active_shops",
    "sales": "annual_sales_rmb",
    "rich villages": "villages_over_100m_rmb",
}
POSSIBLE = {
    "villages": "The number of villages fits the lists before and after it. Divide the others by it.",
    "sales": "For each village, this is far above the ten million yuan that the rule asks for. Large, but possible.",
    "rich villages": "About one village in seven: that can be. Look for a figure that breaks the rule itself.",
}


@cache
def _money() -> pd.DataFrame:
    return datasets.load("shops_sales_jobs")


def printed_2020() -> pd.DataFrame:
    """Four figures on 2020 as they were printed, one of them wrong."""
    import pandas as pd

    rows = (
        _money()[_money().year == 2020]
        .sort_values("adopted")
        .drop_duplicates("measure")
        .set_index("measure")
        .value
    )
    found = {"villages": national(2020)} | {
        name: rows[measure] for name, measure in MEASURES.items()
    }
    return pd.DataFrame(
        {"printed": {name: f"{found[name]:,.0f}" for name in SAID_OF}, "said to be": SAID_OF}
    )


@question(3, word(*SAID_OF), number, number)
def q4(which: str, a_village: Any, mended: Any) -> Iterator[Finding]:
    """Which of four printed figures cannot be, what shows it, and what the source must have said."""
    (wrong,) = _money()[~_money().adopted].itertuples()
    yield 1, MEASURES.get(which) == wrong.measure, POSSIBLE.get(which, "")
    shops, villages = float(wrong.value), national(2020)
    slips: Slips = (
        (villages / shops, TURNED),
        (
            100 * shops / villages,
            "That is what the mended figure gives. Begin with the figure as printed.",
        ),
    )
    far = "Divide the printed shops by the villages, and give one decimal. What would the rule say to such a village?"
    yield weighed(a_village, shops / villages, slips, far, share=0.02)
    wan, printed_wan = 10_000, 100 * shops / 10_000
    printed = "This is the figure as it was printed. In Chinese a 万 (wàn) stands behind a smaller number."
    far = "That is not the number times its unit. How many is one 万 (wàn)?"
    yield weighed(
        mended, printed_wan * wan, ((shops, printed), *wan_slips(printed_wan)), far, share=0.001
    )


PAIRS = (
    "sales 2017 to 2018",
    "sales 2018 to 2019",
    "shops 2016 to 2018",
    "jobs 2019 to 2020",
    "villages in Jiangsu 2018 to 2020",
    "Zhejiang's share of all villages 2016 to 2020",
)
NOT_A_FACTOR = "You give growth or percent. Wanted is a factor, the later value divided by the earlier: 2 means twice as much."
SCOPE = (
    "Sales 2018 to 2019: look at the column scope. One year counts the villages only, the other villages and towns together. "
    "That is no growth of one thing."
)
VANISHED = "You took a missing figure for zero, so that all seems to vanish. No row means that we found no figure."
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


@question(4, mapping(PAIRS, number_or_unknown))
def q5(given: dict[str, Any]) -> Iterator[Finding]:
    """For six pairs of years: how many times as many, or None where the tables do not say."""
    sales, broken, shops, jobs, jiangsu, share = PAIRS
    known = {sales: _factor("annual_sales_rmb", 2017, 2018), jobs: _factor("jobs", 2019, 2020)}
    ways = [
        (way, NOT_A_FACTOR) for f in known.values() if f for way in (f - 1, 100 * (f - 1), 100 * f)
    ]
    rows = "Take the two adopted rows, and divide the later value by the earlier one; two decimals."
    wrong = [pair for pair, right in known.items() if not near(given[pair], right, 0.006)]
    words = [
        told(given[pair], [(None, SHY.format(pair)), *ways], f"{pair.capitalize()}: {rows}")
        for pair in wrong
    ]
    yield 1, not wrong, "".join(words[:1])
    yield 1, near(given[broken], _factor("annual_sales_rmb", 2018, 2019)), SCOPE
    gaps = {shops: _factor("active_shops", 2016, 2018), jiangsu: provinces(2020).get("Jiangsu")}
    filled = any(given[pair] == 0 for pair in gaps)
    yield (
        1,
        all(given[pair] is right is None for pair, right in gaps.items()),
        VANISHED if filled else STAND_IN,
    )
    early, late = provinces(2016), provinces(2020)
    shares = early["Zhejiang"] / national(2016), late["Zhejiang"] / national(2020)
    growth = late["Zhejiang"] / early["Zhejiang"]
    slips = (
        (
            None,
            "Zhejiang is there in both years, and the total stands in villages_by_year. So it can be known.",
        ),
        (late["Zhejiang"] / sum(late.values()) / shares[0], KNOWN_ONLY),
        (100 * shares[1] / shares[0], NOT_A_FACTOR),
        (growth, "That is the growth of the number in Zhejiang. Asked is its share: divide twice."),
        (shares[1], "That is the share of 2020. How many times as large is it as that of 2016?"),
    )
    far = "Zhejiang's share does not fit. Take it in each of the two years, of all villages, then divide."
    yield weighed(given[share], shares[1] / shares[0], slips, far, share=0.006)


# ---- six provinces ---------------------------------------------------------------------------------------------------
def six_provinces() -> pd.Series:
    """The six provinces with the most villages on the list of 2016, largest first."""
    import pandas as pd

    return (
        pd.Series(provinces(2016), name="villages").astype(int).sort_values(ascending=False).head(6)
    )


@question(3, number, number, word("HHI", "Gini", "both", "neither"))
def q6(hhi: Any, small_half: Any, moved: str) -> Iterator[Finding]:
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
            "That is one divided by the index: so many equal provinces would be as concentrated.",
        ),
        (1, "First square each share, then add. The shares themselves always add up to 1."),
    )
    far = "The index does not fit. Take the six shares, square each, and add them up; two decimals are enough."
    yield weighed(hhi, right, slips, far, share=0.02)
    half = 100 * float(lorenz(counts).share_of_total[len(counts) // 2])
    slips = (
        (
            100 - half,
            "That is what the larger three hold. The Lorenz curve begins with the smallest.",
        ),
        (half / 100, PERCENT),
        (half * total / every, all_villages),
        (50, "So it would be if all six were equal. Sort them, and add up the three smallest."),
        (
            half * total / 100,
            "That is a number of villages. Which percentage of the six provinces is it?",
        ),
    )
    far = (
        "Sort the six from the smallest up, add the first three, and divide by the sum of all six."
    )
    yield weighed(small_half, half, slips, far, share=0.02)
    measures = {"HHI": herfindahl, "Gini": gini}
    moves = [
        name
        for name, measure in measures.items()
        if not math.isclose(measure([*counts, 0]), measure(counts))
    ]
    try_it = "Try it: `growth.herfindahl` and `growth.gini` with your six numbers, and again with a 0 behind them."
    yield 1, moved == ("both" if len(moves) == 2 else moves[0] if moves else "neither"), try_it


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


@question(4, number, number, number, number)
def q7(line: Any, line_error: Any, curve: Any, curve_error: Any) -> Iterator[Finding]:
    """Two forecasts and their errors, observed less forecast, in percent of what was observed."""
    observed, right, rows = national(2018), forecasts(), forecasts(by_rows=True)
    first, last, years = step(2015, 2016)
    short = (
        (
            (last - first) / years,
            "So many are added in a year. Add them, for the time to come, to the list of 2016.",
        ),
        (
            last * last / first,
            "You went one step ahead. How many such steps lie before the list of 2018?",
        ),
    )
    for i, (forecast, error) in enumerate(((line, line_error), (curve, curve_error))):
        yield weighed(
            forecast,
            right[i],
            ((rows[i], ROWS), (right[1 - i], SWAPPED), short[i]),
            FAR[i],
            share=0.015,
        )
        missed = observed - float(forecast)
        own = 100 * missed / observed
        slips: Slips = (
            (
                -own,
                "The sign is turned round. The error is what was observed less what was forecast.",
            ),
            (own / 100, PERCENT),
            (
                100 * missed / float(forecast or 1),
                "You divided by the forecast, not by what was observed.",
            ),
            (
                missed,
                "That is the error in villages. Which percentage of the villages observed is it?",
            ),
            (
                100 - own,
                "That is the forecast in percent of what was observed. How far is it from it?",
            ),
        )
        far = "An error does not fit its forecast: observed less forecast, as a percentage of what was observed."
        yield 1, near(error, own, 0.02, units=0.6), told(error, slips, far, share=0.05)


# ---- stock or flow, and two lists ------------------------------------------------------------------------------------
STOCKS = {"villages on the list": True, "villages new on the list": False, "sales": False, "shops open on one day": True,
          "villages gone from the list": False, "people with a job there": True}  # fmt: skip
ALL_ALIKE = (
    "You call them all the same. Ask of each: does it need the words in a year, or on a day?"
)
A_STOCK = "One that can be counted on a single day you call a flow. Such a count needs a date, but no length of time."
A_FLOW = "One that adds up over time you call a stock. Over two years there would be about twice as much of it."


@question(3, mapping(tuple(STOCKS), word("stock", "flow")), number)
def q8(given: dict[str, str], joined: Any) -> Iterator[Finding]:
    """Which of six numbers are stocks and which flows; and how many names of the list of 2016 were new."""
    alike = len(set(given.values())) == 1
    for stock, words in ((True, A_STOCK), (False, A_FLOW)):
        mine = {given[thing] for thing, is_stock in STOCKS.items() if is_stock is stock}
        yield 1, mine == {"stock" if stock else "flow"}, ALL_ALIKE if alike else words
    moved = record("list_turnover", "country-2015-2016-printed_name")
    net, kept, gone = national(2016) - national(2015), moved["kept"], moved["gone"]
    slips = (
        (
            net,
            "That is how much the list grew. But some left it, and new ones took their place as well.",
        ),
        (gone, "So many left. How many came?"),
        (
            net - gone,
            "You took those that left off the growth. They had made the growth smaller already.",
        ),
        (kept, "So many stayed. The rest of the list of 2016 is new."),
    )
    far = "Each name on the list of 2016 stood on the list of 2015 already, or it is new."
    yield weighed(joined, national(2016) - kept, slips, far, share=0.0001)


SAME = (("孙庄", "孙庄村"), ("任庄*", "任庄村"), (" 张庄村 ", "张庄"), ("丁楼村", "丁楼村"))
OTHER = (
    ("北街村", "东北街村"),
    ("胡庄村", "胡楼村"),
    ("村头村", "头村"),
    ("文昌阁村", "文昌楼村"),
    ("李楼村", "刘楼村"),
)
NAMES = tuple(dict.fromkeys(name for pair in SAME + OTHER for name in pair))
PRINTED = "You compared the names as printed. A village that lost its 村 then counts as gone, and as new besides. Use your key."
HOLDS = "You let a name match that only holds the other: 北街 (north street), 东北街 (north-east street). Compare whole keys."
ANYWHERE = "Your key takes 村 away wherever it stands. Only at the end does it mean village, else it is part of a name."


def daji(year: int) -> list[str]:
    """The names of the villages of Daji town as the list of a year prints them."""
    table = datasets.load("daji_lists")
    return table.village_zh[table.year == year].tolist()


def counts_of(answer: Any) -> dict[str, Any]:
    """A taker: the numbers kept, gone and new; what ``growth.turnover`` gives will do."""
    names = ("kept", "gone", "new")
    if type(answer) is Turnover:
        answer = {name: len(getattr(answer, name)) for name in names}
    return mapping(names, number)(answer)


@question(4, results([(name,) for name in NAMES], text), counts_of)
def q9(keys: dict[tuple[str], str], given: dict[str, Any]) -> Iterator[Finding]:
    """A key that makes spellings of one village alike; and who is kept, gone and new in Daji from 2015 to 2016."""
    split, merged = (
        [p for p in SAME if keys[p[0],] != keys[p[1],]],
        [p for p in OTHER if keys[p[0],] == keys[p[1],]],
    )
    where = "".join(split[0]) if split else ""
    mark = (
        "the star"
        if "*" in where
        else "the blanks at the ends"
        if " " in where
        else "the ending 村"
    )
    yield 1, not split, f"Your key still tells two spellings of one village apart: look at {mark}."
    two = (
        f"Your key makes one village of two, {' and '.join(merged[0])}. Take less away."
        if merged
        else ""
    )
    yield 1, not merged, ANYWHERE if merged == [("村头村", "头村")] else two
    before, after, bare = daji(2015), daji(2016), without_ending
    right = counts_of(turnover(before, after, key=bare))
    loose = sum(
        not any(bare(old) in bare(new) or bare(new) in bare(old) for old in before) for new in after
    )
    slips = (
        (counts_of(turnover(before, after)), PRINTED),
        (right | {"new": loose}, HOLDS),
        (
            right | {"gone": right["new"], "new": right["gone"]},
            "You mixed up gone and new. Gone: only in 2015.",
        ),
        (
            counts_of(turnover(daji(2014), before, key=bare)),
            "These are 2014 and 2015. Asked are 2015 and 2016.",
        ),
    )
    far = (
        "Each name of 2015 is kept or gone, each of 2016 is kept or new. Count them by their keys."
    )
    if given["kept"] + given["gone"] == len(before):
        far = "One village stands on the list of 2015 in two spellings. Count it once."
    words = caught(((given == wrong, words) for wrong, words in slips), far)
    yield 1, (given["kept"], given["gone"]) == (right["kept"], right["gone"]), words
    yield 1, given["new"] == right["new"], words


# ---- how fast did it grow? -------------------------------------------------------------------------------------------
CLAIM = ("from", "to", "percent_a_year", "rule_changed_between")
BREAK = "Look at break_before: it marks the first list made by a new rule. Is that one after your first list, and not after your last?"


@question(2, mapping(CLAIM, plain))
def q10(given: dict[str, Any]) -> Iterator[Finding]:
    """Two lists of one's own choice, the growth a year between them, and whether the rule changed in between."""
    numbers: list[Any] = [number(given[name]) for name in CLAIM[:3]]
    start, end, percent = numbers
    known = _list().index.tolist()
    if start not in known or end not in known or start >= end:
        raise Unfit(
            f"Choose two years with a list, the earlier one first: {', '.join(map(str, known))}."
        )
    ends = step(int(start), int(end))
    by_names, by_rows = int(end - start), known.index(end) - known.index(start)
    counted = "You counted rows, but not every year has a list. How much time lies between the two counts?"
    rows = [(rate(*ends[:2], by_rows), counted)] if by_rows != by_names else []
    slips = (*rows, *rate_slips(*ends, by_names))
    far = "The growth a year does not fit your two lists. Use your function of question 2, with the years between the dates."
    yield weighed(percent, rate(*ends), slips, far, share=0.02, units=0.6)
    changed = any(_list().break_before[year] for year in known if start < year <= end)
    says = truth("yes", "no")(given["rule_changed_between"])
    yield 1, says == ("yes" if changed else "no"), BREAK


practice = Practice("growth", (q1, q2, q3, q4, q5, q6, q7, q8, q9, q10))
check, hint, solution = practice.check, practice.hint, practice.solution
progress, resume = practice.progress, practice.resume
