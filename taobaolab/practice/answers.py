"""Answers made plain: whatever a student hands in becomes numbers, words, lists and dicts of Python's own, or is Unfit.

Types come before equality. After this door a test may compare with ``==``: no object that claims to equal everything
gets through. A taker is a function of one answer; it returns plain data or raises ``Unfit`` with a sentence.
"""

from __future__ import annotations

import difflib
import dis
import linecache
import sysconfig
import traceback
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

Taker = Callable[[Any], Any]
ATOMS = (int, float, str, bool, type(None), Fraction, Decimal)
KINDS = {
    "NoneType": "nothing (None)",
    "bool": "True or False",
    "int": "a number",
    "float": "a number",
    "str": "text",
    "list": "a list",
    "tuple": "a list",
    "dict": "a dict",
    "function": "a function",
    "DataFrame": "a table",
    "Series": "a column",
}
UNKNOWN = {
    "unknown", "not known", "none", "cannot be known", "no one knows", "undetermined",
    "open", "cannot tell", "can't tell", "can’t tell", "not stated",
}  # fmt: skip
IDLE, LOADS = {"RESUME", "NOP", "RETURN_VALUE"}, {"LOAD_CONST", "RETURN_CONST"}
DOTS = "Some dots (...) are left. Fill them all in; a guess will do."


class Unfit(Exception):
    """The answer is of another kind than asked for, or a function stopped; the message says it in words."""


class Blank(Exception):
    """There is no answer yet."""


class Silent(Blank):
    """There is no answer yet, though a function was written; the message says what it lacks."""


class Stopped(Exception):
    """A function that runs in another process stopped there; the message is what ``fault`` says of it."""


def blank(answer: Any) -> bool:
    """Whether an answer is nothing but the dots of the exercise."""
    if type(answer) in (list, tuple):
        return bool(answer) and all(map(blank, answer))
    if type(answer) is dict:
        return bool(answer) and all(map(blank, answer.values()))
    return answer is ...


def kind(value: Any) -> str:
    """What a value is, in a word or two."""
    name = type(value).__name__
    return KINDS.get(name, f"a thing of the kind {name}")


def said(value: Any) -> str:
    """A number as a reader would write it, however large it is."""
    if type(value) is int and abs(value) >= 10**15:
        return "That huge number"
    return f"{value:,}" if type(value) in (int, float) else str(value)


def plain(value: Any) -> Any:
    """The value in Python's own types. Numbers and columns of NumPy and pandas are unpacked; a column is a dict."""
    if value is ...:
        raise Unfit(DOTS)
    if type(value) in ATOMS:
        return value
    if type(value) in (list, tuple, set, frozenset):
        return [plain(v) for v in value]
    if type(value) is dict:
        return {plain(k): plain(v) for k, v in value.items()}
    if type(value).__module__.partition(".")[0] in ("numpy", "pandas"):
        if type(value).__name__ in ("NAType", "NaTType"):
            return None
        for unpack in ("to_dict", "tolist") if type(value).__name__ == "Series" else ("tolist",):
            if hasattr(value, unpack):
                return plain(getattr(value, unpack)())
    raise Unfit(f"This is {kind(value)}, which cannot be read as an answer here.")


# ---- takers ----------------------------------------------------------------------------------------------------------
def number(answer: Any) -> int | float | Fraction | Decimal:
    """A number, but no True, no NaN and no text."""
    value = plain(answer)
    if type(value) is str:
        raise Unfit(
            "A number is wanted here, not text: write it without quotation marks, commas or %."
        )
    if type(value) not in (int, float, Fraction, Decimal) or value != value:
        raise Unfit(
            f"A number is wanted here; this is {'not a number (NaN)' if value != value else kind(value)}."
        )
    return value


def number_or_unknown(answer: Any) -> Any:
    """A number, or None for what is not known, whether it is handed in as None, as NaN or in words."""
    value = plain(answer)
    if value is None or value != value or (type(value) is str and _folded(value) in UNKNOWN):
        return None
    try:
        return number(value)
    except Unfit:
        words = "A number is wanted here, or None where it cannot be known."
        raise Unfit(
            words + " Write it without quotation marks, commas or %." * (type(value) is str)
        ) from None


