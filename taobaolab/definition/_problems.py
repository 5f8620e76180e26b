"""What can be wrong with the data, and what is said of it: what, where, how often, and what to do."""

from __future__ import annotations

import difflib
import math
import numbers
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw

from ._columns import (
    INFINITE,
    CheckerError,
    Column,
    as_text,
    exact,
    folded,
    known_columns,
    plain_number,
)

YES = {"true", "t", "yes", "y", "1", "1.0", "是", "是的", "有", "对"}
NO = {"false", "f", "no", "n", "0", "0.0", "否", "无", "没有", "不是", "不对", "错"}
MOST_WORDS = 30  # different words in a column of yes and no, beyond which it is another column
UNKNOWN = {"?", "??", "n/a", "na", "unknown", "notknown", "none", "null", "nan", "missing"}
UNKNOWN |= {"", "–", "—", "/", "不详", "不明", "未知", "无数据", "缺失"}  # hyphens are folded away
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


PLAIN_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


class Problem(NamedTuple):
    """One thing wrong with a table or with the data of one place.

    Parameters
    ----------
    column, problem, advice
        Where it is, what it is, and what to do.
    rows, examples
        How many rows have it, and a few of them.
    stops
        False for a mere suspicion, with which the table is checked all the same.
    """

    column: str
    problem: str
    advice: str
    rows: int | None = None
    examples: tuple[str, ...] = ()
    stops: bool = True

    def __str__(self) -> str:
        found = list(self.examples)
        if self.rows is not None:
            found.insert(0, "1 row" if self.rows == 1 else f"{self.rows:,} rows")
        listed = f" ({', '.join(found)})" if found else ""
        return f"  {self.column}: {self.problem}{listed}\n      {self.advice}"


class InputError(CheckerError):
    """A table, or the data of one place, cannot be checked: the message says every reason, ``problems`` holds them."""

    def __init__(
        self,
        problems: Iterable[Problem],
        where: str = "the table",
        done: str = "nothing was checked",
    ) -> None:
        self.problems = tuple(problems)
        self.where, self.done = where, done
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__("\n".join([f"{count} in {where}; {done}.", *map(str, self.problems)]))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems, self.where, self.done)


def as_narwhals(native: Any) -> Any:
    """The table as narwhals sees it."""
    with (
        warnings.catch_warnings()
    ):  # a notice to maintainers: Dask support is to become a package of its own
        warnings.filterwarnings("ignore", message="Dask support is moving", category=FutureWarning)
        return nw.from_native(native)


