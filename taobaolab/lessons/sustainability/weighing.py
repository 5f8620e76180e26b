"""Weighing evidence: how strong a row is by a stated rule, and the verdict under a set of weights.

>>> strength("survey", "taobao_villages", "amount")
'fair'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from .parameters import require_known

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
CLEAR = 1 / 3  # the balance at which one side weighs twice as much as the other
ROUNDING = 1e-9  # what a sum of thirds may be off


def strength(method: str, scope: str, asks: str, disputed: bool = False) -> str:
    """Say how strong a row of evidence is, by a rule and not by taste.

    Points for how well the method answers what the critique asks; one less where the scope is not
    Taobao villages at large, and one less where the figure is disputed. 3 points are strong, 2
    fair, 1 weak, 0 or fewer slight.

    Parameters
    ----------
    method : str
        A method of the table ``critiques``, or a group of methods.
    scope : str
        "taobao_villages", "few_places", "rural_taobao" or "wider".
    asks : str
        "effect" (does one thing bring about another): experiment 3, panel 2, survey or case 1,
        count or account 0. "amount" (how many, what share): count 3, panel or survey 2, experiment
        or case 1, account 0.
    disputed : bool
        Whether the figure is.

    Returns
    -------
    str
        "strong", "fair", "weak" or "slight".

    Raises
    ------
    KeyError
        For an unknown word, with the nearest.

    Examples
    --------
    >>> strength("experiment", "rural_taobao", "effect")
    'fair'
    >>> strength("press_report", "few_places", "effect")
    'slight'
    """
    require_known("kind of question", asks, POINTS)
    require_known("method", method, dict.fromkeys([*METHOD_GROUPS, *METHOD_GROUPS.values()]))
    require_known("scope", scope, SCOPES)
    points = POINTS[asks][METHOD_GROUPS.get(method, method)]
    if scope != "taobao_villages":
        points -= 1
    if disputed:
        points -= 1
    return STRENGTHS[max(points, 0)]


def voices(evidence: pd.DataFrame) -> pd.DataFrame:
    """Give one witness one voice: its rows on a critique, of one group of methods and one scope.

    Parameters
    ----------
    evidence : DataFrame
        With the columns ``critique``, ``method_group``, ``scope``, ``witness`` and ``side`` ("for",
        "against", "mixed"; rows with another side, such as context, do not speak), such as
        ``datasets.load("critiques")``.

    Returns
    -------
    DataFrame
        A row a voice. ``lean`` is the mean of its rows, from -1 (all against the critique) to 1
        (all for it); ``rows`` says how many there are.

    Raises
    ------
    KeyError
        For a missing column.

    Examples
    --------
    >>> from taobaolab import datasets
    >>> spoken = voices(datasets.load("critiques").query("critique == 'gone'"))
    >>> spoken.set_index("witness").lean.sort_index().to_dict()
    {'FU2019': 1.0, 'ROSTER': -1.0, 'SB23': -1.0, 'WW21': 1.0}
    """
    key = ["critique", "method_group", "scope", "witness"]
    needed = [*key, "side"]
    missing = [column for column in needed if column not in evidence]
    if missing:
        raise KeyError(
            f"The evidence has no column {', '.join(missing)}; it needs {', '.join(needed)}."
        )
    speaking = evidence[evidence["side"].isin(list(SIDES))]
    lean = speaking["side"].map(SIDES).astype(float)
    by_voice = speaking.assign(lean=lean).groupby(key, as_index=False)
    return by_voice.agg(lean=("lean", "mean"), rows=("lean", "size"))


def balance_verdict(balance: float) -> str:
    """Say whether one side weighs at least twice as much as the other.

    Parameters
    ----------
    balance : float
        (for - against) / (for + against), from -1 to 1; twice as much is 1/3.

    Returns
    -------
    str
        "supported", "opposed" or "open"; "no weight" where the balance is missing.

    Examples
    --------
    >>> [balance_verdict(b) for b in (1, 1 / 3, 0.33, -1)]
    ['supported', 'supported', 'open', 'opposed']
    """
    if not -1 - ROUNDING <= balance <= 1 + ROUNDING:
        return "no weight"
    if abs(balance) < CLEAR - ROUNDING:
        return "open"
    return "supported" if balance > 0 else "opposed"


def weigh(
    evidence: pd.DataFrame,
    methods: Mapping[str, float] | None = None,
    scopes: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Give the verdict on each critique under your weights, and whether it survives any weights.

    A voice weighs the product of the weights of its method and its scope. As a balance is an
    average over kinds of evidence, the lowest and the highest that weights can reach are those of
    single kinds. A verdict that rests on one kind survives for want of another: read ``kinds`` too.

    Parameters
    ----------
    evidence : DataFrame
        As for `voices`.
    methods : mapping, optional
        The weights of the groups of methods (experiment, panel, survey, count, case, account);
        what you leave out weighs 1.
    scopes : mapping, optional
        The weights of the scopes (taobao_villages, few_places, rural_taobao, wider), likewise.

    Returns
    -------
    DataFrame
        A row a critique: ``voices``; ``kinds`` of evidence (method group and scope together);
        ``balance`` from -1 to 1 under your weights and its ``verdict``; ``lowest`` and ``highest``,
        the balances that weights can reach at all; and ``survives``: the verdict is the same under
        any weights.

    Raises
    ------
    ValueError
        For negative weights.
    KeyError
        For unknown names.

    Examples
    --------
    >>> from taobaolab import datasets
    >>> table = weigh(datasets.load("critiques"), methods={"experiment": 3, "account": 0})
    >>> table.loc["who_gains", "verdict"], table.index[table.survives].tolist()
    ('opposed', ['culture', 'rents'])
    """
    by_method = _fill_in_weights("method", methods, METHOD_GROUPS.values())
    by_scope = _fill_in_weights("scope", scopes, SCOPES)
    spoken = voices(evidence)
    # A group or a scope that only somebody's own evidence has weighs 1 too.
    weight = spoken["method_group"].map(lambda method: by_method.get(method, 1.0)).astype(float)
    weight *= spoken["scope"].map(lambda scope: by_scope.get(scope, 1.0)).astype(float)
    by_critique = spoken.assign(weight=weight, heard=weight * spoken["lean"]).groupby("critique")
    lean_by_kind = spoken.groupby(["critique", "method_group", "scope"])["lean"].mean()
    kinds = lean_by_kind.groupby("critique")
    with np.errstate(invalid="ignore"):
        balance = by_critique["heard"].sum() / by_critique["weight"].sum()
    table = pd.DataFrame({"voices": by_critique.size(), "kinds": kinds.size(), "balance": balance})
    table["verdict"] = balance.map(balance_verdict)
    table["lowest"], table["highest"] = kinds.min(), kinds.max()
    at_lowest, at_highest = (
        table["lowest"].map(balance_verdict),
        table["highest"].map(balance_verdict),
    )
    table["survives"] = at_lowest == at_highest
    silent = [name for name in evidence["critique"].dropna().unique() if name not in table.index]
    if not silent:
        return table
    empty = {"voices": 0, "kinds": 0, "verdict": "no weight", "survives": False}
    return pd.concat([table, pd.DataFrame([empty] * len(silent), index=silent)])


def _fill_in_weights(
    what: str, given: Mapping[str, float] | None, names: Iterable[str]
) -> dict[str, float]:
    """Return a weight for every name: what is not given weighs 1."""
    weights = dict.fromkeys(names, 1.0)
    for name, value in (given or {}).items():
        require_known(what, name, weights)
        if not 0 <= value < float("inf"):
            raise ValueError(f"The weight of {name} is {value}: weights are numbers from 0 on.")
        weights[name] = value
    return weights
