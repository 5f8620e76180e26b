"""The one way to draw: a table in, an Altair chart out, with its finding as title and a table as twin.

A notebook says ``charts.setup()`` once. From then on every Altair chart draws in JupyterLab without a network, has a
description for screen readers, and is a picture where the front-end does not draw; every table names its heads.
"""

from __future__ import annotations

import base64
import html
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from . import display, front_ends
from .palette import (  # noqa: F401  (a lesson names a colour as charts.PALE)
    ACCENT,
    FOURTH,
    GREY,
    GRID,
    INK,
    PALE,
    SECOND,
    THIRD,
)
from .words import Language, words

PALETTE = (ACCENT, SECOND, THIRD, FOURTH)
FONT = "'Noto Sans', 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'WenQuanYi Micro Hei', sans-serif"
STATUS_SHAPES = {
    "reported": "circle",
    "counted": "square",
    "derived": "diamond",
    "estimated": "triangle-up",
    "disputed": "cross",
    "made_for_teaching": "triangle-down",
}
COASTAL = (
    "Liaoning",
    "Hebei",
    "Tianjin",
    "Shandong",
    "Jiangsu",
    "Shanghai",
    "Zhejiang",
    "Fujian",
    "Guangdong",
    "Guangxi",
    "Hainan",
)
WIDTH, HEIGHT = 620, 320
# JupyterLab shows the first line of a folded output, and that line must not answer a guess.
FIRST_LINE = "A chart"
STILLS, NO_STILLS = "TAOBAOLAB_STILLS", "no"
WITHOUT_STILL = (
    "This window does not draw charts by itself. Open the notebook in JupyterLab; or run "
    "<code>%pip install vl-convert-python pillow</code> in a cell, restart the kernel, and run the cells again."
)
ANY = "any"
VIEWS = ("layer", "concat", "hconcat", "vconcat")


def setup() -> None:
    """Switch on the theme, the offline renderer, and tables whose heads are all named, for this kernel."""
    alt.theme.register("taobaolab", enable=False)(theme_config)
    alt.theme.enable("taobaolab")
    alt.renderers.register("taobaolab", render)
    alt.renderers.enable("taobaolab")
    display.setup()


def theme_config() -> alt.theme.ThemeConfig:
    """Give the look of every chart: fonts, axes, colours."""
    text: dict[str, Any] = {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "labelColor": INK,
        "titleColor": INK,
    }
    config: Any = {
        "config": {
            "background": "white",
            "font": FONT,
            "padding": 8,
            "view": {"stroke": None, "continuousWidth": WIDTH, "continuousHeight": HEIGHT},
            "title": {
                "anchor": "start",
                "fontSize": 18,
                "subtitleFontSize": 14,
                "color": INK,
                "subtitleColor": GREY,
                "subtitlePadding": 6,
                "offset": 14,
                "frame": "group",
            },
            "axis": text
            | {
                "domainColor": GREY,
                "tickColor": GREY,
                "gridColor": GRID,
                "titleFontWeight": "normal",
            },
            "legend": text | {"orient": "top", "titleFontWeight": "normal", "symbolSize": 100},
            "range": {"category": list(PALETTE)},
            "mark": {"color": ACCENT},
            "text": {"fontSize": 13, "color": INK},
        }
    }
    return config


