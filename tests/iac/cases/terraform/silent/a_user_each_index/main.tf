variable "who" {}
resource "aws_iam_user" "row" {
  count = 2
  name  = "row${count.index}"
}
resource "aws_iam_user" "unknown" {
  for_each = var.who
  name     = each.key
}
resource "aws_iam_access_key" "pass_0" { user = aws_iam_user.row[0].name }
resource "aws_iam_access_key" "pass_1" { user = aws_iam_user.row[1].name }
resource "aws_iam_access_key" "pass_a" { user = aws_iam_user.unknown["a"].name }
resource "aws_iam_access_key" "pass_b" { user = aws_iam_user.unknown["b"].name }
