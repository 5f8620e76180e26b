"""The rule of 2022 in questions: its key, what is known of a place in the countryside, and its three verdicts."""

from .answers import truth

RULE = "aliresearch-2022"
PLACE = {"rural": True, "administrative_village": True, "residents_committee": False}
VERDICTS = ("met", "not met", "undetermined")
verdict = truth(*VERDICTS)
