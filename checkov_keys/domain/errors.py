"""Errors that people are meant to read: one line that says what, where, and what to do."""


class CheckovKeysError(Exception):
    """Base of the errors that end a command with exit code 2 and their message as the only line."""


class UsageError(CheckovKeysError):
    """The command was called in a way that it cannot follow: flags, configuration, output folder."""


class AuditError(CheckovKeysError):
    """A live account could not be read at all."""
