module "users" { source = "./users" }
locals { users = module.users.map }
resource "aws_iam_access_key" "fail_a" { user = module.users.object.name }
resource "aws_iam_access_key" "fail_b" { user = local.users["main"] }
resource "aws_iam_access_key" "fail_c" { user = module.users.list[0] }
resource "aws_iam_access_key" "fail_d" { user = module.users.team["x"].name }
resource "aws_iam_access_key" "fail_e" { user = "team-x" }
resource "aws_iam_access_key" "fail_f" { user = "svc" }
