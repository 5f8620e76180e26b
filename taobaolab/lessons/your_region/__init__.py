"""Your own region: read a table of villages, towns or districts, put a definition to it, write a page.

Whatever is not understood stops and asks; what is understood is shown before it is used. ``form`` asks by controls,
``read`` by a list of questions with the line to paste. Then ask: ``answered``, ``deciding``, ``unknown``,
``passing``, ``wordings``; compare: ``standing``; and write a ``report``. For a million rows: ``tally``.
"""

from __future__ import annotations

from .answers import answered, deciding, passing, tally, unknown, wordings
from .comparison import records, standing
from .findings import Finding, RegionError
from .form import form
from .layout import Layout
from .places import Places, questions, read
from .region_charts import passing_chart, standing_chart
from .report_page import Report, report
from .samples import SHAPES, sample

__all__ = [
    "SHAPES",
    "Finding",
    "Layout",
    "Places",
    "RegionError",
    "Report",
    "answered",
    "deciding",
    "form",
    "passing",
    "passing_chart",
    "questions",
    "read",
    "records",
    "report",
    "sample",
    "standing",
    "standing_chart",
    "tally",
    "unknown",
    "wordings",
]
