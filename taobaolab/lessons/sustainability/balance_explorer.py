"""The balance: a verdict on each critique under weights of one's own.

>>> the_balance().to_dict()["title"]["text"].startswith("At equal weights ")
True
"""

from __future__ import annotations

from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from ... import charts, datasets
from ...charts import ACCENT, GREY, GRID, INK, PALE, SECOND, select, text_line, tooltips
from .trial import METHODS
from .weighing import CLEAR, voices, weigh


class _Look(NamedTuple):
    shape: str
    colour: str


VERDICTS = {
    "supported": _Look("circle", ACCENT),
    "open": _Look("triangle-up", GREY),
    "opposed": _Look("cross", SECOND),
}
WEIGHTS_OF_SCOPES = {"as much as any": 1, "half as much": 0.5, "not at all": 0}
COLUMNS = {
    "name": "Critique",
    "voices": "Voices",
    "kinds": "Kinds",
    "balance": "Balance, equal weights",
    "verdict": "Verdict, equal weights",
    "lowest": "Lowest",
    "highest": "Highest",
    "reach": "Verdict holds",
}

# What the chart works out when a control is moved, as expressions of Vega.
VERDICT_OF_YOURS = (
    f"datum.balance === null ? 'no weight' : abs(datum.balance) < {CLEAR} - 1e-9 ? 'open' :\n"
    " datum.balance > 0 ? 'supported' : 'opposed'"
)
COUNT_OF_VERDICTS = (
    "'With these weights: ' + datum.n_supported + ' supported, ' + datum.n_opposed + ' opposed, '"
    " + datum.n_open + ' open'\n"
    " + (datum.n_none ? ', ' + datum.n_none + ' without weight' : '')"
)
COUNT_OF_CHANGES = (
    "datum.n_moved === 0 ? 'No verdict differs from that at equal weights' : datum.n_moved === 1 ?"
    "\n '1 verdict is yours: it differs from that at equal weights' :\n"
    " datum.n_moved + ' verdicts are yours: they differ from those at equal weights'"
)


def the_balance(
    evidence: pd.DataFrame | None = None, cards: pd.DataFrame | None = None
) -> alt.LayerChart:
    """Draw the verdict on each critique under your weights, beside that at equal weights.

    The controls weigh six kinds of method from 0 to 3, and evidence from few places or from beyond
    Taobao villages; when asked, the chart shows what any weights can do. ``weigh`` gives the same
    as a table.

    Parameters
    ----------
    evidence, cards : DataFrame, optional
        The tables ``critiques`` and ``critique_cards``, or rows of them.

    Raises
    ------
    ValueError
        For a critique of the evidence that has no card.

    Examples
    --------
    >>> charts.table(the_balance()).columns.tolist()[:3]
    ['Critique', 'Voices', 'Kinds']
    """
    if evidence is None:
        evidence = datasets.load("critiques")
    if cards is None:
        cards = datasets.load("critique_cards")
    equal = _weigh_equally(evidence, cards.set_index("id")["name"])
    by_verdict = {
        verdict: list(equal.loc[equal["verdict"] == verdict, "name"]) for verdict in VERDICTS
    }
    listed = "; ".join(f"{verdict}: {', '.join(names)}" for verdict, names in by_verdict.items())
    return charts.finish(
        _draw_layers(equal, voices(evidence)),
        f"At equal weights {len(by_verdict['supported'])} critiques are supported, "
        f"{len(by_verdict['opposed'])} opposed, {len(by_verdict['open'])} open",
        [
            "Balance of the voices on each critique: "
            "yours (coloured mark) and at equal weights (tick)",
            "Grey field: open, for neither side weighs twice as much as the other",
        ],
        "table critiques; voices and verdicts by voices and weigh",
        f"Chart of {len(equal)} critiques on a balance from -1, all evidence against, to 1, all "
        f"for. At equal weights: {listed}. "
        "Six controls weigh the methods from 0 to 3, two weigh places, and one shows, when asked, "
        "what any weights can do. Words beside each critique give your verdict and say where it "
        "differs from that at equal weights.",
        params=_make_controls(),
        width=280,
        height=27 * len(equal),
    )


