"""Practice for theme 4: who makes a Taobao village?

No answer stands here that a table could give: what is right is worked out from the events, the relations, the counts
and the claims, and so is what a named misreading would answer. Tables made for teaching say so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ... import datasets
from ...practice.answers import (
    Reader,
    Unfit,
    fold,
    mapping,
    number,
    number_or_unknown,
    plain,
    results,
    several,
    single,
    text,
    word,
    word_of,
    write_number,
)
from ...practice.copies import Drawn
from ...practice.core import Practice, question
from ...practice.replies import (
    Finding,
    Slips,
    agree,
    first_reply,
    is_rounded,
    judge_number,
    judge_rounded,
    judge_slips,
    near,
)
from ...practice.slips import PERCENT, TURNED
from ...practice.tables import record, small_table, value
from .agreement import kappa
from .networks import brokerage, network, without

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

CODED = ("G11", "G17", "G24", "G30", "G41")
SEVEN = ("L01", "L02", "L07", "L08", "L11", "L12", "L17")
BUDGET, RATE, PROMISED = "li-fn11-2bn", "li-fn11-10m", "habr-100000-centres"
EARLY, LATE = "rural_taobao_centres-2015-10", "rural_taobao_centres-2016-02"
COVERED, FEWER = "rural_taobao_centres-2017-03", "rural_taobao_centres-2017"
STATE = "the state"
LEVELS = ("central", "prefecture", "county", "township", "party", "company")
MEANS = ("finance", "logistics", "party_building", "platform", "policy", "talent")
THE_STATE = {"state", STATE, "government", "the government", "local government", "public"}
OFFICES = {
    "national": "central",
    "centre": "central",
    "the centre": "central",
    "central government": "central",
    "the central government": "central",
    "prefecture government": "prefecture",
    "county government": "county",
    "town": "township",
    "town government": "township",
    "township government": "township",
    "firm": "company",
    "communist party": "party",
}


def _read_level(answer: Any) -> str:
    """A level, by its word or by the name of such an office. "The state" is read, but never offered."""
    written = plain(single(answer))
    if type(written) is str and fold(written) in THE_STATE:
        return STATE
    if type(written) is str:
        written = OFFICES.get(fold(written), written)
    return str(word(*LEVELS).read(written))


level = Reader(_read_level, "", "word", lambda: LEVELS)


# ---- tables ----------------------------------------------------------------------------------------------------------
CODERS = """
Lan      central  local
central       {}      {}
local          {}      {}
"""
COUNTS = Drawn(
    "coders", (32, 4, 2, 2), ((30, 4, 3, 3), (31, 3, 3, 3), (30, 5, 2, 3), (29, 4, 4, 3))
)
IN_YI = Drawn("set aside", 18, (12, 15, 21, 24, 27), ("{} 亿元", "{} * 10**8"))


def coders() -> pd.DataFrame:
    """How two coders sorted forty events, made for teaching: a row each word of Lan, a column each word of Bo."""
    return small_table(CODERS.format(*COUNTS.value)).rename_axis(columns="Bo")


def ties() -> pd.DataFrame:
    """Seven relations of the table, a row each tie from one group of actors to another."""
    import pandas as pd

    edges = _network(*SEVEN).edges(keys=True, data="instrument")
    rows = [(key, giver, receiver, means) for giver, receiver, key, means in edges]
    return pd.DataFrame(sorted(rows), columns=["id", "giver", "receiver", "instrument"]).set_index(
        "id"
    )


def _network(*rows: str) -> nx.MultiDiGraph:
    """The relations between actors: some rows of the table, or all."""
    table = datasets.load("relations")
    return network(table[table["id"].isin(rows)] if rows else table)


PIECES = """
piece  what                                             if_free  if_controlled
A      It takes a subsidy from the local government           8              8
B      Members elected a head whom the town opposed           6              1
C      A county official is its secretary                     2              8
D      It objected to a rule; the rule was changed            6              2
E      Sales in the village went up                           7              7
F      In another village one is tightly controlled           5              5
"""


def evidence() -> pd.DataFrame:
    """Six pieces of evidence on an association, made for teaching.

    The numbers are guesses: of ten associations that are free, and of ten that are controlled, how many would show it.
    """
    return small_table(PIECES)


BRIEFS = """
role               letter  sentence  look_up
county official    a       In 2015 the centre set aside {money:g} billion yuan, {rate:g} million for each county chosen.  policy_events G21
county official    b       After the money of 2015 the list grew from {before:,} to {after:,} villages: we brought them.  villages_by_year 2015, 2016
platform manager   a       In March 2017 China had {covered:,.0f} Taobao villages, and we made them.  context rural_taobao_centres-2017-03, label_misuse M03
platform manager   b       Rural Taobao covered {covered:,.0f} villages in March 2017 by our count; one text has {fewer:,.0f}.  context rural_taobao_centres-2017-03 and -2017
association head   a       One study finds the association of Junpu largely free; another finds some held too tightly.  positions P04, P05
association head   b       Ministry, county and party branch are one: who takes money from it takes orders from all.  relations L01, L07, L09, L11
small seller       a       By one report, large shops in Qingyanliu left the pooled orders and small ones lost by it.  relations L20
small seller       b       Since 2014 Alibaba runs {promised:,.0f} village stations: it is in your own table.  policy_events G17
"""


def briefs() -> pd.DataFrame:
    """The brief of the role play, made for teaching: two sentences a role, of which one goes too far."""
    return small_table(
        BRIEFS.format(
            money=value("claims", BUDGET) / 10**9,
            rate=value("claims", RATE) / 10**6,
            before=_listed()[2015],
            after=_listed()[2016],
            covered=value("context", COVERED),
            fewer=value("context", FEWER),
            promised=value("claims", PROMISED),
        )
    ).reset_index()


def _listed() -> dict[int, int]:
    """Taobao villages on the list, by year."""
    table = datasets.load("villages_by_year")
    return dict(zip(map(int, table["year"]), map(int, table["villages"]), strict=True))


# ---- questions -------------------------------------------------------------------------------------------------------
@question(4, levels=mapping(CODED, level), means=mapping(CODED, word(*MEANS)))
def q1(levels: dict[str, str], means: dict[str, str]) -> Iterator[Finding]:
    """Level and means of five events, as the table codes them; of the means one may differ."""
    table = datasets.load("policy_events").set_index("id").loc[list(CODED)]
    right = dict(table["level"])
    wrong = {key for key in CODED if levels[key] != right[key]}
    hold = len(CODED) - len(wrong)
    lumped = [levels[key] for key in CODED].count(STATE)
    state = f'You coded "the state" or "government" in {lumped} of 5. The state is not one actor: which office acted?'
    coded, missed = {levels[key] for key in wrong}, {right[key] for key in wrong}
    slips: Slips = (
        (lumped, state),
        (
            "central" in coded,
            "You coded a lower office as central. Does the office named first act for all China?",
        ),
        (
            "party" in missed,
            "You took a body of the party for an office of the government. The codebook separates them.",
        ),
        (
            "company" in missed,
            "You coded where it arrives. The codebook asks who acts: not every actor is an office.",
        ),
    )
    words = first_reply(
        slips,
        f"{hold} of your 5 levels are those of the table. Read the name of each actor once more.",
    )
    for enough in (4, 5):
        yield Finding("levels", hold >= enough, words)
    alike = max(means.values(), key=list(means.values()).count)
    many = list(means.values()).count(alike)
    agreed = sum(means[key] == code for key, code in dict(table["instrument"]).items())
    words = f"{agreed} of your 5 means are those of the table; 4 will do. What is passed on: money, words, a service, people?"
    if many > 2:
        words = f"You gave {many} of the five one means, {alike}. A word that fits all sorts nothing: find a narrower one."
    yield Finding("means", agreed >= 3, words)
    yield Finding("means", agreed >= 4 and all(means.values()), words)


def _read_share(answer: Any) -> Any:
    """A number that is a share of one, or a kappa."""
    given = number.read(answer)
    if given == math.inf:
        raise Unfit("This is infinity. Is anything divided by zero? Write a share of one.")
    if given > 1:
        raise Unfit(
            f"{write_number(given)} looks like a count or a percentage. Write a share of one: a half is 0.5."
        )
    return given


share_of_one = Reader(_read_share)


@question(3, observed=share_of_one, expected=share_of_one, corrected=share_of_one)
def q2(observed: Any, expected: Any, corrected: Any) -> Iterator[Finding]:
    """Observed agreement, agreement by chance and kappa of a table of two coders, by hand."""
    table = coders()
    first = [w for w in table.index for other in table for _ in range(table.loc[w, other])]
    second = [other for w in table.index for other in table for _ in range(table.loc[w, other])]
    right = kappa(first, second)
    differ = "That is the share on which they differ. On how many of the forty did both choose the same word?"
    count = "Count the events on which both chose the same word, and divide by all forty."
    slips: Slips = ((1 - right.observed, differ), (table.iloc[0, 0] / len(first), count))
    yield judge_rounded("observed", observed, right.observed, 2, slips, count)
    rows, columns = (table.sum(axis=axis) / len(first) for axis in ("columns", "index"))
    slips = (
        (
            1 / len(rows),
            "You gave each word an even chance. But chance follows the habits of these two.",
        ),
        (
            (rows**2).sum(),
            "You used the habits of Lan twice. Those of Bo are the sums of the two columns.",
        ),
        (
            (columns**2).sum(),
            "You used the habits of Bo twice. Those of Lan are the sums of the two rows.",
        ),
        (
            (rows * columns).iloc[0],
            "You have the chance to meet on one word. They can meet on the other too.",
        ),
    )
    habits = (
        "For each word, multiply the share of Lan with the share of Bo. Then add the products up."
    )
    yield judge_rounded("expected", expected, right.expected, 2, slips, habits)
    above, below = float(observed) - float(expected), 1 - float(expected)
    own = above / below if below else 0
    slips = (
        (
            right.observed,
            "That is the agreement with chance still in it. Take chance out, from it and from the whole.",
        ),
        (
            above,
            "That is what is left without chance. Now measure it against the most that could be left.",
        ),
        (
            own,
            "Kappa follows correctly from your two shares. Correct these first.",
        ),
    )
    step = "Kappa is a fraction: above, the agreement minus chance; below, the whole minus chance."
    finding = judge_rounded("corrected", corrected, right.kappa, 2, slips, step)
    rounded_before = is_rounded(observed, right.observed, 2) and is_rounded(
        expected, right.expected, 2
    )
    follows = rounded_before and is_rounded(corrected, own, 2)
    yield finding._replace(earned=finding.earned or follows)


def _cases(*pairs: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Two lists of codes from each pair of words, a letter a code."""
    return tuple((tuple(first), tuple(second)) for first, second in map(str.split, pairs))


