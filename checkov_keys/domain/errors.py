"""Errors for people: one line that says what is wrong, where, and what to do."""


class CheckovKeysError(Exception):
    """Base of the errors that end a command with exit code 2 and one line, their message."""


class UsageError(CheckovKeysError):
    """The command cannot do what it was called with: flags, configuration, output folder."""


class AuditError(CheckovKeysError):
    """A live account could not be read at all."""
