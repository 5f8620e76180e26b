"""Your own region: read a table of villages, towns or districts, say what is odd, put a definition to it, report.

The way of a table: ``read`` a file, look at its ``findings``, see which columns are ``suggested``, have them ``mapped``.
Then ask: ``answered``, ``deciding``, ``unknown``, ``passing``, ``wordings``; compare: ``standing``; and write a ``report``.
No cell is lost on the way, and nothing is converted without your word. For a million rows: ``tally``.
"""

from __future__ import annotations

from pathlib import Path

from ... import datasets
from .answers import answered, deciding, passing, tally, unknown, wordings
from .columns import Suggestion, suggested
from .comparison import records, standing
from .files import RegionError, refuse
from .places import Places, mapped
from .region_charts import passing_chart, standing_chart
from .report_page import Report, report
from .tables import Table, look, read

__all__ = [
    "Places",
    "RegionError",
    "Report",
    "Suggestion",
    "Table",
    "answered",
    "deciding",
    "look",
    "mapped",
    "passing",
    "passing_chart",
    "read",
    "records",
    "report",
    "sample",
    "standing",
    "standing_chart",
    "suggested",
    "tally",
    "unknown",
    "wordings",
]

SAMPLES = ("fell_district", "gull_islands", "lantern_delta")


def sample(name: str, folder: str | Path) -> Path:
    """Put one of the invented tables into a folder of yours, as a file to open and to change; return its path.

    ``name`` is fell_district (clean), gull_islands (gaps and odd units) or lantern_delta (larger). All are made for
    teaching. A file of that name that is there already stays as it is.
    """
    if name not in SAMPLES:
        raise refuse(str(name), "no sample of this name", f"there are {', '.join(SAMPLES)}")
    path = Path(folder) / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(datasets.read_text(path.name), encoding="utf-8", newline="\n")
    return path
