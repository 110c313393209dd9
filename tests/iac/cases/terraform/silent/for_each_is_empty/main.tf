resource "aws_iam_access_key" "pass_a" { user = "u" }
resource "aws_iam_access_key" "absent_never" {
  for_each = toset([])
  user     = "u"
}
resource "aws_iam_access_key" "absent_neither" {
  for_each = {}
  user     = "u"
}
