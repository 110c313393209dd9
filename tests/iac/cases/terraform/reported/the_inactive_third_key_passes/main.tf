resource "aws_iam_access_key" "fail_a" { user = "u" }
resource "aws_iam_access_key" "fail_b" { user = "u" }
resource "aws_iam_access_key" "pass_c" {
  user   = "u"
  status = "Inactive"
}
