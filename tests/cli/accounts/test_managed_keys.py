"""`checkov-keys remediate` where a template owns the key to turn off."""

import json
import re

import boto3
import pytest
from emulated_aws import ADMIN
from faulty_moto_server import age_keys

OWN, REGION = "123456789012", "eu-west-1"
MAIN = """module "ci" {
  source = "./ci"
}
"""
CI = """resource "aws_iam_user" "deployer" {
  name = "deployer"
}

resource "aws_iam_access_key" "current" {
  user = aws_iam_user.deployer.name
}

resource "aws_iam_access_key" "left_over" {
  user = aws_iam_user.deployer.name
}
"""
ADDRESS = "module.ci.aws_iam_access_key.left_over"
TEMPLATE = """Resources:
  User:
    Type: AWS::IAM::User
    Properties:
      UserName: deployer
  LeftOver:
    Type: AWS::IAM::AccessKey
    Properties:
      UserName: !Ref User
"""


def state(*keys):
    """A state of Terraform that manages keys under ADDRESS."""
    instances = [{"schema_version": 0, "attributes": {"id": key, "secret": "", "user": "deployer"}} for key in keys]
    resource = {
        "module": "module.ci",
        "mode": "managed",
        "type": "aws_iam_access_key",
        "name": "left_over",
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": instances,
    }
    return json.dumps(
        {"version": 4, "terraform_version": "1.11.0", "serial": 1, "lineage": "x", "resources": [resource]}
    )


class Owned:
    """A user with two active keys, the older of which is to be turned off."""

    def __init__(self, server, folder):
        self.server, self.folder = server, folder
        self.iam = self.client("iam")

    def client(self, service, region=REGION):
        return boto3.client(service, endpoint_url=self.server.endpoint, **{**ADMIN, "region_name": region})

    def by_hand(self):
        self.iam.create_user(UserName="deployer")
        for _ in range(2):
            self.iam.create_access_key(UserName="deployer")
        self.older, self.newer = age_keys()["deployer"]
        return self

    def by_stack(self):
        """The older one is made by a stack, the newer one by hand."""
        self.client("cloudformation").create_stack(StackName="ci", TemplateBody=TEMPLATE)
        self.iam.create_access_key(UserName="deployer")
        self.older, self.newer = age_keys()["deployer"]
        return self

    def inactive(self):
        keys = self.iam.list_access_keys(UserName="deployer")["AccessKeyMetadata"]
        return [key["AccessKeyId"] for key in keys if key["Status"] == "Inactive"]

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def owned(watched_moto, run_command):
    return Owned(watched_moto(), run_command.folder)


@pytest.fixture
def remediate(run_command, aws_environment):
    """Run `checkov-keys remediate` against an account."""

    def run(account, *flags, **environment):
        command = ["checkov-keys", "remediate", "--endpoint-url", account.server.endpoint, *flags]
        return run_command(*command, **{**aws_environment, "AWS_DEFAULT_REGION": REGION, **environment})

    return run


def managed_by(done):
    (planned,) = json.loads(done.stdout)["plan"]
    # Nobody runs by mistake what would not last.
    assert (planned["command"] is None) is (planned["managed_by"] is not None)
    return planned["managed_by"]


def test_a_state_that_does_not_know_the_key(owned, remediate):
    """Nothing is different: the key that it manages is another one."""
    owned.by_hand().write("state", state(owned.newer))
    done = remediate(owned, "--state", "state")
    assert (1, "") == (done.returncode, done.stderr)
    assert done.stdout.startswith("1 to turn off, 0 left alone, 0 not judged\n")
    assert f"aws iam update-access-key --access-key-id {owned.older}" in done.stdout


def test_a_key_of_a_state(owned, remediate):
    """The plan names the resource and the edit, shows no command, and nothing of the state but the address."""
    owned.by_hand().write("terraform.tfstate", state(owned.older))
    done = remediate(owned, "--state", "terraform.tfstate")
    assert (1, "") == (done.returncode, done.stderr)
    assert done.stdout.startswith("0 to turn off, 1 to turn off in a template, 0 left alone, 0 not judged\n")
    assert (
        f"  Terraform manages it as {ADDRESS} (terraform.tfstate): turned off by hand only, it comes back with the "
        'next terraform apply.\n  Write status = "Inactive" there instead.\n'
    ) in done.stdout
    assert "update-access-key" not in done.stdout
    assert {
        "tool": "Terraform",
        "address": ADDRESS,
        "origin": "terraform.tfstate",
        "edit": 'status = "Inactive"',
        "places": [],
        "fix": None,
        "by_hand": None,
    } == managed_by(remediate(owned, "--state", "terraform.tfstate", "-o", "json"))


