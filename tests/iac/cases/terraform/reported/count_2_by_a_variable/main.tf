variable "n" { default = 2 }
resource "aws_iam_access_key" "fail_a_x2" {
  count = var.n
  user  = "u"
}
