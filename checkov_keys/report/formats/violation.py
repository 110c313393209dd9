"""What is wrong about a failed record of a template, in words, by the attributes that a scan gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checkov.common.output.record import Record

KEEP_ONE = "Keep one key, move what uses the others to it, then turn the others off."


def describe_others(record: Record) -> str:
    """Return the other active keys of a failed record's user in words, "" if they are not known."""
    others: list[dict[str, Any]] = getattr(record, "other_keys", [])
    named = [
        f"{each['address']} ({each['file']}:{each['line']})" if each["file"] else each["address"] for each in others
    ]
    more = getattr(record, "other_keys_omitted", 0)
    return ", ".join([*named, *([f"and {more} more"] if more else [])])


def describe_violation(record: Record) -> str:
    """Return what is wrong about a failed record in one sentence."""
    user = getattr(record, "iam_user", "")
    of = f"IAM user {user}" if user else "one IAM user"
    others = describe_others(record)
    beside = f", beside {others}" if others else ""
    return f"{record.resource} is one of several active access keys of {of}{beside}."
