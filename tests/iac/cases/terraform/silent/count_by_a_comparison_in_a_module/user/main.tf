variable "name" {}
variable "create" { default = true }
variable "pgp_key" { default = "" }
resource "aws_iam_user" "this" {
  count = var.create ? 1 : 0
  name  = var.name
}
resource "aws_iam_access_key" "this" {
  count   = var.create && var.pgp_key != "" ? 1 : 0
  user    = aws_iam_user.this[0].name
  pgp_key = var.pgp_key
}
resource "aws_iam_access_key" "this_no_pgp" {
  count = var.create && var.pgp_key == "" ? 1 : 0
  user  = aws_iam_user.this[0].name
}
