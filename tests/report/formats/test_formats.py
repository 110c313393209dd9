"""Every format of a live report, read back by whoever reads it."""

import json
import re

import pytest

from checkov_keys.cli.accounts.audit import choose_exit_code
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.rules.family import LIVE_RULES
from checkov_keys.report.baselines import apply_baseline, read_baseline, write_baseline
from checkov_keys.report.destinations import Destinations, Style
from checkov_keys.report.formats.sarif_log import build_live_log
from checkov_keys.report.thresholds import build_thresholds, choose_rules
from checkov_keys.report.writer import write_report

NAMES = {"a.b,c+d=e@f_g-h": 2, "one": 1, "none": 0, "..": 3, "many": 6}
ARN = "arn:aws:iam::123456789012:user/"


@pytest.fixture
def written(tmp_path, capsys):
    """Write a report in one format; returns the text of the file."""

    def write(report, name, **style):
        path = tmp_path / f"out.{name}"
        write_report(report, Destinations([name, "cli"], f"{path},{tmp_path / 'cli.txt'}"), Style(**style))
        capsys.readouterr()
        return path.read_text()

    return write


def test_json_has_one_shape(live_report, unread, written):
    """The keys of the result are the same whether it is empty, full, quiet or compact."""

    def shape(report, **style):
        data = json.loads(written(report, "json", **style))
        return sorted(data), sorted(data["results"]), sorted(data["summary"])

    shapes = {
        json.dumps(shape(report, **style))
        for report in (live_report({}), live_report(NAMES), live_report(NAMES, unread))
        for style in ({}, {"quiet": True}, {"compact": True})
    }
    assert 1 == len(shapes)


def test_json(live_report, unread, written):
    """Each user is a record with its keys as data."""
    data = json.loads(written(live_report(NAMES, unread), "json"))
    assert {"passed": 2, "failed": 3, "skipped": 0, "unjudged": 1, "resource_count": 6} == {
        name: data["summary"][name] for name in ("passed", "failed", "skipped", "unjudged", "resource_count")
    }
    record = data["results"]["failed_checks"][0]
    assert (f"{ARN}a.b,c+d=e@f_g-h", "MEDIUM", "123456789012") == (
        record["resource"],
        record["severity"],
        record["account"],
    )
    assert "/aws/123456789012/iam/a.b,c+d=e@f_g-h" == record["file_path"]
    assert ["2026-03-04T00:00:00+00:00", None, None] == [key["last_used"] for key in record["access_keys"]]
    assert [
        {
            "address": f"{ARN}lost",
            "reason": "AccessDenied allow iam:ListAccessKeys",
            "account": "123456789012",
            "account_name": "",
            "rule": "",
        }
    ] == data["results"]["unjudged"]


def test_github_markdown(live_report, unread, written):
    """Markdown shows the failed users, and what could not be judged in a table of its own."""
    text = written(live_report(NAMES, unread), "github_failed_only")
    assert f"| {ARN}many" in text
    assert "### Not judged: 1" in text


def test_console(live_report, unread, capsys, tmp_path, monkeypatch):
    """SARIF goes to results.sarif and the text to the console, as with Checkov."""
    monkeypatch.chdir(tmp_path)
    write_report(live_report(NAMES, unread), Destinations(["sarif"], None), Style(quiet=True))
    shown = capsys.readouterr().out
    assert "account 123456789012" in shown
    assert "AKIAm5 Active" in shown
    assert f"{ARN}lost: " in shown
    assert "PASSED" not in shown
    assert (tmp_path / "results.sarif").exists()


def test_gitlab(live_report, unread, written):
    """GitLab's report says that the scan is incomplete and names the keys."""
    data = json.loads(written(live_report(NAMES, unread), "gitlab_sast"))
    assert ("failure", "checkov-keys", 3) == (
        data["scan"]["status"],
        data["scan"]["scanner"]["id"],
        len(data["vulnerabilities"]),
    )
    assert "AKIAa1 (created 2026-01-02, never used)" in data["vulnerabilities"][0]["description"]


