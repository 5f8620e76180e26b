"""What counts as a Taobao village? Published definitions as data, and a checker with three answers.

The answer is met, not met, or undetermined. A missing number is never zero and never "no": a place is undetermined
exactly when its missing data could still decide. Definitions live in ``data/definitions.toml``; tables of any engine
that narwhals knows (pandas, Polars, PyArrow, DuckDB, Dask, Spark, Ibis) are checked where they are.

>>> print(definition("wikipedia").in_words())
in a rural area and an administrative village and annual e-commerce sales more than 10,000,000 RMB and \
(active shops more than 100 or active shops more than 10% of households)
>>> explain("wikipedia", active_shops=60, households=700).verdict
'undetermined'
"""

from __future__ import annotations

import html
import math
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property, reduce
from itertools import product
from operator import and_, ge, gt, or_
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals.stable.v2 as nw

from ._door import View, admit, guess
from ._faults import Fault, InputError, datum, near, say
from ._rules import (
    SAID,
    Criterion,
    Definition,
    DefinitionError,
    Group,
    Is,
    Language,
    Rule,
    Threshold,
    asks,
    definition,
    known_columns,
    leaves,
    percent,
    published,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Answer",
    "Definition",
    "DefinitionError",
    "InputError",
    "boundary",
    "check",
    "compare",
    "definition",
    "definitions",
    "explain",
    "flips",
    "problems",
    "sensitivity",
]

MET, NOT_MET, UNDETERMINED = "met", "not met", "undetermined"
AnyDefinition = str | Definition | Mapping[str, Any]


def definitions() -> pd.DataFrame:
    """All published definitions, a row each, with the rule in words and what is peculiar about it.

    >>> definitions().level.value_counts().to_dict()
    {'village': 29, 'town': 5, 'cluster': 4}
    """
    import pandas as pd

    first = ("key", "level", "year", "source")
    last = ("peculiar", "stated_for", "window", "active_means", "words", "locator", "year_note", "last_checked")
    return pd.DataFrame(
        {name: getattr(d, name) for name in first}
        | {"rule": d.in_words(), "bounds": d.strictness}
        | {name: getattr(d, name) for name in last}
        for d in published().values()
    )


# ---- a table ---------------------------------------------------------------------------------------------------------
@cache
def _within(column: str) -> tuple[str, ...]:
    """The data that are parts of another: trading households are some of the households."""
    return tuple(name for name, k in known_columns().items() if k.at_most == column)


def _compiled(rule: Rule, see: Mapping[str, nw.Expr]) -> nw.Expr:
    """The rule as one expression: true, false, or null for undetermined.

    Kleene's logic alone would leave a village without any shop undetermined where the households are unknown, though
    no number of households could help it. So a bound also asks whether the best case is enough: the greatest possible
    number against the least possible whole.
    """
    if isinstance(rule, Group):
        return reduce(and_ if rule.need == "all" else or_, (_compiled(p, see) for p in rule.parts))
    x = see[rule.column]
    if isinstance(rule, Is):
        return reduce(or_, (x if v is True else ~x if v is False else x == v for v in sorted(rule.accepted, key=str)))
    reaches, (p, q) = gt if rule.strict else ge, rule.bound.as_integer_ratio()
    whole, parts = see.get(known_columns()[rule.column].at_most), [see[c] for c in _within(rule.column) if c in see]
    most = x if whole is None or known_columns()[rule.column].at_most == rule.per else nw.coalesce(x, whole)
    if not rule.per:
        bound = p if q == 1 else p / q
        met = reaches(x, bound)
        met = met & reaches(most, bound) if most is not x else met
        return met | reaches(nw.coalesce(x, nw.max_horizontal(*parts)), bound) if parts else met
    y, least = see[rule.per], known_columns()[rule.per].least
    others = [see[c] for c in _within(rule.per) if c in see and c != rule.column]
    fewest = nw.coalesce(y, nw.max_horizontal(nw.lit(least), *others)) * p if others else least * p
    times = x * q
    return reaches(times, y * p if p > 1 else y) & reaches(times if most is x else most * q, fewest)


