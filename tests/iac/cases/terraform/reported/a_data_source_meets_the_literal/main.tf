variable "who" {}
data "aws_iam_user" "ops" { user_name = "ops" }
data "aws_iam_user" "free" { user_name = var.who }
resource "aws_iam_access_key" "fail_a" { user = data.aws_iam_user.ops.user_name }
resource "aws_iam_access_key" "fail_b" { user = "ops" }
resource "aws_iam_access_key" "fail_c" { user = data.aws_iam_user.free.user_name }
resource "aws_iam_access_key" "fail_d" { user = var.who }
