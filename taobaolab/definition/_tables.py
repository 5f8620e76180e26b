"""Tables of any engine, seen through one clean expression a column.

Engines agree on the logic of three values, but not on what is missing. So NaN is made missing, narrow numbers are
widened, and pandas columns get a type with a place for missing values.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw

from ._columns import Column, closest, guess
from ._problems import (
    InputError,
    Problem,
    as_narwhals,
    engine_of,
    fits,
    in_cells,
    is_missing,
    wrong_kind,
)

PLAIN = {"yes/no": "Boolean", "text": "String"}
MOST_KEPT = 10**7  # cells that are kept while a rule is worked out, some 80 MB
ARROW = {"yes/no": "bool[pyarrow]", "text": "string[pyarrow]"}


class CheckedTable(NamedTuple):
    """A table with its problems.

    ``see`` holds the clean expression of each column, to be evaluated on ``frame``; ``numbers`` says in what form the
    table holds a number: int, float or float32; ``blank`` are the columns without any value.

    Of a Polars table, ``see_in_polars`` holds the same as Polars' own expressions, since the way through narwhals costs
    as much as a small rule, and ``words_in_polars`` the words as they stand, empty ones too.
    """

    native: Any
    frame: Any
    see: Mapping[str, nw.Expr]
    numbers: Mapping[str, str]
    blank: frozenset[str]
    used: Mapping[str, Any]
    columns: Mapping[str, Column]
    problems: tuple[Problem, ...] = ()
    see_in_polars: Mapping[str, Any] = MappingProxyType({})
    words_in_polars: Mapping[str, Any] = MappingProxyType({})

    def add(self, expressions: Mapping[str, nw.Expr]) -> Any:
        """The user's table, of the user's kind, with further columns; an older column of such a name is replaced."""
        if self.frame.implementation.is_polars():
            lazy = self.native.lazy().with_columns(**expressions)
            return lazy.collect() if isinstance(self.frame, nw.DataFrame) else lazy
        made = [e.alias(name) for name, e in expressions.items()]
        if hasattr(self.native, "assign"):
            found = self.frame.select(*made).to_native()
            return self.native.assign(**{name: found[name] for name in expressions})
        if self.frame.implementation.is_pyarrow():
            found = self.frame.select(*made)
            return (
                nw.from_native(self.native)
                .with_columns(*(found[name] for name in expressions))
                .to_native()
            )
        return self.frame.with_columns(*made).to_native()

    def collect(
        self, *expressions: nw.Expr, where: nw.Expr | None = None, head: int | None = None
    ) -> Any:
        """A small eager result. On a lazy engine, this computes."""
        frame = (self.frame if where is None else self.frame.filter(where)).select(*expressions)
        frame = frame if head is None else frame.head(head)
        return frame.collect() if isinstance(frame, nw.LazyFrame) else frame

    def complete(self, names: Iterable[str]) -> frozenset[str]:
        """Those of some columns that lack nothing, as far as an eager table can say it at once."""
        if not isinstance(self.frame, nw.DataFrame):
            return frozenset()
        counts = {c: self.see[c].is_null().any() for c in names if c not in self.blank}
        if not counts:
            return frozenset()
        found = self.collect(*(e.alias(c) for c, e in counts.items()))
        return frozenset(c for c in counts if not found[c][0])

    def distinct(self, name: str) -> list[Any]:
        """The different values of a column."""
        found = self.frame.select(self.see[name].alias(name)).unique()
        return list((found.collect() if isinstance(found, nw.LazyFrame) else found)[name].to_list())


class KeptValues:
    """The values of expressions as further columns of an eager frame, since pandas works them out at every use."""

    def __init__(self, frame: Any) -> None:
        self.frame, self.count = frame, 0
        self.columns: dict[int, Any] = {}

    def keep(self, values: list[Any]) -> list[Any]:
        """The same values, expressions as the columns that hold them; numbers and plain columns stay."""
        found = list(values)
        todo = [
            i
            for i, value in enumerate(values)
            if isinstance(value, nw.Expr) and id(value) not in self.columns
        ]
        if not todo or (self.count + len(todo)) * len(self.frame) > MOST_KEPT:
            return found
        names = [f" tried {self.count + i}" for i in range(len(todo))]
        made = [values[i].alias(name) for i, name in zip(todo, names, strict=True)]
        self._add(made)
        self.count += len(todo)
        for i, name in zip(todo, names, strict=True):
            found[i] = nw.col(name)
            self.columns[id(found[i])] = found[i]
        return found

    def _add(self, made: list[Any]) -> None:
        native = self.frame.to_native()
        if not hasattr(native, "assign"):
            self.frame = self.frame.with_columns(*made)
            return
        values = self.frame.select(*made).to_native()
        with warnings.catch_warnings():  # a frame of many columns, all of them short
            warnings.filterwarnings("ignore", message="DataFrame is highly fragmented")
            for name in values.columns:  # into our own frame: a new one a time would be copied
                native[name] = values[name]


def open_table(
    table: Any,
    asked: Mapping[str, Column],
    names: Mapping[str, Any],
    words: Mapping[str, frozenset[Any]],
    look: bool | None = None,
) -> CheckedTable:
    """A table with everything that is wrong with it.

    Parameters
    ----------
    table
        A table of any kind that narwhals knows.
    asked
        The columns that the rules ask for.
    names
        What the table calls them, None where it has no such column.
    words
        The accepted words of each column of words.
    look
        Whether to look at the cells; if None, where that needs no collecting.
    """
    if not isinstance(names, Mapping):
        advice = (
            'such as columns={"active_shops": "shops"}: ours on the left, the table\'s on the right'
        )
        raise InputError([Problem("columns=", "not a dict of names", advice)])
    native = nw.to_native(table, pass_through=True)
    header = _header(native)
    used = {c: names.get(c, c) for c in asked}
    problems = [*_misnamed(names, asked, header), *_absent(used, header, asked)]
    used = {c: n for c, n in used.items() if n is None or n in header}
    there = [n for n in dict.fromkeys(used.values()) if n is not None]
    frame = as_narwhals(native[there] if hasattr(native, "assign") else native)
    schema = frame.collect_schema()
    for c, n in used.items():
        if asked[c].kind == "number" and schema.get(n) == nw.Float32:
            problems.append(
                Problem(
                    c, "32-bit numbers, which hold seven digits", "read it as 64-bit", stops=False
                )
            )
    if frame.implementation.is_dask():
        made = _dask(native, frame, {c: (n, asked[c]) for c, n in used.items()})
    elif hasattr(native, "assign"):
        made = _pandas(native, frame, {c: (n, asked[c]) for c, n in used.items()})
    else:
        made = _others(native, frame, {c: (n, asked[c]) for c, n in used.items()})
    numbers = {c: _number_form(schema.get(n)) for c, n in used.items()}
    view = CheckedTable(
        native,
        made.frame,
        made.see,
        numbers,
        made.blank,
        used,
        asked,
        see_in_polars=made.see_in_polars,
        words_in_polars=made.words_in_polars,
    )
    problems += made.problems
    if made.see and (isinstance(made.frame, nw.DataFrame) if look is None else look):
        problems += in_cells(view, words)
    return view._replace(problems=tuple(problems))


def _number_form(dtype: Any) -> str:
    if dtype is not None and dtype.is_integer():
        return "int"
    if dtype == nw.Float32 or str(dtype) == "Float16":
        return "float32"
    return "float"


def _header(native: Any) -> list[Any]:
    arrow, pandas = hasattr(native, "column_names"), hasattr(native, "assign")
    if pandas and native.columns.nlevels > 1:
        advice = 'make one of them: table.columns = ["_".join(map(str, c)) for c in table.columns]'
        raise InputError(
            [Problem("the header", f"column names in {native.columns.nlevels} levels", advice)]
        )
    if arrow or pandas:
        listed = list(native.column_names if arrow else native.columns)
        twice = [n for n in dict.fromkeys(listed) if listed.count(n) > 1]
        if twice:
            advice = (
                "table = table.loc[:, ~table.columns.duplicated()]"
                if pandas
                else "rename or drop one of them"
            )
            raise InputError(
                [Problem(str(n), "more than one column of this name", advice) for n in twice]
            )
        return listed
    try:
        return list(as_narwhals(native).collect_schema().names())
    except TypeError:
        kind = type(native).__name__
        hint = {
            "dict": "columns? pandas.DataFrame(data). One village? explain(definition, data)",
            "list": "pandas.DataFrame(rows)",
            "str": "a path? pandas.read_csv(path)",
            "Series": "one village? explain(definition, row). One column? series.to_frame()",
        }
        advice = hint.get(
            kind, "give a table of pandas, Polars, PyArrow, DuckDB, Dask, Spark or Ibis"
        )
        raise InputError([Problem("the table", f"{kind} is not a kind of table", advice)]) from None


def _misnamed(
    names: Mapping[str, Any], asked: Mapping[str, Column], header: list[Any]
) -> Iterator[Problem]:
    from ._columns import known_columns

    known = {**known_columns(), **asked}
    for ours, theirs in names.items():
        if ours not in known:
            turned = isinstance(theirs, str) and theirs in known
            turned = turned and (ours in header or not closest(ours, known))
            hint = (
                f"turn it round: columns={{{theirs!r}: {ours!r}}}"
                if turned
                else "ours stands on the left."
            )
            hint += "" if turned else closest(ours, known)
            yield Problem(str(ours), "in columns=, but no datum of a definition", hint)


def _absent(
    used: Mapping[str, Any], header: list[Any], asked: Mapping[str, Column]
) -> Iterator[Problem]:
    lost = [c for c, n in used.items() if n is not None and n not in header]
    free = [h for h in header if h not in used.values()]
    mapping: dict[str, Any] = {}
    for c in lost:
        meant = guess(asked[c], used[c], [h for h in free if h not in mapping.values()])
        if meant is not None:
            mapping[c] = meant
    for c in lost:
        unknown = (
            f"what is it called? columns={{{c!r}: ...}}; nobody knows it? columns={{{c!r}: None}}"
        )
        advice = f"columns={mapping}" if c in mapping else f"{unknown}; there is {header[:8]}"
        yield Problem(c, "no such column" if used[c] == c else f"no column {used[c]!r}", advice)


# ---- one clean expression a column -----------------------------------------------------------------
Used = Mapping[str, tuple[Any, Column]]


class Made(NamedTuple):
    """A frame with its clean expressions, the columns without any value, and the problems of types."""

    frame: Any
    see: dict[str, nw.Expr]
    blank: frozenset[str]
    problems: list[Problem]
    see_in_polars: Mapping[str, Any] = MappingProxyType({})
    words_in_polars: Mapping[str, Any] = MappingProxyType({})


def _is_right(dtype: Any, kind: str) -> bool:
    if kind == "yes/no":
        return bool(dtype == nw.Boolean)
    if kind == "text":
        return dtype in (nw.String, nw.Categorical, nw.Enum)
    return bool(dtype.is_numeric())


def _clean(name: str, dtype: Any, kind: str, nan: bool = True, space: Any = nw) -> Any:
    """A column as an expression of narwhals, or of Polars, which has the same words."""
    x = space.col(name)
    if kind == "yes/no":
        return x
    if kind == "text":  # an empty cell is no word
        x = _as_words(name, dtype, space)
        return space.when(x.str.strip_chars() != "").then(x)
    if dtype.is_integer():
        return x if dtype == nw.Int64 else x.cast(space.Int64)
    x = x.fill_nan(None) if nan and dtype.is_float() else x
    return x if dtype == nw.Float64 else x.cast(space.Float64)


def _as_words(name: str, dtype: Any, space: Any) -> Any:
    x = space.col(name)
    return x if dtype == nw.String else x.cast(space.String)


def _is_null_type(native: Any, name: Any) -> bool:
    """Whether a column has the type of a column without any value."""
    engine = engine_of(native)
    if engine == "polars":
        return str(native.collect_schema()[name]) == "Null"
    if engine == "pyarrow":
        return str(native.schema.field(name).type) == "null"
    if engine == "duckdb":
        return str(native.types[native.columns.index(name)]) == '"NULL"'
    types = {"pyspark": "void", "ibis": "null"}
    return engine in types and types[engine] in str(native.schema).lower()


def _with_plain_strings(native: Any, frame: Any, names: Iterable[Any]) -> Any:
    """PyArrow's string views, which Polars hands over, as plain strings."""
    import pyarrow as pa

    views = [
        n for n in names if n is not None and str(native.schema.field(n).type) == "string_view"
    ]
    for name in views:
        at = native.column_names.index(name)
        native = native.set_column(at, name, native[name].cast(pa.string()))
    return as_narwhals(native) if views else frame


