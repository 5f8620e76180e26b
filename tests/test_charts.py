"""Charts: the finding is alive, nothing is fetched, everybody can read them."""

import base64
import functools
import importlib
import io
import json
import math
import re
import subprocess
import sys

import altair as alt
import pandas as pd
import pytest
import vl_convert
from PIL import Image

from taobaolab import charts, datasets
from taobaolab.definition import teaching_villages
from taobaolab.lessons import definition, sustainability
from tests.drawn import texts

VILLAGES = datasets.load("villages_by_year").query("year <= 2022")
COUNTIES = datasets.load("villages_by_county")
COAST = datasets.load("coastline")
FIVE = pd.DataFrame(
    {
        "village": ["A", "B"],
        "rural": [True, True],
        "administrative_village": [True, True],
        "annual_sales_rmb": [12_000_000, 8_000_000],
        "active_shops": [120, 60],
        "households": [900, 500],
    }
)
THEMES = ("definition", "growth", "dangji", "governance", "sustainability")
ARGUMENTS = {
    "charts.growth": {"villages": VILLAGES},
    "charts.county_map": {"counties": COUNTIES, "coastline": COAST},
    "definition.fewest_shops": {"keys": definition.village_keys()[:3]},
    "definition.who_says_what": {"villages": FIVE},
    "definition.pile_up": {
        "honest": teaching_villages(5_000, 1),
        "bunched": teaching_villages(5_000, 2),
    },
    "sustainability.squeeze": {"run": sustainability.market()},
}
"""What a chart function needs, where it needs something."""


def functions():
    """Every public function of the charts and the explorers that gives a chart, by what it says it returns."""
    for module in (
        charts,
        *(importlib.import_module(f"taobaolab.lessons.{theme}") for theme in THEMES),
    ):
        for name, found in vars(module).items():
            returns = str(getattr(found, "__annotations__", {}).get("return", ""))
            if (
                re.fullmatch(r"alt\.\w+Chart", returns)
                and name not in ("finish", "panels")
                and name[0] != "_"
            ):
                yield f"{module.__name__.split('.')[-1]}.{name}", found


CHARTS = {name: functools.partial(make, **ARGUMENTS.get(name, {})) for name, make in functions()}
CHARTS["charts.growth, log"] = functools.partial(charts.growth, VILLAGES, scale="log")


@functools.cache
def spec_of(name):
    """A chart as its specification, made once."""
    charts.setup()
    return CHARTS[name]().to_dict()


@pytest.fixture(autouse=True)
def drawn_our_way():
    charts.setup()
    yield
    alt.theme.enable("default")
    alt.renderers.enable("default")


@pytest.fixture(params=CHARTS)
def spec(request):
    return spec_of(request.param)


def test_every_chart_says_its_finding_its_measure_its_source_and_has_a_description(spec):
    assert len(spec["title"]["text"].split()) >= 5
    assert spec["title"]["subtitle"]
    (foot,) = set(
        re.findall(r'"foot": "([^"]+)"', json.dumps(spec, ensure_ascii=False, default=str))
    )
    assert foot.startswith("Source: ")
    assert len(spec["description"]) > 100


def test_every_chart_compiles_for_the_vega_lite_of_jupyterlab(spec):
    assert vl_convert.vegalite_to_vega(spec, vl_version="5.8")["marks"]


def test_a_chart_is_small_and_nothing_in_it_points_outside(spec):
    text = json.dumps(spec | {"$schema": ""}, default=str)
    assert "http" not in text
    assert len(text) < 150_000


def test_the_bundle_draws_live_offline_and_falls_back_to_words(spec):
    bundle, metadata = charts.render(spec)
    live = bundle["application/vnd.vegalite.v5+json"]
    assert live["$schema"].endswith("/v5.json")
    assert live["usermeta"]["embedOptions"] == {"renderer": "svg", "actions": False}
    assert bundle["text/plain"] == f"A chart\n{spec['description']}"
    assert set(bundle) == {"application/vnd.vegalite.v5+json", "text/plain"}
    assert metadata == {}


@pytest.mark.full
def test_a_still_is_made_when_asked_for_small_and_with_its_description(spec, monkeypatch):
    monkeypatch.setenv(charts.STILLS, "yes")
    bundle, metadata = charts.render(spec)
    png = base64.b64decode(bundle["image/png"])
    assert Image.open(io.BytesIO(png)).width > 600
    assert len(png) < 90_000
    assert metadata["image/png"]["alt"] == spec["description"]


def test_a_still_has_the_same_bytes_each_time():
    assert charts.still(spec_of("charts.growth")) == charts.still(spec_of("charts.growth"))


def test_all_charts_are_found_by_what_they_return():
    assert {
        "charts.growth",
        "definition.pile_up",
        "dangji.who_came_first",
        "sustainability.alike",
    } <= set(CHARTS)
    assert len(CHARTS) > 25


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_has_its_table(name):
    twin = charts.table(CHARTS[name]())
    assert len(twin) > 1
    assert len(twin.columns) > 1


