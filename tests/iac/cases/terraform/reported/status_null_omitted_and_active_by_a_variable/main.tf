variable "status" { default = "Active" }
resource "aws_iam_access_key" "fail_a" { user = "u" }
resource "aws_iam_access_key" "fail_b" {
  user   = "u"
  status = null
}
resource "aws_iam_access_key" "fail_c" {
  user   = "u"
  status = var.status
}
