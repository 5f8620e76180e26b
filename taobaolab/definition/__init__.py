"""What counts as a Taobao village? Published definitions as data, and a checker with three answers.

The answer is met, not met, or undetermined. A missing number is never zero and never "no": a place is undetermined
exactly when its missing data could still decide. Definitions live in ``data/definitions.toml``; tables of any engine
that narwhals knows (pandas, Polars, PyArrow, DuckDB, Dask, Spark, Ibis) are checked where they are.

>>> print(get_definition("wikipedia").in_words())
in a rural area and an administrative village and annual e-commerce sales more than 10,000,000 RMB and \
(active shops more than 100 or active shops more than 10% of households)
>>> explain("wikipedia", active_shops=60).verdict
'undetermined'
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from operator import and_, ge, gt, or_
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from ._answer import Answer, explain
from ._criteria import (
    Criterion,
    DefinitionError,
    Group,
    Is,
    Rule,
    Threshold,
    known_columns,
    leaves,
    percent,
    within,
)
from ._door import View, admit
from ._faults import InputError, narwhal
from ._invented import teaching_villages
from ._rules import AnyDefinition, Definition, get_definition, published

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
    "definitions",
    "explain",
    "flips",
    "get_definition",
    "problems",
    "sensitivity",
    "teaching_villages",
]


def definitions() -> pd.DataFrame:
    """All published definitions, a row each, with the rule in words and what is peculiar about it.

    >>> sorted(set(definitions().level))
    ['cluster', 'town', 'village']
    """
    import pandas as pd

    first = ("key", "level", "year", "source")
    last = (
        "peculiar",
        "stated_for",
        "window",
        "active_means",
        "words",
        "locator",
        "year_note",
        "last_checked",
    )
    return pd.DataFrame(
        {name: getattr(d, name) for name in first}
        | {"rule": d.in_words(), "bounds": d.strictness}
        | {name: getattr(d, name) for name in last}
        for d in published().values()
    )


# ---- a table ---------------------------------------------------------------------------------------------------------
def _compiled(rule: Rule, see: Mapping[str, nw.Expr]) -> nw.Expr:
    """The rule as one expression: true, false, or null for undetermined.

    Kleene's logic alone would leave a village without any shop undetermined where its households are unknown, though
    no number of households could help it. So a bound also asks whether the best case would do, and the worst.
    """
    if isinstance(rule, Group):
        return reduce(and_ if rule.need == "all" else or_, (_compiled(p, see) for p in rule.parts))
    if isinstance(rule, Is):
        x, answers = see[rule.column], sorted(rule.accepted, key=str)
        return reduce(
            or_,
            (x if answer is True else ~x if answer is False else x == answer for answer in answers),
        )
    reaches, (p, q) = gt if rule.strict else ge, rule.bound.as_integer_ratio()
    x, low, high = _range(rule.column, see, rule.per)
    y, fewest, most = _range(rule.per, see, rule.column) if rule.per else (1, 1, None)
    met = reaches(_times(x, q), _times(y, p))
    if rule.per or high is not None:
        met = met & reaches(_times(x if high is None else high, q), _times(fewest, p))
    if most is not None or not isinstance(low, int):
        met = met | reaches(
            _times(x if isinstance(low, int) else low, q), _times(y if most is None else most, p)
        )
    return met


def _range(name: str, see: Mapping[str, nw.Expr], besides: str) -> tuple[Any, Any, Any]:
    """A datum, the least that it can be, and the greatest if another datum limits it (``besides``: not this one)."""
    x, column = see[name], known_columns()[name]
    parts = [see[c] for c in within(name) if c in see and c != besides]
    low = nw.coalesce(x, nw.max_horizontal(nw.lit(column.least), *parts)) if parts else column.least
    limited = column.at_most in see and column.at_most != besides
    return x, low, nw.coalesce(x, see[column.at_most]) if limited else None


def _times(x: Any, n: int) -> Any:
    return x if n == 1 else x * n


def _enter(
    table: Any, rules: Iterable[Rule], columns: Mapping[str, Any] | None, look: bool | None = None
) -> View:
    """The table at the door: refused with all its faults, or seen through clean expressions."""
    view = _look(table, rules, columns, look)
    faults = [f for f in view.faults if f.stops]
    if faults:
        rows = f"{len(view.frame):,} rows" if isinstance(view.frame, nw.DataFrame) else "the table"
        raise InputError(faults, rows)
    for doubt in view.faults:
        warnings.warn(str(doubt).strip(), UserWarning, stacklevel=4)
    return view


def _look(
    table: Any, rules: Iterable[Rule], columns: Mapping[str, Any] | None, look: bool | None
) -> View:
    criteria = [leaf for rule in rules for leaf in leaves(rule)]
    asked = dict.fromkeys(c for leaf in criteria for c in (leaf.column, leaf.per) if c)
    words: dict[str, frozenset[Any]] = {}
    for leaf in criteria:
        if isinstance(leaf, Is):
            words[leaf.column] = words.get(leaf.column, frozenset()) | leaf.accepted
    return admit(table, asked, known_columns(), columns or {}, words, look)


def check(
    table: Any,
    definition: AnyDefinition,
    columns: Mapping[str, Any] | None = None,
    detail: bool = False,
    look: bool | None = None,
) -> Any:
    """The table with one more column, ``met``: true, false, or missing where the data leave it undetermined.

    ``table`` is of any kind that narwhals knows and comes back as the same kind; lazy tables stay lazy and nothing is
    collected. ``definition`` is a key, a Definition, a dict or TOML text. ``columns`` says what the table calls a
    datum, ``{"annual_sales_rmb": "销售额"}``, or that it has no such column, ``{"households": None}``. ``detail`` adds
    a column a criterion. Sales are in RMB a year, the rest are counts. A column of the same name is replaced.

    InputError lists all faults of the table, with rows and advice; of a lazy table only those that its column names and
    types show (``problems`` looks into the cells). A doubt, such as sales in units of ten thousand, is a UserWarning.
    ``look=False`` leaves the cells of an eager table unseen too: twice as fast, for tables that were looked at before.

    >>> import pandas as pd
    >>> villages = pd.DataFrame({"annual_sales_rmb": [12e6, 9e6, None], "active_shops": [100, 300, 80]})
    >>> check(villages, "world-bank-2018").met.tolist()
    [True, False, False]
    """
    chosen = get_definition(definition)
    rules: dict[str, Rule] = {"met": chosen.rule}
    rules |= {_slug(leaf): leaf for leaf in chosen.criteria} if detail else {}
    return _answered(table, rules, columns, look)


def _answered(
    table: Any,
    rules: Mapping[str, Rule],
    columns: Mapping[str, Any] | None,
    look: bool | None = None,
) -> Any:
    view = _enter(table, rules.values(), columns, look)
    return view.add({name: _compiled(rule, view.see) for name, rule in rules.items()})


def _slug(leaf: Criterion) -> str:
    if isinstance(leaf, Is):
        answers = [str(v).lower() for v in leaf.values]
        return f"{leaf.column}_is_{answers[0] if len(answers) == 1 else f'one_of_{len(answers)}'}"
    bound = (
        f"{percent(leaf.bound)[:-1]}pct_of_{leaf.per}" if leaf.per else f"{float(leaf.bound):.12g}"
    )
    return f"{leaf.column}_{'more_than' if leaf.strict else 'at_least'}_{bound.replace('.', '_')}"


def compare(
    table: Any, definitions: Iterable[AnyDefinition], columns: Mapping[str, Any] | None = None
) -> Any:
    """The table with one more column a definition, named by its key: true, false or missing, as in ``check``.

    >>> import pandas as pd
    >>> village = pd.DataFrame({"annual_sales_rmb": [12e6], "active_shops": [100], "ecommerce_households": [None],
    ...                         "households": [1500]})
    >>> compare(village, ["world-bank-2018", "xinhua-2017", "xinhua-2019"]).iloc[0, 4:].tolist()
    [True, False, <NA>]
    """
    several = [definitions] if isinstance(definitions, str | Mapping | Definition) else definitions
    chosen = [get_definition(d) for d in several]
    rules = {d.key: d.rule for d in chosen}
    if len(rules) < len(chosen):
        raise DefinitionError(
            f"Two of the definitions have the same key: {', '.join(d.key for d in chosen)}."
        )
    return _answered(table, rules, columns)


def flips(
    table: Any,
    before: AnyDefinition,
    after: AnyDefinition,
    columns: Mapping[str, Any] | None = None,
) -> Any:
    """The rows whose answer differs between two definitions, with both answers as columns ``before`` and ``after``.

    >>> import pandas as pd
    >>> villages = pd.DataFrame({"annual_sales_rmb": [12e6, 12e6], "active_shops": [60, 100]})
    >>> lower = get_definition("world-bank-2018").moved("active_shops", at_least=50)
    >>> flips(villages, "world-bank-2018", lower).index.tolist()
    [0]
    """
    rules = {"before": get_definition(before).rule, "after": get_definition(after).rule}
    both = narwhal(_answered(table, rules, columns))
    old, new = nw.col("before"), nw.col("after")
    return both.filter((old.is_null() != new.is_null()) | (old != new).fill_null(False)).to_native()


def sensitivity(
    table: Any,
    definition: AnyDefinition,
    column: str,
    per: str | None = None,
    thresholds: Iterable[Any] | None = None,
    columns: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """How many places are met at every bound on a column (or on its share ``per`` another): ``threshold`` and ``met``.

    The rest of the definition stays as it is. Without ``thresholds`` there is a row for each value at which the number
    changes, and one for the published bound. Shares are fractions: 0.1 for 10%. It takes one sort: the criterion
    decides for the places that are met if it is met, and not otherwise. A lazy table is computed.

    >>> import pandas as pd
    >>> villages = pd.DataFrame({"annual_sales_rmb": [12e6] * 3, "active_shops": [60, 80, 200]})
    >>> sensitivity(villages, "world-bank-2018", "active_shops", thresholds=[50, 70, 100]).met.tolist()
    [3, 2, 1]
    """
    import numpy as np
    import pandas as pd

    chosen = get_definition(definition)
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
        base = int(view.collect(no.fill_null(False).cast(nw.Int64).sum().alias("n"))["n"][0] or 0)
        where = where & ~no.fill_null(False)
    if not isinstance(with_it, bool):
        where = where & _compiled(with_it, view.see)
    values = np.sort(view.collect(value.alias("x"), where=where)["x"].to_numpy().astype(float))
    given = None if thresholds is None else [_number(t) for t in thresholds]
    steps = (
        np.union1d(values[values > 0], [float(leaf.bound)])
        if given is None
        else np.array(given, dtype=float)
    )
    met = (
        base + len(values) - np.searchsorted(values, steps, side="right" if leaf.strict else "left")
    )
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


def problems(
    table: Any, definition: AnyDefinition, columns: Mapping[str, Any] | None = None
) -> pd.DataFrame:
    """Everything that is wrong with a table, a row each: column, problem, rows, examples, advice, and whether it stops.

    A lazy table is computed for it. No rows mean that nothing was found.

    >>> import pandas as pd
    >>> villages = pd.DataFrame({"annual_sales_rmb": [12e6, -1], "active_shops": [120, 30]}, index=["Daji", "Junpu"])
    >>> problems(villages, "world-bank-2018")[["column", "problem", "examples"]].values.tolist()
    [['annual_sales_rmb', 'negative', "'Junpu' = -1"]]
    """
    import pandas as pd

    try:
        faults = _look(table, [get_definition(definition).rule], columns, look=True).faults
    except InputError as error:
        faults = error.faults
    rows = [(f.column, f.problem, f.rows, ", ".join(f.examples), f.advice, f.stops) for f in faults]
    found = pd.DataFrame(rows, columns=["column", "problem", "rows", "examples", "advice", "stops"])
    return found.astype({"rows": "Int64", "stops": "bool"})


def boundary(
    definition: AnyDefinition, households: Sequence[int], column: str = "active_shops"
) -> list[int | None]:
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

    return [fewest(get_definition(definition).rule, h) for h in households]
