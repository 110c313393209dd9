module "pass_a" {
  source = "./mod"
  user   = random_pet.a.id
}
module "pass_b" {
  source = "./mod"
  user   = random_pet.b.id
}
