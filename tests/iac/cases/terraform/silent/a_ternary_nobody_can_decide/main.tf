variable "prod" {}
resource "aws_iam_access_key" "pass_a" { user = var.prod ? "p" : "q" }
resource "aws_iam_access_key" "pass_b" { user = "p" }
resource "aws_iam_access_key" "pass_c" { user = var.prod ? "q" : "p" }
