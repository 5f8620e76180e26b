"""The published definitions, the way they are read, and the answer for one place."""

import datetime
import json
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from taobaolab import datasets
from taobaolab.definition import (
    Definition,
    DefinitionError,
    InputError,
    boundary,
    check,
    definitions,
    explain,
    get_definition,
)

LETTER = {"met": "Y", "not met": "n", "undetermined": "?"}

# ---- all wordings, worked by hand from what each text says --------------------------------------------------------
CORE = {
    "rural": True, "administrative_village": True, "residents_committee": False, "main_platform": "Taobao",
    "annual_sales_rmb": 12_000_000, "active_shops": 120, "registered_shops": 150, "households": 1_000,
    "ecommerce_households": 120, "population": 4_000, "people_in_ecommerce": 500,
}  # fmt: skip


def village(**change):
    return CORE | change


def size(active, registered, households, ecommerce, people, **change):
    population = 4 * households
    return village(
        active_shops=active, registered_shops=registered, households=households, ecommerce_households=ecommerce,
        population=population, people_in_ecommerce=people, **change,
    )  # fmt: skip


VILLAGES = {
    "a": village(),
    "b": size(100, 100, 1_000, 100, 400, annual_sales_rmb=10_000_000),  # at every bound at once
    "c": size(
        30, 40, 200, 24, 100
    ),  # small: 15% active, 20% registered, 12% of households, 12.5% of people
    "d": size(150, 160, 5_000, 200, 600),  # large: 3%, 3.2%, 4%, 3%
    "e": size(60, 130, 1_000, 60, 200),  # many registered, few active
    "f": village(main_platform="JD"),
    "g": village(rural=False, administrative_village=False),
    "h": village(residents_committee=True),
    "i": village(annual_sales_rmb=9_900_000),
    "j": size(100, 100, 1_250, 100, 400),  # exactly 100 shops, 8%
    "k": village(annual_sales_rmb=10_000_000),
    "l": size(60, 60, 600, 60, 240),  # 60 shops, exactly 10% of everything
    "m": village(rural=False),
    "n": size(20, 55, 1_000, 20, 80),  # 55 registered
}
BY_HAND = {
    #                         abcdefghijklmn
    "haodu-2016":            "YYYnnYYYnnYYYn",
    "xing528-2018":          "YYYYYYnYnYYYYY",
    "paypers-2014":          "YYYYYYnYnYYYnn",
    "burb-2014":             "YYYYnYnYnYYnnn",
    "shan-luo-2017":         "YYYYYYnYnYYYYn",
    "li-shuo-2019":          "YYYYnYnYnYYYnn",
    "xinhua-2015":           "YYYYnnYYnYYYYn",
    "li-2017":               "YnYYYnYYnYnYYn",
    "xinru-liu-2020":        "YYYYnYnYnYYYYn",
    "agriculture-news-2017": "YYYYnYnYnYYYnn",
    "world-bank-2018":       "YYnYnYYYnYYnYn",
    "world-bank-2019":       "YnYYnnnYnYnYYn",
    "world-bank-huimin-2019": "YYnYnYYYnYYnYn",
    "qilu-2019":             "YYYYnYnYnYYYnn",
    "lishui-daily-2019":     "YYYYnYnYnnYYnn",
    "xinhua-2019":           "YnYYnYYYnnnYYn",
    "peoples-daily-2019":    "YnnnnYYYnnnnYn",
    "xinhua-2017":           "YnnYnYYYnnnnYn",
    "china-daily-2017":      "YYYnnYYYnnYYYn",
    "planning-glossary-2019": "YnYnnYYYnnnnYn",
    "fuzhou-news-2020":      "YYYYYYnnYYYYYY",
    "jinjiang-news-2020":    "YYYYnYnYnYYYYn",
    "china-daily-2020":      "YYYYnYYYnnYYYn",
    "jinhua-2021":           "YYYYnYnYnYYYnn",
    "aliresearch-2022":      "YYYYnYnnnYYYYn",
    "tengzhou-2023":         "YYYYnYnYnYYYYn",
    "wikipedia":             "YnYYnYnYnnnnnn",
    "student-paper-2025":    "YnYYnYnYnnnnnn",
    "dataset-catalogue-2026": "YYYYnYnYnYYYnn",
}  # fmt: skip
TOWNS = [(3, 0, 0, False), (4, 0, 0, False), (0, 31e6, 301, False), (0, 30e6, 301, False), (0, 31e6, 300, False),
         (3, 31e6, 300, False), (4, 0, 0, True), (3, 30e6, 300, False)]  # fmt: skip
