"""How fast is the definition checker? Against each engine's own expression, a NumPy floor, and what peers do.

python benchmarks/checker.py [rows ...]     690000 and 10000000 rows unless told; prints tables, writes benchmarks/README.md

The checker is timed twice: as the rule alone (`look=False`), like for like with the expressions, and as it comes, after a
look at all cells for impossible values.

All variants of one size run in turn, in one process, several rounds; the figure is the median of the rounds. The peers do
less: pandera and pointblank look at the cells for the same impossible values, and do not apply the rule. Needs the extras
test, engines and benchmarks; what is not installed is left out and said.
"""

from __future__ import annotations

import gc
import importlib.util
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from report import write_section

from taobaolab.definition import check, explain, sensitivity, teaching_villages

ROOT = Path(__file__).resolve().parent.parent
KEY = "wikipedia"
USED = ["rural", "administrative_village", "annual_sales_rmb", "active_shops", "households"]
LIMITS = {"annual_sales_rmb": (0, 10**14), "active_shops": (0, 10**9), "households": (1, 10**9)}
Variant = tuple[str, str, Callable[[], Any]]
ROWS = "rows, one village at a time"


def there(*names: str) -> bool:
    """Whether these packages are installed."""
    return all(importlib.util.find_spec(name) for name in names)


def floor(columns: dict[str, np.ndarray]) -> np.ndarray:
    """The rule as one NumPy expression, with NaN taken as no: less than what is asked for, and the fastest."""
    shops, homes = columns["active_shops"], columns["households"]
    return (
        columns["place"]
        & (columns["annual_sales_rmb"] > 1e7)
        & ((shops > 100) | ((10 * shops > homes) & (shops > 0)))
    )


RANGES = {
    "source": "made up",
    "year": 2026,
    "all": [
        {"column": "rural", "is": True},
        {"column": "annual_sales_rmb", "at_least": 1_000_000, "less_than": 50_000_000},
        {"column": "active_shops", "at_most": 500},
        {"not": {"column": "households", "less_than": 200}},
    ],
}
TWO_OF_THREE = {
    "source": "made up",
    "year": 2026,
    "at_least": 2,
    "of": [
        {"column": "annual_sales_rmb", "at_least": 5_000_000},
        {"column": "active_shops", "at_least": 50},
        {"column": "rural", "is": True},
    ],
}


def ranges_by_polars() -> pl.Expr:
    """Ranges, an upper bound and a not, as an expression of one's own."""
    sales = pl.col("annual_sales_rmb")
    small = (pl.col("active_shops") <= 500) & ~(pl.col("households") < 200)
    return pl.col("rural") & (sales >= 1_000_000) & (sales < 50_000_000) & small


def two_of_three_by_polars() -> pl.Expr:
    """Two of three criteria with gaps, as an exact expression of one's own."""
    parts = [
        pl.col("annual_sales_rmb") >= 5_000_000,
        pl.col("active_shops") >= 50,
        pl.col("rural"),
    ]
    sure = pl.sum_horizontal(part.fill_null(False).cast(pl.Int64) for part in parts) >= 2
    possible = pl.sum_horizontal(part.fill_null(True).cast(pl.Int64) for part in parts) >= 2
    return pl.when(sure | ~possible).then(sure)


def by_polars() -> pl.Expr:
    """The rule as its own exact expression in Polars: without a shop no number of households helps."""
    shops, homes = pl.col("active_shops"), pl.col("households")
    return (
        pl.col("rural")
        & pl.col("administrative_village")
        & (pl.col("annual_sales_rmb") > 10_000_000)
        & ((shops > 100) | (10 * shops > homes))
    )


def by_pandas(t: pd.DataFrame) -> pd.Series:
    """The same in pandas with nullable or Arrow types."""
    share = (10 * t["active_shops"] > t["households"]) & (t["active_shops"] > 0)
    doors = (t["active_shops"] > 100) | share
    return t["rural"] & t["administrative_village"] & (t["annual_sales_rmb"] > 10_000_000) & doors


def by_arrow(t: pa.Table) -> Any:
    """The same in PyArrow."""
    doors = pc.or_kleene(
        pc.greater(t["active_shops"], 100),
        pc.greater(pc.multiply(t["active_shops"], 10), t["households"]),
    )
    place = pc.and_kleene(t["rural"], t["administrative_village"])
    return pc.and_kleene(pc.and_kleene(place, pc.greater(t["annual_sales_rmb"], 10_000_000)), doors)


SQL = "rural and administrative_village and annual_sales_rmb > 10000000 and (active_shops > 100 or 10 * active_shops > households)"


