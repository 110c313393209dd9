"""The policies in examples/iam are enough for an audit, and each of their actions is needed.

moto denies whatever no policy of the caller allows. What it leaves out is in tests/servers/role_trust.py.
"""

import ast
import json
import re
import shlex

import boto3
import pytest
from cfnlint.api import lint_all
from cfnlint.decode import decode
from policy_sentry.querying.actions import get_action_data

OWN, ADMIN = "123456789012", {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
POLICY, ORGANIZATION_POLICY = "audit_policy.json.txt", "organization_policy.json.txt"
REMEDIATION_POLICY = "remediation_policy.json.txt"
ROLE, EXTERNAL_ID = "checkov-keys-audit", "ticket-42"
USERS = "arn:${Partition}:iam::${Account}:user/${UserNameWithPath}"


@pytest.fixture
def policy(root):
    """Read a policy from examples/iam, without the actions that are to be left out."""

    def read(name, *without):
        document = json.loads((root / "examples" / "iam" / name).read_text())
        for statement in document["Statement"]:
            statement["Action"] = [action for action in statement["Action"] if action not in without]
        document["Statement"] = [statement for statement in document["Statement"] if statement["Action"]]
        return document

    return read


class Organization:
    """An organization of two accounts, each with a violating user; the template's role is in the member."""

    def __init__(self, server, template):
        self.server, self._template = server, template.read_text()
        iam, organizations = self._client("iam"), self._client("organizations")
        self._violate(iam, "own")
        iam.create_user(UserName="auditor")
        self.auditor = iam.create_access_key(UserName="auditor")["AccessKey"]
        organizations.create_organization()
        created = organizations.create_account(AccountName="Dev", Email="dev@example.com")["CreateAccountStatus"]
        self.member, top = created["AccountId"], organizations.list_roots()["Roots"][0]["Id"]
        below = top
        for name in ("all", "dev"):
            unit = organizations.create_organizational_unit(ParentId=below, Name=name)["OrganizationalUnit"]["Id"]
            self.unit, below = (unit if below == top else self.unit), unit
        organizations.move_account(AccountId=self.member, SourceParentId=top, DestinationParentId=below)
        self._violate(self.member_client("iam"), "member")

    def deploy(self, **parameters):
        """Make a stack of the template in the member account."""
        given = {"Auditor": f"arn:aws:iam::{OWN}:user/auditor", **parameters}
        self.member_client("cloudformation").create_stack(
            StackName="audit",
            TemplateBody=self._template,
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        # moto keeps the policies of a stack's role in a form that it cannot read when it asks them.
        iam, role = self.member_client("iam"), parameters.get("RoleName", ROLE)
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            kept = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            document = ast.literal_eval(kept) if isinstance(kept, str) else kept
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))

    def grant(self, *documents):
        """Give the auditor these policies, and nobody anything else from now on."""
        for number, document in enumerate(documents):
            self._client("iam").put_user_policy(
                UserName="auditor", PolicyName=str(number), PolicyDocument=json.dumps(document)
            )
        self.server.enforce()

    def _client(self, service, **credentials):
        endpoint = {"endpoint_url": self.server.endpoint, "region_name": "us-east-1"}
        return boto3.client(service, **endpoint, **(credentials or ADMIN))

    def member_client(self, service):
        arn = f"arn:aws:iam::{self.member}:role/OrganizationAccountAccessRole"
        entered = self._client("sts").assume_role(RoleArn=arn, RoleSessionName="filling")["Credentials"]
        return self._client(
            service,
            aws_access_key_id=entered["AccessKeyId"],
            aws_secret_access_key=entered["SecretAccessKey"],
            aws_session_token=entered["SessionToken"],
        )

    @staticmethod
    def _violate(iam, name):
        iam.create_user(UserName=name, Path="/team/")
        for _ in range(2):
            iam.create_access_key(UserName=name)
        iam.create_account_alias(AccountAlias=f"alias-of-{name}")


@pytest.fixture
def template(root):
    return root / "examples" / "iam" / "audit_role.template"


@pytest.fixture
def organization(watched_moto, untrusted, template):
    return Organization(watched_moto(untrusted), template)


@pytest.fixture
def audit_as_auditor(organization, audit):
    """Run the audit with the auditor's credentials; returns the process and its results."""

    def run(*flags):
        key = organization.auditor
        environment = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
        done = audit(organization.server.endpoint, *flags, "-o", "json", **environment)
        return done, json.loads(done.stdout)["results"] if done.stdout else None

    return run


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