def _enter(table: Any, rules: Iterable[Rule], columns: Mapping[str, Any] | None) -> View:
    """The table at the door: refused with all its faults, or seen through clean expressions."""
    view = _look(table, rules, columns)
    faults = [f for f in view.faults if f.stops]
    if faults:
        rows = f"{len(view.frame):,} rows" if isinstance(view.frame, nw.DataFrame) else "the table"
        raise InputError(faults, rows)
    for doubt in view.faults:
        warnings.warn(str(doubt).strip(), UserWarning, stacklevel=4)
    return view


def _look(table: Any, rules: Iterable[Rule], columns: Mapping[str, Any] | None, look: bool = False) -> View:
    criteria = [leaf for rule in rules for leaf in leaves(rule)]
    asked = dict.fromkeys(c for leaf in criteria for c in (leaf.column, leaf.per) if c)
    words = {leaf.column: leaf.accepted for leaf in criteria if isinstance(leaf, Is)}
    return admit(table, asked, known_columns(), columns or {}, words, look)


def check(table: Any, definition: AnyDefinition, columns: Mapping[str, Any] | None = None, detail: bool = False) -> Any:
    """The table with one more column, ``met``: true, false, or missing where the data leave it undetermined.

    ``table`` is of any kind that narwhals knows and comes back as the same kind; lazy tables stay lazy and nothing is
    collected. ``definition`` is a key, a Definition, a dict or TOML text. ``columns`` says what the table calls a datum,
    ``{"annual_sales_rmb": "销售额"}``, or that it has no such column, ``{"households": None}``. ``detail`` adds a column
    a criterion. Sales are in RMB a year, the rest are counts.

    InputError lists all faults of the table, with rows and advice; of a lazy table only those that its column names and
    types show (``problems`` looks into the cells). A doubt, such as sales in units of ten thousand, is a UserWarning.

    >>> import pandas as pd
    >>> villages = pd.DataFrame({"annual_sales_rmb": [12e6, 9e6, None], "active_shops": [100, 300, 80]})
    >>> check(villages, "world-bank-2018").met.tolist()
    [True, False, False]
    """
    rule = _definition(definition)
    more = {_slug(leaf): leaf for leaf in rule.criteria} if detail else {}
    view = _enter(table, [rule.rule], columns)
    return view.add({name: _compiled(part, view.see) for name, part in ({"met": rule.rule} | more).items()})


_definition = definition


def _slug(leaf: Criterion) -> str:
    if isinstance(leaf, Is):
        answers = [str(v).lower() for v in leaf.values]
        return f"{leaf.column}_is_{answers[0] if len(answers) == 1 else f'one_of_{len(answers)}'}"
    bound = f"{percent(leaf.bound)[:-1]}pct_of_{leaf.per}" if leaf.per else f"{float(leaf.bound):.12g}"
    return f"{leaf.column}_{'more_than' if leaf.strict else 'at_least'}_{bound.replace('.', '_')}"


def compare(table: Any, definitions: Iterable[AnyDefinition], columns: Mapping[str, Any] | None = None) -> Any:
    """The table with one more column a definition, named by its key: true, false or missing, as in ``check``.

    >>> import pandas as pd
    >>> village = pd.DataFrame({"annual_sales_rmb": [12e6], "active_shops": [100], "ecommerce_households": [None],
    ...                         "households": [1500]})
    >>> compare(village, ["world-bank-2018", "xinhua-2017", "xinhua-2019"]).iloc[0, 4:].tolist()
    [True, False, <NA>]
    """
    chosen = [_definition(d) for d in definitions]
    rules = {d.key: d.rule for d in chosen}
    if len(rules) < len(chosen):
        raise DefinitionError(f"Two of the definitions have the same key: {', '.join(d.key for d in chosen)}.")
    view = _enter(table, rules.values(), columns)
    return view.add({key: _compiled(rule, view.see) for key, rule in rules.items()})