def test_sarif(live_report, unread):
    """A result can be placed, told apart and understood by GitHub."""
    run = build_live_log(live_report(NAMES, unread))["runs"][0]
    result = run["results"][0]
    location = result["locations"][0]
    assert "checkov-keys" == run["tool"]["driver"]["name"]
    assert "checkov-keys/aws/123456789012/" == run["automationDetails"]["id"]
    assert result["message"]["text"].startswith(
        "IAM user a.b,c+d=e@f_g-h in account 123456789012 has 2 active access keys: "
        "AKIAa0 (created 2026-01-02, last used 2026-03-04 by s3 in us-east-1), AKIAa1"
    )
    assert "attachments" not in result
    assert f"{ARN}a.b,c+d=e@f_g-h" == location["logicalLocations"][0]["fullyQualifiedName"]
    assert not run["invocations"][0]["executionSuccessful"]
    uris = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]]
    assert all(re.fullmatch(r"aws/123456789012/iam/[^/]+", uri) for uri in uris)
    assert ".." not in [uri.rsplit("/", 1)[-1] for uri in uris]


def test_fingerprints_are_stable(live_report):
    """Key ids and times do not change a fingerprint; the user does."""

    def prints(users):
        results = build_live_log(live_report(users))["runs"][0]["results"]
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]

    assert prints({"a": 2}) == prints({"a": 3})
    assert prints({"a": 2}) != prints({"b": 2})


def test_sarif_is_valid(live_report, unread, together, validate_sarif):
    """Microsoft's validator has nothing to say against it, in any partition, complete or not."""
    accounts = [({}, "aws"), ({"one": 1}, "aws-cn"), (NAMES, "aws"), (NAMES, "aws-us-gov")]
    logs = [
        build_live_log(live_report(users, missed, partition))
        for users, partition in accounts
        for missed in ((), unread)
    ]
    assert [] == validate_sarif(together(logs))


EXITS = {
    "nothing": ({"one": 1}, (), {}, 0),
    "findings": (NAMES, (), {}, 1),
    "soft": (NAMES, (), {"soft_fail": True}, 0),
    "soft on the id": (NAMES, (), {"soft": ["CKV2_KEYS_1"]}, 0),
    "soft on the severity": (NAMES, (), {"soft": ["LOW,MEDIUM"]}, 0),
    "soft on a lower severity": (NAMES, (), {"soft": ["LOW"]}, 1),
    "hard on a higher severity": (NAMES, (), {"soft_fail": True, "hard": ["HIGH"]}, 0),
    "hard on the severity": (NAMES, (), {"soft_fail": True, "hard": ["MEDIUM"]}, 1),
    "unjudged": ({"one": 1}, True, {}, 2),
    "unjudged, and findings, and soft": (NAMES, True, {"soft_fail": True}, 2),
}


@pytest.mark.parametrize("case", EXITS.values(), ids=EXITS)
def test_exit_codes(live_report, unread, case):
    """What could not be judged outweighs everything."""
    users, missing, flags, code = case
    report = live_report(users, unread if missing else ())
    assert code == choose_exit_code(report, **{"soft_fail": False, "soft": None, "hard": None, **flags})


@pytest.mark.parametrize("soft", [None, [], ["CKV2_KEYS_1"], ["low"], ["LOW,HIGH", "X"], ["valid"], ["none"]])
@pytest.mark.parametrize("hard", [None, ["CKV2_*"], ["CRITICAL", "MEDIUM"], ["Unknown,ckv2_x"], ["OFF"]])
def test_thresholds_are_those_of_checkov(soft, hard):
    """Checkov's RunnerRegistry makes the same of the same flags."""
    from argparse import Namespace  # noqa: PLC0415

    from checkov.common.runners.runner_registry import RunnerRegistry  # noqa: PLC0415

    config = Namespace(soft_fail=True, soft_fail_on=soft, hard_fail_on=hard, use_enforcement_rules=False)
    assert RunnerRegistry.get_fail_thresholds(config, "terraform") == build_thresholds(True, soft, hard)  # noqa: FBT003


