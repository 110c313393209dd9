"""Why a template is not edited, and where it says so."""

from __future__ import annotations

from pathlib import Path

from checkov_keys.domain.errors import CheckovKeysError


class EditRefusedError(CheckovKeysError):
    """An edit that nobody but its author can make, with the reason, and the line (from 1) and file that give it.

    Without a `path` it is the file that was to be edited.
    """

    def __init__(self, reason: str, line: int, path: Path | None = None) -> None:
        super().__init__(reason)
        self.line = line
        self.path = path


def refusal(reason: str, text: str, at: int) -> EditRefusedError:
    """Return the refusal that is caused at an offset in a text."""
    return EditRefusedError(reason, text.count("\n", 0, at) + 1)


def place(path: Path, line: int) -> str:
    """Return a line of a file as people and editors read it."""
    return f"{shown(path)}:{line}"


def shown(path: Path) -> str:
    """Return a path from the working directory, if it is below that."""
    here = Path.cwd()
    return str(path.relative_to(here) if here in path.parents else path)
