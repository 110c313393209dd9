"""What the policies and the template in examples/iam say, read without AWS."""

import json
import re

import pytest
from audited_organization import ORGANIZATION_POLICY, POLICY, REMEDIATION_POLICY
from cfnlint.api import lint_all
from cfnlint.decode import decode
from emulated_aws import OWN
from policy_sentry.querying.actions import get_action_data

USERS = "arn:${Partition}:iam::${Account}:user/${UserNameWithPath}"


@pytest.mark.parametrize("name", [POLICY, ORGANIZATION_POLICY])
def test_the_policies_change_nothing(policy, name):
    """But for entering accounts they only list and read, and users are all that "*" can mean to IAM's actions."""
    for action in [action for statement in policy(name)["Statement"] for action in statement["Action"]]:
        service, _, short = action.partition(":")
        for data in get_action_data(service, short)[service]:
            assert data["access_level"] in {"List", "Read"} or action == "sts:AssumeRole"
            assert service != "iam" or data["resource_arn_format"] in {"*", USERS}


def test_the_remediation_policy_changes_users_only(policy):
    """What it may change is the status of keys, whose resource is their user; the rest of it reads."""
    changing, reading = policy(REMEDIATION_POLICY)["Statement"]
    assert (["iam:UpdateAccessKey"], "arn:*:iam::*:user/*") == (changing["Action"], changing["Resource"])
    assert [USERS] == [data["resource_arn_format"] for data in get_action_data("iam", "UpdateAccessKey")["iam"]]
    for action in reading["Action"]:
        service, _, short = action.partition(":")
        assert {"List", "Read"} >= {data["access_level"] for data in get_action_data(service, short)[service]}


AUDITORS = {
    "an account": (True, OWN),
    "a role": (True, f"arn:aws:iam::{OWN}:role/ops/Auditor"),
    "a user in GovCloud": (True, f"arn:aws-us-gov:iam::{OWN}:user/auditor"),
    "everybody": (False, "*"),
    "everybody of an account, in a way that AWS refuses": (False, f"arn:aws:iam::{OWN}:user/*"),
    "nobody": (False, ""),
    "a session, which ends": (False, f"arn:aws:sts::{OWN}:assumed-role/Auditor/me"),
    "a service": (False, "ec2.amazonaws.com"),
}


@pytest.mark.parametrize(("allowed", "auditor"), AUDITORS.values(), ids=AUDITORS)
def test_who_may_be_an_auditor(template, allowed, auditor):
    """CloudFormation holds a parameter against all of its pattern."""
    pattern = decode(str(template))[0]["Parameters"]["Auditor"]["AllowedPattern"]
    assert allowed is bool(re.fullmatch(pattern, auditor))


def test_the_template_is_valid(template, run_command):
    """CloudFormation's linter and Checkov's own checks find nothing in it."""
    assert [] == [match for match in lint_all(template.read_text()) if match.rule.severity != "informational"]
    scanned = run_command("checkov", "-f", template, "-o", "json")
    summary = json.loads(scanned.stdout)["summary"]
    assert (0, 0, 0) == (scanned.returncode, summary["failed"], summary["parsing_errors"])
    assert summary["passed"] > 0
