"""The one way to draw: a table in, an Altair chart out, with its finding as title and a table as twin.

A notebook says ``charts.setup()`` once. From then on every Altair chart draws in JupyterLab without a network, has a
description for screen readers, and leaves a still picture where nothing can draw; every table names its heads.
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt

from . import display
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

if TYPE_CHECKING:
    import pandas as pd

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
STILLS = "TAOBAOLAB_STILLS"
ANY = "any"
VIEWS = ("layer", "concat", "hconcat", "vconcat")


def setup() -> None:
    """Switch on the theme, the offline renderer, and tables whose heads are all named, for this kernel."""
    alt.theme.register("taobaolab", enable=False)(_theme)
    alt.theme.enable("taobaolab")
    alt.renderers.register("taobaolab", _render)
    alt.renderers.enable("taobaolab")
    display.setup()


def _theme() -> alt.theme.ThemeConfig:
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


def _render(spec: dict[str, Any], **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The chart as live Vega-Lite for JupyterLab, as text, and as a still picture when stills are being made."""
    text = spec.get("description") or "chart"
    spec = _without_nan(spec)
    live = (_to_be_heard(spec) if any(tips for tips, _ in _told(spec, None)) else spec) | {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "usermeta": {"embedOptions": {"renderer": "svg", "actions": False}},
    }
    bundle = {"application/vnd.vegalite.v5+json": live, "text/plain": text}
    if not os.environ.get(STILLS):
        return bundle, {}
    return bundle | {"image/png": base64.b64encode(still(spec)).decode()}, {
        "image/png": {"alt": text}
    }


def _without_nan(part: Any) -> Any:
    """A spec that can be written as JSON: Altair 6.0, the one of Python in the browser, leaves nan for a missing word."""
    if isinstance(part, dict):
        return {name: _without_nan(inner) for name, inner in part.items()}
    if isinstance(part, list):
        return [_without_nan(inner) for inner in part]
    return part if part == part else None


def _to_be_heard(view: dict[str, Any]) -> dict[str, Any]:
    """A view in which screen readers meet words, and marks that tell something; other marks only repeat or decorate."""
    mark = (
        {"type": view["mark"]}
        if isinstance(view.get("mark"), str)
        else view.get("mark", {"type": "text"})
    )
    silent = mark["type"] != "text" and not view.get("encoding", {}).get("tooltip")
    heard = view | ({"mark": {"aria": False} | mark} if silent else {})
    return heard | {
        kind: [_to_be_heard(inner) for inner in view[kind]] for kind in VIEWS if kind in view
    }


