"""The commands over live accounts: audit, remediate, rollback."""
