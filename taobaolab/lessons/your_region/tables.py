"""A file as a table: which rows hold names, which hold places, and which are set aside, with every cell kept."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from ...definition import Problem as Fault
from ...definition import known_columns
from ...display import page
from .cells import number
from .files import RegionError, open_grid, padded, refuse
from .vocabulary import folded, is_total, names_of, unit_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """A file that was read. Nothing in it is lost, and nothing in it was changed.

    ``cells`` holds every cell of the file as text, rows and columns numbered from 1 as a spreadsheet numbers them;
    ``rows`` the rows that are places, by the number of the row; ``aside`` the other rows with the reason;
    ``faults`` what is odd, and ``findings`` the same as a table.
    """

    name: str
    cells: pd.DataFrame
    header: tuple[int, ...]
    rows: pd.DataFrame
    aside: pd.DataFrame
    how: str
    faults: tuple[Fault, ...]

    @property
    def findings(self) -> pd.DataFrame:
        """What is odd about the file, a row each, as ``definition.problems`` says it."""
        return listed(self.faults)

    def __repr__(self) -> str:
        lines = [
            f"{self.name}: {counted(len(self.rows), 'row')} of places, {counted(self.rows.shape[1], 'column')}; {self.how}",
            "columns: " + ", ".join(self.rows.columns),
            *map(str, self.faults),
        ]
        return "\n".join(lines if self.faults else [*lines, "Nothing odd was found in the file."])

    def _repr_html_(self) -> str:
        head = repr(self).partition("\n")[0]
        items = "".join(f"<li>{said_html(f)}</li>" for f in self.faults)
        first = page(self.rows.head(4)) or ""
        tail = f"<ul>{items}</ul>" if items else "<p>Nothing odd was found in the file.</p>"
        return f"<p>{html.escape(head)}</p>{first}{tail}"


def counted(n: int, what: str) -> str:
    """A number with its noun: 1 row, 12 rows."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def said_html(fault: Fault) -> str:
    """A finding as a line of HTML."""
    head, _, advice = str(fault).strip().partition("\n")
    return f"{html.escape(head)}<br><em>{html.escape(advice.strip())}</em>"


def listed(faults: Iterable[Fault]) -> pd.DataFrame:
    """Findings as a table: column, problem, rows, examples, advice, and whether it stops."""
    import pandas as pd

    rows = [(f.column, f.problem, f.rows, ", ".join(f.examples), f.advice, f.stops) for f in faults]
    table = pd.DataFrame(rows, columns=["column", "problem", "rows", "examples", "advice", "stops"])
    return table.astype({"rows": "Int64", "stops": "bool"})


def read(
    source: Any,
    *,
    sheet: str | None = None,
    header: int | Sequence[int] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    keep: Iterable[int] = (),
) -> Table:
    """A table of places from a file: CSV or other separated text, or a spreadsheet. Look at ``.findings`` next.

    ``source`` is a path, or an uploaded file as ``ipywidgets.FileUpload`` hands it over. Encoding, delimiter and header
    are found, and said; the keywords overrule that: ``header=3`` or ``header=(3, 4)`` are the rows that hold names, and
    ``keep=[27]`` keeps a row among the places that looks like a sum or a note. Rows are numbered from 1, the header
    included. Spreadsheets need python-calamine (the extra ``spreadsheets``).

    RegionError: the file is missing, empty, no table, or larger than 50 MB; the message says what to do.

    >>> upload = {"name": "mine.csv", "content": "村名;户数\\n上村;1.200\\n合计;1.200\\n".encode("gb18030")}
    >>> table = read(upload)
    >>> table.rows.values.tolist(), table.aside.why.tolist()
    ([['上村', '1.200']], ['a sum, by its name'])
    """
    import pandas as pd

    grid = open_grid(source, sheet, encoding, delimiter)
    cells = padded(grid.rows)
    faults = list(grid.faults)
    width = len(cells[0]) if cells else 0
    used = [j for j in range(width) if any(row[j].strip() for row in cells)]
    filled = [i for i, row in enumerate(cells, 1) if any(c.strip() for c in row)]
    heads = _header_rows(cells, filled) if header is None else _given(header, len(cells), grid.name)
    names, more = _names(cells, heads, used, grid.name)
    faults += more
    empty = len(cells) - len(filled)
    if empty or len(used) < width:
        parts = [
            counted(n, what) for n, what in ((empty, "row"), (width - len(used), "column")) if n
        ]
        hint = "nothing to do; they are left out and stay in .cells"
        faults.append(Fault(grid.name, f"empty: {' and '.join(parts)}", hint, stops=False))
    why = _not_places(cells, filled, heads, used, set(keep))
    body = [i for i in filled if i not in why and i not in heads]
    faults += _said_aside(cells, why)
    if not body:
        found = (
            f"row {heads[0]} holds the names {', '.join(names[:4])}"
            if heads
            else "no row holds a place"
        )
        raise refuse(
            grid.name, f"it has a header only: {found}", "write a place in each row below the names"
        )
    wanted = len(grid.rows[(heads or body)[-1] - 1])
    ragged = [
        i
        for i in body
        if len(grid.rows[i - 1]) < wanted or any(c.strip() for c in grid.rows[i - 1][wanted:])
    ]
    if ragged:
        where = tuple(f"row {i}: {counted(len(grid.rows[i - 1]), 'cell')}" for i in ragged[:3])
        hint = "a comma inside a cell needs quotation marks around the cell; look at these rows"
        faults.append(
            Fault(
                grid.name, "rows longer or shorter than the header", hint, len(ragged), where, False
            )
        )
    whole = pd.DataFrame(
        cells, index=range(1, len(cells) + 1), columns=range(1, width + 1), dtype=object
    )
    rows = whole.loc[body, [j + 1 for j in used]].set_axis(names, axis="columns").rename_axis("row")
    aside = pd.DataFrame(
        {"row": list(why), "why": list(why.values()), "cells": [_shown(cells[i - 1]) for i in why]}
    )
    return Table(grid.name, whole, tuple(heads), rows, aside, grid.how, tuple(faults))


