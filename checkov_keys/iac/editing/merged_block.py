"""Which file of a Terraform module decides about the status of a key: override files are merged over its block.

https://developer.hashicorp.com/terraform/language/files/override
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.editing.refusal import EditRefusedError
from checkov_keys.iac.hcl.blocks import read_body
from checkov_keys.iac.hcl.nodes import Literal, Name, Sequence
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.terraform.configuration import read_syntax

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.iac.hcl.blocks import Attribute, Block, Body
    from checkov_keys.iac.terraform.module_files import FileStore, ModuleFile

STATUS = "status"


class Part(NamedTuple):
    """What one file of a module says of a block."""

    file: ModuleFile
    block: Block
    body: Body


def find_parts(module_files: Iterable[ModuleFile], files: FileStore, labels: tuple[str, str]) -> list[Part]:
    """Return what the files of a module say of a resource by type and name: the block itself first, then overrides.

    `module_files` are in the order in which Terraform reads them. Raises EditRefusedError if a file cannot be read, or
    if the block is not there exactly once.
    """
    parts = [part for file in module_files for part in _find_in(file, files, labels)]
    own = [part for part in parts if not part.file.is_override]
    if not own:
        raise EditRefusedError("the file does not hold it as a block that can be read", 1)
    if len(own) > 1:
        again = own[1]
        raise EditRefusedError("its module declares it more than once", again.block.range.line, Path(again.file.path))
    return parts


def find_deciding_part(parts: list[Part]) -> Part:
    """Return the part whose status counts; the block itself if none of the parts sets it."""
    found = _find_last(parts, STATUS)
    return found[0] if found else parts[0]


def check_effect(parts: list[Part]) -> None:
    """Raise EditRefusedError if a block may make several keys, or Terraform would not apply a change of its status."""
    for repeated in ("count", "for_each"):
        found = _find_last(parts, repeated)
        if found:
            raise _refuse(f"it has {repeated}, so one block may make several keys", *found)
    _check_lifecycle(parts)


def _find_in(file: ModuleFile, files: FileStore, labels: tuple[str, str]) -> Iterator[Part]:
    try:
        for block in read_syntax(file, files).blocks:
            if (block.type, *block.labels) == ("resource", *labels):
                yield Part(file, block, read_body(block))
    except SyntaxProblem as error:
        reason = f"the file cannot be read: {error.message}"
        raise EditRefusedError(reason, error.line, Path(file.path)) from error


def _find_last(parts: list[Part], name: str) -> tuple[Part, Attribute] | None:
    """Return the last part that sets an argument, with it."""
    return next(((part, part.body.attributes[name]) for part in reversed(parts) if name in part.body.attributes), None)


def _check_lifecycle(parts: list[Part]) -> None:
    """Raise EditRefusedError if Terraform ignores changes of the status.

    https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#ignore_changes
    """
    lifecycles = [Part(part.file, block, block.body) for part in parts for block in part.body.find_blocks("lifecycle")]
    found = _find_last(lifecycles, "ignore_changes")
    if found is None:
        return
    try:
        node = found[1].bare
    except SyntaxProblem as error:
        raise _refuse("what its ignore_changes names cannot be read", *found) from error
    items = node.items if isinstance(node, Sequence) else (node,)
    names = {item.name if isinstance(item, Name) else item.value for item in items if isinstance(item, (Name, Literal))}
    if names & {STATUS, "all"}:
        raise _refuse("its ignore_changes names the status, which Terraform would not change", *found)


def _refuse(reason: str, part: Part, attribute: Attribute) -> EditRefusedError:
    return EditRefusedError(reason, attribute.name_range.line, Path(part.file.path))