TWO = _cases("cclcl clccl", "cccccclll cccclclll", "cclcl cclcl", "cccccccl ccccccll")
FAR_APART = _cases("clcl lclc", "cl lc")
LONG_WORDS = (
    ("central", "county", "party", "township", "company", "central", "company"),
    ("central", "county", "township", "party", "company", "county", "company"),
)
MORE = (*_cases("ccllppp cllcppl", "cclll cclpp", "clp cpp"), LONG_WORDS, *FAR_APART)
ALL_BUT_ONE = f"{'c' * 38}ll {'c' * 39}l"  # chance alone would make them agree nearly always
EDGES = _cases("cccc cccc", "cccc llll", ALL_BUT_ONE)


def _kappa(first: Any, second: Any) -> float | None:
    return kappa(first, second).kappa


_alike = partial(agree, share=0.01, units=0.006)  # two decimals will do


def _by_chance(first: Any, second: Any, chance: float) -> float:
    """What kappa would be if chance were this."""
    return (kappa(first, second).observed - chance) / (1 - chance)


AGREEMENT = "Your function gives the share on which they agree, with chance still in it."
UNSCALED = "Your function takes chance away, but does not divide by the most that could be left."
EVEN = "Your function gives each word the same chance. Chance follows how often each coder used it."
OWN = "Your function takes the habits of the first coder for both. Each coder has habits of their own."
FORMULAS = (
    (lambda a, b: kappa(a, b).observed, AGREEMENT),
    (lambda a, b: kappa(a, b).observed - kappa(a, b).expected, UNSCALED),
    (lambda a, b: _by_chance(a, b, 1 / len({*a, *b})), EVEN),
    (lambda a, b: _by_chance(a, b, sum(a.count(w) ** 2 for w in {*a}) / len(a) ** 2), OWN),
)