def look(source: Any, **how: Any) -> pd.DataFrame:
    """Everything that is odd about a file, a row each; reasons not to read it have ``stops``. Never raises for a fault.

    The keywords are those of ``read``.

    >>> look("no_such_table.csv").problem.tolist()
    ['there is no such file']
    """
    try:
        return read(source, **how).findings
    except RegionError as error:
        return listed(error.problems)


def _shown(row: Sequence[str]) -> str:
    return " | ".join(c.strip() for c in row if c.strip())[:80]


def _is_number(text: str) -> bool:
    return number(text).how not in ("unread", "missing")


def _given(header: int | Sequence[int], last: int, name: str) -> list[int]:
    rows = [header] if isinstance(header, int) else list(header)
    if not rows or not all(isinstance(i, int) and 1 <= i <= last for i in rows):
        raise refuse(
            name,
            f"header is {header!r}",
            f"give the number of a row, 1 to {last}, or of two: header=(1, 2)",
        )
    return rows


def _header_rows(cells: Sequence[Sequence[str]], filled: Sequence[int]) -> list[int]:
    """The rows that hold names: one, two where names are merged or units stand below them, or none."""
    widest = max((sum(bool(c.strip()) for c in cells[i - 1]) for i in filled), default=0)
    for place, i in enumerate(filled[:15]):
        texts = [c.strip() for c in cells[i - 1]]
        there = [t for t in texts if t]
        if len(there) < min(2, widest) or (
            len(there) < widest / 2
            and place + 1 < len(filled)
            and not _two_rows(cells, filled, place)
        ):
            continue
        return (
            [i, filled[place + 1]]
            if _two_rows(cells, filled, place)
            else [i]
            if sum(map(_is_number, there)) <= len(there) / 3
            else []
        )
    return []


def _two_rows(cells: Sequence[Sequence[str]], filled: Sequence[int], place: int) -> bool:
    if place + 2 >= len(filled):
        return False
    first, second, third = ([c.strip() for c in cells[i - 1]] for i in filled[place : place + 3])
    if (
        not any(second)
        or any(map(_is_number, filter(None, [*first, *second])))
        or not any(map(_is_number, third))
    ):
        return False
    units = all(unit_of(c.strip("()（）[]")) for c in second if c)
    start = next((j for j, c in enumerate(first) if c), 0)
    gaps = any(
        a == "" and b != "" for a, b in zip(first[start + 1 :], second[start + 1 :], strict=True)
    )
    known = {
        n
        for datum in ("households", "active_shops", "annual_sales_rmb", "population")
        for n in names_of(datum)
    }
    return (
        units
        or (gaps and not any(folded(c) in known for c in first if c))
        or (gaps and sum(bool(c) for c in second) < len([c for c in third if c]))
    )


