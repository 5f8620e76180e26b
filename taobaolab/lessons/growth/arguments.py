"""Numbers in, an array out, or an error that names what, where and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


def numbers(
    values: Any, name: str, above: float | None = None, least: float | None = None
) -> np.ndarray:
    """The values as a one-dimensional array of floats, each finite and within the bound.

    Raises ``ValueError`` that calls the values by ``name`` and names the rows: by label for a Series, from 0 for a list.
    """
    import numpy as np
    import pandas as pd

    series = (
        values
        if isinstance(values, pd.Series)
        else pd.Series(np.atleast_1d(np.asarray(values)).ravel())
    )
    try:
        array = pd.to_numeric(series).to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as fault:
        raise ValueError(f"{name} must be numbers: {fault}.") from None

    def refuse(wrong: np.ndarray, problem: str, advice: str) -> None:
        if wrong.any():
            labels = [str(label) for label in series.index[wrong]]
            rows = ", ".join(labels[:5]) + (
                f" and {len(labels) - 5} more" if len(labels) > 5 else ""
            )
            raise ValueError(f"{name} {problem} in row{'s' * (len(labels) > 1)} {rows}. {advice}")

    if not len(array):
        raise ValueError(f"{name} is empty. Give at least one number.")
    refuse(
        np.isnan(array),
        "is missing",
        "Missing is not zero: leave these rows out, or find the number.",
    )
    refuse(np.isinf(array), "is infinite", "Only finite numbers can be used.")
    if above is not None:
        refuse(
            array <= above,
            f"is not above {above:g}",
            "Leave these rows out, or use a measure that allows them.",
        )
    if least is not None:
        refuse(array < least, f"is below {least:g}", "Look for a slip of the pen or of the sign.")
    return array


def paired(first: np.ndarray, second: np.ndarray, names: tuple[str, str]) -> None:
    """Raise ``ValueError`` when two arrays that belong together differ in length."""
    if len(first) != len(second):
        raise ValueError(
            f"{names[0]} has {len(first)} numbers and {names[1]} has {len(second)}: they go in pairs."
        )
