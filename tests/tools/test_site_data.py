"""The site's pages on the data: nothing of the tables is missing, the search narrows, the Chinese page is Chinese."""

import html
import re

import pytest
from bs4 import BeautifulSoup

from taobaolab import datasets, definition, evidence
from taobaolab.words import words
from tests.browser import OF_OURS, axe, needs_chromium


def soup(site, path):
    return BeautifulSoup((site / path).read_text(encoding="utf-8"), "html.parser")


def told(element):
    return " ".join(element.get_text(" ").split())


def flat(text):
    return " ".join(html.unescape(str(text)).split())


@pytest.mark.full
def test_the_codebook_has_every_table_and_every_column(site):
    page = soup(site, "data/codebook.html")
    for name in datasets.catalog().index:
        heading = page.find(id=name)
        columns = {
            code.get_text()
            for code in heading.find_next("table").select("tbody td:first-child code")
        }
        assert columns == set(datasets.load(name)), name


def test_the_ledger_has_every_claim_with_its_verdict_and_every_check_with_its_sum(site):
    page = soup(site, "data/ledger.html")
    for row in evidence.claims().to_dict("records"):
        card = page.find(id=row["id"])
        assert flat(row["paraphrase"]) in told(card)
        assert f"{row['first_reading'].replace('_', ' ')} . {flat(row['why'])}" in told(card)
    claim = evidence.claim("habr-30-households")
    card = page.find(id="habr-30-households")
    assert [
        a["href"] for a in card.find("dt", string="Clashes with").find_next("dd").find_all("a")
    ] == [f"#{name}" for name in claim.contradicted_by]
    for row in evidence.crosscheck().to_dict("records"):
        card = page.find(id=row["id"])
        assert flat(row["computation"]) in told(card)
        assert card.strong.get_text() == row["result"].replace("_", " ") + "."


def test_every_reading_and_every_result_is_explained(site):
    page = told(soup(site, "data/ledger.html").main)
    counts = evidence.claims().first_reading.value_counts()
    for verdict, number in counts.items():
        assert re.search(rf"{verdict.replace('_', ' ')} {number} \w+", page), verdict
    for result, number in evidence.crosscheck().result.value_counts().items():
        assert f"{number} times {result.replace('_', ' ')} (" in page


def test_every_wording_stands_with_its_rule_in_two_languages(site):
    page = soup(site, "data/definitions.html")
    for key in definition.definitions().key:
        known, card = definition.get_definition(key), page.find(id=key)
        assert flat(known.in_words()) in told(card)
        assert known.in_words("zh") == card.find(lang="zh-Hans").get_text()
        assert flat(known.peculiar) in told(card)
        assert card.find("a")["href"] == f"sources.html#{known.source}"


def test_every_source_is_listed_and_no_address_is_made_up(site):
    page, sources = (
        soup(site, "data/sources.html"),
        datasets.load("sources").astype("string").fillna(""),
    )
    for row in sources.to_dict("records"):
        card = page.find(id=row["key"])
        assert flat(row["title"]) in told(card)
        assert [a["href"] for a in card.find_all("a") if a["href"].startswith("http")] == [
            row["url"]
        ] * bool(row["url"])
    for name in datasets.catalog().index:
        if name != "sources" and "source" in datasets.load(name):
            key = datasets.cite(name).keys[0]
            assert page.find(id=key).find("a", href=f"codebook.html#{name}"), (name, key)


def test_the_glossary_has_every_term(site):
    page = soup(site, "data/glossary.html").main.get_text()
    chinese = told(soup(site, "zh/index.html").main)
    for term in datasets.load("glossary").itertuples():
        assert term.term in page
        assert f"{term.term} {term.pinyin} {term.meaning_zh} {term.gloss}" in chinese


def test_each_column_of_the_chinese_glossary_is_in_its_language(site):
    rows = soup(site, "zh/index.html").select("#shuyu-list > tr")
    assert len(rows) == len(datasets.load("glossary"))
    for row in rows:
        term, (meaning, english) = row.find("th", scope="row"), row.find_all("td")
        assert [e.get("lang") for e in (term, term.span, meaning, english)] == [
            None,
            "zh-Latn",
            None,
            "en",
        ]


def test_the_chinese_page_is_chinese(site):
    page = soup(site, "zh/index.html")
    assert page.html["lang"] == "zh-Hans"
    text = told(page.main)
    assert definition.get_definition("aliresearch-2022").in_words("zh") in text
    for answer in ("met", "not met", "undetermined"):
        assert words("answer", "zh")[answer] in text
    for prose in page.main.find_all(["p", "h1", "h2"]):
        for foreign in prose.find_all(lang=["en", "zh-Latn"]):
            foreign.decompose()
        assert not re.search("[A-Za-z]{2,}", prose.get_text()), prose


# ---- in the browser


@needs_chromium
def test_the_ledger_is_searched_by_keyboard(leaf, site):
    leaf.goto((site / "data" / "ledger.html").as_uri())
    claims = evidence.claims()
    status = leaf.get_by_role("status").first
    assert status.inner_text() == f"All {len(claims)} claims"
    cards = leaf.locator("#claims-list > li:visible")
    leaf.get_by_role("searchbox").first.focus()
    leaf.keyboard.type("HOUSEHOLDS")
    shown = cards.evaluate_all("all => all.map(c => c.id)")
    assert 0 < len(shown) < len(claims)
    assert status.inner_text() == f"{len(shown)} of {len(claims)} claims"
    assert set(evidence.claims(subject="households").id) <= set(shown)
    choice = leaf.get_by_role("combobox", name="First reading")
    choice.focus()
    while choice.input_value() != "contradicted":
        leaf.keyboard.press("ArrowDown")
    contradicted = set(claims[claims.first_reading == "contradicted"].id)
    assert set(cards.evaluate_all("all => all.map(c => c.id)")) == contradicted & set(shown)
    leaf.get_by_role("searchbox").first.focus()
    leaf.keyboard.type(" nowhere")
    assert status.inner_text() == f"0 of {len(claims)} claims"
    hidden = next(name for name in claims.id if name not in contradicted)
    leaf.evaluate("id => { location.hash = id }", hidden)
    leaf.locator(f"#{hidden}").wait_for(state="visible")
    assert status.inner_text() == f"All {len(claims)} claims"


@needs_chromium
def test_pinyin_is_found_without_its_tones(leaf, site):
    leaf.goto((site / "data" / "sources.html").as_uri())
    leaf.get_by_role("searchbox").fill("aliresearch")
    assert 0 < leaf.locator("#sources-list > li:visible").count() < len(datasets.load("sources"))


@needs_chromium
@pytest.mark.parametrize(
    ("path", "rows", "everything", "some"),
    [
        ("data/glossary.html", "#terms tbody > tr", "All {} terms", "{1} of {0} terms"),
        ("zh/index.html", "#shuyu-list > tr", "共{}个词语", "{}个词语中的{}个"),
    ],
)
def test_the_glossary_is_searched_by_keyboard(leaf, site, path, rows, everything, some):
    """By pinyin without tones, by characters, and by the meaning in the language of the page."""
    leaf.goto((site / path).as_uri())
    number, status, left = (
        len(datasets.load("glossary")),
        leaf.get_by_role("status"),
        leaf.locator(f"{rows}:visible"),
    )
    assert status.inner_text() == everything.format(number)
    assert left.count() == number
    leaf.get_by_role("searchbox").focus()
    for typed, there, gone in [
        ("xingzheng", "行政村", "淘宝镇"),
        ("淘宝镇", "淘宝镇", "互联网+"),
        ("平方" if "zh" in path else "squared misses", "最小二乘法", "行政村"),
    ]:
        leaf.keyboard.press("Control+A")
        leaf.keyboard.type(typed)
        shown = left.all_inner_texts()
        assert any(row.startswith(there) for row in shown)
        assert not any(row.startswith(gone) for row in shown)
        assert status.inner_text() == some.format(number, len(shown))
    if "zh" not in path:
        assert leaf.locator("#terms h2:visible").all_inner_texts() == ["Measures and methods"]


@needs_chromium
def test_the_charts_of_the_chinese_page_draw_in_chinese(leaf, site):
    leaf.goto((site / "zh" / "index.html").as_uri())
    leaf.wait_for_function(
        "() => [...document.querySelectorAll('figure.chart')].every(f => f.dataset.drawn)"
    )
    drawn = leaf.locator("svg.marks")
    assert drawn.count() == 3
    assert "2016年：1,311个淘宝村，分布在221个县（市、区）" in drawn.nth(2).inner_html()
    choice = leaf.get_by_role("combobox", name="年份")
    choice.focus()
    leaf.keyboard.press("ArrowUp")
    leaf.wait_for_function(
        "() => document.querySelectorAll('svg.marks')[2].innerHTML.includes('2015年：780个淘宝村')"
    )


PATHS = ["data/codebook.html", "data/ledger.html", "data/definitions.html", "data/glossary.html", "data/sources.html", "zh/index.html"]  # fmt: skip


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.full
def test_axe_finds_nothing_on_a_data_page_and_it_fits_a_phone(leaf, site, path, scheme):
    leaf.emulate_media(color_scheme=scheme)
    leaf.set_viewport_size({"width": 360 if scheme == "dark" else 1280, "height": 800})
    leaf.goto((site / path).as_uri())
    leaf.wait_for_function(
        "() => [...document.querySelectorAll('figure.chart')].every(f => f.dataset.drawn)"
    )
    assert axe(leaf, **OF_OURS) == []
    assert leaf.evaluate("document.documentElement.scrollWidth <= innerWidth")