# ---- one value -------------------------------------------------------------------------------------
def is_missing(value: Any) -> bool:
    """None, NaN, NaT and NA are no value."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(value, Decimal):
        return value.is_nan()
    return isinstance(value, numbers.Real) and bool(value != value)


def fits(value: Any, kind: str) -> bool:
    """Whether a value that is there is of this kind."""
    truth = type(value).__name__ in ("bool", "bool_")
    if kind == "yes/no":
        return truth
    if kind == "text":
        return isinstance(value, str)
    beyond = isinstance(value, int) and abs(value) > 10**300
    return isinstance(value, (numbers.Real, Decimal)) and not truth and not beyond


def read_value(column: Column, value: Any, problems: list[Problem]) -> Any:
    """One value made plain and exact: None, bool, str, int or Fraction. What is wrong with it goes to ``problems``."""
    if type(value) is int and column.numeric and column.least <= value <= column.limit:
        return value
    if is_missing(value):
        return None
    if not fits(value, column.kind):
        advice = f"write it as {_forms_of(column, value)}, or leave it out if it is not known"
        needed = {"yes/no": "yes or no", "text": "a word"}.get(column.kind, "a number")
        problems.append(Problem(column.name, f"not {needed}", advice, examples=(as_text(value),)))
        return None
    if column.kind == "yes/no":
        return bool(value)
    if column.kind == "text":
        return str(value) if value.strip() else None
    wrong = [
        Problem(column.name, problem, why, examples=(as_text(value),))
        for problem, why, _, test in impossible_values(column)
        if test(float(value))
    ]
    problems += wrong
    return None if wrong else plain_number(exact(value))


def _forms_of(column: Column, value: Any) -> str:
    """How a value of this kind is written; a number in text is repeated, and none is made up."""
    if column.kind == "yes/no":
        return f"{column.name}=True or {column.name}=False"
    if column.kind == "text":
        return f'{column.name}="..." in quotation marks'
    plain = str(value).replace(",", "").strip()
    if plain.isascii() and plain.isdigit():
        return f"{column.name}={plain}"
    return f"{column.name}=... in digits alone"


Test = tuple[str, str, str, Callable[[Any], Any]]


def impossible_values(column: Column) -> Iterator[Test]:
    """(what is wrong, why, what may stay, test) for every impossible value; a test takes a number or an expression."""
    least, limit = column.least, column.limit
    if least == 0:
        why = "a slip, or a code for missing"
        if column.kind == "number" and column.name not in known_columns():
            why += f'; if it can be below zero, declare the least in columns.{column.name}, as "least": -500'
        yield "negative", why, ">= 0", lambda x: x < 0
    else:
        low = as_text(least)
        yield (
            f"less than {low}",
            f"there is at least {low}",
            f">= {_plain(least)}",
            lambda x: x < _plain(least),
        )
    yield "infinite", "often a division by zero upstream", '< float("inf")', lambda x: x == INFINITE
    unit = f" {column.unit}" if column.unit else ""
    what = f"more than {as_text(limit)}" if column.most is not None else "impossibly large"
    yield (
        what,
        f"more than {as_text(limit)}{unit}, or a code for missing",
        f"<= {_plain(limit)}",
        lambda x: (x > _plain(limit)) & (x < INFINITE),
    )
    if column.kind == "count":
        yield (
            "not a whole number",
            f"a count of {column.unit or column.label} is whole, this may be a share or an average",
            "% 1 == 0",
            is_not_whole,
        )


def is_not_whole(x: Any) -> Any:
    """Whether a number, or an expression, is not whole."""
    if isinstance(x, nw.Expr):
        return x.floor() < x
    return math.isfinite(x) and x // 1 < x


def _plain(value: Any) -> int | float:
    return float(value) if isinstance(value, Fraction) else int(value)


# ---- the cells of a table --------------------------------------------------------------------------
def _labels(native: Any) -> Callable[[int], str]:
    """The reader's own name of a row: the index, a column such as id or village, or else its position."""
    index = native.index if hasattr(native, "assign") else None
    if index is not None and type(index).__name__ != "RangeIndex":
        return lambda i: repr(index[i])
    frame = as_narwhals(native)
    named = _name_column(frame.columns)
    if named is None:
        return lambda i: f"row {i}"
    cells = frame[named].to_list()
    return lambda i: repr(cells[i])


def _name_column(header: Iterable[Any]) -> Any:
    return next((h for h in header if folded(h) in LABELS), None)


def wrong_kind(
    column: Column, name: Any, dtype: str, values: list[Any] | None, native: Any
) -> Problem:
    """A column of another kind than is needed, with the culprits where the cells are at hand."""
    there = [(i, v) for i, v in enumerate(values or []) if not is_missing(v)]
    odd = [(i, v) for i, v in there if not fits(v, column.kind)]
    kinds = dict.fromkeys(("str", "String", "string", "object"), "text")
    kinds |= dict.fromkeys(("bool", "bool_", "Boolean"), "yes/no") | dict.fromkeys(
        ("int", "float"), "numbers"
    )
    first = type(odd[0][1]).__name__ if odd else dtype
    what = (
        "numbers beyond all bounds"
        if first == "int" and column.numeric
        else kinds.get(first, first)
    )
    label = _labels(native) if values else str
    return Problem(
        column.name,
        f"{what}, where {NEEDED.get(column.kind, 'numbers')} are needed",
        _conversion(column, name, what, dtype, [v for _, v in there], native),
        None if values is None else len(odd or there),
        tuple(f"{label(i)} = {as_text(v)}" for i, v in (odd or there)[:3]),
    )


