"""The data package: what it promises, and that a damaged copy is refused."""

import csv
import hashlib
import json
import re
import shutil

import pandas as pd
import pytest
from frictionless import Package, Resource

from taobaolab import datasets

STATUSES = {"reported", "counted", "derived", "estimated", "disputed", "made_for_teaching"}
NAMED_IN_THE_PLAN = [
    "villages_by_year",
    "villages_by_province",
    "villages_by_county",
    "list_turnover",
    "towns_by_year",
    "towns_2016",
    "products_2014",
    "shops_sales_jobs",
    "poverty_counties",
    "administrative_villages",
    "village_cases",
    "daji",
    "policy_events",
    "relations",
    "positions",
    "critiques",
    "context",
    "claims",
    "crosschecks",
    "entities",
    "sources",
]
WITHOUT_SOURCE = {"sources", "searches"}
PACKAGE = json.loads(datasets.read_text("datapackage.json"))
TABLES = {r["name"]: r for r in PACKAGE["resources"] if "schema" in r}


@pytest.fixture(scope="module")
def data(root):
    return root / "data"


def fields(name):
    return {f["name"]: f for f in TABLES[name]["schema"]["fields"]}


def resource(name, folder, **changes):
    """One table for frictionless, without its foreign keys: those are tested on the whole."""
    schema = {k: v for k, v in TABLES[name]["schema"].items() if k != "foreignKeys"}
    return Resource(
        {"name": name, "path": f"{name}.csv", "encoding": "utf-8", "schema": schema} | changes,
        basepath=str(folder),
    )


def test_the_tables_of_the_plan_are_there():
    assert set(NAMED_IN_THE_PLAN) <= set(TABLES)


def test_every_file_is_described_and_every_description_has_its_file(data):
    assert {r["path"] for r in PACKAGE["resources"]} == {p.name for p in data.iterdir()} - {
        "datapackage.json",
        "README.md",
    }


@pytest.mark.parametrize("name", [r["name"] for r in PACKAGE["resources"]])
def test_size_and_hash_are_those_of_the_file(data, name):
    described = next(r for r in PACKAGE["resources"] if r["name"] == name)
    content = (data / described["path"]).read_bytes()
    assert described["bytes"] == len(content), "run: python tools/make.py data"
    assert described["hash"] == "sha256:" + hashlib.sha256(content).hexdigest(), (
        "run: python tools/make.py data"
    )
    assert b"\r" not in content


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_a_meaning_a_unit_and_every_table_says_what_a_row_is(name):
    assert TABLES[name]["row"].startswith("one row is ")
    assert len(TABLES[name]["title"]) <= 48, "pandas would cut it in the catalog"
    for field in TABLES[name]["schema"]["fields"]:
        assert len(field["description"].split()) >= 2, field
        assert field["unit"], field
    assert TABLES[name]["schema"]["primaryKey"]


@pytest.mark.parametrize("name", TABLES)
def test_every_row_says_where_it_comes_from_and_what_it_rests_on(name):
    if name in WITHOUT_SOURCE:
        return
    table = datasets.load(name)
    assert table["source"].notna().all()
    invented = TABLES[name].get("theme") == "region"
    assert set(table["status"]) <= (
        {"made_for_teaching"} if invented else STATUSES - {"made_for_teaching"}
    )
    known = set(datasets.load("sources")["key"])
    assert set(datasets.cite(name).keys) <= known
    needs_note = table[table["status"].isin(["derived", "disputed"])]
    if "note" in table:
        assert needs_note["note"].notna().all(), needs_note


def test_no_source_is_an_orphan():
    used = {
        key for name in TABLES if name not in WITHOUT_SOURCE for key in datasets.cite(name).keys
    }
    used |= set(re.findall(r'^source = "(\w+)"', datasets.read_text("definitions.toml"), re.M))
    for table in TABLES:
        if "found_in" in fields(table):
            used |= {k for cell in datasets.load(table)["found_in"].dropna() for k in cell.split()}
    known = set(datasets.load("sources")["key"])
    assert sorted(known - used) == [], "no table uses these sources"
    assert sorted(used - known) == [], "these keys have no row in data/sources.csv"


