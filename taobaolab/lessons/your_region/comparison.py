"""The records of China beside a region: where its places stand among them, and how far that comparison carries."""

from __future__ import annotations

from operator import ge, gt, le, lt
from typing import TYPE_CHECKING

from ... import datasets
from ...definition import (
    AnyDefinition,
    DefinitionError,
    Threshold,
    get_definition,
    known_columns,
    percent,
)
from .findings import Finding
from .places import Places

if TYPE_CHECKING:
    import pandas as pd

RECORDED = {
    "active_shops": "online_shops",
    "households": "households",
    "annual_sales_rmb": "annual_sales_rmb",
}
YEARLY = ("online_sales", "sales_as_printed")
LARGER = 10  # times as large as the largest village on record: no village
NO_SAMPLE = "The records of China are no sample: newspapers and studies write of striking villages."


def records(measure: str) -> pd.DataFrame:
    """What our records of Chinese villages print of a measure, each village once, with its latest figure.

    ``measure`` is ``active_shops`` (as the source counts: shops, sellers, stores), ``households`` or ``annual_sales_rmb``
    (only sales of the village in a year). Columns: id, place, place_zh, year, value, status, source.

    >>> records("households")[["place", "year", "value"]].head(2).values.tolist()
    [['Dinglou', 2016, 306], ['Dongfeng', 2017, 1180]]
    """
    if measure not in RECORDED:
        raise ValueError(f"measure is {measure!r}; the records know {', '.join(RECORDED)}")
    table = datasets.load("village_cases")
    table = table[(table.level == "village") & table[RECORDED[measure]].notna()]
    if measure == "annual_sales_rmb":
        table = table[table.sales_are.isin(YEARLY)]
    table = table.sort_values(["name", "year", "id"], na_position="first").drop_duplicates(
        "name", keep="last"
    )
    table = table.rename(
        columns={"name": "place", "name_zh": "place_zh", RECORDED[measure]: "value"}
    )
    return table[["id", "place", "place_zh", "year", "value", "status", "source"]].reset_index(
        drop=True
    )


def standing(places: Places, definition_: AnyDefinition) -> pd.DataFrame:
    """Where your places stand among the records of China: a row a measure that both know.

    The places with a figure, their median, the records and their median, how many places lie above that, the bound of the
    definition on it (if there is one) and how many places reach it. The records are no sample of China's villages.
    """
    import pandas as pd

    chosen = get_definition(definition_)
    rows = []
    for measure in RECORDED:
        if measure not in places.data or not places.data[measure].notna().any():
            continue
        ours, theirs = places.data[measure].dropna(), records(measure).value
        bound = bound_on(chosen, measure)
        rows.append(
            {
                "measure": known_columns()[measure].label,
                "places": len(ours),
                "median": float(ours.median()),
                "records": len(theirs),
                "median_of_records": float(theirs.median()),
                "above_that": int((ours > theirs.median()).sum()),
                "bound": pd.NA if bound is None else float(bound.bound),
                "reach_it": pd.NA if bound is None else count_reaching(ours, bound),
            }
        )
    columns = ["measure", "places", "median", "records", "median_of_records", "above_that"]
    table = pd.DataFrame(rows, columns=[*columns, "bound", "reach_it"])
    return table.astype({"bound": "Float64", "reach_it": "Int64"}).set_index("measure")


def count_reaching(values: pd.Series, bound: Threshold) -> int:
    """How many values keep a bound: reach it, pass it, or stay below it."""
    keeps = {"at_least": ge, "more_than": gt, "at_most": le, "less_than": lt}[bound.word]
    return int(keeps(values.astype(float), float(bound.bound)).sum())


def doubt_level(places: Places, definition_: AnyDefinition) -> Finding | None:
    """A doubt where a rule for villages is put to places many times as large as any village on record."""
    level = get_definition(definition_).level
    if level != "village" or "households" not in places.data:
        return None
    median, largest = places.data.households.median(), int(records("households").value.max())
    if not median > LARGER * largest:
        return None
    problem = (
        f"the middle place has {median:,.0f} households, the largest village on record {largest:,}"
    )
    advice = "The rule is for villages; a district may pass for its size alone."
    return Finding("level", problem, advice)


def bound_on(chosen: AnyDefinition, column: str, per: str | None = None) -> Threshold | None:
    """The bound of a definition on a number itself, or on its share; None if it has none."""
    try:
        found = get_definition(chosen).threshold(column, per)
    except DefinitionError:
        return None
    return found if (found.per or None) == per else None


def in_unit(bound: Threshold) -> str:
    """A bound as it is printed."""
    return percent(bound.bound) if bound.per else f"{float(bound.bound):,.0f}"
