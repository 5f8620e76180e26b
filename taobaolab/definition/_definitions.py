"""Definitions: what one is, and how it is read from TOML or from a dict, with every fault named."""

from __future__ import annotations

import datetime
import numbers
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import cache, cached_property
from pathlib import PurePath
from typing import Any

from ..words import Language
from ._columns import (
    Column,
    DefinitionError,
    closest,
    known_columns,
    parse_toml,
    read_columns,
    text_of_definitions,
)
from ._criteria import (
    Criterion,
    Group,
    Is,
    Not,
    Rule,
    Score,
    Threshold,
    asks,
    columns_of,
    in_words,
    leaves,
    number_text,
    percent,
    replaced,
)
from ._logic import Plan, plan
from ._reading import RULE_WORDS, Form, Reader, years_of

LEVELS = ("village", "town", "cluster", "place")


@dataclass(frozen=True)
class Version:
    """What a definition with a history asks for since a year, and where that is stated."""

    since: int
    rule: Rule
    source: str = ""
    locator: str = ""
    words: str = ""


@dataclass(frozen=True, repr=False)
class Definition:
    """One wording: the rule that it states, who stated it, where and when.

    Parameters
    ----------
    key, level
        Its name, and the kind of place that it is about: village, town, cluster, or any other place.
    source, locator, year
        A key of the bibliography, the place in it, and the year of the text.
    rule
        What it asks for: the version in force, if the rule has a history.
    defines, country
        What it defines, if that is no Taobao village, town or cluster, and where it is in force.
    stated_for, peculiar, words, window, active_means, year_note, last_checked
        The list or report that it speaks of, what it does otherwise than most, a few of its own words, and notes.
    own_columns
        The columns that it declares for itself.
    versions
        Its history, the oldest first; none if the rule never changed.
    """

    key: str
    level: str
    source: str
    year: int
    rule: Rule
    locator: str = ""
    stated_for: str = ""
    last_checked: datetime.date | None = None
    peculiar: str = ""
    words: str = ""
    window: str = ""
    active_means: str = ""
    year_note: str = ""
    defines: str = ""
    country: str = ""
    own_columns: tuple[Column, ...] = field(default=(), hash=False)
    versions: tuple[Version, ...] = ()

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria in the order of the text, each once."""
        return tuple(dict.fromkeys(leaves(self.rule)))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule asks for, in the order of the text."""
        return tuple(dict.fromkeys(c for leaf in self.criteria for c in columns_of(leaf)))

    @cached_property
    def known(self) -> Mapping[str, Column]:
        """Every column that it may ask for, by name: those of all definitions, and its own."""
        return {**known_columns(), **{column.name: column for column in self.own_columns}}

    @cached_property
    def plan(self) -> Plan:
        """How its rule is judged exactly."""
        return plan(self.rule, self.known, self.columns)

    @property
    def strictness(self) -> str:
        """``strict``, ``inclusive``, ``mixed`` or ``no bound``."""
        kinds = {
            "strict" if leaf.strict else "inclusive"
            for leaf in self.criteria
            if isinstance(leaf, Threshold)
        }
        if len(kinds) == 2:
            return "mixed"
        return kinds.pop() if kinds else "no bound"

    def in_words(self, language: Language = "en") -> str:
        """The rule as a sentence.

        >>> get_definition("world-bank-2018").in_words("zh")
        '电子商务年销售额至少10,000,000元，且活跃网店至少100家'
        """
        return in_words(self.rule, language, self.known)

    def as_of(self, year: int) -> Definition:
        """The definition as it was in force in a year; the same where it has no history.

        Raises
        ------
        DefinitionError
            If there was no version of it yet.

        Examples
        --------
        >>> rule = {"source": "s", "year": 2020, "all": [
        ...     {"column": "taobao_villages", "at_least": {"2014": 3, "2020": 4}}], "level": "town"}
        >>> print(get_definition(rule).as_of(2019).in_words())
        Taobao villages at least 3
        """
        if not isinstance(year, numbers.Integral):
            raise DefinitionError(f"as_of is a year, a whole number such as 2019, not {year!r}")
        if not self.versions:
            return self
        in_force = [version for version in self.versions if version.since <= year]
        if not in_force:
            raise DefinitionError(
                f"{self.key}: no version of {year}; the first is of {self.versions[0].since}"
            )
        version = in_force[-1]
        return replace(
            self,
            rule=version.rule,
            source=version.source or self.source,
            locator=version.locator or self.locator,
            words=version.words or self.words,
            versions=tuple(v for v in self.versions if v.since <= year),
        )

    def threshold(self, column: str, per: str | None = None) -> Threshold:
        """The one bound on a column: the number itself, or its ratio ``per`` another column.

        Without ``per`` the number is preferred to a share.

        Raises
        ------
        DefinitionError
            If there is no such bound, or more than one.
        """
        every = [leaf for leaf in self.criteria if isinstance(leaf, Threshold)]
        found = [t for t in every if t.column == column and (per is None or t.per == per)]
        found = [t for t in found if not t.per] or found
        if len(found) != 1:
            share = f" per {per}" if per else ""
            listed = "; ".join(asks(t, columns=self.known) for t in every) or "none"
            nearest = "" if found else closest(column, {t.column for t in every})
            raise DefinitionError(
                f"{self.key} has {'more than one' if found else 'no'} bound on {column}{share}."
                f"{nearest} It has: {listed}"
            )
        return found[0]

    def moved(
        self,
        column: str,
        *,
        at_least: Any = None,
        more_than: Any = None,
        at_most: Any = None,
        less_than: Any = None,
        per: str | None = None,
    ) -> Definition:
        """The same definition with one bound moved, such as ``at_least=50`` or ``more_than="8%"``.

        A bound with ``%`` means the share.

        Raises
        ------
        DefinitionError
            If there is no such bound, or the new one cannot be.

        Examples
        --------
        >>> print(get_definition("world-bank-2018").moved("active_shops", at_least=50).in_words())
        annual e-commerce sales at least 10,000,000 RMB and active shops at least 50
        """
        given = {
            "at_least": at_least,
            "more_than": more_than,
            "at_most": at_most,
            "less_than": less_than,
        }
        given = {word: bound for word, bound in given.items() if bound is not None}
        shares = [t.per for t in self.criteria if t.per and t.column == column]
        if per is None and shares and any("%" in str(bound) for bound in given.values()):
            per = shares[0]
        old = self.threshold(column, per)
        spec: dict[str, Any] = {"column": column, **given}
        if old.per:
            spec["growth_from" if old.form == "growth" else "per"] = old.per
        reader = Reader(Form("call"), self.level, self.known, {})
        new = reader.rule(spec, "")
        if reader.faults:
            raise DefinitionError(
                "\n".join(f"{self.key}, {column} moved: {text}" for _, text in reader.faults)
            )
        was, became = (asks(leaf, columns=self.known) for leaf in (old, new))
        made = replace(
            self,
            key=f"{self.key}, {became}",
            rule=replaced(self.rule, old, new),
            words="",
            peculiar=f"A bound of {self.key}, moved by the reader: {was} became {became}.",
            versions=(),
        )
        _refuse_what_cannot_be_exact(made, f"{self.key}, {column} moved")
        return made

    def to_dict(self) -> dict[str, Any]:
        """The definition in the form of the file; change it and hand it to ``get_definition`` or ``check``."""
        plain = [f.name for f in fields(self) if f.name not in ("rule", "own_columns", "versions")]
        found = {name: getattr(self, name) for name in plain if getattr(self, name)}
        if self.last_checked:
            found["last_checked"] = self.last_checked.isoformat()
        if self.own_columns:
            found["columns"] = {column.name: _column_spec(column) for column in self.own_columns}
        if not self.versions:
            return found | rule_to_dict(self.rule)
        stated = []
        for version in self.versions:
            notes = {
                n: getattr(version, n)
                for n in ("source", "locator", "words")
                if getattr(version, n)
            }
            stated.append({"since": version.since, **notes, **rule_to_dict(version.rule)})
        return found | {"versions": stated}

    def __str__(self) -> str:
        return f"{self.key} ({self.source}, {self.year}): {self.in_words()}"

    __repr__ = __str__


