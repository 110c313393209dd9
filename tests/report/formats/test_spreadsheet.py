"""The report as rows: one per key."""

import csv
import io
from dataclasses import replace

from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.report.formats.spreadsheet import COLUMNS, stream_csv
from checkov_keys.report.live.live_report import LiveReport


def rows(report, **style):
    return list(csv.DictReader(io.StringIO("".join(stream_csv(report, **style)), newline="")))


def test_a_row_per_key(live_report, unread):
    """Every key of every user has a row, with the verdict over its user; what was not judged has one too."""
    found = rows(live_report({"two": 2, "one": 1, "none": 0}, unread))
    assert list(COLUMNS) == list(found[0])
    assert [
        ("two", "AKIAt0", "Active", "FAILED"),
        ("two", "AKIAt1", "Active", "FAILED"),
        ("two", "AKIAOFF", "Inactive", "FAILED"),
        ("one", "AKIAo0", "Active", "PASSED"),
        ("one", "AKIAOFF", "Inactive", "PASSED"),
        ("none", "AKIAOFF", "Inactive", "PASSED"),
    ] == [(row["user"], row["key id"], row["status"], row["verdict"]) for row in found[:-1]]
    assert ("2026-03-04T00:00:00+00:00", "s3", "us-east-1", "326") == tuple(
        found[0][name] for name in ("last used", "last used service", "last used region", "age in days")
    )
    assert "never" == found[1]["last used"]
    assert "Turn off AKIAt1: it was never used, AKIAt0 was last used on 2026-03-04 (s3)." == found[0]["proposal"]
    assert ["AKIAt1"] * 3 == [row["key to turn off"] for row in found[:3]]
    assert "CIS AWS Foundations v5.0: 1.12" in found[0]["benchmarks"]
    assert ("CKV2_KEYS_1", "", "") == tuple(found[0][name] for name in ("rule", "exemption", "error"))
    assert found[0]["read at"] == found[-1]["read at"] != ""
    assert ("123456789012", "NOT JUDGED") == (found[-1]["account"], found[-1]["verdict"])
    assert "AccessDenied" in found[-1]["error"]
    assert "" == found[-1]["proposal"]


def test_quiet_leaves_out_what_does_not_fail(live_report, unread):
    """Failing users and what was not judged stay."""
    found = rows(live_report({"two": 2, "one": 1}, unread), quiet=True)
    assert {"FAILED", "NOT JUDGED"} == {row["verdict"] for row in found}


def test_every_judged_user_has_a_row(live_report):
    """A user without keys has one, and a report without users has its header."""
    report = live_report({"two": 2})
    for account in report.accounts:
        bare = replace(account.users[0], name="bare", address="arn:aws:iam::1:user/bare", keys=())
        report = LiveReport([replace(account, users=(*account.users, bare))], (ONE_ACTIVE_KEY,))
    (row,) = (row for row in rows(report) if row["user"] == "bare")
    assert ("PASSED", "", "") == (row["verdict"], row["key id"], row["status"])
    assert "".join(stream_csv(LiveReport([], (ONE_ACTIVE_KEY,)))).startswith(",".join(COLUMNS[:3]))


def test_no_cell_is_a_formula(live_report):
    """IAM allows names that a spreadsheet would run."""
    names = ("=1+1", "+cmd", "-2", "@sum", "a,b", "plain")
    found = rows(live_report(dict.fromkeys(names, 2)))
    assert ["'=1+1", "'+cmd", "'-2", "'@sum", "a,b", "plain"] == list(dict.fromkeys(row["user"] for row in found))
