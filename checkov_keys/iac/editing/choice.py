"""Which declared keys may be turned off in their templates: what the text of one file does not tell."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.users import KeyStatus, Unjudged
from checkov_keys.iac.declared.key_blocks import TERRAFORM
from checkov_keys.iac.editing.refusal import place, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from checkov_keys.iac.common.reading import UserIdentity
    from checkov_keys.iac.declared.key_blocks import KeyBlock, KeyBlocks

_OTHERS = {
    "terraform_json": "Terraform's JSON syntax",
    "terraform_plan": "a Terraform plan",
    "kubernetes": "a Crossplane manifest",
    "ansible": "an Ansible playbook",
    "serverless": "a Serverless template",
}
_SHOWN = 3


class EditChoice(NamedTuple):
    """The blocks to edit, and the addresses that are refused, each with the reason in one line."""

    blocks: tuple[KeyBlock, ...]
    refused: tuple[Unjudged, ...]


def edit_choice(addresses: Iterable[str], found: KeyBlocks, directories: Iterable[Path]) -> EditChoice:
    """Return which of the keys of addresses may be turned off. `directories` are those that were scanned, resolved."""
    directories = tuple(directories)
    blocks: dict[KeyBlock, str] = {}
    refused: dict[str, str] = {}
    for address in dict.fromkeys(addresses):
        block = _one_block(address, found)
        if isinstance(block, str):
            refused[address] = block
            continue
        reason = next(_reasons(block, found, directories), None)
        if reason:
            refused[address] = reason
        else:
            blocks[block] = address
    for user, keys in _left_without_key(blocks, found).items():
        for block in keys:
            refused[blocks[block]] = f"this would leave user {user.value} without an active key, {_place(block)}"
    chosen = tuple(block for block, address in blocks.items() if address not in refused)
    return EditChoice(chosen, tuple(Unjudged(address, reason) for address, reason in refused.items()))


def _one_block(address: str, found: KeyBlocks) -> KeyBlock | str:
    """Return the block of an address, or why there is no single one."""
    blocks = found.at(address)
    # A plan may lie beside the templates that it is made from.
    blocks = tuple(block for block in blocks if block.language not in _OTHERS) or blocks
    if not blocks:
        return _unknown(address, found)
    places = list(dict.fromkeys(map(_place, blocks)))
    if len(places) > 1:
        return f"it is declared in several places: {_listed(places)}: name a narrower -d"
    return blocks[0]


def _unknown(address: str, found: KeyBlocks) -> str:
    for unjudged in found.unjudged:
        if unjudged.address == address:
            return unjudged.reason
    known = list(dict.fromkeys(block.address for block in found.blocks))
    near = difflib.get_close_matches(address, known, n=_SHOWN)
    there = f"there are {_listed(known)}" if known else "there are no access keys at all"
    unjudged_ones = list(dict.fromkeys(unjudged.address for unjudged in found.unjudged))
    rest = f"; not judged: {_listed(unjudged_ones)}" if unjudged_ones else ""
    return f"no template declares it: {f'did you mean {_listed(near)}?' if near else there}{rest}"


def _reasons(block: KeyBlock, found: KeyBlocks, directories: tuple[Path, ...]) -> Iterator[str]:
    """Yield why a block is not edited, what people should know first first."""
    if block.language in _OTHERS:
        yield f"it stands in {_OTHERS[block.language]}, which this command does not edit, {_place(block)}"
    if ".terraform" in block.path.parts:
        yield f"its module was downloaded, and an edit would be lost: edit the module's source, {_place(block)}"
    if "cdk.out" in block.path.parts:
        yield f"the CDK made the template and would write over the edit: edit the CDK's source, {_place(block)}"
    if not any(directory in block.path.parents for directory in directories):
        yield f"its file is outside of the directories: name with -d the one that holds it, {_place(block)}"
    if block.repeated.startswith("module."):
        yield f"{block.repeated} has count or for_each, so that one block stands for several keys, {_place(block)}"
    if block.others and not block.repeated:
        yield f"its block declares {_listed(block.others)}, too, and all of them would change, {_place(block)}"
    unread = [file.path for file in found.unread if file.language in (TERRAFORM, "terraform_json")]
    if block.language == TERRAFORM and unread:
        yield f"what else uses its block is not known: {shown(unread[0])} does not parse"


def _left_without_key(blocks: Iterable[KeyBlock], found: KeyBlocks) -> dict[UserIdentity, list[KeyBlock]]:
    """Return the users that have several active keys, none of which would be left, with those keys."""
    chosen = set(blocks)
    active: dict[UserIdentity, list[KeyBlock]] = {}
    for block in found.blocks:
        for user in block.users if block.status is KeyStatus.ACTIVE else ():
            active.setdefault(user, []).append(block)
    return {user: keys for user, keys in active.items() if len(keys) > 1 and chosen.issuperset(keys)}


def _place(block: KeyBlock) -> str:
    return place(block.path, block.first_line)


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
