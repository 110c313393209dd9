"""What the policies of examples/iam allow on which resource, by the policy simulator of a second, independent emulator.

It also knows resources, which moto does not: https://pypi.org/project/ministack
"""

import json

import boto3
import pytest
from audited_organization import ORGANIZATION_POLICY, POLICY, REMEDIATION_POLICY, ROLE, USAGE_POLICY
from cfnlint.decode import decode
from emulated_aws import ADMIN, OWN
from ministack_server import serve_ministack


@pytest.fixture(scope="module")
def simulator():
    """A client of IAM at ministack."""
    with serve_ministack() as endpoint:
        yield boto3.client("iam", endpoint_url=endpoint, **ADMIN)


@pytest.fixture
def is_allowed(simulator):
    """Ask whether a policy allows an action on a resource."""

    def ask(document, action, resource):
        answer = simulator.simulate_custom_policy(
            PolicyInputList=[json.dumps(document)], ActionNames=[action], ResourceArns=[resource]
        )
        (result,) = answer["EvaluationResults"]
        return result["EvalDecision"] == "allowed"

    return ask


USER = f"arn:aws:iam::{OWN}:user/team/alice"
CHINESE = f"arn:aws-cn:iam::{OWN}:user/alice"
QUARANTINE = "arn:{}:iam::aws:policy/AWSCompromisedKeyQuarantine{}"
ON_USERS = ("ListAccessKeys", "GetAccessKeyLastUsed", "ListUserTags", "GetLoginProfile")
ON_ALL = ("ListUsers", "GetAccountSummary", "ListAccountAliases", "GetCredentialReport", "GenerateCredentialReport")
AUDIT = [
    *((True, f"iam:{action}", resource) for action in ON_USERS for resource in (USER, CHINESE)),
    *((True, f"iam:{action}", "*") for action in ON_ALL),
    *((True, "iam:ListEntitiesForPolicy", QUARANTINE.format("aws", version)) for version in ("", "V2", "V3")),
    (True, "iam:ListEntitiesForPolicy", QUARANTINE.format("aws-us-gov", "V2")),
    (False, "iam:ListEntitiesForPolicy", "arn:aws:iam::aws:policy/AdministratorAccess"),
    (False, "iam:ListEntitiesForPolicy", f"arn:aws:iam::{OWN}:policy/AWSCompromisedKeyQuarantine"),
    (False, "iam:GetPolicy", QUARANTINE.format("aws", "V2")),
    (False, "iam:UpdateAccessKey", USER),
    (False, "iam:DeleteAccessKey", USER),
    (False, "iam:CreateAccessKey", USER),
    (False, "iam:DeleteLoginProfile", USER),
    (False, "iam:DetachUserPolicy", USER),
    (False, "iam:GetUser", USER),
]
REMEDIATION = [
    (True, "iam:UpdateAccessKey", USER),
    (True, "iam:UpdateAccessKey", CHINESE),
    *((True, f"iam:{action}", USER) for action in ("ListAccessKeys", "GetAccessKeyLastUsed", "ListUserTags")),
    (False, "iam:ListAccessKeys", f"arn:aws:iam::{OWN}:root"),
    (False, "iam:ListUsers", "*"),
    (False, "iam:UpdateAccessKey", f"arn:aws:iam::{OWN}:root"),
    (False, "iam:UpdateAccessKey", f"arn:aws:iam::{OWN}:role/alice"),
    (False, "iam:DeleteAccessKey", USER),
    (False, "iam:CreateAccessKey", USER),
    (False, "iam:DeleteLoginProfile", USER),
    (True, "cloudformation:DescribeStackResources", "*"),
]
ORGANIZATION = [
    (True, "sts:AssumeRole", f"arn:aws:iam::{OWN}:role/{ROLE}"),
    (False, "sts:AssumeRole", f"arn:aws:iam::{OWN}:role/OrganizationAccountAccessRole"),
    (True, "organizations:ListAccounts", "*"),
    (False, "organizations:CloseAccount", "*"),
]
USAGE = [
    *((True, action, "*") for action in ("cloudtrail:LookupEvents", "account:ListRegions")),
    *((True, f"iam:{action}", USER) for action in ("ListAccessKeys", "ListPoliciesGrantingServiceAccess")),
    (True, "iam:GetAccessKeyLastUsed", USER),
    (True, "s3:ListBucket", "arn:aws:s3:::my-trail"),
    (True, "s3:GetObject", "arn:aws:s3:::my-trail/AWSLogs/1.json.gz"),
    (False, "s3:GetObject", "arn:aws:s3:::other/AWSLogs/1.json.gz"),
    (False, "s3:PutObject", "arn:aws:s3:::my-trail/AWSLogs/1.json.gz"),
    (False, "cloudtrail:StopLogging", "*"),
    (False, "iam:UpdateAccessKey", USER),
    (False, "iam:ListUsers", "*"),
]
CASES = [
    *((POLICY, *case) for case in AUDIT),
    *((REMEDIATION_POLICY, *case) for case in REMEDIATION),
    *((ORGANIZATION_POLICY, *case) for case in ORGANIZATION),
    *((USAGE_POLICY, *case) for case in USAGE),
]


@pytest.mark.parametrize(("name", "allowed", "action", "resource"), CASES)
def test_what_a_policy_allows(is_allowed, policy, name, allowed, action, resource):
    """What a command needs, on what it needs it for, and nothing beside it."""
    assert allowed is is_allowed(policy(name), action, resource)


@pytest.mark.parametrize(("allowed", "action", "resource"), AUDIT)
def test_what_the_role_allows(is_allowed, template, allowed, action, resource):
    """The role of the template allows the same."""
    resources = decode(str(template))[0]["Resources"]
    (inline,) = resources["AuditRole"]["Properties"]["Policies"]
    assert allowed is is_allowed(json.loads(json.dumps(inline["PolicyDocument"])), action, resource)
