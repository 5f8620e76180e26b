"""Write closed questions in GIFT, the text form that Moodle and others import.

gift([item])
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from bank import Item


def gift(items: Sequence[Item], category: str) -> str:
    """Give a file in GIFT.

    Parameters
    ----------
    items
        The questions.
    category
        The category of the question bank into which they go.

    Returns
    -------
    str
        The file. Each question has a name, a text in HTML and general feedback.
    """
    blocks = [f"$CATEGORY: {category}"]
    for item in items:
        head = f"::{escaped(item.name)}::[html]{escaped(item.stem)}"
        blocks.append(f"{head}{{\n{answers_of(item)}####{page_text(item.why)}\n}}")
    return "\n\n".join(blocks) + "\n"


def answers_of(item: Item) -> str:
    """Give the answers of a question, a line each."""
    if item.kind == "number":
        return f"#{decimal(item.right)}:{decimal(item.off)}\n"
    if item.kind == "matching":
        pairs = [f"={page_text(n)} -> {escaped(choice)}\n" for n, choice in item.right.items()]
        spare = [c for c in item.choices if c not in item.right.values()]
        pairs += [f"= -> {escaped(choice)}\n" for choice in spare]
        return "".join(pairs)
    lines = []
    for choice in item.choices:
        said = item.said.get(choice, "")
        feedback = f"#{page_text(said)}" if said else ""
        lines.append(f"{weight(item, choice)}{page_text(choice)}{feedback}\n")
    return "".join(lines)


def weight(item: Item, choice: str) -> str:
    """Give the sign of a choice: what it is worth."""
    if item.kind == "choice":
        return "=" if choice == item.right else "~"
    right = len(item.right)
    wrong = len(item.choices) - right
    if choice in item.right:
        return f"~%{100 / right:.5f}%"
    return f"~%-{100 / wrong:.5f}%"


def decimal(number: float) -> str:
    """Give a number without an exponent.

    >>> decimal(0.00005), decimal(12_000_000.0), decimal(56.5)
    ('0.00005', '12000000', '56.5')
    """
    text = f"{number:.9f}".rstrip("0")
    return text.rstrip(".")


def page_text(text: str) -> str:
    """Give plain text for a question that is a page: no sign of it is markup."""
    return escaped(html.escape(text, quote=False))


def escaped(text: str) -> str:
    r"""Give text in which no sign has a meaning in GIFT.

    >>> escaped("a = {b}\n\nc: d")
    'a \\= \\{b\\}\\n\\nc\\: d'
    """
    marked = re.sub(r"([\\~=#{}:])", r"\\\1", text.strip())
    return marked.replace("\r", "").replace("\n", "\\n")
