"""Two lists of names: who stays, who goes, who comes, and how the answer hangs on the spelling."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

ENDINGS = ("村", "社区", "居委会")


@dataclass(frozen=True)
class Turnover:
    """What became of the names of an earlier list in a later one.

    ``kept`` and ``gone`` together are the different names of the earlier list, ``kept`` and ``new`` those of the later
    one. Kept names are spelt as in the earlier list. ``respelled`` are pairs of spellings (earlier, later) that are one
    name only because of the key. ``repeated_before`` and ``repeated_after`` are entries that repeat a name of the same
    list and were not counted again.
    """

    kept: tuple[Any, ...]
    gone: tuple[Any, ...]
    new: tuple[Any, ...]
    respelled: tuple[tuple[Any, Any], ...] = ()
    repeated_before: tuple[Any, ...] = ()
    repeated_after: tuple[Any, ...] = ()

    @property
    def share_kept(self) -> float:
        """The share of the earlier list's different names that the later list still has, from 0 to 1."""
        return len(self.kept) / (len(self.kept) + len(self.gone))

    def table(self) -> pd.DataFrame:
        """One row a name, with ``name`` and ``state``: kept, gone or new."""
        import pandas as pd

        rows = [(name, state) for state in ("kept", "gone", "new") for name in getattr(self, state)]
        return pd.DataFrame(rows, columns=["name", "state"])


def without_ending(name: str) -> str:
    """A village's name without blanks and without one ending 村, 社区 or 居委会: a key for :func:`turnover`.

    A name that is nothing but an ending stays. The counts of ``list_turnover`` were made by this rule, within the
    province or the county; names alone would take two villages of one name for one.

    >>> without_ending("孙庄村"), without_ending("孙庄")
    ('孙庄', '孙庄')
    """
    bare = "".join(name.split())
    return next((bare.removesuffix(e) for e in ENDINGS if bare.endswith(e) and bare != e), bare)


def _spellings(
    names: Iterable[Any], key: Callable[[Any], Hashable], which: str
) -> tuple[dict[Hashable, Any], tuple]:
    import pandas as pd

    if isinstance(names, (str, Mapping)):
        raise ValueError(f"{which} is one {type(names).__name__}: give a list of names.")
    first: dict[Hashable, Any] = {}
    repeated = []
    for row, name in enumerate(names):
        if pd.api.types.is_scalar(name) and pd.isna(name):
            raise ValueError(
                f"{which} has no name in row {row}. Leave the row out, or find the name."
            )
        if key(name) in first:
            repeated.append(name)
        else:
            first[key(name)] = name
    if not first:
        raise ValueError(f"{which} is empty. Give at least one name.")
    return first, tuple(repeated)


def turnover(
    before: Iterable[Any], after: Iterable[Any], key: Callable[[Any], Hashable] | None = None
) -> Turnover:
    """Compare two lists of names: kept, gone and new, in the order of the lists.

    Two names count as the same when their ``key`` is the same; without a key they must be printed alike. Too strict a
    key makes a changed spelling look like a loss and a gain; too loose a key makes two places look like one. So give
    the answer with more than one key. A name that a list repeats counts once and is reported. Names may be tuples,
    such as (province, village), with a key that handles them.

    Gone means not found in the later list. Why, the lists do not say. Raises ``ValueError`` for a missing name, an
    empty list and a single text in place of a list.

    >>> before, after = ["孙庄", "丁楼村", "张庄"], ["孙庄村", "丁楼村", "李庄"]
    >>> turnover(before, after).gone
    ('孙庄', '张庄')
    >>> turnover(before, after, key=without_ending).gone
    ('张庄',)
    """
    same = key or (lambda name: name)
    old, repeated_before = _spellings(before, same, "before")
    now, repeated_after = _spellings(after, same, "after")
    return Turnover(
        kept=tuple(name for k, name in old.items() if k in now),
        gone=tuple(name for k, name in old.items() if k not in now),
        new=tuple(name for k, name in now.items() if k not in old),
        respelled=tuple(
            (name, now[k])
            for k, name in old.items()
            if k in now and now[k] != name and name not in repeated_after
        ),
        repeated_before=repeated_before,
        repeated_after=repeated_after,
    )
