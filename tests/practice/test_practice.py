"""The exercises answer rightly: to answers untouched, right, wrong in a known way, and to whatever else is handed in.

The answers stand in ``answers_<theme>.py``, a file a theme: UNTOUCHED, RIGHT, WRONG (the table to read), WORDS, SECRETS,
and ``figures()``: what its discussions say in figures, worked out again.
"""

import ast
import contextlib
import functools
import html
import importlib
import json
import math
import os
import re
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import altair as alt
import nbformat
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbclient import NotebookClient

from conftest import ROOT
from taobaolab.definition import known_columns
from taobaolab.practice.answers import (
    Silent,
    Unfit,
    Untouched,
    as_column,
    as_named_column,
    is_empty,
    number,
    plain,
    results,
)
from taobaolab.practice.core import NOT_STARTED, NOT_YET, RIGHT, Note, Practice, Reply, texts
from taobaolab.practice.record import FILE, FOLDER, LETTERS, Record, State
from taobaolab.practice.replies import near
from tests.odd import crashes, leaves

SOLUTIONS = {
    path.stem.partition("_")[2]: path for path in sorted((ROOT / "solutions").glob("*.ipynb"))
}
EXERCISES = {name: ROOT / "exercises" / path.name for name, path in SOLUTIONS.items()}
ANSWERS = {name: importlib.import_module(f"tests.lessons.{name}.answers") for name in SOLUTIONS}
QUESTIONS = {
    name: importlib.import_module(f"taobaolab.lessons.{name}.questions").practice.questions
    for name in SOLUTIONS
}
EACH = [
    pytest.param(name, key, id=f"{name}-{key}")
    for name, questions in QUESTIONS.items()
    for key in questions
]
FIRST = ANSWERS["definition"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER, str(tmp_path))
    return tmp_path


def session():
    """The questions of theme 1 as in a fresh kernel."""
    return Practice("definition", list(QUESTIONS["definition"].values()))


class Liar:
    """Claims to equal everything, and to be anything."""

    __class__ = int
    __hash__ = object.__hash__

    def __eq__(self, other):
        return True

    def __getattr__(self, name):
        return self

    def __call__(self, *anything):
        return self


class Shouts:
    def __str__(self):
        raise RuntimeError("never")

    __repr__ = __str__


def shouting(*anything):
    print("out")
    print("err", file=sys.stderr)
    raise Exception(Shouts())


ring: list = []
ring.append(ring)
JUNK = [
    None, "a string", "", 10**400, -1, 0, True, math.nan, math.inf, 3 + 4j, b"bytes", [], {}, set(), [None], ring, {"met": ring},
    {(1, 2): {3}}, pd.DataFrame({"a": [1]}), pd.Series([], dtype=object), pd.NA, pd.NaT, object(), Exception("x"), int, math,
    Liar(), Shouts(), crashes, leaves, shouting, lambda *a: Liar(), lambda *a: ring, lambda *a: 10**5000, alt.Chart(), alt.X("a"),
    {"all": Liar()}, {"all": [], "source": Liar()}, {"all": [{"all": [{"all": ring}]}], "source": "a b", "year": 1},
]  # fmt: skip


# ---- each question ---------------------------------------------------------------------------------------------------
def each(table):
    """One case for each answer in a table of all themes."""
    return [
        pytest.param(name, key, answer, id=f"{name}-{key}-{i}")
        for name, answers in ANSWERS.items()
        for key, found in getattr(answers, table).items()
        for i, answer in enumerate(found)
    ]


@pytest.mark.parametrize("name", ANSWERS)
def test_every_question_is_proven_by_enough_answers(name):
    for table, least in (("UNTOUCHED", 1), ("RIGHT", 4), ("WRONG", 6), ("SECRETS", 1)):
        found = getattr(ANSWERS[name], table)
        assert list(found) == list(QUESTIONS[name])
        few = {key: len(answers) for key, answers in found.items() if len(answers) < least}
        assert few == {}, f"{table} needs {least} of each question"


