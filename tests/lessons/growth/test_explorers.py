"""The explorers of growth: what the pictures say is what the models say, and nothing is told before it is asked for."""

import functools
import itertools
import json
import math
import re

import numpy as np
import pandas as pd
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st

from taobaolab import charts, datasets
from taobaolab.lessons import growth
from taobaolab.lessons.growth.list_explorers import RULES, _keep_bends
from tests.drawn import texts

VILLAGES = datasets.load("villages_by_year")
COUNTIES = datasets.load("villages_by_county")
PROVINCES = datasets.load("villages_by_province")
TURNOVER = datasets.load("list_turnover")
MONEY = datasets.load("shops_sales_jobs")
COUNTED = int(VILLAGES.set_index("year").villages[2022])
SCALES = {"numbers": "levels", "ratios": "log"}


@pytest.fixture(autouse=True)
def drawn_our_way():
    charts.setup()


@functools.cache
def spec(name):
    charts.setup()
    return getattr(growth, name)().to_dict()


@pytest.mark.parametrize("name", ["fit_and_be_judged", "where", "stay_leave_enter"])
def test_every_control_has_a_name_of_its_own(name):
    bound = [p["bind"]["name"] for p in spec(name)["params"] if "bind" in p]
    assert (
        len(bound)
        == len(set(bound))
        == {"fit_and_be_judged": 6, "where": 2, "stay_leave_enter": 3}[name]
    )
    assert all(label.strip() for label in bound)


# ---- fit and be judged

UNTILS = (2013, 2014, 2016, 2018, 2021)
FITS = list(itertools.product(("exponential", "logistic", "gompertz"), UNTILS, SCALES))


def forecast(curve, until, misses):
    rows = growth.forecast(VILLAGES.dropna(subset=["villages"]), curve, until, SCALES[misses])
    return rows.iloc[-1], rows[~rows.used]


def number(words):
    """A number of villages as the chart writes it."""
    size = {"million": 1e6, "billion": 1e9}
    found = re.match(r"([\d,]+(?:\.\d+)?)(?: (million|billion))?", words)
    return float(found[1].replace(",", "")) * size.get(found[2], 1)


@pytest.mark.parametrize(("curve", "until", "misses"), FITS)
def test_the_words_are_those_of_the_model(curve, until, misses):
    last, later = forecast(curve, until, misses)
    written = texts(spec("fit_and_be_judged"), curve=curve, until=until, misses=misses, shown=True)
    said = next(t for t in written if t.startswith(curve.capitalize() + " on"))
    used = int((VILLAGES.dropna(subset=["villages"]).year <= until).sum())
    assert said.startswith(f"{curve.capitalize()} on {used} lists to {until}: ")
    assert said.endswith(" villages in June 2022")
    assert number(said.split(": ")[1]) == pytest.approx(last.fitted, rel=0.006, abs=0.5)
    band = next(t for t in written if "prediction interval" in t)
    if math.isnan(last.low):
        assert band == "No prediction interval: as many parameters as lists"
    else:
        low, *rest = band.split(": ")[1].split(" to ")
        assert number(low) == pytest.approx(last.low, rel=0.006, abs=0.5)
        assert ("without bound" in band) == (last.high >= 1e12) == (not rest)
        assert not rest or number(rest[0]) == pytest.approx(last.high, rel=0.006, abs=0.5)
        assert ("runs off the chart" in band) == (last.high > 1e6)
    after = next(t for t in written if t.startswith("Counted: "))
    way = "high" if last.fitted > COUNTED else "low"
    off, percent, mean = re.fullmatch(
        rf"Counted: 7,780. The curve is (.+) too {way} \((.+)% of the count\); "
        r"over all later lists it is off by (.+)% on average",
        after,
    ).groups()
    assert number(off) == pytest.approx(abs(last.error), rel=0.006, abs=0.5)
    assert number(percent) == pytest.approx(abs(last.percentage_error), rel=0.006, abs=0.5)
    mape = growth.errors(later.observed, later.fitted)["mean_absolute_percentage_error"]
    assert number(mean) == pytest.approx(mape, rel=0.006, abs=0.5)