def test_baseline(live_report, tmp_path):
    """A baseline takes away the users that it knows."""
    path = tmp_path / ".checkov.baseline"
    write_baseline([live_report({"a": 2})], path)
    report = live_report({"a": 2, "b": 2})
    apply_baseline(report, read_baseline(str(path), output_skipped=True))
    assert ([f"{ARN}b"], [f"{ARN}a"]) == (
        [record.resource for record in report.failed_checks],
        [record.resource for record in report.skipped_checks],
    )


BAD_BASELINES = {
    "nothing": "",
    "half of it": '{"failed_checks": [',
    "a list": "[]",
    "no findings": '{"failed_checks": [1]}',
    "null": '{"failed_checks": null}',
    "an empty finding": '{"failed_checks": [{"findings": [{}]}]}',
    "ids as a text": '{"failed_checks": [{"findings": [{"resource": "a", "check_ids": "CKV2_KEYS_10"}]}]}',
    "ids missing": '{"failed_checks": [{"findings": [{"resource": "a", "check_ids": null}]}]}',
    "deeper than Python reads": "[" * 100_000,
}


@pytest.mark.parametrize("text", BAD_BASELINES.values(), ids=BAD_BASELINES)
def test_a_baseline_that_is_none(tmp_path, text):
    """One line names the file."""
    path = tmp_path / "b"
    path.write_text(text)
    with pytest.raises(UsageError, match=f"^--baseline {path}: not ") as raised:
        read_baseline(str(path), output_skipped=False)
    assert "\n" not in str(raised.value)


def test_a_baseline_that_cannot_be_read(tmp_path):
    """One line names the file and why."""
    with pytest.raises(UsageError, match=r"^--baseline .*/missing: No such file or directory$"):
        read_baseline(str(tmp_path / "missing"), output_skipped=False)


DEFAULT = "12346"
CHOICES = {
    "nothing named": (None, None, False, DEFAULT),
    "an id": (["CKV2_KEYS_1"], None, False, "1"),
    "two ids": (["CKV2_KEYS_1,CKV2_KEYS_4"], None, False, "14"),
    "a rule that runs if it is named": (["CKV2_KEYS_7"], None, False, "7"),
    "a wildcard names all": (["CKV2_KEYS_*,CKV_AWS_1"], None, False, "1234678"),
    "a severity names none": (["LOW"], None, False, DEFAULT),
    "a severity, and all rules": (["LOW"], None, True, "1234678"),
    "a severity and an id": (["HIGH", "CKV2_KEYS_8"], None, False, "468"),
    "MEDIUM": (["MEDIUM"], None, False, DEFAULT),
    "HIGH": (["HIGH"], None, False, "46"),
    "another pack's": (["CKV_AWS_1"], None, False, ""),
    "a rule for templates": (["CKV2_KEYS_5"], None, False, ""),
    "all rules": (None, None, True, "1234678"),
    "all but one": (None, ["CKV2_KEYS_3"], True, "124678"),
    "without one": (None, ["CKV2_KEYS_1"], False, "2346"),
    "without LOW": (None, ["LOW"], True, "123468"),
    "without MEDIUM": (None, ["MEDIUM"], False, "46"),
    "without any": (None, ["CKV2_KEYS_*"], True, ""),
}


@pytest.mark.parametrize(("check", "skip", "all_rules", "chosen"), CHOICES.values(), ids=CHOICES)
def test_rule_choice(check, skip, all_rules, chosen):
    """Flags choose as Checkov's do; a choice of nothing is an error, not a clean report."""
    if chosen:
        rules = choose_rules(LIVE_RULES, check, skip, all_rules=all_rules)
        assert [f"CKV2_KEYS_{number}" for number in chosen] == [rule.text.id for rule in rules]
    else:
        with pytest.raises(UsageError, match="no rule"):
            choose_rules(LIVE_RULES, check, skip, all_rules=all_rules)


@pytest.mark.parametrize("path", ["/dev/null/x", "a,b,c"])
def test_places_that_cannot_be_written(path):
    """They are refused before anything is written."""
    with pytest.raises(UsageError):
        Destinations(["json", "cli"], path)