def _others(native: Any, frame: Any, used: Used) -> Made:
    if frame.implementation.is_pyarrow():
        frame = _with_plain_strings(native, frame, [n for n, _ in used.values()])
    schema, eager = frame.collect_schema(), isinstance(frame, nw.DataFrame)
    polars = sys.modules["polars"] if frame.implementation.is_polars() else None
    see: dict[str, nw.Expr] = {}
    see_in_polars: dict[str, Any] = {}
    words_in_polars: dict[str, Any] = {}
    blank, problems = set(), []
    for c, (n, column) in used.items():
        dtype = nw.Unknown() if n is None else schema[n]
        empty = n is None or (dtype == nw.Unknown and _is_null_type(native, n))
        if not empty and _is_right(dtype, column.kind):
            see[c] = _clean(n, dtype, column.kind)
            if polars:
                see_in_polars[c] = _clean(n, dtype, column.kind, space=polars)
                if column.kind == "text":
                    words_in_polars[c] = _as_words(n, dtype, polars)
        elif empty or (eager and dtype != nw.Unknown and frame[n].null_count() == len(frame)):
            plain = PLAIN.get(column.kind, "Float64")
            see[c] = nw.lit(None, getattr(nw, plain))
            if polars:
                see_in_polars[c] = polars.lit(None, getattr(polars, plain))
            blank.add(c)
        else:
            cells = frame[n].to_list() if eager else None
            problems.append(wrong_kind(column, n, str(dtype), cells, native))
    if frame.implementation.is_pyarrow() and see:
        frame = frame.with_columns(*(e.alias(c) for c, e in see.items())).select(*see)
        see = {c: nw.col(c) for c in see}
    return Made(frame, see, frozenset(blank), problems, see_in_polars, words_in_polars)