def test_a_managed_key_is_not_turned_off(owned, remediate):
    """Neither by --apply nor by the scripts, but with --even-managed; then the edit is still said."""
    owned.by_hand().write("state", state(owned.older))
    done = remediate(owned, "--state", "state", "--apply", "--yes", "--journal", "j")
    assert (1, [], False) == (done.returncode, owned.inactive(), (owned.folder / "j").exists())
    remediate(owned, "--state", "state", "-o", "sh")
    script = (owned.folder / "turn_off_keys.sh").read_text()
    assert f"# Terraform manages it as {ADDRESS} (state)" in script
    assert "update-access-key" not in script
    remediate(owned, "--state", "state", "-o", "sh", "--even-managed")
    assert f"--access-key-id {owned.older} --status Inactive" in (owned.folder / "turn_off_keys.sh").read_text()
    done = remediate(owned, "--state", "state", "--apply", "--yes", "--journal", "j", "--even-managed")
    assert (0, [owned.older]) == (done.returncode, owned.inactive())
    assert f"Terraform manages it as {ADDRESS}" in done.stdout


def test_where_terraform_declares_it(owned, remediate, run_command):
    """File and lines, by its address; the command that is shown makes the edit, with which a scan passes."""
    owned.by_hand().write("state", state(owned.older))
    owned.write("infra/main.tf", MAIN)
    owned.write("infra/ci/keys.tf", CI)
    done = remediate(owned, "--state", "state", "-d", "infra")
    assert (1, "") == (done.returncode, done.stderr)
    fix = f"checkov-keys fix -d infra --resource {ADDRESS}"
    assert f'Write status = "Inactive" into infra/ci/keys.tf:9-11 instead:\n  {fix}\n' in done.stdout
    assert [{"directory": "infra", "path": "infra/ci/keys.tf", "first_line": 9, "last_line": 11}] == managed_by(
        remediate(owned, "--state", "state", "-d", "infra", "-o", "json")
    )["places"]
    assert 1 == run_command("checkov-keys", "scan", "-d", "infra").returncode
    assert 0 == run_command(*fix.split(), "--write").returncode
    assert 0 == run_command("checkov-keys", "scan", "-d", "infra").returncode


def test_a_key_of_a_stack(owned, remediate, run_command):
    """It is found by its id, in the session's region or those that are named, and its template by its logical id."""
    owned.by_stack().write("stacks/ci.template", TEMPLATE)
    known = {
        "tool": "CloudFormation",
        "address": "LeftOver",
        "origin": f"stack ci in {REGION}",
        "edit": "Status: Inactive",
        "places": [{"directory": "stacks", "path": "stacks/ci.template", "first_line": 6, "last_line": 9}],
        "fix": "checkov-keys fix -d stacks --resource LeftOver",
        "by_hand": None,
    }
    for flags in ((), ("--stack-regions", f"us-east-2,{REGION}")):
        assert known == managed_by(remediate(owned, "--stacks", *flags, "-d", "stacks", "-o", "json"))
    assert managed_by(remediate(owned, "--stacks", "--stack-regions", "us-east-2", "-o", "json")) is None
    done = remediate(owned, "--stacks", "-d", "stacks", "--apply", "--yes", "--journal", "j")
    assert (1, []) == (done.returncode, owned.inactive())
    fix = "checkov-keys fix -d stacks --resource LeftOver"
    assert f"Write Status: Inactive into stacks/ci.template:6-9 instead:\n  {fix}\n" in done.stdout
    assert 0 == run_command(*fix.split(), "--write").returncode
    assert "      Status: Inactive\n" in (owned.folder / "stacks" / "ci.template").read_text()


def test_by_hand_and_from_a_snapshot(owned, remediate, audit):
    """Owners are told there, too; a snapshot may be judged with the stacks as they are now."""
    owned.by_stack()
    by_hand = remediate(owned, "--stacks", "--user", "deployer", "--key", owned.older)
    assert f"CloudFormation manages it as LeftOver (stack ci in {REGION})" in by_hand.stdout
    audit(owned.server.endpoint, "--save-snapshot", "evidence")
    later = remediate(owned, "--stacks", "--from-snapshot", "evidence", "--apply", "--yes", "--journal", "j")
    assert (1, [], "") == (later.returncode, owned.inactive(), later.stderr)


