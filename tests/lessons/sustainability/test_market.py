"""The village market: the limits that theory gives, laws that must hold in every run, and what the parameters rest on."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taobaolab import datasets
from taobaolab.lessons import growth, sustainability
from taobaolab.lessons.sustainability.market_model import OUTCOMES
from taobaolab.lessons.sustainability.parameters import PARAMETERS

FREE = {"fee": 0, "delivery": 0, "advertising": 0, "rent": 0, "spread": 0, "upgrading": 0}
SMALL = {"households": st.integers(14, 60), "starters": st.integers(0, 14)}


def values_of(p):
    return SMALL.get(p.parameter, st.floats(p.low, p.high, allow_nan=False))


CHANGES = st.fixed_dictionaries(
    {}, optional={p.parameter: values_of(p) for p in PARAMETERS if p.parameter != "households"}
)
CHANGES = st.builds(lambda d, n: {**d, "households": n}, CHANGES, SMALL["households"])


def equal_sellers(n, worth=80.0, likeness=0.0):
    markup, share = sustainability.bertrand(np.full((1, n), worth), np.ones((1, n), bool), likeness)
    assert np.ptp(markup) == pytest.approx(0)
    return float(markup[0, 0]), float(share[0].sum())


# limits of theory


@pytest.mark.parametrize("likeness", [0, 0.5, 0.99])
def test_one_seller_asks_the_monopoly_price(likeness):
    assert equal_sellers(1, likeness=likeness) == pytest.approx((40, 40))
    alone = sustainability.market(
        years=0, starters=1, likeness=likeness, cost=20, value=100, **FREE
    )
    assert alone["price"][0] == pytest.approx((100 + 20) / 2)
    assert alone["margin"][0] == pytest.approx(40 / 60)
    assert alone["pieces"][0] == pytest.approx(150_000 * (1 - 60 / 100))


def test_a_fee_on_the_price_raises_the_monopoly_price_as_theory_says():
    alone = sustainability.market(years=0, starters=1, cost=20, value=100, **FREE | {"fee": 0.2})
    assert alone["price"][0] == pytest.approx((100 + 20 / 0.8) / 2)


@pytest.mark.parametrize("n", [2, 5, 50])
def test_sellers_in_their_own_niches_all_ask_the_monopoly_price(n):
    assert equal_sellers(n, likeness=0) == pytest.approx((40, 40))


@pytest.mark.parametrize("n", [2, 5, 50])
def test_identical_products_bring_the_price_down_to_cost(n):
    markup, sold = equal_sellers(n, likeness=0.9999)
    assert 0 < markup < 0.02
    assert sold == pytest.approx(80, rel=1e-3)


def test_two_sellers_by_hand():
    """g = 1, so a seller's demand is (2(80 - m) - (mean of 80 - m)) / 2. It falls by 3/4 for each RMB of markup, so at
    the best markup (80 - m) / 2 = 3/4 m: m = 32, and the two sell 48 together."""
    assert equal_sellers(2, likeness=0.5) == pytest.approx((32, 48))


@given(
    worth=st.lists(st.floats(5, 120), min_size=1, max_size=12),
    likeness=st.floats(0, 0.99),
    step=st.sampled_from([-0.5, -0.01, 0.01, 0.5]),
)
def test_no_seller_gains_by_another_price(worth, likeness, step):
    """The equilibrium is one: with the others' prices fixed, every other markup of a seller earns less."""
    x = np.array([worth])
    markup, share = sustainability.bertrand(x, np.ones_like(x, bool), likeness)
    on = markup[0] > 0
    n, g = on.sum(), likeness / (1 - likeness)
    net = (x - markup)[0][on]
    assert np.allclose(share[0][on], ((1 + g) * net - g * net.mean()) / n, atol=1e-6)
    assert share.sum() == pytest.approx(net.mean())
    for i in range(n):
        other = net.copy()
        other[i] -= step
        sold = ((1 + g) * other[i] - g * other.mean()) / n
        assert (markup[0][on][i] + step) * sold <= markup[0][on][i] * share[0][on][i] + 1e-6


@given(likeness=st.floats(0, 0.98), n=st.integers(1, 40))
def test_more_sellers_and_more_likeness_never_raise_the_markup(likeness, n):
    markup, _ = equal_sellers(n, likeness=likeness)
    assert equal_sellers(n + 1, likeness=likeness)[0] <= markup + 1e-9
    assert equal_sellers(n, likeness=likeness + 0.01)[0] <= markup + 1e-9


