"""Answers to the questions of theme 4: untouched, right in several forms, wrong in a known way; and what must not leak.

WRONG is the table to read: each known slip, its points, and the words that only this slip gets.
"""

from fractions import Fraction

import numpy as np
import pandas as pd

from taobaolab import datasets
from taobaolab.lessons import governance
from taobaolab.lessons.governance import questions as theme
from taobaolab.practice.tables import record, value
from tests.odd import crashes, leaves, nothing

FIVE = ("G11", "G17", "G24", "G30", "G41")
ROLES = ("county official", "platform manager", "association head", "small seller")
AFTER, STATIONS, PLAN, STATE = (
    "after is because of",
    "stations are villages",
    "a plan is a result",
    "the state is one actor",
)


def coded(levels="tocpn", means="tlpfb"):
    """Codes of the five events: levels as c(ompany) t(ownship) n(ational) and so on, means likewise, a letter an event."""
    level = {
        "t": "township",
        "o": "company",
        "c": "central",
        "p": "county",
        "n": "party",
        "s": "the state",
        "v": "prefecture",
    }
    means_ = {
        "t": "talent",
        "l": "logistics",
        "m": "platform",
        "p": "policy",
        "f": "finance",
        "b": "party_building",
    }
    return (
        {key: level[x] for key, x in zip(FIVE, levels, strict=True)},
        {key: means_[x] for key, x in zip(FIVE, means, strict=True)},
    )


def agreement(first, second):
    return sum(a == b for a, b in zip(first, second, strict=True)) / len(first)


def chance(first, second, words=None):
    return (
        sum(first.count(w) * second.count(w) for w in words or {*first, *second}) / len(first) ** 2
    )


def corrected(by):
    """A function that takes chance out, where chance is what ``by`` gives."""
    return lambda first, second: (
        (agreement(first, second) - by(first, second)) / (1 - by(first, second))
    )


def by_pairs(first, second):
    return float("nan") if chance(first, second) == 1 else corrected(chance)(first, second)


def by_pandas(first, second):
    table = pd.crosstab(pd.Series(first), pd.Series(second))
    words = sorted({*first, *second})
    shares = table.reindex(index=words, columns=words, fill_value=0) / len(first)
    expected = (shares.sum(axis=1) * shares.sum(axis=0)).sum()
    return None if expected == 1 else (np.trace(shares) - expected) / (1 - expected)


def by_lists(first, second):
    """Kappa as one writes it for lists, which it changes on the way."""
    words = first.copy()
    words.extend(second)
    pairs = list(zip(first + [], second + [], strict=True))
    first.sort()
    expected = sum(first.count(w) * second.count(w) for w in set(words)) / len(first) ** 2
    return (
        None
        if expected == 1
        else (sum(a == b for a, b in pairs) / len(pairs) - expected) / (1 - expected)
    )


def rounded(places):
    """Kappa, to so many decimals."""
    return lambda first, second: (
        None if chance(first, second) == 1 else round(by_pairs(first, second), places)
    )


def clipped(first, second):
    return max(by_pairs(first, second), 0) if len(set(first + second)) > 1 else None


def two_words(first, second):
    return (
        None
        if chance(first, second) == 1
        else corrected(lambda a, b: chance(a, b, "cl"))(first, second)
    )


def full_marks(first, second):
    return by_pairs(first, second) if len(set(first + second)) > 1 else 1


def blind(first, second):
    """Gives None wherever chance alone would give nothing or all."""
    return None if chance(first, second) in (0, 1) else by_pairs(first, second)


def none_if(case):
    """Kappa, but None where ``case`` says so."""
    return lambda first, second: None if case(first, second) else by_pandas(first, second)


def by_sorting(first, second):
    return by_pairs(sorted(first), sorted(second)) if len({*first, *second}) > 1 else None


def three_words(first, second):
    """Kappa, with chance over three words only."""
    words = sorted({*first, *second})[:3]
    return None if len(words) == 1 else corrected(lambda a, b: chance(a, b, words))(first, second)


def letters_only(first, second):
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    if chance(first, second) == 1:
        return None
    return corrected(lambda a, b: chance(a, b, alphabet))(first, second)


def by_fixed_words(first, second):
    """Kappa of lists that hold no words but a and b."""
    return corrected(lambda a, b: chance(a, b, "ab"))(first, second)


