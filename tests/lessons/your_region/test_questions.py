"""Whatever is not understood stops and asks: rows, places, columns, units, cells. What is answered is read rightly."""

import pytest

from taobaolab.lessons import your_region
from taobaolab.lessons.your_region import RegionError
from taobaolab.lessons.your_region.cells import decimal_signs, read_number
from taobaolab.lessons.your_region.rows import find_header, find_sums
from taobaolab.lessons.your_region.units import parse_answer, parse_unit
from tests.lessons.your_region.tables import BODY, COLUMNS, HEAD, YUAN, asked, read, refused, values

HOUSEHOLDS = {"columns": {"households": "households"}}


def column(cells, datum="active_shops", header="online shops", **answers):
    """The places of a table with one column of such cells."""
    rows = "".join(f'P{i},"{cell}"\n' for i, cell in enumerate(cells))
    empty = [i for i, cell in enumerate(cells, 2) if not cell]
    answers = {"header": 1, "keep": empty} | answers
    return read(f"village,{header}\n{rows}", columns={datum: header}, **answers)


# ---- rows


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["village", "shops"], ["Alpha", "12"]], ((1,), True)),
        ([["a title", ""], ["village", "shops"], ["Alpha", "12"]], ((2,), True)),
        ([["", "2019", "2020"], ["Alpha", "12", "13"]], ((1,), True)),
        ([["village", "2019", "2020", "2021"], ["Alpha", "12", "13", "14"]], ((1,), True)),
        ([["village", "shops", ""], ["", "2021", "2022"], ["A", "12", "1"]], ((1, 2), False)),
        ([["village", "shops"], ["", "number"], ["Alpha", "12"]], ((1,), True)),
        ([["Alpha", "12"], ["Beta", "13"]], ((), False)),
        ([["village", "kind"], ["Alpha", "old"]], ((1,), False)),
        ([["village", "households", "people"], ["A", "1950", "2010"]], ((1,), True)),
    ],
)
def test_the_rows_of_names(rows, header):
    assert tuple(find_header(rows)) == header


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Alpha,120,90\nBeta,80,40\nTutti,200,130\n", [4]),
        ("Всё,200,130\nAlpha,120,90\nBeta,80,40\n", [2]),
        ("N,200,130\nA,120,90\nB,80,40\nS,60,30\nC,60,30\nAll,260,160\n", [2, 5, 7]),
        ("A,120,90\nB,80,40\nN,200,130\nC,60,30\nD,61,31\nS,121,61\nAll,321,191\n", [4, 7, 8]),
        ("Alpha,120,90\nTotal,7,\n", [3]),
        ("Alpha,120,90\nTotalville,7,1\n", []),
        ("Alpha,,\nBeta,80,40\n", [2]),
        ("Beta,80,40\nSource: the office,,\n", [3]),
        ("Beta,80,40\nvillage,households,online shops\nGamma,7,3\n", [3]),
        ("Beta,80,40\nGamma,7,3\n,,\nother,these,those\nDelta,1,2\n", [5, 6]),
        ("1,2,3\nBeta,80,40\n", [2]),
        ("A,678,420\nB,52,527\nC,,485\nGroup,730,1432\nD,901,100\n", [5]),
        ("A,678,420\nB,,527\nGroup,678,947\nD,901,100\n", [4]),
        ("A,678,420\nB,52,527\nC,,485\nGroup,993,1432\nD,901,100\n", [5]),
        ("A,678,\nB,520,\nGroup,1198,\nD,901,\n", [4]),
        ("A,678,\nB,520,\nGroup,1199,\nD,901,\n", []),
        ("A,6,\nB,5,\nGroup,11,\nD,9,\n", []),
        ("A,500,60\nB,,60\nC,500,40\n", []),
        ("A,6,\nB,5,\nGroup,11,\nD,9,\nE,4,\nGroup 2,13,\nAll,24,\n", [4, 7, 8]),
        ("A,10,1\nB,11,2\nC,12,1\nD,13,2\nE,9,1\nF,10,2\nLand,66,11\n", [8]),
    ],
)
def test_rows_that_are_perhaps_no_places_are_asked_about(text, rows):
    content = f"village,households,online shops\n{text}"
    answers = {**HOUSEHOLDS, "header": 1, "units": {"households": 1}, "accept": ["unread"]}
    found = [
        f.answer["aside"]
        for f in your_region.places.look_at(
            {"name": "a.csv", "content": content.encode()}, your_region.Layout(**answers)
        ).open
        if f.about == "rows"
    ]
    assert found == ([rows] if rows else [])
    if rows:
        assert len(read(content, **answers, aside=rows).data) == text.count("\n") - len(
            rows
        ) - text.count(",,\n,") - text.count("\n,,\n")
        kept = read(content, **answers, keep=rows)
        assert len(kept.data) >= len(rows)


