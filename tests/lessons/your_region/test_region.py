"""Your own region: every kind of bad file gets its word, no cell is lost, and the report says what was computed."""

import csv
import html.parser
import io
import json
import re
import subprocess
import sys
import zipfile

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from taobaolab import charts, datasets
from taobaolab.definition import check, explain, get_definition, teaching_villages
from taobaolab.lessons import your_region as region
from taobaolab.lessons.your_region import RegionError, cells

HEAD = "village,households,shops,sales\n"
BODY = "Alpha,400,41,12000000\nBeta,300,20,9000000\nGamma,200,,11000000\n"
MAP = {
    "place": "village",
    "households": "households",
    "active_shops": "shops",
    "annual_sales_rmb": "sales",
}
RULE = "aliresearch-2022"
SURE = {"administrative_village": True, "residents_committee": False}


def upload(content, name="mine.csv"):
    return {"name": name, "content": content.encode() if isinstance(content, str) else content}


def read(content, name="mine.csv", **how):
    return region.read(upload(content, name), **how)


def said(faults):
    return [(f.column, f.problem, f.rows) for f in faults]


def refusal(content, name="mine.csv", **how):
    with pytest.raises(RegionError) as caught:
        read(content, name, **how)
    (fault,) = caught.value.problems
    assert fault.advice
    assert fault.stops
    return fault.column, fault.problem, fault.advice


def mapped(cells, datum="active_shops", header="shops", **how):
    """The values that one column of cells becomes, and what is said of it."""
    file = io.StringIO()
    csv.writer(file).writerows([["village", header], *([f"P{i}", c] for i, c in enumerate(cells))])
    places = region.mapped(read(file.getvalue()), {"place": "village", datum: header}, **how)
    values = [None if v is pd.NA else v for v in places.data[datum]]
    return values, [f for f in places.faults if f.column == datum], places


# ---- files that are no tables


def test_a_missing_file_is_named_with_the_nearest_names(tmp_path):
    (tmp_path / "my_table.csv").write_text("a")
    with pytest.raises(RegionError, match="there is no such file") as caught:
        region.read(tmp_path / "my_tabel.csv")
    assert "Did you mean 'my_table.csv'?" in str(caught.value)
    (tmp_path / "sub").mkdir()
    with pytest.raises(RegionError, match="There is no table in that folder"):
        region.read(tmp_path / "sub" / "x.csv")


def test_a_folder_is_refused_with_what_is_in_it(tmp_path):
    (tmp_path / "in.csv").write_text("a")
    with pytest.raises(RegionError, match="a folder, not a file") as caught:
        region.read(tmp_path)
    assert "in.csv" in str(caught.value)


@pytest.mark.parametrize("source", [None, 7, "", "  ", pd.DataFrame({"a": [1]}), b"a,b"])
def test_what_is_no_path_is_refused_with_a_way_out(source):
    with pytest.raises(RegionError, match="nothing was read") as caught:
        region.read(source)
    assert "to_csv" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "problem", "advice"),
    [
        (b"", "the file is empty", "names of the columns"),
        (b"\n \r\n\t\n", "the file is empty", "names of the columns"),
        (b"\xef\xbb\xbf", "the file is empty", "names of the columns"),
        (
            b"\x89PNG\r\n\x1a\n\0\0",
            "a picture (PNG), whatever its name says",
            "save the table itself as CSV",
        ),
        (
            b"\xff\xd8\xff\xe0\0\x10JFIF",
            "a picture (JPEG), whatever its name says",
            "save the table itself as CSV",
        ),
        (b"GIF89a\0\0", "a picture (GIF), whatever its name says", "save the table itself as CSV"),
        (b"%PDF-1.7 ...", "a PDF, not a table of text", "into a spreadsheet"),
        (b"PAR1\0\0", "a Parquet file, not a table of text", "scan_parquet"),
        (b"\x1f\x8b\x08\0", "a compressed file (gzip), not a table of text", "unpack"),
        (
            b"<!DOCTYPE html><table>",
            "a web page (HTML) or XML, whatever its name says",
            "save it as CSV",
        ),
        (b"PK\x03\x04 broken", "a damaged zip or spreadsheet", "save it again"),
        (b"\xd0\xcf\x11\xe0 broken", None, "Save the sheet as CSV"),
        (b"abc\0def\n1,2\n" + b"x" * 400, "not text: it holds zero bytes", "save it as CSV"),
        (
            b"village,shops\n",
            "it has a header only: row 1 holds the names village, shops",
            "a place in each row",
        ),
        (
            b"village,shops\n\n,\n",
            "it has a header only: row 1 holds the names village, shops",
            "a place in each row",
        ),
        (b"\xff\xfea", "it looks like UTF-16, but its end or a part is damaged", "CSV (UTF-8)"),
    ],
)
def test_files_that_are_no_table(content, problem, advice):
    name, found, hint = refusal(content)
    assert name == "mine.csv"
    assert problem is None or found == problem
    assert advice in hint


def test_a_zip_is_refused_with_what_is_in_it():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("inside.csv", "a,b")
    _, problem, advice = refusal(file.getvalue())
    assert problem == "a zip, not a table"
    assert "inside.csv" in advice