# ---- data ----------------------------------------------------------------------------------------
def _weigh_equally(evidence: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Return what `weigh` says at equal weights, by name, the most supported first."""
    equal = weigh(evidence).rename_axis("critique").reset_index()
    without_card = sorted(set(equal["critique"]) - set(names.index))
    if without_card:
        raise ValueError(
            f"No card for {', '.join(without_card)}: "
            "every critique of the evidence needs a row in cards."
        )
    equal["name"] = equal["critique"].map(names)
    equal["reach"] = "under some weights"
    equal.loc[equal["survives"], "reach"] = "under any weights"
    # A verdict on one kind of evidence survives any weights because there is nothing to weigh.
    equal.loc[equal["survives"] & (equal["kinds"] == 1), "reach"] = "one kind of evidence"
    return equal.sort_values(["balance", "name"], ascending=[False, True], ignore_index=True)


def _describe_reach(equal: pd.DataFrame) -> str:
    """Say how many verdicts hold under any weights, and why."""
    holding = equal[equal["survives"]]
    words = f"{len(holding)} of {len(equal)} verdicts hold under any weights"
    if len(holding) and (holding["kinds"] == 1).all():
        words += ", each for want of a second kind of evidence"
    return words


# ---- controls ------------------------------------------------------------------------------------
def _make_controls() -> list[alt.Parameter]:
    """Make the controls, and from them the weights by method and by scope."""
    weights, labels = list(WEIGHTS_OF_SCOPES.values()), list(WEIGHTS_OF_SCOPES)
    methods = [
        charts.slider(f"w_{key}", f"{method} weighs ", 0, 3, 1, value=1)
        for key, method in METHODS.items()
    ]
    by_method = ", ".join(f"{key}: w_{key}" for key in METHODS)
    return [
        *methods,
        select("w_few", "Evidence from a few places counts ", weights, labels),
        select("w_beyond", "Evidence from beyond Taobao villages counts ", weights, labels),
        charts.checkbox("shown", "Show what any weights can do "),
        alt.param("methods", expr=f"{{{by_method}}}"),
        alt.param(
            "scopes",
            expr="{taobao_villages: 1, few_places: w_few, rural_taobao: w_beyond, wider: w_beyond}",
        ),
    ]


# ---- layers --------------------------------------------------------------------------------------
def _across(field: str) -> alt.X:
    return alt.X(
        f"{field}:Q",
        title="balance, from all against (-1) to all for (1)",
        scale=charts.exact_scale(-1.08, 1.08),
        axis=alt.Axis(values=[-1, -0.5, 0, 0.5, 1], format=".1~f", grid=False),
    )


def _draw_layers(equal: pd.DataFrame, spoken: pd.DataFrame) -> list[Any]:
    """Draw the open field, the reach, the ticks at equal weights, your marks, and the words."""
    order = list(equal["name"])
    y = alt.Y(
        "name:N",
        title=None,
        sort=order,
        scale=alt.Scale(domain=order),
        axis=charts.bare_axis(labelLimit=230),
    )
    open_field = alt.Chart(alt.Data(values=[{"low": -CLEAR, "high": CLEAR}]))
    fixed = alt.Chart(equal[[*COLUMNS]]).encode(y=y)
    only_if_shown = alt.condition("shown", alt.value(1), alt.value(0))
    holds = fixed.transform_calculate(
        words="shown && datum.reach !== 'under some weights' ? 'holds: ' + datum.reach : ''"
    )
    yours = _weigh_in_chart(equal, spoken)
    colours = {verdict: look.colour for verdict, look in VERDICTS.items()} | {"no weight": GREY}
    colour = alt.Color("yours:N", legend=None, scale=charts.named_scale(colours))
    shapes = {verdict: look.shape for verdict, look in VERDICTS.items()}
    shape = alt.Shape("yours:N", legend=None, scale=charts.named_scale(shapes))
    with_weight = yours.transform_filter("datum.balance !== null")
    verdicts = yours.transform_calculate(words="datum.yours + (datum.moved ? ', yours' : '')")
    return [
        open_field.mark_rect(color=GRID).encode(x=_across("low"), x2="high:Q"),
        fixed.mark_rule(color=PALE, strokeWidth=5).encode(
            x=_across("lowest"), x2="highest:Q", opacity=only_if_shown
        ),
        fixed.mark_tick(color=INK, thickness=2, height=17).encode(
            x=_across("balance"),
            tooltip=tooltips(COLUMNS, balance=".2f", lowest=".2f", highest=".2f"),
        ),
        with_weight.mark_point(filled=True, size=130, opacity=1).encode(
            x=_across("balance"), y=y, shape=shape, color=colour
        ),
        verdicts.mark_text(align="left").encode(
            x=alt.value(290), y=y, text="words:N", color=colour
        ),
        holds.mark_text(align="left", fontSize=11).encode(
            x=alt.value(400), text="words:N", color=alt.value(INK)
        ),
        *_write_lines_above(yours, _describe_reach(equal)),
    ]


def _weigh_in_chart(equal: pd.DataFrame, spoken: pd.DataFrame) -> Any:
    """Do in the chart what `weigh` does in Python: your balance and verdict on each critique."""
    data = spoken.merge(equal[["critique", "name", "verdict"]], on="critique")
    return (
        alt.Chart(data[["name", "method_group", "scope", "lean", "verdict"]])
        .transform_calculate(weight="methods[datum.method_group] * scopes[datum.scope]")
        .transform_calculate(heard="datum.weight * datum.lean")
        .transform_aggregate(heard="sum(heard)", weight="sum(weight)", groupby=["name", "verdict"])
        .transform_calculate(balance="datum.weight > 0 ? datum.heard / datum.weight : null")
        .transform_calculate(yours=VERDICT_OF_YOURS)
        .transform_calculate(moved="datum.yours !== datum.verdict")
    )


def _write_lines_above(yours: Any, reach: str) -> list[alt.Chart]:
    """Count your verdicts, those that differ, and, when asked, those that hold in any case."""
    marks = {"is_moved": "datum.moved ? 1 : 0"}
    for verdict in VERDICTS:
        marks[f"is_{verdict}"] = f"datum.yours === '{verdict}' ? 1 : 0"
    marks["is_none"] = "datum.yours === 'no weight' ? 1 : 0"
    sums = {f"n_{name}": f"sum(is_{name})" for name in [*VERDICTS, "none", "moved"]}
    counted = yours.transform_calculate(**marks).transform_aggregate(**sums)
    shown_reach = f"shown ? '{reach}' : 'What any weights can do is hidden'"
    return [
        text_line(counted, COUNT_OF_VERDICTS, -52, fontSize=15),
        text_line(counted, COUNT_OF_CHANGES, -32, fontWeight="normal"),
        text_line(counted, shown_reach, -13, fontWeight="normal"),
    ]
