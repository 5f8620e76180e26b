"""Practice for theme 5: does it last, and for whom?

No answer stands here. What is right is worked out from the tables of the collection, the market model and small tables
made for teaching; so is what a named misreading would answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from ... import datasets
from ...practice.answers import (
    PartlyRead,
    Reader,
    Unfit,
    as_column,
    as_named_column,
    entries,
    mapping,
    number,
    number_or_unknown,
    plain,
    results,
    several,
    single,
    word,
    word_of,
)
from ...practice.copies import Drawn
from ...practice.core import Practice, question
from ...practice.replies import (
    Finding,
    Slips,
    first_reply,
    is_rounded,
    judge_function,
    judge_number,
    judge_rounded,
    judge_slips,
    near,
    reply_to_number,
)
from ...practice.slips import PERCENT, TURNED
from ...practice.tables import record, small_table, value
from .market_model import market, market_grid

if TYPE_CHECKING:
    import pandas as pd

Case = tuple[tuple[float, ...], tuple[float, ...]]


# ---- 1 what is left of a sale ----------------------------------------------------------------------------------------
LEDGER = """
                               2012   2016
price of a costume               60     36
costumes sold                 10000  {sold}
making a costume                 20     18
parcel for a costume              5      4
platform fee, percent of sales    2      5
advertising in the year       30000  298000
rent in the year               8000  40000
"""
SOLD = Drawn("costumes sold", 40_000, (36_000, 38_000, 42_000, 44_000))
KEPT = {
    (): "You gave what came in. Sales are not income: subtract all that is paid to make, send and advertise the goods.",
    (
        "making",
    ): "You subtracted only the making. That is the gross margin. Which lines has it not paid yet?",
    (
        "making",
        "parcels",
        "once",
    ): "The platform's fee is missing. It is a percentage of the sales.",
    (
        "making",
        "parcels",
        "fee",
    ): "Advertising and rent are missing. They are paid once a year, whatever is sold.",
}


def ledger() -> pd.DataFrame:
    """The books of one costume shop in two years, in yuan, made for teaching."""
    return small_table(LEDGER.format(sold=SOLD.value))


def kept(year: str, *paid: str) -> float:
    """What is left of the sales of a year when the named costs are paid."""
    price, sold, making, parcel, fee, *once = map(float, ledger()[year])
    costs = {
        "making": making * sold,
        "parcels": parcel * sold,
        "fee": price * sold * fee / 100,
        "once": sum(once),
    }
    return price * sold - sum(costs[name] for name in paid)


@question(3, sales_times=number, kept_2012=number, kept_2016=number)
def q1(sales_times: Any, kept_2012: Any, kept_2016: Any) -> Iterator[Finding]:
    """How many times the sales grew, and what the seller keeps in each of two years."""
    growth, (before, after) = kept("2016") / kept("2012"), ledger().loc["costumes sold"]
    slips = (
        (after / before, "That is the growth of the costumes sold. The price changed too."),
        (
            growth - 1,
            "That is how much was added. The question is how many times as large the second is.",
        ),
    )
    step = (
        "Sales are price times costumes sold, in each year. Then divide the later by the earlier."
    )
    yield judge_rounded("sales_times", sales_times, growth, 2, slips, step)
    step = "Take the costs of one costume times the costumes sold, then the fee, then what is paid once a year."
    for year, given in (("2012", kept_2012), ("2016", kept_2016)):
        parts = ((kept(year, *paid), words) for paid, words in KEPT.items())
        yield judge_number(
            f"kept_{year}",
            given,
            kept(year, "making", "parcels", "fee", "once"),
            parts,
            step,
            share=0,
            units=0.5,
        )


# ---- 2 predict, then run ---------------------------------------------------------------------------------------------
ALIKE, OUTCOMES = (0.5, 0.95), ("price", "pieces", "sellers", "village_income")
WAYS = ("up", "down", "same")
SHOWS = {
    "it happened": "Output of a model is not evidence of what happened: no village was looked at. What does a run follow from?",
    "it will happen": "A forecast needs assumptions that were tested on villages. These are set by hand. What is left?",
    "it can happen": "",
    "nothing": "That is too modest. A run cannot tell what is true of a village, but it answers another kind of question.",
}
UPWARD = ("higher", "more", "rises", "rise")
DOWNWARD = ("lower", "less", "fewer", "falls", "fall")
way = word(*WAYS, also=dict.fromkeys(UPWARD, "up") | dict.fromkeys(DOWNWARD, "down"))


@cache
def more_alike() -> dict[str, str]:
    """Which way each outcome goes in the last year when the products are more alike."""
    little, much = (market(likeness=likeness).iloc[-1] for likeness in ALIKE)
    return {
        name: WAYS[0 if much[name] > little[name] else 1 if much[name] < little[name] else 2]
        for name in OUTCOMES
    }


@question(3, guess=mapping(OUTCOMES, way), seen=mapping(OUTCOMES, way), two_runs_show=word(*SHOWS))
def q2(guess: dict[str, str], seen: dict[str, str], two_runs_show: str) -> Iterator[Finding]:
    """A guess, right or wrong; what the runs show; and what a run of a model can show."""
    right = more_alike()
    turned = "All the wrong way round. Which of the two runs has the products more alike? Compare it with the other."
    slips = (
        (
            seen == guess,
            "You gave your guess again. Run both villages, and compare the last row of each.",
        ),
        (all(seen[o] != right[o] for o in OUTCOMES), turned),
    )
    words = first_reply(slips, "Compare the last row of the two runs, column by column.")
    yield Finding("guess", all(guess.values()))
    yield Finding("seen", seen == right, words)
    yield Finding("two_runs_show", two_runs_show == "it can happen", SHOWS.get(two_runs_show, ""))


# ---- 3 the parameter that matters most -------------------------------------------------------------------------------
VARIED = {
    "fee": (0, 0.1, 0.2),
    "likeness": (0, 0.5, 0.9),
    "imitation": (0.1, 0.3, 0.6),
    "rent": (0, 30_000, 60_000),
}
SIMPLE_RUNS: tuple[Case, ...] = (
    ((0, 0, 1, 1), (10, 20, 30, 50)),
    ((2, 5, 2, 5), (40, 90, 60, 110)),
    ((1, 1, 2, 2), (-50, -20, -30, -10)),
)
ODD_RUNS: tuple[Case, ...] = (
    ((0, 0, 5, 5, 9, 9), (10, 30, 90, 110, 40, 40)),
    ((1, 1, 1, 2), (90, 60, 60, 10)),
    ((3, 3, 3), (5, 9, 100)),
    ((9, 0, 5, 9, 0, 5), (20, 60, 10, 30, 50, 0)),
    ((0, 0, 0, 1, 1), (1, 2, 2, 1, 1)),
    ((0.5, 0.5, 0.9), (0.2, 0.3, 0.28)),
    ((1, 2, 3, 4), (20, 0, 30, 60)),
    ((1, 2), (-10, 10)),
)
ROUNDED = "You round so far that what is small is lost. Return the number as it is."
BELOW_ZERO = "A mean may lie below zero, as a loss does. Try the settings 1 and 2 with the outcomes -10 and 10."
SINGLE = "You took two single runs. Two runs are an anecdote: more than one parameter differs in them. First take the mean at each setting."
ENDS = "You compared the highest setting with the lowest. An outcome may fall, or peak in between: greatest mean minus smallest."


def runs() -> pd.DataFrame:
    """The tenth year of the market for every combination of three settings of four parameters."""
    grid = market_grid(VARIED)
    last = grid[grid["year"] == grid["year"].max()].reset_index(drop=True)
    return last[[*VARIED, "margin", "profit_per_seller"]]


def means(settings: Any, outcome: Any) -> list[float]:
    """The mean outcome at each setting, in the order of the settings."""
    at = {
        s: [o for t, o in zip(settings, outcome, strict=True) if s == t]
        for s in sorted(set(settings))
    }
    return [sum(found) / len(found) for found in at.values()]


def swing_of(settings: Any, outcome: Any) -> float:
    """How far the greatest mean is from the least."""
    return max(means(settings, outcome)) - min(means(settings, outcome))


def _swing_without_sign(settings: Any, outcome: Any) -> float:
    sizes = [abs(mean) for mean in means(settings, outcome)]
    return max(sizes) - min(sizes)


@question(
    4,
    swing=results({"simple": SIMPLE_RUNS, "odd": ODD_RUNS}, number, as_kind=as_column),
    most_for_profit=word(*VARIED),
    most_for_margin=word(*VARIED),
)
def q3(swing: dict[Case, Any], most_for_profit: str, most_for_margin: str) -> Iterator[Finding]:
    """A function from settings and outcomes to the swing, and the parameter with the largest swing for two outcomes."""
    slips = (
        (lambda s, o: max(o) - min(o), SINGLE),
        (lambda s, o: o[-1] - o[0], SINGLE),
        (lambda s, o: abs(o[-1] - o[0]), SINGLE),
        (lambda s, o: means(s, o)[-1] - means(s, o)[0], ENDS),
        (lambda s, o: abs(means(s, o)[-1] - means(s, o)[0]), ENDS),
        (
            lambda s, o: max(means(s, o)),
            "That is the greatest mean. How far is it from the smallest?",
        ),
        (lambda s, o: max(means(s, o)) - max(0, min(means(s, o))), BELOW_ZERO),
        (lambda s, o: _swing_without_sign(s, o), BELOW_ZERO),
        (lambda s, o: round(swing_of(s, o), 1), ROUNDED),
        (lambda s, o: round(swing_of(s, o)), ROUNDED),
    )
    step = "Take the settings 0, 0, 1, 1 with the outcomes 10, 20, 30, 50 by hand: the mean at 0, that at 1, and then?"
    further = "Simple cases are right, others not. Try a peak, a dip, four settings, groups of unequal size, one setting only."
    yield from judge_function(
        "swing", swing, swing_of, slips, (SIMPLE_RUNS, step), (ODD_RUNS, further), units=0.005
    )
    last = runs().to_dict("list")
    top = {
        outcome: max(VARIED, key=lambda name: swing_of(last[name], last[outcome]))
        for outcome in list(last)[-2:]
    }
    words = "For the profit per seller, another parameter swings more. Let your function find it, one by one."
    if most_for_profit == most_for_margin == top["margin"]:
        words = "That parameter moves the margin. But a seller earns margin times pieces, and all who sell share the pieces."
    yield Finding("most_for_profit", most_for_profit == top["profit_per_seller"], words)
    words = "For the margin, another parameter swings more. Let your function find it, one by one."
    yield Finding("most_for_margin", most_for_margin == top["margin"], words)


# ---- 4 eighteen of what? ---------------------------------------------------------------------------------------------
HOW = {
    "exactly": "That would need a county of its own for each of the villages. Does the report say so?",
    "at most": "",
    "at least": "Can villages lie in more counties than there are villages? In fewer?",
}
YEARS = range(2015, 2020)


def poverty() -> pd.DataFrame:
    """Taobao villages in counties that a province lists as poor and in all of China, by year."""
    poor = (
        datasets.load("poverty_counties").set_index("year")["villages_provincial"].loc[list(YEARS)]
    )
    every = datasets.load("villages_by_year").set_index("year")["villages"].loc[poor.index]
    return poor.to_frame("in_poor_counties").assign(in_china=every)


def counties_of_2020() -> dict[str, int]:
    """The villages of 2020 in national poverty counties, the counties in which they lie, and all such counties."""
    table = datasets.load("poverty_counties").set_index("year").loc[2020]
    (lie_in,) = re.findall(r"In (\d+) counties", table["note"])
    (all_counties,) = re.findall(r"of the (\d+) poor counties", record("critiques", "D24b")["note"])
    return {
        "villages": int(table["villages_national"]),
        "counties": int(lie_in),
        "all": int(all_counties),
    }


def _read_year(answer: Any) -> int:
    """A year of the table, as a number or as text."""
    if type(answer) is str and answer.strip().isdecimal():
        answer = int(answer)
    given = number.read(answer)
    if given not in YEARS:
        raise Unfit(f"The years here are {YEARS[0]} to {YEARS[-1]}.")
    return int(given)


year_of_table = Reader(_read_year)


def spell_year(key: Any) -> str:
    """A year as the name of an entry, however it was written."""
    return str(key).strip().removesuffix(".0")


shares_by_year = mapping([str(year) for year in YEARS], number, spell_year)


def _read_shares(answer: Any) -> Any:
    """The share of each year. With a year that is not asked for, the part is not right as a whole."""
    try:
        return shares_by_year.read(answer)
    except PartlyRead as some:
        if set(some.faults) <= set(some.value):
            raise
        raise PartlyRead(shares_by_year.stand_in, some.faults) from None


@question(
    5,
    of_counties=number,
    counted=number,
    so_many=word(*HOW),
    shares=shares_by_year._replace(read=_read_shares),
    closer=year_of_table,
)
def q4(
    of_counties: Any, counted: Any, so_many: str, shares: dict[str, Any], closer: int
) -> Iterator[Finding]:
    """119 villages over counties, the counties counted, what the first is, the share by year, and a year off the chart."""
    found = counties_of_2020()
    guessed, right_counties = (
        100 * found["villages"] / found["all"],
        100 * found["counties"] / found["all"],
    )
    other = (
        guessed,
        "That is villages over counties. Here the counties with a village are counted.",
    )
    slips: Slips = (
        (guessed / 100, PERCENT),
        (right_counties, "That is the answer to the next one."),
    )
    step = "Divide the villages by all counties on the list, and multiply by a hundred."
    yield judge_rounded("of_counties", of_counties, guessed, 1, slips, step)
    slips = ((right_counties / 100, PERCENT), other)
    step = "Divide the counties in which they lie by all counties on the list."
    yield judge_rounded("counted", counted, right_counties, 1, slips, step)
    yield Finding("so_many", so_many == "at most", HOW.get(so_many, ""))
    table = poverty().astype("Float64")
    poor, every = table["in_poor_counties"], table["in_china"]
    given = {int(year): share for year, share in shares.items()}
    right, last = 100 * poor / every, 100 * poor / every[YEARS[-1]]
    slips = (
        (all(near(100 * given[y], right[y], 0.1) for y in YEARS), PERCENT),
        (
            all(near(given[y], last[y], 0.1) for y in YEARS),
            "Each year has a total of its own, not that of the last.",
        ),
    )
    fits = all(is_rounded(given[y], right[y], 1) for y in YEARS)
    step = "Divide each year's villages in poor counties by all Taobao villages of that year."
    if all(near(given[y], right[y], 0, 0.5) for y in YEARS):
        step = "Each year is close. Write every share with one decimal, rounded and not cut."
    yield Finding("shares", fits, first_reply(slips, step))
    words = "Lay a finger on the gap between the lines, year by year. When does it become narrower by the most?"
    if closer == (every / every.shift()).idxmax():
        words = "There the upper line rises most steeply, but the gap widens. The question is where it narrows."
    yield Finding("closer", closer == (right / right.shift()).idxmax(), words)


# ---- 5 one town, one prefecture, one country -------------------------------------------------------------------------
@question(3, left_poverty=number, too_many=number, china=number_or_unknown)
def q5(left_poverty: Any, too_many: Any, china: Any) -> Iterator[Finding]:
    """All who left poverty in a prefecture, how wrong one town's percentage is there, and what follows for the country."""
    town = float(re.findall(r"(\d+) percent", record("daji", "B59")["note"])[0])
    prefecture, people = value("critiques", "D64"), value("daji", "B60b")
    right = 100 * people / prefecture
    slips: Slips = (
        (
            people * prefecture / 100,
            "You took a percentage of the part. But the whole is larger than a part.",
        ),
        (100 * people / town, "You used the town's percentage. These people are the prefecture's."),
    )
    step = "The people are a part, the percentage says how large a part. Which number is the whole?"
    yield judge_number("left_poverty", left_poverty, right, slips, step)
    slips = (
        (
            right * town / 100,
            "That is how many people it would be. How many times the number that was counted?",
        ),
        (prefecture / town, TURNED),
        (
            town - prefecture,
            "That is a difference. The question is how many times the number that was counted.",
        ),
    )
    step = "Take the town's percentage of all in the prefecture, and divide by the people counted there."
    yield judge_number("too_many", too_many, town / prefecture, slips, step, share=0.02)
    single = "One place is not China. See how far the town is from its own prefecture."
    mean = ((town + prefecture) / 2, "A mean of two places from one corner is not China either.")
    words = reply_to_number(
        china,
        ((town, single), (prefecture, single), mean),
        "Which row of the table counts the country?",
    )
    yield Finding("china", china is None, words)