def in_memory(made: pd.DataFrame) -> Iterator[Variant]:
    """(what, compared with, run) for tables that are in memory."""
    plain = {c: made[c].to_numpy("float64", na_value=np.nan) for c in USED[2:]}
    plain["place"] = (made["rural"] & made["administrative_village"]).to_numpy(bool)
    classic = made.astype(dict.fromkeys(USED[2:], "float64"))
    arrow = made.convert_dtypes(dtype_backend="pyarrow")
    table = pa.Table.from_pandas(made, preserve_index=False)
    frame = pl.from_arrow(table)
    yield "NumPy floor (missing taken as no)", "", lambda: floor(plain)
    yield "Polars, own expression", "", lambda: frame.with_columns(by_polars().alias("met"))
    yield "Polars, check", "Polars, own expression", lambda: check(frame, KEY, look=False)
    yield (
        "Polars, check, after a look at all cells",
        "Polars, own expression",
        lambda: check(frame, KEY),
    )
    yield "Polars lazy, check", "Polars, own expression", lambda: check(frame.lazy(), KEY).collect()
    for what, own, rule in (
        ("ranges and not", ranges_by_polars(), RANGES),
        ("two of three", two_of_three_by_polars(), TWO_OF_THREE),
    ):
        yield f"Polars, {what}, own expression", "", partial(frame.with_columns, met=own)
        yield (
            f"Polars, {what}, check",
            f"Polars, {what}, own expression",
            partial(check, frame, rule, look=False),
        )
    yield "PyArrow, own expression", "", lambda: by_arrow(table)
    yield "PyArrow, check", "PyArrow, own expression", lambda: check(table, KEY, look=False)
    yield (
        "PyArrow, check, after a look at all cells",
        "PyArrow, own expression",
        lambda: check(table, KEY),
    )
    yield "pandas Arrow, own expression", "", lambda: by_pandas(arrow)
    yield (
        "pandas Arrow, check",
        "pandas Arrow, own expression",
        lambda: check(arrow, KEY, look=False),
    )
    yield (
        "pandas Arrow, check, after a look at all cells",
        "pandas Arrow, own expression",
        lambda: check(arrow, KEY),
    )
    yield "pandas nullable, own expression", "", lambda: by_pandas(made)
    yield (
        "pandas nullable, check",
        "pandas nullable, own expression",
        lambda: check(made, KEY, look=False),
    )
    yield (
        "pandas nullable, check, after a look at all cells",
        "pandas nullable, own expression",
        lambda: check(made, KEY),
    )
    yield (
        "pandas classic, check",
        "pandas nullable, own expression",
        lambda: check(classic, KEY, look=False),
    )
    yield (
        "pandas classic, check, after a look at all cells",
        "pandas nullable, own expression",
        lambda: check(classic, KEY),
    )
    yield (
        "whole sensitivity curve, Polars",
        "Polars, check, after a look at all cells",
        lambda: sensitivity(frame, KEY, "active_shops"),
    )
    if len(made) <= 1_000_000:
        yield from peers(made, frame)


def peers(made: pd.DataFrame, frame: pl.DataFrame) -> Iterator[Variant]:
    """pandera and pointblank validating the same table, and a loop over rows."""
    classic = made.astype(dict.fromkeys(USED[2:], "float64"))
    if there("pandera"):
        import pandera.pandas as pa_

        for kind, number, table in (("nullable", "Int64", made), ("classic", "float64", classic)):
            whole = [pa_.Check(lambda x: x % 1 == 0, ignore_na=True)] if kind == "classic" else []
            columns = {
                c: pa_.Column(
                    number,
                    [pa_.Check.in_range(low, high), *whole[: c != "annual_sales_rmb"]],
                    nullable=True,
                )
                for c, (low, high) in LIMITS.items()
            }
            schema = pa_.DataFrameSchema(columns | {c: pa_.Column(bool) for c in USED[:2]})
            what = f"pandera looks at the cells (pandas {kind})"
            yield (
                what,
                f"pandas {kind}, check, after a look at all cells",
                partial(schema.validate, table),
            )
    if there("pandera", "pandera.polars"):
        import pandera.polars as pandera_polars

        limits = {
            c: pandera_polars.Column(
                pl.Int64, pandera_polars.Check.in_range(low, high), nullable=True
            )
            for c, (low, high) in LIMITS.items()
        }
        looked = pandera_polars.DataFrameSchema(limits)
        yield (
            "pandera looks at the cells (Polars)",
            "Polars, check, after a look at all cells",
            partial(looked.validate, frame),
        )
    if there("pointblank"):
        import pointblank as pb

        def validate(table: Any) -> Any:
            plan = pb.Validate(table)
            for column, (low, high) in LIMITS.items():
                plan = plan.col_vals_between(column, low, high, na_pass=True)
            return plan.interrogate()

        for kind, table in (
            ("Polars", frame),
            ("pandas nullable", made),
            ("pandas classic", classic),
        ):
            what = f"pointblank looks at the cells ({kind})"
            yield what, f"{kind}, check, after a look at all cells", partial(validate, table)
    sample = made.head(2000)[USED].to_dict("records")
    yield ROWS, "Polars, check", lambda: [explain(KEY, **row).verdict for row in sample]


