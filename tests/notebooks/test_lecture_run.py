"""The lecture run: minutes that add up, sections that can be skipped, prompts, and the notes that only the teacher sees.

How a lesson says all this is told in the docstrings of the tests; ``clock(book)`` gives the teacher's table of times.
"""

import ast
import builtins
import re
from dataclasses import dataclass

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from conftest import ROOT
from taobaolab import datasets
from tests.browser import bring, needs_chromium, open_notebook
from tests.figures import figures, prose, sections
from tests.notebooks.minutes import minutes_needed

LESSONS = sorted((ROOT / "notebooks").glob("0[0-6]*.ipynb"))
LONG = [p for p in LESSONS if not p.stem.startswith("00")]
SHEETS = sorted((ROOT / "solutions").glob("*.ipynb"))

SKIP = "skip if short of time"
MINUTES = re.compile(
    r"^## (?P<title>.+)\n\n\*(?P<long>\d+) minutes?"
    rf"(?: \((?:(?P<short>\d+) in the short run|(?P<skip>{SKIP}))\))?\.\*",
    re.M,
)
PROMPTS = {
    "discuss": re.compile(r"^\*\*Discuss:\*\* \S", re.M),
    "poll": re.compile(r"^\*\*Poll the room:\*\* \S", re.M),
    "misconception": re.compile(r"^> \*\*Misconception\.\*\* \"[^\"]+\" (.+)$", re.M),
    "floor": re.compile(r"^\*\*From the floor\.\*\* \*([^*]+\?)\* (.+)$", re.M),
}
RUN, EXPECT, FLOOR = "**For the teacher.** ", "**Poll: what to expect.** ", "**From the floor.** "
FOLDED = re.compile(
    r"<details><summary>For the teacher(?:: [a-z ]+)?</summary>\n\n(?P<note>.+)\n\n</details>", re.S
)
TIES = {"rests_on", "worked_out", "supposed", "searched"}


def by_stem(paths):
    return pytest.mark.parametrize("path", paths, ids=[p.stem for p in paths])


def read(path):
    return nbformat.read(path, 4)


def is_for_teacher(cell):
    return "teacher" in cell.metadata.get("tags", [])


def note(cell):
    """What a cell for the teacher says, without the lines that fold it."""
    return FOLDED.fullmatch(cell.source)["note"]


def notes(cells, label):
    """The cells for the teacher whose note begins with a label."""
    return [c for c in cells if is_for_teacher(c) and note(c).startswith(label)]


def text(cells, teacher=False):
    """The prose of some cells, of those for the teacher or of those for the students."""
    chosen = [c.source for c in cells if c.cell_type == "markdown" and is_for_teacher(c) == teacher]
    return "\n\n".join(chosen)


@dataclass(frozen=True)
class Section:
    """A section with its minutes: in the short run the same, others, or 0 where it is skipped."""

    title: str
    long: int
    short: int
    cells: list

    @property
    def number(self):
        return int(self.title.split()[0])


def timed(book):
    """The sections that say how long they take."""
    found = []
    for part in sections(book):
        if said := MINUTES.search(part[0].source):
            short = 0 if said["skip"] else int(said["short"] or said["long"])
            found.append(Section(said["title"], int(said["long"]), short, part))
    return found


def kept(book):
    """The cells that are left when the sections marked are skipped."""
    skipped = {c.id for section in timed(book) if not section.short for c in section.cells}
    return [c for c in book.cells if c.id not in skipped]


def clock(book):
    """When each section begins in both runs, as the table that the teacher's first cell carries."""
    parts = timed(book)
    long, short = (sum(getattr(p, run) for p in parts) for run in ("long", "short"))
    rows, at = [f"| section | {long} minutes | {short} minutes |", "|---|---|---|"], [0, 0]
    for part in parts:
        begins = [f"{minute // 60}:{minute % 60:02}" for minute in at]
        rows.append(f"| {part.title} | {begins[0]} | {begins[1] if part.short else 'skip'} |")
        at = [at[0] + part.long, at[1] + part.short]
    return "\n".join(
        [*rows, f"| end | {long // 60}:{long % 60:02} | {short // 60}:{short % 60:02} |"]
    )


