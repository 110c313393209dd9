"""What a reader needs to decide about a user: the data behind a verdict, as JSON, and as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from checkov_keys.domain.users import ROOT, AccessKey, KeyStatus, LastUse, NoUse
from checkov_keys.report.live.key_usage import encode_history
from checkov_keys.report.plain_text import account_label

if TYPE_CHECKING:
    from datetime import datetime

    from checkov_keys.domain.users import Unjudged

# https://docs.aws.amazon.com/IAM/latest/UserGuide/console.html, and the partitions' own consoles.
_CONSOLES = {
    "aws": "https://console.aws.amazon.com",
    "aws-us-gov": "https://console.amazonaws-us-gov.com",
    "aws-cn": "https://console.amazonaws.cn",
}


def build_console_link(partition: str, name: str) -> str:
    """Return the console's page with the security credentials of a user, for the root user its own."""
    console = _CONSOLES.get(partition, _CONSOLES["aws"])
    if name == ROOT:
        return f"{console}/iam/home#/security_credentials"
    return f"{console}/iam/home#/users/details/{quote(name, safe='')}?section=security_credentials"


def encode_key(key: AccessKey, now: datetime, *, with_history: bool = False) -> dict[str, Any]:
    """Return a key as JSON: times in ISO 8601, its age in whole days, `last_used` null if never or not known.

    `last_used_service` is "N/A" for a key that was never used, as in AWS's own answer, null if nobody asked. If only a
    credential report was asked, `last_used_or_later` is true, and the key may have been used after `last_used`.
    `with_history`, it has `usage`, who uses it, if event history was asked.
    """
    used = key.latest_use
    usage = encode_history(key) if with_history else None
    at: str | None = None
    service = region = "N/A" if used is NoUse.NEVER else None
    if isinstance(used, LastUse):
        at, service, region = used.at.isoformat(), used.service, used.region
        if used.at_least:
            service = region = None
    return {
        "id": key.address,
        "status": key.status.value,
        "created": key.created.isoformat() if key.created else None,
        "age_days": count_days_since(key.created, now),
        "last_used": at,
        "last_used_service": service,
        "last_used_region": region,
        "last_used_or_later": isinstance(used, LastUse) and used.at_least,
        **({"usage": usage} if usage else {}),
    }


def count_days_since(moment: datetime | None, now: datetime) -> int | None:
    """Return the whole days between a moment and now, None if the moment is not known."""
    return None if moment is None else max((now - moment).days, 0)


def describe_key(key: dict[str, Any]) -> str:
    """Return a key, from its JSON, in words: its id, when it was created, when and for what it was last used."""
    known = [f"created {key['created'][:10]}"] if key["created"] else []
    known += [describe_last_use(key)] if key["last_used_service"] or key["last_used"] else []
    return f"{key['id']} ({', '.join(known)})" if known else str(key["id"])


def describe_last_use(key: dict[str, Any]) -> str:
    """Return when a key, from its JSON, was last used, in words."""
    if key["last_used"] and not key["last_used_service"]:
        return f"last used {key['last_used'][:10]} or later"
    if key["last_used"]:
        return f"last used {key['last_used'][:10]} by {key['last_used_service']} in {key['last_used_region']}"
    return "never used" if key["last_used_service"] else "last use unknown"


def select_active(keys: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the active ones of keys as JSON."""
    return [key for key in keys if key["status"] == KeyStatus.ACTIVE.value]


def count_active(keys: list[dict[str, Any]]) -> int:
    """Return how many keys, as JSON, are active."""
    return len(select_active(keys))


def format_key(key: dict[str, Any]) -> str:
    """Return what is known of a key, from its JSON, in one line."""
    born = f", created {key['created'][:10]}, {key['age_days']} days ago" if key["created"] else ""
    return f"Key: {key['id']} {key['status']}{born}, {describe_last_use(key)}"


def describe_unjudged(unjudged: Unjudged) -> str:
    """Return what could not be judged, by which rule, in which account, and why: one sentence without a full stop."""
    # If the account has no name, the address already holds its id.
    where = f" in account {account_label(unjudged.account, unjudged.account_name)}" if unjudged.account_name else ""
    by = f" by {unjudged.rule}" if unjudged.rule else ""
    return f"{unjudged.address}{by}{where}: {unjudged.reason}"
