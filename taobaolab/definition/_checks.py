"""The checker of tables: one definition, several, what a bound moves, and what is wrong with a table."""

from __future__ import annotations

import math
import numbers
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import narwhals.stable.v2 as nw

from ._columns import Column, DefinitionError, plain_number
from ._criteria import (
    Criterion,
    Group,
    Is,
    Not,
    Rule,
    Score,
    Threshold,
    number_text,
    percent,
    replaced,
)
from ._definitions import AnyDefinition, Definition, get_definition, published
from ._expressions import Compiler
from ._logic import ROUNDING, Plan, is_counted, plan
from ._problems import InputError, as_narwhals
from ._reading import Form, Reader
from ._tables import CheckedTable, KeptValues, open_table

if TYPE_CHECKING:
    import pandas as pd

Table = TypeVar("Table")


def definitions(elsewhere: bool = False) -> pd.DataFrame:
    """All published definitions, a row each, with the rule in words and what is peculiar about it.

    Parameters
    ----------
    elsewhere
        Those of other things and other countries, instead of those of Taobao villages, towns and clusters.

    Examples
    --------
    >>> sorted(set(definitions().level))
    ['cluster', 'town', 'village']
    """
    import pandas as pd

    first = ["key", "level", "year", "source"]
    last = [
        "peculiar",
        "stated_for",
        "window",
        "active_means",
        "words",
        "locator",
        "year_note",
        "last_checked",
    ]
    if elsewhere:
        first[1:2] = ["country", "defines"]
    rows = []
    for found in published().values():
        if bool(found.defines) == elsewhere:
            row = {name: getattr(found, name) for name in first}
            row |= {"rule": found.in_words(), "bounds": found.strictness}
            rows.append(row | {name: getattr(found, name) for name in last})
    return pd.DataFrame(rows)


# ---- a table ---------------------------------------------------------------------------------------
def _opened(
    table: Any,
    several: Iterable[Definition],
    columns: Mapping[str, Any] | None,
    look: bool | None = None,
) -> CheckedTable:
    """The table: refused with all its problems, or seen through clean expressions."""
    view = _looked_at(table, several, columns, look)
    stopping = [problem for problem in view.problems if problem.stops]
    if stopping:
        rows = f"{len(view.frame):,} rows" if isinstance(view.frame, nw.DataFrame) else "the table"
        raise InputError(stopping, rows)
    for doubt in view.problems:
        warnings.warn(str(doubt).strip(), UserWarning, stacklevel=3)
    return view


def _looked_at(
    table: Any, several: Iterable[Definition], columns: Mapping[str, Any] | None, look: bool | None
) -> CheckedTable:
    asked: dict[str, Column] = {}
    words: dict[str, frozenset[Any]] = {}
    for chosen in several:
        for name in chosen.columns:
            column = chosen.known[name]
            if asked.setdefault(name, column).kind != column.kind:
                raise DefinitionError(
                    f"{name} is {asked[name].kind} in one definition and {column.kind} in another."
                )
        for leaf in chosen.criteria:
            if isinstance(leaf, Is):
                words[leaf.column] = words.get(leaf.column, frozenset()) | leaf.accepted
    return open_table(table, asked, columns or {}, words, look)


def _expression(made: Plan, view: CheckedTable, keep: Any = None) -> nw.Expr:
    engine = view.frame.implementation
    wide = engine.is_polars() or engine.is_duckdb()
    complete = view.complete(made.tried)
    return Compiler(
        made, view.see, view.numbers, complete, wide, blank=view.blank, keep=keep
    ).expression()


