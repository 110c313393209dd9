variable "second" { default = false }
resource "aws_iam_access_key" "pass_a" { user = "u" }
resource "aws_iam_access_key" "absent_never" {
  count = 0
  user  = "u"
}
resource "aws_iam_access_key" "absent_neither" {
  count = var.second ? 1 : 0
  user  = "u"
}
