"""Merges results of audit, or snapshots: shards of one whole, separate audits, or both.

What no file was given of is not judged, and the merged file says so. Only one file at a time is in memory, and of those
before it what is beside the items of their lists.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.shards import find_missing, list_missing
from checkov_keys.domain.text import one_line
from checkov_keys.report.merging.heads import merge_heads
from checkov_keys.report.merging.json_walk import walk_object
from checkov_keys.report.merging.kinds import (
    RESULT_LISTS,
    SNAPSHOT_ACCOUNTS,
    UNJUDGED,
    Contents,
    Items,
    Snapshots,
    check_result,
    check_snapshot,
)
from checkov_keys.report.merging.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.domain.shards import Shard

_HINT = "give results of checkov-keys audit -o json, or snapshots"
# How the two kinds are indented where they are written.
_RESULT_INDENT, _SNAPSHOT_INDENT = "    ", " "


class Merge:
    """The files that were given so far; `add` takes one after the other, `stream` makes one of them."""

    def __init__(self, snapshots: Snapshots) -> None:
        """No file was given yet."""
        self._snapshots = snapshots
        indents: dict[tuple[str, ...], str] = {
            **dict.fromkeys(RESULT_LISTS, _RESULT_INDENT),
            SNAPSHOT_ACCOUNTS: _SNAPSHOT_INDENT,
        }
        self._spool = Spool({path: f",\n{indent * (len(path) + 1)}" for path, indent in indents.items()})
        self._lists = frozenset(indents)
        self.files: dict[str, Contents] = {}
        self._digests: dict[bytes, str] = {}
        self._of_accounts: dict[str, str] = {}

    def add(self, name: str, data: bytes) -> None:
        """Take a file, by the name that people know it by; raise UsageError, which names it, if it does not fit."""
        digest = hashlib.sha256(data).digest()
        if digest in self._digests:
            raise UsageError(f"{name} holds the same as {self._digests[digest]}: give each file once")
        contents = self._read(name, data)
        self._check(name, contents)
        self._digests[digest] = name
        self.files[name] = contents
        self._of_accounts.update(dict.fromkeys(contents.accounts, name))

    @property
    def is_snapshot(self) -> bool:
        """Tell whether the files are snapshots, and not results."""
        return any("format" in contents.head for contents in self.files.values())

    @property
    def missing(self) -> tuple[Shard, ...]:
        """The shards that no file was given of."""
        return find_missing(contents.shard for contents in self.files.values() if contents.shard)

    @property
    def unjudged(self) -> int:
        """How many things were not judged or not read, shards among them."""
        return len(self.missing) + sum(contents.unjudged for contents in self.files.values())

    @property
    def accounts(self) -> int:
        """How many accounts the files are about."""
        return len(self._of_accounts)

    def stream(self) -> Iterator[str]:
        """Yield the parts of the merged file; raise UsageError before the first if the files do not go together."""
        if self.is_snapshot:
            head = {**self._snapshots.head(self.missing), "accounts": []}
            return self._stream(head, _SNAPSHOT_INDENT)
        head = merge_heads({name: contents.head for name, contents in self.files.items()}, self.missing)
        for each in list_missing(self.missing):
            item = json.dumps(asdict(each), indent=len(_RESULT_INDENT))
            self._spool.add(UNJUDGED, "", item.replace("\n", f"\n{_RESULT_INDENT * (len(UNJUDGED) + 1)}"))
        return self._stream(head, _RESULT_INDENT)

    def close(self) -> None:
        """Delete what was kept on disk."""
        self._spool.close()

    def _read(self, name: str, data: bytes) -> Contents:
        if not data.strip():
            raise UsageError(f"{name} is empty: {_HINT}")
        items = Items(self._snapshots)
        try:
            # Whatever encoding JSON may have: PowerShell writes UTF-16.
            text = data.decode(json.detect_encoding(data))
            head = walk_object(
                text, self._lists, lambda path, item, part: self._spool.add(path, items.place(path, item), part)
            )
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise UsageError(f"{name} is not an object in JSON, or was cut off: {error.msg} at {where}") from error
        except (ValueError, RecursionError) as error:
            # Not text, numbers of thousands of digits, brackets nested thousands deep.
            raise UsageError(f"{name} is not readable JSON: {one_line(str(error))}") from error
        except OSError as error:
            raise UsageError(f"cannot keep what {name} holds in a temporary file: {error.strerror}") from error
        if head.get("format") == self._snapshots.format:
            return check_snapshot(head, items, self._snapshots, name)
        if "format" not in head and all(isinstance(head.get(part), dict) for part in ("results", "summary", "audit")):
            return check_result(head, items, name)
        raise UsageError(f"{name} is neither a result of audit nor a snapshot: {_HINT}")

    def _check(self, name: str, contents: Contents) -> None:
        """Raise UsageError if a file does not go together with those before it."""
        if contents.missing:
            lacking = ", ".join(map(str, contents.missing))
            raise UsageError(f"{name} was merged without shard {lacking}: merge the files of the shards themselves")
        for other, known in self.files.items():
            if ("format" in contents.head) != ("format" in known.head):
                first, second = (name, other) if "format" in contents.head else (other, name)
                raise UsageError(f"{first} is a snapshot and {second} a result of audit: merge either, not both")
            if contents.shard and known.shard:
                if contents.shard.of != known.shard.of:
                    raise UsageError(
                        f"{name} is shard {contents.shard} and {other} shard {known.shard}: merge shards of one number"
                    )
                if contents.shard == known.shard:
                    raise UsageError(f"{name} and {other} are both shard {contents.shard}: give one of them")
        twice = sorted(contents.accounts & self._of_accounts.keys())
        if twice:
            raise UsageError(f"account {twice[0]} is in {name} and in {self._of_accounts[twice[0]]}: give one of them")

    def _stream(self, head: dict[str, Any], indent: str) -> Iterator[str]:
        yield from self._stream_object(head, (), indent)

    def _stream_object(self, value: dict[str, Any], path: tuple[str, ...], indent: str) -> Iterator[str]:
        """Yield an object as json.dumps indents it, with the items of its lists."""
        inner = f"\n{indent * (len(path) + 1)}"
        opening = "{"
        for name, member in value.items():
            yield f"{opening}{inner}{json.dumps(name)}: "
            child = (*path, name)
            if child in self._lists:
                yield from self._stream_list(child, indent)
            elif isinstance(member, dict) and any(each[: len(child)] == child for each in self._lists):
                yield from self._stream_object(member, child, indent)
            else:
                yield json.dumps(member, indent=len(indent)).replace("\n", inner)
            opening = ","
        yield f"\n{indent * len(path)}}}"

    def _stream_list(self, path: tuple[str, ...], indent: str) -> Iterator[str]:
        opening = f"[\n{indent * (len(path) + 1)}"
        for part in self._spool.stream(path):
            yield opening + part
            opening = ""
        yield f"\n{indent * len(path)}]" if not opening else "[]"