# ---- 6 like the county next door? ------------------------------------------------------------------------------------
COUNTIES: tuple[Case, ...] = (
    ((2, 2, 0), (0, 3, 3)),
    ((4, 0, 0), (1, 0, 0)),
    ((1, 0, 0), (0, 2, 5)),
    ((3, 1, 0), (1, 1, 2)),
)
ODD_COUNTIES: tuple[Case, ...] = (
    ((6, 2, 0), (6, 2, 0)),
    ((1, 9, 0), (9, 1, 0)),
    ((0.5, 0.5, 1), (3, 0, 1)),
    ((7, 1, 0), (0, 1, 7)),
    ((19, 1, 0), (3, 1, 0)),
    ((0,) * 12 + (1, 0, 2, 0, 0, 3), (2,) + (0,) * 13 + (1, 0, 0, 5)),
)
SIZE = "You compared numbers of villages. A large county would then be like all others: divide each county by its sum first."
DIFFERENCE = "You measure the difference: the same goods give nothing, and should give one."
KINDS = "You count kinds of goods, whether one village makes them or fifty. How much of each counts too."
COSINE = "This is the cosine, a good measure, but a different one. The question asks for what both counties have in common."


def kinds() -> pd.DataFrame:
    """Taobao villages of 2014 by county and kind of product; counties that the list does not name are left out."""
    table = datasets.load("products_2014").dropna(subset="adcode")
    table = table.assign(where=table["county"] + ", " + table["province"])
    sums = table.groupby(["where", "category"])["villages_fractional"].sum()
    return sums.unstack(fill_value=0).astype(float)


