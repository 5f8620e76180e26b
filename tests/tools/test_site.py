"""The site: every page is whole, leads somewhere and fetches nothing; slides fit a projector and obey the keys."""

import copy
import doctest
import hashlib
import json
import re
import shutil
import statistics
import subprocess
import sys
from itertools import pairwise
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup

from conftest import ROOT, SITE, build
from taobaolab import datasets
from tests.browser import OF_OURS, axe, needs_chromium, watched_page

CHART = "application/vnd.vegalite.v5+json"
STEMS = [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
EACH_STEM = [  # one lesson in the daily lane, all in the full one
    pytest.param(stem, marks=[] if stem.startswith("01") else [pytest.mark.full]) for stem in STEMS
]
MOST_OF_A_PAGE, MOST_OF_A_FILE = 1_500_000, 2_000_000
TEACHER = "<details><summary>For the teacher</summary>\n\n**For the teacher.** Owls sit at the back of the hall.\n\n</details>"


@pytest.fixture(scope="session")
def pages(site):
    """Every page, parsed, by its path."""
    paths = sorted(site.rglob("*.html"))
    return {
        p.relative_to(site).as_posix(): BeautifulSoup(p.read_text(encoding="utf-8"), "html.parser")
        for p in paths
    }


def books(folder):
    return {path.stem: nbformat.read(path, 4) for path in sorted((ROOT / folder).glob("*.ipynb"))}


def charts(book):
    return [
        output["data"]
        for cell in book.cells
        for output in cell.get("outputs", [])
        if CHART in output.get("data", {})
    ]


def words(soup):
    return " ".join(soup.get_text(" ").split())


def split_where_the_author_says(book):
    """The charts of a book as slides have them: without titles, and some by rows of views, each with its foot."""
    found = []
    for cell in book.cells:
        for output in cell.get("outputs", []):
            spec = output.get("data", {}).get(CHART)
            if spec and cell.metadata.get("slides", {}).get("split_views"):
                grid, foot = spec["vconcat"]
                for first in range(0, len(grid["concat"]), grid["columns"]):
                    row = grid | {"concat": grid["concat"][first : first + grid["columns"]]}
                    found.append(without_title(spec | {"vconcat": [row, foot]}))
            elif spec:
                found.append(without_title(spec))
    return found


def without_title(spec):
    return {key: value for key, value in spec.items() if key != "title"}


def spoken(markdown):
    """The longest plain stretch of some markdown, to look for on pages."""
    markdown = re.sub(r"^\s*(?:[-#>]+|\d+\.)\s+", "", markdown, flags=re.MULTILINE)
    plain = max(re.split(r"[*`\[\]()|<>_#\n\"']|[\u3000-\u9fff]", markdown), key=len)
    return " ".join(plain.split())


def teachers():
    """All cells that are for the teacher alone."""
    every = [*books("notebooks").values(), *books("solutions").values()]
    return [
        cell for book in every for cell in book.cells if "teacher" in cell.metadata.get("tags", [])
    ]


def test_every_notebook_has_its_pages(pages):
    wanted = {
        f"{part}/{stem}.html" for part in ("lessons", "slides", "print", "single") for stem in STEMS
    }
    for folder in ("exercises", "solutions"):
        wanted |= {f"{folder}/{path.stem}.html" for path in (ROOT / folder).glob("*.ipynb")}
    assert wanted | {"index.html", "teacher/booklet.html"} <= set(pages)


def test_every_page_has_one_title_one_h1_and_headings_in_order(pages):
    for path, soup in pages.items():
        assert soup.html["lang"] == ("zh-Hans" if path.startswith("zh/") else "en"), path
        assert soup.title.get_text(strip=True), path
        levels = [
            int(h.name[1])
            for h in soup.find_all(re.compile("^h[1-6]$"))
            if not h.find_parent("dialog")
        ]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels)), (path, levels)
        assert soup.find("main"), path


def test_names_of_elements_are_given_once(pages):
    for path, soup in pages.items():
        names = [element["id"] for element in soup.find_all(id=True)]
        assert len(names) == len(set(names)), (
            path,
            sorted(n for n in names if names.count(n) > 1)[:3],
        )


def test_nothing_is_fetched_from_outside(site, pages):
    for path, soup in pages.items():
        for element in soup.find_all(
            ["script", "img", "link", "iframe", "source", "video", "audio", "object", "embed"]
        ):
            address = element.get("src") or element.get("href") or element.get("data") or ""
            assert not re.match(r"(https?:)?//", address), (path, address)
            assert element.get("type") != "module", path
        for style in [s.get_text() for s in soup.find_all("style")] + [
            e["style"] for e in soup.find_all(style=True)
        ]:
            assert "url(" not in style, path
            assert "@import" not in style, path
    sheet = (site / "assets" / "site.css").read_text()
    assert "url(" not in sheet
    assert "@import" not in sheet
    for script in ("charts.js", "slides.js"):
        assert not re.search(
            r"\bfetch\(|XMLHttpRequest|import\(|https?:", (site / "assets" / script).read_text()
        ), script


def test_every_page_is_small_with_all_that_it_needs(site, pages):
    for path, soup in pages.items():
        needed = [e.get("src") or e.get("href") for e in soup.find_all(["script", "link"])]
        needed += (
            []
            if path.startswith(("print/", "teacher/"))
            else [e["src"] for e in soup.select("main img") if not e.find_parent("noscript")]
        )
        needed += [e["src"] for e in soup.find_all("img")] if path.startswith("print/") else []
        files = [
            (site / path).parent / address
            for address in needed
            if address and not address.startswith("data:")
        ]
        size = (site / path).stat().st_size + sum(f.stat().st_size for f in files)
        assert size <= (MOST_OF_A_FILE if path.startswith("single/") else MOST_OF_A_PAGE), (
            path,
            size,
        )


def astray(site, pages):
    """Links of pages that lead out of their folder, to no file or to no element, and links that run a script."""
    site, names = (
        site.resolve(),
        {path: {e["id"] for e in soup.find_all(id=True)} for path, soup in pages.items()},
    )
    for path, soup in pages.items():
        for element in soup.find_all(["a", "img", "script", "link"]):
            address = element.get("href") or element.get("src") or ""
            if not address or re.match(r"(?!javascript:)[a-z]+:", address):
                continue
            target, _, anchor = address.partition("#")
            file = ((site / path).parent / unquote(target)).resolve() if target else site / path
            found = file.is_file() and file.is_relative_to(site)
            if found and anchor and file.suffix == ".html":
                found = unquote(anchor) in names[file.relative_to(site).as_posix()]
            if not found:
                yield path, address


