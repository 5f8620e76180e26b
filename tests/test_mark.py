"""A class is marked: thirty files and more, over half of them hostile, each with exactly the marks that it deserves."""

import ast
import csv
import json
import re
import socket
import subprocess
import sys
import time

import nbformat
import pytest
from test_practice import ANSWERS, EXERCISES, QUESTIONS, SOLUTIONS

from conftest import ROOT
from taobaolab.practice.core import NOT_STARTED, NOT_YET, RIGHT, texts

TOOLS = str(ROOT / "tools" / "mark")
if TOOLS not in sys.path:
    sys.path.insert(0, TOOLS)

import sandbox  # noqa: E402
import submission  # noqa: E402
from marking import FAILED  # noqa: E402

THEME = "growth"
WALLS = bool(sandbox.bubblewrap())
needs_walls = pytest.mark.skipif(not WALLS, reason="no bubblewrap that works here: apt-get install bubblewrap")
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
    names = submission.arguments(submission.exercises()[theme], key)
    values = [ast.literal_eval(repr(answer)) for answer in answers]
    assert len(values) == len(names.split(","))
    return "\n".join(f"{name} = {value!r}" for name, value in zip(names.split(", "), values, strict=True))


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
    twins = [nbformat.from_dict(c | {"id": f"copy{i}"}) for i, c in enumerate(made.cells) if c.id in names]
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
import taobaolab.practice.core as core, taobaolab.practice.answers as answers, taobaolab.practice.growth as growth
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
door = sys.modules["taobaolab_door"]
door.sent = lambda ask: json.dumps({"is": [99, 99, 99], "points": 3, "outcome": "Right"})
"""
GARBLED = """
import sys
door = sys.modules["taobaolab_door"]
door.sent = lambda ask: "[" * 90_000
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
STUBBORN = """
import time
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
        marks |= {key: (RIGHT, QUESTIONS[theme][key].points) for key in (QUESTIONS[theme] if keys is None else keys)}
        return marks | others

    def on_q2(name, source, words, **others):
        """q2 goes wrong; what stands beside it does not suffer."""
        hand_in(name, saved(book(answers=TWO, q2=source)), full(THEME, TWO, q2=(FAILED, 0)) | others, words)

    for theme in SOLUTIONS:  # honest work
        hand_in(f"right/{theme}.ipynb", saved(book(theme, QUESTIONS[theme])), full(theme))
        hand_in(f"untouched/{theme}.ipynb", EXERCISES[theme].read_bytes(), full(theme, ()))
        wrong = list(slips(theme))
        assert len(wrong) >= 6
        marks = {key: (NOT_YET, points) for key, _, points, _ in wrong}
        hand_in(
            f"wrong/{theme}.ipynb",
            saved(book(theme, **{key: cell for key, cell, _, _ in wrong})),
            full(theme, (), **marks),
        )
    hand_in("a student's.ipynb", saved(book(answers=TWO, q1=texts(THEME)["q1"].code, setup=texts_of("setup") + "\nimport numpy")),
            full(THEME, TWO), "cell setup was changed; ours was run first")  # fmt: skip
    on_q2("exit.ipynb", "import os; os._exit(0)", "q2: its cell: Python ended without a word")
    on_q2("segfault.ipynb", "import ctypes; ctypes.string_at(0)", "q2: its cell: Python ended without a word")
    on_q2("loop.ipynb", "while True: pass", f"q2: its cell: it did not end within {SECONDS} seconds")
    on_q2("sleep.ipynb", STUBBORN, f"q2: its cell: it did not end within {SECONDS} seconds")
    on_q2("flood.ipynb", 'print("x" * 50_000_000)', "q2: its cell: it printed more than 5 MB")
    on_q2("lines.ipynb", 'for i in range(5_000_000): print("0123456789")', "q2: its cell: it printed more than 5 MB")
    on_q2("memory.ipynb", "held = bytearray(4_000_000_000)", "q2: its cell stopped: MemoryError")
    on_q2("forks.ipynb", FORKS, "q2: its cell: it started more than 40 processes")
    on_q2("input.ipynb", 'whole = float(input("Rate? "))', "q2: its cell stopped: StdinNotImplementedError")
    on_q2("leaves.ipynb", "import sys; sys.exit(3)", "q2: its cell stopped: SystemExit: 3")
    on_q2("syntax.ipynb", "def growth_a_year(first, last, years)\n    return 5", "q2: its cell stopped: SyntaxError")
    on_q2(
        "late loop.ipynb",
        "def growth_a_year(*case):\n    while True: pass\nwhole = 5",
        f"q2: your function: it did not end within {SECONDS} seconds",
    )
    on_q2(
        "deletes.ipynb",
        "import os, shutil; shutil.rmtree(os.getcwd(), ignore_errors=True)",
        "q2: no answer: name 'growth_a_year' is not defined",
    )
    hand_in(
        "no check.ipynb",
        saved(book(answers=TWO, **{"q1-check": None, "q2-check": None})),
        full(THEME, TWO),
        "q1: the check cell of q1 was deleted; ours was used",
    )
    edited = book(answers=("q4",), q1_check='print("q1: Right, 3 of 3 points")\n3')
    next(c for c in edited.cells if c.id == "q4-check").metadata.nbgrader.points = 99
    hand_in(
        "edited.ipynb",
        saved(edited),
        full(THEME, ("q4",)),
        "q1: the check cell of q1 was changed; ours was used",
        "q4: the points of q4 were changed in the file; ours count",
    )
    hint = book(answers=TWO, q1_check='hint("q1")\ncheck.q1(rate_2019, rate_2020, added_a_year)')
    hand_in("hint.ipynb", saved(hint), full(THEME, TWO))
    hand_in("equal.ipynb", saved(book(answers=("q4",), q1=EQUAL)), full(THEME, ("q4",), q1=(NOT_YET, 0)))
    hand_in("patched.ipynb", saved(book(answers=("q4",), q1=PATCHED)), full(THEME, ("q4",), q1=(NOT_YET, 0)))
    hand_in("forged.ipynb", saved(book(answers=(), q1=FORGED)), dict.fromkeys(ALL, (NOT_YET, 0)))
    hand_in("garbled.ipynb", saved(book(answers=(), q1=GARBLED)), dict.fromkeys(ALL, (NOT_YET, 0)))
    hand_in("nested.ipynb", saved(book(answers=("q4",), q1=NESTED)), full(THEME, ("q4",), q1=(NOT_YET, 0)))
    hand_in("old editor.ipynb", stripped(book(answers=TWO)), full(THEME, TWO))
    twice, twins = copied(book(answers=("q4",)), "q1", "q1-check")
    twins[0].source = texts(THEME)["q1"].code
    hand_in(
        "twice.ipynb", saved(twice), full(THEME, TWO), "q1: the answer cell of q1 is there more than once; all were run"
    )
    hand_in(
        "no cell.ipynb",
        saved(book(answers=TWO, q1=None)),
        full(THEME, ("q4",), q1=(FAILED, 0)),
        "q1: the answer cell of q1 is missing; no answer: name 'rate_2019' is not defined",
    )
    old = nbformat.convert(book(answers=TWO), 3)
    hand_in("format 3.ipynb", json.dumps(old), full(THEME, TWO))
    spy = f"stolen = open({str(place / 'right' / 'growth.ipynb')!r}).read()\n{texts(THEME)['q1'].code}"
    kept = {} if WALLS else {"q1": (RIGHT, 3)}
    hand_in(
        "spy.ipynb",
        saved(book(answers=("q4",), q1=spy)),
        full(THEME, ("q4",), q1=(FAILED, 0)) | kept,
        *(["q1: its cell stopped: FileNotFoundError"] if WALLS else []),
    )
    writes = f'open({str(place / "written.txt")!r}, "w").write("here")\n{texts(THEME)["q1"].code}'
    hand_in(
        "writes.ipynb",
        saved(book(answers=("q4",), q1=writes)),
        full(THEME, ("q4",), q1=(FAILED, 0)) | kept,
        *(["q1: its cell stopped: FileNotFoundError"] if WALLS else []),
    )
    calls = f'import socket\nsocket.create_connection(("127.0.0.1", {port}), 2).close()\n{texts(THEME)["q1"].code}'
    hand_in(
        "calls.ipynb",
        saved(book(answers=("q4",), q1=calls)),
        full(THEME, ("q4",), q1=(FAILED, 0)) | kept,
        *(["q1: its cell stopped: "] if WALLS else []),
    )
    hand_in("picture.ipynb", b"\x89PNG\r\n\x1a\n" + b"\0" * 99, None, "this is a picture, only named like a notebook")
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
    hand_in("=1+2.ipynb", saved(book(answers=())), full(THEME, ()))
    return expected


def texts_of(name):
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
        begun = time.monotonic()
        made.done = command(made.place, "--cell-seconds", SECONDS, "--for", "moodle", timeout=570)
        made.took = time.monotonic() - begun
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
                key: (found[name].get(key), mark) for key, mark in (marks or {}).items() if found[name].get(key) != mark
            }
            wrong[name]["notes"] = said_of(marked, name)
    assert wrong == {}


def said_of(marked, name):
    rows = [row for row in marked.rows if row["file"].removeprefix("'") == name]
    return [f"{row['question']}: {row['note']}" if row["question"] else row["note"] for row in rows if row["note"]]


def test_what_happened_to_a_file_is_said(marked):
    silent = {}
    for name, (_, notes) in marked.expected.items():
        said = said_of(marked, name)
        for words in notes:
            key, _, rest = words.partition(": ")
            here = [s for s in said if s.startswith(f"{key}: ")] if re.fullmatch(r"q\d+", key) else said
            if not any((rest if re.fullmatch(r"q\d+", key) else words) in s for s in here):
                silent[name] = (words, said)
        if not notes:
            assert said == [], name
    assert silent == {}


def test_nothing_was_read_written_or_called_outside(marked):
    assert {p: p.read_bytes() for p in made_files(marked)} == marked.before
    assert marked.called is not WALLS
    assert ("sandbox" in marked.done.stdout) is WALLS
    assert "52 notebooks in " in marked.done.stdout
    assert re.findall(r"^(\d+) of 52: ", marked.done.stdout, re.M) == [str(n) for n in range(1, 53)]


def made_files(marked):
    """All files but the one that only a sandbox can prevent."""
    return [p for p in marked.place.rglob("*") if p.is_file() and (WALLS or p.name != "written.txt")]