def test_what_altair_leaves_as_nan_is_shown_as_unknown():
    rows = [{"place": "Alpha", "sold": 3.5}, {"place": math.nan, "sold": math.nan}]
    bundle, _ = charts.render(
        {"mark": "bar", "datasets": {"d": rows}, "layer": [{"data": {"values": rows}}]}
    )
    live = json.loads(json.dumps(bundle["application/vnd.vegalite.v5+json"], allow_nan=False))
    shown = [{"place": "Alpha", "sold": 3.5}, {"place": None, "sold": None}]
    assert live["datasets"]["d"] == live["layer"][0]["data"]["values"] == shown


def test_altair_shows_every_chart_through_our_renderer():
    bundle, _ = charts.growth(VILLAGES)._repr_mimebundle_()
    assert "application/vnd.vegalite.v5+json" in bundle


def units(view):
    """The views of a chart that have a mark."""
    yield from [view] if "mark" in view else []
    for kind in charts.VIEWS:
        for inner in view.get(kind, []):
            yield from units(inner)


def test_a_screen_reader_meets_words_once_and_marks_that_tell_something(spec):
    live = charts.render(spec)[0]["application/vnd.vegalite.v5+json"]
    for unit in units(live):
        tells = bool(unit["encoding"].get("tooltip"))
        halo = unit["mark"]["type"] == "text" and unit["mark"].get("stroke") == "white"
        assert unit["mark"].get("aria", True) is (
            not halo and (tells or unit["mark"]["type"] == "text")
        )
    assert any(unit["encoding"].get("tooltip") for unit in units(live))


def test_some_marks_are_silent():
    live = charts.render(spec_of("charts.growth"))[0]["application/vnd.vegalite.v5+json"]
    assert not all(unit["mark"].get("aria", True) for unit in units(live))


def test_a_chart_without_tooltips_keeps_all_that_its_marks_say():
    plain = alt.Chart(VILLAGES).mark_bar().encode(x="year:O", y="villages:Q").to_dict()
    assert charts.render(plain)[0]["application/vnd.vegalite.v5+json"]["mark"] == {"type": "bar"}


def test_the_finding_follows_the_data():
    fewer = VILLAGES[VILLAGES["year"] <= 2016]
    assert (
        charts.growth(fewer).to_dict()["title"]["text"]
        == "From 3 villages in 2009 to 1,311 in 2016"
    )
    assert "to 7,780 in 2022" in charts.growth(VILLAGES).to_dict()["description"]


def test_gaps_and_breaks_are_drawn_as_such():
    spec = charts.growth(VILLAGES).to_dict()
    rows = {r["year"]: r for r in spec["datasets"][spec["data"]["name"]]}
    assert rows[2010]["villages"] is None
    assert rows[2019]["stretch"] != rows[2020]["stretch"]
    assert rows[2012]["stretch"] == rows[2019]["stretch"]
    assert "no figure for 2010 and 2011" in spec["description"].lower().replace("there is ", "")
    assert "The rule changed before the count of 2020" in spec["description"]
    whole = charts.growth(VILLAGES[VILLAGES["year"].between(2013, 2019)]).to_dict()
    assert "no figure" not in whole["description"]
    assert "rule changed" not in whole["description"]


def test_status_is_shown_by_shape_once_there_is_more_than_one():
    reported = VILLAGES[VILLAGES["status"] == "reported"]
    plain = charts.growth(reported).to_dict()
    mixed = reported.copy()
    mixed.loc[mixed["year"] == 2021, "status"] = "derived"
    shapes = [
        next(
            e["shape"] for e in (layer.get("encoding", {}) for layer in s["layer"]) if "shape" in e
        )
        for s in (plain, charts.growth(mixed).to_dict())
    ]
    assert shapes[0]["legend"] is None
    assert shapes[1]["scale"] == {"domain": ["reported", "derived"], "range": ["circle", "diamond"]}
    assert shapes[1]["legend"] is not None


def test_a_log_axis_says_that_it_is_one_and_a_wrong_scale_is_refused():
    assert "Log scale" in str(charts.growth(VILLAGES, scale="log").to_dict()["title"]["subtitle"])
    assert "Log scale" not in str(charts.growth(VILLAGES).to_dict()["title"]["subtitle"])
    with pytest.raises(ValueError, match="'linear' or 'log'"):
        charts.growth(VILLAGES, scale="loglog")


def test_the_table_beside_a_chart_has_its_numbers():
    twin = charts.table(charts.growth(VILLAGES))
    assert twin["Villages"].tolist() == VILLAGES["villages"].tolist()
    assert twin["As of"].tolist()[-1] == "30 June 2022"
    assert twin["As of"].tolist()[0] == "2009"
    places = charts.table(charts.county_map(COUNTIES, COAST))
    assert places.groupby("Year")["Villages"].sum().to_dict() == {2014: 212, 2015: 780, 2016: 1311}
    with pytest.raises(ValueError, match="no tooltips"):
        charts.table(alt.Chart(VILLAGES).mark_point())


