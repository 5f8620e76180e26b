"""Version, date, licences and the way to cite: said in several places, the same in all."""

import datetime
import json
import re
import tomllib

import pytest
import yaml

import taobaolab
from conftest import ROOT
from taobaolab import datasets

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGE = json.loads(datasets.read_text("datapackage.json"))
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
# Keys and words of the Citation File Format 1.2.0 (Druskat and others, 2021)
CFF_KEYS = (
    "abstract authors cff-version commit contact date-released doi identifiers keywords license license-url message "
    "preferred-citation references repository repository-artifact repository-code title type url version"
)
CFF_ENTITY = "address alias city country date-end date-start email fax location name orcid post-code region tel website"


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def releases(changes):
    """Version and date of each release in the list of changes, the newest first."""
    return re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", changes, re.M)


def test_the_version_stands_in_one_place_and_is_copied_from_there():
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert PROJECT["tool"]["hatch"]["version"]["path"] == "taobaolab/__init__.py"
    version, date = releases(read("CHANGELOG.md"))[0]
    assert version == taobaolab.__version__ == CITATION["version"] == PACKAGE["version"]
    assert datetime.date.fromisoformat(date) == CITATION["date-released"]


def test_the_changes_are_kept_in_the_form_of_keep_a_changelog():
    changes = read("CHANGELOG.md")
    assert re.findall(r"^## (.+)$", changes, re.M)[0] == "[Unreleased]"
    found = releases(changes)
    assert len(found) == len(re.findall(r"^## ", changes, re.M)) - 1
    numbers = [tuple(map(int, version.split("."))) for version, _ in found]
    assert numbers == sorted(numbers, reverse=True)
    assert [date for _, date in found] == sorted((date for _, date in found), reverse=True)
    assert set(re.findall(r"^### (.+)$", changes, re.M)) <= {
        "Added",
        "Changed",
        "Deprecated",
        "Removed",
        "Fixed",
        "Security",
    }


def test_the_citation_file_is_valid():
    assert CITATION.keys() <= set(CFF_KEYS.split())
    assert CITATION.keys() >= {"authors", "cff-version", "message", "title"}
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["type"] in ("software", "dataset")
    assert all(
        author.keys() <= set(CFF_ENTITY.split()) and author["name"]
        for author in CITATION["authors"]
    )
    assert isinstance(CITATION["version"], str)
    assert isinstance(CITATION["date-released"], datetime.date)
    assert len(set(CITATION["keywords"])) == len(CITATION["keywords"])


def test_licences_agree():
    """Code is under MIT, text and data under CC BY 4.0: in every place that says so."""
    assert PROJECT["project"]["license"] == "MIT AND CC-BY-4.0"
    assert CITATION["license"] == ["MIT", "CC-BY-4.0"]
    assert PROJECT["project"]["license-files"] == ["LICENSE", "LICENSE-CC-BY"]
    ours = ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/")
    for described in (PACKAGE, *PACKAGE["resources"]):
        ((name, path),) = [(licence["name"], licence["path"]) for licence in described["licenses"]]
        assert (name, path) == ours or (described["name"], name) == ("coastline", "CC-PDM-1.0")
    assert (
        "Code is under the [MIT licence](LICENSE); text and data tables are under [CC BY 4.0](LICENSE-CC-BY)."
        in read("README.md")
    )
    assert read("LICENSE").startswith("MIT License\n")
    assert "see LICENSE-CC-BY" in read("LICENSE")
    assert "Creative Commons Attribution 4.0" in read("LICENSE-CC-BY")
    assert "see LICENSE." in read("LICENSE-CC-BY")
    (author,) = CITATION["authors"]
    assert all(
        author["name"] in " ".join(read(name).split()) for name in ("LICENSE", "LICENSE-CC-BY")
    )


@pytest.mark.parametrize(
    "name", ["LICENSE", "LICENSE-CC-BY", "CITATION.cff", "CHANGELOG.md", "CONTRIBUTING.md"]
)
def test_the_sdist_takes_it_along(name):
    assert name in PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["only-include"]
    assert (ROOT / name).exists()


def test_the_newest_releases_are_tried_apart_and_block_nobody():
    jobs = yaml.safe_load(read(".github/workflows/tests.yml"))
    on = jobs[True]  # YAML reads the word on as true
    assert {"push", "pull_request", "schedule", "workflow_dispatch"} == set(on)
    for name, events in {
        "test": ("push", "pull_request"),
        "newest": ("schedule", "workflow_dispatch"),
    }.items():
        assert jobs["jobs"][name]["if"] == " || ".join(
            f"github.event_name == '{event}'" for event in events
        )
    assert jobs["jobs"]["newest"]["steps"][-1]["run"] == "bash .ci/run newest"
    newest = read(".ci/run").partition("= newest ]; then\n")[2].partition("\nfi\n")[0]
    assert '-e ".[test]"' in newest
    assert " -c " not in newest


def count_lines(paths):
    """How many lines of Python stand in these files."""
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)


@pytest.mark.parametrize(("what", "inside"), [("library proper", False), ("lesson", True)])
def test_the_readme_says_how_large_the_library_is(what, inside):
    """To within a tenth: rounder than that is not what somebody finds who opens the folder."""
    lessons = ROOT / "taobaolab" / "lessons"
    paths = [
        path
        for path in (ROOT / "taobaolab").rglob("*.py")
        if path.is_relative_to(lessons) is inside
    ]
    (row,) = [line for line in read("README.md").splitlines() if what in line and " lines" in line]
    told = int(re.search(r"about ([\d,]+) lines", row)[1].replace(",", ""))
    assert told == pytest.approx(count_lines(paths), rel=0.1)
