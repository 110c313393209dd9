"""Terraform configurations, plans and states → users and keys."""
