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
from typing import TYPE_CHECKING, Any

from ... import datasets
from ...practice.answers import (
    Unfit,
    mapping,
    number,
    number_or_unknown,
    on_columns,
    results,
    several,
    text,
    truth,
    word,
    word_of,
)
from ...practice.core import Practice, question
from ...practice.replies import Finding, Slips, caught, clean, near, told, weighed, weighed_function
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
costumes sold                 10000  40000
making a costume                 20     18
parcel for a costume              5      4
platform fee, percent of sales    2      5
advertising in the year       30000  298000
rent in the year               8000  40000
"""
KEPT = {
    (): "You gave what came in. Sales are not income: take off all that is paid to make, send and show the goods.",
    (
        "making",
    ): "You took off the making alone. That is the gross margin. Which lines has it not paid yet?",
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
    return small_table(LEDGER)


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


@question(3, number, number, number)
def q1(times: Any, earlier: Any, later: Any) -> Iterator[Finding]:
    """How many times the sales grew, and what the seller keeps in each of two years."""
    growth, (before, after) = kept("2016") / kept("2012"), ledger().loc["costumes sold"]
    slips = (
        (after / before, "That is the growth of the costumes sold. The price changed too."),
        (growth - 1, "That is how much was added. Asked is how many times as large the second is."),
    )
    step = (
        "Sales are price times costumes sold, in each year. Then divide the later by the earlier."
    )
    yield weighed(times, growth, slips, step)
    step = "Take the costs of one costume times the costumes sold, then the fee, then what is paid once a year."
    for year, given in (("2012", earlier), ("2016", later)):
        parts = ((kept(year, *paid), words) for paid, words in KEPT.items())
        yield weighed(
            given, kept(year, "making", "parcels", "fee", "once"), parts, step, share=0.001
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
way = word(
    *WAYS, also={"higher": "up", "more": "up", "lower": "down", "less": "down", "fewer": "down"}
)


@cache
def more_alike() -> dict[str, str]:
    """Which way each outcome goes in the last year when the products are more alike."""
    little, much = (market(likeness=likeness).iloc[-1] for likeness in ALIKE)
    return {
        name: WAYS[0 if much[name] > little[name] else 1 if much[name] < little[name] else 2]
        for name in OUTCOMES
    }


@question(3, mapping(OUTCOMES, way), mapping(OUTCOMES, way), word(*SHOWS))
def q2(guess: dict[str, str], seen: dict[str, str], shows: str) -> Iterator[Finding]:
    """A guess, which costs nothing; what the runs show; and what a run of a model can show."""
    right = more_alike()
    turned = "All the wrong way round. Which of the two runs has the products more alike? Set it against the other."
    slips = (
        (
            seen == guess,
            "You handed in your guess again. Run both villages, and compare the last row of each.",
        ),
        (all(seen[o] != right[o] for o in OUTCOMES), turned),
    )
    words = caught(slips, "Compare the last row of the two runs, column by column.")
    for names in (OUTCOMES[:2], OUTCOMES[2:]):
        yield 1, all(seen[name] == right[name] for name in names), words
    yield 1, not SHOWS[shows], SHOWS[shows]


# ---- 3 the dial that matters most ------------------------------------------------------------------------------------
DIALS = {
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
)
SINGLE = "You took two single runs. Two runs are an anecdote: more than one dial differs in them. First take the mean at each setting."
ENDS = "You compared the highest setting with the lowest. An outcome may fall, or peak in between: greatest mean less least."


def runs() -> pd.DataFrame:
    """The tenth year of the market for every combination of three settings of four dials."""
    grid = market_grid(DIALS)
    last = grid[grid["year"] == grid["year"].max()].reset_index(drop=True)
    return last[[*DIALS, "margin", "profit_per_seller"]]


def means(settings: Any, outcome: Any) -> list[float]:
    """The mean outcome at each setting, in the order of the settings."""
    at = {
        s: [o for t, o in zip(settings, outcome, strict=True) if s == t]
        for s in sorted(set(settings))
    }
    return [sum(found) / len(found) for found in at.values()]


def swing(settings: Any, outcome: Any) -> float:
    """How far the greatest mean is from the least."""
    return max(means(settings, outcome)) - min(means(settings, outcome))


@question(
    4,
    on_columns(results((*SIMPLE_RUNS, *ODD_RUNS), number), named_rows=False),
    word(*DIALS),
    word(*DIALS),
)
def q3(given: dict[Case, Any], profit: str, margin: str) -> Iterator[Finding]:
    """A function from settings and outcomes to the swing, and the dial with the largest swing for two outcomes."""
    slips = (
        (lambda s, o: max(o) - min(o), SINGLE),
        (lambda s, o: o[-1] - o[0], SINGLE),
        (lambda s, o: abs(o[-1] - o[0]), SINGLE),
        (lambda s, o: means(s, o)[-1] - means(s, o)[0], ENDS),
        (lambda s, o: abs(means(s, o)[-1] - means(s, o)[0]), ENDS),
        (lambda s, o: max(means(s, o)), "That is the greatest mean. How far is it from the least?"),
    )
    step = "Take the settings 0, 0, 1, 1 with the outcomes 10, 20, 30, 50 by hand: the mean at 0, that at 1, and then?"
    further = "Simple cases are right, others not. Try a peak in the middle, groups of unequal size, one setting only."
    yield from weighed_function(given, swing, slips, (SIMPLE_RUNS, step), (ODD_RUNS, further))
    last = runs().to_dict("list")
    top = {
        outcome: max(DIALS, key=lambda dial: swing(last[dial], last[outcome]))
        for outcome in list(last)[-2:]
    }
    words = "For the profit per seller, another dial swings more. Let your function find it, dial by dial."
    if profit == margin == top["margin"]:
        words = "That dial moves the margin. But a seller earns margin times pieces, and all who sell share the pieces."
    yield 1, profit == top["profit_per_seller"], words
    words = "For the margin, another dial swings more. Let your function find it, dial by dial."
    yield 1, margin == top["margin"], words


# ---- 4 eighteen of what? ---------------------------------------------------------------------------------------------
HOW = {
    "exactly": "That would need a county of its own for each of the villages. Does the newspaper say so?",
    "at most": "",
    "at least": "Can villages lie in more counties than there are villages? In fewer?",
}
YEARS = range(2014, 2021)


def poverty() -> pd.DataFrame:
    """Taobao villages in national poverty counties and in all of China, by year."""
    poor = datasets.load("poverty_counties").set_index("year")[
        ["villages_national", "villages_national_rival"]
    ]
    every = datasets.load("villages_by_year").set_index("year")["villages"].loc[poor.index]
    return poor.set_axis(["in_poverty_counties", "rival"], axis="columns").assign(in_china=every)


def a_year(answer: Any) -> int:
    """A taker: a year of the table, as a number or as text."""
    given = number(
        int(answer) if type(answer) is str and re.fullmatch(r"20\d\d", answer) else answer
    )
    if given not in YEARS:
        raise Unfit(f"The years here are {YEARS[0]} to {YEARS[-1]}.")
    return int(given)


@question(
    4,
    number,
    number,
    word(*HOW),
    mapping([str(y) for y in YEARS], number, lambda key: str(a_year(key))),
    a_year,
)
def q4(
    counties: Any, villages: Any, how: str, given: dict[str, Any], closer: int
) -> Iterator[Finding]:
    """18 as counties and as villages, what the first is, the share by year, and a year read off the chart."""
    table = poverty().astype("Float64")
    poor, every = table["in_poverty_counties"], table["in_china"]
    listed = value("claims", "li-592-counties")
    of_counties, of_villages = 100 * poor[2016] / listed, 100 * poor[2016] / every[2016]
    slips = (
        (near(100 * counties, of_counties, 0.02), PERCENT),
        (
            near(counties, of_villages, 0.04),
            "The two are swapped: of counties means divided by counties.",
        ),
    )
    words = caught(
        slips, "Divide twice: by all counties on the list, and by all Taobao villages of that year."
    )
    yield 1, near(counties, of_counties, 0.02) and near(villages, of_villages, 0.04), words
    yield 1, not HOW[how], HOW[how]
    shares = {int(year): share for year, share in given.items()}
    right, rival, last = (
        100 * poor / every,
        100 * table["rival"].fillna(poor) / every,
        100 * poor / every[YEARS[-1]],
    )
    slips = (
        (all(near(100 * shares[y], right[y], 0.1) for y in YEARS), PERCENT),
        (
            all(near(shares[y], last[y], 0.1) for y in YEARS),
            "Each year has a total of its own, not that of the last.",
        ),
    )
    fits = all(
        near(shares[y], right[y], 0, 0.06) or near(shares[y], rival[y], 0, 0.06) for y in YEARS
    )
    words = caught(
        slips,
        "Divide each year's villages in poverty counties by all Taobao villages of that year.",
    )
    yield 1, fits, words
    words = "Lay a finger on the gap between the lines, year by year. When does it become narrower by the most?"
    if closer == (every / every.shift()).idxmax():
        words = "Both lines rise most steeply there, but the gap opens. Asked is where it narrows."
    yield 1, closer == (right / right.shift()).idxmax(), words


# ---- 5 one town, one prefecture, one country -------------------------------------------------------------------------
@question(3, number, number, number_or_unknown)
def q5(everyone: Any, too_many: Any, china: Any) -> Iterator[Finding]:
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
    yield weighed(everyone, right, slips, step)
    slips = (
        (
            right * town / 100,
            "So many people it would be. How many times the number that was counted?",
        ),
        (prefecture / town, TURNED),
        (
            town - prefecture,
            "That is a difference. Asked is how many times the number that was counted.",
        ),
    )
    step = "Take the town's percentage of all in the prefecture, and divide by the people counted there."
    yield weighed(too_many, town / prefecture, slips, step, share=0.02)
    single = "One place is not China. Look how far the town is from its own prefecture."
    mean = ((town + prefecture) / 2, "A mean of two places from one corner is not China either.")
    words = told(
        china,
        ((town, single), (prefecture, single), mean),
        "Which row of the table counts the country?",
    )
    yield 1, china is None, words


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
)
SIZE = "You compared numbers of villages. A large county would be like all others: divide each county by its sum first."
DIFFERENCE = "You measure the difference: the same goods give nothing, and should give one."
KINDS = "You count kinds of goods, whether one village makes them or fifty. How much of each counts too."
COSINE = "This is the cosine, a good measure, but another one. Asked is the part that both counties have in common."


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
    rows, doors = kinds().to_dict("split"), next_door()
    county = dict(zip(rows["index"], rows["data"], strict=True))
    beside = [
        in_common(county[a], county[b])
        for a, b in zip(doors["county"], doors["nearest"], strict=True)
    ]
    pairs = [in_common(a, b) for a, b in combinations(county.values(), 2)]
    n = len(county)
    return sum(beside) / n, sum(pairs) / len(pairs), (2 * sum(pairs) + n) / n**2


@question(4, on_columns(results((*COUNTIES, *ODD_COUNTIES), number)), number, number)
def q6(given: dict[Case, Any], beside: Any, any_two: Any) -> Iterator[Finding]:
    """A function from the goods of two counties to their likeness, and its mean over neighbours and over all pairs."""
    slips = (
        (lambda a, b: sum(map(min, a, b)), SIZE),
        (lambda a, b: 1 - in_common(a, b), DIFFERENCE),
        (jaccard, KINDS),
        (cosine, COSINE),
    )
    step = "Take (2, 2, 0) and (0, 3, 3) by hand. Half of each is of the second kind. What do they have in common?"
    further = "Simple cases are right, others not. Try a county with itself, and villages shared out in halves."
    yield from weighed_function(given, in_common, slips, (COUNTIES, step), (ODD_COUNTIES, further))
    doors, pairs, with_itself = alikeness()
    swapped = (
        near(beside, pairs, 0.02) and near(any_two, doors, 0.02),
        "The two means are in each other's place.",
    )
    step = (
        "The mean over the rows of `doors`: each county and its nearest, both looked up in `goods`."
    )
    yield 1, near(beside, doors, 0.03), caught([swapped], step)
    itself = (
        near(any_two, with_itself),
        "You let each county meet itself as well. Leave these pairs out.",
    )
    step = "The mean over all pairs of two different counties, each pair once."
    yield 1, near(any_two, pairs, 0.03), caught([swapped, itself], step)


# ---- 7 two studies, both right ---------------------------------------------------------------------------------------
FOLLOWS = ("follows", "does not follow")
SOUND = {"A", "D", "F"}
STUDIES = {
    "B": "No effect found is not the same as no effect, and some gained as buyers. Read statement B again.",
    "E": "Who takes part is not left to chance. What else may differ between those who do and those who do not?",
    "C": "The lot fell on stations of Rural Taobao, where most goods come in. Is statement C about them?",
    "A": "Statement A says no more than the experiment: little sign, in these villages, in that time.",
    "D": "Statement D only says that two things go together. Can a survey show that?",
    "F": "Did both look at the same villages, people and question? If not, must one of them be wrong?",
}
ESTIMATE, ERROR, TRUTHS = 2.0, 3.0, (0, 5, 10)


@question(4, mapping(sorted(STUDIES), truth(*FOLLOWS)), number, number, several(number))
def q7(says: dict[str, str], low: Any, high: Any, open_: frozenset[Any]) -> Iterator[Finding]:
    """What follows from an experiment and from a survey; an interval, and the true effects that it leaves open."""
    wrong = [letter for letter in STUDIES if (says[letter] == FOLLOWS[0]) != (letter in SOUND)]
    for most in (2, 0):
        yield 1, len(wrong) <= most, "".join(STUDIES[letter] for letter in wrong[:1])
    least, greatest = ESTIMATE - 1.96 * ERROR, ESTIMATE + 1.96 * ERROR
    slips = (
        (
            ESTIMATE - ERROR,
            "You went one standard error each way. That holds the truth two times in three.",
        ),
        (-1.96 * ERROR, "Your interval lies around zero. Lay it around the estimate."),
    )
    words = told(
        low, slips, "Go about two standard errors down from the estimate, and as far up.", 0.03
    )
    yield 1, near(low, least, 0.04) and near(high, greatest, 0.02), words
    inside = {true for true in TRUTHS if least <= true <= greatest}
    slips = (
        (
            open_ == {0},
            "No effect found is not the same as no effect. Is zero the only one of the three inside?",
        ),
        (
            open_ == set(TRUTHS),
            "One of the three lies outside. A study can rule something out, too.",
        ),
    )
    words = caught(
        slips, "Lay the three on your interval. Those inside are left open, those outside are not."
    )
    yield 1, open_ == inside, words


# ---- 8 survivors only ------------------------------------------------------------------------------------------------
SELLERS = """
         began  left  earned
