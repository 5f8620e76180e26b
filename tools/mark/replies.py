"""Write a page for each student: what was seen in each answer, and what a reader said of the essay.

It says what the check cells say: never an answer, never a line of a solution. A page stands alone, so
that it can be sent by mail or handed out by a learning platform; a text of the same words lies beside
it, to be pasted into a message.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from formats import encoded, template
from marking import FAILED, Mark, Marked
from picture import Theme

from taobaolab import charts
from taobaolab.practice.core import NOT_STARTED, RIGHT, texts

Part = tuple[Theme, Marked]
RESERVED = {"con", "prn", "aux", "nul", *(f"{n}{i}" for n in ("com", "lpt") for i in range(10))}


def pages(themes: Sequence[Theme]) -> Iterator[tuple[str, bytes]]:
    """Give the replies to all students, over all themes.

    Parameters
    ----------
    themes
        The class.

    Yields
    ------
    tuple
        The name of a file in the folder ``replies`` and what it holds.
    """
    people: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for theme in themes:
        for one in theme.marked:
            people[one.owner.student, one.owner.identifier].append((theme, one))
    taken: set[str] = set()
    for (student, number), parts in sorted(people.items()):
        name = file_name(student)
        if name.casefold() in taken:
            name = f"{name} {number or len(taken)}"
        taken.add(name.casefold())
        yield f"replies/{name}.html", page(student, parts)
        yield f"replies/{name}.txt", encoded(text(student, parts))


def file_name(student: str) -> str:
    """Give a name of a file that every system takes.

    >>> file_name('li/growth: "a"?'), file_name("CON"), file_name("王小明.")
    ('li growth a', 'CON reply', '王小明')
    """
    name = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', " ", student)
    name = " ".join(name.split())[:80].strip(". ")
    if not name:
        return "reply"
    return f"{name} reply" if name.casefold() in RESERVED else name


def page(student: str, parts: Sequence[Part]) -> bytes:
    """Give the page for a student: no request, no script."""
    frame = template("reply.html")
    html = frame.render(student=student, parts=parts, told=told, title=title, accent=charts.ACCENT)
    return encoded(html)


def text(student: str, parts: Sequence[Part]) -> str:
    """Give the same words as text."""
    lines = [f"Reply to {student}"]
    for theme, one in parts:
        lines += ["", theme.exercise.title, f"{one.points} of {theme.of} points.", ""]
        for m in one.marks:
            lines.append(f"{title(theme, m)}: {m.outcome}, {m.points} of {m.of} points.")
            lines += [f"   {words}" for words in told(theme, m)]
        if one.essay_points is not None:
            most = theme.exercise.essay_points
            lines.append(f"Essay: {one.essay_points:g} of {most} points.")
        if one.essay_comment:
            lines.append(f"   {one.essay_comment}")
    return "\n".join(lines) + "\n"


def title(theme: Theme, m: Mark) -> str:
    """Give number and title of a question."""
    return f"{m.key.removeprefix('q')} {texts(theme.exercise.theme)[m.key].title}"


def told(theme: Theme, m: Mark) -> list[str]:
    """Give what is said to an answer."""
    if m.outcome == RIGHT:
        return [texts(theme.exercise.theme)[m.key].why]
    if m.outcome == FAILED:
        return [f"Your answer could not be read: {m.note}."]
    if m.outcome == NOT_STARTED:
        return ["You have not answered this one. There are three hints in the exercise."]
    return list(m.said)