def unmet(cells):
    """The names that code uses although no code of these cells gives them."""
    given, missing = {*dir(builtins)}, set()
    for cell in (c for c in cells if c.cell_type == "code"):
        used = set()
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Name):
                (used if isinstance(node.ctx, ast.Load) else given).add(node.id)
            elif isinstance(node, ast.arg):
                given.add(node.arg)
            elif isinstance(node, ast.ExceptHandler):
                given.add(node.name)
            elif isinstance(node, ast.alias):
                given.add(node.asname or node.name)
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                given.add(node.name)
        missing |= used - given
    return missing


def sentences(words):
    return len(re.findall(r"[.!?][\"*)]*(?=\s|$)", words))


# ---- minutes


@by_stem(LESSONS)
def test_minutes_of_the_sections_add_up(path):
    book = read(path)
    said = int(re.search(r"\*\*Time:\*\* about (\d+) minutes", book.cells[0].source)[1])
    assert not timed(book) or sum(s.long for s in timed(book)) == said
    assert "can be dropped" not in book.cells[0].source, (
        f"mark the sections instead: *9 minutes ({SKIP}).*"
    )


@by_stem(LONG)
def test_a_lesson_has_a_run_of_90_minutes_and_one_of_45(path):
    """Below a heading: *12 minutes.*, *12 minutes (8 in the short run).* or *9 minutes (skip if short of time).*"""
    book = read(path)
    parts = timed(book)
    assert (sum(s.long for s in parts), sum(s.short for s in parts)) == (90, 45)
    assert all(s.short <= s.long for s in parts)
    assert any(not s.short for s in parts)
    numbered = re.findall(r"^## \d+ .+$", text(book.cells), re.M)
    assert len(numbered) == len(parts), "every numbered section says its minutes"
    assert (
        f"The short run of 45 minutes leaves out the sections marked *{SKIP}*"
        in book.cells[0].source
    )


@by_stem([p for p in LESSONS if p not in LONG])
def test_the_first_page_says_what_its_sections_need(path):
    book = read(path)
    assert [(s.title, s.long) for s in timed(book)] == [
        (s.title, minutes_needed(s.cells)) for s in timed(book)
    ]
    untimed = [
        part[0].source.split("\n")[0]
        for part in sections(book)[1:]
        if not MINUTES.search(part[0].source)
    ]
    assert untimed == ["## The sentence you can now write"]


@by_stem(LONG)
def test_a_section_has_the_minutes_that_it_needs(path):
    """At least those of the rule in ``minutes.py``, in both runs; what is left is for the class."""
    short_of = []
    for section in timed(read(path)):
        for run, said in (("full", section.long), ("short", section.short)):
            needed = minutes_needed(section.cells, short=run == "short")
            if 0 < said < needed:
                short_of.append((section.title, run, said, needed))
    assert short_of == [], "move minutes here, or mark a detail as full_run (tools/site/compose.py)"


@by_stem(LONG)
def test_the_code_of_the_short_run_needs_nothing_of_what_is_skipped(path):
    assert unmet(kept(read(path))) == set()


@by_stem(LONG)
def test_the_text_of_the_short_run_does_without_what_is_skipped(path):
    """A section that is kept names a skipped one only in brackets, (section 7), and speaks of no neighbour."""
    book = read(path)
    skipped = {s.number for s in timed(book) if not s.short}
    for section in (s for s in timed(book) if s.short):
        words = text(section.cells)
        bare = re.sub(r"\([^()]*\bsections? \d+[^()]*\)", "", words)
        named = {int(n) for n in re.findall(r"\bsections? (\d+)", bare, re.I)}
        assert not named & skipped, (
            f"{section.title}: put it in brackets, (section 7), or say it without"
        )
        assert not re.search(
            r"\b(next|last|previous) section|section (before|above|below)", words
        ), section.title


@by_stem(LESSONS)
def test_the_first_cell_says_what_binder_loses(path):
    assert "On Binder" in read(path).cells[0].source


# ---- prompts


@by_stem(LONG)
def test_a_lesson_lets_the_room_speak_and_meets_wrong_thoughts(path):
    """**Discuss:** twice or more, **Poll the room:** once, and two or more boxes > **Misconception.** "…" why, and what is true."""
    words = text(read(path).cells)
    assert len(PROMPTS["discuss"].findall(words)) >= 2
    assert len(PROMPTS["poll"].findall(words)) == 1
    boxes = PROMPTS["misconception"].findall(words)
    assert len(boxes) >= 2
    assert all(sentences(box) >= 2 for box in boxes), "why it tempts, and what is true"


