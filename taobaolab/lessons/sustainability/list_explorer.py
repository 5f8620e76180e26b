"""Stay or leave: two lists seen from both ends, and what is told of sellers who leave while the title stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from ... import charts, datasets
from ...charts import ACCENT, GREY, SECOND, THIRD, pair_labels, select, text_line, tooltips
from .trial import with_figure

if TYPE_CHECKING:
    import pandas as pd

CHINA = "China"
CASES = {"Yiwu, with Qingyanliu": "Yiwu", "Panyu, with Lirendong": "Panyu"}
TOLD_OF = {
    CHINA: ("D30", "D31"),
    "Yiwu, with Qingyanliu": ("D01", "D74", "D04"),
    "Panyu, with Lirendong": ("D03",),
}
ENDS = ("back from the later list", "forward from the earlier list")
KEPT, GONE, NEW = (
    "m-.6,0a.6,.6,0,1,0,1.2,0a.6,.6,0,1,0,-1.2,0m2.6,0",
    "m-.65,-.25h.4v-.4h.5v.4h.4v.5h-.4v.4h-.5v-.4h-.4v-.5m2.65,.25",
    "m-.7,0l.7,-.7l.7,.7l-.7,.7l-.7,-.7m2.7,0",
)  # a dot, a cross and a diamond as SVG paths around a point, each ending at the place of the next, two units on
STATES = {"on both lists": (KEPT, ACCENT), "gone": (GONE, SECOND), "new": (NEW, THIRD)}
MOST_ACROSS = 60
SHOWN = {
    "place": "Place",
    "lists": "Lists",
    "earlier": "On the earlier",
    "kept": "On both",
    "gone": "Gone",
    "later": "On the later",
    "new": "New at most",
}
SAID = """!seen.earlier ? 'No village of ' + place + ' is on the earlier list' : ahead ?
 'Of ' + format(seen.earlier, ',') + ' on the list of ' + seen.from_year + ', ' + (seen.gone ?
 seen.gone + ' (' + format(100 * seen.gone / seen.earlier, '.1f') + '%)' : 'none') +
 (seen.gone > 1 ? ' are' : ' is') + ' gone from that of ' + seen.to_year :
 'Of ' + format(seen.later, ',') + ' on the list of ' + seen.to_year + ', ' + format(seen.kept, ',') +
 ' were on that of ' + seen.from_year + '. Gone: none to be seen'"""
WHY = """ahead ? 'Gone: not found by name within the province, for whatever reason' :
 'A list of today holds no village that has left it'"""
RUN = {
    "row": "floor(datum.i / 2)",
    "start": "datum.row * across",
    "turn": "clamp(seen.kept, datum.start, min(datum.start + across, number))",
    "a": "datum.i % 2 ? datum.turn : datum.start",
    "b": "datum.i % 2 ? min(datum.start + across, number) : datum.turn",
    "state": "!(datum.i % 2) ? 'on both lists' : ahead ? 'gone' : 'new'",
}  # the run of dots of one row that share a fate: two to a row, the kept ones first


def _by_place(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of counties once for China, once for their province, and once more for the counties with a case."""
    import pandas as pd

    named = [rows[rows["county"] == county].assign(place=place) for place, county in CASES.items()]
    return pd.concat([rows.assign(place=CHINA), rows.assign(place=rows["province"]), *named])


