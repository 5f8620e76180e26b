"""What can be wrong with the data, and what is said of it: what, where, how often, and what to do."""

from __future__ import annotations

import difflib
import numbers
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import or_
from typing import Any

import narwhals.stable.v2 as nw

INF = float("inf")
YES = {"true", "t", "yes", "y", "1", "1.0", "是", "有", "对"}
NO = {"false", "f", "no", "n", "0", "0.0", "否", "无", "没有", "不是"}
LABELS = ("id", "key", "village", "name", "town", "cluster", "villagezh", "namezh", "村", "村名", "名称")
NEEDED = {"yes/no": "yes/no (true, false or missing)", "text": "words"}


@dataclass(frozen=True)
class Column:
    """A datum: what it is, what it is called, and which values are possible at all."""

    name: str
    kind: str
    label: str
    label_zh: str
    levels: tuple[str, ...]
    description: str
    unit: str = ""
    unit_zh: str = ""
    least: int = 0
    most: int = 0
    at_most: str = ""
    yes: str = ""
    no: str = ""
    yes_zh: str = ""
    no_zh: str = ""
    names: tuple[str, ...] = ()
    also: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def numeric(self) -> bool:
        """Whether it is a number or a count."""
        return self.kind in ("number", "count")

    def labelled(self, zh: bool) -> str:
        """Its name in a sentence."""
        return self.label_zh if zh else self.label

    def measured(self, value: Any, zh: bool) -> str:
        """A value with the unit that its name does not say."""
        return f"{say(value)}{self.unit_zh}" if zh else f"{say(value)} RMB" if self.unit == "RMB" else say(value)

    def answered(self, answer: bool, zh: bool) -> str:
        """A yes or a no in words."""
        return (self.yes_zh if answer else self.no_zh) if zh else self.yes if answer else self.no


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a table or with the data of one place; ``stops`` is False for a mere suspicion."""

    column: str
    problem: str
    advice: str
    rows: int | None = None
    examples: tuple[str, ...] = ()
    stops: bool = True

    def __str__(self) -> str:
        count = () if self.rows is None else ("1 row",) if self.rows == 1 else (f"{self.rows:,} rows",)
        found = ", ".join([*count, *self.examples])
        return f"  {self.column}: {self.problem}{f' ({found})' if found else ''}\n      {self.advice}"


class InputError(ValueError):
    """A table, or the data of one place, cannot be checked: the message says every reason, ``faults`` holds them."""

    def __init__(self, faults: Iterable[Fault], where: str = "the table", done: str = "nothing was checked") -> None:
        self.faults = tuple(faults)
        count = "1 problem" if len(self.faults) == 1 else f"{len(self.faults)} problems"
        super().__init__("\n".join([f"{count} in {where}; {done}.", *map(str, self.faults)]))


def narwhal(native: Any) -> Any:
    """The table as narwhals sees it, without the notice (to maintainers) that Dask support will be a package of its own."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Dask support is moving", category=FutureWarning)
        return nw.from_native(native)


def near(word: object, known: Iterable[Any]) -> str:
    """Did you mean ...? Empty where nothing is near."""
    plain = {folded(k): k for k in known}
    close = difflib.get_close_matches(folded(word), plain, n=2, cutoff=0.6)
    return f" Did you mean {' or '.join(repr(plain[c]) for c in close)}?" if close else ""


def say(value: Any) -> str:
    """A value as a reader would write it: 1,200 and 0.25, yes and no, 'text'."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (numbers.Real, Decimal)) and value == value and abs(value) != INF:
        return f"{int(value):,}" if value == int(value) else f"{float(value):,.2f}"
    text = repr(value)
    return text if len(text) < 40 else text[:36] + "..."


def folded(word: object) -> str:
    return "".join(c for c in str(word).casefold() if c not in " _-")


# ---- one value -------------------------------------------------------------------------------------------------------
def is_missing(value: Any) -> bool:
    """None, NaN, NaT and NA are no value."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, (numbers.Real, Decimal)) and bool(value != value)


def fits(value: Any, kind: str) -> bool:
    """Whether a value that is there is of this kind."""
    truth = type(value).__name__ in ("bool", "bool_")
    if kind in ("yes/no", "text"):
        return truth if kind == "yes/no" else isinstance(value, str)
    return isinstance(value, (numbers.Real, Decimal)) and not truth and not (isinstance(value, int) and abs(value) > 10**300)


