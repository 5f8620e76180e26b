"""One place explained: the verdict, a row a criterion, what would turn it, and what to find out first."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ..words import Language, words
from ._criteria import Criterion, Group, Is, Rule, Threshold, asks, guess, known_columns, near, say
from ._faults import Fault, InputError, datum
from ._reasons import MET, NOT_MET, UNDETERMINED, Change, Way, ways_to
from ._reasons import verdict as _verdict
from ._rules import AnyDefinition, Definition, get_definition

if TYPE_CHECKING:
    import pandas as pd

MARKS = {MET: "✓", NOT_MET: "✗", UNDETERMINED: "?"}


def explain(
    definition: AnyDefinition,
    village: Any = None,
    /,
    *,
    columns: Mapping[str, Any] | None = None,
    language: Language = "en",
    **data: Any,
) -> Answer:
    """The answer for one place, with its reasons: a table in a notebook, text by ``str()``, data by ``to_dict()``.

    The data are keywords, ``active_shops=60``, or a mapping or one row of a table, whose other entries are left aside
    (``columns`` says what it calls a datum, as in ``check``). What is left out, None or NaN is unknown. ``language`` is
    ``"en"`` or ``"zh"``. InputError: an impossible value, or a name that is no datum, with the nearest one.

    >>> known = {"rural": True, "administrative_village": True, "annual_sales_rmb": 12e6, "active_shops": 60}
    >>> explain("wikipedia", known).sentence
    'Undetermined. Find out households first: met if fewer than 600; not met if at least 600.'
    >>> explain("world-bank-2018", annual_sales_rmb=12e6, active_shops=60, language="zh").sentence
    '不满足。若活跃网店至少100家，则满足。'
    """
    chosen, known = get_definition(definition), known_columns()
    words("answer", language)
    faults = []
    for name in data:
        if name not in known or chosen.level not in known[name].levels:
            names = [n for n, k in known.items() if chosen.level in k.levels]
            hint = f"there are {', '.join(names)}.{near(name, names)}"
            faults.append(Fault(name, f"no datum of a {chosen.level}", hint))
    if village is not None:
        data = _row(chosen, village, columns or {}, faults) | data
    record = {
        name: datum(known[name], value, faults) for name, value in data.items() if name in known
    }
    for name, value in record.items():
        whole = record.get(known[name].at_most)
        if value is not None and whole is not None and value > whole:
            found = (f"{say(value)} of {say(whole)}",)
            hint = "they are some of them; were the two swapped?"
            faults.append(Fault(name, f"more than {known[name].at_most}", hint, examples=found))
    if faults:
        raise InputError(faults, "these data", "nothing was answered")
    return Answer(chosen, {c: record.get(c) for c in chosen.columns}, language)


def _row(
    chosen: Definition, village: Any, columns: Mapping[str, Any], faults: list[Fault]
) -> dict[str, Any]:
    """What a mapping or a row knows of the data asked for; a datum that seems misspelt is a fault, not unknown."""
    row = village._asdict() if hasattr(village, "_asdict") else village
    if not hasattr(row, "keys") or getattr(row, "ndim", 1) != 1:
        hint = "give keywords, a mapping, or one row, such as table.iloc[0]"
        faults.append(Fault("the village", f"{type(village).__name__} is not one village", hint))
        return {}
    known, names, given = known_columns(), list(row.keys()), {}
    wrong = [c for c in columns if c not in known]
    faults += [
        Fault(str(c), "in columns=, but no datum", f"ours stands on the left.{near(c, known)}")
        for c in wrong
    ]
    for c in chosen.columns:
        name = columns.get(c, c)
        meant = guess(known[c], name, [n for n in names if n not in known])
        if name in names:
            given[c] = row[name]
        elif name is not None and meant is not None:
            hint = f"is that it? columns={{{c!r}: {meant!r}}}; if not: columns={{{c!r}: None}}"
            faults.append(Fault(c, f"not there, but there is {meant!r}", hint))
    if not given and not faults:
        faults.append(
            Fault(
                "the village",
                "none of the data asked for",
                f"asked for: {', '.join(chosen.columns)}",
            )
        )
    return given


class Line(NamedTuple):
    """One line of an explanation: a criterion, or the head of a group (where ``leaf`` is None)."""

    depth: int
    group: str
    asks: str
    value: str
    margin: str
    answer: str
    leaf: Criterion | None


@dataclass(frozen=True, repr=False)
class Answer:
    """The answer for one place and the reasons for it, each computed when it is asked for.

    ``record`` holds what is known of the data that the definition asks for; None is unknown.
    """

    definition: Definition
    record: Mapping[str, Any]
    language: Language = "en"

    @cached_property
    def verdict(self) -> str:
        """``met``, ``not met`` or ``undetermined``, in English whatever the language."""
        return _verdict(self.definition.rule, self.record)

    @property
    def met(self) -> bool | None:
        """True, False, or None for undetermined."""
        return {MET: True, NOT_MET: False}.get(self.verdict)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The nearest changes that would turn the verdict (to met, if it is undetermined), the smallest first.

        Each is minimal: with a datum less, or one shop or one fen less, it would not turn. Households and population
        stay as they are; they are no levers.
        """
        return [{c: _number(change.value) for c, change in way.items()} for way in self._turning]

    @property
    def find_out(self) -> str | None:
        """Which unknown datum to find out first, one that can decide both ways if there is one; None if decided."""
        return self._open[0][0] if self._open else None

    @property
    def rows(self) -> pd.DataFrame:
        """A row a criterion: what it asks, the value, the margin to the bound, the answer, the group that it is in."""
        import pandas as pd

        return pd.DataFrame(self.to_dict()["criteria"])

    @property
    def sentence(self) -> str:
        """The verdict, and what would turn it or what to find out first."""
        said, zh = words("answer", self.language), self.language == "zh"
        head = said[self.verdict][0].upper() + said[self.verdict][1:]
        if self._open:
            name, *sides = self._open[0]
            column = known_columns()[name]
            ends = [
                said["if"].format(said[v], self._say(name, s))
                for v, s in zip((MET, NOT_MET), sides, strict=True)
                if s
            ]
            what = (
                column.labelled(zh)
                if zh or column.kind != "yes/no"
                else said["whether"].format(column.yes)
            )
            return head + said["find"].format(what, said[";"].join(ends))
        ways = [
            said["and"].join(self._say(c, change, True) for c, change in way.items())
            for way in self._turning[:3]
        ]
        return head + (
            said["would no longer be met" if self.met else "would be met"].format(
                said["or"].join(ways)
            )
            if ways
            else said["never"]
        )

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data."""
        d = self.definition
        lines = [(line, line.leaf) for line in self._lines(d.rule) if line.leaf is not None]
        return {
            "definition": d.key,
            "verdict": self.verdict,
            "sentence": self.sentence,
            "criteria": [
                {
                    "criterion": line.asks,
                    "value": _number(self.record[leaf.column]),
                    "margin": self._margin(leaf),
                    "answer": line.answer,
                    "group": line.group,
                    "column": leaf.column,
                    "per": leaf.per,
                }
                for line, leaf in lines
            ],
            "changes": self.changes,
            "find_out": self.find_out,
            "source": d.source,
            "year": d.year,
            "locator": d.locator,
            "last_checked": d.last_checked.isoformat() if d.last_checked else None,
        }

    @cached_property
    def _shares(self) -> list[str]:
        return [leaf.per for leaf in self.definition.criteria if leaf.per]

    def _ways(self, want: bool, free: Iterable[str]) -> list[Way]:
        known = known_columns()

        def possible(way: Way) -> bool:
            new = {**self.record, **{c: change.value for c, change in way.items()}}
            numbers = {c: x for c, x in new.items() if x is not None and known[c].numeric}
            return all(
                known[c].least <= x <= numbers.get(known[c].at_most, x) for c, x in numbers.items()
            )

        found = ways_to(want, self.definition.rule, self.record, free, self._shares)
        return [way for way in found if way and possible(way)]

    @cached_property
    def _turning(self) -> list[Way]:
        def size(way: Way) -> tuple[int, float]:
            old = {c: self.record[c] for c in way}
            steps = [
                abs(float(v.value) / float(old[c]) - 1) if v.how != "is" and old[c] else 1
                for c, v in way.items()
            ]
            return len(way), sum(steps)

        return sorted(
            self._ways(not self.met, [c for c in self.record if c not in self._shares]), key=size
        )

    @cached_property
    def _open(self) -> list[tuple[str, Change | None, Change | None]]:
        """Each unknown datum with the change that alone would decide for met, and for not met; the best first."""

        def alone(c: str, want: bool) -> Change | None:
            return next((way[c] for way in self._ways(want, [c])), None)

        unknown = [c for c, x in self.record.items() if x is None] if self.met is None else []
        sides = [(c, alone(c, True), alone(c, False)) for c in unknown]
        return sorted(sides, key=lambda side: (side[1] is None) + (side[2] is None))

    def _say(self, name: str, change: Change, supposed: bool = False) -> str:
        """A change in words: at least 71; or supposed, with its subject: active shops were at least 71."""
        column, said, zh = (
            known_columns()[name],
            words("answer", self.language),
            self.language == "zh",
        )
        if isinstance(change.value, bool):
            return said["it" if supposed else "it is"].format(column.answered(change.value, zh))
        other = said["other"] if str(change.value).startswith("not ") else str(change.value)
        if change.how == "is" and not supposed:
            return said["it is"].format(words("rule", "zh")["is"] * zh + other)
        text = words("rule", self.language)[change.how] + (
            other if change.how == "is" else column.measured(change.bound, zh)
        )
        return said["were"].format(column.labelled(zh), text) if supposed else text.strip()

    def _margin(self, leaf: Criterion) -> Any:
        x, whole = self.record[leaf.column], self.record[leaf.per] if leaf.per else 1
        return (
            None
            if isinstance(leaf, Is) or x is None or whole is None
            else _number(x - leaf.bound * whole)
        )

    def _lines(self, rule: Rule, depth: int = 0, group: str = "") -> Iterator[Line]:
        said, answer = words("answer", self.language), _verdict(rule, self.record)
        if isinstance(rule, Group):
            if depth or rule.need == "any":
                group = said["either" if rule.need == "any" and len(rule.parts) == 2 else rule.need]
                yield Line(max(depth, 1), group, group, "", "", answer, None)
            for part in rule.parts:
                yield from self._lines(part, depth + 1 + (not depth and rule.need == "any"), group)
            return
        text, x, zh = asks(rule, self.language), self.record[rule.column], self.language == "zh"
        whole, gap = self.record.get(rule.per), self._margin(rule)
        if isinstance(rule, Threshold) and rule.per:
            label = known_columns()[rule.per].labelled(zh)
            text += (
                said["of unknown"].format(label)
                if whole is None
                else said["of"].format(say(rule.bound * whole), say(whole))
            )
        value = (
            said["unknown"]
            if x is None
            else said[say(x)]
            if isinstance(x, bool)
            else x
            if isinstance(x, str)
            else say(x)
        )
        if isinstance(rule, Is) and rule.values == (False,):
            value = said[":"].format(known_columns()[rule.column].labelled(zh), value)
        yield Line(
            depth,
            group,
            text,
            value,
            "" if gap is None else f"{'+' if gap > 0 else ''}{say(gap)}",
            answer,
            rule,
        )

    def _source(self) -> str:
        d = self.definition
        return words("answer", self.language)["source"].format(
            d.source, d.year, d.locator or "-", d.last_checked or "-"
        )

    def __str__(self) -> str:
        said = words("answer", self.language)
        rows = [
            ("  " * x.depth + x.asks, x.value, x.margin, said[x.answer])
            for x in self._lines(self.definition.rule)
        ]
        wide = [max(_width(row[i]) for row in rows) + 2 for i in range(3)] + [0]
        table = [
            "".join(cell + " " * (w - _width(cell)) for cell, w in zip(row, wide, strict=True))
            for row in rows
        ]
        return "\n".join(
            [said[":"].format(self.definition.key, self.sentence), *table, self._source()]
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        said, body, depth, left = words("answer", self.language), "", 1, 'style="text-align:left"'
        for x in self._lines(self.definition.rule):
            body += "</tbody><tbody>" if x.leaf is None or x.depth < depth else ""
            scope = 'rowgroup" colspan="3' if x.leaf is None else "row"
            body += f'<tr><th scope="{scope}" style="text-align:left;padding-left:{x.depth}em">{html.escape(x.asks)}</th>'
            body += (
                ""
                if x.leaf is None
                else f"<td>{html.escape(x.value)}</td><td>{html.escape(x.margin)}</td>"
            )
            body += f'<td {left}><span aria-hidden="true">{MARKS[x.answer]} </span>{said[x.answer]}</td></tr>'
            depth = x.depth
        heads = "".join(f'<th scope="col" {left}>{h}</th>' for h in said["heads"].split("|"))
        caption, source = (
            html.escape(t)
            for t in (said[":"].format(self.definition.key, self.sentence), self._source())
        )
        return (
            f'<table lang="{self.language}"><caption {left}>{caption}</caption><thead><tr>{heads}</tr></thead>'
            f'<tbody>{body}</tbody><tfoot><tr><td colspan="4" {left}>{source}</td></tr></tfoot></table>'
        )


def _number(value: Any) -> Any:
    """An exact fraction as an int where it is whole, else as a float."""
    return (
        value
        if not isinstance(value, Fraction)
        else int(value)
        if value.denominator == 1
        else float(value)
    )


def _width(text: str) -> int:
    """Columns on the screen: a Chinese character takes two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)
