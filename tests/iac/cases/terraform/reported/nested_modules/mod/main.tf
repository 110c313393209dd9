variable "user" {}
variable "status" { default = "Active" }
resource "aws_iam_access_key" "this" {
  user   = var.user
  status = var.status
}
resource "aws_iam_user" "made" { name = "made-${var.user}" }
output "user" { value = var.user }
output "made" { value = aws_iam_user.made.name }
