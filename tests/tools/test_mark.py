"""A class is marked: thirty files and more, over half of them hostile, each with exactly the marks that it deserves."""

import ast
import csv
import functools
import importlib
import json
import re
import socket
import subprocess
import sys
import time
from itertools import pairwise

import nbformat
import pytest
from markupsafe import escape

from conftest import ROOT, loaded
from taobaolab.practice.copies import Copy, make_copy
from taobaolab.practice.core import NOT_STARTED, NOT_YET, RIGHT, texts
from taobaolab.practice.record import FILE, State
from tests.browser import OF_OURS, axe, needs_chromium, watched_page
from tests.practice.test_practice import ANSWERS, EACH, EXERCISES, JUNK, QUESTIONS, SOLUTIONS

TOOLS = str(ROOT / "tools" / "mark")
if TOOLS not in sys.path:
    sys.path.insert(0, TOOLS)

import decode  # noqa: E402
import journal  # noqa: E402
import picture  # noqa: E402
import report  # noqa: E402
import sandbox  # noqa: E402
import submission  # noqa: E402
from collect import Found, Owner, collect, owner  # noqa: E402
from exercise import arguments, exercises  # noqa: E402
from marking import ENCODE, FAILED, Mark, Marked, mark  # noqa: E402

THEME = "growth"
WALLS = bool(sandbox.bubblewrap())
needs_walls = pytest.mark.skipif(
    not WALLS, reason="no bubblewrap that works here: apt-get install bubblewrap"
)
SECONDS = 6


# ---- submissions, made from the exercises ----------------------------------------------------------------------------
def book(theme=THEME, answers=(), **cells):
    """An exercise with our answers to some questions, and with other text in some cells (None: the cell is deleted)."""
    made = nbformat.read(EXERCISES[theme], 4)
    made.cells = [c for c in made.cells if cells.get(c.id, "") is not None]
    for cell in made.cells:
        if cell.id in answers:
            cell.source = texts(theme)[cell.id].code
        cell.source = cells.get(cell.id.replace("-", "_"), cells.get(cell.id, cell.source))
    return made


def handed(theme, key, answers):
    """A cell that hands in these answers, if they can be written down."""
    names = arguments(exercises()[theme], key)
    values = [ast.literal_eval(repr(answer)) for answer in answers]
    assert len(values) == len(names.split(","))
    return "\n".join(
        f"{name} = {value!r}" for name, value in zip(names.split(", "), values, strict=True)
    )


def slips(theme):
    """One known slip a question, of those that can be written down: cell, points, and a part of the reply."""
    for key, table in ANSWERS[theme].WRONG.items():
        for _, answers, points, words in table:
            try:
                yield key, handed(theme, key, answers), points, words
            except (ValueError, SyntaxError, AssertionError):
                continue
            break


def saved(made):
    return nbformat.writes(made)


def stripped(made):
    """As an old editor keeps it: no ids, no metadata."""
    raw = json.loads(saved(made))
    for cell in raw["cells"]:
        cell.pop("id", None)
        cell["metadata"] = {}
    return json.dumps(raw | {"nbformat_minor": 2})


def copied(made, *names):
    """Some cells copied to the end, with new ids, as JupyterLab copies them."""
    twins = [
        nbformat.from_dict(c | {"id": f"copy{i}"})
        for i, c in enumerate(made.cells)
        if c.id in names
    ]
    at = max(i for i, c in enumerate(made.cells) if c.id in names) + 1
    made.cells[at:at] = twins
    return made, twins


