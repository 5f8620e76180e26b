"""Mark many files at a time, each in a process of its own, so that no file takes others with it.

for marked in mark_all(work, Limits(), jobs=2):
    print(marked.file, marked.points)
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing.connection import Connection
from pathlib import Path

import marking
from collect import Found
from marking import Marked
from sandbox import Limits

GRACE = 90  # seconds that a worker may take beyond those for its file


def mark_all(work: Sequence[Found], limits: Limits, jobs: int) -> Iterator[Marked]:
    """Mark files, and give each as soon as it is done.

    Parameters
    ----------
    work
        The files to mark.
    limits
        What one file may take.
    jobs
        How many files are marked at a time.

    Yields
    ------
    Marked
        One a file, in the order in which they are done. Whatever becomes of a worker, its file
        is among them.
    """
    context = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
    if sys.platform == "linux":  # what every process needs is imported once
        folders = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, folders))
        context.set_forkserver_preload(["marking"])
    with ThreadPoolExecutor(jobs) as pool:
        waiting = [pool.submit(mark_in_process, context, one, limits) for one in work]
        try:
            for done in as_completed(waiting):
                yield done.result()
        except BaseException:  # Ctrl-C, too: what has not begun is dropped, what runs is ended
            for one in waiting:
                one.cancel()
            for process in multiprocessing.active_children():
                process.terminate()
            raise


def mark_in_process(
    context: multiprocessing.context.BaseContext, one: Found, limits: Limits
) -> Marked:
    """Mark a file in another process; whatever becomes of that, there is an answer."""
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=work_on, args=(there, one, limits), daemon=True)
    process.start()
    there.close()
    try:
        if here.poll(limits.total + GRACE):
            return marking.from_json(here.recv_bytes().decode())
        why = "it did not end in time, and was given up"
    except (EOFError, OSError, ValueError):
        why = "the process that marked it broke down"
    finally:
        here.close()
        end_process(process)
    return Marked(one.name, notes=[f"not marked: {why}"])


def end_process(process: multiprocessing.process.BaseProcess) -> None:
    """Wait a second for a process, then end it, if need be by force."""
    process.join(1)
    if process.is_alive():
        process.terminate()
        process.join(10)
    if process.is_alive():
        process.kill()


def work_on(there: Connection, one: Found, limits: Limits) -> None:
    """Do the work of the other process: mark one file and send the marks."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    there.send_bytes(marking.as_json(marking.mark(one, limits)).encode())
    there.close()
