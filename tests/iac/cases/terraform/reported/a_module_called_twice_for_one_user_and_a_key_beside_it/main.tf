resource "aws_iam_user" "u" { name = "u" }
module "fail_a" {
  source = "./mod"
  user   = aws_iam_user.u.name
}
module "fail_b" {
  source = "./mod"
  user   = "u"
}
resource "aws_iam_access_key" "fail_c" { user = "u" }
