"""Theme 3, timeline you decide: six turns of the story; first what was known and what could be done, then what happened.

The words are ours; every figure in them comes from the row of a table that stands beside it.
"""

from __future__ import annotations

import html
from typing import Any, NamedTuple

import pandas as pd

from ... import datasets
from ...evidence.quantities import format_number
from ...evidence.rows import find_row
from ...text import there_is_no
from .common import OPEN, checkbox, decision_form, dropdown, short_name, text_table

# Words with places for figures, and the rows on which they rest, such as "daji/B10 daji/B11".
Sentence = tuple[str, str]
VOICES = {
    "company list": "Alibaba's own count. Its platform earns from the trade that is counted.",
    "company, retold": "Alibaba's own count, passed on by others. Its platform earns from the trade.",
    "party or state press": "It belongs to the party or the state, and tells what policy achieved.",
    "office": "Officials are rated by what becomes of their place.",
    "press of the place": "Good news from home is welcome.",
    "press": "A newspaper wants a story that is read.",
    "scholar": "A study wants an argument. It has to show how it was made.",
    "retelling": "A blog that retells. It counted nothing itself.",
    "copy": "Copied from a text whose publisher is not clear.",
}
SPEAKS = {
    "ROSTER": "company list",
    "CNR": "party or state press",
    "PD15": "party or state press",
    "CD23": "party or state press",
    "STD21": "party or state press",
    "SS21": "office",
    "JSL21": "office",
    "HEZE2018": "press of the place",
    "ND21": "press",
    "PAP21": "press",
    "AM26": "press",
    "MEN2019": "scholar",
    "habr2017": "retelling",
    "N163": "retelling",
    "CPW21": "copy",
}


class Turn(NamedTuple):
    """One turn of the story. ``known`` and ``happened`` are sentences with the rows on which they rest.

    A figure of the first row is written ``{0}``, of the second ``{1}``. ``options`` are A, B, C, D. ``done`` has the letters of
    those of which our sources tell, as done or as planned.
    """

    when: str
    who: str
    known: tuple[Sentence, ...]
    options: tuple[str, str, str, str]
    done: str
    happened: tuple[Sentence, ...]
    ask: str


