"""Access keys as a template declares them, each with the identity of its user; the words that all readers share."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checkov_keys.domain.users import AccessKey, Unjudged, User

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.graph_access import Vertex


@dataclass(frozen=True)
class UserIdentity:
    """Which IAM user a key belongs to.

    `account` is the scope in which one name is one user. `kind` says what `value` is: a literal IAM "name", the
    "resource" that declares the user, or an "expression" that stays unresolved.
    """

    account: str
    kind: str
    value: str

    @classmethod
    def named(cls, account: str, name: str) -> UserIdentity:
        """Return the identity of a name; IAM does not tell names apart by case.

        https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
        """
        return cls(account, "name", name.casefold())


@dataclass(frozen=True)
class DeclaredKey:
    """One access-key resource that exists, with its vertex and how many keys it makes."""

    user: UserIdentity
    key: AccessKey
    vertex: Vertex
    copies: int = 1


@dataclass(frozen=True)
class Reading:
    """What a reader found in one graph: the declared keys, and what it could not read, by name."""

    keys: tuple[DeclaredKey, ...] = ()
    unjudged: tuple[Unjudged, ...] = field(default=())

    def users(self) -> Iterator[tuple[User, tuple[DeclaredKey, ...]]]:
        """Yield every user that has a key, with the declared keys from which it is made."""
        by_user: dict[UserIdentity, list[DeclaredKey]] = defaultdict(list)
        for declared in self.keys:
            by_user[declared.user].append(declared)
        for identity, group in by_user.items():
            keys = tuple(declared.key for declared in group for _ in range(declared.copies))
            yield User(identity.account, identity.value, identity.value, keys), tuple(group)
