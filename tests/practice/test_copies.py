"""Copies for a class: other numbers that are checked and marked as such, or no solutions."""

import importlib

import nbformat
import pytest

from conftest import ROOT
from taobaolab.practice.copies import Copy, Drawn, copy_of, hand_out, make_copy
from taobaolab.practice.core import RIGHT, texts
from tests.practice.test_practice import ANSWERS, EXERCISES, QUESTIONS

PRACTICES = {
    name: importlib.import_module(f"taobaolab.lessons.{name}.questions").practice
    for name in EXERCISES
}
VARIED = [(name, key) for name, practice in PRACTICES.items() for key in practice.drawn]


@pytest.fixture(autouse=True)
def own_copy():
    yield
    hand_out()


def sheet(name, copy):
    book = nbformat.read(EXERCISES[name], 4)
    make_copy(book, PRACTICES[name].drawn, copy)
    return {cell.id: cell for cell in book.cells}, book


def numbers_for_all(figure):
    """A number of a copy for each value that a figure can have there."""
    return [next(n for n in range(1, 1_000) if figure.value_in(n) == v) for v in figure.others]


def answers_in(name, key, number):
    """The answers of our solution to a question, done in the copy of this number."""
    cells, _ = sheet(name, Copy(number))
    code = texts(name)[key].code
    for figure in PRACTICES[name].drawn[key]:
        code = figure.rewrite(code, number)
    space = {}
    exec(cells["setup"].source, space)
    before = [i for i in cells if i.startswith(f"{key}-") and i.endswith(("table", "claims"))]
    for cell in before:
        exec(cells[cell].source, space)
    exec(code, space)
    return [space[part] for part in QUESTIONS[name][key].parts]


def test_each_sheet_has_questions_with_other_numbers():
    assert {name for name, _ in VARIED} == set(EXERCISES)
    assert len(VARIED) == 10


@pytest.mark.parametrize(("name", "key"), VARIED)
def test_our_way_is_right_in_every_copy_and_the_public_answer_is_not(name, key, capsys):
    question, seen = QUESTIONS[name][key], set()
    public = ANSWERS[name].RIGHT[key][0]
    figures = PRACTICES[name].drawn[key]
    for number in numbers_for_all(figures[0]):
        own = answers_in(name, key, number)
        hand_out(number)
        assert question.look(*own).outcome == RIGHT, (number, own)
        reply = question.look(*public)
        assert 0 <= reply.points < question.points
        seen.add(figures[0].value)
    assert seen == set(figures[0].others)
    assert figures[0].own not in seen
    hand_out()
    assert question.look(*public).outcome == RIGHT


@pytest.mark.parametrize(("name", "key"), VARIED)
def test_the_text_of_a_copy_has_its_numbers_and_no_hint_has_the_own_ones(name, key):
    cells, _ = sheet(name, Copy(3))
    text = "\n".join(cells[i].source for i in cells if i.partition("-")[0] == key)
    for figure in PRACTICES[name].drawn[key]:
        for form in figure.written:
            own = form.format(figure.own)
            assert figure.rewrite(own, 3) == form.format(figure.value_in(3)) != own
            assert figure.rewrite(text, 3) == text
            for hint in texts(name)[key].hints:
                assert figure.rewrite(hint, 3) == hint


def test_only_whole_numbers_are_rewritten():
    figure = Drawn("x", 1_200, (1_300,), ("{:,}", "{:_}"))
    assert (
        figure.rewrite("1,200 of 11,200, 1,200.5 and 1,200.", 1)
        == "1,300 of 11,200, 1,200.5 and 1,300."
    )
    assert figure.rewrite("1_200 * 10", 0) == "1_200 * 10"


@pytest.mark.parametrize("name", EXERCISES)
def test_a_copy_says_what_it_is(name):
    cells, book = sheet(name, Copy(7, solution=False))
    assert book.metadata["taobaolab"] == {"numbers": 7, "solution": False}
    assert "This copy is number 7. In question" in cells["how"].source
    assert "This copy has no `solution`." in cells["how"].source
    assert "shows one way to do it" not in cells["how"].source
    code = "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    assert copy_of(book.metadata, code) == copy_of({}, code) == Copy(7, False)
    assert code.count("hand_out(numbers=7, solution=False)") == 11


def test_a_sheet_of_the_collection_and_odd_metadata_are_no_copy():
    for odd in ({}, None, {"taobaolab": 5}, {"taobaolab": {"numbers": "7", "solution": True}}):
        assert copy_of(odd, "check.q1(x)") == Copy()
    assert copy_of({"taobaolab": {"numbers": -1, "solution": True}}, "") == Copy()


def test_a_copy_without_solutions_shows_none_and_keeps_hints(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("TAOBAOLAB_PROGRESS", str(tmp_path))
    practice = PRACTICES["growth"]
    hand_out(0, solution=False)
    practice.solution("q4")
    practice.hint("q4", 3)
    out = capsys.readouterr().out
    assert "Your teacher handed this copy out without solutions." in out
    assert "q4, hint 3 of 3" in out
    assert "solution(" not in out
    assert texts("growth")["q4"].code not in out
    hand_out(5)
    practice.solution("q4")
    assert "This is done with the numbers of the open collection." in capsys.readouterr().out
    practice.solution("q1")
    assert "open collection" not in capsys.readouterr().out


def test_the_command_writes_copies_and_says_how(make, tmp_path, capsys):
    assert make.copies([str(tmp_path), "1-3", "no-solution"]) is None
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 15
    assert names[3:6] == ["02_growth-1.ipynb", "02_growth-2.ipynb", "02_growth-3.ipynb"]
    assert nbformat.read(tmp_path / names[0], 4).metadata["taobaolab"]["solution"] is False
    assert "3 copies of each exercise" in capsys.readouterr().out
    for odd in ([], ["x"], ["x", "many"], ["x", "7", "solutions"]):
        assert make.copies(odd) == make.COPIES


def test_the_guide_for_teachers_names_the_questions():
    guide = (ROOT / "notebooks" / "MARKING.md").read_text(encoding="utf-8")
    for name, practice in PRACTICES.items():
        questions = ", ".join(key.removeprefix("q") for key in practice.drawn)
        assert f"| {EXERCISES[name].stem[:2]} | {questions} |" in guide
