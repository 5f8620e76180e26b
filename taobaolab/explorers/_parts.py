"""What the charts with controls inside have in common: a named list, a line of words, a look at what comes in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt

if TYPE_CHECKING:
    import pandas as pd

ANY = "any"


def select(name: str, label: str, options: Sequence[Any], labels: Sequence[str] | None = None) -> alt.Parameter:
    """A named control with a list; the first option is chosen."""
    given: dict[str, Any] = {} if labels is None else {"labels": list(labels)}
    return alt.param(name, value=options[0], bind=alt.binding_select(options=list(options), name=label, **given))


def line(chart: Any, words: str, y: float, **style: Any) -> alt.Chart:
    """One line of words that an expression makes, at a height in pixels."""
    look = {"align": "left", "fontSize": 13, "fontWeight": "bold"} | style
    written: alt.Chart = (
        chart.transform_calculate(words=words).mark_text(**look).encode(x=alt.value(0), y=alt.value(y), text="words:N")
    )
    return written


def admit(asker: str, table: pd.DataFrame, columns: Sequence[str], **vocabulary: Iterable[str]) -> None:
    """Refuse, in words, a table without rows or columns, and words that a column does not know."""
    if missing := [column for column in columns if column not in table]:
        raise ValueError(f"{asker} needs the columns {missing} too; give rows of the table of the data package.")
    if table.empty:
        raise ValueError(f"{asker} needs at least one row.")
    for column, words in vocabulary.items():
        known = list(words)
        wrong = table[column].isna() | ~table[column].isin(known)
        if wrong.any():
            raise ValueError(f"{column} of {table.loc[wrong, 'id'].tolist()} is none of {known}.")
