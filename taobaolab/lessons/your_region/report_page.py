"""A page to hand in: what was asked, what came out, what it rests on, and what is not known. Two sheets of paper."""

from __future__ import annotations

import base64
import datetime
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import charts, datasets
from ...definition import AnyDefinition, Definition, get_definition, published
from .answers import answer_rows, deciding, label_of, unknown
from .comparison import NO_SAMPLE, RECORDED, bound_on, doubt_level, records, standing
from .findings import count_of
from .places import Places
from .region_charts import passing_chart, standing_chart

if TYPE_CHECKING:
    import pandas as pd

FIRST = 8  # places on the page
MOST = 10  # lines of a list
WIDEST = 5  # data beside a place
CONCLUSION = "(Your own words: three to five sentences. What do you conclude, and what would change your mind?)"
KINDS = {
    "village": "Taobao village",
    "town": "Taobao town",
    "cluster": "cluster of Taobao villages",
}


@dataclass(frozen=True, eq=False, repr=False)
class Report:
    """A page in Markdown and in HTML, with the numbers it speaks of.

    Parameters
    ----------
    title
        The heading.
    numbers
        places, met, not_met, undetermined.
    tables
        The tables of the page by heading.
    answers
        Every place with its answer and every cell of its row in the file.
    parts
        The page in order: its kind, and the words or the name of a table or a picture.
    findings
        What was odd.
    sources
        All that is cited; the page shows the first ten.
    pictures
        The charts by name.
    """

    title: str
    numbers: Mapping[str, int]
    tables: Mapping[str, pd.DataFrame]
    answers: pd.DataFrame
    parts: Sequence[tuple[str, Any]]
    findings: pd.DataFrame
    sources: Sequence[str]
    pictures: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def _stills(self) -> dict[str, bytes]:
        return {name: _as_png(chart) for name, chart in self.pictures.items()}

    @property
    def markdown(self) -> str:
        """The page as Markdown; pictures are files beside it."""
        lines = [f"# {_escape(self.title)}", ""]
        for kind, what in self.parts:
            if kind in ("heading", "behind"):
                lines.append(f"## {_escape(what)}")
            elif kind == "text":
                lines.append(_escape(what))
            elif kind in ("list", "references"):
                lines += [f"- {_escape(item)}" for item in what]
            elif kind == "table":
                lines += _as_markdown(self.tables[what])
            else:
                text = _escape(self.pictures[what].to_dict()["description"])
                if self._stills[what]:
                    lines.append(f"![{text}]({what}.png)")
                else:
                    lines.append(f"*{text}* (Open {what}.vl.json in JupyterLab to see it.)")
            lines.append("")
        return "\n".join(lines)

    @property
    def html(self) -> str:
        """The page as one HTML file that needs nothing else: pictures are inside it, nothing is fetched."""
        from jinja2 import Environment

        stills = {}
        for name, chart in self.pictures.items():
            png = base64.b64encode(self._stills[name]).decode()
            stills[name] = (png, chart.to_dict()["description"])
        page = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(PAGE)
        tables = {name: _as_texts(table) for name, table in self.tables.items()}
        return page.render(title=self.title, parts=self.parts, tables=tables, stills=stills)

    def save(self, folder: str | Path) -> list[str]:
        """Write the page and what belongs to it into a folder; return the names of the files.

        These are report.html, report.md, its pictures, answers.csv, findings.csv and sources.txt. Files of these names are
        written anew. Pictures are PNG where vl-convert is installed, else Vega-Lite files, which JupyterLab draws.
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        files = {"report.html": self.html.encode(), "report.md": self.markdown.encode()}
        for name, chart in self.pictures.items():
            if self._stills[name]:
                files[f"{name}.png"] = self._stills[name]
            else:
                spec = charts.render(_themed(chart))[0]["application/vnd.vegalite.v5+json"]
                files[f"{name}.vl.json"] = json.dumps(spec, ensure_ascii=False).encode()
        tables = {"answers": self.answers, "findings": self.findings.set_index("about")}
        for name, table in tables.items():
            files[f"{name}.csv"] = b"\xef\xbb\xbf" + table.to_csv(lineterminator="\n").encode()
        files["sources.txt"] = "\n".join([*self.sources, ""]).encode()
        for name, content in files.items():
            (place / name).write_bytes(content)
        return list(files)

    def __repr__(self) -> str:
        return self.markdown

    def _repr_html_(self) -> str:
        """The body of the page, with headings that stand below that of a section."""
        page = self.html
        body = re.search(r"<body>(.*)</body>", page, re.S)
        shown = body[1] if body else page
        return re.sub(r"(</?h)([12])\b", lambda tag: f"{tag[1]}{int(tag[2]) + 2}", shown)


def report(
    places: Places,
    definition_: AnyDefinition,
    title: str,
    author: str = "",
    question: str = "",
    conclusion: str = CONCLUSION,
    about: str = "",
    on: datetime.date | str = "",
) -> Report:
    """A page to hand in: the answers under a definition, with charts, what they rest on, what is unknown, and references.

    Parameters
    ----------
    places, definition_
        What is asked, and of which places.
    title, author, question, conclusion
        Yours.
    about
        Where the table is from, who counted and when.
    on
        The date to print.

    Returns
    -------
    Report
        Every number in it is computed from ``places``.

    Examples
    --------
    >>> from taobaolab.lessons.your_region import read
    >>> content = b"village,online shops,households\\nA,160,500\\nB,60,\\n"
    >>> places = read({"name": "mine.csv", "content": content},
    ...               columns={"active_shops": "online shops", "households": "households"})
    >>> shops = {"column": "active_shops", "at_least": 100}
    >>> share = {"column": "active_shops", "per": "households", "at_least": "10%"}
    >>> rule = {"source": "me", "year": 2026, "any": [shops, share]}
    >>> report(places, rule, "Two villages").numbers
    {'places': 2, 'met': 1, 'not_met': 0, 'undetermined': 1}
    """
    chosen = get_definition(definition_)
    answers = answer_rows(places, chosen)
    count = answers.answer.value_counts()
    numbers = {"places": len(answers)}
    for answer in ("met", "not met", "undetermined"):
        numbers[answer.replace(" ", "_")] = int(count.get(answer, 0))
    measures = _shared_measures(places, chosen)
    tables = {
        "Answers": _first_places(answers, places, chosen),
        "Which criterion decides": _what_decides(places, chosen),
        "What is not known": _gaps(places, chosen),
    }
    pictures = _pictures(places, chosen, measures)
    if measures:
        labels = [label_of(m, chosen) for m in measures]
        tables["Beside the records of China"] = standing(places, chosen).loc[labels]
    sources = _references(chosen, measures)
    texts = _Texts(author, question, conclusion, about, str(on))
    parts = _parts(places, chosen, numbers, tables, pictures, sources, texts)
    raw = places.rows.add_prefix("in the file: ")
    made = answers.join(raw)
    return Report(title, numbers, tables, made, parts, places.findings, sources, pictures)


@dataclass(frozen=True)
class _Texts:
    """What the author says."""

    author: str
    question: str
    conclusion: str
    about: str
    on: str


def _what_decides(places: Places, chosen: Definition) -> pd.DataFrame:
    """The criteria of which something is known; without a column that says nothing."""
    table = deciding(places, chosen)
    table = table[table.undetermined < len(places.data)].head(MOST)
    if not table.undetermined.any():
        table = table.drop(columns="undetermined")
    return table


def _gaps(places: Places, chosen: Definition) -> pd.DataFrame:
    """The data that are not known of every place, those that would settle most first."""
    table = unknown(places, chosen)
    table = table[table.unknown > 0]
    order = ["find_first", "unknown"]
    return table.sort_values(order, ascending=False, kind="stable").head(MOST)


def _shared_measures(places: Places, chosen: Definition) -> list[str]:
    """The measures that the rule bounds, the table has, and the records of China know."""
    found = []
    for measure in RECORDED:
        is_shared = measure in places.data and bound_on(chosen, measure) is not None
        if is_shared and places.data[measure].gt(0).any():
            found.append(measure)
    return found


def _pictures(places: Places, chosen: Definition, measures: Sequence[str]) -> dict[str, Any]:
    pictures = {}
    bounded = []
    for criterion in chosen.criteria:
        column = getattr(criterion, "column", "")
        has_bound = hasattr(criterion, "bound") and not criterion.per
        if has_bound and column in places.data and bound_on(chosen, column) is not None:
            bounded.append(column)
    bounded.sort(key=lambda column: column != "active_shops")
    if bounded and places.data[bounded[0]].notna().any():
        pictures["passing"] = passing_chart(places, chosen, bounded[0])
    if measures:
        pictures["standing"] = standing_chart(places, chosen, measures[0])
    return pictures


def _parts(
    places: Places,
    chosen: Definition,
    n: Mapping[str, int],
    tables: Mapping[str, Any],
    pictures: Mapping[str, Any],
    sources: Sequence[str],
    texts: _Texts,
) -> list[tuple[str, Any]]:
    parts: list[tuple[str, Any]] = []
    by = ", ".join(filter(None, (texts.author, texts.on)))
    if by:
        parts.append(("text", by))
    if places.invented:
        parts.append(("text", "Made for teaching: the places of this table are invented."))
    asked = f"Which of the {n['places']:,} places would count as a {KINDS.get(chosen.level, chosen.level)}?"
    rule = f"The rule ({chosen.key}, {chosen.source}, {chosen.year}): {chosen.in_words()}."
    parts += [("heading", "Question and rule"), ("text", texts.question or asked), ("text", rule)]
    parts += [("heading", "Answer"), ("text", _answer(n, tables["What is not known"]))]
    doubt = doubt_level(places, chosen)
    if doubt is not None:
        parts.append(("text", f"A doubt: {doubt.problem}. {doubt.advice}"))
    parts.append(("table", "Answers"))
    if n["places"] > FIRST:
        order = "met before undetermined before not met"
        told = f"The first {FIRST} of {n['places']:,} places, {order}. All are in answers.csv."
        parts.append(("text", told))
    if not tables["Which criterion decides"].empty:
        parts += [("heading", "Which criterion decides"), ("table", "Which criterion decides")]
    parts += [("picture", name) for name in pictures]
    if "standing" in pictures:
        parts.append(("text", NO_SAMPLE))
    parts += [("heading", "Conclusion"), ("text", texts.conclusion)]
    parts += [("behind", "What this rests on"), ("list", _rests_on(places, chosen, texts.about))]
    parts.append(("heading", "What is not known"))
    if tables["What is not known"].empty:
        parts.append(("text", "All that the rule asks for is known of every place."))
    else:
        parts.append(("table", "What is not known"))
    if "Beside the records of China" in tables:
        parts += [
            ("heading", "Beside the records of China"),
            ("table", "Beside the records of China"),
        ]
    shown = list(sources[:MOST])
    if len(sources) > MOST:
        shown[-1] = f"and {len(sources) - MOST + 1} more in sources.txt"
    return [*parts, ("heading", "References"), ("references", shown)]


def _answer(n: Mapping[str, int], lacks: pd.DataFrame) -> str:
    """The answer in a sentence; where nothing is decided, what is missing."""
    total = count_of(n["places"], "place")
    if n["undetermined"] == n["places"]:
        missing = lacks[lacks.unknown == n["places"]].index.tolist()
        because = f": of no place is known {' or '.join(missing[:3])}" if missing else ""
        return f"Of {total}, none is decided{because}."
    verbs = "meets" if n["met"] == 1 else "meet"
    others = "does" if n["not_met"] == 1 else "do"
    told = f"Of {total}, {n['met']:,} {verbs} the rule and {n['not_met']:,} {others} not"
    if not n["undetermined"]:
        return f"{told}; none is undetermined."
    stays = "stays" if n["undetermined"] == 1 else "stay"
    return f"{told}; {n['undetermined']:,} {stays} undetermined, since what is not known of them could still decide."


def _rests_on(places: Places, chosen: Definition, about: str) -> list[str]:
    """What the answers rest on, ten lines at most; the rest is in findings.csv."""
    items = [about or "(Say where the table is from: who counted, when, and for what.)"]
    kept = f"{count_of(len(places.data), 'place')}, {count_of(len(places.aside), 'row')} set aside"
    items.append(f"The file {places.name} ({places.how}): {kept}.")
    if places.rests_on:
        told = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in places.rests_on.items())
        items.append(f"By the column status, the rows rest on: {told}.")
    columns = []
    for datum, header in places.layout.columns.items():
        unit = f" (one is: {places.units[datum]})" if datum in places.units else ""
        columns.append(f"{label_of(datum, chosen)} from {header!r}{unit}")
    if columns:
        items.append(f"Columns: {_first_of(columns, MOST)}.")
    if places.layout.where:
        told = ", ".join(f"{name} is {value}" for name, value in places.layout.where.items())
        items.append(f"Only rows where {told}.")
    if places.layout.given:
        told = ", ".join(
            f"{label_of(name, chosen)} {_as_cell(v)}" for name, v in places.layout.given.items()
        )
        items.append(f"Taken to be so for all places, not observed: {told}.")
    if places.not_plain:
        items.append(f"Cells not taken as they stand: {places.not_plain}.")
    by_about: dict[str, list[str]] = {}
    for finding in places.found:
        rows = "" if finding.rows is None else f" ({count_of(finding.rows, 'row')})"
        by_about.setdefault(finding.about, []).append(f"{finding.problem}{rows}")
    found = []
    for about, texts in by_about.items():
        label = label_of(about, chosen)
        found.append(f"{label[:1].upper()}{label[1:]}: {_first_of(texts, 3)}.")
    room = MOST - len(items)
    if len(found) > room:
        left = len(found) - room + 1
        found = [*found[: room - 1], f"{count_of(left, 'more kind')} of finding in findings.csv."]
    return items + found


def _first_of(texts: Sequence[str], most: int) -> str:
    more = f"; and {len(texts) - most} more" if len(texts) > most else ""
    return "; ".join(texts[:most]) + more


def _first_places(answers: pd.DataFrame, places: Places, chosen: Definition) -> pd.DataFrame:
    order = {"met": 0, "undetermined": 1, "not met": 2}
    table = answers.drop(columns=[c for c in places.layout.given if c in answers])
    table = table.sort_values("answer", key=lambda a: a.map(order), kind="stable").head(FIRST)
    asked = [c for c in table if c in chosen.columns]
    table = table.drop(columns=asked[WIDEST:])
    labels = {c: label_of(c, chosen) for c in asked}
    first = [label_of(c, chosen) if c else "" for c in table.find_out]
    table = table.assign(find_out=first)
    if not any(first):
        table = table.drop(columns="find_out")
    return table.rename(columns={**labels, "find_out": "find out first"}).set_index("place")


def _references(chosen: Definition, measures: Sequence[str]) -> list[str]:
    import pandas as pd

    own = [chosen.source] if chosen.key in published() else []
    used = [records(measure) for measure in measures]
    cited = datasets.cite(*own, *([pd.concat(used)] if used else []))
    mine = [] if own else [f"The rule: {chosen.source} ({chosen.year})."]
    return mine + [line for line in repr(cited).splitlines() if line]


def _themed(chart: Any) -> dict[str, Any]:
    """A chart as it looks in a lesson, whatever theme is switched on."""
    import altair as alt

    alt.theme.register("taobaolab", enable=False)(charts.theme_config)
    with alt.theme.enable("taobaolab"):
        spec: dict[str, Any] = chart.to_dict()
    return spec


def _as_png(chart: Any) -> bytes:
    try:
        return charts.still(_themed(chart))
    except ImportError:
        return b""


# ---- writing -----------------------------------------------------------------------------------
def _as_cell(value: Any) -> str:
    import pandas as pd

    if isinstance(value, str):
        return value
    if pd.isna(value):
        return "not known"
    if pd.api.types.is_bool(value):
        return "yes" if value else "no"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def _as_texts(table: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    heads = [str(table.index.name or ""), *(str(c).replace("_", " ") for c in table)]
    return heads, [[_as_cell(value) for value in row] for row in table.itertuples(name=None)]


def _escape(text: str) -> str:
    """Text that Markdown shows as it stands; the marks of HTML, of links and of emphasis are made harmless."""
    plain = " ".join(str(text).split())
    plain = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain = re.sub(r"([\\`*\[\]|]|(?<!\w)_|_(?!\w))", r"\\\1", plain)
    return re.sub(r"^([#+\-]|\d+\.)(?=\s)", r"\\\1", plain)


def _as_markdown(table: pd.DataFrame) -> list[str]:
    heads, rows = _as_texts(table)
    lines = ["| " + " | ".join(map(_escape, cells)) + " |" for cells in (heads, *rows)]
    return [lines[0], "| " + " | ".join("---" for _ in heads) + " |", *lines[1:]]


PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
body { font: 1rem/1.5 'Noto Sans', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif; color: #1f1f1f; background: #fff;
  max-width: 46rem; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.2; } h2 { font-size: 1.15rem; margin: 1.2rem 0 .3rem; }
ul { font-size: .85rem; padding-left: 1.2rem; } .references { font-size: .72rem; line-height: 1.3; }
table { border-collapse: collapse; font-size: .85rem; } caption { text-align: left; font-size: .85rem; color: #595959; }
th, td { text-align: left; padding: .15rem .6rem .15rem 0; border-bottom: 1px solid #ddd; vertical-align: top; }
.wide { overflow-x: auto; } img { max-width: 100%; height: auto; } li, p { overflow-wrap: anywhere; }
@media print {
  @page { size: A4; margin: 10mm; }
  body { font-size: 8.5pt; line-height: 1.35; margin: 0; padding: 0; max-width: none; }
  table, ul { font-size: 8pt; margin: .2em 0; }
  h1 { font-size: 14pt; margin: 0; } h2 { font-size: 10pt; margin: .5em 0 .1em; break-after: avoid; } p { margin: .2em 0; } .behind { break-before: page; }
  table, img { break-inside: avoid; } img { max-height: 50mm; } th, td { padding-top: .05rem; padding-bottom: .05rem; }
  .picture { display: inline-block; width: 49%; vertical-align: top; } .references { columns: 2; font-size: 6.5pt; } li { break-inside: avoid; }
}
</style>
</head>
<body>
<h1>{{ title }}</h1>
{% for kind, what in parts %}
{% if kind in ("heading", "behind") %}
<h2 class="{{ kind }}">{{ what }}</h2>
{% elif kind == "text" %}
<p>{{ what }}</p>
{% elif kind in ("list", "references") %}
<ul class="{{ kind }}">{% for item in what %}<li>{{ item }}</li>{% endfor %}</ul>
{% elif kind == "table" %}
<div class="wide" tabindex="0" role="region" aria-label="{{ what }}"><table aria-label="{{ what }}">
<thead><tr>{% for head in tables[what][0] %}<th scope="col">{{ head }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in tables[what][1] %}
<tr>{% for cell in row %}{% if loop.first %}<th scope="row">{{ cell }}</th>{% else %}<td>{{ cell }}</td>{% endif %}{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
{% elif stills[what][0] %}
<p class="picture"><img src="data:image/png;base64,{{ stills[what][0] }}" alt="{{ stills[what][1] }}"></p>
{% else %}
<p><em>{{ stills[what][1] }}</em> (Open {{ what }}.vl.json in JupyterLab to see it.)</p>
{% endif %}
{% endfor %}
</body>
</html>
"""
