"""Critiques on trial: a card with its evidence, and which methods speak on what.

>>> on_trial("rents").missing
['experiment', 'panel', 'survey', 'count', 'statement or review']
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from ... import charts, datasets
from ...charts import ACCENT, GREY, SECOND, tooltips
from ...text import html_table
from .parameters import require_known, require_whole_number
from .weighing import STRENGTHS, balance_verdict, voices

METHODS = {
    "experiment": "Experiment",
    "panel": "Panel",
    "survey": "Survey",
    "count": "Count",
    "case": "Case or press",
    "account": "Statement or review",
}
SIDES = {"for": "for", "against": "against", "mixed": "both ways"}


class _Line(NamedTuple):
    """A row of evidence in words."""

    side: str
    strength: str
    method: str
    where_and_when: str
    what: str
    row: str


HEADS = ("Speaks", "Strength", "Method", "Where, when", "What", "Row")


@dataclass(frozen=True, eq=False, repr=False)
class Trial:
    """A critique and what speaks for and against it: text when printed, a table in a notebook.

    Attributes
    ----------
    card : mapping
        A row of ``critique_cards``.
    evidence : DataFrame
        The rows of ``critiques`` that speak, the strongest of each side first.
    most : int
        At most so many rows a side are printed; ``evidence`` has them all.
    """

    card: Mapping[str, Any]
    evidence: pd.DataFrame
    most: int = 4

    @property
    def missing(self) -> list[str]:
        """The kinds of method of which we hold no evidence on this critique."""
        held = set(self.evidence["method_group"])
        return [method.lower() for key, method in METHODS.items() if key not in held]

    def _summary(self) -> dict[str, str]:
        """What stands above and below the evidence, by its head."""
        return {
            "Claim": self.card["claim"],
            "Who": self.card["who"],
            "It predicts": self.card["prediction"],
            "We hold": self._count_evidence(),
            "We hold no": ", ".join(self.missing),
            "What would settle it": self.card["settled_by"],
        }

    def _count_evidence(self) -> str:
        rows = len(self.evidence)
        heard = voices(self.evidence.reset_index())
        kinds = len(heard.groupby(["method_group", "scope"]))
        counts = ", ".join(
            [_count(rows, "row"), _count(len(heard), "voice"), _count(kinds, "kind")]
        )
        shown = len(self._lines())
        if shown < rows:
            counts += f"; here the strongest {shown}"
        return counts

    def _lines(self) -> list[_Line]:
        """The rows that are shown, the strongest of each side."""
        lines = []
        for row in self.evidence.groupby("side", sort=False).head(self.most).itertuples():
            line = _Line(
                side=SIDES[row.side],
                strength=row.strength,
                method=row.method.replace("_", " "),
                where_and_when=f"{row.place}, {row.period_as_printed}",
                what=with_figure(row),
                row=row.Index,
            )
            lines.append(line)
        return lines

    def __str__(self) -> str:
        lines = [self.card["name"].upper()]
        lines += [f"{head}: {words}" for head, words in self._summary().items()]
        for line in self._lines():
            source = f"{line.strength}; {line.method}; {line.where_and_when}"
            lines.append(f"- {line.side} ({source}): {line.what} [{line.row}]")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        name = html.escape(self.card["name"])
        *before, missing, settle = (
            f"<b>{head}:</b> {html.escape(words)}" for head, words in self._summary().items()
        )
        rows = [[html.escape(words) for words in line] for line in self._lines()]
        table = html_table(
            rows,
            HEADS,
            f"{name}: what speaks, the strongest of each side first",
            style="text-align:left;vertical-align:top;white-space:normal",
            row_head_style="font-weight:normal",
        )
        return f"<p><b>{name}</b><br>{'<br>'.join(before)}</p>{table}<p>{missing}<br>{settle}</p>"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def with_figure(row: Any) -> str:
    """Write what a row of ``critiques`` says, with its figure if it has one.

    Parameters
    ----------
    row : named tuple
        With ``claim``, ``value``, ``value_to``, ``qualifier`` and ``unit``.

    Examples
    --------
    >>> with_figure(datasets.load("critiques").query("value.isna()").iloc[0])[-1]
    '.'
    """
    if pd.isna(row.value) or f"{row.value:,.10g}" in row.claim:
        return row.claim
    figure = f"{row.value:,.10g}"
    if not pd.isna(row.value_to):
        figure += f" to {row.value_to:,.10g}"
    if row.qualifier != "exactly":
        figure = f"{row.qualifier.replace('_', ' ')} {figure}"
    return f"{row.claim.rstrip('.')}: {figure} {row.unit}."


def on_trial(
    critique: str,
    evidence: pd.DataFrame | None = None,
    cards: pd.DataFrame | None = None,
    most: int = 4,
) -> Trial:
    """Return the card of a critique with its evidence, for, against and both ways.

    How strong a row is says the rule ``sustainability.strength``.

    Parameters
    ----------
    critique : str
        An ``id`` of the table ``critique_cards``.
    evidence, cards : DataFrame, optional
        The tables ``critiques`` and ``critique_cards``, or rows of them.
    most : int
        How many rows a side are shown, the strongest first.

    Raises
    ------
    KeyError
        For an unknown critique, with the nearest.
    ValueError
        For a ``most`` that counts nothing.

    Examples
    --------
    >>> on_trial("rents").missing
    ['experiment', 'panel', 'survey', 'count', 'statement or review']
    """
    if evidence is None:
        evidence = datasets.load("critiques")
    if cards is None:
        cards = datasets.load("critique_cards")
    by_id = cards.set_index("id")
    require_known("critique", critique, list(by_id.index))
    require_whole_number("most", most)
    speaks = (evidence["critique"] == critique) & evidence["side"].isin(list(SIDES))
    rows = evidence[speaks].set_index("id")
    # By side, and within a side the strongest first; what is alike stays in the order of the table.
    side, strength = rows["side"].map(list(SIDES).index), rows["strength"].map(STRENGTHS.index)
    order = (side * len(STRENGTHS) - strength).sort_values(kind="stable").index
    return Trial(by_id.loc[critique].to_dict(), rows.loc[order], most)


# ---- which methods speak -------------------------------------------------------------------------
class _Look(NamedTuple):
    shape: str
    colour: str


DIRECTIONS = {
    "for": _Look("triangle-up", ACCENT),
    "against": _Look("triangle-down", SECOND),
    "divided": _Look("diamond", GREY),
}
DIRECTION_OF_VERDICT = {"supported": "for", "opposed": "against", "open": "divided"}
FIRM_METHODS = ("experiment", "panel", "survey")


def kinds_of_evidence(
    evidence: pd.DataFrame | None = None, cards: pd.DataFrame | None = None
) -> alt.LayerChart:
    """Draw which methods speak on which critique, and which way; larger marks for more voices.

    Empty places are missing evidence.

    Parameters
    ----------
    evidence, cards : DataFrame, optional
        The tables ``critiques`` and ``critique_cards``, or rows of them.

    Examples
    --------
    >>> charts.table(kinds_of_evidence()).columns.tolist()
    ['Critique', 'Method', 'Voices', 'Lean, -1 to 1', 'Speaks']
    """
    if evidence is None:
        evidence = datasets.load("critiques")
    if cards is None:
        cards = datasets.load("critique_cards")
    names = cards.set_index("id")["name"]
    heard = _count_voices(evidence, names)
    with_firm = heard.loc[heard["method_group"].isin(FIRM_METHODS), "critique"].nunique()
    finding = (
        "No experiment, panel or survey speaks "
        f"on {len(names) - with_firm} of {len(names)} critiques"
    )
    sentences = []
    for name, rows in heard.groupby("name"):
        methods = [
            f"{method.lower()} {size} {speaks}"
            for method, size, speaks in zip(
                rows["method"], rows["size"], rows["speaks"], strict=True
            )
        ]
        sentences.append(f"{name}: {', '.join(methods)}.")
    return charts.finish(
        _draw_kinds(heard, list(names)),
        finding,
        [
            "Voices by critique and method: a witness has one voice a method and scope. "
            "Empty: we hold none",
            "Case: case studies and press reports. Statement: statements and reviews",
        ],
        "table critiques, voices by voices",
        f"Matrix of {len(names)} critiques by six kinds of method. {finding}. "
        + " ".join(sentences),
        width=570,
        height=26 * len(names),
    )


def _count_voices(evidence: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Return a row a critique and group of methods: how many voices, and which way they speak."""
    by_method = voices(evidence).groupby(["critique", "method_group"])["lean"]
    heard = by_method.agg(["size", "mean"]).reset_index()
    heard["name"] = heard["critique"].map(names)
    heard["method"] = heard["method_group"].map(METHODS)
    heard["speaks"] = heard["mean"].map(balance_verdict).map(DIRECTION_OF_VERDICT)
    heard["lean"] = heard["mean"].astype(float).round(2)
    return heard


