"""The flags of `checkov-keys demo`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.cli.parsers import build_plain_parser

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

_EPILOG = """examples:
  checkov-keys demo
  checkov-keys demo --output-file-path /tmp/tour

It needs an extra: pip install 'checkov-keys[demo]'

exit codes:
  0  everything ran as expected
  2  something did not"""


def build_parser() -> ArgumentParser:
    """Return the command line's parser."""
    description = "Scan the bundled examples and audit an emulated account on this machine. No AWS account is touched."
    parser = build_plain_parser("demo", description, _EPILOG)
    parser.add_argument(
        "--output-file-path", default="demo-results", help="folder for the reports; default: %(default)s"
    )
    return parser


def read_options(arguments: Sequence[str]) -> Namespace:
    """Return what the command line says."""
    return build_parser().parse_args(arguments)
