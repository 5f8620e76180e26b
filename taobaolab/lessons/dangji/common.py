"""What the explorers of theme 3 share: a form that shows its second page only after a decision, and short names of texts."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ...display import form
from ...evidence.rows import row

OPEN = "?"
KNOWN_AS = {
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


def called(source: str) -> str:
    """A text by a name short enough for a chart or a form: who published it, and when.

    >>> called("habr2017"), called("HEZE2018"), called("CPW21")
    ('2017 blog text', 'Peony Evening News, Heze, 2018', 'a copy on cpw.com.cn, 2021')
    """
    if source in KNOWN_AS:
        return KNOWN_AS[source]
    text = row("sources", (source,))
    name = re.sub(
        r"^not stated; (?:English )?copy on",
        "a copy on",
        text["publisher"].removeprefix("not stated (copy)"),
    )
    if inside := re.match(r"[^\x00-\x7f]+ \(([^)]+)\)", name):
        name = inside[1]
    return f"{name.partition('; ')[0]}, {text['year'] or 'undated'}"


def deciding(
    questions: Mapping[str, Any],
    choice: Any,
    commit: Any,
    answer: Callable[[dict[str, Any]], str],
    fresh: Any = None,
) -> Any:
    """A form whose ``answer`` gets the questions, ``choice`` and ``commit``. Another question takes the commitment back.

    A decision already taken on a question is there again when it comes back, and cannot be changed without taking the
    commitment back first. ``fresh`` is called at every new question, before anything is shown: it may set new options.
    """
    kept: dict[tuple[Any, ...], Any] = {}

    def asked() -> tuple[Any, ...]:
        return tuple(q.value for q in questions.values())

    def anew(_: Any) -> None:
        before = kept.get(asked(), OPEN)
        commit.value = False
        if fresh is not None:
            fresh()
        choice.value = before
        commit.value = before != OPEN

    def take(_: Any) -> None:
        choice.disabled = commit.value and choice.value != OPEN
        kept[asked()] = choice.value if commit.value else OPEN

    commit.observe(take, "value")
    for question in questions.values():
        question.observe(anew, "value")
    return form({**questions, "choice": choice, "commit": commit}, answer)


def dropdown(options: Sequence[Any], description: str, width: int = 620) -> Any:
    """A named list of choices, wide enough to read them."""
    import ipywidgets

    return ipywidgets.Dropdown(
        options=list(options),
        description=description,
        style={"description_width": "110px"},
        layout={"width": f"{width}px", "max_width": "100%"},
    )


def checkbox(description: str) -> Any:
    """A named box to tick, not ticked."""
    import ipywidgets

    return ipywidgets.Checkbox(
        value=False, description=description, indent=False, layout={"width": "auto"}
    )


def paged(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as HTML; the first cell of a row heads it, and all cells are taken as plain text."""
    look = "text-align:left; vertical-align:top; line-height:1.4; padding:2px 14px 2px 0"
    side, plain = f'style="{look}"', f'style="{look}; font-weight:normal"'
    top = "".join(f'<th scope="col" {side}>{html.escape(head)}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row" {plain}>{html.escape(first)}</th>'
        + "".join(f"<td {side}>{html.escape(cell)}</td>" for cell in others)
        + "</tr>"
        for first, *others in rows
    )
    return f"<table><caption {side}>{html.escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
