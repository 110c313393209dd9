variable "who" {}
resource "aws_iam_user" "row" {
  count = 2
  name  = "row${count.index}"
}
resource "aws_iam_user" "unknown" {
  for_each = var.who
  name     = each.key
}
resource "aws_iam_access_key" "fail_a" { user = aws_iam_user.row[1].name }
resource "aws_iam_access_key" "fail_b" { user = "row1" }
resource "aws_iam_access_key" "fail_c" { user = aws_iam_user.unknown["a"].name }
resource "aws_iam_access_key" "fail_d" { user = aws_iam_user.unknown["a"].name }
