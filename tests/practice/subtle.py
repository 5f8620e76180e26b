"""Subtle answers: right ones in odd clothes, and wrong ones that look right. RIGHT must be right, WRONG must not.

They were tried by somebody who knew the questions and not the judges; where one was misjudged, the kind was mended.
"""

import collections
import math
from decimal import Decimal
from fractions import Fraction

import altair as alt
import numpy as np
import pandas as pd

from taobaolab import definition
from taobaolab.lessons import growth
from tests.lessons.dangji import answers as d3
from tests.lessons.definition import answers as d1
from tests.lessons.governance import answers as d4
from tests.lessons.growth import answers as d2
from tests.lessons.sustainability import answers as d5

SIX = d1.RIGHT["q1"][0][0]
TABLE = pd.DataFrame({"threshold": list(d1.TOWNS), "met": list(d1.TOWNS.values())})
DROPPED, PEOPLE, BOTH = d1.RIGHT["q7"][0]
RULE = definition.get_definition("aliresearch-2022").to_dict()
TWO = {"key": "mine", "level": "village", "year": 2026, "source": "town hall register"}


def drawn(mark="bar", x="Villages needed", y="Towns", rows=TABLE, **scale):
    chart = getattr(alt.Chart(rows), f"mark_{mark}")()
    return chart.encode(alt.X("threshold", title=x, **scale), alt.Y("met", title=y))


def sales_first(sales, shops, households):
    """Calls a village with unknown sales open, also where the shops have shut it out."""
    if sales is None:
        return "undetermined"
    return d1.careful(sales, shops, households)


def any_gap(sales, shops, households):
    if None in (sales, shops, households):
        return "undetermined" if (sales or 10**8) >= 10**7 else "not met"
    return d1.hasty(sales, shops, households)


def by_ifs(sales, shops, households):
    if sales is not None and sales < 10_000_000:
        return "not met"
    if shops is None:
        return "undetermined"
    if shops < 100 and households is not None and shops * 10 < households:
        return "not met"
    if shops == 0:
        return "not met"
    if sales is None:
        return "undetermined"
    if shops >= 100 or (households is not None and shops * 10 >= households):
        return "met"
    return "undetermined"


def rate_in_whole_years(first, last, years):
    return rate_in_steps(first, last, max(1, round(years)) if years else 0)


def rate_in_steps(first, last, years):
    if first is None or last is None or years == 0 or first == 0:
        return math.nan
    factor = (last / first) ** (1 / years)
    return float(factor * 100 - 100)


def by_absolute(printed, worked_out):
    if printed is None or worked_out is None:
        return "open"
    if abs(printed - worked_out) <= 5:
        return "agrees"
    return d3.compare(printed, worked_out)


def by_loop(printed, worked_out):
    if printed is None or worked_out is None:
        return "Open"
    for places in range(-9, 10):
        if 0.95 <= printed / worked_out / 10.0**places <= 1.05:
            return "Slip" if places else "Agrees"
    return "Differs"


def kappa_by_counter(first, second):
    n, one, two = len(first), collections.Counter(first), collections.Counter(second)
    expected = Fraction(sum(one[w] * two[w] for w in one), n * n)
    if expected == 1:
        return None
    observed = Fraction(sum(a == b for a, b in zip(first, second, strict=True)), n)
    return (observed - expected) / (1 - expected)


def kappa_rounded_away(first, second):
    found = kappa_by_counter(first, second)
    return None if found is None else round(float(found), 1)


def swing_sorted(settings, outcome):
    """The mean at the highest setting less that at the lowest."""
    means = outcome.groupby(settings).mean()
    return abs(means.iloc[-1] - means.iloc[0])


def swing_by_dict(settings, outcome):
    found = {}
    for setting in settings.unique():
        found[setting] = float(np.mean(outcome.to_numpy()[settings.to_numpy() == setting]))
    return max(found.values()) - min(found.values())


def swing_of_all(settings, outcome):
    return outcome.max() - outcome.min()


def alike_by_max(a, b):
    return np.maximum(a / a.sum(), b / b.sum()).sum()


def alike_by_total(a, b):
    """Shares of both together, not of each."""
    return 2 * np.minimum(a, b).sum() / (a.sum() + b.sum())


