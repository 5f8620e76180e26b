"""What often goes wrong with units, ratios and rates, and what to say to it."""

from __future__ import annotations

import math
from collections.abc import Iterator

PERCENT = "That is a share of one, and percent are wanted here: a hundred times as much."
TURNED = "The ratio is turned upside down. Which of the two numbers belongs on top?"


def wan_slips(printed: float) -> Iterator[tuple[float, str]]:
    """What a number printed in 万, ten thousands, becomes when its unit is misread."""
    yield printed, "That is the figure without its unit. How many is one 万 (wàn)?"
    yield (
        printed * 1_000,
        "You took 万 (wàn) for a thousand, the step of European numbers. It is more than that.",
    )
    yield printed * 10**6, "You took 万 (wàn) for a million. It is less than that."
    yield (
        printed * 10**8,
        "That would be right for 亿 (yì), a hundred million. The text has 万 (wàn).",
    )


def rate(before: float, after: float, years: float) -> float:
    """Growth a year in percent, from one count to another."""
    return 100 * ((after / before) ** (1 / years) - 1)


ROWS = "You counted rows, or went by the names of the years. How much time lies between the two counts?"
NO_TIME = "That is the growth from one count to the other, in whatever time. Which growth a year leads there?"
EQUALLY = (
    "You shared the percentage out over the time, equally. But what is added grows as well: growth multiplies. Look for the "
    "factor which, used year after year, leads from the one count to the other."
)
RATE_SLIPS = (
    (lambda a, b, t: 100 * (b / a - 1), NO_TIME),
    (lambda a, b, t: 100 * (b / a - 1) / t, EQUALLY),
    (lambda a, b, t: rate(a, b, t) / 100, PERCENT),
    (
        lambda a, b, t: rate(a, b, t) / 100 + 1,
        "That is the factor of a year. What does it add to a hundred?",
    ),
    (
        lambda a, b, t: rate(a, b, t) + 100,
        "That is what a hundred became in a year. Growth is what came on top.",
    ),
    (
        lambda a, b, t: 100 * math.log(b / a) / t,
        "That is the rate in the exponent of e. Wanted is growth a year.",
    ),
    (
        lambda a, b, t: rate(a, b, 1 / t),
        "The exponent stands on its head. Try 100 that become 400 in two years.",
    ),
)


def rate_slips(
    before: float, after: float, years: float, *rows: int
) -> Iterator[tuple[float, str]]:
    """What wrong ways to a yearly rate give; ``rows`` are wrong numbers of years."""
    yield from ((rate(before, after, n), ROWS) for n in rows)
    yield from ((way(before, after, years), words) for way, words in RATE_SLIPS)
