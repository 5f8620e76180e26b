"""Which outputs answer a guess that the text asks for."""

import re

ASKS = re.compile(
    r"\*\*(Guess|Predict)|Predict(:| first| the picture)|Commit to|Vote before|Decide on each|Type your guess"
    r"|Guess (before|first|the)|\*\*Look for yourself|Before you run the next cell: |with your guess"
)
THE_RIDDLE = {"riddles-claims"}  # shows what is asked about, no answer
NO_QUESTION = {"work-text"}  # tells how a lesson is worked through
AT_MOST = 5  # cells between the question and its answer: a cell for the guess, and what explains it


def answers(book):
    """The ids of the cells with outputs that come next after a text that asks for a guess, until the next text."""
    found = []
    for place, cell in enumerate(book.cells):
        teacher = "teacher" in cell.metadata.get("tags", [])
        if cell.cell_type != "markdown" or teacher or cell.id in NO_QUESTION:
            continue
        if ASKS.search(cell.source):
            after = book.cells[place + 1 : place + 1 + AT_MOST]
            shown = [c for c in after if c.cell_type == "code" and c.outputs]
            assert shown, f"{cell.id}: nothing answers the guess"
            for answer in book.cells[book.cells.index(shown[0]) :]:
                if answer.cell_type != "code":
                    break
                if answer.outputs and answer.id not in THE_RIDDLE:
                    found.append(answer.id)
    return found
