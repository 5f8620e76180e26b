"""A rule as one expression for a table of any engine: true, false, or null for undetermined. Exact, as for one place."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations
from math import ceil, floor
from types import MappingProxyType
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw

from ._columns import UNLIMITED, exact, plain_number
from ._criteria import Enough, Is, Threshold, columns_of
from ._logic import (
    ROUNDING,
    Plan,
    Tried,
    criticals,
    is_counted,
    normal_leaves,
    reaches,
    rounded_bound,
    words_to_try,
)

LARGEST_INT = 2**63 - 1
LIMB = 2**31  # a product of two halves of 31 bits fits into 64
SURE = 2**49  # whole products below it are told apart by 64-bit floats, with room for rounding
MOST_MENTIONS = 6  # of a part; points in the words all and any are faster than sums up to then
Values = Mapping[str, Any]  # expressions, or exact values that are tried


class Settled(NamedTuple):
    """A value that is tried, with the criteria of which is known what they say to it."""

    value: Any
    answers: Mapping[Threshold, bool]


class Compiler:
    """Makes the expression of a rule for one table.

    Parameters
    ----------
    made
        How the rule is judged exactly.
    see
        The clean expression of each column.
    numbers
        In what form the table holds each number: int, float or float32.
    complete
        The columns that are known to lack nothing.
    wide
        Whether the engine has whole numbers of 128 bits.
    space
        The package that the expressions of ``see`` come from: narwhals, or Polars itself.
    as_they_stand
        Columns of words where empty words are not made missing yet: that is done once, since it takes longer than all
        else.
    blank
        The columns without any value.
    keep
        Takes expressions that are used often and gives some that hold their values, so that those are worked out once.
    """

    def __init__(
        self,
        made: Plan,
        see: Values,
        numbers: Mapping[str, str],
        complete: frozenset[str] = frozenset(),
        wide: bool = False,
        space: Any = nw,
        as_they_stand: Values = MappingProxyType({}),
        blank: frozenset[str] = frozenset(),
        keep: Callable[[list[Any]], list[Any]] | None = None,
    ) -> None:
        self.plan, self.see, self.numbers = made, see, numbers
        self.complete, self.wide, self.space = complete, wide, space
        self.as_they_stand, self.blank = as_they_stand, blank
        self.settled: dict[int, Settled] = {}
        self.keep = keep
        self.compared: dict[Any, Any] = {}

    def expression(self) -> nw.Expr:
        """The whole rule."""
        values = {c: self.see[c] for c in self.plan.columns if c in self.see}
        answer = self.part(self.plan.rule, values, frozenset())
        if isinstance(answer, bool):
            return self.space.lit(answer, self.space.Boolean)
        return answer

    def part(self, node: Any, values: Values, there: frozenset[str]) -> Any:
        """A part of the rule, as an expression or decided; ``there`` are the columns that are not missing here."""
        if isinstance(node, bool):
            return node
        if isinstance(node, Is):
            return self.words(node, values, there)
        if isinstance(node, Threshold):
            return self.threshold(node, values, there)
        if isinstance(node, Tried):
            return self.tried(node, values, there)
        parts = [self.part(part, values, there) for part in node.parts]
        return _enough(parts, node)

    def words(self, leaf: Is, values: Values, there: frozenset[str]) -> Any:
        """A criterion on a yes/no or on words."""
        x = values[leaf.column]
        if not is_expression(x):
            return (x in leaf.accepted) != leaf.negated
        if self.plan.columns[leaf.column].kind == "yes/no":
            return x if (True in leaf.accepted) != leaf.negated else ~x
        words = self.as_they_stand.get(leaf.column, x)
        found = balanced([words == word for word in sorted(leaf.accepted, key=str)], any_of)
        answer = ~found if leaf.negated else found
        if words is x or leaf.column in there:
            return answer
        return _where(~x.is_null(), answer)

    # ---- bounds ------------------------------------------------------------------------------------
    def threshold(self, leaf: Threshold, values: Values, there: frozenset[str]) -> Any:
        """A criterion on a number: what it is, or what it is in the best and in the worst case of what is missing."""
        x = values[leaf.column]
        y = values[leaf.per] if leaf.per else 1
        for value in (x, y):
            settled = self.settled.get(id(value))
            if settled and leaf in settled.answers:
                return settled.answers[leaf]
        met = self.compare(leaf, x, y)
        if isinstance(met, bool):
            return met
        if self.keep is not None and set(self.plan.tried) - self.complete:
            met = self.compared_once(leaf, x, y, met)
        if not is_expression(x) and leaf.per in there:
            possible_answers = {
                reaches(leaf, x, end, self.plan.columns) for end in self.ends(leaf.per)
            }
            if len(possible_answers) == 1:
                return possible_answers.pop()
        up = not leaf.upper  # which end of the number helps
        best_x = self.extreme(leaf.column, up, values, there, leaf.per)
        worst_x = self.extreme(leaf.column, not up, values, there, leaf.per)
        best_y = worst_y = None
        if leaf.per:
            best_y = self.extreme(leaf.per, not up, values, there, leaf.column)
            worst_y = self.extreme(leaf.per, up, values, there, leaf.column)
        possible = self.at_extreme(leaf, x, y, best_x, best_y, decides=False)
        sure = self.at_extreme(leaf, x, y, worst_x, worst_y, decides=True)
        if possible is not None:
            met = all_of(met, possible)
            if is_expression(sure):  # where it is null, it must not undo what is impossible
                sure = sure.fill_null(False)
        return met if sure is None else any_of(met, sure)

    def compared_once(self, leaf: Threshold, x: Any, y: Any, met: Any) -> Any:
        """What a criterion says to two values, kept, since many combinations that are tried ask for it."""
        key = (leaf, *(id(v) if is_expression(v) else v for v in (x, y)))
        if key not in self.compared:  # with x and y, so that no other value gets their ids
            self.compared[key] = (self.kept([met])[0], x, y)
        return self.compared[key][0]

    def extreme(
        self, c: str, high: bool, values: Values, there: frozenset[str], besides: str
    ) -> Any:
        """The least or the greatest value that a missing column can have: a number, an expression, or None for no end.

        What it has to do with ``besides``, the other column of the same criterion, says nothing new.
        """
        if c in there:
            return None
        column = self.plan.columns[c]
        if high:
            whole, end = self.plan.whole_of(c), column.most
            if not whole or whole == besides:
                return end
            limit = values[whole]
            if not is_expression(limit):
                return limit if end is None else min(limit, end)
            return limit if end is None else _filled(limit, end)
        parts = [values[p] for p in self.plan.parts_within(c) if p != besides]
        known = max([column.least, *(p for p in parts if not is_expression(p))])
        unknown = [p for p in parts if is_expression(p)]
        return self.greatest(known, unknown) if unknown else known

    def at_extreme(
        self, leaf: Threshold, x: Any, y: Any, end_x: Any, end_y: Any, decides: bool
    ) -> Any:
        """The criterion where what is missing is at an end; None where that can never decide."""
        if self.is_idle(leaf, end_x, y, leaf.per, decides, first=True):
            end_x = None
        if self.is_idle(leaf, end_y, x, leaf.column, decides, first=False):
            end_y = None
        if end_x is None and end_y is None:
            return None
        # beside an end that is a number, where y (or x) is known, this says nothing that is not known already
        if end_x is None and not is_expression(end_y):
            return self.compare(leaf, x, end_y)
        if end_y is None and not is_expression(end_x) and leaf.per:
            return self.compare(leaf, end_x, y)
        return self.compare(leaf, _filled(x, end_x), _filled(y, end_y) if leaf.per else 1)

    def is_idle(
        self, leaf: Threshold, end: Any, other: Any, name: str, decides: bool, first: bool
    ) -> bool:
        """Whether an end that is a number never decides the criterion, whatever the other side is."""
        if end is None or is_expression(end):
            return False
        others = self.ends(name) if is_expression(other) else [other]
        sides = [(end, value) if first else (value, end) for value in others]
        return all(reaches(leaf, x, y, self.plan.columns) is not decides for x, y in sides)

    def greatest(self, least: Any, others: Sequence[Any]) -> Any:
        """The greatest of some expressions and a number."""
        return self.space.max_horizontal(self.space.lit(_plain(least)), *others)

    def ends(self, c: str) -> list[Any]:
        """The least and the greatest value of a column, as far as is said."""
        column = self.plan.columns[c]
        return [column.least, column.most if column.most is not None else UNLIMITED]

    def compare(self, leaf: Threshold, x: Any, y: Any) -> Any:
        """A criterion on values that are there. No product is made that does not fit."""
        if not is_expression(x) and not is_expression(y):
            return reaches(leaf, x, y, self.plan.columns)
        if leaf.per and not is_counted(leaf, self.plan.columns):  # the product that reaches makes
            times = _as_operand(y) * rounded_bound(leaf)
            if is_expression(x):
                return _OPERATORS[leaf.upper, leaf.strict](x, times)
            return _OPERATORS[not leaf.upper, leaf.strict](times, float(x))
        if not is_expression(y):
            return self.beside(leaf.column, x, leaf.bound * y, leaf.upper, leaf.strict)
        if not is_expression(x):  # x >= b * y  says  y <= x / b
            return self.beside(leaf.per, y, Fraction(x) / leaf.bound, not leaf.upper, leaf.strict)
        if not self.is_sure(leaf):
            return _by_whole_numbers(leaf, x, y, self.wide)
        return _OPERATORS[leaf.upper, leaf.strict](x, y * rounded_bound(leaf))

    def beside(self, c: str, x: Any, bound: Fraction, upper: bool, strict: bool) -> Any:
        """A column against a number: counts against the next whole one, floats against the one printed like it."""
        form, operator = self.form(c, x), _OPERATORS[upper, strict]
        if form == "float32":
            number = max(-3e38, min(3e38, float(bound)))
            return operator(x, struct.unpack("f", struct.pack("f", number))[0])
        if self.plan.columns[c].kind == "number":
            bound = Fraction(float(bound))
            if form != "int":
                return operator(x, float(bound))
        aim = floor(bound) if upper != strict else ceil(bound)
        if form == "int":
            return operator(x, max(-LARGEST_INT, min(LARGEST_INT, aim)))
        return operator(x, float(aim))

    def is_sure(self, leaf: Threshold) -> bool:
        """Whether floats tell apart all ratios of two counts."""
        if not is_counted(leaf, self.plan.columns):
            return False
        p, q = leaf.bound.as_integer_ratio()
        above, below = (self.plan.columns[c].limit for c in columns_of(leaf))
        return bool(max(above * q, below * p) < SURE)

    def form(self, c: str, x: Any) -> str:
        """In what form an expression holds a number; what is tried, or filled in, is a float."""
        return self.numbers.get(c, "float") if x is self.see.get(c) else "mixed"

    # ---- columns that pull both ways ---------------------------------------------------------------
    def tried(self, node: Tried, values: Values, there: frozenset[str]) -> Any:
        """A part of the rule where some columns, if missing, have to be tried: what all the values agree on."""
        answer = self.by_gaps(node, node.columns, (), values, there)
        if answer is not None:
            return answer
        own = values[next(c for c in node.columns if c in self.blank)]
        return own == own  # null in every row

    def by_gaps(
        self,
        node: Tried,
        left: tuple[str, ...],
        gaps: tuple[str, ...],
        values: Values,
        there: frozenset[str],
    ) -> Any:
        """One answer for the rows that lack a column and one for those that have it, column by column.

        So a value that is tried is compared with all that the row knows.
        """
        if not left:
            return self.agreed(node, gaps, values, there)
        c, rest = left[0], left[1:]
        if c in self.blank:
            return self.by_gaps(node, rest, (*gaps, c), values, there)
        known = self.by_gaps(node, rest, gaps, values, there | {c})
        if c in self.complete:
            return known
        unknown = self.by_gaps(node, rest, (*gaps, c), values, there)
        related = self.plan.whole_of(c) or self.plan.parts_within(c)
        if unknown is None and not related and set(node.columns) - self.complete == {c}:
            return known  # all criteria of the column are null there by themselves
        return _either(values[c].is_null(), unknown, known)

    def agreed(
        self, node: Tried, gaps: tuple[str, ...], values: Values, there: frozenset[str]
    ) -> Any:
        """What the part says whatever the missing columns are; None where they disagree in every row."""
        answers: dict[Any, Any] = {}
        every_trial = list(
            self.trials(node, gaps, values, there)
        )  # kept, since keys hold their ids
        for tried in every_trial:
            key = self.told_apart(node, gaps, tried)
            if key not in answers:
                answers[key] = self.part(node.part, tried, there | set(gaps))
        found = list(answers.values())
        if any(answer is True for answer in found) and any(answer is False for answer in found):
            return None
        every, some = balanced(found, all_of), balanced(found, any_of)
        if len(found) == 1 or every is some:
            return every
        if some is True:
            return _where(every, every)
        if every is False:
            return _where(~some, some)
        return _where(every | ~some, every)

    def trials(
        self, node: Tried, gaps: tuple[str, ...], values: Values, there: frozenset[str]
    ) -> Iterator[Values]:
        """Every combination of values to try of the missing columns."""
        if not gaps:
            yield values
            return
        c, rest = gaps[0], gaps[1:]
        for value in self.candidates(c, node, rest, values, there):
            yield from self.trials(node, rest, {**values, c: value}, there | {c})

    def told_apart(self, node: Tried, gaps: tuple[str, ...], values: Values) -> Any:
        """What the criteria say to values that are tried; those of which they say the same are tried once."""
        said: list[Any] = []
        there = frozenset(node.columns)
        for leaf in dict.fromkeys(normal_leaves(node.part)):
            if set(columns_of(leaf)) & set(gaps):
                answer = self.part(leaf, values, there)
                if is_expression(answer):
                    tried = [values[c] for c in columns_of(leaf)]
                    answer = tuple(id(v) if is_expression(v) else v for v in tried)
                said.append(answer)
        return tuple(said)

    def candidates(
        self, c: str, block: Tried, rest: tuple[str, ...], values: Values, there: frozenset[str]
    ) -> list[Any]:
        """The values to try of a missing column; those that depend on the row are expressions.

        ``rest`` are the missing columns that are tried after it.
        """
        column = self.plan.columns[c]
        if not column.numeric:
            return words_to_try(c, block, self.plan)
        fixed = {name: values[name] for name in there if name in values}
        low, high = self.kept(list(self.limits(c, block, fixed)))
        if c in block.ends:
            found: list[Any] = [low, high]
        elif not rest and not self.needs_what_lies_between(c, block):
            ends = is_expression(low) or is_expression(high) or high < UNLIMITED
            found = [low, *self.firsts(c, block, values, ends)]
            if not ends:
                found = [value for value in found if is_expression(value) or value >= low]
                return self.kept(found)
        else:
            found = self.inner_candidates(c, block, fixed, low, high)
        return self.kept(_within(found, low, high))

    def kept(self, values: list[Any]) -> list[Any]:
        """Values that are tried, worked out once where the table allows it."""
        if self.keep is None:
            return values
        made = self.keep(values)
        for old, new in zip(values, made, strict=True):
            settled = self.settled.get(id(old))
            if settled is not None and new is not old:
                self.settled[id(new)] = Settled(new, settled.answers)
        return made

    def needs_what_lies_between(self, c: str, block: Tried) -> bool:
        """Whether a criterion begins to hold just above a number that is not whole, where there is no first value."""
        if self.plan.columns[c].kind == "count":
            return False
        return any(_passes(c, leaf) for leaf in _bounds_on(c, block))

    def firsts(self, c: str, block: Tried, values: Values, ends: bool) -> Iterator[Any]:
        """The first value beyond the bound of each criterion: between them no criterion changes.

        ``ends`` says whether the values may be moved down, to the end of a range.
        """
        column = self.plan.columns[c]
        for leaf in _bounds_on(c, block):
            other = leaf.per if leaf.column == c else leaf.column
            factor = _factor(c, leaf)
            base: Any = values[other] if other else 1
            if not is_expression(base):
                value = base * factor
                if column.kind == "count":
                    value = floor(value) + 1 if _passes(c, leaf) else ceil(value)
                yield value
                continue
            is_sure = column.kind == "count" and self.is_sure(leaf)
            if column.kind != "count":
                firsts = [_times(base, factor)]
            elif not is_sure:
                below = _times(base, factor).floor()
                firsts = [below, below + 1, below + 2]
            elif _passes(c, leaf):
                firsts = [(base * float(factor * (1 + ROUNDING))).floor() + 1]
            else:
                firsts = [(base * float(factor * (1 - ROUNDING))).ceil()]
            if column.least > 0 or self.plan.columns[other].least < 0:
                firsts = [self.greatest(column.least, [first]) for first in firsts]
            if is_sure and not ends:
                answers = self.passed(c, leaf, other, block)
                self.settled[id(firsts[0])] = Settled(firsts[0], answers)
            yield from firsts

    def passed(self, c: str, leaf: Threshold, other: str, block: Tried) -> dict[Threshold, bool]:
        """What the criteria on the same two columns say to the first value beyond the bound of one of them."""
        answers = {}
        for each in _bounds_on(c, block):
            if set(columns_of(each)) != {c, other}:
                continue
            mine, its = _factor(c, leaf), _factor(c, each)
            is_beyond = its == mine and (_passes(c, leaf) or not _passes(c, each))
            if its < mine:
                is_beyond = not _passes(c, each) or self.plan.columns[other].least > 0
            if is_beyond:
                answers[each] = each.upper == (each.per == c)
        return answers

    def limits(self, c: str, block: Tried, fixed: Values) -> tuple[Any, Any]:
        """Between which values a missing column lies, by what is known of its parts and of its whole in each row."""
        outside = {name: x for name, x in self.see.items() if name not in block.columns}
        made, column = self.plan, self.plan.columns[c]
        low, high = column.least, UNLIMITED if column.most is None else column.most
        tables = []
        for part in made.parts_within(c):
            value = fixed.get(part, outside.get(part))
            if is_expression(value):
                tables.append(value)
            elif value is not None:
                low = max(low, value)
        if tables:
            low = self.greatest(low, tables)
        whole = made.whole_of(c)
        if whole:
            value = fixed.get(whole, outside.get(whole))
            if is_expression(value):
                value = value.cast(self.space.Float64)
                high = value if whole in fixed else _filled(value, float(high))
            elif value is not None:
                high = min(high, value)
        return low, high

    def inner_candidates(
        self, c: str, block: Tried, fixed: Values, low: Any, high: Any
    ) -> list[Any]:
        """The ends, the bounds, and a value on either side of each."""
        made, column = self.plan, self.plan.columns[c]
        values = criticals(c, block, made, fixed, _times)
        plain = [value for value in values if not is_expression(value)]
        tables = _distinct([value for value in values if is_expression(value)])
        found: list[Any] = [low, high]
        if column.kind == "count":
            near: set[Any] = set(range(1, made.small.get(c, 0) + 1))
            for value in plain:
                near |= {ceil(value) - 1, floor(value), floor(value) + 1}
            near |= {
                floor(end) + step for end, step in ((low, 1), (high, -1)) if not is_expression(end)
            }
            found += sorted(near)
            for value in tables:
                base = value.floor()
                found += [base - 1, base, base + 1, base + 2]
            return found
        ends = [*sorted(set(plain)), *tables, low, high]
        found += ends
        for a, b in combinations(ends, 2):
            if is_expression(a) or is_expression(b):
                found.append((_as_operand(a) + _as_operand(b)) / 2)
            else:
                found.append(Fraction(a + b) / 2)
        return found


# ---- pieces ----------------------------------------------------------------------------------------
_OPERATORS: dict[tuple[bool, bool], Callable[[Any, Any], Any]] = {
    (False, False): lambda x, y: x >= y,
    (False, True): lambda x, y: x > y,
    (True, False): lambda x, y: x <= y,
    (True, True): lambda x, y: x < y,
}


def _by_whole_numbers(leaf: Threshold, x: nw.Expr, y: nw.Expr, wide: bool) -> nw.Expr:
    """Whole numbers whose products may not fit into 64 bits: in 128 bits, or digit by digit of 31 bits."""
    p, q = _same_for_whole_numbers(leaf.bound, leaf.strict == leaf.upper).as_integer_ratio()
    space = _namespace(x)
    if wide:
        left = x.cast(space.Int64).cast(space.Int128) * q
        right = y.cast(space.Int64).cast(space.Int128) * p
        return _OPERATORS[leaf.upper, leaf.strict](left, right)  # type: ignore[no-any-return]
    x_high, x_low = _product(x.cast(space.Int64), q)
    y_high, y_low = _product(y.cast(space.Int64), p)
    further = _OPERATORS[leaf.upper, True](x_high, y_high)
    return further | ((x_high == y_high) & _OPERATORS[leaf.upper, leaf.strict](x_low, y_low))  # type: ignore[no-any-return]


def _product(x: nw.Expr, factor: int) -> tuple[nw.Expr, nw.Expr]:
    """A product as its upper digits and its lower 62 bits."""
    high, low = divmod(factor, LIMB)
    x_high, x_low = _in_digits(x)
    carried, lowest = _in_digits(x_low * low)
    upper, middle = _in_digits(x_high * low + x_low * high + carried)
    return x_high * high + upper, middle * LIMB + lowest


def _in_digits(x: nw.Expr) -> tuple[nw.Expr, nw.Expr]:
    """A whole number as its upper digits and its lowest 31 bits (Arrow's columns in pandas have no remainder)."""
    upper = x // LIMB
    return upper, x - upper * LIMB


def _same_for_whole_numbers(bound: Fraction, above: bool) -> Fraction:
    """The bound, or a fraction of smaller numbers that sorts all ratios of whole numbers in 61 bits in the same way.

    Of the fractions whose denominator is small enough, it is the next one above (or below) the bound.
    """
    most = 2**61
    if bound.denominator <= most:
        return bound
    p0, q0, p1, q1 = 0, 1, 1, 0
    n, d = bound.numerator, bound.denominator
    while True:  # the continued fraction of the bound
        a = n // d
        if q0 + a * q1 > most:
            break
        p0, q0, p1, q1 = p1, q1, p0 + a * p1, q0 + a * q1
        n, d = d, n - a * d
    k = (most - q0) // q1
    sides = (Fraction(p0 + k * p1, q0 + k * q1), Fraction(p1, q1))
    return max(sides) if above else min(sides)


def _enough(parts: Sequence[Any], node: Enough) -> Any:
    """Enough points: all, any, or the sum of the weights of what is met, and of what may be."""
    need = node.need
    kept, weights = [], []
    for part, weight in zip(parts, node.weights, strict=True):
        if part is True:
            need -= weight
        elif part is not False:
            kept.append(part)
            weights.append(weight)
    if need <= 0:
        return True
    if need > sum(weights):
        return False
    if need == sum(weights):
        return balanced(kept, all_of)
    if need <= min(weights):
        return balanced(kept, any_of)
    if _mentions(tuple(weights), need) <= MOST_MENTIONS * len(kept):
        return _reaches(kept, weights, need)
    sure = [_points(part, False, weight) for part, weight in zip(kept, weights, strict=True)]
    possible = [_points(part, True, weight) for part, weight in zip(kept, weights, strict=True)]
    reached = balanced(sure, lambda a, b: a + b) >= need
    reachable = balanced(possible, lambda a, b: a + b) >= need
    return _where(reached | ~reachable, reached)


def _reaches(parts: list[Any], weights: list[int], need: int) -> Any:
    """Enough points in the words all and any: with the first part the rest needs less, or the rest is enough."""
    if need <= 0:
        return True
    if need > sum(weights):
        return False
    with_first = _reaches(parts[1:], weights[1:], need - weights[0])
    without = _reaches(parts[1:], weights[1:], need)
    return any_of(all_of(parts[0], with_first), without)


@cache
def _mentions(weights: tuple[int, ...], need: int) -> int:
    """How often parts would be named in those words."""
    if need <= 0 or need > sum(weights):
        return 0
    return 1 + _mentions(weights[1:], need - weights[0]) + _mentions(weights[1:], need)


def _points(part: nw.Expr, unknown: bool, weight: int) -> nw.Expr:
    points = part.fill_null(unknown).cast(_namespace(part).Int64)
    return points if weight == 1 else points * weight


def balanced(parts: Sequence[Any], join: Callable[[Any, Any], Any]) -> Any:
    """Many parts joined two by two, so that no expression nests deeply."""
    found = list(parts)
    while len(found) > 1:
        pairs = [join(a, b) for a, b in zip(found[::2], found[1::2], strict=False)]
        found = pairs + ([found[-1]] if len(found) % 2 else [])
    return found[0]


def all_of(a: Any, b: Any) -> Any:
    """Both; what is decided already is left out."""
    if isinstance(a, bool):
        return b if a else False
    if isinstance(b, bool):
        return a if b else False
    return a & b


def any_of(a: Any, b: Any) -> Any:
    """Either; what is decided already is left out."""
    if isinstance(a, bool):
        return True if a else b
    if isinstance(b, bool):
        return True if b else a
    return a | b


def is_expression(value: Any) -> bool:
    """Whether a value depends on the row; else it is a number, a word, or yes or no."""
    return hasattr(value, "is_null")


def _namespace(expression: Any) -> Any:
    """The package with the functions of an expression: narwhals, or Polars, after which narwhals names its own."""
    return sys.modules["polars"] if type(expression).__module__.startswith("polars") else nw


def _where(condition: Any, answer: Any) -> Any:
    """The answer where a condition holds, else null."""
    return _namespace(condition).when(condition).then(answer)


def _either(gone: Any, unknown: Any, known: Any) -> Any:
    """One answer where a column is missing, another where it is there; None stands for null."""
    if unknown is None and known is None:
        return None
    if unknown is None:
        return _where(~gone, known)
    if known is None:
        return _where(gone, unknown)
    if is_expression(unknown) and is_expression(known):
        return _namespace(gone).when(gone).then(unknown).otherwise(known)
    return any_of(all_of(gone, unknown), all_of(~gone, known))


def _filled(x: Any, end: Any) -> Any:
    if end is None or not is_expression(x):
        return x
    space = _namespace(x)
    return space.coalesce(x, end if is_expression(end) else space.lit(_plain(end)))


def _distinct(values: list[Any]) -> list[Any]:
    return list({id(value): value for value in values}.values())


def _within(found: list[Any], low: Any, high: Any) -> list[Any]:
    """The values, each moved into the range where it is outside."""
    plain = {value for value in found if not is_expression(value)}
    tables = [
        value for value in found if is_expression(value) and value is not low and value is not high
    ]
    ends = _distinct([end for end in (low, high) if is_expression(end)])
    if not ends:
        return [
            *sorted(v for v in plain if low <= v <= high),
            *(_clipped(v, low, high, v) for v in tables),
        ]
    return [*ends, *(_clipped(v, low, high, ends[0]) for v in (*sorted(plain), *tables))]


def _clipped(value: Any, low: Any, high: Any, example: Any) -> Any:
    """A value moved into its range; none that is tried is below 0, and UNLIMITED is no limit."""
    space = _namespace(example)

    def operand(number: Any) -> Any:
        return number if is_expression(number) else space.lit(float(number))

    if is_expression(low) or low > 0 or not is_expression(value):
        value = space.max_horizontal(operand(value), operand(low))
    if is_expression(high) or high < UNLIMITED:
        value = space.min_horizontal(operand(value), operand(high))
    return value


def _as_operand(value: Any) -> Any:
    return value if is_expression(value) else float(value)


def _bounds_on(c: str, block: Tried) -> list[Threshold]:
    """The bounds on a column in a part of a rule."""
    every = dict.fromkeys(normal_leaves(block.part))
    return [leaf for leaf in every if isinstance(leaf, Threshold) and c in columns_of(leaf)]


def _factor(c: str, leaf: Threshold) -> Fraction:
    """Where the bound on a column lies, as a multiple of the other column."""
    return leaf.bound if leaf.column == c else 1 / leaf.bound


def _passes(c: str, leaf: Threshold) -> bool:
    """Whether a criterion changes just above its bound on a column, and not at it."""
    return leaf.strict != leaf.upper if leaf.column == c else leaf.strict == leaf.upper


def _times(value: Any, factor: Fraction) -> Any:
    return value * float(factor) if is_expression(value) else value * factor


def _plain(value: Any) -> int | float:
    number = plain_number(exact(value))
    return number if isinstance(number, int) and abs(number) < LARGEST_INT else float(number)
