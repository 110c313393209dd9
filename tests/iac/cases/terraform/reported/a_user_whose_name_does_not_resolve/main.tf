variable "who" {}
resource "aws_iam_user" "u" { name = "svc-${var.who}" }
resource "aws_iam_access_key" "fail_a" { user = aws_iam_user.u.name }
resource "aws_iam_access_key" "fail_b" { user = aws_iam_user.u.id }
resource "aws_iam_access_key" "fail_c" { user = "${aws_iam_user.u.name}" }
