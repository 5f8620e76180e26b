"""The charts of the growth lesson: growth a year, shops with sales and jobs, provinces by year.

>>> rates()[["from_year", "to_year"]].iloc[0].tolist()
[2013, 2014]
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from ... import charts, datasets
from ...charts import ACCENT, GREY, INK, SECOND, small_title, tooltips, with_halo
from .curves import growth_rate, years_since

# Kinds of dates of which nobody knows when the villages were counted: no rate begins or ends there.
UNDATED = ("sales_year", "looking_back")
MEASURES = {
    "active_shops": "Active shops",
    "annual_sales_rmb": "Sales a year, yuan",
    "jobs": "Jobs",
}
BOUNDS = {
    "more_than": "> ",
    "at_least": "≥ ",
    "less_than": "< ",
    "nearly": "nearly ",
    "about": "about ",
}


# ---- growth a year -------------------------------------------------------------------------------
def rates(villages: pd.DataFrame | None = None) -> pd.DataFrame:
    """Work out growth from each list to the next: by rows, and a year by the dates of the lists.

    Parameters
    ----------
    villages : DataFrame, optional
        The table ``villages_by_year`` or some rows of it: two lists or more with a count. A row whose
        ``date_is`` says that nobody knows the day of the count begins and ends no rate.

    Returns
    -------
    DataFrame
        A row a pair of neighbouring lists: ``from_year``, ``to_year``, ``years`` (between the
        dates), ``added`` (the net number of villages), ``by_rows`` and ``by_dates`` (percent),
        ``added_a_year``, and ``start`` and ``end`` as decimal years.

    Raises
    ------
    ValueError
        For fewer than two lists with a count.

    Examples
    --------
    >>> lists = pd.DataFrame({"year": [2014, 2016], "villages": [100, 225]})
    >>> lists["as_of"] = ["2014-12-31", "2016-12-31"]
    >>> rates(lists)[["by_rows", "by_dates"]].iloc[0].tolist()
    [125.0, 50.0]
    """
    if villages is None:
        villages = datasets.load("villages_by_year")
    if "date_is" in villages:
        villages = villages[~villages["date_is"].isin(UNDATED)]
    known = villages.dropna(subset=["villages"]).sort_values("as_of", ignore_index=True)
    if len(known) < 2:
        raise ValueError("Growth takes two lists or more with a number of villages.")
    # The origin is any 1 January before the lists: it only turns years since into decimal years.
    date = years_since(known["as_of"], origin=pd.Timestamp(1900, 1, 1)) + 1900
    count = known["villages"].to_numpy(float)
    year = known["year"].to_numpy(int)
    first, last = count[:-1], count[1:]
    years = date[1:] - date[:-1]
    return pd.DataFrame(
        {
            "from_year": year[:-1],
            "to_year": year[1:],
            "years": years.round(2),
            "added": (last - first).astype(int),
            "by_rows": (100 * (last / first - 1)).round(0),
            "by_dates": (100 * growth_rate(first, last, years)).round(0),
            "added_a_year": ((last - first) / years).round(0),
            "start": date[:-1].round(3),
            "end": date[1:].round(3),
        }
    )


def growth_rates(villages: pd.DataFrame | None = None) -> alt.LayerChart:
    """Draw growth a year between neighbouring lists, by dates (blue) and by rows (grey).

    On a log axis; an exponential would be one level line.

    Parameters
    ----------
    villages : DataFrame, optional
        The table ``villages_by_year`` or some rows of it: two lists or more with a count.

    Raises
    ------
    ValueError
        For fewer than two lists, and for a list that is not longer than the one before.

    Examples
    --------
    >>> charts.table(growth_rates()).columns.tolist()
    ['From', 'To', 'Years between', 'Added', 'By rows, %', 'A year by dates, %']
    """
    data = rates(villages)
    percent = data[["by_rows", "by_dates"]]
    if (percent <= 0).any(axis=None):
        raise ValueError(
            "growth_rates draws a log axis: every list must be longer than the one before."
        )
    steps = [
        f"{row.from_year} to {row.to_year} ({row.years} years): {row.by_rows:,.0f}% by rows, "
        f"{row.by_dates:,.0f}% a year by dates."
        for row in data.itertuples()
    ]
    return charts.finish(
        _draw_growth_rates(data),
        _find_growth_rates(data),
        [
            "Growth of the number of villages between neighbouring lists; "
            "blue: a year, by the dates of the lists",
            "Grey, dashed: from row to row, whatever the time between. Log scale. "
            "An exponential would be level",
        ],
        "table villages_by_year; where only the year is known, a list is dated by its last day",
        f"Step chart of growth between neighbouring lists on a log axis. {' '.join(steps)}",
    )


def _find_growth_rates(data: pd.DataFrame) -> str:
    fastest, latest = data.loc[data["by_dates"].idxmax()], data.iloc[-1]
    finding = f"Growth a year was {_describe_rate(fastest)}"
    if latest["to_year"] != fastest["to_year"]:
        finding += f", {_describe_rate(latest)}"
    return finding


def _describe_rate(row: pd.Series) -> str:
    return f"{row['by_dates']:,.0f}% from {row['from_year']:.0f} to {row['to_year']:.0f}"


def _draw_growth_rates(data: pd.DataFrame) -> list[Any]:
    percent = data[["by_rows", "by_dates"]].to_numpy()
    percent_scale = alt.Scale(
        type="log", domain=[0.7 * float(percent.min()), 1.6 * float(percent.max())], nice=False
    )
    percent_axis = alt.Axis(values=[10, 20, 50, 100, 200, 500, 1000], labelExpr="datum.value + '%'")
    start, end = float(data["start"].min()), float(data["end"].max())
    time_scale = charts.exact_scale(start - 0.3, end + 0.6)
    time_axis = alt.Axis(format="d", grid=False, values=list(range(int(start), int(end) + 2)))

    def time(field: str) -> alt.X:
        return alt.X(f"{field}:Q", scale=time_scale, title="ticks: 1 January", axis=time_axis)

    def height(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title=None, axis=percent_axis, scale=percent_scale)

    tips = {
        "from_year": "From",
        "to_year": "To",
        "years": "Years between",
        "added": "Added",
        "by_rows": "By rows, %",
        "by_dates": "A year by dates, %",
    }
    steps = alt.Chart(data).encode(x=time("start"), x2="end:Q")
    labels = steps.transform_calculate(
        at="(datum.start + datum.end) / 2", words="datum.by_dates + '%'"
    ).encode(x=time("at"), x2=alt.Undefined, y=height("by_dates"), text="words:N")
    return [
        steps.mark_rule(color=GREY, strokeWidth=2, strokeDash=[4, 3]).encode(y=height("by_rows")),
        steps.mark_rule(color=ACCENT, strokeWidth=5).encode(
            y=height("by_dates"), tooltip=tooltips(tips, years=".2f", added=",")
        ),
        *with_halo(labels, dy=-11, fontWeight="bold"),
    ]


# ---- shops, sales, jobs --------------------------------------------------------------------------
def shops_sales_jobs(table: pd.DataFrame | None = None) -> alt.VConcatChart:
    """Draw shops, sales and jobs over the years, with the break of 2019: then towns are counted in.

    Rows that are not adopted are drawn as crosses.

    Parameters
    ----------
    table : DataFrame, optional
        The table ``shops_sales_jobs`` or some rows of it.

    Raises
    ------
    ValueError
        Where no row of the three measures is adopted.

    Examples
    --------
    >>> charts.table(shops_sales_jobs()).columns.tolist()
    ['Year', 'Measure', 'As printed', 'Counts', 'Rests on', 'Source']
    """
    if table is None:
        table = datasets.load("shops_sales_jobs")
    rows = table[table["measure"].isin(MEASURES)].sort_values(["measure", "year", "adopted"])
    if rows.empty or not rows["adopted"].any():
        raise ValueError(
            "shops_sales_jobs needs rows of active_shops, annual_sales_rmb or jobs that are "
            "adopted."
        )
    rows["words"] = [
        BOUNDS.get(qualifier, "") + _format_large(value)
        for qualifier, value in zip(rows["qualifier"], rows["value"], strict=True)
    ]
    rows["scope"] = rows["scope"].str.replace("_", " ")
    rows["side"] = _choose_sides_of_labels(rows)
    with_towns = rows[rows["scope"] == "villages and towns"]
    finding = "Shops, sales and jobs of the Taobao villages"
    if len(with_towns):
        finding += f": from {with_towns['year'].min()} on, towns are counted in"
    parts = {title: rows[rows["measure"] == name] for name, title in MEASURES.items()}
    parts = {title: part for title, part in parts.items() if len(part)}
    time = alt.X(
        "year:Q",
        title=None,
        scale=charts.exact_scale(int(rows["year"].min()) - 4, int(rows["year"].max()) + 4),
        axis=alt.Axis(format="d", grid=False, values=[2012, 2016, 2020]),
    )
    return charts.panels(
        [_draw_measure(part, title, time) for title, part in parts.items()],
        finding,
        [
            "Each point is a printed figure; no line where the thing counted changes. "
            "Log scales of their own",
            "Cross: a figure that cannot be right",
        ],
        "AliResearch by way of reports and the press; table shops_sales_jobs",
        "Points over the years, a panel a measure. "
        + " ".join(_describe_measure(part, title) for title, part in parts.items()),
        columns=3,
    )


def _format_large(value: int) -> str:
    """Write a large number as a label: 15,000; 2.44 million; 220 billion."""
    for size, name in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        if value >= size:
            return f"{value / size:g} {name}"
    return f"{value:,}"


def _choose_sides_of_labels(rows: pd.DataFrame) -> pd.Series:
    """Choose on which side of its point a label has room: left, above or below."""
    with_towns = rows["scope"] == "villages and towns"
    is_last = rows["year"] == rows.groupby("measure")["year"].transform("max")
    sides = pd.Series("below", index=rows.index)
    sides[with_towns & rows["adopted"] & is_last] = "above"
    sides[rows["adopted"] & ~with_towns] = "left"
    return sides


def _describe_measure(part: pd.DataFrame, title: str) -> str:
    figures = []
    for row in part.itertuples():
        doubt = "" if row.adopted else ", cannot be right"
        figures.append(f"{row.year}: {row.words} ({row.scope}{doubt})")
    return f"{title}: {', '.join(figures)}."


def _draw_measure(part: pd.DataFrame, title: str, time: alt.X) -> Any:
    """Draw the panel of one measure."""
    tips = {
        "year": "Year",
        "measure": "Measure",
        "words": "As printed",
        "scope": "Counts",
        "status": "Rests on",
        "source": "Source",
    }
    data = part[["value", "adopted", "side", *tips]]
    room = alt.Scale(
        type="log",
        domain=[0.5 * int(data["value"].min()), 2 * int(data["value"].max())],
        nice=False,
    )
    base = alt.Chart(data).encode(x=time, y=alt.Y("value:Q", axis=None, scale=room))
    adopted = base.transform_filter("datum.adopted")
    labels = base.encode(text="words:N")
    left = labels.transform_filter("datum.side === 'left'")
    above = labels.transform_filter("datum.side === 'above'")
    below = labels.transform_filter("datum.side === 'below'")
    wall = alt.Chart(alt.Data(values=[{"year": 2018.5, "words": "towns too"}])).encode(x=time)
    layers = [
        wall.mark_rule(color=GREY, strokeDash=[4, 4]),
        wall.mark_text(align="left", dx=4, color=GREY).encode(y=alt.value(214), text="words:N"),
        adopted.mark_line(color=ACCENT, strokeWidth=2).encode(detail="scope:N"),
        adopted.mark_point(filled=True, size=70, opacity=1, color=ACCENT).encode(
            tooltip=tooltips(tips, year="d")
        ),
    ]
    if not data["adopted"].all():
        layers.append(
            base.transform_filter("!datum.adopted")
            .mark_point(shape="cross", size=130, opacity=1, color=SECOND, filled=True)
            .encode(tooltip=tooltips(tips, year="d"))
        )
    layers += [
        *with_halo(left, align="right", dx=-9, dy=-3),
        *with_halo(above, align="left", dx=7, dy=-8),
        *with_halo(below, align="left", dx=7, dy=13),
    ]
    return alt.layer(*layers).properties(width=240, height=220, title=small_title(title))


# ---- provinces by year ---------------------------------------------------------------------------
def provinces_over_time(provinces: pd.DataFrame | None = None) -> alt.LayerChart:
    """Draw the villages of the provinces that have a figure after the last complete list.

    What nobody found is a question mark.

    Parameters
    ----------
    provinces : DataFrame, optional
        The table ``villages_by_province`` or some rows of it. A year is complete in which every
        province has a row.

    Raises
    ------
    ValueError
        Where no year is complete, or the last one is.

    Examples
    --------
    >>> charts.table(provinces_over_time()).columns.tolist()
    ['Province', '中文', 'Year', 'Villages', 'Rests on', 'Source']
    """
    if provinces is None:
        provinces = datasets.load("villages_by_province")
    years = range(int(provinces["year"].min()), int(provinces["year"].max()) + 1)
    all_provinces = provinces["province"].nunique()
    rows_a_year = provinces["year"].value_counts()
    complete_years = rows_a_year.index[rows_a_year == all_provinces]
    if complete_years.empty or complete_years.max() == years[-1]:
        raise ValueError(
            "provinces_over_time needs a year with a row for every province, "
            "and rows of later years."
        )
    complete = int(complete_years.max())
    later = provinces[provinces["year"] > complete]
    largest_first = later.groupby("province")["villages"].max().sort_values(ascending=False)
    order = list(largest_first.index)
    data = _fill_in_years(provinces, order, years)
    cells = all_provinces * (years[-1] - complete)
    finding = f"After {complete} we know {len(later)} of {cells} figures for provinces"
    return charts.finish(
        _draw_provinces(data, order),
        finding,
        [
            "Taobao villages by province and year; "
            f"the other {all_provinces - len(order)} provinces have no figure after {complete}",
            "?: no figure found, which is not a zero",
        ],
        "lists of 2014 to 2016 counted, other years from reports and the press; "
        "table villages_by_province",
        f"Matrix of Taobao villages by province and year, {years[0]} to {years[-1]}. {finding}. "
        f"Known: {_describe_provinces(data)}",
        height=38 * len(order),
    )


def _fill_in_years(provinces: pd.DataFrame, order: list[str], years: range) -> pd.DataFrame:
    """Return a row for every province of ``order`` and every year, with its label."""
    cells = pd.MultiIndex.from_product([order, years], names=["province", "year"])
    columns = ["province_zh", "villages", "status", "source"]
    data = provinces.set_index(["province", "year"])[columns].reindex(cells).reset_index()
    data["words"] = ["?" if pd.isna(count) else f"{count:,}" for count in data["villages"]]
    return data


def _describe_provinces(data: pd.DataFrame) -> str:
    sentences = []
    for province, part in data.groupby("province", sort=False):
        known = part.dropna(subset=["villages"])
        figures = ", ".join(f"{row.year}: {row.words}" for row in known.itertuples())
        sentences.append(f"{province}: {figures}.")
    return " ".join(sentences)


def _draw_provinces(data: pd.DataFrame, order: list[str]) -> list[Any]:
    tips = {
        "province": "Province",
        "province_zh": "中文",
        "year": "Year",
        "villages": "Villages",
        "status": "Rests on",
        "source": "Source",
    }
    cells = alt.Chart(data).encode(
        x=alt.X("year:O", title=None, axis=charts.bare_axis(orient="top", labelAngle=0)),
        y=alt.Y("province:N", title=None, sort=order, axis=charts.bare_axis()),
    )
    known = cells.transform_filter("isValid(datum.villages)")
    area = alt.Size("villages:Q", legend=None, scale=alt.Scale(domain=[0, 2000], range=[0, 1400]))
    colour = alt.condition("isValid(datum.villages)", alt.value(INK), alt.value(GREY))
    return [
        known.mark_circle(color=ACCENT, opacity=0.3).encode(
            size=area, tooltip=tooltips(tips, year="d", villages=",")
        ),
        cells.mark_text(fontWeight="bold").encode(text="words:N", color=colour),
    ]
