"""Open the collection in JupyterLab (python -m taobaolab), or do a task: test, site, mark, quiz or lite.

Needs nothing but Python: it makes the folder .venv beside the collection and installs there, the first time.
Written in old-fashioned Python, so that a Python that is too old can say so.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
START = "notebooks/00_start_here.ipynb"
BASE = "taobaolab jupyterlab pandas altair ipywidgets narwhals"
TESTS = "pytest xdist nbval hypothesis frictionless playwright vl_convert PIL polars pyarrow duckdb dask ruff mypy"
LEFT_OUT = (
    "Left out: tests marked full, which protect a release (see pyproject.toml). "
    "Run everything: python3 -m taobaolab test --all"
)
REASONS = (  # what stands in pip's log, and what to say of it
    (
        ("No space left on device", "not enough space on the disk", "Disk quota exceeded"),
        "The disk is full. Make room, then run the same command again.",
    ),
    (
        ("Read-only file system", "Permission denied", "Access is denied"),
        "Nothing can be written into the folder of the collection. Copy it to a place of your own, "
        "such as your home folder, and run the command there.",
    ),
    (
        (
            "NewConnectionError",
            "Temporary failure in name resolution",
            "Network is unreachable",
            "Connection refused",
            "Read timed out",
            "ConnectTimeoutError",
            "ProxyError",
            "getaddrinfo failed",
            "(from versions: none)",  # what pip says at the end when no index answered
        ),
        "The packages could not be fetched: there is no network here, or a firewall blocks it. "
        "Connect this machine once, then run the same command again; afterwards no network is needed.",
    ),
)
OTHER_REASON = "Neither the tested nor the newest versions of the packages fit this Python."
TASKS = {  # word: the extra of pyproject.toml, what has to be importable, the effort of installing, what is run
    "open": ("", BASE, "about 80 MB and a minute", None),
    "test": ("test", BASE + " " + TESTS, "over 1 GB on disk and two minutes", ["-m", "pytest"]),
    "site": (
        "site",
        BASE + " vl_convert",
        "about 170 MB and a minute",
        [os.path.join("tools", "site")],
    ),
    "mark": ("", BASE, "about 80 MB and a minute", [os.path.join("tools", "mark")]),
    "quiz": ("", BASE, "about 80 MB and a minute", [os.path.join("tools", "quiz")]),
    "lite": (
        "lite",
        BASE + " jupyterlite_core jupyterlite_pyodide_kernel hatchling",
        "about 100 MB and two minutes",
        [os.path.join("tools", "lite")],
    ),
}


def main(words):
    """Do what the words of the command line ask for; return the exit code."""
    if sys.version_info < (3, 11):
        return say(
            "This is Python {}.{}, and the collection needs 3.11 or newer. Get one from python.org, or try: python3.11 -m taobaolab",
            *sys.version_info[:2],
        )
    if not os.path.isfile(os.path.join(ROOT, START)):
        return say(
            "There are no notebooks beside {}: this is the library alone. Get the whole collection and run the command in its folder.",
            ROOT,
        )
    task = words[0] if words and words[0] in TASKS else "open"
    if words and task == "open" and not words[0].startswith("-"):
        return say("There is no task {!r}. The tasks are: {}.", words[0], ", ".join(sorted(TASKS)))
    python = environment(task)
    if not python:
        return 1
    command = TASKS[task][-1]
    if task == "test":
        return run_tests(python, words[1:])
    if command:
        return run_task([python] + command + words[1:])
    return open_lab(python, [word for word in words if word != "open"])


def run_task(command):
    """Run a task. It hears Ctrl-C itself and ends in its own way, so here nobody listens to it."""
    before = signal.signal(signal.SIGINT, lambda *ignored: None)
    try:
        return subprocess.call(command, cwd=ROOT)
    finally:
        signal.signal(signal.SIGINT, before)


def run_tests(python, words):
    """Run the tests of daily work, or with ``--all`` every test; the other words go on to pytest."""
    command = [python, "-m", "pytest"]
    if "--all" in words:
        return subprocess.call(command + [word for word in words if word != "--all"], cwd=ROOT)
    code = subprocess.call(command + ["-m", "not full"] + words, cwd=ROOT)
    print(LEFT_OUT, flush=True)
    return code


def say(text, *values):
    """Tell what is wrong, on standard error; return 1."""
    sys.stderr.write(text.format(*values) + "\n")
    return 1


def lacks(python, names):
    """Those of the packages that this Python does not have."""
    probe = "import importlib.util as u, sys; print(*[n for n in sys.argv[1:] if u.find_spec(n) is None])"
    place = os.path.dirname(sys.executable)
    return subprocess.check_output(
        [python, "-c", probe] + names, universal_newlines=True, cwd=place
    ).split()


def environment(task):
    """The Python that has what the task needs: this one inside a virtual environment, else that of .venv."""
    extra, needed, effort, _ = TASKS[task]
    what = ROOT + ("[{}]".format(extra) if extra else "")
    if sys.prefix != sys.base_prefix or os.environ.get("CONDA_PREFIX"):
        missing = lacks(sys.executable, needed.split())
        if missing:
            say("This environment lacks {}. Install them, here, with:", ", ".join(missing))
            say('  python -m pip install -e "{}"', what)
        return None if missing else sys.executable
    folder = os.path.join(ROOT, ".venv")
    python = os.path.join(
        folder, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python"))
    )
    if not os.path.isfile(python) or lacks(python, ["pip"]):
        print("Making a virtual environment in .venv ...", flush=True)
        if subprocess.call([sys.executable, "-m", "venv", folder]):
            say(
                "Python could not make a virtual environment. On Debian or Ubuntu: sudo apt install python3-venv. Then remove {} and try again.",
                folder,
            )
            return None
    if not current(folder, extra) or lacks(python, needed.split()):
        print("Installing, once: {} ...".format(effort), flush=True)
        log = os.path.join(folder, "install-log.txt")
        pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "-e", what]
        pins = ["-c", os.path.join(ROOT, ".binder", "requirements.txt")]
        if not installed(pip + pins, log):
            reason = why_failed(log)
            if not reason:  # the pins may be too old for this Python; the newest versions may do
                print(
                    "The tested versions do not install here; trying the newest ones ...",
                    flush=True,
                )
                if not installed(pip, log):
                    reason = why_failed(log) or OTHER_REASON
            if reason:
                say("Installing failed. {} The installer's own words are in {}.", reason, log)
                return None
        with open(
            os.path.join(folder, "installed-" + (extra or "open")), "w", encoding="utf-8"
        ) as stamp:
            stamp.write(wanted())
    return python


def installed(pip, log):
    """Run pip, tell in plain words how far it is, keep its own words in a log; return whether it worked."""
    words = pip + ["--progress-bar", "off"]
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "universal_newlines": True}
    packages = 0
    with open(log, "w", encoding="utf-8") as file, subprocess.Popen(words, **pipe) as running:
        for line in running.stdout:
            file.write(line)
            if line.startswith(("Collecting ", "Processing ")):
                packages += 1
                if packages % 20 == 0:
                    print("  {} packages fetched ...".format(packages), flush=True)
            elif line.startswith("Installing collected packages"):
                packages = line.count(",") + 1
                print("  {} packages to put in place ...".format(packages), flush=True)
    return running.returncode == 0


def why_failed(log):
    """Why pip failed, as a sentence with what to do; nothing where its log has no sign that we know."""
    with open(log, encoding="utf-8", errors="replace") as file:
        text = file.read()
    for signs, reason in REASONS:
        if any(sign in text for sign in signs):
            return reason
    return ""


def wanted():
    """What pyproject.toml and the pins ask for, to notice when they change."""
    texts = []
    for name in ("pyproject.toml", os.path.join(".binder", "requirements.txt")):
        with open(os.path.join(ROOT, name), encoding="utf-8") as file:
            texts.append(file.read())
    return ROOT + "\n" + "".join(texts)


def current(folder, extra):
    """Whether .venv was installed with this extra, in this place, from these very files."""
    names = (
        ["test", "site", "lite", "open"]
        if not extra
        else ["test", extra]
        if extra == "site"
        else [extra]
    )
    for stamp in ["installed-" + name for name in names]:
        if os.path.isfile(os.path.join(folder, stamp)):
            with open(os.path.join(folder, stamp), encoding="utf-8") as file:
                if file.read() == wanted():
                    return True
    return False


def taken(port):
    """Whether another program listens on this port."""
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def open_lab(python, words):
    """Start JupyterLab at the first notebook, in a browser or with the address printed."""
    words = " ".join(words).replace("--port ", "--port=").split()
    asked = [word.partition("=")[2] for word in words if word.startswith("--port=")]
    if asked and not (
        asked[-1].isdecimal() and 0 < int(asked[-1]) < 65536 and not taken(int(asked[-1]))
    ):
        return say(
            "Port {} is taken by another program, or is no port. Leave --port away and a free one is found.",
            asked[-1],
        )
    port = int(asked[-1]) if asked else next((p for p in range(8888, 8988) if not taken(p)), 0)
    if not asked and port != 8888:
        print("Port 8888 is taken by another program, so this one uses {}.".format(port))
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(16)
    print(
        "Open this address, if no browser opens by itself:\n  http://127.0.0.1:{}/lab/tree/{}?token={}\nStop with Ctrl-C.".format(
            port, START, token
        ),
        flush=True,
    )
    lab = [
        python,
        "-m",
        "jupyterlab",
        "--ServerApp.root_dir=" + ROOT,
        "--LabApp.default_url=/lab/tree/" + START,
        "--ServerApp.port={}".format(port),
        "--ServerApp.port_retries=0",
        "--ServerApp.log_level=WARN",
        "--ServerApp.answer_yes=True",
        "--LabApp.extension_manager=readonly",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        lab.append("--allow-root")
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        lab.append("--no-browser")
    rest = [word for word in words if not word.startswith("--port=")]
    server = subprocess.Popen(lab + rest, cwd=ROOT, env=dict(os.environ, JUPYTER_TOKEN=token))
    while True:
        try:
            return server.wait()
        except KeyboardInterrupt:  # JupyterLab has heard it too, and ends by itself
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