def engine_of(native: Any) -> str:
    """The name of the package that a table comes from."""
    return type(native).__module__.partition(".")[0].removeprefix("_")


def _line(native: Any, name: Any, **forms: str) -> str:
    """A line to paste for the engine of the table: {x} stands for the column, {n} for its name."""
    engine = engine_of(native)
    if engine == "polars":
        return (
            f"table = table.with_columns({forms['polars'].format(x=f'pl.col({name!r})', n=name)})"
        )
    if engine == "pyarrow":
        cells = forms["arrow"].format(x=f"table[{name!r}].to_pylist()")
        return f"table = table.set_column(table.column_names.index({name!r}), {name!r}, {cells})"
    quoted = '"' + str(name).replace('"', '""') + '"'
    sql = forms["sql"].format(x=quoted)
    if engine == "duckdb":
        return f"table = table.project({f'* REPLACE ({sql} AS {quoted})'!r})"
    if hasattr(native, "assign"):
        form = forms.get("dask", forms["pandas"]) if engine == "dask" else forms["pandas"]
        return f"table[{name!r}] = {form.format(x=f'table[{name!r}]', n=name)}"
    return f"in SQL: {sql.replace(quoted, str(name))} AS {name}"


def _conversion(
    column: Column, name: Any, what: str, dtype: str, found: list[Any], native: Any
) -> str:
    kind, is_count = column.kind, column.kind == "count"
    if kind == "yes/no":
        return _as_yes_no(name, what, dtype, found, native)
    if kind == "text":
        return _line(
            native,
            name,
            pandas='{x}.astype("string")',
            polars="{x}.cast(pl.String)",
            arrow="pa.array([None if v is None else str(v) for v in {x}], pa.string())",
            sql="CAST({x} AS VARCHAR)",
        )
    if what not in ("text", "category", "Categorical", "Enum", "object") and not what.startswith(
        ("Enum", "dict")
    ):
        return f"{what} cannot be compared with a bound; give the number of {name}"
    if what == "dict":
        return f"{what} cannot be compared with a bound; give the number of {name}"
    odd = list(dict.fromkeys(v for v in found if not _is_plain_number(v, is_count)))
    if odd:
        return _plain_numbers_first(name, odd, native)
    number = 'pd.to_numeric({x}.astype("string").str.replace(",", ""), errors="coerce")'
    return _line(
        native,
        name,
        pandas=number,
        dask=f'{{x}}.map_partitions(lambda x: {number.format(x="x")}.astype("Float64"), meta=({{n!r}}, "Float64"))',
        polars='{x}.cast(pl.String).str.replace_all(",", "").cast(pl.Float64, strict=False)',
        arrow="pa.array(" + number.format(x="pd.Series({x})") + '.astype("Float64"))',
        sql="TRY_CAST(REPLACE(CAST({x} AS VARCHAR), ',', '') AS DOUBLE)",
    )


def _is_plain_number(value: Any, is_count: bool) -> bool:
    """Whether a cell is a number that has one meaning, or stands for what is not known."""
    if not isinstance(value, str):
        return isinstance(value, (numbers.Real, Decimal))
    text = value  # with its blanks, which some engines do not read over
    if folded(text) in UNKNOWN:
        return True
    if not PLAIN_NUMBER.fullmatch(text):
        return False
    thousands = r"[+-]?\d{1,3}\.\d{3}" if is_count else r"[+-]?\d{1,3}\.000"  # 1.000 may be 1,000
    return not re.fullmatch(thousands, text)


