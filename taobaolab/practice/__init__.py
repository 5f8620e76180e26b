"""The engine of the exercises: it reads answers, replies, gives points, and keeps what was reached.

In a notebook: ``from taobaolab.lessons.growth.questions import check, hint, progress, resume, solution``.

- ``check.q1(answer)`` says *Not started*, *Not yet* or *Right*; each part of an answer is looked at by itself;
- ``hint("q1")`` gives the next of three hints, ``solution("q1")`` one way to do it;
- ``progress()`` shows what was reached, with a code; ``resume("...")`` brings it back in another session;
- ``copies.hand_out(numbers=7, solution=False)`` stands in copies that a teacher hands out;
- ``take_along()`` keeps what was written, ``bring_back()`` runs it again.

The questions of a theme stand in ``taobaolab/lessons/<theme>/questions.py``, their words in ``solutions/``.
"""
