resource "aws_iam_access_key" "pass_b" { user = "ci" }
