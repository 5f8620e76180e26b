"""What counts as a Taobao village? Published definitions as data, and a checker with three answers.

The answer is met, not met, or undetermined. A missing number is never zero and never "no": a place is undetermined
exactly when its missing data could still decide. Definitions live in ``data/definitions.toml``; tables of any engine
that narwhals knows (pandas, Polars, PyArrow, DuckDB, Dask, Spark, Ibis) are checked where they are.

Write your own rule as a dict or as TOML. ``get_definition(key).to_dict()`` shows any published one in this form.

======================================  ================================================================================
``source``, ``year``                    who states it and when: needed
``level``                               ``village`` (if left out), ``town``, ``cluster``, or ``place`` for any other
``columns``                             columns of your own, each with ``kind`` (yes/no, number, count, text) and, where
                                        needed, ``label``, ``unit``, ``least``, ``most``, ``at_most`` (its whole)
``column`` with a bound                 ``at_least``, ``more_than``, ``at_most`` or ``less_than``: 100, 0.5 or "1/3"
``per``                                 the bound is on the ratio to this column: 0.1 or "10%"
``growth_from``                         the bound is on the growth from this column: "10%"
``is``, ``is_not``                      true or false, a word, or a list of words
``all``, ``any``, ``not``               lists of rules that have to be met, of which one has to be; one that must not be
``of`` with a bound                     so many of the rules in a list; each may have a ``weight``: so many points
``definition``                          another definition by its key, ``as_of`` a year
``{by: region, north: 3, south: 9}``    in place of a bound: one for each word of a column, and ``otherwise``
``{"2014": 3, "2020": 4}``              in place of a bound: what is in force since each year
``versions``                            a list of rules, each with ``since``: a rule with its history
======================================  ================================================================================

>>> print(get_definition("wikipedia").in_words())
in a rural area and an administrative village and annual e-commerce sales more than 10,000,000 RMB and \
(active shops more than 100 or active shops more than 10% of households)
>>> explain("wikipedia", active_shops=60).verdict
'undetermined'
"""

from __future__ import annotations

from ._answer import Answer, explain
from ._checks import boundary, check, compare, definitions, flips, problems, sensitivity
from ._columns import (
    CheckerError,
    Column,
    DefinitionError,
    as_text,
    closest,
    known_columns,
)
from ._criteria import Criterion, Group, Is, Not, Rule, Score, Threshold, asks, percent, replaced
from ._definitions import AnyDefinition, Definition, Version, get_definition, published
from ._invented import teaching_villages
from ._problems import NO, YES, InputError, Problem, as_narwhals, impossible_values

__all__ = [
    "NO",
    "YES",
    "Answer",
    "AnyDefinition",
    "CheckerError",
    "Column",
    "Criterion",
    "Definition",
    "DefinitionError",
    "Group",
    "InputError",
    "Is",
    "Not",
    "Problem",
    "Rule",
    "Score",
    "Threshold",
    "Version",
    "as_narwhals",
    "as_text",
    "asks",
    "boundary",
    "check",
    "closest",
    "compare",
    "definitions",
    "explain",
    "flips",
    "get_definition",
    "impossible_values",
    "known_columns",
    "percent",
    "problems",
    "published",
    "replaced",
    "sensitivity",
    "teaching_villages",
]


def __dir__() -> list[str]:
    return __all__
