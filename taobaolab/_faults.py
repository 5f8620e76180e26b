"""The door of the checker: what may come in, made uniform, and what is said of what may not.

Engines agree on Kleene's logic but not on what is missing, so every column is seen through one clean expression:
NaN is missing, narrow numbers are widened, and pandas columns get a type that has a place for missing values.
"""

from __future__ import annotations

import difflib
import numbers
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import narwhals.stable.v2 as nw

YES = {"true", "t", "yes", "y", "1", "1.0", "是", "有", "对"}
NO = {"false", "f", "no", "n", "0", "0.0", "否", "无", "没有", "不是", "非"}
LABELS = ("id", "key", "village", "name", "town", "cluster", "village_zh", "name_zh", "村", "村名", "名称")
MASKED = {"number": "Float64", "count": "Float64", "yes/no": "boolean"}
ARROW = {"number": "double[pyarrow]", "count": "double[pyarrow]", "yes/no": "bool[pyarrow]", "text": "string[pyarrow]"}
PLAIN: dict[str, Any] = {"number": nw.Float64, "count": nw.Float64, "yes/no": nw.Boolean, "text": nw.String}
NATURE = {"number": "numbers", "count": "numbers", "yes/no": "yes/no (true, false or missing)", "text": "words"}


@dataclass(frozen=True)
class Column:
    """What a datum is and which values are possible at all."""

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


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a table or with the data of one village."""

    column: str
    problem: str
    advice: str
    rows: int | None = None
    examples: tuple[str, ...] = ()
    stops: bool = True

    def __str__(self) -> str:
        count = "" if self.rows is None else "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        found = ", ".join(filter(None, [count, *self.examples]))
        return f"  {self.column}: {self.problem}{f' ({found})' if found else ''}\n      {self.advice}"


class InputError(ValueError):
    """A table, or the data of one village, cannot be checked. ``faults`` holds every reason, the message says all of them."""

    def __init__(self, faults: Iterable[Fault], what: str = "the table", done: str = "nothing was checked") -> None:
        self.faults = tuple(faults)
        count = "1 problem" if len(self.faults) == 1 else f"{len(self.faults)} problems"
        super().__init__("\n".join([f"{count} in {what}; {done}.", *map(str, self.faults)]))


def near(word: object, known: Iterable[Any]) -> str:
    """Did you mean ...? or nothing."""
    plain = {_plain(k): k for k in known}
    close = difflib.get_close_matches(_plain(word), plain, n=2, cutoff=0.6)
    return f" Did you mean {' or '.join(repr(plain[c]) for c in close)}?" if close else ""


def say(value: Any) -> str:
    """A value as a reader would write it: 1,200 and 0.25, yes and no, 'text'."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float, Fraction, Decimal)) and value == value and abs(value) != float("inf"):
        return f"{int(value):,}" if value == int(value) else f"{float(value):,.2f}"
    return repr(value) if len(repr(value)) < 40 else repr(value)[:36] + "..."


def _plain(word: object) -> str:
    return "".join(c for c in str(word).casefold() if c not in " _-")