def from_parquet(path: str) -> Iterator[Variant]:
    """(what, compared with, run) from a file to the number of villages by verdict."""
    count = pl.len()
    yield (
        "Polars scan, own expression",
        "",
        lambda: (
            pl.scan_parquet(path)
            .with_columns(by_polars().alias("met"))
            .group_by("met")
            .agg(count)
            .collect()
        ),
    )
    yield (
        "Polars scan, check",
        "Polars scan, own expression",
        lambda: check(pl.scan_parquet(path), KEY).group_by("met").agg(count).collect(),
    )
    if there("duckdb"):
        import duckdb

        yield (
            "DuckDB, own expression",
            "",
            lambda: duckdb.sql(f"select {SQL} met, count(*) from '{path}' group by 1").fetchall(),
        )
        yield (
            "DuckDB, check",
            "DuckDB, own expression",
            lambda: check(duckdb.read_parquet(path), KEY).aggregate("met, count(*)").fetchall(),
        )
    if there("dask", "dask.dataframe"):
        import dask.dataframe as dd

        def dask_own() -> Any:
            t = dd.read_parquet(path, dtype_backend="pyarrow")
            return t.assign(met=by_pandas(t))["met"].value_counts(dropna=False).compute()

        yield "Dask, own expression", "", dask_own
        yield (
            "Dask, check",
            "Dask, own expression",
            lambda: (
                check(dd.read_parquet(path, dtype_backend="pyarrow"), KEY)["met"]
                .value_counts(dropna=False)
                .compute()
            ),
        )
    if there("ibis"):
        import ibis

        def ibis_own() -> Any:
            t = ibis.read_parquet(path)
            doors = (t.active_shops > 100) | (10 * t.active_shops > t.households)
            return (
                t.mutate(
                    met=t.rural
                    & t.administrative_village
                    & (t.annual_sales_rmb > 10_000_000)
                    & doors
                )
                .group_by("met")
                .aggregate(n=lambda x: x.count())
                .execute()
            )

        yield "Ibis, own expression", "", ibis_own
        yield (
            "Ibis, check",
            "Ibis, own expression",
            lambda: (
                check(ibis.read_parquet(path), KEY)
                .group_by("met")
                .aggregate(n=lambda x: x.count())
                .execute()
            ),
        )
    if there("pyspark"):
        from pyspark.sql import SparkSession
        from pyspark.sql.functions import expr

        spark = (
            SparkSession.builder.master("local[2]")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.memory", "4g")
            .getOrCreate()
        )
        spark.sparkContext.setLogLevel("ERROR")
        yield (
            "Spark, own expression",
            "",
            lambda: (
                spark.read.parquet(path)
                .withColumn("met", expr(SQL))
                .groupBy("met")
                .count()
                .collect()
            ),
        )
        yield (
            "Spark, check",
            "Spark, own expression",
            lambda: check(spark.read.parquet(path), KEY).groupBy("met").count().collect(),
        )


def medians(variants: list[Variant], rounds: int) -> dict[str, float]:
    """Seconds a variant, the median of the rounds; every variant once a round, after one round to warm up."""
    times: dict[str, list[float]] = {name: [] for name, *_ in variants}
    for turn in range(rounds + 1):
        for name, _, run in variants:
            gc.collect()
            start = time.perf_counter()
            run()
            if turn:
                times[name].append(time.perf_counter() - start)
        print(f"  round {turn} of {rounds}", flush=True)
    return {name: statistics.median(t) for name, t in times.items()}


def tabled(variants: list[Variant], seconds: dict[str, float], rows: int) -> list[str]:
    """The rows of the report: milliseconds, the ratio to the first variant, and the ratio to what it is compared with."""
    base = next(iter(seconds.values()))
    lines = []
    for name, other, _ in variants:
        if name == ROWS:
            each = seconds[name] / 2000
            lines.append(
                f"| {name} ({1e6 * each:.0f} microseconds each) | | | {each * rows / seconds[other]:,.0f} x {other} |"
            )
        else:
            ratio = f"{seconds[name] / seconds[other]:.2f} x {other}" if other else ""
            lines.append(
                f"| {name} | {1000 * seconds[name]:.1f} | {seconds[name] / base:.1f} | {ratio} |"
            )
    return lines


def main(sizes: list[int]) -> None:
    """Measure every size, print and write."""
    lines: list[str] = []
    for rows in sizes:
        print(f"{rows:,} villages", flush=True)
        made = teaching_villages(rows, missing=0.1).drop(columns=["village", "status"])
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/villages.parquet"
            made.to_parquet(path)
            for title, variants in (
                ("in memory", list(in_memory(made))),
                ("from Parquet to counts", list(from_parquet(path))),
            ):
                seconds = medians(variants, 7 if rows < 5_000_000 else 5)
                lines += [
                    f"{rows:,} villages, {title}:",
                    "",
                    "| what | ms | ratio to the first | ratio to the alternative |",
                    "|---|---:|---:|---|",
                ]
                lines += [*tabled(variants, seconds, rows), ""]
    packages = [
        p
        for p in (
            "narwhals",
            "pandas",
            "polars",
            "pyarrow",
            "duckdb",
            "dask",
            "ibis-framework",
            "pyspark",
            "pandera",
            "pointblank",
        )
        if there(p.split("-")[0])
    ]
    write_section(
        ROOT / "benchmarks" / "README.md",
        "The definition checker",
        "checker.py",
        lines,
        " ".join(packages),
    )


if __name__ == "__main__":
    main([int(a) for a in sys.argv[1:]] or [690_000, 10_000_000])