def test_the_map_has_a_named_control_and_a_living_sentence():
    spec = charts.county_map(COUNTIES, COAST).to_dict()
    (year,) = spec["params"]
    assert year["bind"] == {"input": "select", "options": [2014, 2015, 2016], "name": "Year "}
    assert (
        spec["title"]["text"]
        == "From 80 counties in 2014 to 221 in 2016, 98% of the villages in coastal provinces"
    )
    assert "In 2015: 780 villages in 181 counties" in spec["description"]


@pytest.mark.parametrize("year", [2014, 2015, 2016])
@pytest.mark.full
def test_the_map_names_the_first_county_of_a_province_each_once(year):
    rows = COUNTIES[COUNTIES.year == year]
    first = rows.groupby("province").villages.max().sort_values().tail(6)
    written = texts(charts.county_map(COUNTIES, COAST).to_dict(), year_shown=year)
    named = {t for t in written if re.fullmatch(r"[A-Z][a-z A-Z]+ \d+", t)}
    known = {f"{r.county} {r.villages}": r.province for r in rows.itertuples()}
    assert sorted(int(t.split()[-1]) for t in named) == sorted(first)
    assert len({known[t] for t in named}) == 6


def test_the_coast_stays_where_it_is_when_the_year_changes():
    spec = charts.county_map(COUNTIES, COAST).to_dict()
    coasts = []
    for year in (2014, 2016):
        spec["params"][0]["value"] = year
        svg = vl_convert.vegalite_to_svg(spec, vl_version="5.8")
        coasts.append(re.findall(r' d="(M[^"]{100,})"', svg))
    assert coasts[0] == coasts[1] != []


def test_a_chart_keeps_its_white_ground_in_a_dark_theme():
    """JupyterLab's dark theme shows through a transparent chart: dark words on a dark page."""
    config = charts.growth(VILLAGES).to_dict()["config"]
    assert config["background"] == "white"
    assert config["title"]["color"] == charts.INK


def test_chinese_names_have_a_font_on_every_system():
    for name in ("Noto Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi"):
        assert name in charts.FONT


def test_importing_draws_nothing_and_leaves_altair_as_it_was():
    code = "import altair as alt; import taobaolab.charts; print(alt.renderers.active, alt.theme.active)"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert out.split() == ["default", "default"]


def test_a_part_of_the_data_is_drawn_or_refused_in_words():
    one = charts.growth(VILLAGES[VILLAGES["year"] == 2022]).to_dict()
    assert one["title"]["text"] == "7,780 villages in 2022, and no other year to compare"
    holes = VILLAGES.copy()
    holes.loc[holes["year"] == 2009, "villages"] = None
    assert (
        charts.growth(holes).to_dict()["title"]["text"]
        == "From 14 villages in 2012 to 7,780 in 2022"
    )
    for wrong in (VILLAGES.iloc[:0], VILLAGES.iloc[[0, 0]]):
        with pytest.raises(ValueError, match="each year once"):
            charts.growth(wrong)
    year = charts.county_map(COUNTIES[COUNTIES["year"] == 2016], COAST).to_dict()
    assert (
        year["title"]["text"]
        == "Villages in 221 counties in 2016, 98% of the villages in coastal provinces"
    )
    with pytest.raises(ValueError, match="nothing to map"):
        charts.county_map(COUNTIES[COUNTIES["villages"] == 0], COAST)


def test_views_side_by_side_share_a_heading_and_have_a_table_each():
    views = [
        alt.Chart(VILLAGES[["year", "villages"]], title=name, width=200, height=150)
        .mark_bar()
        .encode(x="year:O", y="villages:Q", tooltip=charts.tooltips({"year": name}))
        for name in ("Left", "Right")
    ]
    chart = charts.panels(
        views, "A finding of five words or more", "villages", "a table", "Two bar charts. " * 8
    )
    spec = chart.to_dict()
    assert spec["title"]["text"] == "A finding of five words or more"
    assert vl_convert.vegalite_to_vega(spec, vl_version="5.8")["marks"]
    assert charts.table(chart).columns.tolist() == ["Left"]
    assert charts.table(chart, 1).columns.tolist() == ["Right"]
    with pytest.raises(ValueError, match="2 tables, 0 to 1; 2 is beyond"):
        charts.table(chart, 2)


@pytest.mark.parametrize("name", ["growth.svg", "growth.png"])
def test_a_chart_is_saved_as_a_picture_with_its_source(tmp_path, name):
    charts.setup()
    chart = charts.growth(datasets.load("villages_by_year"))
    chart.save(tmp_path / name, scale_factor=2)
    saved = (tmp_path / name).read_bytes()
    if name.endswith("svg"):
        assert b"Source: " in saved
        assert b"font-family" in saved
    else:
        assert saved.startswith(b"\x89PNG")
