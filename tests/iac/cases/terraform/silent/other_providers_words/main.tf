# Resources of other providers with the same words.
resource "alicloud_ram_access_key" "a" { user_name = "u" }
resource "alicloud_ram_access_key" "b" { user_name = "u" }
resource "yandex_iam_service_account_static_access_key" "a" { user = "u" }
resource "aws_iam_user_policy" "p" { user = "u" }
resource "aws_iam_service_specific_credential" "c" { user_name = "u" }
resource "aws_iam_access_key" "pass_a" { user = "u" }
data "aws_iam_access_keys" "d" { user = "u" }
