"""The stored notebooks: tidy, offline, and the same at every run. nbval compares their outputs cell by cell."""

import itertools
import json
import os
import re
import subprocess
import sys
import unicodedata

import nbformat
import pytest
from nbclient import NotebookClient

from conftest import ROOT
from tests.notebooks.guesses import answers

BOOKS = sorted(
    p for folder in ("notebooks", "solutions", "exercises") for p in (ROOT / folder).glob("*.ipynb")
)
WITH_OUTPUTS = [p for p in BOOKS if p.parent.name != "exercises"]
CHART = "application/vnd.vegalite.v5+json"
names = [p.relative_to(ROOT).as_posix() for p in BOOKS]


@pytest.fixture(params=BOOKS, ids=names)
def book(request):
    return nbformat.read(request.param, 4)


def outputs(book):
    return [o for c in book.cells if c.cell_type == "code" for o in c.get("outputs", [])]


def test_a_notebook_is_stored_in_its_normal_form(make, book, request):
    stored = request.node.callspec.params["book"].read_text(encoding="utf-8")
    assert stored == make.normal(book), "run: python tools/make.py notebooks"
    assert "widgets" not in book.metadata
    assert all("execution" not in c.metadata for c in book.cells)
    nbformat.validate(book)


def pages(cell):
    return [
        output["data"].get("text/html", "")
        for output in cell.get("outputs", [])
        if "data" in output
    ]


def levels(cell):
    if cell.cell_type == "markdown":
        return [len(signs) for signs in re.findall(r"^(#+) ", cell.source, re.M)]
    return [int(level) for page in pages(cell) for level in re.findall(r"<h([1-6])\b", page)]


def in_order(cells):
    found = [level for cell in cells for level in levels(cell)]
    return (
        found[0] == 1
        and found.count(1) == 1
        and all(b - a <= 1 for a, b in itertools.pairwise(found))
    )


def test_headings_are_in_order_under_one_title(book):
    assert in_order(book.cells)


@pytest.mark.parametrize(("level", "fits"), [(1, False), (2, True), (3, True), (4, False)])
def test_a_heading_in_an_output_counts_too(level, fits):
    page = nbformat.v4.new_output(
        "display_data", {"text/html": f"<h{level} class='a'>Numbers</h{level}><hr>"}
    )
    shown = nbformat.v4.new_code_cell("report", outputs=[page])
    assert in_order([nbformat.v4.new_markdown_cell("# Title\n\n## 1 Section"), shown]) is fits


def nameless(page):
    tables = re.findall(r"<table\b.*?</table>", page, re.S)
    ours = [table for table in tables if 'class="dataframe"' not in table]
    return [
        t
        for t in ours
        if not re.match(r'<table[^>]* aria-label="[^"]+"|<table[^>]*>\s*<caption[^>]*>[^<]', t)
    ]


def test_every_table_of_ours_in_an_output_has_a_name(book):
    assert [
        (cell.id, found[0][:90])
        for cell in book.cells
        for page in pages(cell)
        if (found := nameless(page))
    ] == []


def test_a_table_is_named_by_its_caption_or_its_label():
    named = '<table lang="en"><caption style="a">Answers</caption></table><table aria-label="Answers"></table>'
    assert nameless(named + '<table border="1" class="dataframe"></table>') == []
    for bare in (
        "<table></table>",
        "<table><caption></caption></table>",
        '<table aria-label=""></table>',
    ):
        assert nameless(named + bare) == [bare]


def test_the_first_cell_tells_what_to_expect(book):
    first = book.cells[0].source
    for words in ("**You will be able to**", "**You need**", "**Time:**", "**On this page:**"):
        assert words in first


def test_code_cells_are_short_enough_to_read_aloud(book):
    for cell in book.cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 12, cell.source


def test_printed_lines_fit_the_page(book):
    for cell in book.cells:
        for output in cell.get("outputs", []):
            for line in output.get("text", "").splitlines():
                width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
                assert width <= 105, f"{cell.id}: {line}"


@pytest.mark.parametrize("path", WITH_OUTPUTS, ids=lambda p: p.name)
def test_stored_outputs_are_there_without_errors_and_every_chart_has_still_and_words(path):
    book = nbformat.read(path, 4)
    found = outputs(book)
    assert found
    assert not [o for o in found if o.output_type == "error"]
    assert [c.execution_count for c in book.cells if c.cell_type == "code"] == list(
        range(1, sum(c.cell_type == "code" for c in book.cells) + 1)
    )
    for output in found:
        bundle = output.get("data", {})
        if CHART in bundle:
            assert "A chart\n" + output.metadata["image/png"]["alt"] == bundle["text/plain"]
            assert len(bundle["image/png"]) < 120_000


