"""What the library says in more than one language: one table, ``words.toml``, an entry a line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


@cache
def words(part: str, language: Language = "en") -> Mapping[str, str]:
    """The words of one part of the table, by entry.

    Raises ValueError for a language that is not there.

    >>> words("answer")["not met"], words("answer", "zh")["not met"]
    ('not met', '不满足')
    """
    if language not in LANGUAGES:
        raise ValueError(f"language is {language!r}; there are {', '.join(LANGUAGES)}")
    return {entry: translations[language] for entry, translations in _load_table()[part].items()}


@cache
def _load_table() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((resources.files(__package__) / "words.toml").read_text(encoding="utf-8"))