TOWNS_BY_HAND = {
    "agriculture-news-2017-town": "YYnnnYYY",
    "burb-2014-town":             "nYnnnnYn",
    "qilu-2019-town":             "YYYnnYYY",
    "fuzhou-news-2020-town":      "YYYnnYnY",
    "china-daily-2020-town":      "nnnnnYnn",
}  # fmt: skip
CLUSTERS = [(10, True, 100e6), (9, True, 100e6), (10, False, 100e6), (10, True, 99e6)]
CLUSTERS_BY_HAND = {
    "peoples-daily-2015-cluster":    "Ynnn",
    "xinhua-2015-cluster":           "YnnY",
    "agriculture-news-2017-cluster": "YnnY",
    "china-today-2024-cluster":      "YnYY",
}  # fmt: skip


@pytest.mark.parametrize("key", BY_HAND)
def test_villages_by_hand(key):
    assert "".join(LETTER[explain(key, data).verdict] for data in VILLAGES.values()) == BY_HAND[key]


@pytest.mark.parametrize("key", TOWNS_BY_HAND)
def test_towns_by_hand(key):
    names = ("taobao_villages", "annual_sales_rmb", "active_shops", "subdistrict")
    assert (
        "".join(LETTER[explain(key, dict(zip(names, t, strict=True))).verdict] for t in TOWNS)
        == TOWNS_BY_HAND[key]
    )


@pytest.mark.parametrize("key", CLUSTERS_BY_HAND)
def test_clusters_by_hand(key):
    names = ("taobao_villages", "adjacent", "annual_sales_rmb")
    found = "".join(
        LETTER[explain(key, dict(zip(names, c, strict=True))).verdict] for c in CLUSTERS
    )
    assert found == CLUSTERS_BY_HAND[key]


def test_every_wording_is_worked_by_hand():
    assert list(definitions().key) == [*BY_HAND, *TOWNS_BY_HAND, *CLUSTERS_BY_HAND]


FOUR = ("student-paper-2025", "wikipedia", "world-bank-2019", "li-2017")
SIX = {
    # sales, households, active shops, opened, trading households      paper, encyclopedia, World Bank, Li
    "A": ((12_000_000, 1_500, 100, 110, 90), "nnYY"),
    "B": ((12_000_000, 400, 45, 45, 38), "YYnn"),
    "C": ((12_000_000, 300, 30, 30, 30), "nnYY"),
    "D": ((12_000_000, 2_000, 95, 130, 95), "nnnY"),
    "E": ((10_000_000, 500, 150, 150, 150), "nnnn"),
}


@pytest.mark.parametrize("name", SIX)
def test_four_definitions_sort_five_villages_differently(name):
    numbers, expected = SIX[name]
    data = dict(
        zip(
            (
                "annual_sales_rmb",
                "households",
                "active_shops",
                "registered_shops",
                "ecommerce_households",
            ),
            numbers,
            strict=True,
        )
    )
    data |= {"rural": True, "administrative_village": True, "main_platform": "Taobao"}
    assert "".join(LETTER[explain(key, {**CORE, **data}).verdict] for key in FOUR) == expected


def test_a_township_is_no_village():
    daji = {"rural": True, "administrative_village": False, "main_platform": "Taobao",
            "annual_sales_rmb": 1_800_000_000, "active_shops": 3_000, "households": 12_000}  # fmt: skip
    assert [LETTER[explain(key, daji).verdict] for key in FOUR] == ["Y", "n", "n", "?"]


SIDES = [
    # definition           one datum changed                           verdict
    ("aliresearch-2022", {"annual_sales_rmb": 9_999_999.99}, "not met"),
    ("aliresearch-2022", {"annual_sales_rmb": 10_000_000}, "met"),
    ("aliresearch-2022", {"active_shops": 99, "households": 1_000}, "not met"),
    ("aliresearch-2022", {"active_shops": 99, "households": 990}, "met"),
    ("aliresearch-2022", {"active_shops": 100, "households": 5_000}, "met"),
    ("wikipedia", {"annual_sales_rmb": 10_000_000}, "not met"),
    ("wikipedia", {"annual_sales_rmb": 10_000_000.01}, "met"),
    ("wikipedia", {"active_shops": 100, "households": 1_000}, "not met"),
    ("wikipedia", {"active_shops": 100, "households": 999}, "met"),
    ("wikipedia", {"active_shops": 101, "households": 5_000}, "met"),
    ("student-paper-2025", {"active_shops": 100, "households": 1_000}, "not met"),
    ("student-paper-2025", {"administrative_village": False}, "met"),
    ("world-bank-2019", {"annual_sales_rmb": 10_000_000}, "not met"),
    ("world-bank-2019", {"active_shops": 99, "ecommerce_households": 100}, "met"),
    ("world-bank-2019", {"active_shops": 99, "ecommerce_households": 99}, "not met"),
    ("world-bank-2019", {"active_shops": 100, "ecommerce_households": 0}, "met"),
    ("world-bank-2019", {"main_platform": "Tmall"}, "met"),
    ("li-2017", {"main_platform": "Tmall"}, "not met"),
    ("li-2017", {"main_platform": "淘宝"}, "met"),
    ("li-2017", {"registered_shops": 99, "ecommerce_households": 99}, "not met"),
    ("li-2017", {"registered_shops": 100, "ecommerce_households": 0}, "met"),
    ("peoples-daily-2019", {"active_shops": 100}, "not met"),
    ("peoples-daily-2019", {"active_shops": 101, "ecommerce_households": 99}, "not met"),
    ("peoples-daily-2019", {"active_shops": 101, "ecommerce_households": 100}, "met"),
    (
        "wikipedia",
        {"households": None, "active_shops": 0},
        "not met",
    ),  # no number of households could help
    ("wikipedia", {"households": None, "active_shops": 60}, "undetermined"),
    ("wikipedia", {"households": None, "active_shops": 101}, "met"),
    ("wikipedia", {"active_shops": None, "households": 1}, "undetermined"),
    ("wikipedia", {"rural": None, "annual_sales_rmb": 1}, "not met"),  # what is known decides
    ("peoples-daily-2019", {"ecommerce_households": None}, "undetermined"),
]


