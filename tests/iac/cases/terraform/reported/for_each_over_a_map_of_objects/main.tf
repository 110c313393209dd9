variable "users" { default = { a = { name = "alice" }, b = { name = "bob" } } }
resource "aws_iam_access_key" "fail_each_x2" {
  for_each = var.users
  user     = each.value.name
}
resource "aws_iam_access_key" "fail_alice" { user = "alice" }
resource "aws_iam_access_key" "fail_bob" { user = var.users["b"].name }
