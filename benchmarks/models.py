"""The models against what one would write without them: a loop of single markets, and SciPy's own curve fitting.

python benchmarks/models.py     prints a table and writes it into benchmarks/README.md

Each pair is timed in turn, several times; the ratio is that of the medians.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from report import write_section
from scipy.optimize import curve_fit

from taobaolab import datasets
from taobaolab.lessons import growth, sustainability

ROUNDS = 7
VILLAGES = datasets.load("villages_by_year")
YEARS, COUNTS = growth.years_since(VILLAGES.as_of), VILLAGES.villages.astype(float).to_numpy()


def grid() -> Any:
    """All combinations of the parameters at once."""
    return sustainability.market_grid()


def loop() -> Any:
    """The same combinations, a market each."""
    names = list(sustainability.MARKET_LEVELS)
    return [
        sustainability.market(**dict(zip(names, values, strict=True)))
        for values in itertools.product(*sustainability.MARKET_LEVELS.values())
    ]


def fitted() -> Any:
    """A logistic curve with the interval of its ceiling from the likelihood."""
    return growth.fit(YEARS, COUNTS, "logistic")


def plainly() -> Any:
    """The same curve by SciPy, from good starting values, with Wald intervals."""
    return curve_fit(growth.logistic, YEARS, COUNTS, p0=(9000, 0.6, 10))


PAIRS: tuple[tuple[str, Callable[[], Any], str, Callable[[], Any], int], ...] = (
    ("625 markets as one grid", grid, "625 markets in a loop", loop, 1),
    ("fit of a logistic curve", fitted, "SciPy's curve_fit from good starting values", plainly, 20),
)


def seconds(task: Callable[[], Any], times: int) -> float:
    """The time of one call, averaged over several."""
    begin = time.perf_counter()
    for _ in range(times):
        task()
    return (time.perf_counter() - begin) / times


def main() -> None:
    """Measure, print, write."""
    lines = ["| what | ms | alternative | ms | ratio |", "|---|---:|---|---:|---:|"]
    for name, ours, other, theirs, times in PAIRS:
        ours(), theirs()
        pairs = [
            (seconds(ours, times), seconds(theirs, times))
            for _ in range(ROUNDS if times > 1 else 3)
        ]
        mine, yours = (1000 * statistics.median(side) for side in zip(*pairs, strict=True))
        lines.append(f"| {name} | {mine:.1f} | {other} | {yours:.1f} | {mine / yours:.2f} |")
    write_section(
        Path(__file__).parent / "README.md", "Models", "models.py", lines, "numpy scipy pandas"
    )


if __name__ == "__main__":
    main()
