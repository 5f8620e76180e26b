"""What can be wrong with the data, and what is said of it: what, where, how often, and what to do."""

from __future__ import annotations

import numbers
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw

from ._criteria import INF, Column, folded, say

YES = {"true", "t", "yes", "y", "1", "1.0", "是", "有", "对"}
NO = {"false", "f", "no", "n", "0", "0.0", "否", "无", "没有", "不是"}
LABELS = (
    "id",
    "key",
    "village",
    "name",
    "town",
    "cluster",
    "villagezh",
    "namezh",
    "村",
    "村名",
    "名称",
)
NEEDED = {"yes/no": "yes/no (true, false or missing)", "text": "words"}


class Fault(NamedTuple):
    """One thing wrong with a table or with the data of one place; ``stops`` is False for a mere suspicion."""

    column: str
    problem: str
    advice: str
    rows: int | None = None
    examples: tuple[str, ...] = ()
    stops: bool = True

    def __str__(self) -> str:
        count = (
            () if self.rows is None else ("1 row",) if self.rows == 1 else (f"{self.rows:,} rows",)
        )
        found = ", ".join([*count, *self.examples])
        return (
            f"  {self.column}: {self.problem}{f' ({found})' if found else ''}\n      {self.advice}"
        )


class InputError(ValueError):
    """A table, or the data of one place, cannot be checked: the message says every reason, ``faults`` holds them."""

    def __init__(
        self, faults: Iterable[Fault], where: str = "the table", done: str = "nothing was checked"
    ) -> None:
        self.faults = tuple(faults)
        count = "1 problem" if len(self.faults) == 1 else f"{len(self.faults)} problems"
        super().__init__("\n".join([f"{count} in {where}; {done}.", *map(str, self.faults)]))


def narwhal(native: Any) -> Any:
    """The table as narwhals sees it."""
    with (
        warnings.catch_warnings()
    ):  # a notice to maintainers: Dask support is to become a package of its own
        warnings.filterwarnings("ignore", message="Dask support is moving", category=FutureWarning)
        return nw.from_native(native)


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
    beyond = isinstance(value, int) and abs(value) > 10**300
    return isinstance(value, (numbers.Real, Decimal)) and not truth and not beyond


def datum(column: Column, value: Any, faults: list[Fault]) -> Any:
    """One value made plain and exact: None, bool, str, int or Fraction. What is wrong with it goes to ``faults``."""
    if type(value) is int and column.numeric and column.least <= value <= column.most:
        return value
    if is_missing(value):
        return None
    if not fits(value, column.kind):
        example = {"yes/no": "True", "text": '"Taobao"'}.get(column.kind, "60")
        advice = f"write it as {column.name}={example}, or leave it out if it is not known"
        needed = {"yes/no": "yes or no", "text": "a word"}.get(column.kind, "a number")
        faults.append(Fault(column.name, f"not {needed}", advice, examples=(say(value),)))
    elif column.numeric:
        wrong = [
            Fault(column.name, problem, why, examples=(say(value),))
            for problem, why, _, test in _tests(column)
            if test(float(value))
        ]
        faults += wrong
        if not wrong:
            exact = value if isinstance(value, (Decimal, Fraction)) else Fraction(float(value))
            return int(exact) if exact == int(exact) else Fraction(exact)
    else:
        return bool(value) if column.kind == "yes/no" else str(value)
    return None


