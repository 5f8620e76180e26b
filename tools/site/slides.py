"""A deck of slides for each lesson. What stands on a slide is decided in ``compose.py``; how large, in the browser."""

from __future__ import annotations

from collections.abc import Iterator

from books import Collection
from compose import compose
from frame import Page, Paper, Part


def slides(collection: Collection) -> Iterator[Page]:
    """A deck for each lesson."""
    for book in collection.lessons:
        deck = compose(book)
        yield Page(
            path=f"slides/{book.stem}.html",
            title=book.title,
            body="",
            summary=f"{len(deck)} slides",
            charts=True,
            template="slides.html",
            papers=(Paper("", "paper=slides"), Paper("_handout", "paper=handout")),
            values={"deck": deck, "still": lambda chart: f"../assets/stills/{chart.name}.png"},
        )


SLIDES = Part(
    "slides",
    "Slides",
    "For the lecture hall: the same lessons, with notes in a window of their own.",
    slides,
    "index.html#slides",
)
