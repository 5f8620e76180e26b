"""Read a notebook file as it stands, whatever wrote it.

for cell in cells_of(book_of(Path("02_growth.ipynb"))):
    print(cell.kind, cell.id, cell.source)
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

LARGEST = 50_000_000  # bytes of a file that is opened


class NotOurs(Exception):
    """The file is no exercise of this collection; the message says what it is instead."""


@dataclass
class RawCell:
    """A cell as it stands in the file, whatever wrote it; what is missing is empty."""

    kind: str
    id: str
    source: str
    grade: dict[str, Any] = field(default_factory=dict)
    outputs: list[Any] = field(default_factory=list)


def book_of(path: Path) -> dict[str, Any]:
    """Give a notebook as it stands, whatever else is in the file. Raises NotOurs."""
    size = path.stat().st_size
    if not size:
        raise NotOurs("the file is empty")
    if size > LARGEST:
        mb = size // 1_000_000
        words = f"the file has {mb} MB; a notebook has less than one, so it was not opened"
        raise NotOurs(words)
    content = path.read_bytes()
    kinds = {
        b"\x89PNG": "a picture",
        b"\xff\xd8\xff": "a picture",
        b"GIF8": "a picture",
        b"%PDF": "a PDF",
        b"PK\x03\x04": "a zip or office file",
        b"<": "a web page",
    }
    for start, kind in kinds.items():
        if content.startswith(start):
            raise NotOurs(f"this is {kind}, only named like a notebook")
    try:
        book = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        words = "this is no notebook: it cannot be read as JSON (cut off, or of another kind)"
        raise NotOurs(words) from None
    if type(book) is not dict or type(book.get("nbformat")) is not int:
        raise NotOurs("this is no notebook: it has no cells")
    if book["nbformat"] < 4:
        book = upgraded(book)
    if type(book.get("cells")) is not list:
        raise NotOurs("this is no notebook: it has no cells")
    return book


def cells_of(book: dict[str, Any]) -> Iterator[RawCell]:
    """Give the cells of a notebook."""
    for raw in book["cells"]:
        if type(raw) is dict:
            meta = as_dict(raw.get("metadata"))
            outputs = raw.get("outputs")
            yield RawCell(
                kind=text(raw.get("cell_type")),
                id=text(raw.get("id")) or text(meta.get("id")),
                source=text(raw.get("source")),
                grade=as_dict(meta.get("nbgrader")),
                outputs=outputs if type(outputs) is list else [],
            )


def as_dict(value: Any) -> dict[str, Any]:
    """Give a dict; an empty one for anything else."""
    return value if type(value) is dict else {}


def upgraded(book: dict[str, Any]) -> dict[str, Any]:
    """A notebook of an old format in today's."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return json.loads(nbformat.writes(nbformat.convert(nbformat.from_dict(book), 4)))
    except Exception:
        raise NotOurs(
            f"this is a notebook of the old format {book['nbformat']}, and it cannot be converted"
        ) from None


def text(value: Any) -> str:
    """Text, which notebooks may store as a list of lines."""
    if type(value) is list:
        return "".join(part for part in value if type(part) is str)
    return value if type(value) is str else ""


def squeezed(source: str) -> str:
    """A cell's text without what editors change."""
    return " ".join(source.split())
