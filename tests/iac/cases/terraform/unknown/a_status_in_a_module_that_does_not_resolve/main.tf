module "unknown_a" {
  source = "./key"
  status = random_pet.a.id
}
module "pass_b" {
  source = "./key"
  status = var.off ? "Inactive" : "Inactive"
}
