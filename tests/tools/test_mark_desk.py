"""The marking desk: what is found, collected, kept and given back. No file of a student is run here."""

import csv
import json
import os
import re
import subprocess
import sys
import zipfile
from io import BytesIO

import nbformat
import pytest

from conftest import ROOT, loaded
from taobaolab.practice.core import NOT_STARTED, NOT_YET, RIGHT, texts

TOOLS = str(ROOT / "tools" / "mark")
if TOOLS not in sys.path:
    sys.path.insert(0, TOOLS)

import collect  # noqa: E402
import decode  # noqa: E402
import essay_points  # noqa: E402
import essays  # noqa: E402
import journal  # noqa: E402
import marking  # noqa: E402
import replies  # noqa: E402
import report  # noqa: E402
import submission  # noqa: E402
from alike import find_alike  # noqa: E402
from exercise import exercises  # noqa: E402
from marking import FAILED, Mark, Marked  # noqa: E402
from picture import class_picture  # noqa: E402

THEME = "growth"
EXERCISE = ROOT / "exercises" / "02_growth.ipynb"
ESSAY = (
    "From the end of 2013 to the end of 2015 the list grew from 20 villages to 780, by its dates. "
    "That is not one rate: it slowed from list to list. A firm counts, and its rule changed in 2016. "
    "What these lists cannot say is how many villages left, or why."
)
CHINESE = "从二〇一三年到二〇一五年，名单上的淘宝村从二十个增加到七百八十个。名单由一家公司编制，规则后来改变了。"


@pytest.fixture(scope="module")
def command():
    return loaded("mark_command", ROOT / "tools" / "mark" / "__main__.py")


def book(**cells):
    """The exercise, with other text in some cells (None: the cell is deleted)."""
    made = nbformat.read(EXERCISE, 4)
    made.cells = [c for c in made.cells if cells.get(c.id.replace("-", "_"), "") is not None]
    for cell in made.cells:
        cell.source = cells.get(cell.id.replace("-", "_"), cell.source)
    return made


def at(made, name):
    return next(i for i, c in enumerate(made.cells) if c.id == name)


def put(made, name, cell, behind=1):
    made.cells.insert(at(made, name) + behind, cell)
    return made


def as_read(tmp_path, made):
    path = tmp_path / "x.ipynb"
    text = made if isinstance(made, str) else nbformat.writes(made)
    path.write_text(text, encoding="utf-8")
    return submission.read(path)


def nameless(made):
    """As some editors keep it: no ids, no metadata."""
    raw = json.loads(nbformat.writes(made))
    for cell in raw["cells"]:
        cell.pop("id", None)
        cell["metadata"] = {}
    return json.dumps(raw | {"nbformat_minor": 2})


def markdown(text):
    return nbformat.v4.new_markdown_cell(text)


def code(text):
    return nbformat.v4.new_code_cell(text)


# ---- essays ----------------------------------------------------------------------------------------
def as_code_cell(text):
    made = book(q10_essay=None)
    return put(made, "q10-rubric", code(text))


PLACES = {
    "its cell": (lambda: book(q10_essay=ESSAY), ""),
    "under the words of the cell": (lambda: book(q10_essay="YOUR ANSWER HERE\n\n" + ESSAY), ""),
    "a new cell below": (lambda: put(book(), "q10-essay", markdown(ESSAY)), "in a new cell"),
    "a new cell above": (lambda: put(book(), "q10-rubric", markdown(ESSAY)), "in a new cell"),
    "a raw cell": (
        lambda: put(book(), "q10-essay", nbformat.v4.new_raw_cell(ESSAY)),
        "in a new cell",
    ),
    "bare in a code cell": (lambda: put(book(), "q10-essay", code(ESSAY)), "in a code cell"),
    "comments": (
        lambda: put(book(), "q10-essay", code("# " + ESSAY.replace(". ", ".\n# "))),
        "in a code cell",
    ),
    "quotation marks": (
        lambda: put(book(), "q10-essay", code(f'essay = """{ESSAY}"""')),
        "in a code cell",
    ),
    "printed": (lambda: put(book(), "q10-essay", code(f"print({ESSAY!r})")), "in a code cell"),
    "the cell made a code cell": (lambda: as_code_cell(ESSAY), "in a code cell"),
    "under the rubric": (
        lambda: book(q10_rubric=exercises()[THEME].cells["q10-rubric"].source + "\n\n" + ESSAY),
        "in a cell of ours",
    ),
    "at the end": (
        lambda: put(book(), "next", markdown(ESSAY)),
        "in a new cell, far from its question",
    ),
    "no ids": (lambda: nameless(book(q10_essay=ESSAY)), "in a new cell"),
    "no ids, new cell": (
        lambda: nameless(put(book(), "q10-essay", markdown(ESSAY))),
        "in a new cell",
    ),
    "no ids, code cell": (
        lambda: nameless(put(book(), "q10-essay", code(ESSAY))),
        "in a code cell",
    ),
    "format 3": (lambda: json.dumps(nbformat.convert(book(q10_essay=ESSAY), 3)), ""),
}


