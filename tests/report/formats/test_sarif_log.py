"""SARIF that GitHub takes, of templates and of live accounts."""

import json

from checkov.common.util.json_utils import CustomJSONEncoder

from checkov_keys import __version__
from checkov_keys.domain.users import Unjudged
from checkov_keys.report.baselines import apply_baseline, read_baseline, write_baseline
from checkov_keys.report.formats.sarif_log import build_live_log, build_template_log
from checkov_keys.report.formats.violation import KEEP_ONE

KEYS = {"aws_iam_access_key.a": "FAILED", "module.m.aws_iam_access_key.b[0]": "SKIPPED", "c": "PASSED"}
UNJUDGED = (Unjudged("aws_iam_access_key.d", "its status\ncannot be resolved"),)

# Reports of Checkov's runners, and what could not be judged.
TEMPLATES = (
    ([], ()),
    ([({}, {})], ()),
    ([({"a": "PASSED"}, {})], ()),
    ([], UNJUDGED),
    ([(KEYS, {})], UNJUDGED),
    ([(KEYS, {}), ({"AKey": "FAILED"}, {"check_type": "cloudformation", "path": "/cfn.yaml"})], ()),
)


def test_template_sarif_is_valid(template_report, together, validate_sarif):
    """Microsoft's validator has nothing to say against it, whatever was found."""
    logs = [
        build_template_log([template_report(keys, **more) for keys, more in reports], unjudged)
        for reports, unjudged in TEMPLATES
    ]
    assert [] == validate_sarif(together(logs))


def test_the_validator_is_awake(live_report, together, validate_sarif):
    """What GitHub would refuse is found, in whichever run: a result without a location."""
    log = build_live_log(live_report({"a": 2}))
    log["runs"][0]["results"][0]["locations"] = []
    assert any(
        "location" in complaint.lower()
        for complaint in validate_sarif(together([build_live_log(live_report({})), log]))
    )


def test_baseline_findings_are_suppressed(live_report, validate_sarif, tmp_path):
    """A finding that a baseline knows is suppressed, from outside of what was scanned."""
    write_baseline([live_report({"a": 2})], tmp_path / "known")
    report = live_report({"a": 2, "b": 2})
    apply_baseline(report, read_baseline(str(tmp_path / "known"), output_skipped=True))
    log = build_live_log(report)
    assert [None, [{"kind": "external", "justification": "baseline-skipped"}]] == [
        result.get("suppressions") for result in log["runs"][0]["results"]
    ]
    assert [] == validate_sarif(log)


def test_template_results(template_report):
    """Each names its resource and its file; a skipped key is not called a finding."""
    run = build_template_log([template_report(KEYS)], UNJUDGED)["runs"][0]
    assert "checkov-keys/templates/" == run["automationDetails"]["id"]
    assert [
        f"aws_iam_access_key.a is one of several active access keys of one IAM user. {KEEP_ONE}",
        "module.m.aws_iam_access_key.b[0] is skipped: SES needs two.",
    ] == [result["message"]["text"] for result in run["results"]]
    assert ["aws_iam_access_key.a", "module.m.aws_iam_access_key.b[0]"] == [
        result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for result in run["results"]
    ]
    assert {"infra/a%20b/main.tf"} == {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]
    }
    assert not any("attachments" in result for result in run["results"])
    # GitHub computes the one that counts there, and keeps those of other names.
    assert [["checkovKeys/v1"]] * 2 == [list(result["partialFingerprints"]) for result in run["results"]]
    assert [None, "inSource"] == [(result.get("suppressions") or [{}])[0].get("kind") for result in run["results"]]
    assert {
        "executionSuccessful": False,
        "toolExecutionNotifications": [
            {
                "level": "error",
                "message": {"text": "Not judged: aws_iam_access_key.d: its status cannot be resolved."},
            }
        ],
    } == run["invocations"][0]


def test_the_rule_is_explained(live_report):
    """GitHub shows the Markdown, ranks by the severity and filters by the tags."""
    driver = build_live_log(live_report({"a": 2}))["runs"][0]["tool"]["driver"]
    (rule,) = driver["rules"]
    assert "organization" not in driver
    assert ("checkov-keys", __version__) == (driver["name"], driver["version"])
    assert ("UnnecessaryAccessKeys", "warning", "6.9") == (
        rule["name"],
        rule["defaultConfiguration"]["level"],
        rule["properties"]["security-severity"],
    )
    command = "aws iam update-access-key --user-name <user> --access-key-id <key id> --status Inactive"
    assert command in rule["help"]["markdown"]
    assert command in rule["help"]["text"]
    assert "| CIS AWS Foundations v6.0 | 2.12 |" in rule["help"]["markdown"]
    assert {"security", "cis-aws-foundations-v6.0-2.12", "apra"} <= set(rule["properties"]["tags"])
    assert len(rule["properties"]["tags"]) <= 20


def test_the_tool_can_be_named(live_report, template_report):
    """Two tools do not overwrite each other's uploads."""
    logs = build_live_log(live_report({}), "ours"), build_template_log([template_report({})], (), "ours")
    assert ["ours", "ours"] == [log["runs"][0]["tool"]["driver"]["name"] for log in logs]


def test_names_are_percent_encoded_once(live_report):
    """A URI holds nothing but what URIs may hold."""
    results = build_live_log(live_report({"a.b,c+d=e@f_g-h": 2, "..": 2}))["runs"][0]["results"]
    assert ["aws/123456789012/iam/a.b%2Cc%2Bd%3De%40f_g-h", "aws/123456789012/iam/~.."] == [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results
    ]


def test_other_rules_are_left_alone(template_report):
    """A check that is not of this pack keeps what Checkov says of it."""
    report = template_report({"a": "FAILED"})
    report.failed_checks[0].check_id = "CKV_AWS_1"
    log = build_template_log([report], ())
    assert "CKV_AWS_1" == log["runs"][0]["tool"]["driver"]["rules"][0]["id"]
    assert json.dumps(log, cls=CustomJSONEncoder)
