"""The columns of a table as data: which, in which unit, and what each cell becomes. What is not sure is asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ...definition import as_text, closest, impossible_values, known_columns
from .cells import (
    Cell,
    as_ascii,
    as_exact,
    decimal_signs,
    looks_like_number,
    read_number,
    read_word,
    read_yes_no,
)
from .findings import SHOWN, Finding, refuse
from .layout import Layout, Table, listed
from .units import Unit, parse_answer, parse_unit, split_header, year_in
from .vocabulary import HARMLESS, datum_named, folded, names_of, names_place, says_rate

ACCEPTED = {
    "about": "rough figures",
    "units": "cells with a unit of their own",
    "marks": "a mark beside the number",
}
ALL_ACCEPTED = (*ACCEPTED, "codes", "small shares", "rates", "repeats", "unread")
SHARES = "some cells are shares"


@dataclass
class Datum:
    """One datum of all places, while it is read.

    Parameters
    ----------
    name, header
        The datum, and the column that holds it.
    kind
        ``count``, ``number``, ``yes/no`` or ``text``.
    unit
        The unit of bare numbers, as it was said or as it is sure.
    cells
        By the number of the row.
    texts
        The cells as they stand.
    """

    name: str
    header: str
    kind: str
    texts: dict[int, str]
    unit: Unit | None = None
    cells: dict[int, Cell] = field(default_factory=dict)

    @property
    def numeric(self) -> bool:
        """Whether it is a number or a count."""
        return self.kind in ("count", "number")

    def examples(self, rows: Sequence[int], with_value: bool = False) -> tuple[str, ...]:
        """A few cells in words."""
        told = []
        for i in rows[:SHOWN]:
            value = f" is {as_text(self.cells[i].value)}" if with_value else ""
            told.append(f"row {i}: {' '.join(self.texts[i].split())[:40]!r}{value}")
        return tuple(told)

    def finding(
        self,
        problem: str,
        rows: Sequence[int],
        advice: str = "",
        answer: Mapping[str, Any] | None = None,
        with_value: bool = False,
    ) -> Finding:
        """What is found out about some of its cells, with their number and examples."""
        examples = self.examples(rows, with_value)
        return Finding(self.name, problem, advice, len(rows), examples, answer)

    def ask_unit(self, problem: str, advice: str, proposal: Any = ...) -> Finding:
        """The question for its unit."""
        return Finding(self.name, problem, advice, answer={"units": {self.name: proposal}})


def kind_of(name: str, layout: Layout) -> str:
    """The kind of a datum: of a known one as the definitions say, of one's own as it was said."""
    known = known_columns().get(name)
    if known is not None:
        return known.kind
    kinds = {"yes/no": "yes/no", "words": "text"}
    return kinds.get(str(layout.units.get(name)), "number")


# ---- which columns -----------------------------------------------------------------------------
def propose_columns(table: Table, layout: Layout) -> dict[str, str]:
    """The data that columns name exactly; of two that name the same one neither is taken."""
    found: dict[str, list[str]] = {}
    for header in table.names:
        if header in layout.places or header in layout.where:
            continue
        datum = datum_named(header) or datum_named(split_header(header)[0])
        if datum:
            found.setdefault(datum, []).append(header)
    return {datum: headers[0] for datum, headers in found.items() if len(headers) == 1}


def find_columns(table: Table, layout: Layout) -> tuple[list[Datum], list[Finding]]:
    """The columns that were said to hold a datum, or the question which do.

    Raises
    ------
    RegionError
        An answer speaks of a column or a datum that is not there.
    """
    _look_at_answers(table, layout)
    if not layout.columns:
        if layout.count:
            return [], []
        proposal = propose_columns(table, layout)
        told = []
        for header in table.names[:12]:
            cells = [" ".join(cell.split()) for cell in table.column(header)[:40] if cell.strip()]
            told.append(f"{header!r} ({', '.join(cells[:SHOWN])[:40]})")
        more = f" and {len(table.names) - 12:,} more columns" if len(table.names) > 12 else ""
        advice = f"data of your own may have any name. There are: {'; '.join(told)}{more}"
        answer: dict[str, Any] = {"columns": proposal or {...: ...}}
        question = Finding("columns", "which column holds which datum?", advice, answer=answer)
        return _data(table, layout, proposal), [question]
    return _data(table, layout, layout.columns), []


