"""Build the site that runs Python in the reader's own browser: notebooks, exercises, data, library and all they need.

python3 -m taobaolab lite [--out FOLDER] [--pyodide FOLDER] [--alone] [--solutions]

The site asks no other host for what it can hold itself. So Pyodide (Python for browsers) and its packages are fetched here,
once, into build/pyodide, and travel with the site. What could not be fetched is named at the end; the reader's browser then
asks Pyodide's own host for it, or, with --alone, goes without, and the page says so in words.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import packages

ROOT = Path(__file__).resolve().parents[2]
START = "notebooks/00_start_here.ipynb"
FIRST = "in_your_browser.ipynb"  # the one page that needs nothing but Python itself
FOLDERS = ("notebooks", "exercises", "data")
KINDS = {".ipynb", ".md", ".csv", ".json", ".toml"}
SETTINGS = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "appName": "Taobao villages",
        "appUrl": "./lab",
        "collaborative": False,
        "exposeAppInBrowser": True,
        "enableServiceWorkerCache": "true",
    },
}
ENTRY_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Taobao villages: in your browser</title>
<meta http-equiv="refresh" content="0; url={address}">
<script id="jupyter-config-data" type="application/json" data-jupyter-lite-root=".">{{}}</script>
<p><a href="{address}">Open the notebooks</a>. They run in your browser; the first start takes about a minute.</p>
</html>
"""


def main(words: list[str]) -> int:
    """Build the site that the words of the command line ask for; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m taobaolab lite",
        description="Build the site that runs Python in the reader's own browser.",
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "build" / "lite", help="where the site goes"
    )
    parser.add_argument(
        "--pyodide",
        type=Path,
        help="a folder with Pyodide or wheels, to look in before asking any host",
    )
    parser.add_argument(
        "--alone",
        action="store_true",
        help="readers' browsers ask no other host, whatever is missing",
    )
    parser.add_argument(
        "--solutions", action="store_true", help="the solutions and the notes for teachers too"
    )
    asked = parser.parse_args(words)
    try:
        build(asked.out.resolve(), asked.pyodide, asked.alone, asked.solutions)
    except packages.CannotBuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def build(
    output: Path, given: Path | None = None, alone: bool = False, solutions: bool = False
) -> None:
    """Build the site in ``output``, in place of the site that may be there, and tell how it went."""
    if output.exists() and any(output.iterdir()) and not (output / "jupyter-lite.json").is_file():
        raise packages.CannotBuildError(
            f"{output} holds something else than a site of notebooks. Empty it, or choose another folder with --out."
        )
    with tempfile.TemporaryDirectory() as scratch:
        source, wheels = Path(scratch, "source"), Path(scratch, "wheels")
        tell(1, "the wheel of the library")
        own = packages.own_wheel(ROOT, wheels)
        tell(2, "Python for the browser, and its packages")
        store = packages.Store(ROOT / "build" / "pyodide", given, packages.pins(ROOT))
        core = store.core()
        lock = packages.locked(own, core / "pyodide-lock.json", store, alone)
        tell(3, "the pages")
        place(source, core, lock, solutions)
        tell(4, "the site")
        make(source, output)
    (output / "index.html").write_text(
        ENTRY_PAGE.format(address=f"lab/index.html?path={START}"), encoding="utf-8"
    )
    report(output, lock, alone)


def tell(step: int, what: str) -> None:
    """Say which step begins."""
    print(f"{step} of 4: {what} ...", flush=True)


def place(source: Path, core: Path, lock: packages.Lock, solutions: bool) -> None:
    """Put together what JupyterLite builds from: pages, settings, Pyodide, wheels and the lock file."""
    folders = [*FOLDERS, "solutions"] if solutions else FOLDERS
    for folder in folders:
        (source / "contents" / folder).mkdir(parents=True)
        for path in sorted((ROOT / folder).iterdir()):
            if path.suffix in KINDS and not path.name.startswith("my_progress"):
                put(path, source / "contents" / folder, solutions)
    put(Path(__file__).with_name(FIRST), source / "contents", solutions)
    shutil.copy(ROOT / "jupyter" / "overrides.json", source)
    (source / "jupyter-lite.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    pyodide = source / "static" / "pyodide"
    pyodide.mkdir(parents=True)
    for path in [*(core / name for name in packages.CORE), *lock.files]:
        shutil.copy(path, pyodide)
    (pyodide / "pyodide-lock.json").write_text(json.dumps(lock.content), encoding="utf-8")


def put(path: Path, folder: Path, teachers: bool) -> None:
    """Copy a file; of a notebook, texts in one piece, as a server would send them, for JupyterLite joins no lines."""
    if path.suffix != ".ipynb":
        shutil.copy(path, folder)
        return
    book = nbformat.read(path, 4)
    book.metadata.kernelspec = {
        "display_name": "Python (Pyodide)",
        "language": "python",
        "name": "python",
    }
    book.cells = [
        cell for cell in book.cells if teachers or "teacher" not in cell.metadata.get("tags", ())
    ]
    (folder / path.name).write_text(json.dumps(book, ensure_ascii=False), encoding="utf-8")


def make(source: Path, output: Path) -> None:
    """Let JupyterLite build the site."""
    shutil.rmtree(output, ignore_errors=True)
    command = [sys.executable, "-m", "jupyterlite_core", "build"]
    command += ["--lite-dir", source, "--output-dir", output, "--contents", source / "contents"]
    command += ["--apps", "lab", "--no-sourcemaps", "--no-unused-shared-packages"]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    if done.returncode:
        raise packages.CannotBuildError(
            f"JupyterLite could not build the site.\n{(done.stdout + done.stderr)[-3000:]}"
        )


def report(output: Path, lock: packages.Lock, alone: bool) -> None:
    """Say how large the site is, what it lacks, and how to look at it."""
    files = [path for path in output.rglob("*") if path.is_file()]
    print(
        f"\nThe site is in {output}: {sum(p.stat().st_size for p in files) / 1e6:.0f} MB in {len(files)} files."
    )
    if not lock.left_out:
        print("Readers' browsers need no host but yours.")
    else:
        print(f"Left out, since {lock.host} was out of reach: {', '.join(lock.left_out)}.")
        if alone:
            print(
                "Readers' browsers ask no other host: they see a sentence that says what is missing."
            )
        else:
            print(
                "Readers' browsers will ask that host for them, once. Build it again where that host answers, and they need not."
            )
    print(
        f"To look at it: {Path(sys.executable).name} -m http.server --directory {output} 8000, then http://127.0.0.1:8000/"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
