"""The exercises are fair: parts stand alone, forms do not matter, names are unique, minutes and code are said honestly."""

import collections
import re
import shutil

import nbformat
import pandas as pd
import pytest

from conftest import ROOT
from taobaolab.practice import work
from taobaolab.practice.core import NOT_YET, RIGHT, read_part, texts
from taobaolab.practice.record import VERSION, Record, Refused, State
from tests.practice import subtle
from tests.practice.test_practice import ANSWERS, EACH, EXERCISES, QUESTIONS, SOLUTIONS
from tools.minutes import mended_syllabus, minutes_of, write_minutes


@pytest.mark.parametrize(("name", "key"), EACH)
def test_a_part_that_cannot_be_read_takes_no_other_with_it(name, key):
    """Each part in turn is dots, or a thing that no part can be: the others keep their points."""
    question = QUESTIONS[name][key]
    right = list(ANSWERS[name].RIGHT[key][0])
    values = {
        part: read_part(r, a).value
        for (part, r), a in zip(question.parts.items(), right, strict=True)
    }
    findings = list(question.judge(**values))
    assert sum(finding.points for finding in findings) == question.points
    for place, part in enumerate(question.parts):
        own = sum(finding.points for finding in findings if finding.part == part)
        for other in (..., object()):
            reply = question.look(*right[:place], other, *right[place + 1 :])
            if len(right) == 1 and other is ...:
                continue
            assert reply.outcome == NOT_YET
            leans = {"motion", "same_number", "same_rate"}  # what is asked of these hangs on them
            assert reply.points == question.points - own or part in leans, (part, reply)


@pytest.mark.parametrize(("name", "key"), EACH)
def test_the_form_of_an_answer_does_not_matter(name, key):
    """Dicts as columns, as other dicts, in another order; lists as columns and sets; numbers and words alone in a list."""
    question = QUESTIONS[name][key]
    first = ANSWERS[name].RIGHT[key][0]

    def forms(value):
        if type(value) is dict:
            yield pd.Series(value, dtype=object)
            yield collections.defaultdict(list, value)
            yield dict(reversed(value.items()))
        elif type(value) is list:
            yield from (tuple(value), set(value), pd.Series(value), dict.fromkeys(value).keys())
        elif type(value) in (int, float):
            yield from ([value], pd.Series([value]))
        elif type(value) is str:
            yield from (value.upper(), f" {value}. ", [value])

    for place, value in enumerate(first):
        for form in forms(value):
            reply = question.look(*first[:place], form, *first[place + 1 :])
            assert reply.outcome == RIGHT or key == "q10", (form, reply)


@pytest.mark.parametrize("name", SOLUTIONS)
def test_minutes_follow_the_rule_and_half_the_points_need_no_code(name):
    book = nbformat.read(SOLUTIONS[name], 4)
    words = texts(name)
    for key, text in words.items():
        assert text.minutes == minutes_of(book, key, text.takes), key
    free = sum(text.points for text in words.values() if text.takes.startswith("no code"))
    total = sum(text.points for text in words.values())
    assert 2 * free >= total
    assert f"you can reach {free} of the {total} points" in book.cells[0].source
    for key, text in words.items():
        (source,) = (c.source for c in book.cells if c.id == key)
        defines = "def " in source
        assert defines == (text.takes == "a function"), key
        ids = {c.id for c in book.cells}
        ladders = ("a function", "a chart", "no code, or a table")
        if text.takes in ladders and f"{key}-hasty" not in ids:
            assert {f"{key}-worked", f"{key}-complete"} <= ids, key


# What a question asks of Python is shown before it, in the lesson or in the sheet itself, on another case.
SHOWN_FIRST = (r"^ *def \w+\(", r"\balt\.Chart\(", r"\.str\.contains\(", r"\.groupby\(", r"\bzip\(")


@pytest.mark.parametrize("name", SOLUTIONS)
def test_what_an_answer_needs_was_shown_before(name):
    """Nobody meets `def`, a chart, a search or a group for the first time in an empty cell."""
    lesson = nbformat.read(ROOT / "notebooks" / SOLUTIONS[name].name, 4)
    shown = "\n".join(cell.source for cell in lesson.cells if cell.cell_type == "code")
    for cell in nbformat.read(SOLUTIONS[name], 4).cells:
        if cell.cell_type != "code" or "solution-only" in cell.metadata.get("tags", []):
            continue
        by_hand = ("no code", "no code, a calculator")
        if cell.id in QUESTIONS[name] and texts(name)[cell.id].takes not in by_hand:
            for needed in SHOWN_FIRST:
                if re.search(needed, texts(name)[cell.id].code, re.M):
                    assert re.search(needed, shown, re.M), (cell.id, needed)
        elif not cell.id.endswith("-complete"):
            shown += "\n" + cell.source


