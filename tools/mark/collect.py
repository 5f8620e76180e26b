"""Find what was handed in, in a folder or a zip, and say whose it is.

    collected = collect(Path("handed in"), out_of=Path("handed in-marks"), scratch=Path("scratch"))
    [one.name for one in collected.notebooks]

Names are those that browsers and learning platforms make. No link is followed, so that a submission
cannot point elsewhere. A zip is opened, also one inside another.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from exercise import exercises
from notebook import LARGEST

from taobaolab.practice.record import FILE

SKIPPED = {".ipynb_checkpoints", "__macosx", ".git", "__pycache__"}
JUNK = {".ds_store", "thumbs.db", "desktop.ini"}
LOOKED_INTO = {
    ".json",
    ".txt",
    ".htm",
    ".html",
    ".download",
    "",
}  # a notebook may hide behind these
KINDS = {
    ".pdf": "a PDF",
    ".doc": "a text document",
    ".docx": "a text document",
    ".odt": "a text document",
    ".rtf": "a text document",
    ".md": "a text",
    ".txt": "a text",
    ".htm": "a web page",
    ".html": "a web page",
    ".py": "a program",
    ".png": "a picture",
    ".jpg": "a picture",
    ".jpeg": "a picture",
}
TEXTS = {"a PDF", "a text document", "a text", "a web page"}
ARCHIVES = {".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz"}
MOST_MEMBERS = 20_000  # of a zip
MOST_BYTES = 2_000_000_000  # of a zip, unpacked
DEEPEST = 3  # a zip in a zip in a zip

MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_\w+")
CANVAS = re.compile(r"^(?P<name>\w+?)(?P<late>_LATE)?_(?P<id>\d+)_(?P<file>\d{4,})_.+$")
BLACKBOARD = re.compile(r"^.+_(?P<name>[^_]+)_attempt_\d{4}(?:-\d\d){5}_?.*$")
COPY = re.compile(r"(?: ?\(\d+\)| ?- ?Copy(?: ?\(\d+\)|\d*)| copy(?: \d+)?)+$")


@dataclass(frozen=True)
class Owner:
    """Whose file it is: by the name, the only thing that is known here."""

    student: str
    identifier: str = ""  # the number that the platform gave
    platform: str = ""  # "moodle" or "canvas"
    late: bool = False


@dataclass(frozen=True)
class Found:
    """A notebook that was handed in.

    ``path`` is where its bytes lie, ``name`` what it is called (with slashes on every system), and
    ``alone`` says that what lies beside it belongs to the same student.
    """

    path: Path
    name: str
    alone: bool = True


@dataclass
class Collected:
    """All that was found: the notebooks, and for each other thing its name and what is said."""

    notebooks: list[Found] = field(default_factory=list)
    aside: list[tuple[str, str]] = field(default_factory=list)


# ---- what lies there ---------------------------------------------------------------------------
def collect(source: Path, out_of: Path, scratch: Path) -> Collected:
    """Find the notebooks in a folder and below, in a zip, or the one that is named.

    Parameters
    ----------
    source
        A folder, a zip or a notebook.
    out_of
        A folder that is passed over: where the marks are written.
    scratch
        An empty folder for what is unpacked.

    Returns
    -------
    Collected
        What there is, in the order of the names.
    """
    found = Collected()
    if source.is_dir():
        items = list(walk(source, out_of, found))
    elif is_zip(source) and ".ipynb" not in source.stem.casefold():
        items = list(unpack(source, "", scratch, found))
    else:
        found.notebooks = [Found(source, printable(source.name))]
        return found
    files = []
    while items:
        path, name = items.pop(0)
        if is_zip(path) and path.suffix.casefold() == ".zip":
            items += unpack(path, name + "/", scratch, found)
        elif path.name != FILE:
            files.append((path, name))
    notebooks = [(path, name) for path, name in files if is_notebook(path, name)]
    beside = Counter(folder_of(name) for _, name in notebooks)
    for path, name in sorted(notebooks, key=lambda item: item[1]):
        folder = folder_of(name)
        most = 5 if folder else 1  # in the folder of a student lies one file an exercise at most
        found.notebooks.append(Found(path, name, alone=beside[folder] <= most))
    names = {name for _, name in notebooks}
    found.aside += [(name, about(name)) for _, name in files if name not in names]
    found.aside.sort()
    return found


def walk(folder: Path, out_of: Path, found: Collected) -> Iterator[tuple[Path, str]]:
    """Give all files of a folder and below, and say what was passed over."""

    def told(error: OSError) -> None:
        place = Path(error.filename or folder)
        found.aside.append((shown(place, folder), f"it cannot be opened: {error.strerror}"))

    for place, folders, files in os.walk(folder, onerror=told):
        here = Path(place)
        for name in folders:
            if (here / name).is_symlink():
                told_link(here / name, folder, found)
        folders[:] = sorted(
            name
            for name in folders
            if name.casefold() not in SKIPPED
            and here / name != out_of
            and not (here / name).is_symlink()
        )
        kept = [n for n in sorted(files) if n.casefold() not in JUNK and not n.startswith("._")]
        if not folders and not kept and here != folder:
            found.aside.append((shown(here, folder), "this folder is empty"))
        for name in kept:
            if (here / name).is_symlink():
                told_link(here / name, folder, found)
            else:
                yield here / name, shown(here / name, folder)


def told_link(path: Path, folder: Path, found: Collected) -> None:
    """Say that something is a link."""
    found.aside.append((shown(path, folder), "this is a link to another place; it is not followed"))


def shown(path: Path, folder: Path) -> str:
    """Give the name of a file in the folder."""
    return printable(path.relative_to(folder).as_posix())


def printable(name: str) -> str:
    """Give a name in characters that can be written."""
    return "".join(sign if sign.isprintable() else "?" for sign in name)


def folder_of(name: str) -> str:
    """Give the folder in a name with slashes; it is empty for a file at the top."""
    return name.rpartition("/")[0]


def is_notebook(path: Path, name: str) -> bool:
    """Tell whether a file is to be read as a notebook: by its name, or by what is in it."""
    if ".ipynb" in name.rpartition("/")[2].casefold():
        return True
    if path.suffix.casefold() not in LOOKED_INTO:
        return False
    try:
        if path.stat().st_size > LARGEST:
            return False
        content = path.read_bytes()
    except OSError:
        return False
    return content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and b'"nbformat"' in content


def about(name: str) -> str:
    """Say what a file is that is no notebook."""
    suffix = Path(name).suffix.casefold()
    if suffix in ARCHIVES:
        return "an archive of this kind is not opened here; unpack it, or make it a zip"
    if suffix == ".zip":
        return "this zip cannot be opened: it is damaged, or cut off"
    kind = KINDS.get(suffix, "")
    words = f"this is no notebook but {kind}" if kind else "this is no notebook"
    if kind in TEXTS:
        return f"{words}; nobody looked at it, and it may hold an essay"
    return f"{words}; nobody looked at it"


# ---- zips --------------------------------------------------------------------------------------
def is_zip(path: Path) -> bool:
    """Tell whether a file is a zip that can be opened."""
    try:
        return path.is_file() and zipfile.is_zipfile(path)
    except OSError:
        return False


def unpack(path: Path, prefix: str, scratch: Path, found: Collected) -> Iterator[tuple[Path, str]]:
    """Unpack a zip under names of ours, and give each file with the name that it had.

    Only the content is taken: no path, link or right that stands in the zip counts.
    """
    if prefix.count(".zip/") > DEEPEST:
        found.aside.append((prefix.rstrip("/"), "too many zips, one in another; unpack it by hand"))
        return
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            size = sum(member.file_size for member in members)
            if len(members) > MOST_MEMBERS or size > MOST_BYTES:
                words = "this zip is too large to be opened here; unpack it by hand"
                found.aside.append((prefix.rstrip("/") or printable(path.name), words))
                return
            yield from unpack_members(archive, members, prefix, scratch, found)
    except NotImplementedError:  # a newer form of zip than Python reads
        words = "this zip is packed in a way not known here; unpack it by hand"
        found.aside.append((prefix.rstrip("/") or printable(path.name), words))
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        words = f"this zip cannot be opened: {error}"
        found.aside.append((prefix.rstrip("/") or printable(path.name), words))


def unpack_members(
    archive: zipfile.ZipFile,
    members: list[zipfile.ZipInfo],
    prefix: str,
    scratch: Path,
    found: Collected,
) -> Iterator[tuple[Path, str]]:
    """Unpack the members of a zip, each folder into a folder of its own."""
    names = [member_name(member) for member in members]
    places: dict[str, Path] = {}
    for number, (member, inner) in enumerate(zip(members, names, strict=True)):
        name = prefix + printable(inner.strip("/"))
        parts = [part.casefold() for part in inner.strip("/").split("/")]
        if SKIPPED & set(parts) or parts[-1] in JUNK or parts[-1].startswith("._"):
            continue
        if member.is_dir():
            if not any(other != inner and other.startswith(inner) for other in names):
                found.aside.append((name, "this folder is empty"))
            continue
        if stat.S_ISLNK(member.external_attr >> 16):
            found.aside.append((name, "this is a link to another place; it is not followed"))
            continue
        if not may_hold_work(parts[-1]):
            found.aside.append((name, about(name)))
            continue
        try:
            with archive.open(member) as file:
                content = file.read(LARGEST + 1)  # one byte more, so that it is seen as too large
        except (RuntimeError, zipfile.BadZipFile, NotImplementedError, OSError, EOFError) as error:
            if "password" in str(error):
                found.aside.append((name, "it is locked with a password"))
            else:
                found.aside.append((name, "it is damaged, or packed in a way not known here"))
            continue
        if folder_of(name) not in places:
            places[folder_of(name)] = Path(tempfile.mkdtemp(dir=scratch))
        folder = places[folder_of(name)]
        suffix = Path(parts[-1]).suffix
        written = folder / f"{number}{suffix if suffix.isascii() else ''}"
        if parts[-1] == FILE:
            written = folder / FILE
        written.write_bytes(content)
        yield written, name


def may_hold_work(file: str) -> bool:
    """Tell whether a member of a zip is worth unpacking, by its name in small letters."""
    suffix = Path(file).suffix
    return ".ipynb" in file or suffix in LOOKED_INTO or suffix == ".zip"


def member_name(member: zipfile.ZipInfo) -> str:
    """Give the name of a member; without the mark for UTF-8 it may be in a Chinese encoding."""
    name = member.filename
    if not member.flag_bits & 0x800 and not name.isascii():
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


# ---- whose it is -------------------------------------------------------------------------------
def owner(name: str) -> Owner:
    """Say whose file this is, from the name that Moodle, Canvas, Blackboard or a browser gave it.

    Parameters
    ----------
    name
        The name with its folders, parted by slashes.

    Returns
    -------
    Owner
        The student, the number on the platform, the platform, and whether it came late.

    Examples
    --------
    >>> owner("Wang, Li_20417_assignsubmission_file_/02_growth.ipynb")
    Owner(student='Wang, Li', identifier='20417', platform='moodle', late=False)
    >>> owner("wangli_LATE_1734_98211_02_growth-1.ipynb")
    Owner(student='wangli', identifier='1734', platform='canvas', late=True)
    >>> owner("submitted/li/growth/02_growth.ipynb").student, owner("anna (1).ipynb.txt").student
    ('submitted/li/growth', 'anna')
    """
    *folders, file = name.split("/")
    for part in (*folders, file):
        by_moodle = MOODLE.match(part)
        if by_moodle:
            return Owner(by_moodle["name"], by_moodle["id"], "moodle")
    stem = stem_of(file)
    by_canvas = CANVAS.match(stem)
    if by_canvas:
        late = by_canvas["late"] is not None
        return Owner(by_canvas["name"], by_canvas["id"], "canvas", late)
    by_blackboard = BLACKBOARD.match(stem)
    if by_blackboard:
        return Owner(by_blackboard["name"])
    if folders:
        return Owner("/".join(re.sub(r"\.zip$", "", part, flags=re.I) for part in folders))
    student = COPY.sub("", stem).removeprefix("Copy of ")
    if student in {exercise.stem for exercise in exercises().values()}:
        return Owner(stem)  # "02_growth (1)" is the second file of that name, not a student's copy
    return Owner(student)


def stem_of(file: str) -> str:
    """Give a file's name without what stands behind it.

    >>> stem_of("02_growth.ipynb.txt"), stem_of("notes.json")
    ('02_growth', 'notes')
    """
    at = file.casefold().rfind(".ipynb")
    return file[:at] if at > 0 else file.rpartition(".")[0] or file
