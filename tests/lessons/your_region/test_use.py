"""What is done with places: answers, the criterion that decides, bounds, charts, a million rows, the page, the form."""

import html
import html.parser
import json
import re

import duckdb
import pandas as pd
import polars as pl
import pytest

from taobaolab import charts, datasets
from taobaolab.definition import check, explain, get_definition, teaching_villages
from taobaolab.lessons import your_region
from taobaolab.lessons.your_region.form import layout_of
from tests.browser import needs_chromium
from tests.lessons.your_region.tables import BODY, COLUMNS, HEAD, YUAN, read, upload

RULE = "aliresearch-2022"
SURE = {"administrative_village": True, "residents_committee": False}
EVERY = ("households", "population", "active_shops", "ecommerce_households", "annual_sales_rmb")
EVERY += ("rural", "administrative_village", "residents_committee", "main_platform")


# ---- answers


def of_the_package(name):
    return upload(datasets.read_text(f"{name}.csv"), f"{name}.csv")


@pytest.fixture(scope="module")
def fell():
    columns = {name: name for name in EVERY}
    return your_region.read(of_the_package("fell_district"), columns=columns, units=YUAN)


@pytest.fixture(scope="module")
def gull():
    return your_region.read(
        of_the_package("gull_islands"),
        aside=[18],
        accept=["repeats", "units", "about", "unread"],
        columns={
            "households": "户数",
            "active_shops": "网店数",
            "annual_sales_rmb": "销售额(万元)",
            "ecommerce_households": "E-commerce households (%)",
            "rural": "rural",
        },
        units={"annual_sales_rmb": "万元", "ecommerce_households": "% of households"},
        given=SURE,
    )


@pytest.fixture(scope="module")
def delta():
    columns = {"households": "households", "active_shops": "online_shops"}
    columns["annual_sales_rmb"] = "sales_thousand_yuan"
    units = {"annual_sales_rmb": "thousand yuan"}
    return your_region.read(
        of_the_package("lantern_delta"), place="village", columns=columns, units=units, given=SURE
    )


def test_the_samples_are_what_they_promise(fell, gull, delta, make):
    assert fell.changed.empty
    assert not [f for f in fell.found if f.stops]
    assert len(fell.data) == 24
    assert len(gull.findings) > 8
    assert len(delta.data) == 360
    assert delta.data.households.isna().any()
    assert fell.invented
    assert gull.invented
    assert datasets.read_text("lantern_delta.csv") == make.lantern_delta(), (
        "run: python tools/make.py data"
    )


def test_answers_are_those_of_each_place_alone(fell, gull):
    for places in (fell, gull):
        answers = your_region.answered(places, RULE)
        asked = get_definition(RULE).columns
        for i, row in places.data.iterrows():
            alone = explain(RULE, {c: (None if row[c] is pd.NA else row[c]) for c in asked})
            assert answers.at[i, "answer"] == alone.verdict
            assert answers.at[i, "find_out"] == (alone.find_out or "")


def test_the_deciding_criterion_by_brute_force(fell, gull):
    for places in (fell, gull):
        table = your_region.deciding(places, RULE)
        met = check(places.data, RULE, look=False).met
        assert (table[["met", "not_met", "undetermined"]].sum(axis=1) == len(met)).all()
        sales = get_definition(RULE).moved("annual_sales_rmb", at_least=1)
        filled = places.data.assign(
            annual_sales_rmb=places.data.annual_sales_rmb.fillna(1).clip(lower=1)
        )
        more = check(filled, sales, look=False).met
        name = "annual e-commerce sales at least 10,000,000 RMB"
        assert table.loc[name, "stands_in_the_way"] == int(
            (~met.fillna(True) & more.fillna(False)).sum()
        )
        shops = get_definition(RULE).moved("active_shops", at_least=10**9)
        fewer = check(places.data, shops, look=False).met
        assert table.loc["active shops at least 100", "carries"] == int(
            (met.fillna(False) & ~fewer.fillna(True)).sum()
        )


def test_passing_counts_both_sides_of_the_bound(fell):
    table = your_region.passing(fell, RULE, "active_shops", thresholds=[99, 100, 101])
    for bound, met in table.itertuples(index=False):
        moved = get_definition(RULE).moved("active_shops", at_least=int(bound))
        assert met == int(check(fell.data, moved, look=False).met.sum())


