module "fail_a" {
  source = "../../modules/key"
  user   = "ci"
}
resource "aws_iam_access_key" "fail_b" { user = "ci" }