def test_rounded_sums_and_sums_in_decimals_are_found():
    parts = [[f"P{i}", f"{7.4 + i * 1.3:.1f}", f"{3.3 + i:.0f}"] for i in range(30)]
    total = [
        "Alle",
        f"{sum(float(p[1]) for p in parts) + 0.2:.1f}",
        f"{sum(int(p[2]) for p in parts) + 2}",
    ]
    rows = dict(enumerate([*parts, total]))
    assert find_sums(rows, [1, 2]) == {30: 30}
    near = [*total[:1], f"{float(total[1]) * 1.02:.1f}", str(int(float(total[2]) * 1.02))]
    assert find_sums({**rows, 30: near}, [1, 2]) == {}


def test_a_row_longer_than_the_names_is_unknown():
    text = "village,households,population\nAlpha,1,240,500\nBeta,300,900\n"
    answers = {"header": 1, "columns": {"households": "households", "population": "population"}}
    assert asked(text, "households", **answers)[0].examples == ("row 2: '1'",)
    places = read(text, **answers, accept="unread")
    assert values(places, "households") == [None, 300]
    assert values(places, "population") == [None, 900]


# ---- places


def test_the_place_is_asked_for_unless_it_is_sure():
    assert read("x,households\nAlpha,12\nBeta,13\n", **HOUSEHOLDS).data.place.tolist() == [
        "Alpha",
        "Beta",
    ]
    (question,) = asked("county,village,households\nA,B,1\n", "place", **HOUSEHOLDS)
    assert question.answer == {"place": ["county", "village"]}
    (question,) = asked("code,households\n00123,120\n01045,80\n", "place", **HOUSEHOLDS)
    assert "no column of words" in question.problem
    places = read("code,households\n00123,120\n01045,80\n", place="code", **HOUSEHOLDS)
    assert places.data.place.tolist() == ["00123", "01045"]


def test_places_that_stand_more_than_once_are_one_question():
    rows = "".join(
        f"V{i},{year},{100 * i + year - 2000}\n" for i in range(1, 60) for year in (2021, 2022)
    )
    text = f"village,year,households\n{rows}"
    (question,) = [f for f in asked(text, "place", **HOUSEHOLDS) if "more than once" in f.problem]
    assert (question.rows, len(question.examples)) == (118, 3)
    assert question.answer == {"where": {"year": "2022"}}
    places = read(text, **HOUSEHOLDS, where={"year": 2022}, units={"households": 1})
    assert values(places, "households")[:2] == [122, 222]
    with pytest.raises(RegionError, match="no row is left"):
        read(text, **HOUSEHOLDS, where={"year": 1999})
    both = "county,village,households\nNorth,Xin,120\nSouth,Xin,80\n,Lin,70\n"
    assert asked(both, "place", place="village", **HOUSEHOLDS)[0].rows == 2
    assert asked(both, "place", place=["county", "village"], **HOUSEHOLDS)[0].answer == {
        "fill": ["county"]
    }
    places = read(both, place=["county", "village"], fill=["county"], **HOUSEHOLDS)
    assert places.data.place.tolist() == ["Xin, North", "Xin, South", "Lin, South"]