def test_wordings_agree_with_each_definition(fell):
    table = your_region.wordings(fell)
    assert len(table) == 29
    for key in ("wikipedia", "world-bank-2018", "xing528-2018"):
        d = get_definition(key)
        met = check(
            fell.data, d, columns={c: None for c in d.columns if c not in fell.data}, look=False
        ).met
        assert table.loc[key, ["met", "not_met", "undetermined"]].tolist() == [
            met.sum(),
            (~met).sum(),
            met.isna().sum(),
        ]
    assert table.loc["xing528-2018", "lacks"] == "registered shops"
    with pytest.raises(ValueError, match="village, town, cluster"):
        your_region.wordings(fell, "hamlet")


def test_unknown_says_why(gull):
    table = your_region.unknown(gull, RULE)
    assert table.loc["active shops", ["unknown", "why"]].tolist() == [
        3,
        "1 empty, 1 could not be read, 1 impossible",
    ]
    assert (
        table.find_first.sum() == (your_region.answered(gull, RULE).answer == "undetermined").sum()
    )
    assert (
        "no such column" in your_region.unknown(gull, "xing528-2018").loc["registered shops", "why"]
    )


def test_standing_by_hand(fell):
    table = your_region.standing(fell, RULE)
    cases = (
        datasets.load("village_cases").query("level == 'village'").dropna(subset=["online_shops"])
    )
    last = (
        cases.sort_values("year", na_position="first", kind="stable")
        .groupby("name")
        .online_shops.last()
    )
    assert table.loc["active shops", "records"] == len(last)
    assert table.loc["active shops", "median_of_records"] == last.median()
    assert table.loc["active shops", "reach_it"] == (fell.data.active_shops >= 100).sum()
    assert table.loc["households", "bound"] is pd.NA
    strict = your_region.standing(fell, "wikipedia").loc["active shops", "reach_it"]
    assert (
        strict == (fell.data.active_shops > 100).sum() == table.loc["active shops", "reach_it"] - 1
    )
    with pytest.raises(ValueError, match="records know active_shops"):
        your_region.records("joy")


@pytest.mark.parametrize("measure", ["active_shops", "households", "annual_sales_rmb"])
def test_charts_say_what_the_tables_say(fell, gull, delta, measure):
    for places in (fell, gull, delta):
        chart = your_region.standing_chart(places, RULE, measure)
        table = your_region.standing(places, RULE)
        spec = chart.to_dict()
        row = table[table.places == places.data[measure].notna().sum()]
        assert len(row) >= 1
        assert f"{places.data[measure].notna().sum()} places" in spec["description"]
        twin = charts.table(chart)
        assert len(twin) == (places.data[measure] > 0).sum() + len(your_region.records(measure))
        assert charts.still(spec)


def test_the_curve_of_bounds_is_that_of_sensitivity(fell):
    for column, per in (
        ("active_shops", None),
        ("active_shops", "households"),
        ("annual_sales_rmb", None),
    ):
        spec = your_region.passing_chart(fell, RULE, column, per).to_dict()
        at = float(get_definition(RULE).threshold(column, per).bound)
        now, half = your_region.passing(fell, RULE, column, per, [at, at / 2]).met
        assert f"{now} of 24 places pass; at half of it, {half}" in spec["title"]["text"]
        assert charts.still(spec)
    assert '"step-before"' in json.dumps(your_region.passing_chart(fell, RULE).to_dict())
    assert '"step-after"' in json.dumps(your_region.passing_chart(fell, "wikipedia").to_dict())


def test_nothing_to_compare_is_said(fell):
    bare = your_region.read(of_the_package("fell_district"), columns={"rural": "rural"})
    with pytest.raises(ValueError, match="nothing to compare"):
        your_region.standing_chart(bare, RULE)
    assert your_region.standing(bare, RULE).empty
    assert set(your_region.answered(bare, RULE).answer) == {"undetermined"}


# ---- a million rows, and engines


@pytest.fixture(scope="module")
def million(tmp_path_factory):
    folder = tmp_path_factory.mktemp("million")
    made = teaching_villages(1_000_000, missing=0.05)
    made.to_parquet(folder / "villages.parquet")
    pl.scan_parquet(folder / "villages.parquet").sink_csv(folder / "villages.csv")
    return made, folder