def test_a_file_that_is_too_large_is_sent_to_polars_and_duckdb(tmp_path, monkeypatch):
    monkeypatch.setattr("taobaolab.lessons.your_region.files.LARGEST", 20)
    (tmp_path / "big.csv").write_text(HEAD + BODY)
    with pytest.raises(RegionError, match="too large to keep every cell beside") as caught:
        region.read(tmp_path / "big.csv")
    for word in ("polars.scan_csv", "duckdb", "your_region.tally"):
        assert word in str(caught.value)


def test_look_says_the_same_and_never_raises(tmp_path):
    found = region.look(tmp_path / "none.csv")
    assert found[["problem", "stops"]].values.tolist() == [["there is no such file", True]]
    assert region.look(upload(HEAD + BODY)).empty
    assert region.look(upload(b"\x89PNG")).stops.tolist() == [True]


def test_a_notebook_shows_the_message_and_no_traceback():
    code = "from taobaolab.lessons import your_region as region\nregion.read('there_is_none.csv')\n"
    shell = f"from IPython.core.interactiveshell import InteractiveShell as S; s = S(); s.run_cell({code!r})"
    out = subprocess.run(
        [sys.executable, "-c", shell], capture_output=True, text=True, check=False
    ).stdout
    assert "there is no such file" in out
    assert "Traceback" not in out
    assert "line " not in out


# ---- encodings, delimiters


CHINESE = "村名,户数,网店\n上想象村,400,41\n下想象村,300,20\n"