def _data(table: Table, layout: Layout, columns: Mapping[str, str]) -> list[Datum]:
    made = []
    for name, header in columns.items():
        texts = dict(zip(table.rows, table.column(header), strict=True))
        made.append(Datum(name, header, kind_of(name, layout), texts))
    return made


def _look_at_answers(table: Table, layout: Layout) -> None:
    """Refuse answers that speak of what is not there."""
    known = known_columns()
    for name, header in layout.columns.items():
        if header not in table.names:
            turned = f"; or turn it round: {{{header!r}: {name!r}}}" if name in table.names else ""
            hint = f"there are: {listed(table.names)}.{closest(header, table.names)}{turned}"
            raise refuse(table.name, f"no column {header!r}", hint)
        if not isinstance(name, str) or not name.isidentifier():
            hint = "write a name of letters, digits and lines: internet_users"
            raise refuse(table.name, f"{name!r} is no name of a datum", hint)
        if list(layout.columns.values()).count(header) > 1:
            problem = f"{header!r} stands for two data"
            raise refuse(table.name, problem, "a column can hold one; take the other from another")
    for name in layout.units:
        if name not in layout.columns:
            hint = f"units are for: {listed(list(layout.columns))}"
            raise refuse(table.name, f"units= speaks of {name!r}, which is not in columns=", hint)
    for name, value in layout.given.items():
        if name in layout.columns or name == layout.count:
            raise refuse(
                table.name, f"{name!r} is both in the table and in given=", "keep one of them"
            )
        if name in known and known[name].kind == "yes/no" and not isinstance(value, bool | None):
            raise refuse(table.name, f"given={{{name!r}: {value!r}}}", "write True, False or None")
        if name not in known and datum_named(name) == "" and closest(name, known):
            raise refuse(
                table.name, f"given= has {name!r}.{closest(name, known)}", "write its full name"
            )
    for word in layout.accepted:
        if word not in ALL_ACCEPTED:
            raise refuse(table.name, f"accept has {word!r}", f"there are: {listed(ALL_ACCEPTED)}")
    if layout.decimal not in (None, ".", ","):
        raise refuse(table.name, f"decimal is {layout.decimal!r}", 'write "." or ","')


# ---- units -------------------------------------------------------------------------------------
def find_unit(datum: Datum, table: Table, layout: Layout) -> list[Finding]:
    """Set the unit of a datum if it was said or is sure; else the question."""
    known = known_columns().get(datum.name)
    said = layout.units.get(datum.name)
    name, words = split_header(datum.header)
    words = [word for word in words if year_in(word) is None or len(word) > 12]
    parsed = [parse_unit(word) for word in words]
    around = _units_around(datum, table, layout)
    told = [f"the header says {datum.header!r}", *around]
    if says_rate(datum.header) and known is not None and known.kind == "count":
        is_share = isinstance(said, str) and " of " in said
        if said is not None and not is_share and "rates" not in layout.accepted:
            problem = f"{datum.header!r} seems to be an average, a rate or a share"
            advice = (
                f"the number of {known.label} is needed: map another column, or accept=['rates']"
            )
            return [Finding(datum.name, problem, advice, answer={"accept": ["rates"]})]
    if said is not None and said is not ...:
        datum.unit = parse_answer(said)
        if datum.unit is None:
            advice = "write words such as '万元', 'thousand', '% of households', or a factor; of another "
            advice += "currency the factor is what one was worth in RMB in that year"
            return [datum.ask_unit(f"no unit {said!r}", advice)]
        if datum.unit.of and datum.unit.of not in layout.columns and datum.unit.of != layout.count:
            advice = f"a share of what? Map it too: {listed(list(layout.columns))}"
            problem = f"no datum {datum.unit.of!r} beside it"
            return [Finding(datum.name, problem, advice, answer={"columns": {datum.unit.of: ...}})]
        return _agreed(datum, parsed, told, bool(words or around))
    clear = not [text for text in around if text != SHARES]
    exact = folded(datum.header) in names_of(datum.name) or folded(name) in names_of(datum.name)
    understood = all(unit is not None for unit in parsed)
    money = known is not None and known.unit == "RMB"
    changes = [unit for unit in parsed if unit is not None and unit.changes]
    is_rate = says_rate(datum.header) or any(unit.percent for unit in changes)
    if exact and understood and known is not None and not (money or changes or around or is_rate):
        datum.unit = Unit("as it stands")
        return []
    proposal = _propose_unit(datum, understood and exact and clear, changes, money, words)
    advice = "1 takes the numbers as they stand; a word or a factor converts them"
    if is_rate or any("%" in text for text in datum.texts.values()):
        advice = "of a share say of what: '% of ...', or 'share of ...' if 0.1 is a tenth"
    if any(unit.money for unit in changes):
        advice = (
            "the factor is what one was worth in RMB in that year; the page has to say from where"
        )
    return [datum.ask_unit(f"what does one mean? {'; '.join(told)}", advice, proposal)]