ALL = tuple(QUESTIONS[THEME])
TWO = ("q1", "q4")
EQUAL = """
class Equal(float):
    def __eq__(self, other): return True
    __lt__ = __gt__ = __le__ = __ge__ = __eq__
    __hash__ = float.__hash__
    def __sub__(self, other): return 0
    __rsub__ = __abs__ = __float__ = __sub__
rate_2019 = rate_2020 = added_a_year = Equal()
"""
PATCHED = """
import taobaolab.practice.core as core, taobaolab.practice.answers as answers, taobaolab.lessons.growth.questions as growth
core.Question.look = lambda self, *answers: core.Reply("Right", self.points)
core.Practice._checked = lambda self, q, *a, **k: q.points
growth.weighed = lambda *a, **k: (1, True, "")
answers.plain = lambda value: value
class check:
    q1 = q2 = staticmethod(lambda *a: 3)
print("q1: Right, 3 of 3 points")
rate_2019 = rate_2020 = added_a_year = 99
"""
FORGED = """
import sys, json
encode = sys.modules["taobaolab_encode"]
encode.encode_answers = lambda ask: json.dumps({"is": [99, 99, 99], "points": 3, "outcome": "Right"})
"""
GARBLED = """
import sys
encode = sys.modules["taobaolab_encode"]
encode.encode_answers = lambda ask: "[" * 90_000
"""
FORKS = """
import os, time
for _ in range(120):
    if os.fork() == 0:
        time.sleep(60)
        os._exit(0)
time.sleep(60)
"""
NESTED = """
answer = []
for _ in range(100_000):
    answer = [answer]
rate_2019 = rate_2020 = added_a_year = answer
"""
FILLS = """
for i in range(100_000):
    open(f"{i}.txt", "w").close()
import time
time.sleep(60)
"""
STUBBORN = """
import time
from itertools import pairwise
while True:
    try:
        time.sleep(1)
    except BaseException:
        pass
"""


