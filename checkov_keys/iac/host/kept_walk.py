"""Has Checkov's runners find only some files of a directory, however large it is.

Each runner walks through a whole directory and asks of every file whether --skip-path leaves it out. A pattern that
leaves out all but some files would be as long as the list of these, and would be tried at every path. A walk that leads
only to these files takes no longer than there are files.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from checkov.common.runners.base_runner import filter_ignored_paths

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

_Step = tuple[str, list[str], list[str]]


@contextmanager
def walk_to_kept(kept: Mapping[str, Iterable[str]], skip_paths: Collection[str] = ()) -> Iterator[None]:
    """Have Checkov's runners find only the kept files of some directories, as long as this lasts.

    `kept` has the absolute paths of files by the directory that they are kept of. `skip_paths` are those of
    --skip-path: they are asked of each directory that leads to a file, too, as Checkov asks them.
    """
    with patch.object(os, "walk", _KeptWalk(kept, skip_paths)):
        yield


def list_kept(directory: str) -> list[str] | None:
    """Return the paths of the files to find in a directory, written as the directory is, None if that is all files.

    What --skip-path leaves out is not among them.
    """
    walk = os.walk
    if not (isinstance(walk, _KeptWalk) and walk.is_of(directory)):
        return None
    found: list[str] = []
    for folder, _, names in walk(directory):
        filter_ignored_paths(folder, names, walk.skip_paths)
        found += [os.path.join(folder, name) for name in names]  # noqa: PTH118
    return found


class _KeptWalk:
    """Takes the place of `os.walk`: of some directories it yields only those with kept files, and no way there."""

    def __init__(self, kept: Mapping[str, Iterable[str]], skip_paths: Collection[str]) -> None:
        self._walk = os.walk
        self._kept = {os.path.abspath(directory): _group(files) for directory, files in kept.items()}  # noqa: PTH100
        self.skip_paths = list(skip_paths)

    def is_of(self, directory: str) -> bool:
        """Tell whether some files of a directory are kept, and others are not found."""
        return os.path.abspath(directory) in self._kept  # noqa: PTH100

    def __call__(self, top: Any, *args: Any, **kwargs: Any) -> Iterator[_Step]:  # noqa: ANN401  # as os.walk
        root = os.path.abspath(top)  # noqa: PTH100
        if root not in self._kept:
            return self._walk(top, *args, **kwargs)
        return self._walk_kept(os.fspath(top), root)

    def _walk_kept(self, top: str, root: str) -> Iterator[_Step]:
        """Yield the directories with kept files, each as it is written below `top`."""
        for folder, names in self._kept[root].items():
            relative = os.path.relpath(folder, root)
            if relative == os.curdir:
                yield top, [], list(names)
            elif not self._is_skipped(top, relative):
                yield os.path.join(top, relative), [], list(names)  # noqa: PTH118

    def _is_skipped(self, top: str, relative: str) -> bool:
        parent = top
        for name in Path(relative).parts if self.skip_paths else ():
            names = [name]
            filter_ignored_paths(parent, names, self.skip_paths)
            if not names:
                return True
            parent = os.path.join(parent, name)  # noqa: PTH118
        return False


def _group(files: Iterable[str]) -> dict[str, list[str]]:
    """Return the names of files by their directories, both in their order."""
    found: dict[str, list[str]] = {}
    for folder, name in map(os.path.split, files):
        found.setdefault(folder, []).append(name)
    return found
