"""A live account as Checkov's Report: each user a record, nothing lost that could not be judged."""

import json
from datetime import datetime, timezone

import pytest
from checkov.common.util.json_utils import CustomJSONEncoder

from checkov_keys.domain.assessment import Policy
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.users import AccessKey, Account, KeyStatus, LastUse, NoUse, Unjudged, User
from checkov_keys.report.formats.console import name_accounts
from checkov_keys.report.formats.markdown_summary import format_markdown
from checkov_keys.report.live.evidence import build_console_link
from checkov_keys.report.live.live_report import LiveReport
from checkov_keys.report.live.user_record import Review, describe_finding
from checkov_keys.report.plain_text import printable

CREATED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
READ = datetime(2026, 11, 24, tzinfo=timezone.utc)
USED = LastUse(datetime(2026, 3, 4, tzinfo=timezone.utc), "s3", "us-east-1")
ARN = "arn:aws:iam::123456789012:user/"


def key(number, status=KeyStatus.ACTIVE, last_use=NoUse.NEVER, created=CREATED):
    return AccessKey(f"AKIA{number}", status, created, last_use)


def records(report):
    return report.passed_checks + report.failed_checks


VERDICTS = {
    "no key": ([], "passed"),
    "one active": ([key(1)], "passed"),
    "one of two active": ([key(1), key(2, KeyStatus.INACTIVE)], "passed"),
    "one active, one nobody knows": ([key(1), key(2, KeyStatus.UNKNOWN)], "unjudged"),
    "two active": ([key(1), key(2)], "failed"),
    "three active": ([key(n) for n in range(3)], "failed"),
    "two active, one nobody knows": ([key(1), key(2), key(3, KeyStatus.UNKNOWN)], "failed"),
    "six active": ([key(n) for n in range(6)], "failed"),
}


@pytest.mark.parametrize(("keys", "verdict"), VERDICTS.values(), ids=VERDICTS)
def test_verdicts(report_of, keys, verdict):
    """A user is counted once, under its verdict, and is a resource whatever that is."""
    summary = report_of(keys).get_summary()
    assert {"passed": 0, "failed": 0, "unjudged": 0, "resource_count": 1, verdict: 1} == {
        name: summary[name] for name in ("passed", "failed", "unjudged", "resource_count")
    }


@pytest.mark.parametrize("count", [0, 1, 2, 4, 5, 6, 40])
@pytest.mark.parametrize("last_use", [NoUse.NEVER, NoUse.NOT_READ, USED])
def test_the_code_block_is_what_the_aws_cli_prints(report_of, count, last_use):
    """It is JSON, short enough for Checkov to show it, and the line range covers it."""
    (record,) = records(report_of([key(n, last_use=last_use) for n in range(count)]))
    shown = json.loads("".join(line for _, line in record.code_block))
    used = {
        NoUse.NEVER: {"AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"}},
        NoUse.NOT_READ: {},
        USED: {
            "AccessKeyLastUsed": {
                "LastUsedDate": "2026-03-04T00:00:00+00:00",
                "ServiceName": "s3",
                "Region": "us-east-1",
            }
        },
    }[last_use]
    entry = {"Status": "Active", "CreateDate": "2026-01-02T03:04:05+00:00", **used}
    assert {
        "UserName": "alice",
        "AccessKeyMetadata": [{"AccessKeyId": f"AKIA{n}", **entry} for n in range(count)],
    } == shown
    assert len(record.code_block) < 50
    assert [1, len(record.code_block)] == record.file_line_range


@pytest.mark.parametrize(
    ("name", "last"),
    [("alice", "alice"), ("a.b,c+d=e@f_g-h", "a.b,c+d=e@f_g-h"), ("...x", "...x"), (".", "~."), ("..", "~..")],
)
def test_the_path_depends_on_account_and_user_only(report_of, monkeypatch, tmp_path, name, last):
    """It does not on the working directory, and a name of dots does not lead out of the folder."""
    monkeypatch.chdir(tmp_path)
    (record,) = records(report_of([], name=name))
    path = f"/aws/123456789012/iam/{last}"
    assert (path, path, path) == (record.file_path, record.file_abs_path, record.repo_file_path)


