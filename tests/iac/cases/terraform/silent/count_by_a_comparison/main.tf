# Checkov renders `var.pgp_key == ""` as None, and takes both counts for 1.
variable "create" { default = true }
variable "pgp_key" { default = "" }
resource "aws_iam_user" "this" {
  count = var.create ? 1 : 0
  name  = "svc"
}
resource "aws_iam_access_key" "absent_this" {
  count   = var.create && var.pgp_key != "" ? 1 : 0
  user    = aws_iam_user.this[0].name
  pgp_key = var.pgp_key
}
resource "aws_iam_access_key" "pass_this_no_pgp" {
  count = var.create && var.pgp_key == "" ? 1 : 0
  user  = aws_iam_user.this[0].name
}
resource "aws_iam_access_key" "absent_not" {
  count = !var.create ? 1 : 0
  user  = "svc"
}
resource "aws_iam_access_key" "absent_length" {
  count = length(var.pgp_key) > 0 ? 1 : 0
  user  = "svc"
}
resource "aws_iam_access_key" "absent_each" {
  for_each = var.pgp_key != "" ? toset(["a"]) : []
  user     = "svc"
}