def test_minutes_are_those_of_the_rule_wherever_they_are_told(tmp_path):
    """`python tools/make.py minutes` would change nothing: sheets, ends of lessons, teacher's notes, syllabus."""
    for folder in ("solutions", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    write_minutes(tmp_path)
    for path in [*tmp_path.rglob("*.ipynb"), tmp_path / "notebooks" / "README.md"]:
        own = ROOT / path.relative_to(tmp_path)
        assert path.read_text(encoding="utf-8") == own.read_text(encoding="utf-8"), own.name


def test_wrong_minutes_are_mended_and_a_talk_fills_its_session():
    page = (
        "A sheet takes 1 to 2 minutes\n| [02](../exercises/02_growth.ipynb) | 9 |\n"
        "| [exercise 02](../exercises/02_growth.ipynb), questions 1 and 2 (30 minutes), talk (15 minutes) |"
        " [exercise 02](../exercises/02_growth.ipynb), question 2 (80 minutes), talk (10 minutes) |"
    )
    mended = mended_syllabus(page, {"02": {1: 10, 2: 22, 3: 5}})
    assert "A sheet takes 37 to 37 minutes\n| [02](../exercises/02_growth.ipynb) | 37 |" in mended
    assert "questions 1 and 2 (32 minutes), talk (13 minutes)" in mended
    assert "question 2 (22 minutes), talk (68 minutes)" in mended


@pytest.mark.parametrize("name", EXERCISES)
def test_no_cell_takes_the_name_of_an_answer(name):
    """A later cell that takes the name of an answer turns Right into Not yet when the check runs again."""
    answers = {part: key for key, q in QUESTIONS[name].items() for part in q.parts}
    for cell in nbformat.read(EXERCISES[name], 4).cells:
        if cell.cell_type == "code":
            for made in work._names_made(cell.source) & set(answers):
                assert cell.id == answers[made], (cell.id, made)


@pytest.mark.parametrize("name", EXERCISES)
def test_a_check_hands_in_the_parts_by_their_names(name):
    cells = {c.id: c.source for c in nbformat.read(EXERCISES[name], 4).cells}
    for key, question in QUESTIONS[name].items():
        (handed,) = re.findall(rf"^check\.{key}\((.*)\)$", cells[f"{key}-check"], re.M)
        assert handed.split(", ") == list(question.parts)


def test_a_code_outlives_a_new_question_and_changed_points_and_tells_of_another_version():
    old = Record("growth", {"q1": 3, "q2": 4})
    code = old.code({"q1": State(4, 1), "q2": State(3, 4)})
    new = Record("growth", {"q1": 2, "q2": 6, "q3": 3})
    assert new.decoded(code) == {"q1": State(3, 1), "q2": State(3, 4), "q3": State()}
    assert code.startswith(VERSION)
    with pytest.raises(Refused, match="another version"):
        new.decoded("54YX-3NHA-HC9")


def test_chdir_does_not_lose_the_file(tmp_path, monkeypatch):
    monkeypatch.delenv("TAOBAOLAB_PROGRESS", raising=False)
    monkeypatch.chdir(tmp_path)
    record = Record("growth", {"q1": 3})
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    record.keep({"q1": State(4)})
    assert [p.name for p in tmp_path.glob("*.json")] == ["my_progress.json"]


def test_work_comes_back_and_damage_is_told():
    packed = work.pack("growth", {"q1": "a = 1", "q2": "def f():\n    return '村'"})
    assert work.unpack("growth", f" {packed}\n") == {
        "q1": "a = 1",
        "q2": "def f():\n    return '村'",
    }
    with pytest.raises(work.NotWork, match="another sheet, growth"):
        work.unpack("dangji", packed)
    for damaged in (packed[:-3], "", None, 5, "hello"):
        with pytest.raises(work.NotWork, match="damaged"):
            work.unpack("growth", damaged)


def test_an_interrupt_is_told():
    def endless(*anything):
        raise KeyboardInterrupt

    reply = QUESTIONS["definition"]["q3"].look(endless)
    assert reply.outcome == NOT_YET
    assert "interrupted" in reply.said[0]


@pytest.mark.parametrize(("name", "key"), EACH)
def test_subtle_answers_are_judged_rightly(name, key):
    """Right answers in odd clothes are right; wrong ones that look right are told what is amiss."""
    question = QUESTIONS[name][key]
    for answers in subtle.RIGHT[name][key]:
        reply = question.look(*answers)
        assert reply.outcome == RIGHT, (answers, reply)
    for answers in subtle.WRONG[name][key]:
        reply = question.look(*answers)
        assert reply.outcome == NOT_YET, (answers, reply)
        assert reply.said or reply.open


def test_enough_subtle_answers_were_tried():
    right, wrong = (
        sum(len(answers) for of_theme in table.values() for answers in of_theme.values())
        for table in (subtle.RIGHT, subtle.WRONG)
    )
    assert (right >= 100, wrong >= 150) == (True, True), (right, wrong)
