"""The rules of evidence that a test can see: who speaks how often, what a rate rests on, what was looked for and when."""

import re
import shutil

import nbformat
import pandas as pd
import pytest

from taobaolab import checkup, datasets, evidence
from taobaolab.lessons import sustainability

RATED = {"list", "publication", "sales_window"}
ABSENT = re.compile(
    r"\bfound (?:no(?:thing|ne|body)?|neither)\b|\b(?:did|could) not find\b|\b(?:was|were) found after\b"
)


@pytest.fixture
def copied(monkeypatch, tmp_path, root):
    """A copy of the tables that a test may damage, read by the library in place of the published ones."""
    shutil.copytree(root / "data", tmp_path / "data")
    monkeypatch.setattr(datasets, "_folder", lambda: tmp_path / "data")
    return tmp_path / "data"


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


# ---- damage


@pytest.mark.parametrize(
    ("table", "old", "new", "words"),
    [
        (
            "villages_by_year",
            ",212,211,",
            ",abc,211,",
            ["line 5", "row 2014", "column villages", "'abc'", "whole number"],
        ),
        (
            "villages_by_year",
            ",212,211,",
            ",21.5,211,",
            ["row 2014", "column villages", "'21.5'", "whole number"],
        ),
        (
            "context",
            ",6.8307,",
            ",6;8307,",
            ["line 2", "row rmb_per_usd-2009", "column value", "'6;8307'", "no number"],
        ),
        (
            "shops_sales_jobs",
            ",true,LEX2013",
            ",yes,LEX2013",
            ["line 2", "column adopted", "'yes'", "true or false"],
        ),
        (
            "villages_by_year",
            "2022-06-30,day",
            "30.6.2022,day",
            ["row 2022", "column as_of", "'30.6.2022'", "date"],
        ),
        (
            "villages_by_region",
            "2016,northeast,",
            "2016,north-east,",
            ["line 4", "row 2016/north-east", "column region", "'north-east'", "none of the words"],
        ),
        (
            "studies",
            "S05,",
            ",",
            ["line 6", "column id", "the cell is empty"],
        ),
        (
            "conditions",
            "K02,",
            "K01,",
            ["line 3", "row K01", "column id", "a row above has the same key"],
        ),
    ],
)
def test_a_damaged_cell_is_told_with_file_row_column_and_value(copied, table, old, new, words):
    change(copied / f"{table}.csv", old, new)
    with pytest.raises(ValueError, match=rf"^{table}\.csv is damaged in line") as caught:
        datasets._read.__wrapped__(table)
    for word in [*words, "checkup()", "git checkout -- data"]:
        assert word in str(caught.value)


def test_a_row_with_a_cell_too_many_is_told_with_the_file(copied):
    change(copied / "daji.csv", "B01,Daji town,", "B01,Daji town,,")
    with pytest.raises(
        ValueError,
        match=r"^daji\.csv is damaged in line 2 \(row B01\): it has 15 cells and not 14\..*git checkout -- data",
    ):
        datasets._read.__wrapped__("daji")


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (None, FileNotFoundError, r"^daji\.csv is missing from the folder data\. .*git checkout"),
        (b"", ValueError, r"^daji\.csv is empty\. .*git checkout"),
        ("大集镇".encode("gb18030"), ValueError, r"^daji\.csv is not in UTF-8: .*git checkout"),
        (b"id;place\r\n", ValueError, r"^daji\.csv is damaged in line 1: its cells are not parted"),
        (b"place,id\n", ValueError, r"^daji\.csv is damaged in line 1: the columns \['place_zh'"),
    ],
)
def test_a_file_that_is_no_table_is_told_without_a_path(copied, content, error, words):
    path = copied / "daji.csv"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error, match=words) as caught:
        datasets._read.__wrapped__("daji")
    assert str(copied) not in str(caught.value)


def test_columns_in_another_order_are_told(copied):
    change(copied / "daji.csv", "id,place,", "place,id,")
    with pytest.raises(ValueError, match=r"line 1: its columns stand in another order"):
        datasets._read.__wrapped__("daji")