def edge(value):
    """Kappa, with this in the place of None."""
    return lambda first, second: value if chance(first, second) == 1 else by_pairs(first, second)


def seven(
    broker="county government",
    pairs=2,
    cut=("associations", "sellers", "villagers"),
    whole="associations",
):
    return broker, pairs, list(cut), whole


def two_counts(times=2.33, percent=14, verdicts="ccoos"):
    words = {"c": "contradicted", "o": "open", "s": "shown"}
    return times, percent, {str(n): words[x] for n, x in enumerate(verdicts, 1)}


def pieces(letters="nfcfnn", odds=0.75):
    words = {"n": "neither", "f": "free", "c": "controlled"}
    return {p: words[x] for p, x in zip("ABCDEF", letters, strict=True)}, odds


def chairs(letters="babb", slips=(AFTER, STATIONS, STATE, PLAN)):
    return dict(zip(ROLES, letters, strict=True)), dict(zip(ROLES, slips, strict=True))


UNTOUCHED = {
    "q1": [(dict.fromkeys(FIVE, ...), dict.fromkeys(FIVE, ...))],
    "q2": [(..., ..., ...)],
    "q3": [(nothing,), (lambda first, second: ...,)],
    "q4": [(..., ..., ...)],
    "q5": [(..., ..., [...], ...)],
    "q6": [(..., ..., dict.fromkeys("12345", ...))],
    "q7": [(..., ..., ...)],
    "q8": [(dict.fromkeys("ABCDEF", ...), ...)],
    "q9": [(dict.fromkeys(ROLES, ...), dict.fromkeys(ROLES, ...))],
    "q10": [([...],)],
}
RIGHT = {
    "q1": [coded(), coded(means="tmpfb"), tuple(map(pd.Series, coded())), coded(means="tmpff"),
           ({**coded()[0], "G11": "town government", "G24": "central government", "G30": "County government"}, coded()[1])],
    "q2": [(34 / 40, 1248 / 1600, 7 / 22), (0.85, 0.78, 0.32), (Fraction(34, 40), Fraction(39, 50), Fraction(7, 22)),
           (np.float64(0.85), 0.78, 0.3182)],
    "q3": [(by_pairs,), (by_pandas,), (lambda first, second: governance.kappa(first, second).kappa,), (by_lists,), (rounded(2),),
           (rounded(3),)],
    "q4": [(120, 9.6, "B"), (120.0, 9.583, "b"), (np.float64(120), Fraction(115, 12), "B."), ([120], pd.Series([9.58]), "B")],
    "q5": [seven(), seven("County government", 2.0, {"villagers", "sellers", "associations"}),
           ("county government", 2, pd.Series(["sellers", "associations", "villagers"]), "Associations"), (["County Government"], [2], "sellers, villagers, associations", pd.Series(["associations"]))],
    "q6": [two_counts(), two_counts(14_000 / 6_000, 14.0), (2.33, np.int64(14), pd.Series(two_counts()[2])),
           (Fraction(7, 3), 14, {int(k): v for k, v in two_counts()[2].items()})],
    "q7": [(2014, 21, "C"), (2014.0, np.int64(21), "c"), (pd.Series([2014]).iloc[0], 21, "C"), ([2014], 21.0, "C.")],
    "q8": [pieces(), (pd.Series(pieces()[0]), Fraction(3, 4)), ({**pieces()[0], "A": "both", "B": "autonomy"}, 0.75), ({piece.lower(): word.title() for piece, word in pieces()[0].items()}, [0.75])],
    "q9": [chairs(), tuple(map(pd.Series, chairs())), chairs("BABB"), tuple({role.upper(): word.upper() for role, word in part.items()} for part in chairs()), tuple(dict(reversed(part.items())) for part in chairs())],
    "q10": [
        (["policy_events/G21", "critiques/D60b", "relations/L12"],),
        ({"context/rural_taobao_centres-2017", "positions/P05", "Policy_Events / g21", "villages_by_year/2016"},),
        (pd.Series(["positions/P04", "context/rural_taobao_centres-2017", "claims/li-gov-support"]),),
        ("policy_events/g21, critiques/d60b, relations/L12",),
        (["G28", "D49", "P09"],),
        (["policy_events.G28", "critiques.D49", "positions\N{FULLWIDTH SOLIDUS}P26"],),
        (["policy_events/G37", "critiques/D37", "critiques/D29"],),
    ],
}  # fmt: skip
WRONG = {
    "q1": [
        ("the state as one actor", coded("sossn"), 2, "The state is not one actor"),
        ("the word government", ({**coded()[0], "G30": "government"}, coded()[1]), 3, 'You coded "the state" or "government" in 1 of 5'),
        ("all of it the centre", coded("coccn"), 2, "You coded a lower office as central"),
        ("party as government", coded("tocpp"), 3, "You took a body of the party for an office"),
        ("where it arrives", coded("ttcpn"), 3, "You coded where it arrives"),
        ("a wrong rank", coded("tocvn"), 3, "4 of your 5 levels are those of the table"),
        ("policy for all", coded(means="ppppp"), 2, "You gave 5 of the five one means, policy"),
        ("finance for three", coded(means="fmpff"), 3, "You gave 3 of the five one means, finance"),
        ("two means astray", coded(means="bmpfl"), 3, "3 of your 5 means are those of the table"),
        ("a mean misspelt", (coded()[0], {**coded()[1], "G41": "a rally"}), 3, 'Here stands "a rally"'),
        ("a policy as level", ({**coded()[0], "G24": "plan"}, coded()[1]), 3, "The words for it are: central, prefecture, county, township, party, company."),
        ("a word from elsewhere", ({**coded()[0], "G30": "village head"}, coded()[1]), 3, 'Here stands "village head"'),
    ],
    "q2": [
        ("percentages", (85, 78, 32), 0, "85 looks like a count or a percentage"),
        ("a count", (34, 0.78, 0.32), 2, "34 looks like a count or a percentage"),
        ("the share that differs", (0.15, 0.78, 0.32), 2, "That is the share on which they differ"),
        ("one cell only", (0.8, 0.78, 0.32), 2, "Count the events on which both chose the same word"),
        ("even chances", (0.85, 0.5, 0.7), 1, "You gave each word an even chance"),
        ("Lan twice", (0.85, 0.82, 0.32), 2, "You used the habits of Lan twice"),
        ("Bo twice", (0.85, 0.745, 0.32), 2, "You used the habits of Bo twice"),
        ("one word only", (0.85, 0.765, 0.32), 2, "You have the chance to meet on one word"),
        ("chance from nowhere", (0.85, 0.6, 0.32), 2, "multiply the share of Lan with the share of Bo"),
        ("kappa is agreement", (0.85, 0.78, 0.85), 2, "That is the agreement with chance still in it"),
        ("not divided", (0.85, 0.78, 0.07), 2, "That is what is left without chance"),
        ("kappa follows", (0.8, 0.5, 0.6), 0, "Kappa follows correctly from your two shares"),
        ("cut, not rounded", (0.85, 0.78, 0.31), 2, "You are close. Decimals wanted here: 2 or more"),
        ("a kappa too large", (0.85, 0.78, 0.328), 2, "You are close. Decimals wanted here"),
        ("one decimal", (0.9, 0.78, 0.32), 2, "You are close. Decimals wanted here"),
        ("infinity", (0.85, 0.78, float("inf")), 2, "This is infinity"),
        ("kappa from nowhere", (0.85, 0.78, 0.9), 2, "Kappa is a fraction: above, the agreement minus chance"),
    ],
    "q3": [
        ("agreement", (agreement,), 0, "gives the share on which they agree"),
        ("not divided", (lambda a, b: agreement(a, b) - chance(a, b),), 0, "does not divide by the most that could be left"),
        ("even chances", (corrected(lambda a, b: 1 / len({*a, *b})),), 0, "gives each word the same chance"),
        ("one coder's habits", (corrected(lambda a, b: chance(a, a)),), 0, "takes the habits of the first coder for both"),
        ("something else", (lambda first, second: 7,), 0, "Take c, c, l, c, l and c, l, c, c, l by hand"),
        ("rounded too far", (rounded(1),), 0, "Take c, c, l, c, l and c, l, c, c, l by hand"),
        ("fixed words", (by_fixed_words,), 0, "gives the share on which they agree"),
        ("pairs lost", (by_sorting,), 1, "Take c, c, l, c, l and c, l, c, c, l by hand"),
        ("two words only", (two_words,), 2, "with more, or longer ones, not always"),
        ("three words only", (three_words,), 2, "with more, or longer ones, not always"),
        ("single letters only", (letters_only,), 2, "with more, or longer ones, not always"),
        ("never below zero", (clipped,), 2, "Kappa may be below zero"),
        ("never far below zero", (lambda a, b: None if chance(a, b) == 1 else max(-0.2, by_pairs(a, b)),), 2, "Kappa may be below zero"),
        ("without sign", (lambda a, b: None if chance(a, b) == 1 else abs(by_pairs(a, b)),), 2, "Kappa may be below zero"),
        ("zero where they never agree", (lambda a, b: None if chance(a, b) == 1 else by_pairs(a, b) if agreement(a, b) else 0,), 2, "Kappa may be below zero"),
        ("None for equal lists", (none_if(lambda a, b: a == b),), 2, "Yours returns None for lists that have a kappa"),
        ("None for short lists", (none_if(lambda a, b: len(a) < 4),), 2, "Yours returns None for lists that have a kappa"),
        *((f"None where chance is above {most}", (none_if(lambda a, b, most=most: chance(a, b) > most),), 2, "Yours returns None for lists that have a kappa")
          for most in (0.7, 0.8, 0.9)),
        ("one where chance is great", (lambda a, b: None if chance(a, b) == 1 else 1 if chance(a, b) > 0.9 else by_pairs(a, b),), 2, "Take c, c, l, c, l"),
        ("None as text", (edge("None"),), 2, "None without quotation marks"),
        ("dots for None", (edge(...),), 2, "Dots are no result"),
        ("divides by nothing", (corrected(chance),), 2, "your function stopped"),
        ("one for no choice", (full_marks,), 2, "yours gives a number. But nothing is left to divide by"),
        ("None too often", (blind,), 2, "Is anything divided by zero?"),
        ("a crash", (crashes,), 0, "your function stopped"),
        ("leaves", (leaves,), 0, "(SystemExit: 3)"),
        ("text", (lambda first, second: "much",), 0, "your function returned text"),
        ("a number", (0.5,), 0, "A function is wanted here"),
        ("one argument", (lambda first: 1,), 0, "takes 1 positional argument but 2 were given"),
    ],
    "q4": [
        ("yi as million", (1.2, 9.6, "B"), 2, "That is a hundred times too few"),
        ("yi as billion", (1_200, 9.6, "B"), 2, "That is ten times too many"),
        ("as printed", (0.012, 9.6, "B"), 2, "That is what you get from the printed figures without"),
        ("upside down", (1 / 120, 9.6, "B"), 2, "turned upside down"),
        ("something else", (300, 9.6, "B"), 2, "That is not the sum divided by the share of a county"),
        ("near the division", (120.1, 9.6, "B"), 2, "You are close. Decimals wanted here: 1 or more"),
        ("cut, not rounded", (120, 9.54, "B"), 2, "You are close. Decimals wanted here"),
        ("in yuan", (120, 9_583_333, "B"), 2, "Write it in million yuan"),
        ("in billions", (120, 0.009583, "B"), 2, "Write it in million yuan"),
        ("yi as million there", (120, 0.0958, "B"), 2, "That is a hundred times too little"),
        ("the invented rate", (120, 15, "B"), 2, "That is the rate of the invented province"),
        ("turned round", (120, 0.1043, "B"), 2, "turned upside down"),
        ("a mean from nowhere", (120, 5, "B"), 2, "Take event G59"),
        ("a plan is a result", (120, 9.6, "A"), 2, "A plan is not a result"),
        ("a plan is a payment", (120, 9.6, "C"), 2, "Setting aside is not yet paying"),
        ("another letter", (120, 9.6, "D"), 2, 'Here stands "D"'),
    ],
    "q5": [
        ("most ties", seven("sellers"), 3, "You chose the one with most ties. It receives"),
        ("the purse", seven("central government"), 3, "You chose one that only gives, or only receives"),
        ("not in the seven", seven("Alibaba"), 3, "You chose one that only gives, or only receives"),
        ("paths, not pairs", seven("associations"), 3, "who gives to it reaches some of the receivers directly"),
        ("ties for pairs", seven(pairs=3), 3, "3 is the number of its ties"),
        ("another number", seven(pairs=6), 3, "Then cross out the pairs that are tied directly"),
        ("one step", seven(cut=["associations", "sellers"]), 3, "You stop one step after the broker"),
        ("the broker too", seven(cut=["county government", "associations", "sellers", "villagers"]), 3, "The broker itself is taken out"),
        ("never reached", seven(cut=["associations", "sellers", "villagers", "party"]), 3, "1 could not be reached from the centre before"),
        ("the broker not found", seven("sellers", cut=["county government", "associations", "sellers", "villagers"]), 2, "Let `governance.brokerage` count"),
        ("the broker not found, the same in all", seven("sellers", whole="county government"), 2, "Let `governance.brokerage` count"),
        ("too few", seven(cut=["villagers"]), 3, "More are cut off"),
        ("the same in all rows", seven(whole="county government"), 3, "That is the broker of the seven rows"),
        ("most ties of all", seven(whole="sellers"), 3, "That is the one with most ties of all"),
        ("another in all rows", seven(whole="party"), 3, "Let `governance.brokerage` count"),
        ("misspelt", seven("county goverment"), 3, "Did you mean county government?"),
    ],
    "q6": [
        ("upside down", two_counts(times=0.4286), 3, "turned upside down"),
        ("cut to less", two_counts(times=2.32), 3, "You are close. Decimals wanted here: 2 or more"),
        ("a hundredth too much", two_counts(times=2.34), 3, "You are close. Decimals wanted here"),
        ("a tenth of a percent", two_counts(percent=14.1), 3, "You are close. Decimals wanted here"),
        ("the difference", two_counts(times=8_000), 3, "That is the difference"),
        ("another ratio", two_counts(times=3), 3, "Divide the count of February 2016 by that of October"),
        ("the counts of 2017", two_counts(times=1.82), 3, "These are the two counts of 2017"),
        ("a plan is a result", two_counts(percent=100), 3, "The announcement is what you divide by"),
        ("a share", two_counts(percent=0.14), 3, "That is a share of one"),
        ("plan over count", two_counts(percent=714.3), 3, "turned upside down"),
        ("another percentage", two_counts(percent=20), 3, "the stations that were announced in 2014, and multiply"),
        ("stations are villages", two_counts(verdicts="scoos"), 3, "Stations are not villages of this kind"),
        ("the plan was reached", two_counts(verdicts="csoos"), 3, "Sentence 2 mistakes a plan for a result"),
        ("likely is known", two_counts(verdicts="ccsos"), 3, "Sentence 3 may well be so"),
        ("unlikely is refuted", two_counts(verdicts="cccos"), 3, "Sentence 3 has not been refuted"),
        ("order known", two_counts(verdicts="ccoss"), 3, "Sentence 4 knows which count came first"),
        ("order refuted", two_counts(verdicts="ccocs"), 3, "You are sure that nothing was lost"),
        ("others", two_counts(verdicts="oooos"), 2, "3 of your 5 verdicts hold"),
        ("other words", (2.33, 14, dict.fromkeys("12345", "maybe")), 2, 'Here stands "maybe"'),
    ],
    "q7": [
        ("most added", (2018, 21, "C"), 2, "There the most villages were added"),
        ("year of the money", (2015, 21, "C"), 2, "That is the year of the money"),
        ("where it begins", (2013, 21, "C"), 2, "There the piece begins"),
        ("another year", (2016, 21, "C"), 2, "Look for the steepest piece, and where it ends"),
        ("level, not growth", (2014, 25, "C"), 2, "That many there were in 2016"),
        ("Northeast too", (2014, 26, "C"), 2, "You counted the Northeast in"),
        ("one region", (2014, 18, "C"), 2, "That is one of the two regions"),
        ("all of China", (2014, 1_099, "C"), 2, "That is the East, or all of China"),
        ("the East", (2014, 1_073, "C"), 2, "That is the East, or all of China"),
        ("another number", (2014, 7, "C"), 2, "the list of 2016 less the list of 2014"),
        ("after is because of", (2014, 21, "A"), 2, "is not \"because of\""),
        ("no effect at all", (2014, 21, "B"), 2, "That says more than these tables know"),
        ("text", ("2014", 21, "C"), 2, "without quotation marks"),
    ],
    "q8": [
        ("the other way round", pieces("ncfcnn"), 1, "It is the other way round"),
        ("who pays commands", pieces("cfcfnn"), 3, "you read a purpose into the subsidy"),
        ("help is freedom", pieces("ffcfnn"), 3, "you read a purpose into the subsidy"),
        ("another village", pieces("nfcfnc"), 3, "Piece F is about another village"),
        ("success is freedom", pieces("nfcffn"), 3, "Piece E: success is neither freedom"),
        ("another", pieces("nfcnnn"), 3, "5 of your 6 hold"),
        ("controlled to free", pieces(odds=4 / 3), 3, "Those are the odds of controlled to free"),
        ("a probability", pieces(odds=3 / 7), 3, "That is a probability"),
        ("pieces counted", pieces(odds=1), 3, "You counted the pieces, one for each side"),
        ("ratios added", pieces(odds=4.25), 3, "You added the ratios"),
        ("B heard too", pieces(odds=4.5), 3, "You counted in piece B as well"),
        ("other odds", pieces(odds=2), 3, "Begin with one to one"),
        ("other words", ({**pieces()[0], "A": "unclear"}, 0.75), 3, 'Here stands \"unclear\"'),
    ],
    "q9": [
        ("the other way round", chairs("abaa"), 2, "the four that you named are supported"),
        ("always the second", chairs("bbbb"), 3, "3 of 4 sentences are the ones that go too far"),
        ("a plan at the county", chairs(slips=(PLAN, STATIONS, STATE, AFTER)), 2, "takes what was announced for what was done"),
        ("stations at the county", chairs(slips=(STATIONS, AFTER, STATE, PLAN)), 2, "Are stations called villages there?"),
        ("the state at the county", chairs(slips=(STATE, STATIONS, AFTER, PLAN)), 2, "lets ministry, county, town and party speak"),
        ("after at the manager", chairs(slips=(AFTER, AFTER, STATE, PLAN)), 3, "takes what came later for an effect"),
        ("another word", chairs(slips=("a lie", STATIONS, STATE, PLAN)), 3, 'Here stands \"a lie\"'),
    ],
    "q10": [
        ("nothing", ([],), 0, "Rows that you name: 0"),
        ("two rows", (["policy_events/G21", "critiques/D60b"],), 2, "Rows that you name: 2"),
        ("the same row thrice", (["critiques/D60b"] * 3,), 1, "Rows that you name: 1"),
        ("one source", (["relations/L01", "positions/P05", "positions/P04"],), 2, "go back to one source"),
        ("one witness", (["critiques/D60a", "critiques/D60b", "critiques/D60b"],), 1, "go back to one source"),
        ("thin margins", (["critiques/D01", "critiques/D07", "critiques/D08"],), 0, "critiques/D01: By its column critique the row is about: thin_profit, survival"),
        ("what companies do", (["policy_events/G17", "policy_events/G43", "critiques/D17"],), 0, "the row is about: platform, platform dependency"),
        ("a company alone", (["policy_events/G17", "policy_events/G21", "critiques/D60b"],), 2, "By its column level the actor is: company"),
        ("poverty of every kind", (["policy_events/G36", "policy_events/G48", "critiques/D51"],), 1, "against poverty of every kind"),
        ("panels of incomes", (["critiques/D33", "critiques/D37", "critiques/D38"],), 1, "critiques/D38: By its column critique"),
        ("rents alone", (["critiques/D03"],), 0, "critiques/D03: By its column critique the row is about: rents."),
        ("a doubt off the matter", (["policy_events/G28", "policy_events/G21", "policy_events/G22", "critiques/D53"],), 2, "The doubt in your list is not about"),
        ("no doubt", (["policy_events/G21", "relations/L12", "critiques/D60a"],), 2, "No row in your list argues against you"),
        ("off the matter", (["villages_by_year/2014", "villages_by_year/2016", "positions/P05"],), 1, "has no word on support, freight"),
        ("off by its column", (["claims/habr-pop-45000", "policy_events/G21", "positions/P05"],), 2, "By its column theme the row is about: dangji"),
        ("no such row", (["policy_events/G99"],), 0, "has no row of the key 'G99'"),
        ("many rows", (["villages_by_province/2014"],), 0, "has 31 rows of the key '2014'"),
        ("no key", (["policy_events"],), 0, "has no row of the key ''"),
        ("no such table", (["policy_event/G21"],), 0, "Did you mean 'policy_events'"),
        ("no such id", (["policy_events/G22", "policy_events/G28", "D60b", "G999"],), 2, "No row has the key 'g999' alone"),
        ("one row alone", ("policy_events/G21",), 0, "Rows that you name: 1"),
    ],
}  # fmt: skip
WORDS = {}  # no junk has a meaning here
SECRETS = {
    "q1": [r'"G41": "party"', r'"G11": "township"', r'"G17": "company"', r'"G24": "policy"', r'"G30": "finance"'],
    "q2": [r"\b0\.85\b", r"\b0\.78\b", r"\b0\.32\b"],
    "q3": [r"first\.count\(w\)", r"expected == 1", r"return None if"],
    "q4": [r"18 \* 10\*\*8", r"\b120 counties", r"\b9\.6 million", r'bears_out = "B"'],
    "q5": [r'"county government", 2', r'"associations", "sellers", "villagers"', r"(?i)county (government )?brokers most"],
    "q6": [r"14_000 / 6_000", r"\b2\.33\b", r'"3": "open"', r"\b14%"],
    "q7": [r'2014, "C"', r"\b21 (lay|of)\b", r"(?i)tenfold", r"\b1,099\b"],
    "q8": [r'"B": "free"', r"8 / 8 \* 2 / 8", r"(?i)three to four", r"\b0\.75\b"],
    "q9": [r'\["b", "a", "b", "b"\]', r"(?i)manager counts"],
    "q10": [r"critiques/D60a", r"relations/L12", r"li-gov-support"],
}  # fmt: skip