def text(answer: Any) -> str:
    """Some words, without blanks around them."""
    value = plain(answer)
    if type(value) is not str or not value.strip():
        raise Unfit(
            f"A word in quotation marks is wanted here; this is {kind(value) if value != '' else 'empty'}."
        )
    return value.strip()


def word(*known: str, also: dict[Any, str] | None = None) -> Taker:
    """One of some words, however it is spelt; ``also`` maps True, False, None or other words to them."""
    plainly = {_folded(w): w for w in known}
    meant = {_folded(w): v for w, v in (also or {}).items() if type(w) is str} | plainly

    def take(answer: Any) -> str:
        value = plain(answer)
        if type(value) is str and _folded(value) in meant:
            return meant[_folded(value)]
        if type(value) in (bool, type(None)) and value in (also or {}):
            return (also or {})[value]
        near = difflib.get_close_matches(_folded(value), plainly, n=1) if type(value) is str else []
        guess = f" Did you mean {plainly[near[0]]}?" if near else ""
        seen = f'"{value[:40]}"' if type(value) is str else kind(value)
        raise Unfit(
            f"Here stands {seen}. The words for it are: {', '.join(known[:8])}{', ...' * (len(known) > 8)}.{guess}"
        )

    return take


def truth(true: str, false: str, unknown: str = "") -> Taker:
    """One of two words, or of three. Yes, no, True, False and, for the third word, None will do as well."""
    also: dict[Any, str] = {True: true, "yes": true, False: false, "no": false}
    if unknown:
        also[None] = unknown
    return word(*filter(None, (true, false, unknown)), also=also)


def word_of(names: Callable[[], Iterable[str]]) -> Taker:
    """One of the words that a table has; it is opened when an answer is read."""
    return lambda answer: word(*names())(answer)


def _folded(word: str) -> str:
    return " ".join(word.casefold().replace("_", " ").strip(" .").split())


def mapping(names: Sequence[str], each: Taker, name: Taker = plain) -> Taker:
    """A dict with one entry a name; a pandas column will do."""

    def take(answer: Any) -> dict[str, Any]:
        value = plain(answer)
        if type(value) is not dict:
            raise Unfit(
                f"A dict is wanted here, such as {{{names[0]!r}: ...}}; this is {kind(value)}."
            )
        found = {name(k): v for k, v in value.items()}
        if set(found) != set(names):
            odd = [n for n in (*names, *found) if (n in names) != (n in found)]
            raise Unfit(
                f"Each of {', '.join(names)} wants one entry. Missing or too many: {', '.join(map(str, odd))[:80]}."
            )
        return {n: _at(n, each, v) for n, v in found.items()}

    return take


def _at(place: str, take: Taker, answer: Any) -> Any:
    """One of several answers; if it does not fit, the message begins with its place."""
    try:
        return take(answer)
    except (Unfit, Silent) as unfit:
        raise type(unfit)(f"{place}: {unfit}") from None


def all_of(takes: Sequence[Taker], answers: Sequence[Any]) -> list[Any]:
    """Each answer by its own taker; a message says which of several does not fit."""
    if len(answers) != len(takes):
        raise Unfit(
            f"Answers wanted, as in the cell above: {len(takes)}. Seen here: {len(answers)}."
        )
    if len(takes) == 1:
        return [takes[0](answers[0])]
    pairs = enumerate(zip(takes, answers, strict=True), 1)
    return [_at(f"Answer {i} of {len(takes)}", take, answer) for i, (take, answer) in pairs]


def several(each: Taker) -> Taker:
    """A list, set or column, of which order and repetition do not matter."""

    def take(answer: Any) -> frozenset[Any]:
        value = plain(answer)
        if type(value) is dict:
            value = list(value.values())
        if type(value) is not list:
            raise Unfit(f"A list in square brackets is wanted here; this is {kind(value)}.")
        return frozenset(each(v) for v in value)

    return take


