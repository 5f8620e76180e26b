"""The lists of 2014, 2015 and 2016: where the villages were, and which of them stayed.

>>> flows()[["from_year", "to_year"]].iloc[0].tolist()
[2014, 2015]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

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

RULES = {
    "within_province_without_ending": "within the province, without ending",
    "within_county_without_ending": "within the county, without ending",
    "printed_name": "as printed",
}
STATES = {"gone": SECOND, "kept": ACCENT, "new": THIRD}
MOST_PLACES = 10
IN_YEAR_SHOWN = "datum.year == year_shown"
BETWEEN_CHOSEN_LISTS = "datum.lists === lists"


# ---- where ---------------------------------------------------------------------------------------
def where(
    counties: pd.DataFrame | None = None,
    provinces: pd.DataFrame | None = None,
    coastline: pd.DataFrame | None = None,
) -> alt.VConcatChart:
    """Draw where the villages were: a map, the provinces, and how unevenly both are spread.

    The controls choose the year, and the latitude of a line below which the south begins. Hover
    over a dot for the county's Chinese name. ``charts.table(chart, number)`` has the tables beside
    it; `gini`, `herfindahl`, `lorenz` and `top_share` work the measures out.

    Parameters
    ----------
    counties, provinces, coastline : DataFrame, optional
        The tables ``villages_by_county``, ``villages_by_province`` and ``coastline``, or rows of
        them. The provinces must have all villages of the counties.

    Raises
    ------
    ValueError
        Where counties and provinces add up to different numbers of villages, and where there is
        no village.

    Examples
    --------
    >>> charts.table(where(), 1).columns.tolist()
    ['Province', '中文', 'Region', 'Year', 'Villages']
    """
    if counties is None:
        counties = datasets.load("villages_by_county")
    if provinces is None:
        provinces = datasets.load("villages_by_province")
    if coastline is None:
        coastline = datasets.load("coastline")
    map_layers, year, listed = charts.county_layers(counties, coastline)
    units = provinces[provinces["year"].isin(listed["year"])]
    _require_same_sums(listed, units)
    spreads = [
        _Spread.measure(int(year_), rows, units.loc[units["year"] == year_, "villages"])
        for year_, rows in listed.groupby("year")
    ]
    finding = spreads[-1].finding
    chart = charts.panels(
        [
            _draw_map(map_layers),
            _draw_provinces(units),
            _draw_lorenz_curves(spreads),
            _write_measures(spreads, listed),
        ],
        finding,
        "Each dot is a county, its area the villages in it; "
        "dashed on the map: where your south begins",
        "own counts from AliResearch's lists; coast from Natural Earth; "
        "tables villages_by_county, villages_by_province",
        _describe_where(spreads, finding),
        params=[
            year,
            charts.slider("south_of", "South begins below latitude ", 22, 40, 0.5, value=33),
        ],
    )
    # Bars and curves have colours of their own: without this they would share a legend.
    chart.vconcat[0] = chart.vconcat[0].resolve_scale(color="independent", strokeDash="independent")
    return chart


def _require_same_sums(listed: pd.DataFrame, units: pd.DataFrame) -> None:
    """Raise ``ValueError`` where counties and provinces have different numbers of villages."""
    by_counties, by_provinces = _villages_a_year(listed), _villages_a_year(units)
    if by_counties != by_provinces:
        raise ValueError(
            "counties and provinces add up to different numbers of villages: "
            f"{by_counties} and {by_provinces}."
        )


def _villages_a_year(rows: pd.DataFrame) -> dict[int, int]:
    sums = rows.groupby("year")["villages"].sum()
    return {int(year): int(villages) for year, villages in sums.items()}


class _Spread(NamedTuple):
    """How unevenly the villages of one year are spread: measures in words, and Lorenz curves."""

    year: int
    counties: int
    share_of_top_three: float
    measures: list[str]
    curves: pd.DataFrame

    @classmethod
    def measure(cls, year: int, rows: pd.DataFrame, by_province: pd.Series) -> _Spread:
        """Measure the villages of a year by county (``rows``) and by province."""
        by_county = rows["villages"]
        coastal = by_county[rows["province"].isin(charts.COASTAL)].sum() / by_county.sum()
        top_three = top_share(by_province, 3)
        index = herfindahl(by_province)
        count = len(by_province)
        measures = [
            f"{(by_province > 0).sum()} of {count} provinces have a village",
            f"The top three hold {100 * top_three:.0f}%",
            f"The coastal provinces hold {100 * coastal:.0f}%",
            f"HHI {index:.3f}: as if {1 / index:.1f} equal provinces",
            f"Gini over all {count} provinces {gini(by_province):.2f}",
            f"Gini over the {len(rows)} counties on the list {gini(by_county):.2f}",
        ]
        curves = [
            _keep_bends(lorenz(by_province)).round(4).assign(year=year, units=f"{count} provinces"),
            _keep_bends(lorenz(by_county)).round(4).assign(year=year, units="counties on the list"),
        ]
        return cls(year, len(rows), top_three, measures, pd.concat(curves))

    @property
    def finding(self) -> str:
        return (
            f"{self.counties} counties in {self.year}; "
            f"{100 * self.share_of_top_three:.0f}% of the villages in three provinces"
        )


def _keep_bends(curve: pd.DataFrame) -> pd.DataFrame:
    """Keep of a Lorenz curve only the points at which it bends: the same line, shorter."""
    step = curve["share_of_total"].diff().round(12)
    return curve[(step != step.shift(-1)) | (curve.index == 0)]


def _describe_where(spreads: list[_Spread], finding: str) -> str:
    counted = ", ".join(f"{spread.counties} in {spread.year}" for spread in spreads)
    measured = [f"{spread.year}: {'; '.join(spread.measures)}." for spread in spreads]
    return (
        f"Map, bars and Lorenz curves of the Taobao villages, {spreads[0].year} to "
        f"{spreads[-1].year}. {finding}. Counties with a village: {counted}. {' '.join(measured)} "
        "Controls choose the year and the latitude below which the south begins."
    )


def _draw_map(layers: list[Any]) -> Any:
    """Draw the map with the line of the south, under the names and the count."""
    coast, dots, *labels, count = layers
    dots.encoding.size = dots.encoding.size.legend(None)
    line = (
        alt.Chart(alt.Data(values=[{"longitude": 106}, {"longitude": 124}]))
        .transform_calculate(latitude="south_of")
        .mark_line(color=SECOND, strokeDash=[6, 4], strokeWidth=2)
        .encode(longitude="longitude:Q", latitude="latitude:Q")
    )
    return (
        alt.layer(coast, dots, line, *labels, count)
        .properties(width=390, height=400)
        .project("mercator", center=[114.6, 31.4], scale=725, translate=[195, 200])
    )


def _draw_provinces(units: pd.DataFrame) -> Any:
    """Draw a bar a province that ever had a village, the first of the last year on top."""
    ever = units[units.groupby("province")["villages"].transform("max") > 0]
    last = ever[ever["year"] == ever["year"].max()]
    order = list(last.sort_values("villages", ascending=False)["province"])
    room = alt.Scale(domain=[0, int(ever["villages"].max() * 1.2)])
    tips = {
        "province": "Province",
        "province_zh": "中文",
        "region": "Region",
        "year": "Year",
        "villages": "Villages",
    }
    base = (
        alt.Chart(ever[["year", "province", "province_zh", "region", "villages"]])
        .transform_filter(IN_YEAR_SHOWN)
        .encode(
            x=alt.X("villages:Q", title=None, axis=None, scale=room),
            y=alt.Y("province:N", title=None, sort=order, axis=charts.bare_axis()),
            key="province:N",
        )
    )
    bars = base.mark_bar(color=ACCENT).encode(tooltip=tooltips(tips, year="d", villages=","))
    labels = base.mark_text(align="left", dx=4).encode(text=alt.Text("villages:Q", format=","))
    return alt.layer(bars, labels).properties(
        width=170, height=400, title=small_title("Villages by province")
    )


def _draw_lorenz_curves(spreads: list[_Spread]) -> Any:
    data = pd.concat([spread.curves for spread in spreads])
    names = list(data["units"].unique())
    colours = alt.Scale(domain=names, range=[ACCENT, SECOND])
    dashes = alt.Scale(domain=names, range=[[1, 0], [6, 3]])
    tips = {
        "units": "Units",
        "year": "Year",
        "share_of_units": "Share of units",
        "share_of_total": "Share of villages",
    }
    curve = (
        alt.Chart(data)
        .transform_filter(IN_YEAR_SHOWN)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=alt.X(
                "share_of_units:Q",
                title="share of provinces, or counties",
                axis=alt.Axis(format="%", grid=False, tickCount=5),
            ),
            y=alt.Y(
                "share_of_total:Q",
                title="share of the villages",
                axis=alt.Axis(format="%", tickCount=5),
            ),
            color=alt.Color("units:N", title=None, sort=names, scale=colours),
            strokeDash=alt.StrokeDash("units:N", title=None, scale=dashes),
            tooltip=tooltips(tips, year="d", share_of_units=".1%", share_of_total=".1%"),
        )
    )
    equal = (
        alt.Chart(alt.Data(values=[{"x": 0}, {"x": 1}]))
        .mark_line(color=GREY, strokeDash=[2, 3])
        .encode(x="x:Q", y="x:Q")
    )
    return alt.layer(equal, curve).properties(
        width=390, height=220, title=small_title("Lorenz curves")
    )


def _write_measures(spreads: list[_Spread], listed: pd.DataFrame) -> Any:
    """Write the measures of the chosen year, and the share of the villages south of the line."""
    rows = []
    for spread in spreads:
        for row, words in enumerate(spread.measures):
            rows.append({"year": spread.year, "row": row, "words": words})
    measures = alt.Chart(pd.DataFrame(rows)).transform_filter(IN_YEAR_SHOWN)
    heading = alt.Chart(alt.Data(values=[{"row": -1}])).transform_calculate(
        words="'On the list of ' + year_shown"
    )
    south = (
        alt.Chart(listed)
        .transform_filter(IN_YEAR_SHOWN)
        .transform_calculate(south="datum.latitude < south_of ? datum.villages : 0")
        .transform_aggregate(south="sum(south)", all="sum(villages)")
        .transform_calculate(
            words="format(datum.south / datum.all, '.0%') + ' of the villages south of ' "
            "+ format(south_of, '.1f') + '° north'",
            row="6",
        )
    )
    place = {"x": alt.value(0), "y": alt.value(alt.expr("40 + 24 * datum.row")), "text": "words:N"}
    return alt.layer(
        heading.mark_text(align="left", fontSize=15, fontWeight="bold").encode(**place),
        measures.mark_text(align="left", fontSize=13).encode(**place),
        south.mark_text(align="left", fontSize=13, color=SECOND, fontWeight="bold").encode(**place),
    ).properties(width=300, height=220)


# ---- stay, leave, enter --------------------------------------------------------------------------
def flows(
    turnover: pd.DataFrame | None = None, villages: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Count villages kept, gone and new between two lists, by each way of matching names.

    The table beside `stay_leave_enter`.

    Parameters
    ----------
    turnover : DataFrame, optional
        The table ``list_turnover`` or some rows of it.
    villages : DataFrame, optional
        The table ``villages_by_year``, with the number of villages of every later list.

    Returns
    -------
    DataFrame
        A row a pair of lists and a way of matching: ``lists``, ``from_year``, ``to_year``,
        ``matching``, ``listed``, ``kept``, ``gone``, ``gone_percent`` and ``new_at_most``: the
        lines of the later list that no village of the earlier one accounts for. A village that stands in
        the later list twice makes the number too high, so it is an upper bound.

    Raises
    ------
    ValueError
        Where there is no row for the country, or no number of villages of a later list.

    Examples
    --------
    >>> flows().query("from_year == 2014").matching.tolist()[:1]
    ['within_province_without_ending']
    """
    if turnover is None:
        turnover = datasets.load("list_turnover")
    if villages is None:
        villages = datasets.load("villages_by_year")
    totals = villages.set_index("year")["villages"]
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


