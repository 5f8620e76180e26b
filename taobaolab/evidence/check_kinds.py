"""The vocabulary of tests between claims: small pure functions, each with an answer and the computation in words.

A test answers ``holds`` (the claims can all be right), ``fails`` (they cannot, in the reading of the test), ``open``,
``same_witness`` (they agree because one copied the other) or ``tells`` (a number to think about, no verdict).
Texts that say "more than" or "less than" get the benefit of it: a test fails only if no number that the words allow
would do.

>>> parse_span("2013-2015").last, parse_span("2016-11").first
(datetime.date(2015, 12, 31), datetime.date(2016, 11, 1))
"""

from __future__ import annotations

import calendar
import datetime
import itertools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from .names import NameUse
from .quantities import Quantity, Unknown, format_number
from .rows import Row

HOLDS, FAILS, OPEN, TELLS, SAME = "holds", "fails", "open", "tells", "same_witness"
DECIMAL_PLACES = ("one decimal place", "two decimal places", "three decimal places")


class Finding(NamedTuple):
    """What a test found: the answer, and the computation in words and numbers."""

    answer: str
    words: str


class Span(NamedTuple):
    """A time as a text gives it: the first and the last day it can mean, and the words for it."""

    first: datetime.date
    last: datetime.date
    words: str


def _finding(fits: bool, words: str) -> Finding:
    """Give the finding of a test that knows two answers."""
    if fits:
        return Finding(HOLDS, words)
    return Finding(FAILS, words)


# ---- numbers ---------------------------------------------------------------------------------------------------------
def equal_within_rounding(left: Quantity, right: Quantity, within: Fraction) -> Finding:
    """Whether two numbers are one number, rounded: their distance is at most ``within`` of the larger.

    A factor near a power of ten is named, because that is how a slipped decimal point looks.
    """
    larger = max(abs(left.value), abs(right.value))
    fits = abs(left.value - right.value) <= within * larger
    words = f"{left.equation} against {right.equation}"
    if not fits:
        words += compare_sizes(left.value, right.value)
    return _finding(fits, words)


def compare_sizes(one: Fraction, other: Fraction) -> str:
    """Say how many times as much it is, and how many decimal places if that is near a power of ten.

    >>> compare_sizes(Fraction(687), Fraction(69))
    ': 9.96 times as much, about one decimal place'
    """
    if not one or not other:
        return ""
    times = max(abs(one / other), abs(other / one))
    places = round(math.log10(times))
    words = f": {format_number(times)} times as much"
    if places and abs(float(times) / 10**places - 1) < 0.02:
        words += f", about {DECIMAL_PLACES[min(places, 3) - 1]}"
    return words


def implied_rate(
    amount: Quantity, converted: Quantity, yardstick: Quantity, within: Fraction
) -> Finding:
    """Whether an amount and its conversion imply the exchange rate of the yardstick."""
    rate = replace(amount / converted, unit=amount.unit)
    fits = abs(rate.value - yardstick.value) <= within * yardstick.value
    words = f"{rate.equation}; elsewhere {yardstick.equation}"
    if not fits:
        words += compare_sizes(rate.value, yardstick.value)
    return _finding(fits, words)


def part_of_whole(part: Quantity, whole: Quantity) -> Finding:
    """Whether a part is not larger than its whole, for some numbers that the words allow."""
    fits = part.low <= whole.high
    share = (part / whole).value
    # A part of twice the whole or more reads better as a factor than as a percentage.
    if share < 2:
        much = f"{format_number(share * 100)}%"
    else:
        much = f"{format_number(share)} times as much"
    return _finding(fits, f"{part.equation} of {whole.equation}: {much}")


def bound_by_definition(
    value: Quantity, bound: Quantity, or_bound: Quantity | None = None
) -> Finding:
    """Whether a number reaches what a definition asks for; where it has two bounds, either will do."""
    bounds = [bound]
    if or_bound is not None:
        bounds.append(or_bound)
    reached = False
    for one in bounds:
        if one.qualifier == "more than":
            reached = reached or value.high > one.value
        else:
            reached = reached or value.high >= one.value
    asked = " or ".join(one.equation for one in bounds)
    return _finding(reached, f"{value.equation}; asked for: {asked}")