def test_a_record_says_what_dashboards_need(report_of):
    """JSON holds the rule's facts, and the keys as data."""
    data = json.loads(json.dumps(report_of([key(1, last_use=USED), key(2)]).get_dict(), cls=CustomJSONEncoder))
    (record,) = data["results"]["failed_checks"]
    assert ("CKV2_KEYS_1", "MEDIUM", "IAM", "alice", "123456789012", {}, []) == tuple(
        record[name] for name in ("check_id", "severity", "bc_category", "user", "account", "entity_tags", "details")
    )
    assert "1.12" == record["benchmarks"]["CIS AWS Foundations v5.0"][0]["name"]
    assert record["guideline"] == data["url"]
    assert [
        {
            "id": "AKIA1",
            "status": "Active",
            "created": "2026-01-02T03:04:05+00:00",
            "age_days": 325,
            "last_used": "2026-03-04T00:00:00+00:00",
            "last_used_service": "s3",
            "last_used_region": "us-east-1",
            "last_used_or_later": False,
        },
        {
            "id": "AKIA2",
            "status": "Active",
            "created": "2026-01-02T03:04:05+00:00",
            "age_days": 325,
            "last_used": None,
            "last_used_service": "N/A",
            "last_used_region": "N/A",
            "last_used_or_later": False,
        },
    ] == record["access_keys"]
    sentence = "Turn off AKIA2: it was never used, AKIA1 was last used on 2026-03-04 (s3)."
    assert {"key": "AKIA2", "sentence": sentence, "steps": []} == record["proposal"]
    assert (
        "https://console.aws.amazon.com/iam/home#/users/details/alice?section=security_credentials" == record["console"]
    )


SENTENCES = {
    "none": ([], "no active access keys."),
    "one": ([key(1)], "1 active access key: AKIA1 (created 2026-01-02, never used)."),
    "used": (
        [key(1, last_use=USED)],
        "1 active access key: AKIA1 (created 2026-01-02, last used 2026-03-04 by s3 in us-east-1).",
    ),
    "inactive are not named": (
        [key(1), key(2, KeyStatus.INACTIVE), key(3, last_use=NoUse.NOT_READ)],
        (
            "2 active access keys: AKIA1 (created 2026-01-02, never used), AKIA3 (created 2026-01-02). "
            "Decide by hand: when AKIA3 was last used is not known."
        ),
    ),
    "nothing known": ([key(1, last_use=NoUse.NOT_READ, created=None)], "1 active access key: AKIA1."),
}


@pytest.mark.parametrize(("keys", "said"), SENTENCES.values(), ids=SENTENCES)
def test_finding_sentence(report_of, keys, said):
    """It starts with the user and the account and names every active key."""
    (record,) = records(report_of(keys))
    assert f"IAM user alice in account 123456789012 has {said}" == describe_finding(record)


REASONS = {
    "plain": ("AccessDenied", "AccessDenied"),
    "empty": ("", ""),
    "colours": ("\x1b[1;31mred\x1b[0m", "red"),
    "title and link": ("\x1b]0;title\x07a \x1b]8;;http://x\x1b\\b\x1b]8;;\x1b\\", "a b"),
    "a lone escape": ("a\x1bb", "a b"),
    "an unfinished sequence": ("a\x1b[31", "a [31"),
    "C1": ("a\x9b31mb", "a 31mb"),
    "lines of every kind": ("a\nb\r\nc\x85d\u2028e\tf", "a b c d e f"),
    "direction and zero width": ("a\u202eb\u200bc", "a b c"),
    "a lone surrogate": ("a\udc80b", "a b"),
    "other scripts": ("Zugriff verweigert: Prüfung ☃", "Zugriff verweigert: Prüfung ☃"),
}


