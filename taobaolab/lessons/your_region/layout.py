"""The answers of a reader about a table, and the table that they make of the cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from .cells import as_ascii, is_year, looks_like_number
from .files import Grid
from .findings import SHOWN, Finding, as_arguments, count_of, refuse, rows_of
from .rows import find_header, find_suspects, join_names
from .vocabulary import datum_named, folded, names_place

SUSPECTED = "suspected"


@dataclass(frozen=True)
class Layout:
    """How a table is to be read: the answers of the form, and the arguments of ``read``.

    Parameters
    ----------
    sheet, encoding, delimiter
        How the file is opened.
    turn
        True if the places stand side by side and the data below each other.
    header
        The row of names, or several that are joined; 0 if there is none.
    spread
        ``(indicator, value)``: the columns in which a long table names its data, and holds them.
    where
        What a column has to say for a row to count: ``{"year": 2022}``.
    place
        The column that names the places, or several: county and village.
    fill
        Columns of ``place`` that name a county once, for the rows below too.
    aside, keep
        Rows that are no places, or ``"suspected"``; rows that look as if they were none, and are.
    columns
        Where each datum stands: ``{"households": "户数"}``. Data of your own may have any name.
    units
        What one of each means: words, ``"% of households"``, or a factor; 1 is as it stands.
        ``"yes/no"`` and ``"words"`` are for data of your own that are no numbers.
    count
        A datum that is the number of rows of each place: a list with a row a shop.
    decimal
        ``"."`` or ``","``.
    accept
        ``"about"`` (约30), ``"units"`` (120 万), ``"marks"`` (123*), ``"codes"`` (9999 is a number),
        ``"small shares"`` (0.1 under % is 0.1%), ``"rates"``, ``"repeats"``, and ``"unread"``: what cannot
        be read stays unknown.
    missing
        Further signs of a missing figure: ``["9999"]``.
    given
        What you take to be so for all places, ``{"rural": True}``.
    """

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    turn: bool = False
    header: int | Sequence[int] | None = None
    spread: Sequence[str] | None = None
    where: Mapping[str, Any] = field(default_factory=dict)
    place: str | Sequence[str] | None = None
    fill: Sequence[str] = ()
    aside: str | Sequence[int] = ()
    keep: Sequence[int] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Any] = field(default_factory=dict)
    count: str | None = None
    decimal: str | None = None
    accept: str | Sequence[str] = ()
    missing: Sequence[Any] = ()
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def accepted(self) -> tuple[str, ...]:
        """What is accepted, also where one word was given."""
        return (self.accept,) if isinstance(self.accept, str) else tuple(self.accept)

    @property
    def places(self) -> tuple[str, ...]:
        """The columns that name the places, also where one was given."""
        if self.place is None:
            return ()
        return (self.place,) if isinstance(self.place, str) else tuple(self.place)

    def answers(self) -> dict[str, Any]:
        """The answers that were given, as arguments of ``read``."""
        given = {}
        for part in fields(self):
            value = getattr(self, part.name)
            if value is not False and value not in (None, (), {}, []):  # header=0 is an answer
                given[part.name] = value
        return given

    def merged(self, findings: Sequence[Finding]) -> dict[str, Any]:
        """These answers and those that the open questions propose, as arguments of ``read``."""
        made = self.answers()
        for finding in findings:
            for name, value in (finding.answer or {}).items():
                old = made.get(name)
                if isinstance(value, Mapping) and isinstance(old, Mapping):
                    made[name] = {**old, **value}
                elif name == "aside" and old == SUSPECTED:
                    continue  # rows that are found later are asked about once more
                elif isinstance(value, list) and name != "place" and old:
                    told = [old] if isinstance(old, str) else list(old)
                    made[name] = told + [v for v in value if v not in told]
                else:
                    made[name] = value
        return made

    def as_line(self, source: str, findings: Sequence[Finding] = ()) -> str:
        """The line of code that reads a file so."""
        return f"your_region.read({source}, {as_arguments(self.merged(findings))})".replace(
            ", )", ")"
        )


@dataclass(frozen=True)
class Table:
    """A grid with its names: every row is a place, set aside, or beside the table.

    Parameters
    ----------
    name
        Of the file.
    header
        The rows of names.
    names
        Of the columns.
    rows
        The rows of places, by number.
    aside
        The reason for every row that is set aside, by number.
    beside
        The lines above the names and the single cells below: a unit may stand there.
    cut
        Rows longer than the names; their cells are unknown.
    cells
        The whole grid, as it stands.
    """

    name: str
    header: tuple[int, ...]
    names: list[str]
    rows: dict[int, list[str]]
    aside: dict[int, str]
    beside: dict[int, str]
    cut: frozenset[int]
    cells: list[list[str]]

    def column(self, name: str) -> list[str]:
        """The cells of one column, a place each."""
        j = self.names.index(name)
        return [row[j] for row in self.rows.values()]

    def shown(self, i: int) -> str:
        """A row in words."""
        if not 1 <= i <= len(self.cells):
            return ""
        texts = [" ".join(cell.split()) for cell in self.cells[i - 1] if cell.strip()]
        return " | ".join(texts[:3])[:50]

    def examples(self, rows: Sequence[int]) -> tuple[str, ...]:
        """A few rows in words."""
        return tuple(f"row {i}: {self.shown(i)}" for i in rows[:SHOWN])

    def finding(
        self,
        about: str,
        problem: str,
        rows: Sequence[int],
        advice: str = "",
        answer: Mapping[str, Any] | None = None,
    ) -> Finding:
        """What is found out about some rows, with their number and examples."""
        return Finding(about, problem, advice, len(rows), self.examples(rows), answer)


def lay_out(grid: Grid, layout: Layout) -> tuple[Table, list[Finding]]:
    """The table that the answers make of a grid, and the questions about its rows that are still open."""
    findings: list[Finding] = []
    lengths = [len(row) for row in grid.rows]
    width = max(lengths, default=0)
    cells = [[*row, *[""] * (width - len(row))] for row in grid.rows]
    if layout.turn:
        cells = [list(column) for column in zip(*cells, strict=True)]
        width = len(cells[0]) if cells else 0
        lengths = [width] * len(cells)
    header = _header_rows(grid.name, cells, layout, findings)
    names = join_names(cells, header)
    filled = {i: row for i, row in enumerate(cells, 1) if any(cell.strip() for cell in row)}
    above = {i: row for i, row in filled.items() if header and i < header[0]}
    body = {i: row for i, row in filled.items() if i not in above and i not in header}
    if not body:
        raise refuse(grid.name, "it has names only", "write a place in each row below the names")
    long = lengths[(header or (next(iter(body)),))[-1] - 1]
    used = [j for j in range(width) if j < long and any(row[j].strip() for row in filled.values())]
    cut = frozenset(i for i in body if any(cell.strip() for cell in body[i][long:]))
    body = {i: [row[j] for j in used] for i, row in body.items()}
    names = [names[j] for j in used]
    suspects = find_suspects(body, names)
    for i in sorted(grid.hidden & set(body)):
        suspects.setdefault(i, "hidden in the spreadsheet")
    aside = _set_aside(suspects, layout, body, grid.name)
    beside = {i: " ".join(" ".join(row).split()) for i, row in above.items()}
    lone = {
        i: " ".join(" ".join(body[i]).split())
        for i, w in suspects.items()
        if w.startswith("one cell") and i not in layout.keep
    }
    rows = {i: row for i, row in body.items() if i not in aside}
    table = Table(grid.name, header, names, rows, aside, beside | lone, cut, cells)
    if not rows:
        raise refuse(grid.name, "every row is set aside", "name fewer rows in aside=")
    findings += _row_questions(table, suspects, layout, lengths, long)
    return table, findings


def _header_rows(
    name: str, cells: list[list[str]], layout: Layout, findings: list[Finding]
) -> tuple[int, ...]:
    said = layout.header
    if said is None:
        found = find_header(cells)
        header = list(found.rows) if len(found.rows) != 1 else found.rows[0]
        if not found.sure:
            examples = tuple(
                f"row {i}: {' | '.join(c for c in cells[i - 1] if c.strip())[:60]}"
                for i in found.rows
            )
            advice = "one row, several that are joined, or 0 if there are none"
            answer = {"header": header or 0}
            problem = "which rows hold the names?"
            findings.append(Finding("header", problem, advice, None, examples, answer))
        if _stands_in_rows(cells, found.rows):
            problem = "the data seem to stand below each other, the places side by side"
            findings.append(Finding("header", problem, "turn the table", answer={"turn": True}))
        return found.rows
    rows = (said,) if isinstance(said, int) else tuple(said)
    if rows == (0,):
        return ()
    if not rows or not all(isinstance(i, int) and 1 <= i <= len(cells) for i in rows):
        raise refuse(
            name, f"header is {said!r}", f"give a row of 1 to {len(cells)}, or [1, 2], or 0"
        )
    return tuple(sorted(rows))


def _stands_in_rows(cells: list[list[str]], header: Sequence[int]) -> bool:
    """Whether the first column names data, and the row of names does not."""
    down = sum(bool(datum_named(row[0])) for row in cells[:40] if row)
    across = sum(bool(datum_named(cell)) for i in header for cell in cells[i - 1])
    return down >= 2 and not across


def _set_aside(
    suspects: Mapping[int, str], layout: Layout, body: Mapping[int, Any], name: str
) -> dict[int, str]:
    said = layout.aside
    if isinstance(said, str):
        if said != SUSPECTED:
            raise refuse(name, f"aside is {said!r}", f'give the numbers of rows, or "{SUSPECTED}"')
        return {i: why for i, why in suspects.items() if i not in layout.keep}
    return {i: suspects.get(i, "set aside by you") for i in said if i in body}


def _row_questions(
    table: Table, suspects: Mapping[int, str], layout: Layout, lengths: Sequence[int], long: int
) -> list[Finding]:
    findings = []
    open_rows = [i for i in sorted(suspects) if i not in table.aside and i not in layout.keep]
    if open_rows:
        told = []
        for why, rows in _by_reason(suspects, open_rows).items():
            more = ", ..." if len(rows) > SHOWN else ""
            told.append(f"{why} ({', '.join(rows_of(rows))}{more})")
        proposal: Any = open_rows if len(open_rows) <= 10 else SUSPECTED
        advice = f"keep=[...] keeps those that are places. They are: {' / '.join(told)}"
        problem = "rows that are perhaps no places"
        findings.append(table.finding("rows", problem, open_rows, advice, {"aside": proposal}))
    for why, rows in _by_reason(table.aside, list(table.aside)).items():
        findings.append(table.finding("rows", f"set aside: {why}", rows))
    cut = sorted(table.cut & set(table.rows))
    if cut:
        hint = "a comma in a cell needs quotation marks around the cell; mend these rows"
        problem = "rows longer than the names; their cells are unknown"
        findings.append(table.finding("rows", problem, cut, hint))
    short = [i for i in table.rows if lengths[i - 1] < long]
    if short:
        findings.append(table.finding("rows", "rows shorter than the names", short))
    return findings


def _by_reason(why: Mapping[int, str], rows: Sequence[int]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for i in rows:
        reason = "a sum of other rows" if why[i].startswith(("the sum", "the same as")) else why[i]
        groups.setdefault(reason, []).append(i)
    return groups


# ---- which rows, which places ------------------------------------------------------------------
def choose_places(table: Table, layout: Layout) -> tuple[Table, list[Finding]]:
    """The table with a row a place: of the year that was asked for, long ones spread, names filled in."""
    _need_columns(table, [*layout.where, *layout.fill, *layout.places, *(layout.spread or ())])
    rows = dict(table.rows)
    for name in layout.fill:
        rows = _filled_down(rows, table.names.index(name))
    for name, wanted in layout.where.items():
        j = table.names.index(name)
        rows = {i: row for i, row in rows.items() if as_ascii(row[j]) == as_ascii(str(wanted))}
    if not rows:
        hint = f"write it as it stands in the table: {table.shown(next(iter(table.rows)))}"
        raise refuse(table.name, f"no row is left by where={dict(layout.where)}", hint)
    table = replace(table, rows=rows)
    place, findings = find_place(table, layout)
    if layout.spread:
        table = _spread(table, place, layout)
    findings += _repeated(table, place, layout)
    return table, findings


def _need_columns(table: Table, wanted: Sequence[str]) -> None:
    for name in wanted:
        if name not in table.names:
            raise refuse(table.name, f"no column {name!r}", f"there are: {listed(table.names)}")


def listed(names: Sequence[str]) -> str:
    """Names in words, the first ten."""
    more = f" and {len(names) - 10:,} more" if len(names) > 10 else ""
    return ", ".join(map(repr, names[:10])) + more


def _filled_down(rows: Mapping[int, list[str]], j: int) -> dict[int, list[str]]:
    made, last = {}, ""
    for i, row in rows.items():
        last = row[j] if row[j].strip() else last
        made[i] = [*row[:j], last, *row[j + 1 :]]
    return made


def words_in(table: Table) -> list[str]:
    """The columns of words, that with most different ones first."""
    found = {}
    for name in table.names:
        texts = [cell.strip() for cell in table.column(name)[:2000] if cell.strip()]
        if texts and sum(map(looks_like_number, texts)) <= len(texts) / 10:
            found[name] = len(set(texts))
    return sorted(found, key=lambda name: -found[name])


def find_place(table: Table, layout: Layout) -> tuple[tuple[str, ...], list[Finding]]:
    """The columns that name the places, as said or as is sure; else the likeliest and the question."""
    if layout.places:
        return layout.places, []
    known = [name for name in table.names if names_place(name)]
    words = words_in(table)
    if len(known) == 1:
        return (known[0],), []
    if not known and len(words) == 1 and not datum_named(words[0]):
        return (words[0],), []
    candidates = known or words or table.names
    problem = "which column names the places?"
    if len(known) > 1:
        advice = f"several of them together, or one: {listed(known)}"
        return tuple(known), [Finding("place", problem, advice, answer={"place": known})]
    advice = f"one, or several such as county and village; {listed(candidates)}"
    if not words:
        problem = "no column of words names the places; which one says which place it is?"
    return (candidates[0],), [Finding("place", problem, advice, answer={"place": candidates[0]})]


def place_names(table: Table, place: Sequence[str]) -> list[str]:
    """The name of each place; of several columns joined: Xincun, North."""
    columns = [table.column(name) for name in reversed(place)]
    made = []
    for parts, i in zip(zip(*columns, strict=True), table.rows, strict=True):
        texts = [" ".join(part.split()) for part in parts if part.strip()]
        made.append(", ".join(texts) or f"row {i}")
    return made


def _repeated(table: Table, place: Sequence[str], layout: Layout) -> list[Finding]:
    """Questions about places that stand more than once, and rows without a name."""
    named = place_names(table, place)
    findings = []
    columns = [table.names.index(name) for name in place]
    bare = [i for i, row in table.rows.items() if not any(row[j].strip() for j in columns)]
    unsaid = [i for i in bare if i not in layout.keep]
    if unsaid:
        advice = "keep=[...] keeps them, called by the number of the row"
        answer = {"aside": unsaid}
        findings.append(table.finding("place", "rows without a name", unsaid, advice, answer))
    elif bare:
        findings.append(table.finding("place", "no name; called by the number of the row", bare))
    if len(place) > 1 and not layout.fill:
        first = table.column(place[0])
        blank = [i for i, text in zip(table.rows, first, strict=True) if not text.strip()]
        if blank:
            problem = f"{place[0]!r} is empty in some rows; does the name above go on?"
            findings.append(table.finding("place", problem, blank, "", {"fill": [place[0]]}))
    counts = Counter(map(folded, named))
    again = [i for i, name in zip(table.rows, named, strict=True) if counts[folded(name)] > 1]
    if not again or layout.count:
        return findings
    if "repeats" in layout.accepted:
        problem = "places that stand more than once; every row counts"
        return [*findings, table.finding("place", problem, again)]
    different = sum(count > 1 for count in counts.values())
    advice, ways = _told_apart(table, place, again)
    problem = f"{count_of(different, 'name')} more than once"
    return [*findings, table.finding("place", problem, again, advice, ways)]


def _told_apart(
    table: Table, place: Sequence[str], again: Sequence[int]
) -> tuple[str, dict[str, Any]]:
    """What could tell rows of one name apart: a year, an indicator, another column of names."""
    ways: list[str] = []
    answer: dict[str, Any] = {}
    for name in table.names:
        if name in place:
            continue
        j = table.names.index(name)
        values = list(dict.fromkeys(table.rows[i][j].strip() for i in again))
        if len(values) > 1 and all(map(is_year, values)):
            ways.append(
                f"a year: where={{{name!r}: {max(values)}}} ({', '.join(sorted(values)[-4:])})"
            )
            answer = answer or {"where": {name: max(values)}}
        elif 1 < len(values) <= min(12, len(again) / 2):
            ways.append(f"where={{{name!r}: {values[0]!r}}} ({', '.join(values[:4])})")
    for name in words_in(table):
        wider = place_names(table, [name, *place])
        if name not in place and len(set(wider)) == len(wider):
            ways.append(f"a wider place: place={[name, *place]!r}")
            answer = answer or {"place": [name, *place]}
    ways.append('a data name a row: spread=("indicator", "value"), with your columns')
    ways.append("a row a shop: count='active_shops'")
    ways.append("different places of one name, or twice the same: accept=['repeats']")
    return "; ".join(ways), answer or {"accept": ["repeats"]}


def _spread(table: Table, place: Sequence[str], layout: Layout) -> Table:
    """A long table made wide: a column for each indicator, a row for each place."""
    *indicators, value = layout.spread or ()
    keys = place_names(table, place)
    kinds = place_names(table, indicators[::-1])
    columns = list(dict.fromkeys(kinds))
    kept = [name for name in table.names if name not in (*indicators, value)]
    made: dict[str, list[str]] = {}
    first: dict[str, int] = {}
    for key, kind, (i, row) in zip(keys, kinds, table.rows.items(), strict=True):
        if key not in made:
            made[key] = [row[table.names.index(name)] for name in kept] + [""] * len(columns)
            first[key] = i
        j = len(kept) + columns.index(kind)
        if made[key][j]:
            problem = f"{key} has {kind} twice: rows {first[key]} and {i}"
            raise refuse(table.name, problem, 'say which year or part: where={"year": 2022}')
        made[key][j] = row[table.names.index(value)]
    rows = {first[key]: row for key, row in made.items()}
    return replace(table, names=kept + columns, rows=rows)
