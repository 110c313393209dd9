"""What templates declare of access keys and users, as far as live accounts can be held against it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checkov_keys.domain.managed_keys import Place
    from checkov_keys.domain.users import KeyStatus, Unjudged


@dataclass(frozen=True)
class TemplateUser:
    """A resource that makes an IAM user. `account` is the AWS account's id, "" where no template tells it."""

    name: str
    account: str
    address: str
    place: Place


@dataclass(frozen=True)
class TemplateKey:
    """A resource that makes an access key.

    `user` is the name of its user, "" where the templates do not tell it. `account` is as for a user. `certain` keys
    exist whatever is deployed; others depend on conditions, or belong to one of several users.
    """

    user: str
    account: str
    address: str
    place: Place
    status: KeyStatus
    certain: bool = True


@dataclass(frozen=True)
class Templates:
    """What directories declare; names of users are compared without regard to case, as IAM compares them.

    `unread` is what could not be read or judged, by name.
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
    """

    users: tuple[TemplateUser, ...] = ()
    keys: tuple[TemplateKey, ...] = ()
    unread: tuple[Unjudged, ...] = field(default=())
