"""What a notebook shows besides charts: tables as a screen reader needs them, and forms of named controls."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

WIDE = 100  # letters: what a window of a notebook shows without scrolling
AFTER = "<small>After a restart of the kernel, run this cell again.</small>"
WITHOUT = "<p>This form needs a running kernel: run the cell above. Its first answer:</p>"


def setup() -> None:
    """From now on, in this kernel, every DataFrame is shown by :func:`page`. Nothing happens outside IPython."""
    # IPython is there wherever a notebook runs, and is not imported where none does.
    ipython = sys.modules.get("IPython")
    if ipython is None:
        return
    shell = ipython.get_ipython()
    if shell is not None:
        shell.display_formatter.formatters["text/html"].for_type("pandas.DataFrame", page)


def page(frame: pd.DataFrame) -> str | None:
    r"""The HTML of pandas itself, save that a head with nothing in it is a plain cell, and that every other says its scope.

    A table so wide that a window has to scroll it can be reached with the Tab key, and then scrolled.

    >>> import pandas as pd
    >>> heads = re.findall(r"<t[hd]\b.*", page(pd.DataFrame({"villages": [3]}, index=[2009])))
    >>> print(*heads, sep="\n")
    <td></td>
    <th scope="col">villages</th>
    <th scope="row">2009</th>
    <td>3</td>
    """
    written = frame._repr_html_()  # type: ignore[operator]
    if written is None:
        return None
    written = re.sub("<th([^>]*)></th>", r"<td\1></td>", written)
    if _least_width(written) > WIDE:
        written = written.replace(
            "<div>", '<div role="group" aria-label="Wide table" tabindex="0">', 1
        )
    above, body, rows = written.partition("<tbody>")
    return _with_scope(above, "col") + body + _with_scope(rows, "row")


def _with_scope(rows: str, scope: str) -> str:
    """Let the heads of these rows say what they stand for: one column or row, or the several that they span."""

    def write_head(head: re.Match[str]) -> str:
        spans = head[1]
        if spans:
            return f'<th scope="{scope}group"{spans}'
        return f'<th scope="{scope}"'

    return re.sub(rf"<th( {scope}span)?(?=[ =>])", write_head, rows)


def _least_width(written: str) -> int:
    """Count how many letters wide a table is at least: a cell can be broken between words only."""
    widths = []
    for row in re.findall("<tr.*?</tr>", written, re.S):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t", row, re.S)
        words_of_cells = [html.unescape(cell).split() for cell in cells]
        widths.append([max(map(len, words), default=0) for words in words_of_cells])
    return sum(2 + max(column) for column in zip_longest(*widths, fillvalue=0))


def form(controls: Mapping[str, Any], answer: Callable[[dict[str, Any]], str]) -> Any:
    """Set named controls above a page that is made of their values, anew at every change.

    Without a kernel the first page is shown, with a word on what to do.

    Parameters
    ----------
    controls : mapping of ipywidgets
        By name.
    answer : callable
        Makes the page, as HTML, of the values by name.
    """
    # Few notebooks have a form, and ipywidgets is slow to import.
    import ipywidgets

    page = ipywidgets.HTML()

    def show(_: Any = None) -> None:
        values = {name: control.value for name, control in controls.items()}
        page.value = f'<div role="status">{answer(values)}</div>'

    for control in controls.values():
        control.observe(show, "value")
    show()
    first = page.value

    class Form(ipywidgets.VBox):  # type: ignore[misc]
        def _repr_mimebundle_(self, **kwargs: Any) -> Any:
            bundle = super()._repr_mimebundle_(**kwargs)
            data = bundle
            if isinstance(bundle, tuple):  # data with metadata
                data = bundle[0]
            data["text/html"] = WITHOUT + first
            data["text/plain"] = "A form: run the cell to use it."
            return bundle

    return Form([*controls.values(), page, ipywidgets.HTML(AFTER)])
