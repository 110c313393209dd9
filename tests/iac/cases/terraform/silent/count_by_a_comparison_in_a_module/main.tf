module "pass_plain" {
  source = "./user"
  name   = "plain"
}
module "pass_encrypted" {
  source  = "./user"
  name    = "encrypted"
  pgp_key = "keybase:somebody"
}
module "absent_user" {
  source = "./user"
  name   = "nobody"
  create = false
}