def test_a_million_rows_are_counted_where_they_are_and_engines_agree(million):
    made, folder = million
    met = check(made, "wikipedia", look=False).met
    expected = {
        "met": int(met.sum()),
        "not met": int((~met).sum()),
        "undetermined": int(met.isna().sum()),
    }
    assert sum(expected.values()) == 1_000_000
    assert expected["undetermined"] > 0
    tables = {
        "pandas": made,
        "polars, Parquet": pl.scan_parquet(folder / "villages.parquet"),
        "polars, CSV": pl.scan_csv(folder / "villages.csv"),
        "duckdb, Parquet": duckdb.read_parquet(str(folder / "villages.parquet")),
        "duckdb, CSV": duckdb.read_csv(str(folder / "villages.csv")),
        "pyarrow": pl.read_parquet(folder / "villages.parquet").to_arrow(),
    }
    for name, table in tables.items():
        assert your_region.tally(table, "wikipedia") == expected, name


def test_tally_knows_other_names_and_empty_tables():
    table = pl.DataFrame({"shops": [100, 99, None], "sales": [2e7, 2e7, 2e7]})
    names = {"active_shops": "shops", "annual_sales_rmb": "sales"}
    assert your_region.tally(table, "world-bank-2018", names) == {
        "met": 1,
        "not met": 1,
        "undetermined": 1,
    }
    assert your_region.tally(table.lazy().head(0), "world-bank-2018", names) == {
        "met": 0,
        "not met": 0,
        "undetermined": 0,
    }


# ---- the report


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text, self.outside = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.outside += [
            v for k, v in attrs if k in ("src", "href") and not (v or "").startswith("data:")
        ]

    def handle_data(self, data):
        self.text.append(data)


def page(report):
    reader = Reader()
    reader.feed(report.html)
    return reader


def test_the_report_says_what_was_computed(fell, gull, delta):
    for places in (fell, gull, delta):
        report = your_region.report(places, RULE, "A region", about="counted by nobody")
        count = your_region.answered(places, RULE).answer.value_counts()
        expected = {
            "places": len(places.data),
            "met": count["met"],
            "not_met": count["not met"],
            "undetermined": count.get("undetermined", 0),
        }
        assert dict(report.numbers) == expected
        sentence = f"Of {expected['places']} places, {expected['met']} meet the rule and {expected['not_met']} do not"
        text = " ".join(page(report).text)
        assert sentence in text
        assert sentence in report.markdown
        decides, gaps = your_region.deciding(places, RULE), your_region.unknown(places, RULE)
        page_table = report.tables["Which criterion decides"]
        assert page_table.equals(decides[list(page_table)])
        assert ("undetermined" in page_table) == bool(decides.undetermined.any())
        assert (
            report.tables["What is not known"]
            .sort_index()
            .equals(gaps[gaps.unknown > 0].sort_index())
        )
        assert all(len(table) <= 10 for table in report.tables.values())
        listed = [what for kind, what in report.parts if kind in ("list", "references")]
        assert len(listed) == 2
        assert all(len(items) <= 10 for items in listed)
        assert set(report.findings.problem) == {finding.problem for finding in places.found}
        assert "Made for teaching: the places of this table are invented." in text
        for key in datasets.cite(your_region.records("active_shops")).keys:
            assert any(line.startswith(f"[{key}]") for line in report.sources)
        raw = [c for c in report.answers if c.startswith("in the file: ")]
        assert report.answers[raw].set_axis(places.rows.columns, axis="columns").equals(places.rows)


def test_text_from_outside_is_harmless():
    bad = "<script>alert(1)</script>"
    text = f'village,households,online shops,sales\n{bad},400,41,12000000\n"[x](javascript:1) | *b* `c`",300,120,9000000\n'
    places = read(text, name=f"{bad}.csv", columns=COLUMNS, units=YUAN, given=SURE)
    report = your_region.report(
        places, RULE, bad, author=bad, question=bad, conclusion=bad, about=bad
    )
    reader = page(report)
    assert "script" not in reader.tags
    assert reader.outside == []
    assert "".join(reader.text).count("<script>") >= 6
    assert "<script" not in report.markdown
    assert r"\](javascript" in report.markdown
    assert not re.search(r"(?<!\\)\]\(javascript", report.markdown)
    assert "<script" not in report._repr_html_()
    assert "<script" not in places._repr_html_()
    bundle = your_region.form(upload(text, f"{bad}.csv"))._repr_mimebundle_()
    shown = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "&lt;script" in shown["text/html"]
    assert "<script" not in shown["text/html"]