@pytest.mark.parametrize(("key", "change", "verdict"), SIDES)
def test_both_sides_of_every_bound(key, change, verdict):
    assert explain(key, village(**change)).verdict == verdict


# ---- what each definition says of itself -----------------------------------------------------------------------------
@pytest.mark.parametrize("key", definitions().key)
def test_every_definition_is_cited_and_dated(key):
    d = get_definition(key)
    assert d.source
    assert d.locator
    assert d.stated_for
    assert d.last_checked, f"{key} does not say when it was last checked against its source"
    assert d.last_checked >= datetime.date(2026, 11, 22)
    assert 2014 <= d.year <= d.last_checked.year
    assert str(d.year) in key or key == "wikipedia"
    assert len(d.words.split()) <= 8
    assert len(d.words) <= 45
    assert "\n" not in d.peculiar


def test_the_table_of_definitions():
    table = definitions().set_index("key")
    assert table.loc["peoples-daily-2019", "peculiar"].startswith(
        "An error: the text turns OR into AND"
    )
    assert table.loc[["aliresearch-2022", "wikipedia", "burb-2014", "fuzhou-news-2020"], "bounds"].tolist() == \
        ["inclusive", "strict", "mixed", "no bound"]  # fmt: skip
    assert table.loc["aliresearch-2022", "window"] == "1 July 2021 to 30 June 2022"
    assert "one order a month" in table.loc["aliresearch-2022", "active_means"]
    assert (table.peculiar == "").sum() >= 5


IN_WORDS = {
    "wikipedia": "in a rural area and an administrative village and annual e-commerce sales more than 10,000,000 RMB "
    "and (active shops more than 100 or active shops more than 10% of households)",
    "aliresearch-2022": "an administrative village and not under a residents' committee and annual e-commerce sales at "
    "least 10,000,000 RMB and (active shops at least 100 or active shops at least 10% of households)",
    "qilu-2019-town": "Taobao villages at least 3 or (annual e-commerce sales more than 30,000,000 RMB and "
    "active shops more than 300)",
    "xinhua-2015-cluster": "Taobao villages at least 10 and made of adjacent villages",
    "china-daily-2017": "annual e-commerce sales at least 10,000,000 RMB and people in e-commerce at least 10% of "
    "population",
}


@pytest.mark.parametrize("key", IN_WORDS)
def test_rules_in_words(key):
    assert get_definition(key).in_words() == IN_WORDS[key]
    assert definitions().set_index("key").rule[key] == IN_WORDS[key]


def test_rules_in_chinese():
    assert get_definition("wikipedia").in_words("zh") == (
        "位于农村地区，且是行政村，且电子商务年销售额超过10,000,000元，"
        "且（活跃网店超过100家，或活跃网店超过家庭户数的10%）"
    )
    assert get_definition("li-2017").in_words("zh").startswith("主要平台为Taobao，且")


@pytest.mark.parametrize("key", definitions().key)
def test_a_definition_survives_the_way_through_its_own_form(key):
    again = get_definition(get_definition(key).to_dict())
    assert again == get_definition(key)
    assert explain(again, dict.fromkeys(again.columns)).verdict == "undetermined"


MINE = """
[definitions.mine]
source = "my thesis"
year = 2026
all = [
  { column = "annual_sales_rmb", at_least = 10_000_000 },
  { any = [
    { column = "active_shops", more_than = 20 },
    { column = "active_shops", per = "households", at_least = "7.5%" },
  ] },
]
"""


