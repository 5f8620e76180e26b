"""Which column holds which datum: suggestions by name in several languages, and units that a header states."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from ...definition import known_columns
from ...display import page
from .cells import number
from .tables import Table
from .vocabulary import Unit, folded, name_and_unit, names_of

if TYPE_CHECKING:
    import pandas as pd

WHOLE = {"ecommerce_households": "households", "people_in_ecommerce": "population"}


@dataclass(frozen=True, eq=False, repr=False)
class Suggestion:
    """What the columns of a table probably hold: ``columns`` and ``units`` as ``mapped`` takes them, ``table`` to read."""

    columns: Mapping[str, str]
    units: Mapping[str, Any]
    table: pd.DataFrame

    def __repr__(self) -> str:
        lines = [f"columns={dict(self.columns)}", f"units={dict(self.units)}" if self.units else ""]
        return "\n".join([self.table.to_string(), *filter(None, lines)])

    def _repr_html_(self) -> str:
        return page(self.table) or ""


def suggested(table: Table) -> Suggestion:
    """What each column of a table probably holds, by its name. Look at it: it is a guess, and nothing is done yet.

    ``sure`` is ``name`` (a known name), ``part`` (a known name is part of it) or ``near`` (it may be misspelt). Of two
    columns that fit a datum equally well neither is taken; of several with names, that with most different ones. A unit is read from the header alone.

    >>> from taobaolab.lessons.your_region import read
    >>> mine = read({"name": "mine.csv", "content": "村名,户数,销售额(万元)\\n上村,80,120\\n".encode()})
    >>> guess = suggested(mine)
    >>> guess.columns, guess.units
    ({'place': '村名', 'annual_sales_rmb': '销售额(万元)', 'households': '户数'}, {'annual_sales_rmb': '万元'})
    """
    import pandas as pd

    fits = {header: _fit(header) for header in table.rows.columns}
    order = {"name": 0, "part": 1, "near": 2}
    columns: dict[str, str] = {}
    doubt: dict[str, str] = {}
    for datum in ["place", *known_columns()]:
        close = sorted(
            (h for h, (d, _) in fits.items() if d == datum), key=lambda h: order[fits[h][1]]
        )
        if datum == "place":
            close.sort(key=lambda h: -table.rows[h].nunique())
            columns |= {"place": close[0]} if close else {}
        elif len(close) > 1 and fits[close[0]][1] == fits[close[1]][1]:
            doubt |= dict.fromkeys(
                (h for h in close if fits[h][1] == fits[close[0]][1]), f"{datum}, or another column"
            )
        elif close:
            columns[datum] = close[0]
    if "place" not in columns:
        words = [
            h for h in table.rows if h not in columns.values() and _names_places(table.rows[h])
        ]
        columns = {"place": words[0]} | columns if words else columns
    held = {h: d for d, h in columns.items()}
    units = {
        d: u.text
        for d, h in columns.items()
        if (u := _unit(d, h)) is not None and u.changes and not u.currency
    }
    rows = []
    for header in table.rows:
        unit = name_and_unit(header)[2]
        cells = list(islice((c for c in table.rows[header] if c.strip()), 3))
        rows.append(
            {
                "column": header,
                "may hold": held.get(header, doubt.get(header, "")),
                "sure": fits[header][1]
                if header in held and fits[header][0]
                else "words"
                if header in held
                else "",
                "unit": unit.text if unit else "",
                "first cells": ", ".join(cells)[:40],
            }
        )
    return Suggestion(columns, units, pd.DataFrame(rows).set_index("column"))


def _names_places(column: pd.Series) -> bool:
    there = [c for c in column if c.strip()]
    return (
        bool(there)
        and all(number(c).how == "unread" for c in there[:50])
        and len(set(there)) > len(there) / 2
    )


def _fit(header: str) -> tuple[str, str]:
    """The datum that a header names, and how surely."""
    whole, name = folded(header), folded(name_and_unit(header.rpartition(": ")[2])[0])
    bare = folded(name_and_unit(header)[0])
    known = {datum: names_of(datum) for datum in ["place", *known_columns()]}
    for text in dict.fromkeys((whole, bare, name)):
        for datum, names in known.items():
            if text in names:
                return datum, "name"
    inside = [
        (len(n), datum)
        for datum, names in known.items()
        for n in names
        if n in bare and _long_enough(n)
    ]
    if inside:
        return max(inside)[1], "part"
    plain = {n: datum for datum, names in known.items() for n in names if len(n) > 4}
    close = difflib.get_close_matches(bare, plain, n=1, cutoff=0.85)
    return (plain[close[0]], "near") if close else ("", "")


def _long_enough(name: str) -> bool:
    return len(name) >= 5 or (len(name) >= 2 and not name.isascii())


def _unit(datum: str, header: str) -> Unit | None:
    column = known_columns().get(datum)
    unit = name_and_unit(header)[2]
    return unit if column is not None and column.numeric else None
