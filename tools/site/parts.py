"""The parts of the site, in the order of its contents. A new part is a module with a Part, and a line here."""

from lessons import EXERCISES, LESSONS, SOLUTIONS

PARTS = [LESSONS, EXERCISES, SOLUTIONS]
