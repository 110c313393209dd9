"""JUnit as its readers take it: Jenkins by its schema, the libraries by their own ideas."""

import html
from datetime import datetime, timezone
from xml.etree import ElementTree as ET

import pytest
import xunitparser
from junit2htmlreport.parser import Junit
from junit_schema import faults_of
from junitparser import JUnitXml

from checkov_keys.domain.assessment import Policy
from checkov_keys.domain.exemptions import Exemption
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.users import AccessKey, Account, KeyStatus, NoUse, Unjudged, UnjudgedAccount, User
from checkov_keys.report.formats.junit import build_cases, stream_junit
from checkov_keys.report.formats.junit_suites import Case, Outcome, Suite, count_outcomes, stream_suites
from checkov_keys.report.live.live_report import LiveReport
from checkov_keys.report.live.user_record import Review

CALLER = "arn:aws:sts::111111111111:assumed-role/Auditor/checkov-keys"
READ = datetime(2026, 11, 24, 1, 2, 3, tzinfo=timezone.utc)
KEYS = tuple(AccessKey(f"AKIA{n}", KeyStatus.ACTIVE, None, NoUse.NEVER) for n in range(2))


def account(number, unjudged=()):
    """An account with a user of every verdict."""
    users = tuple(
        User(number, name, f"arn:aws:iam::{number}:user/team/{name}", KEYS[:count])
        for name, count in (("failed", 2), ("passed", 1), ("skipped", 2), ("..", 0))
    )
    missed = tuple(Unjudged(f"arn:aws:iam::{number}:user/{name}", "denied") for name in unjudged)
    return Account(number, "aws", users, missed, READ, caller=CALLER)


ACCOUNTS = {
    "nothing": [],
    "one": [account("111111111111", ("lost",))],
    "several": [
        account("111111111111", ("lost", "team/found")),
        account("222222222222"),
        UnjudgedAccount("333333333333", "aws", "vault\x00", "no\nentry").as_account(),
    ],
}


@pytest.fixture(params=ACCOUNTS.values(), ids=ACCOUNTS)
def report(request):
    """A report of accounts, one user of each of which is exempted."""
    policy = Policy(exemptions=(Exemption("arn:aws:iam::*:user/team/skipped", "two safes"),))
    return LiveReport(request.param, (ONE_ACTIVE_KEY,), review=Review(policy))


def read(parts):
    return ET.fromstring("".join(parts).encode())  # noqa: S314  # this project wrote it


def test_the_schema(report):
    """There is nothing in it that Jenkins would refuse, and it counts right."""
    root = read(stream_junit(report))
    assert [] == list(faults_of(root))
    cases = list(root.iter("testcase"))
    kinds = {"tests": len(cases), "failures": len(list(root.iter("failure"))), "errors": len(list(root.iter("error")))}
    assert {name: str(number) for name, number in kinds.items()} == {name: root.get(name) for name in kinds}
    assert str(len(list(root.iter("skipped")))) == root[0].get("skipped")


@pytest.mark.parametrize("fault", ["disabled", "file"])
def test_the_table_finds_what_is_not_allowed(fault):
    """The test above would see what Checkov's own JUnit has too much."""
    case = read(stream_suites("s", [Suite("s", {Outcome.PASSED: 1}, [Case("a", "b")], {})]))
    case[0][0].set(fault, "1")
    assert [f"testcase has {fault}"] == list(faults_of(case))


def test_names_are_unique(report):
    """A reader who joins class and name, as all do, has as many cases as there are."""
    cases = list(build_cases(report))
    assert len(cases) == len({(case.classname, case.name) for case in cases})
    assert len(cases) == len({case.name for case in cases})