@pytest.mark.parametrize("name", list(your_region.SHAPES))
def test_the_shapes_of_the_lesson_stop_and_their_answers_read_them(name, tmp_path):
    path, shape = your_region.sample(name, tmp_path), your_region.SHAPES[name]
    proposed = {"columns": shape.answers["columns"]} if "columns" in shape.answers else {}
    with pytest.raises(RegionError):
        your_region.read(path, **proposed)
    places = your_region.read(path, **shape.answers)
    wanted = {
        "unit_unknown": ("annual_sales_rmb", [375e6, 240e6, 645e6]),
        "groups_and_sums": ("households", [310, 210, 180, 165]),
        "two_rows_of_names": ("active_shops", [22, 14]),
        "years_below": ("households", [552, 611]),
        "indicators_below": ("population", [940, 615]),
        "turned": ("population", [390, 255, 201]),
        "a_row_a_shop": ("active_shops", [3, 2]),
    }
    datum, numbers = wanted[name]
    assert values(places, datum) == numbers


def test_a_long_table_with_a_datum_twice_is_refused():
    text = "village,what,number\nA,households,1\nA,households,2\n"
    with pytest.raises(RegionError, match="A has households twice: rows 2 and 3"):
        read(text, place="village", spread=["what", "number"])


# ---- columns and units


def test_the_columns_are_always_asked_for_and_proposed_by_name():
    (question,) = asked(
        "village,Haushalte,網店,AVERAGE_HOUSEHOLD_SIZE\nA,40,3,4\nB,50,2,5\n", "columns"
    )
    assert question.answer == {"columns": {"households": "Haushalte"}}
    assert (
        len(
            str(
                asked(
                    "village," + ",".join(f"c{i}" for i in range(2000)) + "\nA" + ",1" * 2000,
                    "columns",
                )[0].advice
            )
        )
        < 1200
    )


@pytest.mark.parametrize(
    ("header", "proposal"),
    [
        ("销售额(万元)", "万元"),
        ("销售额（亿元）", "亿元"),
        ("Sales (thousand yuan)", "thousand yuan"),
        ("Sales in million RMB", "million RMB"),
        ("Sales ('000)", "'000"),
        ("annual_sales_rmb", "yuan"),
        ("sales", ...),
        ("Sales (million USD)", ...),
        ("doanh thu (tỷ xu)", ...),
        ("sales (net)", ...),
        ("Umsatz / Taler", ...),
    ],
)
def test_money_is_never_taken_without_a_word(header, proposal):
    text = f'village,"{header}"\nAlpha,12.5\nBeta,13.5\n'
    columns = {"columns": {"annual_sales_rmb": header}}
    (question,) = asked(text, "annual_sales_rmb", **columns)
    assert question.answer == {"units": {"annual_sales_rmb": proposal}}
    assert header in question.problem
    factor = float(parse_answer(proposal).factor) if proposal is not ... else 7.25
    unit = proposal if proposal is not ... else 7.25
    places = read(text, **columns, units={"annual_sales_rmb": unit})
    assert values(places, "annual_sales_rmb") == [12.5 * factor, 13.5 * factor]
    assert (
        any(f.about == "annual_sales_rmb" and "as you said" in f.problem for f in places.found)
        or unit == "yuan"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("单位：千户,\nvillage,households\nA,12\nB,13\n", "单位：千户"),
        ("village,households\nA,12\nB,13\nIn Tausend,\n", "In Tausend"),
        ("village,households,satuan\nA,12,RIBU\nB,13,RIBU\n", "RIBU"),
        ("village,households (dozens)\nA,12\nB,13\n", "dozens"),
        ("village,households; scores\nA,12\nB,13\n", "scores"),
        ("village,households\nA,12 doz\nB,13 doz\n", "doz"),
    ],
)
def test_words_beside_a_count_that_may_be_a_unit_are_shown_and_asked(text, shown):
    header = text.split("village,")[1].split("\n")[0].split(",")[0]
    answers = {"columns": {"households": header}, "aside": "suspected"}
    if "doz" in text:
        answers["header"] = 1  # no cell is a plain figure, so the names are not sure
    (question,) = asked(text, "households", **answers, accept="unread")
    assert shown in question.problem
    assert question.answer == {"units": {"households": ...}}
    assert values(read(text, **answers, units={"households": 12}), "households") == [144, 156]


def test_a_count_whose_name_says_all_needs_no_unit():
    for header in (
        "households",
        "户数",
        "Haushalte",
        "number of households",
        "户数(户)",
        "households: 2021",
    ):
        text = f"village,{header}\nA,12\nB,13\n"
        assert values(read(text, columns={"households": header}), "households") == [12, 13]


