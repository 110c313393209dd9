"""Access keys as a template declares them, each with the identity of its user; and the types that all readers share."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.users import AccessKey, Unjudged, User
from checkov_keys.iac.common.conditions import ALWAYS, LIMIT, Condition, largest_situations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checkov_keys.iac.common.graph_view import Vertex

logger = logging.getLogger(__name__)


class UserIdentity(NamedTuple):
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


class DeclaredKey(NamedTuple):
    """One access-key resource that exists, with its vertex, how many keys it makes, and when it makes them.

    A key without a vertex counts, and is reported by another one of Checkov's runners. `reason` says why the status of
    a key is unknown, "" if the reader has nothing to say about it. `user_name` is the user's name as it is written, ""
    if the reader does not keep it.

    A resource whose user or status depends on conditions is declared once for each user and status that it can have.
    """

    user: UserIdentity
    key: AccessKey
    vertex: Vertex | None
    copies: int = 1
    when: Condition = ALWAYS
    reason: str = ""
    user_name: str = ""

    @property
    def own_vertex(self) -> Vertex:
        """The vertex of a key that has one; raises ValueError for any other."""
        if self.vertex is None:
            raise ValueError(f"{self.key.address} is reported by another runner")
        return self.vertex


class DeclaredUser(NamedTuple):
    """A resource that makes an IAM user whose name is known, with its vertex and the address that people read."""

    user: UserIdentity
    address: str
    vertex: Vertex


@dataclass(frozen=True)
class Reading:
    """What a reader found in one graph: the declared keys, and what it could not read, by name.

    `user_blocks` are the users that resources make, if they were asked for. `account_ids` maps the scopes of
    UserIdentity.account to ids of AWS accounts, as far as the templates tell them.
    """

    keys: tuple[DeclaredKey, ...] = ()
    unjudged: tuple[Unjudged, ...] = field(default=())
    user_blocks: tuple[DeclaredUser, ...] = field(default=())
    account_ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def reported_keys(self) -> tuple[DeclaredKey, ...]:
        """The keys that have a vertex: another one of Checkov's runners reports the others."""
        return tuple(key for key in self.keys if key.vertex is not None)

    def users(self) -> Iterator[tuple[User, tuple[DeclaredKey, ...]]]:
        """Yield every user that has a key, with the declared keys from which it is made.

        If keys depend on conditions, a user is yielded for every possible situation, except those in
        which it only lacks some of the keys that it has in another one.
        """
        by_user: dict[UserIdentity, list[DeclaredKey]] = defaultdict(list)
        for declared in self.keys:
            by_user[declared.user].append(declared)
        for identity, group in by_user.items():
            for present in _present_together(identity, group):
                keys = [declared.key for declared in present for _ in range(declared.copies)]
                name = next((declared.user_name for declared in present if declared.user_name), identity.value)
                yield User(identity.account, identity.value, name, tuple(keys)), tuple(present)


def _present_together(identity: UserIdentity, group: list[DeclaredKey]) -> Iterator[list[DeclaredKey]]:
    conditional = [declared.when for declared in group if declared.when is not ALWAYS]
    if not conditional or len(group) == 1:
        yield group
        return
    conditions = tuple(dict.fromkeys(conditional))
    situations = largest_situations(conditions)
    if situations is None:
        logger.warning(
            "the keys of user %s in %s depend on more than %s combinations of values: they are taken to exist together",
            identity.value,
            identity.account,
            f"{LIMIT:,}",
        )
        yield group
        return
    for situation in situations:
        held = {ALWAYS, *(condition for condition, holds in zip(conditions, situation) if holds)}
        present = [declared for declared in group if declared.when in held]
        if present:
            yield present
