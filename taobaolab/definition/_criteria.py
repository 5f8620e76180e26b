"""The language of criteria: what can be asked, of which data, and how it is said in words."""

from __future__ import annotations

import difflib
import math
import numbers
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from ..words import Language, words

INF = float("inf")


class DefinitionError(ValueError):
    """A definition that does not exist, or one with a fault; the message names the place and what to do."""


# ---- data ------------------------------------------------------------------------------------------------------------
class Column(NamedTuple):
    """A datum: what it is, what it is called, and which values are possible at all."""

    name: str
    kind: str
    label: str
    label_zh: str
    levels: tuple[str, ...]
    description: str
    unit: str = ""
    unit_zh: str = ""
    least: int = 0
    most: int = 0
    at_most: str = ""
    yes: str = ""
    no: str = ""
    yes_zh: str = ""
    no_zh: str = ""
    names: tuple[str, ...] = ()
    also: Mapping[str, str] = MappingProxyType({})

    @property
    def numeric(self) -> bool:
        """Whether it is a number or a count."""
        return self.kind in ("number", "count")

    def labelled(self, zh: bool) -> str:
        """Its name in a sentence."""
        return self.label_zh if zh else self.label

    def measured(self, value: Any, zh: bool) -> str:
        """A value with the unit that its name does not say."""
        return (
            f"{say(value)}{self.unit_zh}"
            if zh
            else f"{say(value)} RMB"
            if self.unit == "RMB"
            else say(value)
        )

    def answered(self, answer: bool, zh: bool) -> str:
        """A yes or a no in words."""
        return (self.yes_zh if answer else self.no_zh) if zh else self.yes if answer else self.no


def text_of_definitions() -> str:
    """The definitions of the data package, as TOML."""
    from .. import datasets

    return datasets.read_text("definitions.toml")


def toml(text: str, where: str) -> dict[str, Any]:
    """Parsed TOML; a mistake is a DefinitionError that names the file."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(
            f"{where}: not valid TOML: {error}; text needs quotation marks, yes/no is true or false"
        ) from None


@cache
def known_columns() -> dict[str, Column]:
    """Every datum that a definition can ask for, by name."""
    tables = toml(text_of_definitions(), "definitions.toml")["columns"]
    known = {*Column._fields} - {"name"}
    for name, spec in tables.items():
        for word in spec.keys() - known:
            raise DefinitionError(
                f"definitions.toml, [columns.{name}]: unknown word {word!r}.{near(word, known)}"
            )
    made: dict[str, Any] = {
        n: {k: tuple(v) if isinstance(v, list) else v for k, v in s.items()}
        for n, s in tables.items()
    }
    return {name: Column(name=name, **spec) for name, spec in made.items()}


@cache
def within(column: str) -> tuple[str, ...]:
    """The data that are parts of another: trading households are some of the households."""
    return tuple(name for name, k in known_columns().items() if k.at_most == column)


# ---- criteria --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Is:
    """A criterion on a yes/no or on a word; ``accepted`` also holds other spellings of the words."""

    column: str
    values: tuple[bool | str, ...]
    accepted: frozenset[bool | str] = field(repr=False)
    per = ""


class Threshold(NamedTuple):
    """A criterion on a number, or on its share ``per`` another; ``strict`` means that the bound has to be passed."""

    column: str
    bound: Fraction
    strict: bool
    per: str = ""


class Group(NamedTuple):
    """Criteria of which ``all`` have to be met, or ``any`` one."""

    need: Literal["all", "any"]
    parts: tuple[Rule, ...]


Criterion = Is | Threshold
Rule = Is | Threshold | Group


def leaves(rule: Rule) -> Iterator[Criterion]:
    """The criteria of a rule, in the order of the text."""
    if isinstance(rule, Group):
        for part in rule.parts:
            yield from leaves(part)
    else:
        yield rule


def replaced(rule: Rule, old: Rule, new: Any) -> Any:
    """The rule with one criterion replaced, wherever it stands."""
    if rule == old:
        return new
    return (
        Group(rule.need, tuple(replaced(p, old, new) for p in rule.parts))
        if isinstance(rule, Group)
        else rule
    )


# ---- in words --------------------------------------------------------------------------------------------------------
def asks(leaf: Criterion, language: Language = "en") -> str:
    """What a criterion asks for: active shops at least 10% of households."""
    columns, zh, said = known_columns(), language == "zh", words("rule", language)
    column = columns[leaf.column]
    if isinstance(leaf, Threshold):
        bound = column.measured(leaf.bound, zh) if not leaf.per else percent(leaf.bound)
        bound += f" of {columns[leaf.per].label}" if leaf.per and not zh else ""
        share = f"{columns[leaf.per].label_zh}的" if leaf.per and zh else ""
        return (
            f"{column.labelled(zh)}{said['more_than' if leaf.strict else 'at_least']}{share}{bound}"
        )
    if column.kind == "yes/no":
        return column.answered(bool(leaf.values[0]), zh)
    return column.labelled(zh) + said["is"] + said["any"].strip("，").join(map(str, leaf.values))


def percent(bound: Fraction) -> str:
    """A share as a percentage: 10%, 7.5%."""
    return f"{float(100 * bound):.12g}%"


def in_words(rule: Rule, language: Language, inner: bool = False) -> str:
    if not isinstance(rule, Group):
        return asks(rule, language)
    said = words("rule", language)
    text = said[rule.need].join(in_words(p, language, True) for p in rule.parts)
    return f"{said['(']}{text}{said[')']}" if inner and len(rule.parts) > 1 else text


def near(word: object, known: Iterable[Any]) -> str:
    """Did you mean ...? Empty where nothing is near."""
    plain = {folded(k): k for k in known}
    close = difflib.get_close_matches(folded(word), plain, n=2, cutoff=0.6)
    return f" Did you mean {' or '.join(repr(plain[c]) for c in close)}?" if close else ""


def say(value: Any) -> str:
    """A value as a reader would write it: 1,200 and 0.25, yes and no, 'text'."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = repr(value)
    if isinstance(value, (numbers.Real, Decimal)) and value == value and abs(value) != INF:
        text = f"{math.floor(value):,}" if value == math.floor(value) else f"{float(value):,.2f}"
    return text if len(text) <= 40 else text[:36] + "..."


def folded(word: object) -> str:
    return "".join(c for c in str(word).casefold() if c not in " _-")


def guess(column: Column, wanted: Any, free: list[Any]) -> Any:
    """The header, among the free ones, that probably means this column; None if none does."""
    plain = {folded(h): h for h in reversed(free)}
    for name in (wanted, column.label, column.label_zh, *column.names):
        if folded(name) in plain:
            return plain[folded(name)]
    inside = [h for h in free if any(n in str(h) for n in column.names)]
    close = difflib.get_close_matches(folded(wanted), plain, n=1, cutoff=0.75)
    short = [h for f, h in plain.items() if len(f) > 3 and f.rstrip("s") in folded(wanted)]
    return (
        inside[0] if inside else plain[close[0]] if close else short[0] if len(short) == 1 else None
    )
