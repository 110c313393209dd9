"""The GitHub action, run step by step, but for what only GitHub can run."""

import json
import re
import sys

import pytest

TWO_KEYS = 'resource "aws_iam_access_key" "a" { user = "u" }\nresource "aws_iam_access_key" "b" { user = "u" }\n'
ONE_KEY = 'resource "aws_iam_access_key" "a" { user = "u" }\n'
BROKEN = 'resource "aws_iam_access_key" {{{'
TEMPLATES, ACCOUNT = "checkov-keys/templates/", "checkov-keys/aws/123456789012/"
ONLY_TERRAFORM = "--framework terraform\n  --compact\n"


@pytest.fixture
def installed(tmp_path):
    """What the first steps give to those after them, where they have installed nothing."""
    sarif = tmp_path / "sarif"
    sarif.mkdir()
    return {"python": {}, "install": {"command": "checkov-keys", "sarif": str(sarif)}}


@pytest.fixture
def run_action(action, run_command, installed, aws_environment):
    """Run the action in a workspace that holds `main.tf`; returns how it ended and the categories of its SARIF."""

    def run(template, inputs, **environment):
        (run_command.folder / "main.tf").write_text(template)
        ran = action.run(run_command.folder, inputs, installed, **{**aws_environment, **environment})
        return ran, categories(ran.outputs["sarif"], run_command.folder)

    return run


def categories(folder, workspace):
    """The categories of the SARIF files in a folder."""
    logs = [json.loads(path.read_text()) for path in (workspace / folder).glob("*.sarif")]
    return sorted(run["automationDetails"]["id"] for log in logs for run in log["runs"])


SCANS = {
    "silent: one key": (ONE_KEY, {}, (0, "0", [TEMPLATES])),
    "silent: nothing is asked for": (TWO_KEYS, {"scan": "false"}, (0, "", [])),
    "silent: two keys, soft failing": (TWO_KEYS, {"soft-fail": "true"}, (0, "0", [TEMPLATES])),
    "two keys": (TWO_KEYS, {}, (1, "1", [TEMPLATES])),
    "broken": (BROKEN, {}, (2, "2", [TEMPLATES])),
    "broken, soft failing": (BROKEN, {"soft-fail": "true"}, (2, "2", [TEMPLATES])),
    "malformed: a yes": (TWO_KEYS, {"scan": "yes"}, (2, "", [])),
    "malformed: a capital": (TWO_KEYS, {"soft-fail": "True"}, (2, "", [])),
    "malformed: no such directory": (ONE_KEY, {"directory": "nowhere"}, (2, "2", [])),
    "malformed: a script for a directory": (ONE_KEY, {"directory": "$(touch pwned); touch pwned"}, (2, "2", [])),
    "malformed: a script for flags": (ONE_KEY, {"scan-flags": "--soft-fail;touch pwned $(touch pwned)"}, (2, "2", [])),
}


@pytest.mark.parametrize(("template", "inputs", "expected"), SCANS.values(), ids=SCANS)
def test_scan(run_action, run_command, template, inputs, expected):
    """Templates are scanned, their SARIF is written whatever is found, and the job fails for 1 and 2."""
    ran, found = run_action(template, {"scan-flags": ONLY_TERRAFORM, **inputs})
    assert expected == (ran.code, ran.outputs["scan-exit-code"], found), ran.printed
    assert ran.outputs["audit-exit-code"] == ""
    assert not list(run_command.folder.glob("*pwned*"))


ACCOUNTS = {
    "silent: a key each": ({"alice": ["Active"]}, {}, "", (0, "0")),
    "two active keys": ({"alice": ["Active", "Active"]}, {}, "", (1, "1")),
    "two active keys, in more flags": ({"alice": ["Active", "Active"]}, {}, "--quiet\n--soft-fail", (0, "0")),
    "a user that cannot be read": ({"alice": ["Active"]}, {("ListAccessKeys", "alice"): "AccessDenied"}, "", (2, "2")),
}


@pytest.mark.parametrize(("users", "faults", "flags", "expected"), ACCOUNTS.values(), ids=ACCOUNTS)
def test_audit(run_action, iam_server, users, faults, flags, expected):
    """The account is audited by the job's own credentials, and has a category of its own."""
    inputs = {"scan": "false", "audit": "true", "audit-flags": f"--check=CKV2_KEYS_1\n{flags}"}
    ran, found = run_action(ONE_KEY, inputs, AWS_ENDPOINT_URL=iam_server(users, faults).url)
    assert (*expected, [ACCOUNT]) == (ran.code, ran.outputs["audit-exit-code"], found), ran.printed
    assert {} == ran.used


BOTH = {
    "findings in the templates only": (TWO_KEYS, ["Active"], (1, "1", "0")),
    "findings in the account only": (ONE_KEY, ["Active", "Active"], (1, "0", "1")),
    "a template that is broken": (BROKEN, ["Active", "Active"], (2, "2", "1")),
}


