"""Tables to try: three invented regions of the data package, and small ones in the shapes that offices use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ... import datasets
from .findings import refuse

SAMPLES = ("fell_district", "gull_islands", "lantern_delta")


class Shape(NamedTuple):
    """A small invented table, made for teaching: what is odd about its shape, its text, and the answers to it."""

    what: str
    text: str
    answers: Mapping[str, Any]


SHAPES: dict[str, Shape] = {
    "unit_unknown": Shape(
        "a unit that the reader does not know",
        "xã;số hộ;doanh thu (tỷ xu)\nGiả Sơn;412;1,25\nBịa Khê;305;0,80\nMơ Điền;277;2,15\n",
        {
            "columns": {"households": "số hộ", "annual_sales_rmb": "doanh thu (tỷ xu)"},
            "units": {"annual_sales_rmb": 300_000_000},
        },
    ),
    "groups_and_sums": Shape(
        "groups with their sums, and a sum of all",
        "comune;famiglie;negozi\nValle Finta;520;61\nFinto;310;40\nInventato;210;21\n"
        "Monte Bugia;345;30\nBugiardo;180;12\nFantasia;165;18\nTutto;865;91\n",
        {
            "aside": [2, 5, 8],
            "columns": {"households": "famiglie", "active_shops": "negozi"},
            "units": {"active_shops": 1},
        },
    ),
    "two_rows_of_names": Shape(
        "names in two rows, with a year below",
        "Gemeinde,Haushalte,,Onlineshops,\n,2021,2022,2021,2022\n"
        "Luftschloss,240,251,18,22\nNebelheim,130,133,9,14\n",
        {
            "header": [1, 2],
            "columns": {"households": "Haushalte: 2022", "active_shops": "Onlineshops: 2022"},
        },
    ),
    "years_below": Shape(
        "a row for each place and year",
        "desa,tahun,jumlah kk\nKhayal,2021,540\nKhayal,2022,552\nMimpi,2021,604\nMimpi,2022,611\n",
        {"where": {"tahun": 2022}, "columns": {"households": "jumlah kk"}},
    ),
    "indicators_below": Shape(
        "a row for each place and datum",
        "название;показатель;число\nСказка;хозяйства;310\nСказка;жители;940\n"
        "Выдумка;хозяйства;205\nВыдумка;жители;615\n",
        {
            "place": "название",
            "spread": ["показатель", "число"],
            "columns": {"households": "хозяйства", "population": "жители"},
            "units": {"households": 1, "population": 1},
        },
    ),
    "turned": Shape(
        "the places side by side",
        "datum,Nowhere,Elsewhere,Anywhere\nhouseholds,120,80,60\npopulation,390,255,201\n",
        {"turn": True, "columns": {"households": "households", "population": "population"}},
    ),
    "a_row_a_shop": Shape(
        "a row for each shop",
        "tienda,pueblo\nLa Nube,Quimera\nEl Eco,Quimera\nAires,Espejismo\nLuz,Espejismo\nSol,Quimera\n",
        {"header": 1, "place": "pueblo", "count": "active_shops"},
    ),
}


def sample(name: str, folder: str | Path) -> Path:
    """Put one of the invented tables into a folder of yours, as a file to open and to change; return its path.

    Parameters
    ----------
    name
        fell_district (clean), gull_islands (gaps and odd units), lantern_delta (larger), or one of ``SHAPES``.
    folder
        It is made if need be. A file of that name that is there already stays as it is.
    """
    if name not in (*SAMPLES, *SHAPES):
        raise refuse(
            str(name), "no sample of this name", f"there are {', '.join((*SAMPLES, *SHAPES))}"
        )
    path = Path(folder) / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        text = SHAPES[name].text if name in SHAPES else datasets.read_text(path.name)
        path.write_text(text, encoding="utf-8", newline="\n")
    return path
