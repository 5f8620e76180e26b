"""Answers to the questions of theme 5: untouched, right in several forms, wrong in a known way; and what must not leak.

WRONG is the table to read: each known slip, its points, and the words that only this slip gets.
"""

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pandas as pd

from taobaolab import datasets
from taobaolab.lessons.sustainability import questions as theme
from taobaolab.practice.tables import value
from tests.odd import crashes, leaves, nothing

DIRECTIONS = ("price", "pieces", "sellers", "village_income")


def ways(letters):
    """Directions of the four outcomes: u for up, d for down, s for the same."""
    return {
        o: {"u": "up", "d": "down", "s": "same"}[x]
        for o, x in zip(DIRECTIONS, letters, strict=True)
    }


def says(letters):
    """Judgements on the six statements: f for follows, n for does not follow."""
    return {
        s: {"f": "follows", "n": "does not follow"}[x]
        for s, x in zip("ABCDEF", letters, strict=True)
    }


def shares(*values):
    return dict(zip(range(2015, 2020), values, strict=True))


SHARES = shares(21.3, 15.3, 18.9, 18.7, 18.6)
CHECKED = ways("dudd")


def by_group(settings, outcome):
    means = outcome.groupby(settings).mean()
    return means.max() - means.min()


def by_hand(settings, outcome):
    at = {}
    for s, o in zip(settings, outcome, strict=True):
        at.setdefault(s, []).append(o)
    found = [sum(v) / len(v) for v in at.values()]
    return max(found) - min(found)


def by_position(settings, outcome):
    """A plain loop over positions, as one writes it for lists."""
    at = {}
    for i in range(len(settings)):
        at.setdefault(settings[i], []).append(outcome[i])
    found = [sum(v) / len(v) for v in at.values()]
    return max(found) - min(found)


def grouped(settings, outcome):
    """The mean at each setting, lowest setting first."""
    return outcome.groupby(settings).mean()


def two_settings(settings, outcome):
    """Right for two settings with two runs each, and for nothing else."""
    return (
        by_group(settings, outcome)
        if len(settings) == 4 and set(settings.value_counts()) == {2}
        else -1
    )


def common(a, b):
    return np.minimum(a / a.sum(), b / b.sum()).sum()


def common_by_hand(a, b):
    return sum(min(x / sum(a), y / sum(b)) for x, y in zip(a, b, strict=True))


def kinds_alone(a, b):
    return ((a > 0) & (b > 0)).sum() / ((a > 0) | (b > 0)).sum()


def meant(village="Alder", without="shops", yuan=29_000):
    return {"village": village, "without": without, "yuan": yuan}


def settle(measure="household income", of="all households", compared_with="villages drawn by lot"):
    return {"measure": measure, "of": of, "compared_with": compared_with}