@pytest.mark.parametrize("place", PLACES)
def test_an_essay_is_found_wherever_it_was_written(tmp_path, place):
    make, said = PLACES[place]
    found = as_read(tmp_path, make())
    assert " ".join(found.essay.split()) == ESSAY
    assert found.essay_place == said
    assert not any(c.source == ESSAY for c in found.cells)  # a text is not run


def test_an_essay_in_parts_is_put_together(tmp_path):
    first, _, second = ESSAY.partition(" A firm")
    made = put(book(q10_essay=first), "q10-essay", markdown(second))
    assert as_read(tmp_path, made).essay == f"{first}\n\n{second.strip()}"


@pytest.mark.parametrize("made", [
    lambda: book(),
    lambda: nameless(book()),
    lambda: book(q10_essay=""),
    lambda: book(q10_essay="  YOUR ANSWER HERE  "),
    lambda: put(book(), "q1-text", markdown("My guess: a slowing.")),
    lambda: put(book(), "q10-essay", markdown("See above.")),
    lambda: put(book(), "q10-essay", code("villages.head()  # a look")),
    lambda: book(q1=texts(THEME)["q1"].code, q9=texts(THEME)["q9"].code),
])  # fmt: skip
def test_what_is_no_essay_is_not_taken_for_one(tmp_path, made):
    found = as_read(tmp_path, made())
    assert (found.essay, found.essay_place) == ("", "")


def test_words_are_counted_in_every_language():
    assert essays.count_words(ESSAY) == 53
    assert essays.count_words(CHINESE) == len(re.sub("[，。]", "", CHINESE))
    assert essays.count_words("*** --- 村") == 1


# ---- what was handed in ----------------------------------------------------------------------------
def zipped(files):
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def found_in(tmp_path, source):
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    return collect.collect(source, tmp_path / "marks", scratch)


def test_names_are_those_that_browsers_and_platforms_make(tmp_path):
    place = tmp_path / "in"
    notebook = EXERCISE.read_bytes()
    names = ["a.ipynb", "b.ipynb.txt", "c.ipynb.json", "d.IPYNB", "e (1).ipynb", "f.json", "g.txt", "h",
             "deep/er/02_growth.ipynb"]  # fmt: skip
    for name in names:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(notebook)
    others = {
        "essay.docx": "this is no notebook but a text document; nobody looked at it, and it may hold an essay",
        "list.json": "this is no notebook; nobody looked at it",
        "all.rar": "an archive of this kind is not opened here; unpack it, or make it a zip",
        "cut.zip": "this zip cannot be opened: it is damaged, or cut off",
    }
    for name in others:
        (place / name).write_bytes(b'{"a": 1}')
    (place / "nothing" / "inside").mkdir(parents=True)
    for junk in (
        "my_progress.json",
        ".DS_Store",
        "._a.ipynb",
        ".ipynb_checkpoints/a-checkpoint.ipynb",
    ):
        (place / junk).parent.mkdir(exist_ok=True)
        (place / junk).write_bytes(notebook)
    found = found_in(tmp_path, place)
    assert [one.name for one in found.notebooks] == sorted(names)
    assert dict(found.aside) == others | {"nothing/inside": "this folder is empty"}


def test_a_newer_form_of_zip_is_told_in_plain_words(tmp_path):
    place = tmp_path / "in"
    place.mkdir()
    archive = place / "new.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("a.ipynb", EXERCISE.read_bytes())
    content = bytearray(archive.read_bytes())
    entry = content.index(b"PK\x01\x02")  # where the list of members begins
    content[entry + 6] = 99  # the version that is needed to read it: 9.9
    archive.write_bytes(content)
    found = found_in(tmp_path, place)
    assert found.notebooks == []
    assert found.aside == [
        ("new.zip", "this zip is packed in a way not known here; unpack it by hand")
    ]