TURNS = (
    Turn(
        "2009",
        "a family in Dinglou",
        (
            (
                "In the mid-1980s a teacher of Dinglou changed trade: he sold painted backdrops to photographers, and later costumes.",
                "claims/habr-ding-13years",
            ),
            (
                "Many people of working age go to the coast for seasonal work.",
                "claims/habr-migrated-coast",
            ),
        ),
        (
            "cloth and a sewing machine, to make costumes for the traders",
            "a computer and a line, to open a shop on the web",
            "two tickets to the coast, to work in a factory",
            "a better school for the child, and wait",
        ),
        "BC",
        (
            ("In autumn the first online shop of the town opens, in Dinglou.", "daji/B09"),
            (
                "About 2010 a set of costumes sells for {0} yuan. It costs {1} yuan to make.",
                "daji/B44a daji/B44b",
            ),
            ("Dinglou has {0} shops at the end of 2010, and {1} in 2011.", "daji/B10 daji/B11"),
            (
                "Still about 2013 few people of working age are there; many work at the coast.",
                "claims/habr-migrated-coast",
            ),
        ),
        "We found no office that told them to. What could a neighbour copy from the first shop, and what not?",
    ),
    Turn(
        "2013",
        "the new party secretary of the town",
        (
            (
                "The town has {0} villages. {1} are poor by the list of the province.",
                "daji/B01 daji/B07",
            ),
            ("By the list of the city {0} are poor.", "daji/B08"),
            ("The district centre is {0} km away, on bad roads.", "claims/habr-15km"),
            ("Online trade is here already: Dinglou had {0} shops in 2011.", "daji/B11"),
        ),
        (
            "roads on which trucks can come",
            "optical fibre",
            "an office for online trade, with courses for beginners",
            "letters that call home those who left",
        ),
        "ABCD",
        (
            (
                "He and other officials mend roads and lay fibre. No text gives the year or the cost.",
                "policy_events/G10",
            ),
            (
                "The township founds an office for online trade. It trains beginners.",
                "policy_events/G09",
            ),
            ("From 2013 to 2015 letters go out at every festival.", "policy_events/G11"),
            ("Dinglou has the title of Taobao village from this year on.", "village_cases/V05c"),
        ),
        "Our sources tell of all four, over years. Which of them can have started the trade?",
    ),
    Turn(
        "2014",
        "the party secretary, one year on",
        (
            ("{0} villages of the town are on the list of Taobao villages.", "daji_lists/2014"),
            ("A study calls 2012 to 2015 a time of disorder in the county.", "positions/P17"),
            ("The problem that it names first is fire in workshops at home.", "critiques/D48"),
            ("Couriers of two provinces quarrel.", "policy_events/G15"),
        ),
        (
            "inspectors who look for fire hazards",
            "time and people to settle quarrels",
            "a park, into which the workshops move",
            "nothing: young trade needs room",
        ),
        "ABC",
        (
            ("The secretary stops the quarrel of the couriers in person.", "policy_events/G15"),
            (
                "He inspects for fire, visits traders and settles disputes. The study adds: order depends on one cadre.",
                "relations/L13",
            ),
            (
                "Sales on Taobao come to {0} million yuan, the economic output of the town to {1} million.",
                "daji/B21 daji/B20",
            ),
            (
                "By 2017 the town plans its park number {0}. No text says when the others were built.",
                "claims/habr-third-park",
            ),
        ),
        "What becomes of this order when the man gets another post?",
    ),
    Turn(
        "2015",
        "the town government",
        (
            ("{0} villages are on the list now.", "daji_lists/2015"),
            ("By August {0} migrants and {1} graduates have come back.", "daji/B22 daji/B23"),
            ("A national campaign against poverty began in {0}.", "claims/habr-campaign-2013"),
        ),
        (
            "a course in selling abroad",
            "cheap loans for new shops",
            "a drive to win firms that hire the poorest",
            "a school and a clinic, so that young families stay",
        ),
        "ABC",
        (
            (
                "The town and Taobao University hold a course on selling abroad. {0} yuan wait for the first sale.",
                "policy_events/G22",
            ),
            (
                "The town pays for courses, lends cheaply, and urges firms to hire the poorest.",
                "policy_events/G37",
            ),
            ("{0} villages are on the list of 2016.", "daji_lists/2016"),
            ("Costume sales of 2016 come to {0} million yuan.", "daji/B25"),
            (
                "{0} people came back since the boom began, says a text of 2017. It names no counter.",
                "claims/habr-returned-5000",
            ),
            (
                "{0} people of the town and its county have left the register of the poor.",
                "claims/habr-lifted-6300",
            ),
        ),
        "Which measure reached people with nothing to sell? Who would know?",
    ),
    Turn(
        "2017",
        "the town government, two years on",
        (
            ("All {0} villages of the town have the title now.", "daji/B31"),
            ("Margins on stage costumes have become very thin, says a blog.", "critiques/D07"),
            (
                "Skilled people are short, though board and lodging are offered.",
                "claims/habr-needs-skilled",
            ),
        ),
        (
            "one more industrial park",
            "a new product beside the stage costume",
            "a fund for a bad year",
            "help for villages outside the town",
        ),
        "AB",
        (
            ("All {0} villages keep the title to 2020.", "daji/B31"),
            ("One more park is planned; it would be number {0}.", "claims/habr-third-park"),
            (
                "Hanfu (汉服, hànfú), dress in old Han style, sells for {0} million yuan online in 2019.",
                "daji/B36",
            ),
            ("Sales of costumes and hanfu in 2019: {0} million yuan.", "daji/B33"),
            ("Output of e-commerce in 2019, by another text: {0} million yuan.", "daji/B32"),
            ("{0} people of the town left poverty through online trade, by 2018.", "daji/B59"),
        ),
        "Our tables know of no fund for a bad year. What would it have cost, and who would have paid in?",
    ),
    Turn(
        "2020",
        "the owner of a costume workshop",
        (
            ("The pandemic is here. Your costumes are made for stages.", "critiques/D11"),
            ("The town has {0} costume firms.", "daji/B39"),
            ("Hanfu of the town sold for {0} million yuan last year.", "daji/B36"),
        ),
        (
            "pay the workers, and wait",
            "change over to hanfu",
            "a room for selling by live stream",
            "close, and look for work elsewhere",
        ),
        "B",
        (
            (
                "Sales of costumes and hanfu come to {0} million yuan, after {1} million in 2019.",
                "daji/B34 daji/B33",
            ),
            ("A newspaper of 2021 still writes of {0} million of output a year.", "daji/B41"),
            ("About 2025 the hanfu sales of the town are put at {0} million yuan.", "daji/B47"),
            ("In 2023 the whole county has {0} costume firms.", "daji/B52"),
            ("By 2021 the town has another party secretary.", "daji/B63"),
        ),
        "Two texts tell two stories of one year. Which datum would you ask for, and from whom?",
    ),
)
LETTERS = "ABCD"