def ratio(
    value: Quantity, at_least: Quantity | None = None, at_most: Quantity | None = None
) -> Finding:
    """A number made from claims; with bounds, whether it can lie within them."""
    if at_least is None and at_most is None:
        return Finding(TELLS, value.equation)
    fits = True
    bounds = []
    if at_least is not None:
        fits = fits and value.high >= at_least.low
        bounds.append(f"at least {at_least.result}")
    if at_most is not None:
        fits = fits and value.low <= at_most.high
        bounds.append(f"at most {at_most.result}")
    return _finding(fits, f"{value.equation}; expected: {' and '.join(bounds)}")


def unit_reading(printed: Quantity, factor: Quantity, other: Quantity, within: Fraction) -> Finding:
    """Whether a number read in another unit, so many times larger, is the other number within rounding."""
    read = printed * factor
    fits = abs(read.value - other.value) <= within * max(read.value, other.value)
    return _finding(fits, f"{read.equation} against {other.equation}")


# ---- growth ----------------------------------------------------------------------------------------------------------
def yearly_factor(first: Quantity, last: Quantity, years: Quantity) -> float:
    """Give by what a number was multiplied each year on the way from the first to the last.

    >>> round(yearly_factor(*(Quantity(Fraction(n), str(n)) for n in (20, 1000, 3))), 2)
    3.68
    """
    if first.value <= 0 or last.value <= 0 or years.value <= 0:
        raise Unknown("growth needs positive numbers and a positive number of years")
    return float(last.value / first.value) ** (1 / float(years.value))


def _growth_words(first: Quantity, last: Quantity, years: Quantity) -> str:
    rate = yearly_factor(first, last, years)
    grown = f"{first.words} to {last.words} in {years.result} years"
    return f"{grown} is a factor of {format_number(rate)} a year, {rate - 1:+.1%}"


def growth_between_dates(first: Quantity, last: Quantity, years: Quantity) -> Finding:
    """The growth a year that leads from one number to another."""
    return Finding(TELLS, _growth_words(first, last, years))


def same_pace(
    first: Quantity,
    middle: Quantity,
    last: Quantity,
    years_before: Quantity,
    years_after: Quantity,
    within: Fraction,
) -> Finding:
    """Whether one rate of growth leads through three numbers: the middle one is where it would be, within a share."""
    factor = yearly_factor(first, last, years_before + years_after)
    expected = float(first.value) * factor ** float(years_before.value)
    low, high = middle.value * (1 - within), middle.value * (1 + within)
    fits = low <= expected <= high
    # "More than 1,000" is not contradicted by a pace that leads to 2,000.
    if middle.qualifier in ("more than", "at least") and expected > middle.value:
        fits = True
    words = f"{_growth_words(first, middle, years_before)}; {_growth_words(middle, last, years_after)}; at one pace the middle"
    return _finding(fits, f"{words} would be {format_number(round(expected))}, not {middle.words}")


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
    factor = yearly_factor(first, last, last_year - first_year)
    if factor == 1:
        raise Unknown("without growth no count is ever passed")
    # A count at the end of a year is one at the beginning of the next.
    years_on = math.log(float(count.value / first.value)) / math.log(factor)
    passed = int(float(first_year.value) + 1 + years_on)
    grown = _growth_words(first, last, last_year - first_year)
    words = f"{grown}, which passes {count.words} in {passed}; the text says {int(said.value)}"
    return _finding(abs(passed - said.value) <= 1, words)


