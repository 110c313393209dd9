resource "aws_iam_access_key" "pass_dev" { user = "u" }