def _propose_unit(
    datum: Datum, clear: bool, changes: Sequence[Unit], money: bool, words: Sequence[str]
) -> Any:
    """The unit that the header alone says clearly; three dots if it does not."""
    if not clear:
        return ...
    if not changes:
        return ("yuan" if words or "rmb" in datum.header.casefold() else ...) if money else ...
    unit = changes[0]
    if len(changes) > 1 or unit.money:
        return ...
    if unit.percent:
        whole = known_columns()[datum.name].at_most if datum.name in known_columns() else ""
        return f"{'‰' if '‰' in unit.text else '%'} of {whole}" if whole else ...
    return unit.text


def _units_around(datum: Datum, table: Table, layout: Layout) -> list[str]:
    """Where else a unit may stand: lines beside the table, columns of few words, words in the cells."""
    told = []
    if table.beside:
        lines = list(dict.fromkeys(table.beside.values()))
        shown = "; ".join(repr(line[:60]) for line in lines[:SHOWN])
        told.append(f"beside the table stands {shown}{', ...' if len(lines) > SHOWN else ''}")
    used = {*layout.columns.values(), *layout.places, *layout.where, *(layout.spread or ())}
    for header in table.names:
        if (
            header in used
            or folded(header) in HARMLESS
            or names_place(header)
            or datum_named(header)
        ):
            continue
        texts = [cell.strip() for cell in table.column(header) if cell.strip()]
        few = len(set(texts)) <= max(1, len(texts) / 4) and len(set(texts)) <= 12
        if texts and few and not any(map(looks_like_number, texts[:200])):
            told.append(f"the column {header!r} says {listed(list(dict.fromkeys(texts))[:SHOWN])}")
    tokens = {
        c.unit.text for c in map(read_number, datum.texts.values()) if c.how == "other" and c.unit
    }
    if any(cell.how == "share" for cell in map(read_number, datum.texts.values())):
        told.append(SHARES)
    if tokens:
        told.append(f"beside the numbers stands {listed(sorted(tokens))}")
    return told[:4]


def _agreed(
    datum: Datum, parsed: Iterable[Unit | None], told: Sequence[str], words: bool
) -> list[Finding]:
    """What is said of a unit that was agreed to: how it fits what the table says."""
    unit = datum.unit
    assert unit is not None
    findings = []
    if unit.changes or words:
        problem = (
            f"taken {unit.text if unit.text.startswith(('as', 'times')) else 'in ' + unit.text}"
        )
        findings.append(Finding(datum.name, f"{problem}, as you said; {'; '.join(told)}"))
    for other in parsed:
        if other is None or other.percent or other.money or unit.of or not other.changes:
            continue
        if other.factor != unit.factor:
            problem = f"the header says {other.text!r}, that is {other.factor:,} times the number"
            advice = f"you said {unit.text}: compare with the source"
            findings.append(Finding(datum.name, problem, advice))
    return findings