def _find_turn(when: str) -> Turn:
    found = {turn.when: turn for turn in TURNS}
    if when not in found:
        raise KeyError(there_is_no("turn", when, found) + f" There are: {', '.join(found)}.")
    return found[when]


def figure_of_row(rests_on: str) -> str:
    """Write the figure of a row, such as ``daji/B10``, with its qualifier; nothing where the row has none.

    A row of the lists is a whole year, such as ``daji_lists/2014``: its figure is the number of villages.

    >>> figure_of_row("daji/B11")
    'more than 100'
    """
    table, key = rests_on.split("/")
    if table == "daji_lists":
        lists = datasets.load(table)
        return str(lists[lists["year"] == int(key)]["village"].nunique())
    if table in ("village_cases", "positions", "relations"):
        return ""
    row = find_row(table, (key,))
    value = row.get("value")
    if table == "policy_events":
        value = row.get("amount_rmb")
    if value is None:
        return ""
    figure = format_number(value)
    if row.get("unit") == "year":
        figure = str(int(value))
    qualifier = row.get("qualifier") or row.get("comparator") or "exactly"
    if qualifier in ("exactly", "equal"):
        return figure
    return f"{qualifier.replace('_', ' ')} {figure}"


def source_of_row(rests_on: str) -> str:
    """Give the key of the source of a row, such as ``daji/B10``."""
    table, key = rests_on.split("/")
    if table == "daji_lists":
        return "ROSTER"
    return str(find_row(table, (key,))["source"])


def write_sentence(sentence: Sentence) -> str:
    """Put the figures of its rows into a sentence."""
    words, rests_on = sentence
    figures = [figure_of_row(row) for row in rests_on.split()]
    written = words.format(*figures)
    return written[0].upper() + written[1:]


def turns() -> pd.DataFrame:
    """Give the turns as a table, without what happened: when, you_are, known, rests_on, and the options A to D.

    >>> turns().set_index("when").loc["2009", "B"]
    'a computer and a line, to open a shop on the web'
    """
    rows = []
    for turn in TURNS:
        row = {
            "when": turn.when,
            "you_are": turn.who,
            "known": " ".join(write_sentence(sentence) for sentence in turn.known),
            "rests_on": " ".join(rests_on for _, rests_on in turn.known),
        }
        rows.append(row | dict(zip(LETTERS, turn.options, strict=True)))
    return pd.DataFrame(rows)


