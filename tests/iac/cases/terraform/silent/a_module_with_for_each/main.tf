module "pass_a_x2" {
  source   = "./mod"
  for_each = toset(["a", "b"])
  user     = each.key
}
