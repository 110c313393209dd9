variable "team" {}
variable "guests" {}
module "pass_a" {
  source   = "./key"
  for_each = var.team
  user     = each.key
}
module "pass_b" {
  source   = "./key"
  for_each = var.guests
  user     = each.key
}
