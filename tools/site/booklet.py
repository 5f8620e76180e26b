"""The teacher's booklet: what the notebooks say to the teacher alone, the clock, the prompts, and the solutions' discussions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from books import Book, Cell, Collection, Section
from bs4 import BeautifulSoup
from compose import POLL
from frame import PAPER, TEMPLATES, Page, Part
from polls import answer_in_words, polls_in

PROMPT = re.compile(r"^<strong>(Discuss|Poll|Predict|Guess|A question from the floor)\b")


def booklet(collection: Collection) -> Iterator[Page]:
    """One page for the whole course."""
    solutions = {book.stem: book for book in collection.solutions}
    lessons = [
        {
            "book": book,
            "opening": teacher(before(book)),
            "sections": book.sections,
            "solutions": solutions.get(book.stem),
        }
        for book in collection.lessons
    ]
    text = TEMPLATES.get_template("booklet.html").render(
        lessons=lessons, before=before, teacher=teacher, prompts=prompts, discussed=discussed
    )
    yield Page(
        "teacher/booklet.html",
        "Taobao villages: the teacher's booklet",
        text,
        template="print.html",
        papers=(PAPER,),
    )


def before(book: Book) -> tuple[Cell, ...]:
    """The cells before the first section."""
    inside = sum(len(section.cells) for section in book.sections)
    return book.cells[: len(book.cells) - inside]


def teacher(cells: tuple[Cell, ...]) -> list[str]:
    """What is for the teacher alone, as HTML."""
    return [cell.html for cell in cells if cell.teacher]


def prompts(section: Section) -> list[str]:
    """What the page asks of the room, and the misconceptions that it names, as HTML."""
    found = []
    for cell in section.cells:
        if cell.teacher or cell.code:
            continue
        answers = [answer_in_words(poll) for poll in polls_in(cell)]
        for element in BeautifulSoup(cell.html, "html.parser").find_all(
            ["p", "blockquote"], recursive=False
        ):
            if element.name == "blockquote" or PROMPT.match(element.decode_contents()):
                found.append(str(element))
                choices = element.find_next_sibling()
                if element.name == "p" and choices is not None and choices.name == "ul":
                    found.append(str(choices))
                if POLL.match(element.decode_contents()) and answers:
                    found.append(f'<p class="answer-of-poll"><strong>{answers.pop(0)}</strong></p>')
    return found


def discussed(section: Section) -> list[str]:
    """What a question's solution says after it: hints, why it matters, a further question, discussion."""
    return [
        c.html for c in section.cells if not c.code and (c.teacher or "solution-only" in c.tags)
    ]


BOOKLET = Part(
    "teacher",
    "Teacher's booklet",
    "Clock, polls, questions from the floor, discussions.",
    booklet,
    menu=False,
    listed=False,
)
