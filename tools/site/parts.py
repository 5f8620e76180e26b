"""The parts of the site, in the order of its contents. A new part is a module with a Part, and a line here."""

from booklet import BOOKLET
from chinese import CHINESE
from lessons import EXERCISES, LESSONS, SOLUTIONS
from papers import PRINT, SINGLE
from polls import POLLS
from slides import SLIDES
from teaching import TEACHING

from data import DATA

PARTS = [
    LESSONS,
    EXERCISES,
    SOLUTIONS,
    SLIDES,
    PRINT,
    SINGLE,
    POLLS,
    TEACHING,
    DATA,
    CHINESE,
    BOOKLET,
]
