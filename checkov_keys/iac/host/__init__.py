"""Checkov as the host: graph checks, their registration, its runners, and what it hides."""