@pytest.mark.parametrize("misses", SCALES)
@pytest.mark.parametrize("curve", ["logistic", "gompertz"])
def test_a_ceiling_is_told_with_its_interval_or_not_at_all(curve, misses):
    known = VILLAGES[VILLAGES.year <= 2016]
    found = growth.fit(growth.years_since(known.as_of), known.villages, curve, SCALES[misses])
    written = " ".join(texts(spec("fit_and_be_judged"), curve=curve, misses=misses))
    low, high = found.intervals["ceiling"]
    told = f"Ends at {found.parameters['ceiling']:,.0f} villages; 95% interval of that ceiling: {low:,.0f} to {high:,.0f}"
    assert (told in written) == found.identified
    assert ("do not say where the curve ends" in written) == (not found.identified)


def test_nothing_of_the_later_lists_is_told_before_the_reveal():
    chart = growth.fit_and_be_judged()
    later = [f"{n:,}" for n in VILLAGES[VILLAGES.year > 2016].villages]
    for text in (
        *texts(chart.to_dict()),
        chart.to_dict()["description"],
        chart.to_dict()["title"]["text"],
    ):
        assert not any(n in text for n in later)
    hidden, shown = (
        vl_convert.vegalite_to_svg(with_values(chart.to_dict(), shown=value), vl_version="5.8")
        for value in (False, True)
    )
    assert [svg.count("Villages: ") for svg in (hidden, shown)] == [6, 6]
    assert shown.count("<path") - hidden.count("<path") >= 6, "six lists after 2016"
    assert "rule changed" in shown
    assert "rule changed" not in hidden


def with_values(chart, **values):
    chart = json.loads(json.dumps(chart))
    for parameter in chart["params"]:
        parameter["value"] = values.get(parameter["name"], parameter.get("value"))
        if parameter["value"] is None and parameter["name"] != "guess":
            del parameter["value"]
    return chart


@pytest.mark.parametrize(
    ("axis", "share"), [("log", math.log10(1311) / 6), ("linear", 1311 / 12_000)]
)
def test_a_list_stands_where_the_axis_says(axis, share):
    svg = vl_convert.vegalite_to_svg(
        with_values(spec("fit_and_be_judged"), axis_is=axis), vl_version="5.8"
    )
    mark = re.search(
        r'aria-label="[^"]*Villages: 1,311[^"]*"[^>]*?transform="translate\(([\d.]+),([\d.]+)\)',
        svg,
    )
    assert float(mark[2]) == pytest.approx(360 * (1 - share), abs=0.5)
    written = texts(spec("fit_and_be_judged"), axis_is=axis)
    assert [t for t in written if t in ("1,000,000", "12,000")] == [
        "1,000,000" if axis == "log" else "12,000"
    ]


@pytest.mark.parametrize(
    ("guess", "words"),
    [
        (None, "No guess yet"),
        ("", "No guess yet"),
        ("-5", "No guess yet"),
        ("0", "No guess yet"),
        (
            "5000",
            "My guess: 5,000 villages, 2,780 too low (36% of the count); closer than the curve",
        ),
        (7780, "My guess: 7,780 villages, just right; closer than the curve"),
        (
            10_000,
            "My guess: 10,000 villages, 2,220 too high (29% of the count); closer than the curve",
        ),
        (900_000, "My guess: 900,000 villages, 892,220 too high (11,468% of the count)"),
    ],
)
def test_a_guess_is_judged_beside_the_curve(guess, words):
    assert words in texts(spec("fit_and_be_judged"), guess=guess, shown=True)
    before = texts(spec("fit_and_be_judged"), guess=guess)
    assert words.split(", ")[0].split(" (")[0] in " ".join(before)
    assert not any("too" in t for t in before)


def test_a_guess_off_the_chart_is_not_drawn_among_the_words():
    assert "my guess" in texts(spec("fit_and_be_judged"), guess=5000, axis_is="linear")
    assert "my guess" not in texts(spec("fit_and_be_judged"), guess=50_000, axis_is="linear")
    assert "my guess" in texts(spec("fit_and_be_judged"), guess=50_000)


