module "a" { source = "./a" }
locals {
  one = module.a.who
  two = local.one
}
module "fail_m" {
  source = "./key"
  user   = local.two
}
resource "aws_iam_access_key" "fail_b" { user = "deep" }
