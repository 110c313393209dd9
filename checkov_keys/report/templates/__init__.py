"""Verdicts over templates, written as Checkov writes them."""
