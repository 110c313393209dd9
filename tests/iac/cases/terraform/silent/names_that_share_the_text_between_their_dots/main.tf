resource "aws_iam_access_key" "pass_a" { user = "alice.team.prod" }
resource "aws_iam_access_key" "pass_b" { user = "bob.team.dev" }