def _column_spec(column: Column) -> dict[str, Any]:
    default = Column("", "")
    spec = {
        name: value for name, value in column._asdict().items() if value != getattr(default, name)
    }
    spec.pop("name", None)
    if "also" in spec:
        spec["also"] = dict(spec["also"])
    for name, value in spec.items():
        if isinstance(value, tuple):
            spec[name] = list(value)
        elif isinstance(value, Fraction):
            spec[name] = float(value)
    return spec


def rule_to_dict(rule: Rule) -> dict[str, Any]:
    """A rule in the form of the file. No digit is lost."""
    if isinstance(rule, Not):
        return {"not": rule_to_dict(rule.part)}
    if isinstance(rule, Group):
        named = {"name": rule.name} if rule.name else {}
        return named | {rule.need: [rule_to_dict(part) for part in rule.parts]}
    if isinstance(rule, Score):
        parts = []
        for part, weight in zip(rule.parts, rule.weights, strict=True):
            heavy = {} if rule.counts else {"weight": _as_number(weight)}
            parts.append(heavy | rule_to_dict(part))
        return {rule.word: _as_number(rule.bound), "of": parts}
    if isinstance(rule, Is):
        value = rule.values[0] if len(rule.values) == 1 else list(rule.values)
        return {"column": rule.column, "is_not" if rule.negated else "is": value}
    if rule.form == "growth":
        return {"column": rule.column, rule.word: percent(rule.bound - 1), "growth_from": rule.per}
    if rule.per:
        bound = _as_number(rule.bound) if rule.form == "number" else percent(rule.bound)
        return {"column": rule.column, rule.word: bound, "per": rule.per}
    return {"column": rule.column, rule.word: _as_number(rule.bound)}


