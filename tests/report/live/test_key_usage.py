"""Who uses which key, in every format of an audit that asked; addresses are only where somebody asked for them."""

import json
import re

import pytest
from seen_keys import ADDRESS, NOW, ROLE, call, key, own_call

from checkov_keys.domain.callers import Caller
from checkov_keys.domain.rules.family import DEFAULT_LIVE_RULES
from checkov_keys.domain.source_addresses import leave_out_all
from checkov_keys.domain.users import Account, NoUse, User
from checkov_keys.report.dashboard.usages import read_usages
from checkov_keys.report.destinations import FILE_NAMES, Destinations, Style
from checkov_keys.report.live.live_report import LiveReport
from checkov_keys.report.writer import write_report

# Checkov's table has no room for proposals.
PROPOSING = [form for form in FILE_NAMES if form != "github_failed_only"]
# What names itself by an address is said to be one.
ODD = Caller(ADDRESS, "", ADDRESS)
USED = key("AKIAUSED", 60, 1, call(1), call(2, 2, session=ROLE), call(3, 3, caller=ODD, agent=ADDRESS), own_call(4))
UNREAD = key("AKIAUNREAD", 60, NoUse.NEVER, gaps=[("eu-west-1", "AccessDenied")])


@pytest.fixture
def written(tmp_path):
    """The text of a file of a format, for an account whose user has these keys."""

    def write(form, *keys, with_addresses=True):
        user = User("123456789012", "ci", "arn:aws:iam::123456789012:user/ci", keys)
        account = Account("123456789012", "aws", (user,), read_at=NOW)
        account = account if with_addresses else leave_out_all(account)
        report = LiveReport([account], DEFAULT_LIVE_RULES)
        write_report(report, Destinations([form], str(tmp_path)), Style())
        return (tmp_path / FILE_NAMES[form]).read_text()

    return write


@pytest.mark.parametrize("form", list(FILE_NAMES))
def test_an_audit_that_did_not_ask(written, form):
    """Says nothing of usage."""
    text = written(form, key("AKIAUSED", 60, 1, asked=False), key("AKIAUNREAD", 60, NoUse.NEVER, asked=False))
    assert not re.search("usage|event history|used by", text, re.IGNORECASE)


@pytest.mark.parametrize("form", PROPOSING)
def test_who_uses_which(written, form):
    """Every format says it, and that something was not read; only text and JSON have addresses."""
    text = written(form, USED, UNREAD)
    assert "AKIAUSED is used by Terraform" in text
    assert "It was not read in full" in text
    assert (form in {"cli", "json"}) is (ADDRESS in text)


@pytest.mark.parametrize("form", PROPOSING)
def test_without_addresses(written, form):
    """No format has one, not even in what a program says of itself."""
    text = written(form, USED, UNREAD, with_addresses=False)
    assert "AKIAUSED is used by Terraform" in text
    assert ADDRESS not in text


def test_json(written):
    """Records of findings have it as data, with what was not read; those that pass do not."""
    results = json.loads(written("json", USED, UNREAD))["results"]
    assert results["passed_checks"]
    assert [] == [each for each in results["passed_checks"] for own in each["access_keys"] if "usage" in own]
    used, unread = (own["usage"] for own in results["failed_checks"][0]["access_keys"])
    assert ["Terraform", ADDRESS] == [caller["family"] for caller in used["callers"]]
    assert [{"service": "s3.amazonaws.com", "action": "ListBuckets", "region": "eu-west-1"}] == [
        {name: action[name] for name in ("service", "action", "region")} for action in used["callers"][0]["actions"]
    ]
    assert (True, 2, 1, [ROLE.target]) == (
        used["is_exact"],
        used["callers"][0]["calls"]["number"],
        used["own_calls"],
        [session["target"] for session in used["sessions"]],
    )
    assert [{"what": "eu-west-1", "reason": "AccessDenied"}] == unread["not_read"]


def test_text(written):
    """Below each key is who uses it, from where, how often, until when."""
    lines = written("cli", USED, UNREAD).splitlines()
    assert f"      Terraform, {ADDRESS}: exactly 2 calls, 2026-11-22 to 2026-11-23" in lines
    assert "      Sessions made with it outlive it." in lines
    assert "      Not read: eu-west-1: AccessDenied" in lines


@pytest.mark.parametrize(
    ("usage", "lines"),
    [
        (None, None),
        ([], None),
        ({}, [""]),
        ({"sentence": "\x1b[31mSeen.", "callers": {}, "sessions": 5, "not_read": "x"}, ["Seen."]),
        ({"callers": [{}]}, ["", "a caller that cannot be read: {}"]),
        ({"callers": [{"family": "x"}, 5]}, ["", 'a caller that cannot be read: {"family": "x"}']),
        ({"sessions": [{"action": "AssumeRole"}]}, ["", "Sessions by AssumeRole outlive the key"]),
        ({"not_read": [{"what": ["<b>"]}]}, ["", 'Not read: ["<b>"]:']),
    ],
)
def test_the_page_of_any_file(usage, lines):
    """Whatever a file holds, the page shows it as text, or nothing."""
    shown = read_usages({"access_keys": [{"id": "A", "usage": usage}, "odd"]})
    assert ([] if lines is None else [("A", lines)]) == shown


def test_the_page(written):
    """It says of each key who uses it, for what, and until when its sessions live."""
    record = json.loads(written("json", USED, UNREAD))["results"]["failed_checks"][0]
    (_, used), (_, unread) = read_usages(record)
    assert f"Terraform, {ADDRESS}: exactly 2 calls, 2026-11-22 to 2026-11-23. s3:ListBuckets (eu-west-1)" in used
    assert f"Sessions by AssumeRole of {ROLE.target} outlive the key" in used
    assert "Not read: eu-west-1: AccessDenied" in unread
