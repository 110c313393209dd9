"""Source addresses in a text of others, which may be in a user agent, the name of a session or a message of AWS."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

HIDDEN = "(address left out)"
# With dots, or as host names of AWS have it: ip-203-0-113-9.
_VERSION_4 = re.compile(r"(?<![0-9])([0-9]{1,3})([.-])([0-9]{1,3})\2([0-9]{1,3})\2([0-9]{1,3})(?![0-9])")
# What an address is searched in, so that a long text takes no longer than it must.
_RUN_OF_6 = re.compile(r"[0-9A-Fa-f:]{2,}")
_LEAST_COLONS, _LONGEST_6 = 2, 39
_LARGEST = 255


def hide_addresses(text: str, known: Iterable[str] = ()) -> str:
    """Return a text without IP addresses, and without those of the `known` host names that have a dot.

    A version with four numbers, each at most 255, looks like an address and is left out as well.
    """
    names = _find_names(frozenset(name for name in known if "." in name))
    if names is not None:
        text = names.sub(HIDDEN, text)
    text = _VERSION_4.sub(_hide_version_4, text)
    return _RUN_OF_6.sub(_hide_version_6, text)


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