@pytest.mark.parametrize(("name", "key", "answers"), each("UNTOUCHED"))
def test_an_untouched_answer_is_not_started(name, key, answers):
    assert QUESTIONS[name][key].look(*answers) == Reply(NOT_STARTED)


@pytest.mark.parametrize(("name", "key", "answers"), each("RIGHT"))
def test_a_right_answer_is_right_in_each_form(name, key, answers):
    question = QUESTIONS[name][key]
    assert question.look(*answers) == Reply(RIGHT, question.points)


@pytest.mark.parametrize(("name", "key", "slip"), each("WRONG"))
def test_a_known_slip_gets_its_own_reply(name, key, slip):
    of_slip, answers, points, words = slip
    reply = QUESTIONS[name][key].look(*answers)
    replied = "\n- ".join(["", *reply.said])
    seen = f"The slip was {of_slip!r}, handed in as {answers!r:.300}. The replies are:{replied}"
    assert (reply.outcome, reply.points) == (NOT_YET, points), seen
    assert any(words in said for said in reply.said), f"None has the words {words!r}. {seen}"


@functools.cache
def replies_to(name, key):
    """All that is said to the known slips of a question."""
    return [
        said
        for _, answers, *_ in ANSWERS[name].WRONG[key]
        for said in QUESTIONS[name][key].look(*answers).said
    ]