def test_ones_own_definition_as_toml_and_as_a_dict():
    mine = get_definition(MINE)
    assert (mine.key, mine.level, mine.strictness) == ("mine", "village", "mixed")
    assert mine.in_words().endswith(
        "(active shops more than 20 or active shops at least 7.5% of households)"
    )
    assert get_definition(mine.to_dict()) == mine
    bare = 'source = "me"\nyear = 2026\nall = [{ column = "active_shops", at_least = 20 }]'
    assert explain(bare, active_shops=20).verdict == "met"
    assert (
        explain(
            {"source": "me", "year": 2026, "any": [{"column": "rural", "is": True}]}, rural=True
        ).met
        is True
    )


def test_moving_a_bound():
    d = get_definition("aliresearch-2022")
    assert (
        "active shops at least 50 or active shops at least 10%"
        in d.moved("active_shops", at_least=50).in_words()
    )
    assert (
        "active shops at least 100 or active shops more than 7%"
        in d.moved("active_shops", more_than="7%").in_words()
    )
    assert d.moved("active_shops", at_least="7%") == d.moved(
        "active_shops", at_least="7%", per="households"
    )
    moved = d.moved("active_shops", at_least=50)
    assert moved.key == "aliresearch-2022, active shops at least 50"
    assert "active shops at least 100 became active shops at least 50" in moved.peculiar
    assert get_definition("aliresearch-2022") == d
    with pytest.raises(
        DefinitionError, match=r"no bound on shops\. Did you mean 'active_shops'\? It has: annual"
    ):
        d.moved("shops", at_least=50)
    with pytest.raises(DefinitionError, match="a bound of 0 is always reached"):
        d.moved("active_shops", at_least=0)
    with pytest.raises(DefinitionError, match="write one of at_least"):
        d.moved("active_shops")


# ---- faults of definitions: each refused, with its place and with what to do -----------------------------------------
LEAF = '{ column = "active_shops", at_least = 100 }'
SHARE = '{ column = "active_shops", per = "households", at_least = "10%" }'


def toml(rule, head='source = "s"\nyear = 2020\n'):
    return f"[definitions.xyz]\n{head}{rule}"


