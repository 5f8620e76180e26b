"""Rules of the whole language against a second reading of it, and what the language can say."""

import copy
import json
import pickle
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import taobaolab.definition
from taobaolab.definition import (
    CheckerError,
    DefinitionError,
    InputError,
    boundary,
    check,
    compare,
    explain,
    flips,
    get_definition,
    problems,
    published,
    sensitivity,
)
from taobaolab.definition._reading import RULE_WORDS

from . import oracle

BASE = {"source": "s", "year": 2026}
KINDS = {"count": pl.Int64, "number": pl.Float64, "yes/no": pl.Boolean, "text": pl.String}
RULE = ("all", "any", "not", "of", "at_least", "more_than", "at_most", "less_than")


def rules(seed, number):
    """So many definitions at random, without those that are refused."""
    r = oracle.generator(seed)
    found = []
    while len(found) < number:
        spec = oracle.random_definition(r)
        try:
            chosen = get_definition(spec)
        except DefinitionError:
            continue
        gaps = (0, 1, 1, 2, 2) if "money" in chosen.columns else (0, 1, 1, 2, 2, 3)
        places = [oracle.random_place(r, chosen.columns, gap) for gap in gaps]
        rule = {word: spec[word] for word in RULE if word in spec}
        found.append(
            (chosen, rule, places, [oracle.verdict(rule, p, chosen.columns) for p in places])
        )
    return found


def frame_of(chosen, places):
    data = {}
    for c in chosen.columns:
        cells = [p[c] for p in places]
        if chosen.known[c].kind == "number":
            cells = [None if v is None else float(v) for v in cells]
        data[c] = pl.Series(cells, dtype=KINDS[chosen.known[c].kind])
    return pl.DataFrame(data)


def answers(table):
    if isinstance(table, pl.LazyFrame):
        table = table.collect()
    if isinstance(table, duckdb.DuckDBPyRelation):
        return [row[0] for row in table.project("met").fetchall()]
    values = table["met"].to_pylist() if isinstance(table, pa.Table) else table["met"].to_list()
    return [None if v is pd.NA else v for v in values]


@pytest.mark.parametrize("seed", range(4))
def test_the_verdict_on_one_place_is_what_all_completions_agree_on(seed):
    for chosen, rule, places, expected in rules(seed, 40):
        for place, right in zip(places, expected, strict=True):
            assert explain(chosen, place).met is right, (rule, place)


