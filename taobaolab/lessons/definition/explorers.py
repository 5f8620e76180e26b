"""Theme 1: draw the line, check a village, who says what.

The charts carry their controls inside and need no kernel; ``charts.table`` gives each as a table.
The form asks Python for its answer, as ``taobaolab.definition.explain`` does without a form.

>>> "wikipedia" in village_keys()
True
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from ... import charts, datasets
from ...charts import select
from ...definition import (
    Definition,
    Group,
    InputError,
    Threshold,
    boundary,
    compare,
    definitions,
    explain,
    get_definition,
    teaching_villages,
)
from ...display import form

MADE_UP = "made up"
OWN = "my own"
KEYS = (
    "aliresearch-2022",
    "wikipedia",
    "world-bank-2018",
    "haodu-2016",
    "xing528-2018",
    "lishui-daily-2019",
    "peoples-daily-2019",
)
PLACE_OF_UNKNOWN = 12  # on the axis of households, left of the smallest village
WALL = 18  # between those and the others


class _Look(NamedTuple):
    shape: str
    colour: str


ANSWERS = {
    "met": _Look("circle", charts.ACCENT),
    "not met": _Look("cross", charts.GREY),
    "undetermined": _Look("triangle-up", charts.SECOND),
}


def _encode_answer() -> dict[str, Any]:
    """Return the channels that show an answer by shape and colour, the same in every chart."""
    shapes = {answer: look.shape for answer, look in ANSWERS.items()}
    colours = {answer: look.colour for answer, look in ANSWERS.items()}
    return {
        "shape": alt.Shape("answer:N", title=None, scale=charts.named_scale(shapes)),
        "color": alt.Color("answer:N", title=None, scale=charts.named_scale(colours)),
    }


def village_keys() -> list[str]:
    """Return the keys of all published definitions of a village.

    Examples
    --------
    >>> village_keys()[0] in definitions().key.tolist()
    True
    """
    published = definitions()
    return published.loc[published["level"] == "village", "key"].tolist()


# ---- villages to draw ----------------------------------------------------------------------------
def cases() -> pd.DataFrame:
    """Return real villages with a number of shops, and their households of the nearest year.

    Returns
    -------
    DataFrame
        A row a record of the table ``village_cases``: record, village, village_zh, year, shops,
        shops_are, households (missing where no record has them), households_year, status, source.
        Two figures of different years make the row ``derived``; a record without a year takes any
        year.

    Examples
    --------
    >>> cases().columns.tolist()[:3]
    ['record', 'village', 'village_zh']
    """
    records = datasets.load("village_cases")
    records = records[records["level"] == "village"]
    with_households = records.dropna(subset=["households"])
    rows = []
    for record in records.dropna(subset=["online_shops"]).itertuples():
        qualifier = record.online_shops_qualifier.replace("_", " ")
        row = {
            "record": f"{record.name} {record.year}",
            "village": record.name,
            "village_zh": record.name_zh,
            "year": record.year,
            "shops": record.online_shops,
            "shops_are": f"{qualifier}: {record.shops_are}",
            "households": pd.NA,
            "households_year": pd.NA,
            "status": record.status,
            "source": record.source,
        }
        if pd.isna(record.year):
            row["record"] = f"{record.name} no year"
        counts = with_households[with_households["name"] == record.name]
        if len(counts):
            nearest = _find_nearest_year(counts, record.year)
            row["households"] = nearest["households"]
            row["households_year"] = nearest["year"]
            if nearest["year"] != record.year:
                row["status"] = "derived"
            if nearest["source"] != record.source:
                row["source"] = f"{record.source} {nearest['source']}"
        rows.append(row)
    table = pd.DataFrame(rows).astype({"households": "Int64", "households_year": "Int64"})
    return table.sort_values(["village", "year"]).reset_index(drop=True)


def _find_nearest_year(counts: pd.DataFrame, year: Any) -> pd.Series:
    """Return the row of the nearest year; without a year, of that of the first row."""
    if pd.isna(year):
        year = counts["year"].iloc[0]
    years_off = (counts["year"] - year).abs()
    return counts.assign(years_off=years_off).sort_values("years_off").iloc[0]


def made_up(number: int = 150, seed: int = 8) -> pd.DataFrame:
    """Return invented villages near the line, in the columns of `cases`; made for teaching.

    Parameters
    ----------
    number : int
        How many, at most.
    seed : int
        The luck: the same seed gives the same villages.

    Examples
    --------
    >>> set(made_up(number=5).status)
    {'made_for_teaching'}
    """
    made = teaching_villages(40_000, seed)
    is_near = made["active_shops"].between(8, 400) & made["households"].between(30, 5000)
    near = made[is_near].head(number).rename(columns={"active_shops": "shops"})
    return near[["village", "shops", "households", "status"]].assign(record=MADE_UP)


# ---- draw the line -------------------------------------------------------------------------------
TOOLTIP_COLUMNS = {
    "record": "Record",
    "village_zh": "中文",
    "shops": "Shops",
    "shops_are": "Counted as",
    "households": "Households",
    "households_year": "Households of",
    "status": "Rests on",
    "source": "Source",
}

# What the chart works out when a control is moved, as expressions of Vega; ``rule`` is what
# `bounds_in_plane` gives for the chosen wording, or what the controls of one's own wording say.
OWN_RULE = (
    "variant === 'my own' ? {open: my_tests, shops: my_shops, share: my_share, "
    "over_shops: !my_equal, over_share: !my_equal} : "
)
PASSES_BY_SHOPS = "rule.over_shops ? datum.shops > rule.shops : datum.shops >= rule.shops"
PASSES_BY_SHARE = (
    "rule.over_share ? 100 * datum.shops > rule.share * datum.households"
    " : 100 * datum.shops >= rule.share * datum.households"
)
ANSWER = (
    "rule.open === 'shops' ? (datum.by_shops ? 'met' : 'not met') :\n"
    " datum.households === null ? (rule.open === 'either' && datum.by_shops ? 'met'"
    " : rule.open === 'both' && !datum.by_shops ? 'not met' : 'undetermined') :\n"
    " (rule.open === 'share' ? datum.by_share"
    " : rule.open === 'both' ? datum.by_shops && datum.by_share"
    " : datum.by_shops || datum.by_share) ? 'met' : 'not met'"
)
HEIGHT_OF_LINE = (
    "rule.open === 'shops' ? rule.shops : rule.open === 'share' ? datum.at"
    " : rule.open === 'both' ? max(datum.at, rule.shops) : min(datum.at, rule.shops)"
)
COUNT_OF_ANSWERS = (
    "(datum.real ? 'Real records: ' : 'Made up for teaching: ') + datum.met + ' of ' + datum.all"
    " + ' met'\n"
    " + (datum.open ? ', ' + datum.open + ' undetermined' : '')"
)


def bounds_in_plane(chosen: Definition) -> dict[str, Any]:
    """Return the bounds of a village definition in the plane of shops and households.

    Parameters
    ----------
    chosen : Definition
        Of a village.

    Returns
    -------
    dict
        ``open`` says which tests there are and how they are joined: "either", "both", "shops" or
        "share". ``shops`` is a number and ``share`` in percent of the households, 0 where there is
        no such test; ``over_shops`` and ``over_share`` say that the bound itself does not pass.

    Raises
    ------
    ValueError
        For a definition that asks for neither.

    Examples
    --------
    >>> bounds_in_plane(get_definition("wikipedia"))["open"]
    'either'
    """
    by_shops = by_share = None
    for criterion in chosen.criteria:
        if not isinstance(criterion, Threshold):
            continue
        if criterion.per == "households" and by_share is None:
            by_share = criterion
        elif criterion.column.endswith("_shops") and not criterion.per and by_shops is None:
            by_shops = criterion
    return {
        "open": _name_tests(chosen, by_shops, by_share),
        "shops": float(by_shops.bound) if by_shops else 0,
        "share": float(100 * by_share.bound) if by_share else 0,
        "over_shops": bool(by_shops and by_shops.strict),
        "over_share": bool(by_share and by_share.strict),
    }


def _name_tests(chosen: Definition, by_shops: Threshold | None, by_share: Threshold | None) -> str:
    """Say which of the two tests a definition has, and whether one of them is enough."""
    if by_shops is None and by_share is None:
        raise ValueError(
            f"{chosen.key} asks neither for a number of shops nor for a share of the households: "
            "it draws no line among them."
        )
    if by_share is None:
        return "shops"
    if by_shops is None:
        return "share"
    for part in getattr(chosen.rule, "parts", ()):
        if isinstance(part, Group) and part.need == "any" and by_shops in part.parts:
            return "either"
    return "both"


def draw_the_line(
    real: pd.DataFrame | None = None, made: pd.DataFrame | None = None, keys: Sequence[str] = KEYS
) -> alt.LayerChart:
    """Draw villages by households and shops, with the line that a definition draws among them.

    The controls work inside the chart: a published wording, or bounds of your own. Sales are taken
    as high enough; the plane shows the other test alone.

    Parameters
    ----------
    real : DataFrame, optional
        In the columns of `cases`.
    made : DataFrame, optional
        In the columns of `made_up`.
    keys : sequence of str
        The published wordings to choose from.

    Raises
    ------
    ValueError
        For a wording that asks neither for shops nor for a share of the households.

    Examples
    --------
    >>> charts.table(draw_the_line()).columns.tolist()[:3]
    ['Record', '中文', 'Shops']
    """
    if real is None:
        real = cases()
    if made is None:
        made = made_up()
    unknown = int(real["households"].isna().sum())
    return charts.finish(
        _draw_plane(_join_villages(real, made)),
        "Two tests: many shops, or many for so few households",
        [
            "Shops and households of real villages (large) and of invented ones (small); "
            "sales taken as high enough",
            "Left of the dashed line: households not known",
        ],
        "records in table village_cases, households of the nearest year; "
        "invented villages from teaching_villages",
        f"Scatter plot of {len(real)} records of real villages and {len(made)} villages made for "
        "teaching: shops against households, both on log axes, with the line that a definition "
        f"draws. {unknown} real records have no number of households. Controls choose a published "
        "wording or bounds of your own; dots, counts and the list at the right change with them: "
        "filled words say met, not met or undetermined.",
        params=_make_controls(keys),
        width=480,
        height=400,
        above=48,
    )


def _join_villages(real: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Return both tables as one, with a place for villages whose households are not known."""
    data = pd.concat([real, made], ignore_index=True)
    data["real"] = data["record"] != MADE_UP
    data["x"] = data["households"].fillna(PLACE_OF_UNKNOWN)
    data["households_year"] = data["households_year"].astype("string").fillna("not known")
    return data[[*TOOLTIP_COLUMNS, "x", "real"]]