def sentences(path):
    """The sentences that stand in the code of a module, as patterns; docstrings and tables are none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    wholes = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.Expr)]
    parts = {part for whole in wholes for part in ast.iter_child_nodes(whole)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                part.value if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        elif isinstance(node, ast.Constant) and type(node.value) is str and node not in parts:
            text = node.value
        else:
            continue
        if re.search(r"[.?]( |$)", text) and text.count(" ") > 2 and "\n" not in text:
            yield ".*".join(map(re.escape, text.split("{}")))


@pytest.mark.parametrize("name", [*ANSWERS, "slips"])
def test_every_sentence_of_a_theme_is_said_to_a_known_slip(name):
    """A reply that no entry of WRONG draws out could say anything."""
    themes = [name] if name in ANSWERS else list(ANSWERS)
    replies = "\n".join(
        said for theme in themes for key in QUESTIONS[theme] for said in replies_to(theme, key)
    )
    library = ROOT / "taobaolab"
    path = library / "lessons" / name / "questions.py"
    if name == "slips":
        path = library / "practice" / "slips.py"
    patterns = list(sentences(path))
    assert len(patterns) > 5
    assert [pattern for pattern in patterns if not re.search(pattern, replies)] == []


@pytest.mark.parametrize(("name", "key"), EACH)
@pytest.mark.full
def test_junk_is_not_right_and_raises_nothing(name, key, capfd):
    """Each part of an answer is junk in turn, and all of them are."""
    q = QUESTIONS[name][key]
    for junk in JUNK:
        right = list(ANSWERS[name].RIGHT[key][0])
        alone = junk
        if type(junk) is list and len(junk) == 1:  # a column of one row is read as its value
            alone = junk[0]
        elif type(junk) is pd.DataFrame and junk.size == 1:
            alone = junk.iloc[0, 0].item()
        for place in range(len(right)):
            if any(alone is meant for meant in ANSWERS[name].WORDS.get((key, place), ())):
                continue
            if type(alone) is int and type(right[place]) is int and alone == right[place]:
                continue
            reply = q.look(*right[:place], junk, *right[place + 1 :])
            assert reply.outcome == NOT_YET, (junk, reply)
            free = [*q.parts][place] == "guess"  # a guess earns nothing, so it can lose nothing
            assert reply.points < q.points or free
            assert all(type(said) is str for said in reply.said)
            assert reply.said or reply.open
            assert all(reply.said)
        assert q.look(*[junk] * len(right)).points == 0 or type(junk) is not Liar
    assert q.look().outcome == q.look(*range(9)).outcome == NOT_YET
    assert q.look().said
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("name", "key"), EACH)
def test_an_object_that_equals_everything_gets_no_marks(name, key):
    first = ANSWERS[name].RIGHT[key][0][0]
    alike = dict.fromkeys(first, Liar()) if type(first) is dict else [Liar()]
    for liar in (Liar(), lambda *a: Liar(), [Liar()], alike):
        assert QUESTIONS[name][key].look(*[liar] * len(QUESTIONS[name][key].parts)).points == 0


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda s: st.lists(s, max_size=3) | st.dictionaries(st.text(max_size=5), s, max_size=3),
        max_leaves=6,
    )
)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_plain_gives_plain_things_back(value):
    assert json.dumps(plain(value)) == json.dumps(value)


def test_plain_takes_nothing_else():
    for thing in (
        Liar(),
        [Liar()],
        {"a": Liar()},
        object(),
        [...],
        print,
        pd.DataFrame({"a": [1, 2], "b": 3}),
    ):
        with pytest.raises(Unfit):
            plain(thing)


def test_a_function_of_columns_gets_rows_with_names_or_with_numbers():
    """A loop over the numbers of rows works on both kinds of table only by ``iloc``."""
    case, by_number, by_place = (4, 5), lambda c: c[0] + c[1], lambda c: c.iloc[0] + c.iloc[1]

    def read(way, kind):
        return results([(case,)], number, as_kind=kind).read(way)

    for way, kind in (
        (by_number, as_column),
        (by_place, as_column),
        (by_place, as_named_column),
    ):
        assert read(way, kind) == {(case,): 9}
    with pytest.raises(Unfit, match="KeyError: 0"):
        read(by_number, as_named_column)
    assert read(lambda c: len(c.index[0]), as_named_column) == {(case,): 5}


def _bodies(*bodies):
    """A function of one number for each body."""
    for body in bodies:
        space = {}
        exec(f"def f(n):\n    {body}", space)
        yield space["f"]


def test_only_a_function_in_which_nothing_is_written_is_empty():
    """A function that prints, or forgets its result, was begun; so was one that is no plain function."""
    for untouched in _bodies(
        "...", "pass", '"""Words."""', '"""Words."""\n    ...', "return ...", "return"
    ):
        assert is_empty(untouched)
    for begun in (
        *_bodies(
            "print(n)",
            "n / 10",
            "m = 5",
            "if n: pass",
            "for _ in (): pass",
            "return 100",
            "return True",
        ),
        print,
        Liar(),
        len,
        int,
    ):
        assert not is_empty(begun)


def test_nothing_from_an_empty_function_is_blank_and_from_another_is_told():
    for kind in (None, as_column, as_named_column):
        reader = results([((1, 2),)], number, as_kind=kind)
        for untouched in _bodies("...", "pass", "return ..."):
            with pytest.raises(Untouched):
                reader.read(untouched)
        for begun in _bodies("print(n)", "n.sum()" if kind else "n[0]"):
            with pytest.raises(Silent, match="`return` hands it over"):
                reader.read(begun)


def test_near_has_two_sides():
    """Within a share of the right number or within so many units, whichever is more; the unknown only to itself."""
    assert near(101, 100)
    assert near(99, 100)
    assert not near(101.01, 100)
    assert not near(98.99, 100)
    assert near(-98, -100, 0.02)
    assert not near(-97.9, -100, 0.02)
    assert near(0.6, 0, units=0.6)
    assert not near(0.61, 0, units=0.6)
    assert near(Fraction(1, 3), 1 / 3, 0)
    assert not near(3, 3.001, 0)
    assert near(None, None)
    assert not any(
        near(given, 1) for given in (None, 10**400, -math.inf, math.nan, Decimal("1e30"))
    )
    assert not near(0, None)


# ---- secrets ---------------------------------------------------------------------------------------------------------
def unearned(name, key):
    """All that a learner can be told before the answer is right: replies and hints."""
    return texts(name)[key].hints + replies_to(name, key)


def student_text(name):
    book = nbformat.read(EXERCISES[name], 4)
    return "\n".join(c.source for c in book.cells) + json.dumps(
        [book.metadata, *(c.metadata for c in book.cells)]
    )


@pytest.mark.parametrize(("name", "key"), EACH)
def test_no_answer_leaks(name, key):
    """Neither a line of the solution nor the answer in words, unless the learner wrote it or the question gives it."""
    solution, student = (nbformat.read(path[name], 4) for path in (SOLUTIONS, EXERCISES))
    shown_before = (key, f"{key}-worked", f"{key}-complete")
    given_lines = {
        line.strip()
        for c in student.cells
        if c.id in shown_before
        for line in c.source.splitlines()
    }
    lines = {line.strip() for line in texts(name)[key].code.splitlines()} - given_lines
    known = ANSWERS[name].SECRETS[key]
    secrets = [re.escape(line) for line in lines if len(line) > 8] + known
    assert re.search(known[0], "\n".join(c.source for c in solution.cells), re.M), (
        "this secret is out of date"
    )
    learner, shown = (
        "".join(str(answers) for _, answers, *_ in ANSWERS[name].WRONG[key]),
        student_text(name),
    )
    for text in [shown, *unearned(name, key)]:
        for secret in secrets:
            found = re.search(secret, text, re.M)
            assert not found or (found[0] in learner and text != shown), (secret, text[:300])


@pytest.mark.parametrize(("name", "key"), EACH)
def test_no_reply_shows_the_code_of_the_check(name, key):
    for said in unearned(name, key):
        assert not re.search(r"Traceback|taobaolab/|site-packages|\bself\b", said)
        assert not any(line in said for line in our_code())


@functools.cache
def our_code():
    """The lines of the practice room that are code and long enough to know again."""
    paths = (ROOT / "taobaolab" / "practice").glob("*.py")
    ours = {
        line.strip() for path in paths for line in path.read_text(encoding="utf-8").splitlines()
    }
    return {
        line for line in ours if len(line) > 20 and re.search(r"[=(]", line) and '"' not in line
    }


# ---- the notebooks ---------------------------------------------------------------------------------------------------
def test_what_is_made_from_the_solutions_is_up_to_date(make):
    made = make.from_solutions()
    there = {
        *(ROOT / "exercises").glob("**/*.ipynb"),
        *(ROOT / "taobaolab" / "lessons").glob("*/texts.json"),
    }
    there = {p for p in there if ".ipynb_checkpoints" not in p.parts}
    run = "run: python tools/make.py exercises"
    assert sorted(p.name for p in made.keys() - there) == [], f"missing; {run}"
    assert sorted(p.name for p in there - made.keys()) == [], (
        "superfluous: no solution notebook has this name"
    )
    assert sorted(p.name for p in there if p.read_text(encoding="utf-8") != made[p]) == [], (
        f"stale; {run}"
    )


def test_solutions_are_cut_out_by_their_markers(make):
    cut = make.blanked("a = ...\n### BEGIN SOLUTION\na = 1\n### END SOLUTION\nb = 2")
    assert cut == "a = ...\n# YOUR CODE HERE\nb = 2"
    body = 'def f():\n    """Doc."""\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n\nf()'
    assert make.blanked(body) == 'def f():\n    """Doc."""\n    # YOUR CODE HERE\n\nf()'
    assert make.solution(body) == 'def f():\n    """Doc."""\n    return 1\n\nf()'
    for broken in (
        "### BEGIN SOLUTION\na",
        "### END SOLUTION",
        "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION",
    ):
        with pytest.raises(ValueError, match="In this cell"):
            make.blanked(broken)


@pytest.mark.parametrize("name", SOLUTIONS)
def test_the_exercise_is_the_solution_without_solutions(name):
    solution, exercise = (nbformat.read(path[name], 4) for path in (SOLUTIONS, EXERCISES))
    gone = {c.id for c in solution.cells} - {c.id for c in exercise.cells}
    tags = {c.id: {*c.metadata.get("tags", [])} for c in solution.cells}
    assert gone == {key for key, of_cell in tags.items() if of_cell & {"teacher", "solution-only"}}
    assert {f"{key}-after" for key in QUESTIONS[name]} <= gone
    assert exercise.cells[0].source.startswith("# Exercises: ")
    assert "SOLUTION" not in student_text(name)
    assert not any(c.get("outputs") or c.get("execution_count") for c in exercise.cells)


@pytest.mark.parametrize("name", SOLUTIONS)
def test_an_institution_can_use_the_solutions_with_nbgrader(name):
    """Every question has a cell to fill in and a check with points; what a person has to read is an essay."""
    cells = {c.id: c for c in nbformat.read(SOLUTIONS[name], 4).cells}
    graded = {
        c.metadata.nbgrader.grade_id: c.metadata.nbgrader
        for c in cells.values()
        if "nbgrader" in c.metadata
    }
    essays = {n for n in graded if n.endswith("-essay")}
    ladders = {n for n in graded if n.endswith("-complete")}
    assert set(graded) - essays - ladders == {
        n for key in QUESTIONS[name] for n in (key, f"{key}-check")
    }
    assert essays
    for grade_id, meta in graded.items():
        assert grade_id in cells
        assert meta.schema_version == 3
        assert not meta.task
        assert (meta.grade, meta.solution, meta.locked) == {
            "essay": (True, True, False), "check": (True, False, True)}.get(grade_id.partition("-")[2], (False, True, False))  # fmt: skip
        assert ("points" in meta) == meta.grade
    for key, q in QUESTIONS[name].items():
        assert graded[f"{key}-check"].points == q.points
        assert cells[key].source.count("### BEGIN SOLUTION") == 1


@pytest.mark.parametrize("name", SOLUTIONS)
def test_the_contents_lead_to_the_headings(name):
    for path in (SOLUTIONS[name], EXERCISES[name]):
        cells = [c.source for c in nbformat.read(path, 4).cells if c.cell_type == "markdown"]
        headings = {
            h.replace(" ", "-") for source in cells for h in re.findall(r"^## (.+)$", source, re.M)
        }
        assert set(re.findall(r"\]\(#([^)]+)\)", cells[0])) == headings - {
            "The-sentence-you-can-now-write"
        }
        for target in re.findall(r"\]\((\.\.[^)]+)\)", "".join(cells)):
            assert (path.parent / target).exists(), target


def test_the_columns_that_a_rule_may_ask_for_are_listed():
    (text,) = (
        c.source for c in nbformat.read(EXERCISES["definition"], 4).cells if c.id == "q10-text"
    )
    listed = re.findall(r"`(\w+)`", text.partition("there are these columns: ")[2])
    assert listed == [
        name for name, column in known_columns().items() if "village" in column.levels
    ]


@pytest.mark.parametrize("name", SOLUTIONS)
def test_minutes_and_points_are_said_as_they_are(name):
    book = nbformat.read(SOLUTIONS[name], 4)
    said = [re.search(r"\*(\d+) minutes, (\d+) points?", c.source) for c in book.cells]
    said = [(int(m[1]), int(m[2])) for m in said if m]
    assert [points for _, points in said] == [q.points for q in QUESTIONS[name].values()]
    assert f"about {sum(minutes for minutes, _ in said)} minutes" in book.cells[0].source


@pytest.mark.parametrize("name", SOLUTIONS)
def test_each_question_has_its_words(name):
    words = texts(name)
    assert list(words) == list(QUESTIONS[name])
    for text in words.values():
        assert len(text.hints) == 3
        assert all(text.hints)
        assert all((text.title, text.why, text.further, text.code, text.discussion))


@pytest.mark.parametrize("name", ANSWERS)
def test_figures_in_the_words_are_those_of_the_tables(name):
    """What ``figures()`` works out again stands in the discussion of a question, or in its essay."""
    essays = {
        c.id.partition("-")[0]: c.source
        for c in nbformat.read(SOLUTIONS[name], 4).cells
        if c.id.endswith("-essay")
    }
    figures = ANSWERS[name].figures()
    assert figures
    for key, said in figures.items():
        words = " ".join([*texts(name)[key].discussion, essays.get(key, "")])
        assert [figure for figure in said if figure not in words] == [], key


def shown(cell):
    return "".join(
        o.get("data", {}).get("text/plain", "") + o.get("text", "") for o in cell.outputs
    )


@pytest.mark.parametrize("name", SOLUTIONS)
def test_the_untouched_exercise_runs_and_every_check_says_not_started(name, folder):
    book = nbformat.read(EXERCISES[name], 4)
    client = NotebookClient(
        book, timeout=90, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    for cell in book.cells:
        if cell.cell_type == "code":
            assert not [
                o for o in cell.outputs if o.output_type == "error" or o.get("name") == "stderr"
            ]
    checks = {c.id: shown(c) for c in book.cells if c.id.endswith("-check")}
    assert len(checks) == len(QUESTIONS[name])
    for key, text in checks.items():
        assert text.startswith(f"{key.removesuffix('-check')}: Not started\n")
        assert text.endswith("0")
    assert not (folder / FILE).exists()


@pytest.mark.parametrize("name", SOLUTIONS)
def test_the_stored_solutions_have_full_marks(name):
    cells = {c.id: c for c in nbformat.read(SOLUTIONS[name], 4).cells}
    for key, q in QUESTIONS[name].items():
        said, value = cells[f"{key}-check"].outputs
        assert said.output_type == "display_data"
        assert said.data["text/plain"].startswith(f"{key}: Right")
        assert value.data["text/plain"] == str(q.points)
    assert shown(cells["progress"]).startswith(
        f"{sum(q.points for q in QUESTIONS[name].values())} of"
    )


@pytest.mark.parametrize("name", SOLUTIONS)
def test_what_solution_shows_really_passes(name, capsys):
    """The exercise, cell by cell, with the text of solution() in place of each answer."""
    space = {}
    for cell in nbformat.read(EXERCISES[name], 4).cells:
        if cell.id.endswith("-check"):
            key = cell.id.removesuffix("-check")
            *imports, call = cell.source.splitlines()
            exec("\n".join(imports), space)
            assert eval(call, space) == QUESTIONS[name][key].points
        elif cell.cell_type == "code":
            exec(texts(name)[cell.id].code if cell.id in QUESTIONS[name] else cell.source, space)
    assert capsys.readouterr().out.count(": Right, ") == len(QUESTIONS[name])


def test_an_error_is_told_by_the_line_of_the_learner(folder):
    cells = [
        "from taobaolab.lessons.definition.questions import check",
        "def helper(h):\n    return h.nope\n\ndef fewest_shops(h):\n    n = 1\n    return helper(h)",
        "check.q3(fewest_shops)",
        "import math\ncheck.q3(lambda h: math.factorial(-h))",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    NotebookClient(
        book, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    said = [shown(c) for c in book.cells]
    stopped = "Called with 200, your function stopped in line 2 of your cell"
    assert (
        f"{stopped}: return h.nope (AttributeError: 'int' object has no attribute 'nope')"
        in said[2]
    )
    assert f"{stopped}: check.q3(lambda h: math.factorial(-h)) (ValueError: " in said[3]


# ---- check, hint, solution, as called in a cell ----------------------------------------------------------------------
def test_a_check_says_its_reply_and_gives_the_points(capfd):
    practice = session()
    assert practice.check.q2(1_200, "met") == 1
    assert practice.check.q2(sales_rmb=12_000_000, rosewood="met") == 2
    assert practice.check.q11("what?") == 0
    out, err = capfd.readouterr()
    assert (
        "q2: Not yet, 1 of 2 points\nRight: rosewood.\nThat is the figure without its unit" in out
    )
    assert 'Stuck? `hint("q2")` helps a step further.' in out
    assert "q2: Right, 2 of 2 points" in out
    assert "A further question: " in out
    assert 'There are q1 to q10 here, such as `hint("q1")`.' in out
    assert err == ""
    assert dir(practice.check)
    with pytest.raises(AttributeError):
        practice.check._repr_html_  # noqa: B018


def test_hints_come_one_by_one_and_stop_at_the_last(capsys):
    practice = session()
    for _ in range(4):
        practice.hint("q3")
    session().hint("q3", 1)
    heads = re.findall(r"^q3, hint (\d) of 3$", capsys.readouterr().out, re.M)
    assert heads == ["1", "2", "3", "3", "1"]
    practice.hint("q3")
    assert "That was the last hint." in capsys.readouterr().out


@pytest.mark.parametrize("name", ["hint", "solution"])
@pytest.mark.parametrize("key", [None, 7, "q99", "", pytest.param(Liar(), id="liar"), ["q1"]])
def test_a_question_that_is_not_there_is_told_in_words(name, key, capsys):
    getattr(session(), name)(key)
    assert capsys.readouterr().out.startswith("Which question?")


def test_solution_shows_code_and_discussion_and_is_remembered(capsys):
    practice = session()
    practice.solution("q2")
    practice.progress()
    out = capsys.readouterr().out
    assert '    sales_rmb, rosewood = 1_200 * 10_000, "met"\n1,200 万元 is 12,000,000 yuan' in out
    assert "q2   Twelve hundred of what?      not started  0 of 2  solution seen" in out


def test_the_page_has_the_same_words_as_the_text():
    note = Note(
        "q1: <Right>", ("Use `a < b`.", "中文"), (("q1", "a & b"), ("q2", "c")), "x = '<'\ny = 2"
    )
    page = note._repr_html_()
    words = html.unescape(re.sub(r"<(?!Right|b>|')[^<>]*>", " ", page))
    assert (
        words.split()
        == re.sub(
            "`",
            " ",
            str(Note(note.head, (), note.rows, note.code, note.colour))
            + "\n"
            + "\n".join(note.lines),
        ).split()
    )
    assert 'role="status"' in page
    assert not re.search(r"<script|http|<img", page)
    assert repr(note) == str(note)


# ---- progress --------------------------------------------------------------------------------------------------------
def solve(practice, *keys):
    with contextlib.redirect_stdout(None):
        for key in keys:
            getattr(practice.check, key)(*FIRST.RIGHT[key][0])


def code_of(practice):
    return practice.record.code(practice.record.states())


def test_progress_is_kept_in_the_folder_and_the_best_counts(folder, capsys):
    solve(session(), "q1", "q2")
    practice = session()
    practice.check.q2(1_200, "met")
    practice.check.q4([])
    practice.hint("q4")
    practice.progress()
    out = capsys.readouterr().out
    assert "8 of 31 points" in out
    assert re.search(r"q2 .* right +2 of 2$", out, re.M)
    assert re.search(r"q4 .* not yet +0 of 3 +1 hint$", out, re.M)
    assert re.search(r"q5 .* not started +0 of 3$", out, re.M)
    kept = json.loads((folder / FILE).read_text())
    assert kept == {
        "definition": {
            "q1": {"score": 7, "help": 0},
            "q2": {"score": 3, "help": 0},
            "q4": {"score": 1, "help": 1},
        }
    }
    assert [p.name for p in folder.iterdir()] == [FILE]


def test_the_file_keeps_other_themes(folder):
    (folder / FILE).write_text('{"growth": {"q1": {"score": 2, "help": 0}}}')
    solve(session(), "q2")
    assert set(json.loads((folder / FILE).read_text())) == {"growth", "definition"}


def test_without_the_variable_progress_is_kept_beside_the_notebook(folder, monkeypatch):
    monkeypatch.delenv(FOLDER)
    monkeypatch.chdir(folder)
    solve(session(), "q2")
    assert (folder / FILE).exists()


def test_a_deleted_file_means_a_new_beginning(folder, capsys):
    practice = session()
    solve(practice, "q1")
    (folder / FILE).unlink()
    practice.progress()
    assert capsys.readouterr().out.startswith("0 of 31 points")


BROKEN = [b"", b"{", b"[]", b"7", b"\xff\xfe", b"[" * 100_000]
ODD = [
    {"definition": 5},
    {"definition": {"q1": 3, "q2": None, "q77": {"score": 1, "help": 1}}},
    {
        "definition": {
            "q1": {"score": 99, "help": "x"},
            "q2": {"score": -1, "help": True},
            "q3": {"score": 1.5, "help": 10**400},
        }
    },
]


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_is_begun_anew_and_this_is_said(folder, content, capsys):
    practice = session()
    solve(practice, "q2")
    (folder / FILE).write_bytes(content)
    practice.progress()
    out, err = capsys.readouterr()
    assert out.startswith("2 of 31 points")
    assert "could not be read, so it was begun anew" in out
    assert err == ""
    solve(practice, "q1")
    assert code_of(session()) == code_of(practice)


@pytest.mark.parametrize("content", ODD, ids=range(len(ODD)))
def test_odd_entries_in_the_file_count_as_nothing(folder, content):
    (folder / FILE).write_text(json.dumps(content))
    assert set(session().record.states().values()) == {State()}


def test_where_nothing_can_be_written_the_session_remembers(folder, monkeypatch, capsys):
    (folder / "file").write_text("")
    monkeypatch.setenv(FOLDER, str(folder / "file" / "no folder"))
    practice = session()
    solve(practice, "q1", "q2")
    practice.progress()
    out, err = capsys.readouterr()
    assert out.startswith("8 of 31 points")
    assert "Nothing can be written in this folder" in out
    assert err == ""


def test_a_resume_code_brings_progress_to_a_fresh_session(folder, tmp_path_factory):
    practice = session()
    solve(practice, "q1", "q3", "q9")
    with contextlib.redirect_stdout(None):
        practice.hint("q5")
    code = code_of(practice)
    run = f"from taobaolab.lessons.definition.questions import resume, progress; resume({code!r}); progress()"
    other = os.environ | {FOLDER: str(tmp_path_factory.mktemp("other"))}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", run],
        capture_output=True,
        text=True,
        env=other,
        check=False,
    )
    assert done.stdout.count("12 of 31 points") == 2
    assert re.search(r"q5 .* not started +0 of 3 +1 hint$", done.stdout, re.M)
    assert code in done.stdout
    assert done.stderr == ""


def test_resuming_never_takes_away(capsys):
    before = code_of(session())
    practice = session()
    solve(practice, "q1")
    practice.resume(before)
    assert "6 of 31 points" in capsys.readouterr().out


STATES = st.fixed_dictionaries(
    {
        k: st.builds(State, st.integers(0, q.points + 1), st.integers(0, 4))
        for k, q in QUESTIONS["definition"].items()
    }
)


@given(STATES)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_state_survives_its_code(states):
    record = session().record
    code = record.code(states)
    assert re.fullmatch(rf"([{LETTERS}]{{4}}-)*[{LETTERS}]{{1,4}}", code)
    assert record.decoded(code) == states
    assert record.decoded(f" {code.lower().replace('-', ' ')}\n") == states
    assert record.decoded("".join(chr(ord(c) + 0xFEE0) for c in code)) == states


def test_a_mistyped_code_is_refused_in_words(capsys):
    practice = session()
    solve(practice, "q1", "q4")
    code = code_of(practice)
    bare = code.replace("-", "")
    slips = {bare[:i] + c + bare[i + 1 :] for i in range(len(bare)) for c in LETTERS} - {bare}
    slips |= {bare[:i] + bare[i + 1] + bare[i] + bare[i + 2 :] for i in range(len(bare) - 1)} - {
        bare
    }
    slips |= {bare[:-1], bare + "2", "", "0OIL1", "淘宝村", "²" * 11}
    slips |= {Record("growth", practice.record.points).code(practice.record.states())} - {code}
    fresh = Record("definition", practice.record.points)
    for slip in sorted(slips):
        with pytest.raises(ValueError, match=r"mistyped|No code has|another version"):
            fresh.decoded(slip)
    for wrong in (slips.pop(), "OIL", None, 5, Liar(), b"x"):
        practice.resume(wrong)
    out, err = capsys.readouterr()
    assert out.count("Not resumed\n") == 6
    assert "No code has I or L or O in it." in out
    assert err == ""
    assert code_of(session()) == code


def test_a_check_called_by_name_says_what_to_write_instead_of_raising():
    assert FIRST.theme.check("q1") == 0