def _plain_numbers_first(name: Any, odd: list[Any], native: Any) -> str:
    """A line with what each cell says as a plain number, or the cell itself where that is not sure."""
    texts = [str(value) for value in odd]
    meant = {text: _in_digits(text) or text for text in texts}
    sure = {text: number for text, number in meant.items() if number != text}
    unsure = [text for text in texts if text not in sure]
    listed = {text: meant[text] for text in [*sure, *unsure][:MOST_WORDS]}
    braced = f"{{{{{str(listed)[1:-1]}}}}}".replace("{", "{{").replace("}", "}}")[2:-2]
    quoted = {k.replace("'", "''"): v.replace("'", "''") for k, v in listed.items()}
    cases = " ".join(f"WHEN '{k}' THEN '{v}'" for k, v in quoted.items())
    line = _line(
        native,
        name,
        pandas=f"{{x}}.astype(object).map(lambda v: {braced}.get(str(v), v))",
        dask=f"{{x}}.astype(object).map(lambda v: {braced}.get(str(v), v), meta=({{n!r}}, object))",
        polars=f"{{x}}.cast(pl.String).replace({braced})",
        arrow=f"pa.array([None if v is None else {braced}.get(str(v), str(v)) for v in {{x}}])",
        sql=f"CASE {{x}} {cases.replace('{', '{{').replace('}', '}}')} ELSE {{x}} END",
    )
    first = "read these cells as plain numbers"
    if unsure:
        shown = ", ".join(map(repr, unsure[:8])) + (", ..." if len(unsure) > 8 else "")
        first += f", and write yourself what {shown} should be, on the right"
    return f"{first}; then check again: {line}"


def _in_digits(text: str) -> str:
    """What a text says as a plain number: of ¥12,000,000 or 1200万; empty where it is not sure."""
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元").strip()
    factor = {"万": 10**4, "亿": 10**8}.get(plain[-1:], 1)
    plain = plain[:-1].strip() if factor > 1 else plain
    if not PLAIN_NUMBER.fullmatch(plain) or re.fullmatch(r"[+-]?\d{1,3}\.\d{3}", plain):
        return ""
    number = Decimal(plain.replace(",", "")) * factor
    return f"{number.normalize():f}"


def _as_yes_no(name: Any, what: str, dtype: str, found: list[Any], native: Any) -> str:
    """The words that were found, or all that are known, with what they mean."""
    number = what == "numbers" or dtype.startswith(("Int", "UInt", "Float", "int", "uint", "float"))
    defaults: list[Any] = [1, 0] if number else [*sorted(YES), *sorted(NO)]
    different = dict.fromkeys(v if isinstance(v, (str, int, float)) else str(v) for v in found)
    values = list(different) or defaults
    if len(values) > MOST_WORDS:
        return (
            f"{len(values):,} different values; is it another column? Make it True, False and None"
        )
    meant: dict[Any, Any] = {}
    for value in values:
        word = str(value).strip().casefold()
        meant[value] = ...
        if word in YES or word in NO:
            meant[value] = word in YES
        elif folded(word) in UNKNOWN:
            meant[value] = None
    unsure = [value for value, answer in meant.items() if answer is ...]
    written = str(meant)[1:-1].replace("Ellipsis", "...")
    braced = f"{{{{{written}}}}}"
    yes = ", ".join(
        f"'{v}'" if isinstance(v, str) else str(v) for v, m in meant.items() if m is True
    )
    no = ", ".join(
        f"'{v}'" if isinstance(v, str) else str(v) for v, m in meant.items() if m is False
    )
    sides = "".join(
        f" WHEN {{x}} IN ({listed}) THEN {truth}"
        for listed, truth in ((yes, "TRUE"), (no, "FALSE"))
        if listed
    )
    if unsure:
        sides += f" WHEN {{x}} IN ({', '.join(map(repr, unsure))}) THEN ..."
    object_first = ".astype(object)" if dtype == "category" else ""
    boolean_last = (
        '.astype("boolean")' if unsure else ""
    )  # fails while one of them is not filled in
    text_first = "" if number else ".cast(pl.String)"
    line = _line(
        native,
        name,
        pandas=f"{{x}}{object_first}.map({braced}){boolean_last}",
        dask=f"{{x}}.astype(object).map({braced}, meta=({{n!r}}, object)).astype('boolean')",
        polars=f"{{x}}{text_first}.replace_strict({braced}, default=None, return_dtype=pl.Boolean)",
        arrow=f"pa.array([{braced}.get(v) for v in {{x}}], pa.bool_())",
        sql=f"CASE{sides} END",
    )
    return f"write True, False or None for each ...: {line}" if unsure else line


