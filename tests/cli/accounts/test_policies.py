"""What the policies and the template in examples/iam say, read without AWS."""

import json
import re
from fnmatch import fnmatch

import pytest
from audited_organization import ORGANIZATION_POLICY, POLICY, REMEDIATION_POLICY, USAGE_POLICY
from cfnlint.api import lint_all
from cfnlint.decode import decode
from emulated_aws import OWN
from policy_sentry.querying.actions import get_action_data

from checkov_keys.domain.rules.family import LIVE_RULES
from checkov_keys.domain.rules.quarantined_users import QUARANTINE_POLICIES

QUARANTINE = "arn:*:iam::aws:policy/AWSCompromisedKeyQuarantine*"
POLICIES = "arn:${Partition}:iam::${Account}:policy/${PolicyNameWithPath}"
USERS = "arn:${Partition}:iam::${Account}:user/${UserNameWithPath}"
ANYBODY = {USERS, USERS.replace("user/${User", "group/${Group"), USERS.replace("user/${User", "role/${Role")}


@pytest.mark.parametrize("name", [POLICY, ORGANIZATION_POLICY, USAGE_POLICY])
def test_the_policies_change_nothing(policy, name):
    """But for entering accounts they only list and read, and users are all that "*" can mean to IAM's actions."""
    for action in [action for statement in policy(name)["Statement"] for action in statement["Action"]]:
        service, _, short = action.partition(":")
        for data in get_action_data(service, short)[service]:
            assert data["access_level"] in {"List", "Read"} or action == "sts:AssumeRole"
            meant = {"ListEntitiesForPolicy": {POLICIES}, "ListPoliciesGrantingServiceAccess": ANYBODY}
            assert service != "iam" or data["resource_arn_format"] in meant.get(short, {"*", USERS})


def test_the_quarantine_is_all_that_is_asked_of_policies(policy):
    """Who has any other policy is not read."""
    asked = [each for each in policy(POLICY)["Statement"] if "iam:ListEntitiesForPolicy" in each["Action"]]
    assert [["iam:ListEntitiesForPolicy"]] == [each["Action"] for each in asked]
    assert all(fnmatch(f"arn:aws:iam::aws:policy/{name}", asked[0]["Resource"]) for name in QUARANTINE_POLICIES)
    assert QUARANTINE == asked[0]["Resource"]


def test_the_template_and_the_policy_say_the_same(policy, template):
    """Statement by statement."""
    (inline,) = decode(str(template))[0]["Resources"]["AuditRole"]["Properties"]["Policies"]
    assert policy(POLICY)["Statement"] == inline["PolicyDocument"]["Statement"]


def test_every_rule_has_its_actions(policy):
    """The statements name the rules that need them, as the page of live accounts does."""
    named = {number for each in policy(POLICY)["Statement"] for number in re.findall(r"\d", each["Sid"])}
    needing = {rule.text.id[-1] for rule in LIVE_RULES if rule.needs}
    assert needing == named


def test_the_remediation_policy_changes_users_only(policy):
    """What it may change is the status of keys, whose resource is their user; the rest of it reads."""
    changing, *reading = policy(REMEDIATION_POLICY)["Statement"]
    assert (["iam:UpdateAccessKey"], "arn:*:iam::*:user/*") == (changing["Action"], changing["Resource"])
    assert [USERS] == [data["resource_arn_format"] for data in get_action_data("iam", "UpdateAccessKey")["iam"]]
    for action in [each for statement in reading for each in statement["Action"]]:
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