ENGINES = {
    "polars": lambda frame: frame,
    "polars, lazy": lambda frame: frame.lazy(),
    "pyarrow": lambda frame: frame.to_arrow(),
    "pandas, nullable": lambda frame: frame.to_pandas().convert_dtypes(),
    "pandas, Arrow": lambda frame: frame.to_pandas(use_pyarrow_extension_array=True),
    "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_that_verdict(engine):
    seed = 100 + list(ENGINES).index(engine)
    small = [found for found in rules(seed, 24) if len(found[0].criteria) <= 3]
    assert len(small) > 8
    for chosen, rule, places, expected in small:
        table = ENGINES[engine](frame_of(chosen, places))
        assert answers(check(table, chosen)) == expected, (rule, places)


FAR = {
    "a": [0, 1, 2, 3, 4, 5, 9, 10, 33, 60, 95, 100, 1_000],
    "b": [0, 1, 2, 3, 4, 5, 6, 19, 20, 47, 48, 95, 200],
    "money": [0, 0.5, 1, 1.25, 2, 7.5, 40, 100.5],
    "flag": [True, False],
    "sort": ["A", "B", "C", "elsewhere"],
}
FAR |= {"whole": FAR["b"][1:], "part": FAR["a"]}


def place_far_away(r, columns):
    place = {c: None if r.random() < 0.35 else r.choice(FAR[c]) for c in columns}
    if None not in (place.get("part"), place.get("whole")):
        place["part"] = min(place["part"], place["whole"])
    return place


@pytest.mark.parametrize("engine", ENGINES)
def test_tables_and_single_places_agree_where_numbers_have_no_end(engine):
    """With most = 6, all values can be tried; here those have to be found that depend on the row."""
    r = oracle.generator(500 + list(ENGINES).index(engine))
    without_end = {c: {k: v for k, v in oracle.COLUMNS[c].items() if k != "most"} for c in FAR}
    tried = 0
    while tried < 10:
        columns = r.sample(sorted(FAR), 2)
        rule = {r.choice(["all", "any"]): [oracle.random_rule(r, columns, 1) for _ in range(2)]}
        spec = BASE | {"level": "place", "columns": without_end} | rule
        try:
            chosen = get_definition(spec)
        except DefinitionError:
            continue
        if not chosen.plan.tried or len(chosen.criteria) > 4:
            continue
        places = [place_far_away(r, chosen.columns) for _ in range(25)]
        table = ENGINES[engine](frame_of(chosen, places))
        expected = [explain(chosen, place).met for place in places]
        assert answers(check(table, chosen)) == expected, (rule, places)
        tried += 1


@pytest.mark.parametrize("engine", ENGINES)
def test_a_share_between_two_bounds_is_open_where_the_row_says_so(engine):
    shares = {"column": "active_shops", "per": "households", "at_least": "5%", "less_than": "50%"}
    some = {"active_shops": [None, None, None, 5, 0], "households": [95, 2, 3, None, None]}
    table = pl.DataFrame(some, schema={"active_shops": pl.Int64, "households": pl.Int64})
    for rows in (table, table.filter(pl.col("households").is_not_null())):
        found = answers(check(ENGINES[engine](rows), BASE | {"all": [shares]}))
        assert found == [None, False, None, None, False][: len(rows)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_part_that_is_known_settles_a_ratio_of_its_whole(engine):
    columns = {"p10": {"kind": "count"}, "p20": {"kind": "count"}}
    columns["old"] = {"kind": "count", "at_most": "p20"}
    fewer = {"column": "p20", "per": "p10", "at_most": "100%"}
    older = {"column": "old", "per": "p20", "at_least": "50%"}
    mine = BASE | {"level": "place", "columns": columns, "all": [fewer, older]}
    table = pl.DataFrame({"p10": [4, 400], "p20": [None, None], "old": [301, 301]})
    table = table.cast({"p20": pl.Int64})
    assert answers(check(ENGINES[engine](table), mine)) == [False, None]


def test_a_table_without_any_value_is_checked_as_one_place_is():
    columns = {"b": {"kind": "count"}, "c": {"kind": "count", "at_most": "b"}}
    parts = [{"column": "c", "less_than": 5}, {"column": "b", "at_least": 2}]
    mine = get_definition(BASE | {"level": "place", "columns": columns, "all": parts})
    assert answers(check(pd.DataFrame({"b": [None], "c": [None]}), mine)) == [None]
    columns = get_definition("eu-predominantly-rural").columns
    nothing = pd.DataFrame({c: [None] for c in columns})
    for table in (nothing, pl.from_pandas(nothing), pa.Table.from_pandas(nothing)):
        assert answers(check(table, "eu-predominantly-rural")) == [None]
        unknown = dict.fromkeys(columns)
        assert answers(check(table, "eu-predominantly-rural", columns=unknown)) == [None]


# ---- exact off the published numbers ---------------------------------------------------------------
SHOPS_AND_HOMES = {"active_shops": 1_000, "households": 2_000, "annual_sales_rmb": 2e7}


def test_a_share_of_many_digits_does_not_overflow():
    exact = get_definition("haodu-2016").moved("active_shops", at_least=f"{100 / 3}%")
    table = pl.DataFrame({c: [v] for c, v in SHOPS_AND_HOMES.items()})
    for engine in ENGINES.values():
        assert answers(check(engine(table), exact)) == [True]
    assert explain(exact, SHOPS_AND_HOMES).met is True


@pytest.mark.parametrize("engine", ENGINES)
def test_shares_of_any_number_of_digits_are_exact_at_the_line(engine):
    shops, homes = [49, 50, 51, 999, 333], [1_000, 1_000, 1_000, 3_000, 1_000]
    table = pl.DataFrame(
        {"active_shops": shops, "households": homes, "annual_sales_rmb": [2e7] * 5}
    )
    for size in [*np.arange(4.7, 5.2, 0.1), 100 / 3, 33.3]:
        for word in ("at_least", "more_than"):
            moved = get_definition("haodu-2016").moved("active_shops", **{word: f"{size}%"})
            bound = Fraction(str(size)) / 100
            ratios = [Fraction(s, h) for s, h in zip(shops, homes, strict=True)]
            right = [r >= bound if word == "at_least" else r > bound for r in ratios]
            assert answers(check(ENGINES[engine](table), moved)) == right
            places = table.to_dicts()
            assert [explain(moved, place).met for place in places] == right


@pytest.mark.parametrize("kind", ["Int64", "float64", "int64", "int64[pyarrow]"])
def test_large_products_of_whole_numbers_are_exact(kind):
    columns = {"money": {"kind": "count", "most": 10**16}, "people": {"kind": "count"}}
    mine = get_definition(
        BASE
        | {"level": "place", "columns": columns}
        | {"all": [{"column": "money", "per": "people", "more_than": "1344.51"}]}
    )
    people = 10**9 + 7
    for extra in (-1, 0, 1):
        aim = 134451 * people // 100 + extra
        table = pd.DataFrame({"money": [aim], "people": [people]}).astype(kind)
        right = Fraction(aim, people) > Fraction("1344.51")
        assert (
            answers(check(table, mine)) == [right] == [explain(mine, money=aim, people=people).met]
        )


def test_fractions_can_be_written_and_come_back():
    third = get_definition("haodu-2016").moved("active_shops", at_least="100/3%")
    assert third.threshold("active_shops").bound == Fraction(1, 3)
    assert get_definition(third.to_dict()) == third
    for bound in ("1/3", "33.333333333333336%", 1344.51, Decimal("0.1"), "7.25", 1e15 / 3):
        spec = {"column": "active_shops", "at_least": bound}
        if "%" in str(bound):
            spec["per"] = "households"
        mine = get_definition(BASE | {"all": [spec]})
        assert get_definition(mine.to_dict()).rule == mine.rule


@pytest.mark.filterwarnings("ignore:annual_sales_rmb. 32-bit:UserWarning")
@pytest.mark.parametrize("bound", [1344.51, Decimal("1344.51"), "1344.51"])
def test_money_equals_the_bound_that_is_printed_like_it(bound):
    reached = get_definition(BASE | {"all": [{"column": "annual_sales_rmb", "at_least": bound}]})
    passed = get_definition(BASE | {"all": [{"column": "annual_sales_rmb", "more_than": bound}]})
    for value in (1344.51, Decimal("1344.51"), np.float64(1344.51), np.float32(1344.51)):
        assert explain(reached, annual_sales_rmb=value).met is True
        assert explain(passed, annual_sales_rmb=value).met is False
    tables = [
        pd.DataFrame({"annual_sales_rmb": [1344.51]}),
        pd.DataFrame({"annual_sales_rmb": [Decimal("1344.51")]}),
        pl.DataFrame(
            {"annual_sales_rmb": pl.Series([Decimal("1344.51")], dtype=pl.Decimal(20, 2))}
        ),
        pa.table({"annual_sales_rmb": pa.array([1344.51], pa.float64())}),
        pl.DataFrame({"annual_sales_rmb": pl.Series([1344.51], dtype=pl.Float32)}),
    ]
    for table in tables:
        assert answers(check(table, reached, look=False)) == [True]
        assert answers(check(table, passed, look=False)) == [False]


def test_six_thousand_amounts_of_money_equal_their_own_bound():
    cents = np.random.default_rng(1).integers(1, 10**9, 300)
    for amount in cents:
        text = f"{amount / 100:.2f}"
        reached = get_definition(BASE | {"all": [{"column": "annual_sales_rmb", "at_least": text}]})
        table = pl.DataFrame({"annual_sales_rmb": [amount / 100]})
        assert answers(check(table, reached, look=False)) == [True]
        assert explain(reached, annual_sales_rmb=amount / 100).met is True


# ---- a verdict belongs to a rule -------------------------------------------------------------------
def test_a_verdict_does_not_depend_on_what_else_is_asked():
    data = {
        "annual_sales_rmb": 3e7,
        "active_shops": 1,
        "households": None,
        "ecommerce_households": 19,
    }
    table = pl.DataFrame({c: pl.Series([v], dtype=pl.Float64) for c, v in data.items()})
    alone = check(table, "haodu-2016")["met"].to_list()
    together = compare(table, ["haodu-2016", "planning-glossary-2019"])
    assert alone == together["haodu-2016"].to_list() == [explain("haodu-2016", data).met] == [None]
    moved = flips(table, "haodu-2016", "planning-glossary-2019")
    assert moved["before"].to_list() in ([None], [])
    curve = sensitivity(table, "haodu-2016", "active_shops", thresholds=["10%"])
    assert curve.met.tolist() == [0]


def test_words_are_read_alike():
    for text in ("taobao", "Taobao "):
        with pytest.raises(InputError, match="not spelt as in the definition"):
            explain("li-2017", main_platform=text)
        with pytest.raises(InputError, match="not spelt as in the definition"):
            check(platform(text), "li-2017")
    for text in ("", " "):
        assert explain("li-2017", **platform(text).to_dicts()[0]).met is None
        assert check(platform(text), "li-2017")["met"].to_list() == [None]


def platform(text):
    fine = {
        "annual_sales_rmb": [2e7],
        "registered_shops": [200],
        "ecommerce_households": [50],
        "households": [60],
    }
    return pl.DataFrame({"main_platform": [text], **fine})


# ---- what is offered turns the verdict -------------------------------------------------------------
@pytest.mark.parametrize("seed", range(2))
def test_every_change_turns_the_verdict_for_every_completion(seed):
    tried = 0
    for chosen, rule, places, _ in rules(40 + seed, 30):
        for place in places:
            answer = explain(chosen, place)
            for change in answer.changes:
                values = {
                    c: "elsewhere" if str(v).startswith("not ") else v for c, v in change.items()
                }
                after = place | {
                    c: Fraction(str(v)) if isinstance(v, float) else v for c, v in values.items()
                }
                assert oracle.verdict(rule, after, chosen.columns) is not answer.met, (
                    rule,
                    place,
                    change,
                )
                assert oracle.verdict(rule, after, chosen.columns) is not None, (
                    rule,
                    place,
                    change,
                )
                tried += 1
    assert tried > 100


def test_no_single_change_is_missed():
    for chosen, rule, places, expected in rules(60, 25):
        shares = {leaf.per for leaf in chosen.criteria if leaf.per}
        for place, met in zip(places, expected, strict=True):
            offered = {
                next(iter(change)) for change in explain(chosen, place).changes if len(change) == 1
            }
            for c in set(chosen.columns) - shares - {"money"}:
                others = [v for v in oracle.DOMAIN[c] if fits(place | {c: v})]
                turning = [
                    v
                    for v in others
                    if oracle.verdict(rule, place | {c: v}, chosen.columns) is (not met)
                ]
                assert bool(turning) == (c in offered), (rule, place, c)


def fits(place):
    part, whole = place.get("part"), place.get("whole")
    return part is None or whole is None or part <= whole


# ---- odd definitions and odd tables ----------------------------------------------------------------
def nested(depth):
    rule = {"column": "active_shops", "at_least": 5}
    for _ in range(depth):
        rule = {"all": [rule]}
    return rule


def cyclic():
    rule = {"all": []}
    rule["all"].append(rule)
    return rule


ODD = {
    "deep": (nested(500), "nested more than 30 deep"),
    "cyclic": (cyclic(), "holds itself"),
    "huge": (
        {"all": [{"column": "active_shops", "at_least": 10**400}]},
        "all[0]: 'int' is no bound",
    ),
    "huge share": (
        {"all": [{"column": "active_shops", "per": "households", "at_least": "1e99999%"}]},
        "all[0]: '1e99999%' is no bound",
    ),
    "signalling NaN": (
        {"all": [{"column": "active_shops", "at_least": Decimal("sNaN")}]},
        "is no bound",
    ),
    "a list forgotten": ({"all": {"column": "active_shops", "at_least": 5}}, "all: needs a list"),
    "the opposite": (
        {"all": [{"column": "active_shops", "at_moost": 5}]},
        "Did you mean 'at_most'?",
    ),
    "true in a dict": ({"all": [{"column": "rural", "is": "yes"}]}, "write True or False"),
    "per in a dict": (
        {"all": [{"column": "active_shops", "at_least": "10%"}]},
        'add "per": "households"',
    ),
    "always so many": (
        {"at_least": 0, "of": [{"column": "rural", "is": True}]},
        "at_least 0 is always reached by 1 criteria",
    ),
    "itself as a part": ({"all": [{"definition": "nowhere"}]}, "There is no definition 'nowhere'"),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_definitions_are_refused_with_their_place(case):
    rule, message = ODD[case]
    with pytest.raises(DefinitionError) as error:
        get_definition(BASE | rule)
    assert message in str(error.value)


def test_what_is_no_definition_gets_its_own_advice():
    for text, advice in {
        "rules/mine.toml": r"is the path of a file: give its text, Path\('rules/mine.toml'\).read_text\(\)",
        '{"source": "me"}': r"is JSON: read it first, get_definition\(json.loads\(text\)\)",
    }.items():
        with pytest.raises(DefinitionError, match=advice):
            get_definition(text)
    text = '\ufeffsource = "s"\nyear = 2026\nall = [{ column = "active_shops", at_least = 5 }]'
    assert get_definition(text).key == "my-definition"
    with pytest.raises(DefinitionError, match="nested too deeply"):
        get_definition("source = " + "[" * 5_000 + "]" * 5_000)


def test_a_wide_rule_is_answered():
    wide = {"any": [{"column": "active_shops", "at_least": n} for n in range(1, 241)]}
    table = pl.DataFrame({"active_shops": [0, 1, None]})
    assert check(table, BASE | wide)["met"].to_list() == [False, True, None]
    assert explain(BASE | wide, active_shops=0).changes == [{"active_shops": 1}]


def test_many_groups_are_told_without_end():
    own = {f"c{i}": {"kind": "count"} for i in range(27)}
    groups = [
        {"any": [{"column": f"c{3 * g + i}", "at_least": 5} for i in range(3)]} for g in range(9)
    ]
    answer = explain(BASE | {"columns": own, "all": groups}, dict.fromkeys(own, 1))
    assert len(answer.sentence) < 2_000
    assert all(len(change) == 9 for change in answer.changes)
    assert answer.changes


def test_an_answer_is_no_yes_or_no():
    with pytest.raises(TypeError, match="three values"):
        bool(explain("wikipedia", active_shops=5))


def test_errors_have_one_base_and_survive_pickling():
    with pytest.raises(CheckerError) as error:
        check(pd.DataFrame(), "wikipedia")
    again = pickle.loads(pickle.dumps(error.value))
    assert isinstance(again, InputError)
    assert str(again) == str(error.value)
    assert again.problems == error.value.problems
    assert issubclass(DefinitionError, CheckerError)


def test_string_views_and_columns_of_nothing():
    table = pl.DataFrame({"main_platform": ["Taobao", "JD", None], "annual_sales_rmb": [2e7] * 3})
    table = table.with_columns(
        registered_shops=pl.lit(200), ecommerce_households=None, households=None
    )
    expected = [True, False, None]
    views = pa.table(table)
    for one in (table, table.lazy(), views, duckdb.from_arrow(table.to_arrow())):
        assert answers(check(one, "li-2017")) == expected


YES_NO = {
    "pandas": pd.DataFrame({"rural": ["yes", "no", None]}),
    "pandas, categories": pd.DataFrame({"rural": pd.Categorical(["yes", "no", None])}),
    "polars": pl.DataFrame({"rural": ["yes", "no", None]}),
    "polars, categories": pl.DataFrame(
        {"rural": pl.Series(["yes", "no", None], dtype=pl.Categorical)}
    ),
    "polars, lazy": pl.LazyFrame({"rural": ["yes", "no", None]}),
    "pyarrow": pa.table({"rural": ["yes", "no", None]}),
    "duckdb": duckdb.sql("select * from (values ('yes'), ('no'), (null)) as t(rural)"),
}


@pytest.mark.parametrize("engine", YES_NO)
def test_the_advice_on_yes_and_no_gives_the_right_verdict(engine):
    rule = BASE | {"all": [{"column": "rural", "is": True}]}
    table = YES_NO[engine]
    (advice,) = problems(table, rule).advice
    space = {
        "table": table.copy() if isinstance(table, pd.DataFrame) else table,
        "pd": pd,
        "pl": pl,
        "pa": pa,
    }
    exec(advice, space)
    assert answers(check(space["table"], rule)) == [True, False, None]


# ---- what the language can say ---------------------------------------------------------------------
PLACE = BASE | {"level": "place"}
TOWN = PLACE | {
    "columns": {
        "people": {"kind": "count", "unit": "people", "least": 1},
        "people_before": {"kind": "count", "unit": "people", "least": 1},
        "area": {"kind": "number", "unit": "square km"},
        "income": {"kind": "number", "unit": "RMB", "label": "income"},
        "region": {"kind": "text", "label": "region"},
        "score": {"kind": "number", "least": 0, "most": 100},
    }
}


def met(rule, **data):
    return explain(TOWN | rule, data).met if data else None


def test_ranges_upper_bounds_and_what_is_not():
    assert met({"all": [{"column": "people", "at_least": 5, "less_than": 10}]}, people=9) is True
    assert met({"all": [{"column": "people", "at_least": 5, "less_than": 10}]}, people=10) is False
    assert met({"not": {"column": "people", "at_most": 5}}, people=6) is True
    assert (
        met({"all": [{"column": "region", "is_not": ["Tibet", "Xinjiang"]}]}, region="Tibet")
        is False
    )
    either = {"any": [{"column": "people", "at_least": 5}, {"column": "people", "less_than": 5}]}
    assert explain(TOWN | either, {"people": None}).met is True
    table = pl.DataFrame({"people": pl.Series([None, 3], dtype=pl.Int64)})
    assert check(table, TOWN | either)["met"].to_list() == [True, True]
    neither = {"all": [{"column": "people", "at_least": 5}, {"column": "people", "less_than": 5}]}
    assert check(table, TOWN | neither)["met"].to_list() == [False, False]


def test_k_of_n_and_weights():
    parts = [{"column": "people", "at_least": n} for n in (5, 10)] + [
        {"column": "income", "less_than": 100}
    ]
    two = {"at_least": 2, "of": parts}
    assert met(two, people=7, income=50) is True
    assert met(two, people=7, income=None) is None
    assert met(two, people=None, income=100) is None
    assert met(two, people=2, income=None) is False
    heavy = {"more_than": 2, "of": [{**parts[0], "weight": 2}, {**parts[2], "weight": 0.5}]}
    assert met(heavy, people=7, income=50) is True
    assert met(heavy, people=7, income=100) is False
    assert (
        get_definition(get_definition(TOWN | heavy).to_dict()).rule
        == get_definition(TOWN | heavy).rule
    )


def test_ratios_growth_and_bounds_by_region():
    dense = {"all": [{"column": "people", "per": "area", "at_least": 400}]}
    assert met(dense, people=400, area=1) is True
    assert met(dense, people=400, area=1.01) is False
    grown = {"all": [{"column": "people", "growth_from": "people_before", "at_least": "10%"}]}
    assert met(grown, people=110, people_before=100) is True
    assert met(grown, people=109, people_before=100) is False
    words = get_definition(TOWN | grown).in_words()
    assert words == "people grown from people before by at least 10%"
    rich = {"all": [{"column": "income", "per": "people", "at_least": "1344.51"}]}
    assert met(rich, income=134451, people=100) is True
    by = {
        "all": [
            {
                "column": "people",
                "at_least": {"by": "region", "hills": 5, "plain": 50, "otherwise": 20},
            }
        ]
    }
    assert [met(by, people=10, region=r) for r in ("hills", "plain", "coast", None)] == [
        True,
        False,
        False,
        None,
    ]
    assert [met(by, people=60, region=r) for r in ("hills", "plain", None)] == [True, True, True]


def test_a_rule_with_dates_is_one_rule():
    town = BASE | {
        "level": "town",
        "all": [{"column": "taobao_villages", "at_least": {"2014": 3, "2020": 5}}],
    }
    now = get_definition(town)
    assert [version.since for version in now.versions] == [2014, 2020]
    assert explain(now, taobao_villages=4).met is False
    assert explain(get_definition(town, as_of=2019), taobao_villages=4).met is True
    assert get_definition(now.to_dict()) == now
    with pytest.raises(DefinitionError, match="no version of 2013; the first is of 2014"):
        now.as_of(2013)
    listed = BASE | {
        "level": "town",
        "versions": [
            {"since": 2014, "all": [{"column": "taobao_villages", "at_least": 3}]},
            {"since": 2020, "source": "t", "all": [{"column": "taobao_villages", "at_least": 5}]},
        ],
    }
    assert get_definition(listed, as_of=2021).source == "t"
    assert get_definition(listed).rule == now.rule


def test_other_definitions_are_parts():
    both = BASE | {"all": [{"definition": "haodu-2016"}, {"column": "rural", "is": True}]}
    chosen = get_definition(both)
    assert explain(chosen, SHOPS_AND_HOMES, rural=False).met is False
    assert explain(chosen, SHOPS_AND_HOMES, rural=True).met is True
    assert "haodu-2016" in str(explain(chosen, SHOPS_AND_HOMES))
    assert get_definition(chosen.to_dict()) == chosen


def test_columns_of_ones_own_are_declared_in_toml_too():
    text = """
[columns.internet_users]
kind = "count"
label = "internet users"
unit = "people"

[definitions.online]
source = "s"
year = 2026
all = [{ column = "internet_users", per = "population", at_least = "60%" }]
"""
    mine = get_definition(text)
    assert mine.in_words() == "internet users at least 60% of population"
    assert explain(mine, internet_users=6, population=10).met is True
    with pytest.raises(InputError, match="internet_users: not a whole number"):
        check(pd.DataFrame({"internet_users": [0.5], "population": [10]}), mine)


def test_what_would_cost_too_much_is_refused_in_words():
    chain = [
        {"column": "people", "per": "people_before", "at_least": "10%", "at_most": "20%"},
        {"column": "people_before", "per": "score", "at_least": 2, "at_most": 3},
    ]
    columns = TOWN["columns"] | {"score": {"kind": "count"}}
    with pytest.raises(DefinitionError, match="an exact answer would cost too much"):
        get_definition(TOWN | {"columns": columns, "all": chain})


CLIENT = """
import polars as pl
from taobaolab.definition import check, compare, explain, get_definition

reveal_type(check(pl.DataFrame(), "wikipedia"))
reveal_type(compare(pl.LazyFrame(), ["wikipedia"]))
reveal_type(explain("wikipedia").met)
reveal_type(get_definition("wikipedia"))
"""


@pytest.mark.full
def test_a_typed_client_sees_the_table_come_back_as_it_was(tmp_path):
    api = pytest.importorskip("mypy.api")
    client = tmp_path / "client.py"
    client.write_text(CLIENT)
    told, _, _ = api.run(["--strict", "--follow-imports", "silent", str(client)])
    for kind in ("DataFrame", "LazyFrame", "bool | None", "Definition"):
        assert re.search(rf'Revealed type is "[\w. |]*{re.escape(kind)}"', told), told


# ---- what strangers stumbled over ------------------------------------------------------------------
PLACE = BASE | {"level": "place"}
SHOPS = {"column": "active_shops", "at_least": 5}


@pytest.mark.parametrize("key", ["wikipedia", "us-urban-area"])
def test_a_definition_and_an_answer_survive_pickling_after_use(key):
    chosen = get_definition(key)
    answer = explain(chosen)
    assert pickle.loads(pickle.dumps(chosen)) == chosen
    assert copy.deepcopy(answer).verdict == answer.verdict == "undetermined"


@pytest.mark.parametrize(
    ("word", "opposite"),
    [
        ("and", "any"),
        ("lower_than", "more_than"),
        ("not_less_than", "less_than"),
        ("no_more_than", "more_than"),
        ("not_more_than", "more_than"),
        ("not_at_least", "at_least"),
    ],
)
def test_no_opposite_is_offered_for_a_word_that_is_not_known(word, opposite):
    rule = {word: [SHOPS]} if word == "and" else {"all": [{"column": "active_shops", word: 5}]}
    with pytest.raises(DefinitionError) as told:
        get_definition(PLACE | rule)
    assert f"unknown word '{word}'" in str(told.value)
    meant = re.findall(r"Did you mean ([^?]*)\?", str(told.value))
    assert all(opposite not in words for words in meant)


def test_advice_on_a_value_repeats_it_and_makes_none_up():
    with pytest.raises(InputError, match="rural=True or rural=False"):
        explain("wikipedia", rural="no")
    with pytest.raises(InputError, match="write it as active_shops=6000, or"):
        explain("wikipedia", active_shops="6,000")
    with pytest.raises(InputError, match=r"annual_sales_rmb=\.\.\. in digits"):
        explain("wikipedia", annual_sales_rmb="1200万")


def test_words_for_unknown_are_doubted_and_others_are_not():
    columns = {"r": {"kind": "text"}, "n": {"kind": "count"}}
    bound = {"by": "r", "north": 3, "south": 9}
    mine = PLACE | {"columns": columns, "all": [{"column": "n", "at_least": bound}]}
    table = pd.DataFrame({"r": ["n/a", "不详", "-", "north"], "n": 50})
    with pytest.warns(UserWarning, match=r"may mean unknown \(3 rows"):
        check(table, mine)
    assert answers(check(table[3:], mine)) == [True]


def test_no_answer_takes_the_place_of_a_datum():
    table = pd.DataFrame({"active_shops": [100, 30]})
    mine = PLACE | {"key": "active_shops", "all": [SHOPS]}
    with pytest.raises(DefinitionError, match="would take the place of the column 'active_shops'"):
        compare(table, [mine])
    with pytest.raises(DefinitionError, match="column 'met'"):
        check(table.rename(columns={"active_shops": "met"}), mine, columns={"active_shops": "met"})
    assert list(compare(table, [mine | {"key": "b"}]).columns) == ["active_shops", "b"]


def test_a_count_of_criteria_inside_a_group_has_an_end():
    few = {"at_least": 1, "of": [{"column": "population", "at_least": 50}, SHOPS]}
    inside = get_definition(PLACE | {"all": [few, {"column": "registered_shops", "at_least": 3}]})
    assert inside.in_words() == (
        "(at least 1 of these: population at least 50; active shops at least 5) "
        "and registered shops at least 3"
    )
    assert not get_definition(PLACE | few).in_words().startswith("(")


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda t: check(t, PLACE | {"all": [SHOPS]}, columns=["active_shops"]), "not a dict"),
        (lambda t: get_definition("us-urban-area", as_of="1950"), "as_of is a year"),
        (lambda t: compare(t, None), "Definitions are needed"),
        (
            lambda t: sensitivity(t, PLACE | {"all": [SHOPS]}, "active_shops", thresholds=50),
            "list of bounds",
        ),
        (
            lambda t: sensitivity(t, PLACE | {"all": [SHOPS]}, "active_shops", thresholds="50"),
            "list of bounds",
        ),
        (lambda t: boundary("wikipedia", 100), "list of numbers"),
        (lambda t: boundary("wikipedia", "100"), "list of numbers"),
        (lambda t: boundary("wikipedia", [None]), "list of numbers"),
    ],
)
def test_a_slip_of_form_is_told_in_words(ask, told):
    with pytest.raises(CheckerError, match=told):
        ask(pd.DataFrame({"active_shops": [100, 30]}))