def test_a_mark_of_utf8_at_the_beginning_does_no_harm(copied):
    path = copied / "daji.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert datasets._read.__wrapped__("daji").equals(datasets.load("daji"))
    assert datasets.differing() == ()


def test_a_changed_digit_is_found_by_the_hash_and_by_nothing_else(copied):
    assert checkup.checkup().tables == ()
    change(copied / "villages_by_year.csv", ",7780,", ",7781,")
    assert datasets._read.__wrapped__("villages_by_year").villages.iloc[-1] == 7781
    (copied / "daji.csv").unlink()
    found = checkup.checkup()
    assert found.tables == ("villages_by_year.csv", "daji.csv")
    assert "Not as published: villages_by_year.csv, daji.csv." in repr(found)
    assert "%pip" not in repr(found)


def test_other_line_ends_are_no_change(copied):
    path = copied / "daji.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert datasets.differing() == ()


# ---- who speaks, and how often


def test_one_witness_is_one_voice_on_a_critique_however_many_rows_pass_it_on():
    rows = datasets.load("critiques")
    spoken = sustainability.voices(rows)
    assert not spoken.duplicated(["critique", "method_group", "scope", "witness"]).any()
    doubled = pd.concat([rows, rows[rows.side == "for"].assign(source="NC17")])
    assert len(sustainability.voices(doubled)) == len(spoken)


def test_one_text_on_one_place_is_not_two_rows_of_a_critique():
    rows = datasets.load("critiques")
    rows = rows[rows.side.isin(["for", "against"]) & rows.method_group.isin(["case", "account"])]
    again = rows.duplicated(["critique", "source", "place", "year", "side"], keep=False)
    assert rows[again].groupby(["critique", "source", "place"]).claim.nunique().gt(1).all()
    assert rows[rows.source == "SCMP13"].id.tolist() == ["D05"]


def test_what_one_person_says_is_a_statement_and_no_average():
    rows = datasets.load("critiques")
    one = rows[rows.note.fillna("").str.contains(r"\b[Oo]ne man\b|\bparty secretary\b")]
    assert {"D01", "D05"} <= set(one.id)
    assert set(one.method) == {"statement"}
    assert not one.claim.str.contains(r"\baverage seller\b").any()


def test_a_study_that_finds_two_things_has_a_row_for_each():
    rows = datasets.load("critiques").set_index("id")
    assert rows.loc["D91", ["critique", "side", "source"]].tolist() == [
        "who_gains",
        "against",
        "LHB21",
    ]
    assert rows.loc["D52", ["critique", "side", "source"]].tolist() == ["subsidies", "for", "LHB21"]
    assert rows.loc[["D38", "D39", "D92"], "source"].tolist() == ["LXT25"] * 3


# ---- dates


def test_every_count_says_what_its_date_is_the_date_of():
    table = datasets.load("villages_by_year").set_index("year")
    assert table.date_is.to_dict() == {
        2009: "looking_back",
        2012: "sales_year",
        **dict.fromkeys(range(2013, 2021), "list"),
        2021: "publication",
        2022: "sales_window",
    }
    assert table.status[2012] == "disputed"
    assert "BN13" in table.note[2012]


def test_a_count_that_looks_back_is_no_act_of_its_year():
    act = datasets.load("policy_events").set_index("id").loc["G05"]
    assert (act.year, act.month, act.source) == (2013, 8, "BN13")
    assert "阿里研究中心" in act.actor


# ---- where from


def numbers_of(table, key):
    """The figures of a row, as where_from should find them."""
    names = datasets.descriptor(table)["schema"]["primaryKey"]
    frame = datasets.load(table)
    row = frame[(frame[names].astype("string") == key.split("/")).all(axis=1)].iloc[0]
    kinds = {f["name"]: f["type"] for f in datasets.descriptor(table)["schema"]["fields"]}
    for column, value in row.dropna().items():
        if kinds[column] in ("integer", "number") and column not in evidence.origin.NO_FIGURES:
            yield column, value


