"""The language of rules: criteria, how they are joined, and how a rule is said in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor, lcm
from typing import Any, Literal

from ..words import Language, words
from ._columns import Column, as_text, known_columns

Columns = Mapping[str, Column]


@dataclass(frozen=True)
class Is:
    """A criterion on a yes/no or on words; ``accepted`` also holds other spellings of the words.

    With ``negated``, the words are those that are not accepted.
    """

    column: str
    values: tuple[bool | str, ...]
    accepted: frozenset[bool | str] = field(repr=False)
    negated: bool = False
    per = ""


@dataclass(frozen=True)
class Threshold:
    """A criterion on a number, or on its ratio ``per`` another column.

    Parameters
    ----------
    column, per
        What is compared, and the column that it is divided by, if any.
    bound
        The bound, exact. Of a ratio ``x / y`` it is reached where ``x >= bound * y``.
    strict
        Whether the bound has to be passed; else it is enough to reach it.
    upper
        Whether the bound is one from above: at most, or (strict) less than.
    form
        How a ratio is said: ``"percent"``, ``"number"`` or ``"growth"`` (from ``per``, by so much).
    """

    column: str
    bound: Fraction
    strict: bool
    per: str = ""
    upper: bool = False
    form: Literal["", "percent", "number", "growth"] = ""

    @property
    def word(self) -> str:
        """The word that states it: at_least, more_than, at_most or less_than."""
        return _WORDS[self.upper, self.strict]


_WORDS = {
    (False, False): "at_least",
    (False, True): "more_than",
    (True, False): "at_most",
    (True, True): "less_than",
}
BOUNDS = {word: sides for sides, word in _WORDS.items()}


@dataclass(frozen=True)
class Group:
    """Criteria of which ``all`` have to be met, or ``any`` one; ``name`` says what they stand for."""

    need: Literal["all", "any"]
    parts: tuple[Rule, ...]
    name: str = ""


@dataclass(frozen=True)
class Not:
    """What must not be met."""

    part: Rule


@dataclass(frozen=True)
class Score:
    """So many of several criteria, or so many points: the weights of those that are met, added up."""

    parts: tuple[Rule, ...]
    weights: tuple[Fraction, ...]
    bound: Fraction
    strict: bool = False
    upper: bool = False

    @property
    def word(self) -> str:
        """The word that states its bound."""
        return _WORDS[self.upper, self.strict]

    @property
    def counts(self) -> bool:
        """Whether it is a number of criteria, each with the weight 1."""
        return set(self.weights) == {Fraction(1)}


Criterion = Is | Threshold
Rule = Is | Threshold | Group | Not | Score


def parts_of(rule: Rule) -> tuple[Rule, ...]:
    """The rules inside a rule; none inside a criterion."""
    if isinstance(rule, Not):
        return (rule.part,)
    if isinstance(rule, (Group, Score)):
        return rule.parts
    return ()


def leaves(rule: Rule) -> Iterator[Criterion]:
    """The criteria of a rule, in the order of the text."""
    if isinstance(rule, (Is, Threshold)):
        yield rule
    for part in parts_of(rule):
        yield from leaves(part)


def columns_of(leaf: Criterion) -> tuple[str, ...]:
    """The columns that a criterion asks for."""
    return (leaf.column, leaf.per) if leaf.per else (leaf.column,)


def replaced(rule: Rule, old: Rule, new: Any) -> Any:
    """The rule with one criterion replaced, wherever it stands."""
    if rule == old:
        return new
    if isinstance(rule, Not):
        return Not(replaced(rule.part, old, new))
    if isinstance(rule, (Group, Score)):
        return replace(rule, parts=tuple(replaced(p, old, new) for p in rule.parts))
    return rule


# ---- one form for the logic ------------------------------------------------------------------------
@dataclass(frozen=True)
class Enough:
    """At least ``need`` points; all weights are whole and positive. ``all`` and ``any`` are cases of it."""

    parts: tuple[Any, ...]
    weights: tuple[int, ...]
    need: int


Normal = Is | Threshold | Enough | bool


def normal(rule: Rule | bool, negate: bool = False) -> Normal:
    """The rule without ``not``, without negative weights and without upper bounds of points.

    A rule inside ``not`` is met where its criteria turned round are: fewer than 5 for not at least 5.
    """
    if isinstance(rule, bool):
        return rule != negate
    if isinstance(rule, Is):
        return replace(rule, negated=rule.negated != negate)
    if isinstance(rule, Threshold):
        return replace(rule, upper=not rule.upper, strict=not rule.strict) if negate else rule
    if isinstance(rule, Not):
        return normal(rule.part, not negate)
    if isinstance(rule, Group):
        needs_all = (rule.need == "all") != negate
        parts = [normal(part, negate) for part in rule.parts]
        return enough(parts, [1] * len(parts), len(parts) if needs_all else 1)
    return _normal_score(rule, negate)


def _normal_score(rule: Score, negate: bool) -> Normal:
    scale = lcm(*(weight.denominator for weight in rule.weights))
    weights = [int(weight * scale) for weight in rule.weights]
    bound = rule.bound * scale
    strict = rule.strict != negate
    turned = rule.upper != negate
    if turned:  # points <= bound, where the criteria turned round have at least total - bound
        bound = sum(weights) - bound
    parts = []
    for part, weight in zip(rule.parts, weights, strict=True):
        if weight < 0:  # a point lost where it is met is a point won where it is not
            bound -= weight
        parts.append(normal(part, turned != (weight < 0)))
    need = floor(bound) + 1 if strict else ceil(bound)
    return enough(parts, [abs(weight) for weight in weights], need)


def enough(parts: list[Any], weights: list[int], need: int) -> Normal:
    """Enough, simplified: decided parts are counted, groups of the same kind are joined."""
    kept: list[Any] = []
    kept_weights: list[int] = []
    for part, weight in zip(parts, weights, strict=True):
        if part is True:
            need -= weight
        elif part is not False and weight:
            kept.append(part)
            kept_weights.append(weight)
    total = sum(kept_weights)
    if need <= 0:
        return True
    if need > total:
        return False
    if len(kept) == 1:
        return kept[0]
    if need == total:  # all of them
        kept = _joined(kept, lambda part: part.need == sum(part.weights))
        return Enough(tuple(kept), (1,) * len(kept), len(kept))
    if need <= min(kept_weights):  # any of them
        kept = _joined(kept, lambda part: part.need <= min(part.weights))
        return Enough(tuple(kept), (1,) * len(kept), 1)
    return Enough(tuple(kept), tuple(kept_weights), need)


def _joined(parts: list[Any], is_same: Any) -> list[Any]:
    found: list[Any] = []
    for part in parts:
        if isinstance(part, Enough) and is_same(part):
            found += part.parts
        else:
            found.append(part)
    return list(dict.fromkeys(found))


# ---- in words --------------------------------------------------------------------------------------
def asks(leaf: Criterion, language: Language = "en", columns: Columns | None = None) -> str:
    """What a criterion asks for: active shops at least 10% of households."""
    known = columns or known_columns()
    zh, said = language == "zh", words("rule", language)
    column = known[leaf.column]
    if isinstance(leaf, Is):
        return _is_in_words(leaf, column, language)
    bound = as_bound(leaf, column, zh)
    if not leaf.per:
        return f"{column.labelled(zh)}{said[leaf.word]}{bound}"
    other = known[leaf.per].labelled(zh)
    how = said[leaf.word]
    if leaf.form == "number":
        sentence = said["per number"]
    elif (
        leaf.form == "growth" and leaf.bound < 1
    ):  # grown by at most -10% is shrunk by at least 10%
        sentence, how = said["per shrinking"], said[_WORDS[not leaf.upper, leaf.strict]]
    elif leaf.form == "growth":
        sentence = said["per growth"]
    else:
        sentence = said["per percent"]
    return sentence.format(column=column.labelled(zh), how=how, bound=bound, other=other)


def _is_in_words(leaf: Is, column: Column, language: Language) -> str:
    zh, said = language == "zh", words("rule", language)
    if column.kind == "yes/no":
        return column.answered(bool(leaf.values[0]) != leaf.negated, zh)
    listed = said["any"].strip("，").join(map(str, leaf.values))
    return column.labelled(zh) + said["is not" if leaf.negated else "is"] + listed


def as_bound(leaf: Threshold, column: Column, zh: bool = False) -> str:
    """The bound of a criterion: 10%, 10,000,000 RMB, or the percentage by which something has grown."""
    if leaf.form == "growth":
        return percent(abs(leaf.bound - 1))
    if leaf.per and leaf.form != "number":
        return percent(leaf.bound)
    text = as_text(leaf.bound)
    if "..." not in text and Fraction(text.replace(",", "")) != leaf.bound:
        text = number_text(leaf.bound)  # 1/3 rather than 0.3333
    return column.with_unit(text, zh)


def percent(bound: Fraction) -> str:
    """A share as a percentage without losing a digit: 10%, 7.5%, and 100/3% for a third."""
    return f"{number_text(100 * bound)}%"


def number_text(value: Fraction) -> str:
    """A number in the form of the file: a decimal where it has an end, else a fraction such as 1/3."""
    rest = value.denominator
    places = 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def in_words(
    rule: Rule, language: Language, columns: Columns | None = None, inner: bool = False
) -> str:
    """A rule as a sentence; ``inner`` puts what has several parts into brackets."""
    said = words("rule", language)
    if isinstance(rule, (Is, Threshold)):
        return asks(rule, language, columns)
    if isinstance(rule, Not):
        return said["not"].format(in_words(rule.part, language, columns, True))
    parts = [in_words(part, language, columns, True) for part in rule.parts]
    if isinstance(rule, Group):
        text = said[rule.need].join(parts)
        return f"{said['(']}{text}{said[')']}" if inner and len(rule.parts) > 1 else text
    bound = number_text(rule.bound)
    form = "of these"
    if not rule.counts:
        form = "score"
        parts = [
            said["points"].format(number_text(w), p)
            for w, p in zip(rule.weights, parts, strict=True)
        ]
    text = said[form].format(said[rule.word].strip(), bound, said["also"].join(parts))
    return f"{said['(']}{text}{said[')']}" if inner else text
