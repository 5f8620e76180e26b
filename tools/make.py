"""Make again what is generated. Each command gives the same bytes at every run.

python tools/make.py data         the made-up delta, hashes and sizes in datapackage.json, data/README.md, notebooks/GLOSSARY.md
python tools/make.py notebooks    execute the notebooks (all, or those named) and store their outputs
python tools/make.py exercises    the students' notebooks, and the words of the questions, from the solutions
python tools/make.py copies       copies of the exercises for a class, with other numbers or without solutions (says how)
python tools/make.py minutes      the minutes of the questions, wherever they are told; then run exercises
python tools/make.py picture      the picture of the README
python tools/make.py launch       the links of notebooks/LAUNCH.md
python tools/make.py shortcuts    the keys that JupyterLab leaves to our controls, in jupyter/overrides.json
python tools/make.py pins         the locked versions in .binder/requirements.txt (needs uv and a network)

Needs the test extra: pip install -e ".[test]"
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from urllib.parse import quote

import taobaolab

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
FOCUSED = (  # where JupyterLab listens for commands of a notebook and of its kernel
    ".jp-Notebook.jp-mod-commandMode:not(.jp-mod-readWrite) :focus",
    "[data-jp-kernel-user]:not(.jp-mod-readWrite) :focus:not(:read-write)",
)
WIDGET = "application/vnd.jupyter.widget-view+json"


def data() -> None:
    """Write the made-up delta, what can be computed into the descriptor, the codebook from it, the glossary from its table."""
    (DATA / "lantern_delta.csv").write_text(lantern_delta(), encoding="utf-8", newline="\n")
    path = DATA / "datapackage.json"
    package = measured(json.loads(path.read_text(encoding="utf-8")))
    path.write_text(
        json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
    )
    (DATA / "README.md").write_text(codebook(package), encoding="utf-8", newline="\n")
    (ROOT / "notebooks" / "GLOSSARY.md").write_text(glossary(), encoding="utf-8", newline="\n")


def lantern_delta() -> str:
    """The table of an invented delta, made for teaching: twelve towns, thirty villages each, some figures not known."""
    sys.path.insert(0, str(ROOT))
    from taobaolab.definition import teaching_villages

    towns = [
        "Kite",
        "Reed",
        "Drum",
        "Tinsel",
        "Ribbon",
        "Paper",
        "Riddle",
        "Mask",
        "Puppet",
        "Rhyme",
        "Charade",
        "Jest",
    ]
    words = "Arch Bank Bend Bridge Brook Copse Corner Dike Eddy Ferry Field Ford Gate Grove Heron Isle Jetty Knoll Landing "
    words = (words + "Levee Marsh Mere Pier Pool Quay Reach Sluice Strand Weir Willow").split()
    made = teaching_villages(120_000, seed=31, missing=0.04).query(
        "active_shops.isna() or active_shops >= 5"
    )
    known = made[made["active_shops"].notna() | (made["annual_sales_rmb"] > 1_000_000)].head(
        len(towns) * len(words)
    )
    names = [(f"Lantern {town}", f"{town} {word}") for town in towns for word in words]
    rows = [
        (*name, r.households, r.active_shops, r.annual_sales_rmb // 1000)
        for name, r in zip(names, known.itertuples(), strict=True)
    ]
    lines = [
        ",".join("" if str(v) == "<NA>" else str(v) for v in (*r, "TEACHING", "made_for_teaching"))
        for r in rows
    ]
    return (
        "\n".join(
            ["town,village,households,online_shops,sales_thousand_yuan,source,status", *lines]
        )
        + "\n"
    )


def measured(package: dict) -> dict:
    """The descriptor with the version of the collection, and the size and the hash of every file as it is now."""
    package["version"] = taobaolab.__version__
    for resource in package["resources"]:
        content = (DATA / resource["path"]).read_bytes()
        resource["bytes"] = len(content)
        resource["hash"] = "sha256:" + hashlib.sha256(content).hexdigest()
    return package


def codebook(package: dict) -> str:
    """The data package as a page to read: every table, every column, every trap."""
    tables = [r for r in package["resources"] if "schema" in r]
    lines = [
        f"# {package['title']}",
        "",
        "This page is made from `datapackage.json` by `python tools/make.py data`. Do not edit it by hand.",
        "",
        package["description"],
        "",
    ]
    for note in package["notes"]:
        lines.append(f"- {note}")
    lines += ["", "| table | what it is | one row is | rows |", "|---|---|---|---|"]
    for table in tables:
        one_row = table["row"].removeprefix("one row is ")
        link = f"[{table['name']}](#{table['name']})"
        lines.append(f"| {link} | {table['title']} | {one_row} | {count_rows(table)} |")
    for table in tables:
        lines += describe_table(table)
    lines += ["", "## Files that are not tables", ""]
    for resource in package["resources"]:
        if "schema" not in resource:
            lines.append(f"- `{resource['path']}`: {resource['description']}")
    return "\n".join(lines) + "\n"


def describe_table(table: dict) -> list[str]:
    """One table of the codebook: what it is, its traps, its columns, its key."""
    lines = ["", f"## {table['name']}", "", f"**{table['title']}.** {table['description']}", ""]
    quirks = table.get("quirks", [])
    for quirk in quirks:
        lines.append(f"- Beware: {quirk}")
    if quirks:
        lines.append("")
    if "steps" in table:
        lines += ["To count it again:", ""]
        for place, step in enumerate(table["steps"], 1):
            lines.append(f"{place}. {step}")
        lines.append("")
    lines += ["| column | type | unit | what it means | allowed |", "|---|---|---|---|---|"]
    for field in table["schema"]["fields"]:
        rule = constraint_in_words(field.get("constraints", {}))
        cells = [f"`{field['name']}`", field["type"], field["unit"], field["description"], rule]
        lines.append(f"| {' | '.join(cells)} |")
    key = ", ".join(f"`{name}`" for name in table["schema"]["primaryKey"])
    lines += ["", f"Key: {key}."]
    return lines


GROUPS = {
    "rule": "The rule and the lists",
    "government": "Levels of the state, the party, the village",
    "policy": "Policy",
    "trade": "Trade",
    "method": "Measures and methods",
    "number": "Numbers",
    "place": "Places",
    "name": "A person and a paper",
}


def glossary() -> str:
    """The table of Chinese terms as a page to read, group by group."""
    with (DATA / "glossary.csv").open(encoding="utf-8", newline="") as file:
        terms = list(csv.DictReader(file))
    lines = [
        "# Glossary",
        "",
        "This page is made from the table [glossary](../data/README.md#glossary) by `python tools/make.py data`. "
        'In a notebook it is `datasets.load("glossary")`.',
        "",
        "*Pinyin* writes the sound of Chinese in Latin letters. The marks are tones: ā is high, á rises, ǎ is low, à falls.",
    ]
    for kind, title in GROUPS.items():
        lines += ["", f"## {title}", ""]
        lines += [
            "| term | pinyin | English | what it means | do not confuse it with | first in |",
            "|---|---|---|---|---|---|",
        ]
        for term in terms:
            if term["kind"] == kind:
                cells = [term["term"], f"*{term['pinyin']}*", term["gloss"], term["meaning"]]
                cells += [term["not_to_confuse"], link_to_lesson(term)]
                lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def link_to_lesson(term: dict) -> str:
    """A link to the lesson that gives a term first; nothing where no lesson does."""
    lesson = term["lesson"]
    if not lesson:
        return ""
    return f"[{lesson[:2]}]({lesson}.ipynb)"


def count_rows(resource: dict) -> int:
    """How many rows a table has."""
    with (DATA / resource["path"]).open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def constraint_in_words(rule: dict) -> str:
    """What a column may hold, in words."""
    words = []
    if "enum" in rule:
        words.append(", ".join(map(str, rule["enum"])))
    if "minimum" in rule:
        words.append(f"at least {rule['minimum']}")
    if "maximum" in rule:
        words.append(f"at most {rule['maximum']}")
    if rule.get("required"):
        words.append("always there")
    return "; ".join(words)


def notebooks(names: list[str]) -> None:
    """Execute notebooks in fresh kernels, with stills, and store the outputs without anything that changes by itself."""
    import nbformat
    from nbclient import NotebookClient

    os.environ["TAOBAOLAB_STILLS"] = "yes"
    paths = [Path(name).resolve() for name in names]
    if not paths:
        for folder in ("notebooks", "solutions"):
            paths += sorted((ROOT / folder).glob("*.ipynb"))
    for number, path in enumerate(paths, 1):
        print(f"{number} of {len(paths)}: {path.relative_to(ROOT)}", flush=True)
        # each sheet by itself: progress() names the points of the other sheets in its folder
        os.environ["TAOBAOLAB_PROGRESS"] = tempfile.mkdtemp(prefix="taobaolab-progress-")
        book = nbformat.read(path, 4)
        NotebookClient(
            book,
            timeout=120,
            kernel_name="python3",
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(path.parent)}},
        ).execute()
        path.write_text(normal(book), encoding="utf-8", newline="\n")


def normal(book) -> str:
    """A notebook as it is stored: no widget state, no time stamps, no addresses, no version of Python."""
    import nbformat

    book.metadata = {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    for cell in book.cells:
        for output in cell.get("outputs", []):
            bundle = output.get("data", {})
            if WIDGET in bundle:
                bundle[WIDGET]["model_id"] = "0" * 32
            if "text/plain" in bundle:
                bundle["text/plain"] = re.sub(r"0x[0-9a-f]{6,}", "0xADDRESS", bundle["text/plain"])
    return nbformat.writes(book, sort_keys=True) + "\n"


def exercises() -> None:
    """Write the students' notebooks and the words of the questions."""
    for path, text in from_solutions().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def from_solutions() -> dict[Path, str]:
    """Every file that is made from ``solutions/``, with its text. The theme is the file's name without its number."""
    import nbformat

    books = {p: nbformat.read(p, 4) for p in sorted((ROOT / "solutions").glob("*.ipynb"))}
    made = {}
    for path, book in books.items():
        theme = path.stem.partition("_")[2]
        words = json.dumps(questions(book), ensure_ascii=False, indent=1) + "\n"
        made[ROOT / "taobaolab" / "lessons" / theme / "texts.json"] = words
        made[ROOT / "exercises" / path.name] = normal(exercise(book))
    return made