@pytest.mark.full
def test_every_figure_that_the_lessons_rest_on_is_traced_in_one_call(root):
    asked = 0
    for path in sorted(root.glob("notebooks/*.ipynb")):
        for cell in nbformat.read(path, 4).cells:
            for entry in cell.metadata.get("rests_on", []):
                table, _, key = entry.partition("/")
                if entry.startswith("cell:") or table in (
                    "definitions",
                    "sources",
                    "glossary",
                    "trails",
                ):
                    continue
                for column, value in numbers_of(table, key):
                    found = evidence.where_from(f"{value:,}").rows
                    hit = found[
                        (found.table == table) & (found.row == key) & (found.column == column)
                    ]
                    assert len(hit) == 1, (path.name, entry, column)
                    assert hit.source.item()
                    assert hit.locator.item()
                    asked += 1
    assert asked > 100


@pytest.mark.parametrize(
    ("figure", "about", "row"),
    [
        ("1.8 billion", "", "daji/B25"),
        ("RMB 1,800 million", "", "daji/B25"),
        ("7,780", "", "villages_by_year/2022"),
        (7780, "villages", "villages_by_year/2022"),
        ("5.3%", "income", "studies/S05"),
        ("56.7 million", "", "critiques/D56"),
        ("about 45,000", "", "daji/B03"),
    ],
)
def test_a_figure_is_found_as_a_lesson_prints_it(figure, about, row):
    rows = evidence.where_from(figure, about).rows
    assert row in set(rows.table + "/" + rows.row)


def test_a_row_gives_all_its_figures_with_the_status_and_the_source_of_each():
    rows = evidence.where_from("village_cases/V01a").rows.set_index("column")
    assert rows.status.to_dict() == {
        "households": "reported",
        "ecommerce_households": "reported",
        "annual_sales_rmb": "disputed",
    }
    counts = evidence.where_from("villages_by_year/2016").rows.set_index("column").source
    assert counts[["villages", "villages_rival", "counties"]].tolist() == [
        "QZ2016",
        "ROSTER",
        "CNS2016 ROSTER",
    ]


def test_a_figure_that_no_table_has_is_not_invented():
    found = evidence.where_from("38,064")
    assert found.rows.empty
    assert "no table prints it" in str(found)
    assert "no table prints it" in found._repr_html_()


def test_many_places_are_shown_in_part_and_told_to_be_narrowed(monkeypatch):
    monkeypatch.setattr(evidence.origin, "SHOWN", 5)
    found = evidence.where_from(100)
    assert len(found.rows) > evidence.origin.SHOWN
    assert f"and {len(found.rows) - evidence.origin.SHOWN} more" in str(found)
    assert found._repr_html_().count("<tr>") == evidence.origin.SHOWN + 1
    fewer = evidence.where_from(100, about="Dinglou").rows
    assert fewer.what.str.contains("Dinglou").all()
    assert len(fewer) < len(found.rows)


@pytest.mark.parametrize(
    ("wrong", "error"), [("many", ValueError), ("daji/B99", KeyError), ("nothing/X", KeyError)]
)
def test_what_is_no_figure_and_no_row_is_refused(wrong, error):
    with pytest.raises(error):
        evidence.where_from(wrong)


# ---- sources


def test_every_source_has_an_address_a_copy_or_a_reason_and_a_day():
    table = datasets.load("sources").set_index("key")
    assert table.looked_at.between("2026-11-22", "2026-12-31").all()
    assert (table.not_found_at.dropna() > table.looked_at[table.not_found_at.notna()]).all()
    nowhere = table[table.url.isna() & table["copy"].isna()]
    assert nowhere.no_address.notna().all()
    assert table[table.url.notna() | table["copy"].notna()].no_address.isna().all()
    assert len(nowhere) <= 16
    assert all(
        datasets.address(row)
        for row in table.astype(object).where(table.notna(), None).to_dict("records")
    )


