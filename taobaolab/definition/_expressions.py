"""A rule as one expression for a table of any engine: true, false, or null for undetermined. Exact, as for one place."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import ceil, floor
from typing import Any

import narwhals.stable.v2 as nw

from ._columns import UNLIMITED, exact, plain_number
from ._criteria import Enough, Is, Threshold, columns_of
from ._logic import Plan, Tried, criticals, normal_leaves, reaches, words_to_try

LARGEST_INT = 2**63 - 1
LIMB = 2**31  # a product of two halves of 31 bits fits into 64
SURE = 2**49  # whole products below it are told apart by 64-bit floats, with room for rounding
ROUNDING = Fraction(1, 2**50)
Values = Mapping[str, Any]  # expressions, or exact values that are tried


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
    """

    def __init__(
        self,
        made: Plan,
        see: Values,
        numbers: Mapping[str, str],
        complete: frozenset[str] = frozenset(),
        wide: bool = False,
    ) -> None:
        self.plan, self.see, self.numbers = made, see, numbers
        self.complete, self.wide = complete, wide

    def expression(self) -> nw.Expr:
        """The whole rule."""
        values = {c: self.see[c] for c in self.plan.columns if c in self.see}
        return as_expression(self.part(self.plan.rule, values, frozenset()))

    def part(self, node: Any, values: Values, there: frozenset[str]) -> Any:
        """A part of the rule, as an expression or decided; ``there`` are the columns that are not missing here."""
        if isinstance(node, bool):
            return node
        if isinstance(node, Is):
            return self.words(node, values)
        if isinstance(node, Threshold):
            return self.threshold(node, values, there)
        if isinstance(node, Tried):
            return self.tried(node, list(node.columns), values, there)
        parts = [self.part(part, values, there) for part in node.parts]
        return _enough(parts, node)

    def words(self, leaf: Is, values: Values) -> Any:
        """A criterion on a yes/no or on words."""
        x = values[leaf.column]
        if not isinstance(x, nw.Expr):
            return (x in leaf.accepted) != leaf.negated
        if self.plan.columns[leaf.column].kind == "yes/no":
            return x if (True in leaf.accepted) != leaf.negated else ~x
        found = balanced([x == word for word in sorted(leaf.accepted, key=str)], any_of)
        return ~found if leaf.negated else found

    # ---- bounds ------------------------------------------------------------------------------------
    def threshold(self, leaf: Threshold, values: Values, there: frozenset[str]) -> Any:
        """A criterion on a number: what it is, or what it is in the best and in the worst case of what is missing."""
        x = values[leaf.column]
        y = values[leaf.per] if leaf.per else 1
        met = self.compare(leaf, x, y)
        if isinstance(met, bool):
            return met
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
        return met if sure is None else any_of(met, sure)

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
            if not isinstance(limit, nw.Expr):
                return limit if end is None else min(limit, end)
            return limit if end is None else nw.coalesce(limit, nw.lit(_plain(end)))
        parts = [values[p] for p in self.plan.parts_within(c) if p != besides]
        known = max([column.least, *(p for p in parts if not isinstance(p, nw.Expr))])
        unknown = [p for p in parts if isinstance(p, nw.Expr)]
        return nw.max_horizontal(nw.lit(_plain(known)), *unknown) if unknown else known

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
        if end_x is None and not isinstance(end_y, nw.Expr):
            return self.compare(
                leaf, x, end_y
            )  # where y is known, this says nothing that is not known already
        return self.compare(leaf, _filled(x, end_x), _filled(y, end_y) if leaf.per else 1)

    def is_idle(
        self, leaf: Threshold, end: Any, other: Any, name: str, decides: bool, first: bool
    ) -> bool:
        """Whether an end that is a number never decides the criterion, whatever the other side is."""
        if end is None or isinstance(end, nw.Expr):
            return False
        others = self.ends(name) if isinstance(other, nw.Expr) else [other]
        sides = [(end, value) if first else (value, end) for value in others]
        return all(reaches(leaf, x, y) is not decides for x, y in sides)

    def ends(self, c: str) -> list[Any]:
        """The least and the greatest value of a column, as far as is said."""
        column = self.plan.columns[c]
        return [column.least, column.most if column.most is not None else UNLIMITED]

    def compare(self, leaf: Threshold, x: Any, y: Any) -> Any:
        """A criterion on values that are there. No product is made that does not fit."""
        if not isinstance(y, nw.Expr):
            if not isinstance(x, nw.Expr):
                return reaches(leaf, x, y)
            return _beside(x, leaf.bound * y, leaf.upper, leaf.strict, self.form(leaf.column, x))
        if not isinstance(x, nw.Expr):  # x >= b * y  says  y <= x / b
            return _beside(
                y, Fraction(x) / leaf.bound, not leaf.upper, leaf.strict, self.form(leaf.per, y)
            )
        columns = self.plan.columns[leaf.column], self.plan.columns[leaf.per]
        whole = all(c.kind == "count" or self.numbers.get(c.name) == "int" for c in columns)
        p, q = leaf.bound.as_integer_ratio()
        if (
            whole
            and max(columns[0].limit * q, columns[1].limit * p) >= SURE
            and columns[0].least >= 0
        ):
            return _by_whole_numbers(leaf, x, y, self.wide)
        away = ROUNDING if leaf.strict != leaf.upper else -ROUNDING
        times = y * float(leaf.bound * (1 + away))
        return _OPERATORS[leaf.upper, leaf.strict](x, times)

    def form(self, c: str, x: Any) -> str:
        """In what form an expression holds a number; what is tried, or filled in, is a float."""
        return self.numbers.get(c, "float") if x is self.see.get(c) else "mixed"

    # ---- columns that pull both ways ---------------------------------------------------------------
    def tried(self, node: Tried, left: list[str], values: Values, there: frozenset[str]) -> Any:
        """A part of the rule where some columns, if missing, have to be tried: what all the values agree on."""
        if not left:
            return self.part(node.part, values, there)
        c, rest = left[0], left[1:]
        own = values[c]
        if c in self.complete:
            return self.tried(node, rest, values, there | {c})
        known = self.tried(node, rest, values, there | {c})
        answers = {}
        for value in self.candidates(c, node, values, there):
            tried = {**values, c: value}
            key = self.told_apart(c, node, tried, there | {c})
            if key not in answers:
                answers[key] = self.tried(node, rest, tried, there | {c})
        found = list(answers.values())
        if not found:
            return known
        gone = own.is_null()
        if all(isinstance(answer, bool) for answer in found):
            if len(set(found)) == 2:  # the values disagree, whatever else is known
                return self.undecided_where(gone, own, known, node, c)
            return any_of(all_of(gone, found[0]), all_of(~gone, known))
        every, some = balanced(found, all_of), balanced(found, any_of)
        agreed = any_of(every, all_of(some, own == own))  # own == own is null here
        return any_of(all_of(gone, agreed), all_of(~gone, known))

    def told_apart(self, c: str, node: Tried, values: Values, there: frozenset[str]) -> Any:
        """What the criteria say to a value that is tried; values of which they say the same are tried once."""
        related = {self.plan.whole_of(c), *self.plan.parts_within(c)} & set(node.columns)
        said: list[bool] = []
        for leaf in dict.fromkeys(normal_leaves(node.part)):
            if c not in columns_of(leaf):
                continue
            answer = self.part(leaf, values, there) if set(columns_of(leaf)) <= there else None
            if not isinstance(answer, bool) or related:
                return object()
            said.append(answer)
        return tuple(said)

    def undecided_where(self, gone: nw.Expr, own: nw.Expr, known: Any, node: Tried, c: str) -> Any:
        """Null where the column is missing; if it alone is asked for, its criteria are null there by themselves."""
        alone = all(columns_of(leaf) == (c,) for leaf in normal_leaves(node.part))
        related = self.plan.whole_of(c) or self.plan.parts_within(c)
        if alone and not related and isinstance(known, nw.Expr):
            return known
        return any_of(all_of(gone, own == own), all_of(~gone, known))

    def candidates(self, c: str, block: Tried, values: Values, there: frozenset[str]) -> list[Any]:
        """The values to try of a missing column; those that depend on the row are expressions."""
        made, column = self.plan, self.plan.columns[c]
        if not column.numeric:
            return words_to_try(c, block, made)
        fixed = {name: values[name] for name in there if name in values}
        low, high = self.limits(c, fixed)
        if c in block.ends:
            found: list[Any] = [low, high]
        else:
            found = self.inner_candidates(c, block, fixed, low, high)
        return _within(found, low, high)

    def limits(self, c: str, fixed: Values) -> tuple[Any, Any]:
        """Between which values a missing column lies, by what is known of its parts and of its whole in each row."""
        made, column = self.plan, self.plan.columns[c]
        low, high = column.least, UNLIMITED if column.most is None else column.most
        tables = []
        for part in made.parts_within(c):
            value = fixed.get(part, self.see.get(part))
            if isinstance(value, nw.Expr):
                tables.append(value)
            elif value is not None:
                low = max(low, value)
        if tables:
            low = nw.max_horizontal(nw.lit(_plain(low)), *tables)
        whole = made.whole_of(c)
        if whole:
            value = fixed.get(whole, self.see.get(whole))
            if isinstance(value, nw.Expr):
                value = value.cast(nw.Float64)
                high = value if whole in fixed else nw.coalesce(value, nw.lit(float(high)))
            elif value is not None:
                high = min(high, value)
        return low, high

    def inner_candidates(
        self, c: str, block: Tried, fixed: Values, low: Any, high: Any
    ) -> list[Any]:
        """The ends, the bounds, and a value on either side of each."""
        made, column = self.plan, self.plan.columns[c]
        values = criticals(c, block, made, fixed, _times)
        plain = [value for value in values if not isinstance(value, nw.Expr)]
        tables = _distinct([value for value in values if isinstance(value, nw.Expr)])
        found: list[Any] = [low, high]
        if column.kind == "count":
            near: set[Any] = set(range(1, made.small.get(c, 0) + 1))
            for value in plain:
                near |= {ceil(value) - 1, floor(value), floor(value) + 1}
            near |= {
                floor(end) + step
                for end, step in ((low, 1), (high, -1))
                if not isinstance(end, nw.Expr)
            }
            found += sorted(near)
            for value in tables:
                base = value.floor()
                found += [base - 1, base, base + 1, base + 2]
            return found
        ends = [*sorted(set(plain)), *tables, low, high]
        found += ends
        for a, b in combinations(ends, 2):
            if isinstance(a, nw.Expr) or isinstance(b, nw.Expr):
                found.append((_operand(a) + _operand(b)) / 2)
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


