provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias       = "use1"
  region      = "us-east-1"
  max_retries = 3
  default_tags {
    tags = { team = "x" }
  }
}
resource "aws_iam_access_key" "fail_a" { user = "ci" }
resource "aws_iam_access_key" "fail_b" {
  provider = aws.use1
  user     = "ci"
}
resource "aws_iam_access_key" "fail_c" {
  provider = "aws.use1"
  user     = "ci"
}
