"""Two lists of names: who stays, who goes, who comes, and how the answer depends on the spelling.

>>> turnover(["孙庄", "张庄"], ["孙庄村", "李庄"], key=without_ending).kept
('孙庄',)
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

ENDINGS = ("村", "社区", "居委会")


@dataclass(frozen=True)
class Turnover:
    """What became of the names of an earlier list in a later one.

    Attributes
    ----------
    kept, gone : tuple
        Together the different names of the earlier list; kept names are spelt as there.
    new : tuple
        The names that only the later list has.
    respelled : tuple of pairs
        Spellings (earlier, later) that are one name only because of the key.
    repeated_before, repeated_after : tuple
        Entries that repeat a name of the same list and were not counted again.
    """

    kept: tuple[Any, ...]
    gone: tuple[Any, ...]
    new: tuple[Any, ...]
    respelled: tuple[tuple[Any, Any], ...] = ()
    repeated_before: tuple[Any, ...] = ()
    repeated_after: tuple[Any, ...] = ()

    @property
    def share_kept(self) -> float:
        """The share of the earlier list's different names that the later list has, from 0 to 1."""
        return len(self.kept) / (len(self.kept) + len(self.gone))

    def table(self) -> pd.DataFrame:
        """Return one row a name, with ``name`` and ``state``: kept, gone or new."""
        states = {"kept": self.kept, "gone": self.gone, "new": self.new}
        rows = [(name, state) for state, names in states.items() for name in names]
        return pd.DataFrame(rows, columns=["name", "state"])


def without_ending(name: str) -> str:
    """Return a village's name without blanks and without one ending: a key for `turnover`.

    The endings are 村, 社区 and 居委会; a name that is nothing but an ending stays. The counts of
    ``list_turnover`` were made by this rule, within the province or the county; names alone would
    take two villages of one name for one.

    Examples
    --------
    >>> without_ending("孙庄村"), without_ending("孙庄")
    ('孙庄', '孙庄')
    """
    compact = "".join(name.split())
    for ending in ENDINGS:
        if compact.endswith(ending) and compact != ending:
            return compact.removesuffix(ending)
    return compact


def turnover(
    before: Iterable[Any], after: Iterable[Any], key: Callable[[Any], Hashable] | None = None
) -> Turnover:
    """Compare two lists of names: kept, gone and new, in the order of the lists.

    Gone means not found in the later list. Why, the lists do not say.

    Parameters
    ----------
    before, after : list of names
        A name that a list repeats counts once and is reported. Names may be tuples, such as
        (province, village), with a key that handles them.
    key : function, optional
        Two names count as the same when their key is the same; without one they must be printed
        alike. Too strict a key makes a changed spelling look like a loss and a gain; too loose a
        key makes two places look like one. So give the answer with more than one key.

    Returns
    -------
    Turnover

    Raises
    ------
    ValueError
        For a missing name, an empty list and a single text in place of a list.

    Examples
    --------
    >>> before, after = ["孙庄", "丁楼村", "张庄"], ["孙庄村", "丁楼村", "李庄"]
    >>> turnover(before, after).gone
    ('孙庄', '张庄')
    >>> turnover(before, after, key=without_ending).gone
    ('张庄',)
    """
    if key is None:
        key = _as_printed
    earlier = _index_names(before, key, "before")
    later = _index_names(after, key, "after")
    kept, gone, respelled = [], [], []
    for name_key, name in earlier.first.items():
        if name_key not in later.first:
            gone.append(name)
            continue
        kept.append(name)
        new_name = later.first[name_key]
        # A later list that has both spellings did not respell the name: it repeats it.
        if new_name != name and name not in later.repeated:
            respelled.append((name, new_name))
    new = [name for name_key, name in later.first.items() if name_key not in earlier.first]
    return Turnover(
        kept=tuple(kept),
        gone=tuple(gone),
        new=tuple(new),
        respelled=tuple(respelled),
        repeated_before=earlier.repeated,
        repeated_after=later.repeated,
    )


class _Names(NamedTuple):
    """The names of a list: the first of each key by its key, and those that repeat a key."""

    first: dict[Hashable, Any]
    repeated: tuple[Any, ...]


def _as_printed(name: Any) -> Any:
    return name


def _index_names(names: Iterable[Any], key: Callable[[Any], Hashable], argument: str) -> _Names:
    """Index the names of a list by their key; errors call the list by ``argument``."""
    if isinstance(names, (str, Mapping)):
        raise ValueError(f"{argument} is one {type(names).__name__}: give a list of names.")
    first: dict[Hashable, Any] = {}
    repeated = []
    for row, name in enumerate(names):
        if pd.api.types.is_scalar(name) and pd.isna(name):
            raise ValueError(
                f"{argument} has no name in row {row}. Leave the row out, or find the name."
            )
        name_key = key(name)
        if name_key in first:
            repeated.append(name)
        else:
            first[name_key] = name
    if not first:
        raise ValueError(f"{argument} is empty. Give at least one name.")
    return _Names(first, tuple(repeated))
