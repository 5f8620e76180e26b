"""The forms in which everything is written: tables, and pages from the templates beside this file."""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import jinja2


def table(header: Sequence[str], rows: Iterable[Sequence[Any]], mark: bool = True) -> bytes:
    """Give a CSV.

    Parameters
    ----------
    header
        The names of the columns.
    rows
        The rows.
    mark
        Whether it begins with a mark by which spreadsheets see that it is UTF-8. Learning
        platforms take it for a part of the first name.

    Returns
    -------
    bytes
        The file.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return encoded(("\ufeff" if mark else "") + file.getvalue())


def harmless(cell: Any) -> Any:
    """Give a cell that no spreadsheet takes for a formula."""
    risky = type(cell) is str and len(cell) > 1 and cell[0] in "=+-@\t\r"
    return f"'{cell}" if risky else cell


def encoded(text: str) -> bytes:
    """Give text as UTF-8, whatever is in it."""
    return text.encode("utf-8", errors="replace")


def plain(number: float | None) -> str:
    """Give a number without needless digits; nothing for none."""
    return "" if number is None else f"{number:g}"


@functools.cache
def template(name: str) -> jinja2.Template:
    """Give one of the templates beside this file."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    frames = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    frames.filters["named"] = lambda outcome: outcome.lower().replace(" ", "-")
    frames.filters["plain"] = plain
    return frames.get_template(name)