@pytest.mark.parametrize(("reason", "shown"), REASONS.values(), ids=REASONS)
def test_reasons_are_one_line(reason, shown):
    """Nothing in a reason can move a terminal's cursor or start a line of its own."""
    assert [Unjudged("x", shown)] == printable([Unjudged("x", reason)])


def test_an_address_is_unjudged_once():
    """Its reasons stand side by side: one test case, one line, one count."""
    assert [Unjudged("a", "one; two"), Unjudged("b", "one")] == printable(
        [Unjudged("a", "one"), Unjudged("b", "one"), Unjudged("a", "two"), Unjudged("a", "one")]
    )


@pytest.mark.parametrize(
    ("keys", "unread", "empty"), [(None, (), True), ([], (), False), (None, [Unjudged("x", "denied")], False)]
)
def test_is_empty(report_of, keys, unread, empty):
    """A report that holds only what could not be judged is not empty: formats would leave it out."""
    assert empty == report_of(keys, unread).is_empty()


def test_markdown_escapes_reasons(report_of):
    """A reason cannot break the table, nor bring in markup."""
    text = format_markdown(report_of(None, [Unjudged("123456789012", "a | b <img src=x>")]))
    assert "| 123456789012 | a \\| b &lt;img src=x> |" in text


REVIEWS = {
    "no grace": (Review(), "FAILED", None),
    "within the grace": (Review(Policy(rotation_grace_days=400)), "SKIPPED", "rotation in progress until 2027-02-06"),
    "after the grace": (Review(Policy(rotation_grace_days=300)), "FAILED", None),
}


@pytest.mark.parametrize(("review", "verdict", "reason"), REVIEWS.values(), ids=REVIEWS)
def test_rotation_grace(review, verdict, reason):
    """A user whose newest active key is young is skipped with the day on which its rotation must be over."""
    user = User("123456789012", "alice", "arn:aws:iam::123456789012:user/alice", (key(1), key(2)))
    off = User("123456789012", "bob", "arn:aws:iam::123456789012:user/bob", (key(1),))
    report = LiveReport([Account("123456789012", "aws", (user, off), read_at=READ)], (ONE_ACTIVE_KEY,), review=review)
    (record,) = [*report.failed_checks, *report.skipped_checks]
    assert (verdict, reason) == (record.check_result["result"].value, record.check_result.get("suppress_comment"))
    assert ["bob"] == [record.user for record in report.passed_checks]


PARTITIONS = {
    "aws": "https://console.aws.amazon.com/iam/home#/users/details/a%2Bb%40c?section=security_credentials",
    "aws-us-gov": "https://console.amazonaws-us-gov.com/iam/home#/users/details/a%2Bb%40c?section=security_credentials",
    "aws-cn": "https://console.amazonaws.cn/iam/home#/users/details/a%2Bb%40c?section=security_credentials",
}


@pytest.mark.parametrize("partition", PARTITIONS)
def test_console_link(partition):
    """Each partition has its own console, and names are escaped."""
    assert PARTITIONS[partition] == build_console_link(partition, "a+b@c")


def test_several_accounts():
    """Users of equal names in two accounts are two, and the report says how many accounts it covers."""
    accounts = [
        Account(number, "aws", (User(number, "ci", f"arn:aws:iam::{number}:user/ci", (key(1), key(2))),), read_at=READ)
        for number in ("111111111111", "222222222222")
    ]
    report = LiveReport(accounts, (ONE_ACTIVE_KEY,))
    assert "2 accounts: 111111111111, 222222222222" == name_accounts(report.accounts)
    assert ["111111111111", "222222222222"] == [record.account for record in report.failed_checks]
    assert 2 == len({record.file_path for record in report.failed_checks})