def test_links_are_told_and_not_followed(tmp_path):
    place = tmp_path / "in"
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.ipynb").write_bytes(EXERCISE.read_bytes())
    place.mkdir()
    try:
        (place / "file.ipynb").symlink_to(tmp_path / "elsewhere" / "x.ipynb")
        (place / "folder").symlink_to(tmp_path / "elsewhere")
        (place / "broken.ipynb").symlink_to(tmp_path / "no such file")
    except OSError:
        pytest.skip("no links here")
    found = found_in(tmp_path, place)
    assert found.notebooks == []
    told = "this is a link to another place; it is not followed"
    assert found.aside == [(name, told) for name in ("broken.ipynb", "file.ipynb", "folder")]


def test_a_zip_is_read_as_it_was_downloaded(tmp_path):
    notebook = EXERCISE.read_bytes()
    progress = b'{"growth": {"q1": {"score": 4, "help": 2}}}'
    link = zipfile.ZipInfo("li_2_assignsubmission_file_/link.ipynb")
    link.external_attr = 0o120777 << 16
    inner = zipped({"work/02_growth.ipynb": notebook, "../../escaped.ipynb": notebook})
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("李 小明_1_assignsubmission_file_/02_growth.ipynb", notebook)
        archive.writestr("李 小明_1_assignsubmission_file_/my_progress.json", progress)
        archive.writestr("li_2_assignsubmission_file_/02_growth.ipynb.zip", inner)
        archive.writestr(link, "/etc/passwd")
        archive.writestr("tan_3_assignsubmission_file_/", "")
        archive.writestr("tan_3_assignsubmission_file_/photo.jpg", b"x")
        archive.writestr("ann_4_assignsubmission_file_/", "")
        archive.writestr("__MACOSX/._02_growth.ipynb", b"x")
    path = tmp_path / "class.zip"
    path.write_bytes(content.getvalue())
    found = found_in(tmp_path, path)
    names = [one.name for one in found.notebooks]
    inside = "li_2_assignsubmission_file_/02_growth.ipynb.zip/"
    assert names == [
        inside + "../../escaped.ipynb",
        inside + "work/02_growth.ipynb",
        "李 小明_1_assignsubmission_file_/02_growth.ipynb",
    ]
    assert all((tmp_path / "scratch") in one.path.parents for one in found.notebooks)
    assert all(one.path.read_bytes() == notebook for one in found.notebooks)
    assert submission.kept_beside(found.notebooks[2].path.parent, THEME) == {"q1": 2}
    assert [(o.student, o.identifier) for o in map(collect.owner, names)] == [
        ("li", "2"),
        ("li", "2"),
        ("李 小明", "1"),
    ]
    told = dict(found.aside)
    assert "not followed" in told["li_2_assignsubmission_file_/link.ipynb"]
    assert told["ann_4_assignsubmission_file_"] == "this folder is empty"
    assert told["tan_3_assignsubmission_file_/photo.jpg"].startswith(
        "this is no notebook but a picture"
    )


def test_names_of_an_old_zip_are_read_in_chinese(tmp_path):
    path = tmp_path / "old.zip"
    content = zipped({"zzzz.ipynb": EXERCISE.read_bytes()})
    path.write_bytes(content.replace(b"zzzz", "小明".encode("gb18030")))
    assert [one.name for one in found_in(tmp_path, path).notebooks] == ["小明.ipynb"]


