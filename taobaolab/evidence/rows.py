"""Rows of tables as plain dicts.

>>> find_row("claims", ("habr-280-households",))["value"]
280.0
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from .. import datasets
from ..datasets import descriptor

Row = Mapping[str, Any]


def as_records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows as dicts by column, with None for what is missing."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


@cache
def table_rows(name: str) -> tuple[Row, ...]:
    """Give the rows of a table of the collection."""
    return tuple(as_records(datasets.load(name)))


@cache
def load_ledger() -> dict[str, Row]:
    """Give the claims of the collection by id."""
    return {row["id"]: row for row in table_rows("claims")}


@cache
def find_row(table: str, key: tuple[str, ...]) -> Row:
    """Find one row of a table by the values of its primary key.

    Parameters
    ----------
    table : str
        The name of a table of the collection.
    key : tuple of str
        A value for each column of the primary key, as text.

    Raises
    ------
    KeyError
        There is no such table, or no such row in it.
    """
    names = descriptor(table)["schema"]["primaryKey"]
    for row in table_rows(table):
        if tuple(str(row[name]) for name in names) == key:
            return row
    raise KeyError(f"The table {table} has no row {'/'.join(key)} (its key: {', '.join(names)}).")
