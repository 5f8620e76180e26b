"""A page to hand in: what was asked, what came out, what it rests on, and what is not known."""

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
from ...definition import AnyDefinition, get_definition, known_columns, published
from ...definition import Problem as Fault
from .answers import answered, deciding, unknown
from .comparison import NO_SAMPLE, RECORDED, bound_on, records, standing
from .places import Places
from .region_charts import passing_chart, standing_chart
from .tables import counted

if TYPE_CHECKING:
    import pandas as pd

MOST = 8
CONCLUSION = "(Your own words: three to five sentences. What do you conclude, and what would change your mind?)"


@dataclass(frozen=True, eq=False, repr=False)
class Report:
    """A page in Markdown and in HTML, with the numbers it speaks of.

    ``numbers`` are places, met, not_met, undetermined; ``tables`` the tables of the page by heading; ``answers`` every
    place with its answer and every cell of its row in the file. ``save`` writes the files.
    """

    title: str
    numbers: Mapping[str, int]
    tables: Mapping[str, pd.DataFrame]
    answers: pd.DataFrame
    parts: Sequence[tuple[str, Any]]
    findings: pd.DataFrame
    pictures: Sequence[tuple[str, Any]] = field(default=())

    @cached_property
    def _stills(self) -> dict[str, bytes]:
        return {name: _still(chart) for name, chart in self.pictures}

    @property
    def markdown(self) -> str:
        """The page as Markdown; pictures are files beside it."""
        lines = [f"# {_md(self.title)}", ""]
        for kind, what in self.parts:
            if kind in ("heading", "behind"):
                lines += [f"## {_md(what)}", ""]
            elif kind == "text":
                lines += [_md(what), ""]
            elif kind in ("list", "references"):
                lines += [*(f"- {_md(item)}" for item in what), ""]
            elif kind == "table":
                lines += [*_md_table(self.tables[what]), ""]
            else:
                chart = dict(self.pictures)[what]
                text = _md(chart.to_dict()["description"])
                lines += [
                    f"![{text}]({what}.png)"
                    if self._stills[what]
                    else f"*{text}* (Open {what}.vl.json in JupyterLab to see it.)",
                    "",
                ]
        return "\n".join(lines)

    @property
    def html(self) -> str:
        """The page as one HTML file that needs nothing else: pictures are inside it, nothing is fetched."""
        from jinja2 import Environment

        shown = {
            name: (self._stills[name], chart.to_dict()["description"])
            for name, chart in self.pictures
        }
        stills = {
            name: (base64.b64encode(png).decode() if png else "", text)
            for name, (png, text) in shown.items()
        }
        page = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(PAGE)
        tables = {name: _cells(table) for name, table in self.tables.items()}
        return page.render(title=self.title, parts=self.parts, tables=tables, stills=stills)

    def save(self, folder: str | Path) -> list[str]:
        """Write report.html, report.md, its pictures, answers.csv and findings.csv into a folder; return the names of the files.

        Files of these names are written anew. Pictures are PNG where vl-convert is installed, otherwise Vega-Lite
        files (.vl.json), which JupyterLab draws.
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        files: dict[str, bytes] = {
            "report.html": self.html.encode(),
            "report.md": self.markdown.encode(),
        }
        for name, chart in self.pictures:
            png = self._stills[name]
            files |= (
                {f"{name}.png": png}
                if png
                else {
                    f"{name}.vl.json": json.dumps(
                        charts._render(_spec(chart))[0]["application/vnd.vegalite.v5+json"],
                        ensure_ascii=False,
                    ).encode()
                }
            )
        for name, table in {
            "answers": self.answers,
            "findings": self.findings.set_index("column"),
        }.items():
            files[f"{name}.csv"] = b"\xef\xbb\xbf" + table.to_csv(lineterminator="\n").encode()
        for name, content in files.items():
            (place / name).write_bytes(content)
        return list(files)

    def __repr__(self) -> str:
        return self.markdown

    def _repr_html_(self) -> str:
        body = re.search(r"<body>(.*)</body>", self.html, re.S)
        page = body[1] if body else self.html
        return re.sub(
            r"(</?h)([12])\b", lambda tag: f"{tag[1]}{int(tag[2]) + 2}", page
        )  # below a section's heading


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

    ``question`` and ``conclusion`` are yours; ``about`` says where the table is from, who counted and when; ``on`` is the
    date to print. Every number is computed from ``places``.

    >>> from taobaolab.lessons.your_region import mapped, read
    >>> mine = read({"name": "mine.csv", "content": b"village,shops,households\\nA,160,500\\nB,60,\\n"})
    >>> places = mapped(mine, {"place": "village", "active_shops": "shops", "households": "households"})
    >>> rule = {"source": "me", "year": 2026, "any": [{"column": "active_shops", "at_least": 100},
    ...         {"column": "active_shops", "per": "households", "at_least": "10%"}]}
    >>> report(places, rule, "Two villages").numbers
    {'places': 2, 'met': 1, 'not_met': 0, 'undetermined': 1}
    """
    chosen = get_definition(definition_)
    answers = answered(places, chosen)
    count = answers.answer.value_counts()
    numbers = {"places": len(answers)} | {
        k: int(count.get(k.replace("_", " "), 0)) for k in ("met", "not_met", "undetermined")
    }
    tables = {
        "Answers": _first(answers.drop(columns=[c for c in places.given if c in answers])),
        "Which criterion decides": deciding(places, chosen),
        "What is not known": unknown(places, chosen),
    }
    pictures = []
    bounds = [
        c for c in chosen.criteria if hasattr(c, "bound") and c.column in places.data and not c.per
    ]
    bounds = sorted(bounds, key=lambda c: c.column != "active_shops")
    measures = [
        m
        for m in RECORDED
        if m in places.data and bound_on(chosen, m) and places.data[m].gt(0).any()
    ]
    beside = standing(places, chosen)
    if bounds and places.data[bounds[0].column].notna().any():
        pictures.append(("passing", passing_chart(places, chosen, bounds[0].column)))
    if measures:
        tables["Beside the records of China"] = beside.loc[
            [known_columns()[m].label for m in measures]
        ]
        pictures.append(("standing", standing_chart(places, chosen, measures[0])))
    sources = _references(chosen, measures)
    parts = _parts(
        places,
        chosen,
        numbers,
        tables,
        dict(pictures),
        sources,
        (author, question, conclusion, about, str(on)),
    )
    raw = places.table.rows.add_prefix("in the file: ")
    return Report(
        title, numbers, tables, answers.join(raw), tuple(parts), places.findings, tuple(pictures)
    )


