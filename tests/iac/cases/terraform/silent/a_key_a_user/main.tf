resource "aws_iam_access_key" "pass_a" { user = "a" }
resource "aws_iam_access_key" "pass_b" { user = "b" }
