"""What each row of a grid is: names of columns, a place, or something else. Sums are found by arithmetic."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .cells import decimal_signs, is_missing, is_year, looks_like_number, read_number
from .vocabulary import is_total

Row = Sequence[str]
CALIBRATED = 20  # rows from which a run of sums explains a table, and is no chance
LEAST_STEPS = 30  # times the rows: what a sum in one column has to be worth, to be no chance
CLOSE = 0.001  # printed sums of rounded figures are off by so much at most
DEEPEST = 25  # filled rows among which the names stand
MOST_NAMES = 5
MOST_COLUMNS = 30
MOST_ROWS = 20_000


class Header(NamedTuple):
    """The rows that hold names, numbered from 1, and whether that is sure."""

    rows: tuple[int, ...]
    sure: bool


# ---- names of columns --------------------------------------------------------------------------
def find_header(cells: Sequence[Row]) -> Header:
    """The rows that hold names: those before the first row with figures.

    Sure is one row of words that names every column but the first, above a row with figures.

    >>> find_header([["village", "shops"], ["Alpha", "12"]])
    Header(rows=(1,), sure=True)
    >>> find_header([["village", "shops", ""], ["", "2021", "2022"], ["Alpha", "12", "14"]])
    Header(rows=(1, 2), sure=False)
    """
    filled = [i for i, row in enumerate(cells, 1) if any(cell.strip() for cell in row)]
    width = max((_count_filled(cells[i - 1]) for i in filled[:200]), default=0)
    wide = [i for i in filled if _count_filled(cells[i - 1]) >= min(2, width)][:1]
    body = next((i for i in filled[:DEEPEST] if _has_figures(cells[i - 1], i == filled[0])), 0)
    before = [i for i in filled if i < body] if body else wide
    rows: list[int] = []
    for i in reversed(before):
        row = cells[i - 1]
        if _count_filled(row) < min(2, width) or row[0].startswith("#"):
            continue  # a title above, or a heading below the names
        if rows and rows[0] != i + 1:
            break
        rows.insert(0, i)
    if len(rows) > MOST_NAMES:
        return Header(tuple(wide), False)
    if not rows or not body:
        return Header(tuple(rows), False)
    names = [cell.strip() for cell in cells[rows[-1] - 1]]
    last = max(j for j, name in enumerate(names) if name)
    used = [j for j, cell in enumerate(cells[body - 1][: last + 1]) if cell.strip()]
    named = all(names[j] for j in used if j)
    return Header(tuple(rows), named and len(rows) == 1)


def _count_filled(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _has_figures(row: Row, is_first: bool) -> bool:
    """Whether a row holds figures, and not years or the numbers of the columns."""
    texts = [cell.strip() for cell in row if cell.strip()]
    figures = [t for t in texts if looks_like_number(t)]
    if not figures:
        return len(texts) > 1 and any(is_missing(t) for t in texts)
    if numbers_columns(row):
        return False
    years = [t for t in texts if is_year(t)]
    if len(years) == len(figures):
        rising = years in (sorted(set(years)), sorted(set(years), reverse=True))
        if is_first or (len(years) > 2 and rising):
            return not rising
        if not row[0].strip() or len(years) == len(texts):
            return False
    return not row[0].startswith("#")


def numbers_columns(row: Row) -> bool:
    """Whether a row only numbers the columns: 1, 2, 3, 4, as in many official tables."""
    texts = [cell.strip() for cell in row if cell.strip()]
    figures = [int(t) for t in texts if t.isdecimal() and len(t) < 4]
    if (
        len(figures) < 3
        or len(texts) - len(figures) > 1
        or (len(texts) - len(figures) and len(texts[0]) > 2)
    ):
        return False
    return figures == list(range(figures[0], figures[0] + len(figures))) and figures[0] <= 2


def join_names(cells: Sequence[Row], header: Sequence[int]) -> list[str]:
    """The names of the columns; of several rows those above are joined, merged ones repeated.

    >>> join_names([["village", "shops", ""], ["", "2021", "2022"]], [1, 2])
    ['village', 'shops: 2021', 'shops: 2022']
    """
    width = len(cells[0])
    names = [""] * width
    for level, i in enumerate(header):
        row = [" ".join(cell.split()) for cell in cells[i - 1]]
        lower = [cells[k - 1] for k in header[level + 1 :]]
        for j in range(1, width):
            below = any(other[j].strip() for other in lower)
            if not row[j] and below and row[j - 1] and level < len(header) - 1:
                row[j] = row[j - 1]
        for j, part in enumerate(row):
            if part and part not in names[j].split(": "):
                names[j] = f"{names[j]}: {part}" if names[j] else part
    made: list[str] = []
    for j, name in enumerate(names, 1):
        candidate = name or f"column {j}"
        number = 2
        while candidate in made:
            candidate = f"{name or f'column {j}'} ({number})"
            number += 1
        made.append(candidate)
    return made


# ---- rows that are perhaps no places -----------------------------------------------------------
def find_suspects(rows: Mapping[int, Row], names: Sequence[str]) -> dict[int, str]:
    """The rows that are perhaps no places, each with the reason.

    Parameters
    ----------
    rows
        The filled rows below the names, by number.
    names
        Of the columns.
    """
    figures = _figure_columns(rows)
    why: dict[int, str] = {}
    second = 0
    for i, row in rows.items():
        texts = [cell.strip() for cell in row if cell.strip()]
        words = [j for j in figures if row[j].strip() and not looks_like_number(row[j])]
        words = [j for j in words if not is_missing(row[j])]
        has_figures = any(looks_like_number(row[j]) for j in figures)
        if [cell.strip() for cell in row] == [
            n if not n.startswith("column ") else "" for n in names
        ]:
            why[i] = "the names once more"
        elif second or (len(words) > 1 and not has_figures and len(words) >= len(figures) / 2):
            second = second or i
            why[i] = f"a second table that begins in row {second}"
        elif numbers_columns(row) and i == next(iter(rows)):
            why[i] = "the numbers of the columns"
        elif len(texts) == 1 and len(names) > 1:
            why[i] = "one cell alone: a heading or a note"
        elif row[0].startswith("#"):
            why[i] = "a line that begins with #"
        elif any(map(is_total, texts[:3])):
            why[i] = "a sum, by its name"
    left = {i: row for i, row in rows.items() if i not in why or why[i].startswith("a sum")}
    if len(left) <= MOST_ROWS:
        for i, count in find_sums(left, figures).items():
            why[i] = f"the sum of {count} rows" if count > 1 else "the same as its one part"
        for i in _named_alike(left, why):
            why[i] = "named like rows that are sums"
        for i in _find_giants({i: r for i, r in left.items() if i not in why}, figures):
            why[i] = "nearly as large as all others together"
    return dict(sorted(why.items()))


def _figure_columns(rows: Mapping[int, Row]) -> list[int]:
    """The columns of figures that can add up: no years, no running numbers."""
    sample = list(rows.values())[:2000]
    found: list[int] = []
    for j in range(len(sample[0]) if sample else 0):
        texts = [row[j].strip() for row in sample if row[j].strip() and not is_missing(row[j])]
        figures = [t for t in texts if looks_like_number(t)]
        running = texts == [str(n) for n in range(1, len(texts) + 1)] and len(texts) > 2
        if len(figures) >= 0.6 * len(texts) > 0 and not all(map(is_year, texts)) and not running:
            found.append(j)
    return found[:MOST_COLUMNS]


def _likely_signs(rows: Mapping[int, Row], columns: Sequence[int]) -> list[str]:
    """The decimal sign that the cells show; both, if they show none."""
    signs = decimal_signs(row[j] for row in rows.values() for j in columns)
    return list(signs) if len(signs) == 1 else [".", ","]


def _values(
    rows: Mapping[int, Row], columns: Sequence[int], sign: str
) -> dict[int, list[float | None]]:
    values: dict[int, list[float | None]] = {}
    for i, row in rows.items():
        cells = [read_number(row[j], sign).value for j in columns]
        values[i] = [None if cell is None else float(cell) for cell in cells]
    return values


def find_sums(rows: Mapping[int, Row], columns: Sequence[int]) -> dict[int, int]:
    """The rows that are sums of a run of rows before or after them, with the number of these rows.

    Groups may stand in groups: a row that was found out as a sum stands for its parts in the next sum.

    >>> table = {1: ["North", "30", "3"], 2: ["A", "10", "1"], 3: ["B", "20", "2"], 4: ["C", "5", "9"]}
    >>> find_sums(table, [1, 2])
    {1: 2}
    """
    found: dict[int, int] = {}
    for sign in _likely_signs(rows, columns):
        found = _find_sums(rows, _values(rows, columns, sign)) | found
    return dict(sorted(found.items()))


def _find_sums(
    rows: Mapping[int, Row], values: Mapping[int, Sequence[float | None]]
) -> dict[int, int]:
    found: dict[int, int] = {}
    unsure: dict[int, int] = {}
    exact: set[int] = set()
    items = list(rows)
    for rounded in (False, True):  # exact sums first, for a chance is rounded more often
        known = -1
        while len(found) + len(unsure) > known:
            known = len(found) + len(unsure)
            for backwards in (True, False):
                for single in (False, True):
                    if found or not single:
                        how = _Walk(backwards, single, rounded)
                        items = _fold_sums(items, values, how, found, unsure, exact)
    small = LEAST_STEPS * len(rows)
    explained = len(rows) >= 5 and len(items) == 1
    if len(rows) >= CALIBRATED:
        explained = len(items) <= max(3, len(rows) / 10)
    for i, count in unsure.items():
        edge = i in (next(iter(rows)), next(reversed(rows)))
        is_total = (edge and count > 2) or count >= len(rows) - 1 > 1
        if explained or is_total or (i in exact and _steps(values[i]) >= small):
            found[i] = count
    return found


def _steps(values: Sequence[float | None]) -> float:
    """How many values there could have been instead of the largest one, by the digits that it has."""
    largest = max(value or 0.0 for value in values)
    return largest / _step_of(largest)


class _Walk(NamedTuple):
    """How rows are walked over: from below, also for sums of one row, also for sums of rounded figures."""

    backwards: bool
    single: bool
    rounded: bool


def _fold_sums(
    items: list[int],
    values: Mapping[int, Sequence[float | None]],
    how: _Walk,
    found: dict[int, int],
    unsure: dict[int, int],
    exact: set[int],
) -> list[int]:
    """One walk over the rows: a sum takes the place of its parts. The rows that are left come back."""
    stack: list[int] = []
    for i in reversed(items) if how.backwards else items:
        run = _run_that_adds_up(i, stack, values, how)
        if run.length and i not in found and i not in unsure:
            all_but_gaps = run.is_plain and run.gaps > 0 and run.votes == run.asked
            if (run.votes >= 2 and run.votes >= run.asked / 3) or all_but_gaps:
                found[i] = run.length
            elif run.is_plain and not how.single and run.asked <= (3 if how.rounded else 1):
                unsure[i] = run.length
                if run.votes == run.asked and not how.rounded:
                    exact.add(i)
        if run.length and run.length in (found.get(i), unsure.get(i)):
            del stack[-run.length :]
        stack.append(i)
    return stack[::-1] if how.backwards else stack


class _Run(NamedTuple):
    """Rows next to a row that add up to it: how many, in how many columns, of how many that were asked.

    A column where a part is missing and the sum does not fit was not asked: it is one of the gaps. In a plain run
    some column has two parts that are known.
    """

    length: int
    votes: int
    asked: int
    gaps: int = 0
    is_plain: bool = False


def _run_that_adds_up(
    i: int, stack: Sequence[int], values: Mapping[int, Sequence[float | None]], how: _Walk
) -> _Run:
    """The run of rows that most columns agree on; a missing part or a zero may belong to it."""
    votes: Counter[int] = Counter()
    ends: set[int] = set()  # where a part that counts is the last one
    plain: set[int] = set()
    first_gaps: list[int] = []
    fits: list[set[int]] = []
    for column, value in enumerate(values[i]):
        if value is None or value <= 0:
            continue
        total, parts, known, first_gap = 0.0, 0, 0, len(stack) + 1
        fitting = set()
        for count, j in enumerate(reversed(stack), 1):
            part = values[j][column]
            if part is None:
                first_gap = min(first_gap, count)
            total += part or 0.0
            parts += part is None or part > 0
            known += part is not None and part > 0
            several = parts > 1 or how.single
            if total and several and _is_close(total, value, count if how.rounded else 0):
                fitting.add(count)
                if part:
                    ends.add(count)
                if known > 1:
                    plain.add(count)
            if total > value * (1 + CLOSE) or count > 3000:
                break
        votes.update(fitting)
        fits.append(fitting)
        first_gaps.append(first_gap)
    if not ends:
        return _Run(0, 0, len(fits))
    count = max(ends, key=lambda n: (votes[n], n if not how.single else -n))
    gaps = 0
    for fitting, first_gap in zip(fits, first_gaps, strict=True):
        gaps += first_gap <= count and count not in fitting
    return _Run(count, votes[count], len(fits) - gaps, gaps, count in plain)


def _is_close(total: float, value: float, count: int) -> bool:
    """Whether a total is a printed sum, the parts of which, so many, may have been rounded."""
    rounded = _step_of(value) * math.sqrt(count)
    return abs(total - value) <= min(rounded, CLOSE * value) + 1e-9 * value


def _step_of(value: float) -> float:
    """The unit of the last digit of a number: 1, or 0.1 of 2.5."""
    decimals = f"{value:.6f}".rstrip("0").partition(".")[2]
    return 10.0 ** -len(decimals)


def _named_alike(rows: Mapping[int, Row], why: Mapping[int, str]) -> list[int]:
    """Rows that begin with the same word as several sums: the sums of which a part is missing or rounded away."""
    words = {i: _first_word(row) for i, row in rows.items()}
    every = Counter(words.values())
    sums = Counter(words[i] for i in rows if why.get(i, "").startswith("the sum"))
    alike = {word for word, n in sums.items() if word and n >= 3 and n >= every[word] / 3}
    return [i for i, word in words.items() if word in alike and i not in why]


def _first_word(row: Row) -> str:
    texts = [cell.strip() for cell in row if cell.strip() and not looks_like_number(cell)]
    first = next((text for text in texts if text[0].isalpha()), "")
    return first.split()[0] if " " in first else ""


def _find_giants(rows: Mapping[int, Row], columns: Sequence[int]) -> list[int]:
    """The first or last row, if it is as large as all others together: a sum whose parts are not all printed."""
    values = _values(rows, columns, _likely_signs(rows, columns)[-1])
    edges = {next(iter(rows), 0), next(reversed(rows), 0)}
    votes: Counter[int] = Counter()
    asked = 0
    for column in range(len(columns)):
        there = {i: v[column] or 0.0 for i, v in values.items()}
        total = sum(there.values())
        if len(there) < 6 or total <= 0:
            continue
        asked += 1
        for i, value in there.items():
            if i in edges and value > 0.8 * (total - value) > 0:
                votes[i] += 1
    return [i for i, n in votes.items() if n > asked / 2]
