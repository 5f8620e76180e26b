"""Who governs: who gives what to whom, the order of acts, positions of scholars, agreement of coders."""

from .agreement import Agreement, kappa
from .event_order import ACTOR_LEVELS, events_in_order
from .lesson_charts import promised_and_counted
from .networks import Reciprocity, Removal, brokerage, degree, network, reciprocity, without
from .positions_explorer import nearest, weigh_the_positions
from .ties_explorer import who_gives_what_to_whom
from .timeline_explorer import acts, before_and_after, timeline

__all__ = [
    "ACTOR_LEVELS",
    "Agreement",
    "Reciprocity",
    "Removal",
    "acts",
    "before_and_after",
    "brokerage",
    "degree",
    "events_in_order",
    "kappa",
    "nearest",
    "network",
    "promised_and_counted",
    "reciprocity",
    "timeline",
    "weigh_the_positions",
    "who_gives_what_to_whom",
    "without",
]
