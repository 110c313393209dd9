"""The policies in examples/iam are enough, and each of their actions is needed.

moto denies whatever no policy of the caller allows. What it leaves out is in tests/servers/role_trust.py.
"""

import json
from collections import defaultdict

import pytest
from audited_organization import ORGANIZATION_POLICY, POLICY, REMEDIATION_POLICY, ROLE, find_failing
from emulated_aws import OWN

from checkov_keys.domain.rules.family import LIVE_RULES, RULES

FAMILY = [f"CKV2_KEYS_{number}" for number in (1, 2, 3, 4, 6, 7, 8)]
# The rules that run by default: what is skipped is not one of ours.
DEFAULT = ("--skip-check", "CKV_AWS_1")


@pytest.fixture
def left_over(organization):
    """The account has, besides the violating user, one whose only key was turned off long ago."""
    organization.add_user("left-over", "Inactive")


def list_judged(results):
    """Return the ids of the rules that judged somebody, and of those that could not judge somebody; "" is all rules."""
    judged = {each["check_id"] for name in ("failed_checks", "passed_checks") for each in results[name]}
    return judged, {each["rule"] for each in results["unjudged"]}


def test_the_policy_is_enough_for_one_account(organization, left_over, audit_as_auditor, policy):  # noqa: ARG001
    """Every rule judges everybody, those that run by default and those that somebody names; nothing is warned of."""
    assert FAMILY == [rule.text.id for rule in LIVE_RULES]
    organization.grant(policy(POLICY))
    done, results = audit_as_auditor(*DEFAULT)
    default = {rule for rule in FAMILY if not RULES[rule].if_named}
    assert (1, "", (default, set())) == (done.returncode, done.stderr, list_judged(results))
    for flags in (("--all-rules",), ("--check", ",".join(FAMILY))):
        done, results = audit_as_auditor(*flags)
        assert (1, "", (set(FAMILY), set())) == (done.returncode, done.stderr, list_judged(results))
        failing = {rule: find_failing(results, rule) for rule in FAMILY}
        assert (["own"], ["left-over"]) == (failing["CKV2_KEYS_1"], failing["CKV2_KEYS_7"])
        assert ["auditor", "own"] == failing["CKV2_KEYS_3"]


# What cannot be judged without an action, and where the action is named.
NEEDED = {
    "iam:ListAccessKeys": [""],
    "iam:GetAccessKeyLastUsed": ["CKV2_KEYS_2", "CKV2_KEYS_7"],
    "iam:GetAccountSummary": ["CKV2_KEYS_4"],
    "iam:ListEntitiesForPolicy": ["CKV2_KEYS_6"],
    "iam:GetLoginProfile": ["CKV2_KEYS_8"],
}


@pytest.mark.parametrize(("action", "rules"), NEEDED.items(), ids=NEEDED)
def test_without_a_permission_its_rules_do_not_judge(
    organization,
    left_over,  # noqa: ARG001
    audit_as_auditor,
    policy,
    action,
    rules,
):
    """Exactly those that need it, which name it, with exit code 2; the first rule keeps its verdicts."""
    organization.grant(policy(POLICY, action))
    done, results = audit_as_auditor("--all-rules")
    reasons = defaultdict(set)
    for each in results["unjudged"]:
        reasons[each["rule"]].add(action in each["reason"])
    assert (2, {rule: {True} for rule in rules}) == (done.returncode, reasons)
    if "" not in rules:
        assert set(FAMILY) - set(rules) <= list_judged(results)[0]
        assert ["own"] == find_failing(results)
    else:
        assert {"CKV2_KEYS_4"} == list_judged(results)[0]


@pytest.mark.parametrize(("action", "rules"), [each for each in NEEDED.items() if each[1] != [""]])
def test_a_permission_that_no_chosen_rule_needs(organization, audit_as_auditor, policy, action, rules):
    """A rule that is left out costs no permission."""
    organization.grant(policy(POLICY, action))
    done, results = audit_as_auditor("--all-rules", "--skip-check", ",".join(rules))
    assert (1, []) == (done.returncode, results["unjudged"])
    assert action in done.stderr or action != "iam:GetAccessKeyLastUsed"


def test_without_the_users_nothing_is_judged(organization, audit_as_auditor, policy):
    """Exit code 2, and the permission is named."""
    organization.grant(policy(POLICY, "iam:ListUsers"))
    done, results = audit_as_auditor("--all-rules")
    assert 2 == done.returncode
    assert "iam:ListUsers" in done.stderr + done.stdout
    assert not results or not results["passed_checks"]


def test_without_the_tags_nobody_is_exempted_by_one(organization, audit_as_auditor, policy):
    """That is warned of, and costs no verdict."""
    organization.grant(policy(POLICY, "iam:ListUserTags"))
    done, results = audit_as_auditor("--all-rules")
    assert (1, [], ["own"]) == (done.returncode, results["unjudged"], find_failing(results))
    assert "iam:ListUserTags" in done.stderr


