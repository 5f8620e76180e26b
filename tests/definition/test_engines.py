"""One table on every engine: the same three answers, nothing computed that is lazy, and faults said in words."""

import decimal
import itertools
import subprocess
import sys
import warnings
from functools import cache
from importlib.util import find_spec

import dask
import dask.dataframe as dd
import duckdb
import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from taobaolab.definition import (
    DefinitionError,
    InputError,
    _tables,
    check,
    compare,
    definitions,
    explain,
    flips,
    get_definition,
    problems,
    sensitivity,
)

pytestmark = pytest.mark.filterwarnings(
    "ignore:Dask support is moving:FutureWarning"
)  # our own reading, not check's

BOOLEANS = ("rural", "administrative_village", "residents_committee", "subdistrict")
GRID = {
    "rural": [True, False, None],
    "administrative_village": [True, None],
    "residents_committee": [False, None],
    "subdistrict": [False, True, None],
    "main_platform": ["Taobao", "淘宝", "JD", None],
    "annual_sales_rmb": [0, 9_999_999, 10_000_000, 10_000_001, 30_000_001, None],
    "active_shops": [0, 7, 10, 70, 71, 100, 101, 301, 4_000, None],
    "registered_shops": [0, 99, 100, None],
    "households": [1, 70, 700, 1_000, 32_000, None],
    "ecommerce_households": [0, 1, None],
    "taobao_villages": [0, 2, 3, None],
}
KEYS = [
    "wikipedia",
    "aliresearch-2022",
    "world-bank-2019",
    "li-2017",
    "peoples-daily-2019",
    "fuzhou-news-2020-town",
]
ANSWER = {"met": True, "not met": False, "undetermined": None}


def columns_of(records):
    return {c: [r[c] for r in records] for c in records[0]}


def plain(data):
    """polars with the natural types: float64 for numbers, with null for missing."""
    kinds = dict.fromkeys(BOOLEANS, pl.Boolean) | {"main_platform": pl.String}
    return pl.DataFrame(
        {c: pl.Series(v, dtype=kinds.get(c, pl.Float64), strict=False) for c, v in data.items()}
    )


def numeric(frame, *others):
    return [c for c in frame.columns if frame[c].dtype == pl.Float64 and c not in others]


def nan(data):
    frame = plain(data)
    return frame.with_columns(pl.col(numeric(frame)).fill_null(float("nan")))


def narrow(kind):
    def made(data):
        frame = plain(data)
        return frame.with_columns(pl.col(numeric(frame, "annual_sales_rmb")).cast(kind))

    return made


def pandas_nan_inside(data):
    frame = pd.DataFrame(data).convert_dtypes()
    for c in numeric(plain(data)):
        values = np.array([np.nan if v is None else v for v in data[c]], dtype=float)
        frame[c] = pd.arrays.FloatingArray(values, np.zeros(len(values), bool))
    return frame


def dask_of(**how):
    return lambda data: dd.from_pandas(pd.DataFrame(data).convert_dtypes(**how), npartitions=3)


FRAMES = {
    "pandas, classic types": pd.DataFrame,
    "pandas, objects": lambda data: pd.DataFrame(data, dtype=object),
    "pandas, Decimal objects": lambda data: pd.DataFrame(data).assign(
        annual_sales_rmb=[
            None if v is None else decimal.Decimal(v) for v in data["annual_sales_rmb"]
        ]
    ),
    "pandas, nullable types": lambda data: pd.DataFrame(data).convert_dtypes(),
    "pandas, nullable types holding NaN": pandas_nan_inside,
    "pandas, Arrow types": lambda data: pd.DataFrame(data).convert_dtypes(dtype_backend="pyarrow"),
    "pandas, Arrow and classic types": lambda data: pd.DataFrame(data).assign(
        annual_sales_rmb=pd.Series(data["annual_sales_rmb"], dtype="double[pyarrow]")
    ),
    "polars": plain,
    "polars, NaN": nan,
    "polars, int16": narrow(pl.Int16),
    "polars, uint32": narrow(pl.UInt32),
    "polars, float32 counts": narrow(pl.Float32),
    "polars, decimals": lambda data: plain(data).with_columns(
        pl.col("annual_sales_rmb").cast(pl.Decimal(20, 2))
    ),
    "polars, lazy": lambda data: plain(data).lazy(),
    "polars, lazy, NaN": lambda data: nan(data).lazy(),
    "pyarrow": lambda data: plain(data).to_arrow(),
    "pyarrow, NaN": lambda data: nan(data).to_arrow(),
    "pyarrow, int16": lambda data: narrow(pl.Int16)(data).to_arrow(),
    "duckdb": lambda data: duckdb.from_arrow(plain(data).to_arrow()),
    "duckdb, NaN": lambda data: duckdb.from_arrow(nan(data).to_arrow()),
    "duckdb, int16": lambda data: duckdb.from_arrow(narrow(pl.Int16)(data).to_arrow()),
    "dask, Arrow types": dask_of(dtype_backend="pyarrow"),
    "dask, nullable types": dask_of(),
}


def answers(table, name="met"):
    """One column of answers, as True, False and None, whatever the engine."""
    frame = nw.from_native(table)
    frame = frame.select(name)
    values = (frame.collect() if isinstance(frame, nw.LazyFrame) else frame)[name].to_list()
    return [None if v is None or v is pd.NA or v != v else bool(v) for v in values]