# ---- one village -----------------------------------------------------------------------------------------------------
def is_missing(value: Any) -> bool:
    """None, NaN, NaT and pandas' NA are no value."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, (numbers.Real, Decimal)) and bool(value != value)


def fits(value: Any, kind: str) -> bool:
    """Whether a value that is there is of the kind of its column."""
    if kind == "yes/no":
        return type(value).__name__ in ("bool", "bool_")
    if kind == "text":
        return isinstance(value, str)
    real = isinstance(value, (numbers.Real, Decimal)) and type(value).__name__ not in ("bool", "bool_")
    return real and not (isinstance(value, int) and abs(value) > 10**300)


def datum(column: Column, value: Any, faults: list[Fault]) -> Any:
    """One value made plain: None, bool, str, int or an exact Fraction; what is wrong with it goes to ``faults``."""
    if type(value) is int and column.numeric and column.least <= value <= column.most:
        return value
    if is_missing(value):
        return None
    if not fits(value, column.kind):
        what = {"yes/no": "neither True nor False", "text": "not a word"}.get(column.kind, "not a number")
        advice = {"yes/no": f"write {column.name}=True or {column.name}=False", "text": f'write {column.name}="Taobao"'}
        faults.append(Fault(column.name, what, advice.get(column.kind, f"write {column.name}=60, without text or unit"),
                            examples=(say(value),)))
        return None
    if column.kind == "yes/no":
        return bool(value)
    if column.kind == "text":
        return value
    for problem, advice, wrong in _wrongs(column):
        if wrong(float(value)):
            faults.append(Fault(column.name, problem, advice, examples=(say(float(value)),)))
            return None
    exact = value if isinstance(value, (Decimal, Fraction)) else value.item() if hasattr(value, "item") else value
    return int(exact) if exact == int(exact) else Fraction(exact)


def _wrongs(column: Column) -> Iterator[tuple[str, str, Callable[[Any], Any]]]:
    """(what is wrong, advice, true where it is wrong): for a number as for a column expression."""
    leave = "leave it missing if it is not known"
    inf = float("inf")
    if column.least:
        yield f"less than {column.least}", f"a village has at least one of the {column.label}; {leave}", lambda x: x < column.least
    else:
        yield "negative", f"correct it, or {leave}", lambda x: x < 0
    yield "infinite", f"often a division by zero upstream; {leave}", lambda x: x == inf
    yield ("impossibly large", f"no place has more than {column.most:,} {column.unit}; is it a code for missing? {leave}",
           lambda x: (x > column.most) & (x < inf))
    if column.kind == "count":
        yield ("not a whole number", f"a count of {column.unit} is whole; is this a share or an average?",
               lambda x: (x < inf) & (_floor(x) < x))


def _floor(x: Any) -> Any:
    return x.floor() if isinstance(x, nw.Expr) else x // 1


# ---- a table ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class View:
    """A table at the door: ``see`` gives the clean expression of a column, to be evaluated on ``frame``."""

    native: Any
    frame: Any
    see: Mapping[str, nw.Expr]
    used: Mapping[str, Any]
    columns: Mapping[str, Column]
    faults: tuple[Fault, ...]

    @property
    def lazy(self) -> bool:
        """Whether the engine computes only when asked."""
        return isinstance(self.frame, nw.LazyFrame)

    def add(self, expressions: Mapping[str, nw.Expr]) -> Any:
        """The user's table with further columns, in the user's own kind of table; an older column of that name goes."""
        found = [e.alias(n) for n, e in expressions.items()]
        if hasattr(self.native, "assign") and (pandas_like(self.native) or self.frame.implementation.is_dask()):
            result = self.frame.select(*found).to_native()
            if not self.lazy and not any(hasattr(t, "pyarrow_dtype") for t in result.dtypes):
                result = result.astype("boolean")
            return self.native.assign(**{n: result[n] for n in expressions})
        if self.frame.implementation.is_pyarrow():
            result = self.frame.select(*found)
            return from_native(self.native).with_columns(*(result[n] for n in expressions)).to_native()
        return self.frame.with_columns(*found).to_native()

    def collect(self, *expressions: nw.Expr, where: nw.Expr | None = None, head: int | None = None) -> Any:
        """A small eager result: some expressions, of some rows."""
        frame = self.frame if where is None else self.frame.filter(where)
        frame = frame.select(*expressions)
        frame = frame if head is None else frame.head(head)
        return frame.collect() if self.lazy else frame


def from_native(table: Any) -> Any:
    """narwhals, without its notice to maintainers that Dask support will move into a package of its own."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Dask support is moving", category=FutureWarning)
        return nw.from_native(table)


def pandas_like(table: Any) -> bool:
    """Whether it is an eager table with pandas' interface."""
    return type(table).__module__.split(".")[0] in ("pandas", "modin", "cudf", "geopandas")


def admit(table: Any, asked: Collection[str], columns: Mapping[str, Column], names: Mapping[str, Any] | None,
          values: bool | None = None) -> View:
    """The table at the door, with all that is wrong with it.

    ``asked`` are our columns, ``names`` says how the table calls them (None: the table has no such column, the datum is
    unknown). ``values`` also looks into the cells: by default only where that needs no collecting.
    """
    header, native = _header(table)
    used = {c: (names or {}).get(c, c) for c in asked}
    faults = [*_misnamed(names or {}, columns), *_absent(used, header, columns, table)]
    used = {c: n for c, n in used.items() if n in header or (n is None and c in (names or {}))}
    frame = from_native(native[[n for n in used.values() if n is not None]] if hasattr(native, "assign") else native)
    lazy = isinstance(frame, nw.LazyFrame)
    maker = _pandas if pandas_like(native) else _dask if frame.implementation.is_dask() else _plain_columns
    frame, see, odd = maker(native, frame, used, columns)
    view = View(native, frame, see, used, columns, ())
    faults += odd
    if see and (values or (values is None and not lazy)):
        faults += _value_faults(view, table)
    return View(native, frame, see, used, columns, tuple(faults))


