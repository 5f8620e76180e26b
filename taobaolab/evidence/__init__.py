"""The ledger of evidence: who claims what about Taobao villages, and whether the claims can all be right.

``claims()`` is the ledger, ``claim(id)`` one entry with what speaks for and against it. ``crosscheck()`` computes, from
the claims, every test that arithmetic, dates or logic can make between them. ``trail(figure)`` follows a number from
text to text, ``where_from(figure)`` says which rows of the tables print a number and on what source, and
``entity(name)`` finds what a damaged name stands for. No result is stored anywhere.

>>> print(crosscheck(["check-03"]).computation.iloc[0])
Households that trade, of all: 280 of 30: 9.33 times as much. With the households in a retelling: 280 / 306 = 91.5%.
>>> entity("Danjing").name
'Daji Town'
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from numbers import Real
from typing import Any

import pandas as pd

from .. import datasets
from ..text import html_table, there_is_no
from .check_kinds import VOCABULARY
from .checks import BREAKS, HOLDS, SAME, combine_results, compute_steps, steps_of_collection
from .names import Entity, entity
from .origin import Origin, where_from
from .pairs import Implied, implied, ledger_says
from .quantities import format_number
from .rows import Row, as_records, find_row, load_ledger, table_rows

__all__ = [
    "Claim",
    "Entity",
    "Implied",
    "Origin",
    "Trail",
    "claim",
    "claims",
    "crosscheck",
    "entity",
    "implied",
    "ledger_says",
    "trail",
    "trails",
    "where_from",
]
# Tests whose answer "holds" says that two claims give one figure; after the others both can merely be right.
AGREEMENT = ("equal_within_rounding", "implied_rate", "unit_reading")


# ---- the ledger ------------------------------------------------------------------------------------------------------
def claims(
    theme: str | None = None,
    subject: str | None = None,
    source: str | None = None,
    verdict: str | None = None,
) -> pd.DataFrame:
    """Give the claims, a row each: all of them, or those that meet every condition.

    Parameters
    ----------
    theme, source, verdict : str, optional
        Words of the columns theme, source and first_reading of the table ``claims``.
    subject : str, optional
        Looked for in the columns subject, place and metric, in capital or small letters.

    Returns
    -------
    DataFrame
        The columns of the table ``claims``. A subject that nobody speaks of gives no rows.

    Raises
    ------
    KeyError
        There is no such theme, source or verdict; the message has the nearest ones.
    TypeError
        ``subject`` is no text.

    Examples
    --------
    >>> claims(theme="dangji", subject="households", verdict="contradicted").id.tolist()
    ['habr-30-households']
    """
    table = datasets.load("claims")
    wanted = [("theme", theme, "theme"), ("source", source, "source")]
    wanted.append(("first_reading", verdict, "verdict"))
    for column, word, parameter in wanted:
        if word is None:
            continue
        known = sorted(table[column].unique())
        if word not in known:
            raise KeyError(f"{there_is_no(parameter, word, known)} There are: {', '.join(known)}.")
        table = table[table[column] == word]
    if subject is not None:
        if not isinstance(subject, str):
            raise TypeError(
                f"subject is a word to look for, such as 'households', not {subject!r}."
            )
        text = table["subject"] + " | " + table["place"].fillna("") + " | " + table["metric"]
        table = table[text.str.contains(subject, case=False, regex=False)]
    return table.reset_index(drop=True)


@dataclass(frozen=True, eq=False, repr=False)
class Claim:
    """One claim, and the steps of the cross-checks in which it takes part. Shows as a page in a notebook.

    ``row`` has the columns of the table claims. ``checks`` has a row a step: check, title, test, result, with_claims,
    computation. Its result is one of those of ``crosscheck``, or ``tells``: a number to think about, without a verdict.
    """

    id: str
    row: Mapping[str, Any]
    checks: pd.DataFrame

    @property
    def confirmed_by(self) -> tuple[str, ...]:
        """Ids of claims that give the same figure as this one, or lead to it; two that can both be right are no more."""
        return self._others(HOLDS, AGREEMENT)

    @property
    def contradicted_by(self) -> tuple[str, ...]:
        """Ids of claims that cannot all be right together with this one. Which of them is wrong is another question."""
        return self._others(BREAKS)

    @property
    def copied_with(self) -> tuple[str, ...]:
        """Ids of claims that are no second witness: they go back to the same origin."""
        return self._others(SAME)

    def _others(self, result: str, tests: Iterable[str] = VOCABULARY) -> tuple[str, ...]:
        rows = self.checks[
            (self.checks["result"] == result) & self.checks["test"].isin(list(tests))
        ]
        names = " ".join(rows["with_claims"]).split()
        return tuple(dict.fromkeys(names))

    @property
    def figure(self) -> str:
        """The figure with its qualifier and unit, or nothing where the claim has none."""
        if self.row["value"] is None:
            return ""
        value = format_number(Fraction(str(self.row["value"])))
        if self.row["unit"] == "year":
            value = value.replace(",", "")
        qualifier = self.row["comparator"].replace("_", " ").replace("equal", "")
        return f"{qualifier} {value} {self.row['unit']}".strip()

    def _facts(self) -> list[tuple[str, str]]:
        """What the page says of the claim, as names with texts; what is empty stays out."""
        row = self.row
        facts = [
            ("says", row["paraphrase"]),
            ("figure", self.figure),
            ("time", row["as_of"] or ""),
            ("where", f"{row['source']}, {row['locator']}"),
            ("according to", row["attributed_to"]),
            ("first reading", f"{row['first_reading']}: {row['why']}"),
            ("agrees with", ", ".join(self.confirmed_by)),
            ("clashes with", ", ".join(self.contradicted_by)),
            ("same witness as", ", ".join(self.copied_with)),
        ]
        return [(name, text) for name, text in facts if text]

    def __repr__(self) -> str:
        lines = [f"{self.id}: {self.row['subject']}, {self.row['metric']}"]
        for name, text in self._facts():
            lines.append(f"  {name}: {text}")
        for step in self.checks.itertuples():
            lines.append(f"  {step.check} {step.result}: {step.computation}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        subject, metric = html.escape(self.row["subject"]), html.escape(self.row["metric"])
        facts = [(name, html.escape(text)) for name, text in self._facts()]
        page = html_table(facts, caption=f"<strong>{self.id}</strong>: {subject}, {metric}")
        if self.checks.empty:
            return page
        steps = []
        for step in self.checks.itertuples():
            head = f"{step.check} {html.escape(step.title)}"
            steps.append((head, step.result.replace("_", " "), html.escape(step.computation)))
        heads = ("check", "result", "computation")
        return page + html_table(steps, heads, f"Cross-checks of {self.id}")


def claim(id: str) -> Claim:
    """Find one claim, with what confirms or contradicts it.

    Parameters
    ----------
    id : str
        An id of the table ``claims``.

    Raises
    ------
    KeyError
        There is no such id; the message has the nearest ones.
    TypeError
        The id is no text.

    Examples
    --------
    >>> claim("habr-30-households").contradicted_by
    ('habr-280-households',)
    """
    ledger = load_ledger()
    if not isinstance(id, str):
        raise TypeError(
            f"claim takes one id, such as 'habr-sales-2016', not {id!r}. claims() lists them all."
        )
    if id not in ledger:
        raise KeyError(there_is_no("claim", id, ledger) + " claims() lists them all.")
    titles = {check["id"]: check["title"] for check in table_rows("crosschecks")}
    steps = []
    for step in steps_of_collection():
        if id in step.used:
            others = [name for name in step.used if name != id]
            steps.append(
                {
                    "check": step.check,
                    "title": titles[step.check],
                    "test": step.test,
                    "result": step.result,
                    "with_claims": " ".join(others),
                    "computation": step.words,
                }
            )
    columns = ["check", "title", "test", "result", "with_claims", "computation"]
    return Claim(id, ledger[id], pd.DataFrame(steps, columns=columns))


# ---- the checks ------------------------------------------------------------------------------------------------------
def crosscheck(
    ids: str | Iterable[str] | None = None, claims: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Compute the cross-checks: a row a check.

    Parameters
    ----------
    ids : str or iterable of str, optional
        Ids of checks, or of claims: then all checks that compute with them.
    claims : DataFrame, optional
        Another ledger with the columns of ``claims()``, such as one in which you mended a figure. A claim that it lacks
        leaves its checks open.

    Returns
    -------
    DataFrame
        Columns: id, title, group, test, question, claims (those that the steps compute with), result, computation.
        ``holds``: the claims can all be right. ``breaks``: they cannot. ``open``: it depends on a reading, or on
        something that none of the texts says. ``same_witness``: they agree because one goes back to the other.

    Raises
    ------
    KeyError
        There is no such check or claim, or the ledger lacks a column.
    TypeError
        ``ids`` are no texts, or ``claims`` is no table.
    ValueError
        A value of the ledger is no number.

    Examples
    --------
    >>> crosscheck()["result"].value_counts().to_dict()["breaks"] >= 10
    True
    >>> ledger = datasets.load("claims")
    >>> ledger.loc[ledger.id == "habr-sales-2016-usd", "value"] = 262_000_000
    >>> crosscheck("check-01", ledger).result.item()
    'holds'
    """
    wanted = _parse_ids(ids)
    if claims is None:
        steps = steps_of_collection()
    else:
        steps = tuple(compute_steps(_read_ledger(claims)))
    checks = {check["id"]: check for check in table_rows("crosschecks")}
    if wanted is not None:
        used = {name for step in steps for name in step.used}
        for name in sorted(wanted - used - set(checks)):
            known = [*checks, *sorted(used)]
            raise KeyError(there_is_no("check or claim with a check", name, known))
    rows = []
    for check in checks.values():
        own_steps = [step for step in steps if step.check == check["id"]]
        names = list(dict.fromkeys(name for step in own_steps for name in step.used))
        if wanted is not None and wanted.isdisjoint([check["id"], *names]):
            continue
        row = {column: check[column] for column in ("id", "title", "group", "test", "question")}
        row["claims"] = " ".join(names)
        row["result"] = combine_results(step.result for step in own_steps)
        row["computation"] = " ".join(f"{step.words}." for step in own_steps)
        rows.append(row)
    columns = ["id", "title", "group", "test", "question", "claims", "result", "computation"]
    return pd.DataFrame(rows, columns=columns).astype("string")


