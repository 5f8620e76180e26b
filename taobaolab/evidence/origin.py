"""Where a number comes from: the rows of the tables that print it, with source, locator and who else prints it.

>>> found = where_from("5.3%", about="household income").rows.iloc[0]
>>> found.table, found.row, found.source
('critiques', 'D38', 'LXT25')
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from .. import datasets
from ..text import html_table, there_is_no
from .quantities import format_number
from .rows import as_records, find_row

if TYPE_CHECKING:
    import pandas as pd

SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
PRINTED = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
COLUMNS = [
    "value",
    "unit",
    "what",
    "table",
    "row",
    "column",
    "status",
    "source",
    "locator",
    "also_in",
]
WHAT = (
    "claim",
    "paraphrase",
    "what",
    "indicator",
    "series_title",
    "effect_says",
    "what_happened",
    "measure",
    "text",
)
WHERE = ("place", "name", "county", "province", "area", "town")
NO_FIGURES = {
    "year",
    "year_to",
    "month",
    "day",
    "order",
    "from_year",
    "to_year",
    "began",
    "for_year",
    "outcome_year",
    "longitude",
    "latitude",
    "part",
    "point",
}
PARTS_OF_A_LIST = {"provinces", "counties", "cities"}
SHOWN = 8


@dataclass(frozen=True, eq=False, repr=False)
class Origin:
    """What the tables know of a figure. Shows as a page in a notebook.

    Attributes
    ----------
    figure : str
        The figure as it was asked for.
    rows : pandas.DataFrame
        A row for each place in the tables that prints the figure: value and unit, what it measures, table, row (its
        key), column, status, source, locator (where in the source, or its address) and also_in (who else prints it).
    """

    figure: str
    rows: pd.DataFrame

    def __repr__(self) -> str:
        if self.rows.empty:
            return f"{self.figure}: {NOWHERE}"
        lines = [f"{self.figure}: {_places(len(self.rows))}"]
        for found in self.rows.head(SHOWN).itertuples():
            lines.append(
                f"  {found.table}/{found.row}, {found.column}: {format_number(found.value)} {found.unit}".rstrip()
            )
            lines.append(f"    {found.what} ({found.status})")
            also = f"; also in {found.also_in}" if found.also_in else ""
            lines.append(f"    from {found.source}: {found.locator}{also}")
        if len(self.rows) > SHOWN:
            lines.append(f"  and {len(self.rows) - SHOWN} more in .rows. {NARROW}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        if self.rows.empty:
            return f"<p><strong>{html.escape(self.figure)}</strong>: {NOWHERE}</p>"
        rows = []
        for found in self.rows.head(SHOWN).itertuples(index=False):
            cells = [format_number(found[0]), *found[1:]]
            rows.append([html.escape(str(cell)) for cell in cells])
        caption = f"{html.escape(self.figure)}: {_places(len(self.rows))}"
        page = html_table(rows, COLUMNS, caption)
        if len(self.rows) > SHOWN:
            page += f"<p>{len(self.rows) - SHOWN} more in .rows. {NARROW}</p>"
        return page


NOWHERE = (
    "no table prints it. It may be worked out from others, rounded, assumed by a model, or made for teaching: "
    "look at the code cell above the sentence, and ask for the numbers that it starts from."
)
NARROW = 'To narrow it down, name a word of the sentence: where_from("100", about="shops").'


def _places(count: int) -> str:
    return "one place prints it." if count == 1 else f"{count} places print it."


def where_from(figure: str | float, about: str = "") -> Origin:
    """Where a number of a lesson comes from, in one call.

    Parameters
    ----------
    figure : str or number
        The number as the lesson prints it, such as ``"1.8 billion"``, ``"7,780"``, ``"5.3%"`` or ``7780``; or a row of
        a table, such as ``"critiques/D38"``, for all figures of that row. A sign does not count.
    about : str
        Words that the row must hold, in any order, in capital or small letters: a place, a source, a thing measured.

    Returns
    -------
    Origin
        The rows that print the figure exactly. If none does, those that print it when rounded to the digits that
        were asked for; if none does, those that work it out in a note. It says so if there is no row.

    Raises
    ------
    ValueError
        There is no number in ``figure``.
    KeyError
        There is no such row.

    Examples
    --------
    >>> where_from("1.8 billion").rows[["table", "row", "source"]].values.tolist()
    [['daji', 'B25', 'habr2017'], ['claims', 'habr-sales-2016', 'habr2017']]
    """
    text = str(figure).strip()
    every = _cells()
    found: list[Mapping[str, Any]]
    if "/" in text:
        table, _, key = text.partition("/")
        known = [_key(table, told) for told in as_records(datasets.load(table))]
        if key not in known:
            raise KeyError(there_is_no(f"row of {table}", key, known))
        found = [cell for cell in every if (cell["table"], cell["row"]) == (table, key)]
    else:
        wanted, step = _asked(text)
        exact = [cell for cell in every if any(abs(size) == wanted for size in cell["sizes"])]
        near = [
            cell
            for cell in every
            if any(abs(abs(size) - wanted) <= step / 2 for size in cell["sizes"])
        ]
        found = exact or near or _noted(text)
    words = about.casefold().split()
    found = [cell for cell in found if all(word in cell["said"] for word in words)]
    import pandas as pd

    return Origin(text, pd.DataFrame(found, columns=COLUMNS))


def _noted(text: str) -> list[Mapping[str, Any]]:
    """The rows in whose words the figure stands, such as a note that works it out."""
    printed = PRINTED.search(text)
    assert printed
    alone = re.compile(rf"(?<![\d.,]){re.escape(printed[0])}(?![\d]|[.,]\d)")
    found: list[Mapping[str, Any]] = []
    for name in datasets.catalog().index:
        for told in as_records(datasets.load(name)):
            for column in ("note", "computation", "why", "check"):
                if not alone.search(str(told.get(column) or "")):
                    continue
                source = str(told.get("source") or "")
                found.append(
                    {
                        "value": _asked(text)[0],
                        "unit": "in words",
                        "what": told[column],
                        "table": name,
                        "row": _key(name, told),
                        "column": column,
                        "status": "worked out or told in a note",
                        "source": source,
                        "locator": _locator(told, source) if source else "",
                        "also_in": told.get("also_in") or "",
                        "said": " ".join(
                            str(cell) for cell in told.values() if cell is not None
                        ).casefold(),
                    }
                )
    return found


def _asked(text: str) -> tuple[Fraction, Fraction]:
    """The size of a figure as printed, and the step of its last digit."""
    printed = PRINTED.search(text)
    if printed is None:
        raise ValueError(
            f"There is no number in {text!r}. Ask for one as the lesson prints it, such as '5.3%' or '7,780'."
        )
    digits = printed[0].replace(",", "").lstrip("-")
    scale = next((size for word, size in SCALES.items() if word in text.casefold()), 1)
    decimals = len(digits.partition(".")[2])
    return Fraction(digits) * scale, Fraction(scale, 10**decimals)


@cache
def _cells() -> tuple[Mapping[str, Any], ...]:
    """Every figure of every table that says where it comes from."""
    return tuple(
        cell for name in datasets.catalog().index if name != "sources" for cell in _cells_of(name)
    )


def _cells_of(name: str) -> Iterator[Mapping[str, Any]]:
    fields = datasets.descriptor(name)["schema"]["fields"]
    figures = [
        f for f in fields if f["type"] in ("integer", "number") and f["name"] not in NO_FIGURES
    ]
    for told in as_records(datasets.load(name)):
        if told.get("status") == "made_for_teaching" or "source" not in told:
            continue
        said = " ".join(str(cell) for cell in told.values() if cell is not None).casefold()
        for field in figures:
            value = told[field["name"]]
            if value is None:
                continue
            own = field["name"] in ("value", "value_to", "value_high", "effect", "low", "high")
            unit = str(told.get("unit") or "") if own else field["unit"]
            source = _source_of(told, field["name"])
            yield {
                "value": Fraction(str(value)),
                "sizes": _sizes(Fraction(str(value)), unit),
                "unit": unit,
                "what": _what(told, field["name"] if not own else ""),
                "table": name,
                "row": _key(name, told),
                "column": field["name"],
                "status": _status_of(told, field["name"]),
                "source": source,
                "locator": _locator(told, source),
                "also_in": told.get("also_in") or "",
                "said": f"{name} {field['name']} {said}",
            }


def _key(name: str, told: Mapping[str, Any]) -> str:
    """The key of a row as it stands in the file, its parts joined by a stroke."""
    parts = [told[column] for column in datasets.descriptor(name)["schema"]["primaryKey"]]
    return "/".join(str(part.date() if isinstance(part, datetime) else part) for part in parts)


def _sizes(value: Fraction, unit: str) -> tuple[Fraction, ...]:
    """The value in full: RMB million as RMB."""
    scale = next((size for word, size in SCALES.items() if word in unit), 1)
    return (value, value * scale) if scale > 1 else (value,)


def _source_of(told: Mapping[str, Any], column: str) -> str:
    """The source of one cell: a table may name another source for a single column."""
    names = [f"{column}_source", f"{column.rpartition('_')[2]}_source"]
    if column in PARTS_OF_A_LIST:
        names.append("units_source")
    for name in names:
        if told.get(name):
            return str(told[name])
    return str(told["source"])


def _status_of(told: Mapping[str, Any], column: str) -> str:
    """What this one value rests on: in some rows the status belongs to a single column."""
    if told.get("status_of") and told["status_of"] != column:
        return "reported"
    return told.get("status") or ""


def _what(told: Mapping[str, Any], column: str) -> str:
    subject = next((str(told[c]) for c in WHAT if told.get(c)), "")
    place = next((str(told[c]) for c in WHERE if told.get(c)), "")
    when = str(
        told.get("period_as_printed") or told.get("year_as_printed") or told.get("year") or ""
    )
    parts = [subject.rstrip("."), column.replace("_", " "), place, when]
    return ", ".join(part for part in dict.fromkeys(parts) if part)


def _locator(told: Mapping[str, Any], keys: str) -> str:
    """Where in the source; otherwise the address of the source, or of the copy in which it was read."""
    if told.get("locator"):
        return str(told["locator"])
    texts = [find_row("sources", (key,)) for key in keys.split()]
    return "; ".join(datasets.address(text) for text in texts)