def _make_controls(keys: Sequence[str]) -> list[alt.Parameter]:
    """Make the controls, and the rule that follows from them."""
    rules = {key: bounds_in_plane(get_definition(key)) for key in keys}
    return [
        select("variant", "Wording ", [*keys, OWN]),
        charts.slider("my_shops", "My own: shops ", 10, 300, 1, value=100),
        charts.slider("my_share", "My own: % of households ", 1, 30, 1, value=10),
        select("my_tests", "My own: which tests ", ["either", "both", "shops", "share"]),
        charts.checkbox("my_equal", "My own: exactly on the line counts ", value=True),
        alt.param("rule", expr=OWN_RULE + json.dumps(rules) + "[variant]"),
    ]


def _log_scale(low: float, high: float) -> alt.Scale:
    return alt.Scale(type="log", domain=[low, high], nice=False, zero=False)


def _draw_plane(data: pd.DataFrame) -> list[Any]:
    """Draw line and wall, the invented villages, the real ones, and the words."""
    x = alt.X(
        "x:Q",
        title="households (log scale)",
        scale=_log_scale(9, 6000),
        axis=alt.Axis(values=[50, 200, 1000, 5000], format=",d", grid=False),
    )
    y = alt.Y(
        "shops:Q",
        title="shops (log scale)",
        scale=_log_scale(5, 40_000),
        axis=alt.Axis(values=[10, 100, 1000, 10_000], format=",d", grid=True),
    )
    judged = (
        alt.Chart(data)
        .transform_calculate(by_shops=PASSES_BY_SHOPS, by_share=PASSES_BY_SHARE)
        .transform_calculate(answer=ANSWER)
        .transform_calculate(
            yes="datum.answer === 'met' ? 1 : 0", unknown="datum.answer === 'undetermined' ? 1 : 0"
        )
    )
    invented = judged.transform_filter("!datum.real")
    real = judged.transform_filter("datum.real")
    households = pd.DataFrame({"x": [20 * 1.2**step for step in range(32)]})
    line = (
        alt.Chart(households)
        .transform_calculate(at="rule.share * datum.x / 100")
        .transform_calculate(shops=HEIGHT_OF_LINE)
        .mark_line(color=charts.INK, strokeWidth=2, clip=True)
        .encode(x=x, y=y)
    )
    wall = alt.Chart(alt.Data(values=[{"x": WALL}]))
    return [
        line,
        wall.mark_rule(color=charts.GREY, strokeDash=[3, 3]).encode(x=x),
        invented.mark_point(size=30, opacity=0.55, strokeWidth=1.2).encode(
            x=x, y=y, **_encode_answer()
        ),
        real.mark_point(size=130, strokeWidth=2.6).encode(
            x=x, y=y, tooltip=charts.tooltips(TOOLTIP_COLUMNS), **_encode_answer()
        ),
        _write_counts(judged),
        _write_records(real),
    ]