def test_frictionless_finds_nothing_wrong(data):
    tables = [r for r in PACKAGE["resources"] if "schema" in r]
    report = Package(
        {"name": "tables", "resources": [dict(r) for r in tables]}, basepath=str(data)
    ).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])[:5]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.full
def test_a_damaged_copy_is_refused_with_row_and_column_named(data, tmp_path, name):
    """Fault by fault: a wrong type, a value out of range, a missing value, a key twice."""
    with (data / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    key = TABLES[name]["schema"]["primaryKey"][0]
    faults = {(header.index(key), ""): "missing key"}
    for column, field in fields(name).items():
        rule = field.get("constraints", {})
        if field["type"] in ("integer", "number", "boolean", "date"):
            faults[header.index(column), "many"] = "wrong type"
        if "enum" in rule:
            faults[header.index(column), "nonsense"] = "not in the list"
        if "minimum" in rule:
            faults[header.index(column), str(rule["minimum"] - 1)] = "too small"
        if "maximum" in rule:
            faults[header.index(column), str(rule["maximum"] + 1)] = "too large"
    for (place, value), fault in faults.items():
        broken = [list(r) for r in rows]
        broken[0][place] = value
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *broken])
        found = resource(name, tmp_path).validate().flatten(["rowNumber", "fieldName", "note"])
        assert any(row == 2 and column in (header[place], None) for row, column, _ in found), (
            fault,
            header[place],
            found,
        )
    with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows, rows[0]])
    notes = [
        note for *_, note in resource(name, tmp_path).validate().flatten(["rowNumber", "note"])
    ]
    assert "the same as in the row at position 2" in notes, notes


def test_a_key_without_a_source_is_refused(data, tmp_path):
    shutil.copytree(data, tmp_path / "data")
    path = tmp_path / "data" / "villages_by_year.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace(",PD20190802,", ",NOBODY,", 1), encoding="utf-8"
    )
    pair = [dict(TABLES[name]) for name in ("villages_by_year", "sources")]
    for table in pair:
        table.pop("hash"), table.pop("bytes")
    report = Package(
        {"name": "pair", "resources": pair}, basepath=str(tmp_path / "data")
    ).validate()
    assert any("NOBODY" in note for _, note in report.flatten(["rowNumber", "note"]))


def test_the_codebook_is_made_from_the_descriptor(data, make):
    assert (data / "README.md").read_text(encoding="utf-8") == make.codebook(PACKAGE), (
        "run: python tools/make.py data"
    )
    assert make.measured(json.loads(json.dumps(PACKAGE))) == PACKAGE, (
        "run: python tools/make.py data"
    )


def test_national_series():
    table = datasets.load("villages_by_year").set_index("year")["villages"]
    assert table.to_dict() == {
        2009: 3,
        2012: 14,
        2013: 20,
        2014: 212,
        2015: 780,
        2016: 1311,
        2017: 2118,
        2018: 3202,
        2019: 4310,
        2020: 5425,
        2021: 7023,
        2022: 7780,
    }


def test_increments_that_the_sources_print_fit_the_totals():
    table = datasets.load("villages_by_year").set_index("year")["villages"]
    assert [table[y] - table[y - 1] for y in (2018, 2020, 2021, 2022)] == [1084, 1115, 1598, 757]


def test_sums_of_the_complete_lists():
    totals = {2014: 212, 2015: 780, 2016: 1311}
    counties, provinces = datasets.load("villages_by_county"), datasets.load("villages_by_province")
    assert counties.groupby("year")["villages"].sum().to_dict() == totals
    complete = provinces[provinces["year"].isin(totals)]
    assert complete.groupby("year")["villages"].sum().to_dict() == totals
    assert complete.groupby("year").size().to_dict() == dict.fromkeys(totals, 31)
    per_province = (
        counties[counties["villages"] > 0].groupby(["year", "province"])["villages"].sum()
    )
    assert (
        per_province.to_dict()
        == complete[complete["villages"] > 0].set_index(["year", "province"])["villages"].to_dict()
    )
    assert counties["taobao_towns"].sum() == 135
    assert counties[counties["villages"] > 0].groupby("year").size().to_dict() == {
        2014: 80,
        2015: 181,
        2016: 221,
    }


