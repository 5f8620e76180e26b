"""From a file to cells: what kind of file it is, its encoding, its delimiter. Every cell is kept as it stands."""

from __future__ import annotations

import csv
import difflib
import io
import re
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from ...definition import InputError
from ...definition import Problem as Fault

LARGEST = 50_000_000
TOO_LARGE = (
    "let Polars or DuckDB read it where it is: polars.scan_csv(path) or duckdb.read_csv(path); "
    "then your_region.tally(table, definition, columns={...}) counts the answers"
)
PICTURES = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
}
OTHERS = {
    b"%PDF": ("a PDF", "copy the table into a spreadsheet and save it as CSV"),
    b"PAR1": (
        "a Parquet file",
        "read it with polars.scan_parquet(path) and count with your_region.tally(table, ...)",
    ),
    b"\x1f\x8b": ("a compressed file (gzip)", "unpack it first, then read what is inside"),
    b"7z\xbc\xaf": ("a compressed file (7z)", "unpack it first, then read what is inside"),
    b"Rar!": ("a compressed file (rar)", "unpack it first, then read what is inside"),
    b"SQLite format 3": ("a database (SQLite)", "export the table as CSV"),
    b"{\\rtf": ("a text document (RTF)", "copy the table into a spreadsheet and save it as CSV"),
}
EXTRA = 'Install what reads spreadsheets, python -m pip install "python-calamine>=0.4", or save the sheet as CSV (UTF-8)'


class RegionError(InputError):
    """A file or a mapping that cannot be used; the message says every reason and what to do, ``faults`` holds them."""

    def _render_traceback_(self) -> list[str]:
        """In a notebook the message alone: where our code stood is of no use to a reader."""
        return [str(self)]


def refuse(what: str, problem: str, advice: str, **more: Any) -> RegionError:
    """The refusal of a file, for one reason."""
    return RegionError([Fault(what, problem, advice, **more)], "the file", "nothing was read")


class Grid(NamedTuple):
    """The cells of a file as text, row by row, with how they were read and what is odd about it."""

    name: str
    rows: list[list[str]]
    how: str
    faults: list[Fault]


def open_grid(
    source: Any, sheet: str | None = None, encoding: str | None = None, delimiter: str | None = None
) -> Grid:
    """The cells of a file by its path, or of an uploaded one as ipywidgets hands it over (``name`` and ``content``)."""
    name, content = _content(source)
    kind = _kind(name, content)
    if kind == "spreadsheet":
        return _spreadsheet(name, content, sheet)
    text, how, faults = _decoded(name, content, encoding)
    rows, sign, more = _split(name, text, delimiter)
    return Grid(name, rows, f"{how}, cells separated by {sign}", [*faults, *more])


def _content(source: Any) -> tuple[str, bytes]:
    if isinstance(source, (tuple, list)) and len(source) == 1:
        source = source[0]
    if isinstance(source, Mapping) and {"name", "content"} <= set(source):
        return str(source["name"]), bytes(source["content"])
    if not isinstance(source, (str, Path)) or not str(source).strip():
        kind = type(source).__name__
        hint = "a table is saved by table.to_csv('my_table.csv', index=False); then give its path as text"
        raise refuse(
            "the path",
            f"{kind}, where the path of a file is needed" if str(source).strip() else "empty",
            hint,
        )
    path = Path(source).expanduser()
    try:
        if path.is_dir():
            inside = sorted(p.name for p in path.iterdir() if p.is_file())[:5]
            raise refuse(
                path.name or str(source),
                "a folder, not a file",
                f"name a file in it: {', '.join(inside) or 'it has none'}",
            )
        if not path.exists():
            raise refuse(str(source), "there is no such file", _near(path))
        if path.stat().st_size > LARGEST:
            raise refuse(
                path.name,
                f"{path.stat().st_size / 1e6:,.0f} MB, too large to keep every cell beside",
                TOO_LARGE,
            )
        return path.name, path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, RegionError):
            raise
        raise refuse(
            str(source),
            f"it cannot be opened: {getattr(error, 'strerror', None) or error}",
            "check its name and who may read it",
        ) from None


