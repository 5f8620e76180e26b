"""From a file to cells: what kind of file it is, its encoding, what separates the cells. Every cell is kept as text."""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .cells import DAMAGED
from .findings import Finding, count_of, refuse, rows_of

LARGEST = 50_000_000
TOO_LARGE = (
    "let Polars or DuckDB read it where it is: polars.scan_csv(path) or duckdb.read_csv(path); "
    "then your_region.tally(table, definition, columns={...}) counts the answers"
)
NO_TABLES = {
    b"\x89PNG": ("a picture (PNG)", "a picture has to be typed in; save the table itself as CSV"),
    b"\xff\xd8\xff": ("a picture (JPEG)", "a picture has to be typed in; save the table as CSV"),
    b"GIF8": ("a picture (GIF)", "a picture has to be typed in; save the table itself as CSV"),
    b"%PDF": ("a PDF", "copy the table into a spreadsheet and save it as CSV"),
    b"PAR1": ("a Parquet file", "count with your_region.tally(polars.scan_parquet(path), ...)"),
    b"\x1f\x8b": ("a compressed file (gzip)", "unpack it first, then read what is inside"),
    b"7z\xbc\xaf": ("a compressed file (7z)", "unpack it first, then read what is inside"),
    b"Rar!": ("a compressed file (rar)", "unpack it first, then read what is inside"),
    b"SQLite format 3": ("a database (SQLite)", "export the table as CSV"),
    b"{\\rtf": ("a text document (RTF)", "copy the table into a spreadsheet, save it as CSV"),
}
ENCODINGS = {
    "gb18030": "Chinese", "big5": "Chinese, Taiwan", "cp932": "Japanese", "cp949": "Korean",
    "cp1251": "Cyrillic", "cp1252": "Western European", "cp1250": "Central European",
    "cp1254": "Turkish", "cp1256": "Arabic", "cp874": "Thai",
}  # fmt: skip
SIGNS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class Grid:
    """The cells of a file as text, row by row.

    Parameters
    ----------
    name
        Of the file.
    rows
        The cells; rows may differ in length.
    how
        How they were read, in words.
    findings
        What is odd about the file, and what has to be answered before the cells can be seen.
    hidden
        Rows that a spreadsheet hides, numbered from 1.
    """

    name: str
    rows: list[list[str]]
    how: str
    findings: list[Finding] = field(default_factory=list)
    hidden: frozenset[int] = frozenset()