def folder_of_a_class(place, port):
    """Write it, and say what each file has to come to: {question: (outcome, points)}, and words of its notes."""
    expected = {}

    def hand_in(name, content, marks=None, *notes):
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        expected[name] = (marks, notes)

    def full(theme, keys=None, **others):
        marks = dict.fromkeys(QUESTIONS[theme], (NOT_STARTED, 0))
        marks |= {
            key: (RIGHT, QUESTIONS[theme][key].points)
            for key in (QUESTIONS[theme] if keys is None else keys)
        }
        return marks | others

    def on_q2(name, source, words, **others):
        """q2 goes wrong; what stands beside it does not suffer."""
        hand_in(
            name,
            saved(book(answers=TWO, q2=source)),
            full(THEME, TWO, q2=(FAILED, 0)) | others,
            f"q2: {words}",
        )

    for theme in SOLUTIONS:  # honest work
        hand_in(f"right/{theme}.ipynb", saved(book(theme, QUESTIONS[theme])), full(theme))
        wrong = list(slips(theme))
        assert len(wrong) >= 6
        marks = {key: (NOT_YET, points) for key, _, points, _ in wrong}
        cells = {key: cell for key, cell, _, _ in wrong}
        hand_in(f"wrong/{theme}.ipynb", saved(book(theme, **cells)), full(theme, (), **marks))
    hand_in("untouched.ipynb", EXERCISES[THEME].read_bytes(), full(THEME, ()))
    hint = 'hint("q1")\ncheck.q1(rate_2019, rate_2020, added_a_year)'
    more = book(answers=TWO, setup=text_of("setup") + "\nimport numpy", q1_check=hint)
    hand_in(
        "a student's.ipynb",
        saved(more),
        full(THEME, TWO),
        "cell setup was changed; ours was run first",
    )

    on_q2("exit.ipynb", "import os; os._exit(0)", "its cell: Python ended without a word")
    on_q2(
        "segfault.ipynb",
        "import ctypes; ctypes.string_at(0)",
        "its cell: Python ended without a word",
    )
    on_q2("loop.ipynb", "while True: pass", f"its cell: it did not end within {SECONDS} seconds")
    on_q2("sleep.ipynb", STUBBORN, f"its cell: it did not end within {SECONDS} seconds")
    late = "def growth_a_year(*case):\n    while True: pass\nwhole = 5"
    on_q2("late loop.ipynb", late, f"your function: it did not end within {SECONDS} seconds")
    on_q2("flood.ipynb", 'print("x" * 50_000_000)', "its cell: it printed more than 5 MB")
    on_q2(
        "lines.ipynb",
        'for i in range(50_000): print("0123456789" * 100)',
        "its cell: it printed more than 5 MB",
    )
    on_q2("forks.ipynb", FORKS, "its cell: it started more than 40 processes")

    stops = {
        "q2": ('whole = float(input("Rate? "))', "StdinNotImplementedError"),
        "q3": ("import sys; sys.exit(3)", "SystemExit: 3"),
        "q5": ("factors = {1: 2]", "SyntaxError"),
        "q6": ("held = bytearray(4_000_000_000)", "MemoryError"),
        "q7": (
            "import os, shutil; shutil.rmtree(os.getcwd(), ignore_errors=True); nothing",
            "NameError",
        ),
    }
    made = book(answers=TWO, **{key: source for key, (source, _) in stops.items()})
    hand_in("stops.ipynb", saved(made), full(THEME, TWO, **dict.fromkeys(stops, (FAILED, 0))),
            *(f"{key}: its cell stopped: {name}" for key, (_, name) in stops.items()))  # fmt: skip

    edited = book(
        answers=("q2", "q4"), q1_check='print("q1: Right, 3 of 3 points")\n3', **{"q2-check": None}
    )
    next(c for c in edited.cells if c.id == "q4-check").metadata.nbgrader.points = 99
    edited, twins = copied(edited, "q6", "q6-check")
    twins[0].source = texts(THEME)["q6"].code
    hand_in("checks.ipynb", saved(edited), full(THEME, ("q2", "q4", "q6")),
            "q1: the check cell of q1 was changed; ours was used", "q2: the check cell of q2 was deleted; ours was used",
            "q4: the points of q4 were changed in the file; ours count",
            "q6: the answer cell of q6 is there more than once; all were run")  # fmt: skip
    nested = NESTED.replace(
        "rate_2019 = rate_2020 = added_a_year", "same_number = its_error = same_rate = that_error"
    )
    hand_in(
        "equal.ipynb",
        saved(book(answers=("q4",), q1=EQUAL, q7=nested)),
        full(THEME, ("q4",), q1=(NOT_YET, 0), q7=(NOT_YET, 0)),
    )
    hand_in(
        "patched.ipynb",
        saved(book(answers=("q4",), q1=PATCHED)),
        full(THEME, ("q4",), q1=(NOT_YET, 0)),
    )
    hand_in("forged.ipynb", saved(book(q1=FORGED)), dict.fromkeys(ALL, (NOT_YET, 0)))
    hand_in("garbled.ipynb", saved(book(q1=GARBLED)), dict.fromkeys(ALL, (NOT_YET, 0)))

    hand_in("old editor.ipynb", stripped(book(answers=TWO)), full(THEME, TWO))
    hand_in("format 3.ipynb", json.dumps(nbformat.convert(book(answers=TWO), 3)), full(THEME, TWO))
    gone = "q1: the answer cell of q1 is missing; no answer: name 'rate_2019' is not defined"
    hand_in(
        "no cell.ipynb",
        saved(book(answers=TWO, q1=None)),
        full(THEME, ("q4",), q1=(FAILED, 0)),
        gone,
    )
    pries = {
        "q1": f"open({str(place / 'right' / 'growth.ipynb')!r}).read()\n",
        "q4": f"open({str(place / 'written.txt')!r}, 'w').write('here')\n",
        "q6": f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 2).close()\n",
    }
    cells = {key: source + texts(THEME)[key].code for key, source in pries.items()}
    held = full(THEME, (), **dict.fromkeys(pries, (FAILED, 0))) if WALLS else full(THEME, pries)
    notes = (
        "q1: its cell stopped: FileNotFoundError",
        "q4: its cell stopped: FileNotFoundError",
        "q6: its cell stopped: ",
    )
    hand_in("pries.ipynb", saved(book(**cells)), held, *(notes if WALLS else ()))
    hand_in(
        "picture.ipynb",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 99,
        None,
        "this is a picture, only named like a notebook",
    )
    hand_in("empty.ipynb", b"", None, "the file is empty")
    hand_in("cut off.ipynb", saved(book())[:5000], None, "it cannot be read as JSON")
    other = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print('another course')")])
    hand_in("other course.ipynb", saved(other), None, "not one of our exercises")
    hand_in(
        "lesson.ipynb",
        (ROOT / "notebooks" / "02_growth.ipynb").read_bytes(),
        None,
        "another notebook of the collection",
    )
    hand_in("essay.pdf", b"%PDF-1.4", None, "nobody looked at it")
    hand_in(
        "李, 小明_20417_assignsubmission_file_/first.ipynb",
        saved(book(answers=("q1",))),
        full(THEME, ("q1",)),
        "2 submissions of 李, 小明",
    )
    hand_in(
        "李, 小明_20417_assignsubmission_file_/second.ipynb",
        saved(book(answers=TWO)),
        full(THEME, TWO),
        "this one counts",
    )
    hand_in("=1+2.ipynb", b"{}", None, "it has no cells")
    return expected


