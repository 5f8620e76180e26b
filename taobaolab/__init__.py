"""Taobao villages, to touch: documented data, definitions as data, charts and explorers.

The rooms, each a module that is imported only when you ask for it:

- ``taobaolab.datasets``: the tables, their codebook and their sources
- ``taobaolab.definition``: what counts as a Taobao village, and is this one?
- ``taobaolab.evidence``: who claims what, and whether the claims can all be right
- ``taobaolab.models``: curves, concentration, two lists, who gives what to whom, a village market, weighing
- ``taobaolab.charts``: the one way to draw
- ``taobaolab.region``: a table of your own: read it, say what is odd, put a definition to it, report
- ``taobaolab.explorers``: controls around charts and answers, a module a theme
- ``taobaolab.practice``: questions that look at an answer, a module a theme
"""

import sys

__version__ = "0.2.0"
__all__ = ["charts", "datasets", "definition", "evidence", "explorers", "models", "practice", "region"]


def __getattr__(name):
    if name in __all__:
        from importlib import import_module

        return import_module("." + name, __name__)
    raise AttributeError("module {!r} has no attribute {!r}".format(__name__, name))


def __dir__():
    return sorted([*globals(), *__all__])


if sys.platform == "emscripten":  # Python in a browser
    from . import browser

    browser.watch()
