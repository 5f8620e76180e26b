"""Every kind of file: what is no table is refused in words, encodings are shown, spreadsheets read as people see them."""

import io
import subprocess
import sys
import zipfile

import pandas as pd
import pytest

from taobaolab.lessons import your_region
from taobaolab.lessons.your_region import RegionError
from taobaolab.lessons.your_region.spreadsheets import as_text
from tests.lessons.your_region.tables import (
    BODY,
    COLUMNS,
    HEAD,
    YUAN,
    asked,
    read,
    refused,
    upload,
    values,
    workbook,
)


def test_a_missing_file_is_named_with_the_nearest_names(tmp_path):
    (tmp_path / "my_table.csv").write_text("a")
    with pytest.raises(RegionError, match="there is no such file") as caught:
        your_region.read(tmp_path / "my_tabel.csv")
    assert "did you mean 'my_table.csv'?" in str(caught.value)
    (tmp_path / "sub").mkdir()
    with pytest.raises(RegionError, match="there is no table in it"):
        your_region.read(tmp_path / "sub" / "x.csv")
    with pytest.raises(RegionError, match="a folder, not a file"):
        your_region.read(tmp_path)


@pytest.mark.parametrize("source", [None, 7, "", "  ", pd.DataFrame({"a": [1]}), b"a,b"])
def test_what_is_no_path_is_refused_with_a_way_out(source):
    with pytest.raises(RegionError, match="nothing was read") as caught:
        your_region.read(source)
    assert "to_csv" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "problem", "advice"),
    [
        (b"", "the file is empty", "names of the columns"),
        (b"\n \r\n\t\n", "the file is empty", "names of the columns"),
        (b"\xef\xbb\xbf", "the file is empty", "names of the columns"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a picture (PNG), whatever its name says", "as CSV"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture (JPEG), whatever its name says", "as CSV"),
        (b"GIF89a\0\0", "a picture (GIF), whatever its name says", "as CSV"),
        (b"%PDF-1.7 ...", "a PDF, whatever its name says", "into a spreadsheet"),
        (b"PAR1\0\0", "a Parquet file, whatever its name says", "scan_parquet"),
        (b"\x1f\x8b\x08\0", "a compressed file (gzip), whatever its name says", "unpack"),
        (b"<!DOCTYPE html><table>", "a web page (HTML) or XML, whatever its name says", "as CSV"),
        (b"PK\x03\x04 broken", "a damaged zip or spreadsheet", "save it again"),
        (b"\xd0\xcf\x11\xe0 broken", None, "Save the sheet as CSV"),
        (b"village,shops\n", "it has names only", "a place in each row"),
        (b"village,shops\n\n,\n", "it has names only", "a place in each row"),
    ],
)
def test_files_that_are_no_table(content, problem, advice):
    (finding,) = refused(content)
    assert finding.about == "the file"
    assert problem is None or finding.problem == problem
    assert advice in finding.advice


def test_a_zip_is_refused_with_what_is_in_it():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("inside.csv", "a,b")
    (finding,) = refused(file.getvalue())
    assert finding.problem == "a zip, not a table"
    assert "inside.csv" in finding.advice


def test_a_file_that_is_too_large_is_sent_to_polars_and_duckdb(tmp_path, monkeypatch):
    monkeypatch.setattr("taobaolab.lessons.your_region.files.LARGEST", 20)
    (tmp_path / "big.csv").write_text(HEAD + BODY)
    with pytest.raises(RegionError, match="too large to keep every cell beside") as caught:
        your_region.read(tmp_path / "big.csv")
    for word in ("polars.scan_csv", "duckdb", "your_region.tally"):
        assert word in str(caught.value)


