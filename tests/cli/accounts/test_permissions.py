"""The policies in examples/iam are enough, and each of their actions is needed.

moto denies whatever no policy of the caller allows. What it leaves out is in tests/servers/role_trust.py.
"""

import json

import pytest
from audited_organization import ORGANIZATION_POLICY, POLICY, REMEDIATION_POLICY, ROLE
from emulated_aws import OWN


def test_the_policy_is_enough_for_one_account(organization, audit_as_auditor, policy):
    """The violating user is found with all that is said of it, and nothing is warned of."""
    organization.grant(policy(POLICY))
    done, results = audit_as_auditor()
    assert (1, "") == (done.returncode, done.stderr)
    assert (["own"], ["auditor"]) == tuple(
        [record["user"] for record in results[name]] for name in ("failed_checks", "passed_checks")
    )


NEEDED = {
    "iam:ListUsers": (2, "stderr"),
    "iam:ListAccessKeys": (2, "stdout"),
    "iam:GetAccessKeyLastUsed": (1, "stderr"),
    "iam:ListUserTags": (1, "stderr"),
}


@pytest.mark.parametrize(("action", "code", "where"), [(action, *said) for action, said in NEEDED.items()], ids=NEEDED)
def test_without_a_permission_its_name_is_said(organization, audit_as_auditor, policy, action, code, where):
    """What verdicts need makes the exit code 2; of what only adds to the report its absence is warned of."""
    organization.grant(policy(POLICY, action))
    done, results = audit_as_auditor()
    assert code == done.returncode
    assert action in getattr(done, where)
    if code == 1:
        assert ["own"] == [record["user"] for record in results["failed_checks"]]
    elif results:
        assert ([], 2) == (results["failed_checks"] + results["passed_checks"], len(results["unjudged"]))


@pytest.mark.parametrize(("shown", "without"), [("users: 2/2", ()), ("users: 2 [", ("iam:GetAccountSummary",))])
def test_the_total_of_the_progress_bar(organization, at_terminal, policy, shown, without):
    """On a terminal the bar has a total where it may be read, and nothing is warned of where it may not."""
    organization.grant(policy(POLICY, *without))
    key = organization.auditor
    environment = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    code, text = at_terminal(organization.server.endpoint, **environment)
    assert 1 == code
    assert shown in text
    assert "GetAccountSummary" not in text


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("alias-of-own", ()),
        ("", ("iam:ListAccountAliases",)),
    ],
)
def test_without_what_is_nice_to_have_nothing_is_warned_of(organization, audit_as_auditor, policy, name, without):
    """An account's alias is shown where it may be read."""
    organization.grant(policy(POLICY, *without))
    done, results = audit_as_auditor("--accounts", OWN)
    assert (1, "") == (done.returncode, done.stderr)
    assert [name] == [record["account_name"] for record in results["failed_checks"]]


NEEDED_FOR_MANY = {
    "sts:AssumeRole": ("--organization",),
    "organizations:ListAccounts": ("--organization",),
    "organizations:ListAccountsForParent": ("--ou", "UNIT"),
    "organizations:ListOrganizationalUnitsForParent": ("--ou", "UNIT"),
}


@pytest.mark.parametrize(("action", "flags"), NEEDED_FOR_MANY.items(), ids=NEEDED_FOR_MANY)
def test_without_a_permission_in_the_management_account(organization, audit_as_auditor, policy, action, flags):
    """Exit code 2, and the name of the permission is said.

    moto denies in XML, also where AWS does in JSON: what a reader is told to do then is in tests/runtime.
    """
    organization.deploy()
    organization.grant(policy(POLICY), policy(ORGANIZATION_POLICY, action))
    flags = [flag.replace("UNIT", organization.unit) for flag in flags]
    done, _ = audit_as_auditor(*flags, "--role-name", ROLE)
    assert 2 == done.returncode
    assert f"not authorized to perform: {action}" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("code", "outcome", "without"), [(0, "changed", ()), (2, "unchanged", ("iam:UpdateAccessKey",))]
)
def test_the_policies_to_turn_keys_off_and_on(organization, run_command, policy, code, outcome, without):
    """That of an audit and that of a remediation are enough for both; without the latter its permission is named."""
    remediation = policy(REMEDIATION_POLICY, *without)
    for statement in remediation["Statement"]:
        # moto asks whether "*" is allowed, whatever a call is about.
        statement["Resource"] = "*"
    organization.grant(policy(POLICY), remediation)
    key = organization.auditor
    environment = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    flags = ("--endpoint-url", organization.server.endpoint, "--yes")
    command = ("checkov-keys", "remediate", "--apply", "--journal", "j", "-o", "json", *flags)
    done = run_command(*command, **environment)
    (planned,) = json.loads(done.stdout)["plan"]
    assert (code, "own", outcome) == (done.returncode, planned["user"], planned["outcome"])
    assert "(allow iam:UpdateAccessKey for it)" in str(planned["outcome_reason"]) or not without
    back = run_command("checkov-keys", "rollback", "j", *flags, **environment)
    assert 0 == back.returncode, back.stdout + back.stderr
