"""One cell at a time: what it says, and whether that can be read surely. What cannot is unknown, and said."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from .vocabulary import (
    MISSING,
    NO_WORDS,
    ROUGH_AFTER,
    ROUGH_BEFORE,
    YES_WORDS,
    Unit,
    exact,
    folded,
    unit_of,
)

DATE = (
    r"(?i)\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?月?(?:[ t]\d{1,2}:\d\d(?::\d\d)?)?|\d{1,2}[-/]\d{1,2}[-/]\d{2,4}"
    r"|\d{1,2}\.\d{1,2}\.(?:\d{2,4})?|\d{1,2}月\d{1,2}日|\d{1,2}[- ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:[- ]\d{2,4})?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[- ]\d{2,4}"
)
BODY = r"(?is)([+\-−]?)\s*(\d(?:[\d.,]|['’ ](?=\d))*(?:e[+-]?\d+)?)\s*(.*)"
COMMA = r"\d{1,3}(?:\.\d{3})+,\d+|\d+,(?:\d{1,2}|\d{4,})|0,\d+"
POINT = r"\d{1,3}(?:,\d{3})+\.\d+|\d+\.(?:\d{1,2}|\d{4,})|0\.\d+"


class Cell(NamedTuple):
    """A value and how it came about.

    ``how`` is ``plain``, ``separators``, ``word``, ``unit``, ``about``, ``missing`` or ``unread``; ``why`` explains the last.
    """

    value: Any
    how: str
    why: str = ""
    unit: Unit | None = None


def decimal_sign(texts: Iterable[str]) -> str:
    """The decimal sign that the cells of a column give away: ``","``, ``"."``, ``"both"``, or nothing.

    >>> decimal_sign(["1.200,50", "300"]), decimal_sign(["1,200", "3.75"]), decimal_sign(["1,200"])
    (',', '.', '')
    """
    seen = set()
    for text in texts:
        if text.isdecimal():
            continue
        body = re.search(BODY, unicodedata.normalize("NFKC", text))
        number = body[2].strip() if body else ""
        if not re.fullmatch(DATE, text.strip()):
            seen |= (
                {","}
                if re.fullmatch(COMMA, number)
                else {"."}
                if re.fullmatch(POINT, number)
                else set()
            )
    return "both" if len(seen) == 2 else "".join(seen)


def number(text: str, decimal: str = "", whole: bool = False) -> Cell:
    """A number in a cell. ``decimal`` is the decimal sign if it is known, ``whole`` says that it counts something.

    >>> number("1,200").value, number("1.200,50").value, number("120 万").value, number("约30").how
    (1200, 1200.5, 1200000, 'about')
    >>> number("1.200").why
    'it can mean 1,200 or 1.2'
    """
    if text.isascii() and text.isdecimal() and len(text) < 18:
        return Cell(int(text), "plain")
    plain = unicodedata.normalize("NFKC", text).replace("\u2009", " ").strip()
    if folded(plain) in MISSING or plain.strip("-—–. ") == "":
        return Cell(None, "missing")
    if re.fullmatch(DATE, plain):
        return Cell(None, "unread", "it is a date; a spreadsheet may have made it of a number")
    if any(unicodedata.category(sign) == "No" for sign in text):
        return Cell(None, "unread", "it holds a raised, circled or broken digit, such as ², ① or ½")
    before, after = re.match(ROUGH_BEFORE, plain), re.search(ROUGH_AFTER, plain)
    about = bool(before or after)
    plain = plain[before.end() :] if before else plain
    plain = plain[: after.start()] if after and after.start() else plain
    money = re.match(r"(?:rmb|cny|[a-z]{0,2}\$|[€£₹¥₩₽₫]|rp\.?|rs\.?)\s*(?=\d)", plain, re.I)
    body = re.fullmatch(BODY, plain[money.end() :] if money else plain)
    if body is None:
        return Cell(None, "unread", "it is no number")
    sign, digits, rest = body.groups()
    words = f"{rest} {money[0]}" if money else rest
    unit = unit_of(words) if words.strip() else None
    if words.strip() and unit is None:
        return Cell(
            None,
            "unread",
            "it holds more than one number" if re.search(r"\d", rest) else f"it holds {rest!r}",
        )
    value, grouped, why = _digits(digits.strip(), decimal, whole and not (unit and unit.changes))
    if value is None:
        return Cell(None, "unread", why)
    value = -value if sign in ("-", "−") else value
    how = (
        "unit"
        if unit and unit.changes
        else "word"
        if unit
        else "separators"
        if grouped
        else "plain"
    )
    factor = 1 if unit is None or unit.currency or unit.percent else unit.factor
    return Cell(exact(value * factor), "about" if about else how, "", unit)


def _digits(text: str, decimal: str, whole: bool) -> tuple[Decimal | None, bool, str]:
    """(the number, whether separators had to be read, why it cannot be read)."""
    if re.fullmatch(r"\d+(?:e[+-]?\d+)?", text, re.I):
        return _exact(text, False)
    if re.fullmatch(r"\d{1,3}(?:['’ ]\d{3})+(?:[.,]\d+)?", text):
        return _exact(re.sub("['’ ]", "", text).replace(",", "."), True)
    by_commas = bool(
        re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|[1-9]\d?(?:,\d\d)+,\d{3}(?:\.\d+)?", text)
    )
    by_points = bool(re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", text))
    single = bool(re.fullmatch(r"\d+[.,]\d{3}", text))
    if single and (by_commas or by_points):
        either = f"it can mean {text.replace('.', ',')} or {float(text.replace(',', '.')):g}"
        if decimal == "both":
            return None, False, either
        if text[-4] == decimal:
            return _exact(text.replace(",", "."), decimal == ",")
        if by_points and decimal != "," and not whole:
            return None, False, either
    if by_commas and decimal != ",":
        return _exact(text.replace(",", ""), True)
    if by_points and decimal != ".":
        return _exact(text.replace(".", "").replace(",", "."), True)
    if re.fullmatch(r"\d+,\d+", text) and decimal in (",", "both", ""):
        return _exact(text.replace(",", "."), True)
    if re.fullmatch(r"\d+\.\d+(?:e[+-]?\d+)?", text, re.I) and decimal in (".", "both", ""):
        return _exact(text, False)
    return None, False, "its points and commas do not fit the other cells of the column"


def _exact(text: str, grouped: bool) -> tuple[Decimal | None, bool, str]:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None, False, "it is no number"
    return (
        (value, grouped, "")
        if value.adjusted() < 300
        else (None, False, "it is larger than anything countable")
    )


def yes_no(text: str) -> Cell:
    """A yes or a no in a cell, in several languages.

    >>> yes_no("是").value, yes_no("No").value, yes_no("perhaps").how
    (True, False, 'unread')
    """
    word = folded(text)
    if word in MISSING:
        return Cell(None, "missing")
    if word in YES_WORDS or word in NO_WORDS:
        return Cell(word in YES_WORDS, "plain")
    return Cell(None, "unread", "it is neither yes nor no")


def word(text: str) -> Cell:
    """A word in a cell."""
    return Cell(None, "missing") if folded(text) in MISSING else Cell(text.strip(), "plain")


def common_reasons(cells: Iterable[Cell]) -> list[str]:
    """Why cells could not be read, the most frequent reason first."""
    return [why for why, _ in Counter(c.why for c in cells if c.how == "unread").most_common()]