MEANT, SETTLED = meant(), settle()
GONE = settle("villages still on the list", "all villages", "the same villages before")
FEW = ("who_gains", ["D33", "D38"], ["D41", "D61"])
LISTED = ("gone", ["D30", "D31"], ["D87a", "D88"])
UNTOUCHED = {
    "q1": [(..., ..., ...)],
    "q2": [(dict.fromkeys(DIRECTIONS, ...), dict.fromkeys(DIRECTIONS, ...), ...)],
    "q3": [(nothing, ..., ...), (lambda settings, outcome: ..., ..., ...)],
    "q4": [(..., ..., ..., shares(*[...] * 5), ...)],
    "q5": [(..., ..., ...)],
    "q6": [(nothing, ..., ...)],
    "q7": [(dict.fromkeys("ABCDEF", ...), ..., ..., [...])],
    "q8": [(..., ..., ..., ...)],
    "q9": [(..., ..., meant(..., ..., ...)), (..., ..., ...)],
    "q10": [(..., [...], [...], dict.fromkeys(SETTLED, ...))],
}
RIGHT = {
    "q1": [(2.4, 300_000, 150_000), (1_440_000 / 600_000, 300_000.0, pd.Series([150_000]).iloc[0]), (Fraction(12, 5), 300_000, np.float64(150_000)), ([2.4], [300_000.0], [150_000])],
    "q2": [
        (ways("duud"), CHECKED, "it can happen"),
        (CHECKED, pd.Series(CHECKED), "It can happen."),
        (ways("ssss"), {"price": "lower", "pieces": "more", "sellers": "fewer", "village_income": "less"}, "it can happen"),
        (CHECKED, {"price": "falls", "pieces": "rises", "sellers": "falls", "village_income": "falls"}, "it can happen"), (pd.Series(ways("ssss")), dict(reversed(CHECKED.items())), " it can happen "),
    ],
    "q3": [(by_group, "imitation", "likeness"), (by_hand, "Imitation", "likeness"), (by_position, "imitation", "likeness"), (lambda settings, outcome: np.ptp([outcome[settings == s].mean() for s in set(settings)]), "IMITATION", ["likeness"]),
           *((lambda s, o, places=places: round(by_group(s, o), places), "imitation", "likeness") for places in (2, 3))],
    "q4": [
        (14.3, 4.9, "at most", SHARES, 2017),
        (100 * 119 / 832, 100 * 41 / 832, "At most", pd.Series(SHARES), 2017),
        (14.3, 4.9, "at most", {str(y): s for y, s in shares(21.28, 15.26, 18.89, 18.74, 18.56).items()}, "2017"),
        (14.3, 4.93, "At most.", {float(y): s for y, s in SHARES.items()}, [2017]),
    ],
    "q5": [(397_000, 12, None), (25_000 / 0.063, 76 / 6.3, "unknown"), (396_825, 301_587 / 25_000, pd.NA), ([396_825.4], 12.06, "None")],
    "q6": [(common, 0.116, 0.082), (common_by_hand, 0.1159, 0.0817), (lambda a, b: pd.concat([a / a.sum(), b / b.sum()], axis=1).min(axis=1).sum(), [0.116], 0.082), (lambda a, b: round(common(a, b), 2), 0.116, 0.082), (lambda a, b: 1 - abs(a / a.sum() - b / b.sum()).sum() / 2, 0.116, np.float64(0.0817))],
    "q7": [
        (says("fnnfnf"), -3.9, 7.9, [0, 5]),
        (pd.Series(says("fnnfnf")), -4, 8, {0, 5}),
        (dict(zip("ABCDEF", [True, False, False, True, False, True], strict=True)), 2 - 1.96 * 3, 2 + 1.96 * 3, (5, 0)), ({letter.lower(): word.title() for letter, word in says("fnnfnf").items()}, [-3.88], 7.88, (5.0, np.int64(0))),
        (dict(zip("ABCDEF", ["does follow", "doesn't follow", "follows not", "follows", "does not", True], strict=True)), -3.9, 7.9, [0, 5]),
    ],
    "q8": [(150, 30, 3.3, 6.1), (600 / 4, 360 / 12, 700 / 212, 1300 / 212), (150.0, 30.0, 3.30, 6.13), ([150], pd.Series([30]), np.float64(3.3), 6.1)],
    "q9": [
        (29, 5, MEANT),
        (29.0, 5, meant("alder", "the shops", 29e3)),
        (29, 5, pd.Series(MEANT)),
        (20 + 9, 34 - 29, meant(without="online trade", yuan=np.int64(29_000))),
    ],
    "q10": [
        (*FEW, SETTLED),
        (*LISTED, GONE),
        ("Who gains", {"D33", "D39"}, pd.Series(["D41", "D62"]), settle("what sellers keep of a sale", "all who ever began")),
        ("gone", *LISTED[1:], settle("Shops still open", "all who ever began", "similar villages without the trade")),
        ("women_young", ["D45", "D46"], ["D68", "D81"], settle("who decides in the household")),
        ("who_gains", "D33, D38", ("d41", "d61"), SETTLED),
        ("who_gains", ["critiques/D33", "critiques.D38"], "critiques/D41, Critiques / d61", settle("income of women and the young", "women and the young")),
    ],
}  # fmt: skip
WRONG = {
    "q1": [
        ("sales as income", (2.4, 600_000, 1_440_000), 1, "Sales are not income"),
        ("gross margin", (2.4, 400_000, 720_000), 1, "That is the gross margin"),
        ("no fee", (2.4, 312_000, 222_000), 1, "The platform's fee is missing"),
        ("nothing once a year", (2.4, 338_000, 488_000), 1, "Advertising and rent are missing"),
        ("costs of one costume", (2.4, 561_925, 1_101_978), 1, "Take the costs of one costume times"),
        ("growth of the pieces", (4, 300_000, 150_000), 2, "growth of the costumes sold"),
        ("what was added", (1.4, 300_000, 150_000), 2, "how much was added"),
        ("another growth", (0.6, 300_000, 150_000), 2, "Then divide the later by the earlier"),
        ("a hundredth too much", (2.41, 300_000, 150_000), 2, "You are close. Decimals wanted here: 2 or more"),
        ("a hundred yuan too much", (2.4, 300_100, 150_000), 2, "Take the costs of one costume times"),
        ("fifty yuan too few", (2.4, 300_000, 149_950), 2, "Take the costs of one costume times"),
        ("text", ("2.4", 300_000, 150_000), 2, "without quotation marks"),
        ("huge", (10**400, 300_000, 150_000), 2, "Then divide the later by the earlier"),
    ],
    "q2": [
        ("the guess again", (ways("dddu"), ways("dddu"), "it can happen"), 2, "You gave your guess again"),
        ("the wrong way round", (CHECKED, ways("uduu"), "it can happen"), 2, "All the wrong way round"),
        ("one wrong", (CHECKED, ways("duud"), "it can happen"), 2, "Compare the last row of the two runs"),
        ("evidence", (CHECKED, CHECKED, "it happened"), 2, "is not evidence of what happened"),
        ("forecast", (CHECKED, CHECKED, "it will happen"), 2, "A forecast needs assumptions"),
        ("nothing at all", (CHECKED, CHECKED, "nothing"), 2, "That is too modest"),
        ("other words", (CHECKED, dict.fromkeys(DIRECTIONS, "better"), "it can happen"), 2, 'Here stands \"better\"'),
    ],
    "q3": [
        ("best against worst run", (lambda s, o: o.max() - o.min(), "imitation", "likeness"), 2, "Two runs are an anecdote"),
        ("first and last run", (lambda s, o: o.iloc[-1] - o.iloc[0], "imitation", "likeness"), 2, "Two runs are an anecdote"),
        ("first against last run", (lambda s, o: abs(o.iloc[-1] - o.iloc[0]), "imitation", "likeness"), 2, "Two runs are an anecdote"),
        ("the greatest step", (lambda s, o: grouped(s, o).diff().abs().max() if len(set(s)) > 1 else 0, "imitation", "likeness"), 3, "Try a peak, a dip, four settings"),
        ("farthest from the first", (lambda s, o: (grouped(s, o) - grouped(s, o).iloc[0]).abs().max(), "imitation", "likeness"), 3, "Try a peak, a dip"),
        ("three settings only", (lambda s, o: np.ptp(grouped(s, o).iloc[:3]), "imitation", "likeness"), 3, "Try a peak, a dip, four settings"),
        ("without sign", (lambda s, o: np.ptp(grouped(s, o).abs()), "imitation", "likeness"), 3, "A mean may lie below zero"),
        ("no loss", (lambda s, o: grouped(s, o).max() - max(0, grouped(s, o).min()), "imitation", "likeness"), 2, "A mean may lie below zero"),
        ("one decimal", (lambda s, o: round(by_group(s, o), 1), "imitation", "likeness"), 3, "You round so far"),
        ("no decimal", (lambda s, o: round(by_group(s, o)), "imitation", "likeness"), 3, "You round so far"),
        ("highest less lowest", (lambda s, o: grouped(s, o).iloc[-1] - grouped(s, o).iloc[0], "imitation", "likeness"), 3, "peak in between"),
        ("the two ends", (lambda s, o: abs(grouped(s, o).iloc[-1] - grouped(s, o).iloc[0]), "imitation", "likeness"), 3, "peak in between"),
        ("the greatest mean", (lambda s, o: grouped(s, o).max(), "imitation", "likeness"), 2, "That is the greatest mean"),
        ("simple cases alone", (two_settings, "imitation", "likeness"), 3, "Simple cases are right"),
        ("something else", (lambda s, o: 7, "imitation", "likeness"), 2, "Take the settings 0, 0, 1, 1"),
        ("profit and margin changed over", (by_group, "likeness", "imitation"), 2, "For the profit per seller, another parameter"),
        ("profit and margin alike", (by_group, "likeness", "likeness"), 3, "That parameter moves the margin"),
        ("another parameter for profit", (by_group, "rent", "likeness"), 3, "For the profit per seller, another parameter"),
        ("another parameter for margin", (by_group, "imitation", "fee"), 3, "For the margin, another parameter"),
        ("a crash", (crashes, "imitation", "likeness"), 2, "your function stopped"),
        ("leaves", (leaves, "imitation", "likeness"), 2, "(SystemExit: 3)"),
        ("a column back", (grouped, "imitation", "likeness"), 2, "your function returned a column"),
        ("a number", (25, "imitation", "likeness"), 2, "A function is wanted here"),
        ("a type", (int, "imitation", "likeness"), 2, "A function is wanted here"),
    ],
    "q4": [
        ("fractions", (0.143, 0.049, "at most", SHARES, 2017), 3, "That is a share of one"),
        ("counted for guessed", (4.9, 4.9, "at most", SHARES, 2017), 4, "the answer to the next one"),
        ("villages over counties", (14.3, 14.3, "at most", SHARES, 2017), 4, "That is villages over counties"),
        ("another division", (20, 4.9, "at most", SHARES, 2017), 4, "Divide the villages by all counties"),
        ("a tenth off", (14.4, 4.9, "at most", SHARES, 2017), 4, "You are close. Decimals wanted here"),
        ("cut, not rounded", (14.2, 4.9, "at most", SHARES, 2017), 4, "You are close. Decimals wanted here"),
        ("in full percent", (14.3, 5, "at most", SHARES, 2017), 4, "You are close. Decimals wanted here"),
        ("a tenth too little", (14.3, 4.8, "at most", SHARES, 2017), 4, "You are close. Decimals wanted here"),
        ("a share cut", (14.3, 4.9, "at most", shares(21.3, 15.2, 18.9, 18.7, 18.6), 2017), 4, "Each year is close"),
        ("another count", (14.3, 9, "at most", SHARES, 2017), 4, "Divide the counties in which they lie"),
        ("as printed", (14.3, 4.9, "exactly", SHARES, 2017), 4, "a county of its own"),
        ("more counties than villages", (14.3, 4.9, "at least", SHARES, 2017), 4, "more counties than there are villages"),
        ("shares as fractions", (14.3, 4.9, "at most", {y: s / 100 for y, s in SHARES.items()}, 2017), 4, "That is a share of one"),
        ("all by the last total", (14.3, 4.9, "at most", shares(3.9, 4.6, 9.3, 13.9, 18.6), 2017), 4, "not that of the last"),
        ("other shares", (14.3, 4.9, "at most", shares(166, 200, 400, 600, 800), 2017), 4, "Divide each year's villages"),
        ("the steepest year", (14.3, 4.9, "at most", SHARES, 2016), 4, "There the upper line rises most steeply"),
        ("another year", (14.3, 4.9, "at most", SHARES, 2019), 4, "Lay a finger on the gap"),
        ("a year outside", (14.3, 4.9, "at most", SHARES, 2013), 4, "closer: The years here are 2015 to 2019"),
        ("a year too many", (14.3, 4.9, "at most", SHARES | {2020: 2.2}, 2017), 4, "2020: This entry is not asked for"),
    ],
    "q5": [
        ("part of the part", (1_575, 12, None), 2, "But the whole is larger"),
        ("the town's percentage", (32_895, 12, None), 2, "You used the town's percentage"),
        ("the part itself", (25_000, 12, None), 2, "Which number is the whole?"),
        ("people", (397_000, 302_000, None), 2, "That is how many people it would be"),
        ("turned round", (397_000, 0.083, None), 2, "turned upside down"),
        ("a difference", (397_000, 69.7, None), 2, "That is a difference"),
        ("another ratio", (397_000, 3, None), 2, "Take the town's percentage of all"),
        ("the town is China", (397_000, 12, 76), 2, "One place is not China"),
        ("the prefecture is China", (397_000, 12, 6.3), 2, "One place is not China"),
        ("the mean of both", (397_000, 12, 41.15), 2, "two places from one corner"),
        ("another number", (397_000, 12, 10), 2, "Which row of the table counts the country?"),
        ("words", (397_000, 12, "a lot"), 2, "without quotation marks"),
    ],
    "q6": [
        ("numbers of villages", (lambda a, b: np.minimum(a, b).sum(), 0.116, 0.082), 2, "A large county would then be like all others"),
        ("the difference", (lambda a, b: 1 - common(a, b), 0.116, 0.082), 2, "You measure the difference"),
        ("kinds alone", (kinds_alone, 0.116, 0.082), 2, "one village makes them or fifty"),
        ("the cosine", (theme.cosine, 0.116, 0.082), 2, "This is the cosine"),
        *((f"{most} kinds only", (lambda a, b, most=most: np.minimum(a / a.sum(), b / b.sum()).iloc[:most].sum(), 0.116, 0.082), 3, "Try a county with itself, 18 kinds")
          for most in (3, 5)),
        ("one decimal", (lambda a, b: round(common(a, b), 1), 0.116, 0.082), 3, "You round so far"),
        ("little is nothing", (lambda a, b: common(a, b) if common(a, b) >= 0.2 else 0, 0.116, 0.082), 3, "little in common"),
        ("one large kind is all", (lambda a, b: 1.0 if a.idxmax() == b.idxmax() and max(a / a.sum()) > 0.9 else common(a, b), 0.116, 0.082), 3, "one large kind"),
        ("a county with itself", (lambda a, b: 0.5 if a.equals(b) else common(a, b), 0.116, 0.082), 3, "Try a county with itself"),
        ("something else", (lambda a, b: 0.4, 0.116, 0.082), 2, "Take (2, 2, 0) and (0, 3, 3) by hand"),
        ("the means swapped", (common, 0.082, 0.116), 2, "are swapped"),
        ("each with itself", (common, 0.116, 0.0933), 3, "You also paired each county with itself"),
        ("next door cut", (common, 0.113, 0.082), 3, "You are close. Decimals wanted here: 3 or more"),
        ("pairs cut", (common, 0.116, 0.084), 3, "You are close. Decimals wanted here"),
        ("without the pairs next door", (common, 0.116, 0.0809), 3, "You left out the pairs next door"),
        ("other neighbours", (common, 0.2, 0.082), 3, "each county and its nearest"),
        ("other pairs", (common, 0.116, 0.5), 3, "each pair once"),
        ("a crash", (crashes, 0.116, 0.082), 2, "your function stopped"),
        ("a column back", (lambda a, b: a, 0.116, 0.082), 2, "your function returned a column"),
    ],
    "q7": [
        ("no effect", (says("ffnfnf"), -3.9, 7.9, [0, 5]), 4, "Read statement B again"),
        ("station for cluster", (says("fnffnf"), -3.9, 7.9, [0, 5]), 4, "Is statement C about them?"),
        ("taking part as cause", (says("fnnfff"), -3.9, 7.9, [0, 5]), 4, "Taking part is not random"),
        ("the experiment says too little", (says("nnnfnf"), -3.9, 7.9, [0, 5]), 4, "Statement A says no more"),
        ("the survey says too little", (says("fnnnnf"), -3.9, 7.9, [0, 5]), 4, "Can a survey show that?"),
        ("one must be wrong", (says("fnnfnn"), -3.9, 7.9, [0, 5]), 4, "must one of them be wrong?"),
        ("everything follows", (says("ffffff"), -3.9, 7.9, [0, 5]), 3, "Read statement B again"),
        ("three not said", ({k: v for k, v in says("fnnfnf").items() if k in "ADF"} | {"B": "x", "C": "y", "E": "z"}, -3.9, 7.9, [0, 5]), 3, 'Here stands "x"'),
        ("cut, not rounded", (says("fnnfnf"), -3.8, 7.8, [0, 5]), 3, "You are close. Decimals wanted here"),
        ("99 percent", (says("fnnfnf"), -5.74, 9.74, [0, 5]), 3, "two standard errors down"),
        ("one standard error down alone", (says("fnnfnf"), -1, 7.9, [0, 5]), 4, "two standard errors down"),
        ("one standard error", (says("fnnfnf"), -1, 5, [0, 5]), 3, "one standard error each way"),
        ("centred on zero", (says("fnnfnf"), -5.9, 5.9, [0, 5]), 3, "Your interval is centred on zero"),
        ("another interval", (says("fnnfnf"), 2, 3, [0, 5]), 3, "two standard errors down"),
        ("zero alone", (says("fnnfnf"), -3.9, 7.9, [0]), 4, "Is zero the only one"),
        ("all three", (says("fnnfnf"), -3.9, 7.9, [0, 5, 10]), 4, "One of the three lies outside"),
        ("five alone", (says("fnnfnf"), -3.9, 7.9, [5]), 4, "Compare the three with your interval"),
        ("another word", (dict.fromkeys("ABCDEF", "maybe"), -3.9, 7.9, [0, 5]), 3, 'Here stands "maybe"'),
    ],
    "q8": [
        ("survivors are all", (150, 150, 3.3, 6.1), 3, "Survivors are not all"),
        ("those who left", (150, -30, 3.3, 6.1), 3, "These are those who left"),
        ("shared among survivors", (150, 90, 3.3, 6.1), 3, "you divided it among those who stayed"),
        ("another mean", (150, 60, 3.3, 6.1), 3, "Take all rows, whatever stands"),
        ("in yuan", (150_000, 30, 3.3, 6.1), 3, "Right, in yuan"),
        ("all in yuan", (150, 30_000, 3.3, 6.1), 3, "Right, in yuan"),
        ("the sum", (600, 30, 3.3, 6.1), 3, "Take the rows without a year"),
        ("those that stayed", (150, 30, 96.7, 93.9), 2, "These villages stayed"),
        ("fractions", (150, 30, 0.033, 0.061), 2, "That is a share of one"),
        ("a tenth too much", (150, 30, 3.4, 6.2), 2, "You are close. Decimals wanted here"),
        ("one too few", (149, 30, 3.3, 6.1), 3, "Take the rows without a year"),
        ("near the mean", (150.4, 30.4, 3.3, 6.1), 2, "You are close. Decimals wanted here"),
        ("swapped", (150, 30, 6.1, 3.3), 2, "The smaller percentage comes first"),
        ("villages", (150, 30, 7, 13), 2, "`gone` over `listed`"),
    ],
    "q9": [
        ("no change", (20, 14, MEANT), 1, "You left Alder as it was"),
        ("compares before and after", (29, 14, MEANT), 2, "That compares before and after"),
        ("the other village", (27, 7, MEANT), 1, "the two did not start alike"),
        ("one against the other", (29, 7, MEANT), 2, "That compares one village with the other"),
        ("what was", (34, 5, MEANT), 2, "That is what happened. The question is"),
        ("no difference taken", (29, 29, MEANT), 2, "How far above it is the real income?"),
        ("income in yuan", (29_000, 5, MEANT), 2, "Right, in yuan"),
        ("effect in yuan", (29, 5_000, MEANT), 2, "Right, in yuan"),
        ("another income", (31, 5, MEANT), 2, "Start where Alder started"),
        ("another effect", (29, 3, MEANT), 2, "The effect is what happened minus"),
        ("the twin imagined", (29, 5, meant("Rowan")), 2, "Alder is the one with shops"),
        ("the road", (29, 5, meant(without="road")), 2, "Both lie on the same road"),
        ("without Rowan", (29, 5, meant(without="Rowan")), 2, "Rowan stands in for what would have been"),
        ("nothing away", (29, 5, meant(without="nothing")), 2, "A counterfactual imagines something away"),
        ("in thousands", (29, 5, meant(yuan=29)), 2, "Here the income is wanted in yuan"),
        ("another figure", (29, 5, meant(yuan=34_000)), 2, "Here belongs the income of `instead`"),
        ("the effect follows", (30, 4, MEANT), 1, "The effect follows correctly from your `instead`"),
        ("the sum follows", (25, 9, meant(yuan=25_000)), 0, "The sum follows correctly from your `instead`"),
        ("nothing said to be away", (29, 5, meant(without="magic")), 2, 'without: Here stands "magic"'),
        ("a sentence", (29, 5, "Without the shops Alder would have earned 29,000 yuan."), 2, "counterfactual: A dict is wanted here"),
    ],
    "q10": [
        ("no row", ("who_gains", [], ["D41", "D61"], SETTLED), 2, "One side has no row"),
        ("the wrong side", ("who_gains", ["D33", "D41"], ["D62", "D61"], SETTLED), 2, "D41 speaks against the side"),
        ("how a study was done", ("who_gains", ["D33", "D38"], ["D40a", "D41"], SETTLED), 2, "D40a tells how a study was done"),
        ("context", ("who_gains", ["D33", "D38"], ["D41", "D54"], SETTLED), 2, "D54 tells the size of something"),
        ("mixed", ("who_gains", ["D34", "D38"], ["D41", "D61"], SETTLED), 2, "D34 is marked as mixed"),
        ("a different critique", ("who_gains", ["D33", "D30"], ["D41", "D61"], SETTLED), 2, "D30 is about a different critique"),
        ("one witness", ("who_gains", ["D33", "D37"], ["D41", "D61"], SETTLED), 2, "goes back to one witness"),
        ("one county", ("gone", ["D30", "D31"], ["D88"], GONE), 2, "One county is not China"),
        ("sales", (*FEW, settle("sales")), 2, "Sales are not income"),
        ("another motion", (*FEW, settle("kinds of goods")), 2, "Kinds of goods: that is about a different motion"),
        ("the best", (*FEW, settle(of="the best sellers")), 2, "The best sellers speak only for themselves"),
        ("survivors", (*FEW, settle(of="those still there")), 2, "Those who left do not answer"),
        ("before and after", (*FEW, settle(compared_with="the same villages before")), 2, "Before and after"),
        ("all of China", (*FEW, settle(compared_with="all of China")), 2, "any village looks like a success"),
        ("nobody", (*FEW, settle(compared_with="nothing")), 2, "Larger or smaller than what?"),
        ("villages of households", ("gone", *LISTED[1:], settle("villages still on the list", compared_with="the same villages before")), 2, "Villages still on the list of all households: whose is it"),
        ("goods of women", ("sameness", ["D02", "D15"], ["D70", "D71"], settle("kinds of goods", "women and the young")), 2, "These two do not fit"),
        ("deciding of villages", ("women_young", ["D45", "D46"], ["D68", "D81"], settle("who decides in the household", "all villages")), 2, "These two do not fit"),
        ("household income of villages", (*FEW, settle(of="all villages")), 2, "These two do not fit"),
        ("of nobody", (*FEW, settle(of="nobody")), 2, 'of: Here stands "nobody"'),
        ("a fifth motion", ("farm_goods", ["D83", "D95"], ["D84", "D85"], settle("prices", "all villages")), 0, "The words for it are: gone, sameness, who_gains, women_young."),
        ("a sentence", (*FEW, "I do not know what would settle it."), 2, "settle: A dict is wanted here"),
        ("an unknown row more", ("who_gains", ["D33", "D38", "D999"], ["D41", "D61"], SETTLED), 2, 'Here stands "D999"'),
        ("an unknown row", ("who_gains", ["D99"], ["D41", "D61"], SETTLED), 2, 'Here stands "D99"'),
        ("a critique with one side", ("rents", ["D03"], ["D01"], SETTLED), 0, 'motion: Here stands "rents"'),
    ],
}  # fmt: skip
WORDS = {("q5", 2): (None, math.nan, pd.NA, pd.NaT)}  # junk that has a meaning in its place
SECRETS = {
    "q1": [r"\b150,000\b", r"\b300,000\b", r"price \* sold", r"2\.4 times"],
    "q2": [r"the price is down", r"(?i)prices? falls?", r"\"sellers\": \"down\"", r"fewer households follow"],
    "q3": [r"\.groupby\(settings\)", r'"imitation", "likeness"', r"(?i)imitation matters most"],
    "q4": [r"100 \* 119 / 832", r"\b14\.3\b", r"\b4\.9%?\b", r'"at most"$', r"15\.3%", r"The gap narrows most in 2017"],
    "q5": [r"\b39[67],\d\d\d\b", r"25_000 / 0\.063", r"(?i)twelve times", r"\b76 / 6\.3"],
    "q6": [r"np\.minimum", r"\b0?\.1159?\b", r"\b0?\.08[12]", r"\b57 of the 79\b"],
    "q7": [r"-3\.88|-3\.9\b", r"\b7\.88|\b7\.9\b", r'"B": "does not', r"A, D and F follow"],
    "q8": [r"\b150,000 yuan", r"\b30,000 yuan", r"\b3\.3\b", r"\b6\.1\b"],
    "q9": [r"29,000", r"\b20 \+ 9\b", r"effect is 5"],
    "q10": [r'\["D33", "D38"\]', r"LXT25", r'"measure": "household income"'],
}  # fmt: skip


