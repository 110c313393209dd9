module "pass_dev" {
  source = "../../modules/key"
  user   = "ci"
}