def _beside(x: nw.Expr, bound: Fraction, upper: bool, strict: bool, form: str) -> nw.Expr:
    """A column against a number: whole numbers against the next whole one, floats against the one printed like it."""
    if form == "int":
        aim = floor(bound) if upper != strict else ceil(bound)
        return _OPERATORS[upper, strict](x, max(-LARGEST_INT, min(LARGEST_INT, aim)))  # type: ignore[no-any-return]
    number = float(bound)
    if form == "float32":
        number = struct.unpack("f", struct.pack("f", max(-3e38, min(3e38, number))))[0]
    return _OPERATORS[upper, strict](x, number)  # type: ignore[no-any-return]


def _by_whole_numbers(leaf: Threshold, x: nw.Expr, y: nw.Expr, wide: bool) -> nw.Expr:
    """Whole numbers whose products may not fit into 64 bits: in 128 bits, or digit by digit of 31 bits."""
    p, q = _same_for_whole_numbers(leaf.bound, leaf.strict == leaf.upper).as_integer_ratio()
    if wide:
        left, right = x.cast(nw.Int64).cast(nw.Int128) * q, y.cast(nw.Int64).cast(nw.Int128) * p
        return _OPERATORS[leaf.upper, leaf.strict](left, right)  # type: ignore[no-any-return]
    x_high, x_low = _product(x.cast(nw.Int64), q)
    y_high, y_low = _product(y.cast(nw.Int64), p)
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
    sure = [_points(part, False, weight) for part, weight in zip(kept, weights, strict=True)]
    possible = [_points(part, True, weight) for part, weight in zip(kept, weights, strict=True)]
    reached = balanced(sure, lambda a, b: a + b) >= need
    reachable = balanced(possible, lambda a, b: a + b) >= need
    return nw.when(reached | ~reachable).then(reached)