def render(spec: dict[str, Any], **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The chart as live Vega-Lite, as text, and as a picture where the front-end is not known to draw."""
    text = spec.get("description") or "chart"
    spec = _without_nan(spec)
    live = spec
    # Without tooltips nothing says which marks tell something: then all of them are left to be heard.
    if any(view.tooltips for view in _views_in(spec)):
        live = _without_silent_marks(spec)
    live = live | {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "usermeta": {"embedOptions": {"renderer": "svg", "actions": False}},
    }
    bundle = {"application/vnd.vegalite.v5+json": live, "text/plain": f"{FIRST_LINE}\n{text}"}
    metadata = {}
    if _wants_still():
        try:
            picture = still(spec)
        except ImportError:
            bundle["text/html"] = f"<p>{html.escape(text)}</p><p>{WITHOUT_STILL}</p>"
        else:
            bundle["image/png"] = base64.b64encode(picture).decode()
            metadata["image/png"] = {"alt": text}
    return bundle, metadata


def _wants_still() -> bool:
    """Whether charts leave a still picture: as the variable says, else where nobody is known to draw them."""
    said = os.environ.get(STILLS)
    if said:
        return said != NO_STILLS
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if not hasattr(shell, "kernel"):  # a terminal, or no IPython: nobody looks at pictures
        return False
    return not front_ends.draws_charts()


def _without_nan(part: Any) -> Any:
    """A spec that can be written as JSON: Altair 6.0, the one of Python in the browser, leaves nan for a missing word."""
    if isinstance(part, dict):
        return {name: _without_nan(inner) for name, inner in part.items()}
    if isinstance(part, list):
        return [_without_nan(inner) for inner in part]
    if part != part:  # only nan differs from itself
        return None
    return part


def _without_silent_marks(view: dict[str, Any]) -> dict[str, Any]:
    """A view in which screen readers meet words, and marks that tell something; other marks only repeat or decorate."""
    mark = view.get("mark", {"type": "text"})
    if isinstance(mark, str):
        mark = {"type": mark}
    heard = dict(view)
    if mark["type"] != "text" and not view.get("encoding", {}).get("tooltip"):
        heard["mark"] = {"aria": False} | mark
    for kind in VIEWS:
        if kind in view:
            heard[kind] = [_without_silent_marks(inner) for inner in view[kind]]
    return heard


def still(spec: dict[str, Any]) -> bytes:
    """Draw a chart as a small PNG, by the oldest Vega-Lite at hand: JupyterLab's is as old.

    It takes vl-convert-python, and pillow to make it small: the extra ``pictures`` has both.

    Raises
    ------
    ImportError
        One of the two is not installed.
    """
    # In JupyterLab a notebook needs neither of the two, and both are slow to import.
    import vl_convert
    from PIL import Image

    png = vl_convert.vegalite_to_png(spec, vl_version="5.8", scale=1.5)
    small = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(64).save(small, "PNG", optimize=True)
    return small.getvalue()


def finish(
    layers: Sequence[Any],
    title: str,
    subtitle: str | list[str],
    sources: str,
    description: str,
    data: pd.DataFrame | None = None,
    params: Sequence[Any] = (),
    width: int = WIDTH,
    height: int = HEIGHT,
    above: int = 14,
    language: Language = "en",
) -> alt.LayerChart:
    """Lay charts over one another and give them what every chart has: finding, measure, source line, description.

    Parameters
    ----------
    layers : sequence of charts
        Drawn one over the other, the last on top.
    title : str
        A sentence with the finding.
    subtitle : str or list of str
        Measure, unit and years, a text a line.
    sources : str
        Printed at the foot.
    description : str
        What a screen reader says.
    data : DataFrame, optional
        Serves layers that have none.
    params : sequence of parameters
        Controls.
    width, height, above : int
        The plot, and the room above it, in pixels.
    language : {"en", "zh"}
        That of the foot.
    """
    foot = _foot(sources, height + 48, language)
    shared: Any = alt.Undefined
    if data is not None:
        shared = data
    chart: Any = alt.layer(*layers, foot, data=shared).add_params(*params)
    heading = alt.Title(title, subtitle=subtitle, offset=above)
    return chart.properties(title=heading, description=description, width=width, height=height)


def panels(
    views: Sequence[Any],
    title: str,
    subtitle: str | list[str],
    sources: str,
    description: str,
    params: Sequence[Any] = (),
    columns: int = 2,
) -> alt.VConcatChart:
    """Set views side by side, so many in a row, under one heading, with one source line and one description.

    The views are charts with a width and a height, and best a short title each; ``params`` are controls of them all.
    """
    foot = _foot(sources, 0).properties(width=WIDTH, height=16)
    chart: Any = alt.vconcat(alt.concat(*views, columns=columns), foot).add_params(*params)
    return chart.properties(title=alt.Title(title, subtitle=subtitle), description=description)


def _foot(sources: str, y: float, language: Language = "en") -> Any:
    """The source line, at a height in pixels."""
    return (
        alt.Chart(alt.Data(values=[{"foot": words("chart", language)["source"].format(sources)}]))
        .mark_text(align="left", baseline="top", fontSize=11, color=GREY)
        .encode(x=alt.value(0), y=alt.value(y), text="foot:N")
    )


def table(chart: alt.TopLevelMixin, number: int = 0) -> pd.DataFrame:
    """Give the table behind a chart: the rows and the columns that its tooltips name, in the same words.

    A row with some values unknown stays; a row of which nothing but the first column is known was drawn as a gap.

    Parameters
    ----------
    chart : chart
        Any chart with tooltips.
    number : int
        A chart of several views has a table for each that has tooltips: which of them, from 0 on.

    Raises
    ------
    ValueError
        The chart has no tooltips, or not so many tables.

    Examples
    --------
    >>> from taobaolab.datasets import load
    >>> table(growth(load("villages_by_year"))).columns.tolist()
    ['Year', 'Villages', 'As of', 'Rests on', 'Source']
    """
    spec = chart.to_dict()
    views = [view for view in _views_in(spec) if view.tooltips]
    if not views:
        raise ValueError("This chart has no tooltips, so it does not say which columns to show.")
    if number >= len(views):
        raise ValueError(
            f"This chart has {len(views)} tables, 0 to {len(views) - 1}; {number} is beyond them."
        )
    view = views[number]
    rows = view.data.get("values") or spec["datasets"][view.data["name"]]
    fields = [tip["field"] for tip in view.tooltips]
    shown = pd.DataFrame(rows)[fields].dropna(how="all", subset=fields[1:]).convert_dtypes()
    return shown.set_axis([tip["title"] for tip in view.tooltips], axis="columns")


class View(NamedTuple):
    """A view of a chart: its tooltips and its data, both as they stand in the spec."""

    tooltips: list[dict[str, Any]]
    data: Any


def _views_in(spec: dict[str, Any], data: Any = None) -> Iterator[View]:
    """Walk through a view and the views inside it; one without data has that of the view around it."""
    data = spec.get("data", data)
    yield View(spec.get("encoding", {}).get("tooltip", []), data)
    for kind in VIEWS:
        for inner in spec.get(kind, []):
            yield from _views_in(inner, data)


def growth(
    villages: pd.DataFrame, scale: str = "linear", language: Language = "en"
) -> alt.LayerChart:
    """Draw the number of Taobao villages by year. Years without a figure are gaps in the line.

    Parameters
    ----------
    villages : DataFrame
        The table ``villages_by_year``, or some rows of it.
    scale : {"linear", "log"}
        The axis of the number.
    language : {"en", "zh"}
        English or Chinese.

    Raises
    ------
    ValueError
        The scale is another one, there is no figure at all, or a year comes twice.
    """
    if scale not in ("linear", "log"):
        raise ValueError(f"scale is {scale!r}; it can be 'linear' or 'log'.")
    known = villages.dropna(subset=["villages"]).sort_values("year")
    if known.empty or known.year.duplicated().any():
        raise ValueError(
            "growth draws one figure a year: give rows with a number of villages, each year once."
        )
    data = _row_for_each_year(known, language)
    text = _growth_text(data, known, scale, language)
    return finish(
        _growth_layers(data, scale, language),
        text.finding,
        text.measure,
        words("growth", language)["sources"],
        text.description,
        data=data,
        language=language,
    )


def _row_for_each_year(known: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Give a row for each year from the first to the last, with numbered stretches of one rule."""
    years = pd.RangeIndex(int(known.year.min()), int(known.year.max()) + 1, name="year")
    dated = known.assign(as_of_text=_dates(known, language)).set_index("year")
    data = dated.reindex(years).reset_index()
    data = data[["year", "villages", "as_of_text", "status", "source", "break_before"]]
    # A line is drawn within a stretch: it does not join counts of two rules.
    data["stretch"] = data.break_before.fillna(False).cumsum().astype(int)
    return data


def _growth_layers(data: pd.DataFrame, scale: str, language: Language) -> list[Any]:
    """The line with its points and figures, and a rule wherever the definition changed."""
    chart_words, growth_words = words("chart", language), words("growth", language)
    years = data.year.tolist()
    across = alt.Scale(domain=[years[0] - 0.7, years[-1] + 0.3], nice=False, zero=False)
    up = alt.Scale(zero=True)
    if scale == "log":
        up = alt.Scale(type="log", domain=[1, 10_000])
    year_axis = alt.Axis(format="d", values=years, grid=False)
    base = alt.Chart(data).encode(
        x=alt.X("year:Q", title=None, axis=year_axis, scale=across),
        y=alt.Y("villages:Q", title=None, axis=alt.Axis(format=",d", tickCount=5), scale=up),
    )
    told = {
        "year": chart_words["year"],
        "villages": chart_words["villages"],
        "as_of_text": chart_words["as_of"],
        "status": chart_words["status"],
        "source": chart_words["text"],
    }
    counted = base.transform_filter("isValid(datum.villages)")
    points = (
        base.mark_point(filled=True, size=90, opacity=1)
        .transform_filter("isValid(datum.villages)")
        .encode(
            shape=status_shape(data.status.dropna(), language),
            tooltip=tooltips(told, year="d", villages=","),
        )
    )
    figures = with_halo(
        counted.encode(text=alt.Text("villages:Q", format=",")), align="right", dx=-10, dy=-8
    )
    lines = base.mark_line(strokeWidth=2.5).encode(detail="stretch:N")
    breaks = base.transform_filter("datum.break_before").transform_calculate(
        at="datum.year - 0.5", label=f"'{growth_words['rule changed']}' + datum.year"
    )
    rules = breaks.mark_rule(color=GREY, strokeDash=[4, 4]).encode(
        x=alt.X("at:Q", scale=across), y=alt.value(0), y2=alt.value(HEIGHT)
    )
    changed = breaks.mark_text(align="right", baseline="bottom", dx=-6, color=GREY).encode(
        x=alt.X("at:Q", scale=across), y=alt.value(HEIGHT - 6), text="label:N"
    )
    return [rules, changed, lines, *figures, points]


class ChartText(NamedTuple):
    """What a chart says besides its marks: finding (title), measure (subtitle) and description."""

    finding: str
    measure: list[str]
    description: str


def _growth_text(
    data: pd.DataFrame, known: pd.DataFrame, scale: str, language: Language
) -> ChartText:
    phrases = words("growth", language)
    first, last = known.iloc[0], known.iloc[-1]
    ends = {"n1": first.villages, "y1": first.year, "n2": last.villages, "y2": last.year}
    gaps = [str(year) for year in data.year[data.villages.isna()]]
    gap_years = words("chart", language)["and"].join(gaps)
    if len(known) > 1:
        finding = phrases["finding"].format(**ends)
    else:
        finding = phrases["one year"].format(**ends)

    measure = [phrases["measure"].format(**ends)]
    if gaps:
        measure[0] += phrases["no figure"].format(gap_years)
    if scale == "log":
        measure.append(phrases["log scale"])

    kind = "line chart"
    if scale == "log":
        kind = "line chart, log"
    description = phrases[kind].format(finding)
    for year in known.year[known.break_before.fillna(False)]:
        description += phrases["rule changed before"].format(year)
    if gaps:
        description += phrases["no figure for"].format(gap_years)
    values = [phrases["a value"].format(y=row.year, n=row.villages) for row in known.itertuples()]
    description += phrases["all values"].format(phrases[","].join(values))
    return ChartText(finding, measure, description)


def tooltips(fields: dict[str, str], **formats: str) -> list[alt.Tooltip]:
    """Say what a mark tells when it is pointed at, and so what ``table`` shows.

    Parameters
    ----------
    fields : dict
        Titles by field.
    formats : str
        Number formats by field; a field with one is a number, any other is text.

    Examples
    --------
    >>> [tip.to_dict()["title"] for tip in tooltips({"year": "Year", "villages": "Villages"}, villages=",")]
    ['Year', 'Villages']
    """
    tips = []
    for field, title in fields.items():
        if field in formats:
            tips.append(alt.Tooltip(f"{field}:Q", title=title, format=formats[field]))
        else:
            tips.append(alt.Tooltip(f"{field}:N", title=title))
    return tips


def with_halo(chart: alt.Chart, **style: Any) -> list[alt.Chart]:
    """Words that can be read across lines and dots: once in white, wider, and once on top."""
    return [
        chart.mark_text(stroke="white", strokeWidth=3, aria=False, **style),
        chart.mark_text(**style),
    ]


def _dates(rows: pd.DataFrame, language: Language) -> list[str]:
    """Write the as-of dates as exactly as they are known."""
    forms = {**words("chart", language), "year": "{y}"}
    dates = []
    for date, precision in zip(rows.as_of, rows.as_of_precision, strict=True):
        form = forms[precision]
        dates.append(form.format(d=date.day, month=date.strftime("%B"), m=date.month, y=date.year))
    return dates


def status_shape(statuses: pd.Series, language: Language = "en") -> alt.Shape:
    """Let the shape say what a value rests on; the legend appears only when there is something to tell apart."""
    names = words("chart", language)
    met = [status for status in STATUS_SHAPES if status in set(statuses)]
    scale = alt.Scale(domain=met, range=[STATUS_SHAPES[status] for status in met])
    legend = None
    if len(met) > 1 and language == "en":
        legend = alt.Legend()
    elif len(met) > 1:
        labels = json.dumps({status: names[status] for status in met}, ensure_ascii=False)
        legend = alt.Legend(labelExpr=f"{labels}[datum.label]")
    return alt.Shape("status:N", scale=scale, title=names["status"], legend=legend)


def county_map(
    counties: pd.DataFrame, coastline: pd.DataFrame, language: Language = "en"
) -> alt.LayerChart:
    """Draw where the villages were: a dot a county, its area the number of villages, with a control for the year.

    The control works inside the chart, without a kernel. At most six counties are named, each the first of its province.

    Parameters
    ----------
    counties : DataFrame
        The table ``villages_by_county``, or some rows of it.
    coastline : DataFrame
        The table of that name.
    language : {"en", "zh"}
        English or Chinese.

    Raises
    ------
    ValueError
        No row has a village.
    """
    phrases = words("map", language)
    layers, year, data = county_layers(counties, coastline, language)
    totals = data.groupby("year").agg(villages=("villages", "sum"), counties=("county", "size"))
    first, last = totals.iloc[0], totals.iloc[-1]
    latest = data[data.year == last.name]
    coastal = latest[latest.province.isin(COASTAL)].villages.sum() / last.villages
    ends = {"k1": first.counties, "y1": first.name, "k2": last.counties, "y2": last.name}
    counted = phrases["counted" if len(totals) > 1 else "one year"].format(**ends)
    finding = phrases["finding"].format(counted=counted, share=coastal)
    description = phrases["dot map"].format(finding)
    for row in totals.itertuples():
        description += phrases["a year"].format(y=row.Index, n=row.villages, k=row.counties)
    description += _largest_provinces(latest, last.name, language)
    return finish(
        layers,
        finding,
        phrases["measure"].format(**ends),
        phrases["sources"],
        description,
        params=[year],
        height=460,
        language=language,
    ).project("mercator", center=[114.6, 31.4], scale=830, translate=[225, 230])


class CountyLayers(NamedTuple):
    """The parts of a map: its layers, the control for the year, and the rows that are drawn."""

    layers: list[Any]
    year: alt.Parameter
    rows: pd.DataFrame


def county_layers(
    counties: pd.DataFrame, coastline: pd.DataFrame, language: Language = "en"
) -> CountyLayers:
    """Give the parts of :func:`county_map`, for a map among other views. Its parameters are the same."""
    phrases = words("map", language)
    rows = counties[counties.villages > 0]
    if rows.empty:
        raise ValueError("No row has a village, so there is nothing to map.")
    rows = rows[
        ["year", "county", "county_zh", "province", "villages", "longitude", "latitude", "status"]
    ]
    years = sorted({int(year) for year in rows.year})
    year = select("year_shown", phrases["choose"], years, value=years[-1])
    named = rows.assign(province=rows.province.map(words("province", language)))
    shown = alt.Chart(named).transform_filter("datum.year == year_shown")
    coast = (
        alt.Chart(coastline[["part", "point", "longitude", "latitude"]])
        .mark_line(color=GREY, strokeWidth=0.8, aria=False)
        .encode(longitude="longitude:Q", latitude="latitude:Q", detail="part:N", order="point:Q")
    )
    layers = [
        coast,
        _county_dots(shown, language),
        *_county_names(shown, language),
        _county_count(shown, language),
    ]
    return CountyLayers(layers, year, rows)


def _county_dots(shown: alt.Chart, language: Language) -> alt.Chart:
    chart_words, phrases = words("chart", language), words("map", language)
    told = {
        "county": chart_words["county"],
        "county_zh": "中文",
        "province": chart_words["province"],
        "year": chart_words["year"],
        "villages": chart_words["villages"],
        "status": chart_words["status"],
    }
    return shown.mark_circle(color=ACCENT, opacity=0.6, stroke="white", strokeWidth=0.5).encode(
        longitude="longitude:Q",
        latitude="latitude:Q",
        key="county_zh:N",  # a county keeps its dot from year to year: faster than a new one
        size=alt.Size(
            "villages:Q",
            scale=alt.Scale(domain=[0, 100], range=[0, 900]),
            title=phrases["villages in"],
            legend=alt.Legend(values=[1, 10, 50], orient="bottom-right"),
        ),
        tooltip=tooltips(told, year="d", villages=","),
    )


def _county_names(shown: alt.Chart, language: Language) -> list[alt.Chart]:
    """The names of six counties with most villages, each the first of its province."""
    most: list[Any] = [alt.SortField("villages", "descending")]
    column = "county" if language == "en" else "county_zh"
    leaders = (
        shown.transform_window(place="row_number()", sort=most, groupby=["province"])
        .transform_filter("datum.place === 1")
        .transform_window(rank="row_number()", sort=most)
        .transform_filter("datum.rank <= 6")
        .transform_calculate(words=f"datum.{column} + ' ' + datum.villages")
        .encode(longitude="longitude:Q", latitude="latitude:Q", text="words:N")
    )
    return with_halo(leaders, align="left", dx=16, fontSize=12)


def _county_count(shown: alt.Chart, language: Language) -> alt.Chart:
    """The year, its villages and its counties, in a line above the map."""
    # The sentence becomes an expression of Vega: its places end the quoted text, add a value, and go on with the text.
    sentence = words("map", language)["seen"].format(
        year="' + year_shown + '",
        villages="' + format(datum.total, ',') + '",
        counties="' + datum.counties + '",
    )
    return (
        shown.transform_aggregate(total="sum(villages)", counties="count()")
        .transform_calculate(label=f"'{sentence}'".removeprefix("'' + "))
        .mark_text(align="left", fontSize=16, fontWeight="bold")
        .encode(x=alt.value(8), y=alt.value(14), text="label:N")
    )


def _largest_provinces(rows: pd.DataFrame, year: int, language: Language) -> str:
    """Name the provinces with most villages, in a sentence for the description."""
    phrases, names = words("map", language), words("province", language)
    top = rows.groupby("province").villages.sum().sort_values(ascending=False).head(3)
    places = [phrases["a place"].format(name=names[name], n=n) for name, n in top.items()]
    return phrases["most"].format(y=year, places=phrases[","].join(places))


# ---- parts of charts that several lessons share ----------------------------------------------------------------------
def select(
    name: str,
    label: str,
    options: Sequence[Any],
    labels: Sequence[str] | None = None,
    value: Any = None,
) -> alt.Parameter:
    """Make a named control with a list; the first option is chosen unless ``value`` is given."""
    binding: dict[str, Any] = {"options": list(options), "name": label}
    if labels is not None:
        binding["labels"] = list(labels)
    if value is None:
        value = options[0]
    return alt.param(name, value=value, bind=alt.binding_select(**binding))


def checkbox(name: str, label: str, value: bool = False) -> alt.Parameter:
    """Make a named control that is on or off, and off at first unless ``value`` is given.

    >>> checkbox("shown", "Show the years after ").param.value
    False
    """
    return alt.param(name, value=value, bind=alt.binding_checkbox(name=label))


def slider(
    name: str, label: str, low: float, high: float, step: float, value: float
) -> alt.Parameter:
    """Make a named control for a number from ``low`` to ``high`` in steps, set to ``value`` at first.

    >>> slider("south_of", "South begins below latitude ", 22, 40, 0.5, value=33).param.value
    33
    """
    return alt.param(
        name, value=value, bind=alt.binding_range(min=low, max=high, step=step, name=label)
    )


def exact_scale(low: float, high: float, **more: Any) -> alt.Scale:
    """Make a scale that ends where it is told, for Vega rounds the ends and draws in the zero.

    >>> exact_scale(2009, 2022).to_dict()
    {'domain': [2009, 2022], 'nice': False, 'zero': False}
    """
    return alt.Scale(domain=[low, high], nice=False, zero=False, **more)


def named_scale(looks: Mapping[str, Any]) -> alt.Scale:
    """Make a scale that gives each name its look: a colour, a shape or dashes.

    >>> named_scale({"kept": "circle", "gone": "cross"}).to_dict()
    {'domain': ['kept', 'gone'], 'range': ['circle', 'cross']}
    """
    return alt.Scale(domain=list(looks), range=list(looks.values()))


def bare_axis(**more: Any) -> alt.Axis:
    """Make an axis of names alone, without line and ticks.

    >>> bare_axis(orient="top").to_dict()
    {'domain': False, 'orient': 'top', 'ticks': False}
    """
    return alt.Axis(domain=False, ticks=False, **more)


def small_title(words: str, offset: int = 6) -> alt.TitleParams:
    """The title of a view among others."""
    return alt.TitleParams(words, fontSize=14, offset=offset)


def pair_labels(table: pd.DataFrame) -> list[str]:
    """The two lists that each row compares, by their years in words."""
    return [f"{a} and {b}" for a, b in zip(table["from_year"], table["to_year"], strict=True)]


def text_line(chart: Any, words: str, y: float, **style: Any) -> alt.Chart:
    """Write one line of words that an expression makes, at a height in pixels."""
    look = {"align": "left", "fontSize": 13, "fontWeight": "bold"} | style
    written: alt.Chart = (
        chart.transform_calculate(words=words)
        .mark_text(**look)
        .encode(x=alt.value(0), y=alt.value(y), text="words:N")
    )
    return written


def require_columns(
    asker: str, table: pd.DataFrame, columns: Sequence[str], **vocabulary: Iterable[str]
) -> None:
    """Refuse, in words, a table without rows or columns, and words that a column does not know."""
    missing = [column for column in columns if column not in table]
    if missing:
        raise ValueError(
            f"{asker} needs the columns {missing} too; give rows of the table of the data package."
        )
    if table.empty:
        raise ValueError(f"{asker} needs at least one row.")
    for column, allowed in vocabulary.items():
        known = list(allowed)
        wrong = table[column].isna() | ~table[column].isin(known)
        if wrong.any():
            raise ValueError(f"{column} of {table.loc[wrong, 'id'].tolist()} is none of {known}.")
