"""The flags of `checkov-keys rollback`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.cli.accounts.flags import Groups, add_entry_flags
from checkov_keys.cli.parsers import build_configured_parser

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from checkov_keys.cli.parsers import ConfiguredParser

_EPILOG = """examples:
  checkov-keys rollback checkov-keys-journal-20261125T090000Z.jsonl
  checkov-keys rollback journal.jsonl --profile prod --yes
  checkov-keys rollback journal.jsonl --role-name Auditor --external-id ticket-42

Each key is read again first: one that is active already, or gone, is left alone
and named. What is turned on is recorded in the same journal, so that a second run
does nothing.

exit codes:
  0  everything is as before
  1  not confirmed
  2  something could not be turned on"""


def build_parser() -> ConfiguredParser:
    """Return the command line's parser."""
    description = "Turn on again the access keys that a journal of checkov-keys remediate --apply says were turned off."
    parser = build_configured_parser("rollback", description, _EPILOG, typed=("yes", "journal"))
    parser.add("journal", metavar="JOURNAL", help="journal of remediate --apply")
    parser.add("--yes", action="store_true", help="do not ask for the number of keys")
    add_entry_flags(Groups(parser))
    return parser


def read_options(arguments: Sequence[str]) -> Namespace:
    """Return what the command line and .checkov.yaml say."""
    options: Namespace = build_parser().parse_args(arguments)
    return options