def test_in_a_notebook_a_report_stands_below_the_heading_of_its_section(gull):
    report = your_region.report(gull, RULE, "What the table says")
    heads, shown = (
        re.findall(r"<h(\d).*?>(.*?)</h(\d)>", page) for page in (report.html, report._repr_html_())
    )
    assert [(int(a) + 2, words, int(b) + 2) for a, words, b in heads] == [
        (int(a), words, int(b)) for a, words, b in shown
    ]
    assert shown[0][0] == "3"
    names = re.findall(r"<table([^>]*)>", report.html)
    assert names
    assert all(re.search('aria-label="[^"]+"', name) for name in names)


def test_every_row_of_a_table_in_markdown_has_as_many_cells_as_its_header(gull):
    block: list[str] = []
    for line in [*your_region.report(gull, RULE, "A | B").markdown.splitlines(), ""]:
        if line.startswith("|"):
            block.append(line)
        elif block:
            assert len({len(re.findall(r"(?<!\\)\|", row)) for row in block}) == 1
            block = []


def test_the_files_are_written_and_written_again_with_the_same_bytes(gull, tmp_path):
    report = your_region.report(gull, RULE, "Gull Islands", on="2026-05-01")
    files = report.save(tmp_path / "out")
    assert files == [
        "report.html",
        "report.md",
        "passing.png",
        "standing.png",
        "answers.csv",
        "findings.csv",
        "sources.txt",
    ]
    first = {name: (tmp_path / "out" / name).read_bytes() for name in files}
    assert (
        your_region.report(gull, RULE, "Gull Islands", on="2026-05-01").save(tmp_path / "out")
        == files
    )
    assert first == {name: (tmp_path / "out" / name).read_bytes() for name in files}
    assert str(tmp_path).encode() not in b"".join(first.values())
    assert len(pd.read_csv(tmp_path / "out" / "answers.csv")) == 16
    for name in re.findall(r"\]\((\w+\.png)\)", first["report.md"].decode()):
        assert name in files


def test_without_the_maker_of_pictures_there_are_words_and_live_charts(gull, tmp_path, monkeypatch):
    def missing(spec):
        raise ImportError("vl_convert")

    monkeypatch.setattr(charts, "still", missing)
    report = your_region.report(gull, RULE, "Gull Islands")
    assert report.save(tmp_path)[2:4] == ["passing.vl.json", "standing.vl.json"]
    spec = json.loads((tmp_path / "passing.vl.json").read_text(encoding="utf-8"))
    assert spec["$schema"].endswith("/vega-lite/v5.json")
    assert "Step line of the places" in report.html
    assert "passing.vl.json" in report.html
    assert "img" not in page(report).tags


def test_a_rule_of_your_own_and_a_table_with_nothing_known():
    mine = {
        "source": "my office <b>",
        "year": 2026,
        "all": [{"column": "ecommerce_households", "per": "households", "at_least": "20%"}],
    }
    places = read(HEAD + BODY, columns=COLUMNS, units=YUAN)
    report = your_region.report(places, mine, "Mine")
    assert dict(report.numbers) == {"places": 3, "met": 0, "not_met": 0, "undetermined": 3}
    assert report.pictures == {}
    assert (
        "Of 3 places, none is decided: of no place is known households in e-commerce."
        in report.markdown
    )
    assert "Which criterion decides" not in report.markdown
    assert "The rule: my office &lt;b&gt; (2026)." in report.html
    assert "the table has no such column" in report.markdown


# ---- large tables, large places, data of one's own


@pytest.fixture(scope="module")
def large():
    rows = "".join(f"P{i},{200 + i % 700},{i % 160},{(i * 7919) % 20000}\n" for i in range(1, 5001))
    return read(
        HEAD + rows, columns=COLUMNS, units={"annual_sales_rmb": "thousand yuan"}, given=SURE
    )


