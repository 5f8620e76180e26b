"""A form over the answers of ``read``: the top of the table as it stands, a control for each answer, the line of code.

Every choice stands there beforehand only where it is sure; all can be made by keyboard.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

from ... import display
from ...definition import AnyDefinition, get_definition
from ...text import html_table
from .columns import ALL_ACCEPTED, propose_columns
from .findings import RegionError
from .layout import SUSPECTED, Layout, find_place, lay_out
from .places import Reading, look_at, source_as_code

TOP = 8
NONE = "(none)"
FILE_ANSWERS = ("sheet", "encoding", "delimiter")


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
    import ipywidgets

    chosen = get_definition(definition)
    asked, known = chosen.columns, chosen.known
    wide = {"style": {"description_width": "14em"}, "layout": {"width": "34em"}}
    controls: dict[str, Any] = {}
    file_answers = _questions_of_the_file(source)
    for name, value in file_answers.items():
        controls[name] = ipywidgets.Text(value=str(value), description=name, **wide)
    start = look_at(source, Layout(**file_answers))
    header = next((f.answer for f in start.findings if f.about == "header" and f.answer), {})
    rows = ", ".join(map(str, start.table.header)) if "header" not in header else ""
    controls["header"] = ipywidgets.Text(value=rows, description="rows of names", **wide)
    names = start.table.names
    controls["place"] = ipywidgets.SelectMultiple(
        options=names, value=_sure_place(start), description="names of places", rows=4, **wide
    )
    controls["aside"] = ipywidgets.Text(description="rows that are no places", **wide)
    controls["where"] = ipywidgets.Dropdown(
        options=[NONE, *names], description="only rows where", **wide
    )
    controls["is"] = ipywidgets.Text(description="this column says", **wide)
    proposal = propose_columns(start.table, Layout())
    for datum in asked:
        label = known[datum].label
        value = proposal.get(datum, NONE)
        controls[datum] = ipywidgets.Dropdown(
            options=[NONE, *names], value=value, description=label, **wide
        )
        if known[datum].numeric:
            controls[f"unit of {datum}"] = ipywidgets.Text(description=f"one of {label} is", **wide)
    controls["decimal"] = ipywidgets.Dropdown(
        options=[NONE, ".", ","], description="decimal sign", **wide
    )
    controls["accept"] = ipywidgets.SelectMultiple(
        options=ALL_ACCEPTED, description="you accept", rows=4, **wide
    )

    def show(values: Mapping[str, Any]) -> str:
        layout = layout_of(values, asked)
        try:
            reading = look_at(source, layout)
        except RegionError as error:
            return f"<p>{html.escape(str(error))}</p>"
        page = _page(reading, layout, source_as_code(source))
        return _ask_what_the_column_says(values) + page

    def rename(_: Any) -> None:
        """Other rows of names give other columns to choose from."""
        try:
            layout = layout_of({name: c.value for name, c in controls.items()}, [])
            table, _more = lay_out(look_at(source, Layout(**file_answers)).grid, layout)
        except RegionError:
            return
        proposed = propose_columns(table, Layout())
        for name in ("where", *asked):
            before = controls[name].value
            controls[name].options = [NONE, *table.names]  # this alone forgets what was chosen
            kept = before if before in table.names else proposed.get(name, NONE)
            controls[name].value = kept
        places = controls["place"].value
        controls["place"].options = table.names
        controls["place"].value = [name for name in places if name in table.names]

    controls["header"].observe(rename, "value")
    return display.form(controls, show)


def layout_of(values: Mapping[str, Any], asked: Iterable[str]) -> Layout:
    """The answers that the values of the controls give."""
    answers: dict[str, Any] = {name: values[name] for name in FILE_ANSWERS if values.get(name)}
    header = _numbers(values["header"])
    if header:
        answers["header"] = header[0] if len(header) == 1 else header
    place = list(values["place"])
    if place:
        answers["place"] = place[0] if len(place) == 1 else place
    if values["aside"].strip():
        answers["aside"] = _numbers(values["aside"]) or SUSPECTED
    if values["where"] != NONE and values["is"].strip():
        answers["where"] = {values["where"]: values["is"].strip()}
    columns = {datum: values[datum] for datum in asked if values[datum] != NONE}
    if columns:
        answers["columns"] = columns
    units = {}
    for datum in columns:
        told = str(values.get(f"unit of {datum}", "")).strip()
        if told:
            units[datum] = _factor(told)
    if units:
        answers["units"] = units
    if values["decimal"] != NONE:
        answers["decimal"] = values["decimal"]
    if values["accept"]:
        answers["accept"] = list(values["accept"])
    return Layout(**answers)


def _ask_what_the_column_says(values: Mapping[str, Any]) -> str:
    """A question, while only one half of "only rows where this column says" is answered."""
    column, words = values["where"], values["is"].strip()
    if column != NONE and not words:
        asked = f"Only rows where the column {column} says what? So far all rows are read."
    elif words and column == NONE:
        asked = f"Which column says {words}? So far all rows are read."
    else:
        return ""
    return f"<p>{html.escape(asked)}</p>"


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.replace(",", " ").split() if part.isdecimal()]


def _factor(text: str) -> Any:
    """A unit as it was typed: a factor if it is a number, else words."""
    try:
        number = float(text.replace("_", ""))
    except ValueError:
        return text
    return int(number) if number == int(number) else number


def _questions_of_the_file(source: Any) -> dict[str, Any]:
    """The answers that are needed before the cells can be seen, as proposed."""
    found: dict[str, Any] = {}
    for finding in look_at(source, Layout()).open:
        for name in FILE_ANSWERS:
            if finding.answer and name in finding.answer:
                found[name] = finding.answer[name]
    return found


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
    head = f"<p>{html.escape(reading.grid.name)}: {html.escape(table.how)}; the first rows as they stand</p>"
    top = html_table(rows, label="The first rows of the table, by number")
    items = "".join(f"<li>{finding.as_html()}</li>" for finding in reading.open)
    still = f"<p>Open questions:</p><ul>{items}</ul>" if items else "<p>No question is open.</p>"
    told = "".join(
        f"<li>{finding.as_html()}</li>" for finding in reading.findings if not finding.stops
    )
    understood = f"<p>Understood so far:</p><ul>{told}</ul>" if told else ""
    code = html.escape(layout.as_line(source, []))
    return f"{head}{top}{still}{understood}<p>The line that does the same:</p><pre>{code}</pre>"
