"""A kernel for one submission: with limits, and where bubblewrap works, in a sandbox.

    kernel = Kernel(Limits(), until=time.monotonic() + 60)
    kernel.run("x = 1 + 1", seconds=20, ask="str(x)").asked      # '2'
    kernel.close()

The kernel sees the system's and Python's own files and the library, read-only, and one empty folder
of its own: no home, no network, no other submission. This side talks to it by Jupyter's messages
and believes none of them to be true. nbclient does not fit: it takes every output, and goes on
after a cell that cannot be interrupted.
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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import zmq
from jupyter_client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

import taobaolab

LIBRARY = Path(taobaolab.__file__).resolve().parent
POSIX = hasattr(os, "fork")
MB = 1_000_000
START = 60  # seconds for Python to start, and for each cell that we wrote ourselves
WAIT = 4  # a cell may last so many times its seconds: others use the processor, or it sleeps
LARGEST = 200 * MB  # of a message; what is larger is not taken
FILES = 2000  # in the kernel's folder
LOOK = 0.3  # seconds between two looks at memory, processes and files
ASLEEP = 0.01  # of its time a cell computes less than this share: it waits for nothing
CLOSED = ["--remount-ro", "/dev", "--remount-ro", "/"]


@dataclass(frozen=True)
class Limits:
    """What one submission may take.

    Parameters
    ----------
    cell
        Seconds of computing for a cell of the student's.
    total
        Seconds for the whole file.
    memory
        MB of memory.
    output
        MB printed by a cell.
    files
        MB of one file that is written.
    processes
        Processes at a time.
    """

    cell: float = 20
    total: float = 180
    memory: int = 2000
    output: int = 5
    files: int = 50
    processes: int = 40


class KernelEnded(BaseException):
    """The kernel is gone, or had to be ended; the message says why.

    No handler of errors on the way up may take it for an error of an answer.
    """


@dataclass(frozen=True)
class Reply:
    """How a cell ended: the error, if there was one, and what was asked for besides."""

    error: str = ""
    asked: str = ""


# ---- the process -------------------------------------------------------------------------------
@functools.cache
def bubblewrap() -> str:
    """Give the path of a bubblewrap that works here, or an empty text."""
    path = shutil.which("bwrap") or ""
    if not path:
        return ""
    command = [*sandbox_command(path), *CLOSED, "/usr/bin/env", "true"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "" if done.returncode else path


def sandbox_command(path: str) -> list[str]:
    """Give the beginning of a command that runs in the sandbox."""
    system = ["/usr", "/bin", "/lib", "/lib64"]
    settings = ["/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime"]
    python = {str(Path(p).resolve()) for p in (sys.prefix, sys.base_prefix, sys.exec_prefix)}
    python.add(sys.prefix)
    library = [str(LIBRARY), str(LIBRARY.parent / "data")]
    command = [path, "--unshare-all", "--die-with-parent", "--new-session"]
    command += ["--proc", "/proc", "--dev", "/dev"]
    for place in [*system, *settings, *sorted(python), *library]:
        command += ["--ro-bind-try", place, place]
    return command


def kernel_environment(folder: Path) -> dict[str, str]:
    """Give the variables that the kernel sees: none of the teacher's but what the system needs."""
    system = ("SYSTEMROOT", "SYSTEMDRIVE", "PATHEXT", "PATH", "LANG", "LC_ALL")
    libraries = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    seen = {name: os.environ[name] for name in (*system, *libraries) if name in os.environ}
    for name in ("HOME", "USERPROFILE", "APPDATA", "TMPDIR", "TEMP", "TMP", "TAOBAOLAB_PROGRESS"):
        seen[name] = str(folder)
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"):
        seen[name] = str(folder / "settings")
    for name in ("OMP", "OPENBLAS", "MKL"):
        seen[f"{name}_NUM_THREADS"] = "1"
    # nobody looks at charts here, and drawing one takes much memory
    seen["TAOBAOLAB_STILLS"] = "no"
    seen["PYTHONPATH"] = str(LIBRARY.parent)
    seen["PYTHONUTF8"] = seen["PYTHONDONTWRITEBYTECODE"] = "1"
    return seen