def test_what_cases_say():
    """The name has the rule and the user, the failure its keys and what to do, the error why."""
    policy = Policy(exemptions=(Exemption("arn:aws:iam::*:user/team/skipped", "two safes"),))
    cases = list(build_cases(LiveReport(ACCOUNTS["one"], (ONE_ACTIVE_KEY,), review=Review(policy))))
    assert [
        ("CKV2_KEYS_1 user passed", Outcome.PASSED, ""),
        ("CKV2_KEYS_1 user ..", Outcome.PASSED, ""),
        ("CKV2_KEYS_1 user failed", Outcome.FAILED, "IAM user failed has 2 active access keys"),
        ("CKV2_KEYS_1 user skipped", Outcome.SKIPPED, "exempted without expiry: two safes"),
        ("CKV2_KEYS_1 user lost", Outcome.ERROR, "Not judged: denied"),
    ] == [(case.name, case.outcome, case.message) for case in cases]
    assert {"aws.111111111111.iam"} == {case.classname for case in cases}
    for said in ("Account: 111111111111", "Key: AKIA0 Active", "Proposal: ", "Guide: https://", "Benchmarks: CIS"):
        assert said in cases[2].text
    several = [case.name for case in build_cases(LiveReport(ACCOUNTS["several"], (ONE_ACTIVE_KEY,)))]
    assert "CKV2_KEYS_1 user failed in account 222222222222" in several
    assert "CKV2_KEYS_1 all users in account 333333333333" in several


def test_things_of_one_name():
    """What could not be judged and has no account of its own is told apart."""
    report = LiveReport([], (ONE_ACTIVE_KEY,))
    report.unjudged = [Unjudged("infra/main.tf", "broken"), Unjudged("infra/main.tf", "unread")]
    assert ["CKV2_KEYS_1 infra/main.tf", "CKV2_KEYS_1 infra/main.tf (2)"] == [each.name for each in build_cases(report)]


def test_properties(report):
    """There are few: what audited, who, and which accounts; what is not known is left out."""
    found = {each.get("name"): each.get("value") for each in read(stream_junit(report)).iter("property")}
    assert {"tool", "checkov"} <= found.keys() <= {"tool", "checkov", "caller", "accounts"}
    assert found.get("caller") in (CALLER, None)


def test_other_readers(report, tmp_path):
    """junitparser has the same cases, outcomes and texts."""
    path = tmp_path / "r.xml"
    path.write_text("".join(stream_junit(report)), encoding="utf-8")
    cases = list(build_cases(report))
    found = [case for suite in JUnitXml.fromfile(str(path)) for case in suite]
    assert [(case.classname, case.name) for case in cases] == [(case.classname, case.name) for case in found]
    kinds = [type(case.result[0]).__name__ if case.result else "" for case in found]
    words = {Outcome.PASSED: "", Outcome.FAILED: "Failure", Outcome.ERROR: "Error", Outcome.SKIPPED: "Skipped"}
    assert [words[case.outcome] for case in cases] == kinds


def test_xunitparser(report, tmp_path):
    """It has the same cases, and the outcomes of each."""
    path = tmp_path / "r.xml"
    path.write_text("".join(stream_junit(report)), encoding="utf-8")
    with path.open(encoding="utf-8") as file:
        suite, result = xunitparser.parse(file)
    outcomes = count_outcomes(build_cases(report))
    assert sum(outcomes.values()) == len(list(suite))
    assert [outcomes[each] for each in (Outcome.FAILED, Outcome.ERROR, Outcome.SKIPPED)] == [
        len(result.failures),
        len(result.errors),
        len(result.skipped),
    ]


def test_junit2html(report, tmp_path):
    """Its page names every case."""
    path = tmp_path / "r.xml"
    path.write_text("".join(stream_junit(report)), encoding="utf-8")
    page = html.unescape(Junit(str(path)).html())
    assert [] == [case.name for case in build_cases(report) if case.name not in page]


def test_suites_of_anybody():
    """The writer knows nothing of accounts: several suites add up, and what XML has no place for is left out."""
    cases = [Case("a\x00<", "c"), Case("b", "c", Outcome.FAILED, 'm"\x0b', "t\ud800&"), Case("d", "c", Outcome.ERROR)]
    suites = [Suite(name, count_outcomes(cases), iter(cases), {}, READ) for name in ("one", "two")]
    root = read(stream_suites("all", suites))
    assert [] == list(faults_of(root))
    assert ("6", "2", "2") == tuple(root.get(name) for name in ("tests", "failures", "errors"))
    assert ("a<", 'm"', "t&") == (root[0][0].get("name"), root[0][1][0].get("message"), root[0][1][0].text)
    assert ["2026-11-24T01:02:03"] * 2 == [suite.get("timestamp") for suite in root]
