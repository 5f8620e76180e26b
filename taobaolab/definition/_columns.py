"""The columns that a definition can ask for: what they mean, what they are called, which values are possible.

>>> known_columns()["households"].least
1
"""

from __future__ import annotations

import difflib
import math
import numbers
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

INFINITE = float("inf")
UNLIMITED = 10**40  # stands for "as large as you like" where a number has to be tried
KINDS = ("yes/no", "number", "count", "text")


class CheckerError(ValueError):
    """What the checker refuses, and why: the base of ``DefinitionError`` and ``InputError``."""


class DefinitionError(CheckerError):
    """A definition that does not exist, or one with a fault; the message names the place and what to do."""


class Column(NamedTuple):
    """A column that a rule can ask for.

    Parameters
    ----------
    name, label, label_zh, description
        The key, the name in a sentence, the same in Chinese, and the meaning.
    kind
        ``"yes/no"``, ``"number"``, ``"count"`` (whole numbers from 0) or ``"text"``.
    levels
        The kinds of place that have it: ``"village"``, ``"town"``, ``"cluster"``; none for all.
    least, most
        The range of what is possible. Missing values are taken to lie in it, so it can decide.
    slip_above
        A number above it is taken for a slip of the pen; missing values are not limited by it.
    at_most
        Another column of which this one is a part: trading households are some of the households.
    names, also
        What tables call the column, and other spellings of its words.
    """

    name: str
    kind: str
    label: str = ""
    label_zh: str = ""
    levels: tuple[str, ...] = ()
    description: str = ""
    unit: str = ""
    unit_zh: str = ""
    least: Any = 0
    most: Any = None
    slip_above: Any = None
    at_most: str = ""
    yes: str = ""
    no: str = ""
    yes_zh: str = ""
    no_zh: str = ""
    names: tuple[str, ...] = ()
    also: Mapping[str, str] = {}  # a plain dict, so that definitions can be pickled

    @property
    def numeric(self) -> bool:
        """Whether it is a number or a count."""
        return self.kind in ("number", "count")

    @property
    def limit(self) -> Any:
        """The greatest number that a table may hold."""
        if self.most is not None:
            return self.most
        if self.slip_above is not None:
            return self.slip_above
        return 10**12 if self.kind == "count" else 10**15

    def labelled(self, zh: bool) -> str:
        """Its name in a sentence."""
        return self.label_zh if zh else self.label

    def measured(self, value: Any, zh: bool) -> str:
        """A value with the unit that its name does not say."""
        return self.with_unit(as_text(value), zh)

    def with_unit(self, text: str, zh: bool) -> str:
        """A number in words with the unit that the name of the column does not say."""
        if zh:
            return f"{text}{self.unit_zh}"
        if self.kind == "number" and self.unit:
            return f"{text} {self.unit}"
        return text

    def answered(self, answer: bool, zh: bool) -> str:
        """A yes or a no in words."""
        if zh:
            return self.yes_zh if answer else self.no_zh
        return self.yes if answer else self.no


def text_of_definitions() -> str:
    """The definitions of the data package, as TOML."""
    from .. import datasets

    return datasets.read_text("definitions.toml")


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """Parsed TOML; a mistake is a DefinitionError that names the file."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(
            f"{where}: not valid TOML: {error}; text needs quotation marks, yes/no is true or false"
        ) from None


@cache
def known_columns() -> dict[str, Column]:
    """Every column that all definitions can ask for, by name."""
    tables = parse_toml(text_of_definitions(), "definitions.toml")["columns"]
    faults: list[str] = []
    made = read_columns(tables, faults)
    if faults:
        raise DefinitionError("\n".join(f"definitions.toml, {fault}" for fault in faults))
    return made


def read_columns(tables: Any, faults: list[str]) -> dict[str, Column]:
    """The columns that a definition declares; what is wrong with them goes to ``faults``."""
    if not isinstance(tables, Mapping):
        faults.append(
            "columns: a table of columns is needed, a table each, such as columns.density"
        )
        return {}
    made = {}
    for name, spec in tables.items():
        column = _read_column(str(name), spec, f"columns.{name}", faults)
        if column is not None:
            made[str(name)] = column
    return made


def _read_column(name: str, spec: Any, place: str, faults: list[str]) -> Column | None:
    before = len(faults)
    if not isinstance(spec, Mapping):
        faults.append(f'{place}: a column is a table with kind and label, such as kind = "count"')
        return None
    known = [field for field in Column._fields if field != "name"]
    faults += [
        f"{place}: unknown word {word!r}.{closest(word, known)}"
        for word in spec
        if word not in known
    ]
    kind = spec.get("kind")
    if kind not in KINDS:
        faults.append(f"{place}: kind is {kind!r}; write one of {', '.join(KINDS)}")
    for word in (
        "label",
        "label_zh",
        "description",
        "unit",
        "unit_zh",
        "at_most",
        "yes",
        "no",
        "yes_zh",
        "no_zh",
    ):
        if not isinstance(spec.get(word, ""), str):
            faults.append(f"{place}: {word} has to be text in quotation marks")
    for word in ("least", "most", "slip_above"):
        value = spec.get(word, 0)
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, float, Decimal, Fraction))
            or not is_finite(value)
        ):
            faults.append(f"{place}: {word} is {value!r}; write a number")
        elif kind == "count" and value != int(value):
            faults.append(f"{place}: {word} is {value}, but a count is whole")
    for word in ("levels", "names"):
        value = spec.get(word, ())
        if not isinstance(value, (list, tuple)) or not all(isinstance(v, str) for v in value):
            faults.append(f"{place}: {word} is a list of words")
    if not isinstance(spec.get("also", {}), Mapping):
        faults.append(f"{place}: also is a table of spellings")
    if len(faults) > before:
        return None
    given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in spec.items()}
    for word in ("least", "most", "slip_above"):
        if word in given:
            given[word] = plain_number(exact(given[word]))
    if kind == "count" and given.get("least", 0) < 0:
        faults.append(f"{place}: least is {given['least']}, but a count is never negative")
    if given.get("most") is not None and given["most"] <= given.get("least", 0):
        faults.append(f"{place}: most is not more than least")
    if len(faults) > before:
        return None
    label = given.setdefault("label", name.replace("_", " "))
    zh = given.setdefault("label_zh", label)
    for word, text in (
        ("yes", label),
        ("no", f"not {label}"),
        ("yes_zh", zh),
        ("no_zh", f"不是{zh}"),
    ):
        given.setdefault(word, text)
    return Column(name=name, **given)


# ---- numbers and names -----------------------------------------------------------------------------
def is_finite(value: Any) -> bool:
    """Whether a number is neither infinite nor a NaN of any sort."""
    if isinstance(value, Decimal):
        return value.is_finite()
    return not isinstance(value, float) or math.isfinite(value)


def exact(value: Any) -> Fraction:
    """A number as a fraction; a float is the decimal that it is printed as, so 1344.51 is 1344.51."""
    if isinstance(value, (int, Fraction, Decimal)):
        return Fraction(value)
    if isinstance(value, numbers.Integral):
        return Fraction(int(value))
    return Fraction(str(value))


def plain_number(value: Any) -> Any:
    """A fraction as an int, if it is whole."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    return value


