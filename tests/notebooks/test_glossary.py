"""The glossary: its readings are well formed, and the notebooks and the replies say what it says."""

import re
import unicodedata

import nbformat
import pytest

from conftest import ROOT
from taobaolab import datasets

TABLE = datasets.load("glossary").set_index("term").fillna("")
HAN = "\u3400-\u9fff"
MARKS = "\u0304\u0301\u030c\u0300"
# A term and its reading: 淘宝村, *Táobǎo cūn* - 万 (*wàn*) - 户, hù
READ = re.compile(
    rf"(?P<term>[{HAN}]+\+?)(?:\*\*)?(?:, ?| ?\(| )\*?"
    r"(?P<pinyin>(?:['’]?[A-Za-zÀ-ɏ]+ ?)*)\*?(?: or \*(?P<other>[^*]+)\*)?"
)
LESSONS = ("notebooks", "solutions")
SYLLABLE = re.compile(
    "(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?(?:i?ang|i?ong|i?ao|ia|ie|iu|ian|ing?|uang|uai|ua|uo|ui|uan|ue|üe|un|[ae]ng?|"
    "ai|ei|ou|er|[aoeiuü])"
)


def toneless(pinyin):
    """Letters without their tone marks, and the number of marks."""
    apart = unicodedata.normalize("NFD", pinyin)
    letters = unicodedata.normalize("NFC", "".join(c for c in apart if c not in MARKS))
    return letters, sum(c in MARKS for c in apart)


def syllables(word):
    """In how many ways, as numbers of syllables, a word without tones can be read."""
    ends = {0: {0}}
    for start in range(len(word)):
        for end in range(start + 1, len(word) + 1):
            if start in ends and SYLLABLE.fullmatch(word[start:end]):
                ends.setdefault(end, set()).update(n + 1 for n in ends[start])
    return ends.get(len(word), set())


def faults(term, pinyin):
    """What is wrong with the form of a reading."""
    wrong = []
    for reading in pinyin.split(" or "):
        characters = len(term.replace("+", "加"))
        letters, marks = toneless(reading)
        if unicodedata.normalize("NFC", reading) != reading:
            wrong.append("not composed")
        if not re.fullmatch(r"[a-zü']+( [a-zü']+)*", letters.lower()):
            wrong.append("other signs than letters and apostrophes")
        if marks != characters:
            wrong.append(f"{marks} tone marks for {characters} characters")
        counts = {0}
        for part in re.split("[ ']", letters.lower()):
            counts = {a + b for a in counts for b in syllables(part)}
        if characters not in counts:
            wrong.append(f"{sorted(counts)} syllables for {characters} characters")
    return wrong


def texts():
    """Every text that may read a term out: theme, place, text; the notebooks first, by number, then the library."""
    for lesson in sorted({p.stem for folder in LESSONS for p in (ROOT / folder).glob("*.ipynb")}):
        for path in (ROOT / folder / f"{lesson}.ipynb" for folder in LESSONS):
            for cell in nbformat.read(path, 4).cells if path.exists() else []:
                yield lesson, f"{path.parent.name}/{path.name}, cell {cell.id}", cell.source
    for path in sorted(
        p for p in (ROOT / "taobaolab").rglob("*.*") if p.suffix in (".py", ".toml")
    ):
        yield "", str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def readings():
    """Every term that a text reads out: lesson, place, term, its pinyin, and the words around it."""
    for lesson, place, text in texts():
        for found in READ.finditer(text):
            for pinyin in filter(None, (found["pinyin"].strip(), found["other"])):
                if toneless(pinyin)[1]:
                    around = re.sub(
                        r"[*\s]+", " ", text[max(0, found.start() - 100) : found.end() + 100]
                    )
                    yield lesson, place, found["term"], pinyin, around.casefold()


READINGS = list(readings())


def test_many_terms_are_read_out():
    assert len(READINGS) > 150
    assert {"行政村", "万", "互联网+", "乡"} <= {term for _, _, term, *_ in READINGS}


@pytest.mark.parametrize("term", TABLE.index)
def test_a_reading_is_well_formed(term):
    assert re.fullmatch(rf"[{HAN}]+\+?", term)
    assert not faults(term, TABLE.pinyin[term])