def test_five_thousand_places_are_drawn_as_bins_and_say_so(large):
    chart = your_region.standing_chart(large, RULE)
    subtitle = " ".join(chart.to_dict()["title"]["subtitle"])
    assert "drawn as bins" in subtitle
    twin = charts.table(chart)
    ours = twin[twin["Whose"] == "your places"]
    assert len(ours) <= 30
    assert ours["Places"].sum() == (large.data.active_shops > 0).sum()
    steps = your_region.passing_chart(large, RULE, "annual_sales_rmb").to_dict()
    assert "steps are drawn" in " ".join(steps["title"]["subtitle"])
    report = your_region.report(large, RULE, "Large")
    assert report.numbers["places"] == len(report.answers) == 5000
    assert len(report.html) < 500_000


@pytest.fixture(scope="module")
def odd():
    """A table in which everything is odd: ten data with long names, and a kind of trouble in each."""
    names = [f"a_number_of_our_office_{k}" for k in range(10)]
    troubles = [
        "many",
        "12.5.1",
        "5-6",
        "²",
        "2024-05-12",
        "9 8",
        "10%",
        "x1y",
        "120 dozen",
        "1,2,3",
    ]
    rows = []
    for i in range(40):
        cells = [trouble if i == k else f"{100 + i}" for k, trouble in enumerate(troubles)]
        line = '","'.join([f"A place of a long name {i}", *cells])
        rows.append(f'"{line}"\n')
    text = f"village,{','.join(names)}\n{''.join(rows)}"
    columns = {name: name for name in names}
    return read(text, columns=columns, units=dict.fromkeys(names, 1), accept="unread")


@needs_chromium
@pytest.mark.full
def test_a_page_is_printed_on_two_sheets_at_most(fell, gull, delta, large, odd, chromium, tmp_path):
    own = {"key": "own", "source": "us", "year": 2026, "level": "place"}
    own["columns"] = {name: {"kind": "number"} for name in odd.layout.columns}
    own["all"] = [{"column": name, "at_least": 20 + k} for k, name in enumerate(own["columns"])]
    cases = [
        (places, rule) for places in (fell, gull, delta, large) for rule in (RULE, "wikipedia")
    ]
    cases += [(gull, "india-census-town-2001"), (odd, own)]
    words = "Four of sixteen places meet the rule, and three stay undetermined. " * 12
    for number, (places, rule) in enumerate(cases):
        report = your_region.report(
            places, rule, "A region", "A name", "Which?", words, "An office.", on="2026-05-01"
        )
        (tmp_path / f"{number}.html").write_text(report.html, encoding="utf-8")
        sheet = chromium.new_page()
        sheet.goto((tmp_path / f"{number}.html").as_uri())
        printed = sheet.pdf(prefer_css_page_size=True)
        sheet.close()
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) in (1, 2), (places.name, rule)


def test_a_rule_for_villages_on_districts_is_a_doubt():
    text = "county,households\nA,378422\nB,173176\nC,298472\n"
    places = read(text, columns={"households": "households"})
    with pytest.warns(UserWarning, match="the middle place has 298,472 households"):
        your_region.answered(places, RULE)
    assert "A doubt: the middle place has" in your_region.report(places, RULE, "Counties").markdown
    places = read("village,households\nA,378\nB,173\n", columns={"households": "households"})
    assert "A doubt" not in your_region.report(places, RULE, "Villages").markdown


# ---- the form


def values_of(form):
    return {control.description: control for control in form.children[:-2]}


def test_the_form_asks_and_writes_the_line_that_does_the_same():
    form = your_region.form(of_the_package("gull_islands"))
    controls, shown = values_of(form), form.children[-2]
    assert controls["rows of names"].value == "1"
    assert controls["names of places"].value == ("Island village",)
    assert controls["households"].value == "户数"
    assert all(control.description for control in form.children[:-2])
    assert "what does one mean?" in shown.value
    controls["one of annual e-commerce sales is"].value = "万元"
    controls["rows that are no places"].value = "18"
    controls["you accept"].value = ("repeats", "unread")
    assert "No question is open." in shown.value
    places = eval(
        line_of(form), {"your_region": your_region, "upload": of_the_package("gull_islands")}
    )
    assert len(places.data) == 16
    assert places.data.annual_sales_rmb.max() == 39_000_000


