"""Slides from a lesson: a slide is composed, not cut.

A slide has a title that says its message, one thing to look at (a chart, a table, an answer, a question), and the
sentences that belong to it. The rules, for each section of a notebook, from the top:

1. The section opens with its heading, and what is said before anything is shown.
2. A chart, a table or what was printed is an exhibit. It begins a slide, unless only words that lead to it stand on
   the slide before it. Two small exhibits may share a slide.
3. What is said after an exhibit stands beside or under it while there is room; the rest makes a slide of words.
4. What asks (Predict, Guess, Discuss, a question at the end) ends its slide: the answer comes on the next one.
5. A poll has a slide of its own with its choices. A misconception opens a slide, or stands below the table that it
   reads wrongly.
6. The title is the title of the chart, the claim of a misconception, the question of a poll; else a sentence that
   says what is seen.
7. Rows, items and choices are never dropped: what is long goes on over the next slide. Of long paragraphs the
   sentences that carry them are shown (``sentences.py``); all of them stand in the notes.
8. A few more sentences that find no room beside their exhibit go to the notes, if they ask nothing and name no term.
9. The table that repeats a chart, and the list of sources, are left to the notebook.

An author who wants it otherwise says so in the metadata of a cell, under ``slides``:

- ``title``: the title of the slide on which the cell's first piece stands;
- ``text``: Markdown to show instead of the cell's prose;
- ``leave_out``: true for a detail that only the notebook has, or how the lines of an answer begin that it has alone;
- ``own_slide``: true to begin a slide; ``alone``: true for an exhibit beside which nothing else may stand;
- ``split_views``: true for a chart of several rows of views whose words would be too small on one slide;
- ``full_run``: true for a cell that the short run leaves out, or how the paragraphs begin that it leaves out;
- ``show_code``: true to show the code with what it gives;
- ``answer``: the letter of the right choice of the poll in this cell, or "none".
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import ceil

from books import Book, Cell, Chart, Output, Section, prose
from bs4 import BeautifulSoup, Tag
from hall_tables import (
    body_rows,
    cut_rows,
    printed_for_hall,
    split_columns,
    spoken_name,
    table_for_hall,
)
from sentences import (
    choose_sentences,
    count_words,
    is_question,
    plain_text,
    split_sentences,
    without_stage_directions,
)
from sizes import (
    BODY_HEIGHT,
    Size,
    StackSize,
    TableSize,
    largest_scale,
    printed_size,
    table_size,
    text_size,
)

MOST_ROWS = 12  # of a table on one slide
MOST_LETTERS = 620  # of printed lines on one slide
WHOLE_PARAGRAPH = 44  # a paragraph of so many words is shown whole
LONG_PARAGRAPH = 36  # of a longer one so many words are shown
WORDS_ALONE, WORDS_WITH_TABLE, WORDS_WITH_CHART = 110, 80, 46
COMFORTABLE, TIGHT = 0.9, 0.8  # the least scales for words that join, and for an exhibit
BOTH_SMALL = 0.95  # the least scale at which two exhibits share a slide
SECOND_TITLE = 3.5  # rem: the title of an exhibit that stands below the name of its section
CARD = 0.8  # the least scale at which an answer of paragraphs and a table stays on one slide
STRAY_WORDS = 45  # so many words after an exhibit may go to the notes
LAST_WORDS = 16  # so few find room on a slide of words that is nearly full
MOST_CONTROLS = 4  # a chart with more does not open a section
WORDS_OF_CONTROL = 4  # a control takes the room of so many words
FEW_WORDS = 32  # so few lead to what follows and make no slide of their own
TITLE_WORDS = range(4, 20)
LONGEST_QUESTION = 28  # words of a question that fills a slide
NO_TITLE = re.compile(
    r"(Now|Look|Here|Then|The next|If your|Write|And|But|Choose|Hover|Try|Read)\b"
)
KEEPS_A_GUESS = re.compile(r"^\w*guess\w* = ", re.MULTILINE)
PROMPT = re.compile(
    r"^<strong>(Predict|Guess|Discuss|Poll|Decide|A question from the floor|Before you go on)\b"
)
POLL = re.compile(r"^<strong>Poll[^<]*</strong>\s*")
MINUTES = re.compile(r"^<em>\d+ minutes?[^<]*</em>\s*")
REPEATS_CHART = re.compile(r"\bcharts\.table\(")
LISTS_SOURCES = re.compile(r"\bcite\(")


@dataclass(frozen=True)
class Block:
    """A piece of a slide.

    ``kind`` is ``prose``, ``item``, ``prompt``, ``poll``, ``misconception``, ``exhibit`` or ``chart``. ``size`` is what
    it needs (a chart takes what there is), ``title`` is the title that it gives to its slide, if any; ``asks`` says that
    nothing may follow it on its slide, ``full_run`` that the short run leaves it out, ``same_cell`` that the block
    before it comes from the same cell of code.
    """

    kind: str
    html: str
    size: Size | None = None
    words: int = 0
    title: str = ""
    chart: Chart | None = None
    code: str = ""
    caption: str = ""
    asks: bool = False
    leads: bool = False
    own_slide: bool = False
    full_run: bool = False
    fixed_title: bool = False
    same_cell: bool = False
    notes: tuple[str, ...] = ()

    @property
    def is_part(self) -> bool:
        """Whether it is a part of a table that is too long for one slide."""
        return 'class="part"' in self.html


GUESS = Block(
    "guess", "", asks=True
)  # a cell in which a guess is kept: nothing to see, but it ends the slide


@dataclass
class Slide:
    """One slide: its kind, its titles, what is on it, the code behind it, and what the speaker has before her."""

    kind: str
    heading: str = ""
    title: str = ""
    section: str = ""
    minutes: str = ""
    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: bool = False
    closed: bool = False
    label_of_kind: str = ""
    plan: tuple[float, float] = (0.0, 0.0)
    short_plan: tuple[float, float] = (0.0, 0.0)

    @property
    def label(self) -> str:
        """What the list of slides calls it, as plain words."""
        return html.unescape(plain_text(self.heading or self.title or self.section))

    @property
    def chart(self) -> Chart | None:
        """The chart on the slide, if there is one."""
        return next((block.chart for block in self.blocks if block.chart), None)

    @property
    def exhibits(self) -> list[Block]:
        """What there is to look at."""
        return [block for block in self.blocks if block.kind in ("exhibit", "chart")]

    @property
    def texts(self) -> list[Block]:
        """The words on the slide."""
        return [block for block in self.blocks if block.kind not in ("exhibit", "chart")]

    @property
    def leading(self) -> list[Block]:
        """The words that stand before the exhibit."""
        first = next((n for n, block in enumerate(self.blocks) if block in self.exhibits), 0)
        return self.blocks[:first]

    @property
    def following(self) -> list[Block]:
        """The words that belong to the exhibit; all words where there is none."""
        return [block for block in self.texts if block not in self.leading]

    @property
    def code(self) -> str:
        """The code that made what is shown."""
        return "".join(block.code for block in self.blocks)

    @property
    def words(self) -> int:
        """The number of words of its sentences."""
        return sum(block.words for block in self.texts)


def compose(book: Book) -> list[Slide]:
    """The slides of a lesson: a title, then those of its sections."""
    slides = [title_slide(book)]
    for part in book.sections:
        slides += compose_section(part, book)
    set_plan(slides, book)
    return slides


def title_slide(book: Book) -> Slide:
    """The first slide: the name of the lesson and what it is about."""
    paragraphs = [
        p for p in BeautifulSoup(book.opening, "html.parser").find_all("p") if not p.find("a")
    ]
    blocks = [
        Block("prose", f"<p>{p.decode_contents()}</p>", text_size(p.get_text()))
        for p in paragraphs[:2]
    ]
    before = book.cells[1 : first_section(book)]
    notes = [book.opening, *(cell.html for cell in before if cell.teacher)]
    return Slide("title", heading=html.escape(book.title, quote=False), blocks=blocks, notes=notes)


def first_section(book: Book) -> int:
    """Where the first section begins, among the cells."""
    return next(
        (n for n, cell in enumerate(book.cells) if re.match("## ", cell.source)), len(book.cells)
    )


def compose_section(part: Section, book: Book) -> list[Slide]:
    """The slides of a section."""
    blocks = glue_leads(list(section_blocks(part, book)))
    slides = [Slide("section", heading=html.escape(part.heading, quote=False))]
    for number, block in enumerate(blocks):
        if block is GUESS:
            slides[-1].closed = True
            continue
        slide = slides[-1]
        if block.kind == "exhibit" and is_short_question(slide):
            slide.closed = False
        slide.closed = slide.closed or (block.own_slide and bool(slide.blocks))
        slide.closed = slide.closed or would_be_torn(slide, block, blocks[number + 1 :])
        if not may_join(slide, block):
            shorter = shortened(slide, block)
            if shorter:
                block = shorter
            else:
                slide = Slide("text")
                slides.append(slide)
        if block.kind == "misconception" and slide.exhibits:
            block = replace(
                block, html=block.html.replace(">", f"><b>{block.title}</b> ", 1), title=""
            )
        slide.blocks.append(block)
        slide.notes += block.notes
        slide.closed = slide.closed or block.asks
        if slide.kind != "section":
            slide.kind = kind_of(slide)
    for slide in slides:
        slide.section = html.escape(part.heading, quote=False)
        slide.skipped = part.skipped or (
            bool(slide.blocks) and all(block.full_run for block in slide.blocks)
        )
    slides = without_stray_words(slides)
    share_out_notes(slides, part)
    give_title(slides[0])
    for before, slide in pairwise(slides):
        if goes_on(before, slide) and (has_own_title(before) or slide.blocks[0].kind == "item"):
            slide.title = before.title
        else:
            give_title(slide)
    for slide, following in reversed(list(pairwise(slides))):
        borrow_title(slide, following)
    for before, slide in pairwise(slides):
        if slide.title == slide.section:
            slide.title = leading_sentence(before) or slide.title
        if slide.title == slide.section and goes_on(before, slide):
            slide.title = before.title
    for slide in slides:
        write_captions(slide)
    if part.minutes is not None:
        slides[0].minutes = minutes_in_words(part)
    return slides


KIND_LABELS = {"poll": "Poll", "misconception": "Misconception"}


def without_stray_words(slides: list[Slide]) -> list[Slide]:
    """The slides without those of a few sentences after an exhibit, which go to its notes."""
    kept = slides[:1]
    for slide in slides[1:]:
        html_of_words = "".join(block.html for block in slide.blocks)
        stray = (
            kept[-1].exhibits
            and all(block.kind == "prose" and not block.fixed_title for block in slide.blocks)
            and slide.words <= STRAY_WORDS
            and "<strong>" not in html_of_words
            and "?" not in html_of_words
        )
        if stray:
            kept[-1].notes += slide.notes
        else:
            kept.append(slide)
    return kept


def kind_of(slide: Slide) -> str:
    """What kind of slide it is, for its looks."""
    kinds = {block.kind for block in slide.blocks}
    for kind in ("chart", "exhibit", "poll", "misconception"):
        if kind in kinds:
            return kind
    return "prompt" if "prompt" in kinds and len(slide.blocks) == 1 else "text"


def may_join(slide: Slide, block: Block) -> bool:
    """Whether a block may stand on a slide, by the rules above and the room there is."""
    if not slide.blocks:
        return True
    if slide.closed or block.full_run != slide.blocks[-1].full_run:
        return False
    if any(one.kind == "poll" for one in slide.blocks):
        return False
    if block.kind == "misconception":
        return misconception_may_join(slide, block)
    if block.kind == "poll":
        return {one.kind for one in slide.blocks} == {"prose"} and slide.words <= 40
    if block.kind == "chart":
        crowded = len(block.chart.controls) > MOST_CONTROLS and slide.kind == "section"
        return not slide.exhibits and slide.words <= WORDS_WITH_CHART and not crowded
    if block.kind == "exhibit":
        return exhibit_may_join(slide, block)
    most = WORDS_WITH_CHART if slide.chart else WORDS_WITH_TABLE if slide.exhibits else WORDS_ALONE
    if slide.chart and slide.chart.has_controls:
        most -= max(12, WORDS_OF_CONTROL * len(slide.chart.controls))
    least = COMFORTABLE
    closing = block.words <= LAST_WORDS and not slide.exhibits
    if (block.words <= FEW_WORDS and slide.exhibits and not slide.chart) or closing:
        most, least = most + 20, TIGHT
    if slide.words + block.words > most:
        return False
    return bool(slide.chart) or scale_with(slide, block) >= least


def would_be_torn(slide: Slide, block: Block, following: list[Block]) -> bool:
    """Whether what one cell gave would fit on a slide of its own, but not all of it on this one."""
    if block.kind != "exhibit" or block.same_cell or not slide.blocks:
        return False
    whole = [block]
    for other in following:
        if other.kind != "exhibit" or not other.same_cell:
            break
        whole.append(other)
    if len(whole) == 1 or any(one.is_part for one in whole):
        return False
    sizes = [one.size for one in whole if one.size]
    texts = [one.size for one in slide.texts if one.size]
    before = [one.size for one in slide.exhibits if one.size]
    alone = largest_scale(sizes, []) >= TIGHT
    return alone and largest_scale([*before, *sizes], texts) < TIGHT


def is_short_question(slide: Slide) -> bool:
    """Whether nothing but a short question of the text stands on a slide: it can lead its answer."""
    asked = all(block.kind == "prose" for block in slide.blocks)
    return asked and slide.kind == "text" and slide.words <= 24 and not slide.blocks[-1].full_run


def shortened(slide: Slide, block: Block) -> Block | None:
    """A paragraph with fewer sentences, where an exhibit would stand without a word; None if there is no need or room."""
    if block.kind != "prose" or slide.closed or not slide.exhibits or slide.following:
        return None
    inner = re.sub(r"^<p[^>]*>|</p>$", "", block.html)
    for most in (36, 28, 20, 12):
        kept = choose_sentences(inner, most)
        shorter = replace(
            block, html=f"<p>{kept}</p>", size=text_size(kept), words=count_words(kept)
        )
        if may_join(slide, shorter):
            return shorter
    return None


def misconception_may_join(slide: Slide, block: Block) -> bool:
    """Whether a misconception may stand below a few words, or below the table that it reads wrongly."""
    if slide.chart or any(one.kind == "misconception" for one in slide.blocks):
        return False
    if slide.exhibits:
        few = slide.words + block.words <= WORDS_WITH_TABLE
        return few and scale_with(slide, block) >= COMFORTABLE
    few = slide.kind == "text" and slide.words <= STRAY_WORDS
    return few and scale_with(slide, block) >= COMFORTABLE


def exhibit_may_join(slide: Slide, block: Block) -> bool:
    """Whether a table may follow what is on the slide."""
    if slide.chart or any(one.kind in ("prompt", "misconception") for one in slide.blocks):
        return False
    if slide.exhibits:
        tables = sum("<table" in one.html for one in [*slide.exhibits, block])
        least = BOTH_SMALL if tables > 1 else COMFORTABLE
        if block.same_cell and not block.is_part:
            least = TIGHT
        return len(slide.exhibits) < 3 and scale_with(slide, block) >= least
    return scale_with(slide, block) >= TIGHT


def scale_with(slide: Slide, block: Block) -> float:
    """The largest scale at which a slide fits with one more block."""
    blocks = [*slide.blocks, block]
    exhibits = [one.size for one in blocks if one.kind == "exhibit" and one.size]
    texts = [one.size for one in blocks if one.kind not in ("exhibit", "chart") and one.size]
    titled = slide.kind == "section" and any(one.fixed_title or one.caption for one in blocks)
    return largest_scale(exhibits, texts, BODY_HEIGHT - (SECOND_TITLE if titled else 0))


# ---- from cells to blocks
def section_blocks(part: Section, book: Book) -> Iterator[Block]:
    """The pieces of a section, in order."""
    silent_code = ""  # what was computed without showing, until something shows
    after_chart = False
    for cell in part.cells:
        if cell.teacher or cell.settings.get("leave_out") is True:
            continue
        if not cell.code:
            yield from with_settings(cell, prose_blocks(cell))
        elif cell.outputs:
            if not (after_chart and REPEATS_CHART.search(cell.source)):
                yield from with_settings(cell, output_blocks(cell, silent_code + cell.html, book))
            silent_code = ""
            after_chart = after_chart or any(output.chart for output in cell.outputs)
        elif KEEPS_A_GUESS.search(cell.source):
            yield GUESS
        elif not cell.folded and "..." not in cell.source:
            silent_code += cell.html


def with_settings(cell: Cell, blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks of a cell with what its author wants otherwise."""
    full_run = cell.settings.get("full_run", False)
    starts = tuple(full_run) if isinstance(full_run, list) else ()
    left_out = False
    alone = bool(cell.settings.get("alone"))
    for number, block in enumerate(blocks):
        text = html.unescape(plain_text(block.html)).strip()
        if starts and block.kind != "item":
            left_out = text.startswith(starts)
        elif not starts:
            left_out = bool(full_run)
        elif text.startswith(starts):
            left_out = True
        first = number == 0
        title = cell.settings.get("title", "") if first else ""
        yield replace(
            block,
            title=html.escape(title, quote=False) or block.title,
            fixed_title=bool(title),
            own_slide=alone or (first and bool(cell.settings.get("own_slide"))),
            asks=alone or block.asks,
            full_run=left_out,
        )


