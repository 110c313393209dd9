variable "who" { default = "u" }
locals { u = aws_iam_user.u.name }
resource "aws_iam_user" "u" { name = "u" }
resource "aws_iam_access_key" "fail_a" { user = aws_iam_user.u.name }
resource "aws_iam_access_key" "fail_b" { user = "u" }
resource "aws_iam_access_key" "fail_c" { user = local.u }
resource "aws_iam_access_key" "fail_d" { user = var.who }
resource "aws_iam_access_key" "fail_e" { user = "${aws_iam_user.u.name}" }
