"""Whether a key is active, and how many keys a user surely gets."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from checkov_keys.domain.users import KeyStatus, status_named
from checkov_keys.iac.hcl.limits import EXCEEDED
from checkov_keys.iac.hcl.values import Unknown
from checkov_keys.iac.terraform.identities import spell_argument

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.iac.common.reading import UserIdentity
    from checkov_keys.iac.terraform.configured_keys import AbsentModule, ConfiguredKey


def judge_status(key: ConfiguredKey) -> tuple[KeyStatus, str]:
    """Return whether a key is an active one of its user if it is there, and why that is unknown, "" if it is known."""
    hidden = key.user.content
    if isinstance(hidden, Unknown) and EXCEEDED in key.user.marks:
        # Terraform would know it, so it may be any other user's name.
        return KeyStatus.UNKNOWN, f"its user, {spell_argument(key.section, 'user')}, is not known: {hidden.reason}"
    content = key.status.content
    if isinstance(content, Unknown):
        possible = {
            KeyStatus.UNKNOWN if isinstance(choice.content, Unknown) else status_named(choice.content)
            for choice in content.possible
        }
        if len(possible) == 1 and KeyStatus.UNKNOWN not in possible:
            return possible.pop(), ""
        written = spell_argument(key.section, "status")
        return KeyStatus.UNKNOWN, f"its status, {written}, is not known: {content.reason}"
    status = status_named(content)
    if status is KeyStatus.UNKNOWN:
        return status, f"its status {spell_argument(key.section, 'status')} is none that IAM knows"
    return status, ""


def find_doubts(
    keys: Iterable[tuple[UserIdentity, ConfiguredKey]], absent: Iterable[AbsentModule] = ()
) -> dict[UserIdentity, dict[str, str]]:
    """Return the users whose number of keys is not known: their active keys by address, with the reason.

    A key that may not be there counts as one that is, if it is the only one of its user in its block. A module that is
    not here may make a key for a user whose name it is given. If a user has more than one active key whatever the
    unknown is, nothing is left in doubt.
    """
    by_user: dict[UserIdentity, list[ConfiguredKey]] = defaultdict(list)
    for user, key in keys:
        if judge_status(key)[0] is KeyStatus.ACTIVE:
            by_user[user].append(key)
    modules = tuple(absent)
    found: dict[UserIdentity, dict[str, str]] = {}
    for user, own in by_user.items():
        doubts = _find_doubts_of_one(own)
        reasons = [*doubts.values(), *(_suspect(module) for module in modules if module.is_given(user))]
        if reasons and len(own) - len(doubts) <= 1:
            found[user] = {key.address: doubts.get(key.address, reasons[0]) for key in own}
    return found


def _suspect(module: AbsentModule) -> str:
    return f"{module.address} is given this user, and its module cannot be read: {module.source}"


def _find_doubts_of_one(keys: list[ConfiguredKey]) -> dict[str, str]:
    found = {key.address: key.many for key in keys if key.many}
    in_expansion: dict[tuple[int, ...], int] = defaultdict(int)
    for key in keys:
        for expansion, _ in _list_expansions(key):
            in_expansion[expansion] += 1
    for key in keys:
        doubtful = (expansion for expansion, is_certain in _list_expansions(key) if not is_certain)
        if not key.many and any(in_expansion[expansion] > 1 for expansion in doubtful):
            found[key.address] = key.doubt
    return found


def _list_expansions(key: ConfiguredKey) -> Iterator[tuple[tuple[int, ...], bool]]:
    """Yield the block of a key and each module call around it, in its module instance, and if it surely makes the key.

    Keys of the same block in the same expansion are those of which nobody knows how many there are.
    """
    block = id(key.section)
    yield (block, block, id(key.owner)), key.instance.is_certain
    call = key.owner.call
    while call is not None:
        yield (block, id(call.section), id(call.caller)), call.instance.is_certain
        call = call.caller.call
