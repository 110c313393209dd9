module "user" {
  source   = "./user"
  for_each = toset(["x", "y"])
  name     = each.key
}
resource "aws_iam_access_key" "fail_x" { user = module.user["x"].name }
resource "aws_iam_access_key" "fail_lit" { user = "x" }
resource "aws_iam_access_key" "pass_y" { user = module.user["y"].name }
