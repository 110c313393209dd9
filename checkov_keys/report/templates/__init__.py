"""Verdicts on templates, written as Checkov writes them."""
