"""The Python packages of the browser: which are needed, where they come from, and the lock file that says so.

Pyodide loads what a cell imports by a lock file: packages with version, file, hash and what each needs. Ours is Pyodide's
own, plus the library, ipywidgets and the little that Pyodide does not have. So a notebook needs no first cell that
installs: ``from taobaolab import charts`` brings pandas and the rest along.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_path
from jupyterlite_pyodide_kernel.constants import (
    PYODIDE_KERNEL_NPM_NAME,
    PYODIDE_PYTHON_VERSION,
    PYODIDE_VERSION,
)
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

CORE = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
KERNEL = ("micropip", "ipython", "jedi", "comm")  # what the kernel asks for at its start
PAGE_HAS = {
    "jupyterlab-widgets",
    "widgetsnbextension",
}  # front ends of ipywidgets: the site has them as JavaScript
UNUSED = {
    "networkx": {"matplotlib", "setuptools", "decorator", "numpy"}
}  # in Pyodide's lock, not in networkx's needs
BROWSER = {  # what the markers of requirements are judged by
    "sys_platform": "emscripten",
    "platform_system": "Emscripten",
    "platform_machine": "wasm32",
    "os_name": "posix",
    "implementation_name": "cpython",
    "python_version": PYODIDE_PYTHON_VERSION,
    "python_full_version": PYODIDE_PYTHON_VERSION + ".0",
    "extra": "",
}


class CannotBuildError(Exception):
    """Why there is no site, and what to do."""


@dataclass(frozen=True)
class Lock:
    """The lock file, the wheels that travel with the site, and the names of those that do not, with their host."""

    content: dict[str, Any]
    files: tuple[Path, ...]
    left_out: tuple[str, ...]
    host: str


def host() -> str:
    """The address from which the kernel would fetch Pyodide by itself."""
    for folder in jupyter_path("labextensions"):
        schema = Path(folder, PYODIDE_KERNEL_NPM_NAME, "static", "schema", "kernel.v0.schema.json")
        if schema.is_file():
            properties = json.loads(schema.read_text(encoding="utf-8"))["properties"]
            return properties["pyodideUrl"]["default"].rpartition("/")[0] + "/"
    raise CannotBuildError(
        "jupyterlite-pyodide-kernel is here without its front end. Install it again."
    )


def pins(root: Path) -> dict[str, str]:
    """The tested version of each package."""
    lines = (root / ".binder" / "requirements.txt").read_text(encoding="utf-8").split()
    return {
        canonicalize_name(name): version
        for name, _, version in (line.partition("==") for line in lines)
    }


def own_wheel(root: Path, folder: Path) -> Path:
    """The library as a wheel."""
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
    ]
    done = subprocess.run(
        [*pip, "--no-build-isolation", "-w", folder, root],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotBuildError(
            f"The wheel of the library could not be made:\n{done.stderr[-2000:]}"
        )
    return next(folder.glob("*.whl"))


class Store:
    """Where files come from: a folder that was given, what was fetched before, Pyodide's host, npm and pip."""

    def __init__(self, cache: Path, given: Path | None, pins: Mapping[str, str]) -> None:
        self.cache, self.given, self.pins, self.host = cache / PYODIDE_VERSION, given, pins, host()
        self.host_answers = True
        self.cache.mkdir(parents=True, exist_ok=True)

    def core(self) -> Path:
        """The folder with Pyodide itself, without packages."""
        for folder in (self.given, self.cache):
            if folder and all((folder / name).is_file() for name in CORE):
                return folder
        if not all(self._fetched(name) for name in CORE) and not self._from_npm():
            raise CannotBuildError(
                f"Pyodide {PYODIDE_VERSION} could not be fetched, neither from {self.host} nor with npm. "
                "Fetch it where there is a network, and name its folder with --pyodide."
            )
        return self.cache

    def locked_wheel(self, name: str, entry: Mapping[str, Any]) -> Path | None:
        """The wheel of an entry of Pyodide's lock: the very file or, if it has no compiled part, the same version."""
        file = entry["file_name"]
        for folder in (self.given, self.cache):
            if folder and (folder / file).is_file() and digest(folder / file) == entry["sha256"]:
                return folder / file
        path = self._fetched(file)
        if path and digest(path) == entry["sha256"]:
            return path
        return self.pure_wheel(name, entry["version"]) if file.endswith("-none-any.whl") else None

    def pure_wheel(self, name: str, version: str, again: bool = True) -> Path | None:
        """A wheel without compiled parts, as pip gets it."""
        for folder in (self.given, self.cache):
            for path in sorted(folder.glob("*-none-any.whl")) if folder else []:
                if parse_wheel_filename(path.name)[:2] == (name, Version(version)):
                    return path
        if not again:
            return None
        print(f"  {name} {version}", flush=True)
        pip = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
        ]
        pip += [
            "--only-binary=:all:",
            "--platform=any",
            f"--python-version={PYODIDE_PYTHON_VERSION}",
        ]
        subprocess.run(
            [*pip, "-d", self.cache, f"{name}=={version}"], capture_output=True, check=False
        )
        return self.pure_wheel(name, version, again=False)

    def _fetched(self, name: str) -> Path | None:
        if not self.host_answers:
            return None
        try:
            with urllib.request.urlopen(self.host + name, timeout=60) as answer:
                content = answer.read()
        except urllib.error.HTTPError:
            return None
        except OSError:
            self.host_answers = False
            return None
        print(f"  {name}, {len(content) / 1e6:.1f} MB", flush=True)
        (self.cache / name).write_bytes(content)
        return self.cache / name

    def _from_npm(self) -> bool:
        npm = shutil.which("npm")
        words = [npm, "pack", "--silent", f"pyodide@{PYODIDE_VERSION}"]
        if (
            not npm
            or subprocess.run(words, cwd=self.cache, capture_output=True, check=False).returncode
        ):
            return False
        archive = self.cache / f"pyodide-{PYODIDE_VERSION}.tgz"
        with tarfile.open(archive) as packed:
            for name in CORE:
                (self.cache / name).write_bytes(packed.extractfile(f"package/{name}").read())
        archive.unlink()
        return True


