"""The edits that turn declared keys off, made in memory: `fix` writes them, `remediate` asks whether there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.declared.unread_files import TERRAFORM
from checkov_keys.iac.editing import cloudformation_edit
from checkov_keys.iac.editing.choice import (
    OUTSIDE,
    choose_block,
    find_emptied_users,
    find_obstacle,
    is_editable,
    is_outside,
)
from checkov_keys.iac.editing.drafts import Drafts, FileEdit
from checkov_keys.iac.editing.refusal import EditRefusedError, place
from checkov_keys.iac.editing.terraform_edit import TurnedOff, turn_off
from checkov_keys.iac.terraform.module_files import list_module_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from checkov_keys.iac.declared.key_blocks import KeyBlock, KeyBlocks


class KeyEdit(NamedTuple):
    """The edit that turns a key off: its address, and the file and lines (from 1) that are edited."""

    address: str
    path: Path
    first_line: int
    last_line: int


class EditPlan(NamedTuple):
    """What is to be done about the keys of some addresses.

    `files` are the files with all `edits` made. `inactive` are keys that are off already, with their lines. `refused`
    are the addresses of those that are not edited, each with the reason in one line.
    """

    files: tuple[FileEdit, ...]
    edits: tuple[KeyEdit, ...]
    inactive: tuple[KeyEdit, ...]
    refused: tuple[Unjudged, ...]


def plan_edits(addresses: Iterable[str], found: KeyBlocks, directories: Iterable[Path]) -> EditPlan:
    """Return the edits that turn the keys of addresses off; nothing is written.

    `found` is what the directories (resolved) declare.
    """
    directories = tuple(directories)
    blocks: dict[KeyBlock, str] = {}
    refused: dict[str, str] = {}
    edits: dict[KeyBlock, KeyEdit] = {}
    inactive: dict[KeyBlock, KeyEdit] = {}
    unchanged = Drafts()
    for address in dict.fromkeys(addresses):
        block = choose_block(address, found)
        if isinstance(block, str):
            refused[address] = block
            continue
        # By itself, so that refusals name lines as they are in the file.
        made = _try_edit(block, unchanged, directories)
        if isinstance(made, TurnedOff) and made.text == unchanged.read(str(made.path)):
            inactive[block] = _describe(block, made)
            continue
        reason = find_obstacle(block, found, directories) or (made if isinstance(made, str) else "")
        if reason:
            refused[address] = reason
        elif isinstance(made, TurnedOff):
            blocks[block] = address
            edits[block] = _describe(block, made)
    for user, keys in find_emptied_users(blocks, found).items():
        for block in keys:
            reason = f"this would leave user {user.value} without an active key, {place(block.path, block.first_line)}"
            refused[blocks[block]] = reason
    chosen = [block for block, address in blocks.items() if address not in refused]
    return EditPlan(
        _edit_files(chosen),
        tuple(edits[block] for block in chosen),
        tuple(inactive.values()),
        tuple(Unjudged(address, reason) for address, reason in refused.items()),
    )


def _try_edit(block: KeyBlock, files: Drafts, directories: tuple[Path, ...]) -> TurnedOff | str:
    """Return an edit, or why there is none."""
    if not is_editable(block):
        return "it is not in a language that fix edits"
    try:
        made = _make_edit(block, files)
    except EditRefusedError as error:
        return f"{error}, {place(error.path or block.path, error.line)}"
    if is_outside(made.path, directories):
        return f"{OUTSIDE}, {place(made.path, made.first_line)}"
    return made


def _make_edit(block: KeyBlock, files: Drafts) -> TurnedOff:
    """Return the file of a block that is to change, with its text; raise EditRefusedError if its author must decide."""
    if block.language == TERRAFORM:
        made = turn_off(list_module_files(str(block.directory)), files, block.name)
        return made._replace(path=made.path.resolve())
    text = cloudformation_edit.turned_off(files.read(str(block.path)), block.name)
    return TurnedOff(block.path, text, block.first_line, block.last_line)


def _edit_files(blocks: Iterable[KeyBlock]) -> tuple[FileEdit, ...]:
    """Return the files in which all blocks are edited, one after the other."""
    drafts = Drafts()
    for block in blocks:
        made = _make_edit(block, drafts)
        drafts.write(made.path, made.text)
    return tuple(drafts.list_edits())


def _describe(block: KeyBlock, made: TurnedOff) -> KeyEdit:
    return KeyEdit(block.address, made.path, made.first_line, made.last_line)
