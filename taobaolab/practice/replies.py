"""Answers compared, and what to say to them.

A slip is a pair: what it gives (a number that it leads to, or whether it was made), and what to say to it. Of several
slips the first that fits speaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

Finding = tuple[int, bool, str]
Slips = Iterable[tuple[Any, str]]


def near(given: Any, right: Any, share: float = 0.01, units: float = 0) -> bool:
    """Whether a number is right but for rounding: within a share of the right one, or within so many units.

    What is not known is near to the unknown only.

    >>> near(56.7, 56.2), near(57, 56.2), near(57, 56.2, units=1), near(None, 0)
    (True, False, True, False)
    """
    if given is None or right is None:
        return given is right
    return bool(
        abs(given) < 10**15 and abs(float(given) - right) <= max(share * abs(right), units) + 1e-9
    )


def same(
    given: Mapping[Any, Any],
    way: Callable[..., Any],
    cases: Iterable[Any] = (),
    share: float = 1e-6,
    units: float = 0,
) -> bool:
    """Whether a function gave for each case (by default, all that were tried) what ``way`` gives."""
    return all(near(given[case], way(*case), share, units) for case in cases or given)


def caught(slips: Slips, otherwise: str) -> str:
    """What to say to the first slip that was made."""
    return next((words for made, words in slips if made), otherwise)


def told(given: Any, slips: Slips, otherwise: str, share: float = 0.01) -> str:
    """What to say to the first slip that leads to this number."""
    return caught(((near(given, wrong, share), words) for wrong, words in slips), otherwise)


def weighed(
    given: Any, right: Any, slips: Slips, otherwise: str, share: float = 0.01, units: float = 0
) -> Finding:
    """A point for a number that is near the right one; and what to say if it is not."""
    return 1, near(given, right, share, units), told(given, slips, otherwise, share)


def weighed_function(
    given: Mapping[Any, Any],
    right: Callable[..., Any],
    slips: Iterable[tuple[Callable[..., Any], str]],
    simple: tuple[Sequence[Any], str],
    odd: tuple[Sequence[Any], str],
    share: float = 1e-6,
) -> Iterator[Finding]:
    """A point for the simple cases and one for the odd ones, each with what to say where no known slip gives all."""
    every = (*simple[0], *odd[0])
    earned = [same(given, right, cases, share) for cases, _ in (simple, odd)]
    step = odd[1] if earned[0] else simple[1]
    words = caught(((same(given, way, every, share), words) for way, words in slips), step)
    for point in earned:
        yield 1, point, words


def clean(slips: Slips) -> Finding:
    """A point where no slip was made; and what to say to the first that was."""
    words = caught(slips, "")
    return 1, not words, words
