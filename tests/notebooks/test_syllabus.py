"""The syllabus: every number of minutes is that of the notebooks, and every session is as long as it says."""

import re

import nbformat
import pytest

from conftest import ROOT
from taobaolab import datasets
from tests.notebooks.test_lecture_run import timed

PAGE = (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8")
SYLLABUS = PAGE.partition("\n## Syllabus\n")[2]
RUN = re.compile(
    r"\[0\d\]\((?P<path>[^)]+\.ipynb)\), the (?P<run>short|full) run \((?P<minutes>\d+) minutes\)"
)
PARTS = re.compile(
    r"\[[^\]]+\]\((?P<path>[^)]+\.ipynb)\), (?P<what>section|question)s? (?P<which>\d[\d, and]*) \((?P<minutes>\d+) minutes\)"
)
TALK = re.compile(r"talk \((?P<minutes>\d+) minutes\)")
HOME = re.compile(r"\*\*At home:\*\* questions ([\d, and]+) \((\d+) minutes\)")


def book(path):
    return nbformat.read(ROOT / "notebooks" / path, 4)


def numbers(words):
    return [int(n) for n in re.findall(r"\d+", words)]


def minutes(path):
    """The minutes of each section of a lesson, or of each question of an exercise, by number."""
    text = "\n\n".join(c.source for c in book(path).cells if c.cell_type == "markdown")
    return {int(n): int(m) for n, m in re.findall(r"^## (\d+) .+\n\n\*(\d+) minutes?", text, re.M)}


def run(path, kind):
    """The minutes of a run of a lesson."""
    return sum(
        getattr(section, {"full": "long", "short": "short"}[kind]) for section in timed(book(path))
    )


def wrong(text):
    """What a text says of minutes that the notebooks do not say."""
    found = [
        (m[0], run(m["path"], m["run"]))
        for m in RUN.finditer(text)
        if run(m["path"], m["run"]) != int(m["minutes"])
    ]
    for m in PARTS.finditer(text):
        known = minutes(m["path"])
        told = sum(known.get(n, 1000) for n in numbers(m["which"]))
        if told != int(m["minutes"]):
            found.append((m[0], told))
    return found


def tables(text):
    """The tables of a text: each a list of rows, a dict by head of column each."""
    for block in re.findall(r"(?:^\|.*\n)+", text, re.M):
        head, _, *rows = (
            [cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()
        )
        yield [dict(zip(head, row, strict=True)) for row in rows]


def length(cell):
    """The minutes of all that a cell of a session names."""
    return sum(int(m["minutes"]) for pattern in (RUN, PARTS, TALK) for m in pattern.finditer(cell))


SESSIONS = [row for table in tables(SYLLABUS) for row in table if "in 45 minutes" in row]


def test_there_are_plans_for_1_5_and_10_sessions():
    lengths = [len(table) for table in tables(SYLLABUS) if "in 45 minutes" in table[0]]
    assert lengths == [1, 5, 10]
    for title in ("One session", "Five sessions", "Ten sessions"):
        assert f"### {title}" in SYLLABUS


def test_every_number_of_minutes_is_that_of_the_notebooks():
    assert len(RUN.findall(SYLLABUS)) + len(PARTS.findall(SYLLABUS)) > 50
    assert wrong(SYLLABUS) == []


@pytest.mark.parametrize(
    "row", SESSIONS, ids=lambda row: (row.get("") or "one") + row["in 45 minutes"][:4]
)
def test_a_session_is_as_long_as_it_says(row):
    assert length(row["in 45 minutes"]) == 45
    assert length(row["in 90 minutes"]) == 90
    assert all(row.values()), (
        "each session says what to read before, what to do after, and what to hand in"
    )


def test_no_minutes_are_said_in_another_way():
    plain = SYLLABUS
    for pattern in (RUN, PARTS, TALK):
        plain = pattern.sub("", plain)
    assert re.findall(r"\d+ minutes?\)", plain) == ["19 minutes)"] * 3
    assert plain.count("[00](00_start_here.ipynb) (19 minutes)") == 3


def test_seminar_and_home_are_as_the_teacher_of_the_exercise_is_told():
    for path in sorted((ROOT / "solutions").glob("*.ipynb")):
        text = "\n".join(c.source for c in book(path).cells)
        home, took = HOME.search(text).groups()
        link = f"[exercise {path.stem[:2]}](../exercises/{path.name}), questions"
        rest = sorted(set(range(1, 11)) - set(numbers(home)))
        assert f"{link} {home} ({took} minutes)" in SYLLABUS
        asked = [
            numbers(m["which"])
            for m in PARTS.finditer(SYLLABUS)
            if path.name in m["path"] and "exercise" in m[0]
        ]
        assert rest in asked


def test_four_fields_have_their_way_through():
    (fields,) = [table for table in tables(SYLLABUS) if "course" in table[0]]
    assert [row["course"] for row in fields] == [
        "development economics",
        "China studies",
        "statistics",
        "media literacy",
    ]
    for row in fields:
        assert 70 <= length(row["in class"]) <= 90, row["course"]
        assert 20 <= length(row["questions"]) <= 45, row["course"]


def test_every_lesson_is_at_a_glance_with_its_minutes():
    (glance,) = [table for table in tables(PAGE) if "you will be able to" in table[0]]
    links = [re.search(r"\(([^)]+\.ipynb)\)", row["notebook"])[1] for row in glance]
    assert links == sorted(p.name for p in (ROOT / "notebooks").glob("*.ipynb"))
    for path, row in zip(links, glance, strict=True):
        said = int(re.search(r"\*\*Time:\*\* about (\d+) minutes", book(path).cells[0].source)[1])
        assert int(row["minutes"]) == said, path


def test_what_is_to_be_read_is_in_the_bibliography():
    addresses = set(datasets.load("sources")["url"].dropna())
    assert set(re.findall(r"\((http[^)]+)\)", SYLLABUS)) <= addresses


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("[01](01_definition.ipynb), the short run (45 minutes)", 0),
        ("[01](01_definition.ipynb), the short run (44 minutes)", 1),
        ("[01](01_definition.ipynb), the full run (90 minutes)", 0),
        ("[01](01_definition.ipynb), section 1 (5 minutes)", 0),
        ("[01](01_definition.ipynb), sections 1 and 2 (18 minutes)", 1),
        ("[01](01_definition.ipynb), sections 1 and 99 (5 minutes)", 1),
        ("[exercise 01](../exercises/01_definition.ipynb), questions 1 and 2 (16 minutes)", 0),
    ],
)
def test_a_wrong_number_is_seen(text, faults):
    assert len(wrong(text)) == faults
