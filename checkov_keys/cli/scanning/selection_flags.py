"""The flags of `scan` that are no flags of Checkov: what of a directory is scanned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.errors import UsageError
from checkov_keys.iac.selection.file_selection import Selection, select_directory

if TYPE_CHECKING:
    from collections.abc import Sequence

WHOLE_TREE, CHANGED_FILES = "--whole-tree", "--changed-files"


class SelectionFlags(NamedTuple):
    """Whether everything is scanned, whatever can matter to access keys, or what changed files have a part in."""

    whole_tree: bool = False
    changed: tuple[str, ...] | None = None

    def of_directory(self, directory: str, frameworks: Sequence[str], skip_paths: Sequence[str]) -> Selection:
        """Return what of a directory is scanned."""
        if self.whole_tree:
            return Selection(tuple(frameworks))
        return select_directory(directory, frameworks, skip_paths=skip_paths, changed=self.changed)


EVERYTHING_THAT_MATTERS = SelectionFlags()


def without_selection_flags(arguments: Sequence[str]) -> tuple[list[str], SelectionFlags]:
    """Return a command line without these flags, and what they say; raise UsageError where they contradict each other.

    Files that were deleted may be among those that changed: what is left of their directory is judged.
    """
    rest: list[str] = []
    changed: list[str] | None = None
    taking = False
    for argument in arguments:
        if argument == CHANGED_FILES:
            taking, changed = True, changed or []
        elif taking and changed is not None and not argument.startswith("-"):
            changed.append(argument)
        else:
            taking = False
            rest.append(argument)
    whole_tree = WHOLE_TREE in rest
    rest = [argument for argument in rest if argument != WHOLE_TREE]
    if whole_tree and changed is not None:
        raise UsageError(f"{WHOLE_TREE} and {CHANGED_FILES} contradict each other")
    if changed is not None and not {"-d", "--directory"}.intersection(rest):
        rest = ["-d", str(Path()), *rest]
    return rest, SelectionFlags(whole_tree, None if changed is None else tuple(changed))
