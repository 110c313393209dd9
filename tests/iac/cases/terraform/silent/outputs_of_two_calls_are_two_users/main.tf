module "pass_a" {
  source = "./mod"
  user   = "a"
}
module "pass_b" {
  source = "./mod"
  user   = "b"
}
resource "aws_iam_access_key" "pass_c" { user = module.pass_a.made }
resource "aws_iam_access_key" "pass_d" { user = module.pass_b.made }
