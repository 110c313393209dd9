variable "prod" { default = true }
variable "override" { default = "" }
locals { name = var.prod ? "ci-prod" : "ci-dev" }
resource "aws_iam_access_key" "fail_a" { user = local.name }
resource "aws_iam_access_key" "fail_b" { user = "ci-prod" }
resource "aws_iam_access_key" "fail_c" { user = var.override == "" ? "svc" : var.override }
resource "aws_iam_access_key" "fail_d" { user = "svc" }
resource "aws_iam_access_key" "fail_e" { user = var.override != "" ? var.override : "svc" }
