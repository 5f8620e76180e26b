"""Answers as they come out of a student's process, made whole on this side. Nothing here runs a line of a student's."""

from __future__ import annotations

import json
import math
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


class Missing(Exception):
    """A name in the check cell has no value: the cell that should have made it did not, or is gone."""


def whole(text: str, ask: Ask) -> tuple[Any, ...]:
    """The answers to a question; ``ask`` calls a function that was handed in, where it lives."""
    found = json.loads(text)
    if "missing" in found:
        raise Missing(str(found["missing"])[:200])
    if "stopped" in found:
        raise Stopped(str(found["stopped"])[:600])
    return tuple(made(part, ask) for part in found["is"])


def made(value: Any, ask: Ask) -> Any:
    """One value: of a type that can be trusted, or of an empty one with the name of its type."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if "function" in value:
        return untouched if value["empty"] is True else function(int(value["function"]), ask)
    if "result" in value:
        fields = {str(name): made(part, ask) for name, part in value["fields"]}
        return RESULTS[value["result"]](**fields)
    (name, of), *_ = value.items()
    if name in ("list", "tuple", "set", "frozenset"):
        kinds = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
        return kinds[name](made(part, ask) for part in of)
    if name == "dict":
        return {made(key, ask): made(part, ask) for key, part in of}
    if name == "chart":
        return Drawn(of and made(of, ask))
    simple = {
        "int": lambda of: int(of, 16),
        "float": float,
        "Fraction": Fraction,
        "Decimal": Decimal,
    }
    if name in simple:
        return simple[name](of)
    if name == "dots":
        return ...
    return type("".join(c for c in str(of)[:40] if c.isprintable()) or "object", (), {})()


class Drawn(alt.TopLevelMixin):
    """A chart that a student drew, as the data that it is made of."""

    def __init__(self, data: dict[str, Any] | None) -> None:
        self.data = data

    def to_dict(self, *anything: Any, **named: Any) -> dict[str, Any]:
        """The data; raises ValueError where Altair could not say what it is made of."""
        if self.data is None:
            raise ValueError("not finished")
        return self.data


def untouched(*case: Any) -> Any:
    """A function as in the exercise, which there is no need to call."""


def function(number: int, ask: Ask) -> Callable[..., Any]:
    """A function that is called in the student's process and gives here what it gave there."""

    def call(*case: Any) -> Any:
        found = json.loads(ask(number, json.dumps([packed(part) for part in case])))
        if "stopped" in found:
            raise Stopped(str(found["stopped"])[:600])
        return made(found["is"], ask)

    return call


def packed(value: Any) -> Any:
    """A part of a case of ours, as the door can unpack it."""
    if isinstance(value, pd.Series):
        return {"column": [packed(part) for part in value.tolist()], "index": value.index.tolist()}
    if type(value) in (list, tuple):
        return {type(value).__name__: [packed(part) for part in value]}
    return {"float": repr(value)} if type(value) is float and not math.isfinite(value) else value
