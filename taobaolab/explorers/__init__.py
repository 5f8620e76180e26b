"""Explorers: one module a theme; labelled controls around one chart or one answer.

What the themes share: a box of controls that has something to say where no kernel runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

AFTER = "<small>After a restart of the kernel, run this cell again.</small>"
WITHOUT = "<p>This form needs a running kernel: run the cell above. Its first answer:</p>"


def form(controls: Mapping[str, Any], answer: Callable[[dict[str, Any]], str]) -> Any:
    """Named ipywidgets above the page (HTML) that ``answer`` makes of their values; it is made anew at every change.

    Without a kernel the first page is shown, with a word on what to do.
    """
    import ipywidgets

    page = ipywidgets.HTML()

    def show(_: Any = None) -> None:
        page.value = f'<div role="status">{answer({name: c.value for name, c in controls.items()})}</div>'

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