def prose_blocks(cell: Cell) -> Iterator[Block]:
    """The pieces of a cell of prose; the first carries the whole text for the notes."""
    shown = prose(cell.settings["text"]) if "text" in cell.settings else cell.html
    soup = BeautifulSoup(shown, "html.parser")
    elements = [e for e in soup.find_all(True, recursive=False) if e.name not in ("h1", "h2")]
    whole = BeautifulSoup(cell.html, "html.parser")
    notes = "".join(
        str(e) for e in whole.find_all(True, recursive=False) if e.name not in ("h1", "h2")
    )
    blocks = list(element_blocks(elements))
    if blocks:
        blocks[0] = replace(blocks[0], notes=(notes,))
        last = blocks[-1]
        if last.kind == "prose" and is_question(
            split_sentences(last.html.removesuffix("</p>"))[-1]
        ):
            blocks[-1] = replace(last, asks=True)
    yield from blocks


def element_blocks(elements: list[Tag]) -> Iterator[Block]:
    """The pieces of some prose, element by element."""
    choices: Tag | None = None
    for number, element in enumerate(elements):
        inner = MINUTES.sub("", element.decode_contents().strip())
        following = elements[number + 1] if number + 1 < len(elements) else None
        if element is choices or not inner:
            continue
        if element.name == "blockquote":
            yield misconception(inner)
        elif element.name == "p" and POLL.match(inner):
            if following is not None and following.name in ("ul", "ol"):
                choices = following
            yield poll(inner, choices)
        elif element.name == "p" and PROMPT.match(inner):
            size = text_size(inner, 1.1)
            yield Block(
                "prompt", f'<p class="prompt">{inner}</p>', size, count_words(inner), asks=True
            )
        elif element.name == "p" and without_stage_directions(inner):
            yield paragraph(inner)
        elif element.name in ("ul", "ol"):
            yield from list_items(element)
        elif element.name == "div" and element.find("table"):
            yield from table_blocks(element)
        elif element.name in ("h3", "h4"):
            yield Block(
                "prose",
                f"<p><strong>{inner}</strong></p>",
                text_size(inner),
                count_words(inner),
                leads=True,
            )


