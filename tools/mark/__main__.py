"""Mark a class: run every submitted exercise in a folder, and show what to talk about next.

python3 -m taobaolab mark FOLDER                     marks.csv, class.csv and class.html, in FOLDER-marks
python3 -m taobaolab mark FOLDER --to PLACE          into another folder
python3 -m taobaolab mark FOLDER --for moodle        also a worksheet for Moodle; or canvas, a gradebook for Canvas

Nothing leaves this machine. The guide is notebooks/MARKING.md.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import report
from apart import all_marked
from marking import Marked
from sandbox import Limits, bubblewrap

SANDBOXED = "Each file ran in a sandbox (bubblewrap): it saw the library and itself, no other file and no network."
OPEN = (
    "bubblewrap is not here or does not work, so the files ran with limits, but with your rights: their code could read "
    "your files and use the network."
)
SKIPPED = {".ipynb_checkpoints", "__MACOSX", ".git", "__pycache__"}
WITH_THEM = {"my_progress.json", ".ds_store", "thumbs.db", "desktop.ini"}
MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_\w+")
CANVAS = re.compile(r"^(?P<name>\w+?)(?:_LATE)?_(?P<id>\d+)_(?P<file>\d{4,})_.+$")


def main(words: list[str]) -> int:
    """Do what the command line says; return the exit code."""
    asked = arguments(words)
    folder = asked.folder.resolve()
    if not folder.is_dir():
        kind = (
            "a file, not a folder; a zip has to be unpacked first"
            if folder.exists()
            else "not there"
        )
        return say(f"{folder} is {kind}. Give the folder with the submitted notebooks.")
    place = (asked.to or folder.with_name(folder.name + "-marks")).resolve()
    limits = Limits(asked.cell_seconds, asked.seconds, asked.memory, asked.output)
    paths, others = found(folder, place)
    print(f"{len(paths)} notebooks in {folder}", flush=True)
    print(SANDBOXED if bubblewrap() else OPEN, flush=True)
    marked = []
    beside = Counter(path.parent for path in paths)
    work = [
        (path, shown(path, folder), beside[path.parent] <= (5, 1)[path.parent == folder])
        for path in paths
    ]
    for number, one in enumerate(all_marked(work, limits, asked.jobs), 1):
        marked.append(one)
        print(f"{number} of {len(paths)}: {one.file}: {in_short(one)}", flush=True)
    marked.sort(key=lambda m: m.file)
    told_apart(marked)
    marked += [Marked(name, notes=["this is no notebook; nobody looked at it"]) for name in others]
    try:
        written = report.write(
            place, marked, SANDBOXED if bubblewrap() else OPEN, limits, asked.target
        )
    except OSError as error:
        return say(
            f"The marks could not be written to {place}: {error.strerror}. Name another folder with --to."
        )
    print(f"Open {written}", flush=True)
    return 0


def arguments(words: list[str]) -> argparse.Namespace:
    """The words of the command line, understood."""
    usual = Limits()
    parser = argparse.ArgumentParser(
        "python3 -m taobaolab mark",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "folder",
        type=Path,
        help="the folder with the submitted notebooks; subfolders are searched too",
    )
    add("--to", type=Path, metavar="PLACE", help="where the marks are written")
    add(
        "--for",
        dest="target",
        choices=report.TARGETS,
        help="also write what this learning platform imports",
    )
    add(
        "--jobs",
        type=counted,
        default=os.cpu_count() or 1,
        metavar="N",
        help="files at a time (all cores)",
    )
    add(
        "--seconds",
        type=counted,
        default=usual.total,
        metavar="N",
        help=f"for a whole file ({usual.total})",
    )
    add(
        "--cell-seconds",
        type=counted,
        default=usual.cell,
        metavar="N",
        help=f"for a student's cell ({usual.cell})",
    )
    add(
        "--memory",
        type=counted,
        default=usual.memory,
        metavar="MB",
        help=f"for a file ({usual.memory})",
    )
    add(
        "--output",
        type=counted,
        default=usual.output,
        metavar="MB",
        help=f"printed by a cell ({usual.output})",
    )
    return parser.parse_args(words)


def counted(word: str) -> int:
    """A whole number above zero."""
    if not word.isdecimal() or not int(word):
        raise argparse.ArgumentTypeError(f"a whole number above zero is wanted, not {word!r}")
    return int(word)


def found(folder: Path, place: Path) -> tuple[list[Path], list[str]]:
    """The notebooks in a folder and below, and the names of the other files there."""
    notebooks, others = [], []
    for path in sorted(walked(folder)):
        if place in path.parents or path.name.startswith("._") or path.name.casefold() in WITH_THEM:
            continue
        (
            notebooks.append(path)
            if path.suffix.casefold() == ".ipynb"
            else others.append(shown(path, folder))
        )
    return notebooks, others


def walked(folder: Path) -> Iterator[Path]:
    """All files; no link is followed, so that a submission cannot point elsewhere."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(set(folders) - SKIPPED)
        yield from (Path(place, name) for name in files if not Path(place, name).is_symlink())