@pytest.mark.parametrize(
    ("term", "pinyin"),
    [
        ("行政村", "xingzheng cun"),
        ("行政村", "xíngzhèng"),
        ("行政村", "xíngzhècūn qù"),
        ("行政村", "xíng4zhèng cūn"),
        ("淘宝", "Táovǎo"),
        ("个案", "gè'à'n"),
        ("万", "wa\u0300n"),
    ],
)
def test_a_reading_that_is_not_well_formed_is_seen(term, pinyin):
    assert faults(term, pinyin)


def test_what_is_read_out_stands_in_the_table_with_the_same_reading_and_meaning():
    """The meaning has to stand near it in lessons and exercises, save where a question asks how many it is."""
    wrong = []
    for lesson, place, term, pinyin, around in READINGS:
        if term not in TABLE.index:
            wrong.append(f"{place}: {term} ({pinyin}) is not in data/glossary.csv")
        elif pinyin not in TABLE.pinyin[term].split(" or "):
            wrong.append(f"{place}: {term} is read {pinyin}; the glossary has {TABLE.pinyin[term]}")
        elif (
            lesson
            and "how many" not in around
            and not any(w.casefold() in toneless(around)[0] for w in glosses(term))
        ):
            wrong.append(f"{place}: beside {term} stands none of {glosses(term)}")
    assert not wrong, "\n".join(wrong)


def glosses(term):
    """The English words for a term."""
    return [TABLE.gloss[term], *filter(None, TABLE.variants[term].split("; "))]


def test_the_lesson_is_the_first_that_reads_the_term_out():
    first = {}
    for lesson, _, term, *_ in READINGS:
        if lesson:
            first.setdefault(term, lesson)
    told = {term: lesson for term, lesson in TABLE.lesson.items() if lesson}
    assert told == first


def test_every_row_is_used():
    """In a text, or in a table, a definition or a bibliography that a reader meets."""
    seen = "\n".join(text for *_, text in texts())
    seen += "".join(
        p.read_text(encoding="utf-8")
        for p in (ROOT / "data").glob("*.*")
        if p.stem not in ("glossary", "README")
    )
    assert [term for term in TABLE.index if term not in seen] == []


def test_a_term_without_reading_is_one_of_the_table_or_a_name_in_the_data():
    """Beside the words of the glossary, prose shows only names and words that some table or exercise holds."""
    held = "".join(
        p.read_text(encoding="utf-8")
        for folder, pattern in (("data", "*.*"), ("taobaolab", "**/*.py"))
        for p in (ROOT / folder).glob(pattern)
        if p.stem not in ("glossary", "README", "datapackage")
    )
    terms = "|".join(sorted((re.escape(t) for t in TABLE.index), key=len, reverse=True))
    for lesson, place, text in texts():
        for run in re.findall(rf"[{HAN}]+", text) if lesson else []:
            assert run in held or re.fullmatch(f"(?:{terms})+", run), (
                f"{place}: {run} is in no table"
            )


def test_meanings_are_short_and_point_to_terms_that_exist():
    for term, row in TABLE.iterrows():
        assert row.meaning.endswith("."), term
        assert len(row.meaning.split()) <= 30, term
        assert row.lesson == "" or (ROOT / "notebooks" / f"{row.lesson}.ipynb").exists(), term


# ---- the meanings in Chinese

LONGEST = 40
# GB 2312 is the set of simplified characters, with Chinese stops; these few of its characters are traditional forms.
TRADITIONAL = set("乾瞭於著馀藉麽")
DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
ENGLISH = {
    "two": 2, "twice": 2, "second": 2, "three": 3, "third": 3, "four": 4, "five": 5, "ten": 10, "tenth": 0.1,
    "half": 0.5, "ten thousand": 10**4, "hundred million": 10**8,
}  # fmt: skip


def chinese_faults(meaning):
    """What is wrong with the form of a meaning in Chinese."""
    wrong, bare = [], re.sub(r"\d{1,3}(,\d{3})+|S(?=形)", "", meaning)
    if not re.fullmatch(rf"[^。]*[{HAN}”]。", meaning):
        wrong.append("not one sentence with a Chinese full stop")
    if re.search(r"[!-/:-~\s]", bare):
        wrong.append("signs or letters that are not Chinese")
    if TRADITIONAL & set(meaning) or meaning.encode("gb2312", "ignore").decode("gb2312") != meaning:
        wrong.append("characters that are not simplified")
    if not len(re.findall(f"[{HAN}]", meaning)) > 4:
        wrong.append("hardly any Chinese")
    if len(meaning) > LONGEST:
        wrong.append(f"longer than {LONGEST} characters")
    return wrong


