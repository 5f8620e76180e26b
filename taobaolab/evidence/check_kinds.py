"""The vocabulary of tests between claims: small pure functions, each with an answer and the computation in words.

A test answers ``holds`` (the claims can all be right), ``fails`` (they cannot, in the reading of the test), ``open``,
``same_witness`` (they agree because one copied the other) or ``tells`` (a number to think about, no verdict).
Texts that say "more than" or "less than" get the benefit of it: a test fails only if no number that the words allow
would do.
"""

from __future__ import annotations

import calendar
import datetime
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from .quantities import Quantity, Unknown, number

Row = Mapping[str, Any]
HOLDS, FAILS, OPEN, TELLS, SAME = "holds", "fails", "open", "tells", "same_witness"


class Finding(NamedTuple):
    """What a test found: the answer, and the computation in words and numbers."""

    answer: str
    words: str


class Span(NamedTuple):
    """A time as a text gives it: the first and the last day it can mean, and the words for it."""

    first: datetime.date
    last: datetime.date
    words: str


def _answer(fits: bool) -> str:
    return HOLDS if fits else FAILS


# ---- numbers ---------------------------------------------------------------------------------------------------------
def equal_within_rounding(left: Quantity, right: Quantity, within: Fraction) -> Finding:
    """Whether two numbers are one number, rounded: their distance is at most ``within`` of the larger.

    A factor near a power of ten is named, because that is how a slipped decimal point looks.
    """
    larger = max(abs(left.value), abs(right.value))
    fits = abs(left.value - right.value) <= within * larger
    words = f"{left.shown} against {right.shown}"
    return Finding(_answer(fits), words if fits else words + factor(left.value, right.value))


def factor(one: Fraction, other: Fraction) -> str:
    """How many times as much, in words, and how many decimal places if that is near a power of ten.

    >>> factor(Fraction(687), Fraction(69))
    ': 9.96 times as much, about one decimal place'
    """
    if not one or not other:
        return ""
    times = max(abs(one / other), abs(other / one))
    places = round(math.log10(times))
    slip = ""
    if places and abs(float(times) / 10**places - 1) < 0.02:
        slip = f", about {('one decimal place', 'two decimal places', 'three decimal places')[min(places, 3) - 1]}"
    return f": {number(times)} times as much{slip}"


def implied_rate(
    amount: Quantity, converted: Quantity, yardstick: Quantity, within: Fraction
) -> Finding:
    """Whether an amount and its conversion imply the exchange rate of the yardstick."""
    rate = replace(amount / converted, unit=amount.unit)
    fits = abs(rate.value - yardstick.value) <= within * yardstick.value
    words = f"{rate.shown}; elsewhere {yardstick.shown}"
    return Finding(_answer(fits), words if fits else words + factor(rate.value, yardstick.value))


def part_of_whole(part: Quantity, whole: Quantity) -> Finding:
    """Whether a part is not larger than its whole, for some numbers that the words allow."""
    fits = part.low <= whole.high
    share = (part / whole).value
    much = f"{number(share * 100)}%" if share < 2 else f"{number(share)} times as much"
    return Finding(_answer(fits), f"{part.shown} of {whole.shown}: {much}")


def bound_by_definition(
    value: Quantity, bound: Quantity, or_bound: Quantity | None = None
) -> Finding:
    """Whether a number reaches what a definition asks for; where it has two doors, either will do."""
    doors = [b for b in (bound, or_bound) if b is not None]

    def reaches(b: Quantity) -> bool:
        return value.high > b.value if b.qualifier == "more than" else value.high >= b.value

    asked = " or ".join(b.shown for b in doors)
    return Finding(_answer(any(map(reaches, doors))), f"{value.shown}; asked for: {asked}")