@pytest.mark.parametrize(
    ("encoding", "how"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16")],
)  # fmt: skip
def test_chinese_is_read_from_every_usual_encoding(encoding, how):
    table = read(CHINESE.encode(encoding))
    assert table.rows.columns.tolist() == ["村名", "户数", "网店"]
    assert table.rows["村名"].tolist() == ["上想象村", "下想象村"]
    assert table.how.startswith(how)
    said_so = [f for f in table.faults if "not UTF-8" in f.problem]
    assert len(said_so) == (how != "UTF-8")
    assert all("'村名'" in f.examples for f in said_so)


@pytest.mark.parametrize(
    "text",
    [
        "Dorf,Läden\nSchöngrün,12\nÜberall,9\n",
        "pueblo,tiendas\nAñejo,3\nPeñón,9\n",
        "commune,magasins\nForêt-Égée,4\nÎle,5\n",
    ],
)
def test_western_european_letters_are_not_taken_for_chinese(text):
    table = read(text.encode("latin-1"))
    assert table.rows.iloc[:, 0].tolist() == [line.split(",")[0] for line in text.splitlines()[1:]]
    assert any(
        f.problem == "read as Western European (cp1252), not UTF-8" and 'encoding="..."' in f.advice
        for f in table.faults
    )


def test_russian_bytes_are_not_taken_for_chinese_and_can_be_named():
    content = "деревня,дворы\nДальняя,40\nБлижняя,50\n".encode("cp1251")
    assert read(content).how.startswith("Western European")
    assert read(content, encoding="cp1251").rows.iloc[0, 0] == "Дальняя"


def test_an_encoding_that_is_wrong_or_none():
    assert refusal(HEAD + BODY, encoding="utf-99")[1] == "there is no encoding 'utf-99'"
    assert "it is not utf-8" in refusal(CHINESE.encode("gb18030"), encoding="utf-8")[1]


@pytest.mark.parametrize(
    ("sign", "word"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars"), (",", "commas")]
)
def test_delimiters_are_found(sign, word):
    table = read((HEAD + BODY).replace(",", sign))
    assert table.rows.shape == (3, 4)
    assert table.how.endswith(word)


def test_semicolons_win_over_decimal_commas_and_the_excel_line_is_heeded():
    assert read("Dorf;Umsatz;Haushalte\nA;1,5;3\nB;2,5;4\nC;2,25;5\n").rows.shape == (3, 3)
    table = read("sep=;\nvillage;shops\nA, the first;1\n")
    assert table.rows.values.tolist() == [["A, the first", "1"]]


def test_a_delimiter_can_be_named_and_nonsense_is_refused():
    assert read("village^shops\nA^1\n", delimiter="^").rows.shape == (1, 2)
    assert refusal(HEAD + BODY, delimiter="ab")[1] == "delimiter is 'ab'"
    assert ("mine.csv", "only one column", None) in said(read("village^shops\nA^1\n").faults)


# ---- headers, sums, empty rows


def test_two_rows_of_names_are_joined():
    table = read("Place,Households,Online,\n,,shops,sales\nA,400,41,100\nB,300,20,90\n")
    assert table.rows.columns.tolist() == ["Place", "Households", "Online: shops", "Online: sales"]
    assert table.header == (1, 2)
    assert len(table.rows) == 2
    assert any(
        f.problem == "names in rows 1 and 2" and "header=2" in f.advice for f in table.faults
    )


def test_units_below_the_names_are_joined():
    table = read("村名,户数,销售额\n,户,万元\n上村,40,120\n下村,50,130\n")
    assert table.rows.columns.tolist() == ["村名", "户数 (户)", "销售额 (万元)"]
    assert region.suggested(table).units == {"annual_sales_rmb": "万元"}


def test_the_header_can_be_named():
    text = "a title of the table,,\nvillage,shops,sales\nA,1,2\n"
    table = read(text)
    assert table.header == (2,)
    assert table.aside[["row", "why"]].values.tolist() == [[1, "above the names"]]
    assert read(text, header=1).header == (1,)
    assert read("x,y\nvillage,shops\nA,1\n", header=(1, 2)).rows.columns.tolist() == [
        "x: village",
        "y: shops",
    ]
    assert refusal(text, header=9)[1] == "header is 9"


def test_no_names_at_all_is_said_and_no_row_is_taken_for_names():
    table = read("Alpha,400,41\nBeta,300,20\n")
    assert table.rows.columns.tolist() == ["column 1", "column 2", "column 3"]
    assert len(table.rows) == 2
    assert ("mine.csv", "no row of names was found", None) in said(table.faults)


def test_equal_and_missing_names():
    table = read("village,shops,shops,,shops (2)\nA,1,2,3,4\n")
    assert (
        table.rows.columns.tolist() == ["village", "shops", "shops (3)", "column 4", "shops (2)"]
        or table.rows.columns.is_unique
    )
    assert table.rows.iloc[0].tolist() == ["A", "1", "2", "3", "4"]
    assert ("shops", "more than one column of this name", None) in said(table.faults)
    assert ("mine.csv", "1 column without a name", None) in said(table.faults)


@pytest.mark.parametrize(
    "word", ["Total", "合计", "合计/Total", "TOTAL:", "总计", "Gesamt", "Итого", "Sum"]
)
def test_a_sum_is_set_aside_and_can_be_kept(word):
    text = f"{HEAD}{BODY}{word},900,61,32000000\n"
    table = read(text)
    assert len(table.rows) == 3
    assert table.aside[["row", "why"]].values.tolist() == [[5, "a sum, by its name"]]
    (fault,) = [f for f in table.faults if f.column == "rows"]
    assert "keep=[5]" in fault.advice
    assert len(read(text, keep=[5]).rows) == 4


def test_a_village_whose_name_begins_like_a_sum_stays():
    assert len(read(HEAD + BODY + "Totalville,1,1,1\nSumner,1,1,1\n").rows) == 5


def test_notes_below_and_names_repeated_are_set_aside():
    table = read(HEAD + BODY + HEAD + "Delta,1,2,3\n,,,\nSource: the office of the county,,,\n")
    assert dict(zip(table.aside.row, table.aside.why, strict=True)) == {
        5: "the names once more",
        8: "a note below the table",
    }
    assert table.rows.index.tolist() == [2, 3, 4, 6]


def test_empty_rows_and_columns_at_the_end():
    table = read("village,shops,,\nA,1,,\n,,,\nB,2,,\n,,,\n,,,\n")
    assert table.rows.shape == (2, 2)
    assert ("mine.csv", "empty: 3 rows and 2 columns", None) in said(table.faults)
    assert table.cells.shape == (6, 4)


def test_rows_of_another_length_are_named_and_kept():
    table = read("village,shops\nA,1\nB,1,200\nC\n")
    (fault,) = [f for f in table.faults if "longer or shorter" in f.problem]
    assert fault.examples == ("row 3: 3 cells", "row 4: 1 cell")
    assert table.cells.loc[3].tolist() == ["B", "1", "200"]
    assert table.rows.loc[3].tolist() == ["B", "1", "200"]


def test_an_open_quotation_mark_is_noticed():
    table = read('village,shops\nA,1\n"B,2\n' + "C,3\n" * 700)
    assert any("more than 2,000 letters" in f.problem for f in table.faults)


# ---- cells


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["120", "7"], [120, 7]),
        (["1,200", "12,000"], [1200, 12000]),
        (["1.200", "300"], [1200, 300]),
        (["1 200", "1\u00a0200", "1\u202f200", "1'200"], [1200] * 4),
        (["12,34,567"], [1234567]),
        (["１２０"], [120]),
        (["120.0", "1.2e3"], [120, 1200]),
        (["30家", "40 shops"], [30, 40]),
        (["", "-", "n/a", "不详", "NaN", "..", "#N/A"], [None] * 7),
    ],
)
def test_counts_as_people_write_them(cells, values):
    found, _, places = mapped(cells)
    assert found == values
    unread = places.changed[places.changed.how == "unread"]
    assert unread.empty


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1.200,50", "1.200"], [1200.5, 1200]),
        (["1,200.50", "1,200"], [1200.5, 1200]),
        (["12,5", "1.200"], [12.5, 1200]),
        (["12.5", "1.200"], [12.5, 1.2]),
        (["1.200.000"], [1200000]),
        (["0,125"], [0.125]),
    ],
)
def test_the_decimal_sign_is_read_from_the_column(cells, values):
    assert mapped(cells, "annual_sales_rmb", "sales")[0] == values


