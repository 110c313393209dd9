resource "aws_iam_user" "this" {
  count = 1
  name  = "svc"
}
resource "aws_iam_access_key" "fail_a" { user = aws_iam_user.this[0].name }
resource "aws_iam_access_key" "fail_b" { user = one(aws_iam_user.this[*].name) }
resource "aws_iam_access_key" "fail_c" { user = aws_iam_user.this[*].name[0] }
resource "aws_iam_access_key" "fail_d" { user = element(aws_iam_user.this.*.name, 0) }
resource "aws_iam_access_key" "fail_e" { user = join("", aws_iam_user.this.*.name) }
resource "aws_iam_access_key" "fail_f" { user = try(aws_iam_user.this[0].name, "none") }
resource "aws_iam_access_key" "fail_g" { user = coalesce(aws_iam_user.this[0].name, "none") }
resource "aws_iam_access_key" "fail_h" { user = "svc" }
