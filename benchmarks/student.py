"""What one student costs: imports, memory of a kernel, time of the whole collection, size and first chart on Binder.

python benchmarks/student.py     prints tables and writes them into benchmarks/README.md

Everything is a ratio against a named alternative of the same run. The environment is made anew from exactly the pins, as
Binder makes it, so this needs a network once.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]
THEMES = ["definition", "growth", "dangji", "governance", "sustainability"]
ROOMS = [
    "charts",
    "datasets",
    "definition",
    "evidence",
    *(f"lessons.{theme}" for theme in THEMES),
    *(f"lessons.{theme}.questions" for theme in THEMES),
    "lessons.your_region",
]
BARE = "import pandas, altair, ipywidgets"
LOAD = "import sys\n" + "\n".join(f"import taobaolab.{room}" for room in ROOMS)
NAMES = "\nprint(*[n for n in sys.modules if not n.startswith(('taobaolab', '__'))])"
RUNS = 25
CHART = "application/vnd.vegalite.v5+json"
MEMORY = "import os, psutil; print(*[psutil.Process(p).memory_info().rss for p in (os.getpid(), os.getppid())])"


def cpu(python: Path, code: str) -> float:
    """CPU seconds of a fresh process that runs this code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([python, "-c", code], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def paired(python: Path, one: str, other: str) -> tuple[float, float]:
    """The median CPU seconds of two programs that run in turn."""
    times = [(cpu(python, one), cpu(python, other)) for _ in range(RUNS + 1)][
        1:
    ]  # the first may write byte code
    first, second = zip(*times, strict=True)
    return statistics.median(first), statistics.median(second)


def imports(python: Path) -> list[str]:
    """The library against what it imports, and the heaviest of it alone."""
    names = subprocess.run(
        [python, "-c", LOAD + NAMES], check=True, capture_output=True, text=True
    ).stdout.split()
    theirs = (
        "import importlib\nfor name in "
        + json.dumps(names)
        + ":\n    try: importlib.import_module(name)\n    except ImportError: pass"
    )
    ours, rest = paired(python, LOAD, theirs)
    package, nothing = paired(python, "import taobaolab", "pass")
    return [
        f"| importing every room | {1000 * ours:.1f} ms CPU | importing all that they import | {1000 * rest:.1f} ms CPU | {ours / rest:.2f} |",
        f"| `import taobaolab` | {1000 * package:.1f} ms CPU | a Python that does nothing | {1000 * nothing:.1f} ms CPU | {package / nothing:.2f} |",
    ]


def code_of(book: Path) -> list[str]:
    """The sources of the code cells of a notebook."""
    return [c.source for c in nbformat.read(book, 4).cells if c.cell_type == "code"]


def kernels(live, books: list[Path]) -> tuple[list[str], float]:
    """The memory of kernel and server after each lesson against the bare stack; and the seconds to the first chart."""
    from live import text

    def measured(name: str, sources: list[str]) -> tuple[int, int]:
        session = live.open(name)
        kernel, server = text(live.run(session, [*sources, MEMORY])[-1]).split()[-2:]
        live.close(session)
        return int(kernel), int(server)

    start = time.perf_counter()
    session = live.open("notebooks/00_start_here.ipynb")
    live.run(
        session,
        code_of(ROOT / "notebooks" / "00_start_here.ipynb"),
        lambda o: CHART in o.get("data", {}),
    )
    first_chart = time.perf_counter() - start
    live.close(session)
    bare, server = measured("bare.ipynb", [BARE])
    rows = []
    for book in books:
        used, server = measured(f"notebooks/{book.name}", code_of(book))
        rows.append(
            f"| kernel after {book.stem} | {used / 1e6:.0f} MB | kernel with pandas, altair and ipywidgets imported | {bare / 1e6:.0f} MB | {used / bare:.2f} |"
        )
    rows.append(
        f"| server of one student after all lessons | {server / 1e6:.0f} MB | kernel with pandas, altair and ipywidgets imported | {bare / 1e6:.0f} MB | {server / bare:.2f} |"
    )
    return rows, first_chart


def whole(python: Path, folder: Path) -> tuple[float, float, int]:
    """Seconds for all notebooks, two at once, and one after the other; and how many there are."""
    books = [
        p
        for d in ("notebooks", "exercises", "solutions")
        for p in sorted((folder / d).glob("*.ipynb"))
    ]
    code = "import sys, nbformat, pathlib; from nbclient import NotebookClient; p = pathlib.Path(sys.argv[1]); NotebookClient(nbformat.read(p, 4), timeout=120, kernel_name='python3', resources={'metadata': {'path': str(p.parent)}}).execute()"

    def run(book: Path) -> None:
        subprocess.run([python, "-c", code, book], check=True, capture_output=True)

    took = []
    for workers in (2, 1):
        start = time.perf_counter()
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(run, books))
        took.append(time.perf_counter() - start)
    return *took, len(books)


def main() -> None:
    """Measure, print, write."""
    from browser import running_lab
    from live import Live
    from report import write_section

    for name in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE"):
        os.environ.pop(
            name, None
        )  # what is measured is the installed wheel, compiled as a student has it
    lessons = sorted((ROOT / "notebooks").glob("*.ipynb"))
    with tempfile.TemporaryDirectory() as name:
        tmp = Path(name)
        source = tmp / "source"
        shutil.copytree(
            ROOT,
            source,
            ignore=shutil.ignore_patterns(".git", ".venv", ".*_cache", "build", "shots"),
        )
        venv.create(tmp / "venv", with_pip=True)
        python = tmp / "venv" / "bin" / "python"
        empty = size(tmp / "venv")
        pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run(
            [*pip, "jupyterlab", "-c", ".binder/requirements.txt"], cwd=source, check=True
        )
        lab = size(tmp / "venv") - empty
        subprocess.run([*pip, "-r", ".binder/requirements.txt"], cwd=source, check=True)
        subprocess.run([*pip, "--no-deps", "."], cwd=source, check=True)
        full = size(tmp / "venv") - empty
        start = time.perf_counter()
        with running_lab(tmp / "lab", source / "notebooks", python=str(python)) as running:
            server = time.perf_counter() - start
            rows, first_chart = kernels(Live(*running), lessons)
        two, one, number = whole(python, source)
        lines = [
            "| what | here | alternative | there | ratio |",
            "|---|---:|---|---:|---:|",
            f"| environment from the pins | {full / 1e6:.0f} MB | JupyterLab alone | {lab / 1e6:.0f} MB | {full / lab:.2f} |",
            f"| a server answers, then the first chart | {server:.1f} s, then {first_chart:.1f} s | the server alone | {server:.1f} s | {(server + first_chart) / server:.2f} |",
            *imports(python),
            *rows,
            f"| all {number} notebooks, two at once | {two:.0f} s | one after the other | {one:.0f} s | {two / one:.2f} |",
        ]
    write_section(ROOT / "benchmarks" / "README.md", "What a student costs", "student.py", lines)


def size(folder: Path) -> int:
    """The bytes of all files in a folder."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file() and not p.is_symlink())


if __name__ == "__main__":
    main()