def test_a_number_that_can_mean_two_things_is_unknown_until_it_is_said():
    values, faults, _ = mapped(["1.200", "300"], "annual_sales_rmb", "sales")
    assert values == [None, 300]
    assert ("annual_sales_rmb", "not read: it can mean 1,200 or 1.2", 1) in said(faults)
    assert 'decimal="."' in faults[0].advice
    assert mapped(["1.200", "300"], "annual_sales_rmb", "sales", decimal=",")[0] == [1200, 300]
    assert mapped(["1.200", "300"], "annual_sales_rmb", "sales", decimal=".")[0] == [1.2, 300]
    values, faults, _ = mapped(["12,5", "12.5", "1,200"], "annual_sales_rmb", "sales")
    assert values == [12.5, 12.5, None]
    assert faults[0].problem == "both points and commas are decimal signs"


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("2024-05-12", "it is a date; a spreadsheet may have made it of a number"),
        ("12-May", "it is a date; a spreadsheet may have made it of a number"),
        ("5月12日", "it is a date; a spreadsheet may have made it of a number"),
        ("12/5/2024", "it is a date; a spreadsheet may have made it of a number"),
        ("many", "it is no number"),
        ("30-50", "it holds more than one number"),
        ("30 and 20", "it holds more than one number"),
        ("12,5,3", "its points and commas do not fit the other cells of the column"),
        ("40 cats", "it holds 'cats'"),
        ("约30", "a rough figure"),
        ("30+", "a rough figure"),
        ("about 30", "a rough figure"),
        ("> 30", "a rough figure"),
        ("30左右", "a rough figure"),
        ("3 万", "a unit of its own"),
        ("1.2亿", "a unit of its own"),
        ("2 thousand", "a unit of its own"),
        ("45%", "a share"),
        ("$30", "an amount in $"),
        ("9" * 400, "it is larger than anything countable"),
    ],
)
def test_a_cell_that_cannot_be_read_surely_is_unknown_and_named(cell, why):
    values, faults, places = mapped(["20", cell])
    assert values == [20, None]
    (fault,) = faults
    assert fault.problem == f"not read: {why}"
    assert fault.rows == 1
    assert fault.examples == (f"row 3: {cell!r}",)
    assert not fault.stops
    assert "until then it is unknown" in fault.advice
    assert places.changed[["row", "place", "cell", "how"]].values.tolist() == [
        [3, "P1", cell, "unread"]
    ]


def test_units_in_cells_and_rough_figures_need_your_word():
    cells = ["120 万", "1.2亿", "约300", "5 thousand"]
    values, faults, places = mapped(cells, "annual_sales_rmb", "sales", accept=["units", "about"])
    assert values == [1_200_000, 120_000_000, 300, 5000]
    assert places.changed.how.tolist() == ["unit", "unit", "about", "unit"]
    assert any("with your consent" in f.problem and f.rows == 3 for f in faults)
    assert mapped(cells, "annual_sales_rmb", "sales", accept="units")[0] == [
        1_200_000,
        120_000_000,
        None,
        5000,
    ]
    assert mapped(cells, "annual_sales_rmb", "sales", accept="about")[0] == [None, None, 300, None]


@pytest.mark.parametrize(
    ("header", "unit", "value"),
    [
        ("销售额(万元)", "万元", 1_200_000),
        ("销售额（亿元）", "亿元", 12_000_000_000),
        ("销售额/千元", "千元", 120_000),
        ("Sales (thousand yuan)", "thousand yuan", 120_000),
        ("Sales in million RMB", "million RMB", 120_000_000),
        ("Sales ('000)", "'000", 120_000),
        ("Umsatz (Mio.)", "Mio.", 120_000_000),
        ("Sales (lakh)", "lakh", 12_000_000),
    ],
)
def test_a_unit_in_the_header_stops_until_it_is_agreed_to(header, unit, value):
    with pytest.raises(RegionError, match="nothing was converted") as caught:
        mapped(["120"], "annual_sales_rmb", header)
    (fault,) = caught.value.problems
    assert fault.problem == f"the header {header!r} says {unit!r}"
    assert f"units={{'annual_sales_rmb': {unit!r}}} multiplies by {value // 120:,}" in fault.advice
    values, faults, _ = mapped(
        ["120"], "annual_sales_rmb", header, units={"annual_sales_rmb": unit}
    )
    assert values == [value]
    assert any(f.problem.startswith("converted with your consent") and f.rows == 1 for f in faults)
    assert mapped(["120"], "annual_sales_rmb", header, units={"annual_sales_rmb": 1})[0] == [120]


@pytest.mark.parametrize(
    "header",
    [
        "sales (2023)",
        "annual_sales_rmb",
        "Sales (RMB)",
        "销售额(元)",
        "online sales",
        "Sales (net)",
    ],
)
def test_a_header_without_a_unit_that_changes_anything_stops_nothing(header):
    assert mapped(["120"], "annual_sales_rmb", header)[0] == [120]


def test_a_unit_in_a_cell_is_not_multiplied_again_by_that_of_the_header():
    values, _, _ = mapped(
        ["120", "120 万"],
        "annual_sales_rmb",
        "销售额(万元)",
        units={"annual_sales_rmb": "万元"},
        accept="units",
    )
    assert values == [1_200_000, 1_200_000]


def test_another_currency_needs_a_rate():
    with pytest.raises(RegionError, match="no RMB") as caught:
        mapped(["2"], "annual_sales_rmb", "Sales (million USD)")
    assert "1,000,000 times the RMB that one usd was worth" in str(caught.value)
    assert mapped(
        ["2"], "annual_sales_rmb", "Sales (million USD)", units={"annual_sales_rmb": 7_100_000}
    )[0] == [14_200_000]


