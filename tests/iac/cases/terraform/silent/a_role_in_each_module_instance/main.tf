module "pass_a" {
  source = "./mod"
  role   = random_pet.a.id
}
module "pass_b" {
  source = "./mod"
  role   = random_pet.b.id
}