def ratio(
    value: Quantity, at_least: Quantity | None = None, at_most: Quantity | None = None
) -> Finding:
    """A number made from claims; with bounds, whether it can lie within them."""
    if at_least is None and at_most is None:
        return Finding(TELLS, value.shown)
    fits = (at_least is None or value.high >= at_least.low) and (
        at_most is None or value.low <= at_most.high
    )
    sides = [f"at least {at_least.result}"] if at_least else []
    sides += [f"at most {at_most.result}"] if at_most else []
    return Finding(_answer(fits), f"{value.shown}; expected: {' and '.join(sides)}")


def unit_reading(printed: Quantity, factor: Quantity, other: Quantity, within: Fraction) -> Finding:
    """Whether a number read in another unit, so many times larger, is the other number within rounding."""
    read = printed * factor
    fits = abs(read.value - other.value) <= within * max(read.value, other.value)
    return Finding(_answer(fits), f"{read.shown} against {other.shown}")


# ---- growth ----------------------------------------------------------------------------------------------------------
def pace(first: Quantity, last: Quantity, years: Quantity) -> float:
    """By what a number was multiplied each year on the way from the first to the last.

    >>> round(pace(*(Quantity(Fraction(n), str(n)) for n in (20, 1000, 3))), 2)
    3.68
    """
    if first.value <= 0 or last.value <= 0 or years.value <= 0:
        raise Unknown("growth needs positive numbers and a positive number of years")
    return float(last.value / first.value) ** (1 / float(years.value))


def _grown(first: Quantity, last: Quantity, years: Quantity) -> str:
    rate = pace(first, last, years)
    grown = f"{first.words} to {last.words} in {years.result} years"
    return f"{grown} is a factor of {number(rate)} a year, {rate - 1:+.1%}"


def growth_between_dates(first: Quantity, last: Quantity, years: Quantity) -> Finding:
    """The growth a year that leads from one number to another."""
    return Finding(TELLS, _grown(first, last, years))


def same_pace(
    first: Quantity,
    middle: Quantity,
    last: Quantity,
    years_before: Quantity,
    years_after: Quantity,
    within: Fraction,
) -> Finding:
    """Whether one rate of growth leads through three numbers: the middle one is where it would be, within a share."""
    whole = pace(first, last, years_before + years_after)
    expected = float(first.value) * whole ** float(years_before.value)
    low, high = middle.value * (1 - within), middle.value * (1 + within)
    fits = low <= expected <= high or (
        middle.qualifier in ("more than", "at least") and expected > middle.value
    )
    words = f"{_grown(first, middle, years_before)}; {_grown(middle, last, years_after)}; at one pace the middle"
    return Finding(_answer(fits), f"{words} would be {number(round(expected))}, not {middle.words}")


def year_passed(
    first: Quantity,
    first_year: Quantity,
    last: Quantity,
    last_year: Quantity,
    count: Quantity,
    said: Quantity,
) -> Finding:
    """Whether steady growth between two counts, at the ends of their years, passes a third in the year said for it.

    A year more or less is allowed.
    """
    rate = pace(first, last, last_year - first_year)
    if rate == 1:
        raise Unknown("without growth no count is ever passed")
    passed = (
        float(first_year.value) + 1 + math.log(float(count.value / first.value)) / math.log(rate)
    )
    words = f"{_grown(first, last, last_year - first_year)}, which passes {count.words} in {int(passed)}"
    return Finding(
        _answer(abs(int(passed) - said.value) <= 1), f"{words}; the text says {int(said.value)}"
    )


