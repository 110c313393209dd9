"""Source addresses of calls, which are personal data: how they are left out."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING

from checkov_keys.domain.usage import SessionKind

if TYPE_CHECKING:
    from checkov_keys.domain.usage import CallerUse, KeyUsage, SessionUse
    from checkov_keys.domain.users import AccessKey, Account, User

HIDDEN = "(address left out)"
# What may be an address of either version; `ip_address` decides.
_LIKE_ONE = re.compile(r"(?<![\w.:])(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*)")


def leave_out_addresses(usage: KeyUsage) -> KeyUsage:
    """Return who uses a key without source addresses; those in what programs say of themselves are replaced, too."""
    return usage._replace(
        callers=tuple(map(_clear_caller, usage.callers)), sessions=tuple(map(_clear_session, usage.sessions))
    )


def leave_out_all(account: Account) -> Account:
    """Return an account without source addresses."""
    return replace(account, users=tuple(_clear_user(user) for user in account.users))


def _clear_user(user: User) -> User:
    if not any(key.history for key in user.keys):
        return user
    return replace(user, keys=tuple(_clear_key(key) for key in user.keys))


def _clear_key(key: AccessKey) -> AccessKey:
    if key.history is None:
        return key
    usage = leave_out_addresses(key.history.usage)
    return replace(key, history=replace(key.history, usage=usage, has_addresses=False))


def hide_addresses(text: str) -> str:
    """Return a text in which IP addresses are replaced."""
    return _LIKE_ONE.sub(lambda found: HIDDEN if _is_address(found.group()) else found.group(), text)


def _clear_caller(use: CallerUse) -> CallerUse:
    _, service, family = use.caller
    return use._replace(
        caller=use.caller._replace(address="", service=hide_addresses(service), family=hide_addresses(family)),
        agents=tuple(map(hide_addresses, use.agents)),
    )


def _clear_session(use: SessionUse) -> SessionUse:
    return use._replace(kind=SessionKind(use.kind.action, hide_addresses(use.kind.target)))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
