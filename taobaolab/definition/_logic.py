"""Three exact answers: what holds for everything that the missing data can be.

Where every column helps in one direction only, Kleene's logic is exact once each criterion knows the best and the worst
case of what it lacks. A column that pulls both ways (``x >= 5 or x < 5``) is tried instead, where it is missing, at one
value of each region between its bounds: the verdict is the one on which all of them agree. A plan says which columns
have to be tried, in which part of the rule and in which order; ``judge`` follows it for one place, and
``_expressions.py`` follows the same plan for a table.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor, prod
from typing import Any

from ._columns import UNLIMITED, Column, DefinitionError
from ._criteria import Columns, Enough, Is, Normal, Rule, Threshold, columns_of, leaves, normal

MET, NOT_MET, UNDETERMINED = "met", "not met", "undetermined"
MOST_TRIED = 600  # values tried together, beyond which a rule is refused
ROUNDING = Fraction(1, 2**50)  # of a ratio of two 64-bit floats, with room
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Tried:
    """A part of a rule whose answer depends on columns that pull both ways: where missing, they are tried.

    Of ``ends``, which pull one way and are only compared with those that do not, two values are enough.
    """

    part: Any
    columns: tuple[str, ...]
    ends: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Plan:
    """How a rule is judged exactly: the rule in its one form, with what has to be tried."""

    rule: Any
    columns: Mapping[str, Column]
    tried: tuple[str, ...]
    small: Mapping[str, int]

    def parts_within(self, name: str) -> tuple[str, ...]:
        """The columns of the rule that are parts of this one."""
        return tuple(c for c, column in self.columns.items() if column.at_most == name)

    def whole_of(self, name: str) -> str:
        """The column of the rule that this one is a part of; empty if there is none."""
        whole = self.columns[name].at_most
        return whole if whole in self.columns else ""


def normal_leaves(rule: Any) -> Iterator[Any]:
    """The criteria of a rule in its one form, or of a plan."""
    if isinstance(rule, (Is, Threshold)):
        yield rule
    elif isinstance(rule, Tried):
        yield from normal_leaves(rule.part)
    elif isinstance(rule, Enough):
        for part in rule.parts:
            yield from normal_leaves(part)


# ---- which columns have to be tried ----------------------------------------------------------------
def plan(rule: Rule | bool, columns: Columns, within: Sequence[str] | None = None) -> Plan:
    """How to judge a rule.

    Parameters
    ----------
    rule
        The rule, or a decided part of one.
    columns
        What is known of every column.
    within
        The columns that the verdict may use: those of the whole definition; else those of the rule.

    Raises
    ------
    DefinitionError
        If too many values would have to be tried for an exact answer.
    """
    form = normal(rule)
    asked = within
    if asked is None:
        asked = (
            [] if isinstance(rule, bool) else [c for leaf in leaves(rule) for c in columns_of(leaf)]
        )
    used = {c: columns[c] for c in dict.fromkeys(asked)}
    every = list(dict.fromkeys(normal_leaves(form)))
    clusters = _clusters(every, used)
    bare = Plan(form, used, tuple(c for cluster in clusters for c in cluster), {})
    small: dict[str, int] = {}
    ordered = []
    for cluster in clusters:
        order = _order(cluster, every, bare)
        small |= _small_numbers(order, every, bare)
        ordered.append(order)
    whole = Plan(form, used, bare.tried, small)
    cores = [(order, _core(order, every, used)) for order in ordered]
    made = _with_tried(form, cores)
    result = Plan(made, used, whole.tried, small)
    _refuse_too_many(ordered, every, result)
    return result


def _directions(every: Sequence[Any], columns: Columns) -> dict[str, set[Any]]:
    """In which directions each column pulls; words pull one way only if all criteria want the same."""
    found: dict[str, set[Any]] = {}
    for leaf in every:
        if isinstance(leaf, Threshold):
            found.setdefault(leaf.column, set()).add("down" if leaf.upper else "up")
            if leaf.per:
                found.setdefault(leaf.per, set()).add("up" if leaf.upper else "down")
        elif columns[leaf.column].kind == "yes/no":
            wants = bool(leaf.values[0]) != leaf.negated
            found.setdefault(leaf.column, set()).add("up" if wants else "down")
        else:
            found.setdefault(leaf.column, set()).add((leaf.accepted, leaf.negated))
    return found


def _core(cluster: Sequence[str], every: Sequence[Any], columns: Columns) -> frozenset[str]:
    """The columns of a cluster that pull both ways; the others are only compared with them."""
    return _both_ways(every, columns) & frozenset(cluster)


def _both_ways(every: Sequence[Any], columns: Columns) -> frozenset[str]:
    directions = _directions(every, columns)
    both = {c for c, ways in directions.items() if len(ways) > 1}
    for part, column in columns.items():
        whole = column.at_most
        if whole not in columns:
            continue
        # a part that helps and a whole that harms cannot both be at their best: the part is in the whole
        others = [leaf for leaf in every if set(columns_of(leaf)) != {part, whole}]
        around = _directions(others, columns)
        ups, downs = around.get(part, set()), around.get(whole, set())
        if ("up" in ups and "down" in downs) or ("down" in ups and "up" in downs):
            both |= {part, whole}
    return frozenset(both)


def _clusters(every: Sequence[Any], columns: Columns) -> list[set[str]]:
    """The columns that have to be tried together, with those that they are compared with."""
    both = _both_ways(every, columns)
    clusters = [{c} for c in sorted(both)]
    pairs = [set(columns_of(leaf)) for leaf in every if leaf.per]
    pairs += [{c, k.at_most} for c, k in columns.items() if k.at_most in both and c in both]
    for pair in pairs:
        if pair & both:
            touched = [cluster for cluster in clusters if cluster & pair]
            clusters = [cluster for cluster in clusters if not cluster & pair]
            clusters.append(set().union(pair, *touched))
    # a partner may link two clusters that were found before it
    merged: list[set[str]] = []
    for cluster in clusters:
        for other in [m for m in merged if m & cluster]:
            merged.remove(other)
            cluster |= other
        merged.append(cluster)
    return merged


def _order(cluster: set[str], every: Sequence[Any], bare: Plan) -> tuple[str, ...]:
    """Wholes before parts, and what pulls one way before what it is compared with."""
    both = _both_ways(every, bare.columns)

    def depth(c: str) -> int:
        whole = bare.whole_of(c)
        return 1 + depth(whole) if whole in cluster else 0

    def place(c: str) -> tuple[Any, ...]:
        column = bare.columns[c]
        return (
            column.numeric,
            depth(c),
            c in both,
            column.kind == "number",
            _gap_if_first(c, every, both),
            c,
        )

    return tuple(sorted(cluster, key=place))


def _gap_if_first(c: str, every: Sequence[Any], both: frozenset[str]) -> Fraction:
    """How many small numbers of a column would have to be tried, if it were fixed before its partner."""
    slopes = _slopes(c, every, both)
    return max((_needed(found) for found in slopes.values()), default=Fraction(0))


def _slopes(c: str, every: Sequence[Any], both: frozenset[str]) -> dict[str, set[Fraction]]:
    """The bounds of a partner as multiples of this column, by partner."""
    found: dict[str, set[Fraction]] = {}
    for leaf in every:
        if isinstance(leaf, Threshold) and leaf.per and c in columns_of(leaf):
            partner = leaf.column if leaf.per == c else leaf.per
            if partner in both:
                found.setdefault(partner, set()).add(
                    leaf.bound if leaf.per == c else 1 / leaf.bound
                )
    return found


def _needed(slopes: set[Fraction]) -> Fraction:
    ordered = sorted(slopes)
    gaps = [b - a for a, b in itertools.pairwise(ordered)]
    return max((1 / gap for gap in gaps), default=Fraction(0))


def _small_numbers(order: Sequence[str], every: Sequence[Any], bare: Plan) -> dict[str, int]:
    """Up to which number a count has to be tried one by one, since between 10% and 20% of 3 is no whole number."""
    both = _both_ways(every, bare.columns)
    small: dict[str, int] = {}
    linked = 0
    for i, c in enumerate(order):
        later = set(order[i + 1 :])
        for partner, slopes in _slopes(c, every, both).items():
            kinds = {bare.columns[c].kind, bare.columns[partner].kind}
            if partner not in later or c not in both or kinds != {"count"}:
                continue
            linked += 1
            related = {bare.whole_of(c), bare.whole_of(partner)} & {c, partner}
            needed = floor(_needed(slopes | ({Fraction(1)} if related else set()))) + 1
            if needed > 120 or _asks_for_equality(c, partner, every):
                raise DefinitionError(
                    f": {c} and {partner} are compared with bounds too close to each other for an exact answer "
                    "where both are missing; leave one of the bounds out, or move them apart"
                )
            small[c] = max(small.get(c, 0), needed)
    if linked > 1:
        raise DefinitionError(
            f": {', '.join(order)} pull both ways and are compared with each other; an exact answer would cost too "
            "much where several are missing: leave one of the comparisons out, or make two definitions of it"
        )
    return small


def _asks_for_equality(a: str, b: str, every: Sequence[Any]) -> bool:
    """Whether two criteria tell apart a ratio that is exactly the bound from those on either side."""
    sides: dict[tuple[str, Fraction], set[bool]] = {}
    for leaf in every:
        if isinstance(leaf, Threshold) and set(columns_of(leaf)) == {a, b}:
            sides.setdefault((leaf.column, leaf.bound), set()).add(leaf.strict != leaf.upper)
    return any(len(found) > 1 for found in sides.values())


def _with_tried(node: Any, cores: list[tuple[tuple[str, ...], frozenset[str]]]) -> Any:
    """The rule with each cluster of columns tried in the smallest part that holds all their criteria."""
    if not cores or not isinstance(node, Enough):
        return node
    touched = []
    for order, core in cores:
        places = {i for i, part in enumerate(node.parts) if _asks_for(part, core)}
        touched.append((order, core, places))
    here = [item for item in touched if len(item[2]) > 1]
    is_plain = set(node.weights) == {1} and node.need in (1, len(node.parts))
    blocks: list[tuple[list[tuple[tuple[str, ...], frozenset[str]]], set[int]]] = []
    for order, core, found in here:
        indices: set[int] = found if is_plain else set(range(len(node.parts)))
        orders = [(order, core)]
        for block in [b for b in blocks if b[1] & indices]:
            blocks.remove(block)
            orders += block[0]
            indices = indices | block[1]
        blocks.append((orders, indices))
    inner = [(order, core) for order, core, found in touched if len(found) == 1]
    parts = [_with_tried(part, [i for i in inner if _asks_for(part, i[1])]) for part in node.parts]
    if not blocks:
        return Enough(tuple(parts), node.weights, node.need)
    if not is_plain or blocks[0][1] == set(range(len(parts))):
        return _tried(Enough(tuple(parts), node.weights, node.need), blocks[0][0])
    taken: set[int] = set()
    joined: list[Any] = []
    for orders, indices in blocks:
        chosen = [parts[i] for i in sorted(indices)]
        need = 1 if node.need == 1 else len(chosen)
        joined.append(_tried(Enough(tuple(chosen), (1,) * len(chosen), need), orders))
        taken |= indices
    kept = joined + [part for i, part in enumerate(parts) if i not in taken]
    if len(kept) == 1:
        return kept[0]
    return Enough(tuple(kept), (1,) * len(kept), 1 if node.need == 1 else len(kept))


def _tried(part: Enough, orders: list[tuple[tuple[str, ...], frozenset[str]]]) -> Tried:
    columns = tuple(dict.fromkeys(c for order, _ in orders for c in order))
    cores = frozenset().union(*(core for _, core in orders))
    return Tried(part, columns, frozenset(columns) - cores)


def _asks_for(node: Any, columns: frozenset[str]) -> bool:
    return any(columns & set(columns_of(leaf)) for leaf in normal_leaves(node))


def _refuse_too_many(orders: list[tuple[str, ...]], every: Sequence[Any], made: Plan) -> None:
    def blocks(node: Any) -> Iterator[Tried]:
        if isinstance(node, Tried):
            yield node
            yield from blocks(node.part)
        elif isinstance(node, Enough):
            for part in node.parts:
                yield from blocks(part)

    for block in blocks(made.rule):
        counts = [max(1, len(list(candidates(c, block, made, {})))) for c in block.columns]
        if prod(counts) > MOST_TRIED:
            raise DefinitionError(
                f": {', '.join(block.columns)} pull both ways, and {prod(counts):,} combinations would have to be "
                "tried where they are missing; leave some of their bounds out, or make two definitions of it"
            )


# ---- the values that are tried ---------------------------------------------------------------------
def criticals(
    c: str, block: Tried, made: Plan, fixed: Values, times: Any = None, besides: str = ""
) -> list[Any]:
    """The values of a column at which a criterion changes, given what is fixed already.

    ``times`` multiplies a value, exact or of a table, by a fraction. With ``besides``, criteria on that column too are
    left out, and the ends of the column are added.
    """
    times = times or (lambda value, factor: value * factor)
    found: list[Any] = []
    for leaf in dict.fromkeys(normal_leaves(block.part)):
        asked = columns_of(leaf)
        if not isinstance(leaf, Threshold) or c not in asked or besides in asked:
            continue
        if not leaf.per:
            found.append(leaf.bound)
            continue
        other, factor = leaf.per, leaf.bound
        if leaf.per == c:
            other, factor = leaf.column, 1 / leaf.bound
        if other in fixed:
            found.append(times(fixed[other], factor))
        elif not besides:
            others = criticals(other, block, made, fixed, times, besides=c)
            found += [times(value, factor) for value in others]
    if besides:
        exactly = {name: x for name, x in fixed.items() if isinstance(x, (int, Fraction))}
        return [*span(c, made, exactly), *found]
    for other in (made.whole_of(c), *made.parts_within(c)):
        if other and other not in fixed and other in block.columns:
            found += criticals(other, block, made, fixed, times, besides=c)
    return found


def words_to_try(c: str, block: Tried, made: Plan) -> list[Any]:
    """Yes and no; or one word of each set of words that the criteria tell apart, and one of none."""
    if made.columns[c].kind == "yes/no":
        return [True, False]
    sets = [
        leaf.accepted
        for leaf in normal_leaves(block.part)
        if isinstance(leaf, Is) and leaf.column == c
    ]
    every = sorted({word for accepted in sets for word in accepted}, key=str)
    told_apart = {tuple(word in accepted for accepted in sets): word for word in reversed(every)}
    return [*told_apart.values(), "\0 another word"]


def candidates(c: str, block: Tried, made: Plan, fixed: Values) -> Iterator[Any]:
    """The values to try of a missing column of one place, given the others."""
    column = made.columns[c]
    if not column.numeric:
        yield from words_to_try(c, block, made)
        return
    low, high = span(c, made, fixed)
    found = {low, high}
    if c in block.ends:
        yield from sorted(found)
        return
    values = [v for v in criticals(c, block, made, fixed) if low <= v <= high]
    if column.kind == "count":
        for value in values:
            found |= {ceil(value) - 1, floor(value), floor(value) + 1}
        found |= set(range(1, made.small.get(c, 0) + 1))
        found |= {floor(low) + 1, ceil(high) - 1}
    else:
        found |= set(values)
        ordered = sorted(found)
        found |= {Fraction(a + b) / 2 for a, b in itertools.pairwise(ordered)}
    yield from sorted(v for v in found if low <= v <= high)


def span(c: str, made: Plan, record: Values) -> tuple[Any, Any]:
    """The least and the greatest value that a missing column can have, from what is known of its parts and its whole."""
    column = made.columns[c]
    low, high = column.least, UNLIMITED if column.most is None else column.most
    for part in made.parts_within(c):
        if record.get(part) is not None:
            low = max(low, record[part])
    whole = record.get(made.whole_of(c))
    if whole is not None:
        high = min(high, whole)
    return low, high


# ---- one place -------------------------------------------------------------------------------------
def judge(made: Plan, record: Values) -> bool | None:
    """The verdict on one place: True, False, or None where the missing data could still decide.

    ``record`` holds exact values: int, Fraction, bool or str; what is missing is None or left out.
    """
    return _judge(made.rule, made, {c: v for c, v in record.items() if v is not None})


def _judge(node: Normal | Tried, made: Plan, record: dict[str, Any]) -> bool | None:
    if isinstance(node, bool):
        return node
    if isinstance(node, Is):
        value = record.get(node.column)
        return None if value is None else (value in node.accepted) != node.negated
    if isinstance(node, Threshold):
        return _judge_threshold(node, made, record)
    if isinstance(node, Tried):
        return _judge_tried(node, made, record)
    sure = possible = 0
    for part, weight in zip(node.parts, node.weights, strict=True):
        answer = _judge(part, made, record)
        if answer:
            sure += weight
        if answer is not False:
            possible += weight
    if sure >= node.need:
        return True
    return None if possible >= node.need else False


def is_counted(leaf: Threshold, columns: Columns) -> bool:
    """Whether a criterion asks for counts alone."""
    return all(columns[c].kind == "count" for c in columns_of(leaf))


@lru_cache(maxsize=4096)
def rounded_bound(leaf: Threshold) -> float:
    """The bound that floats are compared with; a ratio of floats is at its bound if rounding could be all between."""
    if not leaf.per:
        return float(leaf.bound)
    away = ROUNDING if leaf.strict != leaf.upper else -ROUNDING
    return float(leaf.bound * (1 + away))


def reaches(leaf: Threshold, x: Any, y: Any, columns: Columns) -> bool:
    """Whether a number, or its ratio to another, is on the right side of the bound.

    Counts are compared exactly; other numbers as the 64-bit floats that tables hold, by the product that
    ``_expressions.py`` makes. So 0.1 is at a bound of 0.1, 1/3 at a bound of ``"1/3"``, and 301 / (301 / 150) at 150.
    """
    if is_counted(leaf, columns):
        bound = leaf.bound * y
    else:
        x, bound = float(x), float(y) * rounded_bound(leaf)
    if leaf.upper:
        return bool(x < bound if leaf.strict else x <= bound)
    return bool(x > bound if leaf.strict else x >= bound)


def _judge_threshold(leaf: Threshold, made: Plan, record: Values) -> bool | None:
    x, y = record.get(leaf.column), record.get(leaf.per) if leaf.per else 1
    if x is not None and y is not None:
        return reaches(leaf, x, y, made.columns)
    xs = (x, x) if x is not None else span(leaf.column, made, record)
    ys = (y, y) if y is not None else span(leaf.per, made, record)
    if leaf.upper:
        best, worst = (xs[0], ys[1]), (xs[1], ys[0])
    else:
        best, worst = (xs[1], ys[0]), (xs[0], ys[1])
    possible = reaches(leaf, *best, made.columns)
    return possible if possible == reaches(leaf, *worst, made.columns) else None


def _judge_tried(node: Tried, made: Plan, record: dict[str, Any]) -> bool | None:
    missing = [c for c in node.columns if c not in record]
    if not missing:
        return _judge(node.part, made, record)
    answers = set()
    for value in candidates(missing[0], node, made, record):
        answers.add(_judge_tried(node, made, record | {missing[0]: value}))
        if len(answers) > 1 or None in answers:
            return None
    return answers.pop()


def verdict(answer: bool | None) -> str:
    """The three answers in words."""
    if answer is None:
        return UNDETERMINED
    return MET if answer else NOT_MET
