"""What a learner wrote, to take along and to bring back: the last run source of the cells that made each answer.

A kernel knows what was run, and each question knows by which names its answer is handed in. So nothing has to be marked
in the cells, and nothing but the learner's own lines is kept.
"""

from __future__ import annotations

import ast
import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from typing import Any

SIGN = "taobaolab-work-1"


class NotWork(ValueError):
    """A text that holds no work of this sheet; the message says why."""


def file_name(theme: str) -> str:
    """The file beside the page."""
    return f"my_work_{theme}.txt"


def collect(questions: Mapping[str, Any]) -> dict[str, str]:
    """The cells that made the answer of each question, as they were run last."""
    shell = _shell()
    if shell is None:
        return {}
    ran = [source for source in shell.user_ns.get("In", []) if source.strip()]
    found = {}
    for key, question in questions.items():
        cells = _makers(ran, set(question.parts))
        if cells:
            found[key] = "\n".join(cells)
    return found


def _makers(ran: list[str], names: set[str]) -> list[str]:
    """Of the cells that were run, the last ones that made these names; those with dots only are none."""
    cells: list[str] = []
    missing = set(names)
    for source in reversed(ran):
        made = _names_made(source) & missing
        if made and not set(_names_made(source)) <= {"check", "hint"}:
            cells.insert(0, source)
            missing -= made
    return [] if all(_only_dots(source) for source in cells) else cells


def _names_made(source: str) -> set[str]:
    """The names that a cell makes at its top level."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return set()
    made = set()
    for statement in body:
        if isinstance(statement, ast.FunctionDef):
            made.add(statement.name)
        elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.For | ast.AugAssign):
            stored = (n for n in ast.walk(statement) if isinstance(n, ast.Name))
            made |= {n.id for n in stored if isinstance(n.ctx, ast.Store)}
    return made


def _only_dots(source: str) -> bool:
    """Whether a cell is still as in the exercise."""
    return "# YOUR CODE HERE" in source and "..." in source and source.count("\n") < 3


def pack(theme: str, sources: Mapping[str, str]) -> str:
    """The work as one text of plain letters."""
    content = json.dumps({"sign": SIGN, "theme": theme, "work": dict(sources)}, ensure_ascii=False)
    return base64.b85encode(zlib.compress(content.encode(), 9)).decode()


def unpack(theme: str, packed: Any) -> dict[str, str]:
    """What ``pack`` made of the work of this theme.

    Raises
    ------
    NotWork
        The text is damaged, or belongs to another sheet.
    """
    try:
        letters = "".join(str(packed).split())
        content = json.loads(zlib.decompress(base64.b85decode(letters)).decode())
        sign, of, work = content["sign"], content["theme"], content["work"]
    except (ValueError, zlib.error, binascii.Error, KeyError, TypeError):
        raise NotWork(
            "This text is damaged: copy it whole, from the first letter to the last."
        ) from None
    if sign != SIGN or not isinstance(work, dict):
        raise NotWork("This text was made by another version of the collection.")
    if of != theme:
        raise NotWork(f"This is the work of another sheet, {of}.")
    return {str(key): str(source) for key, source in work.items()}


def run(sources: Mapping[str, str]) -> dict[str, str]:
    """Run the lines of each question in the notebook; what stopped, and why."""
    shell = _shell()
    stopped = {}
    for key, source in sources.items():
        try:
            if shell is None:
                exec(source, {})
            else:
                exec(compile(source, f"<{key}>", "exec"), shell.user_ns)
        except Exception as error:
            stopped[key] = f"{type(error).__name__}: {error}"
    return stopped


def _shell() -> Any:
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()