def exercise(book):
    """A solution notebook as students get it: no solution, discussion or teacher's note, no output, no word on sources."""
    book.cells = [
        c for c in book.cells if not {"solution-only", "teacher"} & {*c.metadata.get("tags", [])}
    ]
    for cell in book.cells:
        for ties in ("rests_on", "worked_out", "supposed", "searched"):
            cell.metadata.pop(ties, None)
        if cell.cell_type == "code":
            cell.source, cell.outputs, cell.execution_count = blanked(cell.source), [], None
        elif cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = "YOUR ANSWER HERE"
    book.cells[0].source = book.cells[0].source.replace("# Solutions: ", "# Exercises: ", 1)
    return book


def blanked(source: str) -> str:
    """A cell with a note in place of each solution, by nbgrader's markers."""
    kept, inside = [], False
    for line in source.splitlines():
        begins, ends = line.strip() == "### BEGIN SOLUTION", line.strip() == "### END SOLUTION"
        if (begins and inside) or (ends and not inside):
            raise ValueError(f"In this cell the markers of solutions do not alternate:\n{source}")
        if begins:
            kept.append(line.partition("#")[0] + "# YOUR CODE HERE")
        elif not inside and not ends:
            kept.append(line)
        inside = (inside or begins) and not ends
    if inside:
        raise ValueError(f"In this cell a solution is not ended:\n{source}")
    return "\n".join(kept)


