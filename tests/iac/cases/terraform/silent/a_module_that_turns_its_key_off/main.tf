module "pass_a" {
  source = "./mod"
  user   = "u"
  status = "Inactive"
}
module "pass_b" {
  source = "./mod"
  user   = "u"
}