def next_door() -> pd.DataFrame:
    """For each county of ``kinds``: the one whose seat is nearest, how far as the crow flies, and the fewest villages.

    Distance in km. ``fewest`` is the number of villages in the one of the two counties that has fewer.
    """
    import numpy as np
    import pandas as pd

    places = datasets.load("villages_by_county").query("year == 2014").dropna(subset="adcode")
    places = (
        places.assign(where=places["county"] + ", " + places["province"])
        .set_index("where")
        .loc[kinds().index]
    )
    north, east = (np.radians(places[c].to_numpy(float)) for c in ("latitude", "longitude"))
    globe = np.column_stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]
    )
    chords = np.linalg.norm(globe[:, None] - globe, axis=2)
    np.fill_diagonal(chords, np.inf)
    km = (2 * 6371 * np.arcsin(chords.min(axis=1) / 2)).round().astype(int)
    nearest, villages = chords.argmin(axis=1), places["villages"].to_numpy(int)
    fewest = np.minimum(villages, villages[nearest])
    return pd.DataFrame(
        {"county": places.index, "nearest": places.index[nearest], "km": km, "fewest": fewest}
    )


def in_common(a: Any, b: Any) -> float:
    """The part of two counties' goods that is of the same kinds: the smaller of the two shares, summed."""
    return sum(min(x / sum(a), y / sum(b)) for x, y in zip(a, b, strict=True))


