"""A definition put to places: the answers, the criterion that decides, the bounds, the wordings, and a count on any engine."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from ...definition import (
    AnyDefinition,
    Criterion,
    Definition,
    as_narwhals,
    asks,
    check,
    compare,
    definitions,
    explain,
    get_definition,
    known_columns,
    replaced,
    sensitivity,
)
from .comparison import doubt_level
from .places import Places

if TYPE_CHECKING:
    import pandas as pd

WORDS = {True: "met", False: "not met"}


def label_of(datum: str, chosen: Definition | None = None) -> str:
    """The name of a datum in a sentence, also of one that a rule declares for itself."""
    known = known_columns() if chosen is None else chosen.known
    return known[datum].label if datum in known else datum.replace("_", " ")


def answered(places: Places, definition_: AnyDefinition) -> pd.DataFrame:
    """The answer for each place.

    Parameters
    ----------
    places
        What ``read`` made of a table.
    definition_
        A published wording by its key, or a rule of your own, which may ask for your own columns.

    Returns
    -------
    pandas.DataFrame
        The data that the rule asks for, ``answer`` in words, and ``find_out``, the datum to find out first.
        Rows are those of ``places.data``. A datum that the table lacks is unknown.

    Warns
    -----
    UserWarning
        The places are so large that the rule is hardly meant for them.

    Examples
    --------
    >>> from taobaolab.lessons.your_region import read
    >>> content = b"village,online shops,households\\nA,60,500\\nB,60,\\nC,40,500\\n"
    >>> places = read({"name": "mine.csv", "content": content},
    ...               columns={"active_shops": "online shops", "households": "households"})
    >>> share = {"column": "active_shops", "per": "households", "at_least": "10%"}
    >>> rule = {"source": "me", "year": 2026, "all": [share]}
    >>> answered(places, rule)[["place", "answer", "find_out"]].values.tolist()
    [['A', 'met', ''], ['B', 'undetermined', 'households'], ['C', 'not met', '']]
    """
    chosen = get_definition(definition_)
    doubt = doubt_level(places, chosen)
    if doubt is not None:
        warnings.warn(f"{doubt}. {doubt.advice}", UserWarning, stacklevel=2)
    return answer_rows(places, chosen)


def answer_rows(places: Places, chosen: Definition) -> pd.DataFrame:
    """What ``answered`` gives, without its warning."""
    import pandas as pd

    asked = [c for c in chosen.columns if c in places.data]
    met = _met(places, chosen)
    data = places.data[["place", *asked]].copy()
    data["answer"] = met.map(WORDS).astype(object).where(met.notna(), "undetermined").astype("str")
    data["find_out"] = ""
    unset = dict.fromkeys(chosen.columns)
    first: dict[tuple[Any, ...], str] = {}
    for row in data.index[data.answer == "undetermined"]:
        values = tuple(None if pd.isna(v) else v for v in data.loc[row, asked])
        if values not in first:
            known = dict(zip(asked, values, strict=True))
            first[values] = explain(chosen, unset | known).find_out or ""
        data.loc[row, "find_out"] = first[values]
    return data


def _absent(places: Places, *chosen: Definition) -> dict[str, None]:
    """The data that rules ask for and the table lacks."""
    return {c: None for d in chosen for c in d.columns if c not in places.data}


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

    ``stands_in_the_way`` counts the places that are not met and would be if this criterion alone had the other
    answer; ``carries`` those that are met and would not be. It goes for any rule, also with ``not`` and with points.

    >>> from taobaolab.lessons.your_region import read
    >>> mine = {"name": "mine.csv", "content": b"village,shops,sales\\nA,60,2e7\\nB,160,2e7\\nC,40,500\\n"}
    >>> columns = {"active_shops": "shops", "annual_sales_rmb": "sales"}
    >>> places = read(mine, columns=columns, units={"annual_sales_rmb": "yuan"})
    >>> deciding(places, "world-bank-2018")[["met", "not_met", "stands_in_the_way", "carries"]].values.tolist()
    [[2, 1, 0, 1], [1, 2, 1, 1]]
    """
    import pandas as pd

    chosen = get_definition(definition_)
    met = _met(places, chosen)
    rows = []
    for leaf in chosen.criteria:
        alone = _met(places, replace(chosen, rule=leaf))
        either = [_met(places, _taken_as(chosen, leaf, truth)) for truth in (True, False)]
        could_be = either[0].fillna(False) | either[1].fillna(False)
        could_fail = ~either[0].fillna(True) | ~either[1].fillna(True)
        rows.append(
            {
                "criterion": asks(leaf, columns=chosen.known),
                "met": int(alone.sum()),
                "not_met": int((~alone).sum()),
                "undetermined": int(alone.isna().sum()),
                "stands_in_the_way": int((~met.fillna(True) & could_be).sum()),
                "carries": int((met.fillna(False) & could_fail).sum()),
            }
        )
    return pd.DataFrame(rows).set_index("criterion")


def _met(places: Places, chosen: Definition) -> pd.Series:
    """The answer for each place: true, false, or missing; a datum that the table lacks is unknown."""
    import pandas as pd

    rule = chosen.plan.rule
    if isinstance(rule, bool):  # one criterion of it was taken as decided, and nothing else counts
        return pd.Series(rule, index=places.data.index, dtype="boolean")
    found = check(places.data, chosen, columns=_absent(places, chosen), look=False)
    return found["met"].astype("boolean")


def _taken_as(chosen: Definition, leaf: Criterion, truth: bool) -> Definition:
    """The definition if one criterion had the same answer everywhere."""
    return replace(chosen, rule=replaced(chosen.rule, leaf, truth))


def unknown(places: Places, definition_: AnyDefinition) -> pd.DataFrame:
    """What is not known and why: a row a datum that the definition asks for, with the places that lack it.

    ``why`` tells an empty cell from one that cannot be read, an impossible value, and a column that is not there;
    ``find_first`` counts the undetermined places for which it is the datum to find out first.
    """
    import pandas as pd

    chosen = get_definition(definition_)
    first = answer_rows(places, chosen).find_out.value_counts()
    rows = []
    for datum in chosen.columns:
        if datum not in places.data:
            lacks, why = len(places.data), "the table has no such column"
        else:
            lacks = int(places.data[datum].isna().sum())
            lost = places.changed[(places.changed.datum == datum) & places.changed.value.isna()]
            how = lost.how.value_counts()
            parts = {
                "empty": lacks - int(how.sum()),
                "could not be read": int(how.get("unread", 0)),
                "impossible": int(how.get("impossible", 0)),
            }
            why = ", ".join(f"{n} {words}" for words, n in parts.items() if n) or "all known"
        told = {"datum": label_of(datum, chosen), "unknown": lacks, "why": why}
        rows.append(told | {"find_first": int(first.get(datum, 0))})
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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return sensitivity(
            places.data, chosen, column, per, thresholds, columns=_absent(places, chosen)
        )


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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        answers = compare(places.data, chosen, columns=_absent(places, *chosen))
    rows = []
    for wording in chosen:
        met = answers[wording.key].astype("boolean")
        lacks = [label_of(c) for c in wording.columns if c not in places.data]
        counts = (int(met.sum()), int((~met).sum()), int(met.isna().sum()))
        rows.append((wording.key, wording.year, *counts, ", ".join(lacks)))
    columns = ["wording", "year", "met", "not_met", "undetermined", "lacks"]
    made = pd.DataFrame(rows, columns=columns).set_index("wording")
    return made.sort_values(["met", "undetermined"], ascending=[False, True], kind="stable")