def test_in_the_form_other_rows_of_names_give_other_columns():
    text = "village,households,\n,2021,2022\nA,118,120\nB,79,80\n"
    form = your_region.form(upload(text))
    controls = values_of(form)
    assert controls["rows of names"].value == ""
    controls["rows of names"].value = "1, 2"
    assert controls["households"].options[-1] == "households: 2022"
    controls["households"].value = "households: 2022"
    assert "No question is open." in form.children[-2].value


def test_the_form_keeps_what_is_chosen_when_the_rows_of_names_change():
    text = "place,homes,year\nA,118,2021\nA,120,2022\nB,79,2022\n"
    controls = values_of(your_region.form(upload(text)))
    controls["households"].value = "homes"
    controls["only rows where"].value = "year"
    controls["names of places"].value = ("place",)
    controls["rows of names"].value = "2"
    assert controls["households"].value == "(none)"
    assert controls["names of places"].value == ()
    controls["rows of names"].value = "1"
    controls["households"].value = "homes"
    controls["names of places"].value = ("place",)
    controls["rows of names"].value = "1 "
    assert controls["households"].value == "homes"
    assert controls["names of places"].value == ("place",)


def test_the_form_asks_for_the_other_half_of_only_rows_where():
    text = "place,homes,year\nA,118,2021\nB,79,2022\n"
    form = your_region.form(upload(text))
    controls, shown = values_of(form), form.children[-2]
    assert "So far all rows are read." not in shown.value
    controls["only rows where"].value = "year"
    assert "Only rows where the column year says what?" in shown.value
    controls["this column says"].value = "2022"
    assert "So far all rows are read." not in shown.value
    assert "where=" in shown.value
    controls["only rows where"].value = "(none)"
    assert "Which column says 2022?" in shown.value


def test_the_values_of_the_controls_are_answers():
    values = {
        "header": "1, 2",
        "place": ("a", "b"),
        "aside": "suspected",
        "where": "year",
        "where (is)": "2022",
    }
    values |= {
        "decimal": ",",
        "accept": ("about",),
        "households": "x",
        "unit of households": "1_000",
    }
    layout = layout_of(values, ["households"])
    assert layout.answers() == {
        "header": [1, 2],
        "place": ["a", "b"],
        "aside": "suspected",
        "where": {"year": "2022"},
        "columns": {"households": "x"},
        "units": {"households": 1000},
        "decimal": ",",
        "accept": ["about"],
    }


def line_of(form):
    """The line of code that a form writes."""
    return html.unescape(re.search(r"<pre>(.*)</pre>", form.children[-2].value, re.S)[1])


def shown_in(form):
    """The names of the controls that are there."""
    return {name for name, c in values_of(form).items() if c.layout.display != "none"}


BY_HAND = {
    "unit_unknown": {"one of annual e-commerce sales is": "300_000_000"},
    "groups_and_sums": {"rows that are no places": "2, 5, 8", "active shops": "negozi", "one of active shops is": "1"},
    "two_rows_of_names": {"rows of names": "1, 2", "households": "Haushalte: 2022", "active shops": "Onlineshops: 2022"},
    "years_below": {"only rows where": "tahun", "this column says": "2022", "households": "jumlah kk"},
    "indicators_below": {"names of places": ("название",), "data are named in": "показатель", "and their numbers are in": "число", "households": "хозяйства", "population": "жители", "one of households is": "1", "one of population is": "1"},
    "turned": {"places stand side by side": True, "households": "households", "population": "population"},
    "a_row_a_shop": {"rows of names": "1", "names of places": ("pueblo",), "each row is one of": "active_shops"},
}  # fmt: skip
SHAPED = {
    "key": "shaped",
    "source": "us",
    "year": 2026,
    "all": [{"column": c, "at_least": 10} for c in ("households", "population", "active_shops", "annual_sales_rmb")],
}  # fmt: skip