def _parts(
    places: Places,
    chosen: Any,
    n: Mapping[str, int],
    tables: Mapping[str, Any],
    pictures: Mapping[str, Any],
    sources: Any,
    words: tuple[str, ...],
) -> list[tuple[str, Any]]:
    author, question, conclusion, about, on = words
    parts: list[tuple[str, Any]] = []
    if by := ", ".join(filter(None, (author, on))):
        parts.append(("text", by))
    if places.invented:
        parts.append(("text", "Made for teaching: the places of this table are invented."))
    parts += [
        ("heading", "Question and rule"),
        (
            "text",
            question or f"Which of the {n['places']} places would count as a {_kind(chosen)}?",
        ),
        ("text", f"The rule ({chosen.key}, {chosen.source}, {chosen.year}): {chosen.in_words()}."),
        ("heading", "Answer"),
        (
            "text",
            f"Of {counted(n['places'], 'place')}, {n['met']} meet the rule and {n['not_met']} do not; {n['undetermined']} stay undetermined, since what is not known of them could still decide.",
        ),
        ("table", "Answers"),
    ]
    if n["places"] > MOST:
        parts.append(
            (
                "text",
                f"The first {MOST} of {n['places']} places, met before undetermined before not met. All are in answers.csv, beside every cell of the file.",
            )
        )
    parts += [("heading", "Which criterion decides"), ("table", "Which criterion decides")]
    parts += [("picture", name) for name in pictures]
    if "standing" in pictures:
        parts.append(("text", NO_SAMPLE))
    parts += [("heading", "Conclusion"), ("text", conclusion), ("behind", "What this rests on")]
    parts += [
        ("list", _rests_on(places, about)),
        ("heading", "What is not known"),
        ("table", "What is not known"),
    ]
    if "standing" in pictures:
        parts += [
            ("heading", "Beside the records of China"),
            ("table", "Beside the records of China"),
        ]
    parts += [("heading", "References"), ("references", sources)]
    return parts


