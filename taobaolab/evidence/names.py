"""Names: what a damaged spelling stands for."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from .rows import rows, unknown

LEVELS = {"town", "county", "village", "city", "zhen", "xian", "cun", "shi"}


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
            self.name.partition(" (")[0],
            self.name,
            *self.name_zh.split(" | "),
            *self.pinyin.split(", "),
        )

    @property
    def forms(self) -> tuple[str, ...]:
        """Every form of the name: the usual ones and the spellings of the texts."""
        return tuple(dict.fromkeys((*self.usual, *_with_stems(*self.spellings))))

    def __repr__(self) -> str:
        chinese = f" ({self.name_zh}, {self.pinyin})" if self.name_zh and self.pinyin else ""
        return f"{self.name}{chinese}, {self.certainty}. Printed as {', '.join(self.spellings)}. {self.note}".strip()


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def _with_stems(*forms: str) -> tuple[str, ...]:
    stems = [
        " ".join(words[:-1])
        for form in forms
        if (words := form.split()) and words[-1].lower() in LEVELS
    ]
    return tuple(form for form in dict.fromkeys((*forms, *stems)) if form)


@cache
def _entities() -> tuple[Entity, ...]:
    return tuple(
        Entity(
            **{
                c: row[c] or ""
                for c in ("id", "type", "name", "name_zh", "pinyin", "certainty", "note")
            },
            spellings=tuple(row["spellings"].split(" | ")),
            found_in=tuple(row["found_in"].split()),
        )
        for row in rows("entities")
    )


def entity(name: str) -> Entity:
    """What a name stands for, in any of its spellings, in capital or small letters, with or without tone marks.

    KeyError: nothing has that name (with the nearest names), or several things have it (with all of them).

    >>> [entity(n).name for n in ("danji", "Hejie", "Xu Yongjun")]
    ['Daji Town', 'Heze', 'Su Yongzhong']
    """
    asked = _folded(" ".join(str(name).split()))
    exact = [e for e in _entities() if asked in map(_folded, e.forms)]
    partly = [e for e in _entities() if any(asked in _folded(form).split() for form in e.forms)]
    people = [e for e in partly if e.type == "person"]
    found = (
        [*exact, *(e for e in people if e not in exact)]
        if not exact or exact[0].type == "person"
        else exact
    )
    found = found or partly
    if len(found) == 1:
        return found[0]
    if found:
        several = " or ".join(f"{e.name} ({e.type})" for e in found)
        raise KeyError(f"{name!r} may be {several}. Ask for a full name.")
    raise KeyError(unknown("name", name, {form for e in _entities() for form in e.forms}))


def names_in(text: str, kind: str) -> dict[str, tuple[str, tuple[str, ...], set[str]]]:
    """The entities of a kind that a text names: how sure they are, their usual forms, and the spellings used."""
    found = {}
    for thing in _entities():
        used = {f for f in thing.forms if re.search(rf"(?<!\w){re.escape(f)}(?!\w)", text)}
        if thing.type == kind and used:
            longest = {f for f in used if not any(f != g and f in g for g in used)}
            found[thing.name] = (thing.certainty, thing.usual, longest)
    return found


def same_place(one: str, other: str) -> bool:
    """Whether two descriptions of a place are equal, or name a place in common."""
    return one == other or bool(set(names_in(one, "place")) & set(names_in(other, "place")))
