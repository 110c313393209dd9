"""Verdicts over live accounts as Checkov records."""
