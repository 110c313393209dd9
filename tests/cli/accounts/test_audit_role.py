"""The role of examples/iam lets the auditor into the accounts of an organization, and nobody else."""

import re
import shlex

import pytest
from audited_organization import EXTERNAL_ID, ORGANIZATION_POLICY, POLICY, ROLE, find_failing, widen
from emulated_aws import OWN

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
    done, results = audit_as_auditor(*flags, "--role-name", ROLE, *external, "--all-rules")
    assert (1, "", []) == (done.returncode, done.stderr, results["unjudged"])
    assert found == find_failing(results)


def test_the_audit_of_an_organization_that_the_readme_shows(organization, audit_as_auditor, policy, root):
    """It follows the roll-out of the role."""
    (line,) = re.findall(
        r"^checkov-keys audit (--organization --role-name .*)$", (root / "docs" / "live.md").read_text(), re.MULTILINE
    )
    organization.deploy(ExternalId=EXTERNAL_ID)
    organization.grant(policy(POLICY), policy(ORGANIZATION_POLICY))
    done, results = audit_as_auditor(*shlex.split(line), "--all-rules")
    assert (1, "", []) == (done.returncode, done.stderr, results["unjudged"])
    assert ["member", "own"] == find_failing(results)


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
    done, results = audit_as_auditor("--organization", "--role-name", role, *flags, "--all-rules")
    assert 2 == done.returncode
    (unjudged,) = results["unjudged"]
    assert (f"arn:aws:iam::{organization.member}:user/*", "") == (unjudged["address"], unjudged["rule"])
    assert "the role must exist, trust this identity, and expect this external id or none" in unjudged["reason"]
    assert ["own"] == find_failing(results)


def test_the_role_may_trust_a_whole_account(organization, audit_as_auditor, policy):
    """Then the policies of that account decide who of it may assume the role."""
    organization.deploy(Auditor=OWN)
    organization.grant(policy(POLICY), policy(ORGANIZATION_POLICY))
    done, results = audit_as_auditor("--accounts", organization.member, "--role-name", ROLE)
    assert (1, "") == (done.returncode, done.stderr)
    assert ["member"] == find_failing(results)


def test_the_role_may_do_what_the_policy_allows(organization, policy):
    """The role that the template makes, and the policy for one account, say the same."""
    organization.deploy()
    iam = organization.member_client("iam")
    (name,) = iam.list_role_policies(RoleName=ROLE)["PolicyNames"]
    assert widen(policy(POLICY)) == iam.get_role_policy(RoleName=ROLE, PolicyName=name)["PolicyDocument"]