def _points(part: nw.Expr, unknown: bool, weight: int) -> nw.Expr:
    points = part.fill_null(unknown).cast(nw.Int64)
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


def as_expression(answer: Any) -> nw.Expr:
    """An answer that is the same for all rows as an expression too."""
    return nw.lit(answer, nw.Boolean) if isinstance(answer, bool) else answer


def _filled(x: Any, end: Any) -> Any:
    if end is None or not isinstance(x, nw.Expr):
        return x
    return nw.coalesce(x, end if isinstance(end, nw.Expr) else nw.lit(_plain(end)))


def _distinct(values: list[Any]) -> list[Any]:
    return list({id(value): value for value in values}.values())


def _within(found: list[Any], low: Any, high: Any) -> list[Any]:
    """The values, each moved into the range where it is outside."""
    plain = {value for value in found if not isinstance(value, nw.Expr)}
    tables = [
        value
        for value in found
        if isinstance(value, nw.Expr) and value is not low and value is not high
    ]
    ends = _distinct([end for end in (low, high) if isinstance(end, nw.Expr)])
    if not ends:
        return [
            *sorted(v for v in plain if low <= v <= high),
            *(_clipped(v, low, high) for v in tables),
        ]
    return [*ends, *(_clipped(v, low, high) for v in (*sorted(plain), *tables))]


def _clipped(value: Any, low: Any, high: Any) -> nw.Expr:
    at_least = nw.max_horizontal(_operand(value), _operand(low))
    return nw.min_horizontal(at_least, _operand(high))


def _operand(value: Any) -> nw.Expr:
    return value if isinstance(value, nw.Expr) else nw.lit(float(value))


def _times(value: Any, factor: Fraction) -> Any:
    return value * float(factor) if isinstance(value, nw.Expr) else value * factor


def _plain(value: Any) -> int | float:
    number = plain_number(exact(value))
    return number if isinstance(number, int) and abs(number) < LARGEST_INT else float(number)