def open_grid(
    source: Any,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Grid:
    """The cells of a file: separated text, or a spreadsheet.

    Parameters
    ----------
    source
        A path, or an uploaded file as ``ipywidgets.FileUpload`` hands it over (``name``, ``content``).
    sheet, encoding, delimiter
        Answers; what is not said is found if it is sure, and otherwise asked in ``findings``.

    Raises
    ------
    RegionError
        The file is missing, empty, no table, or larger than 50 MB.
    """
    name, content = _content(source)
    if _is_spreadsheet(name, content):
        from .spreadsheets import open_sheet

        return open_sheet(name, content, sheet)
    text, how, findings = _decode(name, content, encoding)
    rows, separated, more = _split(name, text, delimiter)
    damaged = [i for i, row in enumerate(rows, 1) if any(DAMAGED in cell for cell in row)]
    if damaged:
        problem = "a sign in a cell is damaged; such a number is unknown"
        more.append(Finding("the file", problem, "", len(damaged), rows_of(damaged)))
    return Grid(name, rows, f"{how}, {separated}", findings + more)


def _content(source: Any) -> tuple[str, bytes]:
    if isinstance(source, tuple | list) and len(source) == 1:
        source = source[0]
    if isinstance(source, Mapping) and {"name", "content"} <= set(source):
        return str(source["name"]), bytes(source["content"])
    if not isinstance(source, str | Path) or not str(source).strip():
        problem = f"{type(source).__name__}, where the path of a file is needed"
        hint = "a table is saved by table.to_csv('my_table.csv', index=False); then give its path"
        raise refuse("the path", problem, hint)
    path = Path(source).expanduser()
    try:
        if path.is_dir():
            inside = sorted(p.name for p in path.iterdir() if p.is_file())[:5]
            hint = f"name a file in it: {', '.join(inside) or 'it has none'}"
            raise refuse(path.name or str(source), "a folder, not a file", hint)
        if not path.exists():
            raise refuse(str(source), "there is no such file", _near(path))
        size = path.stat().st_size
        if size > LARGEST:
            problem = f"{size / 1e6:,.0f} MB, too large to keep every cell beside"
            raise refuse(path.name, problem, TOO_LARGE)
        return path.name, path.read_bytes()
    except OSError as error:
        problem = f"it cannot be opened: {error.strerror or error}"
        raise refuse(str(source), problem, "check its name and who may read it") from None


def _near(path: Path) -> str:
    """The files that may have been meant."""
    folder = path.parent
    while not folder.is_dir():
        folder = folder.parent
    there = sorted(p.name for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    where = "this folder" if str(folder) == "." else f"the folder {folder.name!r}"
    close = difflib.get_close_matches(path.name, there, n=2, cutoff=0.75)
    if close:
        return f"did you mean {' or '.join(map(repr, close))}? Looked in {where}"
    tables = [
        n for n in there if Path(n).suffix.lower() in (".csv", ".tsv", ".txt", ".xlsx", ".ods")
    ]
    listed = f"it has {', '.join(map(repr, tables[:5]))}" if tables else "there is no table in it"
    return f"looked in {where}; {listed}"


def _is_spreadsheet(name: str, content: bytes) -> bool:
    """Whether a file is a spreadsheet; what is neither that nor text is refused."""
    if not content.strip(b"\x00 \r\n\t\xef\xbb\xbf\xff\xfe"):
        hint = "write the names of the columns in the first row, a place in each further one"
        raise refuse(name, "the file is empty", hint)
    for magic, (kind, advice) in NO_TABLES.items():
        if content.startswith(magic):
            raise refuse(name, f"{kind}, whatever its name says", advice)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return True
    if content.startswith(b"PK\x03\x04"):
        try:
            inside = zipfile.ZipFile(io.BytesIO(content)).namelist()
        except zipfile.BadZipFile:
            hint = "open it where it was made and save it again"
            raise refuse(name, "a damaged zip or spreadsheet", hint) from None
        if any(n.startswith("xl/") for n in inside) or "content.xml" in inside:
            return True
        hint = f"unpack it first, then read what is inside: {', '.join(inside[:4])}"
        raise refuse(name, "a zip, not a table", hint)
    if re.match(rb"\s*(?:<!doctype html|<html|<\?xml|<table)", content[:200], re.I):
        hint = "open it in a spreadsheet program and save it as CSV"
        raise refuse(name, "a web page (HTML) or XML, whatever its name says", hint)
    return False


# ---- encodings ---------------------------------------------------------------------------------
def _decode(name: str, content: bytes, encoding: str | None) -> tuple[str, str, list[Finding]]:
    if encoding is not None:
        return _as_said(name, content, encoding), encoding, []
    wide = _sixteen_bits(content)
    if wide:
        return _as_said(name, content, wide).removeprefix("\ufeff"), "UTF-16", []
    text = content.decode("utf-8-sig", errors="replace").replace("\0", DAMAGED)
    damaged = text.count(DAMAGED)
    beyond = sum(ord(sign) > 127 for sign in text) - damaged
    if text.count("\0") > len(text) / 50 or (b"\0" in content and damaged > max(3, len(text) / 50)):
        raise refuse(name, "no text: it is full of zero bytes", "save it as CSV (UTF-8)")
    if damaged <= max(beyond / 10, content.count(b"\0")):
        return text, "UTF-8", []
    readings = _readings(content)
    if not readings:
        return text, "UTF-8", []
    lines = [f'"{encoding}" ({ENCODINGS[encoding]}): {words}' for encoding, words in readings]
    advice = "choose the one in which the names are right: " + "; ".join(lines)
    first = readings[0][0]
    question = Finding("encoding", "it is not UTF-8", advice, answer={"encoding": first})
    return content.decode(first, errors="replace"), f"{first}, not sure", [question]


def _as_said(name: str, content: bytes, encoding: str) -> str:
    """The text in an encoding that was said; bytes that do not fit are damaged signs."""
    try:
        text = content.decode(encoding, errors="replace").removeprefix("\ufeff")
    except LookupError:
        hint = f"usual ones are {', '.join(ENCODINGS)}, utf-8, utf-16"
        raise refuse(name, f"there is no encoding {encoding!r}", hint) from None
    if text.count(DAMAGED) > len(text) / 20:
        hint = "leave encoding= away, and those that fit are shown"
        raise refuse(name, f"it is not {encoding}: many bytes do not fit", hint)
    return text.replace("\0", DAMAGED)


def _sixteen_bits(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = content[:4000:2].count(0), content[1:4000:2].count(0)
    half = min(len(content), 4000) / 2
    if odd > half / 4 and even < odd / 10:
        return "utf-16-le"
    if even > half / 4 and odd < even / 10:
        return "utf-16-be"
    return ""


def _readings(content: bytes) -> list[tuple[str, str]]:
    """The encodings that fit, the likeliest first, with the first words as each would read."""
    found = []
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        words = [w for w in re.findall(r"[^\s,;\t|\"\d]+", text) if not w.isascii()]
        if words and all(sign.isprintable() or sign.isspace() for sign in text):
            strangeness = _strangeness(words) - _is_korean(words)
            found.append((strangeness, encoding, ", ".join(dict.fromkeys(words[:3]))))
    found.sort(key=lambda reading: reading[0])
    return [(encoding, words) for _, encoding, words in found[:4]]


def _is_korean(words: list[str]) -> bool:
    """Whether all letters are usual Korean syllables; as Chinese they would be usual characters too."""
    letters = "".join(sign for word in words for sign in word if not sign.isascii())
    usual = len(letters.encode("euc_kr", errors="ignore")) == 2 * len(letters)
    return usual and all("가" <= sign <= "힣" for sign in letters)


def _strangeness(words: list[str]) -> float:
    """How many signs are no letters, or letters of another script than their neighbours; rare characters too."""
    strange = signs = 0.0
    for word in words[:400]:
        scripts = {unicodedata.name(c, "?").split()[0] for c in word if c.isalpha()}
        strange += max(0, len(scripts - {"CJK", "HIRAGANA", "KATAKANA"}) - 1) * len(word)
        inner = [c for c in word[1:] if c.isupper()]
        strange += 0 if word.isupper() else len(inner)
        for sign in word:
            signs += 1
            kind = unicodedata.category(sign)
            if kind not in ("Lu", "Ll", "Lo", "Mn", "Mc") and not sign.isascii():
                strange += 1
            elif unicodedata.name(sign, "").startswith(("HALFWIDTH", "CJK UNIFIED")):
                strange += 1 if "HALFWIDTH" in unicodedata.name(sign) else _rare(sign)
    return strange / max(signs, 1)


def _rare(sign: str) -> float:
    """A character outside the usual ones of the Chinese, Taiwanese and Japanese standards is strange."""
    for encoding, first in (("gb2312", 0xD8), ("big5", 0xC9), ("shift_jis", 0x98)):
        try:
            if sign.encode(encoding)[0] < first:
                return 0.0
        except UnicodeEncodeError:
            continue
    return 1.0


# ---- what separates the cells ------------------------------------------------------------------
def _split(
    name: str, text: str, delimiter: str | None
) -> tuple[list[list[str]], str, list[Finding]]:
    findings: list[Finding] = []
    said = re.match(r"sep=(.)\r?\n", text)
    if said:
        delimiter = delimiter or said[1]
        text = text[said.end() :]
    if delimiter == "spaces":
        rows = [re.split(r" {2,}|\t", line.strip()) for line in text.splitlines()]
        return rows, "cells separated by several spaces", []
    if delimiter is None:
        delimiter, findings = _find_delimiter(text)
    elif len(str(delimiter)) != 1 or delimiter in '"\r\n':
        raise refuse(name, f"delimiter is {delimiter!r}", 'write one sign, or "spaces"')
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        hint = "a quotation mark may be open; save it again as CSV"
        raise refuse(name, f"the cells cannot be told apart: {error}", hint) from None
    long = [i for i, row in enumerate(rows, 1) if any(len(cell) > 2000 for cell in row)]
    if long:
        hint = "a quotation mark that is not closed swallows the rows after it; look at these rows"
        problem = f"cells of more than 2,000 letters in {count_of(len(long), 'row')}"
        raise refuse(name, f"{problem}: {', '.join(rows_of(long))}", hint)
    return rows, f"cells separated by {SIGNS.get(delimiter, repr(delimiter))}", findings


def _find_delimiter(text: str) -> tuple[str, list[Finding]]:
    """The sign that separates the cells, and a question where that is not sure."""
    rated = {sign: _regularity(text, sign) for sign in SIGNS}
    best = max(rated, key=lambda sign: rated[sign])
    if rated[best][1] > 1:
        even = [s for s in rated if rated[s][0] == rated[best][0] and rated[s][1] > 1]
        if len(even) == 1 or rated[best][0] < 1:
            return best, []
        listed = ", ".join(SIGNS[sign] for sign in even)
        problem = f"{listed} could separate the cells"
        return best, [Finding("delimiter", problem, "say which", answer={"delimiter": best})]
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    if len(lines) > 1 and all(re.search(r"\S {2,}\S", line) for line in lines):
        other = "spaces"
    else:
        counts = Counter(re.findall(r"[^\w\s\"'.,\-()]", lines[0] if lines else ""))
        same = [s for s, n in counts.items() if all(line.count(s) == n for line in lines)]
        if not same:
            return best, []
        other = same[0]
    advice = "what separates the cells?"
    return best, [Finding("delimiter", "only one column", advice, answer={"delimiter": other})]


def _regularity(text: str, sign: str) -> tuple[float, int]:
    """How regular the rows are if this sign separates cells: the share of rows of one width, and it."""
    widths: Counter[int] = Counter()
    try:
        for number, row in enumerate(
            csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=sign)
        ):
            if row and not row[0].startswith("#"):
                widths[len(row)] += 1
            if number == 200:
                break
    except csv.Error:
        return 0.0, 0
    several = {width: n for width, n in widths.items() if width > 1}
    if not several:
        return 0.0, 0
    width = max(several, key=lambda w: (several[w], w))
    return round(several[width] / sum(widths.values()), 1), width
