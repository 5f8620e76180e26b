"""Write an answer down as plain data, in the student's process.

This text is run there as a module named ``taobaolab_encode``, where it can be fooled: what comes
out is an answer, never points. ``decode.py`` reads it on the other side. It is sent as text, so
that the sandbox needs no other folder than the library's.
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

LARGEST = 400_000  # characters of an answer; the largest right one has a few thousand
READABLE = ("numpy", "pandas", "polars", "collections", "datetime")  # what the exercises read
TABLES = ("numpy", "pandas", "polars")
VIEWS = (type({}.keys()), type({}.values()))
FUNCTIONS = []  # those that were handed in; they stay here, and are called here


def encode_answers(give):
    """Give the answers that ``give()`` hands over, as text; or which name it does not find."""
    try:
        with quiet():
            return as_text([encode(part) for part in give()])
    except NameError as error:
        return json.dumps({"missing": str(error)})
    except Exception as error:
        return json.dumps({"stopped": answers.fault(error)})


def call_function(number, case):
    """Give what a function that was handed in returns for a case, or where it stopped."""
    try:
        with quiet():
            given = FUNCTIONS[number](*map(decode_case, json.loads(case)))
    except (Exception, SystemExit) as error:
        return json.dumps({"stopped": answers.fault(error)[:600]})
    return as_text(encode(given))


def as_text(value):
    """Give a text of bearable length."""
    text = json.dumps({"is": value})
    if len(text) > LARGEST:
        return json.dumps({"is": {"other": "answer too large to read"}})
    return text


def encode(value, depth=12):
    """Give the value as JSON can say it, with a word for each type that JSON does not have."""
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
    if kind is fractions.Fraction:  # not by str(), which a student's code can replace
        return {"Fraction": [encode(value.numerator), encode(value.denominator)]}
    if kind is decimal.Decimal:
        return {"Decimal": str(value)}
    if kind in (list, tuple, set, frozenset):
        return {kind.__name__: [encode(part, depth - 1) for part in value]}
    if kind is dict:
        return {"dict": [[encode(part, depth - 1) for part in pair] for pair in value.items()]}
    return encode_object(value, kind, depth)


def encode_object(value, kind, depth):
    """Give what NumPy, pandas, Altair and the models of the collection made, and functions."""
    altair = sys.modules.get("altair")
    if altair and isinstance(value, altair.TopLevelMixin):
        try:
            return {"chart": encode(value.to_dict(), 40)}
        except Exception:
            return {"chart": None}
    package = kind.__module__.partition(".")[0]
    if package in READABLE or kind in VIEWS:
        try:
            if package in TABLES and answers.single(value) is not value:
                return {"list": [encode(answers.plain(answers.single(value)), depth - 1)]}
            plainly = answers.plain(value)
            if kind.__name__ == "Series" and type(plainly) is dict:
                # it stays a column: a reader takes its values for a list, those of a dict it does not
                return {"column": encode(plainly, depth - 1)["dict"]}
            return encode(plainly, depth - 1)
        except answers.Unfit:
            return {"other": kind.__name__}
    if package == "taobaolab" and dataclasses.is_dataclass(kind):
        names = [field.name for field in dataclasses.fields(kind)]
        fields = [[name, encode(getattr(value, name), depth - 1)] for name in names]
        return {"result": kind.__name__, "fields": fields}
    if callable(value) and not isinstance(value, type):
        FUNCTIONS.append(value)
        number = len(FUNCTIONS) - 1
        return {"function": number, "empty": answers.empty(value), "other": kind.__name__}
    return {"other": kind.__name__}


def decode_case(value):
    """Give a part of a case as it was before it was sent."""
    if type(value) is not dict:
        return value
    if "column" in value:
        import pandas

        parts = [decode_case(part) for part in value["column"]]
        return pandas.Series(parts, index=value["index"])
    if "float" in value:
        return float(value["float"])
    ((name, parts),) = value.items()
    return {"list": list, "tuple": tuple}[name](map(decode_case, parts))


@contextlib.contextmanager
def quiet():
    """Keep back whatever a function prints or warns of."""
    out = contextlib.redirect_stdout(io.StringIO())
    err = contextlib.redirect_stderr(io.StringIO())
    with warnings.catch_warnings(), out, err:
        warnings.simplefilter("ignore")
        yield
