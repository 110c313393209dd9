module "users" {
  source = "terraform-aws-modules/iam/aws//modules/iam-user"
  name   = "svc"
}
resource "aws_iam_access_key" "pass_a" { user = module.users.first }
resource "aws_iam_access_key" "pass_b" { user = module.users.second }
