"""Do two coders agree, and more than chance would make them?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Agreement:
    """How far two coders agree; it shows as a sentence.

    ``table`` counts items: one row a category of the first coder, one column a category of the second, all categories
    that either used, so agreement is on the diagonal. ``observed`` is the share of items on it. ``expected`` is the
    share that would be there if each coder drew categories blindly, at the rate at which this coder used them.
    ``kappa`` is ``(observed - expected) / (1 - expected)``: 1 for full agreement, 0 for what chance gives, below 0 for
    less than that. It is ``None`` where both coders put every item into one and the same category: ``expected`` is then
    1, and 0 / 0 has no value.
    """

    table: pd.DataFrame
    items: int
    observed: float
    expected: float
    kappa: float | None

    def __repr__(self) -> str:
        shares = f"The coders agree on {self.observed:.0%} of {self.items} items; chance would give {self.expected:.0%}."
        if self.kappa is None:
            return (
                f"{shares} Cohen's kappa is undefined: both put all into {self.table.index[0]!r}, "
                "so it cannot be told whether they could have disagreed."
            )
        return f"{shares} Cohen's kappa is {self.kappa:.2f}."


def kappa(first: Iterable[object], second: Iterable[object]) -> Agreement:
    """Compute Cohen's kappa: the agreement of two coders on the same items, corrected for chance.

    From Cohen (1960), A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20: 37-46.
    All disagreements count alike.

    Parameters
    ----------
    first, second : iterable
        One category an item, in the same order.

    Returns
    -------
    Agreement
        The table of items, the two shares, and kappa (``None`` where it has no value).

    Raises
    ------
    ValueError
        The lengths differ, there is no item, a category is missing, or two pandas columns have different row labels.
    TypeError
        A single word was given.

    Examples
    --------
    Two readers judge 50 applications. Both say yes to 20 and no to 15:

    >>> a = ["yes"] * 25 + ["no"] * 25
    >>> b = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    >>> kappa(a, b)
    The coders agree on 70% of 50 items; chance would give 50%. Cohen's kappa is 0.40.
    >>> kappa(["state", "state"], ["state", "state"])
    The coders agree on 100% of 2 items; chance would give 100%. Cohen's kappa is undefined: both put all into 'state', \
so it cannot be told whether they could have disagreed.
    """
    for name, codes in (("first", first), ("second", second)):
        if isinstance(codes, str):
            raise TypeError(
                f"{name} is a list of categories, one an item, not the single word {codes!r}."
            )
    labelled = [codes.index for codes in (first, second) if isinstance(codes, pd.Series)]
    if len(labelled) == 2 and not labelled[0].equals(labelled[1]):
        raise ValueError(
            "first and second have different row labels; bring both into the same order of items."
        )
    a, b = list(first), list(second)
    if len(a) != len(b):
        raise ValueError(
            f"first has {len(a)} items and second {len(b)}; both must code the same items."
        )
    if not a:
        raise ValueError("There is no item, so there is nothing to agree on.")
    for name, codes in (("first", a), ("second", b)):
        gaps = [str(place) for place, code in enumerate(codes, 1) if pd.isna(code)]
        if gaps:
            raise ValueError(
                f"{name} has no category for item {', '.join(gaps)}; "
                "code it, or leave it out of both."
            )
    items = len(a)
    categories = sorted({*a, *b}, key=str)
    pairs, of_first, of_second = Counter(zip(a, b, strict=True)), Counter(a), Counter(b)
    table = pd.DataFrame(index=categories)
    for other in categories:
        table[other] = [pairs[one, other] for one in categories]
    agreed = sum(pairs[category, category] for category in categories)
    # Whole numbers as long as possible: whether chance explains everything is a question of equality.
    chance = sum(of_first[category] * of_second[category] for category in categories)
    value = None
    if chance != items**2:
        value = (items * agreed - chance) / (items**2 - chance)
    return Agreement(
        table.rename_axis(index="first", columns="second"),
        items,
        agreed / items,
        chance / items**2,
        value,
    )