@cache
def records_for(key):
    """Some 700 places out of the whole grid, evenly spread (the step is coprime to the sizes of the grid)."""
    asked = get_definition(key).columns
    every = [
        dict(zip(asked, values, strict=True))
        for values in itertools.product(*(GRID[c] for c in asked))
    ]
    step = next(n for n in (1, 7, 11, 13, 17, 19, 23, 29, 31) if len(every) / n < 700 or n == 31)
    return every[::step]


@cache
def expected_for(key):
    return [ANSWER[explain(key, r).verdict] for r in records_for(key)]


@pytest.mark.parametrize("kind", FRAMES)
@pytest.mark.parametrize("key", KEYS)
def test_every_engine_gives_the_answer_of_one_place(key, kind):
    records = records_for(key)
    table = FRAMES[kind](columns_of(records))
    assert answers(check(table, key)) == expected_for(key)


LINKED = {  # trading households are some of the households, so each says something of the other where it is unknown
    "few shops for the 80 households that trade": (
        [
            ("active_shops", "at_least", "10%", "households"),
            ("ecommerce_households", "at_least", "1%", "households"),
        ],
        {"active_shops": 5, "ecommerce_households": 80, "households": None},
        False,
    ),
    "more trade than live there": (
        [("ecommerce_households", "at_least", 100, ""), ("households", "at_least", 20, "")],
        {"ecommerce_households": None, "households": 50},
        False,
    ),
    "150 trade, so 100 live there": (
        [("households", "at_least", 100, ""), ("ecommerce_households", "more_than", 1, "")],
        {"ecommerce_households": 150, "households": None},
        True,
    ),
    "nothing follows": (
        [("ecommerce_households", "at_least", 30, ""), ("households", "at_least", 20, "")],
        {"ecommerce_households": None, "households": 50},
        None,
    ),
}


@pytest.mark.parametrize("case", LINKED)
def test_what_is_known_of_the_part_bounds_the_whole(case):
    leaves, data, expected = LINKED[case]
    rule = [
        {"column": c, how: bound} | ({"per": per} if per else {}) for c, how, bound, per in leaves
    ]
    mine = get_definition({"source": "s", "year": 2020, "all": rule})
    assert explain(mine, data).met is expected
    for kind in (
        "pandas, classic types",
        "pandas, Arrow types",
        "polars",
        "pyarrow",
        "duckdb",
        "dask, Arrow types",
    ):
        assert answers(check(FRAMES[kind]({c: [v] for c, v in data.items()}), mine)) == [expected]


@pytest.mark.parametrize("engine", ["pyspark", "ibis"])
@pytest.mark.full
def test_optional_engines(engine, tmp_path):
    if find_spec(engine) is None:
        pytest.skip(f"{engine} is not installed (it is not among the test requirements)")
    records = records_for("wikipedia")
    arrow = plain(columns_of(records)).with_row_index("i").to_arrow()
    if engine == "ibis":
        import ibis

        found = check(ibis.memtable(arrow), "wikipedia").order_by("i")
    else:
        from pyspark.sql import SparkSession

        here = "127.0.0.1"
        builder = SparkSession.builder.master("local[1]").config("spark.driver.host", here)
        spark = (
            builder.config("spark.driver.bindAddress", here)
            .config("spark.ui.enabled", "false")
            .getOrCreate()
        )
        plain(columns_of(records)).with_row_index("i").write_parquet(tmp_path / "v.parquet")
        found = check(spark.read.parquet(str(tmp_path / "v.parquet")), "wikipedia").orderBy("i")
    assert answers(found) == expected_for("wikipedia")
    if engine == "pyspark":
        spark.stop()


# ---- what comes back -------------------------------------------------------------------------------------------------
SOME = [
    {"rural": True, "annual_sales_rmb": 12e6, "active_shops": 120, "households": 500},
    {"rural": True, "annual_sales_rmb": 12e6, "active_shops": 60, "households": None},
    {"rural": False, "annual_sales_rmb": None, "active_shops": 30, "households": 300},
]
PAPER = "student-paper-2025"
SMALL = {name: make for name, make in FRAMES.items() if "Decimal objects" not in name}


@pytest.mark.parametrize("kind", SMALL)
def test_the_table_keeps_its_kind(kind):
    table = SMALL[kind](columns_of(SOME))
    found = check(table, PAPER)
    assert type(found) is type(table)
    assert answers(found) == [True, None, False]
    names = nw.from_native(found).collect_schema().names()
    assert names == [*SOME[0], "met"]
    assert nw.from_native(found).collect_schema()["met"] == nw.Boolean
    assert answers(check(found, "haodu-2016")) == [
        True,
        None,
        None,
    ]  # a second check replaces the column
    assert nw.from_native(table).collect_schema().names() == list(SOME[0])


def test_pandas_keeps_rows_labels_and_everything_else():
    table = pd.DataFrame(SOME, index=["Daji", "Junpu", "Daji"]).assign(note=["x", "y", "z"])
    before = table.copy()
    found = check(table, PAPER)
    assert found.index.tolist() == ["Daji", "Junpu", "Daji"]
    assert found.met.dtype == "boolean"
    whole = pd.DataFrame({"annual_sales_rmb": [12_000_000], "active_shops": [120]})
    assert (
        check(whole, "world-bank-2018").met.dtype == "boolean"
    )  # nullable even where nothing is missing
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(found.drop(columns="met"), before)
    assert (
        check(table.astype({"annual_sales_rmb": "double[pyarrow]"}), PAPER).met.dtype
        == "bool[pyarrow]"
    )


