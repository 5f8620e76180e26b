"""The colours of charts, replies and pages, told apart by people who see colours differently.

Nothing is imported here, so that a reply to an exercise can have the accent colour without loading a chart library.
"""

ACCENT, SECOND, THIRD, FOURTH = "#0072B2", "#C44E00", "#59A136", "#4B2A8C"
GREY, INK = "#6E6E6E", "#1F1F1F"
PALE, GRID = "#8C8C8C", "#ECECEC"
