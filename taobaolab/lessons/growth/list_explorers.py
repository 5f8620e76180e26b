"""The lists of 2014, 2015 and 2016: where the villages were, and which of them stayed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from ... import charts, datasets
from ...charts import (
    ACCENT,
    GREY,
    INK,
    PALE,
    SECOND,
    THIRD,
    pair_labels,
    select,
    small_title,
    tooltips,
)
from .concentration import gini, herfindahl, lorenz, top_share

if TYPE_CHECKING:
    import pandas as pd

RULES = {
    "within_province_without_ending": "within the province, without ending",
    "within_county_without_ending": "within the county, without ending",
    "printed_name": "as printed",
}


# ---- where -----------------------------------------------------------------------------------------------------------
def _bent(curve: pd.DataFrame) -> pd.DataFrame:
    """A Lorenz curve with only the points at which it bends: the same line, shorter."""
    step = curve["share_of_total"].diff().round(12)
    return curve[(step != step.shift(-1)) | (curve.index == 0)]


def where(
    counties: pd.DataFrame | None = None,
    provinces: pd.DataFrame | None = None,
    coastline: pd.DataFrame | None = None,
) -> alt.VConcatChart:
    """A map of the villages, the provinces, and how unevenly both are spread, with a line that draws a south.

    The controls choose the year and the latitude of the line. Hover over a dot for the county's Chinese name. The
    tables are ``villages_by_county``, ``villages_by_province`` and ``coastline`` or rows of them; the provinces must
    have all villages of the counties. Twins: ``charts.table(chart, number)``, and ``growth.gini`` and its kin.
    """
    import pandas as pd

    counties = datasets.load("villages_by_county") if counties is None else counties
    provinces = datasets.load("villages_by_province") if provinces is None else provinces
    coastline = datasets.load("coastline") if coastline is None else coastline
    (coast, dots, *labels, count), year, listed = charts.county_layers(counties, coastline)
    units = provinces[provinces["year"].isin(listed["year"])]
    sums = [t.groupby("year")["villages"].sum().astype(int).to_dict() for t in (listed, units)]
    if sums[0] != sums[1]:
        raise ValueError(
            f"counties and provinces add up to different numbers of villages: {sums[0]} and {sums[1]}."
        )
    curves, said = [], []
    for y, rows in listed.groupby("year"):
        by_province = units.loc[units["year"] == y, "villages"]
        for name, counts in {
            f"{len(by_province)} provinces": by_province,
            "counties on the list": rows["villages"],
        }.items():
            curves.append(_bent(lorenz(counts)).round(4).assign(year=int(y), units=name))
        index = herfindahl(by_province)
        coastal = (
            rows.loc[rows["province"].isin(charts.COASTAL), "villages"].sum()
            / rows["villages"].sum()
        )
        measured = [
            f"{(by_province > 0).sum()} of {len(by_province)} provinces have a village",
            f"The top three hold {100 * top_share(by_province, 3):.0f}%",
            f"The coastal provinces hold {100 * coastal:.0f}%",
            f"HHI {index:.3f}: as if {1 / index:.1f} equal provinces",
            f"Gini over all {len(by_province)} provinces {gini(by_province):.2f}",
            f"Gini over the {len(rows)} counties on the list {gini(rows['villages']):.2f}",
        ]
        said += [{"year": int(y), "row": i, "words": w} for i, w in enumerate(measured)]
    south = alt.param(
        "south_of",
        value=33,
        bind=alt.binding_range(min=22, max=40, step=0.5, name="South begins below latitude "),
    )
    line = (
        alt.Chart(alt.Data(values=[{"longitude": 106}, {"longitude": 124}]))
        .transform_calculate(latitude="south_of")
        .mark_line(color=SECOND, strokeDash=[6, 4], strokeWidth=2)
        .encode(longitude="longitude:Q", latitude="latitude:Q")
    )
    dots.encoding.size = dots.encoding.size.legend(None)
    map_ = (
        alt.layer(coast, dots, line, *labels, count)
        .properties(width=390, height=400)
        .project("mercator", center=[114.6, 31.4], scale=725, translate=[195, 200])
    )
    shown = units[units.groupby("province")["villages"].transform("max") > 0]
    order = list(
        shown[shown["year"] == shown["year"].max()].sort_values("villages", ascending=False)[
            "province"
        ]
    )
    bar = (
        alt.Chart(shown[["year", "province", "province_zh", "region", "villages"]])
        .transform_filter("datum.year == year_shown")
        .encode(
            x=alt.X(
                "villages:Q",
                title=None,
                axis=None,
                scale=alt.Scale(domain=[0, int(shown["villages"].max() * 1.2)]),
            ),
            y=alt.Y("province:N", title=None, sort=order, axis=alt.Axis(domain=False, ticks=False)),
            key="province:N",
        )
    )
    told = {
        "province": "Province",
        "province_zh": "中文",
        "region": "Region",
        "year": "Year",
        "villages": "Villages",
    }
    bars = alt.layer(
        bar.mark_bar(color=ACCENT).encode(tooltip=tooltips(told, year="d", villages=",")),
        bar.mark_text(align="left", dx=4).encode(text=alt.Text("villages:Q", format=",")),
    ).properties(width=170, height=400, title=small_title("Villages by province"))
    names = list(dict.fromkeys(name for part in curves for name in part["units"]))
    curve = (
        alt.Chart(pd.concat(curves))
        .transform_filter("datum.year == year_shown")
        .mark_line(strokeWidth=2.5)
        .encode(
            x=alt.X("share_of_units:Q", title="share of provinces, or counties", axis=alt.Axis(format="%", grid=False, tickCount=5)),
            y=alt.Y("share_of_total:Q", title="share of the villages", axis=alt.Axis(format="%", tickCount=5)),
            color=alt.Color("units:N", title=None, sort=names, scale=alt.Scale(domain=names, range=[ACCENT, SECOND])),
            strokeDash=alt.StrokeDash("units:N", title=None, scale=alt.Scale(domain=names, range=[[1, 0], [6, 3]])),
            tooltip=tooltips(
                {"units": "Units", "year": "Year", "share_of_units": "Share of units", "share_of_total": "Share of villages"},
                year="d", share_of_units=".1%", share_of_total=".1%",
            ),
        )
    )  # fmt: skip
    equal = (
        alt.Chart(alt.Data(values=[{"x": 0}, {"x": 1}]))
        .mark_line(color=GREY, strokeDash=[2, 3])
        .encode(x="x:Q", y="x:Q")
    )
    below = (
        alt.Chart(listed)
        .transform_filter("datum.year == year_shown")
        .transform_calculate(south="datum.latitude < south_of ? datum.villages : 0")
        .transform_aggregate(south="sum(south)", all="sum(villages)")
        .transform_calculate(
            words="format(datum.south / datum.all, '.0%') + ' of the villages south of ' + format(south_of, '.1f') + '° north'",
            row="6",
        )
    )
    words = alt.Chart(pd.DataFrame(said)).transform_filter("datum.year == year_shown")
    heading = alt.Chart(alt.Data(values=[{"row": -1}])).transform_calculate(
        words="'On the list of ' + year_shown"
    )
    text = {"x": alt.value(0), "y": alt.value(alt.expr("40 + 24 * datum.row")), "text": "words:N"}
    beside = alt.layer(
        heading.mark_text(align="left", fontSize=15, fontWeight="bold").encode(**text),
        words.mark_text(align="left", fontSize=13).encode(**text),
        below.mark_text(align="left", fontSize=13, color=SECOND, fontWeight="bold").encode(**text),
    ).properties(width=300, height=220)
    years = sorted({int(y) for y in listed["year"]})
    counted = {y: int((listed["year"] == y).sum()) for y in years}
    three = top_share(units.loc[units["year"] == years[-1], "villages"], 3)
    finding = f"{counted[years[-1]]} counties in {years[-1]}; {100 * three:.0f}% of the villages in three provinces"
    chart = charts.panels(
        [
            map_,
            bars,
            alt.layer(equal, curve).properties(
                width=390, height=220, title=small_title("Lorenz curves")
            ),
            beside,
        ],
        finding,
        "Each dot is a county, its area the villages in it; dashed on the map: where your south begins",
        "own counts from AliResearch's lists; coast from Natural Earth; tables villages_by_county, villages_by_province",
        f"Map, bars and Lorenz curves of the Taobao villages, {years[0]} to {years[-1]}. {finding}. Counties with a village: "
        + ", ".join(f"{n} in {y}" for y, n in counted.items())
        + ". "
        + " ".join(
            f"{y}: " + "; ".join(str(r["words"]) for r in said if r["year"] == y) + "."
            for y in years
        )
        + " Controls choose the year and the latitude below which the south begins.",
        params=[year, south],
    )
    chart.vconcat[0] = chart.vconcat[0].resolve_scale(color="independent", strokeDash="independent")
    return chart


# ---- stay, leave, enter ----------------------------------------------------------------------------------------------
def flows(
    turnover: pd.DataFrame | None = None, villages: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Villages kept, gone and new between two lists, by each way of matching names: the twin of the explorer.

    A row a pair of lists and a way of matching: ``lists``, ``from_year``, ``to_year``, ``matching``, ``listed``, ``kept``,
    ``gone``, ``gone_percent`` and ``new_at_most``: the lines of the later list that no village of the earlier one
    accounts for. A village that stands in the later list twice makes the number too high, so it is an upper bound.
    """
    turnover = datasets.load("list_turnover") if turnover is None else turnover
    totals = (datasets.load("villages_by_year") if villages is None else villages).set_index(
        "year"
    )["villages"]
    rows = turnover[turnover["level"] == "country"].copy()
    if rows.empty or not rows["to_year"].isin(totals.index).all():
        raise ValueError(
            "flows needs a row for the country, and the number of villages of every later list."
        )
    rows["lists"] = pair_labels(rows)
    rows["gone_percent"] = (100 * rows["gone"] / rows["listed"]).astype(float).round(1)
    rows["new_at_most"] = rows["to_year"].map(totals) - rows["kept"]
    columns = [
        "lists",
        "from_year",
        "to_year",
        "matching",
        "listed",
        "kept",
        "gone",
        "gone_percent",
        "new_at_most",
    ]
    return rows[columns].sort_values(["from_year", "to_year"], kind="stable", ignore_index=True)


