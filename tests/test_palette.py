"""The colours that the stored charts use: few, named, the same for the same thing, told apart by every eye, and seen."""

import collections
import itertools
import json
import re

import nbformat
import pytest

from conftest import ROOT
from taobaolab import charts

CHART = "application/vnd.vegalite.v5+json"
NAMED = {*charts.PALETTE, charts.GREY, charts.INK, charts.PALE}
GROUNDS = {
    "white",
    charts.GRID,
    "#FFF7DB",
}  # behind the marks, around them, and under the cell that one has chosen
VISION = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def contrast(colour, ground="#FFFFFF"):
    """The contrast ratio of WCAG 2."""
    r, g, b = zip(linear(colour), linear(ground), strict=True)
    dark, light = sorted(
        0.2126 * x + 0.7152 * y + 0.0722 * z for x, y, z in zip(r, g, b, strict=True)
    )
    return (light + 0.05) / (dark + 0.05)


def seen(colour, vision):
    """A colour in CIELAB, as an eye sees it.

    Colour-blindness is simulated by the matrices for linear RGB, severity 1, of Machado, Oliveira and Fernandes (2009),
    "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and
    Computer Graphics 15(6), 1291-1298.
    """
    r, g, b = (
        min(1, max(0, sum(m * c for m, c in zip(row, linear(colour), strict=True))))
        for row in VISION[vision]
    )
    white = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in white)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one, other, vision):
    """How far apart two colours are: CIE 1976, Euclidean in CIELAB."""
    return (
        sum((a - b) ** 2 for a, b in zip(seen(one, vision), seen(other, vision), strict=True))
        ** 0.5
    )


def stored():
    """Every chart that a notebook stores."""
    for folder in ("notebooks", "solutions"):
        for path in sorted((ROOT / folder).glob("*.ipynb")):
            for cell in nbformat.read(path, 4).cells:
                for output in cell.get("outputs", []):
                    if spec := output.get("data", {}).get(CHART):
                        yield f"{path.stem}/{cell.id}", spec


CHARTS = dict(stored())


def units(view):
    yield from [view] if "mark" in view else []
    for kind in charts.VIEWS:
        for inner in view.get(kind, []):
            yield from units(inner)


def colours(part):
    """All colours in a part of a chart, those in expressions too."""
    return set(re.findall(r"#[0-9A-Fa-f]{6}\b|\bwhite\b", json.dumps(part)))


def of_marks(unit):
    looks = {k: v for k, v in unit["mark"].items() if k in ("color", "fill")}
    return colours(
        [looks, {k: v for k, v in unit.get("encoding", {}).items() if k in ("color", "fill")}]
    )


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_uses_named_colours_only(chart):
    used = set().union(*(colours([u["mark"], u.get("encoding", {})]) for u in units(CHARTS[chart])))
    assert used <= NAMED | GROUNDS
    assert colours(CHARTS[chart]["config"]) <= NAMED | GROUNDS


@pytest.mark.parametrize("chart", CHARTS)
def test_marks_stand_out_and_words_can_be_read(chart):
    """By WCAG 2.2: 3 for what one has to see (1.4.11), 4.5 for words (1.4.3)."""
    for unit in units(CHARTS[chart]):
        words = unit["mark"]["type"] == "text"
        for colour in of_marks(unit) - GROUNDS:
            assert contrast(colour) >= (4.5 if words else 3), (
                colour,
                unit["mark"],
                unit.get("encoding", {}).get("color"),
            )


def test_words_on_marks_can_be_read():
    assert contrast("#FFFFFF", charts.ACCENT) >= 4.5
    assert contrast(charts.INK, charts.THIRD) >= 4.5
    assert all(contrast(charts.INK, ground) >= 4.5 for ground in GROUNDS - {"white"})


def test_a_thing_has_the_same_colour_in_every_chart():
    meant = collections.defaultdict(set)
    for unit in itertools.chain.from_iterable(map(units, CHARTS.values())):
        scale = unit.get("encoding", {}).get("color", {}).get("scale") or {}
        for thing, colour in zip(scale.get("domain", []), scale.get("range", []), strict=False):
            meant[thing].add(colour)
    assert len(meant) > 20
    assert {thing: used for thing, used in meant.items() if len(used) > 1} == {}


def test_the_measure_would_catch_a_bad_palette():
    """Colours of the palette that Altair comes with; 2.3 is the least difference that is seen at all."""
    usual = [
        "#4c78a8",
        "#f58518",
        "#e45756",
        "#72b7b2",
        "#54a24b",
        "#eeca3b",
        "#b279a2",
        "#ff9da6",
        "#9d755d",
        "#bab0ac",
    ]
    assert min(distance(a, b, "full") for a, b in itertools.combinations(usual, 2)) > 15
    assert min(distance(a, b, "deutan") for a, b in itertools.combinations(usual, 2)) < 3


@pytest.mark.parametrize("vision", VISION)
def test_colours_can_be_told_apart(vision):
    """At least 15, near the 16 of Okabe and Ito's palette, which was made for colour-blind eyes; 2.3 can just be seen."""
    told = [*charts.PALETTE, charts.GREY, charts.INK]
    assert min((distance(a, b, vision), a, b) for a, b in itertools.combinations(told, 2))[0] >= 15


@pytest.mark.parametrize("vision", VISION)
def test_what_stands_back_is_told_from_what_a_chart_is_about(vision):
    assert (
        min(distance(charts.PALE, colour, vision) for colour in (charts.ACCENT, charts.SECOND))
        >= 15
    )


OTHERWISE = {  # what is told besides the colour where no field says so twice
    "02_growth/stay-explorer": "each block says in words what it is: kept, gone or new",
    "03_dangji/money-chart": "the last point of each measure has its name beside it",
    "03_dangji/trail-chart": "the words beside each text say what changed",
    "04_governance/time-explorer": "a thin line from an act to its date; the act itself has a shape of its own",
    "05_sustainability/leave-explorer": "each fate has a path of its own: dots, crosses, diamonds",
    "05_sustainability/q4-chart": "each line has its name at its end",
}


def test_nothing_is_told_by_colour_alone():
    """What a colour tells, a shape, a dash, a place of its own or a word tells too."""
    alone = set()
    for chart, spec in CHARTS.items():
        for unit in units(spec):
            field = unit.get("encoding", {}).get("color", {}).get("field")
            others = [
                v
                for k, v in unit.get("encoding", {}).items()
                if k not in ("color", "tooltip", "detail")
            ]
            again = any(isinstance(v, dict) and v.get("field") == field for v in others)
            alone |= {chart} if field and not again and unit["mark"]["type"] != "text" else set()
    assert alone == set(OTHERWISE)
    assert all(any(u["mark"]["type"] == "text" for u in units(CHARTS[chart])) for chart in alone)