def _with_verdicts(view: CheckedTable, plans: Mapping[str, Plan]) -> Any:
    """The user's table with a column for each rule, which never takes the place of a datum."""
    for name in plans:
        if name in view.used.values():
            raise DefinitionError(
                f"The answer would take the place of the column {name!r}, which a rule asks for; "
                "rename that column of the table, or the key of the definition."
            )
    if not view.frame.implementation.is_polars():
        kept = KeptValues(view.frame)
        keep = kept.keep if isinstance(view.frame, nw.DataFrame) else None
        found = {name: _expression(made, view, keep) for name, made in plans.items()}
        return view._replace(frame=kept.frame).add(found)
    import polars

    verdicts = {}
    for name, made in plans.items():
        complete = view.complete(made.tried)
        compiler = Compiler(
            made,
            view.see_in_polars,
            view.numbers,
            complete,
            wide=True,
            space=polars,
            as_they_stand=view.words_in_polars,
            blank=view.blank,
        )
        verdicts[name] = compiler.expression()
    return view.add(verdicts)


def check(
    table: Table,
    definition: AnyDefinition,
    columns: Mapping[str, Any] | None = None,
    detail: bool = False,
    look: bool | None = None,
) -> Table:
    """The table with one more column, ``met``: true, false, or missing where the data leave it undetermined.

    Parameters
    ----------
    table
        A table of any kind that narwhals knows; lazy tables stay lazy and nothing is collected. Sales are in RMB a
        year, the rest are counts. A column of the same name is replaced.
    definition
        A key, a Definition, a dict or TOML text.
    columns
        What the table calls a column, ``{"annual_sales_rmb": "销售额"}``, or that it has none, ``{"households": None}``.
    detail
        Whether to add a column a criterion.
    look
        Whether to look at the cells for impossible values. If None, those of an eager table are looked at, and of a
        lazy one only names and types. ``look=False`` is twice as fast, for tables that were looked at before.

    Returns
    -------
    Table
        A table of the same kind.

    Raises
    ------
    InputError
        All problems of the table at once, with rows and advice. A doubt, such as sales in units of ten thousand, is a
        UserWarning.
    DefinitionError
        What is wrong with the definition.

    Notes
    -----
    Counts are compared exactly. A number (money, an area) is compared as the 64-bit float that tables hold, so it
    equals the bound that is printed like it. A ratio with such a number is at its bound where the two differ by less
    than rounding does, one part in 10**15: 301 people on 301/150 km2 are 150 per km2. ``explain`` does the same.

    Examples
    --------
    >>> import pandas as pd
    >>> villages = pd.DataFrame({"annual_sales_rmb": [12e6, 9e6, None], "active_shops": [100, 300, 80]})
    >>> check(villages, "world-bank-2018").met.tolist()
    [True, False, False]
    """
    chosen = get_definition(definition)
    plans = {"met": chosen.plan}
    if detail:
        for leaf in chosen.criteria:
            plans[_name_of(leaf)] = plan(leaf, chosen.known, chosen.columns)
    view = _opened(table, [chosen], columns, look)
    found: Table = _with_verdicts(view, plans)
    return found


def _name_of(leaf: Criterion) -> str:
    """The name of a column for one criterion: active_shops_at_least_10pct_of_households."""
    if isinstance(leaf, Is):
        answers = [str(value).lower() for value in leaf.values]
        listed = answers[0] if len(answers) == 1 else f"one_of_{len(answers)}"
        return f"{leaf.column}_{'is_not' if leaf.negated else 'is'}_{listed}"
    bound = number_text(leaf.bound)
    if leaf.per and leaf.form == "growth":
        bound = f"{percent(leaf.bound - 1)[:-1]}pct_above_{leaf.per}"
    elif leaf.per:
        bound = (
            f"{bound}_per_{leaf.per}"
            if leaf.form == "number"
            else f"{percent(leaf.bound)[:-1]}pct_of_{leaf.per}"
        )
    return f"{leaf.column}_{leaf.word}_{bound.replace('.', '_').replace('/', '_by_')}"


