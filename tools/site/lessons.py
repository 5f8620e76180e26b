"""Pages to read: lessons, exercises and solutions, each notebook one page with its charts live."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from books import Book, Cell, Chart, Collection
from frame import TEMPLATES, Page, Part


def lessons(collection: Collection) -> Iterator[Page]:
    """The lessons."""
    exercises = {book.stem for book in collection.exercises}
    for book in collection.lessons:
        ways = [
            ("Slides", f"../slides/{book.stem}.html"),
            ("To print", f"../print/{book.stem}.html"),
        ]
        ways += [("One file to take along", f"../single/{book.stem}.html")]
        ways += [("Exercises", f"../exercises/{book.stem}.html")] * (book.stem in exercises)
        yield page(book, "lessons", ways)


def exercises(collection: Collection) -> Iterator[Page]:
    """The exercises, as students get them."""
    for book in collection.exercises:
        note = "This page is for reading. The checks answer only in the notebook, where Python runs"
        yield page(book, "exercises", [("Lesson", f"../lessons/{book.stem}.html")], note)


def solutions(collection: Collection) -> Iterator[Page]:
    """The solutions with their discussions."""
    for book in collection.solutions:
        ways = [
            ("Exercises", f"../exercises/{book.stem}.html"),
            ("Lesson", f"../lessons/{book.stem}.html"),
        ]
        yield page(
            book,
            "solutions",
            ways,
            "Try the exercises first. What stands here is one way of several",
        )


def page(book: Book, folder: str, ways: Sequence[tuple[str, str]], note: str = "") -> Page:
    """A notebook as a page: the same text in the same order, without what is for the teacher alone."""
    return Page(
        path=f"{folder}/{book.stem}.html",
        title=book.title,
        body=body(book, lambda chart: f"../assets/stills/{chart.name}.png", ways, note),
        source=book.source,
        summary=book.summary,
        charts=any(book.charts()),
    )


def body(
    book: Book,
    still: Callable[[Chart], str],
    ways: Sequence[tuple[str, str]] = (),
    note: str = "",
    live: bool = True,
) -> str:
    """The HTML of a notebook below its title.

    ``still`` gives the address of a chart's still picture, ``ways`` are links to the same lesson in other shapes;
    what is not ``live`` is for paper: pictures alone, nothing folded.
    """
    return TEMPLATES.get_template("book.html").render(
        book=book, cells=shown(book), ways=ways, note=note, still=still, live=live
    )


def shown(book: Book) -> list[Cell]:
    """The cells after the first that a student sees."""
    return [cell for cell in book.cells[1:] if not cell.teacher]


LESSONS = Part(
    "lessons",
    "Lessons",
    "To read, with live charts; nothing to install.",
    lessons,
    "index.html#lessons",
)
EXERCISES = Part(
    "exercises", "Exercises", "Questions on each lesson.", exercises, "index.html#exercises"
)
SOLUTIONS = Part(
    "solutions",
    "Solutions",
    "Answers with discussions.",
    solutions,
    "index.html#solutions",
    menu=False,
)
