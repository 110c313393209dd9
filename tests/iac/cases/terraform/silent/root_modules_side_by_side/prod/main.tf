resource "aws_iam_access_key" "pass_prod" { user = "u" }