def _header(table: Any) -> tuple[list[Any], Any]:
    native = nw.to_native(table, pass_through=True)
    titles = getattr(native, "columns", None) if not hasattr(native, "column_names") else native.column_names
    if getattr(titles, "nlevels", 1) > 1:
        raise InputError([Fault("the header", f"column names in {titles.nlevels} levels",
                                'flatten them: table.columns = ["_".join(map(str, c)) for c in table.columns]')])
    plain = hasattr(native, "assign") or hasattr(native, "column_names")
    if plain and titles is not None and not callable(titles):
        listed = list(titles)
        twice = list(dict.fromkeys(str(n) for n in listed if listed.count(n) > 1))
        if twice:
            raise InputError([Fault(n, "more than one column of this name",
                                    "keep the first: table = table.loc[:, ~table.columns.duplicated()]"
                                    if hasattr(native, "assign") else "drop or rename one of them") for n in twice])
        return listed, native
    try:
        frame = from_native(native)
    except TypeError:
        kind = type(native).__name__
        hint = {"dict": "one village? explain(definition, **data). Columns? pandas.DataFrame(data)",
                "Series": "one village? explain(definition, row). One column? table[['column']]",
                "str": "a path? read it first: pandas.read_csv(path)", "list": "rows? pandas.DataFrame(rows)"}
        raise InputError([Fault("the table", f"a {kind} is not a table",
                                hint.get(kind, "give a table of pandas, Polars, PyArrow, DuckDB, Dask, Spark or Ibis"))]) from None
    return frame.collect_schema().names(), native


def _misnamed(names: Mapping[str, Any], columns: Mapping[str, Column]) -> Iterator[Fault]:
    for ours, theirs in names.items():
        if ours not in columns:
            turned = isinstance(theirs, str) and theirs in columns
            hint = f"turn it round: columns={{{theirs!r}: {ours!r}}}" if turned else "ours is on the left." + near(ours, columns)
            yield Fault(str(ours), "in columns=, but no datum of a definition", hint)


def _absent(used: Mapping[str, Any], header: list[Any], columns: Mapping[str, Column], table: Any) -> Iterator[Fault]:
    lost = [c for c, n in used.items() if n is not None and n not in header]
    free = [h for h in header if h not in used.values()]
    guess = {c: _guess(columns[c], used[c], free) for c in lost}
    mapping = ", ".join(f"{c!r}: {g!r}" for c, g in guess.items() if g is not None)
    for c in lost:
        if guess[c] is not None:
            advice = f"say what it is called: columns={{{mapping}}}"
        else:
            advice = f"say what it is called, columns={{{c!r}: ...}}, or that nobody knows it: columns={{{c!r}: None}}"
            advice += f"; the table has {', '.join(map(repr, header[:8]))}" if header else "; the table has no columns"
        yield Fault(c, "no such column" if used[c] == c else f"no column {used[c]!r}", advice)


def _guess(column: Column, wanted: Any, free: list[Any]) -> Any:
    plain = {_plain(h): h for h in reversed(free)}
    for word in (wanted, column.label, column.label_zh, *column.names):
        if _plain(word) in plain:
            return plain[_plain(word)]
    inside = [h for h in free if any(n in str(h) for n in column.names)]
    close = difflib.get_close_matches(_plain(wanted), plain, n=1, cutoff=0.75)
    short = [h for h in free if len(_plain(h)) > 3 and _plain(h).rstrip("s") in _plain(wanted)]
    return inside[0] if inside else plain[close[0]] if close else short[0] if len(short) == 1 else None


# ---- each column as one clean expression -----------------------------------------------------------------------------
Made = tuple[Any, dict[str, nw.Expr], list[Fault]]


def _number(x: nw.Expr, dtype: Any, clean: bool = False) -> nw.Expr:
    """As int64 or float64 (int16 * 10 overflows in silence), with NaN as missing."""
    x = x.fill_nan(None) if dtype.is_float() and not clean else x
    if dtype in (nw.Int64, nw.Float64):
        return x
    return x.cast(nw.Int64 if dtype.is_integer() and dtype != nw.UInt64 else nw.Float64)