Apple    2011   -        310
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


IN_YUAN = "Right, in yuan. The question wants 1,000 yuan."


def sellers() -> pd.DataFrame:
    """Twelve who opened a shop, made for teaching: when, until when, and what they earned in all, in 1,000 yuan."""
    return small_table(SELLERS)


@question(3, number, number, number, number)
def q8(stayed: Any, everyone: Any, least: Any, most: Any) -> Iterator[Finding]:
    """What survivors earned on average and what all did; how many percent left a list, by two ways of matching."""
    table = sellers()
    stays = table["left"].isna()
    there, away, every = (
        float(rows["earned"].mean()) for rows in (table[stays], table[~stays], table)
    )
    step = "Take the rows without a year in `left`: the sum of `earned` over the number of sellers."
    yield weighed(stayed, there, ((1000 * there, IN_YUAN),), step)
    shared = float(table["earned"].sum() / stays.sum())
    slips: Slips = (
        (
            there,
            "Survivors are not all. Who asks round in 2016 meets only those who are still there.",
        ),
        (away, "These are those who left. All means both: those who left and those who stayed."),
        (shared, "The sum is that of all, but you shared it out among those who stayed."),
        (1000 * every, IN_YUAN),
    )
    step = (
        "Take all rows, whatever stands in `left`: the sum of `earned` over the number of sellers."
    )
    yield weighed(everyone, every, slips, step)
    lists = datasets.load("list_turnover").query(
        "level == 'country' and from_year == 2014 and to_year == 2016"
    )
    low, high = sorted((100 * lists["gone"] / lists["listed"]).tolist())
    there_still = "These villages stayed. Asked are those that are gone."
    left = ((100 - high, there_still), (100 - low, there_still))
    slips = (*left, (low / 100, PERCENT), (high, "The smaller percentage comes first."))
    words = told(
        least, slips, "In each of the two rows: `gone` over `listed`, times a hundred.", 0.03
    )
    yield 1, near(least, low, 0.03) and near(most, high, 0.03), words