def locked(own: Path, original: Path, store: Store, alone: bool) -> Lock:
    """Pyodide's lock with the library and what it needs, each file in the site or, unless ``alone``, at Pyodide's host."""
    content = json.loads(original.read_text(encoding="utf-8"))
    known, entries = content["packages"], {"taobaolab": described(own)}
    files, left_out = [own], []
    asked = [*KERNEL, *entries["taobaolab"]["depends"]]
    while asked:
        name = canonicalize_name(asked.pop())
        if name in entries:
            continue
        entry = dict(known.get(name, {}))
        path = (
            store.locked_wheel(name, entry)
            if entry
            else store.pure_wheel(name, store.pins.get(name, "0"))
        )
        if path and entry:
            entry |= {"file_name": path.name, "sha256": digest(path)}
        elif path:
            entry = described(path)
        elif entry:
            left_out.append(name)
        else:
            raise CannotBuildError(
                f"The package {name} could not be fetched. Build once where there is a network."
            )
        entry["depends"] = [need for need in entry["depends"] if need not in UNUSED.get(name, ())]
        files += [path] if path else []
        entries[name] = entry
        asked += entry["depends"]
    if alone:
        entries = {
            name: entry
            | {"depends": [n for n in entry["depends"] if canonicalize_name(n) not in left_out]}
            for name, entry in entries.items()
            if name not in left_out
        }
    else:
        here = {path.name for path in files}
        entries = {
            name: entry
            if entry["file_name"] in here
            else entry | {"file_name": store.host + entry["file_name"]}
            for name, entry in (known | entries).items()
        }
    content["packages"] = dict(sorted(entries.items()))
    return Lock(content, tuple(files), tuple(sorted(left_out)), store.host)


def described(wheel: Path) -> dict[str, Any]:
    """The entry of a wheel in the lock file, from its metadata."""
    name, version, *_ = parse_wheel_filename(wheel.name)
    with zipfile.ZipFile(wheel) as packed:
        tops = {part.partition("/")[0] for part in packed.namelist()}
    return {
        "name": name,
        "version": str(version),
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": digest(wheel),
        "package_type": "package",
        "imports": sorted(
            top.removesuffix(".py") for top in tops if not top.endswith((".dist-info", ".data"))
        ),
        "depends": [
            need.name
            for need in requirements(metadata(wheel))
            if canonicalize_name(need.name) not in PAGE_HAS
        ],
        "unvendored_tests": False,
    }


def metadata(wheel: Path) -> Message:
    """The METADATA of a wheel."""
    with zipfile.ZipFile(wheel) as packed:
        (path,) = [name for name in packed.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(packed.read(path).decode("utf-8"))


def requirements(about: Message) -> list[Requirement]:
    """What a package needs in the browser."""
    needs = [Requirement(text) for text in about.get_all("Requires-Dist", [])]
    return [need for need in needs if not need.marker or need.marker.evaluate(BROWSER)]


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
