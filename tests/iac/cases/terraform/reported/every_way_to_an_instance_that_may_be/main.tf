# The count is not known, so it is taken as one instance.
variable "create" {}
variable "who" {}
resource "aws_iam_user" "this" {
  count = var.create ? 1 : 0
  name  = var.who
}
resource "aws_iam_access_key" "fail_a" { user = aws_iam_user.this[0].name }
resource "aws_iam_access_key" "fail_b" { user = one(aws_iam_user.this[*].name) }
resource "aws_iam_access_key" "fail_c" { user = join("", aws_iam_user.this.*.name) }
resource "aws_iam_access_key" "fail_d" { user = try(aws_iam_user.this[0].name, "") }
resource "aws_iam_access_key" "fail_e" { user = var.who }
