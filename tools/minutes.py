"""How long a question takes: one rule for all. It is an estimate, not measured in a class, and the same everywhere.

Read its words, think once for each point, write each line or each value, write the essay, run the check and read it.

``python tools/make.py minutes`` writes what the rule gives wherever minutes of questions are told: the heading of each
question, the first cell and the teacher's note of a sheet, the end of its lesson, and the syllabus.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import nbformat

WORDS_A_MINUTE = 130  # of a text in another language than one's own
SHOWN = 0.5  # to look at a table, a chart or a worked cell
LINES_A_MINUTE = 1.5  # of code written; prints for the discussion are nobody's work
VALUES_A_MINUTE = 3  # typed into a dict or behind an equals sign
ESSAY_WORDS_A_MINUTE = 15
POINT = 1  # thinking, for each point of the machine
CHECK = 1  # run it, read the reply, mend a slip
PRINTED = re.compile(r"^\s*(print\(|for .+:$)|^\s*#")


def cells_of(book, key):
    """The cells of a question, as the student has them: all that stands under its heading."""
    found, inside = [], False
    for cell in book.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            inside = cell.id == f"{key}-text"
        if inside and "solution-only" not in cell.metadata.get("tags", []):
            found.append(cell)
    return found


def words_read(book, key):
    """The words of a question, without the essay of ours."""
    texts = [
        cell.source
        for cell in cells_of(book, key)
        if cell.cell_type == "markdown" and not cell.id.endswith("-essay")
    ]
    return len(re.findall(r"\w+", " ".join(texts)))


def lines_written(source):
    """The lines between the markers, without those that only print."""
    inside = source.partition("### BEGIN SOLUTION\n")[2].partition("### END SOLUTION")[0]
    lines = [line for line in inside.splitlines() if line.strip()]
    return len([line for line in lines if not PRINTED.match(line)])


def minutes_of(book, key, takes):
    """The minutes of a question by the rule, a whole number."""
    cells = {cell.id: cell for cell in book.cells}
    points = cells[f"{key}-check"].metadata.nbgrader.points
    minutes = words_read(book, key) / WORDS_A_MINUTE + points * POINT + CHECK
    shown = [
        cell
        for cell in cells_of(book, key)
        if cell.cell_type == "code" and "nbgrader" not in cell.metadata
    ]
    minutes += len(shown) * SHOWN
    if takes.startswith("no code"):
        stub = cells[key].source.partition("### BEGIN SOLUTION")[0]
        minutes += stub.count("...") / VALUES_A_MINUTE
    else:
        minutes += lines_written(cells[key].source) / LINES_A_MINUTE
    if f"{key}-complete" in cells:
        minutes += lines_written(cells[f"{key}-complete"].source) / LINES_A_MINUTE
    if f"{key}-essay" in cells:
        essay = len(cells[f"{key}-essay"].source.split())
        minutes += essay / ESSAY_WORDS_A_MINUTE
    return math.ceil(minutes)


# ---- the minutes wherever they are told ------------------------------------------------------------------------------
HEADING = re.compile(
    r"^(## (\d+) .+\n\n\*)(\d+)(?= minutes, \d+ points?[^;]*; (?P<takes>[^.*]+)\.\*)", re.M
)
ASKED = re.compile(
    r"(\[exercise (\d\d)\]\([^)]+\), questions? (\d[\d, and]*) \()(\d+)(?= minutes\))"
)
AT_HOME = re.compile(r"(\*\*At home:\*\* questions (\d[\d, and]*) \()(\d+)(?= minutes\))")
TALK = re.compile(r"(talk \()(\d+)(?= minutes\))")
SESSIONS = (45, 90)  # a talk fills one of these


def write_minutes(root: Path) -> None:
    """Write the minutes of the rule into the solutions, the lessons and the syllabus of a collection."""
    of_sheets = {}
    for path in sorted((root / "solutions").glob("*.ipynb")):
        book = nbformat.read(path, 4)
        minutes = mend_sheet(book)
        of_sheets[path.stem[:2]] = minutes
        _write_book(path, book)
        lesson = root / "notebooks" / path.name
        book = nbformat.read(lesson, 4)
        exercise = rf"(the \[exercises\]\(\.\./exercises/{path.name}\) on this theme, about )\d+"
        for cell in book.cells:
            cell.source = re.sub(exercise, rf"\g<1>{sum(minutes.values())}", cell.source)
        _write_book(lesson, book)
    page = root / "notebooks" / "README.md"
    page.write_text(
        mended_syllabus(page.read_text(encoding="utf-8"), of_sheets), encoding="utf-8", newline="\n"
    )


def mend_sheet(book) -> dict[int, int]:
    """Put the minutes of the rule into a solution notebook; the minutes of each question by number."""
    minutes = {}
    for cell in book.cells:
        heading = HEADING.search(cell.source)
        if heading:
            number = int(heading[2])
            minutes[number] = minutes_of(book, f"q{number}", heading["takes"])
            cell.source = HEADING.sub(rf"\g<1>{minutes[number]}", cell.source)
    total = sum(minutes.values())
    title, teacher = book.cells[0], book.cells[1]
    title.source = re.sub(r"(\*\*Time:\*\* about )\d+", rf"\g<1>{total}", title.source)
    teacher.source = _mended_run(teacher.source, minutes)
    return minutes


def _mended_run(note: str, minutes: dict[int, int]) -> str:
    """The teacher's note of a sheet: the rows of the seminar, its talk, and the sum for home."""
    lines, taken = [], 0
    for line in note.splitlines():
        row = re.match(r"\| (\d+) (.+) \| \d+ minutes \|$", line)
        if row:
            taken += minutes[int(row[1])]
            line = f"| {row[1]} {row[2]} | {minutes[int(row[1])]} minutes |"
        if line.startswith("| talk |"):
            line = f"| talk | {SESSIONS[0] - taken} minutes |"
        lines.append(line)
    return AT_HOME.sub(lambda m: m[1] + str(_sum(m[2], minutes)), "\n".join(lines))


def mended_syllabus(page: str, of_sheets: dict[str, dict[int, int]]) -> str:
    """The page of the course with the minutes of the sheets, and with talks that fill their session."""
    cells = []
    for cell in page.split("|"):
        fixed = sum(int(m[4]) for m in ASKED.finditer(cell))
        talk = TALK.search(cell)
        cell = ASKED.sub(lambda m: m[1] + str(_sum(m[3], of_sheets[m[2]])), cell)
        if talk:
            session = min(SESSIONS, key=lambda length: abs(length - fixed - int(talk[2])))
            left = session - sum(int(m[4]) for m in ASKED.finditer(cell))
            cell = TALK.sub(rf"\g<1>{left}", cell)
        cells.append(cell)
    page = "|".join(cells)
    for number, minutes in of_sheets.items():
        row = rf"^(\| \[{number}\]\(\.\./exercises/[^)]+\) \| )\d+"
        page = re.sub(row, rf"\g<1>{sum(minutes.values())}", page, flags=re.M)
    totals = [sum(minutes.values()) for minutes in of_sheets.values()]
    span = f"A sheet takes {min(totals)} to {max(totals)} minutes"
    return re.sub(r"A sheet takes \d+ to \d+ minutes", span, page)


def _sum(numbers: str, minutes: dict[int, int]) -> int:
    return sum(minutes[int(n)] for n in re.findall(r"\d+", numbers))


def _write_book(path: Path, book) -> None:
    text = nbformat.writes(book, sort_keys=True) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