BY_HAND = "Take c, c, l, c, l and c, l, c, c, l by hand: which share agrees, and which would by chance? Then try yours on them."
TOO_SOON = "Yours returns None for lists that have a kappa. Only one case has none: both use only one and the same word."
BELOW = "Kappa may be below zero: two coders can agree less than chance would make them. Try yours on such lists."
THROUGH = "With two words it works, with more, or longer ones, not always. Go through all words that either coder used."


def _read_kappa(answer: Any) -> Any:
    """A number, or None where there is none to give; the word "None" is text, and dots are nothing."""
    if answer is ...:
        raise Unfit("Dots are no result. Return None where kappa has no value.")
    if type(answer) is str:
        raise Unfit("Return a number, or None without quotation marks where kappa has no value.")
    return number_or_unknown.read(answer)


@question(
    3,
    cohens_kappa=results(
        {"two": TWO, "more": MORE, "edges": EDGES}, Reader(_read_kappa), as_kind=list
    ),
)
def q3(cohens_kappa: dict[Any, Any]) -> Iterator[Finding]:
    """A function from two lists of codes to Cohen's kappa, with None where it has no value."""
    given = cohens_kappa
    slips: list[tuple[Any, str]] = [(_alike(given, way, TWO), words) for way, words in FORMULAS]
    slips.append((any(given[case] is None for case in (*TWO, *MORE)), TOO_SOON))
    plainly = _alike(given, _kappa, TWO)
    yield Finding("cohens_kappa", plainly, first_reply(slips, BY_HAND), entry="two")
    rest = [case for case in MORE if case not in FAR_APART]
    slips += [(plainly and _alike(given, _kappa, rest), BELOW), (plainly, THROUGH)]
    reply = first_reply(slips, BY_HAND)
    yield Finding("cohens_kappa", _alike(given, _kappa, MORE), reply, entry="more")
    alike, apart, nearly = EDGES
    both = "Where both use only one and the same word, yours gives a number. But nothing is left to divide by: return None."
    each = "Where each coder uses only one word, and not the same one, yours is not right. Is anything divided by zero?"
    edges = (
        (given[alike] is not None, both),
        (not near(given[apart], _kappa(*apart)), each),
        (given[nearly] is None, TOO_SOON),
        (not _alike(given, _kappa, [nearly]), BY_HAND),
    )
    yield judge_slips("cohens_kappa", edges, entry="edges")