def stay_leave_enter(
    turnover: pd.DataFrame | None = None, villages: pd.DataFrame | None = None
) -> alt.VConcatChart:
    """Draw which villages two lists share, which are gone and how many are new.

    The controls choose the two lists, when two names count as the same, and whether provinces or
    counties are shown. `flows` is the table beside it.

    Parameters
    ----------
    turnover, villages : DataFrame, optional
        As in `flows`.

    Raises
    ------
    ValueError
        As in `flows`, and where no row of the turnover is one of a county.

    Examples
    --------
    >>> charts.table(stay_leave_enter()).columns.tolist()
    ['Lists', 'Names are the same', 'State', 'Villages']
    """
    if turnover is None:
        turnover = datasets.load("list_turnover")
    table = flows(turnover, villages)
    table["names"] = table["matching"].map(RULES)
    pairs = list(dict.fromkeys(table["lists"]))
    last_pair = table[table["lists"] == pairs[-1]]
    below = alt.hconcat(_draw_share_gone(table), _draw_places(turnover))
    return charts.panels(
        [alt.vconcat(_draw_flow(table), below)],
        f"{last_pair['gone'].min()} to {last_pair['gone'].max()} villages of "
        f"{last_pair['from_year'].iloc[0]} are gone from the list of "
        f"{last_pair['to_year'].iloc[0]}: it hangs on the spelling",
        [
            "Gone: not found on the later list, for whatever reason. "
            "New: lines of the later list that nothing accounts for",
            "By place: matched within the province, without the ending 村, 社区 or 居委会",
        ],
        "own counts from AliResearch's lists; tables list_turnover, villages_by_year",
        _describe_flows(table),
        params=[
            select("lists", "Lists of ", pairs, value=pairs[-1]),
            select("names", "Names are the same ", list(RULES.values())),
            select("places", "Places ", ["provinces", "counties"]),
        ],
        columns=1,
    )


