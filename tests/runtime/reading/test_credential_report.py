"""The credential report over HTTP: which calls it spares, and that it never is the ground of a verdict."""

import contextlib
from datetime import datetime, timedelta, timezone

import pytest
from breaking_account_server import BreakingAccountServer
from family_account import FAULTS, TODAY, VIOLATING, failed, judge_at, outcomes_of, serve_family, unknown

from checkov_keys.domain.rules.family import DEFAULT_LIVE_RULES


@pytest.fixture
def serve():
    """Start a server: `serve(users, faults, …)`."""
    with contextlib.ExitStack() as stack:
        yield lambda *args, **settings: stack.enter_context(BreakingAccountServer(*args, **settings))


HEADER = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,"
    "access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,"
    "cert_2_last_rotated\n"
)
NO_KEY = "false,N/A,N/A,N/A,N/A"
ROTATED = "2024-01-02T03:04:00+00:00"


def days_ago(days):
    moment = datetime.now(timezone.utc) - timedelta(days=days)
    return f"{moment:%Y-%m-%dT%H:%M:%S}+00:00"


def reported(used=None, active="true", rotated=ROTATED):
    return f"{active},{rotated},{days_ago(used) if isinstance(used, (int, float)) else used or 'N/A'},us-east-1,s3"


def row(*keys, name="u", account="123456789012"):
    first, second = (*keys, NO_KEY, NO_KEY)[:2]
    arn = f"arn:aws:iam::{account}:user/{name}"
    return f"{name},{arn},2024-01-01T00:00:00+00:00,false,N/A,N/A,N/A,false,{first},{second},false,N/A,false,N/A\n"


RECENT = reported(3)
NO_REPORT = [
    *(fault for fault in FAULTS if ":" not in fault and fault != "no marker"),
    "without:Content",
    "ReportInProgress",
    "ReportExpired",
    "ReportNotPresent",
]
REPORTS = {
    "all keys in use": (["Active"], HEADER + row(RECENT), True),
    "both keys in use, one of them off": (["Active", "Inactive"], HEADER + row(RECENT, RECENT), True),
    "used a second too long ago": (["Active"], HEADER + row(reported(45)), False),
    "used just in time": (["Active"], HEADER + row(reported(44.9)), True),
    "never used": (["Active"], HEADER + row(reported()), False),
    "no information": (["Active"], HEADER + row(reported("no_information")), False),
    "not a date": (["Active"], HEADER + row(reported("yesterday")), False),
    "the future": (["Active"], HEADER + row(reported(-3)), False),
    "another key is unused": (["Active"], HEADER + row(RECENT, reported(100)), False),
    "another key is unused and off in the report": (["Active"], HEADER + row(RECENT, reported(100, "false")), False),
    "another key was never used and is off": (["Active"], HEADER + row(RECENT, reported(None, "false")), False),
    "fewer columns than keys": (["Active", "Inactive", "Inactive"], HEADER + row(RECENT, RECENT), False),
    "one column, two keys": (["Active", "Inactive"], HEADER + row(RECENT), False),
    "no key yet": (["Active"], HEADER + row(), False),
    "the user is missing": (["Active"], HEADER + row(RECENT, name="v"), False),
    "another account": (["Active"], HEADER + row(RECENT, account="999999999999"), False),
    "the user is there twice": (["Active"], HEADER + row(RECENT) + row(RECENT), False),
    "an empty report": (["Active"], "", False),
    "only a header": (["Active"], HEADER, False),
    "other columns": (["Active"], "user,arn\nu,arn:aws:iam::123456789012:user/u\n", False),
    "a short row": (["Active"], HEADER + "u,arn:aws:iam::123456789012:user/u,x\n", False),
    "not UTF-8": (["Active"], b"\xff\xfe" + HEADER.encode(), False),
    "a quote that does not end": (["Active"], HEADER + 'u,"arn', False),
    "HTML": (["Active"], "<html></html>", False),
    "none yet": (["Active"], None, False),
}


@pytest.mark.parametrize(("statuses", "report", "spared"), REPORTS.values(), ids=REPORTS)
def test_the_credential_report_spares_a_call(serve, statuses, report, spared):
    """Only if each key that it shows is in use, and it shows all of them; the verdict is that of the call."""
    server = serve({"u": statuses}, report=report)
    server.last_uses[server.key_id("u")] = (TODAY, "s3", "eu-west-1")
    rules = DEFAULT_LIVE_RULES[1:2]
    found = outcomes_of(judge_at(server.url, rules)[0])
    assert {2: {"u": "PASSED"}} == found
    assert spared is (server.calls_of("GetAccessKeyLastUsed") == [])
    server.last_uses.clear()
    if not spared:
        assert {2: {"u": "FAILED"}} == outcomes_of(judge_at(server.url, rules)[0])


@pytest.mark.parametrize("fault", NO_REPORT)
def test_a_report_that_cannot_be_had_costs_calls_only(serve, fault):
    """Whatever comes instead of the report, each key is asked, and nobody is unjudged."""
    server = serve_family(serve, {("GetCredentialReport", "*"): fault}, report=HEADER + row(RECENT, name="unused"))
    found = outcomes_of(judge_at(server.url)[0])
    assert VIOLATING == failed(found)
    assert {} == unknown(found)


def test_a_report_that_was_made_meanwhile(serve):
    """One that is not there yet is asked to be made, and taken if it is there at once."""
    faults = {("GetCredentialReport", "*"): ["ReportNotPresent", "ok"]}
    server = serve({"u": ["Active"]}, faults, report=HEADER + row(RECENT))
    assert {2: {"u": "PASSED"}} == outcomes_of(judge_at(server.url, DEFAULT_LIVE_RULES[1:2])[0])
    assert ([], 1) == (server.calls_of("GetAccessKeyLastUsed"), len(server.calls_of("GenerateCredentialReport")))
