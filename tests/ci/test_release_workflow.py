"""The workflow that makes a release: who may do what, in which order, and with which of our own scripts."""

import re

import pytest
import yaml


@pytest.fixture
def workflow(root):
    """The workflow; YAML 1.1 reads its key `on` as true."""
    return yaml.safe_load((root / ".github" / "workflows" / "release.yml").read_text())


def test_schema(check_schema, root):
    """GitHub would take the files."""
    for path in sorted((root / ".github" / "workflows").glob("*.yml")):
        check_schema("vendor.github-workflows", path)


PERMISSIONS = {
    "build": {"contents": "read"},
    "attest": {"id-token": "write", "attestations": "write"},
    "publish": {"id-token": "write"},
    "image": {"contents": "read", "packages": "write", "id-token": "write", "attestations": "write"},
    "release": {"contents": "write"},
}


def test_permissions(workflow):
    """Each job has what it needs: only the last may write to the repository, and no job that builds may publish."""
    assert {} == workflow["permissions"]
    assert PERMISSIONS == {name: job["permissions"] for name, job in workflow["jobs"].items()}
    assert ["publish"] == [name for name, job in workflow["jobs"].items() if "environment" in job]


def test_order(workflow):
    """A tag starts it; nothing is published before it was built twice, tried and attested."""
    assert {"push": {"tags": ["v*"]}} == workflow[True]
    needs = {name: job.get("needs") for name, job in workflow["jobs"].items()}
    order = {"build": None, "attest": "build", "publish": ["build", "attest"], "image": "publish", "release": "publish"}
    assert order == needs
    script = "".join(step.get("run", "") for step in workflow["jobs"]["build"]["steps"])
    steps = ("cut_changelog.py", "build_release.py", "twine", "checkov-keys doctor", "cyclonedx-py")
    places = [script.index(word) for word in steps]
    assert sorted(places) == places


def test_scripts(workflow, root):
    """They are files of this project, and no value of GitHub's becomes a part of a script."""
    scripts = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    assert [] == [script for script in scripts if "${{" in script]
    named = set(re.findall(r"\btools/\w+\.\w+", "".join(scripts)))
    assert {"tools/build_release.py", "tools/cut_changelog.py", "tools/release_tools.txt"} == named
    assert all((root / name).exists() for name in named)


def test_tools_are_pinned(root):
    """What builds a release is of one version."""
    lines = [line for line in (root / "tools" / "release_tools.txt").read_text().splitlines() if line[:1] != "#"]
    assert lines
    assert [] == [line for line in lines if not re.fullmatch(r"[\w-]+==[\d.]+", line)]