def _plain_columns(native: Any, frame: Any, used: Mapping[str, Any], columns: Mapping[str, Column]) -> Made:
    schema, see, faults = frame.collect_schema(), {}, []
    eager = isinstance(frame, nw.DataFrame)
    for c, n in used.items():
        kind, dtype = columns[c].kind, schema[n] if n is not None else nw.Unknown()
        right = {"yes/no": dtype == nw.Boolean, "text": dtype in (nw.String, nw.Categorical, nw.Enum)}.get(kind, dtype.is_numeric())
        if right:
            x = nw.col(n)
            see[c] = _number(x, dtype) if columns[c].numeric else x if dtype in (nw.Boolean, nw.String) else x.cast(nw.String)
        elif n is None or (eager and frame[n].null_count() == len(frame)) or (not eager and dtype == nw.Unknown):
            see[c] = nw.lit(None, PLAIN[kind])
        else:
            series = frame[n].to_list() if eager else None
            faults.append(_wrong_kind(columns[c], n, str(dtype), series, _labels(native, eager), frame.implementation.is_polars()))
    if eager and frame.implementation.is_pyarrow() and see:
        frame = frame.with_columns(*(e.alias(c) for c, e in see.items())).select(*see)
        see = {c: nw.col(c) for c in see}
    return frame, see, faults


def _pandas(native: Any, frame: Any, used: Mapping[str, Any], columns: Mapping[str, Column]) -> Made:
    """Classic pandas types have no place for missing values: use pandas' own nullable ones, or Arrow's if Arrow is in use."""
    import pandas as pd

    made, clean, faults = {}, set(), []
    arrow = any(hasattr(native[n].dtype, "pyarrow_dtype") for n in used.values() if n is not None)
    for c, n in used.items():
        kind = columns[c].kind
        series = native[n] if n is not None else pd.Series(None, index=native.index, dtype=object)
        found = _nullable(pd, series, kind)
        if found is None:
            faults.append(_wrong_kind(columns[c], n, str(series.dtype), series.tolist(), _labels(native, True), False))
            continue
        if found is not series:
            clean.add(c)
        made[c] = found.astype(ARROW[kind]) if arrow and not hasattr(found.dtype, "pyarrow_dtype") else found
    frame = nw.from_native(pd.DataFrame(made, index=native.index))
    see = {c: _number(nw.col(c), t, c in clean) if columns[c].numeric else nw.col(c) for c, t in frame.schema.items()}
    if see:
        frame = frame.select(*(e.alias(c) for c, e in see.items()))
    return frame, {c: nw.col(c) for c in see}, faults


def _nullable(pd: Any, series: Any, kind: str) -> Any:
    """The series in a type that knows missing values; None if it holds something else."""
    types, dtype = pd.api.types, series.dtype
    inner = getattr(dtype, "subtype", dtype)
    number = types.is_numeric_dtype(inner) and not types.is_bool_dtype(inner) and not types.is_complex_dtype(inner)
    if kind == "text" and isinstance(dtype, pd.CategoricalDtype):
        series = series.astype(object)
    if isinstance(series.dtype, pd.StringDtype) and kind == "text":
        return series.astype(pd.StringDtype("python"))
    if series.dtype == object:
        seen = pd.api.types.infer_dtype(series, skipna=True)
        right = {"yes/no": ("boolean",), "text": ("string",)}.get(kind, ("integer", "floating", "mixed-integer-float", "decimal"))
        if seen not in (*right, "empty"):
            if kind == "text" or any(not (is_missing(v) or fits(v, kind)) for v in series):
                return None
            series = series.map(lambda v: None if is_missing(v) else v).astype(object)
        try:
            return series.astype(pd.StringDtype("python") if kind == "text" else MASKED[kind])
        except (OverflowError, TypeError, ValueError):
            return None
    if {"yes/no": types.is_bool_dtype(dtype), "text": hasattr(dtype, "pyarrow_dtype") and str(dtype)[:3] in ("str", "lar")}.get(kind, number):
        plain = isinstance(dtype, pd.SparseDtype) or str(dtype).startswith("float")
        return series.astype(MASKED[kind]) if plain else series
    return pd.Series(None, index=series.index, dtype=object).astype(MASKED.get(kind, pd.StringDtype("python"))) if series.isna().all() else None


def _dask(native: Any, frame: Any, used: Mapping[str, Any], columns: Mapping[str, Column]) -> Made:
    """Dask's own notes on its types can be wrong (integers with gaps), so every column that is not Arrow's is cast."""
    schema, cast, faults = frame.collect_schema(), {}, []
    for c, n in used.items():
        if n is None:
            continue
        dtype, kind = schema[n], columns[c].kind
        right = {"yes/no": dtype in (nw.Boolean, nw.Object), "text": dtype in (nw.String, nw.Categorical, nw.Object)}
        if not right.get(kind, dtype.is_numeric() or dtype == nw.Object):
            faults.append(_wrong_kind(columns[c], n, str(dtype), None, str, False))
        elif not hasattr(native.dtypes[n], "pyarrow_dtype"):
            cast[n] = ARROW[kind]
    wrong = {f.column for f in faults}
    frame = from_native(native[[n for c, n in used.items() if c not in wrong and n is not None]].astype(cast))
    schema = frame.collect_schema()
    see = {c: nw.lit(None, PLAIN[columns[c].kind]) if n is None else
           _number(nw.col(n), schema[n], n in cast) if columns[c].numeric else nw.col(n)
           for c, n in used.items() if c not in wrong}
    return frame, see, faults