A_COUNTY = 15_000_000  # 1,500 万元, made for teaching


@question(3, counties=number, mean_million=number, bears_out=word("A", "B", "C"))
def q4(counties: Any, mean_million: Any, bears_out: str) -> Iterator[Finding]:
    """The counties that a budget is enough for, the mean of a real one, and what a division bears out."""
    right = IN_YI.value * 10**8 / A_COUNTY
    both = "亿 (yì) is a hundred million and 万 (wàn) ten thousand: write both out."
    slips: Slips = (
        (right / 100, f"That is a hundred times too few. {both}"),
        (right * 10, f"That is ten times too many. {both}"),
        (
            IN_YI.value / 1500,
            f"That is what you get from the printed figures without their units. {both}",
        ),
        (1 / right, TURNED),
    )
    far = "That is not the sum divided by the share of a county."
    yield judge_rounded("counties", counties, right, 1, slips, far)
    paid = record("policy_events", "G59")
    total = int(paid["amount_rmb"])
    (named,) = re.findall(r"(\d+) demonstration counties", paid["what"])
    million, in_million = total / int(named) / 1e6, "Write it in million yuan, with one decimal."
    slips = (
        (million * 1e6, in_million),
        (million / 1e3, in_million),
        (million / 100, f"That is a hundred times too little. {both}"),
        (1e6 / million / 1e6, TURNED),
        (
            A_COUNTY / 1e6,
            "That is the rate of the invented province. Event G59 has a sum and a number of counties of its own.",
        ),
    )
    step = "Take event G59: its sum in million yuan, divided by the counties that its words name."
    yield judge_rounded("mean_million", mean_million, million, 1, slips, step)
    carries = {
        "A": "A plan is not a result. A sum set aside has built and taught nothing yet. Which sentence claims less?",
        "C": "Setting aside is not yet paying. Accounts say who got how much; a division does not.",
    }
    yield Finding("bears_out", bears_out == "B", carries.get(bears_out, ""))


actor = word_of(lambda: sorted(_network()))


def _broker(graph: nx.MultiDiGraph) -> str:
    return str(brokerage(graph)["brokered"].idxmax())


def _busiest(graph: nx.MultiDiGraph) -> str:
    """The actor with most ties, in and out."""
    ends = [end for pair in set(graph.edges()) for end in pair]
    return max(ends, key=ends.count)


