variable "team" {}
module "fail_a" {
  source   = "./key"
  for_each = var.team
  user     = each.key
}
module "fail_b" {
  source   = "./key"
  for_each = var.team
  user     = each.key
}
