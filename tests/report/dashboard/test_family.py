"""What the page shows of each rule of the family: its finding, its steps, and users that are counted once."""

import json

import pytest

from checkov_keys.report.dashboard.commands import read_steps
from checkov_keys.report.dashboard.figures import DashboardNumbers
from checkov_keys.report.dashboard.findings import FAILED, PASSED, UNJUDGED, build_finding, read_access_keys
from checkov_keys.report.dashboard.groups import group_by_reason
from checkov_keys.report.dashboard.results import read_results

OFF = "aws iam update-access-key --access-key-id AKIAIOSFODNN7EXAMPLE --status Inactive --user-name alice"
ROOT = "arn:aws:iam::111122223333:root"
TASK = "arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials"
STEPS = {
    "a command of a rule": [OFF],
    "two": [OFF, "aws cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,AttributeValue=AKIA"],
    "of the root user": [
        "aws iam enable-organizations-root-credentials-management",
        f"aws sts assume-root --target-principal 111122223333 --task-policy-arn arn={TASK}",
    ],
    "a name with every character of IAM": ["aws iam create-access-key --user-name a+b=c,d.e@f_g-h"],
}
NO_STEPS = {
    "none": None,
    "a text": OFF,
    "an empty list": [],
    "another program": ["rm -rf /"],
    "another action": ["aws iam delete-user --user-name alice"],
    "more than one command": [f"{OFF}; true"],
    "a substitution": ["aws iam create-access-key --user-name $(true)"],
    "a line break": [f"{OFF}\ntrue"],
    "a letter that looks like another": ["aws iam create-access-key --user-name \u0430lice"],
    "one that is odd among others": [OFF, "aws iam create-access-key --user-name `true`"],
    "not a text": [OFF, 7],
    "too many": [OFF] * 21,
}


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
def test_steps(steps):
    """The commands that the rules name can be pasted."""
    assert steps == read_steps(steps)


@pytest.mark.parametrize("steps", NO_STEPS.values(), ids=NO_STEPS)
def test_steps_that_are_not_offered(steps):
    """Whoever pastes a command trusts it: anything else, and all beside it, is left out."""
    assert [] == read_steps(steps)


def read(results):
    """Read results as from a file."""
    return read_results(json.dumps(results).encode(), "results.json")


@pytest.fixture
def root_record(live_record):
    """A record of a root user with a key."""
    return live_record(
        "<root_account>",
        0,
        check_id="CKV2_KEYS_4",
        severity="CRITICAL",
        resource=ROOT,
        finding={"keys": [], "sentence": "has an access key", "summary": "has an access key"},
        proposal={"key": None, "sentence": "By hand: delete it.", "steps": STEPS["of the root user"]},
    )


def test_the_root_user(root_record):
    """It is called what people call it, with its finding and what to do."""
    found = build_finding(root_record, FAILED, "aws_iam")
    assert ("root user", ROOT, "Has an access key") == (found["resource"], found["address"], found["found"])
    assert STEPS["of the root user"] == found["steps"]
    assert not {"command", "off", "keys"} & found.keys()


def test_the_first_rule_says_it_by_its_keys(live_record):
    """That there are two active keys is seen, and not said."""
    finding = {"keys": [], "sentence": "2 active access keys", "summary": "2 active access keys"}
    assert "found" not in build_finding(live_record(finding=finding), FAILED, "aws_iam")


ODD = {"a text": "x", "a list": [1], "no summary": {"keys": []}, "nothing": None, "a number": {"summary": 7}}


@pytest.mark.parametrize("finding", ODD.values(), ids=ODD)
def test_findings_of_other_shapes(live_record, finding):
    """Whatever JSON holds, there is a page."""
    found = build_finding(live_record(check_id="CKV2_KEYS_2", finding=finding), FAILED, "aws_iam")
    assert found.get("found") in {None, "7"}


def test_steps_of_a_declared_user(live_record):
    """What a template declares is changed there, so there is nothing to paste."""
    proposal = {"key": None, "sentence": "Decide by hand.", "steps": [OFF]}
    assert "steps" in build_finding(live_record(proposal=proposal), FAILED, "aws_iam")
    assert "steps" not in build_finding(live_record(proposal=proposal, template="/main.tf:1-3"), FAILED, "aws_iam")


@pytest.mark.parametrize(("used", "idle"), [("2026-04-01T00:00:00+00:00", 10), ("2026-02-01T00:00:00+00:00", None)])
def test_used_then_or_later(live_record, used, idle):
    """A key that was used lately is in use; one that was used long ago may have been used since."""
    record = live_record("alice", 1)
    record["access_keys"][0].update(last_used=used, last_used_service=None, last_used_or_later=True)
    (key,) = read_access_keys(record)
    assert (f"last used {used[:10]} or later", idle) == (key["used"], idle and key["idle"])


def test_users_are_counted_once(live_record, root_record, checkov_results):
    """A user that five rules fail is one user with a finding, its keys are there once, and root is not a user."""
    failed = [live_record("alice", 2, check_id=f"CKV2_KEYS_{number}") for number in (1, 2, 3, 6, 8)]
    passed = [live_record("bob", 1, check_id=f"CKV2_KEYS_{number}") for number in (1, 2, 3)]
    numbers = DashboardNumbers()
    for results in read(checkov_results("aws_iam", failed=[*failed, root_record], passed=passed)):
        numbers.add(results)
    assert (1, 1, 3) == (numbers.failing_users, numbers.users_with_several, len(numbers.active_keys))
    assert (6, 3) == (numbers.counts[FAILED], numbers.counts[PASSED])
    assert {"CKV2_KEYS_1": 1, "CKV2_KEYS_4": 1}.items() <= {
        check: counts[FAILED] for check, counts in numbers.by_check.items()
    }.items()


def test_what_a_rule_could_not_judge(checkov_results):
    """It counts for its rule, can be filtered by it, and the root users of accounts are one group."""
    reason = "cannot tell whether the root user has an access key (iam:GetAccountSummary): AccessDenied"
    unjudged = [
        {"address": f"arn:aws:iam::{account}:root", "reason": reason, "account": account, "rule": "CKV2_KEYS_4"}
        for account in ("111122223333", "222233334444")
    ]
    unjudged += [{"address": "arn:aws:iam::111122223333:user/*", "reason": "x", "account": "111122223333", "rule": ""}]
    unjudged += [{"address": "y", "reason": "x", "account": "", "rule": "CKV2_KEYS_99"}]
    numbers = DashboardNumbers()
    for results in read(checkov_results("aws_iam", unjudged=unjudged)):
        numbers.add(results)
    assert {"CKV2_KEYS_4": {UNJUDGED: 2}} == numbers.by_check
    assert "Ensure the root user has no access key" == numbers.checks["CKV2_KEYS_4"]["name"]
    groups = group_by_reason(numbers.listed[UNJUDGED])
    assert [("account", 1), ("root user", 2), ("resource", 1)] == [(each.kind, len(each.named)) for each in groups]