# ---- advice, pasted as it is printed -----------------------------------------------------------------
MIXED = PLACE | {
    "columns": {
        "shops": {"kind": "count"},
        "balance": {"kind": "number"},
        "region": {"kind": "text"},
        "coastal": {"kind": "yes/no"},
        "before": {"kind": "number"},
    }
}
TABLES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


def pasted(table, rule):
    """The table after the line of the advice."""
    (advice,) = problems(table, rule).advice
    space = {"table": table, "pd": pd, "pl": pl, "pa": pa}
    exec(advice[advice.index("table") :], space)
    return space["table"]


@pytest.mark.parametrize("engine", TABLES)
def test_text_that_is_no_plain_number_is_read_or_named(engine):
    rule = MIXED | {"column": "shops", "at_least": 300}
    cells = ["¥12,000", "1200万", "３００", "12元", "约100", ">100", "1.000", "1,00", " 7 ", "n/a"]
    table = TABLES[engine]({"shops": cells, "village": list("abcdefghij")})
    (before,) = problems(table, rule).itertuples()
    unsure = ["约100", ">100", "1.000", "1,00"]
    assert all(repr(cell) in before.advice for cell in unsure)
    once = pasted(table, rule)
    kept = [str(v) for v in nw.from_native(once, eager_only=True)["shops"].to_list()]
    assert kept == ["12000", "12000000", "300", "12", *unsure, "7", "n/a"]
    with pytest.raises(InputError, match="约100"):
        check(once, rule)
    clear = TABLES[engine]({"shops": [*kept[:4], kept[8], "n/a"]})
    assert answers(check(pasted(clear, rule), rule)) == [True, True, True, False, False, None]


