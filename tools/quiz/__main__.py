"""Write the closed questions of all exercises for the question bank of a learning platform.

python3 -m taobaolab quiz               a GIFT file (Moodle) and a QTI package (Canvas) for each, in quiz/
python3 -m taobaolab quiz --to PLACE    into another folder

They are made from solutions/ and from the checks. The guide is notebooks/MARKING.md.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from bank import closed_questions
from gift import gift
from qti import package

ROOT = Path(__file__).resolve().parents[2]


def main(words: list[str]) -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(
        "python3 -m taobaolab quiz",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--to", type=Path, metavar="PLACE", default=ROOT / "quiz")
    place = parser.parse_args(words).to.absolute()
    try:
        place.mkdir(parents=True, exist_ok=True)
        for path in sorted((ROOT / "solutions").glob("*.ipynb")):
            items = closed_questions(path)
            (place / f"{path.stem}.gift.txt").write_text(
                gift(items, f"Taobao villages/{path.stem}"), encoding="utf-8", newline="\n"
            )
            title = f"Exercises {path.stem}"
            (place / f"{path.stem}-qti.zip").write_bytes(package(items, path.stem, title))
            kinds = Counter(item.kind for item in items)
            told = ", ".join(f"{kinds[kind]} {kind}" for kind in sorted(kinds))
            print(f"{path.stem}: {len(items)} questions ({told})", flush=True)
    except OSError as error:
        where = error.filename or place
        words_of_it = f'Nothing could be written to "{where}": {error.strerror or error}.'
        print(f"{words_of_it} Name another folder with --to.", file=sys.stderr)
        return 1
    print(f'In "{place}". They hold the answers: keep them from your students.', flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