def test_every_link_and_anchor_leads_somewhere(site, pages):
    assert list(astray(site, pages)) == []


def test_a_link_that_leads_nowhere_is_seen(tmp_path):
    wrong = ["no.html", "../out.html", "#no", "there.html#no", "javascript:alert(1)"]
    right = [
        "there.html",
        "there.html#b",
        "#a",
        "https://example.org",
        "mailto:a@example.org",
        "data:,",
    ]
    (tmp_path.parent / "out.html").write_text("")
    texts = {
        "here.html": "<p id=a>" + "".join(f'<a href="{a}"></a>' for a in wrong + right),
        "there.html": "<p id=b>",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    found = astray(
        tmp_path, {name: BeautifulSoup(text, "html.parser") for name, text in texts.items()}
    )
    assert list(found) == [("here.html", address) for address in wrong]


def test_no_page_names_a_notebook_by_a_link_or_keeps_a_control_of_a_kernel(pages):
    for path, soup in pages.items():
        assert not soup.select('a[href*=".ipynb"]'), path
        assert "widget-view" not in str(soup.main), path


@pytest.mark.parametrize("folder", ["notebooks", "solutions"])
def test_every_chart_is_live_on_its_page_with_its_description_and_its_still(pages, folder):
    for stem, book in books(folder).items():
        for part in ("lessons", "single", "slides") if folder == "notebooks" else ("solutions",):
            figures = pages[f"{part}/{stem}.html"].select("figure.chart")
            specs = [json.loads(figure.find("script").string) for figure in figures]
            wanted = [data[CHART] for data in charts(book)]
            if part == "slides":
                wanted = split_where_the_author_says(book)
                specs = [without_title(spec) for spec in specs]
                titles = [
                    words(figure.find_parent(class_="slide").find(["h3", "h2"]))
                    for figure in figures
                ]
                assert all(titles), stem
            assert specs == wanted, (part, stem)
            whole = [figure for figure in figures if figure.find("noscript")]
            named = [
                data
                for data in charts(book)
                if part != "slides" or data[CHART] in wanted or without_title(data[CHART]) in wanted
            ]
            for figure, data in zip(whole, named, strict=True):
                assert data[CHART]["description"], stem
                still = BeautifulSoup(str(figure.find("noscript")), "html.parser").img
                assert still["alt"] == data[CHART]["description"]
        if folder == "notebooks":
            stills = [
                image["alt"] for image in pages[f"print/{stem}.html"].select("figure.chart img")
            ]
            assert stills == [data[CHART]["description"] for data in charts(book)]


def test_a_lesson_says_all_that_its_notebook_says_to_students(pages):
    for stem, book in books("notebooks").items():
        said = words(pages[f"lessons/{stem}.html"].main)
        shown = [
            c
            for c in book.cells
            if c.cell_type == "markdown" and "teacher" not in c.metadata.get("tags", [])
        ]
        for cell in shown:
            assert spoken(cell.source) in said, (stem, cell.id)


def test_what_is_for_the_teacher_is_in_the_booklet_and_on_no_page_of_students(pages):
    booklet = words(pages["teacher/booklet.html"].main)
    folders = ("lessons/", "exercises/", "solutions/", "print/", "single/", "index")
    students = {path: words(soup) for path, soup in pages.items() if path.startswith(folders)}
    for cell in teachers():
        assert spoken(cell.source) in booklet, cell.id
        for path, said in students.items():
            assert spoken(cell.source) not in said, (path, cell.id)
    for path, soup in pages.items():
        assert not soup.select('a[href*="teacher/"]'), path


def test_the_discussions_of_the_solutions_are_in_the_booklet_and_not_in_the_exercises(pages):
    booklet = words(pages["teacher/booklet.html"].main)
    for stem, book in books("solutions").items():
        told = [
            c
            for c in book.cells
            if c.metadata.get("tags") == ["solution-only"] and c.cell_type == "markdown"
        ]
        assert told, stem
        for cell in told:
            assert spoken(cell.source) in booklet, (stem, cell.id)
            assert spoken(cell.source) not in words(pages[f"exercises/{stem}.html"]), (
                stem,
                cell.id,
            )
            assert spoken(cell.source) in words(pages[f"solutions/{stem}.html"]), (stem, cell.id)


def test_every_heading_of_a_lesson_is_on_a_slide_in_order(pages):
    for stem in STEMS:
        headings = [words(h) for h in pages[f"lessons/{stem}.html"].main.find_all("h2")]
        assert [words(h) for h in pages[f"slides/{stem}.html"].select(".slide h2")] == headings


def decks(pages):
    """Every slide of every deck, with the name of its lesson."""
    return [
        (stem, slide) for stem in STEMS for slide in pages[f"slides/{stem}.html"].select(".slide")
    ]


def test_a_prompt_stands_before_what_answers_it(pages):
    """No slide with a result has a prompt above the result."""
    for stem, slide in decks(pages):
        assert not slide.select(".leading .prompt"), (stem, slide["id"])


def test_every_slide_has_a_title_and_something_under_it(pages):
    for stem, slide in decks(pages):
        title = slide.find(["h2", "h3"]) or slide.select_one(".name")
        assert words(title), (stem, slide["id"])
        questions_alone = "kind-prompt" in slide["class"]
        below = slide.select_one(".content")
        assert questions_alone or words(below) or below.find("figure"), (
            stem,
            slide["id"],
            words(title),
        )


def test_titles_say_their_message(pages):
    """Hardly a slide has to be called after its section again."""
    for stem in STEMS:
        others = [
            slide
            for slide in pages[f"slides/{stem}.html"].select(".slide")
            if slide.find("h3") and not slide.find("h2")
        ]
        again = [slide["id"] for slide in others if words(slide.h3) == slide["data-section"]]
        assert len(again) <= 1, (stem, again)


def test_a_deck_is_as_long_as_its_lesson(pages):
    """About one slide in two minutes: 45 in the middle, and no deck with more than 62."""
    numbers = [len(pages[f"slides/{stem}.html"].select(".slide")) for stem in STEMS[1:]]
    assert all(35 <= number <= 62 for number in numbers), numbers
    assert statistics.median(numbers) <= 48


def test_a_short_deck_is_shown_in_45_minutes(pages):
    for stem in STEMS[1:]:
        shown = pages[f"slides/{stem}.html"].select(".slide:not([data-skip])")
        assert 20 <= len(shown) <= 35, (stem, len(shown))


def test_no_slide_shows_the_key_of_a_claim_before_its_words(pages):
    keys = tuple(f"{key}: " for key in datasets.load("claims").id)
    for stem, slide in decks(pages):
        for piece in slide.select(".exhibits td, .exhibits p"):
            assert not words(piece).startswith(keys), (stem, slide["id"], words(piece))


LEFT_OVERS = re.compile(
    r"<NA>|\bNaN\b|\bdtype\b|in the notebook\.? more|more rows?:|more lines?|more columns?|\d{8,}|\('|\bNone\b|\?\."
)


def test_no_slide_shows_what_only_a_programmer_reads(pages):
    for stem, slide in decks(pages):
        for exhibit in map(copy.copy, slide.select(".exhibits")):  # other tests read the pages, too
            for code in exhibit.select(".code"):
                code.extract()
            assert not LEFT_OVERS.search(words(exhibit)), (stem, slide["id"], words(exhibit))
            for table in exhibit.find_all("table"):
                assert "_" not in words(table), (stem, slide["id"])


def test_nothing_of_a_table_is_lost_on_slides(pages):
    """Every row of a table that a lesson shows is on a slide, unless the lesson marks it as a detail."""
    for stem, book in books("notebooks").items():
        shown = " ".join(words(slide) for slide in pages[f"slides/{stem}.html"].select(".slide"))
        for cell in book.cells:
            settings = cell.metadata.get("slides", {})
            if (
                cell.cell_type != "code"
                or settings.get("leave_out")
                or "charts.table(" in cell.source
            ):
                continue
            for output in cell.get("outputs", []):
                html = (
                    output.get("data", {}).get("text/html", "")
                    if CHART not in output.get("data", {})
                    else ""
                )
                for row in BeautifulSoup(html, "html.parser").select("tbody tr"):
                    names = [t.get_text(strip=True) for t in row.find_all(["td", "th"])]
                    plain = [
                        n
                        for n in names
                        if re.fullmatch(r"[A-Za-z ]{4,40}", n)
                        and n not in ("None", "True", "False")
                    ]
                    for name in plain:
                        assert name in shown, (stem, cell.id, name)


def test_every_choice_of_a_poll_is_on_its_slide(pages):
    for stem, book in books("notebooks").items():
        asked = [
            c
            for c in book.cells
            if re.search(r"^\*\*Poll the room", c.source, re.M)
            and "teacher" not in c.metadata.get("tags", [])
        ]
        slides = pages[f"slides/{stem}.html"].select(".slide.kind-poll, .slide:has(.choices)")
        choices = [words(item) for slide in slides for item in slide.select(".choices li")]
        assert len(choices) == sum(
            len(re.findall(r"^- \*\*[A-D]:\*\*", c.source, re.M)) for c in asked
        ), stem
        for slide in slides:
            expected = [c for c in teachers() if "**Poll: what to expect.**" in c.source]
            if expected:
                assert "Poll: what to expect" in words(slide.select_one(".notes")), (
                    stem,
                    slide["id"],
                )


def test_for_every_chart_the_notes_say_what_to_show_and_say(pages):
    for stem, slide in decks(pages):
        if slide.find("figure"):
            notes = words(slide.select_one(".notes"))
            assert "Show:" in notes, (stem, slide["id"])
            assert "Say:" in notes, (stem, slide["id"])


def test_the_plan_of_a_deck_is_that_of_its_sections(pages):
    for stem, book in books("notebooks").items():
        long = [
            int(n)
            for n in re.findall(
                r"^## .+\n\n\*(\d+) minute", "\n".join(c.source for c in book.cells), re.M
            )
        ]
        for run in ("data-plan", "data-short-plan"):
            shown = [
                slide
                for slide in pages[f"slides/{stem}.html"].select(".slide")
                if not (run == "data-short-plan" and slide.has_attr("data-skip"))
            ]
            plan = [
                tuple(map(float, slide[run].split()))
                for slide in shown
                if slide.find("h2") or slide.find("h3")
            ]
            assert all(begin <= end for begin, end in plan)
            assert all(
                abs(one[1] - two[0]) < 0.2 for one, two in pairwise(plan) if two != (0.0, 0.0)
            ), (stem, run)
            if run == "data-plan":
                assert max(end for _, end in plan) == pytest.approx(sum(long), abs=0.2)


def test_a_lesson_has_its_contents_beside_it_and_leads_on(pages):
    for before, stem, after in zip([None, *STEMS], STEMS, [*STEMS[1:], None], strict=False):
        page = pages[f"lessons/{stem}.html"]
        column = [(a["href"], words(a)) for a in page.select("nav.column a")]
        assert column == [(f"#{h['id']}", words(h)) for h in page.main.find_all("h2")]
        ways = {a["rel"][0]: a["href"] for a in page.select("nav.neighbours a")}
        wanted = {"prev": before, "next": after}
        assert ways == {way: f"../lessons/{name}.html" for way, name in wanted.items() if name}


def test_the_polls_are_on_paper_and_their_answers_in_the_booklet_alone(pages):
    page = pages["polls/polls.html"]
    asked = [
        cell
        for book in books("notebooks").values()
        for cell in book.cells
        if re.search(r"^\*\*Poll the room", cell.source, re.M)
        and "teacher" not in cell.metadata.get("tags", [])
    ]
    assert len(page.select(".poll-page")) == len(asked) > 5
    assert [words(card) for card in page.select(".poll-card")] == ["A", "B", "C", "D"]
    answers = [cell.metadata["slides"]["answer"] for cell in asked]
    booklet = [words(p) for p in pages["teacher/booklet.html"].select(".answer-of-poll")]
    assert len(booklet) == len(answers)
    for said, answer, cell in zip(booklet, answers, asked, strict=True):
        assert (f"The answer is {answer}." == said) == (answer in "ABCD"), cell.id
        assert answer == "none" or f"**{answer}:**" in cell.source, cell.id
        assert said not in words(page)


def test_what_lecturers_need_is_on_the_site(pages):
    shown = {path for path in pages if path.startswith("teaching/")}
    pages_beside = {path.stem.lower() for path in (ROOT / "notebooks").glob("*.md")} - {
        "glossary",
        "launch",
    }
    assert shown == {f"teaching/{name}.html" for name in pages_beside}


def test_marked_for_the_short_run_is_what_the_notebook_marks(pages):
    for stem, book in books("notebooks").items():
        marked = sum(
            "(skip if short of time)" in cell.source
            for cell in book.cells
            if cell.cell_type == "markdown"
        )
        assert len(pages[f"slides/{stem}.html"].select("[data-skip] h2")) == marked


def test_the_modules_show_what_they_do(monkeypatch):
    monkeypatch.syspath_prepend(str(SITE))
    for name in (
        "frame",
        "books",
        "sentences",
        "hall_tables",
        "sizes",
        "compose",
        "search_index",
    ):
        module = __import__(name)
        result = doctest.testmod(module)
        assert result.attempted, name
        assert not result.failed, name


@pytest.fixture
def site_modules(monkeypatch):
    """The modules of the site, by name."""
    monkeypatch.syspath_prepend(str(SITE))
    return {name: __import__(name) for name in ("compose", "hall_tables", "sizes")}


def exhibit(site_modules, letters, **more):
    """A table of one row, or a paragraph, as a block of a slide."""
    size = site_modules["sizes"].TextSize(letters)
    return site_modules["compose"].Block("exhibit", "<p>shown</p>", size, **more)


def test_what_one_cell_gave_stays_together_where_it_fits(site_modules):
    compose = site_modules["compose"]
    slide = compose.Slide("exhibit", blocks=[exhibit(site_modules, 900)])
    first, second = exhibit(site_modules, 10), exhibit(site_modules, 900, same_cell=True)
    assert compose.would_be_torn(slide, first, [second])
    assert not compose.would_be_torn(slide, first, [exhibit(site_modules, 10, same_cell=True)])
    assert not compose.would_be_torn(slide, first, [exhibit(site_modules, 900)])
    assert not compose.would_be_torn(compose.Slide("exhibit"), first, [second])


def test_a_misconception_stands_below_its_table_if_there_is_room(site_modules):
    compose = site_modules["compose"]
    claim = compose.misconception('<strong>Misconception.</strong> "It is so." It is not.')
    roomy = compose.Slide("exhibit", blocks=[exhibit(site_modules, 100)])
    full = compose.Slide("exhibit", blocks=[exhibit(site_modules, 1400)])
    assert compose.may_join(roomy, claim)
    assert not compose.may_join(full, claim)
    assert not compose.may_join(compose.Slide("exhibit", blocks=[*roomy.blocks, claim]), claim)


def test_printed_lines_are_tables_and_sentences(site_modules):
    printed = site_modules["hall_tables"].printed_for_hall
    frame = printed("<pre>Three actors:\n           n\nactor\nstate      5\nparty      3\n{}</pre>")
    assert BeautifulSoup(frame, "html.parser").find("th").get_text() == "actor"
    assert frame.count("<tr>") == 3
    assert frame.startswith('<p class="line">Three actors:</p>')
    assert frame.endswith('<p class="line">none</p>')
    years = printed("<pre>G01 | 2005 | a\nG02 | 2013 or earlier | b</pre>")
    assert "<td>2005</td>" in years


def test_a_long_table_of_one_row_is_turned(site_modules):
    names = [f"name {n}" for n in range(9)]
    head = "".join(f"<th>{name}</th>" for name in names)
    row = "".join(f"<td>{n}.5</td>" for n in range(9))
    box = BeautifulSoup(
        f"<div><table><thead><tr>{head}</tr></thead><tbody><tr>{row}</tr></tbody></table></div>",
        "html.parser",
    ).div
    site_modules["hall_tables"].table_for_hall(box)
    rows = [[cell.get_text() for cell in one.find_all(["th", "td"])] for one in box.find_all("tr")]
    assert rows == [[name, f"{n}.5"] for n, name in enumerate(names)]


# A collection of one small notebook, made for these tests, shows what the real notebooks may not yet hold.


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A folder with one lesson that has notes for the teacher, a section to skip, and links that lead nowhere."""
    root = tmp_path_factory.mktemp("small")
    for folder in ("notebooks", "exercises", "solutions"):
        (root / folder).mkdir()
    cell, book = nbformat.v4.new_markdown_cell, nbformat.v4.new_notebook()
    start = books("notebooks")["00_start_here"]
    chart = next(
        c for c in start.cells if any(CHART in o.get("data", {}) for o in c.get("outputs", []))
    )
    book.cells = [
        cell(
            "# Small\n\nOne sentence. See [the data](../data/README.md) and [the next](01_next.ipynb#2-Then)."
        ),
        cell(TEACHER, metadata={"tags": ["teacher"]}),
        cell(
            "## 1 Now\n\n*9 minutes (4 in the short run).* What is it?\n\n**Predict:** up or down?"
        ),
        chart,
        cell(
            'It goes up.\n\n> **Misconception.** "Up is good" is not so.\n\n**Poll the room:** who saw it?\n\n- **A:** I did'
        ),
        cell(TEACHER.replace("Owls", "Herons"), metadata={"tags": ["teacher"]}),
        cell("## 2 Then\n\n*6 minutes (skip if short of time).* What else?"),
        nbformat.v4.new_code_cell(
            "3 + 4", outputs=[nbformat.v4.new_output("execute_result", {"text/plain": "7"})]
        ),
        cell("## 3 Last\n\n*5 minutes.* That is all. <script>alert(1)</script>"),
    ]
    nbformat.write(book, root / "notebooks" / "01_small.ipynb")
    nbformat.write(
        nbformat.v4.new_notebook(cells=[cell("# Exercises: small\n\nWords.")]),
        root / "exercises" / "01_small.ipynb",
    )
    return root


@pytest.fixture(scope="session")
def small_site(small, tmp_path_factory):
    out = tmp_path_factory.mktemp("small-site")
    made = build(out, "--no-pdf", source=small)
    assert made.returncode == 0, made.stderr
    return out


def read(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_notes_for_the_teacher_go_to_the_speaker_and_into_the_booklet_alone(small_site):
    deck = read(small_site / "slides" / "01_small.html")
    first, asked = deck.select_one("#\\31"), deck.select(".slide.kind-poll")[-1]
    assert "Owls sit" in words(first.select_one(".notes"))
    assert words(asked.h3) == "who saw it?"
    assert words(asked.select_one(".content")) == "A I did"
    assert not deck.select(".notes details"), "nobody can open a note while speaking"
    assert "Herons sit" in words(asked.select_one(".notes"))
    for notes in deck.select(".notes"):
        assert notes.has_attr("hidden")
        notes.decompose()
    assert "sit at the back" not in words(deck)
    booklet = words(read(small_site / "teacher" / "booklet.html"))
    assert "Owls sit" in booklet
    assert "Herons sit" in booklet
    assert "Poll the room: who saw it? A: I did" in booklet
    assert "Together 20 9" in booklet
    for path in ("lessons", "print", "single", "exercises"):
        assert "sit at the back" not in words(read(small_site / path / "01_small.html")), path


@pytest.mark.full
def test_the_public_site_has_nothing_for_the_teacher_and_no_solutions(site, pages, tmp_path):
    """In no page, in no note of a slide, in no picture; the whole site has it all."""
    made = build(tmp_path, "--public", "--no-pdf")
    assert (made.returncode, made.stderr) == (0, "")
    public = {p.relative_to(tmp_path).as_posix(): read(p) for p in tmp_path.rglob("*.html")}
    assert {path.split("/")[0] for path in pages.keys() - public.keys()} == {"solutions", "teacher"}
    assert public.keys() < pages.keys()
    whole, left = ("\n".join(map(words, texts.values())) for texts in (pages, public))
    after = [
        cell
        for book in books("solutions").values()
        for cell in book.cells
        if "solution-only" in cell.metadata.get("tags", []) and cell.cell_type == "markdown"
    ]
    assert len(teachers()) > 50
    for cell in teachers() + after:
        assert spoken(cell.source) in whole, cell.id
        assert spoken(cell.source) not in left, cell.id
    for stem in STEMS:
        assert pages[f"lessons/{stem}.html"] == public[f"lessons/{stem}.html"]
        decks = [copy.copy(texts[f"slides/{stem}.html"]) for texts in (pages, public)]
        for notes in [note for deck in decks for note in deck.select(".notes")]:
            notes.decompose()
        assert decks[0] == decks[1], stem
    assert list(astray(tmp_path, public)) == []
    stills = [len(list((folder / "assets" / "stills").iterdir())) for folder in (site, tmp_path)]
    assert stills[0] > stills[1] > 0


def test_the_public_slides_of_the_small_lesson_keep_what_students_may_read(small, tmp_path):
    assert build(tmp_path, "--public", "--no-pdf", source=small).returncode == 0
    deck = str(read(tmp_path / "slides" / "01_small.html"))
    assert "sit at the back" not in deck
    assert "4 in the short run" in deck
    assert not (tmp_path / "teacher").exists()


def test_a_public_site_does_not_go_where_the_whole_one_lies(small, small_site):
    made = build(small_site, "--public", "--no-pdf", source=small)
    assert made.returncode == 1
    assert f"{small_site} holds teacher from another run" in made.stderr


def test_links_without_a_page_become_words_and_scripts_go(small_site):
    page = read(small_site / "lessons" / "01_small.html")
    assert "See the data and the next." in words(page)
    assert "alert(1)" not in str(page)
    assert not [a for a in page.main.find_all("a") if a.get_text() in ("the data", "the next")]


def test_the_slides_of_the_small_lesson_come_in_order(small_site):
    kinds = [s["class"][1] for s in read(small_site / "slides" / "01_small.html").select(".slide")]
    made = ["title", "section", "chart", "misconception", "poll", "section", "exhibit", "section"]
    assert kinds == [f"kind-{kind}" for kind in made]


@pytest.mark.full
def test_the_same_input_gives_the_same_bytes(small, small_site, tmp_path):
    command = [
        sys.executable,
        str(SITE),
        "--out",
        str(tmp_path),
        "--source",
        str(small),
        "--no-pdf",
    ]
    assert subprocess.run(command, check=False).returncode == 0
    files = sorted(p.relative_to(small_site) for p in small_site.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    assert len(files) > 8
    for name in files:
        assert (small_site / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_only_what_is_asked_for_is_made(small, tmp_path):
    made = build(tmp_path, "--only", "01", "print", "--no-pdf", source=small)
    assert [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.html")] == [
        "print/01_small.html"
    ]
    assert "1 of 1: print/01_small.html" in made.stdout
    assert re.search(r"\d+\.\d MB in \d+ seconds", made.stdout)


def test_the_command_says_what_is_wrong(small, tmp_path):
    empty = build(tmp_path / "a", source=tmp_path)
    assert empty.returncode == 1
    assert "There are no notebooks in" in empty.stderr
    nothing = build(tmp_path / "a", "--only", "99", source=small)
    assert nothing.returncode == 1
    assert "Nothing matches 99" in nothing.stderr
    folder = tmp_path / "unrun"
    shutil.copytree(small, folder)
    book = nbformat.read(folder / "notebooks" / "01_small.ipynb", 4)
    for cell in book.cells:
        cell.update({"outputs": []} if cell.cell_type == "code" else {})
    nbformat.write(book, folder / "notebooks" / "01_small.ipynb")
    assert (
        "has no stored outputs" in build(tmp_path / "b", "--only", "lessons", source=folder).stderr
    )


def test_without_vl_convert_the_command_says_what_to_install(small, tmp_path):
    (tmp_path / "vl_convert.py").write_text("raise ImportError")
    code = f"import runpy, sys; sys.path.insert(0, {str(tmp_path)!r}); sys.argv = ['site', '--out', {str(tmp_path / 'o')!r}, '--source', {str(small)!r}]; runpy.run_path({str(SITE)!r}, run_name='__main__')"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert made.returncode == 1
    assert "vl-convert is not installed" in made.stderr
    assert "Traceback" not in made.stderr


@needs_chromium
@pytest.mark.full
def test_a_print_page_becomes_the_same_pdf_twice(small, tmp_path):
    for out in ("one", "two"):
        assert "PDF 1 of 1" in build(tmp_path / out, "--only", "print", source=small).stdout
    made = [(tmp_path / out / "print" / "01_small.pdf").read_bytes() for out in ("one", "two")]
    assert made[0].startswith(b"%PDF")
    assert len({hashlib.sha256(content).hexdigest() for content in made}) == 1


# In the browser, from the folder itself.


def opened(page, site, path, width=1280, height=900):
    """A page with all its charts drawn, those too that answer a guess."""
    page.set_viewport_size({"width": width, "height": height})
    page.goto((site / path).as_uri())
    page.evaluate(
        "document.querySelectorAll('details.guess').forEach(part => { part.open = true })"
    )
    page.wait_for_function(
        "() => [...document.querySelectorAll('html:not(.deck) figure.chart:has(.view)')].every(f => f.dataset.drawn)"
    )
    return page


@needs_chromium
@pytest.mark.parametrize("path", ["lessons", "single"])
@pytest.mark.parametrize("stem", EACH_STEM)
def test_every_chart_draws_from_a_file_and_the_page_fits_a_phone(leaf, site, path, stem):
    page = opened(leaf, site, f"{path}/{stem}.html", 360, 740)
    drawn = page.evaluate(
        "() => [...document.querySelectorAll('figure.chart svg.marks')].map(s => s.getAttribute('aria-label') || s.closest('[aria-label]')?.getAttribute('aria-label'))"
    )
    assert drawn == [
        data[CHART]["description"]
        for data in charts(nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", 4))
    ]
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@needs_chromium
def test_what_answers_a_guess_is_drawn_when_the_reader_asks_for_it(leaf, site):
    leaf.set_viewport_size({"width": 360, "height": 740})
    leaf.goto((site / "lessons" / "00_start_here.html").as_uri())
    leaf.wait_for_function("() => document.querySelector('figure.chart').dataset.drawn")
    folded = leaf.locator("details.guess:has(figure.chart)").first
    assert folded.locator("svg.marks").count() == 0
    folded.locator("summary").focus()
    leaf.keyboard.press("Enter")
    folded.locator("svg.marks").wait_for(state="visible")
    assert folded.locator("svg.marks").bounding_box()["width"] <= 360
    assert leaf.locator("details.guess").count() > 3
    leaf.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert leaf.locator("details.guess:not([open])").count() == 0


@needs_chromium
def test_without_scripts_a_page_shows_its_stills(chromium, site):
    with watched_page(chromium, site.as_uri(), java_script_enabled=False) as page:
        page.goto((site / "lessons" / "00_start_here.html").as_uri())
        for folded in page.locator("details.guess > summary").all():
            folded.click()
        stills = page.locator("figure.chart img")
        assert stills.count() == 3
        for n in range(3):
            assert stills.nth(n).bounding_box()["width"] > 300
        assert page.outside == []


LOOK = """async () => {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize), looks = [];
  for (const slide of document.querySelectorAll('.slide')) {
    location.replace('#' + slide.id);
    while (slide.hidden || slide.querySelector('figure:not([data-drawn])') || slide.classList.contains('behind'))
      await new Promise(r => setTimeout(r, 10));
    await new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)));
    const edge = slide.getBoundingClientRect(), svg = slide.querySelector('svg.marks');
    const bar = document.querySelector('.bar').getBoundingClientRect();
    const seen = [...slide.querySelectorAll('h2, h3, .section-name, .minutes, .content *')].filter(e =>
      !e.closest('svg, noscript, script') && e.getBoundingClientRect().width);
    const outside = [...seen, ...(svg ? [svg] : [])].filter(e => {
      const b = e.getBoundingClientRect();
      return b.right > edge.right + 1 || b.bottom > Math.min(edge.bottom, bar.top) + 1 || b.left < edge.left - 1 || b.top < edge.top - 1; });
    const words = seen.filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && !e.closest('.vega-bindings'));
    const sizes = words.map(e => parseFloat(getComputedStyle(e).fontSize) / rem);
    let drawn = null;
    if (svg) {
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width / rem;
      drawn = Math.min(...[...svg.querySelectorAll('text')].filter(t => t.textContent.trim()).map(t => parseFloat(getComputedStyle(t).fontSize) * scale));
    }
    const bottom = Math.max(...words.map(e => e.getBoundingClientRect().bottom), svg ? svg.getBoundingClientRect().bottom : 0);
    const overlaps = [...slide.querySelectorAll('.content > *')].filter(e => e.scrollWidth > e.clientWidth + 1 && !e.matches('figure'));
    looks.push({ id: slide.id, kind: slide.classList[1], smallest: Math.min(...sizes), drawn, fill: (bottom - edge.top) / edge.height,
      cut: [...outside, ...overlaps].slice(0, 2).map(e => e.outerHTML.slice(0, 90)) });
  }
  return looks;
}"""
SMALLEST, SMALLEST_DRAWN = 0.9, 0.7  # rem: 18 and 14 pixels where a slide is 1280 by 720


@needs_chromium
@pytest.mark.parametrize("size", [(1280, 720), pytest.param((1024, 768), marks=pytest.mark.full)])
@pytest.mark.parametrize("stem", EACH_STEM)
def test_every_slide_fits_and_is_read_from_the_last_row(leaf, site, stem, size):
    page = opened(leaf, site, f"slides/{stem}.html", *size)
    looks = page.evaluate(LOOK)
    assert len(looks) > 15
    assert [(one["id"], one["cut"]) for one in looks if one["cut"]] == []
    assert [(one["id"], one["smallest"]) for one in looks if one["smallest"] < SMALLEST] == []
    small = [
        (one["id"], one["drawn"]) for one in looks if one["drawn"] and one["drawn"] < SMALLEST_DRAWN
    ]
    assert small == []
    assert statistics.median(one["fill"] for one in looks) > 0.75


@needs_chromium
def test_large_print_is_large(leaf, site):
    """What is little on a slide is set larger than what is much."""
    page = opened(leaf, site, "slides/01_definition.html", 1280, 720)
    sizes = page.evaluate(
        """() => { const all = [...document.querySelectorAll('.slide')].filter(s => !s.querySelector('figure') && s.querySelector('.words') && !s.querySelector('.exhibits'));
        return all.map(s => { location.replace('#' + s.id); dispatchEvent(new HashChangeEvent('hashchange'));
          return [s.innerText.length, parseFloat(getComputedStyle(s.querySelector('.content')).fontSize)]; }) }"""
    )
    sizes.sort()
    assert sizes[0][1] >= 40
    assert sizes[0][1] > sizes[-1][1] >= 22


@needs_chromium
@pytest.mark.parametrize("paper", ["", pytest.param("?paper=slides", marks=pytest.mark.full)])
def test_a_printed_deck_has_each_slide_once_with_its_chart(chromium, site, paper):
    """By the print dialog of the browser, and as the site's own PDF is made."""
    with watched_page(chromium, site.as_uri()) as page:
        page.goto((site / "slides" / "00_start_here.html").as_uri() + paper)
        page.wait_for_function("() => document.documentElement.dataset.ready", timeout=60_000)
        number = page.locator(".slide").count()
        content = page.pdf(prefer_css_page_size=True, print_background=True)
        assert len(re.findall(rb"/Type /Page\b", content)) == number
        assert b"/MediaBox [0 0 960 540]" in content
        if not paper:
            page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        marks = page.locator("svg.marks")
        assert marks.count() == page.locator("figure.chart").count() > 0
        for n in range(marks.count()):
            assert marks.nth(n).bounding_box()["height"] > 250
        heights = page.locator(".slide").evaluate_all(
            "all => all.map(s => s.getBoundingClientRect().height)"
        )
        assert set(heights) == {720}
        assert page.problems == []


