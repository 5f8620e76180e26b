"""What has to hold for every definition and every place, tried on random ones."""

import itertools
from fractions import Fraction

import pandas as pd
import polars as pl
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from taobaolab.definition import (
    check,
    definitions,
    explain,
    flips,
    get_definition,
    sensitivity,
)

settings.register_profile(
    "definition",
    derandomize=True,
    max_examples=80,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
steady = settings.get_profile("definition")

COUNTS = ("active_shops", "registered_shops", "ecommerce_households")
NEAR = [0, 1, 7, 9, 10, 11, 49, 50, 69, 70, 71, 99, 100, 101, 140]
HUGE = 10**6
VALUES = {
    "rural": [True, False],
    "administrative_village": [True, False],
    "residents_committee": [True, False],
    "main_platform": ["Taobao", "Tmall", "JD"],
    "annual_sales_rmb": [0, 9_999_999, 10_000_000, 10_000_001, 12_000_000],
    "active_shops": NEAR,
    "registered_shops": NEAR,
    "ecommerce_households": NEAR,
    "households": [1, 10, 70, 99, 100, 101, 140, 700, 1_000],
}
EXTREMES = {
    "annual_sales_rmb": [0, 10**12],
    "households": [1, HUGE],
    "main_platform": ["Taobao", "Tmall", "JD"],
}
EXTREMES |= {c: [0, 1, HUGE] for c in COUNTS} | {
    c: [True, False] for c, v in VALUES.items() if v == [True, False]
}
ORDER = {"not met": 0, "undetermined": 1, "met": 2}


@st.composite
def places(draw, missing=True):
    """A place with data at and around the bounds; trading households are some of the households."""
    place = {c: draw(st.sampled_from(v)) for c, v in VALUES.items()}
    place["ecommerce_households"] = min(place["ecommerce_households"], place["households"])
    gaps = draw(st.sets(st.sampled_from(sorted(VALUES)), max_size=4)) if missing else set()
    return {c: None if c in gaps else v for c, v in place.items()}


def bounds(column, per):
    words = st.sampled_from(["at_least", "more_than"])
    if per:
        shares = ["1%", "7%", "10%", "14%", "29%", "7.5%", "100%"] + (
            ["150%"] if column != "ecommerce_households" else []
        )
        sizes = st.sampled_from(shares)
    else:
        sizes = (
            st.just(10_000_000)
            if column == "annual_sales_rmb"
            else st.sampled_from([1, 10, 50, 70, 100])
        )
    leaf = st.tuples(words, sizes).map(
        lambda p: {"column": column, p[0]: p[1]} | ({"per": per} if per else {})
    )
    return leaf.filter(
        lambda s: (
            (s.get("per"), s.get("more_than"), column)
            != ("households", "100%", "ecommerce_households")
        )
    )


leaf = st.one_of(
    st.sampled_from([
        {"column": "rural", "is": True}, {"column": "administrative_village", "is": True},
        {"column": "residents_committee", "is": False}, {"column": "main_platform", "is": ["Taobao", "Tmall"]},
    ]),
    bounds("annual_sales_rmb", None), *(bounds(c, None) for c in COUNTS), *(bounds(c, "households") for c in COUNTS),
)  # fmt: skip
group = st.recursive(
    leaf,
    lambda parts: st.tuples(
        st.sampled_from(["all", "any"]), st.lists(parts, min_size=1, max_size=3)
    ).map(lambda g: {g[0]: g[1]}),
    max_leaves=6,
)


def made(rule):
    """A definition of ours in which each column pulls one way; test_language.py has the others."""
    spec = rule if "column" not in rule else {"all": [rule]}
    chosen = get_definition({"source": "s", "year": 2020} | spec)
    return None if chosen.plan.tried else chosen


invented = group.map(made).filter(lambda d: d is not None)
village_keys = [
    k
    for k in definitions().query("level == 'village'").key
    if "population" not in get_definition(k).columns
]
anyone = st.one_of(st.sampled_from(village_keys).map(get_definition), invented)


def ask(d, place):
    return explain(d, {c: place.get(c) for c in d.columns})


def met(d, place):
    return ask(d, place).verdict


def consistent(place, d=None):
    part, whole = (
        place.get(c) if d is None or c in d.columns else None
        for c in ("ecommerce_households", "households")
    )
    return part is None or whole is None or part <= whole


@given(anyone, places())
@settings(steady, max_examples=300)
def test_the_verdict_is_the_one_of_all_completions(d, place):
    unknown = [c for c in d.columns if place[c] is None]
    assume(unknown)
    asked = {c: place[c] for c in d.columns}
    linked = [v for c in ("households", "ecommerce_households") if (v := asked.get(c))]
    grids = [
        EXTREMES[c] + (linked if c in ("households", "ecommerce_households") else [])
        for c in unknown
    ]
    filled = [
        asked | dict(zip(unknown, values, strict=True)) for values in itertools.product(*grids)
    ]
    verdicts = {met(d, p) for p in filled if consistent(p)}
    assert verdicts <= {"met", "not met"}
    assert met(d, place) == (verdicts.pop() if len(verdicts) == 1 else "undetermined")


@given(anyone, places(), st.sampled_from(COUNTS + ("annual_sales_rmb",)), st.integers(1, 200))
@settings(steady)
def test_more_of_a_number_never_hurts(d, place, column, more):
    assume(place[column] is not None)
    richer = place | {column: place[column] + more}
    assume(consistent(richer))
    assert ORDER[met(d, richer)] >= ORDER[met(d, place)]


@given(anyone, places(), st.integers(1, 2_000))
@settings(steady)
def test_more_households_never_help_a_share(d, place, more):
    assume(place["households"] is not None)
    assert ORDER[met(d, place | {"households": place["households"] + more})] <= ORDER[met(d, place)]


@given(st.sampled_from(village_keys).map(get_definition), places(), st.integers(2, 9))
@settings(steady)
def test_shares_do_not_depend_on_size(d, place, k):
    shares = [p for p in d.to_dict().get("all", []) if "any" not in p]
    bigger = place | {c: place[c] * k for c in (*COUNTS, "households") if place[c] is not None}
    only = get_definition({"source": "s", "year": 2020, "all": [*(p for p in shares if "per" in p or "is" in p),
                       {"column": "active_shops", "per": "households", "at_least": "10%"}]})  # fmt: skip
    assume(place["households"] is not None)
    assert met(only, bigger) == met(only, place)


@given(places(), st.sampled_from(COUNTS), st.sampled_from([1, 10, 70, 100]))
@settings(steady)
def test_strict_is_inclusive_one_further(place, column, bound):
    def one(**how):
        return get_definition({"source": "s", "year": 2020, "all": [{"column": column} | how]})

    strict, inclusive, next_one = one(more_than=bound), one(at_least=bound), one(at_least=bound + 1)
    assert met(strict, place) == met(next_one, place)
    assert ORDER[met(strict, place)] <= ORDER[met(inclusive, place)]
    if place[column] is not None:
        assert (met(strict, place) != met(inclusive, place)) == (place[column] == bound)


def smaller(column, value, turned):
    """The same change, one shop, one household or one fen short of it; None for a yes, a no or a word."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    step = Fraction(1, 100) if column == "annual_sales_rmb" else 1
    return Fraction(str(value)) + (step if turned == "not met" else -step)


@given(anyone, places())
@settings(steady, max_examples=250)
def test_every_change_turns_the_verdict_and_nothing_less_does(d, place):
    answer = ask(d, place)
    turned = "not met" if answer.met else "met"
    for change in answer.changes:
        assert met(d, place | change) == turned
        for column, value in change.items():
            assert met(d, place | {c: v for c, v in change.items() if c != column}) != turned
            less = smaller(column, value, turned)
            if less is not None and less >= 0 and consistent(place | change | {column: less}):
                assert met(d, place | change | {column: less}) != turned


@given(anyone, places())
@settings(steady)
def test_no_single_change_is_missed(d, place):
    assume((place["households"] or 1) <= 140)
    answer = ask(d, place)
    turned = "not met" if answer.met else "met"
    alone = {
        next(iter(change)): next(iter(change.values()))
        for change in answer.changes
        if len(change) == 1
    }
    for column in (c for c in d.columns if c != "households"):
        values = range(220) if column in COUNTS else [*VALUES[column], 10_000_000.01, 9_999_999.99]
        values = VALUES[column] if column not in (*COUNTS, "annual_sales_rmb") else values
        turning = [
            v
            for v in values
            if consistent(place | {column: v}, d) and met(d, place | {column: v}) == turned
        ]
        assert bool(turning) == (column in alone)
        if turning and column in COUNTS:
            assert alone[column] == (max if answer.met else min)(turning)


@given(anyone, places())
@settings(steady, max_examples=250)
def test_the_rows_add_up_to_the_verdict(d, place):
    answer = ask(d, place)
    rows = answer.to_dict()["criteria"]
    found = iter([ORDER[r["answer"]] for r in rows])

    def folded(spec):
        if "all" in spec or "any" in spec:
            need = "all" if "all" in spec else "any"
            return (min if need == "all" else max)([folded(p) for p in spec[need]])
        return next(found)

    tree = {k: v for k, v in d.to_dict().items() if k in ("all", "any")}
    assert folded(tree) == ORDER[answer.verdict]
    for row in rows:
        if row["margin"] not in (None, 0):
            assert row["answer"] == ("met" if row["margin"] > 0 else "not met")
    assert answer.verdict in str(answer).lower()
    assert (answer.find_out is None) == (answer.verdict != "undetermined")


@given(anyone, places())
@settings(steady)
def test_what_to_find_out_first_decides_as_announced(d, place):
    answer = ask(d, place)
    assume(answer.find_out is not None)
    column = answer.find_out
    assert place[column] is None
    values = (
        [*VALUES[column], *range(1, 160)] if column in (*COUNTS, "households") else VALUES[column]
    )
    could = {
        met(d, place | {column: v})
        for v in [*values, *EXTREMES[column]]
        if consistent(place | {column: v}, d)
    }
    said = answer.sentence.partition("first:")[2]
    assert ("met if" in said.replace("not met if", "")) == ("met" in could)
    assert ("not met if" in said) == ("not met" in could)


@given(anyone, st.lists(places(), min_size=1, max_size=12))
@settings(steady, max_examples=40)
def test_engines_agree_row_by_row(d, rows):
    asked = [{c: r[c] for c in d.columns} for r in rows]
    expected = [ask(d, r).met for r in asked]
    kinds = {
        c: pl.Boolean if v[0] is True else pl.String if v[0] == "Taobao" else pl.Float64
        for c, v in VALUES.items()
    }
    frame = pl.DataFrame(
        {c: pl.Series([r[c] for r in asked], dtype=kinds[c], strict=False) for c in d.columns}
    )
    assert check(frame, d)["met"].to_list() == expected
    assert check(frame.lazy(), d).collect()["met"].to_list() == expected
    assert check(frame.to_arrow(), d)["met"].to_pylist() == expected
    classic = pd.DataFrame(asked)
    for table in (
        classic,
        classic.convert_dtypes(),
        classic.convert_dtypes(dtype_backend="pyarrow"),
    ):
        found = check(table, d).met
        assert [None if v is pd.NA else bool(v) for v in found] == expected
    parts = [check(frame[i : i + 1], d)["met"][0] for i in range(len(frame))]
    assert parts == expected  # a row does not depend on the others


@given(invented, places())
@settings(steady)
def test_order_and_repetition_do_not_matter(d, place):
    spec = d.to_dict()
    need = "all" if "all" in spec else "any"
    shuffled = spec | {need: [*reversed(spec[need]), spec[need][0]]}
    assert met(get_definition(shuffled), place) == met(d, place)
    assert get_definition(spec) == d


@given(
    st.sampled_from(["wikipedia", "aliresearch-2022"]).map(get_definition),
    st.lists(places(), min_size=3, max_size=40),
)
@settings(steady, max_examples=30)
def test_the_count_falls_as_the_bound_rises_and_flips_explain_it(d, rows):
    table = pd.DataFrame([{c: r[c] for c in d.columns} for r in rows])
    curve = sensitivity(table, d, "active_shops", thresholds=[1, 10, 50, 70, 100, 101, 200])
    assert curve.met.is_monotonic_decreasing
    word = "more_than" if d.threshold("active_shops").strict else "at_least"
    low, high = (d.moved("active_shops", **{word: bound}) for bound in (50, 100))
    moved = flips(table, high, low)
    gained = (moved.after.fillna(False) & ~moved.before.fillna(False)).sum()
    assert gained == curve.met[2] - curve.met[4]
    assert not (moved.before.fillna(False) & ~moved.after.fillna(False)).any()
