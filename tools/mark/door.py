"""The one door out of a student's kernel: an answer goes through it as plain data, and as nothing else.

This file runs in the student's process, where it can be fooled: what comes out is an answer, never points. It is sent
there as text, so that the sandbox needs no other folder than the library's.
"""

import contextlib
import dataclasses
import decimal
import fractions
import io
import json
import math
import sys
import warnings

from taobaolab.practice import answers

LARGEST = 400_000  # signs of an answer; the largest right one has a few thousand
FUNCTIONS = []  # those that were handed in; they stay here, and are called here


def sent(ask):
    """What ``ask()`` gives, as text; or which name it does not find."""
    try:
        with quiet():
            return packed([plain(part) for part in ask()])
    except NameError as error:
        return json.dumps({"missing": str(error)})
    except Exception as error:
        return json.dumps({"stopped": answers.fault(error)})


def called(number, case):
    """What a function that was handed in gives for a case, or where it stopped."""
    try:
        with quiet():
            given = FUNCTIONS[number](*map(unpacked, json.loads(case)))
    except (Exception, SystemExit) as error:
        return json.dumps({"stopped": answers.fault(error)[:600]})
    return packed(plain(given))


def packed(value):
    """A text of bearable length."""
    text = json.dumps({"is": value})
    return (
        text if len(text) <= LARGEST else json.dumps({"is": {"other": "answer too large to read"}})
    )


def plain(value, depth=12):
    """The value as JSON can say it, with a word for each type that JSON does not have."""
    kind = type(value)
    if not depth:
        return {"other": "answer too deep to read"}
    if kind in (bool, type(None), str):
        return value
    if kind is int:
        return value if abs(value) < 2**53 else {"int": hex(value)}
    if kind is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if value is ...:
        return {"dots": True}
    if kind in (fractions.Fraction, decimal.Decimal):
        return {kind.__name__: str(value)}
    if kind in (list, tuple, set, frozenset):
        return {kind.__name__: [plain(part, depth - 1) for part in value]}
    if kind is dict:
        return {"dict": [[plain(part, depth - 1) for part in pair] for pair in value.items()]}
    return spoken(value, kind, depth)


def spoken(value, kind, depth):
    """The same for what NumPy, pandas, Altair and the collection's models give, and for functions."""
    altair = sys.modules.get("altair")
    if altair and isinstance(value, altair.TopLevelMixin):
        try:
            return {"chart": plain(value.to_dict(), 40)}
        except Exception:
            return {"chart": None}
    if kind.__module__.partition(".")[0] in ("numpy", "pandas"):
        try:
            return plain(answers.plain(value), depth - 1)
        except answers.Unfit:
            return {"other": kind.__name__}
    if kind.__module__.startswith("taobaolab.lessons.") and dataclasses.is_dataclass(kind):
        fields = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(kind))
        return {
            "result": kind.__name__,
            "fields": [[name, plain(part, depth - 1)] for name, part in fields],
        }
    if callable(value) and not isinstance(value, type):
        FUNCTIONS.append(value)
        return {
            "function": len(FUNCTIONS) - 1,
            "empty": answers.empty(value),
            "other": kind.__name__,
        }
    return {"other": kind.__name__}


def unpacked(value):
    """A part of a case, as it was before it was sent."""
    if type(value) is not dict:
        return value
    if "column" in value:
        import pandas

        return pandas.Series([unpacked(part) for part in value["column"]], index=value["index"])
    if "float" in value:
        return float(value["float"])
    ((name, parts),) = value.items()
    return {"list": list, "tuple": tuple}[name](unpacked(part) for part in parts)


@contextlib.contextmanager
def quiet():
    """Nothing that a function prints or warns of."""
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield
