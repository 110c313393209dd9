"""What the rules need to know of users beyond their keys, many users at a time: last uses, passwords, tags."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from checkov_keys.domain.rules.judging import Fact
from checkov_keys.domain.users import KeyStatus, NotRead
from checkov_keys.runtime.reading.account_facts import read_password
from checkov_keys.runtime.reading.credential_report import find_use, read_credential_report
from checkov_keys.runtime.reading.facts_to_read import is_accepted, is_unasked
from checkov_keys.runtime.reading.key_reading import read_last_use
from checkov_keys.runtime.reading.side_facts import LostFact, warn_of
from checkov_keys.runtime.reading.skip_tags import read_skip_tag_of
from checkov_keys.runtime.reading.user_listing import LATE
from checkov_keys.runtime.session.worker_threads import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from checkov_keys.domain.users import Account, LastUse, NoUse, User
    from checkov_keys.runtime.reading.facts_to_read import FactsToRead
    from checkov_keys.runtime.session.outage import Outage
    from checkov_keys.runtime.session.worker_threads import Patience, Workers

Given = TypeVar("Given")
Got = TypeVar("Got")


class UserFacts:
    """Reads facts of users of one account in the threads of a pool, as of the time `now`."""

    def __init__(
        self,
        iam: Any,  # noqa: ANN401  # a client of boto3
        pool: Workers,
        patience: Patience,
        facts: FactsToRead,
        now: datetime,
        *,
        outage: Outage,
    ) -> None:
        """Read nothing yet. After an `outage`, or as many failures in a row as it allows, nothing more is asked."""
        self._iam = iam
        self._pool = pool
        self._patience = patience
        self._facts = facts
        self._now = now
        # Each kind of call may fail by itself.
        self._use_outage, self._tag_outage = outage.begin_again("access keys"), outage.begin_again("users")
        self._password_outage = outage.begin_again("users")
        self._lost_uses: list[LostFact] = []
        self._lost_tags: list[LostFact] = []

    def add_needed(self, users: list[User], account: Account) -> list[User]:
        """Return users with what the rules need to judge them."""
        asked: dict[str, str] = {}
        for user in users:
            surplus = self._facts.has_surplus(user, account)
            needed = (key for key in user.keys if surplus or self._facts.needs_use_of(key, self._now))
            asked.update((key.address, user.name) for key in needed)
        spared = self._ask_report(users, asked, account)
        unspared = {key: name for key, name in asked.items() if key not in spared}
        # Both are under way before either is waited for.
        uses = self._ask_uses(unspared)
        holders = [user for user in users if self._facts.need(Fact.PASSWORD) and is_accepted(user)]
        passwords = self._ask(
            lambda user: read_password(self._iam, user.name, self._password_outage), holders, lambda _: NotRead(LATE)
        )
        found = dict(zip((user.address for user in holders), passwords))
        return [
            replace(user, has_password=found[user.address]) if user.address in found else user
            for user in self._set_uses(users, {**spared, **dict(zip(unspared, uses))})
        ]

    def add_details(self, users: list[User], violating: list[User], used: list[User] | None = None) -> list[User]:
        """Return users, the violating ones with their tag and with the last uses that nobody has asked for yet.

        If other ones are `used`, these have last uses instead.
        """
        of_uses = violating if used is None else used
        asked = {key.address: user.name for user in of_uses for key in user.keys if is_unasked(key)}
        tags = self._ask(lambda user: read_skip_tag_of(self._iam, user.name, self._tag_outage), violating, _miss_tag)
        uses = self._ask_uses(asked)
        tag_of: dict[str, str | None] = {}
        for user, tag in zip(violating, tags):
            tag_of[user.address] = self._keep(tag)
        users = self._set_uses(users, dict(zip(asked, uses)))
        return [replace(user, skip_tag=tag_of[user.address]) if user.address in tag_of else user for user in users]

    def warn_of_lost(self, users: list[User]) -> None:
        """Log once for each kind of fault what could not be read."""
        dates = [_lose_date(key.address) for user in users for key in user.keys if key.created is None]
        for lost in (self._lost_tags, self._lost_uses, dates):
            if lost:
                warn_of(users[0].account, lost)

    def _ask_report(self, users: list[User], asked: Mapping[str, str], account: Account) -> dict[str, LastUse]:
        """Return the last uses of those keys of which the credential report says enough, by their ids."""
        if not asked or self._facts.any_thresholds or not self._facts.need(Fact.LAST_USE_OF_ACTIVE):
            return {}
        # Which key to turn off must be known exactly.
        others = [user for user in users if not self._facts.has_surplus(user, account)]
        active = {
            user.address: [key.address for key in user.keys if key.address in asked and key.status is KeyStatus.ACTIVE]
            for user in others
        }
        number = sum(map(len, active.values()))
        report = read_credential_report(self._iam, number) if number else {}
        uses: dict[str, LastUse] = {}
        for user in others:
            use = find_use(report, user, self._now, self._facts.thresholds.unused_days)
            if use is not None:
                uses.update(dict.fromkeys(active[user.address], use))
        return uses

    def _ask_uses(self, asked: Mapping[str, str]) -> Iterator[LastUse | NoUse | LostFact]:
        """Ask for last uses by the ids of keys, each with the name of its user."""

        def ask(pair: tuple[str, str]) -> LastUse | NoUse | LostFact:
            return read_last_use(self._iam, pair[1], pair[0], self._use_outage)

        return self._ask(ask, list(asked.items()), _miss_use)

    def _ask(self, call: Callable[[Given], Got], given: list[Given], late: Callable[[Given], Got]) -> Iterator[Got]:
        return in_order(self._pool, call, given, self._patience, late)

    def _set_uses(self, users: Iterable[User], uses: Mapping[str, LastUse | NoUse | LostFact]) -> list[User]:
        self._lost_uses += [use for use in uses.values() if isinstance(use, LostFact)]
        return [_set_uses(user, uses) for user in users]

    def _keep(self, tag: str | LostFact | None) -> str | None:
        if isinstance(tag, LostFact):
            self._lost_tags.append(tag)
            return None
        return tag


def _set_uses(user: User, uses: Mapping[str, LastUse | NoUse | LostFact]) -> User:
    if not any(key.address in uses for key in user.keys):
        return user
    keys = []
    for key in user.keys:
        use = uses.get(key.address)
        if isinstance(use, LostFact):
            keys.append(replace(key, last_use_fault=use.line))
        else:
            keys.append(key if use is None else replace(key, last_use=use))
    return replace(user, keys=tuple(keys))


def _miss_tag(user: User) -> LostFact:
    return LostFact("late", f"cannot read the tags of user {user.name} (iam:ListUserTags), so none exempts it: {LATE}")


def _miss_use(asked: tuple[str, str]) -> LostFact:
    return LostFact("late", f"cannot read the last use of access key {asked[0]} (iam:GetAccessKeyLastUsed): {LATE}")


def _lose_date(key: str) -> LostFact:
    return LostFact("date", f"AWS's answer has a creation date of access key {key} that is not a date")
