"""Which accounts an audit chooses by ids, roles and exclusions, and what it refuses before AWS is asked."""

import pytest
from account_outcomes import choose_accounts, role_arn
from emulated_aws import OWN

from checkov_keys.domain.errors import AuditError, UsageError
from checkov_keys.runtime.reading.account_choice import AccountChoice, AccountToAudit
from checkov_keys.runtime.session.roles import Role

ONE, TWO, NOBODY = "111111111111", "222222222222", "999999999999"


def test_without_a_choice_it_is_the_account_of_the_credentials(moto_iam):
    """If nothing is chosen, the account of the credentials is read without a role."""
    assert [(OWN, "", None)] == choose_accounts(moto_iam[0])


def test_accounts_by_id_are_entered_by_the_role_of_an_organization_and_the_own_one_by_its_credentials(moto_iam):
    """Chosen ids are entered by the default role, each once, but the own account needs none."""
    assert [(ONE, "", role_arn(ONE)), (OWN, "", None), (TWO, "", role_arn(TWO))] == choose_accounts(
        moto_iam[0], account_ids=(TWO, OWN, ONE, TWO)
    )


@pytest.mark.parametrize("name", ["audit/Auditor", "/audit/Auditor"])
def test_the_role_may_have_another_name_and_a_path(moto_iam, name):
    """A role name may have a path, with or without the slash in front."""
    assert [(ONE, "", role_arn(ONE, "audit/Auditor"))] == choose_accounts(
        moto_iam[0], account_ids=(ONE,), role_name=name
    )


def test_a_role_by_its_arn_goes_before_any_other_way_into_its_account(moto_iam):
    """An account that has a role by ARN is entered by it, even if its id is chosen too or it is the own one."""
    arns = (role_arn(ONE, "a"), role_arn(OWN, "b"), role_arn(ONE, "a"))
    assert [(ONE, "", arns[0]), (OWN, "", arns[1]), (TWO, "", role_arn(TWO))] == choose_accounts(
        moto_iam[0], role_arns=arns, account_ids=(OWN, ONE, TWO)
    )


@pytest.mark.parametrize(
    ("parts", "choice"),
    [
        ([NOBODY, "not among those chosen"], {"account_ids": (ONE,), "excluded": (ONE, NOBODY)}),
        ([f"{NOBODY}, {TWO}"], {"excluded": (NOBODY, TWO, NOBODY)}),
        (["no account is left"], {"account_ids": (ONE,), "excluded": (ONE,)}),
        (["aws-cn", "credentials are of aws:"], {"role_arns": (role_arn(ONE, partition="aws-cn"),)}),
    ],
)
def test_a_choice_that_does_not_fit_is_an_error(moto_iam, assert_readable, parts, choice):
    """An exclusion of an account that was not chosen, an empty choice and a foreign partition are errors."""
    with pytest.raises(UsageError) as raised:
        choose_accounts(moto_iam[0], **choice)
    assert_readable(str(raised.value), *parts)


@pytest.mark.parametrize(
    ("parts", "choice"),
    [
        (["'12345678901'", "twelve digits"], {"account_ids": ("12345678901",)}),
        (["twelve digits"], {"account_ids": ("\N{ARABIC-INDIC DIGIT ONE}" * 12,)}),
        (["'1111-1111-1111'"], {"excluded": ("1111-1111-1111",)}),
        (["''"], {"account_ids": ("",)}),
        (["'Auditor' is not the ARN"], {"role_arns": ("Auditor",)}),
        (["not the ARN of a role"], {"role_arns": (f"arn:aws:iam::{ONE}:user/alice",)}),
        (["not the ARN of a role"], {"role_arns": (f"arn:aws:iam::{ONE}:role/",)}),
        (["not the ARN of a role"], {"role_arns": (f"arn:aws:iam::{ONE}:role/a\n",)}),
        (["not the ARN of a role"], {"role_arns": (f"arn:aws:sts::{ONE}:assumed-role/a/b",)}),
        ([f"more than one role for account {ONE}"], {"role_arns": (role_arn(ONE, "a"), role_arn(ONE, "b"))}),
        (["role name 'a b'"], {"role_name": "a b"}),
        (["role name ''"], {"role_name": ""}),
        (["role session name 'x'"], {"role_arns": (role_arn(ONE),), "role_session_name": "x"}),
        (["the external id"], {"role_arns": (role_arn(ONE),), "external_id": "very-secret!"}),
        (["the external id"], {"account_ids": (ONE,), "external_id": "x"}),
        (["role session name"], {"organization": True, "role_session_name": ""}),
        (["'ou-1'", "organizational unit"], {"units": ("ou-1",)}),
    ],
)
def test_a_choice_that_aws_knows_no_such_thing_of_is_an_error_before_aws_is_asked(assert_readable, parts, choice):
    """A malformed id, ARN, role name, external id or unit is an error before any call."""
    with pytest.raises(UsageError) as raised:
        AccountChoice(**choice)
    assert_readable(str(raised.value), *parts)


def test_the_external_id_is_shown_nowhere():
    """The external id is not in the representation of a choice or of an account."""
    assert "very-secret" not in repr(AccountChoice(external_id="very-secret"))
    assert "very-secret" not in repr(AccountToAudit(ONE, "aws", role=Role(role_arn(ONE), "very-secret")))


def test_credentials_of_an_unknown_account_are_an_error(proxy, assert_readable):
    """If AWS does not say whose the credentials are, no account is chosen."""
    with pytest.raises(AuditError) as raised:
        choose_accounts(proxy({("GetCallerIdentity", "*"): "ExpiredToken"}).url, account_ids=(ONE,))
    assert_readable(str(raised.value), "cannot tell which account the credentials belong to: ", "get new ones")
