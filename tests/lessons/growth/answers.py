"""Answers to the questions of theme 2: untouched, right in several forms, wrong in a known way; and what must not leak.

WRONG is the table to read: each known slip, its points, and the words that only this slip gets.
"""

import math
import re

import numpy as np
import pandas as pd

from taobaolab import datasets
from taobaolab.lessons import growth
from taobaolab.lessons.growth import questions as theme
from tests.odd import crashes, leaves, nothing, prints


def growth_a_year(first, last, years):
    if first is None or last is None or first <= 0 or years <= 0:
        return None
    return 100 * ((last / first) ** (1 / years) - 1)


def by_library(first, last, years):
    try:
        return 100 * growth.growth_rate(float(first), float(last), years)
    except (TypeError, ValueError):
        return float("nan")


def where_it_can(way, otherwise=None):
    """A function that is right about gaps and goes another way where a rate can be had."""
    return lambda a, b, t: otherwise if growth_a_year(a, b, t) is None else way(a, b, t)


def gap_as_zero(first, last, years):
    first, last = first or 0, last or 0
    return 100 * ((last / first) ** (1 / years) - 1) if first and years else None


def lines(heron, kite, plover):
    names = {"r": "same rate", "n": "same number", "u": "rising rate"}
    return {"Heron": names[heron], "Kite": names[kite], "Plover": names[plover]}


def factors(*values):
    return (dict(zip(theme.PAIRS, values, strict=True)),)


def kinds(letters):
    return {
        thing: {"s": "stock", "f": "flow"}[x]
        for thing, x in zip(theme.STOCKS, letters, strict=True)
    }


def bare(name):
    return name.strip(" *").removesuffix("村")


def moved(kept, gone, new):
    return {"kept": kept, "gone": gone, "new": new}


def lists(*years):
    daji = datasets.load("daji_lists")
    return (daji.village_zh[daji.year == year].tolist() for year in years)


def claim(first, last, percent, changed):
    return (
        {"from": first, "to": last, "percent_a_year": percent, "rule_changed_between": changed},
    )


