"""Which files of a directory make a Terraform module, and in which order they are read.

https://developer.hashicorp.com/terraform/language/files and
https://developer.hashicorp.com/terraform/language/files/override; OpenTofu reads `.tofu` files as well, and leaves out
`main.tf` beside `main.tofu`: https://opentofu.org/docs/language/files/
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

# The longest suffix first. The first of each pair replaces the other, if both have one stem.
_SUFFIXES = (".tofu.json", ".tf.json", ".tofu", ".tf")
_REPLACED = {".tf": ".tofu", ".tf.json": ".tofu.json"}
# What a file must hold that declares a key or a user.
_MARKS = re.compile(rb"aws_iam_(?:access_key|user)\b|awsutils_expiring_iam_access_key\b")
# No file that people write is larger; what is larger is not read.
LARGEST_FILE = 50_000_000


class ModuleFile(NamedTuple):
    """A file of a module: its path, whether it is in the JSON syntax, and whether it overrides the others."""

    path: str
    is_json: bool
    is_override: bool


class FileStore:
    """Reads each file of a scan once."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self._texts: dict[str, str | OSError | UnicodeDecodeError] = {}
        self._paths: dict[int, str] = {}

    def find_path(self, text: str) -> str:
        """Return the path of the file that a text was read from, "" for any other text, also for an equal one."""
        return self._paths.get(id(text), "")

    def read(self, path: str) -> str:
        """Return the text of a file; raise OSError or UnicodeDecodeError if it cannot be read as UTF-8."""
        if path not in self._texts:
            # Another thread may have read it meanwhile: the first text counts.
            self._texts.setdefault(path, _read(path))
        found = self._texts[path]
        if isinstance(found, str):
            # The text is kept, so its identity is too.
            self._paths.setdefault(id(found), path)
            return found
        raise found


def list_module_files(directory: str) -> tuple[ModuleFile, ...]:
    """Return the files of a module in the order in which Terraform reads them: overrides last; () if there are none."""
    try:
        names = sorted(entry.name for entry in os.scandir(directory) if entry.is_file())
    except OSError:
        return ()
    kept = {name for name in names if _suffix(name) and not _is_ignored(name)}
    files = []
    for name in sorted(kept):
        suffix = _suffix(name)
        stem = name[: -len(suffix)]
        if suffix in _REPLACED and stem + _REPLACED[suffix] in kept:
            continue
        path = os.path.join(directory, name)  # noqa: PTH118
        files.append(ModuleFile(path, suffix.endswith(".json"), is_override(name)))
    return tuple(sorted(files, key=lambda file: file.is_override))


def is_module_file(name: str) -> bool:
    """Tell whether a file of this name belongs to a module."""
    return bool(_suffix(name)) and not _is_ignored(name)


def may_declare_key(path: str) -> bool:
    """Tell whether a file, whose syntax cannot be read, holds the words that every access key or its user needs."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return bool(_MARKS.search(file.read()))
    except OSError:
        return True


def is_override(path: str) -> bool:
    """Tell whether a file, by its name, overrides what the others of a module declare."""
    name = os.path.basename(path)  # noqa: PTH119
    stem = name[: -len(_suffix(name))]
    return stem == "override" or stem.endswith("_override")


def _suffix(name: str) -> str:
    return next((suffix for suffix in _SUFFIXES if name.endswith(suffix)), "")


def _is_ignored(name: str) -> bool:
    """Tell whether Terraform takes a file for one of an editor's.

    https://github.com/hashicorp/terraform/blob/main/internal/configs/parser_config_dir.go, IsIgnoredFile
    """
    return name.startswith(".") or name.endswith("~") or (name.startswith("#") and name.endswith("#"))


def _read(path: str) -> str | OSError | UnicodeDecodeError:
    try:
        if os.path.getsize(path) > LARGEST_FILE:  # noqa: PTH202
            return OSError(f"it is larger than {LARGEST_FILE:,} bytes")
        with open(path, encoding="utf-8", newline="") as file:  # noqa: PTH123
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        return error