def _left(turnover: pd.DataFrame) -> pd.DataFrame:
    """The places that villages left, most first, ten a pair of lists: provinces and counties."""
    import pandas as pd

    rows = turnover[turnover["level"] == "county"]
    keys = {"provinces": ["province"], "counties": ["province", "county", "county_zh"]}
    parts = []
    for places, by in keys.items():
        part = rows.groupby(["from_year", "to_year", *by])[["listed", "gone"]].sum().reset_index()
        parts.append(
            part[part["gone"] > 0].assign(
                places=places, place=part[by[-2] if len(by) > 1 else by[0]]
            )
        )
    left = pd.concat(parts, ignore_index=True)
    left["lists"] = pair_labels(left)
    left = left.sort_values(["gone", "listed", "place"], ascending=[False, True, True])
    left["rank"] = left.groupby(["places", "lists"]).cumcount() + 1
    return left[left["rank"] <= 10]


def stay_leave_enter(
    turnover: pd.DataFrame | None = None, villages: pd.DataFrame | None = None
) -> alt.VConcatChart:
    """Which villages two lists share, which are gone from the later one and how many are new, by the care in matching.

    The controls choose the two lists, when two names count as the same, and whether provinces or counties are shown.
    ``turnover`` is the table ``list_turnover``, ``villages`` the table ``villages_by_year``. The twin is :func:`flows`.
    """
    import pandas as pd

    turnover = datasets.load("list_turnover") if turnover is None else turnover
    table = flows(turnover, villages).assign(names=lambda t: t["matching"].map(RULES))
    pairs, names = list(dict.fromkeys(table["lists"])), list(RULES.values())
    params = [
        select("lists", "Lists of ", pairs, value=pairs[-1]),
        select("names", "Names are the same ", names),
        select("places", "Places ", ["provinces", "counties"]),
    ]
    blocks = pd.DataFrame(
        [
            {"lists": r.lists, "names": r.names, "state": state, "villages": n, "a": a, "b": a + n, "row": row, "words": words}
            for r in table.itertuples()
            for state, n, a, row, words in (
                ("kept", r.kept, 0, 0, f"list of {r.from_year}: {r.kept:,} kept"),
                ("gone", r.gone, -r.gone, 0, f"{r.gone} gone"),
                ("kept", r.kept, 0, 1, f"list of {r.to_year}: the same {r.kept:,}"),
                ("new", r.new_at_most, r.kept, 1, f"at most {r.new_at_most:,} new"),
            )
        ]
    )  # fmt: skip
    widest = float(blocks["b"].max())
    x = alt.Scale(domain=[-0.12 * widest, widest], nice=False, zero=False)
    block = (
        alt.Chart(blocks)
        .transform_filter("datum.lists === lists && datum.names === names")
        .encode(x=alt.X("a:Q", scale=x, axis=None), y=alt.value(alt.expr("68 + 56 * datum.row")))
    )
    colours = alt.Scale(domain=["gone", "kept", "new"], range=[SECOND, ACCENT, THIRD])
    told = {
        "lists": "Lists",
        "names": "Names are the same",
        "state": "State",
        "villages": "Villages",
    }
    bars = block.mark_bar(height=44).encode(
        x2="b:Q",
        color=alt.Color("state:N", scale=colours, legend=None),
        tooltip=tooltips(told, villages=","),
    )
    shown = alt.Chart(table).transform_filter("datum.lists === lists")
    sentence = (
        shown.transform_calculate(
            chosen="datum.names === names ? 1 : 0",
            words="'Of ' + format(datum.listed, ',') + ' villages listed in ' + datum.from_year + ', ' + datum.gone + ' (' + "
            "format(datum.gone_percent, '.1f') + '%) are not found on the list of ' + datum.to_year",
        )
        .transform_joinaggregate(known="sum(chosen)")
        .transform_calculate(
            words="datum.known ? datum.words : 'Not counted for these two lists: choose another way to match'"
        )
        .transform_filter("datum.chosen || !datum.known")
        .transform_window(row="row_number()")
        .transform_filter("datum.row === 1")
    )
    flow = alt.layer(
        bars,
        block.transform_filter("datum.state !== 'gone'")
        .mark_text(align="left", dx=6, fontWeight="bold")
        .encode(
            text="words:N",
            color=alt.condition("datum.state === 'kept'", alt.value("white"), alt.value(INK)),
        ),
        block.transform_filter("datum.state === 'gone'")
        .mark_text(align="right", dx=-6, fontWeight="bold")
        .encode(text="words:N"),
        sentence.mark_text(align="left", fontSize=15, fontWeight="bold").encode(
            x=alt.value(0), y=alt.value(14), text="words:N"
        ),
    ).properties(width=640, height=160)
    care = shown.transform_calculate(share="format(datum.gone_percent, '.1f') + '%'").encode(
        x=alt.X(
            "gone_percent:Q",
            axis=None,
            scale=alt.Scale(domain=[0, 1.3 * float(table["gone_percent"].max())]),
        ),
        y=alt.Y("names:N", sort=names, axis=None, scale=alt.Scale(domain=names)),
    )
    told = {
        "lists": "Lists",
        "names": "Names are the same",
        "listed": "Listed",
        "gone": "Gone",
        "gone_percent": "Gone, %",
    }
    by_care = alt.layer(
        care.mark_bar(height=14, yOffset=10).encode(
            color=alt.condition("datum.names === names", alt.value(SECOND), alt.value(PALE)),
            tooltip=tooltips(told),
        ),
        care.mark_text(align="left", dx=4, yOffset=10).encode(text="share:N"),
        care.mark_text(align="left", yOffset=-9).encode(x=alt.value(0), text="names:N"),
    ).properties(width=280, height=150, title=small_title("Gone, by the care in matching"))
    left = _left(turnover)
    place = (
        alt.Chart(left)
        .transform_filter("datum.lists === lists && datum.places === places")
        .encode(
            x=alt.X(
                "gone:Q",
                axis=None,
                scale=alt.Scale(domain=[0, 1.6 * float(left["gone"].max())], range=[100, 300]),
            ),
            y=alt.Y("rank:O", axis=None, scale=alt.Scale(domain=list(range(1, 11)))),
        )
    )
    told = {
        "place": "Place",
        "county_zh": "中文",
        "province": "Province",
        "lists": "Lists",
        "listed": "Listed",
        "gone": "Gone",
    }
    absent = (
        alt.Chart(left)
        .transform_calculate(here="datum.lists === lists ? 1 : 0")
        .transform_aggregate(here="sum(here)")
        .transform_filter("datum.here === 0")
        .transform_calculate(words="'No counts by place for these lists'")
    )
    by_place = alt.layer(
        place.mark_bar(color=SECOND, height=13).encode(x2=alt.datum(0), tooltip=tooltips(told)),
        place.mark_text(align="right").encode(x=alt.value(94), text="place:N"),
        place.transform_calculate(words="datum.gone + ' of ' + datum.listed")
        .mark_text(align="left", dx=4)
        .encode(text="words:N"),
        absent.mark_text(align="left", color=GREY).encode(
            x=alt.value(0), y=alt.value(20), text="words:N"
        ),
    ).properties(width=300, height=210, title=small_title("Gone, by place: the first ten"))
    late = table[table["lists"] == pairs[-1]]
    spread = f"{late['gone'].min()} to {late['gone'].max()}"
    finding = f"{spread} villages of {late['from_year'].iloc[0]} are gone from the list of {late['to_year'].iloc[0]}: it hangs on the spelling"
    return charts.panels(
        [alt.vconcat(flow, alt.hconcat(by_care, by_place))],
        finding,
        [
            "Gone: not found on the later list, for whatever reason. New: lines of the later list that nothing accounts for",
            "By place: matched within the province, without the ending 村, 社区 or 居委会",
        ],
        "own counts from AliResearch's lists; tables list_turnover, villages_by_year",
        "Bars of the villages kept, gone and new between two lists, with the share gone by way of matching and by place. "
        + " ".join(
            f"{r.lists}, {r.names}: of {r.listed}, kept {r.kept}, gone {r.gone} ({r.gone_percent}%), new at most {r.new_at_most}."
            for r in table.itertuples()
        )
        + " Controls choose the lists, the way of matching, and provinces or counties.",
        params=params,
        columns=1,
    )