def _pandas(native: Any, frame: Any, used: Used) -> Made:
    """Into types with a place for missing values: pandas' own or, where the table has some, Arrow's; never mixed."""
    import pandas as pd

    made, problems, whole, blank = {}, [], set(), set()
    arrow = any(
        hasattr(native[n].dtype, "pyarrow_dtype") for n, _ in used.values() if n is not None
    )
    for c, (n, column) in used.items():
        series = pd.Series(None, index=native.index, dtype=object) if n is None else native[n]
        ready = _nullable(series, column.kind, pd)
        if ready is None:
            problems.append(wrong_kind(column, n, str(series.dtype), series.tolist(), native))
            continue
        if n is None or (series.dtype == object and series.isna().all()):
            blank.add(c)
        if ready is not series:
            whole.add(c)
        foreign = arrow and not hasattr(ready.dtype, "pyarrow_dtype")
        made[c] = ready.astype(ARROW.get(column.kind, "double[pyarrow]")) if foreign else ready
    frame = nw.from_native(pd.DataFrame(made, index=native.index, copy=False))
    raw = {
        c: _clean(c, t, used[c][1].kind, nan=c not in whole).alias(c)
        for c, t in frame.schema.items()
        if t not in (nw.Boolean, nw.Int64) and not (t == nw.Float64 and c in whole)
    }
    frame = frame.with_columns(*raw.values()) if raw else frame
    return Made(frame, {c: nw.col(c) for c in made}, frozenset(blank), problems)


