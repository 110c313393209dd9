"""What templates declare of users and access keys, and which live keys they own.

A live key that a template owns comes back with the template's next rollout if it is turned off by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Union

from checkov_keys.domain.users import KeyStatus, Unjudged


@dataclass(frozen=True)
class SourceRange:
    """Lines that declare a key, from 1, in a file below the directory that was searched."""

    directory: str
    path: str
    first_line: int
    last_line: int

    def __str__(self) -> str:
        """Return the range as people write it: main.tf:10-12."""
        return f"{self.path}:{self.first_line}-{self.last_line}"


@dataclass(frozen=True)
class TemplateUser:
    """A resource that makes an IAM user. `account` is the AWS account's id, "" if no template says it."""

    name: str
    account: str
    address: str
    source_range: SourceRange


@dataclass(frozen=True)
class TemplateKey:
    """A resource that makes an access key.

    `user` is the name of its user, "" if the templates do not say it. `account` is as for a user. `certain` keys
    exist whatever is deployed; others depend on conditions, or belong to one of several users.
    """

    user: str
    account: str
    address: str
    source_range: SourceRange
    status: KeyStatus
    certain: bool = True


@dataclass(frozen=True)
class Templates:
    """What directories declare; names of users are compared without regard to case, as IAM compares them.

    `unjudged` is what could not be read or judged, by name.
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
    """

    users: tuple[TemplateUser, ...] = ()
    keys: tuple[TemplateKey, ...] = ()
    unjudged: tuple[Unjudged, ...] = field(default=())


@dataclass(frozen=True)
class ManagedKey:
    """An access key that a resource of a template manages.

    `key` is the access key's id. `address` names the resource as its tool prints it: a Terraform address with module
    and instance (`module.a["x"].aws_iam_access_key.k[0]`), or CloudFormation's logical id. `origin` says where this is
    known from: the path of a state file as it was given, or "stack NAME in REGION". `has_secret` tells whether the
    secret of the key stands there in plain text; the secret itself is never kept.
    """

    key: str
    tool: Literal["Terraform", "CloudFormation"]
    address: str
    origin: str
    has_secret: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class TemplateFix:
    """What `checkov-keys fix` would do about a key, called with some directories.

    `refusal` says why it would not write the edit, "" if it would. `is_off` means that the template turns the key off
    already: there is nothing to write.
    """

    directories: tuple[str, ...]
    refusal: str = ""
    is_off: bool = False


# The resource that manages a live key; why that could not be told; None if no template is known to manage it.
Ownership = Union[ManagedKey, Unjudged, None]


class KeyPlace(NamedTuple):
    """A declared access key: its address, its file, and the first line of what declares it, 0 if that is not known."""

    address: str
    path: str
    line: int


class KeyEvidence(NamedTuple):
    """Why a declared key fails: whose it is, and which other active keys that user has.

    `address` and `path` (absolute) tell which key. `others` are the first few, `omitted` is how many more there are.
    """

    address: str
    path: str
    user: str
    others: tuple[KeyPlace, ...] = ()
    omitted: int = 0


class AbsentModule(NamedTuple):
    """A module that is called and is not here, by its source, and the first file that calls it. It may make keys."""

    source: str
    path: str
