variable "rotate_to" { default = "" }
resource "aws_iam_access_key" "pass_a" { user = "u" }
resource "aws_iam_access_key" "pass_b" {
  user   = "u"
  status = var.rotate_to == "" ? "Inactive" : "Active"
}
resource "aws_iam_access_key" "pass_c" {
  user   = "u"
  status = var.rotate_to != "" ? "Active" : "Inactive"
}
