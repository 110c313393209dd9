"""Runs the composite action step by step as GitHub's runner does, and checks files against published schemas."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from programs import need

EXPRESSION = re.compile(r"\$\{\{ ([\w.-]+) \}\}")
CONDITION = re.compile(r"([\w.-]+) (==|!=) '([^']*)'")


class Ran(NamedTuple):
    """How the action ended: its exit code and outputs, the inputs of the actions that it uses, all that was printed."""

    code: int
    outputs: dict
    used: dict
    printed: str


class CompositeAction:
    """An action.yml whose shell steps are run and whose other actions are only written down."""

    def __init__(self, folder, temporary, environment):
        self.definition = yaml.safe_load((folder / "action.yml").read_text())
        self._folder, self._temporary, self._environment = folder, temporary, environment

    def use(self, folder):
        """Take the action from another checkout."""
        self._folder = folder

    def run(self, workspace, inputs, given, **environment):
        """Run the steps that are not `given` by their outputs, in the workspace."""
        known = {f"inputs.{name}": str(value.get("default", "")) for name, value in self.definition["inputs"].items()}
        assert inputs.keys() <= self.definition["inputs"].keys()
        known.update((f"inputs.{name}", value) for name, value in inputs.items())
        for step, outputs in given.items():
            known.update((f"steps.{step}.outputs.{name}", value) for name, value in outputs.items())
        code, used, printed = 0, {}, ""
        for step in self.definition["runs"]["steps"]:
            if step.get("id") in given or not holds(step.get("if"), known):
                continue
            if "uses" in step:
                used[step["uses"]] = filled(step["with"], known)
                continue
            done, outputs = self._shell(step, workspace, known, environment)
            printed += done.stdout + done.stderr
            known.update(
                (f"steps.{step['id']}.outputs.{name}", value) for name, value in outputs.items() if "id" in step
            )
            if done.returncode:
                code = done.returncode
                break
        outputs = {name: output["value"] for name, output in self.definition["outputs"].items()}
        return Ran(code, filled(outputs, known), used, printed)

    def _shell(self, step, workspace, known, environment):
        assert "bash" == step["shell"]
        need("bash")
        script, outputs = self._temporary / "step.sh", self._temporary / "outputs"
        script.write_text(step["run"])
        outputs.write_text("")
        github = {"GITHUB_ACTION_PATH": self._folder, "GITHUB_OUTPUT": outputs, "RUNNER_TEMP": self._temporary}
        done = subprocess.run(
            # https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#exit-codes-and-error-action-preference
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=workspace,
            env={
                **self._environment,
                **{name: str(path) for name, path in github.items()},
                **environment,
                **filled(step.get("env", {}), known),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return done, dict(line.split("=", 1) for line in outputs.read_text().splitlines())


def filled(table, known):
    """The table with its expressions evaluated; what is not known is empty, as at GitHub."""
    return {name: EXPRESSION.sub(lambda found: known.get(found[1], ""), str(text)) for name, text in table.items()}


def holds(condition, known):
    """Whether a step's condition holds, which is a conjunction of comparisons."""
    for part in condition.split(" && ") if condition else ():
        name, operator, value = CONDITION.fullmatch(part).groups()
        if (known.get(name, "") == value) != (operator == "=="):
            return False
    return True


@pytest.fixture
def action(root, tmp_path, clean_environment):
    """The action of this project."""
    temporary = tmp_path / "runner"
    temporary.mkdir()
    return CompositeAction(root, temporary, clean_environment)


@pytest.fixture
def python_with_checkov(tmp_path):
    """Make a Python whose virtual environments have all that this one has, so that little is left to install."""

    def make(python):
        site = Path(pytest.__file__).parents[1]
        wrapper = tmp_path / "python"
        wrapper.write_text(
            f'#!/bin/sh\n"{python}" "$@" && echo "{site}" > "$(echo "$3"/lib/python*/site-packages)/those.pth"\n'
        )
        wrapper.chmod(0o755)
        return str(wrapper)

    return make


@pytest.fixture
def source(root, tmp_path):
    """The project's files that belong to git, as a checkout has them."""
    need("git")
    folder = tmp_path / "checkout"
    names = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(["git", *names], cwd=root, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if name.startswith(("tests/", "docs/")) or not (root / name).exists():
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, folder / name)
    return folder


@pytest.fixture
def check_schema(run_command):
    """Check a file of YAML against a schema that check-jsonschema brings along."""

    def check(schema, path):
        done = run_command("check-jsonschema", "--builtin-schema", schema, "--default-filetype", "yaml", path)
        assert 0 == done.returncode, done.stdout

    return check
