"""Directories of templates → the users and access keys that they declare, for comparison with live accounts."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.templates import SourceRange, TemplateKey, Templates, TemplateUser
from checkov_keys.domain.users import KeyStatus, Unjudged
from checkov_keys.iac.common.conditions import ALWAYS
from checkov_keys.iac.declared.key_blocks import TERRAFORM_LANGUAGES, lines_of, root_path
from checkov_keys.iac.declared.unread_files import find_unread
from checkov_keys.iac.host.reading_scan import read_directory
from checkov_keys.iac.terraform.addresses import address_of, file_path
from checkov_keys.iac.terraform.module_tree import ModuleTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from checkov_keys.iac.common.graph_view import Vertex
    from checkov_keys.iac.common.reading import DeclaredKey, Reading, UserIdentity
    from checkov_keys.iac.host.reading_scan import GraphReading

# A block: its file, its first line, its address, and what identifies its account.
_Block = tuple[str, int, str, str]


def declarations(directories: Iterable[str], accounts_of: Mapping[Path, str]) -> Templates:
    """Return what directories declare, found by Checkov's own runners; nothing is printed.

    `accounts_of` maps directories to the ids of the accounts that the templates below them are deployed to. Raises
    UsageError if a provider's configuration says something else. Paths are relative to the working directory.
    """
    users: dict[TemplateUser, None] = {}
    keys: dict[_Block, list[TemplateKey]] = {}
    unread: dict[Unjudged, None] = {}
    tree = ModuleTree()
    known = {folder.resolve(): account for folder, account in accounts_of.items()}
    for directory in directories:
        found_there = read_directory(Path(directory).resolve(), with_users=True)
        unread.update(dict.fromkeys(map(_shorten, found_there.unlisted)))
        for scan in found_there.graphs:
            for _, reading in scan.readings:
                unread.update(dict.fromkeys(map(_shorten, reading.unjudged)))
                found = _Found(directory, scan, reading, known)
                users.update(dict.fromkeys(found.users()))
                # One directory may hold another one.
                keys.update(found.keys())
            named = {each.address for each in unread}
            for file in find_unread(scan, tree):
                if file.may_declare_key and _shown(file.path) not in named:
                    unread[Unjudged(_shown(file.path), "it does not parse")] = None
    every = [key for some in keys.values() for key in some]
    planned = {key for key in every if key.source_range.path.endswith(".json") and _is_planned(key, every)}
    return Templates(tuple(users), tuple(key for key in every if key not in planned), tuple(unread))


class _Found:
    """What one graph declares."""

    def __init__(self, directory: str, scan: GraphReading, reading: Reading, known: Mapping[Path, str]) -> None:
        self._directory = directory
        self._scan = scan
        self._reading = reading
        self._known = known

    def users(self) -> list[TemplateUser]:
        return [
            TemplateUser(user.value, self._account(user, vertex), address, self._source_range(vertex))
            for user, address, vertex in self._reading.user_blocks
        ]

    def keys(self) -> dict[_Block, list[TemplateKey]]:
        """Return the keys of each block."""
        by_block: dict[_Block, list[DeclaredKey]] = defaultdict(list)
        for declared in self._reading.reported_keys:
            place = self._source_range(declared.own_vertex)
            by_block[place.path, place.first_line, _address(self._scan, declared), declared.user.account].append(
                declared
            )
        return {block: list(self._keys(group)) for block, group in by_block.items()}

    def _keys(self, group: list[DeclaredKey]) -> Iterator[TemplateKey]:
        # A block is declared once for each user and status that it can have, and once for each of its instances.
        certain = all(declared.when is ALWAYS for declared in group)
        for declared in group if certain else {declared.user: declared for declared in group}.values():
            for _ in range(declared.copies):
                yield self._key(declared, group, certain=certain)

    def _key(self, declared: DeclaredKey, group: list[DeclaredKey], *, certain: bool) -> TemplateKey:
        user = declared.user
        statuses = {other.key.status for other in group if other.user == user}
        return TemplateKey(
            user.value if user.kind == "name" else "",
            self._account(user, declared.own_vertex),
            _address(self._scan, declared),
            self._source_range(declared.own_vertex),
            declared.key.status if certain or len(statuses) == 1 else KeyStatus.UNKNOWN,
            certain,
        )

    def _account(self, user: UserIdentity, vertex: Vertex) -> str:
        told = self._reading.account_ids.get(user.account, "")
        root = root_path(self._scan, vertex)
        folder = max((each for each in self._known if each in (root, *root.parents)), key=_depth, default=None)
        if folder is None:
            return told
        account = self._known[folder]
        if told and told != account:
            raise UsageError(
                f"--map says account {account} of {_shown(folder)}, and a provider in {_shown(root)} {told}"
            )
        return account

    def _source_range(self, vertex: Vertex) -> SourceRange:
        return SourceRange(self._directory, _shown(file_path(vertex)), *lines_of(self._scan, vertex))


def _address(scan: GraphReading, declared: DeclaredKey) -> str:
    return address_of(declared.own_vertex) if scan.framework in TERRAFORM_LANGUAGES else declared.key.address


def _is_planned(key: TemplateKey, every: list[TemplateKey]) -> bool:
    """Tell whether a plan's key is declared by a template beside it, too."""
    return any(other.address == key.address and other.source_range.path.endswith((".tf", ".tofu")) for other in every)


def _shorten(unjudged: Unjudged) -> Unjudged:
    """Return what is unjudged with its path, if it is a file, from the working directory."""
    return replace(unjudged, address=_shown(unjudged.address)) if Path(unjudged.address).is_absolute() else unjudged


def _depth(path: Path) -> int:
    return len(path.parts)


def _shown(path: str | Path) -> str:
    return Path(os.path.relpath(path)).as_posix()
