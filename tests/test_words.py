"""One table of words: every entry in every language, filled in alike, used somewhere, and Chinese charts without English."""

import re
import string
import tomllib

import pytest

from conftest import ROOT
from taobaolab import charts, datasets
from taobaolab.words import LANGUAGES, words

TABLE = tomllib.loads((ROOT / "taobaolab" / "words.toml").read_text(encoding="utf-8"))
ENTRIES = [(part, entry) for part, entries in TABLE.items() for entry in entries]
SOURCES = {p.name: p.read_text(encoding="utf-8") for p in (ROOT / "taobaolab").rglob("*.py")}
USED_AS_DATA = {
    *charts.STATUS_SHAPES,
    "day",
    "month",
    "met",
    "not met",
    "undetermined",
    "any",
    "all",
    "yes",
    "no",
}
HOW = {"at_least", "more_than", "at_most", "less_than", "fewer_than"}


def fields(text):
    return sorted(name or "" for _, name, *_ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize(("part", "entry"), ENTRIES)
def test_an_entry_has_a_word_in_every_language_and_fills_in_the_same(part, entry):
    said = TABLE[part][entry]
    assert tuple(said) == LANGUAGES
    filled = [len(fields(text)) if part == "answer" else fields(text) for text in said.values()]
    assert len(set(map(str, filled))) == 1 or (part, entry) in {
        ("answer", "whether"),
        ("chart", "day"),
        ("chart", "month"),
    }
    assert not re.search(r"[㐀-鿿]", said["en"])
    assert not re.search(
        "[A-Za-z]{2,}", re.sub(r"\{[^}]*\}|Natural Earth|villages_by_\w+|coastline", "", said["zh"])
    )


@pytest.mark.parametrize(("part", "entry"), ENTRIES)
def test_an_entry_is_used(part, entry):
    assert (
        part == "province"
        or entry in USED_AS_DATA | HOW
        or any(
            f'["{entry}"]' in s or f"['{entry}']" in s or f'"{entry}"' in s
            for s in SOURCES.values()
        )
    )


def test_another_language_is_answered_in_words():
    with pytest.raises(ValueError, match="language is 'fr'; there are en, zh"):
        words("answer", "fr")
    with pytest.raises(ValueError, match="there are en, zh"):
        charts.growth(datasets.load("villages_by_year"), language="fr")


def spoken(spec):
    """All words that a chart shows or says, without names of fields, and the names of places and sources."""
    found = []

    def walk(node, key=""):
        if isinstance(node, dict):
            for k, v in node.items():
                if k not in (
                    "datasets",
                    "data",
                    "field",
                    "$schema",
                    "config",
                    "usermeta",
                    "projection",
                ):
                    walk(v, k)
        elif isinstance(node, list):
            for v in node:
                walk(v, key)
        elif key in ("text", "subtitle", "title", "description", "name") and isinstance(node, str):
            found.append(node)

    walk(spec)
    return found


@pytest.fixture(params=["linear", "log", "map"])
def pair(request):
    """A chart of the start page in both languages."""
    if request.param == "map":
        tables = datasets.load("villages_by_county"), datasets.load("coastline")
        return [charts.county_map(*tables, language=language) for language in LANGUAGES]
    table = datasets.load("villages_by_year")
    return [charts.growth(table, scale=request.param, language=language) for language in LANGUAGES]


def test_a_chinese_chart_says_the_same_figures_in_chinese(pair):
    english, chinese = (c.to_dict() for c in pair)
    assert chinese["title"]["text"] != english["title"]["text"]
    for said in ("title", "description"):
        figures = [
            re.findall(
                r"\d+(?:,\d{3})*%?", str(spec[said]["text"] if said == "title" else spec[said])
            )
            for spec in (english, chinese)
        ]
        assert sorted(figures[0]) == sorted(figures[1])
    for text in spoken(chinese):
        assert text == "year_shown" or not set(re.findall("[A-Z][a-z]+", text)) - {
            "Natural",
            "Earth",
        }, text
    assert charts.table(pair[1]).shape == charts.table(pair[0]).shape


def test_provinces_are_named_as_in_the_tables():
    tables = [datasets.load(name) for name in ("villages_by_province", "administrative_villages")]
    names = {
        e: z
        for t in tables
        if "province_zh" in t
        for e, z in zip(t.province, t.province_zh, strict=True)
    }
    assert dict(words("province", "zh")) == names
    assert set(datasets.load("villages_by_county").province) <= set(names)


def test_the_control_and_the_counts_of_a_chinese_map_are_chinese():
    spec = charts.county_map(
        datasets.load("villages_by_county"), datasets.load("coastline"), language="zh"
    ).to_dict()
    (control,) = [p for p in spec["params"] if p["name"] == "year_shown"]
    assert control["bind"]["name"] == "年份 "
    assert "年：' + format(datum.total, ',') + '个淘宝村，分布在'" in str(spec)
    assert "datum.county_zh + ' ' + datum.villages" in str(spec)
    assert charts.table(
        charts.growth(datasets.load("villages_by_year"), language="zh")
    ).columns.tolist() == [
        "年份",
        "淘宝村数",
        "截至",
        "数据性质",
        "来源",
    ]
