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

WIDE = 100
AFTER = "<small>After a restart of the kernel, run this cell again.</small>"
WITHOUT = "<p>This form needs a running kernel: run the cell above. Its first answer:</p>"


def setup() -> None:
    """From now on, in this kernel, every DataFrame is shown by :func:`page`. Nothing happens outside IPython."""
    ipython = sys.modules.get("IPython")
    if shell := ipython and ipython.get_ipython():
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
    if _width(written) > WIDE:
        written = written.replace(
            "<div>", '<div role="group" aria-label="Wide table" tabindex="0">', 1
        )
    above, body, rows = written.partition("<tbody>")
    return _scoped(above, "col") + body + _scoped(rows, "row")


def _scoped(rows: str, scope: str) -> str:
    """Heads of these rows with what they stand for: one column or row, or the several that they span."""
    one, more = f'<th scope="{scope}"', f'<th scope="{scope}group"'
    return re.sub(
        rf"<th( {scope}span)?(?=[ =>])", lambda head: more + head[1] if head[1] else one, rows
    )


def _width(written: str) -> int:
    """How many letters wide a table is at least: a cell can be broken between words only."""
    rows = [
        re.findall(r"<t[hd][^>]*>(.*?)</t", row, re.S)
        for row in re.findall("<tr.*?</tr>", written, re.S)
    ]
    words = [
        [max(map(len, html.unescape(cell).split()), default=0) for cell in row] for row in rows
    ]
    return sum(2 + max(column) for column in zip_longest(*words, fillvalue=0))


def form(controls: Mapping[str, Any], answer: Callable[[dict[str, Any]], str]) -> Any:
    """Named ipywidgets above the page (HTML) that ``answer`` makes of their values; it is made anew at every change.

    Without a kernel the first page is shown, with a word on what to do.
    """
    import ipywidgets

    page = ipywidgets.HTML()

    def show(_: Any = None) -> None:
        page.value = (
            f'<div role="status">{answer({name: c.value for name, c in controls.items()})}</div>'
        )

    for control in controls.values():
        control.observe(show, "value")
    show()
    first = page.value

    class Form(ipywidgets.VBox):  # type: ignore[misc]
        def _repr_mimebundle_(self, **kwargs: Any) -> Any:
            bundle = super()._repr_mimebundle_(**kwargs)
            data = bundle[0] if isinstance(bundle, tuple) else bundle
            data["text/html"] = WITHOUT + first
            data["text/plain"] = "A form: run the cell to use it."
            return bundle

    return Form([*controls.values(), page, ipywidgets.HTML(AFTER)])
