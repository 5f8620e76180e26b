"""What a notebook printed or tabulated, made fit to be read from the last row of a hall.

A table on a slide has no row numbers, no missing values of pandas and no names with underscores; long figures are
said in millions. What was printed becomes a table or sentences where it is one. Nothing is left out: a table that is
too long for one slide is cut into equal parts.
"""

from __future__ import annotations

import html
import re
from functools import cache
from itertools import groupby
from math import ceil

from bs4 import BeautifulSoup, Tag

from taobaolab import datasets

MISSING = {"<NA>", "NaN", "None", "nan", "NaT"}
DASH = "–"
YEAR = re.compile(r"(19|20)\d\d(\.0|-\d\d(-\d\d)?)?")
YEAR_IN = re.compile(r"(?=.*[a-z]).*\b(19|20)\d\d\b")  # words with a year: "before 2006"
SOURCE_KEY = re.compile(r"[A-Za-z]+\d+|[A-Z]+\d*")
NAME = re.compile(r"[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+(?![\w.]*\.\w)")  # of a column, not of a file
ENTRY = re.compile(
    r"(?P<key>[a-z0-9]+(?:-[a-z0-9]+)+)(?:: |, )"
)  # a printed line that begins with a key
WRAPPED_AT = (
    88  # printed text is wrapped at this or more letters; a shorter line ends where it was meant to
)


def table_for_hall(box: Tag) -> bool:
    """Clean a table of a notebook for a slide, in its place; tell whether a figure is missing in it."""
    table = box.find("table")
    join_header_rows(table)
    turn_if_flat(table)
    drop_row_numbers(table)
    drop_source_keys(table)
    missing = clean_columns(table)
    if table.caption and not table.caption.get_text(strip=True):
        table.caption.decompose()
    return missing


def cut_rows(box: Tag, most_rows: int, missing: bool) -> list[str]:
    """A cleaned table as equal parts of at most so many rows; each says what a dash means if a figure is missing."""
    count = len(body_rows(box))
    parts = max(1, ceil(count / most_rows))
    length = ceil(count / parts)
    note = f'<p class="key">{DASH}: no figure</p>' if missing else ""
    whole = str(box)
    if parts == 1:
        return [whole + note]
    made = []
    for part in range(parts):
        copy = BeautifulSoup(whole, "html.parser")
        for number, row in enumerate(body_rows(copy)):
            if not part * length <= number < (part + 1) * length:
                row.decompose()
        made.append(str(copy) + note)
    return made


def split_columns(box: str) -> list[str]:
    """A table that is too wide as two tables, each with the first column.

    >>> halves = split_columns("<table><tr><td>a</td><td>1</td><td>2</td><td>3</td></tr></table>")
    >>> [half.count("<td>") for half in halves]
    [3, 2]
    """
    count = max(len(cells_of(row)) for row in BeautifulSoup(box, "html.parser").find_all("tr"))
    middle = (count + 2) // 2
    halves = []
    for kept in (range(middle), (0, *range(middle, count))):
        half = BeautifulSoup(box, "html.parser")
        for row in half.find_all("tr"):
            for number, cell in enumerate(cells_of(row)):
                if number not in kept:
                    cell.decompose()
        halves.append(str(half))
    return halves


def body_rows(table: Tag) -> list[Tag]:
    """The rows of a table below its header."""
    return [row for row in table.find_all("tr") if not row.find_parent("thead")]


def cells_of(row: Tag) -> list[Tag]:
    """The cells of a row."""
    return row.find_all(["th", "td"], recursive=False)


def join_header_rows(table: Tag) -> None:
    """Pandas writes the names of the index into a row of its own; put them into the row above."""
    rows = table.select("thead tr")
    if len(rows) != 2:
        return
    upper, lower = map(cells_of, rows)
    if len(upper) != len(lower):
        return
    names = [cell.get_text(strip=True) for cell in lower]
    heads = [cell.get_text(strip=True) for cell in upper]
    if any(name and head for name, head in zip(names[1:], heads[1:], strict=True)):
        return
    for cell, name in zip(upper, names, strict=True):
        if name:
            cell.name = "th"  # where the columns have a name too, that of the rows says more
            cell.string = name
    rows[1].decompose()


SHORT_NAME = 16  # a first column of printed lines with so few letters stays in one line
FLAT = 8  # a table of one or two rows with at least so many columns is turned


