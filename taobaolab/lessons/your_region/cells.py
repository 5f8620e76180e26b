"""One cell at a time: what it says, and whether that can be read surely.

>>> read_number("1 234,5", ",").value, read_number("120 万").how, read_number("1.200").why
(1234.5, 'units', 'it can mean 1200 or 1.200')
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from .units import Unit, parse_unit
from .vocabulary import MISSING, NO_WORDS, RMB, ROUGH_AFTER, ROUGH_BEFORE, SCALES, YES_WORDS, folded

MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
DAY, MONTH, YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
DATE = re.compile(
    rf"(?i){YEAR}[-/年]{MONTH}(?:[-/月]{DAY}日?)?月?(?:[ t][\d:]+)?|{YEAR}\.{MONTH}\.{DAY}|"
    rf"{MONTH}月{DAY}日|(?:{DAY}[-/.]{MONTH}|{MONTH}[-/.]{DAY})[-/.](?:{YEAR}|\d\d)|"
    rf"{DAY}[- ](?:{MONTHS})[a-z]*\.?(?:[- ]\d{{2,4}})?|(?:{MONTHS})[a-z]*[- ]\d{{2,4}}"
)
NUMBER = re.compile(
    r"(?is)(.*?)((?:[+\-]\s*)?)(\d(?:\d|[.,](?=\d)|[' ](?=\d{3}(?!\d)))*(?:e[+-]?\d+)?)(.*)"
)
MARK = re.compile(r"(?i)\s*(?:\(?\d{1,2}\)|\[\w{1,2}\]|[*†‡#]+|\(?[a-z]\)|[a-z])")
RAISED = re.compile(r"(?<=\d)\s*[¹²³⁰⁴-⁹]+$")
UNKNOWN = "?"
DAMAGED = "\ufffd"


class Cell(NamedTuple):
    """A value and how it came about.

    ``how`` is ``plain``, ``separators``, ``about``, ``units``, ``marks``, ``share``, ``other`` (words beside
    the number that are not understood), ``missing``, ``unread`` or ``impossible``; ``why`` says the reason.
    """

    value: Any
    how: str
    why: str = ""
    unit: Unit | None = None


@lru_cache(50_000)
def as_ascii(text: str) -> str:
    """Digits of any script, blanks, apostrophes and lines as the plain ones.

    >>> as_ascii("١٬٢٣٤"), as_ascii("１，２３４")
    ("1'234", '1,234')
    """
    plain = unicodedata.normalize("NFKC", text.replace("\u066c", "'").replace("\u066b", "·"))
    made = []
    for sign in plain:
        if unicodedata.category(sign) == "Nd":
            made.append(str(unicodedata.decimal(sign)))
        elif unicodedata.category(sign) == "Zs":
            made.append(" ")
        else:
            made.append({"’": "'", "‘": "'", "ʼ": "'", "−": "-", "·": "."}.get(sign, sign))
    return "".join(made).strip().removeprefix("'")


def is_missing(text: str, more: Iterable[str] = ()) -> bool:
    """Whether a cell says that there is no figure: empty, a line, n/a, 不详."""
    plain = as_ascii(text)
    if plain.strip("-—–_.•() ") == "" or folded(plain) in MISSING:
        return True
    return plain in more


def decimal_signs(texts: Iterable[str]) -> set[str]:
    """The decimal signs that some cells give away.

    >>> decimal_signs(["1.200,50"]), decimal_signs(["1250.50"]), decimal_signs(["1,200"])
    ({','}, {'.'}, set())
    """
    signs = set()
    for text in texts:
        if text.isascii() and text.isdecimal():
            continue
        plain = as_ascii(text)
        found = NUMBER.fullmatch(plain)
        if found is None or DATE.fullmatch(plain) or re.search(r"\d", found[4]):
            continue
        signs |= _signs_of(found[3])
    return signs - {""}


def _signs_of(body: str) -> set[str]:
    """The decimal sign that the figures of one number show: one, none, or both if they make no sense."""
    mantissa = re.sub(r"(?i)e[+-]?\d+$", "", body)
    if "," in mantissa and "." in mantissa:
        return {max(",.", key=mantissa.rfind)}
    for sign, other in ((",", "."), (".", ",")):
        parts = mantissa.split(sign)
        if len(parts) > 2:
            return {other}
        if len(parts) == 2:
            whole = re.sub(r"[' ]", "", parts[0])
            if mantissa != body or len(parts[1]) != 3 or len(whole) > 3 or whole[0] == "0":
                return {sign}
            if whole != parts[0]:
                return {sign}
    return set()


def read_number(text: str, decimal: str = "", missing: Iterable[str] = ()) -> Cell:
    """A number in a cell.

    Parameters
    ----------
    text
        The cell.
    decimal
        The decimal sign, ``"."`` or ``","``, if it is known.
    missing
        Further signs of a missing figure.

    Returns
    -------
    Cell
        The value is in the unit of the cell itself; ``unit`` holds it.
    """
    if text.isascii() and text.isdecimal() and len(text) < 16 and text not in missing:
        return Cell(int(text), "plain")
    if is_missing(text, missing):
        return Cell(None, "missing")
    if DAMAGED in text:
        return Cell(None, "unread", "a sign in it is damaged")
    raised = RAISED.search(text.strip())
    plain = as_ascii(text.strip()[: raised.start()] if raised else text)
    if any(unicodedata.category(sign) == "No" for sign in text.strip()) and not raised:
        return Cell(None, "unread", "it holds a raised, circled or broken digit")
    if DATE.fullmatch(plain):
        return Cell(None, "unread", "it is a date; a spreadsheet may have made it of a number")
    rough = re.match(ROUGH_BEFORE, plain) or re.search(ROUGH_AFTER, plain)
    if rough:
        plain = (plain[: rough.start()] + plain[rough.end() :]).strip()
    negative = re.fullmatch(r"\(([\d.,' ]+)\)", plain)
    if negative:
        plain = "-" + negative[1].strip()
    found = NUMBER.fullmatch(plain)
    if found is None:
        return Cell(None, "unread", "it is no number")
    before, sign, body, after = found.groups()
    value, why = _value(body, decimal)
    if value is None:
        return Cell(None, "unread", why)
    if sign.startswith("-"):
        value = -value
    how, unit = _beside(before, after, bool(raised))
    if how == "unread":
        if re.search(r"\d", before + after):
            return Cell(None, "unread", "it holds more than one number")
        how = "other"
        unit = Unit(f"{before}{after}".strip(), money=UNKNOWN)
    if how == "plain" and not body.isdecimal():
        how = "separators"
    return Cell(as_exact(value), "about" if rough else how, "", unit)


def _beside(before: str, after: str, raised: bool) -> tuple[str, Unit | None]:
    """What stands beside a number: nothing, a mark, a share, a unit, or what is not understood."""
    words = f"{before} {after}".strip()
    if not words:
        return ("marks" if raised else "plain"), None
    apart = before.endswith(" ") or after.startswith(" ")
    bare_letter = re.fullmatch(r"[a-z]", words.casefold()) is not None
    if MARK.fullmatch(words) and words.casefold() not in SCALES and (apart or not bare_letter):
        return "marks", None
    if words in ("%", "‰"):
        return "share", Unit(words, percent=True)
    unit = parse_unit(words)
    ahead = parse_unit(before) if before.strip() else None
    is_amount = ahead is not None and (bool(ahead.money) or folded(before) in RMB)
    if unit is None or unit.percent or (before.strip() and not is_amount):
        return "unread", None
    if unit.money:
        return "other", unit
    return ("units" if unit.changes else "plain"), unit


def _value(body: str, decimal: str) -> tuple[Decimal | None, str]:
    """The number that figures say, or the reason why they say none."""
    unfit = "its points and commas do not fit the other cells"
    shown = _signs_of(body)
    signs = {sign for sign in ",." if sign in body}
    if signs and not shown and not decimal:
        sign = signs.pop()
        return None, f"it can mean {body.replace(sign, '')} or {body.replace(sign, '.')}"
    sign = shown.pop() if shown else decimal or "."
    if decimal and sign != decimal:
        return None, unfit
    whole, _, rest = body.partition(sign)
    group = "," if sign == "." else "."
    grouped = re.sub(r"[' ]", group, whole)
    groups = rf"\d{{1,3}}(?:\{group}\d{{3}})+|\d\d?(?:\{group}\d\d)+\{group}\d{{3}}"
    if group in grouped and not re.fullmatch(groups, grouped):
        return None, unfit
    if group in rest or sign in rest:
        return None, unfit
    value = Decimal(grouped.replace(group, "") + (f".{rest}" if rest else ""))
    if value.adjusted() > 30:
        return None, "it is larger than anything countable"
    return value, ""


def as_exact(value: Decimal) -> int | float:
    """A decimal as a whole number where it is one."""
    return int(value) if value == value.to_integral_value() else float(value)


def looks_like_number(text: str) -> bool:
    """Whether a cell holds a figure, be it rough, with a unit, or not sure."""
    if text.isascii() and text.isdecimal():
        return True
    cell = read_number(text)
    if cell.how == "other":
        return cell.unit is not None and cell.unit.money != UNKNOWN
    if cell.how == "unread":
        return cell.why.startswith(("it can mean", "it is a date"))
    return cell.how != "missing"


def is_year(text: str) -> bool:
    """Whether a cell is a year as columns are named by: 1990, 2021年, 2021 г."""
    return re.fullmatch(r"(?:19|20)\d\d(?:\s*(?:年|年度|г\.?))?", as_ascii(text)) is not None


def read_yes_no(text: str) -> Cell:
    """A yes or a no in a cell, in several languages.

    >>> read_yes_no("是").value, read_yes_no("No").value, read_yes_no("perhaps").how
    (True, False, 'unread')
    """
    word = folded(text)
    if word in YES_WORDS:
        return Cell(True, "plain")
    if word in NO_WORDS:
        return Cell(False, "plain")
    if is_missing(text):
        return Cell(None, "missing")
    return Cell(None, "unread", "it is neither yes nor no")


def read_word(text: str) -> Cell:
    """A word in a cell."""
    return Cell(None, "missing") if is_missing(text) else Cell(text.strip(), "plain")