@pytest.mark.parametrize("kind", SMALL)
def test_detail_adds_a_column_a_criterion(kind):
    found = check(SMALL[kind](columns_of(SOME)), PAPER, detail=True)
    assert nw.from_native(found).collect_schema().names()[5:] == [
        "rural_is_true",
        "annual_sales_rmb_more_than_10000000",
        "active_shops_more_than_100",
        "active_shops_more_than_10pct_of_households",
    ]
    assert answers(found, "active_shops_more_than_10pct_of_households") == [True, None, False]
    assert answers(found, "annual_sales_rmb_more_than_10000000") == [True, True, None]


def test_detail_agrees_with_the_rows_of_an_explanation():
    records = records_for("world-bank-2019")[::9]
    found = check(plain(columns_of(records)), "world-bank-2019", detail=True)
    rows = [explain("world-bank-2019", r).to_dict()["criteria"] for r in records]
    for position, name in enumerate(found.columns[-5:]):
        assert found[name].to_list() == [ANSWER[row[position]["answer"]] for row in rows]


@pytest.mark.parametrize("kind", SMALL)
def test_compare_adds_a_column_a_definition(kind):
    keys = [PAPER, "haodu-2016", "jinjiang-news-2020"]
    found = compare(SMALL[kind](columns_of(SOME)), keys, columns={"administrative_village": None})
    assert nw.from_native(found).collect_schema().names()[4:] == keys
    assert [answers(found, k) for k in keys] == [
        [True, None, False],
        [True, None, None],
        [None, None, None],
    ]


def test_compare_takes_moved_definitions_but_no_twins():
    d = get_definition("world-bank-2018")
    found = compare(pd.DataFrame(SOME), [d, d.moved("active_shops", at_least=50)])
    assert found.iloc[:, -1].tolist() == [True, True, False]
    assert compare(pd.DataFrame(SOME), "world-bank-2018").columns[-1] == "world-bank-2018"
    with pytest.raises(DefinitionError, match="same key"):
        compare(pd.DataFrame(SOME), [d, d])


def test_all_village_definitions_at_once():
    table = pd.DataFrame(SOME)
    keys = definitions().query("level == 'village'").key
    lacking = {c for k in keys for c in get_definition(k).columns} - set(table)
    found = compare(table, keys, columns=dict.fromkeys(lacking))
    assert found.shape == (3, 4 + len(keys))
    for key in keys:
        expected = [
            ANSWER[explain(key, {c: r.get(c) for c in get_definition(key).columns}).verdict]
            for r in SOME
        ]
        assert answers(found, key) == expected


@pytest.mark.parametrize("kind", SMALL)
def test_flips_shows_the_rows_that_change(kind):
    found = flips(
        SMALL[kind](columns_of(SOME)),
        PAPER,
        get_definition(PAPER).moved("active_shops", more_than=50),
    )
    assert (answers(found, "before"), answers(found, "after")) == ([None], [True])
    assert type(found) is type(SMALL[kind](columns_of(SOME)))


@pytest.mark.parametrize(
    "kind",
    [
        "pandas, classic types",
        "pandas, Arrow types",
        "polars, lazy",
        "pyarrow",
        "duckdb",
        "dask, Arrow types",
    ],
)
def test_a_table_may_use_its_own_names(kind):
    names = {"annual_sales_rmb": "销售额", "active_shops": "网店", "households": "户数"}
    data = {names.get(c, c): v for c, v in columns_of(SOME).items()}
    table = FRAMES["pandas, classic types"](data) if kind.startswith("pandas, cl") else None
    if table is None:
        base = nw.from_native(SMALL[kind](columns_of(SOME))).rename(names)
        table = base.to_native()
    found = check(table, PAPER, columns=names)
    assert answers(found) == [True, None, False]
    assert nw.from_native(found).collect_schema().names() == [
        "rural",
        "销售额",
        "网店",
        "户数",
        "met",
    ]
    assert answers(check(table, PAPER, columns=names | {"households": None})) == [True, None, False]


def test_integer_names_and_one_column_for_two_data():
    table = pd.DataFrame(SOME).set_axis(range(4), axis=1)
    names = {"rural": 0, "annual_sales_rmb": 1, "active_shops": 2, "households": 3}
    assert answers(check(table, PAPER, columns=names)) == [True, None, False]
    twice = {
        "registered_shops": "active_shops",
        "main_platform": None,
        "ecommerce_households": None,
    }
    assert answers(check(pd.DataFrame(SOME), "li-2017", columns=twice)) == [None, None, None]


def test_towns_and_clusters():
    towns = pd.DataFrame(
        {
            "taobao_villages": [3, 0, 2],
            "annual_sales_rmb": [None, 31e6, None],
            "active_shops": [None, 301, 10],
        }
    )
    assert answers(check(towns, "qilu-2019-town")) == [True, True, False]
    clusters = pd.DataFrame({"taobao_villages": [10, 10, 9], "adjacent": [True, None, None]})
    assert answers(check(clusters, "xinhua-2015-cluster")) == [True, None, False]


