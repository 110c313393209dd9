resource "aws_iam_user" "u" { name = "u" }
resource "aws_iam_access_key" "pass_a" { user = aws_iam_user.u.name }
resource "aws_iam_access_key" "pass_b" {
  user   = aws_iam_user.u.name
  status = "Inactive"
}