@pytest.mark.parametrize("name", list(your_region.SHAPES))
def test_every_shape_of_the_lesson_is_answered_by_controls_alone(name, tmp_path):
    path = your_region.sample(name, tmp_path)
    form = your_region.form(path, SHAPED)
    controls = values_of(form)
    assert "Open questions" in form.children[-2].value
    for control, value in BY_HAND[name].items():
        assert control in shown_in(form), f"{control} is not there when it is needed"
        controls[control].value = value
    assert "No question is open." in form.children[-2].value
    by_form = eval(line_of(form), {"your_region": your_region})
    by_line = your_region.read(path, **your_region.SHAPES[name].answers)
    pd.testing.assert_frame_equal(by_form.data[by_line.data.columns], by_line.data)


def test_controls_are_there_where_a_question_speaks_of_them_and_more_shows_all():
    form = your_region.form(of_the_package("fell_district"))
    assert {"rows of names", "names of places", "households", "one of households is"} <= shown_in(
        form
    )
    assert not {"you accept", "only rows where", "rows that are no places"} & shown_in(form)
    values_of(form)["more answers"].value = True
    hidden = set(values_of(form)) - shown_in(form)
    assert hidden
    assert all(name.endswith(", everywhere") for name in hidden)  # for data that have no column
    form = your_region.form(of_the_package("gull_islands"))
    assert {"you accept", "rows that are no places", "rows that are places"} <= shown_in(form)
    assert "sheet" not in shown_in(form)
    coded = "村名,户数\n上想象村,400\n下想象村,300\n".encode("gb18030")
    form = your_region.form(upload(coded))
    assert "encoding" in shown_in(form)
    assert values_of(form)["encoding"].value == ""  # what is not sure is not chosen beforehand
    values_of(form)["encoding"].value = "gb18030"
    assert values_of(form)["households"].value == "户数"


@pytest.mark.parametrize(
    ("text", "control", "value", "part"),
    [
        ("village,households\nA,1\nB,2\nAll,3\n", "rows that are places", "4", "keep=[4]"),
        ("county,village,households\nX,A,1\n,B,5\n", "an empty cell repeats the name above", ("county",), "fill=['county']"),
        ("village,households\nA,12\nB,9999\n", "signs of a missing figure", "9999", "missing=['9999']"),
        ("village,households\nA,1.200\nB,300\n", "decimal sign", ",", "decimal=','"),
        ("village,households\nA,约30\n", "you accept", ("about",), "accept=['about']"),
        ("village~households\nA~12\n", "sign between cells", "~", "delimiter='~'"),
        ("village,households\nA,12\n", "administrative village, everywhere", "yes", "given={'administrative_village': True}"),
        ("village,households\nA,12\n", "active shops, everywhere", "30", "given={'active_shops': 30}"),
    ],
)  # fmt: skip
def test_every_control_writes_its_part_of_the_line(text, control, value, part):
    form = your_region.form(upload(text))
    if control not in shown_in(form):
        values_of(form)["more answers"].value = True
    if "county" in text:
        values_of(form)["names of places"].value = ("county", "village")
    assert control in shown_in(form)
    assert part not in line_of(form)
    values_of(form)[control].value = value
    assert part in line_of(form)
    assert control in shown_in(form)


OWN = {
    "key": "online-counties",
    "source": "our class",
    "year": 2026,
    "level": "place",
    "columns": {"internet_users": {"kind": "count"}, "enterprises": {"kind": "count"}},
    "all": [
        {"column": "internet_users", "per": "population", "at_least": "10%"},
        {"column": "enterprises", "at_most": 40},
    ],
}


def test_a_rule_asks_for_columns_of_ones_own():
    text = "county,people,online,firms\nA,1000,120,30\nB,2000,100,12\nC,1500,400,90\nD,900,200,\n"
    columns = {"population": "people", "internet_users": "online", "enterprises": "firms"}
    places = read(text, columns=columns, units=dict.fromkeys(columns, 1))
    assert your_region.answered(places, OWN).answer.tolist() == [
        "met",
        "not met",
        "not met",
        "undetermined",
    ]
    table = your_region.deciding(places, OWN)
    assert table[["met", "not_met", "undetermined", "stands_in_the_way"]].values.tolist() == [
        [3, 1, 0, 1],
        [2, 1, 1, 1],
    ]
    report = your_region.report(places, OWN, "Counties")
    assert dict(report.numbers) == {"places": 4, "met": 1, "not_met": 2, "undetermined": 1}
    assert "rises from 0 to 2" in report.pictures["passing"].to_dict()["description"]
    form = values_of(your_region.form(upload(text), OWN))
    assert "internet users" in form


