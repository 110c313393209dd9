"""Asks for a yes that cannot be given by accident."""

from __future__ import annotations

import sys

from checkov_keys.domain.errors import UsageError


def confirmed(number: int, what: str) -> bool:
    """Ask on standard error for the number of keys, and return whether it was typed; `what` is done to them.

    Raises UsageError where nobody is there to type.
    """
    print(f"Type the number of keys to {what} ({number}), anything else to stop: ", end="", file=sys.stderr, flush=True)
    typed = sys.stdin.readline() if sys.stdin else ""
    if not typed:
        print(file=sys.stderr)
        raise UsageError("nobody typed the number of keys, so nothing was changed: --yes goes on without")
    if typed.strip() == str(number):
        return True
    print("Nothing was changed.", file=sys.stderr)
    return False