RIGHT = {
    "definition": {
        "q1": [(pd.DataFrame([SIX]),), ({k: v.replace(" ", "_") for k, v in SIX.items()},)],
        "q2": [(Decimal("12000000"), "MET"), (1.2 * 10**7, ["Met."])],
        "q3": [(lambda h: min(100, math.ceil(h * 0.1)),), (lambda h: float(min(100, h // 10 + (h % 10 > 0))),)],
        "q4": [(pd.Index(["BURB-2014", "aliresearch-2022", "World-Bank-2018"]),), (dict.fromkeys(["burb-2014", "aliresearch-2022", "world-bank-2018"]).keys(),)],
        "q5": [("Undetermined", "Number of households", Decimal(670)), ("UNDETERMINED", ["households"], Fraction(670))],
        "q6": [(collections.Counter({"met": 4, "not met": 3, "undetermined": 2}),), (pd.DataFrame([{"met": 4, "not met": 3, "undetermined": 2}]),)],
        "q7": [(pd.Series(DROPPED, index=list("xyz")), PEOPLE, BOTH), (frozenset(DROPPED), f"{PEOPLE}.", BOTH.title())],
        "q8": [(by_ifs,), (lambda sales, shops, households: by_ifs(sales, shops, households).upper(),)],
        "q9": [(drawn("line"), 49), (drawn("point", rows=TABLE.sort_values("met")), [49.0]), (drawn("area").interactive(), np.float64(49))],
        "q10": [
            ({**TWO, "year": "2026", "any": [{"column": "active_shops", "at_least": 20}, {"column": "households", "at_most": 300}]},),
            ({**RULE, "key": "m", "source": "us", "all": [*RULE["all"][:2], {"column": "annual_sales_rmb", "at_least": 5_000_000}]},),
        ],
    },
    "growth": {
        "q1": [(Fraction(485, 10), 28, 275), ([48.3], pd.Series([28.35]), Decimal("277.5"))],
        "q2": [(rate_in_steps, np.float64(244.1)), (lambda first, last, years: rate_in_steps(first, last, years), Fraction(244))],
        "q3": [(d2.lines("r", "n", "u"), 320, Fraction(10)), ({k: v.replace(" ", "_") for k, v in d2.lines("r", "n", "u").items()}, [316.2], 10)],
        "q4": [("SHOPS", Fraction(4160, 640), Decimal("416000")), (["shops"], 6.5, 4.16e5)],
        "q5": [(collections.defaultdict(str, d2.factors(1.83, None, None, 1.21, None, 0.84)[0]),), (pd.DataFrame([d2.factors(1.83, None, None, 1.21, None, 0.84)[0]], dtype=object),)],
        "q6": [(Fraction(2439, 10_000), 24, "gini"), (0.24, 24.3, "Gini.")],
        "q7": [(3_036.2, [5.2], 7_085, -121), (pd.Series([3_036]), 5.18, np.int64(7_085), -121.3)],
        "q8": [(pd.DataFrame([d2.kinds("sffsfs")]), 610 - 351), (collections.OrderedDict(d2.kinds("sffsfs")), Decimal(259))],
        "q9": [(lambda name: name.strip().strip("*").strip()[:-1] if name.strip(" *").endswith("村") else name.strip(" *"), d2.moved(16, 0, 11)),
               (lambda name: "v-" + d2.bare(name), growth.turnover(*d2.lists(2015, 2016), key=d2.bare))],
        "q10": [({"FROM": "2014", "to": 2022.0, "Percent_a_year": 62.3, "rule changed between": "Yes"},), (pd.Series({"from": 2016, "to": 2018, "percent_a_year": 51, "rule_changed_between": False}),)],
    },
    "dangji": {
        "q1": [(Fraction(940, 1) / Fraction(136, 10), 6.9, "DOLLARS", 1.36e8), ([69.12], [6.90], "Dollar", 137_000_000)],
        "q2": [(by_loop,), (lambda printed, worked_out: np.array([by_loop(printed, worked_out)]),)],
        "q3": [(["560 of 762", "560 of 760", "56 of 76", "56 of 76"], 73.68, 200), (np.array(d3.REPAIRS), Fraction(5600, 76), [200])],
        "q4": [(pd.DataFrame([d3.NAMES]), tuple(d3.GUESSED), 1), ({k: f" {v}. " for k, v in d3.NAMES.items()}, ["lian", "PINY COUNTY", "Shuangli"], Fraction(1))],
        "q5": [(pd.DataFrame([d3.q5("rrprop")[0]]),), ({k.lower(): v.upper() for k, v in d3.q5("rrprop")[0].items()},)],
        "q6": [(53.42, 53.85, "at_most", ["b41", "b32"]), (Fraction(534, 10), 54, "At most", "B32, B41")],
        "q7": [("open", 31, "Sales.", 35_714), ("undetermined", [31], "turnover", 35_714.29)],
        "q8": [(172_872.3, 2.314, "Open."), (Fraction(6_500_000_000, 37_600), Decimal("2.31"), "cannot tell")],
        "q9": [(pd.DataFrame([d3.q9()[0]]), 1, {"6,300": "YES", "25,000": True, "650": "Unknown."}), (collections.OrderedDict(d3.q9()[0]), Fraction(1), d3.q9()[2])],
        "q10": [([205], 7.36, 25.2), (205.26, Fraction(737, 100), 25.2)],
    },
    "governance": {
        "q1": [tuple(pd.DataFrame([part]) for part in d4.coded()), tuple({k.lower(): v.title() for k, v in part.items()} for part in d4.coded())],
        "q2": [([0.85], 0.78, Decimal("0.32")), (0.85, 0.78, 0.318181)],
        "q3": [(kappa_by_counter,), (lambda a, b: np.array([math.nan if kappa_by_counter(a, b) is None else float(kappa_by_counter(a, b))]),)],
        "q4": [(Decimal(120), 9.6, "b"), (1.8e9 / 1.5e7, 9.58, ["B"])],
        "q5": [("County_government", 2, ["Sellers", "villagers", "associations", "sellers"], "associations"), (pd.Series(["county government"]), Fraction(2), np.array(["associations", "sellers", "villagers"]), "ASSOCIATIONS")],
        "q6": [(2.333, 14, pd.DataFrame([d4.two_counts()[2]])), ([2.33], [14], {k: v.upper() for k, v in d4.two_counts()[2].items()})],
        "q7": [(np.float64(2014), [21], ["C"]), (Fraction(2014), Decimal(21), " c ")],
        "q8": [(pd.DataFrame([d4.pieces()[0]]), 3 / 4), (d4.pieces()[0], Decimal("0.75"))],
        "q9": [tuple(pd.DataFrame([part]) for part in d4.chairs()), tuple({k.replace(" ", "_"): v.replace(" ", "_") for k, v in part.items()} for part in d4.chairs())],
        "q10": [({"policy_events/G22", "critiques/D60b", "relations/L12"},), (np.array(["policy_events / G28", "positions/P11", "CLAIMS/li-gov-support"]),)],
    },
    "sustainability": {
        "q1": [(Decimal("2.4"), 3e5, 1.5e5), (2.4, pd.Series([300_000]), Fraction(150_000))],
        "q2": [(pd.DataFrame([d5.ways("uuuu")]), pd.DataFrame([d5.CHECKED]), "IT CAN HAPPEN"), (d5.CHECKED, {k: v.upper() for k, v in d5.CHECKED.items()}, ["it can happen"])],
        "q3": [(swing_by_dict, ["imitation"], "Likeness."), (lambda settings, outcome: outcome.groupby(settings).mean().agg(np.ptp), "imitation", "likeness")],
        "q4": [(14.3, 4.9, "AT_MOST", pd.DataFrame([d5.SHARES]), 2017), ([14.30], pd.Series([4.93]), "at most", collections.OrderedDict(d5.SHARES), "2017")],
        "q5": [(396_825, 12.1, "no one knows"), (Fraction(25_000_000, 63), 12.06, math.nan)],
        "q6": [(lambda a, b: sum(np.minimum((a / a.sum()).to_numpy(), (b / b.sum()).to_numpy())), 0.116, 0.082), (lambda a, b: float(np.minimum(a / a.sum(), b / b.sum()).sum()), Decimal("0.116"), Fraction(82, 1000))],
        "q7": [(pd.DataFrame([d5.says("fnnfnf")]), -3.88, 7.88, {5, 0}), (d5.says("fnnfnf"), Decimal("-3.9"), 7.9, np.array([0, 5]))],
        "q8": [(Fraction(150), 30, 3.3, 6.13), (150.0, [30], Decimal("3.3"), pd.Series([6.1]))],
        "q9": [(29, 5, pd.DataFrame([d5.MEANT], dtype=object)), (Decimal(29), [5], {"Village": "ALDER", "WITHOUT": "Shops.", "yuan": 29_000.0})],
        "q10": [("WHO_GAINS", np.array(["D33", "D38"]), "D41, D61", d5.SETTLED), ("who gains", ["d33", "D38", "D33"], {"D41", "D61"}, {k: v.upper() for k, v in d5.SETTLED.items()})],
    },
}  # fmt: skip
WRONG = {
    "definition": {
        "q1": [(SIX | {"Bamboo": "met"},), ({k: v for k, v in SIX.items() if k != "Plum"},), (list(SIX.values()),)],
        "q2": [(12_000_001, "met"), ("12_000_000", "met"), (12, "met")],
        "q3": [(lambda h: 100 if h > 1_001 else math.ceil(h / 10),), (lambda h: min(100, max(1, round(h / 10))),), (lambda h: str(min(100, math.ceil(h / 10))),)],
        "q4": [(["aliresearch-2022", "burb-2014", "world-bank-2018", "xinhua-2017"],), (["aliresearch-2022", "burb-2014"],), (True,)],
        "q5": [("undetermined", "households", 670.5), ("undetermined", "household_income", 670), ("undetermined", "households", "670")],
        "q6": [({"met": 4, "not met": 3},), ({"met": 4, "not met": 2, "undetermined": 3},), ({"met": "4", "not met": "3", "undetermined": "2"},)],
        "q7": [(DROPPED, BOTH, PEOPLE), (DROPPED[1:], PEOPLE, BOTH), ([*DROPPED, PEOPLE], PEOPLE, BOTH)],
        "q8": [(sales_first,), (any_gap,), (lambda *case: {"met": "met"}.get(by_ifs(*case), "not met"),)],
        "q9": [(drawn(rows=TABLE[:-1]), 49), (drawn(), -49), (drawn(x="threshold", y="met"), 49)],
        "q10": [({**RULE, "key": "mine"},), ({**TWO, "all": []},), ({**TWO, "source": "  ", "all": RULE["all"]},),
                ({**TWO, "all": [{"column": "active_shops", "at_least": 20}, {"column": "active_shops", "at_least": 20}]},)],
    },
    "growth": {
        "q1": [(28.4, 48.5, 277), (48.5, 28.4, 184), (0.485, 0.284, 277)],
        "q2": [(rate_in_whole_years, 244), (rate_in_steps, 200), (lambda *case: abs(rate_in_steps(*case)), 244)],
        "q3": [(d2.lines("r", "u", "n"), 316, 10), (d2.lines("r", "n", "u"), 350, 10), (d2.lines("r", "n", "u"), 316, 0.1)],
        "q4": [("shops", 6.5, 41_600), ("shops", 6.5, 4_160_000), ("shops", 650, 416_000)],
        "q5": [d2.factors(1.83, None, None, 1.21, None, 1.19), d2.factors(1.83, 3.2, None, 1.21, None, 0.84), d2.factors(1.83, None, 0, 1.21, None, 0.84)],
        "q6": [(0.25, 24, "Gini"), (0.24, 76, "Gini"), (0.24, 24, "HHI")],
        "q7": [(3_036, -5.2, 7_085, 121.3), (7_085, -121.3, 3_036, 5.2), (3_036, 5.2, 7_085, -54.8)],
        "q8": [(d2.kinds("sffsss"), 259), (d2.kinds("sffsfs"), 258), (d2.kinds("fssfsf"), 259)],
        "q9": [(lambda name: name.strip(" *")[:2], d2.moved(16, 0, 11)), (lambda name: name.strip("*").removesuffix("村"), d2.moved(16, 0, 11)), (d2.bare, d2.moved(16, 1, 11))],
        "q10": [d2.claim(2022, 2014, 62, "yes"), d2.claim(2014, 2022, 62, "no"), d2.claim(2016, 2018, 56, "no")],
    },
    "dangji": {
        "q1": [(69.12, 6.90, "yuan", 136e6), (69, 7, "dollars", 136e6), (69.12, 6.90, "dollars", 136)],
        "q2": [(by_absolute,), (lambda p, w: "open" if not p else d3.compare(p, w or 1),), (lambda p, w: d3.compare(w, p, places=(1,)),)],
        "q3": [([*d3.REPAIRS, "560 of 7,600"], 73.7, 200), (d3.REPAIRS[:2], 73.7, 200), (d3.REPAIRS, 0.737, 200)],
        "q4": [d3.q4(Shatszi="Dongfeng"), d3.q4(d3.GUESSED[:2]), d3.q4(villages=13)],
        "q5": [d3.q5("rrprox"), d3.q5("rrprrp"), d3.q5("rpprop")],
        "q6": [d3.q6(growth=61.1), d3.q6(bound="at least"), d3.q6(steady=("B32", "B34"))],
        "q7": [d3.q7(fewest=30), d3.q7(fewest=30.6), d3.q7(missing="income")],
        "q8": [(138_298, 2.89, "open"), (172_872, 0.0231, "open"), (172_872, 2.31, "no")],
        "q9": [d3.q9((0, 1, 1, 2)), d3.q9(counts=4), d3.q9(well=("yes", "unknown", "unknown"))],
        "q10": [(156, 7.4, 25.2), (205, 9.7, 25.2), (205, 7.4, 0.252)],
    },
    "governance": {
        "q1": [d4.coded(levels="ttcpn"), d4.coded(means="tlpmm"), d4.coded(levels="tocpp")],
        "q2": [(0.85, 0.78, 0.85), (85, 78, 32), (0.85, 0.5, 0.7)],
        "q3": [(kappa_rounded_away,), (lambda a, b: kappa_by_counter(a, b) or 0,), (lambda a, b: kappa_by_counter(sorted(a), sorted(b)),)],
        "q4": [(120, 9.6, "A"), (12, 9.6, "B"), (120, 115, "B")],
        "q5": [d4.seven(pairs=3), d4.seven(cut=("associations", "sellers")), d4.seven(whole="county government")],
        "q6": [d4.two_counts(verdicts="ccsos"), d4.two_counts(percent=0.14), d4.two_counts(times=0.43)],
        "q7": [(2013, 21, "C"), (2014, 18, "C"), (2014, 21, "A")],
        "q8": [d4.pieces("ffcfnn"), d4.pieces(odds=4 / 3), d4.pieces(odds=3)],
        "q9": [d4.chairs("bbbb"), d4.chairs("aabb"), d4.chairs(slips=(d4.AFTER, d4.PLAN, d4.STATE, d4.STATIONS))],
        "q10": [(["policy_events/G21", "policy_events/G22", "relations/L12"],), (["critiques/D60a", "critiques/D60b"],), (["policy_events/G21", "critiques/D60b", "relations/L999"],)],
    },
    "sustainability": {
        "q1": [(1.4, 300_000, 150_000), (2.4, 300_000, 157_200), (2.4, 150_000, 300_000)],
        "q2": [(d5.CHECKED, d5.ways("uuuu"), "it can happen"), (d5.CHECKED, d5.CHECKED | {"sellers": "same"}, "it can happen"), (d5.CHECKED, d5.CHECKED, "it will happen")],
        "q3": [(swing_sorted, "imitation", "likeness"), (swing_of_all, "imitation", "likeness"), (swing_by_dict, "likeness", "imitation")],
        "q4": [(14.3, 4.9, "at least", d5.SHARES, 2017), (14.3, 4.9, "at most", d5.SHARES | {2019: 18.2}, 2017), (4.9, 14.3, "at most", d5.SHARES, 2017)],
        "q5": [(1_575, 12, None), (396_825, 0.083, None), (396_825, 12, 41.15)],
        "q6": [(alike_by_max, 0.116, 0.082), (alike_by_total, 0.116, 0.082), (d5.common, 0.082, 0.116)],
        "q7": [(d5.says("fnnfff"), -3.9, 7.9, [0, 5]), (d5.says("fnnfnf"), -1, 5, [0, 5]), (d5.says("fnnfnf"), -3.9, 7.9, [0, 5, 10])],
        "q8": [(150, 51.4, 3.3, 6.1), (150, 30, 6.1, 3.3), (150, 30, 0.033, 0.061)],
        "q9": [(27, 7, d5.MEANT), (29, 5, d5.meant(yuan=29)), (29, 5, d5.meant("Rowan"))],
        "q10": [("who_gains", ["D33"], ["D41", "D61"], d5.SETTLED), ("who_gains", ["D41", "D61"], ["D33", "D38"], d5.SETTLED), ("who_gains", ["D33", "D38"], ["D41", "D61"], d5.settle(compared_with="nothing"))],
    },
}  # fmt: skip
