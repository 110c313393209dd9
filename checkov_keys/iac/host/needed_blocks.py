"""Which blocks of Terraform files Checkov's parser is given: those from which it makes records of this pack, or values.

Parsing a block takes Checkov twenty times as long as finding its end does here, and most resources have no part in a
key. Given to Checkov are the keys, their users, what a secret may reach, whatever is neither a resource nor a data
source, and all that these name. The others are blank lines to it, so that the lines of blocks stay what they are.
"""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import hcl2
from checkov.terraform import tf_parser
from hcl2.api import loads

from checkov_keys.iac.terraform.module_tree import ModuleTree
from checkov_keys.iac.terraform.resource_types import KEY_TYPES, USER_TYPE
from checkov_keys.iac.terraform.secret_reach import SecretReach

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from typing import TextIO

    from checkov_keys.iac.terraform.configuration import Module, Section

_NAME = re.compile(r"[A-Za-z_][\w-]*")
_BLANKED = frozenset(("resource", "data"))


@contextmanager
def parse_needed_blocks(directories: Collection[str]) -> Iterator[None]:
    """Have Checkov's parser see only the needed blocks of modules in some directories, as long as this lasts.

    They are absolute paths; files of other modules are seen as they are.
    """
    # Where that function is differs from release to release.
    loader = tf_parser.load_or_die_quietly  # type: ignore[attr-defined]  # it may be imported there
    with patch.object(sys.modules[loader.__module__], "hcl2", _NeededBlocks(directories)):
        yield


class _NeededBlocks:
    """Takes the place of the parser `hcl2` where Checkov opens files."""

    def __init__(self, directories: Collection[str]) -> None:
        self._tree = ModuleTree()
        modules = [self._tree.module(directory) for directory in directories]
        reached = {
            id(section)
            for root in self._tree.find_roots(directories)
            for section in SecretReach(self._tree, root).list_reached()
        }
        self._blank: dict[str, list[Section]] = {}
        for module in modules:
            for section in self._list_unneeded(module, reached):
                self._blank.setdefault(section.path, []).append(section)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the parser has
        """Return what another release of Checkov may use of the parser."""
        return getattr(hcl2, name)

    def load(self, file: TextIO) -> Any:  # noqa: ANN401  # as hcl2
        """Return what a file holds as Checkov reads it, without blocks that are not needed."""
        text = file.read()
        blank = self._blank.get(file.name, ())
        # As it was read, with LF at the end of each line.
        return loads(_blank_out(text, blank) if blank and self._tree.files.read(file.name) == text else text)

    def _list_unneeded(self, module: Module, reached: Collection[int]) -> list[Section]:
        """Return the blocks of a module that nothing needed names."""
        unneeded: dict[str, list[Section]] = {}
        for (mode, resource_type, _), sections in module.resources.items():
            if mode in _BLANKED and resource_type not in (*KEY_TYPES, USER_TYPE):
                unneeded.setdefault(resource_type, []).extend(each for each in sections if id(each) not in reached)
        waiting = set(_NAME.findall(self._read_rest(module, [each for some in unneeded.values() for each in some])))
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            seen.add(name)
            for section in unneeded.pop(name, ()):
                waiting.update(set(_NAME.findall(section.text)) - seen)
        return [each for some in unneeded.values() for each in some]

    def _read_rest(self, module: Module, unneeded: Iterable[Section]) -> str:
        """Return the texts of a module's files without some blocks."""
        by_path: dict[str, list[Section]] = {}
        for section in unneeded:
            by_path.setdefault(section.path, []).append(section)
        texts: list[str] = []
        for path in module.paths:
            try:
                text = self._tree.files.read(path)
            except (OSError, UnicodeDecodeError):
                continue
            texts.append(text if path.endswith(".json") else _blank_out(text, by_path.get(path, ())))
        return "\n".join(texts)


def _blank_out(text: str, sections: Iterable[Section]) -> str:
    """Return a text in which nothing is left of some blocks but their lines."""
    parts: list[str] = []
    at = 0
    for block in sorted((section.block.range for section in sections), key=lambda each: each.start):
        parts += [text[at : block.start], "\n" * text.count("\n", block.start, block.end)]
        at = block.end
    return "".join([*parts, text[at:]])
