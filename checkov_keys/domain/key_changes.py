"""Changes of the status of live access keys, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Outcome(Enum):
    """What became of a change."""

    CHANGED = "changed"
    # It was not tried, because the key is not as it should be.
    LEFT_ALONE = "left alone"
    # It could not be tried, or AWS refused it.
    UNCHANGED = "unchanged"
    # The call may have been made, and what AWS shows does not settle it.
    UNKNOWN = "unknown"
    # It was made, and taken back at once; a journal has both changes instead.
    TAKEN_BACK = "taken back"
    # The process ended between the call's announcement and its end.
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Change:
    """A change of a key's status, from `before` to `after`, both as AWS spells them: "Active", "Inactive".

    `role` is the ARN of the role by which the account was entered, "" if by the credentials themselves, or if nobody
    wrote it down.
    """

    account: str
    user: str
    key: str
    before: str
    after: str
    role: str = ""

    def reversed(self) -> Change:
        """Return the change that takes this one back."""
        return replace(self, before=self.after, after=self.before)


class Done(NamedTuple):
    """A change, what became of it, and what there is to say about that, else ""."""

    change: Change
    outcome: Outcome
    reason: str = ""

    @property
    def complete(self) -> bool:
        """Tell whether all is as it should be: if there is something to say about a change, it is not."""
        return self.outcome is Outcome.LEFT_ALONE or (self.outcome is Outcome.CHANGED and not self.reason)


def turned_off(history: Iterable[Done]) -> tuple[Change, ...]:
    """Return the changes that turned a key off, or may have, and were not taken back since, in their order.

    A key that was found to be active when it was to be turned on is taken back: whoever turns it off after that has
    reasons of their own.
    """
    standing: dict[tuple[str, str, str], Change] = {}
    for change, outcome, _ in history:
        key = (change.account, change.user, change.key)
        if change.after == "Inactive" and outcome not in {Outcome.UNCHANGED, Outcome.LEFT_ALONE}:
            standing[key] = change
        elif change.after == "Active" and outcome in {Outcome.CHANGED, Outcome.LEFT_ALONE}:
            standing.pop(key, None)
    return tuple(standing.values())
