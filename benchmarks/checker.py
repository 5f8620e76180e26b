"""How fast is the definition checker? Against each engine's own expression, a NumPy floor, and what peers do.

python benchmarks/checker.py [rows ...]     690000 and 10000000 rows unless told; prints tables, writes benchmarks/README.md

The checker is timed twice: as the rule alone (`look=False`), like for like with the expressions, and as it comes, after a
look at all cells for impossible values.

All variants of one size run in turn, in one process, several rounds; milliseconds are the median of the rounds, a ratio
is the median of the ratios of each round, so that a machine that is busy with other things slows both sides. Every
expression of one's own is exact and keeps the same promise: what is missing stays missing where it could still decide,
an empty word is missing, and without a shop no number of households helps. The peers do less: pandera and pointblank
look at the cells for the same impossible values, and do not apply the rule. Needs the extras test, engines and
benchmarks; what is not installed is left out and said.
"""

from __future__ import annotations

import gc
import importlib.util
import statistics
import subprocess
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

from taobaolab.definition import check, explain, get_definition, sensitivity, teaching_villages

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


def sales_at_least(bound: int) -> dict[str, Any]:
    """A criterion on sales."""
    return {"column": "annual_sales_rmb", "at_least": bound}


RURAL = {"column": "rural", "is": True}
SHARE = {"column": "active_shops", "per": "households"}
LANGUAGE: dict[str, dict[str, Any]] = {
    "ranges and not": {
        "all": [
            RURAL,
            {"column": "annual_sales_rmb", "at_least": 1_000_000, "less_than": 50_000_000},
            {"column": "active_shops", "at_most": 500},
            {"not": {"column": "households", "less_than": 200}},
        ]
    },
    "outside a range": {
        "any": [
            {"column": "active_shops", "at_least": 500},
            {"column": "active_shops", "less_than": 20},
            sales_at_least(10_000_000),
        ]
    },
    "two of three": {
        "at_least": 2,
        "of": [sales_at_least(5_000_000), {"column": "active_shops", "at_least": 50}, RURAL],
    },
    "points, shops both ways": {
        "at_least": 4,
        "of": [
            {**sales_at_least(5_000_000), "weight": 2},
            {"column": "active_shops", "at_least": 50, "weight": 2},
            {"column": "active_shops", "at_most": 500},
            RURAL,
        ],
    },
    "sales per shop": {
        "all": [{"column": "annual_sales_rmb", "per": "active_shops", "at_least": 100_000}, RURAL]
    },
    "a share between two bounds": {"all": [{**SHARE, "at_least": "5%", "less_than": "50%"}, RURAL]},
    "growth": {
        "columns": {"before": {"kind": "number"}},
        "all": [{"column": "annual_sales_rmb", "growth_from": "before", "at_least": "20%"}, RURAL],
    },
    "a bound by region": {
        "columns": {"region": {"kind": "text"}},
        "all": [
            {
                "column": "annual_sales_rmb",
                "at_least": {
                    "by": "region",
                    "east": 10**7,
                    "west": 2 * 10**6,
                    "otherwise": 5 * 10**6,
                },
            },
            RURAL,
        ],
    },
    "a history": {
        "versions": [
            {"since": 2014, "all": [sales_at_least(5_000_000), RURAL]},
            {"since": 2020, "all": [sales_at_least(10_000_000), RURAL]},
        ]
    },
}