@pytest.mark.parametrize(
    "header", ["AVERAGE_HOUSEHOLD_SIZE", "households per 100", "share of households", "户均人口"]
)
def test_averages_rates_and_shares_are_never_counts(header):
    text = f"village,{header}\nA,12\nB,13\n"
    columns = {"columns": {"households": header}}
    assert asked(text, "households", **columns)[0].answer == {"units": {"households": ...}}
    assert asked(text, "households", **columns, units={"households": 1})[0].answer == {
        "accept": ["rates"]
    }


def test_shares_say_of_what_and_small_ones_ask():
    text = "village,households,e-commerce households (%)\nA,200,12\nB,,12\nC,200,108\nD,150,7%\nE,90,\n"
    columns = {"households": "households", "ecommerce_households": "e-commerce households (%)"}
    (question,) = asked(text, "ecommerce_households", columns=columns, accept="unread")
    assert question.answer == {"units": {"ecommerce_households": "% of households"}}
    share = {"ecommerce_households": "% of households"}
    places = read(text, columns=columns, units=share, accept="unread")
    assert values(places, "ecommerce_households") == [24, None, None, 10, None]
    small = "village,households,trading\nA,200,0.10\nB,100,0.25\n"
    columns["ecommerce_households"] = "trading"
    (question,) = asked(small, "ecommerce_households", columns=columns, units=share)
    assert "is 0.1 a tenth?" in question.problem
    share = {"ecommerce_households": "share of households"}
    assert values(read(small, columns=columns, units=share), "ecommerce_households") == [20, 25]
    share = {"ecommerce_households": "% of people"}
    assert refused(small, columns=columns, units=share)[0].problem == "no datum 'people' beside it"


def test_data_of_ones_own_need_a_unit_and_may_be_words():
    text = "village,internet,network\nA,12,yes\nB,30,no\n"
    columns = {"internet_users": "internet", "network": "network"}
    units = {"internet_users": 1, "network": "yes/no"}
    assert asked(text, "internet_users", columns=columns)[0].answer == {
        "units": {"internet_users": ...}
    }
    places = read(text, columns=columns, units=units)
    assert places.data.drop(columns="place").values.tolist() == [[12, True], [30, False]]


@pytest.mark.parametrize(
    ("answers", "problem", "advice"),
    [
        ({"columns": {"active_shops": "shopps"}}, "no column 'shopps'", "online shops"),
        ({"columns": {"households": "online shops", "x": "online shops"}}, "'online shops' stands for two data", "one"),
        ({"columns": {"active shops": "online shops"}}, "'active shops' is no name of a datum", "internet_users"),
        ({"columns": COLUMNS, "units": {"active_shops": "dozen"}}, "no unit 'dozen'", "factor"),
        ({"columns": COLUMNS, "units": {"active_shops": 0}}, "no unit 0", "factor"),
        ({"columns": COLUMNS, "units": {"annual_sales_rmb": "USD"}}, "no unit 'USD'", "RMB in that year"),
        ({"columns": COLUMNS, "units": {"rural": 1}}, "units= speaks of 'rural', which is not in columns=", "households"),
        ({"columns": COLUMNS, "given": {"rural": "yes"}}, "given={'rural': 'yes'}", "True"),
        ({"columns": COLUMNS, "given": {"households": 3}}, "'households' is both in the table and in given=", "keep one"),
        ({"columns": COLUMNS, "accept": "all"}, "accept has 'all'", "about"),
        ({"columns": COLUMNS, "decimal": ";"}, "decimal is ';'", '"."'),
        ({"columns": COLUMNS, "header": 9}, "header is 9", "1 to 4"),
        ({"columns": COLUMNS, "aside": "all"}, "aside is 'all'", "suspected"),
        ({"columns": COLUMNS, "place": "villag"}, "no column 'villag'", "village"),
    ],
)  # fmt: skip
def test_odd_answers_are_refused_in_words(answers, problem, advice):
    found = refused(HEAD + BODY, **answers)
    assert any(f.problem == problem and advice in f.advice for f in found), found
    with pytest.raises(TypeError, match="read has no 'units_'"):
        read(HEAD + BODY, units_={})