def still(spec: dict[str, Any]) -> bytes:
    """A chart as a small PNG, drawn by the oldest Vega-Lite at hand: JupyterLab's is as old.

    Needs vl-convert-python and pillow, which come with the test extra.
    """
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

    ``title`` is a sentence with the finding, ``subtitle`` says measure, unit and years, ``sources`` is printed at the
    foot, ``description`` is what a screen reader says. ``data`` serves layers that have none, ``params`` are controls.
    ``width`` and ``height`` of the plot, and the room ``above`` it, are in pixels. ``language`` is that of the foot.
    """
    foot = _foot(sources, height + 48, language)
    chart: Any = alt.layer(*layers, foot, data=alt.Undefined if data is None else data).add_params(
        *params
    )
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
    """The table behind a chart: the rows and the columns that its tooltips name, in the same words.

    A row with some values unknown stays; a row of which nothing but the first column is known was drawn as a gap.
    A chart of several views has a table for each that has tooltips: ``number`` says which, from 0 on.

    >>> from taobaolab.datasets import load
    >>> table(growth(load("villages_by_year"))).columns.tolist()
    ['Year', 'Villages', 'As of', 'Rests on', 'Source']
    """
    import pandas as pd

    spec = chart.to_dict()
    told = [(tips, data) for tips, data in _told(spec, None) if tips]
    if not told:
        raise ValueError("This chart has no tooltips, so it does not say which columns to show.")
    if number >= len(told):
        raise ValueError(
            f"This chart has {len(told)} tables, 0 to {len(told) - 1}; {number} is beyond them."
        )
    tips, data = told[number]
    fields = [t["field"] for t in tips]
    rows = pd.DataFrame(data.get("values") or spec["datasets"][data["name"]])[fields]
    drawn = rows.dropna(how="all", subset=fields[1:]).convert_dtypes()
    return drawn.set_axis([t["title"] for t in tips], axis="columns")


def _told(view: dict[str, Any], data: Any) -> Iterator[tuple[list[dict[str, Any]], Any]]:
    """The tooltips and the data of a view and of the views inside it."""
    data = view.get("data", data)
    yield view.get("encoding", {}).get("tooltip", []), data
    for kind in VIEWS:
        for inner in view.get(kind, []):
            yield from _told(inner, data)


def growth(
    villages: pd.DataFrame, scale: str = "linear", language: Language = "en"
) -> alt.LayerChart:
    """The number of Taobao villages by year, on a linear or a logarithmic axis; in English or (``"zh"``) in Chinese.

    ``villages`` is the table ``villages_by_year`` (or some rows of it). Years without a figure are gaps in the line.
    Raises ``ValueError`` for any other ``scale``, for no figure at all, and for a year that comes twice.
    """
    said, told = words("growth", language), words("chart", language)
    if scale not in ("linear", "log"):
        raise ValueError(f"scale is {scale!r}; it can be 'linear' or 'log'.")
    known = villages.dropna(subset=["villages"]).sort_values("year")
    if known.empty or known.year.duplicated().any():
        raise ValueError(
            "growth draws one figure a year: give rows with a number of villages, each year once."
        )
    years = range(int(known.year.min()), int(known.year.max()) + 1)
    data = (
        known.assign(as_of_text=_dates(known, language))
        .set_index("year")
        .reindex(years)
        .rename_axis("year")
        .reset_index()
    )
    data = data[["year", "villages", "as_of_text", "status", "source", "break_before"]]
    data["stretch"] = data.break_before.fillna(False).cumsum().astype(int)
    first, last = known.iloc[0], known.iloc[-1]
    gaps = [str(y) for y, n in zip(data.year, data.villages.isna(), strict=True) if n]
    ends = {"n1": first.villages, "y1": first.year, "n2": last.villages, "y2": last.year}
    finding = said["finding" if len(known) > 1 else "one year"].format(**ends)
    no_figure = told["and"].join(gaps)
    span = alt.Scale(domain=[years[0] - 0.7, years[-1] + 0.3], nice=False, zero=False)
    base = alt.Chart(data).encode(
        x=alt.X(
            "year:Q",
            title=None,
            axis=alt.Axis(format="d", values=list(years), grid=False),
            scale=span,
        ),
        y=alt.Y(
            "villages:Q",
            title=None,
            axis=alt.Axis(format=",d", tickCount=5),
            scale=alt.Scale(type="log", domain=[1, 10_000])
            if scale == "log"
            else alt.Scale(zero=True),
        ),
    )
    points = (
        base.mark_point(filled=True, size=90, opacity=1)
        .transform_filter("isValid(datum.villages)")
        .encode(
            shape=_status_shape(known.status, language),
            tooltip=tooltips(
                {
                    "year": told["year"],
                    "villages": told["villages"],
                    "as_of_text": told["as_of"],
                    "status": told["status"],
                    "source": told["text"],
                },
                year="d",
                villages=",",
            ),
        )
    )
    labels = with_halo(
        base.transform_filter("isValid(datum.villages)").encode(
            text=alt.Text("villages:Q", format=",")
        ),
        align="right",
        dx=-10,
        dy=-8,
    )
    lines = base.mark_line(strokeWidth=2.5).encode(detail="stretch:N")
    breaks = base.transform_filter("datum.break_before").transform_calculate(
        at="datum.year - 0.5", label=f"'{said['rule changed']}' + datum.year"
    )
    rules = breaks.mark_rule(color=GREY, strokeDash=[4, 4]).encode(
        x=alt.X("at:Q", scale=span), y=alt.value(0), y2=alt.value(HEIGHT)
    )
    changed = breaks.mark_text(align="right", baseline="bottom", dx=-6, color=GREY).encode(
        x=alt.X("at:Q", scale=span), y=alt.value(HEIGHT - 6), text="label:N"
    )
    return finish(
        [rules, changed, lines, *labels, points],
        finding,
        [said["measure"].format(**ends) + (said["no figure"].format(no_figure) if gaps else "")]
        + [said["log scale"]] * (scale == "log"),
        said["sources"],
        said["line chart, log" if scale == "log" else "line chart"].format(finding)
        + "".join(
            said["rule changed before"].format(y)
            for y in known.year[known.break_before.fillna(False)]
        )
        + (said["no figure for"].format(no_figure) if gaps else "")
        + said["all values"].format(
            said[","].join(
                said["a value"].format(y=r.year, n=r.villages) for r in known.itertuples()
            )
        ),
        data=data,
        language=language,
    )


def tooltips(fields: dict[str, str], **formats: str) -> list[alt.Tooltip]:
    """What a mark tells when it is pointed at, and so what ``table`` shows: titles by field, number formats by field.

    >>> [t.to_dict()["title"] for t in tooltips({"year": "Year", "villages": "Villages"}, villages=",")]
    ['Year', 'Villages']
    """
    return [
        alt.Tooltip(f"{field}:Q", title=title, format=formats[field])
        if field in formats
        else alt.Tooltip(f"{field}:N", title=title)
        for field, title in fields.items()
    ]


def with_halo(chart: alt.Chart, **style: Any) -> list[alt.Chart]:
    """Words that can be read across lines and dots: once in white, wider, and once on top."""
    return [
        chart.mark_text(stroke="white", strokeWidth=3, aria=False, **style),
        chart.mark_text(**style),
    ]


def _dates(rows: pd.DataFrame, language: Language) -> list[str]:
    """The as-of dates as exactly as they are known."""
    forms = {**words("chart", language), "year": "{y}"}
    return [
        forms[p].format(d=d.day, month=d.strftime("%B"), m=d.month, y=d.year)
        for d, p in zip(rows.as_of, rows.as_of_precision, strict=True)
    ]


def _status_shape(statuses: pd.Series, language: Language = "en") -> alt.Shape:
    """Shape says what a value rests on; the legend appears only when there is something to tell apart."""
    met, told = [s for s in STATUS_SHAPES if s in set(statuses)], words("chart", language)
    scale = alt.Scale(domain=met, range=[STATUS_SHAPES[s] for s in met])
    legend = (
        alt.Legend()
        if language == "en"
        else alt.Legend(labelExpr=f"{ {s: told[s] for s in met} }[datum.label]")
    )
    return alt.Shape(
        "status:N", scale=scale, title=told["status"], legend=legend if len(met) > 1 else None
    )


def county_map(
    counties: pd.DataFrame, coastline: pd.DataFrame, language: Language = "en"
) -> alt.LayerChart:
    """Where the villages were: a dot a county, its area the number of villages, with a control for the year.

    ``counties`` is the table ``villages_by_county`` (or some rows of it), ``coastline`` the table of that name. The
    control works inside the chart, without a kernel. At most six counties are named, each the first of its province.
    In English or (``language="zh"``) in Chinese.
    """
    said = words("map", language)
    layers, year, data = county_layers(counties, coastline, language)
    years = sorted({int(y) for y in data.year})
    sums = {y: (int(g.villages.sum()), len(g)) for y, g in data.groupby("year")}
    first, last = (sums[y] for y in (years[0], years[-1]))
    coastal = data[data.province.isin(COASTAL) & (data.year == years[-1])].villages.sum() / last[0]
    ends = {"k1": first[1], "y1": years[0], "k2": last[1], "y2": years[-1]}
    counted = said["counted" if len(years) > 1 else "one year"].format(**ends)
    finding = said["finding"].format(counted=counted, share=coastal)
    return finish(
        layers,
        finding,
        said["measure"].format(**ends),
        said["sources"],
        said["dot map"].format(finding)
        + "".join(said["a year"].format(y=y, n=n, k=k) for y, (n, k) in sums.items())
        + _largest(data[data.year == years[-1]], years[-1], language),
        params=[year],
        height=460,
        language=language,
    ).project("mercator", center=[114.6, 31.4], scale=830, translate=[225, 230])


def county_layers(
    counties: pd.DataFrame, coastline: pd.DataFrame, language: Language = "en"
) -> tuple[list[Any], alt.Parameter, pd.DataFrame]:
    """For a map among other views: the layers of :func:`county_map`, its control for the year, and the rows drawn."""
    said, told = words("map", language), words("chart", language)
    rows = counties[counties.villages > 0]
    if rows.empty:
        raise ValueError("No row has a village, so there is nothing to map.")
    data = rows[
        ["year", "county", "county_zh", "province", "villages", "longitude", "latitude", "status"]
    ]
    years = sorted({int(y) for y in data.year})
    year = alt.param(
        name="year_shown",
        value=years[-1],
        bind=alt.binding_select(options=years, name=said["choose"]),
    )
    drawn = data.assign(province=data.province.map(words("province", language)))
    shown = alt.Chart(drawn).transform_filter("datum.year == year_shown")
    dots = shown.mark_circle(color=ACCENT, opacity=0.6, stroke="white", strokeWidth=0.5).encode(
        longitude="longitude:Q",
        latitude="latitude:Q",
        key="county_zh:N",  # a county keeps its dot from year to year: faster than a new one
        size=alt.Size(
            "villages:Q",
            scale=alt.Scale(domain=[0, 100], range=[0, 900]),
            title=said["villages in"],
            legend=alt.Legend(values=[1, 10, 50], orient="bottom-right"),
        ),
        tooltip=tooltips(
            {
                "county": told["county"],
                "county_zh": "中文",
                "province": told["province"],
                "year": told["year"],
                "villages": told["villages"],
                "status": told["status"],
            },
            year="d",
            villages=",",
        ),
    )
    count = (
        shown.transform_aggregate(total="sum(villages)", counties="count()")
        .transform_calculate(
            label=f"'{said['seen']}'".format(
                year="' + year_shown + '",
                villages="' + format(datum.total, ',') + '",
                counties="' + datum.counties + '",
            ).removeprefix("'' + ")
        )
        .mark_text(align="left", fontSize=16, fontWeight="bold")
        .encode(x=alt.value(8), y=alt.value(14), text="label:N")
    )
    most: list[Any] = [alt.SortField("villages", "descending")]
    leaders = (
        shown.transform_window(place="row_number()", sort=most, groupby=["province"])
        .transform_filter("datum.place === 1")
        .transform_window(rank="row_number()", sort=most)
        .transform_filter("datum.rank <= 6")
        .transform_calculate(
            words=f"datum.{'county' if language == 'en' else 'county_zh'} + ' ' + datum.villages"
        )
        .encode(longitude="longitude:Q", latitude="latitude:Q", text="words:N")
    )
    coast = (
        alt.Chart(coastline[["part", "point", "longitude", "latitude"]])
        .mark_line(color=GREY, strokeWidth=0.8, aria=False)
        .encode(longitude="longitude:Q", latitude="latitude:Q", detail="part:N", order="point:Q")
    )
    return [coast, dots, *with_halo(leaders, align="left", dx=16, fontSize=12), count], year, data


def _largest(rows: pd.DataFrame, year: int, language: Language) -> str:
    """The provinces with most villages, in a sentence for the description."""
    said, names = words("map", language), words("province", language)
    top = rows.groupby("province").villages.sum().sort_values(ascending=False).head(3)
    return said["most"].format(
        y=year,
        places=said[","].join(
            said["a place"].format(name=names[name], n=n) for name, n in top.items()
        ),
    )


# ---- parts of charts that several lessons share ----------------------------------------------------------------------
def select(
    name: str,
    label: str,
    options: Sequence[Any],
    labels: Sequence[str] | None = None,
    value: Any = None,
) -> alt.Parameter:
    """A named control with a list; the first option is chosen unless ``value`` is given."""
    given: dict[str, Any] = {} if labels is None else {"labels": list(labels)}
    chosen = options[0] if value is None else value
    return alt.param(
        name, value=chosen, bind=alt.binding_select(options=list(options), name=label, **given)
    )


def small_title(words: str, offset: int = 6) -> alt.TitleParams:
    """The title of a view among others."""
    return alt.TitleParams(words, fontSize=14, offset=offset)


def pair_labels(table: pd.DataFrame) -> list[str]:
    """The two lists that each row compares, by their years in words."""
    return [f"{a} and {b}" for a, b in zip(table["from_year"], table["to_year"], strict=True)]


def text_line(chart: Any, words: str, y: float, **style: Any) -> alt.Chart:
    """One line of words that an expression makes, at a height in pixels."""
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
    if missing := [column for column in columns if column not in table]:
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
