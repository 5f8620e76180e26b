"""An answer of which something is missing has not all points."""

import pytest

from taobaolab.lessons.sustainability.questions import practice
from taobaolab.practice.core import NOT_YET
from tests.lessons.sustainability import answers


@pytest.mark.parametrize("key", practice.questions)
def test_an_answer_without_one_entry_has_not_all_points(key):
    """Each entry of each dict is left out in turn, and is filled with what cannot be read."""
    question, right = practice.questions[key], answers.RIGHT[key][0]
    for place, part in enumerate(right):
        for entry in part if type(part) is dict else ():
            without = {name: value for name, value in part.items() if name != entry}
            for lacking in (without, {**part, entry: "?"}):
                reply = question.look(*right[:place], lacking, *right[place + 1 :])
                assert reply.outcome == NOT_YET
                assert reply.points < question.points