@by_stem(LESSONS)
def test_every_prompt_is_written_in_the_one_way(path):
    book = read(path)
    words = text(book.cells)
    for label, name in (
        ("Discuss", "discuss"),
        ("Poll the room", "poll"),
        ("Misconception", "misconception"),
    ):
        assert len(re.findall(label, words)) == len(PROMPTS[name].findall(words)), label
    assert len(PROMPTS["poll"].findall(words)) == 1
    assert not re.search(r"lecture hall|from the floor|<details>", words, re.I), (
        "that is for a teacher's cell"
    )
    hidden = text(book.cells, teacher=True)
    assert len(re.findall(r"From the floor", hidden)) == len(PROMPTS["floor"].findall(hidden))


# ---- for the teacher


@by_stem(LESSONS + SHEETS)
def test_cells_for_the_teacher_are_folded_and_labelled(path):
    """<details><summary>For the teacher</summary>, a blank line, a label and the note, a blank line, </details>."""
    tags = ["teacher", "solution-only"] if path in SHEETS else ["teacher"]
    found = list(filter(is_for_teacher, read(path).cells))
    assert found
    for cell in found:
        assert cell.cell_type == "markdown"
        assert cell.metadata["tags"] == tags, cell.id
        assert cell.metadata.keys() <= {"tags", *TIES}, cell.id
        assert FOLDED.fullmatch(cell.source), cell.id
        assert note(cell).startswith((RUN, EXPECT, FLOOR)), cell.id


@needs_chromium
@by_stem([p for p in LESSONS if p not in LONG])
@pytest.mark.full
def test_notes_for_the_teacher_stay_folded_when_the_lesson_runs(path, page, lab):
    """JupyterLab unfolds a cell with a hidden source when it runs all cells; a <details> stays as it is."""
    open_notebook(page, lab, f"notebooks/{path.name}")
    bring(page, RUN)
    fold = page.locator(".jp-RenderedMarkdown details").first
    assert "For the teacher." in fold.text_content()
    assert not fold.locator("p").first.is_visible()
    fold.locator("summary").focus()
    page.keyboard.press("Space")
    assert fold.locator("p").first.is_visible()


@by_stem(LONG)
def test_the_teacher_gets_the_run_first(path):
    """One line on what it is about, the clock, what to prepare, what to say first, and where classes may get stuck."""
    book = read(path)
    assert notes(book.cells, RUN)[0] == book.cells[1]
    said = note(book.cells[1])
    assert clock(book) in said, f"The table of times has to be\n\n{clock(book)}"
    for label in (
        "**Prepare:** ",
        "**Say first:** ",
        "**Where classes may get stuck** (an expectation, not measured):",
    ):
        assert label in said


@by_stem(LESSONS)
def test_the_teacher_knows_what_to_expect_of_the_poll(path):
    """In the section of the poll, after it; and it says that it is an expectation."""
    book = read(path)
    (part,) = [cells for cells in sections(book) if PROMPTS["poll"].search(text(cells))]
    (expected,) = notes(book.cells, EXPECT)
    polled = next(i for i, c in enumerate(part) if PROMPTS["poll"].search(c.source))
    assert polled < part.index(expected)
    assert "not measured" in note(expected)


@by_stem(LESSONS)
def test_questions_from_the_floor_have_short_answers_with_their_source(path):
    """Four or more, near what they are about; two to four sentences; who gives a figure names a source or a table."""
    book = read(path)
    known = {*datasets.load("sources").key, *datasets.catalog().index}
    asked = []
    for number, part in enumerate(sections(book)):
        for cell in filter(is_for_teacher, part):
            for question, answer in PROMPTS["floor"].findall(cell.source):
                asked.append((number, question))
                assert 2 <= sentences(answer) <= 4, question
                named = {
                    word
                    for words in re.findall(r"\(([^()]+)\)", answer)
                    for word in re.findall(r"[\w-]+", words)
                }
                if figures(prose(new_markdown_cell(answer))):
                    assert named & known, f"{question} Name the source or the `table` in brackets."
    assert len(asked) == len({question for _, question in asked})
    if path in LONG:
        assert len(asked) >= 4
        assert len({number for number, _ in asked}) >= 3
    else:
        assert len(asked) >= 2


