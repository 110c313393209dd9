variable "key" { default = "" }
module "absent_m" {
  source = "./mod"
  count  = var.key != "" ? 1 : 0
}
resource "aws_iam_access_key" "pass_a" { user = "ci" }