def _as_number(value: Any) -> int | float | str:
    """An int or a float where it says all; else text, such as 1/3."""
    if value.denominator == 1:
        return int(value)
    text = number_text(value)
    return (
        float(text)
        if "/" not in text and number_text(type(value)(str(float(text)))) == text
        else text
    )


# ---- reading ---------------------------------------------------------------------------------------
AnyDefinition = str | Definition | Mapping[str, Any]


@cache
def published() -> dict[str, Definition]:
    """The definitions of the data package, by key."""
    return read(text_of_definitions(), "definitions.toml")


def read(text: str, where: str = "your TOML") -> dict[str, Definition]:
    """Every ``[definitions.key]`` of a TOML text.

    Raises
    ------
    DefinitionError
        It names each fault with its place and what to do.
    """
    try:
        data = parse_toml(text, where)
    except RecursionError:
        raise DefinitionError(
            f"{where}: nested too deeply; write fewer groups inside groups"
        ) from None
    own_file = where == "definitions.toml"
    shared = {} if own_file else data.get("columns", {})
    if "definitions" not in data:
        key = str(data.get("key", "my-definition"))
        return {key: _Definitions({key: data}, {}, Form("toml"), where).one(key)}
    specs = data["definitions"]
    if not isinstance(specs, Mapping):
        raise DefinitionError(
            f"{where}: definitions is a table of tables, such as [definitions.mine]"
        )
    others = [word for word in data if word not in ("definitions", "columns")]
    if others:
        raise DefinitionError(
            f"{where}: unknown word {others[0]!r} beside [definitions.{next(iter(specs))}]"
        )
    several = _Definitions(specs, shared, Form("toml"), where + ", [definitions.{}]", own_file)
    return {key: several.one(key) for key in specs}


def get_definition(what: AnyDefinition, as_of: int | None = None) -> Definition:
    """One definition: a published one by its key, or your own as a dict or as TOML text, in the form of the file.

    Parameters
    ----------
    what
        A key, a dict, the text of a TOML file, or a Definition, which is returned.
    as_of
        A year: the version in force then. Without it, the last version.

    Raises
    ------
    DefinitionError
        A misspelt key (with the nearest ones), or a fault in your own (with its place and what to do).

    Examples
    --------
    >>> get_definition("world-bank-2018").year
    2018
    >>> mine = {"source": "my thesis", "year": 2026, "all": [{"column": "active_shops", "at_least": 20}]}
    >>> print(get_definition(mine))
    my-definition (my thesis, 2026): active shops at least 20
    """
    found = _find(what)
    return found if as_of is None else found.as_of(as_of)