def paragraph(inner: str) -> Block:
    """A paragraph of prose."""
    inner = without_stage_directions(inner)
    most = WHOLE_PARAGRAPH if count_words(inner) <= WHOLE_PARAGRAPH else LONG_PARAGRAPH
    kept = choose_sentences(inner, most)
    leads = plain_text(inner).rstrip().endswith(":")
    return Block("prose", f"<p>{kept}</p>", text_size(kept), count_words(kept), leads=leads)


def list_items(element: Tag) -> Iterator[Block]:
    """The items of a list, each with the sentences that carry it."""
    for item in element.find_all("li", recursive=False):
        kept = choose_sentences(item.decode_contents().strip(), LONG_PARAGRAPH)
        yield Block("item", f'<p class="item">{kept}</p>', text_size(kept), count_words(kept))


def misconception(inner: str) -> Block:
    """A misconception: the claim is its title, and what is wrong with it stands below."""
    inner = re.sub(r"^<p>(.*)</p>$", r"\1", inner.strip(), flags=re.DOTALL)
    rest = re.sub(r"^<strong>Misconception\.?</strong>\s*", "", inner)
    claim = re.match(r"[\"“](.+?[.?!,]?)[\"”]\s+", rest)
    title = ""
    if claim:
        title = f"“{claim[1]}”"
        rest = rest[claim.end() :]
    return Block(
        "misconception",
        f'<p class="wrong">{rest}</p>',
        text_size(rest),
        count_words(rest),
        title=title,
    )


