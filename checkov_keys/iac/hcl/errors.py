"""What goes wrong while values are made from each other."""

from __future__ import annotations


class EvaluationError(ValueError):
    """Terraform would refuse this: a missing attribute, a wrong argument, an impossible conversion.

    `try()` and `can()` catch it.
    """


class LimitError(Exception):
    """A bound on time or memory was reached; whoever evaluates makes an unknown value of it."""


class FileUnavailable(Exception):  # noqa: N818  # a fact about a file, not a mistake
    """Nobody can say what a file holds, and why; the value is unknown then, which is not an error for `try()`."""


class UndecidedError(Exception):
    """What Terraform makes of this is not modelled here; the value is unknown, and the message says why."""
