# KICS compares labels over the whole scan.
resource "aws_iam_user" "ci" {}
resource "aws_iam_access_key" "pass_a" { user = aws_iam_user.ci.name }
