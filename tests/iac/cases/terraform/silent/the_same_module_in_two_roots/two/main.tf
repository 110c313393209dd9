module "pass_two" {
  source = "../mod"
  user   = "ci"
}