@question(4, broker=actor, brokered_pairs=number, cut_off=several(actor), broker_of_all=actor)
def q5(
    broker: str, brokered_pairs: Any, cut_off: frozenset[str], broker_of_all: str
) -> Iterator[Finding]:
    """The broker of seven relations, its pairs, who is cut off from the centre without it, and the broker of all."""
    few, every = _network(*SEVEN), _network()
    right, between = _broker(few), brokerage(few)["brokered"]
    into, out = set(), set()
    if broker in few:
        into, out = set(few.in_edges(broker)), set(few.out_edges(broker))
    slips: Slips = (
        (
            broker == _busiest(few),
            "You chose the one with most ties. It receives, but does it pass anything on here?",
        ),
        (
            not into or not out,
            "You chose one that only gives, or only receives, in these rows. A broker does both.",
        ),
    )
    step = "It passes things on, but who gives to it reaches some of the receivers directly. Count pairs without a tie."
    yield Finding("broker", broker == right, first_reply(slips, step))
    ends = few.in_degree(right) + few.out_degree(right)
    tie = (
        ends,
        f"{ends} is the number of its ties. A pair is one who gives to it and one who receives from it.",
    )
    step = "Write down who gives to it, and to whom it gives. Then cross out the pairs that are tied directly."
    yield judge_number("brokered_pairs", brokered_pairs, between[right], (tie,), step, share=0)
    count, known = "Let `governance.brokerage` count, and read its first row.", broker == right
    gone = without(few, right).unreached
    lost = set(gone.loc[gone["start"] == "central government", "end"])
    after = {receiver for _, receiver in few.out_edges(right)}
    slips = (
        (
            right in cut_off,
            "The broker itself is taken out. Ask about the others." if known else count,
        ),
        (
            cut_off == after,
            "You stop one step after the broker. They pass on what they get: follow all arrows.",
        ),
        (
            cut_off - lost,
            f"In your list, {len(cut_off - lost)} could not be reached from the centre before, or still can.",
        ),
        (
            cut_off != lost,
            "More are cut off. Follow the arrows from the centre to the end, with the broker and without.",
        ),
    )
    yield judge_slips("cut_off", slips)
    slips = (
        (
            known and broker_of_all == right,
            "That is the broker of the seven rows. With all rows there are other ways around it.",
        ),
        (
            broker_of_all == _busiest(every),
            "That is the one with most ties of all. Who is between others without a tie?",
        ),
    )
    yield Finding("broker_of_all", broker_of_all == _broker(every), first_reply(slips, count))


SENTENCES, VERDICTS = tuple("12345"), ("shown", "contradicted", "open")


def _verdicts() -> dict[str, str]:
    """What the tables say to the five sentences of question 6."""
    covered, promised = value("context", COVERED), value("claims", PROMISED)
    counts = datasets.load("context").query("series == 'rural_taobao_centres'").set_index("id")
    early = counts[(counts["year"] < 2017) | (counts["period_as_printed"] == "March 2017")]
    undated = counts.isna().loc[FEWER, "month"]
    disputed = (counts.loc[[COVERED, FEWER], "status"] == "disputed").all()
    return {
        "1": "shown" if _listed()[2017] == covered else "contradicted",
        "2": "shown" if early["value"].max() >= promised else "contradicted",
        "3": "open" if disputed else "shown",
        "4": "open" if undated and disputed else "contradicted",
        "5": "shown" if 3 * covered < promised else "contradicted",
    }


TOO_SURE = (
    (
        "1",
        "shown",
        "Stations are not villages of this kind. How many such villages were on the list of 2017?",
    ),
    (
        "2",
        "shown",
        "Sentence 2 mistakes a plan for a result. What did the counts say up to that month?",
    ),
    (
        "3",
        "shown",
        "Sentence 3 may well be so, but look at the notes: what do the two texts themselves print?",
    ),
    (
        "3",
        "contradicted",
        "Sentence 3 has not been refuted. Loose words in a text do not settle what was counted.",
    ),
    ("4", "shown", "Sentence 4 knows which count came first. Does the table?"),
    (
        "4",
        "contradicted",
        "You are sure that nothing was lost. In which month was the smaller count made?",
    ),
)