def _write_counts(judged: Any) -> Any:
    """Write above the plane how many real and how many invented villages pass."""
    return (
        judged.transform_aggregate(
            groupby=["real"], all="count()", met="sum(yes)", open="sum(unknown)"
        )
        .transform_calculate(words=COUNT_OF_ANSWERS)
        .mark_text(align="left", fontSize=15, fontWeight="bold")
        .encode(x=alt.value(4), y=alt.value(alt.expr("datum.real ? -32 : -12")), text="words:N")
    )


def _write_records(real: Any) -> Any:
    """Write beside the plane the answer for each real record."""
    return (
        real.transform_window(row="row_number()")
        .transform_calculate(words="datum.record + ': ' + datum.answer")
        .mark_text(align="left", fontSize=12)
        .encode(
            x=alt.value(500),
            y=alt.value(alt.expr("18 * datum.row - 4")),
            text="words:N",
            color=_encode_answer()["color"].legend(None),
        )
    )


# ---- fewest shops --------------------------------------------------------------------------------
def fewest_shops(keys: Iterable[str | Definition], largest: int = 2000) -> alt.LayerChart:
    """Draw the fewest shops with which a village of so many households passes, by definition.

    Parameters
    ----------
    keys : iterable of str or Definition
        One to four definitions of a village; the finding speaks of the first.
    largest : int
        The axis ends at so many households, 1,000 or more.

    Raises
    ------
    ValueError
        For no definition or more than four, and for fewer households.

    Examples
    --------
    >>> charts.table(fewest_shops(["wikipedia"])).columns.tolist()
    ['Definition', 'Households', 'Fewest shops']
    """
    chosen = [get_definition(key) for key in keys]
    if not 1 <= len(chosen) <= len(charts.PALETTE) or largest < 1000:
        raise ValueError(
            "fewest_shops draws one to four definitions, up to 1,000 households or more."
        )
    first = chosen[0]
    small_village, large_village = boundary(first, [200, largest])
    examples = "; ".join(_give_examples(definition, largest) for definition in chosen)
    return charts.finish(
        [_draw_boundaries(chosen, largest)],
        f"A village of 200 households passes with {small_village} shops; "
        f"one of {largest:,} needs {large_village}",
        f"Fewest active shops that pass, by number of households ({first.key} first); "
        "sales taken as high enough",
        "computed from data/definitions.toml",
        "Line chart of the fewest active shops with which a village passes, by its households, "
        f"for {examples}.",
    )


