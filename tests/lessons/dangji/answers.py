"""Answers to the questions of theme 3: untouched, right in several forms, wrong in a known way; and what must not leak.

WRONG is the table to read: each known slip, its points, and the words that only this slip gets.
"""

import math

import numpy as np
import pandas as pd

from taobaolab.lessons.dangji import questions as theme
from taobaolab.practice.tables import record
from tests.odd import crashes, nothing

NAMES = {"Shatszi": "Shaji", "Suynin": "Suining", "Syuchzhou": "Xuzhou", "Dunfen": "Dongfeng",
         "Sun Khan": "Sun Han", "Sya Kay": "Xia Kai", "Syu Sun": "Xu Song", "Shajia": "Shaji"}  # fmt: skip
GUESSED = ["Shuangli County", "Lian City", "Piny County"]
REPAIRS = ["56 of 76", "560 of 760", "560 of 762"]
RATES = (69.12, 6.90)
HANDS, WELL = (0, 1, 2, 2), ("yes", "yes", "unknown")


def compare(printed, worked_out, within=0.05, places=(1, 2, 3, 4, 5), up=True, down=True):
    """The rule of question 2; each of its parts can be left out."""
    if printed is None or worked_out is None:
        return "open"
    if abs(printed / worked_out - 1) <= within:
        return "agrees"
    lost = [10**n for n in places if up] + [10**-n for n in places if down]
    return "slip" if any(abs(printed / worked_out / far - 1) <= 0.05 for far in lost) else "differs"


def by_logarithm(printed, worked_out):
    if not printed or not worked_out:
        return "open"
    log = math.log10(printed) - math.log10(worked_out)
    if abs(log - round(log)) > 0.0215:
        return "differs"
    return "agrees" if round(log) == 0 else "slip"


def slip_within(share):
    """Right, but with another line for slips."""

    def found(printed, worked_out):
        if printed is None or worked_out is None:
            return "open"
        ratio = printed / worked_out
        places = round(math.log10(ratio))
        if 0.95 <= ratio <= 1.05:
            return "agrees"
        return "slip" if places and abs(ratio / 10**places - 1) <= share else "differs"

    return found


def five_of_printed(printed, worked_out):
    if None not in (printed, worked_out) and abs(printed - worked_out) <= 0.05 * printed:
        return "agrees"
    return compare(printed, worked_out)


def gap_as_zero(printed, worked_out):
    return "slip" if not printed or not worked_out else compare(printed, worked_out)


def all_or_slip(printed, worked_out):
    found = compare(printed, worked_out)
    return "slip" if found == "differs" else found


def exact(printed, worked_out):
    found = compare(printed, worked_out)
    return found if found != "agrees" or printed == worked_out else "slip"


def never_agrees(printed, worked_out):
    found = compare(printed, worked_out)
    return "differs" if found == "agrees" else found


def no_gaps(printed, worked_out):
    """Right where both are known; stops where one is not."""
    return compare(printed + 0, worked_out + 0)


def silent_at_gaps(printed, worked_out):
    return None if None in (printed, worked_out) else compare(printed, worked_out)


def mixed_up(printed, worked_out):
    found = compare(printed, worked_out)
    return found if found != "differs" else "slip" if printed > worked_out else "agrees"


def q3(fits=REPAIRS, share=73.7, rest=200):
    return fits, share, rest


def q4(guessed=GUESSED, villages=1, **changes):
    return NAMES | {name.replace("_", " "): to for name, to in changes.items()}, guessed, villages


def q5(letters):
    """What dates say to A to F: r for ruled out, p for possible, o for open, x for proved."""
    words = {"r": "ruled out", "p": "possible", "o": "open", "x": "proved"}
    return ({key: words[x] for key, x in zip("ABCDEF", letters, strict=True)},)


def q6(growth=53.4, fell=53.8, bound="at most", steady=("B32", "B41")):
    return growth, fell, bound, list(steady)


def q7(says="undetermined", fewest=31, missing="annual sales", each=35_714):
    return says, fewest, missing, each


def q9(hands=HANDS, counts=1, well=WELL):
    return (
        dict(zip(theme.TAKEN_FROM, hands, strict=True)),
        counts,
        dict(zip(theme.COUNTED_BY, well, strict=True)),
    )


