"""The question bank: what a platform reads out of the files is what the exercises ask and their checks say."""

import re
import sys
import xml.etree.ElementTree as ET
import zipfile
from io import BytesIO

import nbformat
import pytest

from conftest import ROOT, loaded
from taobaolab.practice.core import RIGHT

TOOLS = str(ROOT / "tools" / "quiz")
if TOOLS not in sys.path:
    sys.path.insert(0, TOOLS)

import bank  # noqa: E402
from gift import gift  # noqa: E402
from qti import package  # noqa: E402

NAMES = [path.stem for path in sorted((ROOT / "solutions").glob("*.ipynb"))]
BANK: dict = {}


def parts_of(name):
    """The closed questions of an exercise, each with the part of a question that it was made from."""
    if name not in BANK:
        made, found = bank.items_of, []

        def watched(part, *words):
            for item in made(part, *words):
                found.append((part, item))
                yield item

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bank, "items_of", watched)
            items = bank.closed_questions(ROOT / "solutions" / f"{name}.ipynb")
        BANK[name] = [(part, item) for part, item in found if item in items]
        assert items == [item for _, item in BANK[name]]
    return BANK[name]


def items_of(name):
    return [item for _, item in parts_of(name)]


# ---- a reader of GIFT, by Moodle's rules ------------------------------------------------------------
def unescaped(text):
    return re.sub(r"\\([\\~=#{}:])", r"\1", text.replace("\\n", "\n")).strip()


def split(text, sign):
    """Parted at a sign that has no backslash before it."""
    return re.split(rf"(?<!\\){sign}", text)


def read_gift(text):
    """Every question: its kind, name, text, answers with their weights and feedback, general feedback."""
    blocks = [b for b in text.strip().split("\n\n") if not b.startswith("$CATEGORY")]
    found = []
    for block in blocks:
        name, rest = re.fullmatch(r"::(.*?)(?<!\\)::\[html\](.*)", block, re.S).groups()
        stem, answers = split(rest, "{")
        answers, after = split(answers, "}")
        assert after.strip() == ""
        answers, general = re.split(r"(?<!\\)####", answers)
        question = {"name": unescaped(name), "stem": unescaped(stem), "why": unescaped(general)}
        answers = answers.strip()
        if answers.startswith("#"):
            number, off = answers[1:].split(":")
            question |= {"kind": "number", "right": float(number), "off": float(off)}
        elif "->" in answers:
            pairs = [line.split(" -> ") for line in split(answers, "=") if line.strip()]
            question |= {
                "kind": "matching",
                "right": {unescaped(n): unescaped(c) for n, c in pairs if n.strip()},
                "choices": {unescaped(c) for _, c in pairs},
            }
        else:
            question |= read_choices(answers)
        found.append(question)
    return found


def read_choices(answers):
    said, worth = {}, {}
    for sign, line in re.findall(r"(?<!\\)([=~])((?:\\.|[^~=\\])*)", answers):
        weight = re.match(r"%(-?[\d.]+)%", line)
        words, *feedback = split(line.removeprefix(weight[0] if weight else ""), "#")
        choice = unescaped(words)
        worth[choice] = float(weight[1]) if weight else 100.0 * (sign == "=")
        said[choice] = unescaped(feedback[0]) if feedback else ""
    several = any(weight < 0 for weight in worth.values())
    right = {choice for choice, weight in worth.items() if weight > 0}
    assert abs(sum(w for w in worth.values() if w > 0) - 100) < 0.01
    if not several:
        (right,) = right
    kind = "choices" if several else "choice"
    return {"kind": kind, "right": right, "choices": set(worth), "said": said}


# ---- a reader of QTI 1.2 ---------------------------------------------------------------------------
def local(element):
    return element.tag.rpartition("}")[2]


def named(element, name):
    return [e for e in element.iter() if local(e) == name]


def one(element, name):
    (found,) = named(element, name)
    return found