def turn_if_flat(table: Tag) -> None:
    """Turn a table of one or two long rows, so that its columns stand under each other."""
    head = table.select_one("thead tr")
    rows = body_rows(table)
    if head is None or not 1 <= len(rows) <= 2 or len(cells_of(head)) < FLAT:
        return
    grid = [[cell.decode_contents() for cell in cells_of(row)] for row in [head, *rows]]
    if len({len(row) for row in grid}) > 1:
        return
    turned = list(zip(*grid, strict=True))
    caption = str(table.caption or "")
    top = "".join(f'<th scope="col">{cell}</th>' for cell in turned[0])
    body = "".join(
        f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>"
        for first, *rest in turned[1:]
    )
    made = f"<table>{caption}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    new = BeautifulSoup(made, "html.parser").table
    table.clear()
    for part in list(new.children):
        table.append(part)


def drop_row_numbers(table: Tag) -> None:
    """Remove a first column without a name that only numbers the rows. Years are no row numbers."""
    head = table.select_one("thead tr")
    rows = body_rows(table)
    if head is None or not rows:
        return
    first = [cells_of(row)[0].get_text(strip=True) for row in rows if cells_of(row)]
    unnamed = not cells_of(head)[0].get_text(strip=True)
    if not unnamed or not all(text.isdigit() for text in first) or len(cells_of(head)) < 2:
        return
    if all(1900 < int(text) < 2100 for text in first):
        return
    for row in [head, *rows]:
        cells_of(row)[0].decompose()


def drop_source_keys(table: Tag) -> None:
    """Remove the column of source keys: a hall cannot look them up, and the notebook has them."""
    head = table.select_one("thead tr")
    if head is None:
        return
    names = [cell.get_text(strip=True) for cell in cells_of(head)]
    if "source" not in names:
        return
    place = names.index("source")
    rows = [cells_of(row) for row in body_rows(table)]
    if all(len(row) > place and SOURCE_KEY.fullmatch(row[place].get_text()) for row in rows):
        for row in [cells_of(head), *rows]:
            row[place].decompose()


def clean_columns(table: Tag) -> bool:
    """Write the cells of a table as a hall reads them; tell whether a figure is missing in it."""
    for heading in table.select("thead th"):
        for pause in heading.find_all("wbr"):
            pause.decompose()
        heading.string = spoken_name(heading.get_text())
    grid = [cells_of(row) for row in body_rows(table)]
    missing = False
    for column in range(max(map(len, grid), default=0)):
        cells = [row[column] for row in grid if column < len(row)]
        texts = [cell.get_text().strip() for cell in cells]
        shown = column_for_hall(texts)
        missing = missing or DASH in shown
        for cell, before, after in zip(cells, texts, shown, strict=True):
            if before != after:
                cell.string = after
    return missing


def column_for_hall(texts: list[str]) -> list[str]:
    """The cells of one column as a hall reads them.

    >>> column_for_hall(["1180.0", "<NA>", "200.0"])
    ['1,180', '–', '200']
    >>> column_for_hall(["4277279996", "12000"]), column_for_hall(["2019", "2020"])
    (['4,277 million', '12,000'], ['2019', '2020'])
    >>> column_for_hall(["2017-12", "2019"]), column_for_hall(["2005", "2013 or earlier"])
    (['2017-12', '2019'], ['2005', '2013 or earlier'])
    >>> column_for_hall(["central_and_west", "('a', 'b')", "()"])
    ['central and west', 'a, b', 'none']
    >>> column_for_hall(["True", "<NA>"])
    ['yes', '?']
    """
    known = [text for text in texts if text and text not in MISSING]
    if known and all(text in ("True", "False") for text in known):
        answers = {"True": "yes", "False": "no"}
        return [answers.get(text, "?") for text in texts]
    whole = bool(known) and all(
        re.fullmatch(r"-?[\d,]+\.0+", text) for text in known if number_in(text) is not None
    )
    years = bool(known) and all(YEAR.fullmatch(text) or YEAR_IN.search(text) for text in known)
    return [cell_for_hall(text, whole, years) for text in texts]


def cell_for_hall(text: str, whole: bool, years: bool) -> str:
    """One cell as a hall reads it; ``whole`` says that its column has no fractions, ``years`` that it has years."""
    if text in MISSING:
        return DASH
    number = number_in(text)
    if number is None:
        return phrase_for_hall(text)
    if years:
        return text.removesuffix(".0")
    if abs(number) >= 10_000_000:
        return f"{float(f'{number / 1e6:.4g}'):,g} million"
    if whole or (abs(number) >= 1000 and "." in text):
        return f"{number:,.0f}"
    if abs(number) >= 1000 and "," not in text and "." not in text:
        return f"{number:,.0f}"
    return text


