module "absent_never" {
  source = "./mod"
  count  = 0
  user   = "u"
}
module "absent_neither" {
  source   = "./mod"
  for_each = {}
  user     = "u"
}
resource "aws_iam_access_key" "pass_a" { user = "u" }