def language_by_polars() -> dict[str, pl.Expr]:
    """The same rules as expressions of one's own: exact, and missing where the data leave them undetermined."""
    sales, shops, homes = (pl.col(c) for c in USED[2:])
    rural, before, region = pl.col("rural"), pl.col("before"), pl.col("region")
    big, many = sales >= 5_000_000, shops >= 50

    def points(unknown: bool, of_shops: int) -> pl.Expr:
        known = many.cast(pl.Int32) * 2 + (shops <= 500).cast(pl.Int32)
        shop_points = pl.when(shops.is_null()).then(of_shops).otherwise(known)
        others = big.fill_null(unknown).cast(pl.Int32) * 2 + rural.fill_null(unknown).cast(pl.Int32)
        return others + shop_points

    # a number of shops that is not known can be on either side, but for two households no number is
    without_shops = pl.when(2 * ((homes + 19) // 20) >= homes).then(False)
    without_homes = pl.when(shops == 0).then(False)
    share = (20 * shops >= homes) & (2 * shops < homes)
    somewhere = pl.when(sales >= 10_000_000).then(True).when(sales < 2_000_000).then(False)
    regional = pl.when(region == "east").then(sales >= 10_000_000)
    regional = regional.when(region == "west").then(sales >= 2_000_000).otherwise(big)
    no_region = ~(region.str.strip_chars() != "").fill_null(False)
    return {
        "ranges and not": rural
        & (sales >= 1_000_000)
        & (sales < 50_000_000)
        & (shops <= 500)
        & ~(homes < 200),
        "outside a range": (shops >= 500) | (shops < 20) | (sales >= 10_000_000),
        "two of three": (big & many) | (big & rural) | (many & rural),
        "points, shops both ways": pl.when(points(False, 1) >= 4)
        .then(True)
        .when(points(True, 3) < 4)
        .then(False),
        "sales per shop": ((sales >= 100_000 * shops) | (shops == 0)) & rural,
        "a share between two bounds": pl.when(shops.is_null())
        .then(without_shops)
        .when(homes.is_null())
        .then(without_homes)
        .otherwise(share)
        & rural,
        "growth": ((10 * sales >= 12 * before) | (before == 0)) & rural,
        "a bound by region": pl.when(no_region).then(somewhere).otherwise(regional) & rural,
        "a history": (sales >= 10_000_000) & rural,
    }


def language(made: pd.DataFrame) -> Iterator[Variant]:
    """(what, compared with, run) for rules of the whole language, on Polars, without a look at the cells."""
    draw = np.random.default_rng(2022)
    frame = pl.from_pandas(made).with_columns(
        region=pl.Series(draw.choice(["east", "west", "north", None], len(made))),
        before=pl.col("annual_sales_rmb").shuffle(seed=2022),
    )
    for what, own in language_by_polars().items():
        chosen = get_definition({"source": "made up", "year": 2026, **LANGUAGE[what]})
        if not check(frame, chosen)["met"].equals(frame.select(met=own)["met"]):
            raise AssertionError(f"{what}: the two do not say the same")
        yield f"{what}, own expression", "", partial(frame.with_columns, met=own)
        yield (
            f"{what}, check",
            f"{what}, own expression",
            partial(check, frame, chosen, look=False),
        )


def by_polars() -> pl.Expr:
    """The rule as its own exact expression in Polars: without a shop no number of households helps."""
    shops, homes = pl.col("active_shops"), pl.col("households")
    share = (10 * shops > homes) & (shops > 0)
    return (
        pl.col("rural")
        & pl.col("administrative_village")
        & (pl.col("annual_sales_rmb") > 10_000_000)
        & ((shops > 100) | share)
    )


def by_pandas(t: pd.DataFrame) -> pd.DataFrame:
    """The same in pandas with nullable or Arrow types."""
    share = (10 * t["active_shops"] > t["households"]) & (t["active_shops"] > 0)
    enough = (t["active_shops"] > 100) | share
    met = t["rural"] & t["administrative_village"] & (t["annual_sales_rmb"] > 10_000_000) & enough
    return t.assign(met=met)


def by_arrow(t: pa.Table) -> Any:
    """The same in PyArrow."""
    shops = t["active_shops"]
    share = pc.greater(pc.multiply(shops, 10), t["households"])
    enough = pc.or_kleene(pc.greater(shops, 100), pc.and_kleene(share, pc.greater(shops, 0)))
    place = pc.and_kleene(t["rural"], t["administrative_village"])
    rich = pc.greater(t["annual_sales_rmb"], 10_000_000)
    return t.append_column("met", pc.and_kleene(pc.and_kleene(place, rich), enough))


SQL = (
    "rural and administrative_village and annual_sales_rmb > 10000000 and "
    "(active_shops > 100 or 10 * active_shops > households and active_shops > 0)"
)


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
            return by_pandas(t)["met"].value_counts(dropna=False).compute()

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
            share = (10 * t.active_shops > t.households) & (t.active_shops > 0)
            return (
                t.mutate(
                    met=t.rural
                    & t.administrative_village
                    & (t.annual_sales_rmb > 10_000_000)
                    & ((t.active_shops > 100) | share)
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


def seconds_of(variants: list[Variant], rounds: int) -> dict[str, list[float]]:
    """Seconds a round; every variant once a round, in turn, after one round to warm up."""
    times: dict[str, list[float]] = {name: [] for name, *_ in variants}
    for turn in range(rounds + 1):
        for name, _, run in variants:
            gc.collect()
            start = time.perf_counter()
            run()
            if turn:
                times[name].append(time.perf_counter() - start)
        print(f"  round {turn} of {rounds}", flush=True)
    return times


def ratio_of(times: dict[str, list[float]], name: str, other: str) -> float:
    """The median of the ratios of each round: what else the machine does meets both alike."""
    return statistics.median(a / b for a, b in zip(times[name], times[other], strict=True))


def tabled(variants: list[Variant], times: dict[str, list[float]], rows: int) -> list[str]:
    """The rows of the report: milliseconds, the ratio to the first variant, and the ratio to what it is compared with."""
    first = next(iter(times))
    lines = []
    for name, other, _ in variants:
        median = statistics.median(times[name])
        if name == ROWS:
            each = median / 2000
            ratio = each * rows / statistics.median(times[other])
            lines.append(
                f"| {name} ({1e6 * each:.0f} microseconds each) | | | {ratio:,.0f} x {other} |"
            )
        else:
            ratio_text = f"{ratio_of(times, name, other):.2f} x {other}" if other else ""
            to_first = ratio_of(times, name, first)
            lines.append(f"| {name} | {1000 * median:.1f} | {to_first:.1f} | {ratio_text} |")
    return lines


def peak_memory(path: str) -> list[str]:
    """The greatest memory of a process that streams a file to counts, with an expression of one's own and with check."""
    lines = []
    for what, met in (
        ("nothing but the imports", ""),
        ("own expression", "pl.scan_parquet(path).with_columns(met=by_polars())"),
        ("check", "check(pl.scan_parquet(path), KEY)"),
    ):
        run = f"({met}).group_by('met').agg(pl.len()).collect(engine='streaming')" if met else ""
        code = f"import resource\nfrom checker import *\npath = {path!r}\n{run}\n"
        code += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
        found = [
            int(subprocess.check_output([sys.executable, "-c", code], cwd=Path(__file__).parent))
            for _ in range(3)
        ]
        lines.append(f"| {what} | {statistics.median(found):,.0f} |")
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
                ("rules of the language, Polars in memory", list(language(made))),
                ("from Parquet to counts", list(from_parquet(path))),
            ):
                times = seconds_of(variants, 7 if rows < 5_000_000 else 5)
                lines += [
                    f"{rows:,} villages, {title}:",
                    "",
                    "| what | ms | ratio to the first | ratio to the alternative |",
                    "|---|---:|---:|---|",
                ]
                lines += [*tabled(variants, times, rows), ""]
            lines += [
                f"{rows:,} villages, streamed from Parquet to counts with Polars, the whole process:",
                "",
                "| what | peak MB, median of 3 |",
                "|---|---:|",
                *peak_memory(path),
                "",
            ]
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
