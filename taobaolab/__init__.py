"""Taobao villages, to touch: documented data, definitions as data, charts and explorers.

The rooms, each a module that is imported only when you ask for it:

- ``taobaolab.datasets``: the tables, their codebook and their sources
- ``taobaolab.definition``: what counts as a Taobao village, and is this one?
- ``taobaolab.evidence``: who claims what, and whether the claims can all be right
- ``taobaolab.charts``: the one way to draw
- ``taobaolab.practice``: the engine of the exercises
- ``taobaolab.lessons``: what serves one lesson, a folder a theme: models, explorers, questions
"""

import sys

__version__ = "0.3.0"
__all__ = ["charts", "datasets", "definition", "evidence", "lessons", "practice"]


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
