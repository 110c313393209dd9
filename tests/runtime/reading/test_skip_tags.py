"""The tag that exempts a user, from moto's server and from one that breaks."""

import logging
from collections import Counter

import pytest

from checkov_keys.domain.rules.one_active_key import judge_user
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.users import NoUse
from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.session.aws_session import AwsSession

TWO = ["Active", "Active"]


@pytest.mark.parametrize(
    ("expected", "tags"),
    [
        (None, []),
        (None, [("team", "ops"), ("checkov:skipped", "no"), ("skip", "no")]),
        ("", [("checkov:skip", "")]),
        ("CKV2_KEYS_1: legacy", [("checkov:skip", "CKV2_KEYS_1: legacy")]),
        ("CKV2_KEYS_1: <a> & b", [("a", "1"), ("checkov:skip", "CKV2_KEYS_1: <a> & b"), ("z", "2")]),
        ("any case", [("Checkov:Skip", "any case")]),
    ],
)
def test_the_value_of_the_tag(iam_server, collect, expected, tags):
    """It comes as it is, and no other tag counts."""
    (user,) = collect(iam_server({"a": TWO}, tags={"a": tags})).users
    assert expected == user.skip_tag


@pytest.mark.parametrize(("calls", "page_size"), [(1, 4), (2, 2), (4, 1)])
def test_the_tag_of_a_later_page(iam_server, collect, calls, page_size):
    """The tag is found on whichever page it is."""
    tags = [("a", ""), ("b", ""), ("c", ""), ("checkov:skip", "x")]
    server = iam_server({"u": TWO}, tags={"u": tags}, tag_page_size=page_size)
    assert ["x"] == [user.skip_tag for user in collect(server).users]
    assert ["u"] * calls == server.calls_of("ListUserTags")


def test_tags_are_read_once_and_for_violating_users_only(iam_server, collect):
    """Tags are asked for once per violating user, and for no other user."""
    users = {f"bad{n}": TWO for n in range(20)} | {f"good{n}": ["Active", "Inactive"] for n in range(20)} | {"bare": []}
    server = iam_server(users, tags={name: [("checkov:skip", name)] for name in users})
    account = collect(server)
    bad = sorted(name for name in users if name.startswith("bad"))
    assert {name: name if name in bad else None for name in users} == {u.name: u.skip_tag for u in account.users}
    assert bad == sorted(server.calls_of("ListUserTags"))
    assert {"ListUsers": 1, "ListAccessKeys": 41, "ListUserTags": 20, "GetAccessKeyLastUsed": 40} == Counter(
        action for action, _ in server.calls
    )


def test_tags_of_motos_server(moto_iam):
    """Whatever IAM allows in a value survives, on a server that somebody else wrote."""
    url, iam = moto_iam
    values = {"a": "CKV2_KEYS_1: two sites", "b": "Größe_.:/=+-@ / 1", "c": None, "passes": "CKV2_KEYS_1: unread"}
    for name, value in values.items():
        tags = [{"Key": "checkov:skip", "Value": value}] if value is not None else []
        iam.create_user(UserName=name, Tags=[{"Key": "team", "Value": "ops"}, *tags])
        for _ in range(1 if name == "passes" else 2):
            iam.create_access_key(UserName=name)
    account = collect_account(AwsSession(endpoint_url=url))
    assert {**values, "passes": None} == {user.name: user.skip_tag for user in account.users}


@pytest.mark.parametrize(
    ("fault", "parts"),
    [
        ("AccessDenied", ["allow iam:ListUserTags for it"]),
        ("Throttling", ["AWS throttles this account"]),
        ("ServiceUnavailable", ["try again later"]),
        ("NoSuchEntity", ["NoSuchEntity"]),
        ("garbage", ["not the XML"]),
        ("html", ["AWS's answer lacks"]),
        ("drop", ["check the network"]),
        ("no marker", ["truncated, without a Marker"]),
        ("without:Tags", ["AWS's answer lacks 'Tags'"]),
        ("without:Key", ["AWS's answer lacks 'Key'"]),
        ("without:Value", ["AWS's answer lacks 'Value'"]),
        ("doubled:Key", ["more than one Key"]),
        ("doubled:Value", ["more than one Value"]),
    ],
)
def test_tags_that_cannot_be_read_cost_a_warning_and_no_verdict(
    iam_server, collect, assert_readable, caplog, fault, parts
):
    """The users fail, as if they had no tag; one warning for each kind of fault."""
    caplog.set_level(logging.WARNING, "checkov_keys")
    tag = ("b", "") if fault == "no marker" else ("checkov:skip", "CKV2_KEYS_1: legacy")
    server = iam_server({"a": TWO, "b": TWO, "c": TWO}, {("ListUserTags", "*"): fault}, tags={n: [tag] for n in "abc"})
    account = collect(server)
    assert [(Verdict.FAILED, None)] * 3 == [(judge_user(user), user.skip_tag) for user in account.users]
    assert {NoUse.NEVER} == {key.last_use for user in account.users for key in user.keys}
    assert () == account.unjudged
    (warning,) = [record for record in caplog.records if record.name.startswith("checkov_keys")]
    assert_readable(warning.getMessage(), "tags of user a", "iam:ListUserTags", "; 2 more like this", *parts)


def test_a_fault_of_one_user_costs_the_others_nothing(iam_server, collect, caplog):
    """A user whose tags cannot be read has no exemption, is warned of, and the others keep theirs."""
    tags = {name: [("checkov:skip", name)] for name in "abc"}
    server = iam_server(dict.fromkeys("abc", TWO), {("ListUserTags", "b"): "AccessDenied"}, tags=tags)
    assert ["a", None, "c"] == [user.skip_tag for user in collect(server).users]
    assert ["tags of user b"] == [part for part in ("tags of user b", "more likewise") if part in caplog.text]


def test_a_denied_tag_and_a_denied_last_use_are_two_warnings(iam_server, collect, caplog):
    """Each missing permission has a warning of its own that names it."""
    faults = {("ListUserTags", "*"): "AccessDenied", ("GetAccessKeyLastUsed", "*"): "AccessDenied"}
    collect(iam_server({"a": TWO}, faults))
    assert ["iam:ListUserTags", "iam:GetAccessKeyLastUsed"] == [
        action
        for record in caplog.records
        if record.name.startswith("checkov_keys")
        for action in ("iam:ListUserTags", "iam:GetAccessKeyLastUsed")
        if f"({action})" in record.getMessage()
    ]


@pytest.mark.parametrize("fault", ["Throttling", "ServiceUnavailable", "drop"])
def test_a_passing_fault_is_tried_again(iam_server, collect, monkeypatch, fault):
    """A fault that passes at the second attempt does not cost the tag."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    server = iam_server({"a": TWO}, {("ListUserTags", "*"): [fault]}, tags={"a": [("checkov:skip", "x")]})
    assert ["x"] == [user.skip_tag for user in collect(server).users]