def compare(
    table: Table,
    definitions: AnyDefinition | Iterable[AnyDefinition],
    columns: Mapping[str, Any] | None = None,
) -> Table:
    """The table with one more column a definition, named by its key: true, false or missing, as in ``check``.

    Parameters
    ----------
    table, columns
        As in ``check``.
    definitions
        The definitions. Each uses only the columns that it asks for, whatever the others ask for.

    Raises
    ------
    InputError, DefinitionError
        As in ``check``; also if two of the definitions have the same key.

    Examples
    --------
    >>> import pandas as pd
    >>> village = pd.DataFrame({"annual_sales_rmb": [12e6], "active_shops": [100], "ecommerce_households": [None],
    ...                         "households": [1500]})
    >>> compare(village, ["world-bank-2018", "xinhua-2017", "xinhua-2019"]).iloc[0, 4:].tolist()
    [True, False, <NA>]
    """
    if isinstance(definitions, (str, Mapping, Definition)):
        definitions = [definitions]
    if not isinstance(definitions, Iterable):
        raise DefinitionError(f"Definitions are needed, in a list; {definitions!r} is none.")
    several = list(definitions)
    chosen = [get_definition(d) for d in several]
    if len({d.key for d in chosen}) < len(chosen):
        raise DefinitionError(
            f"Two of the definitions have the same key: {', '.join(d.key for d in chosen)}."
        )
    view = _opened(table, chosen, columns)
    found: Table = _with_verdicts(view, {d.key: d.plan for d in chosen})
    return found


def flips(
    table: Table,
    before: AnyDefinition,
    after: AnyDefinition,
    columns: Mapping[str, Any] | None = None,
) -> Table:
    """The rows whose answer differs between two definitions, with both answers as columns ``before`` and ``after``.

    Examples
    --------
    >>> import pandas as pd
    >>> villages = pd.DataFrame({"annual_sales_rmb": [12e6, 12e6], "active_shops": [60, 100]})
    >>> lower = get_definition("world-bank-2018").moved("active_shops", at_least=50)
    >>> flips(villages, "world-bank-2018", lower).index.tolist()
    [0]
    """
    chosen = {"before": get_definition(before), "after": get_definition(after)}
    view = _opened(table, chosen.values(), columns)
    both = as_narwhals(_with_verdicts(view, {name: d.plan for name, d in chosen.items()}))
    old, new = nw.col("before"), nw.col("after")
    found: Table = both.filter(
        (old.is_null() != new.is_null()) | (old != new).fill_null(False)
    ).to_native()
    return found


