"""Live users compared with the templates that declare them: which lines are theirs, and where the two differ."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.users import KeyStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checkov_keys.domain.templates import ManagedKey, SourceRange, TemplateKey, Templates, TemplateUser
    from checkov_keys.domain.users import AccessKey, Account, Unjudged, User

# How the unread users of a whole account are named.
_ANYBODY = "*"


class DriftKind(Enum):
    """How an account differs from its templates."""

    BY_HAND = "in no template"
    ACTIVE = "active, though a template says Inactive"
    MISSING = "declared, but not in the account"
    UNRESOLVED = "declared for a user that is not known"


@dataclass(frozen=True)
class Drift:
    """A difference between accounts and templates.

    `account` and `user` are "" if they are not known. `keys` are the ids of the access keys, if these are known;
    `count` is how many keys differ. `declared` are the resources that declare what is expected. `exact` differences are
    told by a state's key ids, or need none; any other is told by the number of keys of a user: `held` is then how many
    it has and `expected` how many templates declare, in both cases only the active ones if these are what differs.
    `status` is that of a key which no template declares. `managed` is what a state says of a key that is missing.
    `possible_accounts` are how many accounts a missing user may be in.
    """

    kind: DriftKind
    account: str
    user: str
    keys: tuple[str, ...] = ()
    count: int = 1
    declared: tuple[TemplateKey, ...] = ()
    exact: bool = False
    held: int | None = None
    expected: int | None = None
    status: KeyStatus | None = None
    managed: ManagedKey | None = None
    possible_accounts: int = 1

    @property
    def source_ranges(self) -> tuple[SourceRange, ...]:
        """The lines that declare what is expected, each once."""
        return tuple(dict.fromkeys(key.source_range for key in self.declared))


class _Expected(NamedTuple):
    """What templates say of one live user."""

    users: tuple[TemplateUser, ...]
    keys: tuple[TemplateKey, ...]


class TemplateJoin:
    """Joins accounts with templates: by the account's id if the templates tell it, else by the user's name.

    `managed` maps the ids of access keys to what a Terraform state says of them, None without a state.
    """

    def __init__(
        self, templates: Templates, accounts: Sequence[Account], managed: Mapping[str, ManagedKey] | None = None
    ) -> None:
        """Index the templates by the names of users."""
        self._templates = templates
        self._accounts = accounts
        self._managed = managed or {}
        self._has_state = managed is not None
        self._users: dict[str, list[TemplateUser]] = defaultdict(list)
        self._keys: dict[str, list[TemplateKey]] = defaultdict(list)
        self._at_address: dict[str, list[TemplateKey]] = defaultdict(list)
        for user in templates.users:
            self._users[user.name.casefold()].append(user)
        for key in templates.keys:
            self._keys[key.user.casefold()].append(key)
            self._at_address[key.address].append(key)
        self._managed_addresses = {managed.address for managed in self._managed.values()}
        self._told_accounts = {user.account for user in templates.users} | {key.account for key in templates.keys}

    @property
    def unjudged(self) -> tuple[Unjudged, ...]:
        """What could not be read or judged in the templates, by name."""
        return self._templates.unjudged

    @property
    def basis(self) -> str:
        """How keys are told apart: "state" by their ids, "counts" by the number of keys of each user."""
        return "state" if self._has_state else "counts"

    def source_range(self, user: User, key: str | None) -> SourceRange | None:
        """Return the lines that declare a live user's key, else one of its active keys, else the user itself."""
        expected = self._expected(user)
        managed = self._managed.get(key or "")
        own = [each for each in expected.keys if managed and each.address == managed.address]
        active = [each for each in expected.keys if each.status is not KeyStatus.INACTIVE]
        ranges = [each.source_range for each in (*own, *active, *expected.keys)]
        ranges += [each.source_range for each in expected.users]
        return ranges[0] if ranges else None

    def drift(self) -> tuple[Drift, ...]:
        """Return every difference: by account and user, then what no account has, then keys of users nobody knows."""
        found: list[Drift] = []
        for account in self._accounts:
            if self._covers(account):
                for user in account.users:
                    found += self._of_user(user)
        return (*found, *self._missing_users(), *self._missing_keys(), *self._unresolved())

    def _expected(self, user: User) -> _Expected:
        name = user.name.casefold()
        return _Expected(
            tuple(each for each in self._users.get(name, ()) if each.account in {"", user.account}),
            tuple(each for each in self._keys.get(name, ()) if each.account in {"", user.account}),
        )

    def _covers(self, account: Account) -> bool:
        """Tell whether the templates are about an account: if they are not, all of its keys would be drift."""
        if len(self._accounts) == 1 or account.id in self._told_accounts:
            return True
        return any(self._expected(user) != _Expected((), ()) for user in account.users)

    def _of_user(self, user: User) -> Iterator[Drift]:
        declared = self._expected(user).keys
        for key in user.keys:
            if key.address in self._managed and key.status is KeyStatus.ACTIVE:
                yield from self._active_by_id(user, key, declared)
        # What a state does not know is compared by numbers.
        keys = [key for key in user.keys if key.address not in self._managed]
        rest = [each for each in declared if each.address not in self._managed_addresses]
        yield from _by_counts(user, keys, rest, exact=self._has_state and not rest)

    def _active_by_id(self, user: User, key: AccessKey, declared: Sequence[TemplateKey]) -> Iterator[Drift]:
        address = self._managed[key.address].address
        same = [each for each in declared if each.address == address]
        if same and all(each.status is KeyStatus.INACTIVE for each in same):
            yield Drift(DriftKind.ACTIVE, user.account, user.name, (key.address,), declared=tuple(same), exact=True)

    def _missing_users(self) -> Iterator[Drift]:
        """Yield the keys of users that are in none of the accounts where they may be."""
        grouped: dict[tuple[str, str], list[TemplateKey]] = defaultdict(list)
        for key in self._templates.keys:
            if key.user and key.certain:
                grouped[key.account, key.user].append(key)
        names = {account.id: _names_in(account) for account in self._accounts} if grouped else {}
        for (account, name), keys in grouped.items():
            possible = [each for each in self._accounts if account in {"", each.id}]
            if possible and not any({name, _ANYBODY} & names[each.id] for each in possible):
                yield Drift(
                    DriftKind.MISSING,
                    possible[0].id if len(possible) == 1 else account,
                    name,
                    count=len(keys),
                    declared=tuple(keys),
                    exact=True,
                    possible_accounts=len(possible),
                )

    def _missing_keys(self) -> Iterator[Drift]:
        """Yield the keys that a state manages and no account has, of states that manage another one's keys."""
        if any(account.unjudged for account in self._accounts):
            return
        live = {key.address for account in self._accounts for user in account.users for key in user.keys}
        audited = {account.id for account in self._accounts}
        there = {managed.origin for managed in self._managed.values() if managed.key in live}
        for managed in self._managed.values():
            declared = self._at_address.get(managed.address, [])
            elsewhere = declared and all(each.account and each.account not in audited for each in declared)
            if managed.key in live or managed.origin not in there or elsewhere:
                continue
            account, user = (declared[0].account, declared[0].user) if declared else ("", "")
            yield Drift(
                DriftKind.MISSING, account, user, (managed.key,), declared=tuple(declared), exact=True, managed=managed
            )

    def _unresolved(self) -> Iterator[Drift]:
        for key in self._keys.get("", ()):
            if key.address not in self._managed_addresses:
                yield Drift(DriftKind.UNRESOLVED, key.account, "", declared=(key,))


