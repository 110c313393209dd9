"""The rule about inactive keys, which runs only if somebody names it, with the real `checkov` command and `scan`."""

import json

import pytest

RULE = "CKV2_KEYS_7"
TERRAFORM = """
resource "aws_iam_access_key" "key_on" { user = "u" }
resource "aws_iam_access_key" "key_off" {
  user   = "u"
  status = "Inactive"
}
"""
RESOURCES = """Resources:
  KeyOn: {Type: AWS::IAM::AccessKey, Properties: {UserName: u}}
  KeyOff: {Type: AWS::IAM::AccessKey, Properties: {UserName: u, Status: Inactive}}
"""
MANIFEST = """---
apiVersion: iam.aws.upbound.io/v1beta1
kind: AccessKey
metadata: {name: key-on}
spec: {forProvider: {user: u}}
---
apiVersion: iam.aws.upbound.io/v1beta1
kind: AccessKey
metadata: {name: key-off}
spec: {forProvider: {user: u, status: Inactive}}
"""
PLAYBOOK = """
- hosts: localhost
  tasks:
    - name: key_on
      amazon.aws.iam_access_key: {user_name: u}
    - name: key_off
      amazon.aws.iam_access_key: {user_name: u, id: AKIAIOSFODNN7EXAMPLE, active: false}
"""
SERVICE = "service: s\nprovider: {name: aws}\nresources:\n" + RESOURCES.replace("\n", "\n  ").replace("Res", "  Res", 1)
FILES = {
    "terraform": ("main.tf", TERRAFORM),
    "cloudformation": ("keys.yaml", f"AWSTemplateFormatVersion: '2010-09-09'\n{RESOURCES}"),
    "kubernetes": ("keys.yaml", MANIFEST),
    "ansible": ("site.yml", PLAYBOOK),
    "serverless": ("serverless.yml", SERVICE),
}
UNNAMED = {
    "no rule named": (),
    "another one": ("--check", "CKV2_KEYS_1"),
    "a severity": ("--check", "LOW"),
    "all external checks": ("--check", "CKV_AWS_20", "--run-all-external-checks"),
    "skipped": ("--check", "CKV2_KEYS_*", "--skip-check", RULE),
}


def found(reports, kind="failed_checks"):
    records = [each for report in reports for each in report.get("results", {}).get(kind, ())]
    return sorted(each["resource"].rpartition(".")[2].lower() for each in records if each["check_id"] == RULE)


@pytest.mark.parametrize(("name", "text"), FILES.values(), ids=FILES)
@pytest.mark.parametrize("check", [RULE, "CKV2_KEYS_*"])
def test_named(checkov, name, text, check):
    """Each key that is declared as inactive fails, each other one passes."""
    done, reports = checkov({name: text}, chosen=("--check", check))
    assert 1 == done.returncode
    (failed,) = found(reports)
    (passed,) = found(reports, "passed_checks")
    assert (True, True) == (failed.endswith("off"), passed.endswith("on"))


@pytest.mark.parametrize("flags", UNNAMED.values(), ids=UNNAMED)
@pytest.mark.parametrize(("name", "text"), [FILES["terraform"], FILES["serverless"]], ids=["terraform", "serverless"])
def test_unnamed(checkov, name, text, flags):
    """Whoever does not name the rule does not get it."""
    _, reports = checkov({name: text}, chosen=flags)
    assert ([], []) == (found(reports), found(reports, "passed_checks"))


def test_in_sarif(run_command):
    """The rule has its own object, with a level of its own."""
    name, text = FILES["terraform"]
    (run_command.folder / name).write_text(text)
    run_command("checkov-keys", "scan", "-d", ".", "--check", "CKV2_KEYS_*", "-o", "sarif", "--output-file-path", "out")
    (file,) = (run_command.folder / "out").iterdir()
    run = json.loads(file.read_text())["runs"][0]
    (rule,) = run["tool"]["driver"]["rules"]
    (result,) = run["results"]
    assert (RULE, "LeftOverAccessKeys", "note") == (rule["id"], rule["name"], rule["defaultConfiguration"]["level"])
    assert "is an inactive access key of IAM user u, which is declared" in result["message"]["text"]
