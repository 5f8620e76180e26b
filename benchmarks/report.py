"""Write a measured table into its section of benchmarks/README.md, with what it was measured on."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

HEAD = """# Benchmarks

Ratios against a named alternative in the same run. Times depend on the machine; ratios much less. Each section is written
by its own command.
"""


def write_section(
    path: Path,
    title: str,
    command: str,
    lines: list[str],
    packages: str = "altair jupyterlab ipywidgets pandas",
) -> None:
    """Print the lines and put them under their title, leaving the other sections as they are."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in packages.split())
    section = "\n".join(
        [
            f"## {title}",
            "",
            f"`python benchmarks/{command}`, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}.",
            "",
            *lines,
            "",
        ]
    )
    print(section)
    old = path.read_text(encoding="utf-8") if path.exists() else HEAD
    parts = [p for p in old.split("\n## ") if p.strip()]
    others = [p for p in parts[1:] if not p.startswith(title + "\n")]
    sections = sorted([section.removeprefix("## ").rstrip(), *(p.rstrip() for p in others)])
    path.write_text(
        "\n\n## ".join([parts[0].rstrip(), *sections]) + "\n", encoding="utf-8", newline="\n"
    )