def _find(what: AnyDefinition) -> Definition:
    if isinstance(what, Definition):
        return what
    if isinstance(what, Mapping):
        key = str(what.get("key", "my-definition"))
        return _Definitions({key: what}, {}, Form("dict"), f"your definition {key!r}").one(key)
    if isinstance(what, (bytes, PurePath)):
        how = "text.decode()" if isinstance(what, bytes) else f"Path({str(what)!r}).read_text()"
        raise DefinitionError(f"A {type(what).__name__} is no definition; give its text: {how}.")
    if hasattr(what, "columns"):
        raise DefinitionError(
            "A table stands where the definition is needed: check(table, definition), the table first."
        )
    if not isinstance(what, str):
        raise DefinitionError(
            f"A definition is a key, a dict or TOML text, not a {type(what).__name__}."
        )
    if what in published():
        return published()[what]
    stripped = what.lstrip("\ufeff \n\t")
    if stripped.startswith("{") or stripped.startswith('[{"'):
        raise DefinitionError("This text is JSON: read it first, get_definition(json.loads(text)).")
    if "=" not in what:
        short = what if len(what) <= 60 else what[:57] + "..."
        if what.endswith((".toml", ".json")) or "/" in what or "\\" in what:
            raise DefinitionError(
                f"{short!r} is the path of a file: give its text, Path({short!r}).read_text()."
            )
        raise DefinitionError(
            f"There is no definition {short!r}.{closest(what, published())} "
            "definitions() and definitions(elsewhere=True) list them all."
        )
    found = read(what)
    if len(found) != 1:
        raise DefinitionError(
            f"your TOML: {len(found)} definitions, where one is needed; compare() takes several"
        )
    return next(iter(found.values()))


