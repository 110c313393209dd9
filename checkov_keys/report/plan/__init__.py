"""Remediation plans as text, JSON and scripts."""
