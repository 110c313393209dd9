resource "aws_iam_access_key" "pass_a" { user = "müller" }
resource "aws_iam_access_key" "pass_b" { user = "muller" }