def poll(inner: str, choices: Tag | None) -> Block:
    """A poll: the question is its title, the choices are what there is to look at."""
    question = POLL.sub("", inner)
    options = [item.decode_contents().strip() for item in choices.find_all("li")] if choices else []
    if not options:
        first, *others = split_sentences(question)
        rest = " ".join(others)
        asked = f'<p class="prompt">{rest}</p>' if rest else ""
        return Block("poll", asked, text_size(rest, 1.1), count_words(rest), title=first, asks=True)
    lettered = [
        re.sub(r"^<strong>(.):</strong>", r"<b>\1</b> <span>", option) + "</span>"
        for option in options
    ]
    parts = "".join(f"<li>{option}</li>" for option in lettered)
    body = f'<ul class="choices">{parts}</ul>' if options else ""
    size = text_size(inner + " ".join(options), 1.2)
    return Block("poll", body, size, count_words(" ".join(options)), title=question, asks=True)


def table_blocks(box: Tag, code: str = "") -> Iterator[Block]:
    """A table as one exhibit or, where it is long, several; its caption serves as title where nothing else does."""
    caption = ""
    if box.caption and count_words(box.caption.get_text()) <= TITLE_WORDS[-1]:
        caption = box.caption.decode_contents().strip()
        box.caption.decompose()
    cleaned = copy(box)
    missing = table_for_hall(cleaned)
    most_rows = MOST_ROWS
    parts = cut_rows(cleaned, most_rows, missing)
    while most_rows > 4 and smallest_scale(parts) < TIGHT:
        most_rows -= 1
        if ceil(len(body_rows(cleaned)) / most_rows) > len(parts):
            parts = cut_rows(cleaned, most_rows, missing)
    if smallest_scale(parts) < TIGHT:
        parts = [half for part in parts for half in split_columns(part)]
    for number, part in enumerate(parts, 1):
        note = f'<p class="part">{number} of {len(parts)}</p>' if len(parts) > 1 else ""
        size = StackSize((text_size(caption, 0.8), table_size(part)))
        first_code = code if number == 1 else ""
        yield Block("exhibit", part + note, size, code=first_code, caption=caption)