# ---- 9 what would have been ------------------------------------------------------------------------------------------
INCOMES = """
       2013  2017
Alder    20    34
Rowan    18    27
"""


def twins() -> pd.DataFrame:
    """Yearly income of a household in two villages before and after, in 1,000 yuan, made for teaching."""
    return small_table(INCOMES)


@question(3, number, number, text)
def q9(instead: Any, effect: Any, sentence: str) -> Iterator[Finding]:
    """What would have been without the trade, the effect, and the counterfactual as a sentence."""
    (before, after), (before_twin, after_twin) = twins().to_numpy(int)
    would = before + after_twin - before_twin
    alike = "That is Rowan's income, but the two did not start alike. Add Rowan's gain to Alder's start."
    slips: Slips = (
        (before, "You left Alder as it was. Would four years have gone by without any change?"),
        (after_twin, alike),
        (after, "That is what was. Asked is what would have been."),
        (1000 * would, IN_YUAN),
    )
    yield weighed(
        instead,
        would,
        slips,
        "Start where Alder started, and add what Rowan gained in these years.",
    )
    slips = (
        (after - before, "That is before against after. Rowan gained too, without the trade."),
        (
            after - after_twin,
            "That is one village against the other, and they were not alike at the start.",
        ),
        (would, "That is the income that would have been. How far is what was above it?"),
        (1000 * (after - would), IN_YUAN),
    )
    yield weighed(
        effect, after - would, slips, "The effect is what was, less what would have been."
    )
    low, figure = (
        sentence.casefold(),
        rf"(?<!\d)(?<!\d[.,]){would}(?:[\s,.]?000|\.0+|k)?(?![.,]?\d)",
    )
    checks = (
        (
            not re.search(r"\b(would|could|might)\b", low),
            "Your sentence says what was. Say what would have been.",
        ),
        (
            not re.search(r"\b(without|if|unless|had|but for)\b", low),
            "Without what? Say what you imagine away.",
        ),
        (
            "alder" not in low or not re.search(figure, low),
            "Name the village, and the income it would have had.",
        ),
    )
    yield clean(checks)


