"""In a reader's browser (Pyodide): which package could not be fetched, in a sentence instead of a traceback."""

from __future__ import annotations

import sys
from textwrap import fill
from typing import Any

FETCHED = """
    pandas numpy networkx altair narwhals ipywidgets jinja2 markupsafe jsonschema jsonschema_specifications
    referencing rpds attr attrs pyrsistent typing_extensions packaging dateutil pytz six comm
"""  # what the lock file brings for us, by the names that are imported
ADVICE = (
    "A page in a browser fetches such packages when they are first needed. Perhaps the network was down or blocks a host, "
    "or this site was built without them. Choose Kernel > Restart Kernel and run the cells again, here or in another "
    "network. The page in_your_browser.ipynb works without. On your own computer or on Binder nothing is missing."
)


class NotFetchedError(ModuleNotFoundError):
    """A package that the browser did not get; IPython shows it as these words alone."""

    def _render_traceback_(self) -> list[str]:
        return fill(str(self), 95).splitlines()


class _Last:
    """Asked for a package when nobody else has it."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name in FETCHED.split():
            raise NotFetchedError(
                f"This browser does not have the package {name}, and this cell needs it. {ADVICE}",
                name=name,
            )


def watch() -> None:
    """From now on say in words when a package that the collection needs is not there."""
    if not any(isinstance(finder, _Last) for finder in sys.meta_path):
        sys.meta_path.append(_Last())  # type: ignore[arg-type]
