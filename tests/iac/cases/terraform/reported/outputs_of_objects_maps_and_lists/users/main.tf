resource "aws_iam_user" "this" { name = "svc" }
resource "aws_iam_user" "team" {
  for_each = toset(["x", "y"])
  name     = "team-${each.key}"
}
output "object" { value = aws_iam_user.this }
output "team" { value = aws_iam_user.team }
output "list" { value = [aws_iam_user.this.name] }
output "map" {
  value = {
    main  = aws_iam_user.this.name
    other = "x"
  }
}
