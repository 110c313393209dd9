variable "team" {}
resource "aws_iam_user" "team" {
  for_each = var.team
  name     = each.key
}
resource "aws_iam_access_key" "fail_a" {
  for_each = aws_iam_user.team
  user     = each.value.name
}
resource "aws_iam_access_key" "fail_b" {
  for_each = aws_iam_user.team
  user     = each.value.id
}
resource "aws_iam_access_key" "fail_c" {
  for_each = aws_iam_user.team
  user     = each.key
}
resource "aws_iam_access_key" "fail_d" {
  for_each = var.team
  user     = aws_iam_user.team[each.key].name
}
resource "aws_iam_access_key" "fail_e" {
  for_each = var.team
  user     = each.key
}