def test_it_cannot_be_told_whether_a_stack_owns_it(watched_moto, run_command, remediate):
    """The key is left alone and named, and the exit code is 2."""
    denied = "not authorized to perform: cloudformation:DescribeStackResources"
    server = watched_moto(lambda action, *_: denied if action == "DescribeStackResources" else None)
    owned = Owned(server, run_command.folder).by_hand()
    done = remediate(owned, "--stacks", "--apply", "--yes", "--journal", "j")
    assert (2, []) == (done.returncode, owned.inactive())
    assert "0 to turn off, 1 left alone, 1 not judged" in done.stdout
    assert "Left alone, since it is not known whether a template manages it: " in done.stdout
    assert f"Not judged: {owned.older}: " in done.stdout
    assert "(allow cloudformation:DescribeStackResources for it)" in done.stdout


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--stack-regions", REGION), "--stack-regions requires --stacks"),
        (("-d", "."), "-d says where managed keys are declared: it needs --state or --stacks"),
        (("--state", "none", "-d", "."), "state none: cannot be read: No such file or directory"),
        (("--stacks", "-d", "none"), "no such directory: none"),
        (("--state", "plain"), "state plain: "),
    ],
)
def test_what_is_wrong_is_said_before_aws_is_asked(owned, remediate, flags, said):
    """A wrong flag or state file is one line and exit code 2, and no call is made."""
    owned.write("plain", "no state at all")
    done = remediate(owned, *flags)
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines()))
    assert done.stderr.startswith(f"checkov-keys remediate: {said}")
    assert [] == owned.server.calls


def test_no_region(owned, remediate):
    """CloudFormation is asked somewhere, or the plan would say of no stack that it owns the key."""
    done = remediate(owned, "--stacks", AWS_DEFAULT_REGION="")
    assert (2, "") == (done.returncode, done.stdout)
    assert (
        "--stacks asks in the session's region, but none is configured: set one, or use --stack-regions" in done.stderr
    )


def test_a_template_that_does_not_parse(owned, remediate):
    """It is warned of: what it declares is not known."""
    owned.by_hand().write("state", state(owned.older))
    owned.write("infra/main.tf", 'resource "aws_iam_access_key" "x" {\n')
    done = remediate(owned, "--state", "state", "-d", "infra")
    assert 1 == done.returncode
    assert "main.tf does not parse: what it declares is not known" in done.stderr
    assert 'Write status = "Inactive" there instead.' in done.stdout


def test_the_commands_that_the_readme_shows(owned, run_command, aws_environment, root):
    """Those of its chapter on turning keys off run as they stand, in this order, and do what it says."""
    chapter = (root / "docs" / "remediation.md").read_text()
    blocks = [block.strip().splitlines() for block in re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL)]
    plan, change, owners, fix = ([line.partition("  #")[0].rstrip() for line in block] for block in blocks)
    owned.by_stack()
    owned.write("terraform", f"#!/bin/sh\ncat <<'END'\n{state(owned.newer)}\nEND\n")
    (owned.folder / "terraform").chmod(0o755)
    owned.write("infra/main.tf", MAIN)
    owned.write("infra/ci/keys.tf", CI.replace("left_over", "old"))
    owned.write("infra/own.tf", CI.replace('"deployer"', '"other"', 1).replace("deployer.name", "own.name"))
    owned.write("infra/ci.template", TEMPLATE.replace("LeftOver:", "LeftOverKey:"))
    environment = {**aws_environment, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": owned.server.endpoint}

    def run(line, **more):
        path = f"{owned.folder}:{clean_path}"
        return run_command("bash", "-c", line, **environment, PATH=path, **more)

    clean_path = run_command("bash", "-c", "echo $PATH").stdout.strip()
    everyday, scripts, by_hand, unused = plan
    assert 1 == run(everyday).returncode
    assert 1 == run(scripts.replace("--organization ", "")).returncode
    assert 1 == run(by_hand.replace("ci-deployer", "deployer").replace("AKIAIOSFODNN7EXAMPLE", owned.older)).returncode
    assert run(unused).returncode in {0, 1}
    apply, rollback = change
    assert (0, [owned.older]) == (run(f"{apply} --yes").returncode, owned.inactive())
    assert (0, []) == (run(f"{rollback} --yes").returncode, owned.inactive())
    (with_owners,) = owners
    assert "CloudFormation manages it as LeftOver" in run(with_owners).stdout
    diff, applied, written = fix
    assert 1 == run(diff).returncode
    assert 0 == run(f"git init -q . && {applied}").returncode
    assert 'status = "Inactive"' in (owned.folder / "infra" / "own.tf").read_text()
    done = run(written)
    assert 0 == done.returncode, done.stderr
    assert 'status = "Inactive"' in (owned.folder / "infra" / "ci" / "keys.tf").read_text()
