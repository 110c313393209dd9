variable "status" {}
resource "aws_iam_access_key" "this" {
  user   = "u"
  status = var.status
}
