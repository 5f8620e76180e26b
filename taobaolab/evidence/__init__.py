"""The ledger of evidence: who claims what about Taobao villages, and whether the claims can all be right.

``claims()`` is the ledger, ``claim(id)`` one entry with what speaks for and against it. ``crosscheck()`` computes, from
the claims, every test that arithmetic, dates or logic can make between them. ``trail(figure)`` follows a number from
text to text, and ``entity(name)`` finds what a damaged name stands for. No result is stored anywhere.

>>> print(crosscheck(["check-03"]).computation.iloc[0])
Households that trade, of all: 280 of 30: 9.33 times as much. With the households in a retelling: 280 / 306 = 91.5%.
>>> entity("Danjing").name
'Daji Town'
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from numbers import Real
from typing import TYPE_CHECKING, Any

from .. import datasets
from .check_kinds import VOCABULARY
from .checks import BREAKS, HOLDS, SAME, computed, together
from .names import Entity, entity
from .pairs import Implied, implied, ledger_says
from .quantities import number
from .rows import Row, records, row, rows, unknown

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Claim",
    "Entity",
    "Implied",
    "Trail",
    "claim",
    "claims",
    "crosscheck",
    "entity",
    "implied",
    "ledger_says",
    "trail",
    "trails",
]
AGREEMENT = ("equal_within_rounding", "implied_rate", "unit_reading")


# ---- the ledger ------------------------------------------------------------------------------------------------------
def claims(
    theme: str | None = None,
    subject: str | None = None,
    source: str | None = None,
    verdict: str | None = None,
) -> pd.DataFrame:
    """The claims, a row each; all of them, or those of a theme, about a subject, from a source, with a first reading.

    ``theme``, ``source`` and ``verdict`` (the column ``first_reading``) are words of the table ``claims``; ``subject``
    is looked for in the columns subject, place and metric, in capital or small letters. KeyError: there is no such
    theme, source or verdict, with the nearest ones. TypeError: ``subject`` is no text. A subject that nobody speaks of
    gives no rows.

    >>> claims(theme="dangji", subject="households", verdict="contradicted").id.tolist()
    ['habr-30-households']
    """
    table = datasets.load("claims")
    for column, wanted in {"theme": theme, "source": source, "first_reading": verdict}.items():
        if wanted is not None:
            known = sorted(table[column].unique())
            if wanted not in known:
                name = "verdict" if column == "first_reading" else column
                raise KeyError(f"{unknown(name, wanted, known)} There are: {', '.join(known)}.")
            table = table[table[column] == wanted]
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
        return tuple(dict.fromkeys(name for cell in rows["with_claims"] for name in cell.split()))

    @property
    def figure(self) -> str:
        """The figure with its qualifier and unit, or nothing where the claim has none."""
        if self.row["value"] is None:
            return ""
        value = number(Fraction(str(self.row["value"])))
        value = value.replace(",", "") if self.row["unit"] == "year" else value
        qualifier = self.row["comparator"].replace("_", " ").replace("equal", "")
        return f"{qualifier} {value} {self.row['unit']}".strip()

    def _facts(self) -> list[tuple[str, str]]:
        row = self.row
        where = f"{row['source']}, {row['locator']}"
        facts = [
            ("says", row["paraphrase"]),
            ("figure", self.figure),
            ("time", row["as_of"] or ""),
            ("where", where),
        ]
        facts += [
            ("according to", row["attributed_to"]),
            ("first reading", f"{row['first_reading']}: {row['why']}"),
        ]
        sides = {
            "agrees with": self.confirmed_by,
            "clashes with": self.contradicted_by,
            "same witness as": self.copied_with,
        }
        return [(name, text) for name, text in facts if text] + [
            (k, ", ".join(v)) for k, v in sides.items() if v
        ]

    def __repr__(self) -> str:
        lines = [f"{self.id}: {self.row['subject']}, {self.row['metric']}"]
        lines += [f"  {name}: {text}" for name, text in self._facts()]
        lines += [f"  {c.check} {c.result}: {c.computation}" for c in self.checks.itertuples()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head = f"<strong>{self.id}</strong>: {html.escape(self.row['subject'])}, {html.escape(self.row['metric'])}"
        facts = _lines((name, html.escape(text)) for name, text in self._facts())
        checks = _lines(
            (
                f"{c.check} {html.escape(c.title)}",
                c.result.replace("_", " "),
                html.escape(c.computation),
            )
            for c in self.checks.itertuples()
        )
        page = f"<table>{_caption(head)}<tbody>{facts}</tbody></table>"
        if self.checks.empty:
            return page
        return (
            f"{page}<table>{_caption(f'Cross-checks of {self.id}')}<thead><tr>"
            + "".join(
                f'<th scope="col" style="text-align:left">{h}</th>'
                for h in ("check", "result", "computation")
            )
            + f"</tr></thead><tbody>{checks}</tbody></table>"
        )


def _caption(text: str) -> str:
    return f'<caption style="text-align:left">{text}</caption>'


def _lines(rows: Iterable[Sequence[str]]) -> str:
    def cells(row: Sequence[str]) -> str:
        return "".join(f'<td style="text-align:left">{cell}</td>' for cell in row[1:])

    return "".join(
        f'<tr><th scope="row" style="text-align:left">{row[0]}</th>{cells(row)}</tr>'
        for row in rows
    )


def claim(id: str) -> Claim:
    """One claim with what confirms or contradicts it. KeyError: there is no such id, with the nearest ones. TypeError: the
    id is no text.

    >>> claim("habr-30-households").contradicted_by
    ('habr-280-households',)
    """
    ledger = _ledger()
    if not isinstance(id, str):
        raise TypeError(
            f"claim takes one id, such as 'habr-sales-2016', not {id!r}. claims() lists them all."
        )
    if id not in ledger:
        raise KeyError(unknown("claim", id, ledger) + " claims() lists them all.")
    import pandas as pd

    titles = {check["id"]: check["title"] for check in rows("crosschecks")}
    steps = [
        (
            step.check,
            titles[step.check],
            step.test,
            step.result,
            " ".join(c for c in step.used if c != id),
            step.words,
        )
        for step in _steps()
        if id in step.used
    ]
    columns = ["check", "title", "test", "result", "with_claims", "computation"]
    return Claim(id, ledger[id], pd.DataFrame(steps, columns=columns))


# ---- the checks ------------------------------------------------------------------------------------------------------
def crosscheck(
    ids: str | Iterable[str] | None = None, claims: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The cross-checks with their results, computed now: a row a check.

    ``ids`` are ids of checks, or of claims: then all checks that compute with them. ``claims`` is another ledger with
    the columns of ``claims()``, such as one in which you mended a figure; a claim that it lacks leaves its checks open.
    KeyError: there is no such check or claim, or the ledger lacks a column. TypeError: ``ids`` are no texts, or ``claims``
    is no table. ValueError: a value of the ledger is no number.

    Columns: id, title, group, test, question, claims (those that the steps compute with), result and computation.
    ``holds``: the claims can all be right. ``breaks``: they cannot. ``open``: it depends on a reading, or on something
    that none of the texts says. ``same_witness``: they agree because one goes back to the other.

    >>> crosscheck()["result"].value_counts().to_dict()["breaks"] >= 10
    True
    >>> ledger = datasets.load("claims")
    >>> ledger.loc[ledger.id == "habr-sales-2016-usd", "value"] = 262_000_000
    >>> crosscheck("check-01", ledger).result.item()
    'holds'
    """
    import pandas as pd

    wanted = _wanted(ids)
    steps = _steps() if claims is None else tuple(computed(_ledger(claims)))
    checks = {check["id"]: check for check in rows("crosschecks")}
    using = {name for step in steps for name in step.used}
    for name in sorted((wanted or set()) - using - set(checks)):
        raise KeyError(unknown("check or claim with a check", name, [*checks, *using]))
    table = []
    for check in checks.values():
        mine = [step for step in steps if step.check == check["id"]]
        used = list(dict.fromkeys(name for step in mine for name in step.used))
        if wanted is None or wanted & {check["id"], *used}:
            row = {c: check[c] for c in ("id", "title", "group", "test", "question")}
            row |= {"claims": " ".join(used), "result": together(step.result for step in mine)}
            table.append(row | {"computation": " ".join(f"{step.words}." for step in mine)})
    columns = ["id", "title", "group", "test", "question", "claims", "result", "computation"]
    return pd.DataFrame(table, columns=columns).astype("string")


