"""How long a question takes: one rule for all. It is an estimate, not measured in a class, and the same everywhere.

Read its words, think once for each point, write each line or each value, write the essay, run the check and read it.
"""

import math
import re

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