def test_the_guess_of_a_cell_fills_the_field():
    def value(guess):
        return next(
            p
            for p in growth.fit_and_be_judged(guess=guess).to_dict()["params"]
            if p["name"] == "guess"
        )

    assert value(np.int64(4000))["value"] == 4000
    assert value(...)["value"] is value(None)["value"] is None
    for wrong in ("many", "5000", True, 0, -1, math.inf, math.nan, [1]):
        with pytest.raises(ValueError, match="guess is"):
            growth.fit_and_be_judged(guess=wrong)


def test_the_twin_is_what_the_models_say():
    twin = growth.judged()
    assert len(twin) == 3 * 9 * 2
    for curve, until, misses in FITS:
        (row,) = twin.query(
            "curve == @curve and until == @until and misses == @misses"
        ).itertuples()
        last, later = forecast(curve, until, misses)
        assert [row.forecast, row.error] == pytest.approx([last.fitted, last.error], rel=1e-6)
        assert [row.low, row.high] == pytest.approx([last.low, last.high], rel=1e-6, nan_ok=True)
        assert row.mape == pytest.approx(
            growth.errors(later.observed, later.fitted)["mean_absolute_percentage_error"], rel=1e-6
        )
    assert set(twin.counted) == {COUNTED}
    assert not twin.query("until == 2013 and curve != 'exponential'").identified.any()


def test_fewer_lists_give_fewer_choices_and_too_few_are_refused_in_words():
    early = VILLAGES[VILLAGES.year <= 2016].sample(frac=1, random_state=1)
    chart = growth.fit_and_be_judged(early).to_dict()
    until = next(p for p in chart["params"] if p["name"] == "until")
    assert until["bind"]["options"] == [2013, 2014, 2015]
    assert until["value"] == 2014
    assert chart["title"]["text"].endswith("villages in 2016")
    assert set(growth.judged(early).until) == {2013, 2014, 2015}
    for wrong, words in (
        (early.head(3), "four lists"),
        (pd.concat([early, early]), "each year once"),
        (early.drop(columns="as_of"), "no column as_of"),
    ):
        with pytest.raises(ValueError, match=words):
            growth.fit_and_be_judged(wrong)


# ---- where


@pytest.mark.parametrize("year", [2014, 2015, 2016])
@pytest.mark.parametrize("south", [22, 30, 33, 40])
def test_the_words_beside_the_map_are_those_of_the_measures(year, south):
    written = texts(spec("where"), year_shown=year, south_of=south)
    rows, units = COUNTIES[COUNTIES.year == year], PROVINCES[PROVINCES.year == year]
    listed = rows[rows.villages > 0]
    total = int(listed.villages.sum())
    assert f"{year}: {total:,} villages in {len(listed)} counties" in written
    assert f"{100 * listed[listed.latitude < south].villages.sum() / total:.0f}% of the villages south of {south:.1f}° north" in written  # fmt: skip
    index = growth.herfindahl(units.villages)
    assert f"HHI {index:.3f}: as if {1 / index:.1f} equal provinces" in written
    assert f"Gini over all 31 provinces {growth.gini(units.villages):.2f}" in written
    assert (
        f"Gini over the {len(listed)} counties on the list {growth.gini(listed.villages):.2f}"
        in written
    )
    for row in units[units.villages > 0].itertuples():
        assert row.province in written
        assert f"{row.villages:,}" in written


def test_the_largest_county_of_each_of_six_provinces_is_named():
    written = texts(spec("where"), year_shown=2016)
    rows = COUNTIES[COUNTIES.year == 2016].sort_values("villages", ascending=False)
    leaders = rows.groupby("province", sort=False).head(1).head(6)
    for row in leaders.itertuples():
        assert f"{row.county} {row.villages}" in written


@pytest.mark.parametrize("year", [2014, 2015, 2016])
def test_no_county_falls_off_the_map(year):
    svg = vl_convert.vegalite_to_svg(with_values(spec("where"), year_shown=year), vl_version="5.8")
    marks = re.findall(
        r'aria-label="[^"]*County: [^"]*"[^>]*?transform="translate\(([-\d.]+),([-\d.]+)\)', svg
    )
    assert len(marks) == (COUNTIES[COUNTIES.year == year].villages > 0).sum()
    assert all(0 < float(x) < 390 and 0 < float(y) < 400 for x, y in marks)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=40).filter(sum))
