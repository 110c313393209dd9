"""Texts that are made in parts say what the whole would."""

import json
from xml.etree import ElementTree as ET

import pytest
from checkov.common.bridgecrew.severities import Severities
from checkov.common.models.enums import CheckResult
from checkov.common.util.json_utils import CustomJSONEncoder

from checkov_keys.domain.users import Unjudged
from checkov_keys.report.formats import junit, junit_suites
from checkov_keys.report.formats.json_stream import format_json, stream_json

REPORTS = {
    "empty": ({}, ()),
    "passed": ({"one": 1, "none": 0}, ()),
    "failed": ({"two": 2}, ()),
    "all": ({"one": 1, "two": 2, "many": 6, 'quote"\\': 2}, True),
    "named like a list": ({"passed_checks": 2, "failed_checks": 1}, (Unjudged("failed_checks", "skipped_checks"),)),
}


@pytest.fixture(params=REPORTS.values(), ids=REPORTS)
def report(request, live_report, unread):
    """A report of some users."""
    users, missed = request.param
    return live_report(users, unread if missed is True else missed)


@pytest.mark.parametrize("quiet", [False, True])
def test_json(report, quiet):
    """It is what Python's json makes of the report, to the letter but for records that pass: each is in one line."""
    data = report.get_dict(is_quiet=quiet)
    text = "".join(stream_json(report, quiet=quiet))
    assert json.loads(json.dumps(data, cls=CustomJSONEncoder)) == json.loads(text)
    lines = [line for line in text.splitlines() if '"result": "PASSED"' in line and line.lstrip().startswith("{")]
    assert len(data["results"]["passed_checks"]) == len(lines)
    data["results"]["passed_checks"] = []
    if not lines:
        assert json.dumps(data, indent=4, cls=CustomJSONEncoder) == text


VALUES = [
    None,
    True,
    0,
    -1.5,
    "",
    'é"\n\u2028😀',
    [],
    {},
    (),
    [[]],
    {"a": {}, "b": [None, {"c": [1, (2, False)]}], '"': "x"},
    CheckResult.PASSED,
    Severities["MEDIUM"],
    {"severity": Severities["HIGH"]},
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_indented_json(value):
    """It is to the letter what Python's json writes."""
    assert json.dumps([value], indent=4, cls=CustomJSONEncoder) == format_json([value])


def test_junit(report, monkeypatch):
    """However it is parted, it is one document with as many cases as it says, each in its order."""
    texts = set()
    for at_once in (1, 2, 1_000):
        monkeypatch.setattr(junit_suites, "_AT_ONCE", at_once)
        texts.add("".join(junit.stream_junit(report)))
    (text,) = texts
    root = ET.fromstring(text)  # noqa: S314  # this project wrote it
    cases = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert [case[1::-1] for case in junit.build_cases(report)] == cases
    assert str(len(cases)) == root.get("tests")


def test_passed_users_are_records(live_report):
    """They can be counted, read again and again, indexed, cut and put together, as Checkov does with its lists."""
    report = live_report({"a": 1, "b": 1, "c": 0, "d": 2})
    passed = report.passed_checks
    names = ["a", "b", "c"]
    assert names == [record.user for record in passed] == [record.user for record in passed]
    assert (3, "c", ["b", "c"]) == (len(passed), passed[-1].user, [record.user for record in passed[1:]])
    assert ["d", *names] == [record.user for record in report.get_all_records()]
    assert [*names, "d"] == [record.user for record in passed + report.failed_checks]
