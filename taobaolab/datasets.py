"""The tables, their codebook and their sources: the only room that opens a file of ``data/``."""

from __future__ import annotations

import codecs
import csv
import hashlib
import html
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .text import html_table, there_is_no

if TYPE_CHECKING:
    import pandas as pd

DTYPES = {"string": "string", "integer": "Int64", "number": "Float64", "boolean": "boolean"}
KINDS = {
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "date": "date such as 2022-06-30",
}
RESTORE = (
    "Compare it with the published file: taobaolab.checkup.checkup() lists all files that differ. "
    "To take the published files again: git checkout -- data, or install taobaolab again."
)


def read_text(name: str) -> str:
    """The text of one file of the data package, such as ``definitions.toml``."""
    return _folder().joinpath(name).read_text(encoding="utf-8")


@cache
def _folder() -> Any:
    packaged = resources.files(__package__) / "data"
    if packaged.is_dir():
        return packaged
    checkout = Path(__file__).resolve().parent.parent / "data"
    if checkout.is_dir():
        return checkout
    raise FileNotFoundError(
        f"The data tables are missing: neither {packaged} nor {checkout} is there. Reinstall taobaolab."
    )


@cache
def _package() -> dict[str, Any]:
    return json.loads(read_text("datapackage.json"))


def _tables() -> dict[str, dict[str, Any]]:
    return {r["name"]: r for r in _package()["resources"] if "schema" in r}


def descriptor(name: str) -> dict[str, Any]:
    """Give what ``datapackage.json`` says of one table. KeyError: there is no such table."""
    tables = _tables()
    if isinstance(name, str) and name in tables:
        return tables[name]
    raise KeyError(there_is_no("table", name, tables) + " catalog() lists them all.")


@cache
def _read(name: str) -> pd.DataFrame:
    import pandas as pd

    kinds = {f["name"]: f["type"] for f in descriptor(name)["schema"]["fields"]}
    header, *rows = _cells_of(f"{name}.csv")
    if header != list(kinds):
        raise ValueError(
            f"{name}.csv is damaged in line 1: {_wrong_header(header, list(kinds))} {RESTORE}"
        )
    for line, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise ValueError(
                f"{name}.csv is damaged in line {line} (row {row[0] if row else ''}): "
                f"it has {len(row)} cells and not {len(header)}. {RESTORE}"
            )
    _look_at_cells(name, rows)
    table = pd.DataFrame(rows, columns=header, dtype="string").replace("", pd.NA)
    for column, kind in kinds.items():
        table[column] = _typed(table, name, column, kind)
    return table


def _cells_of(file: str) -> list[list[str]]:
    """Read a file of ``data/`` into lines of cells, the header first.

    Raises
    ------
    FileNotFoundError, ValueError
        The file is not there, is empty, or was saved in another encoding than UTF-8.
    """
    try:
        text = read_text(file)
    except FileNotFoundError:
        raise FileNotFoundError(f"{file} is missing from the folder data. {RESTORE}") from None
    except UnicodeDecodeError:
        raise ValueError(
            f"{file} is not in UTF-8: a spreadsheet may have saved it in another encoding. {RESTORE}"
        ) from None
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    if not lines:
        raise ValueError(f"{file} is empty. {RESTORE}")
    return lines


def _wrong_header(header: list[str], expected: list[str]) -> str:
    """Say in one sentence what is wrong with the names of the columns."""
    lacking = [column for column in expected if column not in header]
    unknown = [column for column in header if column not in expected]
    if len(header) == 1 and len(expected) > 1:
        return "its cells are not parted by commas."
    if not lacking and not unknown:
        return "its columns stand in another order, or one stands there twice."
    found = []
    if lacking:
        found.append(f"the columns {lacking} are not there")
    if unknown:
        found.append(f"nobody knows the columns {unknown}")
    return " and ".join(found) + "."


