"""How long a section of a lesson takes in class: one rule for all lessons. It is an estimate, not measured in a class.

Say what stands there, look at each chart and table, vote in a poll, talk where the room discusses. What the short run
leaves out is said in the metadata of a cell, under ``slides``, as ``full_run``: the whole cell, or how the paragraphs
begin that are left out.
"""

import re

WORDS_A_MINUTE = 130  # said aloud, as in the rule of the exercises (tests/practice/minutes.py)
SHOWN = 0.75  # to run a cell and to look at its chart, table or answer
POLL = 3  # read the choices, raise hands, count
DISCUSSION = 3  # two minutes in pairs, one to hear two of them


def paragraphs_of(cell, short):
    """The paragraphs of a cell of prose that a run has."""
    left_out = cell.metadata.get("slides", {}).get("full_run", False) if short else False
    paragraphs = cell.source.split("\n\n")
    if left_out is True:
        return []
    if left_out:
        plain = [re.sub(r"[*_`]|^> ", "", paragraph) for paragraph in paragraphs]
        return [
            paragraph
            for paragraph, words in zip(paragraphs, plain, strict=True)
            if not words.startswith(tuple(left_out))
        ]
    return paragraphs


def is_shown(cell, short):
    """Whether a cell of code has something to look at in a run."""
    left_out = short and cell.metadata.get("slides", {}).get("full_run", False)
    return cell.cell_type == "code" and bool(cell.outputs) and not left_out


def minutes_needed(cells, short=False):
    """The minutes that some cells need in the full or in the short run, a whole number; the teacher's notes are not said."""
    ours = [cell for cell in cells if "teacher" not in cell.metadata.get("tags", [])]
    prose = [cell for cell in ours if cell.cell_type == "markdown"]
    words = "\n\n".join(part for cell in prose for part in paragraphs_of(cell, short))
    minutes = len(re.findall(r"\w+", words)) / WORDS_A_MINUTE
    minutes += sum(is_shown(cell, short) for cell in ours) * SHOWN
    minutes += words.count("**Poll the room:**") * POLL
    minutes += words.count("**Discuss:**") * DISCUSSION
    return max(1, round(minutes))
