# KICS takes the text between the first two dots, which is the same for every data source.
variable "who" {}
data "aws_iam_user" "a" { user_name = "a" }
data "aws_iam_user" "b" { user_name = "b" }
data "aws_iam_user" "c" { user_name = var.who }
data "aws_iam_user" "d" { user_name = random_pet.d.id }
resource "aws_iam_access_key" "pass_a" { user = data.aws_iam_user.a.user_name }
resource "aws_iam_access_key" "pass_b" { user = data.aws_iam_user.b.user_name }
resource "aws_iam_access_key" "pass_c" { user = data.aws_iam_user.c.user_name }
resource "aws_iam_access_key" "pass_d" { user = data.aws_iam_user.d.user_name }
