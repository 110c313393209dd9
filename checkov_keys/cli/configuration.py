"""Reads files of flags, .checkov.yaml and its like, which may be a stranger's: a checkout brings its own.

Only the tree of YAML's nodes is made, never values: what repeats an alias stays as small as it is written, and a key
that is there twice is noticed.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Union

import yaml

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.text import escape_unprintable, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

# As Checkov names them, in the order in which it reads them.
FILE_NAMES = (".checkov.yaml", ".checkov.yml")
# Windows has no pipes among files.
_NEVER_WAIT = getattr(os, "O_NONBLOCK", 0)
# PyYAML reads some 100,000 characters in a second.
MOST_BYTES = 200_000

_MOST_DEPTH = 20
_MOST_SHOWN = 50  # characters of a key in a message
_KEY = re.compile(r"(?:--)?[A-Za-z][A-Za-z0-9_-]*")
_MERGE = "tag:yaml.org,2002:merge"
_NULL = "tag:yaml.org,2002:null"
_SCALARS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "bool", "int", "float", "timestamp"))

# Checkov writes lists of lists for these, since each may be given several times with several values.
_NESTED = frozenset({"framework", "skip-framework", "file"})

# What they hold names files to be read.
_OF_FILES = frozenset({"exemptions", "baseline", "var-file"})

# What a key holds: the text of one value as it is written, or the texts of several.
Value = Union[str, "list[str]"]


class _Loader(yaml.SafeLoader):
    """PyYAML calls itself for each level, as far as Python lets it."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self._depth >= _MOST_DEPTH:
            raise yaml.YAMLError(f"it has more than {_MOST_DEPTH} levels")
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


class ConfigurationFile(NamedTuple):
    """A file of flags.

    `trusted` says that it may set whatever a command takes: somebody named it, or it is in the home directory.
    """

    path: Path
    trusted: bool

    @property
    def name(self) -> str:
        """The file as messages name it: without its directory if that is the working directory."""
        return escape_unprintable(str(self.path))


def find_configuration_files(folders: Iterable[Path], named: str | None) -> list[ConfigurationFile]:
    """Return the files in folders, in the home directory, and the named one: what comes later overrides the former."""
    home = _find_home()
    every = list(folders)
    if home and not any(_is_same(folder, home) for folder in every):
        every.append(home)
    found: list[ConfigurationFile] = []
    for folder in every:
        # A file at home is the user's own, also if that is the working directory.
        trusted = home is not None and _is_same(folder, home)
        found += [ConfigurationFile(folder / name, trusted) for name in FILE_NAMES if os.path.lexists(folder / name)]
    if named:
        found.append(ConfigurationFile(Path(named).expanduser(), trusted=True))
    return found


def read_configuration(file: ConfigurationFile) -> dict[str, Value | None]:
    """Return the keys of a file as they are written, without dashes before them, and what they hold.

    That is None for what no flag can be: a mapping, or a value of a type of its own. Keys without a value are left out.
    Raises UsageError in one line if the file is not a mapping in YAML, or has a key twice.
    """
    where = f"configuration file {file.name}"
    try:
        document = yaml.compose(_read(where, file), _Loader)
    except yaml.YAMLError as error:
        raise UsageError(f"{where}: {one_line(str(error))}") from error
    if not isinstance(document, yaml.MappingNode):
        raise UsageError(f"{where}: it is not a mapping of flags to values")
    nodes: dict[str, yaml.Node] = {}
    for key, value in document.value:
        name = _read_key(where, key)
        if name in nodes:
            raise UsageError(f"{where}: {name[:_MOST_SHOWN]} is there twice: keep one of them")
        nodes[name] = value
    return {name: _read_value(name, node) for name, node in nodes.items() if node.tag != _NULL}


def check_named_files(file: ConfigurationFile, key: str, value: Value | None) -> None:
    """Raise UsageError if a file that nobody named has something read that is not a file: a pipe would never end."""
    if file.trusted or key not in _OF_FILES:
        return
    for name in [value] if isinstance(value, str) else value or ():
        path = Path(name)
        try:
            sound = path.is_file() or not path.exists()
        except (OSError, ValueError):
            sound = True
        if not sound:
            raise UsageError(f"configuration file {file.name}: {key}: {escape_unprintable(name)} is not a file")


def _read(where: str, file: ConfigurationFile) -> bytes:
    """Return what a file holds; one that nobody named must be a regular file, since a pipe would never end."""
    try:
        descriptor = os.open(file.path, os.O_RDONLY | (0 if file.trusted else _NEVER_WAIT))
        with open(descriptor, "rb") as stream:  # noqa: PTH123  # a descriptor
            mode = os.fstat(descriptor).st_mode
            if not (stat.S_ISREG(mode) or (file.trusted and stat.S_ISFIFO(mode))):
                raise UsageError(f"{where}: it is not a file")
            content = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise UsageError(f"{where}: cannot be read: {reason}") from error
    if len(content) > MOST_BYTES:
        raise UsageError(f"{where}: has more than {MOST_BYTES:,} bytes")
    return content


def _read_key(where: str, node: yaml.Node) -> str:
    if node.tag == _MERGE:
        raise UsageError(f"{where}: line {node.start_mark.line + 1}: write out the keys that << merges")
    if not isinstance(node, yaml.ScalarNode) or not _KEY.fullmatch(node.value):
        shown = one_line(str(node.value))[:_MOST_SHOWN] if isinstance(node, yaml.ScalarNode) else "a list or a mapping"
        raise UsageError(f"{where}: line {node.start_mark.line + 1}: {shown} is not the name of a flag")
    return str(node.value).removeprefix("--")


def _read_value(name: str, node: yaml.Node) -> Value | None:
    if isinstance(node, yaml.ScalarNode):
        return _read_text(node)
    if not isinstance(node, yaml.SequenceNode):
        return None
    items: list[yaml.Node] = []
    for item in node.value:
        items += item.value if name in _NESTED and isinstance(item, yaml.SequenceNode) else [item]
    texts = [_read_text(item) for item in items]
    held = [text for text in texts if text is not None]
    return held if len(held) == len(texts) else None


def _read_text(node: yaml.Node) -> str | None:
    return str(node.value) if isinstance(node, yaml.ScalarNode) and node.tag in _SCALARS else None


def _find_home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None


def _is_same(folder: Path, other: Path) -> bool:
    try:
        return folder.samefile(other)
    except OSError:
        return False