def test_shares_become_numbers_of_the_whole():
    text = "village,households,e-commerce households (%)\nA,200,12\nB,,12\nC,200,108\nD,150,7%\nE,90,\n"
    columns = {
        "place": "village",
        "households": "households",
        "ecommerce_households": "e-commerce households (%)",
    }
    with pytest.raises(RegionError, match="takes it as a share of the households"):
        region.mapped(read(text), columns)
    places = region.mapped(read(text), columns, units={"ecommerce_households": "%"})
    assert places.data.ecommerce_households.tolist()[:1] == [24]
    assert places.data.ecommerce_households.isna().tolist() == [False, True, True, False, True]
    assert (
        places.data.ecommerce_households.iloc[3] == 10
    )  # 7% of 150 is 10.5, rounded to an even household
    assert any(f.problem == "shares that give no number" and f.rows == 2 for f in places.faults)
    with pytest.raises(RegionError, match="map another column"):
        mapped(["12"], "active_shops", "shops (%)")


def test_impossible_values_are_unknown_and_named():
    values, faults, places = mapped(["-3", "12.5", "3000000000", "20"])
    assert values == [None, None, None, 20]
    assert [(f.problem, f.rows) for f in faults] == [
        ("negative", 1),
        ("impossibly large", 1),
        ("not a whole number", 1),
    ]
    assert faults[0].examples == ("row 2 (P0): '-3'",)
    assert set(places.changed.how) == {"impossible"}
    assert mapped(["0", "1"], "households", "households")[0] == [None, 1]


def test_more_of_a_part_than_of_the_whole_leaves_both_unknown():
    text = "village,households,trading\nA,100,101\nB,100,100\n"
    places = region.mapped(
        read(text),
        {"place": "village", "households": "households", "ecommerce_households": "trading"},
    )
    assert places.data.households.isna().tolist() == [True, False]
    assert places.data.ecommerce_households.isna().tolist() == [True, False]
    assert ("ecommerce_households", "more than households", 1) in said(places.faults)


def test_odd_but_possible_values_are_named_and_stay():
    text = HEAD + "Alpha,10,101,12000000\nBeta,10,100,12000000\nbeta ,20,5,1\n,30,5,1\n"
    places = region.mapped(read(text), MAP)
    assert ("active_shops", "very many for so few households", 1) in said(places.faults)
    assert ("place", "'Beta' stands more than once", 2) in said(places.faults)
    assert ("place", "no name", 1) in said(places.faults)
    assert places.data.place.tolist() == ["Alpha", "Beta", "beta", "row 5"]
    assert places.data.active_shops.tolist() == [101, 100, 5, 5]


def test_sales_that_look_like_ten_thousands_are_doubted():
    text = HEAD + "".join(f"P{i},400,41,{n}\n" for i, n in enumerate((1200, 900, 1100, 5000)))
    places = region.mapped(read(text), MAP)
    (fault,) = [f for f in places.faults if "below 100,000" in f.problem]
    assert 'units={"annual_sales_rmb": "万元"}' in fault.advice
    assert region.mapped(read(HEAD + BODY), MAP).faults == ()


def test_yes_and_no_in_several_languages():
    text = "village,rural\n" + "".join(
        f"P{i},{w}\n" for i, w in enumerate(["是", "Yes", "否", "no", "perhaps", "", "да", "nein"])
    )
    places = region.mapped(read(text), {"place": "village", "rural": "rural"})
    assert [None if v is pd.NA else v for v in places.data.rural] == [
        True,
        True,
        False,
        False,
        None,
        None,
        True,
        False,
    ]
    assert ("rural", "not read: it is neither yes nor no", 1) in said(places.faults)


# ---- mapping


@pytest.mark.parametrize(
    ("header", "datum"),
    [
        ("户数", "households"), ("Households", "households"), ("Number of households", "households"), ("hogares", "households"),
        ("Haushalte 2023", "households"), ("rumah tangga", "households"), ("世帯数", "households"), ("househoulds", "households"),
        ("网店数量", "active_shops"), ("online shops", "active_shops"), ("Onlineshops", "active_shops"), ("tiendas", "active_shops"),
        ("销售额（万元）", "annual_sales_rmb"), ("Turnover (thousand)", "annual_sales_rmb"), ("chiffre d'affaires", "annual_sales_rmb"),
        ("电商户数", "ecommerce_households"), ("人口", "population"), ("Einwohner", "population"), ("居委会", "residents_committee"),
        ("村名", "place"), ("Name of village", "place"), ("Gemeinde", "place"), ("no", ""), ("remarks", ""), ("year", ""), ("id", ""),
    ],
)  # fmt: skip
def test_columns_are_suggested_by_name_in_several_languages(header, datum):
    guess = region.suggested(
        read(f"key,{header}\nA,1\nB,2\n".replace("key", "k" if datum != "place" else "x"))
    )
    held = {h: d for d, h in guess.columns.items()}
    assert held.get(header, "") == datum


def test_of_two_columns_that_fit_equally_neither_is_taken():
    guess = region.suggested(read("village,shops,online shops\nA,1,2\nB,1,3\n"))
    assert "active_shops" not in guess.columns
    assert guess.table["may hold"].tolist() == [
        "place",
        "active_shops, or another column",
        "active_shops, or another column",
    ]


def test_a_column_of_words_names_the_places_where_no_name_says_so():
    assert region.suggested(read("x,shops\nAlpha,1\nBeta,2\n")).columns["place"] == "x"


