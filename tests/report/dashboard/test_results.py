"""Checkov's JSON, and what is none."""

import json

import pytest

from checkov_keys.domain.errors import UsageError
from checkov_keys.report.dashboard.results import read_results

SUMMARY = {
    "passed": 0,
    "failed": 0,
    "skipped": 0,
    "parsing_errors": 0,
    "resource_count": 0,
    "checkov_version": "3.3.30",
}
RECORD = {"check_id": "CKV_AWS_1", "check_result": {"result": "FAILED"}}


def report(**results):
    return {"check_type": "terraform", "results": results, "summary": SUMMARY}


@pytest.mark.parametrize(
    ("runners", "data"),
    [
        ([("", 0)], SUMMARY),
        ([("terraform", 1)], report(failed_checks=[RECORD])),
        ([("terraform", 1), ("terraform", 0)], [report(failed_checks=[RECORD]), report(failed_checks=[])]),
    ],
    ids=["no runner", "one", "several"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-be"])
def test_what_checkov_writes(runners, data, encoding):
    """Each shape, in each encoding in which a shell may have written it: runners with their failed checks."""
    read = read_results(json.dumps(data).encode(encoding), "a.json")
    assert runners == [(each.check_type, len(each.failed)) for each in read]


def test_what_quiet_leaves_out():
    """Lists that --quiet leaves out are counted by the summary."""
    data = {**report(failed_checks=[RECORD]), "summary": {**SUMMARY, "failed": 1, "passed": 7, "parsing_errors": 2}}
    (read,) = read_results(json.dumps(data).encode(), "a.json")
    assert {"passed": 7, "failed": 0, "skipped": 0, "parsing_errors": 2} == read.unlisted


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("is empty", ""),
        ("is empty", " \n"),
        ("is not JSON, or was cut off: Expecting value at line 1, column 1", "terraform scan results:"),
        ("is not JSON, or was cut off: Expecting value at line 2, column 10", '{\n "check":'),
        ("is not JSON, or was cut off", json.dumps(report(failed_checks=[RECORD]))[:-20]),
        ("is not readable JSON", "[" * 200_000),
        ("is not readable JSON", b"\xff\xfe\xfd{}"),
        ("the list is empty", "[]"),
        ("there is no object with results", "null"),
        ("there is no object with results", "7"),
        ("there is no object with results", "{}"),
        ("there is no object with results", '{"version": "2.1.0", "runs": [{"results": []}]}'),
        ("there is no object with results", '[{"passed": 0}]'),
        ("there is no object with results", '{"passed": true, "failed": 0, "skipped": 0, "parsing_errors": 0}'),
        ("there is no object with results", '{"passed": -1, "failed": 0, "skipped": 0, "parsing_errors": 0}'),
        ("there are no checks with their summary", '{"results": {}, "summary": {}}'),
        ("there are no checks with their summary", '{"results": {"failed_checks": []}}'),
        ("failed_checks is not a list", json.dumps(report(failed_checks={}))),
        ("failed_checks is not a list", json.dumps(report(failed_checks=None))),
        ("failed_checks[1] is not what Checkov writes there", json.dumps(report(failed_checks=[RECORD, "x"]))),
        ("passed_checks[0] is not a record", json.dumps(report(passed_checks=[{}]))),
        ("passed_checks[0] is not a record", json.dumps(report(passed_checks=[{**RECORD, "check_id": 7}]))),
        ("parsing_errors[0] is not", json.dumps(report(failed_checks=[], parsing_errors=[{}]))),
        ("unjudged[0] is not", json.dumps(report(failed_checks=[], unjudged=["x"]))),
    ],
)
def test_what_is_not_checkovs(said, text):
    """One line that says what, where and what to do."""
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(UsageError) as raised:
        read_results(data, "a.json")
    assert str(raised.value).startswith("a.json is ")
    assert said in str(raised.value)
    assert str(raised.value).endswith("give files that checkov or checkov-keys wrote with -o json")
    assert "\n" not in str(raised.value)
