"""Theme 3, detective's desk: what follows from two claims together, and what the ledger makes of them."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

import pandas as pd

from ...evidence import implied, ledger_says
from ...evidence.checks import combine_results, steps_of_collection
from ...evidence.quantities import figure_of
from ...evidence.rows import load_ledger
from .common import OPEN, checkbox, decision_form, dropdown, short_name, text_table

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
# A percentage has its sign in the figure.
UNITS = {"fraction": " of all", "ratio": " times", "percent": ""}
WITH_OTHERS = VERDICTS | {"holds": "they can all be right", "breaks": "they cannot all be right"}


def on_the_desk() -> list[str]:
    """Give the ids of the claims that lie on the desk: those with a figure in the checks on the story of Daji.

    Years are left aside: there is little to compute with them.
    """
    used: set[str] = set()
    for step in steps_of_collection():
        if step.check in CASES:
            used.update(step.used)
    return [
        name
        for name, claim in load_ledger().items()
        if name in used and claim["value"] is not None and claim["unit"] != "year"
    ]


def claim_label(name: str) -> str:
    """Put a claim on one line: what it counts, the figure, and the text.

    >>> claim_label("habr-280-households")
    'households trading on Taobao: 280 households (2017 blog text)'
    """
    claim = load_ledger()[name]
    unit = UNITS.get(claim["unit"], f" {claim['unit']}")
    counted = claim["subject"]
    # A subject in capitals is a name, which does not say what is counted of it.
    if counted[0].isupper():
        counted = f"{counted}, {claim['metric']}"
    return f"{counted}: {figure_of(claim).words}{unit} ({short_name(claim['source'])})"


def desk_page(values: dict[str, Any]) -> str:
    """Write two claims, what follows from them, and, once a verdict is chosen and the ledger asked, what the ledger says.

    ``values`` are those of the form: first, second (ids of claims), choice (a verdict or ``OPEN``) and commit.
    """
    first, second = values["first"], values["second"]
    claims = []
    for name in dict.fromkeys((first, second)):
        claim = load_ledger()[name]
        where = f"{short_name(claim['source'])}, {claim['locator']}"
        claims.append((name, claim["paraphrase"], where))
    page = text_table("The claims", ("Claim", "Says, in our words", "Where"), claims)
    together = html.escape(implied(first, second).words)
    page += f"<p><strong>Together they give:</strong> {together}.</p>"
    if not values["commit"] or first == second:
        return page + "<p>Decide on a verdict. Then ask the ledger.</p>"
    if values["choice"] == OPEN:
        return page + "<p><strong>Choose your verdict first.</strong> Then ask the ledger.</p>"
    steps = ledger_says(first, second)
    if steps.empty:
        return page + _list_partners(first, second)
    rows = []
    for step in steps.itertuples():
        result = step.result.replace("_", " ")
        rows.append((f"{step.check}: {step.title}", result, step.computation, step.others))
    page += f"<p>{_compare_verdicts(steps, values['choice'])}</p>"
    return page + text_table(
        "The ledger", ("Check", "Result", "Computation", "Together with"), rows
    )


def _compare_verdicts(steps: pd.DataFrame, yours: str) -> str:
    """Say what the steps make of the two claims: alone if there is a test of these two, else together with others."""
    decided = steps[steps["result"] != "tells"]
    alone = decided[decided["others"] == ""]
    if len(alone):
        verdict = combine_results(alone["result"])
        agree = "You decided otherwise: who is right?"
        if verdict == yours:
            agree = "You agree."
        return f"<strong>The ledger: {VERDICTS[verdict]}.</strong> {agree}"
    if len(decided):
        verdict = combine_results(decided["result"])
        return (
            "<strong>The ledger has no test of these two alone. "
            f"With the claims beside them, {WITH_OTHERS[verdict]}.</strong> "
            "Does that bear out your verdict?"
        )
    return (
        "<strong>The ledger computes with both, but gives no verdict.</strong> Yours stands alone."
    )


def _list_partners(first: str, second: str) -> str:
    """Say with which claims of the desk each of two is tested, as no check joins them."""
    others = set(on_the_desk()) - {first, second}
    items = []
    for name in (first, second):
        partners: list[str] = []
        for step in steps_of_collection():
            if name in step.used:
                partners += [other for other in step.used if other in others]
        named = ", ".join(dict.fromkeys(partners)) or "no other claim"
        items.append(f"<li>{html.escape(name)} is tested with {html.escape(named)}.</li>")
    return (
        "<p><strong>No check joins these two.</strong> "
        "That is no verdict: nobody has found a test yet.</p>"
        f"<ul>{''.join(items)}</ul>"
    )


def detectives_desk(claims: Iterable[str] | None = None) -> Any:
    """Make a form: pick two claims, read what they give together, decide, then ask the ledger.

    Its twins as tables are ``evidence.implied(first, second)`` and ``evidence.ledger_says(first, second)``.

    Parameters
    ----------
    claims : iterable of str, optional
        Ids of claims with a figure; those of ``on_the_desk()`` if not given.

    Raises
    ------
    KeyError
        There is no such claim.
    ValueError
        There are fewer than two claims, or one has no figure.
    """
    if claims is None:
        names = on_the_desk()
        first_shown, second_shown = "habr-sales-2016", "habr-pop-45000"
    else:
        names = list(dict.fromkeys(claims))
        for name in names:
            implied(name, name)  # refuses what is no claim, or has no figure
        if len(names) < 2:
            raise ValueError("A desk needs at least two different claims with a figure.")
        first_shown, second_shown = names[:2]
    options = sorted((claim_label(name), name) for name in names)
    first, second = dropdown(options, "First claim"), dropdown(options, "Second claim")
    first.value, second.value = first_shown, second_shown
    verdicts = [("not yet", OPEN)]
    verdicts += [(words, result) for result, words in VERDICTS.items()]
    choice = dropdown(verdicts, "Your verdict", width=420)
    return decision_form(
        {"first": first, "second": second}, choice, checkbox("Ask the ledger"), desk_page
    )