def _tests(column: Column) -> Iterator[tuple[str, str, str, Callable[[Any], Any]]]:
    """(what is wrong, why, what may stay, test) for every impossible value; a test takes a number or an expression."""
    if column.least:
        yield (
            f"less than {column.least}",
            f"there is at least {column.least}",
            ">= 1",
            lambda x: x < column.least,
        )
    else:
        yield "negative", "a slip, or a code for missing", ">= 0", lambda x: x < 0
    yield "infinite", "often a division by zero upstream", '< float("inf")', lambda x: x == INF
    yield (
        "impossibly large",
        f"more than {column.most:,} {column.unit}, or a code for missing",
        f"<= {column.most}",
        lambda x: (x > column.most) & (x < INF),
    )
    if column.kind == "count":
        yield (
            "not a whole number",
            f"a count of {column.unit} is whole, this may be a share or an average",
            "% 1 == 0",
            lambda x: (x.floor() if isinstance(x, nw.Expr) else x // 1) < x,
        )


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


def wrong_kind(
    column: Column, name: Any, dtype: str, values: list[Any] | None, native: Any
) -> Fault:
    """A column of another kind than is needed, with the culprits where the cells are at hand."""
    there = [(i, v) for i, v in enumerate(values or []) if not is_missing(v)]
    odd = [(i, v) for i, v in there if not fits(v, column.kind)]
    kinds = dict.fromkeys(("str", "String"), "text") | dict.fromkeys(
        ("bool", "bool_", "Boolean"), "yes/no"
    )
    kinds |= dict.fromkeys(("int", "float"), "numbers")
    first = type(odd[0][1]).__name__ if odd else dtype
    what = (
        "numbers beyond all bounds"
        if first == "int" and column.numeric
        else kinds.get(first, first)
    )
    label = _labels(native) if values else str
    return Fault(
        column.name,
        f"{what}, where {NEEDED.get(column.kind, 'numbers')} are needed",
        _conversion(column.kind, name, what, [v for _, v in there], native),
        None if values is None else len(odd or there),
        tuple(f"{label(i)} = {say(v)}" for i, v in (odd or there)[:3]),
    )


def _cell(native: Any, name: Any) -> str:
    polars = type(native).__module__.startswith("polars")
    return (
        f"pl.col({name!r})"
        if polars
        else f"table[{name!r}]"
        if hasattr(native, "assign")
        else str(name)
    )


def _assigned(native: Any, name: Any, pandas: str, polars: str, sql: str) -> str:
    """A line to paste: {x} stands for the column."""
    x = _cell(native, name)
    if type(native).__module__.startswith("polars"):
        return f"table = table.with_columns({polars.format(x=x)})"
    return (
        f"{x} = {pandas.format(x=x)}"
        if hasattr(native, "assign")
        else f"in SQL: {sql.format(x=x)} AS {x}"
    )


def _conversion(kind: str, name: Any, what: str, found: list[Any], native: Any) -> str:
    if kind == "yes/no":
        values = dict.fromkeys(
            v if isinstance(v, (str, int, float)) else str(v) for v in found or ["yes", "no"]
        )
        meant = {v: str(v).strip().casefold() for v in list(values)[:8]}
        words = {v: True if m in YES else False if m in NO else None for v, m in meant.items()}
        braced = f"{{{{{str(words)[1:-1]}}}}}"
        yes = ", ".join(repr(v) for v, w in words.items() if w)
        return _assigned(
            native,
            name,
            f"{{x}}.map({braced})",
            f"{{x}}.replace_strict({braced}, default=None, return_dtype=pl.Boolean)",
            f"{{x}} IN ({yes})",
        )
    if kind == "text":
        return _assigned(
            native, name, '{x}.astype("string")', "{x}.cast(pl.String)", "CAST({x} AS VARCHAR)"
        )
    if what not in ("text", "category", "Categorical", "Enum"):
        return f"{what} cannot be compared with a bound; give the number of {name}"
    return _assigned(
        native,
        name,
        'pd.to_numeric({x}.astype("string").str.replace(",", ""), errors="coerce")',
        '{x}.cast(pl.String).str.replace_all(",", "").cast(pl.Float64, strict=False)',
        "TRY_CAST(REPLACE({x}, ',', '') AS DOUBLE)",
    )


def in_cells(
    view: Any, known: Mapping[str, Column], words: Mapping[str, frozenset[Any]]
) -> Iterator[Fault]:
    """Every impossible value, and sales that seem to be in 万元: one quick pass to see whether there are any."""
    sales = view.quick.get("annual_sales_rmb")
    glances = {
        c: _doubtful(known[c], x, view.quick.get(known[c].at_most), c in view.integers).any()
        for c, x in view.quick.items()
        if known[c].numeric
    }
    glances |= {} if sales is None else {"known": sales.count(), "few": (sales < 100_000).sum()}
    seen = view.glance(*(e.alias(name) for name, e in glances.items())) if glances else {}
    for c in view.quick:
        if known[c].numeric and seen[c][0]:
            for problem, why, keep, test in _tests(known[c]):
                yield from _shown(
                    view,
                    c,
                    problem,
                    f"{why}; if not known, make it missing: ",
                    keep,
                    test(view.see[c]),
                )
            whole = known[c].at_most
            if whole in view.see:
                advice, keep = (
                    f"some of the {whole}; were the two swapped? If not: ",
                    f"<= {_cell(view.native, view.used[whole])}",
                )
                yield from _shown(
                    view, c, f"more than {whole}", advice, keep, view.see[c] > view.see[whole]
                )
        elif known[c].kind == "text":
            yield from _misspelt(view, c, words[c])
    if (
        sales is not None
        and seen["few"][0]
        and (2 * seen["few"][0] >= seen["known"][0] or seen["annual_sales_rmb"][0])
    ):
        yield from _in_ten_thousands(view)


def _doubtful(column: Column, x: nw.Expr, whole: nw.Expr | None, integer: bool) -> nw.Expr:
    """True wherever a value is impossible, and perhaps where it is NaN."""
    doubt = (x < column.least) | (x > column.most)
    doubt = doubt | (x.floor() < x) if column.kind == "count" and not integer else doubt
    return doubt if whole is None else doubt | (x > whole)


def _misspelt(view: Any, c: str, words: frozenset[Any]) -> Iterator[Fault]:
    slips = {
        v: w
        for v in view.distinct(c)
        for w in words
        if v is not None and v not in words and folded(v) == folded(w)
    }
    if slips:
        test = reduce(or_, (view.see[c] == v for v in slips))
        yield from _shown(
            view, c, "not spelt as in the definition", f"write it so: {slips}", "", test
        )


def _in_ten_thousands(view: Any) -> Iterator[Fault]:
    """Sales with a median of 100 to 100,000 where most places have ten shops look like units of ten thousand yuan."""
    sales, name = view.see["annual_sales_rmb"], view.used["annual_sales_rmb"]
    shops = view.see.get("active_shops", view.see.get("registered_shops", sales))
    counts = {"sales": sales.count(), "few": (sales < 100_000).sum(), "tiny": (sales < 100).sum()}
    counts |= {"shops": shops.count(), "many": (shops >= 10).sum()}
    found = view.collect(*(e.alias(n) for n, e in counts.items()))
    n = {key: int(found[key][0] or 0) for key in counts}
    if 2 * n["few"] > n["sales"] > 2 * n["tiny"] and 2 * n["many"] >= n["shops"]:
        cure = _assigned(view.native, name, "{x} * 10_000", "{x} * 10_000", "{x} * 10000")
        advice = f"are they in units of ten thousand yuan (万元)? If so: {cure}"
        yield Fault(
            "annual_sales_rmb", "most are below 100,000 RMB a year", advice, n["few"], stops=False
        )


def _shown(
    view: Any, c: str, problem: str, advice: str, keep: str, test: nw.Expr
) -> Iterator[Fault]:
    """The fault, if it is there: its number of rows and up to three of them, under the reader's own names."""
    x = view.see[c].alias("value")
    if isinstance(view.frame, nw.DataFrame):
        hits = view.frame.select(test.alias("hit"), x)
        places = [i for i, hit in enumerate(hits["hit"].to_list()) if hit is True]
        label, values, count = (
            _labels(view.native),
            hits["value"][places[:3]].to_list(),
            len(places),
        )
        examples = tuple(f"{label(i)} = {say(v)}" for i, v in zip(places, values, strict=False))
    else:
        count = int(
            view.collect(test.fill_null(False).cast(nw.Int64).sum().alias("n"))["n"][0] or 0
        )
        named = _name_column(view.frame.collect_schema().names())
        rows = view.collect(
            x, *([nw.col(named).alias("label")] if named else []), where=test, head=3
        )
        labels = [f"{v!r} = " for v in rows["label"].to_list()] if named else [""] * 3
        examples = tuple(
            f"{n}{say(v)}" for n, v in zip(labels, rows["value"].to_list(), strict=False)
        )
    if count:
        pandas, sql = f"{{x}}.where({{x}} {keep})", f"CASE WHEN {{x}} {keep} THEN {{x}} END"
        polars = f"pl.when({{x}} {keep}).then({{x}}).alias({view.used[c]!r})"
        cure = _assigned(view.native, view.used[c], pandas, polars, sql) if keep else ""
        yield Fault(c, problem, advice + cure, count, examples)
