"""Which front-end draws charts, and what the output carries where none is known to."""

import base64
import json
import os
import re
import subprocess
import sys

import nbformat
import pytest

from taobaolab import charts, front_ends

LAB = "/usr/bin/python3 /usr/bin/jupyter-lab --no-browser"


@pytest.mark.parametrize(
    ("command", "draws"),
    [
        (LAB, True),
        ("python -m jupyterlab --ServerApp.port=8888", True),
        ("/srv/conda/bin/jupyterhub-singleuser --ip=0.0.0.0", True),
        ("C:\\Python\\Scripts\\jupyter-lab.exe", True),
        ("/usr/bin/python3 /usr/bin/jupyter-nbclassic", False),
        ("python -m jupyter nbconvert --execute a.ipynb", False),
        ("/usr/bin/python3 /usr/bin/voila a.ipynb", True),
        ("papermill a.ipynb b.ipynb", False),
        ("python -m spyder.app.start", False),
        ("bash", False),
    ],
)
def test_a_front_end_is_known_by_the_program_that_started_the_kernel(command, draws):
    assert front_ends.draws({}, ["python -m some_launcher", command, "bash"]) is draws


def test_the_nearest_program_decides():
    assert not front_ends.draws({}, ["jupyter-nbconvert --execute a.ipynb", LAB])


def test_hosts_are_known_by_their_variables():
    assert front_ends.draws({"VSCODE_PID": "1"}, [])
    assert not front_ends.draws({"COLAB_RELEASE_TAG": "x"}, [LAB])
    assert not front_ends.draws({"KAGGLE_KERNEL_RUN_TYPE": "Interactive"}, [LAB])
    assert not front_ends.draws({}, [])


@pytest.mark.parametrize(("version", "draws"), [("7.6.5", True), ("6.5.7", False), (None, False)])
def test_notebook_draws_from_version_7_on(monkeypatch, version, draws):
    def look_up(name):
        assert name == "notebook"
        if version is None:
            raise front_ends.metadata.PackageNotFoundError(name)
        return version

    monkeypatch.setattr(front_ends.metadata, "version", look_up)
    for command in ("/usr/bin/python3 /usr/bin/jupyter-notebook", "python -m notebook"):
        assert front_ends.draws({}, [command]) is draws


def test_this_process_was_started_by_something():
    assert front_ends._commands_of_parents()


@pytest.mark.parametrize("package", ["vl_convert", "PIL"])
def test_without_what_makes_pictures_the_output_says_what_to_do(monkeypatch, package):
    monkeypatch.setenv(charts.STILLS, "yes")
    monkeypatch.setitem(sys.modules, package, None)
    bundle, _ = charts.render({"mark": "point", "description": "3 < 7,780"})
    assert "image/png" not in bundle
    assert bundle["text/html"].startswith("<p>3 &lt; 7,780</p>")
    assert "vl-convert-python" in bundle["text/html"]


BOOK = """
from taobaolab import charts
from taobaolab.lessons import growth
charts.setup()
growth.growth_rates()
"""


def test_nbconvert_executes_a_chart_into_a_picture(tmp_path):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(BOOK)])
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    path = tmp_path / "one chart.ipynb"
    nbformat.write(book, path)
    command = [sys.executable, "-m", "nbconvert", "--execute", "--to", "notebook"]
    done = subprocess.run(
        [*command, "--output", "run", str(path)],
        env={name: value for name, value in os.environ.items() if name != charts.STILLS},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (output,) = nbformat.read(tmp_path / "run.ipynb", 4).cells[0].outputs
    assert base64.b64decode(output.data["image/png"]).startswith(b"\x89PNG")
    assert "A chart\n" + output.metadata["image/png"]["alt"] == output.data["text/plain"]
    assert "http" not in re.sub(r'"\$schema": "[^"]*"', "", json.dumps(output.data))
