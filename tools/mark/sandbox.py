"""A kernel for one submission: with limits on time, memory and words, and where bubblewrap works, in a sandbox.

The kernel sees the system's and Python's own files and the library, read-only, and one empty folder of its own: no home,
no network, no other submission. This side talks to it by Jupyter's messages and believes none of them to be true.
nbclient does not fit: it takes every output, and goes on after a cell that cannot be interrupted.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import zmq
from jupyter_client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

import taobaolab

LIBRARY = Path(taobaolab.__file__).resolve().parent
MB = 1_000_000
START = 60  # seconds for Python to start, and for each cell that we wrote ourselves
WAIT = 4  # a cell may last so many times its seconds of computing, where others use the processor, or it sleeps


LARGEST = 200 * MB  # of a message; what is larger is not taken
FILES = 2000  # in the kernel's folder
CLOSED = ["--remount-ro", "/dev", "--remount-ro", "/"]


@dataclass(frozen=True)
class Limits:
    """What one submission may take: seconds of computing a cell, seconds in all, MB of memory, of words, of each file."""

    cell: float = 20
    total: float = 180
    memory: int = 2000
    output: int = 5
    files: int = 50
    processes: int = 40


class Ended(BaseException):
    """The kernel is gone, or had to be ended; the message says why. No handler of errors in between may take it."""


@dataclass(frozen=True)
class Reply:
    """How a cell ended: the error, if there was one, and what was asked for besides."""

    error: str = ""
    asked: str = ""


@functools.cache
def bubblewrap() -> str:
    """The path of a bubblewrap that works here, or nothing."""
    path = shutil.which("bwrap") or ""
    if path:
        try:
            done = subprocess.run(
                [*walls(path), *CLOSED, "/usr/bin/env", "true"],
                capture_output=True,
                timeout=20,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        if done.returncode:
            return ""
    return path


def walls(path: str) -> list[str]:
    """The beginning of a command that runs in the sandbox."""
    shared = [
        "/usr",
        "/bin",
        "/lib",
        "/lib64",
        "/etc/ld.so.cache",
        "/etc/alternatives",
        "/etc/localtime",
    ]
    python = {str(Path(p).resolve()) for p in (sys.prefix, sys.base_prefix, sys.exec_prefix)} | {
        sys.prefix
    }
    known = [LIBRARY, LIBRARY.parent / "data"]
    command = [
        path,
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
    ]
    for place in [*shared, *sorted(python), *map(str, known)]:
        command += ["--ro-bind-try", place, place]
    return command


def surroundings(folder: Path) -> dict[str, str]:
    """The variables that the kernel sees: none of the teacher's, save what the system itself needs."""
    kept = (
        "SYSTEMROOT",
        "SYSTEMDRIVE",
        "PATHEXT",
        "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH",
        "LANG",
        "LC_ALL",
        "PATH",
    )
    own = {
        name: str(folder) for name in ("HOME", "USERPROFILE", "APPDATA", "TMPDIR", "TEMP", "TMP")
    }
    own |= {
        name: str(folder / "settings")
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")
    }
    own |= {
        "TAOBAOLAB_PROGRESS": str(folder),
        "PYTHONPATH": str(LIBRARY.parent),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    own |= {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    return {name: os.environ[name] for name in kept if name in os.environ} | own


def confined(limits: Limits) -> Any:
    """What the new process does first: take its limits, where the platform has them."""
    try:
        import resource
    except ImportError:
        return None
    wanted = {
        "RLIMIT_AS": limits.memory * MB * 3 // 2,  # what is reserved; what is used is watched
        "RLIMIT_FSIZE": limits.files * MB,
        "RLIMIT_CPU": int(limits.total * 2),
        "RLIMIT_CORE": 0,
    }

    def take() -> None:
        for name, most in wanted.items():
            with contextlib.suppress(AttributeError, OSError, ValueError):
                resource.setrlimit(getattr(resource, name), (most, most))

    return take


class Kernel:
    """A running kernel, until it is closed. ``until`` is the moment at which all has to be over."""

    def __init__(self, limits: Limits, until: float, own: Sequence[tuple[str, bytes]] = ()) -> None:
        self.limits, self.until, self.words, self.idle = limits, until, 0, False
        long = (
            hasattr(os, "fork") and len(tempfile.gettempdir()) > 70
        )  # the name of a socket has 100 signs at most
        self.home = Path(tempfile.mkdtemp(prefix="mark-", dir="/tmp" if long else None)).resolve()
        self.process: subprocess.Popen[bytes] | None = None
        for name, content in own:
            (self.home / name).write_bytes(content)
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        sockets = hasattr(os, "fork")
        way = {"transport": "ipc", "ip": str(self.home / ".k")} if sockets else {}
        file, _ = write_connection_file(str(self.home / ".kernel.json"), **way)
        command = [
            sys.executable,
            "-m",
            "ipykernel_launcher",
            "-f",
            file,
            "--quiet",
            "--IPKernelApp.log_level=50",
        ]
        if bubblewrap() and sockets:
            own = ["--bind", str(self.home), str(self.home), "--chdir", str(self.home)]
            command = [*walls(bubblewrap()), *own, *CLOSED, *command]
        quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        new = (
            {"start_new_session": True, "preexec_fn": confined(self.limits)}
            if hasattr(os, "fork")
            else {}
        )
        self.process = subprocess.Popen(
            command, cwd=self.home, env=surroundings(self.home), **quiet, **new
        )
        context = zmq.Context()
        context.setsockopt(zmq.MAXMSGSIZE, LARGEST)
        self.client = BlockingKernelClient(connection_file=file, context=context)
        self.client.load_connection_file()
        self.client.start_channels(hb=False, stdin=False, control=False)
        try:
            self.client.wait_for_ready(timeout=min(START, max(self.until - time.monotonic(), 1)))
        except RuntimeError:
            raise Ended("Python did not start") from None

    def run(self, source: str, seconds: float, ask: str = "") -> Reply:
        """Run a cell, and give the value of the expression ``ask``. Raises Ended if the kernel does not survive it."""
        asked = {"asked": ask} if ask else {}
        sent = self.client.execute(
            source, silent=bool(ask), allow_stdin=False, stop_on_error=False, user_expressions=asked
        )
        end = min(time.monotonic() + WAIT * seconds, self.until)
        self.words, self.idle, look, before = 0, False, 0.0, None
        while True:
            reply = self._heard(sent)
            if self.words > self.limits.output * MB:
                raise self._ended(f"it printed more than {self.limits.output} MB")
            if reply:
                return read(reply)
            if self.process and self.process.poll() is not None:
                raise self._ended("Python ended without a word (a crash, or os._exit)")
            if end == self.until < time.monotonic():
                raise self._ended(f"the {self.limits.total:g} seconds for the whole file were over")
            if time.monotonic() > look:
                used = self._watched()
                before = used if before is None else before
                if used - before > seconds or time.monotonic() > end:
                    raise self._ended(f"it did not end within {seconds:g} seconds")
                look = time.monotonic() + 0.3

    def _heard(self, sent: str) -> dict[str, Any] | None:
        """Wait a moment; count the words that come, and give the reply if it is there."""
        shell, public = self.client.shell_channel.socket, self.client.iopub_channel.socket
        ready = dict(zmq.zmq_poll([(shell, zmq.POLLIN), (public, zmq.POLLIN)], 100))
        if public in ready:
            self._count(public, sent)
        if shell not in ready:
            return None
        try:
            message = self.client.get_shell_msg(timeout=1)
        except Exception:
            return None
        if (
            message.get("parent_header", {}).get("msg_id") != sent
            or type(message.get("content")) is not dict
        ):
            return None
        end = time.monotonic() + 2
        while not self.idle and self.words <= self.limits.output * MB and time.monotonic() < end:
            public.poll(50)
            self._count(public, sent)
        return message["content"]

    def _count(self, public: zmq.Socket[bytes], sent: str) -> None:
        """Count the words that are there, and note if the kernel says that it is done with this cell."""
        for _ in range(200):
            try:
                frames = public.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            self.words += sum(map(len, frames))
            if (
                len(frames) > 5
                and len(frames[-1]) < 99
                and b'"idle"' in frames[-1]
                and sent.encode() in frames[-3]
            ):
                self.idle = True

    def _watched(self) -> float:
        """The seconds of computing so far; ends a kernel whose processes are too many or take too much memory."""
        family = list(self._family())
        if len(family) > self.limits.processes:
            raise self._ended(f"it started more than {self.limits.processes} processes")
        memory, seconds = 0, 0.0
        for process in family:
            with contextlib.suppress(psutil.Error):
                memory += of_its_own(process)
                seconds += sum(process.cpu_times()[:2])
        if memory > self.limits.memory * MB:
            raise self._ended(f"it took more than {self.limits.memory} MB of memory")
        self._looked_over()
        return seconds

    def _looked_over(self) -> None:
        """End a kernel that fills its folder."""
        number, size = 0, 0
        for place, folders, files in os.walk(self.home):
            number += len(folders) + len(files)
            for name in files[:FILES]:
                with contextlib.suppress(OSError):
                    size += os.lstat(os.path.join(place, name)).st_size
            if number > FILES or size > 4 * self.limits.files * MB:
                raise self._ended(
                    f"it wrote more than {4 * self.limits.files} MB, or more than {FILES} files"
                )

    def _family(self) -> Iterator[psutil.Process]:
        with contextlib.suppress(psutil.Error):
            first = psutil.Process(self.process.pid if self.process else None)
            yield from (first, *first.children(recursive=True))

    def _ended(self, why: str) -> Ended:
        self.close()
        return Ended(why)

    def close(self) -> None:
        """End all processes, and remove the folder."""
        if self.process:
            family = list(self._family()) if self.process.poll() is None else []
            for process in family:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            if hasattr(os, "killpg"):
                with contextlib.suppress(OSError):
                    os.killpg(self.process.pid, signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
            self.process = None
        if hasattr(self, "client"):
            self.client.stop_channels()
            self.client.context.destroy(linger=0)
            del self.client
        shutil.rmtree(self.home, ignore_errors=True)


def of_its_own(process: psutil.Process) -> int:
    """The memory that a process shares with no other."""
    try:
        return process.memory_full_info().uss
    except psutil.AccessDenied:
        return process.memory_info().rss


def read(content: dict[str, Any]) -> Reply:
    """What a reply says, as short text."""
    error = ""
    if content.get("status") != "ok":
        words = f"{content.get('ename')}: {content.get('evalue')}"[:1000].split()
        error = "".join(sign for sign in " ".join(words)[:300] if sign.isprintable())
    asked = content.get("user_expressions", {}).get("asked", {})
    text = asked.get("data", {}).get("text/plain", "''") if type(asked) is dict else "''"
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        value = ""
    return Reply(error, value if type(value) is str else "")
