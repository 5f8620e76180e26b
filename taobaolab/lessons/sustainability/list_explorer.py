"""Stay or leave: two lists seen from both ends, and what is told of sellers who leave.

>>> fates().query("place == 'China'").gone.gt(0).all().item()
True
"""

from __future__ import annotations

from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from ... import charts, datasets
from ...charts import ACCENT, GREY, SECOND, THIRD, pair_labels, select, text_line, tooltips
from .trial import with_figure

CHINA = "China"
CASES = {"Yiwu, with Qingyanliu": "Yiwu", "Panyu, with Lirendong": "Panyu"}
REPORTS = {
    CHINA: ("D30", "D31"),
    "Yiwu, with Qingyanliu": ("D01", "D74", "D04"),
    "Panyu, with Lirendong": ("D03",),
}
BACK, FORWARD = "back from the later list", "forward from the earlier list"


class _Look(NamedTuple):
    """A sign and its colour.

    The sign is an SVG path around a point that ends at the place of the next sign, two units on: so
    a run of villages that share a fate is one mark, as many paths in a row as it has villages.
    """

    path: str
    colour: str


STATES = {
    "on both lists": _Look("m-.6,0a.6,.6,0,1,0,1.2,0a.6,.6,0,1,0,-1.2,0m2.6,0", ACCENT),  # a dot
    "gone": _Look(  # a cross
        "m-.65,-.25h.4v-.4h.5v.4h.4v.5h-.4v.4h-.5v-.4h-.4v-.5m2.65,.25", SECOND
    ),
    "new": _Look("m-.7,0l.7,-.7l.7,.7l-.7,.7l-.7,-.7m2.7,0", THIRD),  # a diamond
}
MOST_ACROSS = 60
COLUMNS = {
    "place": "Place",
    "lists": "Lists",
    "earlier": "On the earlier",
    "kept": "On both",
    "gone": "Gone",
    "later": "On the later",
    "new": "New at most",
}

# What the chart writes and works out when a control is moved, as expressions of Vega.
SENTENCE = (
    "!seen.earlier ? 'No village of ' + place + ' is on the earlier list' : ahead ?\n"
    " 'Of ' + format(seen.earlier, ',') + ' on the list of ' + seen.from_year + ', ' + (seen.gone ?"
    "\n seen.gone + ' (' + format(100 * seen.gone / seen.earlier, '.1f') + '%)' : 'none') +\n"
    " (seen.gone > 1 ? ' are' : ' is') + ' gone from that of ' + seen.to_year :\n"
    " 'Of ' + format(seen.later, ',') + ' on the list of ' + seen.to_year + ', ' +"
    " format(seen.kept, ',') +\n"
    " ' were on that of ' + seen.from_year + '. Gone: none to be seen'"
)
REASON = """ahead ? 'Gone: not found by name within the province, for whatever reason' :
 'A list of today holds no village that has left it'"""
# The run of signs of one row that share a fate: two to a row, the kept ones first.
RUN = {
    "row": "floor(datum.i / 2)",
    "start": "datum.row * across",
    "turn": "clamp(seen.kept, datum.start, min(datum.start + across, number))",
    "a": "datum.i % 2 ? datum.turn : datum.start",
    "b": "datum.i % 2 ? min(datum.start + across, number) : datum.turn",
    "state": "!(datum.i % 2) ? 'on both lists' : ahead ? 'gone' : 'new'",
}