def number_in(text: str) -> float | None:
    """The number that a cell consists of; None if it is no plain number."""
    if not re.fullmatch(r"[-−]?\d[\d,]*(\.\d+)?", text):
        return None
    return float(text.replace(",", "").replace("−", "-"))


def spoken_name(text: str) -> str:
    """A name of a column or a key as words.

    >>> spoken_name("shops_per_100_households"), spoken_name("annual_sales_rmb")
    ('shops per 100 households', 'annual sales RMB')
    >>> spoken_name("gull_islands.csv")
    'gull_islands.csv'
    """
    return re.sub(r"\brmb\b", "RMB", NAME.sub(lambda found: found[0].replace("_", " "), text))


def phrase_for_hall(text: str) -> str:
    """Words of a cell or of a printed line without the marks of Python.

    >>> phrase_for_hall("{'not met': 9, 'met': 4}"), phrase_for_hall("[20, 55]"), phrase_for_hall("'met'")
    ('not met: 9, met: 4', '20, 55', 'met')
    """
    text = re.sub(r"[\[({]\s*[\])}]", "none", text)
    text = re.sub(r"\{((?:'[^']*': [^{}]*?)+)\}", lambda found: found[1].replace("'", ""), text)
    quoted = r"(?:'[^']*'|-?\d[\d.]*)"
    several = rf"[\[(]+({quoted}(?:\)?, \(?{quoted})*),?[\])]+"
    text = re.sub(
        several,
        lambda found: (
            re.sub(r"['()]", "", found[1]) if "'" in found[1] or ", " in found[1] else found[0]
        ),
        text,
    )
    if re.fullmatch(r"'[^']*'", text):
        text = text[1:-1]
    text = re.sub(r"^True(?= \d)", "yes:", re.sub(r"^False(?= \d)", "no:", text))
    for missing in ("<NA>", "NaN"):
        text = text.replace(missing, "?")
    return spoken_name(text)


# ---- what was printed
def printed_for_hall(pre: str) -> str:
    """Printed text as HTML for a slide: a table where it has columns, else its lines as sentences.

    >>> printed_for_hall("<pre>a: 1\\nb: 2</pre>")
    '<p class="line">a: 1</p><p class="line">b: 2</p>'
    >>> "<td>4.0</td>" in printed_for_hall("<pre>2013    4.0\\n2014    2.8\\ndtype: Float64</pre>")
    True
    """
    text = html.unescape(re.sub(r"<[^>]*>", "", pre))
    lines = [line.rstrip() for line in text.split("\n")]
    return "".join(printed_block(block) for block in blocks_of(lines))


def blocks_of(lines: list[str]) -> list[list[str]]:
    """Printed lines, cut where a line is empty."""
    found: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [block for block in found if block]


def printed_block(lines: list[str]) -> str:
    """Lines that were printed together: a series, a frame with sentences around it, else lines."""
    if re.match(r"(dtype|Name): ", lines[-1]):
        rows = series_rows(lines[:-1])
        if rows:
            return plain_table(rows)
    first, end = frame_place(lines)
    if first < end:
        around = [lines[:first], lines[end:]]
        before, after = [printed_block(some) if some else "" for some in around]
        rows = frame_rows(lines[first:end])
        return before + plain_table(rows[1:], rows[0]) + after
    if any(re.search(r"\S {3,}\S", line) for line in lines):
        rows = frame_rows(lines)
        if rows:
            return plain_table(rows[1:], rows[0])
        escaped = html.escape("\n".join(lines), quote=False)
        return f'<pre class="columns">{escaped}</pre>'
    joined = [phrase_for_hall(without_claim_key(line)) for line in unwrapped(lines)]
    return "".join(
        lines_or_table(list(group)) for _, group in groupby(joined, lambda line: line.count(" | "))
    )


def without_claim_key(line: str) -> str:
    """A printed line without the key of a claim before it: a hall cannot look it up, and the notebook has it.

    >>> without_claim_key("habr-pop-45000: Daji has 45,000 residents."), without_claim_key("Daji: a town")
    ('Daji has 45,000 residents.', 'Daji: a town')
    """
    found = ENTRY.match(line)
    if found and found["key"] in claim_keys():
        return line[found.end() :]
    return line


@cache
def claim_keys() -> frozenset[str]:
    """The keys of the ledger of claims."""
    return frozenset(datasets.load("claims").id)


