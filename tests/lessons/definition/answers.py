"""Answers to the questions of theme 1: untouched, right in several forms, wrong in a known way; and what must not leak.

WRONG is the table to read: each known slip, its points, and the words that only this slip gets.
"""

import itertools
import math

import altair as alt
import numpy as np
import pandas as pd

from taobaolab import datasets
from taobaolab import definition as rules
from taobaolab.lessons.definition import questions as theme
from tests.odd import crashes, leaves, nothing, prints

PLACES = ("Willow", "Reed", "Lotus", "Bamboo", "Plum", "Cassia")
TOWNS = {3: 135, 4: 86, 5: 64, 6: 53, 7: 46, 8: 40, 9: 31, 10: 25}


def six(letters):
    """Verdicts on the six places: m for met, n for not met, u for undetermined."""
    return (
        {
            p: {"m": "met", "n": "not met", "u": "undetermined"}[x]
            for p, x in zip(PLACES, letters, strict=True)
        },
    )


def three(met, not_met, undetermined):
    return ({"met": met, "not met": not_met, "undetermined": undetermined},)


def bars(
    title="49 of 135 towns have exactly three villages",
    rows=TOWNS,
    x="Villages needed",
    y="Towns that qualify",
):
    data = pd.DataFrame(rows.items(), columns=["threshold", "met"])
    encoding = [
        alt.X("threshold:O", **({"title": x} if x else {})),
        alt.Y("met:Q", **({"title": y} if y else {})),
    ]
    return (
        alt.Chart(data)
        .mark_bar()
        .encode(*encoding)
        .properties(**({"title": title} if title else {})),
        49,
    )


def hasty(sales, shops, households):
    sales, shops, households = sales or 0, shops or 0, households or 0
    return (
        "met" if sales >= 10_000_000 and (shops >= 100 or shops >= households / 10) else "not met"
    )


def careful(sales, shops, households):
    sales_ok = None if sales is None else sales >= 10_000_000
    tests = [None if shops is None else shops >= 100]
    tenth = None if shops is None or households is None else 10 * shops >= households
    tests += [False if shops == 0 else tenth]
    shops_ok = True if True in tests else None if None in tests else False
    return (
        "not met"
        if False in (sales_ok, shops_ok)
        else "undetermined"
        if None in (sales_ok, shops_ok)
        else "met"
    )


def by_filling(sales, shops, households):
    """Each gap filled twice, with what is worst and with what is best for the village."""
    many = 10**9
    worst = hasty(sales, shops, many if households is None else households)
    best = hasty(
        many if sales is None else sales,
        many if shops is None else shops,
        1 if households is None else households,
    )
    if worst == best:
        return worst
    return "undetermined"


def by_library(sales, shops, households):
    village = {"annual_sales_rmb": sales, "active_shops": shops, "households": households}
    return rules.explain(
        "aliresearch-2022", village, administrative_village=True, residents_committee=False
    ).verdict


def no_third_word(sales, shops, households):
    found = careful(sales, shops, households)
    if found != "undetermined":
        return found


def few_shops_shut(most):
    """Right but for few shops, which it shuts out although the households are unknown."""
    return lambda sales, shops, households: (
        "not met"
        if shops is not None and 0 < shops <= most and households is None
        else careful(sales, shops, households)
    )


def many_households_shut(sales, shops, households):
    if shops is None and households is not None and households > 2_500:
        return "not met"
    return careful(sales, shops, households)


def takes_a_side(sales, shops, households):
    if shops is None and sales is not None and sales < 10_000_000:
        return "met"
    return careful(sales, shops, households)


def strict_sales(sales, shops, households):
    if sales is not None and sales <= 10_000_000:
        return "not met"
    return careful(sales, shops, households)


def reshaped(change, **words):
    chart, lost = bars(**words)
    return change(chart), lost


def shy(sales, shops, households):
    return "undetermined" if None in (sales, shops, households) else hasty(sales, shops, households)


