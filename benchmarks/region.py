"""A million rows from a file to three counts: Polars and DuckDB against pandas. And a file read with every cell kept.

python benchmarks/region.py [rows]     a million rows unless told; prints tables and writes them into benchmarks/README.md

Each variant runs in a process of its own, in turn, several rounds. The time is that of reading and counting, without
starting Python; the memory is the most that the process held, less what it held before it began. The alternative is
pandas, which reads the file whole and then puts the same rule to it.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from report import write_section

from taobaolab.definition import teaching_villages

ROUNDS = 5
SMALL = 50_000
BEGIN = """
import json, time
from taobaolab.lessons import your_region
{imports}
def most():  # of this program; ru_maxrss is also that of the one that started it
    with open("/proc/self/status") as file:
        return int(next(line for line in file if line.startswith("VmHWM")).split()[1])
held = most()
begin = time.perf_counter()
{work}
took = time.perf_counter() - begin
print(json.dumps([took, (most() - held) / 1024, counts]))
"""
COUNTED = 'counts = your_region.tally(table, "wikipedia")'
VARIANTS = {
    "{form}, pandas": ("import pandas as pd", "table = pd.read_{form}({path!r})\n" + COUNTED),
    "{form}, Polars scan": ("import polars as pl", "table = pl.scan_{form}({path!r})\n" + COUNTED),
    "{form}, DuckDB": ("import duckdb", "table = duckdb.read_{form}({path!r})\n" + COUNTED),
}
READERS = {
    "pandas.read_csv": ("import pandas as pd", "counts = len(pd.read_csv({path!r}))"),
    "pandas.read_csv, all cells as text": (
        "import pandas as pd",
        "counts = len(pd.read_csv({path!r}, dtype=str))",
    ),
    "your_region.read": (
        "",
        "columns = ['households', 'active_shops', 'annual_sales_rmb']\n"
        "answers = dict(columns=dict(zip(columns, columns)), units=dict.fromkeys(columns, 1))\n"
        "answers |= dict(aside='suspected', accept=['repeats', 'unread', 'codes'])\n"
        "counts = len(your_region.read({path!r}, place='village', **answers).data)",
    ),
}


def measured(imports: str, work: str) -> tuple[float, float, object]:
    """Seconds, megabytes and counts of one process."""
    code = BEGIN.format(imports=imports, work=work)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def table(variants: dict[str, tuple[str, str]]) -> list[str]:
    """The medians of all variants, with ratios to the first; the counts have to be the same."""
    found: dict[str, list[tuple[float, float, object]]] = {name: [] for name in variants}
    for _ in range(ROUNDS):
        for name, variant in variants.items():
            found[name].append(measured(*variant))
    counts = {json.dumps(run[2]) for runs in found.values() for run in runs}
    if len(counts) > 1:
        raise SystemExit(f"The variants disagree: {counts}")
    medians = {
        n: [statistics.median(run[i] for run in runs) for i in (0, 1)] for n, runs in found.items()
    }
    first_time, first_memory = next(iter(medians.values()))
    lines = ["| what | ms | ratio | MB | ratio |", "|---|---:|---:|---:|---:|"]
    for name, (took, memory) in medians.items():
        lines.append(
            f"| {name} | {1000 * took:,.0f} | {took / first_time:.2f} | {memory:,.0f} | {memory / first_memory:.2f} |"
        )
    return [*lines, ""]


def main() -> None:
    """Measure, print, write."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    lines = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = teaching_villages(rows, missing=0.05)
        for form in ("csv", "parquet"):
            path = str(folder / f"villages.{form}")
            made.to_csv(path, index=False) if form == "csv" else made.to_parquet(path)
            lines += [
                f"{rows:,} villages, from {form.upper() if form == 'csv' else 'Parquet'} to three counts:",
                "",
            ]
            lines += table(
                {
                    n.format(form=form): (i, w.format(form=form, path=path))
                    for n, (i, w) in VARIANTS.items()
                }
            )
        small = str(folder / "small.csv")
        made.head(SMALL).to_csv(small, index=False)
        lines += [
            f"{min(rows, SMALL):,} villages from CSV, with every cell kept and every odd one named:",
            "",
        ]
        lines += table({n: (i, w.format(path=small)) for n, (i, w) in READERS.items()})
    write_section(
        Path(__file__).parent / "README.md",
        "Your own region",
        "region.py",
        lines,
        "pandas polars duckdb narwhals",
    )


if __name__ == "__main__":
    main()
