"""Functions that go wrong, to hand in as answers."""

import sys


def crashes(*anything):
    return anything[0].no_such_thing


def leaves(*anything):
    sys.exit(3)


def prints(*anything):
    print(65)


def nothing(*anything):
    """As in the untouched exercise."""
