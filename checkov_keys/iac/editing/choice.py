"""Which declared keys may be turned off in their templates: what the text of one file does not show."""

from __future__ import annotations

import difflib
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.domain.users import KeyStatus
from checkov_keys.iac.editing.refusal import place, shown
from checkov_keys.iac.terraform.resource_types import EXPIRING_KEY_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.iac.common.reading import UserIdentity
    from checkov_keys.iac.declared.key_blocks import KeyBlock, KeyBlocks

_OTHERS = {
    "terraform_json": "Terraform's JSON syntax",
    "terraform_plan": "a Terraform plan",
    "kubernetes": "a Crossplane manifest",
    "ansible": "an Ansible playbook",
    "serverless": "a Serverless template",
}
_WITHOUT_STATUS = (EXPIRING_KEY_TYPE,)
_SHOWN = 3
OUTSIDE = "its file is outside the directories: pass the one that holds it with -d"


def choose_block(address: str, found: KeyBlocks) -> KeyBlock | str:
    """Return the block of an address, or why there is not exactly one."""
    blocks = found.at(address)
    # A plan may be beside the templates that it is made from.
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
    rest = ""
    unread = {str(file.path): shown(file.path) for file in found.unread if file.may_declare_key}
    for what, names in (
        ("not judged", (unjudged.address for unjudged in found.unjudged if unjudged.address not in unread)),
        ("not read", unread.values()),
    ):
        listed = list(dict.fromkeys(names))
        rest += f"; {what}: {_listed(listed)}" if listed else ""
    return f"no template declares it: {f'did you mean {_listed(near)}?' if near else there}{rest}"


def is_editable(block: KeyBlock) -> bool:
    """Tell whether a block is in a language that is edited."""
    return block.language not in _OTHERS and block.type not in _WITHOUT_STATUS


def find_obstacle(block: KeyBlock, found: KeyBlocks, directories: tuple[Path, ...]) -> str:
    """Return why a block is not edited, whatever is in it, "" if nothing speaks against it.

    `directories` are those that were scanned, resolved.
    """
    return next(chain(_find_faults_of_file(block, directories), _find_other_uses(block, found)), "")


def _find_faults_of_file(block: KeyBlock, directories: tuple[Path, ...]) -> Iterator[str]:
    """Yield why a file is not edited, beginning with what people should know first."""
    if block.language in _OTHERS:
        yield f"it is in {_OTHERS[block.language]}, which fix does not edit, {_place(block)}"
    if block.type in _WITHOUT_STATUS:
        yield f"{block.type} has no status: remove the block, {_place(block)}"
    if ".terraform" in block.path.parts:
        yield f"its module was downloaded, and an edit would be lost: edit the module's source, {_place(block)}"
    if "cdk.out" in block.path.parts:
        yield f"the CDK made the template and would write over the edit: edit the CDK's source, {_place(block)}"
    if is_outside(block.path, directories):
        yield f"{OUTSIDE}, {_place(block)}"


def _find_other_uses(block: KeyBlock, found: KeyBlocks) -> Iterator[str]:
    """Yield what else a block declares, or may declare, that an edit would change."""
    if block.repeated.startswith("module."):
        yield f"{block.repeated} has count or for_each, so one block makes several keys, {_place(block)}"
    if block.others and not block.repeated:
        yield f"its block declares {_listed(block.others)}, too, and all of them would change, {_place(block)}"
    for problem in block.unread:
        yield (
            f"what else is in its modules is not known: {place(Path(problem.path), problem.line or 1)} cannot be read: "
            f"{problem.reason}"
        )
    for file in found.unread:
        if file.may_call(block.directory):
            yield f"what else uses its block is not known: {shown(file.path)} cannot be read, and may call its module"


def is_outside(path: Path, directories: tuple[Path, ...]) -> bool:
    """Tell whether a file, resolved, is in none of the directories."""
    return not any(directory in path.parents for directory in directories)


def find_emptied_users(blocks: Iterable[KeyBlock], found: KeyBlocks) -> dict[UserIdentity, list[KeyBlock]]:
    """Return the users that have several active keys, all of which are among the blocks, with those keys."""
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