# ---- solutions


@by_stem(SHEETS)
def test_the_teacher_of_an_exercise_knows_what_fits_a_seminar(path):
    """A table of questions and the talk, 45 minutes in all, and the questions for home with their sum."""
    book = read(path)
    asked = dict(re.findall(r"^## (\d+ .+)\n\n\*(\d+) minutes", text(book.cells), re.M))
    assert notes(book.cells, RUN)[0] == book.cells[1]
    said = note(book.cells[1])
    rows = dict(re.findall(r"^\| ([^|]+) \| (\d+) minutes \|$", said, re.M))
    talk = rows.pop("talk")
    assert rows.items() <= asked.items()
    assert sum(map(int, rows.values())) + int(talk) == 45
    assert int(talk) >= 5
    numbers, minutes = re.search(
        r"\*\*At home:\*\* questions ([\d, and]+) \((\d+) minutes\)", said
    ).groups()
    home = {title: took for title, took in asked.items() if title not in rows}
    assert re.findall(r"\d+", numbers) == [title.split()[0] for title in home]
    assert int(minutes) == sum(map(int, home.values()))
    for label in ("**Wrong answers that tell you most:**", "**Discuss afterwards:** "):
        assert label in said


@by_stem(sorted((ROOT / "exercises").glob("*.ipynb")))
def test_students_get_no_cell_for_the_teacher(path):
    assert not any(map(is_for_teacher, read(path).cells))
    assert "For the teacher" not in path.read_text(encoding="utf-8")


def test_an_exercise_leaves_out_the_teacher_even_without_the_other_tag(make):
    cells = [
        new_markdown_cell("# Solutions: x"),
        new_markdown_cell("secret", metadata={"tags": ["teacher"]}),
    ]
    assert [c.source for c in make.exercise(new_notebook(cells=cells)).cells] == ["# Exercises: x"]


# ---- that these tests can fail


def lesson(*parts):
    cells = [new_markdown_cell("# Title")]
    for number, (minutes, code) in enumerate(parts, 1):
        cells += [new_markdown_cell(f"## {number} Part\n\n*{minutes}.* Look."), new_code_cell(code)]
    return new_notebook(cells=cells)


def test_minutes_are_read_in_three_forms():
    book = lesson(
        ("12 minutes (8 in the short run)", ""),
        ("50 minutes (skip if short of time)", ""),
        ("1 minute", ""),
    )
    assert [(s.title, s.long, s.short) for s in timed(book)] == [
        ("1 Part", 12, 8),
        ("2 Part", 50, 0),
        ("3 Part", 1, 1),
    ]
    assert clock(book).splitlines() == [
        "| section | 63 minutes | 9 minutes |",
        "|---|---|---|",
        "| 1 Part | 0:00 | 0:00 |",
        "| 2 Part | 0:12 | skip |",
        "| 3 Part | 1:02 | 0:08 |",
        "| end | 1:03 | 0:09 |",
    ]
    for wrong in ("12 minutes (skip)", "12 min", "twelve minutes", "12 minutes, if there is time"):
        assert timed(lesson((wrong, ""))) == []


@pytest.mark.parametrize(
    ("first", "then", "missing"),
    [
        ("x = 1", "print(x)", {"x"}),
        ("import pandas as pd", "pd.DataFrame()", {"pd"}),
        ("def f(a):\n    return a", "f(1)", {"f"}),
        ("x = 1", "[x for x in range(3)]", set()),
        ("x = 1", "x = 2\nx + 1", set()),
        ("x = 1", "sorted([1], key=lambda x: x)", set()),
    ],
)
def test_names_that_only_a_skipped_section_gives_are_found(first, then, missing):
    book = lesson(("5 minutes (skip if short of time)", first), ("5 minutes", then))
    assert unmet(book.cells) == set()
    assert unmet(kept(book)) == missing


def test_sentences_are_counted():
    assert [
        sentences(s) for s in ("One.", "One. Two?", 'He said "no." Then 3.5 of it. (So.)', "none")
    ] == [1, 2, 3, 0]
