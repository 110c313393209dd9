# The second key stays for now, turned off: nothing signs with it, and turning it on again takes one apply.
resource "aws_iam_user" "deployer" {
  name = "deployer"
}

resource "aws_iam_access_key" "current" {
  user = aws_iam_user.deployer.name
}

resource "aws_iam_access_key" "left_over" {
  user   = "deployer"
  status = "Inactive"
}
