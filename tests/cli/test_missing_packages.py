"""A broken environment: what is missing is said in one line, with the command that installs it."""

import json
import sys

import pytest
from hidden_modules import hide_modules

from checkov_keys.cli.missing_packages import MissingPackageError, check_installed, describe_missing

KEY = "AKIA" + "A" * 16
CHANGE = {
    "format": "checkov-keys journal 1",
    "time": "2026-01-01T00:00:00+00:00",
    "account": "123456789012",
    "user": "ci",
    "key": KEY,
    "before": "Active",
    "after": "Inactive",
    "outcome": "changed",
    "reason": "",
}
COMMANDS = {
    "audit": ("audit",),
    "usage": ("usage", "--key", KEY, "--trail", "logs"),
    "remediate": ("remediate",),
    "rollback": ("rollback", "journal.jsonl", "--yes"),
}
# Which package is missing → the commands that cannot do without it; the others end as they would with it.
NEEDED = {
    "checkov": ("audit",),
    "configargparse": (),
    "boto3": ("audit", "usage", "remediate", "rollback"),
    "botocore": ("audit", "usage", "remediate", "rollback"),
    "yaml": ("audit", "usage", "remediate", "rollback"),
    "tqdm": ("audit", "usage", "remediate", "rollback"),
}


@pytest.fixture
def run_without(run_command, tmp_path, iam_server, aws_environment):
    """Run a command on an account of one key, by a Python that lacks a package."""
    (run_command.folder / "logs").mkdir()
    (run_command.folder / "journal.jsonl").write_text(f"{json.dumps(CHANGE)}\n")
    url = iam_server({"ci": ["Active"]}).url

    def run(package, *command):
        hidden = hide_modules(tmp_path / "hidden", [package])
        return run_command("checkov-keys", *command, **aws_environment, **hidden, AWS_ENDPOINT_URL=url)

    return run


@pytest.mark.parametrize("package", NEEDED)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_package_that_is_missing(run_without, package, command):
    """It is one line and exit code 2 if the command needs it, and nothing at all otherwise."""
    done = run_without(package, *COMMANDS[command])
    said = f"checkov-keys {command}: the Python package {package} is not installed, or not all of it: run "
    assert "Traceback" not in done.stderr
    assert "unexpected" not in done.stderr
    if command in NEEDED[package]:
        assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines())), done.stderr
        assert done.stderr.startswith(said)
        assert f"install --upgrade {'boto3' if package.startswith('boto') else 'checkov'}\n" in done.stderr
    else:
        assert said not in done.stderr
        assert done.stdout or done.stderr


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("package", ["checkov", "configargparse", "boto3"])
def test_help_needs_none_of_them(run_without, package, command):
    """Whoever asks for help gets it."""
    done = run_without(package, command, "--help")
    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.startswith(f"usage: checkov-keys {command}")


DESCRIBED = {
    "a package": ("checkov", "checkov is not installed", "checkov"),
    "a module of it": ("checkov.common.nothing", "checkov is not installed", "checkov"),
    "a package of Checkov's, whose name may be somebody else's in an index": ("hcl2", "hcl2 is not", "checkov"),
    "a package of boto3's": ("botocore.credentials", "botocore is not installed", "boto3"),
}


@pytest.mark.parametrize(("name", "said", "wanted"), DESCRIBED.values(), ids=DESCRIBED)
def test_what_is_said(name, said, wanted):
    """The line names the package, and a command that installs it."""
    line = describe_missing(ModuleNotFoundError(name=name))
    assert f"the Python package {said}" in line
    assert line.endswith(f" --upgrade {wanted}")


@pytest.mark.parametrize("name", [None, "", "checkov_keys", "checkov_keys.cli.nothing"])
def test_what_is_not_said(name):
    """A module of ours that is missing is a fault of ours, and malformed errors name nothing."""
    assert describe_missing(ModuleNotFoundError(name=name)) is None


def test_checking_imports_nothing():
    """A package is looked for, not imported."""
    assert check_installed("json", "antigravity") is None
    assert "antigravity" not in sys.modules
    with pytest.raises(MissingPackageError, match="the Python package nowhere_at_all is not installed"):
        check_installed("json", "nowhere_at_all")