def smallest_scale(parts: list[str]) -> float:
    """The scale at which the largest part of a table fits on a slide of its own."""
    return min(largest_scale([table_size(part)], []) for part in parts)


def output_blocks(cell: Cell, code: str, book: Book) -> Iterator[Block]:
    """What a cell gave."""
    if LISTS_SOURCES.search(cell.source):
        yield Block(
            "prose", '<p class="quiet">Sources: in the notebook.</p>', text_size("x" * 30), 4
        )
        return
    first = True
    for output in cell.outputs:
        for block in joined_card(list(output_block(output, cell, book))):
            yield replace(block, code=code if first else "", same_cell=not first)
            first = False


def joined_card(blocks: list[Block]) -> list[Block]:
    """An answer of paragraphs and a table as one exhibit, if it fits on a slide; its bold first words are the title."""
    kinds = [block.kind for block in blocks]
    if kinds.count("exhibit") != 1 or "prose" not in kinds or "quiet" in blocks[0].html:
        return blocks
    size = StackSize(tuple(block.size for block in blocks if block.size))
    if largest_scale([size], []) < CARD:
        return blocks
    whole = "".join(block.html for block in blocks)
    heading = re.search(r"^<p[^>]*>\s*<(?:strong|b)>([^<]+)</(?:strong|b)>\s*(<br ?/?>)?", whole)
    title = ""
    if heading:
        title = heading[1]
        whole = "<p>" + whole[heading.end() :]
    return [Block("exhibit", whole, size, title=title)]


