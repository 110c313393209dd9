module "fail_a_x2" {
  source = "./mod"
  count  = 2
  user   = "u"
}
