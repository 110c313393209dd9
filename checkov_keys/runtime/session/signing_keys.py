"""The long-lived access keys that are behind a session, or may be: turning one of them off would end it."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from checkov_keys.runtime.session.faults import CALL_FAULTS, explained
from checkov_keys.runtime.session.identity import account_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import botocore.session

    from checkov_keys.domain.users import User

logger = logging.getLogger(__name__)

_ID = "aws_access_key_id"
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
_TEMPORARY = "ASIA"
# IAM allows no asterisk in a name.
_ANY = "*"
# Ways to temporary credentials that begin without an access key, as botocore calls them.
_WITHOUT_KEYS = frozenset({"sso", "login", "assume-role-with-web-identity", "iam-role", "container-role"})


class Signers(NamedTuple):
    """Whose access keys sign the calls of a session, or may have led to the credentials that do.

    `keys` are ids, of any account. `owners` are pairs of an account's id and a user's name in small letters, all of
    whose keys may sign: temporary credentials do not say which key they were made with. "*" is any account, any user.
    """

    keys: frozenset[str] = frozenset()
    owners: frozenset[tuple[str, str]] = frozenset()

    def may_be(self, account: str, user: str, key: str) -> bool:
        """Tell whether a user's key signs the calls, or may."""
        # IAM does not tell names apart by case.
        names = {(account, user.lower()), (account, _ANY), (_ANY, _ANY)}
        return key in self.keys or not names.isdisjoint(self.owners)

    def protect(self, users: Iterable[User]) -> frozenset[str]:
        """Return the ids of all keys of users that sign the calls, or may."""
        held = ((user, key.address) for user in users for key in user.keys)
        return frozenset(key for user, key in held if self.may_be(user.account, user.name, key))


def find_signers(core: botocore.session.Session, ask: Callable[[Any], str]) -> Signers:
    """Return who signs the calls of a session of botocore.

    `ask` returns the ARN of the identity of credentials, as AWS says. It is asked only if these are temporary, and it
    is not known already that they came about without an access key. If that fails, anybody's key may sign the calls,
    which is logged as a warning.
    """
    keys = configured_keys(core)
    base = _base_of(core.get_credentials())
    if getattr(base, "method", None) in _WITHOUT_KEYS:
        return Signers(keys)
    try:
        frozen = base.get_frozen_credentials()
        keys |= {str(frozen.access_key)}
        if not str(frozen.access_key).startswith(_TEMPORARY):
            return Signers(keys)
        arn = ask(frozen)
        account, resource = account_of(arn).account, arn.split(":", 5)[5]
    except CALL_FAULTS as error:
        logger.warning("%s", explained("no key is proposed, since it is not known whose key signs these calls", error))
        return Signers(keys, frozenset({(_ANY, _ANY)}))
    kind, _, name = resource.partition("/")
    if kind == "user":
        return Signers(keys, frozenset({(account, name.rpartition("/")[2].lower())}))
    # Some user of the account made it, and it does not say who:
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    if kind == "federated-user":
        return Signers(keys, frozenset({(account, _ANY)}))
    # Somebody assumed a role and handed its credentials over. The key that this was done with may be in a profile.
    return Signers(keys | _keys_of_profiles(core))


def configured_keys(core: botocore.session.Session) -> frozenset[str]:
    """Return the ids of the keys in the environment, in the session's profile, and in its source profiles.

    A profile with a role is signed for by the key of its source profile:
    https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
    """
    found = {os.environ.get(_ID.upper(), "")}
    profiles = core.full_config.get("profiles", {})
    name, seen = core.profile or "default", set()
    while name in profiles and name not in seen:
        seen.add(name)
        found.add(profiles[name].get(_ID, ""))
        name = profiles[name].get("source_profile", "")
    return frozenset(found - {""})


def _base_of(credentials: Any) -> Any:  # noqa: ANN401  # botocore is untyped
    """Return the credentials with which a chain of roles begins.

    botocore keeps those that a role is assumed with to itself. Where a release of it keeps them elsewhere, this returns
    the role's own, and configured_keys() still finds what the profiles say.
    """
    seen: set[int] = set()
    while id(credentials) not in seen:
        seen.add(id(credentials))
        fetcher = getattr(getattr(credentials, "_refresh_using", None), "__self__", None)
        credentials = getattr(fetcher, "_source_credentials", None) or credentials
    return credentials


def _keys_of_profiles(core: botocore.session.Session) -> frozenset[str]:
    profiles = core.full_config.get("profiles", {})
    return frozenset(profile[_ID] for profile in profiles.values() if _ID in profile)