def frame_place(lines: list[str]) -> tuple[int, int]:
    """Where a printed DataFrame of one column begins and ends among lines; (0, 0) if there is none.

    Its header stands far to the right, over the figures, and the name of its index may have a line of its own.

    >>> frame_place(["Three:", "            n", "name", "A           1", "B           2", "{'A': 1}"])
    (1, 5)
    """
    for first, line in enumerate(lines):
        if not re.match(r" {6,}\S+$", line):
            continue
        end = first + 1
        if end < len(lines) and re.fullmatch(r"\S+", lines[end]):
            end += 1
        begins = end
        while end < len(lines) and re.fullmatch(r"\S+( \S+)* {3,}\S+", lines[end]):
            end += 1
        if end > begins:
            return first, end
    return 0, 0


def lines_or_table(lines: list[str]) -> str:
    """Lines with the same number of bars: a table if there are several with a bar, else paragraphs.

    >>> lines_or_table(["a | b", "c | d"]).count("<td"), lines_or_table(["a | b"])
    (4, '<p class="line">a: b</p>')
    """
    fields = [re.split(r" \| ", line) for line in lines]
    if len(lines) > 1 and len(fields[0]) > 1:
        return plain_table(fields)
    joined = [": ".join(row[:2]) + "".join(f"; {field}" for field in row[2:]) for row in fields]
    return "".join(f'<p class="line">{html.escape(line, quote=False)}</p>' for line in joined)


def series_rows(lines: list[str]) -> list[list[str]] | None:
    """The rows of a printed Series, a repeated first level filled in; None if it is none."""
    split = [re.split(r"\s{2,}", line.strip()) for line in lines]
    width = max(map(len, split))
    if width < 2:
        return None
    if len(split[0]) < width:
        split = split[1:]
    return [[phrase_for_hall(word) for word in row] for row in split if len(row) == width] or None


def frame_rows(lines: list[str]) -> list[list[str]] | None:
    """The header and rows of a printed DataFrame whose index has a name or none; None if it is none."""
    split = [re.split(r"\s{2,}", line.strip()) for line in lines]
    width = max(map(len, split))
    body = [row for row in split if len(row) == width]
    head = split[0]
    if len(head) != width - 1 or len(body) < len(split) - 2:
        return None
    name_of_index = split[1][0] if len(split[1]) == 1 else ""
    return [[spoken_name(name_of_index), *map(spoken_name, head)], *body]


def unwrapped(lines: list[str]) -> list[str]:
    """Printed lines with those joined that only the width of the page cut.

    Where lines go on with an indent, only an indent joins them; else a line that was full goes on in the next one,
    unless that begins with a key.

    >>> unwrapped(["x" * 86 + ",", "end", "next"])[1:], unwrapped(["G01: a", "    b"])
    (['next'], ['G01: a b'])
    >>> len(unwrapped(["one: " + "a " * 40, "    b", "two: " + "c " * 40, "three-long-name: d"]))
    3
    """
    joined: list[str] = []
    longest = max(map(len, lines))
    indents = any(line.startswith("    ") for line in lines)
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else ""
        first_word = line.split()[0]
        was_full = longest >= WRAPPED_AT - 8 and len(before) + 1 + len(first_word) > WRAPPED_AT
        if indents:
            goes_on = line.startswith("    ")
        else:
            goes_on = was_full and not ENTRY.match(line)
        if joined and goes_on:
            hyphen = joined[-1].endswith("-")
            joined[-1] += line.strip() if hyphen else " " + line.strip()
        else:
            joined.append(line.strip())
    return joined


def plain_table(rows: list[list[str]], head: list[str] | None = None) -> str:
    """A small table in the box that all tables of the site have."""
    columns = [column_for_hall(list(column)) for column in zip(*rows, strict=True)]
    short = max(map(len, columns[0])) <= SHORT_NAME
    body = ""
    for first, *others in zip(*columns, strict=True):
        row = f'<td class="short">{html.escape(first, quote=False)}</td>' if short else ""
        plain = others if short else [first, *others]
        row += "".join(f"<td>{html.escape(cell, quote=False)}</td>" for cell in plain)
        body += f"<tr>{row}</tr>"
    top = ""
    if head:
        top = (
            "<thead><tr>"
            + "".join(f'<th scope="col">{c}</th>' if c else "<td></td>" for c in head)
            + "</tr></thead>"
        )
    return f'<div class="wide"><table>{top}<tbody>{body}</tbody></table></div>'