@pytest.mark.parametrize(
    "kind", ["pandas, classic types", "polars", "pyarrow", "polars, lazy", "duckdb"]
)
def test_an_empty_table_gives_an_empty_answer(kind):
    table = nw.from_native(SMALL[kind](columns_of(SOME))).head(0).to_native()
    assert answers(check(table, PAPER)) == []
    assert problems(table, PAPER).empty
    assert sensitivity(table, PAPER, "active_shops").met.tolist() == [0]


def test_an_empty_table_without_types():
    assert answers(check(pd.DataFrame({c: [] for c in SOME[0]}), PAPER)) == []


@pytest.mark.parametrize("kind", ["pandas, objects", "polars", "pyarrow"])
def test_a_column_without_any_value_is_unknown(kind):
    data = columns_of(SOME) | {"households": [None] * 3}
    table = {
        "pandas, objects": lambda d: pd.DataFrame(d, dtype=object),
        "polars": pl.DataFrame,
        "pyarrow": pa.table,
    }[kind](data)
    assert answers(check(table, PAPER)) == [True, None, False]
    assert answers(check(pl.LazyFrame(data), PAPER)) == [True, None, False]


# ---- nothing is computed that is lazy --------------------------------------------------------------------------------
def refuse(*_, **__):
    raise AssertionError("computed")


def test_a_lazy_polars_table_is_not_collected(monkeypatch):
    table = plain(columns_of(SOME)).lazy()
    monkeypatch.setattr(pl.LazyFrame, "collect", refuse)
    assert isinstance(check(table, PAPER, detail=True), pl.LazyFrame)
    assert isinstance(compare(table, [PAPER, "haodu-2016"]), pl.LazyFrame)
    assert isinstance(flips(table, PAPER, "haodu-2016"), pl.LazyFrame)
    with pytest.raises(AssertionError, match="computed"):
        problems(table, PAPER)  # it has to, and the hook sees it


def test_a_dask_table_is_not_computed():
    table = FRAMES["dask, Arrow types"](columns_of(SOME))
    with dask.config.set(scheduler=refuse):
        assert isinstance(check(table, PAPER, detail=True), dd.DataFrame)
        assert isinstance(compare(table, [PAPER, "haodu-2016"]), dd.DataFrame)
        assert isinstance(flips(table, PAPER, "haodu-2016"), dd.DataFrame)
        with pytest.raises(AssertionError, match="computed"):
            check(table, PAPER).compute()


def test_a_duckdb_table_stays_one_query():
    con = duckdb.connect()
    con.execute(
        "create table v as select true rural, 12e6 annual_sales_rmb, 120 active_shops, 500 households"
    )
    found = check(con.table("v"), PAPER)
    assert isinstance(found, duckdb.DuckDBPyRelation)
    con.execute("insert into v values (false, 12e6, 120, 500)")
    assert answers(found) == [True, False]  # the later row is seen: nothing had been computed


# ---- how sensitive the count is --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "kind",
    [
        "pandas, classic types",
        "pandas, Arrow types",
        "polars",
        "polars, lazy",
        "pyarrow",
        "duckdb",
        "dask, Arrow types",
    ],
)
@pytest.mark.parametrize(("key", "column", "per"), [
    ("wikipedia", "active_shops", None), ("wikipedia", "active_shops", "households"),
    ("wikipedia", "annual_sales_rmb", None), ("aliresearch-2022", "active_shops", "households"),
    ("fuzhou-news-2020-town", "active_shops", None),
])  # fmt: skip
def test_the_curve_is_what_checking_again_would_give(kind, key, column, per):
    records = records_for(key)[::3]
    table = FRAMES[kind](columns_of(records))
    steps = (
        ["7%", "10%", "14%", "100%", "700%"]
        if per
        else [1, 7, 8, 100, 101, 10_000_000, 10_000_001, 40_000_000]
    )
    curve = sensitivity(table, key, column, per, thresholds=steps)
    word = "more_than" if get_definition(key).threshold(column, per).strict else "at_least"
    again = [get_definition(key).moved(column, per=per, **{word: step}) for step in steps]
    small = FRAMES["polars"](columns_of(records))
    assert curve.met.tolist() == [check(small, d)["met"].sum() for d in again]


def test_the_curve_steps_where_the_count_changes():
    table = pd.DataFrame(
        {"annual_sales_rmb": [12e6] * 4 + [1e6], "active_shops": [60, 80, 80, 200, 90]}
    )
    curve = sensitivity(table, "world-bank-2018", "active_shops")
    assert curve.to_dict("list") == {"threshold": [60, 80, 100, 200], "met": [4, 3, 1, 1]}
    share = sensitivity(table.assign(households=600), "haodu-2016", "active_shops")
    assert share.threshold.tolist() == pytest.approx([0.1, 80 / 600, 200 / 600])
    assert share.met.tolist() == [4, 3, 1]
    with pytest.raises(DefinitionError, match="no bound on households"):
        sensitivity(table.assign(households=600), "haodu-2016", "households")


# ---- faults of a table: all at once, in words ------------------------------------------------------------------------
def villages(**change):
    return pd.DataFrame(
        columns_of(SOME[:2]) | {"households": [500, 700]} | change, index=["Daji", "Junpu"]
    )


def objects(*values):
    return pd.Series(values, dtype=object, index=["Daji", "Junpu"])