# ---- cells


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["120", "7"], [120, 7]),
        (["1,200", "1,200,000"], [1200, 1200000]),
        (["1.200", "1.250,5"], [1200, None]),
        (["1.200.000", "950.000"], [1200000, 950000]),
        (["1 200", "1\u00a0200", "1\u202f200", "1'200", "1ʼ200", "1’200"], [1200] * 6),
        (["12,34,567"], [1234567]),
        (["１２０", "١٬٢٣٤", "१२३४"], [120, 1234, 1234]),
        (["120.0", "1.2e3", "1,2E+03"], [120, 1200, 1200]),
        (["30家", "40 shops"], [30, 40]),
        (["", "-", "n/a", "不详", "NaN", "..", "#N/A", "5"], [None] * 7 + [5]),
        (["1250.50", "12.0"], [None, 12]),
    ],
)
def test_counts_as_people_write_them(cells, numbers):
    assert values(column(cells, accept="unread"), "active_shops") == numbers


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1.200,50", "1.200"], [1200.5, 1200]),
        (["1,200.50", "1,200"], [1200.5, 1200]),
        (["12,5", "1.200"], [12.5, 1200]),
        (["12.5", "1.200"], [12.5, 1.2]),
        (["1250.50", "2385.9"], [1250.5, 2385.9]),
        (["0,125", "3"], [0.125, 3]),
    ],
)
def test_the_decimal_sign_is_read_from_the_column(cells, numbers):
    places = column(cells, "annual_sales_rmb", "sales", units={"annual_sales_rmb": 1})
    assert values(places, "annual_sales_rmb") == numbers


def test_a_number_that_can_mean_two_things_is_asked():
    for cells in (["1.200", "300"], ["1,234", "1.234", "12"]):
        with pytest.raises(RegionError, match="which sign is the decimal one"):
            column(cells)
    assert values(column(["1.200", "300"], decimal=","), "active_shops") == [1200, 300]
    other = 'village,households,sales\nA,1.240,"1.234,5"\nB,300,"980,25"\n'
    places = read(other, columns={"households": "households"})
    assert values(places, "households") == [1240, 300]  # the other column shows the sign


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("2024-05-12", "it is a date"),
        ("12-May", "it is a date"),
        ("5月12日", "it is a date"),
        ("12/5/2024", "it is a date"),
        ("many", "it is no number"),
        ("30-50", "it holds more than one number"),
        ("10 20", "it holds more than one number"),
        ("12,5,3", "its points and commas do not fit"),
        ("45%", "a share, where a number is needed"),
        ("9" * 400, "it is larger than anything countable"),
        ("-3", "negative"),
        ("(500)", "negative"),
        ("12.5", "not a whole number"),
        ("3000000000", "impossibly large"),
        ("²", "it holds a raised"),
    ],
)
def test_a_cell_that_cannot_be_read_stops_and_stays_unknown_if_you_say_so(cell, why):
    with pytest.raises(RegionError) as caught:
        column(["20", cell], units={"active_shops": 1})
    (question,) = [f for f in caught.value.findings if why in f.problem]
    assert (question.rows, question.answer) == (1, {"accept": ["unread"]})
    assert question.examples[0].startswith("row 3: ")
    places = column(["20", cell], units={"active_shops": 1}, accept="unread")
    assert values(places, "active_shops") == [20, None]
    assert places.changed[["row", "place", "cell"]].values.tolist() == [[3, "P1", cell]]


@pytest.mark.parametrize(
    ("kind", "cells", "numbers"),
    [
        ("units", ["5 thousand", "120 万", "20"], [5000, 1200000, 20]),
        ("about", ["约30", "30+", "about 40", "30左右"], [30, 30, 40, 30]),
        ("marks", ["539(1)", "33 (2)", "123 a)", "123*", "123[1]", "123¹", "123 p", "r 123"], [539, 33, *[123] * 6]),
    ],
)  # fmt: skip
def test_cells_with_something_beside_the_number_are_one_question_a_kind(kind, cells, numbers):
    with pytest.raises(RegionError) as caught:
        column(cells)
    (question,) = caught.value.findings
    assert f'accept=["{kind}"]' in question.advice
    assert values(column(cells, accept=kind), "active_shops") == numbers
    found = values(column(cells, accept="unread"), "active_shops")
    assert all(a is None or a == b for a, b in zip(found, numbers, strict=True))


