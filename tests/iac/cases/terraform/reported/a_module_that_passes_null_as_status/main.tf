module "fail_a" {
  source = "./mod"
  user   = "u"
  status = null
}
module "fail_b" {
  source = "./mod"
  user   = "u"
}
