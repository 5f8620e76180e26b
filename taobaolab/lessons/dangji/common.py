"""What the explorers of theme 3 share: a form that shows its second page only after a decision, and short names of texts."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ...display import form
from ...evidence.rows import find_row
from ...text import html_table

OPEN = "?"  # no decision yet
KNOWN_AS = {
    "CPW21": "probably China Economic Weekly, 2021",
    "habr2017": "2017 blog text",
    "abstract2025": "student paper, 2025",
    "li2017": "Li (2017)",
    "wikipedia": "encyclopedia article",
    "worldbank2019": "World Bank note, 2019",
    "JSL21": "interview with the county head, 2021",
    "ROSTER": "AliResearch's lists, counted by us",
    "MEN2019": "Men Hao (2019)",
    "SS21": "promotion site of Shandong, 2021",
}


def short_name(source: str) -> str:
    """Name a text shortly enough for a chart or a form: who published it, and when.

    ``source`` is a key of the table of sources. Raises ``KeyError`` where there is none.

    >>> short_name("habr2017"), short_name("HEZE2018"), short_name("CPW21")
    ('2017 blog text', 'Peony Evening News, Heze, 2018', 'probably China Economic Weekly, 2021')
    """
    if source in KNOWN_AS:
        return KNOWN_AS[source]
    row = find_row("sources", (source,))
    publisher = row["publisher"].removeprefix("not stated (copy)")
    publisher = re.sub(r"^not stated; (?:English )?copy on", "a copy on", publisher)
    # A Chinese name is followed by the English one in brackets.
    english = re.match(r"[^\x00-\x7f]+ \(([^)]+)\)", publisher)
    if english:
        publisher = english[1]
    return f"{publisher.partition('; ')[0]}, {row['year'] or 'undated'}"


def decision_form(
    questions: Mapping[str, Any],
    choice: Any,
    commit: Any,
    answer: Callable[[dict[str, Any]], str],
    renew: Callable[[], None] | None = None,
) -> Any:
    """Make a form that shows its second page only after a decision.

    A decision already taken on a question is there again when it comes back, and cannot be changed without taking the
    commitment back first.

    Parameters
    ----------
    questions : mapping of widgets
        What the decision is about. A change of one takes the commitment back.
    choice, commit : widgets
        The list of decisions, of which ``OPEN`` is none, and the box to tick.
    answer : callable
        Makes the page as HTML from the values of all widgets, by name.
    renew : callable, optional
        Called at every new question, before anything is shown: it may set new options.
    """
    decisions: dict[tuple[Any, ...], Any] = {}

    def current_question() -> tuple[Any, ...]:
        return tuple(question.value for question in questions.values())

    def show_decision(_: Any) -> None:
        before = decisions.get(current_question(), OPEN)
        # Setting the widgets below is noted as a decision too, so the earlier one is looked up first.
        commit.value = False
        if renew is not None:
            renew()
        choice.value = before
        commit.value = before != OPEN

    def note_decision(_: Any) -> None:
        choice.disabled = commit.value and choice.value != OPEN
        if commit.value:
            decisions[current_question()] = choice.value
        else:
            decisions[current_question()] = OPEN

    commit.observe(note_decision, "value")
    for question in questions.values():
        question.observe(show_decision, "value")
    return form({**questions, "choice": choice, "commit": commit}, answer)


def dropdown(options: Sequence[Any], description: str, width: int = 620) -> Any:
    """Make a named list of choices, so many pixels wide."""
    # Only the two forms of this lesson need widgets, and they are slow to import.
    import ipywidgets

    return ipywidgets.Dropdown(
        options=list(options),
        description=description,
        style={"description_width": "110px"},
        layout={"width": f"{width}px", "max_width": "100%"},
    )


def checkbox(description: str) -> Any:
    """Make a named box to tick, not ticked."""
    import ipywidgets

    return ipywidgets.Checkbox(
        value=False, description=description, indent=False, layout={"width": "auto"}
    )


def text_table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table as HTML; the first cell of a row heads it, and all cells are taken as plain text."""
    escaped = [[html.escape(cell) for cell in row] for row in rows]
    return html_table(
        escaped,
        [html.escape(head) for head in heads],
        html.escape(caption),
        style="text-align:left; vertical-align:top; line-height:1.4; padding:2px 14px 2px 0",
        row_head_style="font-weight:normal",
    )