# ---- cells -------------------------------------------------------------------------------------
def read_cells(data: Sequence[Datum], table: Table, layout: Layout) -> list[Finding]:
    """Read the cells of all data; the questions that are left, one of each kind."""
    findings = []
    everywhere = decimal_signs(
        text for row in table.rows.values() for text in row if any(map(str.isdigit, text))
    )
    for datum in data:
        if not datum.numeric:
            reader = read_yes_no if datum.kind == "yes/no" else read_word
            datum.cells = {i: reader(text) for i, text in datum.texts.items()}
        else:
            findings += _read_numbers(datum, everywhere, layout)
        for i in table.cut & set(datum.cells):
            datum.cells[i] = Cell(None, "unread", "its row is longer than the names")
    for datum in data:
        if datum.unit is not None and datum.unit.of:
            findings += _shares(datum, data, layout)
    for datum in data:
        _drop_impossible(datum, data)
    for datum in data:
        findings += _told(datum, layout)
    return findings


def _read_numbers(datum: Datum, everywhere: set[str], layout: Layout) -> list[Finding]:
    texts, missing = datum.texts, {as_ascii(str(sign)) for sign in layout.missing}
    signs = decimal_signs(texts.values()) or everywhere
    decimal = layout.decimal or (next(iter(signs)) if len(signs) == 1 else "")
    raw = {i: read_number(text, decimal, missing) for i, text in texts.items()}
    findings = []
    doubtful = [i for i, cell in raw.items() if cell.why.startswith("it can mean")]
    if doubtful:
        problem = f"{as_ascii(texts[doubtful[0]])!r}: {raw[doubtful[0]].why}"
        advice = 'which sign is the decimal one, "." or ","?'
        findings.append(datum.finding(problem, doubtful, advice, {"decimal": ...}))
    findings += _codes(datum, raw, layout)
    read = [cell for cell in raw.values() if cell.value is not None]
    tokens = {cell.unit.text if cell.how == "other" and cell.unit else "" for cell in read}
    is_one = len(tokens) == 1 and any(_is_word(sign) for sign in "".join(tokens))
    by_factor = isinstance(layout.units.get(datum.name), int | float | Decimal) and is_one
    datum.cells = {i: _converted(cell, datum, layout, by_factor) for i, cell in raw.items()}
    return findings


def _is_word(sign: str) -> bool:
    """Whether a sign is a letter or the sign of a currency."""
    return sign.isalpha() or unicodedata.category(sign) == "Sc"


def _converted(cell: Cell, datum: Datum, layout: Layout, by_factor: bool) -> Cell:
    """A number after the reader's word on units, marks and rough figures; unknown without it."""
    unit = datum.unit
    if cell.value is None:
        return cell
    if unit is None:
        return Cell(None, "unread", "its unit is not said")
    if cell.how in ACCEPTED and cell.how not in layout.accepted:
        return Cell(None, cell.how, ACCEPTED[cell.how])
    own = cell.unit
    if cell.how == "share" or (own is not None and own.percent):
        if not unit.of:
            return Cell(None, "unread", "a share, where a number is needed")
        part = Decimal("0.001") if own is not None and "‰" in own.text else Decimal("0.01")
        return Cell(as_exact(Decimal(str(cell.value)) * part), "converted")
    if cell.how == "other" and not by_factor:
        text = own.text if own is not None else ""
        return Cell(None, "unread", f"beside the number stands {text!r}")
    factor = unit.factor
    if own is not None and own.changes and not own.money:
        if unit.of:
            return Cell(None, "unread", "a number of its own unit among shares")
        if "units" not in layout.accepted:
            return Cell(None, "units", ACCEPTED["units"])
        factor = own.factor
    value = as_exact(Decimal(str(cell.value)) * factor)
    how = "converted" if factor != 1 or unit.of else cell.how
    return Cell(value, cell.how if cell.how in ACCEPTED else how)


def _codes(datum: Datum, raw: Mapping[int, Cell], layout: Layout) -> list[Finding]:
    """Nines that are perhaps codes for missing: as large as nothing else, or more than once."""
    if "codes" in layout.accepted:
        return []
    nines = [
        i
        for i, c in raw.items()
        if c.value is not None and c.value > 99 and set(str(c.value)) == {"9"}
    ]
    others = [c.value for i, c in raw.items() if c.value is not None and i not in nines]
    large = [i for i in nines if not others or raw[i].value > 2 * max(others)]
    doubted = nines if len(nines) > 1 and large else large
    if not doubted:
        return []
    value = str(raw[doubted[0]].value)
    advice = "accept=['codes'] takes it as a number"
    problem = f"{value} may be a code for missing"
    return [datum.finding(problem, doubted, advice, {"missing": [value]})]