def test_a_currency_is_read_with_an_agreed_factor_if_it_is_one():
    answers = {"datum": "annual_sales_rmb", "header": "sales"}
    assert values(
        column(["$1,200.0", "$300"], **answers, units={"annual_sales_rmb": 7}), "annual_sales_rmb"
    ) == [8400, 2100]
    for cells in (["$1,200.0", "300"], ["$1,200.0", "€300"], ["12 )", "13 )"]):
        with pytest.raises(RegionError, match="beside the number stands"):
            column(cells, **answers, units={"annual_sales_rmb": 7})


def test_nines_are_doubted_and_may_be_numbers():
    assert values(column(["20", "9999", "30", "9999"], missing=["9999"]), "active_shops") == [
        20,
        None,
        30,
        None,
    ]
    with pytest.raises(RegionError, match="9999 may be a code for missing"):
        column(["20", "9999", "30"])
    assert values(column(["20", "9999"], accept="codes"), "active_shops") == [20, 9999]
    assert values(column(["998", "999", "1002"]), "active_shops") == [998, 999, 1002]


def test_a_unit_in_a_cell_is_not_multiplied_again_by_that_of_the_header():
    answers = {
        "datum": "annual_sales_rmb",
        "header": "销售额(万元)",
        "units": {"annual_sales_rmb": "万元"},
    }
    assert (
        values(column(["120", "120 万"], **answers, accept="units"), "annual_sales_rmb")
        == [1_200_000] * 2
    )


def test_more_of_a_part_than_of_the_whole_leaves_both_unknown():
    text = "village,households,households online\nA,100,101\nB,100,100\n"
    columns = {"households": "households", "ecommerce_households": "households online"}
    places = read(text, columns=columns, accept="unread")
    assert values(places, "households") == values(places, "ecommerce_households") == [None, 100]


def test_yes_and_no_in_several_languages():
    words = ["是", "Yes", "否", "no", "perhaps", "", "да", "nein", "Rural", "城镇"]
    places = column(words, "rural", "rural", accept="unread")
    assert values(places, "rural") == [
        True,
        True,
        False,
        False,
        None,
        None,
        True,
        False,
        True,
        False,
    ]


def test_odd_but_possible_values_are_named_and_stay():
    text = HEAD + "Alpha,10,101,12000000\nBeta,10,100,12000000\nGamma,20,5,50\nDelta,30,5,50\n"
    places = read(text, columns=COLUMNS, units=YUAN)
    assert any(f.problem == "very many for so few households" and f.rows == 1 for f in places.found)
    text = HEAD + "".join(f"P{i},400,41,{n}\n" for i, n in enumerate((1200, 900, 1100, 5000)))
    found = read(text, columns=COLUMNS, units=YUAN).found
    assert any("万元" in f.advice for f in found)
    years = "village,households: 2021,population: 2022\nA,10,30\nB,12,40\n"
    columns = {"households": "households: 2021", "population": "population: 2022"}
    assert "2021, 2022" in read(years, columns=columns).found[0].problem


def test_the_line_to_paste_reads_the_table():
    text = (
        HEAD
        + "Alpha,400,约41,12000000\nBeta,300,20,9000000\nBeta,200,,11000000\nAlles,900,61,32000000\n"
    )
    with pytest.raises(RegionError) as caught:
        read(text)
    line = caught.value.line.replace("...", "1")
    upload = {"name": "mine.csv", "content": text.encode()}
    places = eval(line, {"your_region": your_region, "upload": upload})
    assert values(places, "households") == [400, 300, 200]
    assert values(places, "active_shops") == [None, 20, None]
    assert places.aside == {5: "the sum of 3 rows"}


def test_words_of_units_and_numbers():
    assert parse_unit("in thousand RMB").factor == 1000
    assert parse_unit("dozen") is parse_unit("2023") is None
    assert decimal_signs(["1.200,50", "300"]) == {","}
    assert decimal_signs(["1,200", "3.75"]) == {"."}
    assert read_number("1.200").why == "it can mean 1200 or 1.200"
