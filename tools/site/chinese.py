"""The first step in Chinese: the charts of the start page, the rule, an answer of the checker, the glossary."""

from __future__ import annotations

from collections.abc import Iterator

from books import Chart, Collection, fragment
from frame import TEMPLATES, Page, Part

from taobaolab import charts, datasets, definition

LANGUAGE = "zh"
VILLAGE = {
    "rural": True,
    "administrative_village": True,
    "residents_committee": False,
    "annual_sales_rmb": 12_000_000,
    "active_shops": 60,
}


def chinese(collection: Collection) -> Iterator[Page]:
    """One page, made by the library itself from its table of words."""
    charts.setup()
    villages = datasets.load("villages_by_year")
    drawn = {
        "growth": charts.growth(villages, language=LANGUAGE),
        "log": charts.growth(villages, "log", language=LANGUAGE),
        "map": charts.county_map(
            datasets.load("villages_by_county"), datasets.load("coastline"), language=LANGUAGE
        ),
    }
    body = TEMPLATES.get_template("chinese.html").render(
        charts={name: live(name, chart) for name, chart in drawn.items()},
        table=fragment(charts.table(drawn["growth"]).to_html(index=False)),
        rule=definition.get_definition("aliresearch-2022").in_words(LANGUAGE),
        answers=[
            fragment(
                definition.explain(
                    "aliresearch-2022", VILLAGE | more, language=LANGUAGE
                )._repr_html_()
            )
            for more in ({"households": 550}, {"households": 700}, {})
        ],
        glossary=datasets.load("glossary").to_dict("records"),
    )
    title = "淘宝村：从3个到7,780个"
    yield Page(
        "zh/index.html",
        title,
        body,
        summary="起始页的图表、认定标准、判定示例与术语表。",
        charts=True,
        scripts=("search.js",),
        language="zh-Hans",
    )


def live(name: str, chart: charts.alt.TopLevelMixin) -> Chart:
    """A chart of this moment in the form of one from a notebook, without a still."""
    bundle, _ = charts.render(chart.to_dict())
    spec = bundle["application/vnd.vegalite.v5+json"]
    return Chart(f"zh-{name}", spec, b"", spec["description"])


CHINESE = Part(
    "zh",
    "中文",
    "Charts, the rule, answers and the glossary in Chinese: a first step.",
    chinese,
    "zh/index.html",
)