def _give_examples(definition: Definition, largest: int) -> str:
    sizes = [200, 1000, largest]
    fewest = [
        f"{shops} at {households:,}"
        for households, shops in zip(sizes, boundary(definition, sizes), strict=True)
    ]
    return f"{definition.key}: {', '.join(fewest)}"


def _draw_boundaries(chosen: list[Definition], largest: int) -> alt.Chart:
    """Draw a line a definition, told apart by colour and by dashes."""
    sizes = list(range(20, largest + 1, 20))
    rows = [
        {"households": households, "shops": shops, "definition": definition.key}
        for definition in chosen
        for households, shops in zip(sizes, boundary(definition, sizes), strict=True)
    ]
    names = [definition.key for definition in chosen]
    colours = alt.Scale(domain=names, range=list(charts.PALETTE))
    dashes = alt.Scale(domain=names, range=[[1, 0], [8, 4], [2, 3], [8, 3, 2, 3]])
    return (
        alt.Chart(pd.DataFrame(rows).dropna())
        .mark_line(strokeWidth=3)
        .encode(
            x=alt.X(
                "households:Q",
                title="households in the village",
                axis=alt.Axis(format=",d", grid=False),
            ),
            y=alt.Y("shops:Q", title="fewest active shops that pass", axis=alt.Axis(format=",d")),
            color=alt.Color("definition:N", title=None, scale=colours),
            strokeDash=alt.StrokeDash("definition:N", title=None, scale=dashes),
            tooltip=charts.tooltips(
                {"definition": "Definition", "households": "Households", "shops": "Fewest shops"},
                households=",",
                shops=",",
            ),
        )
    )