def test_a_zero_stands_only_where_the_list_is_complete():
    provinces = datasets.load("villages_by_province")
    assert set(provinces[provinces["villages"] == 0]["year"]) == {2014, 2015, 2016}


def test_towns_products_turnover_and_denominators():
    towns = datasets.load("towns_2016")
    assert (
        len(towns),
        towns["villages"].sum() if "villages" in towns else towns["villages_2016"].sum(),
    ) == (135, 864)
    assert datasets.load("products_2014")["villages_fractional"].sum() == pytest.approx(212)
    assert datasets.load("administrative_villages")["village_committees"].sum() == 533_718
    turnover = datasets.load("list_turnover")
    assert (turnover["listed"] == turnover["kept"] + turnover["gone"]).all()
    national = turnover[turnover["level"] == "country"].set_index(
        ["from_year", "to_year", "matching"]
    )["gone"]
    assert national[2015, 2016, "printed_name"] == 53
    assert national[2015, 2016, "within_province_without_ending"] == 31
    counties = (
        turnover[turnover["level"] == "county"].groupby(["from_year", "to_year"])["gone"].sum()
    )
    assert counties.to_dict() == {(2014, 2016): 7, (2015, 2016): 31}
    assert datasets.load("towns_by_year").set_index("year")["taobao_towns"][2019] == 1118


def test_rival_and_wrong_figures_are_kept_and_marked():
    villages = datasets.load("villages_by_year").set_index("year")
    assert (villages["villages_rival"][2014], villages["villages_rival"][2016]) == (211, 1312)
    poverty = datasets.load("poverty_counties").set_index("year")
    assert (poverty["villages_national"][2018], poverty["villages_national_rival"][2018]) == (
        43,
        45,
    )
    shops = datasets.load("shops_sales_jobs")
    wrong = shops[shops["value"] == 29_600]
    assert wrong["status"].tolist() == ["disputed"]
    assert not wrong["adopted"].any()
    adopted = shops[shops["adopted"]]
    assert not adopted.duplicated(["year", "measure", "scope"]).any()


def test_the_ledger_is_whole():
    claims = datasets.load("claims")
    assert (len(claims), len(datasets.load("entities"))) == (220, 106)
    assert len(datasets.load("crosschecks")) == 53
    ids = set(claims["id"])
    assert all(set(cell.split()) <= ids for cell in datasets.load("crosschecks")["claims"])
    assert claims["wording"].dropna().str.split().str.len().max() <= 8


def test_cases_and_governance_are_whole():
    cases = datasets.load("village_cases")
    assert len(cases) == 66
    assert cases[cases["level"] == "village"]["name"].nunique() >= 25
    sizes = {
        name: len(datasets.load(name))
        for name in ("policy_events", "relations", "positions", "critiques")
    }
    assert sizes["policy_events"] == 61
    assert (sizes["relations"], sizes["positions"]) == (24, 38)
    assert sizes["critiques"] >= 68


@pytest.mark.parametrize("name", TABLES)
def test_a_qualifier_stands_exactly_where_its_number_does(name):
    table = datasets.load(name)
    for column in table:
        number = "value" if column == "qualifier" else column.removesuffix("_qualifier")
        if (
            (column == "qualifier" or column.endswith("_qualifier"))
            and number in table
            and column != "date_qualifier"
        ):
            assert (table[column].notna() == table[number].notna()).all(), column


