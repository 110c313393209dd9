"""What was not judged, or is suppressed, grouped by its reason: the same sentence is read once, not for each user."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.report.dashboard.findings import Finding

# The collector names all users of an account that way.
_EVERYBODY = ":user/*"
_ROOT = ":root"
_USER = re.compile(r"arn:[^:]*:iam::[^:]*:user/(.+)")
# Accounts of which nothing is known come first.
_KINDS = ("account", "root user", "user", "file", "resource")


class Named(NamedTuple):
    """Something that a group names: `text`, and where it is, both for people; `account` is an id, "" if it has none."""

    id: str
    text: str
    account: str
    account_name: str
    place: str


class Group(NamedTuple):
    """What has one reason. `kind` is "account", "root user", "user", "file" or "resource"."""

    kind: str
    reason: str
    named: list[Named]


def group_by_reason(findings: Iterable[Finding], fallback: str = "no reason is given") -> list[Group]:
    """Return the groups by kind, the largest of each kind first.

    Reasons that differ in nothing but the account or the user are one, with "(account)" or "(user)" in their place.
    """
    groups: dict[tuple[str, str], list[tuple[Named, str]]] = {}
    for found in findings:
        kind, named = _name(found)
        reason = found.get("reason") or fallback
        groups.setdefault((kind, _generalize(reason, kind, named)), []).append((named, reason))
    made = []
    for (kind, general), members in groups.items():
        reasons = {reason for _, reason in members}
        made.append(Group(kind, reasons.pop() if len(reasons) == 1 else general, [named for named, _ in members]))
    return sorted(made, key=lambda group: (_KINDS.index(group.kind), -len(group.named)))


def _name(found: Finding) -> tuple[str, Named]:
    resource, account = found.get("resource", ""), found.get("account", "")
    address = found.get("address") or resource
    place = f"{found['file']}:{found['lines']}" if found.get("lines") and found.get("file") else found.get("file", "")
    user = _USER.fullmatch(address)
    if address.endswith(_EVERYBODY):
        kind, text = "account", "" if account else resource
    elif address.endswith(_ROOT) and account:
        kind, text = "root user", ""
    elif user or (account and not place):
        # A path belongs to the name that people know a user by, as in their account.
        kind, text = "user", user.group(1) if user else resource
    else:
        kind = "file" if place and place == resource else "resource"
        text, place = resource or place, "" if place == resource else place
    return kind, Named(found.get("id", ""), text, account, found.get("accountName", ""), place)


def _generalize(reason: str, kind: str, named: Named) -> str:
    """Return a reason without the names that are told beside it."""
    if named.account:
        reason = reason.replace(named.account, "(account)")
    if kind != "user":
        return reason
    name = named.text.rpartition("/")[2]
    return re.sub(rf"(?<=user[ /]){re.escape(name)}(?![\w+=@-])", "(user)", reason) if name else reason
