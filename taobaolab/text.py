"""Text that several rooms write: the name that was probably meant, and tables as a page.

>>> did_you_mean("growht", ["growth", "market"])
" Did you mean 'growth'?"
"""

from __future__ import annotations

import difflib
import html
from collections.abc import Iterable, Sequence


def closest_names(
    name: object, known: Iterable[object], most: int = 3, cutoff: float = 0.5
) -> list[str]:
    """Find the known names that were probably meant.

    Parameters
    ----------
    name : object
        What was asked for; anything but text has no close names.
    known : iterable
        The names that there are.
    most : int
        At most so many are given.
    cutoff : float
        How alike two names have to be, from 0 (anything) to 1 (the same), as ``difflib`` measures.

    Returns
    -------
    list of str
        Names that contain the word, in any case; if there are none, those spelt most alike, best first.

    Examples
    --------
    >>> closest_names("villages", ["villages_by_year", "claims", "villages_by_county"])
    ['villages_by_year', 'villages_by_county']
    >>> closest_names("claim", ["claims", "daji"])
    ['claims']
    """
    if not isinstance(name, str) or not name:
        return []
    names = [str(one) for one in known]
    containing = [one for one in names if name.casefold() in one.casefold()]
    alike = difflib.get_close_matches(name, names, n=most, cutoff=cutoff)
    return (containing or alike)[:most]


def did_you_mean(name: object, known: Iterable[object], most: int = 3, cutoff: float = 0.5) -> str:
    """Ask for the names that were probably meant, as a sentence with a blank before it.

    Parameters are those of :func:`closest_names`. The sentence is empty where no name is close.

    Examples
    --------
    >>> did_you_mean("datasets", ["claims"])
    ''
    """
    close = closest_names(name, known, most, cutoff)
    if not close:
        return ""
    return f" Did you mean {' or '.join(map(repr, close))}?"


def there_is_no(what: str, name: object, known: Iterable[object]) -> str:
    """Say that a name is not known, and which one was probably meant.

    Examples
    --------
    >>> there_is_no("table", "claim", ["claims", "daji"])
    "There is no table 'claim'. Did you mean 'claims'?"
    """
    return f"There is no {what} {name!r}.{did_you_mean(name, known)}"


def html_table(
    rows: Iterable[Sequence[str]],
    heads: Sequence[str] = (),
    caption: str = "",
    label: str = "",
    language: str = "",
    style: str = "text-align:left",
    row_head_style: str = "",
) -> str:
    """Write a table as a screen reader needs it: a caption, and heads that say what they stand for.

    Parameters
    ----------
    rows : iterable of sequences of str
        The cells as HTML: escape text first. The first cell of a row is its head.
    heads : sequence of str
        What stands above the columns, as HTML; without it the table has no such row.
    caption, label : str
        The name of the table: shown above it (HTML), or only said to a screen reader (text).
    language : str
        The language of the cells, such as ``"zh"``, where it is not that of the page.
    style, row_head_style : str
        CSS of the caption and all cells, and what the heads of rows have besides.

    Returns
    -------
    str
        One ``<table>``.

    Examples
    --------
    >>> html_table([["2009", "3"]], ["year", "villages"], "Lists").startswith("<table><caption")
    True
    """
    look = f'style="{style}"'
    row_look = look
    if row_head_style:
        row_look = f'style="{style}; {row_head_style}"'
    attributes = ""
    if language:
        attributes += f' lang="{language}"'
    if label:
        attributes += f' aria-label="{html.escape(label)}"'
    parts = [f"<table{attributes}>"]
    if caption:
        parts.append(f"<caption {look}>{caption}</caption>")
    if heads:
        cells = "".join(f'<th scope="col" {look}>{head}</th>' for head in heads)
        parts.append(f"<thead><tr>{cells}</tr></thead>")
    parts.append("<tbody>")
    for head, *others in rows:
        cells = "".join(f"<td {look}>{cell}</td>" for cell in others)
        parts.append(f'<tr><th scope="row" {row_look}>{head}</th>{cells}</tr>')
    parts.append("</tbody></table>")
    return "".join(parts)
