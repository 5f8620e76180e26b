"""Sentences of a piece of HTML: where they end, and which of them a room should read.

>>> choose_sentences("It is one. Sixty are too few. Why?", most_words=7)
'It is one. Why?'
"""

from __future__ import annotations

import re

SENTENCE_END = re.compile(
    r"(?<=[.?!])((?:[\"”’)]|</\w+>)*)\s+(?=(?:<\w[^>]*>)*[\"“(]?(?:<\w[^>]*>)*[A-Z0-9])"
)
STAGE_DIRECTION = re.compile(
    r"\b(next cell|cell below|cell above|next table|last table|this cell|run the cell|run it|in place of the dots|charts\.table|has its table)\b"
)


def plain_text(inner: str) -> str:
    """The text of a piece of HTML, without its tags."""
    return re.sub(r"<[^>]*>", "", inner)


def count_words(inner: str) -> int:
    """The number of words of a piece of HTML."""
    return len(plain_text(inner).split())


def is_question(sentence: str) -> bool:
    """Whether a sentence asks something.

    >>> is_question("<strong>Why?</strong>"), is_question("Because.")
    (True, False)
    """
    return plain_text(sentence).strip().rstrip('"”)').endswith("?")


def split_sentences(inner: str) -> list[str]:
    """The sentences of a piece of HTML; none ends inside an element.

    >>> split_sentences("One. <em>Two three.</em> (Four?) <strong>Five. Six</strong> seven, 8.5 nine.")
    ['One.', '<em>Two three.</em>', '(Four?)', '<strong>Five. Six</strong> seven, 8.5 nine.']
    """
    pieces, last = [], 0
    for found in SENTENCE_END.finditer(inner):
        piece = inner[last : found.end(1)]
        opened = len(re.findall(r"<\w", piece))
        closed = len(re.findall(r"</", piece)) + len(re.findall(r"<(?:br|img|wbr)", piece))
        if opened == closed:
            pieces.append(piece)
            last = found.end()
    return [*pieces, inner[last:]]


def without_stage_directions(inner: str) -> str:
    """A paragraph without the short sentences that only say what to do in the notebook.

    >>> without_stage_directions("Who sells? Keep your answer in the next cell. All.")
    'Who sells? All.'
    """
    kept = [
        s
        for s in split_sentences(inner)
        if not STAGE_DIRECTION.search(plain_text(s)) or count_words(s) > 14
    ]
    return " ".join(kept)


def choose_sentences(inner: str, most_words: int) -> str:
    """What a room should read of a paragraph: all of it if it is short, else the sentences that carry it.

    They are chosen in this order while there is room: the first, the last (where a paragraph comes to its point),
    those that ask, those that name a term in bold, then the others from the top. What is left out goes to the notes.

    Parameters
    ----------
    inner : str
        The HTML inside a paragraph.
    most_words : int
        How many words there is room for. The first sentence is kept whatever its length.

    Returns
    -------
    str
        The chosen sentences in their own order.

    Examples
    --------
    >>> choose_sentences("Shops count. They are many here. Few are rich. So sales are not income.", 7)
    'Shops count. So sales are not income.'
    """
    sentences = split_sentences(inner)
    if count_words(inner) <= most_words:
        return " ".join(sentences)
    questions = [s for s in sentences if is_question(s)]
    terms = [s for s in sentences if "<strong>" in s]
    kept = [sentences[0]]
    for sentence in [*questions, *sentences[-1:], *terms, *sentences]:
        if sentence not in kept and count_words(" ".join([*kept, sentence])) <= most_words:
            kept.append(sentence)
    return " ".join(s for s in sentences if s in kept)
