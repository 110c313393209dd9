variable "create" {}
resource "aws_iam_user" "this" {
  count = var.create ? 1 : 0
  name  = "svc"
}
resource "aws_iam_access_key" "pass_a" {
  count = var.create ? 1 : 0
  user  = aws_iam_user.this[0].name
}