def text_of(name):
    return next(c.source for c in nbformat.read(EXERCISES[THEME], 4).cells if c.id == name)


def command(*words, **more):
    return subprocess.run(
        [sys.executable, TOOLS, *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=ROOT,
        **more,
    )


class Class:
    """A class that was marked: what was expected, the rows, and what was said."""


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    made = Class()
    made.place = tmp_path_factory.mktemp("class") / "handed in"
    made.place.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        made.expected = folder_of_a_class(made.place, server.getsockname()[1])
        made.before = {p: p.read_bytes() for p in made.place.rglob("*") if p.is_file()}
        made.done = command(made.place, "--cell-seconds", SECONDS, timeout=1500)
        assert made.done.returncode == 0, made.done.stdout + made.done.stderr
        try:
            server.accept()
            made.called = True
        except TimeoutError:
            made.called = False
    made.out = made.place.with_name("handed in-marks")
    with (made.out / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
        made.rows = list(csv.DictReader(file))
    return made


@pytest.mark.full
def test_every_file_comes_to_exactly_its_marks(marked):
    assert marked.done.stderr == ""
    found, wrong = {}, {}
    for row in marked.rows:
        name = row["file"].removeprefix("'")
        found.setdefault(name, {})
        if row["question"]:
            found[name][row["question"]] = (row["outcome"], int(row["points"]))
    assert set(found) == set(marked.expected)
    for name, (marks, _) in marked.expected.items():
        if found[name] != (marks or {}):
            wrong[name] = {
                key: (found[name].get(key), mark)
                for key, mark in (marks or {}).items()
                if found[name].get(key) != mark
            }
            wrong[name]["notes"] = said_of(marked, name)
    assert wrong == {}


def said_of(marked, name):
    rows = [row for row in marked.rows if row["file"].removeprefix("'") == name]
    return [
        f"{row['question']}: {row['note']}" if row["question"] else row["note"]
        for row in rows
        if row["note"]
    ]


@pytest.mark.full
def test_what_happened_to_a_file_is_said(marked):
    silent = {}
    for name, (_, notes) in marked.expected.items():
        said = said_of(marked, name)
        for words in notes:
            key, _, rest = words.partition(": ")
            here = (
                [s for s in said if s.startswith(f"{key}: ")]
                if re.fullmatch(r"q\d+", key)
                else said
            )
            if not any((rest if re.fullmatch(r"q\d+", key) else words) in s for s in here):
                silent[name] = (words, said)
        if not notes:
            assert said == [], name
    assert silent == {}


@pytest.mark.full
def test_nothing_was_read_written_or_called_outside(marked):
    assert {p: p.read_bytes() for p in made_files(marked)} == marked.before
    assert marked.called is not WALLS
    assert ("sandbox" in marked.done.stdout) is WALLS
    many = sum(name.endswith(".ipynb") for name in marked.expected)
    assert many > 30
    assert f"{many} notebooks in " in marked.done.stdout
    assert re.findall(rf"^(\d+) of {many}: ", marked.done.stdout, re.M) == [
        str(n) for n in range(1, many + 1)
    ]


def made_files(marked):
    """All files but the one that only a sandbox can prevent."""
    return [
        p for p in marked.place.rglob("*") if p.is_file() and (WALLS or p.name != "written.txt")
    ]


# ---- the tables and the page of this class ---------------------------------------------------------------------------
@pytest.mark.full
def test_the_tables_say_what_a_spreadsheet_needs(marked):
    assert list(marked.rows[0]) == list(report.MARKS)
    assert (marked.out / "marks.csv").read_bytes().startswith("\ufeff".encode())
    assert {row["file"] for row in marked.rows if "1+2" in row["file"]} == {"'=1+2.ipynb"}
    slip = next(
        row
        for row in marked.rows
        if row["file"] == "wrong/growth.ipynb" and row["question"] == "q1"
    )
    assert slip["misconception"] == "You counted rows, or went by the names of the years."
    assert next(r for r in marked.rows if r["file"] == "essay.pdf")["outcome"] == "Not marked"
    with (marked.out / "class.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {(row["theme"], row["question"]): row for row in csv.DictReader(file)}
    assert len(rows) == sum(map(len, QUESTIONS.values()))
    counted = [
        r
        for r in marked.rows
        if (r["theme"], r["question"], r["counts"]) == ("growth", "q2", "yes")
    ]
    for outcome in (RIGHT, NOT_YET, NOT_STARTED, FAILED):
        assert (
            int(rows["growth", "q2"][outcome.lower()])
            == sum(r["outcome"] == outcome for r in counted)
            > 0
        )


@pytest.mark.full
def test_of_two_files_of_a_student_one_counts(marked):
    counts = {row["file"]: row["counts"] for row in marked.rows if "小明" in row["file"]}
    assert sorted(counts.values()) == ["no", "yes"]
    assert counts["李, 小明_20417_assignsubmission_file_/second.ipynb"] == "yes"


@pytest.mark.full
def test_the_worksheet_for_moodle_holds_those_with_a_number(marked):
    assert sorted(path.name for path in marked.out.glob("moodle*")) == [
        "moodle-02_growth.csv",
        "moodle-feedback-02_growth.zip",
    ]
    text = (marked.out / "moodle-02_growth.csv").read_bytes().decode()
    assert text.startswith(
        "Identifier,Full name,Grade,Maximum grade,Last modified (grade),Feedback comments\n"
    )
    assert text.count("\n") == 2
    assert text.splitlines()[1].startswith(
        'Participant 20417,"李, 小明",6,34,-,"q1: right, 3 of 3.<br>q2: not started, 0 of 4.<br>'
    )


@pytest.mark.full
def test_the_page_shows_the_class(marked):
    page = (marked.out / "class.html").read_text(encoding="utf-8")
    assert "their code could read" not in page if WALLS else "sandbox (bubblewrap)" not in page
    assert page.count("<h2 id=") == len(SOLUTIONS) + 3
    for name in marked.expected:
        if said_of(marked, name):
            assert str(escape(name)) in page
    assert "=1+2" in page


# ---- answers that cross from one process to another ------------------------------------------------------------------
THERE = {}
exec(compile(ENCODE, "<frozen encode>", "exec"), THERE)


def crossed(theme, key, answers):
    """The reply to answers that were written down there and read here."""
    text = THERE["encode_answers"](lambda: answers)
    return QUESTIONS[theme][key].look(*decode.decode_answers(text, THERE["call_function"]))


@pytest.mark.parametrize(("theme", "key"), EACH)
@pytest.mark.full
def test_every_answer_gets_the_same_reply_as_in_the_notebook(theme, key):
    tables = ANSWERS[theme]
    for answers in (
        *tables.UNTOUCHED[key],
        *tables.RIGHT[key],
        *(row[1] for row in tables.WRONG[key]),
    ):
        there, here = crossed(theme, key, answers), QUESTIONS[theme][key].look(*answers)
        assert there[:2] == here[:2]
        assert [said.replace("a dict", "a column") for said in there.said] == [
            s.replace("a dict", "a column") for s in here.said
        ]


@pytest.mark.parametrize("theme", QUESTIONS)
@pytest.mark.full
def test_nothing_that_claims_to_equal_everything_earns_a_point(theme):
    for key, question in QUESTIONS[theme].items():
        for junk in JUNK:
            answers = (junk,) * len(question.parts)
            assert crossed(theme, key, answers)[:2] == question.look(*answers)[:2], (key, junk)
        for liar in (
            Everything(),
            Everything,
            lambda *case: Everything(),
            {"a": Everything()},
            [Everything()],
            Number(1),
            Word("x"),
        ):
            assert crossed(theme, key, (liar,) * len(question.parts)).points == 0, (key, liar)


class Everything:
    """Equal to all, callable, a list, a dict and a chart at once."""

    __hash__ = object.__hash__

    def __eq__(self, other):
        return True

    def __getattr__(self, name):
        return self

    def __call__(self, *case):
        return self

    def __iter__(self):
        return iter(())


class Number(float):
    __hash__ = float.__hash__

    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__


class Word(str):
    __hash__ = str.__hash__

    def __eq__(self, other):
        return True


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 90_000, '{"is": 5}', '{"is": [{"chart": 7}]}', '{"is": [{"function": "x"}]}',
                                  '{"is": [{"result": "os"}]}', '{"is": [{"int": "zz"}]}', '{"is": [{}]}', '{"is": [[1]]}'])  # fmt: skip
def test_a_garbled_answer_is_an_error_and_no_answer(text):
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError, RecursionError)):
        QUESTIONS[THEME]["q1"].look(*decode.decode_answers(text, THERE["call_function"])).boom  # noqa: B018