def jaccard(a: Any, b: Any) -> float:
    """Kinds that both have, divided by kinds that one of them has."""
    return sum(x > 0 < y for x, y in zip(a, b, strict=True)) / sum(
        x + y > 0 for x, y in zip(a, b, strict=True)
    )


def cosine(a: Any, b: Any) -> float:
    """The cosine of the angle between two counties."""
    return sum(x * y for x, y in zip(a, b, strict=True)) / math.hypot(*a) / math.hypot(*b)


@cache
def alikeness() -> tuple[float, float, float]:
    """The mean likeness of a county and the one next door, of any two, and of any two or a county with itself."""
    rows, neighbours = kinds().to_dict("split"), next_door()
    county = dict(zip(rows["index"], rows["data"], strict=True))
    beside = [
        in_common(county[a], county[b])
        for a, b in zip(neighbours["county"], neighbours["nearest"], strict=True)
    ]
    pairs = [in_common(a, b) for a, b in combinations(county.values(), 2)]
    n = len(county)
    return sum(beside) / n, sum(pairs) / len(pairs), (2 * sum(pairs) + n) / n**2


@cache
def _any_two_but_neighbours() -> float:
    """The mean likeness of two counties neither of which is next door to the other."""
    rows, neighbours = kinds().to_dict("split"), next_door()
    county = dict(zip(rows["index"], rows["data"], strict=True))
    beside = set(map(frozenset, zip(neighbours["county"], neighbours["nearest"], strict=True)))
    far = [pair for pair in combinations(county, 2) if frozenset(pair) not in beside]
    return sum(in_common(county[a], county[b]) for a, b in far) / len(far)