PLACE = "your TOML, [definitions.xyz]"
FAULTY = {
    "bound of zero": (
        toml('all = [{ column = "active_shops", at_least = 0 }]'),
        f"{PLACE}, all[0]: a bound of 0 is always reached; write a greater one",
    ),
    "negative share": (
        toml('all = [{ column = "active_shops", per = "households", at_least = "-5%" }]'),
        "a bound of -5% is always reached",
    ),
    "one household": (
        toml('all = [{ column = "households", at_least = 1 }]'),
        "a bound of 1 is always reached",
    ),
    "both bounds": (
        toml('all = [{ column = "active_shops", at_least = 1, more_than = 2 }]'),
        f"{PLACE}, all[0]: at_least and more_than on active_shops; write one of",
    ),
    "no bound": (
        toml('any = [{ column = "active_shops" }]'),
        f"{PLACE}, any[0]: no bound on active_shops; write one of at_least",
    ),
    "percent without per": (
        toml('all = [{ column = "active_shops", at_least = "10%" }]'),
        'all[0]: 10% of what? add per = "households"',
    ),
    "unknown column": (
        toml(f'all = [{LEAF}, {{ any = [{LEAF}, {{ column = "shops", at_least = 3 }}] }}]'),
        f"{PLACE}, all[1].any[1]: no column 'shops' for a village. Did you mean",
    ),
    "column of a town": (
        toml('all = [{ column = "taobao_villages", at_least = 3 }]'),
        "no column 'taobao_villages' for a village",
    ),
    "unknown per": (
        toml('all = [{ column = "active_shops", per = "houses", at_least = "10%" }]'),
        "no share can be taken per 'houses'. Did you mean 'households'?",
    ),
    "share of itself": (
        toml('all = [{ column = "active_shops", per = "active_shops", at_least = "10%" }]'),
        "no share can be taken per 'active_shops'",
    ),
    "impossible share": (
        toml('all = [{ column = "ecommerce_households", per = "households", more_than = "100%" }]'),
        "are some of the households, so 100% is never reached",
    ),
    "no column": (
        toml("all = [{ at_least = 3 }]"),
        'all[0]: names no column; write column = "..."',
    ),
    "no source": (
        toml(f"all = [{LEAF}]", "year = 2020\n"),
        f"{PLACE}: no source; say who states it",
    ),
    "no year": (
        toml(f"all = [{LEAF}]", 'source = "s"\n'),
        f"{PLACE}: no year; say when the text appeared",
    ),
    "year as text": (toml(f"all = [{LEAF}]", 'source = "s"\nyear = "2020"\n'), "no year"),
    "no rule": (toml(""), f"{PLACE}: no rule; write all = [...] or any = [...]"),
    "empty all": (toml("all = []"), f"{PLACE}, all: is empty; name at least one criterion"),
    "empty any": (toml(f"all = [{LEAF}, {{ any = [] }}]"), f"{PLACE}, all[1].any: is empty"),
    "all and any": (
        toml(f"all = [{LEAF}]\nany = [{LEAF}]"),
        "all and any side by side; keep one and put the others inside it",
    ),
    "is on a number": (
        toml('all = [{ column = "active_shops", is = 3 }]'),
        "active_shops is a number; write at_least or more_than instead of is",
    ),
    "bound on a yes/no": (
        toml('all = [{ column = "rural", at_least = 1 }]'),
        "rural is yes or no; write is = true or is = false",
    ),
    "bound on a word": (
        toml('all = [{ column = "main_platform", at_least = 1 }]'),
        "main_platform is a word; write is and no bound",
    ),
    "yes/no as text": (
        toml('all = [{ column = "rural", is = "yes" }]'),
        "rural is 'yes'; write true or false",
    ),
    "no word": (
        toml('all = [{ column = "main_platform", is = [] }]'),
        "write one or more words in quotation marks",
    ),
    "unknown word": (
        toml('all = [{ column = "active_shops", at_leest = 3 }]'),
        "all[0]: unknown word 'at_leest'. Did you mean 'at_least'?",
    ),
    "unknown field": (
        toml(f"all = [{LEAF}]", 'source = "s"\nyear = 2020\nsorce = "t"\n'),
        f"{PLACE}: unknown word 'sorce'. Did you mean 'source'?",
    ),
    "unknown level": (
        toml(f"all = [{LEAF}]", 'source = "s"\nyear = 2020\nlevel = "city"\n'),
        "level is 'city'; write one of village, town, cluster, place",
    ),
    "no date": (
        toml(f"all = [{LEAF}]", 'source = "s"\nyear = 2020\nlast_checked = "soon"\n'),
        "last_checked is no date; write it as 2026-11-22",
    ),
    "text wanted": (
        toml(f"all = [{LEAF}]", 'source = "s"\nyear = 2020\nlocator = 3\n'),
        "locator has to be text in quotation marks",
    ),
    "not a number": (
        toml('all = [{ column = "active_shops", at_least = "many" }]'),
        "'many' is no bound; write a number such as 100",
    ),
    "true as a bound": (
        toml('all = [{ column = "active_shops", at_least = true }]'),
        "True is no bound",
    ),
    "infinite bound": (
        toml('all = [{ column = "active_shops", at_least = inf }]'),
        "inf is no bound",
    ),
    "text for a criterion": (
        toml('all = ["active_shops >= 100"]'),
        "all[0]: a criterion is a table such as { column",
    ),
    "bad TOML": (
        "[definitions.xyz]\nsource = me\n",
        "your TOML: not valid TOML: Invalid value (at line 2, column 10); text needs",
    ),
    "two definitions": (
        toml(f"all = [{LEAF}]") + "\n[definitions.b]\nsource='s'\nyear=2020\nall=[" + LEAF + "]",
        "2 definitions, where one is needed",
    ),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_a_faulty_definition_is_refused_with_its_place(fault):
    text, message = FAULTY[fault]
    with pytest.raises(DefinitionError) as error:
        get_definition(text)
    assert message in str(error.value)


def test_all_faults_are_named_at_once():
    with pytest.raises(DefinitionError) as error:
        get_definition(
            toml(
                'all = [{ column = "shop", at_least = 3 }, { column = "rural", at_least = 3 }]', ""
            )
        )
    assert [line.partition(": ")[0] for line in str(error.value).splitlines()] == \
        [PLACE, PLACE, f"{PLACE}, all[0]", f"{PLACE}, all[1]"]  # fmt: skip


def test_a_faulty_file_is_refused_with_its_name(monkeypatch):
    from taobaolab.definition import _definitions

    monkeypatch.setattr(
        _definitions,
        "text_of_definitions",
        lambda: toml('all = [{ column = "active_shops", at_least = -1 }]'),
    )
    with pytest.raises(
        DefinitionError, match=r"^definitions.toml, \[definitions.xyz\], all\[0\]: a bound of -1"
    ):
        _definitions.published.__wrapped__()


def test_a_misspelt_key_gets_the_nearest():
    with pytest.raises(
        DefinitionError, match=r"no definition 'aliresearch-2021'\. Did you mean 'aliresearch-2022'"
    ):
        get_definition("aliresearch-2021")
    with pytest.raises(DefinitionError, match="a key, a dict or TOML text, not a int"):
        get_definition(3)
    with pytest.raises(DefinitionError, match="a definition is a table"):
        get_definition("[definitions]\nxyz = 3\n")


# ---- one village -----------------------------------------------------------------------------------------------------
KNOWN = {
    "administrative_village": True,
    "residents_committee": False,
    "annual_sales_rmb": 12_000_000,
}


def test_the_reasons_row_by_row():
    rows = explain("aliresearch-2022", KNOWN, active_shops=60, households=700).rows
    assert rows.criterion.tolist() == [
        "an administrative village",
        "not under a residents' committee",
        "annual e-commerce sales at least 10,000,000 RMB",
        "active shops at least 100",
        "active shops at least 10% of households (70 of 700)",
    ]
    assert rows.value.tolist() == [True, False, 12_000_000, 60, 60]
    assert rows.margin.tolist()[2:] == [2_000_000, -40, -10]
    assert rows.answer.tolist() == ["met", "met", "met", "not met", "not met"]
    assert rows.group.tolist() == ["", "", "", "either would do", "either would do"]


def test_the_nearest_changes():
    def changes(key, **data):
        return explain(key, KNOWN | {"rural": True}, **data).changes

    assert changes("wikipedia", active_shops=60, households=700) == [{"active_shops": 71}]
    assert changes("aliresearch-2022", active_shops=60, households=700) == [{"active_shops": 70}]
    assert changes("aliresearch-2022", active_shops=60, households=1_200) == [{"active_shops": 100}]
    assert changes("wikipedia", active_shops=60, households=705) == [{"active_shops": 71}]
    assert explain("wikipedia", CORE, annual_sales_rmb=9_000_000).changes == [
        {"annual_sales_rmb": 10_000_000.01}
    ]
    assert explain("wikipedia", CORE, annual_sales_rmb=9_000_000, rural=False).changes == \
        [{"rural": True, "annual_sales_rmb": 10_000_000.01}]  # fmt: skip
    down = explain("peoples-daily-2019", CORE, active_shops=102).changes
    assert down == [
        {"active_shops": 100},
        {"annual_sales_rmb": 10_000_000},
        {"ecommerce_households": 99},
    ]
    assert {"main_platform": "Taobao"} in explain("li-2017", CORE, main_platform="JD").changes
    assert {"main_platform": "not Taobao"} in explain("li-2017", CORE).changes
    few = explain("world-bank-2019", CORE, active_shops=3, households=50, ecommerce_households=4)
    assert few.changes == [{"ecommerce_households": 5}, {"active_shops": 100}]


def test_what_to_find_out_first():
    answer = explain("aliresearch-2022", KNOWN, active_shops=60)
    assert answer.find_out == "households"
    assert (
        answer.sentence
        == "Undetermined. Find out households first: met if at most 600; not met if more than 600."
    )
    assert explain("wikipedia", CORE, active_shops=60, households=None).sentence.endswith(
        "met if fewer than 600; not met if at least 600."
    )
    assert explain("wikipedia", CORE, active_shops=None, households=700).sentence == (
        "Undetermined. Find out active shops first: met if at least 71; not met if at most 70."
    )
    assert explain("wikipedia", CORE, annual_sales_rmb=None).sentence == (
        "Undetermined. Find out annual e-commerce sales first: met if more than 10,000,000 RMB; "
        "not met if at most 10,000,000 RMB."
    )
    assert explain("wikipedia", CORE, rural=None).sentence.endswith(
        "first: met if it is in a rural area; not met if it is not in a rural area."
    )
    assert explain("li-2017", CORE, main_platform=None).sentence.endswith(
        "main platform first: met if it is Taobao; not met if it is another."
    )
    both = explain("wikipedia", CORE, rural=None, active_shops=None, households=None)
    assert both.find_out == "rural"
    assert explain("wikipedia", CORE).find_out is None


def test_nothing_could_turn_it():
    tiny = {"source": "s", "year": 2020, "all": [{"column": "ecommerce_households", "at_least": 100},
            {"column": "households", "at_least": 20}]}  # fmt: skip
    answer = explain(tiny, households=50)
    assert answer.verdict == "not met"  # 50 households are fewer than 100 that trade
    answer = explain(tiny, households=50, ecommerce_households=9)
    assert answer.changes == []
    assert answer.sentence == "Not met. No possible change of these data would turn it."


def test_as_text_and_as_data():
    answer = explain("wikipedia", CORE, active_shops=60, households=700)
    assert str(answer).splitlines() == [
        "wikipedia: Not met. It would be met if active shops were at least 71.",
        "  in a rural area                                         yes                     met",
        "  an administrative village                               yes                     met",
        "  annual e-commerce sales more than 10,000,000 RMB        12,000,000  +2,000,000  met",
        "  either would do                                                                 not met",
        "    active shops more than 100                            60          -40         not met",
        "    active shops more than 10% of households (70 of 700)  60          -10         not met",
        "Source: wikipedia, 2023, section Definition, paragraph 1. Last checked: 2026-11-22.",
    ]
    data = json.loads(json.dumps(answer.to_dict()))
    assert data["verdict"] == "not met"
    assert data["changes"] == [{"active_shops": 71}]
    assert (data["source"], data["year"], data["last_checked"]) == ("wikipedia", 2023, "2026-11-22")
    assert data["criteria"][4]["margin"] == -10
    assert repr(answer) == str(answer)


def test_in_chinese():
    answer = explain("aliresearch-2022", KNOWN, active_shops=60, language="zh")
    assert answer.verdict == "undetermined"
    assert answer.sentence == "无法判断。请先查明家庭户数：若至多600户则满足；若超过600户则不满足。"
    text = str(answer)
    for words in ("是行政村", "活跃网店至少100家", "满足其一即可", "不满足", "户"):
        assert words in text
    assert "条件" in answer._repr_html_()
    assert 'lang="zh"' in answer._repr_html_()
    down = explain(
        "world-bank-2018", annual_sales_rmb=12_000_000, active_shops=120, language="zh"
    ).sentence
    assert down == "满足。若电子商务年销售额低于10,000,000元；或者若活跃网店少于100家，则不再满足。"
    with pytest.raises(ValueError, match="language is 'de'; there are en, zh"):
        explain("wikipedia", CORE, language="de")


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        self.seen.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("key", ["wikipedia", "qilu-2019-town", "fuzhou-news-2020-town"])
def test_the_table_in_a_notebook_is_accessible(key):
    page = explain(key, dict.fromkeys(get_definition(key).columns))._repr_html_()
    tags = Tags()
    tags.feed(page)
    assert not tags.open
    names = [tag for tag, _ in tags.seen]
    assert names.count("caption") == names.count("thead") == names.count("tfoot") == 1
    assert all(a.get("scope") in ("col", "row", "rowgroup") for tag, a in tags.seen if tag == "th")
    assert "color" not in page  # neither needed nor set: dark mode stays readable
    assert "undetermined" in page
    assert '<span aria-hidden="true">? </span>' in page
    evil = explain(
        {"source": "<b>", "year": 2020, "all": [{"column": "main_platform", "is": "<script>"}]},
        main_platform="<i>",
    )
    assert not {"<b>", "<script>", "<i>"} & set(evil._repr_html_().replace("><", "> <").split())


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (101, "met"), (np.int16(101), "met"), (np.float32(101), "met"), (Decimal(101), "met"), (Fraction(101), "met"),
        (101.0, "met"), (100, "not met"), (np.uint8(100), "not met"), (None, "undetermined"), (np.nan, "undetermined"),
        (pd.NA, "undetermined"), (pd.NaT, "undetermined"), (Decimal("NaN"), "undetermined"),
        (np.float32("nan"), "undetermined"),
    ],
)  # fmt: skip
def test_numbers_and_missing_values_of_every_sort(value, verdict):
    assert explain("wikipedia", CORE, active_shops=value, households=100_000).verdict == verdict


