"""Find students of whom several answers are the same.

Identical bytes are the least of it: two files may share answer cells, or an essay. Nothing is said of
files in which nothing was begun, of answers that stand in the exercise or in our solution, of short
answers, which agree by themselves, or of answers that many have: those have a common origin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from essays import MANY
from marking import Marked
from notebook import squeezed

FEWEST = 2  # answers that two have in common
MOST = 4  # students with the same answer; what more have, they have from somewhere else


@dataclass(frozen=True)
class Alike:
    """Two files with the same answers: what they are called, and which answers."""

    theme: str
    first: str
    second: str
    same: tuple[str, ...]


def find_alike(marked: Sequence[Marked]) -> list[Alike]:
    """Find pairs of students with the same answers.

    Parameters
    ----------
    marked
        All files, also those that do not count.

    Returns
    -------
    list of Alike
        A row for each pair, those with most answers in common first.
    """
    holders: dict[tuple[str, str, str], dict[str, Marked]] = defaultdict(dict)
    for one in marked:
        for key, answer in parts_of(one).items():
            holders[one.theme, key, answer].setdefault(person(one), one)
    same: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for (theme, key, _), people in holders.items():
        if len(people) > MOST:
            continue
        for first, second in combinations(sorted(one.label for one in people.values()), 2):
            same[theme, first, second].append(key)
    pairs = []
    for (theme, first, second), keys in same.items():
        if len(keys) >= FEWEST or "essay" in keys:
            pairs.append(Alike(theme, first, second, tuple(sorted(keys, key=in_order))))
    return sorted(pairs, key=lambda pair: (-len(pair.same), pair.theme, pair.first, pair.second))


def parts_of(one: Marked) -> dict[str, str]:
    """Give the answers of a file that are long enough to be somebody's own."""
    parts = dict(one.answers)
    if one.essay_words >= MANY:
        parts["essay"] = squeezed(one.essay).casefold()
    return parts


def person(one: Marked) -> str:
    """Give what tells students apart."""
    return f"{one.owner.student}\n{one.owner.identifier}"


def in_order(key: str) -> tuple[bool, int]:
    """Give the place of an answer among the answers; the essay comes last."""
    return key == "essay", int(key.removeprefix("q")) if key != "essay" else 0
