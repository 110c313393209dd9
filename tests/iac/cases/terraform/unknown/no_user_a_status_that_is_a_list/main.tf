resource "aws_iam_access_key" "unknown_a" {}
resource "aws_iam_access_key" "unknown_b" {
  user   = "u"
  status = ["Active"]
}