# ---- dates -----------------------------------------------------------------------------------------------------------
def parse_span(text: str) -> Span | None:
    """Read the days that a time can mean: a year, a month, a day, two years, ``mid-1980s``; None if it is none of these.

    A middle of a decade is taken to run from its fourth year to its eighth.
    """
    decade = re.fullmatch(r"mid-(\d{3})0s", text)
    if decade:
        start = int(decade[1]) * 10
        return Span(datetime.date(start + 3, 1, 1), datetime.date(start + 7, 12, 31), text)
    years = re.fullmatch(r"(\d{4})-(\d{4})", text)
    if years:
        first, last = int(years[1]), int(years[2])
        return Span(datetime.date(first, 1, 1), datetime.date(last, 12, 31), text)
    date = re.fullmatch(r"(?:about )?(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text)
    if not date:
        return None
    year, month, day = (int(part or 0) for part in date.groups())
    last_month = month or 12
    last_day = day or calendar.monthrange(year, last_month)[1]
    return Span(
        datetime.date(year, month or 1, day or 1),
        datetime.date(year, last_month, last_day),
        text,
    )


def date_order(earlier: Span, later: Span) -> Finding:
    """Whether the first time can have come before the second, or on the same day."""
    fits = earlier.first <= later.last
    order = "before"
    if not fits:
        order = "after"
    days = ""
    if earlier.first == earlier.last and later.first == later.last:
        days = f"{abs((later.first - earlier.first).days):,} days "
    return _finding(fits, f"{earlier.words} is {days}{order} {later.words}")


# ---- words -----------------------------------------------------------------------------------------------------------
def same_figure_other_subject(claims: Sequence[Row], by: str) -> Finding:
    """Whether claims with one figure (or one thing said, where there is no figure) also agree in the column ``by``.

    It holds too where the figures differ: then there is nothing to confuse.
    """
    figures = set()
    for row in claims:
        if row["value"] is None:
            figures.add(row["metric"])
        else:
            figures.add(row["value"])
    if len(figures) > 1:
        differing = ", ".join(sorted(map(str, figures)))
        return Finding(HOLDS, f"the figures differ: {differing}")
    subjects: dict[str, list[str]] = {}
    for row in claims:
        subjects.setdefault(row[by] or "nothing", []).append(row["id"])
    figure = next(iter(figures))
    named = "; ".join(f"{subject} ({', '.join(ids)})" for subject, ids in subjects.items())
    return _finding(len(subjects) == 1, f"{_figure_words(figure, claims[0])}, {by}: {named}")


def _figure_words(figure: Any, claim: Row) -> str:
    if isinstance(figure, str):
        return figure
    words = format_number(Fraction(str(figure)))
    if claim["unit"] == "percent":
        words += "%"
    return words


def same_witness(claims: Sequence[Row], origin: str) -> Finding:
    """Whether claims from several texts go back to one origin, as each says itself: then they are one witness."""
    named = [bool(re.search(rf"\b{re.escape(origin)}\b", row["attributed_to"])) for row in claims]
    words = "; ".join(f"{row['id']}: {row['attributed_to']}" for row in claims)
    if all(named):
        return Finding(SAME, words)
    return Finding(HOLDS, words)


def same_sentence(claims: Sequence[Row], words_in_a_row: Quantity, at_least: Quantity) -> Finding:
    """Whether two texts share so many words in a row that one must have copied the other."""
    names = " and ".join(row["id"] for row in claims)
    words = (
        f"{names} share {words_in_a_row.words} words in a row; "
        f"{at_least.words} or more are taken for a copy"
    )
    texts = {row["source"] for row in claims}
    # A text that repeats itself is no copy.
    if words_in_a_row.value >= at_least.value and len(texts) > 1:
        return Finding(SAME, words)
    return Finding(HOLDS, words)


def said_before(reference: Row, said: Sequence[Row]) -> Finding:
    """Whether what a text refers back to stands in an earlier paragraph of it."""
    here = _paragraph_number(reference)
    earlier = False
    places = []
    for claim in said:
        if claim["source"] == reference["source"]:
            paragraph = _paragraph_number(claim)
            earlier = earlier or paragraph < here
            places.append(f"{claim['id']} in paragraph {paragraph}")
    return _finding(earlier, f"{reference['id']} in paragraph {here}; {', '.join(places)}")


def _paragraph_number(claim: Row) -> int:
    found = re.search(r"paragraph (\d+)", claim["locator"])
    if not found:
        raise Unknown(f"{claim['id']} names no paragraph")
    return int(found[1])


def opposite_sense(
    yes: Sequence[Row], no: Sequence[Row], is_same_place: Callable[[str, str], bool]
) -> Finding:
    """Whether claims that say yes and claims that say no name no place in common, so that both may be right."""
    clash = False
    for one, other in itertools.product(yes, no):
        clash = clash or is_same_place(one["place"] or "", other["place"] or "")
    sides = f"{_join_ids(yes)} against {_join_ids(no)}"
    common = "no place in common by name"
    if clash:
        common = "one place"
    places = sorted({claim["place"] for claim in (*yes, *no) if claim["place"]})
    return _finding(not clash, f"{sides}: {common} ({'; '.join(places)})")


def _join_ids(claims: Sequence[Row]) -> str:
    return " and ".join(claim["id"] for claim in claims)


def competing_causes(**sides: Sequence[Row]) -> Finding:
    """Whether all claims name one cause; with several causes it takes more than these claims to decide."""
    parts = []
    for side, claims in sides.items():
        ids = ", ".join(claim["id"] for claim in claims)
        parts.append(f"{side.replace('_', ' ')}: {ids}")
    return _finding(len(sides) < 2, f"{len(sides)} sides. {'; '.join(parts)}")


def name_reconciliation(
    claims: Sequence[Row], kind: str, find_names: Callable[[str, str], Mapping[str, NameUse]]
) -> Finding:
    """Whether each entity of a kind (place, person, ...) has its usual name in these claims.

    ``find_names`` finds the entities of a kind in a text. Where none of those with another spelling is sure, the answer
    is open.
    """
    found: dict[str, NameUse] = {}
    for claim in claims:
        cells = (claim[column] for column in ("subject", "place", "wording", "paraphrase"))
        text = " | ".join(str(cell) for cell in cells if cell)
        for name, use in find_names(text, kind).items():
            spellings = set(use.spellings)
            if name in found:
                spellings |= found[name].spellings
            found[name] = use._replace(spellings=spellings)
    odd = {name: use for name, use in found.items() if use.spellings - set(use.usual)}
    if not odd:
        return Finding(HOLDS, f"the usual names: {', '.join(sorted(found)) or 'none found'}")
    parts = []
    for name, use in odd.items():
        parts.append(f"{' and '.join(sorted(use.spellings))} for {name} ({use.certainty})")
    words = "; ".join(parts)
    if any(use.certainty == "sure" for use in odd.values()):
        return Finding(FAILS, words)
    return Finding(OPEN, words)


# ---- definitions -----------------------------------------------------------------------------------------------------
def as_defined(claims: Sequence[Row], bounds: Sequence[Quantity]) -> Finding:
    """Whether the thresholds that texts print are those of the definitions kept as data, word for word."""
    all_fit = True
    parts = []
    for claim, bound in zip(claims, bounds, strict=True):
        printed = f"{claim['comparator'].replace('_', ' ')} {_figure_words(claim['value'], claim)}"
        part = f"{claim['id']}: {printed}"
        if _threshold_of(claim) != (bound.value, bound.qualifier):
            all_fit = False
            part += f", but the definition has {bound.words}"
        parts.append(part)
    return _finding(all_fit, "; ".join(parts))


def _threshold_of(claim: Row) -> tuple[Fraction, str]:
    """Give the bound that a claim prints, a percentage as a share, and on which side of it one has to be."""
    value = Fraction(str(claim["value"]))
    if claim["unit"] == "percent":
        value = value / 100
    return value, claim["comparator"].replace("_", " ")


def definition_sorts(claims: Sequence[Row], households: Quantity | None = None) -> Finding:
    """Whether thresholds of several texts let the same villages in: the least whole number that passes is the same.

    ``households`` is the size of the village where the thresholds are shares.
    """
    least = {}
    for claim in claims:
        bound, comparator = _threshold_of(claim)
        if households is not None:
            bound *= households.value
        if comparator == "more than":
            least[claim["id"]] = math.floor(bound) + 1
        else:
            least[claim["id"]] = math.ceil(bound)
    words = ", ".join(f"{name} from {number} on" for name, number in least.items())
    return _finding(len(set(least.values())) == 1, words)


VOCABULARY: dict[str, Callable[..., Finding]] = {
    test.__name__: test
    for test in (
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
