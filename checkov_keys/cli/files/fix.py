"""`checkov-keys fix`: the edit that turns a declared access key off, as a diff or written into the template."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.cli.exit_codes import FINDINGS, INCOMPLETE, NOTHING_FOUND
from checkov_keys.domain.text import one_line
from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.declared.key_blocks import TERRAFORM, key_blocks
from checkov_keys.iac.editing import cloudformation_edit, terraform_edit
from checkov_keys.iac.editing.choice import edit_choice
from checkov_keys.iac.editing.refusal import EditRefusedError, place, shown
from checkov_keys.report.files import check_writable, write_whole
from checkov_keys.report.unified_diff import unified_diff

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

    from checkov_keys.iac.declared.key_blocks import KeyBlock


class _FileEdit(NamedTuple):
    """A template as it is, and as it is to be, with the addresses of the keys that are turned off in it."""

    path: Path
    before: str
    after: str
    turned_off: tuple[str, ...] = ()


def run(options: Namespace) -> int:
    """Print the diff, or write the files, and return the exit code."""
    found = key_blocks(*options.directory)
    choice = edit_choice(options.resource, found, options.directory)
    edits, refused_edits = _make_edits(choice.blocks)
    refused = (*choice.refused, *refused_edits)
    for refusal in refused:
        _say(f"refused: {refusal.address}: {refusal.reason}")
    for file in found.unread:
        _say(f"not read: {shown(file.path)}: it does not parse")
    if not options.write:
        _print_diff(edits, options.directory)
    elif refused and edits:
        _say("nothing was written, since not all of it can be")
    else:
        _write(edits)
    if refused or found.unread:
        return INCOMPLETE
    return FINDINGS if edits and not options.write else NOTHING_FOUND


def _make_edits(blocks: Iterable[KeyBlock]) -> tuple[list[_FileEdit], list[Unjudged]]:
    """Return the files that change, and the addresses that cannot be edited with the reason."""
    edits: dict[Path, _FileEdit] = {}
    refused: list[Unjudged] = []
    # From the end of each file, so that lines above stay where people see them.
    for block in sorted(blocks, key=lambda block: (block.path, -block.first_line)):
        turn_off = terraform_edit.turned_off if block.language == TERRAFORM else cloudformation_edit.turned_off
        try:
            edit = edits.get(block.path) or _read(block.path)
            after = turn_off(edit.after, block.name)
        except EditRefusedError as error:
            refused.append(Unjudged(block.address, f"{error}, {place(block.path, error.line)}"))
            continue
        if after == edit.after:
            _say(f"inactive already: {block.address}, {place(block.path, block.first_line)}")
        else:
            edits[block.path] = edit._replace(after=after, turned_off=(block.address, *edit.turned_off))
    return list(edits.values()), refused


def _read(path: Path) -> _FileEdit:
    """Return a file unchanged, with its line breaks, and its byte order mark if it has one."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise EditRefusedError(f"the file cannot be read: {error.strerror}", 1) from error
    except UnicodeDecodeError as error:
        raise EditRefusedError("the file is no UTF-8", 1) from error
    return _FileEdit(path, text, text)


def _print_diff(edits: list[_FileEdit], directories: list[Path]) -> None:
    """Print the diff with paths from the working directory, or from where all files are, if they are not below it."""
    here = Path.cwd()
    below = all(here in edit.path.parents for edit in edits)
    base = here if below else Path(os.path.commonpath(directories))
    for edit in edits:
        diff = unified_diff(edit.path.relative_to(base).as_posix(), edit.before, edit.after)
        # The very bytes of the files, whatever the terminal's encoding and line breaks.
        sys.stdout.buffer.write(diff.encode("utf-8", "surrogateescape"))
    sys.stdout.flush()
    if not below:
        _say(f"the paths in the diff start at {base}: apply it with patch -p1 -d {shlex.quote(str(base))}")


def _write(edits: list[_FileEdit]) -> None:
    for edit in edits:
        check_writable(edit.path)
    for edit in edits:
        write_whole(edit.path, edit.after, newline="")
        _say(f"wrote {shown(edit.path)}: {', '.join(edit.turned_off)}")
    if edits:
        _say("AWS turns them off with the next terraform apply or deployment of the stack")


def _say(line: str) -> None:
    print(f"checkov-keys fix: {one_line(line)}", file=sys.stderr)
