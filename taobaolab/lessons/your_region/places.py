"""Read a table of places: every open question at once, or the places as data with all that was done to them."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ...definition import as_text, known_columns
from .columns import Datum, find_columns, find_unit, read_cells
from .files import Grid, open_grid
from .findings import Finding, RegionError, as_table, count_of
from .layout import Layout, Table, choose_places, find_place, lay_out, place_names
from .units import year_in
from .vocabulary import folded

if TYPE_CHECKING:
    import pandas as pd

HOW = {
    "converted": "converted",
    "separators": "with thousands or decimals set apart",
    "about": "rough",
    "units": "with a unit of their own",
    "marks": "with a mark",
    "unread": "not read, so unknown",
    "impossible": "impossible, so unknown",
}
TYPES = {"count": "Int64", "yes/no": "boolean", "text": "string", "number": "Float64"}


@dataclass(frozen=True, eq=False, repr=False)
class Places:
    """The places of a table, as data that a definition can be put to.

    Parameters
    ----------
    name, how
        Of the file, and how it was read.
    data
        A row a place, by the number of its row in the file: ``place`` and the data, typed. Missing is
        what the cell does not say surely.
    rows
        The cells of the same rows as they stand in the file.
    changed
        Every cell that was not taken as it stands: row, place, datum, cell, value, how.
    layout
        The answers with which it was read.
    found
        What is odd, in the file and in the cells.
    units
        The unit of each datum that has one, in words.
    aside
        The reason for every row that is no place.
    """

    name: str
    how: str
    data: pd.DataFrame
    rows: pd.DataFrame
    changed: pd.DataFrame
    layout: Layout
    found: tuple[Finding, ...]
    units: Mapping[str, str] = field(default_factory=dict)
    aside: Mapping[int, str] = field(default_factory=dict)

    @property
    def findings(self) -> pd.DataFrame:
        """What is odd, a row each: about, problem, rows, examples, advice."""
        return as_table(self.found).drop(columns="stops")

    @property
    def rests_on(self) -> dict[str, int]:
        """What the rows say they rest on, if the file has a column ``status``."""
        column = next((c for c in self.rows if folded(c) == "status"), None)
        if column is None:
            return {}
        return {str(k): int(n) for k, n in self.rows[column].value_counts().items()}

    @property
    def invented(self) -> bool:
        """Whether all rows say that they were made for teaching."""
        return set(self.rests_on) == {"made_for_teaching"}

    @property
    def not_plain(self) -> str:
        """How many cells were not taken as they stand, and what became of them, in words."""
        counts = Counter(self.changed.how)
        return ", ".join(f"{n:,} {HOW[how]}" for how, n in counts.most_common())

    def __repr__(self) -> str:
        known = self.data.drop(columns="place").notna().sum()
        told = ", ".join(f"{name} {int(n)}" for name, n in known.items())
        lines = [
            f"{count_of(len(self.data), 'place')} of {self.name} ({self.how}). Known: {told}.",
            f"Cells not taken as they stand: {self.not_plain or 'none'}.",
        ]
        return "\n".join([*lines, *(f"  {finding}" for finding in self.found)])

    def _repr_html_(self) -> str:
        lines = repr(self).split("\n")[:2]
        items = "".join(f"<li>{finding.as_html()}</li>" for finding in self.found)
        head = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
        return f"{head}<ul>{items}</ul>" if items else head


@dataclass(frozen=True)
class Reading:
    """A grid read with the answers that are there: the places, if no question is open."""

    grid: Grid
    table: Table
    data: list[Datum]
    names: list[str]
    findings: list[Finding]

    @property
    def open(self) -> list[Finding]:
        """The questions that are open."""
        return [finding for finding in self.findings if finding.stops]


def read(source: Any, layout: Layout | None = None, /, **answers: Any) -> Places:
    """The places of a file as data. Whatever is not understood stops and asks, all questions at once.

    Parameters
    ----------
    source
        A path, or an uploaded file as ``ipywidgets.FileUpload`` hands it over.
    layout
        The answers, if they are at hand as a whole.
    **answers
        The answers by name; ``Layout`` tells what there is.

    Returns
    -------
    Places
        Nothing in it was converted without your word, and ``findings`` says what was done.

    Raises
    ------
    RegionError
        The file is no table, an answer does not fit it, or questions are open: ``findings`` holds them, and
        the message ends with the line to paste.

    Examples
    --------
    >>> upload = {"name": "mine.csv", "content": "村名,户数,销售额(万元)\\n上村,80,120\\n下村,60,1 300\\n".encode()}
    >>> places = read(upload, columns={"households": "户数", "annual_sales_rmb": "销售额(万元)"},
    ...               units={"annual_sales_rmb": "万元"})
    >>> places.data.annual_sales_rmb.tolist()
    [1200000.0, 13000000.0]
    """
    layout = layout or Layout()
    wrong = [name for name in answers if name not in Layout.__dataclass_fields__]
    if wrong:
        raise TypeError(
            f"read has no {wrong[0]!r}; there are: {', '.join(Layout.__dataclass_fields__)}"
        )
    layout = Layout(**{**layout.answers(), **_answered(answers)})
    reading = look_at(source, layout)
    if reading.open:
        line = layout.as_line(source_as_code(source), reading.open)
        raise RegionError(reading.open, reading.grid.name, line)
    return _as_places(reading, layout)


def _answered(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without those that are still three dots."""
    made = {}
    for name, value in answers.items():
        if isinstance(value, Mapping):
            value = {k: v for k, v in value.items() if ... not in (k, v)}
        if value is not ...:
            made[name] = value
    return made


