terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.peer]
    }
  }
}
resource "aws_iam_access_key" "fail_mine" { user = "one" }
resource "aws_iam_access_key" "fail_peer" {
  provider = aws.peer
  user     = "two"
}