@pytest.mark.parametrize("engine", TABLES)
def test_words_that_may_be_yes_or_no_are_asked_for(engine):
    rule = MIXED | {"column": "coastal", "is": True}
    table = TABLES[engine]({"coastal": ["oui", "non", "?", "yes"]})
    (advice,) = problems(table, rule).advice
    assert advice.startswith("write True, False or None for each ...: ")
    assert "'oui': ..., 'non': ..., '?': None, 'yes': True" in advice
    with pytest.raises(Exception):  # noqa: B017, PT011 (each engine refuses in its own way)
        pasted(table, rule)
    filled = advice.replace("'oui': ...", "'oui': True").replace("'non': ...", "'non': False")
    space = {"table": table, "pd": pd, "pl": pl, "pa": pa}
    exec(filled[filled.index("table") :], space)
    assert answers(check(space["table"], rule)) == [True, False, None, True]


def test_a_column_of_many_words_is_no_yes_or_no():
    rule = MIXED | {"column": "coastal", "is": True}
    (advice,) = problems(pd.DataFrame({"coastal": [f"word {i}" for i in range(31)]}), rule).advice
    assert advice.startswith("31 different values")


def test_a_misspelt_region_is_doubted_with_what_may_be_meant():
    rule = MIXED | {"column": "shops", "at_least": {"by": "region", "north": 3, "south": 9}}
    table = pd.DataFrame({"region": ["nroth", "north", "west"], "shops": 5})
    with pytest.warns(UserWarning, match=r"'nroth'.*\n.*did you mean by 'nroth' 'north'\?"):
        assert answers(check(table, rule)) == [False, True, False]
    assert problems(table[1:], rule).empty