def figures():
    """What the discussions and the essay say in figures, worked out again from the tables."""
    table = theme.coders()
    pairs = [(lan, bo) for lan in table.index for bo in table for _ in range(table.loc[lan, bo])]
    by_hand = governance.kappa(*map(list, zip(*pairs, strict=True)))
    own = governance.kappa(
        list(coded()[1].values()), [record("policy_events", key)["instrument"] for key in FIVE]
    )
    few, every = (
        governance.brokerage(theme._network(*rows))["brokered"] for rows in (theme.SEVEN, ())
    )
    assert (few["county government"], few["associations"], every.idxmax()) == (2, 1, "associations")
    assert (datasets.load("relations").source == "li2017").mean() > 0.5
    listed = datasets.load("villages_by_year").set_index("year").villages
    regions = (
        datasets.load("villages_by_province")
        .query("source == 'ROSTER'")
        .groupby(["year", "region"])
        .villages.sum()
    )
    more = regions[2016].sub(regions[2014], fill_value=0)
    early, late = value("context", theme.EARLY), value("context", theme.LATE)
    odds = float(
        (theme.evidence().if_free / theme.evidence().if_controlled)[["A", "C", "D"]].prod()
    )
    assert listed[2014] > 10 * listed[2013]
    assert max(listed[y] / listed[y - 1] for y in range(2015, 2019)) < listed[2014] / listed[2013]
    total = record("policy_events", "G59")["amount_rmb"]
    return {
        "q2": [f"share of {by_hand.observed:.2f}", f"alone would give {by_hand.expected:.2f}", f"kappa is {by_hand.kappa:.2f}"],
        "q3": [f"kappa is {governance.kappa(list('aaabb'), list('aabbb')).kappa:.2f}", f"about {own.kappa:.2f}"],
        "q4": [f"enough for {theme.IN_YI.own * 10**8 / theme.A_COUNTY:.0f} counties", f"{total / 1e6:.0f} million for 12 counties",
               f"{total / 12 / 1e6:.1f} million each"],
        "q6": [f"to {late / early:.2f} times", f"{late / value('claims', theme.PROMISED):.0%} of the stations",
               f"list of 2017 has {listed[2017]:,}"],
        "q7": [f"grew by {more.sum():,.0f} villages, of which {more[['Central', 'West']].sum():.0f} lay in Central and West"],
        "q8": [f"odds are {odds:.2f}, three to four"],
        "q10": [f"{value('critiques', 'D60a'):,.0f} orders", f"{value('critiques', 'D60b'):,.0f} parcels", "built 394 village"],
    }  # fmt: skip