@question(
    4,
    likeness=results({"simple": COUNTIES, "odd": ODD_COUNTIES}, number, as_kind=as_named_column),
    beside=number,
    any_two=number,
)
def q6(likeness: dict[Case, Any], beside: Any, any_two: Any) -> Iterator[Finding]:
    """A function from the goods of two counties to their likeness, and its mean over neighbours and over all pairs."""
    slips = (
        (lambda a, b: sum(map(min, a, b)), SIZE),
        (lambda a, b: 1 - in_common(a, b), DIFFERENCE),
        (jaccard, KINDS),
        (cosine, COSINE),
        (lambda a, b: round(in_common(a, b), 1), ROUNDED),
    )
    step = "Take (2, 2, 0) and (0, 3, 3) by hand. Half of each is of the second kind. What do they have in common?"
    further = "Simple cases are right, others not. Try a county with itself, 18 kinds, one large kind, little in common, halves."
    yield from judge_function(
        "likeness",
        likeness,
        in_common,
        slips,
        (COUNTIES, step),
        (ODD_COUNTIES, further),
        units=0.005,
    )
    neighbours, pairs, with_itself = alikeness()
    swapped = (
        near(beside, pairs, 0.02) and near(any_two, neighbours, 0.02),
        "The two means are swapped.",
    )
    step = "The mean over the rows of `neighbours`: each county and its nearest, both looked up in `goods`."
    finding = judge_rounded("beside", beside, neighbours, 3, (), step)
    yield finding._replace(reply=first_reply([swapped], finding.reply))
    itself = "You also paired each county with itself. Leave these pairs out."
    far_only = "You left out the pairs next door. All pairs means these too."
    slips_of_pairs = ((with_itself, itself), (_any_two_but_neighbours(), far_only))
    step = "The mean over all pairs of two different counties, each pair once."
    finding = judge_rounded("any_two", any_two, pairs, 3, slips_of_pairs, step)
    yield finding._replace(reply=first_reply([swapped], finding.reply))


# ---- 7 two studies, both right ---------------------------------------------------------------------------------------
FOLLOWS = ("follows", "does not follow")
SOUND = {"A", "D", "F"}
STUDIES = {
    "B": "No effect found is not the same as no effect, and some gained as buyers. Read statement B again.",
    "E": "Taking part is not random. What else may differ between those who do and those who do not?",
    "C": "The draw was about stations of Rural Taobao, where most goods come in. Is statement C about them?",
    "A": "Statement A says no more than the experiment: little sign, in these villages, in that time.",
    "D": "Statement D only says that two things go together. Can a survey show that?",
    "F": "Did both look at the same villages, people and question? If not, must one of them be wrong?",
}
SAID_OTHERWISE: dict[Any, str] = {True: FOLLOWS[0], False: FOLLOWS[1]}
SAID_OTHERWISE |= dict.fromkeys(("yes", "true", "does follow", "it follows"), FOLLOWS[0])
SAID_OTHERWISE |= dict.fromkeys(("no", "false", "does not", "follows not"), FOLLOWS[1])
SAID_OTHERWISE |= dict.fromkeys(("doesn't follow", "doesn’t follow"), FOLLOWS[1])
SAID_OTHERWISE |= dict.fromkeys(("it does not follow", "not follow"), FOLLOWS[1])
follows_or_not = word(*FOLLOWS, also=SAID_OTHERWISE)
ESTIMATE, ERROR, TRUTHS = 2.0, 3.0, (0, 5, 10)


