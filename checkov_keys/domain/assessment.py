"""The policy, in one place: the verdict over a user, its exemption, its rotation, and the key to turn off.

Templates have no policy: nobody is exempted there by more than a skip comment, which Checkov reads itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.exemptions import Exemption, rule_on
from checkov_keys.domain.proposal import IN_USE_DAYS, Proposal, propose_key
from checkov_keys.domain.rules import Rule, Verdict, active_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.domain.users import Account, User


class Policy(NamedTuple):
    """What decides about a user beside the facts.

    A key used, or made, within the last `in_use_days` days is never proposed. A user with a new active key is given
    `rotation_grace_days` days to finish the rotation; 0 for none.
    """

    in_use_days: int = IN_USE_DAYS
    rotation_grace_days: int = 0
    exemptions: tuple[Exemption, ...] = ()


DEFAULT_POLICY = Policy()
_END_OF_TIME = datetime.max.replace(tzinfo=timezone.utc)


class Assessment(NamedTuple):
    """What is said of a user under a policy.

    `verdict` is SKIPPED if the user would fail and is exempted or rotates its keys. `note` is one line: why the user
    is skipped, or why an exemption does not hold; "" if there is nothing to say. `proposal` is the key to turn off,
    for every user that violates the rule, skipped or not.
    """

    verdict: Verdict
    note: str = ""
    proposal: Proposal | None = None


def assess(rule: Rule, user: User, account: Account, policy: Policy = DEFAULT_POLICY) -> Assessment:
    """Return what a rule says of a user of a live account under a policy, as of the time when the account was read."""
    now = time_of(account)
    verdict, note = rule_on(rule, user, policy.exemptions, now.date())
    if verdict not in (Verdict.FAILED, Verdict.SKIPPED):
        return Assessment(verdict, note)
    if verdict is Verdict.FAILED:
        until = end_of_rotation(user, now, policy.rotation_grace_days)
        if until is not None:
            verdict, note = Verdict.SKIPPED, f"rotation in progress until {until.date()}"
    proposal = propose_key(user, now, in_use_days=policy.in_use_days, signing_keys=account.signing_keys)
    return Assessment(verdict, note, proposal)


class Skipped(NamedTuple):
    """How many findings each part of a policy has made skipped ones."""

    by_exemptions: int = 0
    by_rotation: int = 0


def count_skipped(rules: Iterable[Rule], accounts: Iterable[Account], policy: Policy) -> Skipped:
    """Return how many findings a policy makes skipped ones; whoever is exempted by a tag needs no policy."""
    by_exemptions = by_rotation = 0
    for rule, account in product(tuple(rules), accounts):
        now = time_of(account)
        for user in account.users:
            if rule_on(rule, user, (), now.date()).verdict is not Verdict.FAILED:
                continue
            if rule_on(rule, user, policy.exemptions, now.date()).verdict is Verdict.SKIPPED:
                by_exemptions += 1
            elif end_of_rotation(user, now, policy.rotation_grace_days) is not None:
                by_rotation += 1
    return Skipped(by_exemptions, by_rotation)


def time_of(account: Account) -> datetime:
    """Return the time (UTC) at which an account is judged: when it was read, or now if that is not known."""
    return account.read_at or datetime.now(timezone.utc)


def end_of_rotation(user: User, now: datetime, grace_days: int) -> datetime | None:
    """Return when the rotation of a user's keys must be over; None if it is over or has no grace period.

    A rotation begins with its new key: the newest active one, which may be `grace_days` days old.
    """
    created = [key.created for key in active_keys(user) if key.created is not None]
    if not created or not grace_days:
        return None
    # Compared first: AWS may answer with a date so late that nothing can be added to it.
    if now - max(created) >= timedelta(days=grace_days):
        return None
    return max(created) + min(timedelta(days=grace_days), _END_OF_TIME - max(created))
