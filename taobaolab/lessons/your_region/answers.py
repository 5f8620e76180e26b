"""A definition put to places: the answers, the criterion that decides, the bounds, the wordings, and a count on any engine."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from ...definition import (
    AnyDefinition,
    Definition,
    Group,
    Rule,
    as_narwhals,
    asks,
    check,
    compare,
    definitions,
    explain,
    get_definition,
    known_columns,
    sensitivity,
)
from .places import Places

if TYPE_CHECKING:
    import pandas as pd

WORDS = {True: "met", False: "not met"}


def answered(places: Places, definition_: AnyDefinition) -> pd.DataFrame:
    """The answer for each place: its data, ``answer`` in words, and ``find_out``, the datum to find out first.

    Rows are those of ``places.data``. A datum that the definition asks for and the table lacks is unknown.

    >>> from taobaolab.lessons.your_region import mapped, read
    >>> mine = read({"name": "mine.csv", "content": b"village,shops,households\\nA,60,500\\nB,60,\\nC,40,500\\n"})
    >>> places = mapped(mine, {"place": "village", "active_shops": "shops", "households": "households"})
    >>> rule = {"source": "me", "year": 2026, "all": [{"column": "active_shops", "per": "households", "at_least": "10%"}]}
    >>> answered(places, rule)[["place", "answer", "find_out"]].values.tolist()
    [['A', 'met', ''], ['B', 'undetermined', 'households'], ['C', 'not met', '']]
    """
    import pandas as pd

    chosen = get_definition(definition_)
    table, absent = _with_all(places, chosen)
    met = check(table, chosen, columns=absent, look=False)["met"].astype("boolean")
    data = places.data[["place", *(c for c in chosen.columns if c in places.data)]].copy()
    data["answer"] = met.map(WORDS).astype(object).where(met.notna(), "undetermined").astype("str")
    asked = [c for c in chosen.columns if c in data]
    open_ = data.loc[data.answer == "undetermined", asked]
    records = [
        tuple(None if pd.isna(v) else v for v in row) for _, *row in open_.itertuples(name=None)
    ]
    unset = dict.fromkeys(chosen.columns)
    first = {
        r: explain(chosen, unset | dict(zip(asked, r, strict=True))).find_out or ""
        for r in set(records)
    }
    data["find_out"] = (
        pd.Series([first[r] for r in records], index=open_.index, dtype="str")
        .reindex(data.index)
        .fillna("")
    )
    return data


def _with_all(places: Places, *chosen: Definition) -> tuple[pd.DataFrame, dict[str, None]]:
    return places.data, {c: None for d in chosen for c in d.columns if c not in places.data}


def tally(
    table: Any, definition_: AnyDefinition, columns: Mapping[str, Any] | None = None
) -> dict[str, int]:
    """How many rows of a table are met, not met and undetermined, counted where the table is.

    ``table`` is of any kind that ``definition.check`` takes: for a million rows give a lazy one, such as
    ``polars.scan_parquet(path)`` or ``duckdb.read_csv(path)``; only three numbers come back. Cells are not looked at:
    ``definition.problems`` does that, on such tables too.

    >>> from taobaolab.definition import teaching_villages
    >>> tally(teaching_villages(1000), "wikipedia")
    {'met': 12, 'not met': 988, 'undetermined': 0}
    """
    answers = as_narwhals(check(table, definition_, columns=columns, look=False)).select("met")
    met = nw.col("met")
    whole = [met.fill_null(False), ~met.fill_null(True), met.is_null()]
    names = ("met", "not met", "undetermined")
    counts = answers.select(
        *(e.cast(nw.Int64).sum().alias(n) for e, n in zip(whole, names, strict=True))
    )
    counts = counts.collect() if isinstance(counts, nw.LazyFrame) else counts
    return {n: int(counts[n][0] or 0) for n in names}


def deciding(places: Places, definition_: AnyDefinition) -> pd.DataFrame:
    """Which criterion decides: a row each, with how many places meet it, and for how many it alone makes the difference.

    ``stands_in_the_way`` counts the places that would be met if this criterion were, all else as it is; ``carries`` those
    that are met and would not be without it.

    >>> from taobaolab.lessons.your_region import mapped, read
    >>> mine = read({"name": "mine.csv", "content": b"village,shops,sales\\nA,60,2e7\\nB,160,2e7\\nC,40,500\\n"})
    >>> places = mapped(mine, {"place": "village", "active_shops": "shops", "annual_sales_rmb": "sales"})
    >>> deciding(places, "world-bank-2018")[["met", "not_met", "stands_in_the_way", "carries"]].values.tolist()
    [[2, 1, 0, 1], [1, 2, 1, 1]]
    """
    import pandas as pd

    chosen = get_definition(definition_)
    table, absent = _with_all(places, chosen)
    detail = check(table, chosen, columns=absent, detail=True, look=False)
    found = detail.iloc[:, -len(chosen.criteria) :].astype("boolean")
    by_leaf = dict(zip(chosen.criteria, (found[c] for c in found), strict=True))
    met = detail["met"].astype("boolean")

    def whole(rule: Rule, fixed: Any, truth: bool) -> Any:
        if isinstance(rule, Group):
            return reduce(
                and_ if rule.need == "all" else or_, (whole(p, fixed, truth) for p in rule.parts)
            )
        return (
            pd.Series(truth, index=met.index, dtype="boolean") if rule == fixed else by_leaf[rule]
        )

    rows = []
    for leaf, answers in by_leaf.items():
        with_it, without = (whole(chosen.rule, leaf, truth) for truth in (True, False))
        rows.append(
            {
                "criterion": asks(leaf),
                "met": int(answers.sum()),
                "not_met": int((~answers).sum()),
                "undetermined": int(answers.isna().sum()),
                "stands_in_the_way": int((~met.fillna(True) & with_it.fillna(False)).sum()),
                "carries": int((met.fillna(False) & ~without.fillna(True)).sum()),
            }
        )
    return pd.DataFrame(rows).set_index("criterion")


def unknown(places: Places, definition_: AnyDefinition) -> pd.DataFrame:
    """What is not known and why: a row a datum that the definition asks for, with the places that lack it.

    ``why`` tells an empty cell from one that cannot be read, an impossible value, and a column that is not there;
    ``find_first`` counts the undetermined places for which it is the datum to find out first.
    """
    import pandas as pd

    chosen = get_definition(definition_)
    first = answered(places, chosen).find_out.value_counts()
    rows = []
    for c in chosen.columns:
        if c not in places.data:
            lacks, why = len(places.data), "the table has no such column"
        else:
            lacks = int(places.data[c].isna().sum())
            how = places.changed[
                (places.changed.datum == c) & places.changed.value.isna()
            ].how.value_counts()
            parts = {
                "empty": lacks - int(how.sum()),
                "could not be read": how.get("unread", 0),
                "impossible": how.get("impossible", 0),
            }
            why = ", ".join(f"{n} {w}" for w, n in parts.items() if n) or "all known"
        label = known_columns()[c].label
        rows.append(
            {"datum": label, "unknown": lacks, "why": why, "find_first": int(first.get(c, 0))}
        )
    return pd.DataFrame(rows).set_index("datum")


def passing(
    places: Places,
    definition_: AnyDefinition,
    column: str,
    per: str | None = None,
    thresholds: Iterable[Any] | None = None,
) -> pd.DataFrame:
    """How many places pass at each bound on a column, the rest of the definition as it is: ``threshold`` and ``met``.

    As ``definition.sensitivity``, for places; a definition without such a bound is a DefinitionError.
    """
    chosen = get_definition(definition_)
    table, absent = _with_all(places, chosen)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return sensitivity(table, chosen, column, per, thresholds, columns=absent)


def wordings(places: Places, level: str = "village") -> pd.DataFrame:
    """The places under every published wording of a level: how many are met, not met and undetermined, most met first.

    ``lacks`` names the data that the wording asks for and the table does not have.
    """
    import pandas as pd

    known = definitions()
    keys = known[known.level == level].key.tolist()
    if not keys:
        raise ValueError(f"level is {level!r}; there are {', '.join(dict.fromkeys(known.level))}")
    chosen = [get_definition(k) for k in keys]
    table, absent = _with_all(places, *chosen)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        answers = compare(table, chosen, columns=absent)
    rows = []
    for d in chosen:
        met = answers[d.key].astype("boolean")
        lacks = ", ".join(known_columns()[c].label for c in d.columns if c not in places.data)
        rows.append(
            (d.key, d.year, int(met.sum()), int((~met).sum()), int(met.isna().sum()), lacks)
        )
    made = pd.DataFrame(
        rows, columns=["wording", "year", "met", "not_met", "undetermined", "lacks"]
    )
    return made.sort_values(
        ["met", "undetermined"], ascending=[False, True], kind="stable"
    ).set_index("wording")
