"""How hard the prose of a notebook is to read: words a sentence, and the school grade by Flesch and Kincaid.

``python tests/reading.py`` prints a row for each notebook; with names of notebooks, also their longest sentences.

The grade is 0.39 × words a sentence + 11.8 × syllables a word - 15.59 (Kincaid and others, 1975). Prose is what stands in
markdown cells, save headings, tables, code blocks, minutes and the list of contents; notes for the teacher are read apart.
A sentence ends with . ! ? or with its paragraph or item. Chinese with its pinyin is left out, since a reader without
Chinese passes over it. A piece of code and a number count as one word of one syllable; a name, that is a word with a
capital inside a sentence, as one of two at most: they are met many times and read at a glance.

Syllables are counted by rules. Against the CMU Pronouncing Dictionary, on the 28,000 small words of our notebooks, the
count is right for 99 in 100 and the sum is off by less than 1%, which moves a grade by less than 0.2. textstat, the usual
library, fetches that dictionary from the internet when it runs.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HAN = "\u3400-\u9fff"
LEFT_OUT = re.compile(r"^(?:#|\||\*\d+ minutes|\*\*On this page:\*\*)")
ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|etc|vs|No|Mr|Dr|St|p|pp|cf)\.$")
WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’][A-Za-z]+)*|\d[\d.,:]*")
VOWELS = re.compile(r"[aeiouy]+")
SILENT = re.compile(
    r"(?<=[aeiouy])[^aeiouy]+e(?:(?<![^aeiouyl]le)(?<![^aeiouyr]re)(?:$|(?=s$)(?<![sxzcg]e)(?<![cs]he)|(?=d$)(?<![td]e))|"
    r"(?=(?:ly|ment|ful|less|ness|hold|where|thing|side|work|land|line|ways|times|body|day|fore|cast|man|men)))"
)
APART = re.compile(
    r"(?<![tcsgx])(?<!ll)ia|(?<![tcsgx])(?<!ll)io|[sc]iat|iu|[^gq]ua(?!r|y)|eo(?!p)|yi|uy|[lrdtvnps]ie[rtn](?!c)|uous|uity|uing|oing|creat(?!ure)"
)


@cache
def syllables(word):
    """How many syllables an English word has, by rules."""
    word = re.sub(r"['’](?:s|t|ll|re|ve|d)?$", "", word.lower())
    return max(1, len(VOWELS.findall(word)) - len(SILENT.findall(word)) + len(APART.findall(word)))


def paragraphs(source):
    """The paragraphs and items of a markdown text, without what is no prose."""
    text = re.sub(r"```.*?```", "", source, flags=re.S)
    text = re.sub(r"</?(?:details|summary)[^>]*>|<[^>]+>", " ", text)
    text = re.sub(r"`[^`]*`", "code", text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(rf" ?\([^()]*[{HAN}][^()]*\)", "", text)
    text = re.sub(rf"[{HAN}]+", "it", text)
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", text):
        block = re.sub(r"^\s*(?:[-*]|\d+\.) |^> ?", "", block.strip(), flags=re.M)
        block = " ".join(line for line in block.splitlines() if not LEFT_OUT.match(line))
        block = block.replace("*", "").strip()
        if block:
            yield block


def sentences(source):
    """The sentences of a markdown text."""
    for block in paragraphs(source):
        start = 0
        for stop in re.finditer(r"[.!?]+[\"”’)\]]*(?=\s)", block):
            if not ABBREVIATED.search(block[start : stop.end()]):
                yield block[start : stop.end()].strip()
                start = stop.end()
        if WORD.search(block[start:]):
            yield block[start:].strip()


@dataclass(frozen=True)
class Reading:
    """The sentences of a text, and what they weigh."""

    sentences: tuple[str, ...]

    @property
    def words(self):
        """How many words there are."""
        return sum(map(length, self.sentences))

    @property
    def words_a_sentence(self):
        """The mean length of a sentence, in words."""
        return self.words / len(self.sentences)

    @property
    def grade(self):
        """The school grade by Flesch and Kincaid."""
        return (
            0.39 * self.words_a_sentence
            + 11.8 * sum(map(weight, self.sentences)) / self.words
            - 15.59
        )

    def longest(self, number):
        """The longest sentences."""
        return sorted(self.sentences, key=length, reverse=True)[:number]


def length(sentence):
    """The words of a sentence."""
    return len(WORD.findall(sentence))


def weight(sentence):
    """The syllables of a sentence; a name inside it counts two at most, a number one."""
    first, *rest = WORD.findall(sentence) or [""]
    return syllables(first) + sum(
        min(2, syllables(w)) if w[0].isupper() else syllables(w) for w in rest
    )


def reading(book, teacher=False):
    """The prose of a notebook for its students, or that for the teacher."""
    cells = [
        c
        for c in book.cells
        if c.cell_type == "markdown" and ("teacher" in c.metadata.get("tags", [])) == teacher
    ]
    return Reading(tuple(s for cell in cells for s in sentences(cell.source)))


if __name__ == "__main__":
    import nbformat

    root = Path(__file__).parent.parent
    paths = [Path(name) for name in sys.argv[1:]] or sorted(
        root.glob("notebooks/*.ipynb")
    ) + sorted(root.glob("solutions/*.ipynb"))
    print(f"{'':36}words  sentences  words a sentence  grade")
    for path in paths:
        text = reading(nbformat.read(path, 4))
        name = f"{path.resolve().parent.name}/{path.name}"
        print(
            f"{name:36}{text.words:5}{len(text.sentences):11}{text.words_a_sentence:18.1f}{text.grade:7.1f}"
        )
        for sentence in text.longest(10) if sys.argv[1:] else []:
            print(f"  {length(sentence)}: {sentence}")