def test_the_loader_obeys_the_descriptor():
    for name, described in TABLES.items():
        table = datasets.load(name)
        for field in described["schema"]["fields"]:
            kind = str(table[field["name"]].dtype)
            expected = {
                "string": "string",
                "integer": "Int64",
                "number": "Float64",
                "boolean": "boolean",
            }.get(field["type"], "datetime64")
            assert kind.startswith(expected), (name, field["name"], kind)
    assert datasets.load("villages_by_county")["adcode"].dropna().str.fullmatch(r"\d{6}").all()


def test_a_copy_is_fresh():
    spoilt = datasets.load("villages_by_year")
    spoilt.loc[:, "villages"] = 0
    assert (datasets.load("villages_by_year")["villages"] > 0).all()


def test_a_file_that_does_not_fit_its_descriptor_is_refused(monkeypatch, tmp_path, data):
    shutil.copytree(data, tmp_path / "data")
    path = tmp_path / "data" / "coastline.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("longitude", "length", 1), encoding="utf-8"
    )
    monkeypatch.setattr(datasets, "_folder", lambda: tmp_path / "data")
    with pytest.raises(
        ValueError,
        match=r"coastline\.csv is damaged in line 1: the columns \['longitude'\] are not there and nobody knows .*'length'",
    ):
        datasets._read.__wrapped__("coastline")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: datasets.load("village_by_year"), "Did you mean 'villages_by_year'"),
        (lambda: datasets.describe("daij"), "Did you mean 'daji'"),
        (lambda: datasets.cite("ALI2015"), "'ALI2016'"),
        (lambda: datasets.cite(pd.DataFrame({"a": [1]})), "no column 'source'"),
        (lambda: datasets.load("qqqq"), "catalog() lists them all"),
        (lambda: datasets.load(["daji"]), "There is no table ['daji']"),
        (
            lambda: datasets.cite(pd.DataFrame({"source": ["ALI2015"]})),
            "There is no source 'ALI2015'. Did you mean",
        ),
    ],
)
def test_a_wrong_name_gets_a_hint(call, words):
    with pytest.raises(KeyError) as caught:
        call()
    assert words in str(caught.value)


def test_cite_refuses_what_is_neither_a_name_nor_a_table():
    for wrong in (None, 1, ["ALI2016"]):
        with pytest.raises(TypeError, match="cite takes names of tables"):
            datasets.cite(wrong)


def test_catalog_lists_every_table_with_its_years_and_status():
    catalog = datasets.catalog()
    assert catalog.index.tolist() == list(TABLES)
    assert catalog.loc["villages_by_county", "years"] == "2014-2016"
    assert catalog.loc["villages_by_county", "rests on"] == "702 counted"


def test_describe_reads_well_as_text_and_as_a_page():
    book = datasets.describe("villages_by_year")
    assert "villages (villages, 0 or more): Taobao villages in the whole country" in str(book)
    assert "Beware: 2010 and 2011 are missing" in str(book)
    page = book._repr_html_()
    assert '<th scope="col"' in page
    assert page.count("<caption") == 1
    assert (
        book.columns["missing"].to_dict()
        == datasets.load("villages_by_year").isna().sum().to_dict()
    )


def test_cite_takes_tables_rows_and_keys():
    rows = datasets.load("villages_by_year").query("year == 2012")
    assert datasets.cite(rows).keys == ("BN13", "LEX2013")
    both = datasets.cite("ALI2016", rows)
    assert both.keys == ("ALI2016", "BN13", "LEX2013")
    assert str(both).count("\n") == 2
    assert both._repr_html_().count("<li>") == 3
    entries = re.findall(r"@misc\{(\w+),", datasets.cite("villages_by_year").bibtex())
    assert tuple(entries) == datasets.cite("villages_by_year").keys
    assert "year = {2016}" in datasets.cite("ALI2016").bibtex()


def test_no_quotation_has_slipped_in(data):
    """Notes are our own words: no long stretch between quotation marks, in any table."""
    for name in TABLES:
        table = datasets.load(name)
        for column in table.select_dtypes("string"):
            for cell in table[column].dropna():
                for words in re.findall(r"[“\"«]([^”\"»]+)[”\"»]", cell):
                    assert len(words.split()) <= 8, (name, column, words)
