"""A check that runs before its answer, after a restart or after an interrupt, gets a sentence and no traceback.

Each check cell imports ``check`` itself, and with it comes this: a name that is not there yet is told in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import TracebackType
from typing import Any

CHECK = re.compile(r"^\s*check\.(q\d+)\(", re.M)


def install(keys: Iterable[str]) -> None:
    """Tell IPython, where there is one, what to do with a missing name in a check cell."""
    try:
        from IPython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is not None:
        shell.set_custom_exc((NameError,), _tell)


def _tell(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType,
    tb_offset: Any = None,
) -> None:
    """Tell of a name missing in a check cell; leave any other error as it is."""
    from .core import COLOURS, NOT_STARTED, Note

    asked = CHECK.search(shell.user_ns.get("In", [""])[-1])
    in_the_cell = trace.tb_next is None or trace.tb_next.tb_next is None
    name = getattr(error, "name", None)
    if not asked or not name or not in_the_cell:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        return
    lines = (
        f"There is no `{name}` yet. Run the cell of your answer, then this one again.",
        "After a restart run the set-up cell too: Run, Run All Above Selected Cell.",
    )
    Note(f"{asked[1]}: {NOT_STARTED}", lines, colour=COLOURS[NOT_STARTED]).show()