def output_block(output: Output, cell: Cell, book: Book) -> Iterator[Block]:
    """One output: a chart, a table, an answer, or what was printed."""
    if output.chart:
        charts = [output.chart]
        if cell.settings.get("split_views"):
            charts = output.chart.rows()
        for chart in charts:
            yield Block("chart", "", title=output.chart.title, chart=chart)
        return
    if output.kind == "text":
        yield from printed_blocks(output, cell)
        return
    if output.kind == "form":
        words = f"This form needs a running kernel: open {book.source} in JupyterLab. Here is its first answer."
        yield Block("prose", f'<p class="quiet">{words}</p>', text_size(words), 0, leads=True)
    for element in pieces_of(BeautifulSoup(output.html, "html.parser")):
        if element.name == "div" and element.find("table"):
            yield from table_blocks(element)
        elif element.name in ("ul", "ol"):
            write_names_as_words(element)
            yield from list_items(element)
        elif element.get_text(strip=True):
            write_names_as_words(element)
            inner = without_details(element.decode_contents(), cell)
            if inner:
                yield Block("prose", f"<p>{inner}</p>", text_size(inner), count_words(inner))


def write_names_as_words(element: Tag) -> None:
    """Write the names of columns in an answer as words, but not in code."""
    for text in list(element.find_all(string=True)):
        if not text.find_parent(["code", "pre"]):
            text.replace_with(spoken_name(str(text)))


def without_details(inner: str, cell: Cell) -> str:
    """A paragraph of an answer without the lines that the author leaves to the notebook."""
    details = cell.settings.get("leave_out")
    if not details:
        return inner
    lines = re.split(r"<br ?/?>", inner)
    kept = [line for line in lines if not plain_text(line).strip().startswith(tuple(details))]
    return "<br/>".join(kept)


def printed_blocks(output: Output, cell: Cell) -> Iterator[Block]:
    """What was printed: a short answer with its code, else tables and lines."""
    text = plain_text(output.html).strip()
    details = cell.settings.get("leave_out")
    answer = len(text) <= 24 and "\n" not in text and len(cell.outputs) == 1
    made = printed_for_hall(output.html)
    if answer or cell.settings.get("show_code"):
        code = f'<div class="code">{cell.html}</div>'
        lines = cell.source.split("\n")
        size = TableSize(
            tuple((len(line),) for line in [*lines, text, ""]), (max(map(len, lines)),)
        )
        yield Block("exhibit", code + f'<div class="answer">{made}</div>', size)
        return
    lines: list[Tag] = []
    for element in BeautifulSoup(made, "html.parser").find_all(True, recursive=False):
        if element.name == "p":
            if not (details and element.get_text().startswith(tuple(details))):
                lines.append(element)
            continue
        yield from line_blocks(lines)
        lines = []
        if element.name == "div":
            yield from table_blocks(element)
        else:
            yield Block("exhibit", str(element), printed_size(element))
    yield from line_blocks(lines)


