resource "aws_iam_user" "team" {
  for_each = toset(["x", "y"])
  name     = each.key
}
resource "aws_iam_user" "row" {
  count = 2
  name  = "row${count.index}"
}
resource "aws_iam_access_key" "pass_each_x2" {
  for_each = toset(["x", "y"])
  user     = aws_iam_user.team[each.key].name
}
resource "aws_iam_access_key" "pass_count_x2" {
  count = 2
  user  = aws_iam_user.row[count.index].name
}
resource "aws_iam_access_key" "pass_map_x2" {
  for_each = { a = "map-a", b = "map-b" }
  user     = each.value
}
