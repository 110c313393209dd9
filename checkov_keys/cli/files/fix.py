"""`checkov-keys fix`: the edit that turns a declared access key off, as a diff or written into the template."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.cli.parsers import configured_parser
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.exit_codes import FINDINGS, INCOMPLETE, NOTHING_FOUND
from checkov_keys.domain.text import one_line
from checkov_keys.domain.users import Unjudged

if TYPE_CHECKING:
    from collections.abc import Iterable

    import configargparse

    from checkov_keys.iac.declared.key_blocks import KeyBlock

_EPILOG = """examples:
  checkov-keys fix -d . --resource aws_iam_access_key.left_over
  checkov-keys fix -d . --resource aws_iam_access_key.left_over | git apply
  checkov-keys fix -d infra --resource module.ci.aws_iam_access_key.old LeftOverKey --write

It changes templates, never AWS: the next terraform apply, or deployment of the
stack, turns the key off. A block that stands for several keys, and a status that is
no literal, are refused with the reason. Let -d name all that may call a module that
holds a key: a call from elsewhere is not seen. With --write nothing is written where
anything is refused.

exit codes:
  0  nothing to change, or written
  1  the diff that is printed is still to apply
  2  something was refused or could not be read"""


class _FileEdit(NamedTuple):
    """A template as it is, and as it is to be, with the addresses of the keys that are turned off in it."""

    path: Path
    before: str
    after: str
    turned_off: tuple[str, ...] = ()


def run(arguments: list[str]) -> int:
    """Print the diff, or write the files, and return the exit code."""
    options = command_parser().parse_args(arguments)
    directories = [_directory(name) for name in options.directory]

    from checkov_keys.iac.declared.key_blocks import key_blocks  # noqa: PLC0415
    from checkov_keys.iac.editing.choice import edit_choice  # noqa: PLC0415  # imports Checkov
    from checkov_keys.iac.editing.refusal import shown  # noqa: PLC0415

    found = key_blocks(*directories)
    choice = edit_choice(options.resource, found, directories)
    edits, refused_edits = _edits(choice.blocks)
    refused = (*choice.refused, *refused_edits)
    for refusal in refused:
        _say(f"refused: {refusal.address}: {refusal.reason}")
    for file in found.unread:
        _say(f"not read: {shown(file.path)}: it does not parse")
    if not options.write:
        _print_diff(edits, directories)
    elif refused and edits:
        _say("nothing was written, since not all of it can be")
    else:
        _write(edits)
    if refused or found.unread:
        return INCOMPLETE
    return FINDINGS if edits and not options.write else NOTHING_FOUND


def _edits(blocks: Iterable[KeyBlock]) -> tuple[list[_FileEdit], list[Unjudged]]:
    """Return the files that change, and the addresses that cannot be edited with the reason."""
    from checkov_keys.iac.declared.key_blocks import TERRAFORM  # noqa: PLC0415
    from checkov_keys.iac.editing import cloudformation_edit, terraform_edit  # noqa: PLC0415
    from checkov_keys.iac.editing.refusal import EditRefusedError, place  # noqa: PLC0415

    edits: dict[Path, _FileEdit] = {}
    refused: list[Unjudged] = []
    # From the end of each file, so that lines above stay where people see them.
    for block in sorted(blocks, key=lambda block: (block.path, -block.first_line)):
        turned_off = terraform_edit.turned_off if block.language == TERRAFORM else cloudformation_edit.turned_off
        try:
            edit = edits.get(block.path) or _unchanged(block.path)
            after = turned_off(edit.after, block.name)
        except EditRefusedError as error:
            refused.append(Unjudged(block.address, f"{error}, {place(block.path, error.line)}"))
            continue
        if after == edit.after:
            _say(f"inactive already: {block.address}, {place(block.path, block.first_line)}")
        else:
            edits[block.path] = edit._replace(after=after, turned_off=(block.address, *edit.turned_off))
    return list(edits.values()), refused


def _unchanged(path: Path) -> _FileEdit:
    """Return a file with its line breaks, and its byte order mark if it has one."""
    from checkov_keys.iac.editing.refusal import EditRefusedError  # noqa: PLC0415

    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise EditRefusedError(f"the file cannot be read: {error.strerror}", 1) from error
    except UnicodeDecodeError as error:
        raise EditRefusedError("the file is no UTF-8", 1) from error
    return _FileEdit(path, text, text)


def _print_diff(edits: list[_FileEdit], directories: list[Path]) -> None:
    """Print the diff with paths from the working directory, or from where all files are, if they are not below it."""
    from checkov_keys.report.unified_diff import unified_diff  # noqa: PLC0415

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
    from checkov_keys.iac.editing.refusal import shown  # noqa: PLC0415
    from checkov_keys.report.files import check_writable, write_whole  # noqa: PLC0415

    for edit in edits:
        check_writable(edit.path)
    for edit in edits:
        write_whole(edit.path, edit.after, newline="")
        _say(f"wrote {shown(edit.path)}: {', '.join(edit.turned_off)}")
    if edits:
        _say("AWS turns them off with the next terraform apply or deployment of the stack")


def _directory(name: str) -> Path:
    path = Path(name)
    if not path.is_dir():
        raise UsageError(f"there is no directory {name}")
    return path.resolve()


def _say(line: str) -> None:
    print(f"checkov-keys fix: {one_line(line)}", file=sys.stderr)


def command_parser() -> configargparse.ArgumentParser:
    """Return the command line's parser."""
    description = "Turn declared access keys off: write status Inactive into the templates that declare them."
    parser = configured_parser("fix", description, _EPILOG, typed=("directory", "resource", "write"))
    parser.add("-d", "--directory", action="append", required=True, help="directory of templates; repeatable")
    parser.add(
        "--resource",
        action="extend",
        nargs="+",
        required=True,
        metavar="ADDRESS",
        help="the key to turn off, as scan names it: a Terraform address, or a logical id; repeatable",
    )
    parser.add("--write", action="store_true", help="write the files instead of printing a diff")
    return parser
