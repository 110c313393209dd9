"""What was read from live accounts, as a file: an auditor's evidence, and the input of a later judgement.

The format is JSON, version 2:

    {"format": "checkov-keys snapshot", "version": 2,
     "shard": {"number", "of"} | null, "missing_shards": [{"number", "of"}], "accounts": [
        {"id", "partition", "name", "caller", "read_at", "signing_keys", "root_has_key",
         "users": [{"name", "arn", "created", "password_last_used", "skip_tag", "has_password", "quarantine", "keys": [
             {"id", "status", "created", "last_used": {"at", "service", "region"} | "never" | "not read",
              "last_use_fault", "history"}]}],
         "unread": [{"address", "reason", "rule"}]}]}

`shard` is the part of the accounts that were chosen, null for all. `missing_shards` are those that nobody gave to
`checkov-keys merge`, which are not judged. Times are ISO 8601 in UTC, null if they are not known. `root_has_key` and
`has_password` are true or false, `quarantine` is a list of policies; each is {"not_read": reason} if it is not known.
Older files lack these, `caller`, `last_use_fault`, `shard` and `missing_shards`. `history` is there only of keys whose
event history was read (history_snapshot.py). It holds ids of access keys, never their secrets.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.shards import Shard, read_shard, read_shards
from checkov_keys.domain.users import AccessKey, Account, KeyStatus, LastUse, NotRead, NoUse, Unjudged, User
from checkov_keys.runtime.reading.history_snapshot import encode_history, read_history

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT = "checkov-keys snapshot"
VERSION = 2
# A version before had one key that signs, or null: "signing_key".
_VERSIONS = (1, VERSION)
_LACKING = {"not_read": "the snapshot does not hold it: read the account again"}


class Snapshot(NamedTuple):
    """The accounts of a snapshot, the shard that they are (None for all), and the shards that a merged one lacks."""

    accounts: tuple[Account, ...]
    shard: Shard | None = None
    missing: tuple[Shard, ...] = ()


def snapshot_text(accounts: list[Account], shard: Shard | None = None) -> str:
    """Return accounts, all or those of a shard, as the text of a snapshot."""
    return json.dumps({**head_of_snapshot(shard), "accounts": [_account(each) for each in accounts]}, indent=1)


def head_of_snapshot(shard: Shard | None, missing: Iterable[Shard] = ()) -> dict[str, Any]:
    """Return what a snapshot of this version has beside its accounts."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "shard": shard.encode() if shard else None,
        "missing_shards": [each.encode() for each in missing],
    }


def accounts_of(text: str, origin: str) -> list[Account]:
    """Return the accounts in the text of a snapshot; raise UsageError, with `origin`, if it is not one."""
    return list(read_snapshot(text, origin).accounts)


def check_account(data: dict[str, Any]) -> str:
    """Return the id of an account of a snapshot of this version; raise ValueError if it is damaged."""
    try:
        return _read_account(data).id
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(repr(error)) from error


def read_snapshot(text: str, origin: str) -> Snapshot:
    """Return what the text of a snapshot holds; raise UsageError, with `origin`, if it is not one."""
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise UsageError(f"{origin}: not a snapshot of checkov-keys")
        if document["version"] not in _VERSIONS:
            raise UsageError(
                f"{origin}: a snapshot of version {document['version']!r}; this checkov-keys reads 1 to {VERSION}"
            )
        return Snapshot(
            tuple(_read_account(each) for each in document["accounts"]),
            read_shard(document.get("shard")),
            read_shards(document.get("missing_shards", [])),
        )
    except json.JSONDecodeError as error:
        raise UsageError(f"{origin}: not JSON: {error}") from error
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise UsageError(f"{origin}: not a snapshot of checkov-keys, or a damaged one: {error!r}") from error


def _account(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "partition": account.partition,
        "name": account.name,
        "caller": account.caller,
        "read_at": _time(account.read_at),
        "signing_keys": sorted(account.signing_keys),
        "root_has_key": _fact(account.root_has_key),
        "users": [_user(user) for user in account.users],
        "unread": [{"address": each.address, "reason": each.reason, "rule": each.rule} for each in account.unjudged],
    }


