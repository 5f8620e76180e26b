"""Which front-end shows what a kernel makes, as far as the kernel can know it: by how it was started."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import metadata

# Programs that start kernels, as words of their command lines.
DRAWING = ("jupyter-lab", "jupyterlab", "jupyter-server", "jupyter_server", "jupyterhub", "voila")
NOT_DRAWING = ("nbclassic", "nbconvert", "nbclient", "papermill", "spyder")
HOSTS_NOT_DRAWING = ("COLAB_RELEASE_TAG", "KAGGLE_KERNEL_RUN_TYPE")
LEVELS = 4  # on Windows a launcher stands between the server and the kernel


def draws_charts() -> bool:
    """Say whether the front-end of this kernel is known to draw Vega-Lite by itself.

    One server can serve JupyterLab and the classic notebook at once, and a kernel cannot see in
    which of the two it was opened: such a server counts as JupyterLab.

    Returns
    -------
    bool
        False also where nothing is known.
    """
    if sys.platform == "emscripten":  # JupyterLite, and no other processes to look at
        return True
    return draws(os.environ, _commands_of_parents())


def draws(environment: Mapping[str, str], commands: Sequence[str]) -> bool:
    """Say the same from the environment of a kernel and the command lines of its parent processes.

    Parameters
    ----------
    environment : mapping
        Variables by name.
    commands : sequence of str
        That of the nearest parent first.

    Examples
    --------
    >>> draws({}, ["/usr/bin/python /usr/bin/jupyter-lab --no-browser"])
    True
    >>> draws({}, ["python -m jupyter nbconvert --execute lesson.ipynb"])
    False
    """
    if any(name in environment for name in HOSTS_NOT_DRAWING):
        return False
    if any(name.startswith("VSCODE_") for name in environment):
        return True
    for command in commands:
        if any(program in command for program in NOT_DRAWING):
            return False
        if any(program in command for program in DRAWING):
            return True
        if "jupyter-notebook" in command or "notebook" in command.split():
            return _has_notebook_7()
    return False


def _has_notebook_7() -> bool:
    """Tell Jupyter Notebook 7, which is built from JupyterLab, from the classic one before it."""
    try:
        version = metadata.version("notebook")
    except metadata.PackageNotFoundError:  # the server runs in another environment
        return False
    return int(version.partition(".")[0]) >= 7


@cache
def _commands_of_parents() -> list[str]:
    # psutil comes with every kernel of Python, and is not needed where there is none.
    try:
        import psutil
    except ImportError:
        return []
    commands = []
    for process in psutil.Process().parents()[:LEVELS]:
        try:
            commands.append(" ".join(process.cmdline()))
        except psutil.Error:  # another user's process, or one that has just ended
            break
    return commands