def in_cells(view: Any, words: Mapping[str, frozenset[Any]]) -> Iterator[Problem]:
    """Every impossible value, and sales that seem to be in 万元: one pass to see whether there are any."""
    looks: dict[str, nw.Expr] = {}
    for c, x in view.see.items():
        column = view.columns[c]
        if not column.numeric or c in view.blank:
            continue
        looks[f"least {c}"], looks[f"most {c}"] = x.min(), x.max()
        if column.kind == "count" and view.numbers[c] != "int":
            looks[f"part {c}"] = is_not_whole(x).any()
        if column.at_most in view.see and column.at_most not in view.blank:
            looks[f"whole {c}"] = (x > view.see[column.at_most]).any()
    sales = view.see.get("annual_sales_rmb") if "annual_sales_rmb" not in view.blank else None
    if sales is not None and "annual_sales_rmb" in view.columns:
        looks |= {"known": sales.count(), "few": (sales < 100_000).sum()}
    seen = view.collect(*(e.alias(name) for name, e in looks.items())) if looks else {}
    facts = {name: seen[name][0] for name in looks}
    odd = set()
    for c in view.see:
        column = view.columns[c]
        if column.kind == "text":
            yield from _misspelt(view, c, words.get(c, frozenset()))
        if not column.numeric or c in view.blank or not _is_doubtful(column, c, facts):
            continue
        odd.add(c)
        for problem, why, keep, test in impossible_values(column):
            yield from _shown(
                view, c, problem, f"{why}; if not known, make it missing: ", keep, test(view.see[c])
            )
        whole = column.at_most
        if whole in view.see:
            advice = f"some of the {whole}; were the two swapped? If not: "
            yield from _shown(
                view,
                c,
                f"more than {whole}",
                advice,
                f"<= {{{whole}}}",
                view.see[c] > view.see[whole],
            )
    few = facts.get("few") or 0
    if few and (2 * few >= facts["known"] or "annual_sales_rmb" in odd):
        yield from _in_ten_thousands(view)


def _is_doubtful(column: Column, c: str, facts: Mapping[str, Any]) -> bool:
    least, most = facts[f"least {c}"], facts[f"most {c}"]
    if is_missing(least):
        return False
    beyond = least < column.least or most > column.limit
    return bool(
        beyond
        or facts.get(f"part {c}") is True
        or facts.get(f"whole {c}")
        or facts.get(f"part {c}")
    )


def _misspelt(view: Any, c: str, words: frozenset[Any]) -> Iterator[Problem]:
    if c in view.blank:
        return
    slips = {}
    unknown = []
    close = {}
    for value in view.distinct(c):
        if isinstance(value, str) and folded(value) in UNKNOWN and value not in words:
            unknown.append(value)
        meant = misspelt(value, words)
        if meant is not None:
            slips[value] = meant
        elif isinstance(value, str) and value not in words and value not in unknown:
            near = difflib.get_close_matches(
                value, [w for w in words if isinstance(w, str)], 1, 0.8
            )
            if near:
                close[value] = near[0]
    if close:
        test = reduce(or_, (view.see[c] == v for v in close))
        meant_by = ", ".join(f"by {v!r} {w!r}" for v, w in close.items())
        advice = f"did you mean {meant_by}? They are read as words that the rule does not name"
        for doubt in _shown(view, c, "words that may be misspelt", advice, "", test):
            yield doubt._replace(stops=False)
    if unknown:
        test = reduce(or_, (view.see[c] == v for v in unknown))
        advice = (
            "read as words like any other; if they stand for what is not known, make them missing"
        )
        for doubt in _shown(view, c, "words that may mean unknown", advice, "", test):
            yield doubt._replace(stops=False)
    if slips:
        test = reduce(or_, (view.see[c] == v for v in slips))
        yield from _shown(
            view, c, "not spelt as in the definition", f"write it so: {slips}", "", test
        )


