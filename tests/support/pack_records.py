"""A template with two active keys of one user, and what Checkov reports of it with the pack loaded."""

RULE = "CKV2_KEYS_1"
FAILED = ["aws_iam_access_key.fail_a", "aws_iam_access_key.fail_b"]
TERRAFORM = """
resource "aws_iam_access_key" "fail_a" { user = "u" }
resource "aws_iam_access_key" "fail_b" { user = "u" }
resource "aws_iam_access_key" "pass_c" {
  user   = "u"
  status = "Inactive"
}
"""


def list_ours(reports, part="failed_checks"):
    """The resources of our rule in one part of the reports."""
    return sorted(
        record["resource"] for report in reports for record in report["results"][part] if record["check_id"] == RULE
    )