def limit_process(limits: Limits) -> Callable[[], None] | None:
    """Give what the new process does first: take its limits, where the platform has them."""
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

    def take_limits() -> None:
        for name, most in wanted.items():
            with contextlib.suppress(AttributeError, OSError, ValueError):
                resource.setrlimit(getattr(resource, name), (most, most))

    return take_limits


def private_memory(process: psutil.Process) -> int:
    """Give the bytes of memory that a process shares with no other."""
    try:
        return process.memory_full_info().uss
    except psutil.AccessDenied:
        return process.memory_info().rss


class Kernel:
    """A running kernel, until it is closed.

    Parameters
    ----------
    limits
        What it may take.
    until
        The moment, by ``time.monotonic``, at which all has to be over.

    Raises
    ------
    KernelEnded
        If Python does not start.
    """

    def __init__(self, limits: Limits, until: float) -> None:
        self.limits, self.until = limits, until
        self.printed, self.idle = 0, False
        self.next_look = 0.0
        # The name of a socket has 100 characters at most.
        long = POSIX and len(tempfile.gettempdir()) > 70
        folder = tempfile.mkdtemp(prefix="mark-", dir="/tmp" if long else None)
        self.home = Path(folder).resolve()
        self.process: subprocess.Popen[bytes] | None = None
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        way: dict[str, Any] = {"transport": "ipc", "ip": str(self.home / ".k")} if POSIX else {}
        file, _ = write_connection_file(str(self.home / ".kernel.json"), **way)
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", file, "--quiet"]
        command.append("--IPKernelApp.log_level=50")
        if bubblewrap() and POSIX:
            own = ["--bind", str(self.home), str(self.home), "--chdir", str(self.home)]
            command = [*sandbox_command(bubblewrap()), *own, *CLOSED, *command]
        more: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        if POSIX:
            more |= {"start_new_session": True, "preexec_fn": limit_process(self.limits)}
        environment = kernel_environment(self.home)
        self.process = subprocess.Popen(command, cwd=self.home, env=environment, **more)
        context = zmq.Context()
        context.setsockopt(zmq.MAXMSGSIZE, LARGEST)
        self.client = BlockingKernelClient(connection_file=file, context=context)
        self.client.load_connection_file()
        self.client.start_channels(hb=False, stdin=False, control=False)
        try:
            left = max(self.until - time.monotonic(), 1)
            self.client.wait_for_ready(timeout=min(START, left))
        except RuntimeError:
            raise KernelEnded("Python did not start") from None

    def run(self, source: str, seconds: float, ask: str = "") -> Reply:
        """Run a cell.

        Parameters
        ----------
        source
            Its text.
        seconds
            Of computing that it may take.
        ask
            An expression whose value, a text, is given with the reply.

        Returns
        -------
        Reply
            How it ended.

        Raises
        ------
        KernelEnded
            If the kernel did not survive it.
        """
        expressions = {"asked": ask} if ask else {}
        sent = self.client.execute(
            source,
            silent=bool(ask),
            allow_stdin=False,
            stop_on_error=False,
            user_expressions=expressions,
        )
        begun = time.monotonic()
        end = min(begun + WAIT * seconds, self.until)
        self.printed, self.idle = 0, False
        used_before = None
        while True:
            reply = self._next_reply(sent)
            if self.printed > self.limits.output * MB:
                raise self._end(f"it printed more than {self.limits.output} MB")
            if reply:
                return parse_reply(reply)
            if self.process and self.process.poll() is not None:
                raise self._end("Python ended without a word (a crash, or os._exit)")
            if end == self.until < time.monotonic():
                raise self._end(f"the {self.limits.total:g} seconds for the whole file were over")
            if time.monotonic() > self.next_look:
                used = self._check_limits()
                if used_before is None:
                    used_before = used
                used, waited = used - used_before, time.monotonic() - begun
                asleep = waited > seconds and used < ASLEEP * waited
                if used > seconds or asleep or time.monotonic() > end:
                    raise self._end(f"it did not end within {seconds:g} seconds")
                self.next_look = time.monotonic() + LOOK

    def _next_reply(self, sent: str) -> dict[str, Any] | None:
        """Wait a moment; count what is printed meanwhile, and give the reply if it is there."""
        shell, public = self.client.shell_channel.socket, self.client.iopub_channel.socket
        ready = dict(zmq.zmq_poll([(shell, zmq.POLLIN), (public, zmq.POLLIN)], 100))
        if public in ready:
            self._count_output(public, sent)
        if shell not in ready:
            return None
        try:
            message = self.client.get_shell_msg(timeout=1)
        except Exception:  # a message that was forged, or cut off
            return None
        content = message.get("content")
        if message.get("parent_header", {}).get("msg_id") != sent or type(content) is not dict:
            return None
        end = time.monotonic() + 2  # what it printed may arrive after the reply
        enough = self.limits.output * MB
        while not self.idle and self.printed <= enough and time.monotonic() < end:
            public.poll(50)
            self._count_output(public, sent)
        return content

    def _count_output(self, public: zmq.Socket[bytes], sent: str) -> None:
        """Count the bytes that are there, and note if the kernel says that the cell is done."""
        for _ in range(200):
            try:
                frames = public.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            self.printed += sum(map(len, frames))
            short = len(frames) > 5 and len(frames[-1]) < 99
            if short and b'"idle"' in frames[-1] and sent.encode() in frames[-3]:
                self.idle = True

    # ---- limits
    def _check_limits(self) -> float:
        """Give the seconds of computing so far; end a kernel that takes too much."""
        family = list(self._family())
        if len(family) > self.limits.processes:
            raise self._end(f"it started more than {self.limits.processes} processes")
        seconds = 0.0
        memory = 0
        for process in family:
            with contextlib.suppress(psutil.Error):
                seconds += sum(process.cpu_times()[:2])
                memory += process.memory_info().rss
        most = self.limits.memory * MB
        if memory > most / 2:  # the exact look is slow, and pages that are shared count twice here
            memory = 0
            for process in family:
                with contextlib.suppress(psutil.Error):
                    memory += private_memory(process)
        if memory > most:
            raise self._end(f"it took more than {self.limits.memory} MB of memory")
        self._check_folder()
        return seconds

    def _check_folder(self) -> None:
        """End a kernel that fills its folder."""
        number, size = 0, 0
        for place, folders, files in os.walk(self.home):
            number += len(folders) + len(files)
            for name in files[:FILES]:
                with contextlib.suppress(OSError):
                    size += os.lstat(os.path.join(place, name)).st_size
            if number > FILES or size > 4 * self.limits.files * MB:
                most = f"{4 * self.limits.files} MB, or more than {FILES} files"
                raise self._end(f"it wrote more than {most}")

    def _family(self) -> Iterator[psutil.Process]:
        """Give the process and all that it started."""
        with contextlib.suppress(psutil.Error):
            first = psutil.Process(self.process.pid if self.process else None)
            yield first
            yield from first.children(recursive=True)

    def _end(self, why: str) -> KernelEnded:
        self.close()
        return KernelEnded(why)

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


def parse_reply(content: dict[str, Any]) -> Reply:
    """Give what a reply says, as short text."""
    error = ""
    if content.get("status") != "ok":
        words = f"{content.get('ename')}: {content.get('evalue')}"[:1000].split()
        error = "".join(sign for sign in " ".join(words)[:300] if sign.isprintable())
    expressions = content.get("user_expressions")
    asked = expressions.get("asked") if type(expressions) is dict else None
    data = asked.get("data") if type(asked) is dict else None
    text = data.get("text/plain") if type(data) is dict else ""
    try:
        value = ast.literal_eval(text if type(text) is str else "")
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        value = ""
    return Reply(error, value if type(value) is str else "")
