"""Practice for theme 3: how much of Daji's story can we check?

No answer stands here. What is right is worked out from the tables of claims, names, lists and figures, and so is what a
named slip would answer: the ratio turned round, the wrong figure mended, the town taken for the county.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from ... import datasets
from ... import definition as rules
from ...evidence import entity
from ...practice.answers import mapping, number, plain, results, several, truth, word
from ...practice.copies import Drawn
from ...practice.core import Practice, question
from ...practice.replies import (
    Finding,
    Slips,
    first_reply,
    judge_number,
    judge_slips,
)
from ...practice.rule import PLACE, RULE, verdict
from ...practice.slips import PERCENT, TURNED, rate, rate_slips
from ...practice.tables import record, value

if TYPE_CHECKING:
    import pandas as pd


claimed, daji = partial(value, "claims"), partial(value, "daji")


# ---- tables to work on -----------------------------------------------------------------------------------------------
def pairs() -> pd.DataFrame:
    """Eight printed figures, each beside what other claims or the exchange rate of the day give for it."""
    import pandas as pd

    ten, town, times = (
        claimed("wiki-def-revenue"),
        claimed("habr-sales-2016"),
        claimed("habr-district-3x"),
    )
    own = ten / claimed("habr-10m-usd")
    rate_2017, rate_2019 = (
        value("context", f"rmb_per_usd{of}") for of in ("_monthly-2017-02", "-2019")
    )
    roubles = claimed("habr-line-3000") * claimed("habr-line-33300rub") / claimed("habr-line-4000")
    rows = (
        ("2017 blog: ten million yuan in dollars", "habr-10m-usd", ten / rate_2017),
        ("World Bank 2019: ten million yuan in dollars", "wb-def-usd", ten / rate_2019),
        ("2017 blog: 3,000 yuan in roubles", "habr-line-24980rub", roubles),
        ("2017 blog: Daji's sales in dollars", "habr-sales-2016-usd", town / own),
        (
            "student paper: county sales, by the dollars",
            "abs-county-sales-usd",
            times * claimed("habr-sales-2016-usd"),
        ),
        ("student paper: county sales, by the yuan", "abs-county-sales-usd", times * town / own),
        ("student paper: county sales in yuan", None, times * town),
        (
            "encyclopedia: shops of 2020, by another text",
            "wiki-shops-2020",
            claimed("abs-shops-3m"),
        ),
    )
    whole = (
        (name, round(claimed(claim)) if claim else None, round(other))
        for name, claim, other in rows
    )
    return pd.DataFrame(whole, columns=["figure", "printed", "worked_out"], dtype=object).set_index(
        "figure"
    )


PLACES = {"Sha ji": "a town of furniture makers", "Sui ning": "the county above it",
          "Xu zhou": "the city above the county", "Dong feng": "the village in which it began"}  # fmt: skip
PEOPLE = {"Sun Han": "opened a furniture shop, with two others", "Xia Kai": "one of these two",
          "Xu Song": "held the patents in a quarrel"}  # fmt: skip
OTHERS = ("Chen Lei",)
SCHOLARS = "Shajia"  # as a study prints it: claim li-dongfeng-shajia
SOUNDS = (
    (r"^x", "sy"), (r"yi(?=[aeou])", "y"), (r"^zh", "chzh"), (r"^h", "kh"), (r"^j", "tsz"),
    (r"ong$", "un"), (r"ng$", "n"), (r"(?<=[aeou])i$", "y"),
)  # fmt: skip
DOUBTFUL = ("Shajia County", "Xiyang County", "Shuangli County", "Lian City", "Piny County")


def retold(name: str) -> str:
    """A name as a retelling through Russian writes it, whose syllables stand apart; the retelling is made for teaching.

    >>> retold("Sha ji"), retold("Xia Kai")
    ('Shatszi', 'Sya Kay')
    """
    syllables = []
    for syllable in name.split():
        changed = syllable.lower()
        for sound, written in SOUNDS:
            changed = re.sub(sound, written, changed)
        syllables.append(changed)
    if name in PLACES:
        return "".join(syllables).capitalize()
    return " ".join(syllables).title()


def plain_name(name: str) -> str:
    """A name as our tables write it."""
    return name.replace(" ", "").capitalize() if name in PLACES else name


STANDS_FOR = {retold(name): plain_name(name) for name in (*PLACES, *PEOPLE)}


def names() -> pd.DataFrame:
    """Eight names of Shaji and around, seven of them from a retelling made for teaching, with what is said of them."""
    import pandas as pd

    said = {retold(name): words for name, words in (PLACES | PEOPLE).items()}
    said[SCHOLARS] = "a study's word for the county of the village"
    return pd.DataFrame(said.items(), columns=["name as printed", "what the text says"]).set_index(
        "name as printed"
    )


def doubtful() -> pd.DataFrame:
    """Five names that two texts print, with what the table ``entities`` says on them."""
    import pandas as pd

    notes = {name: entity(name).note for name in DOUBTFUL}
    return pd.DataFrame({"note": notes}).rename_axis("name as printed")


def cases_of(county: str) -> pd.DataFrame:
    """The rows of ``village_cases`` from one county."""
    cases = datasets.load("village_cases").set_index("id")
    return cases.loc[cases["county"] == county, ["name", "name_zh", "level", "year"]]


STORIES = {
    "A": ("the programme Rural Taobao started the trade", "li-rt-2014", "B09"),
    "B": ("the party secretary brought the first online shop", "habr-su-2013", "B09"),
    "C": ("the secretary founded the e-commerce office", "habr-su-2013", "B45"),
    "D": ("the title gave Dinglou its first hundred shops", "V05b", "B11"),
    "E": ("special measures of the state started the trade", "abs-growth-causes", "B09"),
    "F": ("the office helped sales on to those of 2016", "B45", "B25"),
}


def stories() -> pd.DataFrame:
    """Six stories of cause and effect, with the years of both as the tables have them."""
    import pandas as pd

    years = {"V05b": record("village_cases", "V05b")["first_listed"]}
    for table in ("claims", "daji"):
        years |= datasets.load(table).set_index("id")["year"].to_dict()
    rows = {
        key: {"story": story, "cause": years[c], "effect": years[e]}
        for key, (story, c, e) in STORIES.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").astype(
        {"cause": "Int64", "effect": "Int64"}
    )


SALES = ("B20", "B21", "B25", "B32", "B33", "B34", "B41")


def turnover() -> pd.DataFrame:
    """Seven printed figures on what Daji turned over from 2014 to 2020, by what they measure."""
    columns = ["indicator", "year", "qualifier", "value", "status", "source"]
    return datasets.load("daji").set_index("id").loc[list(SALES), columns]


TAKEN_FROM = {
    "Alibaba study": None,
    "Quartz report": "Alibaba study",
    "2017 blog text": "Quartz report",
    "student paper": "Quartz report",
}
COUNTED_BY = {"6,300": "Alibaba", "25,000": "city of Heze", "650": None}
SHOWN_WELL = {
    "Alibaba": "the trade runs over its platform",
    "city of Heze": "officials are rated by the fall of poverty (claim habr-officials-assess)",
}


def chain() -> pd.DataFrame:
    """Six texts on people who left poverty: the figure, the area, and whom each text names for it."""
    import pandas as pd

    columns = ["text", "people", "who", "area", "has it from"]
    left, reached = "left poverty", "are poor, and were reached by it"
    rows = (
        ("Alibaba study", None, left, "not seen by us", "its own count"),
        ("Quartz report", None, left, "not seen by us", "Alibaba study"),
        (
            "2017 blog text",
            claimed("habr-lifted-6300"),
            left,
            "Daji and the county",
            "translates the Quartz report",
        ),
        (
            "student paper",
            claimed("abs-lifted-6300"),
            left,
            "Daji",
            "Alibaba's research, by way of Quartz",
        ),
        ("Science and Technology Daily 2017", daji("B60b"), reached, "Heze city", "the city"),
        ("Peony Evening News, Heze, 2018", daji("B59"), left, "Daji", "names nobody"),
    )
    return pd.DataFrame(rows, columns=columns).set_index("text").astype({"people": "Int64"})


# ---- questions -------------------------------------------------------------------------------------------------------
MONEY = word("yuan", "dollars", also={"dollar": "dollars", "usd": "dollars", "rmb": "yuan"})
BROCHURE = {
    "the same in dollars": (13_600_000, "dollars"),
    "a prize": (20_000_000, "yuan"),
    "the prize in dollars": (2_900_000, "dollars"),
}
MILLIONS = Drawn("sales of 2019", 940, (910, 925, 960, 980), ("{} million", "{}_000_000"))
TOWN_SALES = {2018: 700_000_000, 2020: 1_150_000_000}


def printed_money() -> dict[str, tuple[int, str]]:
    """The four figures of the brochure, each with its unit."""
    return {"sales of 2019": (MILLIONS.value * 10**6, "yuan"), **BROCHURE}


def brochure() -> pd.DataFrame:
    """Two sentences of a brochure, each in two kinds of money, one figure wrong; made for teaching."""
    import pandas as pd

    figures = pd.DataFrame.from_dict(printed_money(), orient="index", columns=["printed", "unit"])
    return figures.assign(status="made_for_teaching")


def town_sales() -> pd.DataFrame:
    """What the town of the brochure sold in the years around, in yuan; made for teaching."""
    import pandas as pd

    return pd.DataFrame({"sales_yuan": TOWN_SALES, "status": "made_for_teaching"})


@question(4, rate_sales=number, rate_prize=number, wrong=MONEY, mended=number)
def q1(rate_sales: Any, rate_prize: Any, wrong: str, mended: Any) -> Iterator[Finding]:
    """The exchange rates that two sentences imply, the figure that slipped, and the dollars that belong there."""
    yuan, dollars, prize, prize_dollars = (figure for figure, _ in printed_money().values())
    odd, own = yuan / dollars, prize / prize_dollars
    units = "One of the two numbers is in millions and the other is not. Write both in full, or both in millions."
    step = (
        "Divide the yuan of a sentence by the dollars of the same sentence, and keep two decimals."
    )
    rates = (("rate_sales", rate_sales, odd, own), ("rate_prize", rate_prize, own, odd))
    for name, given, right, other in rates:
        slips: Slips = [
            (1 / right, f"{TURNED} A rate of yuan for a dollar is more than one."),
            (other, "That is the rate of the other sentence. Keep the two sentences apart."),
            *((right * 10.0**n, units) for n in (-6, -3, 3, 6)),
            (round(right), "You rounded too far: a slip could hide in that. Keep two decimals."),
        ]
        yield judge_number(name, given, right, slips, step, share=0, units=0.006)
    test = "Test your choice. Correct the yuan by the plausible rate: how do they then compare with 2018 and 2020?"
    yield Finding("wrong", wrong == "dollars", test)
    in_dollars = yuan / own
    swapped = "You corrected the other figure of the pair. Which of the two did not fit the years?"
    slips = [
        (dollars * own, swapped),
        (
            dollars / 10,
            "You moved the decimal point the other way, so the rate gets even stranger.",
        ),
        (in_dollars / 10**6, "Write the dollars in full, without the word million."),
        (in_dollars / 10**3, "Write the dollars in full, not in thousands."),
        (
            yuan * own,
            "You multiplied by the rate. A dollar is several yuan, so the dollars are the smaller number.",
        ),
        (dollars, "That is the figure as printed, and its rate is the odd one."),
    ]
    step = "Take the figure that you trust, and convert it into the other currency at a rate that you trust."
    yield judge_number("mended", mended, in_dollars, slips, step, share=0.07, slip_share=0.02)


WORDS = ("agrees", "slip", "differs", "open")
AGREE = (
    (500, 500),
    (104, 100),
    (96, 100),
    (104.9, 100),
    (95.3, 100),
    (24_980, 24_975),
    (1_450_000, 1_455_731),
)
DOWN = ((26_200_000, 261_000_000), (7, 71), (10.4, 100), (9.6, 100))
UP = ((71, 7), (2_030, 200), (1_046, 100), (954, 100))
FAR = ((29_600, 2_960_000), (591_000, 591), (5_910_000, 591), (29_600, 2_960_000_000))
NEAR_A_SLIP = ((1_060, 100), (940, 100), (10.7, 100), (9.3, 100))
DIFFER = (
    (106.5, 100),
    (105.2, 100),
    (105.5, 100),
    (94.5, 100),
    (94, 100),
    (300, 100),
    (1_600_000, 1_447_576),
    (45, 100),
    (1_200, 100),
    (820, 100),
    (12, 9),
    *NEAR_A_SLIP,
)
NEARLY = ((10.4, 100), (9.6, 100), (1_046, 100), (954, 100))
OPEN = ((None, 100), (100, None), (None, None))


def _compared(printed: float | None, worked_out: float | None) -> str:
    """What a printed figure is, beside the one worked out."""
    if printed is None or worked_out is None:
        return "open"
    times = printed / worked_out
    places = round(math.log10(times))
    if abs(times / 10**places - 1) > 0.05:
        return "differs"
    return "slip" if places else "agrees"


@question(
    4, compare=results({"known": (*AGREE, *DOWN, *UP, *FAR, *DIFFER), "open": OPEN}, word(*WORDS))
)
def q2(compare: dict[Any, str]) -> Iterator[Finding]:
    """A function of a printed figure and one worked out, either of which may be None, to one of four words."""
    given = compare

    def wrong(cases: Iterable[tuple[Any, ...]]) -> list[str]:
        return [given[case] for case in cases if given[case] != _compared(*case)]

    noise = ""
    for printed, other in (case for case in AGREE if given[case] != "agrees"):
        noise = f'With {printed:,} and {other:,} your function says "{given[printed, other]}". They are at most 5% apart.'
        break
    yield Finding("compare", not wrong(AGREE), noise, entry="known")
    down, up = wrong(DOWN), wrong(UP)
    side = f"A ratio has two sides. Your function misses the figures that are ten times too {'small' if down else 'large'}."
    far = [case for case in FAR if given[case] != _compared(*case)]
    too_far = "".join(
        f'With {printed:,} and {other:,} your function says "{given[printed, other]}". Several places can be lost at '
        "once: 万 (wàn) stands for four."
        for printed, other in far[:1]
    )
    every = {*DOWN, *UP}
    exact = [(p, o) for p, o in every if given[p, o] == "differs" and (p, o) in NEARLY]
    slips: Slips = (
        (
            exact and len(exact) == len(down) + len(up),
            "A slip may be rounded as well: at most 5% from ten times the other, or from a tenth, is near enough.",
        ),
        (
            down and up,
            "Your function misses a lost decimal place. What is 71 divided by 7, nearly? And 7 divided by 71?",
        ),
        (down or up, side),
        (far, too_far),
    )
    yield judge_slips("compare", slips, entry="known")
    missed = set(wrong(DIFFER))
    loose = {case for case in DIFFER if given[case] != "differs"}
    slips = (
        (
            missed == {"slip"} and loose <= {*NEAR_A_SLIP},
            "Your line for slips is too wide. It runs at five in a hundred there as well: try 1,060 and 100.",
        ),
        (
            loose == {(105.2, 100)},
            "Five percent of which figure? The printed one is at most 5% away from the other.",
        ),
        (
            missed == {"slip"},
            "You call a figure a slip that is merely far off. Only a power of ten is a lost place.",
        ),
        (
            missed == {"agrees"},
            "You accept too much as rounding. The question draws the line at five in a hundred.",
        ),
        (
            missed,
            "Some pairs are neither near nor a power of ten apart. Try 300 and 100, 1,200 and 100, 94 and 100.",
        ),
    )
    yield judge_slips("compare", slips, entry="known")
    zero = "A figure that is missing is not zero, and it is no slip either. Look for `None` before you divide."
    yield Finding("compare", not wrong(OPEN), zero, entry="open")


REPAIRS = ("56 of 76", "560 of 176", "560 of 760", "560 of 762", "560 of 7,600")
DAMAGED = (560, 76)  # a sentence made for teaching, on the village of rows B16 and B17


def _one_digit(one: int, other: int) -> bool:
    """Whether a number becomes the other by losing one digit."""
    short, long = sorted((str(one), str(other)), key=len)
    return short in {long[:i] + long[i + 1 :] for i in range(len(long))}


def _possible(repair: str, part: int, whole: int) -> bool:
    p, w = (int(n.replace(",", "")) for n in repair.split(" of "))
    return p <= w and ((p == part and _one_digit(w, whole)) or (w == whole and _one_digit(p, part)))


repair = word(*REPAIRS, also={"560 of 7600": "560 of 7,600"})


@question(3, possible=several(repair), share=number, rest=number)
def q3(possible: frozenset[str], share: Any, rest: Any) -> Iterator[Finding]:
    """Which one-digit repairs arithmetic allows, and the share and the rest by the newspaper."""
    part, whole = DAMAGED
    right = {r for r in REPAIRS if _possible(r, part, whole)}
    counted, households = daji("B17"), daji("B16")
    backed = {f"{counted:.0f} of {households:.0f}"}
    slips: Slips = [
        ("560 of 176" in possible, "In one of yours the part is still larger than its whole."),
        (
            possible - right,
            "One of yours needs two digits. One lost or added digit is all that is allowed here.",
        ),
        (
            possible == backed,
            "That one is backed by a source. But arithmetic allows more: it cannot choose for you.",
        ),
    ]
    more = f"What you have is right, but arithmetic allows more. Still to be found: {len(right - possible)}."
    yield Finding("possible", possible == right, first_reply(slips, more))
    slips = [
        (100 * households / counted, TURNED),
        (counted / households, PERCENT),
        (
            100 * part / whole,
            "You kept the damaged whole. More than a hundred percent is no share.",
        ),
        (100 - 100 * counted / households, "That is the share of those who do not trade."),
    ]
    step = "Divide the trading households of row B17 by the households of row B16, and multiply by a hundred."
    yield judge_number(
        "share",
        share,
        100 * counted / households,
        slips,
        step,
        share=0,
        units=0.06,
        slip_share=0.006,
        whole=True,
    )
    slips = [
        (whole - part, "You kept the damaged whole, so fewer than zero households are left."),
        (76 - 56, "That is the rest of another repair. Take the two numbers of the newspaper."),
        (counted - households, "The other way round: subtract the part from the whole."),
    ]
    step = "Subtract the households that trade from all households, by the newspaper."
    yield judge_number("rest", rest, households - counted, slips, step, share=0)


STANDARD = word(
    *map(plain_name, (*PLACES, *PEOPLE, *OTHERS)),
    also={"Shaji Town": "Shaji", "Dongfeng Village": "Dongfeng", "Suining County": "Suining"},
)
printed_name = word(*DOUBTFUL, also={name.rsplit(" ", 1)[0]: name for name in DOUBTFUL})


@question(
    4,
    stands_for=mapping((*STANDS_FOR, SCHOLARS), STANDARD),
    guesses=several(printed_name),
    villages_there=number,
)
def q4(
    stands_for: dict[str, str], guesses: frozenset[str], villages_there: Any
) -> Iterator[Finding]:
    """Retold names of Shaji, which names of other texts are mere guesses, and the villages behind 13 rows of a county."""
    right = STANDS_FOR | {SCHOLARS: re.split(r" (?:Town|Village)\b", entity(SCHOLARS).name)[0]}
    wrong = {name for name in stands_for if stands_for[name] != right[name]}
    of_people = {retold(name) for name in PEOPLE}
    places = wrong - of_people
    scholar = (
        "A study can take one level for another. Which of the names has nearly these letters? "
        f'`evidence.entity("{SCHOLARS}")` says what it is.'
    )
    slips: Slips = [
        (SCHOLARS in places, scholar),
        (
            places,
            "Put the letters of the retelling back, one sound after the other, then look at what the text says.",
        ),
    ]
    yield judge_slips("stands_for", slips)
    words = "Put the letters back: which of the four begins like this? The rows name them."
    if stands_for[retold("Xu Song")] == "Sun Han":
        words = "The family name comes first. In one of the names `Sun` comes second, and may stand for two sounds."
    yield Finding("stands_for", not wrong & of_people, words)
    unsure = {name for name in DOUBTFUL if entity(name).certainty == "guess"}
    slips = [
        (
            not guesses,
            "Your list is empty. Some of the notes say themselves that a name is a guess.",
        ),
        (guesses - unsure, "One in your list is likely, by its note, and so more than a guess."),
    ]
    words = first_reply(
        slips, f"What you have is right. Still to be found: {len(unsure - guesses)}."
    )
    yield Finding("guesses", guesses == unsure, words)
    rows = cases_of("Suining")
    villages = rows[rows["level"] == "village"]
    slips = [
        (len(rows), "You counted rows. A row is one record of a year, and a place has several."),
        (
            rows["name"].nunique(),
            "That is the number of places, of three levels. How many of them are villages?",
        ),
        (
            len(villages),
            "That is the number of rows about villages. Is each of them a different village?",
        ),
    ]
    step = "Look at the columns `name_zh` and `level`. A village counts once, however many rows it has."
    yield judge_number(
        "villages_there", villages_there, villages["name_zh"].nunique(), slips, step, share=0
    )


ORDER = ("ruled out", "possible", "open", "proved")


@question(
    3, dates_say=mapping(tuple(STORIES), word(*ORDER, also={None: "open", "unknown": "open"}))
)
def q5(dates_say: dict[str, str]) -> Iterator[Finding]:
    """What the order of dates says to six stories of cause and effect."""
    dated = stories().dropna()
    right = dict.fromkeys(STORIES, "open") | dict.fromkeys(dated.index, "possible")
    right |= dict.fromkeys(dated.query("cause > effect").index, "ruled out")
    turned = "You let a cause come after its effect, or reversed the order. Read the two years of each story again."
    same = "The same year is not too late: both may have happened in the right order within it."
    for kind in ORDER[:3]:
        wrong = {dates_say[key] for key in right if right[key] == kind != dates_say[key]}
        slips = (
            (
                "proved" in wrong,
                "Dates cannot prove a cause. What comes first may have helped, or not.",
            ),
            (
                wrong and kind == "open",
                "A missing year is not zero: without the date of a cause, nothing follows.",
            ),
            (
                "open" in wrong,
                "Both years are in the table there, so the dates do say something.",
            ),
            (wrong and kind == "possible" and dates_say["F"] == kind, same),
            (wrong, turned),
        )
        yield judge_slips("dates_say", slips)


@question(
    4,
    costume_growth=number,
    fell_by=number,
    fell_is=word("at most", "at least", "exactly"),
    steady=several(word(*SALES)),
)
def q6(
    costume_growth: Any, fell_by: Any, fell_is: str, steady: frozenset[str]
) -> Iterator[Finding]:
    """Growth a year, the fall of a year and its bound, and the two rows on which another story rests."""
    start, top, low, output = daji("B25"), daji("B33"), daji("B34"), daji("B32")
    slips = [
        *(
            (
                rate(start, top, n),
                "Count the steps from year to year: how many lead from 2016 to 2019?",
            )
            for n in (4, 2)
        ),
        *rate_slips(start, top, 3),
        (
            rate(start, output, 3),
            "You joined two measures. Costume sales and e-commerce output are not one line.",
        ),
        (
            rate(daji("B20"), top, 5),
            "You began with another measure, economic output. Look for the costume sales.",
        ),
        (
            rate(daji("B21"), top, 5),
            "You began in 2014, with online sales. Begin with the costume sales of 2016.",
        ),
        (rate(top, start, 3), TURNED),
    ]
    step = "Divide the costume sales of 2019 by those of 2016, take the root for the number of years, and subtract one."
    yield judge_number(
        "costume_growth",
        costume_growth,
        rate(start, top, 3),
        slips,
        step,
        share=0,
        units=0.06,
        whole=True,
        slip_share=0.01,
    )
    slips = [
        (0, "Nothing fell if you take e-commerce output. Take the costume sales of both years."),
        (100 * low / top, "That is what was left. How much is gone?"),
        (100 * (top / low - 1), f"{TURNED} A fall is measured by where it starts."),
        (
            100 * (1 - low / output),
            "You joined two measures. Take the costume sales of both years.",
        ),
        (1 - low / top, PERCENT),
        (
            top - low,
            "That is the fall in million yuan. The question asks for percent of the sales of 2019.",
        ),
    ]
    yield judge_number(
        "fell_by",
        abs(fell_by),
        100 * (1 - low / top),
        slips,
        "Divide the loss by the sales of 2019.",
        share=0,
        units=0.06,
        whole=True,
        slip_share=0.012,
    )
    side = {
        "exactly": "The column `qualifier` says that the figure of 2020 is a bound. Then the fall is one too.",
        "at least": "The other way round. If 2020 was more than what is printed, was the fall larger or smaller than yours?",
    }
    yield Finding("fell_is", fell_is == "at most", side.get(fell_is, ""))
    after = turnover().query("year in [2019, 2020]").groupby("indicator")
    (right,) = (set(rows.index) for _, rows in after if rows.value.nunique() == 1)
    slips = [
        (len(steady) != 2, "Give two rows: one of 2019 and one of 2020."),
        (
            steady == {"B33", "B34"},
            "These two show the fall. Which two would somebody quote who saw none?",
        ),
        (
            steady != right,
            "You chose rows of two measures. Look for one that has the same value in both years.",
        ),
    ]
    yield judge_slips("steady", slips)


MISSING = {
    "sales": "",
    "shops": "The question supposes one active shop for each trading household. So the shops are given.",
    "households": "The households are in the row. What does the rule ask for besides shops and households?",
    "income": "The rule does not ask for it, though you may. It speaks of what is taken in, before costs.",
    "population": "The rule never asks for that. Go through its parts: place, shops, households, and what else?",
}
datum = word(
    *MISSING,
    also={
        "annual sales": "sales",
        "yearly sales": "sales",
        "annual_sales_rmb": "sales",
        "online sales": "sales",
        "turnover": "sales",
        "transaction volume": "sales",
        "revenue": "sales",
        "gmv": "sales",
        "销售额": "sales",
        "active shops": "shops",
        "number of shops": "shops",
        "number of households": "households",
        "profit": "income",
        "margin": "income",
        "people": "population",
    },
)


@question(4, dinglou_verdict=verdict, fewest=number, missing=datum, each=number)
def q7(dinglou_verdict: str, fewest: Any, missing: str, each: Any) -> Iterator[Finding]:
    """Dinglou: the verdict, the fewest shops that will do, what is still missing, the sales each household needs."""
    row = record("village_cases", "V05b")
    households, traders = int(row["households"]), int(row["ecommerce_households"])
    known = PLACE | {"households": households}
    sides = {
        "met": "You filled a gap. Trading households are not active shops, and no text gives the sales of that time.",
        "not met": "You read the unknown as zero. Nobody says that there were few shops or sales.",
    }
    yield Finding(
        "dinglou_verdict",
        dinglou_verdict == rules.explain(RULE, known).verdict,
        sides.get(dinglou_verdict, ""),
    )
    right = next(filter(None, rules.boundary(RULE, [households])))
    slips = [
        (households / 10, "No one opens a part of a shop. Which whole number reaches the tenth?"),
        (
            households // 10,
            "You rounded down, and so the shops stay below the tenth. The rule says at least.",
        ),
        (
            100,
            "That passes the test for large villages. There is a second test, and it asks this village for less.",
        ),
        (math.ceil(traders / 10), "The tenth is taken of all households, not of those that trade."),
    ]
    step = "Two tests, and the easier one decides. For the second, take a tenth of all households."
    yield judge_number("fewest", fewest, right, slips, step, share=0)
    yield Finding("missing", missing == "sales", MISSING.get(missing, ""))
    bound = float(rules.get_definition(RULE).threshold("annual_sales_rmb").bound)
    late = float(record("village_cases", "V05c")["annual_sales_rmb"])
    later = "That is the sum of about 2020, for a time that the source does not state."
    slips = [
        (bound / households, "You divided it among all households. Some of them do not trade."),
        *((late / of, later) for of in (traders, households)),
        (traders / bound, TURNED),
        (
            bound / right,
            "You divided it among the fewest shops. Here each trading household has one.",
        ),
        (bound / traders / 10_000, "Write the sum in yuan, in full."),
        (bound / 10 / traders, "A zero is lost: write the bound of the rule in full."),
    ]
    step = "Which sum does the rule ask of the whole village? Divide it among the households that trade."
    yield judge_number(
        "each", each, bound / traders, slips, step, share=0, units=1, slip_share=0.001
    )


LINE = 4_000  # a poverty line to work with, supposed


@question(
    3,
    per_person=number,
    margin=number,
    above=word(
        "yes", "no", "open", also={True: "yes", False: "no", None: "open", "unknown": "open"}
    ),
)
def q8(per_person: Any, margin: Any, above: str) -> Iterator[Finding]:
    """Sales of 2019 for each person in the trade, the margin that reaches a poverty line, and what this shows."""
    sales, people, share = daji("B33") * 10**6, daji("B02"), daji("B06") / 100
    traders = people * share
    right = sales / traders
    slips: Slips = [
        (
            sales / people,
            "You divided the sales among all inhabitants. Four in five of them are in the trade.",
        ),
        (traders / sales, TURNED),
        (right / 10**6, "Write the sales in full yuan before you divide."),
        (sales / people * share, "Fewer people share the sales, so each gets more, not less."),
    ]
    step = "Divide the sales by the people who make or sell costumes."
    yield judge_number("per_person", per_person, right, slips, step, share=0.005)
    slips = [
        (100 * right / LINE, TURNED),
        (right / LINE, TURNED),
        (LINE / right, PERCENT),
        (
            100 * LINE * people / sales,
            "That is the margin if all inhabitants share. Take the people in the trade.",
        ),
        (
            100,
            "So you let all sales stay with the seller. What about cloth, wages, parcels, advertisements?",
        ),
    ]
    step = "How many of each hundred yuan taken in must be left, so that they add up to the poverty line?"
    yield judge_number(
        "margin", margin, 100 * LINE / right, slips, step, share=0, units=0.006, slip_share=0.01
    )
    reads = {
        "yes": "You read sales as income. Which of your two numbers do the texts give, and which one do they not?",
        "no": "You may be right, but these figures do not show it either. What would you need to know of the margin?",
    }
    yield Finding("above", above == "open", reads.get(above, ""))


def _figure_name(figure: Any) -> Any:
    """A figure as the table names it, also where it was written as a number."""
    figure = plain(figure)
    return f"{figure:,}" if type(figure) is int else figure


def _hands(who: str) -> int:
    source = TAKEN_FROM[who]
    return 0 if source is None else 1 + _hands(source)


@question(
    3,
    hands=mapping(tuple(TAKEN_FROM), number),
    separate_counts=number,
    looks_well=mapping(tuple(COUNTED_BY), truth("yes", "no", "unknown"), _figure_name),
)
def q9(
    hands: dict[str, Any], separate_counts: Any, looks_well: dict[str, str]
) -> Iterator[Finding]:
    """How far each text stands from the count, how many counts there are, and who looks well by a large figure."""
    right = {who: _hands(who) for who in TAKEN_FROM}
    with_counter = {who: n + 1 for who, n in right.items()}
    backwards = {who: max(right.values()) - n for who, n in right.items()}
    by_blog = right | {"student paper": right["2017 blog text"] + 1}
    slips: Slips = (
        (
            hands == with_counter,
            "You included the counter. Whoever counted has not repeated anything yet.",
        ),
        (
            hands == backwards,
            "The other way round: the nearest text has the fewest hands before it.",
        ),
        (
            hands == by_blog,
            "The student paper names another text than the blog for this sentence. How far is that?",
        ),
        (
            len({*hands.values()}) == 1,
            "They cannot all be equally near. Follow the last column, row by row.",
        ),
        (
            hands != right,
            "Go from each text to the one that it names, up to whoever counted. How many steps is that?",
        ),
    )
    yield judge_slips("hands", slips)
    roots = [who for who, source in TAKEN_FROM.items() if source is None]
    twice = "You counted one witness more than once. A text that copies a figure does not count anybody again."
    slips = (
        (0, "Somebody did count, even if we have not seen how."),
        *((len(right) - n, twice) for n in range(3)),
    )
    yield judge_number(
        "separate_counts",
        separate_counts,
        len(roots),
        slips,
        "Ask of each text whether it counted by itself.",
        share=0,
    )
    shine = {
        f: "unknown" if by is None else "yes" if by in SHOWN_WELL else "no"
        for f, by in COUNTED_BY.items()
    }
    wrong = {figure for figure in looks_well if looks_well[figure] != shine[figure]}
    gap = "For one figure no counter is named. What is unknown is not zero: do not turn it into a no, or a yes."
    slips = (
        (any(shine[figure] == "unknown" for figure in wrong), gap),
        (
            len(wrong) > 1,
            "Having an interest is not lying. It only says in which direction a figure might lean.",
        ),
        ("6,300" in wrong, "Whose platform does this trade run over? Who is proud of it?"),
        (
            wrong,
            "A firm is not the only one with an interest. Officials are rated too, says the 2017 blog text.",
        ),
    )
    yield judge_slips("looks_well", slips)


@question(3, other_ways=number, too_many=number, of_heze=number)
def q10(other_ways: Any, too_many: Any, of_heze: Any) -> Iterator[Finding]:
    """Who left poverty otherwise by the newspaper, how far 6,300 is from all, and its share of those reached in Heze."""
    counted, lifted, reached = daji("B59"), claimed("habr-lifted-6300"), daji("B60b")
    part = int(re.findall(r"(\d+) percent", record("daji", "B59")["note"])[0]) / 100
    everyone = counted / part
    slips: Slips = [
        (
            counted * (1 - part),
            "You took a share of the part. But the newspaper's number is the part already.",
        ),
        (
            everyone,
            "That is everybody. How many of them left poverty in another way?",
        ),
        (
            counted / (1 - part),
            "You divided by the share of the others. Which share is the newspaper's?",
        ),
        (counted * part, "You multiplied by the share. From a part to its whole you divide."),
        (
            lifted / part - lifted,
            "You began with the company's figure. The share belongs to the newspaper's.",
        ),
    ]
    step = "The newspaper's number is a part of all, and it prints which part. Find the whole first, then subtract the part."
    yield judge_number("other_ways", other_ways, everyone - counted, slips, step, share=0.006)
    slips = [
        (everyone / lifted, TURNED),
        (
            lifted / counted,
            "You divided by the newspaper's part. The question asks for all who left poverty.",
        ),
        (lifted - everyone, "That is a difference. The question is how many times as many."),
        (lifted / (everyone - counted), "You divided by those who left in other ways. Take all."),
    ]
    step = "Divide 6,300 by all who left poverty in the town, by the newspaper."
    yield judge_number(
        "too_many", too_many, lifted / everyone, slips, step, share=0, units=0.06, slip_share=0.02
    )
    slips = [
        (100 * reached / lifted, TURNED),
        (reached / lifted, TURNED),
        (lifted / reached, PERCENT),
        (
            100 * counted / reached,
            "You took the newspaper's figure. Here the company's is asked for.",
        ),
    ]
    step = "Divide 6,300 by the people of row B60b, and multiply by a hundred."
    yield judge_number(
        "of_heze",
        of_heze,
        100 * lifted / reached,
        slips,
        step,
        share=0,
        units=0.06,
        whole=True,
        slip_share=0.01,
    )


DRAWN: dict[str, tuple[Drawn, ...]] = {"q1": (MILLIONS,)}
practice = Practice("dangji", (q1, q2, q3, q4, q5, q6, q7, q8, q9, q10), DRAWN)
check, hint, solution = practice.check, practice.hint, practice.solution
progress, resume = practice.progress, practice.resume
take_along, bring_back = practice.take_along, practice.bring_back
