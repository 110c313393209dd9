variable "who" {}
resource "aws_iam_user" "u" { name = var.who }
resource "aws_iam_access_key" "pass_a" { user = aws_iam_user.u.name }
resource "aws_iam_access_key" "pass_b" { user = "svc-${aws_iam_user.u.name}" }
