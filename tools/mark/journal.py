"""Keep what was marked, and never write over what a person has changed.

    with Journal(folder) as journal:
        journal.keep(found.digest, marked)     # at once, so that nothing is lost
        journal.write("marks.csv", content)    # or beside it, if somebody has edited it

Both are noted in ``kept.jsonl``, a line each. Whoever deletes it has all files marked again.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import TracebackType

import marking
from collect import Found
from exercise import ROOT
from marking import Marked
from sandbox import Limits, bubblewrap

from taobaolab.practice.record import FILE

KEPT = "kept.jsonl"
CODE = ("taobaolab/**/*.py", "taobaolab/**/*.json", "tools/mark/*.py", "exercises/*.ipynb")


def digest(one: Found) -> str:
    """Give a fingerprint of a file and of the record beside it. Raises OSError."""
    found = hashlib.sha256(one.path.read_bytes())
    beside = one.path.parent / FILE
    if one.alone and beside.is_file() and not beside.is_symlink():
        found.update(beside.read_bytes()[:1_000_000])
    return found.hexdigest()


def circumstances(limits: Limits) -> str:
    """Give a fingerprint of all on which marks rest besides the file: our code, and the limits."""
    found = hashlib.sha256(repr((limits, bool(bubblewrap()))).encode())
    for pattern in CODE:
        for path in sorted(ROOT.glob(pattern)):
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


class Journal:
    """The folder of the marks, and what is known of it.

    Parameters
    ----------
    place
        The folder. It is made if it is not there.
    now
        The circumstances of this run; what was marked under others is marked again.

    Raises
    ------
    OSError
        If the folder cannot be made, or nothing can be written there.
    """

    def __init__(self, place: Path, now: str = "") -> None:
        self.place, self.now = place, now
        self.marked: dict[str, tuple[str, str, str]] = {}  # name: circumstances, digest, marks
        self.written: dict[str, str] = {}  # file of ours: fingerprint
        self.beside: list[str] = []  # what is said of files that a person changed
        place.mkdir(parents=True, exist_ok=True)
        self._read()
        self._file = (place / KEPT).open("a", encoding="utf-8", newline="\n")

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._file.close()

    def _read(self) -> None:
        path = self.place / KEPT
        if not path.exists():
            return
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                entry = json.loads(line)
                if "wrote" in entry:
                    self.written[entry["wrote"]] = entry["digest"]
                else:
                    kept = (entry["now"], entry["digest"], json.dumps(entry["marked"]))
                    self.marked[entry["name"]] = kept
            except (ValueError, TypeError, KeyError):
                continue  # a line that was cut off

    def _note(self, entry: dict[str, object]) -> None:
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()

    # ---- marks
    def keep(self, one: Found, found: str, marked: Marked) -> None:
        """Keep the marks of a file, at once."""
        words = marking.as_json(marked)
        self.marked[one.name] = (self.now, found, words)
        entry = {"name": one.name, "now": self.now, "digest": found, "marked": json.loads(words)}
        self._note(entry)

    def kept(self, one: Found, found: str | None = None) -> Marked | None:
        """Give the marks of a file, if there are any.

        Parameters
        ----------
        one
            The file.
        found
            Its fingerprint; without one, marks of an earlier version of the file will do.
        """
        now, digest, words = self.marked.get(one.name, ("", "", ""))
        if not words or (found is not None and (now, digest) != (self.now, found)):
            return None
        try:
            return marking.from_json(words)
        except (TypeError, ValueError, KeyError):  # of another version of this program
            return None

    # ---- files
    def write(self, name: str, content: bytes) -> Path:
        """Write a file into the folder; beside it if somebody else wrote or changed what is there.

        Parameters
        ----------
        name
            Its name; folders in it are made.
        content
            What it holds.

        Returns
        -------
        Path
            The file that holds it now.

        Raises
        ------
        OSError
            If nothing can be written there.
        """
        chosen = self._free_name(name, content)
        path = self.place / chosen
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            if not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)
        except PermissionError:  # a spreadsheet program holds it open
            chosen = beside(chosen)
            path = self.place / chosen
            path.write_bytes(content)
        mark = fingerprint(content)
        if self.written.get(chosen) != mark:
            self.written[chosen] = mark
            self._note({"wrote": chosen, "digest": mark})
        if chosen != name:
            words = f"{name} was changed by hand, so it stays; the new one is {chosen}"
            self.beside.append(words)
        return path

    def _free_name(self, name: str, content: bytes) -> str:
        """Give the first name under which nothing stands that a person wrote."""
        while self.changed(name) and (self.place / name).read_bytes() != content:
            name = beside(name)
        return name

    def changed(self, name: str) -> bool:
        """Tell whether a file is there, and not as it was written from here."""
        path = self.place / name
        if not path.exists():
            return False
        return self.written.get(name) != fingerprint(path.read_bytes())


def fingerprint(content: bytes) -> str:
    """Give a fingerprint of what a file holds."""
    return hashlib.sha256(content).hexdigest()[:16]


def beside(name: str) -> str:
    """Give the next name beside a file.

    >>> beside("marks.csv"), beside("marks (new).csv"), beside("marks (new 2).csv")
    ('marks (new).csv', 'marks (new 2).csv', 'marks (new 3).csv')
    """
    path = Path(name)
    stem, _, number = path.stem.removesuffix(")").partition(" (new")
    if not number and not path.stem.endswith("(new)"):
        new = f"{stem} (new)"
    else:
        new = f"{stem} (new {int(number or 1) + 1})"
    return path.with_name(new + path.suffix).as_posix()