def datum(column: Column, value: Any, faults: list[Fault]) -> Any:
    """One value made plain and exact: None, bool, str, int or Fraction. What is wrong with it goes to ``faults``."""
    if type(value) is int and column.least <= value <= column.most:
        return value
    if is_missing(value):
        return None
    if not fits(value, column.kind):
        example = {"yes/no": "True", "text": '"Taobao"'}.get(column.kind, "60")
        faults.append(Fault(column.name, f"not {NEEDED.get(column.kind, 'a number')}",
                            f"write it as {column.name}={example}, or leave it out if it is not known", examples=(say(value),)))
    elif column.numeric:
        wrong = [(problem, advice) for problem, advice, test in _tests(column) if test(float(value))]
        faults += [Fault(column.name, problem, advice, examples=(say(value),)) for problem, advice in wrong]
        if not wrong:
            exact = value if isinstance(value, (Decimal, Fraction)) else Fraction(float(value))
            return int(exact) if exact == int(exact) else Fraction(exact)
    else:
        return bool(value) if column.kind == "yes/no" else str(value)
    return None


def _tests(column: Column) -> Iterator[tuple[str, str, Callable[[Any], Any]]]:
    """(what is wrong, advice, test) for every impossible value; a test takes a number or a narwhals expression."""
    leave = "leave it missing if it is not known"
    if column.least:
        yield f"less than {column.least}", f"a village has at least {column.least} of them; {leave}", lambda x: x < column.least
    else:
        yield "negative", f"correct it, or {leave}", lambda x: x < 0
    yield "infinite", f"often a division by zero upstream; {leave}", lambda x: x == INF
    yield ("impossibly large", f"more than {column.most:,} {column.unit}: is it a code for missing? {leave}",
           lambda x: (x > column.most) & (x < INF))
    if column.kind == "count":
        yield ("not a whole number", f"a count of {column.unit} is whole; is this a share or an average?",
               lambda x: (x.floor() if isinstance(x, nw.Expr) else x // 1) < x)


# ---- the cells of a table ---------------------------------------------------------------------------------------
def _labels(native: Any) -> Callable[[int], str]:
    """The reader's own name of a row: the index, a column such as id or village, or else its position."""
    index = native.index if hasattr(native, "assign") else None
    if index is not None and type(index).__name__ != "RangeIndex":
        return lambda i: repr(index[i])
    frame = narwhal(native)
    named = _name_column(frame.columns)
    if named is None:
        return lambda i: f"row {i}"
    cells = frame[named].to_list()
    return lambda i: repr(cells[i])


def _name_column(header: Iterable[Any]) -> Any:
    return next((h for h in header if folded(h) in LABELS), None)


def wrong_kind(column: Column, name: Any, dtype: str, values: list[Any] | None, native: Any) -> Fault:
    there = [(i, v) for i, v in enumerate(values or []) if not is_missing(v)]
    odd = [(i, v) for i, v in there if not fits(v, column.kind)] or there
    kinds = list(dict.fromkeys(v if isinstance(v, (str, int, float)) else str(v) for _, v in odd))[:6]
    first = type(odd[0][1]).__name__ if odd else {"String": "str", "Boolean": "bool"}.get(dtype, dtype)
    what = {"str": "text", "bool": "yes/no", "bool_": "yes/no"}.get(first, first)
    shown = tuple(f"{label(i)} = {say(v)}" for label in [_labels(native)] for i, v in odd[:3]) if odd else ()
    return Fault(column.name, f"{what}, where {NEEDED.get(column.kind, 'numbers')} are needed",
                 _conversion(column.kind, name, what, kinds, native), None if values is None else len(odd), shown)


def _conversion(kind: str, name: Any, what: str, kinds: list[Any], native: Any) -> str:
    cell, polars = f"table[{name!r}]", type(native).__module__.startswith("polars")
    if kind == "yes/no":
        meant = {v: str(v).strip().casefold() for v in kinds}
        words = {v: True if m in YES else False if m in NO else None for v, m in meant.items()}
        if not kinds:
            return f"make it true or false first, such as {name} = 'yes' in SQL"
        return f"{cell}.map({words})" if not polars else f"pl.col({name!r}).replace_strict({words}, return_dtype=pl.Boolean)"
    if kind == "text":
        return f'{cell}.astype("string")' if not polars else f"pl.col({name!r}).cast(pl.String)"
    if what != "text":
        return f"{what} cannot be compared with a bound; give the number of {name}"
    if polars:
        return f'pl.col({name!r}).str.replace_all(",", "").cast(pl.Float64, strict=False)'
    if hasattr(native, "assign"):
        return f'pd.to_numeric({cell}.astype("string").str.replace(",", ""), errors="coerce")'
    return f"TRY_CAST(REPLACE({name}, ',', '') AS DOUBLE) in SQL"


def impossible(view: Any, known: Mapping[str, Column], words: Mapping[str, frozenset[Any]]) -> Iterator[Fault]:
    """Every impossible value: one pass to see whether there is any, further ones only to show them."""
    schema = view.frame.collect_schema()
    tests: dict[tuple[str, str, str], nw.Expr] = {}
    for c, x in view.see.items():
        column = known[c]
        whole = (dtype := schema.get(c if c in schema else view.used[c])) is not None and dtype.is_integer()
        for problem, advice, test in _tests(column) if column.numeric else ():
            if not (whole and problem in ("infinite", "not a whole number")):
                tests[c, problem, advice] = test(x)
        if column.at_most in view.see:
            advice = f"{column.label} are some of the {known[column.at_most].label}; were the columns swapped?"
            tests[c, f"more than {column.at_most}", advice] = x > view.see[column.at_most]
        if column.kind == "text":
            seen = {v for v in view.collect(x.unique().alias(c))[c].to_list() if isinstance(v, str)} - words[c]
            slips = {v: w for v in seen for w in words[c] if folded(v) == folded(w)}
            if slips:
                tests[c, "not spelt as in the definition", f".replace({slips})"] = reduce(or_, (x == v for v in slips))
    if not tests:
        return
    gate = view.collect(*(test.any().alias(str(i)) for i, test in enumerate(tests.values())))
    for i, ((c, problem, advice), test) in enumerate(tests.items()):
        if gate[str(i)][0]:
            yield _shown(view, Fault(c, problem, advice), test)


def _shown(view: Any, fault: Fault, test: nw.Expr) -> Fault:
    """The fault with its number of rows and up to three of them, under the reader's own names."""
    x = view.see[fault.column].alias("value")
    if isinstance(view.frame, nw.DataFrame):
        hits = view.frame.select(test.alias("hit"), x)
        places = [i for i, hit in enumerate(hits["hit"].to_list()) if hit is True]
        label, values = _labels(view.native), hits["value"][places[:3]].to_list()
        examples, count = tuple(f"{label(i)} = {say(v)}" for i, v in zip(places, values, strict=False)), len(places)
    else:
        count = int(view.collect(test.cast(nw.Int64).sum().alias("n"))["n"][0])
        named = _name_column(view.frame.collect_schema().names())
        rows = view.collect(x, *([nw.col(named).alias("label")] if named else []), where=test, head=3)
        labels = [f"{v!r} = " for v in rows["label"].to_list()] if named else [""] * 3
        examples = tuple(f"{n}{say(v)}" for n, v in zip(labels, rows["value"].to_list(), strict=False))
    return Fault(fault.column, fault.problem, fault.advice, count, examples)


def suspicious(view: Any) -> Iterator[Fault]:
    """Sales that look like units of ten thousand yuan (万元): a median of 100 to 100,000 where there are shops."""
    sales = view.see.get("annual_sales_rmb")
    shops = next((view.see[c] for c in ("active_shops", "registered_shops") if c in view.see), None)
    if sales is None:
        return
    tests = {"known": sales.count(), "small": (sales < 100_000).sum(), "tiny": (sales < 100).sum()}
    tests |= {"shops": shops.count(), "many": (shops >= 10).sum()} if shops is not None else {}
    found = view.collect(*(e.alias(n) for n, e in tests.items()))
    n = {name: int(found[name][0] or 0) for name in tests}
    plausible = shops is None or 2 * n["many"] >= n["shops"]
    if n["known"] and 2 * n["small"] >= n["known"] >= 2 * n["tiny"] and plausible:
        name = view.used["annual_sales_rmb"]
        yield Fault("annual_sales_rmb", "half or more below 100,000 RMB a year; is it in units of ten thousand yuan (万元)?",
                    f"if so: table[{name!r}] * 10_000", n["small"], stops=False)