# ---- what is said of the cells ---------------------------------------------------------------------------------------
def _labels(native: Any, eager: bool) -> Callable[[int], str]:
    """The user's own name of a row: the index, a column such as id or village, or else its position."""
    index = getattr(native, "index", None) if pandas_like(native) else None
    if index is not None and type(index).__name__ != "RangeIndex":
        return lambda i: repr(index[i])
    titles = list(native.columns) if pandas_like(native) else from_native(native).columns if eager else []
    named = next((h for h in titles if _plain(h) in LABELS), None)
    if named is None:
        return lambda i: f"row {i}"
    cells = native[named].tolist() if pandas_like(native) else from_native(native)[named].to_list()
    return lambda i: repr(cells[i])


def _wrong_kind(column: Column, name: str, dtype: str, values: list[Any] | None, label: Callable[[int], str], polars: bool) -> Fault:
    there = [(i, v) for i, v in enumerate(values or ()) if not is_missing(v)]
    odd = [(i, v) for i, v in there if not fits(v, column.kind)] or there
    first = odd[0][1] if odd else None
    what = "text" if isinstance(first, str) or (not odd and dtype == "String") else \
        "yes/no" if fits(first, "yes/no") or dtype == "Boolean" else type(first).__name__ if odd else dtype
    kinds = list(dict.fromkeys(v if v.__hash__ else str(v) for _, v in odd))[:6]
    return Fault(column.name, f"{what}, where {NATURE[column.kind]} are needed", _convert(column.kind, name, what, kinds, polars, values),
                 len(odd) if values is not None else None, tuple(f"{label(i)} = {say(v)}" for i, v in odd[:3]))


def _convert(kind: str, name: str, what: str, kinds: list[Any], polars: bool, values: list[Any] | None) -> str:
    cell = f'table["{name}"]'
    if kind == "yes/no":
        words = {v: True if str(v).strip().casefold() in YES else False if str(v).strip().casefold() in NO else None for v in kinds}
        if polars:
            return f'table = table.with_columns(pl.col("{name}").replace_strict({words}, default=None, return_dtype=pl.Boolean))'
        return f"{cell} = {cell}.map({words})" if kinds else f"make it true or false first: {name} = 'yes'"
    if kind == "text":
        return f'{cell} = {cell}.astype("string")'
    if what != "text":
        return f"give the number of {name}; {what} cannot be compared with a bound"
    if polars:
        return f'table = table.with_columns(pl.col("{name}").str.replace_all(",", "").cast(pl.Float64, strict=False))'
    if values is None:
        return f"TRY_CAST(REPLACE({name}, ',', '') AS DOUBLE) in SQL; what is no number becomes missing"
    return f'{cell} = pd.to_numeric({cell}.astype(str).str.replace(",", ""), errors="coerce")  # no number: missing'


def _value_faults(view: View, spellings: Mapping[str, frozenset[str]]) -> Iterator[Fault]:
    """Every impossible value: one pass to see whether there is any, further ones only to show them."""
    schema, eager = view.frame.collect_schema(), not view.lazy
    tests: dict[str, list[tuple[str, str, nw.Expr]]] = {}
    for c, x in view.see.items():
        column, name = view.columns[c], c if c in schema else view.used[c]
        if column.numeric:
            float_like = name not in schema or not schema[name].is_integer()
            tests[c] = [(p, a, wrong(x)) for p, a, wrong in _wrongs(column) if float_like or p not in ("infinite", "not a whole number")]
            if column.at_most in view.see:
                tests[c].append((f"more than {column.at_most}",
                                 f"{column.label} are some of the {view.columns[column.at_most].label}; were the columns swapped?",
                                 x > view.see[column.at_most]))
        elif column.kind == "text" and spellings.get(c):
            right = spellings[c]
            seen = {v for v in view.collect(x.unique().alias(c))[c].to_list() if isinstance(v, str)} - right
            near_miss = {v: r for v in seen for r in right if _plain(v) == _plain(r)}
            if near_miss:
                tests[c] = [("spelt otherwise than in the definition", f'table["{view.used[c]}"].replace({near_miss})',
                             reduce(or_, (x == v for v in near_miss)))]
    ...