# ---- dates -----------------------------------------------------------------------------------------------------------
def span(text: str) -> Span | None:
    """The days that a time can mean: a year, a month, a day, two of them, ``mid-1980s``; None if it is none of these.

    >>> span("2013-2015").last, span("2016-11").first
    (datetime.date(2015, 12, 31), datetime.date(2016, 11, 1))
    """
    if decade := re.fullmatch(r"mid-(\d{3})0s", text):
        year = int(decade[1]) * 10
        return Span(datetime.date(year + 3, 1, 1), datetime.date(year + 7, 12, 31), text)
    if years := re.fullmatch(r"(\d{4})-(\d{4})", text):
        return Span(datetime.date(int(years[1]), 1, 1), datetime.date(int(years[2]), 12, 31), text)
    if parts := re.fullmatch(r"(?:about )?(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text):
        year, month, day = (int(p or 0) for p in parts.groups())
        last = day or calendar.monthrange(year, month or 12)[1]
        return Span(
            datetime.date(year, month or 1, day or 1), datetime.date(year, month or 12, last), text
        )
    return None


def date_order(earlier: Span, later: Span) -> Finding:
    """Whether the first time can have come before the second, or on the same day."""
    fits = earlier.first <= later.last
    days = ""
    if earlier.first == earlier.last and later.first == later.last:
        days = f"{abs((later.first - earlier.first).days):,} days "
    return Finding(
        _answer(fits), f"{earlier.words} is {days}{'before' if fits else 'after'} {later.words}"
    )


# ---- words -----------------------------------------------------------------------------------------------------------
def same_figure_other_subject(claims: Sequence[Row], by: str) -> Finding:
    """Whether claims with one figure (or one thing said, where there is no figure) also agree in the column ``by``.

    It holds too where the figures differ: then there is nothing to confuse.
    """
    figures = {(row["metric"] if row["value"] is None else row["value"]) for row in claims}
    if len(figures) > 1:
        return Finding(
            HOLDS, "the figures differ: " + ", ".join(str(f) for f in sorted(figures, key=str))
        )
    subjects: dict[str, list[str]] = {}
    for row in claims:
        subjects.setdefault(row[by] or "nothing", []).append(row["id"])
    figure = next(iter(figures))
    named = "; ".join(f"{subject} ({', '.join(ids)})" for subject, ids in subjects.items())
    return Finding(_answer(len(subjects) == 1), f"{_figure(figure, claims[0])}, {by}: {named}")


def _figure(figure: Any, row: Row) -> str:
    if isinstance(figure, str):
        return figure
    return number(Fraction(str(figure))) + {"percent": "%"}.get(row["unit"], "")


def same_witness(claims: Sequence[Row], origin: str) -> Finding:
    """Whether claims from several texts go back to one origin, as each says itself: then they are one witness."""
    named = [bool(re.search(rf"\b{re.escape(origin)}\b", row["attributed_to"])) for row in claims]
    words = "; ".join(f"{row['id']}: {row['attributed_to']}" for row in claims)
    return Finding(SAME if all(named) else HOLDS, words)


def same_sentence(claims: Sequence[Row], words_in_a_row: Quantity, at_least: Quantity) -> Finding:
    """Whether two texts share so many words in a row that one must have copied the other."""
    copied = words_in_a_row.value >= at_least.value and len({row["source"] for row in claims}) > 1
    words = (
        f"{' and '.join(row['id'] for row in claims)} share {words_in_a_row.words} words in a row"
    )
    return Finding(
        SAME if copied else HOLDS, f"{words}; {at_least.words} or more are taken for a copy"
    )


def said_before(reference: Row, said: Sequence[Row]) -> Finding:
    """Whether what a text refers back to stands in an earlier paragraph of it."""
    here = _paragraph(reference)
    places = [(row["id"], _paragraph(row)) for row in said if row["source"] == reference["source"]]
    words = ", ".join(f"{name} in paragraph {n}" for name, n in places)
    return Finding(
        _answer(any(n < here for _, n in places)), f"{reference['id']} in paragraph {here}; {words}"
    )


def _paragraph(row: Row) -> int:
    found = re.search(r"paragraph (\d+)", row["locator"])
    if not found:
        raise Unknown(f"{row['id']} names no paragraph")
    return int(found[1])


def opposite_sense(
    yes: Sequence[Row], no: Sequence[Row], same_place: Callable[[str, str], bool]
) -> Finding:
    """Whether claims that say yes and claims that say no name no place in common, so that both may be right."""
    pairs = [(a, b) for a in yes for b in no]
    clash = [(a, b) for a, b in pairs if same_place(a["place"] or "", b["place"] or "")]
    sides = (
        " and ".join(row["id"] for row in yes) + " against " + " and ".join(row["id"] for row in no)
    )
    places = "one place" if clash else "no place in common by name"
    where = sorted({row["place"] for row in (*yes, *no) if row["place"]})
    return Finding(_answer(not clash), f"{sides}: {places} ({'; '.join(where)})")


def competing_causes(**sides: Sequence[Row]) -> Finding:
    """Whether all claims name one cause; with several causes it takes more than these claims to decide."""
    words = "; ".join(
        f"{side.replace('_', ' ')}: {', '.join(r['id'] for r in rows)}"
        for side, rows in sides.items()
    )
    return Finding(_answer(len(sides) < 2), f"{len(sides)} sides. {words}")


def name_reconciliation(
    claims: Sequence[Row], kind: str, names: Callable[[str, str], Mapping[str, Any]]
) -> Finding:
    """Whether each entity of a kind (place, person, ...) has its usual name in these claims.

    ``names`` finds the entities in a text: how sure they are, their usual forms, and the spellings used. Where none
    of those with another spelling is sure, the answer is open.
    """
    found: dict[str, tuple[str, str, set[str]]] = {}
    for row in claims:
        text = " | ".join(
            str(row[c]) for c in ("subject", "place", "wording", "paraphrase") if row[c]
        )
        for name, (certainty, standard, used) in names(text, kind).items():
            found[name] = (certainty, standard, found.get(name, ("", "", set()))[2] | used)
    odd = {
        name: (sure, used) for name, (sure, standard, used) in found.items() if used - set(standard)
    }
    if not odd:
        return Finding(HOLDS, f"the usual names: {', '.join(sorted(found)) or 'none found'}")
    words = "; ".join(
        f"{' and '.join(sorted(used))} for {name} ({sure})" for name, (sure, used) in odd.items()
    )
    return Finding(FAILS if any(sure == "sure" for sure, _ in odd.values()) else OPEN, words)


# ---- definitions -----------------------------------------------------------------------------------------------------
def as_defined(claims: Sequence[Row], bounds: Sequence[Quantity]) -> Finding:
    """Whether the thresholds that texts print are those of the definitions kept as data, word for word."""
    pairs = list(zip(claims, bounds, strict=True))
    same = [_threshold(row) == (bound.value, bound.qualifier) for row, bound in pairs]
    words = "; ".join(
        f"{row['id']}: {_printed(row)}"
        + ("" if fits else f", but the definition has {bound.words}")
        for (row, bound), fits in zip(pairs, same, strict=True)
    )
    return Finding(_answer(all(same)), words)


def _threshold(row: Row) -> tuple[Fraction, str]:
    value = Fraction(str(row["value"])) / (100 if row["unit"] == "percent" else 1)
    return value, row["comparator"].replace("_", " ")


def _printed(row: Row) -> str:
    return f"{row['comparator'].replace('_', ' ')} {_figure(row['value'], row)}"


def definition_sorts(claims: Sequence[Row], households: Quantity | None = None) -> Finding:
    """Whether thresholds of several texts let the same villages in: the least whole number that passes is the same.

    ``households`` is the size of the village where the thresholds are shares.
    """
    least = {}
    for row in claims:
        bound, how = _threshold(row)
        bound *= households.value if households else 1
        least[row["id"]] = math.floor(bound) + 1 if how == "more than" else math.ceil(bound)
    words = ", ".join(f"{name} from {n} on" for name, n in least.items())
    return Finding(_answer(len(set(least.values())) == 1), words)


VOCABULARY: dict[str, Callable[..., Finding]] = {
    f.__name__: f
    for f in (
        equal_within_rounding,
        implied_rate,
        part_of_whole,
        bound_by_definition,
        ratio,
        unit_reading,
        growth_between_dates,
        same_pace,
        year_passed,
        date_order,
        same_figure_other_subject,
        same_witness,
        same_sentence,
        said_before,
        opposite_sense,
        competing_causes,
        name_reconciliation,
        as_defined,
        definition_sorts,
    )
}
