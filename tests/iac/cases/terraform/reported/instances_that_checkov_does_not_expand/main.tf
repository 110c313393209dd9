variable "list" { default = [{ name = "carol" }, { name = "dave" }] }
resource "aws_iam_access_key" "fail_set" {
  for_each = toset([for u in var.list : u.name])
  user     = each.value
}
resource "aws_iam_access_key" "fail_map_x2" {
  for_each = { for u in var.list : u.name => u }
  user     = each.value.name
}
resource "aws_iam_access_key" "pass_set" {
  for_each = toset([for u in var.list : "other-${u.name}"])
  user     = each.value
}