def test_a_costly_seller_sells_nothing_when_products_are_alike_but_something_in_a_niche():
    x, on = np.array([[80.0, 80.0, 40.0]]), np.ones((1, 3), bool)
    assert sustainability.bertrand(x, on, 0.95)[1][0, 2] == 0
    assert sustainability.bertrand(x, on, 0.0)[1][0, 2] > 0
    two = sustainability.bertrand(x[:, :2], on[:, :2], 0.95)
    assert np.allclose(sustainability.bertrand(x, on, 0.95)[0][:, :2], two[0])


def test_without_imitation_nobody_enters_and_with_it_somebody_does():
    none, some = sustainability.market(imitation=0), sustainability.market()
    assert none["entered"].sum() == 0
    assert none["sellers"].is_monotonic_decreasing
    assert some["entered"].sum() > 0


def test_where_nobody_sells_there_is_nobody_to_copy():
    empty = sustainability.market(starters=0)
    assert (empty["sellers"] == 0).all()
    assert empty[["price", "margin", "profit_per_seller", "gini"]].isna().all(axis=None)
    assert (empty[["sales", "profit", "pieces"]] == 0).all(axis=None)
    assert (empty["village_income"] == 306 * 22_844).all()


def test_free_entry_drives_profit_to_the_wage():
    """Many households, no growth, patient years: the last sellers earn about what they would without a shop."""
    late = sustainability.market(
        years=60, households=2000, market=1_500_000, growth=0, imitation=0.6, upgrading=0, spread=0
    )
    last = late.tail(20)
    assert last["profit_per_seller"].mean() == pytest.approx(22_844, rel=0.1)
    assert late["profit_per_seller"][0] > 10 * 22_844
    assert last["sellers"].max() < 2000


def test_identical_copies_take_all_profit_until_one_seller_is_left():
    """Copies of one seller's product: with two sellers or more price is cost, alone it is the monopoly price again."""
    alike = sustainability.market(
        years=10, starters=1, likeness=0.9999, imitation=0.6, spread=0, upgrading=0
    )
    many, one = alike[alike["sellers"] >= 2], alike[alike["sellers"] == 1]
    assert len(many) >= 5
    assert many["margin"].max() < 0.002
    assert (many["profit_per_seller"] < 0).all()
    assert one["price"].tolist() == pytest.approx([(100 + 25 / 0.95) / 2] * len(one))
    assert one["profit_per_seller"].min() > 1_000_000


# laws of every run


@settings(max_examples=60)
@given(changes=CHANGES, seed=st.integers(0, 99))
def test_what_buyers_pay_goes_somewhere_and_sellers_come_from_somewhere(changes, seed):
    run = sustainability.market(years=6, seed=seed, **changes)
    p = sustainability.market_parameters()["base"].to_dict() | changes
    parts = [
        "production",
        "delivery_paid",
        "fees",
        "advertising_paid",
        "rent_paid",
        "upgrades_paid",
        "profit",
    ]
    assert np.allclose(run[parts].sum(axis=1), run["sales"], rtol=1e-9, atol=1e-3)
    sold = run[run["pieces"] > 0]
    assert np.allclose(sold["price"] * sold["pieces"], sold["sales"])
    assert np.allclose(run["fees"], p["fee"] * run["sales"])
    assert np.allclose(run["delivery_paid"], p["delivery"] * run["pieces"])
    assert np.allclose(run["advertising_paid"], p["advertising"] * run["sellers"])
    assert np.allclose(run["rent_paid"], p["rent"] * run["sellers"] ** 2 / p["households"])
    assert (run["sellers"].diff()[1:] == (run["entered"] - run["left"])[1:]).all()
    assert run["sellers"].between(0, p["households"]).all()
    assert (run["upgraded"] <= run["sellers"]).all()
    assert (
        run[[c for c in OUTCOMES if c not in ("profit", "profit_per_seller", "village_income")]]
        .fillna(0)
        .min()
        >= 0
    ).all()
    assert run["sameness"].max() <= p["likeness"]
    assert run["gini"].dropna().between(0, 1).all()
    seller = run[run["sellers"] > 0]
    assert np.allclose(seller["profit_per_seller"] * seller["sellers"], seller["profit"], atol=1e-3)
    without = p["households"] - run["sellers"]
    assert np.allclose(
        run["village_income"], run["profit"] + run["rent_paid"] + p["wage"] * without, atol=1e-3
    )