def _look_at_cells(name: str, rows: list[list[str]]) -> None:
    """Hold the cells of a table to the codebook: what is always there, the known words, one row a key.

    Raises
    ------
    ValueError
        The first cell that does not fit, with its row and column.
    """
    schema = descriptor(name)["schema"]
    for place, field in enumerate(schema["fields"]):
        rule = field.get("constraints", {})
        known = [str(word) for word in rule.get("enum", [])]
        for line, row in enumerate(rows, 2):
            cell = row[place]
            if cell == "" and rule.get("required"):
                raise _damage(name, line, row, field["name"], "the cell is empty")
            if cell and known and cell not in known:
                words = f"{cell!r} is none of the words {known}"
                raise _damage(name, line, row, field["name"], words)
    columns = [field["name"] for field in schema["fields"]]
    places = [columns.index(column) for column in schema["primaryKey"]]
    seen = set()
    for line, row in enumerate(rows, 2):
        key = tuple(row[place] for place in places)
        if key in seen:
            raise _damage(name, line, row, schema["primaryKey"][0], "a row above has the same key")
        seen.add(key)


def _key_of(name: str, row: list[str]) -> str:
    """Name a row by its key, as the codebook says which columns that is."""
    schema = descriptor(name)["schema"]
    places = [field["name"] for field in schema["fields"]]
    return "/".join(row[places.index(column)] for column in schema["primaryKey"])


def _damage(name: str, line: int, row: list[str], column: str, words: str) -> ValueError:
    """Make the error on one cell, with the file, the line, the row by its key and the column."""
    return ValueError(
        f"{name}.csv is damaged in line {line} (row {_key_of(name, row)}), column {column}: "
        f"{words}. {RESTORE}"
    )


def _typed(table: pd.DataFrame, name: str, column: str, kind: str) -> pd.Series:
    """Turn one column of a file from text to the type of the codebook.

    Raises
    ------
    ValueError
        A cell does not fit the type. The message names the file, the row, the column and the cell.
    """
    import pandas as pd

    cells = table[column]
    if kind == "boolean":
        values = cells.map({"true": True, "false": False})
    elif kind == "date":
        values = pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce")
    elif kind in ("integer", "number"):
        values = pd.to_numeric(cells, errors="coerce")
        if kind == "integer":
            values = values.where(values % 1 == 0)
    else:
        return cells
    for place in table.index[values.isna() & cells.notna()][:1]:
        row = table.iloc[place].fillna("").astype(str).tolist()
        raise _damage(name, place + 2, row, column, f"{cells[place]!r} is no {KINDS[kind]}")
    return values if kind == "date" else values.astype(DTYPES[kind])


def differing() -> tuple[str, ...]:
    """Name the files of ``data/`` that are not those that were published.

    A table in which one digit was changed still looks like a table. So each file is compared with
    the hash that stands for it in ``datapackage.json``. Line ends and a mark of UTF-8 at the
    beginning do not count: some tools turn the ones round and write the other.

    Returns
    -------
    tuple of str
        Names of files, in the order of ``datapackage.json``; empty when all are as published.

    Examples
    --------
    >>> differing()
    ()
    """
    found = []
    for resource in _package()["resources"]:
        path = _folder().joinpath(resource["path"])
        if not path.is_file():
            found.append(resource["path"])
            continue
        content = path.read_bytes().removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")
        if "sha256:" + hashlib.sha256(content).hexdigest() != resource["hash"]:
            found.append(resource["path"])
    return tuple(found)


def load(name: str) -> pd.DataFrame:
    """One table, typed as the codebook says: a fresh copy at each call.

    Whole numbers are ``Int64``, decimals ``Float64``, yes/no ``boolean``, words ``string``, dates ``datetime64``.
    A missing value is missing (``<NA>``), never zero. A misspelt name raises ``KeyError`` with the nearest names.

    >>> villages = load("villages_by_year")
    >>> int(villages.villages.iloc[0]), int(villages.villages.iloc[-1])
    (3, 7780)
    """
    return _read(descriptor(name)["name"]).copy()