COPIES = """Copies of the exercises for a class, written into a folder of their own:

python tools/make.py copies FOLDER 7               other numbers, drawn from the number 7, the same for all
python tools/make.py copies FOLDER 1-30            thirty copies, each with numbers of its own
python tools/make.py copies FOLDER 7 no-solution   the same without solution(); 0 keeps the numbers of the collection

Which questions have other numbers, and what the rest is: notebooks/MARKING.md.
"""


def copies(words: list[str]) -> str | None:
    """Write copies of the exercises for a class; what to write instead, where a word is not understood."""
    import importlib

    import nbformat

    from taobaolab.practice.copies import Copy, make_copy

    asked = re.fullmatch(r"(\S+) (\d{1,6})(?:-(\d{1,6}))?( no-solution)?", " ".join(words))
    if not asked:
        return COPIES
    folder, first = Path(asked[1]), int(asked[2])
    last = int(asked[3] or first)
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted((ROOT / "exercises").glob("*.ipynb")):
        theme = path.stem.partition("_")[2]
        practice = importlib.import_module(f"taobaolab.lessons.{theme}.questions").practice
        for number in range(first, last + 1):
            book = nbformat.read(path, 4)
            make_copy(book, practice.drawn, Copy(number, solution=not asked[4]))
            name = f"{path.stem}-{number:0{len(str(last))}}.ipynb"
            text = nbformat.writes(book, sort_keys=True) + "\n"
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{last + 1 - first} copies of each exercise are in {folder}.")
    return None


