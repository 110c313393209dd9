module "b" { source = "./b" }
output "who" { value = module.b.who }
