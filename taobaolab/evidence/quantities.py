"""Numbers that remember how they were made: what a check computes with, and shows."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

FLIPPED = {
    "more than": "less than",
    "at least": "at most",
    "less than": "more than",
    "at most": "at least",
}
UP, DOWN = ("more than", "at least"), ("less than", "at most")
STEPS = ((10**12, " trillion"), (10**9, " billion"), (10**6, " million"))
SIGNS = {"+": "+", "-": "-", "*": "×", "/": "/"}


class Unknown(Exception):
    """A number that a check needs is not there; the message says which."""


@dataclass(frozen=True)
class Quantity:
    """An exact number, the words that made it, and the qualifier of the text: "", about, more than, at least, ...

    >>> half, people = Quantity(Fraction(1, 2), "0.5"), Quantity(Fraction(45_000), "45,000")
    >>> (people * half).shown
    '45,000 × 0.5 = 22,500'
    """

    value: Fraction
    words: str
    qualifier: str = ""
    unit: str = ""

    @property
    def low(self) -> float | Fraction:
        """The least that it can be."""
        return -math.inf if self.qualifier in DOWN else self.value

    @property
    def high(self) -> float | Fraction:
        """The most that it can be."""
        return math.inf if self.qualifier in UP else self.value

    @property
    def result(self) -> str:
        """The number in words, with its qualifier: ``less than 1.8%``."""
        if self.unit == "year":
            return f"{self.qualifier} {int(self.value)}".strip()
        share = self.unit.startswith("percent")
        amount = number(self.value * 100) + "%" if share else number(self.value)
        unit = self.unit.removeprefix("percent").strip() if share else self.unit
        return f"{self.qualifier} {amount} {unit}".strip()

    @property
    def shown(self) -> str:
        """The computation and its result, or the number alone where nothing was computed."""
        return (
            f"{self.words} = {self.result}"
            if " " in self.words.removeprefix(self.qualifier).strip()
            else self.words
        )

    def __add__(self, other: Quantity) -> Quantity:
        return self._with("+", other, self.value + other.value, other.qualifier)

    def __sub__(self, other: Quantity) -> Quantity:
        return self._with(
            "-", other, self.value - other.value, FLIPPED.get(other.qualifier, other.qualifier)
        )

    def __mul__(self, other: Quantity) -> Quantity:
        return self._with("*", other, self.value * other.value, other.qualifier)

    def __truediv__(self, other: Quantity) -> Quantity:
        if not other.value:
            raise Unknown(f"{self.words} cannot be divided by nothing")
        return self._with(
            "/", other, self.value / other.value, FLIPPED.get(other.qualifier, other.qualifier)
        )

    def _with(self, sign: str, other: Quantity, value: Fraction, qualifier: str) -> Quantity:
        return Quantity(
            value, f"{self.words} {SIGNS[sign]} {other.words}", joined(self.qualifier, qualifier)
        )


def joined(one: str, other: str) -> str:
    """The qualifier of a number made from two numbers of positive size.

    >>> joined("", "more than"), joined("at least", "more than"), joined("more than", "less than")
    ('more than', 'more than', 'about')
    """
    if not one or not other or one == other:
        return one or other
    for side in (UP, DOWN):
        if one in side and other in side:
            return side[0]
    return "about"


def number(x: float | Fraction) -> str:
    """A number as people write it: whole ones in full, others with three or four digits that count.

    >>> number(Fraction(1_800_000_000)), number(6.897), number(33_783_783.8), number(2.5)
    ('1,800,000,000', '6.90', '33.78 million', '2.5')
    """
    if x == int(x):
        return f"{int(x):,}"
    size = abs(float(x))
    for step, name in STEPS:
        if size >= step:
            return f"{float(x) / step:.4g}{name}"
    if size >= 1000:
        return f"{float(x):,.0f}"
    digits = max(0, 2 - math.floor(math.log10(size)))
    shown = f"{float(x):.{digits}f}"
    return shown.rstrip("0").rstrip(".") if digits and Fraction(shown) == x else shown


def evaluate(expression: str, look: Callable[[str], Quantity]) -> Quantity:
    """The value of an expression such as ``habr-sales-2016 / ( 2 * li-rt-30000 )``; blanks part its words.

    ``look`` gives the number behind a word. ValueError: the expression cannot be read.

    >>> numbers = {"part": Quantity(Fraction(280), "280"), "whole": Quantity(Fraction(30), "30")}
    >>> evaluate("part / whole", numbers.__getitem__).shown
    '280 / 30 = 9.33'
    """
    words = expression.split()
    found, rest = _sum(words, look)
    if rest:
        raise ValueError(f"{expression!r} cannot be read from {rest[0]!r} on.")
    return found


def _sum(words: Sequence[str], look: Callable[[str], Quantity]) -> tuple[Quantity, Sequence[str]]:
    left, words = _product(words, look)
    while words and words[0] in "+-":
        right, rest = _product(words[1:], look)
        left, words = left + right if words[0] == "+" else left - right, rest
    return left, words


def _product(
    words: Sequence[str], look: Callable[[str], Quantity]
) -> tuple[Quantity, Sequence[str]]:
    left, words = _atom(words, look)
    while words and words[0] in "*/":
        right, rest = _atom(words[1:], look)
        left, words = left * right if words[0] == "*" else left / right, rest
    return left, words


def _atom(words: Sequence[str], look: Callable[[str], Quantity]) -> tuple[Quantity, Sequence[str]]:
    if not words or words[0] in "+-*/)":
        raise ValueError(
            "A number is missing" + (f" before {words[0]!r}." if words else " at the end.")
        )
    if words[0] != "(":
        return look(words[0]), words[1:]
    inner, rest = _sum(words[1:], look)
    if not rest or rest[0] != ")":
        raise ValueError("A bracket is not closed.")
    return Quantity(inner.value, f"({inner.words})", inner.qualifier), rest[1:]


def literal(word: str) -> Quantity | None:
    """A number written out, such as ``180`` or ``0.05``; None if the word is none."""
    if not re.fullmatch(r"\d+(\.\d+)?", word):
        return None
    value = Fraction(word)
    return Quantity(value, word if len(word) <= 4 else number(value))
