variable "status" {}
resource "aws_iam_access_key" "unknown_a" {
  user   = "u"
  status = var.status
}
