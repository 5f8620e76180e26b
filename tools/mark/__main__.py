"""Mark a class: run every submitted exercise in a folder or a zip, and show what to talk about next.

python3 -m taobaolab mark FOLDER                   page, tables, essays and replies, in FOLDER-marks
python3 -m taobaolab mark CLASS.zip                the same for a zip as the platform gave it
python3 -m taobaolab mark FOLDER --to PLACE        into another folder
python3 -m taobaolab mark FOLDER --only anna       mark again only the files that have this in their name
python3 -m taobaolab mark FOLDER --again           mark all files again, also those that did not change
python3 -m taobaolab mark FOLDER --without-names   codes in place of names, to mark by

Nothing leaves this machine. The guide is notebooks/MARKING.md.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import essay_points
import journal as journals
import report
from alike import find_alike
from collect import Collected, Found, Owner, collect, owner, stem_of
from exercise import exercises
from journal import Journal
from marking import Marked
from sandbox import Limits, bubblewrap
from worker import mark_all

SANDBOXED = (
    "Each file ran in a sandbox (bubblewrap): it saw the library and itself, no other file and no "
    "network."
)
OPEN = (
    "bubblewrap is not here or does not work, so the files ran with limits, but with your rights: "
    "their code could read your files and use the network."
)
STOPPED = 130  # the exit code of a command that was ended with Ctrl-C


def main(words: list[str]) -> int:
    """Do what the command line says; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file of Windows may have no sign for a name
            stream.reconfigure(errors="backslashreplace")
    asked = parse_arguments(words)
    source = asked.source.absolute()
    if not source.exists():
        return fail(f'"{source}" is not there. Give the folder with the submitted notebooks.')
    place = (asked.to or beside(source)).absolute()
    limits = Limits(asked.cell_seconds, asked.seconds, asked.memory, asked.output)
    try:
        with Journal(place, journals.circumstances(limits)) as journal:
            return mark_class(source, journal, limits, asked)
    except OSError as error:
        where = error.filename or place
        reason = f'The marks could not be written to "{where}": {error.strerror or error}.'
        return fail(f"{reason} Name another folder with --to.")


def beside(source: Path) -> Path:
    """Give the folder beside what was handed in."""
    name = source.name if source.is_dir() else source.name.partition(".")[0]
    return source.with_name(f"{name}-marks")


def mark_class(source: Path, journal: Journal, limits: Limits, asked: argparse.Namespace) -> int:
    """Mark what is new, and write everything; return the exit code."""
    how = SANDBOXED if bubblewrap() else OPEN
    with tempfile.TemporaryDirectory(prefix="handed-in-", ignore_cleanup_errors=True) as scratch:
        collected = collect(source.resolve(), journal.place, Path(scratch))
        print(f'{count(collected.notebooks, "notebook")} in "{source}"', flush=True)
        marked, waiting = kept_marks(collected, journal, asked)
        if asked.only and not waiting:
            return fail(f"No name of a notebook has {asked.only!r} in it.")
        if marked and not asked.only:
            words = "already marked and not changed since; --again marks them again"
            print(f"{len(marked)} of them {words}", flush=True)
        print(how, flush=True)
        new, stopped = mark_new(waiting, journal, limits, asked)
    marked += new
    done = {one.file for one in marked}
    aside = list(collected.aside)
    for one in collected.notebooks:
        if one.name not in done:
            aside.append((one.name, "not marked yet; run the command again"))
    marked.sort(key=lambda one: one.file)
    result = report.Result(marked, aside, how=how, limits=limits, named=not asked.without_names)
    prepare(result, journal)
    page = report.write(journal, result)
    for words in [*result.typed.problems, *journal.beside]:
        print(f"Note: {words}.", flush=True)
    unread = essay_points.waiting(marked)
    if unread:
        print(f"{count(unread, 'essay')} without points: type them into essays.csv", flush=True)
    if stopped:
        words = f"Stopped. {count(marked, 'file')} of {len(collected.notebooks)} are marked"
        print(f"{words} and kept; the same command goes on from there.", flush=True)
    print(f'Open "{page}"', flush=True)
    return STOPPED if stopped else 0


def kept_marks(
    collected: Collected, journal: Journal, asked: argparse.Namespace
) -> tuple[list[Marked], list[Found]]:
    """Give the marks that are kept and still hold, and the files that are to be marked."""
    marked, waiting = [], []
    for one in collected.notebooks:
        if asked.only:
            chosen = asked.only.casefold() in one.name.casefold()
            kept = None if chosen else journal.kept(one)
            if chosen:
                waiting.append(one)
        else:
            kept = None if asked.again else journal.kept(one, digest_of(one))
            if kept is None:
                waiting.append(one)
        if kept is not None:
            marked.append(kept)
    return marked, waiting


def digest_of(one: Found) -> str:
    """Give the fingerprint of a file; of one that cannot be read, something that never holds."""
    try:
        return journals.digest(one)
    except OSError:
        return "unreadable"


def mark_new(
    waiting: Sequence[Found], journal: Journal, limits: Limits, asked: argparse.Namespace
) -> tuple[list[Marked], bool]:
    """Mark files, keep each at once, and tell whether it was stopped with Ctrl-C."""
    marked: list[Marked] = []
    files = {one.name: one for one in waiting}
    digests = {one.name: digest_of(one) for one in waiting}
    try:
        for number, one in enumerate(mark_all(waiting, limits, asked.jobs), 1):
            one.digest = digests[one.file]
            journal.keep(files[one.file], one.digest, one)
            marked.append(one)
            name = "" if asked.without_names else f"{one.file}: "
            print(f"{number} of {len(waiting)}: {name}{in_short(one)}", flush=True)
    except KeyboardInterrupt:
        return marked, True
    return marked, False