@pytest.mark.parametrize("value", [True, np.True_])
def test_truths_of_every_sort(value):
    assert explain("wikipedia", CORE, rural=value).verdict == "met"
    assert explain("wikipedia", CORE, rural=not value).verdict == "not met"


IMPOSSIBLE = [
    ({"active_shops": -1}, "active_shops: negative (-1)"),
    ({"active_shops": 12.5}, "active_shops: not a whole number (12.50)"),
    ({"active_shops": True}, "active_shops: not a number (yes)"),
    ({"active_shops": "60"}, "active_shops: not a number ('60')"),
    ({"active_shops": [60]}, "active_shops: not a number ([60])"),
    ({"active_shops": 1j}, "active_shops: not a number (1j)"),
    ({"active_shops": 10**30}, "active_shops: impossibly large"),
    ({"active_shops": 10**400}, "active_shops: not a number"),
    ({"households": 0}, "households: less than 1 (0)"),
    ({"annual_sales_rmb": float("inf")}, "annual_sales_rmb: infinite (inf)"),
    ({"annual_sales_rmb": float("-inf")}, "annual_sales_rmb: negative (-inf)"),
    ({"annual_sales_rmb": 10**15}, "annual_sales_rmb: impossibly large"),
    ({"rural": 1}, "rural: not yes or no (1)"),
    ({"rural": 0}, "rural: not yes or no (0)"),
    ({"rural": "yes"}, "rural: not yes or no ('yes')"),
    ({"main_platform": 3}, "main_platform: not a word (3)"),
    (
        {"ecommerce_households": 20, "households": 10},
        "ecommerce_households: more than households (20 of 10)",
    ),
    ({"active_shop": 60}, "active_shop: no datum of a village\n      there are rural"),
    ({"active_shop": 60}, "Did you mean 'active_shops'"),
    ({"taobao_villages": 3}, "taobao_villages: no datum of a village"),
]