def test_nothing_in_a_notebook_is_fetched_from_outside(book):
    for cell in book.cells:
        if cell.cell_type == "code":
            assert "http" not in cell.source
    text = json.dumps([o.get("data", {}) for o in outputs(book)])
    assert not re.search(r"cdn\.|unpkg|googleapis|<script|<iframe|<link", text)


REACHING = "import urllib.request\ntry:\n    urllib.request.urlopen('http://192.0.2.1/')\nexcept OSError as error:\n    print(error)"


def test_the_guard_stops_a_kernel_that_reaches_for_the_network(tmp_path, monkeypatch):
    attempts = tmp_path / "attempts.txt"
    monkeypatch.setenv("TAOBAOLAB_ATTEMPTS", str(attempts))
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(REACHING)])
    NotebookClient(book, timeout=60, kernel_name="python3").execute()
    assert (
        "The network is cut in tests; this reached for 192.0.2.1" in book.cells[0].outputs[0].text
    )
    assert attempts.read_text() == "192.0.2.1\n"


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.full
def test_a_run_is_red_when_a_cell_swallows_that_it_reached_for_the_network(tmp_path, workers):
    """Also where the cell runs in a worker of pytest-xdist, whose own exit status nobody sees."""
    for name, code in {"reaches": REACHING, "is_quiet": "print(1)"}.items():
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
        nbformat.write(book, tmp_path / f"{name}.ipynb")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    run = [sys.executable, "-m", "pytest", "-p", "conftest", "--nbval-lax", "-n", workers, "-q"]
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "TAOBAOLAB_"))
    }
    for name, expected in {"is_quiet": 0, "reaches": 1}.items():
        done = subprocess.run(
            [*run, "-c", str(tmp_path / "pytest.ini"), str(tmp_path / f"{name}.ipynb")],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=environment,
            check=False,
        )
        assert "1 passed" in done.stdout, done.stdout + done.stderr
        assert done.returncode == expected, done.stdout
        assert ("tried to reach the network:\n192.0.2.1" in done.stdout) is bool(expected)


def test_the_guard_lets_this_machine_through(tmp_path):
    (tmp_path / "page").write_text("here")
    code = (
        "import http.server, threading, urllib.request, functools\n"
        f"h = functools.partial(http.server.SimpleHTTPRequestHandler, directory={str(tmp_path)!r})\n"
        "s = http.server.HTTPServer(('127.0.0.1', 0), h); threading.Thread(target=s.serve_forever, daemon=True).start()\n"
        "print(urllib.request.urlopen(f'http://127.0.0.1:{s.server_port}/page').read())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "b'here'", done.stderr


@pytest.mark.full
def test_executing_twice_gives_the_same_bytes(tmp_path):
    """The documented command, on a copy, twice; the still pictures too."""
    copy = tmp_path / "00_start_here.ipynb"
    results = []
    for _ in range(2):
        copy.write_bytes((ROOT / "notebooks" / copy.name).read_bytes())
        code = (
            f"import importlib.util, pathlib; s = importlib.util.spec_from_file_location('make', {str(ROOT / 'tools' / 'make.py')!r});"
            f"m = importlib.util.module_from_spec(s); s.loader.exec_module(m); m.ROOT = pathlib.Path({str(tmp_path)!r});"
            f"m.notebooks([{str(copy)!r}])"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        results.append(copy.read_bytes())
    assert results[0] == results[1]
    stored, fresh = (
        nbformat.reads(b.decode(), 4)
        for b in ((ROOT / "notebooks" / copy.name).read_bytes(), results[0])
    )
    for book in (stored, fresh):
        for output in outputs(book):
            output.get("data", {}).pop("image/png", None)
    assert stored == fresh, "run: python tools/make.py notebooks"


@pytest.mark.parametrize(
    "path", [p for p in BOOKS if p.parent.name == "notebooks"], ids=lambda p: p.stem
)
def test_what_answers_a_guess_is_stored_folded_and_nothing_else(path):
    book = nbformat.read(path, 4)
    folded = [
        c.id for c in book.cells if c.metadata.get("jupyter", {}).get("outputs_hidden", False)
    ]
    assert folded == answers(book), "JupyterLab shows them as soon as the cell is run"
