"""Spreadsheets as people see them: which sheet, percent formats, hidden rows, formulas never calculated.

The cells are read by python-calamine. What it leaves out (formats, what is hidden) stands in the file as XML.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from xml.etree import ElementTree

from .cells import looks_like_number
from .files import Grid
from .findings import Finding, count_of, refuse

EXTRA = (
    'install what reads spreadsheets, python -m pip install "python-calamine>=0.4", '
    "or save the sheet as CSV (UTF-8)"
)


class Look(NamedTuple):
    """What the XML of a sheet says beside the values; rows and columns are numbered from 0."""

    percent: frozenset[tuple[int, int]] = frozenset()
    uncalculated: int = 0
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: int = 0


def open_sheet(name: str, content: bytes, sheet: str | None) -> Grid:
    """The cells of the sheet that holds the table; where several do, it is asked."""
    try:
        import python_calamine
    except ImportError:
        problem = "a spreadsheet, and what reads it is not installed"
        raise refuse(name, problem, EXTRA) from None
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = {m.name: str(m.visible).endswith(".Visible") for m in book.sheets_metadata}
        values = {s: _values(book.get_sheet_by_name(s)) for s in book.sheet_names}
    except (OSError, ValueError, python_calamine.CalamineError, zipfile.BadZipFile) as error:
        hint = "is it damaged or locked by a password? Save the sheet as CSV"
        raise refuse(name, f"a spreadsheet that cannot be opened ({error})", hint) from None
    listed = ", ".join(map(repr, values))
    if sheet is not None and sheet not in values:
        raise refuse(name, f"no sheet {sheet!r}", f"there are: {listed}")
    chosen, findings = (sheet, []) if sheet is not None else _choose(name, values, shown)
    if not values[chosen]:
        raise refuse(name, f"the sheet {chosen!r} is empty", f"there are: {listed}")
    look = _look(content, book.sheet_names.index(chosen), chosen)
    findings += _odd(look, content)
    rows = [
        [as_text(value, (i, j) in look.percent) for j, value in enumerate(row)]
        for i, row in enumerate(values[chosen])
    ]
    hidden = frozenset(i + 1 for i in look.hidden_rows)
    return Grid(name, rows, f"spreadsheet, sheet {chosen!r}", findings, hidden)


def _values(sheet: Any) -> list[list[Any]]:
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    while rows and not any(value != "" for value in rows[-1]):
        rows.pop()
    return rows


def _choose(name: str, values: dict[str, Any], shown: dict[str, bool]) -> tuple[str, list[Finding]]:
    """The one sheet that looks like a table, or a question."""
    filled = [s for s in values if values[s]]
    if not filled:
        raise refuse(name, "the file is empty", "no sheet holds anything")
    seen = [s for s in filled if shown.get(s, True)] or filled
    tables = [s for s in seen if _is_table(values[s])] or seen
    others = [s for s in filled if s != tables[0]]
    if len(tables) > 1:
        sizes = ", ".join(f"{s!r} ({count_of(len(values[s]), 'row')})" for s in tables[:6])
        problem = f"several sheets look like tables: {sizes}"
        return tables[0], [Finding("sheet", problem, "say which", answer={"sheet": tables[0]})]
    if others:
        told = ", ".join(f"{s!r}{'' if shown.get(s, True) else ' (hidden)'}" for s in others[:6])
        hint = f"the others are {told}; sheet=... takes another"
        return tables[0], [Finding("sheet", f"{tables[0]!r} was read", hint)]
    return tables[0], []


def _is_table(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether at least two rows have words and a figure, or two rows have three cells of words."""
    full = 0
    for row in rows[:60]:
        texts = [as_text(value) for value in row if value != ""]
        figures = sum(map(looks_like_number, texts))
        full += len(texts) > figures > 0 or len(texts) >= 3
    return full >= 2


