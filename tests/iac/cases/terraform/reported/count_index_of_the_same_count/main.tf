variable "n" {}
resource "aws_iam_access_key" "fail_a" {
  count = var.n
  user  = "row-${count.index}"
}
resource "aws_iam_access_key" "fail_b" {
  count = var.n
  user  = "row-${count.index}"
}
