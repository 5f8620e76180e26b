"""One place explained: the verdict, a row a criterion, what would turn it, and what to find out first."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ..words import Language, words
from ._changes import ANOTHER, Change, Question, Way, alone, ways
from ._columns import Column, as_text, closest, guess, known_columns
from ._criteria import (
    Criterion,
    Group,
    Is,
    Not,
    Rule,
    Score,
    Threshold,
    asks,
    in_words,
    number_text,
)
from ._definitions import AnyDefinition, Definition, get_definition
from ._logic import MET, NOT_MET, UNDETERMINED, judge, plan, reaches, verdict
from ._problems import InputError, Problem, misspelt, read_value

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

    Parameters
    ----------
    definition
        A key, a Definition, a dict or TOML text.
    village
        A mapping or one row of a table, whose other entries are left aside.
    columns
        What the row calls a column, as in ``check``.
    language
        ``"en"`` or ``"zh"``.
    **data
        The data as keywords, ``active_shops=60``. What is left out, None or NaN is unknown.

    Raises
    ------
    InputError
        An impossible value, or a name that is no column, with the nearest one.

    Notes
    -----
    Numbers are compared with bounds as in ``check``, rounding of 64-bit floats included.

    Examples
    --------
    >>> known = {"rural": True, "administrative_village": True, "annual_sales_rmb": 12e6, "active_shops": 60}
    >>> explain("wikipedia", known).sentence
    'Undetermined. Find out households first: met if fewer than 600; not met if at least 600.'
    >>> explain("world-bank-2018", annual_sales_rmb=12e6, active_shops=60, language="zh").sentence
    '不满足。若活跃网店至少100家，则满足。'
    """
    chosen = get_definition(definition)
    words("answer", language)
    known, problems = chosen.known, []
    for name in data:
        if name not in known or not _belongs(known[name], chosen):
            names = [n for n, column in known.items() if _belongs(column, chosen)]
            hint = f"there are {', '.join(names)}.{closest(name, names)}"
            problems.append(Problem(name, f"no datum of a {chosen.level}", hint))
    if village is not None:
        data = _row(chosen, village, columns or {}, problems) | data
    record = {
        name: read_value(known[name], value, problems)
        for name, value in data.items()
        if name in known
    }
    for name, value in record.items():
        whole = record.get(known[name].at_most)
        if value is not None and whole is not None and value > whole:
            found = (f"{as_text(value)} of {as_text(whole)}",)
            hint = "they are some of them; were the two swapped?"
            problems.append(Problem(name, f"more than {known[name].at_most}", hint, examples=found))
    for leaf in chosen.criteria:
        if isinstance(leaf, Is):
            meant = misspelt(record.get(leaf.column), leaf.accepted)
            if meant is not None:
                hint = f"write it so: {{{record[leaf.column]!r}: {meant!r}}}"
                problems.append(Problem(leaf.column, "not spelt as in the definition", hint))
    if problems:
        raise InputError(problems, "these data", "nothing was answered")
    return Answer(chosen, {c: record.get(c) for c in chosen.columns}, language)


def _belongs(column: Column, chosen: Definition) -> bool:
    return not column.levels or chosen.level == "place" or chosen.level in column.levels


def _row(
    chosen: Definition, village: Any, columns: Mapping[str, Any], problems: list[Problem]
) -> dict[str, Any]:
    """What a mapping or a row knows of the data asked for; a column that seems misspelt is a problem, not unknown."""
    row = village._asdict() if hasattr(village, "_asdict") else village
    if not hasattr(row, "keys") or getattr(row, "ndim", 1) != 1:
        hint = "give keywords, a mapping, or one row, such as table.iloc[0]"
        problems.append(
            Problem("the village", f"{type(village).__name__} is not one village", hint)
        )
        return {}
    for c in columns:
        if c not in chosen.known:
            hint = f"ours stands on the left.{closest(c, chosen.known)}"
            problems.append(Problem(str(c), "in columns=, but no datum", hint))
    given = {}
    for c in chosen.columns:
        name = columns.get(c, c)
        if name in row:
            given[c] = row[name]
        elif name is not None:
            meant = _meant(c, name, tuple(row.keys()))
            if meant is not None:
                hint = f"is that it? columns={{{c!r}: {meant!r}}}; if not: columns={{{c!r}: None}}"
                problems.append(Problem(c, f"not there, but there is {meant!r}", hint))
    if not given and not problems:
        asked = ", ".join(chosen.columns)
        problems.append(Problem("the village", "none of the data asked for", f"asked for: {asked}"))
    return given


