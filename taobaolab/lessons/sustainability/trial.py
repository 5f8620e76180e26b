"""Critiques on trial: a card with its evidence, and which methods speak on what."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import altair as alt

from ... import charts, datasets
from ...charts import ACCENT, GREY, SECOND, tooltips
from .parameters import known, whole_number
from .weighing import STRENGTHS, balance_verdict, voices

if TYPE_CHECKING:
    import pandas as pd

METHODS = {
    "experiment": "Experiment",
    "panel": "Panel",
    "survey": "Survey",
    "count": "Count",
    "case": "Case or press",
    "account": "Statement or review",
}
SIDES = {"for": "for", "against": "against", "mixed": "both ways"}


@dataclass(frozen=True, eq=False, repr=False)
class Trial:
    """A critique and what speaks for and against it: prints as text, shows as a table in a notebook.

    ``card`` is a row of ``critique_cards``, ``evidence`` the rows of ``critiques`` that speak, the strongest of each side
    first. At most ``most`` rows a side are printed; ``evidence`` has them all.
    """

    card: Mapping[str, Any]
    evidence: pd.DataFrame
    most: int = 4

    @property
    def missing(self) -> list[str]:
        """The kinds of method of which we hold no evidence on this critique."""
        return [
            words.lower()
            for key, words in METHODS.items()
            if key not in set(self.evidence["method_group"])
        ]

    def _lines(self) -> dict[str, str]:
        heard = voices(self.evidence.reset_index())
        kinds, rows, shown = (
            len(heard.groupby(["method_group", "scope"])),
            len(self.evidence),
            len(self._rows()),
        )
        held = ", ".join(
            f"{n} {word}{'s' * (n != 1)}"
            for n, word in ((rows, "row"), (len(heard), "voice"), (kinds, "kind"))
        )
        return {
            "Claim": self.card["claim"],
            "Who": self.card["who"],
            "It predicts": self.card["prediction"],
            "We hold": held + (f"; here the strongest {shown}" if shown < rows else ""),
            "We hold no": ", ".join(self.missing),
            "What would settle it": self.card["settled_by"],
        }

    def _rows(self) -> list[tuple[str, ...]]:
        shown = self.evidence.groupby("side", sort=False).head(self.most)
        return [
            (
                SIDES[r.side],
                r.strength,
                r.method.replace("_", " "),
                f"{r.place}, {r.period_as_printed}",
                with_figure(r),
                r.Index,
            )
            for r in shown.itertuples()
        ]

    def __str__(self) -> str:
        lines = [self.card["name"].upper(), *(f"{k}: {v}" for k, v in self._lines().items())]
        return "\n".join(
            [
                *lines,
                *(f"- {side} ({s}; {m}; {p}): {c} [{i}]" for side, s, m, p, c, i in self._rows()),
            ]
        )

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        left = 'style="text-align:left;vertical-align:top;white-space:normal"'
        *before, missing, settle = (
            f"<b>{k}:</b> {html.escape(v)}" for k, v in self._lines().items()
        )
        name = html.escape(self.card["name"])
        heads = "".join(
            f'<th scope="col" {left}>{h}</th>'
            for h in ("Speaks", "Strength", "Method", "Where, when", "What", "Row")
        )
        body = "".join(
            f"<tr>{''.join(f'<td {left}>{html.escape(c)}</td>' for c in row)}</tr>"
            for row in self._rows()
        )
        return (
            f"<p><b>{name}</b><br>{'<br>'.join(before)}</p>"
            f'<table><caption style="text-align:left">{name}: what speaks, the strongest of each side first</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table><p>{missing}<br>{settle}</p>"
        )


def with_figure(row: Any) -> str:
    """What a row of ``critiques`` says, with its figure if it has one."""
    import pandas as pd

    if pd.isna(row.value) or f"{row.value:,.10g}" in row.claim:
        return row.claim
    to = "" if pd.isna(row.value_to) else f" to {row.value_to:,.10g}"
    how = "" if row.qualifier == "exactly" else row.qualifier.replace("_", " ") + " "
    return f"{row.claim.rstrip('.')}: {how}{row.value:,.10g}{to} {row.unit}."


def on_trial(
    critique: str,
    evidence: pd.DataFrame | None = None,
    cards: pd.DataFrame | None = None,
    most: int = 4,
) -> Trial:
    """The card of a critique with its evidence, for, against and both ways: strength by the rule ``sustainability.strength``.

    ``evidence`` and ``cards`` are the tables ``critiques`` and ``critique_cards``; ``most`` is how many rows a side are
    shown, the strongest first. An unknown critique raises ``KeyError``.

    >>> on_trial("rents").missing
    ['experiment', 'panel', 'survey', 'count', 'statement or review']
    """
    evidence = datasets.load("critiques") if evidence is None else evidence
    cards = (datasets.load("critique_cards") if cards is None else cards).set_index("id")
    known("critique", critique, list(cards.index))
    rows = evidence[
        (evidence["critique"] == critique) & evidence["side"].isin(list(SIDES))
    ].set_index("id")
    order = rows["side"].map(list(SIDES).index) * 10 - rows["strength"].map(STRENGTHS.index)
    whole_number("most", most)
    return Trial(
        cards.loc[critique].to_dict(), rows.loc[order.sort_values(kind="stable").index], most
    )


def kinds_of_evidence(
    evidence: pd.DataFrame | None = None, cards: pd.DataFrame | None = None
) -> alt.LayerChart:
    """Which methods speak on which critique, and which way: a mark a critique and method, larger for more voices.

    ``evidence`` and ``cards`` are the tables ``critiques`` and ``critique_cards``. Empty places are missing evidence.
    """
    evidence = datasets.load("critiques") if evidence is None else evidence
    names = (datasets.load("critique_cards") if cards is None else cards).set_index("id")["name"]
    heard = (
        voices(evidence)
        .groupby(["critique", "method_group"])["lean"]
        .agg(["size", "mean"])
        .reset_index()
    )
    heard["name"], heard["method"] = (
        heard["critique"].map(names),
        heard["method_group"].map(METHODS),
    )
    heard["speaks"] = (
        heard["mean"]
        .map(balance_verdict)
        .map({"supported": "for", "opposed": "against", "open": "divided"})
    )
    heard["lean"] = heard["mean"].astype(float).round(2)
    firm = heard[heard["method_group"].isin(["experiment", "panel", "survey"])][
        "critique"
    ].nunique()
    shapes, colours = ["triangle-up", "triangle-down", "diamond"], [ACCENT, SECOND, GREY]
    ways = ["for", "against", "divided"]
    told = {
        "name": "Critique",
        "method": "Method",
        "size": "Voices",
        "lean": "Lean, -1 to 1",
        "speaks": "Speaks",
    }
    base = alt.Chart(heard[[*told]]).encode(
        x=alt.X("method:N", sort=list(METHODS.values()), title=None, scale=alt.Scale(domain=list(METHODS.values())),
                axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False, grid=True, labelExpr="split(datum.label, ' ')[0]")),
        y=alt.Y("name:N", sort=list(names), title=None, axis=alt.Axis(grid=True, domain=False, ticks=False, labelLimit=220)),
    )  # fmt: skip
    marks = base.mark_point(filled=True, opacity=1).encode(
        shape=alt.Shape(
            "speaks:N", title="The voices speak", scale=alt.Scale(domain=ways, range=shapes)
        ),
        color=alt.Color(
            "speaks:N", title="The voices speak", scale=alt.Scale(domain=ways, range=colours)
        ),
        size=alt.Size("size:Q", legend=None, scale=alt.Scale(domain=[1, 6], range=[90, 320])),
        tooltip=tooltips(told),
    )
    finding = (
        f"No experiment, panel or survey speaks on {len(names) - firm} of {len(names)} critiques"
    )
    return charts.finish(
        [marks, base.mark_text(dx=15, align="left", fontSize=11, color=GREY).encode(text="size:N")],
        finding,
        [
            "Voices by critique and method: a witness has one voice a method and scope. Empty: we hold none",
            "Case: case studies and press reports. Statement: statements and reviews",
        ],
        "table critiques, voices by voices",
        f"Matrix of {len(names)} critiques by six kinds of method. {finding}. "
        + " ".join(
            f"{name}: "
            + ", ".join(
                f"{r['method'].lower()} {r['size']} {r['speaks']}" for _, r in rows.iterrows()
            )
            + "."
            for name, rows in heard.groupby("name")
        ),
        width=570,
        height=26 * len(names),
    )
