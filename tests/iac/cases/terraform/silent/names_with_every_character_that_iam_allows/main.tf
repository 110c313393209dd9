resource "aws_iam_access_key" "pass_a" { user = "a,b+c=d@e.f-g_h" }
resource "aws_iam_access_key" "pass_b" { user = "a" }
