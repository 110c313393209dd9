"""Which of Checkov's frameworks a scan of a directory needs, and what of it they need not read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Selection(NamedTuple):
    """The frameworks whose language is there, in Checkov's order, and more paths to skip (regular expressions)."""

    frameworks: tuple[str, ...]
    excluded: tuple[str, ...] = ()


def select(directory: str, *, skip_paths: Sequence[str], frameworks: Sequence[str]) -> Selection:
    """Return what a scan of the directory needs: everything."""
    del directory, skip_paths
    return Selection(tuple(frameworks))


def select_files(files: Sequence[str], *, frameworks: Sequence[str]) -> Selection:
    """Return what a scan of files needs: everything."""
    del files
    return Selection(tuple(frameworks))