@needs_chromium
@pytest.mark.full
def test_the_site_makes_a_pdf_and_a_handout_of_each_deck(small, tmp_path):
    made = build(tmp_path, "--only", "slides", source=small)
    assert "PDF 2 of 2: 01_small_handout" in made.stdout
    slides, handout = (
        (tmp_path / "slides" / f"01_small{end}.pdf").read_bytes() for end in ("", "_handout")
    )
    number = len(read(tmp_path / "slides" / "01_small.html").select(".slide"))
    assert len(re.findall(rb"/Type /Page\b", slides)) == number
    assert len(re.findall(rb"/Type /Page\b", handout)) == -(-number // 3)


def shown(page):
    return page.locator(".slide:not([hidden])").get_attribute("id")


@needs_chromium
def test_the_keys_turn_the_slides(leaf, site):
    page = opened(leaf, site, "slides/01_definition.html", 1280, 720)
    last = page.locator(".slide").last.get_attribute("id")
    for key, there in [
        ("ArrowRight", "2"), ("Space", "3"), ("PageDown", "4"), ("ArrowLeft", "3"), ("PageUp", "2"), ("End", last),
        ("ArrowRight", last), ("Home", "1"), ("ArrowLeft", "1"), ("ArrowDown", "2"), ("ArrowUp", "1"),
    ]:  # fmt: skip
        page.keyboard.press(key)
        assert shown(page) == there, key
        assert page.url.endswith("#" + there)
    page.goto((site / "slides" / "01_definition.html").as_uri() + "#7")
    page.reload()
    assert shown(page) == "7"
    page.keyboard.press("o")
    page.locator("dialog.list li.opens a", has_text="3 Real villages").click()
    assert page.locator(".slide:not([hidden]) h2").inner_text() == "3 Real villages"
    page.get_by_role("button", name="Next").click()
    assert shown(page) != "7"


@needs_chromium
@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("gompertz", "How fast did it grow?: 4 Forecast 2022"),
        ("xingzheng cun", "Glossary"),
        ("淘宝镇", "Glossary"),
    ],
)
def test_words_are_found_on_all_pages_from_a_file(leaf, site, typed, there):
    page = opened(leaf, site, "search.html")
    page.get_by_role("searchbox").fill(typed)
    found = page.locator("#results h2").all_inner_texts()
    assert any(name.startswith(there) for name in found), found
    page.locator("#results a").first.click()
    page.wait_for_url(re.compile(r"(lessons|data|zh|exercises|teaching)/"))
    page.goto((site / "search.html").as_uri() + "?q=" + "zzzz")
    assert page.get_by_role("status").inner_text() == "Nothing has all of: zzzz"


