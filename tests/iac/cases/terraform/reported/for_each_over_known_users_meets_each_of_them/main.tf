resource "aws_iam_user" "team" {
  for_each = toset(["x", "y"])
  name     = "team-${each.key}"
}
resource "aws_iam_access_key" "fail_each" {
  for_each = aws_iam_user.team
  user     = each.value.name
}
resource "aws_iam_access_key" "fail_x" { user = aws_iam_user.team["x"].name }
resource "aws_iam_access_key" "pass_z" { user = "team-z" }