def read_qti(content, name):
    """Every question of a package, in the same form."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        manifest = ET.fromstring(archive.read("imsmanifest.xml"))
        resource = one(manifest, "resource")
        assert resource.get("type") == "imsqti_xmlv1p2"
        assert archive.namelist() == ["imsmanifest.xml", resource.get("href")]
        root = ET.fromstring(archive.read(f"{name}.xml"))
    idents = [item.get("ident") for item in named(root, "item")]
    assert len(idents) == len(set(idents))
    return [read_item(item) for item in named(root, "item")]


def read_item(item):
    kind = named(item, "fieldentry")[0].text
    shown = one(item, "presentation")
    feedback = {f.get("ident"): "".join(f.itertext()).strip() for f in named(item, "itemfeedback")}
    linked = {link.get("linkrefid") for link in named(item, "displayfeedback")}
    assert linked == set(feedback)
    question = {"stem": named(shown, "mattext")[0].text, "why": feedback["general_fb"]}
    scored = [c for c in named(item, "respcondition") if named(c, "setvar")]
    labels = {
        label.get("ident"): "".join(label.itertext()).strip()
        for label in named(shown, "response_label")
    }
    if kind == "numerical_question":
        low, high = (float(one(item, n).text) for n in ("vargte", "varlte"))
        right = float(one(scored[0], "varequal").text)
        return question | {"kind": "number", "right": right, "off": (high - low) / 2}
    if kind == "matching_question":
        names = {r.get("ident"): named(r, "mattext")[0].text for r in named(shown, "response_lid")}
        equal = [one(c, "varequal") for c in scored]
        right = {names[e.get("respident")]: labels[e.text] for e in equal}
        points = sum(float(one(c, "setvar").text) for c in scored)
        assert abs(points - 100) < 0.1
        return question | {"kind": "matching", "right": right, "choices": set(labels.values())}
    (condition,) = scored
    ruled_out = {e.text for n in named(condition, "not") for e in named(n, "varequal")}
    right = {labels[e.text] for e in named(condition, "varequal") if e.text not in ruled_out}
    said = {labels[k.removesuffix("_fb")]: v for k, v in feedback.items() if k != "general_fb"}
    if kind == "multiple_choice_question":
        (right,) = right
        return question | {
            "kind": "choice",
            "right": right,
            "choices": set(labels.values()),
            "said": said,
        }
    assert {labels[e] for e in ruled_out} | right == set(labels.values())
    return question | {"kind": "choices", "right": right, "choices": set(labels.values())}


# ---- tests -----------------------------------------------------------------------------------------
def plainly(text):
    """Text of a page without what stands for a sign."""
    import html

    return html.unescape(re.sub(r"</?p>", "", text)).strip()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.full
def test_both_files_hold_the_questions_as_they_were_made(name):
    items = items_of(name)
    in_gift, in_qti = read_gift(gift(items, "Bank")), read_qti(package(items, name, "T"), name)
    assert len(in_gift) == len(in_qti) == len(items) > 5
    for item, first, second in zip(items, in_gift, in_qti, strict=True):
        assert first["name"] == item.name
        for found in (first, second):
            assert found["kind"] == item.kind, item.name
            assert plainly(found["why"]) == item.why.strip(), item.name
            assert found["stem"] == item.stem.strip(), item.name
            if item.kind == "number":
                assert abs(found["right"] - item.right) <= 1e-9 * abs(item.right)
                assert abs(found["off"] - item.off) <= 1e-6 * max(abs(item.right), 1)
                continue
            right = found["right"]
            if item.kind == "matching":
                assert {plainly(k): v for k, v in right.items()} == dict(item.right), item.name
            elif item.kind == "choices":
                assert {plainly(c) for c in right} == item.right
            else:
                assert plainly(right) == item.right
            assert {plainly(c) for c in found["choices"]} == set(item.choices), item.name
            said = {plainly(c): plainly(w) for c, w in found.get("said", {}).items() if w}
            assert said == dict(item.said), item.name


@pytest.mark.parametrize("name", NAMES)
def test_the_check_agrees_with_every_choice_and_bound(name):
    """What the bank calls right is Right, and what it calls wrong is not."""
    for part, item in parts_of(name):
        if item.kind == "choice":
            for choice in item.choices:
                assert (part.reply(choice).outcome == RIGHT) is (choice == item.right), item.name
                assert bool(item.said.get(choice)) is (choice != item.right), item.name
        elif item.kind == "choices":
            assert part.reply(sorted(item.right)).outcome == RIGHT
            for choice in item.choices:
                changed = item.right ^ {choice}
                assert part.reply(sorted(changed)).outcome != RIGHT, (item.name, choice)
        elif item.kind == "matching":
            assert part.reply(dict(item.right)).outcome == RIGHT
            for entry, right in item.right.items():
                other = next(c for c in item.choices if c != right)
                assert part.reply({**item.right, entry: other}).outcome != RIGHT, item.name
        elif isinstance(part.right[part.at], (int, float)):
            for off in (item.off, -item.off):
                assert part.reply(item.right + off).outcome == RIGHT, item.name
            far = 3 * item.off or max(abs(item.right), 1) / 100
            outcomes = {part.reply(item.right + off).outcome for off in (far, -far)}
            assert outcomes != {RIGHT}, item.name


def test_no_question_tells_its_answer_and_none_leads_out_of_the_platform():
    for name in NAMES:
        for item in items_of(name):
            assert "BEGIN SOLUTION" not in item.stem
            assert "Hints." not in item.stem
            assert "<a " not in item.stem or "https://" in item.stem, item.name
            assert "<NA>" not in item.stem
            assert "&lt;NA&gt;" not in item.stem


def test_what_is_closed_is_in_and_what_is_open_is_not():
    names = {item.name for name in NAMES for item in items_of(name)}
    assert {"growth q1 rate_2019", "definition q1 verdicts", "definition q4 say_yes"} <= names
    assert not any(name.startswith(("definition q3", "growth q10")) for name in names)
    kinds = {item.kind for name in NAMES for item in items_of(name)}
    assert kinds == {"choice", "choices", "matching", "number"}


def test_a_solution_that_is_not_right_is_no_source(tmp_path):
    book = nbformat.read(ROOT / "solutions" / "02_growth.ipynb", 4)
    cell = next(c for c in book.cells if c.id == "q4")
    cell.source = cell.source.replace("### END SOLUTION", "mended = 1\n### END SOLUTION")
    path = tmp_path / "02_growth.ipynb"
    nbformat.write(book, path)
    with pytest.raises(ValueError, match="q4: the solution is not right by the check"):
        bank.closed_questions(path)


def test_the_command_writes_both_for_every_exercise(tmp_path, capsys, monkeypatch):
    command = loaded("quiz_command", ROOT / "tools" / "quiz" / "__main__.py")
    monkeypatch.setattr(command, "closed_questions", lambda path: items_of(path.stem))
    (tmp_path / "file").write_text("")
    assert command.main(["--to", str(tmp_path / "file")]) == 1
    said = capsys.readouterr().err
    assert "Name another folder with --to." in said
    assert "Traceback" not in said
    assert command.main(["--to", str(tmp_path / "bank of questions")]) == 0
    made = sorted(path.name for path in (tmp_path / "bank of questions").iterdir())
    assert made == sorted(f"{n}{end}" for n in NAMES for end in (".gift.txt", "-qti.zip"))