def _describe_flows(table: pd.DataFrame) -> str:
    sentences = [
        f"{row.lists}, {row.names}: of {row.listed}, kept {row.kept}, gone {row.gone} "
        f"({row.gone_percent}%), new at most {row.new_at_most}."
        for row in table.itertuples()
    ]
    return (
        "Bars of the villages kept, gone and new between two lists, with the share gone by way of "
        f"matching and by place. {' '.join(sentences)} "
        "Controls choose the lists, the way of matching, and provinces or counties."
    )


def _draw_flow(table: pd.DataFrame) -> Any:
    """Draw the earlier list over the later one: what they share stands in the same place."""
    blocks = pd.DataFrame(_make_blocks(table))
    widest = float(blocks["b"].max())
    base = (
        alt.Chart(blocks)
        .transform_filter(f"{BETWEEN_CHOSEN_LISTS} && datum.names === names")
        .encode(
            x=alt.X("a:Q", scale=charts.exact_scale(-0.12 * widest, widest), axis=None),
            y=alt.value(alt.expr("68 + 56 * datum.row")),
        )
    )
    tips = {
        "lists": "Lists",
        "names": "Names are the same",
        "state": "State",
        "villages": "Villages",
    }
    bars = base.mark_bar(height=44).encode(
        x2="b:Q",
        color=alt.Color("state:N", scale=charts.named_scale(STATES), legend=None),
        tooltip=tooltips(tips, villages=","),
    )
    gone = base.transform_filter("datum.state === 'gone'")
    inside = base.transform_filter("datum.state !== 'gone'")
    white_on_blue = alt.condition("datum.state === 'kept'", alt.value("white"), alt.value(INK))
    return alt.layer(
        bars,
        inside.mark_text(align="left", dx=6, fontWeight="bold").encode(
            text="words:N", color=white_on_blue
        ),
        gone.mark_text(align="right", dx=-6, fontWeight="bold").encode(text="words:N"),
        _write_sentence(table),
    ).properties(width=640, height=160)


