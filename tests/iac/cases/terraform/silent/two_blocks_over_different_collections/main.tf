variable "team" {}
variable "guests" {}
resource "aws_iam_access_key" "pass_team" {
  for_each = var.team
  user     = each.value
}
resource "aws_iam_access_key" "pass_guests" {
  for_each = var.guests
  user     = each.value
}
