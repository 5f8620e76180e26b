"""The balance: a verdict on each critique under weights of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from ... import charts, datasets
from ...charts import ACCENT, GREY, GRID, INK, PALE, SECOND, select, text_line, tooltips
from .trial import METHODS
from .weighing import CLEAR, voices, weigh

if TYPE_CHECKING:
    import pandas as pd

VERDICTS = {
    "supported": ("circle", ACCENT),
    "open": ("triangle-up", GREY),
    "opposed": ("cross", SECOND),
}
COUNTS = {"as much as any": 1, "half as much": 0.5, "not at all": 0}
TOLD = {
    "name": "Critique",
    "voices": "Voices",
    "kinds": "Kinds",
    "balance": "Balance, equal weights",
    "verdict": "Verdict, equal weights",
    "lowest": "Lowest",
    "highest": "Highest",
    "reach": "Verdict holds",
}
YOURS = f"""datum.balance === null ? 'no weight' : abs(datum.balance) < {CLEAR} - 1e-9 ? 'open' :
 datum.balance > 0 ? 'supported' : 'opposed'"""
COUNTED = """'With these weights: ' + datum.n_supported + ' supported, ' + datum.n_opposed + ' opposed, ' + datum.n_open + ' open'
 + (datum.n_none ? ', ' + datum.n_none + ' without weight' : '')"""
MOVED = """datum.n_moved === 0 ? 'No verdict differs from that at equal weights' : datum.n_moved === 1 ?
 '1 verdict is yours: it differs from that at equal weights' :
 datum.n_moved + ' verdicts are yours: they differ from those at equal weights'"""


def _at_equal_weights(evidence: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """What ``sustainability.weigh`` says at equal weights, by name, the most supported first; what holds, in words."""
    equal = weigh(evidence).rename_axis("critique").reset_index()
    if strangers := sorted(set(equal["critique"]) - set(names.index)):
        raise ValueError(
            f"No card for {', '.join(strangers)}: every critique of the evidence needs a row in cards."
        )
    holds = [
        "one kind of evidence"
        if stays and kinds == 1
        else "under any weights"
        if stays
        else "under some weights"
        for stays, kinds in zip(equal["survives"], equal["kinds"], strict=True)
    ]
    equal = equal.assign(name=equal["critique"].map(names), reach=holds)
    return equal.sort_values(["balance", "name"], ascending=[False, True], ignore_index=True)


def the_balance(
    evidence: pd.DataFrame | None = None, cards: pd.DataFrame | None = None
) -> alt.LayerChart:
    """The verdict on each critique under weights of your own, beside equal weights; when asked, what any weights can do.

    The controls weigh six kinds of method from 0 to 3, and evidence from few places or from beyond Taobao villages.
    ``evidence`` and ``cards`` are the tables ``critiques`` and ``critique_cards``. The twin is ``sustainability.weigh``.
    """
    evidence = datasets.load("critiques") if evidence is None else evidence
    names = (datasets.load("critique_cards") if cards is None else cards).set_index("id")["name"]
    equal = _at_equal_weights(evidence, names)
    order = list(equal["name"])
    spoken = voices(evidence).merge(equal[["critique", "name", "verdict"]], on="critique")
    params = [
        *(
            alt.param(
                f"w_{key}",
                value=1,
                bind=alt.binding_range(min=0, max=3, step=1, name=f"{words} weighs "),
            )
            for key, words in METHODS.items()
        ),
        select("w_few", "Evidence from a few places counts ", list(COUNTS.values()), list(COUNTS)),
        select(
            "w_beyond",
            "Evidence from beyond Taobao villages counts ",
            list(COUNTS.values()),
            list(COUNTS),
        ),
        alt.param(
            "shown", value=False, bind=alt.binding_checkbox(name="Show what any weights can do ")
        ),
        alt.param("methods", expr="{" + ", ".join(f"{key}: w_{key}" for key in METHODS) + "}"),
        alt.param(
            "scopes",
            expr="{taobao_villages: 1, few_places: w_few, rural_taobao: w_beyond, wider: w_beyond}",
        ),
    ]
    span = alt.Scale(domain=[-1.08, 1.08], nice=False, zero=False)

    def across(field: str) -> alt.X:
        axis = alt.Axis(values=[-1, -0.5, 0, 0.5, 1], format=".1~f", grid=False)
        return alt.X(
            f"{field}:Q",
            title="balance, from all against (-1) to all for (1)",
            scale=span,
            axis=axis,
        )

    down = alt.Axis(domain=False, ticks=False, labelLimit=230)
    y = alt.Y("name:N", title=None, sort=order, scale=alt.Scale(domain=order), axis=down)
    mine = (
        alt.Chart(spoken[["name", "method_group", "scope", "lean", "verdict"]])
        .transform_calculate(weight="methods[datum.method_group] * scopes[datum.scope]")
        .transform_calculate(heard="datum.weight * datum.lean")
        .transform_aggregate(heard="sum(heard)", weight="sum(weight)", groupby=["name", "verdict"])
        .transform_calculate(balance="datum.weight > 0 ? datum.heard / datum.weight : null")
        .transform_calculate(yours=YOURS)
        .transform_calculate(moved="datum.yours !== datum.verdict")
    )
    shapes, colours = zip(*VERDICTS.values(), strict=True)
    shape = alt.Shape(
        "yours:N", legend=None, scale=alt.Scale(domain=list(VERDICTS), range=list(shapes))
    )
    hues = alt.Scale(domain=[*VERDICTS, "no weight"], range=[*colours, GREY])
    colour = alt.Color("yours:N", legend=None, scale=hues)
    sums: dict[str, Any] = {f"n_{v}": f"sum(is_{v})" for v in [*VERDICTS, "none", "moved"]}
    counted = mine.transform_calculate(
        is_moved="datum.moved ? 1 : 0",
        **{f"is_{v}": f"datum.yours === '{v}' ? 1 : 0" for v in VERDICTS},
        is_none="datum.yours === 'no weight' ? 1 : 0",
    ).transform_aggregate(**sums)
    firm = equal[equal["survives"]]
    hold = f"{len(firm)} of {len(equal)} verdicts hold under any weights" + (
        ", each for want of a second kind of evidence"
        if len(firm) and (firm["kinds"] == 1).all()
        else ""
    )
    fixed = alt.Chart(equal[[*TOLD]]).encode(y=y)
    reach = fixed.mark_rule(color=PALE, strokeWidth=5).encode(
        x=across("lowest"),
        x2="highest:Q",
        opacity=alt.condition("shown", alt.value(1), alt.value(0)),
    )
    tick = fixed.mark_tick(color=INK, thickness=2, height=17).encode(
        x=across("balance"), tooltip=tooltips(TOLD, balance=".2f", lowest=".2f", highest=".2f")
    )
    said = mine.transform_calculate(words="datum.yours + (datum.moved ? ', yours' : '')").mark_text(
        align="left"
    )
    holds = fixed.transform_calculate(
        words="shown && datum.reach !== 'under some weights' ? 'holds: ' + datum.reach : ''"
    )
    band = alt.Chart(alt.Data(values=[{"low": -CLEAR, "high": CLEAR}]))
    at = {word: list(equal.loc[equal["verdict"] == word, "name"]) for word in VERDICTS}
    return charts.finish(
        [
            band.mark_rect(color=GRID).encode(x=across("low"), x2="high:Q"),
            reach,
            tick,
            mine.transform_filter("datum.balance !== null")
            .mark_point(filled=True, size=130, opacity=1)
            .encode(x=across("balance"), y=y, shape=shape, color=colour),
            said.encode(x=alt.value(290), y=y, text="words:N", color=colour),
            holds.mark_text(align="left", fontSize=11).encode(
                x=alt.value(400), text="words:N", color=alt.value(INK)
            ),
            text_line(counted, COUNTED, -52, fontSize=15),
            text_line(counted, MOVED, -32, fontWeight="normal"),
            text_line(
                counted,
                f"shown ? '{hold}' : 'What any weights can do is hidden'",
                -13,
                fontWeight="normal",
            ),
        ],
        f"At equal weights {len(at['supported'])} critiques are supported, {len(at['opposed'])} opposed, {len(at['open'])} open",
        [
            "Balance of the voices on each critique: yours (coloured mark) and at equal weights (tick)",
            "Grey field: open, for neither side weighs twice as much as the other",
        ],
        "table critiques; voices and verdicts by voices and weigh",
        f"Chart of {len(equal)} critiques on a balance from -1, all evidence against, to 1, all for. At equal weights: "
        + "; ".join(f"{word}: {', '.join(names_)}" for word, names_ in at.items())
        + ". Six controls weigh the methods from 0 to 3, two weigh places, and one shows, when asked, what any weights can "
        "do. Words beside each critique give your verdict and say where it differs from that at equal weights.",
        params=params,
        width=280,
        height=27 * len(equal),
    )