@pytest.mark.parametrize(("shown", "without"), [("users: 2/2", ()), ("users: 2 [", ("iam:GetAccountSummary",))])
def test_the_total_of_the_progress_bar(organization, at_terminal, policy, shown, without):
    """On a terminal the bar has a total where it may be read, and nothing is warned of where it may not."""
    organization.grant(policy(POLICY, *without))
    key = organization.auditor
    environment = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    code, text = at_terminal(organization.server.endpoint, "--check", "CKV2_KEYS_1", **environment)
    assert 1 == code
    assert shown in text
    assert "GetAccountSummary" not in text


REPORT = ("iam:GetCredentialReport", "iam:GenerateCredentialReport")
EXTRAS = {
    "nothing": ((), "alias-of-own"),
    "the account's alias": (("iam:ListAccountAliases",), ""),
    "the credential report": (REPORT, "alias-of-own"),
    "reading the report": (REPORT[:1], "alias-of-own"),
    "making a report": (REPORT[1:], "alias-of-own"),
}


@pytest.mark.parametrize(("without", "name"), EXTRAS.values(), ids=EXTRAS)
def test_without_what_is_nice_to_have_nothing_is_lost(organization, audit_as_auditor, policy, without, name):
    """No verdict is another one, and nothing is warned of; an account's alias is shown where it may be read."""
    organization.grant(policy(POLICY, *without))
    done, results = audit_as_auditor("--accounts", OWN, "--all-rules")
    assert (1, "", (set(FAMILY), set())) == (done.returncode, done.stderr, list_judged(results))
    assert {name} == {record["account_name"] for record in results["failed_checks"]}


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


@pytest.mark.parametrize("rule", ["CKV2_KEYS_1", "CKV2_KEYS_2"])
@pytest.mark.parametrize(
    ("code", "outcome", "without"), [(0, "changed", ()), (2, "unchanged", ("iam:UpdateAccessKey",))]
)
def test_the_policies_to_turn_keys_off_and_on(organization, run_command, policy, rule, code, outcome, without):
    """That of an audit and that of a remediation are enough for both; without the latter its permission is named."""
    organization.add_user("spare", "Active", "Active")
    organization.exempt("auditor", "own")
    organization.grant(policy(POLICY), policy(REMEDIATION_POLICY, *without))
    key = organization.auditor
    environment = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    flags = ("--endpoint-url", organization.server.endpoint, "--yes")
    command = ("checkov-keys", "remediate", "--rule", rule, "--apply", "--journal", "j", "-o", "json", *flags)
    done = run_command(*command, **environment)
    planned = {each["user"]: each for each in json.loads(done.stdout)["plan"]}["spare"]
    assert (code if rule == "CKV2_KEYS_1" or without else 1, outcome) == (done.returncode, planned["outcome"])
    assert "(allow iam:UpdateAccessKey for it)" in str(planned["outcome_reason"]) or not without
    back = run_command("checkov-keys", "rollback", "j", *flags, **environment)
    assert 0 == back.returncode, back.stdout + back.stderr


@pytest.mark.parametrize(("code", "without"), [(0, ""), (2, "iam:ListAccessKeys"), (2, "iam:UpdateAccessKey")])
def test_the_policy_to_apply_a_snapshot_and_roll_back(organization, run_command, policy, code, without):
    """That of a remediation is enough for both by itself; without one of its actions nothing is changed."""
    key = organization.auditor
    environment = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    flags = ("--endpoint-url", organization.server.endpoint)
    saved = run_command("checkov-keys", "audit", "--save-snapshot", "s.json", *flags, **environment)
    assert 1 == saved.returncode, saved.stderr
    organization.grant(policy(REMEDIATION_POLICY, without))
    apply = ("remediate", "--from-snapshot", "s.json", "--apply", "--journal", "j", "--yes")
    done = run_command("checkov-keys", *apply, *flags, **environment)
    assert (code, without in done.stdout + done.stderr) == (done.returncode, True), done.stdout + done.stderr
    if not without:
        back = run_command("checkov-keys", "rollback", "j", "--yes", *flags, **environment)
        assert (0, 1) == (back.returncode, back.stdout.count("turned on: ")), back.stdout + back.stderr


def test_no_policy_deletes(policy):
    """Neither of them may remove a key, a password or a user, whatever a rule tells a person to do."""
    actions = [
        each for name in (POLICY, REMEDIATION_POLICY) for part in policy(name)["Statement"] for each in part["Action"]
    ]
    assert [] == [each for each in actions if each.partition(":")[2].startswith(("Delete", "Create", "Put", "Attach"))]
    assert ["iam:UpdateAccessKey"] == [each for each in actions if "Update" in each]
