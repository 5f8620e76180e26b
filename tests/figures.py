"""Every figure in the prose of a notebook has to rest on something that can be looked up.

A figure of a markdown cell is *tied* when it equals, as printed or rounded to the digits printed,

- a number that a code cell **of the same section** shows: in its source, its tables, its printed lines, the titles and
  the descriptions of its charts. "220 billion" also fits a 220 in an output that speaks of billions, "98%" fits 0.98.
  Cells before the first section, and those under "The sentence you can now write", may use the whole notebook;
- or a number in what the metadata of the cell name:

  - ``"rests_on": ["claims/habr-10m-usd", "villages_by_year/2016"]``: rows of tables, by table and key;
    ``"definitions/wikipedia"``: a definition; ``"cell:growth-towns"``: a code cell in another section;
  - ``"worked_out": ["130 / 2000"]``: arithmetic (+ - * / // and brackets) whose numbers are tied themselves,
    or powers of ten;
  - ``"supposed": ["30,000"]``: numbers that the sentence only supposes, as in a thought experiment, or advises.

With "about", "nearly", "some" and the like before it, a round figure may be rounded to its zeros: about 2,000 fits 1,987.

Left aside: code, targets of links and the texts of links inside the collection, numbers of sections, questions and
notebooks, minutes and clock times, points and lengths of essays, the points of a rubric, markers of lists, numbers in words; of the code cells, the outputs of ``describe``,
``catalog``, ``cite``, ``checkup`` and ``progress``, which hold too many numbers to prove anything. In the solutions, the
text of a question (``q3-text``, ``q3-ask``) that says "made for teaching" or "suppose" gives its numbers, years
excepted, and the other cells of that question may use them.

``python tests/figures.py notebooks/02_growth.ipynb`` lists what is untied, and where it stands if it stands somewhere.
"""

from __future__ import annotations

import ast
import html
import json
import operator
import re
import sys
from bisect import bisect_left
from dataclasses import dataclass, field
from fractions import Fraction

from taobaolab import datasets
from taobaolab.definition import definitions

SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
SCALES |= {"bn": 10**9, "万": 10**4, "亿": 10**8, "wan": 10**4, "yi": 10**8}
NUMBER = re.compile(
    r"(?<![\w.])(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<rest>\.\d+)?"
    rf"(?:\s?(?P<scale>{'|'.join(SCALES)})(?![a-z]))?(?P<percent>\s?%|\spercent\b)?"
    r"(?:(?:s|st|nd|rd|th|x|km|m|h)(?!\w))?(?![A-Za-z_\d])"
)
ROUGHLY = re.compile(r"\b(?:about|around|nearly|almost|roughly|some|close to)\s$", re.I)
CHART = "application/vnd.vegalite.v5+json"
CROWDED = re.compile(r"datasets\.(?:describe|catalog|cite)\(|\b(?:checkup|progress)\(\)")
GIVEN = re.compile(r"made(?: up)? for teaching|\bsuppose|\bimagine", re.I)
QUESTION = re.compile(r"(q\d+)-(text|ask)")
OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
OPERATIONS |= {ast.FloorDiv: lambda a, b: Fraction(a // b)}
TENS = {Fraction(10**n) for n in range(13)}
ADVICE = (
    "Print it in a code cell of the section, rounded as in the prose, or name in the metadata of this cell what it rests "
    'on: "rests_on": ["table/key"] or ["cell:id"], "worked_out": ["130 / 2000"], "supposed": ["30,000"].'
)


@dataclass(frozen=True)
class Figure:
    """A number in a text: its size, how far rounding may have moved it, and how it is printed."""

    value: Fraction
    step: Fraction
    printed: str
    percent: bool = False
    scale: str = ""

    @property
    def is_year(self):
        """Whether it looks like a year."""
        return bool(re.fullmatch(r"(?:19|20)\d\d", self.printed))


@dataclass
class Pool:
    """Numbers on which prose may rest; those of texts that speak of billions (and so on) are kept apart as well."""

    values: list[Fraction] = field(default_factory=list)
    scaled: dict[str, list[Fraction]] = field(default_factory=dict)

    def add(self, text):
        """Take in the numbers of a text."""
        found = [figure.value for figure in figures(text, rough=False)]
        self.values = sorted([*self.values, *found])
        for scale in SCALES:
            if scale in text.lower():
                self.scaled[scale] = sorted([*self.scaled.get(scale, []), *found])
        return self

    def has(self, figure):
        """Whether a number of the pool is the figure, rounded as the figure is."""
        size = SCALES.get(figure.scale, 1)
        return (
            _near(self.values, figure.value, figure.step)
            or (figure.percent and _near(self.values, figure.value / 100, figure.step / 100))
            or _near(self.scaled.get(figure.scale, []), figure.value / size, figure.step / size)
        )


def _near(values, value, step):
    place = bisect_left(values, value - step / 2)
    return place < len(values) and values[place] <= value + step / 2


def figures(text, rough=True):
    """The figures of a text. ``rough``: words such as about widen the rounding of a round one."""
    found = []
    for match in NUMBER.finditer(text):
        digits, rest, scale = (
            match["digits"].replace(",", ""),
            match["rest"] or "",
            match["scale"] or "",
        )
        size, step = SCALES.get(scale, 1), Fraction(1, 10 ** len(rest[1:]))
        if rough and not rest and int(digits) and ROUGHLY.search(text[: match.start()]):
            step = Fraction(10 ** (len(digits) - len(digits.rstrip("0"))))
        value = Fraction(digits + rest) * size
        found.append(Figure(value, step * size, match[0].strip(), bool(match["percent"]), scale))
    return found


# ---- what a notebook says, and what it shows


def prose(cell):
    """The text of a markdown cell without what is no statement."""
    text = re.sub(r"```.*?```|`[^`]*`", " ", cell.source, flags=re.S)
    text = re.sub(r"\[[^\]]*\]\((?:#|[^)]*\.(?:ipynb|md))[^)]*\)", " ", text)
    text = re.sub(r"\]\([^)]*\)|<[^>]*>", "] ", text)
    text = re.sub(r"^(#+) \d+ ", r"\1 ", text, flags=re.M)
    text = re.sub(r"^\s*\d+\. ", "", text, flags=re.M)
    text = re.sub(r"^\*\d+ minutes?[^*]*\*", "", text, flags=re.M)
    text = re.sub(
        r"^\| \d+ (?=[^|]+\| (?:\d:\d\d|\d+ minutes) \|)|\b\d:\d\d\b", "| ", text, flags=re.M
    )
    text = re.sub(r"\b\d+ (?:minutes?|words|points?)\b|(?<![\d.,])0\d\b", " ", text)
    if re.fullmatch(r"q\d+-rubric", cell.id):
        text = re.sub(r"(?<![\d.,])\d(?![\d.,%])", " ", text)
    lists = r"(?:Sections?|Questions?|Notebooks?|Exercises?)" + (
        "" if cell.id == "title" else r"\s\d"
    )
    return re.sub(rf"\b{lists}[^.:]*", _unnumbered, text, flags=re.I)


def _unnumbered(found):
    return re.sub(r"(?<![\w.,])\d{1,2}(?![\w%])", " ", found[0])


def shown(cell, crowded=False):
    """The texts that a code cell shows: its source, and its outputs without addresses."""
    yield re.sub(r"(?<=\d)_(?=\d)", "", cell.source)
    for output in cell.get("outputs", []) if crowded or not CROWDED.search(cell.source) else []:
        bundle = output.get("data", {})
        yield output.get("text", "")
        if CHART in bundle:
            yield f"{bundle.get('text/plain', '')} {_titles(bundle[CHART])}"
        else:
            yield (
                _text(bundle["text/html"])
                if "text/html" in bundle
                else bundle.get("text/plain", "")
            )


def _titles(spec):
    title = (json.loads(spec) if isinstance(spec, str) else spec).get("title", "")
    return json.dumps(title, ensure_ascii=False)


def _text(page):
    """An HTML output as text, without the row numbers that pandas puts beside a table."""
    if 'class="dataframe"' in page and page.partition("</thead>")[0].count("<tr") == 1:
        page = re.sub(r"(<tr>\s*)<th[^>]*>\d+</th>", r"\1", page)
    page = re.sub(r"<style.*?</style>|https?://[^\s<\"]+", " ", page, flags=re.S)
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def pool_of(cells, crowded=False):
    """All numbers that some code cells show."""
    pool = Pool()
    for cell in cells:
        for text in shown(cell, crowded) if cell.cell_type == "code" else []:
            pool.add(re.sub(r"https?://\S+", "", text))
    return pool


def sections(book):
    """The cells of a notebook, a list for each section; the first holds those before the first section."""
    parts = [[]]
    for cell in book.cells:
        if cell.cell_type == "markdown" and re.search(r"^## ", cell.source, re.M):
            parts.append([])
        parts[-1].append(cell)
    return parts


def row_text(entry):
    """All cells of the row, or all parts of the definition, that ``rests_on`` names. KeyError: there is none."""
    table, *keys = entry.split("/")
    if table == "definitions":
        known = {d.key: d for d in definitions().itertuples()}
        if "/".join(keys) not in known:
            raise KeyError(f"there is no definition {'/'.join(keys)}")
        said = known["/".join(keys)]
        return "; ".join(
            str(part)
            for part in (said.rule, said.year, said.peculiar, said.window, said.active_means)
        )
    frame = datasets.load(table)
    names = datasets.descriptor(table)["schema"]["primaryKey"]
    found = (
        frame[(frame[names].astype("string") == keys).all(axis=1)]
        if len(keys) == len(names)
        else frame[:0]
    )
    if found.empty:
        raise KeyError(
            f"the table {table} has no row {'/'.join(keys)}; its key is {', '.join(names)}"
        )
    row = found.iloc[0].dropna().to_dict()
    if "million" in str(row.get("unit", "")):
        row["in full"] = f"{row['value']} million"
    return "; ".join(f"{column}: {value}" for column, value in row.items())


def worked_out(expression, tied):
    """The value of an arithmetic expression, all of whose numbers are tied; ValueError if one is not."""

    def value(node):
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS:
            return OPERATIONS[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            number = Fraction(str(node.value))
            if number not in TENS and not tied(Figure(number, Fraction(0), str(node.value))):
                raise ValueError(f"{node.value} is not tied itself")
            return number
        raise ValueError("it is not made of numbers and + - * / // ( )")

    return value(ast.parse(expression, mode="eval").body)


# ---- the check


class Book:
    """A notebook with the numbers that each of its markdown cells may use."""

    def __init__(self, book, name="notebook"):
        self.book, self.name = book, name
        self.cells = {cell.id: cell for cell in book.cells}
        self.whole = pool_of(book.cells)
        self.given = _given(book)
        self.pools = {}
        for number, part in enumerate(sections(book)):
            everywhere = number == 0 or any(
                "## The sentence you can now write" in cell.source for cell in part
            )
            pool = self.whole if everywhere else pool_of(part)
            self.pools |= {cell.id: pool for cell in part}

    def untied(self):
        """What is wrong, a message each: figures that rest on nothing, and metadata that lead nowhere."""
        messages = []
        for cell in self.book.cells:
            if cell.cell_type == "markdown":
                pools, faults = self.allowed(cell)
                found = [f for f in figures(prose(cell)) if not any(p.has(f) for p in pools)]
                messages += [f"{self.name}, cell {cell.id}: {fault}" for fault in faults]
                messages += [
                    f"{self.name}, cell {cell.id}: {f.printed!r} {self._where(f)}. {ADVICE}"
                    for f in found
                ]
        return messages

    def _where(self, figure):
        code = [c for c in self.book.cells if c.cell_type == "code"]
        found = [c.id for c in code if pool_of([c]).has(figure)]
        where = f"; other sections show it: cell:{', cell:'.join(found[:3])}" if found else ""
        return f"is shown by no code cell of its section{where}"

    def allowed(self, cell):
        """The numbers that a markdown cell may use, and what is wrong with its metadata."""
        own, faults = Pool(), []
        pools = (self.pools[cell.id], self.given.get(cell.id.partition("-")[0], Pool()), own)
        for entry in cell.metadata.get("rests_on", []):
            try:
                self._rest(own, entry)
            except KeyError as error:
                faults.append(f"rests_on {entry!r}: {error.args[0]}")
        for entry in cell.metadata.get("supposed", []):
            own.add(entry)
            if entry not in prose(cell):
                faults.append(f"supposed {entry!r} does not stand in this cell")
        for entry in cell.metadata.get("worked_out", []):
            try:
                value = worked_out(entry, lambda figure: any(p.has(figure) for p in pools))
                own.values = sorted([*own.values, value])
            except (ValueError, SyntaxError, ZeroDivisionError) as error:
                faults.append(f"worked_out {entry!r}: {error}")
        return pools, faults

    def _rest(self, own, entry):
        if not entry.startswith("cell:"):
            own.add(row_text(entry))
            return
        cell = self.cells.get(entry.removeprefix("cell:"))
        if cell is None or cell.cell_type != "code":
            raise KeyError("there is no such code cell")
        for text in shown(cell, crowded=True):
            own.add(text)


def _given(book):
    """The numbers that the text of each question gives: those it supposes, and those it made for teaching."""
    given = {}
    for cell in book.cells:
        if found := QUESTION.fullmatch(cell.id):
            made = (
                [f.printed for f in figures(prose(cell)) if not f.is_year]
                if GIVEN.search(cell.source)
                else []
            )
            given.setdefault(found[1], Pool()).add(
                " ; ".join([*made, *cell.metadata.get("supposed", [])])
            )
    return given


def untied(book, name="notebook"):
    """What is wrong with the figures of a notebook, a message each."""
    return Book(book, name).untied()


def spoilt(text):
    """Copies of a text, each with the last digit of one of its figures one higher, or lower after a nine."""
    for match in NUMBER.finditer(text):
        end = match.end("rest") if match["rest"] else match.end("digits")
        last = int(text[end - 1])
        yield f"{text[: end - 1]}{last + 1 if last < 9 else 8}{text[end:]}"


if __name__ == "__main__":
    import nbformat

    for path in sys.argv[1:]:
        print("\n".join(untied(nbformat.read(path, 4), path)) or f"{path}: every figure is tied.")