def test_a_lorenz_curve_keeps_its_shape_when_straight_points_go(counts):
    full = growth.lorenz(counts)
    bent = _keep_bends(full)
    assert len(bent) <= len(full)
    assert np.interp(
        full.share_of_units, bent.share_of_units, bent.share_of_total
    ) == pytest.approx(full.share_of_total.to_numpy(), abs=1e-9)


def test_tables_that_do_not_fit_each_other_are_refused():
    with pytest.raises(ValueError, match=r"different numbers of villages: \{2014: \d+, 2015: "):
        growth.where(COUNTIES[COUNTIES.province != "Zhejiang"])
    with pytest.raises(ValueError, match="nothing to map"):
        growth.where(COUNTIES[COUNTIES.villages == 0])
    one = growth.where(COUNTIES[COUNTIES.year == 2014]).to_dict()
    assert one["title"]["text"] == "80 counties in 2014; 68% of the villages in three provinces"


# ---- stay, leave, enter

FLOWS = growth.flows()


@pytest.mark.parametrize("row", list(FLOWS.itertuples()), ids=lambda r: f"{r.lists}, {r.matching}")
def test_the_bars_say_what_the_table_counts(row):
    written = texts(spec("stay_leave_enter"), lists=row.lists, names=RULES[row.matching])
    assert (
        f"Of {row.listed:,} villages listed in {row.from_year}, {row.gone} ({100 * row.gone / row.listed:.1f}%) "
        f"are not found on the list of {row.to_year}"
    ) in written
    assert f"list of {row.from_year}: {row.kept:,} kept" in written
    assert f"{row.gone} gone" in written
    assert f"at most {row.new_at_most:,} new" in written
    others = FLOWS[FLOWS.lists == row.lists]
    assert all(f"{share:.1f}%" in written for share in 100 * others.gone / others.listed)


def test_what_was_not_counted_is_said():
    written = texts(spec("stay_leave_enter"), lists="2014 and 2016", names="as printed")
    assert "Not counted for these two lists: choose another way to match" in written
    assert not any(
        "gone" in t or "kept" in t for t in written if re.search(r"\d", t) and "to" not in t
    )
    without = texts(spec("stay_leave_enter"), lists="2014 and 2015")
    assert "No counts by place for these lists" in without


@pytest.mark.parametrize("places", ["provinces", "counties"])
@pytest.mark.parametrize("pair", [(2014, 2016), (2015, 2016)])
def test_the_places_are_those_of_the_table(pair, places):
    written = texts(spec("stay_leave_enter"), lists=f"{pair[0]} and {pair[1]}", places=places)
    rows = TURNOVER[
        (TURNOVER.level == "county")
        & (TURNOVER.from_year == pair[0])
        & (TURNOVER.to_year == pair[1])
    ]
    by = ["province"] if places == "provinces" else ["province", "county_zh"]
    sums = rows.groupby(by)[["gone", "listed"]].sum()
    largest = sums[sums.gone > 0].sort_values(["gone", "listed"], ascending=[False, True]).head(10)
    shown = [t for t in written if re.fullmatch(r"\d+ of \d+", t)]
    assert sorted(shown) == sorted(f"{r.gone} of {r.listed}" for r in largest.itertuples())


def test_flows_add_up():
    assert (FLOWS.kept + FLOWS.gone == FLOWS.listed).all()
    totals = VILLAGES.set_index("year").villages
    assert (FLOWS.kept + FLOWS.new_at_most == FLOWS.to_year.map(totals)).all()
    row = FLOWS[(FLOWS.lists == "2015 and 2016") & (FLOWS.matching == "printed_name")].iloc[0]
    assert row[["listed", "kept", "gone", "gone_percent", "new_at_most"]].tolist() == [
        780,
        727,
        53,
        6.8,
        584,
    ]
    for wrong in (TURNOVER[TURNOVER.level == "county"], TURNOVER.assign(to_year=2030)):
        with pytest.raises(ValueError, match="a row for the country"):
            growth.flows(wrong)
    with pytest.raises(ValueError, match="no row of a county"):
        growth.stay_leave_enter(TURNOVER[TURNOVER.level == "country"])


