"""Verdicts → Checkov's Report and Record → the formats that people and machines read. Never boto3."""