# ---- whose file, which exercise, how much help -----------------------------------------------------------------------
@pytest.fixture(scope="module")
def main_module():
    return loaded("mark_main", ROOT / "tools" / "mark" / "__main__.py")


@pytest.mark.parametrize(("file", "whose"), [
    ("Wang, Li_20417_assignsubmission_file_/02_growth.ipynb", ("Wang, Li", "20417")),
    ("李 小明_20417_assignsubmission_file/deep/x.ipynb", ("李 小明", "20417")),
    ("Ann_B_7_assignsubmission_file_x.ipynb", ("Ann_B", "7")),
    ("wangli_1734_98211_02_growth.ipynb", ("wangli", "1734")),
    ("wangli_LATE_1734_98211_02_growth-1.ipynb", ("wangli", "1734")),
    ("submitted/li/growth/02_growth.ipynb", ("submitted/li/growth", "")),
    ("anna (1).ipynb", ("anna", "")),
    ("anna-Copy1.ipynb", ("anna", "")),
    ("anna_02_growth.ipynb", ("anna_02_growth", "")),
])  # fmt: skip
def test_whose_file_it_is(file, whose):
    assert (owner(file).student, owner(file).identifier) == whose


def test_a_folder_of_a_week_is_not_one_student(main_module):
    marked = [Marked(f"week 1/{name}.ipynb", THEME, digest=name) for name in "abcd"] + [
        Marked("li/x.ipynb", THEME, digest="x")
    ]
    main_module.tell_apart(marked)
    main_module.choose_what_counts(marked)
    assert [m.owner.student for m in marked] == [
        "week 1/a",
        "week 1/b",
        "week 1/c",
        "week 1/d",
        "li",
    ]
    assert all(m.counts for m in marked)