# ---- the charts of the lesson


def test_rates_are_those_between_the_dates():
    table = growth.rates(VILLAGES).set_index("to_year")
    assert table.loc[2016, ["from_year", "years", "added", "by_rows", "by_dates"]].tolist() == [
        2015,
        0.67,
        531,
        68,
        118,
    ]
    assert table.from_year.min() == 2013, "nobody knows when the 3 and the 14 were counted"
    undated = VILLAGES.drop(columns="date_is")
    assert growth.rates(undated).set_index("to_year").loc[2012, "by_rows"] == 367
    assert table.loc[2020, "added_a_year"] == pytest.approx(1115 / (366 / 365.25), abs=4)
    assert growth.rates(VILLAGES.sample(frac=1, random_state=3)).equals(growth.rates(VILLAGES))
    with pytest.raises(ValueError, match="two lists or more"):
        growth.rates(VILLAGES.head(1))
    with pytest.raises(ValueError, match="longer than the one before"):
        growth.growth_rates(VILLAGES.assign(villages=VILLAGES.villages.to_numpy()[::-1]))


def test_the_finding_of_the_rates_follows_the_data():
    early = growth.growth_rates(VILLAGES[VILLAGES.year <= 2016]).to_dict()["title"]["text"]
    assert early == "Growth a year was 960% from 2013 to 2014, 118% from 2015 to 2016"
    two = growth.growth_rates(VILLAGES[VILLAGES.year.isin([2013, 2014])]).to_dict()["title"]["text"]
    assert two == "Growth a year was 960% from 2013 to 2014"
    written = texts(spec("growth_rates") | {"params": []})
    for rate in growth.rates(VILLAGES).by_dates:
        assert f"{rate:.0f}%" in written


def test_no_line_joins_what_counts_different_things():
    chart = spec("shops_sales_jobs")
    for view in chart["vconcat"][0]["concat"]:
        lines = [layer for layer in view["layer"] if layer["mark"]["type"] == "line"]
        assert [layer["encoding"]["detail"]["field"] for layer in lines] == ["scope"]
        assert all(layer["transform"] == [{"filter": "datum.adopted"}] for layer in lines)
        assert any(layer["mark"]["type"] == "rule" for layer in view["layer"])


def test_printed_bounds_and_the_wrong_figure_are_written():
    written = texts(spec("shops_sales_jobs") | {"params": []})
    for words in ("> 200,000", "≥ 840,000", "2.96 million", "> 1 trillion", "29,600", "towns too"):
        assert words in [t.replace("&gt;", ">") for t in written]
    assert "29,600 (villages, cannot be right)" in spec("shops_sales_jobs")["description"]
    with pytest.raises(ValueError, match="that are adopted"):
        growth.shops_sales_jobs(MONEY[~MONEY.adopted])
    shops = growth.shops_sales_jobs(
        MONEY[(MONEY.measure == "active_shops") & (MONEY.year < 2019)]
    ).to_dict()
    assert len(shops["vconcat"][0]["concat"]) == 1
    assert "towns" not in shops["title"]["text"]


def test_a_gap_is_a_question_mark_and_a_zero_is_a_zero():
    written = texts(spec("provinces_over_time") | {"params": []})
    later = PROVINCES[PROVINCES.year > 2016]
    rows = PROVINCES[PROVINCES.province.isin(set(later.province))]
    assert written.count("?") == 8 * 10 - len(rows)
    assert written.count("0") == int((rows.villages == 0).sum()) == 1
    assert (
        spec("provinces_over_time")["title"]["text"]
        == f"After 2016 we know {len(later)} of {31 * 6} figures for provinces"
    )
    for wrong in (later, PROVINCES[PROVINCES.year <= 2016]):
        with pytest.raises(ValueError, match="a row for every province"):
            growth.provinces_over_time(wrong)
