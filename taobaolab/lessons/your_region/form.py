"""A form over the answers of ``read``: the top of the table as it stands, a control for each answer, the line of code.

Every choice stands there beforehand only where it is sure; all can be made by keyboard. A control is there where a
question speaks of its answer; "more answers" shows all.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ... import display
from ...definition import AnyDefinition, Column, get_definition
from ...text import html_table
from .columns import ALL_ACCEPTED, propose_columns
from .files import open_grid
from .findings import Finding, RegionError
from .layout import SUSPECTED, Layout, Table, choose_places, find_place, lay_out
from .places import Reading, look_at, source_as_code

TOP = 8
NONE = "(none)"
MORE = "more answers"
# What a control is for, by the name of the answer; where an answer has two, the second stands in brackets.
WORDS = {
    "sheet": "sheet",
    "encoding": "encoding",
    "delimiter": "sign between cells",
    "turn": "places stand side by side",
    "header": "rows of names",
    "place": "names of places",
    "fill": "an empty cell repeats the name above",
    "aside": "rows that are no places",
    "keep": "rows that are places",
    "where": "only rows where",
    "where (is)": "this column says",
    "spread": "data are named in",
    "spread (value)": "and their numbers are in",
    "count": "each row is one of",
    "decimal": "decimal sign",
    "missing": "signs of a missing figure",
    "accept": "you accept",
}
TYPED = ("sheet", "encoding", "delimiter", "aside", "keep", "where (is)", "missing")
LISTS = ("where", "spread", "spread (value)")
ALWAYS = ("header", "place")


def form(source: Any, definition: AnyDefinition = "aliresearch-2022") -> Any:
    """Controls for every answer about a table, and below them the open questions and the line that reads it so.

    Parameters
    ----------
    source
        A path, or an uploaded file.
    definition
        The rule whose data are asked for.

    Returns
    -------
    ipywidgets.VBox
        Paste the line that it writes into a cell of your own. A file that is no table gives its reason instead.
    """
    chosen = get_definition(definition)
    asked = {datum: chosen.known[datum] for datum in chosen.columns}
    start = look_at(source, Layout())
    controls = _controls(start, asked)

    def show(values: Mapping[str, Any]) -> str:
        layout = layout_of(values, asked)
        try:
            reading = look_at(source, layout)
        except RegionError as error:
            page = f"<p>{html.escape(str(error))}</p>"
        else:
            page = _page(reading, layout, source_as_code(source))
            _show_what_is_asked_for(controls, reading.open)
        _show_what_belongs_to_a_datum(controls, asked)
        return _ask_for_the_other_half(values) + page + _hint(values)

    def offer(_: Any = None) -> None:
        """Other names of columns are other things to choose from."""
        try:
            layout = layout_of(_values(controls), ())
            rows, wide = _tables(source, layout)
        except RegionError:
            return
        proposal = propose_columns(wide, layout)
        for name in (*LISTS, *asked):
            names = wide.names if name in asked else rows.names
            _offer(controls[name], [NONE, *names], proposal.get(name, NONE))
        for name in ("place", "fill"):
            _offer(controls[name], rows.names)

    for name in (*TYPED[:3], "turn", "header", *LISTS, "where (is)", "place"):
        controls[name].observe(offer, "value")
    return display.form(controls, show)


def _controls(start: Reading, asked: Mapping[str, Column]) -> dict[str, Any]:
    """A control for each answer, by its name; what is sure stands in it."""
    import ipywidgets

    wide = {"style": {"description_width": "16em"}}
    names, several = start.table.names, {"rows": 4, **wide}
    unsure = {name for finding in start.open for name in finding.answer or {}}
    made: dict[str, Any] = {}
    for name, words in WORDS.items():
        told = {"description": words, "layout": {"width": "36em"}}
        if name in TYPED:
            made[name] = ipywidgets.Text(**told, **wide)
        elif name in LISTS:
            made[name] = ipywidgets.Dropdown(options=[NONE, *names], **told, **wide)
        elif name == "turn":
            made[name] = ipywidgets.Checkbox(**told, **wide)
        elif name == "header":
            is_sure = not {"header", "turn"} & unsure
            rows = ", ".join(map(str, start.table.header)) if is_sure else ""
            made[name] = ipywidgets.Text(value=rows, **told, **wide)
        elif name == "place":
            sure = _sure_place(start)
            made[name] = ipywidgets.SelectMultiple(options=names, value=sure, **told, **several)
        elif name == "fill":
            made[name] = ipywidgets.SelectMultiple(options=names, **told, **several)
        elif name == "accept":
            made[name] = ipywidgets.SelectMultiple(options=ALL_ACCEPTED, **told, **several)
        elif name == "decimal":
            made[name] = ipywidgets.Dropdown(options=[NONE, ".", ","], **told, **wide)
        elif name == "count":
            counted = [(c.label, datum) for datum, c in asked.items() if c.kind == "count"]
            options = [(NONE, NONE), *counted]
            made[name] = ipywidgets.Dropdown(options=options, value=NONE, **told, **wide)
    proposal = propose_columns(start.table, Layout())
    for datum, column in asked.items():
        told = {"description": column.label, "layout": {"width": "36em"}, **wide}
        value = proposal.get(datum, NONE)
        made[datum] = ipywidgets.Dropdown(options=[NONE, *names], value=value, **told)
        if column.numeric:
            told["description"] = f"one of {column.label} is"
            made[f"unit of {datum}"] = ipywidgets.Text(**told)
        told["description"] = f"{column.label}, everywhere"
        if column.kind == "yes/no":
            made[f"given {datum}"] = ipywidgets.Dropdown(options=[NONE, "yes", "no"], **told)
        else:
            made[f"given {datum}"] = ipywidgets.Text(**told)
    more = {"description": MORE, "layout": {"width": "36em"}}
    made[MORE] = ipywidgets.Checkbox(**more, **wide)
    return made


# ---- which controls are there ------------------------------------------------------------------
def _values(controls: Mapping[str, Any]) -> dict[str, Any]:
    return {name: control.value for name, control in controls.items()}


def _display(control: Any, is_there: bool) -> None:
    control.layout.display = None if is_there else "none"


def _is_answered(control: Any) -> bool:
    return control.value not in ("", NONE, False, ())


def _show_what_is_asked_for(controls: Mapping[str, Any], questions: Iterable[Finding]) -> None:
    """Show the controls of answers that an open question speaks of, that are given, or all."""
    spoken_of = set(ALWAYS)
    for question in questions:
        spoken_of |= set(question.answer or {})
        spoken_of |= {name for name in WORDS if f"{name}=" in question.advice}
    for name in WORDS:
        answer = name.split(" (")[0]
        related = [controls[other] for other in WORDS if other.split(" (")[0] == answer]
        is_there = answer in spoken_of or any(map(_is_answered, related))
        _display(controls[name], is_there or controls[MORE].value)


def _show_what_belongs_to_a_datum(controls: Mapping[str, Any], asked: Mapping[str, Column]) -> None:
    """A column has a unit; what has no column may be taken to be so everywhere."""
    for datum, column in asked.items():
        has_column = controls[datum].value != NONE
        if column.numeric:
            _display(controls[f"unit of {datum}"], has_column)
        given = controls[f"given {datum}"]
        is_usual = column.kind == "yes/no" or controls[MORE].value
        _display(given, not has_column and (is_usual or _is_answered(given)))


def _tables(source: Any, layout: Layout) -> tuple[Table, Table]:
    """The table by its rows, and with a column for each datum, if they are named in the rows."""
    grid = open_grid(source, layout.sheet, layout.encoding, layout.delimiter)
    table, _ = lay_out(grid, layout)
    try:
        return table, choose_places(table, layout)[0]
    except RegionError:
        return table, table


def _offer(control: Any, options: Sequence[str], otherwise: str = NONE) -> None:
    """Give a list other options; what was chosen stays, if it is still there."""
    if list(control.options) == list(options):
        return
    before = control.value
    control.options = options  # this alone forgets what was chosen
    if isinstance(before, tuple):
        control.value = [name for name in before if name in options]
    else:
        control.value = before if before in options and before != NONE else otherwise


# ---- from controls to answers ------------------------------------------------------------------
def layout_of(values: Mapping[str, Any], asked: Iterable[str]) -> Layout:
    """The answers that the values of the controls give."""
    made: dict[str, Any] = {}
    for name in ("sheet", "encoding", "delimiter"):
        made[name] = values.get(name, "").strip() or None
    if made["delimiter"] == "tab":
        made["delimiter"] = "\t"
    made["turn"] = bool(values.get("turn"))
    made["header"] = _one_or_several(_numbers(values.get("header", "")))
    made["place"] = _one_or_several(list(values.get("place", ())))
    made["fill"] = list(values.get("fill", ()))
    aside = values.get("aside", "").strip()
    made["aside"] = _numbers(aside) or (SUSPECTED if aside else ())
    made["keep"] = _numbers(values.get("keep", ""))
    column, says = values.get("where", NONE), values.get("where (is)", "").strip()
    if column != NONE and says:
        made["where"] = {column: says}
    spread = [values.get("spread", NONE), values.get("spread (value)", NONE)]
    if NONE not in spread:
        made["spread"] = spread
    for name in ("count", "decimal"):
        made[name] = None if values.get(name, NONE) == NONE else values[name]
    made["missing"] = values.get("missing", "").replace(",", " ").split()
    made["accept"] = list(values.get("accept", ()))
    columns, units, given = {}, {}, {}
    for datum in asked:
        if values.get(datum, NONE) == NONE:
            told = values.get(f"given {datum}", "")
            if told not in ("", NONE):
                given[datum] = {"yes": True, "no": False}.get(told, _factor(told))
            continue
        columns[datum] = values[datum]
        told = str(values.get(f"unit of {datum}", "")).strip()
        if told:
            units[datum] = _factor(told)
    return Layout(**made, columns=columns, units=units, given=given)


def _one_or_several(answers: list[Any]) -> Any:
    """One answer by itself, several as a list, None if there are none."""
    if len(answers) == 1:
        return answers[0]
    return answers or None


def _ask_for_the_other_half(values: Mapping[str, Any]) -> str:
    """A question, while one half is answered of what takes two."""
    column, words = values["where"], values["where (is)"].strip()
    kinds, numbers = values["spread"], values["spread (value)"]
    asked = ""
    if column != NONE and not words:
        asked = f"Only rows where the column {column} says what? So far all rows are read."
    elif words and column == NONE:
        asked = f"Which column says {words}? So far all rows are read."
    elif kinds != NONE and numbers == NONE:
        asked = f"The column {kinds} names the data; which column holds their numbers?"
    elif numbers != NONE and kinds == NONE:
        asked = f"The column {numbers} holds numbers; which column names what they are?"
    return f"<p>{html.escape(asked)}</p>" if asked else ""


def _hint(values: Mapping[str, Any]) -> str:
    if values[MORE]:
        return "<p>All answers are shown.</p>"
    return f"<p>Is something else odd about your table? Tick “{MORE}”.</p>"


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.replace(",", " ").split() if part.isdecimal()]


def _factor(text: str) -> Any:
    """A unit as it was typed: a factor if it is a number, else words."""
    try:
        number = float(text.replace("_", ""))
    except ValueError:
        return text
    return int(number) if number == int(number) else number


def _sure_place(reading: Reading) -> tuple[str, ...]:
    if any(f.about == "place" and f.answer and "place" in f.answer for f in reading.open):
        return ()
    return find_place(reading.table, Layout())[0]


def _page(reading: Reading, layout: Layout, source: str) -> str:
    """The top of the table, what is open, what was understood, and the line of code."""
    table = reading.table
    rows = []
    for i, row in enumerate(table.cells[:TOP], 1):
        cells = [cell[:30] for cell in row[:12]]
        kind = "names" if i in table.header else table.aside.get(i, "")
        rows.append([html.escape(cell) for cell in (str(i), *cells, kind)])
    head = f"<p>{html.escape(reading.grid.name)}: {html.escape(reading.grid.how)}; the first rows as they stand</p>"
    top = html_table(rows, label="The first rows of the table, by number")
    items = "".join(f"<li>{finding.as_html()}</li>" for finding in reading.open)
    still = f"<p>Open questions:</p><ul>{items}</ul>" if items else "<p>No question is open.</p>"
    told = "".join(
        f"<li>{finding.as_html()}</li>" for finding in reading.findings if not finding.stops
    )
    understood = f"<p>Understood so far:</p><ul>{told}</ul>" if told else ""
    code = html.escape(layout.as_line(source, []))
    return f"{head}{top}{still}{understood}<p>The line that does the same:</p><pre>{code}</pre>"