def catalog() -> pd.DataFrame:
    """All tables: a row each, with what one row of it is, its years, and what its values rest on.

    >>> int(catalog().loc["villages_by_year", "rows"])
    12
    """
    import pandas as pd

    rows = []
    for name, resource in _tables().items():
        table = _read(name)
        years = table["year"].dropna() if "year" in table else []
        mix = table["status"].value_counts(sort=True) if "status" in table else {}
        rows.append(
            {
                "table": name,
                "title": resource["title"],
                "one row is": resource["row"].removeprefix("one row is "),
                "rows": len(table),
                "years": f"{min(years)}-{max(years)}" if len(years) else "",
                "rests on": ", ".join(f"{count} {status}" for status, count in mix.items()),
            }
        )
    return pd.DataFrame(rows).set_index("table")


@dataclass(frozen=True, eq=False, repr=False)
class Codebook:
    """What a table and its columns mean. Shows as a page in a notebook, as text elsewhere."""

    name: str
    title: str
    description: str
    row: str
    quirks: tuple[str, ...]
    steps: tuple[str, ...]
    columns: pd.DataFrame

    def __repr__(self) -> str:
        lines = [
            f"{self.name}: {self.title}",
            self.description,
            f"{self.row}, {len(_read(self.name))} rows.",
            "",
        ]
        lines += [
            f"  {c.Index} ({c.unit}{', ' + c.values if c.values else ''}): {c.meaning}"
            for c in self._rows()
        ]
        lines += ["", *(f"Beware: {q}" for q in self.quirks)]
        lines += [f"To count it again, {place}: {step}" for place, step in enumerate(self.steps, 1)]
        return "\n".join(lines).rstrip()

    def _rows(self) -> Any:
        return self.columns.rename(
            columns={"what it means": "meaning", "allowed values": "values"}
        ).itertuples()

    def _repr_html_(self) -> str:
        rows = []
        for row in self.columns.itertuples(name=None):
            rows.append([html.escape(str(cell)) for cell in row])
        page = (
            f"<p><strong>{self.name}</strong>: {html.escape(self.title)}. {html.escape(self.description)} "
            f"{self.row.capitalize()}; {len(_read(self.name))} rows.</p>"
        )
        page += html_table(rows, ["column", *self.columns], f"Columns of {self.name}")
        if self.quirks:
            items = "".join(f"<li>{html.escape(quirk)}</li>" for quirk in self.quirks)
            page += f"<p>Beware:</p><ul>{items}</ul>"
        if self.steps:
            items = "".join(f"<li>{html.escape(step)}</li>" for step in self.steps)
            page += f"<p>To count it again:</p><ol>{items}</ol>"
        return page


def describe(name: str) -> Codebook:
    """The codebook of one table: what a row is, every column with meaning and unit, and the known traps.

    >>> print(str(describe("villages_by_year")).splitlines()[0])
    villages_by_year: Taobao villages in China, by year
    """
    import pandas as pd

    resource = descriptor(name)
    table = _read(name)
    columns = pd.DataFrame(
        [
            {
                "column": f["name"],
                "what it means": f["description"],
                "unit": f["unit"],
                "allowed values": _allowed(f.get("constraints", {})),
                "missing": int(table[f["name"]].isna().sum()),
            }
            for f in resource["schema"]["fields"]
        ]
    ).set_index("column")
    return Codebook(
        name,
        resource["title"],
        resource["description"],
        resource["row"],
        tuple(resource.get("quirks", ())),
        tuple(resource.get("steps", ())),
        columns,
    )


def _allowed(rule: dict[str, Any]) -> str:
    if "enum" in rule:
        return ", ".join(map(str, rule["enum"]))
    low, high = rule.get("minimum"), rule.get("maximum")
    return {
        (True, True): f"{low} to {high}",
        (True, False): f"{low} or more",
        (False, True): f"{high} or less",
        (False, False): "",
    }[low is not None, high is not None]


