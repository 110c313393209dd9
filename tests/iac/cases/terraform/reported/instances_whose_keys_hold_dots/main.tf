resource "aws_iam_access_key" "pass_a" {
  for_each = toset(["jane"])
  user     = each.key
}
resource "aws_iam_access_key" "fail_a_x2" {
  for_each = toset(["john.doe", "j.r.doe"])
  user     = each.key
}
resource "aws_iam_access_key" "fail_b_x2" {
  for_each = toset(["john.doe", "j.r.doe"])
  user     = each.key
}