def flips(table: Any, before: AnyDefinition, after: AnyDefinition, columns: Mapping[str, Any] | None = None) -> Any:
    """The rows whose answer differs between two definitions, with both answers as columns ``before`` and ``after``.

    >>> import pandas as pd
    >>> villages = pd.DataFrame({"annual_sales_rmb": [12e6, 12e6], "active_shops": [60, 100]})
    >>> flips(villages, "world-bank-2018", definition("world-bank-2018").moved("active_shops", at_least=50)).index.tolist()
    [0]
    """
    rules = {"before": _definition(before).rule, "after": _definition(after).rule}
    view = _enter(table, rules.values(), columns)
    both = nw.from_native(view.add({name: _compiled(rule, view.see) for name, rule in rules.items()}))
    old, new = nw.col("before"), nw.col("after")
    return both.filter((old.is_null() != new.is_null()) | (old != new).fill_null(False)).to_native()


def sensitivity(table: Any, definition: AnyDefinition, column: str, per: str | None = None,
                thresholds: Iterable[Any] | None = None, columns: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """How many places are met at every bound on ``column`` (or on its share ``per`` another): ``threshold`` and ``met``.

    The rest of the definition stays as it is. Without ``thresholds`` there is a row for each value at which the number
    changes, and one for the published bound. Shares are fractions, 0.1 for 10%. One pass: places that the criterion
    decides are those that are met if it is and not if it is not; their values are sorted once. Lazy tables are computed.

    >>> import pandas as pd
    >>> villages = pd.DataFrame({"annual_sales_rmb": [12e6] * 3, "active_shops": [60, 80, 200]})
    >>> sensitivity(villages, "world-bank-2018", "active_shops", thresholds=[50, 70, 100]).met.tolist()
    [3, 2, 1]
    """
    import numpy as np
    import pandas as pd

    chosen = _definition(definition)
    leaf = chosen.threshold(column, per)
    view = _enter(table, [chosen.rule], columns)
    value, known = view.see[leaf.column], ~view.see[leaf.column].is_null()
    if leaf.per:
        known = known & ~view.see[leaf.per].is_null()
        value = value / view.see[leaf.per]
    with_it, without = (_settled(chosen.rule, leaf, truth) for truth in (True, False))
    base, where = 0, known
    if not isinstance(without, bool):
        no = _compiled(without, view.see)
        base = int(view.collect(no.cast(nw.Int64).sum().alias("n"))["n"][0] or 0)
        where = where & ~no.fill_null(False)
    if not isinstance(with_it, bool):
        where = where & _compiled(with_it, view.see)
    values = np.sort(view.collect(value.alias("x"), where=where)["x"].to_numpy().astype(float))
    steps = np.union1d(values[values > 0], [float(leaf.bound)]) if thresholds is None else np.array([_number(t) for t in thresholds])
    met = base + len(values) - np.searchsorted(values, steps, side="right" if leaf.strict else "left")
    whole = not leaf.per and bool((steps == np.floor(steps)).all())
    return pd.DataFrame({"threshold": steps.astype("int64") if whole else steps, "met": met})


def _number(bound: Any) -> float:
    return float(Fraction(bound.rstrip("% ")) / 100) if isinstance(bound, str) else float(bound)


def _settled(rule: Rule, leaf: Threshold, truth: bool) -> Any:
    """The rule once one criterion is decided: a smaller rule, or True or False."""
    if not isinstance(rule, Group):
        return truth if rule == leaf else rule
    parts = [_settled(p, leaf, truth) for p in rule.parts]
    open_ = [p for p in parts if not isinstance(p, bool)]
    decides = rule.need == "any"
    return decides if decides in parts else Group(rule.need, tuple(open_)) if open_ else not decides


def problems(table: Any, definition: AnyDefinition, columns: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Everything that is wrong with a table, a row each: column, problem, rows, examples, advice, and whether it stops.

    A lazy table is computed for it. No rows mean that nothing was found.

    >>> import pandas as pd
    >>> villages = pd.DataFrame({"annual_sales_rmb": [12e6, -1], "active_shops": [120, 30]}, index=["Daji", "Junpu"])
    >>> problems(villages, "world-bank-2018")[["column", "problem", "examples"]].values.tolist()
    [['annual_sales_rmb', 'negative', "'Junpu' = -1"]]
    """
    import pandas as pd

    try:
        faults = _look(table, [_definition(definition).rule], columns, look=True).faults
    except InputError as error:
        faults = error.faults
    rows = [(f.column, f.problem, f.rows, ", ".join(f.examples), f.advice, f.stops) for f in faults]
    found = pd.DataFrame(rows, columns=["column", "problem", "rows", "examples", "advice", "stops"])
    return found.astype({"rows": "Int64", "stops": "bool"})


def boundary(definition: AnyDefinition, households: Sequence[int], column: str = "active_shops") -> list[int | None]:
    """The fewest shops with which a village of so many households passes, all else being fine; None if no number does.

    Criteria on other data are taken as met where they are needed, and as not met where they would be a way around.

    >>> boundary("wikipedia", [100, 705, 5000])
    [11, 71, 101]
    """
    def fewest(rule: Rule, h: int) -> int | None:
        if isinstance(rule, Group):
            found = [n for p in rule.parts if (n := fewest(p, h)) is not None]
            return (max if rule.need == "all" else min)(found) if found else None
        if isinstance(rule, Is) or rule.column != column or rule.per not in ("", "households"):
            return None
        bound = rule.bound * (h if rule.per else 1)
        return math.floor(bound) + 1 if rule.strict else math.ceil(bound)

    return [fewest(_definition(definition).rule, h) for h in households]


# ---- one place -------------------------------------------------------------------------------------------------------
def _span(name: str, record: Mapping[str, Any]) -> tuple[Any, Any]:
    """The least and the greatest value that a datum can have: itself if it is known."""
    x = record.get(name)
    if x is not None:
        return x, x
    column = known_columns()[name]
    parts = [record[c] for c in _within(name) if record.get(c) is not None]
    whole = record.get(column.at_most)
    return max([column.least, *parts]), math.inf if whole is None else whole


def _judged(rule: Rule, record: Mapping[str, Any]) -> tuple[bool, bool]:
    """(surely met, surely not met), over everything that the missing data can be."""
    if isinstance(rule, Group):
        yes, no = zip(*[_judged(p, record) for p in rule.parts], strict=True)
        return (all(yes), any(no)) if rule.need == "all" else (any(yes), all(no))
    if isinstance(rule, Is):
        x = record.get(rule.column)
        return x is not None and x in rule.accepted, x is not None and x not in rule.accepted
    reaches, (p, q) = gt if rule.strict else ge, rule.bound.as_integer_ratio()
    low, high = _span(rule.column, record)
    fewest, most = _span(rule.per, record) if rule.per else (1, 1)
    return reaches(low * q, most * p), not reaches(high * q, fewest * p)


def _verdict(rule: Rule, record: Mapping[str, Any]) -> str:
    yes, no = _judged(rule, record)
    return MET if yes else NOT_MET if no else UNDETERMINED


def explain(definition: AnyDefinition, village: Any = None, /, *, columns: Mapping[str, Any] | None = None,
            language: Language = "en", **data: Any) -> Answer:
    """The answer for one place, with its reasons: shows as a table in a notebook, ``str()`` is text.

    The data are keywords, ``active_shops=60``, or a mapping or row of a table (of which the rest is left aside;
    ``columns`` maps its names as in ``check``). What is left out, None or NaN is unknown. InputError: an impossible value,
    or a name that no definition asks for, with the nearest one.

    >>> answer = explain("wikipedia", rural=True, administrative_village=True, annual_sales_rmb=12e6, active_shops=60)
    >>> answer.sentence
    'Undetermined. Find out households first: met if fewer than 600; not met if at least 600.'
    >>> explain("world-bank-2018", annual_sales_rmb=12e6, active_shops=60, language="zh").sentence
    '不满足。若活跃网店至少100家，则满足。'
    """
    chosen = _definition(definition)
    known = known_columns()
    faults: list[Fault] = []
    for name in data:
        if name not in known or chosen.level not in known[name].levels:
            names = [n for n, k in known.items() if chosen.level in k.levels]
            faults.append(Fault(name, f"no datum of a {chosen.level}", f"there are {', '.join(names)}.{near(name, names)}"))
    if village is not None:
        data = _row(chosen, village, columns or {}, faults) | data
    record = {name: datum(known[name], value, faults) for name, value in data.items() if name in known}
    for name in record:
        whole = record.get(known[name].at_most)
        if whole is not None and record[name] is not None and record[name] > whole:
            faults.append(Fault(name, f"more than {known[name].at_most}", "they are some of them; were the two swapped?",
                                examples=(f"{say(record[name])} of {say(whole)}",)))
    if faults:
        raise InputError(faults, "these data", "nothing was answered")
    if language not in SAID:
        raise ValueError(f"language is {language!r}; there are {', '.join(SAID)}")
    return Answer(chosen, {c: record.get(c) for c in chosen.columns}, language)


def _row(chosen: Definition, village: Any, columns: Mapping[str, Any], faults: list[Fault]) -> dict[str, Any]:
    row = village._asdict() if hasattr(village, "_asdict") else village
    if not hasattr(row, "keys") or getattr(row, "ndim", 1) != 1:
        raise InputError([Fault("the village", f"{type(village).__name__} is not one village",
                                "give keywords, a mapping, or one row: table.iloc[0]")], "these data", "nothing was answered")
    known, given = known_columns(), {}
    free = [k for k in row.keys() if k not in known]
    for c in chosen.columns:
        name = columns.get(c, c)
        meant = None if name is None or name in row.keys() else guess(known[c], name, free)
        if name is not None and name in row.keys():
            given[c] = row[name]
        elif meant is not None:
            faults.append(Fault(c, f"not there, but there is {meant!r}", f"say whether that is it: columns={{{c!r}: {meant!r}}} or {{{c!r}: None}}"))
    if not given and not faults:
        faults.append(Fault("the village", "has none of the data that are asked for", f"asked for: {', '.join(chosen.columns)}"))
    return given


class Change(NamedTuple):
    """A datum that would do: the nearest value, and how to say it (at least 71, fewer than 600)."""

    value: Any
    how: str
    bound: Any


def _ways(rule: Rule, record: Mapping[str, Any], want: bool, free: Sequence[str], shares: Sequence[str]) -> list[dict[str, Change]]:
    """Every minimal set of changes of the ``free`` data with which the rule is surely met (or surely not, by ``want``).

    ``shares`` are the data that a share is taken of: for them, less is more.
    """
    if _judged(rule, record)[0 if want else 1]:
        return [{}]

    def further(column: str, a: Change, b: Change) -> Change:
        up = want != (column in shares)
        return (max if up else min)(a, b, key=lambda c: c.value) if a.how != "is" else a

    if isinstance(rule, Group):
        ways = [_ways(p, record, want, free, shares) for p in rule.parts]
        if (rule.need == "any") == want:
            found = [way for part in ways for way in part]
        else:
            found = [reduce(lambda a, b: a | {c: further(c, a.get(c, v), v) for c, v in b.items()}, combo, {}) for combo in product(*ways)]
        return [w for i, w in enumerate(found) if not any(
            o.keys() <= w.keys() and all(further(c, w[c], o[c]) == w[c] for c in o) and (o != w or j < i) for j, o in enumerate(found) if j != i)]
    if isinstance(rule, Is):
        other = rule.values[0] if want else (not rule.values[0]) if isinstance(rule.values[0], bool) else f"not {rule.values[0]}"
        return [{rule.column: Change(other, "is", other)}] if rule.column in free else []
    found, x = [], record.get(rule.column)
    whole = (_span(rule.per, record)[1 if want else 0]) if rule.per else 1
    if rule.column in free and whole < math.inf:
        found.append({rule.column: _reached(rule.column, rule.bound * whole, rule.strict, want)})
    if rule.per in free and x:
        found.append({rule.per: _reached(rule.per, x / rule.bound, rule.strict, not want, turned=True)})
    return found


def _reached(column: str, bound: Fraction, strict: bool, up: bool, turned: bool = False) -> Change:
    """The nearest value on the wanted side of a bound."""
    step = 1 if known_columns()[column].kind == "count" else Fraction(1, 100)
    strictly = strict != up if turned else strict == up
    if up:
        value = (math.floor(bound / step) + 1 if strictly else math.ceil(bound / step)) * step
    else:
        value = (math.ceil(bound / step) - 1 if strictly else math.floor(bound / step)) * step
    if step == 1:
        return Change(value, "at_least" if up else "less_than", value if up else value + 1)
    return Change(value, ("more_than" if strictly else "at_least") if up else "less_than" if strictly else "at_most", bound)


ANSWERS: dict[str, dict[str, Any]] = {
    "en": {MET: "met", NOT_MET: "not met", UNDETERMINED: "undetermined", "unknown": "unknown", "yes": "yes", "no": "no",
           "either": "either would do", "any": "any one of these would do", "all": "all of these together", "other": "another",
           "heads": ("criterion", "value", "margin", "answer"), "of": " ({} of {})", "it": "it were {}", "were": "{} were{}",
           "and": " and ", "or": "; or if ", "would": {True: "It would be met if {}.", False: "It would no longer be met if {}."},
           "never": "No possible change of these data would turn it.", "find": "Find out {} first: {}.", "if": "{} if {}", ";": "; ",
           "caption": "{}: {}", "source": "Source: {}, {}, {}. Last checked: {}.", ".": ". "},
    "zh": {MET: "满足", NOT_MET: "不满足", UNDETERMINED: "无法判断", "unknown": "未知", "yes": "是", "no": "否",
           "either": "满足其一即可", "any": "满足任一项即可", "all": "须同时满足", "other": "其他",
           "heads": ("条件", "数值", "差额", "结论"), "of": "（即{}，共{}）", "it": "{}", "were": "{}{}",
           "and": "且", "or": "；或者若", "would": {True: "若{}，则满足。", False: "若{}，则不再满足。"},
           "never": "这些数据没有可行的变化能改变结论。", "find": "请先查明{}：{}。", "if": "若{1}则{0}", ";": "；",
           "caption": "{}：{}", "source": "来源：{}，{}年，{}。最近核对：{}。", ".": "。"},
}
MARKS = {MET: "✓", NOT_MET: "✗", UNDETERMINED: "?"}


class Line(NamedTuple):
    """One line of an explanation: a criterion, or the head of a group of them (``leaf`` is None)."""

    depth: int
    group: str
    asks: str
    value: str
    margin: str
    answer: str
    leaf: Criterion | None


@dataclass(frozen=True, repr=False)
class Answer:
    """The answer for one place and the reasons for it, each computed when asked for.

    ``record`` holds what is known of the data that the definition asks for, None for unknown.
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

    @cached_property
    def rows(self) -> pd.DataFrame:
        """A row a criterion: what it asks, the value, the margin to the bound, the answer, the group it stands in."""
        import pandas as pd

        return pd.DataFrame(self.to_dict()["criteria"])

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The nearest changes that would turn the verdict (to met, if it is undetermined), the smallest first.

        Each is minimal: one datum less, or one shop or one fen less, would not do. Households and population stay as
        they are: they are no levers.
        """
        return [{c: _plain(change.value) for c, change in way.items()} for way in self._turning]

    @cached_property
    def _turning(self) -> list[dict[str, Change]]:
        shares = [leaf.per for leaf in self.definition.criteria if leaf.per]
        found = self._to(not self.met, [c for c in self.definition.columns if c not in shares])

        def size(way: dict[str, Change]) -> tuple[int, float]:
            steps = [abs(float(v.value) / float(self.record[c]) - 1) if v.how != "is" and self.record[c] else 1 for c, v in way.items()]
            return len(way), sum(steps)

        return sorted(found, key=size)

    def _to(self, want: bool, free: Sequence[str]) -> list[dict[str, Change]]:
        shares = [leaf.per for leaf in self.definition.criteria if leaf.per]
        known = known_columns()

        def possible(way: dict[str, Change]) -> bool:
            new = {**self.record, **{c: change.value for c, change in way.items()}}
            numbers = {c: new[c] for c in new if known[c].numeric and new[c] is not None}
            return all(known[c].least <= v <= numbers.get(known[c].at_most, v) for c, v in numbers.items())

        return [way for way in _ways(self.definition.rule, self.record, want, free, shares) if way and possible(way)]

    @cached_property
    def _steps(self) -> list[tuple[str, Change | None, Change | None]]:
        unknown = [c for c in self.definition.columns if self.record[c] is None] if self.met is None else []
        sides = [(c, *(next((way[c] for way in self._to(want, [c])), None) for want in (True, False))) for c in unknown]
        return sorted(sides, key=lambda step: (step[1] is None) + (step[2] is None))

    @property
    def find_out(self) -> str | None:
        """Which unknown datum to find out first: one that can decide both ways, if there is one; None if decided."""
        return self._steps[0][0] if self._steps else None

    @property
    def sentence(self) -> str:
        """The verdict and what would turn it, or what to find out first."""
        said = ANSWERS[self.language]
        head = said[self.verdict][0].upper() + said[self.verdict][1:] + said["."]
        if self._steps:
            c, met, not_met = self._steps[0]
            ends = [said["if"].format(said[v], self._bounded(c, change)) for v, change in ((MET, met), (NOT_MET, not_met)) if change]
            return head + said["find"].format(known_columns()[c].labelled(self.language == "zh"), said[";"].join(ends))
        ways = said["or"].join(said["and"].join(self._changed(c, v) for c, v in way.items()) for way in self._turning[:3])
        return head + (said["would"][not self.met].format(ways) if ways else said["never"])

    def _bounded(self, column: str, change: Change) -> str:
        k, zh, said = known_columns()[column], self.language == "zh", SAID[self.language]
        if change.how != "is":
            return f"{said[change.how].strip()}{'' if zh else ' '}{k.measured(change.bound, zh)}"
        if isinstance(change.value, bool):
            return k.answered(change.value, zh) if zh else f"it is {k.answered(change.value, zh)}"
        return f"{said['is'].strip() or 'it is '}{self._word(change)}"

    def _word(self, change: Change) -> str:
        return ANSWERS[self.language]["other"] if str(change.value).startswith("not ") else str(change.value)

    def _changed(self, column: str, change: Change) -> str:
        k, zh, said = known_columns()[column], self.language == "zh", ANSWERS[self.language]
        if isinstance(change.value, bool):
            return str(said["it"]).format(k.answered(change.value, zh))
        rest = SAID[self.language][change.how] + (self._word(change) if change.how == "is" else k.measured(change.bound, zh))
        return str(said["were"]).format(k.labelled(zh), rest)

    def _lines(self, rule: Rule, depth: int = -1, group: str = "") -> Iterator[Line]:
        said = ANSWERS[self.language]
        answer = _verdict(rule, self.record)
        if isinstance(rule, Group):
            if depth >= 0 or rule.need == "any":
                group = said["either" if len(rule.parts) == 2 else "any"] if rule.need == "any" else said["all"]
                yield Line(max(depth, 0), group, group, "", "", answer, None)
                depth = max(depth, 0)
            for part in rule.parts:
                yield from self._lines(part, depth + 1, group)
            return
        x, whole, zh = self.record[rule.column], self.record.get(rule.per), self.language == "zh"
        text = asks(rule, self.language)
        if isinstance(rule, Threshold) and whole is not None:
            text += said["of"].format(say(rule.bound * whole), say(whole))
        gap = self._margin(rule)
        value = said["unknown"] if x is None else said[say(x)] if isinstance(x, bool) else x if isinstance(x, str) else say(x)
        if isinstance(rule, Is) and rule.values == (False,):
            value = said["caption"].format(known_columns()[rule.column].labelled(zh), value)
        yield Line(depth, group, text, value, "" if gap is None else f"{'+' if gap > 0 else ''}{say(gap)}", answer, rule)

    def _margin(self, leaf: Criterion) -> Any:
        x, whole = self.record[leaf.column], self.record.get(leaf.per) if leaf.per else 1
        return None if isinstance(leaf, Is) or x is None or whole is None else _plain(x - leaf.bound * whole)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, for JSON or for a test of your own."""
        d = self.definition
        criteria = [{"criterion": line.asks, "value": _plain(self.record[line.leaf.column]), "margin": self._margin(line.leaf),
                     "answer": line.answer, "group": line.group, "column": line.leaf.column, "per": line.leaf.per}
                    for line in self._lines(d.rule) if line.leaf is not None]
        return {"definition": d.key, "verdict": self.verdict, "sentence": self.sentence, "criteria": criteria,
                "changes": self.changes, "find_out": self.find_out, "source": d.source, "year": d.year,
                "locator": d.locator, "last_checked": d.last_checked.isoformat() if d.last_checked else None}

    def _source(self) -> str:
        d, said = self.definition, ANSWERS[self.language]
        return str(said["source"]).format(d.source, d.year, d.locator or "-", d.last_checked or "-")

    def __str__(self) -> str:
        said = ANSWERS[self.language]
        cells = [("  " * line.depth + line.asks, line.value, line.margin, said[line.answer]) for line in self._lines(self.definition.rule)]
        wide = [max(_width(row[i]) for row in cells) for i in range(3)]
        table = ["  " + "  ".join([*(c + " " * (w - _width(c)) for c, w in zip(row, wide, strict=False)), row[3]]) for row in cells]
        return "\n".join([said["caption"].format(self.definition.key, self.sentence), *table, self._source()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        said, body, depth = ANSWERS[self.language], "", 0
        left = 'style="text-align:left"'
        for line in self._lines(self.definition.rule):
            body += "</tbody><tbody>" if line.leaf is None or line.depth < depth else ""
            depth = line.depth
            scope = 'rowgroup" colspan="3' if line.leaf is None else "row"
            body += f'<tr><th scope="{scope}" style="text-align:left;padding-left:{1 + line.depth}em">{html.escape(line.asks)}</th>'
            body += "" if line.leaf is None else f'<td>{html.escape(line.value)}</td><td>{html.escape(line.margin)}</td>'
            body += f'<td {left}><span aria-hidden="true">{MARKS[line.answer]} </span>{said[line.answer]}</td></tr>'
        heads = "".join(f'<th scope="col">{h}</th>' for h in said["heads"])
        caption = html.escape(said["caption"].format(self.definition.key, self.sentence))
        return (f'<table lang="{self.language}"><caption {left}>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{body}'
                f'</tbody><tfoot><tr><td colspan="4" {left}>{html.escape(self._source())}</td></tr></tfoot></table>')


def _plain(value: Any) -> Any:
    """An exact fraction as an int where it is whole, else as a float."""
    return value if not isinstance(value, Fraction) else int(value) if value.denominator == 1 else float(value)


def _width(text: str) -> int:
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)
