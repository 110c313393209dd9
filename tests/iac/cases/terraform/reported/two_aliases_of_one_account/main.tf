locals { role = "arn:aws:iam::111111111111:role/deploy" }
provider "aws" {
  alias  = "a"
  region = "eu-west-1"
  assume_role {
    role_arn = "arn:aws:iam::111111111111:role/deploy"
  }
}
provider "aws" {
  alias  = "b"
  region = "us-east-1"
  assume_role {
    role_arn = local.role
  }
}
resource "aws_iam_access_key" "fail_a" {
  provider = aws.a
  user     = "ci"
}
resource "aws_iam_access_key" "fail_b" {
  provider = aws.b
  user     = "ci"
}