ACCOUNTS = {
    "by their ids": (["member", "own"], "", ("--accounts", f"{OWN},MEMBER")),
    "by the role's ARN": (["member"], EXTERNAL_ID, ("--role-arn", f"arn:aws:iam::MEMBER:role/{ROLE}")),
    "of a unit": (["member"], "", ("--ou", "UNIT")),
}


@pytest.mark.parametrize(("found", "external_id", "flags"), ACCOUNTS.values(), ids=ACCOUNTS)
def test_the_role_and_the_policies_are_enough_for_an_organization(
    organization, audit_as_auditor, policy, found, external_id, flags
):
    """The role of the template lets the auditor in, its policy is enough in there, and nothing is warned of."""
    organization.deploy(ExternalId=external_id)
    organization.grant(policy(POLICY), policy(ORGANIZATION_POLICY))
    external = ("--external-id", external_id) if external_id else ()
    flags = [flag.replace("MEMBER", organization.member).replace("UNIT", organization.unit) for flag in flags]
    done, results = audit_as_auditor(*flags, "--role-name", ROLE, *external)
    assert (1, "", []) == (done.returncode, done.stderr, results["unjudged"])
    assert found == sorted(record["user"] for record in results["failed_checks"])


def test_the_audit_of_an_organization_that_the_readme_shows(organization, audit_as_auditor, policy, root):
    """It follows the roll-out of the role."""
    (line,) = re.findall(
        r"^checkov-keys audit (--organization --role-name .*)$", (root / "docs" / "live.md").read_text(), re.MULTILINE
    )
    organization.deploy(ExternalId=EXTERNAL_ID)
    organization.grant(policy(POLICY), policy(ORGANIZATION_POLICY))
    done, results = audit_as_auditor(*shlex.split(line))
    assert (1, "", []) == (done.returncode, done.stderr, results["unjudged"])
    assert ["member", "own"] == sorted(record["user"] for record in results["failed_checks"])


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


REFUSED = {
    "no external id": ({"ExternalId": EXTERNAL_ID}, ROLE, ()),
    "another external id": ({"ExternalId": EXTERNAL_ID}, ROLE, ("--external-id", "ticket-43")),
    "another auditor": ({"Auditor": f"arn:aws:iam::{OWN}:user/somebody"}, ROLE, ()),
    "an auditor of another account": ({"Auditor": "999999999999"}, ROLE, ()),
    "a role of another name": ({"RoleName": "reader"}, "reader", ()),
}


@pytest.mark.parametrize(("parameters", "role", "flags"), REFUSED.values(), ids=REFUSED)
def test_the_role_lets_nobody_else_in(organization, audit_as_auditor, policy, parameters, role, flags):
    """The account that cannot be entered is named, with what to look at; the other one is judged."""
    organization.deploy(**parameters)
    organization.grant(policy(POLICY), policy(ORGANIZATION_POLICY))
    done, results = audit_as_auditor("--organization", "--role-name", role, *flags)
    assert 2 == done.returncode
    (unjudged,) = results["unjudged"]
    assert f"arn:aws:iam::{organization.member}:user/*" == unjudged["address"]
    assert "the role must exist, trust this identity, and expect this external id or none" in unjudged["reason"]
    assert ["own"] == [record["user"] for record in results["failed_checks"]]


def test_the_role_may_trust_a_whole_account(organization, audit_as_auditor, policy):
    """Then the policies of that account decide who of it may assume the role."""
    organization.deploy(Auditor=OWN)
    organization.grant(policy(POLICY), policy(ORGANIZATION_POLICY))
    done, results = audit_as_auditor("--accounts", organization.member, "--role-name", ROLE)
    assert (1, "") == (done.returncode, done.stderr)
    assert ["member"] == [record["user"] for record in results["failed_checks"]]


def test_the_role_may_do_what_the_policy_allows(organization, policy):
    """The template and the policy for one account say the same."""
    organization.deploy()
    iam = organization.member_client("iam")
    (name,) = iam.list_role_policies(RoleName=ROLE)["PolicyNames"]
    assert policy(POLICY) == iam.get_role_policy(RoleName=ROLE, PolicyName=name)["PolicyDocument"]


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
