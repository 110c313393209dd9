resource "aws_iam_user" "u" { name = "u" }
resource "aws_iam_access_key" "fail_a" { user = aws_iam_user.u.name }
resource "aws_iam_access_key" "fail_b" { user = aws_iam_user.u.id }
