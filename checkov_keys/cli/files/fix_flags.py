"""The flags of `checkov-keys fix`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.cli.parsers import build_configured_parser
from checkov_keys.domain.errors import UsageError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from checkov_keys.cli.parsers import ConfiguredParser

_EPILOG = """examples:
  checkov-keys fix -d . --resource aws_iam_access_key.left_over
  checkov-keys fix -d . --resource aws_iam_access_key.left_over | git apply
  checkov-keys fix -d infra --resource module.ci.aws_iam_access_key.old LeftOverKey --write

It changes templates, never AWS: the next terraform apply, or deployment of the
stack, turns the key off. A block that declares several keys, and a status that is
not a literal, are refused with the reason. Name with -d all directories that may
call a module that declares a key: a call from elsewhere is not seen. With --write,
nothing is written if anything is refused.

exit codes:
  0  nothing to change, or written
  1  the diff that is printed is still to apply
  2  something was refused or could not be read"""


def build_parser() -> ConfiguredParser:
    """Return the command line's parser."""
    description = "Turn declared access keys off: write status Inactive into the templates that declare them."
    parser = build_configured_parser("fix", description, _EPILOG, typed=("directory", "resource", "write"))
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


def read_options(arguments: Sequence[str]) -> Namespace:
    """Return what the command line says, `directory` as resolved paths; raise UsageError if one is not there."""
    options: Namespace = build_parser().parse_args(arguments)
    options.directory = [_find_directory(name) for name in options.directory]
    return options


def _find_directory(name: str) -> Path:
    path = Path(name)
    if not path.is_dir():
        raise UsageError(f"no such directory: {name}")
    return path.resolve()
