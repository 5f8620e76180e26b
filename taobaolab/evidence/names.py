"""Names: what a damaged spelling stands for.

>>> entity("danji").name
'Daji Town'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from ..text import there_is_no
from .rows import table_rows

# Words at the end of a name that say what kind of place it is. Texts leave them out at will.
KINDS_OF_PLACE = {"town", "county", "village", "city", "zhen", "xian", "cun", "shi"}


class Entity(NamedTuple):
    """A place, person, organisation, programme or document of the five texts, with all its spellings.

    ``certainty`` is how sure the standard form is: sure, likely, guess or unresolved; ``note`` says why.
    """

    id: str
    type: str
    name: str
    name_zh: str
    pinyin: str
    spellings: tuple[str, ...]
    found_in: tuple[str, ...]
    certainty: str
    note: str

    @property
    def usual(self) -> tuple[str, ...]:
        """The standard name, the Chinese one and pinyin, also without Town, County and so on."""
        return _with_stems(
            [
                self.name.partition(" (")[0],
                self.name,
                *self.name_zh.split(" | "),
                *self.pinyin.split(", "),
            ]
        )

    @property
    def forms(self) -> tuple[str, ...]:
        """Every form of the name: the usual ones and the spellings of the texts."""
        return tuple(dict.fromkeys((*self.usual, *_with_stems(self.spellings))))

    def __repr__(self) -> str:
        chinese = ""
        if self.name_zh and self.pinyin:
            chinese = f" ({self.name_zh}, {self.pinyin})"
        spellings = ", ".join(self.spellings)
        return (
            f"{self.name}{chinese}, {self.certainty}. Printed as {spellings}. {self.note}".strip()
        )


class NameUse(NamedTuple):
    """How a text names an entity: how sure the entity is, its usual forms, and the spellings used."""

    certainty: str
    usual: tuple[str, ...]
    spellings: set[str]


def _fold(name: str) -> str:
    """Take away capitals and tone marks."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(c for c in letters if not unicodedata.combining(c)).casefold()


def _with_stems(forms: Iterable[str]) -> tuple[str, ...]:
    """Give the forms, then those that end in a kind of place once more without it."""
    all_forms = list(forms)
    for form in tuple(all_forms):
        words = form.split()
        if words and words[-1].lower() in KINDS_OF_PLACE:
            all_forms.append(" ".join(words[:-1]))
    return tuple(form for form in dict.fromkeys(all_forms) if form)


@cache
def _load_entities() -> tuple[Entity, ...]:
    columns = ("id", "type", "name", "name_zh", "pinyin", "certainty", "note")
    entities = []
    for row in table_rows("entities"):
        words = {column: row[column] or "" for column in columns}
        spellings = tuple(row["spellings"].split(" | "))
        entities.append(
            Entity(**words, spellings=spellings, found_in=tuple(row["found_in"].split()))
        )
    return tuple(entities)


def entity(name: str) -> Entity:
    """Find what a name stands for.

    Parameters
    ----------
    name : str
        The name in any of its spellings, in capital or small letters, with or without tone marks.

    Returns
    -------
    Entity
        What has that name. Of a person the family name alone will do, if nobody else has it.

    Raises
    ------
    KeyError
        Nothing has that name (with the nearest names), or several things have it (with all).

    Examples
    --------
    >>> [entity(n).name for n in ("danji", "Hejie", "Xu Yongjun")]
    ['Daji Town', 'Heze', 'Su Yongzhong']
    """
    asked = _fold(" ".join(str(name).split()))
    exact, partly = [], []
    for candidate in _load_entities():
        forms = [_fold(form) for form in candidate.forms]
        if asked in forms:
            exact.append(candidate)
        if any(asked in form.split() for form in forms):
            partly.append(candidate)
    found = exact
    # Texts call people by one part of their name: one who has it whole may not be the one meant.
    if not exact or exact[0].type == "person":
        found = exact + [e for e in partly if e.type == "person" and e not in exact]
    found = found or partly
    if len(found) == 1:
        return found[0]
    if found:
        several = " or ".join(f"{e.name} ({e.type})" for e in found)
        raise KeyError(f"{name!r} may be {several}. Ask for a full name.")
    known = dict.fromkeys(form for e in _load_entities() for form in e.forms)
    raise KeyError(there_is_no("name", name, known))


def find_names(text: str, kind: str) -> dict[str, NameUse]:
    """Find the entities of a kind (place, person, ...) that a text names, by their standard names."""
    found = {}
    for candidate in _load_entities():
        if candidate.type != kind:
            continue
        used = {
            form for form in candidate.forms if re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text)
        }
        # "Daji" within "Daji Town" is not a spelling of its own.
        longest = {form for form in used if not any(form != o and form in o for o in used)}
        if longest:
            found[candidate.name] = NameUse(candidate.certainty, candidate.usual, longest)
    return found


def is_same_place(one: str, other: str) -> bool:
    """Whether two descriptions of a place are equal, or name a place in common."""
    shared = find_names(one, "place").keys() & find_names(other, "place").keys()
    return one == other or bool(shared)
