# One name in two accounts is two users.
provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias  = "prod"
  region = "eu-west-1"
  assume_role {
    role_arn = "arn:aws:iam::111111111111:role/deploy"
  }
}
resource "aws_iam_access_key" "pass_a" { user = "ci" }
resource "aws_iam_access_key" "pass_b" {
  provider = aws.prod
  user     = "ci"
}
