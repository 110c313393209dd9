"""Verdicts on live accounts as Checkov records."""
