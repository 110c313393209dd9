"""What a page shows of a record."""

import pytest

from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.report.dashboard.findings import (
    FAILED,
    PASSED,
    SUPPRESSED,
    build_finding,
    check_link,
    clean_text,
    read_access_keys,
)

HOSTILE = "\x1b[31m</script>\x1b[0m\u202egnp.exe\u2028\x00"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("", ""),
        ("deployer", "deployer"),
        ("naïve 用户 עברית", "naïve 用户 עברית"),
        ("<b> & \"x\" 'y'", "<b> & \"x\" 'y'"),
        ("</script> gnp.exe", HOSTILE),
        ("red", "\x1b[31mred\x1b[0m"),
        ("a b", "a\ud800b"),
        ("a b", "a\n\t b"),
        ("7", 7),
        ("false", False),
        ('{"a": [1]}', {"a": [1]}),
        (f"{'x' * 2_000}… (1 more characters)", "x" * 2_001),
    ],
)
def test_a_text(text, value):
    """Any value of JSON, in one line, without what moves a cursor or turns the direction of writing."""
    assert text == clean_text(value)


@pytest.mark.parametrize(
    ("offered", "value"),
    [
        ("", None),
        ("", "javascript:alert(1)"),
        ("", "JaVaScRiPt:alert(1)"),
        ("", "http://example.com"),
        ("", "data:text/html,x"),
        ("", "//example.com"),
        ("", " \x00javascript:alert(1)"),
        ("", "https://example.com/ x"),
        ("", {"href": "https://example.com"}),
        ("https://example.com/a?b#c", "https://example.com/a?b#c"),
    ],
)
def test_a_link(offered, value):
    """Links lead to https, or nowhere."""
    assert offered == check_link(value)


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        ({"file": "/infra/main.tf", "lines": "6-7", "resource": "aws_x.y"}, {}),
        ({"file": "/main.tf"}, {"repo_file_path": "/../elsewhere/main.tf"}),
        ({"file": "/main.tf"}, {"repo_file_path": None}),
        ({"lines": "6"}, {"file_line_range": [6, 6]}),
        ({"lines": None}, {"file_line_range": [0, 0]}),
        ({"lines": None}, {"file_line_range": "6-7"}),
        ({"lines": None}, {"file_line_range": [6]}),
        ({"severity": None}, {"severity": None}),
        ({"severity": "HIGH"}, {"severity": "high"}),
        ({"severity": "CRITICAL"}, {"vulnerability_details": {"severity": "critical"}}),
        ({"guideline": None}, {"guideline": "javascript:alert(1)"}),
        (
            {"guideline": "https://nvd.example.com"},
            {"guideline": None, "vulnerability_details": {"link": "https://nvd.example.com"}},
        ),
        ({"facts": None}, {"vulnerability_details": "x", "details": "x"}),
        (
            {"facts": [("Package", "django"), ("Version", "1.2"), ("Fixed in", "1.3"), ("CVSS", "9.8")]},
            {
                "vulnerability_details": {
                    "package_name": "django",
                    "package_version": "1.2",
                    "lowest_fixed_version": "1.3",
                    "cvss": 9.8,
                }
            },
        ),
        ({"facts": [("Called from", "/root.tf")]}, {"caller_file_path": "/root.tf"}),
        ({"code": " 9  a {\n10      b = 1\n11  }"}, {"code_block": [[9, "a {\n"], [10, "\tb = 1\n"], [11, "}\n"]]}),
        ({"code": "1  red"}, {"code_block": [[1, "\x1b[31mred\x1b[0m\u202e\n"]]}),
        ({"code": None}, {"code_block": None}),
        ({"code": None}, {"code_block": ["x", [1], [1, None]]}),
        ({"keys": None}, {"access_keys": "x"}),
        ({"proposal": None}, {"proposal": "x"}),
        ({"resource": None, "check": "CKV_AWS_1"}, {"resource": None}),
        ({"resource": "</script> gnp.exe"}, {"resource": HOSTILE}),
    ],
)
def test_what_other_runners_tell(checkov_record, expected, fields):
    """What a record has is shown, what it lacks, or holds in another type than Checkov's, is left out."""
    found = build_finding(checkov_record(**fields), FAILED, "terraform")
    assert expected == {name: found.get(name) for name in expected}