@needs_chromium
@pytest.mark.parametrize(
    "path", ["lessons/00_start_here.html", "lessons/02_growth.html", "zh/index.html"]
)
def test_a_chart_on_a_phone_can_be_read_and_its_title_is_whole(leaf, site, path):
    page = opened(leaf, site, path, 390, 800)
    small = page.evaluate(
        """() => [...document.querySelectorAll('svg.marks')].map(svg => 13 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"""
    )
    assert min(small) >= 10
    cut = page.evaluate(
        """() => [...document.querySelectorAll('svg.marks')].flatMap(svg => [...svg.querySelectorAll('.role-title-text text, .role-title-subtitle text')]
        .filter(t => t.getBoundingClientRect().right > Math.max(innerWidth, svg.getBoundingClientRect().right)).map(t => t.textContent))"""
    )
    assert cut == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@needs_chromium
def test_the_notes_open_in_a_window_and_follow(leaf, site):
    page = opened(leaf, site, "slides/01_definition.html", 1280, 720)
    with page.expect_popup() as opening:
        page.keyboard.press("s")
    notes = opening.value
    notes.get_by_text("You need").first.wait_for()
    page.bring_to_front()
    page.keyboard.press("ArrowRight")
    notes.get_by_text("5 minutes").first.wait_for()
    assert "Next: " in notes.locator("#next").inner_text()
    assert re.match(
        r"0:00 · this slide: 0:00 to 0:0\d · in time", notes.locator("#clock").inner_text()
    )
    notes.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.hash === '#3'")
    page.reload()
    page.keyboard.press("ArrowRight")
    notes.get_by_role("heading", name="4 of").wait_for()
    assert page.context.pages == [page, notes], "F5 opens no second window"


