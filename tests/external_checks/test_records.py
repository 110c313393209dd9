"""What `checkov` reports of the check: records, skip comments, severities, and faults that are no clean scan."""

import json

from pack_records import CLOUDFORMATION, CROSSPLANE, FAILED, RULE, TERRAFORM, list_ours

SKIPPED = """
resource "aws_iam_access_key" "fail_a" { user = "u" }
resource "aws_iam_access_key" "skip_b" {
  #checkov:skip=CKV2_KEYS_1:rotation, done by Friday
  user = "u"
}
"""


def test_skip_comments(checkov):
    """`checkov:skip`, `Metadata.checkov.skip` and `checkov.io/skip` make one record SKIPPED and change no other."""
    _, reports = checkov({"main.tf": SKIPPED, "keys.yaml": CLOUDFORMATION, "crossplane.yaml": CROSSPLANE})
    failed = ["AWS::IAM::AccessKey.failA", "AccessKey.default.fail-a", "aws_iam_access_key.fail_a"]
    skipped = ["AWS::IAM::AccessKey.skipB", "AccessKey.default.skip-b", "aws_iam_access_key.skip_b"]
    assert failed == list_ours(reports)
    assert skipped == list_ours(reports, "skipped_checks")
    comments = {
        record["check_result"]["suppress_comment"]
        for report in reports
        for record in report["results"]["skipped_checks"]
        if record["check_id"] == RULE
    }
    assert {"rotation, done by Friday"} == comments


def test_json_record(checkov):
    """JSON shows severity, guideline and benchmarks, and another active key of the user as connected node."""
    _, reports = checkov({"main.tf": TERRAFORM}, "--framework", "terraform")
    record = reports[0]["results"]["failed_checks"][0]
    assert "MEDIUM" == record["severity"]
    assert record["guideline"].endswith("/IAM/unnecessary-access-keys.html")
    assert "1.13" == record["benchmarks"]["CIS AWS Foundations v1.3 to v4.0.1"][0]["name"]
    assert "aws_iam_access_key.fail_b" == record["connected_node"]["resource"]


def test_sarif(checkov, run_command):
    """SARIF shows level warning and security-severity 6.9."""
    checkov({"main.tf": TERRAFORM}, "-o", "sarif", "--output-file-path", "console,r.sarif")
    run = json.loads((run_command.folder / "r.sarif").read_text())["runs"][0]
    assert {"warning"} == {result["level"] for result in run["results"]}
    assert ["6.9"] == [rule["properties"]["security-severity"] for rule in run["tool"]["driver"]["rules"]]


def test_broken_templates_beside_good_ones(checkov):
    """Checkov's parsing error stands, and the good templates are judged."""
    _, reports = checkov({"main.tf": TERRAFORM, "broken.tf": 'resource "aws_iam_user" {{{'}, "--framework", "terraform")
    assert FAILED == list_ours(reports)
    assert 1 == sum(len(report["results"]["parsing_errors"]) for report in reports)


def test_a_check_that_breaks(checkov, tmp_path):
    """An exception inside the check costs every key its verdict, is logged, and never looks like a clean scan."""
    (tmp_path / "sitecustomize.py").write_text(
        "from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY_IN_TEMPLATES as rule\n"
        "def judge(user): raise RuntimeError('no judgement today')\n"
        "object.__setattr__(rule, 'judge', judge)\n"
    )
    done, reports = checkov({"main.tf": TERRAFORM}, "--framework", "terraform", PYTHONPATH=str(tmp_path))
    assert (1, [*FAILED, "aws_iam_access_key.pass_c"]) == (done.returncode, list_ours(reports))
    assert "the check CKV2_KEYS_1 broke: RuntimeError: no judgement today" in done.stderr
