variable "who" {}
resource "aws_iam_access_key" "fail_a" { user = var.who }
resource "aws_iam_access_key" "fail_b" { user = "ops" }