UNTOUCHED = {
    "q1": [(..., ..., ...)],
    "q2": [(nothing, ...), (lambda first, last, years: ..., ...)],
    "q3": [({"Heron": ..., "Kite": ..., "Plover": ...}, ..., ...)],
    "q4": [(..., ..., ...)],
    "q5": [factors(*[...] * 6), (...,)],
    "q6": [(..., ..., ...)],
    "q7": [(..., ..., ..., ...)],
    "q8": [(dict.fromkeys(theme.STOCKS, ...), ...)],
    "q9": [(nothing, {"kept": ..., "gone": ..., "new": ...})],
    "q10": [claim(..., ..., ..., ...), (...,)],
}
RIGHT = {
    "q1": [
        (48.5, 28.4, 278),
        (48, 28, 280),
        (49, 28.0, 276),
        tuple(np.array([48.2, 28.3, 277.5])),
    ],
    "q2": [
        (growth_a_year, 244),
        (by_library, 244.2),
        (growth_a_year, pd.Series([243.9])),
        (lambda *case: growth_a_year(*case) and round(growth_a_year(*case), 1), [244]),
        (
            lambda a, b, t: (
                pd.NA if growth_a_year(a, b, t) is None else np.float64(growth_a_year(a, b, t))
            ),
            243.7,
        ),
    ],
    "q3": [
        (lines("r", "n", "u"), 316, 10),
        ({"Heron": "the same rate", "Kite": "same-number", "Plover": "a rising rate"}, 316, 10),
        (pd.Series(lines("r", "n", "u")), 300, 9.5),
        ({name: kind.title() for name, kind in lines("r", "n", "u").items()}, 10**2.5, 10.0),
        (dict(reversed(lines("r", "n", "u").items())), np.sqrt(100_000), [10]),
    ],
    "q4": [
        ("shops", 6.5, 416_000),
        ("the shops", 6.5, 416_000),
        ("number of shops", 6.5, 416_000),
        ("Shops", 6.51, 416_000.0),
        ("shops", 6.5, 41.6 * 10_000),
        (" shops. ", [6.5], pd.Series([416_000])),
    ],
    "q5": [
        factors(1.83, None, None, 1.21, None, 0.84),
        factors(220 / 120, math.nan, pd.NA, 8.28 / 6.83, None, 0.839),
        factors(1.83, "open", "Cannot tell.", 1.21, "can't tell", 0.84),
        factors(1.83, "not stated", "can’t tell", 1.21, "unknown", 0.84),
        (pd.Series(factors(1.833, None, None, 1.212, None, 0.8391)[0], dtype="Float64"),),
    ],
    "q6": [
        (0.24, 24, "Gini"),
        (0.24, 24, "the Gini"),
        (0.24, 24, "Gini coefficient"),
        (0.2439, 24.02, "gini"),
        (0.244, 24.0, "GINI"),
        (np.float64(0.2439), pd.Series([24]), ["Gini"]),
    ],
    "q7": [
        (3036, 5.2, 7085, -121.3),
        (3040, 5, 7090, -121),
        (3037, 5, 7059, -120.5),
        (3_000, 6.3, 7_100, -121.7),
    ],
    "q8": [
        (kinds("sffsfs"), 259),
        ({thing: f"a {kind}" for thing, kind in kinds("sffsfs").items()}, 259),
        ({thing: f"{kind}s" for thing, kind in kinds("sffsfs").items()}, 259),
        (
            {
                thing: {"stock": "存量", "flow": "流量"}[kind]
                for thing, kind in kinds("sffsfs").items()
            },
            259,
        ),
        (pd.Series(kinds("sffsfs")), 259.0),
        (dict(reversed(kinds("sffsfs").items())), [259]),
        ({thing.upper(): kind.title() for thing, kind in kinds("sffsfs").items()}, np.int64(259)),
    ],
    "q9": [
        (bare, moved(16, 0, 11)),
        (
            lambda n: n.strip().strip("*").rstrip("村"),
            growth.turnover(*lists(2015, 2016), key=bare),
        ),
        (lambda n: n.replace("*", "").strip().removesuffix("村"), pd.Series(moved(16, 0, 11))),
        (lambda name: re.sub(r"村$", "", name.strip("* ")), {"Kept": [16], "new": 11.0, "gone": 0}),
    ],
    "q10": [
        claim(2014, 2022, 62, "yes"),
        claim(2016, 2018, 51, "no"),
        claim(2020, 2022, 20, False),
        claim(2009, 2013, 60.7, "no"),
        claim(np.int64(2019), 2020.0, 25.8, True),
    ],
}
GOOD = growth_a_year
WRONG = {
    "q1": [
        ("rows as years", (30.0, 28.4, 184), 1, "You counted rows, or went by the names"),
        ("villages between the dates", (48.5, 28.4, 184), 2, "How many would that be in a whole year"),
        ("shared out equally", (45.2, 28.4, 278), 2, "You shared the percentage out"),
        ("a share of one", (0.485, 0.284, 278), 1, "That is a share of one"),
        ("a hundred became", (148.5, 128.4, 278), 1, "That is what a hundred became"),
        ("a factor", (1.485, 28.4, 278), 2, "That is the factor of a year"),
        ("exponent of e", (39.5, 25.0, 278), 1, "the rate in the exponent of e"),
        ("exponent on its head", (19.0, 28.4, 278), 2, "The exponent stands on its head"),
        ("swapped", (28.4, 48.5, 227), 0, "This is the rate of the other pair"),
        ("times the time", (48.5, 28.4, 122), 2, "You multiplied by the time"),
        ("rounded up", (48.5, 29, 278), 2, "This rate does not fit"),
        ("something else", (80, 60, 9), 0, "This rate does not fit"),
        ("villages far off", (48.5, 28.4, 9), 2, "The villages added in a year do not fit"),
        ("text", ("fast", 28.4, 278), 2, "rate_2019: A number is wanted here, not text"),
        ("text and a slip", ("48", 28.4, 184), 1, "How many would that be in a whole year"),
    ],
    "q2": [
        ("mean of percentages", (GOOD, 228.7), 3, "You took the mean of the percentages"),
        ("mean of yearly rates", (GOOD, 245.5), 3, "You took the mean of the percentages"),
        ("rows as years", (GOOD, 200), 3, "You counted rows, or went by the names"),
        ("all of the growth", (GOOD, 2600), 3, "in whatever time"),
        ("another number", (GOOD, 100), 3, "Call your function with the first count"),
        ("years not used", (where_it_can(lambda a, b, t: 100 * (b / a - 1)), 244), 2, "in whatever time"),
        ("shared out", (where_it_can(lambda a, b, t: 100 * (b / a - 1) / t), 244), 2, "You shared the percentage out"),
        ("shares of one", (where_it_can(lambda a, b, t: GOOD(a, b, t) / 100), 2.44), 1, "That is a share of one"),
        ("factors", (where_it_can(lambda a, b, t: GOOD(a, b, t) + 100), 344), 1, "That is what a hundred became"),
        ("continuous", (where_it_can(lambda a, b, t: 100 * math.log(b / a) / t), 123.6), 1, "in the exponent of e"),
        ("upside down", (where_it_can(lambda a, b, t: GOOD(a, b, 1 / t)), 244), 2, "The exponent stands on its head"),
        ("whole years only", (where_it_can(lambda a, b, t: GOOD(a, b, max(1, round(t)))), 244), 3, "Whole years are right"),
        ("no fall", (lambda a, b, t: None if a and b and b < a else GOOD(a, b, t), 244), 3, "Growth is right, a fall is not"),
        ("a fall as growth", (where_it_can(lambda a, b, t: abs(GOOD(a, b, t))), 244), 3, "Growth is right, a fall is not"),
        ("five years at most", (where_it_can(lambda a, b, t: GOOD(a, b, min(t, 5))), 244), 3, "Some whole years are right"),
        ("not from one", (lambda a, b, t: None if a == 1 else GOOD(a, b, t), 244), 3, "Some whole years are right"),
        ("cut to whole percent", (where_it_can(lambda a, b, t: int(GOOD(a, b, t))), 244), 3, "Some whole years are right"),
        ("something else", (where_it_can(lambda a, b, t: 5), 244), 2, "Work one case by hand"),
        ("gap as zero", (gap_as_zero, 244), 3, "Missing is not zero: give None"),
        ("gap as no growth", (lambda a, b, t: GOOD(a, b, t) or 0, 244), 3, "Give None where no rate can be had"),
        ("stops at a gap", (lambda a, b, t: 100 * ((b / a) ** (1 / t) - 1), 244), 3, "Called with 20, None, 1, your function stopped"),
        ("words at a gap", (where_it_can(GOOD, "a gap"), 244), 3, "A number is wanted here, or None where it cannot be known"),
        ("prints", (prints, 244), 1, "growth_a_year: Your function returns nothing (None)."),
        ("a crash", (crashes, 244), 1, "your function stopped"),
        ("leaves", (leaves, 244), 1, "(SystemExit: 3)"),
        ("a number", (244, 244), 1, "A function is wanted here"),
    ],
    "q3": [
        ("log axis as levels", (lines("n", "u", "r"), 550, 1), 0, "You read a straight line as the same number"),
        ("halfway as levels", (lines("r", "n", "u"), 550, 10), 3, "You read the axis as levels"),
        ("halfway nearly", (lines("r", "n", "u"), 500, 10), 3, "You read the axis as levels"),
        ("equally high", (lines("r", "n", "u"), 316, 1), 3, "not levels: how many came in each"),
        ("steepest is Heron", (lines("u", "n", "r"), 316, 10), 2, "Does the line of Heron get any steeper"),
        ("bends mixed up", (lines("r", "u", "n"), 316, 10), 3, "One of the other two bends down"),
        ("the exponent", (lines("r", "n", "u"), 2.5, 10), 3, "That is the power of ten"),
        ("elsewhere", (lines("r", "n", "u"), 200, 10), 3, "That is not halfway on this axis"),
        ("the factor", (lines("r", "n", "u"), 316, 4), 3, "the factor by which each of them grew"),
        ("the difference", (lines("r", "n", "u"), 316, 300), 3, "That many were added in Kite"),
        ("the other way round", (lines("r", "n", "u"), 316, 0.1), 3, "turned upside down"),
        ("more than a tenth off", (lines("r", "n", "u"), 316, 11.2), 3, "Read two points of each line"),
        ("the opposite", (lines("r", "n", "u") | {"Plover": "falling rate"}, 316, 10), 3, 'Plover: Here stands "falling rate". The words for it are: same rate, same number, rising rate.'),
        ("no such rate", (lines("r", "n", "u") | {"Heron": "no same rate"}, 316, 10), 2, 'Heron: Here stands "no same rate"'),
        ("another number", (lines("r", "n", "u"), 316, 50), 3, "Read two points of each line"),
        ("other words", (dict.fromkeys(("Heron", "Kite", "Plover"), "fast"), 316, 10), 2, 'Heron, Kite, Plover: Here stands "fast"'),
    ],
    "q4": [
        ("sales", ("sales", 6.5, 416_000), 2, "above the ten million yuan"),
        ("rich villages", ("rich villages", 6.5, 416_000), 2, "About one village in seven"),
        ("villages", ("villages", 6.5, 416_000), 2, "That many villages can be on a list"),
        ("upside down", ("shops", 0.154, 416_000), 2, "turned upside down"),
        ("mended too early", ("shops", 650, 416_000), 2, "Begin with the figure as printed"),
        ("a tenth too few", ("shops", 6.4, 416_000), 2, "Divide the printed shops by the villages"),
        ("a tenth too many", ("shops", 6.6, 416_000), 2, "Divide the printed shops by the villages"),
        ("another quotient", ("shops", 54.6, 416_000), 2, "Divide the printed shops by the villages"),
        ("as printed", ("shops", 6.5, 4_160), 2, "This is the figure as it was printed"),
        ("without unit", ("shops", 6.5, 41.6), 2, "That is the figure without its unit"),
        ("wan as thousand", ("shops", 6.5, 41_600), 2, "You took 万 (wàn) for a thousand"),
        ("wan as million", ("shops", 6.5, 41_600_000), 2, "You took 万 (wàn) for a million"),
        ("wan as yi", ("shops", 6.5, 4_160_000_000), 2, "That would be right for 亿"),
        ("another factor", ("shops", 6.5, 3_000), 2, "That is not the number times its unit"),
        ("misspelt", ("shop", 6.5, 416_000), 2, "Did you mean shops?"),
    ],
    "q5": [
        ("villages against villages and towns", factors(1.83, 3.18, None, 1.21, None, 0.84), 3, "look at the column scope"),
        ("missing as zero", factors(1.83, None, 0, 1.21, 0, 0.84), 3, "You treated a missing figure as zero"),
        ("one gap as zero", factors(1.83, None, None, 1.21, 0, 0.84), 3, "You treated a missing figure as zero"),
        ("another year", factors(1.83, None, 8.13, 1.21, None, 0.84), 3, "Put no other year in its place"),
        ("known provinces only", factors(1.83, None, None, 1.21, None, 1.19), 3, "that you divided by the sum of the provinces"),
        ("number for share", factors(1.83, None, None, 1.21, None, 3.47), 3, "the growth of the number in Zhejiang"),
        ("one share", factors(1.83, None, None, 1.21, None, 0.324), 3, "That is the share of 2020"),
        ("share unknown", factors(1.83, None, None, 1.21, None, "unknown"), 3, "So it can be known"),
        ("share far off", factors(1.83, None, None, 1.21, None, 0.5), 3, "Zhejiang's share does not fit"),
        ("growth", factors(0.83, None, None, 0.21, None, 0.84), 3, "You give growth or percent"),
        ("percent", factors(183, None, None, 121, None, 0.84), 3, "You give growth or percent"),
        ("all unknown", factors(*[None] * 6), 0, "You gave up too early at sales 2017 to 2018: look"),
        ("jobs unknown", factors(1.83, None, None, None, None, 0.84), 3, "You gave up too early at jobs 2019 to 2020: look"),
        ("share in percent", factors(1.83, None, None, 1.21, None, 84), 3, "You give growth or percent"),
        ("a wrong row", factors(1.83, None, None, 0.81, None, 0.84), 3, "Jobs 2019 to 2020: Take the two adopted rows"),
        ("text", factors("1.83 times", None, None, 1.21, None, 0.84), 3, "sales 2017 to 2018: A number is wanted here, or None where it cannot be known: write it"),
        ("a list", factors([1.83, 1.21], None, None, 1.21, None, 0.84), 3, "this is a list"),
    ],
    "q6": [
        ("ten thousand", (2439, 24, "Gini"), 2, "which runs up to 10,000"),
        ("all villages", (0.2307, 23.3, "Gini"), 1, "You took shares of all villages"),
        ("half of all villages", (0.24, 23.34, "Gini"), 2, "You took shares of all villages"),
        ("largest share", (0.397, 24, "Gini"), 2, "That is the share of the largest province"),
        ("one over", (4.1, 24, "Gini"), 2, "That is one divided by the index"),
        ("not squared", (1, 24, "Gini"), 2, "First square each share"),
        ("an index a little off", (0.248, 24, "Gini"), 2, "The index does not fit"),
        ("a half a little off", (0.24, 24.4, "Gini"), 2, "Sort the six from the smallest up"),
        ("another index", (0.5, 24, "Gini"), 2, "The index does not fit"),
        ("larger half", (0.24, 76, "Gini"), 2, "That is what the larger three hold"),
        ("a share of one", (0.24, 0.24, "Gini"), 2, "That is a share of one"),
        ("equal", (0.24, 50, "Gini"), 2, "if all six were equal"),
        ("a number", (0.24, 306, "Gini"), 2, "That is a number of villages"),
        ("another half", (0.24, 60, "Gini"), 2, "Sort the six from the smallest up"),
        ("both move", (0.24, 24, "both"), 2, "again with a 0 behind them"),
        ("HHI moves", (0.24, 24, "HHI"), 2, "again with a 0 behind them"),
        ("misspelt", (0.24, 24, "Ginny"), 2, "Did you mean Gini?"),
    ],
    "q7": [
        ("rows as years", (2373, 25.9, 3704, -15.7), 2, "You counted rows, or went by the names"),
        ("swapped", (7085, -121, 3036, 5.2), 2, "This is the other forecast"),
        ("one year", (796, 75.1, 7085, -121), 3, "That many are added in a year"),
        ("one step", (3036, 5.2, 2203, 31.2), 3, "You went one step ahead"),
        ("line far off", (9000, -181, 7085, -121), 3, "The line does not fit"),
        ("curve far off", (3036, 5.2, 20000, -525), 3, "The curve does not fit"),
        ("sign turned round", (3036, -5.2, 7085, 121), 2, "The sign is reversed"),
        ("signs turned, rounded", (3036, -5, 7085, 121), 2, "The sign is reversed"),
        ("sign turned, rounded", (3036, -5, 7085, -121), 3, "The sign is reversed"),
        ("share of one", (3036, 0.052, 7085, -1.213), 2, "That is a share of one"),
        ("a share rounded", (3036, 0.05, 7085, -121), 3, "That is a share of one"),
        ("over the forecast", (3036, 5.2, 7085, -54.8), 3, "You divided by the forecast"),
        ("first over the forecast", (3036, 5.46, 7085, -121), 3, "You divided by the forecast"),
        ("the list as forecast", (3202, 0, 3202, 0), 0, "This error belongs to same_number"),
        ("nothing as forecast", (0, 100, 0, 100), 0, "This error belongs to same_number"),
        ("in villages", (3036, 166, 7085, -3883), 2, "That is the error in villages"),
        ("forecast in percent", (3036, 94.8, 7085, 221.3), 2, "the forecast in percent of what was observed"),
        ("an error alone", ("3,036", 5.2, 7085, -121), 2, "This error belongs to same_number"),
        ("another error", (3036, 40, 7085, -121), 3, "An error does not fit its forecast"),
    ],
    "q8": [
        ("all stocks", (kinds("ssssss"), 259), 2, "You call them all the same"),
        ("all flows", (kinds("ffffff"), 259), 2, "You call them all the same"),
        ("shops as flow", (kinds("sfffff"), 259), 2, "you call a flow"),
        ("sales as stock", (kinds("sfssfs"), 259), 2, "you call a stock"),
        ("no flow", (kinds("sffsfs") | {"sales": "no flow"}, 259), 2, 'sales: Here stands "no flow". The words for it are: stock, flow.'),
        ("growth of the list", (kinds("sffsfs"), 190), 2, "That is how much the list grew"),
        ("gone", (kinds("sffsfs"), 69), 2, "That many left"),
        ("less twice", (kinds("sffsfs"), 121), 2, "They had already made the growth smaller"),
        ("kept", (kinds("sffsfs"), 351), 2, "That many stayed"),
        ("another number", (kinds("sffsfs"), 610), 2, "was on the earlier one already, or it is new"),
    ],
    "q9": [
        ("as printed", (lambda n: n, moved(13, 4, 14)), 1, "look at the ending 村"),
        ("printed names compared", (bare, moved(13, 4, 14)), 2, "You compared the names as printed"),
        ("star left", (lambda n: n.strip().removesuffix("村"), moved(16, 0, 11)), 3, "look at the star"),
        ("blanks left", (lambda n: n.strip("*").removesuffix("村"), moved(16, 0, 11)), 3, "look at the blanks"),
        ("村 anywhere", (lambda n: n.strip(" *").replace("村", ""), moved(16, 0, 11)), 3, "removes 村 everywhere"),
        ("two signs", (lambda n: n.strip(" *")[:2], moved(16, 0, 11)), 3, "makes two villages one, 文昌阁村 and 文昌楼村"),
        ("one for all", (lambda n: "village", moved(16, 0, 11)), 3, "makes two villages one"),
        ("name in a name", (bare, moved(16, 0, 10)), 3, "You let a name match that only holds the other"),
        ("gone for new", (bare, moved(16, 11, 0)), 2, "You mixed up gone and new"),
        ("other lists", (bare, moved(6, 0, 10)), 2, "These are 2014 and 2015"),
        ("counted twice", (bare, moved(17, 0, 10)), 2, "is on the list of 2015 in two spellings"),
        ("something else", (bare, moved(10, 3, 5)), 2, "Count them by their keys"),
        ("a number", (lambda n: 7, moved(16, 0, 11)), 2, "your function returned a number"),
        ("a list", (bare, [16, 0, 11]), 2, "A dict is wanted here"),
    ],
    "q10": [
        ("the worked line", claim(2009, 2012, 67.1, "no"), 0, "the two lists of the worked line"),
        ("a percent off", claim(2016, 2020, 44, "yes"), 1, "does not fit your two lists"),
        ("years by their names", claim(2014, 2022, 56.9, "yes"), 1, "You counted rows, or went by the names"),
        ("rows", claim(2009, 2013, 158.2, "no"), 1, "You counted rows, but not every year has a list"),
        ("all of the growth", claim(2014, 2022, 3570, "yes"), 1, "in whatever time"),
        ("shared out", claim(2014, 2022, 476, "yes"), 1, "You shared the percentage out"),
        ("a share of one", claim(2014, 2022, 0.617, "yes"), 1, "That is a share of one"),
        ("far off", claim(2014, 2022, 9, "yes"), 1, "does not fit your two lists"),
        ("break overlooked", claim(2014, 2022, 62, "no"), 1, "it marks the first list made by a new rule"),
        ("break before the first", claim(2020, 2022, 20, "yes"), 1, "it marks the first list made by a new rule"),
        ("no list", claim(2010, 2014, 62, "no"), 0, "Choose two years with a list"),
        ("backwards", claim(2022, 2014, 62, "yes"), 0, "the earlier one first"),
        ("perhaps", claim(2014, 2022, 62, "perhaps"), 1, 'Here stands "perhaps"'),
        ("text", claim("then", 2022, 62, "yes"), 0, "A number is wanted here, not text"),
        ("a list", ([2014, 2022, 62, "yes"],), 0, "A dict is wanted here"),
    ],
}  # fmt: skip
WORDS: dict = {}  # no junk has a meaning in any place
SECRETS = {
    "q1": [r"\b48%", r"\b278\b", r"\b48\.[45]\b", r"growth_rate\(614"],
    "q2": [r"\b244%", r"\b244\b", r"\*\* \(1 / years\)", r"first <= 0"],
    "q3": [
        r'"Kite": "same number"',
        r"Heron\W+same rate",
        r"\b316\b",
        r"\b10 times as many",
        r"\*\* 0\.5",
    ],
    "q4": [r"41\.6 \* 10_000", r"\b416,000\b", r"\b6\.5 (shops|for each)", r'cannot_be = "shops"'],
    "q5": [r"\b1\.83\b", r"\b1\.21\b", r"\b0\.84\b", r"38\.6%", r"32\.4%"],
    "q6": [r"\b0\.24\b", r"\b24%", r"\(shares\*\*2\)", r"HHI alone"],
    "q7": [r"\b3,036\b", r"\b7,085\b", r"-121%", r"\(1311 - 780\) / base"],
    "q8": [r"\b259\b", r"610 - 351", r'day": "stock"'],
    "q9": [r'strip\(" \*"\)', r"16 are kept", r"'gone': 0", r"removesuffix\(\"村\"\)"],
    "q10": [r"198%", r"\b62%", r"loc\[\[2014, 2022\]\]"],
}