def results(cases: Iterable[tuple[Any, ...]], each: Taker) -> Taker:
    """A function, as what it gives for each case: a dict from case to result.

    One that gives nothing for any case is Blank if it is empty, else Silent.
    """
    cases = tuple(cases)

    def take(answer: Any) -> dict[tuple[Any, ...], Any]:
        if not callable(answer) or isinstance(answer, type):
            raise Unfit(
                f"A function is wanted here, by its name and without brackets; this is {kind(answer)}."
            )
        given = {case: _called(answer, case) for case in cases}
        if all(g is None or g is ... for g in given.values()):
            if ... in given.values() or empty(answer):
                raise Blank
            raise Silent(
                "Your function returns nothing (None). `print` shows a value; `return` hands it over."
            )
        return {case: _read(each, case, g) for case, g in given.items()}

    return take


def with_edges(cases: Sequence[Any], edges: Sequence[Any], each: Taker) -> Taker:
    """A function, as what it gives for ordinary cases and for edges; for these, what it says if it stops there.

    So who overlooked the edges loses their points alone. That an edge has no result may be right.
    """

    def take(answer: Any) -> tuple[dict[Any, Any], dict[Any, Any] | str]:
        given = results(cases, each)(answer)
        try:
            return given, results(edges, each)(answer)
        except Blank:
            return given, dict.fromkeys(edges)
        except Unfit as stopped:
            return given, str(stopped)

    return take


def empty(function: Any) -> bool:
    """Whether a function is still as in the exercise: it does nothing, and returns nothing."""
    if type(function) is not FunctionType:
        return False
    inner = vars(function).get("calls", function)
    return type(inner) is FunctionType and all(
        step.opname in IDLE
        or (step.opname in LOADS and (step.argval is None or step.argval is ...))
        for step in dis.get_instructions(inner)
    )


def on_columns(take: Taker, named_rows: bool = True) -> Taker:
    """A taker of functions of pandas columns: a case is made of tuples, and each is handed over as a column.

    Its rows have names, which no position can stand for; or the numbers 0, 1, 2, as in a table without an index.
    """

    def column(values: tuple[Any, ...]) -> pd.Series:
        import pandas as pd

        return pd.Series(
            values, index=[f"row {i}" for i in range(len(values))] if named_rows else None
        )

    return handed_as(column, take)


def handed_as(kind_of: Callable[[tuple[Any, ...]], Any], take: Taker) -> Taker:
    """A taker of functions: a case is made of tuples, and each is handed over as another kind, new for every call."""

    def taken(answer: Any) -> Any:
        if not callable(answer) or isinstance(answer, type):
            return take(answer)

        def on_tuples(*case: tuple[Any, ...]) -> Any:
            return answer(*map(kind_of, case))

        vars(on_tuples)["calls"] = answer
        return take(on_tuples)

    return taken


def _read(each: Taker, case: tuple[Any, ...], given: Any) -> Any:
    try:
        return each(given)
    except Unfit as unfit:
        raise Unfit(
            f"Called with {_call(case)}, your function returned {kind(given)}. {unfit}"
        ) from None


def _called(function: Callable[..., Any], case: tuple[Any, ...]) -> Any:
    try:
        return function(*case)
    except (Exception, SystemExit) as error:
        raise Unfit(f"Called with {_call(case)}, your function stopped{fault(error)}") from None


def _call(case: tuple[Any, ...]) -> str:
    return ", ".join(f"{v:,}".replace(",", "_") if type(v) is int else str(v) for v in case)


def fault(error: BaseException) -> str:
    """Where a function stopped, and why."""
    return str(error) if type(error) is Stopped else f"{_line(error)} ({_named(error)})"


def _named(error: BaseException) -> str:
    try:
        words = str(error)
    except Exception:
        words = ""
    return f"{type(error).__name__}: {words[:200]}" if words else type(error).__name__


def _line(error: BaseException) -> str:
    """Where it happened, by the student's own line and never by one of ours."""
    places = [
        (frame.f_code.co_filename, number)
        for frame, number in traceback.walk_tb(error.__traceback__)
    ]
    paths = sysconfig.get_paths()
    ours = (
        *(paths[p] for p in ("stdlib", "purelib", "platlib")),
        str(Path(__file__).parents[1]),
        "<frozen",
    )
    theirs = [(name, number) for name, number in places if not name.startswith(ours)]
    if not theirs:
        return ""
    code = linecache.getline(*theirs[-1]).strip()
    return f" in line {theirs[-1][1]} of your cell" + (f": {code}" if code else "")
