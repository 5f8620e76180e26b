"""Answers compared, and what to reply.

A ``Finding`` is one thing that a question looks at in one part of an answer. A slip is a pair: what shows it (a number
that it leads to, or whether it was made), and the reply to it. Of several slips the first that fits speaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

GROUPS = ("simple", "odd")
Slips = Iterable[tuple[Any, str]]
Cases = Sequence[tuple[Any, ...]]


class Finding(NamedTuple):
    """What was found in one part of an answer: whether it earns its points, and the reply if it does not.

    ``entry`` names the one entry of the part that it is about, if the part is a dict.
    """

    part: str
    earned: bool
    reply: str = ""
    points: int = 1
    entry: str | None = None


def near(given: Any, right: Any, share: float = 0.01, units: float = 0) -> bool:
    """Whether a number is right but for rounding: within a share of the right one, or within so many units.

    What is not known is near to the unknown only.

    >>> near(56.7, 56.2), near(57, 56.2), near(57, 56.2, units=1), near(None, 0)
    (True, False, True, False)
    """
    if given is None or right is None:
        return given is right
    if not abs(given) < 10**15:
        return False
    return bool(abs(float(given) - right) <= max(share * abs(right), units) + 1e-9)


def agree(
    given: Mapping[Any, Any],
    way: Callable[..., Any],
    cases: Iterable[Any] = (),
    share: float = 1e-6,
    units: float = 0,
) -> bool:
    """Whether a function gave for each case (by default, all that were tried) what ``way`` gives."""
    return all(near(given[case], way(*case), share, units) for case in cases or given)


def first_reply(slips: Slips, otherwise: str = "") -> str:
    """The reply to the first slip that was made."""
    for made, reply in slips:
        if made:
            return reply
    return otherwise


def reply_to_number(given: Any, slips: Slips, otherwise: str, share: float = 0.01) -> str:
    """The reply to the first slip that leads to this number."""
    return first_reply(((near(given, wrong, share), reply) for wrong, reply in slips), otherwise)


def judge_number(
    part: str,
    given: Any,
    right: Any,
    slips: Slips,
    otherwise: str,
    share: float = 0.01,
    units: float = 0,
    points: int = 1,
    whole: bool = False,
    slip_share: float | None = None,
) -> Finding:
    """A finding on a number: near the right one, or the reply to the slip that leads to it.

    ``whole`` lets in the right number rounded to a whole one as well. A slip that leads to the right number is none.
    """
    if slip_share is None:
        slip_share = max(share, 0.0002)
    wrong = [(n, reply) for n, reply in slips if not near(n, right, share / 2, units / 2)]
    reply = reply_to_number(given, wrong, otherwise, slip_share)
    return Finding(part, near_rounded(given, right, share, units, whole), reply, points)


def near_rounded(
    given: Any, right: Any, share: float, units: float = 0, whole: bool = True
) -> bool:
    """Whether a number is near the right one, or is the right one rounded to a whole number.

    >>> near_rounded(5, 5.17, 0, 0.06), near_rounded(5.2, 5.17, 0, 0.06), near_rounded(5.46, 5.17, 0, 0.06)
    (True, True, False)
    """
    return near(given, right, share, units) or bool(whole and given == round(right))


def is_rounded(given: Any, right: float, places: int) -> bool:
    """Whether a number is the right one, rounded to so many decimals or to more.

    >>> [is_rounded(given, 9.583, 1) for given in (9.6, 9.58, 9.54, 9.5, 9.7)]
    [True, True, False, False, False]
    """
    half = 0.5 * 10**-places
    if not near(given, right, 0, half):
        return False
    return near(round(float(given), places), right, 0, half)


def judge_rounded(
    part: str, given: Any, right: Any, places: int, slips: Slips, otherwise: str
) -> Finding:
    """A finding on a number that is wanted with so many decimals: more will do, fewer or others not."""
    step = otherwise
    if near(given, right, 0, 5 * 10**-places):
        step = f"You are close. Decimals wanted here: {places} or more, rounded, not cut."
    return Finding(part, is_rounded(given, right, places), reply_to_number(given, slips, step))


def judge_slips(part: str, slips: Slips, entry: str | None = None) -> Finding:
    """A finding that is right where no slip was made."""
    reply = first_reply(slips)
    return Finding(part, not reply, reply, entry=entry)


def judge_function(
    part: str,
    given: Mapping[Any, Any],
    right: Callable[..., Any],
    slips: Iterable[tuple[Callable[..., Any], str]],
    simple: tuple[Cases, str],
    odd: tuple[Cases, str],
    share: float = 1e-6,
    units: float = 0,
) -> Iterator[Finding]:
    """Two findings, on the simple cases and on the odd ones, each with the reply where no known slip gives all."""
    every = (*simple[0], *odd[0])
    by_cases = [agree(given, right, cases, share, units) for cases, _ in (simple, odd)]
    step = odd[1] if by_cases[0] else simple[1]
    reply = first_reply(((agree(given, way, every, share), reply) for way, reply in slips), step)
    for group, earned in zip(GROUPS, by_cases, strict=True):
        yield Finding(part, earned, reply, entry=group)
