resource "aws_iam_access_key" "fail_a" { user = "Müller" }
resource "aws_iam_access_key" "fail_b" { user = "müller" }
