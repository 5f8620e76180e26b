"""The definitions of other things and other countries, worked by hand from what each text says."""

import pytest

from taobaolab import datasets
from taobaolab.definition import definitions, explain, get_definition

MPI = ["undernourished", "child_died", "no_schooling", "child_out_of_school"]
LIVING = ["no_clean_fuel", "no_sanitation", "no_safe_water", "no_electricity"]
LIVING += ["no_sound_housing", "no_assets"]
ITEMS = get_definition("eu-severe-deprivation").columns


def mpi(*deprived, unknown=()):
    return {c: None if c in unknown else c in deprived for c in (*MPI, *LIVING)}


def items(yes, unknown=0):
    answers = [True] * yes + [None] * unknown + [False] * (len(ITEMS) - yes - unknown)
    return dict(zip(ITEMS, answers, strict=True))


TOWN = {"population": 5_000, "area_sq_km": 12.5, "male_workers": 1_000}
TOWN |= {"male_workers_off_farms": 750}
REGION = {"population": 800_000, "people_in_rural_cells": 400_001, "people_in_urban_centre": 0}
ZHEJIANG = {"administrative_village": True, "annual_sales_rmb": 10_000_000, "active_shops": 50}
ZHEJIANG |= {"ecommerce_households": 9, "households": 100}
ZHEJIANG |= {"people_in_ecommerce": 9, "population": 100}

BY_HAND = [
    ("zhejiang-village-2017", ZHEJIANG, "not met"),
    ("zhejiang-village-2017", ZHEJIANG | {"active_shops": 51}, "met"),
    ("zhejiang-village-2017", ZHEJIANG | {"ecommerce_households": 10}, "met"),
    ("zhejiang-village-2017", ZHEJIANG | {"people_in_ecommerce": 10}, "met"),
    (
        "zhejiang-village-2017",
        ZHEJIANG | {"active_shops": 51, "annual_sales_rmb": 9_999_999},
        "not met",
    ),
    ("zhejiang-village-2017", ZHEJIANG | {"population": None}, "undetermined"),
    ("zhejiang-town-2017", {"ecommerce_villages": 3}, "met"),
    (
        "zhejiang-town-2017",
        {"ecommerce_villages": 2, "annual_sales_rmb": 3e7, "active_shops": 300},
        "met",
    ),
    (
        "zhejiang-town-2017",
        {"ecommerce_villages": 2, "annual_sales_rmb": 3e7, "active_shops": 299},
        "not met",
    ),
    ("india-census-town-2001", TOWN, "met"),
    ("india-census-town-2001", TOWN | {"population": 4_999}, "not met"),
    ("india-census-town-2001", TOWN | {"male_workers_off_farms": 749}, "not met"),
    ("india-census-town-2001", TOWN | {"area_sq_km": 12.51}, "not met"),
    ("india-census-town-2001", TOWN | {"area_sq_km": None}, "undetermined"),
    (
        "india-rural-road-2012",
        {"all_weather_road": False, "population": 500, "kind_of_area": "plain"},
        "met",
    ),
    (
        "india-rural-road-2012",
        {"all_weather_road": False, "population": 499, "kind_of_area": "plain"},
        "not met",
    ),
    (
        "india-rural-road-2012",
        {"all_weather_road": False, "population": 250, "kind_of_area": "hill"},
        "met",
    ),
    (
        "india-rural-road-2012",
        {"all_weather_road": True, "population": 900, "kind_of_area": "hill"},
        "not met",
    ),
    ("india-rural-road-2012", {"all_weather_road": False, "population": 300}, "undetermined"),
    ("india-rural-road-2012", {"all_weather_road": False, "population": 249}, "not met"),
    ("eu-predominantly-rural", REGION, "met"),
    ("eu-predominantly-rural", REGION | {"people_in_rural_cells": 400_000}, "not met"),
    ("eu-predominantly-rural", REGION | {"people_in_urban_centre": 200_001}, "not met"),
    ("eu-predominantly-rural", REGION | {"people_in_urban_centre": 200_000}, "met"),
    (
        "eu-predominantly-rural",
        {
            "population": 900_000,
            "people_in_rural_cells": 500_000,
            "people_in_urban_centre": 224_999,
        },
        "met",
    ),
    ("eu-predominantly-rural", REGION | {"people_in_urban_centre": None}, "undetermined"),
    ("us-urban-area", {"population": 4_999, "housing_units": 2_000}, "met"),
    ("us-urban-area", {"population": 4_999, "housing_units": 1_999}, "not met"),
    ("us-urban-area", {"population": 4_999, "housing_units": None}, "undetermined"),
    ("global-mpi", mpi(*MPI[:2]), "met"),
    ("global-mpi", mpi(MPI[0], *LIVING[:2]), "not met"),
    ("global-mpi", mpi(MPI[0], *LIVING[:3]), "met"),
    ("global-mpi", mpi(*LIVING), "met"),
    ("global-mpi", mpi(*LIVING[:5]), "not met"),
    ("global-mpi", mpi(*LIVING[:5], unknown=["no_assets"]), "undetermined"),
    ("eu-severe-deprivation", items(7), "met"),
    ("eu-severe-deprivation", items(6), "not met"),
    ("eu-severe-deprivation", items(6, unknown=1), "undetermined"),
    ("eu-severe-deprivation", items(3, unknown=3), "not met"),
]


@pytest.mark.parametrize(("key", "data", "verdict"), BY_HAND)
def test_definitions_from_elsewhere_by_hand(key, data, verdict):
    assert explain(key, data).verdict == verdict


def test_every_definition_from_elsewhere_is_worked_by_hand_cited_and_dated():
    listed = definitions(elsewhere=True).set_index("key")
    assert set(listed.index) == {key for key, *_ in BY_HAND} | {"taobao-town"}
    known = set(datasets.load("sources").key)
    for key in listed.index:
        chosen = get_definition(key)
        assert {chosen.source, *(v.source for v in chosen.versions if v.source)} <= known
        assert chosen.locator
        assert chosen.last_checked
        assert chosen.country
        assert get_definition(chosen.to_dict()) == chosen
        assert chosen.in_words("zh")


TOWNS = [
    ({"taobao_villages": 3, "subdistrict": True}, "YYn"),
    (
        {"taobao_villages": 2, "annual_sales_rmb": 31e6, "active_shops": 301, "subdistrict": False},
        "nYY",
    ),
    (
        {"taobao_villages": 2, "annual_sales_rmb": 3e7, "active_shops": 301, "subdistrict": False},
        "nnn",
    ),
]


@pytest.mark.parametrize(("data", "expected"), TOWNS)
def test_the_rule_of_taobao_towns_has_a_history(data, expected):
    answers = [
        explain(get_definition("taobao-town", as_of=y), data).met for y in (2018, 2019, 2020)
    ]
    assert "".join("Y" if met else "n" for met in answers) == expected


def test_each_version_of_the_town_is_the_wording_of_its_text():
    wordings = ["agriculture-news-2017-town", "qilu-2019-town", "fuzhou-news-2020-town"]
    for year, key in zip((2018, 2019, 2020), wordings, strict=True):
        version = get_definition("taobao-town", as_of=year)
        assert version.rule == get_definition(key).rule
        assert version.source == get_definition(key).source