@question(4, times=number, percent=number, sentences=mapping(SENTENCES, word(*VERDICTS), str))
def q6(times: Any, percent: Any, sentences: dict[str, str]) -> Iterator[Finding]:
    """Two counts of one programme in its first years: their ratio, a percentage of what was promised, and verdicts on five sentences."""
    early, late, promised = (
        value("context", EARLY),
        value("context", LATE),
        value("claims", PROMISED),
    )
    slips: Slips = (
        (early / late, TURNED),
        (
            late - early,
            "That is the difference. The question is how many times as large the later count is.",
        ),
        (
            value("context", COVERED) / value("context", FEWER),
            "These are the two counts of 2017. The question asks about October 2015 and February 2016.",
        ),
    )
    step = "Divide the count of February 2016 by that of October 2015, and keep two decimals."
    yield judge_rounded("times", times, late / early, 2, slips, step)
    right = 100 * late / promised
    slips = (
        (
            100,
            "A plan is not a result. The announcement is what you divide by, not what was reached.",
        ),
        (right / 100, PERCENT),
        (100 * 100 / right, TURNED),
    )
    step = "Divide the count of February 2016 by the stations that were announced in 2014, and multiply by a hundred."
    yield judge_rounded("percent", percent, right, 1, slips, step)
    verdicts = _verdicts()
    hold = sum(sentences[key] == verdicts[key] for key in SENTENCES)
    slips = (
        (sentences[key] == verdict != verdicts[key], words) for key, verdict, words in TOO_SURE
    )
    words = f"{hold} of your 5 verdicts hold. Look up the rows for each, and ask what would have to be known."
    words = first_reply(slips, words)
    for enough in (4, 5):
        yield Finding("sentences", hold >= enough, words)


@question(3, step_ended=number, more_inland=number, may_write=word("A", "B", "C"))
def q7(step_ended: Any, more_inland: Any, may_write: str) -> Iterator[Finding]:
    """The steepest step on a log axis, villages that came on in the centre and west, and what may be written."""
    listed = {year: n for year, n in _listed().items() if 2013 <= year <= 2018}
    years = list(listed)[1:]
    steepest = max(years, key=lambda year: listed[year] / listed[year - 1])
    most, funded = (
        max(years, key=lambda year: listed[year] - listed[year - 1]),
        record("policy_events", "G21")["year"],
    )
    slips: Slips = (
        (
            most,
            "There the most villages were added. The question asks for the step that multiplied most: the steepest piece.",
        ),
        (
            funded,
            "That is the year of the money. Compare the slope that leads up to it with the one before.",
        ),
        (steepest - 1, "There the piece begins. The question asks for the year in which it ends."),
    )
    words = "On this axis equal steps up multiply by the same number. Look for the steepest piece, and where it ends."
    yield judge_number("step_ended", step_ended, steepest, slips, words, share=0)
    rows = datasets.load("villages_by_province").query("source == 'ROSTER'")
    by = rows.groupby(["region", "year"])["villages"].sum().unstack(fill_value=0).astype(int)
    more, right = by[2016] - by[2014], ["Central", "West"]
    single = "That is one of the two regions. The money was meant for both."
    east = "That is the East, or all of China. Where was the money meant to go?"
    slips = (
        (
            by[2016][right].sum(),
            "That many there were in 2016. How many more is that than in 2014?",
        ),
        (
            more.drop("East").sum(),
            "You counted the Northeast in. Where was the money mainly meant to go?",
        ),
        *((more[region], single) for region in right),
        *((villages, east) for villages in (more.sum(), more["East"])),
    )
    words = "Take Central and West: the list of 2016 less the list of 2014."
    yield judge_number("more_inland", more_inland, more[right].sum(), slips, words, share=0)
    writes = {
        "A": '"After" is not "because of". The number multiplied before as well, and these regions gained few.',
        "B": "That says more than these tables know. They count villages on a list; the money was meant for "
        "logistics, centres and courses.",
    }
    yield Finding("may_write", may_write not in writes, writes.get(may_write, ""))


reading = word(
    "free", "controlled", "neither",
    also={"autonomy": "free", "autonomous": "free", "control": "controlled", "both": "neither", "none": "neither"},
)  # fmt: skip


def _spoken_for(times: float) -> str:
    """The reading for which a piece speaks that is seen so many times as often where it is true."""
    if times == 1:
        return "neither"
    return "free" if times > 1 else "controlled"