@needs_chromium
def test_a_clicker_turns_slides_from_anywhere_and_blacks_the_screen(leaf, site):
    page = opened(leaf, site, "slides/02_growth.html", 1280, 720)
    number = page.locator(".slide:has(figure)").evaluate_all(
        "all => all.find(s => s.querySelector('script').textContent.includes('\"input\":\"select\"')).id"
    )
    page.evaluate("n => location.replace('#' + n)", number)
    control = page.locator(".slide:not([hidden]) .vega-bindings select").first
    control.focus()
    page.keyboard.press("PageDown")
    assert shown(page) == str(int(number) + 1)
    page.keyboard.press("PageUp")
    assert shown(page) == number
    for key in ("b", "."):
        page.keyboard.press(key)
        assert page.locator(".black").is_visible()
        page.keyboard.press(key)
        assert not page.locator(".black").is_visible()
    page.keyboard.press("b")
    page.keyboard.press("PageDown")
    assert not page.locator(".black").is_visible()


@needs_chromium
@pytest.mark.full
def test_the_last_sentence_of_the_forecast_is_whole_in_all_its_settings(leaf, site):
    """On its slide: every curve, year and way of counting misses, with the years after shown."""
    page = opened(leaf, site, "slides/02_growth.html", 1280, 720)
    number = page.locator("#chart-02_growth-forecast-explorer").evaluate(
        "f => f.closest('.slide').id"
    )
    page.evaluate("n => location.replace('#' + n)", number)
    page.locator(".slide:not([hidden]) .vega-bindings select").first.wait_for()
    found = page.evaluate(CUT)
    assert found["settings"] >= 27
    assert found["cut"] == []


