# KICS and its forks compare the text `each.value`, whatever it runs over.
variable "team" {}
variable "guests" {}
resource "aws_iam_user" "team" {
  for_each = var.team
  name     = each.value.name
}
resource "aws_iam_user" "guests" {
  for_each = var.guests
  name     = each.value.name
}
resource "aws_iam_access_key" "pass_a" {
  for_each = aws_iam_user.team
  user     = each.value.name
}
resource "aws_iam_access_key" "pass_b" {
  for_each = aws_iam_user.guests
  user     = each.value.name
}
resource "aws_iam_access_key" "pass_c" {
  count = length(var.team)
  user  = "row-${count.index}"
}
resource "aws_iam_access_key" "pass_d" {
  count = length(var.guests)
  user  = "row-${count.index}"
}
