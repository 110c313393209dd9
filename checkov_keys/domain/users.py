"""IAM users and their access keys, as a template or a live account shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003  # dataclass fields are read at run time
from enum import Enum
from typing import Union

from checkov_keys.domain.key_history import KeyHistory  # noqa: TC001  # as above


class KeyStatus(Enum):
    """Whether AWS accepts a key; `Unknown` if that cannot be told."""

    ACTIVE = "Active"
    INACTIVE = "Inactive"
    UNKNOWN = "Unknown"


# https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html: Active | Inactive | Expired
STATUSES = {"Active": KeyStatus.ACTIVE, "Inactive": KeyStatus.INACTIVE, "Expired": KeyStatus.INACTIVE}


def status_named(name: object) -> KeyStatus:
    """Return the status that AWS spells `name`; None, as an omitted status, is Active; anything else is unknown."""
    if name is None:
        return KeyStatus.ACTIVE
    return STATUSES.get(name, KeyStatus.UNKNOWN) if isinstance(name, str) else KeyStatus.UNKNOWN


@dataclass(frozen=True)
class NotRead:
    """A fact that is not known, with the reason in one line, "" if nobody asked for it."""

    reason: str = ""


@dataclass(frozen=True)
class LastUse:
    """When a key last signed a call (to the second, UTC), for which service, in which region.

    If it was used `at_least` then, and perhaps later, service and region are "": a credential report said so, which
    does not tell which of the user's keys it means.
    """

    at: datetime
    service: str
    region: str
    at_least: bool = False


# As AWS calls the service and the region of a use that it does not know.
_NAMELESS = ("N/A", "N/A")


class NoUse(Enum):
    """Why a key has no last use: AWS has never seen one, or it was not read."""

    NEVER = "never"
    NOT_READ = "not read"


@dataclass(frozen=True)
class AccessKey:
    """One access key.

    `address` is what people read (a Terraform address, a logical id, a key id) and how an adapter finds its own
    object again. `created` and `last_use` are known of live keys only. `last_use_fault` says why AWS did not tell the
    last use when it was asked, in one line; "" otherwise. `history` is who used it, None if nobody asked.
    """

    address: str
    status: KeyStatus
    created: datetime | None = None
    last_use: Union[LastUse, NoUse] = NoUse.NOT_READ  # noqa: UP007  # evaluated by Python 3.9
    last_use_fault: str = ""
    history: Union[KeyHistory, None] = None  # noqa: UP007  # as above

    @property
    def latest_use(self) -> LastUse | NoUse:
        """The last use of which IAM tells, or a later one that event history shows.

        If IAM does not tell, the key was used at least then, and perhaps later.
        """
        use, seen = self.last_use, self.history.last_seen if self.history else None
        if self.history is None or seen is None or (isinstance(use, LastUse) and use.at >= seen):
            return use
        if use is NoUse.NOT_READ or (isinstance(use, LastUse) and use.at_least):
            return LastUse(seen, "", "", at_least=True)
        action = self.history.find_last_action()
        return LastUse(seen, action.service.partition(".")[0], action.region) if action else LastUse(seen, *_NAMELESS)


@dataclass(frozen=True)
class User:
    """One IAM user with all of its access keys.

    `account` is the AWS account id of a live user, the scope in which a template's names are one account otherwise.
    `name` identifies the user in it, `address` is what people read: an ARN, a resource, a name.
    `created` and `password_last_used` (at the console; None if it was never used or not set) are known of
    live users only: https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html
    `skip_tag` is the value of the tag `checkov:skip` of a live user that violates a rule, None if it has none, or if
    nobody has asked. `has_password` tells whether a live user has a password for the console, `quarantine` are the
    names of the policies by which AWS has quarantined it.
    """

    account: str
    name: str
    address: str
    keys: tuple[AccessKey, ...] = ()
    created: datetime | None = None
    password_last_used: datetime | None = None
    skip_tag: str | None = None
    has_password: Union[bool, NotRead] = NotRead()  # noqa: UP007  # as above; it is frozen
    quarantine: Union[tuple[str, ...], NotRead] = NotRead()  # noqa: UP007  # as above


def active_keys(user: User) -> tuple[AccessKey, ...]:
    """Return the keys of a user that are known to be active."""
    return tuple(key for key in user.keys if key.status is KeyStatus.ACTIVE)


# How AWS's credential report calls the root user; IAM allows no such name.
ROOT = "<root_account>"
# How the ARN ends by which all users of an account are named.
EVERYBODY = ":user/*"
# Why a user cannot be judged: one of its keys is neither known to be active nor known to be inactive.
UNKNOWN_STATUS = "AWS gives a key a status that this program does not know"


@dataclass(frozen=True)
class Unjudged:
    """Something that could not be judged, by name, with the reason in one line.

    `account` is the id of the AWS account that it is in and `account_name` the account's name, both "" if not known, as
    for something in a template. `rule` is the id of the rule that could not judge it, "" if none could.
    """

    address: str
    reason: str
    account: str = ""
    account_name: str = ""
    rule: str = ""


@dataclass(frozen=True)
class Account:
    """A live AWS account as it was read.

    `id` has twelve digits, `partition` is aws, aws-us-gov, aws-cn and so on.
    `unjudged` names every user, or part of the account, whose keys could not be read. `read_at` is when reading began
    (UTC). `signing_keys` are the ids of its users' access keys that signed the calls, or may have led to the
    credentials that did: they are never turned off. `name` is the account's name in its organization, else its alias,
    "" if neither is known. `caller` is the ARN of the identity that the audit was run with, "" if AWS did not tell.
    `root_has_key` tells whether its root user has an access key, active or not.
    """

    id: str
    partition: str
    users: tuple[User, ...] = ()
    unjudged: tuple[Unjudged, ...] = field(default=())
    read_at: datetime | None = None
    signing_keys: frozenset[str] = frozenset()
    name: str = ""
    caller: str = ""
    root_has_key: Union[bool, NotRead] = NotRead()  # noqa: UP007  # as above

    @property
    def root(self) -> User:
        """The root user, as AWS's credential report calls it: IAM lists neither it nor its keys."""
        return User(self.id, ROOT, f"arn:{self.partition}:iam::{self.id}:root")


@dataclass(frozen=True)
class UnjudgedAccount:
    """A live AWS account that could not be entered or whose users could not be listed, with the reason in one line."""

    id: str
    partition: str
    name: str
    reason: str

    def as_account(self) -> Account:
        """Return it as an account in which nothing could be read."""
        everybody = Unjudged(f"arn:{self.partition}:iam::{self.id}{EVERYBODY}", self.reason)
        return Account(self.id, self.partition, unjudged=(everybody,), name=self.name)