def _draw_kinds(heard: pd.DataFrame, names: list[str]) -> list[Any]:
    """Draw a mark a critique and method, and beside it the number of voices."""
    tips = {
        "name": "Critique",
        "method": "Method",
        "size": "Voices",
        "lean": "Lean, -1 to 1",
        "speaks": "Speaks",
    }
    methods = list(METHODS.values())
    first_word = "split(datum.label, ' ')[0]"
    base = alt.Chart(heard[[*tips]]).encode(
        x=alt.X(
            "method:N",
            sort=methods,
            title=None,
            scale=alt.Scale(domain=methods),
            axis=charts.bare_axis(orient="top", labelAngle=0, grid=True, labelExpr=first_word),
        ),
        y=alt.Y(
            "name:N",
            sort=names,
            title=None,
            axis=charts.bare_axis(grid=True, labelLimit=220),
        ),
    )
    shapes = {direction: look.shape for direction, look in DIRECTIONS.items()}
    colours = {direction: look.colour for direction, look in DIRECTIONS.items()}
    title = "The voices speak"
    marks = base.mark_point(filled=True, opacity=1).encode(
        shape=alt.Shape("speaks:N", title=title, scale=charts.named_scale(shapes)),
        color=alt.Color("speaks:N", title=title, scale=charts.named_scale(colours)),
        size=alt.Size("size:Q", legend=None, scale=alt.Scale(domain=[1, 6], range=[90, 320])),
        tooltip=tooltips(tips),
    )
    counts = base.mark_text(dx=15, align="left", fontSize=11, color=GREY).encode(text="size:N")
    return [marks, counts]