def what_happened(when: str) -> pd.DataFrame:
    """Give what happened at a turn, by whom it is told, and what to weigh in their words.

    Parameters
    ----------
    when : str
        The year of a turn, as in ``turns()``.

    Returns
    -------
    DataFrame
        Columns: what, rests_on (rows of tables), source, says (whom it is told by), speaks, to_weigh. ``speaks`` is the
        kind of voice and ``to_weigh`` its interest, in our reading.

    Raises
    ------
    KeyError
        There is no such turn.

    Examples
    --------
    >>> what_happened("2009").loc[2, ["what", "speaks"]].tolist()
    ['Dinglou has 14 shops at the end of 2010, and more than 100 in 2011.', 'retelling']
    """
    rows = []
    for sentence in _find_turn(when).happened:
        rests_on = sentence[1]
        source = source_of_row(rests_on.split()[0])
        speaks = SPEAKS[source]
        # The blog retells this one number from the company.
        if rests_on == "claims/habr-lifted-6300":
            speaks = "company, retold"
        rows.append(
            {
                "what": write_sentence(sentence),
                "rests_on": rests_on,
                "source": source,
                "says": short_name(source),
                "speaks": speaks,
                "to_weigh": VOICES[speaks],
            }
        )
    return pd.DataFrame(rows)


def turn_page(values: dict[str, Any]) -> str:
    """Write a turn as HTML: what is known and what you can do; after the commitment what happened, by whom it is told.

    ``values`` are those of the form: turn, choice (a letter or ``OPEN``) and commit.
    """
    turn, choice = _find_turn(values["turn"]), values["choice"]
    known = "".join(f"<li>{html.escape(write_sentence(one))}</li>" for one in turn.known)
    page = (
        f"<p><strong>{turn.when}. You are {html.escape(turn.who)}.</strong> What is known:</p>"
        f"<ul>{known}</ul>"
    )
    if not values["commit"]:
        return page + _list_options(turn) + "<p>Choose. Then commit, and see what happened.</p>"
    if choice == OPEN:
        ask = "<strong>Choose A, B, C or D first.</strong> Then the commitment counts."
        return page + _list_options(turn) + f"<p>{ask}</p>"
    option = html.escape(turn.options[LETTERS.index(choice)])
    if choice in turn.done:
        found = "Our sources tell of it."
    else:
        found = (
            "We found no text that tells of it. "
            "So we cannot say what it brought, or would have brought."
        )
    rows = []
    for fact in what_happened(turn.when).itertuples():
        rows.append((fact.what, f"{fact.says} ({fact.rests_on})", fact.speaks, fact.to_weigh))
    heads = ("What we read", "Told by", "Voice", "To weigh (our reading)")
    return (
        f"{page}<p>You chose {choice}: {option}. {found}</p>"
        f"{text_table('What happened', heads, rows)}<p>{html.escape(turn.ask)}</p>"
    )


def _list_options(turn: Turn) -> str:
    options = "".join(f"<li>{html.escape(option)}</li>" for option in turn.options)
    return f'<p>You have one budget. It is enough for one of these:</p><ol type="A">{options}</ol>'


def timeline_you_decide() -> Any:
    """Make a form: at each turn of the story spend one budget, commit, and only then read what happened.

    Its twins as tables are ``turns()`` and ``what_happened(when)``.
    """
    turn = dropdown([(f"{turn.when}: {turn.who}", turn.when) for turn in TURNS], "Turn")
    choice = dropdown(_choices_at(turn.value), "Your choice")

    def renew() -> None:
        choice.options = _choices_at(turn.value)

    commit = checkbox("Commit to this choice")
    return decision_form({"turn": turn}, choice, commit, turn_page, renew)


def _choices_at(when: str) -> list[tuple[str, str]]:
    choices = [("not yet", OPEN)]
    for letter, option in zip(LETTERS, _find_turn(when).options, strict=True):
        choices.append((f"{letter}: {option}", letter))
    return choices
