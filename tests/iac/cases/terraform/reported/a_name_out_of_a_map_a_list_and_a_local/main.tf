variable "users" { default = { a = { name = "alice" } } }
variable "names" { default = ["x", "alice"] }
variable "list" { default = [{ name = "alice" }] }
locals {
  names  = { main = "alice" }
  nested = local.names
}
resource "aws_iam_access_key" "fail_a" { user = var.users["a"].name }
resource "aws_iam_access_key" "fail_b" { user = var.names[1] }
resource "aws_iam_access_key" "fail_c" { user = var.list[0].name }
resource "aws_iam_access_key" "fail_d" { user = local.nested["main"] }
resource "aws_iam_access_key" "fail_e" { user = local.names.main }
resource "aws_iam_access_key" "fail_f" { user = lookup(local.names, "main", "none") }
resource "aws_iam_access_key" "pass_g" { user = lookup(local.names, "other", "none") }
