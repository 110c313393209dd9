module "pass_a" {
  source = "./mod"
  user   = "a"
}
module "pass_b" {
  source = "./mod"
  user   = "b"
}