def test_the_very_same_file_is_said(main_module):
    done = [Mark("q1", 3, RIGHT, 3)]
    marked = [Marked(f"{name}.ipynb", THEME, list(done), digest="1") for name in "ab"]
    marked += [
        Marked(f"{name}.ipynb", THEME, [Mark("q1", 3, NOT_STARTED)], digest="2") for name in "cd"
    ]
    for one in marked:
        one.label = one.file
    main_module.tell_apart(marked)
    main_module.note_identical(marked)
    words = "the very same file as a.ipynb; ask both how that came about"
    assert [m.notes for m in marked] == [[], [words], [], []]  # c and d did nothing yet


def test_help_is_counted_where_it_shows(tmp_path):
    made = book()
    record = submission.Record(THEME, exercises()[THEME].points)
    states = dict.fromkeys(ALL, State()) | {"q3": State(score=2, help=3)}
    made.cells[-4].source = f'resume("{record.code(states)}")'
    shown = nbformat.v4.new_output("display_data", {"text/plain": "q1, hint 2 of 3\nRead it."})
    next(c for c in made.cells if c.id == "q1-check").outputs = [shown]
    seen = nbformat.v4.new_output("display_data", {"text/plain": "q5, one way to do it\n x = 1"})
    next(c for c in made.cells if c.id == "q5-check").outputs = [seen]
    path = tmp_path / "x.ipynb"
    path.write_text(saved(made), encoding="utf-8")
    assert submission.read(path).helped == {"q1": 2, "q3": 3, "q5": 4}
    (tmp_path / FILE).write_text(
        '{"growth": {"q7": {"score": 3, "help": 1}, "q8": {"score": 2, "help": 0}}}'
    )
    assert submission.kept_beside(tmp_path, THEME) == {"q7": 1, "q8": 0}
    assert submission.kept_beside(tmp_path / "none", THEME) == {}