@question(4, speaks_for=mapping(tuple("ABCDEF"), reading), odds=number)
def q8(speaks_for: dict[str, str], odds: Any) -> Iterator[Finding]:
    """For which reading of an association six pieces of evidence speak, and the odds after three of them."""
    table = evidence()
    ratio = dict(table["if_free"] / table["if_controlled"])
    right = {piece: _spoken_for(times) for piece, times in ratio.items()}
    other = {"free": "controlled", "controlled": "free", "neither": "neither"}
    hold = sum(speaks_for[p] == right[p] for p in right)
    turned = all(speaks_for[p] == other[right[p]] for p in right)
    purpose = "Piece A: you read a purpose into the subsidy. Those who pay need not give orders: both kinds take it."
    slips: Slips = (
        (
            turned,
            "It is the other way round: a piece supports the reading under which it is seen more often.",
        ),
        (speaks_for["A"] != right["A"], purpose),
        (
            speaks_for["F"] != right["F"],
            "Piece F is about another village. What is true there can be false here.",
        ),
        (
            speaks_for["E"] != right["E"],
            "Piece E: success is neither freedom nor obedience. Both kinds can have it.",
        ),
    )
    step = f"{hold} of your 6 hold. In each row, which of the two numbers is larger? If neither is, it shows nothing."
    for enough in (4, 5, 6):
        yield Finding("speaks_for", hold >= enough, first_reply(slips, step))
    heard = [ratio[p] for p in ("A", "C", "D")]
    end = heard[0] * heard[1] * heard[2]
    slips = (
        (
            1 / end,
            "Those are the odds of controlled to free. The question asks for free to controlled.",
        ),
        (
            end / (1 + end),
            "That is a probability. Odds are free to controlled: one number divided by the other.",
        ),
        (
            1,
            "You counted the pieces, one for each side. They do not weigh the same: use the numbers.",
        ),
        (
            sum(heard),
            "You added the ratios. Each piece multiplies the odds that were there before it.",
        ),
        (end * ratio["B"], "You counted in piece B as well. You heard A, C and D."),
    )
    step = "Begin with one to one. Multiply by if_free / if_controlled of each piece that you heard: A, C and D."
    yield judge_number("odds", odds, end, slips, step)


ROLES = ("county official", "platform manager", "association head", "small seller")
TOO_FAR = {
    "county official": ("b", "after is because of"),
    "platform manager": ("a", "stations are villages"),
    "association head": ("b", "the state is one actor"),
    "small seller": ("b", "a plan is a result"),
}
MEANT = {
    "after is because of": "takes what came later for an effect of what came before. Is a cause named there?",
    "stations are villages": "takes places with a service point for places of many sellers. Are stations called villages there?",
    "a plan is a result": "takes what was announced for what was done. Is anything announced there?",
    "the state is one actor": "lets ministry, county, town and party speak with one voice. Is that what is said there?",
}


@question(4, too_far=mapping(ROLES, word("a", "b")), slip=mapping(ROLES, word(*MEANT)))
def q9(too_far: dict[str, str], slip: dict[str, str]) -> Iterator[Finding]:
    """Which sentence of each role goes too far, and by which slip."""
    hold = sum(too_far[role] == TOO_FAR[role][0] for role in ROLES)
    words = (
        f"{hold} of 4 sentences are the ones that go too far. Look up the rows named beside them."
    )
    if not hold:
        words = "It is the other way round: the four that you named are supported."
    for enough in (3, 4):
        yield Finding("too_far", hold >= enough, words)
    wrong = [role for role in ROLES if slip[role] != TOO_FAR[role][1]]
    words = ""
    for role in wrong[:1]:
        words = f'At the {role} you see "{slip[role]}". That slip {MEANT.get(slip[role], "")}'
    for enough in (3, 4):
        yield Finding("slip", len(ROLES) - len(wrong) >= enough, words)


class EvidenceRow(NamedTuple):
    """A row of a table: its name, who witnesses it, whether it is a doubt, and what it is about, if not the matter."""

    name: str
    witness: str
    doubt: bool
    off_matter: str = ""


# What the tables themselves say of a row: the columns to look at, and the words that bear on a county's money.
MATTER: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "policy_events": (
        ("instrument", "instrument_2"),
        {"finance", "logistics", "training", "talent", "infrastructure", "platform", "policy"}
        | {"organisation", "pilot", "target"},
    ),
    "relations": (
        ("instrument",),
        {"organisation", "regulation", "finance", "subsidy", "service", "training", "agreement"}
        | {"mixed", "campaign", "party_building"},
    ),
    "positions": (
        ("theme",),
        {"state_role", "governance", "autonomy", "control", "sustainability", "participation"},
    ),
    "critiques": (
        ("critique", "theme"),
        {"subsidies", "poverty", "remoteness", "one-way trade", "welfare experiment"},
    ),
    "claims": (("theme",), {"governance", "sustainability"}),
    "context": (("series",), {"rural_taobao_centres"}),
}
BY_ROW = {  # where the columns say too much or too little
    "policy_events/G36": "The row counts money against poverty of every kind.",
    "positions/P26": "",
}
OTHERS_ACT = ("company", "media")