@question(
    5,
    says=mapping(sorted(STUDIES), follows_or_not),
    low=number,
    high=number,
    left_open=several(number),
)
def q7(says: dict[str, str], low: Any, high: Any, left_open: frozenset[Any]) -> Iterator[Finding]:
    """What follows from an experiment and from a survey; an interval, and the true effects that it leaves open."""
    right = {letter: FOLLOWS[0 if letter in SOUND else 1] for letter in STUDIES}
    wrong = [letter for letter in STUDIES if says[letter] != right[letter]]
    for most in (2, 0):
        yield Finding("says", len(wrong) <= most, "".join(STUDIES[letter] for letter in wrong[:1]))
    least, greatest = ESTIMATE - 1.96 * ERROR, ESTIMATE + 1.96 * ERROR
    one_error = near(low, ESTIMATE - ERROR) and near(high, ESTIMATE + ERROR)
    around_zero = near(high, 1.96 * ERROR, 0.03) and near(low, -high)
    slips: tuple[tuple[Any, str], ...] = (
        (
            one_error,
            "You went one standard error each way. That holds the truth two times in three.",
        ),
        (around_zero, "Your interval is centred on zero. Centre it on the estimate."),
    )
    far = "Go about two standard errors down from the estimate, and as far up."
    ends = (("low", low, least, -2), ("high", high, greatest, 2))
    for name, given, end, errors in ends:
        finding = judge_rounded(name, given, end, 1, (), far)
        two_errors = near(given, ESTIMATE + errors * ERROR, 0)  # "about two" is taken at its word
        reply = first_reply(slips, finding.reply)
        yield finding._replace(earned=finding.earned or two_errors, reply=reply)
    inside = {true for true in TRUTHS if least <= true <= greatest}
    slips = (
        (
            left_open == {0},
            "No effect found is not the same as no effect. Is zero the only one of the three inside?",
        ),
        (
            left_open == set(TRUTHS),
            "One of the three lies outside. A study can rule something out, too.",
        ),
    )
    words = first_reply(
        slips,
        "Compare the three with your interval. Those inside are left open, those outside are not.",
    )
    yield Finding("left_open", left_open == inside, words)


# ---- 8 survivors only ------------------------------------------------------------------------------------------------
SELLERS = """
         began  left  earned
Apple    2011   -        {apple}
Birch    2011   2013     -45
Clover   2012   -        140
Daisy    2012   2014     -30
Elder    2012   2013     -70
Fern     2013   -         95
Ginger   2013   2015      15
Hazel    2013   2014     -60
Iris     2014   -         55
Juniper  2014   2015     -25
Laurel   2014   2016       5
Maple    2015   2016     -30
"""


APPLE = Drawn("earned by Apple", 310, (250, 274, 346, 370))
IN_YUAN = "Right, in yuan. The question asks for 1,000 yuan."


def sellers() -> pd.DataFrame:
    """Twelve who opened a shop, made for teaching: when, until when, and what they earned in all, in 1,000 yuan."""
    return small_table(SELLERS.format(apple=APPLE.value))


@question(4, stayed=number, all_sellers=number, least=number, most=number)
def q8(stayed: Any, all_sellers: Any, least: Any, most: Any) -> Iterator[Finding]:
    """What survivors earned on average and what all did; how many percent left a list, by two ways of matching."""
    table = sellers()
    stays = table["left"].isna()
    there, away, every = (
        float(rows["earned"].mean()) for rows in (table[stays], table[~stays], table)
    )
    step = "Take the rows without a year in `left`: the sum of `earned` over the number of sellers."
    yield judge_rounded("stayed", stayed, there, 1, ((1000 * there, IN_YUAN),), step)
    shared = float(table["earned"].sum() / stays.sum())
    slips: Slips = (
        (
            there,
            "Survivors are not all. A reporter in 2016 meets only those who are still there.",
        ),
        (away, "These are those who left. All means both: those who left and those who stayed."),
        (shared, "The sum is that of all, but you divided it among those who stayed."),
        (1000 * every, IN_YUAN),
    )
    step = (
        "Take all rows, whatever stands in `left`: the sum of `earned` over the number of sellers."
    )
    yield judge_rounded("all_sellers", all_sellers, every, 1, slips, step)
    lists = datasets.load("list_turnover").query(
        "level == 'country' and from_year == 2014 and to_year == 2016"
    )
    low, high = sorted((100 * lists["gone"] / lists["listed"]).tolist())
    there_still = "These villages stayed. The question asks for those that are gone."
    swapped = "The smaller percentage comes first."
    step = "In each of the two rows: `gone` over `listed`, times a hundred."
    for name, given, right, other in (("least", least, low, high), ("most", most, high, low)):
        slips = (
            (100 - low, there_still),
            (100 - high, there_still),
            (right / 100, PERCENT),
            (other, swapped),
        )
        yield judge_rounded(name, given, right, 1, slips, step)


