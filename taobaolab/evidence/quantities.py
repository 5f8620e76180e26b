"""Numbers that remember how they were made: what a check computes with, and shows.

>>> evaluate("2 * ( 3 + 4 )", parse_number).equation
'2 × (3 + 4) = 14'
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

FLIPPED = {
    "more than": "less than",
    "at least": "at most",
    "less than": "more than",
    "at most": "at least",
}
UP, DOWN = ("more than", "at least"), ("less than", "at most")
LARGE_NUMBERS = ((10**12, " trillion"), (10**9, " billion"), (10**6, " million"))
SIGNS = {"+": "+", "-": "-", "*": "×", "/": "/"}


class Unknown(Exception):
    """A number that a check needs is not there; the message says which."""


@dataclass(frozen=True)
class Quantity:
    """An exact number, the words that made it, and the qualifier of the text: "", about, more than, at least, ...

    >>> half, people = Quantity(Fraction(1, 2), "0.5"), Quantity(Fraction(45_000), "45,000")
    >>> (people * half).equation
    '45,000 × 0.5 = 22,500'
    """

    value: Fraction
    words: str
    qualifier: str = ""
    unit: str = ""

    @property
    def low(self) -> float | Fraction:
        """The least that it can be."""
        if self.qualifier in DOWN:
            return -math.inf
        return self.value

    @property
    def high(self) -> float | Fraction:
        """The most that it can be."""
        if self.qualifier in UP:
            return math.inf
        return self.value

    @property
    def result(self) -> str:
        """The number in words, with its qualifier: ``less than 1.8%``."""
        if self.unit == "year":
            return f"{self.qualifier} {int(self.value)}".strip()
        if self.unit.startswith("percent"):
            amount = format_number(self.value * 100) + "%"
            unit = self.unit.removeprefix("percent").strip()
        else:
            amount, unit = format_number(self.value), self.unit
        return f"{self.qualifier} {amount} {unit}".strip()

    @property
    def equation(self) -> str:
        """The computation and its result, or the number alone where nothing was computed."""
        computed = " " in self.words.removeprefix(self.qualifier).strip()
        if not computed:
            return self.words
        return f"{self.words} = {self.result}"

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
            value,
            f"{self.words} {SIGNS[sign]} {other.words}",
            join_qualifiers(self.qualifier, qualifier),
        )


def join_qualifiers(one: str, other: str) -> str:
    """Give the qualifier of a number made from two numbers of positive size.

    >>> join_qualifiers("", "more than"), join_qualifiers("at least", "more than"), join_qualifiers("more than", "less than")
    ('more than', 'more than', 'about')
    """
    if not one or not other or one == other:
        return one or other
    for side in (UP, DOWN):
        if one in side and other in side:
            return side[0]
    return "about"


def format_number(x: float | Fraction) -> str:
    """Write a number as people do: whole ones in full, others with three or four digits that count.

    >>> format_number(Fraction(1_800_000_000)), format_number(6.897), format_number(33_783_783.8), format_number(2.5)
    ('1,800,000,000', '6.90', '33.78 million', '2.5')
    """
    if x == int(x):
        return f"{int(x):,}"
    size = abs(float(x))
    for unit, name in LARGE_NUMBERS:
        if size >= unit:
            return f"{float(x) / unit:.4g}{name}"
    if size >= 1000:
        return f"{float(x):,.0f}"
    digits = max(0, 2 - math.floor(math.log10(size)))
    written = f"{float(x):.{digits}f}"
    # 2.50 stands for a rounded number; what is 2.5 exactly is written so.
    if digits and Fraction(written) == x:
        return written.rstrip("0").rstrip(".")
    return written


def figure_of(claim: Mapping[str, Any]) -> Quantity:
    """Give the figure of a claim, with its qualifier and the words to print.

    The claim is a row of the table claims that has a value.
    """
    qualifier = claim["comparator"].replace("_", " ").replace("equal", "")
    return quantity_of(claim["value"], claim["unit"], qualifier)


def quantity_of(value: Any, unit: str, qualifier: str = "") -> Quantity:
    """Give the number of a cell: percent as a share, millions in full, a year without commas."""
    exact = Fraction(str(value))
    if unit == "percent":
        words = f"{format_number(exact)}%"
        exact = exact / 100
    elif unit == "year":
        words = str(int(exact))
    else:
        if "million" in unit:
            exact = exact * 10**6
        words = format_number(exact)
    return Quantity(exact, f"{qualifier} {words}".strip(), qualifier)


def parse_number(word: str) -> Quantity | None:
    """Read a number written out, such as ``180`` or ``0.05``; None if the word is none."""
    if not re.fullmatch(r"\d+(\.\d+)?", word):
        return None
    value = Fraction(word)
    # A year of four digits is printed as it stands.
    if len(word) <= 4:
        return Quantity(value, word)
    return Quantity(value, format_number(value))


def evaluate(expression: str, find: Callable[[str], Quantity]) -> Quantity:
    """Compute an expression such as ``habr-sales-2016 / ( 2 * li-rt-30000 )``.

    Parameters
    ----------
    expression : str
        Names of numbers, signs and brackets, with blanks between them.
    find : callable
        Gives the number behind a name.

    Raises
    ------
    ValueError
        The expression cannot be read.

    Examples
    --------
    >>> numbers = {"part": Quantity(Fraction(280), "280"), "whole": Quantity(Fraction(30), "30")}
    >>> evaluate("part / whole", numbers.__getitem__).equation
    '280 / 30 = 9.33'
    """
    result, rest = _evaluate_sum(expression.split(), find)
    if rest:
        raise ValueError(f"{expression!r} cannot be read from {rest[0]!r} on.")
    return result


# Each of the three reads as far as it can, and hands back what is left of the words.
def _evaluate_sum(
    words: Sequence[str], find: Callable[[str], Quantity]
) -> tuple[Quantity, Sequence[str]]:
    total, words = _evaluate_product(words, find)
    while words and words[0] in "+-":
        sign = words[0]
        term, words = _evaluate_product(words[1:], find)
        if sign == "+":
            total = total + term
        else:
            total = total - term
    return total, words


def _evaluate_product(
    words: Sequence[str], find: Callable[[str], Quantity]
) -> tuple[Quantity, Sequence[str]]:
    product, words = _evaluate_term(words, find)
    while words and words[0] in "*/":
        sign = words[0]
        term, words = _evaluate_term(words[1:], find)
        if sign == "*":
            product = product * term
        else:
            product = product / term
    return product, words


def _evaluate_term(
    words: Sequence[str], find: Callable[[str], Quantity]
) -> tuple[Quantity, Sequence[str]]:
    if not words:
        raise ValueError("A number is missing at the end.")
    first, rest = words[0], words[1:]
    if first in "+-*/)":
        raise ValueError(f"A number is missing before {first!r}.")
    if first != "(":
        return find(first), rest
    inner, rest = _evaluate_sum(rest, find)
    if not rest or rest[0] != ")":
        raise ValueError("A bracket is not closed.")
    return Quantity(inner.value, f"({inner.words})", inner.qualifier), rest[1:]