def fates(
    turnover: pd.DataFrame | None = None, counties: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Count by place what two lists share, seen from both ends: the table beside `stay_or_leave`.

    Names are matched within the province, without their ending; ``growth.flows`` has the other
    ways.

    Parameters
    ----------
    turnover, counties : DataFrame, optional
        The tables ``list_turnover`` and ``villages_by_county``, or rows of them.

    Returns
    -------
    DataFrame
        A row a place and a pair of lists: ``place``, ``lists``, ``from_year``, ``to_year``,
        ``earlier`` and ``later`` (villages listed), ``kept`` and ``gone`` (of the earlier list),
        ``new`` (the later list less the kept: at most so many). Places are China, its provinces,
        and two counties from which sellers are told to have left.

    Raises
    ------
    ValueError
        Where no row of the turnover is one of a county.

    Examples
    --------
    >>> table = fates()
    >>> (table.kept + table.gone == table.earlier).all().item()
    True
    """
    if turnover is None:
        turnover = datasets.load("list_turnover")
    if counties is None:
        counties = datasets.load("villages_by_county")
    rows = _repeat_by_place(turnover[turnover["level"] == "county"])
    if rows.empty:
        raise ValueError(
            "turnover has no row of a county; "
            "give the table list_turnover or rows of it with counties."
        )
    pair = ["place", "from_year", "to_year"]
    table = rows.groupby(pair)[["listed", "kept", "gone"]].sum().reset_index()
    by_place = _repeat_by_place(counties).groupby(["place", "year"])["villages"].sum()
    later = []
    for place, year in zip(table["place"], table["to_year"], strict=True):
        later.append(int(by_place.get((place, year), 0)))
    table["later"] = later
    table["new"] = table["later"] - table["kept"]
    table["lists"] = pair_labels(table)
    table = table.rename(columns={"listed": "earlier"})
    return table[
        ["place", "lists", "from_year", "to_year", "earlier", "kept", "gone", "later", "new"]
    ]


def stay_or_leave(
    turnover: pd.DataFrame | None = None,
    counties: pd.DataFrame | None = None,
    evidence: pd.DataFrame | None = None,
) -> alt.LayerChart:
    """Draw a sign a village: who looks back sees survivors alone, who looks forward sees who left.

    The controls choose the place, the two lists and the end to look from; a box shows what is told
    of the sellers, who may leave while the title stays. `fates` is the table beside it; how the
    count depends on the spelling shows ``growth.stay_leave_enter``.

    Parameters
    ----------
    turnover, counties, evidence : DataFrame, optional
        The tables ``list_turnover``, ``villages_by_county`` and ``critiques``, or rows of them.

    Raises
    ------
    ValueError
        As `fates`.

    Examples
    --------
    >>> charts.table(stay_or_leave()).columns.tolist()[:3]
    ['Place', 'Lists', 'On the earlier']
    """
    if evidence is None:
        evidence = datasets.load("critiques")
    table = fates(turnover, counties)
    pairs = list(table.sort_values(["from_year", "to_year"])["lists"].unique())
    places = _order_places(table)
    first_view = table[(table["place"] == places[0]) & (table["lists"] == pairs[0])].iloc[0]
    years = sorted({*table["from_year"], *table["to_year"]})
    return charts.finish(
        _draw_layers(table),
        f"Who looks back from the list of {first_view['to_year']} sees "
        f"{first_view['later']:,} villages and not one that left",
        f"A dot a village on the lists of {', '.join(map(str, years))}",
        "own counts from AliResearch's lists; tables list_turnover, villages_by_county, critiques",
        "Dots, one a village, of two lists of Taobao villages. Looking back from the list of "
        f"{first_view['to_year']} there are {first_view['later']:,} villages, of which "
        f"{first_view['kept']} were on the list of {first_view['from_year']}, and none is gone: "
        "a list holds no village that has left it. Controls choose the place, the lists, and the "
        "end from which to look: forward from the earlier list some are gone. A box shows what is "
        "told of the villages and sellers of a place. Words above the dots give the counts.",
        params=[
            select("place", "Place ", places),
            select("lists", "Lists of ", pairs),
            select("look", "Look ", [BACK, FORWARD]),
            charts.checkbox("told", "Show what is told of villages and sellers "),
            *_carry_counts(table, evidence),
        ],
        height=250,
    )


# ---- data ----------------------------------------------------------------------------------------
def _repeat_by_place(rows: pd.DataFrame) -> pd.DataFrame:
    """Take rows once for China, once for their province, once for counties with a case."""
    named = [rows[rows["county"] == county].assign(place=place) for place, county in CASES.items()]
    return pd.concat([rows.assign(place=CHINA), rows.assign(place=rows["province"]), *named])


def _order_places(table: pd.DataFrame) -> list[str]:
    """Put the places with a report first, and then the provinces."""
    listed = set(table["place"])
    with_report = [place for place in REPORTS if place in listed]
    return with_report + sorted(listed - set(REPORTS))


def _carry_counts(table: pd.DataFrame, evidence: pd.DataFrame) -> list[alt.Parameter]:
    """Make counts and reports that travel with the chart, and what follows from the controls."""
    columns = ["from_year", "to_year", "earlier", "kept", "gone", "later"]
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for place, part in table.groupby("place"):
        counts[place] = {}
        for _, row in part.iterrows():
            counts[place][row["lists"]] = {column: int(row[column]) for column in columns}
    reports = {}
    for place, ids in REPORTS.items():
        rows = evidence[evidence["id"].isin(ids)]
        reports[place] = [
            f"{row.place}, {row.period_as_printed} ({row.method.replace('_', ' ')}): "
            f"{with_figure(row)}"
            for row in rows.itertuples()
        ]
    return [
        alt.param("counts", value=counts),
        alt.param("reports", value=reports),
        alt.param("seen", expr="counts[place][lists] || {earlier: 0, later: 0, kept: 0, gone: 0}"),
        alt.param("ahead", expr=f"look === '{FORWARD}'"),
        alt.param("number", expr="ahead ? seen.earlier : seen.later"),
        alt.param("across", expr=f"number > 300 ? {MOST_ACROSS} : number > 60 ? 30 : 20"),
        alt.param("step", expr=f"{charts.WIDTH} / across"),
    ]


# ---- layers --------------------------------------------------------------------------------------
def _draw_layers(table: pd.DataFrame) -> list[Any]:
    """Draw the signs, their key, the words above, and the table for tooltips."""
    chosen = alt.Chart(table[[*COLUMNS]]).transform_filter(
        "datum.place === place && datum.lists === lists"
    )
    unseen = chosen.mark_point(opacity=0).encode(
        x=alt.value(0), y=alt.value(0), tooltip=tooltips(COLUMNS)
    )
    nothing = alt.Chart(alt.Data(values=[{}]))
    most = int(table[["earlier", "later"]].to_numpy().max())
    return [
        unseen,
        _draw_signs(most),
        _draw_key(),
        text_line(nothing, SENTENCE, -100, fontSize=15),
        text_line(nothing, REASON, -80, fontWeight="normal"),
        *_write_reports(nothing),
    ]


def _colour_of_state() -> alt.Color:
    legend = alt.Legend(orient="right", direction="vertical", symbolOpacity=1, symbolSize=220)
    colours = {state: look.colour for state, look in STATES.items()}
    return alt.Color("state:N", title=None, legend=legend, scale=charts.named_scale(colours))


def _draw_signs(most: int) -> Any:
    """Draw the signs of at most so many villages, a mark for each run of them.

    One mark a run and not one a village: 44 marks instead of 1,311, drawn in a quarter of the time.
    """
    rows = -(-most // MOST_ACROSS)  # rounded up
    paths = ", ".join(f"'{state}': '{look.path}'" for state, look in STATES.items())
    runs = alt.Chart(alt.sequence(0, 2 * rows, as_="i"))
    for name, expression in RUN.items():
        runs = runs.transform_calculate(**{name: expression})
    return (
        runs.transform_filter("datum.a < datum.b")
        .transform_calculate(
            path="replace(pad('', datum.b - datum.a, '.'), regexp('[.]', 'g'), "
            f"{{{paths}}}[datum.state])"
        )
        .mark_point(filled=True, opacity=1, size=alt.expr("step * step"))
        .encode(
            x=alt.value(alt.expr("(datum.a - datum.start + 0.5) * step")),
            y=alt.value(alt.expr("(datum.row + 0.5) * step")),
            shape=alt.Shape("path:N", scale=None),
            color=_colour_of_state(),
        )
    )


def _draw_key() -> Any:
    """Draw marks that nobody sees, for the legend that a run of signs cannot have."""
    legend = alt.Legend(orient="right", direction="vertical", symbolOpacity=1, symbolSize=220)
    shapes = {state: look.path for state, look in STATES.items()}
    return (
        alt.Chart(alt.Data(values=[{"state": state} for state in STATES]))
        .mark_point(filled=True, opacity=0)
        .encode(
            shape=alt.Shape("state:N", title=None, legend=legend, scale=charts.named_scale(shapes)),
            color=_colour_of_state(),
        )
    )


def _write_reports(nothing: alt.Chart) -> list[alt.Chart]:
    """Write up to three reports of the place under one another, when asked."""
    hidden = ["What is told of villages and sellers is hidden", "", ""]
    lines = []
    for number, before in enumerate(hidden):
        report = f"(reports[place] || ['Our table tells nothing of this place'])[{number}] || ''"
        words = f"told ? ({report}) : '{before}'"
        height = -58 + 17 * number
        lines.append(
            text_line(nothing, words, height, fontSize=12, fontWeight="normal", color=GREY)
        )
    return lines
