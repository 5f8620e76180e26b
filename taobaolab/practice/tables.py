"""Tables for the questions: small ones written as text, and single rows of the collection."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from .. import datasets

if TYPE_CHECKING:
    import pandas as pd


def small_table(rows: str) -> pd.DataFrame:
    """A small table from text, as those made for teaching are: two blanks or more part the columns, a dash is a gap.

    The first line has the names of the columns, the first column is the index; its own name may be left out.

    >>> small_table("place  rural  shops\\nWillow  yes  60\\nAsh  no  -").isna().sum().to_dict()
    {'rural': 0, 'shops': 1}
    """
    import pandas as pd

    table = pd.read_csv(
        io.StringIO(rows.strip()),
        engine="python",
        sep=r"\s{2,}",
        index_col=0,
        true_values=["yes"],
        false_values=["no"],
        na_values=["-"],
        keep_default_na=False,
    )
    return table.convert_dtypes()


def record(table: str, key: str) -> dict[Any, Any]:
    """The row of a table of the collection that has this id."""
    return dict(datasets.load(table).set_index("id").loc[key])


def value(table: str, key: str) -> float:
    """The value in the row of a table of the collection that has this id, in the unit of its row.

    >>> value("claims", "habr-pop-45000")
    45000.0
    """
    return float(record(table, key)["value"])
