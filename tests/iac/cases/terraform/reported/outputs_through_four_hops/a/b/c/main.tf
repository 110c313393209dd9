resource "aws_iam_user" "this" { name = "deep" }
output "who" { value = aws_iam_user.this.name }
