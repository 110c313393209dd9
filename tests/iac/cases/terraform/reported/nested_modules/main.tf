module "fail_outer" {
  source = "./outer"
  user   = "u"
}
resource "aws_iam_access_key" "fail_b" { user = "u" }