# ---- 10 the debate brief ---------------------------------------------------------------------------------------------
NO_SIDE = {
    "method": "tells how a study was done. It bears out neither side.",
    "context": "tells the size of something. It bears out neither side by itself.",
    "mixed": "is marked as mixed. Take rows that stand on one side.",
}
MEASURED = (
    r"\b(incomes?|profits?|margins?|earn\w*|wages?|pay|paid|consum\w+|sp[ea]n[dt]\w*|savings?|money|wealth\w*|debts?|rents?|costs?"
    r"|keep|kept|left|poverty|prices?|hours|jobs?|work|school\w*|say|decid\w+|decisions?|owns?|owned|owners?|list|still open|clos\w+"
    r"|surviv\w+|products?|kinds?|goods|designs?|migrants?|return\w*|c[ao]me back|(count|how many|number of)(?! (the )?sales))\b"
)
AGAINST_WHOM = r"\b(compar\w+|control|without|with no|lots?|lottery|random\w*|instead|than|similar|alike|others?|not|missed|below)\b"


@cache
def evidence() -> pd.DataFrame:
    """The rows of ``critiques``, by id."""
    return datasets.load("critiques").set_index("id")


@cache
def debatable() -> tuple[str, ...]:
    """The critiques for which two witnesses or more speak on each side."""
    rows = evidence()[evidence()["side"].isin(["for", "against"])]
    witnesses = rows.groupby(["critique", "side"])["witness"].nunique().unstack(fill_value=0)
    return tuple(map(str, witnesses.index[witnesses.min(axis="columns") > 1]))


