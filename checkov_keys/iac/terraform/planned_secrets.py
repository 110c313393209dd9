"""Secrets of access keys that a value of a plan may hold, and what becomes of them on their way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.terraform.resource_types import SECRET_ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.iac.terraform.plan_document import PlannedResource

# What a key holds that lets others act as its user, and what else it has.
SECRETS = SECRET_ATTRIBUTES
_OTHERS = frozenset(
    {
        "id",
        "user",
        "status",
        "create_date",
        "pgp_key",
        "key_fingerprint",
        "encrypted_secret",
        "encrypted_ses_smtp_password_v4",
    }
)
_MOST_SECRETS = 50
_MOST_STEPS = 50


class KeySecret(NamedTuple):
    """A secret that a value may hold.

    `key` is the address of its key, without an index if it is not known which of many. `attribute` is "" if all of the
    key is referred to, of which something is taken. `is_certain` if the references tell that the value is made of the
    secret. `way` are the steps from the key to the value, without both.
    """

    key: str
    attribute: str
    is_certain: bool
    way: tuple[str, ...] = ()


class Flow(NamedTuple):
    """The secrets that a value may hold. `is_mixed` if something else may make it sensitive, or a plan cannot tell."""

    secrets: tuple[KeySecret, ...] = ()
    is_mixed: bool = False


NOTHING = Flow()
UNTOLD = Flow((), is_mixed=True)


def has_secret(key: PlannedResource, attribute: str) -> bool:
    """Tell whether a key is known to hold a secret, or to get one by the apply."""
    if key.values.get("pgp_key") or key.unknown.get("pgp_key"):
        return False
    value = key.values.get(attribute)
    return key.unknown.get(attribute) is True or (isinstance(value, str) and bool(value))


def has_true(marks: object) -> bool:
    """Tell whether anything in the marks of a plan is true."""
    found = [marks]
    for each in found:
        if each is True:
            return True
        found += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
    return False


def join(flows: Iterable[Flow]) -> Flow:
    """Return what a value may hold that is made of others: each secret once, and as certain if it once is."""
    found: dict[tuple[str, str], KeySecret] = {}
    is_mixed = False
    for flow in flows:
        is_mixed = is_mixed or flow.is_mixed
        for secret in flow.secrets:
            known = found.get((secret.key, secret.attribute))
            if known is None and len(found) >= _MOST_SECRETS:
                is_mixed = True
            elif known is None or (secret.is_certain and not known.is_certain):
                found[secret.key, secret.attribute] = secret
    return Flow(tuple(found.values()), is_mixed)


def pass_on(flow: Flow, step: str) -> Flow:
    """Return what comes of a flow at the next step; what came too far is not followed."""
    found = tuple(each._replace(way=(*each.way, step)) for each in flow.secrets if len(each.way) < _MOST_STEPS)
    return Flow(found, flow.is_mixed or len(found) < len(flow.secrets))


def doubt(flow: Flow) -> Flow:
    """Return a flow of which only a part is taken, and nobody knows which."""
    return flow._replace(secrets=tuple(each._replace(is_certain=False) for each in flow.secrets))


def narrow(flow: Flow, names: list[str]) -> Flow:
    """Return what may be in a member of a value: one that has the name of an attribute of keys is this attribute."""
    if not names or not flow.secrets:
        return flow
    named = [name for name in names if name in SECRETS]
    if not named and any(name in _OTHERS for name in names):
        return flow._replace(secrets=())
    found: list[KeySecret] = []
    for each in flow.secrets:
        if not named:
            found.append(each._replace(is_certain=False))
        elif each.attribute in ("", *named):
            found.append(each._replace(attribute=named[0], is_certain=each.is_certain or not each.attribute))
    return flow._replace(secrets=tuple(found))