@lru_cache(maxsize=512)
def _meant(c: str, name: Any, keys: tuple[Any, ...]) -> Any:
    """The key that probably means a column; remembered, since all rows of a table have the same keys."""
    known = known_columns()
    column = known.get(c, Column(c, "number", c))
    return guess(column, name, [key for key in keys if key not in known])


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

    ``record`` holds what is known of the columns that the definition asks for; None is unknown.
    """

    definition: Definition
    record: Mapping[str, Any]
    language: Language = "en"

    def __bool__(self) -> bool:
        raise TypeError(
            "an answer has three values, not two: ask for .met, which is True, False or None, or .verdict"
        )

    @cached_property
    def met(self) -> bool | None:
        """True, False, or None for undetermined."""
        return judge(self.definition.plan, self.record)

    @property
    def verdict(self) -> str:
        """``met``, ``not met`` or ``undetermined``, in English whatever the language."""
        return verdict(self.met)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The nearest changes that would turn the verdict (to met, if it is undetermined), the smallest first.

        Each turns it whatever the unknown data are, and none is larger than needed: with a column less, or one shop or
        one fen less, it would not turn. Households and population stay as they are; they are no levers.
        """
        return [
            {c: self._as_value(c, change.value) for c, change in way.items()}
            for way in self._turning
        ]

    @property
    def find_out(self) -> str | None:
        """Which unknown column to find out first, one that can decide both ways if there is one; None if decided."""
        return self._open[0][0] if self._open else None

    @property
    def rows(self) -> pd.DataFrame:
        """A row a criterion: what it asks, the value, the margin to the bound, the answer, the group that it is in."""
        import pandas as pd

        return pd.DataFrame(self.to_dict()["criteria"])

    @property
    def sentence(self) -> str:
        """The verdict, and what would turn it or what to find out first."""
        said = words("answer", self.language)
        head = said[self.verdict][0].upper() + said[self.verdict][1:]
        if self._open:
            return head + self._what_to_find_out()
        turning = [
            said["and"].join(self._say(c, change, True) for c, change in way.items())
            for way in self._turning
        ]
        if not turning:
            return head + self._what_is_no_lever()
        form = said["would no longer be met" if self.met else "would be met"]
        return head + form.format(said["or"].join(dict.fromkeys(turning[:3])))

    def _what_is_no_lever(self) -> str:
        """Which column would turn the verdict, if it were not what a share is taken of; or that nothing would."""
        said, zh = words("answer", self.language), self.language == "zh"
        for name in dict.fromkeys(leaf.per for leaf in self.definition.criteria if leaf.per):
            if alone(self._question(not self.met, (name,)), name):
                return said["only"].format(self.definition.known[name].labelled(zh))
        return said["never"]

    def _what_to_find_out(self) -> str:
        said, zh = words("answer", self.language), self.language == "zh"
        name, *sides = self._open[0]
        column = self.definition.known[name]
        ends = []
        for answer, changes in zip((MET, NOT_MET), sides, strict=True):
            if changes:
                listed = said["or it is"].join(self._say(name, change) for change in changes[:3])
                ends.append(said["if"].format(said[answer], listed))
        what = column.labelled(zh)
        if column.kind == "yes/no" and not zh:
            what = said["whether"].format(column.yes)
        if not ends:
            return said["find more"].format(what)
        return said["find"].format(what, said[";"].join(ends))

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data."""
        d = self.definition
        criteria = [
            {
                "criterion": line.asks,
                "value": _number(self.record[line.leaf.column]),
                "margin": self._margin(line.leaf),
                "answer": line.answer,
                "group": line.group,
                "column": line.leaf.column,
                "per": line.leaf.per,
            }
            for line in self._lines(d.rule)
            if line.leaf is not None
        ]
        return {
            "definition": d.key,
            "verdict": self.verdict,
            "sentence": self.sentence,
            "criteria": criteria,
            "changes": self.changes,
            "find_out": self.find_out,
            "source": d.source,
            "year": d.year,
            "locator": d.locator,
            "last_checked": d.last_checked.isoformat() if d.last_checked else None,
        }

    # ---- changes -----------------------------------------------------------------------------------
    def _question(self, want: bool, free: tuple[str, ...]) -> Question:
        return Question(self.definition.rule, self.definition.plan, self.record, want, free)

    @cached_property
    def _turning(self) -> list[Way]:
        shares = {leaf.per for leaf in self.definition.criteria if leaf.per}
        levers = [leaf.column for leaf in self.definition.criteria if leaf.column not in shares]
        return ways(self._question(not self.met, tuple(dict.fromkeys(levers))))

    @cached_property
    def _open(self) -> list[tuple[str, list[Change], list[Change]]]:
        """Each unknown column with the ranges that alone would decide for met, and for not met; the best first."""
        unknown = [c for c, x in self.record.items() if x is None] if self.met is None else []
        sides = [
            (c, alone(self._question(True, (c,)), c), alone(self._question(False, (c,)), c))
            for c in unknown
        ]
        return sorted(sides, key=lambda side: (not side[1]) + (not side[2]))

    def _as_value(self, c: str, value: Any) -> Any:
        if value == ANOTHER:
            accepted = [
                leaf.values[0]
                for leaf in self.definition.criteria
                if leaf.column == c and isinstance(leaf, Is)
            ]
            return f"not {accepted[0]}"
        return _number(value)

    def _say(self, name: str, change: Change, supposed: bool = False) -> str:
        """A change in words: at least 71; or supposed, with its subject: active shops were at least 71."""
        column, said, zh = (
            self.definition.known[name],
            words("answer", self.language),
            self.language == "zh",
        )
        if isinstance(change.value, bool):
            return said["it" if supposed else "it is"].format(column.answered(change.value, zh))
        rule_words = words("rule", self.language)
        if isinstance(change.value, str):
            other = said["other"] if change.value == ANOTHER else change.value
            if not supposed:
                return said["it is"].format(rule_words["is"] * zh + other)
            return said["were"].format(column.labelled(zh), rule_words["is"] + other)
        text = self._range_in_words(name, change, rule_words)
        return said["were"].format(column.labelled(zh), text) if supposed else text.strip()

    def _range_in_words(self, name: str, change: Change, rule_words: Mapping[str, str]) -> str:
        column, zh = self.definition.known[name], self.language == "zh"
        ends = []
        for word, end in self._ends(name, change):
            ends.append(rule_words[word] + column.measured(end, zh))
        if not ends:
            return rule_words["at_least"] + column.measured(column.least, zh)
        return words("answer", self.language)["and also"].join(ends)

    def _ends(self, name: str, change: Change) -> Iterator[tuple[str, Any]]:
        """The ends of a range, as one says them: of a share's whole, more than 600 rather than at least 601."""
        column = self.definition.known[name]
        if column.kind != "count":
            if change.low is not None:
                yield ("more_than" if change.above else "at_least"), change.low
            if change.high is not None:
                yield ("less_than" if change.below else "at_most"), change.high
            return
        if change.low is not None:
            over = self._stated(name, change.low, -1)
            yield ("at_least", change.low) if over is None else ("more_than", over)
        if change.high is not None:
            under = self._stated(name, change.high, 1)
            yield ("at_most", change.high) if under is None else ("fewer_than", under)

    def _stated(self, name: str, end: int, step: int) -> int | None:
        """The whole number just outside a range, if that is where a criterion on the column changes."""
        for leaf in self.definition.criteria:
            if not isinstance(leaf, Threshold) or name not in (leaf.column, leaf.per):
                continue
            if name == leaf.per:
                x = self.record.get(leaf.column)
                aim = None if x is None else Fraction(x) / leaf.bound
                if aim == end + step:
                    return end + step
                if aim == end:
                    return None
            elif not leaf.per and step > 0 and leaf.bound == end + step:
                return end + step
            elif leaf.per and step > 0:
                whole = self.record.get(leaf.per)
                if whole is not None and leaf.bound * whole == end + step:
                    return end + step
        return None

    # ---- the lines of the table --------------------------------------------------------------------
    def _answer_to(self, rule: Rule) -> str:
        return verdict(
            judge(plan(rule, self.definition.known, self.definition.columns), self.record)
        )

    def _margin(self, leaf: Criterion) -> Any:
        """How far a number is on the right side of its bound; negative on the wrong side."""
        if isinstance(leaf, Is):
            return None
        x, whole = self.record[leaf.column], self.record[leaf.per] if leaf.per else 1
        if x is None or whole is None:
            return None
        known = self.definition.known
        sides = (replace(leaf, strict=False, upper=upper) for upper in (False, True))
        if all(reaches(side, x, whole, known) for side in sides):
            return 0  # at the bound, but for the rounding of floats
        gap = x - leaf.bound * whole
        return _number(-gap if leaf.upper else gap)

    def _lines(self, rule: Rule, depth: int = 0, group: str = "") -> Iterator[Line]:
        if isinstance(rule, (Is, Threshold)):
            yield self._line(rule, depth, group)
            return
        said = words("answer", self.language)
        is_whole = isinstance(rule, Group) and rule.need == "all" and not depth and not rule.name
        if not is_whole:
            group = self._head(rule, said)
            yield Line(max(depth, 1), group, group, "", "", self._answer_to(rule), None)
        inner = depth if is_whole and not depth else max(depth, 1) + 1
        parts = rule.parts if not isinstance(rule, Not) else (rule.part,)
        for part in parts:
            yield from self._lines(part, 1 if is_whole else inner, group)

    def _head(self, rule: Rule, said: Mapping[str, str]) -> str:
        """What is asked for of a group: either, any, all, none, or so many."""
        zh = self.language == "zh"
        if isinstance(rule, Not):
            return said["none"]
        rule_words = words("rule", self.language)
        if isinstance(rule, Score):
            form = said["so many" if rule.counts else "so many points"]
            text = form.format(rule_words[rule.word].strip(), number_text(rule.bound))
            if rule.counts:
                return text
            weighed = []
            for part, weight in zip(rule.parts, rule.weights, strict=True):
                short = in_words(part, self.language, self.definition.known)
                weighed.append(rule_words["points"].format(number_text(weight), short))
            return (
                said[":"].format(text, rule_words["also"].join(weighed))
                if len(str(weighed)) < 300
                else text
            )
        assert isinstance(rule, Group)
        form = said["either" if rule.need == "any" and len(rule.parts) == 2 else rule.need]
        return said[":"].format(rule.name, form) if rule.name and not zh else form

    def _line(self, leaf: Criterion, depth: int, group: str) -> Line:
        said, known, zh = (
            words("answer", self.language),
            self.definition.known,
            self.language == "zh",
        )
        text, x = asks(leaf, self.language, known), self.record[leaf.column]
        if isinstance(leaf, Threshold) and leaf.per:
            whole = self.record.get(leaf.per)
            if whole is None:
                text += said["of unknown"].format(known[leaf.per].labelled(zh))
            else:
                text += said["of"].format(as_text(leaf.bound * whole), as_text(whole))
        value = self._value_in_words(x, said)
        if (
            isinstance(leaf, Is)
            and known[leaf.column].kind == "yes/no"
            and leaf.values[0] is leaf.negated
        ):
            value = said[":"].format(known[leaf.column].labelled(zh), value)
        gap = self._margin(leaf)
        margin = ""
        if gap is not None:
            margin = f"{'+' if gap > 0 else ''}{as_text(gap)}"
        return Line(depth, group, text, value, margin, self._answer_to(leaf), leaf)

    def _value_in_words(self, x: Any, said: Mapping[str, str]) -> str:
        if x is None:
            return said["unknown"]
        if isinstance(x, bool):
            return said[as_text(x)]
        return x if isinstance(x, str) else as_text(x)

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
        table = []
        for row in rows:
            cells = [
                cell + " " * (width - _width(cell)) for cell, width in zip(row, wide, strict=True)
            ]
            table.append("".join(cells))
        return "\n".join(
            [said[":"].format(self.definition.key, self.sentence), *table, self._source()]
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        said, body, depth, left = words("answer", self.language), "", 1, 'style="text-align:left"'
        for x in self._lines(self.definition.rule):
            body += "</tbody><tbody>" if x.leaf is None or x.depth < depth else ""
            scope = 'rowgroup" colspan="3' if x.leaf is None else "row"
            style = f"text-align:left;padding-left:{x.depth}em"
            body += f'<tr><th scope="{scope}" style="{style}">{html.escape(x.asks)}</th>'
            body += (
                ""
                if x.leaf is None
                else f"<td>{html.escape(x.value)}</td><td>{html.escape(x.margin)}</td>"
            )
            body += f'<td {left}><span aria-hidden="true">{MARKS[x.answer]} </span>{said[x.answer]}</td></tr>'
            depth = x.depth
        heads = "".join(f'<th scope="col" {left}>{h}</th>' for h in said["heads"].split("|"))
        caption = html.escape(said[":"].format(self.definition.key, self.sentence))
        source = html.escape(self._source())
        return (
            f'<table lang="{self.language}">\n<caption {left}>{caption}</caption><thead><tr>{heads}</tr></thead>'
            f'<tbody>{body}</tbody><tfoot><tr><td colspan="4" {left}>{source}</td></tr></tfoot></table>'
        )


def _number(value: Any) -> Any:
    """An exact fraction as an int where it is whole, else as a float."""
    if not isinstance(value, Fraction):
        return value
    return int(value) if value.denominator == 1 else float(value)


def _width(text: str) -> int:
    """Columns on the screen: a Chinese character takes two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)
