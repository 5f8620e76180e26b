"""What the charts of the themes have in common: a named list, words, the names of two lists, a look at what comes in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt

if TYPE_CHECKING:
    import pandas as pd

ANY = "any"


def select(
    name: str, label: str, options: Sequence[Any], labels: Sequence[str] | None = None, value: Any = None
) -> alt.Parameter:
    """A named control with a list; the first option is chosen unless ``value`` is given."""
    given: dict[str, Any] = {} if labels is None else {"labels": list(labels)}
    chosen = options[0] if value is None else value
    return alt.param(name, value=chosen, bind=alt.binding_select(options=list(options), name=label, **given))


def small_title(words: str, offset: int = 6) -> alt.TitleParams:
    """The title of a view among others."""
    return alt.TitleParams(words, fontSize=14, offset=offset)


def two_lists(table: pd.DataFrame) -> list[str]:
    """The two lists that each row compares, by their years in words."""
    return [f"{a} and {b}" for a, b in zip(table["from_year"], table["to_year"], strict=True)]


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