def fates(
    turnover: pd.DataFrame | None = None, counties: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Two lists by place, seen from both ends: the twin of :func:`stay_or_leave`.

    A row a place and a pair of lists: ``place``, ``lists``, ``from_year``, ``to_year``, ``earlier`` and ``later``
    (villages listed), ``kept`` and ``gone`` (of the earlier list), ``new`` (the later list less the kept: at most so
    many). Places are China, its provinces, and two counties from which sellers are told to have left. Names are matched
    within the province, without their ending; ``growth.flows`` has the other ways.
    """
    turnover = datasets.load("list_turnover") if turnover is None else turnover
    counties = datasets.load("villages_by_county") if counties is None else counties
    rows = _by_place(turnover[turnover["level"] == "county"])
    if rows.empty:
        raise ValueError(
            "turnover has no row of a county; give the table list_turnover or rows of it with counties."
        )
    table = (
        rows.groupby(["place", "from_year", "to_year"])[["listed", "kept", "gone"]]
        .sum()
        .reset_index()
    )
    later = _by_place(counties).groupby(["place", "year"])["villages"].sum()
    table["later"] = [
        int(later.get(key, 0)) for key in zip(table["place"], table["to_year"], strict=True)
    ]
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
    """A dot a village: who looks back from the later list sees survivors alone, who looks forward sees who left.

    The controls choose the place, the two lists and the end to look from; a box shows what is told of the sellers, who
    may leave while the title stays. The tables are ``list_turnover``, ``villages_by_county`` and ``critiques`` or rows
    of them. The twin is :func:`fates`; how the count hangs on spelling shows ``growth.stay_leave_enter``.
    """
    table = fates(turnover, counties)
    rows = (datasets.load("critiques") if evidence is None else evidence).set_index(
        "id", drop=False
    )
    pairs = list(table.sort_values(["from_year", "to_year"])["lists"].unique())
    places = [p for p in TOLD_OF if p in set(table["place"])] + sorted(
        set(table["place"]) - set(TOLD_OF)
    )
    numbers = ["from_year", "to_year", "earlier", "kept", "gone", "later"]
    counts = {
        place: {r["lists"]: {n: int(r[n]) for n in numbers} for _, r in part.iterrows()}
        for place, part in table.groupby("place")
    }
    reports = {
        place: [
            f"{r.place}, {r.period_as_printed} ({r.method.replace('_', ' ')}): {with_figure(r)}"
            for r in rows[rows.index.isin(ids)].itertuples()
        ]
        for place, ids in TOLD_OF.items()
    }
    params = [
        select("place", "Place ", places),
        select("lists", "Lists of ", pairs),
        select("look", "Look ", ENDS),
        alt.param(
            "told",
            value=False,
            bind=alt.binding_checkbox(name="Show what is told of villages and sellers "),
        ),
        alt.param("counts", value=counts),
        alt.param("reports", value=reports),
        alt.param("seen", expr="counts[place][lists] || {earlier: 0, later: 0, kept: 0, gone: 0}"),
        alt.param("ahead", expr=f"look === '{ENDS[1]}'"),
        alt.param("number", expr="ahead ? seen.earlier : seen.later"),
        alt.param("across", expr=f"number > 300 ? {MOST_ACROSS} : number > 60 ? 30 : 20"),
        alt.param("step", expr=f"{charts.WIDTH} / across"),
    ]
    paths, colours = zip(*STATES.values(), strict=True)
    most = int(table[["earlier", "later"]].to_numpy().max())
    legend = alt.Legend(orient="right", direction="vertical", symbolOpacity=1, symbolSize=220)
    state: dict[str, Any] = {
        "title": None,
        "legend": legend,
        "scale": alt.Scale(domain=list(STATES), range=list(colours)),
    }
    runs = alt.Chart(alt.sequence(0, 2 * -(-most // MOST_ACROSS), as_="i"))
    for name, how in RUN.items():
        runs = runs.transform_calculate(**{name: how})
    dots = (
        runs.transform_filter("datum.a < datum.b")
        .transform_calculate(
            path=f"replace(pad('', datum.b - datum.a, '.'), regexp('[.]', 'g'), {dict(zip(STATES, paths, strict=True))}[datum.state])"
        )
        .mark_point(filled=True, opacity=1, size=alt.expr("step * step"))
        .encode(
            x=alt.value(alt.expr("(datum.a - datum.start + 0.5) * step")),
            y=alt.value(alt.expr("(datum.row + 0.5) * step")),
            shape=alt.Shape("path:N", scale=None),
            color=alt.Color("state:N", **state),
        )
    )  # one mark for a run of dots and not one for a dot: 44 marks instead of 1,311, drawn in a quarter of the time
    key = (
        alt.Chart(alt.Data(values=[{"state": name} for name in STATES]))
        .mark_point(filled=True, opacity=0)
        .encode(
            shape=alt.Shape(
                "state:N", **state | {"scale": alt.Scale(domain=list(STATES), range=list(paths))}
            ),
            color=alt.Color("state:N", **state),
        )
    )
    one = alt.Chart(table[[*SHOWN]]).transform_filter(
        "datum.place === place && datum.lists === lists"
    )
    anchor = one.mark_point(opacity=0).encode(
        x=alt.value(0), y=alt.value(0), tooltip=tooltips(SHOWN)
    )
    empty = alt.Chart(alt.Data(values=[{}]))
    hidden = ["What is told of villages and sellers is hidden", "", ""]
    words = [
        text_line(empty, f"told ? ((reports[place] || ['Our table tells nothing of this place'])[{i}] || '') : '{first}'", -58 + 17 * i,
             fontSize=12, fontWeight="normal", color=GREY)
        for i, first in enumerate(hidden)
    ]  # fmt: skip
    whole = table[(table["place"] == places[0]) & (table["lists"] == pairs[0])].iloc[0]
    return charts.finish(
        [
            anchor,
            dots,
            key,
            text_line(empty, SAID, -100, fontSize=15),
            text_line(empty, WHY, -80, fontWeight="normal"),
            *words,
        ],
        f"Who looks back from the list of {whole['to_year']} sees {whole['later']:,} villages and not one that left",
        f"A dot a village on the lists of {', '.join(str(y) for y in sorted({*table['from_year'], *table['to_year']}))}",
        "own counts from AliResearch's lists; tables list_turnover, villages_by_county, critiques",
        f"Dots, one a village, of two lists of Taobao villages. Looking back from the list of {whole['to_year']} there are "
        f"{whole['later']:,} villages, of which {whole['kept']} were on the list of {whole['from_year']}, and none is gone: "
        "a list holds no village that has left it. Controls choose the place, the lists, and the end from which to look: "
        "forward from the earlier list some are gone. A box shows what is told of the villages and sellers of a place. "
        "Words above the dots give the counts.",
        params=params,
        height=250,
    )