@pytest.mark.parametrize(
    ("columns", "more", "problem", "advice"),
    [
        ({}, {}, "they are not named", "columns={'place': 'village'"),
        (None, {}, "they are not named", "households"),
        ({"shops": "active_shops"}, {}, "no datum of a definition", "active_shops"),
        ({"active_shops": "shopps"}, {}, "no column 'shopps'", "Did you mean 'shops'?"),
        ({"active_shop": "shops"}, {}, "no datum of a definition", "Did you mean 'active_shops'?"),
        ({"active_shops": "shops", "households": "shops"}, {}, "stands for two data", "one"),
        (MAP, {"units": {"active_shops": "dozen"}}, "no unit 'dozen'", "10_000"),
        (MAP, {"units": {"active_shops": 0}}, "no unit 0", "10_000"),
        (MAP, {"units": {"active_shops": "USD"}}, "no unit 'USD'", "a factor"),
        (
            MAP,
            {"units": {"rural": "万"}},
            "in units=, but not a number that is mapped",
            "households",
        ),
        (
            MAP,
            {"given": {"rurall": True}},
            "in given=, but no datum of a definition",
            "Did you mean 'rural'?",
        ),
        (MAP, {"given": {"rural": "yes"}}, "given as 'yes'", "True"),
        (MAP, {"given": {"population": "many"}}, "given as 'many'", "a number"),
        (MAP, {"given": {"households": 3}}, "both in columns= and in given=", "keep one"),
        (MAP, {"accept": "all"}, "'all' is not understood", "about"),
        (MAP, {"decimal": ";"}, "';' is no decimal sign", 'decimal=","'),
    ],
)
def test_odd_requests_are_refused_in_words(columns, more, problem, advice):
    with pytest.raises(RegionError, match="nothing was converted") as caught:
        region.mapped(read(HEAD + BODY), columns, **more)
    assert any(f.problem == problem and advice in f.advice for f in caught.value.problems), str(
        caught.value
    )


# ---- nothing is lost


CELLS = st.one_of(
    st.sampled_from(["", " ", "120 万", "1,200", "1.200,50", "45%", "约30", "n/a", "-3", "2024-01-02", "合计", "<b>", 'a "b"', "x\ny", "１２", "1e5"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8),
)  # fmt: skip


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=7))
@settings(max_examples=80, derandomize=True)
@example([["", "", "²"], ["", "", "①"], ["", "", "½"]])
def test_no_cell_is_lost(rows):
    file = io.StringIO(newline="")
    csv.writer(file).writerows([["village", "shops", "households"], *rows])
    written = list(csv.reader(io.StringIO(file.getvalue(), newline="")))
    source = upload(file.getvalue(), "x.csv")
    found = region.look(source, delimiter=",", header=1)
    if found.stops.any():
        assert found.problem.str.startswith("it has a header only").all()
        return
    table = region.read(source, delimiter=",", header=1)
    assert [r for r in table.cells.values.tolist() if any(r)] == [r for r in written if any(r)]
    kept = set(table.rows.index) | set(table.aside.row) | {1}
    assert all(
        not any(c.strip() for c in table.cells.loc[i]) for i in table.cells.index if i not in kept
    )
    columns = {"place": "village"} | {
        d: c
        for d, c in (("active_shops", "shops"), ("households", "households"))
        if c in table.rows
    }
    if "village" not in table.rows or len(columns) < 2:
        return
    places = region.mapped(table, columns, accept=["units", "about"])
    assert places.data.index.equals(table.rows.index)
    listed = places.changed.set_index(["row", "datum"])
    for datum, column in columns.items():
        if datum == "place":
            continue
        for i, cell in table.rows[column].items():
            value = places.data.at[i, datum]
            if (i, datum) in listed.index:
                assert listed.loc[[(i, datum)], "cell"].iloc[0] == cell
            elif value is not pd.NA:
                assert (
                    float(
                        cell.strip().translate(str.maketrans("０１２３４５６７８９", "0123456789"))
                    )
                    == value
                )
            else:
                assert cells.number(cell).how in ("missing",), cell


# ---- answers


@pytest.fixture(scope="module")
def fell():
    table = region.read(upload(datasets.read_text("fell_district.csv"), "fell_district.csv"))
    return region.mapped(table, region.suggested(table).columns)


@pytest.fixture(scope="module")
def gull():
    table = region.read(upload(datasets.read_text("gull_islands.csv"), "gull_islands.csv"))
    guess = region.suggested(table)
    return region.mapped(table, guess.columns, guess.units, accept=["units", "about"], given=SURE)


@pytest.fixture(scope="module")
def delta():
    table = region.read(upload(datasets.read_text("lantern_delta.csv"), "lantern_delta.csv"))
    guess = region.suggested(table)
    return region.mapped(table, guess.columns, guess.units, given=SURE)


def test_the_samples_are_what_they_promise(fell, gull, delta, make):
    assert fell.faults == ()
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
        answers = region.answered(places, RULE)
        asked = get_definition(RULE).columns
        for i, row in places.data.iterrows():
            alone = explain(RULE, {c: (None if row[c] is pd.NA else row[c]) for c in asked})
            assert answers.at[i, "answer"] == alone.verdict
            assert answers.at[i, "find_out"] == (alone.find_out or "")


