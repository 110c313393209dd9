"""Checkov's graphs → users; verdicts → Checkov's vertices. Never boto3, never a live account."""
