module "users" {
  source = "terraform-aws-modules/iam/aws//modules/iam-user"
  name   = "svc"
}
resource "aws_iam_access_key" "fail_a" { user = module.users.iam_user_name }
resource "aws_iam_access_key" "fail_b" { user = "${module.users.iam_user_name}" }