def _names(
    cells: Sequence[Sequence[str]], heads: Sequence[int], used: Sequence[int], name: str
) -> tuple[list[str], list[Fault]]:
    faults: list[Fault] = []
    parts = [[cells[i - 1][j].strip() for j in used] for i in heads]
    if len(heads) > 1:
        for k, row in enumerate(parts[:-1]):
            for j in range(1, len(row)):
                row[j] = row[j] or (row[j - 1] if parts[k + 1][j] else "")
        where = f"rows {heads[0]} and {heads[-1]}"
        advice = f"they were joined; header={heads[-1]} takes one row alone"
        faults.append(
            Fault(
                name,
                f"names in {where}",
                advice,
                examples=tuple(filter(None, (_joined(p) for p in zip(*parts, strict=True))))[:2],
                stops=False,
            )
        )
    if not heads:
        advice = "write names above the columns, or say which row holds them: header=2"
        faults.append(Fault(name, "no row of names was found", advice, stops=False))
    elif heads[0] > 1 and any(_shown(cells[i]) for i in range(heads[0] - 1)):
        advice = "the rows above them are set aside; header=1 overrules that"
        faults.append(
            Fault(name, f"the names of the columns stand in row {heads[0]}", advice, stops=False)
        )
    names = [_joined(p) for p in zip(*parts, strict=True)] if heads else [""] * len(used)
    blank = [j for j, n in zip(used, names, strict=True) if not n]
    names = [n or f"column {j + 1}" for j, n in zip(used, names, strict=True)]
    if blank and heads:
        said = tuple(f"column {j + 1}" for j in blank[:3])
        faults.append(
            Fault(
                name,
                f"{counted(len(blank), 'column')} without a name",
                "called by number here",
                None,
                said,
                False,
            )
        )
    made: list[str] = []
    twice = []
    for n in names:
        k = 1 + sum(m == n or re.fullmatch(re.escape(n) + r" \(\d+\)", m) is not None for m in made)
        if k > 1:
            twice.append(n)
        while (n if k == 1 else f"{n} ({k})") in made:
            k += 1
        made.append(n if k == 1 else f"{n} ({k})")
    for n in dict.fromkeys(twice):
        faults.append(
            Fault(
                n,
                "more than one column of this name",
                f"the further ones are called {n + ' (2)'!r} and so on; say which one you mean",
                stops=False,
            )
        )
    return made, faults


def _joined(parts: Iterable[str]) -> str:
    *above, last = [" ".join(p.split()) for p in parts]
    first = " ".join(dict.fromkeys(p for p in above if p and p != last))
    bare = last.strip("()（）[]")
    if (
        first
        and last
        and unit_of(bare)
        and not any(folded(bare) in names_of(d) for d in known_columns())
    ):
        return f"{first} ({bare})"
    return f"{first}: {last}" if first and last else first or last


def _not_places(
    cells: Sequence[Sequence[str]],
    filled: Sequence[int],
    heads: Sequence[int],
    used: Sequence[int],
    keep: set[int],
) -> dict[int, str]:
    """The rows that are no places, with the reason: above the names, sums, notes below, the names once more."""
    why: dict[int, str] = {}
    above = heads[0] if heads else 0
    repeated = {tuple(c.strip() for c in cells[i - 1]) for i in heads}
    first = {row[0] for row in repeated}
    for i in filled:
        row = cells[i - 1]
        if i in heads or i in keep:
            continue
        if i < above:
            why[i] = "above the names"
        elif row[0].strip() in first and tuple(c.strip() for c in row) in repeated:
            why[i] = "the names once more"
        elif any(is_total(t) for t in islice((c for c in row if c.strip()), 2)):
            why[i] = "a sum, by its name"
    for i in reversed(filled):
        there = [c.strip() for c in cells[i - 1] if c.strip()]
        if i in why or i in keep:
            continue
        if i in heads or len(used) < 3 or len(there) > 1 or _is_number(there[0]):
            break
        note = len(there[0]) > 30 or re.match(
            r"(?:source|note|quelle|fuente|来源|注|数据来源|备注|\*)", there[0], re.I
        )
        if not note:
            break
        why[i] = "a note below the table"
    return dict(sorted(why.items()))


def _said_aside(cells: Sequence[Sequence[str]], why: dict[int, str]) -> list[Fault]:
    faults = []
    for reason in dict.fromkeys(why.values()):
        rows = [i for i, w in why.items() if w == reason]
        advice = f"set aside, not counted as places; keep=[{rows[0]}] keeps it among them"
        examples = tuple(f"row {i}: {_shown(cells[i - 1])[:40]}" for i in rows[:3])
        faults.append(Fault("rows", reason, advice, len(rows), examples, False))
    return faults
