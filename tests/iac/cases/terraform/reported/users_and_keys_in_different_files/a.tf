resource "aws_iam_access_key" "fail_a" { user = aws_iam_user.u.name }