UNTOUCHED = {
    "q1": [(..., ..., ..., ...)],
    "q2": [(nothing,), (lambda printed, worked_out: ...,)],
    "q3": [([...], ..., ...)],
    "q4": [(dict.fromkeys(NAMES, ...), [...], ...)],
    "q5": [(dict.fromkeys("ABCDEF", ...),)],
    "q6": [(..., ..., ..., [...])],
    "q7": [(..., ..., ..., ...)],
    "q8": [(..., ..., ...)],
    "q9": [(dict.fromkeys(theme.TAKEN_FROM, ...), ..., dict.fromkeys(theme.COUNTED_BY, ...))],
    "q10": [(..., ..., ...)],
}
RIGHT = {
    "q1": [
        (*RATES, "dollars", 136_000_000),
        (*RATES, "the dollars", 136_000_000),
        (940 / 13.6, 20 / 2.9, "Dollars", 136e6),
        (np.float64(69.12), pd.Series([6.897]), "USD", 9.4e8 / 6.64),
        (*RATES, "dollars", 9.4e8 / 7.2),
        (*RATES, "dollars", 9.4e8 / 6.5),
    ],
    "q2": [
        (compare,),
        (by_logarithm,),
        (lambda p, w: np.str_(compare(p, w)),),
        (lambda printed, worked_out: compare(printed, worked_out).upper(),),
    ],
    "q3": [
        q3(),
        q3(set(REPAIRS), 560 / 760 * 100, 200.0),
        q3(pd.Series(REPAIRS), 74, np.int64(200)),
        q3(share=73.68),
        q3("56 of 76, 560 of 760, 560 of 762"),
    ],
    "q4": [
        q4(),
        q4(set(GUESSED), np.int64(1)),
        (NAMES, theme.doubtful()[theme.doubtful().note.str.contains("guess")], 1),
        ({n.upper(): NAMES[n] for n in reversed(NAMES)}, pd.Index(GUESSED), 1.0),
        (
            pd.Series(q4(Dunfen="Dongfeng Village", Shajia="Shaji Town")[0]),
            "Lian, Piny, Shuangli",
            pd.Series([1]),
        ),
    ],
    "q5": [
        q5("rrprop"),
        (pd.Series(q5("rrprop")[0]),),
        (q5("rrprop")[0] | {"A": "ruled-out"},),
        (q5("rrprop")[0] | {"E": "unknown"},),
    ],
    "q6": [
        q6(),
        q6(100 * ((6500 / 1800) ** (1 / 3) - 1), -100 * 3500 / 6500, "At most", ("B41", "B32")),
        q6(53, 54),
        q6(bound="at-most"),
        q6([53.4], pd.Series([53.8]), "AT MOST", {"B41", "B32"}),
    ],
    "q7": [
        q7(),
        q7("open", 31.0, "Sales", 10_000_000 / 280),
        q7(missing="销售额", each=35_715),
        q7(missing="transaction volume"),
        q7(missing="annual_sales_rmb"),
        q7(missing="Turnover."),
    ],
    "q8": [
        (172_872, 2.31, "open"),
        (172_872.34, 2.314, "cannot tell"),
        (np.float64(173_000), 2.31, "Open"),
        (6.5e9 / 37_600, 100 * 4_000 / (6.5e9 / 37_600), "unknown"),
    ],
    "q9": [
        q9(),
        (pd.Series(q9()[0]), 1.0, q9(well=(True, True, "unknown"))[2]),
        q9(counts=[1], well=("Yes", "yes.", "not known")),
        (*q9()[:2], {6300: "yes", 25_000: "yes", 650: "unknown"}),
        tuple(dict(reversed(part.items())) if type(part) is dict else part for part in q9()),
    ],
    "q10": [
        (205, 7.4, 25.2),
        (650 / 0.76 - 650, 6300 * 0.76 / 650, 25.2),
        (np.float64(205.3), 7.37, 25.2),
        (205, 7.4, 25),
    ],
}
WRONG = {
    "q1": [
        ("ratio turned round", (0.01447, 0.145, "dollars", 136e6), 2, "turned upside down"),
        ("sentences mixed", (6.9, 69.12, "dollars", 136e6), 2, "the rate of the other sentence"),
        ("millions and not", (940 / 13_600_000, 6.9, "dollars", 136e6), 3, "in millions and the other is not"),
        ("rounded too far", (69, 7, "dollars", 136e6), 2, "You rounded too far"),
        ("a rate of 9.4", (*RATES, "dollars", 100e6), 3, "Take the figure that you trust"),
        ("a rate a little off", (69.2, 6.9, "dollars", 136e6), 3, "Divide the yuan of a sentence"),
        ("another rate", (12, 6.9, "dollars", 136e6), 3, "Divide the yuan of a sentence"),
        ("wrong figure mended", (*RATES, "yuan", 93_800_000), 2, "You corrected the other figure of the pair"),
        ("wrong side", (*RATES, "yuan", 136e6), 3, "Test your choice"),
        ("point the other way", (*RATES, "dollars", 1_360_000), 3, "You moved the decimal point the other way"),
        ("millions left out", (*RATES, "dollars", 136.3), 3, "without the word million"),
        ("thousands", (*RATES, "dollars", 136_300), 3, "not in thousands"),
        ("multiplied", (*RATES, "dollars", 9.4e8 * 6.9), 3, "You multiplied by the rate"),
        ("as printed", (*RATES, "dollars", 13_600_000), 3, "the figure as printed"),
        ("another sum", (*RATES, "dollars", 5e6), 3, "Take the figure that you trust"),
        ("a rate too high", (*RATES, "dollars", 9.4e8 / 7.6), 3, "Take the figure that you trust"),
        ("a rate too low", (*RATES, "dollars", 9.4e8 / 6), 3, "Take the figure that you trust"),
        ("text", ("69.12", 6.9, "dollars", 136e6), 3, "rate_sales: A number is wanted here, not text"),
        ("another word", (*RATES, "both", 136e6), 3, 'wrong: Here stands "both"'),
    ],
    "q2": [
        ("noise as slip", (exact,), 3, 'With 104 and 100 your function says "slip"'),
        ("nothing agrees", (never_agrees,), 3, 'With 500 and 500 your function says "differs"'),
        ("only too large", (lambda p, w: compare(p, w, down=False),), 3, "ten times too small"),
        ("only too small", (lambda p, w: compare(p, w, up=False),), 3, "ten times too large"),
        ("no slip at all", (lambda p, w: compare(p, w, places=()),), 3, "Your function misses a lost decimal place"),
        ("one place only", (lambda p, w: compare(p, w, places=(1,)),), 3, "Several places can be lost at once"),
        ("three places at most", (lambda p, w: compare(p, w, places=(1, 2, 3)),), 3, "With 5,910,000 and 591 your function says"),
        ("four places at most", (lambda p, w: compare(p, w, places=(1, 2, 3, 4)),), 3, "With 29,600 and 2,960,000,000 your"),
        ("slips too wide", (slip_within(0.08),), 3, "Your line for slips is too wide"),
        ("slips too narrow", (slip_within(0.02),), 3, "A slip may be rounded as well"),
        ("of the printed figure", (five_of_printed,), 3, "Five percent of which figure"),
        ("all that is off", (all_or_slip,), 3, "merely far off"),
        ("too mild", (lambda p, w: compare(p, w, within=2000),), 2, "You accept too much"),
        ("a bit of both", (mixed_up,), 3, "neither near nor a power of ten apart"),
        ("gap as zero", (gap_as_zero,), 3, "missing is not zero"),
        ("stops at a gap", (no_gaps,), 3, "Called with None, 100, your function stopped"),
        ("nothing for a gap", (silent_at_gaps,), 3, "your function returned nothing (None)"),
        ("a crash", (crashes,), 0, "Called with 500, 500, your function stopped"),
        ("other words", (lambda p, w: "fine",), 0, "The words for it are: agrees, slip, differs, open"),
        ("a word", ("agrees",), 0, "A function is wanted here"),
    ],
    "q3": [
        ("part too large", q3([*REPAIRS, "560 of 176"]), 2, "the part is still larger"),
        ("two digits", q3([*REPAIRS, "560 of 7,600"]), 2, "needs two digits"),
        ("the source's alone", q3(["560 of 760"]), 2, "arithmetic allows more: it cannot choose"),
        ("wrong figure mended", q3(["56 of 76"]), 2, "Still to be found: 2"),
        ("one left out", q3(["560 of 760", "560 of 762"]), 2, "Still to be found: 1"),
        ("misspelt", q3([*REPAIRS, "56 out of 76"]), 2, "The words for it are: 56 of 76"),
        ("upside down", q3(share=135.7), 2, "turned upside down"),
        ("a little off", q3(share=73.5), 2, "Divide the trading households of row B17"),
        ("fraction", q3(share=0.737), 2, "That is a share of one"),
        ("damaged whole", q3(share=736.8, rest=-484), 1, "More than a hundred percent is no share"),
        ("damaged whole, rest", q3(rest=-484), 2, "fewer than zero households are left"),
        ("those who do not", q3(share=26.3), 2, "the share of those who do not trade"),
        ("another share", q3(share=50), 2, "Divide the trading households of row B17"),
        ("rest of a repair", q3(rest=20), 2, "the rest of another repair"),
        ("rest turned round", q3(rest=-200), 2, "subtract the part from the whole"),
        ("another rest", q3(rest=5), 2, "from all households, by the newspaper"),
    ],
    "q4": [
        ("the study's county", q4(Shajia="Suining"), 3, "A study can take one level for another"),
        ("a city as county", q4(Syuchzhou="Suining"), 3, "Put the letters of the retelling back"),
        ("the town as village", q4(Dunfen="Shaji"), 3, "Put the letters of the retelling back"),
        ("two men in one", q4(Syu_Sun="Sun Han"), 3, "The family name comes first"),
        ("another of the four", q4(Sya_Kay="Chen Lei"), 3, "which of the four begins like this"),
        ("places and people", q4(Dunfen="Shaji", Sya_Kay="Chen Lei"), 2, "which of the four begins"),
        ("a likely one", q4([*GUESSED, "Shajia County"]), 3, "One in your list is likely"),
        ("none", q4([]), 3, "Some of the notes say themselves"),
        ("one only", q4(["Lian City"]), 3, "Still to be found: 2"),
        ("rows", q4(villages=13), 3, "You counted rows"),
        ("three levels", q4(villages=3), 3, "of three levels"),
        ("rows of villages", q4(villages=6), 3, "Is each of them a different village"),
        ("something else", q4(villages=2), 3, "A village counts once"),
        ("an unknown name", q4(Shajia="Shajia"), 3, 'Here stands "Shajia"'),
    ],
    "q5": [
        ("possible as proved", q5("rrxrox"), 2, "Dates cannot prove a cause"),
        ("all proved", q5("xxxxxx"), 0, "Dates cannot prove a cause"),
        ("same year too late", q5("rrrrop"), 2, "The same year is not too late"),
        ("order turned round", q5("ppppor"), 1, "reversed the order"),
        ("one overlooked", q5("rpprop"), 2, "reversed the order"),
        ("gap as a year", q5("rrprpp"), 2, "A missing year is not zero"),
        ("gap as a no", q5("rrprrp"), 2, "A missing year is not zero"),
        ("nothing for open", (q5("rrprop")[0] | {"E": None},), 2, "E: Here stands nothing (None)"),
        ("nothing at all", (dict.fromkeys("ABCDEF"),), 0, "Here stands nothing (None)"),
        ("all open", q5("oooooo"), 1, "the dates do say something"),
        ("other words", (dict.fromkeys("ABCDEF", "no"),), 0, 'Here stands "no"'),
    ],
    "q6": [
        ("all years", q6(growth=261.1), 3, "in whatever time"),
        ("equal parts", q6(growth=87.0), 3, "You shared the percentage out"),
        ("years at both ends", q6(growth=37.9), 3, "Count the steps from year to year"),
        ("a year too few", q6(growth=90.0), 3, "Count the steps from year to year"),
        ("two measures", q6(growth=57.3), 3, "You joined two measures. Costume sales and e-commerce output"),
        ("economic output", q6(growth=29.9), 3, "another measure, economic output"),
        ("online sales", q6(growth=61.1), 3, "You began in 2014, with online sales"),
        ("ratio turned round", q6(growth=-34.8), 3, "turned upside down"),
        ("fraction", q6(growth=0.534), 3, "That is a share of one"),
        ("what they became", q6(growth=153.4), 3, "That is what a hundred became"),
        ("factor", q6(growth=1.534), 3, "That is the factor of a year"),
        ("a growth a little off", q6(growth=53.9), 3, "take the root for the number of years"),
        ("not at least", q6(bound="not at least"), 3, 'Here stands "not at least". The words for it are: at most, at least, exactly.'),
        ("another growth", q6(growth=12), 3, "take the root for the number of years"),
        ("what was left", q6(fell=46.2), 3, "what was left"),
        ("fall turned round", q6(fell=116.7), 3, "A fall is measured by where it starts"),
        ("measures joined", q6(fell=57.1), 3, "Take the costume sales of both years"),
        ("fraction of a fall", q6(fell=0.538), 3, "That is a share of one"),
        ("in million yuan", q6(fell=3500), 3, "the fall in million yuan"),
        ("no fall", q6(fell=0), 3, "Nothing fell if you take e-commerce output"),
        ("another fall", q6(fell=12), 3, "Divide the loss by the sales of 2019"),
        ("bound overlooked", q6(bound="exactly"), 3, "the figure of 2020 is a bound"),
        ("bound turned round", q6(bound="at least"), 3, "was the fall larger or smaller"),
        ("rows of the fall", q6(steady=("B33", "B34")), 3, "These two show the fall"),
        ("mixed rows", q6(steady=("B33", "B41")), 3, "rows of two measures"),
        ("three rows", q6(steady=("B32", "B33", "B41")), 3, "Give two rows"),
        ("not in the table", q6(steady=("B32", "B42")), 3, 'Here stands "B42"'),
    ],
    "q7": [
        ("nothing for a verdict", q7(None), 3, "dinglou_verdict: Here stands nothing (None)"),
        ("not the nearest", q7(each=35_750), 3, "Divide it among the households that trade"),
        ("unknown as zero", q7("not met"), 3, "You read the unknown as zero"),
        ("gap filled", q7("met"), 3, "Trading households are not active shops"),
        ("part of a shop", q7(fewest=30.6), 3, "No one opens a part of a shop"),
        ("rounded down", q7(fewest=30), 3, "You rounded down"),
        ("the other test", q7(fewest=100), 3, "the test for large villages"),
        ("tenth of the traders", q7(fewest=28), 3, "not of those that trade"),
        ("another number", q7(fewest=50), 3, "Two tests, and the easier one decides"),
        ("shops", q7(missing="active shops"), 3, "So the shops are given"),
        ("households", q7(missing="households"), 3, "The households are in the row"),
        ("income", q7(missing="income"), 3, "before costs"),
        ("who, not how much", q7(missing="the number of salespeople"), 3, "missing: Here stands"),
        ("something else", q7(missing="population"), 3, "The rule never asks for that"),
        ("all households", q7(each=10_000_000 / 306), 3, "You divided it among all households"),
        ("another year's sales", q7(each=500_000_000 / 280), 3, "the sum of about 2020"),
        ("another year, all", q7(each=500_000_000 / 306), 3, "the sum of about 2020"),
        ("ratio turned round", q7(each=280 / 10_000_000), 3, "turned upside down"),
        ("fewest shops", q7(each=10_000_000 / 31), 3, "among the fewest shops"),
        ("in wan", q7(each=3.5714), 3, "Write the sum in yuan, in full"),
        ("a nought lost", q7(each=3571.4), 3, "A zero is lost"),
        ("another sum", q7(each=99), 3, "Divide it among the households that trade"),
    ],
    "q8": [
        ("nothing for open", (172_872, 2.31, None), 2, "above: Here stands nothing (None)"),
        ("one decimal only", (172_872, 2.33, "open"), 2, "How many of each hundred yuan"),
        ("sales as income", (172_872, 2.31, "yes"), 2, "You read sales as income"),
        ("False", (172_872, 2.31, False), 2, "these figures do not show it either"),
        ("True", (172_872, 2.31, True), 2, "You read sales as income"),
        ("a no", (172_872, 2.31, "no"), 2, "these figures do not show it either"),
        ("all inhabitants", (138_298, 2.89, "open"), 1, "Four in five of them are in the trade"),
        ("all inhabitants, margin", (172_872, 2.89, "open"), 2, "if all inhabitants share"),
        ("shared again", (110_638, 2.31, "open"), 2, "each gets more, not less"),
        ("per head turned round", (37_600 / 6.5e9, 2.31, "open"), 2, "turned upside down"),
        ("margin turned round", (172_872, 4321.8, "open"), 2, "turned upside down"),
        ("margin as times", (172_872, 43.2, "open"), 2, "turned upside down"),
        ("fraction", (172_872, 0.0231, "open"), 2, "That is a share of one"),
        ("all is left", (172_872, 100, "yes"), 1, "What about cloth, wages"),
        ("millions", (0.1729, 2.31, "open"), 2, "in full yuan"),
        ("another sum", (7, 2.31, "open"), 2, "Divide the sales by the people who make or sell"),
        ("another margin", (172_872, 50, "open"), 2, "How many of each hundred yuan"),
    ],
    "q9": [
        ("nothing for unknown", q9(well=("yes", "yes", None)), 2, "650: Here stands nothing (None)"),
        ("You included the counter", q9((1, 2, 3, 3)), 2, "You included the counter"),
        ("turned round", q9((2, 1, 0, 0)), 2, "The other way round: the nearest"),
        ("by way of the blog", q9((0, 1, 2, 3)), 2, "names another text than the blog"),
        ("all alike", q9((1, 1, 1, 1)), 2, "They cannot all be equally near"),
        ("another order", q9((0, 2, 1, 1)), 2, "Go from each text to the one that it names"),
        ("one witness four times", q9(counts=4), 2, "You counted one witness more than once"),
        ("one witness twice", q9(counts=2), 2, "You counted one witness more than once"),
        ("nobody counted", q9(counts=0), 2, "Somebody did count"),
        ("many", q9(counts=6), 2, "Ask of each text whether it counted"),
        ("unknown as no", q9(well=("yes", "yes", "no")), 2, "do not turn it into a no, or a yes"),
        ("unknown as yes", q9(well=("yes", "yes", "yes")), 2, "do not turn it into a no, or a yes"),
        ("the firm overlooked", q9(well=("no", "yes", "unknown")), 2, "Whose platform"),
        ("officials overlooked", q9(well=("yes", "no", "unknown")), 2, "Officials are rated too"),
        ("no interest at all", q9(well=("no", "no", "unknown")), 2, "Having an interest is not lying"),
        ("other words", q9(well=("yes", "maybe", "no")), 2, 'Here stands "maybe"'),
    ],
    "q10": [
        ("share of the part", (156, 7.4, 25.2), 2, "the part already"),
        ("everybody", (855, 7.4, 25.2), 2, "How many of them left poverty in another way"),
        ("share of the others", (2708, 7.4, 25.2), 2, "You divided by the share of the others"),
        ("multiplied", (494, 7.4, 25.2), 2, "From a part to its whole you divide"),
        ("the company's figure", (1989.5, 7.4, 25.2), 2, "You began with the company's figure"),
        ("another number", (700, 7.4, 25.2), 2, "Find the whole first, then subtract the part"),
        ("times turned round", (205, 0.1358, 25.2), 2, "turned upside down"),
        ("over the part", (205, 9.69, 25.2), 2, "You divided by the newspaper's part"),
        ("a difference", (205, 5444.7, 25.2), 2, "how many times as many"),
        ("over the others", (205, 30.7, 25.2), 2, "You divided by those who left in other ways"),
        ("a ratio a little off", (205, 7.5, 25.2), 2, "Divide 6,300 by all who left poverty"),
        ("another ratio", (205, 2, 25.2), 2, "Divide 6,300 by all who left poverty"),
        ("percent turned round", (205, 7.4, 396.8), 2, "turned upside down"),
        ("times", (205, 7.4, 3.97), 2, "turned upside down"),
        ("fraction", (205, 7.4, 0.252), 2, "That is a share of one"),
        ("the newspaper's figure", (205, 7.4, 2.6), 2, "You took the newspaper's figure"),
        ("another share", (205, 7.4, 50), 2, "Divide 6,300 by the people of row B60b"),
        ("text", ("205", 7.4, 25.2), 2, "not text"),
    ],
}  # fmt: skip
WORDS: dict[tuple[str, int], tuple] = {}  # junk that has a meaning in its place
SECRETS = {
    "q1": [
        r"rate_prize = 20_000_000",
        r"\b136\b",
        r"\b69\.12",
        r"\b6\.90?\b",
        r'wrong = "dollars"',
    ],
    "q2": [r"math\.log10\(printed", r"abs\(printed", r"'slip', 'open', 'slip'"],
    "q3": [
        r"560 of 760 and 560 of 762",
        r"\b73\.7",
        r"760 - 560",
        r"leaves 200",
        r'"56 of 76", "560 of 760"',
    ],
    "q4": [r'"Sya Kay": "Xia', r'"Syu Sun": "Xu', r"nunique", r"one village, Dongfeng"],
    "q5": [r'"A": "ruled out"', r'"C": "possible"', r'"E": "open"', r"(?i)three stories fall"],
    "q6": [r"\b53\.[48]", r'\["B32", "B41"\]', r"Rows B32 and B41", r'fell_is = "at most"'],
    "q7": [r"35,714", r"math\.ceil\(306", r"\b31 active", r"10_000_000 / 280"],
    "q8": [r"\b172,872\b", r"\b2\.31", r"(?i)the answer is open"],
    "q9": [
        r"separate_counts = 1\b",
        r'"student paper": 2',
        r'"650": "unknown"',
        r"(?i)there is one count",
    ],
    "q10": [r"650 / 0\.76", r"\b855\b", r"\b205\b", r"7\.4 times", r"\b25\.2%"],
}