row_id = word_of(lambda: evidence().index)


@question(3, word_of(debatable), several(row_id), several(row_id), text)
def q10(
    critique: str, pro: frozenset[str], contra: frozenset[str], settle: str
) -> Iterator[Finding]:
    """A critique as motion, rows for and against it, and what would settle it."""
    sides = {"for": evidence().loc[sorted(pro)], "against": evidence().loc[sorted(contra)]}
    slips = [
        (
            not pro or not contra,
            "One side has no row. A brief that cannot argue the other side is not ready.",
        )
    ]
    for side, rows in sides.items():
        for key, row in rows.iterrows():
            other = row["critique"] != critique
            turned = NO_SIDE.get(
                row["side"], "speaks against the side on which you put it. Read its claim again."
            )
            words = f"{key} {'bears on another critique than yours.' if other else turned}"
            slips.append((other or row["side"] != side, words))
    yield clean(slips)
    for side, rows in sides.items():
        offered = evidence().query("critique == @critique and side == @side")
        wide = (
            not rows.empty
            and (rows["scope"] == "few_places").all()
            and (offered["scope"] != "few_places").any()
        )
        narrow = f"All that you have {side} it is about single places. One county is not China: reach further."
        alone = f"All that you have {side} it goes back to one witness. Rows are not votes: look for a second (column `witness`)."
        slips += [(wide, narrow), (rows["witness"].nunique() < 2, alone)]
    yield clean(slips)
    low = settle.casefold()
    measured = re.search(MEASURED, low)
    slips = [
        (
            len(re.findall("[a-z]+", low)) < 8,
            "Say it in a full sentence: what is measured, for whom, against whom.",
        ),
        (
            not measured and "sale" in low,
            "Sales are not income. Name something that the villagers keep.",
        ),
        (
            not measured,
            "What would be measured? Name one thing that can be counted and bears on your motion.",
        ),
        (
            not re.search(AGAINST_WHOM, low),
            "Against whom? If all of China gains, any village looks like a success.",
        ),
    ]
    yield clean(slips)


practice = Practice("sustainability", (q1, q2, q3, q4, q5, q6, q7, q8, q9, q10))
check, hint, solution = practice.check, practice.hint, practice.solution
progress, resume = practice.progress, practice.resume