HOMES, SHOPS, SALES = (
    {"column": "households", "at_least": 300},
    {"column": "active_shops", "at_least": 30},
    {"column": "annual_sales_rmb", "at_least": 10_000_000},
)


def holds(rule, flipped, place):
    """Whether a place with all its data meets a rule, judged by hand; one criterion has its other answer."""
    if "column" in rule:
        return (place[rule["column"]] >= rule["at_least"]) != (rule == flipped)
    if "not" in rule:
        return not holds(rule["not"], flipped, place)
    if "of" in rule:
        points = 0
        for part in rule["of"]:
            bare = {word: value for word, value in part.items() if word != "weight"}
            points += part.get("weight", 1) * holds(bare, flipped, place)
        return points >= rule["at_least"] if "at_least" in rule else points <= rule["at_most"]
    answers = [holds(part, flipped, place) for part in rule.get("all") or rule["any"]]
    return all(answers) if "all" in rule else any(answers)


@pytest.mark.parametrize(
    "rule",
    [
        {"all": [HOMES]},
        {"not": HOMES},
        {"any": [HOMES, {"not": SHOPS}]},
        {"not": {"all": [HOMES, {"not": {"any": [SHOPS, SALES]}}]}},
        {"at_least": 2, "of": [HOMES, SHOPS, SALES]},
        {"at_most": 1, "of": [HOMES, SHOPS, SALES]},
        {"at_least": 2, "of": [{**HOMES, "weight": 3}, {**SHOPS, "weight": -1}, {**SALES, "weight": 0.5}]},
        {"any": [{"all": [HOMES, SHOPS]}, {"all": [{"not": HOMES}, SALES]}]},
    ],
)  # fmt: skip
def test_in_any_form_of_rule_the_criterion_that_decides_is_found(rule):
    rows = []
    for number in range(8):  # every pattern of answers, each so many times as its number says
        homes, shops, sales = (number >> k & 1 for k in range(3))
        row = f"{300 if homes else 299},{30 if shops else 29},{10**7 if sales else 10**7 - 1}\n"
        rows += [f"P{len(rows) + k},{row}" for k in range(number + 1)]
    places = read(HEAD + "".join(rows), columns=COLUMNS, units=YUAN)
    table = your_region.deciding(places, {"key": "mine", "source": "us", "year": 2026} | rule)
    data = places.data.to_dict("records")
    criteria = {"households": HOMES, "active shops": SHOPS, "annual e-commerce sales": SALES}
    for words, row in table.iterrows():
        leaf = next(criteria[name] for name in criteria if words.startswith(name))
        pairs = [(holds(rule, None, place), holds(rule, leaf, place)) for place in data]
        assert row.met == sum(holds(leaf, None, place) for place in data)
        assert row.stands_in_the_way == sum(not now and other for now, other in pairs)
        assert row.carries == sum(now and not other for now, other in pairs)


def test_what_is_unknown_decides_only_where_all_completions_agree():
    content = HEAD + "A,,41,12000000\nB,300,,12000000\nC,,,5\n"
    places = read(content, columns=COLUMNS, units=YUAN, keep=[4])
    rule = {"key": "mine", "source": "us", "year": 2026, "at_least": 2, "of": [HOMES, SHOPS, SALES]}
    table = your_region.deciding(places, rule)
    assert table[["met", "not_met", "undetermined"]].values.tolist() == [
        [1, 0, 2],
        [1, 0, 2],
        [2, 1, 0],
    ]
    assert table.stands_in_the_way.tolist() == [0, 0, 0]
    assert table.carries.tolist() == [0, 0, 0]


def test_a_rule_with_one_criterion_has_its_curve():
    places = read(HEAD + BODY, columns=COLUMNS, units=YUAN)
    rule = {"key": "one", "source": "us", "year": 2026}
    rule["all"] = [{"column": "households", "at_least": 300}]
    met = your_region.passing(places, rule, "households", thresholds=[100, 250, 350, 900]).met
    assert met.tolist() == [3, 2, 1, 0]
    assert "passing" in your_region.report(places, rule, "One").pictures