@settings(max_examples=25)
@given(changes=CHANGES)
def test_money_has_no_scale(changes):
    """All RMB parameters doubled: the same sellers, prices and profits doubled."""
    base = sustainability.market_parameters()
    money = [n for n in base.index if base.loc[n, "unit"].startswith("RMB")]
    values = base["base"].to_dict() | changes
    doubled = values | {n: 2 * values[n] for n in money}
    once, twice = (
        sustainability.market(years=4, **values),
        sustainability.market(years=4, **doubled),
    )
    assert once["sellers"].tolist() == twice["sellers"].tolist()
    assert np.allclose(2 * once["profit"], twice["profit"])
    assert np.allclose(2 * once["price"], twice["price"], equal_nan=True)
    assert np.allclose(once["pieces"], twice["pieces"])


def test_the_gini_of_the_market_is_that_of_the_models():
    """Two sellers whose profits stand 3 to 1 have a Gini of 1/4; equal sellers have 0."""
    from taobaolab.lessons.sustainability.market_model import gini_by_row

    rows = gini_by_row(np.array([[3.0, 1.0, -1], [2, 2, 2], [0, 0, -1]]), np.array([2, 3, 2]))
    assert rows[:2].tolist() == pytest.approx([0.25, 0])
    assert np.isnan(rows[2])
    assert rows[0] == pytest.approx(growth.gini([3, 1]))


# a run is repeatable, a grid is many runs


def test_the_seed_decides_and_nothing_else():
    assert sustainability.market().equals(sustainability.market())
    assert not sustainability.market(seed=1).equals(sustainability.market(seed=2))
    assert sustainability.market(years=10).head(4).equals(sustainability.market(years=3))


def test_a_grid_holds_the_same_runs_as_single_calls():
    grid = sustainability.market_grid(
        {"likeness": [0.5, 0.9], "households": [100, 306]}, years=5, fee=0.1
    )
    assert len(grid) == 2 * 2 * 6
    for (likeness, households), part in grid.groupby(["likeness", "households"]):
        alone = sustainability.market(years=5, fee=0.1, likeness=likeness, households=households)
        pd.testing.assert_frame_equal(part[list(alone)].reset_index(drop=True), alone)


def test_the_usual_grid_is_complete():
    grid = sustainability.market_grid()
    assert len(grid) == 625 * 11
    assert set(grid["status"]) == {"made_for_teaching"}
    base = sustainability.market_parameters()["base"]
    for name, levels in sustainability.MARKET_LEVELS.items():
        assert base[name] in levels, "the base run is part of the grid"
        assert (min(levels), max(levels)) == tuple(
            sustainability.market_parameters().loc[name, ["low", "high"]]
        )


def test_the_puzzle_of_the_lesson_sales_rise_and_profit_falls():
    run = sustainability.market()
    assert run["sales"].is_monotonic_increasing
    assert run["sales"].iloc[-1] > 5 * run["sales"].iloc[0]
    assert run["profit_per_seller"].iloc[-1] < run["profit_per_seller"].iloc[0] / 2
    assert run["margin"].iloc[-1] < run["margin"].iloc[0] / 1.5


# sensitivity


def test_swings_are_the_differences_of_single_runs():
    swings = sustainability.market_swings("sellers", year=6)
    assert swings.index[0] == swings["swing"].idxmax()
    assert set(swings.index) == set(sustainability.market_parameters().index)
    for name in ("fee", "households"):
        low, high = sustainability.market_parameters().loc[name, ["low", "high"]]
        ends = [
            sustainability.market(years=6, **change)["sellers"].iloc[-1]
            for change in ({name: low}, {}, {name: high})
        ]
        assert swings.loc[name, ["at_low", "at_base", "at_high"]].tolist() == ends
        assert swings.loc[name, "swing"] == max(ends) - min(ends)


def grid_of(outcome):
    levels = [(a, b) for a in (0.0, 1.0, 2.0) for b in (0.0, 1.0)]
    return pd.DataFrame(
        [{"fee": a, "rent": b, "year": 10, "profit": outcome(a, b)} for a, b in levels]
    )


