variable "status" {}
resource "aws_iam_access_key" "fail_a" { user = "u" }
resource "aws_iam_access_key" "fail_b" { user = "u" }
resource "aws_iam_access_key" "unknown_c" {
  user   = "u"
  status = var.status
}
