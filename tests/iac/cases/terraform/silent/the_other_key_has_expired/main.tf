resource "aws_iam_access_key" "pass_a" { user = "u" }
resource "aws_iam_access_key" "pass_b" {
  user   = "u"
  status = "Expired"
}