def shown(path: Path, folder: Path) -> str:
    """The name of a file in the folder, with slashes on every system, and with signs that can be written."""
    return "".join(
        sign if sign.isprintable() else "?" for sign in path.relative_to(folder).as_posix()
    )


def in_short(one: Marked) -> str:
    """What is said in the terminal."""
    if not one.theme:
        return one.notes[0]
    return f"{one.theme}, {one.points} of {one.of} points"


# ---- whose file it is ------------------------------------------------------------------------------------------------
def told_apart(marked: list[Marked]) -> None:
    """Say whose file each is, which of several of one student counts, and which files are the very same."""
    for one in marked:
        one.student, one.identifier = student(one.file)
    crowd = Counter(
        (one.theme, one.student)
        for one in marked
        if one.theme and not one.identifier and "/" in one.file
    )
    for one in marked:
        if (
            crowd[one.theme, one.student] > 3 and not one.identifier
        ):  # a folder of a week or a group, not of a student
            one.student = one.file.rpartition(".")[0]
    groups: dict[tuple[str, str, str], list[Marked]] = {}
    same: dict[str, Marked] = {}
    for one in filter(lambda m: m.theme, marked):
        groups.setdefault((one.theme, one.student, one.identifier), []).append(one)
        first = same.setdefault(one.digest, one)
        if first is not one:
            one.notes.append(f"the very same file as {first.file}")
    for (_, name, _), several in groups.items():
        if len(several) > 1:
            best = max(several, key=lambda m: m.points)
            for one in several:
                one.counts = one is best
                words = "this one counts" if one is best else f"{best.file} counts"
                one.notes.append(
                    f"{len(several)} submissions of {name}; {words} (the one with most points)"
                )


def student(file: str) -> tuple[str, str]:
    """Whose file this is, and the number that Moodle or Canvas put into its name.

    >>> student("Wang, Li_20417_assignsubmission_file_/02_growth.ipynb")
    ('Wang, Li', '20417')
    >>> student("wangli_LATE_1734_98211_02_growth-1.ipynb")
    ('wangli', '1734')
    >>> student("submitted/li/growth/02_growth.ipynb"), student("anna (1).ipynb")
    (('submitted/li/growth', ''), ('anna', ''))
    """
    *folders, name = file.split("/")
    for part in (*folders, name):
        if by_moodle := MOODLE.match(part):
            return by_moodle["name"], by_moodle["id"]
    stem = name.rpartition(".")[0]
    if by_canvas := CANVAS.match(stem):
        return by_canvas["name"], by_canvas["id"]
    return "/".join(folders) or re.sub(r"( \(\d+\)|-Copy\d*)+$", "", stem), ""


def say(words: str) -> int:
    """Tell what is wrong, on standard error; return 1."""
    print(words, file=sys.stderr)
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(say("Stopped. Nothing was written."))
