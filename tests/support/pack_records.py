"""Templates with active keys of one user, and what Checkov reports of them with the pack loaded."""

RULE = "CKV2_KEYS_1"
FAILED = ["aws_iam_access_key.fail_a", "aws_iam_access_key.fail_b"]
CLOUDFORMATION = """
Resources:
  failA:
    Type: AWS::IAM::AccessKey
    Properties: {UserName: u}
  skipB:
    Type: AWS::IAM::AccessKey
    Metadata:
      checkov:
        skip:
          - id: CKV2_KEYS_1
            comment: rotation, done by Friday
    Properties: {UserName: u}
"""
CROSSPLANE = """
apiVersion: iam.aws.upbound.io/v1beta1
kind: AccessKey
metadata: {name: fail-a}
spec: {forProvider: {user: u}}
---
apiVersion: iam.aws.upbound.io/v1beta1
kind: AccessKey
metadata:
  name: skip-b
  annotations:
    checkov.io/skip1: CKV2_KEYS_1=rotation, done by Friday
spec: {forProvider: {user: u}}
"""
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