@pytest.mark.parametrize(("data", "message"), IMPOSSIBLE)
def test_an_impossible_value_is_refused_in_words(data, message):
    with pytest.raises(InputError) as error:
        explain("wikipedia", **data)
    assert message in str(error.value)


def test_all_impossible_values_at_once():
    with pytest.raises(
        InputError, match=r"^3 problems in these data; nothing was answered\."
    ) as error:
        explain("wikipedia", rural="yes", active_shops=-1, shops=3)
    assert [f.column for f in error.value.problems] == ["shops", "rural", "active_shops"]


def test_a_row_of_a_table():
    table = pd.DataFrame([CORE, village(active_shops=None)], index=["Daji", "Junpu"]).assign(
        county="Cao"
    )
    assert explain("wikipedia", table.loc["Daji"]).verdict == "met"
    assert explain("wikipedia", table.loc["Junpu"]).verdict == "undetermined"
    assert explain("wikipedia", next(table.itertuples())).verdict == "met"
    chinese = table.loc["Daji"].rename({"annual_sales_rmb": "销售额", "active_shops": "shops"})
    names = {"annual_sales_rmb": "销售额", "active_shops": "shops"}
    assert explain("wikipedia", chinese, columns=names).verdict == "met"
    with pytest.raises(InputError, match=r"annual_sales_rmb: not there, but there is '销售额'"):
        explain("wikipedia", chinese)
    assert (
        explain("wikipedia", chinese, columns=names | {"active_shops": None}).record["active_shops"]
        is None
    )
    with pytest.raises(
        InputError, match=r"activ_shops: in columns=, but no datum\n.*Did you mean 'active_shops'"
    ):
        explain("wikipedia", chinese, columns=names | {"activ_shops": "shops"})
    with pytest.raises(InputError, match="none of the data asked for"):
        explain("wikipedia", {"county": "Cao"})
    with pytest.raises(InputError, match="DataFrame is not one village"):
        explain("wikipedia", table)
    with pytest.raises(InputError, match="list is not one village"):
        explain("wikipedia", [1, 2])