def _make_blocks(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Give each bar its place: from ``a`` to ``b`` villages, 0 where the kept ones begin."""
    for row in table.itertuples():
        bars = [
            _Bar("kept", 0, row.kept, 0, f"list of {row.from_year}: {row.kept:,} kept"),
            _Bar("gone", -row.gone, row.gone, 0, f"{row.gone} gone"),
            _Bar("kept", 0, row.kept, 1, f"list of {row.to_year}: the same {row.kept:,}"),
            _Bar("new", row.kept, row.new_at_most, 1, f"at most {row.new_at_most:,} new"),
        ]
        for bar in bars:
            yield {
                "lists": row.lists,
                "names": row.names,
                "state": bar.state,
                "villages": bar.villages,
                "a": bar.begin,
                "b": bar.begin + bar.villages,
                "row": bar.row,
                "words": bar.words,
            }


class _Bar(NamedTuple):
    state: str
    begin: int
    villages: int
    row: int
    words: str


def _write_sentence(table: pd.DataFrame) -> Any:
    """Write above the bars how many are gone, or that nobody counted this pair in this way."""
    return (
        alt.Chart(table)
        .transform_filter(BETWEEN_CHOSEN_LISTS)
        .transform_calculate(
            chosen="datum.names === names ? 1 : 0",
            words="'Of ' + format(datum.listed, ',') + ' villages listed in ' + datum.from_year "
            "+ ', ' + datum.gone + ' (' + format(datum.gone_percent, '.1f') "
            "+ '%) are not found on the list of ' + datum.to_year",
        )
        .transform_joinaggregate(known="sum(chosen)")
        .transform_calculate(
            words="datum.known ? datum.words : "
            "'Not counted for these two lists: choose another way to match'"
        )
        .transform_filter("datum.chosen || !datum.known")
        .transform_window(row="row_number()")
        .transform_filter("datum.row === 1")
        .mark_text(align="left", fontSize=15, fontWeight="bold")
        .encode(x=alt.value(0), y=alt.value(14), text="words:N")
    )


def _draw_share_gone(table: pd.DataFrame) -> Any:
    """Draw the share gone by each way of matching, the chosen one in colour."""
    names = list(RULES.values())
    room = alt.Scale(domain=[0, 1.3 * float(table["gone_percent"].max())])
    tips = {
        "lists": "Lists",
        "names": "Names are the same",
        "listed": "Listed",
        "gone": "Gone",
        "gone_percent": "Gone, %",
    }
    base = (
        alt.Chart(table)
        .transform_filter(BETWEEN_CHOSEN_LISTS)
        .transform_calculate(share="format(datum.gone_percent, '.1f') + '%'")
        .encode(
            x=alt.X("gone_percent:Q", axis=None, scale=room),
            y=alt.Y("names:N", sort=names, axis=None, scale=alt.Scale(domain=names)),
        )
    )
    colour = alt.condition("datum.names === names", alt.value(SECOND), alt.value(PALE))
    return alt.layer(
        base.mark_bar(height=14, yOffset=10).encode(color=colour, tooltip=tooltips(tips)),
        base.mark_text(align="left", dx=4, yOffset=10).encode(text="share:N"),
        base.mark_text(align="left", yOffset=-9).encode(x=alt.value(0), text="names:N"),
    ).properties(width=280, height=150, title=small_title("Gone, by the care in matching"))


def _draw_places(turnover: pd.DataFrame) -> Any:
    """Draw the places that most villages left, or say that nobody counted them."""
    left = _places_left(turnover)
    room = alt.Scale(domain=[0, 1.6 * float(left["gone"].max())], range=[100, 300])
    tips = {
        "place": "Place",
        "county_zh": "中文",
        "province": "Province",
        "lists": "Lists",
        "listed": "Listed",
        "gone": "Gone",
    }
    base = (
        alt.Chart(left)
        .transform_filter(f"{BETWEEN_CHOSEN_LISTS} && datum.places === places")
        .encode(
            x=alt.X("gone:Q", axis=None, scale=room),
            y=alt.Y("rank:O", axis=None, scale=alt.Scale(domain=list(range(1, MOST_PLACES + 1)))),
        )
    )
    not_counted = (
        alt.Chart(left)
        .transform_calculate(here=f"{BETWEEN_CHOSEN_LISTS} ? 1 : 0")
        .transform_aggregate(here="sum(here)")
        .transform_filter("datum.here === 0")
        .transform_calculate(words="'No counts by place for these lists'")
    )
    return alt.layer(
        base.mark_bar(color=SECOND, height=13).encode(x2=alt.datum(0), tooltip=tooltips(tips)),
        base.mark_text(align="right").encode(x=alt.value(94), text="place:N"),
        base.transform_calculate(words="datum.gone + ' of ' + datum.listed")
        .mark_text(align="left", dx=4)
        .encode(text="words:N"),
        not_counted.mark_text(align="left", color=GREY).encode(
            x=alt.value(0), y=alt.value(20), text="words:N"
        ),
    ).properties(width=300, height=210, title=small_title("Gone, by place: the first ten"))


def _places_left(turnover: pd.DataFrame) -> pd.DataFrame:
    """Return the places that villages left, most first, ten a pair: provinces and counties."""
    rows = turnover[turnover["level"] == "county"]
    if rows.empty:
        raise ValueError(
            "turnover has no row of a county; give the table list_turnover, "
            "or rows of it with counties."
        )
    pair = ["from_year", "to_year"]
    in_province, in_county = [*pair, "province"], [*pair, "province", "county", "county_zh"]
    provinces = rows.groupby(in_province)[["listed", "gone"]].sum().reset_index()
    counties = rows.groupby(in_county)[["listed", "gone"]].sum().reset_index()
    left = pd.concat(
        [
            provinces.assign(places="provinces", place=provinces["province"]),
            counties.assign(places="counties", place=counties["county"]),
        ],
        ignore_index=True,
    )
    left = left[left["gone"] > 0]
    left["lists"] = pair_labels(left)
    left = left.sort_values(["gone", "listed", "place"], ascending=[False, True, True])
    left["rank"] = left.groupby(["places", "lists"]).cumcount() + 1
    return left[left["rank"] <= MOST_PLACES]
