"""The exercises in a real kernel: a solved sheet run twice, work taken along, and first aid where a name is missing."""

import re

import nbformat
import pytest
from nbclient import NotebookClient

from taobaolab.practice.core import texts
from tests.practice.test_practice import EXERCISES, QUESTIONS, shown

IN_ALL_RUNS = "definition"  # the other sheets are run before a release
SHEETS = [
    pytest.param(name, marks=() if name == IN_ALL_RUNS else pytest.mark.full) for name in EXERCISES
]
IMPORTS = "from taobaolab.lessons.definition.questions import check, take_along, bring_back"
ANSWER = 'sales_rmb, rosewood = 1_200 * 10_000, "met"'
CHECK = (
    "from taobaolab.lessons.definition.questions import check, hint\ncheck.q2(sales_rmb, rosewood)"
)
INTERRUPT = (
    "import os, signal, threading\n"
    "threading.Timer({seconds}, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
)


def run(sources, folder, allow_errors=False):
    """Run cells in a fresh kernel; the cells with their outputs."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in sources])
    client = NotebookClient(
        book,
        timeout=180,
        kernel_name="python3",
        allow_errors=allow_errors,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
    return book.cells


def has_traceback(cell):
    return any(output.output_type == "error" for output in cell.outputs)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TAOBAOLAB_PROGRESS", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", SHEETS)
def test_a_solved_sheet_is_right_and_right_again_when_all_is_run_again(name, folder):
    solved = []
    for cell in nbformat.read(EXERCISES[name], 4).cells:
        if cell.cell_type == "code":
            source = texts(name)[cell.id].code if cell.id in QUESTIONS[name] else cell.source
            solved.append((cell.id, source))
    cells = run([source for _, source in [*solved, *solved]], folder)
    names = [cell_id for cell_id, _ in [*solved, *solved]]
    heads = [
        (cell_id, shown(cell).partition("\n")[0])
        for cell_id, cell in zip(names, cells, strict=True)
        if cell_id.endswith("-check")
    ]
    wanted = [
        (f"{key}-check", f"{key}: Right, {q.points} of {q.points} points")
        for key, q in QUESTIONS[name].items()
    ]
    assert heads == wanted + wanted


def test_a_check_before_its_answer_gets_a_sentence_and_no_traceback(folder):
    """Before the set-up cell, after a restart, after an answer that was interrupted."""
    stopped = INTERRUPT.format(seconds=1) + "import time\ntime.sleep(60)\n" + ANSWER
    early, waited, late, _, right = run([CHECK, stopped, CHECK, ANSWER, CHECK], folder, True)
    assert has_traceback(waited)
    for cell in (early, late):
        assert not has_traceback(cell)
        assert shown(cell).startswith("q2: Not started\nThere is no `sales_rmb` yet.")
        assert "After a restart run the set-up cell too" in shown(cell)
    assert shown(right).startswith("q2: Right")


def test_an_error_of_ones_own_keeps_its_traceback(folder):
    """First aid is for the names of an answer alone."""
    own, inside = run(
        [f"{IMPORTS}\nno_such_name", "check.q3(lambda h: no_such_name)"], folder, True
    )
    assert has_traceback(own)
    assert "your function stopped in line 1 of your cell" in shown(inside)
    assert not has_traceback(inside)


def test_an_endless_function_that_is_interrupted_is_told(folder):
    endless = "def fewest_shops(households):\n    while True:\n        pass"
    *_, cell, after, again = run(
        [IMPORTS, endless, INTERRUPT.format(seconds=2) + "check.q3(fewest_shops)", ANSWER, CHECK],
        folder,
    )
    assert "The check was interrupted before it had an answer." in shown(cell)
    assert not has_traceback(cell)
    assert shown(again).startswith("q2: Right")
    assert not has_traceback(after)


@pytest.mark.full
def test_work_is_taken_along_brought_back_and_taken_along_again(folder):
    """As on Binder: two sessions end, and nothing that was written is lost."""
    helper = "def fewest_shops(households):\n    import math\n    return min(100, math.ceil(households / 10))"
    first = run([IMPORTS, "sales_rmb, rosewood = ..., ...", ANSWER, CHECK, "take_along()"], folder)
    assert "Your work is in my_work_definition.txt, beside this page" in shown(first[-1])
    assert "what you ran last for q2." in shown(first[-1])
    second = run([IMPORTS, CHECK, "bring_back()", CHECK, helper, "take_along()"], folder, True)
    assert shown(second[1]).startswith("q2: Not started")
    assert "Back, and run again: q2." in shown(second[2])
    assert ANSWER in shown(second[2])
    assert shown(second[3]).startswith("q2: Right")
    assert "what you ran last for q2, q3." in shown(second[-1])
    text = "".join((folder / "my_work_definition.txt").read_text(encoding="utf-8").split())
    (folder / "my_work_definition.txt").unlink()
    third = run(
        [IMPORTS, "bring_back()", f'bring_back("{text}")', "check.q3(fewest_shops)"], folder
    )
    assert "There is no file my_work_definition.txt beside this page." in shown(third[1])
    assert re.search(r"Back, and run again: q2, q3\.", shown(third[2]))
    assert shown(third[3]).startswith("q3: Right")
