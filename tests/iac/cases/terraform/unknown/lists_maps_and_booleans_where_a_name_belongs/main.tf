resource "aws_iam_access_key" "unknown_a" { user = ["u"] }
resource "aws_iam_access_key" "unknown_b" { user = { name = "u" } }
resource "aws_iam_access_key" "unknown_c" { user = true }
resource "aws_iam_access_key" "unknown_d" { user = null }
resource "aws_iam_access_key" "unknown_e" { user = "" }
resource "aws_iam_access_key" "pass_f" { user = "u" }
