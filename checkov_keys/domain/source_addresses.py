"""Source addresses of calls, which are personal data: how they are left out, wherever they are.

They may also be in a user agent, the name of a session, or a message of AWS.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from checkov_keys.domain.usage import SessionKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.domain.usage import CallerUse, KeyUsage, SessionUse
    from checkov_keys.domain.users import AccessKey, Account, User

HIDDEN = "(address left out)"
# With dots, or as host names of AWS have it: ip-203-0-113-9.
_VERSION_4 = re.compile(r"(?<![0-9])([0-9]{1,3})([.-])([0-9]{1,3})\2([0-9]{1,3})\2([0-9]{1,3})(?![0-9])")
# What an address is searched in, so that a long text takes no longer than it must.
_RUN_OF_6 = re.compile(r"[0-9A-Fa-f:]{2,}")
_LEAST_COLONS, _LONGEST_6 = 2, 39
_LARGEST = 255


def leave_out_addresses(usage: KeyUsage) -> KeyUsage:
    """Return who uses a key without source addresses; those in what programs say of themselves are replaced, too."""
    known = frozenset(use.caller.address for use in usage.callers)
    return usage._replace(
        callers=tuple(_clear_caller(use, known) for use in usage.callers),
        sessions=tuple(_clear_session(use, known) for use in usage.sessions),
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


def hide_addresses(text: str, known: Iterable[str] = ()) -> str:
    """Return a text without IP addresses, and without those of the `known` host names that have a dot.

    A version with four numbers, each at most 255, looks like an address and is left out as well.
    """
    names = _find_names(frozenset(name for name in known if "." in name))
    if names is not None:
        text = names.sub(HIDDEN, text)
    text = _VERSION_4.sub(_hide_version_4, text)
    return _RUN_OF_6.sub(_hide_version_6, text)


def _clear_caller(use: CallerUse, known: Iterable[str]) -> CallerUse:
    _, service, family = use.caller
    return use._replace(
        caller=use.caller._replace(
            address="", service=hide_addresses(service, known), family=hide_addresses(family, known)
        ),
        agents=tuple(hide_addresses(agent, known) for agent in use.agents),
    )


def _clear_session(use: SessionUse, known: Iterable[str]) -> SessionUse:
    return use._replace(kind=SessionKind(use.kind.action, hide_addresses(use.kind.target, known)))


@lru_cache(maxsize=4)
def _find_names(names: frozenset[str]) -> re.Pattern[str] | None:
    # Those first that begin with another one.
    words = sorted(names, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE) if words else None


def _hide_version_4(found: re.Match[str]) -> str:
    return HIDDEN if all(int(found[group]) <= _LARGEST for group in (1, 3, 4, 5)) else found[0]


def _hide_version_6(found: re.Match[str]) -> str:
    """Return a run of hexadecimal digits and colons without the address that it ends with."""
    whole = run = found[0]
    if run.count(":") < _LEAST_COLONS:
        return whole
    after = found.string[found.end() : found.end() + 1]
    if after.isalnum() or after == "_":
        # The last digits are the beginning of a word: std::abs.
        run = run[: run.rindex(":")].rstrip(":")
    if not run.endswith("::"):
        run = run.rstrip(":")
    for start in range(max(0, len(run) - _LONGEST_6), len(run)):
        if _is_version_6(run[start:]):
            return f"{run[:start]}{HIDDEN}{whole[len(run) :]}"
    return whole


def _is_version_6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return text.strip(":") != ""