def line_blocks(lines: list[Tag]) -> Iterator[Block]:
    """Printed lines, as many together as stand well on a slide."""
    parts = max(1, ceil(sum(len(line.get_text()) for line in lines) / MOST_LETTERS))
    length = max(1, ceil(len(lines) / parts))
    for first in range(0, len(lines), length):
        some = lines[first : first + length]
        size = StackSize(tuple(text_size(line.decode_contents()) for line in some))
        yield Block("exhibit", "".join(map(str, some)), size)


def pieces_of(box: Tag) -> Iterator[Tag]:
    """The pieces of an output, from the top: paragraphs, lists, and tables in their boxes."""
    for element in box.find_all(True, recursive=False):
        is_frame = element.name in ("div", "section") and "wide" not in element.get("class", [])
        if is_frame and element.find(["p", "div"]):
            yield from pieces_of(element)
        else:
            yield element


def glue_leads(blocks: list[Block]) -> list[Block]:
    """Mark what leads to the next piece (it ends with a colon), so that both stand on one slide."""
    glued = list(blocks)
    for number, (block, following) in enumerate(pairwise(blocks)):
        if block.leads and following.kind in ("item", "exhibit") and not block.own_slide:
            joined = block.words + following.words
            glued[number] = replace(block, own_slide=joined > WORDS_WITH_TABLE // 2)
    return glued


# ---- titles, notes, time
def give_title(slide: Slide) -> None:
    """Give a slide the title that says its message."""
    slide.label_of_kind = KIND_LABELS.get(slide.kind, "")
    fixed = [block.title for block in slide.blocks if block.fixed_title]
    offered = [block.title for block in slide.blocks if block.title]
    if slide.kind == "section":
        if fixed:
            slide.title = fixed[0]
        elif any(block.kind == "poll" for block in slide.blocks):
            slide.title = offered[0]
        return
    if fixed or offered:
        slide.title = (fixed or offered)[0]
        return
    if slide.kind == "prompt":
        block = slide.blocks[0]
        marker = re.match(r'<p class="prompt"><strong>([^<]*?):?</strong>', block.html)
        slide.label_of_kind = marker[1] if marker else "Question"
        slide.title = re.sub(
            r'^<p class="prompt">(<strong>[^<]*</strong>)?\s*|</p>$', "", block.html
        )
        slide.title = slide.title[0].upper() + slide.title[1:]
        slide.blocks = []
        return
    for block in [*slide.following, *slide.leading]:
        title, rest = split_title(block)
        if title:
            slide.title = title
            position = slide.blocks.index(block)
            slide.blocks[position : position + 1] = [rest] if rest else []
            return
    captions = [block.caption for block in slide.blocks if block.caption]
    slide.title = captions[0] if captions else slide.section


def borrow_title(slide: Slide, following: Slide) -> None:
    """An exhibit that stands alone takes the sentence about it from the slide after it as its title."""
    if slide.heading or slide.title != slide.section or not slide.exhibits:
        return
    if slide.exhibits[-1].is_part and following.exhibits:
        slide.title = following.title
    elif (
        following.kind == "text"
        and following.title != following.section
        and not has_own_title(following)
    ):
        slide.title = following.title
        if following.blocks:
            give_title(following)


def leading_sentence(before: Slide) -> str:
    """The last sentence of a slide, if it can be the title of the exhibit to which it leads."""
    if not before.texts or before.texts[-1].kind != "prose" or is_quiet(before.texts[-1]):
        return ""
    inner = re.sub(r"^<p[^>]*>|</p>$", "", before.texts[-1].html)
    for sentence in reversed(split_sentences(inner)):
        if count_words(sentence) in TITLE_WORDS and not NO_TITLE.match(plain_text(sentence)):
            return re.sub(r"[.:]$", "", sentence)
    return ""


def goes_on(before: Slide, slide: Slide) -> bool:
    """Whether a slide goes on with the list or the answer of the slide before it, whose title then is its own."""
    if not (before.blocks and slide.blocks and before.title) or has_own_title(slide):
        return False
    last, first = before.blocks[-1], slide.blocks[0]
    if first.kind == "item":
        return last.kind == "item"
    is_new = bool(first.caption) and first.caption != last.caption
    return first.kind == "exhibit" and (first.same_cell or first.is_part) and not is_new


def has_own_title(slide: Slide) -> bool:
    """Whether the author of the lesson gave a slide its title."""
    return any(block.fixed_title for block in slide.blocks)


def is_quiet(block: Block) -> bool:
    """Whether a block only says how the slide is to be used: it names nothing that is seen."""
    return block.html.startswith('<p class="quiet">')


def write_captions(slide: Slide) -> None:
    """Write the caption of a table over it, unless it is the title of the slide."""
    for number, block in enumerate(slide.blocks):
        if block.caption and block.caption != slide.title:
            slide.blocks[number] = replace(
                block, html=f'<p class="caption">{block.caption}</p>{block.html}'
            )


def split_title(block: Block) -> tuple[str, Block | None]:
    """The sentence of a block that can be a title, and the block without it."""
    inner = re.sub(r"^<p[^>]*>|</p>$", "", block.html)
    if block.kind not in ("prose", "prompt", "item") or is_quiet(block):
        return "", block
    bold = re.match(r"<strong>([^<]+?)[.:]?</strong>[.:]?\s+", inner)
    if bold and block.kind == "item":
        return "", block
    sentences = split_sentences(
        re.sub(r"^<strong>(?:Predict|Guess|Discuss|Decide)[^<]*</strong>\s*", "", inner)
    )
    for sentence in sentences:
        if count_words(sentence) in TITLE_WORDS and not NO_TITLE.match(plain_text(sentence)):
            kept = " ".join(s for s in sentences if s is not sentence)
            title = re.sub(r"[.:]$", "", sentence)
            title = title[0].upper() + title[1:] if title[0].isalpha() else title
            if not plain_text(kept).strip():
                return title, None
            opening = re.match(r"<p[^>]*>", block.html)
            tag = opening[0] if opening else "<p>"
            return title, replace(
                block, html=f"{tag}{kept}</p>", size=text_size(kept), words=count_words(kept)
            )
    return "", block


def share_out_notes(slides: list[Slide], part: Section) -> None:
    """Give each slide its notes: what to show and say of a chart, what to expect of a poll, questions from the floor."""
    for slide in slides:
        if slide.chart:
            slide.notes.insert(0, chart_note(slide.chart))
    polls = [slide for slide in slides if any(block.kind == "poll" for block in slide.blocks)]
    for cell in part.cells:
        if not cell.teacher:
            continue
        place = last_slide_before(cell, part, slides)
        for element in BeautifulSoup(cell.html, "html.parser").find_all(True, recursive=False):
            about_poll = element.get_text().strip().startswith("Poll")
            (polls[-1] if polls and about_poll else place).notes.append(str(element))
    if part.minutes is not None:
        slides[0].notes.insert(0, f"<p><strong>{minutes_in_words(part)}</strong></p>")


def last_slide_before(cell: Cell, part: Section, slides: list[Slide]) -> Slide:
    """The slide that is shown when a teacher's cell comes: the last whose notes hold what stands before the cell."""
    before = [
        one for one in part.cells[: part.cells.index(cell)] if not one.code and not one.teacher
    ]
    for slide in reversed(slides):
        told = " ".join(slide.notes)
        if any(one.html and closing_words(one.html) in told for one in reversed(before[-1:])):
            return slide
    return slides[-1]


def closing_words(inner: str) -> str:
    """The end of a piece of HTML, to find it again."""
    return inner.strip()[-60:]


def chart_note(chart: Chart) -> str:
    """What to show of a chart."""
    words = f"<p><strong>Show:</strong> {html.escape(chart.words, quote=False)}</p>"
    if chart.controls:
        words += (
            f"<p><strong>Try:</strong> {html.escape(', '.join(chart.controls), quote=False)}.</p>"
        )
    return words + "<p><strong>Say:</strong></p>"


def minutes_in_words(part: Section) -> str:
    """The minutes of a section, in both runs.

    >>> minutes_in_words(Section("", "", (), 8, 5)), minutes_in_words(Section("", "", (), 1, 0))
    ('8 minutes; 5 in the short run', '1 minute; left out in the short run')
    """
    words = f"{part.minutes} minute{'s' if part.minutes != 1 else ''}"
    if part.skipped:
        return f"{words}; left out in the short run"
    if part.short != part.minutes:
        return f"{words}; {part.short} in the short run"
    return words


def set_plan(slides: list[Slide], book: Book) -> None:
    """Give each slide the minutes at which it is planned to begin and to end, in both runs."""
    begins = {"plan": 0.0, "short_plan": 0.0}
    for part in book.sections:
        own = [
            slide for slide in slides[1:] if slide.section == html.escape(part.heading, quote=False)
        ]
        for run, minutes in (("plan", part.minutes or 0), ("short_plan", part.short or 0)):
            shown = [slide for slide in own if run == "plan" or not slide.skipped]
            for number, slide in enumerate(shown):
                step = minutes / len(shown)
                start = begins[run] + number * step
                setattr(slide, run, (round(start, 1), round(start + step, 1)))
            begins[run] += minutes
