"""Many files at a time, each in a process of its own, so that no file can take the others with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing.connection import Connection
from pathlib import Path

import marking
from marking import Marked
from sandbox import Limits


def all_marked(work: list[tuple[Path, str, bool]], limits: Limits, jobs: int) -> Iterator[Marked]:
    """Each file (path, name, whether what lies beside it is the same student's) as it is done, so many at a time."""
    context = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
    if sys.platform == "linux":  # what every process needs is imported once
        os.environ["PYTHONPATH"] = os.pathsep.join(
            [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
        )
        context.set_forkserver_preload(["marking"])
    with ThreadPoolExecutor(jobs) as pool:
        waiting = [pool.submit(apart, context, *one, limits) for one in work]
        try:
            yield from (done.result() for done in as_completed(waiting))
        except BaseException:
            for one in waiting:
                one.cancel()
            for process in multiprocessing.active_children():
                process.terminate()
            raise


def apart(
    context: multiprocessing.context.BaseContext, path: Path, name: str, alone: bool, limits: Limits
) -> Marked:
    """Mark a file in another process; whatever becomes of that, there is an answer."""
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=marked, args=(there, path, name, alone, limits), daemon=True)
    process.start()
    there.close()
    try:
        if here.poll(limits.total + 90):
            return marking.from_json(here.recv_bytes().decode())
        why = "it did not end in time, and was given up"
    except (EOFError, OSError, ValueError):
        why = "the process that marked it broke down"
    finally:
        here.close()
        process.join(1)
        if process.is_alive():
            process.terminate()
            process.join(10)
            if process.is_alive():
                process.kill()
    return Marked(name, notes=[f"not marked: {why}"])


def marked(there: Connection, path: Path, name: str, alone: bool, limits: Limits) -> None:
    """What the other process does."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    there.send_bytes(marking.as_json(marking.mark(path, name, alone, limits)).encode())
    there.close()