def _wanted(ids: str | Iterable[str] | None) -> set[str] | None:
    if ids is None:
        return None
    if hasattr(ids, "columns"):
        raise TypeError(
            "ids are ids of checks or claims. A ledger of your own goes second: crosscheck(None, ledger)."
        )
    if not isinstance(ids, str | Iterable):
        raise TypeError(
            f"ids are ids of checks or claims, such as 'check-01' or 'habr-sales-2016', not {ids!r}."
        )
    return {ids} if isinstance(ids, str) else set(ids)


@cache
def _steps() -> tuple[Any, ...]:
    """The steps of all checks on the ledger as it is: computed once, since the ledger is read-only."""
    return tuple(computed(_ledger()))


def _ledger(table: pd.DataFrame | None = None) -> dict[str, Row]:
    if table is None:
        return {row["id"]: row for row in rows("claims")}
    if not hasattr(table, "columns"):
        raise TypeError(f"A ledger is a table with the columns of claims(), not {table!r}.")
    missing = [c for c in datasets.load("claims") if c not in table]
    if missing:
        hint = "The ids are in its index: use reset_index()." if table.index.name == "id" else ""
        hint = hint or "Start from claims() and change its rows."
        raise KeyError(f"This ledger lacks the columns {', '.join(missing)}. {hint}")
    ledger: dict[str, Row] = {row["id"]: row for row in records(table)}
    for name, told in ledger.items():
        for column in ("value", "value_high"):
            if not isinstance(told[column], Real | None):
                raise ValueError(
                    f"The column {column} of the claim {name} has {told[column]!r}. Write a number, or leave it missing."
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
        for s in self.steps.itertuples():
            value = f"{number(Fraction(str(s.value)))} {s.unit}"
            lines.append(
                f"  {s.order}. {s.source} ({_or(s.year, 'undated')}): {value}, {s.subject}"
            )
        for start, end, link, changed in self.edges.itertuples(index=False, name=None):
            lines.append(f"  {start} to {end} ({link}): {changed}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        tables = [
            (f"{self.title}: the texts", self.steps),
            (f"{self.title}: what changed", self.edges),
        ]
        return "".join(_html(caption, table) for caption, table in tables)


def _or(value: Any, word: str) -> str:
    import pandas as pd

    return word if pd.isna(value) else number(value) if isinstance(value, float) else str(value)


def _html(caption: str, table: pd.DataFrame) -> str:
    heads = "".join(f'<th scope="col" style="text-align:left">{h}</th>' for h in table)
    body = _lines(
        [html.escape(_or(cell, "")) for cell in row]
        for row in table.itertuples(index=False, name=None)
    )
    head = f"{_caption(html.escape(caption))}<thead><tr>{heads}</tr></thead>"
    return f"<table>{head}<tbody>{body}</tbody></table>"


def trails() -> dict[str, str]:
    """The figures whose way is known: their keys for ``trail``, with titles.

    >>> list(trails())[:2]
    ['dollar-slip', 'seventy-percent']
    """
    return {way["trail"]: way["title"] for way in rows("trails")}


def trail(figure: str) -> Trail:
    """How a figure travelled from text to text, and what changed on the way. KeyError: there is no such trail.

    What changed is computed from the two ends: value, unit, subject, qualifier. How the way is known stands in ``link``.

    >>> slip = trail("dollar-slip")
    >>> slip.steps.value.tolist()[:3]
    [1800000000.0, 26200000.0, 78000000.0]
    """
    import pandas as pd

    if figure not in trails():
        raise KeyError(unknown("trail", figure, trails()) + f" There are: {', '.join(trails())}.")
    ways = [way for way in rows("trails") if way["trail"] == figure]
    nodes = {way["order"]: _node(way) for way in ways}
    steps = pd.DataFrame(nodes.values()).astype(
        {"order": "Int64", "year": "Int64", "value": "Float64"}
    )
    edges = [
        {
            "from": int(start),
            "to": way["order"],
            "link": way["link"],
            "changed": _changed(nodes[int(start)], nodes[way["order"]]),
        }
        for way in ways
        for start in (way["leans_on"] or "").split()
    ]
    return Trail(
        figure,
        ways[0]["title"],
        steps,
        pd.DataFrame(edges, columns=["from", "to", "link", "changed"]),
    )


def _node(way: Row) -> dict[str, Any]:
    """One text of a trail: the figure from the ledger, or from the row itself where the text is not in the ledger."""
    told = _ledger()[way["claim"]] if way["claim"] else way
    return {
        "order": way["order"],
        "claim": way["claim"],
        "source": told["source"],
        "year": row("sources", (told["source"],))["year"],
        "value": float(told["value"]),
        "unit": told["unit"],
        "qualifier": told["comparator"].replace("_", " ").replace("equal", ""),
        "subject": told["subject"],
        "place": told["place"] or "",
        "says": told["paraphrase"] if way["claim"] else way["says"],
        "status": told["status"],
    }


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    changes = []
    if before["value"] != after["value"]:
        small, large = sorted((before["value"], after["value"]))
        sense = "times" if after["value"] > before["value"] else "divided by"
        changes.append(f"value {sense} {number(large / small)}")
    if before["qualifier"] != after["qualifier"]:
        changes += [f"{before['qualifier']!r} dropped"] if before["qualifier"] else []
        changes += [f"{after['qualifier']!r} added"] if after["qualifier"] else []
    changes += [
        f"{name}: {before[name]} became {after[name]}"
        for name in ("unit", "subject", "place")
        if before[name] != after[name]
    ]
    return "; ".join(changes) or "nothing in figure, unit, subject and place"