CUT = """async () => {
  const slide = document.querySelector('.slide:not([hidden])'), cut = [];
  const box = slide.querySelector('.vega-bindings [type=checkbox]');
  if (box && !box.checked) box.click();
  const lists = [...slide.querySelectorAll('.vega-bindings select')].slice(0, 3);
  const choices = lists.reduce((all, list) => all.flatMap(one => [...list.options].map((_, n) => [...one, n])), [[]]);
  for (const choice of choices) {
    choice.forEach((n, at) => { lists[at].selectedIndex = n; lists[at].dispatchEvent(new Event('input', { bubbles: true })); lists[at].dispatchEvent(new Event('change', { bubbles: true })); });
    await slide.querySelector('figure').view?.runAsync();
    for (const _ of 'abc') await new Promise(requestAnimationFrame);
    const edge = slide.getBoundingClientRect();
    for (const text of slide.querySelectorAll('svg.marks text')) {
      const b = text.getBoundingClientRect();
      if (b.width && (b.right > edge.right || b.left < edge.left || b.bottom > edge.bottom + 1 || b.top < edge.top)) cut.push([choice, text.textContent]);
    }
  }
  return { settings: choices.length, cut };
}"""


@needs_chromium
@pytest.mark.full
def test_a_control_of_a_chart_moves_by_keyboard_and_does_not_turn_the_slide(leaf, site):
    page = opened(leaf, site, "slides/02_growth.html", 1280, 720)
    number = page.locator(".slide:has(figure)").evaluate_all(
        "all => all.find(s => s.innerText.includes('') && s.querySelector('script').textContent.includes('latitude')).id"
    )
    page.goto((site / "slides" / "02_growth.html").as_uri() + f"#{number}")
    page.reload()
    control = page.locator(".slide:not([hidden]) .vega-bindings input[type=range]").first
    control.focus()
    svg = page.locator(".slide:not([hidden]) svg.marks")
    before, value = svg.inner_html(), control.input_value()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "before => document.querySelector('.slide:not([hidden]) svg.marks').innerHTML !== before",
        arg=before,
    )
    assert control.input_value() != value
    page.keyboard.press("Space")
    page.keyboard.press("Home")
    assert shown(page) == number
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert shown(page) == str(int(number) + 1)


