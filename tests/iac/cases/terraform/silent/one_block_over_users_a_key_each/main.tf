resource "aws_iam_user" "team" {
  for_each = toset(["x", "y"])
  name     = each.key
}
resource "aws_iam_access_key" "pass_each" {
  for_each = aws_iam_user.team
  user     = each.value.name
}
