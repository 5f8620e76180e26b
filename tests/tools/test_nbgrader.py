"""An institution marks with nbgrader: each sheet of ``solutions/`` is an assignment, by the configuration of the guide.

Runs where nbgrader is installed: pip install -e ".[grading]"
"""

import ast
import csv
import importlib
import importlib.util
import os
import re
import subprocess
import sys

import nbformat
import pytest

from conftest import ROOT
from taobaolab.practice.core import texts

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(
        importlib.util.find_spec("nbgrader") is None,
        reason='no nbgrader here: pip install -e ".[grading]"',
    ),
]
SHEETS = {p.stem.partition("_")[2]: p.stem for p in sorted((ROOT / "solutions").glob("*.ipynb"))}
STUDENTS = ("right", "wrong", "untouched")


def written(call, answers):
    """A cell that hands in answers, or nothing if they cannot be written down."""
    names = re.search(r"check\.\w+\((.*)\)", call)[1].split(", ")
    try:
        values = [ast.literal_eval(repr(answer)) for answer in answers]
    except (ValueError, SyntaxError):
        return ""
    return (
        "\n".join(f"{n} = {v!r}" for n, v in zip(names, values, strict=True))
        if len(names) == len(values)
        else ""
    )


def slips(theme, calls):
    """For each question one known slip that can be written down: its cell, and its points."""
    for key, table in importlib.import_module(f"tests.lessons.{theme}.answers").WRONG.items():
        cells = ((written(calls[key], answers), points) for _, answers, points, _ in table)
        found = next(((cell, points) for cell, points in cells if cell), None)
        if found:
            yield key, found


class Course:
    """A course of three students, who hand in all themes: what nbgrader released, marked and exported."""

    def __init__(self, place):
        self.place = place
        guide = (ROOT / "notebooks" / "MARKING.md").read_text(encoding="utf-8")
        config = re.search(r"```python\n(.+?)```", guide, re.S)[1]
        assert "/path/to/the/collection" in config
        (place / "nbgrader_config.py").write_text(
            config.replace("/path/to/the/collection", str(ROOT)), encoding="utf-8"
        )
        self.expected = {}
        self.released = {}
        for theme, sheet in SHEETS.items():
            self.run("generate_assignment", sheet)
            self.released[theme] = nbformat.read(place / "release" / sheet / f"{sheet}.ipynb", 4)
            self.hand_in(theme)
            self.run("autograde", sheet)
        self.run("export", "--to=grades.csv")

    def run(self, *words):
        """nbgrader calls alembic by its bare name, so Python's folder has to be on the path."""
        path = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
        home = {
            "HOME": str(self.place),
            "PATH": path,
            "PYTHONPATH": str(ROOT),
            "TAOBAOLAB_PROGRESS": str(self.place),
        }
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *words], cwd=self.place, env=os.environ | home, capture_output=True, text=True, check=False
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stderr

    def hand_in(self, theme):
        released, sheet = self.released[theme], SHEETS[theme]
        checks = [c for c in released.cells if c.id.endswith("-check")]
        calls = {c.id.removesuffix("-check"): c.source for c in checks}
        wrong = dict(slips(theme, calls))
        assert len(wrong) >= 6
        self.expected["right", sheet] = sum(c.metadata.nbgrader.points for c in checks)
        self.expected["wrong", sheet] = sum(points for _, points in wrong.values())
        self.expected["untouched", sheet] = 0
        for student in STUDENTS:
            book = nbformat.reads(nbformat.writes(released), 4)
            for cell in book.cells:
                if student == "right" and cell.id in calls:
                    cell.source = texts(theme)[cell.id].code
                if student == "wrong" and cell.id in wrong:
                    cell.source = wrong[cell.id][0]
            path = self.place / "submitted" / student / sheet / f"{sheet}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(book, path)

    def graded(self, student, theme):
        return nbformat.read(
            self.place / "autograded" / student / SHEETS[theme] / f"{SHEETS[theme]}.ipynb", 4
        )


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return Course(tmp_path_factory.mktemp("course"))


@pytest.mark.parametrize("theme", SHEETS)
def test_what_nbgrader_releases_is_our_exercise(course, theme):
    """The same cells with the same text; nbgrader adds checksums, and in the first cell we change a word."""
    ours = nbformat.read(ROOT / "exercises" / f"{SHEETS[theme]}.ipynb", 4).cells
    theirs = course.released[theme].cells
    assert [c.id for c in theirs] == [c.id for c in ours]
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.cell_type == other.cell_type
        if mine.id not in ("title",) and not mine.id.endswith("-essay"):
            assert other.source == mine.source, mine.id
    assert not any(c.get("outputs") for c in theirs)


def test_points_are_those_of_right_wrong_and_untouched_answers(course):
    with (course.place / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["student_id"], row["assignment"]): row for row in csv.DictReader(file)}
    assert {whose: float(row["score"]) for whose, row in rows.items()} == course.expected
    assert len(rows) == len(STUDENTS) * len(SHEETS)
    for theme, sheet in SHEETS.items():
        cells = course.released[theme].cells
        essay = sum(c.metadata.nbgrader.points for c in cells if c.id.endswith("-essay"))
        most = {float(rows[student, sheet]["max_score"]) for student in STUDENTS}
        assert most == {float(course.expected["right", sheet] + essay)}
    assert list(next(iter(rows.values()))) == [
        "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
        "late_submission_penalty", "score", "max_score"]  # fmt: skip


@pytest.mark.parametrize("theme", SHEETS)
@pytest.mark.parametrize("student", STUDENTS)
def test_no_check_writes_to_the_error_stream(course, student, theme):
    """nbgrader gives no points for a check that does."""
    for cell in course.graded(student, theme).cells:
        if cell.id.endswith("-check"):
            assert not [
                o for o in cell.outputs if o.get("name") == "stderr" or o.output_type == "error"
            ], cell.id
