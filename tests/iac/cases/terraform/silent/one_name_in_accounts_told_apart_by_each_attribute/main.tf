provider "aws" {}
provider "aws" {
  alias   = "profile"
  profile = "prod"
}
provider "aws" {
  alias      = "key"
  access_key = "AKIAIOSFODNN7EXAMPLE"
}
provider "aws" {
  alias                    = "files"
  shared_credentials_files = ["/etc/aws/prod"]
}
provider "aws" {
  alias               = "config"
  shared_config_files = ["/etc/aws/config"]
}
provider "aws" {
  alias               = "allowed"
  allowed_account_ids = ["111111111111"]
}
provider "aws" {
  alias                 = "forbidden"
  forbidden_account_ids = ["111111111111"]
}
provider "aws" {
  alias = "endpoint"
  endpoints {
    iam = "http://127.0.0.1:4566"
  }
}
provider "aws" {
  alias = "web"
  assume_role_with_web_identity {
    role_arn                = "arn:aws:iam::222222222222:role/web"
    web_identity_token_file = "/token"
  }
}
resource "aws_iam_access_key" "pass_default" { user = "ci" }
resource "aws_iam_access_key" "pass_profile" {
  provider = aws.profile
  user     = "ci"
}
resource "aws_iam_access_key" "pass_key" {
  provider = aws.key
  user     = "ci"
}
resource "aws_iam_access_key" "pass_files" {
  provider = aws.files
  user     = "ci"
}
resource "aws_iam_access_key" "pass_config" {
  provider = aws.config
  user     = "ci"
}
resource "aws_iam_access_key" "pass_allowed" {
  provider = aws.allowed
  user     = "ci"
}
resource "aws_iam_access_key" "pass_forbidden" {
  provider = aws.forbidden
  user     = "ci"
}
resource "aws_iam_access_key" "pass_endpoint" {
  provider = aws.endpoint
  user     = "ci"
}
resource "aws_iam_access_key" "pass_web" {
  provider = aws.web
  user     = "ci"
}
