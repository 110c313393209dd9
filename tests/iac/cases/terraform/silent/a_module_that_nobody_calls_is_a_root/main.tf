resource "aws_iam_access_key" "pass_a" { user = "ci" }
