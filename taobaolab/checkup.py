"""Check my set-up: do the installed packages fit, are the tables those that were published, and if not, what to do."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import metadata
from textwrap import fill

from . import browser, datasets


@dataclass(frozen=True)
class Checkup:
    """What does not fit; both parts are empty when all is well.

    ``misfits`` are packages, each as (name, version here or "", version needed). ``tables`` are the files of ``data/``
    that are not those that were published, such as a table in which a digit was changed.
    """

    misfits: tuple[tuple[str, str, str], ...]
    tables: tuple[str, ...] = ()

    def __repr__(self) -> str:
        if not self.misfits and not self.tables:
            return "Everything is in place. Go on."
        return "\n".join([*self._about_packages(), *self._about_tables()])

    def _about_packages(self) -> list[str]:
        if not self.misfits:
            return []
        lines = [
            f"{name} is {'version ' + here if here else 'not installed'}; the collection needs {needed}."
            for name, here, needed in self.misfits
        ]
        if sys.platform == "emscripten":
            return [*lines, fill(browser.ADVICE, 95)]
        wanted = " ".join(f'"{name}{needed}"' for name, _, needed in self.misfits)
        return [
            *lines,
            f"What to do: run the line below in a new cell, then Kernel > Restart.\n%pip install {wanted}",
        ]

    def _about_tables(self) -> list[str]:
        if not self.tables:
            return []
        return [
            f"Not as published: {', '.join(self.tables)}.",
            "If you changed them yourself, the figures of the lessons may no longer be those of the sources.",
            "To take the published files again: git checkout -- data, or install taobaolab again.",
        ]


def checkup() -> Checkup:
    """Compare the installed packages with what the collection needs, and the tables with those that were published.

    >>> checkup()
    Everything is in place. Go on.
    """
    from packaging.requirements import Requirement

    misfits = []
    for text in metadata.requires("taobaolab") or []:
        need = Requirement(text)
        if need.marker and not need.marker.evaluate({"extra": "", "sys_platform": sys.platform}):
            continue
        try:
            here = metadata.version(need.name)
        except metadata.PackageNotFoundError:
            here = ""
        if not here or not need.specifier.contains(here, prereleases=True):
            misfits.append((need.name, here, str(need.specifier)))
    return Checkup(tuple(misfits), datasets.differing())
