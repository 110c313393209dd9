# Two active keys for one user, one by reference and one by name: both are reported.
resource "aws_iam_user" "deployer" {
  name = "deployer"
}

resource "aws_iam_access_key" "current" {
  user = aws_iam_user.deployer.name
}

resource "aws_iam_access_key" "left_over" {
  user = "deployer"
}
