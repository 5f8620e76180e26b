"""The rule of the minutes of a section: words, things shown, polls, discussions; without what the short run leaves out."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from tests.notebooks.minutes import minutes_needed

WORDS = " ".join(["word"] * 130)


def shown(**metadata):
    return new_code_cell("x", outputs=[new_output("stream", text="1")], metadata=metadata)


@pytest.mark.parametrize(
    ("cells", "needed"),
    [
        ([new_markdown_cell("word")], 1),
        ([new_markdown_cell(WORDS * 3)], 3),
        ([shown()] * 4, 3),
        ([new_code_cell("x")] * 4, 1),
        ([new_markdown_cell("**Poll the room:** who?")], 3),
        ([new_markdown_cell("**Discuss:** who?\n\n**Discuss:** why?")], 6),
        ([new_markdown_cell(WORDS * 9, metadata={"tags": ["teacher"]})], 1),
    ],
)
def test_minutes_come_from_what_is_said_shown_and_asked(cells, needed):
    assert minutes_needed(cells) == needed


def test_the_short_run_needs_less_where_cells_or_paragraphs_are_left_out():
    words = f"{WORDS} {WORDS}\n\n*{WORDS}*\n\n**Discuss:** who?"
    part = new_markdown_cell(words, metadata={"slides": {"full_run": ["Discuss"]}})
    whole = new_markdown_cell(words, metadata={"slides": {"full_run": True}})
    table = shown(slides={"full_run": True})
    assert (minutes_needed([part]), minutes_needed([part], short=True)) == (6, 3)
    assert (minutes_needed([whole]), minutes_needed([whole], short=True)) == (6, 1)
    assert (minutes_needed([table] * 4), minutes_needed([table] * 4, short=True)) == (3, 1)