def test_a_notebook_shows_the_message_and_no_traceback():
    code = "from taobaolab.lessons import your_region\nyour_region.read('there_is_none.csv')\n"
    shell = f"from IPython.core.interactiveshell import InteractiveShell as S; s = S(); s.run_cell({code!r})"
    out = subprocess.run(
        [sys.executable, "-c", shell], capture_output=True, text=True, check=False
    ).stdout
    assert "there is no such file" in out
    assert "Traceback" not in out
    assert "line " not in out


# ---- encodings


CHINESE = "村名,户数,网店\n上想象村,400,41\n下想象村,300,20\n"
SHOPS = {"households": "户数", "active_shops": "网店"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_sure(encoding):
    places = read(CHINESE.encode(encoding), columns=SHOPS)
    assert places.data.place.tolist() == ["上想象村", "下想象村"]
    assert values(places, "households") == [400, 300]


@pytest.mark.parametrize(
    ("encoding", "text", "name"),
    [
        ("gb18030", CHINESE, "上想象村"),
        ("cp1251", "Деревня,Население\nДальняя,40\nБлижняя,50\nГорная,70\n", "Дальняя"),
        ("cp949", "읍면,인구\n가나면,3100\n다라읍,5200\n마바면,2000\n", "가나면"),
        ("cp932", "市町村,世帯数\n青木村,1200\n赤石町,3400\n", "青木村"),
        ("cp1252", "Dorf,Läden\nSchöngrün,12\nÜberall,9\n", "Schöngrün"),
    ],
)
def test_other_encodings_are_shown_with_names_and_asked(encoding, text, name):
    (question,) = asked(text.encode(encoding), "encoding")
    assert question.answer == {"encoding": encoding}
    assert text.split(",")[0] in question.advice or "Läden" in question.advice
    header = text.splitlines()[0].split(",")[1]
    places = read(text.encode(encoding), encoding=encoding, columns={"x": header}, units={"x": 1})
    assert places.data.place.iloc[0] == name


def test_one_damaged_byte_damages_one_cell():
    content = CHINESE.encode().replace("下".encode(), "下".encode()[:2]) + b"Z,1\x002,5\n"
    assert not asked(content, "encoding", columns=SHOPS)
    places = read(content, columns=SHOPS, accept="unread")
    assert values(places, "households") == [400, 300, None]
    assert any(f.about == "the file" and f.rows == 2 for f in places.found)


def test_an_encoding_that_is_wrong_or_none():
    assert refused(HEAD + BODY, encoding="utf-99")[0].problem == "there is no encoding 'utf-99'"
    found = refused(CHINESE.encode("gb18030"), encoding="utf-8")[0]
    assert "it is not utf-8" in found.problem


# ---- what separates the cells


@pytest.mark.parametrize("sign", [";", "\t", "|", ","])
def test_delimiters_are_found(sign):
    places = read((HEAD + BODY).replace(",", sign), columns=COLUMNS, units=YUAN)
    assert values(places, "households") == [400, 300, 200]


def test_semicolons_win_over_decimal_commas_and_the_line_of_excel_is_heeded():
    text = "Dorf;Umsatz;Haushalte\nA;1,5;3\nB;2,5;4\nC;2,25;5\n"
    places = read(text, columns={"annual_sales_rmb": "Umsatz"}, units={"annual_sales_rmb": 10**6})
    assert values(places, "annual_sales_rmb") == [1.5e6, 2.5e6, 2.25e6]
    places = read(
        "sep=;\nvillage;population\nA, the first;12\n", columns={"population": "population"}
    )
    assert places.data.values.tolist() == [["A, the first", 12]]


def test_one_column_asks_what_separates_the_cells():
    text = "village~households\nAlpha~120\nBeta~80\n"
    (question,) = asked(text, "delimiter")
    assert question.answer == {"delimiter": "~"}
    assert values(
        read(text, delimiter="~", columns={"households": "households"}), "households"
    ) == [120, 80]
    wide = "village      households\nAlpha        120\nBeta town    80\n"
    (question,) = asked(wide, "delimiter")
    places = read(wide, **question.answer, columns={"households": "households"})
    assert places.data.place.tolist() == ["Alpha", "Beta town"]
    assert refused(text, delimiter="ab")[0].problem == "delimiter is 'ab'"


def test_an_open_quotation_mark_is_refused():
    (finding,) = refused('village,shops\nA,1\n"B,2\n' + "C,3\n" * 700)
    assert "more than 2,000 letters" in finding.problem


# ---- spreadsheets


ROWS = [["村名", "户数", "网店"], ["上村", 400, 41.0], ["下村", 300, "约20"]]


def test_a_spreadsheet_is_read_as_its_cells():
    places = read(
        workbook(("notes", [["About"]]), ("data", ROWS)), "m.xlsx", columns=SHOPS, accept="unread"
    )
    assert values(places, "households") == [400, 300]
    assert any(f.problem == "'data' was read" and "'notes'" in f.advice for f in places.found)
    (question,) = asked(workbook(("a", ROWS), ("b", ROWS)), "sheet", "m.xlsx")
    assert question.answer == {"sheet": "a"}
    assert refused(workbook(("a", ROWS)), "m.xlsx", sheet="c")[0].problem == "no sheet 'c'"
    assert refused(workbook(("a", [])), "m.xlsx")[0].problem == "the file is empty"
    hidden = workbook(("old", ROWS), ("data", ROWS), states=("old",))
    assert not [f for f in refused(hidden, "m.xlsx") if f.about == "sheet"]


def test_percent_formats_hidden_rows_and_formulas_are_seen():
    share = '<c s="1"><v>0.125</v></c>'
    rows = [
        ["village", "households", "trading"],
        ["A", 240, share],
        ["B", 310, '<c s="1"><v>0.1</v></c>'],
    ]
    answers = {
        "columns": {"households": "households", "ecommerce_households": "trading"},
        "units": {"ecommerce_households": "% of households"},
    }
    places = read(workbook(("a", rows)), "m.xlsx", **answers)
    assert values(places, "ecommerce_households") == [30, 31]
    hidden = workbook(("a", ROWS), hidden_rows=(2,), hidden_columns=(3,))
    questions = refused(hidden, "m.xlsx", columns=SHOPS)
    assert any(f.answer == {"aside": [2]} for f in questions)
    places = read(hidden, "m.xlsx", columns=SHOPS, keep=[2], accept="unread")
    assert any("1 hidden column" in f.problem for f in places.found)
    empty = [["village", "households"], ["A", 12], ["B", "<c><f>B2*2</f><v></v></c>"]]
    places = read(workbook(("a", empty)), "m.xlsx", columns={"households": "households"}, keep=[3])
    assert values(places, "households") == [12, None]
    assert any("1 formula without a stored result" in f.problem for f in places.found)


def test_cells_of_spreadsheets_are_what_people_see():
    assert [as_text(v) for v in (120.0, 79.999999999, 3.9157, True)] == [
        "120",
        "80",
        "3.9157",
        "yes",
    ]
    assert as_text(0.1, percent=True) == "10%"
    assert as_text(pd.Timestamp("2024-05-12").to_pydatetime()) == "2024-05-12"


def test_a_spreadsheet_without_its_reader_is_refused_with_two_ways_out(monkeypatch):
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    (finding,) = refused(workbook(("a", ROWS)), "m.xlsx")
    assert finding.problem == "a spreadsheet, and what reads it is not installed"
    assert "pip install" in finding.advice
    assert "save the sheet as CSV" in finding.advice


def test_questions_says_the_same_and_never_raises(tmp_path):
    found = your_region.questions(tmp_path / "none.csv")
    assert found[["problem"]].values.tolist() == [["there is no such file"]]
    text = HEAD + BODY
    assert your_region.questions(upload(text), columns=COLUMNS, units=YUAN).empty
    assert your_region.questions(upload(b"\x89PNG")).about.tolist() == ["the file"]
