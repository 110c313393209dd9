provider "aws" {}
provider "aws" {
  alias   = "prod"
  profile = "prod"
}
module "pass_outer" {
  source    = "./outer"
  providers = { aws.main = aws, aws.other = aws.prod }
}
resource "aws_iam_access_key" "pass_root" { user = "ci" }
