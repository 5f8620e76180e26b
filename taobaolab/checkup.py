"""Check my set-up: do the installed packages fit the collection, and if not, what to do."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import metadata
from textwrap import fill

from . import browser


@dataclass(frozen=True)
class Checkup:
    """The packages that do not fit, each as (name, version here or "", version needed); empty when all is well."""

    misfits: tuple[tuple[str, str, str], ...]

    def __repr__(self) -> str:
        if not self.misfits:
            return "Everything is in place. Go on."
        lines = [
            f"{name} is {'version ' + here if here else 'not installed'}; the collection needs {needed}."
            for name, here, needed in self.misfits
        ]
        if sys.platform == "emscripten":
            return "\n".join([*lines, fill(browser.ADVICE, 95)])
        wanted = " ".join(f'"{name}{needed}"' for name, _, needed in self.misfits)
        return "\n".join(
            [
                *lines,
                f"What to do: run the line below in a new cell, then Kernel > Restart.\n%pip install {wanted}",
            ]
        )


def checkup() -> Checkup:
    """Compare the installed packages with what the collection needs.

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
    return Checkup(tuple(misfits))
