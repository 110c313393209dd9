locals { second = module.fail_b.user }
module "pass_a" {
  source = "./mod"
  user   = "a"
}
module "fail_b" {
  source = "./mod"
  user   = "b"
}
resource "aws_iam_access_key" "fail_c" { user = local.second }
resource "aws_iam_access_key" "fail_d" { user = "b" }
