variable "a" {}
resource "aws_iam_user" "a" { name = random_pet.a.id }
resource "aws_iam_user" "b" { name = random_pet.b.id }
resource "aws_iam_access_key" "pass_a" { user = aws_iam_user.a.name }
resource "aws_iam_access_key" "pass_b" { user = aws_iam_user.b.name }