def test_zips_that_are_too_large_or_locked_are_told(tmp_path, monkeypatch):
    place = tmp_path / "in"
    place.mkdir()
    (place / "many.zip").write_bytes(zipped({f"{i}.ipynb": b"{}" for i in range(9)}))
    locked = bytearray(zipped({"x.ipynb": b"{}"}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (place / "locked.zip").write_bytes(locked)
    monkeypatch.setattr(collect, "MOST_MEMBERS", 8)
    found = found_in(tmp_path, place)
    assert found.notebooks == []
    told = "this zip is too large to be opened here; unpack it by hand"
    assert found.aside == [
        ("locked.zip/x.ipynb", "it is locked with a password"),
        ("many.zip", told),
    ]


@pytest.mark.parametrize(("name", "student", "late"), [
    ("wangli_LATE_1734_98211_02_growth-1.ipynb", "wangli", True),
    ("wangli_1734_98211_02_growth.ipynb", "wangli", False),
    ("Essay_s123_attempt_2026-11-02-10-11-12_02_growth.ipynb", "s123", False),
    ("anna.zip/02_growth.ipynb", "anna", False),
    ("anna - Copy (2).ipynb", "anna", False),
    ("Copy of anna.ipynb", "anna", False),
    ("anna copy 2.ipynb.json", "anna", False),
    ("02_growth (1).ipynb", "02_growth (1)", False),
])  # fmt: skip
def test_whose_it_is_and_whether_it_came_late(name, student, late):
    found = collect.owner(name)
    assert (found.student, found.late) == (student, late)


# ---- numbers that would hold the marker up ----------------------------------------------------------
@pytest.mark.parametrize("value", [
    {"Fraction": "1e999999999"},
    {"Fraction": [1, 0.5]},
    {"Fraction": [{"int": "f" * 5000}, 1]},
    {"Fraction": [{"function": 0, "empty": False}, 1]},
    {"Decimal": "1E+999999999"},
    {"Decimal": "9" * 5000},
    {"int": "f" * 5000},
    {"float": "9" * 5000},
])  # fmt: skip
def test_a_number_of_unbearable_length_is_refused(value):
    with pytest.raises((ValueError, TypeError)):
        decode.decode_answers(json.dumps({"is": [value]}), lambda number, case: "")


def test_numbers_that_can_be_read_are(tmp_path):
    given = [{"Fraction": [1, 3]}, {"Decimal": "-1.5E+3"}, {"int": hex(2**60)}, {"float": "inf"}]
    found = decode.decode_answers(json.dumps({"is": given}), lambda number, case: "")
    assert [str(value) for value in found] == ["1/3", "-1.5E+3", str(2**60), "inf"]


@pytest.mark.skipif(os.name == "nt", reason="no such signal there")
def test_weighing_that_takes_too_long_is_ended():
    def weigh():
        with marking.at_most(0.2):
            while True:
                pass

    with pytest.raises(marking.TooLong):
        weigh()
    with marking.at_most(5):
        assert sum(range(10)) == 45


# ---- a class, without running anything ---------------------------------------------------------------
def one_marked(name, answers=None, essay="", outcome=NOT_YET, **more):
    one = Marked(name, THEME, essay=essay, answers=answers or {}, digest=name, **more)
    for key, of in exercises()[THEME].points.items():
        told = ["You counted rows. How much time lies between?"] if outcome == NOT_YET else []
        one.marks.append(Mark(key, of, outcome, of if outcome == RIGHT else 0, told))
    one.marks[1].outcome, one.marks[1].note = FAILED, "its cell stopped: NameError"
    return one


MOODLE = [
    "李, 小明_1_assignsubmission_file_/02_growth.ipynb",
    "Ann_B_2_assignsubmission_file_/x.ipynb",
]
MOODLE[1] = "Ann B_2_assignsubmission_file_/x.ipynb"


def prepared(command, place, marked, named=True, aside=()):
    """Write everything for a class into a folder, and give the result and the journal."""
    kept = journal.Journal(place, "now")
    result = report.Result(marked, list(aside), named=named)
    command.prepare(result, kept)
    report.write(kept, result)
    kept.__exit__(None, None, None)
    return result, kept


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def a_class():
    return [
        one_marked(MOODLE[0], essay=ESSAY),
        one_marked(MOODLE[1], essay="Mine: <b>it grew</b> by many villages a year.", outcome=RIGHT),
        one_marked("wangli_LATE_1734_98211_02_growth.ipynb"),
    ]


def test_points_for_essays_are_typed_into_one_file_that_totals_and_grades_read(command, tmp_path):
    result, _ = prepared(command, tmp_path, a_class())
    rows = rows_of(tmp_path / "essays.csv")
    assert [list(row) for row in rows] == [list(essay_points.HEADER)] * 2
    codes = {row["student"]: row["essay"] for row in rows}
    assert all(re.fullmatch("[BCDFGHJKMNPQRSTVWXZ]{6}", code) for code in codes.values())
    page = (tmp_path / "essays-02_growth.html").read_text(encoding="utf-8")
    assert page.count("<article") == 2
    assert "<b>it grew</b>" not in page
    assert "how the growth changed: one rate, or not?" in page  # the rubric
    assert "小明" not in page
    totals = {row["student"]: row for row in rows_of(tmp_path / "totals.csv")}
    assert (totals["Ann B"]["points"], totals["Ann B"]["total"]) == (
        str(result.marked[1].points),
        "",
    )
    assert totals["Ann B"]["essay"] == "not read yet"
    assert (totals["wangli"]["essay"], totals["wangli"]["late"]) == ("none", "late")
    assert totals["wangli"]["total"] == "0"
    moodle = rows_of(tmp_path / "moodle-02_growth.csv")
    assert {row["Maximum grade"] for row in moodle} == {"34"}

    text = (tmp_path / "essays.csv").read_text(encoding="utf-8-sig").splitlines()
    typed = ["essay;theme;student;words;points;of;comment"]  # as a German spreadsheet saves it
    typed += [f"{codes['Ann B']};growth;Ann B;9;6,5;8;Say who counts."]
    typed += [f"{codes['李, 小明']};growth;x;55;;8;"]
    (tmp_path / "essays.csv").write_text("\r\n".join(typed), encoding="utf-8")
    assert len(text) == 3
    result, kept = prepared(command, tmp_path, a_class())
    assert result.typed.problems == []
    assert kept.beside == []
    assert (tmp_path / "essays.csv").read_text(encoding="utf-8").splitlines() == typed
    totals = {row["student"]: row for row in rows_of(tmp_path / "totals.csv")}
    ann = totals["Ann B"]
    assert (ann["essay points"], ann["total"]) == ("6.5", f"{int(ann['points']) + 6.5:g}")
    moodle = {row["Full name"]: row for row in rows_of(tmp_path / "moodle-02_growth.csv")}
    assert {row["Maximum grade"] for row in moodle.values()} == {"42"}
    assert moodle["Ann B"]["Grade"] == ann["total"]
    assert moodle["李, 小明"]["Grade"] == ""  # it waits for a reader
    assert "Say who counts." in (tmp_path / "replies" / "Ann B.txt").read_text(encoding="utf-8")


def test_essays_that_come_later_stand_beside_the_file_in_which_a_person_typed(command, tmp_path):
    first = a_class()[:1]
    prepared(command, tmp_path, first)
    path = tmp_path / "essays.csv"
    edited = path.read_text(encoding="utf-8-sig").replace(",,8,", ",7,8,")
    assert edited.count(",7,8,") == 1
    path.write_text(edited, encoding="utf-8-sig")
    for _ in range(2):  # also a second time
        result, _ = prepared(command, tmp_path, a_class())
        assert path.read_text(encoding="utf-8-sig") == edited
        (row,) = rows_of(tmp_path / "essays (new).csv")
        assert (row["student"], row["points"]) == ("Ann B", "")
    later = tmp_path / "essays (new).csv"
    later.write_text(
        later.read_text(encoding="utf-8-sig").replace(",,8,", ",3,8,"), encoding="utf-8"
    )
    result, _ = prepared(command, tmp_path, a_class())
    assert [one.essay_points for one in result.marked if one.essay] == [7, 3]
    assert not (tmp_path / "essays (new 2).csv").exists()


@pytest.mark.parametrize(("typed", "said"), [
    ("9", "row 2: the points are to be a number from 0 to 8, not '9'; they do not count"),
    ("-1", "not '-1'; they do not count"),
    ("good", "not 'good'; they do not count"),
    ("nan", "not 'nan'; they do not count"),
])  # fmt: skip
def test_points_that_cannot_be_are_told_with_row_and_value(command, tmp_path, typed, said):
    prepared(command, tmp_path, a_class()[:1])
    path = tmp_path / "essays.csv"
    text = path.read_text(encoding="utf-8-sig").replace(",,8,", f",{typed},8,")
    path.write_text(text, encoding="utf-8-sig")
    result, _ = prepared(command, tmp_path, a_class()[:1])
    assert len(result.typed.problems) == 1
    assert said in result.typed.problems[0]
    assert result.marked[0].essay_points is None
    assert said.replace("'", "&#39;") in (tmp_path / "class.html").read_text(encoding="utf-8")


def test_points_for_an_essay_that_changed_are_told(command, tmp_path):
    prepared(command, tmp_path, a_class()[:1])
    path = tmp_path / "essays.csv"
    text = path.read_text(encoding="utf-8-sig").replace(",,8,", ",7,8,")
    path.write_text(text, encoding="utf-8-sig")
    changed = [one_marked(MOODLE[0], essay=ESSAY + " And more.")]
    result, _ = prepared(command, tmp_path, changed)
    assert "there is no essay" in result.typed.problems[0]
    assert changed[0].essay_points is None
    (row,) = rows_of(tmp_path / "essays (new).csv")
    assert row["essay"] == changed[0].essay_code


def test_a_file_that_a_person_changed_is_never_written_over(command, tmp_path):
    prepared(command, tmp_path, a_class())
    mine = "my own marks"
    for name in ("marks.csv", "class.html", "replies/Ann B.html"):
        (tmp_path / name).write_text(mine, encoding="utf-8")
    for _ in range(2):
        _, kept = prepared(command, tmp_path, a_class())
        assert (tmp_path / "marks.csv").read_text(encoding="utf-8") == mine
        assert len(rows_of(tmp_path / "marks (new).csv")) == 30
        assert (
            "marks.csv was changed by hand, so it stays; the new one is marks (new).csv"
            in kept.beside
        )
        assert len(kept.beside) == 3
        assert not (tmp_path / "marks (new 2).csv").exists()
    (tmp_path / "kept.jsonl").unlink()  # nothing is known any more: nothing is written over
    prepared(command, tmp_path, a_class()[:2])
    assert (tmp_path / "marks.csv").read_text(encoding="utf-8") == mine


def test_marks_are_kept_until_the_file_or_the_checks_change(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_bytes(EXERCISE.read_bytes())
    found = collect.Found(path, "x.ipynb")
    with journal.Journal(tmp_path / "out", "now") as kept:
        assert kept.kept(found, journal.digest(found)) is None
        kept.keep(found, journal.digest(found), one_marked("x.ipynb", essay=ESSAY))
    with (tmp_path / "out" / "kept.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"name": "x.ipynb", "now": "no')  # cut off
    with journal.Journal(tmp_path / "out", "now") as kept:
        again = kept.kept(found, journal.digest(found))
        assert marking.as_json(again) == marking.as_json(one_marked("x.ipynb", essay=ESSAY))
        (tmp_path / "my_progress.json").write_text("{}")
        assert kept.kept(found, journal.digest(found)) is None
        assert kept.kept(found).essay == ESSAY
    with journal.Journal(tmp_path / "out", "with other checks") as kept:
        (tmp_path / "my_progress.json").unlink()
        assert kept.kept(found, journal.digest(found)) is None


def test_without_names_no_name_is_written(command, tmp_path):
    aside = [("李, 小明_1_assignsubmission_file_/essay.pdf", "this is no notebook but a PDF")]
    prepared(command, tmp_path, a_class(), named=False, aside=aside)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {p.name for p in files} == {
        "class.csv", "class.html", "essays-02_growth.html", "essays.csv", "kept.jsonl", "marks.csv", "totals.csv",
    }  # fmt: skip
    for path in files:
        text = path.read_text(encoding="utf-8-sig")
        assert not re.search("小明|Ann B|wangli|1734", text), path.name
    blind = {row["essay"] for row in rows_of(tmp_path / "essays.csv")}
    prepared(command, tmp_path / "named", a_class())
    assert {row["essay"] for row in rows_of(tmp_path / "named" / "essays.csv")} == blind


# ---- alike -----------------------------------------------------------------------------------------
def test_answers_in_common_are_told_of_two_and_of_nobody_else(command, tmp_path):
    shared = {"q2": "aaa", "q9": "bbb"}
    marked = [
        one_marked("ann.ipynb", shared | {"q3": "only hers"}),
        one_marked("ben.ipynb", shared),
        one_marked("ben (1).ipynb", shared),  # the same student
        one_marked("cem.ipynb", {"q2": "aaa"}),  # one alone says nothing
        one_marked("dan.ipynb"),
        one_marked("eva.ipynb"),  # both untouched
    ]
    result, _ = prepared(command, tmp_path, marked)
    assert [(p.first, p.second, p.same) for p in result.alike] == [
        ("ann.ipynb", "ben.ipynb", ("q2", "q9"))
    ]
    page = (tmp_path / "class.html").read_text(encoding="utf-8")
    assert "That proves nothing" in page
    assert page.count("dan.ipynb") == 1  # in the list of what happened, for its failed cell


def test_the_same_essay_is_told_and_an_answer_that_many_have_is_not():
    marked = [one_marked(f"{name}.ipynb", {"q2": "a", "q3": "b"}) for name in "abcde"]
    for one in marked:
        one.owner, one.label = collect.owner(one.file), one.file
    assert find_alike(marked) == []
    marked[0].essay, marked[4].essay = ESSAY, ESSAY.upper()
    (pair,) = find_alike(marked)
    assert (pair.first, pair.second, pair.same) == ("a.ipynb", "e.ipynb", ("essay",))


def test_answers_as_in_exercise_or_solution_have_no_fingerprint(tmp_path):
    mine = "def growth_a_year(first, last, years):\n    ratio = last / first  # grows\n"
    mine += "    return 100 * (ratio ** (1 / years) - 1) if first else None\n"
    other = mine.replace("  # grows", "").replace("first else None", "(first) else None")
    first = as_read(tmp_path, book(q2=mine)).answers
    assert set(first) == {"q2"}
    assert as_read(tmp_path, book(q2=other)).answers == first
    assert as_read(tmp_path, book(q2=mine.replace("100", "99"))).answers != first
    assert as_read(tmp_path, book()).answers == {}
    solved = {key: words.code for key, words in texts(THEME).items()}
    assert as_read(tmp_path, book(**solved)).answers == {}
    assert as_read(tmp_path, book(q1="rate_2019, rate_2020, added_a_year = 1, 2, 3")).answers == {}


# ---- back to students --------------------------------------------------------------------------------
def test_a_reply_says_what_the_checks_say_and_never_an_answer(command, tmp_path):
    prepared(command, tmp_path, a_class())
    names = sorted(path.name for path in (tmp_path / "replies").iterdir())
    assert names == sorted(
        f"{n}{end}" for n in ("Ann B", "wangli", "李, 小明") for end in (".html", ".txt")
    )
    for path in (tmp_path / "replies").iterdir():
        text = path.read_text(encoding="utf-8")
        assert "1 From one list to the next" in text
        for words in texts(THEME).values():
            assert words.code not in text
            assert not any(part in text for part in words.discussion)
    page = (tmp_path / "replies" / "李, 小明.html").read_text(encoding="utf-8")
    assert "You counted rows." in page
    assert "its cell stopped: NameError" in page
    assert not re.search(r"<script|https?:|<link|@import|url\(", page)
    assert "Handed in late." in (tmp_path / "replies" / "wangli.html").read_text(encoding="utf-8")


def test_moodle_finds_the_student_of_each_feedback_file(command, tmp_path):
    """It parts the name of a folder at low lines: who, number, kind of plug-in, plug-in, rest."""
    marked = a_class()
    marked.append(one_marked("B_c_D_77_assignsubmission_file_/y.ipynb"))
    prepared(command, tmp_path, marked)
    with zipfile.ZipFile(tmp_path / "moodle-feedback-02_growth.zip") as archive:
        numbers = set()
        for name in archive.namelist():
            folder, file = name.split("/")
            _, number, *plugin, rest = folder.split("_", 4)
            assert (plugin, rest, file) == (
                ["assignsubmission", "file"],
                "",
                "reply-02_growth.html",
            )
            numbers.add(number)
            assert b"Reply to" in archive.read(name)
    assert numbers == {"1", "2", "77"}
    before = (tmp_path / "moodle-feedback-02_growth.zip").read_bytes()
    prepared(command, tmp_path / "again", marked)
    assert (tmp_path / "again" / "moodle-feedback-02_growth.zip").read_bytes() == before


def test_files_of_replies_have_names_that_every_system_takes():
    names = ["a/b", "a\\b", 'a"b?', "nul", "...", "x" * 300, "李 小明 "]
    made = [replies.file_name(name) for name in names]
    assert made == ["a b", "a b", "a b", "nul reply", "reply", "x" * 80, "李 小明"]
    marked = [one_marked(f"{name}.ipynb") for name in "ab"]
    for number, one in enumerate(marked):
        one.owner = collect.Owner("Li/" if number else "li", str(number))
    files = [name for name, _ in replies.pages(class_picture(marked))]
    assert len({name.casefold() for name in files}) == len(files) == 4


# ---- the command, where nothing has to be run ---------------------------------------------------------
def run(*words, **environment):
    return subprocess.run(
        [sys.executable, TOOLS, *map(str, words)],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env=os.environ | environment,
    )


@pytest.mark.parametrize("encoding", ["cp1252", "cp936", "ascii"])
@pytest.mark.full
def test_output_into_a_file_of_windows_needs_no_sign_that_it_has_not(tmp_path, encoding):
    place = tmp_path / "a class, 课堂 é"
    place.mkdir()
    (place / "李 小明 é.ipynb").write_text("{}", encoding="utf-8")
    done = run(place, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    assert f'Open "{tmp_path}'.encode() in done.stdout
    assert rows_of(tmp_path / "a class, 课堂 é-marks" / "marks.csv")[0]["file"] == "李 小明 é.ipynb"


def test_a_folder_in_which_nothing_can_be_written_is_told_before_the_work(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.ipynb").write_bytes(EXERCISE.read_bytes())
    (tmp_path / "a file").write_text("")
    for place in (tmp_path / "a file", tmp_path / "a file" / "below"):
        done = run(tmp_path / "in", "--to", place)
        assert done.returncode == 1
        said = done.stderr.decode()
        assert "could not be written to" in said
        assert "Name another folder with --to." in said
        assert "Traceback" not in said
        assert b"1 of 1" not in done.stdout


@pytest.mark.full
def test_a_zip_a_single_file_and_a_wrong_name_are_answered(tmp_path):
    (tmp_path / "class 1.zip").write_bytes(zipped({"a_1_assignsubmission_file_/x.ipynb": b"{}"}))
    done = run(tmp_path / "class 1.zip")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "class 1-marks" / "class.html").is_file()
    (tmp_path / "anna.ipynb.txt").write_text("{}")
    assert run(tmp_path / "anna.ipynb.txt").returncode == 0
    assert (tmp_path / "anna-marks" / "marks.csv").is_file()
    done = run(tmp_path / "class 1.zip", "--only", "nobody")
    assert done.returncode == 1
    assert b"No name of a notebook has 'nobody' in it." in done.stderr


def test_one_file_is_marked_again_and_the_others_stay_as_they_were(command, tmp_path, monkeypatch):
    place, out = tmp_path / "in", tmp_path / "out"
    place.mkdir()
    for name in ("ann", "ben", "cem"):
        (place / f"{name}.ipynb").write_bytes(EXERCISE.read_bytes())
    ran = []

    def marked_here(work, limits, jobs):
        for one in work:
            ran.append(one.name)
            yield one_marked(one.name)

    monkeypatch.setattr(command, "mark_all", marked_here)
    assert command.main([str(place), "--to", str(out)]) == 0
    assert command.main([str(place), "--to", str(out)]) == 0
    assert ran == ["ann.ipynb", "ben.ipynb", "cem.ipynb"]
    (place / "cem.ipynb").write_text("{}")
    assert command.main([str(place), "--to", str(out), "--only", "BEN"]) == 0
    assert ran[3:] == ["ben.ipynb"]
    assert len({row["file"] for row in rows_of(out / "marks.csv")}) == 3
    assert command.main([str(place), "--to", str(out)]) == 0
    assert ran[4:] == ["cem.ipynb"]
    assert command.main([str(place), "--to", str(out), "--again"]) == 0
    assert len(ran) == 8


def test_ctrl_c_keeps_what_is_done(command, tmp_path, monkeypatch, capsys):
    place, out = tmp_path / "in", tmp_path / "out"
    place.mkdir()
    for name in ("ann", "ben"):
        (place / f"{name}.ipynb").write_bytes(EXERCISE.read_bytes())

    def interrupted(work, limits, jobs):
        yield one_marked(work[0].name)
        raise KeyboardInterrupt

    def undisturbed(work, limits, jobs):
        return (one_marked(one.name) for one in work)

    monkeypatch.setattr(command, "mark_all", interrupted)
    assert command.main([str(place), "--to", str(out)]) == 130
    assert "Stopped. 1 file of 2 are marked and kept" in capsys.readouterr().out
    notes = {row["file"]: row["note"] for row in rows_of(out / "marks.csv") if not row["question"]}
    assert notes == {"ben.ipynb": "not marked yet; run the command again"}
    monkeypatch.setattr(command, "mark_all", undisturbed)
    assert command.main([str(place), "--to", str(out)]) == 0
    assert {row["outcome"] for row in rows_of(out / "marks.csv")} == {NOT_YET, FAILED}


def test_nothing_begun_is_no_reason_to_ask_anybody(command):
    marked = [one_marked(f"{name}.ipynb", outcome=NOT_STARTED) for name in "ab"]
    for one in marked:
        one.marks[1].outcome, one.digest, one.label = NOT_STARTED, "same", one.file
    command.tell_apart(marked)
    command.note_identical(marked)
    assert [one.notes for one in marked] == [[], []]
