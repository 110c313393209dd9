"""What the README shows is what happens."""

import re
import shlex

import botocore.session
import pytest
from botocore import xform_name
from cfnlint.decode import decode

from checkov_keys.cli.commands import COMMANDS


@pytest.fixture
def readme(root):
    """The README's text."""
    return (root / "README.md").read_text()


def test_the_example_and_its_output(readme, root, run_command):
    """The first screen's template is the example, and its output is real."""
    example = (root / "examples" / "terraform" / "failing" / "main.tf").read_text()
    shown = re.search(r"```terraform\n(.*?)```", readme, re.DOTALL).group(1)
    assert example.split("\n", 1)[1] == shown
    command, output = re.search(r"```console\n\$ (.*?)\n(.*?)```", readme, re.DOTALL).groups()
    done = run_command(*shlex.split(command), cwd=root)
    assert 1 == done.returncode
    assert output.strip() == done.stdout.strip()


def test_every_command_is_one(readme):
    """No command is shown that does not exist, and every one but help is shown."""
    shown = set(re.findall(r"checkov-keys ([a-z]+(?:-dir)?)\b(?! )", readme)) | set(
        re.findall(r"checkov-keys ([a-z]+(?:-dir)?) ", readme)
    )
    assert {command.name for command in COMMANDS} - {"demo"} <= shown


def test_the_scan_and_the_audit_that_it_shows(readme, run_command, audit, iam_server):
    """The commands of the sections Templates and Live accounts run as they stand."""
    (run_command.folder / "main.tf").write_text('resource "aws_iam_access_key" "a" { user = "u" }\n')
    for line in ("checkov-keys scan -d . -o cli -o sarif --output-file-path results",):
        assert line in readme
        assert 0 == run_command(*shlex.split(line)).returncode
    line = "checkov-keys audit -o cli -o sarif -o csv --output-file-path results"
    assert line in readme
    assert 0 == audit(iam_server({}).url, *shlex.split(line)[2:]).returncode
    line = 'checkov -d . --external-checks-dir "$(checkov-keys checks-dir)"'
    assert line in readme
    assert 0 == run_command("bash", "-c", f"{line} --check CKV2_KEYS_1").returncode


def test_links_lead_somewhere(readme, root):
    """Every file that the README links to is there."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", readme):
        assert (root / target).exists()


@pytest.mark.parametrize(
    "name", ["audit_policy.json.txt", "organization_policy.json.txt", "remediation_policy.json.txt"]
)
def test_the_policies_that_it_shows(readme, root, name):
    """The policies are those of the examples, which are tested to be enough."""
    assert f"```json\n{(root / 'examples' / 'iam' / name).read_text()}```" in readme


def test_the_roll_out_that_it_shows(readme, root):
    """AWS knows the operations and their parameters, and the template those that it is given."""
    service = botocore.session.get_session().get_service_model("cloudformation")
    operations = {xform_name(name, "-"): service.operation_model(name) for name in service.operation_names}
    template = decode(str(root / "examples" / "iam" / "audit_role.template"))[0]
    lines = re.findall(r"^aws cloudformation (\S+) (.*?[^\\])$", readme, re.DOTALL | re.MULTILINE)
    assert ["create-stack-set", "create-stack-instances"] == [operation for operation, _ in lines]
    for operation, flags in lines:
        shape = operations[operation].input_shape
        known = {f"--{xform_name(name, '-')}" for name in shape.members} | {"--region"}
        assert set() == {word for word in shlex.split(flags) if word.startswith("--")} - known
        assert {xform_name(name, "-") for name in shape.required_members} <= {
            word[2:] for word in shlex.split(flags) if word.startswith("--")
        }
        assert set(re.findall(r"ParameterKey=(\w+)", flags)) <= template["Parameters"].keys()
        for file in re.findall(r"file://(\S+)", flags):
            assert (root / file).exists()
