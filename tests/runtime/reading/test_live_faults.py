"""A fault costs what it must, says so in one line, and nothing passes because of it."""

import logging

import pytest

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.rules.one_active_key import judge_user
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.users import KeyStatus, NoUse

AUDITOR = "arn:aws:iam::123456789012:user/auditor"
UNKNOWN_CREDENTIALS = "AWS does not know these credentials: check the profile"
NOT_XML = "AWS's answer is not the XML that it should be"

# Faults, and what the reason must name.
FAULTS_WITHOUT_PAGES = [
    ("AccessDenied", ["AccessDenied", AUDITOR]),
    ("Throttling", ["Rate exceeded", "AWS throttles this account: try again later"]),
    ("ServiceUnavailable", ["ServiceUnavailable", "try again later"]),
    ("ExpiredToken", ["expired", "get new ones"]),
    ("garbage", [NOT_XML]),
    ("html", ["AWS's answer lacks", "Result"]),
    ("drop", ["Connection was closed", "check the network"]),
]
FAULTS = [*FAULTS_WITHOUT_PAGES, ("no marker", ["truncated, without a Marker"])]


@pytest.mark.parametrize(
    ("fault", "parts"),
    [
        *FAULTS,
        ("AccessDenied", ["allow iam:ListUsers for it"]),
        ("InvalidClientTokenId", [UNKNOWN_CREDENTIALS]),
        ("SignatureDoesNotMatch", ["does not match", "check the profile"]),
        ("without:Users", ["AWS's answer lacks 'Users'"]),
    ],
)
def test_an_account_whose_users_cannot_be_listed_is_an_error(iam_server, collect, assert_readable, fault, parts):
    """Any fault in the list of users is an error in one line, and nothing more is asked."""
    server = iam_server({} if fault == "no marker" else {"alice": ["Active"]}, faults={("ListUsers", 1): fault})
    with pytest.raises(AuditError) as raised:
        collect(server)
    assert_readable(str(raised.value), "cannot list the users: ", *parts)
    assert raised.value.__cause__ is not None
    assert [("ListUsers", 1)] == server.calls


@pytest.mark.parametrize(("fault", "parts"), [*FAULTS_WITHOUT_PAGES, ("AccessDenied", ["allow sts:GetCallerIdentity"])])
def test_an_account_without_users_whose_caller_is_unknown_is_an_error(
    iam_server, collect, assert_readable, fault, parts
):
    """An account without users is an error if AWS does not say which account it is."""
    with pytest.raises(AuditError) as raised:
        collect(iam_server({}, faults={("GetCallerIdentity", "*"): fault}))
    assert_readable(str(raised.value), "cannot tell which account has no users: ", *parts)


@pytest.mark.parametrize(("fault", "parts"), FAULTS)
def test_a_list_that_ends_early_keeps_the_users_before(iam_server, collect, assert_readable, fault, parts):
    """The users of the second page are missing: the account says so, and those of the first are judged."""
    server = iam_server(
        {"a": ["Active"], "b": ["Active", "Active"], "c": ["Active", "Active"], "d": []},
        faults={("ListUsers", 2): fault},
        page_size=2,
    )
    account = collect(server)
    judged = {user.name: judge_user(user) for user in account.users if user.name in "ab"}
    assert {"a": Verdict.PASSED, "b": Verdict.FAILED} == judged
    (unread,) = account.unjudged
    assert "arn:aws:iam::123456789012:user/*" == unread.address
    assert_readable(unread.reason, "the list of users ended early: ", " are missing", *parts)


@pytest.mark.parametrize(
    ("fault", "address", "parts"),
    [
        ("without:UserName", "arn:aws:iam::123456789012:user/c", ["AWS's answer lacks 'UserName'"]),
        ("without:Arn", "c", ["AWS's answer lacks 'Arn'"]),
        ("doubled:Arn", "c", ["more than one Arn"]),
        ("doubled:UserName", "arn:aws:iam::123456789012:user/c", ["more than one UserName"]),
    ],
)
def test_an_odd_entry_of_the_list_costs_itself(iam_server, collect, assert_readable, fault, address, parts):
    """Whatever is known of it names it, and the users around it are judged."""
    server = iam_server({name: ["Active"] for name in "abcd"}, faults={("ListUsers", 3): fault}, page_size=1)
    account = collect(server)
    assert list("abd") == [user.name for user in account.users]
    assert [address] == [one.address for one in account.unjudged]
    assert_readable(account.unjudged[0].reason, "the list of users has an entry that is not a user: ", *parts)