@pytest.mark.parametrize(
    ("bound", "told"),
    [
        ("1/3", "balance at least 1/3"),
        ("100/3", "balance at least 100/3"),
        ("0.123456789012345678901", "balance at least 0.123456789012345678901"),
        ("1200.5", "balance at least 1,200.50"),
    ],
)
def test_a_sentence_says_all_of_a_bound(bound, told):
    rule = get_definition(MIXED | {"column": "balance", "at_least": bound})
    assert rule.in_words() == told
    assert get_definition(rule.to_dict()).rule == rule.rule


@pytest.mark.parametrize(
    ("word", "bound", "told"),
    [
        ("at_most", "-10%", "balance shrunk from before by at least 10%"),
        ("more_than", "-2.5%", "balance shrunk from before by less than 2.5%"),
        ("at_least", "10%", "balance grown from before by at least 10%"),
        ("at_least", "0%", "balance grown from before by at least 0%"),
    ],
)
def test_a_fall_is_told_as_one(word, bound, told):
    rule = MIXED | {"column": "balance", word: bound, "growth_from": "before"}
    assert get_definition(rule).in_words() == told


def test_what_can_be_below_zero_is_declared_so():
    rule = MIXED | {"column": "balance", "at_most": 100}
    (advice,) = problems(pd.DataFrame({"balance": [-12.5]}), rule).advice
    assert 'declare the least in columns.balance, as "least": -500' in advice
    with pytest.raises(DefinitionError, match=r'declare it: "least": -500 in columns'):
        get_definition(MIXED | {"column": "balance", "at_most": -5})
    columns = {"balance": {"kind": "number", "least": -500}}
    declared = PLACE | {"columns": columns, "column": "balance", "at_most": -5}
    assert answers(check(pd.DataFrame({"balance": [-12.5, 0]}), declared)) == [True, False]


