"""Weighing evidence: how strong a row is by a stated rule, and what verdict a set of weights gives on each critique."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .parameters import known

if TYPE_CHECKING:
    import pandas as pd

METHOD_GROUPS = {
    "experiment": "experiment",
    "panel": "panel",
    "survey": "survey",
    "count": "count",
    "transaction_records": "count",
    "case_study": "case",
    "press_report": "case",
    "review": "account",
    "statement": "account",
}
SCOPES = ("taobao_villages", "few_places", "rural_taobao", "wider")
SIDES = {"for": 1.0, "mixed": 0.0, "against": -1.0}
STRENGTHS = ("slight", "weak", "fair", "strong")
POINTS = {
    "effect": {"experiment": 3, "panel": 2, "survey": 1, "count": 0, "case": 1, "account": 0},
    "amount": {"experiment": 1, "panel": 2, "survey": 2, "count": 3, "case": 1, "account": 0},
}
CLEAR = 1 / 3


def strength(method: str, scope: str, asks: str, disputed: bool = False) -> str:
    """How strong a row of evidence is: ``strong``, ``fair``, ``weak`` or ``slight``, by a rule and not by taste.

    Points for how well the method answers what the critique asks. ``effect`` (does one thing bring about another):
    experiment 3, panel 2, survey or case 1, count or account 0. ``amount`` (how many, what share): count 3, panel or
    survey 2, experiment or case 1, account 0. One point less where ``scope`` is not Taobao villages at large
    (``few_places``, ``rural_taobao``, ``wider``), and one less where the figure is disputed. 3 points are strong, 2
    fair, 1 weak, 0 or fewer slight. ``method`` is a method of the table ``critiques``, or a group of methods. An
    unknown word raises ``KeyError`` with the nearest.

    >>> strength("experiment", "rural_taobao", "effect"), strength("press_report", "few_places", "effect")
    ('fair', 'slight')
    """
    known("kind of question", asks, POINTS)
    known("method", method, dict.fromkeys([*METHOD_GROUPS, *METHOD_GROUPS.values()]))
    known("scope", scope, SCOPES)
    points = (
        POINTS[asks][METHOD_GROUPS.get(method, method)]
        - (scope != "taobao_villages")
        - bool(disputed)
    )
    return STRENGTHS[max(points, 0)]


def voices(evidence: pd.DataFrame) -> pd.DataFrame:
    """One witness, one voice: the rows of a witness on a critique, of one group of methods and one scope, as one.

    ``evidence`` has the columns ``critique``, ``method_group``, ``scope``, ``witness`` and ``side`` (``for``,
    ``against``, ``mixed``; rows with another side, such as context, do not speak). ``lean`` is the mean of its rows,
    from -1 (all against the critique) to 1 (all for it); ``rows`` says how many there are. Raises ``KeyError`` for a
    missing column.

    >>> from taobaolab import datasets
    >>> spoken = voices(datasets.load("critiques").query("critique == 'gone'"))
    >>> spoken.set_index("witness").lean.sort_index().to_dict()
    {'FU2019': 1.0, 'ROSTER': -1.0, 'SB23': -1.0, 'WW21': 1.0}
    """
    key = ["critique", "method_group", "scope", "witness"]
    if missing := [c for c in (*key, "side") if c not in evidence]:
        raise KeyError(
            f"The evidence has no column {', '.join(missing)}; it needs {', '.join((*key, 'side'))}."
        )
    speaking = evidence[evidence["side"].isin(list(SIDES))]
    lean = speaking["side"].map(SIDES).astype(float)
    return (
        speaking.assign(lean=lean)
        .groupby(key, as_index=False)
        .agg(lean=("lean", "mean"), rows=("lean", "size"))
    )


def balance_verdict(balance: float) -> str:
    """``supported`` or ``opposed`` where one side weighs at least twice as much as the other, else ``open``.

    ``balance`` is (for - against) / (for + against), from -1 to 1; twice as much is 1/3. Missing, it is ``no weight``.

    >>> [balance_verdict(b) for b in (1, 1 / 3, 0.33, -1)]
    ['supported', 'supported', 'open', 'opposed']
    """
    if not -1 - 1e-9 <= balance <= 1 + 1e-9:
        return "no weight"
    if abs(balance) < CLEAR - 1e-9:
        return "open"
    return "supported" if balance > 0 else "opposed"


def weigh(
    evidence: pd.DataFrame,
    methods: Mapping[str, float] | None = None,
    scopes: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """The verdict on each critique under your weights, and whether it survives any weights.

    ``evidence`` is as for ``voices``, such as ``datasets.load("critiques")``. ``methods`` weighs the groups of methods
    (experiment, panel, survey, count, case, account), ``scopes`` the scopes (taobao_villages, few_places, rural_taobao,
    wider); what you leave out weighs 1. A voice weighs the product of the two.

    A row a critique: ``voices``; ``kinds`` of evidence (method group and scope together); ``balance`` from -1 to 1
    under your weights and its ``verdict``; ``lowest`` and ``highest``, the balances that weights can reach at all; and
    ``survives``: the verdict is the same under any weights. As a balance is an average over kinds, lowest and highest
    are those of single kinds. A verdict that rests on one kind survives for want of another: read ``kinds`` too.
    Negative weights raise ``ValueError``, unknown names ``KeyError``.

    >>> from taobaolab import datasets
    >>> table = weigh(datasets.load("critiques"), methods={"experiment": 3, "account": 0})
    >>> table.loc["who_gains", "verdict"], table.index[table.survives].tolist()
    ('open', ['culture', 'rents'])
    """
    import numpy as np
    import pandas as pd

    _weights("method", methods or {}, dict.fromkeys(METHOD_GROUPS.values()))
    _weights("scope", scopes or {}, dict.fromkeys(SCOPES))
    spoken = voices(evidence)
    weight = spoken["method_group"].map(lambda m: (methods or {}).get(m, 1.0)).astype(float)
    weight *= spoken["scope"].map(lambda s: (scopes or {}).get(s, 1.0)).astype(float)
    by = spoken.assign(weight=weight, heard=weight * spoken["lean"]).groupby("critique")
    kinds = spoken.groupby(["critique", "method_group", "scope"])["lean"].mean().groupby("critique")
    with np.errstate(invalid="ignore"):
        balance = by["heard"].sum() / by["weight"].sum()
    table = pd.DataFrame({"voices": by.size(), "kinds": kinds.size(), "balance": balance})
    table["verdict"] = balance.map(balance_verdict)
    table["lowest"], table["highest"] = kinds.min(), kinds.max()
    table["survives"] = table["lowest"].map(balance_verdict) == table["highest"].map(
        balance_verdict
    )
    silent = [c for c in evidence["critique"].dropna().unique() if c not in table.index]
    empty = {"voices": 0, "kinds": 0, "verdict": "no weight", "survives": False}
    return (
        pd.concat([table, pd.DataFrame([empty] * len(silent), index=silent)]) if silent else table
    )


def _weights(what: str, given: Mapping[str, float], names: Mapping[str, None]) -> None:
    for name, value in given.items():
        known(what, name, names)
        if not 0 <= value < float("inf"):
            raise ValueError(f"The weight of {name} is {value}: weights are numbers from 0 on.")
