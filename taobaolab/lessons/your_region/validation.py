"""What was asked of a table: data and columns that exist, units that are understood, and no unit passed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...definition import Problem as Fault
from ...definition import closest, known_columns
from .columns import WHOLE, suggested
from .files import RegionError
from .tables import Table
from .vocabulary import Unit, name_and_unit, unit_of

ACCEPT = ("units", "about")


def look_at_request(
    table: Table, columns: Any, units: Any, accept: tuple[str, ...], given: Any, decimal: Any
) -> None:
    """Refuse what a request asks wrongly: columns, units, given values."""
    known, faults = known_columns(), []
    if not isinstance(columns, Mapping) or not columns:
        line = f"columns={dict(suggested(table).columns)}"
        raise _refusal(
            [
                Fault(
                    "columns",
                    "they are not named",
                    f"say where each datum stands; from the names of your columns one would guess {line}",
                )
            ]
        )
    headers = list(table.rows.columns)
    for d, header in columns.items():
        if d != "place" and d not in known:
            turned = (
                f"turn it round: {{{header!r}: {d!r}}}"
                if header in known
                else f"there are: place, {', '.join(known)}"
            )
            faults.append(
                Fault(
                    str(d), "no datum of a definition", f"{turned}.{closest(d, ['place', *known])}"
                )
            )
        elif header not in headers:
            faults.append(
                Fault(
                    str(d),
                    f"no column {header!r}",
                    f"there are: {', '.join(map(repr, headers))}.{closest(header, headers)}",
                )
            )
    for header in {h for h in columns.values() if list(columns.values()).count(h) > 1}:
        faults.append(
            Fault(
                str(header),
                "stands for two data",
                "a column can hold one; take the other from another column",
            )
        )
    for d, value in given.items():
        if d not in known:
            faults.append(
                Fault(
                    str(d),
                    "in given=, but no datum of a definition",
                    f"there are: {', '.join(known)}.{closest(d, known)}",
                )
            )
        elif d in columns:
            faults.append(Fault(d, "both in columns= and in given=", "keep one of them"))
        elif known[d].kind == "yes/no" and not isinstance(value, bool) and value is not None:
            faults.append(Fault(d, f"given as {value!r}", "write True, False or None"))
        elif known[d].numeric and (isinstance(value, bool) or not isinstance(value, (int, float))):
            faults.append(Fault(d, f"given as {value!r}", "write a number"))
    for d, unit in units.items():
        if d not in columns or d == "place" or d not in known or not known[d].numeric:
            faults.append(
                Fault(
                    str(d),
                    "in units=, but not a number that is mapped",
                    f"units are for: {', '.join(c for c in columns if c in known and known[c].numeric)}",
                )
            )
        elif not as_unit(unit):
            faults.append(
                Fault(
                    d,
                    f"no unit {unit!r}",
                    'write a word such as "万元", "thousand", "million" or "%", or a factor such as 10_000',
                )
            )
    for word_ in accept:
        if word_ not in ACCEPT:
            faults.append(
                Fault(
                    "accept",
                    f"{word_!r} is not understood",
                    'there are "units" (120 万) and "about" (约30)',
                )
            )
    if decimal not in (None, ".", ","):
        faults.append(
            Fault("decimal", f"{decimal!r} is no decimal sign", 'write decimal="." or decimal=","')
        )
    if not faults:
        faults = [
            f
            for d, h in columns.items()
            if d in known and known[d].numeric and d not in units and (f := _undecided(d, h))
        ]
    if faults:
        raise _refusal(faults)


def _refusal(faults: Iterable[Fault]) -> RegionError:
    return RegionError(faults, "what was asked for", "nothing was converted")


def as_unit(unit: Any) -> Unit | None:
    """The unit that a word or a factor names, or None."""
    if isinstance(unit, str):
        found = unit_of(unit)
        return found if found and not found.currency else None
    fit = isinstance(unit, (int, float)) and not isinstance(unit, bool) and 0 < unit < float("inf")
    return Unit(f"times {unit:,}" if unit != 1 else "as it stands", unit) if fit else None


def _undecided(datum: str, header: str) -> Fault | None:
    """A header that states a unit on which nothing was said."""
    unit = name_and_unit(header)[2]
    if unit is None or not unit.changes:
        return None
    if unit.currency:
        rate = "the amounts are no RMB, and the bounds are"
        times = f"{unit.factor:,} times " if unit.factor != 1 else ""
        advice = f"units={{{datum!r}: ...}} with {times}the RMB that one {unit.currency} was worth in that year; say where the rate is from"
        return Fault(datum, f"the header {header!r} says {unit.text!r}: {rate}", advice)
    if unit.percent and datum not in WHOLE:
        return Fault(
            datum,
            f"the header {header!r} says that these are shares",
            f"the number of {known_columns()[datum].label} is needed; map another column",
        )
    does = (
        f"takes it as a share of the {WHOLE[datum]}"
        if unit.percent
        else f"multiplies by {unit.factor:,}"
    )
    advice = f"units={{{datum!r}: {unit.text!r}}} {does}; units={{{datum!r}: 1}} takes the numbers as they stand"
    return Fault(datum, f"the header {header!r} says {unit.text!r}", advice)