def test_a_zero_below_the_line_is_not_called_final():
    rule = MIXED | {"column": "shops", "per": "balance"}
    zero = explain(rule | {"less_than": 150}, shops=0, balance=0)
    assert zero.sentence == (
        "Not met. Only another value of balance would turn it, which is taken as it is."
    )
    assert explain(rule | {"less_than": 150}, shops=0, balance=1).met is True


@pytest.mark.parametrize("key", sorted(published()))
def test_every_definition_goes_into_json_and_back(key):
    text = json.dumps(get_definition(key).to_dict(), ensure_ascii=False)
    assert get_definition(json.loads(text)).rule == get_definition(key).rule


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (Path("my.toml"), r"give its text: Path\('my.toml'\).read_text\(\)"),
        (b"source", r"text.decode\(\)"),
        (pd.DataFrame({"shops": [1]}), "check\\(table, definition\\), the table first"),
        ({"source": "s", "year": 2020.0, "all": []}, "no year that is a whole number, but 2020.0"),
        ({"source": "s", "year": 2020, "all": "x >= 5"}, "all: is a str; give a list of criteria"),
    ],
)
def test_what_is_no_definition_is_told_apart(what, told):
    with pytest.raises(DefinitionError, match=told):
        get_definition(what)


def test_a_boundary_needs_a_household():
    for households in ([0], [100, -5]):
        with pytest.raises(DefinitionError, match="at least 1 household"):
            boundary("wikipedia", households)


def test_the_words_of_the_language_are_listed_where_help_shows_them():
    told = taobaolab.definition.__doc__
    words = {*RULE_WORDS, "otherwise", "by", "versions", "since", "columns", "weight"} - {"name"}
    assert [word for word in sorted(words) if word not in told] == []


def test_advice_on_a_name_repeats_no_name_that_was_given():
    table = pd.DataFrame({"active_shops": [5]})
    rule = BASE | {"all": [{"column": "active_shops", "at_least": 3}]}
    with pytest.raises(InputError, match="ours stands on the left") as error:
        check(table, rule, columns={"activ_shops": "active_shops"})
    assert "turn it round" not in str(error.value)
    rule = BASE | {"all": [{"column": "active_shops", "at_least": 3, "at_most": 9}]}
    with pytest.raises(DefinitionError, match="more than one bound") as refused:
        get_definition(rule).moved("active_shops", at_least=4)
    assert "Did you mean" not in str(refused.value)
    itself = PLACE | {"columns": {"xy": {"kind": "count", "at_most": "xy"}}, "column": "xy"}
    with pytest.raises(DefinitionError, match="at_most names no other number") as own:
        get_definition(itself | {"at_least": 1})
    assert "'xy'?" not in str(own.value)
