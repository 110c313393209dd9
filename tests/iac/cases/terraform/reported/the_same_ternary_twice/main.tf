variable "prod" {}
locals { who = var.prod ? "p" : "q" }
resource "aws_iam_access_key" "fail_a" { user = var.prod ? "p" : "q" }
resource "aws_iam_access_key" "fail_b" { user = local.who }
