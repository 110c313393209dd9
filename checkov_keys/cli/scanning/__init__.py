"""The command `scan`: flags, the two ways to run Checkov, the outcome."""