def _find_row(written: str) -> tuple[str, str]:
    """The table and the key that were meant by ``table/key``, ``table.key``, or by an id that only one table has."""
    parts = [part.strip() for part in re.split("[/\N{FULLWIDTH SOLIDUS}]", written)]
    if len(parts) == 1 and "." in written:
        parts = [part.strip() for part in written.split(".", 1)]
    if len(parts) > 1:
        return fold(parts[0]).replace(" ", "_"), "/".join(parts[1:])
    for name in MATTER:
        if _has_id(datasets.load(name), written):
            return name, written
    return fold(written).replace(" ", "_"), ""


def _has_id(table: pd.DataFrame, key: str) -> bool:
    return "id" in table and bool((table["id"].str.casefold() == key.casefold()).any())


def _read_evidence(answer: Any) -> EvidenceRow:
    """``table/key`` of a row that exists."""
    name, key = _find_row(text.read(answer))
    try:
        table = datasets.load(name)
    except KeyError as error:
        missing = str(error.args[0]) if key else f"No row has the key {name!r} alone."
        raise Unfit(f"{missing} Write a row as table/key, such as policy_events/G20.") from None
    wanted = sorted(part.strip().casefold() for part in key.split("/") if part.strip())
    found = [row for row in table.to_dict("records") if _has_key(row, wanted)]
    if not wanted or len(found) != 1 or "source" not in table:
        seen = f"{len(found)} rows" if found else "no row"
        raise Unfit(f"The table {name} has {seen} of the key {key!r}. Write a row as table/key.")
    (row,) = found
    written = "/".join([name, str(row["id"])] if "id" in row else [name, *wanted])
    signs = {str(row.get(column)) for column in ("status", "stance", "side")}
    return EvidenceRow(
        written,
        str(row.get("witness", row["source"])),
        bool({"disputed", "critical", "for"} & signs),
        BY_ROW.get(written, _off_matter(name, row)),
    )


def _off_matter(name: str, row: dict[str, Any]) -> str:
    """What a row is about, by its table, if that does not bear on how a county spends; else nothing."""
    if name not in MATTER:
        return f"The table {name} has no word on support, freight, centres or courses."
    if row.get("level") in OTHERS_ACT:
        return f"By its column level the actor is: {row['level']}. Which office spends here?"
    columns, words = MATTER[name]
    about = [str(row[column]) for column in columns if str(row[column]) != "<NA>"]
    if set(about) & words:
        return ""
    seen = ", ".join(dict.fromkeys(about))
    return f"By its column {columns[0]} the row is about: {seen or 'nothing named'}."


def _has_key(row: dict[str, Any], wanted: list[str]) -> bool:
    """Whether a row has this key: its id, or the values that its place and time are made of."""
    if "id" in row:
        return [str(row["id"]).casefold()] == wanted
    return bool(wanted) and set(wanted) <= {str(cell).casefold() for cell in row.values()}


evidence_row = Reader(_read_evidence, EvidenceRow("", "", False))


@question(3, rests_on=several(evidence_row))
def q10(rests_on: Iterable[Any]) -> Iterator[Finding]:
    """The rows on which a memo rests: three or more on the matter, of two sources or more, with a doubt among them."""
    rows = [row for row in rests_on if isinstance(row, EvidenceRow)]
    off = sorted(f"{row.name}: {row.off_matter}" for row in rows if row.off_matter)
    kept = [row for row in rows if not row.off_matter]
    few = (
        f"Rows that you name: {len(rows)}. Name three or more; each figure in your memo needs one."
    )
    if off:
        few = f"{off[0]} Name three rows or more about what the county does with its money."
    all_read = len(rows) == len(list(rests_on))
    yield Finding("rests_on", len(kept) > 2 and all_read, few)
    one = ""
    if kept:
        one = "The rows on the matter go back to one source. That is one witness, however many rows it has: add another."
    yield Finding("rests_on", len({row.witness for row in kept}) > 1, one)
    sunny = (
        "No row in your list argues against you. Add one that is disputed or critical, or that supports a critique: "
        "look in claims, positions, critiques."
    )
    if any(row.doubt for row in rows):
        sunny = "The doubt in your list is not about the county's money. Add one that is."
    yield Finding("rests_on", any(row.doubt for row in kept), sunny)


DRAWN: dict[str, tuple[Drawn, ...]] = {"q2": (COUNTS,), "q4": (IN_YI,)}
practice = Practice("governance", (q1, q2, q3, q4, q5, q6, q7, q8, q9, q10), DRAWN)
check, hint, solution = practice.check, practice.hint, practice.solution
progress, resume = practice.progress, practice.resume
take_along, bring_back = practice.take_along, practice.bring_back