# ---- how much depends on a bound -------------------------------------------------------------------
def sensitivity(
    table: Any,
    definition: AnyDefinition,
    column: str,
    per: str | None = None,
    thresholds: Iterable[Any] | None = None,
    columns: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """How many places are met at every bound on a column (or on its ratio ``per`` another).

    The rest of the definition stays as it is. It takes one sort: the criterion decides for the places that are met if
    it is met, and not otherwise. A lazy table is computed.

    Parameters
    ----------
    table, definition, columns
        As in ``check``.
    column, per
        The bound that moves.
    thresholds
        The bounds to try. Without them there is a row for each value at which the number changes, and one for the
        published bound.

    Returns
    -------
    pandas.DataFrame
        ``threshold`` (shares are fractions: 0.1 for 10%) and ``met``.

    Examples
    --------
    >>> import pandas as pd
    >>> villages = pd.DataFrame({"annual_sales_rmb": [12e6] * 3, "active_shops": [60, 80, 200]})
    >>> sensitivity(villages, "world-bank-2018", "active_shops", thresholds=[50, 70, 100]).met.tolist()
    [3, 2, 1]
    """
    import numpy as np

    chosen = get_definition(definition)
    leaf = chosen.threshold(column, per)
    view = _opened(table, [chosen], columns)
    if isinstance(thresholds, str) or not isinstance(thresholds, Iterable | None):
        raise DefinitionError(f"thresholds is a list of bounds, such as [{thresholds!r}]")
    given = None if thresholds is None else [_as_bound(t) for t in thresholds]
    value, known = view.see[leaf.column], ~view.see[leaf.column].is_null()
    if leaf.per:
        known = known & ~view.see[leaf.per].is_null()
        value = value / view.see[leaf.per]
    if set(chosen.plan.tried) & {leaf.column, leaf.per}:
        return _checked_one_by_one(chosen, leaf, view, value, known, given)
    with_it = plan(_settled(chosen.rule, leaf, True), chosen.known, chosen.columns)
    without = plan(_settled(chosen.rule, leaf, False), chosen.known, chosen.columns)
    met = {
        name: _expression(p, view).fill_null(False)
        for name, p in (("yes", with_it), ("no", without))
    }
    asked = {"x": value, "yes": met["yes"], "no": met["no"], "known": known}
    rows = known | ~known  # a rule of one criterion gives a constant, and a filter wants a column
    where = rows & (met["yes"] | met["no"])
    seen = view.collect(*(e.alias(name) for name, e in asked.items()), where=where)
    x = seen["x"].to_numpy().astype(float)
    yes, no, there = (seen[name].to_numpy().astype(bool) for name in ("yes", "no", "known"))
    base = int((yes & no).sum())
    gained, lost = np.sort(x[yes & ~no & there]), np.sort(x[no & ~yes & there])
    steps = _steps(np.concatenate([gained, lost]), leaf, given)
    bounds = steps
    if leaf.per and not is_counted(
        leaf, chosen.known
    ):  # at the bound, but for rounding, as in check
        away = ROUNDING if leaf.strict != leaf.upper else -ROUNDING
        bounds = steps * float(1 + away)
    met_at = base + _reaching(gained, bounds, leaf) + len(lost) - _reaching(lost, bounds, leaf)
    return _curve(steps, met_at, leaf)


def _steps(values: Any, leaf: Threshold, given: list[float] | None) -> Any:
    import numpy as np

    if given is not None:
        return np.array(given, dtype=float)
    return np.union1d(values[values > 0], [float(leaf.bound)])


def _reaching(values: Any, steps: Any, leaf: Threshold) -> Any:
    """How many of the sorted values are on the right side of each bound."""
    import numpy as np

    below = np.searchsorted(values, steps, side="right" if leaf.strict != leaf.upper else "left")
    return below if leaf.upper else len(values) - below


def _curve(steps: Any, met: Any, leaf: Threshold) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    whole = not leaf.per and bool((steps == np.floor(steps)).all())
    return pd.DataFrame({"threshold": steps.astype("int64") if whole else steps, "met": met})


def _checked_one_by_one(
    chosen: Definition,
    leaf: Threshold,
    view: CheckedTable,
    value: Any,
    known: Any,
    given: list[float] | None,
) -> pd.DataFrame:
    """The curve of a bound on a column that other criteria ask for too: the rule again for every bound."""
    import numpy as np

    values = view.collect(value.alias("x"), where=known)["x"].to_numpy().astype(float)
    steps = _steps(np.sort(values), leaf, given)
    counts = []
    for step in steps:
        moved = Threshold(
            leaf.column, Reader(Form("call"), "", {}, {}).number(float(step)) or leaf.bound,
            leaf.strict, leaf.per, leaf.upper, leaf.form,
        )  # fmt: skip
        made = plan(replaced(chosen.rule, leaf, moved), chosen.known, chosen.columns)
        met = _expression(made, view).fill_null(False).cast(nw.Int64).sum().alias("n")
        counts.append(int(view.collect(met)["n"][0] or 0))
    return _curve(steps, counts, leaf)


def _as_bound(bound: Any) -> float:
    share = isinstance(bound, str) and bound.strip().endswith("%")
    number = Reader(Form("call"), "", {}, {}).number(bound.strip()[:-1] if share else bound)
    if number is None:
        raise DefinitionError(
            f'{bound!r} is no bound; write a number such as 100, or a share such as "10%"'
        )
    return float(number / 100 if share else number)


def _settled(rule: Any, leaf: Threshold, truth: bool) -> Any:
    """The rule once one criterion is decided: a smaller rule, or True or False."""
    if rule == leaf:
        return truth
    if isinstance(rule, Not):
        part = _settled(rule.part, leaf, truth)
        return not part if isinstance(part, bool) else Not(part)
    if isinstance(rule, Group):
        parts = [_settled(part, leaf, truth) for part in rule.parts]
        decides = rule.need == "any"
        if any(part is decides for part in parts):
            return decides
        left = tuple(part for part in parts if not isinstance(part, bool))
        return Group(rule.need, left) if left else not decides
    if isinstance(rule, Score):
        parts = [_settled(part, leaf, truth) for part in rule.parts]
        points = sum(w for part, w in zip(parts, rule.weights, strict=True) if part is True)
        left_parts = [
            (p, w) for p, w in zip(parts, rule.weights, strict=True) if not isinstance(p, bool)
        ]
        bound = rule.bound - points
        if not left_parts:
            return (
                (bound > 0 if rule.strict else bound >= 0)
                if rule.upper
                else (bound < 0 if rule.strict else bound <= 0)
            )
        settled, weights = zip(*left_parts, strict=True)
        return Score(settled, weights, bound, rule.strict, rule.upper)
    return rule


def problems(
    table: Any, definition: AnyDefinition, columns: Mapping[str, Any] | None = None
) -> pd.DataFrame:
    """Everything that is wrong with a table, a row each. A lazy table is computed for it.

    Returns
    -------
    pandas.DataFrame
        Column, problem, rows, examples, advice, and whether it stops the check. No rows: nothing was found.

    Examples
    --------
    >>> import pandas as pd
    >>> villages = pd.DataFrame({"annual_sales_rmb": [12e6, -1], "active_shops": [120, 30]}, index=["Daji", "Junpu"])
    >>> problems(villages, "world-bank-2018")[["column", "problem", "examples"]].values.tolist()
    [['annual_sales_rmb', 'negative', "'Junpu' = -1"]]
    """
    import pandas as pd

    try:
        listed = _looked_at(table, [get_definition(definition)], columns, look=True).problems
    except InputError as error:
        listed = error.problems
    rows = [(p.column, p.problem, p.rows, ", ".join(p.examples), p.advice, p.stops) for p in listed]
    found = pd.DataFrame(rows, columns=["column", "problem", "rows", "examples", "advice", "stops"])
    return found.astype({"rows": "Int64", "stops": "bool"})


def boundary(
    definition: AnyDefinition, households: Sequence[int], column: str = "active_shops"
) -> list[int | None]:
    """The fewest shops with which a village of so many households passes, all else being fine; None if no number does.

    Criteria on other data are taken as met where they are needed, and as not met where they would be a way around.

    Raises
    ------
    DefinitionError
        If the rule counts criteria, or limits the shops from above, so that there is no such line.

    Examples
    --------
    >>> boundary("wikipedia", [100, 705, 5000])
    [11, 71, 101]
    """
    chosen = get_definition(definition)
    listed = isinstance(households, Iterable) and not isinstance(households, str)
    if not listed or not all(isinstance(h, numbers.Real) for h in households):
        raise DefinitionError(
            f"households is a list of numbers, such as [100, 705], not {households!r}"
        )
    if any(h < 1 for h in households):
        raise DefinitionError(f"a village has at least 1 household; there is {min(households)}")

    def fewest(rule: Rule, h: int) -> int | None:
        if isinstance(rule, Group):
            found = [fewest(part, h) for part in rule.parts]
            numbers = [n for n in found if n is not None]
            if not numbers:
                return None
            return max(numbers) if rule.need == "all" else min(numbers)
        if isinstance(rule, (Not, Score)):
            raise DefinitionError(
                f"{chosen.key} counts or excludes criteria, so it has no line of fewest {column}."
            )
        if isinstance(rule, Is) or rule.column != column or rule.per not in ("", "households"):
            return None
        if rule.upper:
            raise DefinitionError(
                f"{chosen.key} limits {column} from above, so it has no line of fewest {column}."
            )
        bound = rule.bound * (h if rule.per else 1)
        return math.floor(bound) + 1 if rule.strict else math.ceil(bound)

    return [fewest(chosen.rule, plain_number(h)) for h in households]
