"""Rows of tables as plain dicts, and the words for a key that is not there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from .. import datasets
from ..datasets import descriptor
from ..text import there_is_no

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
unknown = there_is_no


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dicts, with None for what is missing."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The rows of a table of the collection."""
    return tuple(records(datasets.load(name)))


@cache
def row(table: str, keys: tuple[str, ...]) -> Row:
    """One row of a table, by the values of its key. KeyError: there is none."""
    names = descriptor(table)["schema"]["primaryKey"]
    found = [r for r in rows(table) if tuple(str(r[n]) for n in names) == keys]
    if not found:
        raise KeyError(
            f"The table {table} has no row {'/'.join(keys)} (its key: {', '.join(names)})."
        )
    return found[0]
