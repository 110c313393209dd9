"""The directory for `checkov --external-checks-dir`; Checkov asks for this file."""
