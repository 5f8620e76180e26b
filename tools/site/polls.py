"""The polls of all lessons on paper: each question on a page of its own, and the letters A to D as large cards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from books import Book, Cell, Collection
from bs4 import BeautifulSoup
from compose import POLL
from frame import PAPER, TEMPLATES, Page, Part

LETTERS = "ABCD"


class Poll(NamedTuple):
    """A poll of a lesson: the question, its choices as HTML, and the letter of the right one ("none" if none is)."""

    question: str
    choices: list[str]
    answer: str


def polls_of(book: Book) -> list[Poll]:
    """The polls of a lesson, in order."""
    return [
        poll for cell in book.cells if not cell.code and not cell.teacher for poll in polls_in(cell)
    ]


def polls_in(cell: Cell) -> Iterator[Poll]:
    """The polls of one cell."""
    for paragraph in BeautifulSoup(cell.html, "html.parser").find_all("p", recursive=False):
        inner = paragraph.decode_contents()
        if not POLL.match(inner):
            continue
        following = paragraph.find_next_sibling()
        choices = []
        if following is not None and following.name == "ul":
            choices = [item.decode_contents() for item in following.find_all("li")]
        yield Poll(POLL.sub("", inner), choices, cell.settings.get("answer", ""))


def answer_in_words(poll: Poll) -> str:
    """What the teacher's booklet says of the right choice."""
    if poll.answer in LETTERS and poll.answer:
        return f"The answer is {poll.answer}."
    return "No choice is simply right: see the note."


def polls(collection: Collection) -> Iterator[Page]:
    """One page for the whole course."""
    lessons = [(book, polls_of(book)) for book in collection.lessons]
    body = TEMPLATES.get_template("polls.html").render(
        lessons=[(book, found) for book, found in lessons if found], letters=LETTERS
    )
    yield Page("polls/polls.html", "Polls, to print", body, template="print.html", papers=(PAPER,))


POLLS = Part(
    "polls",
    "Polls",
    "Each question on a page, and the letters A to D as cards to hold up.",
    polls,
    "index.html#polls",
    menu=False,
)
