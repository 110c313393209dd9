module "c" { source = "./c" }
output "who" { value = module.c.who }