def test_a_copy_with_other_numbers_is_marked_by_them(tmp_path):
    """Its own numbers are right, those of the collection are not; what an editor drops of the metadata does not matter."""
    drawn = importlib.import_module(f"taobaolab.lessons.{THEME}.questions").practice.drawn
    points = {key: exercises()[THEME].points[key] for key in drawn}
    for name, theirs, kept in (
        ("own", True, True),
        ("own, bare", True, False),
        ("public", False, True),
    ):
        made = nbformat.read(EXERCISES[THEME], 4)
        make_copy(made, drawn, Copy(4, solution=False))
        for cell in made.cells:
            if cell.id in drawn:
                cell.source = texts(THEME)[cell.id].code
                for figure in drawn[cell.id]:
                    cell.source = figure.rewrite(cell.source, 4 if theirs else 0)
        if not kept:
            del made.metadata["taobaolab"]
        path = tmp_path / f"{name}.ipynb"
        path.write_text(saved(made), encoding="utf-8")
        found = mark(Found(path, path.name), sandbox.Limits())
        assert found.notes == ["this is copy 4, with numbers of its own"], name
        reached = {m.key: m.points for m in found.marks if m.key in drawn}
        assert (reached == points) is theirs, (name, reached)
        assert all(reached[key] < points[key] for key in points) is not theirs
        assert [m.note for m in found.marks if m.note] == []


# ---- the page, for any size of class ---------------------------------------------------------------------------------
def written(place, marked, **more):
    """The page of a class, with all files beside it."""
    with journal.Journal(place) as kept:
        return report.write(kept, report.Result(marked, how="How.", **more))


@functools.cache
def looked_at(key, slip):
    """The reply to a known slip, or to a right answer."""
    return QUESTIONS[THEME][key].look(
        *(ANSWERS[THEME].RIGHT[key][0] if slip is None else ANSWERS[THEME].WRONG[key][slip][1])
    )


def made_up(number):
    """A class of so many, by the answers of the tests."""
    for i in range(number):
        one = Marked(f"{i}.ipynb", THEME, essay=i % 2 * "word " * 90)
        one.owner, one.label = Owner(f"李 <b>{i}</b>", str(i), "canvas"), f"{i}.ipynb"
        for n, (key, question) in enumerate(QUESTIONS[THEME].items()):
            reply = looked_at(key, i % 3 if (i + n) % 2 else None)
            one.marks.append(
                Mark(key, question.points, reply.outcome, reply.points, list(reply.said))
            )
        yield one