@needs_chromium
def test_the_short_run_leaves_out_what_is_marked(chromium, small_site):
    with watched_page(chromium, small_site.as_uri()) as page:
        page.goto((small_site / "slides" / "01_small.html").as_uri() + "?run=short")
        assert page.locator(".count").inner_text() == "1 of 6, short run"
        seen = []
        for _ in range(8):
            seen.append(page.locator(".slide:not([hidden])").get_attribute("data-section"))
            page.keyboard.press("ArrowRight")
        assert "2 Then" not in seen
        assert {"1 Now", "3 Last"} <= set(seen)
        page.keyboard.press("r")
        assert page.locator(".count").inner_text() == "8 of 8"
        assert page.problems == []
        assert page.outside == []


@needs_chromium
@pytest.mark.parametrize("stem", EACH_STEM)
def test_a_page_to_print_cuts_no_table_at_the_width_of_paper(leaf, site, stem):
    page = opened(leaf, site, f"print/{stem}.html", 643, 900)  # 170 mm
    page.emulate_media(media="print")
    cut = "() => [...document.querySelectorAll('.wide, pre, figure, img')].filter(e => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 90))"
    assert page.evaluate(cut) == []


LOOKED_AT = ["index.html", "lessons/01_definition.html", "exercises/01_definition.html", "solutions/02_growth.html",
             "print/05_sustainability.html", "single/00_start_here.html", "teacher/booklet.html"]  # fmt: skip