def _by_counts(
    user: User, keys: Sequence[AccessKey], declared: Sequence[TemplateKey], *, exact: bool
) -> Iterator[Drift]:
    """Yield what the numbers of live and of declared keys tell; keys that may not exist count in favour of both."""

    def counted(kind: DriftKind, count: int, held: int, expected: int) -> Drift:
        return Drift(
            kind, user.account, user.name, (), count, tuple(declared), exact=exact, held=held, expected=expected
        )

    held, active = len(keys), sum(key.status is KeyStatus.ACTIVE for key in keys)
    by_hand = max(0, held - len(declared))
    if by_hand == held > 0:
        for key in keys:
            yield Drift(DriftKind.BY_HAND, user.account, user.name, (key.address,), exact=True, status=key.status)
    elif by_hand:
        yield counted(DriftKind.BY_HAND, by_hand, held, len(declared))
    on = sum(each.status is not KeyStatus.INACTIVE for each in declared)
    if active - on - by_hand > 0:
        yield counted(DriftKind.ACTIVE, active - on - by_hand, active, on)
    missing = sum(each.certain for each in declared) - held
    if missing > 0:
        yield counted(DriftKind.MISSING, missing, held, len(declared))


def _names_in(account: Account) -> set[str]:
    """Return the names of all users, also of those that could not be read; `_ANYBODY` where that may be all of them."""
    return {user.name.casefold() for user in account.users} | {
        unjudged.address.rpartition("/")[2].casefold() for unjudged in account.unjudged
    }