def test_a_doi_in_an_address_stands_in_its_column_too():
    table = datasets.load("sources")
    linked = table[table.url.fillna("").str.startswith("https://doi.org/")]
    assert (linked.doi == linked.url.str.removeprefix("https://doi.org/")).all()


def test_what_was_counted_from_lists_says_how_to_count_it_again():
    for name in (
        "villages_by_county",
        "list_turnover",
        "towns_2016",
        "products_2014",
        "daji_lists",
    ):
        book = datasets.describe(name)
        assert len(book.steps) >= 3
        assert "To count it again, 1: " in str(book)
        assert "<ol>" in book._repr_html_()
    counted = datasets.load("villages_by_county").query("status == 'counted'").source.unique()
    assert counted.tolist() == ["ROSTER"]


# ---- what was looked for


def silent_cells(root):
    """The cells of lessons that say that something was not found, with the searches that they name."""
    for path in sorted(root.glob("notebooks/*.ipynb")):
        for cell in nbformat.read(path, 4).cells:
            if cell.cell_type == "markdown" and ABSENT.search(cell.source):
                yield f"{path.stem}, cell {cell.id}", cell.metadata.get("searched", [])


def test_every_we_found_nothing_names_a_search_with_its_day(root):
    searches = datasets.load("searches").set_index("id")
    cells = dict(silent_cells(root))
    assert len(cells) > 20
    assert [name for name, named in cells.items() if not named] == []
    for name, named in cells.items():
        assert set(named) <= set(searches.index), name
    assert searches.day.notna().all()


def test_no_search_is_logged_for_nothing(root):
    named = {
        key
        for path in root.glob("notebooks/*.ipynb")
        for cell in nbformat.read(path, 4).cells
        for key in cell.metadata.get("searched", [])
    }
    used_elsewhere = {"H22"}  # what leaked into the ledger, looked up again
    assert set(datasets.load("searches").id) == named | used_elsewhere


# ---- the five documents


def met_in_a_lesson(root):
    """The arguments that a lesson meets, each with the cell that is named; None where there is no such cell."""
    table = datasets.load("document_arguments").dropna(subset=["cell"])
    cells = {
        path: {cell.id: cell for cell in nbformat.read(root / path, 4).cells}
        for path in table.met_in.unique()
    }
    return [(row, cells[row.met_in].get(row.cell)) for row in table.itertuples()]


def test_the_arguments_are_those_of_the_five_documents():
    documents = datasets.load("document_arguments").document
    assert documents.value_counts().to_dict().keys() == {
        "abstract2025",
        "habr2017",
        "wikipedia",
        "worldbank2019",
        "li2017",
    }


def test_an_argument_is_met_in_a_lesson_or_it_is_said_why_not():
    table = datasets.load("document_arguments")
    both = table[table.cell.notna() & table.why_not.notna()]
    assert both.id.tolist() == []
    left_out = table[table.cell.isna()]
    assert left_out[left_out.why_not.fillna("").str.split().str.len() <= 5].id.tolist() == []


def test_the_words_by_which_an_argument_is_met_stand_in_the_cell_that_is_named(root):
    wrong = []
    for row, cell in met_in_a_lesson(root):
        place = f"row {row.id} of document_arguments: {row.met_in}, cell {row.cell}"
        if cell is None:
            wrong.append(f"{place}: there is no such cell")
        elif row.words not in cell.source.replace("\n", " "):
            wrong.append(f"{place} has no {row.words!r}: quote words that stand there")
    assert wrong == []


def test_an_argument_is_met_by_learners_and_not_by_the_teacher_alone(root):
    for row, cell in met_in_a_lesson(root):
        assert "teacher" not in cell.metadata.get("tags", []), (row.id, row.cell)


def test_what_a_lesson_quotes_of_the_bank_stands_in_a_row_that_says_how_far_it_was_read():
    rows = datasets.load("conditions").set_index("id")
    assert set(rows.source[["K10", "K11", "K12"]]) == {"XHDE19"}
    assert "chapter that we did not read" in rows.note["K09"]
