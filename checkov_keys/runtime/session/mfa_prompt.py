"""Asks for the code of an MFA device."""

from __future__ import annotations

import getpass
import warnings


def ask_at_terminal(prompt: str) -> str:
    """Return what is typed, unseen, at the terminal, which is not standard output; raise EOFError if nothing is.

    Without a terminal `getpass` itself would warn, prompt in the log and read standard input.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(prompt)
        except getpass.GetPassWarning as no_terminal:
            raise EOFError from no_terminal