def figures():
    """What the discussions and the essay say in figures, worked out again from the tables."""
    step, rate, said = theme.step, theme.rate, {key: [] for key in RIGHT}
    (a, b, t), (_, c, u) = step(2018, 2019, "Guangdong"), step(2019, 2020, "Guangdong")
    said["q1"] = [f"{t:.2f} years", f"{rate(a, b, t):.0f}%", f"{rate(a, b, 1):.0f}%", f"{rate(b, c, u):.0f}%",
                  f"{b - a:,.0f} and {c - b:,.0f}", f"{(b - a) / t:,.0f} a year", f"get {100 * (b / a - 1) / t:.0f}%"]  # fmt: skip
    steps = [step(year, year + 1, "Shandong") for year in (2013, 2014, 2015)]
    mean = sum(100 * (after / before - 1) for before, after, _ in steps) / 3
    whole = step(2013, 2016, "Shandong")
    said["q2"] = [f"{rate(*whole):.0f}% a year", f"{mean:.0f}%", f"get {rate(*whole[:2], 3):.0f}%",
                  "{:.0f}%, {:.0f}% and {:.0f}% a year".format(*(rate(*s) for s in steps))]  # fmt: skip
    counts = {name: rows.villages.tolist() for name, rows in theme.districts().groupby("district")}
    assert [
        after - before for before, after in zip(counts["Kite"], counts["Kite"][1:], strict=False)
    ] == [150] * 6
    said["q3"] = [f"{math.sqrt(100_000):.0f}, the square root", "gives 550", "adds 150 villages", "part of 100", "part of 850",
                  f"{counts['Heron'][2] - counts['Heron'][0]} villages more", f"{counts['Kite'][2] - counts['Kite'][0]} more"]  # fmt: skip
    villages, _, sales, rich = (figure for figure, _ in theme.PRINTED.values())
    shops = theme.SLIPPED.own
    national = datasets.load("administrative_villages_national").set_index("item").value
    people = (
        national["rural_population"]
        / datasets.load("administrative_villages").village_committees.sum()
    )
    assert round(people) == 955
    assert round(villages / rich) == 7
    said["q4"] = [f"{shops:,} shops in {villages} villages make {shops / villages} per village", f"some {10 * shops / villages:.0f} households",
                  "about 955 rural", f"{sales / villages / 1e6:.1f} million yuan a village", f"{10_000 * theme.IN_WAN.own:,.0f}"]  # fmt: skip
    early, late = theme.provinces(2016), theme.provinces(2020)
    shares = early["Zhejiang"] / theme.national(2016), late["Zhejiang"] / theme.national(2020)
    said["q5"] = [f"{220 / 120:.2f} times", f"{8.28 / 6.83:.2f} times", f"{700 / 220:.2f},", f"lost {theme.provinces(2018)['Jiangsu']:.0f}",
                  f"from {shares[0]:.1%} to {shares[1]:.1%}", f"of {shares[1] / shares[0]:.2f}.", f"{late['Zhejiang'] / sum(late.values()):.1%}"]  # fmt: skip
    six, every = theme.six_provinces().tolist(), list(theme.provinces(2016).values())
    said["q6"] = [f"index is {growth.herfindahl(six):.2f}", f"hold {100 * growth.lorenz(six).share_of_total[3]:.0f}%",
                  f"would be {1 / 6:.2f}", f"from {growth.gini(six):.2f} to {growth.gini([*six, 0]):.2f}",
                  f"all {len(every)} provinces it is {growth.gini(every):.2f}", f"you would have {growth.herfindahl(every):.2f}",
                  f"all {theme.national(2016):,.0f} villages"]  # fmt: skip
    assert (
        f"{sum((n / theme.national(2016)) ** 2 for n in six):.2f}"
        == f"{growth.herfindahl(every):.2f}"
    )
    (line, curve), rows = theme.forecasts(), theme.forecasts(by_rows=True)
    off = [
        100 * (theme.national(2018) - forecast) / theme.national(2018) for forecast in (line, curve)
    ]
    said["q7"] = [f"to {line:,.0f}, {off[0]:.0f}% too low", f"to {curve:,.0f}", f"error of {off[1]:.0f}%",
                  f"{rate(*step(2015, 2016)):.0f}% a year", f"get {rows[0]:,.0f} and {rows[1]:,.0f}"]  # fmt: skip
    gone = datasets.load("list_turnover").set_index("id").gone
    way = "country-2015-2016-within_{}_without_ending"
    listed = theme.listed()
    said["q8"] = [f"grew by {listed['after'] - listed['before']}", f"{listed['after'] - listed['kept']} names",
                  f"because {listed['before'] - listed['kept']} left", "by 807 to 2,118"]  # fmt: skip
    assert theme.national(2017) - theme.national(2016) == 807
    printed, key = (
        growth.turnover(*lists(2015, 2016)),
        growth.turnover(*lists(2015, 2016), key=bare),
    )
    said["q9"] = ["four are gone", f"{len(printed.new)} are new", " and ".join(["、".join(printed.gone[:3]).replace("、", ", "), printed.gone[3]]),
                  f"{len(key.kept)} are kept, none is gone, and {len(key.new)} are new", "17 lines and 16 villages",
                  f"{gone[way.format('province')]} villages gone instead of {gone['country-2015-2016-printed_name']}"]  # fmt: skip
    assert (len(printed.gone), len(key.gone)) == (4, 0)
    added = (theme.national(2022) - theme.national(2016)) / step(2016, 2022)[2]
    assert abs(added - 1_100) < 20
    pairs = ((2014, 2022), (2014, 2016), (2016, 2020), (2020, 2022))
    said["q10"] = ["1,100 villages a year", *(f"{rate(*step(*pair)):.0f}%" for pair in pairs)]
    return said
