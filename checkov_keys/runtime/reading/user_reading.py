"""Reads listed users, many at a time, and follows those that are renamed, made or deleted meanwhile."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Callable, Union

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.users import Unjudged, User
from checkov_keys.runtime.reading.user_listing import LATE, ListedUser
from checkov_keys.runtime.session.worker_threads import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.runtime.reading.progress import Progress
    from checkov_keys.runtime.reading.user_listing import Listed, UserListing
    from checkov_keys.runtime.session.worker_threads import Patience, Workers

logger = logging.getLogger(__name__)

# What came of a user; None if IAM says that there is no such user.
Outcome = Union[User, Unjudged, None]
ReadUser = Callable[[ListedUser], Outcome]


class UserReading:
    """What is known of an account's users so far.

    `outcomes` holds a User or Unjudged by ARN, or by whatever else is known of an entry that is not a user. `gone` are
    the users of which IAM has said that there is no such user: that alone is not believed. `accounts` maps the id of
    each account that any ARN names to one such ARN.
    """

    def __init__(self, pool: Workers, read_user: ReadUser, patience: Patience, progress: Progress) -> None:
        """Read nothing yet; `read_user` is called in the threads of the pool."""
        self.outcomes: dict[str, User | Unjudged] = {}
        self.gone: dict[str, ListedUser] = {}
        self.accounts: dict[str, str] = {}
        self._times_listed: Counter[str] = Counter()
        self._read_ids: set[str] = set()
        self._pool = pool
        self._read_user = read_user
        self._patience = patience
        self._progress = progress

    def read(self, listed: Iterable[Listed]) -> None:
        """Read users while they are listed."""
        entries: list[Listed] = []

        def note(entry: Listed) -> Listed:
            if isinstance(entry, ListedUser):
                self.accounts.setdefault(entry.account, entry.arn)
                self._times_listed[entry.id] += 1
            entries.append(entry)
            return entry

        outcomes = in_order(self._pool, self._read_one, map(note, listed), self._patience, self._give_up)
        for entry, outcome in zip(entries, outcomes):
            if outcome is not None:
                self.outcomes[outcome.address] = outcome
            elif isinstance(entry, ListedUser):
                self.gone[entry.arn] = entry
            if isinstance(entry, ListedUser) and isinstance(outcome, User):
                self._read_ids.add(entry.id)

    def read_changes(self, listing: UserListing) -> None:
        """List the users again: who is not listed any more is gone, whoever is new is read, others are unjudged.

        A user who is renamed between two pages may be on neither of them, so this is worth it even if nobody is gone.
        """
        before, self.gone = self.gone, {}
        listed = _list_all(listing)
        self.read([entry for entry in listed if self._is_new(entry)])
        named = {entry.arn for entry in listed if isinstance(entry, ListedUser)}
        for arn in (before.keys() | self.gone.keys()) - self.outcomes.keys():
            if arn in named:
                reason = "AWS lists this user, and says that there is no such user when asked for its access keys"
                self.outcomes[arn] = Unjudged(arn, reason)
            elif listing.ended_early:
                reason = f"AWS says that there is no such user, and it cannot be looked for: {listing.ended_early}"
                self.outcomes[arn] = Unjudged(arn, reason)

    def _is_new(self, entry: Listed) -> bool:
        if not isinstance(entry, ListedUser):
            return entry.address not in self.outcomes
        # A user that was read under its old name is judged. Some emulators give all users one id.
        renamed = entry.id in self._read_ids and self._times_listed[entry.id] == 1
        return entry.arn not in self.outcomes and not renamed

    def _read_one(self, entry: Listed) -> Outcome:
        try:
            return self._read_user(entry) if isinstance(entry, ListedUser) else entry
        except Exception as error:
            # Whatever it is, it is about this user only.
            logger.exception("user %s could not be judged", _address_of(entry))
            return Unjudged(_address_of(entry), f"unexpected {type(error).__name__}: the log has its traceback")
        finally:
            self._progress.user_done()

    def _give_up(self, entry: Listed) -> Outcome:
        return Unjudged(_address_of(entry), LATE)


def _address_of(entry: Listed) -> str:
    return entry.arn if isinstance(entry, ListedUser) else entry.address


def _list_all(listing: UserListing) -> list[Listed]:
    """Return all users of a listing; if it does not even begin, it has ended early."""
    try:
        return list(listing)
    except AuditError as error:
        listing.ended_early = str(error)
        return []
