resource "aws_iam_access_key" "fail_a" { user = "Ops" }
resource "aws_iam_access_key" "fail_b" { user = "ops" }