def closest(word: object, known: Iterable[Any]) -> str:
    """Did you mean ...? Empty where nothing is close, or where it would be the opposite."""
    plain = {folded(k): k for k in known}
    found = difflib.get_close_matches(folded(word), plain, n=2, cutoff=0.6)
    found = [name for name in found if not _is_opposite(folded(word), name)]
    if len(found) == 2 and _is_opposite(*found):
        found = found[:1]
    return f" Did you mean {' or '.join(repr(plain[name]) for name in found)}?" if found else ""


def _is_opposite(word: str, name: str) -> bool:
    sides = {_side(word), _side(name)}
    return sides == {"upper", "lower"} or sides == {"all", "any"}


def _side(word: str) -> str:
    """Which way a word points: to an upper or a lower bound, to all or to any; empty for none."""
    if word in ("all", "and", "every", "each", "both"):
        return "all"
    if word in ("any", "or", "either", "some"):
        return "any"
    negated = word.startswith("no")
    if any(w in word for w in ("most", "less", "low", "small", "under", "fewer", "max", "upto")):
        return "lower" if negated else "upper"
    if any(w in word for w in ("least", "more", "high", "great", "over", "above", "min")):
        return "upper" if negated else "lower"
    return ""


def as_text(value: Any) -> str:
    """A value as a reader would write it: 1,200 and 0.25, yes and no, 'text'."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = repr(value)
    if isinstance(value, (numbers.Real, Decimal)) and is_finite(value) and value == value:
        number = exact(value)
        if abs(number) < UNLIMITED:
            whole = math.floor(number)
            text = f"{whole:,}" if number == whole else _decimals(number)
    return text if len(text) <= 40 else text[:36] + "..."


def _decimals(value: Fraction) -> str:
    """Two decimals, or as many as are needed up to six; a small number with four digits that count."""
    for places in range(2, 7):
        scaled = value * 10**places
        if scaled.denominator == 1:
            return f"{Decimal(scaled.numerator).scaleb(-places):,f}"
    if abs(value) < 1:
        return f"{float(value):.4g}"
    return f"{Decimal(round(value * 100)).scaleb(-2):,f}"


def folded(word: object) -> str:
    """A word without case, blanks, hyphens and underscores."""
    return "".join(c for c in str(word).casefold() if c not in " _-")


def guess(column: Column, wanted: Any, free: list[Any]) -> Any:
    """The header, among the free ones, that probably means this column; None if none does."""
    plain = {folded(h): h for h in reversed(free)}
    for name in (wanted, column.label, column.label_zh, *column.names):
        if folded(name) in plain:
            return plain[folded(name)]
    inside = [h for h in free if any(n in str(h) for n in column.names)]
    if inside:
        return inside[0]
    close = difflib.get_close_matches(folded(wanted), plain, n=1, cutoff=0.75)
    if close:
        return plain[close[0]]
    short = [h for f, h in plain.items() if len(f) > 3 and f.rstrip("s") in folded(wanted)]
    return short[0] if len(short) == 1 else None