def _near(path: Path) -> str:
    folder = path.parent
    while not folder.is_dir():
        folder = folder.parent
    there = sorted(p.name for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    close = difflib.get_close_matches(path.name, there, n=2, cutoff=0.75)
    close = (
        close
        or [
            n
            for n in there
            if Path(n).suffix.lower() in (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods")
        ][:5]
    )
    hint = (
        f"Did you mean {' or '.join(map(repr, close))}?"
        if close
        else "There is no table in that folder."
    )
    where = "this folder" if str(folder) == "." else f"the folder {folder.name!r}"
    return f"{hint} Looked in {where}"


def _kind(name: str, content: bytes) -> str:
    head = content[:16]
    if not content.strip(b"\x00 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise refuse(
            name,
            "the file is empty",
            "was it saved? Write the names of the columns in the first row, a place in each further one",
        )
    for magic, kind in PICTURES.items():
        if head.startswith(magic) and not (kind == "BMP" and b"\x00" not in content[:64]):
            raise refuse(
                name,
                f"a picture ({kind}), whatever its name says",
                "a picture of a table has to be typed in; save the table itself as CSV",
            )
    for magic, (kind, advice) in OTHERS.items():
        if head.startswith(magic):
            raise refuse(name, f"{kind}, not a table of text", advice)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "spreadsheet"
    if head.startswith(b"PK\x03\x04"):
        try:
            inside = zipfile.ZipFile(io.BytesIO(content)).namelist()
        except zipfile.BadZipFile:
            raise refuse(
                name, "a damaged zip or spreadsheet", "open it where it was made and save it again"
            ) from None
        if any(n.startswith("xl/") for n in inside) or "content.xml" in inside:
            return "spreadsheet"
        listed = ", ".join(inside[:4])
        raise refuse(
            name, "a zip, not a table", f"unpack it first, then read what is inside: {listed}"
        )
    if re.match(rb"\s*(?:<!doctype html|<html|<\?xml|<table)", content[:200], re.I):
        raise refuse(
            name,
            "a web page (HTML) or XML, whatever its name says",
            "open it in a spreadsheet program and save it as CSV",
        )
    return "text"


# ---- text ------------------------------------------------------------------------------------------------------------
def _decoded(name: str, content: bytes, encoding: str | None) -> tuple[str, str, list[Fault]]:
    if encoding is not None:
        try:
            return content.decode(encoding).removeprefix("\ufeff"), encoding, []
        except LookupError:
            raise refuse(
                name,
                f"there is no encoding {encoding!r}",
                'usual ones are "utf-8", "gb18030", "big5", "utf-16", "cp1252"',
            ) from None
        except UnicodeDecodeError as error:
            raise refuse(
                name,
                f"it is not {encoding}: byte {error.start + 1:,} does not fit",
                "leave encoding= away and it is looked for",
            ) from None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _sixteen(name, content, "utf-16")
    zeros = [content[:4000:2].count(0), content[1:4000:2].count(0)]
    wide = "utf-16-le" if zeros[1] else "utf-16-be"
    if any(zeros) and not all(zeros) and re.search("[\r\n]", content.decode(wide, errors="ignore")):
        return _sixteen(name, content, wide)
    if any(zeros):
        raise refuse(
            name,
            "not text: it holds zero bytes",
            "open it where it was made and save it as CSV (UTF-8)",
        )
    try:
        return content.decode("utf-8-sig"), "UTF-8", []
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("gb18030")
        if _chinese(content, text):
            return text, "GB18030", [_encoded(name, "GB18030 (Chinese)", text)]
    except UnicodeDecodeError:
        pass
    text = (
        content.decode("cp1252", errors="replace")
        if b"\x81" not in content
        else content.decode("latin-1")
    )
    return text, "Western European (cp1252)", [_encoded(name, "Western European (cp1252)", text)]


def _sixteen(name: str, content: bytes, encoding: str) -> tuple[str, str, list[Fault]]:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise refuse(
            name,
            "it looks like UTF-16, but its end or a part is damaged",
            "save it again as CSV (UTF-8)",
        ) from None
    return text, "UTF-16", [_encoded(name, "UTF-16", text)]


def _encoded(name: str, what: str, text: str) -> Fault:
    odd = [w for w in re.findall(r"[^\s,;\t|\"]+", text) if not w.isascii()][:3]
    advice = 'nothing to do if these look right; if not, say encoding="..." or save it as UTF-8'
    return Fault(
        name,
        f"read as {what}, not UTF-8",
        advice,
        examples=tuple(repr(w[:20]) for w in odd),
        stops=False,
    )


def _chinese(content: bytes, text: str) -> bool:
    """Whether bytes that would be valid GB18030 are: most of their signs are then among the 3,755 most usual characters."""
    wide = [c for c in text if ord(c) > 127]
    usual = 0
    for c in wide:
        code = c.encode("gb18030")
        usual += (
            len(code) == 2
            and (0xB0 <= code[0] <= 0xD7 or code[0] in (0xA1, 0xA3))
            and code[1] >= 0xA1
        )
    return usual >= 0.7 * len(wide)


def _split(name: str, text: str, delimiter: str | None) -> tuple[list[list[str]], str, list[Fault]]:
    names = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
    if found := re.match(r"sep=(.)\r?\n", text):
        delimiter = delimiter or found[1]
    if delimiter is None:
        rated = {sign: _regular(text, sign) for sign in names}
        delimiter = max(rated, key=lambda sign: rated[sign])
    elif len(str(delimiter)) != 1 or delimiter in '"\r\n':
        raise refuse(name, f"delimiter is {delimiter!r}", 'write one sign: ",", ";" or "\\t"')
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise refuse(
            name,
            f"the cells cannot be told apart: {error}",
            "a quotation mark may be open; save it again as CSV",
        ) from None
    faults = []
    if rows and max(map(len, rows)) == 1:
        advice = 'if it has more, say what separates them: delimiter=";"'
        faults.append(Fault(name, "only one column", advice, stops=False))
    long = [i for i, row in enumerate(rows, 1) if any(len(cell) > 2000 for cell in row)]
    if long:
        advice = (
            "a quotation mark that is not closed swallows the rows after it; look at these rows"
        )
        faults.append(
            Fault(
                name,
                "cells with more than 2,000 letters",
                advice,
                len(long),
                tuple(f"row {i}" for i in long[:3]),
                False,
            )
        )
    return rows, names.get(delimiter, repr(delimiter)), faults


def _regular(text: str, sign: str) -> tuple[float, int]:
    """How regular the rows are if this sign separates cells."""
    rows = []
    try:
        for row in csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=sign):
            rows.append(len(row))
            if len(rows) == 200:
                break
    except csv.Error:
        return 0.0, 0
    widths = Counter(w for w in rows if w > 1)
    if not widths:
        return 0.0, 0
    width, often = max(widths.items(), key=lambda item: (item[1], item[0]))
    return round(often / len([w for w in rows if w]), 1), width


# ---- spreadsheets ----------------------------------------------------------------------------------------------------
def _spreadsheet(name: str, content: bytes, sheet: str | None) -> Grid:
    try:
        import python_calamine
    except ImportError:
        raise refuse(name, "a spreadsheet, and what reads it is not installed", EXTRA) from None
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = book.sheet_names
        filled = [s for s in sheets if book.get_sheet_by_name(s).to_python(skip_empty_area=True)]
    except Exception as error:
        if isinstance(error, MemoryError):
            raise
        raise refuse(
            name,
            f"a spreadsheet that cannot be opened ({error})",
            "is it damaged or locked by a password? Save the sheet as CSV",
        ) from None
    if sheet is not None and sheet not in sheets:
        raise refuse(name, f"no sheet {sheet!r}", f"there are: {', '.join(map(repr, sheets))}")
    if not filled and sheet is None:
        raise refuse(name, "the file is empty", "no sheet holds anything")
    chosen = filled[0] if sheet is None else sheet
    rows = [
        [_as_text(v) for v in row]
        for row in book.get_sheet_by_name(chosen).to_python(skip_empty_area=False)
    ]
    if not any(any(row) for row in rows):
        raise refuse(
            name, f"the sheet {chosen!r} is empty", f"there are: {', '.join(map(repr, sheets))}"
        )
    faults = []
    if len(filled) > 1 and sheet is None:
        advice = f'the others are {", ".join(map(repr, filled[1:5]))}; sheet="..." takes another'
        faults.append(
            Fault(name, f"{len(filled)} sheets, of which {chosen!r} was read", advice, stops=False)
        )
    return Grid(name, rows, f"spreadsheet, sheet {chosen!r}", faults)


def _as_text(value: Any) -> str:
    """A cell of a spreadsheet as text: 120.0 is 120, a date is 2024-05-12."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def padded(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Rows of one length; a cell that is not there is empty."""
    width = max(map(len, rows), default=0)
    return [[*row, *[""] * (width - len(row))] for row in rows]
