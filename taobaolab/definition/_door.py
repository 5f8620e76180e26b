"""The door of the checker: any kind of table, seen through one clean expression a column.

Engines agree on the logic of three values, but not on what is missing. So NaN is made missing, narrow numbers are
widened, and pandas columns get a type with a place for missing values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw

from ._criteria import Column, guess, near
from ._faults import Fault, InputError, fits, in_cells, is_missing, narwhal, wrong_kind

PLAIN: dict[str, Any] = {"yes/no": nw.Boolean, "text": nw.String}
ARROW = {"yes/no": "bool[pyarrow]", "text": "string[pyarrow]"}


class View(NamedTuple):
    """A table at the door: ``see`` holds the clean expression of each datum, to be evaluated on ``frame``.

    ``quick`` holds expressions on the frame ``raw`` that need not be clean: enough for a first glance at the cells.
    ``integers`` are the data whose type has only whole numbers.
    """

    native: Any
    frame: Any
    see: Mapping[str, nw.Expr]
    raw: Any
    quick: Mapping[str, nw.Expr]
    integers: frozenset[str]
    used: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()

    def add(self, expressions: Mapping[str, nw.Expr]) -> Any:
        """The user's table, of the user's kind, with further columns; an older column of such a name is replaced."""
        made = [e.alias(name) for name, e in expressions.items()]
        if hasattr(self.native, "assign"):
            found = self.frame.select(*made).to_native()
            if isinstance(self.frame, nw.DataFrame) and not any(
                hasattr(t, "pyarrow_dtype") for t in found.dtypes
            ):
                found = found.astype("boolean")
            return self.native.assign(**{name: found[name] for name in expressions})
        if self.frame.implementation.is_pyarrow():
            found = self.frame.select(*made)
            return (
                nw.from_native(self.native)
                .with_columns(*(found[name] for name in expressions))
                .to_native()
            )
        if isinstance(self.frame, nw.DataFrame):
            return self.frame.lazy().with_columns(*made).collect().to_native()
        return self.frame.with_columns(*made).to_native()

    def collect(
        self, *expressions: nw.Expr, where: nw.Expr | None = None, head: int | None = None
    ) -> Any:
        """A small eager result. On a lazy engine, this computes."""
        frame = (self.frame if where is None else self.frame.filter(where)).select(*expressions)
        frame = frame if head is None else frame.head(head)
        return frame.collect() if isinstance(frame, nw.LazyFrame) else frame

    def distinct(self, name: str) -> list[Any]:
        """The different values of a datum."""
        found = self.frame.select(self.see[name].alias(name)).unique()
        return list((found.collect() if isinstance(found, nw.LazyFrame) else found)[name].to_list())

    def glance(self, *expressions: nw.Expr) -> Any:
        """One row of results of ``quick`` expressions."""
        found = self.raw.select(*expressions)
        return found.collect() if isinstance(found, nw.LazyFrame) else found


def admit(
    table: Any,
    asked: Iterable[str],
    known: Mapping[str, Column],
    names: Mapping[str, Any],
    words: Mapping[str, frozenset[Any]],
    look: bool | None = None,
) -> View:
    """The table at the door, with everything that is wrong with it.

    ``asked`` are the data that the rules ask for; ``names`` says what the table calls them, None where it has no such
    column. The cells are looked at if ``look``; if that is None, where it needs no collecting. ``words`` are the accepted
    texts.
    """
    native = nw.to_native(table, pass_through=True)
    header = _header(native)
    used = {c: names.get(c, c) for c in asked}
    faults = [*_misnamed(names, known), *_absent(used, header, known)]
    used = {c: n for c, n in used.items() if n is None or n in header}
    there = [n for n in dict.fromkeys(used.values()) if n is not None]
    frame = narwhal(native[there] if hasattr(native, "assign") else native)
    schema = frame.collect_schema()
    narrow = [
        c for c, n in used.items() if known[c].kind == "number" and schema.get(n) == nw.Float32
    ]
    faults += [
        Fault(c, "32-bit numbers, which hold seven digits", "read it as 64-bit", stops=False)
        for c in narrow
    ]
    make = (
        _dask
        if frame.implementation.is_dask()
        else _pandas
        if hasattr(native, "assign")
        else _others
    )
    frame, see, raw, odd = make(native, frame, {c: (n, known[c]) for c, n in used.items()})
    view = View(native, frame, see, raw, *_quick(see, raw, used, known), used)
    faults += odd
    if see and (isinstance(frame, nw.DataFrame) if look is None else look):
        faults += in_cells(view, known, words)
    return view._replace(faults=tuple(faults))


def _header(native: Any) -> list[Any]:
    arrow, pandas = hasattr(native, "column_names"), hasattr(native, "assign")
    if pandas and native.columns.nlevels > 1:
        advice = 'make one of them: table.columns = ["_".join(map(str, c)) for c in table.columns]'
        raise InputError(
            [Fault("the header", f"column names in {native.columns.nlevels} levels", advice)]
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
                [Fault(str(n), "more than one column of this name", advice) for n in twice]
            )
        return listed
    try:
        return list(narwhal(native).collect_schema().names())
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
        raise InputError([Fault("the table", f"{kind} is not a kind of table", advice)]) from None


def _misnamed(names: Mapping[str, Any], known: Mapping[str, Column]) -> Iterator[Fault]:
    for ours, theirs in names.items():
        if ours not in known:
            turned = isinstance(theirs, str) and theirs in known
            hint = (
                f"turn it round: columns={{{theirs!r}: {ours!r}}}"
                if turned
                else "ours stands on the left."
            )
            yield Fault(
                str(ours),
                "in columns=, but no datum of a definition",
                hint + ("" if turned else near(ours, known)),
            )


def _absent(
    used: Mapping[str, Any], header: list[Any], known: Mapping[str, Column]
) -> Iterator[Fault]:
    lost = [c for c, n in used.items() if n is not None and n not in header]
    free = [h for h in header if h not in used.values() and h not in known]
    mapping = {c: g for c in lost if (g := guess(known[c], used[c], free)) is not None}
    for c in lost:
        unknown = (
            f"what is it called? columns={{{c!r}: ...}}; nobody knows it? columns={{{c!r}: None}}"
        )
        advice = f"columns={mapping}" if c in mapping else f"{unknown}; there is {header[:8]}"
        yield Fault(c, "no such column" if used[c] == c else f"no column {used[c]!r}", advice)


def _quick(
    see: Mapping[str, nw.Expr], raw: Any, used: Mapping[str, Any], known: Mapping[str, Column]
) -> tuple[dict[str, nw.Expr], frozenset[str]]:
    """Expressions for a glance: common types as they are, others clean, columns without any value not at all."""
    kinds = raw.collect_schema()
    ours = raw.implementation.is_pandas_like() or raw.implementation.is_pyarrow()
    names = {c: c if ours else used[c] for c in see}
    plain = {c for c, n in names.items() if kinds.get(n) in (nw.Int64, nw.Int32, nw.Float64)}
    seen = [c for c, n in names.items() if n in kinds and _right(kinds[n], known[c].kind)]
    quick = {c: nw.col(names[c]) if c in plain else see[c] for c in seen}
    return quick, frozenset(c for c in seen if kinds[names[c]].is_integer())


# ---- one clean expression a column -----------------------------------------------------------------------------------
Used = Mapping[str, tuple[Any, Column]]
Made = tuple[Any, dict[str, nw.Expr], Any, list[Fault]]


def _right(dtype: Any, kind: str) -> bool:
    if kind in ("yes/no", "text"):
        return bool(
            dtype == nw.Boolean
            if kind == "yes/no"
            else dtype in (nw.String, nw.Categorical, nw.Enum)
        )
    return bool(dtype.is_numeric())


def _clean(name: str, dtype: Any, kind: str, nan: bool = True) -> nw.Expr:
    x = nw.col(name)
    if kind == "text":
        return x if dtype == nw.String else x.cast(nw.String)
    if kind == "yes/no" or dtype == nw.Int64:
        return x
    x = x.fill_nan(None) if nan and dtype.is_float() else x
    return (
        x
        if dtype == nw.Float64
        else x.cast(nw.Int64 if dtype.is_integer() and dtype != nw.UInt64 else nw.Float64)
    )


def _others(native: Any, frame: Any, used: Used) -> Made:
    schema, eager = frame.collect_schema(), isinstance(frame, nw.DataFrame)
    see: dict[str, nw.Expr] = {}
    faults = []
    for c, (n, column) in used.items():
        dtype = nw.Unknown() if n is None else schema[n]
        if _right(dtype, column.kind):
            see[c] = _clean(n, dtype, column.kind)
        elif dtype == nw.Unknown or (eager and frame[n].null_count() == len(frame)):
            see[c] = nw.lit(None, PLAIN.get(column.kind, nw.Float64))
        else:
            faults.append(
                wrong_kind(column, n, str(dtype), frame[n].to_list() if eager else None, native)
            )
    if frame.implementation.is_pyarrow() and see:
        frame = frame.with_columns(*(e.alias(c) for c, e in see.items())).select(*see)
        see = {c: nw.col(c) for c in see}
    return frame, see, frame, faults


def _pandas(native: Any, frame: Any, used: Used) -> Made:
    """Into types with a place for missing values: pandas' own or, where the table has some, Arrow's; never mixed."""
    import pandas as pd

    made, quick, faults, whole = {}, {}, [], set()
    arrow = any(
        hasattr(native[n].dtype, "pyarrow_dtype") for n, _ in used.values() if n is not None
    )
    for c, (n, column) in used.items():
        series = pd.Series(None, index=native.index, dtype=object) if n is None else native[n]
        ready = _nullable(series, column.kind, pd)
        if ready is None:
            faults.append(wrong_kind(column, n, str(series.dtype), series.tolist(), native))
            continue
        if ready is not series:
            whole.add(c)
        foreign = arrow and not hasattr(ready.dtype, "pyarrow_dtype")
        made[c] = ready.astype(ARROW.get(column.kind, "double[pyarrow]")) if foreign else ready
        quick[c] = series if str(series.dtype) in ("float64", "int64") else made[c]
    frame = nw.from_native(pd.DataFrame(made, index=native.index, copy=False))
    see = {c: _clean(c, t, used[c][1].kind, nan=c not in whole) for c, t in frame.schema.items()}
    frame = frame.select(*(e.alias(c) for c, e in see.items())) if see else frame
    raw = nw.from_native(pd.DataFrame(quick, index=native.index, copy=False))
    return frame, {c: nw.col(c) for c in see}, raw, faults


def _nullable(series: Any, kind: str, pd: Any) -> Any:
    """A pandas column in a type that knows missing values; None if it holds anything of another kind."""
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
        except OverflowError:
            return None
    if _right(nw.from_native(series, series_only=True).dtype, kind):
        plain = not hasattr(series.dtype, "pyarrow_dtype") and (
            kind == "text" or str(series.dtype).startswith("float")
        )
        return series.astype(masked) if plain else series
    return (
        pd.Series(None, index=series.index, dtype=object).astype(masked)
        if series.isna().all()
        else None
    )


def _dask(native: Any, frame: Any, used: Used) -> Made:
    """Dask's notes on its own types can be wrong (whole numbers with gaps), so all but Arrow's are cast."""
    import pandas as pd

    schema, faults, cast, blank = frame.collect_schema(), [], {}, {}
    for c, (n, column) in used.items():
        arrow = ARROW.get(column.kind, "double[pyarrow]")
        if n is None or str(native.dtypes[n]).startswith("null"):
            blank[f"unknown {c}"] = arrow
        elif not _right(schema[n], column.kind) and schema[n] != nw.Object:
            faults.append(wrong_kind(column, n, str(schema[n]), None, native))
        elif not hasattr(native.dtypes[n], "pyarrow_dtype"):
            cast[n] = arrow
    names = {
        c: (n if f"unknown {c}" not in blank else f"unknown {c}", k) for c, (n, k) in used.items()
    }
    good = {c: named for c, named in names.items() if c not in {f.column for f in faults}}
    seen = native[list(dict.fromkeys(n for n, _ in good.values() if n not in blank))].astype(cast)
    for n, arrow in blank.items():
        nothing = seen.map_partitions(
            lambda part, t: pd.Series(None, index=part.index, dtype=t), arrow, meta=(n, arrow)
        )
        seen = seen.assign(**{n: nothing})
    frame = narwhal(seen)
    schema = frame.collect_schema()
    return frame, {c: _clean(n, schema[n], k.kind) for c, (n, k) in good.items()}, frame, faults
