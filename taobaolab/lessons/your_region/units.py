"""Units: what the words beside a number do to it. Words that are not understood are never passed over."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any, NamedTuple

from .vocabulary import MONEY, PERCENT, PLAIN, RMB, SCALES, folded

SHARE = re.compile(r"(?i)(%|percent|‰|per mille|share)\s+of\s+(\w+)")
PARTS = {"%": Decimal("0.01"), "percent": Decimal("0.01"), "‰": Decimal("0.001")}


class Unit(NamedTuple):
    """What a unit does to a number.

    Parameters
    ----------
    text
        The words.
    factor
        The number is so many times as large; of a share, so large a part.
    money
        The currency, where it is none of China's; it needs a rate.
    of
        The datum of which it is a share.
    percent
        Words that say a share without saying of what.
    """

    text: str
    factor: Decimal = Decimal(1)
    money: str = ""
    of: str = ""
    percent: bool = False

    @property
    def changes(self) -> bool:
        """Whether the number as it stands is not the number that is meant."""
        return self.factor != 1 or bool(self.money) or bool(self.of) or self.percent


def parse_unit(text: str) -> Unit | None:
    """The unit that words name, None if any part of them is not understood.

    >>> parse_unit("万元").factor, parse_unit("thousand yuan").factor, parse_unit("tỷ xu")
    (Decimal('10000'), Decimal('1000'), None)
    """
    rest = folded(re.sub(r"(?i)^\s*(?:in|of)\s+", "", text)).strip(".()（）[] ")
    if not rest:
        return None
    words = sorted({*SCALES, *RMB, *MONEY, *PLAIN, *PERCENT}, key=len, reverse=True)
    factor, money, percent = Decimal(1), "", False
    while rest:
        rest = rest.lstrip(".")
        word = next((w for w in words if rest.startswith(w)), None)
        if word is None:
            return None
        factor *= SCALES.get(word, 1)
        if word in MONEY:
            money = word
        percent = percent or word in PERCENT
        rest = rest[len(word) :]
    return Unit(" ".join(text.split()), factor, money, percent=percent)


def parse_answer(answer: Any) -> Unit | None:
    """The unit that a reader answered: words, ``"% of households"``, or a factor; None if it is none.

    >>> parse_answer("% of households").of, parse_answer(7.1).factor, parse_answer("dozen")
    ('households', Decimal('7.1'), None)
    """
    if isinstance(answer, str):
        if found := SHARE.fullmatch(answer.strip()):
            part = PARTS.get(found[1].casefold(), Decimal(1))
            if found[1].casefold() == "per mille":
                part = PARTS["‰"]
            return Unit(answer, part, of=found[2])
        unit = parse_unit(answer)
        return None if unit is None or unit.money or unit.percent else unit
    if isinstance(answer, bool) or not isinstance(answer, int | float | Decimal):
        return None
    if not 0 < answer < float("inf"):
        return None
    text = "as it stands" if answer == 1 else f"times {answer:,}"
    return Unit(text, Decimal(str(answer)))


def split_header(header: str) -> tuple[str, list[str]]:
    """The name in a header, and the words beside it that may be a unit.

    >>> split_header("销售额（万元）"), split_header("households: 2021"), split_header("Sales in million")
    (('销售额', ['万元']), ('households', ['2021']), ('Sales', ['million']))
    """
    plain = " ".join(unicodedata.normalize("NFKC", header).split())
    beside = re.findall(r"[(\[]([^()\[\]]*)[)\]]", plain)
    name = re.sub(r"\s*[(\[][^()\[\]]*[)\]]", "", plain).strip()
    name, *more = re.split(r"\s*[:/,;]\s*|\s+in\s+", name)
    words = [part.strip() for part in [*beside, *more]]
    return name.strip(), [word for word in words if word]


def year_in(text: str) -> int | None:
    """The year that words name, if they name one."""
    found = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", unicodedata.normalize("NFKC", text)))
    return int(found.pop()) if len(found) == 1 else None