def test_the_deciding_criterion_by_brute_force(fell, gull):
    for places in (fell, gull):
        table = region.deciding(places, RULE)
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
    table = region.passing(fell, RULE, "active_shops", thresholds=[99, 100, 101])
    for bound, met in table.itertuples(index=False):
        moved = get_definition(RULE).moved("active_shops", at_least=int(bound))
        assert met == int(check(fell.data, moved, look=False).met.sum())


def test_wordings_agree_with_each_definition(fell):
    table = region.wordings(fell)
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
        region.wordings(fell, "hamlet")


def test_unknown_says_why(gull):
    table = region.unknown(gull, RULE)
    assert table.loc["active shops", ["unknown", "why"]].tolist() == [
        3,
        "1 empty, 1 could not be read, 1 impossible",
    ]
    assert table.find_first.sum() == (region.answered(gull, RULE).answer == "undetermined").sum()
    assert "no such column" in region.unknown(gull, "xing528-2018").loc["registered shops", "why"]


def test_standing_by_hand(fell):
    table = region.standing(fell, RULE)
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
    strict = region.standing(fell, "wikipedia").loc["active shops", "reach_it"]
    assert (
        strict == (fell.data.active_shops > 100).sum() == table.loc["active shops", "reach_it"] - 1
    )
    with pytest.raises(ValueError, match="records know active_shops"):
        region.records("joy")


@pytest.mark.parametrize("measure", ["active_shops", "households", "annual_sales_rmb"])
def test_charts_say_what_the_tables_say(fell, gull, delta, measure):
    for places in (fell, gull, delta):
        chart = region.standing_chart(places, RULE, measure)
        table = region.standing(places, RULE)
        spec = chart.to_dict()
        row = table[table.places == places.data[measure].notna().sum()]
        assert len(row) >= 1
        assert f"{places.data[measure].notna().sum()} places" in spec["description"]
        twin = charts.table(chart)
        assert len(twin) == (places.data[measure] > 0).sum() + len(region.records(measure))
        assert charts.still(spec)


def test_the_curve_of_bounds_is_that_of_sensitivity(fell):
    for column, per in (
        ("active_shops", None),
        ("active_shops", "households"),
        ("annual_sales_rmb", None),
    ):
        spec = region.passing_chart(fell, RULE, column, per).to_dict()
        at = float(get_definition(RULE).threshold(column, per).bound)
        now, half = region.passing(fell, RULE, column, per, [at, at / 2]).met
        assert f"{now} of 24 places pass; at half of it, {half}" in spec["title"]["text"]
        assert charts.still(spec)
    assert '"step-before"' in json.dumps(region.passing_chart(fell, RULE).to_dict())
    assert '"step-after"' in json.dumps(region.passing_chart(fell, "wikipedia").to_dict())


def test_nothing_to_compare_is_said(fell):
    bare = region.mapped(fell.table, {"place": "village", "rural": "rural"})
    with pytest.raises(ValueError, match="nothing to compare"):
        region.standing_chart(bare, RULE)
    assert region.standing(bare, RULE).empty
    assert set(region.answered(bare, RULE).answer) == {"undetermined"}


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
        assert region.tally(table, "wikipedia") == expected, name