def test_variance_shares_by_hand():
    """y = 3a + b: variances 9 x 2/3 = 6 and 1/4, so 24/25 and 1/25; y = ab adds what only both explain."""
    shares = sustainability.variance_shares(grid_of(lambda a, b: 3 * a + b), "profit")
    assert shares.tolist() == pytest.approx([24 / 25, 1 / 25, 0])
    product = sustainability.variance_shares(grid_of(lambda a, b: a * b), "profit")
    assert product.tolist() == pytest.approx([2 / 7, 3 / 7, 2 / 7])


def test_variance_shares_refuse_what_is_no_full_grid():
    grid = grid_of(lambda a, b: a + b)
    with pytest.raises(ValueError, match="every combination"):
        sustainability.variance_shares(grid.iloc[1:], "profit")
    with pytest.raises(ValueError, match="every combination"):
        sustainability.variance_shares(grid, "profit", year=9)
    with pytest.raises(ValueError, match="no variance"):
        sustainability.variance_shares(grid.assign(profit=1.0), "profit")
    with pytest.raises(ValueError, match="nobody sells"):
        sustainability.variance_shares(grid.assign(profit=[np.nan, *range(5)]), "profit")


# parameters and errors


def test_every_parameter_says_what_it_rests_on_and_the_rows_exist():
    table = sustainability.market_parameters()
    assert set(table["status"]) == {"reported", "derived", "assumption"}
    assert (table["low"] <= table["base"]).all()
    assert (table["base"] <= table["high"]).all()
    assert (table["rests_on"] != "").where(table["status"] != "assumption", True).all()
    for cell in table["rests_on"]:
        for reference in cell.split():
            name, _, key = reference.partition("/")
            assert (datasets.load(name)["id"] == key).sum() == 1, reference


def test_reported_parameters_have_the_figures_of_the_data():
    table = sustainability.market_parameters()
    cases = datasets.load("village_cases").set_index("id")
    assert table.loc["households", "base"] == cases.loc["V05b", "households"]
    daji = datasets.load("daji").set_index("id")["value"]
    assert table.loc["starters", ["low", "base", "high"]].tolist() == [
        daji["B09"],
        daji["B10"],
        daji["B11"],
    ]
    income = datasets.load("context").set_index("id").loc["rural_disposable_income-2015", "value"]
    assert table.loc["wage", ["low", "base", "high"]].tolist() == [income, 2 * income, 4 * income]
    assert (
        "Price RMB 60, cost RMB 20" in datasets.load("critiques").set_index("id").loc["D06", "note"]
    )
    assert (table.loc["value", "base"] + table.loc["cost", "base"]) / 2 == 60


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: sustainability.market(likness=1), KeyError, "Did you mean 'likeness'"),
        (
            lambda: sustainability.market(likeness=1),
            ValueError,
            "likeness .* lies between 0 and 0.9999, not 1",
        ),
        (
            lambda: sustainability.market(fee=-0.1),
            ValueError,
            "fee .* lies between 0 and 0.9, not -0.1",
        ),
        (lambda: sustainability.market(fee="high"), ValueError, "fee .* not 'high'"),
        (lambda: sustainability.market(fee=float("nan")), ValueError, "not nan"),
        (
            lambda: sustainability.market(starters=2.5),
            ValueError,
            "starters counts sellers: give a whole number",
        ),
        (lambda: sustainability.market(starters=400), ValueError, "more starters than households"),
        (
            lambda: sustainability.market(years=-1),
            ValueError,
            "years is a whole number from 0 on, not -1",
        ),
        (lambda: sustainability.market(seed=1.5), ValueError, "seed is a whole number"),
        (lambda: sustainability.market_grid({"fee": []}), ValueError, "fee has no level"),
        (
            lambda: sustainability.market_grid({"fee": [0]}, fee=0.1),
            ValueError,
            "fee is given twice",
        ),
        (lambda: sustainability.market_swings("profits"), KeyError, "Did you mean 'profit'"),
    ],
)
def test_errors_name_what_to_do(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("p", PARAMETERS, ids=lambda p: p.parameter)
def test_both_ends_of_the_plausible_range_run(p):
    run = sustainability.market_grid({p.parameter: [p.low, p.high]}, years=3)
    assert np.isfinite(run[["sales", "profit", "village_income"]]).all(axis=None)


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda p: p.parameter)
def test_every_parameter_moves_some_outcome(parameter):
    runs = [
        sustainability.market(**{parameter.parameter: end})
        for end in (parameter.low, parameter.high)
    ]
    assert not runs[0].equals(runs[1]), "the market ignores it"