# ---- who says what -------------------------------------------------------------------------------
def who_says_what(villages: pd.DataFrame, keys: Sequence[str] | None = None) -> alt.LayerChart:
    """Draw every wording against every village: met, not met or undetermined.

    The tooltip has the rule in words.

    Parameters
    ----------
    villages : DataFrame
        With a column ``village``, each name once, and the data that the definitions ask for; what
        is missing is not known.
    keys : sequence of str, optional
        Definitions of a village; all published ones unless given.

    Raises
    ------
    ValueError
        For no village, no definition, and villages without a name of their own.

    Examples
    --------
    >>> place = pd.DataFrame({"village": ["Example"], "active_shops": [60]})
    >>> charts.table(who_says_what(place, ["wikipedia"]))["Answer"].tolist()
    ['undetermined']
    """
    if (
        "village" not in villages
        or villages["village"].isna().any()
        or villages["village"].duplicated().any()
    ):
        raise ValueError(
            "who_says_what needs a column 'village' in which every village has a name of its own."
        )
    keys = village_keys() if keys is None else list(keys)
    if villages.empty or not keys:
        raise ValueError("who_says_what needs at least one village and one definition.")
    data = _answer_all(villages, keys)
    tally = data.groupby(["village", "answer"]).size().unstack(fill_value=0)
    tally = tally.reindex(columns=list(ANSWERS), fill_value=0)
    sentences = [
        f"{village}: met by {row['met']}, not met by {row['not met']}, "
        f"undetermined by {row['undetermined']}."
        for village, row in tally.iterrows()
    ]
    return charts.finish(
        [_draw_answers(data, list(villages["village"]), keys)],
        _find_most_divided(tally),
        f"Answers of {len(keys)} published wordings for {len(villages)} villages; "
        "point at a mark for the rule",
        "computed from data/definitions.toml",
        f"Matrix of {len(keys)} published wordings against {len(villages)} villages. "
        + " ".join(sentences),
        height=19 * len(keys),
    )