# ---- 9 what would have been ------------------------------------------------------------------------------------------
INCOMES = """
       2013  2017
Alder    20    34
Rowan    18    {rowan}
"""


ROWAN = Drawn("income in Rowan", 27, (25, 26, 28, 29), ("{}",))


def twins() -> pd.DataFrame:
    """Yearly income of a household in two villages before and after, in 1,000 yuan, made for teaching."""
    return small_table(INCOMES.format(rowan=ROWAN.value))


UNREAD = "unread"  # an entry that is missing is a slip; what is said of it is said by its reader
IMAGINED_AWAY = {
    "shops": "",
    "road": "Both lie on the same road, with and without shops. What had only the one village?",
    "Rowan": "Rowan stands in for what would have been. What do you imagine away from Alder?",
    "nothing": "Then it is what happened. A counterfactual imagines something away.",
}
imagined = word(
    *IMAGINED_AWAY, also={"the shops": "shops", "online shops": "shops", "the online shops": "shops",
                          "the road": "road", "trade": "shops", "online trade": "shops"}
)  # fmt: skip
COUNTERFACTUAL = entries({"village": word("Alder", "Rowan"), "without": imagined, "yuan": number})


@question(3, instead=number, effect=number, counterfactual=COUNTERFACTUAL)
def q9(instead: Any, effect: Any, counterfactual: dict[str, Any]) -> Iterator[Finding]:
    """What would have happened without the trade, the effect, and the counterfactual in its three parts."""
    (before, after), (before_twin, after_twin) = twins().to_numpy(int)
    would = before + after_twin - before_twin
    alike = "That is Rowan's income, but the two did not start alike. Add Rowan's gain to Alder's start."
    slips: Slips = (
        (before, "You left Alder as it was. Would four years have gone by without any change?"),
        (after_twin, alike),
        (after, "That is what happened. The question is what would have happened."),
        (1000 * would, IN_YUAN),
    )
    yield judge_number(
        "instead",
        instead,
        would,
        slips,
        "Start where Alder started, and add what Rowan gained in these years.",
    )
    known = near(instead, would)
    follows = math.nan if known else after - float(instead)
    slips = (
        (follows, "The effect follows correctly from your `instead`. Correct that first."),
        (after - before, "That compares before and after. Rowan gained too, without the trade."),
        (
            after - after_twin,
            "That compares one village with the other, and they were not alike at the start.",
        ),
        (would, "That is the income that would have been. How far above it is the real income?"),
        (1000 * (after - would), IN_YUAN),
    )
    yield judge_number(
        "effect",
        effect,
        after - would,
        slips,
        "The effect is what happened minus what would have happened.",
    )
    village = "Alder is the one with shops. Whose income are you imagining?"
    yuan = counterfactual["yuan"]
    sum_of = "Here belongs the income of `instead`, in full yuan."
    if not known and near(yuan, 1000 * float(instead)):
        sum_of = "The sum follows correctly from your `instead`. Correct that first."
    slips = (
        (counterfactual["village"] != "Alder", village),
        (
            counterfactual["without"] != "shops",
            IMAGINED_AWAY.get(counterfactual["without"], UNREAD),
        ),
        (
            near(yuan, would),
            "Here the income is wanted in yuan, in full; the table has it in 1,000 yuan.",
        ),
        (not near(yuan, 1000 * would), sum_of),
    )
    yield judge_slips("counterfactual", slips)


# ---- 10 the debate brief ---------------------------------------------------------------------------------------------
NO_SIDE = {
    "method": "tells how a study was done. It bears out neither side.",
    "context": "tells the size of something. It bears out neither side by itself.",
    "mixed": "is marked as mixed. Take rows that stand on one side.",
}
SALES = (
    "Sales are not income: they say what passes through hands, and settle none of the four motions."
)


class Measure(NamedTuple):
    """The motions on which a measure bears, and those of whom it can be taken."""

    motions: tuple[str, ...]
    of: tuple[str, ...]


HOMES, PLACES, EVER, YOUNG = (
    "all households",
    "all villages",
    "all who ever began",
    "women and the young",
)
MEASURES = {
    "household income": Measure(("who_gains",), (HOMES, EVER, YOUNG)),
    "what sellers keep of a sale": Measure(("who_gains", "sameness"), (HOMES, EVER, YOUNG)),
    "prices": Measure(("sameness", "who_gains"), (HOMES, PLACES, EVER)),
    "kinds of goods": Measure(("sameness",), (HOMES, PLACES, EVER)),
    "shops still open": Measure(("gone", "sameness"), (HOMES, PLACES, EVER)),
    "villages still on the list": Measure(("gone",), (PLACES, EVER)),
    "income of women and the young": Measure(("women_young", "who_gains"), (HOMES, YOUNG)),
    "who decides in the household": Measure(("women_young",), (HOMES, YOUNG)),
    "people who come back": Measure(("women_young", "gone"), (HOMES, PLACES, YOUNG)),
    "sales": Measure((), ()),
}
GROUPS = {
    HOMES: "",
    PLACES: "",
    EVER: "",
    YOUNG: "",
    "the best sellers": "The best sellers speak only for themselves. Whom is your motion about?",
    "those still there": "Those still there survived. Those who left do not answer.",
}
COMPARISONS = {
    "villages drawn by lot": "",
    "similar villages without the trade": "",
    "the same villages before": "Before and after: much else happened in these years. Who went without the trade?",
    "all of China": "If all of China gains, any village looks like a success. Look for villages like yours.",
    "nothing": "A number alone settles nothing. Larger or smaller than what?",
}
SETTLE = entries(
    {
        "measure": word(
            *MEASURES, also={"income": "household income", "incomes": "household income"}
        ),
        "of": word(*GROUPS),
        "compared_with": word(*COMPARISONS),
    }
)
OVER_TIME = ("gone", "sameness")  # here what was before is a fair comparison


