"""Models: pure functions, seeded where they draw numbers. What they make up is made for teaching and says so."""

from ._villages import villages

__all__ = ["villages"]
