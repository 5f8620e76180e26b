"""Which changes of the data would turn the verdict on one place, the nearest first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from ._columns import UNLIMITED, Column
from ._criteria import Enough, Is, Rule, Threshold, normal
from ._logic import Plan, Tried, candidates, judge, normal_leaves, span

ANOTHER = "\0 another word"
WIDTH = 12  # so many of the nearest ways are carried on where ways are combined
FEN = Fraction(1, 100)


class Change(NamedTuple):
    """A value that would do, and the range that would: from ``low`` to ``high``, None where it has no end.

    ``above`` and ``below`` say that the end itself would not do.
    """

    value: Any
    low: Any = None
    above: bool = False
    high: Any = None
    below: bool = False


Way = dict[str, Change]


@dataclass(frozen=True)
class Question:
    """Which verdict is wanted of a rule, for which data, and which of them may change."""

    rule: Rule
    plan: Plan
    record: Mapping[str, Any]
    want: bool
    free: tuple[str, ...]

    def turns(self, way: Mapping[str, Any]) -> bool:
        """Whether these values, which have to be possible, give the wanted verdict whatever is unknown."""
        record = {**self.record, **way}
        for c in way:
            column = self.plan.columns[c]
            if column.numeric and not _is_possible(c, self.plan, record):
                return False
        return judge(self.plan, record) is self.want


def _is_possible(c: str, made: Plan, record: Mapping[str, Any]) -> bool:
    low, high = span(c, made, record)
    return bool(low <= record[c] <= high)


# ---- one column ------------------------------------------------------------------------------------
def alone(question: Question, c: str) -> list[Change]:
    """Every range of one column that gives the wanted verdict, from low to high."""
    made = question.plan
    others = {name: v for name, v in question.record.items() if v is not None and name != c}
    block = Tried(_without_blocks(made.rule), (c,))
    values = list(candidates(c, block, made, others))
    if not made.columns[c].numeric:
        return _words_alone(question, c, block, values)
    good = [question.turns({c: value}) for value in values]
    found = []
    start = 0
    while start < len(values):
        end = start
        while end + 1 < len(values) and good[end + 1] == good[start]:
            end += 1
        if good[start]:
            found.append(_range(question, c, values, start, end))
        start = end + 1
    return [change for change in found if change.value <= made.columns[c].limit]


def _without_blocks(node: Any) -> Any:
    if isinstance(node, Tried):
        return _without_blocks(node.part)
    if isinstance(node, Enough):
        return Enough(tuple(_without_blocks(part) for part in node.parts), node.weights, node.need)
    return node


def _words_alone(question: Question, c: str, block: Tried, values: list[Any]) -> list[Change]:
    wanted = [
        leaf.values[0]
        for leaf in normal_leaves(block.part)
        if isinstance(leaf, Is) and leaf.column == c
    ]
    kept = [value for value in dict.fromkeys([*wanted, *values]) if question.turns({c: value})]
    seen: set[tuple[bool, ...]] = set()
    found = []
    for value in kept:
        leaves = [
            leaf for leaf in normal_leaves(block.part) if isinstance(leaf, Is) and leaf.column == c
        ]
        told = tuple(value in leaf.accepted for leaf in leaves)
        if told not in seen:
            found.append(Change(value))
        seen.add(told)
    return found


def _range(question: Question, c: str, values: list[Any], start: int, end: int) -> Change:
    """The range of good values around a run of those that were tried."""
    column, old = question.plan.columns[c], question.record.get(c)
    first, last = values[start], values[end]
    low = high = None
    above = below = False
    if column.kind == "count":
        if start > 0:
            low = first = _edge(question, c, first, values[start - 1])
        if end + 1 < len(values):
            high = last = _edge(question, c, last, values[end + 1])
    else:
        if start > 0:
            low, above = _end(question, c, first, values[start - 1])
        if end + 1 < len(values):
            high, below = _end(question, c, last, values[end + 1])
    value = _nearest(column, old, (low, above), (high, below), first)
    return Change(value, low, above, high, below)


def _edge(question: Question, c: str, good: int, bad: int) -> int:
    """The last good whole number before a bad one."""
    while abs(good - bad) > 1:
        middle = (good + bad) // 2
        if question.turns({c: middle}):
            good = middle
        else:
            bad = middle
    return good


def _end(question: Question, c: str, good: Any, bad: Any) -> tuple[Any, bool]:
    """Where a range of decimals ends: at the good value, or just beside the bad one."""
    middle = Fraction(good + bad) / 2
    return (bad, True) if question.turns({c: middle}) else (good, False)


def _nearest(
    column: Column, old: Any, low: tuple[Any, bool], high: tuple[Any, bool], inside: Any
) -> Any:
    """The value of a range that is nearest to the old one, in whole numbers or in hundredths."""
    step = 1 if column.kind == "count" else FEN
    from_low = from_high = None
    if low[0] is not None:
        steps = low[0] / step
        from_low = (math.floor(steps) + 1 if low[1] else math.ceil(steps)) * step
    if high[0] is not None:
        steps = high[0] / step
        from_high = (math.ceil(steps) - 1 if high[1] else math.floor(steps)) * step
    if from_low is not None and from_high is not None and from_low > from_high:
        return inside  # narrower than a step
    if from_low is None and from_high is None:
        return inside if old is None else old
    if from_low is None:
        return from_high
    if from_high is None:
        return from_low
    return from_high if old is not None and old > from_high else from_low


# ---- several columns -------------------------------------------------------------------------------
def ways(question: Question) -> list[Way]:
    """The smallest sets of changes that give the wanted verdict, the nearest first."""
    found: list[Way] = [{c: change} for c in question.free for change in alone(question, c)]
    form = normal(question.rule, negate=not question.want)
    for needs in _combined(question, form):
        if len(needs) > 1:
            way = _made(question, needs)
            if way is not None and _is_minimal(question, way):
                found.append(way)
    kept: list[Way] = []
    for way in sorted(found, key=lambda way: _size(question, way)):
        if not any(_asks_no_more(question, other, way) for other in kept):
            kept.append(way)
    return kept


def _asks_no_more(question: Question, a: Way, b: Way) -> bool:
    """Whether one way asks for nothing that the other does not ask for, at least as much and in the same direction."""
    if not a.keys() <= b.keys():
        return False
    for c, change in a.items():
        ours, theirs, old = change.value, b[c].value, question.record.get(c)
        if ours == theirs:
            continue
        if not _is_number(ours) or not _is_number(theirs):
            return False
        if old is None:
            rises = change.low is not None and b[c].low is not None
            if not (rises and ours < theirs) and not (not rises and ours > theirs):
                return False
        elif not (old <= ours <= theirs or old >= ours >= theirs):
            return False
    return True


def _size(question: Question, way: Way) -> tuple[int, float]:
    """How much changes: how many columns, and by which part of their old values in all."""
    steps = 0.0
    for c, change in way.items():
        old = question.record.get(c)
        steps += (
            abs(float(change.value) / float(old) - 1) if _is_number(change.value) and old else 1
        )
    return len(way), steps


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Fraction)) and not isinstance(value, bool)


class Need(NamedTuple):
    """What a criterion needs of one column: a word, or a number on one side or between two sides."""

    word: Any = None
    low: Any = None
    above: bool = False
    high: Any = None
    below: bool = False


Needs = dict[str, Need]


def _combined(question: Question, node: Any) -> list[Needs]:
    """What would do for a part of the rule, the nearest few; one empty set where nothing has to change."""
    if isinstance(node, bool):
        return [{}] if node else []
    if not isinstance(node, Enough):
        return list(_needs_of(question, node))
    remaining = sum(node.weights)
    states: dict[int, list[Needs]] = {0: [{}]}
    for part, weight in zip(node.parts, node.weights, strict=True):
        remaining -= weight
        options = _combined(question, part)
        after: dict[int, list[Needs]] = {}
        for points, reached in states.items():
            if points + remaining >= node.need and options != [{}]:
                after.setdefault(points, []).extend(reached)
            total = min(node.need, points + weight)
            for way in reached:
                for option in options:
                    joined = _joined(way, option)
                    if joined is not None:
                        after.setdefault(total, []).append(joined)
        states = {points: _shortest(question, found) for points, found in after.items()}
    return states.get(node.need, [])


def _shortest(question: Question, found: list[Needs]) -> list[Needs]:
    def size(needs: Needs) -> tuple[int, float]:
        steps = 0.0
        for c, need in needs.items():
            old = question.record.get(c)
            aim = need.low if need.low is not None else need.high
            steps += abs(float(aim) / float(old) - 1) if aim is not None and old else 1
        return len(needs), steps

    different = list(
        {tuple(sorted(needs.items(), key=lambda item: item[0])): needs for needs in found}.values()
    )
    return sorted(different, key=size)[:WIDTH]


def _joined(a: Needs, b: Needs) -> Needs | None:
    """Both sets of needs; None where they contradict each other."""
    joined = dict(a)
    for c, need in b.items():
        other = joined.get(c)
        if other is None:
            joined[c] = need
            continue
        if need.word is not None or other.word is not None:
            if need.word != other.word:
                return None
            continue
        low, above = _tighter(other.low, other.above, need.low, need.above, max)
        high, below = _tighter(other.high, other.below, need.high, need.below, min)
        if (
            low is not None
            and high is not None
            and (low > high or (low == high and (above or below)))
        ):
            return None
        joined[c] = Need(None, low, above, high, below)
    return joined


def _tighter(a: Any, a_open: bool, b: Any, b_open: bool, further: Any) -> tuple[Any, bool]:
    if a is None or b is None:
        return (b, b_open) if a is None else (a, a_open)
    if a == b:
        return a, a_open or b_open
    return (a, a_open) if further(a, b) == a else (b, b_open)


def _needs_of(question: Question, leaf: Is | Threshold) -> Iterator[Needs]:
    made, record = question.plan, question.record
    if judge(Plan(leaf, made.columns, (), {}), record) is True:
        yield {}
        return
    if isinstance(leaf, Is):
        if leaf.column in question.free:
            first = leaf.values[0]
            if isinstance(first, bool):
                yield {leaf.column: Need(word=first != leaf.negated)}
            else:
                yield {leaf.column: Need(word=ANOTHER if leaf.negated else first)}
        return
    x, y = record.get(leaf.column), record.get(leaf.per) if leaf.per else 1
    if leaf.column in question.free:
        low, high = (y, y) if y is not None else span(leaf.per, made, record)
        aim = leaf.bound * (low if leaf.upper else high)
        if aim < UNLIMITED * min(Fraction(1), leaf.bound):
            yield {leaf.column: _side(aim, leaf.strict, leaf.upper)}
    if leaf.per in question.free and x:
        yield {leaf.per: _side(x / leaf.bound, leaf.strict, not leaf.upper)}


def _side(aim: Any, strict: bool, upper: bool) -> Need:
    return Need(None, None, False, aim, strict) if upper else Need(None, aim, strict)


def _made(question: Question, needs: Needs) -> Way | None:
    """The needs as changes, if they are possible and turn the verdict."""
    way: Way = {}
    for c, need in needs.items():
        if need.word is not None:
            way[c] = Change(need.word)
            continue
        column = question.plan.columns[c]
        inside = need.low if need.low is not None else need.high
        value = _nearest(
            column, question.record.get(c), (need.low, need.above), (need.high, need.below), inside
        )
        low, high = need.low, need.high
        above, below = need.above, need.below
        if column.kind == "count":
            low, above = (
                (None if low is None else math.floor(low) + 1 if above else math.ceil(low)),
                False,
            )
            high, below = (
                (None if high is None else math.ceil(high) - 1 if below else math.floor(high)),
                False,
            )
        way[c] = Change(value, low, above, high, below)
    return way if question.turns({c: change.value for c, change in way.items()}) else None


def _is_minimal(question: Question, way: Way) -> bool:
    """Whether no column of a way can be left out."""
    for c in way:
        if question.turns({name: change.value for name, change in way.items() if name != c}):
            return False
    return True


def free_columns(made: Plan, record: Mapping[str, Any], shares: Iterable[str]) -> tuple[str, ...]:
    """The columns that a reader can change: not those that a share is taken of, which are no levers."""
    fixed = set(shares)
    return tuple(c for c in record if c in made.columns and c not in fixed)