def test_the_boundary():
    assert boundary("aliresearch-2022", [1, 9, 11, 999, 1_000, 1_001, 10**6]) == [
        1,
        1,
        2,
        100,
        100,
        100,
        100,
    ]
    assert boundary("wikipedia", [10, 1_000, 1_001]) == [2, 101, 101]
    assert boundary("world-bank-2019", [10]) == [100]
    assert boundary("peoples-daily-2019", [10]) == [101]
    assert boundary("planning-glossary-2019", [10]) == [None]
    assert boundary("xing528-2018", [10, 400, 600], "registered_shops") == [1, 40, 50]
    for h, shops in zip(
        range(1, 1_200, 37), boundary("wikipedia", range(1, 1_200, 37)), strict=True
    ):
        assert explain("wikipedia", CORE, households=h, active_shops=shops).verdict == "met"
        assert explain("wikipedia", CORE, households=h, active_shops=shops - 1).verdict == "not met"


@pytest.mark.parametrize("percent", range(1, 100))
def test_every_whole_percentage_is_exact_at_equality(percent):
    d = {
        "source": "s",
        "year": 2020,
        "all": [{"column": "active_shops", "per": "households", "at_least": f"{percent}%"}],
    }
    strict = get_definition(d).moved("active_shops", more_than=f"{percent}%")
    assert explain(d, active_shops=percent * 7, households=700).verdict == "met"
    assert explain(strict, active_shops=percent * 7, households=700).verdict == "not met"
    assert explain(d, active_shops=percent * 7 - 1, households=700).verdict == "not met"
    assert explain(strict, active_shops=percent * 7 + 1, households=700).verdict == "met"


def test_the_module_is_light():
    heavy = ("numpy", "pandas", "pyarrow", "polars")
    code = f"import sys, taobaolab.definition; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_definitions_come_from_the_data_package():
    assert "[definitions.aliresearch-2022]" in datasets.read_text("definitions.toml")
    assert isinstance(get_definition("aliresearch-2022"), Definition)


def test_cells_are_looked_at_unless_told_otherwise():
    wrong = pd.DataFrame({"annual_sales_rmb": [12_000_000, -1], "active_shops": [120, 130]})
    with pytest.raises(InputError, match="negative"):
        check(wrong, "world-bank-2018")
    assert check(wrong, "world-bank-2018", look=False)["met"].tolist() == [True, False]
    with pytest.raises(InputError, match="no such column"):
        check(wrong[["active_shops"]], "world-bank-2018", look=False)
    polars = pytest.importorskip("polars")
    with pytest.raises(InputError, match="negative"):
        check(polars.from_pandas(wrong).lazy(), "world-bank-2018", look=True)