def _rests_on(places: Places, about: str) -> list[str]:
    table, items = (
        places.table,
        [about or "(Say where the table is from: who counted, when, and for what.)"],
    )
    items.append(
        f"The file {table.name} ({table.how}): {counted(len(table.rows), 'row')} of places, {counted(len(table.aside), 'row')} set aside."
    )
    if places.rests_on:
        items.append(
            "By the column status, the rows rest on: "
            + ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in places.rests_on.items())
            + "."
        )
    for d, header in places.columns.items():
        unit = f", converted from {places.units[d]}" if d in places.units else ""
        items.append(
            f"{known_columns()[d].label if d != 'place' else 'names of places'}: column {header!r}{unit}."
        )
    if places.given:
        items.append(
            "Taken to be so for all places, not observed: "
            + ", ".join(f"{known_columns()[d].label} {_yes(v)}" for d, v in places.given.items())
            + "."
        )
    if places.not_plain:
        items.append(f"Cells not taken as they stand: {places.not_plain}.")
    for name in dict.fromkeys(f.column for f in places.faults):
        label = known_columns()[name].label if name in known_columns() else name
        items.append(
            f"{label}: "
            + "; ".join(f"{f.problem}{_rows(f)}" for f in places.faults if f.column == name)
            + "."
        )
    return items


def _rows(fault: Fault) -> str:
    return "" if fault.rows is None else f" ({counted(fault.rows, 'row')})"


def _yes(value: Any) -> str:
    return (
        {True: "yes", False: "no", None: "not known"}.get(value, f"{value}")
        if isinstance(value, bool) or value is None
        else f"{value:,}"
        if isinstance(value, (int, float))
        else str(value)
    )


def _kind(chosen: Any) -> str:
    return {
        "village": "Taobao village",
        "town": "Taobao town",
        "cluster": "cluster of Taobao villages",
    }[chosen.level]


def _first(answers: pd.DataFrame) -> pd.DataFrame:
    order = {"met": 0, "undetermined": 1, "not met": 2}
    table = answers.sort_values("answer", key=lambda a: a.map(order), kind="stable").head(MOST)
    names = {c: known_columns()[c].label for c in table if c in known_columns()}
    table = table.assign(
        find_out=table.find_out.map(lambda c: known_columns()[c].label if c else "")
    )
    return table.rename(columns=names | {"find_out": "find out first"}).set_index("place")


def _references(chosen: Any, measures: Sequence[str]) -> list[str]:
    import pandas as pd

    used = [records(m) for m in measures]
    own = [chosen.source] if chosen.key in published() else []
    cited = datasets.cite(*own, *([pd.concat(used)] if used else []))
    mine = [] if own else [f"The rule: {chosen.source} ({chosen.year})."]
    return [*mine, *repr(cited).splitlines()]


def _spec(chart: Any) -> dict[str, Any]:
    """A chart as it looks in a lesson, whatever theme is switched on."""
    import altair as alt

    alt.theme.register("taobaolab", enable=False)(charts._theme)
    with alt.theme.enable("taobaolab"):
        spec: dict[str, Any] = chart.to_dict()
    return spec


def _still(chart: Any) -> bytes:
    try:
        return charts.still(_spec(chart))
    except ImportError:
        return b""


# ---- writing ---------------------------------------------------------------------------------------------------------
def _cell(value: Any) -> str:
    import pandas as pd

    if not isinstance(value, str) and pd.isna(value):
        return "not known"
    if isinstance(value, str) or pd.api.types.is_bool(value):
        return value if isinstance(value, str) else "yes" if value else "no"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def _cells(table: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    heads = [str(table.index.name or ""), *(str(c).replace("_", " ") for c in table)]
    return heads, [[_cell(v) for v in row] for row in table.itertuples(name=None)]


def _md(text: str) -> str:
    """Text that Markdown shows as it stands; the marks of HTML, of links and of emphasis are made harmless."""
    plain = " ".join(str(text).split())
    plain = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain = re.sub(r"([\\`*\[\]|]|(?<!\w)_|_(?!\w))", r"\\\1", plain)
    return re.sub(r"^([#+\-]|\d+\.)(?=\s)", r"\\\1", plain)


def _md_table(table: pd.DataFrame) -> list[str]:
    heads, rows = _cells(table)
    lines = [heads, ["---"] * len(heads), *rows]
    return [
        "| " + " | ".join(cell if cell == "---" else _md(cell) for cell in line) + " |"
        for line in lines
    ]


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
  @page { size: A4; margin: 12mm; }
  body { font-size: 8.5pt; line-height: 1.35; margin: 0; padding: 0; max-width: none; }
  h1 { margin: 0; } h2 { margin: .7em 0 .2em; break-after: avoid; } p { margin: .3em 0; } .behind { break-before: page; }
  table, img { break-inside: avoid; } th, td { padding-top: .05rem; padding-bottom: .05rem; }
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