def _parse_ids(ids: str | Iterable[str] | None) -> set[str] | None:
    if ids is None:
        return None
    if hasattr(ids, "columns"):
        raise TypeError(
            "ids are ids of checks or claims. A ledger of your own goes second: crosscheck(None, ledger)."
        )
    if isinstance(ids, str):
        return {ids}
    if not isinstance(ids, Iterable):
        raise TypeError(
            f"ids are ids of checks or claims, such as 'check-01' or 'habr-sales-2016', not {ids!r}."
        )
    return set(ids)


def _read_ledger(table: pd.DataFrame) -> dict[str, Row]:
    """Give a table that somebody handed in as claims by id, and refuse one that cannot be computed with."""
    if not hasattr(table, "columns"):
        raise TypeError(f"A ledger is a table with the columns of claims(), not {table!r}.")
    missing = [column for column in datasets.load("claims") if column not in table]
    if missing:
        hint = "Start from claims() and change its rows."
        if table.index.name == "id":
            hint = "The ids are in its index: use reset_index()."
        raise KeyError(f"This ledger lacks the columns {', '.join(missing)}. {hint}")
    ledger: dict[str, Row] = {row["id"]: row for row in as_records(table)}
    for name, row in ledger.items():
        for column in ("value", "value_high"):
            if not isinstance(row[column], Real | None):
                raise ValueError(
                    f"The column {column} of the claim {name} has {row[column]!r}. "
                    "Write a number, or leave it missing."
                )
    return ledger


