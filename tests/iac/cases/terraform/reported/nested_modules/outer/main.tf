variable "user" {}
module "inner" {
  source = "../mod"
  user   = var.user
}