def figures():
    """What the discussions and the essay say in figures, worked out again from the tables."""
    sales, gross, kept = ([theme.kept(year, *paid) for year in ("2012", "2016")]
                          for paid in ((), ("making",), ("making", "parcels", "fee", "once")))  # fmt: skip
    counts, found = theme.poverty(), theme.counties_of_2020()
    poor, share = counts.in_poor_counties, 100 * counts.in_poor_counties / counts.in_china
    everyone = 100 * value("daji", "B60b") / value("critiques", "D64")
    goods, neighbours = theme.kinds(), theme.next_door()
    pairs = list(zip(neighbours.county, neighbours.nearest, strict=True))
    alike = {pair: theme.in_common(*goods.loc[list(pair)].to_numpy()) for pair in pairs}
    single, large = set(goods.index[goods.sum(axis=1) == 1]), goods[goods.sum(axis=1) >= 3]
    apart = [pair for pair in pairs if alike[pair] == 0]
    near_large = [alike[pair] for pair in pairs if {*pair} <= {*large.index}]
    any_large = [theme.in_common(a, b) for a, b in combinations(large.to_numpy(), 2)]
    assert len({frozenset(pair) for pair in pairs if {*pair} <= {*large.index}}) < len(near_large)
    furniture = goods.loc[["Suining, Jiangsu", "Sucheng, Jiangsu"]]
    assert [*furniture.columns[furniture.sum() > 0]] == ["Furniture"]
    assert "Sucheng, Jiangsu" in single
    beside, any_two, _ = theme.alikeness()
    shops = theme.sellers()
    stayed, left = (shops.earned[gone].mean() for gone in (shops.left.isna(), shops.left.notna()))
    lists = datasets.load("list_turnover").query(
        "level == 'country' and from_year == 2014 and to_year == 2016"
    )
    least, most = sorted(100 * lists.gone / lists.listed)
    (before, after), (before_twin, after_twin) = theme.twins().to_numpy(int)
    gain, would = after_twin - before_twin, before + after_twin - before_twin
    return {
        "q1": [f"Sales grew {sales[1] / sales[0]:.1f} times, from {sales[0]:,.0f} to {sales[1]:,.0f} yuan",
               f"fell from {kept[0]:,.0f} to {kept[1]:,.0f} yuan", f"margin, {gross[0]:,.0f} and {gross[1]:,.0f} yuan"],
        "q4": [f"give {100 * found['villages'] / found['all']:.1f}%", f"{found['counties']} counties are {100 * found['counties'] / found['all']:.1f}%",
               f"from {poor[2015]} to {poor[2019]}", "from {:.1f}% to {:.1f}%, then {:.1f}%, {:.1f}% and {:.1f}%".format(*share)],
        "q5": [f"some {round(everyone, -3):,.0f} left", f"{value('critiques', 'D64')}%", f"about {round(0.76 * everyone, -3):,.0f} by",
               f"{76 / value('critiques', 'D64'):.0f} times the {value('daji', 'B60b'):,.0f}"],
        "q6": [f"have {beside:.3f} in common, any two counties {any_two:.3f}", f"{len(apart)} of the {len(neighbours)} share no kind", f"{len(single)} of the {len(neighbours)} have one village",
               f"in {sum(bool(single & {*pair}) for pair in apart)} of the {len(apart)} pairs",
               f"have {np.mean(near_large):.2f} in common and any two {np.mean(any_large):.2f}", f"that is {len(near_large)} pairs",
               f"within {neighbours.km.median():.0f} km", f"In the {len(large)} counties",
               f"{(large.max(axis=1) / large.sum(axis=1)).mean():.0%} of the goods"],
        "q7": [f"from {2 - 1.96 * 3:.1f} to {2 + 1.96 * 3:.1f}"],
        "q8": [f"earned {1000 * stayed:,.0f} yuan each", f"earned {1000 * shops.earned.mean():,.0f} yuan each", f"lost {-1000 * left:,.0f}",
               f"{least:.1f}% or {most:.1f}% were gone"],
        "q9": [f"Rowan gained {gain}, so Alder would have come to {would}. The shops added {after - would}",
               f"gives {after - before}", f"gives {after - after_twin}"],
        "q10": [f"{-value('critiques', 'D38')} percent lower"],
    }  # fmt: skip