def _answer_all(villages: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return a row a village and wording, with the answer in words."""
    missing = {
        column: None
        for key in keys
        for column in get_definition(key).columns
        if column not in villages
    }
    met = compare(villages, keys, columns=missing).melt("village", keys, "key", "met")
    data = met.merge(definitions(), on="key")
    answer = data["met"].astype("boolean").map({True: "met", False: "not met"})
    data["answer"] = answer.astype(object).fillna("undetermined")
    return data[["village", "key", "year", "answer", "rule", "peculiar", "source"]]


def _find_most_divided(tally: pd.DataFrame) -> str:
    """Name the village on which the wordings differ most."""
    village = tally[["met", "not met"]].min(axis=1).idxmax()
    yes, no, unknown = tally.loc[village]
    finding = f"{village}: a Taobao village by {yes} of {yes + no + unknown} wordings, not by {no}"
    if unknown:
        finding += f", undetermined by {unknown}"
    return finding


def _draw_answers(data: pd.DataFrame, villages: list[str], keys: list[str]) -> alt.Chart:
    """Draw a mark a village and wording, the wording that most villages meet on top."""
    met = data[data["answer"] == "met"].groupby("key").size().reindex(keys, fill_value=0)
    order = list(met.sort_values(ascending=False, kind="stable").index)
    tips = {"village": "Village", "key": "Wording"}
    for column in ("year", "answer", "rule", "peculiar", "source"):
        tips[column] = column.capitalize()
    return (
        alt.Chart(data)
        .mark_point(size=90, strokeWidth=2.4)
        .encode(
            x=alt.X(
                "village:N",
                title=None,
                sort=villages,
                axis=charts.bare_axis(orient="top", labelAngle=-30),
            ),
            y=alt.Y("key:N", title=None, sort=order, axis=charts.bare_axis(grid=True)),
            tooltip=charts.tooltips(tips),
            **_encode_answer(),
        )
    )


# ---- pile up -------------------------------------------------------------------------------------
def pile_up(honest: pd.DataFrame, bunched: pd.DataFrame) -> alt.LayerChart:
    """Draw how many invented villages have so many shops, without and with a reward for 100.

    Parameters
    ----------
    honest, bunched : DataFrame
        What ``teaching_villages`` gives, without and with a reward for reaching the line.

    Examples
    --------
    >>> villages = teaching_villages(2000, seed=1)
    >>> charts.table(pile_up(villages, villages)).columns.tolist()
    ['Case', 'Active shops', 'Villages']
    """
    without_reward = _count_by_shops(honest).assign(case="without a reward")
    with_reward = _count_by_shops(bunched).assign(case="with a reward")
    shops = with_reward["active_shops"]
    below = int(with_reward.loc[shops.between(90, 99), "villages"].sum())
    above = int(with_reward.loc[shops.between(100, 109), "villages"].sum())
    names = ["without a reward", "with a reward"]
    colours = alt.Scale(domain=names, range=[charts.GREY, charts.ACCENT])
    dashes = alt.Scale(domain=names, range=[[4, 3], [1, 0]])
    lines = (
        alt.Chart(pd.concat([without_reward, with_reward]))
        .mark_line(strokeWidth=2.5, interpolate="step-after")
        .encode(
            x=alt.X(
                "active_shops:Q",
                title="active shops",
                scale=charts.exact_scale(70, 130),
                axis=alt.Axis(grid=False),
            ),
            y=alt.Y("villages:Q", title="invented villages"),
            color=alt.Color("case:N", title=None, scale=colours),
            strokeDash=alt.StrokeDash("case:N", title=None, scale=dashes),
            tooltip=charts.tooltips(
                {"case": "Case", "active_shops": "Active shops", "villages": "Villages"},
                active_shops="d",
                villages=",",
            ),
        )
    )
    return charts.finish(
        [lines],
        f"Made for teaching: {below:,} villages just below the line, {above:,} just above it",
        "Invented villages by number of active shops, 70 to 130; the line of the rule is at 100",
        "teaching_villages, made for teaching: nobody has observed this",
        "Line chart of invented villages by number of active shops. With a reward for reaching 100 "
        f"there are {below} villages with 90 to 99 shops and {above} with 100 to 109.",
    )


def _count_by_shops(villages: pd.DataFrame) -> pd.DataFrame:
    near = villages[villages["active_shops"].between(70, 130)]
    return near.groupby("active_shops").size().rename("villages").reset_index()


# ---- check a village -----------------------------------------------------------------------------
class _Field(NamedTuple):
    """An entry of the form, and what it holds at first."""

    label: str
    first: Any


NUMBERS = {
    "annual_sales_rmb": _Field("Sales in RMB a year", "12000000"),
    "active_shops": _Field("Active shops", "60"),
    "households": _Field("Households", "550"),
    "registered_shops": _Field("Registered shops", ""),
    "ecommerce_households": _Field("Trading households", ""),
}
YES_OR_NO = {
    "rural": _Field("In a rural area", True),
    "administrative_village": _Field("Administrative village", True),
    "residents_committee": _Field("Residents' committee", False),
}


def answer_card(key: str, values: dict[str, Any]) -> str:
    """Return the answer to a filled-in form as HTML, or say what is wrong with an entry.

    Parameters
    ----------
    key : str
        A published definition of a village.
    values : dict
        Entries by column: numbers as text, yes or no as bool. What is empty is not known.

    Examples
    --------
    >>> answer_card("wikipedia", {"active_shops": "sixty"}).partition(".")[0]
    'Active shops: &#x27;sixty&#x27; is not a number'
    """
    known = {}
    for name, value in values.items():
        if name in NUMBERS:
            try:
                known[name] = _parse_entry(value)
            except ValueError:
                return (
                    f"{html.escape(NUMBERS[name].label)}: {html.escape(repr(value))} is not a "
                    "number. Write it in digits, such as 12000000 for 1,200 万 (twelve million), "
                    "or leave it empty if it is not known."
                )
        else:
            known[name] = value
    needed = get_definition(key).columns
    place = {name: value for name, value in known.items() if name in needed and value is not None}
    try:
        return explain(key, place)._repr_html_()
    except InputError as error:
        return html.escape(str(error))


def _parse_entry(text: str) -> float | None:
    """Return the number that somebody wrote, or None for an empty field."""
    digits = "".join(text.split()).replace(",", "")
    if not digits:
        return None
    if "_" in digits:  # Python would read 1_2 as 12
        raise ValueError(text)
    return float(digits) if "." in digits else int(digits)


def check_a_village() -> Any:
    """Return a form: fill in what is known of a village and read the answer.

    Without a form, ``taobaolab.definition.explain`` answers the same.
    """
    # Slow to import, and only this form needs it.
    import ipywidgets

    wide = {"style": {"description_width": "170px"}, "layout": {"width": "360px"}}
    controls = {
        "wording": ipywidgets.Dropdown(
            options=sorted(village_keys()), value=KEYS[0], description="Wording", **wide
        )
    }
    for name, field in NUMBERS.items():
        controls[name] = ipywidgets.Text(
            value=field.first, description=field.label, placeholder="not known", **wide
        )
    answers = [("yes", True), ("no", False), ("not known", None)]
    for name, field in YES_OR_NO.items():
        controls[name] = ipywidgets.Dropdown(
            options=answers, value=field.first, description=field.label, **wide
        )
    return form(controls, lambda values: answer_card(values.pop("wording"), values))
