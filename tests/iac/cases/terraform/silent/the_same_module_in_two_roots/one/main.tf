module "pass_one" {
  source = "../mod"
  user   = "ci"
}
