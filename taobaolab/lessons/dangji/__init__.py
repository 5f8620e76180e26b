"""A town called Dangji: the story you decide, the detective's desk, a number and its trail."""

from .desk import detectives_desk, on_the_desk
from .lesson_charts import beside_daji, first_acts, on_the_lists, sales_by_measure, who_came_first
from .number_trail import on_their_way, trail_of_a_number
from .story import timeline_you_decide, turns, what_happened

__all__ = [
    "beside_daji",
    "detectives_desk",
    "first_acts",
    "on_the_desk",
    "on_the_lists",
    "on_their_way",
    "sales_by_measure",
    "timeline_you_decide",
    "trail_of_a_number",
    "turns",
    "what_happened",
    "who_came_first",
]