def as_text(value: Any, percent: bool = False) -> str:
    """A cell as people see it: 120.0 is 120, 0.1 in a percent format is 10%, a date is 2024-05-12.

    >>> as_text(79.999999999), as_text(0.125, percent=True), as_text(3.9157)
    ('80', '12.5%', '3.9157')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if percent:
            return f"{(Decimal(repr(round(value, 12))) * 100).normalize():f}%"
        whole = round(value, 8)
        return str(int(whole)) if whole == int(whole) and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return f"a length of time ({value})" if isinstance(value, timedelta) else str(value)


def _odd(look: Look, content: bytes) -> list[Finding]:
    findings = []
    if look.uncalculated:
        count = count_of(look.uncalculated, "formula")
        hint = "open it in a spreadsheet program and save it; until then these cells are unknown"
        findings.append(Finding("the sheet", f"{count} without a stored result", hint))
    if look.hidden_columns:
        count = count_of(look.hidden_columns, "hidden column")
        findings.append(Finding("the sheet", f"{count}, read like the others"))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        hint = "if a column is in percent, say units={...: 'share of ...'}; .xlsx shows formats"
        findings.append(Finding("the sheet", "an old .xls, whose formats cannot be seen", hint))
    return findings


# ---- the XML -----------------------------------------------------------------------------------
def _look(content: bytes, number: int, sheet: str) -> Look:
    if not content.startswith(b"PK"):
        return Look()
    archive = zipfile.ZipFile(io.BytesIO(content))
    if "content.xml" in archive.namelist():
        return _look_ods(archive, sheet)
    try:
        return _look_xlsx(archive, number)
    except KeyError:
        return Look()


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _attribute(element: ElementTree.Element, name: str) -> str:
    found = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
    return found.get(name, "")


def _look_xlsx(archive: zipfile.ZipFile, number: int) -> Look:
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {_attribute(r, "Id"): _attribute(r, "Target") for r in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    sheets = [e for e in book.iter() if _tag(e) == "sheet"]
    identity = next(v for k, v in sheets[number].attrib.items() if k.endswith("}id"))
    path = targets[identity].removeprefix("/").removeprefix("xl/")
    styles = _percent_styles(archive)
    percent, hidden_rows = set(), set()
    uncalculated = hidden_columns = row = column = 0
    for _, element in ElementTree.iterparse(archive.open(f"xl/{path}"), events=("start",)):
        kind = _tag(element)
        if kind == "row":
            row = int(element.get("r", row + 1))
            column = 0
            if element.get("hidden") in ("1", "true"):
                hidden_rows.add(row - 1)
        elif kind == "col" and element.get("hidden") in ("1", "true"):
            hidden_columns += int(element.get("max", 1)) - int(element.get("min", 1)) + 1
        elif kind == "c":
            column = _column_number(element.get("r", "")) or column + 1
            if int(element.get("s", 0)) in styles:
                percent.add((row - 1, column - 1))
    text = archive.read(f"xl/{path}").decode("utf-8", errors="replace")
    for cell in re.findall(r"<c\b[^>]*>(?:(?!</c>).)*<f\b(?:(?!</c>).)*</c>", text, re.S):
        uncalculated += not re.search(r"<v>[^<]", cell)
    return Look(frozenset(percent), uncalculated, frozenset(hidden_rows), hidden_columns)


def _percent_styles(archive: zipfile.ZipFile) -> set[int]:
    """The numbers of the cell styles that print a percent sign."""
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    formats = {9, 10}
    for element in root.iter():
        if _tag(element) == "numFmt" and "%" in element.get("formatCode", ""):
            formats.add(int(element.get("numFmtId", -1)))
    cells = next((e for e in root.iter() if _tag(e) == "cellXfs"), ())
    return {i for i, xf in enumerate(cells) if int(xf.get("numFmtId", 0)) in formats}


def _column_number(reference: str) -> int:
    number = 0
    for letter in re.sub(r"\d", "", reference):
        number = number * 26 + ord(letter) - 64
    return number


def _look_ods(archive: zipfile.ZipFile, sheet: str) -> Look:
    root = ElementTree.fromstring(archive.read("content.xml"))
    tables = (e for e in root.iter() if _tag(e) == "table" and _attribute(e, "name") == sheet)
    table = next(tables, None)
    percent: set[tuple[int, int]] = set()
    hidden_rows: set[int] = set()
    uncalculated = hidden_columns = row = 0
    for element in table.iter() if table is not None else ():
        if _tag(element) == "table-column" and _attribute(element, "visibility") == "collapse":
            hidden_columns += int(_attribute(element, "number-columns-repeated") or 1)
        if _tag(element) != "table-row":
            continue
        times = int(_attribute(element, "number-rows-repeated") or 1)
        if times < 10_000 and _attribute(element, "visibility") in ("collapse", "filter"):
            hidden_rows.update(range(row, row + times))
        column = 0
        for cell in element:
            width = int(_attribute(cell, "number-columns-repeated") or 1)
            if _attribute(cell, "value-type") == "percentage":
                spread = range(column, column + width)
                percent.update((i, j) for i in range(row, row + times) for j in spread)
            has_result = _attribute(cell, "value-type")
            uncalculated += bool(_attribute(cell, "formula")) and not has_result
            column += width
        row += times
    return Look(frozenset(percent), uncalculated, frozenset(hidden_rows), hidden_columns)
