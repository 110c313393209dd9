provider "aws" {}
provider "aws" {
  alias   = "prod"
  profile = "prod"
}
module "pass_prod" {
  source    = "./mod"
  providers = { aws = aws.prod }
}
module "pass_default" {
  source = "./mod"
}
