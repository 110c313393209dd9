"""Changes of keys in live accounts, each one in a journal."""
