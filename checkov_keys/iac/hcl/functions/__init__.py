"""The pure functions of Terraform 1.11."""