def strict(sales, shops, households):
    if None in (sales, shops, households):
        return careful(sales, shops, households)
    return "met" if sales > 10_000_000 and (shops > 100 or 10 * shops > households) else "not met"


def both(sales, shops, households):
    if None in (sales, shops, households):
        return careful(sales, shops, households)
    return "met" if sales >= 10_000_000 and shops >= 100 and 10 * shops >= households else "not met"


def open_at_no_shops(sales, shops, households):
    return (
        "undetermined"
        if (sales or 0) >= 10_000_000 and shops == 0 and households is None
        else careful(sales, shops, households)
    )


def more_than_a_tenth(sales, shops, households):
    if None in (sales, shops, households):
        return careful(sales, shops, households)
    return "met" if sales >= 10_000_000 and (shops >= 100 or 10 * shops > households) else "not met"


def stops_at_gaps(sales, shops, households):
    return (
        "met" if sales >= 10_000_000 and (shops >= 100 or 10 * shops >= households) else "not met"
    )


def forgets(households):
    fewest = min(100, math.ceil(households / 10))  # noqa: F841


def own(**changes):
    rule = [{"column": "rural", "is": True}, {"column": "active_shops", "at_least": 20}]
    return (
        {"source": "Statistics Iceland, business register", "year": 2026, "all": rule} | changes,
    )