@pytest.mark.parametrize(("template", "keys", "expected"), BOTH.values(), ids=BOTH)
def test_both(run_action, iam_server, template, keys, expected):
    """One does not keep the other from its work, the worse one decides, and categories differ."""
    role = "arn:aws:iam::123456789012:role/r"
    flags = {"scan-flags": ONLY_TERRAFORM, "audit-flags": "--check=CKV2_KEYS_1"}
    inputs = {**flags, "audit": "true", "role-to-assume": role}
    ran, found = run_action(template, inputs, AWS_ENDPOINT_URL=iam_server({"alice": keys}).url)
    assert expected == (ran.code, ran.outputs["scan-exit-code"], ran.outputs["audit-exit-code"]), ran.printed
    assert [ACCOUNT, TEMPLATES] == found
    given = {"role-to-assume": role, "aws-region": "us-east-1"}
    assert [{"role-session-name": "checkov-keys", **given}] == list(ran.used.values())


def test_from_nothing(action, source, run_command, python_with_checkov):
    """The pack is installed from the action's own checkout, and found by the steps after."""
    given = {"python": {"python-path": python_with_checkov(sys.executable)}}
    action.use(source)
    inputs = {"directory": str(source / "examples" / "terraform" / "failing"), "sarif-folder": "new/sarif"}
    ran = action.run(run_command.folder, inputs, given)
    assert (1, "1", "new/sarif") == (ran.code, ran.outputs["scan-exit-code"], ran.outputs["sarif"]), ran.printed
    assert [TEMPLATES] == categories("new/sarif", run_command.folder)
    again = action.run(run_command.folder, inputs, given)
    assert (2, "") == (again.code, again.outputs["scan-exit-code"])
    assert "::error title=checkov-keys::sarif-folder new/sarif is not empty" in again.printed


def test_a_checkov_that_is_not_there(action, source, run_command, python_with_checkov):
    """What cannot be installed ends the action before anything is scanned."""
    given = {"python": {"python-path": python_with_checkov(sys.executable)}}
    action.use(source)
    ran = action.run(run_command.folder, {"checkov-version": "0.0.0.1"}, given)
    assert (1, "", "") == (ran.code, ran.outputs["scan-exit-code"], ran.outputs["sarif"])
    assert "checkov==0.0.0.1" in ran.printed


BOTO3 = {
    "silent: none": ("", []),
    "a version": ("1.41.0", ["boto3[crt]==1.41.0"]),
    "the newest": ("newest", ["--upgrade boto3[crt]"]),
    "malformed: a script": ("$(touch pwned); touch pwned", ["boto3[crt]==$(touch pwned); touch pwned"]),
}
# A Python that writes down what it is asked for, and makes environments of itself.
SCRIBE = """#!/bin/sh
echo "$@" >> "{told}"
if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin"; fi
"""


@pytest.mark.parametrize(("version", "expected"), BOTO3.values(), ids=BOTO3)
def test_the_version_of_boto3(action, run_command, tmp_path, version, expected):
    """It is installed after Checkov, by itself: pip would look for an old Checkov otherwise."""
    python, told = tmp_path / "python", tmp_path / "told"
    python.write_text(SCRIBE.format(told=told))
    python.chmod(0o755)
    inputs = {"boto3-version": version, "scan": "false"}
    ran = action.run(run_command.folder, inputs, {"python": {"python-path": str(python)}})
    assert 0 == ran.code, ran.printed
    _, checkov, *others = told.read_text().splitlines()
    assert checkov.endswith(" checkov")
    assert [f"-m pip install --quiet {each}" for each in expected] == others
    assert not list(run_command.folder.glob("*pwned*"))


def test_what_github_asks_for(check_schema, root):
    """The file is what GitHub expects of an action."""
    check_schema("vendor.github-actions", root / "action.yml")


def test_inputs(action):
    """Every input is used, none is pasted into a script, which could run it, and each action is one commit."""
    steps = action.definition["runs"]["steps"]
    assert set(action.definition["inputs"]) == set(re.findall(r"inputs\.([\w-]+)", str(steps)))
    assert [] == [step["run"] for step in steps if "${{" in step.get("run", "")]
    assert all(re.search(r"@[0-9a-f]{40}$", step["uses"]) for step in steps if "uses" in step)


def test_the_readme_tells_of_it(action, root):
    """Each input with its default, and each output."""
    section = (root / "docs" / "ci" / "github.md").read_text()
    for name in (*action.definition["inputs"], *action.definition["outputs"]):
        assert f"`{name}`" in section
    for name, default in (("aws-region", "us-east-1"), ("python-version", "3.12"), ("soft-fail", "false")):
        assert default == action.definition["inputs"][name]["default"]
        assert f"`{default}`" in section