def test_a_long_code_block(checkov_record):
    """Fifty lines of a block are shown, as Checkov does, and the rest is counted."""
    found = build_finding(checkov_record(code_block=[[n, "x\n"] for n in range(1, 61)]), FAILED, "terraform")
    assert ["50  x", "… 10 more lines"] == found["code"].splitlines()[-2:]


def test_a_live_user_that_a_template_declares(live_record):
    """It stands at the lines of its template, and not at its place in the account."""
    at = {"file_path": "/infra/main.tf", "repo_file_path": "/infra/main.tf", "file_line_range": [5, 7]}
    found = build_finding(live_record(**at, template="infra/main.tf:5-7"), FAILED, "aws_iam")
    assert ("/infra/main.tf", "5-7") == (found["file"], found["lines"])


def test_a_live_user(live_record):
    """A user is shown by name, with what the rule says, its account, its keys, and no file."""
    found = build_finding(live_record(account_name="prod", note="its exemption has expired"), FAILED, "aws_iam")
    assert {
        "resource": "alice",
        "address": "arn:aws:iam::111122223333:user/alice",
        "account": "111122223333",
        "accountName": "prod",
        "proposal": "Turn off AKIAALICE11111.",
        "note": "its exemption has expired",
        "remedy": ONE_ACTIVE_KEY.text.remedy,
        "why": ONE_ACTIVE_KEY.text.why,
        "file": None,
        "lines": None,
        "code": None,
    } == {
        name: found.get(name)
        for name in (
            *("resource", "address", "account", "accountName", "proposal", "note"),
            *("remedy", "why", "file", "lines", "code"),
        )
    }


def test_why_it_is_suppressed(checkov_record, live_record):
    """The reason is shown once, though a live record holds it twice."""
    assert "SES" == build_finding(checkov_record("SES"), SUPPRESSED, "terraform")["reason"]
    found = build_finding(live_record(reason="in two safes", note="in two safes"), SUPPRESSED, "aws_iam")
    assert ("in two safes", None) == (found["reason"], found.get("note"))


@pytest.mark.parametrize(
    ("shown_key", "fields"),
    [
        (("AKIA1", "Active", 100, 10, False), {}),
        (("AKIA1", "Active", 100, None, True), {"last_used": None, "last_used_service": "N/A"}),
        (("AKIA1", "Active", 100, None, False), {"last_used": None, "last_used_service": None}),
        (("AKIA1", "Active", None, None, False), {"age_days": None}),
        (("AKIA1", "Active", None, None, False), {"age_days": "100"}),
        (("AKIA1", "Active", None, None, False), {"age_days": True}),
        (("AKIA1", "Active", 100, None, False), {"created": None}),
        (("AKIA1", "Active", 100, None, False), {"created": "soon", "last_used": "2026-99-99"}),
        (("AKIA1", "Active", 100, 0, False), {"last_used": "2027-01-01T00:00:00+00:00"}),
        (("", "", 100, 10, False), {"id": None, "status": None}),
        (("<i>", "Active", 100, 10, False), {"id": "<i>"}),
    ],
)
def test_a_key(shown_key, fields):
    """Its id, its status, its age, days since its last use when the account was read, and whether it was ever used."""
    key = {
        "id": "AKIA1",
        "status": "Active",
        "created": "2026-01-01T00:00:00+00:00",
        "age_days": 100,
        "last_used": "2026-04-01T00:00:00+00:00",
        "last_used_service": "s3",
        "last_used_region": "us-east-1",
        **fields,
    }
    (made,) = read_access_keys({"access_keys": [key, "no key"]})
    assert shown_key == tuple(made[name] for name in ("id", "status", "age", "idle", "never"))


def test_empty_values_take_no_room(checkov_record):
    """A page of thousands of findings holds no empty names."""
    found = build_finding(checkov_record(), PASSED, "terraform")
    assert all(found.values())
