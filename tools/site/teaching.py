"""Pages for lecturers: the Markdown pages that stand beside the notebooks, as pages of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator

from books import Collection
from frame import Page, Part

from data import written_page

SUMMARIES = {
    "README": "All lessons with what you will be able to do, and a syllabus for one, five and ten sessions.",
    "YOUR_OWN_LESSON": "Cut it, reorder it, add a country; and what stays tested.",
    "MARKING": "One command looks at all that a class handed in.",
    "RATING": "A sheet for the class, and where its answers go.",
    "GENERATIVE_AI": "What an assistant does to these exercises, and how to teach with one in the room.",
    "TROUBLES": "Twelve usual troubles, by what one sees.",
}


def teaching(collection: Collection) -> Iterator[Page]:
    """The pages that there are, in the order of the list."""
    for name, summary in SUMMARIES.items():
        source = f"notebooks/{name}.md"
        path = collection.root / source
        if not path.is_file():
            continue
        title = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        yield Page(
            f"teaching/{name.lower()}.html",
            title,
            named_as_on_a_code_host(written_page(collection, source)),
            source=source,
            summary=summary,
        )


def named_as_on_a_code_host(body: str) -> str:
    """The body with its headings named in small letters, as code hosts name them and as these pages link to them.

    >>> named_as_on_a_code_host('<h2 id="For-lecturers">')
    '<h2 id="for-lecturers">'
    """
    return re.sub(r'(?<=<h[2-4] id=")[^"]+', lambda found: found[0].lower(), body)


TEACHING = Part(
    "teaching",
    "For lecturers",
    "Course plan, marking, a lesson of your own, and what to do when something does not work.",
    teaching,
    "index.html#teaching",
    menu=False,
)
