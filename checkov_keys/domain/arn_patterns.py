"""Patterns of ARNs, matched as IAM compares them."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PARTS = len(("arn", "partition", "service", "region", "account", "resource"))


def is_arn_pattern(text: str) -> bool:
    """Tell whether a text has the six parts of an ARN: arn:partition:service:region:account:resource."""
    parts = text.split(":", _PARTS - 1)
    return len(parts) == _PARTS and parts[0] == "arn" and bool(parts[-1])


def matches_arn(pattern: str, arn: str) -> bool:
    """Tell whether a pattern matches the ARN of an IAM user; a text that is not a pattern of an ARN matches none.

    `*` matches any number of characters, `?` one. Each of the six parts is compared by itself, so no
    wildcard reaches across a colon that parts them; within the resource a wildcard reaches across slashes:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    Case counts, but not in the user's name, which IAM does not tell apart by case:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    return is_arn_pattern(pattern) and _expression(pattern).fullmatch(arn) is not None


@lru_cache(maxsize=10_000)
def _expression(pattern: str) -> re.Pattern[str]:
    *scopes, resource = pattern.split(":", _PARTS - 1)
    groups = (f"taken{number}" for number in count())
    parts = [_part(scope, "[^:]", re.escape, groups) for scope in scopes]
    return re.compile(":".join([*parts, _part(resource, ".", _name_or_path, groups)]), re.DOTALL)


def _part(pattern: str, anything: str, literal: Callable[[str], str], groups: Iterator[str]) -> str:
    """Return a part of a pattern as a regular expression in which only the last `*` is ever tried again.

    Each text between two `*` is matched where it first occurs. A lookahead does not give that up again, where a plain
    expression of many `*` would try every combination.
    """
    first, *others = (
        "".join(anything if char == "?" else literal(char) for char in text) for text in re.split(r"\*+", pattern)
    )
    if not others:
        return first
    *middle, last = others
    taken = "".join(f"(?=(?P<{group}>{anything}*?{text}))(?P={group})" for text, group in zip(middle, groups))
    return f"{first}{taken}{anything}*{last}"


def _name_or_path(char: str) -> str:
    """Return a letter as itself, or in the other case where the name, which no slash follows, is."""
    same = re.escape(char)
    return rf"(?:{same}|{char.swapcase()}(?=[^/]*\Z))" if char.isascii() and char.isalpha() else same
