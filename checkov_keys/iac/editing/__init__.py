"""Edits of templates that turn a key off, and the reasons to refuse one."""
