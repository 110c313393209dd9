resource "aws_iam_access_key" "fail_a" { user = "u" }
resource "aws_iam_access_key" "skip_b" {
  # checkov:skip=CKV2_KEYS_1:rotation until Friday
  user = "u"
}
