"""An answer of which something is missing has not all points."""

import pytest

from taobaolab.lessons.governance import questions as governance
from taobaolab.lessons.sustainability import questions as sustainability
from taobaolab.practice.core import NOT_YET
from tests.lessons.governance import answers as governance_answers
from tests.lessons.sustainability import answers as sustainability_answers

CASES = [
    pytest.param(question, answers.RIGHT[key][0], id=f"{practice.theme}-{key}")
    for practice, answers in (
        (governance.practice, governance_answers),
        (sustainability.practice, sustainability_answers),
    )
    for key, question in practice.questions.items()
]


@pytest.mark.parametrize(("question", "right"), CASES)
def test_an_answer_without_one_entry_has_not_all_points(question, right):
    """Each entry of each dict is left out in turn, and is filled with what cannot be read."""
    for place, part in enumerate(right):
        for entry in part if type(part) is dict else ():
            without = {name: value for name, value in part.items() if name != entry}
            for lacking in (without, {**part, entry: "?"}):
                reply = question.look(*right[:place], lacking, *right[place + 1 :])
                assert reply.outcome == NOT_YET
                assert reply.points < question.points