def minutes() -> None:
    """Write the minutes that the rule gives each question, wherever they are told."""
    sys.path.insert(0, str(ROOT))
    from tools.minutes import write_minutes

    write_minutes(ROOT)


HEAD = (  # the heading of a question: its title, minutes, points, and what it takes to answer it
    r"^## \d+ (?P<title>.+)\n\n\*(?P<minutes>\d+) minutes, (?P<points>\d+) points?(?: by machine, 8 by a reader)?; "
    r"(?P<takes>[^.*]+)\.\*"
)


def questions(book) -> dict[str, dict]:
    """What a solution notebook says of each question: title, points, minutes, what it takes, hints, why, further question, code, discussion."""
    found = {}
    cells = {cell.id: cell.source for cell in book.cells}
    points = {c.id: c.metadata.nbgrader.points for c in book.cells if c.id.endswith("-check")}
    for key in (c.id for c in book.cells if re.fullmatch(r"q\d+", c.id)):
        notes = cells[f"{key}-after"].replace("**Hints.**\n\n", "", 1)
        hints, *rest = re.split(
            r"\n\n\*\*(?:Why it matters|A further question|Discussion)\.\*\* ", notes
        )
        why, further, discussion = map(unstressed, rest)
        head = re.search(HEAD, cells[f"{key}-text"], re.M)
        found[key] = {
            "title": head["title"],
            "points": points[f"{key}-check"],
            "minutes": int(head["minutes"]),
            "takes": head["takes"],
            "hints": [unstressed(re.sub(r"^\d+\. ", "", line)) for line in hints.splitlines()],
            "why": why,
            "further": further,
            "code": solution(cells[key]),
            "discussion": discussion.split("\n\n"),
        }
    return found


def unstressed(text: str) -> str:
    """Markdown without its asterisks, save those in code."""
    return re.sub(r"(`[^`]*`)|\*", lambda found: found[1] or "", text)


def solution(source: str) -> str:
    """What stands between the markers; a whole cell, if that is the body of a function."""
    if "\n### BEGIN SOLUTION\n" in source:
        return source.partition("### BEGIN SOLUTION\n")[2].partition("\n### END SOLUTION")[0]
    return "\n".join(
        line
        for line in source.splitlines()
        if not re.fullmatch(r" *### (BEGIN|END) SOLUTION", line)
    )


def picture() -> None:
    """Draw the picture of the README, with the fingerprint of its chart inside."""
    import io

    from PIL import Image, PngImagePlugin

    from taobaolab import charts

    spec = readme_chart()
    text = PngImagePlugin.PngInfo()
    text.add_text("chart", fingerprint(spec))
    Image.open(io.BytesIO(charts.still(spec))).save(
        ROOT / ".github" / "growth.png", "PNG", optimize=True, pnginfo=text
    )


def readme_chart() -> dict:
    """The chart that the README shows."""
    from taobaolab import charts, datasets

    charts.setup()
    return charts.growth(datasets.load("villages_by_year")).to_dict()


def fingerprint(spec: dict) -> str:
    """A hash that changes when the chart does."""
    return hashlib.sha256(json.dumps(spec, sort_keys=True, default=str).encode()).hexdigest()