def number(characters):
    """The value of a Chinese number below a hundred: 十, 两, 四, 二十一."""
    tens, ten, ones = characters.rpartition("十")
    return (DIGITS.get(tens, 1) * 10 if ten else 0) + DIGITS.get(ones, 0)


def figures(english):
    """The figures that an English text names, save one, which is often no figure."""
    spelled = "|".join(sorted(ENGLISH, key=len, reverse=True))
    found = re.findall(rf"\b(?:{spelled})\b|\d[\d,]*(?:\.\d+)?", english.casefold())
    return {ENGLISH[f] if f in ENGLISH else float(f.replace(",", "")) for f in found} - {1}


def chinese_figures(chinese):
    """The figures that a Chinese text names, save one."""
    for term in ("双十一", "最小二乘法"):
        chinese = chinese.replace(term, "")
    found = re.findall(
        r"(十分之一)|(半)|(?:(\d[\d,]*(?:\.\d+)?)|([零一二三四五六七八九十两]+))(万|亿)?", chinese
    )
    return {
        0.1 if tenth else 0.5 if half
        else (float(digits.replace(",", "")) if digits else number(signs)) * {"万": 10**4, "亿": 10**8}.get(unit, 1)
        for tenth, half, digits, signs, unit in found
    } - {1}  # fmt: skip


def terms_of(english, own=""):
    """The terms for which an English text has the words, each with all terms that these words can stand for."""
    stands = {}
    for term in TABLE.index:
        for gloss in glosses(term):
            stands.setdefault(gloss.casefold(), set()).add(term)
    words = "|".join(re.escape(g) for g in sorted(stands, key=len, reverse=True))
    for found in re.findall(rf"\b({words})s?\b", english.casefold()):
        if own not in stands[found]:
            yield found, stands[found]


@pytest.mark.parametrize("term", TABLE.index)
def test_a_meaning_in_chinese_is_simple_chinese_with_the_same_figures_and_terms(term):
    english, chinese = TABLE.meaning[term], TABLE.meaning_zh[term]
    assert not chinese_faults(chinese)
    assert chinese_figures(chinese) == figures(english)
    for gloss, named in terms_of(english, term):
        assert any(name in chinese for name in named), (gloss, named)
    for name in re.findall(f"[{HAN}]+", english):
        assert name in chinese


@pytest.mark.parametrize(
    "meaning",
    ["", "已经开设的网店.", "已经开设的网店,不论有没有卖出东西。", "已經開設的網店。", "藉此开设的网店。", "An online shop。",
     "已经开设的 shop。", "已经开设的网店。不论有没有卖出东西。", "已经开设的网店" * 6 + "。", "网店。"],
)  # fmt: skip
def test_a_meaning_that_is_not_simple_chinese_is_seen(meaning):
    assert chinese_faults(meaning)


@pytest.mark.parametrize(
    ("english", "chinese", "same"),
    [
        ("1,200 shops", "1,200家网店", {1200}),
        ("Ten thousand or a hundred million", "一万或一亿", {10**4, 10**8}),
        ("12,000,000 yuan", "1,200万元", {12_000_000}),
        ("Second, twice, a tenth, half", "第二，两次，十分之一，一半", {2, 0.1, 0.5}),
        ("One village on 11 November", "双十一那天，11月的一个村", {11}),
        ("ten", "十", {10}),
        ("21", "二十一", {21}),
    ],
)
def test_figures_are_read_in_both_languages(english, chinese, same):
    assert figures(english) == chinese_figures(chinese) == same


def test_words_that_stand_for_a_term_are_found():
    assert ("active shops", {"活跃网店"}) in terms_of("Many active shops.")
    assert ("county-level city", {"县级市"}) in terms_of("A county-level city.")
    assert not [
        named
        for _, named in terms_of("A county that is called a city.", "县级市")
        if "县级市" in named
    ]


def test_texts_named_for_a_term_are_known():
    known = set(datasets.load("sources")["key"])
    assert {key for keys in TABLE.also_in for key in keys.split()} <= known


def test_the_page_is_made_from_the_table(make):
    page = (ROOT / "notebooks" / "GLOSSARY.md").read_text(encoding="utf-8")
    assert page == make.glossary(), "run: python tools/make.py data"
    assert set(make.GROUPS) == set(TABLE.kind)
    assert page.count("\n| ") == len(TABLE) + len(make.GROUPS)