class _Definitions:
    """The definitions of one text, which may refer to each other by key."""

    def __init__(
        self, specs: Mapping[str, Any], shared: Any, form: Form, where: str, own_file: bool = False
    ) -> None:
        self.specs, self.shared, self.form, self.where, self.own_file = (
            specs,
            shared,
            form,
            where,
            own_file,
        )
        self.made: dict[str, Definition] = {}
        self.open: list[str] = []

    def one(self, key: str) -> Definition:
        """The definition of this key. DefinitionError names all its faults."""
        if key not in self.made:
            self.open.append(key)
            self.made[key] = self._read(key, self.specs[key], self.where.format(key))
            self.open.pop()
        return self.made[key]

    def other(self, key: str) -> Definition:
        """Another definition that is named as a part."""
        if key in self.open:
            raise DefinitionError(f"the definition {key!r} asks for itself; leave that part out")
        if key in self.specs:
            return self.one(key)
        if self.own_file:
            raise DefinitionError(f"there is no definition {key!r}.{closest(key, self.specs)}")
        return get_definition(key)

    def _read(self, key: str, spec: Any, where: str) -> Definition:
        form = self.form
        if not isinstance(spec, Mapping):
            raise DefinitionError(
                f"{where}: a definition is a {form.table_name} with source, year and a rule, "
                f"{form.pair('all', [])} or {form.pair('any', [])}"
            )
        faults: list[str] = []
        own = (
            read_columns({**self.shared, **spec.get("columns", {})}, faults)
            if self._tables(spec, faults)
            else {}
        )
        known = known_columns()
        for name in own:
            if name in known:
                faults.append(
                    f"columns.{name}: there is such a column already; use it, or choose another name"
                )
        for name, column in own.items():
            whole = column.at_most
            if whole and (
                whole == name
                or not ({**known, **own}.get(whole, column).numeric)
                or whole not in {**known, **own}
            ):
                faults.append(
                    f"columns.{name}: at_most names no other number.{closest(whole, {*known, *own} - {name})}"
                )
        given = self._notes(key, spec, faults)
        reader = Reader(form, str(given["level"]), {**known, **own}, own, self.other)
        versions = self._versions(spec, reader)
        faults += [f", {place}: {text}" if place else f": {text}" for place, text in reader.faults]
        faults = [fault if fault[0] in ":," else f", {fault}" for fault in faults]
        if faults:
            raise DefinitionError("\n".join(where + fault for fault in faults))
        used = {**own, **reader.borrowed}
        last = versions[-1]
        made = Definition(
            rule=last.rule,
            own_columns=tuple(used.values()),
            versions=tuple(versions) if last.since else (),
            **given,
        )
        for version in versions:
            _refuse_what_cannot_be_exact(replace(made, rule=version.rule), where)
        return made

    def _tables(self, spec: Mapping[str, Any], faults: list[str]) -> bool:
        if isinstance(spec.get("columns", {}), Mapping) and isinstance(self.shared, Mapping):
            return True
        faults.append(
            f": columns is a {self.form.table_name} of columns, a {self.form.table_name} each"
        )
        return False

    def _notes(self, key: str, spec: Mapping[str, Any], faults: list[str]) -> dict[str, Any]:
        """What is said of the definition besides its rule."""
        form = self.form
        plain = [
            f.name for f in fields(Definition) if f.name not in ("rule", "own_columns", "versions")
        ]
        given = {"level": "village"} | {k: v for k, v in spec.items() if k in plain} | {"key": key}
        rest = [*plain, *RULE_WORDS, "versions", "columns"]
        faults += [f": unknown word {k!r}.{closest(k, rest)}" for k in spec if k not in rest]
        if given["level"] not in LEVELS:
            faults.append(f": level is {given['level']!r}; write one of {', '.join(LEVELS)}")
        if not str(given.get("source", "")).strip():
            faults.append(f": no source; say who states it: {form.pair('source', '...')}")
        if type(given.get("year")) is not int:
            faults.append(
                f": {_year_fault(given.get('year'))}; say when the text appeared, as a whole number: "
                f"{form.pair('year', 2022)}"
            )
        checked = given.get("last_checked")
        if isinstance(checked, str):
            try:
                given["last_checked"] = datetime.date.fromisoformat(checked)
            except ValueError:
                faults.append(": last_checked is no date; write it as 2026-11-22")
        elif checked is not None and not isinstance(checked, datetime.date):
            faults.append(": last_checked is no date; write it as 2026-11-22")
        for name, value in given.items():
            if name not in ("year", "last_checked") and not isinstance(value, str):
                faults.append(f": {name} has to be text in quotation marks")
        return given

    def _versions(self, spec: Mapping[str, Any], reader: Reader) -> list[Version]:
        """The rule for each year in which it changed; a rule without a history is one version since 0."""
        rule = {word: spec[word] for word in RULE_WORDS if word in spec}
        listed = spec.get("versions")
        if listed is None:
            years = sorted(years_of(rule)) or [0]
            return [Version(year, reader.whole_rule(rule, "", year)) for year in years]
        if rule:
            reader.fault(
                "",
                f"versions and {' and '.join(rule)} side by side; put the rule into the versions",
            )
        if not isinstance(listed, (list, tuple)) or not listed:
            reader.fault(
                "versions", f"a list with a {self.form.table_name} for each change is needed"
            )
            return [Version(0, Group("all", ()))]
        found = []
        for i, version in enumerate(listed):
            place = f"versions[{i}]"
            if not isinstance(version, Mapping) or type(version.get("since")) is not int:
                reader.fault(
                    place, f"says not since when it is in force: {self.form.pair('since', 2019)}"
                )
                continue
            notes = {
                k: version[k]
                for k in ("source", "locator", "words")
                if isinstance(version.get(k), str)
            }
            for word in version:
                if word not in ("since", "source", "locator", "words", *RULE_WORDS):
                    reader.fault(
                        place, f"unknown word {word!r}.{closest(word, ['since', *RULE_WORDS])}"
                    )
            stated = {word: version[word] for word in RULE_WORDS if word in version}
            found.append(Version(version["since"], reader.whole_rule(stated, place, 0), **notes))
        found.sort(key=lambda version: version.since)
        return found or [Version(0, Group("all", ()))]


def _year_fault(year: Any) -> str:
    return "no year" if year is None else f"no year that is a whole number, but {year!r}"


def _refuse_what_cannot_be_exact(made: Definition, where: str) -> None:
    try:
        made.__dict__.pop("plan", None)
        made.plan  # noqa: B018 (worked out now, so that a rule is refused where it is read)
    except DefinitionError as error:
        raise DefinitionError(f"{where}{error}") from None
