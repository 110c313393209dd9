resource "aws_iam_access_key" "unknown_a" {
  user   = "u"
  status = "active"
}
resource "aws_iam_access_key" "pass_b" { user = "u" }
