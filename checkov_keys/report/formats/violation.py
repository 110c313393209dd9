"""What is wrong about a failed record of a template, in words, by the attributes that a scan gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkov_keys.domain.rules.exposed_secrets import EXPOSED_SECRETS
from checkov_keys.domain.rules.family import RULES
from checkov_keys.domain.rules.left_over_keys import LEFT_OVER_KEYS_IN_TEMPLATES
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.report.formats.exposure_text import describe_secrets

if TYPE_CHECKING:
    from checkov.common.output.record import Record

KEEP_ONE = "Keep one key, move what uses the others to it, then turn the others off."


def describe_remedy(record: Record) -> str:
    """Return what to do about a failed record, whatever edit there may be."""
    rule = RULES.get(record.check_id)
    return KEEP_ONE if rule is None or rule is ONE_ACTIVE_KEY.text else rule.remedy


def describe_others(record: Record) -> str:
    """Return the other active keys of a failed record's user in words, "" if they are not known."""
    others: list[dict[str, Any]] = getattr(record, "other_keys", [])
    named = [
        f"{each['address']} ({each['file']}:{each['line']})" if each["file"] else each["address"] for each in others
    ]
    more = getattr(record, "other_keys_omitted", 0)
    return ", ".join([*named, *([f"and {more} more"] if more else [])])


def describe_violation(record: Record) -> str:
    """Return what is wrong about a failed record in one sentence; about a sink, in a second one who sees the secret."""
    if record.check_id == EXPOSED_SECRETS.text.id:
        return _describe_exposure(record)
    user = getattr(record, "iam_user", "")
    of = f"IAM user {user}" if user else "one IAM user"
    if record.check_id == LEFT_OVER_KEYS_IN_TEMPLATES.text.id:
        return f"{record.resource} is an inactive access key of {of}, which is declared and does nothing."
    others = describe_others(record)
    beside = f", beside {others}" if others else ""
    return f"{record.resource} is one of several active access keys of {of}{beside}."


def _describe_exposure(record: Record) -> str:
    secrets: list[dict[str, Any]] = getattr(record, "exposed_secrets", [])
    if not secrets:
        # The check broke, or somebody else reports what Checkov found.
        return f"{record.resource} may hold the secret of an access key in plain sight."
    held = describe_secrets(secrets, getattr(record, "exposed_secrets_omitted", 0))
    return f"{record.resource} holds {held}. {getattr(record, 'exposure_reason', '')}".rstrip()
