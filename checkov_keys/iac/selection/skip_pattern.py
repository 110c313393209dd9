"""Regular expressions, as Checkov's --skip-path takes them, that leave out all but some files of a directory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# One name, written without a set: see match_all_but.
_ANY_NAME = "(?s:(?!/).)+"
_ESCAPES = {code: re.escape(chr(code)) for code in range(128)}
# Written by their numbers, since Checkov would take them for something else.
_ESCAPES.update({ord(character): f"\\x{ord(character):02x}" for character in "]|\n\r"})


def match_all_but(root: str, directories: Iterable[str], files: Iterable[str]) -> str:
    """Return a pattern that finds every path below `root` but what is in `directories`, `files`, and the way there.

    Paths are relative to the root, with slashes; "." is the root itself. A pattern holds no `|` and no `]`, since
    Checkov's search for modules makes a set of all its letters:
    https://github.com/bridgecrewio/checkov/blob/main/checkov/terraform/module_loading/module_finder.py
    nor `.terraform`, whose point its runner of Terraform's JSON syntax escapes:
    https://github.com/bridgecrewio/checkov/blob/main/checkov/terraform_json/utils.py
    https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
    """
    kept = [_match_path([*_split(directory), None]) for directory in directories]
    kept += [_match_path(_split(file)) for file in files]
    pattern = rf"^{_escape(root.rstrip('/'))}/" + "".join(rf"(?!{path}\Z)" for path in dict.fromkeys(kept))
    return pattern.replace(r"\.terraform", r"\x2eterraform")


def _split(path: str) -> list[str | None]:
    return [name for name in path.split("/") if name not in {"", "."}]


def _match_path(names: list[str | None]) -> str:
    """Return what finds a path, and each directory that leads to it; None is any name."""
    pattern = ""
    for name in reversed(names):
        escaped = _ANY_NAME if name is None else _escape(name)
        pattern = f"{escaped}(?:/{pattern})?" if pattern else escaped
    return pattern


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)
