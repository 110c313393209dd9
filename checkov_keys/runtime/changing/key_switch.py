"""Turns planned keys off, and on again what a journal says was turned off: one after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.key_changes import Change, Done, Outcome
from checkov_keys.domain.remediation import describe_change
from checkov_keys.domain.users import KeyStatus, Unjudged, User
from checkov_keys.runtime.changing.key_status import leave_alone, set_status, turn_off_one
from checkov_keys.runtime.reading.collector import read_again
from checkov_keys.runtime.session.outage import Outage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.domain.remediation import Decision
    from checkov_keys.runtime.changing.entrance import Entered, Entrance
    from checkov_keys.runtime.changing.journal import Journal

# After this many users of an account in a row without an answer, nothing more is asked of it.
_IN_VAIN = 3


def turn_off(decisions: Iterable[Decision], entrance: Entrance, journal: Journal) -> Iterator[Done]:
    """Turn off the key of each decision that has one, unless its user differs from the plan; yield what came of it.

    Each user is read again first. A key is turned on again at once if its user has no active one then. Raises
    JournalError once the journal cannot be written: nothing more is changed.
    """
    users = _Users(entrance)
    for decision in decisions:
        if decision.key is None:
            continue
        user = decision.user
        change = Change(decision.account.id, user.name, decision.key, "Active", "Inactive")
        found = users.read(change, user.address)
        if isinstance(found, Done):
            yield found
            continue
        entered, now = found
        change = replace(change, role=entered.role)
        reason = entered.signs_with(*_names(change)) or describe_change(user, now, decision.key)
        yield Done(change, Outcome.LEFT_ALONE, reason) if reason else turn_off_one(entered.iam, journal, change)


def turn_on(changes: Iterable[Change], entrance: Entrance, journal: Journal) -> Iterator[Done]:
    """Undo changes that turned keys off, if these are still inactive; yield what came of it.

    Each user is read again first. Raises JournalError once the journal cannot be written: nothing more is changed.
    """
    users = _Users(entrance)
    for made in changes:
        change = Change(made.account, made.user, made.key, "Inactive", "Active")
        found = users.read(change, f"user {made.user} of account {made.account}")
        if isinstance(found, Done):
            yield found
            continue
        entered, now = found
        change = replace(change, role=entered.role)
        status = next((key.status for key in now.keys if key.address == made.key), None)
        if status is KeyStatus.ACTIVE:
            yield leave_alone(journal, change, "it is active already")
        elif status is KeyStatus.INACTIVE:
            yield set_status(entered.iam, journal, change)
        else:
            yield Done(change, Outcome.UNCHANGED, "there is no such key any more")


def _names(change: Change) -> tuple[str, str, str]:
    return change.account, change.user, change.key


class _Users:
    """Reads users of several accounts again."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance
        self._outages: dict[str, Outage] = {}

    def read(self, change: Change, address: str) -> tuple[Entered, User] | Done:
        """Return a user as it is now, with the way into its account; or that the change cannot be made, and why."""
        try:
            entered = self._entrance.enter(change.account)
            outage = self._outages.setdefault(change.account, Outage(_IN_VAIN))
            now = read_again(entered.session, User(change.account, change.user, address), outage)
        except AuditError as error:
            return Done(change, Outcome.UNCHANGED, str(error))
        if isinstance(now, User):
            return entered, now
        reason = now.reason if isinstance(now, Unjudged) else "there is no such user any more"
        return Done(change, Outcome.UNCHANGED, reason)
