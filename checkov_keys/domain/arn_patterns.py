"""Patterns of ARNs, matched as IAM compares them."""

from __future__ import annotations

_PARTS = len(("arn", "partition", "service", "region", "account", "resource"))


def is_arn_pattern(text: str) -> bool:
    """Tell whether a text has the six parts of an ARN: arn:partition:service:region:account:resource."""
    parts = text.split(":", _PARTS - 1)
    return len(parts) == _PARTS and parts[0] == "arn" and bool(parts[-1])


def matches_arn(pattern: str, arn: str) -> bool:
    """Tell whether a pattern means the ARN of an IAM user.

    `*` stands for any number of characters, `?` for one. Each of the six parts is compared by itself, so that no
    wildcard reaches across a colon that parts them; within the resource a wildcard reaches across slashes:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    Case counts, but not in the user's name, which IAM does not tell apart by case:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    wanted, parts = pattern.split(":", _PARTS - 1), arn.split(":", _PARTS - 1)
    if len(wanted) != _PARTS or len(parts) != _PARTS:
        return False
    *scopes, resource = zip(wanted, parts)
    name_at = parts[-1].rfind("/") + 1
    return all(_like(want, part, len(part)) for want, part in scopes) and _like(*resource, name_at)


def _like(pattern: str, text: str, caseless_from: int) -> bool:
    """Tell whether a pattern matches a whole text, in which case does not count from an index on.

    Only the last `*` is ever tried again, so no pattern takes longer than its length times the text's.
    """
    if pattern in {"*", text}:
        return True
    at = pos = 0
    star, resume = -1, 0
    while pos < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, resume = at, pos
            at += 1
        elif at < len(pattern) and (
            pattern[at] in {"?", text[pos]} or (pos >= caseless_from and pattern[at].lower() == text[pos].lower())
        ):
            at += 1
            pos += 1
        elif star >= 0:
            resume += 1
            at, pos = star + 1, resume
        else:
            return False
    return not pattern[at:].strip("*")
