"""Definitions: what one is, and how it is read from TOML or from a dict, with every fault named."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

from ..words import Language
from ._criteria import (
    Column,
    Criterion,
    DefinitionError,
    Group,
    Is,
    Rule,
    Threshold,
    asks,
    in_words,
    known_columns,
    leaves,
    near,
    percent,
    replaced,
    text_of_definitions,
    toml,
)

LEVELS = ("village", "town", "cluster")
LEAF = ("column", "at_least", "more_than", "per", "is")


@dataclass(frozen=True, repr=False)
class Definition:
    """One published wording: the rule it states, who stated it, where and when.

    ``source`` is a key of the bibliography, ``locator`` the place in it, ``year`` that of the text, ``stated_for`` the
    list or report it speaks of, ``peculiar`` what it does otherwise than most, ``words`` a few of its own words.
    """

    key: str
    level: str
    source: str
    year: int
    rule: Group
    locator: str = ""
    stated_for: str = ""
    last_checked: datetime.date | None = None
    peculiar: str = ""
    words: str = ""
    window: str = ""
    active_means: str = ""
    year_note: str = ""

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria in the order of the text, each once."""
        return tuple(dict.fromkeys(leaves(self.rule)))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The data that the rule asks for, in the order of the text."""
        return tuple(
            dict.fromkeys(c for leaf in self.criteria for c in (leaf.column, leaf.per) if c)
        )

    @property
    def strictness(self) -> str:
        """``strict``, ``inclusive``, ``mixed`` or ``no bound``."""
        kinds = {
            "strict" if leaf.strict else "inclusive"
            for leaf in self.criteria
            if isinstance(leaf, Threshold)
        }
        return "mixed" if len(kinds) == 2 else kinds.pop() if kinds else "no bound"

    def in_words(self, language: Language = "en") -> str:
        """The rule as a sentence.

        >>> get_definition("world-bank-2018").in_words("zh")
        '电子商务年销售额至少10,000,000元，且活跃网店至少100家'
        """
        return in_words(self.rule, language)

    def threshold(self, column: str, per: str | None = None) -> Threshold:
        """The one bound on a column: the number itself, or its share ``per`` another column.

        Without ``per`` the number is preferred to a share. DefinitionError: there is none, or more than one.
        """
        every = [leaf for leaf in self.criteria if isinstance(leaf, Threshold)]
        found = [t for t in every if t.column == column and (per is None or t.per == per)]
        found = [t for t in found if not t.per] or found
        if len(found) != 1:
            share = f" per {per}" if per else ""
            raise DefinitionError(
                f"{self.key} has {'more than one' if found else 'no'} bound on {column}{share}."
                f"{near(column, {t.column for t in every})} It has: {'; '.join(map(asks, every)) or 'none'}"
            )
        return found[0]

    def moved(
        self, column: str, *, at_least: Any = None, more_than: Any = None, per: str | None = None
    ) -> Definition:
        """The same definition with one bound moved, such as ``at_least=50`` or ``more_than="8%"``.

        A bound with ``%`` means the share. DefinitionError: there is no such bound, or the new one cannot be.

        >>> print(get_definition("world-bank-2018").moved("active_shops", at_least=50).in_words())
        annual e-commerce sales at least 10,000,000 RMB and active shops at least 50
        """
        shares = [t.per for t in self.criteria if t.per and t.column == column]
        if per is None and shares and "%" in f"{at_least}{more_than}":
            per = shares[0]
        old = self.threshold(column, per)
        given = {"at_least": at_least, "more_than": more_than, "per": old.per or None}
        faults: list[str] = []
        new = _rule(
            {"column": column} | {k: v for k, v in given.items() if v is not None},
            "",
            self.level,
            faults,
        )
        if faults:
            raise DefinitionError("\n".join(f"{self.key}, {column} moved{f}" for f in faults))
        return replace(
            self,
            key=f"{self.key}, {asks(new)}",
            rule=replaced(self.rule, old, new),
            words="",
            peculiar=f"A bound of {self.key}, moved by the reader: {asks(old)} became {asks(new)}.",
        )

    def to_dict(self) -> dict[str, Any]:
        """The definition in the form of the file; change it and hand it to ``definition`` or ``check``."""
        said = {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if f.name != "rule" and getattr(self, f.name)
        }
        return said | _spec(self.rule)

    def __str__(self) -> str:
        return f"{self.key} ({self.source}, {self.year}): {self.in_words()}"

    __repr__ = __str__


def _spec(rule: Rule) -> dict[str, Any]:
    if isinstance(rule, Group):
        return {rule.need: [_spec(p) for p in rule.parts]}
    if isinstance(rule, Is):
        return {
            "column": rule.column,
            "is": rule.values[0] if len(rule.values) == 1 else list(rule.values),
        }
    whole = int(rule.bound) if rule.bound.denominator == 1 else float(rule.bound)
    spec = {
        "column": rule.column,
        "more_than" if rule.strict else "at_least": percent(rule.bound) if rule.per else whole,
    }
    return spec | ({"per": rule.per} if rule.per else {})


# ---- reading ---------------------------------------------------------------------------------------------------------
@cache
def published() -> dict[str, Definition]:
    """The definitions of the data package, by key."""
    return read(text_of_definitions(), "definitions.toml")


def read(text: str, where: str = "your TOML") -> dict[str, Definition]:
    """Every ``[definitions.key]`` of a TOML text. DefinitionError names each fault with its place and what to do."""
    data = toml(text, where)
    if "definitions" not in data:
        return {(key := str(data.get("key", "my-definition"))): build_definition(key, data, where)}
    return {
        key: build_definition(key, spec, f"{where}, [definitions.{key}]")
        for key, spec in data["definitions"].items()
    }


AnyDefinition = str | Definition | Mapping[str, Any]


def get_definition(what: AnyDefinition) -> Definition:
    """One definition: a published one by its key, or your own as a dict or as TOML text, in the form of the file.

    DefinitionError: a misspelt key (with the nearest ones), or a fault in your own (with its place and what to do).

    >>> get_definition("world-bank-2018").year
    2018
    >>> mine = {"source": "my thesis", "year": 2026, "all": [{"column": "active_shops", "at_least": 20}]}
    >>> print(get_definition(mine))
    my-definition (my thesis, 2026): active shops at least 20
    """
    if isinstance(what, Definition):
        return what
    if isinstance(what, Mapping):
        key = str(what.get("key", "my-definition"))
        return build_definition(key, what, f"your definition {key!r}")
    if not isinstance(what, str):
        raise DefinitionError(
            f"A definition is a key, a dict or TOML text, not a {type(what).__name__}."
        )
    if what in published():
        return published()[what]
    if "=" not in what or "\n" not in what.strip():
        raise DefinitionError(
            f"There is no definition {what!r}.{near(what, published())} definitions() lists all {len(published())}."
        )
    found = read(what)
    if len(found) != 1:
        raise DefinitionError(
            f"your TOML: {len(found)} definitions, where one is needed; compare() takes several"
        )
    return next(iter(found.values()))


def build_definition(key: str, spec: Any, where: str) -> Definition:
    if not isinstance(spec, Mapping):
        raise DefinitionError(
            f"{where}: a definition is a table with source, year and a rule, all = [...] or any = [...]"
        )
    plain = {f.name for f in fields(Definition)} - {"rule"}
    given = {"level": "village"} | {k: v for k, v in spec.items() if k in plain} | {"key": key}
    faults = [
        f": unknown word {k!r}.{near(k, [*plain, 'all', 'any'])}"
        for k in spec
        if k not in plain and k not in ("all", "any")
    ]
    if given["level"] not in LEVELS:
        faults.append(f": level is {given['level']!r}; write one of {', '.join(LEVELS)}")
    if not str(given.get("source", "")).strip():
        faults.append(': no source; say who states it: source = "..."')
    if type(given.get("year")) is not int:
        faults.append(": no year; say when the text appeared, as a whole number: year = 2022")
    if isinstance(given.get("last_checked"), str):
        try:
            given["last_checked"] = datetime.date.fromisoformat(given["last_checked"])
        except ValueError:
            faults.append(": last_checked is no date; write it as 2026-11-22")
    faults += [
        f": {k} has to be text in quotation marks"
        for k, v in given.items()
        if k not in ("year", "last_checked") and not isinstance(v, str)
    ]
    tree = {k: spec[k] for k in ("all", "any") if k in spec}
    if not tree:
        faults.append(": no rule; write all = [...] or any = [...]")
    rule = _rule(tree, "", str(given["level"]), faults) if tree else None
    faults += _both_ways(rule) if not faults and rule else []
    if faults or rule is None:
        raise DefinitionError("\n".join(where + f for f in faults))
    return Definition(rule=rule, **given)  # type: ignore[arg-type]


def _both_ways(rule: Rule) -> Iterator[str]:
    """Only where each datum pulls one way do the best and the worst case say what missing data can still decide."""
    parts = list(leaves(rule))
    for c in sorted({p.column for p in parts} & {p.per for p in parts}):
        yield f": {c} pulls both ways, as a number to reach and as what a share is taken of; make two definitions of it"
    for c in sorted({p.column for p in parts if not p.per}):
        whole = known_columns()[c].at_most
        if whole and any(p.per == whole and p.column != c for p in parts):
            yield f": {c} are part of {whole}, their number pulls against a share of {whole}; ask for a share"
    answers = {p for p in parts if isinstance(p, Is)}
    for c in sorted({a.column for a in answers if sum(b.column == a.column for b in answers) > 1}):
        yield f": {c} pulls both ways, with two different wanted answers; ask for it once"


def _rule(spec: Any, at: str, level: str, faults: list[str]) -> Any:
    """The rule of a table, or None; what is wrong with it goes to ``faults``, each with its place."""

    def fault(text: str, place: str = at) -> None:
        faults.append(f"{', ' if place else ''}{place}: {text}")

    if not isinstance(spec, Mapping):
        return fault('a criterion is a table such as { column = "active_shops", at_least = 100 }')
    need: Any = "all" if "all" in spec else "any" if "any" in spec else ""
    if need:
        here = f"{at}.{need}".lstrip(".")
        if len(spec) > 1:
            return fault(
                f"{' and '.join(spec)} side by side; keep one and put the others inside it"
            )
        if not isinstance(spec[need], list | tuple) or not spec[need]:
            return fault("is empty; name at least one criterion", here)
        return Group(
            need, tuple(_rule(p, f"{here}[{i}]", level, faults) for i, p in enumerate(spec[need]))
        )
    for k in spec:
        if k not in LEAF:
            fault(f"unknown word {k!r}.{near(k, [*LEAF, 'all', 'any'])}")
    columns = {n: c for n, c in known_columns().items() if level in c.levels}
    column = columns.get(str(spec.get("column", "")))
    if column is None:
        named = f"no column {spec.get('column')!r} for a {level}."
        there = named if "column" in spec else 'names no column; write column = "...".'
        return fault(
            f"{there}{near(spec.get('column', ''), columns)} There are: {', '.join(columns)}"
        )
    kinds = [k for k in ("at_least", "more_than", "is") if k in spec]
    if len(kinds) != 1:
        return fault(
            f"{' and '.join(kinds) or 'no bound'} on {column.name}; write one of at_least, more_than and is"
        )
    if column.numeric:
        if kinds == ["is"]:
            return fault(f"{column.name} is a number; write at_least or more_than instead of is")
        return _threshold(spec, column, columns, kinds[0] == "more_than", fault)
    yes_no = column.kind == "yes/no"
    if kinds != ["is"] or "per" in spec:
        hint = (
            "yes or no; write is = true or is = false"
            if yes_no
            else "a word; write is and no bound"
        )
        return fault(f"{column.name} is {hint}")
    values = tuple(spec["is"]) if isinstance(spec["is"], list | tuple) else (spec["is"],)
    if (
        not values
        or (yes_no and len(values) > 1)
        or not all(isinstance(v, bool if yes_no else str) and v != "" for v in values)
    ):
        hint = "true or false" if yes_no else "one or more words in quotation marks"
        return fault(f"{column.name} is {spec['is']!r}; write {hint}")
    return Is(
        column.name,
        values,
        frozenset([*values, *(w for w, v in column.also.items() if v in values)]),
    )


def _threshold(
    spec: Mapping[str, Any], column: Column, columns: Mapping[str, Column], strict: bool, fault: Any
) -> Any:
    raw, per = spec["more_than" if strict else "at_least"], spec.get("per", "")
    share = isinstance(raw, str) and raw.strip().endswith("%")
    try:
        if isinstance(raw, bool) or (isinstance(raw, str) and not share):
            raise ValueError
        bound = Fraction(raw.strip()[:-1].strip()) / 100 if share else Fraction(str(raw))
    except (ValueError, ZeroDivisionError):
        return fault(
            f'{raw!r} is no bound; write a number such as 100, or a share such as "10%" with per'
        )
    if share and not per:
        return fault(f'{raw} of what? add per = "households"')
    if per and not share:
        return fault(f'a share of {per} is written as a percentage such as "10%", not as {raw!r}')
    if per and (per == column.name or per not in columns or columns[per].kind != "count"):
        return fault(
            f"no share can be taken per {per!r}.{near(per, [n for n, c in columns.items() if c.kind == 'count'])}"
        )
    if bound <= 0 or (not per and (bound < column.least if strict else bound <= column.least)):
        return fault(f"a bound of {raw} is always reached; write a greater one")
    if per and column.at_most == per and (bound >= 1 if strict else bound > 1):
        return fault(
            f"{column.name} are some of the {per}, so {raw} is never reached; write a share below 100%"
        )
    return Threshold(column.name, bound, strict, per)