@cache
def evidence() -> pd.DataFrame:
    """The rows of ``critiques``, by id."""
    return datasets.load("critiques").set_index("id")


@cache
def debatable() -> tuple[str, ...]:
    """The critiques that something can settle, and for which two witnesses or more speak on each side."""
    rows = evidence()[evidence()["side"].isin(["for", "against"])]
    witnesses = rows.groupby(["critique", "side"])["witness"].nunique().unstack(fill_value=0)
    argued = witnesses.index[witnesses.min(axis="columns") > 1]
    settled = {motion for measure in MEASURES.values() for motion in measure.motions}
    return tuple(str(motion) for motion in argued if motion in settled)


def _read_row(answer: Any) -> str:
    """The id of a row; the name of its table may stand before it."""
    written = plain(single(answer))
    if type(written) is str:
        written = re.sub(
            r"\s*critiques\s*[/.\N{FULLWIDTH SOLIDUS}]\s*(?=\w)", "", written, flags=re.I
        )
    return str(word(*evidence().index).read(written))


row_id = Reader(_read_row, "", "word", lambda: tuple(evidence().index))


def _side_slips(motion: str, side: str, ids: frozenset[str]) -> Iterator[tuple[Any, str]]:
    """What can be wrong with the rows of one side: no row, another motion or side, too narrow, a single witness."""
    yield (
        not ids,
        "One side has no row. A brief that can argue only one side is not ready.",
    )
    yield ids - set(evidence().index), UNREAD
    rows = evidence().reindex(sorted(ids)).dropna(subset="critique")
    for key, row in rows.iterrows():
        other = row["critique"] != motion
        turned = NO_SIDE.get(
            row["side"], "speaks against the side on which you put it. Read its claim again."
        )
        reply = f"{key} {'is about a different critique.' if other else turned}"
        yield other or row["side"] != side, reply
    offered = evidence().query("critique == @motion and side == @side")
    wide = (rows["scope"] == "few_places").all() and (offered["scope"] != "few_places").any()
    narrow = f"All that you have {side} it is about single places. One county is not China: look further."
    yield wide, narrow
    alone = f"All that you have {side} it goes back to one witness. Rows are not votes: look for a second (column `witness`)."
    yield rows["witness"].nunique() < 2, alone


@question(3, motion=word_of(debatable), pro=several(row_id), contra=several(row_id), settle=SETTLE)
def q10(
    motion: str, pro: frozenset[str], contra: frozenset[str], settle: dict[str, str]
) -> Iterator[Finding]:
    """A critique as motion, rows for and against it, and what would settle it."""
    if not motion:
        return
    yield judge_slips("pro", _side_slips(motion, "for", pro))
    yield judge_slips("contra", _side_slips(motion, "against", contra))
    measure, of, compared_with = (settle[name] for name in ("measure", "of", "compared_with"))
    other = f"{measure.capitalize()}: that is about a different motion. What would your side have to count?"
    before = compared_with == "the same villages before" and motion in OVER_TIME
    bears = measure in MEASURES and motion in MEASURES[measure].motions
    apart = (
        f"{measure.capitalize()} of {of}: whose is it that you would count? These two do not fit."
    )
    slips = [
        (measure == "sales", SALES),
        (not bears, other),
        (GROUPS.get(of, UNREAD), GROUPS.get(of, UNREAD)),
        (bears and of not in MEASURES[measure].of, apart),
        (
            not before and COMPARISONS.get(compared_with, UNREAD),
            COMPARISONS.get(compared_with, UNREAD),
        ),
    ]
    yield judge_slips("settle", slips)


DRAWN: dict[str, tuple[Drawn, ...]] = {"q1": (SOLD,), "q8": (APPLE,), "q9": (ROWAN,)}
practice = Practice("sustainability", (q1, q2, q3, q4, q5, q6, q7, q8, q9, q10), DRAWN)
check, hint, solution = practice.check, practice.hint, practice.solution
progress, resume = practice.progress, practice.resume
take_along, bring_back = practice.take_along, practice.bring_back