def _nullable(series: Any, kind: str, pd: Any) -> Any:
    """A pandas column in a type that knows missing values; None if it holds anything of another kind."""
    import numpy as np

    ready = {"yes/no": (pd.BooleanDtype,), "text": ()}.get(kind, (pd.Int64Dtype, pd.Float64Dtype))
    if isinstance(series.dtype, ready):
        return series
    masked = {"yes/no": "boolean", "text": pd.StringDtype("python")}.get(kind, "Float64")
    if isinstance(series.dtype, pd.SparseDtype):
        series = series.sparse.to_dense()
    if series.dtype == object:
        numbers = ["integer", "floating", "mixed-integer-float", "decimal"]
        usual = {"yes/no": ["boolean"], "text": ["string"]}.get(kind, numbers)
        if pd.api.types.infer_dtype(series, skipna=True) not in [*usual, "empty"]:
            if not all(is_missing(v) or fits(v, kind) for v in series):
                return None
            series = series.map(lambda v: None if is_missing(v) else v)
        try:
            return series.astype(masked)
        except (OverflowError, TypeError):
            return None
    if _is_right(nw.from_native(series, series_only=True).dtype, kind):
        if kind == "text" and not hasattr(series.dtype, "pyarrow_dtype"):
            return series.astype(masked)
        if not isinstance(series.dtype, np.dtype):
            return series
        whole = {"i": "Int64", "u": "UInt64"}
        return series.astype(whole.get(series.dtype.kind, masked))
    return (
        pd.Series(None, index=series.index, dtype=object).astype(masked)
        if series.isna().all()
        else None
    )