@pytest.mark.parametrize("number", [0, 1, 2, 200])
def test_the_page_holds_for_any_class(tmp_path, number):
    marked = list(made_up(number))
    page = written(tmp_path, marked).read_text(encoding="utf-8")
    assert not re.search(r"<script|https?:|<link|@import|url\(|<b>\d", page)
    levels = [int(n) for n in re.findall(r"<h(\d)", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    assert page.count('<td class="total">') == 3 * number
    if number == 200:
        assert f"{number} students, on average" in page
        assert page.count('<span class="big">') == 3


@needs_chromium
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (420, "dark")])
def test_the_page_fits_a_screen_and_asks_for_nothing(tmp_path, chromium, width, scheme):
    page_file = written(tmp_path, list(made_up(30)))
    with watched_page(
        chromium,
        page_file.as_uri(),
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        bypass_csp=True,
    ) as page:
        page.goto(page_file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert axe(page, **OF_OURS) == []
        summary = page.locator("summary").first
        summary.focus()
        page.keyboard.press("Enter")
        assert (
            page.locator("details[open] pre").first.inner_text()
            == texts(THEME)[picture.class_picture(list(made_up(30)))[0].talk[0].key].code
        )
        assert page.get_by_role("table").count() == 2
        assert page.get_by_role("region", name="Student by student").count() == 1
        assert (page.outside, page.problems) == ([], [])


def test_the_class_picture_counts_and_ranks():
    (theme,) = picture.class_picture(list(made_up(20)))
    first = theme.pictures[0]
    assert first.counts == {RIGHT: 10, NOT_YET: 10, NOT_STARTED: 0, FAILED: 0}
    assert first.slips[0].students == max(s.students for s in first.slips)
    assert [p.talk for p in theme.talk] == sorted((p.talk for p in theme.pictures), reverse=True)[
        :3
    ]
    assert len(theme.essays) == len(theme.unread) == 10


def test_the_gradebook_for_canvas_has_its_columns(tmp_path):
    marked = list(made_up(2)) + [
        Marked("x.ipynb", THEME, [Mark("q1", 3, RIGHT, 3)], owner=Owner("no number"))
    ]
    marked[0].owner = Owner("wang, li", "0", "canvas")
    written(tmp_path, marked)
    text = (tmp_path / "canvas.csv").read_bytes().decode()
    assert text.splitlines() == [
        "Student,ID,SIS User ID,SIS Login ID,Section,Exercises 02_growth",
        "    Points Possible,,,,,34",
        f'"wang, li",0,,,,{marked[0].points}',
        f"李 <b>1</b>,1,,,,{marked[1].points}",
    ] or text.splitlines()[2:] == sorted(text.splitlines()[2:], reverse=True)


@pytest.mark.parametrize(("words", "code", "said"), [
    (["no such folder"], 1, "is not there. Give the folder with the submitted notebooks."),
    (["tests", "--jobs", "0"], 2, "a whole number above zero is wanted, not '0'"),
    (["tests", "--memory", "much"], 2, "a whole number above zero is wanted, not 'much'"),
])  # fmt: skip
def test_a_slip_on_the_command_line_is_told_without_a_traceback(words, code, said):
    done = command(*words)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_folder_gives_a_page_that_says_what_to_do(tmp_path):
    (tmp_path / "in").mkdir()
    done = command(tmp_path / "in", "--to", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "There is no file in the folder." in (tmp_path / "out" / "class.html").read_text(
        encoding="utf-8"
    )


def test_a_link_leads_nowhere(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.ipynb").write_text("{}")
    try:
        (tmp_path / "in" / "x.ipynb").symlink_to(tmp_path / "secret.ipynb")
    except OSError:
        pytest.skip("no links here")
    found = collect(tmp_path / "in", tmp_path / "out", tmp_path / "scratch")
    assert found.notebooks == []
    assert found.aside == [("x.ipynb", "this is a link to another place; it is not followed")]


@pytest.mark.full
def test_without_a_sandbox_the_limits_still_hold(tmp_path, monkeypatch):
    """As on macOS and Windows."""
    monkeypatch.setattr(sandbox, "bubblewrap", str)
    path = tmp_path / "x.ipynb"
    path.write_text(
        saved(
            book(
                answers=TWO,
                q2="import os; os._exit(0)",
                q3="x = bytearray(4_000_000_000)",
                q5=FILLS,
            )
        ),
        encoding="utf-8",
    )
    found = mark(Found(path, "x.ipynb"), sandbox.Limits())
    marks = {m.key: (m.outcome, m.points) for m in found.marks if m.outcome != NOT_STARTED}
    assert marks == {
        "q1": (RIGHT, 3),
        "q2": (FAILED, 0),
        "q3": (FAILED, 0),
        "q4": (RIGHT, 3),
        "q5": (FAILED, 0),
    }
    notes = {m.key: m.note for m in found.marks if m.note}
    assert "Python ended without a word" in notes["q2"]
    assert "MemoryError" in notes["q3"] or "MB of memory" in notes["q3"]
    assert "it wrote more than 200 MB, or more than 2000 files" in notes["q5"]


@needs_walls
def test_the_sandbox_holds_the_library_and_nothing_else():
    kernel = sandbox.Kernel(sandbox.Limits(), time.monotonic() + 60)
    try:
        look = "import os, socket, json, glob"
        assert kernel.run(look, 20).error == ""
        seen = "json.dumps([os.environ.get('SECRET'), [n for n in os.listdir(os.path.expanduser('~')) if n[:2] != '.k' and n != 'settings'], glob.glob('/home/*'), os.path.exists('%s')])"
        found = json.loads(kernel.run("", 20, seen % (ROOT / "solutions")).asked)
        assert found == [None, [], [], False]
        assert (
            "Read-only file system"
            in kernel.run(f"open({str(ROOT / 'data' / 'new.csv')!r}, 'w')", 20).error
        )
        for place in ("/new", "/dev/shm/new"):
            assert "Read-only file system" in kernel.run(f"open({place!r}, 'w')", 20).error
        assert kernel.run("socket.create_connection(('192.0.2.1', 80), 2)", 20).error
    finally:
        home = kernel.home
        kernel.close()
    assert not home.exists()
