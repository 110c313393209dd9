"""The command `checkov-keys`: parse → collect → judge → report → exit code."""
