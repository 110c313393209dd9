resource "aws_iam_access_key" "fail_a" { user = "svc_app.team.prod" }
module "fail_b" {
  source = "./mod"
}
