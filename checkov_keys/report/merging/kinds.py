"""The two kinds of files that are merged: what is in them, and what must be true of one that is whole."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.shards import Shard, read_shard, read_shards

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCOUNTS = ("audit", "accounts")
SNAPSHOT_ACCOUNTS = ("accounts",)
# The lists of a result, each by what its summary calls it.
COUNTED = {
    "passed": ("results", "passed_checks"),
    "failed": ("results", "failed_checks"),
    "skipped": ("results", "skipped_checks"),
    "parsing_errors": ("results", "parsing_errors"),
    "unjudged": ("results", "unjudged"),
}
UNJUDGED = COUNTED["unjudged"]
RESULT_LISTS = (*COUNTED.values(), ("results", "drift"), ACCOUNTS)
# audit --quiet empties these.
_LEFT_OUT = ("passed", "skipped")
_RECORDS = frozenset(COUNTED[name] for name in ("passed", "failed", "skipped"))


class Contents(NamedTuple):
    """What one file holds, beside the items of its lists.

    `shard` is the part of the accounts that it is, None if it is not a shard; `missing` are the shards that it lacks,
    as a merged file may; `head` is its object without the items of its lists. `accounts` are ids, `failed` counts the
    findings by rule and severity, `unjudged` counts what was not judged.
    """

    head: dict[str, Any]
    shard: Shard | None
    missing: tuple[Shard, ...]
    accounts: frozenset[str]
    failed: Counter[tuple[str, str]]
    unjudged: int


class Snapshots(NamedTuple):
    """What is known of snapshots where they are written.

    `check` returns the id of an account, and raises ValueError if it is damaged; `head` makes what a merged snapshot
    has beside its accounts, of the shards that it lacks.
    """

    format: str
    version: int
    check: Callable[[dict[str, Any]], str]
    head: Callable[[tuple[Shard, ...]], dict[str, Any]]


class Items:
    """Looks at the items of one file as they come."""

    def __init__(self, snapshots: Snapshots) -> None:
        """Nothing has come yet."""
        self._snapshots = snapshots
        self.counts: Counter[tuple[str, ...]] = Counter()
        self.accounts: set[str] = set()
        self.judged: set[str] = set()
        self.failed: Counter[tuple[str, str]] = Counter()
        self.unread = 0
        # What is wrong with an item does not matter if the file turns out to be something else.
        self.problem = ""

    def place(self, path: tuple[str, ...], item: Any) -> str:  # noqa: ANN401  # whatever JSON can hold
        """Return the account that an item of a list is about, "" if it is about none."""
        self.counts[path] += 1
        try:
            return self._place(path, item)
        except (KeyError, TypeError, ValueError) as error:
            self.problem = self.problem or f"{'.'.join(path)}[{self.counts[path] - 1}]: {error!r}"
            return ""

    def _place(self, path: tuple[str, ...], item: Any) -> str:  # noqa: ANN401
        if path == COUNTED["parsing_errors"]:
            return ""
        if not isinstance(item, dict):
            raise TypeError("it is not an object")
        if path == SNAPSHOT_ACCOUNTS:
            account = self._snapshots.check(item)
            self.unread += len(item["unread"])
        else:
            account = item["id"] if path == ACCOUNTS else (item.get("account") or "")
        if not isinstance(account, str):
            raise TypeError("its account is not a text")
        if path in (ACCOUNTS, SNAPSHOT_ACCOUNTS):
            self.accounts.add(account)
        elif path in _RECORDS or path == UNJUDGED:
            self.judged.add(account)
        if path == COUNTED["failed"]:
            self.failed[str(item["check_id"]), str(item.get("severity"))] += 1
        return account


def check_result(head: dict[str, Any], items: Items, name: str) -> Contents:
    """Return what a result of audit holds; raise UsageError, which names the file, if it is damaged."""
    audit, summary = head["audit"], head["summary"]
    _check_items(items, name)
    for counted, path in COUNTED.items():
        number, listed = summary.get(counted), items.counts[path]
        if type(number) is not int or not (number == listed or (counted in _LEFT_OUT and 0 == listed <= number)):
            raise UsageError(f"{name}: damaged: the summary counts {number!r} {counted}, and {listed} are listed")
    unknown = sorted(items.judged - items.accounts - {""})
    if unknown:
        raise UsageError(f"{name}: damaged: it judges account {unknown[0]}, which is not among those audited")
    return _build(head, audit, items, summary["unjudged"], name)


def check_snapshot(head: dict[str, Any], items: Items, snapshots: Snapshots, name: str) -> Contents:
    """Return what a snapshot holds; raise UsageError, which names the file, if it cannot be merged."""
    version = head.get("version")
    if version != snapshots.version:
        raise UsageError(
            f"{name}: a snapshot of version {version!r}, and those of version {snapshots.version} are merged: read its "
            "accounts again"
        )
    if not isinstance(head.get("accounts"), list):
        raise UsageError(f"{name}: damaged: a snapshot without accounts")
    _check_items(items, name)
    return _build(head, head, items, items.unread, name)


def _check_items(items: Items, name: str) -> None:
    if items.problem:
        raise UsageError(f"{name}: damaged: {items.problem}")


def _build(head: dict[str, Any], about: Mapping[str, Any], items: Items, unjudged: int, name: str) -> Contents:
    try:
        shard, missing = read_shard(about.get("shard")), read_shards(about.get("missing_shards", []))
    except ValueError as error:
        raise UsageError(f"{name}: damaged: {error}") from error
    if shard:
        others = sorted(account for account in items.accounts if not shard.holds(account))
        if others:
            raise UsageError(f"{name}: damaged: account {others[0]} is not in shard {shard}")
    return Contents(head, shard, missing, frozenset(items.accounts), items.failed, unjudged)