def figures():
    """What the discussions and the essay say in figures, worked out again from the claims and the rows."""
    claim, daji = theme.claimed, theme.daji
    yuan, dollars, prize, prize_dollars = (figure for figure, _ in theme.printed_money().values())
    own = prize / prize_dollars
    suining = theme.cases_of("Suining")
    assert suining.level.value_counts().to_dict() == {"village": 6, "town": 5, "county": 2}
    years = theme.stories()
    growth = 100 * ((daji("B33") / daji("B25")) ** (1 / 3) - 1)
    village = {
        name: int(record("village_cases", "V05b")[name])
        for name in ("households", "ecommerce_households")
    }
    person = 1e6 * daji("B33") / (daji("B02") * daji("B06") / 100)
    lifted, all_in_town = claim("habr-lifted-6300"), daji("B59") / 0.76
    of_town, of_county = (
        100 * lifted / people for people in (claim("habr-pop-45000"), daji("B48"))
    )
    assert set(theme.turnover().loc[["B32", "B41"], "value"]) == {7_000}
    return {
        "q1": [f"{yuan / dollars:.2f} yuan for a dollar, the second {own:.2f}", f"{dollars * own / 1e6:.1f} million in 2019",
               *(f"{sales / 1e6:,.0f} million" for sales in theme.TOWN_SALES.values()), f"about {yuan / own / 1e6:.0f} million"],
        "q3": [f"{daji('B17'):.0f} of more than {daji('B16'):.0f} households, which is {100 * daji('B17') / daji('B16'):.1f}%",
               f"leaves {daji('B16') - daji('B17'):.0f}"],
        "q4": ["The thirteen rows are one village, Dongfeng, with six records"],
        "q5": [f"opened in {years.effect['A']}", f"secretary of {years.cause['B']}", f"programme of {years.cause['A']}",
               f"more than {daji('B11'):.0f} shops in {years.effect['D']}"],
        "q6": [f"from {daji('B25'):,.0f} to {daji('B33'):,.0f} million", f"{growth:.1f}% a year",
               f"fell by {100 * (1 - daji('B34') / daji('B33')):.1f}%, at most", f"more than {daji('B34'):,.0f} million",
               "nearly 7,000 million"],
        "q7": [f"{village['households']} households", f"so {math.ceil(village['households'] / 10)} active shops",
               f"{1e7 / village['ecommerce_households']:,.0f} yuan a year", f"the {record('village_cases', 'V05c')['annual_sales_rmb'] / 1e6:.0f} million of about 2020"],
        "q8": [f"{person:,.0f} yuan for each person", f"margin of {100 * theme.LINE / person:.2f}%"],
        "q10": [f"about {all_in_town:.0f} people", f"{all_in_town - daji('B59'):.0f} of them in other ways",
                f"{lifted / all_in_town:.1f} times as many", f"{100 * lifted / daji('B60b'):.1f}%",
                f"the town {lifted:,.0f} would be {of_town:.1f}%, of the county {of_county:.2f}%",
                f"That would be {of_town:.1f}%", f"of the county's it would be {of_county:.2f}%", f"or about {all_in_town:.0f}"],
    }  # fmt: skip
