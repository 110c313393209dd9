resource "aws_iam_access_key" "fail_a_x2" {
  for_each = toset(["one", "two"])
  user     = "u"
}
