"""Exercises that answer: one module a theme with its questions, on a small core.

In a notebook: ``from taobaolab.practice.definition import check, hint, progress, resume, solution``.

- ``check.q1(answer)`` says *Not started*, *Not yet* or *Right*, and gives the points as the value of the cell;
- ``hint("q1")`` gives the next of three hints, ``solution("q1")`` one way to do it;
- ``progress()`` shows what was reached, with a code; ``resume("...")`` brings it back in another session.

A new theme is a module with questions (see ``definition``), a notebook in ``solutions/``, and nothing else.
"""