@needs_chromium
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
@pytest.mark.parametrize("path", LOOKED_AT)
@pytest.mark.full
def test_axe_finds_nothing_by_day_or_on_a_phone_at_night(leaf, site, path, scheme, width):
    leaf.emulate_media(color_scheme=scheme)
    page = opened(leaf, site, path, width, 740)
    assert axe(page, **OF_OURS) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.full)])
@pytest.mark.full
def test_axe_finds_nothing_on_slides_of_every_kind(leaf, site, scheme):
    leaf.emulate_media(color_scheme=scheme)
    page = opened(leaf, site, "slides/01_definition.html", 1280, 720)
    kinds = page.locator(".slide").evaluate_all(
        "all => Object.values(Object.fromEntries(all.map(s => [s.classList[1], s.id])))"
    )
    assert len(kinds) >= 5
    for number in kinds:
        page.evaluate("n => location.replace('#' + n)", number)
        page.wait_for_function(
            "n => !document.getElementById(n).hidden && !document.getElementById(n).querySelector('figure:not([data-drawn])')",
            arg=number,
        )
        assert axe(page, **OF_OURS) == [], number


@needs_chromium
def test_axe_looks_where_it_is_told(chromium):
    with watched_page(chromium, "about:") as page:
        page.set_content(
            '<main><p id="a"><img src="data:,"></p><p id="b"><img src="data:,"></p></main>'
        )
        assert [rule for rule, *_ in axe(page, "#a")] == ["image-alt"]
        assert [rule for rule, *_ in axe(page)].count("image-alt") == 2
        assert [rule for rule, *_ in axe(page, exclude=["#b"], preload=False)].count(
            "image-alt"
        ) == 1
