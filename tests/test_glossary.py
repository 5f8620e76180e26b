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
    for path in sorted(p for p in (ROOT / "taobaolab").rglob("*.*") if p.suffix in (".py", ".toml")):
        yield "", str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def readings():
    """Every term that a text reads out: lesson, place, term, its pinyin, and the words around it."""
    for lesson, place, text in texts():
        for found in READ.finditer(text):
            for pinyin in filter(None, (found["pinyin"].strip(), found["other"])):
                if toneless(pinyin)[1]:
                    around = re.sub(r"[*\s]+", " ", text[max(0, found.start() - 100) : found.end() + 100])
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
            lesson and "how many" not in around and not any(w.casefold() in toneless(around)[0] for w in glosses(term))
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
        p.read_text(encoding="utf-8") for p in (ROOT / "data").glob("*.*") if p.stem not in ("glossary", "README")
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
            assert run in held or re.fullmatch(f"(?:{terms})+", run), f"{place}: {run} is in no table"


def test_meanings_are_short_and_point_to_terms_that_exist():
    for term, row in TABLE.iterrows():
        assert row.meaning.endswith("."), term
        assert len(row.meaning.split()) <= 30, term
        assert row.lesson == "" or (ROOT / "notebooks" / f"{row.lesson}.ipynb").exists(), term


def test_texts_named_for_a_term_are_known():
    known = set(datasets.load("sources")["key"])
    assert {key for keys in TABLE.also_in for key in keys.split()} <= known


def test_the_page_is_made_from_the_table(make):
    page = (ROOT / "notebooks" / "GLOSSARY.md").read_text(encoding="utf-8")
    assert page == make.glossary(), "run: python tools/make.py data"
    assert set(make.GROUPS) == set(TABLE.kind)
    assert page.count("\n| ") == len(TABLE) + len(make.GROUPS)
