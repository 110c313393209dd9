resource "aws_iam_user" "team" {
  for_each = toset(["x", "y"])
  name     = each.key
}
resource "aws_iam_access_key" "fail_a" {
  for_each = aws_iam_user.team
  user     = each.value.name
}
resource "aws_iam_access_key" "fail_b" {
  for_each = aws_iam_user.team
  user     = each.value.name
}