# ---- the way of a figure ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, eq=False, repr=False)
class Trail:
    """How a figure travelled: ``steps`` has a row a text, ``edges`` a row a way from one text to the next.

    Columns of steps: order, claim (missing if the text is not in the ledger), source, year (of the text), value, unit,
    qualifier, subject, place, says, status. Columns of edges: from, to (both are orders), link (how the way is known; see
    the table trails), changed (what changed on it).
    """

    figure: str
    title: str
    steps: pd.DataFrame
    edges: pd.DataFrame

    def __repr__(self) -> str:
        lines = [self.title]
        for step in self.steps.itertuples():
            year = _cell_text(step.year) or "undated"
            value = f"{format_number(Fraction(str(step.value)))} {step.unit}"
            lines.append(f"  {step.order}. {step.source} ({year}): {value}, {step.subject}")
        for start, end, link, changed in self.edges.itertuples(index=False, name=None):
            lines.append(f"  {start} to {end} ({link}): {changed}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        texts = _table_page(f"{self.title}: the texts", self.steps)
        changes = _table_page(f"{self.title}: what changed", self.edges)
        return texts + changes


def _table_page(caption: str, table: pd.DataFrame) -> str:
    rows = []
    for row in table.itertuples(index=False, name=None):
        rows.append([html.escape(_cell_text(cell)) for cell in row])
    return html_table(rows, list(table), html.escape(caption))


def _cell_text(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, float):
        return format_number(value)
    return str(value)


def trails() -> dict[str, str]:
    """Give the figures whose way is known: their keys for ``trail``, with titles.

    >>> list(trails())[:2]
    ['dollar-slip', 'seventy-percent']
    """
    return {row["trail"]: row["title"] for row in table_rows("trails")}


def trail(figure: str) -> Trail:
    """Follow a figure from text to text, with what changed on the way.

    What changed is computed from the two ends: value, unit, subject, qualifier. How the way is known stands in ``link``.

    Parameters
    ----------
    figure : str
        A key of ``trails()``.

    Raises
    ------
    KeyError
        There is no such trail.

    Examples
    --------
    >>> slip = trail("dollar-slip")
    >>> slip.steps.value.tolist()[:3]
    [1800000000.0, 26200000.0, 78000000.0]
    """
    if figure not in trails():
        known = ", ".join(trails())
        raise KeyError(there_is_no("trail", figure, trails()) + f" There are: {known}.")
    rows = [row for row in table_rows("trails") if row["trail"] == figure]
    texts = {row["order"]: _describe_text(row) for row in rows}
    types = {"order": "Int64", "year": "Int64", "value": "Float64"}
    steps = pd.DataFrame(texts.values()).astype(types)
    edges = []
    for row in rows:
        for start in (row["leans_on"] or "").split():
            changed = _describe_change(texts[int(start)], texts[row["order"]])
            edges.append(
                {
                    "from": int(start),
                    "to": row["order"],
                    "link": row["link"],
                    "changed": changed,
                }
            )
    columns = ["from", "to", "link", "changed"]
    return Trail(figure, rows[0]["title"], steps, pd.DataFrame(edges, columns=columns))


def _describe_text(row: Row) -> dict[str, Any]:
    """One text of a trail: the figure from the ledger, or from the row itself where the text is not in the ledger."""
    figure, paraphrase = row, row["says"]
    if row["claim"]:
        figure = load_ledger()[row["claim"]]
        paraphrase = figure["paraphrase"]
    return {
        "order": row["order"],
        "claim": row["claim"],
        "source": figure["source"],
        "year": find_row("sources", (figure["source"],))["year"],
        "value": float(figure["value"]),
        "unit": figure["unit"],
        "qualifier": figure["comparator"].replace("_", " ").replace("equal", ""),
        "subject": figure["subject"],
        "place": figure["place"] or "",
        "says": paraphrase,
        "status": figure["status"],
    }


def _describe_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    changes = []
    if before["value"] < after["value"]:
        changes.append(f"value times {format_number(after['value'] / before['value'])}")
    elif before["value"] > after["value"]:
        changes.append(f"value divided by {format_number(before['value'] / after['value'])}")
    if before["qualifier"] != after["qualifier"]:
        if before["qualifier"]:
            changes.append(f"{before['qualifier']!r} dropped")
        if after["qualifier"]:
            changes.append(f"{after['qualifier']!r} added")
    for name in ("unit", "subject", "place"):
        if before[name] != after[name]:
            changes.append(f"{name}: {before[name]} became {after[name]}")
    return "; ".join(changes) or "nothing in figure, unit, subject and place"
