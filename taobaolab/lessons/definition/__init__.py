"""What counts as a Taobao village: draw the line, check a village, who says what."""

from .explorers import (
    answer_card,
    cases,
    check_a_village,
    draw_the_line,
    fewest_shops,
    made_up,
    pile_up,
    village_keys,
    who_says_what,
)

__all__ = [
    "answer_card",
    "cases",
    "check_a_village",
    "draw_the_line",
    "fewest_shops",
    "made_up",
    "pile_up",
    "village_keys",
    "who_says_what",
]
