resource "aws_iam_access_key" "this" { user = "SVC_app.team.prod" }