DROPPED = ["world-bank-2018", "world-bank-huimin-2019", "xinhua-2017"]
PEOPLE, BOTH = "china-daily-2017", "peoples-daily-2019"
UNTOUCHED = {
    "q1": [(dict.fromkeys(PLACES, ...),), (...,)],
    "q2": [(..., ...)],
    "q3": [(nothing,), (lambda households: ...,)],
    "q4": [([...],)],
    "q5": [(..., ..., ...)],
    "q6": [({"met": ..., "not met": ..., "undetermined": ...},)],
    "q7": [([...], ..., ...)],
    "q8": [(nothing,)],
    "q9": [(..., ...)],
    "q10": [(...,)],
}
RIGHT = {
    "q1": [six("mmnnmn"), ({p: "'met'" if v == "met" else "not-met" for p, v in six("mmnnmn")[0].items()},), ({p: v.replace(" ", "") for p, v in six("mmnnmn")[0].items()},), ({p: p in ("Willow", "Reed", "Plum") for p in PLACES},), (pd.Series(six("mmnnmn")[0]),), ({"willow": "Met", "REED": "yes", "Lotus ": "no", "bamboo": "Not met.", "Plum": True, "Cassia": False},)],
    "q2": [(12_000_000, "met"), (12e6, True), (pd.Series([12_000_000]).iloc[0], "Met."), (np.int64(1_200) * 10_000, "yes"), ([12_000_000.0], ["MET"])],
    "q3": [
        (lambda h: min(100, math.ceil(h / 10)),),
        (lambda h: min(100, -(-h // 10)),),
        (lambda h: rules.boundary("aliresearch-2022", [h])[0],), (lambda households: 100 if households > 990 else (households + 9) // 10,), (lambda h: np.minimum(100, np.ceil(h / 10)),),
    ],
    "q4": [
        (["aliresearch-2022", "burb-2014", "world-bank-2018"],),
        ({key: key in ("aliresearch-2022", "burb-2014", "world-bank-2018") for key in theme.SIX},),
        ({key: "yes" if key in ("aliresearch-2022", "burb-2014", "world-bank-2018") else "no" for key in theme.SIX},),
        ({"world-bank-2018", "burb-2014", "aliresearch-2022"},),
        (pd.Series(["burb-2014", "aliresearch-2022", "world-bank-2018"]),), ("Burb-2014, world-bank-2018, aliresearch-2022",), (np.array(["world-bank-2018", "aliresearch-2022", "burb-2014"]),),
    ],
    "q5": [("undetermined", "households", 670), ("open", "the number of households", 670.0), ("'Undetermined'", "the households", 670),
           ("Undetermined.", "Households", np.int64(670)), ("undetermined", "户数", pd.Series([670]))],
    "q6": [three(4, 3, 2), (rules.check(theme.register(), theme.RULE).met.value_counts(dropna=False),), ({True: 4, False: 3, None: 2},), (pd.Series({"undetermined": 2, "not met": 3, "met": 4}),), ({"Met": 4.0, "NOT MET": [3], "unknown": np.int64(2)},),
           ({"met": ["Ash", "Fir", "Hazel", "Larch"], "not-met": ["Birch", "Juniper", "Oak"], "undetermined": {"Cedar", "Elm"}},)],
    "q7": [(DROPPED, PEOPLE, BOTH), (set(DROPPED), "China-Daily-2017", BOTH), (pd.Index(DROPPED), PEOPLE, BOTH), (", ".join(DROPPED), [PEOPLE], pd.Series([BOTH])), (tuple(reversed(DROPPED)), PEOPLE.upper(), f" {BOTH} ")],
    "q8": [(careful,), (by_library,), (by_filling,), (lambda *case: careful(*case).replace(" ", "-"),)],
    "q9": [
        bars(),
        bars("If four were needed, 36% of the towns would be gone"),
        (alt.layer(bars(None)[0], bars(None)[0].mark_text()).properties(title=["Only 86 towns have", "four villages"]), 49.0),
        (bars()[0] + bars()[0].mark_text().encode(text="met:Q"), np.int64(49)),
        (alt.Chart(pd.DataFrame({"Villages needed": TOWNS.keys(), "Towns": TOWNS.values()})).mark_bar().encode(x="Villages needed:O", y="Towns:Q"), 49),
        reshaped(lambda c: c.transform_calculate(n="datum.threshold").encode(x=alt.X("n:O", title="Villages needed"))),
        bars(rows={f"{n} or more": m for n, m in TOWNS.items()}),
        bars("With ten villages needed only 25 towns are left", rows={float(n): m for n, m in TOWNS.items()}),
    ],
    "q10": [
        own(),
        own(source="my own proposal", year="2026"),
        ({**rules.get_definition("aliresearch-2022").to_dict(), "key": "mine",
          "all": [{"column": "rural", "is": True}, {"column": "active_shops", "at_least": 30}]},),
        own(source="Ministry of Fisheries 2025", level="town", all=[{"column": "taobao_villages", "at_least": 5},
                                                                     {"column": "subdistrict", "is": False}]),
    ],
}  # fmt: skip
WRONG = {
    "q1": [
        ("both tests", six("nnnnnn"), 3, "You ask for both"),
        ("only the number", six("nnnnmn"), 4, "You used one test, the number"),
        ("only the share", six("mmnnnn"), 5, "You used one test, the share"),
        ("population", six("nmnnmn"), 5, "a share of the people"),
        ("sales alone", six("mmnmmn"), 5, "You looked at the sales alone"),
        ("shops alone", six("mmmnmn"), 5, "You looked at the shops alone"),
        ("natural village", six("mmnnmm"), 5, "自然村, zìrán cūn"),
        ("doubt without a gap", six("mmnnmu"), 5, "No number is missing here"),
        ("another", six("nmmmnm"), 1, "1 of your 6 verdicts hold"),
        ("a place too many", ({**six("mmnnmn")[0], "Pine": "met"},), 5, "Pine: This entry is not asked for"),
        ("a list", (["met"] * 6,), 0, "A dict is wanted here"),
        ("the other meaning", (six("mmnnmn")[0] | {"Lotus": "unmet"},), 5, 'Lotus: Here stands "unmet". The words for it are: met, not met, undetermined.'),
        ("both words", (six("mmnnmn")[0] | {"Lotus": "met or not met"},), 5, 'Lotus: Here stands "met or not met"'),
        ("other words", (dict.fromkeys(PLACES, "perhaps"),), 0, 'Willow, Reed, Lotus, Bamboo, Plum, Cassia: Here stands "perhaps"'),
    ],
    "q2": [
        ("wan yuan as yuan", (1_200, "not met"), 0, "That is the figure without its unit"),
        ("wan as thousand", (1_200_000, "not met"), 0, "You took 万 (wàn) for a thousand"),
        ("wan as million", (1_200_000_000, "met"), 1, "You took 万 (wàn) for a million"),
        ("wan as yi", (120_000_000_000, "met"), 1, "would be right for 亿"),
        ("another factor", (120_000, "met"), 1, "That is not the printed figure times its unit"),
        ("sum right, verdict wrong", (12_000_000, "not met"), 1, "Compare the sum in yuan"),
        ("doubt without need", (12_000_000, "undetermined"), 1, "No number is missing here"),
        ("text", ("12,000,000", "met"), 1, "sales_rmb: A number is wanted here, not text: write it without quotation marks, commas or %."),
        ("three answers", (12_000_000, "met", 1), 0, "Answers wanted, as in the cell above: sales_rmb, rosewood. Seen here: 3."),
        ("huge", (10**400, "met"), 1, "not the printed figure times its unit"),
    ],
    "q3": [
        ("strict", (lambda h: min(101, h // 10 + 1),), 1, "You treat reaching a bound as not enough"),
        ("both tests", (lambda h: max(100, math.ceil(h / 10)),), 0, "You ask for both"),
        ("only the share", (lambda h: math.ceil(h / 10),), 1, "You used one test, the share"),
        ("only the number", (lambda h: 100,), 0, "You used one test, the number"),
        ("a shop too many", (lambda h: min(100, h // 10 + 1),), 1, "You add a shop even where the tenth is whole"),
        ("round down", (lambda h: min(100, h // 10),), 1, "You round down"),
        ("round to the nearest", (lambda h: min(100, round(h / 10)),), 1, "You round to the nearest"),
        ("half a shop", (lambda h: min(100, h / 10),), 1, "No one opens half a shop"),
        ("only the three", (lambda h: {200: 20, 640: 64}.get(h, 100),), 1, "The three villages are right, but others"),
        ("something else", (lambda h: 5,), 0, "Take 200, 640 and 1,500 households by hand"),
        ("a crash", (crashes,), 0, "Called with 200, your function stopped"),
        ("leaves", (leaves,), 0, "(SystemExit: 3)"),
        ("text", (lambda h: "many",), 0, "Called with 200, your function returned text"),
        ("a number", (100,), 0, "A function is wanted here"),
        ("prints", (prints,), 0, "`print` shows a value; `return` hands it over."),
        ("forgets to return", (forgets,), 0, "Your function returns nothing (None)."),
        ("wrong arguments", (lambda: 100,), 0, "takes 0 positional arguments but 1 was given"),
    ],
    "q4": [
        ("all inclusive", (list(theme.SIX),), 0, "You let all six say yes"),
        ("all strict", ([],), 0, "You let none say yes"),
        ("the other way round", (["lishui-daily-2019", "wikipedia", "xinhua-2017"],), 0, "It is the other way round"),
        ("mixed by the sales", (["aliresearch-2022", "burb-2014", "world-bank-2018", "lishui-daily-2019"],), 2, "Two texts"),
        ("mixed by the share", (["aliresearch-2022", "world-bank-2018"],), 2, "Two texts are inclusive in one place"),
        ("others", (["aliresearch-2022", "wikipedia"],), 0, "3 of 6 stand on the right side"),
        ("a dict, all wrong", ({key: key not in ("aliresearch-2022", "burb-2014", "world-bank-2018") for key in theme.SIX},), 0, "It is the other way round"),
        ("not one of them", (["not aliresearch-2022"],), 0, 'Here stands "not aliresearch-2022". The words for it are:'),
        ("misspelt", (["aliresearch"],), 0, "Did you mean aliresearch-2022?"),
        ("one word", ("wikipedia",), 0, "2 of 6 stand on the right side"),
        ("a number", (3,), 0, "3: Here stands a number"),
    ],
    "q5": [
        ("nothing at all", (None, None, None), 0, "bainiu_verdict: Here stands nothing (None)"),
        ("a gap for the third word", (pd.NA, "households", 670), 2, "The words for it are: met, not met, undetermined"),
        ("gap as no", ("not met", "households", 670), 2, "You read a gap as a no"),
        ("benefit of the doubt", ("met", "households", 670), 2, "You gave the benefit of the doubt"),
        ("population", ("undetermined", "population", 670), 2, "The rule never asks how many people"),
        ("income", ("undetermined", "household income", 670), 2, "The rule asks for no income"),
        ("sales", ("undetermined", "annual sales", 670), 2, "The sales are known"),
        ("shops", ("undetermined", "active shops", 670), 2, "The shops are known"),
        ("something else", ("undetermined", "the weather", 670), 2, 'ask_first: Here stands "the weather"'),
        ("one too many", ("undetermined", "households", 671), 2, "You are off by one"),
        ("strict", ("undetermined", "households", 669), 2, "You are off by one"),
        ("a tenth of the shops", ("undetermined", "households", 6.7), 2, "Put your number to the test"),
    ],
    "q6": [
        ("gap as no", three(4, 5, 0), 1, "You counted a gap as a no"),
        ("rows with gaps left out", three(3, 2, 0), 0, "You left out the rows with gaps"),
        ("every gap in doubt", three(3, 2, 4), 0, "You called every row with a gap undetermined"),
        ("strict", three(2, 5, 2), 1, "You treat reaching a bound as not enough"),
        ("both tests", three(0, 7, 2), 1, "You ask for both"),
        ("population", three(3, 5, 1), 0, "a share of the people"),
        ("residents' committee", three(5, 2, 2), 1, "居委会, jūwěihuì"),
        ("sum too small", three(4, 3, 1), 2, "Your numbers add up to 8, but the register has 9"),
        ("parts of one", three(40.1, 30.2, 29.6), 0, "add up to 99.9, but"),
        ("huge", three(10**400, 3, 2), 2, "add up to That huge number"),
        ("something else", three(3, 3, 3), 1, "count the three values of its column"),
        ("a list", ([4, 3, 2],), 0, "A dict is wanted here"),
    ],
    "q7": [
        ("an empty list", ([], PEOPLE, BOTH), 2, "Your list is empty"),
        ("towns", ([*DROPPED, "china-daily-2020-town"], PEOPLE, BOTH), 2, "a rule for towns or clusters"),
        ("no tests at all", ([*DROPPED, "fuzhou-news-2020"], PEOPLE, BOTH), 2, "says nothing of shops at all"),
        ("a share all the same", ([*DROPPED, "haodu-2016"], PEOPLE, BOTH), 2, "has a share all the same"),
        ("not all", (DROPPED[:2], PEOPLE, BOTH), 2, "there are more to find: 1"),
        ("households for people", (DROPPED, "world-bank-2019", BOTH), 2, "takes its share of something else"),
        ("a town for a village", (DROPPED, PEOPLE, "china-daily-2020-town"), 2, "The third answer is a rule for towns"),
        ("one test", (DROPPED, PEOPLE, "haodu-2016"), 2, "In the third answer one test is enough"),
        ("misspelt", (DROPPED, "china daily", BOTH), 2, "of_people: Here stands \"china daily\""),
    ],
    "q8": [
        ("gap as zero", (hasty,), 1, "A gap is not zero"),
        ("every gap in doubt", (shy,), 2, "Your checker doubts too often"),
        ("both tests", (both,), 2, "You ask for both"),
        ("no shops in doubt", (open_at_no_shops,), 2, "Think of 0 shops that are known"),
        ("more than a tenth", (more_than_a_tenth,), 2, "only edges go wrong"),
        ("few shops shut out", (few_shops_shut(15),), 2, "A gap is not zero"),
        ("one shop shut out", (few_shops_shut(1),), 2, "A gap is not zero"),
        ("many households shut out", (many_households_shut,), 2, "A gap is not zero"),
        ("a side taken", (takes_a_side,), 2, "Your checker takes a side"),
        ("no third word", (no_third_word,), 1, "your function returned nothing (None)"),
        ("only the edge of sales", (strict_sales,), 0, "Where a number is missing, only edges go wrong"),
        ("strict", (strict,), 2, "You treat reaching a bound as not enough"),
        ("stops at a gap", (stops_at_gaps,), 1, "Called with None, None, None, your function stopped"),
        ("other words", (lambda s, n, h: "hm",), 0, "The words for it are: met, not met, undetermined"),
        ("always in doubt", (lambda s, n, h: "undetermined",), 1, "Begin with the villages of which all three"),
    ],
    "q9": [
        ("strict", bars(rows=dict(zip(TOWNS, [*list(TOWNS.values())[1:], 20], strict=True))), 2, "include"),
        ("one axis", reshaped(lambda c: alt.Chart(c.data).mark_bar().encode(x="threshold:O")), 1, "Your chart needs two axes"),
        ("one village each", bars(rows=dict.fromkeys(TOWNS, 1)), 2, "for every threshold from 3 to 10"),
        ("words of the example", bars(x="Place", y="Active shops"), 2, "still has the words of the example"),
        ("words swapped", bars(x="Towns", y="Villages needed"), 2, "are swapped"),
        ("the same words", bars(x="Towns", y="Towns"), 2, "Both axes have the same words"),
        ("no axes drawn", reshaped(lambda c: c.encode(x=alt.X("threshold:O", axis=None, title="Villages"))), 2, "Say at both axes in words"),
        ("three bars", reshaped(lambda c: c.transform_filter("datum.threshold<6")), 2, "for every threshold from 3 to 10"),
        ("unseen", reshaped(lambda c: c.mark_bar(opacity=0)), 2, "for every threshold from 3 to 10"),
        ("cut off", reshaped(lambda c: c.encode(y=alt.Y("met:Q", title="Towns", scale=alt.Scale(domain=[0, 50])))), 2, "for every threshold from 3 to 10"),
        ("put together", reshaped(lambda c: c.encode(x=alt.X("threshold:O", title="Villages", bin=True))), 2, "for every threshold from 3 to 10"),
        ("below three", bars(rows={1: 135, 2: 135, **TOWNS}), 2, "Begin at three"),
        ("half of it", bars(rows={3: 135, 4: 86}), 2, "The picture does not show the towns for every threshold"),
        ("x and y", bars(x="x", y="y"), 2, "Say at both axes in words"),
        ("those left", (bars()[0], 86), 2, "That many are left if four are needed"),
        ("all of them", (bars()[0], 135), 2, "That many there are if three are needed"),
        ("a step further", (bars()[0], TOWNS[4] - TOWNS[5]), 2, "from four villages to five"),
        ("percent", (bars()[0], 36.3), 2, "That is the percentage"),
        ("another number", (bars()[0], 7), 2, "Subtract the second bar of your chart from the first"),
        ("names of columns", bars(y=None), 2, "Say at both axes in words"),
        ("a table", (pd.DataFrame(TOWNS.items()), 49), 1, "An Altair chart is wanted here"),
        ("unfinished", (alt.Chart(pd.DataFrame({"a": [1]})).mark_bar().encode(x="b"), 49), 1, "Altair cannot draw it"),
    ],
    "q10": [
        ("one criterion", own(all=[{"column": "active_shops", "at_least": 20}]), 1, "One number alone accepts false cases"),
        ("one number twice", own(all=[{"column": "active_shops", "at_least": 30}, {"column": "active_shops", "at_least": 20}]), 1, "ask for one number only"),
        ("nobody can pass", own(all=[{"column": "rural", "is": True}, {"column": "rural", "is": False}]), 1, "ask for one number only"),
        ("the lesson's example", own(**theme.OF_THE_LESSON), 1, "This is the example of the lesson"),
        ("another order", own(all=rules.get_definition("world-bank-2018").to_dict()["all"][::-1]), 1, "This is a published rule"),
        ("another order of 2022", own(all=rules.get_definition("aliresearch-2022").to_dict()["all"][::-1]), 1, "This is a published rule"),
        ("no such year", own(year=-5), 0, "Write the year in four digits"),
        ("dots for a source", own(source="..."), 0, "Say who would count it"),
        ("copied", own(all=rules.get_definition("world-bank-2018").to_dict()["all"]), 1, "This is a published rule"),
        ("no source", own(source=""), 0, '"source": "..."'),
        ("no year", own(year="this year"), 0, 'as a whole number: "year": 2022'),
        ("a criterion in words", own(all=["rural", "shops"]), 0, 'a dict such as {"column": "active'),
        ("true in quotation marks", own(all=[{"column": "rural", "is": "true"}]), 0, "rural is 'true'; write True or False"),
        ("a bound of a yes", own(all=[{"column": "rural", "at_least": 1}]), 0, 'write "is": True or "is": False'),
        ("unknown column", own(all=[{"column": "shops", "at_least": 5}]), 0, "no column 'shops' for a village"),
        ("a key", ("aliresearch-2022",), 0, "A dict is wanted here"),
    ],
}  # fmt: skip
WORDS = {
    ("q2", 1): (True,),
}  # junk that has a meaning in its place
SECRETS = {
    "q1": [r'"Willow": "met"', r'"Reed": "met"', r'"Plum": "met"', r"(Lotus|Bamboo|Cassia)\W+not met", r"3 are met"],
    "q2": [r"12,000,000 (yuan|RMB)", r"\b12000000\b", r"\b12_000_000\b[^,]*met\"$", r"1_?200 \* 10_?000", r"(?i)twelve million"],
    "q3": [r"math\.ceil\(households", r"min\(100", r"\(20, 64", r"\b65\b"],
    "q4": [r'"burb-2014", "world-bank-2018"\]', r"(?i)three say yes"],
    "q5": [r"\b670\b", r"67 \* 10", r'"undetermined", "households"'],
    "q6": [r"(?i)four meet the rule", r"\(~met\)", r'"met": 4', r"Cedar and Elm"],
    "q7": [r"world-bank-huimin-2019", r"china-daily-2017", r"peoples-daily-2019", r"fuzhou-news-2020\b"],
    "q8": [r"worst = ", r"return worst", r"math.inf if households"],
    "q9": [r"\b49\b", r"\b36 ?%", r"would drop out"],
    "q10": [r"online-island", r"knitwear"],
}  # fmt: skip


def figures():
    """What the discussions say in figures, worked out again from the tables."""
    p, shops = theme.places(), theme.bainiu()["active_shops"]
    people = datasets.load("village_cases").set_index("id").population["V07e"]
    share = {name: float(100 * p.active_shops[name] / p.households[name]) for name in p.index}
    fewest = rules.boundary(theme.RULE, theme.THREE)
    most = next(h for h in itertools.count(1) if rules.boundary(theme.RULE, [h + 1])[0] > shops)
    met = rules.check(theme.register(), theme.RULE).met
    assert (met.sum(), (~met).sum(), met.isna().sum()) == (4, 3, 2)
    stay_open = " and ".join(theme.register().index[met.isna()])
    towns = theme.towns()
    assert towns == TOWNS
    lost = towns[3] - towns[4]
    return {
        "q1": [f"{p.active_shops.Willow} shops are {share['Willow']:.0f}% of {p.households.Willow} households",
               f"{p.active_shops.Reed} are {share['Reed']:.0f}% of {p.households.Reed}", f"only {share['Plum']:.1f}%",
               f"{p.active_shops.Bamboo} shops it fails both"],
        "q2": [f"{1_200 * 10_000:,} yuan"],
        "q3": ["need {}, {} and {} shops".format(*fewest), f"a tenth of 645 is {645 / 10}"],
        "q5": [f"With {shops} shops", f"up to {most} households and fails it from {most + 1} on", f"{people:,} people",
               f"fewer than {people / most:.1f} people"],
        "q6": ["Four meet the rule, three do not, and two remain open", f"Only {stay_open} remain open"],
        "q9": [f"{towns[3]} towns, at least four gives {towns[4]}: {lost} towns, {lost / towns[3]:.0%}"],
    }  # fmt: skip
