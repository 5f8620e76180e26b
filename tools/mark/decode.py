"""Read the answers that ``encode.py`` wrote in a student's process. No line of a student runs here.

The text may be forged, so only what cannot hold this side up is made into a value: a number has
a bearable length, and an object of any other type becomes an empty one with the type's name.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import altair as alt
import pandas as pd

from taobaolab.lessons import growth
from taobaolab.practice.answers import Stopped

Ask = Callable[[int, str], str]
RESULTS = {"Turnover": growth.Turnover}  # what a model gives and a question takes as it is
SEQUENCES = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
LONGEST = 1_000  # characters of one number: Fraction("1e999999999") would never end
DECIMAL = re.compile(r"-?(\d+(\.\d*)?|\.\d+)(E[+-]?\d{1,3})?|-?s?NaN\d*|-?Infinity", re.I)


class Missing(Exception):
    """A name in the check cell has no value: the cell that should make it did not, or is gone."""


def decode_answers(text: str, ask: Ask) -> tuple[Any, ...]:
    """Read the answers to a question.

    Parameters
    ----------
    text
        What ``encode_answers`` gave.
    ask
        Calls a function that was handed in, where it lives: its number and a case as text, to
        what ``call_function`` gives.

    Returns
    -------
    tuple
        The answers, of Python's own types.

    Raises
    ------
    Missing
        If the check cell names something that does not exist.
    Stopped
        If reading the answer stopped in the student's process.
    ValueError, KeyError, TypeError, AttributeError, RecursionError
        If the text is no answer at all.
    """
    found = json.loads(text)
    if "missing" in found:
        raise Missing(str(found["missing"])[:200])
    if "stopped" in found:
        raise Stopped(str(found["stopped"])[:600])
    return tuple(decode(part, ask) for part in found["is"])


def decode(value: Any, ask: Ask) -> Any:
    """Give one value: of a type that can be trusted, or an empty object of the type's name."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if "function" in value:
        if value["empty"] is True:
            return untouched
        return function_there(int(value["function"]), ask)
    if "result" in value:
        fields = {str(name): decode(part, ask) for name, part in value["fields"]}
        return RESULTS[value["result"]](**fields)
    (name, content), *_ = value.items()
    if name in SEQUENCES:
        return SEQUENCES[name](decode(part, ask) for part in content)
    if name == "dict":
        return {decode(key, ask): decode(part, ask) for key, part in content}
    if name == "column":
        parts = {decode(key, ask): decode(part, ask) for key, part in content}
        return pd.Series(list(parts.values()), index=list(parts), dtype=object)
    if name == "chart":
        return ChartRead(content and decode(content, ask))
    if name in ("int", "float", "Fraction", "Decimal"):
        return decode_number(name, content)
    if name == "dots":
        return ...
    printable = "".join(sign for sign in str(content)[:40] if sign.isprintable())
    return type(printable or "object", (), {})()


def decode_number(kind: str, content: Any) -> int | float | Fraction | Decimal:
    """Give a number that JSON has no word for. Raises ValueError for one of unbearable length."""
    if kind == "Fraction":
        parts = [decode(part, no_function) for part in content]
        if [type(part) for part in parts] != [int, int] or max(map(abs, parts)) >= 16**LONGEST:
            raise ValueError("no fraction")
        return Fraction(*parts)
    if type(content) is not str or len(content) > LONGEST:
        raise ValueError("no number, or one that is too long")
    if kind == "int":
        return int(content, 16)
    if kind == "float":
        return float(content)
    if not DECIMAL.fullmatch(content):
        raise ValueError("no decimal number, or one that is too large")
    return Decimal(content)


def no_function(number: int, case: str) -> str:
    """Stand in where a function would be out of place."""
    raise ValueError("a function inside a number")


class ChartRead(alt.TopLevelMixin):
    """A chart that a student drew, as the data that it is made of."""

    def __init__(self, data: dict[str, Any] | None) -> None:
        self.data = data

    def to_dict(self, *anything: Any, **named: Any) -> dict[str, Any]:
        """Give the data; raises ValueError where Altair could not say what it is made of."""
        if self.data is None:
            raise ValueError("not finished")
        return self.data


def untouched(*case: Any) -> Any:
    """Stand for a function as in the exercise, which there is no need to call."""


def function_there(number: int, ask: Ask) -> Callable[..., Any]:
    """Give a function that is called in the student's process and gives here what it gave there."""

    def call(*case: Any) -> Any:
        found = json.loads(ask(number, json.dumps([encode_case(part) for part in case])))
        if "stopped" in found:
            raise Stopped(str(found["stopped"])[:600])
        return decode(found["is"], ask)

    return call


def encode_case(value: Any) -> Any:
    """Write a part of a case of ours down, as ``decode_case`` reads it."""
    if isinstance(value, pd.Series):
        parts = [encode_case(part) for part in value.tolist()]
        return {"column": parts, "index": value.index.tolist()}
    if type(value) in (list, tuple):
        return {type(value).__name__: [encode_case(part) for part in value]}
    if type(value) is float and not math.isfinite(value):
        return {"float": repr(value)}
    return value