def test_tally_knows_other_names_and_empty_tables():
    table = pl.DataFrame({"shops": [100, 99, None], "sales": [2e7, 2e7, 2e7]})
    names = {"active_shops": "shops", "annual_sales_rmb": "sales"}
    assert region.tally(table, "world-bank-2018", names) == {
        "met": 1,
        "not met": 1,
        "undetermined": 1,
    }
    assert region.tally(table.lazy().head(0), "world-bank-2018", names) == {
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
        report = region.report(places, RULE, "A region", about="counted by nobody")
        count = region.answered(places, RULE).answer.value_counts()
        expected = {
            "places": len(places.data),
            "met": count["met"],
            "not_met": count["not met"],
            "undetermined": count.get("undetermined", 0),
        }
        assert dict(report.numbers) == expected
        sentence = f"Of {expected['places']} places, {expected['met']} meet the rule and {expected['not_met']} do not; {expected['undetermined']} stay undetermined"
        text = " ".join(page(report).text)
        assert sentence in text
        assert sentence in report.markdown
        assert report.tables["Which criterion decides"].equals(region.deciding(places, RULE))
        assert report.tables["What is not known"].equals(region.unknown(places, RULE))
        for fault in places.faults:
            assert fault.problem in text
        assert "Made for teaching: the places of this table are invented." in text
        for key in datasets.cite(region.records("active_shops")).keys:
            assert f"[{key}]" in text
        raw = [c for c in report.answers if c.startswith("in the file: ")]
        assert (
            report.answers[raw]
            .set_axis(places.table.rows.columns, axis="columns")
            .equals(places.table.rows)
        )


def test_text_from_outside_is_harmless():
    bad = "<script>alert(1)</script>"
    text = f'village,households,shops,sales\n{bad},400,41,12000000\n"[x](javascript:1) | *b* `c`",300,120,9000000\n'
    places = region.mapped(read(text, name=f"{bad}.csv"), MAP, given=SURE)
    report = region.report(places, RULE, bad, author=bad, question=bad, conclusion=bad, about=bad)
    reader = page(report)
    assert "script" not in reader.tags
    assert reader.outside == []
    assert "".join(reader.text).count("<script>") >= 6
    assert "<script" not in report.markdown
    assert r"\](javascript" in report.markdown
    assert not re.search(r"(?<!\\)\]\(javascript", report.markdown)
    assert "<script" not in report._repr_html_()
    for shown in (places.table, places, region.suggested(places.table)):
        assert "<script" not in shown._repr_html_()


def test_in_a_notebook_a_report_stands_below_the_heading_of_its_section(gull):
    report = region.report(gull, RULE, "What the table says")
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
    for line in [*region.report(gull, RULE, "A | B").markdown.splitlines(), ""]:
        if line.startswith("|"):
            block.append(line)
        elif block:
            assert len({len(re.findall(r"(?<!\\)\|", row)) for row in block}) == 1
            block = []


def test_the_files_are_written_and_written_again_with_the_same_bytes(gull, tmp_path):
    report = region.report(gull, RULE, "Gull Islands", on="2026-05-01")
    files = report.save(tmp_path / "out")
    assert files == [
        "report.html",
        "report.md",
        "passing.png",
        "standing.png",
        "answers.csv",
        "findings.csv",
    ]
    first = {name: (tmp_path / "out" / name).read_bytes() for name in files}
    assert (
        region.report(gull, RULE, "Gull Islands", on="2026-05-01").save(tmp_path / "out") == files
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
    report = region.report(gull, RULE, "Gull Islands")
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
    places = region.mapped(read(HEAD + BODY), MAP)
    report = region.report(places, mine, "Mine")
    assert dict(report.numbers) == {"places": 3, "met": 0, "not_met": 0, "undetermined": 3}
    assert report.pictures == ()
    assert "The rule: my office &lt;b&gt; (2026)." in report.html
    assert "the table has no such column" in report.markdown


# ---- samples, spreadsheets


def test_a_sample_is_put_into_your_folder_once(tmp_path):
    path = region.sample("fell_district", tmp_path / "new")
    assert path.read_text(encoding="utf-8") == datasets.read_text("fell_district.csv")
    path.write_text("changed")
    assert region.sample("fell_district", tmp_path / "new").read_text() == "changed"
    with pytest.raises(RegionError, match="gull_islands"):
        region.sample("gul", tmp_path)


def workbook(*sheets):
    """A spreadsheet file (.xlsx) as small as can be: text and numbers."""
    from xml.sax.saxutils import escape

    def cell(v):
        return (
            f"<c><v>{v}</v></c>"
            if isinstance(v, (int, float))
            else f'<c t="inlineStr"><is><t>{escape(v)}</t></is></c>'
        )

    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    pack = "http://schemas.openxmlformats.org/package/2006"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        types = "".join(
            f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for i in range(1, len(sheets) + 1)
        )
        made.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{pack}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{types}</Types>',
        )
        made.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{pack}/relationships"><Relationship Id="r" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        named = "".join(
            f'<sheet name="{name}" sheetId="{i}" r:id="r{i}"/>'
            for i, (name, _) in enumerate(sheets, 1)
        )
        made.writestr(
            "xl/workbook.xml",
            f'<workbook {main} xmlns:r="{rel}"><sheets>{named}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="r{i}" Type="{rel}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in range(1, len(sheets) + 1)
        )
        made.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{pack}/relationships">{links}</Relationships>',
        )
        for i, (_, rows) in enumerate(sheets, 1):
            body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
            made.writestr(
                f"xl/worksheets/sheet{i}.xml",
                f"<worksheet {main}><sheetData>{body}</sheetData></worksheet>",
            )
    return file.getvalue()


ROWS = [["村名", "户数", "网店"], ["上村", 400, 41.0], ["下村", 300.5, "约20"]]


def test_a_spreadsheet_is_read_as_its_cells():
    pytest.importorskip("python_calamine")
    table = read(workbook(("notes", []), ("data", ROWS), ("old", ROWS)), "mine.xlsx")
    assert table.rows.values.tolist() == [["上村", "400", "41"], ["下村", "300.5", "约20"]]
    assert ("mine.xlsx", "2 sheets, of which 'data' was read", None) in said(table.faults)
    assert read(workbook(("a", ROWS), ("b", ROWS[:2])), "m.xlsx", sheet="b").rows.shape == (1, 3)
    assert refusal(workbook(("a", ROWS)), "m.xlsx", sheet="c")[1] == "no sheet 'c'"
    assert refusal(workbook(("a", [])), "m.xlsx")[1] == "the file is empty"


def test_a_spreadsheet_without_its_reader_is_refused_with_two_ways_out(monkeypatch):
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    _, problem, advice = refusal(workbook(("a", ROWS)), "m.xlsx")
    assert problem == "a spreadsheet, and what reads it is not installed"
    assert "pip install" in advice
    assert "save the sheet as CSV" in advice


# ---- the room


def test_the_room_imports_no_engine_and_nothing_heavy_until_it_is_used():
    code = "import sys, taobaolab.lessons.your_region; print(*{m.split('.')[0] for m in sys.modules} & {'polars', 'duckdb', 'vl_convert', 'python_calamine', 'scipy', 'ipywidgets'})"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
        == []
    )


@pytest.mark.parametrize(
    "header", ["village,Households (dozens),shops", "village,Households (2023),shops"]
)
def test_words_in_brackets_that_are_no_unit_are_kept_in_the_name(header):
    table = read(f"{header}\nA,10,1\nB,20,2\n")
    assert region.suggested(table).columns["households"] == header.split(",")[1]