def misspelt(value: Any, words: Iterable[Any]) -> str | None:
    """The word of the definition that a text means, but for capitals, blanks and hyphens; else None."""
    if not isinstance(value, str) or value in words:
        return None
    return next(
        (w for w in sorted(words, key=str) if isinstance(w, str) and folded(value) == folded(w)),
        None,
    )


def _in_ten_thousands(view: Any) -> Iterator[Problem]:
    """Sales with a median of 100 to 100,000 where most places have ten shops look like units of ten thousand yuan."""
    sales, name = view.see["annual_sales_rmb"], view.used["annual_sales_rmb"]
    shops = view.see.get("active_shops", view.see.get("registered_shops", sales))
    counts = {"sales": sales.count(), "few": (sales < 100_000).sum(), "tiny": (sales < 100).sum()}
    counts |= {"shops": shops.count(), "many": (shops >= 10).sum()}
    found = view.collect(*(e.alias(n) for n, e in counts.items()))
    n = {key: int(found[key][0] or 0) for key in counts}
    if 2 * n["few"] > n["sales"] > 2 * n["tiny"] and 2 * n["many"] >= n["shops"]:
        arrow = "pa.array([None if v is None else v * 10_000 for v in {x}])"
        cure = _line(
            view.native,
            name,
            pandas="{x} * 10_000",
            polars="{x} * 10_000",
            arrow=arrow,
            sql="{x} * 10000",
        )
        advice = f"are they in units of ten thousand yuan (万元)? If so: {cure}"
        yield Problem(
            "annual_sales_rmb", "most are below 100,000 RMB a year", advice, n["few"], stops=False
        )


def _shown(
    view: Any, c: str, problem: str, advice: str, keep: str, test: nw.Expr
) -> Iterator[Problem]:
    """The problem, if it is there: its number of rows and up to three of them, under the reader's own names."""
    x = view.see[c].alias("value")
    if isinstance(view.frame, nw.DataFrame):
        hits = view.frame.select(test.alias("hit"), x)
        places = [i for i, hit in enumerate(hits["hit"].to_list()) if hit is True]
        label, values, count = (
            _labels(view.native),
            hits["value"][places[:3]].to_list(),
            len(places),
        )
        examples = tuple(f"{label(i)} = {as_text(v)}" for i, v in zip(places, values, strict=False))
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
            f"{n}{as_text(v)}" for n, v in zip(labels, rows["value"].to_list(), strict=False)
        )
    if count:
        yield Problem(c, problem, advice + (_cure(view, c, keep) if keep else ""), count, examples)


def _cure(view: Any, c: str, keep: str) -> str:
    """A line that makes the impossible values missing."""
    name = view.used[c]
    whole = view.columns[c].at_most
    other = view.used.get(whole)
    if "{" not in keep:
        return _line(
            view.native,
            name,
            pandas=f"{{x}}.where({{x}} {keep})",
            polars=f"pl.when({{x}} {keep}).then({{x}}).alias({name!r})",
            arrow=f"pa.array([v if v is not None and v {keep} else None for v in {{x}}])",
            sql=f"CASE WHEN {{x}} {_sql(keep)} THEN {{x}} END",
        )
    return _line(
        view.native,
        name,
        pandas=f"{{x}}.where({{x}} <= table[{other!r}])",
        polars=f"pl.when({{x}} <= pl.col({other!r})).then({{x}}).alias({name!r})",
        arrow=f"pa.array([a if a is not None and b is not None and a <= b else None for a, b in "
        f"zip({{x}}, table[{other!r}].to_pylist())])",
        sql=f'CASE WHEN {{x}} <= "{other}" THEN {{x}} END',
    )


def _sql(keep: str) -> str:
    return keep.replace('float("inf")', "CAST('infinity' AS DOUBLE)").replace("==", "=")
