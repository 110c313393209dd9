"""Terraform files that the tests of the selection put into directories."""

KEY = 'resource "aws_iam_access_key" "k" {\n  user = "u"\n}\n'
PLAIN = 'resource "aws_s3_bucket" "b" {}\n'


def call(source, name="m"):
    """Return the text of a module call."""
    return f'module "{name}" {{\n  source = "{source}"\n}}\n'
