"""From a table to data: the cells of the mapped columns as numbers, with a note on every cell that is not plain."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...definition import Column, as_text, impossible_values, known_columns, problems
from ...definition import Problem as Fault
from .cells import Cell, common_reasons, decimal_sign, number, word, yes_no
from .columns import WHOLE
from .tables import Table, counted, listed, said_html
from .validation import as_unit, look_at_request
from .vocabulary import Unit, exact, folded

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 3
HOW = {
    "unit": "converted",
    "separators": "with thousands or decimals set apart",
    "word": "with a word beside the number",
    "about": "rough",
    "unread": "not read, so unknown",
    "impossible": "impossible, so unknown",
}


@dataclass(frozen=True, eq=False, repr=False)
class Places:
    """The places of a table, as data that a definition can be put to.

    ``data`` has a row a place, by the number of its row in the file: ``place`` and the data, typed, unknown where the cell
    is empty or cannot be read surely. ``changed`` lists every cell that was not taken as it stands: row, place, datum,
    cell, value, how. ``faults`` and ``findings`` say what is odd, in the file and in the cells; ``table`` is the file.
    """

    table: Table
    data: pd.DataFrame
    changed: pd.DataFrame
    columns: Mapping[str, str]
    units: Mapping[str, str]
    given: Mapping[str, Any]
    faults: tuple[Fault, ...]

    @property
    def findings(self) -> pd.DataFrame:
        """What is odd, a row each, as ``definition.problems`` says it."""
        return listed(self.faults)

    @property
    def rests_on(self) -> dict[str, int]:
        """What the rows say they rest on, if the file has a column ``status``."""
        column = next((c for c in self.table.rows if folded(c) == "status"), None)
        return (
            {}
            if column is None
            else {str(k): int(n) for k, n in self.table.rows[column].value_counts().items()}
        )

    @property
    def invented(self) -> bool:
        """Whether all rows say that they were made for teaching."""
        return set(self.rests_on) == {"made_for_teaching"}

    @property
    def not_plain(self) -> str:
        """How many cells were not taken as they stand, and what became of them, in words."""
        return ", ".join(f"{n:,} {HOW[how]}" for how, n in self.changed.how.value_counts().items())

    def __repr__(self) -> str:
        known = ", ".join(
            f"{c} {int(n)}" for c, n in self.data.drop(columns="place").notna().sum().items()
        )
        cells = self.not_plain or "none"
        head = [
            f"{counted(len(self.data), 'place')} of {self.table.name}. Known: {known}.",
            f"Cells not taken as they stand: {cells}.",
        ]
        return "\n".join([*head, *map(str, self.faults)])

    def _repr_html_(self) -> str:
        import html

        head = "".join(f"<p>{html.escape(line)}</p>" for line in repr(self).split("\n")[:2])
        return head + "<ul>" + "".join(f"<li>{said_html(f)}</li>" for f in self.faults) + "</ul>"


def mapped(
    table: Table,
    columns: Mapping[str, str],
    units: Mapping[str, Any] | None = None,
    accept: Iterable[str] = (),
    given: Mapping[str, Any] | None = None,
    decimal: str | None = None,
) -> Places:
    """The places of a table as data. Nothing is converted without your word; every cell that is not plain is listed.

    ``columns`` says where each datum stands, ``{"households": "户数"}``, and ``place`` which column names the places.
    ``units`` agrees to a unit for the bare numbers of a datum: a word such as ``"万元"``, ``"thousand"`` or ``"%"`` (of
    the households, of the population), a factor such as 7.1 for an amount in a currency worth 7.1 RMB, or 1 for as it
    stands. ``accept`` agrees to read cells with a unit of their own (``"units"``: 120 万) and rough figures (``"about"``:
    约30). ``given`` is what you take to be so for all places, ``{"rural": True}``. ``decimal`` is ``"."`` or ``","``.

    What is left unsure is unknown: cells that cannot be read, impossible values, and more of a part than of the whole.
    RegionError: no such datum or column, or a header with a unit that ``units`` does not speak of.

    >>> from taobaolab.lessons.your_region import read
    >>> mine = read({"name": "mine.csv", "content": "村名,户数,销售额(万元)\\n上村,约80,120\\n下村,60,1 300\\n".encode()})
    >>> places = mapped(mine, {"place": "村名", "households": "户数", "annual_sales_rmb": "销售额(万元)"},
    ...                 units={"annual_sales_rmb": "万元"})
    >>> places.data.annual_sales_rmb.tolist(), places.data.households.tolist()
    ([1200000.0, 13000000.0], [<NA>, 60])
    """
    import pandas as pd

    units, given, accept = (
        dict(units or {}),
        dict(given or {}),
        tuple([accept] if isinstance(accept, str) else accept),
    )
    look_at_request(table, columns, units, accept, given, decimal)
    known = known_columns()
    agreed = {
        d: as_unit(units[d]) if d in units else None
        for d in columns
        if d != "place" and known[d].numeric
    }
    named = (
        table.rows[columns["place"]].str.strip()
        if "place" in columns
        else pd.Series("", index=table.rows.index)
    )
    names = {i: n or f"row {i}" for i, n in named.items()}
    faults = list(table.faults)
    read = {
        d: _column(known[d], table.rows[columns[d]], agreed.get(d), accept, decimal, faults)
        for d in columns
        if d != "place"
    }
    _percentages(read, agreed, names, faults)
    changes: list[tuple[Any, ...]] = []
    for d, cells in read.items():
        texts = table.rows[columns[d]].to_dict()
        odd = ((i, c) for i, c in cells.items() if c.how not in ("plain", "missing"))
        changes += [(i, names[i], d, texts[i], c.value, c.how) for i, c in odd]
    changes += _impossible(read, table, columns, names, faults)
    data = pd.DataFrame({"place": pd.Series(names, dtype="str")}, index=table.rows.index)
    for d, cells in read.items():
        data[d] = _typed([c.value for c in cells.values()], known[d], table.rows.index)
    for d, value in given.items():
        data[d] = _typed([value] * len(data), known[d], data.index)
    faults += _doubts(data, named)
    changed = pd.DataFrame(
        changes, columns=["row", "place", "datum", "cell", "value", "how"]
    ).sort_values(["row", "datum"], kind="stable")
    said = {
        d: (u.text if u.text else as_text(u.factor))
        for d, u in agreed.items()
        if u is not None and d in units
    }
    return Places(
        table, data, changed.reset_index(drop=True), dict(columns), said, given, tuple(faults)
    )


def _typed(values: list[Any], column: Column, index: Any) -> pd.Series:
    import pandas as pd

    kinds = {"count": "Int64", "number": "Float64", "yes/no": "boolean", "text": "string"}
    return pd.Series(pd.array(values, dtype=kinds[column.kind]), index=index)


# ---- the cells of one datum ------------------------------------------------------------------------------------------
def _column(
    column: Column,
    texts: pd.Series,
    unit: Unit | None,
    accept: tuple[str, ...],
    decimal: str | None,
    faults: list[Fault],
) -> dict[int, Cell]:
    if not column.numeric:
        cells = {i: (yes_no if column.kind == "yes/no" else word)(t) for i, t in texts.items()}
    else:
        sign = decimal or decimal_sign(texts)
        whole = column.kind == "count" and not (unit and unit.changes)
        cells = {i: number(t, sign, whole) for i, t in texts.items()}
        if sign == "both":
            faults.append(
                Fault(
                    column.name,
                    "both points and commas are decimal signs",
                    'say which: decimal="," or decimal="."',
                    stops=False,
                )
            )
    read = {i: _consented(c, unit, accept, column) for i, c in cells.items()}
    faults += _said(column, texts, cells, read, unit)
    return read


def _consented(cell: Cell, unit: Unit | None, accept: tuple[str, ...], column: Column) -> Cell:
    """A cell after your word on units and rough figures."""
    if cell.value is None or not column.numeric:
        return cell
    own = cell.unit
    if cell.how == "about" and "about" not in accept:
        return Cell(None, "unread", "a rough figure")
    if own is not None and own.changes:
        if own.currency:
            return Cell(None, "unread", f"an amount in {own.currency}")
        if own.percent:
            fits = unit is not None and unit.percent
            return Cell(cell.value, "unit", "", own) if fits else Cell(None, "unread", "a share")
        if "units" not in accept:
            return Cell(None, "unread", "a unit of its own")
        return cell
    if unit is None or not unit.changes or unit.percent:
        return cell if unit is None or not unit.percent else Cell(cell.value, "unit", "", unit)
    from decimal import Decimal

    value = exact(Decimal(str(cell.value)) * Decimal(str(unit.factor)))
    return Cell(value, cell.how if cell.how == "about" else "unit", "", unit)


ADVICE = {
    "a rough figure": 'accept=["about"] takes it as the number that it names; until then it is unknown',
    "a unit of its own": 'accept=["units"] reads it with its unit; until then it is unknown',
    "a share": 'units={%r: "%%"} takes it as a share of the whole, where there is one; until then it is unknown',
    "it is a date; a spreadsheet may have made it of a number": "look into the source; until then it is unknown",
}


def _said(
    column: Column,
    texts: pd.Series,
    cells: Mapping[int, Cell],
    read: Mapping[int, Cell],
    unit: Unit | None,
) -> Iterator[Fault]:
    """What is said of a column: why cells are unknown, and how others were read."""
    for why in common_reasons(read.values()):
        rows = [i for i, c in read.items() if c.how == "unread" and c.why == why]
        advice = ADVICE.get(
            why,
            "correct it in the file, or leave it empty if it is not known; until then it is unknown",
        )
        if why.startswith("it can mean"):
            advice = 'say which sign is the decimal one: decimal="." or decimal=","; until then it is unknown'
        yield Fault(
            column.name,
            f"not read: {why}",
            advice % column.name if "%r" in advice else advice,
            len(rows),
            _examples(texts, rows),
            False,
        )
    rough = [i for i, c in read.items() if c.how == "about"]
    if rough:
        yield Fault(
            column.name,
            "rough figures, taken as exact with your consent",
            "a place near a bound may fall on either side",
            len(rows := rough),
            _examples(texts, rows),
            False,
        )
    own = [
        i
        for i, c in read.items()
        if c.how == "unit" and cells[i].unit is not None and cells[i].unit.changes  # type: ignore[union-attr]
    ]
    if own:
        yield Fault(
            column.name,
            "read with the unit in the cell, with your consent",
            "compare a few with the source",
            len(own),
            _examples(texts, own, None if unit is not None and unit.percent else read),
            False,
        )
    bare = [i for i, c in read.items() if c.how == "unit" and i not in own]
    if bare and unit is not None:
        yield Fault(
            column.name,
            f"converted with your consent: {unit.text}",
            "compare a few with the source",
            len(bare),
            _examples(texts, bare, None if unit.percent else read),
            False,
        )
    apart = [i for i, c in cells.items() if c.how == "separators" and read[i].value is not None]
    if apart:
        yield Fault(
            column.name,
            "thousands or decimals set apart",
            "nothing to do if these are right",
            len(apart),
            _examples(texts, apart, read),
            False,
        )


def _examples(
    texts: pd.Series, rows: list[int], read: Mapping[int, Cell] | None = None
) -> tuple[str, ...]:
    return tuple(
        f"row {i}: {texts[i].strip()!r}" + (f" is {as_text(read[i].value)}" if read else "")
        for i in rows[:SHOWN]
    )


def _percentages(
    read: dict[str, dict[int, Cell]],
    agreed: Mapping[str, Unit | None],
    names: Mapping[Any, str],
    faults: list[Fault],
) -> None:
    """Shares of a whole as numbers, rounded to whole ones; unknown where the whole is."""
    for d, unit in agreed.items():
        if unit is None or not unit.percent:
            continue
        whole = read.get(WHOLE.get(d, ""), {})
        made = {}
        for i, c in read[d].items():
            base = whole[i].value if i in whole else None
            fit = c.value is not None and base is not None and 0 <= c.value <= 100
            why = (
                "more than 100%"
                if c.value is not None and c.value > 100
                else f"a share, and the {WHOLE.get(d, 'whole')} are unknown"
            )
            made[i] = (
                Cell(round(base * c.value / 100), "unit", "", unit)
                if fit
                else c
                if c.value is None
                else Cell(None, "unread", why)
            )
        read[d] = made
        lost = [
            i
            for i, c in made.items()
            if c.how == "unread" and c.why.startswith(("a share, and", "more than"))
        ]
        if lost:
            faults.append(
                Fault(
                    d,
                    "shares that give no number",
                    f"the share and the {WHOLE.get(d, 'whole')} of the row are needed, and a share of 0 to 100",
                    len(lost),
                    tuple(f"row {i}: {names[i]}" for i in lost[:SHOWN]),
                    False,
                )
            )


def _impossible(
    read: dict[str, dict[int, Cell]],
    table: Table,
    columns: Mapping[str, str],
    names: Mapping[Any, str],
    faults: list[Fault],
) -> list[tuple[Any, ...]]:
    """Impossible values become unknown, and are named; of a part larger than its whole both do."""
    known, changes = known_columns(), []

    def drop(d: str, rows: list[int], problem: str, advice: str) -> None:
        examples = tuple(
            f"row {i} ({names[i][:20]}): {table.rows.at[i, columns[d]].strip()!r}"
            for i in rows[:SHOWN]
        )
        faults.append(
            Fault(
                d,
                problem,
                f"{advice}; it counts as unknown until it is corrected",
                len(rows),
                examples,
                False,
            )
        )

    for d, cells in read.items():
        for problem, why, _, test in impossible_values(known[d]) if known[d].numeric else ():
            rows = [i for i, c in cells.items() if c.value is not None and test(c.value)]
            if rows:
                drop(d, rows, problem, why)
            for i in rows:
                changes.append((i, names[i], d, table.rows.at[i, columns[d]], None, "impossible"))
                cells[i] = Cell(None, "impossible")
    for d, cells in read.items():
        whole = read.get(known[d].at_most, {})
        rows = [
            i
            for i, c in cells.items()
            if c.value is not None
            and i in whole
            and whole[i].value is not None
            and c.value > whole[i].value
        ]
        if rows:
            drop(
                d,
                rows,
                f"more than {known[d].at_most}",
                f"they are some of the {known[d].at_most}; which of the two is wrong cannot be seen, so both are unknown",
            )
        for i in rows:
            for one in (d, known[d].at_most):
                changes.append(
                    (i, names[i], one, table.rows.at[i, columns[one]], None, "impossible")
                )
                read[one][i] = Cell(None, "impossible")
    return changes


def _doubts(data: pd.DataFrame, named: pd.Series) -> Iterator[Fault]:
    """What is possible but odd: a place twice, no name, many shops for so few households, sales that look like 万元."""
    key = named[named != ""].map(folded)
    for name in key[key.duplicated()].unique():
        rows = [int(i) for i in key.index[key == name]]
        advice = "all are kept and all count; if it is one place, keep one row in the file"
        yield Fault(
            "place",
            f"{named[rows[0]]!r} stands more than once",
            advice,
            len(rows),
            tuple(f"row {i}" for i in rows[:SHOWN]),
            False,
        )
    blank = [int(i) for i in named.index[named == ""]]
    if blank and len(blank) < len(named):
        yield Fault(
            "place",
            "no name",
            "called by the number of its row",
            len(blank),
            tuple(f"row {i}" for i in blank[:SHOWN]),
            False,
        )
    if {"active_shops", "households"} <= set(data):
        many = data[(data.active_shops > 10 * data.households).fillna(False)]
        if len(many):
            found = tuple(
                f"row {i} ({r.place}): {as_text(r.active_shops)} for {as_text(r.households)}"
                for i, r in many.head(SHOWN).iterrows()
            )
            advice = "more than ten a household, as in no record of ours; are columns swapped, or is a unit missing? They are taken as they stand"
            yield Fault(
                "active_shops", "very many for so few households", advice, len(many), found, False
            )
    asked = [
        {"column": d, "at_least": 1_000}
        for d in data
        if d in ("annual_sales_rmb",) and data[d].notna().any()
    ]
    if asked:
        asked += [{"column": "active_shops", "at_least": 1}] if "active_shops" in data else []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            doubts = problems(data, {"source": "a look", "year": 2026, "all": asked}).query(
                "not stops"
            )
        for d in doubts.itertuples():
            yield Fault(
                d.column,
                d.problem,
                'are they in units of ten thousand yuan (万元)? If so: units={"annual_sales_rmb": "万元"}',
                int(d.rows),
                (),
                False,
            )
