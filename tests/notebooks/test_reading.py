"""Lessons, exercises and solutions are easy to read, and the measure of that is sound."""

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from conftest import ROOT
from tests import reading

BOOKS = sorted(
    p for folder in ("notebooks", "exercises", "solutions") for p in (ROOT / folder).glob("*.ipynb")
)
GRADE, WORDS, LONGEST = 9, 18, 45


def too_hard(text):
    """What is wrong with a text, in words."""
    wrong = [
        f"{reading.length(s)} words: {s}" for s in text.sentences if reading.length(s) > LONGEST
    ]
    if text.sentences and text.grade > GRADE:
        wrong.append(f"grade {text.grade:.1f}, more than {GRADE}")
    if text.sentences and text.words_a_sentence > WORDS:
        wrong.append(f"{text.words_a_sentence:.1f} words a sentence, more than {WORDS}")
    return wrong


@pytest.mark.parametrize("teacher", [False, True], ids=["students", "teacher"])
@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_notebook_is_easy_to_read(path, teacher):
    wrong = too_hard(reading.reading(nbformat.read(path, 4), teacher))
    assert not wrong, "\n".join(
        [*wrong, f"python tests/reading.py {path.relative_to(ROOT)} shows the longest sentences"]
    )


# ---- the measure


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "the one are rule shops sales trade called spelled prints we where strength a"),
        (2, "village table people's yuan million people title households figure prices hundred"),
        (3, "companies official examples determine together agreement committees created"),
        (4, "undetermined sustainable variety especially situation"),
        (5, "association administrative university"),
    ],
)
def test_syllables(count, words):
    assert {word: reading.syllables(word) for word in words.split()} == dict.fromkeys(
        words.split(), count
    )


def test_what_is_no_prose_is_left_out():
    source = """## A heading of five words

*12 minutes (8 in the short run).*

**On this page:** [a](#a) · [b](#b)

First (淘宝村, *Táobǎo cūn*) one. Look at `datasets.load("x")`, e.g. here! Is it 3.5?

| a | table |
|---|---|

- An item
- another one

```python
code = 1
```

> **Box.** See [the lesson](01_definition.ipynb), "quoted." End"""
    assert list(reading.sentences(source)) == [
        "First one.",
        "Look at code, e.g. here!",
        "Is it 3.5?",
        "An item",
        "another one",
        "Box.",
        'See the lesson, "quoted."',
        "End",
    ]


def read(*sources, tags=()):
    cells = [new_markdown_cell(source, metadata={"tags": list(tags)}) for source in sources]
    return reading.reading(new_notebook(cells=cells), teacher="teacher" in tags)


def test_grade_of_a_text_worked_out_by_hand():
    text = read("The village sells shoes. It has 300 shops.")
    assert (text.words, text.words_a_sentence) == (8, 4)
    assert text.grade == pytest.approx(0.39 * 4 + 11.8 * 9 / 8 - 15.59)


def test_a_name_inside_a_sentence_counts_two_syllables_at_most():
    assert reading.weight("He saw Qingyanliu") == 4
    assert reading.weight("He saw administration") == 7


def test_notes_for_the_teacher_are_read_apart():
    note = "<details><summary>For the teacher</summary>\n\nAsk them.\n\n</details>"
    assert read(note, tags=["teacher"]).sentences == ("For the teacher", "Ask them.")
    assert read("Look.").sentences == ("Look.",)


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        (" ".join(["go"] * 18) + ".", 0),
        (" ".join(["go"] * 19) + ".", 1),
        (" ".join(["go"] * 45) + "." + " So it is." * 9, 0),
        (" ".join(["go"] * 46) + "." + " So it is." * 9, 1),
        ("Administrative considerations necessitate definitional differentiation.", 1),
        ("The village sells shoes.", 0),
    ],
)
def test_both_sides_of_every_threshold(source, wrong):
    assert len(too_hard(read(source))) == wrong


def test_both_sides_of_the_grade():
    plain = reading.Reading(("go " * 10,))
    assert plain.grade < GRADE
    harder = [
        reading.Reading(("go " * n + "determination " * (10 - n),)) for n in range(10, -1, -1)
    ]
    assert [bool(too_hard(text)) for text in harder] == [text.grade > GRADE for text in harder]
    assert {text.grade > GRADE for text in harder} == {True, False}
