"""The files that expressions may read: below the scanned directory, or below the directory of their own module.

Terraform runs in the directory of the root module, so paths are relative to it. Whatever else a path leads to is
unknown: another machine may have another file there.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.errors import FileUnavailable
from checkov_keys.iac.terraform.module_files import LARGEST_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable

# More files below one directory are not listed.
_MOST_FILES = 20_000


class ScannedFiles:
    """The files of a module, as functions of Terraform read them (hcl's protocol `Files`)."""

    def __init__(self, root: str, *allowed: str) -> None:
        """Take the directory of the root module, and the directories below which files may be read."""
        self._root = root
        self._allowed = tuple(os.path.realpath(directory) for directory in allowed)

    def read_bytes(self, path: str) -> bytes:
        """Return what a file holds; raise FileNotFoundError if there is none, FileUnavailable if nobody can say."""
        found = self._resolve(path)
        if not os.path.exists(found):  # noqa: PTH110
            raise FileNotFoundError(path)
        if not os.path.isfile(found):  # noqa: PTH113
            raise FileUnavailable(f"{path} is not a file")
        try:
            if os.path.getsize(found) > LARGEST_FILE:  # noqa: PTH202
                raise FileUnavailable(f"{path} is larger than {LARGEST_FILE:,} bytes")
            with open(found, "rb") as file:  # noqa: PTH123
                return file.read()
        except OSError as error:
            raise FileUnavailable(f"{path} cannot be read: {error.strerror}") from error

    def exists(self, path: str) -> bool:
        """Say whether a regular file is there; raise IsADirectoryError for a directory."""
        found = self._resolve(path)
        if os.path.isdir(found):  # noqa: PTH112
            raise IsADirectoryError(path)
        return os.path.isfile(found)  # noqa: PTH113

    def list(self, directory: str) -> Iterable[str]:
        """Return the regular files below a directory, relative to it, with `/`; none if it does not exist."""
        top = self._resolve(directory)
        found: list[str] = []
        for folder, folders, names in os.walk(top):
            folders.sort()
            within = os.path.relpath(folder, top)
            prefix = "" if within == "." else f"{within}/".replace(os.sep, "/")
            found += [f"{prefix}{name}" for name in sorted(names)]
            if len(found) > _MOST_FILES:
                raise FileUnavailable(f"there are more than {_MOST_FILES:,} files below {directory}")
        return found

    def _resolve(self, path: str) -> str:
        if "\0" in path:
            raise FileUnavailable("its path holds a null character")
        if path.startswith("~"):
            raise FileUnavailable(f"{path} is in somebody's home directory")
        found = os.path.realpath(os.path.join(self._root, path))  # noqa: PTH118
        if not any(found == allowed or found.startswith(allowed.rstrip(os.sep) + os.sep) for allowed in self._allowed):
            raise FileUnavailable(f"{path} is outside of the scanned directory")
        return found