def _dask(native: Any, frame: Any, used: Used) -> Made:
    """Dask's notes on its own types can be wrong (whole numbers with gaps), so all but Arrow's are cast."""
    import pandas as pd

    schema, problems, cast, blank = frame.collect_schema(), [], {}, {}
    for c, (n, column) in used.items():
        arrow = ARROW.get(column.kind, "double[pyarrow]")
        if n is None or str(native.dtypes[n]).startswith("null"):
            blank[f"unknown {c}"] = arrow
        elif not _is_right(schema[n], column.kind) and schema[n] != nw.Object:
            problems.append(wrong_kind(column, n, str(native.dtypes[n]), None, native))
        elif not hasattr(native.dtypes[n], "pyarrow_dtype"):
            cast[n] = arrow
    names = {
        c: (n if f"unknown {c}" not in blank else f"unknown {c}", k) for c, (n, k) in used.items()
    }
    good = {c: named for c, named in names.items() if c not in {p.column for p in problems}}
    seen = native[list(dict.fromkeys(n for n, _ in good.values() if n not in blank))].astype(cast)
    for n, arrow in blank.items():
        nothing = seen.map_partitions(
            lambda part, t: pd.Series(None, index=part.index, dtype=t), arrow, meta=(n, arrow)
        )
        seen = seen.assign(**{n: nothing})
    frame = as_narwhals(seen)
    schema = frame.collect_schema()
    see = {c: _clean(n, schema[n], k.kind) for c, (n, k) in good.items()}
    return Made(frame, see, frozenset(c for c in used if f"unknown {c}" in blank), problems)