@dataclass(frozen=True, repr=False)
class References:
    """A list of sources. Shows as a list in a notebook; ``str()`` is plain text, ``.bibtex()`` is BibTeX."""

    entries: tuple[dict[str, str], ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the sources, in the order of the list."""
        return tuple(e["key"] for e in self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __repr__(self) -> str:
        return "\n".join(f"[{e['key']}] {_reference(e)}" for e in self.entries)

    def _repr_html_(self) -> str:
        items = (
            f"<li>[{e['key']}] {html.escape(_reference(e | {'url': ''}))} {_link(e['url'])}</li>"
            for e in self.entries
        )
        return f'<ul style="overflow-wrap: anywhere">{"".join(items)}</ul>'

    def bibtex(self) -> str:
        """The same references as BibTeX entries."""
        return "\n\n".join(
            f"@misc{{{e['key']},\n"
            + ",\n".join(
                f"  {field} = {{{_tex(value)}}}"
                for field, value in (
                    ("title", e["title"].strip("[]")),
                    ("author", "{" + e["publisher"] + "}" if e["publisher"] else ""),
                    ("year", e["year"]),
                    ("url", e["url"] or e["copy"]),
                    ("doi", e["doi"]),
                    ("note", e["kind"]),
                )
                if value
            )
            + "\n}"
            for e in self.entries
        )


def _reference(e: dict[str, str]) -> str:
    who = f"{e['publisher']} ({e['year'] or 'no year'})"
    return f"{who}. {e['title']}. {e['kind'].capitalize()}." + (f" {e['url']}" if e["url"] else "")


def address(text: Mapping[str, Any]) -> str:
    """Say where a text of the table ``sources`` can be found.

    Parameters
    ----------
    text : mapping
        A row of the table ``sources``.

    Returns
    -------
    str
        Its address; or that of the copy in which it was read, called a copy; or why there is none.

    Examples
    --------
    >>> address({"url": "https://doi.org/10.3390/land12091738", "copy": None, "no_address": None})
    'https://doi.org/10.3390/land12091738'
    """
    if text["url"]:
        return str(text["url"])
    if text["copy"]:
        return f"read in a copy: {text['copy']}"
    return f"no address: {text['no_address']}"


def _link(url: str) -> str:
    return f'<a href="{html.escape(url)}">{html.escape(url)}</a>' if url else ""


def _tex(value: str) -> str:
    return "".join(
        {"&": r"\&", "%": r"\%", "_": r"\_", "#": r"\#", "$": r"\$"}.get(c, c) for c in value
    )


@cache
def _bibliography() -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in csv.DictReader(io.StringIO(read_text("sources.csv")))}


def cite(*what: str | pd.DataFrame) -> References:
    """The references behind tables, parts of tables, or source keys, each once, in alphabetical order of the keys.

    ``what`` is the name of a table, a DataFrame with a ``source`` column (so: just the rows on the screen), or the key
    of a source. An unknown name raises ``KeyError`` with the nearest ones.

    >>> print(cite("ALI2016"))
    [ALI2016] AliResearch (Alibaba Group) (2016). Research Report on China’s Taobao Villages (2015), key findings. \
Primary. http://www.aliresearch.com/en/news/detail/id/20805.html
    """
    keys: set[str] = set()
    for item in what:
        if isinstance(item, str) and item in _bibliography():
            keys.add(item)
        elif isinstance(item, str) and item not in _tables():
            raise KeyError(there_is_no("table or source", item, [*_tables(), *_bibliography()]))
        else:
            if not isinstance(item, str) and not hasattr(item, "columns"):
                raise TypeError(
                    f"cite takes names of tables, tables, and keys of sources, not {item!r}."
                )
            table = _read(item) if isinstance(item, str) else item
            columns = [c for c in table if c in ("source", "also_in") or str(c).endswith("_source")]
            if not columns:
                raise KeyError(
                    f"This table has no column 'source', so what it rests on is not known. Its columns: {list(table)}."
                )
            keys |= {
                key for c in columns for cell in table[c].dropna() for key in str(cell).split()
            }
    for key in keys - set(_bibliography()):
        raise KeyError(there_is_no("source", key, _bibliography()))
    return References(tuple(_bibliography()[key] for key in sorted(keys, key=str.lower)))
