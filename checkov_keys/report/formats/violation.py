"""What is wrong about a failed record of a template, in words, by the attributes that a scan gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkov_keys.domain.rules.left_over_keys import LEFT_OVER_KEYS

if TYPE_CHECKING:
    from checkov.common.output.record import Record

# Of a key that is declared as inactive, by the rule about those.
_LEFT_OVER = LEFT_OVER_KEYS.text.id
REMOVE = "Remove it from the template once nothing has missed it; this deletes the key, which cannot be undone."
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
    if record.check_id == _LEFT_OVER:
        whose = f" of IAM user {user}" if user else ""
        return f"{record.resource} is an inactive access key{whose} that is left over."
    of = f"IAM user {user}" if user else "one IAM user"
    others = describe_others(record)
    beside = f", beside {others}" if others else ""
    return f"{record.resource} is one of several active access keys of {of}{beside}."


def choose_remedy(record: Record) -> str:
    """Return what to do about a failed record in one sentence."""
    return REMOVE if record.check_id == _LEFT_OVER else KEEP_ONE
