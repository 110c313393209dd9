"""Who may keep what a rule forbids, until when, and why: entries of a file, and a tag on the user itself.

The tag has the key `checkov:skip` and the value `CKV2_KEYS_1: reason`. Several rules are written as
`CKV2_KEYS_1: reason / CKV2_KEYS_2: reason`, because IAM allows neither a comma nor a semicolon in a tag:
https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html
Whoever may tag a user (iam:TagUser) can exempt it by the tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date  # noqa: TC003  # dataclass fields are read at run time
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.arn_patterns import matches_arn
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.domain.users import User

SKIP_TAG = "checkov:skip"
# What an entry without rules exempts from. There was only one when such entries were written.
UNNAMED = frozenset({"CKV2_KEYS_1"})

_RULE_ID = r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"
_TAG_ENTRY = re.compile(rf"(?P<rule>{_RULE_ID})\s*(?::\s*(?P<reason>.*))?", re.DOTALL)
_NEXT_TAG_ENTRY = re.compile(rf"(?<!\s)\s+/\s+(?={_RULE_ID}\s*(?::|$|/\s))")


@dataclass(frozen=True)
class Exemption:
    """An entry that exempts the users whose ARN matches its pattern `arn` (arn_patterns.py) from the rules of the ids.

    It holds until the end of the day `expires` (UTC), or forever without one. `reason` and `owner` are one line each;
    an entry need not name an owner.
    """

    arn: str
    reason: str
    owner: str = ""
    expires: date | None = None
    rules: frozenset[str] = UNNAMED

    def matches(self, user_arn: str) -> bool:
        """Tell whether it matches the user of an ARN, expired or not, whatever the rule."""
        return matches_arn(self.arn, user_arn)

    def has_expired(self, day: date) -> bool:
        """Tell whether its last day lies before a day."""
        return self.expires is not None and self.expires < day


class Ruling(NamedTuple):
    """The verdict on a user with exemptions considered, and a note about them in one line, or ""."""

    verdict: Verdict
    note: str = ""


def rule_on(verdict: Verdict, rule: str, user: User, exemptions: Iterable[Exemption], day: date) -> Ruling:
    """Return the verdict of the rule of an id on a user, on a day (UTC): SKIPPED if it is FAILED and exempted.

    The note of a SKIPPED user is the exemption: the first of the entries that mean the user and have not expired,
    then the user's tag. The note of a FAILED one says which exemptions have expired and what is wrong with its tag.
    A user that passes or cannot be judged needs no exemption and gets none.
    """
    if verdict is not Verdict.FAILED:
        return Ruling(verdict)
    meant = [exemption for exemption in exemptions if rule in exemption.rules and exemption.matches(user.address)]
    for exemption in meant:
        if not exemption.has_expired(day):
            return Ruling(Verdict.SKIPPED, exemption_sentence(exemption))
    tag = read_skip_tag(user.skip_tag, rule)
    if tag.reason:
        return Ruling(Verdict.SKIPPED, f"exempted by the user's tag {SKIP_TAG}: {tag.reason}")
    notes = [expiry_sentence(exemption) for exemption in meant]
    return Ruling(verdict, "; ".join([*notes, tag.fault] if tag.fault else notes))


def exemption_sentence(exemption: Exemption) -> str:
    """Return who exempted the users, until when, and why."""
    by = f" by {one_line(exemption.owner)}" if exemption.owner else ""
    until = f" until {exemption.expires}" if exemption.expires else " without expiry"
    return f"exempted{by}{until}: {one_line(exemption.reason)}"


def expiry_sentence(exemption: Exemption) -> str:
    """Return when an exemption that has expired did so, why there was one, and whom to ask."""
    asked = f" (owner: {one_line(exemption.owner)})" if exemption.owner else ""
    return f"exemption of {one_line(exemption.arn)} expired on {exemption.expires}: {one_line(exemption.reason)}{asked}"


def idle_exemptions(exemptions: Iterable[Exemption], user_arns: Iterable[str]) -> tuple[Exemption, ...]:
    """Return the exemptions that match none of the users, whether these need one or not.

    Include users whose keys could not be read: they exist.
    """
    idle = list(exemptions)
    for arn in user_arns:
        if not idle:
            break
        idle = [exemption for exemption in idle if not exemption.matches(arn)]
    return tuple(idle)


def idle_sentence(exemption: Exemption) -> str:
    """Return that an exemption matches nobody, and what to do about it."""
    return f"exemption of {one_line(exemption.arn)} matches no user: correct its arn or remove it"


class TagReading(NamedTuple):
    """What a skip tag says about one rule: the reason to skip it, or what is wrong with the tag; both are one line."""

    reason: str = ""
    fault: str = ""


def read_skip_tag(value: str | None, rule_id: str) -> TagReading:
    """Return what the value of the tag `checkov:skip` says about a rule; None means no tag.

    A tag that names other rules only says nothing about this one. A tag that names this rule without a reason, or
    does not begin with the id of a rule, exempts nobody and is a fault.
    """
    if value is None:
        return TagReading()
    named = False
    for part in _NEXT_TAG_ENTRY.split(value.strip()):
        entry = _TAG_ENTRY.fullmatch(part)
        if entry is None:
            shown = one_line(value)
            return TagReading(fault=f"the user's tag {SKIP_TAG} is not in the form '{rule_id}: reason': '{shown}'")
        if entry["rule"] == rule_id:
            reason = one_line(entry["reason"] or "")
            if reason:
                return TagReading(reason)
            named = True
    return TagReading(fault=f"the user's tag {SKIP_TAG} gives no reason for {rule_id}") if named else TagReading()