def parse_arguments(words: list[str]) -> argparse.Namespace:
    """Read the words of the command line."""
    usual = Limits()
    parser = argparse.ArgumentParser(
        "python3 -m taobaolab mark",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "source",
        metavar="FOLDER",
        type=Path,
        help="a folder (with its subfolders), zip or notebook",
    )
    add("--to", type=Path, metavar="PLACE", help="where the marks are written")
    add("--only", metavar="NAME", help="mark again only the files with this in their name")
    add("--again", action="store_true", help="mark all files again")
    add(
        "--without-names",
        action="store_true",
        help="codes in place of names; no replies, no grades",
    )
    cores = os.cpu_count() or 1
    numbers = (
        ("--jobs", cores, "N", "files at a time (all cores)"),
        ("--seconds", usual.total, "N", f"for a whole file ({usual.total})"),
        ("--cell-seconds", usual.cell, "N", f"for a student's cell ({usual.cell})"),
        ("--memory", usual.memory, "MB", f"for a file ({usual.memory})"),
        ("--output", usual.output, "MB", f"printed by a cell ({usual.output})"),
    )
    for word, default, unit, what in numbers:
        add(word, type=positive, default=default, metavar=unit, help=what)
    return parser.parse_args(words)


def positive(word: str) -> int:
    """Read a whole number above zero."""
    if not word.isdecimal() or not int(word):
        raise argparse.ArgumentTypeError(f"a whole number above zero is wanted, not {word!r}")
    return int(word)


def in_short(one: Marked) -> str:
    """Give what is said in the terminal."""
    if not one.theme:
        return one.notes[0]
    return f"{one.theme}, {one.points} of {one.of} points"


def count(things: Sequence[object], word: str) -> str:
    """Give a number with its word.

    >>> count([1], "file"), count([], "file")
    ('1 file', '0 files')
    """
    return f"{len(things)} {word}" if len(things) == 1 else f"{len(things)} {word}s"


def fail(words: str) -> int:
    """Say what is wrong, on standard error; return 1."""
    print(words, file=sys.stderr)
    return 1


# ---- whose file it is --------------------------------------------------------------------------
def prepare(result: report.Result, journal: Journal) -> None:
    """Say whose each file is, which one counts, what is alike, and what a reader typed."""
    tell_apart(result.marked)
    most = {}
    for one in result.marked:
        one.label = one.file
        if one.essay:
            one.essay_code = essay_points.essay_code(one)
            most[one.essay_code] = exercises()[one.theme].essay_points
    if not result.named:
        leave_out_names(result)
    choose_what_counts(result.marked)
    note_identical(result.marked)
    result.alike = find_alike(result.marked)
    result.typed = essay_points.read_typed(journal.place, journal.changed, most)
    for one in result.marked:
        one.essay_points = result.typed.points.get(one.essay_code)
        one.essay_comment = result.typed.comments.get(one.essay_code, "")


def leave_out_names(result: report.Result) -> None:
    """Put codes in place of names, the same for all files of a student."""
    for one in result.marked:
        who = f"{one.owner.student}\n{one.owner.identifier}".encode(errors="replace")
        code = hashlib.sha256(who).hexdigest()[:6].upper()
        one.owner = Owner(code, late=one.owner.late)
        one.label = f"{code} {one.theme or 'not marked'}"
    result.aside = [(f"a file ({Path(name).suffix})", words) for name, words in result.aside]


def tell_apart(marked: Sequence[Marked]) -> None:
    """Say whose file each is; a folder with many files of a theme is a week's, not a student's."""
    for one in marked:
        one.owner = owner(one.file)
    crowd = Counter((one.theme, one.owner.student) for one in marked if by_folder(one))
    for one in marked:
        if by_folder(one) and crowd[one.theme, one.owner.student] > 3:
            folder, _, file = one.file.rpartition("/")
            one.owner = Owner(f"{folder}/{stem_of(file)}")


def by_folder(one: Marked) -> bool:
    """Tell whether only a folder says whose file it is."""
    return bool(one.theme) and not one.owner.identifier and "/" in one.file


def choose_what_counts(marked: Sequence[Marked]) -> None:
    """Of several files of a student for an exercise, let the one with most points count."""
    groups: dict[tuple[str, str, str], list[Marked]] = defaultdict(list)
    for one in marked:
        if one.theme:
            groups[one.theme, one.owner.student, one.owner.identifier].append(one)
    for several in groups.values():
        best = max(several, key=lambda one: (one.points, bool(one.essay)))
        for one in several:
            one.counts = one is best
            if len(several) > 1:
                words = "this one counts" if one is best else f"{best.label} counts"
                what = f"{len(several)} submissions of {one.owner.student}"
                one.notes.append(f"{what}; {words} (the one with most points)")


def note_identical(marked: Sequence[Marked]) -> None:
    """Say which files of different students are the very same, if anything was done in them."""
    first: dict[str, Marked] = {}
    for one in marked:
        if not one.theme or not one.begun or not one.digest:
            continue
        other = first.setdefault(one.digest, one)
        if other is not one and other.owner != one.owner:
            one.notes.append(f"the very same file as {other.label}; ask both how that came about")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