def _shares(datum: Datum, data: Sequence[Datum], layout: Layout) -> list[Finding]:
    """Shares of a whole as numbers; unknown where the whole is."""
    unit = datum.unit
    assert unit is not None
    whole = next((d.cells for d in data if d.name == unit.of), {})
    bare = [c.value for i, c in datum.cells.items() if c.value and "%" not in datum.texts[i]]
    findings = []
    if (
        bare
        and unit.factor != 1
        and max(bare) <= unit.factor
        and "small shares" not in layout.accepted
    ):
        rows = [i for i, c in datum.cells.items() if c.value]
        problem = f"all are at most 1 under {unit.text!r}: is 0.1 a tenth?"
        advice = f"then units={{{datum.name!r}: 'share of {unit.of}'}}; or accept=['small shares']"
        findings.append(datum.finding(problem, rows, advice, {"units": {datum.name: ...}}))
    for i, cell in datum.cells.items():
        if cell.value is None:
            continue
        base = whole[i].value if i in whole else None
        if not 0 <= cell.value <= 1:
            datum.cells[i] = Cell(None, "unread", "a share of more than the whole, or below zero")
        elif base is None:
            datum.cells[i] = Cell(None, "unread", f"a share, and the {unit.of} are unknown")
        else:
            number = Decimal(str(base)) * Decimal(str(cell.value))
            rounded = number.to_integral_value() if datum.kind == "count" else number
            datum.cells[i] = Cell(as_exact(rounded), "converted")
    return findings


def _drop_impossible(datum: Datum, data: Sequence[Datum]) -> None:
    """Impossible values are unknown; of a part that is larger than its whole both are."""
    known = known_columns().get(datum.name)
    if known is None or not known.numeric:
        return
    for problem, _, _, is_impossible in impossible_values(known):
        for i, cell in datum.cells.items():
            if cell.value is not None and is_impossible(cell.value):
                datum.cells[i] = Cell(None, "impossible", problem)
    whole = next((d for d in data if d.name == known.at_most), None)
    for i, cell in datum.cells.items():
        most = whole.cells[i].value if whole is not None else None
        if whole is not None and cell.value is not None and most is not None and cell.value > most:
            datum.cells[i] = Cell(None, "impossible", f"more than {known.at_most}")
            whole.cells[i] = Cell(None, "impossible", f"less than {datum.name}")


def _told(datum: Datum, layout: Layout) -> list[Finding]:
    """One question for each kind of cell that was not read, and what is said of the others."""
    findings = []
    stops = None if "unread" in layout.accepted else {"accept": ["unread"]}
    for how, words in ACCEPTED.items():
        rows = [i for i, cell in datum.cells.items() if cell.how == how and cell.value is None]
        if rows:
            advice = f'accept=["{how}"] reads them; accept=["unread"] leaves them unknown'
            findings.append(datum.finding(words, rows, advice, stops))
        taken = [i for i, cell in datum.cells.items() if cell.how == how and cell.value is not None]
        if taken:
            problem = f"{words}, read as you said"
            findings.append(datum.finding(problem, taken, with_value=True))
    why: dict[str, list[int]] = {}
    for i, cell in datum.cells.items():
        if cell.how in ("unread", "impossible") and not cell.why.startswith(
            ("it can mean", "its unit")
        ):
            why.setdefault(cell.why, []).append(i)
    for reason, rows in list(why.items())[:8]:
        advice = 'accept=["unread"] leaves it unknown; or correct it in the file'
        findings.append(datum.finding(f"not read: {reason}", rows, advice, stops))
    for how, words in (
        ("separators", "thousands or decimals set apart"),
        ("converted", "converted"),
    ):
        rows = [i for i, cell in datum.cells.items() if cell.how == how]
        if rows:
            findings.append(datum.finding(words, rows, with_value=True))
    return findings