REFUSED = {
    "a dict": (
        columns_of(SOME),
        "the table: dict is not a kind of table\n      columns? pandas.DataFrame(data)",
    ),
    "a list": ([1], "list is not a kind of table\n      pandas.DataFrame(rows)"),
    "nothing": (None, "NoneType is not a kind of table\n      give a table of pandas, Polars"),
    "a path": ("villages.csv", "str is not a kind of table\n      a path? pandas.read_csv(path)"),
    "a Series": (
        pd.Series([1]),
        "Series is not a kind of table\n      one village? explain(definition, row)",
    ),
    "an array": (np.ones(3), "ndarray is not a kind of table"),
    "no columns": (pd.DataFrame(), "4 problems in 0 rows"),
    "a column less": (
        villages().drop(columns="households"),
        "households: no such column\n      what is it called? columns={'households': ...}; nobody knows it? "
        "columns={'households': None}; there is ['rural', 'annual",
    ),
    "a misspelt column": (
        villages().rename(columns={"active_shops": "shop"}),
        "active_shops: no such column\n      columns={'active_shops': 'shop'}",
    ),
    "another case": (
        villages().rename(columns={"households": "Households"}),
        "columns={'households': 'Households'}",
    ),
    "a blank in the name": (
        villages().rename(columns={"annual_sales_rmb": " annual_sales_rmb"}),
        "columns={'annual_sales_rmb': ' annual_sales_rmb'}",
    ),
    "Chinese headers": (
        villages().set_axis(["农村", "销售额(元)", "活跃网店数", "户数"], axis=1),
        "columns={'rural': '农村', 'annual_sales_rmb': '销售额(元)', "
        "'active_shops': '活跃网店数', 'households': '户数'}",
    ),
    "numbers as headers": (villages().set_axis(range(4), axis=1), "there is [0, 1, 2, 3]"),
    "a column twice": (
        pd.concat([villages(), villages()[["households"]]], axis=1),
        "1 problem in the table; nothing was checked.\n  households: more than one column of this name\n"
        "      table = table.loc[:, ~table.columns.duplicated()]",
    ),
    "a column twice, Arrow": (
        pa.table([[1], [2]], names=["a", "a"]),
        "a: more than one column of this name\n      rename or drop",
    ),
    "headers in levels": (
        pd.concat({"a": villages()}, axis=1),
        'the header: column names in 2 levels\n      make one of them: table.columns = ["_".join(',
    ),
    "below zero": (
        villages(annual_sales_rmb=[-5.0, 9e6]),
        "annual_sales_rmb: negative (1 row, 'Daji' = -5)",
    ),
    "no household": (villages(households=[0, 500]), "households: less than 1 (1 row, 'Daji' = 0)"),
    "infinite": (
        villages(annual_sales_rmb=[np.inf, 9e6]),
        "annual_sales_rmb: infinite (1 row, 'Daji' = inf)",
    ),
    "infinite downwards": (
        villages(annual_sales_rmb=[12e6, -np.inf]),
        "annual_sales_rmb: negative (1 row, 'Junpu' = -inf)",
    ),
    "too large": (
        villages(annual_sales_rmb=[1e15, 9e6]),
        "annual_sales_rmb: impossibly large (1 row, 'Daji' = 1,000,000,000,000,000)",
    ),
    "half a shop": (
        villages(active_shops=[12.5, 30]),
        "active_shops: not a whole number (1 row, 'Daji' = 12.50)\n      a count of shops is whole",
    ),
    "a share": (
        villages(active_shops=[0.12, 0.5]),
        "active_shops: not a whole number (2 rows, 'Daji' = 0.12, 'Junpu' = 0.50)",
    ),
    "text": (
        villages(annual_sales_rmb=["12,000,000", "9000000"]),
        "annual_sales_rmb: text, where numbers are needed (2 rows, 'Daji' = '12,000,000', 'Junpu' = '9000000')",
    ),
    "ten thousands as text": (
        villages(annual_sales_rmb=["¥1200万", None]),
        "(1 row, 'Daji' = '¥1200万')",
    ),
    "full-width digits": (
        villages(active_shops=["１２０", None]),
        "active_shops: text, where numbers are needed (1 row, 'Daji' = '１２０')",
    ),
    "n/a among numbers": (
        villages(active_shops=objects(120, "n/a")),
        "active_shops: text, where numbers are needed (1 row, 'Junpu' = 'n/a')",
    ),
    "blank among numbers": (villages(active_shops=objects(120, "")), "(1 row, 'Junpu' = '')"),
    "text among numbers": (villages(active_shops=objects("120", 30)), "(1 row, 'Daji' = '120')"),
    "yes/no for a number": (
        villages(active_shops=[True, False]),
        "active_shops: yes/no, where numbers are needed (2 rows, 'Daji' = yes, 'Junpu' = no)\n"
        "      yes/no cannot be compared with a bound",
    ),
    "dates": (
        villages(active_shops=pd.to_datetime(["2020-01-01", "2021-01-01"])),
        "active_shops: Timestamp, where numbers are needed (2 rows",
    ),
    "durations": (
        villages(active_shops=pd.to_timedelta([1, 2], unit="D")),
        "active_shops: Timedelta, where numbers are needed",
    ),
    "categories": (
        villages(active_shops=pd.Categorical([120, 30])),
        "active_shops: category, where numbers are needed (2 rows, 'Daji' = 120",
    ),
    "complex numbers": (
        villages(active_shops=[1j, 2]),
        "active_shops: complex, where numbers are needed",
    ),
    "lists": (
        villages(active_shops=objects([1], [2])),
        "active_shops: list, where numbers are needed (2 rows, 'Daji' = [1]",
    ),
    "dicts": (
        villages(active_shops=objects({}, {})),
        "active_shops: dict, where numbers are needed",
    ),
    "a huge number": (
        villages(active_shops=objects(10**30, 1)),
        "active_shops: impossibly large (1 row, 'Daji' = 1,000,000,000",
    ),
    "a number beyond floats": (
        villages(active_shops=objects(10**400, 1)),
        "active_shops: numbers beyond all bounds, where numbers are needed (1 row",
    ),
    "0 and 1": (
        villages(rural=[1, 0]),
        "rural: numbers, where yes/no (true, false or missing) are needed (2 rows, 'Daji' = 1, 'Junpu' = 0)\n"
        "      table['rural'] = table['rural'].map({1: True, 0: False})",
    ),
    "1.0 and a gap": (
        villages(rural=[1.0, np.nan]),
        "(1 row, 'Daji' = 1)\n      table['rural'] = table['rural'].map({1.0: True})",
    ),
    "yes and no": (villages(rural=["yes", "no"]), "table['rural'].map({'yes': True, 'no': False})"),
    "是 and 否": (
        villages(rural=["是", "否"]),
        "rural: text, where yes/no (true, false or missing) are needed (2 rows, 'Daji' = '是', 'Junpu' = '否')\n"
        "      table['rural'] = table['rural'].map({'是': True, '否': False})",
    ),
    "True and maybe": (villages(rural=["True", "maybe"]), "map({'True': True, 'maybe': ...})"),
    "True and 'no'": (
        villages(rural=objects(True, "no")),
        "(1 row, 'Junpu' = 'no')\n      table['rural'] = table['rural'].map({True: True, 'no': False})",
    ),
    "polars text": (
        pl.DataFrame(villages().assign(annual_sales_rmb=["1,200", "3"]).to_dict("list")),
        "annual_sales_rmb: text, where numbers are needed (2 rows, row 0 = '1,200', row 1 = '3')\n"
        "      table = table.with_columns(pl.col('annual_sales_rmb')",
    ),
    "Arrow text": (
        pa.table(villages().assign(annual_sales_rmb=["12m", "3"]).to_dict("list")),
        "table = table.set_column(table.column_names.index('annual_sales_rmb')",
    ),
    "DuckDB text": (
        duckdb.from_arrow(pa.table(villages().assign(rural=["是", "否"]).to_dict("list"))),
        "1 problem in the table; nothing was checked.\n"
        "  rural: text, where yes/no (true, false or missing) are needed\n      table = table.project(",
    ),
    "Dask objects": (
        dd.from_pandas(villages(rural=objects(True, None)), npartitions=1),
        "rural: text, where yes/no",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_faulty_table_is_refused_in_words(case):
    table, message = REFUSED[case]
    with pytest.raises(InputError) as error:
        check(table, PAPER)
    assert message in str(error.value)
    assert "nothing was checked" in str(error.value)


ACCEPTED = {
    "Decimal": villages(annual_sales_rmb=objects(decimal.Decimal("12000000"), None)),
    "uint8": villages(active_shops=np.array([120, 60], "uint8")),
    "float16": villages(active_shops=np.array([120, 60], "float16")),
    "sparse": villages(active_shops=pd.arrays.SparseArray([120.0, 60.0])),
    "NA objects": villages(rural=objects(True, pd.NA)),
    "mixed numbers": villages(active_shops=objects(120, 60.0)),
    "mixed missing": villages(rural=objects(np.True_, float("nan"))),
    "minus zero": villages(annual_sales_rmb=[12e6, -0.0]),
    "all missing": villages(households=[np.nan, np.nan]),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_odd_but_honest_tables_are_accepted(case):
    assert answers(check(ACCEPTED[case], PAPER))[0] is True
    assert problems(ACCEPTED[case], PAPER).empty


def test_more_trading_households_than_households():
    table = pd.DataFrame({"main_platform": ["Taobao"], "annual_sales_rmb": [12e6], "registered_shops": [9],
                          "ecommerce_households": [500], "households": [50]})  # fmt: skip
    with pytest.raises(
        InputError,
        match=r"ecommerce_households: more than households \(1 row, row 0 = 500\)\n.*swapped",
    ):
        check(table, "li-2017")
    slip = table.assign(ecommerce_households=5, main_platform=["taobao "])
    with pytest.raises(
        InputError,
        match=r"main_platform: not spelt as in the definition \(1 row, row 0 = 'taobao '\)",
    ):
        check(slip, "li-2017")


def test_all_faults_at_once():
    table = villages(
        annual_sales_rmb=[-5.0, np.inf], active_shops=[1.5, 2], rural=["yes", "no"]
    ).rename(columns={"households": "hh"})
    with pytest.raises(InputError, match=r"^5 problems in 2 rows; nothing was checked\.") as error:
        check(table, PAPER)
    assert [f.column for f in error.value.problems] == \
        ["households", "rural", "annual_sales_rmb", "annual_sales_rmb", "active_shops"]  # fmt: skip
    found = problems(table, PAPER)
    assert found.column.tolist() == [f.column for f in error.value.problems]
    assert found.stops.all()
    assert found.rows.tolist() == [pd.NA, 2, 1, 1, 1]


def test_rows_are_named_as_the_reader_names_them():
    table = villages(households=[0, 500])
    assert problems(table, PAPER).examples[0] == "'Daji' = 0"
    assert problems(table.reset_index(drop=True), PAPER).examples[0] == "row 0 = 0"
    named = table.reset_index(names="village")
    assert problems(named, PAPER).examples[0] == "'Daji' = 0"
    assert problems(pl.DataFrame(named.to_dict("list")), PAPER).examples[0] == "'Daji' = 0"
    assert problems(pl.LazyFrame(named.to_dict("list")), PAPER).examples[0] == "'Daji' = 0"
    assert (
        problems(duckdb.from_arrow(pa.table(named.to_dict("list"))), PAPER).examples[0]
        == "'Daji' = 0"
    )
    many = pd.DataFrame([SOME[0] | {"households": 0}] * 7)
    assert problems(many, PAPER).loc[0, ["rows", "examples"]].tolist() == [
        7,
        "row 0 = 0, row 1 = 0, row 2 = 0",
    ]


def test_a_lazy_table_is_looked_into_only_when_asked():
    table = pl.LazyFrame(columns_of(SOME) | {"households": [0, 5, 6]})
    assert answers(check(table, PAPER))[1] is True
    assert problems(table, PAPER).problem.tolist() == ["less than 1"]
    fine = FRAMES["dask, Arrow types"](columns_of(SOME))
    assert problems(fine, PAPER).empty
    assert problems(FRAMES["duckdb, NaN"](columns_of(SOME)), PAPER).empty


PASTE = ["below zero", "no household", "infinite", "too large", "half a shop", "text", "n/a among numbers",
         "categories", "0 and 1", "yes and no", "是 and 否", "True and 'no'", "polars text", "a column twice",
         "headers in levels"]  # fmt: skip


@pytest.mark.parametrize("case", PASTE)
def test_the_advice_can_be_pasted(case):
    table, _ = REFUSED[case]
    advice = problems(table, PAPER).advice.tolist()
    space = {
        "table": table.copy() if isinstance(table, pd.DataFrame) else table,
        "pd": pd,
        "pl": pl,
    }
    for line in advice:
        exec(line[line.index("table") :], space)
    left = problems(space["table"], PAPER)
    assert set(left.problem) <= {"no such column"}  # what the flattened header still lacks


def test_misnamed_columns():
    with pytest.raises(
        InputError, match=r"turn it round: columns=\{'annual_sales_rmb': '销售额'\}"
    ):
        check(villages(), PAPER, columns={"销售额": "annual_sales_rmb"})
    with pytest.raises(InputError, match="Did you mean 'annual_sales_rmb'"):
        check(villages(), PAPER, columns={"anual_sales": "x"})
    with pytest.raises(InputError, match="no column 'shps'"):
        check(villages(), PAPER, columns={"active_shops": "shps"})


def test_sales_in_ten_thousands_are_doubted():
    table = villages(annual_sales_rmb=[1_200.0, 900.0])
    with pytest.warns(
        UserWarning, match=r"below 100,000 RMB a year \(2 rows\)\n.*ten thousand yuan"
    ) as caught:
        check(table, PAPER)
    assert caught[0].filename == __file__
    assert problems(table, PAPER).stops.tolist() == [False]
    for engine in (pl.DataFrame, pa.table):
        with pytest.warns(UserWarning, match="ten thousand yuan"):
            check(engine(table.to_dict("list")), PAPER)
    with pytest.warns(UserWarning, match="ten thousand yuan"):
        check(nan({c: [*v, None] for c, v in table.to_dict("list").items()}), PAPER)


@pytest.mark.parametrize(
    "sales", [[12e6, 900.0], [50.0, 20.0], [0.0, 0.0], [None, None], [2e5, 3e5]]
)
def test_other_sales_are_not_doubted(sales):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(villages(annual_sales_rmb=sales), PAPER)
        check(villages(annual_sales_rmb=[1_200.0, 900.0], active_shops=[1, 2]), PAPER)


def test_short_floats_are_doubted():
    with pytest.warns(
        UserWarning, match="annual_sales_rmb: 32-bit numbers, which hold seven digits"
    ):
        check(villages(annual_sales_rmb=np.array([12e6, 9e6], "float32")), PAPER)


WITHOUT_ARROW = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "pyarrow":
            raise ModuleNotFoundError("No module named 'pyarrow'", name="pyarrow")
sys.meta_path.insert(0, Hidden())
import itertools
import pandas as pd
from taobaolab.definition import check, definitions, explain, problems, sensitivity
grid = itertools.product(["Taobao", "JD", None], [10e6, 12e6, None], [0, 5, 70, None], [50, 700, None], [99, 100, None])
names = ["main_platform", "annual_sales_rmb", "ecommerce_households", "households", "registered_shops"]
records = [dict(zip(names, r)) for r in grid if not (r[2] == 70 and r[3] == 50)]
answer = {"met": True, "not met": False, "undetermined": None}
expected = [answer[explain("li-2017", r).verdict] for r in records]
base = pd.DataFrame(records)
for table in (base, base.astype(object), base.convert_dtypes()):
    met = check(table, "li-2017").met
    assert met.dtype == "boolean", met.dtype
    assert [None if v is pd.NA else v for v in met] == expected
assert sensitivity(base, "li-2017", "registered_shops", thresholds=[100]).met[0] == sum(e is True for e in expected)
assert list(problems(base.assign(households=0), "li-2017").problem)
assert len(definitions()) > 30
assert "pyarrow" not in sys.modules
print("agreed on", len(expected))
"""


def test_it_works_without_pyarrow():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT_ARROW], capture_output=True, text=True
    )
    assert done.stdout.startswith("agreed on "), done.stderr


# ---- numbers with many digits at a bound -------------------------------------------------------------
def per_area(word, bound=150):
    columns = {"people": {"kind": "count"}, "km2": {"kind": "number"}}
    rule = {"column": "people", "per": "km2", word: bound}
    return get_definition(
        {"source": "s", "year": 2020, "level": "place", "columns": columns, **rule}
    )


AT_THE_LINE = ["pandas, classic types", "pandas, Arrow types", "polars", "pyarrow", "duckdb",
               "dask, Arrow types"]  # fmt: skip


@pytest.mark.parametrize("kind", AT_THE_LINE)
@pytest.mark.parametrize(
    ("word", "at_the_line"),
    [("less_than", False), ("at_most", True), ("more_than", False), ("at_least", True)],
)
def test_a_ratio_of_floats_is_at_its_bound_in_tables_and_for_one_place(kind, word, at_the_line):
    people = [301, 1, 7, 149, 999_983, *range(11, 400, 7)]
    areas = [p / 150 for p in people]
    rule = per_area(word)
    table = FRAMES[kind]({"people": people, "km2": areas})
    assert answers(check(table, rule)) == [at_the_line] * len(people)
    for p, area in zip(people[:9], areas, strict=False):
        place = explain(rule, people=p, km2=area)
        assert (place.met, place.rows.margin[0]) == (at_the_line, 0)
    if kind == "polars":
        curve = sensitivity(table, rule, "people", per="km2", thresholds=[150])
        assert curve.met.tolist() == [len(people) * at_the_line]


@pytest.mark.parametrize("kind", AT_THE_LINE)
def test_what_is_further_from_a_bound_than_rounding_is_not_at_it(kind):
    areas = [301 / 150 * (1 + 1e-14), 301 / 150 * (1 - 1e-14)]
    rule = per_area("less_than")
    table = FRAMES[kind]({"people": [301, 301], "km2": areas})
    assert answers(check(table, rule)) == [True, False]
    assert [explain(rule, people=301, km2=area).met for area in areas] == [True, False]


@pytest.mark.parametrize("kind", AT_THE_LINE)
@pytest.mark.parametrize("bound", ["1/3", "0.1", "0.30000000000000004", "100/7"])
def test_a_float_equals_the_bound_that_becomes_the_same_float(kind, bound):
    numerator, _, denominator = bound.partition("/")
    x = float(numerator) / float(denominator or 1)
    x = [x, np.nextafter(x, 0)]
    base = {"source": "s", "year": 2020, "level": "place", "columns": {"x": {"kind": "number"}}}
    rule = get_definition({**base, "column": "x", "at_least": bound})
    assert answers(check(FRAMES[kind]({"x": x}), rule)) == [True, False]
    assert [explain(rule, x=float(v)).met for v in x] == [True, False]


# ---- values that are worked out once -----------------------------------------------------------------
LINKED_RULE = {
    "source": "s",
    "year": 2020,
    "level": "place",
    "columns": {
        "b": {"kind": "count"},
        "c": {"kind": "count", "at_most": "b"},
        "e": {"kind": "number", "least": 1},
    },
    "all": [
        {"column": "c", "per": "e", "less_than": "50%"},
        {"column": "c", "less_than": 5},
        {"column": "b", "at_least": 2},
    ],
}


@pytest.mark.parametrize("kind", ["pandas, classic types", "pyarrow"])
def test_values_that_are_kept_change_no_verdict(kind, monkeypatch):
    values = ([None, 1, 9], [None, 0, 3, 7], [None, 4, 60])
    records = [dict(zip("bce", row, strict=True)) for row in itertools.product(*values)]
    records = [r for r in records if not r["b"] or not r["c"] or r["b"] >= r["c"]]
    table = FRAMES[kind](columns_of(records))
    kept = []

    class Seen(_tables.KeptValues):
        def keep(self, listed):
            kept.append(len(listed))
            return super().keep(listed)

    monkeypatch.setattr("taobaolab.definition._checks.KeptValues", Seen)
    once = answers(check(table, LINKED_RULE))
    assert sum(kept) > 9
    monkeypatch.setattr(_tables, "MOST_KEPT", 0)
    assert answers(check(table, LINKED_RULE)) == once
    assert once == [explain(LINKED_RULE, r).met for r in records]
    assert set(once) == {True, False, None}


def test_a_rule_without_gaps_keeps_nothing(monkeypatch):
    monkeypatch.setattr(_tables.KeptValues, "_add", refuse)
    table = pd.DataFrame({"b": [1, 9], "c": [0, 4], "e": [4.0, 60.0]})
    assert answers(check(table, LINKED_RULE)) == [False, True]


def test_a_kept_value_is_a_column_and_is_kept_once():
    frame = nw.from_native(pd.DataFrame({"x": [1.0, None]}, index=[7, 7]), eager_only=True)
    kept = _tables.KeptValues(frame)
    number, twice = kept.keep([5, nw.col("x") * 2])
    assert number == 5
    assert kept.frame.select(twice).to_native().iloc[:, 0].fillna(0).tolist() == [2, 0]
    assert kept.keep([twice])[0] is twice
    assert kept.count == 1