@pytest.mark.parametrize(
    ("fault", "parts"),
    [
        *FAULTS,
        ("AccessDenied", ["allow iam:ListAccessKeys for it"]),
        ("without:AccessKeyMetadata", ["AWS's answer lacks 'AccessKeyMetadata'"]),
        ("without:AccessKeyId", ["AWS's answer lacks 'AccessKeyId'"]),
        ("without:Status", ["AWS's answer lacks 'Status'"]),
        ("without:CreateDate", ["AWS's answer lacks 'CreateDate'"]),
        ("doubled:AccessKeyId", ["more than one AccessKeyId"]),
        ("doubled:Status", ["more than one Status"]),
    ],
)
def test_a_user_whose_keys_cannot_be_read_is_unread_and_the_others_are_judged(
    iam_server, collect, assert_readable, fault, parts
):
    """Any fault in a user's keys makes that user unread, with the reason, and no other."""
    server = iam_server(
        {"a": ["Active", "Active"], "/team/b": ["Active", "Active"], "c": ["Active"]},
        faults={("ListAccessKeys", "b"): fault},
    )
    account = collect(server)
    assert ["a", "c"] == [user.name for user in account.users]
    (unread,) = account.unjudged
    assert "arn:aws:iam::123456789012:user/team/b" == unread.address
    assert_readable(unread.reason, "cannot list the access keys: ", *parts)


def test_a_fault_on_a_later_page_of_keys_leaves_no_half_read_user(iam_server, collect):
    """A user of whose keys one page is missing is unread as a whole."""
    server = iam_server(
        {"a": ["Active", "Active"]}, faults={("ListAccessKeys", "a"): ["ok", "AccessDenied"]}, key_page_size=1
    )
    account = collect(server)
    assert ((), ["arn:aws:iam::123456789012:user/a"]) == (
        account.users,
        [unread.address for unread in account.unjudged],
    )


def test_unread_users_come_in_the_order_of_their_arns(iam_server, collect):
    """Unread users are sorted, whatever order AWS lists them in."""
    server = iam_server({name: [] for name in "cab"}, faults={("ListAccessKeys", "*"): "AccessDenied"})
    assert ["a", "b", "c"] == [unread.address.rpartition("/")[2] for unread in collect(server).unjudged]


@pytest.mark.parametrize(
    ("fault", "parts"),
    [
        *FAULTS_WITHOUT_PAGES,
        ("AccessDenied", ["allow iam:GetAccessKeyLastUsed for it"]),
        ("NoSuchEntity", ["NoSuchEntity"]),
        ("without:AccessKeyLastUsed", ["AWS's answer lacks 'AccessKeyLastUsed'"]),
    ],
)
def test_a_last_use_that_cannot_be_read_costs_a_warning_and_no_verdict(  # fixtures go by name
    iam_server, collect, assert_readable, caplog, fault, parts
):
    """One warning for each kind of fault, however many keys it hits."""
    caplog.set_level(logging.WARNING, "checkov_keys")
    server = iam_server(
        {"a": ["Active", "Active"], "b": ["Active", "Active"]}, faults={("GetAccessKeyLastUsed", "*"): fault}
    )
    account = collect(server)
    assert [Verdict.FAILED] * 2 == [judge_user(user) for user in account.users]
    assert {NoUse.NOT_READ} == {key.last_use for user in account.users for key in user.keys}
    assert () == account.unjudged
    (warning,) = [record for record in caplog.records if record.name.startswith("checkov_keys")]
    assert logging.WARNING == warning.levelno
    assert_readable(warning.getMessage(), server.key_id("a"), "iam:GetAccessKeyLastUsed", "; 3 more like this", *parts)


def test_two_kinds_of_faults_are_two_warnings(iam_server, collect, caplog):
    """Last uses that fail for two reasons are warned of twice, and the user keeps the others."""
    server = iam_server({"a": ["Active"] * 3})
    server.faults[("GetAccessKeyLastUsed", server.key_id("a", 0))] = "AccessDenied"
    server.faults[("GetAccessKeyLastUsed", server.key_id("a", 1))] = "NoSuchEntity"
    (user,) = collect(server).users
    assert [NoUse.NOT_READ, NoUse.NOT_READ, NoUse.NEVER] == [key.last_use for key in user.keys]
    assert 2 == sum(record.name.startswith("checkov_keys") for record in caplog.records)


def test_an_odd_status_is_unknown_and_the_user_is_judged_by_the_others(iam_server, collect):
    """A user with two active keys fails, whatever a third key's odd status means."""
    (user,) = collect(iam_server({"a": ["Suspended", "Active", "Active"]})).users
    assert KeyStatus.UNKNOWN is user.keys[0].status
    assert Verdict.FAILED is judge_user(user)


@pytest.mark.parametrize("action", ["ListUsers", "ListAccessKeys", "GetAccessKeyLastUsed"])
@pytest.mark.parametrize("fault", ["Throttling", "ServiceUnavailable", "drop"])
def test_a_passing_fault_is_tried_again(iam_server, collect, monkeypatch, action, fault):
    """A fault that passes at the second attempt leaves no trace in the account."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    server = iam_server({"a": ["Active", "Active"]}, faults={(action, "*"): [fault]})
    account = collect(server)
    assert ({NoUse.NEVER}, ()) == ({key.last_use for user in account.users for key in user.keys}, account.unjudged)
