locals {
  self = local.self
  a    = local.b
  b    = local.a
}
resource "aws_iam_access_key" "pass_a" { user = local.self }
resource "aws_iam_access_key" "pass_b" { user = local.a }
resource "aws_iam_access_key" "pass_c" { user = "self" }