def source_as_code(source: Any) -> str:
    """How a file is named in a line of code: its path, or the variable that holds an uploaded one."""
    return repr(str(source)) if isinstance(source, str) or hasattr(source, "suffix") else "upload"


def questions(source: Any, **answers: Any) -> pd.DataFrame:
    """The questions that are open about a file, a row each: what ``read`` would refuse for. None raise.

    >>> questions({"name": "mine.csv", "content": b"village,people\\nAlpha,12\\n"}).about.tolist()
    ['columns']
    """
    try:
        return as_table(look_at(source, Layout(**answers)).open)
    except RegionError as error:
        return as_table(error.findings)


def look_at(source: Any, layout: Layout) -> Reading:
    """A file read as far as the answers reach, with every question that is open and every fact found."""
    grid = open_grid(source, layout.sheet, layout.encoding, layout.delimiter)
    findings = list(grid.findings)
    table, more = lay_out(grid, layout)
    findings += more
    table, more = choose_places(table, layout)
    findings += more
    place, _ = find_place(table, layout)
    with_place = replace(layout, place=place)
    data, more = find_columns(table, with_place)
    findings += more
    for datum in data:
        if datum.numeric:
            findings += find_unit(datum, table, with_place)
    findings += read_cells(data, table, layout)
    names = place_names(table, place)
    findings += _doubts(data, table)
    return Reading(grid, table, data, names, _merged(findings))


def _merged(findings: list[Finding]) -> list[Finding]:
    """Each finding once, the questions about the file first."""
    return list({str(finding): finding for finding in findings}.values())


def _doubts(data: list[Datum], table: Table) -> list[Finding]:
    """What is possible but odd: years that differ, many shops for few households, sales too small to be in yuan."""
    findings = []
    by_name = {datum.name: datum for datum in data}
    years = {year for d in data if (year := year_in(d.header)) is not None}
    if len(years) > 1:
        told = ", ".join(map(str, sorted(years)))
        findings.append(Finding("columns", f"they speak of different years: {told}"))
    shops, households = by_name.get("active_shops"), by_name.get("households")
    if shops is not None and households is not None:
        many = [i for i in table.rows if _is_many(shops.cells[i].value, households.cells[i].value)]
        if many:
            advice = "more than ten a household: are columns swapped, or is a unit missing?"
            findings.append(shops.finding("very many for so few households", many, advice))
    sales = by_name.get("annual_sales_rmb")
    if sales is not None:
        known = sorted(c.value for c in sales.cells.values() if c.value is not None)
        if known and 0 < known[len(known) // 2] < 100_000:
            problem = f"half are at most {as_text(known[len(known) // 2])} RMB a year"
            advice = "are they in units of ten thousand yuan (万元)?"
            findings.append(Finding("annual_sales_rmb", problem, advice, len(known)))
    return findings


def _is_many(shops: Any, households: Any) -> bool:
    return shops is not None and households is not None and shops > 10 * households


def _as_places(reading: Reading, layout: Layout) -> Places:
    import pandas as pd

    table, names = reading.table, reading.names
    index = pd.Index(list(table.rows), name="row")
    rows = pd.DataFrame(list(table.rows.values()), index=index, columns=table.names, dtype=object)
    columns: dict[str, Any] = {"place": pd.Series(names, index=index, dtype="str")}
    changes = []
    for datum in reading.data:
        values = [cell.value for cell in datum.cells.values()]
        kind = datum.kind
        if kind == "number" and datum.name not in known_columns():
            whole = all(value is None or value == int(value) for value in values)
            kind = "count" if whole else "number"
        columns[datum.name] = pd.Series(pd.array(values, dtype=TYPES[kind]), index=index)
        for (i, cell), name in zip(datum.cells.items(), names, strict=True):
            if cell.how not in ("plain", "missing"):
                how = cell.how if cell.value is not None or cell.how == "impossible" else "unread"
                changes.append((i, name, datum.name, datum.texts[i], cell.value, how))
    data = pd.DataFrame(columns, index=index)
    if layout.count:
        data = (
            data.groupby("place", sort=False)
            .size()
            .rename(layout.count)
            .astype("Int64")
            .reset_index()
        )
        first = pd.Series(index, index=names)
        data.index = pd.Index([int(first[[name]].iloc[0]) for name in data.place], name="row")
        rows = rows.loc[data.index]
        changes = []
    for name, value in layout.given.items():
        kind = known_columns()[name].kind if name in known_columns() else _kind_of_value(value)
        data[name] = pd.Series(pd.array([value] * len(data), dtype=TYPES[kind]), index=data.index)
    changed = pd.DataFrame(changes, columns=["row", "place", "datum", "cell", "value", "how"])
    changed = changed.sort_values(["row", "datum"], kind="stable", ignore_index=True)
    units = {d.name: d.unit.text for d in reading.data if d.unit is not None and d.unit.changes}
    units |= {
        d.name: d.unit.text for d in reading.data if d.unit is not None and d.name in layout.units
    }
    found = tuple(finding for finding in reading.findings if not finding.stops)
    if layout.count:
        problem = f"each of {count_of(len(table.rows), 'row')} was counted as one of its place"
        found += (Finding(layout.count, problem, "a list may lack some, and name some twice"),)
    return Places(
        reading.grid.name, reading.grid.how, data, rows, changed, layout, found, units, table.aside
    )


def _kind_of_value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes/no"
    return "number" if isinstance(value, int | float) else "text"
