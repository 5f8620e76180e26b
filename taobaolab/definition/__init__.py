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
