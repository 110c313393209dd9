"""The report as rows: one a key."""

import csv
import io

from checkov_keys.report.formats.spreadsheet import COLUMNS, stream_csv


def rows(report, **style):
    return list(csv.DictReader(io.StringIO("".join(stream_csv(report, **style)), newline="")))


def test_a_row_a_key(live_report, unread):
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
    assert ("123456789012", "NOT JUDGED") == (found[-1]["account"], found[-1]["verdict"])
    assert "AccessDenied" in found[-1]["proposal"]


def test_quiet_leaves_out_what_does_not_fail(live_report, unread):
    """Failing users and what was not judged stay."""
    found = rows(live_report({"two": 2, "one": 1}, unread), quiet=True)
    assert {"FAILED", "NOT JUDGED"} == {row["verdict"] for row in found}


def test_no_cell_is_a_formula(live_report):
    """IAM allows names that a spreadsheet would run."""
    names = ("=1+1", "+cmd", "-2", "@sum", "a,b", "plain")
    found = rows(live_report(dict.fromkeys(names, 2)))
    assert ["'=1+1", "'+cmd", "'-2", "'@sum", "a,b", "plain"] == list(dict.fromkeys(row["user"] for row in found))