def launch() -> None:
    """Write the links that open the collection elsewhere."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    page = launch_page(project["tool"]["taobaolab"]["repository"])
    (ROOT / "notebooks" / "LAUNCH.md").write_text(page, encoding="utf-8", newline="\n")


def launch_page(repository: str) -> str:
    """The links by theme, on Binder and for a hub; the patterns alone, as long as there is no public address."""
    tag = f"v{taobaolab.__version__}"
    lines = [
        "# Open it elsewhere",
        "",
        "This page is made by `python tools/make.py launch`. Do not edit it by hand.",
        "",
        "**Binder** opens the collection on somebody else's machine, free of charge, with nothing to install. It may take "
        "minutes to start, ends after about ten minutes without work, and keeps nothing: write down the resume code of "
        "`progress()`, or download your file. It is for learners alone, not for a lecture of a hundred.",
        "",
        "**A hub** of your university keeps your files. The links for a hub copy the collection into your folder and bring "
        "it up to date without touching your answers. For whoever runs the hub: [.binder/README.md](../.binder/README.md).",
        "",
    ]
    owner = repository or "OWNER/NAME"
    if not repository:
        lines += [
            "The collection has no public address yet. Once `repository` is set in `pyproject.toml`, this page has links. "
            "Till then, put your own copy's address in place of `OWNER/NAME`, and your hub's in place of `HUB`.",
            "",
        ]
    lines += ["| notebook | Binder | a hub |", "|---|---|---|"]
    for path, title in launchable():
        binder = (
            f"https://mybinder.org/v2/gh/{owner}/{tag}?urlpath={quote(f'lab/tree/{path}', safe='')}"
        )
        place = quote(f"lab/tree/{owner.partition('/')[2]}/{path}", safe="")
        source = quote(f"https://github.com/{owner}", safe="")
        hub = f"https://HUB/hub/user-redirect/git-pull?repo={source}&branch={tag}&urlpath={place}"
        if repository:
            shown = f"[open]({binder})"
        else:
            shown = f"`{binder}`"
        page = os.path.relpath(path, "notebooks").replace(os.sep, "/")
        lines.append(f"| [{title}]({page}) | {shown} | `{hub}` |")
    return "\n".join(lines) + "\n"


def launchable() -> list[tuple[str, str]]:
    """Path and title of every notebook that a learner opens: each lesson, with its exercises behind it."""
    import nbformat

    books = [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("exercises/*.ipynb")]
    books.sort(key=lambda path: (path.name, path.parent.name != "notebooks"))
    found = []
    for path in books:
        heading = nbformat.read(path, 4).cells[0].source.splitlines()[0]
        found.append((path.relative_to(ROOT).as_posix(), heading.removeprefix("# ")))
    return found


def shortcuts() -> None:
    """Write the settings that the wheel brings to JupyterLab."""
    path = ROOT / "jupyter" / "overrides.json"
    path.write_text(overrides(), encoding="utf-8", newline="\n")


def overrides() -> str:
    """Settings of JupyterLab: no news, and keys pressed in an output belong to it, not to the notebook around it.

    As it comes, JupyterLab takes a letter typed to choose from a list for a command: ``a`` adds a cell, ``d d`` deletes
    one, ``0 0`` restarts the kernel; and it takes the arrow keys. Each of these commands is switched off, and on again
    outside outputs. Keys that run a cell stay.
    """
    folder = Path(sys.prefix, "share/jupyter/lab/schemas/@jupyterlab")
    given = []
    for name in ("notebook-extension/tracker.json", "mainmenu-extension/plugin.json"):
        schema = json.loads((folder / name).read_text(encoding="utf-8"))
        for shortcut in schema["jupyter.lab.shortcuts"]:
            keys, selector = shortcut["keys"], shortcut["selector"]
            if selector in FOCUSED and keys and "Enter" not in keys[0]:
                taken = {"command": shortcut["command"], "keys": keys, "selector": selector}
                outside = selector + ":not(.jp-OutputArea *)"
                given += [taken | {"disabled": True}, taken | {"selector": outside}]
    rules = ",\n".join(f"      {json.dumps(rule)}" for rule in given)
    news = json.dumps({"fetchNews": "false", "checkForUpdates": False})
    return (
        f'{{\n  "@jupyterlab/apputils-extension:notification": {news},\n'
        f'  "@jupyterlab/shortcuts-extension:shortcuts": {{\n    "shortcuts": [\n{rules}\n    ]\n  }}\n}}\n'
    )


def pins() -> None:
    """Lock the versions that the pins file, CI and the first command share."""
    command = (
        "uv pip compile pyproject.toml --python-version 3.11 --python-platform linux --no-emit-package taobaolab "
        "--no-annotate --no-header --upgrade -q -o .binder/requirements.txt"
    )
    subprocess.run(command.split(), cwd=ROOT, check=True)


if __name__ == "__main__":
    command, names = (sys.argv[1:2] or ["?"])[0], sys.argv[2:]
    commands = {
        "data": data,
        "picture": picture,
        "pins": pins,
        "launch": launch,
        "minutes": minutes,
        "copies": lambda: copies(names),
        "shortcuts": shortcuts,
        "exercises": exercises,
        "notebooks": lambda: notebooks(names),
    }
    sys.exit(commands[command]() if command in commands else __doc__)