def _user(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "arn": user.address,
        "created": _time(user.created),
        "password_last_used": _time(user.password_last_used),
        "skip_tag": user.skip_tag,
        "has_password": _fact(user.has_password),
        "quarantine": _fact(user.quarantine),
        "keys": [_key(key) for key in user.keys],
    }


def _fact(fact: object) -> object:
    """Return a fact that may not be known as JSON."""
    if isinstance(fact, NotRead):
        return {"not_read": fact.reason}
    return list(fact) if isinstance(fact, tuple) else fact


def _key(key: AccessKey) -> dict[str, Any]:
    used: object = key.last_use.value if isinstance(key.last_use, NoUse) else None
    if isinstance(key.last_use, LastUse):
        last = key.last_use
        least = {"at_least": True} if last.at_least else {}
        used = {"at": _time(last.at), "service": last.service, "region": last.region, **least}
    return {
        "id": key.address,
        "status": key.status.value,
        "created": _time(key.created),
        "last_used": used,
        "last_use_fault": key.last_use_fault,
        **({"history": encode_history(key.history)} if key.history else {}),
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read_account(data: dict[str, Any]) -> Account:
    account = _text(data["id"])
    return Account(
        account,
        _text(data["partition"]),
        tuple(_read_user(account, user) for user in data["users"]),
        tuple(
            Unjudged(_text(each["address"]), _text(each["reason"]), rule=_text(each.get("rule", "")))
            for each in data["unread"]
        ),
        _read_time(data["read_at"]),
        _read_signing_keys(data),
        _text(data["name"]),
        _text(data.get("caller", "")),
        _read_flag(data.get("root_has_key", _LACKING)),
    )


def _read_signing_keys(data: dict[str, Any]) -> frozenset[str]:
    if "signing_keys" not in data:
        return frozenset() if data["signing_key"] is None else frozenset({_text(data["signing_key"])})
    if not isinstance(data["signing_keys"], list):
        raise TypeError("the signing keys are no list")
    return frozenset(_text(key) for key in data["signing_keys"])


def _read_user(account: str, data: dict[str, Any]) -> User:
    return User(
        account,
        _text(data["name"]),
        _text(data["arn"]),
        tuple(_read_key(key) for key in data["keys"]),
        _read_time(data["created"]),
        _read_time(data["password_last_used"]),
        None if data["skip_tag"] is None else _text(data["skip_tag"]),
        _read_flag(data.get("has_password", _LACKING)),
        _read_policies(data.get("quarantine", _LACKING)),
    )


def _read_flag(value: object) -> bool | NotRead:
    if isinstance(value, bool):
        return value
    return _read_reason(value)


def _read_policies(value: object) -> tuple[str, ...] | NotRead:
    return tuple(map(_text, value)) if isinstance(value, list) else _read_reason(value)


def _read_reason(value: object) -> NotRead:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is not a fact")
    return NotRead(_text(value["not_read"]))


def _read_key(data: dict[str, Any]) -> AccessKey:
    key = _read_bare_key(data)
    return replace(key, history=read_history(data["history"], key.address)) if "history" in data else key


def _read_bare_key(data: dict[str, Any]) -> AccessKey:
    used, fault = data["last_used"], _text(data.get("last_use_fault", ""))
    if isinstance(used, dict):
        at = _read_time(used["at"])
        if at is None:
            raise ValueError("a last use without a time")
        return AccessKey(
            _text(data["id"]),
            KeyStatus(data["status"]),
            _read_time(data["created"]),
            LastUse(at, _text(used["service"]), _text(used["region"]), at_least=used.get("at_least") is True),
            fault,
        )
    return AccessKey(_text(data["id"]), KeyStatus(data["status"]), _read_time(data["created"]), NoUse(used), fault)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _read_time(value: object) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return moment
