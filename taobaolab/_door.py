"""The door of the checker: any kind of table, seen through one clean expression a column.

Engines agree on the logic of three values, but not on what is missing. So NaN is made missing, narrow numbers are
widened, and pandas columns get a type with a place for missing values.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw

from ._faults import (
    Column,
    Fault,
    InputError,
    fits,
    folded,
    impossible,
    is_missing,
    narwhal,
    near,
    suspicious,
    wrong_kind,
)

PLAIN: dict[str, Any] = {"yes/no": nw.Boolean, "text": nw.String}
ARROW = {"yes/no": "bool[pyarrow]", "text": "string[pyarrow]"}


@dataclass(frozen=True)
class View:
    """A table at the door: ``see`` holds the clean expression of each datum, to be evaluated on ``frame``."""

    native: Any
    frame: Any
    see: Mapping[str, nw.Expr]
    used: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()

    def add(self, expressions: Mapping[str, nw.Expr]) -> Any:
        """The user's table, of the user's kind, with further columns; an older column of such a name is replaced."""
        made = [e.alias(name) for name, e in expressions.items()]
        if hasattr(self.native, "assign"):
            found = self.frame.select(*made).to_native()
            if isinstance(self.frame, nw.DataFrame) and not any(hasattr(t, "pyarrow_dtype") for t in found.dtypes):
                found = found.astype("boolean")
            return self.native.assign(**{name: found[name] for name in expressions})
        if self.frame.implementation.is_pyarrow():
            found = self.frame.select(*made)
            return nw.from_native(self.native).with_columns(*(found[name] for name in expressions)).to_native()
        return self.frame.with_columns(*made).to_native()

    def collect(self, *expressions: nw.Expr, where: nw.Expr | None = None, head: int | None = None) -> Any:
        """A small eager result. On a lazy engine, this computes."""
        frame = (self.frame if where is None else self.frame.filter(where)).select(*expressions)
        frame = frame if head is None else frame.head(head)
        return frame.collect() if isinstance(frame, nw.LazyFrame) else frame


def admit(table: Any, asked: Iterable[str], known: Mapping[str, Column], names: Mapping[str, Any],
          words: Mapping[str, frozenset[Any]], look: bool = False) -> View:
    """The table at the door, with everything that is wrong with it.

    ``asked`` are the data that the rules ask for; ``names`` says what the table calls them, None where it has no such
    column. The cells are looked at where that needs no collecting, or if ``look``. ``words`` are the accepted texts.
    """
    native = nw.to_native(table, pass_through=True)
    header = _header(native)
    used = {c: names.get(c, c) for c in asked}
    faults = [*_misnamed(names, known), *_absent(used, header, known)]
    used = {c: n for c, n in used.items() if n is None or n in header}
    frame = narwhal(native[[n for n in used.values() if n is not None]] if hasattr(native, "assign") else native)
    schema = frame.collect_schema()
    faults += [Fault(c, "32-bit numbers, which hold seven digits", f'read it as 64-bit: table["{n}"].astype("float64")', stops=False)
               for c, n in used.items() if known[c].kind == "number" and schema.get(n) == nw.Float32]
    make = _dask if frame.implementation.is_dask() else _pandas if hasattr(native, "assign") else _others
    frame, see, odd = make(native, frame, {c: (n, known[c]) for c, n in used.items()})
    view = View(native, frame, see, used)
    faults += odd
    if see and (look or isinstance(frame, nw.DataFrame)):
        faults += impossible(view, known, words)
        faults += suspicious(view)
    return View(native, frame, see, used, tuple(faults))


def _header(native: Any) -> list[Any]:
    titles = native.column_names if hasattr(native, "column_names") else getattr(native, "columns", None)
    if hasattr(native, "assign") and getattr(titles, "nlevels", 1) > 1:
        raise InputError([Fault("the header", f"column names in {titles.nlevels} levels",
                                'make one of them: table.columns = ["_".join(map(str, c)) for c in table.columns]')])
    if hasattr(native, "assign") or hasattr(native, "column_names"):
        listed = list(titles)
        cure = "table = table.loc[:, ~table.columns.duplicated()]" if hasattr(native, "assign") else "rename or drop one of them"
        twice = [Fault(str(n), "more than one column of this name", cure) for n in dict.fromkeys(listed) if listed.count(n) > 1]
        if twice:
            raise InputError(twice)
        return listed
    try:
        return list(narwhal(native).collect_schema().names())
    except TypeError:
        kind = type(native).__name__
        hint = {"dict": "columns? pandas.DataFrame(data). One village? explain(definition, data)", "list": "pandas.DataFrame(rows)",
                "str": "a path? pandas.read_csv(path)", "Series": "one village? explain(definition, row). One column? series.to_frame()"}
        advice = hint.get(kind, "give a table of pandas, Polars, PyArrow, DuckDB, Dask, Spark or Ibis")
        raise InputError([Fault("the table", f"{kind} is not a kind of table", advice)]) from None


def _misnamed(names: Mapping[str, Any], known: Mapping[str, Column]) -> Iterator[Fault]:
    for ours, theirs in names.items():
        if ours not in known:
            turned = isinstance(theirs, str) and theirs in known
            yield Fault(str(ours), "in columns=, but not a datum that a definition can ask for",
                        f"turn it round: columns={{{theirs!r}: {ours!r}}}" if turned else f"ours stands on the left.{near(ours, known)}")


def _absent(used: Mapping[str, Any], header: list[Any], known: Mapping[str, Column]) -> Iterator[Fault]:
    lost = [c for c, n in used.items() if n is not None and n not in header]
    guessed = {c: guess(known[c], used[c], [h for h in header if h not in used.values() and h not in known]) for c in lost}
    mapping = {c: g for c, g in guessed.items() if g is not None}
    for c in lost:
        advice = f"what is it called? columns={{{c!r}: ...}}; nobody knows it? columns={{{c!r}: None}}; there is {header[:8]}"
        yield Fault(c, "no such column" if used[c] == c else f"no column {used[c]!r}", f"columns={mapping}" if c in mapping else advice)


def guess(column: Column, wanted: Any, free: list[Any]) -> Any:
    """The header, among the free ones, that probably means this column; None if none does."""
    plain = {folded(h): h for h in reversed(free)}
    for name in (wanted, column.label, column.label_zh, *column.names):
        if folded(name) in plain:
            return plain[folded(name)]
    inside = [h for h in free if any(n in str(h) for n in column.names)]
    close = difflib.get_close_matches(folded(wanted), plain, n=1, cutoff=0.75)
    short = [h for f, h in plain.items() if len(f) > 3 and f.rstrip("s") in folded(wanted)]
    return inside[0] if inside else plain[close[0]] if close else short[0] if len(short) == 1 else None


# ---- one clean expression a column -----------------------------------------------------------------------------------
Used = Mapping[str, tuple[Any, Column]]
Made = tuple[Any, dict[str, nw.Expr], list[Fault]]


def _right(dtype: Any, kind: str) -> bool:
    if kind in ("yes/no", "text"):
        return bool(dtype == nw.Boolean if kind == "yes/no" else dtype in (nw.String, nw.Categorical, nw.Enum))
    return bool(dtype.is_numeric())


def _clean(name: str, dtype: Any, kind: str, nan: bool = True) -> nw.Expr:
    x = nw.col(name)
    if kind == "text":
        return x if dtype == nw.String else x.cast(nw.String)
    if kind == "yes/no" or dtype == nw.Int64:
        return x
    x = x.fill_nan(None) if nan and dtype.is_float() else x
    return x if dtype == nw.Float64 else x.cast(nw.Int64 if dtype.is_integer() and dtype != nw.UInt64 else nw.Float64)


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
            faults.append(wrong_kind(column, n, str(dtype), frame[n].to_list() if eager else None, native))
    if frame.implementation.is_pyarrow() and see:
        frame = frame.with_columns(*(e.alias(c) for c, e in see.items())).select(*see)
        see = {c: nw.col(c) for c in see}
    return frame, see, faults


def _pandas(native: Any, frame: Any, used: Used) -> Made:
    """Into types with a place for missing values: pandas' own or, where the table has some, Arrow's; never mixed."""
    import pandas as pd

    made, faults, whole = {}, [], set()
    arrow = any(hasattr(native[n].dtype, "pyarrow_dtype") for n, _ in used.values() if n is not None)
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
    frame = nw.from_native(pd.DataFrame(made, index=native.index))
    see = {c: _clean(c, t, used[c][1].kind, nan=c not in whole) for c, t in frame.schema.items()}
    frame = frame.select(*(e.alias(c) for c, e in see.items())) if see else frame
    return frame, {c: nw.col(c) for c in see}, faults


def _nullable(series: Any, kind: str, pd: Any) -> Any:
    """A pandas column in a type that knows missing values; None if it holds anything of another kind."""
    masked = {"yes/no": "boolean", "text": pd.StringDtype("python")}.get(kind, "Float64")
    if isinstance(series.dtype, pd.SparseDtype):
        series = series.sparse.to_dense()
    if series.dtype == object:
        usual = {"yes/no": ["boolean"], "text": ["string"]}.get(kind, ["integer", "floating", "mixed-integer-float", "decimal"])
        if pd.api.types.infer_dtype(series, skipna=True) not in [*usual, "empty"]:
            if not all(is_missing(v) or fits(v, kind) for v in series):
                return None
            series = series.map(lambda v: None if is_missing(v) else v)
        return series.astype(masked)
    if _right(nw.from_native(series, series_only=True).dtype, kind):
        plain = not hasattr(series.dtype, "pyarrow_dtype") and (kind == "text" or str(series.dtype).startswith("float"))
        return series.astype(masked) if plain else series
    return pd.Series(None, index=series.index, dtype=object).astype(masked) if series.isna().all() else None


def _dask(native: Any, frame: Any, used: Used) -> Made:
    """Dask's notes on its own types can be wrong (whole numbers with gaps), so all but Arrow's are cast."""
    schema, cast, faults = frame.collect_schema(), {}, []
    for c, (n, column) in used.items():
        if n is not None and not _right(schema[n], column.kind) and schema[n] != nw.Object:
            faults.append(wrong_kind(column, n, str(schema[n]), None, native))
        elif n is not None and not hasattr(native.dtypes[n], "pyarrow_dtype"):
            cast[n] = ARROW.get(column.kind, "double[pyarrow]")
    good = {c: u for c, u in used.items() if c not in {f.column for f in faults}}
    frame = narwhal(native[[n for n, _ in good.values() if n is not None]].astype(cast))
    schema = frame.collect_schema()
    return frame, {c: nw.lit(None, PLAIN.get(k.kind, nw.Float64)) if n is None else _clean(n, schema[n], k.kind)
                   for c, (n, k) in good.items()}, faults
