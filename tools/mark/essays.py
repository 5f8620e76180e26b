"""Find the essay of a student, wherever it was written.

    text, place = find_essay(cells, names, exercise)
    count_words(text)

Students write it into the cell for it, into a new cell below, into a code cell (bare, as comments or
between quotation marks), under the rubric, or at the end; and some editors keep no ids by which a
cell could be known. So the text is what stands in the part of the essay question and is not ours;
if nothing stands there, it is the longest text of the student's own elsewhere.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable

from exercise import Exercise
from notebook import RawCell, squeezed

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff"
WORD = re.compile(rf"[{HAN}]|[^\W_{HAN}](?:[\w'’-]*[^\W_{HAN}])?")  # a Chinese character is a word
FEW = 5  # words: what is shorter, outside the cell for it, is a remark and no essay
MANY = 40  # words: what is at least as long is an essay, wherever it stands
LONGEST = 40_000  # characters that are kept
CODE_SIGNS = re.compile(r"[=(){}\[\]_<>+*/\\|&%$]")


def find_essay(cells: list[RawCell], names: list[str], exercise: Exercise) -> tuple[str, str]:
    """Find the essay.

    Parameters
    ----------
    cells
        The cells of the file.
    names
        For each cell the name of ours that it is, or nothing.
    exercise
        The exercise.

    Returns
    -------
    tuple of str
        The text, and in words where it stood if it was not in the cell for it. Both are empty if
        there is none.
    """
    essay_cell = f"{exercise.essay_key}-essay"
    first, last = essay_part(names, exercise)
    parts, places = [], []
    for cell, name in zip(cells[first:last], names[first:last], strict=True):
        words = own_words(cell, exercise)
        if not words or (name != essay_cell and count_words(words) < FEW):
            continue
        parts.append(words)
        if name != essay_cell:
            places.append(describe(cell, name))
    if not parts:
        parts, places = longest_elsewhere(cells, names, exercise, first, last)
    text = "\n\n".join(parts)[:LONGEST]
    return text, ", ".join(dict.fromkeys(places))


def essay_part(names: list[str], exercise: Exercise) -> tuple[int, int]:
    """Give the positions between which the essay belongs: behind its question, before the end."""
    key = exercise.essay_key
    behind = [i for i, n in enumerate(names) if n in (f"{key}-check", f"{key}-rubric")]
    own = [i for i, n in enumerate(names) if n == f"{key}-essay"]
    if behind:
        first = behind[-1]
    elif own:
        first = own[0]
    else:
        return 0, 0
    order = list(exercise.cells)
    after = set(order[order.index(f"{key}-essay") + 1 :])
    for position in range(first + 1, len(names)):
        if names[position] in after:
            return first, position
    return first, len(names)


def longest_elsewhere(
    cells: list[RawCell], names: list[str], exercise: Exercise, first: int, last: int
) -> tuple[list[str], list[str]]:
    """Give the longest text of the student's own outside that part, if it is long enough."""
    best, place, most = "", "", MANY - 1
    for position, (cell, name) in enumerate(zip(cells, names, strict=True)):
        if first <= position < last:
            continue
        words = own_words(cell, exercise)
        if count_words(words) > most:
            best, most = words, count_words(words)
            place = f"{describe(cell, name)}, far from its question"
    return ([best], [place]) if best else ([], [])


def describe(cell: RawCell, name: str) -> str:
    """Say where a text stood."""
    if cell.kind == "code":
        return "in a code cell"
    if name:
        return "in a cell of ours"
    return "in a new cell"


def own_words(cell: RawCell, exercise: Exercise) -> str:
    """Give what a student wrote in a cell as text, without the lines that are ours."""
    source = cell.source[:LONGEST]
    if cell.kind == "code":
        source = words_in_code(source)
    lines = [line for line in source.splitlines() if squeezed(line) not in exercise.lines]
    own = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return own if WORD.search(own) else ""


def words_in_code(source: str) -> str:
    """Give the text in a code cell: its comments and its longer texts in quotation marks, or all."""
    if is_prose(source):
        return "\n".join(line.strip().lstrip("#").strip() for line in source.splitlines())
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    texts = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if count_words(node.value) >= FEW:
            texts.append((node.lineno, node.value))
    texts += comments(source)
    return "\n".join(words for _, words in sorted(texts))


def comments(source: str) -> Iterable[tuple[int, str]]:
    """Give the comments of a cell with the numbers of their lines."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                found.append((token.start[0], token.string.lstrip("# ")))
    except (tokenize.TokenError, SyntaxError):
        pass
    return found


def is_prose(source: str) -> bool:
    """Tell whether a code cell holds a text instead of a program.

    >>> is_prose("The list grew by 26% a year, but who counted it? A firm did."), is_prose("x = 1 +")
    (True, False)
    """
    source = source[:LONGEST]
    if count_words(source) < FEW:
        return False
    try:
        ast.parse(source)
        return False
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    if re.search(r"^\s*(import|from|def|for|if|while|return|print|class)\b.*[:(=]", source, re.M):
        return False
    return len(CODE_SIGNS.findall(source)) * 5 < count_words(source)


def count_words(text: str) -> int:
    """Count the words of a text; each Chinese character is one.

    >>> count_words("The village's list, 2019"), count_words("淘宝村的数量")
    (4, 6)
    """
    return len(WORD.findall(text))
