provider "aws" {}
provider "aws" {
  alias   = "prod"
  profile = "prod"
}
module "m" {
  source    = "./mod"
  providers = { aws = aws, aws.peer = aws.prod }
}
resource "aws_iam_access_key" "fail_default" { user = "one" }
resource "aws_iam_access_key" "fail_prod" {
  provider = aws.prod
  user     = "two"
}
resource "aws_iam_access_key" "pass_other" {
  provider = aws.prod
  user     = "one"
}
