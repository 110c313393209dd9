resource "aws_iam_user" "ci" {}
resource "aws_iam_access_key" "pass_b" { user = aws_iam_user.ci.name }
