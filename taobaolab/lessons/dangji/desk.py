"""Theme 3, detective's desk: what follows from two claims together, and what the ledger makes of them."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ...evidence import implied, ledger_says
from ...evidence.checks import together
from ...evidence.pairs import ledger, quantity, steps
from .common import OPEN, called, checkbox, deciding, dropdown, paged

if TYPE_CHECKING:
    import pandas as pd

CASES = (
    "check-01",
    "check-02",
    "check-03",
    "check-06",
    "check-08",
    "check-10",
    "check-29",
    "check-36",
    "check-39",
    "check-43",
    "check-48",
)
VERDICTS = {
    "holds": "they can both be right",
    "breaks": "they cannot both be right",
    "open": "it depends on how they are read",
    "same_witness": "one goes back to the other",
}
WITH_OTHERS = VERDICTS | {"holds": "they can all be right", "breaks": "they cannot all be right"}


def on_the_desk() -> list[str]:
    """Ids of the claims that lie on the desk: those with a figure in the checks on the story of Daji, years left aside."""
    used = {name for step in steps() if step.check in CASES for name in step.used}
    return [
        name
        for name, row in ledger().items()
        if name in used and row["value"] is not None and row["unit"] != "year"
    ]


def label(claim: str) -> str:
    """A claim on one line: what it counts, the figure, and the text.

    >>> label("habr-280-households")
    'households trading on Taobao: 280 households (2017 blog text)'
    """
    told = ledger()[claim]
    units = {"fraction": " of all", "ratio": " times", "percent": ""}
    shown = quantity(told).words + units.get(told["unit"], f" {told['unit']}")
    named = (
        f"{told['subject']}, {told['metric']}" if told["subject"][0].isupper() else told["subject"]
    )
    return f"{named}: {shown} ({called(told['source'])})"


def desk_page(values: dict[str, Any]) -> str:
    """Two claims, what follows from them, and, once a verdict is chosen and the ledger asked, what the ledger says."""
    pair = first, second = values["first"], values["second"]
    told = [
        (
            name,
            ledger()[name]["paraphrase"],
            f"{called(ledger()[name]['source'])}, {ledger()[name]['locator']}",
        )
        for name in dict.fromkeys(pair)
    ]
    page = paged("The claims", ("Claim", "Says, in our words", "Where"), told)
    page += (
        f"<p><strong>Together they give:</strong> {html.escape(implied(first, second).words)}.</p>"
    )
    if not values["commit"] or first == second:
        return page + "<p>Decide on a verdict. Then ask the ledger.</p>"
    if values["choice"] == OPEN:
        return page + "<p><strong>Choose your verdict first.</strong> Then ask the ledger.</p>"
    steps = ledger_says(first, second)
    if steps.empty:
        return page + _partners(pair)
    lines = [
        (f"{s.check}: {s.title}", s.result.replace("_", " "), s.computation, s.others)
        for s in steps.itertuples()
    ]
    heads = ("Check", "Result", "Computation", "Together with")
    return f"{page}<p>{_verdict(steps, values['choice'])}</p>" + paged("The ledger", heads, lines)


def _verdict(steps: pd.DataFrame, yours: str) -> str:
    """What the steps say on the two claims: alone if there is a test of these two, else together with others."""
    decided = steps[steps["result"] != "tells"]
    alone = decided[decided["others"] == ""]
    if len(alone):
        verdict = together(alone["result"])
        agree = "You agree." if verdict == yours else "You decided otherwise: who is right?"
        return f"<strong>The ledger: {VERDICTS[verdict]}.</strong> {agree}"
    if len(decided):
        verdict = together(decided["result"])
        return (
            f"<strong>The ledger has no test of these two alone. With the claims beside them, {WITH_OTHERS[verdict]}.</strong> "
            "Does that bear out your verdict?"
        )
    return (
        "<strong>The ledger computes with both, but gives no verdict.</strong> Yours stands alone."
    )


def _partners(pair: Sequence[str]) -> str:
    desk = set(on_the_desk())
    lines = []
    for name in pair:
        partners = dict.fromkeys(
            c for s in steps() if name in s.used for c in s.used if c in desk and c not in pair
        )
        lines.append(
            f"<li>{html.escape(name)} is tested with {html.escape(', '.join(partners) or 'no other claim')}.</li>"
        )
    return (
        "<p><strong>No check joins these two.</strong> That is no verdict: nobody has found a test yet.</p>"
        f"<ul>{''.join(lines)}</ul>"
    )


def detectives_desk(claims: Iterable[str] | None = None) -> Any:
    """A form: pick two claims, read what they give together, decide, then ask the ledger.

    ``claims`` are ids of claims with a figure, those of ``on_the_desk()`` if not given. Its twins are ``implied(first, second)``
    and ``ledger_says(first, second)``. KeyError: there is no such claim. ValueError: fewer than two, or one without a figure.
    """
    names = on_the_desk() if claims is None else list(dict.fromkeys(claims))
    for name in names:
        implied(name, name)
    if len(names) < 2:
        raise ValueError("A desk needs at least two different claims with a figure.")
    options = sorted((label(name), name) for name in names)
    start = ("habr-sales-2016", "habr-pop-45000") if claims is None else tuple(names[:2])
    first, second = dropdown(options, "First claim"), dropdown(options, "Second claim")
    first.value, second.value = start
    verdicts = [("not yet", OPEN), *((words, key) for key, words in VERDICTS.items())]
    choice = dropdown(verdicts, "Your verdict", width=420)
    return deciding(
        {"first": first, "second": second}, choice, checkbox("Ask the ledger"), desk_page
    )
