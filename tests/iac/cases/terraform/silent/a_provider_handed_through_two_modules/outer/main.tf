terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.main, aws.other]
    }
  }
}
module "inner" {
  source    = "./inner"
  providers = { aws = aws.other }
}
